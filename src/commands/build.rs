//! `build` and `check`: the whole chain, with the writer at its end or without.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use crate::corpus::Withheld;
use crate::diagnostic::{self, Diagnostic, Diagnostics, Severity};
use crate::never;
use crate::plan::file_of;
use crate::publish::{Committed, FilesDigest, Fingerprint, OutputPath, Publisher, Report};
use crate::render::{RenderOptions, Rendered, Renderer};
use crate::site::{Request, Site};
use crate::source::{CONFIG, FOLDERS, Sources};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use jiff::Timestamp;
use rayon::prelude::*;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::status::{held_back, next_turn};
use super::{Failure, Outcome, ReportText, findings, named, output, request};
use crate::cli::{CheckOptions, Common, FormatOption, Show};
use crate::terminal;

/// A progress bar is worth its while from so many files on.
const LONG: usize = 5000;

/// A thread takes no more files than this at a time: with larger portions the others wait at the end for the one that
/// began the last.
const PORTION: usize = 64;

/// How long the pages of each template took, and how many they are; apart, if it takes Tera to make them.
type Slowest = BTreeMap<(&'static str, bool), (Duration, usize)>;

/// What the chain is run for.
#[derive(Clone, Copy)]
pub(super) enum Purpose<'a> {
    /// To write the site.
    Publish,
    /// To see what is wrong with it.
    Check(&'a CheckOptions),
}

/// Builds the site or checks it. A person is shown the findings that `show` asks for.
pub(super) fn run(common: &Common, show: &Show, purpose: Purpose) -> Result<Outcome, Failure> {
    let started = Instant::now();
    let (write, strict, external, files) = match purpose {
        Purpose::Publish => (true, false, false, [].as_slice()),
        Purpose::Check(check) => (false, check.strict, check.external, check.files.as_slice()),
    };
    if external && cfg!(not(feature = "external")) {
        return Err(Failure(
            "this program was built without `--external`\nhelp: build it with `cargo install --path . --features external`".to_owned(),
        ));
    }
    let request = Request { proof: !write, ..request(common)? };
    let began = Timestamp::now();
    let mut diagnostics = Diagnostics::new();
    let sources = Sources::read(&common.root, &mut diagnostics).map(Arc::new);
    let seal = match &sources {
        // A measured build is to be done.
        Some(sources) if write && !common.timings => sealed(common, show, sources),
        _ => None,
    };
    if let Some((seal, look)) = &seal
        && let Some(said) = seal.unbroken(look, &output(common), request.now)
        && let Ok(said) = serde_json::from_str::<Said>(&said)
    {
        let summary = said.summary(None, started.elapsed());
        let text = match common.format == FormatOption::Json {
            true => {
                Built { published: true, unchanged: said.files, ..Built::default() }.json(&said)?
            }
            false => said.findings,
        };
        return Ok(finish(common, text, summary, 0));
    }
    let only = match &sources {
        Some(sources) => Only::new(common, sources, files)?,
        None => Only::default(),
    };
    let site = sources
        .clone()
        .and_then(|sources| Site::link(sources, &request, None, started, &mut diagnostics));
    let Some(site) = site else {
        let ReportText { text, totals, code } =
            findings(common, show, sources.as_deref(), diagnostics);
        let text = match write && common.format == FormatOption::Json {
            true => Built::default().json(&Said { findings: text, ..Said::default() })?,
            false => text,
        };
        return Ok(finish(common, text, totals, code));
    };
    let mut timings = site.timings.clone();
    #[cfg(feature = "external")]
    if external {
        super::external::look_up(&site, &mut diagnostics)?;
        diagnostics.adjust(&site.config.check.levels);
    }
    let rendering = Instant::now();
    let publisher = match write && !diagnostics.has_errors() {
        true => {
            let mut sources: Vec<_> = FOLDERS.iter().map(|f| common.root.join(f)).collect();
            sources.push(common.root.join(CONFIG));
            let state = super::state_folder(common);
            match Publisher::open(&output(common), &common.root, &sources, state.as_deref()) {
                Ok(publisher) => Some(publisher),
                Err(diagnostic) => {
                    diagnostics.push(diagnostic);
                    None
                }
            }
        }
        false => None,
    };
    let slowest = Mutex::new(Slowest::new());
    render(common, &site, &request, publisher.as_ref(), &mut diagnostics, &slowest);
    timings.push(("render", rendering.elapsed()));
    let committing = Instant::now();
    let committed = match publisher {
        // Dropped without a commit, it leaves the site that was there.
        Some(publisher) if diagnostics.has_errors() => {
            drop(publisher);
            None
        }
        Some(publisher) => publisher.commit().map_err(|d| diagnostics.push(d)).ok(),
        None => None,
    };
    timings.push(("publish", committing.elapsed()));
    let elsewhere = only.take_from(&mut diagnostics);
    let errors = diagnostics.has_errors();
    let warned = strict && diagnostics.has_warnings();
    let ReportText { text, totals, code } =
        findings(common, show, Some(&site.sources), diagnostics);
    let code = if warned { code.max(1) } else { code };
    let people = !common.quiet && common.format == FormatOption::Human;
    let mut summary = totals;
    if people && warned && !errors {
        summary += "--strict fails on warnings\n";
    }
    if people && elsewhere > 0 {
        let plural = if elsewhere == 1 { "" } else { "s" };
        summary += &format!(
            "{elsewhere} error{plural} in other files: `chancery check` shows them, and asks what an editor would ask when they are mended\n"
        );
    }
    let report = committed.as_ref().map(|committed| &committed.report);
    let said = said(&site, request.now, text, people, report);
    if errors && people {
        let what = if write { "nothing was published" } else { "the site cannot be published" };
        summary += &format!("{what}: the errors above come first\n");
    } else if !errors && elsewhere == 0 {
        summary += &said.summary(report, started.elapsed());
    }
    let sealed = (!errors).then(|| serde_json::to_string(&said).ok()).flatten();
    if let (Some((seal, look)), Some(committed), Some(text)) = (seal, &committed, sealed) {
        let until = next_turn(&site.graph.documents, &site.config.zone(), request.now).at;
        let left = committed.left.clone();
        seal.set(look, began, (request.now, until), (&output(common), left), text);
    }
    let text = match write && common.format == FormatOption::Json {
        true => committed.map(Built::from).unwrap_or_default().json(&said)?,
        false => said.findings,
    };
    if common.timings {
        summary += &table(&site, &timings, slowest.into_inner().unwrap_or_default());
    }
    std::mem::forget(site);
    Ok(finish(common, text, summary, code))
}

/// How long each stage took and on how much, and each template, the slowest first.
fn table(site: &Site, stages: &[(&str, Duration)], templates: Slowest) -> String {
    let mut out = String::new();
    let documents = &site.graph.documents;
    let parsed = documents.briefs.len()
        + documents.actors.len()
        + documents.topics.len()
        + documents.storylines.len()
        + documents.pages.len();
    for (stage, time) in stages {
        let (count, of) = match *stage {
            "read" => (site.sources.names().len(), "files of the site"),
            "parse" | "desk" => (parsed, "documents"),
            "link" => (site.graph.pairs.len(), "pairs of actors"),
            "plan" => (site.plan.files.len(), "files to write"),
            _ => (site.plan.files.len(), "files"),
        };
        let _ = writeln!(out, "{stage:>18} {:9.1} ms  {count:7} {of}", time.as_secs_f64() * 1e3);
    }
    let mut templates: Vec<_> = templates.into_iter().collect();
    templates.sort_by_key(|(name, (time, _))| (std::cmp::Reverse(*time), *name));
    for ((name, by_tera), (time, pages)) in templates {
        let each = time.as_secs_f64() * 1e6 / pages.max(1) as f64;
        let total = time.as_secs_f64() * 1e3;
        let by = if by_tera { ", by Tera" } else { "" };
        let _ = writeln!(out, "{name:>18} {total:9.1} ms  {pages:7} files, {each:.0} µs each{by}");
    }
    out
}

/// What other programs asked for goes to standard output; findings for people do not.
fn finish(common: &Common, text: String, summary: String, code: u8) -> Outcome {
    match common.format {
        FormatOption::Json | FormatOption::Sarif | FormatOption::Github => {
            Outcome { stdout: text, stderr: summary, code }
        }
        FormatOption::Human if code == 0 => Outcome { stdout: summary, stderr: text, code },
        FormatOption::Human => Outcome { stdout: String::new(), stderr: text + &summary, code },
    }
}

/// Renders every file of the plan, in parallel, and hands each to the publisher if there is one. A page
/// that fails does not hide the errors of others.
fn render(
    common: &Common,
    site: &Site,
    request: &crate::site::Request,
    publisher: Option<&Publisher>,
    diagnostics: &mut Diagnostics,
    slowest: &Mutex<Slowest>,
) {
    let Site { config, sources, .. } = site;
    // A document with an error would show on the pages of others as what it is not.
    let (graph, plan) = match &site.sound {
        Some((graph, plan)) => (graph, plan),
        None if site.graph.documents.unsound.is_empty() => (&site.graph, &site.plan),
        // The theme itself has no faults to be found.
        None => return,
    };
    let manner = RenderOptions { now: request.now, offline: common.offline };
    let renderer = Renderer::new(graph, plan, config, sources, manner, None, diagnostics);
    let Some(renderer) = renderer else { return };
    let pages = renderer.pages(true);
    let files = &plan.files;
    let bar = match files.len() >= LONG && terminal::watched() && !common.quiet {
        true => {
            ProgressBar::with_draw_target(Some(files.len() as u64), ProgressDrawTarget::stderr())
        }
        false => ProgressBar::hidden(),
    };
    if let Ok(style) = ProgressStyle::with_template("{bar:40} {pos}/{len} files") {
        bar.set_style(style);
    }
    // After the writer has failed once, on a full disk say, it would fail on every file.
    let stuck = AtomicBool::new(false);
    let failed: Vec<Diagnostic> = files
        .par_iter()
        .with_max_len(PORTION)
        .map_init(String::new, |buffer, planned| {
            let started = common.timings.then(Instant::now);
            let result = pages.render(planned, buffer).and_then(|rendered| {
                let Some(publisher) = publisher else { return Ok(()) };
                if stuck.load(Ordering::Relaxed) {
                    return Ok(());
                }
                // Paths that cannot be published were reported with the plan.
                let Ok(path) = OutputPath::new(&file_of(&planned.path)) else { return Ok(()) };
                let written = match rendered {
                    Rendered::Made(bytes) => publisher.write(&path, bytes),
                    Rendered::Copy(asset) => publisher.copy(&path, &site.sources.path(&asset.file)),
                };
                // Threads may meet it at the same time: it is one error all the same.
                written.or_else(|why| match stuck.swap(true, Ordering::Relaxed) {
                    true => Ok(()),
                    false => Err(why),
                })
            });
            bar.inc(1);
            if let (Some(started), Ok(mut slowest)) = (started, slowest.lock()) {
                let template = planned.output.made_by();
                let by_tera = renderer.takes_tera(&planned.output);
                let entry = slowest.entry((template, by_tera)).or_default();
                entry.0 += started.elapsed();
                entry.1 += 1;
            }
            result.err()
        })
        .flatten()
        .collect();
    bar.finish_and_clear();
    // The end of the program gives all memory back, faster.
    std::mem::forget(pages);
    std::mem::forget(renderer);
    // One fault of a template fails every page that uses it: the first page stands for all.
    let mut seen = std::collections::HashSet::new();
    diagnostics
        .extend(failed.into_iter().filter(|d| seen.insert((d.place.clone(), d.message.clone()))));
}

/// The files that a check is asked to report on; without any, it reports on all.
#[derive(Default)]
struct Only {
    /// Names of files and of folders; `None` if all are meant.
    names: Option<Vec<String>>,
}

impl Only {
    /// Files and folders that the command line names. Errors: one is not there, or no part of the site.
    fn new(common: &Common, sources: &Sources, files: &[PathBuf]) -> Result<Only, Failure> {
        let mut names = Vec::new();
        for path in files {
            let name = named(common, sources, path)?;
            let first = name.split('/').next().unwrap_or_default();
            if name.is_empty() {
                return Ok(Only::default());
            }
            if name != CONFIG && !FOLDERS.contains(&first) {
                return Err(Failure(format!(
                    "`{}` is no part of the site\nhelp: a site is `{CONFIG}` and what lies in its folders `{}`",
                    path.display(),
                    FOLDERS.join("`, `")
                )));
            }
            names.push(name);
        }
        Ok(Only { names: (!names.is_empty()).then_some(names) })
    }

    /// Takes the findings on other files out, and says how many of those are errors.
    fn take_from(&self, diagnostics: &mut Diagnostics) -> usize {
        let Some(names) = &self.names else { return 0 };
        let is_meant = |file: &str| {
            let below = |rest: &str| rest.is_empty() || rest.starts_with('/');
            names.iter().any(|name| file.strip_prefix(name.as_str()).is_some_and(below))
        };
        let others = diagnostics
            .split_off(|finding| finding.place.as_ref().is_some_and(|place| is_meant(&place.file)));
        others.into_iter().filter(|finding| finding.severity == Severity::Error).count()
    }
}

/// What a build did, for other programs. A stable interface: documented in docs/publishing.md.
#[derive(Default, Serialize)]
struct Built {
    published: bool,
    written: Vec<Box<str>>,
    removed: Vec<Box<str>>,
    unchanged: usize,
    held_back: Value,
    next_change: Value,
    findings: Value,
}

impl From<Committed> for Built {
    fn from(committed: Committed) -> Built {
        let Committed { report, written, removed, .. } = committed;
        let unchanged = report.unchanged;
        Built { published: true, written, removed, unchanged, ..Built::default() }
    }
}

impl Built {
    /// As JSON, with what the build said.
    fn json(self, said: &Said) -> Result<String, Failure> {
        let findings = serde_json::from_str(&said.findings);
        let findings = findings.map_err(|error| Failure(error.to_string()))?;
        let Said { held_back, next_change, .. } = said;
        let held_back =
            if held_back.is_null() { Value::Array(Vec::new()) } else { held_back.clone() };
        let built = Built { held_back, next_change: next_change.clone(), findings, ..self };
        Ok(diagnostic::pretty(&built))
    }
}

/// The seal of this build, and how its files look. `None` where there is no cache, or a file cannot be looked at.
fn sealed(common: &Common, show: &Show, sources: &Sources) -> Option<(Fingerprint, FilesDigest)> {
    let place = std::env::current_dir().ok()?;
    let key = format!("{} {place:?} {common:?} {show:?}", super::program()?);
    let seal = Fingerprint::new(&super::cache_folder()?.join("builds"), key);
    Some((seal, FilesDigest::at(&common.root, &sources.names()).ok()?))
}

/// What a build says, apart from what it did and how long that took.
#[derive(Default, Serialize, Deserialize)]
struct Said {
    findings: String,
    /// For other programs, as `status` has it: what is held back, and when a build would change the site.
    held_back: Value,
    next_change: Value,
    /// Empty when nothing is to be said.
    counts: String,
    files: usize,
    withheld: String,
}

impl Said {
    /// One line on what was done; nothing was when there is no report.
    fn summary(&self, report: Option<&Report>, time: Duration) -> String {
        if self.counts.is_empty() {
            return String::new();
        }
        let mut line = self.counts.clone();
        let unchanged = Report { unchanged: self.files, ..Report::default() };
        if self.files > 0 {
            let report = report.unwrap_or(&unchanged);
            let _ = write!(
                line,
                "; {} written, {} unchanged, {} removed",
                report.written, report.unchanged, report.removed
            );
        }
        let _ = writeln!(line, "{}; {:.2} s", self.withheld, time.as_secs_f64());
        line
    }
}

fn said(
    site: &Site,
    now: Timestamp,
    findings: String,
    people: bool,
    report: Option<&Report>,
) -> Said {
    let documents = &site.graph.documents;
    let zone = site.config.zone();
    let told = |value: serde_json::Result<Value>| {
        value.unwrap_or_else(|error| never!("plain texts are no JSON: {error}" => Value::Null))
    };
    let next_change = told(serde_json::to_value(next_turn(documents, &zone, now).told(&zone)));
    let pages = site.plan.files.iter().filter(|f| file_of(&f.path).ends_with(".html")).count();
    let count = |n: usize, word: &str| format!("{n} {word}{}", if n == 1 { "" } else { "s" });
    let counts = [
        count(pages, "page"),
        count(documents.briefs.len(), "brief"),
        count(documents.actors.len(), "actor"),
        count(documents.topics.len(), "topic"),
    ];
    let [pages, rest @ ..] = counts;
    let counts = if people { format!("{pages}: {}", rest.join(", ")) } else { String::new() };
    let held_back = told(serde_json::to_value(held_back(documents, &zone)));
    let held = documents.held.documents().iter();
    let held = reasons(held.map(|held| (held.hold.why, held.id.as_str())));
    let shown = site.graph.all().into_iter();
    let shown = shown.filter_map(|d| Some((site.graph.hold(d)?.why, site.graph.id(d))));
    let shown = reasons(shown);
    let mut withheld = String::new();
    for (what, reasons) in [("held back", held), ("shows drafts", shown)] {
        if !reasons.is_empty() {
            let _ = write!(withheld, "; {what}: {reasons}");
        }
    }
    let files = report.map_or(0, |report| report.written + report.unchanged);
    Said { findings, held_back, next_change, counts, files, withheld }
}

/// Documents by the reason why they are held back, the ids of a few.
fn reasons<'d>(documents: impl Iterator<Item = (Withheld, &'d str)>) -> String {
    let mut by_reason: BTreeMap<Withheld, Vec<&str>> = BTreeMap::new();
    for (reason, id) in documents {
        by_reason.entry(reason).or_default().push(id);
    }
    let reasons = by_reason.iter().map(|(reason, ids)| match ids.as_slice() {
        few @ ([_] | [_, _] | [_, _, _]) => format!("{} ({})", reason.words(), few.join(", ")),
        many => format!("{} {}", many.len(), reason.words()),
    });
    reasons.collect::<Vec<_>>().join(", ")
}
