//! Small drawings as SVG: a likelihood on its scale, and stated against observed likelihoods. They take the colours of the
//! text around them, are told apart by shape, and have all that they show beside them as text.

use crate::html::Html;
use crate::tradecraft::scale::{Row, Scale};
use crate::tradecraft::score::Bin;

use super::svg::{self, attribute, straight, words};

/// A percent in tenths, as drawings have it.
fn tenths(percent: f64) -> u64 {
    // From 0 to 1000: no sign and no fraction are lost.
    (percent.clamp(0.0, 100.0) * 10.0).round() as u64
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
        svg::rect(&mut ground, "whole", (2_u64, 22_u64), (996, 36));
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
            let size = (tenths(high) - tenths(low), 36);
            svg::rect(&mut out, "range", (tenths(low), 22_u64), size);
        }
        if let Some(percent) = percent {
            straight(&mut out, "stated", (tenths(percent), 4_u64), (tenths(percent), 76));
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
/// count would see in nine of ten cases, with its count. Its words are the name, what it shows, and what stands along its sides.
pub(super) fn calibration(bins: &[Bin], [title, description, stated, observed]: [&str; 4]) -> Html {
    let across = |part: f64| LEFT + (part.clamp(0.0, 1.0) * SIDE as f64).round() as u64;
    let up = |part: f64| BOTTOM - (part.clamp(0.0, 1.0) * SIDE as f64).round() as u64;
    let mut out = Html::with_capacity(4096);
    svg::open_image(&mut out, "calibration", "chancery-plot", (400, 400), [title, description]);
    for quarter in 0..=4_u32 {
        let part = f64::from(quarter) / 4.0;
        straight(&mut out, "grid", (across(part), up(0.0)), (across(part), up(1.0)));
        straight(&mut out, "grid", (across(0.0), up(part)), (across(1.0), up(part)));
        let number = (quarter * 25).to_string();
        words(&mut out, "number middle", (across(part), BOTTOM + 16), &number);
        words(&mut out, "number end", (LEFT - 6, up(part) + 4), &number);
    }
    straight(&mut out, "perfect", (across(0.0), up(0.0)), (across(1.0), up(1.0)));
    for bin in bins {
        let x = across(bin.stated);
        let (low, high) = bin.band;
        svg::rect(&mut out, "band", (x - 7, up(high)), (14, (up(low) - up(high)).max(2)));
    }
    for bin in bins {
        let (x, y) = (across(bin.stated), up(bin.observed()));
        if bin.is_within() {
            out.literal("<circle class=\"seen\" r=\"4\"");
            attribute(&mut out, " cx", x);
            attribute(&mut out, " cy", y);
            out.literal("/>");
        } else {
            // What chance does not explain is a cross.
            straight(&mut out, "seen off", (x - 5, y.saturating_sub(5)), (x + 5, y + 5));
            straight(&mut out, "seen off", (x - 5, y + 5), (x + 5, y.saturating_sub(5)));
        }
        // Beside the band, on the side that has room.
        let left = bin.stated > 0.5;
        let at = if left { x - 10 } else { x + 10 };
        let class = if left { "count end" } else { "count" };
        words(&mut out, class, (at, y + 4), &format!("n {}", bin.count));
        out.literal("\n");
    }
    words(&mut out, "side middle", (LEFT + SIDE / 2, BOTTOM + 36), stated);
    words(&mut out, "side", (LEFT - 40, BOTTOM - SIDE - 18), observed);
    out.literal("\n</svg>");
    out
}
