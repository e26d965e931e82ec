//! Dates in words, in the language of the theme's strings.

use jiff::civil::Date;

use crate::front_matter::PartialDate;

use super::strings::Strings;

/// A day in words, such as `27 February 2025`.
pub fn day(strings: &Strings, date: Date) -> String {
    format!("{} {} {}", date.day(), month_name(strings, date.month()), date.year())
}

/// The name of a month, from 1.
pub fn month_name(strings: &Strings, month: i8) -> &str {
    const KEYS: [&str; 12] = [
        "month_1", "month_2", "month_3", "month_4", "month_5", "month_6", "month_7", "month_8",
        "month_9", "month_10", "month_11", "month_12",
    ];
    let key = usize::try_from(month).ok().and_then(|month| KEYS.get(month.checked_sub(1)?));
    strings.get(key.unwrap_or(&""))
}

/// A date in words, as precise as it is known.
pub fn partial(strings: &Strings, date: &PartialDate) -> String {
    match (date.month, date.day) {
        (Some(month), Some(day)) => {
            format!("{day} {} {}", month_name(strings, month), date.year)
        }
        (Some(month), None) => format!("{} {}", month_name(strings, month), date.year),
        _ => date.year.to_string(),
    }
}
