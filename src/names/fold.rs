//! Text as the words that names are compared by.
//!
//! A text is cut into tokens: words, single letters of scripts written without spaces, white space,
//! and single marks of punctuation. As a word is as long as it can be, a name that is compared token
//! by token starts and ends at word edges by construction. Each token has two spellings: the exact
//! one (Unicode normalisation form C, one apostrophe, one hyphen, one space) and the folded one, in
//! which diacritics are gone too. Neither ever changes case: `İ` would change its length.

use crate::never::slice;
use unicode_normalization::char::{decompose_canonical, is_combining_mark};
use unicode_normalization::{IsNormalized, UnicodeNormalization as _, is_nfc_quick};

/// What a token is, as far as word edges are concerned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum TokenKind {
    /// Letters, digits and their marks, as many as stand together.
    Word,
    /// One letter, with its marks, of a script written without spaces.
    Letter,
    /// White space, as much as stands together.
    Space,
    /// Any other character, with its marks.
    Punctuation,
}

/// A token's place in the text, in bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Token {
    pub(super) kind: TokenKind,
    /// The first character that counts.
    pub(super) start: usize,
    /// After the last character that counts.
    pub(super) end: usize,
}

/// Characters that a reader cannot see: soft hyphens, joiners, direction marks, variation selectors.
#[inline]
pub(super) fn is_dropped(c: char) -> bool {
    c >= '\u{ad}'
        && matches!(c,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
        | '\u{2060}'..='\u{2064}' | '\u{2066}'..='\u{2069}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}')
}

fn is_apostrophe(c: char) -> bool {
    matches!(c, '\'' | '\u{2bc}' | '\u{2018}' | '\u{2019}' | '\u{201b}' | '\u{ff07}')
}

fn is_hyphen(c: char) -> bool {
    matches!(c, '-' | '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{fe63}' | '\u{ff0d}')
}

/// The dashes, quotation marks, bullets and ellipses that are frequent in any text, and what stands for an object in it.
/// None of them is composed of others.
pub(super) fn is_mark_of_print(c: char) -> bool {
    matches!(c, '\u{2010}'..='\u{2027}' | '\u{fffc}')
}

/// Whether the script of the character is written without spaces between words: Han, Hiragana,
/// Katakana, Thai, and with them Lao, Burmese and Khmer.
fn is_spaceless(c: char) -> bool {
    matches!(c,
        '\u{e00}'..='\u{eff}' | '\u{1000}'..='\u{109f}' | '\u{1780}'..='\u{17ff}'
        | '\u{3005}'..='\u{3007}' | '\u{3040}'..='\u{30ff}' | '\u{31f0}'..='\u{31ff}'
        | '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{f900}'..='\u{faff}'
        | '\u{ff66}'..='\u{ff9f}' | '\u{20000}'..='\u{3ffff}')
}

/// The kind of token that a character that is not dropped starts.
#[inline]
pub(super) fn kind(c: char) -> TokenKind {
    match c {
        '0'..='9' | 'A'..='Z' | 'a'..='z' => TokenKind::Word,
        ' ' | '\n' => TokenKind::Space,
        // The letters of most texts, before the tables are asked.
        '\u{c0}'..='\u{d6}' | '\u{d8}'..='\u{f6}' | '\u{f8}'..='\u{24f}' => TokenKind::Word,
        '\u{300}'..='\u{36f}' | '\u{400}'..='\u{481}' | '\u{48a}'..='\u{52f}' => TokenKind::Word,
        '\u{4e00}'..='\u{9fff}' => TokenKind::Letter,
        c if is_mark_of_print(c) => TokenKind::Punctuation,
        _ => kind_by_table(c),
    }
}

fn kind_by_table(c: char) -> TokenKind {
    if c.is_whitespace() {
        TokenKind::Space
    } else if is_apostrophe(c) || !(c.is_alphanumeric() || is_combining_mark(c)) {
        TokenKind::Punctuation
    } else if is_spaceless(c) {
        TokenKind::Letter
    } else {
        TokenKind::Word
    }
}

/// The token at or after a byte, past dropped characters; `None` at the end of the text.
pub(super) fn token(text: &str, at: usize) -> Option<Token> {
    let rest = text.get(at..)?;
    if let Some(token) = ascii_token(rest.as_bytes(), at) {
        return Some(token);
    }
    let mut chars = rest.char_indices().filter(|(_, c)| !is_dropped(*c));
    let (start, first) = chars.next()?;
    let kind = kind(first);
    let mut end = start + first.len_utf8();
    for (offset, c) in chars {
        let belongs = match kind {
            TokenKind::Letter | TokenKind::Punctuation => !c.is_ascii() && is_combining_mark(c),
            same => self::kind(c) == same,
        };
        if !belongs {
            break;
        }
        end = offset + c.len_utf8();
    }
    Some(Token { kind, start: at + start, end: at + end })
}

/// The token that `bytes` start with, `at` being where they stand, when it is a word or a space and no
/// character outside ASCII touches it.
#[inline]
fn ascii_token(bytes: &[u8], at: usize) -> Option<Token> {
    let first = *bytes.first()?;
    let (kind, length) = if first.is_ascii_alphanumeric() {
        let rest = bytes.iter().position(|b| !b.is_ascii_alphanumeric());
        (TokenKind::Word, rest.unwrap_or(bytes.len()))
    } else if first == b' ' && bytes.get(1).is_some_and(|b| !b.is_ascii_whitespace()) {
        (TokenKind::Space, 1)
    } else {
        return None;
    };
    let alone = bytes.get(length).is_none_or(u8::is_ascii);
    alone.then_some(Token { kind, start: at, end: at + length })
}

fn visible(raw: &str) -> impl Iterator<Item = char> {
    raw.chars().filter(|c| !is_dropped(*c))
}

/// Whether nothing is to be composed or dropped, as far as a quick look tells.
fn is_composed(raw: &str) -> bool {
    is_nfc_quick(raw.chars()) == IsNormalized::Yes && visible(raw).eq(raw.chars())
}

/// A token both of whose spellings are how it is written, as most are.
pub(super) fn verbatim(token: Token, text: &str) -> Option<&str> {
    let raw = text.get(token.start..token.end)?;
    let same = match token.kind {
        TokenKind::Space => raw == " ",
        _ => raw.is_ascii(),
    };
    same.then_some(raw)
}

/// Adds the exact spelling of a token.
pub(super) fn exact(token: Token, text: &str, to: &mut String) {
    let raw = slice(text, token.start..token.end);
    match token.kind {
        TokenKind::Space => to.push(' '),
        TokenKind::Punctuation => to.extend(visible(raw).map(plain_punctuation).nfc()),
        _ if raw.is_ascii() || is_composed(raw) => to.push_str(raw),
        _ => to.extend(visible(raw).nfc()),
    }
}

/// Adds the folded spelling of a token.
pub(super) fn folded(token: Token, text: &str, to: &mut String) {
    let raw = slice(text, token.start..token.end);
    match token.kind {
        TokenKind::Space => to.push(' '),
        TokenKind::Punctuation => to.extend(visible(raw).map(plain_punctuation).nfd()),
        _ if raw.is_ascii() => to.push_str(raw),
        _ => {
            let length = to.len();
            for c in visible(raw).nfd().filter(|c| !is_diacritic(*c)) {
                match ligature(c) {
                    Some(letters) => to.push_str(letters),
                    None => to.push(c),
                }
            }
            if to.len() == length {
                // Nothing but marks: they are the word.
                to.extend(raw.nfd());
            }
        }
    }
}

/// The first character of the folded spelling of a token that starts with `c`; `None` when that takes
/// more than `c` to tell, because it is a mark without a letter.
pub(super) fn folded_first(c: char) -> Option<char> {
    match kind(c) {
        TokenKind::Space => Some(' '),
        _ if c.is_ascii() => Some(c),
        _ if is_mark_of_print(c) => Some(plain_punctuation(c)),
        _ => {
            let mut first = None;
            decompose_canonical(plain_punctuation(c), |part| first = first.or(Some(part)));
            let first = first.unwrap_or(c);
            let letter =
                ligature(first).and_then(|letters| letters.chars().next()).unwrap_or(first);
            if is_diacritic(letter) { None } else { Some(letter) }
        }
    }
}

pub(super) fn plain_punctuation(c: char) -> char {
    match c {
        c if is_apostrophe(c) => '\'',
        c if is_hyphen(c) => '-',
        c => c,
    }
}

/// Marks that a writer in a hurry leaves out. Not every combining mark: the vowels of Indic scripts
/// and the voicing marks of Japanese make other words.
pub(super) fn is_diacritic(c: char) -> bool {
    matches!(c,
        '\u{300}'..='\u{36f}' | '\u{5b0}'..='\u{5bd}' | '\u{5bf}' | '\u{5c1}' | '\u{5c2}'
        | '\u{64b}'..='\u{65f}' | '\u{670}' | '\u{1ab0}'..='\u{1aff}' | '\u{1dc0}'..='\u{1dff}')
}

/// Letters that have no decomposition in Unicode but a common plain spelling.
pub(super) fn ligature(c: char) -> Option<&'static str> {
    Some(match c {
        'ı' => "i",
        'ł' => "l",
        'Ł' => "L",
        'ø' => "o",
        'Ø' => "O",
        'đ' | 'ð' => "d",
        'Đ' | 'Ð' => "D",
        'ħ' => "h",
        'Ħ' => "H",
        'ŧ' => "t",
        'Ŧ' => "T",
        'ŋ' => "n",
        'Ŋ' => "N",
        'ə' => "e",
        'Ə' => "E",
        'ß' => "ss",
        'ẞ' => "SS",
        'æ' => "ae",
        'Æ' => "AE",
        'œ' => "oe",
        'Œ' => "OE",
        'þ' => "th",
        'Þ' => "Th",
        _ => return None,
    })
}
