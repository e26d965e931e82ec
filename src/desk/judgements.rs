//! What an editor would ask of judgements: what is due, what was changed, and whether they say what they mean to.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use jiff::Timestamp;
use jiff::civil::Date;

use crate::config::Config;
use crate::corpus::Document;
use crate::diagnostic::{Code, Diagnostic, Diagnostics, MOST_GUESSES, Place, Span, nearest};
use crate::front_matter::{Brief, Judgement, Spanned, split_judgement, tree};
use crate::graph::{Graph, JudgementIx, JudgementRecord, Noted, Standing};
use crate::markdown::prose;
use crate::source::{Kind, LOG, Sources};
use crate::tradecraft::log::Log;
use crate::tradecraft::scale::{Scale, lower, stated, whole_words};

/// Words that take back what a judgement says.
const HEDGES: &[&str] = &[
    "may",
    "might",
    "could",
    "perhaps",
    "possible",
    "possibly",
    "conceivable",
    "conceivably",
    "maybe",
    "cannot be ruled out",
    "cannot rule out",
    "cannot discount",
];

/// Levels of confidence, as texts have them.
const CONFIDENCE: &[&str] = &[
    "low confidence",
    "moderate confidence",
    "medium confidence",
    "high confidence",
    "little confidence",
    "confidence is low",
    "confidence is moderate",
    "confidence is high",
];

/// Notes the judgements that are due, and reports those that are not as the record has them.
pub(super) fn standing(
    graph: &Graph,
    sources: &Sources,
    today: Date,
    diagnostics: &mut Diagnostics,
) {
    for ix in graph.judgements.standing(Standing::Open) {
        let Some(judgement) = graph.judgement(*ix) else { continue };
        let due = judgement.by.as_ref().filter(|by| by.value < today);
        if let Some(by) = due {
            let id = &*judgement.id.value;
            diagnostics.push(
                Diagnostic::new(
                    Code::JudgementDue,
                    format!("the judgement `{id}` was to be settled by {}, and has no outcome", by.value),
                )
                .at(place(graph, *ix, by.span))
                .help("add `outcome` (`yes`, `no` or `void`) and `outcome_date`; or judge anew in a later brief that `updates` it"),
            );
        }
    }
    let Some(text) = &sources.log else { return };
    match JudgementRecord::read(sources) {
        Some(Ok(record)) => compare(graph, &record, text, diagnostics),
        Some(Err(broken)) => diagnostics.push(
            Diagnostic::new(Code::JudgementLog, format!("`{LOG}` is damaged: {}", broken.why))
                .at(Place::span(LOG, broken.at))
                .label("nothing from here on can be trusted")
                .help("take the file as it was from version control: its lines are added by `chancery judgements log`, and changed by nobody"),
        ),
        None => {}
    }
}

/// Reports what differs from the record.
fn compare(graph: &Graph, record: &JudgementRecord, text: &str, diagnostics: &mut Diagnostics) {
    let line = |place| Place::span(LOG, Log::span(text, place));
    for ix in graph.judgements.all() {
        let Some(judgement) = graph.judgement(*ix) else { continue };
        let (id, at) = (&*judgement.id.value, place(graph, *ix, judgement.id.span));
        let public = graph.is_public(*ix);
        match record.noted(graph, *ix) {
            Noted::Same => {}
            Noted::Never | Noted::Unsettled if !public => {}
            Noted::Never => diagnostics.push(
                Diagnostic::new(Code::UnloggedJudgement, format!("`{LOG}` has no line of the judgement `{id}`"))
                    .at(at)
                    .help("run `chancery judgements log` when the brief is published"),
            ),
            Noted::Unsettled => diagnostics.push(
                Diagnostic::new(Code::UnloggedJudgement, format!("`{LOG}` does not have the outcome of the judgement `{id}`"))
                    .at(at)
                    .help("run `chancery judgements log` when it is published"),
            ),
            Noted::Otherwise(last) => diagnostics.push(
                Diagnostic::new(Code::JudgementChanged, format!("the judgement `{id}` is not as it was published"))
                    .at(at)
                    .related(line(last), "as it was noted here")
                    .help("give it back what it said, and judge anew in a later brief that `updates` it; `chancery judgements log --changed` notes the change where readers see it"),
            ),
        }
    }
    // Of a document that cannot be read, nothing is known.
    if !graph.documents.unsound.is_empty() {
        return;
    }
    let held = &graph.documents.held;
    for (judgement, last) in record.missing(graph) {
        let (brief, _) = split_judgement(judgement);
        if held.get(Kind::Brief, brief).is_some() || held.has_address(&Kind::Brief.path_of(brief)) {
            continue;
        }
        diagnostics.push(
            Diagnostic::new(Code::JudgementChanged, format!("the judgement `{judgement}` was published, and is gone"))
                .at(line(last))
                .help("put it back; one that fell away gets `outcome = \"void\"`, a brief that is not to be shown `draft = true`"),
        );
    }
}

/// A place in the file of a judgement.
fn place(graph: &Graph, ix: JudgementIx, span: Span) -> Place {
    Place::span(graph.documents.briefs[ix.brief].file.clone(), span)
}

/// What is looked over in judgements, and in the texts of a site that judges.
pub(super) struct Review<'a> {
    graph: &'a Graph,
    scale: &'static Scale,
    /// The language of the site.
    language: &'a str,
    /// Whether all texts of the site keep to the standard, as its configuration asks.
    everywhere: bool,
    today: Date,
    diagnostics: &'a mut Diagnostics,
}

impl<'a> Review<'a> {
    pub(super) fn new(
        graph: &'a Graph,
        config: &'a Config,
        now: Timestamp,
        diagnostics: &'a mut Diagnostics,
    ) -> Self {
        let today = now.to_zoned_datetime(config.zone()).date();
        let everywhere = config.judgements.is_some();
        let (scale, language) = (config.scale(), &*config.language);
        Review { graph, scale, language, everywhere, today, diagnostics }
    }

    /// Whether a brief is in English, whose words are known.
    fn is_english(&self, brief: &Document<Brief>) -> bool {
        let language = brief.front.language.as_deref().unwrap_or(self.language);
        language.split('-').next() == Some("en")
    }

    fn say(&mut self, code: Code, at: Place, message: String, help: String) {
        self.diagnostics.push(Diagnostic::new(code, message).at(at).help(help));
    }

    /// Looks all judgements over, and the texts of `sources` that belong to them.
    pub(super) fn run(mut self, sources: &Sources) {
        let (graph, everywhere) = (self.graph, self.everywhere);
        if graph.judgements.is_empty() && !everywhere {
            return;
        }
        for ix in graph.judgements.all() {
            if let Some(judgement) = graph.judgement(*ix) {
                self.judgement(*ix, judgement);
            }
        }
        self.mixed_words();
        let briefs = graph.documents.briefs.iter();
        for brief in briefs.filter(|brief| everywhere || !brief.front.judgements.is_empty()) {
            if self.is_english(brief) {
                self.text(brief, sources);
            }
        }
    }

    fn judgement(&mut self, ix: JudgementIx, judgement: &Judgement) {
        let graph = self.graph;
        let id = &*judgement.id.value;
        let at = place(graph, ix, judgement.id.span);
        if judgement.confidence.is_none() {
            self.say(
                Code::NoConfidence,
                at.clone(),
                format!("the judgement `{id}` does not say how good its basis is"),
                "add `confidence`: `low`, `moderate` or `high`".to_owned(),
            );
        }
        if judgement.sources.is_empty() {
            self.say(
                Code::UnsourcedJudgement,
                at,
                format!("the judgement `{id}` names no source"),
                "add `sources`, the ids of those of the brief that it rests on".to_owned(),
            );
        }
        self.sources(ix, judgement);
        if let Some(outcome) = &judgement.outcome_date {
            self.outcome(ix, id, outcome);
        }
        if self.is_english(&graph.documents.briefs[ix.brief]) {
            self.words(ix, &judgement.text);
        }
    }

    /// Whether the brief has the sources that a judgement rests on, and whether they stand.
    fn sources(&mut self, ix: JudgementIx, judgement: &Judgement) {
        let graph = self.graph;
        let brief = &graph.documents.briefs[ix.brief].front;
        let id = &*judgement.id.value;
        let mut guesses = MOST_GUESSES;
        for (written, source) in brief.sources_of(judgement.sources.iter()) {
            let at = place(graph, ix, written.span);
            match source.and_then(|source| brief.sources.get(source)) {
                Some(source) if source.is_retracted() => self.say(
                    Code::RetractedSource,
                    at,
                    format!("the judgement `{id}` rests on a source that was retracted"),
                    "look whether it still stands: a later brief that `updates` it judges anew"
                        .to_owned(),
                ),
                Some(_) => {}
                None => {
                    let known = brief.sources.iter().map(|source| &*source.id.value);
                    let known = known.take(if guesses > 0 { usize::MAX } else { 0 });
                    guesses = guesses.saturating_sub(1);
                    let help = match nearest(&written.value, known) {
                        Some(near) => format!("did you mean `{near}`?"),
                        None => format!(
                            "declare it: `[[sources]]` with `id = \"{}\"` and a `title`",
                            &*written.value
                        ),
                    };
                    let message = format!("the brief has no source `{}`", &*written.value);
                    self.say(Code::UnknownSource, at, message, help);
                }
            }
        }
    }

    /// Whether an outcome was known when the judgement was made, or is not known yet.
    fn outcome(&mut self, ix: JudgementIx, id: &str, outcome: &Spanned<Date>) {
        let graph = self.graph;
        let at = place(graph, ix, outcome.span);
        let day = |ix: JudgementIx| graph.documents.briefs[ix.brief].date;
        if outcome.value > self.today {
            self.say(
                Code::OutcomeDate,
                at,
                format!(
                    "the judgement `{id}` has an outcome of {}, which is to come",
                    outcome.value
                ),
                "write the day on which the outcome was known".to_owned(),
            );
        } else if let Some(made) = day(ix).filter(|made| outcome.value < *made) {
            self.say(
                Code::OutcomeDate,
                at,
                format!("the outcome of the judgement `{id}` was known before its brief, of {made}"),
                "give the outcome to the judgement of an earlier brief: what is known is not judged"
                    .to_owned(),
            );
        } else if graph.judgement(ix).is_some_and(|one| one.by.is_none()) {
            self.say(
                Code::OutcomeDate,
                at,
                format!("the judgement `{id}` has an outcome and no `by`"),
                "add the day by which it could be settled, as it was said when it was made; such a judgement is left out of calibration"
                    .to_owned(),
            );
        }
    }

    /// The words of a judgement.
    fn words(&mut self, ix: JudgementIx, text: &Spanned<String>) {
        let file = self.graph.documents.briefs[ix.brief].file.clone();
        // The place of a word is that of the text if escapes stand before it.
        let at = |_: &Range<usize>| Place::span(file.clone(), text.span);
        self.off_scale(&text.value, at);
        self.combined(&text.value, at);
        let small = lower(&text.value);
        let hedges = HEDGES.iter().filter_map(|hedge| {
            let found = whole_words(&small, hedge).next()?;
            // The month is written with a capital letter.
            let is_month = *hedge == "may" && text.value.get(found.clone()) == Some("May");
            (!is_month).then_some((found.start, *hedge))
        });
        let first = hedges.min();
        if let Some((_, hedge)) = first.filter(|_| stated(&text.value).is_empty()) {
            self.say(
                Code::Hedge,
                at(&(0..0)),
                format!("“{hedge}” takes back what the judgement says"),
                "say what is judged as if it were so: how likely it is has a field of its own"
                    .to_owned(),
            );
        }
    }

    /// Reports words of likelihood that the scale does not have.
    fn off_scale(&mut self, text: &str, at: impl Fn(&Range<usize>) -> Place) {
        for found in stated(text).into_iter().filter(|found| self.scale.row(found.word).is_none()) {
            let message = format!(
                "“{}” is a word of another scale than that of this site, {}",
                found.word, self.scale.title
            );
            let help = match self.scale.nearest(found.word) {
                Some(near) => format!("its nearest word is “{near}”"),
                None => "write a word of the site's scale".to_owned(),
            };
            self.say(Code::OffScale, at(&found.at), message, help);
        }
    }

    /// Reports sentences that have a likelihood and a confidence.
    fn combined(&mut self, text: &str, at: impl Fn(&Range<usize>) -> Place) {
        let mut start = 0;
        for sentence in text.split_inclusive(['.', '!', '?', ';', '\n']) {
            let range = start..start + sentence.len();
            start = range.end;
            let small = lower(sentence);
            let confidence = CONFIDENCE
                .iter()
                .find_map(|level| whole_words(&small, level).next().zip(Some(level)));
            let Some((found, level)) = confidence else { continue };
            let Some(word) = stated(sentence).into_iter().next() else { continue };
            let first = found.start.min(word.at.start) + range.start;
            let last = found.end.max(word.at.end) + range.start;
            self.say(
                Code::LikelihoodAndConfidence,
                at(&(first..last)),
                format!("“{}” and “{level}” stand in one sentence", word.word),
                "say in one sentence how likely it is, and in another how good the basis for that is"
                    .to_owned(),
            );
        }
    }

    /// The text of a brief.
    fn text(&mut self, brief: &Document<Brief>, sources: &Sources) {
        let Ok(text) = sources.read_text(&brief.file) else { return };
        let Ok(parts) = tree::split(&brief.file, &text) else { return };
        let (_, body) = text.split_at(parts.body);
        let start = parts.body;
        let file: Arc<str> = brief.file.clone();
        let at = |range: &Range<usize>| {
            Place::span(file.clone(), start + range.start..start + range.end)
        };
        let words = prose(body);
        self.combined(&words, at);
        self.off_scale(&words, at);
    }

    /// Reports the words of which the site uses the synonym too.
    fn mixed_words(&mut self) {
        let graph = self.graph;
        // By the place on the scale, the words that are written, and where first.
        let mut used: BTreeMap<usize, BTreeMap<&'static str, Place>> = BTreeMap::new();
        // The oldest first.
        for ix in graph.judgements.all().iter().rev() {
            let Some(written) = graph.judgement(*ix).and_then(|one| one.likelihood.as_ref()) else {
                continue;
            };
            let Some((row, found)) = self.scale.row(written.value.trim()) else { continue };
            let word = match found.synonym {
                Some(synonym) if synonym == written.value.trim() => synonym,
                _ => found.word,
            };
            let at = place(graph, *ix, written.span);
            used.entry(row).or_default().entry(word).or_insert(at);
        }
        for words in used.into_values().filter(|words| words.len() > 1) {
            let mut words: Vec<(&str, Place)> = words.into_iter().collect();
            words.sort_by(|a, b| a.1.cmp(&b.1));
            let ([(one, first), (other, second)], []) = words.split_at(2.min(words.len())) else {
                continue;
            };
            self.diagnostics.push(
                Diagnostic::new(
                    Code::MixedWords,
                    format!("“{other}” and “{one}” mean the same, and both are used"),
                )
                .at(second.clone())
                .related(first.clone(), format!("“{one}” here"))
                .help("keep to one of them: readers look for a difference"),
            );
        }
    }
}
