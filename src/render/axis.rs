//! A time axis: months counted from the beginning of the year 0, how many of them a mark stands for, and what stands below.

use crate::front_matter::PartialDate;

use super::dates;
use super::strings::Strings;
use super::svg::{Across, EDGE};

/// How many months a mark may stand for.
const STEPS: [i32; 6] = [1, 3, 12, 60, 120, 1200];
/// Two labels have at least so much between where they begin, on the narrowest screen: a year, or a month of a year.
const YEAR: Across = 1_300;
const MONTH: Across = 2_200;

/// The number of a month.
pub(super) fn month(year: i16, month: i8) -> i32 {
    i32::from(year) * 12 + i32::from(month) - 1
}

/// Marks side by side, each for as many months.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Axis {
    /// The first month.
    start: i32,
    /// How many months a mark stands for.
    step: i32,
    /// How many marks.
    pub(super) marks: usize,
}

impl Axis {
    /// From one month to another, with less than so many marks and one.
    pub(super) fn new(first: i32, last: i32, most: i32) -> Axis {
        let months = (last - first).max(0) + 1;
        let step = STEPS.into_iter().find(|step| months / step < most).unwrap_or(months);
        let start = first.div_euclid(step) * step;
        let marks = (last.max(first) - start).div_euclid(step) + 1;
        Axis { start, step, marks: usize::try_from(marks).unwrap_or(1) }
    }

    /// The mark of a month, if the axis has it.
    pub(super) fn mark(&self, month: i32) -> Option<usize> {
        let mark = usize::try_from((month - self.start).div_euclid(self.step)).ok();
        mark.filter(|mark| *mark < self.marks)
    }

    /// The first month of a mark; behind the last, where the axis ends.
    fn month(&self, mark: usize) -> i32 {
        self.start + i32::try_from(mark).unwrap_or(i32::MAX / self.step) * self.step
    }

    /// The first year of a mark.
    #[cfg(test)]
    pub(super) fn year(&self, mark: usize) -> i16 {
        date(self.month(mark)).year
    }

    /// The months of a mark in words.
    pub(super) fn words(&self, mark: usize, strings: &Strings) -> String {
        let ends = [self.month(mark), self.month(mark + 1) - 1];
        let [from, to] = ends.map(|month| match self.step % 12 {
            0 => PartialDate { month: None, ..date(month) },
            _ => date(month),
        });
        dates::range(strings, &from, &to)
    }

    /// Where a mark begins, from the left.
    pub(super) fn left(&self, mark: usize) -> Across {
        (mark * EDGE as usize / self.marks.max(1)) as Across
    }

    /// How wide a mark is.
    pub(super) fn width(&self) -> Across {
        self.left(1)
    }

    /// What stands below, and where it begins: as much as has room.
    pub(super) fn labels(&self, strings: &Strings) -> Vec<(String, Across)> {
        let end = self.month(self.marks);
        let months = i64::from(end - self.start).max(1);
        let across = |months_on: i32| i64::from(months_on) * i64::from(EDGE) / months;
        let years = [12, 24, 60, 120, 240, 600, 1_200, 2_400, 6_000, 12_000];
        let every = [(1, MONTH), (3, MONTH), (6, MONTH)].into_iter();
        let mut every = every.chain(years.map(|every| (every, YEAR)));
        let Some((every, room)) = every.find(|(every, room)| across(*every) >= i64::from(*room))
        else {
            return Vec::new();
        };
        let first = self.start.div_euclid(every) * every;
        let at = (0..).map(|n| first + n * every).take_while(|month| *month < end);
        let at = at
            .filter_map(|month| Some((month, Across::try_from(across(month - self.start)).ok()?)));
        let labels = at.filter(|(_, at)| at + room <= EDGE).map(|(month, at)| {
            let PartialDate { year, month, .. } = date(month);
            let words = match month.filter(|_| every < 12) {
                Some(month) => format!("{} {year}", dates::short_month_name(strings, month)),
                None => year.to_string(),
            };
            (words, at)
        });
        labels.collect()
    }
}

/// A month as a date.
fn date(month: i32) -> PartialDate {
    PartialDate {
        year: i16::try_from(month.div_euclid(12)).unwrap_or(i16::MAX),
        month: i8::try_from(month.rem_euclid(12) + 1).ok(),
        day: None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_stand_for_months_and_of_a_long_time_for_more() {
        let last = month(2025, 3);
        for (first, step) in [(2016, 1), (2000, 3), (1950, 12), (1500, 60), (1000, 120), (1, 1200)]
        {
            let axis = Axis::new(month(first, 1), last, 120);
            assert_eq!(axis.step, step, "{first}");
            assert!(axis.marks <= 121, "{first}: {}", axis.marks);
            assert_eq!(axis.mark(month(first, 1)), Some(0));
            assert_eq!(axis.mark(last), Some(axis.marks - 1));
            assert_eq!(axis.mark(last + step), None);
        }
    }

    #[test]
    fn marks_have_words() {
        let strings = &Strings::default();
        let words = |first, last, mark| Axis::new(first, last, 120).words(mark, strings);
        assert_eq!(words(month(2025, 2), month(2025, 4), 1), "month_3 2025");
        assert_eq!(words(month(2000, 1), month(2025, 1), 0), "month_1–month_3 2000");
        assert_eq!(words(month(1950, 1), month(2025, 1), 1), "1951");
        assert_eq!(words(month(1000, 1), month(2025, 1), 1), "1010–1019");
    }

    proptest::proptest! {
        #[test]
        fn labels_never_overlap(first in 0i32..24_000, more in 0i32..24_000, most in 2i32..200) {
            let axis = Axis::new(first, first + more, most);
            proptest::prop_assert!(axis.marks as i32 <= most + 1, "{}", axis.marks);
            let labels = axis.labels(&Strings::default());
            let room = |words: &str| if words.contains(' ') { MONTH } else { YEAR };
            for pair in labels.windows(2) {
                proptest::prop_assert!(pair[1].1 - pair[0].1 >= room(&pair[0].0), "{labels:?}");
            }
            proptest::prop_assert!(labels.iter().all(|(words, at)| at + room(words) <= EDGE), "{labels:?}");
        }
    }
}
