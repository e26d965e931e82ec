//! `fix`: applies what is beyond doubt to front matter, and nothing else.

use std::collections::{BTreeMap, HashSet};
use std::fmt::Write as _;
use std::sync::Arc;

use crate::desk;
use crate::diagnostic::{Diagnostics, Suggestion, visible};
use crate::front_matter::edit;
use crate::publish::{Revision, revise};
use crate::site::{Request, Site};
use similar::TextDiff;

use super::{Failure, Outcome, findings, request, state_folder};
use crate::cli::{Common, Show};

/// Applies the suggestions of a check, or with `dry_run` shows them as a diff.
pub(super) fn run(common: &Common, show: &Show, dry_run: bool) -> Result<Outcome, Failure> {
    // Drafts are mended too.
    let request = Request { proof: true, drafts: true, ..request(common)? };
    let mut diagnostics = Diagnostics::new();
    let Some(site) = Site::read(&common.root, &request, &mut diagnostics) else {
        let (stderr, code) = findings(common, show, None, diagnostics).whole();
        return Ok(Outcome { stdout: String::new(), stderr, code });
    };
    // With errors in the site the desk has not been asked yet.
    if diagnostics.has_errors() {
        let Site { graph, plan, config, sources, .. } = &site;
        desk::review(graph, plan, config, sources, request.now, &mut diagnostics);
        diagnostics.adjust(&site.config.check.levels);
    }
    let mut by_file: BTreeMap<Arc<str>, Vec<Suggestion>> = BTreeMap::new();
    let mut seen = HashSet::new();
    for suggestion in diagnostics.sorted().into_iter().filter_map(|d| d.suggestion) {
        if seen.insert(suggestion.clone()) {
            let file = match &suggestion {
                Suggestion::Replace { place, .. } => &place.file,
                Suggestion::AddActor { file, .. } => file,
            };
            by_file.entry(file.clone()).or_default().push(suggestion);
        }
    }
    let (mut revisions, mut said, mut refused) = (Vec::new(), String::new(), String::new());
    for (file, suggestions) in by_file {
        let old = site.sources.text(&file).map_err(super::plain)?;
        let mut new = old.to_string();
        // From the end, so that the places of those before stay true; lists grow last.
        let (mut replacing, adding): (Vec<_>, Vec<_>) =
            suggestions.into_iter().partition(|s| matches!(s, Suggestion::Replace { .. }));
        replacing.reverse();
        for suggestion in replacing.into_iter().chain(adding) {
            let (what, mended) = match &suggestion {
                Suggestion::Replace { place, old, new: with } => (
                    format!("`{old}` is now `{with}`"),
                    match place.span {
                        Some(span) => edit::replace(&new, span, old, with),
                        None => Err("it has no place".to_owned()),
                    },
                ),
                Suggestion::AddActor { id, .. } => {
                    (format!("added `{id}` to `actors`"), edit::add_to_list(&new, "actors", id))
                }
            };
            // Writing to a string cannot fail.
            match mended {
                Ok(text) => {
                    new = text;
                    let _ = writeln!(said, "{file}: {what}");
                }
                Err(why) => {
                    let _ = writeln!(refused, "{file}: not done ({what}): {why}");
                }
            }
        }
        if *old != new {
            let file = site.sources.disk_name(&file).into();
            revisions.push(Revision { file, old, new });
        }
    }
    let code = u8::from(!refused.is_empty());
    if dry_run {
        let mut stdout = String::new();
        revisions.iter().for_each(|revision| stdout.push_str(&diff(revision)));
        return Ok(Outcome {
            stderr: visible(&refused).into_owned(),
            code,
            ..Outcome::done(stdout)
        });
    }
    let state = state_folder(common);
    revise(&common.root, state.as_deref(), "fix", &revisions, None).map_err(super::plain)?;
    let files = revisions.len();
    let _ = writeln!(said, "{files} file{} changed", if files == 1 { "" } else { "s" });
    Ok(Outcome { stderr: visible(&refused).into_owned(), code, ..Outcome::done(said) })
}

/// What would change in a file, as a unified diff.
pub(super) fn diff(revision: &Revision) -> String {
    let file = &revision.file;
    let diff = TextDiff::from_lines(&*revision.old, revision.new.as_str());
    diff.unified_diff().header(&format!("a/{file}"), &format!("b/{file}")).to_string()
}
