//! What stands beside a name: the words before and after it, and the run of capitalised words that it is part of.

use std::ops::Range;

use super::fold::{self, Kind};
use super::language::{Language, List};

/// What lies between a name and the word beside it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Gap {
    /// White space.
    Space,
    /// A hyphen or dash, without space.
    Hyphen,
    /// An apostrophe, without space.
    Apostrophe,
    /// `&`, with or without space.
    Ampersand,
    /// A full stop and white space.
    Stop,
    /// A comma and white space.
    Comma,
    /// A slash.
    Slash,
}

/// A word beside a name.
#[derive(Clone, Debug)]
pub(super) struct Beside {
    pub(super) gap: Gap,
    /// Where it stands in the text.
    pub(super) word: Range<usize>,
}

fn is_word(c: char) -> bool {
    fold::kind(c) == Kind::Word
}

fn is_blank(c: char) -> bool {
    c.is_whitespace() || fold::is_dropped(c)
}

/// What a mark that no space surrounds joins two words as.
fn joint(c: char) -> Option<Gap> {
    Some(match fold::plain_punctuation(c) {
        '-' => Gap::Hyphen,
        '\'' => Gap::Apostrophe,
        '/' => Gap::Slash,
        '&' => Gap::Ampersand,
        _ => return None,
    })
}

/// The word before a place in the text.
pub(super) fn back(text: &str, at: usize) -> Option<Beside> {
    let before = text.get(..at)?;
    let before = before.strip_suffix('~').unwrap_or(before);
    let trimmed = before.trim_end_matches(is_blank);
    let last = trimmed.chars().next_back()?;
    let shorter = |by: char| trimmed.get(..trimmed.len() - by.len_utf8());
    let (gap, rest) = if trimmed.len() == before.len() {
        (joint(last)?, shorter(last)?)
    } else {
        match last {
            '.' => (Gap::Stop, shorter(last)?),
            ',' => (Gap::Comma, shorter(last)?),
            '&' => (Gap::Ampersand, shorter(last)?.trim_end_matches(is_blank)),
            _ => (Gap::Space, trimmed),
        }
    };
    let start = rest.trim_end_matches(is_word).len();
    (start < rest.len()).then_some(Beside { gap, word: start..rest.len() })
}

/// The word after a place in the text.
pub(super) fn ahead(text: &str, at: usize) -> Option<Beside> {
    let after = text.get(at..)?;
    let trimmed = after.trim_start_matches(is_blank);
    let first = trimmed.chars().next()?;
    let (gap, rest) = if is_word(first) {
        if trimmed.len() == after.len() {
            return None;
        }
        (Gap::Space, trimmed)
    } else {
        let rest = trimmed.get(first.len_utf8()..)?;
        match (first, trimmed.len() == after.len()) {
            ('&', _) => (Gap::Ampersand, rest.trim_start_matches(is_blank)),
            (',', true) => (Gap::Comma, rest.trim_start_matches(is_blank)),
            (_, true) => (joint(first)?, rest),
            _ => return None,
        }
    };
    let start = text.len() - rest.len();
    let length = rest.find(|c: char| !is_word(c)).unwrap_or(rest.len());
    (length > 0).then_some(Beside { gap, word: start..start + length })
}

/// Whether a sentence starts here: nothing before it but space, quotes and brackets, then the end of another.
pub(super) fn starts_sentence(text: &str, at: usize) -> bool {
    let before = text.get(..at).unwrap_or_default();
    before
        .chars()
        .rev()
        .find(|c| {
            !(is_blank(*c)
                || "\"'\u{201c}\u{201d}\u{2018}\u{2019}\u{ab}\u{bb}\u{201e}()[]*~".contains(*c))
        })
        .is_none_or(|c| ".!?:\u{2026}\u{2013}\u{2014}\u{2022}|".contains(c))
}

/// Whether a sentence, a line or a quotation starts here.
fn starts_something(text: &str, at: usize) -> bool {
    let before = text.get(..at).unwrap_or_default().trim_end_matches([' ', '\u{a0}', '~']);
    before.ends_with(['\n', '"', '\u{201c}', '\u{201e}', '\u{ab}', '\u{300c}'])
        || starts_sentence(text, at)
}

pub(super) fn is_capital(word: &str) -> bool {
    word.chars().next().is_some_and(char::is_uppercase)
}

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

/// How many small words of longer names are passed to reach a capitalised one: `Ursula von der Leyen`.
const LONGEST_LINK: usize = 3;

/// The longer name that a name is part of, by the capitalised words beside it: its own range when there is none.
///
/// `known` is the name found before it and where that ends; `named` says whether a name that some actor has starts at a
/// place. A title before it belongs to the name of a person, as a `person` is called, and makes one of what is none.
pub(super) fn longer(
    text: &str,
    range: &Range<usize>,
    language: &Language,
    person: bool,
    known: Option<(usize, Known)>,
    named: &mut dyn FnMut(usize) -> bool,
) -> Range<usize> {
    // Where all is in capitals they tell nothing.
    let shouted = || !text.chars().any(char::is_lowercase);
    let start = longer_before(text, range.start, language, person, known);
    let end = longer_after(text, range.end, language, named);
    if (start, end) != (range.start, range.end) && shouted() { range.clone() } else { start..end }
}

/// Where the longer name starts that stands before a place.
fn longer_before(
    text: &str,
    at: usize,
    language: &Language,
    person: bool,
    known: Option<(usize, Known)>,
) -> usize {
    let (mut start, mut from, mut links) = (at, at, 0);
    while let Some(Beside { gap, word }) = back(text, from) {
        let spelt = text.get(word.clone()).unwrap_or_default();
        if let Some((end, known)) = known
            && word.end <= end
        {
            let stranger = match known {
                Known::Name => false,
                Known::Role => !person,
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
        if matches!(gap, Gap::Comma | Gap::Slash) {
            break;
        }
        if !is_capital(spelt) {
            let link = matches!(gap, Gap::Space | Gap::Hyphen | Gap::Ampersand)
                && links < LONGEST_LINK
                && language.has(List::Inside, spelt);
            if !link {
                break;
            }
            links += 1;
            from = word.start;
            continue;
        }
        let title = links == 0 && language.before(List::Titles, text, from).is_some();
        let initial = spelt.chars().count() == 1;
        if gap == Gap::Stop && !initial && !title {
            break;
        }
        let excused = if title {
            person
        } else {
            language.has(List::Capitalised, spelt)
                || gap == Gap::Apostrophe && language.has(List::Articles, spelt)
                || starts_something(text, word.start) && is_plain(language, spelt)
        };
        if excused {
            break;
        }
        (start, from, links) = (word.start, word.start, 0);
    }
    start
}

/// Where the longer name ends that stands after a place.
fn longer_after(
    text: &str,
    at: usize,
    language: &Language,
    named: &mut dyn FnMut(usize) -> bool,
) -> usize {
    if let Some(end) = language.after(List::Suffixes, text, at) {
        return end;
    }
    let (mut end, mut from, mut links) = (at, at, 0);
    while let Some(Beside { gap, word }) = ahead(text, from) {
        if !matches!(gap, Gap::Space | Gap::Hyphen | Gap::Ampersand) || named(word.start) {
            break;
        }
        let spelt = text.get(word.clone()).unwrap_or_default();
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
            || starts_something(text, word.start) && is_plain(language, spelt);
        if excused {
            break;
        }
        (end, from, links) = (word.end, word.end, 0);
    }
    end
}

/// Whether a capitalised word that starts a sentence may be a word of the language.
fn is_plain(language: &Language, word: &str) -> bool {
    const LISTS: [List; 9] = [
        List::Openers,
        List::Place,
        List::Governing,
        List::Acting,
        List::Auxiliaries,
        List::And,
        List::Between,
        List::Articles,
        List::Former,
    ];
    LISTS.iter().any(|list| language.has(*list, word))
}

/// What a metonym stands for where it stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reading {
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
) -> Reading {
    let (before, after) = (text.get(..range.start), text.get(range.end..));
    let (before, after) = (before.unwrap_or_default().trim_end(), after.unwrap_or_default());
    if before.ends_with(['(', '[']) || after.starts_with([')', ']', ':', '\u{ff1a}', '\u{ff09}']) {
        return Reading::Place;
    }
    // What follows it, behind its ending.
    let ending = ahead(text, range.end).filter(|word| word.gap == Gap::Apostrophe);
    let spelt = |word: &Beside| text.get(word.word.clone()).unwrap_or_default();
    let bare = after.starts_with(['\'', '\u{2019}']) && ending.is_none();
    let (possessive, end) = match &ending {
        Some(word) if language.has(List::PlaceEndings, spelt(word)) => return Reading::Place,
        Some(word) => (language.has(List::Possessives, spelt(word)), word.word.end),
        None if bare => (true, range.end + 1.max(after.chars().next().map_or(1, char::len_utf8))),
        None => (language.after(List::Possessives, text, range.end).is_some(), range.end),
    };
    if language.after(List::PlaceAfter, text, end).is_some() {
        return Reading::Place;
    }
    let pair = pair_after(text, range.end, language);
    let listed =
        pair.is_some() || text.get(range.end..).is_some_and(|after| after.starts_with(','));
    let (governor, first) = governor(text, range.start, language, listed);
    match governor {
        Some(List::Place) => return Reading::Place,
        Some(List::Between) => {
            let tied = language.before(List::Between, text, first);
            let tied = tied.is_some_and(|at| language.before(List::Ties, text, at).is_some());
            return if tied { Reading::Acts } else { Reading::NoSign };
        }
        // `told Berlin's Tagesspiegel` and `by the Berlin fire brigade` say what another did.
        Some(List::Acting) if possessive => {
            let place = is_of_a_place(text, end, language, partner);
            return if place { Reading::NoSign } else { Reading::Acts };
        }
        Some(List::Acting) if first < range.start && is_attribute(text, range, language) => {
            return Reading::NoSign;
        }
        Some(List::Acting) => return Reading::Acts,
        _ => {}
    }
    let governed = governor == Some(List::Governing);
    let verb = !governed && verb_after(text, range.end, language);
    let paired = !governed
        && (pair.is_some_and(&mut *partner)
            || pair_before(text, range.start, language).is_some_and(joined));
    // `Moscow's metro` is one of a place, and so is `Beijing's Forbidden City`.
    let owns = possessive && !is_of_a_place(text, end, language, partner);
    if verb || paired || owns { Reading::Acts } else { Reading::NoSign }
}

/// Whether what belongs to a metonym is part of a place: something with a name of its own, or a word of place behind an
/// adjective.
fn is_of_a_place(
    text: &str,
    end: usize,
    language: &Language,
    partner: &mut dyn FnMut(usize) -> bool,
) -> bool {
    let Some(word) = ahead(text, end).filter(|word| word.gap == Gap::Space) else { return false };
    let spelt = text.get(word.word.clone()).unwrap_or_default();
    let named = is_capital(spelt)
        && !partner(word.word.start)
        && !language.has(List::Capitalised, spelt)
        && language.after(List::Titles, text, end).is_none();
    named || language.after(List::PlaceAfter, text, word.word.end).is_some()
}

/// Whether a name behind an article says of what follows it where it is: `the Berlin fire brigade`.
fn is_attribute(text: &str, range: &Range<usize>, language: &Language) -> bool {
    const NEVER: [List; 6] =
        [List::And, List::Place, List::Governing, List::Acting, List::Verbs, List::Auxiliaries];
    let Some(word) = ahead(text, range.end).filter(|word| word.gap == Gap::Space) else {
        return false;
    };
    let spelt = text.get(word.word).unwrap_or_default();
    let small = spelt.chars().next().is_some_and(char::is_lowercase);
    let articled = language.before(List::Articles, text, range.start).is_some();
    articled
        && small
        && !is_plain(language, spelt)
        && !NEVER.iter().any(|list| language.has(*list, spelt))
}

/// The kind of word that governs a name or the list of names that it ends, and where that list starts.
fn governor(text: &str, at: usize, language: &Language, listed: bool) -> (Option<List>, usize) {
    const LISTS: [List; 4] = [List::Place, List::Between, List::Acting, List::Governing];
    let (mut first, mut listed) = (at, listed);
    for _ in 0..LONGEST_LIST {
        // An article may stand between, and may be such a word itself: `du Kremlin`.
        let from = language.before(List::Articles, text, first).unwrap_or(first);
        for place in [from, first] {
            let phrase = |list: &List| Some((language.before(*list, text, place)?, *list));
            // The longest phrase: `pressure on` before `on`.
            let longest = LISTS.iter().filter_map(phrase).min_by_key(|(start, _)| *start);
            if let Some((_, list)) = longest {
                return (Some(list), place);
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
            let spelt = text.get(word.word.clone()).unwrap_or_default();
            if !is_capital(spelt) || is_plain(language, spelt) {
                break;
            }
            first = word.word.start;
        }
    }
    (None, first)
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
    let mut from = at;
    for _ in 0..=LONGEST_DELAY {
        if language.after(List::Verbs, text, from).is_some() {
            return true;
        }
        // `Moscow, however, has said` has its verb behind two commas.
        let aside = ahead(text, from).filter(|word| word.gap == Gap::Comma);
        let aside = aside.map(|word| word.word).filter(|word| {
            let closed = text.get(word.end..).is_some_and(|rest| rest.starts_with(','));
            closed
                && text.get(word.clone()).is_some_and(|word| language.has(List::Auxiliaries, word))
        });
        match (language.after(List::Auxiliaries, text, from), aside) {
            (Some(end), _) => from = end,
            (None, Some(word)) => from = word.end + 1,
            (None, None) => return false,
        }
    }
    false
}
