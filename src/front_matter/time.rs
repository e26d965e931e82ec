//! Dates as authors write them: a day, a moment, or only as much of a date as is known.

use std::borrow::Cow;
use std::cmp::Ordering;
use std::fmt;

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde_json::{Value as Json, json};

use super::reader::{Field, Reader};
use super::tree::{Node, Value, is_date};

const DAY_HELP: &str = "write the day as 2025-02-27";
const MOMENT_HELP: &str = "write the day as 2025-02-27, or a time as 2025-02-27T09:00:00Z";

/// A day, or an instant on the clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Moment {
    /// A day; as an instant, its start in the site's time zone.
    Date(Date),
    /// An instant, written with its offset from UTC (RFC 3339).
    Timestamp(Timestamp),
}

impl Moment {
    /// The instant; a day begins in the zone `tz`.
    pub fn instant(&self, tz: &TimeZone) -> Timestamp {
        match self {
            // Only the first and last days that can be written may have no instant.
            Moment::Date(date) => tz
                .to_timestamp(date.at(0, 0, 0, 0))
                .unwrap_or(if date.year() > 0 { Timestamp::MAX } else { Timestamp::MIN }),
            Moment::Timestamp(instant) => *instant,
        }
    }

    /// The day; an instant falls on it in the zone `tz`.
    pub fn date(&self, tz: &TimeZone) -> Date {
        match self {
            Moment::Date(date) => *date,
            Moment::Timestamp(instant) => tz.to_datetime(*instant).date(),
        }
    }
}

/// A date as precise as it is known. A year comes before its months, and a month before its days.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PartialDate {
    /// The year, 1 to 9999.
    pub year: i16,
    /// The month, 1 to 12.
    pub month: Option<i8>,
    /// The day of the month; only with a month.
    pub day: Option<i8>,
}

impl PartialDate {
    /// Whether it is earlier for certain: as far as both dates are known. 2014 does not precede March 2014.
    pub fn precedes(&self, other: &PartialDate) -> bool {
        let months = self.month.zip(other.month);
        let days = self.day.zip(other.day);
        self.year
            .cmp(&other.year)
            .then_with(|| months.map_or(Ordering::Equal, |(a, b)| a.cmp(&b)))
            .then_with(|| days.map_or(Ordering::Equal, |(a, b)| a.cmp(&b)))
            .is_lt()
    }
}

/// ISO 8601: `2014`, `2014-03` or `2014-03-18`.
impl fmt::Display for PartialDate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}", self.year)?;
        for part in [self.month, self.day].into_iter().flatten() {
            write!(f, "-{part:02}")?;
        }
        Ok(())
    }
}

impl From<Date> for PartialDate {
    fn from(date: Date) -> Self {
        PartialDate { year: date.year(), month: Some(date.month()), day: Some(date.day()) }
    }
}

/// The day `YYYY-MM-DD`, exactly so: the parser alone would also take `20250227` and more.
pub fn parse_day(text: &str) -> Option<Date> {
    if text.len() == 10 && is_date(text) { text.parse().ok() } else { None }
}

/// A time of RFC 3339, section 5.6; seconds may be left out, as TOML 1.1 allows.
fn parse_instant(text: &str) -> Option<Timestamp> {
    if !is_date(text) || !has_offset(text) {
        return None;
    }
    let clock: Vec<u8> = text.bytes().skip(11).take(5).collect();
    let shaped = clock.len() == 5
        && clock
            .iter()
            .enumerate()
            .all(|(n, b)| if n == 2 { *b == b':' } else { b.is_ascii_digit() });
    if shaped { text.parse().ok() } else { None }
}

fn has_offset(text: &str) -> bool {
    let time = text.get(11..).unwrap_or_default();
    time.ends_with(['Z', 'z'])
        || time.rsplit_once(['+', '-']).is_some_and(|(_, offset)| {
            offset.len() == 5
                && offset
                    .bytes()
                    .enumerate()
                    .all(|(n, b)| if n == 2 { b == b':' } else { b.is_ascii_digit() })
        })
}

/// What is written where a date belongs: also a number or text that was meant as one.
fn written<T: Field>(node: &Node, reader: &mut Reader) -> Option<String> {
    match &node.value {
        Value::Date(text) | Value::Text(text) => Some(text.clone()),
        Value::Integer(number) => Some(number.to_string()),
        _ => {
            reader.wrong_type::<T>(node);
            None
        }
    }
}

/// Reports why it is no date.
fn refuse(node: &Node, reader: &mut Reader, text: &str, moment: bool) {
    let usual = if moment { MOMENT_HELP } else { DAY_HELP };
    let dashed = if text.len() == 8 && text.is_ascii() {
        [text.get(..4), text.get(4..6), text.get(6..)].into_iter().flatten().collect::<Vec<_>>()
    } else {
        Vec::new()
    };
    let dashed = dashed.join("-");
    let (label, help) = if parse_day(&dashed).is_some() {
        ("the dashes are missing", format!("write it as {dashed}"))
    } else if text.len() == 10 && is_date(text) {
        ("there is no such day", usual.to_owned())
    } else if is_date(text) && !moment {
        let day = text.get(..10).unwrap_or_default();
        ("only the day is wanted", format!("write it as {day}"))
    } else if is_date(text) && !has_offset(text) {
        (
            "the offset from UTC is missing",
            format!("write it as {text}Z, or with an offset such as +03:00"),
        )
    } else if is_date(text) {
        ("there is no such time", usual.to_owned())
    } else {
        ("not a date", usual.to_owned())
    };
    reader.bad_date(node, text, label, help);
}

impl Field for Date {
    fn read(node: &Node, reader: &mut Reader) -> Option<Self> {
        let text = written::<Self>(node, reader)?;
        let day = parse_day(&text);
        if day.is_none() {
            refuse(node, reader, &text, false);
        }
        day
    }

    fn schema() -> Json {
        json!({ "type": "string", "format": "date" })
    }

    fn type_words() -> Cow<'static, str> {
        "a date".into()
    }

    fn plural_words() -> Cow<'static, str> {
        "dates".into()
    }

    fn example() -> Cow<'static, str> {
        "2025-02-27".into()
    }
}

impl Field for Moment {
    fn read(node: &Node, reader: &mut Reader) -> Option<Self> {
        let text = written::<Self>(node, reader)?;
        let moment = parse_day(&text)
            .map(Moment::Date)
            .or_else(|| parse_instant(&text).map(Moment::Timestamp));
        if moment.is_none() {
            refuse(node, reader, &text, true);
        }
        moment
    }

    fn schema() -> Json {
        json!({ "type": "string", "anyOf": [{ "format": "date" }, { "format": "date-time" }] })
    }

    fn type_words() -> Cow<'static, str> {
        "a date or a time".into()
    }

    fn plural_words() -> Cow<'static, str> {
        "dates or times".into()
    }

    fn example() -> Cow<'static, str> {
        "2025-02-27".into()
    }
}

impl Field for PartialDate {
    fn read(node: &Node, reader: &mut Reader) -> Option<Self> {
        let text = written::<Self>(node, reader)?;
        let known = parse_partial(&text);
        if known.is_none() {
            let day = text.len() == 10 && is_date(&text);
            let label = if day { "there is no such day" } else { "not a date" };
            let help = "write 2014-03-18, or \"2014-03\", or 2014: as much as is known";
            reader.bad_date(node, &text, label, help.to_owned());
        }
        known
    }

    fn schema() -> Json {
        json!({ "anyOf": [
            { "type": "string", "pattern": "^[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?$" },
            { "type": "integer", "minimum": 1, "maximum": 9999 },
        ] })
    }

    fn type_words() -> Cow<'static, str> {
        "a date, a month or a year".into()
    }

    fn plural_words() -> Cow<'static, str> {
        "dates, months or years".into()
    }

    fn example() -> Cow<'static, str> {
        "2025-02-27".into()
    }
}

fn parse_partial(text: &str) -> Option<PartialDate> {
    let first = match text.len() {
        4 => parse_day(&format!("{text}-01-01")),
        7 => parse_day(&format!("{text}-01")),
        _ => parse_day(text),
    }
    .filter(|date| date.year() >= 1)?;
    Some(PartialDate {
        year: first.year(),
        month: (text.len() >= 7).then(|| first.month()),
        day: (text.len() == 10).then(|| first.day()),
    })
}
