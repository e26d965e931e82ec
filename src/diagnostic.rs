//! The one error type: what is wrong, where, and what to do about it.
//!
//! A run collects every [`Diagnostic`] it finds in a [`Diagnostics`] and reports them together,
//! sorted by place. A diagnostic holds the name of its file and a byte span, not the text: the
//! text is looked up when the report is rendered, so that a site's sources need not stay in memory.

mod alike;
mod lines;
mod near;
mod visible;

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::ops::Range;
use std::sync::Arc;

use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};
use serde::Serialize;

use alike::Told;
use lines::Lines;
pub(crate) use lines::line_and_column;
pub(crate) use near::MOST_GUESSES;
pub use near::{Near, nearest};
pub(crate) use visible::{escaped_json, visible_name};
pub use visible::{visible, visible_but_styles};

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

            /// The code of a name.
            pub fn named(name: &str) -> Option<Code> {
                Code::ALL.iter().copied().find(|code| code.name() == name)
            }

            /// The severity of the code.
            pub fn severity(self) -> Severity {
                match self { $(Code::$variant => Severity::$severity),+ }
            }

            /// Whether a site may publish with it although it is an error: it may be made less, and never be silenced.
            pub fn may_be_lowered(self) -> bool {
                matches!(
                    self,
                    Code::UnknownAddress
                        | Code::BrokenLink
                        | Code::BrokenAnchor
                        | Code::BrokenImage
                        | Code::AmbiguousLink
                )
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
    /// A symbolic link leads out of the site, to nothing, or round in a circle. Links are followed to files in `content`, `registry`,
    /// `templates` and `static` when no part of the path is hidden.
    Symlink = "symlink", Error;
    /// A Markdown file lies in `content/` but in none of its folders `briefs`, `actors`, `topics`, `storylines`, `pages`.
    Misplaced = "misplaced", Error;
    /// Two files define the same document: `x.md` and `x/index.md`, or `x.md` and `x.markdown`. Or a list of actors has the
    /// name of a built-in one.
    DuplicateId = "duplicate-id", Error;
    /// A file that looks like a document or a copy of one and is none (`x.mdx`, `x (copy).md`), or like what an editor, a
    /// merge, a sync, a download or a system leaves behind (`x.md.orig`, `x.swp`, `Thumbs.db`). It is not published.
    LeftoverFile = "leftover-file", Warning;
    /// A file in `content/` that lies in no folder of a published document and that no published document refers to. It is
    /// not published. A file to publish whatever refers to it belongs in `static/`; `[content] ignore` in `site.toml` keeps
    /// files out without a word. Or a list of actors, `registry/NAME.toml`, that `registry` in `site.toml` does not name.
    UnreferencedFile = "unreferenced-file", Note;
    /// A file or folder in `static/` whose name begins with a dot. It is not published: of such files only
    /// `static/.htaccess` and those in `static/.well-known/` are.
    HiddenFile = "hidden-file", Note;

    /// The file has no front matter. A document starts with a line `+++` (TOML) or `---` (YAML).
    NoFrontMatter = "no-front-matter", Error;
    /// The front matter does not end: the closing `+++` or `---` line is missing.
    UnclosedFrontMatter = "unclosed-front-matter", Error;
    /// The TOML or YAML cannot be parsed.
    Syntax = "syntax", Error;
    /// A key that Chancery does not know. The nearest known one is suggested; your own values belong in `[extra]`.
    UnknownKey = "unknown-key", Error;
    /// A key of another generator, such as `tags` or `lastmod`, or one of Chancery's in another spelling. The help says
    /// what it is here; it is told once for the whole site.
    ForeignKey = "foreign-key", Error;
    /// A key that the document has below `[extra]` and not above it. In TOML, what follows the line `[extra]` belongs to that
    /// table.
    MisplacedKey = "misplaced-key", Warning;
    /// A text in YAML that is not in quotes is cut where a `#` behind a space begins a comment, as in `title: Update #2`.
    CutText = "cut-text", Warning;
    /// A key that the document must have is missing.
    MissingKey = "missing-key", Error;
    /// A value has the wrong type, such as a number where text is expected.
    WrongType = "wrong-type", Error;
    /// A value is of the right type but not allowed: not one of the known words, out of range, empty.
    BadValue = "bad-value", Error;
    /// A date or time that does not exist or is not written as `2025-02-27` or `2025-02-27T09:00:00Z`.
    BadDate = "bad-date", Error;

    /// An actor id that no file in `content/actors` defines, nor a list of the registry that the site asks for; or one that a
    /// file `extends` and that the registry does not have.
    UnknownActor = "unknown-actor", Error;
    /// A topic id that no file in `content/topics` defines.
    UnknownTopic = "unknown-topic", Error;
    /// A storyline id that no file in `content/storylines` defines.
    UnknownStoryline = "unknown-storyline", Error;
    /// A brief id that no file in `content/briefs` defines.
    UnknownBrief = "unknown-brief", Error;
    /// A list of actors that `registry` in `site.toml` asks for, and that is neither built in nor a file `registry/NAME.toml`.
    UnknownList = "unknown-list", Error;
    /// A kind of actors that is none of those that every site has, and that `[kinds]` in `site.toml` does not declare.
    UnknownKind = "unknown-kind", Error;
    /// A relation of an actor that `[relations]` in `site.toml` does not declare.
    UnknownRelation = "unknown-relation", Error;
    /// A relation between actors of kinds that it is not for, as `from` and `to` in `[relations]` say, or of an actor to itself.
    WrongRelation = "wrong-relation", Error;
    /// The same relation between the same two actors, declared again for a time that it was declared for.
    RepeatedRelation = "repeated-relation", Warning;
    /// Two sources of a brief have the same id, or a source and a footnote of its text do: nobody could tell which of them a
    /// citation means.
    DuplicateSource = "duplicate-source", Error;
    /// A CSV file of a series that cannot be drawn: a date or a number is none, a row has too few cells, two rows begin on one
    /// day, or there are more columns or rows than can be shown ([series](series.md)). A cell may be empty where data is missing.
    BadSeries = "bad-series", Error;
    /// A judgement that one `updates` and that its brief does not have.
    UnknownJudgement = "unknown-judgement", Error;
    /// A `likelihood` that is no word of the scale of the site. The nearest one is suggested: for a word of another scale, by
    /// its percents.
    UnknownLikelihood = "unknown-likelihood", Error;
    /// A judgement that continues one of a brief that is not earlier, or one that another judgement has continued already: the
    /// course of a judgement is a line, in the order of its briefs.
    JudgementChain = "judgement-chain", Error;
    /// A judgement that is not as `judgements.log` has it. What was published is not changed in secret: a later brief judges
    /// anew and `updates` it, or `chancery judgements log --changed` notes the change where readers see it.
    JudgementChanged = "judgement-changed", Error;
    /// The record of judgements, `judgements.log`, is damaged: a line is none, or does not follow from the one before.
    JudgementLog = "judgement-log", Error;
    /// Topics are each other's parents, actors part of each other, or briefs follow each other, in a circle.
    Cycle = "cycle", Error;
    /// Two actors claim the same name. Neither is linked where it is used, unless just one of them is in the brief's `actors`.
    NameClash = "name-clash", Warning;
    /// A name that fits two actors equally: a short form with evidence for both, or a full name that both claim when not
    /// exactly one of them is in the brief's `actors`. Neither is linked: write the name in full, or `[[id|name]]`.
    AmbiguousMention = "ambiguous-mention", Warning;

    /// A link to a document, a file or a page that does not exist. For as long as a site is moving, `broken-link = "warning"` (or
    /// `"note"`) in `[check]` lets it be published with such links, which are shown as their words; reports go on counting them.
    /// So it is with `broken-anchor`, `broken-image` and `ambiguous-link`.
    BrokenLink = "broken-link", Error;
    /// An address of the site, as in `/2019/05/talks/`, at which it has no page or file. Where a document has moved, its
    /// `redirects` lead there from the old address. For as long as a site is moving, `unknown-address = "warning"` (or
    /// `"note"`) in `[check]` lets it be published with such links; reports go on counting them.
    UnknownAddress = "unknown-address", Error;
    /// A link to a heading that the target does not have.
    BrokenAnchor = "broken-anchor", Error;
    /// An image that does not exist.
    BrokenImage = "broken-image", Error;
    /// A wikilink `[[…]]` that fits more than one document. Write the id of the one that is meant.
    AmbiguousLink = "ambiguous-link", Error;
    /// `[words](an address.pdf)`: with a space in the address it is no link, and shown as it is written. Angle brackets make
    /// it one: `[words](<an address.pdf>)`.
    NoLink = "no-link", Warning;
    /// `![[…]]` of anything but an image: one document cannot be put into another. Link to it with `[[…]]`.
    EmbeddedDocument = "embedded-document", Error;
    /// A row of a table with more cells than the table has columns. What is too much is not shown.
    ExtraCell = "extra-cell", Warning;
    /// A link with a URL scheme that is not allowed, such as `javascript:`.
    BadScheme = "bad-scheme", Error;
    /// A link or an image that leads to what is held back from this build: a draft, a brief under embargo, dated in the future
    /// or expired, a file in the folder of one, or a page that is made of such. A link is shown as its words, an image as
    /// its description.
    WithheldLink = "withheld-link", Warning;
    /// A document names another in its front matter, or `site.toml` does, which is held back from this build. It is published
    /// as if it did not.
    WithheldReference = "withheld-reference", Warning;
    /// A brief that `expires` before its `embargo` or `date` lets it be published, or at that very moment.
    NeverPublished = "never-published", Warning;
    /// Markdown or HTML nested deeper than 64 levels.
    TooDeep = "too-deep", Error;
    /// An HTML tag that is longer, or has more attributes, than any that is meant: most often one that is not closed.
    HtmlTag = "html-tag", Error;
    /// HTML of a document that its page is shown without: an element that a document may not have, with or without what is in
    /// it, or an attribute. Of a paragraph that holds many, each is told of.
    HtmlTakenOut = "html-taken-out", Warning;
    /// A tag that no HTML has, as in `<Annex>` or `<your name>`. It is shown as text.
    NoHtml = "no-html", Note;
    /// A frame, which `[markdown] embeds` lets through, without a `title` that says what it shows.
    UntitledFrame = "untitled-frame", Warning;
    /// What another tool would put something in the place of: `{% … %}`, `{{ … }}`, `{: .class}`, `[TOC]`, `^anchor`. It is
    /// shown as it is written.
    LeftoverMarkup = "leftover-markup", Warning;
    /// What is left of a merge in conflict: a line that begins with `<<<<<<<`, `|||||||` or `>>>>>>>`.
    ConflictMarker = "conflict-marker", Error;
    /// A comment, `%%…%%`. Nothing of it is published.
    Comment = "comment", Note;
    /// A comment that begins with `%%` and does not end, so that nobody knows what may be published.
    UnclosedComment = "unclosed-comment", Error;
    /// A heading with one `#`, as the title of the page is. The headings of the document are one level lower on its page.
    TitleHeading = "title-heading", Note;
    /// A formula that cannot be read as LaTeX. It is left as it was written.
    BadMath = "bad-math", Warning;
    /// A formula that holds a word of three letters or more, which LaTeX sets as a product of letters. In a formula words are
    /// written `\\text{…}`, and a dollar sign that is money `\\$`.
    WordInFormula = "word-in-formula", Warning;
    /// A footnote that is referred to but not defined, or the other way round, or that is defined twice.
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

    /// A file in `templates/` that makes no page and that no other template uses: most often a name with a slip in it.
    UnusedTemplate = "unused-template", Warning;
    /// Words for the theme that are not used: a table `templates/strings/…` in a language that neither the site nor a brief is
    /// in, or a key that no template asks for.
    UnusedWords = "unused-words", Warning;

    /// The output folder is not one that Chancery made and is not empty, or holds the site's sources.
    OutputNotOurs = "output-not-ours", Error;
    /// Another build is writing to the same output folder.
    Locked = "locked", Error;
    /// The output cannot be written: permissions, or the disk is full. What was published stays as it was.
    Unwritable = "unwritable", Error;

    /// A source that was retracted, of a brief that rests on it. The page of the brief says so, and so do lists and feeds.
    /// Look whether what it says still stands.
    RetractedSource = "retracted-source", Note;

    /// A brief whose `review_by` date has passed.
    ReviewDue = "review-due", Note;

    /// A judgement whose `by` has passed, and which has no `outcome`.
    JudgementDue = "judgement-due", Note;
    /// A judgement, or its outcome, that `judgements.log` does not have yet: `chancery judgements log` adds it.
    UnloggedJudgement = "unlogged-judgement", Note;
    /// An outcome that lies before the brief that judges it, or before a `by` was set for it, or in the future: such a
    /// judgement was made when it was known what came of it, or is settled before it is.
    OutcomeDate = "outcome-date", Warning;
    /// A judgement without a `confidence`: readers are not told how good its basis is.
    NoConfidence = "no-confidence", Warning;
    /// A source that a judgement or a series is said to rest on, and that its brief does not have.
    UnknownSource = "unknown-source", Warning;
    /// A judgement that names no source it rests on.
    UnsourcedJudgement = "unsourced-judgement", Note;
    /// A likelihood in a text in a word that the scale of the site does not have: one of another scale. Readers take it for
    /// what the site's legend says.
    OffScale = "off-scale", Warning;
    /// A degree of likelihood and a level of confidence in one sentence, as in "we assess with moderate confidence that it is
    /// likely", which says one thing twice or two things at once (ICD 203). Each has a field of its own.
    LikelihoodAndConfidence = "likelihood-and-confidence", Warning;
    /// Two words for the same percents on one site, such as `likely` and `probable`: readers look for a difference.
    MixedWords = "mixed-words", Note;
    /// A word in a judgement that takes back what it says, such as "may" or "possible", where the likelihood has a field.
    Hedge = "hedge", Note;
    /// A short form or metonym that may be an actor, for which there is no evidence, or a guarded name, short form or metonym that somebody else bears in the text ("Michael Jordan"). It is not linked. Only `check` says so.
    NoEvidence = "no-evidence", Note;
    /// A metonym beside which nothing shows that it acts: it is taken for a place, as in "the trip to Moscow". Each is said
    /// once, with how often it stands so.
    NoSign = "no-sign", Note;
    /// A name beside a capitalised word, as in "University of Luxembourg", or before a suffix that makes another name of it, as
    /// in "香港大学": perhaps an actor of its own, or a `stop` phrase. In capitals the name is linked all the same.
    InsideLongerName = "inside-longer-name", Note;
    /// A brief in a language that the built-in registry has names in and the site does not ask for: its actors are found
    /// by their names in the site's languages only.
    RegistryLanguage = "registry-language", Warning;
    /// Names that several actors of [lists](registry.md) hold, which mean each of them only with evidence. Or a name of a list
    /// that an actor with a file of its own has too: it means that actor.
    SharedName = "shared-name", Note;
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
    /// A source that no text of its brief cites, and on which no judgement rests.
    UncitedSource = "uncited-source", Note;
    /// A source without a `grade`, on a site that grades: another has one, or `[sources] grades = true` asks for it.
    UngradedSource = "ungraded-source", Note;
    /// A source with the address of an archived copy and without its own: readers are to know where it was.
    ArchivedAlone = "archived-alone", Note;
    /// A sentence says that something is confirmed, and what it cites is graded as possibly true at best (3 to 6).
    Unconfirmed = "unconfirmed", Warning;
    /// Two briefs with the same title.
    RepeatedTitle = "repeated-title", Warning;
    /// A brief dated in the future that is published now, as `[publish] future = true` asks.
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

    /// The errors that were found in files, by their codes.
    pub fn errors_of_files(&self) -> impl Iterator<Item = (&Arc<str>, Code)> {
        let errors = self.found.iter().filter(|d| d.severity == Severity::Error);
        errors.filter_map(|d| Some((&d.place.as_ref()?.file, d.code)))
    }

    /// Whether any finding is a warning.
    pub fn has_warnings(&self) -> bool {
        self.found.iter().any(|d| d.severity == Severity::Warning)
    }

    /// Keeps the findings that are asked for, and gives the others, each once.
    pub fn split_off(&mut self, is_kept: impl Fn(&Diagnostic) -> bool) -> Vec<Diagnostic> {
        let (kept, others) = std::mem::take(&mut self.found).into_iter().partition(is_kept);
        self.found = kept;
        Diagnostics { found: others }.sorted()
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
struct Counts {
    /// Errors.
    errors: usize,
    /// Warnings.
    warnings: usize,
    /// Notes.
    notes: usize,
}

impl Counts {
    /// How many of these findings there are of each severity.
    fn of(findings: &[Diagnostic]) -> Counts {
        let mut counts = Counts::default();
        for finding in findings {
            match finding.severity {
                Severity::Error => counts.errors += 1,
                Severity::Warning => counts.warnings += 1,
                Severity::Note => counts.notes += 1,
            }
        }
        counts
    }
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
        /// Whether each finding is told, also if many others are like it.
        all: bool,
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
    message: Cow<'a, str>,
    file: Option<&'a str>,
    line: Option<usize>,
    column: Option<usize>,
    start: Option<usize>,
    end: Option<usize>,
    help: Option<Cow<'a, str>>,
}

/// Renders findings, in the order given. `text_of` gives a file's text by its name, or `None` when it
/// cannot be had (the place is then named without a snippet). What a terminal or a viewer would obey instead of
/// showing it is made visible in messages; names of files are exact where a program reads them, in JSON with escapes. `root` is put before the names of files
/// where other programs look them up from their own folder: empty, or ending in `/`.
pub fn render(
    diagnostics: &[Diagnostic],
    format: Format,
    root: &str,
    text_of: &dyn Fn(&str) -> Option<Arc<str>>,
) -> String {
    let mut texts: BTreeMap<Arc<str>, Option<Arc<Lines>>> = BTreeMap::new();
    let mut text = |place: &Place| {
        let counted = || text_of(&place.file).map(|text| Arc::new(Lines::of(text)));
        texts.entry(place.file.clone()).or_insert_with(counted).clone()
    };
    match format {
        Format::Human { colour, all } => {
            let renderer = if colour { Renderer::styled() } else { Renderer::plain() };
            let told = match all {
                true => diagnostics.iter().map(Told::Whole).collect(),
                false => alike::told(diagnostics),
            };
            let mut out = String::new();
            for part in told {
                out.push_str(&match part {
                    Told::Whole(diagnostic) => render_human(&renderer, diagnostic, &mut text),
                    Told::Others { like, title, names } => {
                        let title =
                            level(like.severity).primary_title(visible(&title).into_owned());
                        let group = Group::with_title(title.id(like.code.name()));
                        renderer.render(&[match names {
                            Some(names) => {
                                group.element(Level::NOTE.message(visible(&names).into_owned()))
                            }
                            None => group,
                        }])
                    }
                });
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
                        message: visible(&d.message),
                        file: d.place.as_ref().map(|p| &*p.file),
                        line: spot.as_ref().map(|spot| spot.line),
                        column: spot.as_ref().map(|spot| spot.column),
                        start: spot.as_ref().map(|spot| spot.bytes.start),
                        end: spot.as_ref().map(|spot| spot.bytes.end),
                        help: d.help.as_deref().map(visible),
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

/// A value as JSON for a reader, in which nothing is left that a terminal obeys.
pub(crate) fn pretty(value: &impl Serialize) -> String {
    // Serialising plain strings and numbers to memory cannot fail.
    let mut out = serde_json::to_string_pretty(value).unwrap_or_default();
    out.push('\n');
    escaped_json(&out).into_owned()
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
        text: &mut dyn FnMut(&Place) -> Option<Arc<Lines>>,
    ) -> Option<Spot> {
        let place = diagnostic.place.as_ref()?;
        let text = text(place)?;
        let bytes = clamp(place.span?, &text.text);
        let (line, column) = text.at(bytes.start);
        let (end_line, end_column) = text.at(bytes.end);
        Some(Spot { line, column, end_line, end_column, bytes })
    }
}

/// The message with the help after it, for programs that show one text.
fn full_message(diagnostic: &Diagnostic) -> String {
    let message = visible(&diagnostic.message);
    match &diagnostic.help {
        Some(help) => format!("{message}\nhelp: {}", visible(help)),
        None => message.into_owned(),
    }
}

/// Findings as a log of SARIF 2.1.0 (OASIS, 2020): one run, with the codes that occur as its rules.
fn sarif(
    diagnostics: &[Diagnostic],
    root: &str,
    text: &mut dyn FnMut(&Place) -> Option<Arc<Lines>>,
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
    text: &mut dyn FnMut(&Place) -> Option<Arc<Lines>>,
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
        out.push_str(&format!(
            "file={},",
            property(&visible_name(&format!("{root}{}", place.file)))
        ));
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

/// The most of a line that is laid out on either side of a mark, and of a mark, in bytes. What is longer is cut:
/// lines may have megabytes, and a report shows one for each finding.
const BESIDE: usize = 400;

fn level(severity: Severity) -> Level<'static> {
    match severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
        Severity::Note => Level::NOTE,
    }
}

/// How many findings there are, of each severity and of each code, as the end of a report for a person. `shortened`: some of
/// them were only counted, if many are alike.
pub(crate) fn totals(findings: &[Diagnostic], shortened: bool) -> String {
    if findings.is_empty() {
        return String::new();
    }
    let shortened = shortened && alike::is_shortened(findings);
    format!("found {}\n{}", Counts::of(findings), alike::table(&by_code(findings), shortened))
}

/// How many findings there are of each code: the most first.
fn by_code(findings: &[Diagnostic]) -> Vec<(Code, usize)> {
    let mut counts: BTreeMap<Code, usize> = BTreeMap::new();
    for finding in findings {
        *counts.entry(finding.code).or_default() += 1;
    }
    let mut counts: Vec<_> = counts.into_iter().collect();
    counts.sort_by_key(|(code, count)| (std::cmp::Reverse(*count), code.name()));
    counts
}

/// One finding in the shape of the Rust compiler's messages.
fn render_human(
    renderer: &Renderer,
    diagnostic: &Diagnostic,
    text: &mut dyn FnMut(&Place) -> Option<Arc<Lines>>,
) -> String {
    let title = level(diagnostic.severity).primary_title(visible(&diagnostic.message));
    let mut group = Group::with_title(title.id(diagnostic.code.name()));
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
    // Marks in one file share a snippet, unless they are far apart.
    type Marked<'p, 'd> = (&'p Place, Option<Arc<Lines>>, Vec<Mark<'d>>);
    let mut snippets: Vec<Marked> = Vec::new();
    for (place, label, kind) in places {
        let lines = place.span.and_then(|_| text(place));
        let range = lines.as_ref().zip(place.span).map(|(lines, span)| {
            let Range { start, end } = clamp(span, &lines.text);
            start..lines.text.floor_char_boundary(end.min(start.saturating_add(BESIDE))).max(start)
        });
        let mark = range.map(|range| Mark { range, label: visible(label), kind });
        let shared = snippets.iter_mut().find(|(other, _, marks)| {
            other.file == place.file
                && marks.iter().chain(&mark).all(|a| {
                    mark.as_ref().is_none_or(|b| a.range.start.abs_diff(b.range.start) <= BESIDE)
                })
        });
        match shared {
            Some((_, known, marks)) => {
                *known = known.take().or(lines);
                marks.extend(mark);
            }
            None => snippets.push((place, lines, mark.into_iter().collect())),
        }
    }
    let without_text = snippets.is_empty();
    for (place, lines, marks) in snippets {
        let file = visible_name(&place.file);
        group = match lines.filter(|_| !marks.is_empty()) {
            Some(lines) => {
                let (origin, snippet) = snippet(&lines, marks, file.clone());
                let group = match origin {
                    Some((line, column)) => {
                        let origin = annotate_snippets::Origin::path(file);
                        group.element(origin.line(line).char_column(column))
                    }
                    None => group,
                };
                group.element(snippet)
            }
            None => group.element(annotate_snippets::Origin::path(file)),
        };
    }
    match diagnostic.help.as_deref().map(visible) {
        // Without a snippet above it, help stands by itself.
        Some(help) if without_text => {
            let help = Group::with_title(Level::HELP.primary_title(help));
            format!("{}\n{}", renderer.render(&[group]), renderer.render(&[help]))
        }
        Some(help) => renderer.render(&[group.element(Level::HELP.message(help))]),
        None => renderer.render(&[group]),
    }
}

/// A range of bytes of a text, and what is said of it.
struct Mark<'d> {
    range: Range<usize>,
    label: Cow<'d, str>,
    kind: AnnotationKind,
}

/// The lines around marks that are near each other. Where these are long, the part of them at the marks; the line
/// and column of the first mark are then given too, as they cannot be told from the part.
fn snippet<'a>(
    lines: &Lines,
    marks: Vec<Mark<'a>>,
    file: Cow<'a, str>,
) -> (Option<(usize, usize)>, Snippet<'a, annotate_snippets::Annotation<'a>>) {
    let text = &*lines.text;
    let start = marks.iter().map(|mark| mark.range.start).min().unwrap_or(0);
    let end = marks.iter().map(|mark| mark.range.end).max().unwrap_or(0);
    let whole = lines.around(&(start..end));
    let from = text.ceil_char_boundary(whole.start.max(start.saturating_sub(BESIDE)));
    let to = text.floor_char_boundary(whole.end.min(end.saturating_add(BESIDE)));
    let (from, to) = (from.min(start), to.max(end));
    let window = text.get(from..to).unwrap_or_default();
    let at = |offset: usize| visible(text.get(from..offset).unwrap_or_default()).len();
    let (line, _) = lines.at(from);
    let cut = from > whole.start;
    let primary = marks.iter().find(|mark| mark.kind == AnnotationKind::Primary);
    let origin = primary.or(marks.first()).map(|mark| lines.at(mark.range.start)).filter(|_| cut);
    let annotations: Vec<_> = marks
        .into_iter()
        .map(|Mark { range, label, kind }| {
            let mark = kind.span(at(range.start)..at(range.end));
            if label.is_empty() { mark } else { mark.label(label) }
        })
        .collect();
    let snippet = Snippet::source(visible(window).into_owned()).line_start(line);
    let snippet = if cut { snippet } else { snippet.path(file) };
    (origin, snippet.annotations(annotations))
}

/// The span moved to character boundaries inside the text.
fn clamp(span: Span, text: &str) -> Range<usize> {
    let Range { start, end } = span.range();
    let start = text.floor_char_boundary(start.min(text.len()));
    let end = text.ceil_char_boundary(end.clamp(start, text.len()));
    start..end
}

/// The reference of all codes, as Markdown for `docs/diagnostics.md`.
pub(crate) fn reference() -> String {
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
    fn spans_outside_the_text_are_clamped() {
        let text: Arc<str> = "Türkiye".into();
        for span in [0..0, 2..3, 8..8, 8..20, 30..40] {
            let d = Diagnostic::new(Code::Syntax, "m").at(Place::span("f", span));
            let out = render(&[d], Format::Human { colour: false, all: true }, "", &|_| {
                Some(text.clone())
            });
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
