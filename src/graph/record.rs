//! What `judgements.log` says of the judgements of the site.

use std::collections::BTreeSet;

use jiff::civil::Date;
use serde_json::{Map, Value, json};

use crate::arena::Ix;
use crate::front_matter::{Brief, Judgement};
use crate::source::{Kind, Sources};
use crate::tradecraft::log::{Broken, Log, LogLine, hash_of_line};

use super::Graph;
use super::judgements::JudgementIx;

/// The record of the judgements of a site.
#[derive(Debug, Default)]
pub(crate) struct JudgementRecord {
    log: Log,
}

/// How a judgement is noted in the record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Noted {
    /// As it is.
    Same,
    /// As it is, but for its outcome, which is new.
    Unsettled,
    /// Otherwise; the place of its last line.
    Otherwise(usize),
    /// Not at all.
    Never,
}

/// The text of a judgement that is hashed, in a line: what it says, and with `outcome` what came of it. JSON, so that it is
/// one line whatever stands in it.
pub(crate) fn text_of(judgement: &Judgement, outcome: bool) -> String {
    let mut text = Map::new();
    let mut set = |key: &str, value: Value| text.insert(key.to_owned(), value);
    set("text", json!(judgement.text.value));
    if let Some(word) = &judgement.likelihood {
        set("likelihood", json!(word.value.trim()));
    }
    if let Some(percent) = &judgement.probability {
        let percent = percent.value.0;
        let whole = percent.fract() == 0.0;
        set("probability", if whole { json!(percent as i64) } else { json!(percent) });
    }
    if let Some(confidence) = judgement.confidence {
        set("confidence", json!(confidence.word()));
    }
    if let Some(by) = &judgement.by {
        set("by", json!(by.value.to_string()));
    }
    if outcome && let Some(outcome) = &judgement.outcome {
        set("outcome", json!(outcome.value.word()));
        if let Some(date) = &judgement.outcome_date {
            set("outcome_date", json!(date.value.to_string()));
        }
    }
    Value::Object(text).to_string()
}

/// The ids that a brief has and had: an address that leads to it is that of an old one.
fn ids_of(graph: &Graph, brief: Ix<Brief>) -> impl Iterator<Item = &str> {
    let document = &graph.documents.briefs[brief];
    let old = document.front.redirects.iter().filter_map(|redirect| {
        let path = redirect.value.trim_matches('/');
        path.strip_prefix(Kind::Brief.folder())?.strip_prefix('/')
    });
    [document.id.as_str()].into_iter().chain(old)
}

/// What the record calls a judgement: by the id that its brief has, and by those that it had.
pub(crate) fn keys_of(graph: &Graph, ix: JudgementIx) -> Vec<String> {
    let Some(judgement) = graph.judgement(ix) else { return Vec::new() };
    ids_of(graph, ix.brief).map(|brief| format!("{brief}#{}", &*judgement.id.value)).collect()
}

impl JudgementRecord {
    /// Reads the record, if the site keeps one. Errors: it is damaged.
    pub(crate) fn read(sources: &Sources) -> Option<Result<JudgementRecord, Broken>> {
        let text = sources.log.as_ref()?;
        Some(Log::read(text).map(|log| JudgementRecord { log }))
    }

    /// The lines of a judgement, the first one first, each with its place.
    pub(crate) fn of(&self, graph: &Graph, ix: JudgementIx) -> Vec<(usize, &LogLine)> {
        let keys = keys_of(graph, ix);
        let mut lines: Vec<_> = keys.iter().flat_map(|key| self.log.of(key)).collect();
        lines.sort_by_key(|(at, _)| *at);
        lines
    }

    /// How a judgement is noted.
    pub(crate) fn noted(&self, graph: &Graph, ix: JudgementIx) -> Noted {
        let Some(judgement) = graph.judgement(ix) else { return Noted::Never };
        let Some((place, last)) = self.of(graph, ix).pop() else { return Noted::Never };
        if last.text == hash_of_line(&text_of(judgement, true)) {
            Noted::Same
        } else if judgement.outcome.is_some()
            && last.text == hash_of_line(&text_of(judgement, false))
        {
            Noted::Unsettled
        } else {
            Noted::Otherwise(place)
        }
    }

    /// Notes a judgement as it is; gives the line that is added, with its end.
    pub(crate) fn note(&mut self, graph: &Graph, ix: JudgementIx, day: Date) -> Option<String> {
        let key = keys_of(graph, ix).into_iter().next()?;
        let text = hash_of_line(&text_of(graph.judgement(ix)?, true));
        Some(self.log.add(day, key, text))
    }

    /// What it notes that the site does not have: each judgement with the place of its last line.
    pub(crate) fn missing(&self, graph: &Graph) -> Vec<(&str, usize)> {
        let all = graph.judgements.all().iter();
        let known: BTreeSet<String> = all.flat_map(|ix| keys_of(graph, *ix)).collect();
        let mut noted = self.log.judgements();
        noted.retain(|(judgement, _)| !known.contains(*judgement));
        noted
    }

    /// The record as readers get it, with nothing of what is held back.
    pub(crate) fn published(&self, graph: &Graph) -> String {
        let all = graph.judgements.all().iter().filter(|ix| graph.is_public(**ix));
        let shown: BTreeSet<String> = all.flat_map(|ix| keys_of(graph, *ix)).collect();
        self.log.published(|judgement| shown.contains(judgement))
    }
}
