//! The actors that a site knows without a file for each: those of the built-in registry that it asks for, and of its own lists.
//!
//! A list is a file `registry/NAME.toml`: a table for each actor, with the keys of front matter. Its actors are those of the
//! registry as much as the built-in ones are.

use std::sync::{Arc, OnceLock};

use crate::config::Config;
use crate::diagnostic::{Code, Diagnostic, Place, Span, nearest};
use crate::front_matter::field::{Field, FieldReader};
use crate::front_matter::tree::{Key, Node, NodeValue};
use crate::front_matter::{self, Actor, ActorKind, Reference, Spanned, all_references};
use crate::markdown::Body;
use crate::names::Unshown;
use crate::never;
use crate::registry::{self, Pack};
use crate::source::{CONFIG, Sources, is_id, list_file};

use super::Document;
use super::built_in::BuiltIn;

/// The lists of actors that a site asks for.
pub(crate) struct ActorLists {
    built_in: BuiltIn,
    /// The site's own, in the order of their names.
    pub(crate) own: Vec<OwnList>,
    /// The lists that the site has, and which reading found each as it is: those that it does not ask for too.
    pub(super) there: Vec<(String, u32)>,
    /// What is wrong with them, or with how they are asked for.
    pub(crate) found: Vec<Diagnostic>,
    /// All actors that are asked for, by id.
    actors: OnceLock<Vec<Arc<Document<Actor>>>>,
}

/// A list of the site's own.
pub(crate) struct OwnList {
    /// What it is called: its actors' ids begin so.
    pub(crate) name: String,
    /// The name of its file below the site's root.
    pub(crate) file: Arc<str>,
    /// Its actors, by id.
    pub(crate) actors: Vec<Listed>,
}

/// An actor of a list.
pub(crate) struct Listed {
    /// Its id, which begins with the list's name.
    pub(crate) id: String,
    /// What the list says, as it is written.
    pub(crate) table: Node<'static>,
    /// The same, read.
    pub(crate) front: Actor,
}

impl ActorLists {
    /// Reads those that the site asks for.
    pub(crate) fn new(config: &Config, sources: &Sources) -> ActorLists {
        let there: Vec<(String, u32)> = sources.lists().collect();
        let mut found = Vec::new();
        let mut own: Vec<OwnList> = Vec::new();
        for asked in &config.registry.value {
            let (name, file) = (&asked.value, list_file(&asked.value));
            let is_there = there.iter().any(|(list, _)| list == name);
            let place = Place::span(CONFIG, asked.span);
            match Pack::named(name) {
                Some(_) if is_there => found.push(
                    Diagnostic::new(
                        Code::DuplicateId,
                        format!("there are two lists `{name}`: a built-in one, and `{file}`"),
                    )
                    .at(place)
                    .label("not known which is meant")
                    .help(format!("rename `{file}`")),
                ),
                Some(_) => {}
                None if !is_there => found.push(unknown_list(name, &there).at(place)),
                None if own.iter().any(|list| list.name == *name) => {}
                None => own.push(OwnList::read(name, file.into(), sources, &mut found)),
            }
        }
        let is_asked = |name: &str| config.registry.value.iter().any(|asked| asked.value == name);
        found.extend(
            there.iter().filter(|(name, _)| !is_asked(name)).map(|(name, _)| unasked(name)),
        );
        own.sort_by(|a, b| a.name.cmp(&b.name));
        ActorLists { built_in: BuiltIn::new(config), own, there, found, actors: OnceLock::new() }
    }

    /// The actors that the site has without a file of its own, by id.
    pub(super) fn actors(&self) -> &[Arc<Document<Actor>>] {
        self.actors.get_or_init(|| {
            let place = self.built_in.place;
            let built_in = self.built_in.asked().map(|(id, table)| {
                let (file, mut found) = (CONFIG.into(), Vec::new());
                let front = Actor::read(&table, &mut FieldReader::new(&file, &mut found, true));
                never!(!found.is_empty(), "the registry's `{id}` is no actor: {found:?}");
                Arc::new(listed(id, file, front, place))
            });
            let own = self.own.iter().flat_map(|list| {
                let document = |actor: &Listed| {
                    let place = whole(&actor.table);
                    Arc::new(listed(&actor.id, list.file.clone(), actor.front.clone(), place))
                };
                list.actors.iter().map(document)
            });
            let mut all: Vec<_> = built_in.chain(own).collect();
            all.sort_by(|a, b| a.id.cmp(&b.id));
            all
        })
    }

    /// The actor of a list of the site's own.
    fn find(&self, id: &str) -> Option<&Listed> {
        let list = id.split('/').next()?;
        let list = self.own.iter().find(|own| own.name == list)?;
        let at = list.actors.binary_search_by(|actor| actor.id.as_str().cmp(id)).ok()?;
        list.actors.get(at)
    }

    /// Whether there is an actor of this id, also in a built-in pack that the site does not ask for.
    pub(super) fn has(&self, id: &str) -> bool {
        self.find(id).is_some() || self.built_in.has(id)
    }

    /// What the actors of the site's own lists refer to, and the list's file.
    pub(crate) fn references(&self) -> impl Iterator<Item = (&Arc<str>, Vec<Reference<'_>>)> {
        self.own.iter().map(|list| {
            let references = list.actors.iter().flat_map(|actor| all_references(&actor.front));
            (&list.file, references.collect())
        })
    }

    /// What the actors of the site's own lists are, and the list's file.
    pub(super) fn kinds(&self) -> impl Iterator<Item = (&Arc<str>, &Spanned<ActorKind>)> {
        self.own
            .iter()
            .flat_map(|list| list.actors.iter().map(move |actor| (&list.file, &actor.front.kind)))
    }

    /// Adds to an actor's front matter all that the actor of the registry has which it extends. Each value has the place of
    /// `extends`. Reports one that does not exist.
    pub(super) fn complete(&self, file: &Arc<str>, node: &mut Node, found: &mut Vec<Diagnostic>) {
        let NodeValue::Table(entries) = &mut node.value else { return };
        let extends = entries.iter().find(|(key, _)| key.name == "extends");
        let Some((span, NodeValue::Text(id))) = extends.map(|(_, node)| (node.span, &node.value))
        else {
            return;
        };
        let id = id.to_string();
        // A blank value counts as absent.
        if id.trim().is_empty() {
            return;
        }
        let own = || self.find(&id).map(|actor| actor.table.clone().at(span));
        match self.built_in.table(&id, span).or_else(own).map(|table| table.value) {
            Some(NodeValue::Table(under)) => lay_under(entries, under, span),
            _ => found.push(self.unknown(&id).at(Place::span(file.clone(), span))),
        }
    }

    /// What to report of an id that the registry does not have.
    fn unknown(&self, id: &str) -> Diagnostic {
        let list = id.split('/').next().unwrap_or_default();
        let own = self.own.iter().flat_map(|list| &list.actors);
        let own = own.map(|actor| (actor.id.as_str(), actor.front.name.value.as_str()));
        let known: Vec<_> = self.built_in.names().chain(own).collect();
        let is_asked = self.own.iter().any(|own| own.name == list);
        let help = match registry::nearest_id(id, &known) {
            _ if !is_asked && self.there.iter().any(|(there, _)| there == list) => {
                format!(
                    "add \"{list}\" to `registry` in `{CONFIG}`: `{}` is not asked for",
                    list_file(list)
                )
            }
            Some(near) => format!("did you mean `{near}`?"),
            None => "`chancery registry list` shows all".to_owned(),
        };
        Diagnostic::new(Code::UnknownActor, format!("the registry has no actor `{id}`"))
            .label("no such actor in the registry")
            .help(help)
    }

    /// The names that no page shows of an actor that is, or extends, one of the registry.
    pub(super) fn unshown(&self, actor: &Actor) -> Vec<Unshown> {
        self.built_in.unshown(actor)
    }
}

/// What to report of a reference in the file of a list to an actor that is none of the `known` ones.
pub(super) fn dangling(file: &Arc<str>, reference: Reference<'_>, known: &[&str]) -> Diagnostic {
    let id = reference.written;
    let help = match nearest(id, known.iter().copied()) {
        Some(near) => format!("did you mean `{near}`?"),
        None => "write the id of an actor of the site or of a list, or take it out".to_owned(),
    };
    Diagnostic::new(Code::UnknownActor, format!("there is no actor `{id}`"))
        .at(Place::span(file.clone(), reference.span))
        .label("no such actor")
        .help(help)
}

/// What to report of a list that the site does not ask for.
fn unasked(name: &str) -> Diagnostic {
    let file = list_file(name);
    let message = format!("the site does not ask for the list of actors `{file}`");
    Diagnostic::new(Code::UnreferencedFile, message)
        .at(Place::file(file))
        .help(format!("add \"{name}\" to `registry` in `{CONFIG}`"))
}

/// What to report of a list that is not there.
fn unknown_list(name: &str, there: &[(String, u32)]) -> Diagnostic {
    let known =
        Pack::ALL.map(Pack::name).into_iter().chain(there.iter().map(|(name, _)| name.as_str()));
    let help = match nearest(name, known) {
        Some(near) => format!("did you mean `{near}`?"),
        None => {
            let built_in = Pack::ALL.map(Pack::name).join("` and `");
            format!(
                "`{built_in}` are built in; `chancery registry import FILE` makes a list of the site's own from one of others"
            )
        }
    };
    Diagnostic::new(Code::UnknownList, format!("there is no list of actors `{name}`"))
        .label(format!("there is no file `{}`", list_file(name)))
        .help(help)
}

impl OwnList {
    /// Reads a list, and reports what is wrong in it.
    fn read(name: &str, file: Arc<str>, sources: &Sources, found: &mut Vec<Diagnostic>) -> OwnList {
        match sources.read_text(&file) {
            Ok(text) => OwnList::parse(name, file, &text, found),
            Err(diagnostic) => {
                found.push(diagnostic);
                OwnList { name: name.to_owned(), file, actors: Vec::new() }
            }
        }
    }

    /// The list of this name that a text holds, and what is wrong in it.
    pub(crate) fn parse(
        name: &str,
        file: Arc<str>,
        text: &str,
        found: &mut Vec<Diagnostic>,
    ) -> OwnList {
        let plain = text.trim_start_matches('\u{feff}');
        let before = found.len();
        let node = front_matter::toml::toml(&file, plain, text.len() - plain.len(), found);
        let complete = found.len() == before;
        let entries = match node.value {
            NodeValue::Table(entries) => entries,
            _ => never!("a file of TOML is no table" => Vec::new()),
        };
        let mut actors = Vec::with_capacity(entries.len());
        for (key, table) in entries {
            let place = Place::span(file.clone(), key.span);
            let NodeValue::Table(keys) = &table.value else {
                let message = format!("`{}` is no actor", key.name);
                found.push(
                    Diagnostic::new(Code::WrongType, message)
                        .at(place)
                        .label("this stands before the first table, or is no table")
                        .help(format!(
                            "an actor of a list is a table: a line `[{}]`, and its keys below",
                            key.name
                        )),
                );
                continue;
            };
            if !is_id(&key.name) {
                let message = format!("`{}` cannot be an id", key.name.escape_debug());
                found.push(
                    Diagnostic::new(Code::BadValue, message)
                        .at(place)
                        .help("an id is a part of an address, such as `sand-owl`"),
                );
                continue;
            }
            if let Some((extends, _)) = keys.iter().find(|(key, _)| key.name == "extends") {
                found.push(
                    Diagnostic::new(Code::BadValue, "an actor of a list extends no other")
                        .at(Place::span(file.clone(), extends.span))
                        .help("`extends` belongs in a file of `content/actors`"),
                );
            }
            let front = front_matter::read_table(&file, &table, complete, found);
            let id = format!("{name}/{}", key.name);
            actors.push(Listed { id, table: table.into_owned(), front });
        }
        actors.sort_by(|a, b| a.id.cmp(&b.id));
        OwnList { name: name.to_owned(), file, actors }
    }
}

/// An actor without a file of its own. `place` is where all that it says is from.
fn listed(id: &str, file: Arc<str>, front: Actor, place: Span) -> Document<Actor> {
    Document {
        id: id.to_owned(),
        file,
        folder: false,
        front: Actor { extends: Some(Spanned { value: id.to_owned(), span: place }), ..front },
        body: Body::default(),
        bluf: None,
        endnotes: None,
        judgements: Box::default(),
        mentions: Vec::new(),
        moment: jiff::Timestamp::MIN,
        date: None,
    }
}

/// All that a value takes of its file, tables below a head of their own too.
fn whole(node: &Node) -> Span {
    let join = |a: Span, b: Span| Span { start: a.start.min(b.start), end: a.end.max(b.end) };
    match &node.value {
        NodeValue::Table(entries) => entries
            .iter()
            .fold(node.span, |span, (key, value)| join(join(span, key.span), whole(value))),
        NodeValue::List(items) => {
            items.iter().fold(node.span, |span, item| join(span, whole(item)))
        }
        _ => node.span,
    }
}

/// What an alias calls its actor.
fn alias<'n>(node: &'n Node<'_>) -> Option<&'n str> {
    match &node.value {
        NodeValue::Text(text) => Some(text),
        NodeValue::Table(entries) => {
            match &entries.iter().find(|(key, _)| key.name == "name")?.1.value {
                NodeValue::Text(text) => Some(text),
                _ => None,
            }
        }
        _ => None,
    }
}

/// Adds to a table of front matter the keys that another has and it has not. A name that is replaced stays an alias.
fn lay_under<'t>(
    entries: &mut Vec<(Key<'t>, Node<'t>)>,
    under: Vec<(Key<'t>, Node<'t>)>,
    span: Span,
) {
    let given = |wanted: &str| {
        let entry = entries.iter().find(|(key, _)| key.name == wanted)?;
        Some(match &entry.1.value {
            NodeValue::Text(text) => text.clone().into_owned(),
            _ => String::new(),
        })
    };
    let own = ["name", "abbreviation"].map(given);
    let is_own = |name: &Node| {
        alias(name).is_some_and(|name| own.iter().any(|own| own.as_deref() == Some(name)))
    };
    let mut aliases: Vec<Node<'t>> = Vec::new();
    let mut others = Vec::new();
    for (key, node) in under {
        if key.name == "aliases" {
            if let NodeValue::List(names) = node.value {
                others = names;
            }
        } else if !entries.iter().any(|(given, _)| given.name == key.name) {
            entries.push((key, node));
        } else if matches!(&*key.name, "name" | "abbreviation") {
            aliases.push(node);
        }
    }
    aliases.extend(others);
    aliases.retain(|name| !is_own(name));
    if !aliases.is_empty() && !entries.iter().any(|(key, _)| key.name == "aliases") {
        let key = Key { name: "aliases".into(), span };
        entries.push((key, Node { span, value: NodeValue::List(aliases) }));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(text: &str) -> (OwnList, Vec<String>) {
        let mut found = Vec::new();
        let list = OwnList::parse("own", "registry/own.toml".into(), text, &mut found);
        (list, found.into_iter().map(|found| found.message).collect())
    }

    #[test]
    fn a_table_is_an_actor() {
        let (list, found) = parsed(
            "\u{feff}# A list.\n[sand-owl]\nname = \"Sand Owl\"\nkind = \"group\"\naliases = [\"Owl\", { name = \"Boron\", by = \"Lab\" }]\n\n[a]\nname = 'A'\nkind = 'body'\n[[a.roles]]\ntitle = 'Chair'\n",
        );
        assert_eq!(found, [""; 0]);
        let ids: Vec<&str> = list.actors.iter().map(|actor| actor.id.as_str()).collect();
        assert_eq!(ids, ["own/a", "own/sand-owl"]);
        let [a, owl] = &list.actors[..] else { panic!() };
        let others: Vec<_> = owl.front.other_names().collect();
        assert_eq!(others, [("Owl", None), ("Boron", Some("Lab"))]);
        // All that it says lies in it.
        let document = listed(&a.id, list.file.clone(), a.front.clone(), whole(&a.table));
        assert!(front_matter::FrontMatter::inherits(&document.front, a.front.roles[0].title.span));
        assert!(!front_matter::FrontMatter::inherits(&document.front, owl.front.name.span));
    }

    #[test]
    fn what_is_no_actor_is_found() {
        for (text, says) in [
            ("name = 'x'\n", "`name` is no actor"),
            ("['../x']\nname = 'X'\nkind = 'body'\n", "`../x` cannot be an id"),
            ("['a\u{7}']\nname = 'X'\nkind = 'body'\n", "invalid"),
            (
                "[x]\nname = 'X'\nkind = 'body'\nextends = 'states/tr'\n",
                "an actor of a list extends no other",
            ),
            ("[x]\nname = 'X'\n", "the key `kind` is missing"),
            ("[x]\nname = 'X'\nkind = 'body'\ncolour = 1\n", "unknown key `colour`"),
            ("[x]\nname = 'X'\nkind = 'body'\n[x]\nname = 'Y'\nkind = 'body'\n", "duplicate key"),
            (
                "[x]\nname = 'X'\nkind = 'body'\nguarded = ['Y']\n",
                "`Y` is none of the actor's names",
            ),
        ] {
            let (_, found) = parsed(text);
            assert!(found.iter().any(|found| found.contains(says)), "{text}: {found:?}");
        }
    }
}
