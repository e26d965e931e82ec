//! Who is called what: the front matter of all actors, read before any text.

use std::collections::hash_map::Entry;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use rayon::prelude::*;
use rustc_hash::FxHashMap;

use crate::arena::Ix;
use crate::config::{Config, Kinds};
use crate::diagnostic::{Code, Diagnostic, Diagnostics, MOST_GUESSES, Place};
use crate::front_matter::{self, Actor, Referent};
use crate::markdown::WikilinkActors;
use crate::names::{Declaration, Name, RegisteredIx, Registry, Role, Spelling};
use crate::registry::Pack;
use crate::source::{DocumentFile, Kind, Sources};

use super::Document;
use super::lists::{ActorLists, dangling};
use super::memory::{DocumentMemory, KnownNames, Remembered, remembered};
use super::open::{Opened, PORTION, files_of};
use super::wikilinks;

/// The actors of a site, and who is called what. Their texts are still to be read.
pub struct Roster {
    /// The front matter of each actor's file.
    pub(super) fronts: Vec<Front>,
    /// The actors of lists that have no file of their own.
    pub(super) listed: Vec<Arc<Document<Actor>>>,
    /// Every name of every actor.
    pub(super) registry: Arc<Registry>,
    /// Whom wikilinks are expected to mean.
    pub(super) expected: Arc<WikilinkActors>,
}

/// The front matter of an actor.
pub(super) enum Front {
    /// All of the actor is remembered.
    Known(Remembered<Actor>),
    /// Just read, and the actor's number in the registry.
    New(Option<Box<Opened<Actor>>>, Option<RegisteredIx>, Vec<Diagnostic>),
}

impl Front {
    /// The actor's file, id and front matter, if it could be read.
    fn actor(&self) -> Option<(&Arc<str>, &str, &Actor)> {
        match self {
            Front::Known(known) => {
                let document = known.document.as_ref()?;
                Some((&document.file, &document.id, &document.front))
            }
            Front::New(opened, ..) => {
                let opened = opened.as_ref()?;
                Some((&opened.file, &opened.id, &opened.front))
            }
        }
    }
}

impl Roster {
    /// Reads the front matter of all actors. Reports names that clash. With a memory of an earlier reading, only files that
    /// have changed since are read; if anybody is called otherwise than then, the memory is emptied.
    pub fn read(
        sources: &Sources,
        config: &Config,
        memory: Option<&mut DocumentMemory>,
        diagnostics: &mut Diagnostics,
    ) -> Roster {
        let keep = memory.is_some();
        let mut none = DocumentMemory::default();
        let memory = memory.unwrap_or(&mut none);
        let is_as_it_was = |lists: &ActorLists| lists.there.iter().cloned().eq(sources.lists());
        if memory.config != sources.config || !memory.lists.as_ref().is_none_or(is_as_it_was) {
            memory.forget(sources);
        }
        let lists = memory.lists.take().unwrap_or_else(|| ActorLists::new(config, sources));
        diagnostics.extend(lists.found.iter().cloned());
        let mut roll = Roll::call(sources, config, &lists, memory, diagnostics);
        roll.check_references(&lists, diagnostics);
        let mut kinds = Kinds::new(config);
        diagnostics.extend(lists.kinds().filter_map(|(file, kind)| kinds.unknown(kind, file)));
        let known = memory.names.take();
        let is_first = known.is_none();
        let same = known.filter(|known| {
            let mut both = known.declarations.iter().zip(&roll.declarations);
            known.declarations.len() == roll.declarations.len()
                && both.all(|(a, b)| a.calls_the_same(b))
        });
        let mut clashes = Vec::new();
        let names = same.as_ref().and_then(|same| same.registry.clone());
        let names =
            names.unwrap_or_else(|| Arc::new(Registry::new(&roll.declarations, &mut clashes)));
        let expected = Arc::new(wikilinks::expected(&roll.declarations, &names, sources));
        if !is_first && same.is_none_or(|same| same.expected != expected) {
            // All texts were read with other names.
            memory.forget(sources);
            roll = Roll::call(sources, config, &lists, memory, &mut Diagnostics::new());
        }
        let Roll { fronts, listed, declarations } = roll;
        let sound = clashes.is_empty();
        diagnostics.extend(clashes);
        if keep {
            memory.lists = Some(lists);
            let (registry, expected) = (sound.then(|| names.clone()), expected.clone());
            memory.names = Some(KnownNames { declarations, expected, registry });
        }
        Roster { fronts, listed, registry: names, expected }
    }

    /// The ids of the states that the site knows, by their codes (ISO 3166-1).
    pub(crate) fn states(&self) -> BTreeMap<String, String> {
        let with_files = self.fronts.iter().filter_map(Front::actor);
        let with_files = with_files.map(|(_, id, actor)| (id, actor));
        let listed = self.listed.iter().map(|actor| (actor.id.as_str(), &actor.front));
        let mut states = BTreeMap::new();
        for (id, actor) in with_files.chain(listed) {
            if let Some(code) = &actor.iso3166 {
                states.entry(code.to_string()).or_insert_with(|| id.to_owned());
            }
        }
        states
    }
}

/// All actors, and what they are called, in the order of their ids.
struct Roll {
    /// The front matter of those with a file.
    fronts: Vec<Front>,
    /// Those of lists without a file of their own.
    listed: Vec<Arc<Document<Actor>>>,
    /// What each is called.
    declarations: Vec<Declaration>,
}

impl Roll {
    /// Reads the front matter of all actors. Reports two that extend the same one of the registry, and kinds that there are
    /// not.
    fn call(
        sources: &Sources,
        config: &Config,
        lists: &ActorLists,
        memory: &mut DocumentMemory,
        diagnostics: &mut Diagnostics,
    ) -> Roll {
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
                let opened = Opened::actor(source, sources, lists, &mut found).map(Box::new);
                Front::New(opened, None, found)
            })
            .collect();
        let listed = unclaimed(files, &fronts, lists, diagnostics);
        let mut declarations: Vec<Declaration> = Vec::with_capacity(fronts.len() + listed.len());
        let mut rest = listed.iter().peekable();
        let declare = |document: &Arc<Document<Actor>>| {
            declaration(&document.file, &document.id, &document.front, lists)
        };
        let mut kinds = Kinds::new(config);
        for front in &mut fronts {
            if let Front::New(Some(opened), _, found) = front {
                found.extend(kinds.unknown(&opened.front.kind, &opened.file));
            }
            let Some((file, id, actor)) = front.actor() else { continue };
            while let Some(before) = rest.next_if(|listed| listed.id.as_str() < id) {
                declarations.push(declare(before));
            }
            let declared = declaration(file, id, actor, lists);
            let place = Ix::new(declarations.len());
            declarations.push(declared);
            if let Front::New(_, own, _) = front {
                *own = Some(place);
            }
        }
        declarations.extend(rest.map(declare));
        Roll { fronts, listed, declarations }
    }

    /// Reports what lists of the site's own refer to and is not there. What is there may have no page.
    fn check_references(&self, lists: &ActorLists, diagnostics: &mut Diagnostics) {
        let mut references =
            lists.references().filter(|(_, references)| !references.is_empty()).peekable();
        if references.peek().is_none() {
            return;
        }
        let ids = self.declarations.iter().flat_map(|one| [Some(&one.id), one.built_in.as_ref()]);
        let known: BTreeSet<&str> = ids.flatten().map(String::as_str).collect();
        let mut guesses = MOST_GUESSES;
        for (file, references) in references {
            let actors =
                references.into_iter().filter(|one| one.to == Referent::Document(Kind::Actor));
            for reference in actors {
                if known.contains(reference.written) || lists.has(reference.written) {
                    continue;
                }
                let near: Vec<&str> =
                    if guesses > 0 { known.iter().copied().collect() } else { Vec::new() };
                guesses = guesses.saturating_sub(1);
                diagnostics.push(dangling(file, reference, &near));
            }
        }
    }
}

/// The actors of lists that no file stands in for. Reports those that two files extend.
fn unclaimed(
    files: &[DocumentFile],
    fronts: &[Front],
    lists: &ActorLists,
    diagnostics: &mut Diagnostics,
) -> Vec<Arc<Document<Actor>>> {
    let mut claimed: FxHashMap<&str, Place> = FxHashMap::default();
    for (file, _, actor) in fronts.iter().filter_map(Front::actor) {
        let Some(extends) = &actor.extends else { continue };
        let place = Place::span(file.clone(), extends.span);
        match claimed.entry(extends.value.as_str()) {
            Entry::Vacant(free) => drop(free.insert(place)),
            Entry::Occupied(taken) => diagnostics.push(
                Diagnostic::new(
                    Code::DuplicateId,
                    format!("two files extend `{}` of the registry", extends.value),
                )
                .at(place)
                .related(taken.get().clone(), "the other file")
                .help("make one file of the two, or give one a name of its own and no `extends`"),
            ),
        }
    }
    // A file of the same id stands in for it, also one that cannot be read.
    let has_file = |id: &str| files.binary_search_by(|file| file.id.as_str().cmp(id)).is_ok();
    let free = |actor: &&Arc<Document<Actor>>| {
        !claimed.contains_key(actor.id.as_str()) && !has_file(&actor.id)
    };
    lists.actors().iter().filter(free).cloned().collect()
}

/// An actor's names as the registry takes them.
fn declaration(file: &Arc<str>, id: &str, actor: &Actor, lists: &ActorLists) -> Declaration {
    let name = |n: &front_matter::Spanned<String>| Name { text: n.value.clone(), span: n.span };
    let names = |list: &[front_matter::Spanned<String>]| list.iter().map(name).collect();
    let roles = actor.roles.iter().map(|role| Role {
        title: name(&role.title),
        from: role.from.as_ref().map(|from| from.value.first_day()),
        to: role.to.as_ref().map(|to| to.value.last_day()),
    });
    let held = actor.roles.iter().filter_map(|role| role.of.as_ref());
    let of = actor.country.iter().chain(held).map(|of| of.id.clone());
    let loose = actor.aliases.iter().filter(|alias| !alias.case || !alias.hyphens);
    let spellings = loose.map(|alias| Spelling {
        name: name(&alias.name),
        case: alias.case,
        hyphens: alias.hyphens,
    });
    let of_own_list = |id: &String| id.split('/').next().and_then(Pack::named).is_none();
    Declaration {
        file: file.clone(),
        id: id.to_owned(),
        name: name(&actor.name),
        aliases: actor.aliases.iter().map(|alias| name(&alias.name)).collect(),
        spellings: spellings.collect(),
        abbreviation: actor.abbreviation.as_ref().map(name),
        weak: names(&actor.weak),
        metonyms: names(&actor.metonyms),
        demonyms: names(&actor.demonyms),
        stop: names(&actor.stop),
        roles: roles.collect(),
        guarded: names(&actor.guarded),
        of: of.collect(),
        state: actor.kind.value.is_state(),
        draft: actor.draft,
        unshown: lists.unshown(actor),
        built_in: actor.extends.as_ref().map(|id| id.value.clone()),
        inherited: actor.extends.as_ref().map(|id| id.span),
        of_own_list: actor.extends.as_ref().is_some_and(|id| of_own_list(&id.value)),
    }
}
