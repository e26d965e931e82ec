//! The page of two actors: what there was between them, the newest first, with the sentences that name both.

use crate::arena::Ix;
use crate::front_matter::{Actor, Brief};
use crate::graph::{Counter, DocumentIx, EventIx, Pair};
use crate::markdown::Quote;
use crate::never;
use crate::plan::{FeedOf, ListPart};

use super::Pages;
use super::html::{Draft, counted_actors, counted_topics, shown_part};
use super::value::{IntoValue, Value, list, reference};
use super::view::{ChronologyEntry, ChronologyYear, NamingQuote};

impl Pages<'_> {
    /// What the page of two actors shows.
    pub(super) fn pair<'a>(&'a self, index: usize, part: &ListPart, root: &str) -> Draft<'a> {
        let graph = &*self.graph;
        let mut draft = Draft::new(self.pair_title(index));
        let (Some(pair), Some(path)) = (graph.pairs.get(index), self.plan.pairs.get(index)) else {
            return never!("the page of no pair" => draft);
        };
        let (a, b) = self.ordered(pair);
        draft.feed = Some(FeedOf::Pair(index)).filter(|feed| self.plan.has_feed(graph, *feed));
        draft.set("a", a);
        draft.set("b", b);
        draft.set("briefs", shown_part(&pair.briefs, part));
        draft.set("pagination", self.pagination(path, part));
        // What grows with the briefs is told once: so does the number of the pages.
        let first = part.page == 1;
        let events = if first { graph.pair_timeline(pair) } else { Vec::new() };
        self.set_timeline(&mut draft, &events);
        draft.set("chronology", self.chronology((a, b), pair, part));
        draft.set("count", pair.briefs.len());
        let since = pair.briefs.last().and_then(|brief| self.day(*brief));
        draft.set("since", since.map(|(numbers, _)| numbers.as_str()));
        draft.set("since_text", since.map(|(_, words)| words.as_str()));
        draft.set("last_event", events.last().and_then(|event| self.event(*event)));
        let between = self.graph.actors[a].relations.iter().filter(|seen| seen.other == b);
        let between: Vec<_> = between.filter(|_| first).copied().collect();
        draft.set("relations", self.relation_views(&between));
        let place = |at| self.in_list(&pair.briefs, path, at);
        draft.set(
            "strip",
            match first {
                true => self.strip(&self.pair_title(index), &pair.briefs, &events, root, place),
                false => Value::None,
            },
        );
        let of_first = if first { pair.briefs.as_slice() } else { &[] };
        let topics = of_first.iter().flat_map(|b| graph.briefs[*b].topics.iter().copied());
        draft.set("topics", counted_topics(&Counter::new(graph.topics.len()).most(topics)));
        let others = of_first.iter().flat_map(|b| graph.briefs[*b].actors.iter().copied());
        let mut others = Counter::new(graph.actors.len()).most(others);
        others.retain(|(actor, _)| ![a, b].contains(actor));
        draft.set("others", counted_actors(&others));
        draft
    }

    /// The briefs of a part of a pair's list, and the events that both took part in between these and the briefs of the next
    /// part, by year.
    fn chronology(
        &self,
        actors: (Ix<Actor>, Ix<Actor>),
        pair: &Pair,
        part: &ListPart,
    ) -> Value<'_> {
        let graph = &*self.graph;
        let day = |at: usize| graph.documents.briefs[*pair.briefs.get(at)?].date;
        let (next, this) = (day(part.range.end), day(part.range.start).filter(|_| part.page > 1));
        let [of_a, of_b] = [pair.a, pair.b].map(|actor| &graph.actors[actor].timeline);
        let (timeline, other) =
            if of_a.len() <= of_b.len() { (of_a, pair.b) } else { (of_b, pair.a) };
        let first_day = |event: &EventIx| graph.event(*event).map(|e| e.date.value.first_day());
        // Each event is on one page, and is looked for on that one.
        let start = next.map_or(0, |next| timeline.partition_point(|e| first_day(e) <= Some(next)));
        let end = this.map_or(timeline.len(), |this| {
            timeline.partition_point(|event| first_day(event) <= Some(this))
        });
        let events = never::part(timeline, start..end.max(start)).iter().rev();
        let mut events =
            events.filter(|event| graph.event_actors(**event).contains(&other)).copied().peekable();
        let of_event = |event: EventIx| {
            let year = graph.event(event)?.date.value.year;
            let (event, each) = (self.event(event), Vec::new());
            Some((year, ChronologyEntry { event, brief: None, anchor: None, both: None, each }))
        };
        let mut entries: Vec<(i16, ChronologyEntry<'_>)> = Vec::new();
        let mut before =
            part.range.start.checked_sub(1).and_then(|at| pair.briefs.get(at)).copied();
        for brief in shown_part(&pair.briefs, part) {
            let day = graph.documents.briefs[*brief].date;
            while let Some(event) = events.next_if(|event| first_day(event) > day) {
                entries.extend(of_event(event));
            }
            let (both, each) = self.sentences(*brief, actors);
            let anchor = self.anchor(before.replace(*brief), *brief);
            let brief = Some(brief.into_value());
            let entry = ChronologyEntry { event: None, brief, anchor, both, each };
            entries.push((day.map_or(0, |day| day.year()), entry));
        }
        entries.extend(events.filter_map(of_event));
        let mut years: Vec<(i16, Vec<Value<'_>>)> = Vec::new();
        for (year, entry) in entries {
            match years.last_mut().filter(|(last, _)| *last == year) {
                Some((_, entries)) => entries.push(entry.into_value()),
                None => years.push((year, vec![entry.into_value()])),
            }
        }
        let years = years.into_iter();
        list(years.map(|(year, entries)| ChronologyYear { year, entries }))
    }

    /// The sentence of a brief that names two actors; if none is known, the sentences that name one of them.
    fn sentences(
        &self,
        brief: Ix<Brief>,
        (a, b): (Ix<Actor>, Ix<Actor>),
    ) -> (Option<&Quote>, Vec<Value<'_>>) {
        let quote = |actor| self.graph.mention(brief, actor).map(|mention| &mention.quote);
        let (of_a, of_b) = (quote(a), quote(b));
        if let Some((of_a, of_b)) = of_a.zip(of_b) {
            for (one, other) in [(of_a, of_b), (of_b, of_a)] {
                if one.says(other.parts().1) {
                    return (Some(one), Vec::new());
                }
            }
        }
        let each = [(a, of_a), (b, of_b)].into_iter().filter_map(|(actor, quote)| {
            let actor = reference(DocumentIx::Actor(actor));
            Some(NamingQuote { actor, html: quote? }.into_value())
        });
        (None, each.collect())
    }
}
