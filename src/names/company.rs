//! The company a name keeps: the run of capitalised words that it is part of.

use crate::never::slice;
use std::ops::Range;

use super::language::{Language, List};
use super::neighbours::{Beside, Gap, ahead, back, is_capital, starts_something};

/// What is known of the name that ends before another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Known {
    /// The name of an actor, or a demonym.
    Name,
    /// A role, which is a title to the name behind it.
    Role,
    /// Something else that has a name.
    Other,
}

/// What has a name, as far as the company of the name tells of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Bearer {
    /// A person: a title before the name belongs to it.
    Person,
    /// What a title would make a person of: a town, or a state whose name is also a given name.
    Place,
    /// What always has this name. Nothing beside it is a stranger that may stand there without being part of a longer
    /// name: a title, or the capitals of a headline.
    Any,
}

/// How many small words of longer names are passed to reach a capitalised one: `Ursula von der Leyen`.
const LONGEST_LINK: usize = 3;

/// The longer name that a name is part of, by the capitalised words beside it: its own range when there is none.
///
/// `known` is the name found before it and where that ends; `named` says whether a name that some actor has starts at a
/// place.
pub(super) fn longer(
    text: &str,
    range: &Range<usize>,
    language: &Language,
    bearer: Bearer,
    known: Option<(usize, Known)>,
    named: &mut dyn FnMut(usize) -> bool,
) -> Range<usize> {
    let mut run = |headline: bool| {
        let strangers = Strangers { text, language, bearer, headline };
        strangers.before(range.start, known)..strangers.after(range.end, named)
    };
    let whole = run(false);
    // Where all is in capitals they tell nothing.
    if whole == *range || !text.chars().any(char::is_lowercase) {
        return range.clone();
    }
    match (is_headline(text, range, language), bearer) {
        (false, _) => whole,
        (true, Bearer::Any) => range.clone(),
        (true, _) => run(true),
    }
}

/// From how many letters on a word of a headline has a capital.
const HEADLINE_LETTERS: usize = 4;

/// Words that are small in headlines too.
const SMALL: [List; 6] =
    [List::Place, List::Governing, List::And, List::Between, List::Articles, List::Inside];

/// How far on each side of a name a headline is looked at, in bytes.
const HEADLINE_REACH: usize = 200;

/// Whether all longer words of the line that a name stands in have capitals, and every third at least is no name:
/// `Why Tehran Waits for Its Neighbours`.
pub(super) fn is_headline(text: &str, range: &Range<usize>, language: &Language) -> bool {
    let Capitals { capitals, small, known } = capitals(text, range, language);
    capitals > 2 && 3 * known >= capitals && capitals > 8 * small
}

/// From how many words on a line of capitalised words alone is taken for a headline, whatever they are.
const LONG_HEADLINE: usize = 4;

/// Whether the line that a name stands in has no longer word in small letters, so that capitals tell no name in it.
pub(super) fn is_title_case(text: &str, range: &Range<usize>, language: &Language) -> bool {
    let Capitals { capitals, small, .. } = capitals(text, range, language);
    capitals >= LONG_HEADLINE && small == 0 || is_headline(text, range, language)
}

/// What the longer words of a line are.
struct Capitals {
    /// How many have capitals.
    capitals: usize,
    /// How many have none, but for those that are small in headlines too.
    small: usize,
    /// How many of those with capitals are words of the language.
    known: usize,
}

fn capitals(text: &str, range: &Range<usize>, language: &Language) -> Capitals {
    let from = text.floor_char_boundary(range.start.saturating_sub(HEADLINE_REACH));
    let to = text.ceil_char_boundary(range.end + HEADLINE_REACH);
    let before = slice(text, from..range.start);
    let after = slice(text, range.end..to);
    let line = [before.rsplit('\n').next(), after.split('\n').next()];
    let (mut capitals, mut small, mut known) = (0, 0, 0);
    for word in
        line.into_iter().flatten().flat_map(|side| side.split(|c: char| !c.is_alphanumeric()))
    {
        if word.chars().nth(HEADLINE_LETTERS - 1).is_some() {
            if is_capital(word) {
                capitals += 1;
                known += usize::from(language.is_word(word));
            } else if !language.lists(&SMALL, word) {
                small += 1;
            }
        }
    }
    Capitals { capitals, small, known }
}

/// Tells which capitalised words beside a name make a longer name of it.
struct Strangers<'t> {
    text: &'t str,
    language: &'t Language,
    bearer: Bearer,
    /// Whether words of the language have capitals too.
    headline: bool,
}

impl Strangers<'_> {
    /// Whether a capitalised word may be a word of the language where it stands.
    fn is_plain(&self, word: &Range<usize>) -> bool {
        let spelt = slice(self.text, word.clone());
        // `Condemnation of China` is no longer name, and whether `Air China` is one other sentences tell.
        let opens = || self.bearer == Bearer::Any || self.language.is_opener(spelt);
        self.headline && self.language.is_word(spelt)
            || starts_something(self.text, word.start) && opens()
    }

    /// Whether a mark may stand between the words of a longer name.
    fn joins(&self, gap: Gap) -> bool {
        match gap {
            Gap::Space | Gap::Ampersand => true,
            // A compound speaks of its parts: `the China–Myanmar border`.
            Gap::Hyphen => self.bearer != Bearer::Any,
            _ => false,
        }
    }

    /// Where the longer name starts that stands before a place.
    fn before(&self, at: usize, known: Option<(usize, Known)>) -> usize {
        let Strangers { text, language, bearer, .. } = *self;
        let (mut start, mut from, mut links) = (at, at, 0);
        while let Some(Beside { gap, word }) = back(text, from) {
            let spelt = slice(text, word.clone());
            if let Some((end, known)) = known
                && word.end <= end
            {
                let stranger = match known {
                    Known::Name => false,
                    Known::Role => bearer == Bearer::Place,
                    Known::Other => true,
                };
                // A stop ends the sentence unless it belongs to the name before it: `U.S. `.
                let apart = match gap {
                    Gap::Comma | Gap::Slash => true,
                    Gap::Stop => word.end == end,
                    _ => false,
                };
                return if stranger && !apart { word.start } else { start };
            }
            if matches!(gap, Gap::Comma | Gap::Slash) || gap == Gap::Hyphen && !self.joins(gap) {
                break;
            }
            if !is_capital(spelt) {
                let link =
                    self.joins(gap) && links < LONGEST_LINK && language.has(List::Inside, spelt);
                if !link {
                    break;
                }
                links += 1;
                from = word.start;
                continue;
            }
            // `Foreign Minister of China` says who it is, and makes no longer name.
            let title = (links == 0 || bearer == Bearer::Any)
                && language.before(List::Titles, text, from).is_some();
            let initial = spelt.chars().count() == 1;
            if gap == Gap::Stop && !initial && !title {
                break;
            }
            let excused = if title {
                // A town has no title, but there may be one of somebody who acts for it.
                bearer != Bearer::Place || language.before(List::Acting, text, from).is_some()
            } else {
                language.has(List::Capitalised, spelt)
                    || gap == Gap::Apostrophe && language.has(List::Articles, spelt)
                    || self.is_plain(&word)
            };
            if excused {
                break;
            }
            (start, from, links) = (word.start, word.start, 0);
        }
        start
    }

    /// Where the longer name ends that stands after a place.
    fn after(&self, at: usize, named: &mut dyn FnMut(usize) -> bool) -> usize {
        let Strangers { text, language, .. } = *self;
        if let Some(end) = language.suffix(text, at) {
            return end;
        }
        let (mut end, mut from, mut links) = (at, at, 0);
        while let Some(Beside { gap, word }) = ahead(text, from) {
            if !self.joins(gap) || named(word.start) {
                break;
            }
            let spelt = slice(text, word.clone());
            if !is_capital(spelt) {
                if links == LONGEST_LINK || !language.has(List::Inside, spelt) {
                    break;
                }
                links += 1;
                from = word.end;
                continue;
            }
            let excused = language.has(List::Capitalised, spelt)
                || language.after(List::Titles, text, from).is_some()
                || self.is_plain(&word);
            if excused {
                break;
            }
            (end, from, links) = (word.end, word.end, 0);
        }
        end
    }
}
