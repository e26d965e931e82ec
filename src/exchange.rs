//! Lists of actors as others write them down, read and written as a pack of a site's registry.
//!
//! Four formats are known: bundles of STIX 2.0 and 2.1 (intrusion sets and threat actors), clusters of MISP galaxies, entities of
//! FollowTheMoney (one in a line), and tables (CSV) with a header. Nothing that a file says is guessed at: what has no place
//! in a pack is counted and told.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use serde_json::Value;
use unicode_normalization::UnicodeNormalization as _;

use crate::plan::slug;

/// A format of lists of actors.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Format {
    /// A bundle of STIX 2.0 or 2.1: intrusion sets and threat actors.
    Stix,
    /// A cluster of a MISP galaxy.
    Misp,
    /// Entities of FollowTheMoney, one in a line (NDJSON).
    Ftm,
    /// A table with a header.
    Csv,
}

/// An actor of a list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Listed {
    /// Its id within the pack.
    pub(crate) id: String,
    /// Its name.
    pub(crate) name: String,
    /// What it is: a kind of actor.
    pub(crate) kind: String,
    /// A sentence about it.
    pub(crate) summary: Option<String>,
    /// The code of its state (ISO 3166-1), such as `TR`.
    pub(crate) country: Option<String>,
    /// Its own code, if it is a state.
    pub(crate) iso3166: Option<String>,
    /// Its item in Wikidata.
    pub(crate) wikidata: Option<String>,
    /// A page about it.
    pub(crate) website: Option<String>,
    /// Its abbreviation.
    pub(crate) abbreviation: Option<String>,
    /// Its lists of names, by the key of front matter: `aliases`, `weak`, `metonyms` and so on.
    pub(crate) lists: BTreeMap<&'static str, Vec<String>>,
}

/// What a file of others holds.
#[derive(Clone, Debug, Default)]
pub(crate) struct Taken {
    /// Its actors, in the order of the file.
    pub(crate) actors: Vec<Listed>,
    /// How many of its records are no actors, or lack a name, by what they are.
    pub(crate) left: BTreeMap<String, usize>,
    /// The names that several actors hold, with their ids. Such a name is weak for all but the one that it is the name of.
    pub(crate) shared: Vec<(String, Vec<String>)>,
}

/// The lists of names that a column of a table may fill, which front matter calls the same.
const LISTS: [&str; 6] = ["aliases", "weak", "metonyms", "demonyms", "guarded", "stop"];

/// The other columns of a table.
const COLUMNS: [&str; 9] =
    ["id", "name", "kind", "summary", "country", "iso3166", "wikidata", "website", "abbreviation"];

/// The longest summary that is kept, in characters.
const LONGEST_SUMMARY: usize = 300;

/// Reads a list. `kind` is what its actors are, where the list does not say.
///
/// Errors: what is wrong with the file, and where.
pub(crate) fn read(format: Format, text: &str, kind: &str) -> Result<Taken, String> {
    let mut taken = Taken::default();
    match format {
        Format::Stix => stix(&parsed(text)?, kind, &mut taken)?,
        Format::Misp => misp(&parsed(text)?, kind, &mut taken)?,
        Format::Ftm => ftm(text, &mut taken)?,
        Format::Csv => csv(text, kind, &mut taken)?,
    }
    if taken.actors.is_empty() {
        return Err("there is no actor in it".to_owned());
    }
    taken.finish();
    if matches!(format, Format::Stix | Format::Misp) {
        taken.doubt_words();
    }
    Ok(taken)
}

fn parsed(text: &str) -> Result<Value, String> {
    serde_json::from_str(text).map_err(|error| format!("this is no JSON: {error}"))
}

/// A text of a record, without space around it; none if it is empty.
fn text<'v>(record: &'v Value, key: &str) -> Option<&'v str> {
    record.get(key)?.as_str().map(str::trim).filter(|text| !text.is_empty())
}

/// The texts of a list of a record.
fn texts<'v>(record: &'v Value, key: &str) -> impl Iterator<Item = String> + 'v {
    let list = record.get(key).and_then(Value::as_array).into_iter().flatten();
    list.filter_map(Value::as_str).map(str::to_owned)
}

/// STIX 2.1, sections 4.7 (intrusion set) and 4.17 (threat actor).
fn stix(bundle: &Value, kind: &str, taken: &mut Taken) -> Result<(), String> {
    let objects = bundle.get("objects").and_then(Value::as_array);
    let objects = objects.ok_or("this is no STIX bundle: it has no `objects`")?;
    for object in objects {
        let what = text(object, "type").unwrap_or("object without a type");
        let is = |key: &str| object.get(key).and_then(Value::as_bool) == Some(true);
        if !matches!(what, "intrusion-set" | "threat-actor") {
            taken.leave(what);
        } else if is("revoked") || is("x_mitre_deprecated") {
            taken.leave(&format!("{what}, revoked or deprecated"));
        } else if let Some(name) = text(object, "name") {
            let references = object.get("external_references").and_then(Value::as_array);
            // The first reference is the entry itself where a knowledge base made the bundle.
            let own = references.and_then(|list| list.first());
            let own = own.filter(|own| text(own, "external_id").is_some());
            let mut aliases: Vec<String> = texts(object, "aliases").collect();
            aliases.extend(own.and_then(|own| text(own, "external_id")).map(str::to_owned));
            taken.actors.push(Listed {
                name: name.to_owned(),
                kind: kind.to_owned(),
                summary: text(object, "description").and_then(summary),
                website: own.and_then(|own| text(own, "url")).map(str::to_owned),
                lists: BTreeMap::from([("aliases", aliases)]),
                ..Listed::default()
            });
        } else {
            taken.leave(&format!("{what} without a name"));
        }
    }
    Ok(())
}

/// The core format of MISP galaxies (draft-dulaunoy-misp-galaxy-format).
fn misp(cluster: &Value, kind: &str, taken: &mut Taken) -> Result<(), String> {
    let values = cluster.get("values").and_then(Value::as_array);
    let values = values.ok_or("this is no cluster of a MISP galaxy: it has no `values`")?;
    let nothing = Value::Null;
    for value in values {
        let Some(name) = text(value, "value") else {
            taken.leave("value without a name");
            continue;
        };
        let meta = value.get("meta").unwrap_or(&nothing);
        let country = text(meta, "country").filter(|code| is_country(code));
        taken.actors.push(Listed {
            name: name.to_owned(),
            kind: kind.to_owned(),
            summary: text(value, "description").and_then(summary),
            country: country.map(str::to_owned),
            lists: BTreeMap::from([("aliases", texts(meta, "synonyms").collect())]),
            ..Listed::default()
        });
    }
    Ok(())
}

/// FollowTheMoney: schemata and properties as its model names them.
fn ftm(lines: &str, taken: &mut Taken) -> Result<(), String> {
    for (number, line) in lines.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
        let entity: Value = serde_json::from_str(line)
            .map_err(|error| format!("line {} is no JSON: {error}", number + 1))?;
        let schema = text(&entity, "schema")
            .ok_or_else(|| format!("line {} is no entity: it has no `schema`", number + 1))?;
        let kind = match schema {
            "Person" => "person",
            "PublicBody" => "body",
            "Organization" | "Company" | "LegalEntity" => "organisation",
            "Country" => "state",
            other => {
                taken.leave(other);
                continue;
            }
        };
        let nothing = Value::Null;
        let properties = entity.get("properties").unwrap_or(&nothing);
        let first = |key: &str| texts(properties, key).find(|text| !text.trim().is_empty());
        let mut names = texts(properties, "name");
        let Some(name) = names.next() else {
            taken.leave(&format!("{schema} without a name"));
            continue;
        };
        let aliases =
            names.chain(texts(properties, "alias")).chain(texts(properties, "previousName"));
        let code = first("country").map(|code| code.to_uppercase()).filter(|code| is_country(code));
        let state = kind == "state";
        taken.actors.push(Listed {
            name,
            kind: kind.to_owned(),
            summary: first("summary").as_deref().and_then(summary),
            country: code.clone().filter(|_| !state),
            iso3166: code.filter(|_| state),
            wikidata: first("wikidataId"),
            website: first("website"),
            abbreviation: first("abbreviation"),
            lists: BTreeMap::from([
                ("aliases", aliases.collect()),
                ("weak", texts(properties, "weakAlias").collect()),
            ]),
            ..Listed::default()
        });
    }
    Ok(())
}

/// A table: a column is a key of front matter, and in those of names a semicolon stands between two.
fn csv(table: &str, kind: &str, taken: &mut Taken) -> Result<(), String> {
    let mut reader = csv::ReaderBuilder::new().trim(csv::Trim::All).from_reader(table.as_bytes());
    let wrong = |error: csv::Error| format!("this is no table: {error}");
    let header = reader.headers().map_err(wrong)?.clone();
    let known = |column: &str| COLUMNS.contains(&column) || LISTS.contains(&column);
    if let Some(unknown) = header.iter().find(|column| !known(column)) {
        let all: Vec<&str> = COLUMNS.into_iter().chain(LISTS).collect();
        return Err(format!("unknown column `{unknown}`; known are {}", all.join(", ")));
    }
    if !header.iter().any(|column| column == "name") {
        return Err("the header names no column `name`".to_owned());
    }
    for row in reader.records() {
        let row = row.map_err(wrong)?;
        let cell = |column: &str| {
            let at = header.iter().position(|known| known == column)?;
            row.get(at).filter(|cell| !cell.is_empty()).map(str::to_owned)
        };
        let Some(name) = cell("name") else {
            taken.leave("row without a name");
            continue;
        };
        let split = |cell: String| cell.split(';').map(str::to_owned).collect::<Vec<_>>();
        taken.actors.push(Listed {
            id: cell("id").unwrap_or_default(),
            name,
            kind: cell("kind").unwrap_or_else(|| kind.to_owned()),
            summary: cell("summary"),
            country: cell("country"),
            iso3166: cell("iso3166"),
            wikidata: cell("wikidata"),
            website: cell("website"),
            abbreviation: cell("abbreviation"),
            lists: LISTS.iter().filter_map(|list| Some((*list, split(cell(list)?)))).collect(),
        });
    }
    Ok(())
}

/// Whether a text is two capitals, as the codes of ISO 3166-1 are.
fn is_country(code: &str) -> bool {
    code.len() == 2 && code.bytes().all(|byte| byte.is_ascii_uppercase())
}

/// The first sentence of a description as plain text; none if it is longer than a summary may be.
fn summary(description: &str) -> Option<String> {
    let first = description.split("\n").next().unwrap_or_default();
    let mut plain = String::with_capacity(first.len());
    let mut rest = first;
    // Links are Markdown's, and sources stand in brackets: `(Citation: Name)`.
    while let Some(at) = rest.find(['[', '(']) {
        let (before, behind) = rest.split_at(at);
        plain.push_str(before);
        let citation = behind.strip_prefix("(Citation:").and_then(|cited| cited.split_once(')'));
        let link = behind
            .strip_prefix('[')
            .and_then(|link| link.split_once("]("))
            .and_then(|(label, target)| Some((label, target.split_once(')')?.1)));
        match (citation, link) {
            (Some((_, after)), _) => rest = after,
            (_, Some((label, after))) => {
                plain.push_str(label);
                rest = after;
            }
            _ => {
                let (mark, after) = behind.split_at(1);
                plain.push_str(mark);
                rest = after;
            }
        }
    }
    plain.push_str(rest);
    let end = plain.find(". ").map_or(plain.len(), |at| at + 1);
    let sentence = plain.get(..end)?.trim();
    let fits = !sentence.is_empty() && sentence.chars().count() <= LONGEST_SUMMARY;
    fits.then(|| sentence.to_owned())
}

/// A name with single spaces, in the form NFC.
fn tidy(name: &str) -> String {
    name.split_whitespace().collect::<Vec<_>>().join(" ").nfc().collect()
}

impl Taken {
    fn leave(&mut self, what: &str) {
        *self.left.entry(what.to_owned()).or_default() += 1;
    }

    /// Gives every actor an id, takes out names that stand twice, and makes shared names weak.
    fn finish(&mut self) {
        let mut ids = BTreeSet::new();
        for actor in &mut self.actors {
            actor.name = tidy(&actor.name);
            let wanted = if actor.id.is_empty() { slug(&actor.name) } else { actor.id.clone() };
            let wanted = if wanted.is_empty() { "actor".to_owned() } else { wanted };
            let numbered = (2..).map(|n| format!("{wanted}-{n}"));
            let free = std::iter::once(wanted.clone()).chain(numbered).find(|id| !ids.contains(id));
            actor.id = free.unwrap_or(wanted);
            ids.insert(actor.id.clone());
            let mut seen = BTreeSet::from([actor.name.clone()]);
            seen.extend(actor.abbreviation.clone());
            for (list, names) in &mut actor.lists {
                *names =
                    names.iter().map(|name| tidy(name)).filter(|name| !name.is_empty()).collect();
                // `guarded` says of names that stand elsewhere what they are.
                if *list != "guarded" {
                    names.retain(|name| seen.insert(name.clone()));
                }
            }
        }
        let mut holders: BTreeMap<String, Vec<usize>> = BTreeMap::new();
        for (number, actor) in self.actors.iter().enumerate() {
            let aliases = actor.lists.get("aliases").into_iter().flatten();
            for name in [&actor.name].into_iter().chain(&actor.abbreviation).chain(aliases) {
                holders.entry(name.clone()).or_default().push(number);
            }
        }
        holders.retain(|_, holders| holders.len() > 1);
        for (name, numbers) in holders {
            for number in &numbers {
                let Some(actor) = self.actors.get_mut(*number) else { continue };
                if actor.name == name {
                    continue;
                }
                if let Some(aliases) = actor.lists.get_mut("aliases") {
                    aliases.retain(|alias| *alias != name);
                }
                actor.abbreviation = actor.abbreviation.take().filter(|own| *own != name);
                actor.lists.entry("weak").or_default().push(name.clone());
            }
            let ids = numbers.iter().filter_map(|number| self.actors.get(*number));
            self.shared.push((name, ids.map(|actor| actor.id.clone()).collect()));
        }
    }

    /// Code names are chosen from words: `Lead`, `Boron`, `Axiom`. An alias of one word without a digit needs evidence, and a
    /// name of one is guarded.
    fn doubt_words(&mut self) {
        let word = |name: &str| name.chars().all(char::is_alphabetic);
        for actor in &mut self.actors {
            if word(&actor.name) {
                actor.lists.entry("guarded").or_default().push(actor.name.clone());
            }
            let aliases = actor.lists.remove("aliases").unwrap_or_default();
            let (words, aliases): (Vec<_>, Vec<_>) =
                aliases.into_iter().partition(|alias| word(alias));
            actor.lists.insert("aliases", aliases);
            actor.lists.entry("weak").or_default().extend(words);
        }
    }

    /// The pack as a file of a site's registry (TOML). `origin` says where it comes from; `state` gives the id of the state with
    /// a code, if the site has it.
    pub(crate) fn pack(&self, origin: &str, state: impl Fn(&str) -> Option<String>) -> String {
        let mut out = format!(
            "# {origin}\n# An actor is a table, with the keys that an actor's front matter has.\n"
        );
        for actor in &self.actors {
            let _ = write!(out, "\n[{}]\n", quoted(&actor.id));
            let country = actor.country.as_deref().and_then(&state);
            let single = [
                ("name", Some(&actor.name)),
                ("kind", Some(&actor.kind)),
                ("abbreviation", actor.abbreviation.as_ref()),
                ("summary", actor.summary.as_ref()),
                ("country", country.as_ref()),
                ("iso3166", actor.iso3166.as_ref()),
                ("wikidata", actor.wikidata.as_ref()),
                ("website", actor.website.as_ref()),
            ];
            for (key, value) in single {
                if let Some(value) = value {
                    let _ = writeln!(out, "{key} = {}", quoted(value));
                }
            }
            for (key, names) in actor.lists.iter().filter(|(_, names)| !names.is_empty()) {
                let names: Vec<String> = names.iter().map(|name| quoted(name)).collect();
                let _ = writeln!(out, "{key} = [{}]", names.join(", "));
            }
        }
        out
    }
}

/// A text as a basic string of TOML.
fn quoted(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for c in text.chars() {
        match c {
            '"' | '\\' => out.extend(['\\', c]),
            c if c.is_control() => {
                let _ = write!(out, "\\u{:04X}", u32::from(c));
            }
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn taken(format: Format, text: &str) -> Taken {
        read(format, text, "group").unwrap()
    }

    #[test]
    fn a_bundle_gives_its_groups() {
        let taken = taken(
            Format::Stix,
            r#"{"type": "bundle", "objects": [
                {"type": "intrusion-set", "name": "Sand Owl", "aliases": ["Sand Owl", "Group 9", " Group  9", "Boron"],
                 "description": "[Sand Owl](https://example.org/G1) is a group (a small one).(Citation: A) It was seen.",
                 "external_references": [{"source_name": "kb", "external_id": "G1", "url": "https://example.org/G1"}]},
                {"type": "threat-actor", "name": "Old", "revoked": true},
                {"type": "malware", "name": "Nib"}, {"type": "malware", "name": "Nob"}
            ]}"#,
        );
        let owl = &taken.actors[0];
        assert_eq!((owl.id.as_str(), owl.kind.as_str()), ("sand-owl", "group"));
        assert_eq!(owl.lists["aliases"], ["Group 9", "G1"]);
        // A word may mean something else.
        assert_eq!(owl.lists["weak"], ["Boron"]);
        assert_eq!(owl.summary.as_deref(), Some("Sand Owl is a group (a small one)."));
        assert_eq!(owl.website.as_deref(), Some("https://example.org/G1"));
        let left: Vec<(&str, usize)> =
            taken.left.iter().map(|(what, n)| (what.as_str(), *n)).collect();
        assert_eq!(left, [("malware", 2), ("threat-actor, revoked or deprecated", 1)]);
    }

    #[test]
    fn a_name_of_two_actors_is_weak_but_for_whose_name_it_is() {
        let taken = taken(
            Format::Misp,
            r#"{"values": [
                {"value": "Red", "meta": {"synonyms": ["Blue", "Both"], "country": "TR"}},
                {"value": "Blue", "meta": {"synonyms": ["Both"], "country": "Unknown"}}
            ]}"#,
        );
        let [red, blue] = &taken.actors[..] else { panic!("{taken:?}") };
        assert_eq!(
            (red.lists["aliases"].len(), &red.lists["weak"][..]),
            (0, &["Blue".to_owned(), "Both".to_owned()][..])
        );
        assert_eq!(
            (blue.lists["aliases"].len(), &blue.lists["weak"][..]),
            (0, &["Both".to_owned()][..])
        );
        assert_eq!(red.lists["guarded"], ["Red"]);
        assert_eq!((red.country.as_deref(), blue.country.as_deref()), (Some("TR"), None));
        let names: Vec<&str> = taken.shared.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(names, ["Blue", "Both"]);
        let pack =
            taken.pack("From a test.", |code| (code == "TR").then(|| "states/tr".to_owned()));
        assert_eq!(
            pack,
            "# From a test.\n# An actor is a table, with the keys that an actor's front matter has.\n\n[\"red\"]\nname = \"Red\"\nkind = \"group\"\n\
             country = \"states/tr\"\nguarded = [\"Red\"]\nweak = [\"Blue\", \"Both\"]\n\n[\"blue\"]\nname = \"Blue\"\nkind = \"group\"\nguarded = [\"Blue\"]\nweak = [\"Both\"]\n"
        );
    }

    #[test]
    fn entities_have_their_kinds() {
        let taken = taken(
            Format::Ftm,
            r#"{"id": "a", "schema": "Person", "properties": {"name": ["Ada Ek", "A. Ek"], "weakAlias": ["Ada"], "country": ["se"]}}

               {"id": "b", "schema": "PublicBody", "properties": {"name": ["Board"], "abbreviation": ["BRD"], "wikidataId": ["Q1"]}}
               {"id": "c", "schema": "Vessel", "properties": {"name": ["Ship"]}}
               {"id": "d", "schema": "Company", "properties": {}}"#,
        );
        let [ada, board] = &taken.actors[..] else { panic!("{taken:?}") };
        assert_eq!((ada.kind.as_str(), ada.country.as_deref()), ("person", Some("SE")));
        assert_eq!(
            (&ada.lists["aliases"][..], &ada.lists["weak"][..]),
            (&["A. Ek".to_owned()][..], &["Ada".to_owned()][..])
        );
        assert_eq!(
            (board.abbreviation.as_deref(), board.wikidata.as_deref()),
            (Some("BRD"), Some("Q1"))
        );
        assert_eq!(
            taken.left.keys().map(String::as_str).collect::<Vec<_>>(),
            ["Company without a name", "Vessel"]
        );
    }

    #[test]
    fn a_table_names_its_columns() {
        let table = "id,name,kind,aliases,summary\nx,\"Board, The\",body,Panel; The Panel,\"Says \"\"so\"\".\"\n,Board The,,,\n,,,,\n";
        let taken = taken(Format::Csv, table);
        let [first, second] = &taken.actors[..] else { panic!("{taken:?}") };
        assert_eq!((first.id.as_str(), first.kind.as_str()), ("x", "body"));
        assert_eq!(first.lists["aliases"], ["Panel", "The Panel"]);
        assert_eq!((second.id.as_str(), second.kind.as_str()), ("board-the", "group"));
        assert_eq!(taken.left["row without a name"], 1);
        assert!(taken.pack("x", |_| None).contains("summary = \"Says \\\"so\\\".\""));
        let wrong = read(Format::Csv, "name,colour\nA,red\n", "group").unwrap_err();
        assert!(wrong.starts_with("unknown column `colour`; known are id, name,"), "{wrong}");
        assert!(
            read(Format::Csv, "id,kind\na,group\n", "group")
                .unwrap_err()
                .contains("no column `name`")
        );
    }

    #[test]
    fn what_is_no_list_says_so() {
        for (format, text, says) in [
            (Format::Stix, "{", "this is no JSON"),
            (Format::Stix, "{}", "it has no `objects`"),
            (Format::Stix, r#"{"objects": []}"#, "there is no actor in it"),
            (Format::Misp, "[]", "it has no `values`"),
            (Format::Ftm, "{\"schema\": \"Person\"}\n{}", "line 2 is no entity"),
        ] {
            let error = read(format, text, "group").unwrap_err();
            assert!(error.contains(says), "{error}");
        }
    }
}
