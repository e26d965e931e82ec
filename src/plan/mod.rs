//! Every page of the site and its address.
//!
//! A *path* is an address below the site's own, without a leading slash: `briefs/x/`, `feed.xml`, and
//! the empty path for the home page. A path that ends in `/` (or is empty) is written as the
//! `index.html` of that folder.

mod check;
mod menu;
mod page;

use std::borrow::Cow;
use std::ops::Range;
use std::sync::Arc;

use jiff::civil::Date;
use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};
use xxhash_rust::xxh3::xxh3_128;

use crate::arena::Ix;
use crate::composed::composed;
use crate::config::{Config, RawHtml};
use crate::diagnostic::{Code, Diagnostic, Diagnostics, Place};
use crate::front_matter::{Actor, Referent, Storyline, Topic};
use crate::graph::{
    CalendarMonth, Destination, DocumentIx, Graph, PORTION, Standing, without_query,
};
use crate::markdown::{TargetIx, path_below, raw_references};
use crate::never;
use crate::source::{AssetFile, Sources, file_at};
use crate::theme::Theme;

pub(crate) use menu::MenuEntry;
pub use page::HtmlPage;
pub(crate) use page::{ListPart, PageKind};

use check::check;

/// A sitemap holds at most 50,000 addresses (sitemaps.org protocol).
const SITEMAP: usize = 50_000;

/// What is shown of so many documents that were found lies in one file of the search; `static/theme/search.js` knows.
pub(crate) const SEARCH_BLOCK: usize = 32;
/// For so many documents the search has a file of words.
const SEARCH_WORDS: usize = 110;

/// Of what a feed tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum FeedOf {
    /// All briefs.
    Site,
    /// The briefs about an actor.
    Actor(Ix<Actor>),
    /// The briefs on a topic.
    Topic(Ix<Topic>),
    /// The briefs of a pair of actors, by its number.
    Pair(usize),
    /// The briefs of a storyline.
    Storyline(Ix<Storyline>),
}

/// What a file of the site is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Output {
    /// A page that a template makes.
    Html(HtmlPage),
    /// An Atom feed.
    Feed(FeedOf),
    /// A file copied as it is, by its number among the sources' assets.
    File(usize),
    /// What programs read: browsers, hosts, search engines.
    ForPrograms(ForPrograms),
}

/// What a file is that no reader looks at by itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ForPrograms {
    /// What the search has to know of its own files.
    SearchIndex,
    /// A file of words of the search.
    SearchWords(usize),
    /// What is shown of a block of documents that were found.
    SearchBlock(usize),
    /// A sitemap of the addresses in a range of the plan's list of pages.
    Sitemap(Range<usize>),
    /// The index of the sitemaps.
    SitemapIndex(usize),
    /// The record of judgements, as readers get it.
    JudgementLog,
    /// `robots.txt`
    Robots,
    /// `_redirects`, for hosts that read it.
    Redirects,
    /// `_headers`, for hosts that read it.
    Headers,
    /// An empty file that keeps GitHub Pages from running Jekyll.
    NoJekyll,
    /// The site's own host name, for GitHub Pages.
    Cname(String),
    /// A file of the theme, by its number.
    Theme(usize),
}

impl From<ForPrograms> for Output {
    fn from(file: ForPrograms) -> Output {
        Output::ForPrograms(file)
    }
}

impl Output {
    /// The page that it is, if a template makes it.
    pub fn page(&self) -> Option<&HtmlPage> {
        match self {
            Output::Html(page) => Some(page),
            Output::Feed(_) | Output::File(_) | Output::ForPrograms(_) => None,
        }
    }

    /// The template that makes it, or what does.
    pub fn made_by(&self) -> &'static str {
        let file = match self {
            Output::Html(page) => return page.kind().template,
            Output::Feed(_) => return "feeds",
            Output::File(_) => return "files as they are",
            Output::ForPrograms(file) => file,
        };
        match file {
            ForPrograms::SearchIndex
            | ForPrograms::SearchWords(_)
            | ForPrograms::SearchBlock(_) => "search",
            ForPrograms::Sitemap(_) | ForPrograms::SitemapIndex(_) => "sitemaps",
            ForPrograms::JudgementLog => "the record of judgements",
            ForPrograms::Theme(_) => "files as they are",
            ForPrograms::Robots
            | ForPrograms::Redirects
            | ForPrograms::Headers
            | ForPrograms::NoJekyll
            | ForPrograms::Cname(_) => "files for hosts",
        }
    }
}

/// A file of the site and its path.
#[derive(Clone, Debug)]
pub struct Planned {
    /// Its address below the site's.
    pub path: String,
    /// What it is.
    pub output: Output,
}

/// Every file of the site, each at a path of its own.
#[derive(Debug)]
pub struct Plan {
    /// In the order of rendering.
    pub files: Vec<Planned>,
    /// The paths of the pages that search engines are told of.
    pub listed: Vec<usize>,
    /// Old address and the document that stands there no more.
    pub redirects: Vec<(String, DocumentIx)>,
    /// The path of the page of each pair.
    pub pairs: Vec<String>,
    /// The path of the first page of the judgements of each author.
    pub authors: Vec<String>,
    /// Where the page of each document stands in `files`, by its number among all.
    documents: Vec<u32>,
    /// The links by address that lead to what is held back: the document and the number of the target.
    gone: FxHashSet<(DocumentIx, TargetIx)>,
    /// The numbers of the files of `content/` that are not published as nothing refers to them.
    unreferenced: Vec<usize>,
    /// The entries of the site's own menu that lead somewhere.
    pub menu: Vec<MenuEntry>,
    /// The theme's files.
    pub theme: Arc<Theme>,
    /// Where each file that is written stands in `files`.
    written: FxHashMap<Folded, u32>,
}

/// The path of a document that is to be planned.
fn document_path(graph: &Graph, document: DocumentIx) -> String {
    let head = graph.documents.head(document);
    head.front.path(document.kind(), head.id)
}

/// The folder of what belongs to a page: the page's own, or one beside it if the page is a file.
fn folder_below(path: &str) -> Cow<'_, str> {
    match path.rsplit_once('.') {
        Some((stem, extension)) if !extension.contains('/') => Cow::Owned([stem, "/"].concat()),
        _ => Cow::Borrowed(path),
    }
}

/// How many files of words the search has, and how many that say what is shown. That follows from the number of
/// documents, not from what they say: texts that change leave the plan as it is.
pub(crate) fn search_files(graph: &Graph) -> (usize, usize) {
    let documents = graph.all().len();
    (documents.div_ceil(SEARCH_WORDS).max(1), documents.div_ceil(SEARCH_BLOCK))
}

/// The path of each pair's page: the names of both, or where two pairs of names are the same, their ids.
fn pair_paths(graph: &Graph) -> Vec<String> {
    let path = |a: &str, b: &str| {
        let (a, b) = (slug(a), slug(b));
        let (first, second) = if a <= b { (a, b) } else { (b, a) };
        format!("pairs/{first}--{second}/")
    };
    let actor = |ix: Ix<Actor>| &graph.documents.actors[ix];
    let name = |ix: Ix<Actor>| actor(ix).front.name.value.as_str();
    let named: Vec<String> = graph.pairs.iter().map(|p| path(name(p.a), name(p.b))).collect();
    let mut counts: FxHashMap<&str, usize> = FxHashMap::default();
    for path in &named {
        *counts.entry(path).or_default() += 1;
    }
    let unique = |path: &&String| counts.get(path.as_str()) == Some(&1);
    let paths =
        graph.pairs.iter().zip(&named).map(|(pair, named)| match Some(named).filter(unique) {
            Some(named) => named.clone(),
            None => path(&actor(pair.a).id, &actor(pair.b).id),
        });
    paths.collect()
}

/// A name as part of an address: lower case, every run of other characters a hyphen.
pub(crate) fn slug(name: &str) -> String {
    let mut slug = String::with_capacity(name.len());
    for c in name.chars() {
        for c in c.to_lowercase() {
            if c.is_alphanumeric() {
                slug.push(c);
            } else if !slug.is_empty() && !slug.ends_with('-') && !"'’\u{307}".contains(c) {
                slug.push('-');
            }
        }
    }
    slug.truncate(slug.trim_end_matches('-').len());
    slug
}

/// The path of a page of a list whose first page has the path `base`.
pub(crate) fn part_path(base: &str, page: usize) -> String {
    match page {
        0 | 1 => base.to_owned(),
        page => [&*folder_below(base), "page/", &page.to_string(), "/"].concat(),
    }
}

/// The path of the first page of the judgements that stand so.
pub(crate) fn judgements_path(standing: Standing) -> String {
    match standing {
        Standing::Open => "judgements/".to_owned(),
        other => ["judgements/", other.word(), "/"].concat(),
    }
}

/// The paths of the first pages of the judgements of each author. Of two whose names make the same, the later has its number.
fn author_paths(graph: &Graph) -> Vec<String> {
    let mut taken: FxHashSet<String> = FxHashSet::default();
    let paths = graph.judgements.authors().iter().enumerate().map(|(number, (name, _))| {
        let slug = slug(name);
        let path = format!("judgements/by/{slug}/");
        if slug.is_empty() || taken.contains(&path) {
            return format!("judgements/by/{slug}-{}/", number + 1);
        }
        taken.insert(path.clone());
        path
    });
    paths.collect()
}

/// The path of the overview of a month.
pub(crate) fn month_path(month: CalendarMonth) -> String {
    format!("storylines/{month}/")
}

/// The path of a year of a long timeline.
pub(crate) fn timeline_path(year: i16) -> String {
    format!("timeline/{year:04}/")
}

/// What stands for the file of a path without regard to case: of a million paths, their hashes take a fifth of the
/// room.
type Folded = u128;

fn folded(path: &str) -> Folded {
    xxh3_128(folder_of(&path.to_lowercase()).as_bytes())
}

/// The path that is written to a file: the folder, if it is the folder's `index.html`.
fn folder_of(file: &str) -> &str {
    let folder = file.strip_suffix("index.html");
    folder.filter(|folder| folder.is_empty() || folder.ends_with('/')).unwrap_or(file)
}

/// The file that a path is written to.
pub(crate) fn file_of(path: &str) -> String {
    if path.is_empty() || path.ends_with('/') {
        [path, "index.html"].concat()
    } else {
        path.to_owned()
    }
}

impl Plan {
    /// Plans the site. Reports paths
    /// that two files want, paths that cannot be published, and addresses in the text that do not exist.
    pub fn new(
        graph: &Graph,
        sources: &Sources,
        config: &Config,
        theme: &Arc<Theme>,
        diagnostics: &mut Diagnostics,
    ) -> Plan {
        let (pairs, authors) = (pair_paths(graph), author_paths(graph));
        let size = config.pagination.size.0 as usize;
        let mut planner = Planner {
            graph,
            pairs: &pairs,
            authors: &authors,
            size,
            files: Vec::new(),
            documents: Vec::new(),
        };
        planner.documents();
        planner.lists();
        if config.search.enabled {
            planner.push("search/", HtmlPage::Search);
        }
        let Planner { files, documents, .. } = planner;
        let mut plan = Plan {
            listed: Vec::new(),
            files,
            pairs,
            authors,
            documents,
            gone: FxHashSet::default(),
            unreferenced: Vec::new(),
            menu: Vec::new(),
            redirects: Vec::new(),
            theme: theme.clone(),
            written: FxHashMap::default(),
        };
        plan.feeds(graph);
        plan.listed = (0..plan.files.len()).filter(|i| plan.is_listed(graph, *i)).collect();
        plan.redirects(graph, diagnostics);
        plan.add_sitemaps();
        plan.add_files(graph, sources, config);
        plan.check(graph, sources, diagnostics);
        plan.menu(graph, config, diagnostics);
        plan.sheets(config, diagnostics);
        plan
    }

    /// The path of a document's page.
    pub fn path(&self, graph: &Graph, document: DocumentIx) -> &str {
        let file = self.documents.get(graph.number(document));
        let file = file.and_then(|file| self.files.get(*file as usize));
        file.map_or_else(|| never!("a document without a page" => ""), |file| &file.path)
    }

    /// The path of the page that a feed belongs to.
    pub fn page_of(&self, graph: &Graph, feed: FeedOf) -> &str {
        match feed {
            FeedOf::Site => "",
            FeedOf::Actor(ix) => self.path(graph, DocumentIx::Actor(ix)),
            FeedOf::Topic(ix) => self.path(graph, DocumentIx::Topic(ix)),
            FeedOf::Storyline(ix) => self.path(graph, DocumentIx::Storyline(ix)),
            FeedOf::Pair(ix) => {
                self.pairs.get(ix).map_or_else(|| never!("a feed of no pair" => ""), String::as_str)
            }
        }
    }

    /// The path of a feed.
    pub fn feed_path(&self, graph: &Graph, feed: FeedOf) -> String {
        [&*folder_below(self.page_of(graph, feed)), "feed.xml"].concat()
    }

    /// Whether a link of a document by an address leads to what is held back.
    pub fn is_gone(&self, from: DocumentIx, target: TargetIx) -> bool {
        !self.gone.is_empty() && self.gone.contains(&(from, target))
    }

    /// Notes the files of `content/` that are not published as no published document refers to them.
    pub fn note_unreferenced(&self, sources: &Sources, diagnostics: &mut Diagnostics) {
        let files = self.unreferenced.iter().filter_map(|index| sources.assets.get(*index));
        diagnostics.extend(files.map(|AssetFile { file, .. }| {
            Diagnostic::new(
                Code::UnreferencedFile,
                format!("`{file}` is not published: no published document refers to it"),
            )
            .at(Place::file(file.clone()))
            .help(
                "link to it, move it to the folder of a document with an `index.md` or to `static/`, or name it in \
                 `[content] ignore` of `site.toml`",
            )
        }));
    }

    /// The file that is written to a path, such as `briefs/x/index.html`.
    pub fn written(&self, file: &str) -> Option<&Planned> {
        self.files.get(self.number(file)?)
    }

    /// The number of the file that is written to a path.
    fn number(&self, file: &str) -> Option<usize> {
        let number = *self.written.get(&folded(file))? as usize;
        self.files.get(number).filter(|found| file_of(&found.path) == file).map(|_| number)
    }

    /// Whether search engines are told of a page: not of one that is held back and shown to its authors.
    fn is_listed(&self, graph: &Graph, index: usize) -> bool {
        let Some(file) = self.files.get(index) else { return never!("no file {index}" => false) };
        let briefs = &graph.documents.briefs;
        let public = |of: &dyn Fn(Date) -> bool| {
            let mut open = graph.documents.holds.entries().filter(|(_, hold)| hold.is_none());
            !graph.shows_held() || open.any(|(ix, _)| briefs[ix].date.is_some_and(of))
        };
        let Some(page) = file.output.page().filter(|page| page.kind().listed) else { return false };
        match page {
            HtmlPage::Pair(pair, _) => !graph.is_held_pair(*pair),
            HtmlPage::ArchiveYear(year) => public(&|date| date.year() == *year),
            HtmlPage::ArchiveMonth(year, month) => {
                public(&|date| (date.year(), date.month()) == (*year, *month))
            }
            HtmlPage::TimelineYear(year) => {
                let mut events = graph.timeline.iter();
                !graph.shows_held()
                    || events.any(|event| {
                        graph.hold(DocumentIx::Brief(event.brief)).is_none()
                            && graph.event(*event).is_some_and(|e| e.date.value.year == *year)
                    })
            }
            HtmlPage::Judgements(standing, part) => {
                part.page == 1 && *standing == Standing::Open || {
                    let shown = graph.judgements.standing(*standing).get(part.range.clone());
                    shown.is_some_and(|shown| shown.iter().any(|ix| graph.is_public(*ix)))
                }
            }
            HtmlPage::JudgementsOf(author, _) => {
                let of = graph.judgements.authors().get(*author);
                of.is_some_and(|(_, of)| of.iter().any(|ix| graph.is_public(*ix)))
            }
            HtmlPage::StorylineMonth(number) => graph.is_public_month(*number),
            HtmlPage::JudgementRecord => {
                graph.judgements.all().iter().any(|ix| graph.is_public(*ix))
            }
            HtmlPage::Brief(_)
            | HtmlPage::Actor(..)
            | HtmlPage::Topic(..)
            | HtmlPage::Storyline(..)
            | HtmlPage::Page(_) => page.document().is_none_or(|it| graph.hold(it).is_none()),
            HtmlPage::Home(_)
            | HtmlPage::Actors
            | HtmlPage::Topics
            | HtmlPage::Pairs
            | HtmlPage::Storylines
            | HtmlPage::Timeline
            | HtmlPage::Briefs(_)
            | HtmlPage::JudgementScale
            | HtmlPage::Archive
            | HtmlPage::Search
            | HtmlPage::NotFound
            | HtmlPage::Redirect(..) => true,
        }
    }

    fn push(&mut self, path: impl Into<String>, output: impl Into<Output>) {
        self.files.push(Planned { path: path.into(), output: output.into() });
    }

    /// Whether there is such a feed: not of what is held back and shown to its authors.
    pub fn has_feed(&self, graph: &Graph, feed: FeedOf) -> bool {
        let document = match feed {
            FeedOf::Site => return true,
            FeedOf::Pair(pair) => return !graph.is_held_pair(pair),
            FeedOf::Actor(ix) => DocumentIx::Actor(ix),
            FeedOf::Topic(ix) => DocumentIx::Topic(ix),
            FeedOf::Storyline(ix) => DocumentIx::Storyline(ix),
        };
        graph.hold(document).is_none()
    }

    fn feeds(&mut self, graph: &Graph) {
        let mut feeds = vec![FeedOf::Site];
        let documents = &graph.documents;
        feeds.extend(documents.actors.keys().map(FeedOf::Actor));
        feeds.extend(documents.topics.keys().map(FeedOf::Topic));
        feeds.extend(documents.storylines.keys().map(FeedOf::Storyline));
        feeds.extend((0..graph.pairs.len()).map(FeedOf::Pair));
        feeds.retain(|feed| self.has_feed(graph, *feed));
        for feed in feeds {
            self.push(self.feed_path(graph, feed), Output::Feed(feed));
        }
    }

    fn redirects(&mut self, graph: &Graph, diagnostics: &mut Diagnostics) {
        let all = graph.all();
        let moved = |document: &&DocumentIx| !redirects_of(graph, **document).1.is_empty();
        let moved: Vec<_> = all.par_iter().with_min_len(PORTION).filter(moved).collect();
        for document in moved {
            let document = *document;
            let (file, redirects) = redirects_of(graph, document);
            for (index, redirect) in redirects.iter().enumerate() {
                let old = redirect.value.trim_start_matches('/');
                if let Err(why) = check(old) {
                    diagnostics.push(
                        Diagnostic::new(
                            Code::BadPath,
                            format!("`{}` cannot be an address of the site: {why}", redirect.value),
                        )
                        .at(Place::span(file, redirect.span))
                        .help("write the old path below the site's address, such as `/old/path/`"),
                    );
                    continue;
                }
                let has_extension = old.rsplit('/').next().is_some_and(|last| last.contains('.'));
                let path = if old.is_empty() || old.ends_with('/') || has_extension {
                    old.to_owned()
                } else {
                    format!("{old}/")
                };
                self.redirects.push((path.clone(), document));
                self.push(path, Output::Html(HtmlPage::Redirect(document, index)));
            }
        }
    }

    fn add_sitemaps(&mut self) {
        let total = self.listed.len();
        if total <= SITEMAP {
            self.push("sitemap.xml", ForPrograms::Sitemap(0..total));
            return;
        }
        let parts = total.div_ceil(SITEMAP);
        for part in 0..parts {
            let range = part * SITEMAP..((part + 1) * SITEMAP).min(total);
            self.push(format!("sitemap-{}.xml", part + 1), ForPrograms::Sitemap(range));
        }
        self.push("sitemap.xml", ForPrograms::SitemapIndex(parts));
    }

    /// Adds the site's own files, the theme's, and those that hosts read. A file of the site in
    /// `static/` stands in for a generated one of the same name.
    fn add_files(&mut self, graph: &Graph, sources: &Sources, config: &Config) {
        let referred = referred(graph, sources, config);
        let mut own: FxHashSet<&str> = FxHashSet::default();
        for (index, asset) in sources.assets.iter().enumerate() {
            let published = match &asset.owner {
                Some((kind, id)) => graph.documents.held.get(*kind, id).is_none(),
                None => !asset.is_content() || referred.contains(&index),
            };
            if published {
                own.insert(&asset.path);
                self.push(asset.path.clone(), Output::File(index));
            } else if asset.owner.is_none() {
                self.unreferenced.push(index);
            }
        }
        let own = |path: &str| own.contains(path);
        let mut generated = vec![
            ("robots.txt", ForPrograms::Robots),
            ("_headers", ForPrograms::Headers),
            (".nojekyll", ForPrograms::NoJekyll),
        ];
        if !self.redirects.is_empty() {
            generated.push(("_redirects", ForPrograms::Redirects));
        }
        if sources.log.is_some() && !graph.judgements.is_empty() {
            generated.push(("judgements/log.txt", ForPrograms::JudgementLog));
        }
        if let Some(host) = &config.publish.cname {
            generated.push(("CNAME", ForPrograms::Cname(host.clone())));
        }
        for (path, output) in generated {
            if !own(path) {
                self.push(path, output);
            }
        }
        if config.search.enabled {
            let (words, blocks) = search_files(graph);
            self.push("search/index.js", ForPrograms::SearchIndex);
            for file in 0..words {
                self.push(format!("search/words/{file}.js"), ForPrograms::SearchWords(file));
            }
            for block in 0..blocks {
                self.push(format!("search/documents/{block}.js"), ForPrograms::SearchBlock(block));
            }
        }
        let theme = self.theme.clone();
        for (number, file) in theme.files.iter().enumerate().filter(|(_, file)| !own(&file.path)) {
            self.push(file.path.clone(), ForPrograms::Theme(number));
        }
    }
}

/// The path of the site that a destination means by its address, decoded, and the heading.
fn address_of(destination: &Destination) -> Option<(Cow<'_, str>, Option<&str>)> {
    match destination {
        Destination::Address(path, rest) => Some((split_address(path).0, rest.fragment())),
        Destination::Full(_, below) => Some(split_address(below)),
        _ => None,
    }
}

/// The path of an address, decoded and without its query, and what stands behind `#`.
fn split_address(address: &str) -> (Cow<'_, str>, Option<&str>) {
    let (path, own) = match address.split_once('#') {
        Some((path, own)) => (path, Some(own)),
        None => (address, None),
    };
    let path = percent_encoding::percent_decode_str(without_query(path)).decode_utf8_lossy();
    match composed(&path) {
        Cow::Owned(composed) => (Cow::Owned(composed), own),
        Cow::Borrowed(_) => (path, own),
    }
}

/// The numbers of the assets of `content/` that a published document refers to: by a link or an image, in its text or
/// its bottom line, or by a value of its front matter that names one.
fn referred(graph: &Graph, sources: &Sources, config: &Config) -> FxHashSet<usize> {
    let mut referred = FxHashSet::default();
    let waiting = |asset: &AssetFile| asset.is_content() && asset.owner.is_none();
    if !sources.assets.iter().any(waiting) {
        return referred;
    }
    let by_path: FxHashMap<&str, usize> =
        sources.assets.iter().enumerate().map(|(n, asset)| (asset.path.as_str(), n)).collect();
    for (_, destinations) in graph.destinations() {
        for destination in destinations {
            let found = match destination {
                Destination::File(path, _) => by_path.get(path.as_str()),
                other => address_of(other).and_then(|(path, _)| by_path.get(&*path)),
            };
            referred.extend(found);
        }
    }
    // HTML that is trusted stays as it is written, and its links are not among the document's.
    let trusted = config.markdown.raw_html == RawHtml::Trust;
    for document in graph.all() {
        let written = raw_references(&graph.body(document).text.html).filter(|_| trusted);
        let file = graph.file(document);
        let mut refer = |path: &str| {
            let name = file_at(file, path);
            let number = |name: String| {
                sources.assets.binary_search_by(|asset| (*asset.file).cmp(&name)).ok()
            };
            referred.extend(name.and_then(number));
            referred.extend(path.strip_prefix('/').and_then(|path| by_path.get(path)));
        };
        let references = graph.documents.head(document).front.references();
        let files = references.iter().filter(|reference| reference.to == Referent::File);
        files.for_each(|file| refer(file.written));
        let values = graph.extra(document).texts().into_iter().map(str::to_owned);
        for text in values.chain(written) {
            let text =
                path_below(&text, &config.base_url.value).map_or(text.clone(), |p| format!("/{p}"));
            refer(&split_address(&text).0);
        }
    }
    referred
}

/// Where a document declares its address, if it does.
fn path_declared(graph: &Graph, document: DocumentIx) -> Option<Place> {
    let head = graph.documents.head(document);
    head.front.declared_path().map(|path| Place::span(head.file.clone(), path.span))
}

/// A document's file and the old addresses it declares.
fn redirects_of(
    graph: &Graph,
    document: DocumentIx,
) -> (&str, &[crate::front_matter::Spanned<String>]) {
    let head = graph.documents.head(document);
    (head.file, head.front.redirects())
}

struct Planner<'a> {
    graph: &'a Graph,
    pairs: &'a [String],
    authors: &'a [String],
    size: usize,
    files: Vec<Planned>,
    /// Where the page of each document stands in `files`.
    documents: Vec<u32>,
}

impl Planner<'_> {
    fn push(&mut self, path: impl Into<String>, page: HtmlPage) {
        self.files.push(Planned { path: path.into(), output: Output::Html(page) });
    }

    /// The pages of a list of `items`; an empty list has one page.
    fn parts(&mut self, base: &str, items: usize, page: impl Fn(ListPart) -> HtmlPage) {
        let pages = items.div_ceil(self.size).max(1);
        for number in 1..=pages {
            let range = (number - 1) * self.size..(number * self.size).min(items);
            self.push(part_path(base, number), page(ListPart { page: number, pages, range }));
        }
    }

    fn documents(&mut self) {
        let graph = self.graph;
        self.parts("", graph.briefs.len(), HtmlPage::Home);
        let all = graph.all();
        let path = |document: &DocumentIx| document_path(graph, *document);
        let paths: Vec<_> = all.par_iter().with_min_len(PORTION).map(path).collect();
        for (document, path) in all.into_iter().zip(paths) {
            let number = u32::try_from(self.files.len());
            self.documents
                .push(number.unwrap_or_else(|_| never!("4,000 million files" => u32::MAX)));
            match document {
                DocumentIx::Brief(ix) => self.push(path, HtmlPage::Brief(ix)),
                DocumentIx::Actor(ix) => {
                    self.parts(&path, graph.actors[ix].briefs.len(), |p| HtmlPage::Actor(ix, p));
                }
                DocumentIx::Topic(ix) => {
                    self.parts(&path, graph.topics[ix].briefs.len(), |p| HtmlPage::Topic(ix, p));
                }
                DocumentIx::Storyline(ix) => {
                    let briefs = graph.storylines[ix].briefs.len();
                    self.parts(&path, briefs, |p| HtmlPage::Storyline(ix, p));
                }
                DocumentIx::Page(ix) => self.push(path, HtmlPage::Page(ix)),
            }
        }
        for (index, (pair, path)) in graph.pairs.iter().zip(self.pairs).enumerate() {
            self.parts(path, pair.briefs.len(), |part| HtmlPage::Pair(index, part));
        }
    }

    /// The pages of judgements: those that are open, and others if there are such.
    fn judgements(&mut self) {
        let judgements = &self.graph.judgements;
        if judgements.is_empty() {
            return;
        }
        for standing in Standing::ALL {
            let count = judgements.standing(standing).len();
            if count > 0 || standing == Standing::Open {
                let page = |part| HtmlPage::Judgements(standing, part);
                self.parts(&judgements_path(standing), count, page);
            }
        }
        for (number, ((_, of), path)) in judgements.authors().iter().zip(self.authors).enumerate() {
            self.parts(path, of.len(), |part| HtmlPage::JudgementsOf(number, part));
        }
        self.push("judgements/record/", HtmlPage::JudgementRecord);
        self.push("judgements/scale/", HtmlPage::JudgementScale);
    }

    fn lists(&mut self) {
        self.parts("briefs/", self.graph.briefs.len(), HtmlPage::Briefs);
        self.push("actors/", HtmlPage::Actors);
        self.push("topics/", HtmlPage::Topics);
        if !self.graph.pairs.is_empty() {
            self.push("pairs/", HtmlPage::Pairs);
        }
        if !self.graph.storylines.is_empty() {
            self.push("storylines/", HtmlPage::Storylines);
        }
        for (number, (month, _)) in self.graph.trends.months().iter().enumerate() {
            self.push(month_path(*month), HtmlPage::StorylineMonth(number));
        }
        if !self.graph.timeline.is_empty() {
            self.push("timeline/", HtmlPage::Timeline);
            for (year, _) in
                self.graph.timeline_years().iter().filter(|_| self.graph.has_long_timeline())
            {
                self.push(timeline_path(*year), HtmlPage::TimelineYear(*year));
            }
        }
        self.judgements();
        self.push("archive/", HtmlPage::Archive);
        let mut last = None;
        for brief in self.graph.documents.briefs.iter() {
            let Some(date) = brief.date else { continue };
            let (year, month) = (date.year(), date.month());
            if last.is_none_or(|(y, _)| y != year) {
                self.push(format!("archive/{year:04}/"), HtmlPage::ArchiveYear(year));
            }
            if last != Some((year, month)) {
                let path = format!("archive/{year:04}/{month:02}/");
                self.push(path, HtmlPage::ArchiveMonth(year, month));
            }
            last = Some((year, month));
        }
        self.push("404.html", HtmlPage::NotFound);
    }
}
