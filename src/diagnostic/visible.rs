//! Characters that a terminal or a viewer obeys instead of showing, made visible.
//!
//! Names of files and texts of documents are quoted in messages, and may be made to forge what a reader sees: a
//! control sequence (ECMA-48) moves the cursor or recolours, a direction mark (UAX #9) turns a line round, a
//! character without width hides a difference. In what is printed, each is written as `<U+202E>`.

use std::borrow::Cow;

use crate::never::slice;

/// Whether a character is obeyed and not shown: controls but for the tab and the line feed, the format characters
/// (general category Cf), and the separators of lines and paragraphs.
fn is_obeyed(c: char) -> bool {
    match c {
        '\t' | '\n' => false,
        '\0'..='\u{1f}' | '\u{7f}'..='\u{9f}' => true,
        '\u{ad}'
        | '\u{600}'..='\u{605}'
        | '\u{61c}'
        | '\u{6dd}'
        | '\u{70f}'
        | '\u{890}'..='\u{891}'
        | '\u{8e2}'
        | '\u{180e}'
        | '\u{200b}'..='\u{200f}'
        | '\u{2028}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}'
        | '\u{feff}'
        | '\u{fff9}'..='\u{fffb}'
        | '\u{110bd}'
        | '\u{110cd}'
        | '\u{13430}'..='\u{1343f}'
        | '\u{1bca0}'..='\u{1bca3}'
        | '\u{1d173}'..='\u{1d17a}'
        | '\u{e0000}'..='\u{e007f}' => true,
        _ => false,
    }
}

/// The text with each character that would be obeyed as its number, such as `<U+202E>`. A line end of Windows is
/// left as it is.
pub fn visible(text: &str) -> Cow<'_, str> {
    shown(text, |rest| if rest.starts_with("\r\n") { 1 } else { 0 }, is_obeyed, numbered)
}

/// The same for a name, which has one line.
pub(crate) fn visible_name(name: &str) -> Cow<'_, str> {
    shown(name, |_| 0, |c| is_obeyed(c) || c == '\n' || c == '\t', numbered)
}

/// The same for text in which this program has set styles: they stay (`ESC [ … m`, ECMA-48), and what quotes a
/// document has gone through [`visible`] before.
pub fn visible_but_styles(text: &str) -> Cow<'_, str> {
    let kept = |rest: &str| {
        if rest.starts_with("\r\n") {
            return 1;
        }
        let Some(style) = rest.strip_prefix("\u{1b}[") else { return 0 };
        let length = style.find(|c: char| !c.is_ascii_digit() && c != ';').unwrap_or(style.len());
        if style.get(length..).is_some_and(|end| end.starts_with('m')) { length + 3 } else { 0 }
    };
    shown(text, kept, is_obeyed, numbered)
}

/// JSON (RFC 8259) with each character that would be obeyed written as its escape: the same values.
pub(crate) fn escaped_json(json: &str) -> Cow<'_, str> {
    shown(
        json,
        |_| 0,
        is_obeyed,
        |c, out| {
            for unit in c.encode_utf16(&mut [0; 2]) {
                out.push_str(&format!("\\u{unit:04x}"));
            }
        },
    )
}

fn numbered(c: char, out: &mut String) {
    out.push_str(&format!("<U+{:04X}>", u32::from(c)));
}

/// Writes the characters that are `hidden` by `write`, but for as many bytes at the start of the rest as are `kept`.
fn shown(
    text: &str,
    kept: impl Fn(&str) -> usize,
    hidden: impl Fn(char) -> bool,
    write: impl Fn(char, &mut String),
) -> Cow<'_, str> {
    let Some(first) = text.find(&hidden) else { return Cow::Borrowed(text) };
    let (before, mut rest) = text.split_at(first);
    let mut out = before.to_owned();
    while let Some(c) = rest.chars().next() {
        let kept = kept(rest);
        let length = if kept > 0 {
            kept
        } else if hidden(c) {
            write(c, &mut out);
            rest = slice(rest, c.len_utf8()..);
            continue;
        } else {
            rest.find(&hidden).unwrap_or(rest.len())
        };
        out.push_str(slice(rest, ..length));
        rest = slice(rest, length..);
    }
    Cow::Owned(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_obeyed_is_shown() {
        for (text, wanted) in [
            ("Türkiye\t1\r\n2", "Türkiye\t1\r\n2"),
            ("a\u{1b}[31mb", "a<U+001B>[31mb"),
            ("\u{9b}2J\u{202e}x\u{200b}", "<U+009B>2J<U+202E>x<U+200B>"),
            ("a\rb\0", "a<U+000D>b<U+0000>"),
            ("\u{e0041}\u{2028}\u{feff}\u{ad}", "<U+E0041><U+2028><U+FEFF><U+00AD>"),
        ] {
            assert_eq!(visible(text), wanted);
        }
        assert_eq!(visible_name("a\nb\tc"), "a<U+000A>b<U+0009>c");
        let styled = "\u{1b}[1;31merror\u{1b}[0m \u{1b}[2J \u{1b}]0;x\u{7} \u{1b}[";
        let wanted = "\u{1b}[1;31merror\u{1b}[0m <U+001B>[2J <U+001B>]0;x<U+0007> <U+001B>[";
        assert_eq!(visible_but_styles(styled), wanted);
        assert_eq!(escaped_json("\"\u{9b}\u{e0041}\n\""), "\"\\u009b\\udb40\\udc41\n\"");
    }
}
