//! Has a document's HTML cleaned, and puts its links and formulas back.
//!
//! Raw HTML reaches the renderer in fragments with Markdown between them, so only the whole document
//! can be cleaned. Its holes, and the MathML that the cleaner does not know, are carried through as
//! tokens made from a hash of the source, which no source can contain.

use std::ops::Range;

use super::html::{Address, Piece, Special, address, encode, full, is_of_site, split_fragment};
use super::{Fill, Hole, Target, TargetKind};
use crate::diagnostic::Span;
use crate::html::{Html, Part, TooMuch, unescape};

/// What a token stands for.
#[derive(Clone, Copy)]
enum Token {
    Fill(Fill),
    Finished(usize),
}

/// A cleaned document.
pub(super) struct Clean {
    pub(super) piece: Piece,
    /// The values of all `id` attributes.
    pub(super) ids: Vec<Box<str>>,
}

/// Cleans a document. Links and images of its raw HTML that lead into the site become targets;
/// `span_of` says where a destination stands in the file. Errors: it would take too long.
pub(super) fn sanitise(
    piece: Piece,
    source: &str,
    targets: &mut Vec<Target>,
    site: &str,
    span_of: &dyn Fn(&str) -> Span,
) -> Result<Clean, TooMuch> {
    // Nobody can write a text that holds the hash of itself, plainly or in disguise.
    let hash = blake3::hash(source.as_bytes()).to_hex();
    // The letter keeps it from being read as a number, the length from being guessed.
    let nonce = format!("x{}", hash.get(..24).unwrap_or_default());
    let (marked, tokens) = mark(&piece, &nonce);
    let cleaned = Html::cleaned(&marked)?;
    let reader = Reader {
        nonce: &nonce,
        tokens: &tokens,
        fragments: &piece,
        targets,
        site,
        span_of,
        clean: Clean { piece: Piece::default(), ids: Vec::new() },
        open: Vec::new(),
    };
    Ok(reader.read(cleaned.whole()))
}

/// Writes the document as its author did, with a token in the place of every hole and finished fragment.
fn mark(piece: &Piece, nonce: &str) -> (String, Vec<Token>) {
    let mut out = String::with_capacity(piece.html.len() * 2);
    let mut tokens = Vec::new();
    let mut from = 0;
    let mut holes = piece.holes.iter().peekable();
    let mut special = piece.special.iter().enumerate().peekable();
    loop {
        let hole_at = holes.peek().map(|hole| hole.at as usize);
        let special_at = special.peek().map(|(_, (range, _))| range.start);
        let number = tokens.len();
        match (hole_at, special_at) {
            (Some(at), other) if other.is_none_or(|other| at <= other) => {
                out.push_str(piece.html.get(from..at).unwrap_or_default());
                from = at.max(from);
                let Some(hole) = holes.next() else { break };
                match hole.fill {
                    Fill::LinkOpen(_) | Fill::MentionOpen(_) => {
                        out.push_str(&format!("<a href=\"{nonce}{number:08}\">"));
                    }
                    Fill::LinkClose(_) | Fill::MentionClose(_) => out.push_str("</a>"),
                    Fill::LinkText(_)
                    | Fill::Url(_)
                    | Fill::AbbreviationOpen(_)
                    | Fill::AbbreviationClose(_)
                    | Fill::AlertTitle(_) => {
                        out.push_str(&format!("{nonce}{number:08}"));
                    }
                }
                tokens.push(Token::Fill(hole.fill));
            }
            (_, Some(at)) => {
                out.push_str(piece.html.get(from..at).unwrap_or_default());
                let Some((index, (range, what))) = special.next() else { break };
                from = range.end;
                match what {
                    Special::Finished => {
                        out.push_str(&format!("{nonce}{number:08}"));
                        tokens.push(Token::Finished(index));
                    }
                    Special::Raw => {
                        out.push_str(&unescape(piece.html.part(range.clone()).as_str()));
                    }
                }
            }
            _ => break,
        }
    }
    out.push_str(piece.html.get(from..).unwrap_or_default());
    (out, tokens)
}

/// Reads cleaned HTML, which is well-formed and has every attribute in double quotes.
struct Reader<'a> {
    nonce: &'a str,
    tokens: &'a [Token],
    fragments: &'a Piece,
    targets: &'a mut Vec<Target>,
    /// The full address of the site.
    site: &'a str,
    span_of: &'a dyn Fn(&str) -> Span,
    clean: Clean,
    /// For each open `a`: what closes it when it is a hole.
    open: Vec<Option<Fill>>,
}

impl Reader<'_> {
    fn read(mut self, html: Part<'_>) -> Clean {
        let mut rest = html;
        while let Some(at) = rest.find('<') {
            let (text, tag) = rest.split_at(at);
            self.text(text);
            let end = tag_end(&tag);
            let (tag, after) = tag.split_at(end);
            self.tag(tag);
            rest = after;
        }
        self.text(rest);
        self.clean
    }

    /// The token whose text starts here, and its length.
    fn token(&self, text: &str) -> Option<(Token, usize)> {
        let digits = text.strip_prefix(self.nonce)?.get(..8)?;
        let token = *self.tokens.get(digits.parse::<usize>().ok()?)?;
        Some((token, self.nonce.len() + 8))
    }

    fn text(&mut self, mut text: Part<'_>) {
        while let Some(at) = text.find(self.nonce) {
            let (before, token) = text.split_at(at);
            self.clean.piece.html.append(before);
            let Some((token, length)) = self.token(&token) else {
                text = token.split_at(self.nonce.len()).1;
                continue;
            };
            match token {
                Token::Fill(
                    fill @ (Fill::LinkText(_)
                    | Fill::AbbreviationOpen(_)
                    | Fill::AbbreviationClose(_)
                    | Fill::AlertTitle(_)),
                ) => self.clean.piece.hole(fill),
                Token::Finished(index) => {
                    if let Some((range, _)) = self.fragments.special.get(index) {
                        self.clean.piece.html.append(self.fragments.html.part(range.clone()));
                    }
                }
                // Another's token ended up in the text: its tag was not one.
                Token::Fill(_) => {}
            }
            text = text.split_at(at + length).1;
        }
        self.clean.piece.html.append(text);
    }

    fn tag(&mut self, tag: Part<'_>) {
        let name_end = tag.find([' ', '>']).unwrap_or(tag.len());
        match tag.get(..name_end).unwrap_or_default() {
            "</a" => match self.open.pop().flatten() {
                Some(fill) => self.clean.piece.hole(fill),
                None => self.clean.piece.html.append(tag),
            },
            "<a" => {
                let close = self.link(&tag);
                if close.is_none() {
                    self.plain_tag(tag);
                }
                self.open.push(close);
            }
            "<img" => self.image(tag),
            _ => self.plain_tag(tag),
        }
    }

    /// Makes a link a hole if it is one or leads into the site; the result is what closes it.
    fn link(&mut self, tag: &str) -> Option<Fill> {
        let href = attribute(tag, "href")?;
        if let Some((token, _)) = self.token(href) {
            let Token::Fill(open) = token else { return None };
            let close = match open {
                Fill::LinkOpen(target) => Fill::LinkClose(target),
                Fill::MentionOpen(actor) => Fill::MentionClose(actor),
                _ => return None,
            };
            self.clean.piece.hole(open);
            return Some(close);
        }
        // Footnotes link to each other.
        if href.starts_with("#fn:") || href.starts_with("#fnref:") {
            return None;
        }
        let title = attribute(tag, "title").map(|title| unescape(title).into());
        let target = self.target(TargetKind::Link, &unescape(href), title)?;
        self.clean.piece.hole(Fill::LinkOpen(target));
        Some(Fill::LinkClose(target))
    }

    fn image(&mut self, tag: Part<'_>) {
        let Some(place) = attribute_range(&tag, "src") else { return self.plain_tag(tag) };
        let src = tag.get(place.clone()).unwrap_or_default();
        let fill = match self.token(src) {
            Some((Token::Fill(fill @ Fill::Url(_)), _)) => fill,
            Some(_) => return,
            None => match self.target(TargetKind::Image, &unescape(src), None) {
                Some(target) => Fill::Url(target),
                None => return self.plain_tag(tag),
            },
        };
        self.plain_tag(tag.part(0..place.start));
        self.clean.piece.hole(fill);
        self.plain_tag(tag.part(place.end..tag.len()));
    }

    /// A new target for an address in the site.
    fn target(&mut self, kind: TargetKind, href: &str, title: Option<Box<str>>) -> Option<u32> {
        let (kind, destination, fragment) = match address(href) {
            Address::Site(path) => {
                let (destination, fragment) = split_fragment(&path);
                (kind, destination, fragment)
            }
            Address::Out(url) if is_of_site(&url, self.site) => {
                (full(kind), encode(&url).into(), None)
            }
            _ => return None,
        };
        let number = u32::try_from(self.targets.len()).ok()?;
        self.targets.push(Target {
            kind,
            destination,
            fragment,
            title,
            span: (self.span_of)(href),
            sentence: None,
        });
        Some(number)
    }

    fn plain_tag(&mut self, tag: Part<'_>) {
        if let Some(id) = attribute(&tag, "id") {
            self.clean.ids.push(unescape(id).into());
        }
        // Where a quotation is from, which nobody sees, is not looked up: it is not told of the site itself.
        if let Some(place) = attribute_range(&tag, "cite") {
            let from = unescape(tag.get(place.clone()).unwrap_or_default());
            let of_site = match address(&from) {
                Address::Site(_) => true,
                Address::Out(url) => is_of_site(&url, self.site),
                Address::Forbidden(_) => false,
            };
            if of_site {
                let before = tag.get(..place.start).unwrap_or_default();
                let before = before.strip_suffix("cite=\"").unwrap_or(before).trim_end().len();
                self.without_tokens(tag.part(0..before));
                return self.without_tokens(tag.part(place.end + 1..tag.len()));
            }
        }
        self.without_tokens(tag);
    }

    /// Adds a tag. If it was swallowed by an unclosed quote, tokens may be left in an attribute.
    fn without_tokens(&mut self, tag: Part<'_>) {
        let mut rest = tag;
        while let Some(at) = rest.find(self.nonce) {
            let (before, token) = rest.split_at(at);
            self.clean.piece.html.append(before);
            let behind = token.split_at(self.nonce.len()).1;
            let digits = behind.bytes().take_while(u8::is_ascii_digit).count();
            rest = behind.split_at(digits).1;
        }
        self.clean.piece.html.append(rest);
    }
}

/// The length of the tag that a text starts with.
fn tag_end(text: &str) -> usize {
    let mut quoted = false;
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            b'"' => quoted = !quoted,
            b'>' if !quoted => return at + 1,
            _ => {}
        }
    }
    text.len()
}

/// The length of what is left of a tag, from inside the quotes of an attribute on.
pub(super) fn tag_end_within(text: &str) -> usize {
    text.find('"')
        .map_or(text.len(), |quote| quote + 1 + tag_end(text.get(quote + 1..).unwrap_or_default()))
}

/// Where the value of a tag's attribute stands in it.
fn attribute_range(tag: &str, name: &str) -> Option<Range<usize>> {
    let mut from = 0;
    loop {
        let rest = tag.get(from..)?;
        let start = rest.find("=\"")? + 2;
        let end = start + rest.get(start..)?.find('"')?;
        let before = rest.get(..start - 2)?;
        if before.rsplit([' ', '\n', '\t']).next() == Some(name) {
            return Some(from + start..from + end);
        }
        from += end + 1;
    }
}

/// The value of a tag's attribute, still escaped.
pub(super) fn attribute<'t>(tag: &'t str, name: &str) -> Option<&'t str> {
    tag.get(attribute_range(tag, name)?)
}

/// Where links, images and media lead in HTML that stays as its author wrote it, as far as that is in double quotes.
pub fn raw_references(html: &str) -> impl Iterator<Item = String> + '_ {
    let values = |tag| ["src", "href", "poster", "data"].map(|name| attribute(tag, name));
    html.split('<').flat_map(values).flatten().map(unescape)
}

/// The ids in HTML that stays as its author wrote it, as far as they are in double quotes.
pub(super) fn raw_ids(html: &str) -> impl Iterator<Item = Box<str>> + '_ {
    html.split('<').filter_map(|tag| attribute(tag, "id")).map(|id| unescape(id).into())
}

impl Piece {
    /// Leaves a hole at the end.
    pub(super) fn hole(&mut self, fill: Fill) {
        let at = u32::try_from(self.html.len()).unwrap_or(u32::MAX);
        self.holes.push(Hole { at, fill });
    }
}
