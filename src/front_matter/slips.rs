//! What an author most likely got wrong where front matter cannot be read, and what to write instead.

use crate::never::slice;
use std::ops::Range;
use std::sync::Arc;

use super::dates;
use super::quoted::{code, quoted, quoted_end};
use super::tree::Syntax;
use crate::diagnostic::{Code, Diagnostic, Place};

/// A slip in front matter.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Slip {
    /// Where it stands in the front matter.
    pub range: Range<usize>,
    /// What is wrong.
    message: String,
    /// What to say under it.
    label: &'static str,
    /// What to write.
    help: String,
}

impl Slip {
    fn new(range: Range<usize>, message: &str, label: &'static str, help: String) -> Slip {
        Slip { range, message: message.to_owned(), label, help }
    }

    /// What to report of it, if the front matter starts at `offset` of the file.
    pub(super) fn diagnostic(self, file: &Arc<str>, offset: usize) -> Diagnostic {
        let Range { start, end } = self.range;
        Diagnostic::new(Code::Syntax, self.message)
            .at(Place::span(file.clone(), start + offset..end + offset))
            .label(self.label)
            .help(self.help)
    }
}

/// A line `key: value` or `key = value` of front matter, perhaps an item of a list.
struct Line<'t> {
    /// What stands before the value, without the indentation.
    before: &'t str,
    /// Its key, without its sign.
    key: Option<&'t str>,
    /// The rest of the line, without blanks around it.
    value: &'t str,
    /// Where the value starts.
    start: usize,
    /// The blanks before it.
    indentation: &'t str,
    /// What stands between keys and values.
    sign: char,
}

impl<'t> Line<'t> {
    /// Reads a line that starts at `start`, with `sign` between keys and values.
    fn read(line: &'t str, start: usize, sign: char) -> Line<'t> {
        let content = line.trim_start();
        let (indentation, _) = line.split_at(line.len() - content.len());
        let mut rest = content;
        while let Some(item) = rest.strip_prefix("- ").filter(|_| sign == ':') {
            rest = item.trim_start();
        }
        let key = rest.split_once(sign).filter(|(key, value)| {
            let plain = |c: char| c.is_alphanumeric() || "_-. ".contains(c);
            let key = key.trim_end().trim_matches(['"', '\'']);
            let parted = sign == '=' || value.is_empty() || value.starts_with([' ', '\t']);
            !key.is_empty() && key.chars().all(plain) && parted
        });
        let value = key.map_or(rest, |(_, value)| value).trim_start();
        let at = content.len() - value.len();
        let before = slice(content, ..at);
        Line {
            before,
            key: key.map(|(key, _)| key.trim()),
            value: value.trim_end(),
            start: start + indentation.len() + at,
            indentation,
            sign,
        }
    }

    /// The line with another value.
    fn with(&self, value: &str) -> String {
        code(&[self.before, value].concat())
    }

    /// The place of the value, or of its part from an offset on.
    fn place(&self, from: usize) -> Range<usize> {
        self.start + from..self.start + self.value.len().max(from + 1)
    }

    /// The slip of a value that is to stand in quotes.
    fn unquoted(&self, message: &str, label: &'static str) -> Slip {
        let help = format!("put it in quotes: {}", self.with(&quoted(self.value)));
        Slip::new(self.place(0), message, label, help)
    }
}

/// The lines of a text with the offsets where they start.
fn lines(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut start = 0;
    text.split_inclusive('\n').map(move |line| {
        let at = start;
        start += line.len();
        (at, line.trim_end_matches(['\n', '\r']))
    })
}

/// What is wrong with YAML that cannot be read at `error`, if that can be told.
pub(super) fn in_yaml(text: &str, error: usize) -> Option<Slip> {
    let mut all = lines(text).peekable();
    // What a line stands in: a block of text that is indented deeper than so many blanks, a list or a text in quotes that
    // ends at some offset.
    let mut block: Option<usize> = None;
    let mut open_to = 0;
    let mut above = 0;
    while let Some((start, written)) = all.next() {
        let line = Line::read(written, start, ':');
        let depth = line.indentation.len();
        // A text that goes on with a tab is told where it starts.
        let is_last = start > error;
        if is_last && !line.indentation.contains('\t') {
            return None;
        }
        if line.value.is_empty() && line.before.is_empty() || start < open_to {
            continue;
        }
        if block.is_some_and(|least| depth > least) {
            continue;
        }
        block = None;
        let here = start + written.len() >= error;
        if let Some(tab) = line.indentation.find('\t').filter(|_| here) {
            return Some(Slip::new(
                start + tab..start + tab + 1,
                "YAML is not indented with tabs",
                "this is a tab",
                "put spaces in its place".to_owned(),
            ));
        }
        if is_last {
            return None;
        }
        if line.value.starts_with('#') {
            continue;
        }
        if is_block_header(line.value) {
            block = Some(depth);
            continue;
        }
        match in_value(text, &line) {
            Checked::Slip(slip) => return Some(slip),
            Checked::End(end) => open_to = end,
            Checked::Nothing => {}
        }
        if line.key.is_none()
            && !line.before.starts_with('-')
            && !line.value.starts_with(['"', '\''])
        {
            let next = all.peek().map_or(text.len(), |(next, line)| next + line.len());
            if next >= error && start >= open_to {
                return Some(no_key(&line));
            }
        } else if here && depth != above && start >= open_to {
            return Some(Slip::new(
                start..start + written.trim_end().len(),
                "this line does not stand in the column where it belongs",
                "indented otherwise than what it belongs to",
                "keys of one table begin in one column, and so do the items of one list".to_owned(),
            ));
        }
        above = depth;
    }
    None
}

/// Whether a value says that a block of text follows, such as `>-`.
fn is_block_header(value: &str) -> bool {
    let header = value.split(" #").next().unwrap_or(value).trim_end();
    let rest = header.strip_prefix(['|', '>']);
    rest.is_some_and(|rest| rest.chars().all(|c| c == '+' || c == '-' || c.is_ascii_digit()))
}

/// What was found in a value.
enum Checked {
    /// A slip.
    Slip(Slip),
    /// Nothing; the value goes on to an offset in a later line.
    End(usize),
    /// Nothing.
    Nothing,
}

fn in_value(text: &str, line: &Line<'_>) -> Checked {
    let value = line.value;
    let Some(first) = value.chars().next() else { return Checked::Nothing };
    let parted = || value.chars().nth(1).is_none_or(char::is_whitespace);
    let unquoted = |message: &str, label| Checked::Slip(line.unquoted(message, label));
    match first {
        '"' | '\'' => in_quotes(text, line),
        '[' | '{' => in_brackets(text, line),
        '@' | '`' | '%' => unquoted(
            &format!("a text in YAML cannot begin with {}", code(&first.to_string())),
            "not in quotes",
        ),
        '&' | '*' | '!' => unquoted(
            &format!("a text in YAML cannot begin with `{first}`, which has a meaning of its own"),
            "not in quotes",
        ),
        ',' | ']' | '}' | '|' | '>' => {
            unquoted(&format!("a text in YAML cannot begin with `{first}`"), "not in quotes")
        }
        '-' | '?' if parted() && line.key.is_some() => unquoted(
            &format!("a text in YAML cannot begin with `{first}` and a space"),
            "not in quotes",
        ),
        _ => {
            let sign = value.find(": ").or_else(|| value.ends_with(':').then(|| value.len() - 1));
            match sign {
                Some(_) if line.key.is_some() => unquoted(
                    "a text in YAML that holds `: ` has to be in quotes",
                    "a colon and a space would begin another value",
                ),
                _ => Checked::Nothing,
            }
        }
    }
}

/// Looks at a value that begins with a quotation mark.
fn in_quotes(text: &str, line: &Line<'_>) -> Checked {
    let value = line.value;
    let rest = slice(text, line.start..);
    let quote = if value.starts_with('"') { "\"" } else { "'" };
    let unclosed = || {
        let whole = value.trim_matches(['"', '\'']);
        Checked::Slip(Slip::new(
            line.place(0),
            "the quotation mark is not closed",
            "opened here",
            format!("close it where the text ends: {}", line.with(&quoted(whole))),
        ))
    };
    let Some(end) = quoted_end(rest) else { return unclosed() };
    if end > value.len() {
        let inside = rest.get(value.len()..end).unwrap_or_default();
        let mut inside = lines(inside).map(|(_, written)| Line::read(written, 0, ':'));
        // A key in it says that the text was not meant to go on.
        return match inside.any(|line| line.indentation.is_empty() && line.key.is_some()) {
            true => unclosed(),
            false => Checked::End(line.start + end),
        };
    }
    let (closed, after) = value.split_at(end);
    if after.is_empty() || after.trim_start().starts_with('#') && after.starts_with([' ', '\t']) {
        let known = |c: char| "0abtnvfre \t\"/\\N_LPxuU\n".contains(c);
        let inside = closed.trim_matches('"');
        let mut signs = inside.match_indices('\\').map(|(at, _)| inside.get(at + 1..));
        let odd =
            |rest: Option<&str>| rest.and_then(|r| r.chars().next()).is_some_and(|c| !known(c));
        let hex = inside.contains("\\U") || inside.contains("\\x") || inside.contains("\\u");
        if quote == "\"" && (signs.any(odd) || hex) && !inside.contains('\'') {
            return Checked::Slip(Slip::new(
                line.place(0),
                "a backslash in double quotes begins a sign of its own",
                "",
                format!("use single quotes: {}", line.with(&format!("'{inside}'"))),
            ));
        }
        return Checked::Nothing;
    }
    if after.trim() == "," {
        return Checked::Slip(Slip::new(
            line.place(end),
            "there is no comma behind a value in YAML",
            "",
            format!("take it out: {}", line.with(closed)),
        ));
    }
    // A mark that opens, or stands within a word, is not the end of the whole text.
    let inner = closed.strip_suffix(quote).unwrap_or(closed);
    let opens = inner.ends_with(char::is_whitespace)
        || after.starts_with(|c: char| c.is_alphanumeric()) && value.ends_with(quote);
    let meant = match value.strip_prefix(quote).and_then(|rest| rest.strip_suffix(quote)) {
        Some(whole) if opens => whole,
        _ => value,
    };
    Checked::Slip(Slip::new(
        line.place(end),
        "the text in quotes ends before the line does",
        "this is left over",
        format!("put other quotes around the whole: {}", line.with(&quoted(meant))),
    ))
}

/// Looks at a value that begins with a bracket.
fn in_brackets(text: &str, line: &Line<'_>) -> Checked {
    let value = line.value;
    let (what, close) = if value.starts_with('[') { ("list", ']') } else { ("table", '}') };
    if value.starts_with("{{") || value.starts_with("{%") {
        return Checked::Slip(
            line.unquoted("a text in YAML cannot begin with `{`", "not in quotes"),
        );
    }
    let rest = slice(text, line.start..);
    let end = bracket_end(rest);
    let on_line = end.filter(|end| *end <= value.len());
    if let Some(after) = on_line.and_then(|end| value.get(end..)) {
        let is_comment = after.trim_start().starts_with('#');
        return match after.is_empty() || is_comment {
            true => Checked::Nothing,
            false => Checked::Slip(line.unquoted(
                &format!("a text in YAML that begins with a bracket is read as a {what}"),
                "not in quotes",
            )),
        };
    }
    let to = end.unwrap_or(rest.len());
    let inside = rest.get(value.len()..to).unwrap_or_default();
    let mut inside = lines(inside).map(|(_, written)| Line::read(written, 0, line.sign));
    let has_key =
        close == ']' && inside.any(|line| line.indentation.is_empty() && line.key.is_some());
    match end.filter(|_| !has_key) {
        Some(end) => Checked::End(line.start + end),
        None => Checked::Slip(Slip::new(
            line.place(0),
            &format!("the {what} is not closed"),
            "opened here",
            format!("close it with `{close}` where it ends: {}", {
                line.with(&format!("{}{close}", value.trim_end_matches(',')))
            }),
        )),
    }
}

/// Where a list or table in brackets ends that a text starts with: behind its closing bracket.
fn bracket_end(text: &str) -> Option<usize> {
    let (mut depth, mut at) = (0_usize, 0);
    while let Some(letter) = text.get(at..).and_then(|rest| rest.chars().next()) {
        let begins = text.get(..at).is_some_and(|t| t.ends_with(['[', '{', ',', ' ', ':']));
        match letter {
            '"' | '\'' if begins => {
                at += quoted_end(slice(text, at..))?;
                continue;
            }
            '[' | '{' => depth += 1,
            ']' | '}' => depth = depth.saturating_sub(1),
            _ => {}
        }
        at += letter.len_utf8();
        if depth == 0 {
            return Some(at);
        }
    }
    None
}

/// The slip of a line without a key.
fn no_key(line: &Line<'_>) -> Slip {
    let parts = line.value.split_once(':');
    let key = |key: &str| key.chars().all(|c| c.is_alphanumeric() || c == '_' || c == '-');
    match parts.filter(|(name, value)| key(name) && !value.is_empty() && !value.starts_with('/')) {
        Some((name, value)) => Slip::new(
            line.place(0),
            "there is no space behind the colon",
            "no key with a value",
            format!("write {}", code(&format!("{name}: {}", value.trim_start_matches('\u{a0}')))),
        ),
        None => Slip::new(
            line.place(0),
            "this line has no key",
            "neither a key with a colon nor part of a value",
            "indent it if it goes on with the line above, or put the whole text in quotes"
                .to_owned(),
        ),
    }
}

/// A text in TOML, in which errors are looked up. What is known of the whole text is found out once, as it may hold
/// many.
pub(super) struct TomlText<'t> {
    text: &'t str,
    /// Where each line starts, in order.
    lines: Vec<usize>,
    /// The lines on which a list opens that goes on below them, and where it ends; the last one may have no end.
    lists: Vec<(usize, Option<usize>)>,
}

impl<'t> TomlText<'t> {
    /// The text, with its lines and lists.
    pub(super) fn new(text: &'t str) -> Self {
        let mut lists: Vec<(usize, Option<usize>)> = Vec::new();
        for (at, written) in lines(text) {
            // What stands in a list is no list of its own, and nothing is known behind one without an end.
            if lists.last().is_some_and(|(_, end)| end.is_none_or(|end| at < end)) {
                continue;
            }
            let line = Line::read(written, at, '=');
            if line.key.is_some() && line.value.starts_with('[') {
                let end = bracket_end(slice(text, line.start..)).map(|end| line.start + end);
                if end.is_none_or(|end| end > at + written.len()) {
                    lists.push((at, end));
                }
            }
        }
        TomlText { text, lines: lines(text).map(|(at, _)| at).collect(), lists }
    }

    /// The number of the line that a place stands on, from 0, where it starts, and the line.
    pub(super) fn line_at(&self, place: usize) -> Option<(usize, usize, &'t str)> {
        let number = self.lines.partition_point(|start| *start <= place).checked_sub(1)?;
        let start = *self.lines.get(number)?;
        let (_, written) = lines(self.text.get(start..)?).next()?;
        Some((number, start, written))
    }

    /// What is wrong with the line that could not be read at `error`, if that can be told.
    pub(super) fn slip(&self, error: usize) -> Option<Slip> {
        let (_, start, written) = self.line_at(error)?;
        if let Some(at) = written.find('\r') {
            return Some(Slip::new(
                start + at..start + at + 1,
                "a line ends with a carriage return (CR) alone",
                "",
                "save the file with line ends of Unix (LF) or Windows (CR LF)".to_owned(),
            ));
        }
        // A list that is not closed goes on to where something else stands.
        let above = self.lists.partition_point(|(at, _)| *at < start).checked_sub(1);
        if let Some((at, end)) = above.and_then(|above| self.lists.get(above))
            && end.is_none_or(|end| end > error)
            && let Some((_, opened)) = lines(slice(self.text, *at..)).next()
            && let Checked::Slip(slip) = in_brackets(self.text, &Line::read(opened, *at, '='))
        {
            return Some(slip);
        }
        slip_of_toml_line(written, start)
    }
}

/// What is wrong with a line of TOML that starts at `start` of its text, if that can be told.
fn slip_of_toml_line(written: &str, start: usize) -> Option<Slip> {
    let line = Line::read(written, start, '=');
    if line.key.is_none() {
        let line = Line::read(written, start, ':');
        let key = line.key?;
        let value =
            if is_toml_value(line.value) { line.value.to_owned() } else { quoted(line.value) };
        return Some(Slip::new(
            line.place(0),
            "keys and values are written with `=` in TOML",
            "",
            format!("write {}", code(&format!("{key} = {value}"))),
        ));
    }
    let value = line.value;
    if let Some(at) = value.find(['“', '”', '„', '‘', '’', '«', '»', '‟', '‚', '″'])
    {
        let outside = value.get(..at).is_some_and(|b| b.is_empty() || b.ends_with(['[', ',', ' ']));
        if outside && !value.starts_with(['"', '\'']) {
            let straight: String = value
                .chars()
                .map(|c| match c {
                    '“' | '”' | '„' | '«' | '»' | '‟' | '″' => '"',
                    '‘' | '’' | '‚' => '\'',
                    other => other,
                })
                .collect();
            return Some(Slip::new(
                line.place(at),
                "these are not the quotation marks of TOML",
                "curly quotes",
                format!("write straight ones: {}", line.with(&straight)),
            ));
        }
    }
    if value.starts_with(['"', '\'']) && !value.starts_with("\"\"\"") && !value.starts_with("'''") {
        return match in_quotes(
            written,
            &Line { start: line.start - start, ..Line::read(written, 0, '=') },
        ) {
            Checked::Slip(slip) => {
                Some(Slip { range: slip.range.start + start..slip.range.end + start, ..slip })
            }
            _ => None,
        };
    }
    let word = value.split('#').next().unwrap_or(value).trim_end();
    if is_toml_value(word) {
        return None;
    }
    let line = Line { value: word, ..line };
    let help = match &*word.to_ascii_lowercase() {
        "" => return None,
        "true" | "yes" | "on" => format!("write {}", line.with("true")),
        "false" | "no" | "off" => format!("write {}", line.with("false")),
        _ => match dates::instead(word) {
            Some(help) => help,
            None if word.starts_with(char::is_alphabetic) => {
                return Some(line.unquoted("a text in TOML has to be in quotes", "not in quotes"));
            }
            None => return None,
        },
    };
    Some(Slip::new(line.place(0), "this is no value of TOML", "", help))
}

/// Whether a value is written as TOML has it.
fn is_toml_value(value: &str) -> bool {
    toml::de::DeValue::parse(value).is_ok()
}

/// What to report of front matter that is written in the other language than its fences say.
pub(super) fn other_language(text: &str, fences: Syntax) -> Option<Slip> {
    let told = |(_, line): &(usize, &str)| !line.trim().is_empty() && !line.trim().starts_with('#');
    let (start, written) = lines(text).find(told)?;
    let line = written.trim();
    let key = |sign: &str| {
        line.split_once(sign).is_some_and(|(key, _)| {
            let key = key.trim_end();
            !key.is_empty() && key.chars().all(|c| c.is_alphanumeric() || "_-.\"".contains(c))
        })
    };
    let range = start..start + written.len();
    match fences {
        Syntax::Yaml if key("=") && !key(":") || line.starts_with("[[") || line == "[extra]" => {
            Some(Slip::new(
                range,
                "this is TOML between the fences of YAML",
                "",
                "put `+++` instead of `---` around it, or write `key: value`".to_owned(),
            ))
        }
        Syntax::Toml if key(": ") || line.ends_with(':') && key(":") => Some(Slip::new(
            range,
            "this is YAML between the fences of TOML",
            "",
            "put `---` instead of `+++` around it, or write `key = \"value\"`".to_owned(),
        )),
        _ => None,
    }
}
