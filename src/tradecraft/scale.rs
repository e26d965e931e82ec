//! Scales of likelihood: words and the percents that they stand for, as their standards have them.

use std::ops::Range;

use crate::diagnostic::nearest;

/// A word of a scale.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Row {
    /// The word.
    pub(crate) word: &'static str,
    /// A word that the standard gives beside it, of the same meaning.
    pub(crate) synonym: Option<&'static str>,
    /// The least percent that it stands for.
    pub(crate) low: f64,
    /// The greatest percent that it stands for.
    pub(crate) high: f64,
    /// Both, as the standard writes them, without the sign for percent.
    pub(crate) range: &'static str,
    /// The percents that are called by it: from and to, and whether those two themselves are.
    called: (f64, bool, f64, bool),
}

impl Row {
    /// The percent in the middle of those that it stands for: what is scored where no other is stated.
    pub(crate) fn middle(&self) -> f64 {
        f64::midpoint(self.low, self.high)
    }

    /// Whether a percent is called by it.
    fn calls(&self, percent: f64) -> bool {
        let (from, with_from, to, with_to) = self.called;
        (percent > from || with_from && percent == from)
            && (percent < to || with_to && percent == to)
    }
}

/// A scale of likelihood.
#[derive(Debug)]
pub(crate) struct Scale {
    /// What its standard is called.
    pub(crate) title: &'static str,
    /// Where it is from, for readers who want to look it up.
    pub(crate) source: &'static str,
    /// Its words, the least likely first.
    pub(crate) rows: &'static [Row],
}

/// A row of a scale: word, synonym, bounds, how they are written, and what is called by it.
const fn row(
    word: &'static str,
    synonym: Option<&'static str>,
    (low, high): (f64, f64),
    range: &'static str,
    called: (f64, bool, f64, bool),
) -> Row {
    Row { word, synonym, low, high, range, called }
}

/// ICD 203. Rows touch: a percent that two share is called by the one that is nearer to an even chance, which claims less.
pub(crate) const ICD203: Scale = Scale {
    title: "ICD 203",
    source: "Office of the Director of National Intelligence (United States), Intelligence Community Directive 203, Analytic Standards, 2015",
    rows: &[
        row("almost no chance", Some("remote"), (1.0, 5.0), "1–5", (1.0, true, 5.0, false)),
        row(
            "very unlikely",
            Some("highly improbable"),
            (5.0, 20.0),
            "5–20",
            (5.0, true, 20.0, false),
        ),
        row("unlikely", Some("improbable"), (20.0, 45.0), "20–45", (20.0, true, 45.0, false)),
        row(
            "roughly even chance",
            Some("roughly even odds"),
            (45.0, 55.0),
            "45–55",
            (45.0, true, 55.0, true),
        ),
        row("likely", Some("probable"), (55.0, 80.0), "55–80", (55.0, false, 80.0, true)),
        row(
            "very likely",
            Some("highly probable"),
            (80.0, 95.0),
            "80–95",
            (80.0, false, 95.0, true),
        ),
        row(
            "almost certain",
            Some("nearly certain"),
            (95.0, 99.0),
            "95–99",
            (95.0, false, 99.0, true),
        ),
    ],
};

/// The yardstick of the PHIA. The gaps are meant: 22 % has no word.
pub(crate) const PHIA: Scale = Scale {
    title: "PHIA probability yardstick",
    source: "Professional Head of Intelligence Assessment (United Kingdom), Probability Yardstick, 2019",
    rows: &[
        row("remote chance", None, (0.0, 5.0), "0–5", (0.0, true, 5.0, true)),
        row("highly unlikely", None, (10.0, 20.0), "10–20", (10.0, true, 20.0, true)),
        row("unlikely", None, (25.0, 35.0), "25–35", (25.0, true, 35.0, true)),
        row("realistic possibility", None, (40.0, 50.0), "40–50", (40.0, true, 50.0, false)),
        row("likely", Some("probable"), (55.0, 75.0), "55–75", (55.0, true, 75.0, true)),
        row("highly likely", None, (80.0, 90.0), "80–90", (80.0, true, 90.0, true)),
        row("almost certain", None, (95.0, 100.0), "95–100", (95.0, true, 100.0, true)),
    ],
};

/// The IPCC's likelihood scale. Its ranges lie in each other; a percent is called by the word that says most.
pub(crate) const IPCC: Scale = Scale {
    title: "IPCC likelihood scale",
    source: "Mastrandrea et al., Guidance Note for Lead Authors of the IPCC Fifth Assessment Report on Consistent Treatment of Uncertainties, 2010",
    rows: &[
        row("exceptionally unlikely", None, (0.0, 1.0), "< 1", (0.0, true, 1.0, false)),
        row("very unlikely", None, (0.0, 10.0), "< 10", (1.0, true, 10.0, false)),
        row("unlikely", None, (0.0, 33.0), "< 33", (10.0, true, 33.0, false)),
        row("about as likely as not", None, (33.0, 66.0), "33–66", (33.0, true, 66.0, true)),
        row("likely", None, (66.0, 100.0), "> 66", (66.0, false, 90.0, true)),
        row("very likely", None, (90.0, 100.0), "> 90", (90.0, false, 99.0, true)),
        row("virtually certain", None, (99.0, 100.0), "> 99", (99.0, false, 100.0, true)),
    ],
};

/// All scales.
const ALL: [&Scale; 3] = [&ICD203, &PHIA, &IPCC];

/// Words of a scale that mean something else in most texts.
const AMBIGUOUS: &[&str] = &["remote"];

/// A word of likelihood that stands in a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Stated {
    /// Where, in bytes.
    pub(crate) at: Range<usize>,
    /// The word, in small letters.
    pub(crate) word: &'static str,
}

impl Scale {
    /// A word of the scale or its synonym, and where it stands.
    pub(crate) fn row(&self, word: &str) -> Option<(usize, &'static Row)> {
        let is = |row: &&Row| row.word == word || row.synonym == Some(word);
        self.rows.iter().enumerate().find(|(_, row)| is(row))
    }

    /// The word that a percent is called by, if there is one.
    pub(crate) fn word_of(&self, percent: f64) -> Option<(usize, &'static Row)> {
        self.rows.iter().enumerate().find(|(_, row)| row.calls(percent))
    }

    /// Which slot a percent lies in: `2 * n + 1` is that of word `n`, an even number one between two words, or before or
    /// behind all.
    pub(crate) fn slot(&self, percent: f64) -> usize {
        match self.word_of(percent) {
            Some((n, _)) => 2 * n + 1,
            None => 2 * self.rows.iter().filter(|row| row.called.2 <= percent).count(),
        }
    }

    /// The word of this scale that is probably meant by another: the one of the nearest percent for a word of another
    /// scale, else the one that is written almost so.
    pub(crate) fn nearest(&self, word: &str) -> Option<&'static str> {
        let lower = word.trim().to_lowercase();
        if let Some((_, row)) = self.row(&lower) {
            return Some(if row.synonym == Some(&*lower) { row.synonym? } else { row.word });
        }
        if let Some((_, other)) = ALL.iter().find_map(|scale| scale.row(&lower)) {
            let far = |row: &&Row| (row.middle() - other.middle()).abs();
            return self.rows.iter().min_by(|a, b| far(a).total_cmp(&far(b))).map(|row| row.word);
        }
        nearest(&lower, self.words())
    }

    /// All its words and their synonyms.
    pub(crate) fn words(&self) -> impl Iterator<Item = &'static str> {
        self.rows.iter().flat_map(|row| [Some(row.word), row.synonym]).flatten()
    }
}

/// The words of all scales that stand in a text, in order; of those that lie in each other, the longest.
pub(crate) fn stated(text: &str) -> Vec<Stated> {
    let lower = lower(text);
    let mut words: Vec<&'static str> = ALL.iter().flat_map(|scale| scale.words()).collect();
    words.sort_unstable();
    words.dedup();
    words.retain(|word| !AMBIGUOUS.contains(word));
    let mut found: Vec<Stated> = words
        .into_iter()
        .flat_map(|word| whole_words(&lower, word).map(move |at| Stated { at, word }))
        .collect();
    found.sort_by_key(|one| (one.at.start, std::cmp::Reverse(one.at.end)));
    let mut end = 0;
    found.retain(|one| {
        let apart = one.at.start >= end;
        end = end.max(one.at.end);
        apart
    });
    found
}

/// A text in small letters, byte for byte: letters that would take another number of bytes stay as they are.
pub(crate) fn lower(text: &str) -> String {
    text.to_ascii_lowercase()
}

/// Where a phrase stands in a text between the ends of words.
pub(crate) fn whole_words(text: &str, phrase: &str) -> impl Iterator<Item = Range<usize>> {
    let letter = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() || c == '-');
    text.match_indices(phrase).map(|(at, found)| at..at + found.len()).filter(move |at| {
        let before = text.get(..at.start).and_then(|text| text.chars().next_back());
        let after = text.get(at.end..).and_then(|text| text.chars().next());
        !letter(before) && !letter(after)
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The tables of the standards, written out anew.
    #[test]
    fn every_bound_is_that_of_the_standard() {
        let table = |scale: &Scale| {
            let rows = scale.rows.iter().map(|row| {
                let synonym = row.synonym.map(|word| format!(" / {word}")).unwrap_or_default();
                format!("{}{synonym}: {} = {}–{}", row.word, row.range, row.low, row.high)
            });
            rows.collect::<Vec<_>>()
        };
        assert_eq!(
            table(&ICD203),
            [
                "almost no chance / remote: 1–5 = 1–5",
                "very unlikely / highly improbable: 5–20 = 5–20",
                "unlikely / improbable: 20–45 = 20–45",
                "roughly even chance / roughly even odds: 45–55 = 45–55",
                "likely / probable: 55–80 = 55–80",
                "very likely / highly probable: 80–95 = 80–95",
                "almost certain / nearly certain: 95–99 = 95–99",
            ]
        );
        assert_eq!(
            table(&PHIA),
            [
                "remote chance: 0–5 = 0–5",
                "highly unlikely: 10–20 = 10–20",
                "unlikely: 25–35 = 25–35",
                "realistic possibility: 40–50 = 40–50",
                "likely / probable: 55–75 = 55–75",
                "highly likely: 80–90 = 80–90",
                "almost certain: 95–100 = 95–100",
            ]
        );
        assert_eq!(
            table(&IPCC),
            [
                "exceptionally unlikely: < 1 = 0–1",
                "very unlikely: < 10 = 0–10",
                "unlikely: < 33 = 0–33",
                "about as likely as not: 33–66 = 33–66",
                "likely: > 66 = 66–100",
                "very likely: > 90 = 90–100",
                "virtually certain: > 99 = 99–100",
            ]
        );
    }

    #[test]
    fn a_percent_has_its_word_or_none_on_both_sides_of_each_bound() {
        let called = |scale: &Scale, percents: &[(f64, &str)]| {
            for (percent, word) in percents {
                let found = scale.word_of(*percent).map_or("", |(_, row)| row.word);
                assert_eq!(found, *word, "{} {percent}", scale.title);
            }
        };
        called(
            &ICD203,
            &[
                (0.0, ""),
                (0.9, ""),
                (1.0, "almost no chance"),
                (4.9, "almost no chance"),
                (5.0, "very unlikely"),
                (19.9, "very unlikely"),
                (20.0, "unlikely"),
                (44.9, "unlikely"),
                (45.0, "roughly even chance"),
                (55.0, "roughly even chance"),
                (55.1, "likely"),
                (80.0, "likely"),
                (80.1, "very likely"),
                (95.0, "very likely"),
                (95.1, "almost certain"),
                (99.0, "almost certain"),
                (99.1, ""),
                (100.0, ""),
            ],
        );
        called(
            &PHIA,
            &[
                (0.0, "remote chance"),
                (5.0, "remote chance"),
                (5.1, ""),
                (9.9, ""),
                (10.0, "highly unlikely"),
                (20.0, "highly unlikely"),
                (22.0, ""),
                (25.0, "unlikely"),
                (35.0, "unlikely"),
                (36.0, ""),
                (40.0, "realistic possibility"),
                (49.9, "realistic possibility"),
                (50.0, ""),
                (54.9, ""),
                (55.0, "likely"),
                (75.0, "likely"),
                (76.0, ""),
                (80.0, "highly likely"),
                (90.0, "highly likely"),
                (91.0, ""),
                (95.0, "almost certain"),
                (100.0, "almost certain"),
            ],
        );
        called(
            &IPCC,
            &[
                (0.0, "exceptionally unlikely"),
                (1.0, "very unlikely"),
                (9.9, "very unlikely"),
                (10.0, "unlikely"),
                (32.9, "unlikely"),
                (33.0, "about as likely as not"),
                (66.0, "about as likely as not"),
                (66.1, "likely"),
                (90.0, "likely"),
                (90.1, "very likely"),
                (99.0, "very likely"),
                (99.1, "virtually certain"),
                (100.0, "virtually certain"),
            ],
        );
    }

    #[test]
    fn a_word_of_another_scale_is_told_by_its_percent_and_a_slip_by_its_letters() {
        for (scale, word, near) in [
            (&ICD203, "highly likely", Some("very likely")),
            (&ICD203, "realistic possibility", Some("roughly even chance")),
            (&ICD203, "virtually certain", Some("almost certain")),
            (&ICD203, "remote chance", Some("almost no chance")),
            (&ICD203, "Likely", Some("likely")),
            (&ICD203, "probably", Some("probable")),
            (&ICD203, "purple", None),
            (&PHIA, "very likely", Some("highly likely")),
            (&PHIA, "roughly even chance", Some("realistic possibility")),
            (&IPCC, "probable", Some("likely")),
        ] {
            assert_eq!(scale.nearest(word), near, "{} {word}", scale.title);
        }
    }

    #[test]
    fn words_are_found_whole_and_the_longest_first() {
        let found = |text: &str| stated(text).into_iter().map(|s| s.word).collect::<Vec<_>>();
        assert_eq!(found("It is Very Likely, and not unlikely, that"), ["very likely", "unlikely"]);
        assert_eq!(found("likelihood, a remote village, the likely-looking"), [""; 0]);
        assert_eq!(found("about as likely as not"), ["about as likely as not"]);
        assert_eq!(found("äußerst likely ﬁ probable"), ["likely", "probable"]);
    }

    proptest! {
        #[test]
        fn every_percent_has_one_slot_and_slots_rise(a in 0.0..=100.0_f64, b in 0.0..=100.0_f64) {
            for scale in ALL {
                let (a, b) = (a.min(b), a.max(b));
                prop_assert!(scale.slot(a) <= scale.slot(b), "{} {a} {b}", scale.title);
                prop_assert!(scale.slot(b) <= 2 * scale.rows.len());
                let calling = scale.rows.iter().filter(|row| row.calls(a)).count();
                prop_assert!(calling <= 1, "{} {a}", scale.title);
                if let Some((_, row)) = scale.word_of(a) {
                    prop_assert!(row.low <= a && a <= row.high);
                }
            }
        }
    }
}
