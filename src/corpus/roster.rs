//! Who is called what: the front matter of all actors, read before any text.

use std::sync::Arc;

use rayon::prelude::*;

use crate::arena::number;
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::front_matter::{self, Actor, ActorKind};
use crate::markdown::WikilinkActors;
use crate::names::{Declaration, Name, Registry, Role};
use crate::source::{Kind, Sources};

use super::memory::{KnownNames, Memory, Remembered, remembered};
use super::open::{Opened, PORTION, files_of};
use super::wikilinks;

/// The actors of a site, and who is called what. Their texts are still to be read.
pub struct Roster {
    /// The front matter of each actor's file.
    pub(super) fronts: Vec<Front>,
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
    New(Option<Box<Opened<Actor>>>, Option<u32>, Vec<Diagnostic>),
}

impl Roster {
    /// Reads the front matter of all actors. Reports names that clash. With a memory of an earlier reading, only files that
    /// have changed since are read; if anybody is called otherwise than then, the memory is emptied.
    pub fn read(
        sources: &Sources,
        memory: Option<&mut Memory>,
        diagnostics: &mut Diagnostics,
    ) -> Roster {
        let keep = memory.is_some();
        let mut none = Memory::default();
        let memory = memory.unwrap_or(&mut none);
        if memory.config != sources.config {
            memory.forget(sources);
        }
        let (mut fronts, mut declarations) = open(sources, memory);
        let known = memory.names.take();
        let is_first = known.is_none();
        let same = known.filter(|known| {
            let mut both = known.declarations.iter().zip(&declarations);
            known.declarations.len() == declarations.len() && both.all(|(a, b)| a.calls_the_same(b))
        });
        let mut clashes = Vec::new();
        let registry = same.as_ref().and_then(|same| same.registry.clone());
        let registry =
            registry.unwrap_or_else(|| Arc::new(Registry::new(&declarations, &mut clashes)));
        let expected = Arc::new(wikilinks::expected(&declarations, &registry, sources));
        if !is_first && same.is_none_or(|same| same.expected != expected) {
            // All texts were read with other names.
            memory.forget(sources);
            (fronts, declarations) = open(sources, memory);
        }
        let sound = clashes.is_empty();
        diagnostics.extend(clashes);
        if keep {
            let (registry, expected) = (sound.then(|| registry.clone()), expected.clone());
            memory.names = Some(KnownNames { declarations, expected, registry });
        }
        Roster { fronts, registry, expected }
    }
}

/// The front matter of all actors, and what they are called.
fn open(sources: &Sources, memory: &mut Memory) -> (Vec<Front>, Vec<Declaration>) {
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
        let number = Some(number(declarations.len()));
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
    (fronts, declarations)
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
