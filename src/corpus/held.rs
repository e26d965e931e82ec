//! Why a document is held back, and what is known of those that are.

use std::sync::Arc;

use jiff::Timestamp;
use rustc_hash::{FxHashMap, FxHashSet};
use xxhash_rust::xxh3::xxh3_128;

use crate::arena::number;
use crate::front_matter;
use crate::markdown::wikilink_readings;
use crate::source::Kind;

use super::{Document, date_in_name};

/// Why a document is held back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Withheld {
    /// It is marked as a draft.
    Draft,
    /// Its embargo has not ended.
    Embargo,
    /// It is dated in the future.
    Scheduled,
    /// It has expired.
    Expired,
}

impl Withheld {
    /// The reason in words.
    pub fn words(self) -> &'static str {
        match self {
            Withheld::Draft => "draft",
            Withheld::Embargo => "under embargo",
            Withheld::Scheduled => "dated in the future",
            Withheld::Expired => "expired",
        }
    }

    /// The reason in a word, for other programs and for the theme's strings.
    pub fn word(self) -> &'static str {
        match self {
            Withheld::Draft => "draft",
            Withheld::Embargo => "embargo",
            Withheld::Scheduled => "scheduled",
            Withheld::Expired => "expired",
        }
    }
}

/// Why a document is held back, and until when.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hold {
    /// Why.
    pub why: Withheld,
    /// The moment from which on it is published, when one is known.
    pub until: Option<Timestamp>,
}

impl Hold {
    pub(super) const DRAFT: Hold = Hold { why: Withheld::Draft, until: None };

    /// Whether a build that shows drafts shows the document.
    pub(super) fn is_shown_to_authors(self) -> bool {
        self.why != Withheld::Expired
    }
}

/// A document that is held back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Held {
    /// What it is.
    pub kind: Kind,
    /// Its id.
    pub id: String,
    /// The name of its file below the site's root.
    pub file: Arc<str>,
    /// An id that it has besides.
    pub other_id: Option<String>,
    /// Why, and until when.
    pub hold: Hold,
}

/// The hash of a name or an address: it tells whether two are the same, and not what they are.
type NameHash = u128;

/// The documents that are held back: by what they are referred to, and nothing of what they say.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct HeldBack {
    /// By kind and id.
    documents: Vec<Held>,
    /// What wikilinks may call them, in lower case.
    names: FxHashMap<NameHash, u32>,
    /// The addresses of their pages and those that lead there. What lies below is theirs too.
    addresses: FxHashSet<NameHash>,
    /// The addresses of lists that they stand in and that may be there for their sake only.
    lists: FxHashSet<NameHash>,
}

impl HeldBack {
    /// The documents, by kind and id.
    pub fn documents(&self) -> &[Held] {
        &self.documents
    }

    /// The document of a kind and id, if it is held back.
    pub fn get(&self, kind: Kind, id: &str) -> Option<&Held> {
        let found = self.documents.binary_search_by(|d| (d.kind, d.id.as_str()).cmp(&(kind, id)));
        found.ok().and_then(|at| self.documents.get(at))
    }

    /// The document of a kind that has such an id besides its own, if it is held back.
    pub fn of_other_id(&self, kind: Kind, id: &str) -> Option<&Held> {
        let mut documents = self.documents.iter();
        documents.find(|held| held.kind == kind && held.other_id.as_deref() == Some(id))
    }

    /// The document of a kind that is called so, by an id, a title or an alias, if it is held back.
    pub fn named(&self, kind: Kind, name: &str) -> Option<&Held> {
        self.get(kind, name).or_else(|| self.called(name).filter(|held| held.kind == kind))
    }

    /// A document that a wikilink may call so and that is held back.
    pub fn called(&self, key: &str) -> Option<&Held> {
        if self.documents.is_empty() {
            return None;
        }
        wikilink_readings(key).find_map(|(key, _)| {
            let by_folder = Kind::ALL.into_iter().find_map(|kind| {
                self.get(kind, key.strip_prefix(kind.folder())?.strip_prefix('/')?)
            });
            by_folder.or_else(|| {
                let number = self.names.get(&xxh3_128(key.to_lowercase().as_bytes()))?;
                self.documents.get(*number as usize)
            })
        })
    }

    /// Whether a path of the site that this build does not write is one of a document that is held back, of what lies
    /// below it, or of a list that may be there when such a document is published.
    pub fn has_address(&self, path: &str) -> bool {
        if self.documents.is_empty() {
            return false;
        }
        let path = plain_path(path);
        // Whose names a pair had is not known, nor what became of judgements.
        let first = path.split('/').next();
        let lists = path == "storylines" || matches!(first, Some("pairs" | "judgements"));
        let later_page = path.rsplit('/').nth(1) == Some("page");
        let mut above = path.match_indices('/').filter_map(|(at, _)| path.get(..at));
        lists
            || later_page
            || self.lists.contains(&xxh3_128(path.as_bytes()))
            || self.addresses.contains(&xxh3_128(path.as_bytes()))
            || above.any(|folder| self.addresses.contains(&xxh3_128(folder.as_bytes())))
    }

    pub(super) fn add<T: front_matter::FrontMatter>(
        &mut self,
        kind: Kind,
        document: &Document<T>,
        hold: Hold,
    ) {
        let Document { id, file, front, date, .. } = document;
        let number = number(self.documents.len());
        let other_id = front.other_id().map(str::to_owned);
        self.documents.push(Held { kind, id: id.clone(), file: file.clone(), other_id, hold });
        let mut lower = String::new();
        let names: Vec<&str> = front.names().into_iter().chain(front.other_id()).collect();
        called(id, &names, &mut lower, |name| {
            self.names.entry(xxh3_128(name.as_bytes())).or_insert(number);
        });
        let mut address = |path: &str| self.addresses.insert(xxh3_128(plain_path(path).as_bytes()));
        address(&front.path(kind, id));
        for redirect in front.redirects() {
            address(&redirect.value);
        }
        let mut list = |path: String| self.lists.insert(xxh3_128(path.as_bytes()));
        if let Some(date) = date {
            list(format!("archive/{:04}", date.year()));
            list(format!("archive/{:04}/{:02}", date.year(), date.month()));
            if front.states_trend() {
                list(format!("storylines/{:04}-{:02}", date.year(), date.month()));
            }
        }
        for year in front.years() {
            list("timeline".to_owned());
            list(format!("timeline/{year:04}"));
        }
    }
}

/// A path of the site as addresses are compared: without regard to case, a slash at either end, or `index.html`.
fn plain_path(path: &str) -> String {
    let path = path.trim_matches('/').to_lowercase();
    let folder = path.strip_suffix("index.html").filter(|f| f.is_empty() || f.ends_with('/'));
    folder.unwrap_or(&path).trim_matches('/').to_owned()
}

/// All that a document of an id may be called in a wikilink beside its id with the folder of its kind, in lower case:
/// its id, the last part of it, that without a date, and its `names`. `lower` is paper for writing on.
pub(crate) fn called(id: &str, names: &[&str], lower: &mut String, mut add: impl FnMut(&str)) {
    let last = id.rsplit('/').next().unwrap_or(id);
    let undated = match date_in_name(last) {
        Some(_) => last.split_at("2025-02-27-".len()).1,
        None => last,
    };
    for name in [last, undated, id].iter().chain(names) {
        lower.clear();
        if name.is_ascii() {
            lower.push_str(name);
            lower.make_ascii_lowercase();
        } else {
            lower.push_str(&name.to_lowercase());
        }
        add(lower);
    }
}
