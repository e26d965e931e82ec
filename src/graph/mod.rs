//! What belongs together: briefs by actor and topic, pairs of actors, timelines, storylines, related
//! briefs, and what links where. Knows ids; no address, no HTML and no template.

mod links;
mod related;

use std::collections::BTreeMap;
use std::ops::Deref;
use std::sync::Arc;

use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};

use crate::config::Config;
use crate::corpus::{Document, Ix, Published, Shelf};
use crate::diagnostic::{Code, Diagnostic, Diagnostics, Place, Suggestion, nearest, only_near};
use crate::front_matter::{Actor, Brief, Event, Page, PartialDate, Spanned, Storyline, Topic};
use crate::source::{CONFIG, Kind, Sources};

use links::Resolved;
pub use links::{Destination, file_at, missing_anchor};
pub use related::{Kinship, Shared, shared_by};

/// A timeline of more events than this is too long for one page.
const LONG_TIMELINE: usize = 500;
/// So many documents at least are linked together, that a thread is worth its while.
const PORTION: usize = 256;

/// Any document.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum DocumentIx {
    /// A brief.
    Brief(Ix<Brief>),
    /// An actor.
    Actor(Ix<Actor>),
    /// A topic.
    Topic(Ix<Topic>),
    /// A storyline.
    Storyline(Ix<Storyline>),
    /// A page.
    Page(Ix<Page>),
}

/// A dated event of a brief.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EventIx {
    /// The brief that declares it.
    pub brief: Ix<Brief>,
    /// Its place among the brief's events.
    pub index: usize,
}

/// How a brief is linked.
#[derive(Debug, Default)]
pub struct BriefLinks {
    /// Whom it is about, as its author ordered them.
    pub actors: Vec<Ix<Actor>>,
    /// Whom its text mentions besides, in text order.
    pub mentioned: Vec<Ix<Actor>>,
    /// Its topics, as its author ordered them.
    pub topics: Vec<Ix<Topic>>,
    /// Its storyline and its place in it, from 0.
    pub storyline: Option<(Ix<Storyline>, usize)>,
    /// The brief it continues.
    pub follows: Option<Ix<Brief>>,
    /// The briefs that continue it, newest first.
    pub followed_by: Vec<Ix<Brief>>,
    /// The actors of each of its events.
    pub event_actors: Vec<Vec<Ix<Actor>>>,
}

/// How an actor is linked.
#[derive(Debug, Default)]
pub struct ActorLinks {
    /// The briefs about it, newest first.
    pub briefs: Vec<Ix<Brief>>,
    /// The briefs that mention it, newest first, with the place of the mention in the body's list.
    pub mentions: Vec<(Ix<Brief>, usize)>,
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
    /// Where each of its roles is held.
    pub roles: Vec<Option<Ix<Actor>>>,
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
    pub briefs: Shelf<Brief, BriefLinks>,
    /// Links by actor.
    pub actors: Shelf<Actor, ActorLinks>,
    /// Links by topic.
    pub topics: Shelf<Topic, TopicLinks>,
    /// Links by storyline.
    pub storylines: Shelf<Storyline, StorylineLinks>,
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
    /// Where the links of each document lead, in the order of its body's targets.
    destinations: FxHashMap<DocumentIx, Vec<Destination>>,
    /// The briefs and other documents that link to a document, with the place of the link among their targets.
    pub backlinks: BTreeMap<DocumentIx, Vec<(DocumentIx, usize)>>,
    /// What wikilinks call documents that is no id, in lower case.
    asked: FxHashSet<String>,
}

impl Graph {
    /// Links the published documents. References that lead nowhere are reported.
    pub fn new(
        documents: Published,
        sources: &Sources,
        config: &Config,
        diagnostics: &mut Diagnostics,
    ) -> Graph {
        let ids = Ids::new(&documents);
        let mut resolver = Resolver { ids: &ids, sources, diagnostics };
        let topics = topic_links(&documents, &mut resolver);
        let actors = actor_links(&documents, &mut resolver);
        let briefs = brief_links(&documents, &mut resolver);
        let lead = config.home.lead.as_ref().and_then(|id| {
            resolver.find(&ids.briefs, Kind::Brief, Code::UnknownBrief, &CONFIG.into(), id)
        });
        let lead = lead.or_else(|| documents.briefs.keys().next());
        let Resolved { destinations, backlinks, asked } =
            links::resolve(&documents, sources, resolver.diagnostics);
        let mut links = Links {
            briefs: Shelf::new(briefs),
            actors: Shelf::new(actors),
            topics: Shelf::new(topics),
            storylines: Shelf::new(
                documents.storylines.iter().map(|_| StorylineLinks::default()).collect(),
            ),
            topic_tree: Vec::new(),
            pairs: Vec::new(),
            pair_of: FxHashMap::default(),
            lead,
            timeline: Vec::new(),
            destinations,
            backlinks,
            asked,
        };
        links.grow_topic_tree();
        links.spread_briefs(&documents);
        links.order_events(&documents);
        links.join_pairs(config);
        Graph { documents, links: Arc::new(links) }
    }

    /// The graph of documents that are linked as those of this one; gives them back if they are not.
    pub fn with(&self, documents: Published) -> Result<Graph, Box<Published>> {
        // What a brief is called counts if a wikilink calls it that, or could not do so before.
        let asked = |title: &str| self.asked.contains(&title.to_lowercase());
        let mut briefs = documents.briefs.iter().zip(self.documents.briefs.iter());
        let renamed = briefs.any(|(one, other)| {
            let (new, old) = (&one.front.title.value, &other.front.title.value);
            !Arc::ptr_eq(one, other) && new != old && (asked(new) || asked(old))
        });
        if renamed || !documents.links_like(&self.documents) {
            return Err(Box::new(documents));
        }
        Ok(Graph { documents, links: self.links.clone() })
    }

    /// An event's declaration.
    pub fn event(&self, event: EventIx) -> Option<&Event> {
        self.documents.briefs[event.brief].front.events.get(event.index)
    }

    /// The actors of an event.
    pub fn event_actors(&self, event: EventIx) -> &[Ix<Actor>] {
        self.briefs[event.brief].event_actors.get(event.index).map_or(&[], Vec::as_slice)
    }

    /// Where a link of a document leads.
    pub fn destination(&self, from: DocumentIx, target: usize) -> &Destination {
        self.destinations
            .get(&from)
            .and_then(|list| list.get(target))
            .unwrap_or(&Destination::Nowhere)
    }

    /// The parsed body of a document.
    pub fn body(&self, document: DocumentIx) -> &crate::markdown::Body {
        let documents = &self.documents;
        match document {
            DocumentIx::Brief(ix) => &documents.briefs[ix].body,
            DocumentIx::Actor(ix) => &documents.actors[ix].body,
            DocumentIx::Topic(ix) => &documents.topics[ix].body,
            DocumentIx::Storyline(ix) => &documents.storylines[ix].body,
            DocumentIx::Page(ix) => &documents.pages[ix].body,
        }
    }

    /// The name of a document's file below the site's root.
    pub fn file(&self, document: DocumentIx) -> &Arc<str> {
        let documents = &self.documents;
        match document {
            DocumentIx::Brief(ix) => &documents.briefs[ix].file,
            DocumentIx::Actor(ix) => &documents.actors[ix].file,
            DocumentIx::Topic(ix) => &documents.topics[ix].file,
            DocumentIx::Storyline(ix) => &documents.storylines[ix].file,
            DocumentIx::Page(ix) => &documents.pages[ix].file,
        }
    }

    /// What a document is called.
    pub fn title(&self, document: DocumentIx) -> &str {
        let documents = &self.documents;
        match document {
            DocumentIx::Brief(ix) => &documents.briefs[ix].front.title.value,
            DocumentIx::Actor(ix) => &documents.actors[ix].front.name.value,
            DocumentIx::Topic(ix) => &documents.topics[ix].front.name.value,
            DocumentIx::Storyline(ix) => &documents.storylines[ix].front.title.value,
            DocumentIx::Page(ix) => &documents.pages[ix].front.title.value,
        }
    }

    /// Every document, kind by kind.
    pub fn all(&self) -> Vec<DocumentIx> {
        all(&self.documents)
    }

    /// Whether the site's timeline is too long for one page, and has a page for each year.
    pub fn has_long_timeline(&self) -> bool {
        self.timeline.len() > LONG_TIMELINE
    }

    /// The years with events, the first one first, each with its events in order of time.
    pub fn timeline_years(&self) -> Vec<(i16, &[EventIx])> {
        let year = |event: &EventIx| self.event(*event).map_or(0, |event| event.date.value.year);
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
        let events = self.actors[pair.a].timeline.iter().copied();
        events.filter(|event| self.event_actors(*event).contains(&pair.b)).collect()
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
            if let Some(links) = self.topics.get_mut(topic) {
                links.depth = depth;
                rest.extend(links.children.iter().rev().map(|child| (*child, depth + 1)));
            }
        }
        self.topic_tree = tree;
    }

    fn roots(&self) -> impl DoubleEndedIterator<Item = Ix<Topic>> + use<> {
        let roots: Vec<_> =
            self.topics.entries().filter(|(_, t)| t.parent.is_none()).map(|(ix, _)| ix).collect();
        roots.into_iter()
    }

    /// Tells actors, topics and storylines of their briefs. Briefs come newest first, so lists do too.
    fn spread_briefs(&mut self, documents: &Published) {
        let mut by_storyline: Vec<(Ix<Storyline>, Ix<Brief>)> = Vec::new();
        let mut followers: Vec<(Ix<Brief>, Ix<Brief>)> = Vec::new();
        for (brief, links) in self.briefs.entries() {
            for actor in &links.actors {
                if let Some(actor) = self.actors.get_mut(*actor) {
                    actor.briefs.push(brief);
                }
            }
            let mut topics: Vec<Ix<Topic>> = Vec::new();
            for topic in &links.topics {
                let mut up = Some(*topic);
                while let Some(topic) = up {
                    if !topics.contains(&topic) {
                        topics.push(topic);
                    }
                    up = self.topics[topic].parent;
                }
            }
            for topic in topics {
                if let Some(topic) = self.topics.get_mut(topic) {
                    topic.briefs.push(brief);
                }
            }
            by_storyline.extend(links.storyline.map(|(storyline, _)| (storyline, brief)));
            followers.extend(links.follows.map(|followed| (followed, brief)));
            for (index, mention) in documents.briefs[brief].mentions.iter().enumerate() {
                let actor = documents.actor(mention.actor);
                if let Some(actor) = actor.and_then(|actor| self.actors.get_mut(actor)) {
                    actor.mentions.push((brief, index));
                }
            }
        }
        // Oldest first, as a storyline is read.
        for (storyline, brief) in by_storyline.into_iter().rev() {
            if let Some(links) = self.storylines.get_mut(storyline) {
                links.briefs.push(brief);
                let place = links.briefs.len() - 1;
                if let Some(links) = self.briefs.get_mut(brief) {
                    links.storyline = Some((storyline, place));
                }
            }
        }
        for (followed, by) in followers {
            if let Some(links) = self.briefs.get_mut(followed) {
                links.followed_by.push(by);
            }
        }
        let mut actors = Tally::new(self.actors.len());
        let mut topics = Tally::new(self.topics.len());
        let mut count = |briefs: &[Ix<Brief>]| {
            actors.most(briefs.iter().flat_map(|b| self.briefs[*b].actors.iter().copied()))
        };
        let storyline_actors: Vec<_> = self.storylines.iter().map(|s| count(&s.briefs)).collect();
        let topic_actors: Vec<_> = self.topics.iter().map(|t| count(&t.briefs)).collect();
        let partners: Vec<_> = self
            .actors
            .entries()
            .map(|(ix, actor)| {
                let mut partners = count(&actor.briefs);
                partners.retain(|(partner, _)| *partner != ix);
                let its = actor.briefs.iter().flat_map(|b| self.briefs[*b].topics.iter().copied());
                (partners, topics.most(its))
            })
            .collect();
        for (key, actors) in documents.storylines.keys().zip(storyline_actors) {
            if let Some(links) = self.storylines.get_mut(key) {
                links.actors = actors;
            }
        }
        for (key, actors) in documents.topics.keys().zip(topic_actors) {
            if let Some(links) = self.topics.get_mut(key) {
                links.actors = actors;
            }
        }
        for (key, (partners, topics)) in documents.actors.keys().zip(partners) {
            if let Some(links) = self.actors.get_mut(key) {
                links.partners = partners;
                links.topics = topics;
            }
        }
    }

    fn order_events(&mut self, documents: &Published) {
        let mut timeline: Vec<(&PartialDate, EventIx)> = Vec::new();
        for (brief, document) in documents.briefs.entries() {
            for (index, event) in document.front.events.iter().enumerate() {
                timeline.push((&event.date.value, EventIx { brief, index }));
            }
        }
        timeline.sort_unstable_by(|(a, x), (b, y)| {
            a.cmp(b).then_with(|| y.brief.cmp(&x.brief)).then_with(|| x.index.cmp(&y.index))
        });
        let timeline: Vec<EventIx> = timeline.into_iter().map(|(_, event)| event).collect();
        for event in &timeline {
            for actor in
                self.briefs[event.brief].event_actors.get(event.index).into_iter().flatten()
            {
                if let Some(links) = self.actors.get_mut(*actor) {
                    links.timeline.push(*event);
                }
            }
        }
        self.timeline = timeline;
    }

    fn join_pairs(&mut self, config: &Config) {
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
        found.sort_by(|x, y| y.0.cmp(&x.0).then_with(|| (x.1, x.2).cmp(&(y.1, y.2))));
        found.truncate(config.pairs.max.0 as usize);
        self.pairs = found
            .into_iter()
            .map(|(_, a, b)| Pair {
                a,
                b,
                briefs: shared(&self.actors[a].briefs, &self.actors[b].briefs),
            })
            .collect();
        self.pair_of = self.pairs.iter().enumerate().map(|(i, p)| ((p.a, p.b), i)).collect();
    }
}

/// Every document, kind by kind.
fn all(documents: &Published) -> Vec<DocumentIx> {
    let mut all: Vec<DocumentIx> = documents.briefs.keys().map(DocumentIx::Brief).collect();
    all.extend(documents.actors.keys().map(DocumentIx::Actor));
    all.extend(documents.topics.keys().map(DocumentIx::Topic));
    all.extend(documents.storylines.keys().map(DocumentIx::Storyline));
    all.extend(documents.pages.keys().map(DocumentIx::Page));
    all
}

/// Counts documents of a kind. One is used for many counts: it keeps its table between them.
pub struct Tally<T> {
    /// By document; 0 but for those of `seen`.
    counts: Vec<u32>,
    seen: Vec<Ix<T>>,
}

impl<T> Tally<T> {
    /// For `len` documents.
    pub fn new(len: usize) -> Self {
        Tally { counts: vec![0; len], seen: Vec::new() }
    }

    /// The documents and how often each occurs: most often first, then in order.
    pub fn most(&mut self, documents: impl Iterator<Item = Ix<T>>) -> Vec<(Ix<T>, usize)> {
        for document in documents {
            if let Some(count) = self.counts.get_mut(document.get()) {
                if *count == 0 {
                    self.seen.push(document);
                }
                *count += 1;
            }
        }
        let counted = self.seen.drain(..).map(|document| {
            let count = self.counts.get_mut(document.get()).map(std::mem::take);
            (document, count.unwrap_or_default() as usize)
        });
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

/// The numbers of the documents by id.
struct Ids<'a> {
    briefs: FxHashMap<&'a str, Ix<Brief>>,
    actors: FxHashMap<&'a str, Ix<Actor>>,
    topics: FxHashMap<&'a str, Ix<Topic>>,
    storylines: FxHashMap<&'a str, Ix<Storyline>>,
}

impl<'a> Ids<'a> {
    fn new(documents: &'a Published) -> Self {
        fn by_id<T>(shelf: &Shelf<T, Arc<Document<T>>>) -> FxHashMap<&str, Ix<T>> {
            shelf.entries().map(|(ix, d)| (d.id.as_str(), ix)).collect()
        }
        let mut topics = by_id(&documents.topics);
        for (ix, topic) in documents.topics.entries() {
            for alias in &topic.front.aliases {
                topics.entry(alias.value.as_str()).or_insert(ix);
            }
        }
        Ids {
            briefs: by_id(&documents.briefs),
            actors: by_id(&documents.actors),
            topics,
            storylines: by_id(&documents.storylines),
        }
    }
}

/// Finds documents by the ids that front matter names, and reports those that are not there.
struct Resolver<'a> {
    ids: &'a Ids<'a>,
    sources: &'a Sources,
    diagnostics: &'a mut Diagnostics,
}

impl Resolver<'_> {
    fn find<T>(
        &mut self,
        known: &FxHashMap<&str, Ix<T>>,
        kind: Kind,
        code: Code,
        file: &Arc<str>,
        id: &Spanned<String>,
    ) -> Option<Ix<T>> {
        let found = known.get(id.value.as_str()).copied();
        // A file that could not be read was reported as such.
        let missing = || !self.sources.defines(kind, &id.value);
        if found.is_none() && missing() {
            let near = nearest(&id.value, known.keys().copied());
            let place = Place::span(file.clone(), id.span);
            // Only what can be nothing else is mended without asking, and only in a document.
            let sure = only_near(&id.value, known.keys().copied()).filter(|_| **file != *CONFIG);
            let suggestion = sure.map(|new| Suggestion::Replace {
                place: place.clone(),
                old: id.value.clone(),
                new: new.to_owned(),
            });
            let help = match near {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!(
                    "define it with `chancery new {}`, or see the ids in `content/{}`",
                    kind.word(),
                    kind.folder()
                ),
            };
            self.diagnostics.push(
                Diagnostic::new(code, format!("there is no {} `{}`", kind.word(), id.value))
                    .at(place)
                    .label(format!("no such {}", kind.word()))
                    .help(help)
                    .suggest_if(suggestion),
            );
        }
        found
    }

    fn actor(&mut self, file: &Arc<str>, id: &Spanned<String>) -> Option<Ix<Actor>> {
        self.find(&self.ids.actors, Kind::Actor, Code::UnknownActor, file, id)
    }

    /// Each actor once, in the order given.
    fn actors(&mut self, file: &Arc<str>, ids: &[Spanned<String>]) -> Vec<Ix<Actor>> {
        once(ids.iter().filter_map(|id| self.actor(file, id)))
    }

    fn topic(&mut self, file: &Arc<str>, id: &Spanned<String>) -> Option<Ix<Topic>> {
        self.find(&self.ids.topics, Kind::Topic, Code::UnknownTopic, file, id)
    }

    /// Reports those that lead back to themselves by `up`, once a circle, and gives them back.
    fn circles<T>(
        &mut self,
        ups: &[Option<Ix<T>>],
        word: &str,
        place: impl Fn(Ix<T>) -> (Place, String),
    ) -> Vec<Ix<T>> {
        let up = |ix: Ix<T>| ups.get(ix.get()).copied().flatten();
        let mut clear = vec![false; ups.len()];
        let mut broken = Vec::new();
        for start in 0..ups.len() {
            let mut path: Vec<Ix<T>> = Vec::new();
            let mut here = Some(Ix::new(start));
            while let Some(ix) = here {
                if clear.get(ix.get()).copied().unwrap_or(true) {
                    if let Some(at) = path.iter().position(|p| *p == ix) {
                        let circle = path.get(at..).unwrap_or_default();
                        let names: Vec<String> = circle.iter().map(|c| place(*c).1).collect();
                        let (place, first) = place(ix);
                        self.diagnostics.push(
                            Diagnostic::new(
                                Code::Cycle,
                                format!(
                                    "{word} go round in a circle: {} → {first}",
                                    names.join(" → ")
                                ),
                            )
                            .at(place)
                            .label("leads back to itself"),
                        );
                        broken.push(ix);
                    }
                    break;
                }
                if let Some(seen) = clear.get_mut(ix.get()) {
                    *seen = true;
                }
                path.push(ix);
                here = up(ix);
            }
        }
        broken
    }
}

fn once<T: PartialEq>(items: impl Iterator<Item = T>) -> Vec<T> {
    let mut list = Vec::new();
    for item in items {
        if !list.contains(&item) {
            list.push(item);
        }
    }
    list
}

fn topic_links(documents: &Published, resolver: &mut Resolver) -> Vec<TopicLinks> {
    let mut parents: Vec<Option<Ix<Topic>>> = documents
        .topics
        .iter()
        .map(|topic| topic.front.parent.as_ref().and_then(|id| resolver.topic(&topic.file, id)))
        .collect();
    let broken = resolver.circles(&parents, "topics", |ix| {
        let topic = &documents.topics[ix];
        let span = topic.front.parent.as_ref().map(|p| p.span).unwrap_or_default();
        (Place::span(topic.file.clone(), span), format!("`{}`", topic.id))
    });
    for ix in broken {
        if let Some(parent) = parents.get_mut(ix.get()) {
            *parent = None;
        }
    }
    let mut links: Vec<TopicLinks> =
        parents.iter().map(|parent| TopicLinks { parent: *parent, ..Default::default() }).collect();
    for (ix, parent) in parents.iter().enumerate() {
        if let Some(above) = parent.and_then(|p| links.get_mut(p.get())) {
            above.children.push(Ix::new(ix));
        }
    }
    links
}

fn actor_links(documents: &Published, resolver: &mut Resolver) -> Vec<ActorLinks> {
    let mut links: Vec<ActorLinks> = documents
        .actors
        .iter()
        .map(|actor| {
            let file = &actor.file;
            let front = &actor.front;
            let mut one =
                |id: &Option<Spanned<String>>| id.as_ref().and_then(|id| resolver.actor(file, id));
            ActorLinks {
                part_of: one(&front.part_of),
                country: one(&front.country),
                roles: front.roles.iter().map(|role| one(&role.of)).collect(),
                member_of: resolver.actors(file, &front.member_of),
                ..Default::default()
            }
        })
        .collect();
    let wholes: Vec<Option<Ix<Actor>>> = links.iter().map(|l| l.part_of).collect();
    resolver.circles(&wholes, "actors", |ix| {
        let actor = &documents.actors[ix];
        let span = actor.front.part_of.as_ref().map(|p| p.span).unwrap_or_default();
        (Place::span(actor.file.clone(), span), format!("`{}`", actor.id))
    });
    let memberships: Vec<Vec<Ix<Actor>>> = links.iter().map(|l| l.member_of.clone()).collect();
    for (ix, (whole, groups)) in wholes.iter().zip(memberships).enumerate() {
        if let Some(whole) = whole.and_then(|w| links.get_mut(w.get())) {
            whole.parts.push(Ix::new(ix));
        }
        for group in groups {
            if let Some(group) = links.get_mut(group.get()) {
                group.members.push(Ix::new(ix));
            }
        }
    }
    links
}

fn brief_links(documents: &Published, resolver: &mut Resolver) -> Vec<BriefLinks> {
    let (ids, sources) = (resolver.ids, resolver.sources);
    let linked: Vec<(BriefLinks, Diagnostics)> = documents
        .briefs
        .as_slice()
        .par_iter()
        .with_min_len(PORTION)
        .map(|brief| {
            let mut diagnostics = Diagnostics::new();
            let resolver = &mut Resolver { ids, sources, diagnostics: &mut diagnostics };
            let (file, front) = (&brief.file, &brief.front);
            let actors = resolver.actors(file, &front.actors);
            let mentioned = brief.mentions.iter().filter_map(|m| documents.actor(m.actor));
            let mentioned = once(mentioned.filter(|actor| !actors.contains(actor)));
            let links = BriefLinks {
                mentioned,
                topics: once(front.topics.iter().filter_map(|id| resolver.topic(file, id))),
                storyline: front
                    .storyline
                    .as_ref()
                    .and_then(|id| {
                        let known = &ids.storylines;
                        resolver.find(known, Kind::Storyline, Code::UnknownStoryline, file, id)
                    })
                    .map(|storyline| (storyline, 0)),
                follows: front.follows.as_ref().and_then(|id| {
                    resolver.find(&ids.briefs, Kind::Brief, Code::UnknownBrief, file, id)
                }),
                event_actors: front
                    .events
                    .iter()
                    .map(|e| resolver.actors(file, &e.actors))
                    .collect(),
                actors,
                ..Default::default()
            };
            (links, diagnostics)
        })
        .collect();
    let mut links = Vec::with_capacity(linked.len());
    for (one, found) in linked {
        links.push(one);
        resolver.diagnostics.append(found);
    }
    let follows: Vec<Option<Ix<Brief>>> = links.iter().map(|l| l.follows).collect();
    resolver.circles(&follows, "briefs", |ix| {
        let brief = &documents.briefs[ix];
        let span = brief.front.follows.as_ref().map(|p| p.span).unwrap_or_default();
        (Place::span(brief.file.clone(), span), format!("`{}`", brief.id))
    });
    links
}
