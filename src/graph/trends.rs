//! How storylines stand: what their briefs say of how things have changed, month by month.

use std::collections::BTreeSet;
use std::fmt;
use std::ops::Range;

use jiff::civil::Date;

use crate::arena::{Arena, Ix};
use crate::corpus::Published;
use crate::front_matter::{Brief, Status, Storyline, Trend};
use crate::never;

use super::StorylineLinks;

/// A month of the calendar.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct CalendarMonth {
    /// The year.
    pub year: i16,
    /// From 1.
    pub month: i8,
}

impl CalendarMonth {
    fn of(date: Date) -> CalendarMonth {
        CalendarMonth { year: date.year(), month: date.month() }
    }

    /// The month so many months before, in the calendar as it goes on without end.
    pub fn before(self, months: i32) -> CalendarMonth {
        let number = i32::from(self.year) * 12 + i32::from(self.month) - 1 - months;
        let year = i16::try_from(number.div_euclid(12)).unwrap_or(i16::MIN);
        CalendarMonth { year, month: (number.rem_euclid(12) + 1) as i8 }
    }
}

impl fmt::Display for CalendarMonth {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}", self.year, self.month)
    }
}

/// A month in which briefs of a storyline say how things have changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StatedMonth {
    /// The month.
    pub month: CalendarMonth,
    /// The last change that is said in it; that nothing has changed takes none of them back.
    pub trend: Trend,
    /// Where the briefs that say so stand among those of the storyline.
    briefs: Range<usize>,
}

/// How a storyline has changed.
#[derive(Debug, Default)]
pub struct StorylineTrend {
    /// The briefs that say so, oldest first.
    stated: Vec<Ix<Brief>>,
    /// By month, oldest first.
    months: Vec<StatedMonth>,
    /// The last month in which the storyline was followed: that of its last brief, or, if it is open, of the last change of
    /// any storyline.
    until: Option<CalendarMonth>,
}

impl StorylineTrend {
    /// The briefs that say how things have changed, oldest first.
    pub fn stated(&self) -> &[Ix<Brief>] {
        &self.stated
    }

    /// The months in which they say so, oldest first.
    pub fn months(&self) -> &[StatedMonth] {
        &self.months
    }

    /// The briefs of a month.
    pub fn briefs(&self, month: &StatedMonth) -> &[Ix<Brief>] {
        never::part(&self.stated, month.briefs.clone())
    }

    /// What is said in a month, if something is.
    pub fn in_month(&self, month: CalendarMonth) -> Option<&StatedMonth> {
        let at = self.months.binary_search_by_key(&month, |stated| stated.month).ok()?;
        self.months.get(at)
    }

    /// The last month in which the storyline was followed, if anything is said of how it has changed.
    pub fn until(&self) -> Option<CalendarMonth> {
        self.until
    }

    /// Whether the storyline was followed in a month.
    pub fn is_followed_in(&self, month: CalendarMonth) -> bool {
        let first = self.months.first().map(|first| first.month);
        first.is_some_and(|first| first <= month) && self.until.is_some_and(|until| month <= until)
    }
}

/// How all storylines have changed.
#[derive(Debug, Default)]
pub struct Trends {
    of: Vec<StorylineTrend>,
    /// The months in which any of them did, oldest first, each with the storylines that were followed in it.
    months: Vec<(CalendarMonth, Vec<Ix<Storyline>>)>,
}

impl Trends {
    /// Gathers what the briefs of storylines say.
    pub(super) fn new(
        documents: &Published,
        storylines: &Arena<Storyline, StorylineLinks>,
    ) -> Trends {
        let trend = |brief: Ix<Brief>| Some(documents.briefs[brief].front.trend.as_ref()?.value);
        let month = |brief: Ix<Brief>| documents.briefs[brief].date.map(CalendarMonth::of);
        let mut of: Vec<StorylineTrend> = storylines
            .iter()
            .map(|links| {
                let stated = links.briefs.iter().copied().filter(|brief| trend(*brief).is_some());
                let stated: Vec<Ix<Brief>> = stated.collect();
                let mut months: Vec<StatedMonth> = Vec::new();
                for (at, brief) in stated.iter().enumerate() {
                    let (Some(month), Some(trend)) = (month(*brief), trend(*brief)) else {
                        continue;
                    };
                    match months.last_mut().filter(|last| last.month == month) {
                        Some(last) => {
                            last.briefs.end = at + 1;
                            if trend != Trend::Unchanged {
                                last.trend = trend;
                            }
                        }
                        None => months.push(StatedMonth { month, trend, briefs: at..at + 1 }),
                    }
                }
                StorylineTrend { stated, months, until: None }
            })
            .collect();
        let all: BTreeSet<CalendarMonth> =
            of.iter().flat_map(|trend| &trend.months).map(|stated| stated.month).collect();
        let last = all.last().copied();
        let mut months: Vec<(CalendarMonth, Vec<Ix<Storyline>>)> =
            all.into_iter().map(|month| (month, Vec::new())).collect();
        for ((ix, storyline), trend) in documents.storylines.entries().zip(&mut of) {
            let Some(first) = trend.months.first().map(|first| first.month) else { continue };
            trend.until = match storyline.front.status {
                Status::Open => last,
                Status::Dormant | Status::Closed => {
                    storylines[ix].briefs.last().copied().and_then(month)
                }
            };
            let start = months.partition_point(|(month, _)| *month < first);
            for (month, followed) in months.iter_mut().skip(start) {
                if trend.is_followed_in(*month) {
                    followed.push(ix);
                }
            }
        }
        Trends { of, months }
    }

    /// How a storyline has changed.
    pub fn of(&self, storyline: Ix<Storyline>) -> Option<&StorylineTrend> {
        self.of.get(storyline.get())
    }

    /// The months in which any storyline did, oldest first, each with those that were followed in it.
    pub fn months(&self) -> &[(CalendarMonth, Vec<Ix<Storyline>>)] {
        &self.months
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn months_go_back_over_years() {
        let month = |year, month| CalendarMonth { year, month };
        assert_eq!(month(2025, 2).before(0), month(2025, 2));
        assert_eq!(month(2025, 2).before(1), month(2025, 1));
        assert_eq!(month(2025, 2).before(2), month(2024, 12));
        assert_eq!(month(2025, 2).before(14), month(2023, 12));
        assert_eq!(month(0, 1).before(1), month(-1, 12));
        assert_eq!(month(2025, 2).to_string(), "2025-02");
    }

    #[test]
    fn a_storyline_is_followed_from_its_first_change_to_its_end() {
        let month = |month| CalendarMonth { year: 2025, month };
        let stated = |at| StatedMonth { month: month(at), trend: Trend::Improved, briefs: 0..0 };
        let months = vec![stated(2), stated(4)];
        let trend = StorylineTrend { stated: Vec::new(), months, until: Some(month(5)) };
        let followed: Vec<i8> = (1..=6).filter(|at| trend.is_followed_in(month(*at))).collect();
        assert_eq!(followed, [2, 3, 4, 5]);
        assert!(trend.in_month(month(4)).is_some() && trend.in_month(month(3)).is_none());
        assert!(!StorylineTrend::default().is_followed_in(month(2)));
    }
}
