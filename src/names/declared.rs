//! What actors are called, as declared.

use std::sync::Arc;

use jiff::civil::Date;

use crate::diagnostic::Span;
use crate::source::CONFIG;

/// A name as declared.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Name {
    /// The name.
    pub text: String,
    /// Where it is declared: bytes of the declaration's file.
    pub span: Span,
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
    /// Its id in the built-in registry, if that is what it is or extends.
    pub built_in: Option<String>,
}

impl Declaration {
    /// Whether no file of its own declares it, but the site's configuration, which asks for the built-in registry.
    pub(super) fn is_of_registry(&self) -> bool {
        *self.file == *CONFIG
    }

    /// Whether another declaration says the same, though perhaps in other places of its file.
    pub fn calls_the_same(&self, other: &Declaration) -> bool {
        let unplaced = |declaration: &Declaration| {
            let mut unplaced = declaration.clone();
            let Declaration {
                name,
                aliases,
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
            for name in lists.chain([name]).chain(abbreviation).chain(titles) {
                name.span = Span::default();
            }
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
