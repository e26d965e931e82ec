//! Values over time as SVG. Lines are told apart by their dashes and marks, carry their names where they end, and break off
//! where data is missing; what is drawn stands beside as text and as a table.

use jiff::civil::Date;

use crate::front_matter::PartialDate;
use crate::html::Html;

/// How large a drawing is.
const WIDTH: f64 = 480.0;
const HEIGHT: f64 = 270.0;
/// Where the plot begins at the top, and ends at the bottom.
const TOP: f64 = 26.0;
const BOTTOM: f64 = 236.0;
/// The least distance between two names, one below the other.
const LINE_HEIGHT: f64 = 14.0;
/// So many lines have a look of their own; others look like one of them, and have their names.
const LOOKS: usize = 8;
/// Of so many values at most each has its mark.
const MARKED: usize = 40;
/// The longest name beside a line, in characters.
const LONGEST: usize = 18;
/// The most marks of time along the axis.
const TIMES: usize = 5;

/// A value of a day.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Dot {
    /// The day, counted from some day.
    pub(super) day: i32,
    /// The value; nothing where data is missing.
    pub(super) value: Option<f64>,
    /// The range that the value stands for, if it does.
    pub(super) range: Option<(f64, f64)>,
}

/// Values that belong together, in order of time.
pub(super) struct Line {
    /// The values.
    pub(super) dots: Vec<Dot>,
    /// What it is called where it ends.
    pub(super) name: String,
}

/// An axis of values.
pub(super) struct Axis {
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
    pub(super) lines: Vec<Line>,
    /// The axis of values.
    pub(super) axis: Axis,
    /// How much room the names of values have on the left, and those of lines on the right.
    pub(super) margins: (f64, f64),
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
    let (mut low, mut high) = values
        .fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), v| (low.min(v), high.max(v)));
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
        if length > 4 && at > 0 && (length - at) % 3 == 0 {
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
            marks.extend(day.map(|day| {
                (day_number(day), format!("{:04}-{:02}", day.year(), day.month()))
            }));
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
    if tenths % 10 > 0 {
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
        Some((end, _)) => [name.get(..end).unwrap_or_default().trim_end(), "…"].concat(),
        None => name.to_owned(),
    }
}

impl Plot {
    /// The drawing. `from` and `to` are its first and last day.
    pub(super) fn svg(&self, from: Date, to: Date) -> Html {
        let (left, right) = (self.margins.0, WIDTH - self.margins.1);
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
            name(&mut out, "end", (left - 7.0, place + 4.0), text);
        }
        name(&mut out, "unit", (2.0, 13.0), &axis.unit);
        out.literal("\n");
        let times = times(from, to);
        for (n, (day, text)) in times.iter().enumerate() {
            let x = across(*day);
            straight(&mut out, "tick", (x, BOTTOM), (x, BOTTOM + 5.0));
            // Those at the sides stay within the drawing.
            let class = match times.len() {
                1 => "middle",
                _ if n == 0 && x < left + 20.0 => "start",
                count if n + 1 == count && x > right - 20.0 && self.margins.1 < 40.0 => "end",
                _ => "middle",
            };
            name(&mut out, class, (x, BOTTOM + 20.0), text);
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
            name(&mut out, "name", (start, place + 4.0), &shortened(&line.name));
        }
        out.literal("\n</svg>");
        out
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
        line: &Line,
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
        let known: Vec<(usize, &Dot)> =
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
