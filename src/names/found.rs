//! Names found in text: who each is, by which rule, and what becomes of it.

use std::ops::Range;

use super::declared::Form;
use super::registry::{RegisteredIx, Registry};
use crate::diagnostic::{Code, Diagnostic, Place};

/// Which mentions of an actor become links.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Policy {
    /// The first on the page.
    #[default]
    First,
    /// The first in each section.
    Section,
    /// Every one.
    All,
    /// None.
    None,
}

/// What a range of text stands in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Setting {
    /// Plain running text: the only setting in which mentions become links.
    Prose,
    /// A heading.
    Heading,
    /// A block quote.
    Quote,
    /// The text of a link.
    Link,
    /// Across the edge of an inline element, so that a link could not be nested properly.
    Across,
}

/// Why a mention is not a link, or why a name is no mention.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Why {
    /// Counted: an earlier mention of the actor is the link.
    LinkedBefore,
    /// Counted: it is a demonym.
    Demonym,
    /// Counted: it stands in a heading.
    Heading,
    /// Counted: it stands in a block quote.
    Quote,
    /// Counted: it stands in the text of a link.
    InLink,
    /// Counted: it stands partly in an inline element and partly outside.
    Across,
    /// Counted: it is the page's own actor.
    OwnPage,
    /// Counted: the site's configuration makes no links.
    LinksOff,
    /// Passed over: a phrase declared not to be the actor.
    Stop,
    /// Passed over: a `~` stands before it.
    Suppressed,
    /// Passed over: a short form or metonym of an actor that is neither in the brief's `actors` nor named in full.
    NoEvidence,
    /// Passed over: a guarded name, short form or metonym that somebody else bears in the text (`Michael Jordan`).
    Borne,
    /// Passed over: a word such as `in` or `airport` beside a metonym makes it a place.
    Locative,
    /// Passed over: nothing beside a metonym says that it acts, so that it is a place.
    NoSign,
    /// Passed over: a capitalised word beside it, or a suffix, makes a longer name of it.
    InsideLongerName,
    /// Passed over: a short form of several actors that there is evidence for.
    Ambiguous,
    /// Passed over: a name that several actors claim, of whom not exactly one is in the brief's `actors`.
    Clash,
    /// Passed over: no article before a title, as in `former Secretary of State`, and not the holder's name behind it.
    NoArticle,
    /// Passed over: nobody held the title on the brief's date, or the document has no date.
    NoHolder,
}

impl Why {
    /// The name of the reason.
    pub fn name(self) -> &'static str {
        match self {
            Why::LinkedBefore => "linked-before",
            Why::Demonym => "demonym",
            Why::Heading => "heading",
            Why::Quote => "quote",
            Why::InLink => "in-link",
            Why::Across => "across",
            Why::OwnPage => "own-page",
            Why::LinksOff => "links-off",
            Why::Stop => "stop",
            Why::Suppressed => "suppressed",
            Why::NoEvidence => "no-evidence",
            Why::Borne => "borne",
            Why::Locative => "locative",
            Why::NoSign => "no-sign",
            Why::InsideLongerName => "inside-longer-name",
            Why::Ambiguous => "ambiguous",
            Why::Clash => "clash",
            Why::NoArticle => "no-article",
            Why::NoHolder => "no-holder",
        }
    }
}

/// What becomes of a name found in text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It becomes a link.
    Linked,
    /// It is a mention and not a link.
    Counted(Why),
    /// It is no mention.
    PassedOver(Why),
}

impl Verdict {
    /// Why it is no link.
    pub fn why(self) -> Option<Why> {
        match self {
            Verdict::Linked => None,
            Verdict::Counted(why) | Verdict::PassedOver(why) => Some(why),
        }
    }
}

/// A name found in the text of a block.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// Where: bytes of the block's text.
    pub range: Range<usize>,
    /// The actor that it mentions; `None` when it is passed over.
    pub actor: Option<RegisteredIx>,
    /// The actors that it could have been, in the order of the registry; those with evidence when it is ambiguous.
    pub candidates: Vec<RegisteredIx>,
    /// The kind of name.
    pub form: Form,
    /// Whether it only fits with its diacritics left out.
    pub folded: bool,
    /// What becomes of it.
    pub verdict: Verdict,
    /// Whether a `~` stands right before it, which is not to be printed.
    pub suppressed: bool,
    /// Whether it is the first abbreviation of the actor on the page, where its full name is to be given.
    pub expand: bool,
}

impl Found {
    /// Whether it counts as a mention.
    pub fn is_counted(&self) -> bool {
        self.actor.is_some()
    }

    /// The name of the rule that it falls under: the kind of name, or that a `~` suppresses it.
    pub fn rule(&self) -> &'static str {
        if self.suppressed { Why::Suppressed.name() } else { self.form.name() }
    }

    /// Says in a sentence what it is and what became of it.
    pub fn explain(&self, registry: &Registry) -> String {
        let whose = match self.actor {
            Some(actor) => registry.name(actor).to_owned(),
            None => joined(&self.candidates, " and ", |actor| registry.name(actor)),
        };
        let kind = match self.form {
            Form::Name => "name",
            Form::Alias => "alias",
            Form::Abbreviation => "abbreviation",
            Form::Explicit => return format!("wikilink to {whose}"),
            Form::Weak => "weak form",
            Form::Metonym => "metonym",
            Form::Demonym => "demonym",
            Form::Role => "role",
            Form::Stop => "stop phrase",
        };
        let outcome = match self.verdict {
            Verdict::Linked => "linked",
            Verdict::Counted(why) | Verdict::PassedOver(why) => match why {
                Why::LinkedBefore => "an earlier mention is the link",
                Why::Demonym => "demonyms are counted and never linked",
                Why::Heading => "names in headings are counted and not linked",
                Why::Quote => "names in block quotes are counted and not linked",
                Why::InLink => "it stands in the text of a link",
                Why::Across => "it stands partly in an inline element and partly outside",
                Why::OwnPage => "a page never links to itself",
                Why::LinksOff => "`[mentions] link` is \"none\"",
                Why::Stop => "declared to be something else",
                Why::Suppressed => "a `~` stands before it",
                Why::NoEvidence => {
                    return format!("{kind}; {whose} is not named in full and not in `actors`");
                }
                Why::Borne => "somebody else bears it in this text",
                Why::Locative => "the word beside it makes it a place",
                Why::NoSign => "nothing beside it says that it acts, so that it is a place",
                Why::InsideLongerName => "it is part of a longer name",
                Why::Ambiguous => "there is as much evidence for one as for the other",
                Why::Clash => "not exactly one of them is in `actors`",
                Why::NoArticle => "no article before it, as in \u{201c}the \u{2026}\u{201d}",
                Why::NoHolder => "not held by anyone on the document's date",
            },
        };
        let folded = if self.folded { ", but for its diacritics" } else { "" };
        format!("{kind} of {whose}{folded}; {outcome}")
    }

    /// What to report of it where it stands, `text` being how it is written: that it could be several actors.
    pub fn diagnostic(&self, registry: &Registry, text: &str, place: Place) -> Option<Diagnostic> {
        let several = matches!(self.verdict, Verdict::PassedOver(Why::Ambiguous | Why::Clash));
        if !several || self.form == Form::Demonym {
            return None;
        }
        let first = self.candidates.first().map_or("", |actor| registry.id(*actor));
        Some(
            Diagnostic::new(
                Code::AmbiguousMention,
                format!(
                    "\u{201c}{text}\u{201d} could be {}",
                    joined(&self.candidates, " or ", |actor| registry.id(actor))
                ),
            )
            .at(place)
            .label("not linked")
            .help(format!(
                "write the name in full, or say which one is meant: `[[{first}|{text}]]`"
            )),
        )
    }
}

/// Words joined by commas, the last one by `last`.
fn joined<'r>(
    actors: &[RegisteredIx],
    last: &str,
    word: impl Fn(RegisteredIx) -> &'r str,
) -> String {
    let words: Vec<&str> = actors.iter().map(|actor| word(*actor)).collect();
    match words.split_last() {
        Some((only, [])) => (*only).to_owned(),
        Some((end, others)) => format!("{}{last}{end}", others.join(", ")),
        None => String::new(),
    }
}
