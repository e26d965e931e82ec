//! `registry`: what the registry knows, a file to change one of its actors, and lists of the site's own.

mod import;

use std::fmt::Write as _;

use serde::Serialize;

use crate::cli::{Common, FormatOption, RegistryCommand, Show};
use crate::config;
use crate::corpus::{ActorLists, Listed, OwnList};
use crate::diagnostic::{Diagnostics, nearest};
use crate::exchange::quoted;
use crate::front_matter::Spanned;
use crate::front_matter::tree::{Key, Node, NodeValue};
use crate::publish::write_new;
use crate::registry::{
    Called, Force, Pack, Record, RegistryName, language, languages, nearest_id, records,
};
use crate::source::{CONFIG, Kind, Sources, no_site};

use super::create::not_written;
use super::{Failure, Outcome, findings, plain};

/// An actor of the registry, as other programs see it. A stable interface: documented in docs/registry.md.
#[derive(Serialize)]
struct ListedActor<'a> {
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
    entry: ListedActor<'a>,
    part_of: Option<&'a str>,
    member_of: Vec<&'a str>,
    called: Vec<LanguageNames<'a>>,
}

/// What it is called in a language.
#[derive(Serialize)]
struct LanguageNames<'a> {
    /// `None` for names that are so in all.
    language: Option<&'a str>,
    names: Vec<OneName<'a>>,
    demonyms: Vec<&'a str>,
    metonyms: Vec<&'a str>,
    stop: Vec<&'a str>,
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
    if !matches!(common.format, FormatOption::Human | FormatOption::Json) {
        return Err(Failure("`registry` writes `--format human` or `json`".to_owned()));
    }
    let json = common.format == FormatOption::Json;
    // What is wrong with a list of the site's own does not hide the rest.
    let Own { lists, report } = Own::of(common);
    let outcome = match command {
        RegistryCommand::List { pack, language } => {
            let of = |list: &&OwnList| pack.as_ref().is_none_or(|pack| *pack == list.name);
            let packs: Vec<Pack> = match pack {
                None => Pack::ALL.to_vec(),
                Some(name) => Pack::named(name).into_iter().collect(),
            };
            let own: Vec<&OwnList> = lists.iter().filter(of).collect();
            if let Some(name) = pack.as_ref().filter(|_| packs.is_empty() && own.is_empty()) {
                return Err(unknown_list(name, &lists));
            }
            let records = records(&packs, &wanted(common, language)?);
            let own = own.iter().flat_map(|list| &list.actors).map(entry_of_list);
            let entries: Vec<ListedActor<'_>> = records.iter().map(entry).chain(own).collect();
            Outcome::done(if json { as_json(&entries)? } else { lines(&entries) })
        }
        RegistryCommand::Show { id, language } => match find_own(&lists, id) {
            Some(actor) => Outcome::done(match json {
                true => as_json(&whole_of_list(actor))?,
                false => format!("# {}\n{}", actor.id, in_lines("", &keys_of_list(actor))),
            }),
            None => {
                let record = find(id, &wanted(common, language)?, &lists)?;
                Outcome::done(if json { as_json(&whole(&record))? } else { described(&record) })
            }
        },
        RegistryCommand::Add { id } => match find_own(&lists, id) {
            Some(actor) => add(common, &actor.id, &keys_of_list(actor))?,
            None => {
                let record = find(id, &wanted(common, &[])?, &lists)?;
                add(common, &record.id, &keys(&record))?
            }
        },
        RegistryCommand::Import(arguments) => return import::run(common, arguments),
    };
    Ok(Outcome { stderr: report, ..outcome })
}

/// The lists of the site's own, if there is a site.
#[derive(Default)]
struct Own {
    lists: Vec<OwnList>,
    /// What is wrong with them.
    report: String,
}

impl Own {
    fn of(common: &Common) -> Own {
        let mut diagnostics = Diagnostics::new();
        let Some(sources) = Sources::read(&common.root, &mut diagnostics) else {
            return Own::default();
        };
        let Some(config) = config::read(&sources.config, &mut Vec::new()) else {
            return Own::default();
        };
        let lists = ActorLists::new(&config, &sources);
        let mut found = Diagnostics::new();
        found.extend(lists.found.iter().cloned());
        let report = findings(common, &Show::default(), Some(&sources), found).text;
        Own { lists: lists.own, report }
    }
}

/// The actor of a list of the site's own.
fn find_own<'l>(lists: &'l [OwnList], id: &str) -> Option<&'l Listed> {
    lists.iter().flat_map(|list| &list.actors).find(|actor| actor.id == id)
}

fn unknown_list(name: &str, lists: &[OwnList]) -> Failure {
    let own = lists.iter().map(|list| list.name.as_str());
    let known: Vec<&str> = Pack::ALL.map(Pack::name).into_iter().chain(own).collect();
    let help = match nearest(name, known.iter().copied()) {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("there are {}", known.join(", ")),
    };
    Failure(format!("the registry has no list `{name}`\nhelp: {help}"))
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

/// The built-in actor of an id; `lists` are the site's own.
fn find(id: &str, languages: &[&str], lists: &[OwnList]) -> Result<Record, Failure> {
    let mut all = records(&Pack::ALL, languages);
    match all.iter().position(|record| record.id == id) {
        Some(at) => Ok(all.swap_remove(at)),
        None => {
            let own = lists.iter().flat_map(|list| &list.actors);
            let own = own.map(|actor| (actor.id.as_str(), actor.front.name.value.as_str()));
            let known = all.iter().map(|record| (record.id.as_str(), record.name()));
            let known: Vec<_> = known.chain(own).collect();
            let near = nearest_id(id, &known).map(|near| format!("did you mean `{near}`?"));
            let help = near.unwrap_or_else(|| "`chancery registry list` shows all".to_owned());
            Err(Failure(format!("the registry has no actor `{id}`\nhelp: {help}")))
        }
    }
}

fn entry(record: &Record) -> ListedActor<'_> {
    ListedActor {
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
        member_of: borrowed(&record.member_of),
        called: record.called.iter().map(in_language).collect(),
    }
}

fn in_language(called: &Called) -> LanguageNames<'_> {
    let Called { language, names, demonyms, metonyms, stop } = called;
    LanguageNames {
        language: Some(language),
        names: names.iter().map(one_name).collect(),
        demonyms: borrowed(demonyms),
        metonyms: borrowed(metonyms),
        stop: borrowed(stop),
    }
}

fn one_name(name: &RegistryName) -> OneName<'_> {
    OneName {
        name: &name.text,
        inflected: &name.inflected,
        guarded: name.force == Force::Guarded,
        weak: name.force == Force::Weak,
        abbreviation: name.abbreviation,
    }
}

fn entry_of_list(actor: &Listed) -> ListedActor<'_> {
    let front = &actor.front;
    ListedActor {
        id: &actor.id,
        name: &front.name.value,
        kind: front.kind.value.word(),
        iso3166: front.iso3166.as_deref(),
        wikidata: front.wikidata.as_deref(),
    }
}

fn whole_of_list(actor: &Listed) -> Whole<'_> {
    let front = &actor.front;
    fn texts(list: &[Spanned<String>]) -> Vec<&str> {
        list.iter().map(|text| text.value.as_str()).collect()
    }
    let name = |name, weak: bool, abbreviation: bool| OneName {
        name,
        inflected: &[],
        guarded: front.guarded.iter().any(|guarded| guarded.value == name),
        weak,
        abbreviation,
    };
    let others = front.other_names().map(|(other, _)| {
        let abbreviation = front.abbreviation.as_ref();
        name(other, false, abbreviation.is_some_and(|abbreviation| abbreviation.value == other))
    });
    let weak = front.weak.iter().map(|weak| name(&weak.value, true, false));
    let names = [name(&front.name.value, false, false)].into_iter().chain(others).chain(weak);
    Whole {
        entry: entry_of_list(actor),
        part_of: front.part_of.as_ref().map(|of| of.id.as_str()),
        member_of: front.member_of.iter().map(|of| of.id.as_str()).collect(),
        called: vec![LanguageNames {
            language: None,
            names: names.collect(),
            demonyms: texts(&front.demonyms),
            metonyms: texts(&front.metonyms),
            stop: texts(&front.stop),
        }],
    }
}

/// What a list says of an actor, as keys of front matter.
fn keys_of_list(actor: &Listed) -> Vec<(&str, String)> {
    match &actor.table.value {
        NodeValue::Table(entries) => {
            entries.iter().map(|(key, node)| (&*key.name, written(node))).collect()
        }
        _ => Vec::new(),
    }
}

/// A value as TOML has it on one line.
fn written(node: &Node) -> String {
    match &node.value {
        NodeValue::Text(text) => quoted(text),
        NodeValue::Integer(n) => n.to_string(),
        // With a dot, as TOML wants it.
        NodeValue::Float(n) => format!("{n:?}"),
        NodeValue::Bool(is) => is.to_string(),
        NodeValue::Date(date) => date.to_string(),
        NodeValue::List(items) => {
            format!("[{}]", items.iter().map(written).collect::<Vec<_>>().join(", "))
        }
        NodeValue::Table(entries) => {
            let entry = |(key, node): &(Key<'_>, Node<'_>)| {
                format!("{} = {}", quoted(&key.name), written(node))
            };
            format!("{{ {} }}", entries.iter().map(entry).collect::<Vec<_>>().join(", "))
        }
        NodeValue::Nothing => quoted(""),
    }
}

/// Keys with their values, each on a line that begins so.
fn in_lines(begin: &str, keys: &[(&str, String)]) -> String {
    keys.iter().map(|(key, value)| format!("{begin}{key} = {value}\n")).collect()
}

fn as_json(value: &impl Serialize) -> Result<String, Failure> {
    let mut text =
        serde_json::to_string_pretty(value).map_err(|error| Failure(error.to_string()))?;
    text.push('\n');
    Ok(text)
}

/// A line for each actor: its id, what it is and its name.
fn lines(entries: &[ListedActor<'_>]) -> String {
    let width = entries.iter().map(|entry| entry.id.len()).max().unwrap_or(0);
    let mut out = String::new();
    for ListedActor { id, kind, name, .. } in entries {
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

fn quoted_list(texts: &[&str]) -> String {
    let texts: Vec<String> = texts.iter().map(|text| quoted(text)).collect();
    format!("[{}]", texts.join(", "))
}

/// All that is known of an actor: its keys in the first language, and a table of names for each other one.
fn described(record: &Record) -> String {
    let mut out = format!("# {}\n{}", record.id, in_lines("", &keys(record)));
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

/// Writes a file that extends the actor `id` of the registry, at its id, so that its address and all references to it stay.
/// `keys` are what the registry says.
fn add(common: &Common, id: &str, keys: &[(&str, String)]) -> Result<Outcome, Failure> {
    if let Some(missing) = no_site(&common.root) {
        return Err(plain(missing));
    }
    let mut text = format!(
        "+++\nextends = {}\n\n# What the registry says. A key without its `#` stands in for it; the rest stays as it is.\n",
        quoted(id)
    );
    text.push_str(&in_lines("# ", keys));
    if !keys.iter().any(|(key, _)| *key == "summary") {
        text.push_str("\n# One sentence, shown where the name is linked.\nsummary = \"\"\n");
    }
    text.push_str("+++\n");
    let name = format!("content/{}/{id}.md", Kind::Actor.folder());
    let path = common.root.join(&name);
    write_new(&common.root, &name, text.as_bytes()).map_err(|e| Failure(not_written(&path, &e)))?;
    Ok(Outcome::done(format!("wrote {}\n", path.display())))
}
