//! Relations between actors: each stands on the profiles of both, and goes together with what the site says of it.

use std::cmp::Reverse;

use jiff::civil::Date;

use crate::arena::{Arena, Ix};
use crate::config::{Config, DeclaredRelation, Kinds};
use crate::corpus::{Document, DocumentIx, Published};
use crate::diagnostic::{Code, Diagnostic, Diagnostics, MOST_GUESSES, Near, Place, Span};
use crate::front_matter::field::{ByName, Spanned};
use crate::front_matter::{Actor, ActorKind, Relation};
use crate::never;

use super::ids::Ids;
use super::{ActorLinks, RelationIx};

/// Tells actors of their relations, those they declare and those that others declare to them. Reports relations that the
/// site does not declare, that are not for such actors, or that are said twice.
pub(super) fn link(
    documents: &Published,
    config: &Config,
    ids: &Ids,
    links: &mut Arena<Actor, ActorLinks>,
    diagnostics: &mut Diagnostics,
) {
    let rules = Rules::new(config);
    let mut guesses = MOST_GUESSES;
    let mut periods = Vec::new();
    for (by, actor) in documents.actors.entries() {
        for (index, relation) in actor.front.relations.iter().enumerate() {
            let key = &relation.kind;
            let Some((kind, rule)) = rules.find(&key.value) else {
                // One that is missing, or no text, was reported.
                if !key.value.is_empty() {
                    let finding = rules.unknown(&key.value, guesses > 0);
                    diagnostics.push(finding.at(Place::span(actor.file.clone(), key.span)));
                    guesses = guesses.saturating_sub(1);
                }
                continue;
            };
            let Some(other) = ids.get(&relation.to) else { continue };
            let found = wrong(documents, &rules, (by, relation), other, rule);
            if let Some(finding) = found {
                diagnostics.push(finding);
                continue;
            }
            let seen = RelationIx { kind, inverse: false, other, by, index };
            links[by].relations.push(seen);
            links[other].relations.push(RelationIx {
                inverse: !rule.is_mutual(),
                other: by,
                ..seen
            });
            // Of an actor in error it is not known when its relations hold.
            if !documents.is_unsound(DocumentIx::Actor(by)) {
                periods.push(Period::new(seen, rule, relation));
            }
        }
    }
    report_repeated(documents, periods, diagnostics);
    for actor in links.iter_mut() {
        actor.relations.sort_by_key(|seen| (seen.kind, seen.inverse));
    }
}

/// So many relations, or kinds, are shown to whoever writes one that there is not, or that does not fit.
const SHOWN: usize = 12;

/// The relations that a site declares.
struct Rules<'c> {
    relations: &'c ByName<DeclaredRelation>,
    near: Near<'c>,
    /// The first few of their keys.
    keys: Vec<&'c str>,
    kinds: Kinds<'c>,
}

impl<'c> Rules<'c> {
    fn new(config: &'c Config) -> Self {
        let relations = &config.relations;
        let keys = relations.iter().map(|(key, _)| key.value.as_str());
        Rules {
            relations,
            near: Near::new(keys.clone()),
            keys: keys.take(SHOWN).collect(),
            kinds: Kinds::new(config),
        }
    }

    fn find(&self, key: &str) -> Option<(usize, &'c DeclaredRelation)> {
        let place = self.relations.find(key)?;
        Some((place, self.relations.at(place)?))
    }

    /// What to report of a relation that is none of them, with a guess of what is meant.
    fn unknown(&self, key: &str, guess: bool) -> Diagnostic {
        let near = if guess { self.near.nearest(&key.trim().to_lowercase()) } else { None };
        Diagnostic::new(Code::UnknownRelation, format!("there is no relation `{key}`"))
            .label("no such relation")
            .help(match near {
                Some(near) => format!("did you mean `{near}`?"),
                None => {
                    let known = self.keys.iter().map(|key| format!("`{key}`, "));
                    let known = known.collect::<String>();
                    format!("write {known}or declare it with a table such as `[relations.uses]` in `site.toml`")
                }
            })
    }
}

/// What to report of a relation that cannot be between two actors. Nothing is said of one whose kind is not known.
fn wrong(
    documents: &Published,
    rules: &Rules,
    (by, relation): (Ix<Actor>, &Relation),
    other: Ix<Actor>,
    rule: &DeclaredRelation,
) -> Option<Diagnostic> {
    let declaring: &Document<Actor> = &documents.actors[by];
    let key = &relation.kind.value;
    let finding = |message: String, span: Span| {
        Diagnostic::new(Code::WrongRelation, message).at(Place::span(declaring.file.clone(), span))
    };
    if by == other {
        let message = format!("`{}` has a relation to itself", declaring.id);
        return Some(finding(message, relation.to.span).help("write the id of the other actor"));
    }
    // By the name of the end in the configuration, the actor there, and where it is written.
    let ends =
        [("from", &rule.from, by, relation.kind.span), ("to", &rule.to, other, relation.to.span)];
    ends.into_iter().find_map(|(end, allowed, actor, span)| {
        let Document { id, front, .. } = &*documents.actors[actor];
        let kind = &front.kind.value;
        let is_known = rules.kinds.knows(kind) && !documents.is_unsound(DocumentIx::Actor(actor));
        let is_allowed = |one: &Spanned<ActorKind>| one.value == *kind;
        if allowed.is_empty() || allowed.iter().any(is_allowed) || !is_known {
            return None;
        }
        let words = allowed.iter().take(SHOWN).map(|one| format!("`{}`", one.value.word()));
        let mut words = words.collect::<Vec<_>>().join(" or ");
        if allowed.len() > SHOWN {
            words.push_str(" or others");
        }
        let verb = if end == "from" { "is declared by" } else { "leads to" };
        let kind = kind.word();
        let message = format!("`{key}` {verb} actors of the kind {words}, and `{id}` is of the kind `{kind}`");
        Some(finding(message, span).label("not for an actor of this kind").help(format!(
            "write another relation or another actor, or add `{kind}` to `{end}` of `[relations.{key}]` in `site.toml`"
        )))
    })
}

/// For how long a relation is known to hold.
struct Period {
    /// The relation and its two ends; of one that is the same from both, whichever end declares it.
    what: (usize, Ix<Actor>, Ix<Actor>),
    /// The first day on which it has begun for sure.
    from: Date,
    /// The first day on which it may have ended.
    until: Date,
    by: Ix<Actor>,
    index: usize,
}

impl Period {
    fn new(seen: RelationIx, rule: &DeclaredRelation, relation: &Relation) -> Period {
        let RelationIx { kind, other, by, index, .. } = seen;
        let (one, two) =
            if rule.is_mutual() { (by.min(other), by.max(other)) } else { (by, other) };
        let from = relation.from.as_ref().map_or(Date::MIN, |from| from.value.last_day());
        let until = relation.until.as_ref().map_or(Date::MAX, |until| until.value.first_day());
        Period { what: (kind, one, two), from, until, by, index }
    }
}

/// Reports relations that are declared again for a time for which they hold already, however vague the dates are.
fn report_repeated(documents: &Published, mut periods: Vec<Period>, diagnostics: &mut Diagnostics) {
    let at = |period: &Period| (period.by, period.index);
    periods.sort_unstable_by_key(|period| {
        (period.what, period.from, Reverse(period.until), at(period))
    });
    let place = |period: &Period| {
        let Document { file, front, .. } = &*documents.actors[period.by];
        let relation = front.relations.get(period.index);
        let span = relation.map(|relation| relation.to.span);
        Place::span(
            file.clone(),
            span.unwrap_or_else(|| never!("a relation of {file} is gone" => Span::default())),
        )
    };
    for same in periods.chunk_by(|a, b| a.what == b.what) {
        let mut rest = same.iter();
        // Of those before, the one that lasts longest.
        let Some(mut longest) = rest.next() else { continue };
        for period in rest {
            let is_within = period.from < longest.until && longest.from < period.until;
            if is_within || (period.from, period.until) == (longest.from, longest.until) {
                let (first, second) =
                    if at(longest) < at(period) { (longest, period) } else { (period, longest) };
                let message = "the relation to this actor is declared twice for the same time";
                diagnostics.push(
                    Diagnostic::new(Code::RepeatedRelation, message)
                        .at(place(second))
                        .label("again")
                        .related(place(first), "the first time")
                        .help("leave one of the two, or write `from` and `until` so that one ends before the other begins"),
                );
            }
            if period.until > longest.until {
                longest = period;
            }
        }
    }
}
