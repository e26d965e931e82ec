//! Names that no actor has: runs of capitalised words, for an editor to look through.

use crate::never::{part, slice};
use std::ops::Range;

use super::company::is_title_case;
use super::fold::{self, Token, TokenKind};
use super::language::{Language, List};
use super::neighbours::{has_small_letters, is_capital, starts_sentence};

/// A name that no actor has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Stranger {
    /// Where: bytes of the block's text.
    pub range: Range<usize>,
    /// Which of the known names it follows in brackets, if it is initials: `United Nations (UN)`.
    pub abbreviates: Option<usize>,
}

/// The shortest single word that is taken for a name, in characters, unless it is all capitals.
const SHORTEST: usize = 4;

/// The longest word in capitals, in characters, that is taken for initials beside others in capitals.
const LONGEST_INITIALS: usize = 5;

/// The names in a block of text outside the ranges that are `known`, which are in order.
pub(crate) fn strangers(text: &str, known: &[Range<usize>], language: &Language) -> Vec<Stranger> {
    let mut out = Vec::new();
    let mut name: Vec<Token> = Vec::new();
    let mut passed = 0;
    let mut at = 0;
    // Letters in capitals throughout, as in headlines, tell nothing.
    if !text.chars().any(char::is_lowercase) {
        return out;
    }
    let is_hyphen =
        |token: &Token| matches!(text.get(token.start..token.end), Some("-" | "\u{2011}"));
    let is_initial = |token: &Token| {
        text.get(token.start..token.end).is_some_and(|word| word.chars().nth(1).is_none())
    };
    while let Some(token) = fold::token(text, at) {
        if let Some(range) = known.get(passed).filter(|range| range.start < token.end) {
            // Right before a name it is the title of whoever has the name: `Foreign Minister Sergey Lavrov`; right
            // behind, it is part of a longer one, which is reported by itself.
            name.clear();
            passed += 1;
            at = beside_of(text, range.end.max(token.end));
            continue;
        }
        at = token.end;
        let word = slice(text, token.start..token.end);
        let belongs = match token.kind {
            TokenKind::Word => is_capital(word) || (!name.is_empty() && is_inside(language, word)),
            // A dash between spaces joins nothing.
            TokenKind::Space => word == " " && name.last().is_some_and(|last| !is_hyphen(last)),
            TokenKind::Punctuation => match name.last().map(|last| last.kind) {
                Some(TokenKind::Word) => {
                    is_hyphen(&token)
                        || word == "&"
                        || word == "." && name.last().is_some_and(is_initial)
                }
                Some(TokenKind::Space) => word == "&",
                _ => false,
            },
            TokenKind::Letter => false,
        };
        if belongs {
            name.push(token);
        } else {
            end_name(text, &name, language, part(known, ..passed), &mut out);
            name.clear();
        }
    }
    end_name(text, &name, language, part(known, ..passed), &mut out);
    out
}

fn is_inside(language: &Language, word: &str) -> bool {
    // Where nouns have capitals an article before one makes no name of both: `Ironie der Geschichte`.
    let article = !language.capitalises_nouns() && language.has(List::Articles, word);
    article || language.has(List::Inside, word)
}

/// Behind a known name, and the capitalised words that touch it.
fn beside_of(text: &str, mut at: usize) -> usize {
    let mut end = at;
    while let Some(token) = fold::token(text, at) {
        let word = slice(text, token.start..token.end);
        match token.kind {
            TokenKind::Word if is_capital(word) => end = token.end,
            TokenKind::Space if !word.contains('\n') => {}
            _ => break,
        }
        at = token.end;
    }
    end
}

/// Adds the names in a run of tokens: titles end one and belong to none.
fn end_name(
    text: &str,
    run: &[Token],
    language: &Language,
    known: &[Range<usize>],
    out: &mut Vec<Stranger>,
) {
    let word = |token: &Token| slice(text, token.start..token.end);
    let is_title = |token: &Token| {
        let joined = text.get(token.end..).is_some_and(|rest| rest.starts_with(['-', '\u{2011}']));
        token.kind == TokenKind::Word && !joined && language.has(List::Titles, word(token))
    };
    for name in run.split(is_title) {
        let Some(range) = whole(text, name, language) else { continue };
        // `#PRS_ORG#`, `press@Example`.
        let mark = ['_', '@', '#'];
        if slice(text, ..range.start).ends_with(mark) || slice(text, range.end..).starts_with(mark)
        {
            continue;
        }
        // Where every word has a capital, names have no ends.
        if is_title_case(text, &(range.start..range.start), language) {
            continue;
        }
        let before = text.get(..range.start).and_then(|before| before.strip_suffix('('));
        let abbreviates = before.map(|before| before.trim_end().len()).and_then(|end| {
            let initials = text.get(range.clone()).filter(|word| is_acronym(word))?;
            let after = text.get(range.end..).is_some_and(|after| after.starts_with(')'));
            let full = known.iter().rposition(|known| known.end == end)?;
            let name = text.get(known.get(full)?.clone())?;
            (after && may_abbreviate(initials, name)).then_some(full)
        });
        out.push(Stranger { range, abbreviates });
    }
}

fn is_acronym(word: &str) -> bool {
    word.chars().filter(|c| c.is_uppercase()).count() > 1 && !word.contains(char::is_whitespace)
}

/// Whether a word is a number in Roman numerals.
fn is_roman(word: &str) -> bool {
    word.chars().all(|c| matches!(c, 'I' | 'V' | 'X'))
}

/// Whether initials may be those of a name: it starts with the first, and has the others in turn.
fn may_abbreviate(initials: &str, name: &str) -> bool {
    let mut letters = name.chars().flat_map(char::to_lowercase);
    let mut first = true;
    initials.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).all(|initial| {
        if std::mem::take(&mut first) {
            letters.next() == Some(initial)
        } else {
            letters.any(|c| c == initial)
        }
    })
}

/// A run of tokens without what only surrounds a name; `None` when nothing is left that is one.
fn whole(text: &str, mut name: &[Token], language: &Language) -> Option<Range<usize>> {
    const COMMON: [List; 5] =
        [List::Openers, List::Articles, List::Place, List::And, List::Governing];
    let word = |token: &Token| slice(text, token.start..token.end);
    let counts = |token: &Token| {
        let word = word(token);
        is_capital(word) && !language.lists(&COMMON, word) && !language.has(List::Capitalised, word)
    };
    while let Some((first, rest)) = name.split_first() {
        if counts(first) {
            break;
        }
        name = rest;
    }
    while let Some((last, rest)) = name.split_last() {
        if counts(last) {
            break;
        }
        name = rest;
    }
    let (first, last) = (name.first()?, name.last()?);
    let is_space = |token: &Token| token.kind == TokenKind::Space;
    // A compound is one word where nouns have capitals: `U-Boote`.
    let alone = name.len() == 1 || language.capitalises_nouns() && !name.iter().any(is_space);
    let shouts = |token: &Token| {
        let word = word(token);
        word.chars().count() > LONGEST_INITIALS && !word.contains(char::is_lowercase)
    };
    let words = || name.iter().filter(|token| token.kind == TokenKind::Word);
    // `CONSTITUTIONAL OVERHAUL` stands out and is no name for that.
    if !alone && words().any(shouts) && !words().any(|token| has_small_letters(word(token))) {
        return None;
    }
    // `KI-Sektor` is a word with initials in it, and `XIV` a number.
    let initials = words().all(|token| is_acronym(word(token)) && !is_roman(word(token)));
    if alone
        && !initials
        && (word(first).chars().count() < SHORTEST
            || language.capitalises_nouns()
            || starts_sentence(text, first.start))
    {
        return None;
    }
    Some(first.start..last.end)
}

#[cfg(test)]
mod tests {
    use super::super::Languages;
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
            ("with French President Emmanuel Macron", "French|Emmanuel Macron"),
            ("they read the New York Times - Asia Pacific edition", "New York Times|Asia Pacific"),
            ("Why Tehran Waits and Riyadh Fears What Comes", ""),
            ("ALL IN CAPITALS", ""),
            ("In part IV, the BBC met the CEO at a URL", "BBC"),
            ("Ask #PRS_ORG# on Sundays, and @Sophy Ridge left the BBC", "BBC"),
            ("俄罗斯 and no names", ""),
        ] {
            let languages = Languages::default();
            let found = strangers(text, &[], languages.of("en"));
            let found: Vec<&str> = found.into_iter().map(|s| &text[s.range]).collect();
            assert_eq!(found.join("|"), expected, "{text}");
        }
    }

    #[test]
    fn where_nouns_have_capitals_a_single_word_is_no_name() {
        let text = "Die Arbeit von Angela Merkel und der NATO im KI-Sektor, sagte die Regierung.";
        let languages = Languages::default();
        let found = strangers(text, &[], languages.of("de"));
        let found: Vec<&str> = found.into_iter().map(|s| &text[s.range]).collect();
        assert_eq!(found, ["Angela Merkel", "NATO"]);
    }

    #[test]
    fn known_names_are_none_and_initials_in_brackets_are_theirs() {
        let text =
            "Vladimir Putin and Yuri A. Ushakov, with the European Union (EU), (XYZ), Japan (BOJ)";
        let at = |name: &str| text.find(name).map(|at| at..at + name.len()).unwrap();
        let known = [at("Vladimir Putin"), at("European Union"), at("Japan")];
        let languages = Languages::default();
        let found = strangers(text, &known, languages.of("en"));
        let found: Vec<_> = found.into_iter().map(|s| (&text[s.range], s.abbreviates)).collect();
        let expected = [("Yuri A. Ushakov", None), ("EU", Some(1)), ("XYZ", None), ("BOJ", None)];
        assert_eq!(found, expected);
    }
}
