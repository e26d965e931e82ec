//! All documents of the site, parsed in parallel: one file in, one value out.
//!
//! [`Corpus::read`] knows nothing of how documents belong together, save that actors are read first:
//! their names must be known before they can be found in the text of the others.
//! [`Corpus::publish`] is the one place where drafts, and documents before or after their time, are
//! dropped. What follows knows of them only what [`HeldBack`] says: which they are and why, and of what they may be
//! called fingerprints, by which a reference to one is told from a slip.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::marker::PhantomData;
use std::ops::Index;
use std::sync::Arc;

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};
use xxhash_rust::xxh3::xxh3_128;

use crate::config::Config;
use crate::diagnostic::{Code, Diagnostic, Diagnostics, Place};
use crate::front_matter::{self, Actor, ActorKind, Brief, Moment, Page, Spanned, Storyline, Topic};
use crate::markdown::{self, Body, BodyRenderer, Fill, Markup, Mention, Sighting, Target};
use crate::names::{Declaration, Languages, Linker, Name, Registry, Role, Subject};
use crate::source::{DocumentFile, Kind, Sources};

/// The number of a document among those of its kind.
pub struct Ix<T>(u32, PhantomData<fn() -> T>);

impl<T> Ix<T> {
    /// The number as an index.
    pub fn get(self) -> usize {
        self.0 as usize
    }

    /// The document at an index.
    pub fn new(index: usize) -> Self {
        Ix(u32::try_from(index).unwrap_or(u32::MAX), PhantomData)
    }
}

impl<T> Clone for Ix<T> {
    fn clone(&self) -> Self {
        *self
    }
}
impl<T> Copy for Ix<T> {}
impl<T> PartialEq for Ix<T> {
    fn eq(&self, other: &Self) -> bool {
        self.0 == other.0
    }
}
impl<T> Eq for Ix<T> {}
impl<T> PartialOrd for Ix<T> {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}
impl<T> Ord for Ix<T> {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.0.cmp(&other.0)
    }
}
impl<T> std::hash::Hash for Ix<T> {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        self.0.hash(state);
    }
}
impl<T> std::fmt::Debug for Ix<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

/// Values by the number of a document: `Shelf<Brief, T>` has a `T` for each brief.
#[derive(Debug)]
pub struct Shelf<K, T> {
    items: Vec<T>,
    key: PhantomData<fn() -> K>,
}

impl<K, T> Shelf<K, T> {
    /// The values in the order of the documents.
    pub fn new(items: Vec<T>) -> Self {
        Shelf { items, key: PhantomData }
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.items.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.items.is_empty()
    }

    /// The values.
    pub fn iter(&self) -> std::slice::Iter<'_, T> {
        self.items.iter()
    }

    /// The values with their numbers.
    pub fn entries(&self) -> impl Iterator<Item = (Ix<K>, &T)> + Clone {
        self.items.iter().enumerate().map(|(i, item)| (Ix::new(i), item))
    }

    /// The numbers.
    pub fn keys(&self) -> impl Iterator<Item = Ix<K>> + Clone + use<K, T> {
        (0..self.items.len()).map(Ix::new)
    }

    /// The values as a slice.
    pub fn as_slice(&self) -> &[T] {
        &self.items
    }

    /// The values, to be changed while the shelf is filled.
    pub fn iter_mut(&mut self) -> std::slice::IterMut<'_, T> {
        self.items.iter_mut()
    }

    /// One value, to be changed while the shelf is filled.
    pub fn get_mut(&mut self, key: Ix<K>) -> Option<&mut T> {
        self.items.get_mut(key.get())
    }
}

impl<K, T> Index<Ix<K>> for Shelf<K, T> {
    type Output = T;

    #[allow(clippy::indexing_slicing, reason = "numbers are made from the shelf they index")]
    fn index(&self, key: Ix<K>) -> &T {
        &self.items[key.get()]
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
    /// Who is named in the bottom line and the text, each once, in the order of the page.
    pub mentions: Vec<Mention>,
    /// The moment of a brief, for sorting; the start of time for other kinds.
    pub moment: Timestamp,
    /// The day of a brief.
    pub date: Option<Date>,
}

/// Every document of the site.
#[derive(Debug)]
pub struct Corpus {
    briefs: Vec<Arc<Document<Brief>>>,
    actors: Vec<Arc<Document<Actor>>>,
    topics: Vec<Arc<Document<Topic>>>,
    storylines: Vec<Arc<Document<Storyline>>>,
    pages: Vec<Arc<Document<Page>>>,
    registry: Arc<Registry>,
    /// How they were read.
    options: markdown::Options,
}

/// For when a site is built, and what it shows.
#[derive(Clone, Copy, Debug)]
pub struct Release {
    /// The moment.
    pub now: Timestamp,
    /// Whether drafts, briefs under embargo and those dated in the future are shown.
    pub drafts: bool,
}

/// Why a document is held back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Withheld {
    /// It is marked as a draft.
    Draft,
    /// Its embargo has not ended.
    Embargo,
    /// It is dated in the future.
    Scheduled,
    /// It has expired.
    Expired,
}

impl Withheld {
    /// The reason in words.
    pub fn words(self) -> &'static str {
        match self {
            Withheld::Draft => "draft",
            Withheld::Embargo => "under embargo",
            Withheld::Scheduled => "dated in the future",
            Withheld::Expired => "expired",
        }
    }

    /// The reason in a word, for other programs and for the theme's strings.
    pub fn word(self) -> &'static str {
        match self {
            Withheld::Draft => "draft",
            Withheld::Embargo => "embargo",
            Withheld::Scheduled => "scheduled",
            Withheld::Expired => "expired",
        }
    }
}

/// Why a document is held back, and until when.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hold {
    /// Why.
    pub why: Withheld,
    /// The moment from which on it is published, when one is known.
    pub until: Option<Timestamp>,
}

impl Hold {
    const DRAFT: Hold = Hold { why: Withheld::Draft, until: None };

    /// Whether a build that shows drafts shows the document.
    fn is_shown_to_authors(self) -> bool {
        self.why != Withheld::Expired
    }
}

/// A document that is held back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Held {
    /// What it is.
    pub kind: Kind,
    /// Its id.
    pub id: String,
    /// The name of its file below the site's root.
    pub file: Arc<str>,
    /// Why, and until when.
    pub hold: Hold,
}

/// A fingerprint of a name or an address: it tells whether two are the same, and not what they are.
type Fingerprint = u128;

/// The documents that are held back: by what they are referred to, and nothing of what they say.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct HeldBack {
    /// By kind and id.
    documents: Vec<Held>,
    /// What wikilinks may call them, in lower case.
    names: FxHashMap<Fingerprint, u32>,
    /// The addresses of their pages and those that lead there. What lies below is theirs too.
    addresses: FxHashSet<Fingerprint>,
    /// The addresses of lists that they stand in and that may be there for their sake only.
    lists: FxHashSet<Fingerprint>,
}

impl HeldBack {
    /// The documents, by kind and id.
    pub fn documents(&self) -> &[Held] {
        &self.documents
    }

    /// The document of a kind and id, if it is held back.
    pub fn get(&self, kind: Kind, id: &str) -> Option<&Held> {
        let found = self.documents.binary_search_by(|d| (d.kind, d.id.as_str()).cmp(&(kind, id)));
        found.ok().and_then(|at| self.documents.get(at))
    }

    /// The document of a kind that is called so, by an id, a title or an alias, if it is held back.
    pub fn named(&self, kind: Kind, name: &str) -> Option<&Held> {
        self.get(kind, name).or_else(|| self.called(name).filter(|held| held.kind == kind))
    }

    /// A document that a wikilink may call so and that is held back.
    pub fn called(&self, key: &str) -> Option<&Held> {
        if self.documents.is_empty() {
            return None;
        }
        let by_folder = Kind::ALL
            .into_iter()
            .find_map(|kind| self.get(kind, key.strip_prefix(kind.folder())?.strip_prefix('/')?));
        by_folder.or_else(|| {
            let number = self.names.get(&xxh3_128(key.trim().to_lowercase().as_bytes()))?;
            self.documents.get(*number as usize)
        })
    }

    /// Whether a path of the site that this build does not write is one of a document that is held back, of what lies
    /// below it, or of a list that may be there when such a document is published.
    pub fn has_address(&self, path: &str) -> bool {
        if self.documents.is_empty() {
            return false;
        }
        let path = plain_path(path);
        // Whose names a pair had is not known.
        let lists = path == "storylines" || path.split('/').next() == Some("pairs");
        let later_page = path.rsplit('/').nth(1) == Some("page");
        let mut above = path.match_indices('/').filter_map(|(at, _)| path.get(..at));
        lists
            || later_page
            || self.lists.contains(&xxh3_128(path.as_bytes()))
            || self.addresses.contains(&xxh3_128(path.as_bytes()))
            || above.any(|folder| self.addresses.contains(&xxh3_128(folder.as_bytes())))
    }

    fn add<T: front_matter::Document>(&mut self, kind: Kind, document: &Document<T>, hold: Hold) {
        let Document { id, file, front, date, .. } = document;
        let number = u32::try_from(self.documents.len()).unwrap_or(u32::MAX);
        self.documents.push(Held { kind, id: id.clone(), file: file.clone(), hold });
        let mut lower = String::new();
        called(id, &front.names(), &mut lower, |name| {
            self.names.entry(xxh3_128(name.as_bytes())).or_insert(number);
        });
        let mut address = |path: &str| self.addresses.insert(xxh3_128(plain_path(path).as_bytes()));
        match kind {
            Kind::Page => address(id),
            _ => address(&[kind.folder(), "/", id].concat()),
        };
        for redirect in front.redirects() {
            address(&redirect.value);
        }
        let mut list = |path: String| self.lists.insert(xxh3_128(path.as_bytes()));
        if let Some(date) = date {
            list(format!("archive/{:04}", date.year()));
            list(format!("archive/{:04}/{:02}", date.year(), date.month()));
        }
        for year in front.years() {
            list("timeline".to_owned());
            list(format!("timeline/{year:04}"));
        }
    }
}

/// A path of the site as addresses are compared: without regard to case, a slash at either end, or `index.html`.
fn plain_path(path: &str) -> String {
    let path = path.trim_matches('/').to_lowercase();
    let folder = path.strip_suffix("index.html").filter(|f| f.is_empty() || f.ends_with('/'));
    folder.unwrap_or(&path).trim_matches('/').to_owned()
}

/// All that a document of an id may be called in a wikilink beside its id with the folder of its kind, in lower case:
/// its id, the last part of it, that without a date, and its `names`. `lower` is paper for writing on.
pub fn called(id: &str, names: &[&str], lower: &mut String, mut add: impl FnMut(&str)) {
    let last = id.rsplit('/').next().unwrap_or(id);
    let undated = match date_in_name(last) {
        Some(_) => last.get(11..).unwrap_or(last),
        None => last,
    };
    for name in [last, undated, id].iter().chain(names) {
        lower.clear();
        if name.is_ascii() {
            lower.push_str(name);
            lower.make_ascii_lowercase();
        } else {
            lower.push_str(&name.to_lowercase());
        }
        add(lower);
    }
}

/// The documents that this build publishes, and of the others only that they exist.
#[derive(Debug)]
pub struct Published {
    /// Newest first; briefs of one moment by id. Of briefs of one day, each comes after the one it continues.
    pub briefs: Shelf<Brief, Arc<Document<Brief>>>,
    /// By id.
    pub actors: Shelf<Actor, Arc<Document<Actor>>>,
    /// By id.
    pub topics: Shelf<Topic, Arc<Document<Topic>>>,
    /// By id.
    pub storylines: Shelf<Storyline, Arc<Document<Storyline>>>,
    /// By id.
    pub pages: Shelf<Page, Arc<Document<Page>>>,
    /// Of briefs that are shown although they are held back: why, and until when.
    pub holds: Shelf<Brief, Option<Hold>>,
    /// What was held back.
    pub held: HeldBack,
    /// The next moment at which a document comes, goes or is held back for another reason.
    pub next_change: Option<Timestamp>,
    /// Who is called what; drafts too, whose names are known so that they are nobody else's.
    pub registry: Arc<Registry>,
    /// Where each actor of the registry stands among the published ones.
    registered: Vec<Option<Ix<Actor>>>,
}

impl Published {
    /// The published actor behind a number that the registry gave.
    pub fn actor(&self, registered: u32) -> Option<Ix<Actor>> {
        self.registered.get(registered as usize).copied().flatten()
    }

    /// Whether the numbers that the registry gave stand for the same actors.
    pub fn same_registered(&self, others: &Published) -> bool {
        self.registered == others.registered
    }
}

impl Published {
    /// Whether these documents are linked as others are, but for what briefs are called: whom they name, where they
    /// link to, what can be linked to in them, and what of all that they declare makes links is the same.
    pub fn links_like(&self, others: &Published) -> bool {
        fn alike<T: front_matter::Document>(
            these: &Shelf<T, Arc<Document<T>>>,
            others: &Shelf<T, Arc<Document<T>>>,
        ) -> bool {
            these.len() == others.len()
                && these
                    .iter()
                    .zip(others.iter())
                    .all(|(a, b)| Arc::ptr_eq(a, b) || a.links_like(b))
        }
        self.held == others.held
            && self.holds.as_slice() == others.holds.as_slice()
            && self.same_registered(others)
            && alike(&self.briefs, &others.briefs)
            && alike(&self.actors, &others.actors)
            && alike(&self.topics, &others.topics)
            && alike(&self.storylines, &others.storylines)
            && alike(&self.pages, &others.pages)
    }
}

impl<T: front_matter::Document> Document<T> {
    fn links_like(&self, other: &Document<T>) -> bool {
        let Document { id, file, folder, front, body, bluf: _, mentions, moment, date } = self;
        let target = |a: &Target, b: &Target| {
            (a.kind, &a.destination, &a.fragment) == (b.kind, &b.destination, &b.fragment)
        };
        (id, file, folder, moment, date)
            == (&other.id, &other.file, &other.folder, &other.moment, &other.date)
            && front.links_like(&other.front)
            && body.anchors().eq(other.body.anchors())
            && body.targets.len() == other.body.targets.len()
            && body.targets.iter().zip(other.body.targets.iter()).all(|(a, b)| target(a, b))
            && mentions.len() == other.mentions.len()
            && mentions.iter().zip(&other.mentions).all(|(a, b)| a.actor == b.actor)
    }
}

/// The file of a document, and every name found in it.
pub type Explained = (Arc<str>, Vec<Sighting>);

/// A file whose front matter is read and whose body is still to be.
struct Opened<T> {
    id: String,
    file: Arc<str>,
    folder: bool,
    text: String,
    front: T,
    body_start: u32,
}

impl<T: front_matter::Document> Opened<T> {
    fn open(source: &DocumentFile, sources: &Sources, found: &mut Vec<Diagnostic>) -> Option<Self> {
        let text = match sources.read_text(&source.file) {
            Ok(text) => text,
            Err(diagnostic) => {
                found.push(diagnostic);
                return None;
            }
        };
        let (front, body_start) = front_matter::read::<T>(&source.file, &text, found)?;
        Some(Opened {
            id: source.id.clone(),
            file: source.file.clone(),
            folder: source.folder,
            text,
            front,
            body_start,
        })
    }
}

/// What parsing a body needs.
struct Reader<'a> {
    sources: &'a Sources,
    config: &'a Config,
    zone: TimeZone,
    registry: &'a Registry,
    languages: Languages,
    options: markdown::Options,
    /// The numbers of actors by their ids.
    actors: FxHashMap<&'a str, u32>,
}

impl Reader<'_> {
    /// What is known of a document that says nothing of whom it is about, in the language of the site.
    fn subject(&self) -> Subject<'_> {
        let language = self.languages.of(&self.config.language);
        Subject { about: &[], own: None, date: None, language }
    }

    fn finish<T: front_matter::Document>(
        &self,
        opened: Opened<T>,
        bluf: Option<(&str, crate::diagnostic::Span)>,
        subject: Subject<'_>,
        scribe: &mut BodyRenderer<'_>,
        found: &mut Vec<Diagnostic>,
    ) -> Document<T> {
        let (file, source) = (&opened.file, &opened.text);
        let mut read = |linker: &mut Linker<'_>, found: &mut Vec<Diagnostic>| {
            // The bottom line stands first on the page and speaks of the same actors; its links are its own.
            let bluf = bluf
                .map(|(text, span)| scribe.render_inline(file, source, text, span, linker, found));
            let body = scribe.render(file, source, opened.body_start as usize, linker, found);
            (bluf, body)
        };
        let mut linker = Linker::new(self.registry, subject, self.config.mention_policy());
        for text in opened.front.names().into_iter().chain(opened.front.summary()) {
            linker.overhear(text);
        }
        let before = found.len();
        let (mut bluf, mut body) = read(&mut linker, found);
        // A short form stands for who is named in full behind it, too: then the text is read once more.
        if let Some(mut informed) = linker.informed() {
            found.truncate(before);
            (bluf, body) = read(&mut informed, found);
        }
        let mut bluf = bluf.map(|bluf| body.adopt(bluf));
        let mut mentions =
            bluf.as_mut().map(|b| std::mem::take(&mut b.mentions)).unwrap_or_default();
        let before = mentions.len();
        mentions.reserve_exact(body.text.mentions.len());
        for mention in std::mem::take(&mut body.text.mentions) {
            match mentions.iter_mut().take(before).find(|known| known.actor == mention.actor) {
                Some(known) => known.count = known.count.saturating_add(mention.count),
                None => mentions.push(mention),
            }
        }
        mentions.shrink_to_fit();
        if opened.front.summary().is_some() {
            // Nobody asks how a text begins that says so itself.
            body.excerpt = Box::default();
        }
        Document {
            id: opened.id,
            file: opened.file,
            folder: opened.folder,
            front: opened.front,
            body,
            bluf,
            mentions,
            moment: Timestamp::MIN,
            date: None,
        }
    }

    /// The documents of a kind that has neither a date nor actors of its own.
    fn plain<T: front_matter::Document + Send + Sync>(
        &self,
        kind: Kind,
        drawer: &mut Drawer<T>,
        keep: bool,
        diagnostics: &mut Diagnostics,
    ) -> Vec<Arc<Document<T>>> {
        let files = files_of(self.sources, kind);
        gather(files, drawer, keep, &self.options, diagnostics, |source, scribe, found| {
            self.one(source, scribe, found)
        })
    }

    fn one<T: front_matter::Document>(
        &self,
        source: &DocumentFile,
        scribe: &mut BodyRenderer<'_>,
        found: &mut Vec<Diagnostic>,
    ) -> Option<Document<T>> {
        let opened = Opened::<T>::open(source, self.sources, found)?;
        Some(self.finish(opened, None, self.subject(), scribe, found))
    }

    /// Reads those documents again that call one that is held back by a wikilink without words of its own: what is
    /// quoted of them, their headings and the anchors of these are then made without what it is called. Few do, and
    /// that one is held back is known only when all have been read. What is wrong with them was found the first time.
    fn silence<T: Send + Sync>(
        &self,
        kind: Kind,
        documents: &mut [Arc<Document<T>>],
        read: impl Fn(&DocumentFile, &mut BodyRenderer<'_>, &mut Vec<Diagnostic>) -> Option<Document<T>>,
    ) {
        let mut scribe = BodyRenderer::new(&self.options);
        let files = files_of(self.sources, kind);
        for document in documents {
            if !wordless(document).any(|key| self.options.unspoken.contains(key)) {
                continue;
            }
            let source = files.binary_search_by(|file| file.id.as_str().cmp(&document.id));
            let source = source.ok().and_then(|at| files.get(at));
            let again = source.and_then(|source| read(source, &mut scribe, &mut Vec::new()));
            if let Some(again) = again {
                *document = Arc::new(again);
            }
        }
    }

    fn brief(
        &self,
        source: &DocumentFile,
        scribe: &mut BodyRenderer<'_>,
        found: &mut Vec<Diagnostic>,
    ) -> Option<Document<Brief>> {
        let opened = Opened::<Brief>::open(source, self.sources, found)?;
        let from_name = date_in_name(&opened.id);
        let moment = match (&opened.front.date, from_name) {
            (Some(moment), _) => moment.value.instant(&self.zone),
            (None, Some(date)) => date
                .to_zoned_datetime(self.zone.clone())
                .map_or(Timestamp::MIN, |zoned| zoned.timestamp()),
            // After a syntax error the date may be there, unread.
            (None, None) if found.iter().any(|d| d.code == Code::Syntax) => Timestamp::MIN,
            (None, None) => {
                found.push(
                    Diagnostic::new(Code::MissingKey, "the brief has no `date`")
                        .at(Place::span(opened.file.clone(), 0..opened.text.find('\n').unwrap_or(0)))
                        .help("add a line such as `date = 2025-02-27`, or start the file's name with the date"),
                );
                Timestamp::MIN
            }
        };
        let date = moment.to_zoned_datetime(self.zone.clone()).date();
        found.extend(never_published(&opened, moment, &self.zone));
        let about: Vec<u32> = opened
            .front
            .actors
            .iter()
            .filter_map(|id| self.actors.get(id.value.as_str()).copied())
            .collect();
        let bluf = opened.front.bluf.clone();
        let bluf = bluf.as_ref().map(|b| (b.value.as_str(), b.span));
        let written = opened.front.language.as_ref().unwrap_or(&self.config.language);
        let language = self.languages.of(written);
        let subject = Subject { about: &about, date: Some(date), language, own: None };
        let document = self.finish(opened, bluf, subject, scribe, found);
        Some(Document { moment, date: Some(date), ..document })
    }
}

/// What was made of a file, at a reading of the site.
struct Remembered<T> {
    reading: u32,
    document: Option<Arc<Document<T>>>,
    found: Vec<Diagnostic>,
}

type Drawer<T> = FxHashMap<Arc<str>, Remembered<T>>;

/// What was made of each file when the site was last read. A document is made again when its file has changed;
/// all are when the configuration has, or who is called what.
#[derive(Default)]
pub struct Memory {
    config: Arc<str>,
    /// Who is called what; nothing before the first reading.
    names: Option<Names>,
    briefs: Drawer<Brief>,
    actors: Drawer<Actor>,
    topics: Drawer<Topic>,
    storylines: Drawer<Storyline>,
    pages: Drawer<Page>,
}

struct Names {
    declarations: Vec<Declaration>,
    /// What was made of them, if nothing was found wrong.
    registry: Option<Arc<Registry>>,
}

/// Takes out what is remembered of a file that is as it was.
fn remembered<T>(drawer: &mut Drawer<T>, source: &DocumentFile) -> Option<Remembered<T>> {
    drawer.remove(&source.file).filter(|known| known.reading == source.reading)
}

/// The front matter of an actor.
enum Front {
    /// All of the actor is remembered.
    Known(Remembered<Actor>),
    /// Just read, and the actor's number in the registry.
    New(Option<Box<Opened<Actor>>>, Option<u32>, Vec<Diagnostic>),
}

/// A thread takes no more documents than this at a time: with larger portions the others wait at the end for the one
/// that began the last.
const PORTION: usize = 32;

/// The files of a kind.
fn files_of(sources: &Sources, kind: Kind) -> &[DocumentFile] {
    let start = sources.documents.partition_point(|d| d.kind < kind);
    let end = sources.documents.partition_point(|d| d.kind <= kind);
    sources.documents.get(start..end).unwrap_or_default()
}

/// Runs `parse` on each file in parallel, save those remembered, and collects what it makes and finds. With
/// `keep`, all of it is remembered.
fn gather<T: Send + Sync>(
    files: &[DocumentFile],
    drawer: &mut Drawer<T>,
    keep: bool,
    options: &markdown::Options,
    diagnostics: &mut Diagnostics,
    parse: impl Fn(&DocumentFile, &mut BodyRenderer<'_>, &mut Vec<Diagnostic>) -> Option<Document<T>>
    + Sync,
) -> Vec<Arc<Document<T>>> {
    let mut known = std::mem::take(drawer);
    let known: Vec<_> = files.iter().map(|source| remembered(&mut known, source)).collect();
    let parsed = files
        .par_iter()
        .zip(known)
        .with_max_len(PORTION)
        .map_init(
            || BodyRenderer::new(options),
            |scribe, (source, known)| {
                known.unwrap_or_else(|| {
                    let mut found = Vec::new();
                    let document = parse(source, scribe, &mut found).map(Arc::new);
                    Remembered { reading: source.reading, document, found }
                })
            },
        )
        .collect();
    gathered(files, parsed, drawer, keep, diagnostics)
}

/// Passes on what was made of files and found in them; with `keep`, it is remembered.
fn gathered<T>(
    files: &[DocumentFile],
    parsed: Vec<Remembered<T>>,
    drawer: &mut Drawer<T>,
    keep: bool,
    diagnostics: &mut Diagnostics,
) -> Vec<Arc<Document<T>>> {
    if keep {
        let documents = parsed.iter().filter_map(|parsed| parsed.document.clone()).collect();
        diagnostics.extend(parsed.iter().flat_map(|parsed| parsed.found.iter().cloned()));
        drawer.extend(files.iter().map(|file| file.file.clone()).zip(parsed));
        return documents;
    }
    let mut documents = Vec::with_capacity(parsed.len());
    for Remembered { document, found, .. } in parsed {
        documents.extend(document);
        diagnostics.extend(found);
    }
    documents
}

/// The date that starts the last part of an id, as in `2025-02-27-istanbul-embassy-talks`.
pub fn date_in_name(id: &str) -> Option<Date> {
    let name = id.rsplit('/').next()?;
    let (date, rest) = name.split_at_checked(10)?;
    let digits = date
        .bytes()
        .enumerate()
        .all(|(i, b)| if i == 4 || i == 7 { b == b'-' } else { b.is_ascii_digit() });
    (digits && rest.starts_with('-')).then(|| date.parse().ok()).flatten()
}

impl Corpus {
    /// Reads every document of the site, with what an editor wants to know if `proof`. A document that
    /// cannot be read is reported and left out. With a memory of an earlier reading, only what has changed
    /// since is read.
    pub fn read(
        sources: &Sources,
        config: &Config,
        options: markdown::Options,
        memory: Option<&mut Memory>,
        diagnostics: &mut Diagnostics,
    ) -> Corpus {
        let keep = memory.is_some();
        let mut none = Memory::default();
        let memory = memory.unwrap_or(&mut none);
        if memory.config != sources.config {
            *memory = Memory { config: sources.config.clone(), ..Memory::default() };
        }
        let files = files_of(sources, Kind::Actor);
        let mut known = std::mem::take(&mut memory.actors);
        let known: Vec<_> = files.iter().map(|source| remembered(&mut known, source)).collect();
        let mut fronts: Vec<Front> = files
            .par_iter()
            .zip(known)
            .with_max_len(PORTION)
            .map(|(source, known)| {
                if let Some(known) = known {
                    return Front::Known(known);
                }
                let mut found = Vec::new();
                let opened = Opened::open(source, sources, &mut found).map(Box::new);
                Front::New(opened, None, found)
            })
            .collect();
        let mut declarations: Vec<Declaration> = Vec::with_capacity(fronts.len());
        for front in &mut fronts {
            let number = u32::try_from(declarations.len()).ok();
            match front {
                Front::Known(known) => declarations
                    .extend(known.document.as_ref().map(|d| declaration(&d.file, &d.id, &d.front))),
                Front::New(Some(opened), own, _) => {
                    *own = number;
                    declarations.push(declaration(&opened.file, &opened.id, &opened.front));
                }
                Front::New(None, ..) => {}
            }
        }
        let known = memory.names.take();
        let same = known.as_ref().is_none_or(|known| {
            let mut both = known.declarations.iter().zip(&declarations);
            known.declarations.len() == declarations.len() && both.all(|(a, b)| a.calls_the_same(b))
        });
        if !same {
            *memory = Memory { config: sources.config.clone(), ..Memory::default() };
            return Corpus::read(sources, config, options, Some(memory), diagnostics);
        }
        let mut clashes = Vec::new();
        let registry = known.and_then(|known| known.registry);
        let registry =
            registry.unwrap_or_else(|| Arc::new(Registry::new(&declarations, &mut clashes)));
        let sound = clashes.is_empty();
        diagnostics.extend(clashes);
        let reader = Reader {
            sources,
            config,
            zone: config.zone(),
            registry: &registry,
            languages: config.languages(),
            options,
            actors: declarations.iter().map(|d| d.id.as_str()).zip(0..).collect(),
        };
        let parsed: Vec<Remembered<Actor>> = files
            .par_iter()
            .zip(fronts)
            .with_max_len(PORTION)
            .map_init(
                || BodyRenderer::new(&reader.options),
                |scribe, (source, front)| match front {
                    Front::Known(known) => known,
                    Front::New(opened, own, mut found) => {
                        let subject = Subject { own, ..reader.subject() };
                        let document = opened
                            .map(|opened| reader.finish(*opened, None, subject, scribe, &mut found))
                            .map(Arc::new);
                        Remembered { reading: source.reading, document, found }
                    }
                },
            )
            .collect();
        let actors = gathered(files, parsed, &mut memory.actors, keep, diagnostics);
        let files = files_of(sources, Kind::Brief);
        let (drawer, options) = (&mut memory.briefs, &reader.options);
        let briefs = gather(files, drawer, keep, options, diagnostics, |source, scribe, found| {
            reader.brief(source, scribe, found)
        });
        let topics = reader.plain(Kind::Topic, &mut memory.topics, keep, diagnostics);
        let storylines = reader.plain(Kind::Storyline, &mut memory.storylines, keep, diagnostics);
        let pages = reader.plain(Kind::Page, &mut memory.pages, keep, diagnostics);
        let options = reader.options;
        if keep {
            memory.names = Some(Names { declarations, registry: sound.then(|| registry.clone()) });
        }
        Corpus { briefs, actors, topics, storylines, pages, registry, options }
    }

    /// Every name found in the documents of the site, published or not, or in the one whose file is `file` below the site's
    /// root; and who the names are. The documents are in the order of their files; one that cannot be read is left out.
    pub fn explain(
        mut sources: Sources,
        config: &Config,
        file: Option<&str>,
        diagnostics: &mut Diagnostics,
    ) -> (Vec<Explained>, Arc<Registry>) {
        let wanted = |candidate: &str| file.is_none_or(|file| candidate == file);
        sources.documents.retain(|d| d.kind == Kind::Actor || wanted(&d.file));
        let options = markdown::Options { proof: true, ..config.markdown_options() };
        let corpus = Corpus::read(&sources, config, options, None, diagnostics);
        fn sightings<T>(documents: &[Arc<Document<T>>]) -> Vec<Explained> {
            let of = |document: &Arc<Document<T>>| {
                let texts = document.bluf.iter().chain([&document.body.text]);
                let proofs = texts.filter_map(|text| text.proof.as_ref());
                let sightings = proofs.flat_map(|proof| proof.sightings.iter().cloned()).collect();
                (document.file.clone(), sightings)
            };
            documents.iter().map(of).collect()
        }
        let mut all = sightings(&corpus.briefs);
        all.extend(sightings(&corpus.actors));
        all.extend(sightings(&corpus.topics));
        all.extend(sightings(&corpus.storylines));
        all.extend(sightings(&corpus.pages));
        all.retain(|(file, _)| wanted(file));
        all.sort_by(|(a, _), (b, _)| a.cmp(b));
        (all, corpus.registry)
    }

    /// Drops what is not to be published at a moment: drafts, briefs before their embargo ends or (unless
    /// `[publish] future` asks for them) before their date, and briefs that have expired. `sources` and `config` are those
    /// that the documents were read with.
    pub fn publish(self, sources: &Sources, config: &Config, release: Release) -> Published {
        let Release { now, drafts } = release;
        let zone = &config.zone();
        let future = config.publish.future;
        let next = |brief: &Arc<Document<Brief>>| next_change(brief, now, zone, future);
        let next_change = self.briefs.par_iter().filter_map(next).min();
        let mut held = HeldBack::default();
        let withheld = |hold: Option<Hold>| hold.filter(|h| !drafts || !h.is_shown_to_authors());
        let mut briefs = keep(self.briefs, Kind::Brief, &mut held, |brief| {
            withheld(hold_of(brief, now, zone, future))
        });
        let draft = |is: bool| withheld(is.then_some(Hold::DRAFT));
        let registered: Vec<bool> =
            self.actors.iter().map(|a| draft(a.front.draft).is_none()).collect();
        let everyone = self.actors.clone();
        let mut next = 0;
        let registered = registered
            .into_iter()
            .map(|kept| {
                kept.then(|| {
                    next += 1;
                    Ix::new(next - 1)
                })
            })
            .collect();
        let mut actors = keep(self.actors, Kind::Actor, &mut held, |d| draft(d.front.draft));
        let mut topics = keep(self.topics, Kind::Topic, &mut held, |d| draft(d.front.draft));
        let mut storylines =
            keep(self.storylines, Kind::Storyline, &mut held, |d| draft(d.front.draft));
        let mut pages = keep(self.pages, Kind::Page, &mut held, |d| draft(d.front.draft));
        let mut unspoken = FxHashSet::default();
        if !held.documents.is_empty() {
            gather_unspoken(&briefs, &held, &mut unspoken);
            gather_unspoken(&actors, &held, &mut unspoken);
            gather_unspoken(&topics, &held, &mut unspoken);
            gather_unspoken(&storylines, &held, &mut unspoken);
            gather_unspoken(&pages, &held, &mut unspoken);
        }
        if !unspoken.is_empty() {
            let options = markdown::Options { unspoken: Arc::new(unspoken), ..self.options };
            let reader = Reader {
                sources,
                config,
                zone: zone.clone(),
                registry: &self.registry,
                languages: config.languages(),
                options,
                actors: everyone.iter().map(|actor| actor.id.as_str()).zip(0..).collect(),
            };
            reader.silence(Kind::Brief, &mut briefs, |source, scribe, found| {
                reader.brief(source, scribe, found)
            });
            reader.silence(Kind::Actor, &mut actors, |source, scribe, found| {
                let opened = Opened::<Actor>::open(source, sources, found)?;
                let own = reader.actors.get(opened.id.as_str()).copied();
                let subject = Subject { own, ..reader.subject() };
                Some(reader.finish(opened, None, subject, scribe, found))
            });
            reader.silence(Kind::Topic, &mut topics, |s, scribe, f| reader.one(s, scribe, f));
            reader
                .silence(Kind::Storyline, &mut storylines, |s, scribe, f| reader.one(s, scribe, f));
            reader.silence(Kind::Page, &mut pages, |s, scribe, f| reader.one(s, scribe, f));
        }
        briefs.par_sort_by(|a, b| b.moment.cmp(&a.moment).then_with(|| a.id.cmp(&b.id)));
        for day in briefs.chunk_by_mut(|a, b| a.date == b.date) {
            put_followers_after(day);
        }
        let shown = |brief: &Arc<Document<Brief>>| match drafts {
            true => hold_of(brief, now, zone, future),
            false => None,
        };
        Published {
            holds: Shelf::new(briefs.iter().map(shown).collect()),
            briefs: Shelf::new(briefs),
            actors: Shelf::new(actors),
            topics: Shelf::new(topics),
            storylines: Shelf::new(storylines),
            pages: Shelf::new(pages),
            held,
            next_change,
            registry: self.registry,
            registered,
        }
    }
}

/// Orders the briefs of a day, the newest first, so that each comes after the one it continues, whatever their hours. Those
/// that continue none and are not continued keep their order. Briefs that go round in a circle are reported when they
/// are linked.
fn put_followers_after(day: &mut [Arc<Document<Brief>>]) {
    if day.len() < 2 || day.iter().all(|brief| brief.front.follows.is_none()) {
        return;
    }
    let places: FxHashMap<&str, usize> =
        day.iter().enumerate().map(|(at, brief)| (brief.id.as_str(), at)).collect();
    let followed: Vec<Option<usize>> = day
        .iter()
        .map(|brief| places.get(brief.front.follows.as_ref()?.value.as_str()).copied())
        .collect();
    // How many briefs have to stand before each.
    let mut awaited = vec![0_usize; day.len()];
    for followed in followed.iter().flatten() {
        if let Some(count) = awaited.get_mut(*followed) {
            *count += 1;
        }
    }
    let ready = awaited.iter().enumerate().filter(|(_, count)| **count == 0);
    let mut ready: BinaryHeap<Reverse<usize>> = ready.map(|(at, _)| Reverse(at)).collect();
    let mut order: Vec<usize> = Vec::with_capacity(day.len());
    while let Some(Reverse(at)) = ready.pop() {
        order.push(at);
        let next = followed.get(at).copied().flatten();
        if let Some((next, count)) = next.and_then(|next| Some((next, awaited.get_mut(next)?))) {
            *count -= 1;
            if *count == 0 {
                ready.push(Reverse(next));
            }
        }
    }
    order.extend(awaited.iter().enumerate().filter(|(_, count)| **count > 0).map(|(at, _)| at));
    let ordered: Vec<_> = order.into_iter().filter_map(|at| day.get(at).cloned()).collect();
    for (place, brief) in day.iter_mut().zip(ordered) {
        *place = brief;
    }
}

/// What to report of a brief that expires before it may be published.
fn never_published(
    brief: &Opened<Brief>,
    moment: Timestamp,
    zone: &TimeZone,
) -> Option<Diagnostic> {
    let expires = brief.front.expires.as_ref()?;
    let ends = expires.value.instant(zone);
    let starts = |other: &Spanned<Moment>| other.value.instant(zone) >= ends;
    let embargo = brief.front.embargo.as_ref().filter(|embargo| starts(embargo));
    let (key, place) = match embargo {
        Some(embargo) => ("embargo", Some(embargo.span)),
        None if moment >= ends => ("date", brief.front.date.as_ref().map(|date| date.span)),
        None => return None,
    };
    let message = format!("the brief is never published: its `expires` is not after its `{key}`");
    let finding = Diagnostic::new(Code::NeverPublished, message)
        .at(Place::span(brief.file.clone(), expires.span))
        .help(format!("write a later `expires`, or an earlier `{key}`"));
    Some(match place {
        Some(span) => {
            finding.related(Place::span(brief.file.clone(), span), format!("the `{key}`"))
        }
        None => finding,
    })
}

/// Why a brief is held back at a moment, if it is.
fn hold_of(brief: &Document<Brief>, now: Timestamp, zone: &TimeZone, future: bool) -> Option<Hold> {
    let front = &brief.front;
    let instant = |moment: &Option<Spanned<Moment>>| moment.as_ref().map(|m| m.value.instant(zone));
    let ahead = |moment: Option<Timestamp>| moment.filter(|moment| now < *moment);
    if instant(&front.expires).is_some_and(|expires| expires <= now) {
        return Some(Hold { why: Withheld::Expired, until: None });
    }
    if front.draft {
        return Some(Hold::DRAFT);
    }
    let embargo = ahead(instant(&front.embargo));
    let date = ahead((!future).then_some(brief.moment));
    let why = if embargo.is_some() { Withheld::Embargo } else { Withheld::Scheduled };
    let until = embargo.max(date)?;
    Some(Hold { why, until: Some(until) })
}

/// The next moment at which a brief comes, goes or is held back for another reason.
fn next_change(
    brief: &Document<Brief>,
    now: Timestamp,
    zone: &TimeZone,
    future: bool,
) -> Option<Timestamp> {
    let front = &brief.front;
    let ends = [&front.embargo, &front.expires].into_iter().flatten();
    let ends = ends.map(|moment| moment.value.instant(zone)).chain([brief.moment]);
    let mut ahead: Vec<Timestamp> = ends.filter(|moment| now < *moment).collect();
    ahead.sort_unstable();
    let today = hold_of(brief, now, zone, future);
    ahead.into_iter().find(|moment| hold_of(brief, *moment, zone, future) != today)
}

/// The documents without those that are held back, of which is noted what they may be called.
fn keep<T: front_matter::Document + Send + Sync>(
    mut documents: Vec<Arc<Document<T>>>,
    kind: Kind,
    held: &mut HeldBack,
    hold: impl Fn(&Document<T>) -> Option<Hold> + Sync,
) -> Vec<Arc<Document<T>>> {
    let holds: Vec<_> = documents.par_iter().map(|d| hold(d)).collect();
    let mut holds = holds.into_iter();
    documents.retain(|document| {
        let hold = holds.next().flatten();
        if let Some(hold) = hold {
            held.add(kind, document, hold);
        }
        hold.is_none()
    });
    documents
}

/// What the wikilinks of a document that have no words of their own call others.
fn wordless<T>(document: &Document<T>) -> impl Iterator<Item = &str> {
    let texts = document.bluf.iter().chain([&document.body.text]);
    let holes = texts.flat_map(|text| &text.holes);
    holes.filter_map(|hole| match hole.fill {
        Fill::LinkText(target) => {
            document.body.targets.get(target).map(|target| &*target.destination)
        }
        _ => None,
    })
}

/// Adds what wikilinks without words of their own call documents that are held back.
fn gather_unspoken<T: Send + Sync>(
    documents: &[Arc<Document<T>>],
    held: &HeldBack,
    unspoken: &mut FxHashSet<Box<str>>,
) {
    let keys = |document: &Arc<Document<T>>| {
        let keys = wordless(document).filter(|key| held.called(key).is_some());
        keys.map(Box::from).collect::<Vec<Box<str>>>()
    };
    unspoken.par_extend(documents.par_iter().flat_map_iter(keys));
}

/// An actor's names as the registry takes them.
fn declaration(file: &Arc<str>, id: &str, actor: &Actor) -> Declaration {
    let name = |n: &front_matter::Spanned<String>| Name { text: n.value.clone(), span: n.span };
    let names = |list: &[front_matter::Spanned<String>]| list.iter().map(name).collect();
    let roles = actor.roles.iter().map(|role| Role {
        title: name(&role.title),
        from: role.from.as_ref().map(|from| from.value.first_day()),
        to: role.to.as_ref().map(|to| to.value.last_day()),
    });
    Declaration {
        file: file.clone(),
        id: id.to_owned(),
        name: name(&actor.name),
        aliases: names(&actor.aliases),
        abbreviation: actor.abbreviation.as_ref().map(name),
        weak: names(&actor.weak),
        metonyms: names(&actor.metonyms),
        demonyms: names(&actor.demonyms),
        stop: names(&actor.stop),
        roles: roles.collect(),
        guarded: names(&actor.guarded),
        state: actor.kind.value == ActorKind::State,
        draft: actor.draft,
    }
}
