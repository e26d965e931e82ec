//! What drawings are written with. Large ones have no view box: a drawing is as wide as the text around it, so what lies
//! across is given in percent and what lies down in pixels, and words keep their size on every screen. Those that have one are
//! measured in its units.

use crate::html::Html;
use crate::never::slice;

/// Hundredths of a percent of a drawing's width: 10,000 is its right edge.
pub(super) type Across = u32;

/// The right edge of a drawing.
pub(super) const EDGE: Across = 10_000;

/// A place or a length in a drawing.
pub(super) trait Measure: Copy {
    /// Adds it as attributes and paths have it.
    fn add_to(self, out: &mut Html);
}

/// Pixels.
impl Measure for usize {
    fn add_to(self, out: &mut Html) {
        out.number(self as u64);
    }
}

/// Units of a view box.
impl Measure for u64 {
    fn add_to(self, out: &mut Html) {
        out.number(self);
    }
}

/// Units of a view box, to a tenth.
impl Measure for f64 {
    fn add_to(self, out: &mut Html) {
        // All places lie within the drawing.
        let tenths = (self.clamp(0.0, 10_000.0) * 10.0).round() as u64;
        out.number(tenths / 10);
        if !tenths.is_multiple_of(10) {
            out.literal(".");
            out.number(tenths % 10);
        }
    }
}

/// A part of the width, in percent.
#[derive(Clone, Copy)]
struct OfWidth(Across);

impl Measure for OfWidth {
    fn add_to(self, out: &mut Html) {
        let OfWidth(at) = self;
        out.number(at / 100);
        if !at.is_multiple_of(100) {
            out.literal(if at % 100 < 10 { ".0" } else { "." });
            out.number(at % 100);
        }
        out.literal("%");
    }
}

/// Adds an attribute. `name` begins with a space.
pub(super) fn attribute(out: &mut Html, name: &'static str, measure: impl Measure) {
    out.literal(name);
    out.literal("=\"");
    measure.add_to(out);
    out.literal("\"");
}

/// Opens a drawing of links, so high in pixels. It is a group, not an image: what an image holds cannot be reached. Its title
/// and what it shows have ids that begin with `id`.
pub(super) fn open(
    out: &mut Html,
    class: &'static str,
    id: &str,
    height: usize,
    [title, description]: [&str; 2],
) {
    out.literal("<svg role=\"group\" width=\"100%\"");
    attribute(out, " height", height);
    called(out, class, id, [title, description]);
}

/// Opens a drawing of links that is scaled as a whole: so wide and so high, if there is room.
pub(super) fn open_box(
    out: &mut Html,
    class: &'static str,
    id: &str,
    (wide, high): (usize, usize),
    words: [&str; 2],
) {
    out.literal("<svg role=\"group\" viewBox=\"0 0 ");
    out.number(wide as u64);
    out.literal(" ");
    out.number(high as u64);
    out.literal("\"");
    called(out, class, id, words);
}

/// Adds the class of a drawing, its title and what it shows, and closes its tag.
fn called(out: &mut Html, class: &'static str, id: &str, words: [&str; 2]) {
    out.attribute("class", class);
    described(out, id, words);
}

/// Opens a drawing that is one image to readers who listen, scaled as a whole: so wide and so high, if there is room.
pub(super) fn open_image(
    out: &mut Html,
    class: &'static str,
    id: &str,
    (wide, high): (u64, u64),
    words: [&str; 2],
) {
    out.literal("<svg class=\"");
    out.literal(class);
    out.literal("\" viewBox=\"0 0 ");
    out.number(wide);
    out.literal(" ");
    out.number(high);
    out.literal("\" role=\"img\"");
    described(out, id, words);
}

/// Closes the tag of a drawing, and adds its title and what it shows.
fn described(out: &mut Html, id: &str, [title, description]: [&str; 2]) {
    let [title_id, description_id] = ["title", "text"].map(|what| [id, "-", what].concat());
    out.attribute("aria-labelledby", &title_id);
    out.attribute("aria-describedby", &description_id);
    out.literal(">\n<title");
    out.attribute("id", &title_id);
    out.literal(">");
    out.text(title);
    out.literal("</title>\n<desc");
    out.attribute("id", &description_id);
    out.literal(">");
    out.text(description);
    out.literal("</desc>\n");
}

/// Opens a link that says where it leads; without an address, a group that says what it is.
pub(super) fn open_link(out: &mut Html, root: &str, path: Option<&str>, title: &str) {
    match path {
        Some(path) => {
            out.literal("<a href=\"");
            // An address within the page has no way up.
            if !path.starts_with('#') {
                out.quoted(root);
            }
            out.quoted(path);
            out.literal("\"><title>");
        }
        None => out.literal("<g><title>"),
    }
    out.text(title);
    out.literal("</title>");
}

/// Closes what [`open_link`] has opened.
pub(super) fn close_link(out: &mut Html, path: Option<&str>) {
    out.literal(if path.is_some() { "</a>\n" } else { "</g>\n" });
}

/// Opens a shape of a class; `tag` goes as far as the class.
fn shape(out: &mut Html, tag: &'static str, class: &'static str) {
    out.literal(tag);
    out.literal(class);
    out.literal("\"");
}

/// Opens a line from one place to another.
fn ends<X: Measure, Y: Measure>(out: &mut Html, class: &'static str, from: (X, Y), to: (X, Y)) {
    shape(out, "<line class=\"", class);
    attribute(out, " x1", from.0);
    attribute(out, " y1", from.1);
    attribute(out, " x2", to.0);
    attribute(out, " y2", to.1);
}

/// Adds a line of a class, as wide as its class says.
pub(super) fn straight<X: Measure, Y: Measure>(
    out: &mut Html,
    class: &'static str,
    from: (X, Y),
    to: (X, Y),
) {
    ends(out, class, from, to);
    out.literal("/>");
}

/// Adds a line of a class and a width.
pub(super) fn line(
    out: &mut Html,
    class: &'static str,
    from: (Across, usize),
    to: (Across, usize),
    width: usize,
) {
    ends(out, class, (OfWidth(from.0), from.1), (OfWidth(to.0), to.1));
    attribute(out, " stroke-width", width);
    out.literal("/>");
}

/// Adds a circle of a class.
pub(super) fn circle(out: &mut Html, class: &'static str, at: (Across, usize), radius: usize) {
    shape(out, "<circle class=\"", class);
    attribute(out, " cx", OfWidth(at.0));
    attribute(out, " cy", at.1);
    attribute(out, " r", radius);
    out.literal("/>");
}

/// Adds a rectangle of a class: from its left and its top, so wide and so high.
pub(super) fn rect<X: Measure, Y: Measure>(
    out: &mut Html,
    class: &'static str,
    at: (X, Y),
    (wide, high): (X, Y),
) {
    shape(out, "<rect class=\"", class);
    attribute(out, " x", at.0);
    attribute(out, " y", at.1);
    attribute(out, " width", wide);
    attribute(out, " height", high);
    out.literal("/>");
}

/// Adds a bar: from its left and its top, so wide and so high.
pub(super) fn bar(
    out: &mut Html,
    class: &'static str,
    at: (Across, usize),
    wide: Across,
    high: usize,
) {
    rect(out, class, (OfWidth(at.0), at.1), (OfWidth(wide), high));
}

/// Adds a dot for so many events, the larger the more.
pub(super) fn dot(out: &mut Html, at: (Across, usize), events: usize) {
    let more = events.checked_ilog2().unwrap_or_default().min(4);
    // What is pressed is larger than what is seen.
    circle(out, "hit", at, 11);
    circle(out, "event", at, 4 + more as usize);
}

/// Adds a text of a class.
pub(super) fn words<X: Measure, Y: Measure>(
    out: &mut Html,
    class: &'static str,
    at: (X, Y),
    text: &str,
) {
    shape(out, "<text class=\"", class);
    attribute(out, " x", at.0);
    attribute(out, " y", at.1);
    out.literal(">");
    out.text(text);
    out.literal("</text>");
}

/// Adds a text of a class, moved to the right by so many pixels, or to the left where that is negative.
pub(super) fn text(
    out: &mut Html,
    class: &'static str,
    at: (Across, usize),
    moved: i8,
    text: &str,
) {
    shape(out, "<text class=\"", class);
    attribute(out, " x", OfWidth(at.0));
    attribute(out, " y", at.1);
    if moved != 0 {
        out.literal(if moved < 0 { " dx=\"-" } else { " dx=\"" });
        out.number(moved.unsigned_abs());
        out.literal("\"");
    }
    out.literal(">");
    out.text(text);
    out.literal("</text>");
}

/// How many columns a text takes at most, where a narrow letter takes one.
pub(super) fn columns(text: &str) -> usize {
    // Dashes, quotes and the ellipsis are narrow too.
    let narrow = |c: char| c < '\u{1100}' || ('\u{2000}'..'\u{2070}').contains(&c);
    text.chars().map(|c| if narrow(c) { 1 } else { 2 }).sum()
}

/// A text in so many columns, cut with an ellipsis if it is longer.
pub(super) fn clipped(text: &str, room: usize) -> String {
    use unicode_segmentation::UnicodeSegmentation;
    if columns(text) <= room {
        return text.to_owned();
    }
    let mut left = room.saturating_sub(1);
    if text.is_ascii() {
        let kept = slice(text, 0..left);
        return [kept.trim_end(), "…"].concat();
    }
    let kept = text.graphemes(true).take_while(|grapheme| {
        let next = left.checked_sub(columns(grapheme));
        left = next.unwrap_or_default();
        next.is_some()
    });
    let kept: String = kept.collect();
    [kept.trim_end(), "…"].concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    proptest::proptest! {
        #[test]
        fn what_is_clipped_has_room(text in "\\PC{0,40}", room in 1usize..30) {
            let clipped = clipped(&text, room);
            proptest::prop_assert!(columns(&clipped) <= room.max(2), "{clipped}");
            proptest::prop_assert!(columns(&text) > room || clipped == text);
        }
    }

    #[test]
    fn places_across_are_percents() {
        let mut out = Html::default();
        for at in [0, 5, 120, 1234, EDGE] {
            attribute(&mut out, " x", OfWidth(at));
        }
        assert_eq!(&*out, " x=\"0%\" x=\"0.05%\" x=\"1.20%\" x=\"12.34%\" x=\"100%\"");
    }
}
