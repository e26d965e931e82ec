//! The links of a block.

use std::ops::Range;

use pulldown_cmark::LinkType;

use super::address::{
    Address, address, encode, forbidden, is_of_site, split_fragment, wikilink_destination,
};
use super::body::{Fill, TargetIx, TargetKind};
use super::proof::ProofLink;
use super::sink::Sink;
use crate::composed::composed;
use crate::diagnostic::{Code, Diagnostic, Span};
use crate::names::{RegisteredIx, Registry};
use crate::never;

/// No more is looked at on either side of a `](` that makes no link, in bytes.
const LONGEST_NO_LINK: usize = 500;

/// A link that is open.
struct OpenLink {
    closes: Close,
    /// Where its text starts in the block's.
    start: usize,
    /// Its address, when it leads out of the site.
    outside: Option<String>,
    /// The actor that its author links to.
    actor: Option<RegisteredIx>,
    /// The whole link in the source.
    range: Range<usize>,
}

/// What closes a link.
enum Close {
    /// It leads into the site.
    Hole(TargetIx),
    /// It leads out.
    Tag,
    /// It is not allowed, and shown as text.
    Nothing,
}

/// The links of a block.
#[derive(Default)]
pub(super) struct BlockLinks {
    open: Vec<OpenLink>,
    /// How many `a` elements of the author's own are open.
    raw: usize,
    /// Whether a wikilink is open whose text is its target's title.
    untitled: bool,
    /// The text of those that are closed and lead into the site.
    closed: Vec<(TargetIx, Range<usize>)>,
    /// The text of those to actors, and the actor.
    to_actors: Vec<(Range<usize>, RegisteredIx)>,
    /// Where these stand in the file.
    spans: Vec<Span>,
}

impl BlockLinks {
    /// Whether the text stands in a link.
    pub(super) fn is_open(&self) -> bool {
        !self.open.is_empty() || self.raw > 0
    }

    /// Whether a wikilink is open whose text is its target's title, so that nothing in it is written.
    pub(super) fn is_untitled(&self) -> bool {
        self.untitled
    }

    /// The text of links to actors with the actors, and where each stands in the file.
    pub(super) fn to_actors(&self) -> (&[(Range<usize>, RegisteredIx)], &[Span]) {
        (&self.to_actors, &self.spans)
    }

    /// Begins a link.
    pub(super) fn start(
        &mut self,
        kind: LinkType,
        url: &str,
        title: &str,
        range: Range<usize>,
        registry: &Registry,
        out: &mut Sink<'_, '_>,
    ) {
        out.block.edge();
        let start = out.block.text.len();
        let (mut outside, mut actor) = (None, None);
        let closes = match (kind, address(url)) {
            (LinkType::WikiLink { has_pothole }, _) => {
                let url = &*composed(url);
                let written = wikilink_destination(url, has_pothole);
                if written.is_empty() {
                    out.report(&range, nameless());
                    self.open.push(OpenLink {
                        closes: Close::Nothing,
                        start,
                        outside,
                        actor,
                        range,
                    });
                    return;
                }
                actor = out.options.wikilinks.meant(written, registry);
                let unspoken = out.options.unspoken.contains(written);
                let target = out.target(TargetKind::Wiki, (written.into(), None), title, &range);
                out.fragment.hole(Fill::LinkOpen(target));
                if !has_pothole {
                    out.fragment.hole(Fill::LinkText(target));
                    self.untitled = true;
                    let shown = actor.filter(|actor| !registry.is_draft(*actor));
                    let words = shown.map_or(written, |actor| registry.name(actor));
                    out.block.object(if unspoken { "…" } else { words });
                }
                Close::Hole(target)
            }
            (LinkType::Email, _) => {
                tag(&format!("mailto:{url}"), title, out);
                Close::Tag
            }
            (_, Address::Out(url)) if is_of_site(&url, &out.options.site) => {
                let place = (encode(&url).into(), None);
                let target = out.target(TargetKind::Full, place, title, &range);
                out.fragment.hole(Fill::LinkOpen(target));
                outside = Some(url);
                Close::Hole(target)
            }
            (_, Address::Out(url)) => {
                tag(&url, title, out);
                outside = Some(url);
                Close::Tag
            }
            (_, Address::Forbidden(scheme)) => {
                out.report(&range, forbidden(&scheme));
                Close::Nothing
            }
            (_, Address::Site(path)) => {
                let target = out.target(TargetKind::Link, split_fragment(&path), title, &range);
                out.fragment.hole(Fill::LinkOpen(target));
                Close::Hole(target)
            }
        };
        self.open.push(OpenLink { closes, start, outside, actor, range });
    }

    /// Ends a link.
    pub(super) fn end(&mut self, out: &mut Sink<'_, '_>) {
        self.untitled = false;
        let Some(link) = self.open.pop() else {
            return never!("a link ends that did not begin");
        };
        let text = link.start..out.block.text.len();
        match link.closes {
            Close::Hole(target) => {
                out.fragment.hole(Fill::LinkClose(target));
                self.closed.push((target, text.clone()));
            }
            Close::Tag => out.push("</a>"),
            Close::Nothing => {}
        }
        let span = out.position.span(&link.range);
        if let Some(actor) = link.actor.filter(|_| !text.is_empty()) {
            self.to_actors.push((text.clone(), actor));
            self.spans.push(span);
        }
        if let Some(proof) = &mut out.proof {
            let text = out.block.plain(text).into_owned();
            proof.links.push(ProofLink { text, outside: link.outside, span });
        }
        out.block.edge();
    }

    /// Notes a tag of the author's own; whether it is one of a link.
    pub(super) fn raw(&mut self, tag: &str) -> bool {
        let name = tag.trim_start_matches(['<', '/']);
        let link = name.strip_prefix(['a', 'A']).is_some_and(|rest| {
            rest.starts_with(|c: char| c.is_ascii_whitespace() || c == '>' || c == '/')
        });
        if link {
            let close = tag.starts_with("</");
            self.raw = if close { self.raw.saturating_sub(1) } else { self.raw + 1 };
        }
        link
    }

    /// Ends the block: gives each link into the site the sentence around it.
    pub(super) fn end_block(&mut self, out: &mut Sink<'_, '_>) {
        for (target, range) in self.closed.drain(..) {
            out.targets.set_sentence(target, out.block.quote(&range));
        }
        self.to_actors.clear();
        self.spans.clear();
        self.raw = 0;
    }
}

/// The finding on `[[ ]]`.
fn nameless() -> Diagnostic {
    Diagnostic::new(Code::BrokenLink, "the wikilink names nothing")
        .help("write the id, the title or an alias of a document in it, as in `[[ru]]` or `[[ru|Moscow]]`")
}

/// The finding on a table's cell that cuts a wikilink in two.
pub(super) fn cut_off(text: &str) -> Option<Diagnostic> {
    let (_, behind) = text.rsplit_once("[[")?;
    if behind.contains("]]") {
        return None;
    }
    let message = format!("the end of the cell cuts the wikilink `[[{}` off", behind.trim());
    Some(Diagnostic::new(Code::BrokenLink, message).help(format!(
        "in a table the bar of a wikilink is written with a backslash: `[[{}\\|words]]`",
        behind.trim().trim_end_matches('\\')
    )))
}

/// What to report of `[x](a b.pdf)`, which is no link: where it stands, and the finding. `close` is the byte of its `]`.
pub(super) fn no_link(source: &str, close: usize) -> Option<(Range<usize>, Diagnostic)> {
    let from = source.ceil_char_boundary(close.saturating_sub(LONGEST_NO_LINK));
    let line = source.get(from..close)?.rsplit('\n').next()?;
    let open = close - (line.len() - line.rfind('[')?);
    if source.get(..open)?.ends_with('\\') {
        return None;
    }
    let words = source.get(open + 1..close)?;
    let to = source.floor_char_boundary(close + LONGEST_NO_LINK);
    let (written, _) = source.get(close + "](".len()..to)?.split('\n').next()?.split_once(')')?;
    let title = [" \"", " '"].iter().filter_map(|quote| written.find(quote)).min();
    let address = written.get(..title.unwrap_or(written.len()))?.trim();
    let (_, extension) = address.rsplit_once('.').unwrap_or_default();
    let is_name = (1..=5).contains(&extension.len())
        && extension.bytes().all(|byte| byte.is_ascii_alphanumeric());
    let is_path = address.contains('/') && !address.contains(" /") && !address.contains("/ ");
    // What other generators put an address in the place of is told of as that.
    if !address.contains(' ') || address.contains(['{', '}']) || !(is_name || is_path) {
        return None;
    }
    let finding =
        Diagnostic::new(Code::NoLink, "this is no link, as there is a space in its address")
            .label("shown as it is written")
            .help(format!("put the address in angle brackets: `[{words}](<{address}>)`"));
    Some((open..close + "](".len() + written.len() + 1, finding))
}

/// Writes the start tag of a link out of the site.
fn tag(url: &str, title: &str, out: &mut Sink<'_, '_>) {
    out.push("<a");
    out.fragment.html.attribute("href", &encode(url));
    if !title.is_empty() {
        out.fragment.html.attribute("title", title);
    }
    out.push(">");
}
