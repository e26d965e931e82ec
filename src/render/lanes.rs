//! The timeline as a drawing: a lane for each of the storylines with the most events, or of the actors where events are of no
//! storyline, and a dot for what there was at a time.

use std::collections::BTreeMap;

use crate::graph::{Counter, DocumentIx, EventIx};
use crate::html::Html;
use crate::plan::timeline_path;

use super::Pages;
use super::address::shown;
use super::axis::Axis;
use super::html::Draft;
use super::svg::{self, EDGE};
use super::value::{Value, list};
use super::view::TimelineYear;

/// At most so many lanes beside that of all other events.
const LANES: usize = 10;
/// About so many dots of a lane at most.
const DOTS: i32 = 48;
/// Of a time longer than this, in months, a twentieth of the events at either end may be left out.
const LONG: i32 = 360;
/// How high a lane is, and how far below its top its name and its dots are, in pixels.
const LANE: usize = 46;
const NAME: usize = 13;
const LINE: usize = 29;
/// What is below the lanes.
const BELOW: usize = 22;

/// The axis of events whose months are given in order of time, and how many lie outside of it. None if all are of one mark.
fn axis(months: &[i32]) -> Option<(Axis, usize)> {
    let (first, last) = (*months.first()?, *months.last()?);
    let cut = if last - first > LONG { months.len() / 20 } else { 0 };
    let (first, last) = (*months.get(cut)?, *months.get(months.len() - 1 - cut)?);
    let axis = Axis::new(first, last, DOTS);
    let outside = months.iter().filter(|month| axis.mark(**month).is_none()).count();
    Some((axis, outside)).filter(|(axis, _)| axis.marks > 1)
}

impl Pages<'_> {
    /// The timeline, or a year of a long one.
    pub(super) fn timeline<'a>(&'a self, only: Option<i16>, root: &str) -> Draft<'a> {
        let word = self.strings.get("timeline");
        let mut draft = match only {
            Some(year) => Draft::new(format!("{word} {year}")),
            None => Draft::new(word),
        };
        let long = self.graph.has_long_timeline() && only.is_none();
        let mut years = self.graph.timeline_years();
        years.retain(|(year, _)| only.is_none_or(|only| only == *year));
        let shown_events = match (only, years.first()) {
            (Some(_), Some((_, events))) => events,
            _ => self.graph.timeline.as_slice(),
        };
        let (lanes, outside) = self.lanes(shown_events, long, root);
        draft.set("lanes_html", lanes);
        draft.set("outside", outside);
        draft.set("map", self.map(shown_events, root));
        let years = years.into_iter().rev().map(|(year, events)| {
            let newest: Vec<EventIx> = events.iter().rev().copied().collect();
            let path = shown(timeline_path(year), self.offline).into_owned();
            TimelineYear {
                year,
                count: events.len(),
                path: long.then_some(path),
                events: if long { Vec::new() } else { self.events(&newest) },
            }
        });
        draft.set("years", list(years));
        draft
    }

    /// Some events as a drawing, and how many lie outside of it; null if all are of one time. `long`: each year has a page.
    fn lanes(&self, events: &[EventIx], long: bool, root: &str) -> (Value<'_>, usize) {
        let month = |event: &EventIx| self.month_of_event(*event);
        let months: Vec<i32> = events.iter().filter_map(month).collect();
        let Some((axis, outside)) = axis(&months) else { return (Value::None, 0) };
        let lanes = self.by_lane(events);
        let mut out = Html::with_capacity(8 * 1024);
        let count = lanes.len();
        let words = [self.strings.get("lanes"), self.strings.get("lanes_description")];
        svg::open(&mut out, "lanes", "chancery-lanes", count * LANE + BELOW, words);
        for (words, at) in axis.labels(&self.strings) {
            svg::line(&mut out, "tick", (at, 0), (at, count * LANE + 4), 1);
            svg::text(&mut out, "label", (at, count * LANE + 17), 2, &words);
        }
        let other = self.strings.get("lanes_other");
        for (number, (of, events)) in lanes.into_iter().enumerate() {
            let top = number * LANE;
            svg::line(&mut out, "axis", (0, top + LINE), (EDGE, top + LINE), 1);
            let path = of.map(|of| self.path(of).as_str());
            let name = of.map_or(other, |of| self.graph.title(of));
            let title = [name, ": ", &self.so_many("event", events.len())].concat();
            svg::open_link(&mut out, root, path, &title);
            svg::text(&mut out, "lane", (0, top + NAME), 0, &svg::clipped(name, 44));
            svg::close_link(&mut out, path);
            let mut marks: BTreeMap<usize, Vec<EventIx>> = BTreeMap::new();
            for event in events {
                if let Some(mark) = month(&event).and_then(|month| axis.mark(month)) {
                    marks.entry(mark).or_default().push(event);
                }
            }
            for (mark, events) in marks {
                let path = self.place_of(&events, long);
                svg::open_link(&mut out, root, path.as_deref(), &self.event_names(&events));
                svg::dot(&mut out, (axis.left(mark) + axis.width() / 2, top + LINE), events.len());
                svg::close_link(&mut out, path.as_deref());
            }
        }
        out.literal("</svg>");
        (Value::Html(out), outside)
    }

    /// Where some events are told of: the brief that tells of the only one, or the year of the newest in the list.
    fn place_of(&self, events: &[EventIx], long: bool) -> Option<String> {
        if let [only] = events {
            return Some(self.lists.briefs.path(only.brief).as_str().to_owned());
        }
        let year = self.graph.event(*events.last()?)?.date.value.year;
        Some(match long {
            true => shown(timeline_path(year), self.offline).into_owned(),
            false => format!("#year-{year}"),
        })
    }

    /// The lanes, the one of the most events first and that of the others last, each with its events in order of time.
    fn by_lane(&self, events: &[EventIx]) -> Vec<(Option<DocumentIx>, Vec<EventIx>)> {
        let graph = &*self.graph;
        let storyline = |event: &EventIx| graph.briefs[event.brief].storyline.map(|(ix, _)| ix);
        let mut lanes: Vec<DocumentIx> = Vec::new();
        let counted =
            Counter::new(graph.storylines.len()).most(events.iter().filter_map(storyline));
        lanes.extend(counted.into_iter().take(LANES).map(|(ix, _)| DocumentIx::Storyline(ix)));
        let by_actor = lanes.is_empty();
        if by_actor {
            let actors = events.iter().flat_map(|event| graph.event_actors(*event)).copied();
            let counted = Counter::new(graph.actors.len()).most(actors);
            lanes.extend(counted.into_iter().take(LANES).map(|(ix, _)| DocumentIx::Actor(ix)));
        }
        let of_event = |event: &EventIx| -> Vec<usize> {
            let place = |document| lanes.iter().position(|lane| *lane == document);
            if by_actor {
                let actors = graph.event_actors(*event).iter();
                actors.filter_map(|actor| place(DocumentIx::Actor(*actor))).collect()
            } else {
                storyline(event)
                    .and_then(|ix| place(DocumentIx::Storyline(ix)))
                    .into_iter()
                    .collect()
            }
        };
        let mut filled: Vec<Vec<EventIx>> = vec![Vec::new(); lanes.len() + 1];
        for event in events {
            let mut of = of_event(event);
            if of.is_empty() {
                of.push(lanes.len());
            }
            for lane in of {
                if let Some(lane) = filled.get_mut(lane) {
                    lane.push(*event);
                }
            }
        }
        let lanes = lanes.into_iter().map(Some).chain([None]).zip(filled);
        lanes.filter(|(_, events)| !events.is_empty()).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::render::axis::month;

    #[test]
    fn few_events_far_from_all_others_are_left_out_of_the_drawing() {
        let old = [month(1949, 4)];
        let new = (0..60).map(|n| month(2020, 1) + n);
        let months: Vec<i32> = old.into_iter().chain(new).collect();
        let (found, outside) = axis(&months).unwrap();
        assert_eq!((found.year(0), outside > 0), (2020, true));
        // Of few events each counts.
        let (found, outside) = axis(&[month(1949, 4), month(2020, 1)]).unwrap();
        assert_eq!((found.year(0), outside), (1945, 0));
        assert!(axis(&[month(2020, 1); 3]).is_none());
        assert!(axis(&[]).is_none());
    }
}
