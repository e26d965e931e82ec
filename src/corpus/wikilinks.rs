//! What wikilinks mean. This is decided once, when it is known what is published, and holds for the links of a page,
//! for who is mentioned, and for what is quoted and explained.
//!
//! Names in a text are judged while it is read, and a wikilink to an actor is evidence for them. So a reading takes
//! from [`expected`] whom a wikilink will mean. [`Wikilinks::corrections`] says where that was wrong: those few
//! documents are read again.

use std::sync::Arc;

use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};

use crate::markdown::{Body, TargetKind, WikilinkActors, wikilink_readings};
use crate::names::{Declaration, Registry, registered};
use crate::never;
use crate::source::{Kind, Sources};

use super::held::called;
use super::open::PORTION;
use super::{DocumentIx, Published};

/// What each wikilink of the site means, by what is written in it before a `|`.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Wikilinks {
    /// The published documents that each fits: one, none, or several, which is an error.
    /// Those that only part of what is written fits are here by that part, which a heading follows.
    fits: FxHashMap<Box<str>, Vec<DocumentIx>>,
}

/// How a wikilink is read.
pub struct Reading<'w, 'd> {
    /// What it calls a document; empty when it leads to a heading of its own document.
    pub name: &'w str,
    /// What stands behind the `#`, if that is not part of the name.
    pub heading: Option<&'w str>,
    /// The published documents that the name fits, in their order.
    pub fits: &'d [DocumentIx],
}

/// What is written in the wikilinks of a text.
pub(super) fn keys(body: &Body) -> impl Iterator<Item = &str> {
    let wiki = body.targets.iter().filter(|target| target.kind == TargetKind::Wiki);
    wiki.map(|target| target.destination.trim()).filter(|key| !key.is_empty())
}

impl Wikilinks {
    /// Decides for all wikilinks of published documents. `last` is how it was the last time, with its documents.
    pub fn new(documents: &Published, last: Option<&Published>) -> Arc<Wikilinks> {
        if let Some(last) = last.filter(|last| documents.name_and_call_like(last)) {
            return last.wikilinks.clone();
        }
        let all = documents.all();
        let of = |document: &DocumentIx| documents.head(*document).wikilinks();
        let written: FxHashSet<&str> =
            all.par_iter().with_min_len(PORTION).flat_map_iter(of).collect();
        Arc::new(Wikilinks::of(documents, written))
    }

    /// Decides for what is `written` in wikilinks.
    pub fn of(documents: &Published, written: FxHashSet<&str>) -> Wikilinks {
        let mut fits: FxHashMap<Box<str>, Vec<DocumentIx>> = FxHashMap::default();
        let names = written.into_iter().flat_map(wikilink_readings).map(|(name, _)| name);
        let written: FxHashSet<&str> = names.filter(|name| !name.is_empty()).collect();
        if written.is_empty() {
            return Wikilinks { fits };
        }
        let all = documents.all();
        let mut by_id: FxHashMap<(Kind, &str), DocumentIx> =
            all.iter().map(|ix| ((ix.kind(), documents.head(*ix).id), *ix)).collect();
        for ix in &all {
            if let Some(id) = documents.head(*ix).front.other_id() {
                by_id.entry((ix.kind(), id)).or_insert(*ix);
            }
        }
        let find = |kind: Kind, id: &str| by_id.get(&(kind, id)).copied();
        // What is no id, by how it is written in lower case.
        let mut loose: FxHashMap<String, Vec<DocumentIx>> = FxHashMap::default();
        for key in &written {
            // `actors/ru` names a document beyond doubt, and so does an id that just one kind has.
            let by_folder = Kind::ALL
                .into_iter()
                .find_map(|kind| find(kind, key.strip_prefix(kind.folder())?.strip_prefix('/')?));
            let found: Vec<DocumentIx> = match by_folder {
                Some(found) => vec![found],
                None => Kind::ALL.into_iter().filter_map(|kind| find(kind, key)).collect(),
            };
            match found.as_slice() {
                [] => drop(loose.entry(key.to_lowercase()).or_default()),
                _ => drop(fits.insert((*key).into(), found)),
            }
        }
        if !loose.is_empty() {
            let asked = &loose;
            let named = |lower: &mut String, document: &DocumentIx| {
                let mut names = Vec::new();
                let head = documents.head(*document);
                called(head.id, &head.front.names(), lower, |name| {
                    if asked.contains_key(name) {
                        names.push((name.to_owned(), *document));
                    }
                });
                names
            };
            let found = all.par_iter().with_min_len(PORTION).map_init(String::new, named);
            for (name, document) in found.flatten_iter().collect::<Vec<_>>() {
                if let Some(found) = loose.get_mut(&name).filter(|found| !found.contains(&document))
                {
                    found.push(document);
                }
            }
        }
        for key in written {
            if !fits.contains_key(key) {
                let found = loose.get(&key.to_lowercase()).cloned();
                let found = found.unwrap_or_else(|| never!("`{key}` was not asked for" => vec![]));
                fits.insert(key.into(), found);
            }
        }
        Wikilinks { fits }
    }

    /// How a wikilink of the site is read: by the longest name that fits a document, and else by what stands before a `#`.
    pub fn reading<'w>(&self, written: &'w str) -> Reading<'w, '_> {
        let mut shortest = ("", None);
        for (name, heading) in wikilink_readings(written) {
            shortest = (name, heading);
            match self.fits.get(name) {
                Some(fits) if !fits.is_empty() => return Reading { name, heading, fits },
                Some(_) => {}
                None if name.is_empty() => {}
                None => never!("the wikilink `[[{written}]]` was not decided"),
            }
        }
        Reading { name: shortest.0, heading: shortest.1, fits: &[] }
    }

    /// Whom wikilinks mean that were read as meaning somebody else, by `actors` and the registry. An actor that is held
    /// back counts as nobody.
    pub fn corrections(&self, documents: &Published, actors: &WikilinkActors) -> WikilinkActors {
        let registered = documents.registered_numbers();
        let mut corrections = WikilinkActors::default();
        for key in self.fits.keys() {
            let meant = match self.reading(key).fits {
                [DocumentIx::Actor(ix)] => registered.get(ix.get()).copied(),
                [] | [_] => None,
                // It is reported, and nothing is published.
                _ => continue,
            };
            let read = actors.meant(key, &documents.registry);
            if read.filter(|actor| documents.actor(*actor).is_some()) != meant {
                corrections.insert(key, meant);
            }
        }
        corrections
    }
}

/// Whom wikilinks will mean, as far as the ids of all documents tell it and the names of actors do not.
pub(super) fn expected(
    declarations: &[Declaration],
    registry: &Registry,
    sources: &Sources,
) -> WikilinkActors {
    let mut expected = WikilinkActors::default();
    for document in sources.documents.iter().filter(|document| document.kind != Kind::Actor) {
        if registry.called(&document.id).is_some() {
            expected.insert(&document.id, None);
        }
    }
    for (actor, Declaration { id, built_in, .. }) in registered(declarations) {
        let other = built_in.iter().filter(|other| *other != id);
        for id in [id].into_iter().chain(other) {
            expected.insert(&[Kind::Actor.folder(), "/", id].concat(), Some(actor));
            if expected.meant(id, registry) != Some(actor) {
                expected.insert(id, Some(actor));
            }
        }
    }
    expected
}
