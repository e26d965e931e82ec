//! The accent of a site: whether it can be read on the paper of the theme, and how it looks on dark screens.

use std::sync::Arc;

use crate::diagnostic::{Code, Diagnostic, Place};
use crate::front_matter::Spanned;

use super::{Colour, Look};

/// The paper of the theme and what is raised from it (`static/theme/style.css`), light and dark.
const LIGHT: [&str; 2] = ["#fbfaf6", "#f3f0e8"];
const DARK: [&str; 2] = ["#15161a", "#1e2026"];
/// What text has at least (WCAG 2.2, 1.4.3).
const LEAST: f64 = 4.5;
/// What a line has at least (WCAG 2.2, 1.4.11).
const LEAST_OF_LINES: f64 = 3.0;
/// In so many steps a colour is made lighter or darker, up to white or black.
const STEPS: u16 = 64;

/// Red, green and blue.
type Rgb = [u8; 3];

/// An accent as the style sheet has it, light and dark.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Accent {
    /// Of text.
    pub text: [String; 2],
    /// Of lines, which are paler.
    pub line: [String; 2],
}

/// A colour by its parts. What is no colour has been reported.
fn rgb(written: &str) -> Rgb {
    let part = |at: usize| {
        let digits = written.get(at..at + 2).unwrap_or_default();
        u8::from_str_radix(digits, 16).unwrap_or_default()
    };
    [part(1), part(3), part(5)]
}

fn written([red, green, blue]: Rgb) -> String {
    format!("#{red:02x}{green:02x}{blue:02x}")
}

/// How light a colour is, from 0 to 1 (WCAG 2.2, relative luminance).
fn luminance([red, green, blue]: Rgb) -> f64 {
    let channel = |value: u8| {
        let value = f64::from(value) / 255.0;
        if value <= 0.04045 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
    };
    0.2126 * channel(red) + 0.7152 * channel(green) + 0.0722 * channel(blue)
}

/// How far two colours are told apart, from 1 to 21 (WCAG 2.2, contrast ratio).
fn contrast(one: Rgb, other: Rgb) -> f64 {
    let (one, other) = (luminance(one), luminance(other));
    (one.max(other) + 0.05) / (one.min(other) + 0.05)
}

/// The least contrast of a colour with the papers that it stands on.
fn on(papers: [&str; 2], colour: Rgb) -> f64 {
    papers.iter().map(|paper| contrast(rgb(paper), colour)).fold(f64::INFINITY, f64::min)
}

/// A colour, so many steps of the way to another.
fn towards(colour: Rgb, other: Rgb, step: u16) -> Rgb {
    let mix = |at: usize| {
        let (from, to) = (colour.get(at).copied(), other.get(at).copied());
        let (from, to) = (u16::from(from.unwrap_or_default()), u16::from(to.unwrap_or_default()));
        // Between two bytes.
        ((from * (STEPS - step) + to * step) / STEPS) as u8
    };
    [mix(0), mix(1), mix(2)]
}

/// The nearest colour on the way to another that can be read on some papers.
fn readable(colour: Rgb, other: Rgb, papers: [&str; 2]) -> Rgb {
    let steps = (0..=STEPS).map(|step| towards(colour, other, step));
    steps.into_iter().find(|colour| on(papers, *colour) >= LEAST).unwrap_or(other)
}

const WHITE: Rgb = [255; 3];
const BLACK: Rgb = [0; 3];

impl Accent {
    /// The accent that a site writes.
    pub(super) fn of(look: &Look) -> Option<Accent> {
        let light = rgb(&look.accent.as_ref()?.value);
        let dark = match &look.accent_dark {
            Some(dark) => rgb(&dark.value),
            None => readable(light, WHITE, DARK),
        };
        let pale = |colour: Rgb, papers: [&str; 2]| {
            let paper = rgb(papers.first().copied().unwrap_or_default());
            // As pale as a line may be.
            let steps = (0..=STEPS).rev().map(|step| towards(colour, paper, step));
            steps.into_iter().find(|line| on(papers, *line) >= LEAST_OF_LINES).unwrap_or(colour)
        };
        Some(Accent {
            text: [written(light), written(dark)],
            line: [written(pale(light, LIGHT)), written(pale(dark, DARK))],
        })
    }
}

/// What is wrong with the accent of a site: it cannot be read on the theme's paper.
pub(super) fn findings(look: &Look, file: &Arc<str>) -> Vec<Diagnostic> {
    let finding = |colour: &Spanned<Colour>, papers: [&str; 2], other: Rgb, screen: &str| {
        let (colour, span) = (rgb(&colour.value), colour.span);
        let has = on(papers, colour);
        (has < LEAST).then(|| {
            let message = format!("the accent cannot be read on {screen} screens");
            let nearest = written(readable(colour, other, papers));
            Diagnostic::new(Code::BadValue, message)
                .at(Place::span(file.clone(), span))
                .label(format!("its contrast with the paper is {has:.1} to 1, and {LEAST} to 1 is the least (WCAG 2.2)"))
                .help(format!("write `{nearest}`, which is the nearest that can be read; or another paper, in a style sheet of your own"))
        })
    };
    let light = look.accent.iter().filter_map(|one| finding(one, LIGHT, BLACK, "light"));
    let dark = look.accent_dark.iter().filter_map(|one| finding(one, DARK, WHITE, "dark"));
    light.chain(dark).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every hue, from pale to deep: what is made of it can be read, light and dark.
    #[test]
    fn what_is_made_of_an_accent_can_be_read() {
        for red in (0..=255).step_by(51) {
            for green in (0..=255).step_by(51) {
                for blue in (0..=255).step_by(51) {
                    let colour = [red, green, blue];
                    assert!(on(DARK, readable(colour, WHITE, DARK)) >= LEAST, "{colour:?}");
                    let deep = readable(colour, BLACK, LIGHT);
                    assert!(on(LIGHT, deep) >= LEAST, "{colour:?}");
                    let look = Look {
                        accent: Some(Spanned {
                            value: Colour(written(deep)),
                            ..Spanned::default()
                        }),
                        ..Look::default()
                    };
                    let accent = Accent::of(&look).unwrap();
                    let [light, dark] = &accent.line;
                    assert!(on(LIGHT, rgb(light)) >= LEAST_OF_LINES, "{colour:?}");
                    assert!(on(DARK, rgb(dark)) >= LEAST_OF_LINES, "{colour:?}");
                }
            }
        }
    }

    /// The papers are those of the style sheet.
    #[test]
    fn the_papers_are_the_themes() {
        let sheet = include_str!("../../static/theme/style.css");
        for (name, at) in [("paper", 0), ("raised", 1)] {
            let line = format!("--{name}: light-dark({}, {});", LIGHT[at], DARK[at]);
            assert!(sheet.contains(&line), "{line}");
        }
    }
}
