//! Whether a place acts, and stands for its actor, or is only a place.

use crate::never::slice;
use std::ops::Range;

use super::company::is_headline;
use super::fold;
use super::language::{Language, List};
use super::neighbours::{Beside, Gap, ahead, back, is_capital};

/// What a metonym stands for where it stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum PlaceReading {
    /// There is a sign that it acts.
    Acts,
    /// A word of place says that it is one.
    Place,
    /// Nothing says that it acts.
    NoSign,
}

/// How many names of a list are passed to reach the word that governs it.
const LONGEST_LIST: usize = 8;

/// Whether a metonym acts, or is a place. `partner` says whether a state or metonym starts at a place, `joined` whether
/// one ended there.
pub(super) fn reading(
    text: &str,
    range: &Range<usize>,
    language: &Language,
    partner: &mut dyn FnMut(usize) -> bool,
    joined: &dyn Fn(usize) -> bool,
) -> PlaceReading {
    let (before, after) = (text.get(..range.start), text.get(range.end..));
    let (before, after) = (before.unwrap_or_default().trim_end(), after.unwrap_or_default());
    if before.ends_with(['(', '[']) || after.starts_with([')', ']', '\u{ff09}']) {
        return PlaceReading::Place;
    }
    // What follows it, behind its ending.
    let ending = ahead(text, range.end).filter(|word| word.gap == Gap::Apostrophe);
    let spelt = |word: &Beside| slice(text, word.word.clone());
    let bare = after.starts_with(['\'', '\u{2019}']) && ending.is_none();
    let (possessive, end) = match &ending {
        // Turkish `Ankara'ya` is where one goes, and `Ankara'ya tepki` a reaction to what it did.
        Some(word) if language.has(List::PlaceEndings, spelt(word)) => {
            let deed = language.after(List::Deeds, text, word.word.end).is_some();
            return if deed { PlaceReading::Acts } else { PlaceReading::Place };
        }
        Some(word) => (language.has(List::Possessives, spelt(word)), word.word.end),
        None if bare => (true, range.end + 1.max(after.chars().next().map_or(1, char::len_utf8))),
        None => (language.after(List::Possessives, text, range.end).is_some(), range.end),
    };
    // `in Moscow-backed media`: what stands before it governs the other word.
    if language.after(List::Offices, text, range.end).is_some() {
        return PlaceReading::Acts;
    }
    if language.after(List::PlaceAfter, text, end).is_some() {
        return PlaceReading::Place;
    }
    // `from Tokyo's perspective`: what stands before it governs the other word here too.
    if possessive && language.after(List::Deeds, text, end).is_some() {
        return PlaceReading::Acts;
    }
    let pair = pair_after(text, range.end, language);
    let listed =
        pair.is_some() || text.get(range.end..).is_some_and(|after| after.starts_with(','));
    let (governor, first) = governor(text, range.start, language, listed);
    match governor {
        Some(List::Place) => return PlaceReading::Place,
        Some(List::Between) => {
            let tied = language.before(List::Between, text, first);
            let tied = tied.is_some_and(|at| language.before(List::Ties, text, at).is_some());
            return if tied { PlaceReading::Acts } else { PlaceReading::NoSign };
        }
        // `told Berlin's Tagesspiegel` and `by the Berlin fire brigade` say what another did.
        Some(List::Acting) if possessive => {
            let place = is_of_a_place(text, range, end, language, partner);
            return if place { PlaceReading::NoSign } else { PlaceReading::Acts };
        }
        Some(List::Acting) if first < range.start && is_attribute(text, range, language) => {
            return PlaceReading::NoSign;
        }
        Some(List::Acting) => return PlaceReading::Acts,
        // German `von Moskau unterstützt`.
        Some(List::Governing)
            if language.before(List::Of, text, range.start).is_some()
                && language.after(List::Passives, text, range.end).is_some() =>
        {
            return PlaceReading::Acts;
        }
        _ if after.starts_with([':', '\u{ff1a}']) => return PlaceReading::Place,
        _ => {}
    }
    let governed = governor == Some(List::Governing);
    let compound = pair.is_some() && after.starts_with(is_dash) || before.ends_with(is_dash);
    let paired = (!governed || compound)
        && (pair.is_some_and(&mut *partner)
            || pair_before(text, range.start, language).is_some_and(joined));
    let verb = !governed
        && (verb_after(text, range.end, language)
            || list_end(text, range.end, language)
                .is_some_and(|end| verb_after(text, end, language)));
    // `The Kremlin` is more than a place; `the Moscow of those years` and `the Paris trains` are none.
    let building = has_article(text, range, language)
        && governor.is_none_or(|list| list == List::Governing)
        && !possessive
        && !after.starts_with(is_dash)
        && !is_attribute(text, range, language)
        && language.after(List::Continuing, text, range.end).is_none();
    // `Moscow's metro` is one of a place, and so is `Beijing's Forbidden City`.
    let inflected =
        governor.is_none() && first == range.start && is_inflected(text, range, language);
    let owns = (possessive || inflected) && !is_of_a_place(text, range, end, language, partner);
    if verb || paired || building || owns { PlaceReading::Acts } else { PlaceReading::NoSign }
}

fn is_dash(c: char) -> bool {
    fold::plain_punctuation(c) == '-'
}

/// Whether what belongs to a metonym is part of a place: something with a name of its own, or a word of place behind an
/// adjective.
fn is_of_a_place(
    text: &str,
    range: &Range<usize>,
    end: usize,
    language: &Language,
    partner: &mut dyn FnMut(usize) -> bool,
) -> bool {
    let Some(word) = ahead(text, end).filter(|word| word.gap == Gap::Space) else { return false };
    let spelt = slice(text, word.word.clone());
    let named = is_capital(spelt)
        && !partner(word.word.start)
        && !language.has(List::Capitalised, spelt)
        && language.after(List::Titles, text, end).is_none()
        && !is_headline(text, range, language);
    named || language.after(List::PlaceAfter, text, word.word.end).is_some()
}

/// Whether an article stands before a name, or starts it.
fn has_article(text: &str, range: &Range<usize>, language: &Language) -> bool {
    let name = slice(text, range.clone());
    let first = name.split(char::is_whitespace).next();
    language.before(List::Articles, text, range.start).is_some()
        || first
            .is_some_and(|first| first.len() < name.len() && language.has(List::Articles, first))
}

/// Whether a name behind an article says of what follows it where it is: `the Berlin fire brigade`.
fn is_attribute(text: &str, range: &Range<usize>, language: &Language) -> bool {
    const NEVER: [List; 9] = [
        List::And,
        List::Place,
        List::Governing,
        List::Acting,
        List::Verbs,
        List::Auxiliaries,
        List::Modals,
        List::Copulas,
        List::Minds,
    ];
    let Some(word) = ahead(text, range.end).filter(|word| word.gap == Gap::Space) else {
        return false;
    };
    let spelt = text.get(word.word).unwrap_or_default();
    let small = spelt.chars().next().is_some_and(char::is_lowercase);
    has_article(text, range, language)
        && small
        && language.has(List::Attributes, spelt)
        && !language.is_opener(spelt)
        && !NEVER.iter().any(|list| language.has(*list, spelt))
}

/// The kind of word that governs a name or the list of names that it ends, and where that list starts.
fn governor(text: &str, at: usize, language: &Language, listed: bool) -> (Option<List>, usize) {
    const LISTS: [List; 4] = [List::Place, List::Between, List::Acting, List::Governing];
    let (mut first, mut listed) = (at, listed);
    for _ in 0..LONGEST_LIST {
        // An article may stand between, and may be such a word itself: `du Kremlin`.
        let mut from = language.before(List::Articles, text, first).unwrap_or(first);
        for place in [from, first] {
            let phrase = |list: &List| Some((language.before(*list, text, place)?, *list));
            // The longest phrase: `pressure on` before `on`.
            let longest = LISTS.iter().filter_map(phrase).min_by_key(|(start, _)| *start);
            match longest {
                Some((_, List::Governing)) if is_of_deed(text, place, language) => {
                    return (Some(List::Acting), place);
                }
                // `the aims of Moscow and of Beijing` are those of both.
                Some((start, List::Governing)) if is_and_of(text, place, language) => {
                    from = start;
                    break;
                }
                Some((_, list)) => return (Some(list), place),
                None => {}
            }
        }
        // Past `and`, and past a comma if this is a list, to the name before.
        let joint = language.before(List::And, text, from);
        listed |= joint.is_some();
        let Some(word) = back(text, joint.unwrap_or(from)) else { break };
        let passes = match word.gap {
            Gap::Comma => listed,
            Gap::Hyphen | Gap::Slash => true,
            Gap::Space => joint.is_some(),
            _ => false,
        };
        if !passes || !text.get(word.word.clone()).is_some_and(is_capital) {
            break;
        }
        first = word.word.start;
        // A name of several words.
        while let Some(word) = back(text, first).filter(|word| word.gap == Gap::Space) {
            let spelt = slice(text, word.word.clone());
            if !is_capital(spelt) || language.is_opener(spelt) {
                break;
            }
            first = word.word.start;
        }
    }
    (None, first)
}

/// Whether `of` before a name says whose deed or mind something is: `the ambitions of Beijing`. One adjective may stand
/// between: `la politique étrangère de Pékin`.
fn is_of_deed(text: &str, at: usize, language: &Language) -> bool {
    let Some(of) = language.before(List::Of, text, at) else { return false };
    let adjective = back(text, of).filter(|word| word.gap == Gap::Space);
    let adjective = adjective.map(|word| word.word).filter(|word| {
        let spelt = slice(text, word.clone());
        !is_capital(spelt) && !language.is_opener(spelt)
    });
    language.before(List::Deeds, text, of).is_some()
        || adjective.is_some_and(|word| language.before(List::Deeds, text, word.start).is_some())
}

/// Whether `of` stands before a name, and `and` before that.
fn is_and_of(text: &str, at: usize, language: &Language) -> bool {
    let of = language.before(List::Of, text, at);
    of.is_some_and(|of| language.before(List::And, text, of).is_some())
}

/// Whether the form of a name says that it acts, or that something is done to it as to one who does: the dative and
/// instrumental of Russian. Behind an adjective the preposition decides: `в советской Москве`.
fn is_inflected(text: &str, range: &Range<usize>, language: &Language) -> bool {
    const PREPOSITIONS: [List; 4] = [List::Place, List::Between, List::Acting, List::Governing];
    let name = slice(text, range.clone());
    let adjective = back(text, range.start).filter(|word| word.gap == Gap::Space);
    language.has(List::Cases, name)
        && adjective.is_none_or(|word| {
            !PREPOSITIONS.iter().any(|list| language.before(*list, text, word.word.start).is_some())
        })
}

/// Where a list ends that a name starts, the verb of which is that of the name too: `Ankara and Baku denied it`.
fn list_end(text: &str, at: usize, language: &Language) -> Option<usize> {
    let mut from = at;
    for _ in 0..LONGEST_LIST {
        let and = language.after(List::And, text, from);
        let comma = ahead(text, from).filter(|word| word.gap == Gap::Comma);
        let mut end = match (and, comma) {
            (Some(end), _) => language.after(List::Articles, text, end).unwrap_or(end),
            (None, Some(word)) if text.get(word.word.clone()).is_some_and(is_capital) => {
                from = word.word.end;
                continue;
            }
            _ => return None,
        };
        let start = end;
        while let Some(word) = ahead(text, end).filter(|word| word.gap == Gap::Space)
            && text.get(word.word.clone()).is_some_and(is_capital)
        {
            end = word.word.end;
        }
        return (end > start).then_some(end);
    }
    None
}

/// Where the second name of a pair would start.
fn pair_after(text: &str, at: usize, language: &Language) -> Option<usize> {
    if let Some(end) = language.after(List::And, text, at) {
        let next = language.after(List::Articles, text, end).unwrap_or(end);
        let rest = text.get(next..)?;
        return Some(text.len() - rest.trim_start().len());
    }
    let next = ahead(text, at)?;
    matches!(next.gap, Gap::Hyphen | Gap::Slash).then_some(next.word.start)
}

/// Where the first name of a pair would end.
fn pair_before(text: &str, at: usize, language: &Language) -> Option<usize> {
    let from = language.before(List::Articles, text, at).unwrap_or(at);
    if let Some(start) = language.before(List::And, text, from) {
        return Some(text.get(..start)?.trim_end().len());
    }
    let before = back(text, at)?;
    matches!(before.gap, Gap::Hyphen | Gap::Slash).then_some(before.word.end)
}

/// How many auxiliaries may stand between a metonym and its verb: `has not yet formally`.
const LONGEST_DELAY: usize = 4;

/// Whether the verb of a metonym follows it.
fn verb_after(text: &str, at: usize, language: &Language) -> bool {
    let after = |list: List, from: usize| language.after(list, text, from);
    // What the words so far ask for.
    let mut asked = List::Verbs;
    let mut from = at;
    for _ in 0..=LONGEST_DELAY {
        if after(List::Stative, from).is_some() {
            return false;
        }
        let signs = if asked == List::Modals { List::Verbs } else { asked };
        if after(signs, from).is_some() {
            return true;
        }
        let next = [List::Modals, List::Copulas, List::Auxiliaries]
            .into_iter()
            .find_map(|list| Some((list, after(list, from)?)));
        match (next, aside(text, from, language)) {
            (Some((list, end)), _) => {
                asked = match list {
                    List::Copulas => List::Minds,
                    List::Modals => List::Modals,
                    _ => asked,
                };
                from = end;
            }
            (None, Some(end)) => from = end,
            (None, None) => {
                // `Moscow would gain`: a town would not. What is counted it has, and does not do.
                let verb = ahead(text, from).filter(|word| word.gap == Gap::Space);
                let verb = verb.and_then(|word| text.get(word.word)?.chars().next());
                return asked == List::Modals && verb.is_some_and(char::is_alphabetic);
            }
        }
    }
    false
}

/// Where an aside between two commas ends: `Moscow, however, has said`.
fn aside(text: &str, at: usize, language: &Language) -> Option<usize> {
    let comma = text.get(at..)?.starts_with(',').then_some(at + 1)?;
    let end = language.after(List::Auxiliaries, text, comma)?;
    text.get(end..)?.starts_with(',').then_some(end + 1)
}
