//! Images, and figures made of them.

use std::ops::Range;

use pulldown_cmark::{Event, LinkType, Tag, TagEnd};

use super::address::{Address, address, encode, forbidden, is_of_site, split_fragment};
use super::body::{Fill, TargetKind, narrow};
use super::sink::Sink;
use crate::html::Html;
use crate::never;

/// An image while its description is read.
struct OpenImage {
    description: String,
    title: Box<str>,
    address: Address,
    wiki: bool,
    range: Range<usize>,
    /// How many images are open: it and those in its description.
    depth: usize,
}

/// An image that could become a figure.
struct LoneImage {
    /// Where its ` title="…"` starts.
    title_at: usize,
    /// Where it ends.
    end: usize,
    title: Box<str>,
}

/// The images of a paragraph.
#[derive(Default)]
pub(super) struct Images {
    open: Option<OpenImage>,
    last: Option<LoneImage>,
}

impl Images {
    /// Whether an image's description is read.
    pub(super) fn is_open(&self) -> bool {
        self.open.is_some()
    }

    /// Begins an image.
    pub(super) fn start(&mut self, kind: LinkType, url: &str, title: &str, range: Range<usize>) {
        self.open = Some(OpenImage {
            description: String::new(),
            title: title.into(),
            address: address(url),
            wiki: matches!(kind, LinkType::WikiLink { .. }),
            range,
            depth: 1,
        });
    }

    /// Gathers an image's description, which is text only, and writes the image when it ends.
    pub(super) fn event(&mut self, event: &Event<'_>, out: &mut Sink<'_, '_>) {
        let Some(image) = &mut self.open else {
            return never!("an image goes on that did not begin");
        };
        match event {
            Event::Text(text)
            | Event::Code(text)
            | Event::InlineMath(text)
            | Event::DisplayMath(text) => image.description.push_str(text),
            Event::SoftBreak | Event::HardBreak => image.description.push(' '),
            Event::Start(Tag::Image { .. }) => image.depth += 1,
            Event::End(TagEnd::Image) => {
                image.depth -= 1;
                if image.depth == 0
                    && let Some(image) = self.open.take()
                {
                    self.end(image, out);
                }
            }
            _ => {}
        }
    }

    fn end(&mut self, image: OpenImage, out: &mut Sink<'_, '_>) {
        out.block.object("");
        if image.description.trim().is_empty()
            && let Some(proof) = &mut out.proof
        {
            proof.undescribed.push(out.position.span(&image.range));
        }
        let (kind, place) = match image.address {
            Address::Forbidden(scheme) => {
                out.report(&image.range, forbidden(&scheme));
                out.fragment.html.text(&image.description);
                return;
            }
            Address::Out(url) if is_of_site(&url, &out.options.site) => {
                (TargetKind::FullImage, (encode(&url).into(), None))
            }
            Address::Out(url) => {
                out.push("<img");
                out.fragment.html.attribute("src", &encode(&url));
                return self.finish(&image.description, image.title, out);
            }
            // `![[…]]` is no wikilink: its destination is a path like that of any image.
            Address::Site(path) => {
                let description =
                    if image.wiki && image.description == path { "" } else { &image.description };
                let place = split_fragment(&path);
                let target = out.target(TargetKind::Image, place, &image.title, &image.range);
                return self.in_site(Fill::Url(target), description, image.title, out);
            }
        };
        let target = out.target(kind, place, &image.title, &image.range);
        self.in_site(Fill::Url(target), &image.description, image.title, out);
    }

    fn in_site(&mut self, url: Fill, description: &str, title: Box<str>, out: &mut Sink<'_, '_>) {
        out.push("<img src=\"");
        out.fragment.hole(url);
        out.push("\"");
        self.finish(description, title, out);
    }

    /// Writes what stands in the tag behind the address.
    fn finish(&mut self, description: &str, title: Box<str>, out: &mut Sink<'_, '_>) {
        out.fragment.html.attribute("alt", description);
        out.push(" loading=\"lazy\"");
        let title_at = out.fragment.html.len();
        if !title.is_empty() {
            out.fragment.html.attribute("title", &title);
        }
        out.push(">");
        let end = out.fragment.html.len();
        self.last = (!title.is_empty()).then_some(LoneImage { title_at, end, title });
    }

    /// Makes a paragraph that was just written a figure, if it is an image with a title and nothing else.
    pub(super) fn end_paragraph(&mut self, start: Option<usize>, out: &mut Sink<'_, '_>) {
        let (Some(image), Some(start), false) = (self.last.take(), start, out.inline) else {
            return;
        };
        let Some(paragraph) = out.fragment.html.get(start..) else { return };
        let whole = image.end + "</p>\n".len() == out.fragment.html.len()
            && paragraph.starts_with("<p><img src=\"");
        let holes = &out.fragment.holes;
        let first_hole = holes.partition_point(|hole| (hole.at as usize) < start + "<p>".len());
        // A link around the image has its hole before it.
        let linked = holes.get(first_hole).is_some_and(|hole| !matches!(hole.fill, Fill::Url(_)));
        if !whole || linked {
            return;
        }
        out.fragment.html.truncate(image.title_at);
        out.push("><figcaption>");
        out.fragment.html.text(&image.title);
        out.push("</figcaption></figure>\n");
        out.fragment.html.put(start..start + "<p>".len(), Html::of("<figure>").whole());
        let by = narrow("<figure>".len() - "<p>".len());
        for hole in out.fragment.holes.iter_mut().skip(first_hole) {
            hole.at = hole.at.saturating_add(by);
        }
    }
}
