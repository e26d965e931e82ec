//! What belongs together: briefs by actor and topic, pairs of actors, timelines, storylines, related
//! briefs, and what links where. Knows ids; no address, no HTML and no template.

mod declared;
mod ids;
mod judgements;
mod links;
mod previous;
mod record;
mod related;
mod relations;
mod series;
mod trends;

use std::ops::Deref;
use std::sync::Arc;

use rayon::prelude::*;
use rustc_hash::FxHashMap;

use crate::arena::{Arena, Ix};
use crate::config::Config;
use crate::corpus::{Hold, Published, Withheld};
use crate::diagnostic::Diagnostics;
use crate::front_matter::{
    Actor, Brief, Event, Extra, FrontMatter as _, Judgement, PartialDate, Relation, Storyline,
    Topic, all_references,
};
use crate::markdown::{Mention, TargetIx};
use crate::never;
use crate::source::{CONFIG, ImageSize, Sources};

pub(crate) use crate::corpus::DocumentIx;
pub(crate) use declared::Declared;
use declared::{Resolver, actor_links, brief_links, topic_links};
use ids::Ids;
pub(crate) use judgements::{JudgementIx, Judgements, Likelihood, Standing, likelihood};
use links::Resolved;
pub(crate) use links::{Anchors, Backlink, Destination, as_shown, without_query};
use previous::{Previous, Untouched};
pub(crate) use record::{JudgementRecord, Noted, keys_of, text_of};
pub(crate) use related::{Kinship, shared_by};
use series::AllSeries;
pub(crate) use trends::{CalendarMonth, Trends};

/// A timeline of more events than this is too long for one page.
const LONG_TIMELINE: usize = 500;
/// So many wholes of an actor, each part of the next, are looked at.
const DEEPEST_PART: usize = 16;
/// So many documents at least are looked at together, that a thread is worth its while.
pub(crate) const PORTION: usize = 256;

/// A dated event of a brief.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EventIx {
    /// The brief that declares it.
    pub brief: Ix<Brief>,
    /// Its place among the brief's events.
    pub index: usize,
}

/// How a brief is linked.
#[derive(Debug)]
pub struct BriefLinks {
    /// What follows from what the brief itself says.
    declared: Arc<Declared>,
    /// Its storyline and its place in it, from 0.
    pub storyline: Option<(Ix<Storyline>, usize)>,
    /// The brief it continues.
    pub follows: Option<Ix<Brief>>,
    /// The briefs that continue it, newest first.
    pub followed_by: Vec<Ix<Brief>>,
}

impl Deref for BriefLinks {
    type Target = Declared;

    fn deref(&self) -> &Declared {
        &self.declared
    }
}

/// A relation of two actors, as one of them sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RelationIx {
    /// Its place among the relations that the site declares.
    pub kind: usize,
    /// Whether it is seen from the other end than that which declares it, and called otherwise there.
    pub inverse: bool,
    /// The actor at the other end.
    pub other: Ix<Actor>,
    /// The actor that declares it.
    pub by: Ix<Actor>,
    /// Its place among those that this actor declares.
    pub index: usize,
}

/// How an actor is linked.
#[derive(Debug, Default)]
pub struct ActorLinks {
    /// The briefs about it, newest first.
    pub briefs: Vec<Ix<Brief>>,
    /// The briefs that mention it, newest first.
    pub mentions: Vec<Ix<Brief>>,
    /// What it is part of.
    pub part_of: Option<Ix<Actor>>,
    /// What is part of it.
    pub parts: Vec<Ix<Actor>>,
    /// What it is a member of.
    pub member_of: Vec<Ix<Actor>>,
    /// Its members.
    pub members: Vec<Ix<Actor>>,
    /// Its state.
    pub country: Option<Ix<Actor>>,
    /// Where its image is published, below the site's address.
    pub image: Option<String>,
    /// Where each of its roles is held.
    pub roles: Vec<Option<Ix<Actor>>>,
    /// Its relations to other actors, whichever of the two declares them, by what they are called.
    pub relations: Vec<RelationIx>,
    /// The events it takes part in, in order of time.
    pub timeline: Vec<EventIx>,
    /// The actors it shares briefs with and how many, most first.
    pub partners: Vec<(Ix<Actor>, usize)>,
    /// The topics of its briefs and how many, most first.
    pub topics: Vec<(Ix<Topic>, usize)>,
}

/// How a topic is linked.
#[derive(Debug, Default)]
pub struct TopicLinks {
    /// The topic above.
    pub parent: Option<Ix<Topic>>,
    /// The topics below.
    pub children: Vec<Ix<Topic>>,
    /// How many topics stand above it.
    pub depth: usize,
    /// The briefs on it and on the topics below it, newest first.
    pub briefs: Vec<Ix<Brief>>,
    /// The actors of its briefs and how many, most first.
    pub actors: Vec<(Ix<Actor>, usize)>,
}

/// Two actors that share briefs.
#[derive(Debug)]
pub struct Pair {
    /// The actor whose id comes first.
    pub a: Ix<Actor>,
    /// The other.
    pub b: Ix<Actor>,
    /// The briefs about both, newest first.
    pub briefs: Vec<Ix<Brief>>,
}

/// The briefs of a storyline, oldest first.
#[derive(Debug, Default)]
pub struct StorylineLinks {
    /// Oldest first.
    pub briefs: Vec<Ix<Brief>>,
    /// The actors of its briefs and how many, most first.
    pub actors: Vec<(Ix<Actor>, usize)>,
}

/// Everything that belongs together: the documents, and how they are linked.
#[derive(Debug)]
pub struct Graph {
    /// The documents that are linked.
    pub documents: Published,
    links: Arc<Links>,
}

/// How documents are linked. Follows from what they declare, whom they name, where they link to and what can be
/// linked to in them: texts that differ in nothing of this are linked alike.
#[derive(Debug)]
pub struct Links {
    /// Links by brief.
    pub briefs: Arena<Brief, BriefLinks>,
    /// Links by actor.
    pub actors: Arena<Actor, ActorLinks>,
    /// Links by topic.
    pub topics: Arena<Topic, TopicLinks>,
    /// Links by storyline.
    pub storylines: Arena<Storyline, StorylineLinks>,
    /// Topics in the order of the tree, each before those below it.
    pub topic_tree: Vec<Ix<Topic>>,
    /// The pairs that have a page, the most shared first.
    pub pairs: Vec<Pair>,
    /// Where a pair stands in `pairs`.
    pub pair_of: FxHashMap<(Ix<Actor>, Ix<Actor>), usize>,
    /// The brief that leads the home page: the one the site names, or the newest.
    pub lead: Option<Ix<Brief>>,
    /// All events, in order of time.
    pub timeline: Vec<EventIx>,
    /// What briefs judge.
    pub judgements: Judgements,
    /// How storylines have changed.
    pub trends: Trends,
    /// Numbers by date that documents show.
    pub(crate) series: AllSeries,
    /// Where the links of each document lead, in the order of its body's targets; by the number of the document
    /// among all.
    destinations: Vec<Option<Arc<[Destination]>>>,
    /// What links to what, in the order of what is linked to.
    backlinks: Arc<[Backlink]>,
    /// How large the images are that documents show, by their paths below the site's address.
    sizes: FxHashMap<Box<str>, ImageSize>,
}

impl Graph {
    /// Links the published documents. References that lead nowhere are reported. With the graph of `last` time, of
    /// the same configuration and files, in which nothing was found wrong, only what has changed is looked up.
    pub fn new(
        documents: Published,
        sources: &Sources,
        config: &Config,
        last: Option<&Graph>,
        diagnostics: &mut Diagnostics,
    ) -> Graph {
        let previous = last.map(|last| Previous::new(last, &documents));
        let previous = previous.as_ref();
        let ids = Ids::new(&documents);
        let mut resolver = Resolver::new(&ids, sources, diagnostics);
        let topics = topic_links(&documents, &mut resolver);
        let mut actors = actor_links(&documents, &mut resolver);
        relations::link(&documents, config, &ids, &mut actors, resolver.diagnostics);
        let briefs = brief_links(&documents, previous, &mut resolver);
        for storyline in documents.storylines.iter() {
            resolver.check(&storyline.file, storyline.front.references());
        }
        resolver.check(&CONFIG.into(), all_references(config));
        let known = last.map(|last| &last.series);
        let series = AllSeries::new(&documents, sources, &mut resolver, known);
        let judgements = Judgements::new(&documents, &ids, config, resolver.diagnostics);
        let lead = config.home.lead.as_ref().and_then(|id| ids.get(id));
        let lead = lead.or_else(|| documents.briefs.keys().next());
        let Resolved { destinations, backlinks } = links::resolve(
            &documents,
            sources,
            &config.base_url.value,
            &ids,
            previous,
            resolver.diagnostics,
        );
        let mut links = Links {
            briefs,
            actors,
            topics,
            storylines: Arena::new(
                documents.storylines.iter().map(|_| StorylineLinks::default()).collect(),
            ),
            topic_tree: Vec::new(),
            pairs: Vec::new(),
            pair_of: FxHashMap::default(),
            lead,
            timeline: Vec::new(),
            judgements,
            trends: Trends::default(),
            series,
            sizes: links::sizes(&documents, sources, &destinations),
            destinations,
            backlinks,
        };
        links.grow_topic_tree();
        let untouched = previous.and_then(|previous| previous.untouched(&links));
        links.spread_briefs(untouched.as_ref());
        links.trends = Trends::new(&documents, &links.storylines);
        links.order_events();
        links.join_pairs(config, untouched.as_ref());
        Graph { documents, links: Arc::new(links) }
    }

    /// The graph of documents that are linked as those of this one; gives them back if they are not.
    pub fn with(&self, documents: Published) -> Result<Graph, Box<Published>> {
        if !documents.links_like(&self.documents) {
            return Err(Box::new(documents));
        }
        Ok(Graph { documents, links: self.links.clone() })
    }

    /// An event's declaration.
    pub fn event(&self, event: EventIx) -> Option<&Event> {
        self.documents.briefs[event.brief].front.events.get(event.index)
    }

    /// A judgement's declaration.
    pub fn judgement(&self, ix: JudgementIx) -> Option<&Judgement> {
        judgements::declared(&self.documents, ix)
    }

    /// The actors of an event.
    pub fn event_actors(&self, event: EventIx) -> &[Ix<Actor>] {
        self.briefs[event.brief].event_actors(event.index)
    }

    /// A relation's declaration.
    pub fn relation(&self, relation: RelationIx) -> Option<&Relation> {
        self.documents.actors[relation.by].front.relations.get(relation.index)
    }

    /// How a brief mentions an actor.
    pub fn mention(&self, brief: Ix<Brief>, actor: Ix<Actor>) -> Option<&Mention> {
        let mut mentions = self.documents.briefs[brief].mentions.iter();
        mentions.find(|mention| self.documents.actor(mention.actor) == Some(actor))
    }

    /// Where a link of a document leads.
    pub fn destination(&self, from: DocumentIx, target: TargetIx) -> &Destination {
        let destinations = self.destinations.get(self.documents.number(from));
        let destination = destinations.and_then(|list| list.as_ref()?.get(target.get()));
        destination.unwrap_or_else(
            || never!("{} has no target {target:?}", self.file(from) => &Destination::Nowhere),
        )
    }

    /// How large the image is that a document shows, if that is known.
    pub fn image_size(&self, from: DocumentIx, target: TargetIx) -> Option<ImageSize> {
        match self.destination(from, target) {
            Destination::File(path, _) => self.sizes.get(path.as_str()).copied(),
            _ => None,
        }
    }

    /// The documents with links, each with where these lead.
    pub fn destinations(&self) -> impl Iterator<Item = (DocumentIx, &[Destination])> {
        let lists = self.all().into_iter().zip(&self.destinations);
        lists.filter_map(|(from, list)| Some((from, list.as_deref()?)))
    }

    /// The links to a document, one for each document that has some, in the order of those.
    pub fn backlinks(&self, to: DocumentIx) -> &[Backlink] {
        let from = self.backlinks.partition_point(|link| link.to < to);
        let (_, rest) = self.backlinks.split_at(from);
        rest.split_at(rest.partition_point(|link| link.to == to)).0
    }

    /// The parsed body of a document.
    pub fn body(&self, document: DocumentIx) -> &crate::markdown::Body {
        self.documents.head(document).body
    }

    /// The name of a document's file below the site's root.
    pub fn file(&self, document: DocumentIx) -> &Arc<str> {
        self.documents.head(document).file
    }

    /// The id of a document among those of its kind.
    pub fn id(&self, document: DocumentIx) -> &str {
        self.documents.head(document).id
    }

    /// What a document is called; one in error that does not say it, by its id.
    pub fn title(&self, document: DocumentIx) -> &str {
        let head = self.documents.head(document);
        let title = head.front.title();
        if title.is_empty() { head.id } else { title }
    }

    /// Why a document that is shown would be held back, if drafts were not shown.
    pub fn hold(&self, document: DocumentIx) -> Option<Hold> {
        if let DocumentIx::Brief(ix) = document {
            return self.documents.holds[ix];
        }
        let draft = self.documents.head(document).front.is_draft();
        draft.then_some(Hold { why: Withheld::Draft, until: None })
    }

    /// Whether a judgement is one that others are told of: not of a brief that is held back and shown to its authors.
    pub fn is_public(&self, ix: JudgementIx) -> bool {
        self.documents.holds[ix.brief].is_none()
    }

    /// Whether a month, by its number among those of trends, is one in which briefs that others are told of say how a
    /// storyline has changed.
    pub fn is_public_month(&self, number: usize) -> bool {
        let Some((month, followed)) = self.trends.months().get(number) else { return false };
        let stated = followed.iter().filter_map(|storyline| {
            let trend = self.trends.of(*storyline)?;
            let storyline = DocumentIx::Storyline(*storyline);
            Some(trend.briefs(trend.in_month(*month)?)).filter(|_| self.hold(storyline).is_none())
        });
        let mut briefs = stated.flatten().copied().map(DocumentIx::Brief);
        briefs.any(|brief| self.hold(brief).is_none())
    }

    /// Whether one of a pair of actors would be held back, if drafts were not shown.
    pub fn is_held_pair(&self, pair: usize) -> bool {
        let actors = self.pairs.get(pair).map(|pair| [pair.a, pair.b]);
        let actors = actors.into_iter().flatten();
        actors.map(DocumentIx::Actor).any(|actor| self.hold(actor).is_some())
    }

    /// Whether briefs are shown that would be held back.
    pub fn shows_held(&self) -> bool {
        self.documents.holds.iter().any(Option::is_some)
    }

    /// The values of the site's own that a document has.
    pub fn extra(&self, document: DocumentIx) -> &Extra {
        self.documents.head(document).front.extra()
    }

    /// Whether a document is the very one it was; both graphs have it.
    pub fn has_unchanged(&self, document: DocumentIx, last: &Graph) -> bool {
        self.documents.has_unchanged(document, &last.documents)
    }

    /// Where a document stands among all.
    pub fn number(&self, document: DocumentIx) -> usize {
        self.documents.number(document)
    }

    /// Every document, kind by kind.
    pub fn all(&self) -> Vec<DocumentIx> {
        self.documents.all()
    }

    /// Whether the site's timeline is too long for one page, and has a page for each year.
    pub fn has_long_timeline(&self) -> bool {
        self.timeline.len() > LONG_TIMELINE
    }

    /// The years with events, the first one first, each with its events in order of time.
    pub fn timeline_years(&self) -> Vec<(i16, &[EventIx])> {
        let year = |event: &EventIx| match self.event(*event) {
            Some(event) => event.date.value.year,
            None => never!("{event:?} is of no brief" => 0),
        };
        let years = self.timeline.chunk_by(|a, b| year(a) == year(b));
        years.filter_map(|events| Some((year(events.first()?), events))).collect()
    }

    /// The page of two actors, if they have one.
    pub fn pair(&self, x: Ix<Actor>, y: Ix<Actor>) -> Option<usize> {
        self.pair_of.get(&(x.min(y), x.max(y))).copied()
    }

    /// The events of some briefs, in order of time.
    pub fn timeline_of(&self, briefs: &[Ix<Brief>]) -> Vec<EventIx> {
        let mut events: Vec<EventIx> = briefs
            .iter()
            .flat_map(|brief| {
                let count = self.documents.briefs[*brief].front.events.len();
                (0..count).map(|index| EventIx { brief: *brief, index })
            })
            .collect();
        events.sort_by(|a, b| {
            let date = |e: &EventIx| self.event(*e).map(|e| &e.date.value);
            let place = |e: &EventIx| (std::cmp::Reverse(e.brief), e.index);
            date(a).cmp(&date(b)).then_with(|| place(a).cmp(&place(b)))
        });
        events
    }

    /// The events that both actors of a pair take part in, in order of time.
    pub fn pair_timeline(&self, pair: &Pair) -> Vec<EventIx> {
        let [of_a, of_b] = [pair.a, pair.b].map(|actor| &self.actors[actor].timeline);
        let (events, other) =
            if of_a.len() <= of_b.len() { (of_a, pair.b) } else { (of_b, pair.a) };
        let both = events.iter().filter(|event| self.event_actors(**event).contains(&other));
        both.copied().collect()
    }

    /// Whether what two actors are explains that briefs are about both: one is part of the other, its state or where the other
    /// holds a role, as an embassy and its state.
    pub fn is_explained(&self, pair: &Pair) -> bool {
        let explains = |of: Ix<Actor>, by: Ix<Actor>| {
            let links = &self.actors[of];
            // What goes round in a circle was reported.
            let wholes = std::iter::successors(links.part_of, |whole| self.actors[*whole].part_of);
            links.country == Some(by)
                || links.roles.contains(&Some(by))
                || wholes.take(DEEPEST_PART).any(|whole| whole == by)
        };
        explains(pair.a, pair.b) || explains(pair.b, pair.a)
    }
}

impl Deref for Graph {
    type Target = Links;

    fn deref(&self) -> &Links {
        &self.links
    }
}

impl Links {
    fn grow_topic_tree(&mut self) {
        let mut tree = Vec::with_capacity(self.topics.len());
        let mut rest: Vec<(Ix<Topic>, usize)> = self.roots().rev().map(|t| (t, 0)).collect();
        while let Some((topic, depth)) = rest.pop() {
            tree.push(topic);
            let links = &mut self.topics[topic];
            links.depth = depth;
            rest.extend(links.children.iter().rev().map(|child| (*child, depth + 1)));
        }
        self.topic_tree = tree;
    }

    fn roots(&self) -> impl DoubleEndedIterator<Item = Ix<Topic>> + use<> {
        let roots: Vec<_> =
            self.topics.entries().filter(|(_, t)| t.parent.is_none()).map(|(ix, _)| ix).collect();
        roots.into_iter()
    }

    /// Tells actors, topics and storylines of their briefs. Briefs come newest first, so lists do too.
    fn spread_briefs(&mut self, untouched: Option<&Untouched>) {
        let mut by_storyline: Vec<(Ix<Storyline>, Ix<Brief>)> = Vec::new();
        let mut followers: Vec<(Ix<Brief>, Ix<Brief>)> = Vec::new();
        // What is counted below is side by side here, where it lies all over the memory else.
        let mut actors_of: RowPerBrief<Actor> = RowPerBrief::default();
        let mut topics_of: RowPerBrief<Topic> = RowPerBrief::default();
        let mut topics: Vec<Ix<Topic>> = Vec::new();
        for (brief, links) in self.briefs.entries() {
            actors_of.push(&links.actors);
            topics_of.push(&links.topics);
            for actor in &links.actors {
                self.actors[*actor].briefs.push(brief);
            }
            topics.clear();
            for topic in &links.topics {
                let mut up = Some(*topic);
                while let Some(topic) = up {
                    if !topics.contains(&topic) {
                        topics.push(topic);
                    }
                    up = self.topics[topic].parent;
                }
            }
            for topic in &topics {
                self.topics[*topic].briefs.push(brief);
            }
            by_storyline.extend(links.storyline.map(|(storyline, _)| (storyline, brief)));
            followers.extend(links.follows.map(|followed| (followed, brief)));
            for actor in &links.named {
                self.actors[*actor].mentions.push(brief);
            }
        }
        self.give_back();
        // Oldest first, as a storyline is read.
        for (storyline, brief) in by_storyline.into_iter().rev() {
            let briefs = &mut self.storylines[storyline].briefs;
            self.briefs[brief].storyline = Some((storyline, briefs.len()));
            briefs.push(brief);
        }
        for (followed, by) in followers {
            self.briefs[followed].followed_by.push(by);
        }
        let tallies = || (Counter::new(self.actors.len()), Counter::new(self.topics.len()));
        let actors_in = |tally: &mut Counter<Actor>, briefs: &[Ix<Brief>]| {
            tally.most(briefs.iter().flat_map(|brief| actors_of.of(*brief).iter().copied()))
        };
        let of_actor = |(actors, topics): &mut (Counter<Actor>, Counter<Topic>), ix: Ix<Actor>| {
            if let Some(last) = untouched.and_then(|untouched| untouched.actor(ix)) {
                return (last.partners.clone(), last.topics.clone());
            }
            let briefs = &self.actors[ix].briefs;
            let mut partners = actors_in(actors, briefs);
            partners.retain(|(partner, _)| *partner != ix);
            let its = briefs.iter().flat_map(|brief| topics_of.of(*brief).iter().copied());
            (partners, topics.most(its))
        };
        let keys: Vec<_> = self.actors.keys().collect();
        let (partners, (of_topics, of_storylines)) = rayon::join(
            || keys.par_iter().map_init(tallies, |t, ix| of_actor(t, *ix)).collect::<Vec<_>>(),
            || {
                let mut tally = Counter::new(self.actors.len());
                let mut count = |briefs: &[Ix<Brief>]| actors_in(&mut tally, briefs);
                let topics = self.topics.entries().map(|(ix, topic)| {
                    let last = untouched.and_then(|untouched| untouched.topic(ix));
                    last.map_or_else(|| count(&topic.briefs), |last| last.actors.clone())
                });
                let topics: Vec<_> = topics.collect();
                let storylines: Vec<_> = self.storylines.iter().map(|s| count(&s.briefs)).collect();
                (topics, storylines)
            },
        );
        for (links, (partners, topics)) in self.actors.iter_mut().zip(partners) {
            links.partners = partners;
            links.topics = topics;
        }
        for (links, actors) in self.topics.iter_mut().zip(of_topics) {
            links.actors = actors;
        }
        for (links, actors) in self.storylines.iter_mut().zip(of_storylines) {
            links.actors = actors;
        }
    }

    /// Gives back the room that lists of briefs were given to grow in.
    fn give_back(&mut self) {
        for actor in self.actors.iter_mut() {
            actor.briefs.shrink_to_fit();
            actor.mentions.shrink_to_fit();
        }
        for topic in self.topics.iter_mut() {
            topic.briefs.shrink_to_fit();
        }
    }

    fn order_events(&mut self) {
        let mut timeline: Vec<(&PartialDate, EventIx)> = Vec::new();
        for (brief, links) in self.briefs.entries() {
            for (index, date) in links.event_dates().enumerate() {
                timeline.push((date, EventIx { brief, index }));
            }
        }
        timeline.par_sort_unstable_by(|(a, x), (b, y)| {
            a.cmp(b).then_with(|| y.brief.cmp(&x.brief)).then_with(|| x.index.cmp(&y.index))
        });
        let timeline: Vec<EventIx> = timeline.into_iter().map(|(_, event)| event).collect();
        for event in &timeline {
            for actor in self.briefs[event.brief].event_actors(event.index) {
                self.actors[*actor].timeline.push(*event);
            }
        }
        self.timeline = timeline;
    }

    fn join_pairs(&mut self, config: &Config, untouched: Option<&Untouched>) {
        let least = config.pairs.min.0 as usize;
        let mut found: Vec<(usize, Ix<Actor>, Ix<Actor>)> = Vec::new();
        for (a, links) in self.actors.entries() {
            found.extend(
                links
                    .partners
                    .iter()
                    .filter(|(b, shared)| a < *b && *shared >= least)
                    .map(|(b, shared)| (*shared, a, *b)),
            );
        }
        let most = config.pairs.max.0 as usize;
        let order = |x: &(usize, Ix<Actor>, Ix<Actor>), y: &(usize, Ix<Actor>, Ix<Actor>)| {
            y.0.cmp(&x.0).then_with(|| (x.1, x.2).cmp(&(y.1, y.2)))
        };
        if most < found.len() {
            found.select_nth_unstable_by(most, order);
            found.truncate(most);
        }
        found.sort_unstable_by(order);
        let pair = |(_, a, b): &(usize, Ix<Actor>, Ix<Actor>)| {
            let (a, b) = (*a, *b);
            let last = untouched.and_then(|untouched| untouched.pair(a, b)).map(<[_]>::to_vec);
            let briefs = || shared(&self.actors[a].briefs, &self.actors[b].briefs);
            Pair { a, b, briefs: last.unwrap_or_else(briefs) }
        };
        self.pairs = found.par_iter().map(pair).collect();
        self.pair_of = self.pairs.iter().enumerate().map(|(i, p)| ((p.a, p.b), i)).collect();
    }
}

/// A list of documents for each brief, all in one.
struct RowPerBrief<T> {
    items: Vec<Ix<T>>,
    ends: Vec<usize>,
}

impl<T> Default for RowPerBrief<T> {
    fn default() -> Self {
        RowPerBrief { items: Vec::new(), ends: vec![0] }
    }
}

impl<T> RowPerBrief<T> {
    fn push(&mut self, row: &[Ix<T>]) {
        self.items.extend_from_slice(row);
        self.ends.push(self.items.len());
    }

    fn of(&self, brief: Ix<Brief>) -> &[Ix<T>] {
        let rows = self.ends.get(brief.get()..brief.get() + 2);
        let row = match rows {
            Some([start, end]) => self.items.get(*start..*end),
            _ => None,
        };
        row.unwrap_or_else(|| never!("no row for the brief {brief:?}" => &[]))
    }
}

/// Counts documents of a kind. One is used for many counts: it keeps its table between them.
pub(crate) struct Counter<T> {
    /// By document; 0 but for those of `seen`.
    counts: Arena<T, u32>,
    seen: Vec<Ix<T>>,
}

impl<T> Counter<T> {
    /// For `len` documents.
    pub(crate) fn new(len: usize) -> Self {
        Counter { counts: Arena::new(vec![0; len]), seen: Vec::new() }
    }

    /// The documents and how often each occurs: most often first, then in order.
    pub(crate) fn most(&mut self, documents: impl Iterator<Item = Ix<T>>) -> Vec<(Ix<T>, usize)> {
        for document in documents {
            let count = &mut self.counts[document];
            if *count == 0 {
                self.seen.push(document);
            }
            *count += 1;
        }
        let counted = self
            .seen
            .drain(..)
            .map(|document| (document, std::mem::take(&mut self.counts[document]) as usize));
        let mut counted: Vec<_> = counted.collect();
        counted.sort_unstable_by(|(a, x), (b, y)| y.cmp(x).then_with(|| a.cmp(b)));
        counted
    }
}

/// What two ascending lists share.
fn shared<T: Ord + Copy>(a: &[T], b: &[T]) -> Vec<T> {
    let (few, many) = if a.len() <= b.len() { (a, b) } else { (b, a) };
    few.iter().filter(|item| many.binary_search(item).is_ok()).copied().collect()
}
