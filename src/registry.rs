//! The built-in registry: states and bodies of the world, with their names in ten languages.
//!
//! The table itself is `data/registry/states.toml` and `data/registry/bodies.toml`, made by `scripts/registry`. The program holds its
//! compact form, one compressed file of facts and one of names a language, so that a site pays for its own languages only.

use miniz_oxide::inflate::decompress_to_vec;

use crate::diagnostic::nearest;
use crate::never;

/// A set of actors that a site may ask for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Pack {
    /// States, and places that texts name as actors.
    States,
    /// International bodies.
    Bodies,
}

impl Pack {
    /// Every pack.
    pub(crate) const ALL: [Pack; 2] = [Pack::States, Pack::Bodies];

    /// Its name in a site's configuration, and the folder of its actors' ids.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Pack::States => "states",
            Pack::Bodies => "bodies",
        }
    }

    /// The pack of a name.
    pub(crate) fn named(name: &str) -> Option<Pack> {
        Pack::ALL.into_iter().find(|pack| pack.name() == name)
    }
}

/// An actor of the registry.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Record {
    /// Its id, such as `states/tr`.
    pub(crate) id: String,
    /// What it is: `state`, `organisation` or `body`.
    pub(crate) kind: String,
    /// Its code in ISO 3166-1, such as `TR`.
    pub(crate) iso3166: Option<String>,
    /// Its item in Wikidata, such as `Q43`.
    pub(crate) wikidata: Option<String>,
    /// The id of what it is part of.
    pub(crate) part_of: Option<String>,
    /// The ids of what it is a member of.
    pub(crate) member_of: Vec<String>,
    /// What it is called, in the languages that were asked for and in their order.
    pub(crate) called: Vec<Called>,
}

impl Record {
    /// Its name as it is shown, in the first language that was asked for.
    pub(crate) fn name(&self) -> &str {
        let name = self.called.first().and_then(|called| called.names.first());
        name.map_or(&self.id, |name| &name.text)
    }
}

/// What an actor is called in one language.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Called {
    /// The tag of the language, such as `en`.
    pub(crate) language: &'static str,
    /// Its names. The first is the one that is shown.
    pub(crate) names: Vec<RegistryName>,
    /// Its adjectives and its people.
    pub(crate) demonyms: Vec<String>,
    /// Places and buildings that stand for it.
    pub(crate) metonyms: Vec<String>,
    /// Phrases that hold a name of it and are something else.
    pub(crate) stop: Vec<String>,
}

/// A name of an actor.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct RegistryName {
    /// The name as it is shown.
    pub(crate) text: String,
    /// The name in its other cases, as `России` is of `Россия`.
    pub(crate) inflected: Vec<String>,
    /// How far it means the actor.
    pub(crate) force: Force,
    /// Whether it is an abbreviation.
    pub(crate) abbreviation: bool,
}

/// How far a name means its actor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Force {
    /// Always.
    Strong,
    /// Always, but not beside a capitalised word: it is also a word or a person's name.
    Guarded,
    /// With evidence.
    Weak,
}

/// The languages that the registry has names in.
pub(crate) fn languages() -> impl Iterator<Item = &'static str> {
    NAMES.iter().map(|(language, _)| *language)
}

/// The language of the registry that a tag (BCP 47) means; its region and script make no difference.
pub(crate) fn language(tag: &str) -> Option<&'static str> {
    let base = tag.split(['-', '_']).next().unwrap_or_default().to_lowercase();
    languages().find(|language| *language == base)
}

/// The id that was probably meant by one that is not there, of actors by their ids and names: one of the same last part
/// (`states/tr` for `tr`), or of the name that is written in it (`states/es` for `spian`), or almost the same.
pub(crate) fn nearest_id<'a>(written: &str, actors: &[(&'a str, &str)]) -> Option<&'a str> {
    let last = |id: &'_ str| id.rsplit('/').next().unwrap_or(id).to_lowercase();
    let wanted = last(written);
    let same = || actors.iter().find(|(id, _)| last(id) == wanted);
    let by_name = || {
        let names: Vec<String> = actors.iter().map(|(_, name)| name.to_lowercase()).collect();
        let near = nearest(&wanted.replace('-', " "), names.iter().map(String::as_str))?;
        actors.iter().zip(&names).find(|(_, name)| *name == near).map(|(actor, _)| actor)
    };
    // The codes of states are all almost the same.
    let told_apart = |id: &&str| !id.starts_with(Pack::States.name());
    let by_id = || nearest(written, actors.iter().map(|(id, _)| *id).filter(told_apart));
    same().map(|(id, _)| *id).or_else(by_id).or_else(|| by_name().map(|(id, _)| *id))
}

/// The actors of some packs, called as in some languages, in the order of their ids within a pack.
///
/// A language matches by its first part: `pt-BR` has the names of `pt`. One that the registry does not have gives no names.
pub(crate) fn records(packs: &[Pack], asked: &[&str]) -> Vec<Record> {
    let unpacked: Vec<(&'static str, String)> = asked
        .iter()
        .filter_map(|asked| {
            let base = language(asked)?;
            let (language, packed) = NAMES.iter().find(|(language, _)| *language == base)?;
            Some((*language, unpack(packed)))
        })
        .collect();
    let mut lines: Vec<_> =
        unpacked.iter().map(|(language, text)| (*language, text.lines())).collect();
    let mut records = Vec::new();
    for fact in unpack(FACTS).lines() {
        let called =
            lines.iter_mut().map(|(language, lines)| (*language, lines.next().unwrap_or_default()));
        // Every language is moved on, whether or not the pack was asked for.
        let called: Vec<_> = called.collect();
        if !packs.iter().any(|pack| fact.split('/').next() == Some(pack.name())) {
            continue;
        }
        let called = called.into_iter().map(|(language, line)| names(language, line)).collect();
        records.push(record(fact, called));
    }
    records
}

/// A line of facts: id, kind, ISO code, Wikidata item, what it is part of, what it is a member of.
fn record(line: &str, called: Vec<Called>) -> Record {
    let mut fields = line.split('\t');
    let mut field = || fields.next().unwrap_or_default();
    let some = |text: &str| (!text.is_empty()).then(|| text.to_owned());
    Record {
        id: field().to_owned(),
        kind: field().to_owned(),
        iso3166: some(field()),
        wikidata: some(field()),
        part_of: some(field()),
        member_of: field().split_whitespace().map(str::to_owned).collect(),
        called,
    }
}

/// A line of names: up to four lists, as the head of `data/registry/states.toml` says. A `~` stands for the first name.
fn names(language: &'static str, line: &str) -> Called {
    let first = line.split([';', '|']).next().unwrap_or_default().trim();
    let shown = expand(first.trim_start_matches(['!', '@'])).swap_remove(0);
    let line = line.replace('~', &shown);
    let mut lists = line
        .split('|')
        .map(|list| list.split(';').map(str::trim).filter(|entry| !entry.is_empty()));
    let mut names = Vec::new();
    for entry in lists.next().into_iter().flatten() {
        let text = entry.trim_start_matches(['!', '?', '@']);
        let marks = entry.get(..entry.len() - text.len()).unwrap_or_default();
        let force = match marks {
            _ if marks.contains('?') => Force::Weak,
            _ if marks.contains('!') => Force::Guarded,
            _ => Force::Strong,
        };
        let abbreviation = marks.contains('@');
        let mut forms = expand(text).into_iter();
        if let Some(text) = forms.next() {
            names.push(RegistryName { text, inflected: forms.collect(), force, abbreviation });
        }
    }
    let mut rest = || lists.next().into_iter().flatten().flat_map(expand).collect();
    Called { language, names, demonyms: rest(), metonyms: rest(), stop: rest() }
}

/// All forms that a text with braces stands for: `Росси{я,и}` is two.
fn expand(text: &str) -> Vec<String> {
    let Some((head, rest)) = text.split_once('{') else { return vec![text.to_owned()] };
    let Some((endings, tail)) = rest.split_once('}') else { return vec![text.to_owned()] };
    let tails = expand(tail);
    let forms = endings
        .split(',')
        .flat_map(|ending| tails.iter().map(move |tail| format!("{head}{ending}{tail}")));
    forms.collect()
}

/// The numbers of pieces that take one byte. A byte from here on is the first of two.
const ONE_BYTE: usize = 224;

/// The text of an embedded file.
fn unpack(packed: &[u8]) -> String {
    spelled(packed).unwrap_or_else(|| never!("a file of the registry is damaged" => String::new()))
}

/// The text of a file that holds, compressed: pieces of text, NUL between them, the byte FF, and the number of each piece
/// in turn. `None` for another file.
fn spelled(packed: &[u8]) -> Option<String> {
    let bytes = decompress_to_vec(packed).ok()?;
    let end = bytes.iter().position(|byte| *byte == 0xff)?;
    let pieces: Vec<&str> = str::from_utf8(bytes.get(..end)?).ok()?.split('\0').collect();
    let mut numbers = bytes.iter().skip(end + 1).map(|byte| usize::from(*byte));
    let mut text = String::with_capacity(4 * bytes.len());
    while let Some(first) = numbers.next() {
        let number = match first.checked_sub(ONE_BYTE) {
            Some(high) => ONE_BYTE + 256 * high + numbers.next()?,
            None => first,
        };
        text.push_str(pieces.get(number)?);
    }
    Some(text)
}

const FACTS: &[u8] = include_bytes!("../data/registry/packed/facts.deflate");

const NAMES: [(&str, &[u8]); 10] = [
    ("en", include_bytes!("../data/registry/packed/en.deflate")),
    ("de", include_bytes!("../data/registry/packed/de.deflate")),
    ("fr", include_bytes!("../data/registry/packed/fr.deflate")),
    ("es", include_bytes!("../data/registry/packed/es.deflate")),
    ("tr", include_bytes!("../data/registry/packed/tr.deflate")),
    ("uk", include_bytes!("../data/registry/packed/uk.deflate")),
    ("ru", include_bytes!("../data/registry/packed/ru.deflate")),
    ("zh", include_bytes!("../data/registry/packed/zh.deflate")),
    ("ar", include_bytes!("../data/registry/packed/ar.deflate")),
    ("pt", include_bytes!("../data/registry/packed/pt.deflate")),
];

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};

    use super::*;

    fn all() -> Vec<Record> {
        records(&[Pack::States, Pack::Bodies], &languages().collect::<Vec<_>>())
    }

    #[test]
    fn the_compact_form_is_the_table() {
        let of_the_program = all();
        let mut of_the_table = Vec::new();
        for (pack, table) in [
            (Pack::States, include_str!("../data/registry/states.toml")),
            (Pack::Bodies, include_str!("../data/registry/bodies.toml")),
        ] {
            let table: BTreeMap<String, toml::Table> = toml::from_str(table).unwrap();
            for (id, about) in table {
                let text =
                    |key: &str| about.get(key).map(|value| value.as_str().unwrap().to_owned());
                of_the_table.push(Record {
                    id: format!("{}/{id}", pack.name()),
                    kind: text("kind").unwrap(),
                    iso3166: text("iso3166"),
                    wikidata: text("wikidata"),
                    part_of: text("part_of"),
                    member_of: about
                        .get("member_of")
                        .into_iter()
                        .flat_map(|list| list.as_array().unwrap())
                        .map(|id| id.as_str().unwrap().to_owned())
                        .collect(),
                    called: languages().map(|tag| names(tag, &text(tag).unwrap())).collect(),
                });
            }
        }
        assert_eq!(of_the_program.len(), of_the_table.len());
        for (program, table) in of_the_program.iter().zip(&of_the_table) {
            assert_eq!(program, table, "run scripts/registry pack");
        }
    }

    #[test]
    fn every_record_is_sound() {
        let records = all();
        let ids: BTreeSet<&str> = records.iter().map(|record| record.id.as_str()).collect();
        assert_eq!(ids.len(), records.len(), "ids are unique");
        let mut items = BTreeSet::new();
        for record in &records {
            assert!(
                matches!(record.kind.as_str(), "state" | "organisation" | "body"),
                "{record:?}"
            );
            for other in record.member_of.iter().chain(&record.part_of) {
                assert!(ids.contains(other.as_str()), "{}: {other} is no record", record.id);
                assert_ne!(other, &record.id);
            }
            if let Some(item) = &record.wikidata {
                let digits = item.strip_prefix('Q').unwrap_or_default();
                assert!(!digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit()), "{item}");
                assert!(items.insert(item), "{}: {item} twice", record.id);
            }
            for called in &record.called {
                let first = called.names.first();
                assert!(
                    first.is_some_and(|name| name.force != Force::Weak),
                    "{} {}",
                    record.id,
                    called.language
                );
            }
        }
    }

    #[test]
    fn no_strong_name_is_of_two_actors_of_a_language() {
        let mut owners: BTreeMap<(&str, String), String> = BTreeMap::new();
        let mut shared = Vec::new();
        for record in all() {
            for called in &record.called {
                let strong = called.names.iter().filter(|name| name.force != Force::Weak);
                for name in strong.flat_map(|name| [&name.text].into_iter().chain(&name.inflected))
                {
                    let key = (called.language, name.clone());
                    let owner = owners.entry(key).or_insert_with(|| record.id.clone());
                    if *owner != record.id {
                        shared.push(format!("{} {name}: {owner}, {}", called.language, record.id));
                    }
                }
            }
        }
        assert!(shared.is_empty(), "{shared:#?}");
    }

    #[test]
    fn no_adjective_or_metonym_is_of_two_actors_of_a_language() {
        let mut owners: BTreeMap<(&str, String), String> = BTreeMap::new();
        let mut shared = Vec::new();
        for record in all() {
            for called in &record.called {
                for name in called.demonyms.iter().chain(&called.metonyms) {
                    let key = (called.language, name.clone());
                    let owner = owners.entry(key).or_insert_with(|| record.id.clone());
                    if *owner != record.id {
                        shared.push(format!("{} {name}: {owner}, {}", called.language, record.id));
                    }
                }
            }
        }
        assert!(shared.is_empty(), "{shared:#?}");
    }

    #[test]
    fn a_stop_phrase_is_longer_than_a_form_that_it_holds() {
        let mut idle = Vec::new();
        for record in all() {
            for called in &record.called {
                let names = called.names.iter();
                let names = names.flat_map(|name| [&name.text].into_iter().chain(&name.inflected));
                let names = names.map(String::as_str);
                let forms: Vec<&str> = names
                    .chain(called.demonyms.iter().chain(&called.metonyms).map(String::as_str))
                    .collect();
                for stop in &called.stop {
                    let held = forms.iter().any(|form| {
                        stop != form && stop.to_lowercase().contains(&form.to_lowercase())
                    });
                    if !held {
                        idle.push(format!("{} {}: {stop}", record.id, called.language));
                    }
                }
            }
        }
        assert!(idle.is_empty(), "{idle:#?}");
    }

    #[test]
    fn capitals_that_are_words_or_surnames_stand_for_no_state() {
        let words = [
            "Victoria",
            "Kingston",
            "Santiago",
            "Georgetown",
            "Hamilton",
            "Stanley",
            "Male",
            "Malé",
            "Sofia",
            "Nassau",
            "Douglas",
            "Moroni",
            "Sucre",
        ];
        for record in all() {
            for called in &record.called {
                assert!(
                    !called.metonyms.iter().any(|name| words.contains(&name.as_str())),
                    "{}",
                    record.id
                );
            }
        }
    }

    #[test]
    fn names_are_told_apart_and_marked() {
        let states = records(&[Pack::States], &["en", "ru-RU", "xx"]);
        let of = |id: &str| states.iter().find(|record| record.id == id).unwrap();
        let force = |id: &str, text: &str| {
            of(id).called[0].names.iter().find(|name| name.text == text).map(|name| name.force)
        };
        assert_eq!(of("states/tr").called.len(), 2);
        assert_eq!(force("states/tr", "Turkey"), Some(Force::Guarded));
        assert_eq!(force("states/jo", "Jordan"), Some(Force::Guarded));
        assert_eq!(force("states/fi", "Finland"), Some(Force::Strong));
        assert_eq!(force("states/cd", "Congo"), Some(Force::Weak));
        assert_eq!(force("states/cg", "Congo"), Some(Force::Weak));
        assert!(of("states/dm").called[0].demonyms.is_empty(), "Dominican is of two");
        let russian = &of("states/ru").called[1].names[0];
        assert_eq!(russian.text, "Россия");
        assert!(russian.inflected.iter().any(|form| form == "России"));
    }

    #[test]
    fn braces_multiply() {
        assert_eq!(expand("{a,b}c{,d}"), ["ac", "acd", "bc", "bcd"]);
        assert_eq!(expand("plain"), ["plain"]);
        assert_eq!(expand("США{}"), ["США"]);
    }
}
