//! The page of an actor: what is known of it, how much there is on it, and whom it is covered with.

use std::cmp::Reverse;

use crate::arena::Ix;
use crate::config::relation_word;
use crate::front_matter::field::is_web_address;
use crate::front_matter::{Actor, PartialDate, Role, Spanned};
use crate::graph::{Counter, DocumentIx, RelationIx};
use crate::never;
use crate::plan::{FeedOf, ListPart};

use super::address::encode;
use super::dates;
use super::description::description;
use super::html::{Draft, counted_topics, shown_part};
use super::ring::{self, Spoke};
use super::value::{IntoValue, Value, list};
use super::view::{ActorView, OtherName, Partner, QuoteView, RelationView, RoleView};
use super::{Pages, Renderer};

/// At most so many sentences of briefs that only mention it stand on an actor's page.
const QUOTES: usize = 30;
/// So many events are shown at once, the newest; behind them are all.
const LATEST: usize = 8;
/// At most so many partners stand there.
const PARTNERS: usize = 25;
/// Of fewer partners than this, words say all that a picture would.
const FEW_PARTNERS: usize = 3;
/// So many of the briefs that two actors share say what these are about.
const LOOKED_AT: usize = 20;

impl Pages<'_> {
    /// What the page of an actor shows.
    pub(super) fn actor<'a>(&'a self, ix: Ix<Actor>, part: &ListPart, root: &str) -> Draft<'a> {
        let graph = &*self.graph;
        let document = &graph.documents.actors[ix];
        let front = &document.front;
        let links = &graph.actors[ix];
        // Later pages of the list repeat nothing that grows with the briefs: so does the number of the pages.
        let first = part.page == 1;
        let image = links.image.as_deref().map(|image| encode(image).into_owned());
        let view = ActorView {
            name: &front.name.value,
            path: self.lists.actors.path(ix).as_str(),
            kind: front.kind.value.word(),
            kind_text: self.strings.of("kind", front.kind.value.word()),
            aliases: list(front.other_names().map(|(name, _)| name)),
            other_names: front
                .other_names()
                .map(|(name, by)| OtherName { name, by }.into_value())
                .collect(),
            summary: front.summary.as_ref().map(|s| s.value.as_str()),
            country: links.country.map(IntoValue::into_value),
            iso3166: front.iso3166.as_deref(),
            wikidata: front.wikidata.as_deref(),
            website: front.website.as_deref(),
            image,
            content: self.content(DocumentIx::Actor(ix), &document.body.text),
            part_of: links.part_of.map(IntoValue::into_value),
            parts: &links.parts,
            member_of: &links.member_of,
            members: &links.members,
            roles: self.roles(ix),
            relations: if first { self.relations(ix) } else { Vec::new() },
            extra: &front.extra,
        };
        let mut draft = Draft::new(front.name.value.as_str());
        draft.description = description(front.summary.as_ref(), &document.body);
        draft.feed = Some(FeedOf::Actor(ix)).filter(|feed| self.plan.has_feed(&self.graph, *feed));
        draft.has_code = document.body.has_code;
        draft.draft = front.draft;
        draft.set("actor", view);
        draft.set("briefs", shown_part(&links.briefs, part));
        let quote = |brief| graph.mention(brief, ix).map(|mention| &mention.quote);
        draft.set("groups", self.by_year(&links.briefs, part, quote));
        let base = self.plan.path(graph, DocumentIx::Actor(ix));
        draft.set("pagination", self.pagination(base, part));
        let events = if first { links.timeline.as_slice() } else { &[] };
        self.set_timeline(&mut draft, events);
        let latest: Vec<_> = events.iter().rev().take(LATEST).copied().collect();
        draft.set("latest_events", self.events(&latest));
        draft.set("more_events", events.len().saturating_sub(LATEST));
        draft.set(
            "strip",
            match first {
                true => {
                    let place = |at| self.in_list(&links.briefs, base, at);
                    self.strip(&front.name.value, &links.briefs, events, root, place)
                }
                false => Value::None,
            },
        );
        draft.set(
            "years",
            if first { self.years_of(&links.briefs, base) } else { Value::List(Vec::new()) },
        );
        self.set_partners(&mut draft, ix, if first { PARTNERS } else { 0 }, root);
        draft.set("topics", counted_topics(&links.topics));
        let only_mentioned = |brief: &&Ix<_>| links.briefs.binary_search(brief).is_err();
        let quotes = links.mentions.iter().filter(|_| first).filter(only_mentioned).take(QUOTES);
        let quotes = quotes.filter_map(|brief| {
            let mention = graph.mention(*brief, ix)?;
            Some(QuoteView { brief: brief.into_value(), html: &mention.quote })
        });
        draft.set("quotes", list(quotes));
        draft.set("judgements", self.judgements_of(&links.briefs, first));
        let declared = if first { front.series.as_slice() } else { &[] };
        draft.set("series", self.series(DocumentIx::Actor(ix), declared, None));
        draft
    }

    /// The actors of the most shared briefs, as a list and as a drawing.
    fn set_partners<'a>(&'a self, draft: &mut Draft<'a>, ix: Ix<Actor>, most: usize, root: &str) {
        let graph = &*self.graph;
        let mut topics = Counter::new(if most > 0 { graph.topics.len() } else { 0 });
        let partners = graph.actors[ix].partners.iter().take(most);
        let partners: Vec<(Ix<Actor>, usize, Option<usize>, String)> = partners
            .map(|(partner, shared)| {
                let pair = graph.pair(ix, *partner);
                let reason = self.bond(ix, *partner).map(str::to_owned);
                let reason = reason.or_else(|| {
                    let briefs = graph.pairs.get(pair?)?.briefs.iter().take(LOOKED_AT);
                    let of = briefs.flat_map(|brief| graph.briefs[*brief].topics.iter().copied());
                    let (topic, _) = topics.most(of).first().copied()?;
                    Some(graph.title(DocumentIx::Topic(topic)).to_owned())
                });
                let reason = reason.unwrap_or_else(|| self.strings.get("bond_briefs").to_owned());
                (*partner, *shared, pair, reason)
            })
            .collect();
        let drawn = (partners.len() >= FEW_PARTNERS).then(|| {
            let spokes: Vec<Spoke<'_>> = partners
                .iter()
                .map(|(partner, shared, _, reason)| Spoke {
                    name: graph.title(DocumentIx::Actor(*partner)),
                    path: self.lists.actors.path(*partner).as_str(),
                    reason,
                    shared: *shared,
                    shared_text: self.so_many("brief", *shared),
                })
                .collect();
            let mut ties = Vec::new();
            for (n, (a, ..)) in partners.iter().enumerate() {
                ties.extend(partners.iter().enumerate().take(n).filter_map(|(m, (b, ..))| {
                    let pair = graph.pairs.get(graph.pair(*a, *b)?)?;
                    Some((m, n, pair.briefs.len()))
                }));
            }
            let title = [self.strings.get("partners"), ": ", graph.title(DocumentIx::Actor(ix))];
            let words = [&*title.concat(), self.strings.get("ring_description")];
            Value::Html(ring::draw(&spokes, ties, root, words))
        });
        draft.set("ring_html", drawn);
        draft.set(
            "partners",
            list(partners.into_iter().map(|(actor, shared, pair, reason)| {
                let pair_path =
                    pair.and_then(|pair| self.lists.pairs.get(pair)).map(String::as_str);
                Partner { actor: actor.into_value(), shared, pair_path, reason }
            })),
        );
    }
}

impl Renderer {
    /// What binds an actor to another besides briefs, as the first sees it: what it is part of, a role, its state, its groups, or
    /// the first of its relations that holds today.
    fn bond(&self, ix: Ix<Actor>, other: Ix<Actor>) -> Option<&str> {
        let graph = &*self.graph;
        let (this, that) = (&graph.actors[ix], &graph.actors[other]);
        let today = self.today();
        let role = |of: Ix<Actor>, at: Ix<Actor>| {
            let held = graph.documents.actors[of].front.roles.iter().zip(&graph.actors[of].roles);
            let mut held = held.filter(|(_, place)| **place == Some(at));
            held.clone().find(|(role, _)| role.is_held_on(today)).or_else(|| held.next())
        };
        let role = role(ix, other).or_else(|| role(other, ix));
        if let Some((Role { title, .. }, _)) = role {
            return Some(&title.value);
        }
        let related = this.relations.iter().filter(|seen| seen.other == other);
        let related = related.filter_map(|seen| Some((seen, graph.relation(*seen)?)));
        let related = related.clone().find(|(_, relation)| relation.holds_on(today));
        let word = match () {
            () if this.part_of == Some(other) => "bond_whole",
            () if that.part_of == Some(ix) => "bond_part",
            () if this.country == Some(other) => "bond_country",
            () if that.country == Some(ix) => "bond_of_country",
            () if this.member_of.contains(&other) => "bond_group",
            () if that.member_of.contains(&ix) => "bond_member",
            () => {
                let (seen, relation) = related?;
                return Some(self.relation_name(&relation.kind.value, seen.inverse));
            }
        };
        Some(self.strings.get(word))
    }

    /// The roles of an actor: the current ones first, then by time, the latest first.
    fn roles(&self, ix: Ix<Actor>) -> Vec<Value<'_>> {
        let today = self.today();
        let front = &self.graph.documents.actors[ix].front;
        let mut roles: Vec<_> = front.roles.iter().zip(&self.graph.actors[ix].roles).collect();
        roles.sort_by_key(|(role, _)| {
            let since = role.from.as_ref().map(|from| from.value.first_day());
            (!role.is_held_on(today), Reverse(since))
        });
        let roles = roles.into_iter().map(|(role, of)| {
            let words = |d: &PartialDate| dates::partial(&self.strings, d);
            let from = role.from.as_ref().map(|d| words(&d.value));
            let to = role.to.as_ref().map(|d| words(&d.value));
            let current = role.is_held_on(today);
            let of = of.map(IntoValue::into_value);
            RoleView { title: &role.title.value, of, from_text: from, to_text: to, current }
                .into_value()
        });
        roles.collect()
    }

    /// The relations of an actor, in the order of the site's declarations; of those that are called the same, the current ones
    /// first, then by time, the latest first.
    fn relations(&self, ix: Ix<Actor>) -> Vec<Value<'_>> {
        self.relation_views(&self.graph.actors[ix].relations)
    }

    /// Some relations of an actor, in that order.
    pub(super) fn relation_views(&self, seen: &[RelationIx]) -> Vec<Value<'_>> {
        let today = self.today();
        let of = |seen: &RelationIx| Some((*seen, self.graph.relation(*seen)?));
        let seen: Vec<_> = seen.iter().filter_map(of).collect();
        let mut views = Vec::with_capacity(seen.len());
        for named in seen.chunk_by(|(a, _), (b, _)| (a.kind, a.inverse) == (b.kind, b.inverse)) {
            let mut named = named.to_vec();
            named.sort_by_key(|(_, relation)| {
                let since = relation.from.as_ref().map(|from| from.value.first_day());
                (!relation.holds_on(today), Reverse(since))
            });
            let count = named.len();
            let named = named.into_iter().enumerate();
            views.extend(named.map(|(at, (seen, relation))| {
                let date = |date: &Option<Spanned<PartialDate>>| {
                    let date = date.as_ref().map(|date| &date.value)?;
                    Some((date.to_string(), dates::partial(&self.strings, date)))
                };
                let (from, from_text) = date(&relation.from).unzip();
                let (until, until_text) = date(&relation.until).unzip();
                let source = relation.source.as_ref().map(|source| source.value.as_str());
                RelationView {
                    kind: &relation.kind.value,
                    name: self.relation_name(&relation.kind.value, seen.inverse),
                    inverse: seen.inverse,
                    actor: seen.other.into_value(),
                    from,
                    from_text,
                    until,
                    until_text,
                    current: relation.holds_on(today),
                    past: relation.is_past(today),
                    source,
                    source_url: source.filter(|source| is_web_address(source)),
                    first: at == 0,
                    last: at + 1 == count,
                }
                .into_value()
            }));
        }
        views
    }

    /// What a relation is called, seen from one end or from the other.
    fn relation_name<'a>(&'a self, key: &'a str, inverse: bool) -> &'a str {
        let word = relation_word(key, inverse);
        self.strings.find(&word).unwrap_or_else(|| never!("no words for the relation {key}" => key))
    }
}
