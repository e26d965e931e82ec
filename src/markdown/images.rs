//! Images, and figures made of them.

use std::ops::Range;

use pulldown_cmark::{Event, LinkType, Tag, TagEnd};

use super::address::{Address, address, encode, forbidden, is_of_site, split_fragment};
use super::body::{Fill, TargetKind, narrow};
use super::links::wikilink_destination;
use super::raw::Written;
use super::sink::Sink;
use crate::diagnostic::{Code, Diagnostic};
use crate::html::Html;
use crate::never;

/// An image while its description is read.
struct OpenImage {
    description: String,
    title: Box<str>,
    address: Address,
    /// Whether it is written `![[…]]`, and whether with words of its own.
    wiki: Option<bool>,
    range: Range<usize>,
    /// How many images are open: it and those in its description.
    depth: usize,
}

/// How large an image is to be shown, in pixels.
struct Size<'d> {
    width: &'d str,
    height: Option<&'d str>,
}

/// A description, and the size that Obsidian has behind its last bar: `![[a.png|200]]`, `![words|200x100](a.png)`. Between
/// the brackets of a wikilink nothing else has to stand.
fn description_and_size(written: &str, wiki: bool) -> (&str, Option<Size<'_>>) {
    let written = written.trim();
    let (description, last) = match written.rsplit_once('|') {
        Some((description, last)) => (description.trim_end(), last.trim()),
        None if wiki => ("", written),
        None => return (written, None),
    };
    let is_number =
        |text: &str| (1..=5).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit());
    let (width, height) = match last.split_once('x') {
        Some((width, height)) => (width, Some(height)),
        None => (last, None),
    };
    match is_number(width) && height.is_none_or(is_number) {
        true => (description, Some(Size { width, height })),
        false => (written, None),
    }
}

/// Whether a path is one of an image, by its ending.
fn is_image(path: &str) -> bool {
    let path = path.split(['?', '#']).next().unwrap_or(path);
    mime_guess::from_path(path).first().is_some_and(|mime| mime.type_() == mime_guess::mime::IMAGE)
}

/// The finding on `![[…]]` of what is no image.
fn embedded(path: &str) -> Diagnostic {
    Diagnostic::new(
        Code::EmbeddedDocument,
        format!("`{path}` cannot be shown inside of this text: it is no image"),
    )
    .help(format!("link to it with `[[{path}]]`, or write here what a reader needs of it"))
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
        let wiki = match kind {
            LinkType::WikiLink { has_pothole } => Some(has_pothole),
            _ => None,
        };
        let url = wiki.map_or(url, |has_words| wikilink_destination(url, has_words));
        self.open = Some(OpenImage {
            description: String::new(),
            title: title.into(),
            address: address(url),
            wiki,
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
        let (description, size) = match image.wiki {
            Some(false) => ("", None),
            Some(true) => description_and_size(&image.description, true),
            None => description_and_size(&image.description, false),
        };
        if description.is_empty()
            && let Some(proof) = &mut out.proof
        {
            proof.undescribed.push(out.position.span(&image.range));
        }
        let (kind, place) = match image.address {
            Address::Forbidden(scheme) => {
                out.report(&image.range, forbidden(&scheme));
                out.fragment.html.text(description);
                return;
            }
            Address::Out(url) if is_of_site(&url, &out.options.site) => {
                (TargetKind::FullImage, (encode(&url).into(), None))
            }
            Address::Out(url) => {
                out.push("<img");
                out.fragment.html.attribute("src", &encode(&url));
                return self.finish(description, size, image.title, out);
            }
            Address::Site(path) if image.wiki.is_some() && !is_image(&path) => {
                out.report(&image.range, embedded(&path));
                return out.fragment.html.text(&path);
            }
            // `![[…]]` is no wikilink: its destination is a path like that of any image.
            Address::Site(path) => (TargetKind::Image, split_fragment(&path)),
        };
        let target = out.target(kind, place, &image.title, &image.range);
        out.push("<img src=\"");
        out.fragment.hole(Fill::Url(target));
        out.push("\"");
        if size.is_none() {
            out.fragment.hole(Fill::Size(target));
        }
        self.finish(description, size, image.title, out);
    }

    /// Writes what stands in the tag behind the address.
    fn finish(
        &mut self,
        description: &str,
        size: Option<Size<'_>>,
        title: Box<str>,
        out: &mut Sink<'_, '_>,
    ) {
        out.fragment.html.attribute("alt", description);
        if let Some(Size { width, height }) = size {
            out.fragment.html.attribute("width", width);
            if let Some(height) = height {
                out.fragment.html.attribute("height", height);
            }
        }
        out.push(" loading=\"lazy\"");
        let title_at = out.fragment.html.len();
        if !title.is_empty() {
            out.fragment.html.attribute("title", &title);
        }
        out.push(">");
        let end = out.fragment.html.len();
        self.last = (!title.is_empty()).then_some(LoneImage { title_at, end, title });
    }

    /// Notes images without a description in HTML that the author wrote. An empty one says that there is nothing to describe.
    pub(super) fn raw(written: &Written, out: &mut Sink<'_, '_>) {
        let Some(proof) = &mut out.proof else { return };
        let images = written.tags().filter(|tag| tag.name == "img" && !tag.closes);
        for image in images.filter(|image| image.attribute("alt").is_none()) {
            proof.undescribed.push(out.position.span(&written.source(&image.range)));
        }
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
        // Whose picture it is stands behind a bar.
        let (caption, credit) = image.title.rsplit_once(" | ").unwrap_or((&image.title, ""));
        out.fragment.html.text(caption.trim());
        if !credit.trim().is_empty() {
            out.push(" <span class=\"credit\">");
            out.fragment.html.text(credit.trim());
            out.push("</span>");
        }
        out.push("</figcaption></figure>\n");
        out.fragment.html.put(start..start + "<p>".len(), Html::of("<figure>").whole());
        let by = narrow("<figure>".len() - "<p>".len());
        for hole in out.fragment.holes.iter_mut().skip(first_hole) {
            hole.at = hole.at.saturating_add(by);
        }
    }
}
