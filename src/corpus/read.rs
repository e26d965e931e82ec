//! Reading documents: parsing their texts, in parallel.

use std::sync::{Arc, OnceLock};

use jiff::Timestamp;
use jiff::tz::TimeZone;
use rayon::prelude::*;
use rustc_hash::FxHashMap;

use crate::config::Config;
use crate::diagnostic::{Code, Diagnostic, Diagnostics, Place};
use crate::front_matter::field::Field;
use crate::front_matter::{self, Actor, Brief, Moment, Spanned};
use crate::markdown::{self, Body, BodyRenderer, Endnotes, citation_anchor, source_anchor};
use crate::names::{Languages, Linker, RegisteredIx, Registry, Subject};
use crate::source::{DocumentFile, Kind, Sources};

use super::lists::ActorLists;
use super::memory::{Cache, DocumentMemory, Remembered, remembered};
use super::open::{Opened, PORTION, files_of};
use super::roster::{Front, Roster};
use super::{Corpus, Document, DocumentLists, Head, Unsound, date_in_name};

/// The values of a document's front matter that are texts of it, in inline Markdown.
#[derive(Clone, Copy, Default)]
struct InlineTexts<'a> {
    /// The bottom line.
    bluf: Option<&'a Spanned<String>>,
    /// What it judges.
    judgements: &'a [Spanned<String>],
}

/// What parsing a body needs.
pub(super) struct DocumentReader<'a> {
    sources: &'a Sources,
    config: &'a Config,
    zone: TimeZone,
    registry: &'a Registry,
    languages: Languages,
    /// The lists of actors, for an actor that is read again.
    lists: OnceLock<ActorLists>,
    options: markdown::Options,
    /// The numbers of actors by their ids.
    actors: FxHashMap<&'a str, RegisteredIx>,
    /// The file whose text is read, if it is not all.
    only: Option<&'a str>,
}

impl<'a> DocumentReader<'a> {
    /// Reads with `options`; with a file, only that one's text.
    pub(super) fn new(
        sources: &'a Sources,
        config: &'a Config,
        registry: &'a Registry,
        options: markdown::Options,
        only: Option<&'a str>,
    ) -> Self {
        DocumentReader {
            sources,
            config,
            zone: config.zone(),
            registry,
            languages: config.languages(),
            lists: OnceLock::new(),
            options,
            actors: registry.numbers(),
            only,
        }
    }

    /// What is known of a document that says nothing of whom it is about, in the language of the site.
    fn subject(&self) -> Subject<'_> {
        let language = self.languages.of(&self.config.language);
        Subject { about: &[], own: None, date: None, language }
    }

    fn finish<T: front_matter::FrontMatter>(
        &self,
        opened: Opened<T>,
        values: InlineTexts<'_>,
        subject: Subject<'_>,
        renderer: &mut BodyRenderer<'_>,
        found: &mut Vec<Diagnostic>,
    ) -> Document<T> {
        let (file, source) = (&opened.file, &opened.text);
        let wanted = self.only.is_none_or(|only| *only == **file);
        let mut read = |linker: &mut Linker<'_>, found: &mut Vec<Diagnostic>| {
            if !wanted {
                return (None, Vec::new(), Body::default());
            }
            // They stand first on the page and speak of the same actors; their links are their own.
            let mut inline = |value: &Spanned<String>| {
                renderer.render_inline(file, source, &value.value, value.span, linker, found)
            };
            let bluf = values.bluf.map(&mut inline);
            let judgements: Vec<_> = values.judgements.iter().map(inline).collect();
            let body = renderer.render(file, source, opened.body_start as usize, linker, found);
            (bluf, judgements, body)
        };
        let mut linker = Linker::new(self.registry, subject, self.config.mention_policy());
        for text in opened.front.names().into_iter().chain(opened.front.summary()) {
            linker.overhear(text);
        }
        let before = found.len();
        let (mut bluf, mut judgements, mut body) = read(&mut linker, found);
        // A short form stands for who is named in full behind it, too: then the text is read once more.
        if let Some(mut informed) = linker.informed() {
            found.truncate(before);
            (bluf, judgements, body) = read(&mut informed, found);
        }
        let mut bluf = bluf.map(|bluf| body.adopt(bluf));
        let mut judgements: Box<[_]> = judgements.into_iter().map(|one| body.adopt(one)).collect();
        let mut mentions =
            bluf.as_mut().map(|b| std::mem::take(&mut b.mentions)).unwrap_or_default();
        for text in judgements.iter_mut().chain([&mut body.text]) {
            let before = mentions.len();
            mentions.reserve_exact(text.mentions.len());
            for mention in std::mem::take(&mut text.mentions) {
                match mentions.iter_mut().take(before).find(|known| known.actor == mention.actor) {
                    Some(known) => known.count = known.count.saturating_add(mention.count),
                    None => mentions.push(mention),
                }
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
            endnotes: None,
            judgements,
            mentions,
            moment: Timestamp::MIN,
            date: None,
        }
    }

    /// The documents of a kind that has neither a date nor actors of its own.
    fn plain<T: Field + front_matter::FrontMatter + Send + Sync>(
        &self,
        kind: Kind,
        cache: &mut Cache<T>,
        keep: bool,
        diagnostics: &mut Diagnostics,
    ) -> Vec<Arc<Document<T>>> {
        let files = files_of(self.sources, kind);
        gather(files, cache, keep, &self.options, diagnostics, |source, renderer, found| {
            self.one(source, renderer, found)
        })
    }

    fn one<T: Field + front_matter::FrontMatter>(
        &self,
        source: &DocumentFile,
        renderer: &mut BodyRenderer<'_>,
        found: &mut Vec<Diagnostic>,
    ) -> Option<Document<T>> {
        let opened = Opened::<T>::open(source, self.sources, found)?;
        Some(self.finish(opened, InlineTexts::default(), self.subject(), renderer, found))
    }

    fn actor(
        &self,
        source: &DocumentFile,
        renderer: &mut BodyRenderer<'_>,
        found: &mut Vec<Diagnostic>,
    ) -> Option<Document<Actor>> {
        let lists = self.lists.get_or_init(|| ActorLists::new(self.config, self.sources));
        let opened = Opened::actor(source, self.sources, lists, found)?;
        let own = self.actors.get(opened.id.as_str()).copied();
        let subject = Subject { own, ..self.subject() };
        Some(self.finish(opened, InlineTexts::default(), subject, renderer, found))
    }

    /// Reads documents again with the options of this reader: those of which `is_stale` says that other options made
    /// them. What is wrong with them was found the first time.
    pub(super) fn read_again(
        &self,
        documents: DocumentLists<'_>,
        is_stale: impl Fn(Head<'_>) -> bool + Sync,
    ) {
        let DocumentLists { briefs, actors, topics, storylines, pages } = documents;
        let stale = &is_stale;
        self.read_list_again(Kind::Brief, briefs, stale, |s, renderer, f| {
            self.brief(s, renderer, f)
        });
        self.read_list_again(Kind::Actor, actors, stale, |s, renderer, f| {
            self.actor(s, renderer, f)
        });
        self.read_list_again(Kind::Topic, topics, stale, |s, renderer, f| self.one(s, renderer, f));
        self.read_list_again(Kind::Storyline, storylines, stale, |s, renderer, f| {
            self.one(s, renderer, f)
        });
        self.read_list_again(Kind::Page, pages, stale, |s, renderer, f| self.one(s, renderer, f));
    }

    fn read_list_again<T: front_matter::FrontMatter + Send + Sync>(
        &self,
        kind: Kind,
        documents: &mut [Arc<Document<T>>],
        is_stale: &(impl Fn(Head<'_>) -> bool + Sync),
        read: impl Fn(&DocumentFile, &mut BodyRenderer<'_>, &mut Vec<Diagnostic>) -> Option<Document<T>>
        + Sync,
    ) {
        let files = files_of(self.sources, kind);
        let stale = documents.par_iter_mut().filter(|document| is_stale(document.head()));
        stale.for_each_init(
            || BodyRenderer::new(&self.options),
            |renderer, document| {
                let source = files.binary_search_by(|file| file.id.as_str().cmp(&document.id));
                let source = source.ok().and_then(|at| files.get(at));
                // Its file may have gone since.
                let again = source.and_then(|source| read(source, renderer, &mut Vec::new()));
                if let Some(again) = again {
                    *document = Arc::new(again);
                }
            },
        );
    }

    fn brief(
        &self,
        source: &DocumentFile,
        renderer: &mut BodyRenderer<'_>,
        found: &mut Vec<Diagnostic>,
    ) -> Option<Document<Brief>> {
        let opened = Opened::<Brief>::open(source, self.sources, found)?;
        let from_name = date_in_name(&opened.id);
        let moment = match (&opened.front.date, from_name) {
            (Some(moment), _) => moment.value.instant(&self.zone),
            (None, Some(date)) => Moment::Day(date).instant(&self.zone),
            // After a mistake the date may be there, unread.
            (None, None) if found.iter().any(hides_a_key) => Timestamp::MIN,
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
        let about: Vec<RegisteredIx> = opened
            .front
            .actors
            .iter()
            .filter_map(|actor| self.actors.get(actor.id.as_str()).copied())
            .collect();
        let bluf = opened.front.bluf.clone();
        let judged = opened.front.judgements.iter().map(|judgement| judgement.text.clone());
        let judged: Vec<Spanned<String>> = judged.collect();
        let values = InlineTexts { bluf: bluf.as_ref(), judgements: &judged };
        let written = opened.front.language.as_ref().unwrap_or(&self.config.language);
        renderer.write_in(written);
        renderer
            .cite(opened.front.sources.iter().map(|source| (&*source.id.value, source.id.span)));
        let language = self.languages.of(written);
        let subject = Subject { about: &about, date: Some(date), language, own: None };
        let mut document = self.finish(opened, values, subject, renderer, found);
        if !document.front.judgements.is_empty() {
            // Links may lead to them.
            let anchors = document.front.judgements.iter().map(|judgement| judgement.anchor());
            let mut ids = std::mem::take(&mut document.body.ids);
            ids.extend(anchors.map(Box::from));
            ids.sort_unstable();
            document.body.ids = ids;
        }
        number_sources(&mut document);
        Some(Document { moment, date: Some(date), ..document })
    }
}

/// Numbers the sources of a brief. Links may lead to them, and to where they are cited.
fn number_sources(document: &mut Document<Brief>) {
    let sources = &document.front.sources;
    if sources.is_empty() {
        return;
    }
    let citations = &document.body.citations;
    let endnotes =
        Endnotes::new(sources.len(), citations, document.head().texts(), document.front.grounds());
    let cited = endnotes.shown().filter_map(|(at, nth)| {
        let source = sources.get(citations.get(at)?.source as usize)?;
        Some(citation_anchor(&source.id.value, nth).into())
    });
    let ids = sources.iter().map(|source| source_anchor(&source.id.value).into());
    let mut ids: Vec<Box<str>> = ids.chain(cited).collect();
    document.endnotes = Some(Box::new(endnotes));
    document.body.ids.append(&mut ids);
    document.body.ids.sort_unstable();
    document.body.ids.dedup();
}

/// Runs `parse` on each file in parallel, save those remembered, and collects what it makes and finds. With
/// `keep`, all of it is remembered.
fn gather<T: Send + Sync>(
    files: &[DocumentFile],
    cache: &mut Cache<T>,
    keep: bool,
    options: &markdown::Options,
    diagnostics: &mut Diagnostics,
    parse: impl Fn(&DocumentFile, &mut BodyRenderer<'_>, &mut Vec<Diagnostic>) -> Option<Document<T>>
    + Sync,
) -> Vec<Arc<Document<T>>> {
    let mut known = std::mem::take(cache);
    let known: Vec<_> = files.iter().map(|source| remembered(&mut known, source)).collect();
    let parsed = files
        .par_iter()
        .zip(known)
        .with_max_len(PORTION)
        .map_init(
            || BodyRenderer::new(options),
            |renderer, (source, known)| {
                known.unwrap_or_else(|| {
                    let mut found = Vec::new();
                    let document = parse(source, renderer, &mut found).map(Arc::new);
                    Remembered { reading: source.reading, document, found }
                })
            },
        )
        .collect();
    gathered(files, parsed, cache, keep, diagnostics)
}

/// Passes on what was made of files and found in them; with `keep`, it is remembered.
fn gathered<T>(
    files: &[DocumentFile],
    parsed: Vec<Remembered<T>>,
    cache: &mut Cache<T>,
    keep: bool,
    diagnostics: &mut Diagnostics,
) -> Vec<Arc<Document<T>>> {
    if keep {
        let documents = parsed.iter().filter_map(|parsed| parsed.document.clone()).collect();
        diagnostics.extend(parsed.iter().flat_map(|parsed| parsed.found.iter().cloned()));
        cache.extend(files.iter().map(|file| file.file.clone()).zip(parsed));
        return documents;
    }
    let mut documents = Vec::with_capacity(parsed.len());
    for Remembered { document, found, .. } in parsed {
        documents.extend(document);
        diagnostics.extend(found);
    }
    documents
}

/// Whether a key may be there that could not be read.
fn hides_a_key(found: &Diagnostic) -> bool {
    let unread = [Code::Syntax, Code::BadDate, Code::WrongType, Code::ForeignKey, Code::UnknownKey];
    unread.contains(&found.code)
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

impl Corpus {
    /// Reads every document of the site, with what an editor wants to know if `proof`. A document that
    /// cannot be read is reported and left out. With the memory that the roster was read with, only what has changed
    /// since is read.
    pub fn read(
        sources: &Sources,
        config: &Config,
        roster: Roster,
        options: markdown::Options,
        memory: Option<&mut DocumentMemory>,
        diagnostics: &mut Diagnostics,
    ) -> Corpus {
        Corpus::read_some(sources, config, roster, options, None, memory, diagnostics)
    }

    /// As [`Corpus::read`], but with a file, only that one's text is read.
    pub(super) fn read_some(
        sources: &Sources,
        config: &Config,
        roster: Roster,
        options: markdown::Options,
        only: Option<&str>,
        memory: Option<&mut DocumentMemory>,
        diagnostics: &mut Diagnostics,
    ) -> Corpus {
        let keep = memory.is_some();
        let mut none = DocumentMemory::default();
        let memory = memory.unwrap_or(&mut none);
        let Roster { fronts, listed, registry, expected } = roster;
        let options = markdown::Options { wikilinks: expected, ..options };
        let reader = DocumentReader::new(sources, config, &registry, options, only);
        let files = files_of(sources, Kind::Actor);
        let parsed: Vec<Remembered<Actor>> = files
            .par_iter()
            .zip(fronts)
            .with_max_len(PORTION)
            .map_init(
                || BodyRenderer::new(&reader.options),
                |renderer, (source, front)| match front {
                    Front::Known(known) => known,
                    Front::New(opened, own, mut found) => {
                        let subject = Subject { own, ..reader.subject() };
                        let document = opened
                            .map(|opened| {
                                reader.finish(
                                    *opened,
                                    InlineTexts::default(),
                                    subject,
                                    renderer,
                                    &mut found,
                                )
                            })
                            .map(Arc::new);
                        Remembered { reading: source.reading, document, found }
                    }
                },
            )
            .collect();
        let mut actors = gathered(files, parsed, &mut memory.actors, keep, diagnostics);
        if !listed.is_empty() {
            actors.extend(listed);
            actors.sort_by(|a, b| a.id.cmp(&b.id));
        }
        let files = files_of(sources, Kind::Brief);
        let (cache, options) = (&mut memory.briefs, &reader.options);
        let briefs = gather(files, cache, keep, options, diagnostics, |source, renderer, found| {
            reader.brief(source, renderer, found)
        });
        let topics = reader.plain(Kind::Topic, &mut memory.topics, keep, diagnostics);
        let storylines = reader.plain(Kind::Storyline, &mut memory.storylines, keep, diagnostics);
        let pages = reader.plain(Kind::Page, &mut memory.pages, keep, diagnostics);
        let options = reader.options;
        let unsound = Arc::new(Unsound::new(sources, diagnostics));
        let only_sound = false;
        Corpus { briefs, actors, topics, storylines, pages, registry, options, unsound, only_sound }
    }
}
