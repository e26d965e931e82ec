//! What a text has of its generator's templates: tags, shortcodes and values. What is known becomes Markdown; what is not stays
//! as it is, and is told of.

use std::collections::BTreeSet;
use std::ops::Range;

use pulldown_cmark::{Event, Options, Parser, Tag};

use crate::never::slice;

use super::model::System;

/// How Markdown is read here: wikilinks are looked for apart, as Obsidian has rules of its own.
pub(super) const SYNTAX: Options = Options::ENABLE_TABLES
    .union(Options::ENABLE_STRIKETHROUGH)
    .union(Options::ENABLE_TASKLISTS)
    .union(Options::ENABLE_HEADING_ATTRIBUTES)
    .union(Options::ENABLE_GFM)
    .union(Options::ENABLE_DEFINITION_LIST)
    .union(Options::ENABLE_FOOTNOTES);

/// What a text can ask of the archive that it lies in.
pub(super) struct TemplateScope<'a> {
    pub(super) system: System,
    /// Where the site shows frames from.
    pub(super) frames: &'a [&'static str],
    /// The address of a post by its name, below the old site.
    pub(super) post: &'a dyn Fn(&str) -> Option<String>,
    /// The address of a document or a file by its path in the archive, as it stands in this text.
    pub(super) file: &'a dyn Fn(&str) -> Option<String>,
    /// What a value of the site or of the document is, such as `site.title`.
    pub(super) value: &'a dyn Fn(&str) -> Option<String>,
}

/// A text with its templates put in.
#[derive(Default)]
pub(super) struct Expanded {
    pub(super) text: String,
    /// Where a part that was copied begins, here and in the text that it is from.
    marks: Vec<(usize, usize)>,
    /// Where the frames that were put in are from.
    pub(super) frames: BTreeSet<&'static str>,
    /// What was not understood: its place in the text that it is from, its kind, and itself.
    pub(super) remarks: Vec<(usize, String, String)>,
    /// How many comments were left out.
    pub(super) comments: usize,
    /// What was found to begin and never to end, so that it need not be looked for again.
    unended: BTreeSet<String>,
}

impl Expanded {
    /// The place that a place of this text had in the text that it is from.
    pub(super) fn origin(&self, at: usize) -> usize {
        let before = self.marks.partition_point(|(here, _)| *here <= at);
        let mark = before.checked_sub(1).and_then(|last| self.marks.get(last));
        mark.map_or(at, |(here, there)| there + (at - here))
    }

    fn copy(&mut self, body: &str, range: Range<usize>) {
        if !range.is_empty() {
            self.marks.push((self.text.len(), range.start));
            self.text.push_str(body.get(range).unwrap_or_default());
        }
    }

    /// Says what was not understood.
    fn remark(&mut self, body: &str, range: &Range<usize>, kind: String) {
        let shown = slice(body, range.clone()).split_whitespace().collect::<Vec<_>>().join(" ");
        self.remarks.push((range.start, kind, shown));
    }

    /// Puts a block in the place of a part that has its lines for itself; elsewhere just the text.
    fn put(&mut self, block: &str, body: &str, range: &Range<usize>) {
        let before = body.get(..range.start).unwrap_or_default();
        let behind = body.get(range.end..).unwrap_or_default();
        let starts = before.is_empty() || before.ends_with('\n');
        let ends = behind.trim_start_matches([' ', '\t', '\r']).starts_with('\n');
        let alone = starts && (ends || behind.trim().is_empty());
        self.marks.push((self.text.len(), range.start));
        if alone && !self.text.is_empty() && !self.text.ends_with("\n\n") {
            self.text.push('\n');
        }
        self.text.push_str(block);
        if alone && !behind.trim_start_matches([' ', '\t', '\r']).starts_with("\n\n") {
            self.text.push('\n');
        }
    }
}

/// A directive of a template, as it is written.
struct Directive<'t> {
    /// How it opens: `{%`, `{{`, `{{<` or `{{%`.
    opens: &'static str,
    /// What stands in it.
    inside: &'t str,
    /// All of it.
    range: Range<usize>,
}

/// The ways in which directives open and close, the longest first.
const BRACKETS: [(&str, &str); 4] = [("{{<", ">}}"), ("{{%", "%}}"), ("{%", "%}"), ("{{", "}}")];

/// The longest directive that is looked for, in bytes.
const LONGEST: usize = 4000;

/// The directive that begins at a place.
fn directive(body: &str, at: usize) -> Option<Directive<'_>> {
    let rest = body.get(at..body.floor_char_boundary(at + LONGEST))?;
    let (opens, closes) = BRACKETS.into_iter().find(|(opens, _)| rest.starts_with(opens))?;
    let inside = rest.get(opens.len()..)?;
    let end = inside.find(closes)?;
    let range = at..at + opens.len() + end + closes.len();
    let inside = inside.get(..end)?.trim_matches(['-', '~']).trim();
    Some(Directive { opens, inside, range })
}

impl Expanded {
    /// The directive behind `from` that says `end`, which ends what another began.
    fn closing(&mut self, body: &str, from: usize, end: &str) -> Option<Range<usize>> {
        if self.unended.contains(end) {
            return None;
        }
        let mut at = from;
        while let Some(next) = body.get(at..).and_then(|rest| rest.find('{')) {
            at += next;
            match directive(body, at) {
                Some(found) if found.inside.replace(' ', "") == end => return Some(found.range),
                _ => at += 1,
            }
        }
        self.unended.insert(end.to_owned());
        None
    }
}

/// The parts of a text that are code.
pub(super) fn code(text: &str) -> Vec<Range<usize>> {
    let mut ranges: Vec<Range<usize>> = Vec::new();
    for (event, range) in Parser::new_ext(text, SYNTAX).into_offset_iter() {
        if matches!(event, Event::Start(Tag::CodeBlock(_)) | Event::Code(_)) {
            ranges.push(range);
        }
    }
    ranges
}

/// Whether a place lies in one of some ranges, which are in order.
pub(super) fn within(ranges: &[Range<usize>], at: usize) -> bool {
    let before = ranges.partition_point(|range| range.start <= at);
    before.checked_sub(1).and_then(|last| ranges.get(last)).is_some_and(|range| range.contains(&at))
}

/// Puts in what a text has of templates.
pub(super) fn expand(body: &str, look: &TemplateScope<'_>) -> Expanded {
    let mut out = Expanded::default();
    if matches!(look.system, System::Obsidian | System::Wordpress | System::Ghost)
        || !body.contains('{')
    {
        out.copy(body, 0..body.len());
        return out;
    }
    let code = code(body);
    let (mut done, mut at) = (0, 0);
    while let Some(next) = body.get(at..).and_then(|rest| rest.find('{')) {
        at += next;
        let step = match look.system {
            System::Jekyll if body.get(at..).is_some_and(|rest| rest.starts_with("{:")) => {
                attribute_list(body, at, within(&code, at))
            }
            _ => {
                directive(body, at).map(|found| one(body, found, within(&code, at), look, &mut out))
            }
        };
        let Some(Step { range, with }) = step else {
            at += 1;
            continue;
        };
        match with {
            With::Itself => {}
            With::Text(text) => {
                out.copy(body, done..range.start);
                out.marks.push((out.text.len(), range.start));
                out.text.push_str(&text);
                done = range.end;
            }
            With::Part(part) => {
                out.copy(body, done..range.start);
                out.copy(body, part);
                done = range.end;
            }
            With::Block(text) => {
                out.copy(body, done..range.start);
                out.put(&text, body, &range);
                done = range.end;
            }
            With::Unknown(kind) => out.remark(body, &range, kind),
            With::LeftOut(kind) => {
                out.copy(body, done..range.start);
                done = range.end;
                out.remark(body, &range, kind);
            }
        }
        at = range.end.max(at + 1);
    }
    out.copy(body, done..body.len());
    out
}

/// What becomes of a part of a text.
struct Step {
    range: Range<usize>,
    with: With,
}

enum With {
    /// It stays, and nothing is to be said.
    Itself,
    /// A text stands in its place.
    Text(String),
    /// A part of it does.
    Part(Range<usize>),
    /// A block does, on lines of its own.
    Block(String),
    /// It stays, and is told of.
    Unknown(String),
    /// It goes, and is told of.
    LeftOut(String),
}

/// What an attribute list of kramdown stands for: an anchor of a heading stays one; a table of contents is made here anyway;
/// classes and styles mean nothing here, and would be read as text.
fn attribute_list(body: &str, at: usize, in_code: bool) -> Option<Step> {
    let rest = body.get(at..body.floor_char_boundary(at + LONGEST))?;
    let end = rest.find('}')?;
    let inside = rest.get(2..end)?.trim();
    if in_code || inside.contains('\n') {
        return None;
    }
    // The line that it stands on, and the one above: what is longer is none that it could mean.
    let start = body.floor_char_boundary(at.saturating_sub(LONGEST));
    let shift = |place: usize| place + start;
    let before = body.get(start..at)?;
    let line = before.rfind('\n').map_or(0, |line| line + 1);
    let lead = before.get(line..)?;
    let mut range = at..at + end + 1;
    if inside == "toc" {
        // With the line of the list that it stands in the place of.
        let above = before.get(..line)?.trim_end_matches('\n');
        let first = above.rfind('\n').map_or(0, |first| first + 1);
        let item = above.get(first..)?.trim_start_matches(|c: char| c.is_ascii_digit());
        if lead.trim().is_empty() && item.starts_with(['*', '-', '+', '.']) {
            range.start = shift(first);
        }
        return Some(Step { range, with: With::Text(String::new()) });
    }
    let is_list = inside.split_whitespace().all(|word| {
        word.starts_with(['.', '#']) || word.contains('=') || word.ends_with(['"', '\''])
    });
    if inside.is_empty() || !is_list {
        return None;
    }
    let id = inside.split_whitespace().find(|word| word.starts_with('#'));
    let above = before.get(..line)?.trim_end_matches('\n');
    let first = above.rfind('\n').map_or(0, |first| first + 1);
    let is_heading = above.get(first..)?.starts_with('#');
    if let Some(id) = id.filter(|_| lead.trim().is_empty() && is_heading) {
        range.start = shift(above.len());
        return Some(Step { range, with: With::Text(format!(" {{{id}}}")) });
    }
    Some(Step { range, with: With::LeftOut("attribute list `{: …}`, left out".to_owned()) })
}

/// What a directive stands for.
fn one(
    body: &str,
    found: Directive<'_>,
    in_code: bool,
    look: &TemplateScope<'_>,
    out: &mut Expanded,
) -> Step {
    let Directive { opens, inside, range } = found;
    let step = |range: Range<usize>, with: With| Step { range, with };
    let name = inside.split(|c: char| c.is_whitespace() || c == '(').next().unwrap_or_default();
    let rest = inside.get(name.len()..).unwrap_or_default().trim();
    // What is written so that it is shown and not done.
    if look.system == System::Jekyll && opens == "{%" && name == "raw" {
        let end = out.closing(body, range.end, "endraw");
        if let Some(end) = end {
            return step(range.start..end.end, With::Part(range.end..end.start));
        }
    }
    if look.system != System::Jekyll
        && let Some(shown) = inside.strip_prefix("/*").and_then(|shown| shown.strip_suffix("*/"))
    {
        let closes = BRACKETS.into_iter().find(|(open, _)| *open == opens).map_or("", |(_, c)| c);
        let with = With::Text(format!("{opens}{shown}{closes}"));
        return step(range, with);
    }
    if in_code {
        return step(range, With::Itself);
    }
    match (look.system, opens) {
        (System::Jekyll, "{%") => match name {
            "comment" => {
                let end = out.closing(body, range.end, "endcomment");
                if let Some(end) = end {
                    out.comments += 1;
                    return step(range.start..end.end, With::Text(String::new()));
                }
            }
            "highlight" => {
                let end = out.closing(body, range.end, "endhighlight");
                if let Some(end) = end {
                    let code = body.get(range.end..end.start).unwrap_or_default();
                    let with = With::Block(fence(rest, code));
                    return step(range.start..end.end, with);
                }
            }
            "post_url" => {
                if let Some(address) = (look.post)(rest) {
                    return step(range, With::Text(address));
                }
                return step(range, With::Unknown("link to a post that is not there".to_owned()));
            }
            "link" => {
                if let Some(address) = (look.file)(&format!("/{}", rest.trim_matches(['"', '\''])))
                {
                    return step(range, With::Text(address));
                }
                return step(range, With::Unknown("link to a file that is not there".to_owned()));
            }
            _ => {
                let (name, arguments) = match name {
                    "include" | "include_relative" | "include_cached" => {
                        let file = rest.split_whitespace().next().unwrap_or_default();
                        (file, rest.get(file.len()..).unwrap_or_default())
                    }
                    _ => (name, rest),
                };
                let stem = name.rsplit('/').next().unwrap_or(name);
                let stem = stem.split('.').next().unwrap_or(stem).to_ascii_lowercase();
                let arguments = Arguments::of(arguments, true);
                if let Some(text) = media(&stem, &arguments, look, out) {
                    return step(range, With::Block(text));
                }
                let kind = match inside.starts_with("include") {
                    true => format!("include `{name}`"),
                    false => format!("tag `{name}`"),
                };
                return step(range, With::Unknown(kind));
            }
        },
        (System::Jekyll, "{{") => {
            if let Some(text) = liquid_value(inside, look) {
                return step(range, With::Text(text));
            }
            let name = inside.split(['|', ' ']).next().unwrap_or_default();
            return step(range, With::Unknown(format!("value `{name}`")));
        }
        (System::Hugo, "{{<" | "{{%") => {
            let arguments = Arguments::of(rest, false);
            match name.to_ascii_lowercase().as_str() {
                "ref" | "relref" => {
                    let path = arguments.named("path").or_else(|| arguments.first());
                    if let Some(address) = path.and_then(|path| (look.file)(path)) {
                        return step(range, With::Text(address));
                    }
                    let kind = format!("`{name}` to a document that is not there");
                    return step(range, With::Unknown(kind));
                }
                "param" => {
                    let key = arguments.first().unwrap_or_default();
                    if let Some(value) = (look.value)(&format!("page.{key}")) {
                        return step(range, With::Text(value));
                    }
                }
                "highlight" => {
                    if let Some(end) = out.closing(body, range.end, &format!("/{name}")) {
                        let code = body.get(range.end..end.start).unwrap_or_default();
                        let language = arguments.first().unwrap_or_default();
                        let with = With::Block(fence(language, code));
                        return step(range.start..end.end, with);
                    }
                }
                "comment" => {
                    if let Some(end) = out.closing(body, range.end, &format!("/{name}")) {
                        out.comments += 1;
                        return step(range.start..end.end, With::Text(String::new()));
                    }
                }
                known => {
                    if let Some(text) = media(known, &arguments, look, out) {
                        return step(range, With::Block(text));
                    }
                }
            }
            let name = name.trim_start_matches('/').trim_end_matches('/');
            return step(range, With::Unknown(format!("shortcode `{name}`")));
        }
        (System::Zola, "{{") => {
            let arguments = rest.strip_prefix('(').and_then(|rest| rest.strip_suffix(')'));
            if let Some(arguments) = arguments {
                let arguments = Arguments::of(arguments, false);
                if let Some(text) = media(name, &arguments, look, out) {
                    return step(range, With::Block(text));
                }
                return step(range, With::Unknown(format!("shortcode `{name}`")));
            }
        }
        (System::Zola, "{%") => return step(range, With::Unknown(format!("shortcode `{name}`"))),
        _ => {}
    }
    step(range, With::Unknown(format!("template `{opens} {name}`")))
}

/// Code between lines of more backticks than any in it.
fn fence(language: &str, code: &str) -> String {
    let word = language.split_whitespace().next().unwrap_or_default();
    let word: String =
        word.chars().filter(|c| c.is_alphanumeric() || "+-#_".contains(*c)).collect();
    let mut longest = 2;
    let mut run = 0;
    for letter in code.chars() {
        run = if letter == '`' { run + 1 } else { 0 };
        longest = longest.max(run);
    }
    let marks = "`".repeat(longest + 1);
    let code = code.trim_matches(['\n', '\r']).trim_end();
    format!("{marks}{word}\n{code}\n{marks}")
}

/// What a value of Liquid says, if it is known: a text or a value of the site, perhaps made an address.
fn liquid_value(inside: &str, look: &TemplateScope<'_>) -> Option<String> {
    let mut parts = inside.split('|').map(str::trim);
    let first = parts.next()?;
    let literal = ['"', '\''].into_iter().find_map(|quote| {
        first.strip_prefix(quote)?.strip_suffix(quote).filter(|text| !text.contains(quote))
    });
    let mut text = match (literal, first) {
        (Some(text), _) => text.to_owned(),
        (None, "site.baseurl" | "site.base_url") => String::new(),
        (None, _) => (look.value)(first)?,
    };
    for filter in parts {
        let (name, argument) = filter.split_once(':').unwrap_or((filter, ""));
        match (name.trim(), argument.trim()) {
            ("relative_url", "") | ("prepend", "site.baseurl" | "site.base_url") => {}
            ("absolute_url", "") | ("prepend", "site.url") => {
                let site = (look.value)("site.url").unwrap_or_default();
                text = format!("{}{text}", site.trim_end_matches('/'));
            }
            ("strip" | "escape" | "xml_escape" | "markdownify", "") => {}
            _ => return None,
        }
    }
    Some(text)
}

/// The arguments of a tag or shortcode.
#[derive(Default)]
struct Arguments {
    /// Those without a name.
    plain: Vec<String>,
    /// Those with one.
    named: Vec<(String, String)>,
}

impl Arguments {
    /// Reads arguments. `quoted`: without quotation marks a value is that of a variable, and not known.
    fn of(written: &str, quoted: bool) -> Arguments {
        let mut out = Arguments::default();
        let mut rest = written.trim_start_matches([',', ' ', '\t', '\n', '\r']);
        while !rest.is_empty() {
            let end = rest.find(|c: char| c.is_whitespace() || "=,\"'`".contains(c));
            let (word, behind) = rest.split_at(end.unwrap_or(rest.len()));
            let (name, value) = match behind.trim_start().strip_prefix('=') {
                Some(value) if !word.is_empty() => (Some(word), value.trim_start()),
                _ if word.is_empty() => (None, rest),
                _ => {
                    out.plain.push(word.to_owned());
                    rest = behind.trim_start_matches([',', ' ', '\t', '\n', '\r']);
                    // A sign that begins nothing here.
                    rest = rest.strip_prefix('=').unwrap_or(rest);
                    continue;
                }
            };
            let mark = value.chars().next().filter(|c| "\"'`".contains(*c));
            let (text, behind) = match mark {
                Some(mark) => {
                    let inside = value.get(1..).unwrap_or_default();
                    let end = inside
                        .match_indices(mark)
                        .map(|(at, _)| at)
                        .find(|at| !inside.get(..*at).is_some_and(|before| before.ends_with('\\')));
                    let (text, behind) = inside.split_at(end.unwrap_or(inside.len()));
                    (text.replace("\\\"", "\""), behind.get(1..).unwrap_or_default())
                }
                None => {
                    let end = value.find(|c: char| c.is_whitespace() || c == ',');
                    let (text, behind) = value.split_at(end.unwrap_or(value.len()));
                    (text.to_owned(), behind)
                }
            };
            match name {
                Some(name) if mark.is_some() || !quoted => {
                    out.named.push((name.to_ascii_lowercase(), text));
                }
                Some(_) => {}
                None => out.plain.push(text),
            }
            let next = behind.trim_start_matches([',', ' ', '\t', '\n', '\r', '=']);
            // Every turn takes something.
            rest = if next.len() < rest.len() { next } else { "" };
        }
        out
    }

    fn named(&self, name: &str) -> Option<&str> {
        let found = self.named.iter().find(|(known, _)| known == name);
        found.map(|(_, value)| value.trim()).filter(|value| !value.is_empty())
    }

    fn first(&self) -> Option<&str> {
        self.plain.first().map(|value| value.trim()).filter(|value| !value.is_empty())
    }
}

/// Where videos of YouTube are shown from, without a cookie before they are played.
pub(super) const YOUTUBE: &str = "https://www.youtube-nocookie.com/embed/";
/// Where those of Vimeo are.
pub(super) const VIMEO: &str = "https://player.vimeo.com/video/";

/// What a tag or shortcode that all generators have stands for: an image, a video, or what is shown of another site.
fn media(
    name: &str,
    arguments: &Arguments,
    look: &TemplateScope<'_>,
    out: &mut Expanded,
) -> Option<String> {
    let id = || {
        let id = arguments.named("id").or_else(|| arguments.first())?;
        let is_id = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
        id.bytes().all(is_id).then_some(id)
    };
    match name {
        "figure" | "image" | "img" => {
            let names = ["src", "url", "image_path", "path", "file", "image"];
            let source = names.iter().find_map(|name| arguments.named(name))?;
            if source.contains(['{', '<', '>', '\n']) {
                return None;
            }
            let alt = arguments.named("alt").unwrap_or_default();
            let caption = arguments.named("caption").or_else(|| arguments.named("title"));
            let credit = arguments.named("attr").or_else(|| arguments.named("credit"));
            Some(figure(source, alt, caption, credit))
        }
        "youtube" | "vimeo" => {
            let id = id()?;
            let title = arguments.named("title");
            let (frame, page, of) = match name {
                "youtube" => (YOUTUBE, "https://www.youtube.com/watch?v=", "YouTube"),
                _ => (VIMEO, "https://vimeo.com/", "Vimeo"),
            };
            let title = title.map_or_else(|| format!("Video on {of}"), str::to_owned);
            if !look.frames.contains(&frame) {
                return Some(format!("[{}]({page}{id})", in_brackets(&title)));
            }
            out.frames.insert(frame);
            let title = title.replace('&', "&amp;").replace('"', "&quot;").replace('<', "&lt;");
            Some(format!("<iframe src=\"{frame}{id}\" title=\"{title}\" allowfullscreen></iframe>"))
        }
        "gist" => {
            let words: Vec<&str> = arguments.plain.iter().map(String::as_str).collect();
            let path = match words.as_slice() {
                [path] if path.contains('/') => (*path).to_owned(),
                [user, id, ..] => format!("{user}/{id}"),
                _ => return None,
            };
            let is_path = |byte: u8| byte.is_ascii_alphanumeric() || b"-_/.".contains(&byte);
            path.bytes()
                .all(is_path)
                .then(|| format!("[Gist {path}](https://gist.github.com/{path})"))
        }
        "tweet" | "twitter" | "x" => {
            let user = arguments.named("user").unwrap_or("i/web");
            let id = id().filter(|id| id.bytes().all(|byte| byte.is_ascii_digit()))?;
            let sound =
                user.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_/".contains(&byte));
            sound.then(|| format!("[Post {id} on X](https://x.com/{user}/status/{id})"))
        }
        "instagram" => {
            let id = id()?;
            Some(format!("[Post {id} on Instagram](https://www.instagram.com/p/{id}/)"))
        }
        _ => None,
    }
}

/// An image with a caption and a credit.
pub(super) fn figure(
    source: &str,
    alt: &str,
    caption: Option<&str>,
    credit: Option<&str>,
) -> String {
    let words = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    let title = match (caption, credit) {
        (None, None) => String::new(),
        (caption, None) => words(caption.unwrap_or_default()),
        (caption, Some(credit)) => {
            format!("{} | {}", words(caption.unwrap_or_default()), words(credit))
        }
    };
    let title = match title.is_empty() {
        true => String::new(),
        false => format!(" \"{}\"", title.replace('\\', "\\\\").replace('"', "\\\"")),
    };
    let source =
        if source.contains([' ', '(', ')']) { format!("<{source}>") } else { source.to_owned() };
    format!("![{}]({source}{title})", in_brackets(&words(alt)))
}

/// A text between brackets.
pub(super) fn in_brackets(text: &str) -> String {
    text.replace('\\', "\\\\").replace('[', "\\[").replace(']', "\\]")
}
