//! What was probably meant by a name that is not there.

use std::borrow::Cow;

/// The longest name that is taken for a slip of another, in characters: a distance costs their lengths multiplied.
const LONGEST: usize = 200;
/// How many names that are not there are guessed at in one document. Whoever has that many has another fault than
/// slips, and each guess looks at all names.
pub(crate) const MOST_GUESSES: usize = 200;

/// The name nearest to `wanted` among `known`, if one is near enough to be a likely slip.
///
/// Near enough: at most one edit in three characters, or a common prefix of the whole of `wanted`
/// or of the whole candidate. Ties go to the first in byte order, so that messages are stable.
/// Whoever asks again and again makes a [`Near`] of the known names.
pub fn nearest<'a>(wanted: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let wanted = Wanted::new(wanted)?;
    let near = known.into_iter().filter_map(|name| {
        let distance = wanted.distance(name, name.chars().count(), letters(name), wanted.limit)?;
        Some((distance, name))
    });
    near.min().map(|(_, name)| name)
}

/// Known names, ready to be asked again and again for the nearest of one that is not among them.
///
/// A distance is worked out only for names whose length and letters allow one that is small enough.
#[derive(Debug)]
pub struct Near<'a> {
    /// In byte order: characters, letters, name.
    names: Vec<(usize, u64, Cow<'a, str>)>,
}

impl<'a> Near<'a> {
    /// Makes known names ready.
    pub fn new<N: Into<Cow<'a, str>>>(names: impl IntoIterator<Item = N>) -> Near<'a> {
        let mut names: Vec<Cow<'a, str>> = names.into_iter().map(Into::into).collect();
        names.sort_unstable();
        names.dedup();
        let counted = names.into_iter().map(|name| (name.chars().count(), letters(&name), name));
        Near { names: counted.collect() }
    }

    /// The name nearest to `wanted`, as [`nearest`] has it.
    pub fn nearest(&self, wanted: &str) -> Option<&str> {
        let wanted = Wanted::new(wanted)?;
        let mut best: Option<(usize, &str)> = None;
        for (length, letters, name) in &self.names {
            // Of names that are as near, the first counts.
            let limit = match best {
                Some((0, _)) => break,
                Some((distance, _)) => distance - 1,
                None => wanted.limit,
            };
            if let Some(distance) = wanted.distance(name, *length, *letters, limit) {
                best = Some((distance, name));
            }
        }
        best.map(|(_, name)| name)
    }

    /// The name near to `wanted`, if there is just one: so near that nothing else can be meant.
    pub fn only(&self, wanted: &str) -> Option<&str> {
        let wanted = Wanted::new(wanted)?;
        let mut near = self.names.iter().filter(|(length, letters, name)| {
            wanted.distance(name, *length, *letters, wanted.limit).is_some()
        });
        let (.., first) = near.next()?;
        near.next().is_none().then_some(first)
    }
}

/// A name that is not there.
struct Wanted<'w> {
    name: &'w str,
    length: usize,
    letters: u64,
    /// How many edits away a slip may be.
    limit: usize,
    /// Where each of its characters stands.
    columns: Columns,
}

impl<'w> Wanted<'w> {
    fn new(name: &'w str) -> Option<Self> {
        let length = name.chars().take(LONGEST + 1).count();
        let limit = 1.max(length / 3);
        (length <= LONGEST).then(|| Wanted {
            name,
            length,
            letters: letters(name),
            limit,
            columns: Columns::new(name),
        })
    }

    /// How far a name is away, if it is not farther than `limit`.
    fn distance(&self, name: &str, length: usize, letters: u64, limit: usize) -> Option<usize> {
        let distance = || {
            // An edit adds or takes one character, and puts one letter in the place of another at most.
            let bound = length.abs_diff(self.length);
            let missing = (self.letters & !letters).count_ones();
            let bound = bound.max((letters & !self.letters).count_ones().max(missing) as usize);
            if bound > limit {
                return None;
            }
            let distance = match self.length <= Columns::MOST {
                true => self.columns.distance(self.length, name),
                false => strsim::osa_distance(self.name, name),
            };
            Some(distance).filter(|distance| *distance <= limit)
        };
        let contains = self.limit <= limit
            && self.length >= 4
            && (name.starts_with(self.name) || name.ends_with(self.name));
        distance().or(contains.then_some(self.limit))
    }
}

/// The distance of optimal string alignment from a name, worked out for all its characters at once: each is a bit, and
/// a step takes one character of the other name (Hyyrö, "A Bit-Vector Algorithm for Computing Levenshtein and Damerau
/// Edit Distances", 2003). A site of dead links asks for millions of them.
struct Columns {
    /// Where each character of ASCII stands in the name, a bit for each place.
    ascii: [u64; 128],
    /// The same of others.
    others: Vec<(char, u64)>,
}

impl Columns {
    /// The longest name that it takes, in characters.
    const MOST: usize = 64;

    fn new(name: &str) -> Columns {
        let mut columns = Columns { ascii: [0; 128], others: Vec::new() };
        for (at, c) in name.chars().take(Columns::MOST).enumerate() {
            let bit = 1 << at;
            match columns.ascii.get_mut(c as usize) {
                Some(places) => *places |= bit,
                None => match columns.others.iter_mut().find(|(other, _)| *other == c) {
                    Some((_, places)) => *places |= bit,
                    None => columns.others.push((c, bit)),
                },
            }
        }
        columns
    }

    /// The places of a character.
    fn places(&self, c: char) -> u64 {
        match self.ascii.get(c as usize) {
            Some(places) => *places,
            None => self.others.iter().find(|(other, _)| *other == c).map_or(0, |(_, p)| *p),
        }
    }

    /// How far another name is away from the name, which has so many characters.
    fn distance(&self, length: usize, other: &str) -> usize {
        let Some(last) = length.checked_sub(1).map(|last| 1 << last) else {
            return other.chars().count();
        };
        let mut distance = length;
        // Of the column before: where the distance grows and falls from one row to the next, and where it stays from
        // row to row along the diagonal.
        let (mut grows, mut falls, mut stays) = (u64::MAX, 0_u64, 0_u64);
        let mut before = 0;
        for c in other.chars() {
            let places = self.places(c);
            let swapped = ((!stays & places) << 1) & before;
            stays = ((places & grows).wrapping_add(grows) ^ grows) | places | falls | swapped;
            let more = falls | !(stays | grows);
            let less = stays & grows;
            distance += usize::from(more & last != 0);
            distance -= usize::from(less & last != 0);
            let more = more << 1 | 1;
            grows = (less << 1) | !(stays | more);
            falls = more & stays;
            before = places;
        }
        distance
    }
}

/// The letters of a name, without how often each occurs: a bit for each, which some share.
fn letters(name: &str) -> u64 {
    name.chars().fold(0, |all, c| all | 1 << (u32::from(c) % 64))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nearest_finds_slips_and_nothing_else() {
        let keys = ["title", "topics", "actors", "review_by", "actors_of_old", "fold"];
        let near = Near::new(keys);
        for (wanted, found) in [
            ("titel", Some("title")),
            ("topic", Some("topics")),
            ("review", Some("review_by")),
            ("colour", None),
            ("actors", Some("actors")),
            ("actor", Some("actors")),
            ("x", None),
            ("", None),
            ("oldd", None),
        ] {
            assert_eq!(nearest(wanted, keys), found, "{wanted}");
            assert_eq!(near.nearest(wanted), found, "{wanted}");
        }
        assert_eq!(nearest(&"a".repeat(LONGEST + 1), [&*"a".repeat(LONGEST)]), None);
        assert_eq!(near.only("titel"), Some("title"));
        assert_eq!(near.only("actor"), None);
    }

    proptest::proptest! {
        #[test]
        fn distances_are_those_of_the_whole_table(
            a in "[ab\\u{e7}c \u{4e2d}]{0,70}|[a-z]{0,12}",
            b in "[ab\\u{e7}c \u{4e2d}]{0,70}|[a-z]{0,12}",
        ) {
            let wanted = a.chars().take(Columns::MOST).collect::<String>();
            let found = Columns::new(&wanted).distance(wanted.chars().count(), &b);
            proptest::prop_assert_eq!(found, strsim::osa_distance(&wanted, &b));
        }
    }

    #[test]
    fn bounds_leave_no_name_out() {
        let all: Vec<String> = (0..400u32)
            .map(|n| {
                let letter = |n: u32| char::from(b'a' + (n % 3) as u8);
                (0..n % 7).map(|at| letter(n / 3u32.pow(at % 5) + at)).collect()
            })
            .collect();
        let near = Near::new(all.iter().map(String::as_str));
        for wanted in &all {
            let limit = 1.max(wanted.len() / 3);
            let slow = all.iter().filter_map(|name| {
                let long = wanted.len() >= 4;
                let distance = strsim::osa_distance(wanted, name);
                let contains = long && (name.starts_with(wanted) || name.ends_with(wanted));
                let distance = if contains { distance.min(limit) } else { distance };
                (distance <= limit).then_some((distance, name.as_str()))
            });
            assert_eq!(near.nearest(wanted), slow.min().map(|(_, name)| name), "{wanted}");
        }
    }
}
