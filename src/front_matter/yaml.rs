//! YAML as libyaml reads it, which most generators use: the core schema of YAML 1.2, without anchors, aliases and tags.

use std::borrow::Cow;
use std::sync::Arc;

use rustc_hash::FxHashSet;
use saphyr_parser::{Event, Parser, ScalarStyle, ScanError};

use super::quoted::{code, quoted, quoted_end};
use super::slips;
use super::tree::{DEEPEST, Key, Node, NodeValue};
use crate::diagnostic::{Code, Diagnostic, Place, Span};

/// So many bytes are read again at most while a text is laid out as the parser wants it.
const MOST_AGAIN: usize = 1 << 22;

/// Parses YAML that stands at `offset` of a file. What stands before a syntax error is given back.
pub(crate) fn yaml<'t>(
    file: &Arc<str>,
    text: &'t str,
    offset: usize,
    found: &mut Vec<Diagnostic>,
) -> Node<'t> {
    let source = YamlText { file, text, offset };
    // The parser counts characters.
    let mut places: Vec<usize> = text.char_indices().map(|(at, _)| at).collect();
    places.push(text.len());
    let before = found.len();
    let (mut node, mut error) = match source.read(text, &places, found) {
        Ok(node) => return node,
        Err(broken) => broken,
    };
    let mut laid = text.to_owned();
    let mut read = 0;
    while read <= MOST_AGAIN && lay_out(&mut laid, &mut places, &error) {
        read += laid.len();
        found.truncate(before);
        match source.read(&laid, &places, found) {
            Ok(node) => return node.into_owned(),
            Err((partly, next)) => (node, error) = (partly.into_owned(), next),
        }
    }
    let at = places.get(error.marker().index()).copied().unwrap_or(text.len());
    found.push(source.refusal(at..at + 1, error.info()));
    node
}

/// Lays a text out as the parser wants it, where it wants more than libyaml does: what a quoted text or a list in brackets
/// goes on with is moved to the right, and a tab behind a key becomes a space. The places are those of the characters in the
/// text as it is written. Says whether there was something to do.
fn lay_out(text: &mut String, places: &mut Vec<usize>, error: &ScanError) -> bool {
    let marker = error.marker();
    let start = text.char_indices().nth(marker.index()).map_or(text.len(), |(at, _)| at);
    let (before, after) = text.split_at(start);
    let moved = match error.info() {
        "invalid indentation in quoted scalar" => match quoted_end(after) {
            Some(end) => {
                let inside = after.get(..end).unwrap_or_default();
                inside.match_indices('\n').map(|(at, _)| start + at + 1).collect()
            }
            None => Vec::new(),
        },
        "invalid indentation in flow construct" | "invalid indentation" => {
            vec![before.rfind('\n').map_or(0, |at| at + 1)]
        }
        "':' must be followed by a valid YAML whitespace" => {
            let kept = before.trim_end_matches([' ', '\t']).len();
            let gap = kept..start;
            let has_tab = text.get(gap.clone()).is_some_and(|gap| gap.contains('\t'));
            text.replace_range(gap.clone(), &" ".repeat(gap.len()));
            return has_tab;
        }
        _ => Vec::new(),
    };
    // One pass, however many lines are moved.
    let room = " ".repeat(marker.col() + 2);
    let (mut laid, mut laid_places) = (String::with_capacity(text.len()), Vec::new());
    let mut next = moved.iter().peekable();
    for ((at, letter), place) in text.char_indices().zip(places.iter()) {
        if next.next_if(|start| **start == at).is_some() {
            laid.push_str(&room);
            laid_places.extend(std::iter::repeat_n(*place, room.len()));
        }
        laid.push(letter);
        laid_places.push(*place);
    }
    laid_places.extend(places.last());
    (*text, *places) = (laid, laid_places);
    !moved.is_empty()
}

/// Front matter as it is written in its file.
struct YamlText<'s> {
    file: &'s Arc<str>,
    text: &'s str,
    /// Where it starts in the file.
    offset: usize,
}

impl YamlText<'_> {
    /// What to report of a place of the text that cannot be read: what its author most likely got wrong, or `why`.
    fn refusal(&self, at: std::ops::Range<usize>, why: &str) -> Diagnostic {
        match slips::in_yaml(self.text, at.start) {
            Some(slip) => slip.diagnostic(self.file, self.offset),
            None => Diagnostic::new(Code::Syntax, format!("this cannot be read as YAML: {why}"))
                .at(Place::span(self.file.clone(), at.start + self.offset..at.end + self.offset))
                .help("put a text with signs in it in quotes, as in `title: \"Talks: a start\"`"),
        }
    }

    /// Reads a text, whose characters stand at `places` of the source. With what could not be read comes what was read
    /// before.
    fn read<'t>(
        &self,
        text: &'t str,
        places: &[usize],
        found: &mut Vec<Diagnostic>,
    ) -> Result<Node<'t>, (Node<'t>, ScanError)> {
        let at = |index: usize| places.get(index).copied().unwrap_or(self.text.len());
        let mut failed = None;
        // Open collections, innermost last: a list, or a table with the key that waits for its value.
        let mut open: Vec<(Node, Option<Key>)> = Vec::new();
        // The keys of each of them so far.
        let mut keys: Vec<FxHashSet<Cow<str>>> = Vec::new();
        let mut root: Option<Node> = None;
        let span = |range: &std::ops::Range<usize>| {
            Span::from(range.start + self.offset..range.end + self.offset)
        };
        for event in Parser::new_from_str(text) {
            let (event, written) = match event {
                Ok(event) => event,
                Err(error) => {
                    failed = Some(error);
                    break;
                }
            };
            let (start, end) = (at(written.start.index()), at(written.end.index()));
            // An empty value can end before it starts.
            let range = start..end.max(start);
            let refuse = |why: &str| self.refusal(range.clone(), why);
            let node = match event {
                Event::SequenceStart(anchor, tag) | Event::MappingStart(anchor, tag)
                    if anchor > 0 || tag.is_some() || open.len() >= DEEPEST =>
                {
                    found.push(refuse("anchors, tags and deeper nesting are not for front matter"));
                    break;
                }
                Event::SequenceStart(..) => {
                    open.push((
                        Node { span: span(&range), value: NodeValue::List(Vec::new()) },
                        None,
                    ));
                    keys.push(FxHashSet::default());
                    continue;
                }
                Event::MappingStart(..) => {
                    open.push((
                        Node { span: span(&range), value: NodeValue::Table(Vec::new()) },
                        None,
                    ));
                    keys.push(FxHashSet::default());
                    continue;
                }
                Event::SequenceEnd | Event::MappingEnd => match open.pop() {
                    Some((mut node, _)) => {
                        keys.pop();
                        node.span.end = span(&range).end.max(node.span.start);
                        node
                    }
                    None => break,
                },
                Event::Alias(_) => {
                    found.push(refuse("aliases are not for front matter: write the value again"));
                    break;
                }
                Event::Scalar(_, _, anchor, ref tag) if anchor > 0 || tag.is_some() => {
                    found.push(refuse("anchors and tags are not for front matter"));
                    break;
                }
                Event::Scalar(text, style, ..) => {
                    if let Some((Node { value: NodeValue::Table(_), .. }, key @ None)) =
                        open.last_mut()
                    {
                        if keys.last_mut().is_some_and(|keys| !keys.insert(text.clone())) {
                            found.push(
                                Diagnostic::new(
                                    Code::Syntax,
                                    format!("the key `{text}` stands twice"),
                                )
                                .at(Place::span(self.file.clone(), span(&range)))
                                .help("keep one of the two"),
                            );
                        }
                        *key = Some(Key { name: text, span: span(&range) });
                        continue;
                    }
                    let value = match style {
                        ScalarStyle::Plain => plain(text),
                        _ => NodeValue::Text(text),
                    };
                    if style == ScalarStyle::Plain
                        && matches!(value, NodeValue::Text(_) | NodeValue::Nothing)
                    {
                        found.extend(self.cut(&range));
                    }
                    Node { span: span(&range), value }
                }
                _ => continue,
            };
            match open.last_mut() {
                Some((Node { value: NodeValue::List(items), .. }, _)) => items.push(node),
                Some((Node { value: NodeValue::Table(entries), .. }, key)) => match key.take() {
                    Some(key) => entries.push((key, node)),
                    None => {
                        found.push(refuse("a key is text, not a list or a table"));
                        break;
                    }
                },
                _ if root.is_none() => root = Some(node),
                _ => {
                    found.push(refuse("front matter is one document"));
                    break;
                }
            }
        }
        let whole = Span::from(self.offset..self.offset + self.text.len());
        // After an error, what was read of the outermost table is still worth checking.
        let node = match root.or_else(|| open.into_iter().next().map(|(node, _)| node)) {
            Some(node) if matches!(node.value, NodeValue::Table(_)) => node,
            Some(node) if failed.is_none() && !matches!(node.value, NodeValue::Nothing) => {
                let range = node.span.range();
                let range = range.start - self.offset..range.end - self.offset;
                let words = node.value.words();
                let why = format!("front matter is a table of keys, not {words}");
                found.push(self.refusal(range, &why));
                Node { span: whole, value: NodeValue::Table(Vec::new()) }
            }
            _ => Node { span: whole, value: NodeValue::Table(Vec::new()) },
        };
        match failed {
            None => Ok(node),
            Some(error) => Err((node, error)),
        }
    }

    /// What to report of a text without quotes that ends where a `#` begins a comment that is hardly meant as one.
    fn cut(&self, text: &std::ops::Range<usize>) -> Option<Diagnostic> {
        let rest = self.text.get(text.end..)?;
        // A value that is all comment is said to end before the sign of its key.
        let blanks = [' ', '\t'].as_slice();
        let before = if text.is_empty() { [':', '-', ' ', '\t'].as_slice() } else { blanks };
        // The end of the line is looked for behind a sign alone: a line may hold a thousand texts.
        if !rest.trim_start_matches(before).starts_with('#') {
            return None;
        }
        let rest = rest.split(['\n', '\r']).next()?;
        let comment = rest.trim_start_matches(before).strip_prefix('#')?;
        // Whoever writes a comment puts a space before it.
        let next = comment.trim_start().chars().next()?;
        let is_comment = comment.starts_with([' ', '\t', '!', '#']) && !next.is_ascii_digit();
        if is_comment {
            return None;
        }
        let sign = text.end + rest.len() - comment.len() - 1;
        let start = if text.is_empty() { sign } else { text.start };
        let whole = self.text.get(start..text.end + rest.len())?.trim();
        Some(
            Diagnostic::new(
                Code::CutText,
                "this text is cut: a `#` behind a space begins a comment",
            )
            .at(Place::span(
                self.file.clone(),
                sign + self.offset..text.end + rest.trim_end().len() + self.offset,
            ))
            .label("not part of the text")
            .help(format!(
                "put the whole text in quotes: {}; or write a space behind the `#` of a comment",
                code(&quoted(whole))
            )),
        )
    }
}

/// A plain scalar by the core schema of YAML 1.2; a date is a date, as in TOML.
fn plain(text: Cow<'_, str>) -> NodeValue<'_> {
    match &*text {
        "" | "~" | "null" | "Null" | "NULL" => return NodeValue::Nothing,
        "true" | "True" | "TRUE" => return NodeValue::Bool(true),
        "false" | "False" | "FALSE" => return NodeValue::Bool(false),
        _ => {}
    }
    let digits = text.strip_prefix(['-', '+']).unwrap_or(&text);
    if !digits.is_empty()
        && digits.bytes().all(|b| b.is_ascii_digit())
        && let Ok(n) = text.parse()
    {
        return NodeValue::Integer(n);
    }
    let date = text.get(..10).is_some_and(|date| {
        date.bytes()
            .enumerate()
            .all(|(i, b)| if i == 4 || i == 7 { b == b'-' } else { b.is_ascii_digit() })
    });
    if date && (text.len() == 10 || text.as_bytes().get(10).is_some_and(|b| b"Tt ".contains(b))) {
        return NodeValue::Date(text);
    }
    let number = digits.starts_with(|c: char| c.is_ascii_digit() || c == '.')
        && digits.bytes().all(|b| b.is_ascii_digit() || b".eE+-".contains(&b));
    match text.parse() {
        Ok(n) if number => NodeValue::Float(n),
        _ => NodeValue::Text(text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::front_matter::field::Extra;

    /// What a text says, and what is found in it.
    fn said(text: &str) -> (String, Vec<Diagnostic>) {
        let mut found = Vec::new();
        let node = yaml(&"f.md".into(), text, 0, &mut found);
        (Extra::convert(&node.value).to_string(), found)
    }

    #[test]
    fn yaml_is_read_as_libyaml_reads_it() {
        for (text, json) in [
            ("title: \"a\nb\"\nx: 1\n", r#"{"title":"a b","x":1}"#),
            ("title: 'it''s\nb'\nx: 1\n", r#"{"title":"it's b","x":1}"#),
            ("title: \"a\n\n\nb\"\n", r#"{"title":"a\n\nb"}"#),
            ("title: \"a\\\nb\"\n", r#"{"title":"ab"}"#),
            ("title: \"a\r\nb\"\r\nx: é\r\n", r#"{"title":"a b","x":"é"}"#),
            ("e:\n  - title: \"a\nb\"\n    x: 1\n", r#"{"e":[{"title":"a b","x":1}]}"#),
            ("e:\n  title: \"a\n b: c\"\n", r#"{"e":{"title":"a b: c"}}"#),
            ("l: [a,\nb,\nc]\nx: 1\n", r#"{"l":["a","b","c"],"x":1}"#),
            ("l: [\n  a,\n  b\n]\nx: 1\n", r#"{"l":["a","b"],"x":1}"#),
            ("l: [\"a\",\n\"b\"\n]\nx: 1\n", r#"{"l":["a","b"],"x":1}"#),
            ("e:\n    l: [\n    a,\n    b\n]\nx: 1\n", r#"{"e":{"l":["a","b"]},"x":1}"#),
            ("title:\tUpdate\nx: 1\n", r#"{"title":"Update","x":1}"#),
            ("title: — 's\n", r#"{"title":"— 's"}"#),
            ("title: a\n  b\nx: >-\n  c\n  d\n", r#"{"title":"a b","x":"c d"}"#),
            (
                "title: T # c\nx: C#\ny: a#b\nz: true #c\n",
                r#"{"title":"T","x":"C#","y":"a#b","z":true}"#,
            ),
            ("l:\n- a\n- b\n", r#"{"l":["a","b"]}"#),
            (
                "title: http://x.example/a:b\nt: 12:30\n",
                r#"{"title":"http://x.example/a:b","t":"12:30"}"#,
            ),
        ] {
            let (read, found) = said(text);
            assert_eq!((&*read, &*found), (json, &[][..]), "{text}");
        }
    }

    #[test]
    fn what_is_laid_out_anew_keeps_its_places() {
        let text = "é: \"a\nb\"\nl: [x,\ny]\nlast: ü\n";
        let (file, mut found) = (["---\n", text].concat(), Vec::new());
        let node = yaml(&"f.md".into(), &file[4..], 4, &mut found);
        let NodeValue::Table(entries) = &node.value else { panic!("{node:?}") };
        let written: Vec<&str> = entries.iter().map(|(_, node)| &file[node.span.range()]).collect();
        assert_eq!(written, ["\"a\nb\"", "[x,\ny]", "ü"]);
    }

    #[test]
    fn a_text_that_a_number_sign_cuts_is_told() {
        for (text, help) in [
            ("title: Update #2\n", "\"Update #2\""),
            ("title: Update # 2\n", "\"Update # 2\""),
            ("l:\n  - The \"new\" #tag here\n", "'The \"new\" #tag here'"),
            ("title: #5\n", "\"#5\""),
            ("title: C# in #2\r\nx: 1\r\n", "\"C# in #2\""),
        ] {
            let (_, found) = said(text);
            let [found] = found.as_slice() else { panic!("{text}: {found:?}") };
            assert_eq!(found.code, Code::CutText, "{text}");
            assert!(found.help.as_deref().is_some_and(|h| h.contains(help)), "{text}: {found:?}");
        }
        for text in [
            "title: T # a note\n",
            "title: \"T #2\"\n",
            "draft: true #2\n",
            "title: T#2\n",
            "x: 1 #2\n",
        ] {
            assert_eq!(said(text).1, [], "{text}");
        }
    }

    #[test]
    fn a_slip_is_told_on_its_line_with_what_to_write() {
        for (text, line, help) in [
            ("title: a: b\n", 1, "`title: \"a: b\"`"),
            ("x: 1\ntitle: Talks: a \"new\" start\ny: 2\n", 2, "`title: 'Talks: a \"new\" start'`"),
            ("title: @x\n", 1, "`title: \"@x\"`"),
            ("title: `x`\n", 1, "title: \"`x`\""),
            ("title: %x\n", 1, "`title: \"%x\"`"),
            ("title: *Breaking* news\n", 1, "`title: \"*Breaking* news\"`"),
            ("title: &co x\n", 1, "`title: \"&co x\"`"),
            ("title: !x y\n", 1, "`title: \"!x y\"`"),
            ("title: - foo\n", 1, "`title: \"- foo\"`"),
            ("title: ? foo\n", 1, "`title: \"? foo\"`"),
            ("title: > text\n", 1, "`title: \"> text\"`"),
            ("title: | text\n", 1, "`title: \"| text\"`"),
            ("title: ]x\n", 1, "`title: \"]x\"`"),
            ("title: [Update] Talks\n", 1, "`title: \"[Update] Talks\"`"),
            ("title: {a} b\n", 1, "`title: \"{a} b\"`"),
            ("title: {{ page.title }}\n", 1, "`title: \"{{ page.title }}\"`"),
            ("title: \"He said \"no\" today\"\n", 1, "`title: 'He said \"no\" today'`"),
            ("title: \"A\" and \"B\"\n", 1, "`title: '\"A\" and \"B\"'`"),
            ("title: 'Russia's plan'\n", 1, "`title: \"Russia's plan\"`"),
            ("title: 'Russia — 's'\n", 1, "`title: \"Russia — 's\"`"),
            ("title: \"x\",\ny: 1\n", 1, "`title: \"x\"`"),
            ("title: \"C:\\Users\"\n", 1, "`title: 'C:\\Users'`"),
            ("x: 1\ntitle: \"unclosed\ny: 1\nz: 2\n", 2, "`title: \"unclosed\"`"),
            ("title: 'unclosed\ny: 1\nz: \"a\"\n", 1, "`title: \"unclosed\"`"),
            ("x: 1\ntags: [a, b\ny: 1\nz: 2\n", 2, "`tags: [a, b]`"),
            ("x: 1\ntags: [a,\n  b\n\n", 2, "`tags: [a]`"),
            ("e: {a: 1\ny: 1\n", 1, "`e: {a: 1}`"),
            ("title:x\ny: 1\n", 1, "`title: x`"),
            ("y: 1\ntitle:x\nz: 2\n", 2, "`title: x`"),
            ("summary: a\nb\ntitle: x\n", 2, "indent it"),
            ("e:\n\ta: 1\n", 2, "put spaces"),
            ("l:\n\t- a\n", 2, "put spaces"),
            ("title: a\n\tb\n", 2, "put spaces"),
            ("actors:\n  - us\n - ru\n", 3, "one column"),
            ("title: Foo\n  bar: baz\n", 2, "one column"),
            (" title: Foo\nkind: report\n", 2, "one column"),
            ("events:\n  - title: a: b\n", 2, "`- title: \"a: b\"`"),
            ("x: \"a: b\"\ny: >\n  a: b: c\n  @x\nz: @y\n", 5, "`z: \"@y\"`"),
        ] {
            let (_, found) = said(text);
            let [found] = found.as_slice() else { panic!("{text}: {found:?}") };
            let span = found.place.as_ref().and_then(|place| place.span).unwrap();
            let at = text[..span.range().start].matches('\n').count() + 1;
            assert_eq!(at, line, "{text}: {found:?}");
            assert!(found.help.as_deref().is_some_and(|h| h.contains(help)), "{text}: {found:?}");
        }
    }

    #[test]
    fn what_is_told_to_write_can_be_read() {
        for value in ["a: b", "@x", "\"A\" and 'B'", "*x*", "a \\ \"b\"", "{x", "[a] b", "it's: so"]
        {
            let (read, found) = said(&format!("title: {}\n", quoted(value)));
            assert_eq!((read, found), (serde_json::json!({ "title": value }).to_string(), vec![]));
        }
    }
}
