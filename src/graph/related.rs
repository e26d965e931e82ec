//! Related briefs: those that share the rarest actors and topics.

use rayon::prelude::*;

use crate::corpus::Ix;
use crate::front_matter::{Actor, Brief, Topic};

use super::Graph;

/// How many related briefs a brief shows.
const KEPT: usize = 5;
/// What is shared by more briefs than this is looked up only among the briefs nearest in time, so
/// that an actor in a third of all briefs does not make the work quadratic.
const COMMON: usize = 256;
/// How many briefs nearest in time are looked at on either side, for what is common.
const NEAR: usize = 32;

/// A brief like another, and what they share.
#[derive(Debug, Clone, PartialEq)]
pub struct Related {
    /// The other brief.
    pub brief: Ix<Brief>,
    /// The actors of both, the rarest first.
    pub actors: Vec<Ix<Actor>>,
    /// The topics of both, the rarest first.
    pub topics: Vec<Ix<Topic>>,
}

/// The related briefs of each brief, the most like it first.
///
/// A shared actor or topic weighs `ln(1 + N / n)` when `n` of the `N` briefs have it. Equal weights
/// go to the brief nearest in time, then to the newer.
pub fn related(graph: &Graph) -> Vec<Vec<Related>> {
    let total = graph.briefs.len() as f64;
    let weight = |n: usize| (1.0 + total / n.max(1) as f64).ln();
    let actor_weight: Vec<f64> = graph.actors.iter().map(|a| weight(a.briefs.len())).collect();
    let topic_weight: Vec<f64> = graph.topics.iter().map(|t| weight(t.briefs.len())).collect();
    let of = |weights: &[f64], index: usize| weights.get(index).copied().unwrap_or(0.0);
    let briefs: Vec<Ix<Brief>> = graph.documents.briefs.keys().collect();
    briefs
        .par_iter()
        .map_init(
            || (vec![0.0_f64; graph.briefs.len()], Vec::<Ix<Brief>>::new()),
            |(scores, touched), brief| {
                let links = &graph.briefs[*brief];
                let mut add = |briefs: &[Ix<Brief>], weight: f64| {
                    for other in around(briefs, *brief) {
                        if let Some(score) = scores.get_mut(other.get()) {
                            if *score == 0.0 {
                                touched.push(*other);
                            }
                            *score += weight;
                        }
                    }
                };
                for actor in &links.actors {
                    add(&graph.actors[*actor].briefs, of(&actor_weight, actor.get()));
                }
                for topic in &links.topics {
                    add(&graph.topics[*topic].briefs, of(&topic_weight, topic.get()));
                }
                let mut found: Vec<(f64, u32, Ix<Brief>)> = Vec::with_capacity(touched.len());
                for other in touched.drain(..) {
                    if let Some(score) = scores.get_mut(other.get()) {
                        let apart = other.get().abs_diff(brief.get()) as u32;
                        if other != *brief {
                            found.push((*score, apart, other));
                        }
                        *score = 0.0;
                    }
                }
                let order = |a: &(f64, u32, Ix<Brief>), b: &(f64, u32, Ix<Brief>)| {
                    b.0.total_cmp(&a.0).then_with(|| (a.1, a.2).cmp(&(b.1, b.2)))
                };
                if found.len() > KEPT {
                    found.select_nth_unstable_by(KEPT - 1, order);
                    found.truncate(KEPT);
                }
                found.sort_by(order);
                found
                    .into_iter()
                    .map(|(_, _, other)| {
                        let its = &graph.briefs[other];
                        let mut actors: Vec<_> = links
                            .actors
                            .iter()
                            .filter(|a| its.actors.contains(a))
                            .copied()
                            .collect();
                        actors.sort_by_key(|a| (graph.actors[*a].briefs.len(), *a));
                        let mut topics: Vec<_> = links
                            .topics
                            .iter()
                            .filter(|t| its.topics.contains(t))
                            .copied()
                            .collect();
                        topics.sort_by_key(|t| (graph.topics[*t].briefs.len(), *t));
                        Related { brief: other, actors, topics }
                    })
                    .collect()
            },
        )
        .collect()
}

/// The part of a list that is looked at for one of its briefs.
fn around(briefs: &[Ix<Brief>], brief: Ix<Brief>) -> &[Ix<Brief>] {
    if briefs.len() <= COMMON {
        return briefs;
    }
    let at = briefs.partition_point(|b| *b < brief);
    let range = at.saturating_sub(NEAR)..(at + NEAR + 1).min(briefs.len());
    briefs.get(range).unwrap_or_default()
}
