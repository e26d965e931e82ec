//! What an actor is: one of a few kinds that every site has, or one of the site's own.

use super::field::{Field, FieldReader, words};
use super::tree::{Node, NodeValue};

words! {
    /// A kind of actors that every site has.
    BuiltInKind {
        /// A state.
        State = "state",
        /// An organisation with members or staff of its own.
        Organisation = "organisation" or "organization",
        /// A part of a state or an organisation: a ministry, an embassy, a council.
        Body = "body",
        /// A person.
        Person = "person",
        /// A loose group.
        Group = "group",
    }
}

/// What an actor is.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(unreachable_pub, reason = "some types of front matter are seen by benches")]
pub enum ActorKind {
    /// What every site knows.
    BuiltIn(BuiltInKind),
    /// What `[kinds]` in `site.toml` is to declare, by its key there. Whether it does is looked up by whoever knows the site.
    Own(Box<str>),
}

impl Default for ActorKind {
    fn default() -> Self {
        ActorKind::BuiltIn(BuiltInKind::default())
    }
}

#[allow(unreachable_pub, reason = "as its type")]
impl ActorKind {
    /// The word for it, as authors write it.
    pub fn word(&self) -> &str {
        match self {
            ActorKind::BuiltIn(kind) => kind.word(),
            ActorKind::Own(key) => key,
        }
    }

    /// Whether the actor is a state.
    pub fn is_state(&self) -> bool {
        *self == ActorKind::BuiltIn(BuiltInKind::State)
    }
}

impl Field for ActorKind {
    fn read(node: &Node, reader: &mut FieldReader) -> Self {
        let word = String::read(node, reader);
        match BuiltInKind::named(&word) {
            Some(kind) => ActorKind::BuiltIn(kind),
            None if matches!(node.value, NodeValue::Text(_)) => ActorKind::Own(word.into()),
            // What is no text was reported.
            None => ActorKind::default(),
        }
    }
    fn words() -> String {
        format!("{} or a kind of the site's own", BuiltInKind::words())
    }
    fn schema() -> serde_json::Value {
        let own = serde_json::json!({ "type": "string", "pattern": "^[a-z][a-z0-9-]*$" });
        serde_json::json!({ "anyOf": [BuiltInKind::schema(), own] })
    }
}
