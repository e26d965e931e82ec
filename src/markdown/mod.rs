//! A document's body: Markdown in, finished HTML with holes for links out.
//!
//! Where a link leads is not known while a document is read, so whatever depends on another document
//! is left open as a [`Hole`] and filled when a page is written. Everything else is final: a document
//! is parsed once. Names in running text are found by a [`Linker`], which sees the text of one block
//! at a time and of its markup only where it stands.

mod highlight;
mod html;
mod math;
mod passage;
mod sanitise;

use std::collections::BTreeSet;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use rustc_hash::{FxHashMap, FxHashSet};

use crate::diagnostic::{Code, Diagnostic, Place, Span};
use crate::html::{Html, unescape};
use crate::names::{Found, Linker, Registry};

pub use highlight::code_css;
pub use html::path_below;
pub use passage::{Quote, count_words};
pub use sanitise::raw_references;

/// What becomes of HTML tags in a document.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum RawHtml {
    /// Harmless tags stay, everything else is removed, and what was left open is closed.
    #[default]
    Sanitise,
    /// Tags are shown as text.
    Escape,
    /// Everything stays as it is written.
    Trust,
}

/// How a document is read.
#[derive(Clone, Debug)]
pub struct Options {
    /// What becomes of HTML tags.
    pub raw_html: RawHtml,
    /// Whether quotes are curled, `--` and `---` become dashes and `...` an ellipsis.
    pub smart_punctuation: bool,
    /// Whether `$…$` and `$$…$$` are formulas.
    pub math: bool,
    /// Whether a [`Proof`] is wanted.
    pub proof: bool,
    /// Destinations of wikilinks whose own text is not to be read where the document is quoted, in its headings and in
    /// their anchors: `…` stands there.
    pub unspoken: Arc<FxHashSet<Box<str>>>,
    /// Whom wikilinks mean.
    pub wikilinks: Arc<WikilinkActors>,
    /// The full address of the site, as in `https://x.example/repo/`: links to it are links into the site, whatever
    /// they are written with.
    pub site: Box<str>,
}

impl Default for Options {
    fn default() -> Self {
        Options {
            raw_html: RawHtml::default(),
            smart_punctuation: true,
            math: true,
            proof: false,
            unspoken: Arc::default(),
            wikilinks: Arc::default(),
            site: Box::default(),
        }
    }
}

impl Options {
    /// The same, where wikilinks mean whom `corrections` say.
    pub fn with_wikilinks(mut self, corrections: &WikilinkActors) -> Options {
        let all = self.wikilinks.0.iter().chain(&corrections.0);
        let all = all.map(|(written, actor)| (written.clone(), *actor)).collect();
        self.wikilinks = Arc::new(WikilinkActors(all));
        self
    }
}

/// Whom wikilinks mean, by what is written in them, where the names of actors alone do not tell it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct WikilinkActors(FxHashMap<Box<str>, Option<u32>>);

impl WikilinkActors {
    /// Says whom a wikilink means; `None` if that is no actor.
    pub fn insert(&mut self, written: &str, actor: Option<u32>) {
        self.0.insert(written.into(), actor);
    }

    /// Whether it is said here whom a wikilink means.
    pub fn has(&self, written: &str) -> bool {
        self.0.contains_key(written)
    }

    /// Whether it is said of no wikilink.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The actor that a wikilink means.
    pub fn meant(&self, written: &str, registry: &Registry) -> Option<u32> {
        self.0.get(written).copied().unwrap_or_else(|| registry.called(written))
    }
}

/// A name found in the text, and what the linker made of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sighting {
    /// Where in the file.
    pub span: Span,
    /// What it is.
    pub found: Found,
    /// How it is written.
    pub written: String,
    /// The longer name that it seems to be part of, by the capitalised words beside it; not told of headings.
    pub longer: Option<String>,
}

/// A name, by its capitals, that no actor has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownName {
    /// The name.
    pub name: String,
    /// Where in the file.
    pub span: Span,
    /// The actor behind whose name it stands in brackets, when it is initials.
    pub abbreviates: Option<u32>,
}

/// What an editor wants to know of a document and no page shows: gathered only when [`Options::proof`] asks.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Proof {
    /// Every name that was found, in the order of the text.
    pub sightings: Vec<Sighting>,
    /// Names, by their capitals, that no actor has.
    pub strangers: Vec<UnknownName>,
    /// Every word that starts with a small letter.
    pub small: BTreeSet<Box<str>>,
    /// Every link with its text, and its address when it leads out of the site.
    pub links: Vec<ProofLink>,
    /// The images without a description.
    pub undescribed: Vec<Span>,
}

/// A link as an editor sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProofLink {
    /// What readers see.
    pub text: String,
    /// The address, when it leads out of the site.
    pub outside: Option<String>,
    /// The whole link in the file.
    pub span: Span,
}

/// What goes into a hole. The numbers index [`Body::targets`], or are the linker's actors.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fill {
    /// The start tag of a link, or nothing when the target is not published.
    LinkOpen(u32),
    /// The end tag that belongs to it.
    LinkClose(u32),
    /// The target's title: the text of a wikilink that has none of its own.
    LinkText(u32),
    /// The URL of an image, inside a double-quoted attribute.
    Url(u32),
    /// The start tag of a link to an actor.
    MentionOpen(u32),
    /// The end tag that belongs to it.
    MentionClose(u32),
    /// The start tag of an actor's abbreviation, which gives its full name.
    AbbreviationOpen(u32),
    /// The end tag that belongs to it.
    AbbreviationClose(u32),
    /// The title of an alert, in the document's language.
    AlertTitle(Alert),
}

/// A quote that stands out from the text, as in `> [!NOTE]`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Alert {
    /// `[!NOTE]`
    Note,
    /// `[!TIP]`
    Tip,
    /// `[!IMPORTANT]`
    Important,
    /// `[!WARNING]`
    Warning,
    /// `[!CAUTION]`
    Caution,
}

impl Alert {
    /// Its name in classes and in tables of strings.
    pub fn word(self) -> &'static str {
        match self {
            Alert::Note => "note",
            Alert::Tip => "tip",
            Alert::Important => "important",
            Alert::Warning => "warning",
            Alert::Caution => "caution",
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

/// Something in the site that the document points at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Target {
    /// How it was written.
    pub kind: TargetKind,
    /// The destination as written, without its fragment; a path may be percent-encoded. Empty for `#heading`.
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

/// An actor that the text names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mention {
    /// Who.
    pub actor: u32,
    /// How often.
    pub count: u32,
    /// The first time, in the file.
    pub first: Span,
    /// The sentence of the first mention outside headings, or else of the first.
    pub quote: Quote,
    heading: bool,
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

/// A document's body, read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Body {
    /// The HTML without what belongs in the holes.
    pub html: Html,
    /// The holes, from first to last; those at one byte are in the order in which they are filled.
    pub holes: Vec<Hole>,
    /// What the document points at.
    pub targets: Vec<Target>,
    /// Who it names, each once, in the order of the text.
    pub mentions: Vec<Mention>,
    /// Its headings in order.
    pub headings: Vec<Heading>,
    /// What a link may lead to beside its headings, sorted.
    pub ids: Vec<Box<str>>,
    /// How many words of running text it has.
    pub words: u32,
    /// Whether it has a code block, and so needs [`code_css`].
    pub has_code: bool,
    /// How the plain text of its first paragraph begins.
    pub excerpt: Box<str>,
    /// What an editor wants to know, when that was asked for.
    pub proof: Option<Box<Proof>>,
}

impl Body {
    /// Every anchor a link may lead to.
    pub fn anchors(&self) -> impl Iterator<Item = &str> {
        let headings = self.headings.iter().map(|heading| &*heading.id);
        headings.chain(self.ids.iter().map(|id| &**id))
    }

    /// Takes over the targets of a shorter text of the same document, whose holes then mean the targets
    /// here.
    pub fn adopt_targets(&mut self, other: &mut Body) {
        let by = u32::try_from(self.targets.len()).unwrap_or(u32::MAX);
        for hole in &mut other.holes {
            match &mut hole.fill {
                Fill::LinkOpen(target)
                | Fill::LinkClose(target)
                | Fill::LinkText(target)
                | Fill::Url(target) => *target = target.saturating_add(by),
                Fill::MentionOpen(_)
                | Fill::MentionClose(_)
                | Fill::AbbreviationOpen(_)
                | Fill::AbbreviationClose(_)
                | Fill::AlertTitle(_) => {}
            }
        }
        self.targets.append(&mut other.targets);
    }

    /// Writes the HTML; `fill` writes what belongs in each hole.
    pub fn write(&self, out: &mut Html, fill: &mut dyn FnMut(&Fill, &mut Html)) {
        self.write_but(out, &|_| false, fill);
    }

    /// The same, where an image whose target is `gone` becomes its description.
    pub fn write_but(
        &self,
        out: &mut Html,
        gone: &dyn Fn(u32) -> bool,
        fill: &mut dyn FnMut(&Fill, &mut Html),
    ) {
        let mut from = 0;
        for hole in &self.holes {
            let at = hole.at as usize;
            out.append(self.html.part(from..at));
            from = at;
            match hole.fill {
                Fill::Url(target) if gone(target) => {
                    let rest = self.html.get(at..).unwrap_or_default();
                    from = at + sanitise::tag_end_within(rest);
                    let mut tag = out.split_off(out.rfind("<img").unwrap_or(out.len()));
                    tag.append(self.html.part(at..from));
                    out.text(&unescape(sanitise::attribute(&tag, "alt").unwrap_or_default()));
                }
                _ => fill(&hole.fill, out),
            }
        }
        out.append(self.html.part(from..self.html.len()));
    }
}

/// Renders documents, one after the other. What one is worked out on is kept for the next, so that its memory is asked
/// for once.
pub struct Scribe<'o> {
    options: &'o Options,
    paper: html::Paper,
}

impl<'o> Scribe<'o> {
    /// Ready for the first document.
    pub fn new(options: &'o Options) -> Scribe<'o> {
        Scribe { options, paper: html::Paper::default() }
    }

    /// Renders a document's body.
    ///
    /// `source` is the whole file, of which the body starts at byte `body_start`; spans are bytes of the file.
    pub fn render(
        &mut self,
        file: &Arc<str>,
        source: &str,
        body_start: usize,
        linker: &mut Linker<'_>,
        diagnostics: &mut Vec<Diagnostic>,
    ) -> Body {
        let body = source.get(body_start..).unwrap_or_default();
        let position = html::Position::File { name: file, body_start };
        guarded(position, diagnostics, |diagnostics| {
            html::render(body, position, false, self.options, &mut self.paper, linker, diagnostics)
        })
    }

    /// Renders a value of the front matter, `text`, which stands at `span` in the file `source`: inline
    /// Markdown only. Blocks lose their markup, and footnotes are text. Where the value is written with
    /// escapes, the whole of it stands for every span in it.
    pub fn render_inline(
        &mut self,
        file: &Arc<str>,
        source: &str,
        text: &str,
        span: Span,
        linker: &mut Linker<'_>,
        diagnostics: &mut Vec<Diagnostic>,
    ) -> Body {
        let verbatim = source.get(span.range()).and_then(|written| {
            // Nearly all stand between two marks, and nothing need be searched for.
            let quoted = written.strip_prefix('"').is_some_and(|inner| inner.starts_with(text));
            if quoted { Some(1) } else { written.find(text) }
        });
        let position = match verbatim {
            Some(at) => html::Position::File { name: file, body_start: span.range().start + at },
            None => html::Position::Value { name: file, span },
        };
        guarded(position, diagnostics, |diagnostics| {
            html::render(text, position, true, self.options, &mut self.paper, linker, diagnostics)
        })
    }
}

/// Turns a panic of the parser, which recur upstream, into an error of this one document.
fn guarded(
    position: html::Position<'_>,
    diagnostics: &mut Vec<Diagnostic>,
    work: impl FnOnce(&mut Vec<Diagnostic>) -> Body,
) -> Body {
    catch_unwind(AssertUnwindSafe(|| work(diagnostics))).unwrap_or_else(|_| {
        let place = match position {
            html::Position::File { name, .. } => Place::file(name.clone()),
            html::Position::Value { name, span } => Place::span(name.clone(), span),
        };
        diagnostics.push(
            Diagnostic::new(Code::Parser, "the Markdown of this document could not be parsed")
                .at(place)
                .help("this is a fault of the parser, not of the document: please report it with the file"),
        );
        Body::default()
    })
}

#[cfg(test)]
mod tests;
