//! Bare addresses in the text, such as `https://example.org` and `www.example.org`, as the extended autolinks of GFM
//! (GitHub Flavored Markdown, 6.9) have them.
//!
//! In three places an address ends where GFM lets it go on: before a footnote or a wikilink, at a quotation mark or a dash,
//! and at the punctuation of Chinese and Japanese. None of these stands in an address as it is (RFC 3986, section 2).

use std::borrow::Cow;
use std::ops::Range;

use crate::html::unescape;
use crate::never::slice;

/// What a bare address begins with.
const SCHEMES: [&str; 3] = ["https", "http", "ftp"];
const WWW: &str = "www.";

/// Whether a text may have a bare address: quickly told, and rather once too often.
pub(super) fn may_have(text: &str) -> bool {
    let bytes = text.as_bytes();
    let bare = |at: usize, scheme: bool| {
        let name = if scheme { bytes.get(..at).unwrap_or_default() } else { &[] };
        let start = at - name.iter().rev().take_while(|byte| byte.is_ascii_alphabetic()).count();
        let before = |by: usize| start.checked_sub(by).and_then(|at| bytes.get(at)).copied();
        match (before(2), before(1)) {
            (_, None) => true,
            (Some(b']'), Some(b'(')) | (_, Some(b'<' | b'=')) => false,
            _ => true,
        }
    };
    let mut colons = memchr::memchr_iter(b':', bytes);
    colons.any(|at| text.get(at..).is_some_and(|rest| rest.starts_with("://")) && bare(at, true))
        || text.contains(WWW) && text.match_indices(WWW).any(|(at, _)| bare(at, false))
}

/// The bare addresses that begin in a range of the source, in order. The last may end behind the range, but not behind
/// `limit`.
pub(super) fn all(
    source: &str,
    within: &Range<usize>,
    limit: usize,
    mut found: impl FnMut(Range<usize>),
) {
    let text = slice(source, within.clone());
    let mut from = 0;
    for (at, mark) in text.match_indices([':', '.']) {
        let Some(start) = start(text, at, mark).filter(|start| *start >= from) else { continue };
        let scheme = if mark == ":" { at + "://".len() - start } else { WWW.len() };
        if let Some(end) = end(source, within.start + start, scheme, limit) {
            found(within.start + start..end);
            from = end - within.start;
        }
    }
}

/// Where an address starts whose scheme ends at a colon, or whose `www` at a full stop, if that is so.
fn start(text: &str, at: usize, mark: &str) -> Option<usize> {
    let before = text.as_bytes().get(..at)?;
    let ends_with = |word: &str| {
        let start = at.checked_sub(word.len())?;
        before.get(start..)?.eq_ignore_ascii_case(word.as_bytes()).then_some(start)
    };
    match mark {
        ":" if text.get(at..)?.starts_with("://") => SCHEMES.into_iter().find_map(ends_with),
        ":" => None,
        _ => ends_with("www"),
    }
}

/// Where the address ends that begins at `start` with a scheme of so many bytes, if there is one.
fn end(source: &str, start: usize, scheme: usize, limit: usize) -> Option<usize> {
    let before = slice(source, 0..start).chars().next_back();
    let free = before.is_none_or(|c| {
        c.is_whitespace()
            || matches!(c, '*' | '_' | '~' | '(' | '[' | '{' | '"' | '\'' | '|' | '>' | ',' | ';')
            || !c.is_ascii() && (!c.is_alphanumeric() || c >= '\u{2E80}')
    });
    if !free {
        return None;
    }
    let all = source.get(start..limit.min(source.len()))?;
    let mut text = slice(all, 0..all.find(ends_address).unwrap_or(all.len()));
    for mark in ["[^", "[[", "]("] {
        text = text.split_once(mark).map_or(text, |(text, _)| text);
    }
    text = without_punctuation(text);
    let behind = text.get(scheme..)?;
    let host = slice(behind, 0..behind.find(['/', '?', '#']).unwrap_or(behind.len()));
    let host = host.rsplit_once('@').map_or(host, |(_, host)| host);
    let name = host.split_once(':').map_or(host, |(name, _)| name);
    is_domain(name).then_some(start + text.len())
}

/// Whether a character cannot stand in an address, or is not meant to.
fn ends_address(c: char) -> bool {
    c.is_whitespace()
        || c.is_control()
        || matches!(c, '<' | '>' | '"' | '`' | '“' | '”' | '„' | '«' | '»' | '‹' | '›' | '—')
        || matches!(c, '\u{3000}'..='\u{303F}' | '\u{FF01}'..='\u{FF0F}' | '\u{FF1A}'..='\u{FF20}')
}

/// An address without the punctuation behind it, which belongs to the sentence.
fn without_punctuation(mut text: &str) -> &str {
    // How many more brackets of each kind close than open.
    let excess = |open: char, close: char| {
        text.matches(close).count().saturating_sub(text.matches(open).count())
    };
    let (mut round, mut square, mut curly) = (excess('(', ')'), excess('[', ']'), excess('{', '}'));
    while let Some(last) = text.chars().next_back() {
        let shorter = slice(text, 0..text.len() - last.len_utf8());
        let brackets = match last {
            ')' => Some(&mut round),
            ']' => Some(&mut square),
            '}' => Some(&mut curly),
            _ => None,
        };
        text = match last {
            ')' | ']' | '}' => match brackets {
                Some(excess @ 1..) => {
                    *excess -= 1;
                    shorter
                }
                _ => break,
            },
            '?' | '!' | '.' | ',' | ':' | '*' | '_' | '~' | '\'' | '\\' | '’' | '‘' | '…' | '|' => {
                shorter
            }
            ';' => {
                let name = shorter.trim_end_matches(|c: char| c.is_ascii_alphanumeric());
                let entity = name.strip_suffix('&').filter(|_| name.len() < shorter.len());
                entity.unwrap_or(shorter)
            }
            _ => break,
        };
    }
    text
}

/// Whether a name is a domain: letters, digits, hyphens and underscores in parts, of which the last two have no underscore.
fn is_domain(name: &str) -> bool {
    let parts: Vec<&str> = name.split('.').collect();
    let known = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_');
    let whole = parts.iter().all(|part| !part.is_empty() && part.chars().all(known));
    whole && parts.iter().rev().take(2).all(|part| !part.contains('_'))
}

/// What an address shows, and where it leads: without the escapes of Markdown and HTML.
pub(super) fn meaning(written: &str) -> (Cow<'_, str>, Cow<'_, str>) {
    let plain: Cow<'_, str> = match written.contains(['\\', '&']) {
        false => Cow::Borrowed(written),
        true => Cow::Owned(unescape(&without_backslashes(written))),
    };
    let www = plain.get(..WWW.len()).is_some_and(|start| start.eq_ignore_ascii_case(WWW));
    let url = if www { Cow::Owned(format!("http://{plain}")) } else { plain.clone() };
    (plain, url)
}

/// A text without the backslashes that escape a mark (CommonMark, 2.4).
fn without_backslashes(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        if c != '\\' || !chars.peek().is_some_and(char::is_ascii_punctuation) {
            out.push(c);
        } else {
            out.extend(chars.next());
        }
    }
    out
}
