//! What is previous from the last time that the documents were linked, so that only what has changed is looked up.

use std::sync::Arc;

use crate::arena::{Arena, Ix};
use crate::corpus::{Document, Published};
use crate::front_matter::{Actor, Brief, Topic};
use crate::markdown::Body;

use super::{ActorLinks, BriefLinks, Graph, Links, TopicLinks};

/// How far ahead a brief is looked for that does not stand where it stood.
const AHEAD: usize = 64;

/// A graph in which nothing was found wrong, against the documents that are to be linked now.
pub(super) struct Previous<'a> {
    pub(super) last: &'a Graph,
    /// Where each brief stood that is the same, with what it names; nothing if numbers stand for others now.
    briefs: Option<Vec<Option<Ix<Brief>>>>,
    /// Whether the numbers of briefs stand for the same ones.
    pub(super) numbers: bool,
    /// Whether links in the text lead where they led: all documents have the numbers, names and headings they had.
    pub(super) targets: bool,
}

impl<'a> Previous<'a> {
    pub(super) fn new(last: &'a Graph, documents: &Published) -> Self {
        let before = &last.documents;
        let ids = same(&documents.actors, &before.actors, |a, b| a.id == b.id)
            && documents.same_registered(before)
            && same(&documents.storylines, &before.storylines, |a, b| a.id == b.id)
            && same(&documents.topics, &before.topics, |a, b| {
                a.id == b.id && aliases(a).eq(aliases(b))
            });
        let briefs = ids.then(|| same_briefs(last, documents));
        let numbers = same(&documents.briefs, &before.briefs, |a, b| a.id == b.id);
        Previous { last, briefs, numbers, targets: same_targets(before, documents) }
    }

    /// How a brief was linked, if it is the same one and what it names is too.
    pub(super) fn brief(&self, index: usize) -> Option<&'a BriefLinks> {
        let before = self.briefs.as_ref()?.get(index).copied().flatten()?;
        Some(&self.last.briefs[before])
    }

    /// The actors and topics whose briefs are those that they were and link as they did. `None` if that cannot be told.
    pub(super) fn untouched(&self, links: &Links) -> Option<Untouched<'a>> {
        let (last, previous) = (self.last, self.briefs.as_ref()?);
        let parents =
            |links: &Links| links.topics.iter().map(|topic| topic.parent).collect::<Vec<_>>();
        if parents(links) != parents(last) {
            return None;
        }
        let mut actors: Arena<Actor, bool> = Arena::new(vec![true; links.actors.len()]);
        let mut topics: Arena<Topic, bool> = Arena::new(vec![true; links.topics.len()]);
        let mut touch = |brief: &BriefLinks| {
            for actor in &brief.actors {
                actors[*actor] = false;
            }
            for topic in &brief.topics {
                let mut up = Some(*topic);
                while let Some(topic) = up {
                    topics[topic] = false;
                    up = links.topics[topic].parent;
                }
            }
        };
        let mut gone: Arena<Brief, bool> = Arena::new(vec![true; last.briefs.len()]);
        for (brief, before) in links.briefs.iter().zip(previous) {
            match *before {
                Some(before) => gone[before] = false,
                None => touch(brief),
            }
        }
        let gone = last.briefs.entries().filter(|(brief, _)| gone[*brief]);
        gone.for_each(|(_, brief)| touch(brief));
        Some(Untouched { last, numbers: self.numbers, actors, topics })
    }
}

/// Who has the briefs that they had, and what was counted in these.
pub(super) struct Untouched<'a> {
    last: &'a Graph,
    numbers: bool,
    actors: Arena<Actor, bool>,
    topics: Arena<Topic, bool>,
}

impl<'a> Untouched<'a> {
    pub(super) fn actor(&self, actor: Ix<Actor>) -> Option<&'a ActorLinks> {
        self.actors[actor].then(|| &self.last.actors[actor])
    }

    /// The briefs of a pair, if they are those that they were.
    pub(super) fn pair(&self, a: Ix<Actor>, b: Ix<Actor>) -> Option<&'a [Ix<Brief>]> {
        let previous = self.numbers && self.actors[a] && self.actors[b];
        let pair = self.last.pair(a, b).filter(|_| previous)?;
        self.last.pairs.get(pair).map(|pair| pair.briefs.as_slice())
    }

    pub(super) fn topic(&self, topic: Ix<Topic>) -> Option<&'a TopicLinks> {
        self.topics[topic].then(|| &self.last.topics[topic])
    }
}

fn aliases(topic: &Document<Topic>) -> impl Iterator<Item = &str> {
    topic.front.aliases.iter().map(|alias| alias.value.as_str())
}

/// Whether each of some documents is as it was in what `alike` looks at.
fn same<T>(
    these: &Arena<T, Arc<Document<T>>>,
    others: &Arena<T, Arc<Document<T>>>,
    alike: impl Fn(&Document<T>, &Document<T>) -> bool,
) -> bool {
    let mut pairs = these.iter().zip(others.iter());
    these.len() == others.len() && pairs.all(|(a, b)| Arc::ptr_eq(a, b) || alike(a, b))
}

fn same_briefs(last: &Graph, documents: &Published) -> Vec<Option<Ix<Brief>>> {
    let before = last.documents.briefs.as_slice();
    let mut next = 0;
    let links = documents.briefs.iter().map(|brief| {
        let ahead = before.iter().enumerate().skip(next).take(AHEAD);
        let at = ahead.filter(|(_, other)| Arc::ptr_eq(brief, other)).map(|(at, _)| at).next()?;
        next = at + 1;
        Some(Ix::new(at))
    });
    links.collect()
}

/// The words of the headings, which wikilinks may lead to.
fn titles(body: &Body) -> impl Iterator<Item = &str> {
    body.headings.iter().map(|heading| heading.title.as_str())
}

fn same_targets(before: &Published, documents: &Published) -> bool {
    let (these, others) = (documents.all(), before.all());
    documents.held == before.held
        && documents.wikilinks == before.wikilinks
        && these == others
        && these
            .into_iter()
            .filter(|document| !documents.has_unchanged(*document, before))
            .map(|document| (documents.head(document), before.head(document)))
            .all(|(new, old)| {
                (new.file, new.folder, new.id) == (old.file, old.folder, old.id)
                    && new.body.anchors().eq(old.body.anchors())
                    && titles(new.body).eq(titles(old.body))
            })
}
