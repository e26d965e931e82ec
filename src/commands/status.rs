//! `status`: what is held back, why and until when, and when a build would change the site.

use std::fmt::Write as _;

use crate::config;
use crate::corpus::{Corpus, Hold, Published, Release, Roster};
use crate::diagnostic::Diagnostics;
use crate::source::Sources;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde::Serialize;

use super::{Failure, Outcome, findings, request};
use crate::cli::{Common, FormatOption, Show};

/// When a build would change the site, though no file of it changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct NextMoment {
    /// The moment.
    pub at: Timestamp,
    /// Whether a document comes or goes then. Else a day begins: pages say what is current on the day of the build.
    pub is_of_document: bool,
}

/// The first moment after `now` at which the same files make another site.
pub(super) fn next_turn(documents: &Published, zone: &TimeZone, now: Timestamp) -> NextMoment {
    let day = now.to_zoned_datetime(zone.clone());
    let tomorrow = day.tomorrow().and_then(|day| day.start_of_day()).map(|day| day.timestamp());
    let tomorrow = tomorrow.unwrap_or(now);
    match documents.next_change {
        Some(at) if at <= tomorrow => NextMoment { at, is_of_document: true },
        _ => NextMoment { at: tomorrow, is_of_document: false },
    }
}

/// What is said to other programs.
#[derive(Serialize)]
struct Status<'s> {
    /// The moment that is spoken of.
    now: String,
    time_zone: &'s str,
    held_back: Vec<HeldBackEntry<'s>>,
    /// The next moment at which a build changes the site.
    next_change: NextChange,
    /// The next moment at which a document comes, goes or is held back for another reason.
    next_document_change: Option<String>,
}

/// A document that is held back, as other programs are told of it.
#[derive(Serialize)]
pub(super) struct HeldBackEntry<'s> {
    kind: &'static str,
    id: &'s str,
    file: &'s str,
    why: &'static str,
    until: Option<String>,
}

/// When a build would change the site, as other programs are told of it.
#[derive(Serialize)]
pub(super) struct NextChange {
    at: String,
    /// `document` or `day`.
    why: &'static str,
}

impl NextMoment {
    /// As other programs are told of it.
    pub(super) fn told(self, zone: &TimeZone) -> NextChange {
        let why = if self.is_of_document { "document" } else { "day" };
        NextChange { at: rfc3339(self.at, zone), why }
    }
}

/// Says what is held back.
pub(super) fn run(common: &Common) -> Result<Outcome, Failure> {
    if matches!(common.format, FormatOption::Sarif | FormatOption::Github) {
        return Err(Failure(
            "status has no findings to write in this format\nhelp: `--format json` is for programs"
                .to_owned(),
        ));
    }
    let request = request(common)?;
    let mut diagnostics = Diagnostics::new();
    let sources = Sources::read(&common.root, &mut diagnostics);
    let mut found = Vec::new();
    let config = sources.as_ref().and_then(|sources| config::read(&sources.config, &mut found));
    diagnostics.extend(found);
    let (Some(sources), Some(config)) = (&sources, &config) else {
        let show = Show::default();
        let (stderr, code) = findings(common, &show, sources.as_ref(), diagnostics).whole();
        return Ok(Outcome { stdout: String::new(), stderr, code });
    };
    let roster = Roster::read(sources, config, None, &mut diagnostics);
    let options = config.markdown_options();
    let corpus = Corpus::read(sources, config, roster, options, None, &mut diagnostics);
    if diagnostics.has_errors() {
        // Of a document with a mistake it is not known whether it is held back.
        let show = Show::default();
        let (stderr, code) = findings(common, &show, Some(sources), diagnostics).whole();
        return Ok(Outcome { stdout: String::new(), stderr, code });
    }
    let release = Release { now: request.now, drafts: request.drafts };
    let documents = corpus.publish(sources, config, release, None);
    let zone = config.zone();
    let turn = next_turn(&documents, &zone, request.now);
    if common.format == FormatOption::Json {
        let status = Status {
            now: rfc3339(request.now, &zone),
            time_zone: &config.timezone.value,
            held_back: held_back(&documents, &zone),
            next_change: turn.told(&zone),
            next_document_change: documents.next_change.map(|at| rfc3339(at, &zone)),
        };
        let mut text = serde_json::to_string_pretty(&status).map_err(|e| Failure(e.to_string()))?;
        text.push('\n');
        return Ok(Outcome::done(text));
    }
    Ok(Outcome::done(in_words(&documents, &zone, turn)))
}

/// The documents that are held back, as other programs are told of them.
pub(super) fn held_back<'s>(documents: &'s Published, zone: &TimeZone) -> Vec<HeldBackEntry<'s>> {
    let held = documents.held.documents().iter().map(|held| HeldBackEntry {
        kind: held.kind.word(),
        id: &held.id,
        file: &held.file,
        why: held.hold.why.word(),
        until: held.hold.until.map(|until| rfc3339(until, zone)),
    });
    held.collect()
}

fn in_words(documents: &Published, zone: &TimeZone, turn: NextMoment) -> String {
    let mut out = String::new();
    let held = documents.held.documents();
    if held.is_empty() {
        out.push_str("nothing is held back\n");
    }
    for held in held {
        let Hold { why, until } = held.hold;
        let until = until.map(|until| format!(" until {}", rfc3339(until, zone)));
        let _ = writeln!(
            out,
            "{} `{}`: {}{}\n  {}",
            held.kind.word(),
            held.id,
            why.words(),
            until.unwrap_or_default(),
            held.file
        );
    }
    let why = match turn.is_of_document {
        true => "a document comes or goes",
        false => "a day begins, and pages say what is current on it",
    };
    let _ = writeln!(out, "a build changes the site next at {}: {why}", rfc3339(turn.at, zone));
    if let Some(change) = documents.next_change.filter(|_| !turn.is_of_document) {
        let _ = writeln!(out, "the next document comes or goes at {}", rfc3339(change, zone));
    }
    out
}

/// A moment on the clocks of the site's time zone, as RFC 3339 has it.
fn rfc3339(moment: Timestamp, zone: &TimeZone) -> String {
    let local = moment.to_zoned_datetime(zone.clone());
    local.strftime("%Y-%m-%dT%H:%M:%S%:z").to_string()
}
