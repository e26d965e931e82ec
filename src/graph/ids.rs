//! The numbers of documents by their ids.

use std::sync::{Arc, OnceLock};

use rustc_hash::FxHashMap;

use crate::arena::{Arena, Ix};
use crate::composed::composed;
use crate::corpus::{Document, DocumentIx, Published, called};
use crate::diagnostic::Near;
use crate::front_matter::{
    Actor, Brief, FrontMatter as _, Identified, Page, Ref, Storyline, Topic,
};
use crate::names::RegisteredIx;
use crate::registry::nearest_id;
use crate::source::Kind;

/// The numbers of the documents by id. Those of briefs and pages are many, and not always asked for.
pub(super) struct Ids<'a> {
    pub(super) documents: &'a Published,
    briefs: OnceLock<ById<'a, Brief>>,
    pages: OnceLock<ById<'a, Page>>,
    /// Actors, also by their ids in the built-in registry.
    actors: ById<'a, Actor>,
    topics: ById<'a, Topic>,
    /// Topics by what they are called in `topics` too: old ids.
    topics_and_aliases: ById<'a, Topic>,
    storylines: ById<'a, Storyline>,
    /// By kind, the ids that one which is not there is compared with.
    near: NearByKind<'a>,
    /// By kind, the ids of documents by their ids and names without regard to case and signs; none if two are called so.
    by_name: [OnceLock<FxHashMap<String, Option<&'a str>>>; Kind::ALL.len()],
}

#[derive(Default)]
struct NearByKind<'a> {
    briefs: OnceLock<Near<'a>>,
    actors: OnceLock<Near<'a>>,
    topics: OnceLock<Near<'a>>,
    storylines: OnceLock<Near<'a>>,
    pages: OnceLock<Near<'a>>,
}

type ById<'a, T> = FxHashMap<&'a str, Ix<T>>;

fn by_id<T>(shelf: &Arena<T, Arc<Document<T>>>) -> ById<'_, T> {
    shelf.entries().map(|(ix, d)| (d.id.as_str(), ix)).collect()
}

impl<'a> Ids<'a> {
    pub(super) fn new(documents: &'a Published) -> Self {
        let topics = by_id(&documents.topics);
        let mut topics_and_aliases = topics.clone();
        for (ix, topic) in documents.topics.entries() {
            for alias in &topic.front.aliases {
                topics_and_aliases.entry(alias.value.as_str()).or_insert(ix);
            }
        }
        let mut actors = by_id(&documents.actors);
        for (ix, actor) in documents.actors.entries() {
            if let Some(id) = actor.front.other_id() {
                actors.entry(id).or_insert(ix);
            }
        }
        Ids {
            documents,
            briefs: OnceLock::new(),
            pages: OnceLock::new(),
            actors,
            topics,
            topics_and_aliases,
            storylines: by_id(&documents.storylines),
            near: NearByKind::default(),
            by_name: Default::default(),
        }
    }

    fn briefs(&self) -> &ById<'a, Brief> {
        self.briefs.get_or_init(|| by_id(&self.documents.briefs))
    }

    fn pages(&self) -> &ById<'a, Page> {
        self.pages.get_or_init(|| by_id(&self.documents.pages))
    }

    /// The document that front matter refers to.
    pub(super) fn get<T: FoundId>(&self, reference: &Ref<T>) -> Option<Ix<T>> {
        T::by_id(self).get(reference.id.as_str()).copied()
    }

    /// Whether there is a document that front matter may call so.
    pub(super) fn has(&self, kind: Kind, id: &str) -> bool {
        match kind {
            Kind::Topic => self.topics_and_aliases.contains_key(id),
            _ => self.find(kind, id).is_some(),
        }
    }

    /// What front matter may call the documents of a kind.
    fn names(&self, kind: Kind) -> Vec<&'a str> {
        match kind {
            Kind::Brief => self.briefs().keys().copied().collect(),
            Kind::Actor => self.actors.keys().copied().collect(),
            Kind::Topic => self.topics_and_aliases.keys().copied().collect(),
            Kind::Storyline => self.storylines.keys().copied().collect(),
            Kind::Page => self.pages().keys().copied().collect(),
        }
    }

    /// The id of the one document of a kind that is called so: by its id in other letters or with its folder, or by a name.
    pub(super) fn called(&self, kind: Kind, written: &str) -> Option<&'a str> {
        let names = self.by_name.get(kind as usize)?.get_or_init(|| {
            let mut by_name: FxHashMap<String, Option<&'a str>> = FxHashMap::default();
            let mut note = |id: &'a str, names: &[&str]| {
                called(id, names, &mut String::new(), |name| {
                    let known = by_name.entry(letters(name)).or_insert(Some(id));
                    *known = known.filter(|known| *known == id);
                });
            };
            for document in self.documents.all().into_iter().filter(|one| one.kind() == kind) {
                let head = self.documents.head(document);
                note(head.id, &head.front.names());
            }
            if kind == Kind::Actor {
                let Published { registry, .. } = self.documents;
                let built_in = registry.built_in().filter(|(id, _)| self.is_unconcerned(id));
                built_in.for_each(|(id, actor)| note(id, &[registry.name(actor)]));
            }
            by_name
        });
        let plain = written.trim().trim_matches(['[', ']']).trim_start_matches("content/");
        let below = plain.strip_prefix(kind.folder()).and_then(|rest| rest.strip_prefix('/'));
        let plain = below.unwrap_or(plain);
        let plain = plain.strip_suffix(".md").unwrap_or(plain);
        let plain = letters(plain.strip_suffix("/index").unwrap_or(plain));
        names.get(&plain).copied().flatten().filter(|_| !plain.is_empty())
    }

    /// What front matter may call the documents of a kind, to be asked for what is near to a slip.
    pub(super) fn near(&self, kind: Kind) -> &Near<'a> {
        let known = match kind {
            Kind::Brief => &self.near.briefs,
            Kind::Actor => &self.near.actors,
            Kind::Topic => &self.near.topics,
            Kind::Storyline => &self.near.storylines,
            Kind::Page => &self.near.pages,
        };
        known.get_or_init(|| Near::new(self.names(kind)))
    }

    /// Whether the site may have an actor of the built-in registry, and has not.
    fn is_unconcerned(&self, id: &str) -> bool {
        let unconcerned = &self.documents.unconcerned;
        unconcerned.binary_search_by(|known| known.as_str().cmp(id)).is_ok()
    }

    /// The id of the built-in registry that was probably meant by one that no actor has.
    pub(super) fn of_registry(&self, id: &str) -> Option<&'a str> {
        let Published { registry, .. } = self.documents;
        // What is held back is not suggested.
        let shown = |(id, actor): &(&str, RegisteredIx)| {
            self.documents.actor(*actor).is_some() || self.is_unconcerned(id)
        };
        let known: Vec<_> = registry
            .built_in()
            .filter(shown)
            .map(|(id, actor)| (id, registry.name(actor)))
            .collect();
        nearest_id(id, &known)
    }

    /// The document of a kind and id.
    pub(super) fn find(&self, kind: Kind, id: &str) -> Option<DocumentIx> {
        match kind {
            Kind::Brief => self.briefs().get(id).copied().map(DocumentIx::Brief),
            Kind::Actor => self.actors.get(id).copied().map(DocumentIx::Actor),
            Kind::Topic => self.topics.get(id).copied().map(DocumentIx::Topic),
            Kind::Storyline => self.storylines.get(id).copied().map(DocumentIx::Storyline),
            Kind::Page => self.pages().get(id).copied().map(DocumentIx::Page),
        }
    }
}

/// The letters and digits of a name in lower case, as which `U.N.`, `UN` and `un` are the same.
fn letters(name: &str) -> String {
    let letters = |c: &char| c.is_alphanumeric();
    composed(name).chars().filter(letters).flat_map(char::to_lowercase).collect()
}

/// A kind of document that front matter refers to.
pub(super) trait FoundId: Identified + Sized {
    /// Its documents by what front matter may call them.
    fn by_id<'i, 'a>(ids: &'i Ids<'a>) -> &'i ById<'a, Self>;
}

impl FoundId for Brief {
    fn by_id<'i, 'a>(ids: &'i Ids<'a>) -> &'i ById<'a, Self> {
        ids.briefs()
    }
}

impl FoundId for Actor {
    fn by_id<'i, 'a>(ids: &'i Ids<'a>) -> &'i ById<'a, Self> {
        &ids.actors
    }
}

impl FoundId for Topic {
    fn by_id<'i, 'a>(ids: &'i Ids<'a>) -> &'i ById<'a, Self> {
        &ids.topics_and_aliases
    }
}

impl FoundId for Storyline {
    fn by_id<'i, 'a>(ids: &'i Ids<'a>) -> &'i ById<'a, Self> {
        &ids.storylines
    }
}
