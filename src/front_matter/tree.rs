//! Front matter as a tree in which every key and value knows its place, whichever language it is written in.
//!
//! What the parser could not make sense of stays in the tree as [`Value::Broken`]: it has been
//! reported, and the typed reading above passes it over without a second finding.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use saphyr_parser::{Event, Marker, Parser, ScalarStyle};
use toml::de::{DeTable, DeValue};

use crate::diagnostic::{Code, Diagnostic, Place, Span};

/// How deep tables and lists may nest. Front matter needs three levels; the bound keeps recursion safe.
pub const MAX_DEPTH: usize = 64;

/// The language front matter is written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Syntax {
    /// TOML 1.1, between `+++` lines.
    Toml,
    /// YAML 1.2 with its core schema, between `---` lines; without anchors, aliases and tags.
    Yaml,
}

impl Syntax {
    /// The line that opens and closes front matter in this language.
    pub fn fence(self) -> &'static str {
        match self {
            Syntax::Toml => "+++",
            Syntax::Yaml => "---",
        }
    }

    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Syntax::Toml => "TOML",
            Syntax::Yaml => "YAML",
        }
    }

    /// How a key is given a value: for help lines.
    pub fn assign(self, key: &str, value: &str) -> String {
        match self {
            Syntax::Toml => format!("{key} = {value}"),
            Syntax::Yaml => format!("{key}: {value}"),
        }
    }
}

/// A value and its place.
#[derive(Clone, Debug, PartialEq)]
pub struct Node {
    /// The bytes of the value in the file; of a TOML table, its header.
    pub span: Span,
    /// What it is.
    pub value: Value,
}

/// A key and its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Key {
    /// The key without quotes.
    pub name: String,
    /// The bytes of the key in the file.
    pub span: Span,
}

/// What a value is.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// Text, with escapes resolved.
    Text(String),
    /// A whole number.
    Integer(i64),
    /// A number with a fraction, infinite, or not a number.
    Float(f64),
    /// True or false.
    Bool(bool),
    /// A date, time or both, as written.
    Date(String),
    /// Values in order.
    List(Vec<Node>),
    /// Keys with values, in the order of the file; each key once.
    Table(Vec<(Key, Node)>),
    /// A key that was given no value, as YAML allows. Read as if the key were left out.
    Nothing,
    /// A value that could not be read and has been reported.
    Broken,
}

impl Value {
    /// What an author would call it.
    pub fn words(&self) -> &'static str {
        match self {
            Value::Text(_) => "text",
            Value::Integer(_) => "a whole number",
            Value::Float(_) => "a number",
            Value::Bool(true) => "`true`",
            Value::Bool(false) => "`false`",
            Value::Date(_) => "a date",
            Value::List(_) => "a list",
            Value::Table(_) => "a table",
            Value::Nothing => "nothing",
            Value::Broken => "unreadable",
        }
    }
}

/// Parses front matter to a tree whose root is a table. `text` is the whole file and `range` the part
/// of it that is front matter; the root's span is `root`. The second value tells whether there were
/// syntax errors, so that what seems to be missing may just be unreadable.
pub fn parse(
    syntax: Syntax,
    file: &Arc<str>,
    text: &str,
    range: Range<usize>,
    root: Span,
    diagnostics: &mut Vec<Diagnostic>,
) -> (Node, bool) {
    let source = text.get(range.clone()).unwrap_or_default();
    let start = Span::from(range.start..range.start).start;
    let mut problems = Problems { file, start, broken: false, diagnostics };
    let value = match syntax {
        Syntax::Toml => parse_toml(source, &mut problems),
        Syntax::Yaml => parse_yaml(source, &mut problems),
    };
    (Node { span: root, value }, problems.broken)
}

/// Where the parsers report to.
struct Problems<'a> {
    file: &'a Arc<str>,
    /// Where the front matter starts in the file.
    start: u32,
    /// Whether there was a syntax error.
    broken: bool,
    diagnostics: &'a mut Vec<Diagnostic>,
}

impl Problems<'_> {
    /// The span in the file of a range of the front matter.
    fn span(&self, range: Range<usize>) -> Span {
        Span::from(range).shifted(self.start)
    }

    fn syntax(&mut self, span: Span, message: impl Into<String>, help: Option<&str>) {
        self.broken = true;
        let place = Place::span(self.file.clone(), span);
        let finding = Diagnostic::new(Code::Syntax, message).at(place);
        self.diagnostics.push(finding.help_if(help.map(str::to_owned)));
    }

    fn too_deep(&mut self, span: Span) {
        self.syntax(span, format!("tables and lists nest deeper than {MAX_DEPTH} levels"), None);
    }

    fn twice(&mut self, name: &str, span: Span, first: Option<Span>) {
        self.broken = true;
        let place = |span| Place::span(self.file.clone(), span);
        let mut finding = Diagnostic::new(Code::Syntax, format!("`{name}` is written twice"))
            .at(place(span))
            .label("written again here")
            .help("keep one of the two");
        if let Some(first) = first {
            finding = finding.related(place(first), "written first here");
        }
        self.diagnostics.push(finding);
    }
}

/// Ranges that can be asked quickly whether one of them touches another range.
struct Ranges {
    /// Sorted by start; the second number is the greatest end so far.
    sorted: Vec<(usize, usize)>,
}

impl Ranges {
    fn new(mut ranges: Vec<Range<usize>>) -> Self {
        ranges.sort_by_key(|r| r.start);
        let mut furthest = 0;
        let sorted = ranges
            .into_iter()
            .map(|r| {
                furthest = furthest.max(r.end);
                (r.start, furthest)
            })
            .collect();
        Ranges { sorted }
    }

    fn touch(&self, range: &Range<usize>) -> bool {
        let before = self.sorted.partition_point(|(start, _)| *start <= range.end);
        before
            .checked_sub(1)
            .and_then(|last| self.sorted.get(last))
            .is_some_and(|(_, furthest)| *furthest >= range.start)
    }
}

fn parse_toml(source: &str, problems: &mut Problems) -> Value {
    let (table, errors) = DeTable::parse_recoverable(source);
    let table = table.into_inner();
    let mut faults = Vec::new();
    for error in &errors {
        let range = error.span().unwrap_or(0..0);
        let written = source.get(range.clone()).unwrap_or_default();
        if looks_like_date(written) {
            problems.diagnostics.push(bad_toml_date(
                written,
                error.message(),
                Place::span(problems.file.clone(), problems.span(range.clone())),
            ));
        } else if error.message() == "duplicate key" {
            let first = key_span(&table, written).map(|r| problems.span(r));
            let span = problems.span(range.clone());
            problems.twice(written, span, first);
        } else {
            let span = problems.span(range.clone());
            problems.syntax(span, format!("TOML: {}", error.message()), toml_help(error.message()));
        }
        faults.push(range);
    }
    toml_table(&table, source, &Ranges::new(faults), 1, problems)
}

/// What to do about the commonest slips in TOML.
fn toml_help(message: &str) -> Option<&'static str> {
    if message.starts_with("invalid basic string") {
        Some("close the quotes on the same line; text of several lines goes between \"\"\"")
    } else if message.starts_with("string values must be quoted") {
        Some("put text in quotes")
    } else {
        None
    }
}

/// Whether TOML took it for a date: four digits and a dash.
fn looks_like_date(written: &str) -> bool {
    let (digits, rest) = written.split_at_checked(4).unwrap_or_default();
    digits.len() == 4 && digits.bytes().all(|b| b.is_ascii_digit()) && rest.starts_with('-')
}

fn bad_toml_date(written: &str, why: &str, place: Place) -> Diagnostic {
    let why = why.split_once(", ").map_or(why, |(_, expected)| expected);
    let finding =
        Diagnostic::new(Code::BadDate, format!("`{written}` is not a date")).at(place).label(why);
    if written.len() == 7 {
        finding.help(format!("a month without a day is written in quotes: \"{written}\""))
    } else {
        finding.help("write a date as 2025-02-27 or a time as 2025-02-27T09:00:00Z")
    }
}

/// Where a key of the top table stands; keys further in are not looked for.
fn key_span(table: &DeTable, written: &str) -> Option<Range<usize>> {
    table.keys().find(|key| key.get_ref().as_ref() == written).map(|key| key.span())
}

fn toml_table(
    table: &DeTable,
    source: &str,
    faults: &Ranges,
    depth: usize,
    problems: &mut Problems,
) -> Value {
    let mut entries: Vec<(Key, Node)> = table
        .iter()
        .map(|(key, value)| {
            let node = toml_value(value.get_ref(), value.span(), source, faults, depth, problems);
            (Key { name: key.get_ref().to_string(), span: problems.span(key.span()) }, node)
        })
        .collect();
    entries.sort_by_key(|(key, _)| key.span);
    Value::Table(entries)
}

fn toml_value(
    value: &DeValue,
    range: Range<usize>,
    source: &str,
    faults: &Ranges,
    depth: usize,
    problems: &mut Problems,
) -> Node {
    let span = problems.span(range.clone());
    let whole = !faults.touch(&range);
    let value = match value {
        DeValue::Array(_) | DeValue::Table(_) if depth >= MAX_DEPTH => {
            problems.too_deep(span);
            Value::Broken
        }
        DeValue::Table(table) => toml_table(table, source, faults, depth + 1, problems),
        _ if !whole => Value::Broken,
        DeValue::String(text) => Value::Text(text.to_string()),
        DeValue::Integer(number) => match i64::from_str_radix(number.as_str(), number.radix()) {
            Ok(number) => Value::Integer(number),
            Err(_) => {
                problems.syntax(span, "a whole number that does not fit in 64 bits", None);
                Value::Broken
            }
        },
        DeValue::Float(number) => match number.as_str().parse() {
            Ok(number) => Value::Float(number),
            Err(_) => Value::Broken,
        },
        DeValue::Boolean(flag) => Value::Bool(*flag),
        DeValue::Datetime(_) => Value::Date(source.get(range).unwrap_or_default().to_owned()),
        DeValue::Array(items) => Value::List(
            items
                .iter()
                .map(|item| {
                    let range = item.span();
                    toml_value(item.get_ref(), range, source, faults, depth + 1, problems)
                })
                .collect(),
        ),
    };
    Node { span, value }
}

/// A YAML table or list that has not ended.
struct Open {
    start: usize,
    /// Where the last child ended: a block ends there, not at the next token as its marker says.
    end: usize,
    kind: OpenKind,
}

enum OpenKind {
    List(Vec<Node>),
    Table { entries: Vec<(Key, Node)>, seen: BTreeMap<String, Span>, key: Option<Key> },
}

/// Character indices as byte offsets: the parser counts characters.
struct Offsets {
    /// Empty when every character is one byte.
    bytes: Vec<usize>,
    len: usize,
}

impl Offsets {
    fn new(source: &str) -> Self {
        let bytes = if source.is_ascii() {
            Vec::new()
        } else {
            source.char_indices().map(|(byte, _)| byte).collect()
        };
        Offsets { bytes, len: source.len() }
    }

    fn byte(&self, marker: &Marker) -> usize {
        if self.bytes.is_empty() {
            marker.index().min(self.len)
        } else {
            self.bytes.get(marker.index()).copied().unwrap_or(self.len)
        }
    }
}

fn parse_yaml(source: &str, problems: &mut Problems) -> Value {
    let offsets = Offsets::new(source);
    let mut parser = Parser::new_from_str(source);
    let mut open: Vec<Open> = Vec::new();
    let mut root = None;
    let mut documents = 0;
    while let Some(event) = parser.next_event() {
        let (event, place) = match event {
            Ok(event) => event,
            Err(error) => {
                let at = offsets.byte(error.marker());
                let span = problems.span(at..at);
                problems.syntax(span, format!("YAML: {}", error.info()), yaml_help(error.info()));
                break;
            }
        };
        let (start, end) = (offsets.byte(&place.start), offsets.byte(&place.end));
        let end = source.get(start..end).map_or(start, |s| start + s.trim_end().len());
        let extra = match &event {
            Event::Alias(_) => Some("aliases"),
            Event::Scalar(_, _, anchor, _)
            | Event::SequenceStart(anchor, _)
            | Event::MappingStart(anchor, _)
                if *anchor != 0 =>
            {
                Some("anchors")
            }
            Event::Scalar(_, _, _, tag)
            | Event::SequenceStart(_, tag)
            | Event::MappingStart(_, tag)
                if tag.is_some() =>
            {
                Some("tags")
            }
            _ => None,
        };
        if let Some(what) = extra {
            let span = problems.span(start..end);
            problems.syntax(
                span,
                format!("YAML {what} are not allowed in front matter"),
                Some("write the value out; text that starts with `&`, `*` or `!` goes in quotes"),
            );
            break;
        }
        let done = match event {
            Event::DocumentStart(_) => {
                documents += 1;
                if documents > 1 {
                    let span = problems.span(start..end);
                    problems.syntax(span, "front matter holds more than one YAML document", None);
                    break;
                }
                continue;
            }
            Event::Scalar(text, style, ..) => {
                let value = if style == ScalarStyle::Plain {
                    plain_scalar(&text)
                } else {
                    Value::Text(text.clone().into_owned())
                };
                if let Some(Open { kind: OpenKind::Table { seen, key: key @ None, .. }, .. }) =
                    open.last_mut()
                {
                    let name = text.into_owned();
                    let span = problems.span(start..end);
                    if let Some(first) = seen.get(&name) {
                        problems.twice(&name, span, Some(*first));
                    }
                    *key = Some(Key { name, span });
                    continue;
                }
                Node { span: problems.span(start..end), value }
            }
            Event::SequenceStart(..) | Event::MappingStart(..) => {
                let is_key = matches!(
                    open.last(),
                    Some(Open { kind: OpenKind::Table { key: None, .. }, .. })
                );
                if is_key || open.len() >= MAX_DEPTH {
                    let span = problems.span(start..end);
                    if is_key {
                        problems.syntax(span, "a key must be text, not a list or a table", None);
                    } else {
                        problems.too_deep(span);
                    }
                    break;
                }
                let kind = if matches!(event, Event::SequenceStart(..)) {
                    OpenKind::List(Vec::new())
                } else {
                    OpenKind::Table { entries: Vec::new(), seen: BTreeMap::new(), key: None }
                };
                open.push(Open { start, end: start, kind });
                continue;
            }
            Event::SequenceEnd | Event::MappingEnd => {
                let Some(Open { start, end: last, kind }) = open.pop() else { continue };
                let flow = source.get(start..).is_some_and(|s| s.starts_with(['[', '{']));
                let end = if flow { end } else { last };
                let value = match kind {
                    OpenKind::List(items) => Value::List(items),
                    OpenKind::Table { entries, .. } => Value::Table(entries),
                };
                Node { span: problems.span(start..end.max(start)), value }
            }
            Event::Nothing
            | Event::StreamStart
            | Event::StreamEnd
            | Event::DocumentEnd
            | Event::Alias(_) => continue,
        };
        let end = done.span.end.saturating_sub(problems.start) as usize;
        match open.last_mut() {
            None => root = Some(done),
            Some(Open { end: last, kind, .. }) => {
                *last = end.max(*last);
                match kind {
                    OpenKind::List(items) => items.push(done),
                    OpenKind::Table { entries, seen, key } => {
                        // A key written twice keeps its first value.
                        if let Some(key) = key.take()
                            && !seen.contains_key(&key.name)
                        {
                            seen.insert(key.name.clone(), key.span);
                            entries.push((key, done));
                        }
                    }
                }
            }
        }
    }
    // After an error what the outermost table already held is still read.
    let unfinished = open.into_iter().next().map(|outer| match outer.kind {
        OpenKind::Table { entries, .. } => Value::Table(entries),
        OpenKind::List(_) => Value::Broken,
    });
    match root.map(|node| (node.span, node.value)) {
        Some((_, table @ Value::Table(_))) => table,
        None | Some((_, Value::Nothing)) => unfinished.unwrap_or(Value::Table(Vec::new())),
        Some((span, value)) => {
            problems.syntax(
                span,
                format!("YAML front matter must be keys with values, not {}", value.words()),
                Some("write each as `key: value`"),
            );
            Value::Table(Vec::new())
        }
    }
}

/// What to do about the commonest slip in YAML.
fn yaml_help(info: &str) -> Option<&'static str> {
    info.contains("mapping values are not allowed")
        .then_some("text that holds a colon and a space goes in quotes")
}

/// A YAML scalar without quotes by the core schema (YAML 1.2.2, section 10.3.2), and dates, which that
/// schema leaves as text.
fn plain_scalar(text: &str) -> Value {
    match text {
        "" | "~" | "null" | "Null" | "NULL" => return Value::Nothing,
        "true" | "True" | "TRUE" => return Value::Bool(true),
        "false" | "False" | "FALSE" => return Value::Bool(false),
        ".nan" | ".NaN" | ".NAN" => return Value::Float(f64::NAN),
        _ => {}
    }
    let as_text = || Value::Text(text.to_owned());
    if is_date(text) {
        return Value::Date(text.to_owned());
    }
    for (prefix, radix) in [("0o", 8), ("0x", 16)] {
        if let Some(digits) = text.strip_prefix(prefix)
            && digits.starts_with(|c: char| c.is_digit(radix))
        {
            return i64::from_str_radix(digits, radix).map_or_else(|_| as_text(), Value::Integer);
        }
    }
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    if matches!(unsigned, ".inf" | ".Inf" | ".INF") {
        let sign = if text.starts_with('-') { -1.0 } else { 1.0 };
        return Value::Float(sign * f64::INFINITY);
    }
    let mantissa = unsigned.split(['e', 'E']).next().unwrap_or_default();
    let is_number = mantissa.bytes().all(|b| b.is_ascii_digit() || b == b'.')
        && mantissa.bytes().any(|b| b.is_ascii_digit());
    if !is_number {
        return as_text();
    }
    if let Ok(number) = text.parse() {
        return Value::Integer(number);
    }
    text.parse().map_or_else(|_| as_text(), Value::Float)
}

/// Whether it has the shape of a date, with or without a time: `dddd-dd-dd`, then nothing, `T`, `t` or a space.
pub fn is_date(text: &str) -> bool {
    let (date, rest) = text.split_at_checked(10).unwrap_or_default();
    date.len() == 10
        && date.bytes().enumerate().all(|(n, b)| match n {
            4 | 7 => b == b'-',
            _ => b.is_ascii_digit(),
        })
        && (rest.is_empty() || rest.starts_with(['T', 't', ' ']))
        && rest.get(1..).unwrap_or_default().bytes().all(|b| b"0123456789:.+-Zz ".contains(&b))
}
