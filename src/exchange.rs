//! Lists of actors as others write them down, read and written as a list of a site's registry.
//!
//! Four formats are known: bundles of STIX 2.0 and 2.1 (intrusion sets and threat actors), clusters of MISP galaxies, entities of
//! FollowTheMoney (one in a line), and tables (CSV) with a header. Nothing that a file says is guessed at: what has no place
//! in a list is counted and told.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use serde::Deserialize;
use serde_json::Value;
use serde_json::value::RawValue;
use unicode_normalization::UnicodeNormalization as _;
use xxhash_rust::xxh3::xxh3_64;

use crate::front_matter::field::is_web_address;
use crate::plan::slug;
use crate::source::is_id;

/// A format of lists of actors.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ListFormat {
    /// A bundle of STIX 2.0 or 2.1: intrusion sets and threat actors.
    Stix,
    /// A cluster of a MISP galaxy.
    Misp,
    /// Entities of FollowTheMoney, one in a line (NDJSON).
    Ftm,
    /// A table with a header.
    Csv,
}

impl ListFormat {
    /// Every format.
    pub(crate) const ALL: [ListFormat; 4] =
        [ListFormat::Stix, ListFormat::Misp, ListFormat::Ftm, ListFormat::Csv];

    /// Its name for the command line.
    pub(crate) fn name(self) -> &'static str {
        match self {
            ListFormat::Stix => "stix",
            ListFormat::Misp => "misp",
            ListFormat::Ftm => "ftm",
            ListFormat::Csv => "csv",
        }
    }

    /// The format of a name.
    pub(crate) fn named(name: &str) -> Option<ListFormat> {
        ListFormat::ALL.into_iter().find(|format| format.name() == name)
    }

    /// What a file is of this format, in words.
    fn words(self) -> &'static str {
        match self {
            ListFormat::Stix => "a bundle of STIX",
            ListFormat::Misp => "a MISP galaxy",
            ListFormat::Ftm => "entities of FollowTheMoney",
            ListFormat::Csv => "a table",
        }
    }
}

/// An actor of a list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct ReadActor {
    /// Its id within the list.
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
pub(crate) struct ReadList {
    /// What the list is, in words.
    pub(crate) what: String,
    /// What tells the list from others in all its versions, if it says so.
    pub(crate) identity: Option<String>,
    /// Its actors, in the order of the file.
    pub(crate) actors: Vec<ReadActor>,
    /// How much of it has no place in a list, by what it is.
    pub(crate) left: BTreeMap<String, usize>,
    /// Whether its names are code names, which others write otherwise.
    code_names: bool,
}

/// The lists of names that a column of a table may fill, which front matter calls the same.
const LISTS: [&str; 6] = ["aliases", "weak", "metonyms", "demonyms", "guarded", "stop"];

/// The other columns of a table.
const COLUMNS: [&str; 9] =
    ["id", "name", "kind", "summary", "country", "iso3166", "wikidata", "website", "abbreviation"];

/// The longest summary that is kept, in characters.
const LONGEST_SUMMARY: usize = 300;

/// The longest name that is kept, in characters. Longer ones are no names, but texts.
const LONGEST_NAME: usize = 200;

/// The longest id that is made of a name, in characters: file systems take 255 bytes.
const LONGEST_ID: usize = 80;

/// What the actors of STIX and MISP are, which do not say more.
const GROUP: &str = "group";

/// The parts of a file of JSON that tell what it is.
#[derive(Debug, Default, Deserialize)]
struct JsonParts<'t> {
    /// Of a bundle of STIX: its objects.
    #[serde(borrow, default)]
    objects: Option<Vec<&'t RawValue>>,
    /// Of a cluster: its actors.
    #[serde(borrow, default)]
    values: Option<Vec<&'t RawValue>>,
    #[serde(default)]
    name: Value,
    #[serde(default)]
    version: Value,
    #[serde(default)]
    uuid: Value,
}

/// The format of a file, if nothing but one of them can be meant.
///
/// Errors: none is, or several are.
pub(crate) fn format_of(text: &str) -> Result<ListFormat, String> {
    let first = text.trim_start().chars().next();
    if !matches!(first, Some('{' | '[')) {
        let (header, _) = header(text).map_err(|_| unknown_format())?;
        let is_table = header.iter().any(|column| column == "name");
        return if is_table { Ok(ListFormat::Csv) } else { Err(unknown_format()) };
    }
    let line = text.lines().find(|line| !line.trim().is_empty()).unwrap_or_default();
    let entity =
        serde_json::from_str::<Value>(line).is_ok_and(|line| self::text(&line, "schema").is_some());
    if entity {
        return Ok(ListFormat::Ftm);
    }
    match parts(text)? {
        JsonParts { objects: Some(_), values: None, .. } => Ok(ListFormat::Stix),
        JsonParts { objects: None, values: Some(_), .. } => Ok(ListFormat::Misp),
        _ => Err(unknown_format()),
    }
}

fn unknown_format() -> String {
    "it is not certain what format this is: a bundle of STIX has `objects`, a MISP galaxy has `values`, each line of FollowTheMoney \
     has `schema`, and the first line of a table has the names of its columns, `name` among them"
        .to_owned()
}

/// Reads a list. `kind` is what its actors are, where the list does not say.
///
/// Errors: what is wrong with the file, and where.
pub(crate) fn read(format: ListFormat, text: &str, kind: Option<&str>) -> Result<ReadList, String> {
    let mut taken = ReadList { what: format.words().to_owned(), ..ReadList::default() };
    match format {
        ListFormat::Stix => stix(&parts(text)?, kind.unwrap_or(GROUP), &mut taken)?,
        ListFormat::Misp => misp(&parts(text)?, kind.unwrap_or(GROUP), &mut taken)?,
        ListFormat::Ftm => ftm(text, &mut taken)?,
        ListFormat::Csv => csv(text, kind, &mut taken)?,
    }
    taken.finish();
    if taken.actors.is_empty() {
        return Err("there is no actor in it".to_owned());
    }
    if matches!(format, ListFormat::Stix | ListFormat::Misp) {
        taken.doubt_words();
    }
    Ok(taken)
}

fn parts(text: &str) -> Result<JsonParts<'_>, String> {
    serde_json::from_str(text).map_err(|error| format!("this is no such JSON: {error}"))
}

/// A record of a list in a file.
fn record(raw: &RawValue, number: usize, list: &str) -> Result<Value, String> {
    serde_json::from_str(raw.get())
        .map_err(|error| format!("entry {} of `{list}` cannot be read: {error}", number + 1))
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

/// What a list calls itself, with its version.
fn titled(what: &str, name: &Value, version: &Value) -> String {
    let name = name.as_str().map(|name| format!(" \u{201c}{}\u{201d}", tidy(name)));
    let version = match version {
        Value::String(version) => Some(tidy(version)),
        Value::Number(version) => Some(version.to_string()),
        _ => None,
    };
    let version = version.map(|version| format!(", version {version}"));
    [what, &name.unwrap_or_default(), &version.unwrap_or_default()].concat()
}

/// STIX 2.1, sections 4.7 (intrusion set) and 4.17 (threat actor).
fn stix(bundle: &JsonParts<'_>, kind: &str, taken: &mut ReadList) -> Result<(), String> {
    let objects = bundle.objects.as_ref().ok_or("this is no STIX bundle: it has no `objects`")?;
    for (number, raw) in objects.iter().enumerate() {
        let object = record(raw, number, "objects")?;
        let what = text(&object, "type").unwrap_or("object without a type");
        let is = |key: &str| object.get(key).and_then(Value::as_bool) == Some(true);
        if what == "x-mitre-collection" {
            let nothing = Value::Null;
            let of = |key: &str| object.get(key).unwrap_or(&nothing);
            taken.what = titled("the collection", of("name"), of("x_mitre_version"));
            taken.identity = text(&object, "id").map(str::to_owned);
        } else if !matches!(what, "intrusion-set" | "threat-actor") {
            taken.leave(&tidy(what), 1);
        } else if is("revoked") || is("x_mitre_deprecated") {
            taken.leave(&format!("{what}, revoked or deprecated"), 1);
        } else if let Some(name) = text(&object, "name") {
            let references = object.get("external_references").and_then(Value::as_array);
            // The first reference is the entry itself where a knowledge base made the bundle.
            let own = references.and_then(|list| list.first());
            let own = own.filter(|own| text(own, "external_id").is_some());
            let mut aliases: Vec<String> = texts(&object, "aliases").collect();
            aliases.extend(own.and_then(|own| text(own, "external_id")).map(str::to_owned));
            taken.actors.push(ReadActor {
                name: name.to_owned(),
                kind: kind.to_owned(),
                summary: text(&object, "description").and_then(summary),
                website: own.and_then(|own| text(own, "url")).map(str::to_owned),
                lists: BTreeMap::from([("aliases", aliases)]),
                ..ReadActor::default()
            });
        } else {
            taken.leave(&format!("{what} without a name"), 1);
        }
    }
    Ok(())
}

/// The core format of MISP galaxies (draft-dulaunoy-misp-galaxy-format).
fn misp(cluster: &JsonParts<'_>, kind: &str, taken: &mut ReadList) -> Result<(), String> {
    let values = cluster.values.as_ref();
    let values = values.ok_or("this is no cluster of a MISP galaxy: it has no `values`")?;
    taken.what = titled("the MISP galaxy", &cluster.name, &cluster.version);
    taken.identity = cluster.uuid.as_str().map(tidy).filter(|uuid| !uuid.is_empty());
    let nothing = Value::Null;
    for (number, raw) in values.iter().enumerate() {
        let value = record(raw, number, "values")?;
        let Some(name) = text(&value, "value") else {
            taken.leave("value without a name", 1);
            continue;
        };
        let meta = value.get("meta").unwrap_or(&nothing);
        let country = text(meta, "country").filter(|code| is_country(code));
        taken.actors.push(ReadActor {
            name: name.to_owned(),
            kind: kind.to_owned(),
            summary: text(&value, "description").and_then(summary),
            country: country.map(str::to_owned),
            lists: BTreeMap::from([("aliases", texts(meta, "synonyms").collect())]),
            ..ReadActor::default()
        });
    }
    Ok(())
}

/// FollowTheMoney: schemata and properties as its model names them.
fn ftm(lines: &str, taken: &mut ReadList) -> Result<(), String> {
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
                taken.leave(&tidy(other), 1);
                continue;
            }
        };
        let nothing = Value::Null;
        let properties = entity.get("properties").unwrap_or(&nothing);
        let first = |key: &str| texts(properties, key).find(|text| !text.trim().is_empty());
        let mut names = texts(properties, "name");
        let Some(name) = names.find(|name| !name.trim().is_empty()) else {
            taken.leave(&format!("{schema} without a name"), 1);
            continue;
        };
        let aliases =
            names.chain(texts(properties, "alias")).chain(texts(properties, "previousName"));
        let code = first("country").map(|code| code.to_uppercase()).filter(|code| is_country(code));
        let state = kind == "state";
        taken.actors.push(ReadActor {
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
            ..ReadActor::default()
        });
    }
    Ok(())
}

/// The names of the columns of a table, in small letters, and what stands between two: a comma, or what a spreadsheet writes
/// instead.
fn header(table: &str) -> Result<(Vec<String>, u8), String> {
    let line = table.lines().next().unwrap_or_default();
    let between = [b',', b';', b'\t'].into_iter().max_by_key(|mark| {
        // Of marks that are there as often, the first.
        (line.bytes().filter(|byte| byte == mark).count(), *mark == b',')
    });
    let between = between.unwrap_or(b',');
    let mut reader = csv::ReaderBuilder::new();
    let mut reader = reader.trim(csv::Trim::All).delimiter(between).from_reader(line.as_bytes());
    let header = reader.headers().map_err(|error| format!("this is no table: {error}"))?;
    Ok((header.iter().map(str::to_lowercase).collect(), between))
}

/// A table: a column is a key of front matter, and in those of names a semicolon stands between two.
fn csv(table: &str, kind: Option<&str>, taken: &mut ReadList) -> Result<(), String> {
    let (header, between) = header(table)?;
    let known = |column: &str| COLUMNS.contains(&column) || LISTS.contains(&column);
    if let Some(unknown) = header.iter().find(|column| !known(column)) {
        let all: Vec<&str> = COLUMNS.into_iter().chain(LISTS).collect();
        return Err(format!(
            "unknown column `{}`: the first line names the columns, of which {} are known",
            tidy(unknown).chars().take(LONGEST_ID).collect::<String>(),
            all.join(", ")
        ));
    }
    let repeated = header
        .iter()
        .enumerate()
        .find(|(at, column)| header.iter().take(*at).any(|before| before == *column));
    if let Some((_, column)) = repeated {
        return Err(format!("the column `{column}` stands twice"));
    }
    if !header.iter().any(|column| column == "name") {
        return Err("the first line names no column `name`".to_owned());
    }
    let mut reader = csv::ReaderBuilder::new();
    let mut reader = reader.trim(csv::Trim::All).delimiter(between).from_reader(table.as_bytes());
    let mut ids: BTreeMap<String, u64> = BTreeMap::new();
    for row in reader.records() {
        let row = row.map_err(|error| format!("this is no table: {error}"))?;
        let line = row.position().map_or(0, csv::Position::line);
        let cell = |column: &str| {
            let at = header.iter().position(|known| known == column)?;
            row.get(at).filter(|cell| !cell.is_empty()).map(str::to_owned)
        };
        let Some(name) = cell("name") else {
            taken.leave("row without a name", 1);
            continue;
        };
        let kind = cell("kind").or_else(|| kind.map(str::to_owned)).ok_or_else(|| {
            format!("line {line} does not say what it is: fill its column `kind`, or say `--kind` for all that do not")
        })?;
        let id = cell("id").unwrap_or_default();
        if !id.is_empty() {
            if !is_id(&id) {
                return Err(format!("line {line}: `{}` cannot be an id", id.escape_debug()));
            }
            if let Some(first) = ids.insert(id.to_lowercase(), line) {
                return Err(format!("lines {first} and {line} have one id, `{id}`"));
            }
        }
        let split = |cell: String| cell.split(';').map(str::to_owned).collect::<Vec<_>>();
        taken.actors.push(ReadActor {
            id,
            name,
            kind,
            summary: cell("summary").map(|text| tidy(&text)),
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
    // A sentence that fits is near the beginning.
    let first = description.lines().next().unwrap_or_default();
    let first: String = first.chars().take(16 * LONGEST_SUMMARY).collect();
    let mut plain = String::with_capacity(first.len());
    let mut rest = first.as_str();
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
    let sentence = tidy(plain.get(..end)?);
    let fits = !sentence.is_empty() && sentence.chars().count() <= LONGEST_SUMMARY;
    fits.then_some(sentence)
}

/// A text with single spaces for all white space and whatever is no letter to be seen, in the form NFC.
fn tidy(name: &str) -> String {
    let is_space = |c: char| c.is_whitespace() || c.is_control();
    name.split(is_space)
        .filter(|word| !word.is_empty())
        .collect::<Vec<_>>()
        .join(" ")
        .nfc()
        .collect()
}

impl ReadList {
    fn leave(&mut self, what: &str, times: usize) {
        if times > 0 {
            *self.left.entry(what.to_owned()).or_default() += times;
        }
    }

    /// Makes names fit, gives every actor an id, takes out names that stand twice and values that are none.
    fn finish(&mut self) {
        let all = std::mem::take(&mut self.actors);
        // An id that is written is nobody else's.
        let mut ids: BTreeSet<String> = all.iter().map(|actor| actor.id.to_lowercase()).collect();
        let mut numbers = BTreeMap::new();
        for mut actor in all {
            actor.name = tidy(&actor.name);
            if !actor.name.chars().any(char::is_alphanumeric) {
                self.leave("actor whose name has no letters", 1);
                continue;
            }
            if actor.name.chars().count() > LONGEST_NAME {
                self.leave(
                    &format!("actor whose name is longer than {LONGEST_NAME} characters"),
                    1,
                );
                continue;
            }
            if actor.id.is_empty() {
                actor.id = free_id(&actor.name, &ids, &mut numbers);
                ids.insert(actor.id.clone());
            }
            actor.abbreviation =
                actor.abbreviation.map(|name| tidy(&name)).filter(|a| *a != actor.name);
            let mut seen = BTreeSet::from([actor.name.clone()]);
            seen.extend(actor.abbreviation.clone());
            let mut long = 0;
            for (list, names) in &mut actor.lists {
                *names = names.iter().map(|name| tidy(name)).collect();
                names.retain(|name| name.chars().any(char::is_alphanumeric));
                let before = names.len();
                names.retain(|name| name.chars().count() <= LONGEST_NAME);
                long += before - names.len();
                // `guarded` says of names that stand elsewhere what they are.
                if *list != "guarded" {
                    names.retain(|name| seen.insert(name.clone()));
                }
            }
            self.leave(&format!("alias longer than {LONGEST_NAME} characters"), long);
            let is_item = |item: &String| {
                let digits = item.strip_prefix('Q').filter(|digits| !digits.starts_with('0'));
                digits.is_some_and(|d| !d.is_empty() && d.bytes().all(|b| b.is_ascii_digit()))
            };
            for (value, is, what) in [
                (
                    &mut actor.wikidata,
                    &is_item as &dyn Fn(&String) -> bool,
                    "Wikidata id that is none",
                ),
                (
                    &mut actor.website,
                    &|address: &String| is_web_address(address),
                    "website that is no address",
                ),
                (
                    &mut actor.iso3166,
                    &|code: &String| is_country(code),
                    "state's code that is none",
                ),
                (
                    &mut actor.country,
                    &|code: &String| is_country(code),
                    "country's code that is none",
                ),
            ] {
                if value.as_ref().is_some_and(|value| !is(value)) {
                    *value = None;
                    *self.left.entry(what.to_owned()).or_default() += 1;
                }
            }
            self.actors.push(actor);
        }
    }

    /// Code names are chosen from words: `Lead`, `Boron`, `Axiom`. An alias of one word without a digit needs evidence, and a
    /// name of one is guarded.
    fn doubt_words(&mut self) {
        self.code_names = true;
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

    /// Leaves out states that the site knows already, and countries that it does not.
    pub(crate) fn settle(&mut self, states: &BTreeMap<String, String>) {
        let is_known =
            |code: &Option<String>| code.as_ref().is_some_and(|code| states.contains_key(code));
        let before = self.actors.len();
        self.actors.retain(|actor| !is_known(&actor.iso3166));
        self.leave("state that the site has", before - self.actors.len());
        let mut unknown = 0;
        for actor in &mut self.actors {
            let state = actor.country.take();
            unknown += usize::from(state.is_some() && !is_known(&state));
            actor.country = state.and_then(|code| states.get(&code).cloned());
        }
        self.leave("country that is no actor of the site", unknown);
    }

    /// How many names they have, and how many of these are each that of several actors.
    pub(crate) fn names(&self) -> (usize, usize) {
        let mut holders: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
        for actor in &self.actors {
            let lists =
                ["aliases", "weak"].iter().filter_map(|list| actor.lists.get(list)).flatten();
            for name in [&actor.name].into_iter().chain(&actor.abbreviation).chain(lists) {
                holders.entry(name).or_default().insert(&actor.id);
            }
        }
        (holders.len(), holders.values().filter(|holders| holders.len() > 1).count())
    }

    /// The list `name` of a site's registry (TOML). `file` is the name of the file that it comes from, in the format `format`.
    pub(crate) fn list(&self, name: &str, file: &str, format: ListFormat) -> String {
        let mut tables = String::new();
        for actor in &self.actors {
            let _ = write!(tables, "\n[{}]\n", quoted(&actor.id));
            let single = [
                ("name", Some(&actor.name)),
                ("kind", Some(&actor.kind)),
                ("abbreviation", actor.abbreviation.as_ref()),
                ("summary", actor.summary.as_ref()),
                (COUNTRY, actor.country.as_ref()),
                ("iso3166", actor.iso3166.as_ref()),
                ("wikidata", actor.wikidata.as_ref()),
                ("website", actor.website.as_ref()),
            ];
            for (key, value) in single {
                if let Some(value) = value {
                    let _ = writeln!(tables, "{key} = {}", quoted(value));
                }
            }
            for (key, names) in &actor.lists {
                let names: Vec<String> = match (*key, self.code_names) {
                    ("aliases", true) => {
                        let own = spelling(&actor.name).map(|_| &actor.name);
                        own.into_iter().chain(names).map(|name| code_name(name)).collect()
                    }
                    _ => names.iter().map(|name| quoted(name)).collect(),
                };
                if !names.is_empty() {
                    let _ = writeln!(tables, "{key} = [{}]", names.join(", "));
                }
            }
        }
        let (count, file) = (self.actors.len(), tidy(file));
        let identity = self.identity.as_deref().map(tidy).unwrap_or_else(|| file.clone());
        let plural = if count == 1 { "" } else { "s" };
        format!(
            "# {count} actor{plural} from `{file}`: {}. Made by `chancery registry import`, which also brings it up to date.\n\
             # An actor is a table with the keys of an actor's front matter. To change one, write a file that extends it, as with\n\
             # `chancery registry add {name}/{}`: what is changed here is in the way of the next import.\n\
             {SOURCE}{} {identity}\n{CONTENT}{:016x}\n{tables}",
            self.what,
            self.actors.first().map_or("ID", |actor| &actor.id),
            format.name(),
            content(&tables)
        )
    }
}

/// How a code name may be written besides, as the key of an alias that says so. One of words in capitals alone is as well
/// written in others: `COZY BEAR`. One of letters and a number is as well written apart: `APT28`.
fn spelling(name: &str) -> Option<&'static str> {
    let is_word = |word: &str| word.chars().count() > 1 && word.chars().all(char::is_uppercase);
    if name.contains(' ') && name.split(' ').all(is_word) {
        return Some("case");
    }
    let digits = name.find(|c: char| c.is_ascii_digit())?;
    let (letters, digits) = name.split_at_checked(digits)?;
    let letters = letters.strip_suffix(['-', ' ']).unwrap_or(letters);
    let is_number = digits.bytes().all(|byte| byte.is_ascii_digit());
    (is_number && is_word(letters)).then_some("hyphens")
}

/// A code name as an alias is written.
fn code_name(name: &str) -> String {
    match spelling(name) {
        Some(key) => format!("{{ name = {}, {key} = false }}", quoted(name)),
        None => quoted(name),
    }
}

/// An id made of a name that no other actor has: with a number, if it has to be. `numbers` keeps the next of each.
fn free_id(name: &str, taken: &BTreeSet<String>, numbers: &mut BTreeMap<String, usize>) -> String {
    let slug: String = slug(name).chars().take(LONGEST_ID).collect();
    let slug = match slug.trim_end_matches('-') {
        "" => "actor",
        slug => slug,
    };
    let next = numbers.entry(slug.to_owned()).or_insert(1);
    loop {
        let id = if *next == 1 { slug.to_owned() } else { format!("{slug}-{next}") };
        *next += 1;
        if !taken.contains(&id) {
            return id;
        }
    }
}

/// The key of an actor's state, which `rename` may change.
const COUNTRY: &str = "country";
/// Begins the line that says which list a file is of.
const SOURCE: &str = "# list: ";
/// Begins the line that tells whether anything in a file was changed by hand.
const CONTENT: &str = "# content: ";

/// What tells tables from others, but for references in them.
fn content(tables: &str) -> u64 {
    let is_said = |line: &&str| !line.is_empty() && !line.starts_with(COUNTRY);
    xxh3_64(tables.lines().filter(is_said).collect::<Vec<_>>().join("\n").as_bytes())
}

/// What a file of a list says of where it is from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Origin {
    /// Which list it is, as `misp 7cdff317-a673-4474-84ec-4f1754947823`.
    pub(crate) list: String,
    /// Whether it is as it was made.
    pub(crate) untouched: bool,
}

/// Where the text of a file of a list says that it is from; `None` if no import made it.
pub(crate) fn origin(text: &str) -> Option<Origin> {
    let start = text.find("\n[").map_or(text.len(), |at| at + 1);
    let (head, tables) = text.split_at_checked(start)?;
    let line = |begin: &str| head.lines().find_map(|line| line.strip_prefix(begin)).map(str::trim);
    let list = line(SOURCE)?.to_owned();
    let untouched = line(CONTENT)? == format!("{:016x}", content(tables));
    Some(Origin { list, untouched })
}

/// A text as a basic string of TOML.
pub(crate) fn quoted(text: &str) -> String {
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

    fn taken(format: ListFormat, text: &str) -> ReadList {
        read(format, text, Some("group")).unwrap()
    }

    fn left(taken: &ReadList) -> Vec<(&str, usize)> {
        taken.left.iter().map(|(what, n)| (what.as_str(), *n)).collect()
    }

    #[test]
    fn a_bundle_gives_its_groups() {
        let taken = taken(
            ListFormat::Stix,
            r#"{"type": "bundle", "objects": [
                {"type": "x-mitre-collection", "id": "x-mitre-collection--1", "name": "Groups", "x_mitre_version": "17.1"},
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
        assert_eq!(left(&taken), [("malware", 2), ("threat-actor, revoked or deprecated", 1)]);
        assert_eq!(taken.what, "the collection \u{201c}Groups\u{201d}, version 17.1");
        assert_eq!(taken.identity.as_deref(), Some("x-mitre-collection--1"));
    }

    #[test]
    fn a_galaxy_gives_its_actors_and_says_how_many_names_are_shared() {
        let mut taken = taken(
            ListFormat::Misp,
            r#"{"name": "Groups", "version": 3, "uuid": "u-1", "values": [
                {"value": "Red", "meta": {"synonyms": ["Blue", "Both 1"], "country": "TR"}},
                {"value": "Blue", "meta": {"synonyms": ["Both 1"], "country": "Unknown"}},
                {"value": "Blue", "meta": {"country": "QQ"}}
            ]}"#,
        );
        let ids: Vec<&str> = taken.actors.iter().map(|actor| actor.id.as_str()).collect();
        assert_eq!(ids, ["red", "blue", "blue-2"]);
        assert_eq!(taken.names(), (3, 2));
        taken.settle(&BTreeMap::from([("TR".to_owned(), "states/tr".to_owned())]));
        assert_eq!(left(&taken), [("country that is no actor of the site", 1)]);
        let list = taken.list("own", "groups.json", ListFormat::Misp);
        let (head, tables) = list.split_once("\n\n").unwrap();
        assert!(
            head.starts_with(
                "# 3 actors from `groups.json`: the MISP galaxy \u{201c}Groups\u{201d}, version 3."
            ),
            "{head}"
        );
        assert_eq!(
            tables,
            "[\"red\"]\nname = \"Red\"\nkind = \"group\"\ncountry = \"states/tr\"\naliases = [\"Both 1\"]\nguarded = [\"Red\"]\nweak = [\"Blue\"]\n\n\
             [\"blue\"]\nname = \"Blue\"\nkind = \"group\"\naliases = [\"Both 1\"]\nguarded = [\"Blue\"]\n\n\
             [\"blue-2\"]\nname = \"Blue\"\nkind = \"group\"\nguarded = [\"Blue\"]\n"
        );
    }

    #[test]
    fn code_names_are_found_as_others_write_them() {
        for (name, key) in [
            ("COZY BEAR", Some("case")),
            ("APT28", Some("hyphens")),
            ("APT-28", Some("hyphens")),
            ("TA 505", Some("hyphens")),
            // A small `group 3` is any group.
            ("GROUP 3", Some("hyphens")),
            ("Group 3", None),
            ("Cozy Bear", None),
            ("STRONTIUM", None),
            ("G0007", None),
            ("GIF89a", None),
            ("PLA Unit 61398", None),
            ("APT-C-36", None),
        ] {
            assert_eq!(spelling(name), key, "{name}");
        }
        let taken = taken(
            ListFormat::Misp,
            r#"{"values": [{"value": "APT29", "meta": {"synonyms": ["COZY BEAR", "The Dukes"]}}]}"#,
        );
        let list = taken.list("own", "a.json", ListFormat::Misp);
        let aliases = "aliases = [{ name = \"APT29\", hyphens = false }, { name = \"COZY BEAR\", case = false }, \"The Dukes\"]\n";
        assert!(list.contains(aliases), "{list}");
    }

    #[test]
    fn a_list_says_where_it_is_from_and_whether_it_was_touched() {
        let mut taken = taken(ListFormat::Csv, "name,country\nA,TR\nB,\n");
        taken.settle(&BTreeMap::from([("TR".to_owned(), "states/tr".to_owned())]));
        let list = taken.list("own", "a.csv", ListFormat::Csv);
        let made = |untouched| Some(Origin { list: "csv a.csv".to_owned(), untouched });
        assert_eq!(origin(&list), made(true));
        // As git writes it on some systems, and as `rename` changes it.
        assert_eq!(origin(&list.replace('\n', "\r\n").replace("states/tr", "tr")), made(true));
        assert_eq!(origin(&list.replace("\"B\"", "\"C\"")), made(false));
        assert_eq!(origin("[a]\nname = 'A'\n# list: csv a.csv\n"), None);
        assert_eq!(origin(""), None);
    }

    #[test]
    fn entities_have_their_kinds() {
        let mut taken = taken(
            ListFormat::Ftm,
            r#"{"id": "a", "schema": "Person", "properties": {"name": ["Ada Ek", "A. Ek"], "weakAlias": ["Ada"], "country": ["se"]}}

               {"id": "b", "schema": "PublicBody", "properties": {"name": ["Board"], "abbreviation": ["BRD"], "wikidataId": ["Q1"]}}
               {"id": "c", "schema": "Vessel", "properties": {"name": ["Ship"]}}
               {"id": "d", "schema": "Company", "properties": {"website": ["nowhere"]}}
               {"id": "e", "schema": "Company", "properties": {"name": ["Ltd"], "website": ["nowhere"], "wikidataId": ["q1"]}}
               {"id": "f", "schema": "Country", "properties": {"name": ["Land"], "country": ["tr"]}}"#,
        );
        let [ada, board, ..] = &taken.actors[..] else { panic!("{taken:?}") };
        assert_eq!((ada.kind.as_str(), ada.country.as_deref()), ("person", Some("SE")));
        assert_eq!(
            (&ada.lists["aliases"][..], &ada.lists["weak"][..]),
            (&["A. Ek".to_owned()][..], &["Ada".to_owned()][..])
        );
        assert_eq!(
            (board.abbreviation.as_deref(), board.wikidata.as_deref()),
            (Some("BRD"), Some("Q1"))
        );
        taken.settle(&BTreeMap::from([("TR".to_owned(), "states/tr".to_owned())]));
        assert_eq!(
            left(&taken),
            [
                ("Company without a name", 1),
                ("Vessel", 1),
                ("Wikidata id that is none", 1),
                ("country that is no actor of the site", 1),
                ("state that the site has", 1),
                ("website that is no address", 1),
            ]
        );
    }

    #[test]
    fn a_table_names_its_columns() {
        let table = "ID,Name,kind,aliases,summary\nx,\"Board, The\",body,Panel; The Panel,\"Says \"\"so\"\".\"\n,Board The,,,\n,,,,\n";
        let taken = taken(ListFormat::Csv, table);
        let [first, second] = &taken.actors[..] else { panic!("{taken:?}") };
        assert_eq!((first.id.as_str(), first.kind.as_str()), ("x", "body"));
        assert_eq!(first.lists["aliases"], ["Panel", "The Panel"]);
        assert_eq!((second.id.as_str(), second.kind.as_str()), ("board-the", "group"));
        assert_eq!(taken.left["row without a name"], 1);
        assert!(
            taken.list("x", "x.csv", ListFormat::Csv).contains("summary = \"Says \\\"so\\\".\"")
        );
        // As spreadsheets write them.
        for table in ["name;aliases\nA;\"B;C\"\n", "name\taliases\nA\tB;C\n"] {
            let taken = read(format_of(table).unwrap(), table, Some("body")).unwrap();
            assert_eq!(taken.actors[0].lists["aliases"], ["B", "C"], "{table}");
        }
    }

    #[test]
    fn formats_are_told_apart_or_not_at_all() {
        for (text, format) in [
            (r#"{"type": "bundle", "objects": []}"#, Some(ListFormat::Stix)),
            (" {\n\"values\": []}", Some(ListFormat::Misp)),
            ("\n{\"schema\": \"Person\"}\n{\"schema\": \"Person\"}\n", Some(ListFormat::Ftm)),
            ("kind,name\n", Some(ListFormat::Csv)),
            (r#"{"objects": [], "values": []}"#, None),
            ("{}", None),
            ("[]", None),
            ("", None),
            ("APT28,Fancy Bear\n", None),
            ("{\"values\": [", None),
        ] {
            assert_eq!(format_of(text).ok(), format, "{text}");
        }
    }

    #[test]
    fn what_is_no_list_says_so() {
        let deep = format!(
            r#"{{"values": [{{"value": {}{}}}]}}"#,
            "[".repeat(1_000_000),
            "]".repeat(1_000_000)
        );
        let long = format!(r#"{{"values": [{{"value": "{}"}}]}}"#, "x".repeat(1_000_000));
        for (format, text, says) in [
            (ListFormat::Stix, "{", "this is no such JSON: EOF"),
            (
                ListFormat::Stix,
                "{\"objects\": [{\"type\": \"intrusion-set\", \"na",
                "line 1 column",
            ),
            (ListFormat::Stix, "{}", "it has no `objects`"),
            (ListFormat::Stix, r#"{"objects": []}"#, "there is no actor in it"),
            (ListFormat::Misp, "[]", "it has no `values`"),
            (ListFormat::Misp, "[1]", "this is no such JSON"),
            (
                ListFormat::Misp,
                &deep,
                "entry 1 of `values` cannot be read: recursion limit exceeded",
            ),
            (ListFormat::Misp, &long, "there is no actor in it"),
            (ListFormat::Misp, "{\"values\": [{\"value\": \"\u{1}-\"}]}", "control character"),
            (ListFormat::Ftm, "{\"schema\": \"Person\"}\n{}", "line 2 is no entity"),
            (ListFormat::Ftm, "{\"schema\": \"Person\"}\nx", "line 2 is no JSON"),
            (
                ListFormat::Csv,
                "name,colour\nA,red\n",
                "unknown column `colour`: the first line names the columns, of which id, name,",
            ),
            (ListFormat::Csv, "APT28,Fancy Bear\n", "unknown column `apt28`"),
            (ListFormat::Csv, "id,kind\na,group\n", "the first line names no column `name`"),
            (ListFormat::Csv, "name,name\na,group\n", "the column `name` stands twice"),
            (ListFormat::Csv, "name,id\nA,../x\n", "line 2: `../x` cannot be an id"),
            (ListFormat::Csv, "name,id\nA,x\nB,X\n", "lines 2 and 3 have one id, `X`"),
            (ListFormat::Csv, "name,id\nA\n", "this is no table"),
        ] {
            let error = read(format, text, Some("group")).unwrap_err();
            assert!(error.contains(says), "{error}");
        }
        let error = read(ListFormat::Csv, "name\nA\n", None).unwrap_err();
        assert!(error.contains("line 2 does not say what it is"), "{error}");
    }
}
