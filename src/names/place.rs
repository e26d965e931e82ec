//! Whether a place acts, and stands for its actor, or is only a place.

use crate::never::slice;
use std::ops::Range;

use super::company::is_headline;
use super::fold;
use super::language::{Language, List};
use super::neighbours::{Beside, Gap, ahead, back, is_capital, starts_something};

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

/// How many words behind an object its verb is looked for.
const LONGEST_OBJECT: usize = 16;

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
        // `Ankara'yı zorladı`, but not `Ankara'yı ziyaret etti`.
        Some(word)
            if language.has(List::ObjectEndings, spelt(word))
                && !is_place_ahead(text, word.word.end, language) =>
        {
            return PlaceReading::Acts;
        }
        Some(word) => (language.has(List::Possessives, spelt(word)), word.word.end),
        None if bare => (true, range.end + 1.max(after.chars().next().map_or(1, char::len_utf8))),
        None => (language.after(List::Possessives, text, range.end).is_some(), range.end),
    };
    // `in Moscow-backed media`: what stands before it governs the other word.
    if language.after(List::Offices, text, range.end).is_some() {
        return PlaceReading::Acts;
    }
    // `the Moscow–Kyiv agreement`, where one word of what follows is a place's.
    if is_tied(text, range, language, partner, joined) {
        return PlaceReading::Acts;
    }
    if language.after(List::PlaceAfter, text, end).is_some() {
        return PlaceReading::Place;
    }
    // `from Tokyo's perspective`: what stands before it governs the other word here too. The genitive of German has no
    // apostrophe: `über Moskaus Pläne`.
    let genitive =
        language.capitalises_nouns() && language.has(List::Cases, slice(text, range.clone()));
    if (possessive || genitive) && has_deed(text, end, language) {
        return PlaceReading::Acts;
    }
    if is_subject(text, range, language) || is_inverted(text, range.start, language) {
        return PlaceReading::Acts;
    }
    let pair = pair_after(text, range.end, language);
    let listed =
        pair.is_some() || text.get(range.end..).is_some_and(|after| after.starts_with(','));
    let (governor, first) = governor(text, range, language, listed);
    match governor {
        Some(List::Place) => return PlaceReading::Place,
        Some(List::Between) => {
            let tied = language.before(List::Between, text, first);
            let tied = tied.is_some_and(|at| is_behind(List::Ties, text, at, language));
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
    // `Oslo's 634,000 residents`.
    let counted = spelt.starts_with(|c: char| c.is_numeric());
    named || counted || language.after(List::PlaceAfter, text, word.word.end).is_some()
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
    let spelt = slice(text, word.word);
    let small = spelt.chars().next().is_some_and(char::is_lowercase);
    has_article(text, range, language)
        && small
        && language.has(List::Attributes, spelt)
        && !language.is_opener(spelt)
        && !NEVER.iter().any(|list| language.has(*list, spelt))
}

/// The kind of word that governs a name or the list of names that it ends, and where that list starts.
fn governor(
    text: &str,
    range: &Range<usize>,
    language: &Language,
    listed: bool,
) -> (Option<List>, usize) {
    const LISTS: [List; 4] = [List::Place, List::Between, List::Acting, List::Governing];
    let (mut first, mut listed) = (range.start, listed);
    for _ in 0..LONGEST_LIST {
        // An article may stand between, and may be such a word itself: `du Kremlin`.
        let mut from = language.before(List::Articles, text, first).unwrap_or(first);
        for place in [from, first] {
            let phrase = |list: &List| Some((language.before(*list, text, place)?, *list));
            // The longest phrase: `pressure on` before `on`.
            let longest = LISTS.iter().filter_map(phrase).min_by_key(|(start, _)| *start);
            match longest {
                // German `eine Zeit, in der Moskau zögert`: the article is that of a clause.
                Some((start, _)) if place < first && is_clause(text, start, language) => {
                    return (None, first);
                }
                // `condemnations from Moscow`, but `the suburbs of Moscow` whatever is done there.
                Some((start, List::Place))
                    if language.before(List::Of, text, place) == Some(start)
                        && is_of_deed(text, place, language) =>
                {
                    return (Some(List::Acting), place);
                }
                Some((_, List::Governing))
                    if is_of_deed(text, place, language)
                        || place == range.start && is_done_by(text, range, language) =>
                {
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
        // `a land of Armenians, and Baku has denied it`: another clause.
        if first == range.start
            && joint
                .and_then(|at| text.get(..at))
                .is_some_and(|head| head.trim_end().ends_with(','))
            && verb_after(text, range.end, language)
        {
            break;
        }
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
    let of = language.before(List::Of, text, at);
    of.is_some_and(|of| is_behind(List::Deeds, text, of, language))
}

/// Whether a word of a list stands before a place in the text, or before one adjective there.
fn is_behind(list: List, text: &str, at: usize, language: &Language) -> bool {
    let adjective = back(text, at).filter(|word| word.gap == Gap::Space);
    let adjective = adjective.map(|word| word.word).filter(|word| {
        let spelt = slice(text, word.clone());
        !is_capital(spelt) && !language.is_opener(spelt)
    });
    language.before(list, text, at).is_some()
        || adjective.is_some_and(|word| language.before(list, text, word.start).is_some())
}

/// Whether `of` before a name and the word behind it say that it does something: `von Moskau unterstützt`, `time for Moscow to
/// act`.
fn is_done_by(text: &str, range: &Range<usize>, language: &Language) -> bool {
    let Some(of) = language.before(List::Of, text, range.start) else { return false };
    language.after(List::Passives, text, range.end).is_some()
        // `For Moscow, that is a threat.`
        || starts_something(text, of) && slice(text, range.end..).starts_with(',')
}

/// Whether a metonym and another, or a state, joined by a dash have something between them, whatever governs that: `the Athens-Paris
/// agreement`.
fn is_tied(
    text: &str,
    range: &Range<usize>,
    language: &Language,
    partner: &mut dyn FnMut(usize) -> bool,
    joined: &dyn Fn(usize) -> bool,
) -> bool {
    let dash = |word: &Beside| word.gap == Gap::Hyphen;
    let first = ahead(text, range.end).filter(dash).is_some_and(|other| {
        language.after(List::Ties, text, other.word.end).is_some() && partner(other.word.start)
    });
    first
        || back(text, range.start).filter(dash).is_some_and(|other| joined(other.word.end))
            && language.after(List::Ties, text, range.end).is_some()
}

/// Whether a metonym is the subject of the verb before it, as German has it behind an adverb that starts the sentence:
/// `Daraufhin veröffentlichte Peking eine Karte`.
fn is_inverted(text: &str, at: usize, language: &Language) -> bool {
    let small = |word: &Beside| {
        word.gap == Gap::Space
            && !is_capital(slice(text, word.word.clone()))
            && slice(text, word.word.clone()).ends_with(['t', 'e'])
    };
    let Some(verb) = back(text, at).filter(small).filter(|_| language.capitalises_nouns()) else {
        return false;
    };
    let adverb = back(text, verb.word.start).filter(|word| word.gap == Gap::Space);
    language.before(List::Place, text, at).is_none()
        && adverb.is_some_and(|word| {
            language.lists(&[List::Auxiliaries], slice(text, word.word.clone()))
                && starts_something(text, word.word.start)
        })
}

/// Whether what those who act have follows a place in the text, or one adjective there: `Kyiv's military use of it`.
fn has_deed(text: &str, at: usize, language: &Language) -> bool {
    let adjective = ahead(text, at).filter(|word| word.gap == Gap::Space);
    let adjective = adjective.map(|word| word.word).filter(|word| {
        let spelt = slice(text, word.clone());
        !is_capital(spelt) && !language.is_opener(spelt)
    });
    language.after(List::Deeds, text, at).is_some()
        || adjective.is_some_and(|word| language.after(List::Deeds, text, word.end).is_some())
}

/// Whether a preposition starts a clause rather than a place: behind a comma, in a language in which its article is a pronoun
/// too.
fn is_clause(text: &str, at: usize, language: &Language) -> bool {
    language.capitalises_nouns()
        && text.get(..at).is_some_and(|before| before.trim_end().ends_with(','))
}

/// Whether a word of place follows in the sentence.
fn is_place_ahead(text: &str, at: usize, language: &Language) -> bool {
    let mut from = at;
    for _ in 0..LONGEST_OBJECT {
        if language.after(List::PlaceAfter, text, from).is_some() {
            return true;
        }
        match ahead(text, from) {
            Some(word) => from = word.word.end,
            None => break,
        }
    }
    false
}

/// Whether a name that starts a sentence is its subject, by the mark behind it and the verb at the end: Turkish `Ankara, iddiayı
/// reddetti`.
fn is_subject(text: &str, range: &Range<usize>, language: &Language) -> bool {
    let marked = ahead(text, range.end).filter(|word| word.gap == Gap::Comma);
    let Some(next) = marked.filter(|_| language.has(List::SubjectMarks, ",")) else { return false };
    let sentence = slice(text, next.word.start..);
    let sentence = sentence.split(['.', '!', '?', ';', '\n']).next().unwrap_or_default();
    // `Ankara, İzmir ve Bursa` are a list.
    let listed = is_capital(slice(text, next.word.clone()))
        && (language.after(List::And, text, next.word.end).is_some_and(|end| {
            ahead(text, end).is_some_and(|word| is_capital(slice(text, word.word)))
        }) || ahead(text, next.word.end).is_some_and(|word| word.gap == Gap::Comma));
    let last = sentence.split_whitespace().next_back();
    starts_something(text, range.start)
        && !listed
        && last.is_some_and(|verb| language.has(List::Verbs, verb))
}

/// Whether `of` stands before a name, and `and` or a comma before that.
fn is_and_of(text: &str, at: usize, language: &Language) -> bool {
    let of = language.before(List::Of, text, at);
    of.is_some_and(|of| {
        language.before(List::And, text, of).is_some()
            || text.get(..of).is_some_and(|before| before.trim_end().ends_with(','))
    })
}

/// Whether the form of a name says that it acts, or that something is done to it as to one who does: the dative and
/// instrumental of Russian. Behind an adjective the preposition decides: `в советской Москве`.
fn is_inflected(text: &str, range: &Range<usize>, language: &Language) -> bool {
    const PREPOSITIONS: [List; 3] = [List::Place, List::Between, List::Governing];
    let name = slice(text, range.clone());
    let adjective = back(text, range.start)
        .filter(|word| word.gap == Gap::Space && !is_capital(slice(text, word.word.clone())));
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
        let signs = if asked == List::Modals { List::Verbs } else { asked };
        let phrase = language.phrase_after(signs, text, from);
        // `called on` is more than `called`.
        let stative = after(List::Stative, from);
        if stative.is_some() {
            return phrase > stative;
        }
        let next = [List::Auxiliaries, List::Copulas, List::Modals]
            .into_iter()
            .filter_map(|list| Some((list, language.phrase_after(list, text, from)?)))
            .max_by_key(|(_, end)| *end);
        // French `a` is a verb, and `a été` asks for one.
        let longest = phrase.is_some_and(|end| next.is_none_or(|(_, other)| other <= end));
        if longest || next.is_none() && after(signs, from).is_some() {
            return true;
        }
        let next = next.or_else(|| Some((List::Auxiliaries, after(List::Auxiliaries, from)?)));
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
                let first = verb.and_then(|word| text.get(word.word)?.chars().next());
                return match asked {
                    List::Modals => first.is_some_and(char::is_alphabetic),
                    List::Verbs => takes_object(text, from, language),
                    _ => false,
                };
            }
        }
    }
    false
}

/// Whether the word behind a place in the text is a verb, which no list has, by what follows it: `Moscow mothballs the fleet`.
fn takes_object(text: &str, at: usize, language: &Language) -> bool {
    let Some(verb) = ahead(text, at).filter(|word| word.gap == Gap::Space) else { return false };
    let spelt = slice(text, verb.word.clone());
    spelt.chars().next().is_some_and(char::is_lowercase)
        && !language.is_opener(spelt)
        && language.after(List::Objects, text, verb.word.end).is_some()
}

/// How many words an aside has at most: `Washington, after losing a friend, has`.
const LONGEST_ASIDE: usize = 8;

/// Where an aside between two commas ends: `Moscow, however, has said`.
fn aside(text: &str, at: usize, language: &Language) -> Option<usize> {
    let after = text.get(at..)?.strip_prefix(',')?;
    let length = after.find(['.', ',', ';', ':', '!', '?', '\n', '(', ')'])?;
    let inside = after.get(..length)?;
    // A name behind the comma is another of a list, and `where he lived` a clause of its own.
    const BEGINNING: [List; 4] = [List::Place, List::Governing, List::Acting, List::Auxiliaries];
    let begins = inside
        .split_whitespace()
        .next()
        .is_some_and(|word| !is_capital(word) && language.lists(&BEGINNING, word));
    let known = language.after(List::Auxiliaries, text, at + 1) == Some(at + 1 + length);
    let short = inside.split_whitespace().count() <= LONGEST_ASIDE;
    (after.get(length..)?.starts_with(',') && (known || short && begins))
        .then_some(at + 1 + length + 1)
}
