//! Names that are almost the same.

use crate::never::slice;
use std::collections::HashMap;
use std::hash::Hash;

use super::fold;

/// The shortest name that is compared letter by letter, in characters.
const SHORTEST: usize = 6;

/// The longest name that is compared: it is spelled once for each letter.
const LONGEST: usize = 200;
/// With how many of the names that are spelled as it is, each is compared. Each pair of actors is reported, and of
/// hundreds that are alike, the first few tell enough.
const MOST_ALIKE: usize = 20;

/// The pairs of names of different actors that differ by their diacritics or by one letter, as indices of
/// `names`, which are texts with their actors. Equal names are no pair: they are a clash.
///
/// Two texts that are one letter apart have a spelling in common when a letter is left out of each or of
/// one, so that looking those up replaces comparing all with all.
pub(crate) fn near_names<A: Copy + Ord + Hash>(names: &[(&str, A)]) -> Vec<(usize, usize)> {
    let folded: Vec<String> = names.iter().map(|(text, _)| folded(text)).collect();
    let mut spellings: HashMap<String, Vec<usize>> = HashMap::new();
    for (index, text) in folded.iter().enumerate() {
        spellings.entry(text.clone()).or_default().push(index);
        if !(SHORTEST..=LONGEST).contains(&text.chars().count()) {
            continue;
        }
        for (at, c) in text.char_indices() {
            let without = format!("{}{}", slice(text, ..at), slice(text, at + c.len_utf8()..));
            let list = spellings.entry(without).or_default();
            if list.last() != Some(&index) {
                list.push(index);
            }
        }
    }
    let mut pairs: Vec<(usize, usize)> = Vec::new();
    for alike in spellings.into_values() {
        for (n, a) in alike.iter().enumerate() {
            for b in alike.iter().skip(n + 1).take(MOST_ALIKE) {
                let pair = (*a.min(b), *a.max(b));
                let (Some((x, x_actor)), Some((y, y_actor))) =
                    (names.get(pair.0), names.get(pair.1))
                else {
                    continue;
                };
                let (Some(fx), Some(fy)) = (folded.get(pair.0), folded.get(pair.1)) else {
                    continue;
                };
                if x_actor != y_actor
                    && x != y
                    && !differ_in_a_digit(fx, fy)
                    && strsim::damerau_levenshtein(fx, fy) <= 1
                {
                    pairs.push(pair);
                }
            }
        }
    }
    pairs.sort_unstable();
    pairs.dedup();
    // Two actors are reported once, by the first of their names that are alike.
    let mut seen = std::collections::HashSet::new();
    pairs.retain(|(a, b)| match (names.get(*a), names.get(*b)) {
        (Some((_, x)), Some((_, y))) => seen.insert((*x.min(y), *x.max(y))),
        _ => false,
    });
    pairs
}

fn folded(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    while let Some(token) = fold::token(text, at) {
        fold::folded(token, text, &mut out);
        at = token.end;
    }
    out
}

/// `Resolution 2201` and `Resolution 2202` are two things, however near.
fn differ_in_a_digit(a: &str, b: &str) -> bool {
    let digits = |text: &str| text.chars().filter(char::is_ascii_digit).collect::<String>();
    digits(a) != digits(b)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_a_letter_apart_are_found() {
        for (a, b, near) in [
            ("Keceli", "Ke\u{e7}eli", true),
            ("Sergei Lavrov", "Sergey Lavrov", true),
            ("Sergei Lavrov", "Sregei Lavrov", true),
            ("Sergei Lavrov", "Sergi Lavrov", true),
            ("Sergei Lavrov", "Sergei Ivanov", false),
            ("Russia", "Russia", false),
            ("Iran", "Iraq", false),
            ("Resolution 2201", "Resolution 2202", false),
        ] {
            assert_eq!(!near_names(&[(a, 0), (b, 1)]).is_empty(), near, "{a} {b}");
        }
        assert!(near_names(&[("Sergei Lavrov", 0), ("Sergey Lavrov", 0)]).is_empty());
    }

    #[test]
    fn of_very_many_or_very_long_names_that_are_alike_some_are_compared() {
        let texts: Vec<String> = (0..400u32)
            .map(|n| {
                let accent = |at: u32| if n >> at & 1 == 1 { "\u{301}" } else { "" };
                "aeiouaeiou".chars().zip(0..).map(|(c, at)| format!("{c}{}", accent(at))).collect()
            })
            .collect();
        let names: Vec<(&str, u32)> = texts.iter().map(String::as_str).zip(0..).collect();
        let pairs = near_names(&names).len();
        assert!((399..=400 * MOST_ALIKE).contains(&pairs), "{pairs}");
        let long = "a".repeat(1_000_000);
        let longer = format!("{long}b");
        assert!(near_names(&[(&long, 0), (&longer, 1)]).is_empty());
    }
}
