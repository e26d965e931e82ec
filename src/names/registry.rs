//! The registry: every name of every actor, in a tree of words.

use std::hash::Hasher as _;
use std::sync::Arc;

use jiff::civil::Date;
use rustc_hash::{FxHashMap, FxHashSet, FxHasher};

use super::declared::{Declaration, Form, Name, Role, Unshown};
use super::fold::{self, TokenKind};
use crate::arena::Ix;
use crate::diagnostic::{Code, Diagnostic, Place};
use crate::never;

/// The number of an actor in the registry: the place of its declaration among all.
pub type RegisteredIx = Ix<Declaration>;

/// Declarations with their numbers.
pub(crate) fn registered(
    actors: &[Declaration],
) -> impl Iterator<Item = (RegisteredIx, &Declaration)> {
    actors.iter().enumerate().map(|(at, declaration)| (Ix::new(at), declaration))
}

/// Who is called what: all names of all actors and all stop phrases, ready to be found in text.
///
/// Immutable, and the same for the same declarations.
#[derive(Debug)]
pub struct Registry {
    ids: Vec<Arc<str>>,
    /// The actors of the built-in registry and those that extend them, by their ids there.
    built_in: Vec<(Box<str>, RegisteredIx)>,
    /// Which have no file, but come from the built-in registry.
    fileless: Vec<bool>,
    names: Vec<Arc<str>>,
    drafts: Vec<bool>,
    /// Which are states: a place beside one acts as it does.
    states: Vec<bool>,
    /// What each actor belongs to, and what that belongs to in turn.
    belongs: Vec<Vec<RegisteredIx>>,
    /// The roles of each actor, whose titles are evidence for its short forms.
    roles: Vec<Vec<Tenure>>,
    /// Whom a wikilink means by what is written in it, in lower case; `None` when that is several.
    called: FxHashMap<Box<str>, Option<RegisteredIx>>,
    /// Folded words to their numbers.
    words: FxHashMap<Box<str>, u32>,
    /// Node and word to the next node. Node 0 is the root.
    edges: FxHashMap<(u32, u32), u32>,
    /// Where the entries of each node end; they start where those of the node before it end.
    ends: Vec<u32>,
    entries: Vec<Entry>,
    shared: Vec<SharedName>,
    pub(super) filter: Filter,
}

/// A name of an actor of a list that another actor has too.
#[derive(Debug)]
pub(crate) struct SharedName {
    /// The name.
    pub(crate) name: Box<str>,
    /// Whose it is. If the first has it in a file of its own, it means that one; else each of them, with evidence.
    pub(crate) actors: Vec<RegisteredIx>,
    /// Where the first has it in a file of its own.
    pub(crate) own: Option<Place>,
}

/// One name of one actor, at the node where it ends.
#[derive(Debug)]
pub(super) struct Entry {
    pub(super) actor: RegisteredIx,
    pub(super) form: Form,
    /// The capitalised spelling of a name that starts with a small letter: valid where a sentence starts.
    pub(super) sentence_start: bool,
    /// The exact spelling, of which the path to the node is the folded one.
    pub(super) exact: Box<str>,
    /// Whether it is also found without its diacritics.
    pub(super) foldable: bool,
    /// Whether it is also a given name, a surname or a word, and so nothing within a longer name.
    pub(super) guarded: bool,
    /// When it is held, if it is a role.
    pub(super) term: Term,
    /// The language that a text must have for it to be a name, if that matters.
    pub(super) language: Option<&'static str>,
}

/// The days of a role, from the first to the last; those that are not known are `None`.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Term {
    pub(super) from: Option<Date>,
    pub(super) to: Option<Date>,
}

impl Term {
    /// Whether the role is held on a day.
    pub(super) fn holds(self, day: Date) -> bool {
        self.from.is_none_or(|from| from <= day) && self.to.is_none_or(|to| day <= to)
    }
}

/// A role of an actor, with its title in lower case.
#[derive(Debug)]
struct Tenure {
    title: Box<str>,
    term: Term,
}

impl Registry {
    /// Reads all declarations. Names that two actors claim strongly are reported.
    pub fn new(actors: &[Declaration], diagnostics: &mut Vec<Diagnostic>) -> Registry {
        let mut builder = Builder::default();
        for (actor, declaration) in registered(actors) {
            builder.declare(actor, declaration);
        }
        let Builder { words, edges, nodes, mut entries, mut filter, .. } = builder;
        // Stable: the entries of a node stay in the order of their actors.
        entries.sort_by_key(|(node, ..)| *node);
        let shared = share(actors, &mut entries);
        clashes(actors, &entries, diagnostics);
        let mut ends = vec![0; nodes as usize + 1];
        for (count, (node, ..)) in (1..).zip(&entries) {
            if let Some(end) = ends.get_mut(*node as usize) {
                *end = count;
            }
        }
        let mut last = 0;
        for end in &mut ends {
            last = last.max(*end);
            *end = last;
        }
        filter.seal(edges.keys().filter(|(node, _)| *node == 0).count(), || {
            words
                .iter()
                .filter(|(_, word)| edges.contains_key(&(0, **word)))
                .map(|(text, _)| &**text)
        });
        Registry {
            ids: actors.iter().map(|a| Arc::from(a.id.as_str())).collect(),
            built_in: registered(actors)
                .filter_map(|(actor, a)| Some((a.built_in.as_deref()?.into(), actor)))
                .collect(),
            fileless: actors.iter().map(Declaration::is_of_registry).collect(),
            names: actors.iter().map(|a| Arc::from(a.name.text.as_str())).collect(),
            drafts: actors.iter().map(|a| a.draft).collect(),
            states: actors.iter().map(|a| a.state).collect(),
            belongs: belongs(actors),
            roles: actors.iter().map(tenures).collect(),
            called: called(actors),
            words,
            edges,
            ends,
            entries: entries.into_iter().map(|(_, entry, _)| entry).collect(),
            shared,
            filter,
        }
    }

    /// The numbers of all actors by what front matter may call them: their ids, and those that they have in the built-in
    /// registry.
    pub fn numbers(&self) -> FxHashMap<&str, RegisteredIx> {
        let own = self.ids.iter().enumerate().map(|(at, id)| (&**id, Ix::new(at)));
        let mut numbers: FxHashMap<&str, RegisteredIx> = own.collect();
        for (id, number) in &self.built_in {
            numbers.entry(id).or_insert(*number);
        }
        numbers
    }

    /// The actors of the built-in registry, and those that extend one: their ids there, and their numbers.
    pub(crate) fn built_in(&self) -> impl Iterator<Item = (&str, RegisteredIx)> {
        self.built_in.iter().map(|(id, actor)| (&**id, *actor))
    }

    /// The names of actors of lists that others have too, in the order of the alphabet.
    pub(crate) fn shared(&self) -> &[SharedName] {
        &self.shared
    }

    /// The id of an actor.
    pub fn id(&self, actor: RegisteredIx) -> &str {
        match self.ids.get(actor.get()) {
            Some(id) => id,
            None => never!("actor {actor:?} is not registered" => ""),
        }
    }

    /// The name of an actor as shown.
    pub fn name(&self, actor: RegisteredIx) -> &str {
        match self.names.get(actor.get()) {
            Some(name) => name,
            None => never!("actor {actor:?} is not registered" => ""),
        }
    }

    /// Whether an actor is a draft, whose name is not to be shown.
    pub fn is_draft(&self, actor: RegisteredIx) -> bool {
        self.drafts.get(actor.get()).is_some_and(|draft| *draft)
    }

    /// Whether an actor has no file, but comes from the built-in registry.
    pub(crate) fn is_fileless(&self, actor: RegisteredIx) -> bool {
        self.fileless.get(actor.get()).is_some_and(|fileless| *fileless)
    }

    /// Whether an actor is a state.
    pub(super) fn is_state(&self, actor: RegisteredIx) -> bool {
        self.states.get(actor.get()).is_some_and(|state| *state)
    }

    /// Whether an actor belongs to another: the holder of a role to a state.
    pub(super) fn belongs_to(&self, actor: RegisteredIx, other: RegisteredIx) -> bool {
        self.belongs.get(actor.get()).is_some_and(|others| others.contains(&other))
    }

    /// Whether an actor has, on a day, a role whose title is this or has it as its words: `Minister` of `Foreign Minister`.
    pub(super) fn has_title(&self, actor: RegisteredIx, title: &str, day: Date) -> bool {
        let title = title.to_lowercase();
        let inside = |whole: &str| {
            let at_edge = |c: Option<char>| c.is_none_or(|c| !c.is_alphanumeric());
            whole.match_indices(title.as_str()).any(|(at, found)| {
                at_edge(whole.get(..at).and_then(|before| before.chars().next_back()))
                    && at_edge(whole.get(at + found.len()..).and_then(|after| after.chars().next()))
            })
        };
        let roles = self.roles.get(actor.get()).into_iter().flatten();
        roles.filter(|role| role.term.holds(day)).any(|role| inside(&role.title))
    }

    /// Whom a wikilink means: an actor's id, the last part of it, its name or an alias, in any case.
    /// `None` when that is no actor or more than one.
    pub fn called(&self, written: &str) -> Option<RegisteredIx> {
        self.called.get(written.to_lowercase().as_str()).copied().flatten()
    }

    /// The node one folded word further.
    pub(super) fn step(&self, node: u32, word: &str) -> Option<u32> {
        let word = number(&self.words, word)?;
        self.edges.get(&(node, word)).copied()
    }

    /// The names that end at a node, in the order of their actors.
    pub(super) fn entries(&self, node: u32) -> &[Entry] {
        let end = |node: u32| self.ends.get(node as usize).copied().unwrap_or(0) as usize;
        let start = node.checked_sub(1).map_or(0, end);
        self.entries.get(start..end(node)).unwrap_or_default()
    }
}

/// The number of the space, which stands between most words and is not looked up.
const SPACE: u32 = 0;

/// The number of a folded word.
fn number(words: &FxHashMap<Box<str>, u32>, word: &str) -> Option<u32> {
    if word == " " { Some(SPACE) } else { words.get(word).copied() }
}

/// Where a name was declared: kept until clashes are reported.
type DeclaredAt = Option<crate::diagnostic::Span>;

#[derive(Default)]
struct Builder {
    words: FxHashMap<Box<str>, u32>,
    edges: FxHashMap<(u32, u32), u32>,
    nodes: u32,
    entries: Vec<(u32, Entry, DeclaredAt)>,
    filter: Filter,
    folded: String,
    exact: String,
}

/// What each actor belongs to, and what that belongs to in turn: a minister to the ministry and its state.
fn belongs(actors: &[Declaration]) -> Vec<Vec<RegisteredIx>> {
    let numbers: FxHashMap<&str, RegisteredIx> =
        registered(actors).map(|(actor, a)| (a.id.as_str(), actor)).collect();
    let of = |actor: &Declaration| -> Vec<RegisteredIx> {
        actor.of.iter().filter_map(|id| numbers.get(id.as_str()).copied()).collect()
    };
    let direct: Vec<Vec<RegisteredIx>> = actors.iter().map(of).collect();
    let with_theirs = |own: &Vec<RegisteredIx>| {
        let theirs = own.iter().filter_map(|other| direct.get(other.get())).flatten();
        own.iter().chain(theirs).copied().collect()
    };
    direct.iter().map(with_theirs).collect()
}

/// The roles of an actor.
fn tenures(actor: &Declaration) -> Vec<Tenure> {
    let tenure = |role: &Role| Tenure {
        title: role.title.text.to_lowercase().into(),
        term: Term { from: role.from, to: role.to },
    };
    actor.roles.iter().map(tenure).collect()
}

/// From how many letters on a single word is told without its diacritics: `Şam` is not `Sam`.
const FOLDED_LETTERS: usize = 5;

/// Whether a name is long enough to be told without its diacritics.
fn is_foldable(form: Form, name: &str) -> bool {
    let letters = || name.chars().filter(|c| c.is_alphabetic()).count();
    match form {
        Form::Stop => true,
        Form::Name | Form::Alias => {
            name.split_whitespace().count() > 1 || letters() >= FOLDED_LETTERS
        }
        _ => false,
    }
}

impl Builder {
    fn declare(&mut self, actor: RegisteredIx, declaration: &Declaration) {
        let Declaration { name, aliases, weak, metonyms, demonyms, stop, roles, guarded, .. } =
            declaration;
        // A way to write one name may be another.
        let every: FxHashSet<&str> = match declaration.spellings.is_empty() {
            true => FxHashSet::default(),
            false => [name]
                .into_iter()
                .chain(aliases)
                .chain(&declaration.abbreviation)
                .map(|name| name.text.as_str())
                .collect(),
        };
        let is_guarded = |name: &Name| guarded.iter().any(|guarded| guarded.text == name.text);
        let entry = |form, guarded| Entry {
            actor,
            form,
            guarded,
            sentence_start: false,
            exact: Box::default(),
            foldable: false,
            term: Term::default(),
            language: None,
        };
        self.add(&name.text, Some(name.span), entry(Form::Name, is_guarded(name)));
        if let Some(name) = &declaration.abbreviation {
            self.add(&name.text, Some(name.span), entry(Form::Abbreviation, is_guarded(name)));
        }
        let forms = [
            (aliases, Form::Alias),
            (weak, Form::Weak),
            (metonyms, Form::Metonym),
            (demonyms, Form::Demonym),
            (stop, Form::Stop),
        ];
        for (names, form) in forms {
            for name in names {
                let guarded = form == Form::Alias && is_guarded(name);
                self.add(&name.text, Some(name.span), entry(form, guarded));
            }
        }
        for spelling in &declaration.spellings {
            let guarded = is_guarded(&spelling.name);
            let variants = spelling.variants();
            for variant in variants.iter().filter(|variant| !every.contains(variant.as_str())) {
                let entry = entry(Form::Alias, guarded);
                self.add_exactly(variant, Some(spelling.name.span), entry);
            }
        }
        for Role { title, from, to } in roles {
            let term = Term { from: *from, to: *to };
            self.add(&title.text, Some(title.span), Entry { term, ..entry(Form::Role, false) });
        }
        for unshown in &declaration.unshown {
            let Unshown { language, aliases, guarded, weak, metonyms, demonyms, stop } = unshown;
            let forms = [
                (aliases, Form::Alias, false),
                (guarded, Form::Alias, true),
                (weak, Form::Weak, false),
                (metonyms, Form::Metonym, false),
                (demonyms, Form::Demonym, false),
                (stop, Form::Stop, false),
            ];
            for (names, form, guarded) in forms {
                for name in names {
                    let entry = Entry { language: *language, ..entry(form, guarded) };
                    self.add(name, None, entry);
                }
            }
        }
    }

    /// Adds a name, declared at a place of its file, as an entry says that has neither its spelling nor what follows from
    /// that. One with a small first letter may start a sentence with a capital.
    fn add(&mut self, name: &str, declared: DeclaredAt, entry: Entry) {
        self.add_exactly(name, declared, Entry { exact: Box::default(), ..entry });
        if let Some(capitalised) = capitalised(name) {
            self.add_exactly(&capitalised, declared, Entry { sentence_start: true, ..entry });
        }
    }

    /// The same for a name that is never written otherwise.
    fn add_exactly(&mut self, name: &str, declared: DeclaredAt, entry: Entry) {
        if let Some(node) = self.insert(name) {
            let (exact, foldable) = (self.exact.as_str().into(), is_foldable(entry.form, name));
            self.entries.push((node, Entry { exact, foldable, ..entry }, declared));
        }
    }

    /// The node of a name; `None` for one without letters or digits, which would match everywhere.
    fn insert(&mut self, name: &str) -> Option<u32> {
        let name = name.trim_matches(|c: char| c.is_whitespace() || fold::is_dropped(c));
        self.exact.clear();
        let mut tokens =
            std::iter::successors(fold::token(name, 0), |token| fold::token(name, token.end));
        if !tokens.any(|token| matches!(token.kind, TokenKind::Word | TokenKind::Letter)) {
            return None;
        }
        let mut node = 0;
        let mut at = 0;
        while let Some(token) = fold::token(name, at) {
            at = token.end;
            fold::exact(token, name, &mut self.exact);
            self.folded.clear();
            fold::folded(token, name, &mut self.folded);
            let word = number(&self.words, &self.folded).unwrap_or_else(|| {
                let next = u32::try_from(self.words.len() + 1).unwrap_or(u32::MAX);
                self.words.insert(self.folded.as_str().into(), next);
                next
            });
            if node == 0 {
                self.filter.start(&self.folded);
            }
            node = *self.edges.entry((node, word)).or_insert_with(|| {
                self.nodes += 1;
                self.nodes
            });
        }
        Some(node)
    }
}

fn called(actors: &[Declaration]) -> FxHashMap<Box<str>, Option<RegisteredIx>> {
    let mut called: FxHashMap<Box<str>, Option<RegisteredIx>> = FxHashMap::default();
    let claim = |called: &mut FxHashMap<Box<str>, Option<RegisteredIx>>,
                 name: &str,
                 actor: RegisteredIx| {
        called
            .entry(name.to_lowercase().into())
            .and_modify(|known| *known = known.filter(|known| *known == actor))
            .or_insert(Some(actor));
    };
    // What a list calls its actors, an actor of the site's own may be called too: it is meant then.
    let mut by_lists: Vec<(&str, RegisteredIx)> = Vec::new();
    for (actor, declaration) in registered(actors) {
        let id = declaration.id.as_str();
        let last = id.rsplit('/').next().unwrap_or(id);
        let names = [&declaration.name].into_iter().chain(&declaration.aliases);
        let names = names.chain(&declaration.abbreviation);
        let of_list =
            |name: &Name| declaration.of_own_list && declaration.is_listed(Some(name.span));
        let (listed, own): (Vec<&Name>, Vec<&Name>) = names.partition(|name| of_list(name));
        let ids = [id].into_iter().chain(declaration.built_in.as_deref());
        by_lists.extend(listed.iter().map(|name| (name.text.as_str(), actor)));
        match declaration.of_own_list && declaration.is_of_registry() {
            true => by_lists.push((last, actor)),
            false => claim(&mut called, last, actor),
        }
        for name in ids.chain(own.iter().map(|name| name.text.as_str())) {
            claim(&mut called, name, actor);
        }
    }
    let mut others: FxHashMap<Box<str>, Option<RegisteredIx>> = FxHashMap::default();
    for (name, actor) in by_lists {
        claim(&mut others, name, actor);
    }
    for (name, actor) in others {
        let known = called.entry(name).or_insert(actor);
        let is_of_lists = known
            .is_none_or(|known| actors.get(known.get()).is_some_and(Declaration::is_of_registry));
        if is_of_lists && *known != actor {
            *known = None;
        }
    }
    called
}

/// Sees to names that actors of the site's own lists hold. One that an actor with a file of its own has, is that actor's
/// alone. One of several actors of lists is a short form of each. Gives back which names that were.
fn share(actors: &[Declaration], entries: &mut Vec<(u32, Entry, DeclaredAt)>) -> Vec<SharedName> {
    let mut shared = Vec::new();
    if !actors.iter().any(|actor| actor.of_own_list) {
        return shared;
    }
    // Of the built-in registry's own names it is known which are shared.
    let own_list = |actor: RegisteredIx| actors.get(actor.get()).is_some_and(|a| a.of_own_list);
    let listed = |(_, entry, declared): &(u32, Entry, DeclaredAt)| {
        actors.get(entry.actor.get()).is_some_and(|actor| actor.is_listed(*declared))
    };
    let mut dropped = vec![false; entries.len()];
    let mut start = 0;
    for node in entries.chunk_by_mut(|a, b| a.0 == b.0) {
        let first = start;
        start += node.len();
        if node.len() < 2 {
            continue;
        }
        let mut spellings: Vec<Box<str>> =
            node.iter().map(|(_, entry, _)| entry.exact.clone()).collect();
        spellings.sort_unstable();
        spellings.dedup();
        for exact in spellings {
            let claims = |one: &(u32, Entry, DeclaredAt)| {
                one.1.exact == exact && (one.1.form.is_strong() || one.1.form == Form::Weak)
            };
            let means = |one: &&(u32, Entry, DeclaredAt)| {
                let any = matches!(one.1.form, Form::Metonym | Form::Demonym);
                one.1.exact == exact && !listed(one) && (claims(one) || any)
            };
            let owner = node.iter().find(means);
            // Entries of a node are in the order of their actors.
            let held = node.iter().filter(|one| claims(one) && listed(one));
            let mut holders: Vec<RegisteredIx> = held.map(|one| one.1.actor).collect();
            holders.dedup();
            let whose = |actor: RegisteredIx| actors.get(actor.get());
            // Of the ways to write a name, the declared one is told.
            let is_declared = |holders: &[RegisteredIx]| {
                let holders = holders.iter().filter_map(|holder| whose(*holder));
                holders.flat_map(Declaration::claimed).any(|name| name.text == *exact)
            };
            if let Some((_, entry, declared)) = owner {
                let actor = entry.actor;
                holders.retain(|holder| *holder != actor && own_list(*holder));
                if holders.is_empty() {
                    continue;
                }
                let place =
                    whose(actor).zip(*declared).map(|(a, span)| Place::span(a.file.clone(), span));
                for (one, dropped) in node.iter().zip(dropped.iter_mut().skip(first)) {
                    *dropped |=
                        claims(one) && listed(one) && holders.binary_search(&one.1.actor).is_ok();
                }
                if place.is_some() && (is_declared(&holders) || is_declared(&[actor])) {
                    let actors = [actor].into_iter().chain(holders).collect();
                    shared.push(SharedName { name: exact, actors, own: place });
                }
                continue;
            }
            let strong =
                node.iter().any(|one| claims(one) && listed(one) && one.1.form.is_strong());
            if holders.len() < 2 || !strong || !holders.iter().any(|holder| own_list(*holder)) {
                continue;
            }
            for one in node.iter_mut().filter(|one| claims(one) && listed(one)) {
                (one.1.form, one.1.guarded, one.1.foldable) = (Form::Weak, false, false);
            }
            if is_declared(&holders) {
                shared.push(SharedName { name: exact, actors: holders, own: None });
            }
        }
    }
    let mut dropped = dropped.into_iter();
    entries.retain(|_| !dropped.next().unwrap_or_default());
    shared.sort_by(|a, b| a.name.cmp(&b.name));
    shared
}

/// The name with its first letter capitalised, when that letter is a small one.
fn capitalised(name: &str) -> Option<String> {
    let mut chars = name.trim_start().chars();
    let first = chars.next().filter(|c| c.is_lowercase())?;
    Some(first.to_uppercase().chain(chars).collect())
}

/// The id in the built-in registry that one of two actors has, if the other has none and so may be the same.
fn extended<'a>(first: &'a Declaration, second: &'a Declaration) -> Option<&'a str> {
    match (&first.built_in, &second.built_in) {
        (Some(id), None) | (None, Some(id)) => Some(id),
        _ => None,
    }
}

/// Reports each exact spelling that several actors claim as a name or alias.
fn clashes(
    actors: &[Declaration],
    entries: &[(u32, Entry, DeclaredAt)],
    diagnostics: &mut Vec<Diagnostic>,
) {
    for node in entries.chunk_by(|a, b| a.0 == b.0).filter(|node| node.len() > 1) {
        let mut strong: Vec<_> = node
            .iter()
            .filter(|(_, entry, _)| entry.form.is_strong() && !entry.sentence_start)
            .filter_map(|(_, entry, span)| Some((&*entry.exact, entry.actor, (*span)?)))
            .collect();
        strong.sort_by_key(|(exact, actor, _)| (*exact, *actor));
        strong.dedup_by_key(|(exact, actor, _)| (*exact, *actor));
        for claims in strong.chunk_by(|a, b| a.0 == b.0) {
            let mut places = claims.iter().filter_map(|(_, actor, span)| {
                let declaration = actors.get(actor.get())?;
                Some((declaration, Place::span(declaration.file.clone(), *span)))
            });
            let (Some((first, first_place)), Some((second, place))) =
                (places.next(), places.next())
            else {
                continue;
            };
            // What stands in a file of its own can be changed there.
            let (first, first_place, second, place) = match second.is_of_registry() {
                true => (second, place, first, first_place),
                false => (first, first_place, second, place),
            };
            let exact = claims.first().map_or("", |(exact, ..)| exact);
            let mut diagnostic = Diagnostic::new(
                Code::NameClash,
                format!("\u{201c}{exact}\u{201d} is a name of both {} and {}", first.id, second.id),
            )
            .at(place)
            .label(format!("claimed for {} here", second.id))
            .related(first_place, format!("and for {} here", first.id));
            for (other, place) in places {
                diagnostic = diagnostic.related(place, format!("and for {} here", other.id));
            }
            let help = String::from(
                "make it a `weak` name of the actors that are rarely meant by it, or name the one that is meant in the `actors` of each brief",
            );
            diagnostics.push(diagnostic.help(match extended(first, second) {
                Some(id) => format!("if they are one, write `extends = \"{id}\"` in its file, which then says only what it changes; if not, {help}"),
                None => help,
            }));
        }
    }
}

/// Tells quickly that no name starts with a word.
#[derive(Debug)]
pub(super) struct Filter {
    /// For each ASCII character, whether it belongs to a word and whether a name starts with it.
    ascii: [u8; 256],
    /// Whether some name starts with a character of ASCII that is neither a letter nor a digit.
    pub(super) marks: bool,
    /// The first characters of names, by the low 16 bits of their code points.
    firsts: Vec<u64>,
    /// The first words of names, by their hashes; a power of two of bits.
    words: Vec<u64>,
}

/// In [`Filter::class`]: a letter or digit.
pub(super) const WORD: u8 = 1;
/// In [`Filter::class`]: some name starts with this character.
pub(super) const START: u8 = 2;
/// In [`Filter::class`]: part of a character outside ASCII.
pub(super) const HIGH: u8 = 4;

impl Default for Filter {
    fn default() -> Self {
        let ascii = std::array::from_fn(|byte| match u8::try_from(byte) {
            Ok(byte) if byte.is_ascii_alphanumeric() => WORD,
            Ok(byte) if byte.is_ascii() => 0,
            _ => HIGH,
        });
        Filter { ascii, marks: false, firsts: vec![0; 1024], words: Vec::new() }
    }
}

impl Filter {
    /// Notes the first word of a name.
    pub(super) fn start(&mut self, word: &str) {
        let Some(first) = word.chars().next() else { return };
        if first.is_ascii()
            && let Some(class) = self.ascii.get_mut(first as usize)
        {
            *class |= START;
            self.marks |= *class & WORD == 0;
        }
        let code = first as usize & 0xffff;
        if let Some(bits) = self.firsts.get_mut(code >> 6) {
            *bits |= 1 << (code & 63);
        }
    }

    fn seal<'a, I: Iterator<Item = &'a str>>(&mut self, count: usize, words: impl Fn() -> I) {
        self.words = vec![0; (count / 4).next_power_of_two().max(64)];
        for word in words() {
            let (index, bit) = self.place(word.as_bytes());
            if let Some(bits) = self.words.get_mut(index) {
                *bits |= bit;
            }
        }
    }

    fn place(&self, word: &[u8]) -> (usize, u64) {
        let mut hasher = FxHasher::default();
        hasher.write(word);
        let hash = hasher.finish();
        let mask = self.words.len().wrapping_sub(1);
        let index = (hash >> 6) as usize & mask;
        (index, 1 << (hash & 63))
    }

    #[inline]
    pub(super) fn class(&self, byte: u8) -> u8 {
        self.ascii.get(byte as usize).copied().unwrap_or(HIGH)
    }

    /// Whether some name may start with this character, once folded.
    #[inline]
    pub(super) fn may_start(&self, folded: char) -> bool {
        let code = folded as usize & 0xffff;
        self.firsts.get(code >> 6).is_some_and(|bits| bits & (1 << (code & 63)) != 0)
    }

    /// Whether some name may start with this word.
    #[inline]
    pub(super) fn may_be(&self, word: &[u8]) -> bool {
        let (index, bit) = self.place(word);
        self.words.get(index).is_some_and(|bits| bits & bit != 0)
    }
}
