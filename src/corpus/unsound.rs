//! Documents with an error in them: what refers to one is not called broken, as it is not known what the document would say.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::diagnostic::{Code, Diagnostics};
use crate::source::{Kind, Sources};

/// The documents in which an error was found when they were read, by kind and id; and whether their names are known all the
/// same.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Unsound(BTreeMap<(Kind, String), bool>);

impl Unsound {
    /// Those of the documents of a site whose files have errors among what was found.
    pub(super) fn new(sources: &Sources, diagnostics: &Diagnostics) -> Unsound {
        let mut files: BTreeMap<&Arc<str>, Vec<Code>> = BTreeMap::new();
        for (file, code) in diagnostics.errors_of_files() {
            files.entry(file).or_default().push(code);
        }
        if files.is_empty() {
            return Unsound::default();
        }
        let documents = sources.documents.iter().filter_map(|document| {
            let codes = files.get(&document.file)?.iter();
            let known = codes.filter_map(|code| leaves_names(*code, document.kind));
            let known = known.reduce(|one, other| one && other)?;
            Some(((document.kind, document.id.clone()), known))
        });
        Unsound(documents.collect())
    }

    /// Whether there are none.
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether the document of a kind and id is one.
    pub(crate) fn has(&self, kind: Kind, id: &str) -> bool {
        self.0.keys().any(|(of, known)| *of == kind && known == id)
    }

    /// Whether a document that is called something, in a wikilink or in `topics`, may be one of them, as it is not known
    /// what one is called.
    pub(crate) fn may_be_called(&self, kind: Option<Kind>) -> bool {
        self.0.iter().any(|((of, _), known)| !known && kind.is_none_or(|kind| kind == *of))
    }

    /// Whether an address of the site is that of one, or lies below it.
    pub(crate) fn has_address(&self, path: &str) -> bool {
        let path = path.trim_matches('/');
        self.0.keys().any(|(kind, id)| {
            let below = match kind {
                Kind::Page => path.strip_prefix(id.as_str()),
                _ => path
                    .strip_prefix(kind.folder())
                    .and_then(|rest| rest.strip_prefix('/')?.strip_prefix(id.as_str())),
            };
            below.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        })
    }
}

/// Whether the names of a document are known although there is an error of this code in its file; `None` if the error is
/// about what it refers to, and it says all that it is to say.
fn leaves_names(code: Code, kind: Kind) -> Option<bool> {
    match code {
        Code::Unreadable
        | Code::NotUtf8
        | Code::NulByte
        | Code::TooLarge
        | Code::NoFrontMatter
        | Code::UnclosedFrontMatter
        | Code::Syntax
        | Code::MissingKey
        | Code::WrongType
        | Code::BadValue => Some(false),
        // It may have been meant for `aliases`, which these have.
        Code::UnknownKey | Code::ForeignKey => Some(!matches!(kind, Kind::Actor | Kind::Topic)),
        Code::BadDate
        | Code::UnknownKind
        | Code::TooDeep
        | Code::HtmlTag
        | Code::Parser
        | Code::ConflictMarker
        | Code::UnclosedComment => Some(true),
        _ => None,
    }
}
