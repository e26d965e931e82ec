//! A strip of time: how many briefs there were in each month, as bars, and the events of it, as dots. What it shows stands in a
//! table behind it.

use crate::arena::Ix;
use crate::front_matter::Brief;
use crate::graph::EventIx;
use crate::html::Html;

use super::Renderer;
use super::axis::{Axis, month};
use super::svg::{self, EDGE};
use super::value::{IntoValue, Value};
use super::view::{StripRow, StripView};

/// About so many bars at most: of a longer time, each stands for more than a month.
const BARS: i32 = 120;
/// At fewer times than this there is nothing to draw.
const FEWEST: usize = 3;
/// Events are shown so many months back at least, and so many ahead of the last brief.
const BACK: i32 = 60;
const AHEAD: i32 = 12;
/// So many of several events are named.
const NAMED: usize = 3;

/// Where dots, the tops of the highest bars, their foot and the words below lie, in pixels.
const DOTS: usize = 8;
const TOP: usize = 20;
const FOOT: usize = 76;
const WORDS: usize = 92;
const HEIGHT: usize = 96;

/// What there was in some months.
#[derive(Clone, Debug, Default)]
struct Bar {
    briefs: usize,
    /// The place of the newest of them in the list of all.
    newest: usize,
    /// The events, in order of time.
    events: Vec<EventIx>,
}

/// Bars side by side.
#[derive(Debug)]
struct Bars {
    axis: Axis,
    bars: Vec<Bar>,
    /// How many events lie before or behind the axis.
    outside: usize,
}

impl Bars {
    /// From the months of briefs, the newest first, and of events, in order of time. None if that is told in a few
    /// words.
    fn new(briefs: &[i32], events: &[(i32, EventIx)]) -> Option<Bars> {
        let of_events = events.first().zip(events.last()).map(|(first, last)| (first.0, last.0));
        let of_briefs = briefs.last().copied().zip(briefs.first().copied());
        let (first, last) = match (of_briefs, of_events) {
            (Some((first, last)), Some((earliest, latest))) => {
                let last = last.max(latest.min(last + AHEAD));
                (first.min(earliest.max(last - BACK + 1)), last)
            }
            (found, None) | (None, found) => found?,
        };
        let axis = Axis::new(first, last, BARS);
        let mut bars = vec![Bar::default(); axis.marks];
        for (at, month) in briefs.iter().enumerate() {
            if let Some(bar) = axis.mark(*month).and_then(|mark| bars.get_mut(mark)) {
                if bar.briefs == 0 {
                    bar.newest = at;
                }
                bar.briefs += 1;
            }
        }
        let mut outside = 0;
        for (month, event) in events {
            match axis.mark(*month).and_then(|mark| bars.get_mut(mark)) {
                Some(bar) => bar.events.push(*event),
                None => outside += 1,
            }
        }
        Some(Bars { axis, bars, outside }).filter(|bars| bars.filled() >= FEWEST)
    }

    /// How many of them are not empty.
    fn filled(&self) -> usize {
        self.bars.iter().filter(|bar| bar.briefs > 0 || !bar.events.is_empty()).count()
    }
}

impl Renderer {
    /// The strip of some briefs, the newest first, and of events, in order of time. `place` says where the list has the newest
    /// brief of a month, by its place among all. Null if a few words tell it.
    pub(super) fn strip<'a>(
        &'a self,
        name: &str,
        briefs: &[Ix<Brief>],
        events: &[EventIx],
        root: &str,
        place: impl Fn(usize) -> Option<String>,
    ) -> Value<'a> {
        let of_brief = |brief: &Ix<Brief>| {
            let found = self.lists.month_of(*brief);
            found.map(|of| month(of.year, of.month))
        };
        let briefs: Vec<i32> = briefs.iter().filter_map(of_brief).collect();
        let of_event = |event: &EventIx| Some((self.month_of_event(*event)?, *event));
        let events: Vec<_> = events.iter().filter_map(of_event).collect();
        let Some(Bars { axis, bars, outside }) = Bars::new(&briefs, &events) else {
            return Value::None;
        };
        let most = bars.iter().map(|bar| bar.briefs).max().unwrap_or_default().max(1);
        let mut out = Html::with_capacity(256 * bars.len());
        let title = [self.strings.get("strip"), ": ", name].concat();
        let words = [title.as_str(), self.strings.get("strip_description")];
        svg::open(&mut out, "strip", "chancery-strip", HEIGHT, words);
        svg::line(&mut out, "axis", (0, FOOT), (EDGE, FOOT), 1);
        for (words, at) in axis.labels(&self.strings) {
            svg::line(&mut out, "tick", (at, FOOT), (at, FOOT + 5), 1);
            svg::text(&mut out, "label", (at, WORDS), 2, &words);
        }
        let wide = (axis.width() * 4 / 5).clamp(1, 400);
        let mut rows = Vec::new();
        for (mark, bar) in bars.into_iter().enumerate() {
            if bar.briefs == 0 && bar.events.is_empty() {
                continue;
            }
            let (left, words) = (axis.left(mark), axis.words(mark, &self.strings));
            let path = (bar.briefs > 0).then(|| place(bar.newest)).flatten();
            if bar.briefs > 0 {
                let title = [&words, ": ", &self.so_many("brief", bar.briefs)].concat();
                let high = (bar.briefs * (FOOT - TOP) / most).max(3);
                svg::open_link(&mut out, root, path.as_deref(), &title);
                // What is pressed is larger than what is seen.
                svg::bar(&mut out, "hit", (left, TOP), axis.width().max(1), FOOT - TOP);
                svg::bar(&mut out, "bar", (left, FOOT - high), wide, high);
                svg::close_link(&mut out, path.as_deref());
            }
            if let Some(newest) = bar.events.last() {
                let path = Some(self.lists.briefs.path(newest.brief).as_str());
                svg::open_link(&mut out, root, path, &self.event_names(&bar.events));
                svg::dot(&mut out, (left + wide / 2, DOTS), bar.events.len());
                svg::close_link(&mut out, path);
            }
            let (briefs, events) = (bar.briefs, bar.events.len());
            let here = path.as_ref().is_some_and(|path| path.starts_with('#'));
            let words = words.into();
            rows.push(StripRow { words, path, here, briefs, events }.into_value());
        }
        out.literal("</svg>");
        rows.reverse();
        StripView { drawing_html: Value::Html(out), rows, outside }.into_value()
    }

    /// The month in which an event was, or began.
    pub(super) fn month_of_event(&self, event: EventIx) -> Option<i32> {
        let date = &self.graph.event(event)?.date.value;
        Some(month(date.year, date.month.unwrap_or(1)))
    }

    /// The newest of some events, in words.
    pub(super) fn event_names(&self, events: &[EventIx]) -> String {
        let newest = events.iter().rev().take(NAMED).filter_map(|event| self.graph.event(*event));
        let words = newest.map(|event| [&self.when(event), ": ", &*event.title.value].concat());
        let mut words: Vec<String> = words.collect();
        if events.len() > NAMED {
            words.push("…".to_owned());
        }
        words.join("; ")
    }

    /// So many of something, in words.
    pub(super) fn so_many(&self, what: &str, count: usize) -> String {
        let word = self.strings.of(what, if count == 1 { "one" } else { "many" });
        [itoa::Buffer::new().format(count), " ", word].concat()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event(index: usize) -> EventIx {
        EventIx { brief: Ix::new(0), index }
    }

    #[test]
    fn bars_count_briefs_and_know_the_newest() {
        let briefs = [month(2025, 3), month(2025, 3), month(2024, 12), month(2024, 11)];
        let bars = Bars::new(&briefs, &[]).unwrap().bars;
        let counts: Vec<_> = bars.iter().map(|bar| (bar.briefs, bar.newest)).collect();
        assert_eq!(counts, [(1, 3), (1, 2), (0, 0), (0, 0), (2, 0)]);
        assert!(Bars::new(&briefs[1..3], &[]).is_none());
        assert!(Bars::new(&[], &[]).is_none());
    }

    #[test]
    fn events_far_from_the_briefs_are_counted_and_not_shown() {
        let at = |year, index| (month(year, 1), event(index));
        let events = [at(1949, 0), at(2023, 1), at(2025, 2), at(2099, 3)];
        let bars = Bars::new(&[month(2025, 6), month(2025, 1)], &events).unwrap();
        assert_eq!(bars.outside, 2);
        assert!(bars.bars.len() <= (BACK + AHEAD) as usize, "{}", bars.bars.len());
        let shown: Vec<_> = bars.bars.iter().flat_map(|bar| &bar.events).collect();
        assert_eq!(shown, [&event(1), &event(2)]);
        // Without briefs, the events are all that there is.
        assert_eq!(Bars::new(&[], &events).unwrap().outside, 0);
    }

    proptest::proptest! {
        #[test]
        fn nothing_is_lost(mut briefs in proptest::collection::vec(0i32..24_000, 2..40), mut events in proptest::collection::vec(0i32..24_000, 0..9)) {
            briefs.sort_unstable_by(|a, b| b.cmp(a));
            events.sort_unstable();
            let events: Vec<_> = events.into_iter().enumerate().map(|(n, at)| (at, event(n))).collect();
            if let Some(Bars { bars, outside, .. }) = Bars::new(&briefs, &events) {
                proptest::prop_assert!(bars.len() <= BARS as usize + 1);
                let shown: usize = bars.iter().map(|bar| bar.events.len()).sum();
                proptest::prop_assert_eq!(shown + outside, events.len());
                proptest::prop_assert_eq!(bars.iter().map(|bar| bar.briefs).sum::<usize>(), briefs.len());
            }
        }
    }
}
