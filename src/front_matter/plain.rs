//! TOML as most documents have it, read line by line: keys with one text, number, date, `true` or `false`, or a list of
//! texts and numbers, and tables under a header. Whatever else is left to the parser of all of TOML.

use std::borrow::Cow;
use std::ops::Range;

use super::tree::{Key, Node, Value};
use crate::diagnostic::Span;

/// Reads TOML that stands at `offset` of a file; `None` when it is not plain, or not sound.
pub(super) fn toml(text: &str, offset: usize) -> Option<Value<'_>> {
    let mut root: Vec<(Key, Node)> = Vec::with_capacity(8);
    // Whether the lines belong to the last entry of the root, or to its last item.
    let mut below = false;
    let mut next = offset;
    for line in text.split('\n') {
        let start = next;
        next += line.len() + 1;
        if line.is_empty() {
            continue;
        }
        if line.starts_with('[') {
            header(line, start, &mut root)?;
            below = true;
            continue;
        }
        let entry = entry(line, start)?;
        let table = if below { last_table(&mut root)? } else { &mut root };
        if table.iter().any(|(key, _)| key.name == entry.0.name) {
            return None;
        }
        table.push(entry);
    }
    Some(Value::Table(root))
}

/// The table of the last header.
fn last_table<'a, 't>(
    root: &'a mut [(Key<'t>, Node<'t>)],
) -> Option<&'a mut Vec<(Key<'t>, Node<'t>)>> {
    match &mut root.last_mut()?.1.value {
        Value::Table(entries) => Some(entries),
        Value::List(items) => match &mut items.last_mut()?.value {
            Value::Table(entries) => Some(entries),
            _ => None,
        },
        _ => None,
    }
}

/// Begins the table of a header, `[key]` or `[[key]]`.
fn header<'t>(line: &'t str, offset: usize, root: &mut Vec<(Key<'t>, Node<'t>)>) -> Option<()> {
    let span = Span::from(offset..offset + line.len());
    let table = Node { span, value: Value::Table(Vec::new()) };
    let item = line.strip_prefix("[[").and_then(|line| line.strip_suffix("]]"));
    let (name, at) = match item {
        Some(name) => (name, offset + 2),
        None => (line.strip_prefix('[')?.strip_suffix(']')?, offset + 1),
    };
    if name.is_empty() || !name.bytes().all(is_bare) {
        return None;
    }
    let key = Key { name: name.into(), span: (at..at + name.len()).into() };
    let known = root.iter().position(|(known, _)| known.name == key.name);
    match (known, item) {
        (None, Some(_)) => root.push((key, Node { span, value: Value::List(vec![table]) })),
        (None, None) => root.push((key, table)),
        // Another item of the list that was begun last: a table's header has the same place as its first item.
        (Some(known), Some(_)) if known + 1 == root.len() => match &mut root.last_mut()?.1.value {
            Value::List(items) if matches!(items.last()?.value, Value::Table(_)) => {
                items.push(table)
            }
            _ => return None,
        },
        _ => return None,
    }
    Some(())
}

/// A key and its value.
fn entry(line: &str, offset: usize) -> Option<(Key<'_>, Node<'_>)> {
    let (name, rest) = line.split_at_checked(line.bytes().position(|byte| !is_bare(byte))?)?;
    let written = rest.trim_start_matches(' ').strip_prefix('=')?.trim_start_matches(' ');
    if name.is_empty() {
        return None;
    }
    let start = offset + line.len() - written.len();
    let key = Key { name: name.into(), span: (offset..offset + name.len()).into() };
    let value = match written.as_bytes() {
        [b'[', ..] => Value::List(list(written, start)?),
        b"true" => Value::Bool(true),
        b"false" => Value::Bool(false),
        [y @ .., b'-', _, _, b'-', _, _] if y.len() == 4 => Value::Date(date(written)?.into()),
        _ => whole(text_or_number(written)?)?,
    };
    Some((key, Node { span: (start..start + written.len()).into(), value }))
}

/// Whether a byte may stand in a key without quotes and dots.
fn is_bare(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-')
}

/// A text or a number, and what follows.
fn text_or_number(written: &str) -> Option<(Value<'_>, &str)> {
    if let Some(inner) = written.strip_prefix('"') {
        let (text, behind) = text(inner)?;
        return Some((Value::Text(text), behind));
    }
    let (number, behind) = written.split_at(written.find([',', ']', ' ']).unwrap_or(written.len()));
    Some((self::number(number)?, behind))
}

/// What there is when nothing follows it.
fn whole<'t>((value, behind): (Value<'t>, &str)) -> Option<Value<'t>> {
    behind.is_empty().then_some(value)
}

/// The text up to a quotation mark, and what follows. No escape is read but that of the mark itself.
fn text(mut rest: &str) -> Option<(Cow<'_, str>, &str)> {
    let mut text = Cow::Borrowed("");
    loop {
        let (piece, behind) = rest.split_once('"')?;
        let escaped = piece.strip_suffix('\\');
        let piece = escaped.unwrap_or(piece);
        // All of it is looked at, so that many bytes are at a time.
        let special = |found, byte| found | matches!(byte, b'\\' | 0..0x20 | 0x7f);
        if piece.bytes().fold(false, special) {
            return None;
        }
        text += piece;
        rest = behind;
        match escaped {
            Some(_) => text.to_mut().push('"'),
            // Two quotes may be the first of three.
            None => return (!rest.starts_with('"')).then_some((text, rest)),
        }
    }
}

/// A whole number or one with decimals.
fn number(written: &str) -> Option<Value<'_>> {
    let unsigned = written.strip_prefix('-').unwrap_or(written);
    let (whole, decimals) = match unsigned.split_once('.') {
        Some((whole, decimals)) => (whole, Some(decimals)),
        None => (unsigned, None),
    };
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let leading_zero = whole.len() > 1 && whole.starts_with('0');
    if !digits(whole) || leading_zero || whole.len() > 9 || !decimals.is_none_or(digits) {
        return None;
    }
    Some(match decimals {
        Some(_) => Value::Float(written.parse().ok()?),
        None => Value::Integer(written.parse().ok()?),
    })
}

/// A list on one line.
fn list(written: &str, offset: usize) -> Option<Vec<Node<'_>>> {
    let mut items = Vec::with_capacity(written.bytes().filter(|byte| *byte == b',').count() + 1);
    let mut rest = written.strip_prefix('[')?.trim_start_matches(' ');
    if rest == "]" {
        return Some(Vec::new());
    }
    loop {
        let (value, behind) = text_or_number(rest)?;
        let start = offset + written.len() - rest.len();
        let span = Span::from(start..start + rest.len() - behind.len());
        items.push(Node { span, value });
        let behind = behind.trim_start_matches(' ');
        if behind == "]" {
            return Some(items);
        }
        rest = behind.strip_prefix(',')?.trim_start_matches(' ');
    }
}

/// A day of the calendar; the last one of February is left to the parser.
fn date(written: &str) -> Option<&str> {
    let digits = |range: Range<usize>| {
        written.get(range).filter(|text: &&str| text.bytes().all(|byte| byte.is_ascii_digit()))
    };
    let number = |range| digits(range)?.parse::<u8>().ok();
    let (_, month, day) = (digits(0..4)?, number(5..7)?, number(8..10)?);
    let last = match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        4 | 6 | 9 | 11 => 30,
        2 => 28,
        _ => 0,
    };
    (1..=last).contains(&day).then_some(written)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use proptest::prelude::*;

    use super::super::tree;
    use super::*;

    /// What the parser of all of TOML makes of it, if it finds nothing wrong.
    fn parsed(text: &str) -> Option<Value<'_>> {
        let mut found = Vec::new();
        let node = tree::full_toml(&Arc::from("f.md"), text, 4, &mut found);
        found.is_empty().then_some(node.value)
    }

    #[test]
    fn documents_are_read_as_the_parser_reads_them() {
        for text in [
            "title = \"Türkiye’s day\"\ndate = 2025-02-27\nactors = [\"us\", \"russia\"]\ntopics = []\ndraft = true\n",
            "name = \"A\"\n\n[[roles]]\ntitle = \"B\"\nfrom = \"2017\"\n\n[[roles]]\ntitle = \"C\"\n[extra]\nn = 12\n",
            "[extra]\na=\"b\"\nc   =   [ \"d\" , \"e\"]",
            "a = \"\\\"Yes,\\\" he said\"\nb = [ 36.58, -133.170,0 ,-1]\nc = 0.5\nd = -12\n",
        ] {
            assert_eq!(toml(text, 4), parsed(text), "{text}");
            assert!(toml(text, 4).is_some(), "{text}");
        }
    }

    #[test]
    fn what_is_not_plain_is_left_to_the_parser() {
        for text in [
            "a = \"\"\"b\"\"\"\n",
            "a = \"\\n\"\n",
            "a = 1 # b\n",
            "a.b = 1\n",
            "a = 1\na = 2\n",
            "a = 2025-02-30\n",
            "a = 01\n",
            "a = 1.\n",
            "a = .5\n",
            "a = +1\n",
            "a = \"b\\\\\"\n",
            "a = \"b\" \n",
            "[a]\n[a]\n",
            "a = 1\n[[a]]\n",
            "[a]\n[[a]]\n",
            "a = [\"b\",]\n",
            "a = \"b\"\r\n",
        ] {
            assert_eq!(toml(text, 4), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn nothing_is_read_otherwise_than_by_the_parser(lines in proptest::collection::vec(prop_oneof![
            Just(String::new()),
            "\\[?\\[[ab]\\]\\]?",
            "[abc] ?= ?(\"[é \\\\\\[,#a]{0,3}\"{0,2}|[0-9tT:.-]{1,4}|2025-[01][0-9]-[0-3][0-9][TZ ]?|true|false)",
            "[ab] ?= ?\\[ ?((\"[é,a\\\\\"]{0,2}\"|[01.e-]{1,4})[, ]{0,2}){0,3}\\]{0,2}",
            "[ab\"= #,\\[\\]]{0,8}",
        ], 0..6)) {
            let text = lines.join("\n");
            if let Some(value) = toml(&text, 4) {
                prop_assert_eq!(Some(value), parsed(&text), "{:?}", text);
            }
        }
    }
}
