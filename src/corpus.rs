//! All documents of the site, parsed in parallel: one file in, one value out.
//!
//! [`Corpus::read`] knows nothing of how documents belong together, save that actors are read first:
//! their names must be known before they can be found in the text of the others.
//! [`Corpus::publish`] is the one place where drafts, and documents before or after their time, are
//! dropped; nothing that follows holds a byte of them.

use std::collections::HashSet;
use std::marker::PhantomData;
use std::ops::Index;
use std::sync::Arc;

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use rayon::prelude::*;
use rustc_hash::FxHashMap;

use crate::config::Config;
use crate::diagnostic::{Code, Diagnostic, Diagnostics, Place};
use crate::front_matter::{self, Actor, ActorKind, Brief, Page, Storyline, Topic};
use crate::markdown::{self, Body, Mention, Scribe, Sighting, Target};
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
    pub bluf: Option<Body>,
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
}

/// Why a document is held back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Withheld {
    /// It is marked as a draft.
    Draft,
    /// Its embargo has not ended.
    Embargo,
    /// It has expired.
    Expired,
}

impl Withheld {
    /// The reason in words.
    pub fn words(self) -> &'static str {
        match self {
            Withheld::Draft => "draft",
            Withheld::Embargo => "under embargo",
            Withheld::Expired => "expired",
        }
    }
}

/// The documents that this build publishes, and of the others only that they exist.
#[derive(Debug)]
pub struct Published {
    /// Newest first; briefs of one moment by id.
    pub briefs: Shelf<Brief, Arc<Document<Brief>>>,
    /// By id.
    pub actors: Shelf<Actor, Arc<Document<Actor>>>,
    /// By id.
    pub topics: Shelf<Topic, Arc<Document<Topic>>>,
    /// By id.
    pub storylines: Shelf<Storyline, Arc<Document<Storyline>>>,
    /// By id.
    pub pages: Shelf<Page, Arc<Document<Page>>>,
    /// What was held back.
    pub withheld: Vec<(Kind, String, Withheld)>,
    withheld_ids: HashSet<(Kind, String)>,
    /// The next moment at which an embargo ends or a brief expires.
    pub next_change: Option<Timestamp>,
    /// Who is called what; drafts too, whose names are known so that they are nobody else's.
    pub registry: Arc<Registry>,
    /// Where each actor of the registry stands among the published ones.
    registered: Vec<Option<Ix<Actor>>>,
}

impl Published {
    /// Whether there is such a document, held back from this build.
    pub fn is_withheld(&self, kind: Kind, id: &str) -> bool {
        self.withheld_ids.contains(&(kind, id.to_owned()))
    }

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
        self.withheld == others.withheld
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
            && body.targets.iter().zip(&other.body.targets).all(|(a, b)| target(a, b))
            && mentions.len() == other.mentions.len()
            && mentions.iter().zip(&other.mentions).all(|(a, b)| a.actor == b.actor)
    }
}

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
        scribe: &mut Scribe<'_>,
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
        linker.overhear(opened.front.title());
        linker.overhear(opened.front.summary().unwrap_or_default());
        let before = found.len();
        let (mut bluf, mut body) = read(&mut linker, found);
        // A short form stands for who is named in full behind it, too: then the text is read once more.
        if let Some(mut informed) = linker.informed() {
            found.truncate(before);
            (bluf, body) = read(&mut informed, found);
        }
        let mut mentions =
            bluf.as_mut().map(|b| std::mem::take(&mut b.mentions)).unwrap_or_default();
        let before = mentions.len();
        mentions.reserve_exact(body.mentions.len());
        for mention in std::mem::take(&mut body.mentions) {
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
            let opened = Opened::<T>::open(source, self.sources, found)?;
            Some(self.finish(opened, None, self.subject(), scribe, found))
        })
    }

    fn brief(
        &self,
        source: &DocumentFile,
        scribe: &mut Scribe<'_>,
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
    parse: impl Fn(&DocumentFile, &mut Scribe<'_>, &mut Vec<Diagnostic>) -> Option<Document<T>> + Sync,
) -> Vec<Arc<Document<T>>> {
    let mut known = std::mem::take(drawer);
    let known: Vec<_> = files.iter().map(|source| remembered(&mut known, source)).collect();
    let parsed = files
        .par_iter()
        .zip(known)
        .with_max_len(PORTION)
        .map_init(
            || Scribe::new(options),
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
                || Scribe::new(&reader.options),
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
        if keep {
            memory.names = Some(Names { declarations, registry: sound.then(|| registry.clone()) });
        }
        Corpus { briefs, actors, topics, storylines, pages, registry }
    }

    /// Every name found in the documents of the site, published or not, or in the one whose file is `file` below the site's
    /// root; and who the names are. The documents are in the order of their files; one that cannot be read is left out.
    pub fn explain(
        mut sources: Sources,
        config: &Config,
        file: Option<&str>,
        diagnostics: &mut Diagnostics,
    ) -> (Vec<(Arc<str>, Vec<Sighting>)>, Arc<Registry>) {
        let wanted = |candidate: &str| file.is_none_or(|file| candidate == file);
        sources.documents.retain(|d| d.kind == Kind::Actor || wanted(&d.file));
        let options = markdown::Options { proof: true, ..config.markdown_options() };
        let corpus = Corpus::read(&sources, config, options, None, diagnostics);
        fn sightings<T>(documents: &[Arc<Document<T>>]) -> Vec<(Arc<str>, Vec<Sighting>)> {
            let of = |document: &Arc<Document<T>>| {
                let bodies = document.bluf.iter().chain([&document.body]);
                let proofs = bodies.filter_map(|body| body.proof.as_ref());
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

    /// Drops what is not to be published at the moment `now`: drafts (unless `drafts`), briefs before
    /// their embargo ends, and briefs that have expired.
    pub fn publish(self, now: Timestamp, zone: &TimeZone, drafts: bool) -> Published {
        let mut withheld = Vec::new();
        let ends = |brief: &Arc<Document<Brief>>| {
            let front = &brief.front;
            let ends = [&front.embargo, &front.expires].into_iter().flatten();
            ends.map(|moment| moment.value.instant(zone)).filter(|moment| now < *moment).min()
        };
        let next_change = self.briefs.par_iter().filter_map(ends).min();
        let mut briefs = keep(self.briefs, Kind::Brief, &mut withheld, |brief| {
            let front = &brief.front;
            let at = |moment: &front_matter::Moment| moment.instant(zone);
            if front.draft && !drafts {
                Some(Withheld::Draft)
            } else if !drafts && front.embargo.as_ref().is_some_and(|m| now < at(&m.value)) {
                Some(Withheld::Embargo)
            } else if front.expires.as_ref().is_some_and(|m| at(&m.value) <= now) {
                Some(Withheld::Expired)
            } else {
                None
            }
        });
        let draft = |is: bool| (is && !drafts).then_some(Withheld::Draft);
        let registered: Vec<bool> =
            self.actors.iter().map(|a| draft(a.front.draft).is_none()).collect();
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
        let actors = keep(self.actors, Kind::Actor, &mut withheld, |d| draft(d.front.draft));
        let topics = keep(self.topics, Kind::Topic, &mut withheld, |d| draft(d.front.draft));
        let storylines =
            keep(self.storylines, Kind::Storyline, &mut withheld, |d| draft(d.front.draft));
        let pages = keep(self.pages, Kind::Page, &mut withheld, |d| draft(d.front.draft));
        briefs.par_sort_by(|a, b| b.moment.cmp(&a.moment).then_with(|| a.id.cmp(&b.id)));
        Published {
            briefs: Shelf::new(briefs),
            actors: Shelf::new(actors),
            topics: Shelf::new(topics),
            storylines: Shelf::new(storylines),
            pages: Shelf::new(pages),
            withheld_ids: withheld.iter().map(|(kind, id, _)| (*kind, id.clone())).collect(),
            withheld,
            next_change,
            registry: self.registry,
            registered,
        }
    }
}

/// The documents without those that are held back, whose ids and reasons are noted.
fn keep<T: Send + Sync>(
    mut documents: Vec<Arc<Document<T>>>,
    kind: Kind,
    withheld: &mut Vec<(Kind, String, Withheld)>,
    reason: impl Fn(&Document<T>) -> Option<Withheld> + Sync,
) -> Vec<Arc<Document<T>>> {
    let reasons: Vec<_> = documents.par_iter().map(|d| reason(d)).collect();
    let mut reasons = reasons.into_iter();
    documents.retain(|document| {
        let reason = reasons.next().flatten();
        withheld.extend(reason.map(|reason| (kind, document.id.clone(), reason)));
        reason.is_none()
    });
    documents
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
