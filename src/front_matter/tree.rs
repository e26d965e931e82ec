//! Front matter as one tree for TOML and YAML, each value with its place in the file.

use std::borrow::Cow;
use std::ops::Range;
use std::sync::Arc;

use crate::diagnostic::{Code, Diagnostic, Place, Span};

/// Values nested deeper are refused.
pub(super) const DEEPEST: usize = 32;

/// A value and its place. Text is that of the file where it is written there as it is meant.
#[derive(Clone, Debug, PartialEq)]
pub struct Node<'t> {
    /// Bytes of the file.
    pub span: Span,
    /// The value.
    pub value: NodeValue<'t>,
}

/// What can stand in front matter.
#[derive(Clone, Debug, PartialEq)]
pub enum NodeValue<'t> {
    /// Text.
    Text(Cow<'t, str>),
    /// A whole number.
    Integer(i64),
    /// Any other number.
    Float(f64),
    /// `true` or `false`.
    Bool(bool),
    /// A date or time as it was written.
    Date(Cow<'t, str>),
    /// A list.
    List(Vec<Node<'t>>),
    /// A table, in the order written.
    Table(Vec<(Key<'t>, Node<'t>)>),
    /// YAML's `null`.
    Nothing,
}

impl NodeValue<'_> {
    /// Whether it says nothing: blank text, or YAML's `null`.
    pub fn is_blank(&self) -> bool {
        match self {
            NodeValue::Nothing => true,
            NodeValue::Text(text) => text.trim().is_empty(),
            _ => false,
        }
    }

    /// The type in words.
    pub fn words(&self) -> &'static str {
        match self {
            NodeValue::Text(_) => "text",
            NodeValue::Integer(_) => "a whole number",
            NodeValue::Float(_) => "a number",
            NodeValue::Bool(_) => "true or false",
            NodeValue::Date(_) => "a date",
            NodeValue::List(_) => "a list",
            NodeValue::Table(_) => "a table",
            NodeValue::Nothing => "nothing",
        }
    }
}

impl Node<'_> {
    /// The same, with texts of its own.
    pub(crate) fn into_owned(self) -> Node<'static> {
        let value = match self.value {
            NodeValue::Text(text) => NodeValue::Text(text.into_owned().into()),
            NodeValue::Integer(n) => NodeValue::Integer(n),
            NodeValue::Float(n) => NodeValue::Float(n),
            NodeValue::Bool(is) => NodeValue::Bool(is),
            NodeValue::Date(text) => NodeValue::Date(text.into_owned().into()),
            NodeValue::List(items) => {
                NodeValue::List(items.into_iter().map(Node::into_owned).collect())
            }
            NodeValue::Table(entries) => {
                let owned = |(key, node): (Key<'_>, Node<'_>)| {
                    let name = key.name.into_owned().into();
                    (Key { name, span: key.span }, node.into_owned())
                };
                NodeValue::Table(entries.into_iter().map(owned).collect())
            }
            NodeValue::Nothing => NodeValue::Nothing,
        };
        Node { span: self.span, value }
    }
}

impl<'t> Node<'t> {
    /// The same, all of it at one place.
    pub(crate) fn at(self, span: Span) -> Node<'t> {
        let value = match self.value {
            NodeValue::List(items) => {
                NodeValue::List(items.into_iter().map(|item| item.at(span)).collect())
            }
            NodeValue::Table(entries) => {
                let moved = |(key, node): (Key<'t>, Node<'t>)| {
                    (Key { name: key.name, span }, node.at(span))
                };
                NodeValue::Table(entries.into_iter().map(moved).collect())
            }
            value => value,
        };
        Node { span, value }
    }
}

/// A key and its place.
#[derive(Clone, Debug, PartialEq)]
pub struct Key<'t> {
    /// The key.
    pub name: Cow<'t, str>,
    /// Bytes of the file.
    pub span: Span,
}

/// The language of front matter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Syntax {
    /// Between lines `+++`.
    Toml,
    /// Between lines `---`.
    Yaml,
}

/// The parts of a document's file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Parts {
    /// The language of the front matter.
    pub syntax: Syntax,
    /// Where the front matter stands.
    pub front: Range<usize>,
    /// Where the body starts.
    pub body: usize,
}

/// Finds the front matter of a file. Accepts a byte-order mark and Windows line ends. YAML may also end with a line `...`.
pub(crate) fn split(file: &Arc<str>, text: &str) -> Result<Parts, Diagnostic> {
    let start = if text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
    let (_, rest) = text.split_at(start);
    let first = rest.split_inclusive('\n').next().unwrap_or_default();
    let (syntax, fence) = match first.trim_end() {
        "+++" => (Syntax::Toml, "+++"),
        "---" => (Syntax::Yaml, "---"),
        _ => return Err(no_front_matter(file, text, start)),
    };
    let front = start + first.len();
    let mut at = front;
    let mut almost = None;
    let mut lines = text.get(front..).unwrap_or_default().split_inclusive('\n').peekable();
    while let Some(line) = lines.next() {
        let end = at + line.len();
        let is_fence = |line: &str, fence: &str| {
            line.strip_prefix(fence).is_some_and(|rest| rest.trim_end().is_empty())
        };
        if is_fence(line, fence) {
            return Ok(Parts { syntax, front: front..at, body: end });
        }
        if syntax == Syntax::Yaml && is_fence(line, "...") {
            // A fence right behind the end of the document is its own.
            let next = lines.next_if(|next| is_fence(next, fence)).map_or(0, str::len);
            return Ok(Parts { syntax, front: front..at, body: end + next });
        }
        if almost.is_none() && looks_like_fence(line) {
            almost = Some(at..at + line.trim_end().len());
        }
        at = end;
    }
    let message = format!("the front matter has no closing `{fence}`");
    let unclosed = Diagnostic::new(Code::UnclosedFrontMatter, message);
    Err(match almost {
        Some(place) => unclosed
            .at(Place::span(file.clone(), place))
            .label("not a closing line")
            .help(format!("write exactly `{fence}` there, with nothing before or behind it"))
            .related(Place::span(file.clone(), start..start + fence.len()), "opened here"),
        None => unclosed
            .at(Place::span(file.clone(), start..start + fence.len()))
            .label("opened here")
            .help(format!("end it with a line `{fence}`")),
    })
}

/// Whether a line is probably meant for a fence of front matter: nothing but dashes, pluses and the like.
fn looks_like_fence(line: &str) -> bool {
    let line = line.trim();
    let signs = "+-‐‑‒–—―−";
    // A long dash is what some editors make of hyphens.
    let is_long = matches!(line, "—" | "–-" | "-–" | "—-");
    line.chars().all(|c| signs.contains(c) || c == ' ') && (is_long || line.chars().count() >= 2)
}

/// What to report of a file that does not start with front matter, at `start`.
fn no_front_matter(file: &Arc<str>, text: &str, start: usize) -> Diagnostic {
    let (_, rest) = text.split_at(start);
    let first = rest.lines().next().unwrap_or_default();
    let begin =
        rest.len() - rest.trim_start_matches(|c: char| c.is_whitespace() || c == '\u{feff}').len();
    let (_, content) = rest.split_at(begin);
    let line = content.lines().next().unwrap_or_default();
    let help = |what: &str, help: &str, place: Range<usize>| {
        Diagnostic::new(Code::NoFrontMatter, what)
            .at(Place::span(file.clone(), place.start + start..place.end + start))
            .help(help)
    };
    let whole = begin..begin + line.trim_end().len();
    if content.is_empty() {
        return help(
            "the file is empty",
            "start it with a line `+++`, the document's keys such as `title = \"…\"`, and a line `+++`",
            0..0,
        );
    }
    if let Some(at) = rest.find('\r').filter(|_| !rest.contains('\n')) {
        return help(
            "the lines of the file end with a carriage return (CR) alone",
            "save it with line ends of Unix (LF) or Windows (CR LF)",
            at..at,
        );
    }
    if matches!(line.trim_end(), "+++" | "---") && begin > 0 {
        return help(
            "the front matter does not start on the first line",
            "take out what stands before it: blank lines, spaces or marks that are not shown",
            whole,
        );
    }
    if looks_like_fence(line) {
        return help(
            "this is not the opening line of front matter",
            "write exactly `---` (three hyphens, for YAML) or `+++` (for TOML), with nothing before or behind it",
            whole,
        );
    }
    if ["---", "+++"].iter().any(|fence| line.starts_with(fence)) {
        return help(
            "something stands behind the opening fence of the front matter",
            "write the fence, `---` or `+++`, on a line of its own",
            whole,
        );
    }
    if line.starts_with('{') {
        return help(
            "front matter in JSON is not read",
            "write it in TOML between two lines `+++`, or in YAML between two lines `---`",
            whole,
        );
    }
    if line.starts_with("```") {
        return help(
            "front matter does not stand in a block of code",
            "take out the lines with backticks: a line `---` or `+++` comes first",
            whole,
        );
    }
    help(
        "the file has no front matter",
        "start it with a line `+++`, the document's keys such as `title = \"…\"`, and a line `+++`",
        0..first.trim_end().len(),
    )
}
