//! What documents declare in their front matter, by numbers instead of ids. What is not there is reported.

use std::hash::Hash;
use std::sync::{Arc, OnceLock};

use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};

use crate::corpus::{Document, Held, Ix, Published, Shelf};
use crate::diagnostic::{Code, Diagnostic, Diagnostics, MOST_GUESSES, Near, Place, Suggestion};
use crate::front_matter::{
    Actor, Brief, Document as _, FilePath, Identified, Page, PartialDate, Ref, Reference, Referent,
    Storyline, Topic,
};
use crate::source::{AssetFile, CONFIG, Kind, Sources};

use super::known::Known;
use super::links::file_at;
use super::{ActorLinks, BriefLinks, DocumentIx, PORTION, TopicLinks};

/// What follows from what a brief says itself, whatever other briefs say.
#[derive(Debug)]
pub struct Declared {
    /// Whom it is about, as its author ordered them.
    pub actors: Box<[Ix<Actor>]>,
    /// Its topics, as its author ordered them.
    pub topics: Box<[Ix<Topic>]>,
    /// Whom its text mentions, in text order; those that it is about too.
    pub(super) named: Box<[Ix<Actor>]>,
    storyline: Option<Ix<Storyline>>,
    /// The date of each event, and where its actors end.
    events: Box<[(PartialDate, u32)]>,
    event_actors: Box<[Ix<Actor>]>,
    /// Whether all that it names is there. What is not may be reported another time, or come.
    whole: bool,
}

impl Declared {
    /// Whom its text mentions besides those it is about, in text order.
    pub fn mentioned(&self) -> impl Iterator<Item = Ix<Actor>> {
        self.named.iter().copied().filter(|actor| !self.actors.contains(actor))
    }

    /// The actors of one of its events.
    pub(super) fn event_actors(&self, index: usize) -> &[Ix<Actor>] {
        let end = |index: usize| self.events.get(index).map_or(0, |(_, end)| *end as usize);
        let start = index.checked_sub(1).map_or(0, end);
        self.event_actors.get(start..end(index)).unwrap_or_default()
    }

    /// When its events were.
    pub(super) fn event_dates(&self) -> impl Iterator<Item = &PartialDate> {
        self.events.iter().map(|(date, _)| date)
    }
}

/// The numbers of the documents by id. Those of briefs and pages are many, and not always asked for.
pub(super) struct Ids<'a> {
    documents: &'a Published,
    briefs: OnceLock<ById<'a, Brief>>,
    pages: OnceLock<ById<'a, Page>>,
    pub(super) actors: ById<'a, Actor>,
    pub(super) topics: ById<'a, Topic>,
    /// Topics by what they are called in `topics` too: old ids.
    topics_and_aliases: ById<'a, Topic>,
    pub(super) storylines: ById<'a, Storyline>,
    /// By kind, the ids that one which is not there is compared with.
    near: [OnceLock<Near<'a>>; Kind::ALL.len()],
}

type ById<'a, T> = FxHashMap<&'a str, Ix<T>>;

fn by_id<T>(shelf: &Shelf<T, Arc<Document<T>>>) -> ById<'_, T> {
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
        Ids {
            documents,
            briefs: OnceLock::new(),
            pages: OnceLock::new(),
            actors: by_id(&documents.actors),
            topics,
            topics_and_aliases,
            storylines: by_id(&documents.storylines),
            near: Default::default(),
        }
    }

    pub(super) fn briefs(&self) -> &ById<'a, Brief> {
        self.briefs.get_or_init(|| by_id(&self.documents.briefs))
    }

    pub(super) fn pages(&self) -> &ById<'a, Page> {
        self.pages.get_or_init(|| by_id(&self.documents.pages))
    }

    /// The document that front matter refers to.
    pub(super) fn get<T: Found>(&self, reference: &Ref<T>) -> Option<Ix<T>> {
        T::by_id(self).get(reference.id.as_str()).copied()
    }

    /// Whether there is a document that front matter may call so.
    fn has(&self, kind: Kind, id: &str) -> bool {
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

/// A kind of document that front matter refers to.
pub(super) trait Found: Identified + Sized {
    /// Its documents by what front matter may call them.
    fn by_id<'i, 'a>(ids: &'i Ids<'a>) -> &'i ById<'a, Self>;
}

impl Found for Brief {
    fn by_id<'i, 'a>(ids: &'i Ids<'a>) -> &'i ById<'a, Self> {
        ids.briefs()
    }
}

impl Found for Actor {
    fn by_id<'i, 'a>(ids: &'i Ids<'a>) -> &'i ById<'a, Self> {
        &ids.actors
    }
}

impl Found for Topic {
    fn by_id<'i, 'a>(ids: &'i Ids<'a>) -> &'i ById<'a, Self> {
        &ids.topics_and_aliases
    }
}

impl Found for Storyline {
    fn by_id<'i, 'a>(ids: &'i Ids<'a>) -> &'i ById<'a, Self> {
        &ids.storylines
    }
}

/// What to report of an id of a kind that no document has.
fn unknown(kind: Kind) -> Code {
    match kind {
        Kind::Brief => Code::UnknownBrief,
        Kind::Actor => Code::UnknownActor,
        Kind::Topic => Code::UnknownTopic,
        Kind::Storyline => Code::UnknownStoryline,
        // No field refers to a page.
        Kind::Page => crate::never!("front matter refers to a page" => Code::BrokenLink),
    }
}

/// Looks at what front matter refers to, and reports what is not there.
pub(super) struct Resolver<'a, 'd> {
    ids: &'a Ids<'d>,
    sources: &'a Sources,
    pub(super) diagnostics: &'a mut Diagnostics,
    /// Whether all that was looked for was there.
    whole: bool,
    /// How many more that are not there are guessed at.
    guesses: usize,
}

impl<'a, 'd> Resolver<'a, 'd> {
    pub(super) fn new(
        ids: &'a Ids<'d>,
        sources: &'a Sources,
        diagnostics: &'a mut Diagnostics,
    ) -> Self {
        Resolver { ids, sources, diagnostics, whole: true, guesses: MOST_GUESSES }
    }

    /// Reports each of some references, of the file `file`, to what is not there.
    pub(super) fn check(&mut self, file: &Arc<str>, references: Vec<Reference>) {
        for reference in references {
            match reference.to {
                Referent::Document(kind) => self.check_document(file, kind, reference),
                Referent::File => self.check_file(file, reference),
            }
        }
    }

    fn check_document(&mut self, file: &Arc<str>, kind: Kind, reference: Reference) {
        let Reference { written: id, span, .. } = reference;
        if self.ids.has(kind, id) {
            return;
        }
        self.whole = false;
        let place = Place::span(file.clone(), span);
        if let Some(held) = self.ids.documents.held.named(kind, id) {
            self.diagnostics.push(withheld_reference(held, file, id, place));
            return;
        }
        // A file that could not be read was reported as such.
        if self.sources.defines(kind, id) {
            return;
        }
        let names = self.ids.near.get(kind as usize).filter(|_| self.guesses > 0);
        self.guesses = self.guesses.saturating_sub(1);
        let names = names.map(|names| names.get_or_init(|| Near::new(self.ids.names(kind))));
        let near = names.and_then(|names| names.nearest(id));
        // Only what can be nothing else is mended without asking, and only in a document.
        let sure = names.and_then(|names| names.only(id)).filter(|_| **file != *CONFIG);
        let suggestion = sure.map(|new| Suggestion::Replace {
            place: place.clone(),
            old: id.to_owned(),
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
            Diagnostic::new(unknown(kind), format!("there is no {} `{id}`", kind.word()))
                .at(place)
                .label(format!("no such {}", kind.word()))
                .help(help)
                .suggest_if(suggestion),
        );
    }

    fn check_file(&mut self, file: &Arc<str>, reference: Reference) {
        let Reference { written: path, span, .. } = reference;
        let place = Place::span(file.clone(), span);
        match self.asset(file, path) {
            None => self.diagnostics.push(
                Diagnostic::new(
                    Code::BrokenImage,
                    format!("there is no file `{path}`"),
                )
                .at(place)
                .help("write its path from the actor's file, as in `portrait.jpg`, or from the site's root, as in `/portrait.jpg` for `static/portrait.jpg`"),
            ),
            Some((_, Some(held))) => self.diagnostics.push(
                Diagnostic::new(
                    Code::WithheldReference,
                    format!("`{path}` is held back from this build ({})", held.hold.why.words()),
                )
                .at(place)
                .label("the actor is published without an image")
                .help("it is shown when the document is published in whose folder it lies"),
            ),
            Some((_, None)) => return,
        }
        self.whole = false;
    }

    /// The file of the site that a path means which is written in the file `file`, and the document in whose folder it
    /// lies if that is held back.
    fn asset(&self, file: &str, path: &str) -> Option<(&'a AssetFile, Option<&'d Held>)> {
        let sources = self.sources;
        let asset = match path.strip_prefix('/') {
            Some(path) => {
                ["content/", "content/pages/", "static/"].into_iter().find_map(|folder| {
                    sources.asset(&[folder, path].concat()).filter(|asset| asset.path == path)
                })
            }
            None => file_at(file, path).and_then(|name| sources.asset(&name)),
        }?;
        let owner = asset.owner.as_ref();
        let held = owner.and_then(|(kind, id)| self.ids.documents.held.get(*kind, id));
        Some((asset, held))
    }

    /// Where a file is published that front matter refers to, if it is.
    fn published(&self, file: &str, reference: &FilePath) -> Option<String> {
        match self.asset(file, &reference.path)? {
            (asset, None) => Some(asset.path.clone()),
            (_, Some(_)) => None,
        }
    }

    /// Each document that is there once, in the order given.
    fn each<T: Found>(&self, references: &[Ref<T>]) -> Vec<Ix<T>> {
        once(references.len(), references.iter().filter_map(|one| self.ids.get(one)))
    }

    /// The actors that a brief or an event, as `what` says, is about: not more than there may be.
    fn together(&mut self, file: &Arc<str>, ids: &[Ref<Actor>], what: &str) -> Vec<Ix<Actor>> {
        let mut actors = self.each(ids);
        if actors.len() > MOST_ACTORS {
            let span = ids.get(MOST_ACTORS).map(|id| id.span).unwrap_or_default();
            let found = actors.len();
            self.diagnostics.push(
                Diagnostic::new(
                    Code::BadValue,
                    format!("{what} has {found} actors; it may have {MOST_ACTORS}"),
                )
                .at(Place::span(file.clone(), span))
                .label("these are too many")
                .help("leave those it is mainly about: whom the text names is linked all the same"),
            );
            self.whole = false;
            actors.truncate(MOST_ACTORS);
        }
        actors
    }

    /// What a brief says.
    fn declared(&mut self, documents: &Published, brief: &Document<Brief>) -> Declared {
        let (file, front) = (&brief.file, &brief.front);
        self.check(file, front.references());
        let actors = self.together(file, &front.actors, "the brief");
        let topics = self.each(&front.topics);
        let storyline = front.storyline.as_ref().and_then(|id| self.ids.get(id));
        let mut event_actors = Vec::new();
        let mut events = Vec::with_capacity(front.events.len());
        for event in &front.events {
            event_actors.extend(self.together(file, &event.actors, "the event"));
            let end = u32::try_from(event_actors.len()).unwrap_or(u32::MAX);
            events.push((event.date.value.clone(), end));
        }
        let named = brief.mentions.iter().filter_map(|m| documents.actor(m.actor));
        Declared {
            actors: actors.into(),
            topics: topics.into(),
            named: named.collect(),
            storyline,
            events: events.into(),
            event_actors: event_actors.into(),
            whole: self.whole,
        }
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
        let mut path: Vec<Ix<T>> = Vec::new();
        for start in (0..ups.len()).map(Ix::new).filter(|start| up(*start).is_some()) {
            path.clear();
            let mut here = Some(start);
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

/// The most topics that lie in each other. A topic's page, and a brief of it, lead to all of those above.
const DEEPEST_TOPIC: usize = 32;

/// The most actors that a brief or an event is about. Each of them is shown with all others: as pairs, as partners, and
/// in each other's timelines.
const MOST_ACTORS: usize = 200;

/// A list of more items than this is not looked through for each of them.
const LONG: usize = 32;

/// What to report of a name in the file `file` that means a document that is held back.
fn withheld_reference(held: &Held, file: &str, id: &str, place: Place) -> Diagnostic {
    let (kind, why) = (held.kind.word(), held.hold.why.words());
    let by = if file == CONFIG { "the site" } else { "this document" };
    Diagnostic::new(
        Code::WithheldReference,
        format!("the {kind} `{id}` is held back from this build ({why})"),
    )
    .at(place)
    .label(format!("{by} is published as if it did not say so"))
    .help(format!("it is named again when the {kind} is published"))
}

/// Each of some `items`, of which there are at most so many, once.
fn once<T: Copy + Eq + Hash>(most: usize, items: impl Iterator<Item = T>) -> Vec<T> {
    if most > LONG {
        let mut seen = FxHashSet::default();
        return items.filter(|item| seen.insert(*item)).collect();
    }
    let mut list = Vec::with_capacity(most);
    for item in items {
        if !list.contains(&item) {
            list.push(item);
        }
    }
    list
}

pub(super) fn topic_links(documents: &Published, resolver: &mut Resolver) -> Vec<TopicLinks> {
    let mut parents: Vec<Option<Ix<Topic>>> = documents
        .topics
        .iter()
        .map(|topic| {
            resolver.check(&topic.file, topic.front.references());
            topic.front.parent.as_ref().and_then(|id| resolver.ids.get(id))
        })
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
    for index in 0..parents.len() {
        let up = |ix: &Ix<Topic>| parents.get(ix.get()).copied().flatten();
        if std::iter::successors(Some(Ix::new(index)), up).nth(DEEPEST_TOPIC).is_none() {
            continue;
        }
        let topic = &documents.topics[Ix::new(index)];
        let span = topic.front.parent.as_ref().map(|p| p.span).unwrap_or_default();
        resolver.diagnostics.push(
            Diagnostic::new(
                Code::BadValue,
                format!("the topic `{}` lies more than {DEEPEST_TOPIC} topics deep", topic.id),
            )
            .at(Place::span(topic.file.clone(), span))
            .help(
                "give it a parent that is nearer to the top: each page names all topics above it",
            ),
        );
        if let Some(parent) = parents.get_mut(index) {
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

pub(super) fn actor_links(documents: &Published, resolver: &mut Resolver) -> Vec<ActorLinks> {
    let mut links: Vec<ActorLinks> = documents
        .actors
        .iter()
        .map(|actor| {
            let Document { file, front, .. } = &**actor;
            resolver.check(file, front.references());
            let one = |id: &Option<Ref<Actor>>| id.as_ref().and_then(|id| resolver.ids.get(id));
            ActorLinks {
                part_of: one(&front.part_of),
                country: one(&front.country),
                roles: front.roles.iter().map(|role| one(&role.of)).collect(),
                member_of: resolver.each(&front.member_of),
                image: front.image.as_ref().and_then(|image| resolver.published(file, image)),
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

pub(super) fn brief_links(
    documents: &Published,
    known: Option<&Known>,
    resolver: &mut Resolver,
) -> Vec<BriefLinks> {
    let (ids, sources) = (resolver.ids, resolver.sources);
    let numbers = known.is_some_and(|known| known.numbers);
    let linked: Vec<(BriefLinks, Diagnostics)> = documents
        .briefs
        .as_slice()
        .par_iter()
        .enumerate()
        .with_min_len(PORTION)
        .map(|(index, brief)| {
            let mut found = Diagnostics::new();
            let resolver = &mut Resolver::new(ids, sources, &mut found);
            // The numbers of briefs may be those of others now.
            let of_briefs = || {
                let briefs = Referent::Document(Kind::Brief);
                brief.front.references().iter().any(|reference| reference.to == briefs)
            };
            let known = known.and_then(|known| known.brief(index));
            let known = known.filter(|links| links.whole && (numbers || !of_briefs()));
            let (declared, follows) = match known {
                Some(links) => (links.declared.clone(), links.follows),
                None => {
                    let follows = brief.front.follows.as_ref();
                    (
                        Arc::new(resolver.declared(documents, brief)),
                        follows.and_then(|brief| ids.get(brief)),
                    )
                }
            };
            let storyline = declared.storyline.map(|storyline| (storyline, 0));
            (BriefLinks { declared, storyline, follows, followed_by: Vec::new() }, found)
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
