//! Days, times and moments: how they are read, and what to write instead of one that is written otherwise.

use std::borrow::Cow;

use jiff::Timestamp;
use jiff::civil::{Date, DateTime, Time};
use jiff::tz::{Offset, TimeZone};
use serde_json::json;

use super::field::{Field, FieldReader};
use super::quoted::code;
use super::tree::{Node, NodeValue};
use crate::diagnostic::Code;
use crate::never;

/// The text of a date: written as one, as text, or as a number.
fn date_text<'n>(node: &'n Node, reader: &mut FieldReader) -> Option<Cow<'n, str>> {
    match &node.value {
        NodeValue::Date(text) | NodeValue::Text(text) => Some(Cow::Borrowed(text.trim())),
        NodeValue::Integer(n) => Some(Cow::Owned(n.to_string())),
        _ => {
            reader.wrong_type(node, "a date");
            None
        }
    }
}

/// A day of exactly the shape `2025-02-27`: the library would take more.
fn day(text: &str) -> Option<Date> {
    let shaped = text.len() == 10
        && text
            .bytes()
            .enumerate()
            .all(|(i, b)| if i == 4 || i == 7 { b == b'-' } else { b.is_ascii_digit() });
    shaped.then(|| text.parse().ok()).flatten()
}

/// A day, or a day and a time, perhaps with an offset: as RFC 3339 has it, and as YAML 1.1 does, with spaces and the offset
/// in short, such as `2022-01-03 9:00:00 +0300`.
fn moment(text: &str) -> Option<Moment> {
    let (date, rest) = text.split_at_checked(10)?;
    let date = day(date)?;
    if rest.is_empty() {
        return Some(Moment::Day(date));
    }
    let time = rest.strip_prefix(['T', 't', ' ', '\t'])?.trim_start();
    let end = time.find(|c: char| !c.is_ascii_digit() && c != ':' && c != '.');
    let (time, zone) = time.split_at(end.unwrap_or(time.len()));
    let local = date.to_datetime(clock(time)?);
    match zone.trim_start() {
        "" => Some(Moment::Local(local)),
        zone => Some(Moment::Exact(offset(zone)?.to_timestamp(local).ok()?)),
    }
}

/// A time of the shape `09:00`, `09:00:00` or `09:00:00.5`; the hour may have one digit.
fn clock(text: &str) -> Option<Time> {
    let (hour, rest) = text.split_once(':')?;
    let digits = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
    let (minute, second) = rest.split_once(':').unwrap_or((rest, "00"));
    let (whole, part) = second.split_once('.').unwrap_or((second, "0"));
    let shaped = matches!(hour.len(), 1 | 2) && minute.len() == 2 && whole.len() == 2;
    if !shaped || part.is_empty() || ![hour, minute, whole, part].into_iter().all(digits) {
        return None;
    }
    format!("{hour:0>2}:{minute}:{second}").parse().ok()
}

/// An offset from UTC: `Z`, `UTC`, `+3`, `+03`, `+0300` or `+03:00`.
fn offset(text: &str) -> Option<Offset> {
    if matches!(text, "Z" | "z" | "UTC" | "GMT") {
        return Some(Offset::UTC);
    }
    let west = text.starts_with('-');
    let digits = text.strip_prefix(['-', '+'])?;
    let (hours, minutes) = match digits.split_once(':') {
        Some(parts) => parts,
        None if digits.len() == 4 => digits.split_at_checked(2)?,
        None => (digits, "00"),
    };
    let number = |text: &str| text.bytes().all(|b| b.is_ascii_digit()).then(|| text.parse().ok());
    let hours: i32 = number(hours).flatten().filter(|h| hours.len() <= 2 && *h < 24)?;
    let minutes: i32 = number(minutes).flatten().filter(|m| minutes.len() == 2 && *m < 60)?;
    let seconds = hours * 3600 + minutes * 60;
    Offset::from_seconds(if west { -seconds } else { seconds }).ok()
}

/// An offset as people write it: also by the names that RFC 5322, section 4.3 gives an offset, as Ruby and mail read them.
fn offset_in_words(text: &str) -> Option<Offset> {
    let hours = match text {
        "EDT" => -4,
        "EST" | "CDT" => -5,
        "CST" | "MDT" => -6,
        "MST" | "PDT" => -7,
        "PST" => -8,
        "UT" => 0,
        _ => return offset(text),
    };
    Offset::from_hours(hours).ok()
}

/// How precise a date is to be.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Precision {
    /// A day.
    Day,
    /// A day or a moment.
    Moment,
    /// A day, a month or a year.
    Partial,
}

fn bad_date(node: &Node, reader: &mut FieldReader, text: &str, wanted: Precision, shapes: &str) {
    // TOML's own parser has reported what it could not read as a date, and left nothing of it.
    if text.is_empty() {
        return;
    }
    let read = WrittenDate::read(text, wanted);
    let (message, label) = match &read {
        Some(WrittenDate::Vague(what, _)) => {
            (format!("`{text}` is {what}, not a day"), "a day is missing")
        }
        _ => (
            format!("{} is not a date", code(text)),
            "not a date of the calendar, or not written as one",
        ),
    };
    let help = read.map_or_else(|| format!("write it as {shapes}"), WrittenDate::help);
    reader.refuse(Code::BadDate, node.span, message, label, &help);
}

/// What to write instead of a date that is written as people do, such as `25.11.2026`.
pub(super) fn instead(text: &str) -> Option<String> {
    text.starts_with(|c: char| c.is_ascii_digit() || c.is_alphabetic())
        .then(|| WrittenDate::read(text, Precision::Moment))
        .flatten()
        .map(WrittenDate::help)
}

/// A day or a moment, however it is written, in the form of RFC 3339: `2025-02-27`, `2025-02-27T09:00:00` or
/// `2025-02-27T09:00:00+03:00`. `None` if it may mean two days, or none.
pub(crate) fn in_one_form(text: &str) -> Option<String> {
    let text = text.trim();
    let written = match moment(text) {
        Some(Moment::Day(day)) => return Some(day.to_string()),
        Some(Moment::Local(time)) => return Some(time.to_string()),
        Some(Moment::Exact(_)) => {
            let (date, time) = apart(text);
            format!("{date}{}", time.unwrap_or_default())
        }
        None => match WrittenDate::read(text, Precision::Moment)? {
            WrittenDate::Sure(written) => written,
            WrittenDate::Either(..) | WrittenDate::Vague(..) => return None,
        },
    };
    moment(&written).map(|_| written)
}

/// What a date means that is written as people do.
enum WrittenDate {
    /// This, as it is to be written.
    Sure(String),
    /// The first if the day stands before the month, the second if it stands behind it.
    Either(String, String),
    /// Less than a day: what it is, and an example of a day in it.
    Vague(&'static str, String),
}

impl WrittenDate {
    fn help(self) -> String {
        match self {
            WrittenDate::Sure(date) => format!("write `{date}`"),
            WrittenDate::Either(first, second) => {
                format!(
                    "write `{first}` if the day stands first in it, or `{second}` if the month does"
                )
            }
            WrittenDate::Vague(_, date) => format!("write the day, such as `{date}`"),
        }
    }

    fn read(text: &str, wanted: Precision) -> Option<WrittenDate> {
        let text = text.trim_matches(|c: char| c.is_whitespace() || "“”„‘’\"'".contains(c));
        if text.len() > 60 {
            return None;
        }
        // A time can stand behind or before the date.
        let (date, time) = apart(text);
        let time = time.filter(|_| wanted == Precision::Moment).unwrap_or_default();
        let written = |date: Date| format!("{date}{time}");
        let vague = |what, year: i16, month: Option<i8>| {
            let first = Date::new(year, month.unwrap_or(1), 1).ok()?;
            match (wanted, month) {
                (Precision::Partial, Some(month)) => {
                    Some(WrittenDate::Sure(format!("\"{year:04}-{month:02}\"")))
                }
                _ => Some(WrittenDate::Vague(what, first.to_string())),
            }
        };
        if date.contains(|c: char| c.is_ascii_alphabetic()) {
            let (year, month, day) = in_words(&date)?;
            return match day {
                Some(day) => {
                    Date::new(year, month, day).ok().map(|d| WrittenDate::Sure(written(d)))
                }
                None => vague("a month", year, Some(month)),
            };
        }
        let date = date.trim_end_matches(['.', ',']);
        let parts: Vec<&str> = date.split(['.', '/', '-', ' ', '年', '月', '日']).collect();
        let parts: Vec<&str> = parts.into_iter().filter(|part| !part.is_empty()).collect();
        if !parts.iter().all(|part| part.bytes().all(|b| b.is_ascii_digit())) {
            return None;
        }
        let number = |text: &str| text.parse::<i16>().ok();
        let small = |text: &str| text.parse::<i8>().ok();
        let make = |year: i16, month: i8, day: i8| Date::new(year, month, day).ok();
        match parts.as_slice() {
            [whole] if whole.len() == 8 => {
                let (year, rest) = whole.split_at_checked(4)?;
                let (month, day) = rest.split_at_checked(2)?;
                make(number(year)?, small(month)?, small(day)?)
                    .map(|d| WrittenDate::Sure(written(d)))
            }
            // Seconds since 1970.
            [seconds] if seconds.len() == 10 && wanted == Precision::Moment => {
                let moment = Timestamp::from_second(seconds.parse().ok()?).ok()?;
                Some(WrittenDate::Sure(moment.to_string()))
            }
            [year] if year.len() == 4 => vague("a year", number(year)?, None),
            [year, month] if year.len() == 4 => vague("a month", number(year)?, small(month)),
            [month, year] if year.len() == 4 => vague("a month", number(year)?, small(month)),
            [year, month, day] if year.len() == 4 => {
                make(number(year)?, small(month)?, small(day)?)
                    .map(|d| WrittenDate::Sure(written(d)))
            }
            [first, second, year] if matches!(year.len(), 2 | 4) => {
                let century = if year.len() == 2 { 2000 } else { 0 };
                let year = century + number(year)?;
                let (first, second) = (small(first)?, small(second)?);
                let (by_day, by_month) = (make(year, second, first), make(year, first, second));
                // With dots, the day stands first everywhere.
                match (by_day, by_month.filter(|_| !date.contains('.') || by_day.is_none())) {
                    (Some(one), Some(other)) if one != other => {
                        Some(WrittenDate::Either(written(one), written(other)))
                    }
                    (one, other) => one.or(other).map(|date| WrittenDate::Sure(written(date))),
                }
            }
            _ => None,
        }
    }
}

/// A date and the time that stands with it, written as in `T09:00:00+03:00`.
fn apart(text: &str) -> (String, Option<String>) {
    let mut before = ' ';
    let spaced = |c: char| {
        let between = before.is_ascii_digit() && c == 'T';
        before = c;
        if between { ' ' } else { c }
    };
    let spaced: String = text.chars().map(spaced).collect();
    let words: Vec<&str> = spaced.split([' ', '\t', ',']).filter(|word| !word.is_empty()).collect();
    let at = words.iter().position(|word| word.contains(':'));
    let Some((at, word)) = at.and_then(|at| Some((at, words.get(at)?))) else {
        return (text.to_owned(), None);
    };
    let lower = word.to_ascii_lowercase();
    let end = lower.find(|c: char| !c.is_ascii_digit() && c != ':' && c != '.');
    let (clock_text, mut behind) = lower.split_at(end.unwrap_or(lower.len()));
    let mut used = at + 1;
    let next = words.get(used).map(|word| word.to_ascii_lowercase().replace('.', ""));
    let next = next.unwrap_or_default();
    if behind.is_empty() && matches!(&*next, "am" | "pm") {
        (behind, used) = (&next, used + 1);
    }
    let time = clock(clock_text).and_then(|time| match behind {
        "pm" if time.hour() < 12 => time.checked_add(jiff::SignedDuration::from_hours(12)).ok(),
        "am" if time.hour() == 12 => time.checked_sub(jiff::SignedDuration::from_hours(12)).ok(),
        _ => Some(time),
    });
    let zone = match behind {
        "am" | "pm" | "" => {
            words.get(used).and_then(|word| offset_in_words(word)).inspect(|_| used += 1)
        }
        zone => offset_in_words(&zone.to_ascii_uppercase()),
    };
    let zone = zone.map(|zone| {
        let (minutes, sign) = (zone.seconds() / 60, if zone.is_negative() { '-' } else { '+' });
        match minutes.abs() {
            0 => "Z".to_owned(),
            minutes => format!("{sign}{:02}:{:02}", minutes / 60, minutes % 60),
        }
    });
    let rest = words.iter().enumerate().filter(|(n, _)| *n < at || *n >= used);
    let date: Vec<&str> = rest.map(|(_, word)| *word).collect();
    let time = time.map(|time| format!("T{time}{}", zone.unwrap_or_default()));
    (date.join(" "), time)
}

/// The year, the month and perhaps the day of a date with the month in English words.
fn in_words(text: &str) -> Option<(i16, i8, Option<i8>)> {
    const MONTHS: [&str; 12] = [
        "january",
        "february",
        "march",
        "april",
        "may",
        "june",
        "july",
        "august",
        "september",
        "october",
        "november",
        "december",
    ];
    let (mut year, mut month, mut day) = (None, None, None);
    for word in text.split([' ', ',', '-', '/', '.', '\u{a0}']).filter(|word| !word.is_empty()) {
        let word = word.to_lowercase();
        let ends = ["st", "nd", "rd", "th"];
        let digits = ends.iter().find_map(|end| word.strip_suffix(end)).unwrap_or(&word);
        if digits.bytes().all(|b| b.is_ascii_digit())
            && let Ok(number) = digits.parse::<i16>()
        {
            match digits.len() {
                4 if year.is_none() => year = Some(number),
                1 | 2 if day.is_none() => day = i8::try_from(number).ok(),
                _ => return None,
            }
        } else if word.len() >= 3
            && let Some(at) = MONTHS
                .iter()
                .position(|m| m.starts_with(&word) || word == "sept" && *m == "september")
        {
            month = month.or(i8::try_from(at + 1).ok());
        } else if !["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
            .iter()
            .any(|d| word.starts_with(d))
            && !matches!(&*word, "of" | "the")
        {
            return None;
        }
    }
    Some((year?, month?, day))
}

impl Field for Date {
    fn read(node: &Node, reader: &mut FieldReader) -> Self {
        let Some(text) = date_text(node, reader) else { return Date::default() };
        day(&text).unwrap_or_else(|| {
            bad_date(node, reader, &text, Precision::Day, "2025-02-27");
            Date::default()
        })
    }
    fn words() -> String {
        "date".into()
    }
    fn schema() -> serde_json::Value {
        json!({ "type": "string", "format": "date" })
    }
}

/// A day, a time on the clocks of the site's time zone, or a moment with an offset (RFC 3339).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Moment {
    /// A day: its start in the site's time zone.
    Day(Date),
    /// A day and a time in the site's time zone. Of a time that clocks show twice, the first is meant; one that they skip
    /// is as much later as they skip.
    Local(DateTime),
    /// A moment.
    Exact(Timestamp),
}

impl Default for Moment {
    fn default() -> Self {
        Moment::Day(Date::default())
    }
}

impl Moment {
    /// The moment, when days are those of `zone`. The last hours of the year 9999 are the last moment that there is.
    pub fn instant(&self, zone: &TimeZone) -> Timestamp {
        let time = match self {
            Moment::Day(date) => date.to_datetime(Time::midnight()),
            Moment::Local(time) => *time,
            Moment::Exact(moment) => return *moment,
        };
        // No year before 0 can be written.
        time.to_zoned_datetime(zone.clone()).map_or(Timestamp::MAX, |zoned| zoned.timestamp())
    }

    /// The day in `zone`.
    pub fn date(&self, zone: &TimeZone) -> Date {
        match self {
            Moment::Day(date) => *date,
            Moment::Local(time) => time.date(),
            Moment::Exact(moment) => moment.to_zoned_datetime(zone.clone()).date(),
        }
    }
}

impl Field for Moment {
    fn read(node: &Node, reader: &mut FieldReader) -> Self {
        let Some(text) = date_text(node, reader) else { return Moment::default() };
        moment(&text).unwrap_or_else(|| {
            bad_date(
                node,
                reader,
                &text,
                Precision::Moment,
                "2025-02-27, as 2025-02-27T09:00:00 in the site's time zone, or as 2025-02-27T09:00:00Z with Z or an offset",
            );
            Moment::default()
        })
    }
    fn words() -> String {
        "date or date-time".into()
    }
    fn schema() -> serde_json::Value {
        json!({ "anyOf": [
            { "type": "string", "format": "date" },
            { "type": "string", "format": "date-time" },
            { "type": "string", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt ] *[0-9]{1,2}:[0-9]{2}(:[0-9]{2}(\\.[0-9]+)?)?( *([Zz]|UTC|GMT|[+-][0-9]{1,2}(:?[0-9]{2})?))?$" },
        ] })
    }
}

/// A date as precise as it is known: a year, a month or a day.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct PartialDate {
    /// The year.
    pub year: i16,
    /// The month, if known.
    pub month: Option<i8>,
    /// The day, if known.
    pub day: Option<i8>,
}

impl PartialDate {
    /// The date that a text of exactly the shape `2025-02-27`, `2025-02` or `2025` is.
    pub(crate) fn of(text: &str) -> Option<PartialDate> {
        let (first, month, day_of_month) = match text.len() {
            4 => (day(&format!("{text}-01-01"))?, false, false),
            7 => (day(&format!("{text}-01"))?, true, false),
            _ => (day(text)?, true, true),
        };
        let part = |known: bool, part: i8| known.then_some(part);
        Some(PartialDate {
            year: first.year(),
            month: part(month, first.month()),
            day: part(day_of_month, first.day()),
        })
    }

    /// What to write instead of a text that is none, if that is certain.
    pub(crate) fn instead_of(text: &str) -> Option<String> {
        WrittenDate::read(text, Precision::Partial).map(WrittenDate::help)
    }

    /// The first day it can mean.
    pub fn first_day(&self) -> Date {
        let day = Date::new(self.year, self.month.unwrap_or(1), self.day.unwrap_or(1));
        day.unwrap_or_else(|_| never!("{self} is no day of the calendar" => Date::default()))
    }

    /// The last day it can mean.
    pub fn last_day(&self) -> Date {
        match (self.month, self.day) {
            (Some(_), Some(_)) => self.first_day(),
            (Some(_), None) => self.first_day().last_of_month(),
            _ => self.first_day().last_of_year(),
        }
    }
}

impl std::fmt::Display for PartialDate {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:04}", self.year)?;
        for part in [self.month, self.day].into_iter().flatten() {
            write!(f, "-{part:02}")?;
        }
        Ok(())
    }
}

impl Field for PartialDate {
    fn read(node: &Node, reader: &mut FieldReader) -> Self {
        let Some(text) = date_text(node, reader) else { return PartialDate::default() };
        let text = match &node.value {
            NodeValue::Integer(n @ 1..=999) => Cow::Owned(format!("{n:04}")),
            _ => text,
        };
        PartialDate::of(&text).unwrap_or_else(|| {
            let shapes = "2025-02-27, \"2025-02\" or \"2025\"";
            bad_date(node, reader, &text, Precision::Partial, shapes);
            PartialDate::default()
        })
    }
    fn words() -> String {
        "date, month or year".into()
    }
    fn schema() -> serde_json::Value {
        json!({ "anyOf": [{ "type": "string", "pattern": "^[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?$" }, { "type": "integer" }] })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_read_in_the_forms_of_yaml_and_rfc_3339() {
        for (text, read) in [
            ("2025-02-27", Some("2025-02-27")),
            ("2025-02-27T09:00:00Z", Some("2025-02-27T09:00:00Z")),
            ("2025-02-27t09:00:00z", Some("2025-02-27T09:00:00Z")),
            ("2025-02-27T09:00:00.25+03:00", Some("2025-02-27T06:00:00.25Z")),
            ("2022-01-03 09:00:00 +0300", Some("2022-01-03T06:00:00Z")),
            ("2022-01-03 09:00:00+0300", Some("2022-01-03T06:00:00Z")),
            ("2022-01-03 09:00:00 -4", Some("2022-01-03T13:00:00Z")),
            ("2001-12-14 21:59:43.10 -5", Some("2001-12-15T02:59:43.1Z")),
            ("2022-01-03  9:00 +5:30", Some("2022-01-03T03:30:00Z")),
            ("2022-01-03 09:00:00 UTC", Some("2022-01-03T09:00:00Z")),
            ("2017-07-03 23:04", Some("2017-07-03T23:04:00 local")),
            ("2025-02-27T09:00:00", Some("2025-02-27T09:00:00 local")),
            ("2022-01-03 09:00:00 +2500", None),
            ("2022-01-03 09:00:00 +03:0", None),
            ("2022-01-03 09:00:00 CET", None),
            ("2022-01-03 24:00:00", None),
            ("2022-01-03 09", None),
            ("2022-01-03Z", None),
            ("2022-02-30 09:00:00", None),
        ] {
            let shown = moment(text).map(|moment| match moment {
                Moment::Day(date) => date.to_string(),
                Moment::Local(time) => format!("{time} local"),
                Moment::Exact(moment) => moment.to_string(),
            });
            assert_eq!(shown.as_deref(), read, "{text}");
        }
    }

    #[test]
    fn what_to_write_instead_is_the_date_that_is_meant() {
        let either =
            "write `2025-04-03` if the day stands first in it, or `2025-03-04` if the month does";
        for (text, help) in [
            ("25.11.2026", "write `2026-11-25`"),
            ("1.2.2026", "write `2026-02-01`"),
            ("25.11.2026 09:30", "write `2026-11-25T09:30:00`"),
            ("2015", "write the day, such as `2015-01-01`"),
            ("2015-03", "write the day, such as `2015-03-01`"),
            ("March 2015", "write the day, such as `2015-03-01`"),
            ("February 27, 2025", "write `2025-02-27`"),
            ("Feb. 27th, 2025", "write `2025-02-27`"),
            ("27 Feb 2025", "write `2025-02-27`"),
            ("27-Feb-2025", "write `2025-02-27`"),
            ("the 27th of February 2025", "write `2025-02-27`"),
            ("Thursday, 27 February 2025", "write `2025-02-27`"),
            ("Thu, 27 Feb 2025 09:00:00 +0300", "write `2025-02-27T09:00:00+03:00`"),
            ("February 27, 2025 9:05 PM", "write `2025-02-27T21:05:00`"),
            ("February 27, 2025 12:05am UTC", "write `2025-02-27T00:05:00Z`"),
            ("2016-03-21 12:00 EDT", "write `2016-03-21T12:00:00-04:00`"),
            ("21 Mar 2016 12:00 PST", "write `2016-03-21T12:00:00-08:00`"),
            ("2025/02/27", "write `2025-02-27`"),
            ("2025/2/7 9:00", "write `2025-02-07T09:00:00`"),
            ("2025-2-7", "write `2025-02-07`"),
            ("20250227", "write `2025-02-27`"),
            ("“2025-02-27”", "write `2025-02-27`"),
            ("03/04/2025", either),
            ("04/04/2025", "write `2025-04-04`"),
            ("13/04/2025", "write `2025-04-13`"),
            ("04/13/2025", "write `2025-04-13`"),
            ("27.02.25", "write `2025-02-27`"),
            ("2025年2月27日", "write `2025-02-27`"),
            ("1704067200", "write `2024-01-01T00:00:00Z`"),
        ] {
            let read = WrittenDate::read(text, Precision::Moment).map(WrittenDate::help);
            assert_eq!(read.as_deref(), Some(help), "{text}");
        }
        for text in ["tomorrow", "", "32.13.2025", "27 Foo 2025", "2025-02-30", "1, 2, 3", "9:00"] {
            assert!(WrittenDate::read(text, Precision::Moment).is_none(), "{text}");
        }
        let month = WrittenDate::read("March 2015", Precision::Partial).map(WrittenDate::help);
        assert_eq!(month.as_deref(), Some("write `\"2015-03\"`"));
    }
}
