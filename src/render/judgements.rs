//! Judgements: what pages show of them, their record, and the legend.

use std::collections::BTreeMap;

use jiff::civil::Date;

use crate::arena::Ix;
use crate::front_matter::{Brief, Judgement, Outcome, Source};
use crate::graph::{DocumentIx, JudgementIx, Likelihood, Standing, likelihood, text_of};
use crate::html::Html;
use crate::markdown::source_anchor;
use crate::never;
use crate::plan::{HtmlPage, judgements_path};
use crate::tradecraft::log::hash_of_line;
use crate::tradecraft::scale::Row;
use crate::tradecraft::score::{Bin, Forecast, Split, brier, split, time_weighted};

use super::address::shown;
use super::value::{DocumentText, IntoValue, Value, list};
use super::view::{
    BinView, GroundView, IndicatorView, JudgementEntry, JudgementList, JudgementStep,
    JudgementView, LoggedView, RecordView, ScaleRow, ScaleView, ScoreGroup, ScoreRow,
};
use super::{Renderer, Shown, charts, dates};

/// At most so many judgements stand on the page of an actor, a topic or a storyline.
const BESIDE: usize = 20;
/// Fewer settled judgements than this say little.
const FEW: usize = 20;
/// A space at which no line breaks.
const SPACE: &str = "\u{a0}";

/// A settled judgement, as it is scored.
struct Counted {
    /// The judgement of its course that counts: the last before it was settled.
    ix: JudgementIx,
    /// What was stated and what came of it.
    forecast: Forecast,
    /// When it was settled.
    settled: Date,
    /// Whether that was before the day by which it could be, or no such day was said.
    early: bool,
    /// The score of its whole course, each step weighted by the days that it stood.
    course: Option<f64>,
}

/// A number with three decimals.
fn decimals(number: f64) -> String {
    // What rounding makes of nothing has no sign.
    format!("{:.3}", if number.abs() < 0.0005 { 0.0 } else { number })
}

/// A part of one in percent.
fn percent(part: f64) -> String {
    format!("{:.0}{SPACE}%", part * 100.0)
}

/// Whether it came about, or not, before the day by which it could be settled.
fn is_early(judgement: &Judgement) -> bool {
    let told = judgement.outcome.as_ref().is_some_and(|outcome| outcome.value != Outcome::Void);
    let dates = judgement.outcome_date.as_ref().zip(judgement.by.as_ref());
    told && dates.is_some_and(|(outcome, by)| outcome.value < by.value)
}

impl Renderer {
    /// How likely a judgement is said to be.
    pub(super) fn likelihood(&self, judgement: &Judgement) -> Likelihood {
        likelihood(judgement, self.config.scale())
    }

    /// A word of a scale in the language of the theme.
    pub(super) fn likelihood_word(&self, word: &'static str) -> &str {
        self.strings.find(&["likelihood_", &word.replace(' ', "_")].concat()).unwrap_or(word)
    }

    /// What a word stands for, as in `55–80 %`.
    fn range(row: &Row) -> String {
        [row.range, "%"].join(SPACE)
    }

    /// How likely a judgement is said to be, in words and with the range.
    fn stated(&self, likelihood: Likelihood) -> String {
        let mut stated = String::with_capacity(48);
        if let Some(percent) = likelihood.percent {
            stated.push_str(&format!("{percent}{SPACE}%"));
        }
        if let Some(((_, row), word)) = likelihood.word.zip(likelihood.written) {
            let before = if stated.is_empty() { "" } else { ", " };
            let parts = [before, self.likelihood_word(word), " (", row.range, SPACE, "%)"];
            parts.iter().for_each(|part| stated.push_str(part));
        }
        stated
    }

    /// How sure a judgement is, in words.
    fn confidence(&self, judgement: &Judgement) -> Option<&str> {
        judgement.confidence.map(|level| self.strings.of("confidence", level.word()))
    }

    /// A step in the course of a judgement.
    pub(super) fn step(&self, ix: JudgementIx, current: JudgementIx) -> Option<Value<'_>> {
        let judgement = self.graph.judgement(ix)?;
        let view = JudgementStep {
            brief: ix.brief.into_value(),
            anchor: judgement.anchor(),
            stated_text: self.stated(self.likelihood(judgement)),
            confidence_text: judgement
                .confidence
                .map(|level| self.strings.of("with", level.word())),
            current: ix == current,
        };
        Some(view.into_value())
    }

    /// How a judgement stands.
    fn standing(&self, ix: JudgementIx, judgement: &Judgement) -> &'static str {
        match judgement.outcome.as_ref().map(|outcome| outcome.value) {
            Some(outcome) => outcome.word(),
            None if self.graph.judgements.next(ix).is_some() => "continued",
            None => "open",
        }
    }

    /// Whether an open judgement was to be settled before the day of the build.
    fn is_overdue(&self, standing: &str, by: Option<Date>) -> bool {
        standing == "open" && by.is_some_and(|by| by < self.today())
    }

    /// A judgement in a line, as it stands beside what else is told of its subject.
    pub(super) fn judgement_entry(&self, ix: JudgementIx) -> Option<Value<'_>> {
        let judgement = self.graph.judgement(ix)?;
        let stated = self.likelihood(judgement);
        let standing = self.standing(ix, judgement);
        let by = judgement.by.as_ref().map(|day| day.value);
        let outcome = judgement.outcome_date.as_ref().map(|day| day.value);
        let words = |day: Option<Date>| day.map(|day| dates::day(&self.strings, day));
        let view = JudgementEntry {
            brief: ix.brief.into_value(),
            anchor: judgement.anchor(),
            text_html: Value::Body(DocumentText::Judgement(ix.brief, ix.index, false)),
            stated_text: self.stated(stated),
            scale_html: Value::Html(self.scale.of(stated.word, stated.percent)),
            confidence_text: judgement
                .confidence
                .map(|level| self.strings.of("with", level.word())),
            by: by.map(|day| day.to_string()),
            by_text: words(by),
            overdue: self.is_overdue(standing, by),
            standing,
            standing_text: self.strings.of("standing", standing),
            outcome_date: outcome.map(|day| day.to_string()),
            outcome_date_text: words(outcome),
            early: is_early(judgement),
        };
        Some(view.into_value())
    }

    /// A judgement on the page of its brief.
    pub(super) fn judgement(&self, ix: JudgementIx) -> Value<'_> {
        let graph = &*self.graph;
        let Some(judgement) = graph.judgement(ix) else {
            return never!("{ix:?} is not declared" => Value::None);
        };
        let stated = self.likelihood(judgement);
        let of = &graph.judgements;
        let standing = self.standing(ix, judgement);
        let by = judgement.by.as_ref().map(|day| day.value);
        let outcome = judgement.outcome_date.as_ref().map(|day| day.value);
        let words = |day: Option<Date>| day.map(|day| dates::day(&self.strings, day));
        let course = of.course(ix);
        let course = if course.len() > 1 { course } else { Vec::new() };
        let indicators = judgement.indicators.iter().map(|one| {
            let met = one.met.as_ref().map(|date| &date.value);
            let met_text = met.map(|date| dates::partial(&self.strings, date));
            IndicatorView { text: &one.text.value, met: met.map(ToString::to_string), met_text }
                .into_value()
        });
        let view = JudgementView {
            brief: ix.brief.into_value(),
            anchor: judgement.anchor(),
            text_html: Value::Body(DocumentText::Judgement(ix.brief, ix.index, true)),
            stated_text: self.stated(stated),
            scale_html: Value::Html(self.scale.of(stated.word, stated.percent)),
            confidence: judgement.confidence.map(|level| level.word()),
            confidence_text: self.confidence(judgement),
            by: by.map(|day| day.to_string()),
            by_text: words(by),
            overdue: self.is_overdue(standing, by),
            standing,
            standing_text: self.strings.of("standing", standing),
            outcome_date: outcome.map(|day| day.to_string()),
            outcome_date_text: words(outcome),
            outcome_note: judgement.outcome_note.as_deref(),
            early: is_early(judgement),
            sources: self.grounds(ix, judgement),
            previous: of.previous(ix).and_then(|other| self.step(other, ix)),
            next: of.next(ix).and_then(|other| self.step(other, ix)),
            course: course.into_iter().filter_map(|other| self.step(other, ix)).collect(),
            indicators: indicators.collect(),
            alternatives: list(judgement.alternatives.iter().map(String::as_str)),
            logged: self.logged(ix, judgement).map(IntoValue::into_value),
        };
        view.into_value()
    }

    /// What a judgement rests on.
    fn grounds<'a>(&'a self, ix: JudgementIx, judgement: &'a Judgement) -> Vec<Value<'a>> {
        let brief = &self.graph.documents.briefs[ix.brief].front;
        let count = judgement.sources.len();
        let named = brief.sources_of(judgement.sources.iter());
        let grounds = (1..).zip(named).map(|(number, (id, at))| {
            let source = at.and_then(|at| brief.sources.get(at));
            GroundView {
                title: source.map_or(&*id.value, |source| &source.title.value),
                anchor: source.map(|source| source_anchor(&source.id.value)),
                retracted: source.is_some_and(Source::is_retracted),
                more: number < count,
            }
            .into_value()
        });
        grounds.collect()
    }

    /// What the record says of a judgement.
    fn logged(&self, ix: JudgementIx, judgement: &Judgement) -> Option<LoggedView<'_>> {
        let record = self.record.as_ref()?;
        let lines = record.of(&self.graph, ix);
        let ((_, first), (_, last)) = (lines.first()?, lines.last()?);
        let words = |day: Date| dates::day(&self.strings, day);
        // What has come of it since is noted later.
        let whole = text_of(judgement, true);
        let is_noted = hash_of_line(&whole) == last.text;
        Some(LoggedView {
            date: first.day.to_string(),
            date_text: words(first.day),
            changed_text: (lines.len() > 1).then(|| words(last.day)),
            hash: &last.text,
            line: if is_noted { whole } else { text_of(judgement, false) },
        })
    }

    /// The judgements of some briefs, the newest first: a few, on the first page of a list.
    pub(super) fn judgements_of(&self, briefs: &[Ix<Brief>], first: bool) -> Value<'_> {
        let of = &self.graph.judgements;
        if of.is_empty() || !first {
            return Value::List(Vec::new());
        }
        let mut all: Vec<JudgementIx> =
            briefs.iter().flat_map(|brief| of.of(*brief)).copied().collect();
        // A storyline has its briefs the other way round.
        all.sort_unstable();
        // Those that a later one continues are in its course.
        all.retain(|ix| of.next(*ix).is_none());
        list(all.into_iter().take(BESIDE).filter_map(|ix| self.judgement_entry(ix)))
    }

    /// The lists of judgements that there are, by how they stand.
    pub(super) fn judgement_lists(&self, page: &HtmlPage) -> Value<'_> {
        let lists = Standing::ALL.into_iter().filter_map(|standing| {
            let count = self.graph.judgements.standing(standing).len();
            (count > 0 || standing == Standing::Open).then(|| JudgementList {
                title: self.strings.of("judgements", standing.word()),
                path: shown(judgements_path(standing), self.offline).into_owned(),
                count,
                current: matches!(page, HtmlPage::Judgements(of, _) if *of == standing),
            })
        });
        list(lists)
    }

    /// The lists of judgements by author, if there are several.
    pub(super) fn judgement_authors(&self) -> Value<'_> {
        let authors = self.graph.judgements.authors().iter().zip(&self.plan.authors);
        let lists = authors.map(|((name, of), path)| JudgementList {
            title: name,
            path: shown(path.as_str(), self.offline).into_owned(),
            count: of.len(),
            current: false,
        });
        list(lists)
    }

    /// The settled judgements that others are told of, as they are scored.
    fn counted(&self) -> Vec<Counted> {
        let of = &self.graph.judgements;
        let settled = |ix: JudgementIx| {
            let outcome = self.graph.judgement(ix)?.outcome.as_ref()?.value;
            matches!(outcome, Outcome::Yes | Outcome::No).then_some(outcome)
        };
        let settled_later = |ix: &JudgementIx| {
            std::iter::successors(of.next(*ix), |ix| of.next(*ix)).any(|ix| settled(ix).is_some())
        };
        let all = of.standing(Standing::Settled).iter();
        let all = all.filter(|ix| self.graph.is_public(**ix) && !settled_later(ix));
        all.filter_map(|ix| self.count(*ix, settled(*ix)? == Outcome::Yes)).collect()
    }

    /// A settled judgement as it is scored; nothing if none of its course was made before it was settled.
    fn count(&self, ix: JudgementIx, happened: bool) -> Option<Counted> {
        let graph = &*self.graph;
        let settled = graph.judgement(ix)?.outcome_date.as_ref()?.value;
        let steps = graph.judgements.up_to(ix).into_iter().filter_map(|step| {
            let made = graph.documents.briefs[step.brief].date.filter(|made| *made <= settled)?;
            Some((step, made, graph.judgement(step)?))
        });
        let steps: Vec<(JudgementIx, Date, &Judgement)> = steps.collect();
        let (last, _, judgement) = *steps.last()?;
        let said = self.likelihood(judgement);
        let (stated, range) = said.scored();
        let group = match (said.percent, said.word) {
            (None, Some((row, _))) => 2 * row + 1,
            (percent, _) => self.config.scale().slot(percent.unwrap_or_default()),
        };
        let course: Vec<(Date, f64)> =
            steps.iter().map(|(_, made, one)| (*made, self.likelihood(one).scored().0)).collect();
        let outcome = if happened { 1.0 } else { 0.0 };
        Some(Counted {
            ix: last,
            forecast: Forecast { stated, range, happened, group },
            settled,
            early: judgement.by.as_ref().is_none_or(|by| settled < by.value),
            course: time_weighted(&course, settled, |stated| (stated - outcome).powi(2)),
        })
    }

    /// How good judgements turned out to be.
    pub(super) fn record(&self) -> RecordView<'_> {
        let counted = self.counted();
        let all: Vec<Forecast> = counted.iter().map(|one| one.forecast).collect();
        let on_time: Vec<&Counted> = counted.iter().filter(|one| !one.early).collect();
        let ones: Vec<Forecast> = on_time.iter().map(|one| one.forecast).collect();
        let parts = split(&ones);
        let part = |of: fn(&Split) -> f64| parts.as_ref().map(|parts| decimals(of(parts)));
        let bins = parts.as_ref().map(|parts| parts.bins.as_slice()).unwrap_or_default();
        let public = |standing| {
            let all = self.graph.judgements.standing(standing).iter();
            all.filter(|ix| self.graph.is_public(**ix)).count()
        };
        let courses: Vec<f64> = on_time.iter().filter_map(|one| one.course).collect();
        let count = courses.len() as f64;
        let course = (count > 0.0).then(|| courses.iter().sum::<f64>() / count);
        let word = |key: &'static str| self.strings.get(key);
        let plot = match bins {
            [] => Html::default(),
            bins => charts::calibration(
                bins,
                [
                    word("plot_title"),
                    word("plot_description"),
                    word("plot_stated"),
                    word("plot_observed"),
                ],
            ),
        };
        RecordView {
            count: ones.len(),
            happened: ones.iter().filter(|one| one.happened).count(),
            early: counted.len() - ones.len(),
            void: public(Standing::Void),
            open: public(Standing::Open),
            few: ones.len() < FEW,
            brier: part(|parts| parts.brier),
            brier_low: brier(&ones, |one| one.range.0).map(decimals),
            brier_high: brier(&ones, |one| one.range.1).map(decimals),
            brier_all: brier(&all, |one| one.stated).map(decimals),
            brier_course: course.map(decimals),
            skill: parts.as_ref().and_then(|parts| parts.skill()).map(decimals),
            reliability: part(|parts| parts.reliability),
            resolution: part(|parts| parts.resolution),
            uncertainty: part(|parts| parts.uncertainty),
            variance: part(|parts| parts.variance),
            covariance: part(|parts| parts.covariance),
            plot_html: Value::Html(plot),
            bins: bins.iter().map(|bin| self.bin(bin).into_value()).collect(),
            groups: self.score_groups(&on_time),
            log_path: self.record.as_ref().map(|_| "judgements/log.txt"),
        }
    }

    fn bin(&self, bin: &Bin) -> BinView<'_> {
        let rows = self.config.scale().rows;
        let label = match (bin.group % 2 == 1).then(|| rows.get(bin.group / 2)).flatten() {
            Some(row) => format!("{} ({})", self.likelihood_word(row.word), Renderer::range(row)),
            // Between two words, or before or behind all.
            None => {
                let from = bin.group.checked_sub(2).and_then(|group| rows.get(group / 2));
                let to = rows.get(bin.group / 2);
                let (from, to) =
                    (from.map_or(0.0, |row| row.high), to.map_or(100.0, |row| row.low));
                format!("{} ({from}–{to}{SPACE}%)", self.strings.get("no_word"))
            }
        };
        let (low, high) = bin.band;
        BinView {
            label: label.into(),
            count: bin.count as usize,
            happened: bin.happened as usize,
            stated: percent(bin.stated),
            observed: percent(bin.observed()),
            band: format!("{:.0}–{}", low * 100.0, percent(high)),
            within: bin.is_within(),
        }
    }

    /// Scores by year, author and topic, where there is more than one.
    fn score_groups(&self, counted: &[&Counted]) -> Vec<Value<'_>> {
        let graph = &*self.graph;
        let mut years: BTreeMap<String, Vec<Forecast>> = BTreeMap::new();
        let mut authors: BTreeMap<String, Vec<Forecast>> = BTreeMap::new();
        let mut topics: BTreeMap<String, Vec<Forecast>> = BTreeMap::new();
        for Counted { ix, forecast, settled, .. } in counted.iter().copied() {
            let year = format!("{:04}", settled.year());
            years.entry(year).or_default().push(*forecast);
            for author in &graph.documents.briefs[ix.brief].front.authors {
                authors.entry(author.clone()).or_default().push(*forecast);
            }
            for topic in &graph.briefs[ix.brief].topics {
                let topic = DocumentIx::Topic(*topic);
                if self.is_public(topic) {
                    topics.entry(graph.title(topic).to_owned()).or_default().push(*forecast);
                }
            }
        }
        let group = |(key, groups): (&'static str, BTreeMap<String, Vec<Forecast>>)| {
            let rows = groups.into_iter().filter_map(|(name, ones)| {
                let brier = decimals(brier(&ones, |one| one.stated)?);
                Some(ScoreRow { name: name.into(), count: ones.len(), brier }.into_value())
            });
            let rows: Vec<Value<'_>> = rows.collect();
            (rows.len() > 1).then(|| ScoreGroup { title: self.strings.get(key), rows }.into_value())
        };
        let groups = [("by_year", years), ("by_author", authors), ("by_topic", topics)];
        groups.into_iter().filter_map(group).collect()
    }

    /// The scale of the site.
    pub(super) fn scale_view(&self) -> ScaleView<'_> {
        let scale = self.config.scale();
        let rows = scale.rows.iter().enumerate().map(|(number, row)| {
            ScaleRow {
                word: self.likelihood_word(row.word),
                synonym: row.synonym.map(|word| self.likelihood_word(word)),
                range: Renderer::range(row),
                scale_html: Value::Html(self.scale.of(Some((number, row)), None)),
            }
            .into_value()
        });
        ScaleView { title: scale.title, source: scale.source, rows: rows.collect() }
    }

    /// The judgements of a brief as its text in a feed begins with them.
    pub(super) fn write_judgements(&self, brief: Ix<Brief>, root: &str, out: &mut Html) {
        let of = self.graph.judgements.of(brief);
        if of.is_empty() {
            return;
        }
        let from = DocumentIx::Brief(brief);
        out.literal("<h2>");
        out.text(self.strings_of(from).get("key_judgements"));
        out.literal("</h2>\n<ul>\n");
        for ix in of {
            let Some(judgement) = self.graph.judgement(*ix) else { continue };
            out.literal("<li>");
            if let Some(text) = self.graph.documents.briefs[brief].judgements.get(ix.index) {
                self.fill(from, text, root, Shown::InFeed, out);
            }
            out.literal("<br>");
            out.text(&self.stated(self.likelihood(judgement)));
            if let Some(confidence) = self.confidence(judgement) {
                out.literal("<br>");
                out.text(self.strings.get("confidence"));
                out.literal(": ");
                out.text(confidence);
            }
            out.literal("</li>\n");
        }
        out.literal("</ul>\n");
    }
}
