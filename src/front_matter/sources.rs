//! The sources of a brief: what its text and its judgements rest on, and how good each of them is.

use std::fmt;

use jiff::civil::Date;
use rustc_hash::FxHashMap;
use serde_json::json;

use super::dates::PartialDate;
use super::field::{Field, FieldReader, Spanned, Url, formed, table, words};
use super::tree::Node;
use crate::diagnostic::{Code, Diagnostic, Place, Span};

formed! {
    /// The id of a source among those of its brief, by which the text cites it.
    SourceId: "source id",
    is_id,
    "use letters, digits, `-`, `_` and `.`, as in `iaea-2025`, which the text cites as `[^iaea-2025]`",
    "^[^\\s!-,/:-@\\[-^`{-~]+$"
}

/// Whether a text can be cited by: no sign that ends a citation, begins a place in it, or cannot be seen.
fn is_id(text: &str) -> bool {
    text.chars().all(|c| match c {
        '-' | '_' | '.' => true,
        '\0'..='\u{7f}' => c.is_ascii_alphanumeric(),
        // Spaces, joiners and marks of direction.
        '\u{2000}'..='\u{206f}' | '\u{feff}' | '\u{e0000}'..='\u{e007f}' => false,
        _ => !c.is_whitespace() && !c.is_control(),
    })
}

words! {
    /// What a source is (ICD 206 asks for it; the words are near those of the Citation Style Language).
    SourceKind {
        /// An article of a newspaper, an agency or a magazine.
        Article = "article",
        /// A report of an office, an organisation or an institute.
        Report = "report",
        /// An official document: a note, a resolution, a record.
        Document = "document",
        /// A treaty, a law or the judgment of a court.
        Law = "law",
        /// A speech, a statement or a press conference.
        Statement = "statement",
        /// An interview.
        Interview = "interview",
        /// A book or a part of one.
        Book = "book",
        /// An article of a scholarly journal.
        Paper = "paper",
        /// Data.
        Dataset = "dataset",
        /// Radio, television, a film or a recording.
        Broadcast = "broadcast",
        /// A photograph, a map or an image from above.
        Image = "image",
        /// A post on a social network.
        SocialMedia = "social-media",
        /// Any other page on the web.
        Webpage = "webpage",
        /// What the author saw or heard.
        Observation = "observation",
    }
}

impl SourceKind {
    /// What schema.org calls it; `CreativeWork` where it has no narrower word.
    pub(crate) fn schema_org(self) -> &'static str {
        match self {
            SourceKind::Article => "Article",
            SourceKind::Report => "Report",
            SourceKind::Law => "Legislation",
            SourceKind::Book => "Book",
            SourceKind::Paper => "ScholarlyArticle",
            SourceKind::Dataset => "Dataset",
            SourceKind::Image => "ImageObject",
            SourceKind::SocialMedia => "SocialMediaPosting",
            SourceKind::Webpage => "WebPage",
            SourceKind::Document
            | SourceKind::Statement
            | SourceKind::Interview
            | SourceKind::Broadcast
            | SourceKind::Observation => "CreativeWork",
        }
    }
}

words! {
    /// What has become of a source.
    SourceStatus {
        /// It was withdrawn by who published it, or is no longer held to be true.
        Retracted = "retracted",
    }
}

/// How good a source is by the Admiralty code of NATO (AJP-2.1), such as `B2`: how reliable the source is, and apart from
/// that how credible what it says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[allow(unreachable_pub, reason = "its table is seen by benches")]
pub struct Grade {
    /// Its place among [`Grade::RELIABILITY`].
    reliability: u8,
    /// Its place among [`Grade::CREDIBILITY`].
    credibility: u8,
}

/// What cannot be judged.
impl Default for Grade {
    fn default() -> Self {
        Grade { reliability: 5, credibility: 5 }
    }
}

impl Grade {
    /// The reliability of a source: A completely reliable to E unreliable, F cannot be judged.
    const RELIABILITY: [&str; 6] = ["a", "b", "c", "d", "e", "f"];
    /// The credibility of what it says: 1 confirmed by other sources to 5 improbable, 6 cannot be judged.
    const CREDIBILITY: [&str; 6] = ["1", "2", "3", "4", "5", "6"];

    /// The grade that a text of two letters is.
    fn of(text: &str) -> Option<Grade> {
        let place = |letter: u8, first: u8| letter.checked_sub(first).filter(|place| *place < 6);
        match text.as_bytes() {
            [reliability, credibility] => Some(Grade {
                reliability: place(*reliability, b'A')?,
                credibility: place(*credibility, b'1')?,
            }),
            _ => None,
        }
    }

    /// The grade that is probably meant by a text that is none, such as `b2`, `2B` or `B-2`.
    fn meant(text: &str) -> Option<Grade> {
        let letters: String = text.chars().filter(char::is_ascii_alphanumeric).collect();
        let letters = letters.to_ascii_uppercase();
        Grade::of(&letters).or_else(|| Grade::of(&letters.chars().rev().collect::<String>()))
    }

    /// The reliability as a word of the theme's strings: `a` to `f`.
    pub(crate) fn reliability(self) -> &'static str {
        Grade::RELIABILITY.get(usize::from(self.reliability)).copied().unwrap_or("f")
    }

    /// The credibility as a word of the theme's strings: `1` to `6`.
    pub(crate) fn credibility(self) -> &'static str {
        Grade::CREDIBILITY.get(usize::from(self.credibility)).copied().unwrap_or("6")
    }

    /// Whether what the source says is at best possibly true, or cannot be judged.
    pub(crate) fn is_doubtful(self) -> bool {
        self.credibility >= 2
    }
}

impl fmt::Display for Grade {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", self.reliability().to_ascii_uppercase(), self.credibility())
    }
}

impl Field for Grade {
    fn read(node: &Node, reader: &mut FieldReader) -> Self {
        let text = String::read(node, reader);
        let text = text.trim();
        if let Some(grade) = Grade::of(text) {
            return grade;
        }
        if !text.is_empty() {
            let help = match Grade::meant(text) {
                Some(meant) => format!("write `{meant}`"),
                None => "write how reliable the source is (A to F) and how credible what it says (1 to 6), as in `B2`"
                    .to_owned(),
            };
            let message = format!("`{text}` is not a grade of the Admiralty code");
            reader.refuse(Code::BadValue, node.span, message, "", &help);
        }
        Grade::default()
    }

    fn words() -> String {
        "grade of the Admiralty code".into()
    }

    fn schema() -> serde_json::Value {
        json!({ "type": "string", "pattern": "^[A-F][1-6]$" })
    }
}

table! {
    /// A source of a brief.
    Source {
        /// How the text cites it: as `[^id]`, or with a place in it as `[^id: p. 4]`.
        id: Spanned<SourceId> => required;
        /// What it is called.
        title: Spanned<String> => required;
        /// Who wrote it or said it.
        author: Option<String> => or(None);
        /// Who published it.
        publisher: Option<String> => or(None);
        /// When it was published, as precisely as known.
        date: Option<Spanned<PartialDate>> => or(None);
        /// Where it is on the web.
        url: Option<Spanned<Url>> => or(None);
        /// Where an archive keeps it.
        archived: Option<Spanned<Url>> => or(None);
        /// The day on which it was looked at.
        accessed: Option<Spanned<Date>> => or(None);
        /// What it is.
        kind: Option<SourceKind> => or(None);
        /// How reliable the source is (A to F) and how credible what it says (1 to 6), such as `B2`.
        grade: Option<Spanned<Grade>> => or(None);
        /// One sentence on how the source knows and what speaks for and against it (ICD 206).
        descriptor: Option<Spanned<String>> => or(None);
        /// Whether it was retracted; then `retracted` says when, and `reason` why.
        status: Option<Spanned<SourceStatus>> => or(None);
        /// The day on which it was retracted, as precisely as known.
        retracted: Option<Spanned<PartialDate>> => or(None);
        /// Why it was retracted, in a sentence.
        reason: Option<Spanned<String>> => or(None);
    }
}

impl Source {
    /// Whether it was retracted.
    pub(crate) fn is_retracted(&self) -> bool {
        self.status.is_some()
    }

    /// Reports a status without what belongs to it, and the other way round.
    fn check(&self, reader: &mut FieldReader) {
        let keys = [
            ("retracted", self.retracted.as_ref().map(|date| date.span), "2025-03-01"),
            ("reason", self.reason.as_ref().map(|reason| reason.span), "\"…\""),
        ];
        for (key, written, example) in keys {
            let id: &str = &self.id.value;
            match (&self.status, written) {
                (Some(status), None) => reader.refuse(
                    Code::MissingKey,
                    status.span,
                    format!("the source `{id}` is retracted, and the key `{key}` is missing"),
                    "",
                    &format!("add a line such as `{key} = {example}` (in YAML `{key}: {example}`)"),
                ),
                (None, Some(span)) => reader.refuse(
                    Code::MissingKey,
                    span,
                    format!("the source `{id}` has `{key}` and no `status`"),
                    "",
                    &format!(
                        "add `status = \"retracted\"` (in YAML `status: retracted`), or take `{key}` out"
                    ),
                ),
                _ => {}
            }
        }
        if let (Some(date), Some(retracted)) = (&self.date, &self.retracted)
            && retracted.value.last_day() < date.value.first_day()
        {
            let message = "the source was retracted before its date".to_owned();
            let help = format!("it is dated {}", date.value);
            reader.refuse(Code::BadDate, retracted.span, message, "", &help);
        }
    }
}

/// Reports what is wrong with the sources of a brief, each by itself and two of one id.
pub(super) fn check(sources: &[Source], reader: &mut FieldReader) {
    // What could not be read is not missing.
    let whole = reader.found.is_empty();
    // Citations do not tell capitals from small letters.
    let mut known: FxHashMap<String, Span> = FxHashMap::default();
    for source in sources {
        if whole {
            source.check(reader);
        }
        let (id, span) = (&*source.id.value, source.id.span);
        if id.is_empty() {
            continue;
        }
        match known.get(&id.to_lowercase()) {
            Some(first) => reader.found.push(
                Diagnostic::new(Code::DuplicateSource, format!("two sources have the id `{id}`"))
                    .at(Place::span(reader.file.clone(), span))
                    .related(Place::span(reader.file.clone(), *first), "the first one")
                    .help("give one of them an id of its own, and cite it by that"),
            ),
            None => {
                known.insert(id.to_lowercase(), span);
            }
        }
    }
}
