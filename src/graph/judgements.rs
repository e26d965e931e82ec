//! What briefs judge: how each judgement goes on in later briefs, and how it stands.

use std::collections::BTreeMap;

use jiff::civil::Date;

use crate::arena::Ix;
use crate::config::Config;
use crate::corpus::Published;
use crate::diagnostic::{Code, Diagnostic, Diagnostics, Place, nearest};
use crate::front_matter::{Brief, Judgement, Outcome};
use crate::never;
use crate::tradecraft::scale::{Row, Scale};

use super::ids::Ids;

/// The most steps of a judgement's course that are looked up to either side of one.
const STEPS: usize = 50;

/// A judgement of a brief. In order, those of the newest brief come first, and those of one brief as they are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct JudgementIx {
    /// The brief that declares it.
    pub brief: Ix<Brief>,
    /// Its place among the brief's judgements.
    pub index: usize,
}

/// How a judgement stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Standing {
    /// It is to be seen.
    Open,
    /// It came about, or did not.
    Settled,
    /// It cannot be told.
    Void,
    /// A later brief continues it.
    Continued,
}

impl Standing {
    /// All of them, in the order of the site.
    pub const ALL: [Standing; 4] =
        [Standing::Open, Standing::Settled, Standing::Void, Standing::Continued];

    /// What templates and addresses call it.
    pub fn word(self) -> &'static str {
        match self {
            Standing::Open => "open",
            Standing::Settled => "settled",
            Standing::Void => "void",
            Standing::Continued => "continued",
        }
    }
}

/// How likely a judgement is said to be.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Likelihood {
    /// The percent, if one is stated.
    pub percent: Option<f64>,
    /// The place of the word on the scale, and what it stands for: the one that is written, or the one that the scale has for
    /// the percent. Nothing if it has none.
    pub word: Option<(usize, &'static Row)>,
    /// The word as it is written, or as the scale has it.
    pub written: Option<&'static str>,
}

impl Likelihood {
    /// What it is scored by, from 0 to 1: the percent, or the middle of the word's range; and both ends of that.
    pub(crate) fn scored(self) -> (f64, (f64, f64)) {
        let (middle, low, high) = match (self.percent, self.word) {
            (Some(percent), _) => (percent, percent, percent),
            (None, Some((_, row))) => (row.middle(), row.low, row.high),
            // A word that the scale does not have has been reported, and nothing is published.
            (None, None) => (50.0, 50.0, 50.0),
        };
        (middle / 100.0, (low / 100.0, high / 100.0))
    }
}

/// The judgements of all briefs.
#[derive(Debug, Default)]
pub struct Judgements {
    /// In order.
    all: Vec<JudgementIx>,
    /// Of each, the place of the one that it continues.
    previous: Vec<Option<usize>>,
    /// Of each, the place of the one that continues it.
    next: Vec<Option<usize>>,
    /// Those that stand open, by the day by which they can be settled; those without one last.
    open: Vec<JudgementIx>,
    /// Those that came about or did not, the last known first.
    settled: Vec<JudgementIx>,
    /// Those that cannot be told, the last known first.
    void: Vec<JudgementIx>,
    /// Those that a later brief continues.
    continued: Vec<JudgementIx>,
    /// Whose they are, by name, if it is more than one who makes them.
    authors: Vec<(String, Vec<JudgementIx>)>,
}

/// A judgement as it is declared.
pub(super) fn declared(documents: &Published, ix: JudgementIx) -> Option<&Judgement> {
    documents.briefs[ix.brief].front.judgements.get(ix.index)
}

/// How likely a judgement is said to be, on a scale.
pub(crate) fn likelihood(judgement: &Judgement, scale: &'static Scale) -> Likelihood {
    if let Some(percent) = &judgement.probability {
        let word = scale.word_of(percent.value.0);
        let written = word.map(|(_, row)| row.word);
        return Likelihood { percent: Some(percent.value.0), word, written };
    }
    let written = judgement.likelihood.as_ref().map(|word| word.value.trim()).unwrap_or_default();
    let word = scale.row(written);
    let written = word.map(|(_, row)| match row.synonym {
        Some(synonym) if synonym == written => synonym,
        _ => row.word,
    });
    Likelihood { percent: None, word, written }
}

impl Judgements {
    /// Looks up how the judgements of published briefs go on. Reports words that the site's scale does not have, and courses
    /// that lead back or past a later judgement.
    pub(super) fn new(
        documents: &Published,
        ids: &Ids<'_>,
        config: &Config,
        diagnostics: &mut Diagnostics,
    ) -> Judgements {
        let mut all = Vec::new();
        for (brief, document) in documents.briefs.entries() {
            let count = document.front.judgements.len();
            all.extend((0..count).map(|index| JudgementIx { brief, index }));
        }
        if all.is_empty() {
            return Judgements::default();
        }
        let (previous, next) = (vec![None; all.len()], vec![None; all.len()]);
        let mut judgements = Judgements { all, previous, next, ..Judgements::default() };
        // The oldest first, so that of two that continue one the later is in the wrong.
        for number in (0..judgements.all.len()).rev() {
            judgements.join(number, documents, ids, diagnostics);
        }
        for ix in &judgements.all {
            check_word(documents, *ix, config.scale(), diagnostics);
        }
        judgements.sort_in(documents);
        judgements
    }

    /// Joins a judgement to the one that it continues.
    fn join(
        &mut self,
        number: usize,
        documents: &Published,
        ids: &Ids<'_>,
        diagnostics: &mut Diagnostics,
    ) {
        let Some(ix) = self.all.get(number).copied() else { return never!("no {number}") };
        let Some(updates) = declared(documents, ix).and_then(|one| one.updates.as_ref()) else {
            return;
        };
        // A brief that is not there has been reported.
        let Some(brief) = ids.get(&updates.brief) else { return };
        let others = &documents.briefs[brief].front.judgements;
        let file = &documents.briefs[ix.brief].file;
        let found = |code, message: String| {
            Diagnostic::new(code, message).at(Place::span(file.clone(), updates.span()))
        };
        let Some(index) = others.iter().position(|other| *other.id.value == *updates.id) else {
            let near = nearest(&updates.id, others.iter().map(|other| &*other.id.value));
            let message =
                format!("the brief `{}` has no judgement `{}`", updates.brief.id, updates.id);
            diagnostics.push(found(Code::UnknownJudgement, message).help(match near {
                Some(near) => format!("did you mean `{}#{near}`?", updates.brief.id),
                None => "write the id of one that the brief has".to_owned(),
            }));
            return;
        };
        let written = &updates.written;
        if brief <= ix.brief {
            let message = match brief == ix.brief {
                true => format!("`{written}` is a judgement of this brief itself"),
                false => format!("`{written}` is a judgement of a brief that is not earlier"),
            };
            diagnostics.push(
                found(Code::JudgementChain, message)
                    .help("a judgement continues one of an earlier brief: name that one"),
            );
            return;
        }
        let other = JudgementIx { brief, index };
        let Some(other) = self.number(other) else { return };
        if let Some(Some(later)) = self.next.get(other).copied() {
            let later = self.all.get(later).and_then(|later| {
                let id = &declared(documents, *later)?.id.value;
                Some(format!("{}#{}", documents.briefs[later.brief].id, &**id))
            });
            let later = later.unwrap_or_default();
            diagnostics.push(
                found(
                    Code::JudgementChain,
                    format!("`{written}` has been continued already, by `{later}`"),
                )
                .help(format!("continue the last one: `{later}`, if that is of an earlier brief")),
            );
            return;
        }
        if let (Some(next), Some(previous)) =
            (self.next.get_mut(other), self.previous.get_mut(number))
        {
            *next = Some(number);
            *previous = Some(other);
        }
    }

    /// Puts each where it stands.
    fn sort_in(&mut self, documents: &Published) {
        for (number, ix) in self.all.iter().enumerate() {
            let continued = self.next.get(number).is_some_and(Option::is_some);
            let outcome = declared(documents, *ix).and_then(|one| one.outcome.as_ref());
            match outcome.map(|outcome| outcome.value) {
                Some(Outcome::Yes | Outcome::No) => self.settled.push(*ix),
                Some(Outcome::Void) => self.void.push(*ix),
                None if continued => self.continued.push(*ix),
                None => self.open.push(*ix),
            }
        }
        let by = |ix: &JudgementIx| Some(declared(documents, *ix)?.by.as_ref()?.value);
        self.open.sort_by_key(|ix| (by(ix).unwrap_or(Date::MAX), *ix));
        let known = |ix: &JudgementIx| Some(declared(documents, *ix)?.outcome_date.as_ref()?.value);
        for list in [&mut self.settled, &mut self.void] {
            list.sort_by_key(|ix| (std::cmp::Reverse(known(ix)), *ix));
        }
        let mut authors: BTreeMap<&str, Vec<JudgementIx>> = BTreeMap::new();
        for ix in &self.all {
            for author in &documents.briefs[ix.brief].front.authors {
                authors.entry(author).or_default().push(*ix);
            }
        }
        if authors.len() > 1 {
            let named = authors.into_iter().map(|(name, of)| (name.to_owned(), of));
            self.authors = named.collect();
        }
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.all.is_empty()
    }

    /// All of them, those of the newest brief first.
    pub fn all(&self) -> &[JudgementIx] {
        &self.all
    }

    /// Those that stand so, in the order in which they are listed.
    pub fn standing(&self, standing: Standing) -> &[JudgementIx] {
        match standing {
            Standing::Open => &self.open,
            Standing::Settled => &self.settled,
            Standing::Void => &self.void,
            Standing::Continued => &self.continued,
        }
    }

    /// Who makes them, by name, with those that each made, if it is more than one.
    pub fn authors(&self) -> &[(String, Vec<JudgementIx>)] {
        &self.authors
    }

    /// Those of a brief, as they are written.
    pub fn of(&self, brief: Ix<Brief>) -> &[JudgementIx] {
        let start = self.all.partition_point(|ix| ix.brief < brief);
        let (_, rest) = self.all.split_at(start);
        rest.split_at(rest.partition_point(|ix| ix.brief == brief)).0
    }

    /// Where a judgement stands among all.
    fn number(&self, ix: JudgementIx) -> Option<usize> {
        self.all.binary_search(&ix).ok()
    }

    /// The one that a judgement continues.
    pub fn previous(&self, ix: JudgementIx) -> Option<JudgementIx> {
        self.step(ix, &self.previous)
    }

    /// The one that continues a judgement.
    pub fn next(&self, ix: JudgementIx) -> Option<JudgementIx> {
        self.step(ix, &self.next)
    }

    fn step(&self, ix: JudgementIx, by: &[Option<usize>]) -> Option<JudgementIx> {
        self.all.get((*by.get(self.number(ix)?)?)?).copied()
    }

    /// The course of a judgement, itself among it, oldest first: at most so many steps to either side.
    pub fn course(&self, ix: JudgementIx) -> Vec<JudgementIx> {
        let back = std::iter::successors(self.previous(ix), |ix| self.previous(*ix)).take(STEPS);
        let mut course: Vec<JudgementIx> = back.collect();
        course.reverse();
        course.push(ix);
        course.extend(std::iter::successors(self.next(ix), |ix| self.next(*ix)).take(STEPS));
        course
    }

    /// What came before a judgement, itself last.
    pub fn up_to(&self, ix: JudgementIx) -> Vec<JudgementIx> {
        let mut steps: Vec<JudgementIx> =
            std::iter::successors(Some(ix), |ix| self.previous(*ix)).collect();
        steps.reverse();
        steps
    }
}

/// Reports a word that the scale of the site does not have.
fn check_word(
    documents: &Published,
    ix: JudgementIx,
    scale: &'static Scale,
    diagnostics: &mut Diagnostics,
) {
    let Some(word) = declared(documents, ix).and_then(|one| one.likelihood.as_ref()) else {
        return;
    };
    let written = word.value.trim();
    if scale.row(written).is_some() {
        return;
    }
    let words: Vec<&str> = scale.rows.iter().map(|row| row.word).collect();
    let place = Place::span(documents.briefs[ix.brief].file.clone(), word.span);
    diagnostics.push(
        Diagnostic::new(
            Code::UnknownLikelihood,
            format!("`{written}` is no word of the scale of this site, {}", scale.title),
        )
        .at(place)
        .help(match scale.nearest(written) {
            Some(near) => format!("did you mean `{near}`? The scale has {}", words.join(", ")),
            None => format!("write one of {}", words.join(", ")),
        }),
    );
}
