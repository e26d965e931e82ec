//! A text's links, images and marks in the words of Chancery; each other byte stays.

use std::collections::BTreeSet;
use std::ops::Range;

use pulldown_cmark::{Event, LinkType, Parser, Tag, TagEnd};

use crate::html::tags;

use super::model::System;
use super::templates::{SYNTAX, VIMEO, YOUTUBE, code, in_brackets, within};

/// The longest wikilink that is looked for, in bytes.
const LONGEST: usize = 1000;

/// Where a link leads.
pub(super) enum LinkAnswer {
    /// Out of the site, or to a heading of its own text: it stays.
    Stay,
    /// To a document or a file, at this address from the text's own file.
    To(String),
    /// To an address of the old site, or a file, that is not there.
    Dead,
    /// By a scheme that pages may not have.
    Refused,
}

/// What a wikilink names.
pub(super) enum WikilinkName {
    /// A document: how a wikilink names it here, and its title.
    Note(String, String),
    /// A file, at this address from the text's own file.
    File(String),
    /// A file of a kind that no page shows.
    Unshown,
    /// Nothing.
    Nothing,
}

/// What knows where links lead.
pub(super) trait LinkPlaces {
    /// Where a link or an image leads, by its address.
    fn link(&mut self, destination: &str) -> LinkAnswer;
    /// What a wikilink names, without what stands behind a `#`.
    fn named(&mut self, name: &str) -> WikilinkName;
}

/// A text in the words of Chancery.
#[derive(Default)]
pub(super) struct Rewritten {
    pub(super) text: String,
    /// Links into the site: those that lead somewhere, and all.
    pub(super) links: (usize, usize),
    /// Images of the site: those that are there, and all.
    pub(super) images: (usize, usize),
    pub(super) comments: usize,
    /// Where its frames are from that were led elsewhere.
    pub(super) frames: BTreeSet<&'static str>,
    /// What was not understood: its place, its kind, and itself.
    pub(super) remarks: Vec<(usize, String, String)>,
}

/// Rewrites a text.
///
/// `shown` is where the site shows frames from.
pub(super) fn rewrite(
    text: &str,
    system: System,
    shown: &[&'static str],
    places: &mut impl LinkPlaces,
) -> Rewritten {
    let mut work = TextRewriter { text, edits: Vec::new(), out: Rewritten::default() };
    let verbatim = code(text);
    if system == System::Obsidian {
        let comments = work.comments(&verbatim);
        let mut apart = [verbatim.clone(), comments].concat();
        apart.sort_by_key(|range| range.start);
        work.wikilinks(&apart, &tables(text), places);
        work.blocks();
    } else {
        work.escape(&verbatim);
    }
    work.conflicts(&verbatim);
    work.links(places);
    work.frames(shown);
    work.finish()
}

struct TextRewriter<'t> {
    text: &'t str,
    /// What stands in the place of what.
    edits: Vec<(Range<usize>, String)>,
    out: Rewritten,
}

impl<'t> TextRewriter<'t> {
    fn part(&self, range: Range<usize>) -> &'t str {
        self.text.get(range).unwrap_or_default()
    }

    /// What follows a place on its line, as far as a wikilink may go.
    fn line_from(&self, at: usize) -> &'t str {
        let rest = self.part(at..self.text.floor_char_boundary(at + LONGEST));
        rest.get(..rest.find('\n').unwrap_or(rest.len())).unwrap_or_default()
    }

    fn remark(&mut self, at: usize, kind: &str, what: &str) {
        self.out.remarks.push((at, kind.to_owned(), what.to_owned()));
    }

    /// Applies the edits. Of two that overlap, the first goes.
    fn finish(mut self) -> Rewritten {
        self.edits.sort_by_key(|(range, _)| (range.start, std::cmp::Reverse(range.end)));
        let mut done = 0;
        let mut text = String::with_capacity(self.text.len());
        for (range, with) in &self.edits {
            if range.start < done {
                continue;
            }
            text.push_str(self.part(done..range.start));
            text.push_str(with);
            done = range.end;
        }
        text.push_str(self.part(done..self.text.len()));
        self.out.remarks.sort();
        Rewritten { text, ..self.out }
    }

    /// Leaves comments out, `%%…%%`; one that does not end has all that follows, as in Obsidian.
    fn comments(&mut self, verbatim: &[Range<usize>]) -> Vec<Range<usize>> {
        let mut found: Vec<Range<usize>> = Vec::new();
        let mut open: Option<usize> = None;
        let mut from = 0;
        for (at, mark) in self.text.match_indices("%%") {
            let escaped = self.part(0..at).ends_with('\\');
            if at < from || escaped || (open.is_none() && within(verbatim, at)) {
                continue;
            }
            from = at + mark.len();
            match open.take() {
                None => open = Some(at),
                Some(start) => found.push(self.with_line(start..from)),
            }
        }
        if let Some(start) = open {
            self.remark(start, "comment that does not end, left out with all behind it", "%%");
            found.push(start..self.text.len());
        }
        self.out.comments = found.len();
        self.edits.extend(found.iter().map(|range| (range.clone(), String::new())));
        found
    }

    /// A range with its line's end, if it has the line for itself.
    fn with_line(&self, range: Range<usize>) -> Range<usize> {
        let before = self.part(0..range.start);
        let behind = self.part(range.end..self.text.len());
        let end = behind.find('\n').map_or(behind.len(), |at| at + 1);
        let alone = before.is_empty() || before.ends_with('\n');
        match alone && behind.get(..end).is_some_and(|rest| rest.trim().is_empty()) {
            true => range.start..range.end + end,
            false => range,
        }
    }

    /// Finds wikilinks, `[[…]]` and `![[…]]`.
    fn wikilinks(
        &mut self,
        apart: &[Range<usize>],
        tables: &[Range<usize>],
        places: &mut impl LinkPlaces,
    ) {
        let mut from = 0;
        for (at, _) in self.text.match_indices("[[") {
            let escaped = self.part(0..at).ends_with('\\');
            if at < from || escaped || within(apart, at) {
                continue;
            }
            let line = self.line_from(at + 2);
            let Some(length) = line.find("]]") else { continue };
            let inside = line.get(..length).unwrap_or_default();
            let shows = self.part(0..at).ends_with('!');
            let range = at - usize::from(shows)..at + length + 4;
            from = range.end;
            if let Some(with) =
                self.wikilink(inside, shows, range.start, within(tables, at), places)
            {
                self.edits.push((range, with));
            }
        }
    }

    /// What stands in the place of a wikilink; `None` if it stays.
    fn wikilink(
        &mut self,
        inside: &str,
        shows: bool,
        at: usize,
        in_table: bool,
        places: &mut impl LinkPlaces,
    ) -> Option<String> {
        // In a table the bar is written `\|`.
        let bar = if in_table || inside.contains("\\|") { "\\|" } else { "|" };
        let (target, words) = match inside.split_once(bar) {
            Some((target, words)) => (target, Some(words)),
            None => (inside, None),
        };
        let (name, heading) = target.split_once('#').unwrap_or((target, ""));
        let (name, heading) = (name.trim(), heading.trim());
        let shown = || format!("{}[[{inside}]]", if shows { "!" } else { "" });
        if name.is_empty() {
            // To a heading of the text itself.
            self.out.links = (self.out.links.0 + 1, self.out.links.1 + 1);
            if heading.starts_with('^') {
                self.remark(at, "link to a block", &shown());
                return Some(words.unwrap_or(heading.trim_start_matches('^')).to_owned());
            }
            return None;
        }
        let named = match places.named(target.trim()) {
            WikilinkName::Nothing => places.named(name),
            found => found,
        };
        let count = |count: &mut (usize, usize), good: bool| {
            *count = (count.0 + usize::from(good), count.1 + 1);
        };
        let is_image = mime_guess::from_path(name)
            .first()
            .is_some_and(|mime| mime.type_() == mime_guess::mime::IMAGE);
        match named {
            WikilinkName::File(path) if shows && is_image => {
                count(&mut self.out.images, true);
                let words = words.map(|words| format!("{bar}{words}")).unwrap_or_default();
                let size = words.trim_start_matches(['\\', '|']);
                let is_size = !size.is_empty()
                    && size.bytes().all(|byte| byte.is_ascii_digit() || b"x|\\".contains(&byte));
                let alt = if is_size { words.clone() } else { in_brackets(size) };
                // The last part of several may be the size, as it is here.
                Some(format!("![{alt}]({path})"))
            }
            WikilinkName::File(path) => {
                count(&mut self.out.links, true);
                let fragment =
                    if heading.is_empty() { String::new() } else { format!("#{heading}") };
                let words = words.filter(|_| !shows).unwrap_or(name);
                Some(format!(
                    "[{}]({path}{})",
                    in_brackets(words.trim()),
                    fragment.replace(' ', "%20")
                ))
            }
            WikilinkName::Unshown => {
                self.remark(at, "file that no page can show", &shown());
                Some(format!("{}\\[\\[{inside}]]", if shows { "!" } else { "" }))
            }
            WikilinkName::Note(id, title) => {
                count(&mut self.out.links, true);
                if shows {
                    self.remark(at, "note shown in another: a link now", &shown());
                }
                let is_block = heading.rsplit('#').next().is_some_and(|last| last.starts_with('^'));
                if is_block && !shows {
                    self.remark(at, "link to a block", &shown());
                }
                let heading = match heading.is_empty() || is_block {
                    true => String::new(),
                    false => format!("#{heading}"),
                };
                let said = words.map(str::trim).filter(|words| !words.is_empty() && !shows);
                let said = match (said, heading.is_empty()) {
                    (Some(words), _) => Some(words.to_owned()),
                    (None, true) if title == super::model::last_of(name) => None,
                    (None, true) => Some(super::model::last_of(name).to_owned()),
                    (None, false) => None,
                };
                let said = said.map(|said| format!("{bar}{said}")).unwrap_or_default();
                Some(format!("[[{id}{heading}{said}]]"))
            }
            WikilinkName::Nothing if shows && is_image => {
                count(&mut self.out.images, false);
                self.remark(at, "image that is not there", &shown());
                None
            }
            WikilinkName::Nothing => {
                count(&mut self.out.links, false);
                self.remark(at, "wikilink that leads nowhere", &shown());
                shows.then(|| format!("[[{inside}]]"))
            }
        }
    }

    /// Tells of blocks of code that a plugin would run.
    fn blocks(&mut self) {
        let mut found = Vec::new();
        for (event, range) in Parser::new_ext(self.text, SYNTAX).into_offset_iter() {
            if let Event::Start(Tag::CodeBlock(pulldown_cmark::CodeBlockKind::Fenced(info))) = event
            {
                let word = info.split_whitespace().next().unwrap_or_default().to_lowercase();
                let plugins =
                    ["dataview", "dataviewjs", "tasks", "query", "base", "button", "excalidraw"];
                if plugins.contains(&&*word) {
                    found.push((range.start, word));
                }
            }
        }
        for (at, word) in found {
            self.remark(at, &format!("block of a plugin, `{word}`"), &format!("```{word}"));
        }
    }

    /// Escapes what means something here and nothing there: `[[…]]` and `%%`.
    fn escape(&mut self, verbatim: &[Range<usize>]) {
        for (at, _) in self.text.match_indices("[[") {
            let escaped = self.part(0..at).ends_with('\\');
            let line = self.line_from(at + 2);
            let Some(length) = line.find("]]").filter(|_| !escaped && !within(verbatim, at)) else {
                continue;
            };
            if line.get(..length).is_some_and(|inside| inside.contains('[')) {
                continue;
            }
            let end = at + 2 + length;
            if line.get(length + 2..).is_some_and(|behind| behind.starts_with(['(', '['])) {
                self.edits.push((at..at + 2, "[\\[".to_owned()));
                self.edits.push((end..end + 2, "\\]]".to_owned()));
            } else {
                self.edits.push((at..at + 2, "\\[[".to_owned()));
            }
        }
        for (at, _) in self.text.match_indices("%%") {
            let before = self.part(0..at);
            let word = before.rsplit(|c: char| c.is_whitespace() || "([<\"".contains(c)).next();
            let is_address = word.is_some_and(|word| word.contains("://") || word.starts_with('/'));
            if !before.ends_with('\\') && !is_address && !within(verbatim, at) {
                self.edits.push((at..at + 1, "\\%".to_owned()));
            }
        }
    }

    /// Escapes what a merge in conflict has left, which would keep the site from being published.
    fn conflicts(&mut self, verbatim: &[Range<usize>]) {
        let mut at = 0;
        for line in self.text.split_inclusive('\n') {
            let mark =
                ["<<<<<<< ", ">>>>>>> ", "||||||| "].into_iter().find(|m| line.starts_with(m));
            if mark.is_some() && !within(verbatim, at) {
                self.remark(at, "mark of a merge in conflict", line.trim_end());
                self.edits.push((at..at, "\\".to_owned()));
            }
            at += line.len();
        }
    }

    /// Rewrites links and images of Markdown and of HTML.
    fn links(&mut self, places: &mut impl LinkPlaces) {
        let text = self.text;
        let parser = Parser::new_ext(text, SYNTAX);
        let definitions: Vec<(String, Range<usize>)> = parser
            .reference_definitions()
            .iter()
            .map(|(_, definition)| (definition.dest.to_string(), definition.span.clone()))
            .collect();
        // Links and images that are open: the kind, the address, whether it is an image, and where what stands in it ends.
        let mut open: Vec<(LinkType, String, bool, usize)> = Vec::new();
        let mut html_ends = 0;
        for (event, range) in parser.into_offset_iter() {
            match event {
                Event::Start(Tag::Link { link_type, dest_url, .. }) => {
                    open.push((link_type, dest_url.to_string(), false, range.start + 1));
                }
                Event::Start(Tag::Image { link_type, dest_url, .. }) => {
                    open.push((link_type, dest_url.to_string(), true, range.start + 2));
                }
                Event::End(TagEnd::Link | TagEnd::Image) => {
                    if let Some((kind, destination, image, inner)) = open.pop() {
                        match kind {
                            LinkType::Inline => {
                                let place = in_parentheses(text, inner, range.end);
                                self.address(&destination, place, image, range.clone(), places);
                            }
                            LinkType::Autolink => {
                                let place = Some(range.start + 1..range.end - 1);
                                self.address(&destination, place, image, range.clone(), places);
                            }
                            _ => {}
                        }
                    }
                    if let Some(above) = open.last_mut() {
                        above.3 = range.end;
                    }
                }
                Event::Start(Tag::HtmlBlock) => {
                    html_ends = range.end;
                    self.html(range, places);
                }
                Event::InlineHtml(_) => {
                    if let Some(above) = open.last_mut() {
                        above.3 = range.end;
                    }
                    if range.start >= html_ends {
                        self.html(range, places);
                    }
                }
                _ => {
                    if let Some(above) = open.last_mut() {
                        above.3 = above.3.max(range.end);
                    }
                }
            }
        }
        for (destination, span) in definitions {
            let written = self.part(span.clone());
            let Some(behind) = written.find("]:") else { continue };
            let start = span.start + behind + 2;
            let start = start + self.part(start..span.end).len()
                - self.part(start..span.end).trim_start().len();
            let place = address_at(text, start, span.end);
            self.address(&destination, place, false, span, places);
        }
    }

    /// Rewrites the address of a link or an image that stands at `place`.
    fn address(
        &mut self,
        destination: &str,
        place: Option<Range<usize>>,
        image: bool,
        whole: Range<usize>,
        places: &mut impl LinkPlaces,
    ) {
        let answer = places.link(destination);
        if let LinkAnswer::Refused = answer {
            let shown = self.part(whole.clone()).chars().take(120).collect::<String>();
            self.remark(whole.start, "link by a scheme that pages may not have", &shown);
            let opens = whole.start + usize::from(self.part(whole.clone()).starts_with('!'));
            // Both brackets, so that no other one that is open ends there.
            let closes = place.and_then(|place| self.part(opens..place.start).rfind("]("));
            for at in [Some(opens), closes.map(|at| opens + at)].into_iter().flatten() {
                self.edits.push((at..at, "\\".to_owned()));
            }
            return;
        }
        self.count(&answer, image, whole.start, destination);
        if let (LinkAnswer::To(address), Some(place)) = (answer, place) {
            self.edits.push((place, address));
        }
    }

    /// Counts a link into the site, and tells of one that leads nowhere.
    fn count(&mut self, answer: &LinkAnswer, image: bool, at: usize, destination: &str) {
        let good = match answer {
            LinkAnswer::Stay | LinkAnswer::Refused => return,
            LinkAnswer::To(_) => true,
            LinkAnswer::Dead => false,
        };
        let count = if image { &mut self.out.images } else { &mut self.out.links };
        *count = (count.0 + usize::from(good), count.1 + 1);
        if !good {
            let kind = if image { "image that is not there" } else { "link that leads nowhere" };
            self.remark(at, kind, destination);
        }
    }

    /// Leads frames of YouTube and Vimeo to where the site shows them from.
    fn frames(&mut self, shown: &[&'static str]) {
        if !self.text.contains("<iframe") {
            return;
        }
        let verbatim = code(self.text);
        for tag in tags(self.text).filter(|tag| tag.name == "iframe" && !tag.closes && tag.ends) {
            let Some(source) = tag.attribute("src") else { continue };
            let known = [
                ("youtube.com/embed/", YOUTUBE),
                ("youtube-nocookie.com/embed/", YOUTUBE),
                ("player.vimeo.com/video/", VIMEO),
            ];
            let found = known.into_iter().find_map(|(lead, frame)| {
                let (before, id) = source.split_once(lead)?;
                let is_host = matches!(
                    before,
                    "https://" | "http://" | "//" | "https://www." | "http://www." | "//www."
                );
                let sound = id
                    .bytes()
                    .all(|byte| byte.is_ascii_alphanumeric() || b"-_?=&;%.".contains(&byte));
                (is_host && sound).then(|| (frame, format!("{frame}{id}")))
            });
            let Some((frame, address)) = found.filter(|(frame, _)| shown.contains(frame)) else {
                continue;
            };
            let written = self.part(tag.range.clone());
            if let Some(place) =
                value_of(written, "src").filter(|_| !within(&verbatim, tag.range.start))
            {
                let from = tag.range.start;
                self.edits
                    .push((from + place.start..from + place.end, address.replace('&', "&amp;")));
                self.out.frames.insert(frame);
            }
        }
    }

    /// Rewrites addresses in HTML.
    fn html(&mut self, range: Range<usize>, places: &mut impl LinkPlaces) {
        let html = self.part(range.clone());
        let mut found = Vec::new();
        for tag in tags(html).filter(|tag| !tag.closes && tag.ends) {
            let wanted: &[&str] = match tag.name.as_str() {
                "a" => &["href"],
                "img" | "source" | "audio" | "embed" => &["src"],
                "video" => &["src", "poster"],
                _ => &[],
            };
            let written = html.get(tag.range.clone()).unwrap_or_default();
            for name in wanted {
                if let (Some(value), Some(place)) = (tag.attribute(name), value_of(written, name)) {
                    let from = range.start + tag.range.start;
                    found.push((value, from + place.start..from + place.end, tag.name == "img"));
                }
            }
        }
        for (value, place, image) in found {
            let answer = places.link(value.trim());
            self.count(&answer, image, place.start, &value);
            if let LinkAnswer::To(address) = answer {
                self.edits.push((place, address.trim_matches(['<', '>']).replace('&', "&amp;")));
            }
        }
    }
}

/// The tables of a text.
fn tables(text: &str) -> Vec<Range<usize>> {
    let events = Parser::new_ext(text, SYNTAX).into_offset_iter();
    events
        .filter(|(event, _)| matches!(event, Event::Start(Tag::Table(_))))
        .map(|(_, r)| r)
        .collect()
}

/// Where the value of a tag's attribute stands in it, in quotes of either kind.
fn value_of(tag: &str, name: &str) -> Option<Range<usize>> {
    let lower = tag.to_ascii_lowercase();
    for (at, _) in lower.match_indices(name) {
        let before = lower.get(..at)?.ends_with(|c: char| c.is_ascii_whitespace());
        let rest = lower.get(at + name.len()..)?;
        let value = rest.trim_start().strip_prefix('=').map(str::trim_start);
        let Some(value) = value.filter(|_| before) else { continue };
        let quote = value.chars().next().filter(|c| matches!(c, '"' | '\''))?;
        let start = lower.len() - value.len() + 1;
        let end = start + lower.get(start..)?.find(quote)?;
        return Some(start..end);
    }
    None
}

/// Where the address of a link stands in a text whose words end at `from`: behind `](`.
fn in_parentheses(text: &str, from: usize, end: usize) -> Option<Range<usize>> {
    let rest = text.get(from..end)?;
    let start = from + rest.find("](")? + 2;
    let rest = text.get(start..end)?;
    let start = start + rest.len() - rest.trim_start().len();
    address_at(text, start, end)
}

/// Where the address that begins at a place ends.
fn address_at(text: &str, start: usize, end: usize) -> Option<Range<usize>> {
    let rest = text.get(start..end)?;
    if rest.starts_with('<') {
        return Some(start..start + rest.find('>')? + 1);
    }
    let mut depth = 0;
    let mut escaped = false;
    for (at, letter) in rest.char_indices() {
        match letter {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '(' => depth += 1,
            ')' if depth == 0 => return Some(start..start + at),
            ')' => depth -= 1,
            letter if letter.is_whitespace() => return Some(start..start + at),
            _ => {}
        }
    }
    Some(start..end)
}

/// The tags that stand in a text of a vault, as in `#energy`, but for those in comments.
pub(super) fn tags_in(text: &str) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    if !text.contains('#') {
        return found;
    }
    let mut work = TextRewriter { text, edits: Vec::new(), out: Rewritten::default() };
    work.comments(&code(text));
    let text = &*work.finish().text;
    let mut verbatim = false;
    for (event, range) in Parser::new_ext(text, SYNTAX).into_offset_iter() {
        match event {
            Event::Start(Tag::CodeBlock(_)) => verbatim = true,
            Event::End(TagEnd::CodeBlock) => verbatim = false,
            Event::Text(_) if !verbatim => {
                let words = text.get(range.clone()).unwrap_or_default();
                for (at, _) in words.match_indices('#') {
                    let before = text.get(..range.start + at).unwrap_or_default();
                    let rest = words.get(at + 1..).unwrap_or_default();
                    let is_part = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '/');
                    let end = rest.find(|c| !is_part(c)).unwrap_or(rest.len());
                    let tag = rest.get(..end).unwrap_or_default().trim_matches('/');
                    let starts = before.is_empty() || before.ends_with(char::is_whitespace);
                    let named = tag.chars().any(char::is_alphabetic);
                    if starts && named && !found.iter().any(|known| known == tag) {
                        found.push(tag.to_owned());
                    }
                }
            }
            _ => {}
        }
    }
    found
}
