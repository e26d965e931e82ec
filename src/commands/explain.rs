//! `explain`: every name in a document, who it is, and by which rule.

use std::fmt::Write as _;
use std::path::Path;

use crate::config;
use crate::corpus::{Corpus, Release};
use crate::diagnostic::{Diagnostics, escaped_json, line_and_column};
use crate::markdown::Sighting;
use crate::names::{Registry, Verdict, Why};
use crate::source::Sources;
use serde::Serialize;

use super::{Failure, Outcome, findings, named, now};
use crate::cli::{Common, FormatOption, Show};

/// A name found in a document, as other programs see it. A stable interface: documented in docs/names.md.
#[derive(Serialize)]
struct ExplainedName<'a> {
    file: &'a str,
    line: usize,
    column: usize,
    start: usize,
    end: usize,
    text: &'a str,
    actor: Option<&'a str>,
    candidates: Vec<&'a str>,
    linked: bool,
    counted: bool,
    folded: bool,
    rule: &'static str,
    why: Option<&'static str>,
    reason: String,
}

/// Explains the document at `place`, a file with or without `:LINE`, or all documents.
pub(super) fn run(common: &Common, place: Option<&str>) -> Result<Outcome, Failure> {
    if !matches!(common.format, FormatOption::Human | FormatOption::Json) {
        return Err(Failure("`explain` writes `--format human` or `json`".to_owned()));
    }
    let (path, line) = match place.and_then(|place| Some((place, place.rsplit_once(':')?))) {
        Some((place, (path, line))) if !Path::new(place).exists() => match line.parse() {
            Ok(line) => (Some(path), Some(line)),
            Err(_) => (Some(place), None),
        },
        _ => (place, None),
    };
    let mut diagnostics = Diagnostics::new();
    let failed = |sources: Option<&Sources>, diagnostics| {
        let (stderr, code) = findings(common, &Show::default(), sources, diagnostics).whole();
        Ok(Outcome { stdout: String::new(), stderr, code })
    };
    let Some(sources) = Sources::read(&common.root, &mut diagnostics) else {
        return failed(None, diagnostics);
    };
    let file = path.map(|path| named(common, &sources, Path::new(path))).transpose()?;
    let mut found = Vec::new();
    let config = config::read(&sources.config, &mut found);
    diagnostics.extend(found);
    let Some(config) = config else { return failed(Some(&sources), diagnostics) };
    if let Some(file) = &file
        && !sources.documents.iter().any(|document| *document.file == **file)
    {
        return Err(Failure(format!(
            "`{file}` is not a document of the site\nhelp: documents are Markdown files in `content/briefs`, `actors`, `topics`, `storylines` and `pages`"
        )));
    }
    let release = Release { now: now(common)?, drafts: common.drafts };
    let mut found = Diagnostics::new();
    let (documents, registry) =
        Corpus::explain(&sources, &config, file.as_deref(), release, &mut found);
    // Documents that cannot be read are not explained; what is found of others is for `check` to say.
    if file.is_some() && documents.is_empty() || file.is_none() && found.has_errors() {
        diagnostics.append(found);
        return failed(Some(&sources), diagnostics);
    }
    let mut texts = Vec::with_capacity(documents.len());
    for (file, sightings) in documents {
        let text = sources.text(&file).map_err(super::plain)?;
        texts.push((file, text, sightings));
    }
    let explained: Vec<_> = texts
        .iter()
        .flat_map(|(file, text, sightings)| {
            sightings.iter().map(|sighting| explain(file, text, sighting, &registry))
        })
        .filter(|explained| line.is_none_or(|line: usize| explained.line == line))
        .collect();
    let stdout = match common.format {
        FormatOption::Human => human(&explained),
        _ => {
            let mut json = serde_json::to_string_pretty(&explained)
                .map_err(|error| Failure(error.to_string()))?;
            json.push('\n');
            escaped_json(&json).into_owned()
        }
    };
    Ok(Outcome::done(stdout))
}

fn explain<'a>(
    file: &'a str,
    text: &'a str,
    sighting: &Sighting,
    registry: &'a Registry,
) -> ExplainedName<'a> {
    let Sighting { span, found, .. } = sighting;
    let (line, column) = line_and_column(text, span.start as usize);
    ExplainedName {
        file,
        line,
        column,
        start: span.range().start,
        end: span.range().end,
        text: text.get(span.range()).unwrap_or_default(),
        actor: found.actor.map(|actor| registry.id(actor)),
        candidates: found.candidates.iter().map(|actor| registry.id(*actor)).collect(),
        linked: found.verdict == Verdict::Linked,
        counted: found.is_counted(),
        folded: found.folded,
        rule: found.rule(),
        why: found.verdict.why().map(Why::name),
        reason: found.explain(registry),
    }
}

/// A line for each name: `file:line:column: outcome “text” → actor (rule): reason`.
fn human(explained: &[ExplainedName<'_>]) -> String {
    let mut out = String::new();
    for found in explained {
        let outcome = match (found.linked, found.counted) {
            (true, _) => "linked",
            (false, true) => "counted",
            (false, false) => "passed over",
        };
        let text = found.text.split_whitespace().collect::<Vec<_>>().join(" ");
        let whom = found.actor.map(|actor| format!(" → {actor}")).unwrap_or_default();
        // Writing to a string cannot fail.
        let _ = writeln!(
            out,
            "{}:{}:{}: {outcome:<11} \u{201c}{text}\u{201d}{whom}: {}",
            found.file, found.line, found.column, found.reason
        );
    }
    let count = |what: fn(&ExplainedName<'_>) -> bool| explained.iter().filter(|e| what(e)).count();
    let _ = writeln!(
        out,
        "{} names: {} linked, {} counted, {} passed over",
        explained.len(),
        count(|e| e.linked),
        count(|e| e.counted && !e.linked),
        count(|e| !e.counted)
    );
    out
}
