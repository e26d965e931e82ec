//! The one error type: what is wrong, where, and what to do about it.
//!
//! A run collects every [`Diagnostic`] it finds in a [`Diagnostics`] and reports them together,
//! sorted by place. A diagnostic holds the name of its file and a byte span, not the text: the
//! text is looked up when the report is rendered, so that a site's sources need not stay in memory.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::ops::Range;
use std::sync::Arc;

use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};
use serde::Serialize;

/// How bad a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Nothing is published.
    Error,
    /// The site is published; something in it is probably not meant.
    Warning,
    /// Worth knowing; never fails a run.
    Note,
}

/// Declares every code once: its variant, its name as users see it, its severity, and what it means.
macro_rules! codes {
    ($($(#[doc = $doc:literal])+ $variant:ident = $name:literal, $severity:ident;)+) => {
        /// What kind of finding it is. The names are stable: configuration and other programs use them.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Code { $($(#[doc = $doc])+ $variant),+ }

        impl Code {
            /// Every code, in the order of the reference.
            pub const ALL: &[Code] = &[$(Code::$variant),+];

            /// The name users see, such as `unknown-actor`.
            pub fn name(self) -> &'static str {
                match self { $(Code::$variant => $name),+ }
            }

            /// The severity of the code.
            pub fn severity(self) -> Severity {
                match self { $(Code::$variant => Severity::$severity),+ }
            }

            /// What the code means, in a sentence of plain text.
            pub fn summary(self) -> String {
                let text = self.explanation().lines().map(str::trim).collect::<Vec<_>>().join(" ");
                text.split_once(". ").map_or(text.trim(), |(first, _)| first).trim_end_matches('.').to_owned()
            }

            /// What the code means and what to do, in Markdown: the entry of the reference.
            pub fn explanation(self) -> &'static str {
                match self { $(Code::$variant => concat!($($doc, "\n"),+)),+ }
            }
        }
    };
}

codes! {
    /// The site's folder has no `site.toml`, or the folder does not exist. Run the command in a site's folder,
    /// name one with `--root`, or make one with `chancery init`.
    NoSite = "no-site", Error;
    /// A file or folder cannot be read: permissions, or a fault of the disk.
    Unreadable = "unreadable", Error;
    /// A text file is not UTF-8. Save it as UTF-8; the place of the first bad byte is given.
    NotUtf8 = "not-utf-8", Error;
    /// A text file holds a NUL byte: it is binary, or was damaged.
    NulByte = "nul-byte", Error;
    /// A document is larger than 16 MiB. A brief of that size is a mistake; a file to download belongs
    /// beside the brief or in `static/`.
    TooLarge = "too-large", Error;
    /// A file or folder name that cannot become a URL: not UTF-8, a control character, or one of `<>:"|?*\`.
    BadFileName = "bad-file-name", Error;
    /// A symbolic link leads out of the site, to nothing, or round in a circle. Links inside the site are followed.
    Symlink = "symlink", Error;
    /// A Markdown file lies in `content/` but in none of its folders `briefs`, `actors`, `topics`, `storylines`, `pages`.
    Misplaced = "misplaced", Error;
    /// Two files define the same document: `x.md` and `x/index.md`.
    DuplicateId = "duplicate-id", Error;

    /// The file has no front matter. A document starts with a line `+++` (TOML) or `---` (YAML).
    NoFrontMatter = "no-front-matter", Error;
    /// The front matter does not end: the closing `+++` or `---` line is missing.
    UnclosedFrontMatter = "unclosed-front-matter", Error;
    /// The TOML or YAML cannot be parsed.
    Syntax = "syntax", Error;
    /// A key that Chancery does not know. The nearest known one is suggested; your own values belong in `[extra]`.
    UnknownKey = "unknown-key", Error;
    /// A key that the document must have is missing.
    MissingKey = "missing-key", Error;
    /// A value has the wrong type, such as a number where text is expected.
    WrongType = "wrong-type", Error;
    /// A value is of the right type but not allowed: not one of the known words, out of range, empty.
    BadValue = "bad-value", Error;
    /// A date or time that does not exist or is not written as `2025-02-27` or `2025-02-27T09:00:00Z`.
    BadDate = "bad-date", Error;

    /// An actor id that no file in `content/actors` defines.
    UnknownActor = "unknown-actor", Error;
    /// A topic id that no file in `content/topics` defines.
    UnknownTopic = "unknown-topic", Error;
    /// A storyline id that no file in `content/storylines` defines.
    UnknownStoryline = "unknown-storyline", Error;
    /// A brief id that no file in `content/briefs` defines.
    UnknownBrief = "unknown-brief", Error;
    /// Topics are each other's parents, actors part of each other, or briefs follow each other, in a circle.
    Cycle = "cycle", Error;
    /// Two actors claim the same name. Neither is linked where it is used, unless just one of them is in the brief's `actors`.
    NameClash = "name-clash", Warning;
    /// A name that fits two actors equally: a short form with evidence for both, or a full name that both claim when not
    /// exactly one of them is in the brief's `actors`. Neither is linked: write the name in full, or `[[id|name]]`.
    AmbiguousMention = "ambiguous-mention", Warning;

    /// A link to a document, a file or a page that does not exist.
    BrokenLink = "broken-link", Error;
    /// A link to a heading that the target does not have.
    BrokenAnchor = "broken-anchor", Error;
    /// An image that does not exist.
    BrokenImage = "broken-image", Error;
    /// A wikilink `[[…]]` that fits more than one document. Write the id of the one that is meant.
    AmbiguousLink = "ambiguous-link", Error;
    /// A link with a URL scheme that is not allowed, such as `javascript:`.
    BadScheme = "bad-scheme", Error;
    /// A link to a document that is not published: a draft, under embargo or expired. It is shown as plain text.
    WithheldLink = "withheld-link", Warning;
    /// Markdown nested deeper than 64 levels.
    TooDeep = "too-deep", Error;
    /// A formula that cannot be read as LaTeX. It is left as it was written.
    BadMath = "bad-math", Warning;
    /// A footnote that is referred to but not defined, or the other way round.
    Footnote = "footnote", Warning;
    /// The Markdown of a document could not be parsed, through a fault of the parser. Please report it.
    Parser = "parser", Error;

    /// Two pages would have the same address. Addresses are compared without regard to case, as some hosts do.
    Collision = "collision", Error;
    /// A path that cannot be published: with `..`, absolute, or a name that a host or Chancery keeps for itself.
    BadPath = "bad-path", Error;

    /// A template cannot be parsed.
    TemplateSyntax = "template-syntax", Error;
    /// A template failed on a page: a variable that is not there, a filter given the wrong type.
    TemplateError = "template-error", Error;
    /// A template that a page needs does not exist.
    UnknownTemplate = "unknown-template", Error;

    /// The output folder is not one that Chancery made and is not empty, or holds the site's sources.
    OutputNotOurs = "output-not-ours", Error;
    /// Another build is writing to the same output folder.
    Locked = "locked", Error;
    /// The output cannot be written: permissions, or the disk is full. What was published stays as it was.
    Unwritable = "unwritable", Error;

    /// A brief whose `review_by` date has passed.
    ReviewDue = "review-due", Note;

    /// A short form or metonym that may be an actor, for which there is no evidence. It is not linked. Only `check` says so.
    NoEvidence = "no-evidence", Note;
    /// A metonym beside which nothing shows that it acts: it is taken for a place, as in "the trip to Moscow". Each is said
    /// once, with how often it stands so.
    NoSign = "no-sign", Note;
    /// A name beside a capitalised word, as in "University of Luxembourg", or before a suffix that makes another name of it, as
    /// in "香港大学": perhaps an actor of its own, or a `stop` phrase. In capitals the name is linked all the same.
    InsideLongerName = "inside-longer-name", Note;
    /// An actor in a brief's `actors` that its text never names.
    NeverMentioned = "never-mentioned", Note;
    /// An actor that a brief names in full three times or more and does not list in `actors`. `chancery fix` adds it. Short
    /// forms and metonyms do not count.
    UndeclaredActor = "undeclared-actor", Note;
    /// A name, by its capitals, that stands in two briefs or more and that no actor has: a candidate for the registry. Or
    /// initials in brackets after the name of an actor, which may be its abbreviation.
    UnknownName = "unknown-name", Note;
    /// An actor or topic that no brief uses.
    Unused = "unused", Note;
    /// A brief that no other document links to.
    Orphan = "orphan", Note;
    /// Names of two actors that differ by one letter or by diacritics only: perhaps one actor twice.
    SimilarNames = "similar-names", Warning;
    /// A brief without a summary.
    NoSummary = "no-summary", Note;
    /// A summary longer than `summary_limit` in `[check]`.
    LongSummary = "long-summary", Note;
    /// Two briefs with the same title.
    RepeatedTitle = "repeated-title", Warning;
    /// A brief dated in the future that no embargo holds back.
    FutureDate = "future-date", Warning;
    /// A heading two levels or more below the one before it.
    SkippedHeading = "skipped-heading", Note;
    /// An image without a description.
    UndescribedImage = "undescribed-image", Warning;
    /// A link whose text is a word such as "here".
    VagueLink = "vague-link", Note;
    /// A link out of the site whose server says that there is nothing there (404 or 410). Only `check --external` looks.
    DeadLink = "dead-link", Warning;
    /// A link out of the site that could not be looked up: the network or the server failed, took too long, or wants no
    /// programs. Nothing is known of it, so it is not called dead. Only `check --external` looks.
    UncheckedLink = "unchecked-link", Note;
    /// A reference by an old id or address: a topic's alias in `topics`, or a link to an address that redirects. `chancery
    /// fix` writes the new id in front matter.
    RedirectedLink = "redirected-link", Note;
}

/// A range of bytes in a source file. Half the size of a `Range<usize>`, as briefs hold many; files
/// that carry spans are at most 16 MiB, and larger offsets saturate.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    /// The first byte.
    pub start: u32,
    /// The byte after the last.
    pub end: u32,
}

impl Span {
    /// The same range as indices.
    pub fn range(self) -> Range<usize> {
        self.start as usize..self.end as usize
    }

    /// The range moved by the offset of the text it was measured in.
    pub fn shifted(self, by: u32) -> Span {
        Span { start: self.start.saturating_add(by), end: self.end.saturating_add(by) }
    }
}

impl From<Range<usize>> for Span {
    fn from(range: Range<usize>) -> Self {
        let narrow = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        Span { start: narrow(range.start), end: narrow(range.end) }
    }
}

/// A place in a source file: its name relative to the site, and a range of bytes in it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Place {
    /// The path below the site's root with `/` between its parts, or a name such as `builtin/brief.html`.
    pub file: Arc<str>,
    /// Byte offsets into the file; may be empty. `None` when the whole file is meant.
    pub span: Option<Span>,
}

impl Place {
    /// The whole of a file.
    pub fn file(file: impl Into<Arc<str>>) -> Self {
        Place { file: file.into(), span: None }
    }

    /// A range of bytes in a file.
    pub fn span(file: impl Into<Arc<str>>, span: impl Into<Span>) -> Self {
        Place { file: file.into(), span: Some(span.into()) }
    }
}

/// A change to front matter that mends a finding without a doubt.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Suggestion {
    /// The text at the place, which is a value with or without quotes, becomes another.
    Replace {
        /// The value.
        place: Place,
        /// What it says.
        old: String,
        /// What it is to say.
        new: String,
    },
    /// A brief's `actors` gets one more.
    AddActor {
        /// The brief's file.
        file: Arc<str>,
        /// The actor's id.
        id: String,
    },
}

/// One finding.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Diagnostic {
    /// Where; `None` when no file is to blame.
    pub place: Option<Place>,
    /// How bad it is: the code's own severity unless the site's configuration changes it.
    pub severity: Severity,
    /// What kind of finding it is.
    pub code: Code,
    /// What is wrong, in a sentence without a full stop, naming the thing.
    pub message: String,
    /// Said under the marked source, to the right of the marks.
    pub label: String,
    /// Further places that matter, each with what to say of it.
    pub related: Vec<(Place, String)>,
    /// What to do about it.
    pub help: Option<String>,
    /// What `chancery fix` does about it.
    pub suggestion: Option<Suggestion>,
}

impl Diagnostic {
    /// A finding about no file in particular.
    pub fn new(code: Code, message: impl Into<String>) -> Self {
        Diagnostic {
            place: None,
            severity: code.severity(),
            code,
            message: message.into(),
            label: String::new(),
            related: Vec::new(),
            help: None,
            suggestion: None,
        }
    }

    /// Says where it is.
    pub fn at(mut self, place: Place) -> Self {
        self.place = Some(place);
        self
    }

    /// Says something right under the marked source.
    pub fn label(mut self, label: impl Into<String>) -> Self {
        self.label = label.into();
        self
    }

    /// Points at another place that matters.
    pub fn related(mut self, place: Place, label: impl Into<String>) -> Self {
        self.related.push((place, label.into()));
        self
    }

    /// Says what to do.
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// Says what `chancery fix` can do.
    pub fn suggest(mut self, suggestion: Suggestion) -> Self {
        self.suggestion = Some(suggestion);
        self
    }

    /// Says what `chancery fix` can do, when it can do something.
    pub fn suggest_if(mut self, suggestion: Option<Suggestion>) -> Self {
        self.suggestion = suggestion.or(self.suggestion);
        self
    }

    /// Says what to do when there is something to say.
    pub fn help_if(mut self, help: Option<String>) -> Self {
        self.help = help.or(self.help);
        self
    }
}

/// The name nearest to `wanted` among `known`, if one is near enough to be a likely slip.
///
/// Near enough: at most one edit in three characters, or a common prefix of the whole of `wanted`
/// or of the whole candidate. Ties go to the first in byte order, so that messages are stable.
pub fn nearest<'a>(wanted: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    near(wanted, known).min().map(|(_, name)| name)
}

/// The name near to `wanted` among `known`, if there is just one: so near that nothing else can be meant.
pub fn only_near<'a>(wanted: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let mut near = near(wanted, known);
    let (_, first) = near.next()?;
    near.next().is_none().then_some(first)
}

fn near<'a>(
    wanted: &str,
    known: impl IntoIterator<Item = &'a str>,
) -> impl Iterator<Item = (usize, &'a str)> {
    let limit = 1.max(wanted.chars().count() / 3);
    let long = wanted.chars().count() >= 4;
    known.into_iter().filter_map(move |name| {
        let distance = strsim::damerau_levenshtein(wanted, name);
        let contained = long && (name.starts_with(wanted) || name.ends_with(wanted));
        let distance = if contained { distance.min(limit) } else { distance };
        (distance <= limit).then_some((distance, name))
    })
}

/// Everything found in a run.
#[derive(Clone, Debug, Default)]
pub struct Diagnostics {
    found: Vec<Diagnostic>,
}

impl Diagnostics {
    /// Nothing found yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a finding.
    pub fn push(&mut self, diagnostic: Diagnostic) {
        self.found.push(diagnostic);
    }

    /// Adds many.
    pub fn extend(&mut self, diagnostics: impl IntoIterator<Item = Diagnostic>) {
        self.found.extend(diagnostics);
    }

    /// Takes over all of others.
    pub fn append(&mut self, others: Diagnostics) {
        self.found.extend(others.found);
    }

    /// Gives findings the severity that the site wants for their codes; `None` drops them.
    pub fn adjust(&mut self, levels: &BTreeMap<Code, Option<Severity>>) {
        self.found.retain_mut(|diagnostic| match levels.get(&diagnostic.code) {
            Some(Some(severity)) => {
                diagnostic.severity = *severity;
                true
            }
            Some(None) => false,
            None => true,
        });
    }

    /// Whether any finding is an error, so that nothing may be published.
    pub fn has_errors(&self) -> bool {
        self.found.iter().any(|d| d.severity == Severity::Error)
    }

    /// How many findings there are of each severity, counted as they will be reported.
    pub fn counts(&self) -> Counts {
        let mut counts = Counts::default();
        for diagnostic in self.found.iter().collect::<BTreeSet<_>>() {
            match diagnostic.severity {
                Severity::Error => counts.errors += 1,
                Severity::Warning => counts.warnings += 1,
                Severity::Note => counts.notes += 1,
            }
        }
        counts
    }

    /// Whether nothing was found.
    pub fn is_empty(&self) -> bool {
        self.found.is_empty()
    }

    /// All findings sorted by file and place, each once.
    pub fn sorted(mut self) -> Vec<Diagnostic> {
        self.found.sort_by(|a, b| {
            let start = |d: &Diagnostic| {
                d.place.as_ref().map(|p| (p.file.clone(), p.span.map(|s| s.start)))
            };
            start(a).cmp(&start(b)).then_with(|| a.cmp(b))
        });
        self.found.dedup();
        self.found
    }
}

/// How many findings there are of each severity.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Errors.
    pub errors: usize,
    /// Warnings.
    pub warnings: usize,
    /// Notes.
    pub notes: usize,
}

impl std::fmt::Display for Counts {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let counts = [(self.errors, "error"), (self.warnings, "warning"), (self.notes, "note")];
        for (n, (count, word)) in counts.into_iter().filter(|(count, _)| *count > 0).enumerate() {
            let (comma, plural) =
                (if n > 0 { ", " } else { "" }, if count == 1 { "" } else { "s" });
            write!(f, "{comma}{count} {word}{plural}")?;
        }
        Ok(())
    }
}

impl From<Diagnostic> for Diagnostics {
    fn from(diagnostic: Diagnostic) -> Self {
        Diagnostics { found: vec![diagnostic] }
    }
}

impl IntoIterator for Diagnostics {
    type Item = Diagnostic;
    type IntoIter = std::vec::IntoIter<Diagnostic>;

    fn into_iter(self) -> Self::IntoIter {
        self.found.into_iter()
    }
}

/// How a report is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// For a person, with the source line underlined; with colours or without.
    Human {
        /// Whether to write ANSI colours.
        colour: bool,
    },
    /// One JSON array of objects for other programs.
    Json,
    /// SARIF 2.1.0, which code hosts and editors read.
    Sarif,
    /// Annotations of a pull request, as GitHub Actions reads them from the output of a step.
    Github,
}

/// A finding as other programs see it.
#[derive(Serialize)]
struct JsonDiagnostic<'a> {
    code: &'static str,
    severity: Severity,
    message: &'a str,
    file: Option<&'a str>,
    line: Option<usize>,
    column: Option<usize>,
    start: Option<usize>,
    end: Option<usize>,
    help: Option<&'a str>,
}

/// Renders findings, in the order given. `text_of` gives a file's text by its name, or `None` when it
/// cannot be had (the place is then named without a snippet). `root` is put before the names of files
/// where other programs look them up from their own folder: empty, or ending in `/`.
pub fn render(
    diagnostics: &[Diagnostic],
    format: Format,
    root: &str,
    text_of: &dyn Fn(&str) -> Option<Arc<str>>,
) -> String {
    let mut texts: BTreeMap<Arc<str>, Option<Arc<str>>> = BTreeMap::new();
    let mut text = |place: &Place| {
        texts.entry(place.file.clone()).or_insert_with(|| text_of(&place.file)).clone()
    };
    match format {
        Format::Human { colour } => {
            let renderer = if colour { Renderer::styled() } else { Renderer::plain() };
            let mut out = String::new();
            for diagnostic in diagnostics {
                out.push_str(&render_human(&renderer, diagnostic, &mut text));
                out.push_str("\n\n");
            }
            out
        }
        Format::Json => {
            let objects: Vec<_> = diagnostics
                .iter()
                .map(|d| {
                    let spot = Spot::of(d, &mut text);
                    JsonDiagnostic {
                        code: d.code.name(),
                        severity: d.severity,
                        message: &d.message,
                        file: d.place.as_ref().map(|p| &*p.file),
                        line: spot.as_ref().map(|spot| spot.line),
                        column: spot.as_ref().map(|spot| spot.column),
                        start: spot.as_ref().map(|spot| spot.bytes.start),
                        end: spot.as_ref().map(|spot| spot.bytes.end),
                        help: d.help.as_deref(),
                    }
                })
                .collect();
            pretty(&objects)
        }
        Format::Sarif => pretty(&sarif(diagnostics, root, &mut text)),
        Format::Github => {
            diagnostics.iter().map(|diagnostic| annotation(diagnostic, root, &mut text)).collect()
        }
    }
}

fn pretty(value: &impl Serialize) -> String {
    // Serialising plain strings and numbers to memory cannot fail.
    let mut out = serde_json::to_string_pretty(value).unwrap_or_default();
    out.push('\n');
    out
}

/// Where a finding stands, as other programs count it: lines and columns from 1, columns in characters.
struct Spot {
    line: usize,
    column: usize,
    end_line: usize,
    end_column: usize,
    bytes: Range<usize>,
}

impl Spot {
    fn of(
        diagnostic: &Diagnostic,
        text: &mut dyn FnMut(&Place) -> Option<Arc<str>>,
    ) -> Option<Spot> {
        let place = diagnostic.place.as_ref()?;
        let text = text(place)?;
        let bytes = clamp(place.span?, &text);
        let (line, column) = line_and_column(&text, bytes.start);
        let (end_line, end_column) = line_and_column(&text, bytes.end);
        Some(Spot { line, column, end_line, end_column, bytes })
    }
}

/// The message with the help after it, for programs that show one text.
fn full_message(diagnostic: &Diagnostic) -> String {
    match &diagnostic.help {
        Some(help) => format!("{}\nhelp: {help}", diagnostic.message),
        None => diagnostic.message.clone(),
    }
}

/// Findings as a log of SARIF 2.1.0 (OASIS, 2020): one run, with the codes that occur as its rules.
fn sarif(
    diagnostics: &[Diagnostic],
    root: &str,
    text: &mut dyn FnMut(&Place) -> Option<Arc<str>>,
) -> serde_json::Value {
    use serde_json::json;
    let level = |severity: Severity| match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Note => "note",
    };
    let codes: Vec<Code> =
        diagnostics.iter().map(|d| d.code).collect::<BTreeSet<_>>().into_iter().collect();
    let rules: Vec<_> = codes
        .iter()
        .map(|code| {
            json!({
                "id": code.name(),
                "shortDescription": { "text": code.summary() },
                "defaultConfiguration": { "level": level(code.severity()) },
            })
        })
        .collect();
    let results: Vec<_> = diagnostics
        .iter()
        .map(|d| {
            let mut result = json!({
                "ruleId": d.code.name(),
                "ruleIndex": codes.binary_search(&d.code).unwrap_or_default(),
                "level": level(d.severity),
                "message": { "text": full_message(d) },
            });
            if let Some(place) = &d.place {
                let mut location = json!({ "artifactLocation": { "uri": uri(root, &place.file) } });
                if let (Some(spot), Some(fields)) = (Spot::of(d, text), location.as_object_mut()) {
                    let region = json!({
                        "startLine": spot.line,
                        "startColumn": spot.column,
                        "endLine": spot.end_line,
                        "endColumn": spot.end_column,
                        "byteOffset": spot.bytes.start,
                        "byteLength": spot.bytes.len(),
                    });
                    fields.insert("region".to_owned(), region);
                }
                if let Some(fields) = result.as_object_mut() {
                    let locations = json!([{ "physicalLocation": location }]);
                    fields.insert("locations".to_owned(), locations);
                }
            }
            result
        })
        .collect();
    json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": {
                "name": "chancery",
                "version": env!("CARGO_PKG_VERSION"),
                "rules": rules,
            } },
            "columnKind": "unicodeCodePoints",
            "results": results,
        }],
    })
}

/// The name of a file as a relative URI.
fn uri(root: &str, file: &str) -> String {
    const KEPT: percent_encoding::AsciiSet = percent_encoding::NON_ALPHANUMERIC
        .remove(b'/')
        .remove(b'-')
        .remove(b'_')
        .remove(b'.')
        .remove(b'~');
    percent_encoding::utf8_percent_encode(&format!("{root}{file}"), &KEPT).to_string()
}

/// A finding as a workflow command of GitHub Actions.
fn annotation(
    diagnostic: &Diagnostic,
    root: &str,
    text: &mut dyn FnMut(&Place) -> Option<Arc<str>>,
) -> String {
    let command = match diagnostic.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Note => "notice",
    };
    let data = |text: &str| text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A");
    let property = |text: &str| data(text).replace(':', "%3A").replace(',', "%2C");
    let mut out = format!("::{command} ");
    if let Some(place) = &diagnostic.place {
        out.push_str(&format!("file={},", property(&format!("{root}{}", place.file))));
    }
    if let Some(spot) = Spot::of(diagnostic, text) {
        out.push_str(&format!("line={},endLine={},", spot.line, spot.end_line));
        // Columns are shown only for a range within a line.
        if spot.line == spot.end_line {
            out.push_str(&format!("col={},endColumn={},", spot.column, spot.end_column));
        }
    }
    out.push_str(&format!(
        "title={}::{}\n",
        property(diagnostic.code.name()),
        data(&full_message(diagnostic))
    ));
    out
}

/// One finding in the shape of the Rust compiler's messages.
fn render_human(
    renderer: &Renderer,
    diagnostic: &Diagnostic,
    text: &mut dyn FnMut(&Place) -> Option<Arc<str>>,
) -> String {
    let level = match diagnostic.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
        Severity::Note => Level::NOTE,
    };
    let mut group =
        Group::with_title(level.primary_title(&diagnostic.message).id(diagnostic.code.name()));
    let places = diagnostic
        .place
        .iter()
        .map(|place| (place, diagnostic.label.as_str(), AnnotationKind::Primary))
        .chain(
            diagnostic
                .related
                .iter()
                .map(|(place, label)| (place, label.as_str(), AnnotationKind::Context)),
        );
    // Marks in one file share a snippet.
    type Marks<'a> = Vec<(Span, &'a str, AnnotationKind)>;
    let mut snippets: Vec<(Place, Marks)> = Vec::new();
    for (place, label, kind) in places {
        let index = match snippets.iter().position(|(other, _)| other.file == place.file) {
            Some(index) => index,
            None => {
                snippets.push((place.clone(), Vec::new()));
                snippets.len() - 1
            }
        };
        if let (Some((_, marks)), Some(span)) = (snippets.get_mut(index), place.span) {
            marks.push((span, label, kind));
        }
    }
    let with_text: Vec<_> = snippets
        .into_iter()
        .map(|(place, marks)| {
            let text = if marks.is_empty() { None } else { text(&place) };
            (place, marks, text)
        })
        .collect();
    for (place, marks, text) in &with_text {
        group = match text {
            // Only the lines around the marks are handed over: laying out a 10 MB file is slow.
            Some(text) => {
                let spans = marks.iter().map(|(span, ..)| clamp(*span, text));
                let start = spans.clone().map(|s| s.start).min().unwrap_or(0);
                let end = spans.map(|s| s.end).max().unwrap_or(0);
                let from = line_start(text, start);
                let to = text.get(end..).and_then(|t| t.find('\n')).map_or(text.len(), |n| end + n);
                let window = text.get(from..to).unwrap_or_default();
                let (line, _) = line_and_column(text, from);
                group.element(
                    Snippet::source(window).path(&*place.file).line_start(line).annotations(
                        marks.iter().map(|(span, label, kind)| {
                            let span = clamp(*span, text);
                            let mark = kind.span(span.start - from..span.end - from);
                            if label.is_empty() { mark } else { mark.label(*label) }
                        }),
                    ),
                )
            }
            None => group.element(annotate_snippets::Origin::path(&*place.file)),
        };
    }
    match &diagnostic.help {
        // Without a snippet above it, help stands by itself.
        Some(help) if with_text.is_empty() => {
            let help = Group::with_title(Level::HELP.primary_title(help));
            format!("{}\n{}", renderer.render(&[group]), renderer.render(&[help]))
        }
        Some(help) => renderer.render(&[group.element(Level::HELP.message(help))]),
        None => renderer.render(&[group]),
    }
}

/// The span moved to character boundaries inside the text.
fn clamp(span: Span, text: &str) -> Range<usize> {
    let Range { start, end } = span.range();
    let start = text.floor_char_boundary(start.min(text.len()));
    let end = text.ceil_char_boundary(end.clamp(start, text.len()));
    start..end
}

fn line_start(text: &str, offset: usize) -> usize {
    text.get(..offset).and_then(|t| t.rfind('\n')).map_or(0, |n| n + 1)
}

/// The line and the column of a byte offset, both from 1; columns count characters.
pub fn line_and_column(text: &str, offset: usize) -> (usize, usize) {
    let before = text.get(..text.floor_char_boundary(offset.min(text.len()))).unwrap_or_default();
    let line = before.bytes().filter(|b| *b == b'\n').count() + 1;
    let column = before.chars().rev().take_while(|c| *c != '\n').count() + 1;
    (line, column)
}

/// The reference of all codes, as Markdown for `docs/diagnostics.md`.
pub fn reference() -> String {
    let mut out = String::from(
        "# Diagnostics by code\n\nEvery finding has a code, a severity, a place and usually a help line. \
         An error stops publishing; a warning or a note does not. This page is generated from the code.\n",
    );
    for code in Code::ALL {
        let severity = match code.severity() {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Note => "note",
        };
        let text = code.explanation().lines().map(str::trim).collect::<Vec<_>>().join(" ");
        // Writing to a string cannot fail.
        let _ = write!(out, "\n## `{}` ({severity})\n\n{}\n", code.name(), text.trim());
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nearest_finds_slips_and_nothing_else() {
        let keys = ["title", "topics", "actors", "review_by"];
        assert_eq!(nearest("titel", keys), Some("title"));
        assert_eq!(nearest("topic", keys), Some("topics"));
        assert_eq!(nearest("review", keys), Some("review_by"));
        assert_eq!(nearest("colour", keys), None);
    }

    #[test]
    fn spans_outside_the_text_are_clamped() {
        let text: Arc<str> = "Türkiye".into();
        for span in [0..0, 2..3, 8..8, 8..20, 30..40] {
            let d = Diagnostic::new(Code::Syntax, "m").at(Place::span("f", span));
            let out = render(&[d], Format::Human { colour: false }, "", &|_| Some(text.clone()));
            assert!(out.contains("f:1:"), "{out}");
        }
    }

    #[test]
    fn other_programs_get_places_and_escapes() {
        let text: Arc<str> = "eins\nTürkiye, zwei".into();
        let d = Diagnostic::new(Code::Orphan, "50 %, a: b")
            .at(Place::span("a b/ü.md", 5..13))
            .help("x\ny");
        let shown =
            |format| render(std::slice::from_ref(&d), format, "site/", &|_| Some(text.clone()));
        assert_eq!(
            shown(Format::Github),
            "::notice file=site/a b/ü.md,line=2,endLine=2,col=1,endColumn=8,title=orphan::50 %25, a: b%0Ahelp: x%0Ay\n"
        );
        let sarif: serde_json::Value = serde_json::from_str(&shown(Format::Sarif)).unwrap();
        let result = &sarif["runs"][0]["results"][0];
        assert_eq!(result["level"], "note");
        assert_eq!(sarif["runs"][0]["tool"]["driver"]["rules"][0]["id"], "orphan");
        let place = &result["locations"][0]["physicalLocation"];
        assert_eq!(place["artifactLocation"]["uri"], "site/a%20b/%C3%BC.md");
        assert_eq!(place["region"]["endColumn"], 8);
        assert_eq!(place["region"]["byteLength"], 8);
    }

    #[test]
    fn findings_are_sorted_by_place_and_reported_once() {
        let at = |n: usize| Diagnostic::new(Code::Syntax, "m").at(Place::span("f", n..n + 1));
        let mut all = Diagnostics::new();
        all.extend([at(9), at(2), at(9)]);
        assert_eq!(all.sorted(), vec![at(2), at(9)]);
    }
}
