//! All documents of the site, parsed in parallel: one file in, one value out.
//!
//! [`Corpus::read`] knows nothing of how documents belong together, save that actors are read first:
//! their names must be known before they can be found in the text of the others.
//! [`Corpus::publish`] is the one place where drafts, and documents before or after their time, are
//! dropped. What follows knows of them only what [`HeldBack`] says: which they are and why, and of what they may be
//! called fingerprints, by which a reference to one is told from a slip.

mod built_in;
mod explain;
mod held;
mod lists;
mod memory;
mod open;
mod read;
mod release;
mod roster;
mod unsound;
mod wikilinks;

use std::cell::OnceCell;
use std::sync::Arc;

use jiff::Timestamp;
use jiff::civil::Date;
use rayon::prelude::*;
use rustc_hash::FxHashSet;

use crate::arena::{Arena, Ix};
use crate::front_matter::{self, Actor, Brief, Page, Storyline, Topic};
use crate::markdown::{self, Body, Endnotes, Fill, Markup, Mention, Target};
use crate::names::{RegisteredIx, Registry};
use crate::never;
use crate::source::{Kind, declares_many};

pub(crate) use held::{Held, HeldBack, Hold, Withheld, called};
pub(crate) use lists::{ActorLists, Listed, OwnList};
pub(crate) use memory::DocumentMemory;
pub use release::Release;
pub use roster::Roster;
pub(crate) use unsound::Unsound;
pub(crate) use wikilinks::{Reading, Wikilinks};

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

impl DocumentIx {
    /// What it is.
    pub fn kind(self) -> Kind {
        match self {
            DocumentIx::Brief(_) => Kind::Brief,
            DocumentIx::Actor(_) => Kind::Actor,
            DocumentIx::Topic(_) => Kind::Topic,
            DocumentIx::Storyline(_) => Kind::Storyline,
            DocumentIx::Page(_) => Kind::Page,
        }
    }
}

/// What every document has, whatever its kind.
#[derive(Clone, Copy)]
pub struct Head<'a> {
    /// Its id among the documents of its kind.
    pub id: &'a str,
    /// The name of its file below the site's root.
    pub file: &'a Arc<str>,
    /// Whether it is a folder with files of its own.
    pub folder: bool,
    /// What its author declares.
    pub front: &'a dyn front_matter::FrontMatter,
    /// Its text.
    pub body: &'a Body,
    /// The bottom line of a brief.
    pub bluf: Option<&'a Markup>,
    /// What a brief judges.
    pub judgements: &'a [Markup],
}

impl<'a> Head<'a> {
    /// All its texts, in the order of the page.
    pub fn texts(self) -> impl Iterator<Item = &'a Markup> {
        self.bluf.into_iter().chain(self.judgements).chain([&self.body.text])
    }

    /// What is written in its wikilinks that have no words of their own.
    fn wordless(self) -> impl Iterator<Item = &'a str> {
        let holes = self.texts().flat_map(|text| &text.holes);
        holes.filter_map(move |hole| match hole.fill {
            Fill::LinkText(target) => {
                let target = self.body.targets.get(target);
                match target {
                    Some(target) => Some(&*target.destination),
                    None => never!("a wikilink without a target in {}", self.file => None),
                }
            }
            _ => None,
        })
    }

    /// What is written in its wikilinks.
    pub fn wikilinks(self) -> impl Iterator<Item = &'a str> {
        wikilinks::keys(self.body)
    }
}

/// A parsed document.
#[derive(Debug)]
pub struct Document<T> {
    /// Its id among the documents of its kind.
    pub id: String,
    /// The name of its file below the site's root.
    pub file: Arc<str>,
    /// Whether it is a folder with files of its own.
    pub folder: bool,
    /// What its author declares.
    pub front: T,
    /// Its text.
    pub body: Body,
    /// The bottom line of a brief, as inline text.
    pub bluf: Option<Markup>,
    /// The numbers of a brief's sources, if it has any.
    pub endnotes: Option<Box<Endnotes>>,
    /// What a brief judges, each as inline text, in the order of its front matter.
    pub judgements: Box<[Markup]>,
    /// Who is named in the bottom line, the judgements and the text, each once, in the order of the page.
    pub mentions: Vec<Mention>,
    /// The moment of a brief, for sorting; the start of time for other kinds.
    pub moment: Timestamp,
    /// The day of a brief.
    pub date: Option<Date>,
}

/// The documents of each kind, to be read again.
struct DocumentLists<'a> {
    briefs: &'a mut [Arc<Document<Brief>>],
    actors: &'a mut [Arc<Document<Actor>>],
    topics: &'a mut [Arc<Document<Topic>>],
    storylines: &'a mut [Arc<Document<Storyline>>],
    pages: &'a mut [Arc<Document<Page>>],
}

/// Every document of the site.
#[derive(Clone, Debug)]
pub struct Corpus {
    briefs: Vec<Arc<Document<Brief>>>,
    actors: Vec<Arc<Document<Actor>>>,
    topics: Vec<Arc<Document<Topic>>>,
    storylines: Vec<Arc<Document<Storyline>>>,
    pages: Vec<Arc<Document<Page>>>,
    registry: Arc<Registry>,
    /// How they were read.
    options: markdown::Options,
    /// Which of them have errors.
    unsound: Arc<Unsound>,
    /// Whether those that have are left out of what is published.
    only_sound: bool,
}

/// The documents that this build publishes, and of the others only that they exist.
#[derive(Debug)]
pub struct Published {
    /// Newest first; briefs of one moment by id. Of briefs of one day, each comes after the one it continues.
    pub briefs: Arena<Brief, Arc<Document<Brief>>>,
    /// By id.
    pub actors: Arena<Actor, Arc<Document<Actor>>>,
    /// By id.
    pub topics: Arena<Topic, Arc<Document<Topic>>>,
    /// By id.
    pub storylines: Arena<Storyline, Arc<Document<Storyline>>>,
    /// By id.
    pub pages: Arena<Page, Arc<Document<Page>>>,
    /// Of briefs that are shown although they are held back: why, and until when.
    pub holds: Arena<Brief, Option<Hold>>,
    /// What was held back.
    pub held: HeldBack,
    /// The ids of actors of the built-in registry that no published document concerns: they may be referred to.
    pub unconcerned: Vec<String>,
    /// The next moment at which a document comes, goes or is held back for another reason.
    pub next_change: Option<Timestamp>,
    /// Who is called what; drafts too, whose names are known so that they are nobody else's.
    pub registry: Arc<Registry>,
    /// Which documents of the site have errors. With one, nothing is published.
    pub(crate) unsound: Arc<Unsound>,
    /// What wikilinks mean.
    pub wikilinks: Arc<Wikilinks>,
    /// Where each actor of the registry stands among the published ones.
    registered: Vec<Option<Ix<Actor>>>,
}

impl Published {
    /// The published actor behind a number that the registry gave.
    pub fn actor(&self, registered: RegisteredIx) -> Option<Ix<Actor>> {
        self.registered.get(registered.get()).copied().flatten()
    }

    /// Whether a document has an error.
    pub fn is_unsound(&self, document: DocumentIx) -> bool {
        !self.unsound.is_empty() && self.unsound.has(document.kind(), self.head(document).id)
    }

    /// Whether the numbers that the registry gave stand for the same actors.
    pub fn same_registered(&self, others: &Published) -> bool {
        self.registered == others.registered
    }
}

impl Published {
    /// What a document has that all have.
    pub fn head(&self, document: DocumentIx) -> Head<'_> {
        match document {
            DocumentIx::Brief(ix) => self.briefs[ix].head(),
            DocumentIx::Actor(ix) => self.actors[ix].head(),
            DocumentIx::Topic(ix) => self.topics[ix].head(),
            DocumentIx::Storyline(ix) => self.storylines[ix].head(),
            DocumentIx::Page(ix) => self.pages[ix].head(),
        }
    }

    /// Whether a document is the very one that it was; both have it.
    pub fn has_unchanged(&self, document: DocumentIx, last: &Published) -> bool {
        match document {
            DocumentIx::Brief(ix) => Arc::ptr_eq(&self.briefs[ix], &last.briefs[ix]),
            DocumentIx::Actor(ix) => Arc::ptr_eq(&self.actors[ix], &last.actors[ix]),
            DocumentIx::Topic(ix) => Arc::ptr_eq(&self.topics[ix], &last.topics[ix]),
            DocumentIx::Storyline(ix) => Arc::ptr_eq(&self.storylines[ix], &last.storylines[ix]),
            DocumentIx::Page(ix) => Arc::ptr_eq(&self.pages[ix], &last.pages[ix]),
        }
    }

    /// Whether documents have the ids and names that others have, and call them the same in wikilinks.
    fn name_and_call_like(&self, last: &Published) -> bool {
        let alike = |document: &DocumentIx| {
            self.has_unchanged(*document, last) || {
                let (one, other) = (self.head(*document), last.head(*document));
                one.id == other.id
                    && one.front.names() == other.front.names()
                    && one.wikilinks().eq(other.wikilinks())
            }
        };
        let all = self.all();
        all == last.all() && all.iter().all(alike)
    }

    /// What wikilinks without words of their own call documents that are held back.
    fn unspoken(&self) -> FxHashSet<Box<str>> {
        if self.held.documents().is_empty() {
            return FxHashSet::default();
        }
        let keys = |document: DocumentIx| {
            let keys = self.head(document).wordless();
            keys.filter(|key| self.held.called(key).is_some()).map(Box::from)
        };
        self.all().into_par_iter().flat_map_iter(keys).collect()
    }

    /// The documents of each kind.
    fn lists(&mut self) -> DocumentLists<'_> {
        let Published { briefs, actors, topics, storylines, pages, .. } = self;
        DocumentLists {
            briefs: briefs.as_mut_slice(),
            actors: actors.as_mut_slice(),
            topics: topics.as_mut_slice(),
            storylines: storylines.as_mut_slice(),
            pages: pages.as_mut_slice(),
        }
    }

    /// The number that the registry gave each published actor.
    fn registered_numbers(&self) -> Vec<RegisteredIx> {
        let numbers = self.registered.iter().enumerate();
        numbers.filter_map(|(number, ix)| ix.map(|_| Ix::new(number))).collect()
    }

    /// Every document, kind by kind.
    pub fn all(&self) -> Vec<DocumentIx> {
        let mut all: Vec<DocumentIx> = self.briefs.keys().map(DocumentIx::Brief).collect();
        all.extend(self.actors.keys().map(DocumentIx::Actor));
        all.extend(self.topics.keys().map(DocumentIx::Topic));
        all.extend(self.storylines.keys().map(DocumentIx::Storyline));
        all.extend(self.pages.keys().map(DocumentIx::Page));
        all
    }

    /// Where a document stands among [`all`](Published::all).
    pub fn number(&self, document: DocumentIx) -> usize {
        let Published { briefs, actors, topics, storylines, .. } = self;
        match document {
            DocumentIx::Brief(ix) => ix.get(),
            DocumentIx::Actor(ix) => briefs.len() + ix.get(),
            DocumentIx::Topic(ix) => briefs.len() + actors.len() + ix.get(),
            DocumentIx::Storyline(ix) => briefs.len() + actors.len() + topics.len() + ix.get(),
            DocumentIx::Page(ix) => {
                briefs.len() + actors.len() + topics.len() + storylines.len() + ix.get()
            }
        }
    }
}

impl Published {
    /// Whether these documents are linked as others are: whom they name, what wikilinks mean, where they link to, what
    /// can be linked to in them, and what of all that they declare makes links is the same.
    pub fn links_like(&self, others: &Published) -> bool {
        fn alike<T: front_matter::FrontMatter>(
            these: &Arena<T, Arc<Document<T>>>,
            others: &Arena<T, Arc<Document<T>>>,
            to_paragraphs: &dyn Fn() -> bool,
        ) -> bool {
            these.len() == others.len()
                && these
                    .iter()
                    .zip(others.iter())
                    .all(|(a, b)| Arc::ptr_eq(a, b) || a.links_like(b, to_paragraphs))
        }
        // Nearly every change of a text changes anchors of its paragraphs, and few links lead to such.
        let found = OnceCell::new();
        let to_paragraphs = || {
            fn any<T>(documents: &Arena<T, Arc<Document<T>>>) -> bool {
                documents.iter().any(|document| document.body.leads_to_paragraphs())
            }
            *found.get_or_init(|| {
                any(&self.briefs)
                    || any(&self.actors)
                    || any(&self.topics)
                    || any(&self.storylines)
                    || any(&self.pages)
            })
        };
        self.held == others.held
            && self.wikilinks == others.wikilinks
            && self.holds.as_slice() == others.holds.as_slice()
            && self.same_registered(others)
            && alike(&self.briefs, &others.briefs, &to_paragraphs)
            && alike(&self.actors, &others.actors, &to_paragraphs)
            && alike(&self.topics, &others.topics, &to_paragraphs)
            && alike(&self.storylines, &others.storylines, &to_paragraphs)
            && alike(&self.pages, &others.pages, &to_paragraphs)
    }
}

impl Document<Actor> {
    /// Whether it has no file of its own: it is declared in a list of the site's, or, as one of the built-in registry, where the
    /// configuration asks for it.
    pub fn is_listed(&self) -> bool {
        declares_many(&self.file)
    }
}

impl Document<Brief> {
    /// Its sources in the order of their numbers, each with that and its place in the front matter.
    pub fn sources(&self) -> impl Iterator<Item = (usize, usize, &front_matter::Source)> {
        let order = self.endnotes.iter().flat_map(|endnotes| endnotes.order());
        (1..).zip(order).filter_map(|(number, at)| Some((number, at, self.front.sources.get(at)?)))
    }

    /// The sources that were retracted and that it rests on, in the order of their numbers.
    pub fn retracted(&self) -> impl Iterator<Item = (usize, usize, &front_matter::Source)> {
        self.sources().filter(|(_, _, source)| source.is_retracted())
    }
}

impl<T: front_matter::FrontMatter> Document<T> {
    /// What it has that all documents have.
    pub fn head(&self) -> Head<'_> {
        let Document { id, file, folder, front, body, bluf, judgements, .. } = self;
        Head { id, file, folder: *folder, front, body, bluf: bluf.as_ref(), judgements }
    }

    /// `to_paragraphs`: whether some link leads to a paragraph.
    fn links_like(&self, other: &Document<T>, to_paragraphs: &dyn Fn() -> bool) -> bool {
        let Document { id, file, folder, front, body, mentions, moment, date, .. } = self;
        let target = |a: &Target, b: &Target| {
            (a.kind, &a.destination, &a.fragment) == (b.kind, &b.destination, &b.fragment)
        };
        (id, file, folder, moment, date)
            == (&other.id, &other.file, &other.folder, &other.moment, &other.date)
            && front.links_like(&other.front)
            && (body.anchors().eq(other.body.anchors())
                || body.anchors_of_parts().eq(other.body.anchors_of_parts()) && !to_paragraphs())
            && body.targets.len() == other.body.targets.len()
            && body.targets.iter().zip(other.body.targets.iter()).all(|(a, b)| target(a, b))
            && mentions.len() == other.mentions.len()
            && mentions.iter().zip(&other.mentions).all(|(a, b)| a.actor == b.actor)
    }
}

/// The date that starts the last part of an id, as in `2025-02-27-istanbul-embassy-talks`.
pub(crate) fn date_in_name(id: &str) -> Option<Date> {
    let name = id.rsplit('/').next()?;
    let (date, rest) = name.split_at_checked(10)?;
    let digits = date
        .bytes()
        .enumerate()
        .all(|(i, b)| if i == 4 || i == 7 { b == b'-' } else { b.is_ascii_digit() });
    (digits && rest.starts_with('-')).then(|| date.parse().ok()).flatten()
}

impl Corpus {
    /// Without the documents that have errors, to be rendered; `None` if none has.
    pub fn sound(&self) -> Option<Corpus> {
        (!self.unsound.is_empty()).then(|| Corpus { only_sound: true, ..self.clone() })
    }

    /// What each document has that all have, kind by kind.
    fn heads(&self) -> Vec<Head<'_>> {
        let mut heads: Vec<Head<'_>> = self.briefs.iter().map(|d| d.head()).collect();
        heads.extend(self.actors.iter().map(|d| d.head()));
        heads.extend(self.topics.iter().map(|d| d.head()));
        heads.extend(self.storylines.iter().map(|d| d.head()));
        heads.extend(self.pages.iter().map(|d| d.head()));
        heads
    }

    /// The documents of each kind.
    fn lists(&mut self) -> DocumentLists<'_> {
        let Corpus { briefs, actors, topics, storylines, pages, .. } = self;
        DocumentLists { briefs, actors, topics, storylines, pages }
    }
}
