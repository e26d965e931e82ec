//! The one place where documents are held back.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::sync::Arc;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use rayon::prelude::*;
use rustc_hash::FxHashMap;

use crate::arena::{Arena, Ix};
use crate::config::Config;
use crate::front_matter::{self, Actor, Brief, Moment, Referent, Spanned};
use crate::markdown;
use crate::names::RegisteredIx;
use crate::never;
use crate::source::{Kind, Sources};

use super::held::{HeldBack, Hold, Withheld};
use super::read::DocumentReader;
use super::wikilinks::Wikilinks;
use super::{Corpus, Document, Head, Published};

/// For when a site is built, and what it shows.
#[derive(Clone, Copy, Debug)]
pub struct Release {
    /// The moment.
    pub now: Timestamp,
    /// Whether drafts, briefs under embargo and those dated in the future are shown.
    pub drafts: bool,
}

/// Orders the briefs of a day, the newest first, so that each comes after the one it continues, whatever their hours. Those
/// that continue none and are not continued keep their order. Briefs that go round in a circle are reported when they
/// are linked.
fn put_followers_after(day: &mut [Arc<Document<Brief>>]) {
    if day.len() < 2 || day.iter().all(|brief| brief.front.follows.is_none()) {
        return;
    }
    let places: FxHashMap<&str, usize> =
        day.iter().enumerate().map(|(at, brief)| (brief.id.as_str(), at)).collect();
    let followed: Vec<Option<usize>> = day
        .iter()
        .map(|brief| places.get(brief.front.follows.as_ref()?.id.as_str()).copied())
        .collect();
    // How many briefs have to stand before each.
    let mut awaited = vec![0_usize; day.len()];
    for followed in followed.iter().flatten() {
        match awaited.get_mut(*followed) {
            Some(count) => *count += 1,
            None => never!("a brief of the day stands at {followed}"),
        }
    }
    let ready = awaited.iter().enumerate().filter(|(_, count)| **count == 0);
    let mut ready: BinaryHeap<Reverse<usize>> = ready.map(|(at, _)| Reverse(at)).collect();
    let mut order: Vec<usize> = Vec::with_capacity(day.len());
    while let Some(Reverse(at)) = ready.pop() {
        order.push(at);
        let next = followed.get(at).copied().flatten();
        if let Some((next, count)) = next.and_then(|next| Some((next, awaited.get_mut(next)?))) {
            // It was counted above.
            *count -= 1;
            if *count == 0 {
                ready.push(Reverse(next));
            }
        }
    }
    order.extend(awaited.iter().enumerate().filter(|(_, count)| **count > 0).map(|(at, _)| at));
    let ordered: Vec<_> = order.into_iter().filter_map(|at| day.get(at).cloned()).collect();
    never!(ordered.len() != day.len(), "a brief of the day got lost");
    for (place, brief) in day.iter_mut().zip(ordered) {
        *place = brief;
    }
}

/// Why a brief is held back at a moment, if it is.
fn hold_of(brief: &Document<Brief>, now: Timestamp, zone: &TimeZone, future: bool) -> Option<Hold> {
    let front = &brief.front;
    let instant = |moment: &Option<Spanned<Moment>>| moment.as_ref().map(|m| m.value.instant(zone));
    let ahead = |moment: Option<Timestamp>| moment.filter(|moment| now < *moment);
    if instant(&front.expires).is_some_and(|expires| expires <= now) {
        return Some(Hold { why: Withheld::Expired, until: None });
    }
    if front.draft {
        return Some(Hold::DRAFT);
    }
    let embargo = ahead(instant(&front.embargo));
    let date = ahead((!future).then_some(brief.moment));
    let why = if embargo.is_some() { Withheld::Embargo } else { Withheld::Scheduled };
    let until = embargo.max(date)?;
    Some(Hold { why, until: Some(until) })
}

/// The next moment at which a brief comes, goes or is held back for another reason.
fn next_change(
    brief: &Document<Brief>,
    now: Timestamp,
    zone: &TimeZone,
    future: bool,
) -> Option<Timestamp> {
    let front = &brief.front;
    let ends = [&front.embargo, &front.expires].into_iter().flatten();
    let ends = ends.map(|moment| moment.value.instant(zone)).chain([brief.moment]);
    let mut ahead: Vec<Timestamp> = ends.filter(|moment| now < *moment).collect();
    ahead.sort_unstable();
    let today = hold_of(brief, now, zone, future);
    ahead.into_iter().find(|moment| hold_of(brief, *moment, zone, future) != today)
}

/// The documents without those that are held back, of which is noted what they may be called.
fn keep<T: front_matter::FrontMatter + Send + Sync>(
    mut documents: Vec<Arc<Document<T>>>,
    kind: Kind,
    held: &mut HeldBack,
    hold: impl Fn(&Document<T>) -> Option<Hold> + Sync,
) -> Vec<Arc<Document<T>>> {
    let holds: Vec<_> = documents.par_iter().map(|d| hold(d)).collect();
    let mut holds = holds.into_iter();
    documents.retain(|document| {
        let hold = holds.next().flatten();
        if let Some(hold) = hold {
            held.add(kind, document, hold);
        }
        hold.is_none()
    });
    documents
}

/// Whom documents concern, of all actors.
struct Concerned<'a> {
    /// The numbers of actors by their ids.
    numbers: FxHashMap<&'a str, RegisteredIx>,
    actors: Vec<bool>,
}

impl Concerned<'_> {
    /// Notes whom documents name, and whom their front matter refers to. What it has from the built-in registry concerns
    /// nobody.
    fn note<T: front_matter::FrontMatter>(
        &mut self,
        documents: &[Arc<Document<T>>],
        is_held: impl Fn(bool) -> bool,
    ) {
        for document in documents.iter().filter(|d| !is_held(d.front.is_draft())) {
            let named = document.mentions.iter().map(|mention| mention.actor);
            let front = &document.front;
            let references = front.references().into_iter();
            let referred = references.filter_map(|reference| {
                let own = !front.inherits(reference.span);
                let actor = reference.to == Referent::Document(Kind::Actor);
                (own && actor).then(|| self.numbers.get(reference.written).copied()).flatten()
            });
            for number in named.chain(referred) {
                match self.actors.get_mut(number.get()) {
                    Some(concerned) => *concerned = true,
                    None => never!("actor {number:?} is none of the site's"),
                }
            }
        }
    }
}

impl Corpus {
    /// For each actor, whether the site has it: one without a file, of the built-in registry, only if a published document
    /// concerns it. `briefs` are those that are published; `is_held` says so of other drafts.
    fn concerned(
        &self,
        briefs: &[Arc<Document<Brief>>],
        is_held: impl Fn(bool) -> bool,
    ) -> Vec<bool> {
        let own: Vec<bool> = self.actors.iter().map(|actor| !actor.is_listed()).collect();
        if own.iter().all(|own| *own) {
            return own;
        }
        let numbers = self.registry.numbers();
        let mut concerned = Concerned { numbers, actors: own };
        concerned.note(briefs, |_| false);
        let is_left = |actor: &&Arc<Document<Actor>>| {
            !self.only_sound || !self.unsound.has(Kind::Actor, &actor.id)
        };
        let left: Vec<_> = self.actors.iter().filter(is_left).cloned().collect();
        concerned.note(&left, &is_held);
        concerned.note(&self.topics, &is_held);
        concerned.note(&self.storylines, &is_held);
        concerned.note(&self.pages, &is_held);
        concerned.actors
    }

    /// Drops what is not to be published at a moment: drafts, briefs before their embargo ends or (unless
    /// `[publish] future` asks for them) before their date, and briefs that have expired. `sources` and `config` are those
    /// that the documents were read with. Those that a wikilink tells otherwise than it was expected to are read again.
    /// `last` is what was published the last time.
    pub fn publish(
        self,
        sources: &Sources,
        config: &Config,
        release: Release,
        last: Option<&Published>,
    ) -> Published {
        let options = self.options.clone();
        let mut published = self.released(config, release);
        published.wikilinks = Wikilinks::new(&published, last);
        let corrections = published.wikilinks.corrections(&published, &options.wikilinks);
        let unspoken = published.unspoken();
        if corrections.is_empty() && unspoken.is_empty() {
            return published;
        }
        let is_stale = |head: Head<'_>| {
            head.wikilinks().any(|key| corrections.has(key))
                || head.wordless().any(|key| unspoken.contains(key))
        };
        let unspoken = Arc::new(unspoken.clone());
        let options = markdown::Options { unspoken, ..options.with_wikilinks(&corrections) };
        let registry = published.registry.clone();
        let reader = DocumentReader::new(sources, config, &registry, options, None);
        reader.read_again(published.lists(), is_stale);
        published
    }

    /// What is published at a moment, as it was read; what its wikilinks mean is still to be decided.
    pub(super) fn released(mut self, config: &Config, release: Release) -> Published {
        let Release { now, drafts } = release;
        let zone = &config.zone();
        let future = config.publish.future;
        let next = |brief: &Arc<Document<Brief>>| next_change(brief, now, zone, future);
        let next_change = self.briefs.par_iter().filter_map(next).min();
        let unsound = self.unsound.clone();
        let only_sound = self.only_sound;
        let is_left = |kind: Kind, id: &str| !only_sound || !unsound.has(kind, id);
        if only_sound {
            self.briefs.retain(|document| is_left(Kind::Brief, &document.id));
            self.topics.retain(|document| is_left(Kind::Topic, &document.id));
            self.storylines.retain(|document| is_left(Kind::Storyline, &document.id));
            self.pages.retain(|document| is_left(Kind::Page, &document.id));
        }
        let mut held = HeldBack::default();
        let withheld = |hold: Option<Hold>| hold.filter(|h| !drafts || !h.is_shown_to_authors());
        let mut briefs = keep(std::mem::take(&mut self.briefs), Kind::Brief, &mut held, |brief| {
            withheld(hold_of(brief, now, zone, future))
        });
        let draft = |is: bool| withheld(is.then_some(Hold::DRAFT));
        let concerned = self.concerned(&briefs, |is_draft| draft(is_draft).is_some());
        let (mut actors, mut unconcerned, mut registered) = (Vec::new(), Vec::new(), Vec::new());
        let mut next = 0;
        for (actor, concerned) in self.actors.into_iter().zip(concerned) {
            let sound = is_left(Kind::Actor, &actor.id);
            let kept = concerned && sound && draft(actor.front.draft).is_none();
            registered.push(kept.then(|| Ix::new(next)));
            next += usize::from(kept);
            match concerned {
                true if sound => actors.push(actor),
                true => {}
                false => unconcerned.push(actor.id.clone()),
            }
        }
        let actors = keep(actors, Kind::Actor, &mut held, |d| draft(d.front.draft));
        let topics = keep(self.topics, Kind::Topic, &mut held, |d| draft(d.front.draft));
        let storylines =
            keep(self.storylines, Kind::Storyline, &mut held, |d| draft(d.front.draft));
        let pages = keep(self.pages, Kind::Page, &mut held, |d| draft(d.front.draft));
        briefs.par_sort_by(|a, b| b.moment.cmp(&a.moment).then_with(|| a.id.cmp(&b.id)));
        for day in briefs.chunk_by_mut(|a, b| a.date == b.date) {
            put_followers_after(day);
        }
        let shown = |brief: &Arc<Document<Brief>>| match drafts {
            true => hold_of(brief, now, zone, future),
            false => None,
        };
        Published {
            holds: Arena::new(briefs.iter().map(shown).collect()),
            briefs: Arena::new(briefs),
            actors: Arena::new(actors),
            topics: Arena::new(topics),
            storylines: Arena::new(storylines),
            pages: Arena::new(pages),
            held,
            unconcerned,
            next_change,
            unsound,
            registry: self.registry,
            wikilinks: Arc::default(),
            registered,
        }
    }
}
