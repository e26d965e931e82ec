//! How fast names are found: the registry of 50,000 names is made, and text scanned, beside a plain
//! Aho-Corasick automaton on the same names and text, which is what no linker can be faster than.
//!
//! ```text
//! cargo bench --bench names
//! ```

#![allow(
    clippy::print_stdout,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a benchmark prints what it measured"
)]

use std::hint::black_box;
use std::time::{Duration, Instant};

use chancery::internals::names::{
    Declaration, Languages, Linker, Name, Policy, Registry, Setting, Subject,
};

/// How much text is scanned, in bytes.
const TEXT: usize = 16 << 20;
/// How many actors the large registry has; each has five names.
const ACTORS: u32 = 10_000;

/// Words from a linear congruential generator: the same on every machine.
struct Words(u64);

impl Words {
    fn next(&mut self, n: u64) -> usize {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from((self.0 >> 33) % n).unwrap()
    }

    /// A made-up word of two to four syllables.
    fn word(&mut self) -> String {
        const SYLLABLES: [&str; 32] = [
            "an", "bor", "ca", "del", "en", "fa", "gor", "hal", "in", "jo", "kar", "lo", "mar",
            "ne", "or", "pa", "qui", "ra", "sto", "ta", "ul", "ver", "wen", "xi", "yar", "zo",
            "th", "sk", "lia", "mon", "gra", "tis",
        ];
        (0..2 + self.next(3)).map(|_| SYLLABLES[self.next(32)]).collect()
    }

    fn name(&mut self) -> String {
        let mut word = self.word();
        word[..1].make_ascii_uppercase();
        word
    }
}

fn actors(words: &mut Words, count: u32) -> Vec<Declaration> {
    let name = |text: String| Name { text, ..Name::default() };
    (0..count)
        .map(|id| {
            let (first, last, place) = (words.name(), words.name(), words.name());
            Declaration {
                id: id.to_string(),
                name: name(format!("{first} {last}")),
                aliases: vec![
                    name(format!("{} {last}", &first[..1])),
                    name(format!("Minister {last}")),
                ],
                weak: vec![name(last)],
                metonyms: vec![name(place)],
                ..Declaration::default()
            }
        })
        .collect()
}

/// Prose in which every twentieth word begins a name.
fn text(words: &mut Words, actors: &[Declaration]) -> String {
    let mut out = String::with_capacity(TEXT + 64);
    let vocabulary: Vec<String> = (0..4000).map(|_| words.word()).collect();
    while out.len() < TEXT {
        match words.next(20) {
            0 => out.push_str(&actors[words.next(actors.len() as u64)].name.text),
            1 => out.push_str("the"),
            2 => out.push('.'),
            _ => out.push_str(&vocabulary[words.next(4000)]),
        }
        out.push(' ');
    }
    out
}

/// The shortest of some runs.
fn best(mut run: impl FnMut()) -> Duration {
    (0..5)
        .map(|_| {
            let started = Instant::now();
            run();
            started.elapsed()
        })
        .min()
        .unwrap()
}

fn main() {
    let languages = Languages::default();
    for count in [200, ACTORS] {
        let mut words = Words(7);
        let actors = actors(&mut words, count);
        let text = text(&mut words, &actors);
        let names: Vec<&str> = actors
            .iter()
            .flat_map(|a| [&a.name].into_iter().chain(&a.aliases).chain(&a.weak).chain(&a.metonyms))
            .map(|name| name.text.as_str())
            .collect();
        let making = best(|| {
            black_box(Registry::new(&actors, &mut Vec::new()));
        });
        let registry = Registry::new(&actors, &mut Vec::new());
        let automaton = aho_corasick::AhoCorasick::builder()
            .match_kind(aho_corasick::MatchKind::LeftmostLongest)
            .build(&names)
            .unwrap();
        let subject = Subject { about: &[], own: None, date: None, language: languages.of("en") };
        // A paragraph at a time, as documents are read.
        let paragraphs: Vec<&str> = text.split_inclusive(". ").collect();
        let mut found = Vec::new();
        let linking = best(|| {
            let mut linker = Linker::new(&registry, subject, Policy::First);
            for paragraph in &paragraphs {
                found.clear();
                linker.block(paragraph, &[], |_| Setting::Prose, &mut found);
                black_box(&found);
            }
        });
        let limit = best(|| {
            for paragraph in &paragraphs {
                black_box(automaton.find_iter(paragraph).count());
            }
        });
        let speed = |time: Duration| text.len() as f64 / 1e6 / time.as_secs_f64();
        println!(
            "{:6} names: made in {:5.1} ms; linker {:4.0} MB/s, Aho-Corasick alone {:4.0} MB/s",
            names.len(),
            making.as_secs_f64() * 1e3,
            speed(linking),
            speed(limit)
        );
    }
}
