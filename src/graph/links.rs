//! Where the links in the text lead: wikilinks, relative links and images.

use std::borrow::Cow;
use std::sync::{Arc, OnceLock};

use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};

use crate::composed::composed;
use crate::corpus::{Head, Held, Published, Reading, called};
use crate::diagnostic::{Code, Diagnostic, Diagnostics, MOST_GUESSES, Near, Place};
use crate::markdown::{
    Body, Target, TargetIx, TargetKind, heading_anchor, path_below, wikilink_readings,
};
use crate::never;
use crate::source::{ImageSize, Kind, Sources, document_at, file_at};

use super::ids::Ids;
use super::previous::Previous;
use super::{DocumentIx, PORTION};

/// Where a link leads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Destination {
    /// To a document, perhaps to a heading in it.
    Document(DocumentIx, Rest),
    /// To a file that is published as it is: its path below the site's address.
    File(String, Rest),
    /// To an address of the site, as the author wrote it after the leading `/`; the plan checks it.
    Address(String, Rest),
    /// To a full address of the site, and what of it stands below the site's own, as the author wrote it. The plan checks
    /// only whether it is one that is held back: other sites may lie below this one.
    Full(Box<str>, Box<str>),
    /// To a document that is held back: shown as plain text.
    Withheld,
    /// To nothing; reported.
    Nowhere,
}

/// What stands in a link behind the path, as it is written: a query, a fragment, or both (RFC 3986, sections 3.4 and 3.5).
/// Neither changes which file is meant.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rest(Option<Box<str>>);

impl Rest {
    fn of(target: &Target) -> Rest {
        let query = target.destination.find('?').and_then(|at| target.destination.get(at..));
        let fragment = target.fragment.as_deref().map(in_composed_form);
        let fragment = fragment.as_deref().map(|fragment| ["#", fragment]);
        let parts = query.into_iter().chain(fragment.into_iter().flatten());
        let rest = parts.collect::<String>();
        Rest((!rest.is_empty()).then(|| rest.into()))
    }

    /// Of what stands behind the `#` of a wikilink.
    fn behind(fragment: &str) -> Rest {
        Rest((!fragment.is_empty()).then(|| ["#", fragment].concat().into()))
    }

    /// The text, with its `?` or `#`.
    pub fn as_str(&self) -> &str {
        self.0.as_deref().unwrap_or_default()
    }

    /// What stands behind the `#`.
    pub fn fragment(&self) -> Option<&str> {
        self.as_str().split_once('#').map(|(_, fragment)| fragment)
    }
}

/// A link from one document to another.
#[derive(Clone, Copy, Debug)]
pub struct Backlink {
    /// Where it leads.
    pub to: DocumentIx,
    /// The document it stands in.
    pub from: DocumentIx,
    /// Its place among the targets of that document.
    pub target: TargetIx,
}

/// The links of all documents.
pub(super) struct Resolved {
    /// Where each leads; by the number of the document.
    pub destinations: Vec<Option<Arc<[Destination]>>>,
    /// All that lead to other documents, in the order of these.
    pub backlinks: Arc<[Backlink]>,
}

/// What documents may be called in a wikilink.
struct LinkNames<'a, 'd> {
    documents: &'a Published,
    sources: &'a Sources,
    ids: &'a Ids<'d>,
    /// The site's full address.
    site: &'a str,
    /// All names, for a wikilink that none of them fits.
    near: OnceLock<Near<'static>>,
    /// By folder, its files, for a link to one that is not there.
    beside: OnceLock<FxHashMap<&'a str, Near<'a>>>,
}

/// Resolves the links of every document, and turns them round. Broken ones are reported. Those of documents with
/// the same links are where they were, if they led there in the `previous` graph and do so still.
pub(super) fn resolve(
    documents: &Published,
    sources: &Sources,
    site: &str,
    ids: &Ids,
    previous: Option<&Previous>,
    diagnostics: &mut Diagnostics,
) -> Resolved {
    if let Some(previous) = previous.filter(|previous| previous.targets)
        && documents.all().into_iter().all(|document| same_links(previous, documents, document))
    {
        let last = &previous.last;
        let (destinations, backlinks) = (last.destinations.clone(), last.backlinks.clone());
        return Resolved { destinations, backlinks };
    }
    let names = LinkNames::new(documents, sources, site, ids);
    let resolved: Vec<(Option<Arc<[Destination]>>, Diagnostics)> = documents
        .all()
        .into_par_iter()
        .with_min_len(PORTION)
        .map(|from| names.destinations(from))
        .collect();
    let mut destinations = Vec::with_capacity(resolved.len());
    let mut backlinks = Vec::new();
    for (from, (list, found)) in documents.all().into_iter().zip(resolved) {
        diagnostics.append(found);
        let destinations_of = list.iter().flat_map(|list| list.iter());
        let targets = documents.head(from).body.targets.numbered();
        for (destination, (target, _)) in destinations_of.zip(targets) {
            if let Destination::Document(to, _) = destination
                && *to != from
            {
                backlinks.push(Backlink { to: *to, from, target });
            }
        }
        destinations.push(list);
    }
    backlinks.sort_by_key(|link| link.to);
    backlinks.dedup_by_key(|link| (link.to, link.from));
    Resolved { destinations, backlinks: backlinks.into() }
}

/// How large the images are that documents show, by path.
pub(super) fn sizes(
    documents: &Published,
    sources: &Sources,
    destinations: &[Option<Arc<[Destination]>>],
) -> FxHashMap<Box<str>, ImageSize> {
    let mut shown: FxHashSet<&str> = FxHashSet::default();
    for (from, list) in documents.all().into_iter().zip(destinations) {
        let targets = documents.head(from).body.targets.iter();
        for (target, destination) in targets.zip(list.iter().flat_map(|list| list.iter())) {
            if let (TargetKind::Image, Destination::File(path, _)) = (target.kind, destination) {
                shown.insert(path);
            }
        }
    }
    if shown.is_empty() {
        return FxHashMap::default();
    }
    let files: Vec<_> =
        sources.assets.iter().filter(|asset| shown.contains(asset.path.as_str())).collect();
    files
        .into_par_iter()
        .filter_map(|file| Some((file.path.as_str().into(), sources.image_size(file)?)))
        .collect()
}

/// Whether a document has the links it had.
fn same_links(previous: &Previous, documents: &Published, document: DocumentIx) -> bool {
    let before = &previous.last.documents;
    fn what(target: &Target) -> (TargetKind, &str, Option<&str>) {
        (target.kind, &target.destination, target.fragment.as_deref())
    }
    documents.has_unchanged(document, before) || {
        let (new, old) = (documents.head(document).body, before.head(document).body);
        new.targets.iter().map(what).eq(old.targets.iter().map(what))
    }
}

/// The anchors of documents that links lead to: each document's are gathered once, however many links ask for them.
#[derive(Default)]
pub(crate) struct Anchors<'a> {
    /// How many were missing.
    missing: usize,
    of: FxHashMap<DocumentIx, AnchorsOf<'a>>,
}

/// The anchors of a document.
struct AnchorsOf<'a> {
    all: FxHashSet<&'a str>,
    near: OnceLock<Near<'a>>,
    /// What there is, as the end of a help.
    list: OnceLock<String>,
    /// Those of headings, by the anchors that their words would have.
    by_words: OnceLock<FxHashMap<String, &'a str>>,
}

impl<'a> AnchorsOf<'a> {
    fn new(body: &'a Body) -> AnchorsOf<'a> {
        let all = body.anchors().collect();
        AnchorsOf { all, near: OnceLock::new(), list: OnceLock::new(), by_words: OnceLock::new() }
    }
}

impl<'a> Anchors<'a> {
    /// The anchor of the heading that a wikilink means: an id, the words of the heading, or the words of those above it too,
    /// as in `Causes#The war`. What means none stays as it is.
    fn called<'h>(&mut self, document: DocumentIx, body: &'a Body, heading: &'h str) -> &'h str
    where
        'a: 'h,
    {
        let of = self.of.entry(document).or_insert_with(|| AnchorsOf::new(body));
        let last = heading.rsplit('#').next().unwrap_or(heading).trim();
        if last.is_empty() || of.all.contains(last) {
            return last;
        }
        let by_words = of.by_words.get_or_init(|| {
            // The first of several with the same words.
            let headings = body.headings.iter().rev();
            headings.map(|heading| (heading_anchor(&heading.title), &*heading.id)).collect()
        });
        by_words.get(&heading_anchor(last)).copied().unwrap_or(last)
    }

    /// What to report when the text of a document, that of the file `other`, lacks the heading that a link at `place`
    /// leads to. The ids that start with `chancery-` are those of the theme.
    pub(crate) fn missing(
        &mut self,
        document: DocumentIx,
        other: &str,
        body: &'a Body,
        fragment: &str,
        place: Place,
    ) -> Option<Diagnostic> {
        let of = self.of.entry(document).or_insert_with(|| AnchorsOf::new(body));
        let AnchorsOf { all: anchors, near, list, .. } = of;
        let wanted = heading(fragment)?;
        if anchors.contains(&*wanted) || wanted.starts_with("chancery-") {
            return None;
        }
        self.missing += 1;
        if wanted.starts_with('^') {
            let message = format!("the link leads to a block of `{other}`: `#{wanted}`");
            let finding = Diagnostic::new(Code::BrokenAnchor, message).at(place);
            return Some(
                finding.help("give the passage a heading and link to that: `[[id#Heading]]`"),
            );
        }
        let names = || near.get_or_init(|| Near::new(anchors.iter().copied()));
        let near = (self.missing <= MOST_GUESSES).then(names).and_then(|n| n.nearest(&wanted));
        Some(
            Diagnostic::new(Code::BrokenAnchor, format!("`{other}` has no heading `#{wanted}`"))
                .at(place)
                .help(match near {
                    Some(near) => format!("did you mean `#{near}`?"),
                    None => list.get_or_init(|| headings_of(anchors)).clone(),
                }),
        )
    }
}

/// The most headings that a help lists.
const MOST_HEADINGS: usize = 8;

/// The anchors of a text, as the end of a help.
fn headings_of(anchors: &FxHashSet<&str>) -> String {
    let own = anchors.iter().filter(|anchor| !anchor.starts_with("chancery-"));
    let mut names: Vec<String> = own.map(|anchor| format!("`#{anchor}`")).collect();
    names.sort_unstable();
    let more = names.len().saturating_sub(MOST_HEADINGS);
    names.truncate(MOST_HEADINGS);
    if more > 0 {
        names.push(format!("and {more} more"));
    }
    match names.is_empty() {
        true => "it has no headings: leave `#` and what follows out".to_owned(),
        false => format!("it has {}", names.join(", ")),
    }
}

/// The anchor that a fragment names, decoded; `None` when it means the top of the page (HTML, 7.4.6.4) or only a text
/// in it, as in `#:~:text=peace`.
fn heading(fragment: &str) -> Option<Cow<'_, str>> {
    let name = fragment.split_once(":~:").map_or(fragment, |(name, _)| name);
    let is_top = name.is_empty() || name.eq_ignore_ascii_case("top");
    (!is_top).then(|| {
        let name = percent_encoding::percent_decode_str(name).decode_utf8_lossy();
        Cow::Owned(composed(&name).into_owned())
    })
}

/// All that documents may be called in a wikilink.
fn all_names(documents: &Published) -> Near<'static> {
    let mut names = Vec::new();
    let mut lower = String::new();
    for document in documents.all() {
        let head = documents.head(document);
        called(head.id, &head.front.names(), &mut lower, |name| names.push(name.to_owned()));
    }
    Near::new(names)
}

/// The files to publish as they are, by the folders they lie in.
fn by_folder(sources: &Sources) -> FxHashMap<&str, Near<'_>> {
    let mut folders: FxHashMap<&str, Vec<&str>> = FxHashMap::default();
    for asset in &sources.assets {
        if let Some((folder, _)) = asset.file.rsplit_once('/') {
            folders.entry(folder).or_default().push(&asset.file);
        }
    }
    folders.into_iter().map(|(folder, files)| (folder, Near::new(files))).collect()
}

impl<'a, 'd> LinkNames<'a, 'd> {
    fn new(
        documents: &'a Published,
        sources: &'a Sources,
        site: &'a str,
        ids: &'a Ids<'d>,
    ) -> Self {
        LinkNames { documents, sources, ids, site, near: OnceLock::new(), beside: OnceLock::new() }
    }

    /// The documents of an id, one for each kind at most.
    fn by_id(&self, key: &str) -> impl Iterator<Item = DocumentIx> {
        Kind::ALL.into_iter().filter_map(move |kind| self.ids.find(kind, key))
    }

    /// Where each link of a document leads, if it has any, and what is wrong with them.
    fn destinations(&self, from: DocumentIx) -> (Option<Arc<[Destination]>>, Diagnostics) {
        let documents = self.documents;
        let Head { file, folder, body, .. } = documents.head(from);
        let mut diagnostics = Diagnostics::new();
        if body.targets.is_empty() {
            return (None, diagnostics);
        }
        let mut list = Vec::with_capacity(body.targets.len());
        let mut anchors = Anchors::default();
        let mut guesses = MOST_GUESSES;
        for target in body.targets.iter() {
            let found = self.find(documents, from, file, folder, target, guesses > 0);
            if let Ok(Destination::Document(to, _)) = &found {
                diagnostics.extend(self.soon_ambiguous(documents, file, target, *to));
            }
            let mut destination = found.unwrap_or_else(|diagnostic| {
                let is_broken = matches!(diagnostic.code, Code::BrokenLink | Code::BrokenImage);
                if is_broken && self.may_be_unsound(file, target) {
                    return Destination::Nowhere;
                }
                guesses = guesses.saturating_sub(1);
                let withheld = diagnostic.code == Code::WithheldLink;
                diagnostics.push(diagnostic.at(Place::span(file.clone(), target.span)));
                if withheld { Destination::Withheld } else { Destination::Nowhere }
            });
            if let Destination::Document(to, rest) = &mut destination
                && target.kind == TargetKind::Wiki
                && let Some(heading) = rest.fragment()
            {
                *rest = Rest::behind(anchors.called(*to, documents.head(*to).body, heading));
            }
            if let Destination::Document(to, rest) = &destination
                && let Some(fragment) = rest.fragment()
            {
                let Head { file: other, body, .. } = documents.head(*to);
                let place = Place::span(file.clone(), target.span);
                if !documents.is_unsound(*to) {
                    diagnostics.extend(anchors.missing(*to, other, body, fragment, place));
                }
            }
            list.push(destination);
        }
        (Some(list.into()), diagnostics)
    }

    /// Whether a link that leads nowhere may be meant for a document with an error, of which it is not known what it is
    /// called.
    fn may_be_unsound(&self, file: &str, target: &Target) -> bool {
        let unsound = &self.documents.unsound;
        if unsound.is_empty() {
            return false;
        }
        match target.kind {
            TargetKind::Wiki => {
                let key = target.destination.trim();
                unsound.may_be_called(None)
                    || Kind::ALL.into_iter().any(|kind| unsound.has(kind, key))
            }
            _ => {
                let path = percent_encoding::percent_decode_str(without_query(&target.destination));
                let name = file_at(file, &path.decode_utf8_lossy());
                let document = name.as_deref().and_then(document_at);
                document.is_some_and(|(kind, id)| unsound.has(kind, id))
            }
        }
    }

    /// Where a target leads, or what is wrong with it, with a guess at what was meant if one is wanted.
    fn find(
        &self,
        documents: &Published,
        from: DocumentIx,
        file: &str,
        folder: bool,
        target: &Target,
        guess: bool,
    ) -> Result<Destination, Diagnostic> {
        let path = without_query(&target.destination);
        match target.kind {
            TargetKind::Wiki => self.wikilink(documents, from, file, target, guess),
            TargetKind::Full | TargetKind::FullImage => {
                let below = path_below(&target.destination, self.site);
                let below = below.unwrap_or_else(|| {
                    never!("`{}` was taken for an address of the site", target.destination => "")
                });
                Ok(Destination::Full(target.destination.clone(), below.into()))
            }
            _ if path.is_empty() => Ok(Destination::Document(from, Rest::of(target))),
            _ if path.starts_with("//") => Err(broken(target, "an address without `https:`")),
            _ => match path.strip_prefix('/') {
                Some(path) => {
                    Ok(Destination::Address(in_composed_form(path).into_owned(), Rest::of(target)))
                }
                None => self.relative(documents, file, folder, target, guess),
            },
        }
    }

    fn wikilink(
        &self,
        documents: &Published,
        from: DocumentIx,
        file: &str,
        target: &Target,
        guess: bool,
    ) -> Result<Destination, Diagnostic> {
        let Reading { name: key, heading, fits } = documents.wikilinks.reading(&target.destination);
        let to = |document: DocumentIx| {
            Ok(Destination::Document(document, Rest::behind(heading.unwrap_or_default())))
        };
        if key.is_empty() {
            return to(from);
        }
        match fits {
            [one] => to(*one),
            [] => {
                if let Some(held) = documents.held.called(&target.destination) {
                    return Err(withheld_link(target, held));
                }
                for (name, fragment) in wikilink_readings(&target.destination) {
                    let name = file_at(file, name);
                    let rest = Rest::behind(fragment.unwrap_or_default());
                    if let Some(found) =
                        name.and_then(|name| self.file(documents, target, &name, rest))
                    {
                        return found;
                    }
                }
                let names = guess.then(|| self.near.get_or_init(|| all_names(documents)));
                let near = names.and_then(|names| names.nearest(&key.to_lowercase()));
                let path =
                    wikilink_readings(&target.destination).last().map_or(key, |(name, _)| name);
                let is_file = path.rsplit_once('.').is_some_and(|(_, end)| {
                    (2..=4).contains(&end.len()) && end.bytes().all(|b| b.is_ascii_alphanumeric())
                });
                let file = file_at(file, path).filter(|_| is_file);
                let is_file = file.is_some();
                let no_file = file.map_or(String::new(), |file| format!(", and no file `{file}`"));
                let why = format!("no document of this id, title or alias{no_file}");
                Err(broken(target, &why).help(match near {
                    Some(near) => format!("did you mean `[[{near}]]`?"),
                    None if is_file => "put the file beside the document; one in `static/` is linked by its address, as in `[words](/report.pdf)`".to_owned(),
                    None => format!("write the id, title or alias of a document, or make one, as with `chancery new actor \"{key}\"`; brackets that are no link are written `\\[[`"),
                }))
            }
            many => {
                let list: Vec<String> =
                    many.iter().map(|ix| format!("`{}`", documents.head(*ix).file)).collect();
                Err(Diagnostic::new(
                    Code::AmbiguousLink,
                    format!("`[[{key}]]` fits {}", list.join(" and ")),
                )
                .help("write the folder too, as in `[[actors/ru]]`, or the id of the one you mean"))
            }
        }
    }

    /// The file of a name, if there is one to publish.
    fn file(
        &self,
        documents: &Published,
        target: &Target,
        name: &str,
        rest: Rest,
    ) -> Option<Result<Destination, Diagnostic>> {
        let asset = self.sources.asset(name)?;
        let owner = asset.owner.as_ref();
        Some(match owner.and_then(|(kind, id)| documents.held.get(*kind, id)) {
            Some(held) => Err(withheld_link(target, held)),
            None => Ok(Destination::File(asset.path.clone(), rest)),
        })
    }

    /// What to report of a wikilink that leads to a published document by a name that one has too which is held back.
    /// What is held back changes nothing that is published: the link holds until then.
    fn soon_ambiguous(
        &self,
        documents: &Published,
        file: &str,
        target: &Target,
        to: DocumentIx,
    ) -> Option<Diagnostic> {
        if target.kind != TargetKind::Wiki || documents.held.documents().is_empty() {
            return None;
        }
        let key = documents.wikilinks.reading(&target.destination).name;
        if key.is_empty() {
            return None;
        }
        let held = documents.held.called(key)?;
        let by_folder = key
            .split_once('/')
            .is_some_and(|(folder, _)| Kind::ALL.into_iter().any(|kind| kind.folder() == folder));
        // An id that just one document has goes before the names of others.
        if by_folder || self.by_id(key).next().is_some() && held.id != key {
            return None;
        }
        let (published, withheld) = (documents.head(to).file, &held.file);
        Some(
            Diagnostic::new(
                Code::WithheldLink,
                format!("`[[{key}]]` leads to `{published}`, and fits `{withheld}` too, which is held back"),
            )
            .at(Place::span(file, target.span))
            .help("it will be ambiguous when that is published: write the folder too, as in `[[actors/ru]]`, or the id of the one you mean"),
        )
    }

    fn relative(
        &self,
        documents: &Published,
        file: &str,
        folder: bool,
        target: &Target,
        guess: bool,
    ) -> Result<Destination, Diagnostic> {
        let path = without_query(&target.destination);
        let decoded = percent_encoding::percent_decode_str(path).decode_utf8_lossy();
        let Some(name) = file_at(file, &decoded) else {
            return Err(broken(target, "leads out of the site")
                .help("links and images stay inside the site's folder"));
        };
        if let Some((kind, id)) = document_at(&name) {
            if let Some(ix) = self.ids.find(kind, id) {
                return Ok(Destination::Document(ix, Rest::of(target)));
            }
            if let Some(held) = documents.held.get(kind, id) {
                return Err(withheld_link(target, held));
            }
        }
        if let Some(address) = list_at(&name, path) {
            return Ok(match self.ids.find(Kind::Page, address.trim_end_matches('/')) {
                Some(page) => Destination::Document(page, Rest::of(target)),
                None => Destination::Address(address, Rest::of(target)),
            });
        }
        match self.file(documents, target, &name, Rest::of(target)) {
            Some(found) => found,
            None => {
                let here = name.rsplit_once('/').map_or("", |(folder, _)| folder);
                let beside = guess.then(|| self.beside.get_or_init(|| by_folder(self.sources)));
                let near = beside.and_then(|files| files.get(here)?.nearest(&name));
                let help = match near {
                    _ if let Some(full) = full_address(path) => {
                        format!("for another site write all of its address: `{full}`")
                    }
                    Some(near) => format!("did you mean `{near}`?"),
                    None if folder => "put the file beside the document's `index.md`".to_owned(),
                    None => "paths are relative to the file the link stands in".to_owned(),
                };
                Err(broken(target, &format!("there is no `{name}`")).help(help))
            }
        }
    }
}

/// A part of an address as it is written, or encoded anew if it is not in composed form, as pages and headings are.
fn in_composed_form(part: &str) -> Cow<'_, str> {
    if part.is_ascii() && !part.contains('%') {
        return Cow::Borrowed(part);
    }
    let decoded = percent_encoding::percent_decode_str(part).decode_utf8_lossy();
    match composed(&decoded) {
        Cow::Borrowed(_) => Cow::Borrowed(part),
        Cow::Owned(other) => {
            const KEPT: &percent_encoding::AsciiSet = &percent_encoding::CONTROLS
                .add(b' ')
                .add(b'"')
                .add(b'#')
                .add(b'%')
                .add(b'<')
                .add(b'>')
                .add(b'?')
                .add(b'`');
            Cow::Owned(percent_encoding::utf8_percent_encode(&other, KEPT).to_string())
        }
    }
}

/// The address of the list of documents that a path to a folder means, as in `../actors/` or `./`.
fn list_at(name: &str, written: &str) -> Option<String> {
    let is_folder =
        written.ends_with('/') || written.split('/').all(|part| matches!(part, "." | ".."));
    let folder = name.strip_prefix("content").filter(|_| is_folder)?.trim_start_matches('/');
    match Kind::ALL.into_iter().any(|kind| kind.folder() == folder) {
        _ if folder.is_empty() => Some(String::new()),
        true => Some(format!("{folder}/")),
        false => None,
    }
}

/// The whole address of another site, when that was written without its scheme: `www.example.org`, or `a@example.org`.
fn full_address(path: &str) -> Option<String> {
    let host = path.split('/').next().unwrap_or(path);
    let name = host.rsplit_once('@').filter(|(user, _)| !user.is_empty());
    if let Some((_, host)) = name {
        return host.contains('.').then(|| format!("mailto:{path}"));
    }
    let (_, last) = host.rsplit_once('.')?;
    let known = ["com", "org", "net", "int", "gov", "edu", "eu"];
    let is_host = host.starts_with("www.") || known.contains(&last) && !host.starts_with('.');
    is_host.then(|| format!("https://{path}"))
}

fn broken(target: &Target, why: &str) -> Diagnostic {
    let (code, what) = match target.kind {
        TargetKind::Image | TargetKind::FullImage => (Code::BrokenImage, "the image"),
        TargetKind::Wiki => (Code::BrokenLink, "the wikilink"),
        TargetKind::Link | TargetKind::Full => (Code::BrokenLink, "the link"),
    };
    Diagnostic::new(code, format!("{what} to `{}` leads nowhere", target.destination)).label(why)
}

/// What to report of a link to a document that is held back, or to a file in its folder.
fn withheld_link(target: &Target, held: &Held) -> Diagnostic {
    let Target { kind, destination, .. } = target;
    let why = held.hold.why.words();
    Diagnostic::new(
        Code::WithheldLink,
        format!("`{destination}` is held back from this build ({why}), {}", as_shown(*kind)),
    )
    .help(match kind {
        TargetKind::Image => "it is shown when the document is published whose file it is",
        _ => "it becomes a link when the document is published",
    })
}

/// How a link is shown whose target is held back, as the end of a sentence.
pub(crate) fn as_shown(kind: TargetKind) -> &'static str {
    match kind {
        TargetKind::Image | TargetKind::FullImage => "so only the image's description is shown",
        TargetKind::Wiki | TargetKind::Link | TargetKind::Full => {
            "so the link is shown as plain text"
        }
    }
}

/// A path without what stands behind a `?`, which no file's name has.
pub(crate) fn without_query(path: &str) -> &str {
    path.split_once('?').map_or(path, |(path, _)| path)
}
