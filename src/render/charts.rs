//! Small drawings as SVG: a likelihood on its scale, and stated against observed likelihoods. They take the colours of the
//! text around them, are told apart by shape, and have all that they show beside them as text.

use crate::html::Html;
use crate::tradecraft::scale::{Row, Scale};
use crate::tradecraft::score::Bin;

/// A percent in tenths, as drawings have it.
fn tenths(percent: f64) -> u64 {
    // From 0 to 1000: no sign and no fraction are lost.
    (percent.clamp(0.0, 100.0) * 10.0).round() as u64
}

/// Adds an attribute that is a number.
fn number(out: &mut Html, name: &'static str, value: u64) {
    out.literal(name);
    out.literal("=\"");
    out.number(value);
    out.literal("\"");
}

/// Adds a rectangle of a class.
fn rect(out: &mut Html, class: &'static str, x: u64, y: u64, width: u64, height: u64) {
    out.literal("<rect class=\"");
    out.literal(class);
    out.literal("\"");
    number(out, " x", x);
    number(out, " y", y);
    number(out, " width", width);
    number(out, " height", height);
    out.literal("/>");
}

/// Adds a line of a class.
fn line(out: &mut Html, class: &'static str, from: (u64, u64), to: (u64, u64)) {
    out.literal("<line class=\"");
    out.literal(class);
    out.literal("\"");
    number(out, " x1", from.0);
    number(out, " y1", from.1);
    number(out, " x2", to.0);
    number(out, " y2", to.1);
    out.literal("/>");
}

/// A scale from 0 to 100 as it is drawn beside what is placed on it.
pub(super) struct ScaleDrawing {
    /// The whole, and the ends of the words.
    ground: Html,
    /// Each word on it, in the order of the scale.
    words: Vec<Html>,
}

impl ScaleDrawing {
    /// Draws a scale.
    pub(super) fn new(scale: &Scale) -> ScaleDrawing {
        let mut ground = Html::with_capacity(256);
        rect(&mut ground, "whole", 2, 22, 996, 36);
        let mut bounds: Vec<u64> =
            scale.rows.iter().flat_map(|row| [row.low, row.high]).map(tenths).collect();
        bounds.sort_unstable();
        bounds.dedup();
        bounds.retain(|bound| (1..1000).contains(bound));
        ground.literal("<path class=\"bound\" d=\"");
        for bound in bounds {
            ground.literal("M");
            ground.number(bound);
            ground.literal(" 58v12");
        }
        ground.literal("\"/>");
        let mut drawing = ScaleDrawing { ground, words: Vec::new() };
        drawing.words =
            scale.rows.iter().map(|row| drawing.draw(Some((row.low, row.high)), None)).collect();
        drawing
    }

    /// A word of the scale, by its number, and perhaps a percent. Readers who listen have both as text, so they are not read
    /// out.
    pub(super) fn of(&self, word: Option<(usize, &Row)>, percent: Option<f64>) -> Html {
        let drawn =
            word.filter(|_| percent.is_none()).and_then(|(number, _)| self.words.get(number));
        match drawn {
            Some(drawn) => drawn.clone(),
            None => self.draw(word.map(|(_, row)| (row.low, row.high)), percent),
        }
    }

    fn draw(&self, range: Option<(f64, f64)>, percent: Option<f64>) -> Html {
        let mut out = Html::with_capacity(512);
        out.literal(
            "<svg class=\"on-scale\" viewBox=\"0 0 1000 80\" aria-hidden=\"true\" focusable=\"false\">",
        );
        out.append(self.ground.whole());
        if let Some((low, high)) = range {
            rect(&mut out, "range", tenths(low), 22, tenths(high) - tenths(low), 36);
        }
        if let Some(percent) = percent {
            line(&mut out, "stated", (tenths(percent), 4), (tenths(percent), 76));
        }
        out.literal("</svg>");
        out
    }
}

/// Where the plot begins from the left, and ends at the bottom; how long its sides are.
const LEFT: u64 = 44;
const BOTTOM: u64 = 352;
const SIDE: u64 = 320;

/// Stated against observed likelihood: of each group the observed rate, over the band that a perfectly calibrated desk of its
/// count would see in nine of ten cases, with its count. `words`: the name, what it shows, and what stands along its sides.
pub(super) fn calibration(bins: &[Bin], words: [&str; 4]) -> Html {
    let [title, description, stated, observed] = words;
    let across = |part: f64| LEFT + (part.clamp(0.0, 1.0) * SIDE as f64).round() as u64;
    let up = |part: f64| BOTTOM - (part.clamp(0.0, 1.0) * SIDE as f64).round() as u64;
    let mut out = Html::with_capacity(4096);
    out.literal("<svg class=\"calibration\" viewBox=\"0 0 400 400\" role=\"img\" aria-labelledby=\"chancery-plot-title\" aria-describedby=\"chancery-plot-text\">\n<title id=\"chancery-plot-title\">");
    out.text(title);
    out.literal("</title>\n<desc id=\"chancery-plot-text\">");
    out.text(description);
    out.literal("</desc>\n");
    for quarter in 0..=4_u32 {
        let part = f64::from(quarter) / 4.0;
        line(&mut out, "grid", (across(part), up(0.0)), (across(part), up(1.0)));
        line(&mut out, "grid", (across(0.0), up(part)), (across(1.0), up(part)));
        text(&mut out, "number middle", across(part), BOTTOM + 16);
        out.number(quarter * 25);
        out.literal("</text>");
        text(&mut out, "number end", LEFT - 6, up(part) + 4);
        out.number(quarter * 25);
        out.literal("</text>");
    }
    line(&mut out, "perfect", (across(0.0), up(0.0)), (across(1.0), up(1.0)));
    for bin in bins {
        let x = across(bin.stated);
        let (low, high) = bin.band;
        rect(&mut out, "band", x - 7, up(high), 14, (up(low) - up(high)).max(2));
    }
    for bin in bins {
        let (x, y) = (across(bin.stated), up(bin.observed()));
        if bin.is_within() {
            out.literal("<circle class=\"seen\" r=\"4\"");
            number(&mut out, " cx", x);
            number(&mut out, " cy", y);
            out.literal("/>");
        } else {
            // What chance does not explain is a cross.
            line(&mut out, "seen off", (x - 5, y.saturating_sub(5)), (x + 5, y + 5));
            line(&mut out, "seen off", (x - 5, y + 5), (x + 5, y.saturating_sub(5)));
        }
        // Beside the band, on the side that has room.
        let left = bin.stated > 0.5;
        let at = if left { x - 10 } else { x + 10 };
        text(&mut out, if left { "count end" } else { "count" }, at, y + 4);
        out.literal("n ");
        out.number(bin.count);
        out.literal("</text>\n");
    }
    text(&mut out, "side middle", LEFT + SIDE / 2, BOTTOM + 36);
    out.text(stated);
    out.literal("</text>");
    text(&mut out, "side", LEFT - 40, BOTTOM - SIDE - 18);
    out.text(observed);
    out.literal("</text>\n</svg>");
    out
}

/// Opens a text of classes at a place.
fn text(out: &mut Html, class: &'static str, x: u64, y: u64) {
    out.literal("<text class=\"");
    out.literal(class);
    out.literal("\"");
    number(out, " x", x);
    number(out, " y", y);
    out.literal(">");
}
