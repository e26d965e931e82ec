//! What actors are called, as declared.

use std::collections::BTreeSet;
use std::sync::Arc;

use jiff::civil::Date;

use crate::diagnostic::Span;
use crate::source::declares_many;

/// A name as declared.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Name {
    /// The name.
    pub text: String,
    /// Where it is declared: bytes of the declaration's file.
    pub span: Span,
}

/// How an alias may be written besides as it is declared.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Spelling {
    /// The alias.
    pub name: Name,
    /// Whether capitals matter.
    pub case: bool,
    /// Whether hyphens and spaces matter.
    pub hyphens: bool,
}

impl Spelling {
    /// Every way to write it but the declared one.
    pub(super) fn variants(&self) -> BTreeSet<String> {
        let text = self.name.text.as_str();
        let joined = if self.hyphens { vec![text.to_owned()] } else { rejoined(text) };
        let cased = joined.iter().flat_map(|text| match self.case {
            true => vec![text.clone()],
            false => in_every_case(text),
        });
        cased.filter(|variant| variant.as_str() != text).collect()
    }
}

/// From so many joints on, all of a name's are written alike.
const MOST_JOINTS: usize = 3;

/// A name with a hyphen, a space or nothing where it has one of them, and between a letter and a digit.
fn rejoined(name: &str) -> Vec<String> {
    let mut parts: Vec<String> = vec![String::new()];
    let mut last: Option<char> = None;
    for c in name.chars() {
        let is_joint = c == '-' || c.is_whitespace();
        let turns = last.is_some_and(|last| {
            last.is_alphabetic() && c.is_numeric() || last.is_numeric() && c.is_alphabetic()
        });
        if (is_joint || turns) && parts.last().is_some_and(|part| !part.is_empty()) {
            parts.push(String::new());
        }
        if let Some(part) = parts.last_mut().filter(|_| !is_joint) {
            part.push(c);
        }
        last = Some(c);
    }
    let joints = ["", " ", "-"];
    if parts.len() > MOST_JOINTS + 1 {
        return joints.iter().map(|joint| parts.join(joint)).collect();
    }
    let mut written = vec![String::new()];
    for part in &parts {
        let behind = |before: &String| match before.is_empty() {
            true => vec![part.clone()],
            false => joints.iter().map(|joint| [before, *joint, part].concat()).collect(),
        };
        written = written.iter().flat_map(behind).collect();
    }
    written
}

/// A name as it is, in small letters, in capitals, and with capitals at the start of its words or of itself alone.
fn in_every_case(name: &str) -> Vec<String> {
    let lower = name.to_lowercase();
    let mut initials = String::with_capacity(lower.len());
    let mut inside = false;
    for c in lower.chars() {
        match inside {
            true => initials.push(c),
            false => initials.extend(c.to_uppercase()),
        }
        inside = c.is_alphanumeric();
    }
    let mut letters = lower.chars();
    let first = letters.next().into_iter().flat_map(char::to_uppercase);
    let first: String = first.chain(letters).collect();
    vec![name.to_owned(), name.to_uppercase(), initials, first, lower]
}

/// An office or title that an actor holds for a time.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Role {
    /// The title, such as `Secretary of State`.
    pub title: Name,
    /// The first day in the role; `None` when it does not matter.
    pub from: Option<Date>,
    /// The last day in the role; `None` while it lasts.
    pub to: Option<Date>,
}

/// Names of an actor that no page shows: of another language, or a name's other cases.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Unshown {
    /// The language that texts must have for these to be names, as the first part of its tag; `None` for all.
    pub language: Option<&'static str>,
    /// Names that are always this actor.
    pub aliases: Vec<Box<str>>,
    /// The same, of those that are also a given name, a surname or a word.
    pub guarded: Vec<Box<str>>,
    /// Short forms.
    pub weak: Vec<Box<str>>,
    /// Places and buildings that stand for the actor.
    pub metonyms: Vec<Box<str>>,
    /// Adjectives and names of its people.
    pub demonyms: Vec<Box<str>>,
    /// Phrases that contain a name of the actor and are something else.
    pub stop: Vec<Box<str>>,
}

/// All names of one actor.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Declaration {
    /// The file that declares it.
    pub file: Arc<str>,
    /// The actor's id.
    pub id: String,
    /// The name as shown; always this actor.
    pub name: Name,
    /// Other names that are always this actor.
    pub aliases: Vec<Name>,
    /// Those of them that may be written otherwise.
    pub spellings: Vec<Spelling>,
    /// A name of initials, always this actor, that readers are told the full name of.
    pub abbreviation: Option<Name>,
    /// Short forms: this actor when there is evidence.
    pub weak: Vec<Name>,
    /// Places and buildings that stand for the actor when there is evidence.
    pub metonyms: Vec<Name>,
    /// Adjectives and names of its people: counted, never linked.
    pub demonyms: Vec<Name>,
    /// Phrases that contain a name of the actor and are something else.
    pub stop: Vec<Name>,
    /// Titles, each for a time.
    pub roles: Vec<Role>,
    /// Those of its names that are also a given name, a surname or a word.
    pub guarded: Vec<Name>,
    /// The ids of what it belongs to: its country, and where it holds roles.
    pub of: Vec<String>,
    /// Whether it is a state.
    pub state: bool,
    /// Whether it is a draft, whose name is not to be shown.
    pub draft: bool,
    /// Names that no page shows.
    pub unshown: Vec<Unshown>,
    /// Its id in the registry, if that is what it is or extends.
    pub built_in: Option<String>,
    /// Where what it says comes from the registry: the place of `extends`, or all of an actor that a list declares.
    pub inherited: Option<Span>,
    /// Whether the registry has it from a list of the site's own.
    pub of_own_list: bool,
}

impl Declaration {
    /// The names that are its alone, or with evidence.
    pub(super) fn claimed(&self) -> impl Iterator<Item = &Name> {
        let names = [&self.name].into_iter().chain(&self.aliases).chain(&self.abbreviation);
        names.chain(&self.weak)
    }

    /// Whether no file of its own declares it, but a list.
    pub(super) fn is_of_registry(&self) -> bool {
        declares_many(&self.file)
    }

    /// Whether a name that is declared at a place, or at none, is from a list, and not written in a file of the actor's own.
    pub(super) fn is_listed(&self, declared: Option<Span>) -> bool {
        let within = |whole: Span, one: Span| whole.start <= one.start && one.end <= whole.end;
        self.is_of_registry()
            || declared.is_none_or(|one| self.inherited.is_some_and(|whole| within(whole, one)))
    }

    /// Whether another declaration says the same, though perhaps in other places of its file.
    pub fn calls_the_same(&self, other: &Declaration) -> bool {
        let unplaced = |declaration: &Declaration| {
            let mut unplaced = declaration.clone();
            let Declaration {
                name,
                aliases,
                spellings,
                inherited,
                abbreviation,
                weak,
                metonyms,
                demonyms,
                stop,
                roles,
                guarded,
                ..
            } = &mut unplaced;
            let lists = [aliases, weak, metonyms, demonyms, stop, guarded].into_iter().flatten();
            let titles = roles.iter_mut().map(|role| &mut role.title);
            let spelt = spellings.iter_mut().map(|spelling| &mut spelling.name);
            for name in lists.chain([name]).chain(abbreviation).chain(titles).chain(spelt) {
                name.span = Span::default();
            }
            *inherited = None;
            unplaced
        };
        self == other || unplaced(self) == unplaced(other)
    }
}

/// The kind of name that was found. Of several, the one that decided.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Form {
    /// The name as shown.
    Name,
    /// An alias.
    Alias,
    /// The declared abbreviation.
    Abbreviation,
    /// A wikilink to the actor.
    Explicit,
    /// A short form.
    Weak,
    /// A place or building that stands for the actor.
    Metonym,
    /// An adjective or the name of a people.
    Demonym,
    /// A title.
    Role,
    /// A phrase that is not the actor.
    Stop,
}

impl Form {
    /// Whether such a name always means its actor; a wikilink does by its author's word.
    pub fn is_strong(self) -> bool {
        matches!(self, Form::Name | Form::Alias | Form::Abbreviation | Form::Explicit)
    }

    /// The name of the rule that such a name falls under.
    pub fn name(self) -> &'static str {
        match self {
            Form::Name => "name",
            Form::Alias => "alias",
            Form::Abbreviation => "abbreviation",
            Form::Explicit => "explicit",
            Form::Weak => "weak",
            Form::Metonym => "metonym",
            Form::Demonym => "demonym",
            Form::Role => "role",
            Form::Stop => "stop",
        }
    }
}
