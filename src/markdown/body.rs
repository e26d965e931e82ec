//! What is made of a document's text.

use super::proof::Proof;
use super::quote::Quote;
use super::tag::{attribute, tag_end_within};
use crate::diagnostic::Span;
use crate::html::{Html, unescape};
use crate::names::RegisteredIx;
use crate::never;
use crate::never::slice;

/// How the anchors of paragraphs begin. No heading has two hyphens beside each other in its own.
pub(super) const PARAGRAPHS: &str = "p--";

/// HTML with holes, and whom it names. Its holes mean the targets of the [`Body`] that it belongs to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Markup {
    /// The HTML without what belongs in the holes.
    pub html: Html,
    /// The holes, from first to last; those at one byte are in the order in which they are filled.
    pub holes: Vec<Hole>,
    /// Who it names, each once, in the order of the text.
    pub mentions: Vec<Mention>,
    /// What an editor wants to know, when that was asked for.
    pub proof: Option<Box<Proof>>,
}

impl Markup {
    /// Writes the HTML; `fill` writes what belongs in each hole.
    pub fn write(&self, out: &mut Html, fill: &mut dyn FnMut(&Fill, &mut Html)) {
        self.write_but(out, &|_| false, fill);
    }

    /// The same, where an image whose target is `gone` becomes its description.
    pub fn write_but(
        &self,
        out: &mut Html,
        gone: &dyn Fn(TargetIx) -> bool,
        fill: &mut dyn FnMut(&Fill, &mut Html),
    ) {
        let mut from = 0;
        for hole in &self.holes {
            let at = hole.at as usize;
            // In a tag that is gone.
            if at < from && matches!(hole.fill, Fill::Size(_)) {
                continue;
            }
            never!(
                at < from || !self.html.is_char_boundary(at),
                "a hole at byte {at} of a text that is written up to byte {from}"
            );
            out.append(self.html.part(from..at));
            from = at;
            match hole.fill {
                Fill::Url(target) if gone(target) => {
                    let rest = slice(&self.html, at..self.html.len());
                    from = at + tag_end_within(rest);
                    let tag = out.rfind("<img");
                    let tag = tag.unwrap_or_else(|| never!("no image around its URL" => out.len()));
                    let mut tag = out.split_off(tag);
                    tag.append(self.html.part(at..from));
                    out.text(&unescape(attribute(&tag, "alt").unwrap_or_default()));
                }
                _ => fill(&hole.fill, out),
            }
        }
        out.append(self.html.part(from..self.html.len()));
    }
}

/// A document's body, read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Body {
    /// The text of the document.
    pub text: Markup,
    /// What the document points at: its text first, then what it has adopted.
    pub targets: Targets,
    /// Its headings in order.
    pub headings: Vec<Heading>,
    /// What a link may lead to beside its headings, sorted.
    pub ids: Vec<Box<str>>,
    /// How many words of running text it has.
    pub words: u32,
    /// Whether it has a code block, and so needs [`code_css`](crate::markdown::code_css).
    pub has_code: bool,
    /// How the plain text of its first paragraph begins.
    pub excerpt: Box<str>,
    /// Where it cites sources: its text first, then what it has adopted.
    pub citations: Vec<Citation>,
}

/// A place in a text where a source is cited.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Citation {
    /// The number of the source in the document's front matter.
    pub source: u32,
    /// Where in the source; empty if nowhere in particular.
    pub place: Box<str>,
    /// All of it in the file.
    pub span: Span,
}

/// The number of a citation in its document, given by the body that it belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CitationIx(u32);

impl CitationIx {
    /// The citation of a number.
    pub(super) fn new(number: u32) -> CitationIx {
        CitationIx(number)
    }

    /// Its place in a list that has an item for each citation of the document.
    pub fn get(self) -> usize {
        self.0 as usize
    }
}

impl Body {
    /// Every anchor a link may lead to.
    pub fn anchors(&self) -> impl Iterator<Item = &str> {
        let headings = self.headings.iter().map(|heading| &*heading.id);
        headings.chain(self.ids.iter().map(|id| &**id))
    }

    /// Those of [`Body::anchors`] that are not of paragraphs.
    pub fn anchors_of_parts(&self) -> impl Iterator<Item = &str> {
        self.anchors().filter(|anchor| !anchor.starts_with(PARAGRAPHS))
    }

    /// Whether a link of it leads to a paragraph of some document.
    pub fn leads_to_paragraphs(&self) -> bool {
        self.targets.iter().any(|target| {
            let of_wikilink = target.destination.split_once('#').map(|(_, fragment)| fragment);
            let fragment = target.fragment.as_deref().or(of_wikilink);
            fragment.is_some_and(|fragment| fragment.trim_start().starts_with(PARAGRAPHS))
        })
    }

    /// Gives back room to grow: bodies are kept, all of them at once, and it would be a quarter of a large site's memory.
    pub(super) fn shrink_to_fit(&mut self) {
        self.text.html.shrink_to_fit();
        self.text.holes.shrink_to_fit();
        self.targets.0.shrink_to_fit();
        self.headings.shrink_to_fit();
        self.ids.shrink_to_fit();
        self.citations.shrink_to_fit();
    }

    /// Makes a value of the front matter a text of this document. Its targets and citations become the document's, and
    /// its holes mean them.
    pub fn adopt(&mut self, value: Inline) -> Markup {
        let Inline { mut text, targets, citations } = value;
        let by = self.targets.0.len();
        let cited = narrow(self.citations.len());
        for hole in &mut text.holes {
            if let Fill::Citation(CitationIx(number)) = &mut hole.fill {
                *number = number.saturating_add(cited);
            }
            if let Some(target) = hole.fill.target_mut() {
                never!(target.get() >= targets.len(), "a hole for {target:?} of another text");
                *target = TargetIx::new(by + target.get());
            }
        }
        self.targets.0.extend(targets.0);
        self.targets.0.shrink_to_fit();
        self.citations.extend(citations);
        text
    }
}

/// A value of the front matter that was rendered and belongs to no document yet: [`Body::adopt`] makes it a text of one.
#[derive(Clone, Debug, Default)]
pub struct Inline {
    pub(super) text: Markup,
    pub(super) targets: Targets,
    pub(super) citations: Vec<Citation>,
}

/// The number of a target in its document, given by the body that it belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TargetIx(u32);

impl TargetIx {
    pub(super) fn new(index: usize) -> TargetIx {
        TargetIx(narrow(index))
    }

    /// Its place in a list that has an item for each target of the document.
    pub fn get(self) -> usize {
        self.0 as usize
    }
}

/// A number of bytes or of targets, which is small as a file is.
pub(super) fn narrow(number: usize) -> u32 {
    u32::try_from(number).unwrap_or_else(|_| never!("{number} do not fit" => u32::MAX))
}

/// What a document points at.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Targets(Vec<Target>);

impl Targets {
    /// A target by its number.
    pub fn get(&self, target: TargetIx) -> Option<&Target> {
        let found = self.0.get(target.get());
        never!(found.is_none(), "{target:?} is not one of {} targets", self.0.len());
        found
    }

    /// All of them, in the order of the text.
    pub fn iter(&self) -> std::slice::Iter<'_, Target> {
        self.0.iter()
    }

    /// All of them, each with its number.
    pub fn numbered(&self) -> impl Iterator<Item = (TargetIx, &Target)> {
        self.0.iter().enumerate().map(|(index, target)| (TargetIx::new(index), target))
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(super) fn add(&mut self, target: Target) -> TargetIx {
        self.0.push(target);
        TargetIx::new(self.0.len() - 1)
    }

    /// Makes another quote of the sentence around a link, if there is one.
    pub(super) fn requote(&mut self, target: TargetIx, quote: impl Fn(&Quote) -> Quote) {
        if let Some(sentence) = self.0.get_mut(target.get()).and_then(|t| t.sentence.as_mut()) {
            *sentence = quote(sentence);
        }
    }

    /// Notes the sentence around a link.
    pub(super) fn set_sentence(&mut self, target: TargetIx, sentence: Quote) {
        match self.0.get_mut(target.get()) {
            Some(target) => target.sentence = Some(sentence),
            None => never!("{target:?} is not one of {} targets", self.0.len()),
        }
    }
}

/// A place in the HTML that is filled when a page is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hole {
    /// The byte of the HTML before which it lies.
    pub at: u32,
    /// What goes there.
    pub fill: Fill,
}

/// What goes into a hole. Targets are those of the [`Body`]; other numbers are actors of the registry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fill {
    /// The start tag of a link, or nothing when the target is not published.
    LinkOpen(TargetIx),
    /// The end tag that belongs to it.
    LinkClose(TargetIx),
    /// The target's title: the text of a wikilink that has none of its own.
    LinkText(TargetIx),
    /// The URL of an image, inside a double-quoted attribute.
    Url(TargetIx),
    /// The width and the height of an image, as attributes, if they are known.
    Size(TargetIx),
    /// The start tag of a link to an actor.
    MentionOpen(RegisteredIx),
    /// The end tag that belongs to it.
    MentionClose(RegisteredIx),
    /// The start tag of an actor's abbreviation, which gives its full name.
    AbbreviationOpen(RegisteredIx),
    /// The end tag that belongs to it.
    AbbreviationClose(RegisteredIx),
    /// The title of an alert, in the document's language.
    AlertTitle(Alert),
    /// The number of a source with a link to it, and the place in it.
    Citation(CitationIx),
}

impl Fill {
    fn target_mut(&mut self) -> Option<&mut TargetIx> {
        match self {
            Fill::LinkOpen(target)
            | Fill::LinkClose(target)
            | Fill::LinkText(target)
            | Fill::Url(target)
            | Fill::Size(target) => Some(target),
            Fill::MentionOpen(_)
            | Fill::MentionClose(_)
            | Fill::AbbreviationOpen(_)
            | Fill::AbbreviationClose(_)
            | Fill::AlertTitle(_)
            | Fill::Citation(_) => None,
        }
    }
}

/// A quote that stands out from the text, as in `> [!NOTE]`: the five kinds of GitHub, and those of Obsidian.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Alert {
    /// `[!NOTE]`
    Note,
    /// `[!TIP]`, `[!HINT]`
    Tip,
    /// `[!IMPORTANT]`
    Important,
    /// `[!WARNING]`, `[!ATTENTION]`
    Warning,
    /// `[!CAUTION]`
    Caution,
    /// `[!ABSTRACT]`, `[!SUMMARY]`, `[!TLDR]`
    Abstract,
    /// `[!INFO]`
    Info,
    /// `[!TODO]`
    Todo,
    /// `[!SUCCESS]`, `[!CHECK]`, `[!DONE]`
    Success,
    /// `[!QUESTION]`, `[!HELP]`, `[!FAQ]`
    Question,
    /// `[!FAILURE]`, `[!FAIL]`, `[!MISSING]`
    Failure,
    /// `[!DANGER]`, `[!ERROR]`
    Danger,
    /// `[!BUG]`
    Bug,
    /// `[!EXAMPLE]`
    Example,
    /// `[!QUOTE]`, `[!CITE]`
    Quote,
}

impl Alert {
    /// The kind that a word in the brackets means.
    pub(super) fn of(word: &str) -> Option<Alert> {
        Some(match word.to_ascii_lowercase().as_str() {
            "note" => Alert::Note,
            "tip" | "hint" => Alert::Tip,
            "important" => Alert::Important,
            "warning" | "attention" => Alert::Warning,
            "caution" => Alert::Caution,
            "abstract" | "summary" | "tldr" => Alert::Abstract,
            "info" => Alert::Info,
            "todo" => Alert::Todo,
            "success" | "check" | "done" => Alert::Success,
            "question" | "help" | "faq" => Alert::Question,
            "failure" | "fail" | "missing" => Alert::Failure,
            "danger" | "error" => Alert::Danger,
            "bug" => Alert::Bug,
            "example" => Alert::Example,
            "quote" | "cite" => Alert::Quote,
            _ => return None,
        })
    }

    /// Its name in tables of strings.
    pub fn word(self) -> &'static str {
        match self {
            Alert::Note => "note",
            Alert::Tip => "tip",
            Alert::Important => "important",
            Alert::Warning => "warning",
            Alert::Caution => "caution",
            Alert::Abstract => "abstract",
            Alert::Info => "info",
            Alert::Todo => "todo",
            Alert::Success => "success",
            Alert::Question => "question",
            Alert::Failure => "failure",
            Alert::Danger => "danger",
            Alert::Bug => "bug",
            Alert::Example => "example",
            Alert::Quote => "quote",
        }
    }

    /// Its class.
    pub(super) fn class(self) -> &'static str {
        match self {
            Alert::Note => "alert alert-note",
            Alert::Tip => "alert alert-tip",
            Alert::Important => "alert alert-important",
            Alert::Warning => "alert alert-warning",
            Alert::Caution => "alert alert-caution",
            Alert::Abstract => "alert alert-abstract",
            Alert::Info => "alert alert-info",
            Alert::Todo => "alert alert-todo",
            Alert::Success => "alert alert-success",
            Alert::Question => "alert alert-question",
            Alert::Failure => "alert alert-failure",
            Alert::Danger => "alert alert-danger",
            Alert::Bug => "alert alert-bug",
            Alert::Example => "alert alert-example",
            Alert::Quote => "alert alert-quote",
        }
    }
}

/// Something in the site that the document points at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Target {
    /// How it was written.
    pub kind: TargetKind,
    /// The destination as written, without its fragment; a path may be percent-encoded. Empty for `#heading`. All of a
    /// wikilink, as only the titles of documents tell what a `#` in it means.
    pub destination: Box<str>,
    /// What stands after `#`.
    pub fragment: Option<Box<str>>,
    /// The title of a link, which its start tag must carry. (An image's is already in the HTML.)
    pub title: Option<Box<str>>,
    /// The whole link in the file.
    pub span: Span,
    /// The sentence around a link, for backlinks. `None` for images and for links in raw HTML.
    pub sentence: Option<Quote>,
}

/// How a target was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TargetKind {
    /// `[[id]]` or `[[id|text]]`.
    Wiki,
    /// A link to a path or to a heading.
    Link,
    /// An image.
    Image,
    /// A link by the site's full address, which stays as it is written: the whole address is the destination.
    Full,
    /// An image by the site's full address.
    FullImage,
}

/// An actor that the text names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mention {
    /// Who.
    pub actor: RegisteredIx,
    /// How often.
    pub count: u32,
    /// The first time, in the file.
    pub first: Span,
    /// The sentence of the first mention outside headings, or else of the first.
    pub quote: Quote,
    /// Whether it stands in a heading.
    pub(super) heading: bool,
}

/// A heading.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Heading {
    /// From 1 to 6.
    pub level: u8,
    /// Its anchor, unique in the document.
    pub id: Box<str>,
    /// Its plain text.
    pub title: String,
    /// Where it stands in the file.
    pub span: Span,
}

impl TargetKind {
    /// The kind of a target that is written with the site's full address.
    pub(super) fn full(self) -> TargetKind {
        match self {
            TargetKind::Image | TargetKind::FullImage => TargetKind::FullImage,
            TargetKind::Wiki | TargetKind::Link | TargetKind::Full => TargetKind::Full,
        }
    }
}
