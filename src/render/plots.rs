//! Values over time as SVG. Lines are told apart by their dashes and marks, carry their names where they end, and break off
//! where data is missing; what is drawn stands beside as text and as a table.

use crate::never;
use jiff::civil::Date;

use crate::front_matter::PartialDate;
use crate::html::Html;

/// How large a drawing is.
const WIDTH: f64 = 480.0;
const HEIGHT: f64 = 280.0;
/// Where the plot begins at the top, and ends at the bottom.
const TOP: f64 = 30.0;
const BOTTOM: f64 = 246.0;
/// The least distance between two names, one below the other.
const LINE_HEIGHT: f64 = 16.0;
/// So many lines have a look of their own; others look like one of them, and have their names.
const LOOKS: usize = 8;
/// Of so many values at most each has its mark.
const MARKED: usize = 40;
/// The longest name beside a line, in characters.
const LONGEST: usize = 15;
/// How wide a character is, about, and one of the name of a line.
const CHARACTER: f64 = 8.4;
const BOLD: f64 = 9.7;
/// The most marks of time along the axis.
const TIMES: usize = 5;

/// A value of a day.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct PlotDot {
    /// The day, counted from some day.
    pub(super) day: i32,
    /// The value; nothing where data is missing.
    pub(super) value: Option<f64>,
    /// The range that the value stands for, if it does.
    pub(super) range: Option<(f64, f64)>,
}

/// Values that belong together, in order of time.
pub(super) struct PlotLine {
    /// The values.
    pub(super) dots: Vec<PlotDot>,
    /// What it is called where it ends.
    pub(super) name: String,
}

/// An axis of values.
pub(super) struct ValueAxis {
    /// The least value.
    pub(super) low: f64,
    /// The greatest; more than the least.
    pub(super) high: f64,
    /// Values that are marked by a line across.
    pub(super) grid: Vec<f64>,
    /// Values that are named.
    pub(super) names: Vec<(f64, String)>,
    /// What is measured, above the axis.
    pub(super) unit: String,
}

/// What is drawn over time.
pub(super) struct Plot {
    /// What its ids on the page begin with, which no other drawing there has.
    pub(super) id: String,
    /// What it is called.
    pub(super) title: String,
    /// What it shows, in words.
    pub(super) description: String,
    /// Whether values hold until the next.
    pub(super) steps: bool,
    /// The lines.
    pub(super) lines: Vec<PlotLine>,
    /// The axis of values.
    pub(super) axis: ValueAxis,
}

/// The number of a day, by which days have their distances.
pub(super) fn day_number(date: Date) -> i32 {
    // The first day of the year 0 in the Gregorian calendar; days before it cannot be written.
    let since = date.duration_since(Date::constant(0, 1, 1));
    i32::try_from(since.as_hours() / 24).unwrap_or_default()
}

/// Values at even distances that are good to read: the least and the greatest, how far apart, and with how many decimals.
/// With `zero`, zero is among them.
pub(super) fn ticks(values: impl Iterator<Item = f64>, zero: bool) -> (Vec<f64>, usize) {
    let (mut low, mut high) =
        values.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), v| (low.min(v), high.max(v)));
    if low > high {
        (low, high) = (0.0, 1.0);
    }
    if zero {
        (low, high) = (low.min(0.0), high.max(0.0));
    }
    if low == high {
        high += if high == 0.0 { 1.0 } else { high.abs() / 10.0 };
    }
    let raw = (high - low) / 5.0;
    let power = raw.log10().floor();
    let ten = 10_f64.powf(power);
    // What one step is may differ by what is lost in dividing.
    let factor = [1.0, 2.0, 5.0].into_iter().find(|factor| factor * ten >= raw * 0.999_999);
    let step = factor.unwrap_or(10.0) * ten;
    let (first, last) = ((low / step).floor(), (high / step).ceil());
    let count = (last - first).clamp(1.0, 12.0) as i32;
    let values = (0..=count).map(|n| (first + f64::from(n)) * step).collect();
    // A step of 10 has none, one of 0.05 two.
    let decimals = if step >= 1.0 { 0.0 } else { -step.log10().floor() };
    (values, decimals.clamp(0.0, 12.0) as usize)
}

/// A value beside the axis: groups of three digits have room between them.
pub(super) fn written(value: f64, decimals: usize) -> String {
    let digits = format!("{:.decimals$}", value.abs());
    let (whole, rest) = digits.split_once('.').unwrap_or((&digits, ""));
    let mut out = String::new();
    if value < 0.0 && digits.bytes().any(|byte| matches!(byte, b'1'..=b'9')) {
        out.push('−');
    }
    let length = whole.len();
    for (at, digit) in whole.chars().enumerate() {
        if length > 4 && at > 0 && (length - at).is_multiple_of(3) {
            out.push('\u{202f}');
        }
        out.push(digit);
    }
    if !rest.is_empty() {
        out.push('.');
        out.push_str(rest);
    }
    out
}

/// Where the axis of time is marked from a day to another, and what the marks say: years, months or days.
fn times(from: Date, to: Date) -> Vec<(i32, String)> {
    let mut marks = Vec::new();
    let years = i32::from(to.year()) - i32::from(from.year());
    let months = years * 12 + i32::from(to.month()) - i32::from(from.month());
    let step = |most: i32, steps: &[i32]| {
        let fits = |step: &&i32| most / **step < TIMES as i32;
        steps.iter().find(fits).copied().unwrap_or(2_000)
    };
    if years >= 3 {
        let step = step(years, &[1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000]);
        let first = (i32::from(from.year()) + step - 1).div_euclid(step) * step;
        for year in (first..=i32::from(to.year())).step_by(step.max(1) as usize) {
            let day = i16::try_from(year).ok().and_then(|year| Date::new(year, 1, 1).ok());
            marks.extend(day.map(|day| (day_number(day), format!("{year:04}"))));
        }
        marks.retain(|(day, _)| (day_number(from)..=day_number(to)).contains(day));
    } else if months >= 3 {
        let step = step(months, &[1, 2, 3, 6, 12]);
        let first = i32::from(from.year()) * 12 + i32::from(from.month()) - 1;
        let start = (first + step - 1).div_euclid(step) * step;
        for month in (start..=first + months).step_by(step.max(1) as usize) {
            let year = i16::try_from(month.div_euclid(12)).unwrap_or_default();
            let day = Date::new(year, (month.rem_euclid(12) + 1) as i8, 1).ok();
            marks.extend(
                day.map(|day| (day_number(day), format!("{:04}-{:02}", day.year(), day.month()))),
            );
        }
        marks.retain(|(day, _)| (day_number(from)..=day_number(to)).contains(day));
    }
    if marks.len() < 2 {
        marks = [from, to].map(|day| (day_number(day), day.to_string())).into();
        marks.dedup();
    }
    marks
}

/// Moves places that are too near to each other apart, within bounds, without changing their order.
fn spread(places: &mut [f64], least: f64, top: f64, bottom: f64) {
    let mut order: Vec<usize> = (0..places.len()).collect();
    order.sort_by(|a, b| {
        let at = |n: &usize| places.get(*n).copied().unwrap_or_default();
        at(a).total_cmp(&at(b))
    });
    let mut before = f64::NEG_INFINITY;
    for at in &order {
        if let Some(place) = places.get_mut(*at) {
            *place = place.max(before + least).max(top);
            before = *place;
        }
    }
    let mut behind = f64::INFINITY;
    for at in order.iter().rev() {
        if let Some(place) = places.get_mut(*at) {
            *place = place.min(behind - least).min(bottom);
            behind = *place;
        }
    }
}

/// Adds a place, to a tenth.
fn coordinate(out: &mut Html, place: f64) {
    // All places lie within the drawing.
    let tenths = (place.clamp(0.0, 10_000.0) * 10.0).round() as u64;
    out.number(tenths / 10);
    if !tenths.is_multiple_of(10) {
        out.literal(".");
        out.number(tenths % 10);
    }
}

/// Adds an attribute that is a place.
fn at(out: &mut Html, name: &'static str, place: f64) {
    out.literal(name);
    out.literal("=\"");
    coordinate(out, place);
    out.literal("\"");
}

/// Adds a straight line of a class.
fn straight(out: &mut Html, class: &'static str, from: (f64, f64), to: (f64, f64)) {
    out.literal("<line class=\"");
    out.literal(class);
    out.literal("\"");
    at(out, " x1", from.0);
    at(out, " y1", from.1);
    at(out, " x2", to.0);
    at(out, " y2", to.1);
    out.literal("/>");
}

/// Adds a text of a class.
fn name(out: &mut Html, class: &'static str, (x, y): (f64, f64), text: &str) {
    out.literal("<text class=\"");
    out.literal(class);
    out.literal("\"");
    at(out, " x", x);
    at(out, " y", y);
    out.literal(">");
    out.text(text);
    out.literal("</text>");
}

/// The classes of a line that has a look.
fn look(out: &mut Html, class: &'static str, number: usize) {
    out.literal("<path class=\"");
    out.literal(class);
    out.literal(" look-");
    out.number((number % LOOKS) as u64 + 1);
    out.literal("\" d=\"");
}

/// Adds the mark of a line at a place: what it looks like follows from the number of the line.
fn mark(out: &mut Html, number: usize, (x, y): (f64, f64)) {
    look(out, "dot", number);
    let corners: &[(f64, f64)] = match number % 4 {
        0 => &[(-3.5, -3.5), (3.5, -3.5), (3.5, 3.5), (-3.5, 3.5)],
        1 => &[(0.0, -5.0), (5.0, 0.0), (0.0, 5.0), (-5.0, 0.0)],
        2 => &[(0.0, -4.8), (4.8, 3.6), (-4.8, 3.6)],
        _ => &[(-4.8, -3.6), (4.8, -3.6), (0.0, 4.8)],
    };
    for (n, (right, down)) in corners.iter().enumerate() {
        out.literal(if n == 0 { "M" } else { "L" });
        coordinate(out, x + right);
        out.literal(" ");
        coordinate(out, y + down);
    }
    out.literal("Z\"/>");
}

/// A name as long as there is room for beside a line.
fn shortened(name: &str) -> String {
    match name.char_indices().nth(LONGEST) {
        Some((end, _)) => {
            let start = never::slice(name, ..end);
            [start.trim_end_matches(|c: char| !c.is_alphanumeric()), "…"].concat()
        }
        None => name.to_owned(),
    }
}

impl Plot {
    /// The drawing. `from` and `to` are its first and last day.
    pub(super) fn svg(&self, from: Date, to: Date) -> Html {
        let (left, right) = (self.left(), WIDTH - self.right());
        let (first, last) = (day_number(from), day_number(to));
        let across = |day: i32| match last - first {
            0 => f64::midpoint(left, right),
            days => left + f64::from(day - first) / f64::from(days) * (right - left),
        };
        let axis = &self.axis;
        let up = |value: f64| {
            let part = (value - axis.low) / (axis.high - axis.low);
            BOTTOM - if part.is_finite() { part.clamp(0.0, 1.0) } else { 0.0 } * (BOTTOM - TOP)
        };
        let mut out = Html::with_capacity(4096);
        self.head(&mut out);
        for value in &axis.grid {
            let class = if *value == 0.0 { "grid zero" } else { "grid" };
            straight(&mut out, class, (left, up(*value)), (right, up(*value)));
        }
        let mut places: Vec<f64> = axis.names.iter().map(|(value, _)| up(*value)).collect();
        spread(&mut places, LINE_HEIGHT - 1.0, TOP, BOTTOM);
        for ((_, text), place) in axis.names.iter().zip(places) {
            name(&mut out, "end", (left - 7.0, place + 5.0), text);
        }
        name(&mut out, "unit", (2.0, 13.0), &axis.unit);
        out.literal("\n");
        let mut free = 0.0;
        for (day, text) in times(from, to) {
            let x = across(day);
            straight(&mut out, "tick", (x, BOTTOM), (x, BOTTOM + 5.0));
            // Those at the sides stay within the drawing, and none stands on another.
            let width = CHARACTER * text.chars().count() as f64;
            let start = (x - width / 2.0).min(WIDTH - width).max(0.0);
            if start >= free {
                name(&mut out, "start", (start, BOTTOM + 22.0), &text);
                free = start + width + 8.0;
            }
        }
        straight(&mut out, "axis", (left, BOTTOM), (right, BOTTOM));
        out.literal("\n");
        let mut ends = Vec::new();
        for (number, line) in self.lines.iter().enumerate() {
            let end = self.line(number, line, &across, &up, last, &mut out);
            ends.extend(end.map(|place| (place, line)));
            out.literal("\n");
        }
        let mut places: Vec<f64> = ends.iter().map(|((_, y), _)| *y).collect();
        spread(&mut places, LINE_HEIGHT, TOP, BOTTOM);
        for (((x, y), line), place) in ends.iter().zip(places) {
            let start = right + 16.0;
            if (place - y).abs() > 3.0 || right - x > 3.0 {
                straight(&mut out, "leads", (x + 6.0, *y), (start - 3.0, place));
            }
            name(&mut out, "name", (start, place + 5.0), &shortened(&line.name));
        }
        out.literal("\n</svg>");
        out
    }

    /// How much room the names of values have.
    fn left(&self) -> f64 {
        let widest = self.axis.names.iter().map(|(_, name)| name.chars().count()).max();
        10.0 + CHARACTER * widest.unwrap_or_default() as f64
    }

    /// How much room the names of lines have.
    fn right(&self) -> f64 {
        let widest = self.lines.iter().map(|line| shortened(&line.name).chars().count()).max();
        20.0 + BOLD * widest.unwrap_or_default() as f64
    }

    /// What the drawing is called and shows.
    fn head(&self, out: &mut Html) {
        let (title, text) = (format!("{}-title", self.id), format!("{}-text", self.id));
        out.literal("<svg class=\"over-time\"");
        out.attribute("viewBox", &format!("0 0 {WIDTH} {HEIGHT}"));
        out.literal(" role=\"img\"");
        out.attribute("aria-labelledby", &title);
        out.attribute("aria-describedby", &text);
        out.literal(">\n<title");
        out.attribute("id", &title);
        out.literal(">");
        out.text(&self.title);
        out.literal("</title>\n<desc");
        out.attribute("id", &text);
        out.literal(">");
        out.text(&self.description);
        out.literal("</desc>\n");
    }

    /// A line with its marks, and where it ends.
    fn line(
        &self,
        number: usize,
        line: &PlotLine,
        across: &impl Fn(i32) -> f64,
        up: &impl Fn(f64) -> f64,
        last: i32,
        out: &mut Html,
    ) -> Option<(f64, f64)> {
        for dot in &line.dots {
            if let (Some(_), Some((low, high))) = (dot.value, dot.range) {
                let x = across(dot.day);
                straight(out, "spread", (x, up(low)), (x, up(high)));
            }
        }
        look(out, "line", number);
        let tenths = |(x, y): (f64, f64)| ((x * 10.0).round(), (y * 10.0).round());
        let (mut pen, mut end) = (None, None);
        for (n, dot) in line.dots.iter().enumerate() {
            let x = across(dot.day);
            let Some(value) = dot.value else {
                // A step holds until it is known that nothing is known.
                if let Some((_, y)) = pen.filter(|_| self.steps) {
                    out.literal("H");
                    coordinate(out, x);
                    end = Some((x, y));
                }
                pen = None;
                continue;
            };
            let place = (x, up(value));
            match pen {
                Some(before) if tenths(before) == tenths(place) => {}
                Some((_, _)) if self.steps => {
                    out.literal("H");
                    coordinate(out, x);
                    out.literal("V");
                    coordinate(out, place.1);
                }
                _ => {
                    out.literal(if pen.is_none() { "M" } else { "L" });
                    coordinate(out, x);
                    out.literal(" ");
                    coordinate(out, place.1);
                    // A value by itself is a point of the line, too.
                    let alone = line.dots.get(n + 1).is_none_or(|next| next.value.is_none());
                    if pen.is_none() && alone && !self.steps {
                        out.literal("h0");
                    }
                }
            }
            pen = Some(place);
            end = pen;
        }
        if let Some((_, y)) = pen.filter(|_| self.steps) {
            out.literal("H");
            coordinate(out, across(last));
            end = Some((across(last), y));
        }
        out.literal("\"/>");
        let known: Vec<(usize, &PlotDot)> =
            line.dots.iter().enumerate().filter(|(_, dot)| dot.value.is_some()).collect();
        let is_known = |at: Option<usize>| {
            at.and_then(|at| line.dots.get(at)).is_some_and(|dot| dot.value.is_some())
        };
        let count = known.len();
        for (n, (at, dot)) in known.into_iter().enumerate() {
            let alone = !is_known(at.checked_sub(1)) && !is_known(Some(at + 1));
            if count <= MARKED || n + 1 == count || alone {
                mark(out, number, (across(dot.day), up(dot.value.unwrap_or_default())));
            }
        }
        end
    }
}

/// The first day of a date, as its place in a drawing.
pub(super) fn place_of(date: &PartialDate) -> i32 {
    day_number(date.first_day())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn day(text: &str) -> Date {
        text.parse().unwrap()
    }

    #[test]
    fn axes_are_good_to_read() {
        for (values, zero, expected) in [
            (&[51.0, 193.0][..], true, "0 50 100 150 200"),
            (&[60.0, 72.0], false, "60 65 70 75"),
            (&[0.02, 0.11], true, "0.00 0.05 0.10 0.15"),
            (&[-3.0, 12.0], true, "−5 0 5 10 15"),
            (&[-8.0, -2.0], false, "−8 −6 −4 −2"),
            (&[7.0], true, "0 2 4 6 8"),
            (&[0.0], true, "0.0 0.2 0.4 0.6 0.8 1.0"),
            (&[5.0], false, "5.0 5.1 5.2 5.3 5.4 5.5"),
            (&[], false, "0.0 0.2 0.4 0.6 0.8 1.0"),
            (
                &[1.0, 1_234_567.0],
                true,
                "0 500\u{202f}000 1\u{202f}000\u{202f}000 1\u{202f}500\u{202f}000",
            ),
        ] {
            let (ticks, decimals) = ticks(values.iter().copied(), zero);
            let shown: Vec<String> = ticks.iter().map(|tick| written(*tick, decimals)).collect();
            assert_eq!(shown.join(" "), expected, "{values:?}");
        }
    }

    #[test]
    fn times_are_marked_by_years_months_or_days() {
        for (from, to, expected) in [
            ("1945-01-01", "2011-01-01", "1960 1980 2000"),
            ("2020-06-01", "2024-02-01", "2021 2022 2023 2024"),
            ("2025-01-10", "2025-05-02", "2025-02 2025-03 2025-04 2025-05"),
            ("2024-11-01", "2026-03-01", "2025-01 2025-07 2026-01"),
            ("2025-02-18", "2025-04-10", "2025-02-18 2025-04-10"),
            ("2025-02-18", "2025-02-18", "2025-02-18"),
            ("0001-01-01", "9999-12-31", "2000 4000 6000 8000"),
        ] {
            let marks = times(day(from), day(to));
            let shown: Vec<&str> = marks.iter().map(|(_, text)| text.as_str()).collect();
            assert_eq!(shown.join(" "), expected, "{from} {to}");
        }
    }

    /// The lines of a plot of values by day, nothing where data is missing.
    fn drawn(values: &[Option<f64>], steps: bool) -> Vec<String> {
        let dots = (0..).zip(values).map(|(n, value)| PlotDot {
            day: day_number(day("2025-01-01")) + n,
            value: *value,
            range: None,
        });
        let line = PlotLine { dots: dots.collect(), name: "N".to_owned() };
        let axis =
            ValueAxis { low: 0.0, high: 10.0, grid: vec![0.0], names: vec![], unit: String::new() };
        let (id, title) = ("x".to_owned(), "T".to_owned());
        let plot = Plot { id, title, description: String::new(), steps, lines: vec![line], axis };
        let svg = plot.svg(day("2025-01-01"), day("2025-01-05"));
        let paths = svg.split("<path class=\"").skip(1);
        paths
            .filter_map(|path| Some(path.split_once("\" d=\"")?.1.split('"').next()?.to_owned()))
            .collect()
    }

    #[test]
    fn a_line_breaks_off_where_data_is_missing() {
        let of = |values: &[Option<f64>], steps| {
            drawn(values, steps)[0].chars().filter(char::is_ascii_alphabetic).collect::<String>()
        };
        let some = Some(1.0);
        assert_eq!(of(&[some, Some(2.0), Some(3.0)], false), "MLL");
        assert_eq!(of(&[some, Some(2.0), None, Some(3.0), Some(4.0)], false), "MLML");
        assert_eq!(of(&[some, None, Some(3.0), None, None], false), "MhMh");
        assert_eq!(of(&[None, None], false), "");
        // A step goes on up to where it is known that nothing is known, and the last one to the end.
        assert_eq!(of(&[some, None, Some(3.0)], true), "MHMH");
        assert_eq!(of(&[some, Some(2.0)], true), "MHVH");
        // Each value has its mark.
        assert_eq!(drawn(&[some, None, Some(3.0)], false).len(), 3);
    }

    proptest! {
        #[test]
        fn every_axis_holds_its_values(
            values in prop::collection::vec(-1e15_f64..1e15, 1..9),
            scale in -9..=0_i32,
            zero: bool,
        ) {
            let values: Vec<f64> = values.iter().map(|value| value * 10_f64.powi(scale)).collect();
            let (ticks, decimals) = ticks(values.iter().copied(), zero);
            prop_assert!((2..=13).contains(&ticks.len()), "{ticks:?}");
            prop_assert!(ticks.windows(2).all(|pair| pair[0] < pair[1]), "{ticks:?}");
            let room = (ticks[1] - ticks[0]) * 1e-6;
            for value in &values {
                prop_assert!(ticks[0] - room <= *value && *value <= ticks[ticks.len() - 1] + room);
            }
            let shown: Vec<String> = ticks.iter().map(|tick| written(*tick, decimals)).collect();
            prop_assert!(shown.windows(2).all(|pair| pair[0] != pair[1]), "{shown:?}");
        }

        #[test]
        fn names_keep_their_distance_and_their_order(
            places in prop::collection::vec(0.0_f64..240.0, 0..9),
        ) {
            let mut moved = places.clone();
            spread(&mut moved, 16.0, 30.0, 246.0);
            for (n, (one, place)) in moved.iter().zip(&places).enumerate() {
                for (other, beside) in moved.iter().zip(&places).skip(n + 1) {
                    prop_assert!((one - other).abs() >= 15.999, "{moved:?}");
                    prop_assert!(place == beside || (one < other) == (place < beside));
                }
            }
            prop_assert!(moved.iter().all(|place| *place <= 246.0));
        }
    }
}
