//! Where the links in the text lead: wikilinks, relative links and images.

use std::sync::{Arc, OnceLock};

use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};

use crate::corpus::{Document, Held, Published, called};
use crate::diagnostic::{Code, Diagnostic, Diagnostics, MOST_GUESSES, Near, Place};
use crate::front_matter;
use crate::markdown::{Body, Target, TargetIx, TargetKind, path_below};
use crate::source::{Kind, Sources, document_at};

use super::declared::Ids;
use super::known::{Known, unchanged};
use super::{DocumentIx, PORTION, all};

/// Where a link leads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Destination {
    /// To a document, perhaps to a heading in it.
    Document(DocumentIx, Option<Box<str>>),
    /// To a file that is published as it is: its path below the site's address.
    File(String),
    /// To an address of the site, as the author wrote it after the leading `/`; the plan checks it.
    Address(String, Option<Box<str>>),
    /// To a full address of the site, and what of it stands below the site's own, as the author wrote it. The plan checks
    /// only whether it is one that is held back: other sites may lie below this one.
    Full(Box<str>, Box<str>),
    /// To a document that is held back: shown as plain text.
    Withheld,
    /// To nothing; reported.
    Nowhere,
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

/// What wikilinks call documents that is no id, in lower case, and whom they may mean; more than one is
/// ambiguous. Of all that documents may be called, links ask for little.
pub type Loose = FxHashMap<String, Vec<DocumentIx>>;

/// The links of all documents.
pub struct Resolved {
    /// Where each leads; by the number of the document.
    pub destinations: Vec<Option<Arc<[Destination]>>>,
    /// All that lead to other documents, in the order of these.
    pub backlinks: Arc<[Backlink]>,
    /// What wikilinks call documents.
    pub loose: Arc<Loose>,
}

/// What documents may be called in a wikilink.
struct Names<'a, 'd> {
    documents: &'a Published,
    sources: &'a Sources,
    ids: &'a Ids<'d>,
    /// The site's full address.
    site: &'a str,
    loose: Arc<Loose>,
    /// All names, for a wikilink that none of them fits.
    near: OnceLock<Near<'static>>,
    /// By folder, its files, for a link to one that is not there.
    beside: OnceLock<FxHashMap<&'a str, Near<'a>>>,
}

/// Resolves the links of every document, and turns them round. Broken ones are reported. Those of documents with
/// the same links are where they were, if they are `known` to lead there still.
pub fn resolve(
    documents: &Published,
    sources: &Sources,
    site: &str,
    ids: &Ids,
    known: Option<&Known>,
    diagnostics: &mut Diagnostics,
) -> Resolved {
    if let Some(known) = known.filter(|known| known.targets)
        && all(documents).into_iter().all(|document| same_links(known, documents, document))
    {
        let last = &known.last;
        let (destinations, backlinks) = (last.destinations.clone(), last.backlinks.clone());
        return Resolved { destinations, backlinks, loose: last.loose.clone() };
    }
    let names = Names::new(documents, sources, site, ids);
    let resolved: Vec<(Option<Arc<[Destination]>>, Diagnostics)> = all(documents)
        .into_par_iter()
        .with_min_len(PORTION)
        .map(|from| names.destinations(from))
        .collect();
    let mut destinations = Vec::with_capacity(resolved.len());
    let mut backlinks = Vec::new();
    for (from, (list, found)) in all(documents).into_iter().zip(resolved) {
        diagnostics.append(found);
        let destinations_of = list.iter().flat_map(|list| list.iter());
        let targets = facts(documents, from).2.targets.numbered();
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
    Resolved { destinations, backlinks: backlinks.into(), loose: names.loose }
}

/// Whether a document has the links it had.
fn same_links(known: &Known, documents: &Published, document: DocumentIx) -> bool {
    let before = &known.last.documents;
    fn what(target: &Target) -> (TargetKind, &str, Option<&str>) {
        (target.kind, &target.destination, target.fragment.as_deref())
    }
    unchanged(before, documents, document) || {
        let (new, old) = (facts(documents, document).2, facts(before, document).2);
        new.targets.iter().map(what).eq(old.targets.iter().map(what))
    }
}

/// The file of a document, whether it is a folder, and its text.
pub(super) fn facts(documents: &Published, document: DocumentIx) -> (&str, bool, &Body) {
    fn of<T>(document: &Document<T>) -> (&str, bool, &Body) {
        (&document.file, document.folder, &document.body)
    }
    match document {
        DocumentIx::Brief(ix) => of(&documents.briefs[ix]),
        DocumentIx::Actor(ix) => of(&documents.actors[ix]),
        DocumentIx::Topic(ix) => of(&documents.topics[ix]),
        DocumentIx::Storyline(ix) => of(&documents.storylines[ix]),
        DocumentIx::Page(ix) => of(&documents.pages[ix]),
    }
}

/// The anchors of documents that links lead to: each document's are gathered once, however many links ask for them.
#[derive(Default)]
pub struct Anchors<'a> {
    /// How many were missing.
    missing: usize,
    of: FxHashMap<DocumentIx, (FxHashSet<&'a str>, OnceLock<Near<'a>>)>,
}

impl<'a> Anchors<'a> {
    /// What to report when the text of a document, that of the file `other`, lacks the heading that a link at `place`
    /// leads to. The ids that start with `chancery-` are those of the theme.
    pub fn missing(
        &mut self,
        document: DocumentIx,
        other: &str,
        body: &'a Body,
        fragment: &str,
        place: Place,
    ) -> Option<Diagnostic> {
        let gathered = || (body.anchors().collect(), OnceLock::new());
        let (anchors, near) = self.of.entry(document).or_insert_with(gathered);
        if anchors.contains(fragment) || fragment.starts_with("chancery-") {
            return None;
        }
        self.missing += 1;
        let names = || near.get_or_init(|| Near::new(anchors.iter().copied()));
        let near = (self.missing <= MOST_GUESSES).then(names).and_then(|n| n.nearest(fragment));
        Some(
            Diagnostic::new(Code::BrokenAnchor, format!("`{other}` has no heading `#{fragment}`"))
                .at(place)
                .help_if(near.map(|near| format!("did you mean `#{near}`?"))),
        )
    }
}

/// What a document may be called: its id, and its names.
pub(super) fn names(documents: &Published, document: DocumentIx) -> (&str, Vec<&str>) {
    fn of<T: front_matter::Document>(document: &Document<T>) -> (&str, Vec<&str>) {
        (&document.id, document.front.names())
    }
    match document {
        DocumentIx::Brief(ix) => of(&documents.briefs[ix]),
        DocumentIx::Actor(ix) => of(&documents.actors[ix]),
        DocumentIx::Topic(ix) => of(&documents.topics[ix]),
        DocumentIx::Storyline(ix) => of(&documents.storylines[ix]),
        DocumentIx::Page(ix) => of(&documents.pages[ix]),
    }
}

/// All that a document may be called, as [`called`].
fn loosely(documents: &Published, document: DocumentIx, lower: &mut String, add: impl FnMut(&str)) {
    let (id, names) = names(documents, document);
    called(id, &names, lower, add);
}

/// All that documents may be called in a wikilink.
fn all_names(documents: &Published) -> Near<'static> {
    let mut names = Vec::new();
    let mut lower = String::new();
    for document in all(documents) {
        loosely(documents, document, &mut lower, |name| names.push(name.to_owned()));
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

impl<'a, 'd> Names<'a, 'd> {
    fn new(
        documents: &'a Published,
        sources: &'a Sources,
        site: &'a str,
        ids: &'a Ids<'d>,
    ) -> Self {
        let mut names = Names {
            documents,
            sources,
            ids,
            site,
            loose: Arc::default(),
            near: OnceLock::new(),
            beside: OnceLock::new(),
        };
        let all = all(documents);
        let asked = |document: &DocumentIx| {
            let targets = facts(documents, *document).2.targets.iter();
            let wiki = targets.filter(|target| target.kind == TargetKind::Wiki);
            let keys = wiki.map(|target| target.destination.trim());
            let unknown = keys.filter(|key| names.by_id(key).next().is_none());
            unknown.map(|key| (key.to_lowercase(), Vec::new())).collect::<Vec<_>>()
        };
        let mut loose: Loose = all.par_iter().with_min_len(PORTION).flat_map_iter(asked).collect();
        if !loose.is_empty() {
            let known = &loose;
            let called = |lower: &mut String, document: &DocumentIx| {
                let mut names = Vec::new();
                loosely(documents, *document, lower, |name| {
                    if known.contains_key(name) {
                        names.push((name.to_owned(), *document));
                    }
                });
                names
            };
            let called: Vec<_> = all
                .par_iter()
                .with_min_len(PORTION)
                .map_init(String::new, called)
                .flatten_iter()
                .collect();
            for (name, document) in called {
                if let Some(found) = loose.get_mut(&name).filter(|f| !f.contains(&document)) {
                    found.push(document);
                }
            }
            loose.values_mut().for_each(|found| found.sort_unstable());
        }
        names.loose = Arc::new(loose);
        names
    }

    /// The documents of an id, one for each kind at most.
    fn by_id(&self, key: &str) -> impl Iterator<Item = DocumentIx> {
        Kind::ALL.into_iter().filter_map(move |kind| self.ids.find(kind, key))
    }

    /// Where each link of a document leads, if it has any, and what is wrong with them.
    fn destinations(&self, from: DocumentIx) -> (Option<Arc<[Destination]>>, Diagnostics) {
        let documents = self.documents;
        let (file, folder, body) = facts(documents, from);
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
            let destination = found.unwrap_or_else(|diagnostic| {
                guesses = guesses.saturating_sub(1);
                let withheld = diagnostic.code == Code::WithheldLink;
                diagnostics.push(diagnostic.at(Place::span(file, target.span)));
                if withheld { Destination::Withheld } else { Destination::Nowhere }
            });
            if let Destination::Document(to, Some(fragment)) = &destination {
                let (other, _, body) = facts(documents, *to);
                let place = Place::span(file, target.span);
                diagnostics.extend(anchors.missing(*to, other, body, fragment, place));
            }
            list.push(destination);
        }
        (Some(list.into()), diagnostics)
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
        let fragment = target.fragment.clone();
        match target.kind {
            TargetKind::Wiki => self.wikilink(documents, from, target, guess),
            TargetKind::Full | TargetKind::FullImage => {
                let below = path_below(&target.destination, self.site).unwrap_or_default();
                Ok(Destination::Full(target.destination.clone(), below.into()))
            }
            _ if target.destination.is_empty() => Ok(Destination::Document(from, fragment)),
            _ if target.destination.starts_with("//") => {
                Err(broken(target, "an address without `https:`"))
            }
            _ => match target.destination.strip_prefix('/') {
                Some(path) => Ok(Destination::Address(path.to_owned(), fragment)),
                None => self.relative(documents, file, folder, target, guess),
            },
        }
    }

    fn wikilink(
        &self,
        documents: &Published,
        from: DocumentIx,
        target: &Target,
        guess: bool,
    ) -> Result<Destination, Diagnostic> {
        let key = target.destination.trim();
        let fragment = target.fragment.clone();
        if key.is_empty() {
            return Ok(Destination::Document(from, fragment));
        }
        // `actors/ru` names a document beyond doubt, and so does an id that just one kind has.
        let by_folder = Kind::ALL.into_iter().find_map(|kind| {
            let id = key.strip_prefix(kind.folder())?.strip_prefix('/')?;
            self.ids.find(kind, id)
        });
        if let Some(found) = by_folder {
            return Ok(Destination::Document(found, fragment));
        }
        let by_id: Vec<DocumentIx> = self.by_id(key).collect();
        let folded = key.to_lowercase();
        let found = match by_id.as_slice() {
            [] => self.loose.get(&folded).cloned().unwrap_or_default(),
            _ => by_id,
        };
        match found.as_slice() {
            [one] => Ok(Destination::Document(*one, fragment)),
            [] => {
                if let Some(held) = documents.held.called(key) {
                    return Err(withheld_link(target, held));
                }
                let names = guess.then(|| self.near.get_or_init(|| all_names(documents)));
                let near = names.and_then(|names| names.nearest(&folded));
                Err(broken(target, "no document of this id, title or alias")
                    .help_if(near.map(|near| format!("did you mean `[[{near}]]`?"))))
            }
            many => {
                let list: Vec<String> =
                    many.iter().map(|ix| format!("`{}`", facts(documents, *ix).0)).collect();
                Err(Diagnostic::new(
                    Code::AmbiguousLink,
                    format!("`[[{key}]]` fits {}", list.join(" and ")),
                )
                .help("write the folder too, as in `[[actors/ru]]`, or the id of the one you mean"))
            }
        }
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
        let key = target.destination.trim();
        if target.kind != TargetKind::Wiki
            || key.is_empty()
            || documents.held.documents().is_empty()
        {
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
        let (published, withheld) = (facts(documents, to).0, &held.file);
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
                return Ok(Destination::Document(ix, target.fragment.clone()));
            }
            if let Some(held) = documents.held.get(kind, id) {
                return Err(withheld_link(target, held));
            }
        }
        let asset = self.sources.asset(&name);
        let owner = asset.and_then(|asset| asset.owner.as_ref());
        if let Some(held) = owner.and_then(|(kind, id)| documents.held.get(*kind, id)) {
            return Err(withheld_link(target, held));
        }
        match asset {
            Some(asset) => Ok(Destination::File(asset.path.clone())),
            None => {
                let here = name.rsplit_once('/').map_or("", |(folder, _)| folder);
                let beside = guess.then(|| self.beside.get_or_init(|| by_folder(self.sources)));
                let near = beside.and_then(|files| files.get(here)?.nearest(&name));
                let help = match near {
                    Some(near) => format!("did you mean `{near}`?"),
                    None if folder => "put the file beside the document's `index.md`".to_owned(),
                    None => "paths are relative to the file the link stands in".to_owned(),
                };
                Err(broken(target, &format!("there is no `{name}`")).help(help))
            }
        }
    }
}

/// The name of the file that a relative path in `file` means; `None` when it leads out of the site.
pub fn file_at(file: &str, path: &str) -> Option<String> {
    let mut parts: Vec<&str> = file.split('/').collect();
    parts.pop();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop()?;
            }
            part => parts.push(part),
        }
    }
    Some(parts.join("/"))
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
pub fn as_shown(kind: TargetKind) -> &'static str {
    match kind {
        TargetKind::Image | TargetKind::FullImage => "so only the image's description is shown",
        TargetKind::Wiki | TargetKind::Link | TargetKind::Full => {
            "so the link is shown as plain text"
        }
    }
}

/// A path without what stands behind a `?`, which no file's name has.
pub fn without_query(path: &str) -> &str {
    path.split_once('?').map_or(path, |(path, _)| path)
}
