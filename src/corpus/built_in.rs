//! The built-in registry as a site sees it: which of its actors the site has, and what they are called there.

use std::sync::{Arc, OnceLock};

use crate::config::Config;
use crate::diagnostic::{Code, Diagnostic, Place, Span};
use crate::front_matter::field::{Field, FieldReader};
use crate::front_matter::tree::{Key, Node, Value};
use crate::front_matter::{Actor, Document as _};
use crate::markdown::Body;
use crate::names::Unshown;
use crate::never;
use crate::registry::{self, Called, Force, Name, Pack, Record};
use crate::source::CONFIG;

use super::Document;

/// The built-in registry in the languages of a site. It is unpacked when it is first asked for.
pub(super) struct BuiltIn {
    packs: Vec<Pack>,
    /// The languages that names are wanted in, the site's own first.
    languages: Vec<&'static str>,
    /// Where the site asks for it.
    place: Span,
    /// All of it, by id.
    records: OnceLock<Vec<Record>>,
    /// The actors of the packs that the site asks for, by id.
    actors: OnceLock<Vec<Arc<Document<Actor>>>>,
}

impl BuiltIn {
    /// What the site asks for. A site without a language of the registry has its English names.
    pub(super) fn new(config: &Config) -> BuiltIn {
        let mut languages = config.registry_languages();
        if languages.is_empty() {
            languages.push("en");
        }
        BuiltIn {
            packs: config.packs(),
            languages,
            place: config.registry.span,
            records: OnceLock::new(),
            actors: OnceLock::new(),
        }
    }

    fn records(&self) -> &[Record] {
        self.records.get_or_init(|| {
            let mut records = registry::records(&Pack::ALL, &self.languages);
            records.sort_by(|a, b| a.id.cmp(&b.id));
            records
        })
    }

    fn find(&self, id: &str) -> Option<&Record> {
        let records = self.records();
        let at = records.binary_search_by(|record| record.id.as_str().cmp(id)).ok()?;
        records.get(at)
    }

    /// The actors that the site has without a file of its own, by id.
    pub(super) fn actors(&self) -> &[Arc<Document<Actor>>] {
        if self.packs.is_empty() {
            return &[];
        }
        self.actors.get_or_init(|| {
            let asked = |record: &&Record| {
                let folder = record.id.split('/').next();
                self.packs.iter().any(|pack| folder == Some(pack.name()))
            };
            let records = self.records().iter().filter(asked);
            records.map(|record| Arc::new(self.document(record))).collect()
        })
    }

    /// An actor of the registry, declared where the site asks for it.
    fn document(&self, record: &Record) -> Document<Actor> {
        let id = Value::Text(record.id.clone().into());
        let extends = (key("extends", self.place), Node { span: self.place, value: id });
        let mut node = Node { span: self.place, value: Value::Table(vec![extends]) };
        lay_under(&mut node, record, self.place);
        let (file, mut found) = (CONFIG.into(), Vec::new());
        let mut reader = FieldReader::new(&file, &mut found, true);
        let front = Actor::read(&node, &mut reader);
        never!(!found.is_empty(), "the registry's `{}` is no actor: {found:?}", record.id);
        Document {
            id: record.id.clone(),
            file,
            folder: false,
            front,
            body: Body::default(),
            bluf: None,
            judgements: Box::default(),
            mentions: Vec::new(),
            moment: jiff::Timestamp::MIN,
            date: None,
        }
    }

    /// Adds to an actor's front matter all that the actor of the registry has which it extends. Each value has the place of
    /// `extends`. Reports one that does not exist.
    pub(super) fn complete(&self, file: &Arc<str>, node: &mut Node, found: &mut Vec<Diagnostic>) {
        let Value::Table(entries) = &node.value else { return };
        let extends = entries.iter().find(|(key, _)| key.name == "extends");
        let Some((span, Value::Text(id))) = extends.map(|(_, node)| (node.span, &node.value))
        else {
            return;
        };
        // A blank value counts as absent.
        if id.trim().is_empty() {
            return;
        }
        match self.find(id) {
            Some(record) => lay_under(node, record, span),
            None => found.push(self.unknown(id).at(Place::span(file.clone(), span))),
        }
    }

    /// What to report of an id that the registry does not have.
    fn unknown(&self, id: &str) -> Diagnostic {
        let known: Vec<_> = self.records().iter().map(|r| (r.id.as_str(), r.name())).collect();
        let help = match registry::nearest_id(id, &known) {
            Some(near) => format!("did you mean `{near}`?"),
            None => "`chancery registry list` shows all".to_owned(),
        };
        Diagnostic::new(Code::UnknownActor, format!("the registry has no actor `{id}`"))
            .label("no such actor in the registry")
            .help(help)
    }

    /// The names that no page shows of an actor that is, or extends, one of the registry.
    pub(super) fn unshown(&self, actor: &Actor) -> Vec<Unshown> {
        let Some(record) = actor.extends.as_ref().and_then(|id| self.find(&id.value)) else {
            return Vec::new();
        };
        let mut called = record.called.iter();
        let own = called.next().map(|own| {
            let shown = actor.names();
            let kept = own.names.iter().filter(|name| shown.contains(&name.text.as_str()));
            inflected(kept)
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

fn boxed(texts: &[String]) -> Vec<Box<str>> {
    texts.iter().map(|text| text.as_str().into()).collect()
}

/// Some names in all their cases.
fn texts<'n>(names: impl Iterator<Item = &'n Name>) -> Vec<Box<str>> {
    let all = names.flat_map(|name| [&name.text].into_iter().chain(&name.inflected));
    all.map(|text| text.as_str().into()).collect()
}

/// The names that always mean their actor, in all their cases.
fn strong(names: &[Name]) -> Unshown {
    let of = |force: Force| texts(names.iter().filter(|name| name.force == force));
    Unshown { aliases: of(Force::Strong), guarded: of(Force::Guarded), ..Unshown::default() }
}

/// The other cases of names that are shown.
fn inflected<'n>(names: impl Iterator<Item = &'n Name>) -> Unshown {
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

fn key(name: &'static str, span: Span) -> Key<'static> {
    Key { name: name.into(), span }
}

/// Adds to a table of front matter the keys that a record has and it has not, at one place.
fn lay_under(node: &mut Node, record: &Record, span: Span) {
    let Value::Table(entries) = &mut node.value else { return };
    let text = |text: &str| Node { span, value: Value::Text(text.to_owned().into()) };
    let given = |wanted: &str| {
        let entry = entries.iter().find(|(key, _)| key.name == wanted)?;
        Some(match &entry.1.value {
            Value::Text(text) => text.clone().into_owned(),
            _ => String::new(),
        })
    };
    let (own_name, own_abbreviation) = (given("name"), given("abbreviation"));
    let mut add = |name: &'static str, value: Node<'static>| {
        if !entries.iter().any(|(key, _)| key.name == name) {
            entries.push((key(name, span), value));
        }
    };
    let nothing = Called::default();
    let called = record.called.first().unwrap_or(&nothing);
    let shown = record.name();
    let names = called.names.iter().skip(1).filter(|name| name.force != Force::Weak);
    let abbreviation = names.clone().find(|name| name.abbreviation).map(|name| &name.text);
    let abbreviation = abbreviation.filter(|_| own_abbreviation.is_none());
    let others = names.map(|name| &name.text).filter(|name| Some(*name) != abbreviation);
    // A name that is replaced is still one.
    let replaced = Some(shown).filter(|_| own_name.is_some());
    let aliases = replaced.into_iter().chain(others.map(String::as_str));
    let aliases = aliases.filter(|alias| {
        ![&own_name, &own_abbreviation].iter().any(|own| own.as_deref() == Some(*alias))
    });
    let list = |texts: &[String]| texts.iter().map(|one| text(one)).collect::<Vec<_>>();
    let of = |force: Force| called.names.iter().filter(move |name| name.force == force);
    let lists = [
        ("aliases", aliases.map(text).collect()),
        ("guarded", of(Force::Guarded).map(|name| text(&name.text)).collect()),
        ("weak", texts(of(Force::Weak)).iter().map(|name| text(name)).collect()),
        ("metonyms", list(&called.metonyms)),
        ("demonyms", list(&called.demonyms)),
        ("stop", list(&called.stop)),
        ("member_of", list(&record.member_of)),
    ];
    let single = [
        ("name", Some(shown)),
        ("kind", Some(record.kind.as_str())),
        ("abbreviation", abbreviation.map(String::as_str)),
        ("part_of", record.part_of.as_deref()),
        ("iso3166", record.iso3166.as_deref()),
        ("wikidata", record.wikidata.as_deref()),
    ];
    for (key, value) in single {
        if let Some(value) = value {
            add(key, text(value));
        }
    }
    for (key, values) in lists {
        add(key, Node { span, value: Value::List(values) });
    }
}
