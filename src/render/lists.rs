//! What lists say of all documents, made once for all pages.

use std::ops::Range;

use jiff::civil::Date;
use rayon::prelude::*;

use crate::arena::Ix;
use crate::config::Config;
use crate::corpus::Hold;
use crate::front_matter::{Actor, Brief, Page, Storyline, Topic};
use crate::graph::{DocumentIx, Graph, PORTION};
use crate::plan::Plan;

use super::address::{depth, shown};
use super::dates;
use super::labels::Labels;
use super::storylines;
use super::strings::Strings;

/// What lists say of all documents.
pub(super) struct Lists {
    pub(super) briefs: Labels<Brief, BriefLine>,
    pub(super) actors: Labels<Actor>,
    pub(super) topics: Labels<Topic>,
    pub(super) storylines: Labels<Storyline>,
    pub(super) pages: Labels<Page>,
    /// Storylines in the order of their list.
    pub(super) storyline_order: Vec<Ix<Storyline>>,
    /// The addresses of pairs, as they stand in links.
    pub(super) pairs: Vec<String>,
    /// The days of briefs, in numbers and in words.
    pub(super) days: Vec<(String, String)>,
    /// The months with briefs, the newest first.
    pub(super) months: Vec<Month>,
    /// The kinds of briefs, and the words for them.
    pub(super) kinds: Vec<(&'static str, String)>,
    /// How briefs are marked that are held back and shown to their authors.
    pub(super) marks: Vec<(Hold, String)>,
    /// The way up to the root from the deepest page.
    pub(super) up: String,
    /// The actors of the most briefs, for the home page.
    pub(super) covered_actors: Vec<Ix<Actor>>,
    /// The topics of the most briefs, for the home page.
    pub(super) covered_topics: Vec<Ix<Topic>>,
}

/// A month, and the briefs of it.
pub(super) struct Month {
    pub(super) year: i16,
    pub(super) month: i8,
    pub(super) briefs: Range<usize>,
}

/// What lists say of a brief beside its title.
#[derive(Clone, Copy)]
pub(super) struct BriefLine {
    /// Its day among [`Lists::days`].
    pub(super) day: u32,
    /// Its kind among [`Lists::kinds`].
    pub(super) kind: u8,
    /// Its mark among [`Lists::marks`], if it is held back and shown to its authors.
    pub(super) mark: Option<u16>,
}

impl Lists {
    pub(super) fn new(
        graph: &Graph,
        plan: &Plan,
        config: &Config,
        strings: &Strings,
        offline: bool,
    ) -> Lists {
        let documents = &graph.documents;
        let named =
            |document| (graph.title(document), shown(plan.path(graph, document), offline), ());
        // Briefs lie all over the memory: threads fetch them together.
        let keys: Vec<Ix<Brief>> = documents.briefs.keys().collect();
        let called = |ix: &Ix<Brief>| named(DocumentIx::Brief(*ix));
        let called: Vec<_> = keys.par_iter().with_min_len(PORTION).map(called).collect();
        let mut days: Vec<(Option<Date>, (String, String))> = Vec::new();
        let mut months: Vec<Month> = Vec::new();
        let mut kinds: Vec<(&'static str, String)> = Vec::new();
        let mut marks: Vec<(Hold, String)> = Vec::new();
        let briefs = documents.briefs.entries().zip(called).map(|((ix, brief), called)| {
            // They are in the order of time.
            if days.last().is_none_or(|(last, _)| *last != brief.date) {
                let numbers = brief.date.map(|date| date.to_string()).unwrap_or_default();
                let words = brief.date.map(|date| dates::day(strings, date)).unwrap_or_default();
                days.push((brief.date, (numbers, words)));
            }
            if let Some(date) = brief.date {
                let (year, month) = (date.year(), date.month());
                match months.last_mut().filter(|last| (last.year, last.month) == (year, month)) {
                    Some(last) => last.briefs.end = ix.get() + 1,
                    None => months.push(Month { year, month, briefs: ix.get()..ix.get() + 1 }),
                }
            }
            let kind = brief.front.kind.word();
            let known = kinds.iter().position(|(known, _)| *known == kind);
            let kind = known.unwrap_or_else(|| {
                kinds.push((kind, strings.of("kind", kind).to_owned()));
                kinds.len() - 1
            });
            let mark = documents.holds[ix].map(|hold| {
                let known = marks.iter().position(|(known, _)| *known == hold);
                let mark = known.unwrap_or_else(|| {
                    marks.push((hold, mark_of(strings, hold, config)));
                    marks.len() - 1
                });
                u16::try_from(mark).unwrap_or(u16::MAX)
            });
            let day = u32::try_from(days.len() - 1).unwrap_or(u32::MAX);
            let (title, path, ()) = called;
            (title, path, BriefLine { day, kind: kind as u8, mark })
        });
        let deepest = plan.files.iter().map(|file| depth(&file.path)).max().unwrap_or_default();
        Lists {
            briefs: Labels::new(briefs),
            actors: Labels::new(documents.actors.keys().map(|ix| named(DocumentIx::Actor(ix)))),
            topics: Labels::new(documents.topics.keys().map(|ix| named(DocumentIx::Topic(ix)))),
            storylines: Labels::new(
                documents.storylines.keys().map(|ix| named(DocumentIx::Storyline(ix))),
            ),
            pages: Labels::new(documents.pages.keys().map(|ix| named(DocumentIx::Page(ix)))),
            storyline_order: storylines::in_order(graph),
            pairs: plan.pairs.iter().map(|path| shown(path, offline).into_owned()).collect(),
            days: days.into_iter().map(|(_, day)| day).collect(),
            months,
            kinds,
            marks,
            up: "../".repeat(deepest),
            covered_actors: most_covered(
                graph.actors.entries().map(|(ix, a)| (a.briefs.len(), ix)).collect(),
                config.home.actors.0 as usize,
            ),
            covered_topics: most_covered(
                graph.topics.entries().map(|(ix, t)| (t.briefs.len(), ix)).collect(),
                config.home.topics.0 as usize,
            ),
        }
    }
}

impl Lists {
    /// The month of a brief.
    pub(super) fn month_of(&self, brief: Ix<Brief>) -> Option<&Month> {
        let at = self.months.partition_point(|month| month.briefs.end <= brief.get());
        self.months.get(at).filter(|month| month.briefs.contains(&brief.get()))
    }
}

/// Whether lists say the same of all documents of two graphs that have one plan.
pub(super) fn listed_alike(graph: &Graph, last: &Graph) -> bool {
    let shown = |graph: &Graph, document| match document {
        DocumentIx::Brief(ix) => {
            let front = &graph.documents.briefs[ix].front;
            Some((front.kind.word(), graph.hold(document), front.has_retracted()))
        }
        _ => None,
    };
    graph.all().into_iter().all(|document| {
        graph.has_unchanged(document, last)
            || (graph.title(document), shown(graph, document))
                == (last.title(document), shown(last, document))
    })
}

/// Why a document is held back and until when, in words.
fn mark_of(strings: &Strings, hold: Hold, config: &Config) -> String {
    let why = strings.get(hold.why.word());
    let Some(until) = hold.until else { return why.to_owned() };
    let moment = dates::moment(strings, until, &config.zone(), &config.timezone.value);
    [why, strings.get("until"), &moment].join(" ")
}

/// Those of the most briefs, the most first, of those that have any; equal ones in their own order.
fn most_covered<K>(mut covered: Vec<(usize, Ix<K>)>, room: usize) -> Vec<Ix<K>> {
    covered.retain(|(briefs, _)| *briefs > 0);
    let order = |a: &(usize, Ix<K>), b: &(usize, Ix<K>)| b.0.cmp(&a.0).then(a.1.cmp(&b.1));
    if room < covered.len() {
        covered.select_nth_unstable_by(room, order);
        covered.truncate(room);
    }
    covered.sort_unstable_by(order);
    covered.into_iter().map(|(_, ix)| ix).collect()
}
