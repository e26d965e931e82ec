//! `build` and `check`: the whole chain, with the writer at its end or without.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use crate::corpus::Withheld;
use crate::diagnostic::{Counts, Diagnostic, Diagnostics};
use crate::plan::file_of;
use crate::publish::{FilesDigest, Fingerprint, OutputPath, Publisher, Report};
use crate::render::{RenderOptions, Rendered, Renderer};
use crate::site::{Request, Site};
use crate::source::{CONFIG, FOLDERS, Sources};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use jiff::Timestamp;
use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use super::status::next_turn;
use super::{Failure, Outcome, findings, output, request};
use crate::cli::{Common, Format};
use crate::terminal;

/// A progress bar is worth its while from so many files on.
const LONG: usize = 5000;

/// A thread takes no more files than this at a time: with larger portions the others wait at the end for the one that
/// began the last.
const PORTION: usize = 64;

/// How long the pages of each template took, and how many they are; apart, if it takes Tera to make them.
type Slowest = BTreeMap<(&'static str, bool), (Duration, usize)>;

/// What the chain is run for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Purpose {
    /// To write the site.
    Publish,
    /// To see what is wrong with it.
    Check {
        /// Whether warnings fail the run.
        strict: bool,
        /// Whether links out of the site are looked up.
        external: bool,
    },
}

/// Builds the site or checks it.
pub(super) fn run(common: &Common, purpose: Purpose) -> Result<Outcome, Failure> {
    let started = Instant::now();
    let write = purpose == Purpose::Publish;
    let (strict, external) = match purpose {
        Purpose::Publish => (false, false),
        Purpose::Check { strict, external } => (strict, external),
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
        Some(sources) if write && !common.timings => sealed(common, sources),
        _ => None,
    };
    if let Some((seal, look)) = &seal
        && let Some(said) = seal.unbroken(look, &output(common), request.now)
        && let Ok(said) = serde_json::from_str::<Said>(&said)
    {
        let summary = said.summary(None, started.elapsed());
        return Ok(finish(common, said.findings, summary, 0));
    }
    let site = sources
        .clone()
        .and_then(|sources| Site::link(sources, &request, None, started, &mut diagnostics));
    let Some(site) = site else {
        let (text, code) = findings(common, sources.as_deref(), diagnostics);
        return Ok(finish(common, text, String::new(), code));
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
    let (report, left) = committed.unzip();
    timings.push(("publish", committing.elapsed()));
    let errors = diagnostics.has_errors();
    let (counts, by_code) = (diagnostics.counts(), diagnostics.by_code());
    let warned = strict && counts.warnings > 0;
    let (text, code) = findings(common, Some(&site.sources), diagnostics);
    let code = if warned { code.max(1) } else { code };
    let mut summary = String::new();
    let people = !common.quiet && common.format == Format::Human;
    if people && !write && counts != Counts::default() {
        summary = format!(
            "found {counts}{}\n",
            if warned && !errors { "; --strict fails on warnings" } else { "" }
        );
        // What is found hundreds of times is best seen by its kind.
        for (code, count) in by_code.iter().filter(|_| by_code.len() > 1) {
            summary += &format!("{count:>7} {}\n", code.name());
        }
    }
    if errors {
        let what = if write { "nothing was published" } else { "the site cannot be published" };
        if people {
            summary += &format!("{what}: the errors above come first\n");
        }
    } else {
        let said = said(&site, text.clone(), people, report.as_ref());
        summary += &said.summary(report.as_ref(), started.elapsed());
        if let (Some((seal, look)), Some(_), Ok(text)) =
            (seal, report, serde_json::to_string(&said))
        {
            let until = next_turn(&site.graph.documents, &site.config.zone(), request.now).at;
            let output = output(common);
            let left = left.flatten();
            seal.set(look, began, (request.now, until), (&output, left), text);
        }
    }
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
        Format::Json | Format::Sarif | Format::Github => {
            Outcome { stdout: text, stderr: summary, code }
        }
        Format::Human if code == 0 => Outcome { stdout: summary, stderr: text, code },
        Format::Human => Outcome { stdout: String::new(), stderr: text + &summary, code },
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
    let Site { graph, plan, config, sources, .. } = site;
    let manner = RenderOptions { now: request.now, offline: common.offline };
    let renderer = Renderer::new(graph, plan, config, sources, manner, None, diagnostics);
    let Some(renderer) = renderer else { return };
    let pages = renderer.pages(true);
    let files = &site.plan.files;
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

/// The seal of this build, and how its files look. `None` where there is no cache, or a file cannot be looked at.
fn sealed(common: &Common, sources: &Sources) -> Option<(Fingerprint, FilesDigest)> {
    let place = std::env::current_dir().ok()?;
    let key = format!("{} {place:?} {common:?}", super::program()?);
    let seal = Fingerprint::new(&super::cache_folder()?.join("builds"), key);
    Some((seal, FilesDigest::at(&common.root, &sources.names()).ok()?))
}

/// What a build says, apart from what it did and how long that took.
#[derive(Serialize, Deserialize)]
struct Said {
    findings: String,
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

fn said(site: &Site, findings: String, people: bool, report: Option<&Report>) -> Said {
    let documents = &site.graph.documents;
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
    Said { findings, counts, files, withheld }
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
