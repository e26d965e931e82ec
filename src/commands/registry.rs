//! `registry`: what the built-in registry knows, and a file to change one of its actors.

use std::fmt::Write as _;

use serde::Serialize;

use crate::cli::{Common, Format, RegistryCommand};
use crate::config;
use crate::publish::write_new;
use crate::registry::{
    Called, Force, Name, Pack, Record, language, languages, nearest_id, records,
};
use crate::source::{CONFIG, Kind};

use super::create::not_written;
use super::{Failure, Outcome};

/// An actor of the registry, as other programs see it. A stable interface: documented in docs/registry.md.
#[derive(Serialize)]
struct Entry<'a> {
    id: &'a str,
    name: &'a str,
    kind: &'a str,
    iso3166: Option<&'a str>,
    wikidata: Option<&'a str>,
}

/// The same, with all that is known of it.
#[derive(Serialize)]
struct Whole<'a> {
    #[serde(flatten)]
    entry: Entry<'a>,
    part_of: Option<&'a str>,
    member_of: &'a [String],
    called: Vec<Language<'a>>,
}

/// What it is called in a language.
#[derive(Serialize)]
struct Language<'a> {
    language: &'a str,
    names: Vec<OneName<'a>>,
    demonyms: &'a [String],
    metonyms: &'a [String],
    stop: &'a [String],
}

/// A name.
#[derive(Serialize)]
struct OneName<'a> {
    name: &'a str,
    inflected: &'a [String],
    guarded: bool,
    weak: bool,
    abbreviation: bool,
}

/// Runs a command of the registry.
pub(super) fn run(common: &Common, command: &RegistryCommand) -> Result<Outcome, Failure> {
    if !matches!(common.format, Format::Human | Format::Json) {
        return Err(Failure("`registry` writes `--format human` or `json`".to_owned()));
    }
    let json = common.format == Format::Json;
    match command {
        RegistryCommand::List { pack, language } => {
            let packs = pack.map_or(Pack::ALL.to_vec(), |pack| vec![pack]);
            let records = records(&packs, &wanted(common, language)?);
            let entries: Vec<Entry<'_>> = records.iter().map(entry).collect();
            Ok(Outcome::done(if json { as_json(&entries)? } else { lines(&entries) }))
        }
        RegistryCommand::Show { id, language } => {
            let record = find(id, &wanted(common, language)?)?;
            Ok(Outcome::done(if json { as_json(&whole(&record))? } else { described(&record) }))
        }
        RegistryCommand::Add { id } => add(common, id),
    }
}

/// The languages that names are shown in: those that were asked for, or those of the site, or English.
fn wanted(common: &Common, asked: &[String]) -> Result<Vec<&'static str>, Failure> {
    let mut wanted = Vec::new();
    for tag in asked {
        let known = || languages().collect::<Vec<_>>().join(", ");
        wanted.push(language(tag).ok_or_else(|| {
            Failure(format!(
                "the registry has no names in `{tag}`\nhelp: it has them in {}",
                known()
            ))
        })?);
    }
    if wanted.is_empty() {
        let site = std::fs::read_to_string(common.root.join(CONFIG)).ok();
        let config = site.and_then(|text| config::read(&text, &mut Vec::new()));
        wanted = config.map(|config| config.registry_languages()).unwrap_or_default();
    }
    if wanted.is_empty() {
        wanted.push("en");
    }
    Ok(wanted)
}

/// The actor of an id.
fn find(id: &str, languages: &[&str]) -> Result<Record, Failure> {
    let mut all = records(&Pack::ALL, languages);
    match all.iter().position(|record| record.id == id) {
        Some(at) => Ok(all.swap_remove(at)),
        None => {
            let known: Vec<_> =
                all.iter().map(|record| (record.id.as_str(), record.name())).collect();
            let near = nearest_id(id, &known).map(|near| format!("did you mean `{near}`?"));
            let help = near.unwrap_or_else(|| "`chancery registry list` shows all".to_owned());
            Err(Failure(format!("the registry has no actor `{id}`\nhelp: {help}")))
        }
    }
}

fn entry(record: &Record) -> Entry<'_> {
    Entry {
        id: &record.id,
        name: record.name(),
        kind: &record.kind,
        iso3166: record.iso3166.as_deref(),
        wikidata: record.wikidata.as_deref(),
    }
}

fn whole(record: &Record) -> Whole<'_> {
    Whole {
        entry: entry(record),
        part_of: record.part_of.as_deref(),
        member_of: &record.member_of,
        called: record.called.iter().map(in_language).collect(),
    }
}

fn in_language(called: &Called) -> Language<'_> {
    let Called { language, names, demonyms, metonyms, stop } = called;
    Language { language, names: names.iter().map(one_name).collect(), demonyms, metonyms, stop }
}

fn one_name(name: &Name) -> OneName<'_> {
    OneName {
        name: &name.text,
        inflected: &name.inflected,
        guarded: name.force == Force::Guarded,
        weak: name.force == Force::Weak,
        abbreviation: name.abbreviation,
    }
}

fn as_json(value: &impl Serialize) -> Result<String, Failure> {
    let mut text =
        serde_json::to_string_pretty(value).map_err(|error| Failure(error.to_string()))?;
    text.push('\n');
    Ok(text)
}

/// A line for each actor: its id, what it is and its name.
fn lines(entries: &[Entry<'_>]) -> String {
    let width = entries.iter().map(|entry| entry.id.len()).max().unwrap_or(0);
    let mut out = String::new();
    for Entry { id, kind, name, .. } in entries {
        // Writing to a string cannot fail.
        let _ = writeln!(out, "{id:<width$}  {kind:<12}  {name}");
    }
    out
}

/// What a record says in the first of its languages, as the keys of an actor's front matter.
fn keys(record: &Record) -> Vec<(&'static str, String)> {
    let called = record.called.first();
    let names = |force: Force| {
        let names = called.into_iter().flat_map(|called| &called.names);
        names.filter(move |name| name.force == force).map(|name| name.text.as_str())
    };
    let strong = called.into_iter().flat_map(|called| &called.names);
    let strong = strong.skip(1).filter(|name| name.force != Force::Weak);
    let abbreviation = strong.clone().find(|name| name.abbreviation).map(|name| &name.text);
    let aliases = strong.map(|name| &name.text).filter(|name| Some(*name) != abbreviation);
    let list = |texts: Vec<&str>| (!texts.is_empty()).then(|| quoted_list(&texts));
    let all =
        |pick: fn(&Called) -> &Vec<String>| list(called.map_or(Vec::new(), |c| borrowed(pick(c))));
    let keys = [
        ("name", Some(quoted(record.name()))),
        ("kind", Some(quoted(&record.kind))),
        ("aliases", list(aliases.map(String::as_str).collect())),
        ("abbreviation", abbreviation.map(|text| quoted(text))),
        ("guarded", list(names(Force::Guarded).collect())),
        ("weak", list(names(Force::Weak).collect())),
        ("metonyms", all(|called| &called.metonyms)),
        ("demonyms", all(|called| &called.demonyms)),
        ("stop", all(|called| &called.stop)),
        ("part_of", record.part_of.as_deref().map(quoted)),
        ("member_of", list(borrowed(&record.member_of))),
        ("iso3166", record.iso3166.as_deref().map(quoted)),
        ("wikidata", record.wikidata.as_deref().map(quoted)),
    ];
    keys.into_iter().filter_map(|(key, value)| Some((key, value?))).collect()
}

/// A text as TOML has it: a JSON string is one of its basic strings.
fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

fn quoted_list(texts: &[&str]) -> String {
    let texts: Vec<String> = texts.iter().map(|text| quoted(text)).collect();
    format!("[{}]", texts.join(", "))
}

/// All that is known of an actor: its keys in the first language, and a table of names for each other one.
fn described(record: &Record) -> String {
    let mut out = format!("# {}\n", record.id);
    for (key, value) in keys(record) {
        let _ = writeln!(out, "{key} = {value}");
    }
    for called in record.called.iter().skip(1) {
        let _ = writeln!(out, "\n# {}", called.language);
        let of = |force: Force| -> Vec<&str> {
            let names = called.names.iter().filter(|name| name.force == force);
            names.map(|name| name.text.as_str()).collect()
        };
        let lists = [
            ("names", of(Force::Strong)),
            ("guarded", of(Force::Guarded)),
            ("weak", of(Force::Weak)),
            ("metonyms", borrowed(&called.metonyms)),
            ("demonyms", borrowed(&called.demonyms)),
            ("stop", borrowed(&called.stop)),
        ];
        for (key, list) in lists.iter().filter(|(_, list)| !list.is_empty()) {
            let _ = writeln!(out, "{key} = {}", quoted_list(list));
        }
    }
    out
}

fn borrowed(texts: &[String]) -> Vec<&str> {
    texts.iter().map(String::as_str).collect()
}

/// Writes a file that extends an actor of the registry, at its id, so that its address and all references to it stay.
fn add(common: &Common, id: &str) -> Result<Outcome, Failure> {
    let record = find(id, &wanted(common, &[])?)?;
    if !common.root.join(CONFIG).is_file() {
        return Err(Failure(format!(
            "there is no site in `{}`: it has no `site.toml`\nhelp: make a site with `chancery init DIR`, or name its folder with `--root DIR`",
            common.root.display()
        )));
    }
    let mut text = format!(
        "+++\nextends = {}\n\n# What the registry says. A key without its `#` stands in for it; the rest stays as it is.\n",
        quoted(&record.id)
    );
    for (key, value) in keys(&record) {
        let _ = writeln!(text, "# {key} = {value}");
    }
    text.push_str("\n# One sentence, shown where the name is linked.\nsummary = \"\"\n+++\n");
    let name = format!("content/{}/{}.md", Kind::Actor.folder(), record.id);
    let path = common.root.join(&name);
    write_new(&common.root, &name, text.as_bytes()).map_err(|e| Failure(not_written(&path, &e)))?;
    Ok(Outcome::done(format!("wrote {}\n", path.display())))
}
