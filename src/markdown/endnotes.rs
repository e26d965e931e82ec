//! The numbers of the sources that a document cites.

use unicode_normalization::char::is_combining_mark;

use super::body::{Citation, CitationIx, Fill, Markup};

/// The sources of a document as its page lists them: in the order in which its texts first cite them, behind those the
/// ones that its judgements rest on, and then all others.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Endnotes {
    /// The sources in the order of their numbers.
    order: Box<[u32]>,
    /// The number of each source, from 1.
    numbers: Box<[u32]>,
    /// Which of the citations of its source each citation is, from 1; 0 if no text shows it.
    nth: Box<[u32]>,
    /// How many sources something rests on: those of the first numbers.
    cited: usize,
}

impl Endnotes {
    /// Numbers the first so many sources of a document that has these citations, in the order in which its page shows the
    /// texts. Judgements rest on `grounds`, the places of sources.
    pub fn new<'t>(
        sources: usize,
        citations: &[Citation],
        texts: impl Iterator<Item = &'t Markup>,
        grounds: impl Iterator<Item = usize>,
    ) -> Endnotes {
        let mut order: Vec<u32> = Vec::with_capacity(sources);
        let (mut numbers, mut times) = (vec![0; sources], vec![0; sources]);
        let mut nth = vec![0; citations.len()];
        for hole in texts.flat_map(|text| &text.holes) {
            let Fill::Citation(at) = hole.fill else { continue };
            let Some(source) = citations.get(at.get()).map(|citation| citation.source) else {
                continue;
            };
            let Some(times) = times.get_mut(source as usize) else { continue };
            *times += 1;
            if let Some(nth) = nth.get_mut(at.get()) {
                *nth = *times;
            }
            if *times == 1 {
                order.push(source);
            }
        }
        for ground in grounds {
            if let (Some(times @ 0), Ok(source)) = (times.get_mut(ground), u32::try_from(ground)) {
                *times = 1;
                order.push(source);
            }
        }
        let cited = order.len();
        order.extend((0..).zip(&times).filter(|(_, times)| **times == 0).map(|(source, _)| source));
        for (source, number) in order.iter().zip(1..) {
            if let Some(place) = numbers.get_mut(*source as usize) {
                *place = number;
            }
        }
        Endnotes { order: order.into(), numbers: numbers.into(), nth: nth.into(), cited }
    }

    /// The number of a source on the page, from 1.
    pub fn number(&self, source: usize) -> Option<u32> {
        self.numbers.get(source).copied()
    }

    /// The sources in the order of their numbers.
    pub fn order(&self) -> impl Iterator<Item = usize> {
        self.order.iter().map(|source| *source as usize)
    }

    /// Whether a text cites a source, or a judgement rests on it.
    pub fn is_cited(&self, source: usize) -> bool {
        self.number(source).is_some_and(|number| number as usize <= self.cited)
    }

    /// Which of the citations of its source a citation is, from 1; `None` if no text shows it.
    pub fn nth(&self, citation: CitationIx) -> Option<u32> {
        self.nth.get(citation.get()).copied().filter(|nth| *nth > 0)
    }

    /// The citations that texts show: for each its number, and which of its source it is.
    pub fn shown(&self) -> impl Iterator<Item = (usize, u32)> {
        self.nth.iter().copied().enumerate().filter(|(_, nth)| *nth > 0)
    }
}

/// The anchor of a source on the page of its brief.
pub(crate) fn source_anchor(id: &str) -> String {
    ["source--", &in_anchor(id)].concat()
}

/// The anchor of a citation of a source, by which of them it is, from 1.
pub(crate) fn citation_anchor(id: &str, nth: u32) -> String {
    let id = in_anchor(id);
    if nth > 1 { format!("cite-{nth}--{id}") } else { format!("cite--{id}") }
}

/// The id of a source as a part of an anchor: letters, digits and hyphens, which strict validators want; any other character
/// by its number.
fn in_anchor(id: &str) -> String {
    let mut anchor = String::with_capacity(id.len());
    for c in id.chars() {
        match c {
            '-' => anchor.push('-'),
            c if c.is_alphanumeric() && !is_combining_mark(c) => anchor.push(c),
            c => anchor.push_str(&format!("_{:x}_", u32::from(c))),
        }
    }
    anchor
}
