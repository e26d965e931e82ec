//! The bytes of one page: a pure function of the stages before.
//!
//! [`Pages::render`] may be called for any page at any time and from many threads: `build` wants
//! all pages, `check` renders them and throws them away.

mod address;
mod axis;
mod by_tera;
mod charts;
mod chronology;
mod dates;
mod description;
mod dossier;
mod faults;
mod feed;
mod html;
mod judgements;
mod labels;
mod lanes;
mod lists;
mod map;
mod meter;
mod network;
mod plots;
mod reference;
mod ring;
mod search;
mod series;
mod shape;
mod skin;
mod sources;
mod storylines;
mod strings;
mod strip;
mod structured_data;
mod svg;
pub(crate) mod templates;
#[cfg(test)]
mod tests;
mod unused;
mod value;
mod view;

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Deref;
use std::sync::{Arc, OnceLock};

use jiff::Timestamp;
use rayon::prelude::*;
use specialiser::{Fragment, Input, Limits, Templates};
use tera::Tera;

use charts::ScaleDrawing;

use crate::arena::{Arena, Ix};
use crate::config::Config;
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::front_matter::{Actor, Brief, Moment};
use crate::graph::{Destination, DocumentIx, Graph, JudgementRecord, Kinship, Pair};
use crate::html::{Html, Plain};
use crate::markdown::{Fill, Markup, TargetIx, TargetKind};
use crate::names::RegisteredIx;
use crate::never;
use crate::plan::{FeedOf, ForPrograms, HtmlPage, Output, PageKind, Plan, Planned};
use crate::source::{AssetFile, Sources};

use address::{depth, encode, shown_raw};
use feed::{Feed, FeedEntry, FullUrl, detached};
use lists::{Lists, listed_alike};
use search::Index;
use strings::Strings;
use value::{FieldPlaces, Object, PageSetting};

/// The component that shows a brief in lists.
const CARD: &str = "card";
/// A site of more briefs has each card printed wherever it stands: kept, it takes about a kilobyte.
const MOST_CARDS: usize = 250_000;

/// What one file of the site is made of.
pub enum Rendered<'p> {
    /// Its bytes.
    Made(&'p [u8]),
    /// A file to copy as it is.
    Copy(&'p AssetFile),
}

/// Renders any page of a planned site.
pub struct Renderer {
    graph: Arc<Graph>,
    plan: Arc<Plan>,
    config: Arc<Config>,
    sources: Arc<Sources>,
    theme: Arc<TemplateSet>,
    /// The words of the theme in the site's language.
    strings: Strings,
    /// The same in other languages that briefs are in.
    languages: BTreeMap<String, Strings>,
    now: Timestamp,
    offline: bool,
    lists: Arc<Lists>,
    /// The scale of likelihood.
    scale: ScaleDrawing,
    /// The record of judgements, if the site keeps one.
    record: Option<JudgementRecord>,
    /// What the files of the search are written from; made when the first of them is.
    search: OnceLock<Index>,
}

/// Where a text of a document is shown.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Shown {
    /// On the document's own page: a link to one of its headings is to that page.
    AtHome,
    /// On another page.
    Elsewhere,
    /// In a feed, where what is held back is so too if it is shown to its authors, and links are full addresses.
    InFeed,
}

/// The templates, ready to print.
#[derive(Default)]
struct TemplateSet {
    /// Made when it is first asked for: it is not by the theme as it is, all of which is compiled.
    tera: OnceLock<Result<Tera, Vec<Diagnostic>>>,
    compiled: Templates<FieldPlaces>,
    /// The site's own templates.
    own: Vec<(String, Arc<str>)>,
    /// What every page sees.
    constants: BTreeMap<&'static str, tera::Value>,
}

/// How a site is rendered.
#[derive(Clone, Copy, Debug)]
pub struct RenderOptions {
    /// The moment of the build.
    pub now: Timestamp,
    /// Whether links spell out `index.html`.
    pub offline: bool,
}

/// The pages of a site, with what they share.
pub struct Pages<'r> {
    renderer: &'r Renderer,
    /// When all pages are wanted; else each makes what it shows.
    shared: Option<Shared>,
}

/// What many pages show, made once.
struct Shared {
    /// The briefs most like each.
    related: Arena<Brief, Box<[Ix<Brief>]>>,
    /// How each brief looks in lists, by its number; of too many briefs, none.
    cards: Vec<Option<Fragment>>,
    /// The entry of each brief in feeds, made when the first feed has it: it stands in those of all its actors and topics.
    entries: Arena<Brief, OnceLock<Box<str>>>,
}

impl Renderer {
    /// Reads the templates, the site's own over the built-in ones. Reports those that cannot be parsed. What would come
    /// out as it did the last time is taken from there.
    pub fn new(
        graph: &Arc<Graph>,
        plan: &Arc<Plan>,
        config: &Arc<Config>,
        sources: &Arc<Sources>,
        manner: RenderOptions,
        last: Option<&Renderer>,
        diagnostics: &mut Diagnostics,
    ) -> Option<Renderer> {
        let RenderOptions { now, offline } = manner;
        let briefs = graph.documents.briefs.iter();
        let of_briefs: BTreeSet<&str> =
            briefs.filter_map(|brief| brief.front.language.as_deref()).collect();
        let (strings, languages) =
            templates::strings(sources, config, of_briefs.into_iter(), diagnostics)?;
        let known = last.filter(|last| {
            Arc::ptr_eq(plan, &last.plan)
                && offline == last.offline
                && config.base_url.value == last.config.base_url.value
                && sources.config == last.sources.config
                && templates::words(sources).eq(templates::words(&last.sources))
                && listed_alike(graph, &last.graph)
        });
        let lists = match known {
            Some(known) => known.lists.clone(),
            None => Arc::new(Lists::new(graph, plan, config, &strings, offline)),
        };
        let mut renderer = Renderer {
            graph: graph.clone(),
            plan: plan.clone(),
            config: config.clone(),
            sources: sources.clone(),
            theme: Arc::default(),
            strings,
            languages,
            now,
            offline,
            lists,
            scale: ScaleDrawing::new(config.scale()),
            // A damaged one has been reported, and nothing is published.
            record: JudgementRecord::read(sources).and_then(Result::ok),
            search: OnceLock::new(),
        };
        let constants = renderer.constants();
        let known = last
            .map(|last| &last.theme)
            .filter(|theme| theme.own == sources.templates && theme.constants == constants);
        renderer.theme = match known {
            Some(theme) => theme.clone(),
            None => Arc::new(TemplateSet::new(sources, constants)),
        };
        // What is wrong with the site's own templates is told even if no page is made by them.
        if !sources.templates.is_empty()
            && let Err(found) = renderer.tera()
        {
            diagnostics.extend(found.iter().cloned());
            return None;
        }
        let briefs = graph.documents.briefs.iter();
        let languages = briefs.filter_map(|brief| brief.front.language.as_deref());
        let languages = languages.chain(["en", &config.language]).collect();
        let mut unused = Diagnostics::new();
        let own_words: Vec<String> = config.actor_words().into_iter().map(|(key, _)| key).collect();
        unused.extend(unused::unused(sources, &languages, &own_words));
        unused.adjust(&config.check.levels);
        diagnostics.append(unused);
        Some(renderer)
    }

    /// Tera, with all templates. Errors: one of them cannot be parsed.
    fn tera(&self) -> Result<&Tera, &[Diagnostic]> {
        let load = || by_tera::load(&self.sources, &self.theme.constants);
        self.theme.tera.get_or_init(load).as_ref().map_err(Vec::as_slice)
    }

    /// Whether the template of a file is one that takes Tera, which is slower than what prints the others.
    pub fn takes_tera(&self, output: &Output) -> bool {
        output.page().is_some_and(|page| !self.theme.compiled.knows(page.kind().template))
    }

    /// The pages. If the `whole` site is wanted, what many of them share is made first, and once.
    pub fn pages(&self, whole: bool) -> Pages<'_> {
        let shared = whole.then(|| {
            // The index of the search is one thread's work; meanwhile others make what pages share.
            let index = || self.config.search.enabled.then(|| self.search_index());
            rayon::join(index, || self.shared()).1
        });
        Pages { renderer: self, shared }
    }

    /// What many pages show.
    fn shared(&self) -> Shared {
        let briefs: Vec<Ix<Brief>> = self.graph.documents.briefs.keys().collect();
        let related = briefs
            .par_iter()
            .map_init(|| Kinship::new(&self.graph), |kinship, brief| kinship.of(*brief));
        let card = |brief: &Ix<Brief>| {
            let setting = PageSetting { documents: self, root: "" };
            self.theme.compiled.fragment(Object::from(DocumentIx::Brief(*brief)), setting)
        };
        Shared {
            related: Arena::new(related.collect()),
            cards: match briefs.len() <= MOST_CARDS {
                true => briefs.par_iter().map(card).collect(),
                false => Vec::new(),
            },
            entries: Arena::new(briefs.iter().map(|_| OnceLock::new()).collect()),
        }
    }
}

impl TemplateSet {
    fn new(sources: &Sources, constants: BTreeMap<&'static str, tera::Value>) -> TemplateSet {
        let all = templates::all(sources);
        let mut pages: Vec<_> = PageKind::ALL.iter().map(|kind| kind.template).collect();
        pages.dedup();
        let compiled = Templates::new(&Input {
            templates: all.iter().map(|(name, text)| (name.as_str(), *text)).collect(),
            fallback: templates::BUILTIN,
            pages: &pages,
            constants: &constants,
            repeated: Some(CARD),
            limits: Limits { turns: meter::TURNS, bytes: meter::LARGEST_PAGE },
        });
        TemplateSet { tera: OnceLock::new(), compiled, own: sources.templates.clone(), constants }
    }
}

impl Deref for Pages<'_> {
    type Target = Renderer;

    fn deref(&self) -> &Renderer {
        self.renderer
    }
}

impl Pages<'_> {
    /// What a file of the plan is made of. Its text is put into `buffer`, which may be used for one file after the
    /// other. Errors: a template that fails on the page.
    pub fn render<'p>(
        &'p self,
        planned: &Planned,
        buffer: &'p mut String,
    ) -> Result<Rendered<'p>, Diagnostic> {
        buffer.clear();
        match &planned.output {
            Output::Html(page) => self.page(planned, page, buffer)?,
            Output::Feed(of) => self.feed(*of, buffer),
            Output::File(asset) => {
                let Some(asset) = self.sources.assets.get(*asset) else {
                    return Ok(never!("no asset {asset}" => Rendered::Made(&[])));
                };
                return Ok(Rendered::Copy(asset));
            }
            Output::ForPrograms(file) => {
                return Ok(Rendered::Made(self.for_programs(file, buffer)));
            }
        }
        Ok(Rendered::Made(buffer.as_bytes()))
    }

    /// What a file for programs is made of. Its text is put into `buffer`, unless it is there already.
    fn for_programs<'p>(&'p self, file: &ForPrograms, buffer: &'p mut String) -> &'p [u8] {
        match file {
            ForPrograms::Sitemap(range) => {
                let listed = self.plan.listed.get(range.clone());
                let listed = listed.unwrap_or_else(|| never!("a sitemap beyond the list" => &[]));
                let zone = self.config.zone();
                let listed = listed.iter().filter_map(|i| self.plan.files.get(*i)).map(|file| {
                    let day = match file.output {
                        Output::Html(HtmlPage::Brief(ix)) => {
                            let changed = self.changed(ix).to_zoned_datetime(zone.clone());
                            Some(changed.date().to_string())
                        }
                        _ => None,
                    };
                    (self.absolute(&file.path), day)
                });
                feed::sitemap(listed, buffer);
            }
            ForPrograms::SitemapIndex(parts) => {
                buffer.push_str(&feed::sitemap_index(&self.config.base_url.value, *parts));
            }
            ForPrograms::SearchIndex => self.write_search_index(buffer),
            ForPrograms::SearchWords(file) => self.write_search_words(*file, buffer),
            ForPrograms::SearchBlock(block) => self.write_search_block(*block, buffer),
            ForPrograms::JudgementLog => {
                if let Some(record) = &self.record {
                    buffer.push_str(&record.published(&self.graph));
                }
            }
            ForPrograms::Robots => {
                buffer.push_str("User-agent: *\nAllow: /\n\nSitemap: ");
                buffer.push_str(&self.absolute("sitemap.xml"));
                buffer.push('\n');
            }
            ForPrograms::Headers => {
                buffer.push_str(&feed::headers(self.config.path(), &self.config.embeds()));
            }
            ForPrograms::Redirects => {
                let base = self.config.path();
                buffer.extend(self.plan.redirects.iter().map(|(old, to)| {
                    format!(
                        "{base}{} {base}{} 301\n",
                        encode(old),
                        encode(self.plan.path(&self.graph, *to))
                    )
                }));
            }
            ForPrograms::NoJekyll => {}
            ForPrograms::Cname(host) => {
                buffer.push_str(host);
                buffer.push('\n');
            }
            ForPrograms::Theme(number) => {
                let Some(file) = self.plan.theme.files.get(*number) else {
                    return never!("no file {number} of the theme" => &[]);
                };
                return file.text.as_bytes();
            }
        }
        buffer.as_bytes()
    }

    fn feed(&self, of: FeedOf, buffer: &mut String) {
        let graph = &*self.graph;
        let site = self.config.title.value.as_str();
        let size = self.config.feeds.size.0 as usize;
        let public = |brief: &Ix<Brief>| self.is_public(DocumentIx::Brief(*brief));
        let all: Vec<Ix<Brief>>;
        let of_site = |name: &str| [name, " — ", site].concat();
        let (title, briefs): (String, &[Ix<Brief>]) = match of {
            FeedOf::Site => {
                all = graph.documents.briefs.keys().filter(public).take(size).collect();
                (site.to_owned(), &all)
            }
            FeedOf::Actor(ix) => {
                (of_site(graph.title(DocumentIx::Actor(ix))), &graph.actors[ix].briefs)
            }
            FeedOf::Topic(ix) => {
                (of_site(graph.title(DocumentIx::Topic(ix))), &graph.topics[ix].briefs)
            }
            FeedOf::Storyline(ix) => {
                all = graph.storylines[ix].briefs.iter().rev().copied().collect();
                (of_site(graph.title(DocumentIx::Storyline(ix))), &all)
            }
            FeedOf::Pair(index) => {
                let Some(Pair { briefs, .. }) = graph.pairs.get(index) else {
                    return never!("a feed of no pair");
                };
                (of_site(&self.pair_title(index)), briefs)
            }
        };
        // Whole texts belong in the site's own feed; a feed for each actor would repeat them all.
        let full = self.config.feeds.full && of == FeedOf::Site;
        let entries: Vec<Ix<Brief>> = briefs.iter().copied().filter(public).take(size).collect();
        let updated = entries.iter().map(|brief| self.changed(*brief)).max();
        let feed = Feed {
            title,
            subtitle: self.config.description.as_deref().filter(|_| of == FeedOf::Site),
            url: self.absolute(&self.plan.feed_path(graph, of)),
            page: self.absolute(self.plan.page_of(graph, of)),
            author: self.config.publisher.as_deref().unwrap_or(site),
            language: &self.config.language,
            updated: updated.unwrap_or(Timestamp::UNIX_EPOCH),
        };
        feed.write(buffer, |out| {
            entries.iter().for_each(|brief| self.write_entry(*brief, full, out))
        });
    }

    /// Appends the entry of a brief in a feed; of all pages, each is made once.
    fn write_entry(&self, brief: Ix<Brief>, full: bool, out: &mut String) {
        let Some(shared) = self.shared.as_ref().filter(|_| !full) else {
            return self.entry(brief, full).write(out);
        };
        let entry = shared.entries[brief].get_or_init(|| {
            let mut entry = String::new();
            self.entry(brief, full).write(&mut entry);
            entry.into()
        });
        out.push_str(entry);
    }
}

impl Renderer {
    /// Whether a document is one that others are told of: not one that is held back and shown to its authors.
    fn is_public(&self, document: DocumentIx) -> bool {
        self.graph.hold(document).is_none()
    }

    /// The full address of a path.
    fn absolute(&self, path: &str) -> String {
        [&self.config.base_url.value, &*encode(path)].concat()
    }

    /// The day of the build, where the site is.
    fn today(&self) -> jiff::civil::Date {
        self.now.to_zoned_datetime(self.config.zone()).date()
    }

    /// What stands before each path in the links of a page: the way up to the site's root.
    fn root(&self, planned: &Planned) -> &str {
        // Hosts show this page at any address, so that it cannot use relative ones.
        if planned.output == Output::Html(HtmlPage::NotFound) && !self.offline {
            return &self.config.base_url.value;
        }
        match depth(&planned.path) {
            0 => "./",
            depth => {
                let up = self.lists.up.get(..depth * "../".len());
                up.unwrap_or_else(|| never!("a page deeper than the deepest" => ""))
            }
        }
    }

    /// The day of a brief, in numbers and in words.
    fn day(&self, brief: Ix<Brief>) -> Option<&(String, String)> {
        self.lists.days.get(self.lists.briefs.more(brief).day as usize)
    }

    /// The path of a document in links.
    fn path(&self, document: DocumentIx) -> Plain<'_> {
        match document {
            DocumentIx::Brief(ix) => self.lists.briefs.path(ix),
            DocumentIx::Actor(ix) => self.lists.actors.path(ix),
            DocumentIx::Topic(ix) => self.lists.topics.path(ix),
            DocumentIx::Storyline(ix) => self.lists.storylines.path(ix),
            DocumentIx::Page(ix) => self.lists.pages.path(ix),
        }
    }

    /// What kind of brief or actor a document is, or what kind of document: a word of the theme's strings.
    fn kind_word(&self, document: DocumentIx) -> &str {
        let documents = &self.graph.documents;
        match document {
            DocumentIx::Brief(ix) => documents.briefs[ix].front.kind.word(),
            DocumentIx::Actor(ix) => documents.actors[ix].front.kind.value.word(),
            DocumentIx::Topic(_) => "topic",
            DocumentIx::Storyline(_) => "storyline",
            DocumentIx::Page(_) => "page",
        }
    }

    /// What a document says in a sentence.
    fn summary_of(&self, document: DocumentIx) -> Option<&str> {
        self.graph.documents.head(document).front.summary()
    }

    /// Where a document lies: on a page as links of pages have it, else as a host has it, which knows of no files.
    fn place(&self, document: DocumentIx, page: bool) -> Cow<'_, str> {
        match page || !self.offline {
            true => self.path(document).as_str().into(),
            false => encode(self.plan.path(&self.graph, document)),
        }
    }

    /// Appends the HTML of a document's body with its links filled in, relative to `root`, which for feeds is the site's
    /// address.
    fn fill(&self, from: DocumentIx, body: &Markup, root: &str, shown: Shown, out: &mut Html) {
        let page = shown != Shown::InFeed;
        // Those of a brief's bottom line are among the document's.
        let targets = &self.graph.body(from).targets;
        let leads = |target| self.leads(from, target, page);
        let actor_of = |actor: RegisteredIx| {
            let actor = self.graph.documents.actor(actor);
            actor.filter(|actor| page || self.is_public(DocumentIx::Actor(*actor)))
        };
        body.write_but(out, &|target| !leads(target), &mut |fill, out| match *fill {
            Fill::LinkOpen(target) => {
                if leads(target) {
                    out.literal("<a href=\"");
                    self.href(from, target, root, shown, out);
                    let written = targets.get(target);
                    let own = written.and_then(|t| t.title.as_deref());
                    // A wikilink to an actor is a mention, and says who that is as other mentions do.
                    let actor = match self.graph.destination(from, target) {
                        Destination::Document(DocumentIx::Actor(ix), _)
                            if written.is_some_and(|t| t.kind == TargetKind::Wiki) =>
                        {
                            self.graph.documents.actors[*ix].front.summary.as_ref()
                        }
                        _ => None,
                    };
                    if let Some(title) = own.or(actor.map(|summary| summary.value.as_str())) {
                        out.literal("\" title=\"");
                        out.quoted(title);
                    }
                    out.literal("\">");
                }
            }
            Fill::LinkClose(target) => {
                if leads(target) {
                    out.literal("</a>");
                }
            }
            Fill::LinkText(target) => match self.graph.destination(from, target) {
                Destination::Document(to, rest) if leads(target) => {
                    // To a heading of this very document, by its words.
                    let written = targets.get(target).map_or("", |target| &target.destination);
                    let heading = written.strip_prefix('#').filter(|_| rest.fragment().is_some());
                    out.quoted(heading.map_or_else(|| self.graph.title(*to), str::trim));
                }
                Destination::File(path, _) => {
                    out.quoted(path.rsplit('/').next().unwrap_or(path));
                }
                Destination::Nowhere => {
                    let target = targets.get(target);
                    out.quoted(target.map_or("", |t| &t.destination));
                }
                _ => out.quoted(self.strings.get("not_published")),
            },
            Fill::Url(target) => self.href(from, target, root, shown, out),
            Fill::Size(target) => {
                if let Some(size) = self.graph.image_size(from, target) {
                    out.literal(" width=\"");
                    out.number(size.width);
                    out.literal("\" height=\"");
                    out.number(size.height);
                    out.literal("\"");
                }
            }
            Fill::MentionOpen(actor) => {
                let Some(actor) = actor_of(actor) else { return };
                out.literal("<a class=\"actor\" href=\"");
                out.quoted(root);
                out.quoted(&self.place(DocumentIx::Actor(actor), page));
                if let Some(summary) = &self.graph.documents.actors[actor].front.summary {
                    out.literal("\" title=\"");
                    out.quoted(&summary.value);
                }
                out.literal("\">");
            }
            Fill::MentionClose(actor) => {
                if actor_of(actor).is_some() {
                    out.literal("</a>");
                }
            }
            Fill::AbbreviationOpen(actor) => {
                let Some(actor) = actor_of(actor) else { return };
                out.literal("<abbr title=\"");
                out.quoted(self.graph.title(DocumentIx::Actor(actor)));
                out.literal("\">");
            }
            Fill::AbbreviationClose(actor) => {
                if actor_of(actor).is_some() {
                    out.literal("</abbr>");
                }
            }
            Fill::AlertTitle(alert) => {
                out.text(self.strings_of(from).of("alert", alert.word()));
            }
            Fill::Citation(citation) => self.cite(from, citation, root, shown, out),
        });
    }

    /// The words of the theme in the language of a document, if there is a table for it.
    fn strings_of(&self, document: DocumentIx) -> &Strings {
        let language = match document {
            DocumentIx::Brief(ix) => self.graph.documents.briefs[ix].front.language.as_deref(),
            _ => None,
        };
        language.and_then(|language| self.languages.get(language)).unwrap_or(&self.strings)
    }

    /// Whether a link of a document leads anywhere; if not, it is to be plain text.
    fn leads(&self, from: DocumentIx, target: TargetIx, page: bool) -> bool {
        match self.graph.destination(from, target) {
            Destination::Withheld | Destination::Nowhere => false,
            Destination::Address(..) | Destination::Full(..) => !self.plan.is_gone(from, target),
            Destination::Document(to, _) => page || self.is_public(*to),
            Destination::File(..) => true,
        }
    }

    /// Appends where a link of a document leads from a page, escaped.
    fn href(&self, from: DocumentIx, target: TargetIx, root: &str, shown: Shown, out: &mut Html) {
        let page = shown != Shown::InFeed;
        let rest = match self.graph.destination(from, target) {
            Destination::Document(to, rest)
                if *to == from && shown == Shown::AtHome && rest.as_str().starts_with('#') =>
            {
                rest
            }
            Destination::Document(to, rest) => {
                out.quoted(root);
                out.quoted(&self.place(*to, page));
                rest
            }
            Destination::File(path, rest) => {
                out.quoted(root);
                out.quoted(&encode(&**path));
                rest
            }
            Destination::Address(path, rest) => {
                out.quoted(root);
                out.quoted(&shown_raw(path, self.offline && page));
                rest
            }
            Destination::Full(address, _) => return out.quoted(address),
            Destination::Withheld | Destination::Nowhere => return,
        };
        out.quoted(rest.as_str());
    }

    /// When a brief was last changed.
    fn changed(&self, brief: Ix<Brief>) -> Timestamp {
        let document = &self.graph.documents.briefs[brief];
        let updated = document.front.updated.as_ref();
        let updated = updated.map(|moment| moment.value.instant(&self.config.zone()));
        // What a source loses, the brief loses with it.
        let retracted = document.front.sources.iter().filter(|source| source.is_retracted());
        let retracted = retracted.filter_map(|source| {
            let day = source.retracted.as_ref()?.value.first_day();
            Some(Moment::Day(day).instant(&self.config.zone()))
        });
        updated.into_iter().chain(retracted).fold(document.moment, Timestamp::max)
    }

    fn entry(&self, brief: Ix<Brief>, full: bool) -> FeedEntry<'_, impl Iterator<Item = &str>> {
        let document = &self.graph.documents.briefs[brief];
        let ix = DocumentIx::Brief(brief);
        let topics = self.graph.briefs[brief].topics.iter();
        let topics = topics.filter(|topic| self.is_public(DocumentIx::Topic(**topic)));
        let path = self.place(ix, false);
        FeedEntry {
            title: &document.front.title.value,
            url: FullUrl(&self.config.base_url.value, path),
            published: document.moment,
            updated: self.changed(brief),
            authors: &document.front.authors,
            summary: self.told(brief, full),
            content: full.then(|| {
                let (mut html, root) = (Html::default(), &self.config.base_url.value);
                self.write_retracted(brief, &mut html);
                self.write_change(brief, &mut html);
                let bluf = document.bluf.as_ref();
                if let Some(bluf) = bluf.filter(|bluf| self.says_something(ix, bluf)) {
                    html.literal("<h2>");
                    html.text(self.strings_of(ix).get("bottom_line"));
                    html.literal("</h2>\n<p>");
                    self.fill(ix, bluf, root, Shown::InFeed, &mut html);
                    html.literal("</p>\n");
                }
                self.write_judgements(brief, root, &mut html);
                self.fill(ix, &document.body.text, root, Shown::InFeed, &mut html);
                self.write_sources(brief, &mut html);
                detached(&html, &FullUrl(root, self.place(ix, false)))
            }),
            categories: topics.map(|topic| self.graph.title(DocumentIx::Topic(*topic))),
        }
    }

    /// What an entry in a feed says of a brief: its summary, behind the notice of sources that were retracted unless that
    /// stands in the whole text.
    fn told(&self, brief: Ix<Brief>, full: bool) -> Option<Cow<'_, str>> {
        let summary = self.summary_of(DocumentIx::Brief(brief));
        match self.retraction_notice(brief).filter(|_| !full) {
            Some(notice) => {
                Some([&notice, summary.unwrap_or_default()].join(" ").trim().to_owned().into())
            }
            None => summary.map(Cow::Borrowed),
        }
    }

    /// Both names of a pair, in the order in which its page has them.
    fn pair_title(&self, pair: usize) -> String {
        let Some(pair) = self.graph.pairs.get(pair) else {
            return never!("the title of no pair" => String::new());
        };
        let (a, b) = self.ordered(pair);
        let name = |ix| self.graph.title(DocumentIx::Actor(ix));
        [name(a), self.strings.get("and"), name(b)].join(" ")
    }

    /// The actors of a pair in the order of its address.
    fn ordered(&self, pair: &Pair) -> (Ix<Actor>, Ix<Actor>) {
        let slug = |ix| crate::plan::slug(self.graph.title(DocumentIx::Actor(ix)));
        if slug(pair.a) <= slug(pair.b) { (pair.a, pair.b) } else { (pair.b, pair.a) }
    }
}

/// The reference of templates, as Markdown for `docs/templates.md`.
pub(crate) fn reference() -> String {
    let mut out = String::from(
        "# Templates\n\nTemplates are Tera 2, embedded in the program. A file of the same name in your `templates/` \
         stands in for the built-in one, which stays within reach as `builtin/NAME`: \
         `{% extends \"builtin/brief.html\" %}`. Copy one out with `chancery templates eject NAME`. \
         `static/theme/style.css` stands in for the stylesheet, `static/theme/search.js` for the script of the search, \
         `static/theme/reader.js` for the one of all pages.\n\n\
         Every page sees `site`, `page`, `root`, `home`, `lists`, `asset` and `t` (the theme's words, from \
         `strings/en.toml`; a table for the site's language, such as `strings/pt-BR.toml`, stands over those of `pt` and of English, and \
         the titles of alerts in a brief are in the brief's own language if there is a table for it). Links are written `{{ root }}{{ brief.path }}`: `root` leads up to the site's root, so \
         that the site works under any address. What may be missing is null; an undefined variable is an error.\n\n\
         Lists show a brief with the component `card` of `components.html`; a component of the same name in any of your \
         templates stands in for it, as for every other.\n\n\
         Templates that use no more of Tera than the theme does are printed seven times as fast as Tera renders them, or more: text, comments, \
         `if`, `for`, `block`, `super()`, `extends`, `include`, components with arguments of a type; `and`, `or`, `not`, `in`, comparisons, \
         `?.`, slices, `loop`; the filters `safe`, `length` and `join`, the test `starting_with`. Anything else works as well: \
         `chancery build --timings` says of which templates Tera makes the pages.\n\n\
         Everything is escaped where it is printed. The filter `safe` lets HTML stand as it is that Chancery made: `content`, \
         `bluf_html`, the `html` of a quote, `structured_data`, and what `{% set %}` captured. Of any other value it is an error, of \
         `[extra]` and of text in a template too: what an author writes never becomes HTML in a template.\n\n\
         ## Pages\n\n| template | variables |\n|---|---|\n",
    );
    let mut kinds: Vec<&PageKind> = PageKind::ALL.iter().collect();
    kinds.dedup_by_key(|kind| kind.template);
    for PageKind { template, given, .. } in kinds {
        out.push_str(&format!("| `{template}` | {given} |\n"));
    }
    out.push_str(&skin::blocks_and_components());
    out.push_str(&skin::properties());
    out.push_str("\n## Values\n");
    out.push_str(&shape::reference());
    out
}
