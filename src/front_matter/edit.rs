//! Changes to front matter that leave every other byte as its author wrote it.
//!
//! A change is made in the text and then proved: the front matter is read again, and must say what it said
//! before save for what was to change.

use std::ops::Range;
use std::sync::Arc;

use serde_json::{Value as Json, json};

use super::field::Extra;
use super::toml;
use super::tree::{self, Key, Node, NodeValue, Syntax};
use super::yaml;
use crate::composed::composed;
use crate::diagnostic::{Code, Span};
use crate::never;

/// Adds a text to a list at the top of a document's front matter, making the list if there is none.
///
/// Errors, in words: the front matter cannot be read, or is written in a way that no such change fits.
pub fn add_to_list(text: &str, key: &str, value: &str) -> Result<String, String> {
    let (before, node, syntax, front) = read(text)?;
    let entries = match &node.value {
        NodeValue::Table(entries) => entries.as_slice(),
        _ => return Err("the front matter is no table".to_owned()),
    };
    let known = entries.iter().find(|(k, _)| k.name == key);
    let (range, with) = match (known, syntax) {
        (None, _) => {
            let is_title = |(k, _): &&(Key<'_>, Node<'_>)| matches!(&*k.name, "title" | "name");
            let title = entries.iter().find(is_title);
            // An actor may have its name from the one that it extends.
            let title = title.or_else(|| entries.iter().find(|(k, _)| k.name == "extends"));
            let Some((_, title)) = title else {
                return Err("it has neither a title nor a name to write the list after".to_owned());
            };
            let end = title.span.range().end;
            let line = part(text, end..front.end);
            let at = end + line.find('\n').map_or(line.len(), |newline| newline + 1);
            let newline = if line.split('\n').next().is_some_and(|l| l.ends_with('\r')) {
                "\r\n"
            } else {
                "\n"
            };
            let sign = if syntax == Syntax::Toml { " =" } else { ":" };
            (at..at, format!("{key}{sign} [{}]{newline}", json!(value)))
        }
        (Some((_, node)), _) if !matches!(node.value, NodeValue::List(_) | NodeValue::Nothing) => {
            return Err(format!("`{key}` is no list"));
        }
        (Some(_), Syntax::Toml) => toml(text, &front, key, value)?,
        (Some((_, node)), Syntax::Yaml) => yaml(text, node, value)?,
    };
    let after = splice(text, &range, &with);
    let mut expected = before;
    if let Some(fields) = expected.as_object_mut() {
        let list = fields.entry(key).or_insert(Json::Null);
        if list.is_null() {
            *list = json!([]);
        }
        if let Some(list) = list.as_array_mut() {
            list.push(json!(value));
        }
    }
    prove(&expected, &after)?;
    Ok(after)
}

/// Takes a text out of a list at the top of a document's front matter, and the list itself when nothing else is in it.
/// What [`add_to_list`] has added is taken out again to the byte.
///
/// Errors, in words: it is not in the list, the front matter cannot be read, or is written in a way that no such change
/// fits.
pub fn take_from_list(text: &str, key: &str, value: &str) -> Result<String, String> {
    let (before, node, _, front) = read(text)?;
    let NodeValue::Table(entries) = &node.value else {
        return Err("the front matter is no table".to_owned());
    };
    let list = entries.iter().find(|(k, _)| k.name == key);
    let Some((name, Node { value: NodeValue::List(items), span })) = list else {
        return Err(format!("`{key}` is no list"));
    };
    let is_it = |item: &Node| matches!(&item.value, NodeValue::Text(text) if *text == value);
    let Some(at) = items.iter().rposition(is_it) else {
        return Err(format!("`{value}` is not in `{key}`"));
    };
    let mut expected = before;
    if let Some(fields) = expected.as_object_mut() {
        match fields.get_mut(key).and_then(Json::as_array_mut) {
            Some(list) if items.len() > 1 => drop(list.remove(at)),
            _ => drop(fields.shift_remove(key)),
        }
    }
    let mut made = without(text, &front, (name.span.range().start, span.range()), items, at)
        .into_iter()
        .map(|range| splice(text, &range, ""))
        .filter(|after| prove(&expected, after).is_ok());
    let added = |after: &String| add_to_list(after, key, value).is_ok_and(|again| again == text);
    let Some(first) = made.next() else {
        return Err(format!("`{key}` is laid out in a way that is not known"));
    };
    Ok(if added(&first) { first } else { made.find(added).unwrap_or(first) })
}

/// What may be cut so that an item of a list goes: which of it leaves all else as it was shows when it is read again. The
/// key of the list starts at `key`.
fn without(
    text: &str,
    front: &Range<usize>,
    (key, list): (usize, Range<usize>),
    items: &[Node],
    at: usize,
) -> Vec<Range<usize>> {
    let lines = |from: usize, to: usize| {
        let before = part(text, front.start..from);
        let start = front.start + before.rfind('\n').map_or(0, |newline| newline + 1);
        let after = part(text, to..front.end);
        start..to + after.find('\n').map_or(after.len(), |newline| newline + 1)
    };
    let span = |at: Option<usize>| items.get(at?).map(|item| item.span.range());
    let Some(item) = span(Some(at)) else { return Vec::new() };
    let in_brackets = text.get(list.clone()).is_some_and(|written| written.starts_with('['));
    match (span(at.checked_sub(1)), span(Some(at + 1))) {
        (None, None) if in_brackets => vec![lines(key, list.end)],
        // A list of lines may be said to reach to what follows.
        (None, None) => vec![lines(key, item.end)],
        _ if !in_brackets => {
            vec![lines(item.start, item.end)]
        }
        (Some(last), _) => {
            // What stands between the two is the layout of one of them.
            let between = part(text, last.end..item.start);
            let commas = between.match_indices(',').map(|(at, _)| at + 1);
            let starts = between.match_indices('\n').map(|(at, _)| at).chain(commas);
            // A comment stays, if only a comma more shows that something stood there.
            let starts = starts.chain([0]).map(|at| last.end + at);
            let comma = text.get(item.end..).is_some_and(|after| after.starts_with(','));
            let ends = [item.end, item.end + usize::from(comma)];
            starts.flat_map(|start| ends.map(|end| start..end)).collect()
        }
        (None, Some(next)) => std::iter::once(item.start..next.start).collect(),
    }
}

/// Writes another text for one that stands at `span`, with the same quotes around it.
///
/// Errors, in words: it does not stand there, or the change would change something else.
pub fn replace(text: &str, span: Span, old: &str, new: &str) -> Result<String, String> {
    let (before, ..) = read(text)?;
    // An id is read in composed form, however it is written.
    let written = composed(part(text, span.range()));
    if written.matches(old).count() != 1 {
        return Err(format!("`{old}` is written in another way there"));
    }
    let after = splice(text, &span.range(), &written.replacen(old, new, 1));
    let (now, ..) = read(&after)?;
    let (mut was, mut is) = (Vec::new(), Vec::new());
    leaves(&before, &mut was);
    leaves(&now, &mut is);
    let changed: Vec<_> = was.iter().zip(&is).filter(|(a, b)| a != b).collect();
    match changed.as_slice() {
        [(a, b)] if was.len() == is.len() && ***b == json!(new) => match a.as_str() {
            Some(a) if composed(a) == old => Ok(after),
            _ => Err("the change would change something else too".to_owned()),
        },
        _ => Err("the change would change something else too".to_owned()),
    }
}

/// The text with another in the place of a range.
pub fn splice(text: &str, range: &Range<usize>, with: &str) -> String {
    match (text.get(..range.start), text.get(range.end..)) {
        (Some(before), Some(after)) => [before, with, after].concat(),
        // What an author wrote is not cut.
        _ => never!("{range:?} is no part of a text of {}", text.len() => text.to_owned()),
    }
}

/// What is written at a place that was read in a text.
fn part(text: &str, range: Range<usize>) -> &str {
    let (start, end) = (range.start, range.end);
    text.get(range).unwrap_or_else(|| never!("{start}..{end} is no part of the text" => ""))
}

/// What the front matter says, its tree, its language, and where it stands.
fn read(text: &str) -> Result<(Json, Node<'_>, Syntax, Range<usize>), String> {
    let file: Arc<str> = "".into();
    let parts = tree::split(&file, text).map_err(|diagnostic| diagnostic.message)?;
    let front = part(text, parts.front.clone());
    let mut found = Vec::new();
    let node = match parts.syntax {
        Syntax::Toml => toml::toml(&file, front, parts.front.start, &mut found),
        Syntax::Yaml => yaml::yaml(&file, front, parts.front.start, &mut found),
    };
    match found.into_iter().find(|found| found.code == Code::Syntax) {
        Some(first) => Err(first.message),
        None => Ok((Extra::convert(&node.value), node, parts.syntax, parts.front)),
    }
}

fn prove(expected: &Json, after: &str) -> Result<(), String> {
    let (said, ..) = read(after)?;
    if said == *expected {
        return Ok(());
    }
    Err("the change would change something else too".to_owned())
}

fn leaves<'j>(value: &'j Json, out: &mut Vec<&'j Json>) {
    match value {
        Json::Array(items) => items.iter().for_each(|item| leaves(item, out)),
        Json::Object(fields) => fields.values().for_each(|field| leaves(field, out)),
        leaf => out.push(leaf),
    }
}

/// The TOML array of a key with one more value, laid out as the last one is.
fn toml(
    text: &str,
    front: &Range<usize>,
    key: &str,
    value: &str,
) -> Result<(Range<usize>, String), String> {
    let inside = part(text, front.clone());
    let document =
        toml_edit::Document::parse(inside).map_err(|error| error.message().to_owned())?;
    let span = document.get(key).and_then(toml_edit::Item::span);
    let mut document = document.into_mut();
    let array = document.get_mut(key).and_then(toml_edit::Item::as_array_mut);
    let (Some(span), Some(array)) = (span, array) else {
        return Err(format!("`{key}` is no list"));
    };
    let mut added = toml_edit::Value::from(value);
    let trailing = array.trailing().as_str().unwrap_or_default().to_owned();
    let last = array.len().checked_sub(1).and_then(|last| array.get_mut(last));
    if let Some(last) = last {
        let single = last.to_string().trim().starts_with('\'');
        if single && !value.contains('\'') {
            added = format!("'{value}'").parse().unwrap_or(added);
        }
        let raw = |raw: Option<&toml_edit::RawString>| {
            raw.and_then(|raw| raw.as_str()).unwrap_or_default().to_owned()
        };
        let (before, after) = (raw(last.decor().prefix()), raw(last.decor().suffix()));
        // The layout of the last one, without a comment that stands before it.
        let layout = match before.rfind('\n') {
            Some(newline) => before.split_at(newline).1,
            // The first one of a line has no space before it.
            None if before.is_empty() => " ",
            None => &before,
        };
        // A comment after the last one stays behind it: the new one comes on the next line.
        let comment = |text: &str| {
            let newline = text.rfind('\n').filter(|_| text.contains('#'))?;
            let (comment, rest) = text.split_at(newline);
            Some((comment.to_owned(), rest.to_owned()))
        };
        if let Some((comment, rest)) = comment(&after) {
            last.decor_mut().set_suffix("");
            added.decor_mut().set_prefix(format!("{comment}{layout}"));
            added.decor_mut().set_suffix(rest);
        } else if let Some((comment, rest)) = comment(&trailing) {
            added.decor_mut().set_prefix(format!("{comment}{layout}"));
            array.set_trailing(rest);
        } else {
            added.decor_mut().set_prefix(layout);
            if !array.trailing_comma() && after.contains('\n') {
                if let Some(last) = array.len().checked_sub(1).and_then(|last| array.get_mut(last))
                {
                    last.decor_mut().set_suffix("");
                }
                added.decor_mut().set_suffix(after);
            }
        }
    }
    array.push_formatted(added);
    array.decor_mut().clear();
    Ok((span.start + front.start..span.end + front.start, array.to_string()))
}

/// Where a YAML list gets one more value, and how it is written.
fn yaml(text: &str, list: &Node, value: &str) -> Result<(Range<usize>, String), String> {
    let written = part(text, list.span.range());
    let quoted = json!(value).to_string();
    let items = match &list.value {
        NodeValue::List(items) => items.as_slice(),
        _ => &[],
    };
    if written.starts_with('[') {
        let close = list.span.range().start + written.rfind(']').unwrap_or(written.len());
        let inside = part(text, list.span.range().start + 1..close);
        let gap = inside.len() - inside.trim_end().len();
        let comma = if items.is_empty() || inside.trim_end().ends_with(',') { "" } else { ", " };
        let at = close - gap;
        return Ok((at..at, format!("{comma}{quoted}")));
    }
    let Some(last) = items.last() else { return Err("the list is empty".to_owned()) };
    let start = text
        .get(..last.span.range().start)
        .and_then(|before| before.rfind('\n'))
        .map_or(0, |n| n + 1);
    let indent = part(text, start..last.span.range().start);
    if indent.trim() != "-" {
        return Err("the list is laid out in a way that is not known".to_owned());
    }
    let rest = part(text, last.span.range().end..text.len());
    let at = last.span.range().end + rest.find('\n').map_or(rest.len(), |newline| newline + 1);
    let newline = if rest.split('\n').next().is_some_and(|line| line.ends_with('\r')) {
        "\r\n"
    } else {
        "\n"
    };
    Ok((at..at, format!("{indent}{quoted}{newline}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_grows_and_nothing_else_changes() {
        for (before, after) in [
            (
                "+++\ntitle = \"T\" # c\n\n# d\nactors = [\"us\",  \"ru\"] # e\n+++\nBody",
                "+++\ntitle = \"T\" # c\n\n# d\nactors = [\"us\",  \"ru\",  \"x\"] # e\n+++\nBody",
            ),
            (
                "+++\ntitle = 'T'\nactors = ['us']\n+++\n",
                "+++\ntitle = 'T'\nactors = ['us', 'x']\n+++\n",
            ),
            ("+++\ntitle = 'T'\nactors = []\n+++\n", "+++\ntitle = 'T'\nactors = [\"x\"]\n+++\n"),
            (
                "+++\ntitle = \"T\"\nactors = [\n  \"us\", # first\n  # second\n  \"ru\",\n]\n[extra]\na = 1\n+++\n",
                "+++\ntitle = \"T\"\nactors = [\n  \"us\", # first\n  # second\n  \"ru\",\n  \"x\",\n]\n[extra]\na = 1\n+++\n",
            ),
            (
                "\u{feff}+++\r\ntitle = \"T\"\r\n[extra]\r\na = 1\r\n+++\r\nü\r\n",
                "\u{feff}+++\r\ntitle = \"T\"\r\nactors = [\"x\"]\r\n[extra]\r\na = 1\r\n+++\r\nü\r\n",
            ),
            (
                "---\ntitle: T\nactors: [us, ru] # e\n---\n",
                "---\ntitle: T\nactors: [us, ru, \"x\"] # e\n---\n",
            ),
            ("---\ntitle: T\nactors: []\n---\n", "---\ntitle: T\nactors: [\"x\"]\n---\n"),
            (
                "---\ntitle: T # c\nactors:\n  - us\n  - ru # e\nkind: report\n---\n",
                "---\ntitle: T # c\nactors:\n  - us\n  - ru # e\n  - \"x\"\nkind: report\n---\n",
            ),
            ("---\ntitle: T\n---\n", "---\ntitle: T\nactors: [\"x\"]\n---\n"),
        ] {
            assert_eq!(add_to_list(before, "actors", "x").as_deref(), Ok(after), "{before}");
        }
        for refused in [
            "",
            "+++\ntitle = \"T\"\nactors = \"us\"\n+++\n",
            "+++\ntitle = \n+++\n",
            "+++\nx = 1\n+++\n",
        ] {
            assert!(add_to_list(refused, "actors", "x").is_err(), "{refused}");
        }
    }

    #[test]
    fn what_was_added_to_a_list_is_taken_out_to_the_byte() {
        for before in [
            "+++\ntitle = \"T\" # c\n\n# d\nl = [\"us\",  \"ru\"] # e\n+++\nBody",
            "+++\ntitle = 'T'\nl = ['us']\n+++\n",
            "+++\ntitle = 'T'\n+++\n",
            "+++\ntitle = 'T'\n[extra]\nl = [\"x\"]\n+++\n",
            "+++\ntitle = \"T\"\nl = [\n  \"us\", # first\n  # second\n  \"ru\",\n]\n[extra]\na = 1\n+++\n",
            "+++\ntitle = \"T\"\nl = [\n  \"us\",\n  \"ru\"\n]\n+++\n",
            "\u{feff}+++\r\ntitle = \"T\"\r\n[extra]\r\na = 1\r\n+++\r\nü\r\n",
            "---\ntitle: T\nl: [us, ru] # e\n---\n",
            "---\ntitle: T # c\nl:\n  - us\n  - ru # e\nkind: report\n---\n",
            "---\r\ntitle: T # c\r\nl:\r\n- us\r\nkind: report\r\n---\r\n",
            "---\ntitle: T\n---\n",
        ] {
            let with = add_to_list(before, "l", "x").unwrap();
            assert_eq!(take_from_list(&with, "l", "x").as_deref(), Ok(before), "{with}");
        }
        for (before, after) in [
            ("+++\ntitle = 'T'\nl = [\n  'x',\n]\n+++\n", "+++\ntitle = 'T'\n+++\n"),
            ("+++\ntitle = 'T'\nl = ['x', 'y']\n+++\n", "+++\ntitle = 'T'\nl = ['y']\n+++\n"),
            (
                "+++\ntitle = 'T'\nl = [\n  'y', # c\n  'x'\n]\n+++\n",
                "+++\ntitle = 'T'\nl = [\n  'y', # c\n]\n+++\n",
            ),
            ("---\nl:\n  - x\ntitle: T\n---\n", "---\ntitle: T\n---\n"),
        ] {
            assert_eq!(take_from_list(before, "l", "x").as_deref(), Ok(after), "{before}");
        }
        assert!(take_from_list("+++\ntitle = 'T'\nl = ['y']\n+++\n", "l", "x").is_err());
    }

    #[test]
    fn a_value_is_replaced_in_its_quotes() {
        for (text, at, new, expected) in [
            (
                "+++\nactors = ['uz', \"ru\"]\n+++\n",
                "'uz'",
                "us",
                Some("+++\nactors = ['us', \"ru\"]\n+++\n"),
            ),
            ("---\nactors: [uz]\n---\nuz", "uz", "us", Some("---\nactors: [us]\n---\nuz")),
            // `no` is a word in TOML and, plain, none in YAML 1.1 only; `1` is a number.
            ("---\nactors: [uz]\n---\n", "uz", "1", None),
            ("---\nactors: [uz]\n---\n", "uz", "a, b", None),
        ] {
            let start = text.find(at).unwrap();
            let made = replace(text, Span::from(start..start + at.len()), "uz", new);
            assert_eq!(made.ok().as_deref(), expected, "{text} {new}");
        }
    }
}
