//! TOML, each value with its place in the file.

use std::ops::Range;
use std::sync::Arc;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::slips::TomlText;
use super::tree::{DEEPEST, Key, Node, NodeValue};
use crate::diagnostic::{Code, Diagnostic, Place, Span};

/// Parses TOML that stands at `offset` of a file. What can be read is given back even when parts of it
/// cannot; syntax errors are reported.
pub(crate) fn toml<'t>(
    file: &Arc<str>,
    text: &'t str,
    offset: usize,
    found: &mut Vec<Diagnostic>,
) -> Node<'t> {
    let (table, errors) = DeTable::parse_recoverable(text);
    let mut slips = Vec::new();
    // What stands between a slip and where it was noticed is not what it seems.
    let mut unread: Vec<Range<usize>> = Vec::new();
    let mut refuse = |span: Span, message: String| {
        found.push(Diagnostic::new(Code::Syntax, message).at(Place::span(file.clone(), span)));
    };
    // Of what is wrong on a line, the first says it.
    let mut told = None;
    let lines = if errors.is_empty() { None } else { Some(TomlText::new(text)) };
    for error in errors {
        let span = error.span().unwrap_or(0..0);
        let line =
            lines.as_ref().and_then(|lines| lines.line_at(span.start)).map(|(line, ..)| line);
        if line.is_some() && told == line {
            continue;
        }
        if let Some(slip) = lines.as_ref().and_then(|lines| lines.slip(span.start)) {
            told = line;
            unread.push(slip.range.start + offset..span.end.max(slip.range.end) + offset);
            slips.push(slip.diagnostic(file, offset));
            continue;
        }
        let message = error.message().lines().collect::<Vec<_>>().join(", ");
        refuse((span.start + offset..span.end + offset).into(), message);
    }
    let mut value = toml_table(table.into_inner(), offset, 1, &mut |span| {
        refuse(span, format!("lists and tables are nested more than {DEEPEST} deep"));
    });
    found.extend(slips);
    if let NodeValue::Table(entries) = &mut value {
        // Both are in the order of the file.
        unread.sort_unstable_by_key(|unread| unread.start);
        let mut unread = unread.into_iter().peekable();
        let mut end = 0;
        entries.retain(|(_, node)| {
            let at = node.span.range().start;
            while let Some(next) = unread.next_if(|unread| unread.start <= at) {
                end = end.max(next.end);
            }
            at >= end
        });
    }
    Node { span: (offset..offset + text.len()).into(), value }
}

/// A table inside of which `depth` lists and tables are open.
fn toml_table<'t>(
    table: DeTable<'t>,
    offset: usize,
    depth: usize,
    too_deep: &mut dyn FnMut(Span),
) -> NodeValue<'t> {
    let mut entries: Vec<(Key, Node)> = table
        .into_iter()
        .map(|(key, value)| {
            let span = place(&key, offset);
            let key = Key { name: key.into_inner(), span };
            (key, toml_node(value, offset, depth, too_deep))
        })
        .collect();
    // The parser has them by name.
    entries.sort_unstable_by_key(|(key, _)| key.span);
    NodeValue::Table(entries)
}

fn toml_node<'t>(
    value: Spanned<DeValue<'t>>,
    offset: usize,
    depth: usize,
    too_deep: &mut dyn FnMut(Span),
) -> Node<'t> {
    let span = place(&value, offset);
    let value = match value.into_inner() {
        DeValue::String(text) => NodeValue::Text(text),
        DeValue::Integer(n) => match i64::from_str_radix(n.as_str(), n.radix()) {
            Ok(n) => NodeValue::Integer(n),
            Err(_) => NodeValue::Float(n.as_str().parse().unwrap_or(f64::INFINITY)),
        },
        DeValue::Float(n) => NodeValue::Float(n.as_str().parse().unwrap_or(f64::NAN)),
        DeValue::Boolean(b) => NodeValue::Bool(b),
        DeValue::Datetime(date) => NodeValue::Date(date.to_string().into()),
        DeValue::Array(_) | DeValue::Table(_) if depth >= DEEPEST => {
            too_deep(span);
            NodeValue::Nothing
        }
        DeValue::Array(list) => {
            let items = list.into_iter().map(|item| toml_node(item, offset, depth + 1, too_deep));
            NodeValue::List(items.collect())
        }
        DeValue::Table(table) => toml_table(table, offset, depth + 1, too_deep),
    };
    Node { span, value }
}

/// Where a part of TOML stands in the file.
fn place<T>(part: &Spanned<T>, offset: usize) -> Span {
    let span = part.span();
    (span.start + offset..span.end + offset).into()
}
