//! Mentions: the names in each block, counted, quoted and linked.

use std::ops::Range;

use rustc_hash::FxHashMap;

use super::body::{Fill, Hole, Mention, narrow};
use super::proof::{Sighting, UnknownName};
use super::quote::Quote;
use super::sink::Sink;
use crate::diagnostic::Span;
use crate::names::{Form, Found, Linker, RegisteredIx, Stranger, Verdict, strangers};
use crate::never;

/// What a block is, as far as names in it are concerned.
#[derive(Clone, Copy)]
pub(super) struct BlockKind {
    /// Headings have capitals of their own.
    pub(super) heading: bool,
    /// Footnotes are full of titles.
    pub(super) footnote: bool,
}

/// The actors that a document names.
#[derive(Default)]
pub(super) struct Mentions {
    /// Each once, in the order of the text.
    list: Vec<Mention>,
    /// Where each actor is in it.
    numbers: FxHashMap<RegisteredIx, usize>,
    /// Those that were quoted since it was asked, in a table: a cell is quoted with its row.
    quoted: Vec<usize>,
}

impl Mentions {
    /// Asks the linker for the names in the block, counts them and leaves holes for their links. `found` is a buffer.
    pub(super) fn end_block(
        &mut self,
        linker: &mut Linker<'_>,
        (explicit, spans): (&[(Range<usize>, RegisteredIx)], &[Span]),
        kind: BlockKind,
        found: &mut Vec<Found>,
        out: &mut Sink<'_, '_>,
    ) {
        found.clear();
        let block = &out.block;
        linker.block(&block.text, explicit, |range| block.setting_of(range), found);
        if !kind.heading && !kind.footnote {
            note_strangers(linker, found, out);
        }
        let mut spans = spans.iter();
        let mut before: Option<&Found> = None;
        let mut tildes = Vec::new();
        let holes_before = out.fragment.holes.len();
        for name in found.iter() {
            let span = match name.form {
                Form::Explicit => spans.next().copied().unwrap_or_else(
                    || never!("a link to an actor without a place" => Span::default()),
                ),
                _ => span_of(&name.range, out),
            };
            if let (true, Some(tilde)) = (name.suppressed, name.range.start.checked_sub(1)) {
                let tilde = tilde..name.range.start;
                tildes.extend(out.block.html(&tilde).map(|html| html.start));
                out.block.drop_plain(tilde);
            }
            if let Some(actor) = name.actor {
                self.count(actor, name, span, kind, out);
                leave_holes(actor, name, out);
            }
            if matches!(name.verdict, Verdict::PassedOver(_)) {
                let written = out.block.plain(name.range.clone()).into_owned();
                let place = out.position.at(span);
                out.diagnostics.extend(name.diagnostic(linker.registry(), &written, place));
            }
            if let Some(proof) = &mut out.proof {
                let longer = linker.longer(&out.block.text, name, before);
                let longer = longer.filter(|_| !kind.heading);
                let longer = longer.map(|range| out.block.plain(range).into_owned());
                let written = out.block.plain(name.range.clone()).into_owned();
                proof.sightings.push(Sighting { span, found: name.clone(), written, longer });
            }
            before = Some(name);
        }
        if out.fragment.holes.len() > holes_before {
            sort_holes(out);
        }
        out.fragment.remove(&tildes, out.block.first_hole, out.block.first_special);
    }

    fn count(
        &mut self,
        actor: RegisteredIx,
        found: &Found,
        first: Span,
        BlockKind { heading, .. }: BlockKind,
        out: &mut Sink<'_, '_>,
    ) {
        let known = self.numbers.get(&actor).copied();
        let known = known.and_then(|number| Some((number, self.list.get_mut(number)?)));
        match known {
            Some((number, mention)) => {
                mention.count = mention.count.saturating_add(1);
                if mention.heading && !heading {
                    mention.heading = false;
                    mention.quote = out.block.quote(&found.range);
                    self.quoted.push(number);
                }
            }
            None => {
                self.numbers.insert(actor, self.list.len());
                self.quoted.push(self.list.len());
                let quote = out.block.quote(&found.range);
                self.list.push(Mention { actor, count: 1, first, quote, heading });
            }
        }
    }

    /// The actors that were quoted since this was asked last, by their places.
    pub(super) fn take_quoted(&mut self) -> Vec<usize> {
        std::mem::take(&mut self.quoted)
    }

    /// Makes another quote of the one that an actor has.
    pub(super) fn requote(&mut self, number: usize, quote: impl Fn(&Quote) -> Quote) {
        match self.list.get_mut(number) {
            Some(mention) => mention.quote = quote(&mention.quote),
            None => never!("no mention {number} to quote anew"),
        }
    }

    /// All of them, in the order of the text.
    pub(super) fn finish(self) -> Vec<Mention> {
        self.list
    }
}

/// Where a name stands in the file.
fn span_of(range: &Range<usize>, out: &Sink<'_, '_>) -> Span {
    let source = out.block.source(range);
    out.position.span(&source.unwrap_or_else(|| never!("a name without a place" => 0..0)))
}

/// Leaves holes around a mention: for its link, and for the full name of an abbreviation.
fn leave_holes(actor: RegisteredIx, found: &Found, out: &mut Sink<'_, '_>) {
    let linked = found.verdict == Verdict::Linked && found.form != Form::Explicit;
    if !linked && !found.expand {
        return;
    }
    let Some(html) = out.block.html(&found.range) else {
        return never!("a name that is nowhere in the HTML");
    };
    let mut hole = |at: usize, fill| out.fragment.holes.push(Hole { at: narrow(at), fill });
    if linked {
        hole(html.start, Fill::MentionOpen(actor));
        hole(html.end, Fill::MentionClose(actor));
    }
    if found.expand {
        hole(html.start, Fill::AbbreviationOpen(actor));
        hole(html.end, Fill::AbbreviationClose(actor));
    }
}

/// Puts the holes of a block in order. Those of links keep theirs among each other; a mention is never half in one.
fn sort_holes(out: &mut Sink<'_, '_>) {
    let Some(own) = out.fragment.holes.get_mut(out.block.first_hole..) else {
        return never!("a block whose holes are gone");
    };
    own.sort_by_key(|hole| {
        let rank = match hole.fill {
            Fill::AbbreviationClose(_) => 0,
            Fill::MentionClose(_) => 1,
            Fill::MentionOpen(_) => 3,
            Fill::AbbreviationOpen(_) => 4,
            _ => 2,
        };
        (hole.at, rank)
    });
}

/// Notes the names in the block that are no actor's, if an editor wants to know.
fn note_strangers(linker: &Linker<'_>, names: &[Found], out: &mut Sink<'_, '_>) {
    if out.proof.is_none() {
        return;
    }
    let known: Vec<Range<usize>> = names.iter().map(|found| found.range.clone()).collect();
    let found = strangers(&out.block.text, &known, linker.language());
    let unknown: Vec<UnknownName> = found
        .into_iter()
        .map(|Stranger { range, abbreviates }| UnknownName {
            span: span_of(&range, out),
            abbreviates: abbreviates.and_then(|known| names.get(known)?.actor),
            name: out.block.plain(range).into_owned(),
        })
        .collect();
    let Some(proof) = &mut out.proof else { return };
    proof.strangers.extend(unknown);
    let words = out.block.text.split(|c: char| !c.is_alphanumeric());
    let small = words.filter(|word| word.chars().next().is_some_and(char::is_lowercase));
    proof.small.extend(small.map(Box::from));
}
