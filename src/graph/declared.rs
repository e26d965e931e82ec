//! What documents declare in their front matter, by numbers instead of ids. What is not there is reported.

use std::hash::Hash;
use std::sync::Arc;

use rayon::prelude::*;
use rustc_hash::FxHashSet;

use crate::arena::{Arena, Ix, number};
use crate::corpus::{Document, Held, Published};
use crate::diagnostic::{Code, Diagnostic, Diagnostics, MOST_GUESSES, Place, Span, Suggestion};
use crate::front_matter::{
    Actor, Brief, FilePath, FrontMatter as _, PartialDate, Ref, Reference, Referent, Storyline,
    Topic, split_judgement,
};
use crate::never;
use crate::source::{AssetFile, CONFIG, Kind, Sources, file_at};

use super::ids::{FoundId, Ids};
use super::previous::Previous;
use super::{ActorLinks, BriefLinks, PORTION, TopicLinks};

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
        let end = |index: usize| match self.events.get(index) {
            Some((_, end)) => *end as usize,
            None => never!("event {index} of {}", self.events.len() => 0),
        };
        let start = index.checked_sub(1).map_or(0, end);
        let actors = self.event_actors.get(start..end(index));
        actors.unwrap_or_else(|| never!("actors of event {index} lie elsewhere" => &[]))
    }

    /// When its events were.
    pub(super) fn event_dates(&self) -> impl Iterator<Item = &PartialDate> {
        self.events.iter().map(|(date, _)| date)
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
        Kind::Page => never!("front matter refers to a page" => Code::BrokenLink),
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
                Referent::Document(kind) => self.check_document(file, kind, reference, ""),
                Referent::File => self.check_file(file, reference),
                // Whether the brief has such a judgement is asked when judgements are joined.
                Referent::Judgement => {
                    let (brief, _) = split_judgement(reference.written);
                    let rest = reference.written.split_at(brief.len()).1;
                    let brief = Reference { written: brief, ..reference };
                    self.check_document(file, Kind::Brief, brief, rest);
                }
            }
        }
    }

    /// Reports a reference to a document that is not there; `rest` is written behind the id.
    fn check_document(&mut self, file: &Arc<str>, kind: Kind, reference: Reference, rest: &str) {
        let Reference { written: id, span, .. } = reference;
        if self.ids.has(kind, id) {
            return;
        }
        self.whole = false;
        let place = Place::span(file.clone(), span);
        let replace = |new: &str| {
            let (place, old, new) = (place.clone(), [id, rest].concat(), [new, rest].concat());
            // Only a document is mended.
            (**file != *CONFIG).then_some(Suggestion::Replace { place, old, new })
        };
        let held = &self.ids.documents.held;
        if let Some(held) = held.get(kind, id).or_else(|| held.of_other_id(kind, id)) {
            self.diagnostics.push(withheld_reference(held, file, place));
            return;
        }
        // A file that could not be read was reported as such; what a topic was called before may stand in one.
        let unsound = &self.ids.documents.unsound;
        if self.sources.defines(kind, id)
            || kind == Kind::Topic && unsound.may_be_called(Some(kind))
        {
            return;
        }
        let by_name = self.ids.called(kind, id);
        if let Some(held) = held.named(kind, id).filter(|_| by_name.is_none()) {
            let finding = withheld_reference(held, file, place.clone());
            self.diagnostics.push(
                finding
                    .help(format!(
                        "write its id, `{}`: with `{id}` there is an error when it is published",
                        held.id
                    ))
                    .suggest_if(replace(&held.id)),
            );
            return;
        }
        let names = (self.guesses > 0 && by_name.is_none()).then(|| self.ids.near(kind));
        self.guesses = self.guesses.saturating_sub(1);
        let of_registry = || names.and_then(|_| self.ids.of_registry(id));
        let near = names.and_then(|names| names.nearest(id));
        let near = near.or_else(|| if kind == Kind::Actor { of_registry() } else { None });
        // Only what can be nothing else is mended without asking.
        let sure = by_name.or_else(|| names.and_then(|names| names.only(id)));
        let suggestion = sure.and_then(replace);
        let help = match (by_name, near) {
            (Some(called), _) => format!("write its id: `{called}`"),
            (None, Some(near)) => format!("did you mean `{near}`?"),
            (None, None) => format!(
                "define it with `chancery new {}`, or see the ids in `content/{}`{}",
                kind.word(),
                kind.folder(),
                match kind {
                    Kind::Actor if !self.ids.documents.unconcerned.is_empty() =>
                        " and `chancery registry list`",
                    _ => "",
                }
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
                .help("write its path from this file, as in `portrait.jpg`, or from the site's root, as in `/portrait.jpg` for `static/portrait.jpg`"),
            ),
            Some((_, Some(held))) => self.diagnostics.push(
                Diagnostic::new(
                    Code::WithheldReference,
                    format!("`{path}` is held back from this build ({})", held.hold.why.words()),
                )
                .at(place)
                .label("this document is published as if it did not say so")
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

    /// The file that front matter refers to, if it is published.
    pub(super) fn published_file(&self, file: &str, reference: &FilePath) -> Option<&'a AssetFile> {
        match self.asset(file, &reference.path)? {
            (asset, None) => Some(asset),
            (_, Some(_)) => None,
        }
    }

    /// Where a file is published that front matter refers to, if it is.
    fn published(&self, file: &str, reference: &FilePath) -> Option<String> {
        self.published_file(file, reference).map(|asset| asset.path.clone())
    }

    /// Each document that is there once, in the order given.
    fn each<T: FoundId>(&self, references: &[Ref<T>]) -> Vec<Ix<T>> {
        once(references.len(), references.iter().filter_map(|one| self.ids.get(one)))
    }

    /// The actors that a brief or an event, as `what` says, is about: not more than there may be.
    fn together(&mut self, file: &Arc<str>, ids: &[Ref<Actor>], what: &str) -> Vec<Ix<Actor>> {
        let mut actors = self.each(ids);
        if actors.len() > MOST_ACTORS {
            let span = match ids.get(MOST_ACTORS) {
                Some(first) => first.span,
                None => never!("more actors than ids" => Span::default()),
            };
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
            let end = number(event_actors.len());
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
        ups: &Arena<T, Option<Ix<T>>>,
        word: &str,
        place: impl Fn(Ix<T>) -> (Place, String),
    ) -> Vec<Ix<T>> {
        let mut clear: Arena<T, bool> = Arena::new(vec![false; ups.len()]);
        let mut broken = Vec::new();
        let mut path: Vec<Ix<T>> = Vec::new();
        for start in ups.keys().filter(|start| ups[*start].is_some()) {
            path.clear();
            let mut here = Some(start);
            while let Some(ix) = here {
                if clear[ix] {
                    if let Some(at) = path.iter().position(|p| *p == ix) {
                        let (_, circle) = path.split_at(at);
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
                clear[ix] = true;
                path.push(ix);
                here = ups[ix];
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
fn withheld_reference(held: &Held, file: &str, place: Place) -> Diagnostic {
    let (kind, id, why) = (held.kind.word(), &held.id, held.hold.why.words());
    let by = if file == CONFIG { "the site" } else { "this document" };
    Diagnostic::new(
        Code::WithheldReference,
        format!("the {kind} `{id}` is held back from this build ({why})"),
    )
    .at(place)
    .label(format!("{by} is published as if it did not say so"))
    .help(format!("it is named again when the {kind} is published"))
}

/// Where a reference is written that was followed.
fn written<T>(reference: &Option<Ref<T>>) -> Span {
    match reference {
        Some(reference) => reference.span,
        None => never!("a reference that is not there was followed" => Span::default()),
    }
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

pub(super) fn topic_links(
    documents: &Published,
    resolver: &mut Resolver,
) -> Arena<Topic, TopicLinks> {
    let parents = documents.topics.iter().map(|topic| {
        resolver.check(&topic.file, topic.front.references());
        topic.front.parent.as_ref().and_then(|id| resolver.ids.get(id))
    });
    let mut parents: Arena<Topic, Option<Ix<Topic>>> = Arena::new(parents.collect());
    let broken = resolver.circles(&parents, "topics", |ix| {
        let topic = &documents.topics[ix];
        let span = written(&topic.front.parent);
        (Place::span(topic.file.clone(), span), format!("`{}`", topic.id))
    });
    for ix in broken {
        parents[ix] = None;
    }
    for ix in parents.keys() {
        if std::iter::successors(Some(ix), |ix| parents[*ix]).nth(DEEPEST_TOPIC).is_none() {
            continue;
        }
        let topic = &documents.topics[ix];
        let span = written(&topic.front.parent);
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
        parents[ix] = None;
    }
    let links = parents.iter().map(|parent| TopicLinks { parent: *parent, ..Default::default() });
    let mut links: Arena<Topic, TopicLinks> = Arena::new(links.collect());
    for (ix, parent) in parents.entries() {
        if let Some(parent) = parent {
            links[*parent].children.push(ix);
        }
    }
    links
}

pub(super) fn actor_links(
    documents: &Published,
    resolver: &mut Resolver,
) -> Arena<Actor, ActorLinks> {
    let links = documents
        .actors
        .iter()
        .map(|actor| {
            let Document { file, front, .. } = &**actor;
            let mut references = front.references();
            // What the registry says of others holds as far as the site has them.
            references.retain(|reference| {
                reference.to == Referent::File || !front.inherits(reference.span)
            });
            resolver.check(file, references);
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
    let mut links: Arena<Actor, ActorLinks> = Arena::new(links);
    let wholes = Arena::new(links.iter().map(|l| l.part_of).collect());
    resolver.circles(&wholes, "actors", |ix| {
        let actor = &documents.actors[ix];
        let span = written(&actor.front.part_of);
        (Place::span(actor.file.clone(), span), format!("`{}`", actor.id))
    });
    let memberships: Vec<Vec<Ix<Actor>>> = links.iter().map(|l| l.member_of.clone()).collect();
    for ((ix, whole), groups) in wholes.entries().zip(memberships) {
        if let Some(whole) = whole {
            links[*whole].parts.push(ix);
        }
        for group in groups {
            links[group].members.push(ix);
        }
    }
    links
}

pub(super) fn brief_links(
    documents: &Published,
    previous: Option<&Previous>,
    resolver: &mut Resolver,
) -> Arena<Brief, BriefLinks> {
    let (ids, sources) = (resolver.ids, resolver.sources);
    let numbers = previous.is_some_and(|previous| previous.numbers);
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
                let briefs = [Referent::Document(Kind::Brief), Referent::Judgement];
                brief.front.references().iter().any(|reference| briefs.contains(&reference.to))
            };
            let previous = previous.and_then(|previous| previous.brief(index));
            let previous = previous.filter(|links| links.whole && (numbers || !of_briefs()));
            let (declared, follows) = match previous {
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
    let links: Arena<Brief, BriefLinks> = Arena::new(links);
    let follows = Arena::new(links.iter().map(|l| l.follows).collect());
    resolver.circles(&follows, "briefs", |ix| {
        let brief = &documents.briefs[ix];
        let span = written(&brief.front.follows);
        (Place::span(brief.file.clone(), span), format!("`{}`", brief.id))
    });
    links
}
