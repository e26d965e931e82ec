//! The built-in registry in the languages of a site, each of its actors as front matter has one.

use std::sync::OnceLock;

use crate::config::Config;
use crate::diagnostic::Span;
use crate::front_matter::Actor;
use crate::front_matter::tree::{Key, Node, NodeValue};
use crate::names::Unshown;
use crate::registry::{self, Called, Force, Pack, Record, RegistryName};

/// The built-in registry in the languages of a site. It is unpacked when it is first asked for.
pub(super) struct BuiltIn {
    packs: Vec<Pack>,
    /// The languages that names are wanted in, the site's own first.
    languages: Vec<&'static str>,
    /// Where the site asks for it.
    pub(super) place: Span,
    /// All of it, by id.
    records: OnceLock<Vec<Record>>,
}

impl BuiltIn {
    /// What the site asks for. A site without a language of the registry has its English names.
    pub(super) fn new(config: &Config) -> BuiltIn {
        let mut languages = config.registry_languages();
        if languages.is_empty() {
            languages.push("en");
        }
        let (packs, place) = (config.packs(), config.registry.span);
        BuiltIn { packs, languages, place, records: OnceLock::new() }
    }

    fn records(&self) -> &[Record] {
        self.records.get_or_init(|| {
            let mut records = registry::records(&Pack::ALL, &self.languages);
            records.sort_by(|a, b| a.id.cmp(&b.id));
            records
        })
    }

    fn find(&self, id: &str) -> Option<&Record> {
        // Without a need, nothing is unpacked.
        Pack::named(id.split('/').next()?)?;
        let records = self.records();
        let at = records.binary_search_by(|record| record.id.as_str().cmp(id)).ok()?;
        records.get(at)
    }

    /// The ids and names of all actors, also of the packs that the site does not ask for.
    pub(super) fn names(&self) -> impl Iterator<Item = (&str, &str)> {
        self.records().iter().map(|record| (record.id.as_str(), record.name()))
    }

    /// Whether there is an actor of this id, also in a pack that the site does not ask for.
    pub(super) fn has(&self, id: &str) -> bool {
        self.find(id).is_some()
    }

    /// The actors of the packs that the site asks for: their ids, and their tables, where it asks for them.
    pub(super) fn asked(&self) -> impl Iterator<Item = (&str, Node<'static>)> {
        let records: &[Record] = if self.packs.is_empty() { &[] } else { self.records() };
        let asked = |record: &&Record| {
            let folder = record.id.split('/').next();
            self.packs.iter().any(|pack| folder == Some(pack.name()))
        };
        let records = records.iter().filter(asked);
        records.map(|record| (record.id.as_str(), table(record, self.place)))
    }

    /// The table of an actor, all of it at one place.
    pub(super) fn table(&self, id: &str, span: Span) -> Option<Node<'static>> {
        self.find(id).map(|record| table(record, span))
    }

    /// The names that no page shows of an actor that is, or extends, one of the registry.
    pub(super) fn unshown(&self, actor: &Actor) -> Vec<Unshown> {
        let Some(record) = actor.extends.as_ref().and_then(|id| self.find(&id.value)) else {
            return Vec::new();
        };
        let mut called = record.called.iter();
        let own = called.next().map(|own| {
            let is_shown =
                |name: &&RegistryName| actor.every_name().any(|shown| shown.value == name.text);
            inflected(own.names.iter().filter(is_shown))
        });
        let others = called.map(|called| Unshown {
            language: Some(called.language),
            weak: texts(called.names.iter().filter(|name| name.force == Force::Weak)),
            metonyms: boxed(&called.metonyms),
            demonyms: boxed(&called.demonyms),
            stop: boxed(&called.stop),
            ..strong(&called.names)
        });
        own.into_iter().chain(others).collect()
    }
}

/// What a record says in the first of its languages, as an actor's front matter has it, at one place.
fn table(record: &Record, span: Span) -> Node<'static> {
    let text = |text: &str| Node { span, value: NodeValue::Text(text.to_owned().into()) };
    let nothing = Called::default();
    let called = record.called.first().unwrap_or(&nothing);
    let names = called.names.iter().skip(1).filter(|name| name.force != Force::Weak);
    let abbreviation = names.clone().find(|name| name.abbreviation).map(|name| &name.text);
    let others = names.map(|name| &name.text).filter(|name| Some(*name) != abbreviation);
    let of = |force: Force| called.names.iter().filter(move |name| name.force == force);
    let list = |texts: &[String]| texts.iter().map(|one| text(one)).collect::<Vec<_>>();
    let single = [
        ("name", Some(record.name())),
        ("kind", Some(record.kind.as_str())),
        ("abbreviation", abbreviation.map(String::as_str)),
        ("part_of", record.part_of.as_deref()),
        ("iso3166", record.iso3166.as_deref()),
        ("wikidata", record.wikidata.as_deref()),
    ];
    let lists = [
        ("aliases", others.map(|name| text(name)).collect()),
        ("guarded", of(Force::Guarded).map(|name| text(&name.text)).collect()),
        ("weak", texts(of(Force::Weak)).iter().map(|name| text(name)).collect()),
        ("metonyms", list(&called.metonyms)),
        ("demonyms", list(&called.demonyms)),
        ("stop", list(&called.stop)),
        ("member_of", list(&record.member_of)),
    ];
    let key = |name: &'static str| Key { name: name.into(), span };
    let single = single.into_iter().filter_map(|(name, value)| Some((key(name), text(value?))));
    let lists = lists
        .into_iter()
        .map(|(name, values)| (key(name), Node { span, value: NodeValue::List(values) }));
    Node { span, value: NodeValue::Table(single.chain(lists).collect()) }
}

fn boxed(texts: &[String]) -> Vec<Box<str>> {
    texts.iter().map(|text| text.as_str().into()).collect()
}

/// Some names in all their cases.
fn texts<'n>(names: impl Iterator<Item = &'n RegistryName>) -> Vec<Box<str>> {
    let all = names.flat_map(|name| [&name.text].into_iter().chain(&name.inflected));
    all.map(|text| text.as_str().into()).collect()
}

/// The names that always mean their actor, in all their cases.
fn strong(names: &[RegistryName]) -> Unshown {
    let of = |force: Force| texts(names.iter().filter(|name| name.force == force));
    Unshown { aliases: of(Force::Strong), guarded: of(Force::Guarded), ..Unshown::default() }
}

/// The other cases of names that are shown.
fn inflected<'n>(names: impl Iterator<Item = &'n RegistryName>) -> Unshown {
    let mut unshown = Unshown::default();
    for name in names {
        let list = match name.force {
            Force::Strong => &mut unshown.aliases,
            Force::Guarded => &mut unshown.guarded,
            Force::Weak => &mut unshown.weak,
        };
        list.extend(boxed(&name.inflected));
    }
    unshown
}
