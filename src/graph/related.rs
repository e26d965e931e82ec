//! Related briefs: those that share the rarest actors and topics.

use std::cmp::Ordering;

use crate::arena::{Arena, Ix};
use crate::front_matter::Brief;

use super::{DocumentIx, Graph};

/// How many related briefs a brief shows.
const KEPT: usize = 5;
/// What is shared by more briefs than this is looked up only among the briefs nearest in time, so
/// that an actor in a third of all briefs does not make the work quadratic.
const COMMON: usize = 256;
/// How many briefs nearest in time are looked at on either side, for what is common.
const NEAR: usize = 32;

/// Finds the briefs most like a brief. One for each thread: it keeps its tables between briefs.
///
/// A shared actor or topic weighs `ln(1 + N / n)` when `n` of the `N` briefs have it. Equal weights
/// go to the brief nearest in time, then to the newer.
pub(crate) struct Kinship<'a> {
    graph: &'a Graph,
    /// By brief; 0 but for those of `touched`.
    scores: Arena<Brief, f64>,
    touched: Vec<Ix<Brief>>,
    /// The best so far, in order.
    best: Vec<Relative>,
}

/// How much a brief is like another, how far they are apart, and its number.
type Relative = (f64, u32, Ix<Brief>);

fn order(a: &Relative, b: &Relative) -> Ordering {
    b.0.total_cmp(&a.0).then_with(|| (a.1, a.2).cmp(&(b.1, b.2)))
}

impl<'a> Kinship<'a> {
    /// For the briefs of a graph.
    pub(crate) fn new(graph: &'a Graph) -> Self {
        let scores = Arena::new(vec![0.0; graph.briefs.len()]);
        Kinship { graph, scores, touched: Vec::new(), best: Vec::with_capacity(KEPT + 1) }
    }

    /// The briefs related to a brief, the most like it first.
    pub(crate) fn of(&mut self, brief: Ix<Brief>) -> Box<[Ix<Brief>]> {
        let graph = self.graph;
        let links = &graph.briefs[brief];
        // Whatever is added to this, it stays below all others.
        self.scores[brief] = f64::NEG_INFINITY;
        for actor in &links.actors {
            self.add(&graph.actors[*actor].briefs, brief);
        }
        for topic in &links.topics {
            self.add(&graph.topics[*topic].briefs, brief);
        }
        self.scores[brief] = 0.0;
        // Most of them are not among the best, which one look at the last of these tells.
        let mut least = 0.0;
        for other in self.touched.drain(..) {
            let score = std::mem::take(&mut self.scores[other]);
            if score < least {
                continue;
            }
            let apart = other.get().abs_diff(brief.get()) as u32;
            let found = (score, apart, other);
            if let [_, _, _, _, last] = self.best.as_slice() {
                if order(last, &found).is_lt() {
                    continue;
                }
                self.best.pop();
            }
            let place = self.best.partition_point(|better| order(better, &found).is_lt());
            self.best.insert(place, found);
            if let [_, _, _, _, last] = self.best.as_slice() {
                least = last.0;
            }
        }
        self.best.drain(..).map(|(_, _, other)| other).collect()
    }

    /// Counts what a brief shares with those in a list.
    fn add(&mut self, briefs: &[Ix<Brief>], brief: Ix<Brief>) {
        let total = self.scores.len() as f64;
        let weight = (1.0 + total / briefs.len().max(1) as f64).ln();
        let (newer, older) = around(briefs, brief);
        // The nearest first: of equal ones they are the best, and the others need not be sorted in.
        older.iter().chain(newer.iter().rev()).for_each(|other| {
            let score = &mut self.scores[*other];
            if *score == 0.0 {
                self.touched.push(*other);
            }
            *score += weight;
        });
    }
}

/// What two briefs share: the actors of both, the rarest first, then the topics.
pub(crate) fn shared_by(
    graph: &Graph,
    a: Ix<Brief>,
    b: Ix<Brief>,
) -> impl Iterator<Item = DocumentIx> {
    let (links, others) = (&graph.briefs[a], &graph.briefs[b]);
    let actors = links.actors.iter().filter(|actor| others.actors.contains(actor));
    let topics = links.topics.iter().filter(|topic| others.topics.contains(topic));
    let mut shared = Vec::with_capacity(links.actors.len() + links.topics.len());
    shared.extend(actors.map(|a| (0, graph.actors[*a].briefs.len(), DocumentIx::Actor(*a))));
    shared.extend(topics.map(|t| (1, graph.topics[*t].briefs.len(), DocumentIx::Topic(*t))));
    shared.sort_unstable();
    shared.into_iter().map(|(_, _, document)| document)
}

/// The parts of a list that are looked at for one of its briefs: before it, and from it on.
fn around(briefs: &[Ix<Brief>], brief: Ix<Brief>) -> (&[Ix<Brief>], &[Ix<Brief>]) {
    let at = briefs.partition_point(|b| *b < brief);
    let near = if briefs.len() <= COMMON { COMMON } else { NEAR };
    let (newer, older) = briefs.split_at(at);
    let from = newer.len().saturating_sub(near);
    (newer.split_at(from).1, older.split_at(older.len().min(near + 1)).0)
}
