//! How storylines stand: on their pages, in their list, and month by month.

use std::cmp::Reverse;

use jiff::civil::Date;

use crate::arena::Ix;
use crate::front_matter::{Brief, Status, Storyline, Trend};
use crate::graph::{CalendarMonth, DocumentIx, JudgementIx};
use crate::html::Html;
use crate::plan::month_path;

use super::address::shown;
use super::plots::{Plot, PlotDot, PlotLine, ValueAxis, day_number};
use super::shape::Shape;
use super::value::{DocumentText, IntoValue, Value, list};
use super::view::{
    JudgementLine, JudgementPlot, NextDate, StorylineEntry, TrendLine, TrendMark, TrendMonth,
    TrendView,
};
use super::{Renderer, dates};

/// So many months stand in a row.
const MONTHS: i32 = 12;
/// At most so many changes stand on the page of a storyline.
const CHANGES: usize = 60;
/// At most so many months stand on the page of a storyline.
const LONG: i32 = 36;
/// At most so many judgements are drawn together.
const DRAWN: usize = 8;

/// A storyline as it stands in a list.
fn card<'a>(storyline: Ix<Storyline>) -> Value<'a> {
    Value::Document(Shape::StorylineCard, DocumentIx::Storyline(storyline))
}

impl Renderer {
    /// What a brief says of how its storyline has changed.
    pub(super) fn change(&self, ix: Ix<Brief>) -> Option<Value<'_>> {
        // Without its storyline it is no change of anything that is shown.
        self.graph.briefs[ix].storyline?;
        let front = &self.graph.documents.briefs[ix].front;
        let trend = front.trend.as_ref()?.value.word();
        let alert = front.alert.as_ref().map(|alert| alert.value.word());
        let view = TrendView {
            trend,
            trend_text: self.strings.of("trend", trend),
            reason: front.trend_reason.as_ref().map(|reason| reason.value.as_str()),
            alert,
            alert_text: alert.map(|alert| self.strings.of("alert_of", alert)),
            brief: ix.into_value(),
        };
        Some(view.into_value())
    }

    /// Appends what a brief says of how its storyline has changed, as its text in a feed begins with it.
    pub(super) fn write_change(&self, ix: Ix<Brief>, out: &mut Html) {
        let front = &self.graph.documents.briefs[ix].front;
        let Some((trend, (storyline, _))) =
            front.trend.as_ref().zip(self.graph.briefs[ix].storyline)
        else {
            return;
        };
        let storyline = DocumentIx::Storyline(storyline);
        if !self.is_public(storyline) {
            return;
        }
        out.literal("<p>");
        out.text(self.graph.title(storyline));
        out.literal(": ");
        out.text(self.strings.of("trend", trend.value.word()));
        out.literal(". ");
        if let Some(reason) = &front.trend_reason {
            out.literal("<strong>");
            out.text(&reason.value);
            out.literal("</strong>");
        }
        out.literal("</p>\n");
    }

    /// What is said of how a storyline has changed, the newest first, and how much more there is.
    pub(super) fn changes(&self, storyline: Ix<Storyline>) -> (Vec<Value<'_>>, usize) {
        let stated = self.graph.trends.of(storyline).map(|trend| trend.stated());
        let stated = stated.unwrap_or_default();
        let changes = stated.iter().rev().take(CHANGES).filter_map(|brief| self.change(*brief));
        (changes.collect(), stated.len().saturating_sub(CHANGES))
    }

    /// A month in words.
    fn month_words(&self, month: CalendarMonth) -> String {
        format!("{} {}", dates::month_name(&self.strings, month.month), month.year)
    }

    /// The months of a storyline up to one, oldest first, from the first in which something is said.
    fn marks(
        &self,
        storyline: Ix<Storyline>,
        until: CalendarMonth,
        most: i32,
        page: Option<CalendarMonth>,
    ) -> Vec<Value<'_>> {
        let Some(trend) = self.graph.trends.of(storyline) else { return Vec::new() };
        let Some(first) = trend.months().first().map(|first| first.month) else {
            return Vec::new();
        };
        let overviews = self.graph.trends.months();
        let months = (0..most).rev().map(|back| until.before(back)).filter(|m| *m >= first);
        let marks = months.map(|month| {
            let stated = trend.in_month(month).map(|stated| stated.trend.word());
            let has_page = overviews.binary_search_by_key(&month, |(month, _)| *month).is_ok();
            TrendMark {
                month: month.to_string(),
                month_text: self.month_words(month),
                trend: stated,
                trend_text: match stated {
                    Some(word) => self.strings.of("trend", word),
                    None => self.strings.get("trend_unassessed"),
                },
                path: has_page.then(|| shown(month_path(month), self.offline).into_owned()),
                current: page == Some(month),
            }
            .into_value()
        });
        marks.collect()
    }

    /// The months of a storyline up to the last in which it was followed.
    pub(super) fn history(&self, storyline: Ix<Storyline>, whole: bool) -> Vec<Value<'_>> {
        let until = self.graph.trends.of(storyline).and_then(|trend| trend.until());
        let most = if whole { LONG } else { MONTHS };
        until.map(|until| self.marks(storyline, until, most, None)).unwrap_or_default()
    }

    /// What is known to come next in some briefs: an event, or the day by which a judgement can be settled.
    pub(super) fn next_date(&self, briefs: &[Ix<Brief>]) -> Option<Value<'_>> {
        let (graph, today) = (&*self.graph, self.today());
        let events = briefs.iter().flat_map(|brief| {
            let events = graph.documents.briefs[*brief].front.events.iter();
            events.map(|event| (&event.date.value, &event.title.value, *brief))
        });
        let event = events
            .filter(|(date, ..)| date.first_day() >= today)
            .min_by_key(|(date, ..)| date.first_day());
        let judgements = briefs.iter().flat_map(|brief| graph.judgements.of(*brief));
        let judgement = judgements
            .filter_map(|ix| {
                let judgement = graph.judgement(*ix)?;
                let is_open = judgement.outcome.is_none() && graph.judgements.next(*ix).is_none();
                let by = judgement.by.as_ref().map(|by| by.value).filter(|by| *by >= today)?;
                is_open.then(|| (by, judgement.anchor(), ix.brief))
            })
            .min_by_key(|(by, ..)| *by);
        let of_event = event.map(|(date, title, brief)| {
            let view = NextDate {
                date: date.to_string(),
                date_text: dates::partial(&self.strings, date),
                event: Some(title),
                brief: brief.into_value(),
                anchor: None,
            };
            (date.first_day(), view)
        });
        let of_judgement = judgement.map(|(by, anchor, brief)| {
            let view = NextDate {
                date: by.to_string(),
                date_text: dates::day(&self.strings, by),
                event: None,
                brief: brief.into_value(),
                anchor: Some(anchor),
            };
            (by, view)
        });
        let next = of_event.into_iter().chain(of_judgement).min_by_key(|(day, _)| *day);
        next.map(|(_, view)| view.into_value())
    }

    /// So many storylines as their list has them, the open ones first.
    pub(super) fn storyline_entries(&self, most: usize) -> Value<'_> {
        list(self.lists.storyline_order.iter().take(most).map(|ix| {
            let last = self.graph.trends.of(*ix).and_then(|trend| trend.stated().last());
            StorylineEntry {
                card: card(*ix),
                change: last.and_then(|brief| self.change(*brief)),
                history: self.history(*ix, false),
                next: self.next_date(&self.graph.storylines[*ix].briefs),
            }
        }))
    }

    /// How all storylines have changed in a month, by its number.
    pub(super) fn trend_month(&self, number: usize) -> Option<TrendMonth<'_>> {
        let (month, followed) = self.graph.trends.months().get(number)?;
        let stated = |ix: &Ix<Storyline>| Some(self.graph.trends.of(*ix)?.in_month(*month)?.trend);
        let count = |wanted: Trend| followed.iter().filter(|ix| stated(ix) == Some(wanted)).count();
        let (deteriorated, improved) = (count(Trend::Deteriorated), count(Trend::Improved));
        let unchanged = count(Trend::Unchanged);
        Some(TrendMonth {
            month: month.to_string(),
            month_text: self.month_words(*month).into(),
            path: shown(month_path(*month), self.offline).into_owned(),
            followed: followed.len(),
            deteriorated,
            improved,
            unchanged,
            unassessed: followed.len() - deteriorated - improved - unchanged,
        })
    }

    /// The months in which any storyline has changed, the newest first.
    pub(super) fn trend_months(&self) -> Value<'_> {
        let numbers = (0..self.graph.trends.months().len()).rev();
        list(numbers.filter_map(|number| self.trend_month(number)))
    }

    /// The title of the overview of a month.
    pub(super) fn month_title(&self, number: usize) -> String {
        let month = self.graph.trends.months().get(number);
        let month = month.map(|(month, _)| self.month_words(*month)).unwrap_or_default();
        [self.strings.get("storylines_in"), &month].join(" ")
    }

    /// The storylines that are said to have changed in a month, those that have become worse first; and those that were
    /// followed, and of which nothing is said.
    pub(super) fn trend_lines(&self, number: usize) -> (Vec<Value<'_>>, Vec<Value<'_>>) {
        let Some((month, followed)) = self.graph.trends.months().get(number) else {
            return Default::default();
        };
        let mut lines: Vec<(Trend, Value<'_>)> = Vec::new();
        let mut silent = Vec::new();
        for ix in followed {
            let trend = self.graph.trends.of(*ix);
            let Some((trend, stated)) = trend.and_then(|t| Some((t, t.in_month(*month)?))) else {
                silent.push(card(*ix));
                continue;
            };
            let changes = trend.briefs(stated).iter().rev();
            let view = TrendLine {
                storyline: card(*ix),
                trend: stated.trend.word(),
                trend_text: self.strings.of("trend", stated.trend.word()),
                changes: changes.filter_map(|brief| self.change(*brief)).collect(),
                history: self.marks(*ix, *month, MONTHS, Some(*month)),
            };
            lines.push((stated.trend, view.into_value()));
        }
        lines.sort_by_key(|(trend, _)| match trend {
            Trend::Deteriorated => 0,
            Trend::Improved => 1,
            Trend::Unchanged => 2,
        });
        (lines.into_iter().map(|(_, view)| view).collect(), silent)
    }

    /// What became of a judgement, and when that was known.
    fn outcome_words(&self, ix: JudgementIx) -> Option<String> {
        let judgement = self.graph.judgement(ix)?;
        let word = self.strings.of("standing", judgement.outcome.as_ref()?.value.word());
        let day = judgement.outcome_date.as_ref().map(|day| dates::day(&self.strings, day.value));
        Some(day.map_or_else(|| word.to_owned(), |day| [word, &day].join(", ")))
    }

    /// The judgements of a storyline over time, if they are of more than one day.
    pub(super) fn judgement_plot(&self, title: &str, briefs: &[Ix<Brief>]) -> Option<Value<'_>> {
        let graph = &*self.graph;
        let of = &graph.judgements;
        // The last of each course, the newest first.
        let all = briefs.iter().rev().flat_map(|brief| of.of(*brief)).copied();
        let last: Vec<JudgementIx> = all.filter(|ix| of.next(*ix).is_none()).collect();
        let courses: Vec<Vec<(JudgementIx, Date)>> = last
            .iter()
            .take(DRAWN)
            .map(|ix| {
                let steps = of.course(*ix).into_iter();
                let day = |ix: JudgementIx| graph.documents.briefs[ix.brief].date;
                steps.filter_map(|step| Some((step, day(step)?))).collect()
            })
            .collect();
        let days = || courses.iter().flatten().map(|(_, day)| *day);
        let (from, to) = days().min().zip(days().max()).filter(|(from, to)| from < to)?;
        let lines = courses.iter().enumerate().map(|(n, course)| {
            let dots = course.iter().filter_map(|(ix, day)| {
                let likelihood = self.likelihood(graph.judgement(*ix)?);
                let (middle, (low, high)) = likelihood.scored();
                let range = likelihood.percent.is_none().then_some((low * 100.0, high * 100.0));
                Some(PlotDot { day: day_number(*day), value: Some(middle * 100.0), range })
            });
            PlotLine { dots: dots.collect(), name: (n + 1).to_string() }
        });
        let rows = self.config.scale().rows;
        let mut bounds: Vec<f64> = rows.iter().flat_map(|row| [row.low, row.high]).collect();
        bounds.sort_by(f64::total_cmp);
        bounds.dedup();
        let names =
            rows.iter().map(|row| (row.middle(), self.likelihood_word(row.word).to_owned()));
        let plot = Plot {
            id: "chancery-judgement-plot".to_owned(),
            title: format!("{}: {title}", self.strings.get("judgement_plot")),
            description: self.strings.get("judgement_plot_text").to_owned(),
            steps: true,
            lines: lines.collect(),
            axis: ValueAxis {
                low: 0.0,
                high: 100.0,
                grid: bounds,
                names: names.collect(),
                unit: String::new(),
            },
        };
        let drawn = last.iter().zip(&courses).enumerate().map(|(n, (ix, course))| {
            JudgementLine {
                label: (n + 1).to_string(),
                text_html: Value::Body(DocumentText::Judgement(ix.brief, ix.index, false)),
                outcome_text: self.outcome_words(*ix),
                steps: course.iter().filter_map(|(step, _)| self.step(*step, *ix)).collect(),
            }
            .into_value()
        });
        let view = JudgementPlot {
            plot_html: Value::Html(plot.svg(from, to)),
            lines: drawn.collect(),
            more: last.len().saturating_sub(DRAWN),
        };
        Some(view.into_value())
    }
}

/// Storylines in the order of their list: open ones first, then dormant ones; of these, those first whose last brief is the
/// newest.
pub(super) fn in_order(graph: &crate::graph::Graph) -> Vec<Ix<Storyline>> {
    let mut all: Vec<Ix<Storyline>> = graph.documents.storylines.keys().collect();
    all.sort_by_key(|ix| {
        let status = match graph.documents.storylines[*ix].front.status {
            Status::Open => 0,
            Status::Dormant => 1,
            Status::Closed => 2,
        };
        // The newest brief has the least number.
        let last = graph.storylines[*ix].briefs.last().copied();
        (status, last.is_none(), last, Reverse(graph.storylines[*ix].briefs.len()), *ix)
    });
    all
}
