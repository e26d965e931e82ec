//! The fixed words of the theme: a table for each language, so that translating touches data only.

use std::collections::BTreeMap;
use std::ops::Range;

use rustc_hash::FxHashMap;
use tera::{Map, Value};

use crate::diagnostic::{Code, Diagnostic, Place};

/// The keys of a table, each with its place. Errors: TOML that cannot be parsed, values that are not text.
pub(super) fn keys(text: &str) -> Result<Vec<(String, Range<usize>)>, toml::de::Error> {
    let table: BTreeMap<toml::Spanned<String>, String> = toml::from_str(text)?;
    let keys = table.into_keys();
    Ok(keys.map(|key| (key.get_ref().clone(), key.span())).collect())
}

/// The words of one language.
#[derive(Clone, Debug, Default)]
pub(super) struct Strings {
    /// Looked up some dozen times for a page.
    words: FxHashMap<String, String>,
}

impl Strings {
    /// Reads a table of strings over another. Errors: TOML that cannot be parsed, values that are not text.
    pub(super) fn read(&mut self, file: &str, text: &str) -> Result<(), Diagnostic> {
        let table: BTreeMap<String, String> = toml::from_str(text).map_err(|error| {
            let place = match error.span() {
                Some(span) => Place::span(file, span),
                None => Place::file(file),
            };
            Diagnostic::new(Code::Syntax, error.message().to_owned())
                .at(place)
                .help("a table of strings has one line `key = \"text\"` for each")
        })?;
        self.words.extend(table);
        Ok(())
    }

    /// The text of a key, or the key itself, so that a missing text shows where it is missing.
    pub(super) fn get<'a>(&'a self, key: &'a str) -> &'a str {
        self.words.get(key).map_or(key, String::as_str)
    }

    /// The text of a key, if it has one.
    pub(super) fn find(&self, key: &str) -> Option<&str> {
        self.words.get(key).map(String::as_str)
    }

    /// The text of a word of a group, such as the kinds, or the word itself.
    pub(super) fn of<'a>(&'a self, group: &str, word: &'a str) -> &'a str {
        self.words.get(&[group, "_", word].concat()).map_or(word, String::as_str)
    }

    /// Puts the texts of some keys in the place of those that there are.
    pub(super) fn put<'t>(&mut self, words: impl IntoIterator<Item = (String, &'t str)>) {
        self.words.extend(words.into_iter().map(|(key, text)| (key, text.to_owned())));
    }

    /// All keys and their texts, in the order of the keys.
    pub(super) fn all(&self) -> BTreeMap<&str, &str> {
        self.words.iter().map(|(key, text)| (key.as_str(), text.as_str())).collect()
    }

    /// All words, as templates see them (`t`).
    pub(super) fn value(&self) -> Value {
        let mut map = Map::with_capacity(self.words.len());
        for (key, text) in self.all() {
            map.insert(key.to_owned().into(), Value::from(text));
        }
        Value::from(map)
    }
}
