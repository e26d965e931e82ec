//! Names that no actor has: runs of capitalised words, for an editor to look through.

use std::ops::Range;

use super::fold::{self, Kind, Token};
use super::linker::starts_sentence;

/// Small words that stand inside names: `Republic of Korea`, `Mohammed bin Salman`.
const INSIDE: &[&str] = &[
    "of", "the", "for", "al", "bin", "ibn", "da", "de", "del", "der", "di", "du", "la", "van",
    "von",
];

/// Capitalised words that start sentences, or are no name of an actor by themselves.
const COMMON: &[&str] = &[
    "A",
    "According",
    "After",
    "All",
    "Also",
    "Although",
    "An",
    "And",
    "Any",
    "As",
    "At",
    "Because",
    "Before",
    "Both",
    "But",
    "By",
    "During",
    "Each",
    "Earlier",
    "Even",
    "Every",
    "For",
    "Four",
    "From",
    "He",
    "Her",
    "Here",
    "His",
    "How",
    "However",
    "I",
    "If",
    "In",
    "Instead",
    "It",
    "Its",
    "Later",
    "Like",
    "Many",
    "Meanwhile",
    "Moreover",
    "More",
    "Most",
    "Neither",
    "No",
    "Nor",
    "Not",
    "Now",
    "Of",
    "On",
    "Once",
    "One",
    "Only",
    "Or",
    "Other",
    "Our",
    "Several",
    "She",
    "Since",
    "So",
    "Some",
    "Such",
    "Than",
    "That",
    "The",
    "Their",
    "Then",
    "There",
    "These",
    "They",
    "This",
    "Those",
    "Though",
    "Three",
    "To",
    "Two",
    "Under",
    "Until",
    "We",
    "What",
    "When",
    "Where",
    "Whether",
    "Which",
    "While",
    "Who",
    "Why",
    "With",
    "Without",
    "Yet",
    "You",
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
    "Monday",
    "Tuesday",
    "Wednesday",
    "Thursday",
    "Friday",
    "Saturday",
    "Sunday",
];

/// The shortest single word that is taken for a name, in characters, unless it is all capitals.
const SHORTEST: usize = 4;

/// The names in a block of text outside the ranges that are `known`, which are in order.
pub fn strangers(text: &str, known: &[Range<usize>]) -> Vec<Range<usize>> {
    let mut out = Vec::new();
    let mut name: Vec<Token> = Vec::new();
    let mut end_name = |name: &mut Vec<Token>| {
        out.extend(whole(text, name));
        name.clear();
    };
    let mut known = known.iter().peekable();
    let mut at = 0;
    while let Some(token) = fold::token(text, at) {
        if let Some(range) = known.next_if(|range| range.start < token.end) {
            // Right before a name it is the title of whoever has the name: `Foreign Minister Sergey Lavrov`.
            name.clear();
            at = range.end.max(token.end);
            continue;
        }
        at = token.end;
        let word = text.get(token.start..token.end).unwrap_or_default();
        let belongs = match token.kind {
            Kind::Word => capital(word) || (!name.is_empty() && INSIDE.contains(&word)),
            Kind::Space => !name.is_empty() && !word.contains(['\n', '\t']),
            Kind::Punctuation => !name.is_empty() && matches!(word, "-" | "\u{2011}"),
            Kind::Letter => false,
        };
        if belongs {
            name.push(token);
        } else {
            end_name(&mut name);
        }
    }
    end_name(&mut name);
    out
}

fn capital(word: &str) -> bool {
    word.chars().next().is_some_and(char::is_uppercase)
}

/// A run of tokens without what only surrounds a name; `None` when nothing is left that is one.
fn whole(text: &str, mut name: &[Token]) -> Option<Range<usize>> {
    let word = |token: &Token| text.get(token.start..token.end).unwrap_or_default();
    while let Some((first, rest)) = name.split_first() {
        if capital(word(first)) && !COMMON.contains(&word(first)) {
            break;
        }
        name = rest;
    }
    while let Some((last, rest)) = name.split_last() {
        if capital(word(last)) && !COMMON.contains(&word(last)) {
            break;
        }
        name = rest;
    }
    let (first, last) = (name.first()?, name.last()?);
    let acronym = word(first).chars().filter(|c| c.is_uppercase()).count() > 1;
    let alone = name.len() == 1;
    if alone
        && !acronym
        && (word(first).chars().count() < SHORTEST || starts_sentence(text, first.start))
    {
        return None;
    }
    Some(first.start..last.end)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_told_by_their_capitals() {
        for (text, expected) in [
            (
                "Talks with the Republic of Korea and Mohammed bin Salman.",
                "Republic of Korea|Mohammed bin Salman",
            ),
            ("The Foreign Office said on Monday that The Hague", "Foreign Office|Hague"),
            ("Officials met. Later NATO and Lavrov came.", "NATO|Lavrov"),
            ("Saint-Denis, Jean-Luc Godard's film", "Saint-Denis|Jean-Luc Godard"),
            ("In March he went", ""),
            ("俄罗斯 and no names", ""),
        ] {
            let found: Vec<&str> = strangers(text, &[]).into_iter().map(|r| &text[r]).collect();
            assert_eq!(found.join("|"), expected, "{text}");
        }
    }

    #[test]
    fn known_names_are_none() {
        let text = "Vladimir Putin and Yuri Ushakov, with Foreign Minister Lavrov";
        let found: Vec<&str> =
            strangers(text, &[0..14, 55..61]).into_iter().map(|r| &text[r]).collect();
        assert_eq!(found, ["Yuri Ushakov"]);
    }
}
