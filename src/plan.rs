//! Every page of the site and its address.
//!
//! A *path* is an address below the site's own, without a leading slash: `briefs/x/`, `feed.xml`, and
//! the empty path for the home page. A path that ends in `/` (or is empty) is written as the
//! `index.html` of that folder.

use std::borrow::Cow;
use std::ops::Range;

use jiff::civil::Date;
use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};
use xxhash_rust::xxh3::xxh3_128;

use crate::config::{Config, MenuItem, RawHtml};
use crate::corpus::Ix;
use crate::diagnostic::{Code, Diagnostic, Diagnostics, MOST_GUESSES, Near, Place, nearest};
use crate::front_matter::field::is_web_address;
use crate::front_matter::{Actor, Brief, Page, Storyline, Topic};
use crate::graph::{
    Anchors, Destination, DocumentIx, Graph, PORTION, as_shown, file_at, without_query,
};
use crate::markdown::{TargetIx, path_below, raw_references};
use crate::publish::OutputPath;
use crate::source::{AssetFile, CONFIG, Kind, Sources};

/// A sitemap holds at most 50,000 addresses (sitemaps.org protocol).
const SITEMAP: usize = 50_000;

/// What is shown of so many documents that were found lies in one file of the search; `static/theme/search.js` knows.
pub const SEARCH_BLOCK: usize = 32;
/// For so many documents the search has a file of words.
const SEARCH_WORDS: usize = 110;

/// The lists of the site that have a page only if there is something in them.
const MAY_BE_EMPTY: [&str; 3] = ["pairs/", "storylines/", "timeline/"];
const MENU_HELP: &str = "write a path of the site, such as `/timeline/`, or an address in full, such as `https://example.org/`";

/// One page of a list: which of how many, and the part of the list it shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// From 1.
    pub page: usize,
    /// How many.
    pub pages: usize,
    /// The items on this page.
    pub range: Range<usize>,
}

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
    /// The front page, and older pages of its list.
    Home(Part),
    /// A brief.
    Brief(Ix<Brief>),
    /// All actors by kind.
    Actors,
    /// An actor's profile.
    Actor(Ix<Actor>, Part),
    /// The tree of topics.
    Topics,
    /// A topic.
    Topic(Ix<Topic>, Part),
    /// All pairs of actors that have a page.
    Pairs,
    /// Two actors, by the pair's number.
    Pair(usize, Part),
    /// All storylines.
    Storylines,
    /// A storyline.
    Storyline(Ix<Storyline>, Part),
    /// The site's timeline; when it is long, its years.
    Timeline,
    /// The events of a year, when the timeline is long.
    TimelineYear(i16),
    /// The years with briefs.
    Archive,
    /// All briefs.
    Briefs(Part),
    /// The briefs of a year.
    ArchiveYear(i16),
    /// The briefs of a month.
    ArchiveMonth(i16, i8),
    /// A page.
    Page(Ix<Page>),
    /// The page where readers search.
    Search,
    /// What the search has to know of its own files.
    SearchIndex,
    /// A file of words of the search.
    SearchWords(usize),
    /// What is shown of a block of documents that were found.
    SearchBlock(usize),
    /// What a host shows for an address that does not exist.
    NotFound,
    /// An Atom feed.
    Feed(FeedOf),
    /// A sitemap of the addresses in a range of the plan's list of pages.
    Sitemap(Range<usize>),
    /// The index of the sitemaps.
    SitemapIndex(usize),
    /// `robots.txt`
    Robots,
    /// A page at an old address that leads to a document, and which of the document's `redirects` it is.
    Redirect(DocumentIx, usize),
    /// `_redirects`, for hosts that read it.
    Redirects,
    /// `_headers`, for hosts that read it.
    Headers,
    /// An empty file that keeps GitHub Pages from running Jekyll.
    NoJekyll,
    /// The site's own host name, for GitHub Pages.
    Cname(String),
    /// A file copied as it is, by its number among the sources' assets.
    File(usize),
    /// A file of the theme, under a name with a hash of its content.
    Theme(&'static str),
}

/// A file of the site and its path.
#[derive(Clone, Debug)]
pub struct Planned {
    /// Its address below the site's.
    pub path: String,
    /// What it is.
    pub output: Output,
}

/// An entry of the site's own menu.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MenuEntry {
    /// Its number in `site.toml`.
    pub item: usize,
    /// The file that it leads to, by its number in [`Plan::files`]; none if it leads out of the site.
    pub file: Option<usize>,
    /// What stands behind the path of the file: a query and a heading.
    pub rest: String,
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
    /// Where the page of each document stands in `files`, by its number among all.
    documents: Vec<u32>,
    /// The links by address that lead to what is held back: the document and the number of the target.
    gone: FxHashSet<(DocumentIx, TargetIx)>,
    /// The numbers of the files of `content/` that are not published as nothing refers to them.
    unreferenced: Vec<usize>,
    /// The entries of the site's own menu that lead somewhere.
    pub menu: Vec<MenuEntry>,
    /// The paths of the theme's files: name in the theme, and path with a hash.
    pub theme: Vec<(&'static str, String)>,
    /// Where each file that is written stands in `files`.
    written: FxHashMap<Folded, u32>,
}

/// The path of a document that is to be planned.
fn document_path(graph: &Graph, document: DocumentIx) -> String {
    let documents = &graph.documents;
    let (kind, id) = match document {
        DocumentIx::Brief(ix) => (Kind::Brief, &documents.briefs[ix].id),
        DocumentIx::Actor(ix) => (Kind::Actor, &documents.actors[ix].id),
        DocumentIx::Topic(ix) => (Kind::Topic, &documents.topics[ix].id),
        DocumentIx::Storyline(ix) => (Kind::Storyline, &documents.storylines[ix].id),
        DocumentIx::Page(ix) => (Kind::Page, &documents.pages[ix].id),
    };
    path_of(kind, id)
}

/// The path of the document with an id.
pub fn path_of(kind: Kind, id: &str) -> String {
    match kind {
        Kind::Page => [id, "/"].concat(),
        _ => [kind.folder(), "/", id, "/"].concat(),
    }
}

/// How many files of words the search has, and how many that say what is shown. That follows from the number of
/// documents, not from what they say: texts that change leave the plan as it is.
pub fn search_files(graph: &Graph) -> (usize, usize) {
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

/// The document whose text a page holds.
fn document_of(output: &Output) -> Option<DocumentIx> {
    match output {
        Output::Brief(ix) => Some(DocumentIx::Brief(*ix)),
        Output::Actor(ix, part) if part.page == 1 => Some(DocumentIx::Actor(*ix)),
        Output::Topic(ix, part) if part.page == 1 => Some(DocumentIx::Topic(*ix)),
        Output::Storyline(ix, part) if part.page == 1 => Some(DocumentIx::Storyline(*ix)),
        Output::Page(ix) => Some(DocumentIx::Page(*ix)),
        _ => None,
    }
}

/// A name as part of an address: lower case, every run of other characters a hyphen.
pub fn slug(name: &str) -> String {
    let mut slug = String::with_capacity(name.len());
    for c in name.chars() {
        // Nearly all are, and need no table.
        if c.is_ascii_alphanumeric() {
            slug.push(c.to_ascii_lowercase());
            continue;
        }
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
pub fn part_path(base: &str, page: usize) -> String {
    if page <= 1 { base.to_owned() } else { [base, "page/", &page.to_string(), "/"].concat() }
}

/// The path of a year of a long timeline.
pub fn timeline_path(year: i16) -> String {
    format!("timeline/{year:04}/")
}

/// What stands for the file of a path without regard to case: of a million paths, their hashes take a fifth of the
/// room.
type Folded = u128;

fn folded(path: &str) -> Folded {
    let special = |byte: u8| byte.is_ascii_uppercase() || !byte.is_ascii();
    if path.bytes().fold(false, |found, byte| found | special(byte)) {
        return xxh3_128(folder_of(&path.to_lowercase()).as_bytes());
    }
    xxh3_128(folder_of(path).as_bytes())
}

/// The path that is written to a file: the folder, if it is the folder's `index.html`.
fn folder_of(file: &str) -> &str {
    let folder = file.strip_suffix("index.html");
    folder.filter(|folder| folder.is_empty() || folder.ends_with('/')).unwrap_or(file)
}

/// What is wrong with the file of a path, as [`OutputPath::check`].
fn check(path: &str) -> Result<(), String> {
    let checked = match path.strip_suffix('/') {
        Some(folder) => OutputPath::check(folder),
        None if path.is_empty() => Ok(()),
        None => OutputPath::check(path),
    };
    checked.or_else(|_| OutputPath::check(&file_of(path)))
}

/// The file that a path is written to.
pub fn file_of(path: &str) -> String {
    if path.is_empty() || path.ends_with('/') {
        [path, "index.html"].concat()
    } else {
        path.to_owned()
    }
}

impl Plan {
    /// Plans the site. `theme` names the theme's files with the hash of their content. Reports paths
    /// that two files want, paths that cannot be published, and addresses in the text that do not exist.
    pub fn new(
        graph: &Graph,
        sources: &Sources,
        config: &Config,
        theme: &[(&'static str, String)],
        diagnostics: &mut Diagnostics,
    ) -> Plan {
        let pairs = pair_paths(graph);
        let size = config.pagination.size.0 as usize;
        let mut planner =
            Planner { graph, pairs: &pairs, size, files: Vec::new(), documents: Vec::new() };
        planner.documents();
        planner.lists();
        if config.search.enabled {
            planner.push("search/", Output::Search);
        }
        let Planner { files, documents, .. } = planner;
        let mut plan = Plan {
            listed: Vec::new(),
            files,
            pairs,
            documents,
            gone: FxHashSet::default(),
            unreferenced: Vec::new(),
            menu: Vec::new(),
            redirects: Vec::new(),
            theme: theme.to_vec(),
            written: FxHashMap::default(),
        };
        plan.feeds(graph);
        plan.listed = (0..plan.files.len()).filter(|i| plan.is_listed(graph, *i)).collect();
        plan.redirects(graph, diagnostics);
        plan.add_sitemaps();
        plan.add_files(graph, sources, config);
        plan.check(graph, sources, diagnostics);
        plan.menu(graph, config, diagnostics);
        plan
    }

    /// The path of a document's page.
    pub fn path(&self, graph: &Graph, document: DocumentIx) -> &str {
        let file = self.documents.get(graph.number(document));
        file.and_then(|file| self.files.get(*file as usize)).map_or("", |file| &file.path)
    }

    /// The path of the page that a feed belongs to.
    pub fn page_of(&self, graph: &Graph, feed: FeedOf) -> &str {
        match feed {
            FeedOf::Site => "",
            FeedOf::Actor(ix) => self.path(graph, DocumentIx::Actor(ix)),
            FeedOf::Topic(ix) => self.path(graph, DocumentIx::Topic(ix)),
            FeedOf::Storyline(ix) => self.path(graph, DocumentIx::Storyline(ix)),
            FeedOf::Pair(ix) => self.pairs.get(ix).map_or("", String::as_str),
        }
    }

    /// The path of a feed.
    pub fn feed_path(&self, graph: &Graph, feed: FeedOf) -> String {
        [self.page_of(graph, feed), "feed.xml"].concat()
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
        let Some(file) = self.files.get(index) else { return false };
        let briefs = &graph.documents.briefs;
        let public = |of: &dyn Fn(Date) -> bool| {
            let mut open = graph.documents.holds.entries().filter(|(_, hold)| hold.is_none());
            !graph.shows_held() || open.any(|(ix, _)| briefs[ix].date.is_some_and(of))
        };
        match &file.output {
            Output::Feed(_) | Output::NotFound | Output::Search => false,
            Output::Actor(ix, _) => graph.hold(DocumentIx::Actor(*ix)).is_none(),
            Output::Topic(ix, _) => graph.hold(DocumentIx::Topic(*ix)).is_none(),
            Output::Storyline(ix, _) => graph.hold(DocumentIx::Storyline(*ix)).is_none(),
            Output::Pair(pair, _) => !graph.is_held_pair(*pair),
            Output::ArchiveYear(year) => public(&|date| date.year() == *year),
            Output::ArchiveMonth(year, month) => {
                public(&|date| (date.year(), date.month()) == (*year, *month))
            }
            Output::TimelineYear(year) => {
                let mut events = graph.timeline.iter();
                !graph.shows_held()
                    || events.any(|event| {
                        graph.hold(DocumentIx::Brief(event.brief)).is_none()
                            && graph.event(*event).is_some_and(|e| e.date.value.year == *year)
                    })
            }
            other => document_of(other).is_none_or(|document| graph.hold(document).is_none()),
        }
    }

    fn push(&mut self, path: impl Into<String>, output: Output) {
        self.files.push(Planned { path: path.into(), output });
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
                self.push(path, Output::Redirect(document, index));
            }
        }
    }

    fn add_sitemaps(&mut self) {
        let total = self.listed.len();
        if total <= SITEMAP {
            self.push("sitemap.xml", Output::Sitemap(0..total));
            return;
        }
        let parts = total.div_ceil(SITEMAP);
        for part in 0..parts {
            let range = part * SITEMAP..((part + 1) * SITEMAP).min(total);
            self.push(format!("sitemap-{}.xml", part + 1), Output::Sitemap(range));
        }
        self.push("sitemap.xml", Output::SitemapIndex(parts));
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
            ("robots.txt", Output::Robots),
            ("_headers", Output::Headers),
            (".nojekyll", Output::NoJekyll),
        ];
        if !self.redirects.is_empty() {
            generated.push(("_redirects", Output::Redirects));
        }
        if let Some(host) = &config.publish.cname {
            generated.push(("CNAME", Output::Cname(host.clone())));
        }
        for (path, output) in generated {
            if !own(path) {
                self.push(path, output);
            }
        }
        if config.search.enabled {
            let (words, blocks) = search_files(graph);
            self.push("search/index.js", Output::SearchIndex);
            for file in 0..words {
                self.push(format!("search/words/{file}.js"), Output::SearchWords(file));
            }
            for block in 0..blocks {
                self.push(format!("search/documents/{block}.js"), Output::SearchBlock(block));
            }
        }
        for (name, path) in self.theme.clone() {
            if !own(&path) {
                self.push(path, Output::Theme(name));
            }
        }
    }

    /// Reports paths that collide or cannot be published, and addresses that lead nowhere.
    fn check(&mut self, graph: &Graph, sources: &Sources, diagnostics: &mut Diagnostics) {
        let mut taken: FxHashMap<Folded, u32> =
            FxHashMap::with_capacity_and_hasher(self.files.len(), rustc_hash::FxBuildHasher);
        let look = |planned: &Planned| (check(&planned.path).err(), folded(&planned.path));
        let looks: Vec<_> = self.files.par_iter().with_min_len(PORTION).map(look).collect();
        for (index, (planned, (wrong, folded))) in self.files.iter().zip(looks).enumerate() {
            let file = || file_of(&planned.path);
            if let Some(why) = wrong {
                let file = file();
                diagnostics.push(
                    Diagnostic::new(Code::BadPath, format!("`{file}` cannot be published: {why}"))
                        .at(self.origin(graph, sources, index))
                        .help("rename the file"),
                );
                continue;
            }
            let number = u32::try_from(index).unwrap_or(u32::MAX);
            let other = taken.insert(folded, number);
            if let Some(other) = other.map(|other| other as usize) {
                let file = file();
                let words = self.files.get(other).map(|o| describe(graph, sources, &o.output));
                diagnostics.push(
                    Diagnostic::new(
                        Code::Collision,
                        format!(
                            "{} and {} would both be written to `{file}`",
                            words.unwrap_or_default(),
                            describe(graph, sources, &planned.output)
                        ),
                    )
                    .at(match self.origin(graph, sources, index) {
                        // A list of the site has no source: the document that wants its place does.
                        place if &*place.file == CONFIG => self.origin(graph, sources, other),
                        place => place,
                    })
                    .help("rename one of them; addresses are compared without regard to case"),
                );
            }
        }
        let paths = || Near::new(self.files.iter().map(|file| file.path.as_str()));
        let paths = std::cell::LazyCell::new(paths);
        let mut anchors = Anchors::default();
        let mut guesses = MOST_GUESSES;
        for (document, destinations) in graph.destinations() {
            let targets = graph.body(document).targets.numbered();
            for ((index, target), destination) in targets.zip(destinations) {
                let Some((path, fragment)) = address_of(destination) else { continue };
                let whole = matches!(destination, Destination::Full(..));
                let with_slash = format!("{path}/");
                let found = [path.as_ref(), with_slash.as_str()]
                    .iter()
                    .find_map(|path| taken.get(&folded(path)));
                if let (Some(found), Some(fragment), false) = (found, fragment, whole) {
                    let output = self.files.get(*found as usize).map(|file| &file.output);
                    if let Some(to) = output.and_then(document_of) {
                        let place = Place::span(graph.file(document).clone(), target.span);
                        let (other, body) = (graph.file(to), graph.body(to));
                        let missing = anchors.missing(to, other, body, fragment, place);
                        diagnostics.extend(missing);
                    }
                }
                if found.is_some() {
                    continue;
                }
                if graph.documents.held.has_address(&path) {
                    self.gone.insert((document, index));
                    let shown = as_shown(target.kind);
                    diagnostics.push(
                        Diagnostic::new(
                            Code::WithheldLink,
                            format!("`/{path}` is held back from this build, {shown}"),
                        )
                        .at(Place::span(graph.file(document).clone(), target.span))
                        .help("it is a link, or an image, when what stands there is published"),
                    );
                } else if !whole {
                    let near = (guesses > 0).then(|| paths.nearest(&path)).flatten();
                    guesses = guesses.saturating_sub(1);
                    let (file, _) = redirects_of(graph, document);
                    diagnostics.push(
                        Diagnostic::new(
                            Code::BrokenLink,
                            format!("the site has no page or file `/{path}`"),
                        )
                        .at(Place::span(file, target.span))
                        .help_if(near.map(|near| format!("did you mean `/{near}`?"))),
                    );
                }
            }
        }
        self.written = taken;
    }

    /// Looks up where the entries of the site's own menu lead. Reports those that lead nowhere, or to what is held back.
    fn menu(&mut self, graph: &Graph, config: &Config, diagnostics: &mut Diagnostics) {
        let mut menu = Vec::with_capacity(config.menu.len());
        for (item, MenuItem { label, path: written }) in config.menu.iter().enumerate() {
            let place = Place::span(CONFIG, written.span);
            let below = path_below(&written.value, &config.base_url.value);
            let address = below.unwrap_or(&written.value);
            let leads_out = if below.is_some() { Outside::No } else { outside(address) };
            match leads_out {
                Outside::Yes => {
                    menu.push(MenuEntry { item, file: None, rest: String::new() });
                    continue;
                }
                Outside::Refused => {
                    diagnostics.push(
                        Diagnostic::new(
                            Code::BadValue,
                            format!("the entry `{label}` of the menu cannot lead to `{address}`"),
                        )
                        .at(place)
                        .help(MENU_HELP),
                    );
                    continue;
                }
                Outside::No => {}
            }
            let (_, rest) = address.split_at(address.find(['?', '#']).unwrap_or(address.len()));
            let (path, heading) = split_address(address.trim_start_matches('/'), None);
            let folder = [path.trim_end_matches('/'), "/"].concat();
            let file = self.number(&file_of(&path)).or_else(|| self.number(&file_of(&folder)));
            let Some(file) = file else {
                if graph.documents.held.has_address(&path) {
                    diagnostics.push(
                        Diagnostic::new(
                            Code::WithheldReference,
                            format!("the entry `{label}` of the menu leads to `/{path}`, which is held back from this build"),
                        )
                        .at(place)
                        .label("it is left out")
                        .help("it is shown when what stands there is published"),
                    );
                } else if below.is_some() {
                    // Other sites may lie below this one.
                    menu.push(MenuEntry { item, file: None, rest: String::new() });
                } else if !MAY_BE_EMPTY.contains(&folder.as_str()) {
                    let near = nearest(&path, self.files.iter().map(|file| file.path.as_str()));
                    let help = near.map(|near| format!("did you mean `/{near}`?"));
                    diagnostics.push(
                        Diagnostic::new(
                            Code::BrokenLink,
                            format!("the entry `{label}` of the menu leads to `/{path}`, but the site has no such page or file"),
                        )
                        .at(place)
                        .help(help.unwrap_or_else(|| MENU_HELP.to_owned())),
                    );
                }
                continue;
            };
            let output = self.files.get(file).map(|file| &file.output);
            if let (Some(to), Some(heading)) = (output.and_then(document_of), heading) {
                let heading = percent_encoding::percent_decode_str(heading).decode_utf8_lossy();
                let (other, body) = (graph.file(to), graph.body(to));
                let missing = Anchors::default().missing(to, other, body, &heading, place);
                diagnostics.extend(missing);
            }
            menu.push(MenuEntry { item, file: Some(file), rest: rest.to_owned() });
        }
        self.menu = menu;
    }

    /// The source file that a file of the site comes from.
    fn origin(&self, graph: &Graph, sources: &Sources, index: usize) -> Place {
        let Some(planned) = self.files.get(index) else { return Place::file(CONFIG) };
        let document = match &planned.output {
            Output::Brief(ix) => DocumentIx::Brief(*ix),
            Output::Actor(ix, _) => DocumentIx::Actor(*ix),
            Output::Topic(ix, _) => DocumentIx::Topic(*ix),
            Output::Storyline(ix, _) => DocumentIx::Storyline(*ix),
            Output::Page(ix) => DocumentIx::Page(*ix),
            Output::Redirect(document, _) => *document,
            Output::Pair(pair, _) => match graph.pairs.get(*pair) {
                Some(pair) => DocumentIx::Actor(pair.a),
                None => return Place::file(CONFIG),
            },
            Output::File(index) => {
                let file = sources.assets.get(*index).map(|a| a.file.clone());
                return Place::file(file.unwrap_or_default());
            }
            _ => return Place::file(CONFIG),
        };
        let (file, redirects) = redirects_of(graph, document);
        let span = match planned.output {
            Output::Redirect(_, index) => redirects.get(index).map(|redirect| redirect.span),
            _ => None,
        };
        Place::span(file, span.unwrap_or_default())
    }
}

/// Whether an entry of the menu leads out of the site.
enum Outside {
    Yes,
    No,
    /// It does, to what no menu leads to, or its address is not written in full.
    Refused,
}

fn outside(address: &str) -> Outside {
    if address.starts_with("//") {
        return Outside::Refused;
    }
    let before = address.split(['/', '?', '#']).next().unwrap_or_default();
    let Some((scheme, _)) = before.split_once(':') else { return Outside::No };
    match scheme.to_ascii_lowercase().as_str() {
        "http" | "https" if is_web_address(address) => Outside::Yes,
        "mailto" | "tel" => Outside::Yes,
        _ => Outside::Refused,
    }
}

/// The path of the site that a destination means by its address, decoded, and the heading.
fn address_of(destination: &Destination) -> Option<(Cow<'_, str>, Option<&str>)> {
    match destination {
        Destination::Address(path, fragment) => Some(split_address(path, fragment.as_deref())),
        Destination::Full(_, below) => Some(split_address(below, None)),
        _ => None,
    }
}

/// The path of an address, decoded and without its query, and what stands behind `#`.
fn split_address<'a>(
    address: &'a str,
    fragment: Option<&'a str>,
) -> (Cow<'a, str>, Option<&'a str>) {
    let (path, own) = match address.split_once('#') {
        Some((path, own)) => (path, Some(own)),
        None => (address, None),
    };
    let path = percent_encoding::percent_decode_str(without_query(path)).decode_utf8_lossy();
    (path, own.or(fragment))
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
                Destination::File(path) => by_path.get(path.as_str()),
                other => address_of(other).and_then(|(path, _)| by_path.get(&*path)),
            };
            referred.extend(found);
        }
    }
    let images = graph.actors.iter().filter_map(|actor| by_path.get(actor.image.as_deref()?));
    referred.extend(images);
    // HTML that is trusted stays as it is written, and its links are not among the document's.
    let trusted = config.markdown.raw_html == RawHtml::Trust;
    for document in graph.all() {
        let written = raw_references(&graph.body(document).text.html).filter(|_| trusted);
        let values = graph.extra(document).texts().into_iter().map(str::to_owned);
        for text in values.chain(written) {
            let text =
                path_below(&text, &config.base_url.value).map_or(text.clone(), |p| format!("/{p}"));
            let (text, _) = split_address(&text, None);
            let name = file_at(graph.file(document), &text);
            let number = |name: String| {
                sources.assets.binary_search_by(|asset| (*asset.file).cmp(&name)).ok()
            };
            referred.extend(name.and_then(number));
            referred.extend(text.strip_prefix('/').and_then(|path| by_path.get(path)));
        }
    }
    referred
}

/// A document's file and the old addresses it declares.
fn redirects_of(
    graph: &Graph,
    document: DocumentIx,
) -> (&str, &[crate::front_matter::Spanned<String>]) {
    let documents = &graph.documents;
    match document {
        DocumentIx::Brief(ix) => {
            (&documents.briefs[ix].file, &documents.briefs[ix].front.redirects)
        }
        DocumentIx::Actor(ix) => {
            (&documents.actors[ix].file, &documents.actors[ix].front.redirects)
        }
        DocumentIx::Topic(ix) => {
            (&documents.topics[ix].file, &documents.topics[ix].front.redirects)
        }
        DocumentIx::Storyline(ix) => {
            (&documents.storylines[ix].file, &documents.storylines[ix].front.redirects)
        }
        DocumentIx::Page(ix) => (&documents.pages[ix].file, &documents.pages[ix].front.redirects),
    }
}

/// What a file of the site is, in words for a message.
fn describe(graph: &Graph, sources: &Sources, output: &Output) -> String {
    let documents = &graph.documents;
    match output {
        Output::Home(_) => "the home page".into(),
        Output::Brief(ix) => format!("the brief `{}`", documents.briefs[*ix].id),
        Output::Actor(ix, _) => format!("the actor `{}`", documents.actors[*ix].id),
        Output::Topic(ix, _) => format!("the topic `{}`", documents.topics[*ix].id),
        Output::Storyline(ix, _) => format!("the storyline `{}`", documents.storylines[*ix].id),
        Output::Page(ix) => format!("the page `{}`", documents.pages[*ix].id),
        Output::Pair(pair, _) => match graph.pairs.get(*pair) {
            Some(pair) => format!(
                "the pair of `{}` and `{}`",
                documents.actors[pair.a].id, documents.actors[pair.b].id
            ),
            None => "a pair".into(),
        },
        Output::Actors => "the list of actors".into(),
        Output::Topics => "the list of topics".into(),
        Output::Pairs => "the list of pairs".into(),
        Output::Storylines => "the list of storylines".into(),
        Output::Timeline => "the timeline".into(),
        Output::TimelineYear(year) => format!("the timeline of {year}"),
        Output::Briefs(_) => "the list of briefs".into(),
        Output::Archive => "the archive".into(),
        Output::ArchiveYear(year) => format!("the archive of {year}"),
        Output::ArchiveMonth(year, month) => format!("the archive of {year}-{month:02}"),
        Output::Search => "the search (`[search] enabled = false` leaves it out)".into(),
        Output::NotFound => "the page for addresses that do not exist".into(),
        Output::Feed(_) => "a feed".into(),
        Output::Redirect(document, _) => {
            format!("a redirect of `{}`", redirects_of(graph, *document).0)
        }
        Output::File(index) => {
            format!("the file `{}`", sources.assets.get(*index).map_or("", |a| &a.file))
        }
        _ => "a file that Chancery makes".into(),
    }
}

struct Planner<'a> {
    graph: &'a Graph,
    pairs: &'a [String],
    size: usize,
    files: Vec<Planned>,
    /// Where the page of each document stands in `files`.
    documents: Vec<u32>,
}

impl Planner<'_> {
    fn push(&mut self, path: impl Into<String>, output: Output) {
        self.files.push(Planned { path: path.into(), output });
    }

    /// The pages of a list of `items`; an empty list has one page.
    fn parts(&mut self, base: &str, items: usize, output: impl Fn(Part) -> Output) {
        let pages = items.div_ceil(self.size).max(1);
        for page in 1..=pages {
            let range = (page - 1) * self.size..(page * self.size).min(items);
            self.push(part_path(base, page), output(Part { page, pages, range }));
        }
    }

    fn documents(&mut self) {
        let graph = self.graph;
        self.parts("", graph.briefs.len(), Output::Home);
        let all = graph.all();
        let path = |document: &DocumentIx| document_path(graph, *document);
        let paths: Vec<_> = all.par_iter().with_min_len(PORTION).map(path).collect();
        for (document, path) in all.into_iter().zip(paths) {
            self.documents.push(u32::try_from(self.files.len()).unwrap_or(u32::MAX));
            match document {
                DocumentIx::Brief(ix) => self.push(path, Output::Brief(ix)),
                DocumentIx::Actor(ix) => {
                    self.parts(&path, graph.actors[ix].briefs.len(), |p| Output::Actor(ix, p));
                }
                DocumentIx::Topic(ix) => {
                    self.parts(&path, graph.topics[ix].briefs.len(), |p| Output::Topic(ix, p));
                }
                DocumentIx::Storyline(ix) => {
                    let briefs = graph.storylines[ix].briefs.len();
                    self.parts(&path, briefs, |p| Output::Storyline(ix, p));
                }
                DocumentIx::Page(ix) => self.push(path, Output::Page(ix)),
            }
        }
        for (index, pair) in graph.pairs.iter().enumerate() {
            self.parts(self.pairs.get(index).map_or("", String::as_str), pair.briefs.len(), |p| {
                Output::Pair(index, p)
            });
        }
    }

    fn lists(&mut self) {
        self.parts("briefs/", self.graph.briefs.len(), Output::Briefs);
        self.push("actors/", Output::Actors);
        self.push("topics/", Output::Topics);
        if !self.graph.pairs.is_empty() {
            self.push("pairs/", Output::Pairs);
        }
        if !self.graph.storylines.is_empty() {
            self.push("storylines/", Output::Storylines);
        }
        if !self.graph.timeline.is_empty() {
            self.push("timeline/", Output::Timeline);
            for (year, _) in
                self.graph.timeline_years().iter().filter(|_| self.graph.has_long_timeline())
            {
                self.push(timeline_path(*year), Output::TimelineYear(*year));
            }
        }
        self.push("archive/", Output::Archive);
        let mut last = None;
        for brief in self.graph.documents.briefs.iter() {
            let Some(date) = brief.date else { continue };
            let (year, month) = (date.year(), date.month());
            if last.is_none_or(|(y, _)| y != year) {
                self.push(format!("archive/{year:04}/"), Output::ArchiveYear(year));
            }
            if last != Some((year, month)) {
                let path = format!("archive/{year:04}/{month:02}/");
                self.push(path, Output::ArchiveMonth(year, month));
            }
            last = Some((year, month));
        }
        self.push("404.html", Output::NotFound);
    }
}
