//! Has a document's HTML cleaned, and puts its links and formulas back.
//!
//! Raw HTML reaches the renderer in fragments with Markdown between them, so only the whole document
//! can be cleaned. Its holes, and the MathML that the cleaner does not know, are carried through as
//! tokens made from a hash of the source, which no source can contain.

use super::address::{Address, address, encode, is_of_site, split_fragment};
use super::body::{Fill, Target, TargetIx, TargetKind, Targets};
use super::fragment::{Fragment, Special};
use super::tag::{attribute, attribute_range, ids, tag_end};
use crate::diagnostic::Span;
use crate::html::{Html, Part, TooMuch, unescape};
use crate::never::slice;

/// What a token stands for.
#[derive(Clone, Copy)]
enum Placeholder {
    Fill(Fill),
    Finished(usize),
}

/// A cleaned document.
pub(super) struct Clean {
    pub(super) fragment: Fragment,
    /// The values of all `id` attributes.
    pub(super) ids: Vec<Box<str>>,
}

/// Cleans a document. Links and images of its raw HTML that lead into the site become targets;
/// `span_of` says where a destination stands in the file. Errors: it would take too long.
pub(super) fn sanitise(
    fragment: Fragment,
    source: &str,
    targets: &mut Targets,
    site: &str,
    span_of: &dyn Fn(&str) -> Span,
) -> Result<Clean, TooMuch> {
    // Nobody can write a text that holds the hash of itself, plainly or in disguise.
    let hash = blake3::hash(source.as_bytes()).to_hex();
    // The letter keeps it from being read as a number, the length from being guessed.
    let nonce = format!("x{}", slice(&hash, 0..24));
    let (marked, tokens) = mark(&fragment, &nonce);
    let cleaned = Html::cleaned(&marked)?;
    let restorer = Restorer {
        nonce: &nonce,
        tokens: &tokens,
        original: &fragment,
        targets,
        site,
        span_of,
        clean: Clean { fragment: Fragment::default(), ids: Vec::new() },
        open: Vec::new(),
    };
    Ok(restorer.read(cleaned.whole()))
}

/// Writes the document as its author did, with a token in the place of every hole and finished fragment.
fn mark(fragment: &Fragment, nonce: &str) -> (String, Vec<Placeholder>) {
    let mut out = String::with_capacity(fragment.html.len() * 2);
    let mut tokens = Vec::new();
    let mut from = 0;
    let mut holes = fragment.holes.iter().peekable();
    let mut special = fragment.special.iter().enumerate().peekable();
    loop {
        let hole_at = holes.peek().map(|hole| hole.at as usize);
        let special_at = special.peek().map(|(_, (range, _))| range.start);
        let number = tokens.len();
        match (hole_at, special_at) {
            (Some(at), other) if other.is_none_or(|other| at <= other) => {
                out.push_str(slice(&fragment.html, from..at));
                from = at.max(from);
                let Some(hole) = holes.next() else { break };
                match hole.fill {
                    Fill::LinkOpen(_) | Fill::MentionOpen(_) => {
                        out.push_str(&format!("<a href=\"{nonce}{number:08}\">"));
                    }
                    Fill::LinkClose(_) | Fill::MentionClose(_) => out.push_str("</a>"),
                    // It belongs to the tag around the address, and comes back with it.
                    Fill::Size(_) => {}
                    Fill::LinkText(_)
                    | Fill::Url(_)
                    | Fill::AbbreviationOpen(_)
                    | Fill::AbbreviationClose(_)
                    | Fill::AlertTitle(_)
                    | Fill::Citation(_) => {
                        out.push_str(&format!("{nonce}{number:08}"));
                    }
                }
                tokens.push(Placeholder::Fill(hole.fill));
            }
            (_, Some(at)) => {
                out.push_str(slice(&fragment.html, from..at));
                let Some((index, (range, what))) = special.next() else { break };
                from = range.end;
                match what {
                    Special::Finished => {
                        out.push_str(&format!("{nonce}{number:08}"));
                        tokens.push(Placeholder::Finished(index));
                    }
                    Special::Raw => {
                        out.push_str(&unescape(fragment.html.part(range.clone()).as_str()));
                    }
                }
            }
            _ => break,
        }
    }
    out.push_str(slice(&fragment.html, from..fragment.html.len()));
    (out, tokens)
}

/// Puts holes and formulas back into cleaned HTML, which is well-formed and has every attribute in double quotes.
struct Restorer<'a> {
    nonce: &'a str,
    tokens: &'a [Placeholder],
    original: &'a Fragment,
    targets: &'a mut Targets,
    /// The full address of the site.
    site: &'a str,
    span_of: &'a dyn Fn(&str) -> Span,
    clean: Clean,
    /// For each open `a`: what closes it when it is a hole.
    open: Vec<Option<Fill>>,
}

impl Restorer<'_> {
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
    fn token(&self, text: &str) -> Option<(Placeholder, usize)> {
        let digits = text.strip_prefix(self.nonce)?.get(..8)?;
        let token = *self.tokens.get(digits.parse::<usize>().ok()?)?;
        Some((token, self.nonce.len() + 8))
    }

    fn text(&mut self, mut text: Part<'_>) {
        while let Some(at) = text.find(self.nonce) {
            let (before, token) = text.split_at(at);
            self.clean.fragment.html.append(before);
            let Some((token, length)) = self.token(&token) else {
                text = token.split_at(self.nonce.len()).1;
                continue;
            };
            match token {
                Placeholder::Fill(
                    fill @ (Fill::LinkText(_)
                    | Fill::AbbreviationOpen(_)
                    | Fill::AbbreviationClose(_)
                    | Fill::AlertTitle(_)
                    | Fill::Citation(_)),
                ) => self.clean.fragment.hole(fill),
                Placeholder::Finished(index) => {
                    if let Some((range, _)) = self.original.special.get(index) {
                        self.clean.fragment.html.append(self.original.html.part(range.clone()));
                    }
                }
                // Another's token ended up in the text: its tag was not one.
                Placeholder::Fill(_) => {}
            }
            text = text.split_at(at + length).1;
        }
        self.clean.fragment.html.append(text);
    }

    fn tag(&mut self, tag: Part<'_>) {
        let name_end = tag.find([' ', '>']).unwrap_or(tag.len());
        match slice(&tag, 0..name_end) {
            "</a" => match self.open.pop().flatten() {
                Some(fill) => self.clean.fragment.hole(fill),
                None => self.clean.fragment.html.append(tag),
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
            let Placeholder::Fill(open) = token else { return None };
            let close = match open {
                Fill::LinkOpen(target) => Fill::LinkClose(target),
                Fill::MentionOpen(actor) => Fill::MentionClose(actor),
                _ => return None,
            };
            self.clean.fragment.hole(open);
            return Some(close);
        }
        // Footnotes link to each other.
        if href.starts_with("#fn--") || href.starts_with("#fnref--") {
            return None;
        }
        let title = attribute(tag, "title").map(|title| unescape(title).into());
        let target = self.target(TargetKind::Link, &unescape(href), title)?;
        // A hole has no ids of its own.
        for id in ids(tag) {
            self.clean.fragment.html.literal("<span");
            self.clean.fragment.html.attribute("id", &id);
            self.clean.fragment.html.literal("></span>");
            self.clean.ids.push(id);
        }
        self.clean.fragment.hole(Fill::LinkOpen(target));
        Some(Fill::LinkClose(target))
    }

    fn image(&mut self, tag: Part<'_>) {
        let Some(place) = attribute_range(&tag, "src") else { return self.plain_tag(tag) };
        let src = slice(&tag, place.clone());
        let target = match self.token(src) {
            Some((Placeholder::Fill(Fill::Url(target)), _)) => target,
            Some(_) => return,
            None => match self.target(TargetKind::Image, &unescape(src), None) {
                Some(target) => target,
                None => return self.plain_tag(tag),
            },
        };
        let behind = place.end + "\"".len();
        self.plain_tag(tag.part(0..place.start));
        self.clean.fragment.hole(Fill::Url(target));
        self.plain_tag(tag.part(place.end..behind));
        if ["width", "height"].iter().all(|side| attribute(&tag, side).is_none()) {
            self.clean.fragment.hole(Fill::Size(target));
        }
        self.plain_tag(tag.part(behind..tag.len()));
    }

    /// A new target for an address in the site.
    fn target(
        &mut self,
        kind: TargetKind,
        href: &str,
        title: Option<Box<str>>,
    ) -> Option<TargetIx> {
        let (kind, destination, fragment) = match address(href) {
            Address::Site(path) => {
                let (destination, fragment) = split_fragment(&path);
                (kind, destination, fragment)
            }
            Address::Out(url) if is_of_site(&url, self.site) => {
                (kind.full(), encode(&url).into(), None)
            }
            _ => return None,
        };
        Some(self.targets.add(Target {
            kind,
            destination,
            fragment,
            title,
            span: (self.span_of)(href),
            sentence: None,
        }))
    }

    fn plain_tag(&mut self, tag: Part<'_>) {
        self.clean.ids.extend(ids(&tag));
        // Where a quotation is from, which nobody sees, is not looked up: it is not told of the site itself.
        if let Some(place) = attribute_range(&tag, "cite") {
            let from = unescape(slice(&tag, place.clone()));
            let of_site = match address(&from) {
                Address::Site(_) => true,
                Address::Out(url) => is_of_site(&url, self.site),
                Address::Forbidden(_) => false,
            };
            if of_site {
                let before = slice(&tag, 0..place.start);
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
            self.clean.fragment.html.append(before);
            let behind = token.split_at(self.nonce.len()).1;
            let digits = behind.bytes().take_while(u8::is_ascii_digit).count();
            rest = behind.split_at(digits).1;
        }
        self.clean.fragment.html.append(rest);
    }
}
