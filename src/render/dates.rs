//! Dates in words, in the language of the theme's strings.

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use crate::front_matter::PartialDate;

use super::strings::Strings;

/// A day in words, such as `27 February 2025`.
pub(super) fn day(strings: &Strings, date: Date) -> String {
    let (month, day) = (Some(date.month()), Some(date.day()));
    partial(strings, &PartialDate { year: date.year(), month, day })
}

/// A moment in words, such as `27 February 2025, 09:00 (Europe/Istanbul)`; the day alone if it is the first moment of one
/// in the time zone, which is called `name`.
pub(super) fn moment(strings: &Strings, moment: Timestamp, zone: &TimeZone, name: &str) -> String {
    let local = moment.to_zoned_datetime(zone.clone());
    let words = day(strings, local.date());
    if local.start_of_day().is_ok_and(|start| start == local) {
        return words;
    }
    let seconds = if local.second() == 0 { "%H:%M" } else { "%H:%M:%S" };
    format!("{words}, {} ({name})", local.strftime(seconds))
}

/// The name of a month, from 1.
pub(super) fn month_name(strings: &Strings, month: i8) -> &str {
    const KEYS: [&str; 12] = [
        "month_1", "month_2", "month_3", "month_4", "month_5", "month_6", "month_7", "month_8",
        "month_9", "month_10", "month_11", "month_12",
    ];
    let key = usize::try_from(month).ok().and_then(|month| KEYS.get(month.checked_sub(1)?));
    strings.get(key.unwrap_or(&""))
}

/// The name of a month in short, from 1.
pub(super) fn short_month_name(strings: &Strings, month: i8) -> &str {
    const KEYS: [&str; 12] = [
        "month_short_1",
        "month_short_2",
        "month_short_3",
        "month_short_4",
        "month_short_5",
        "month_short_6",
        "month_short_7",
        "month_short_8",
        "month_short_9",
        "month_short_10",
        "month_short_11",
        "month_short_12",
    ];
    let key = usize::try_from(month).ok().and_then(|month| KEYS.get(month.checked_sub(1)?));
    strings.get(key.unwrap_or(&""))
}

/// A date in words, as precise as it is known.
pub(super) fn partial(strings: &Strings, date: &PartialDate) -> String {
    let mut words = String::with_capacity(24);
    if let Some(month) = date.month {
        if let Some(day) = date.day {
            words.push_str(itoa::Buffer::new().format(day));
            words.push(' ');
        }
        words.push_str(month_name(strings, month));
        words.push(' ');
    }
    words.push_str(itoa::Buffer::new().format(date.year));
    words
}

/// From one date to another, as people write it: what both have in common is said once.
pub(super) fn range(strings: &Strings, from: &PartialDate, to: &PartialDate) -> String {
    let last = partial(strings, to);
    if from == to {
        return last;
    }
    let same_year = from.year == to.year;
    match (from.month, from.day, to.month, to.day) {
        (Some(a), Some(day), Some(b), Some(_)) if same_year && a == b => format!("{day}–{last}"),
        (Some(month), Some(day), Some(_), Some(_)) if same_year => {
            format!("{day} {} – {last}", month_name(strings, month))
        }
        (Some(month), None, Some(_), None) if same_year => {
            format!("{}–{last}", month_name(strings, month))
        }
        (None, _, None, _) => format!("{}–{last}", partial(strings, from)),
        _ => format!("{} – {last}", partial(strings, from)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_range_says_once_what_both_ends_have_in_common() {
        let mut strings = Strings::default();
        let words = include_str!("../../templates/strings/en.toml");
        strings.read("en.toml", words).unwrap();
        let date = |text: &str| {
            let mut parts = text.split('-').map(|part| part.parse::<i16>().unwrap());
            let year = parts.next().unwrap();
            let mut small = || parts.next().map(|part| i8::try_from(part).unwrap());
            PartialDate { year, month: small(), day: small() }
        };
        for (from, to, expected) in [
            ("2019-06-28", "2019-06-29", "28–29 June 2019"),
            ("2019-06-28", "2019-06-28", "28 June 2019"),
            ("2019-06-28", "2019-07-02", "28 June – 2 July 2019"),
            ("2019-12-30", "2020-01-02", "30 December 2019 – 2 January 2020"),
            ("2019-06", "2019-07", "June–July 2019"),
            ("2019-12", "2020-01", "December 2019 – January 2020"),
            ("2019", "2021", "2019–2021"),
            ("2019-06", "2019-07-02", "June 2019 – 2 July 2019"),
            ("2019", "2020-01", "2019 – January 2020"),
        ] {
            assert_eq!(range(&strings, &date(from), &date(to)), expected);
        }
    }
}
