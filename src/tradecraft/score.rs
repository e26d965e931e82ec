//! How good stated likelihoods turned out to be: the Brier score, what it is made of, and what chance alone would show.

use std::collections::BTreeMap;

use jiff::civil::Date;

/// A likelihood that was stated, from 0 to 1, whether it came about, and the group that it is counted in.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Forecast {
    /// What was stated; the middle of a word's range.
    pub(crate) stated: f64,
    /// The ends of the range; what was stated, if that was a percent.
    pub(crate) range: (f64, f64),
    /// Whether it came about.
    pub(crate) happened: bool,
    /// The group.
    pub(crate) group: usize,
}

impl Forecast {
    /// What came about, as a number.
    fn outcome(&self) -> f64 {
        if self.happened { 1.0 } else { 0.0 }
    }
}

/// The mean of some numbers; nothing of none.
fn mean(numbers: impl Iterator<Item = f64>) -> Option<f64> {
    let (count, sum) = numbers.fold((0_u32, 0.0), |(count, sum), number| (count + 1, sum + number));
    (count > 0).then(|| sum / f64::from(count))
}

/// The Brier score of forecasts, each as `stated` has it: the mean of the squares by which they were off. From 0, which is
/// perfect, to 1; always saying 50 % gives 0.25 (Brier 1950). Nothing of none.
pub(crate) fn brier(forecasts: &[Forecast], stated: impl Fn(&Forecast) -> f64) -> Option<f64> {
    mean(forecasts.iter().map(|one| (stated(one) - one.outcome()).powi(2)))
}

/// Forecasts that are counted together.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Bin {
    /// The group.
    pub(crate) group: usize,
    /// How many.
    pub(crate) count: u32,
    /// How many came about.
    pub(crate) happened: u32,
    /// The mean of what was stated.
    pub(crate) stated: f64,
    /// How often, as a part of them, a perfectly calibrated desk would see them come about in nine of ten cases.
    pub(crate) band: (f64, f64),
}

impl Bin {
    /// How often they came about, as a part of them.
    pub(crate) fn observed(&self) -> f64 {
        f64::from(self.happened) / f64::from(self.count)
    }

    /// Whether that is what a perfectly calibrated desk would see in nine of ten cases.
    pub(crate) fn is_within(&self) -> bool {
        let (low, high) = self.band;
        (low..=high).contains(&self.observed())
    }
}

/// What a Brier score is made of (Murphy 1973), with the two parts that make the sum exact where forecasts of a group differ
/// (Stephenson, Coelho and Jolliffe 2008): score = reliability − resolution + uncertainty + variance − covariance.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Split {
    /// The Brier score.
    pub(crate) brier: f64,
    /// How far groups were off: 0 is perfect.
    pub(crate) reliability: f64,
    /// How far groups told cases apart: more is better.
    pub(crate) resolution: f64,
    /// How uncertain the cases are: the score of always stating how often they come about.
    pub(crate) uncertainty: f64,
    /// How far forecasts of one group differ.
    pub(crate) variance: f64,
    /// How far they differ as the cases do, twice.
    pub(crate) covariance: f64,
    /// The groups, in order.
    pub(crate) bins: Vec<Bin>,
}

impl Split {
    /// How much better than always stating how often the cases come about: 1 is perfect, 0 as good, less is worse. Nothing
    /// where all cases came out the same.
    pub(crate) fn skill(&self) -> Option<f64> {
        (self.uncertainty > 0.0).then(|| 1.0 - self.brier / self.uncertainty)
    }
}

/// Splits the Brier score of some forecasts by their groups. Nothing of none.
pub(crate) fn split(forecasts: &[Forecast]) -> Option<Split> {
    let brier = brier(forecasts, |one| one.stated)?;
    let rate = mean(forecasts.iter().map(Forecast::outcome))?;
    let mut groups: BTreeMap<usize, Vec<&Forecast>> = BTreeMap::new();
    for one in forecasts {
        groups.entry(one.group).or_default().push(one);
    }
    let (mut reliability, mut resolution, mut variance, mut covariance) = (0.0, 0.0, 0.0, 0.0);
    let mut bins = Vec::with_capacity(groups.len());
    for (group, ones) in groups {
        let stated = mean(ones.iter().map(|one| one.stated))?;
        let observed = mean(ones.iter().map(|one| one.outcome()))?;
        let count = u32::try_from(ones.len()).unwrap_or(u32::MAX);
        reliability += f64::from(count) * (stated - observed).powi(2);
        resolution += f64::from(count) * (observed - rate).powi(2);
        variance += ones.iter().map(|one| (one.stated - stated).powi(2)).sum::<f64>();
        let apart = |one: &&Forecast| (one.stated - stated) * (one.outcome() - observed);
        covariance += 2.0 * ones.iter().map(apart).sum::<f64>();
        let happened = ones.iter().filter(|one| one.happened).count();
        let happened = u32::try_from(happened).unwrap_or(u32::MAX);
        let (low, high) = band(count, stated);
        let band = (f64::from(low) / f64::from(count), f64::from(high) / f64::from(count));
        bins.push(Bin { group, count, happened, stated, band });
    }
    let all = forecasts.len() as f64;
    Some(Split {
        brier,
        reliability: reliability / all,
        resolution: resolution / all,
        uncertainty: rate * (1.0 - rate),
        variance: variance / all,
        covariance: covariance / all,
        bins,
    })
}

/// How many of `count` cases, each of which comes about with the likelihood `p`, do so in nine of ten trials: from the
/// first number that at most one in twenty trials stays below, to the first that at most one in twenty exceeds. By the exact binomial distribution.
pub(crate) fn band(count: u32, p: f64) -> (u32, u32) {
    if p <= 0.0 {
        return (0, 0);
    }
    if p >= 1.0 {
        return (count, count);
    }
    // In logarithms, as the first of many terms would be too small for a number.
    let (yes, no) = (p.ln(), (-p).ln_1p());
    let mut term = f64::from(count) * no;
    let (mut sum, mut low) = (0.0, None);
    for k in 0..=count {
        sum += term.exp();
        if low.is_none() && sum >= 0.05 {
            low = Some(k);
        }
        if sum >= 0.95 {
            return (low.unwrap_or(k), k);
        }
        term += f64::from(count - k).ln() - f64::from(k + 1).ln() + yes - no;
    }
    // The sum of all is 1, but for what rounding takes.
    (low.unwrap_or(count), count)
}

/// The mean of what `of` makes of a likelihood that was stated anew on some days, oldest first, each weighted by how many
/// days it stood, until `end`. Nothing where none stood for a day.
pub(crate) fn time_weighted(
    steps: &[(Date, f64)],
    end: Date,
    of: impl Fn(f64) -> f64,
) -> Option<f64> {
    let ends = steps.iter().skip(1).map(|(day, _)| *day).chain([end]);
    let (mut days, mut sum) = (0.0, 0.0);
    for ((from, stated), to) in steps.iter().zip(ends) {
        let stood = f64::from((to.min(end) - *from).get_days().max(0));
        days += stood;
        sum += stood * of(*stated);
    }
    (days > 0.0).then(|| sum / days)
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use proptest::prelude::*;

    use super::*;

    fn forecast(stated: f64, happened: bool, group: usize) -> Forecast {
        Forecast { stated, range: (stated, stated), happened, group }
    }

    fn close(a: f64, b: f64) -> bool {
        (a - b).abs() < 1e-9
    }

    /// By hand: (0.7−1)² = 0.09, (0.7−0)² = 0.49, (0.2−0)² = 0.04, (0.2−0)² = 0.04; their mean is 0.165. The rate is 1/4.
    /// Reliability: (2·(0.7−0.5)² + 2·(0.2−0)²)/4 = 0.04. Resolution: (2·(0.5−0.25)² + 2·(0−0.25)²)/4 = 0.0625.
    /// Uncertainty: 0.25·0.75 = 0.1875. 0.04 − 0.0625 + 0.1875 = 0.165.
    #[test]
    fn a_score_worked_out_by_hand() {
        let ones = [
            forecast(0.7, true, 1),
            forecast(0.7, false, 1),
            forecast(0.2, false, 0),
            forecast(0.2, false, 0),
        ];
        let split = split(&ones).unwrap();
        for (found, expected) in [
            (split.brier, 0.165),
            (split.reliability, 0.04),
            (split.resolution, 0.0625),
            (split.uncertainty, 0.1875),
            (split.variance, 0.0),
            (split.covariance, 0.0),
            (split.skill().unwrap(), 0.12),
        ] {
            assert!(close(found, expected), "{found} {expected}");
        }
        assert_eq!(
            split.bins.iter().map(|b| (b.group, b.count, b.happened)).collect::<Vec<_>>(),
            [(0, 2, 0), (1, 2, 1)]
        );
    }

    /// By hand, in one group: 0.6 and 0.8, of which the second came about: (0.36 + 0.04)/2 = 0.2. The mean is 0.7, the rate
    /// 0.5: reliability 0.04, resolution 0, uncertainty 0.25, variance 0.01, covariance 2·(0.05 + 0.05)/2 = 0.1.
    #[test]
    fn percents_of_one_word_need_the_two_parts_within_it() {
        let split = split(&[forecast(0.6, false, 4), forecast(0.8, true, 4)]).unwrap();
        for (found, expected) in [
            (split.brier, 0.2),
            (split.reliability, 0.04),
            (split.resolution, 0.0),
            (split.uncertainty, 0.25),
            (split.variance, 0.01),
            (split.covariance, 0.1),
        ] {
            assert!(close(found, expected), "{found} {expected}");
        }
    }

    #[test]
    fn always_saying_half_scores_a_quarter_and_nothing_has_no_score() {
        let ones: Vec<_> = (0..10).map(|n| forecast(0.5, n % 3 == 0, 0)).collect();
        assert!(close(brier(&ones, |one| one.stated).unwrap(), 0.25));
        assert_eq!(split(&[]), None);
        assert_eq!(brier(&[], |one| one.stated), None);
        // All came about: there is nothing to be better than.
        assert_eq!(split(&[forecast(0.9, true, 0)]).unwrap().skill(), None);
    }

    #[test]
    fn words_are_scored_by_both_ends_too() {
        let word = Forecast { stated: 0.675, range: (0.55, 0.8), happened: true, group: 9 };
        assert!(close(brier(&[word], |one| one.range.0).unwrap(), 0.2025));
        assert!(close(brier(&[word], |one| one.range.1).unwrap(), 0.04));
    }

    /// The cumulative distribution by whole numbers and fractions, with no logarithm: the values for 3 cases are those of
    /// (1−p)³, 3p(1−p)² …
    #[test]
    fn the_band_is_that_of_the_binomial_distribution() {
        for (count, p, expected) in [
            (1, 0.5, (0, 1)),
            (3, 0.675, (1, 3)),
            (10, 0.5, (2, 8)),
            (10, 0.675, (4, 9)),
            (20, 0.5, (6, 14)),
            (20, 0.675, (10, 17)),
            (50, 0.675, (28, 39)),
            (10, 0.03, (0, 1)),
            (20, 0.97, (18, 20)),
            (5, 0.0, (0, 0)),
            (5, 1.0, (5, 5)),
        ] {
            assert_eq!(band(count, p), expected, "{count} {p}");
        }
    }

    /// Of 20 cases of one half, exactly: P(X ≤ 5) = 21700/1048576 = 0.0207, P(X ≤ 6) = 60460/1048576 = 0.0577;
    /// P(X ≤ 13) = 0.9423, P(X ≤ 14) = 0.9793.
    #[test]
    fn the_band_by_whole_numbers() {
        let choose = |n: u64, k: u64| (0..k).fold(1_u64, |sum, i| sum * (n - i) / (i + 1));
        for count in 1..=40_u64 {
            let total = 1_u64 << count;
            let mut sum = 0;
            let (mut low, mut high) = (None, None);
            for k in 0..=count {
                sum += choose(count, k);
                if low.is_none() && sum * 20 >= total {
                    low = Some(k as u32);
                }
                if high.is_none() && sum * 20 >= total * 19 {
                    high = Some(k as u32);
                }
            }
            assert_eq!(band(count as u32, 0.5), (low.unwrap(), high.unwrap()), "{count}");
        }
    }

    #[test]
    fn many_cases_do_not_underflow() {
        let (low, high) = band(100_000, 0.5);
        // The normal distribution: 50,000 ± 1.645 · 158.1.
        assert!(
            (49_735..=49_745).contains(&low) && (50_255..=50_265).contains(&high),
            "{low} {high}"
        );
    }

    #[test]
    fn a_chain_is_weighted_by_the_days_that_each_stood() {
        let steps = [(date(2025, 1, 1), 0.5), (date(2025, 1, 11), 0.8)];
        let mean = time_weighted(&steps, date(2025, 1, 31), |p| p).unwrap();
        // Ten days of 0.5 and twenty of 0.8.
        assert!(close(mean, 0.7), "{mean}");
        let score = time_weighted(&steps, date(2025, 1, 31), |p| (p - 1.0).powi(2)).unwrap();
        assert!(close(score, (10.0 * 0.25 + 20.0 * 0.04) / 30.0), "{score}");
        // What was stated after the end stood for no day.
        assert!(close(time_weighted(&steps, date(2025, 1, 6), |p| p).unwrap(), 0.5));
        assert_eq!(time_weighted(&steps, date(2025, 1, 1), |p| p), None);
        assert_eq!(time_weighted(&[], date(2025, 1, 1), |p| p), None);
    }

    proptest! {
        #[test]
        fn the_parts_add_up_to_the_score(
            ones in prop::collection::vec((0.0..=1.0_f64, any::<bool>(), 0..5_usize), 1..60)
        ) {
            let ones: Vec<_> = ones.into_iter().map(|(p, o, g)| forecast(p, o, g)).collect();
            let s = split(&ones).unwrap();
            let sum = s.reliability - s.resolution + s.uncertainty + s.variance - s.covariance;
            prop_assert!(close(s.brier, sum), "{} {sum}", s.brier);
            prop_assert!((0.0..=1.0).contains(&s.brier));
            prop_assert_eq!(s.bins.iter().map(|bin| bin.count as usize).sum::<usize>(), ones.len());
        }

        #[test]
        fn a_band_holds_nine_of_ten(count in 1..200_u32, p in 0.01..0.99_f64) {
            let (low, high) = band(count, p);
            prop_assert!(low <= high && high <= count);
            let mean = f64::from(count) * p;
            prop_assert!(f64::from(low) <= mean.ceil() && mean.floor() <= f64::from(high));
        }
    }
}
