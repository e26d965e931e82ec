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
