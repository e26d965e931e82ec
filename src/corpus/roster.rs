//! Who is called what: the front matter of all actors, read before any text.

use std::collections::hash_map::Entry;
use std::sync::Arc;

use rayon::prelude::*;
use rustc_hash::FxHashMap;

use crate::arena::Ix;
use crate::config::Config;
use crate::diagnostic::{Code, Diagnostic, Diagnostics, Place};
use crate::front_matter::{self, Actor, ActorKind};
use crate::markdown::WikilinkActors;
use crate::names::{Declaration, Name, RegisteredIx, Registry, Role};
use crate::source::{DocumentFile, Kind, Sources};

use super::Document;
use super::built_in::BuiltIn;
use super::memory::{KnownNames, Memory, Remembered, remembered};
use super::open::{Opened, PORTION, files_of};
use super::wikilinks;

/// The actors of a site, and who is called what. Their texts are still to be read.
pub struct Roster {
    /// The front matter of each actor's file.
    pub(super) fronts: Vec<Front>,
    /// The actors of the built-in registry that have no file.
    pub(super) built_in: Vec<Arc<Document<Actor>>>,
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
        memory: Option<&mut Memory>,
        diagnostics: &mut Diagnostics,
    ) -> Roster {
        let keep = memory.is_some();
        let mut none = Memory::default();
        let memory = memory.unwrap_or(&mut none);
        if memory.config != sources.config {
            memory.forget(sources);
        }
        let registry = memory.built_in.take().unwrap_or_else(|| BuiltIn::new(config));
        let mut roll = Roll::call(sources, &registry, memory, diagnostics);
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
            roll = Roll::call(sources, &registry, memory, &mut Diagnostics::new());
        }
        let Roll { fronts, built_in, declarations } = roll;
        let sound = clashes.is_empty();
        diagnostics.extend(clashes);
        if keep {
            memory.built_in = Some(registry);
            let (registry, expected) = (sound.then(|| names.clone()), expected.clone());
            memory.names = Some(KnownNames { declarations, expected, registry });
        }
        Roster { fronts, built_in, registry: names, expected }
    }
}

/// All actors, and what they are called, in the order of their ids.
struct Roll {
    /// The front matter of those with a file.
    fronts: Vec<Front>,
    /// Those of the built-in registry without a file.
    built_in: Vec<Arc<Document<Actor>>>,
    /// What each is called.
    declarations: Vec<Declaration>,
}

impl Roll {
    /// Reads the front matter of all actors. Reports two that extend the same one of the registry.
    fn call(
        sources: &Sources,
        registry: &BuiltIn,
        memory: &mut Memory,
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
                let opened = Opened::actor(source, sources, registry, &mut found).map(Box::new);
                Front::New(opened, None, found)
            })
            .collect();
        let built_in = unclaimed(files, &fronts, registry, diagnostics);
        let mut declarations: Vec<Declaration> = Vec::with_capacity(fronts.len() + built_in.len());
        let mut rest = built_in.iter().peekable();
        let declare = |document: &Arc<Document<Actor>>| {
            declaration(&document.file, &document.id, &document.front, registry)
        };
        for front in &mut fronts {
            let Some((file, id, actor)) = front.actor() else { continue };
            while let Some(before) = rest.next_if(|built_in| built_in.id.as_str() < id) {
                declarations.push(declare(before));
            }
            let declared = declaration(file, id, actor, registry);
            let place = Ix::new(declarations.len());
            declarations.push(declared);
            if let Front::New(_, own, _) = front {
                *own = Some(place);
            }
        }
        declarations.extend(rest.map(declare));
        Roll { fronts, built_in, declarations }
    }
}

/// The actors of the built-in registry that no file stands in for. Reports those that two files extend.
fn unclaimed(
    files: &[DocumentFile],
    fronts: &[Front],
    registry: &BuiltIn,
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
    registry.actors().iter().filter(free).cloned().collect()
}

/// An actor's names as the registry takes them.
fn declaration(file: &Arc<str>, id: &str, actor: &Actor, registry: &BuiltIn) -> Declaration {
    let name = |n: &front_matter::Spanned<String>| Name { text: n.value.clone(), span: n.span };
    let names = |list: &[front_matter::Spanned<String>]| list.iter().map(name).collect();
    let roles = actor.roles.iter().map(|role| Role {
        title: name(&role.title),
        from: role.from.as_ref().map(|from| from.value.first_day()),
        to: role.to.as_ref().map(|to| to.value.last_day()),
    });
    let held = actor.roles.iter().filter_map(|role| role.of.as_ref());
    let of = actor.country.iter().chain(held).map(|of| of.id.clone());
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
        of: of.collect(),
        state: actor.kind.value == ActorKind::State,
        draft: actor.draft,
        unshown: registry.unshown(actor),
        built_in: actor.extends.as_ref().map(|id| id.value.clone()),
    }
}
