//! HTML pages: what each template is given.

use std::borrow::Cow;
use std::collections::BTreeMap;

use rayon::prelude::*;
use tera::Context;

use crate::corpus::{Ix, Shelf};
use crate::diagnostic::Diagnostic;
use crate::front_matter::{Actor, Brief, Page, Spanned, Storyline, Topic};
use crate::graph::{DocumentIx, EventIx, Kinship, shared_by};
use crate::markdown::{Body, Quote};
use crate::plan::{FeedOf, Output, Part, Planned, part_path};

use super::value::{Html, IntoValue, Value, list};
use super::view::{
    ActorCard, ActorGroup, ActorView, ArchiveMonth, ArchiveYear, BriefCard, BriefView, EventView,
    Heading, MenuItem, PageNumber, PageView, Pagination, PairCard, Partner, QuoteView, Ref,
    RelatedBrief, RoleView, SiteView, StorylineCard, StorylineView, TimelineYear, TopicCard,
    TopicView,
};
use super::{Pages, Renderer, Shared, dates, encode, escape, shown, templates};

/// How much of a text without a summary describes its page, in bytes.
const DESCRIPTION: usize = 200;
/// How fast people read: words a minute.
const READING_SPEED: usize = 220;
/// At most so many quotes stand on an actor's page.
const QUOTES: usize = 30;
/// At most so many events stand on the page of an actor, a pair or a storyline.
const EVENTS: usize = 500;
/// At most so many partners, actors or topics stand beside a page's text.
const BESIDE: usize = 12;

/// A page before its template runs.
struct Draft<'a> {
    kind: &'static str,
    title: Cow<'a, str>,
    description: Option<Cow<'a, str>>,
    language: Option<&'a str>,
    feed: Option<FeedOf>,
    has_code: bool,
    draft: bool,
    variables: Vec<(&'static str, Value<'a>)>,
}

impl<'a> Draft<'a> {
    fn new(kind: &'static str, title: impl Into<Cow<'a, str>>) -> Self {
        Draft {
            kind,
            title: title.into(),
            description: None,
            language: None,
            feed: None,
            has_code: false,
            draft: false,
            variables: Vec::with_capacity(12),
        }
    }

    fn set(&mut self, name: &'static str, value: impl IntoValue<'a>) {
        self.variables.push((name, value.into_value()));
    }
}

impl Renderer {
    /// What every page sees and no page changes.
    pub(super) fn constants(&self) -> BTreeMap<&'static str, tera::Value> {
        let config = &*self.config;
        let documents = &self.graph.documents;
        let mut menu: Vec<(i64, &str, Value<'_>)> = Vec::new();
        for (ix, page) in documents.pages.entries() {
            if let Some(label) = &page.front.menu {
                let path = self.paths.pages[ix].as_str().into_value();
                let item = MenuItem { label, path }.into_value();
                menu.push((page.front.weight.unwrap_or(0), &page.id, item));
            }
        }
        menu.sort_by(|a, b| (a.0, a.1).cmp(&(b.0, b.1)));
        fn item(label: &str, path: String) -> Value<'_> {
            MenuItem { label, path: path.into_value() }.into_value()
        }
        let lists: Vec<Value<'_>> = if config.menu.is_empty() {
            ["storylines", "actors", "topics", "pairs", "timeline", "archive"]
                .into_iter()
                .filter(|list| match *list {
                    "storylines" => !documents.storylines.is_empty(),
                    "pairs" => !self.graph.pairs.is_empty(),
                    "timeline" => !self.graph.timeline.is_empty(),
                    _ => true,
                })
                .map(|list| item(self.strings.get(list), shown(&format!("{list}/"), self.offline)))
                .collect()
        } else {
            let own = config.menu.iter();
            own.map(|m| item(&m.label, encode(m.path.trim_start_matches('/')))).collect()
        };
        let site = SiteView {
            title: &config.title.value,
            description: config.description.as_deref(),
            publisher: config.publisher.as_deref(),
            language: &config.language,
            base_url: &config.base_url.value,
            year: self.now.to_zoned_datetime(config.zone()).year().max(0) as usize,
            feed_path: "feed.xml",
            menu: lists.into_iter().chain(menu.into_iter().map(|(_, _, item)| item)).collect(),
            has_storylines: !documents.storylines.is_empty(),
            has_pairs: !self.graph.pairs.is_empty(),
            has_events: !self.graph.timeline.is_empty(),
            has_search: config.search.enabled,
        };
        let map = |paths: Vec<(&str, String)>| {
            let entries =
                paths.into_iter().map(|(name, path)| (name.to_owned().into(), path.into()));
            tera::Value::from(entries.collect::<tera::Map>())
        };
        let assets = self.plan.theme.iter();
        let assets = assets.filter_map(|(name, path)| {
            let stem = name.strip_suffix(".css").or_else(|| name.strip_suffix(".js"))?;
            Some((stem, path.clone()))
        });
        // Lists of the site have paths that end in a folder; offline, they spell out the file.
        let lists = ["actors", "topics", "pairs", "storylines", "timeline", "archive", "search"];
        let lists = lists.map(|list| (list, shown(&format!("{list}/"), self.offline)));
        BTreeMap::from([
            ("site", site.into_value().to_tera()),
            ("t", self.strings.value()),
            ("home", shown("", self.offline).into()),
            ("asset", map(assets.collect())),
            ("lists", map(lists.into())),
        ])
    }
}

impl Pages<'_> {
    /// The HTML of a page. Errors: its template fails.
    pub(super) fn page(&self, planned: &Planned, paper: &mut String) -> Result<(), Diagnostic> {
        let template = super::template(&planned.output);
        let variables = self.variables(planned);
        if !self.press.print(template, &variables, paper) {
            *paper = self.by_tera(template, &variables, planned)?;
        }
        Ok(())
    }

    /// What Tera makes of a page.
    pub(super) fn by_tera(
        &self,
        template: &str,
        variables: &[(&'static str, Value<'_>)],
        planned: &Planned,
    ) -> Result<String, Diagnostic> {
        let mut context = Context::new();
        for (name, value) in variables {
            context.insert_value(*name, value.to_tera());
        }
        self.tera
            .render(template, &context)
            .map_err(|error| templates::failed(&error, template, &planned.path))
    }

    /// What the template of a page is given.
    pub(super) fn variables<'a>(&'a self, planned: &'a Planned) -> Vec<(&'static str, Value<'a>)> {
        let root = self.root(planned);
        let mut draft = self.draft(planned, &root);
        let title = draft.title.clone().into_value();
        let canonical = self.absolute(&planned.path);
        let page = PageView {
            title: title.clone(),
            description: draft.description.take().map(IntoValue::into_value),
            path: &planned.path,
            structured_data: self.structured_data(&planned.output, &canonical),
            canonical,
            language: draft.language.unwrap_or(&self.config.language),
            kind: draft.kind,
            feed_path: draft.feed.map(|feed| encode(&self.plan.feed_path(&self.graph, feed))),
            feed_title: draft.feed.map(|_| title),
            has_code: draft.has_code,
            draft: draft.draft,
        };
        draft.set("page", page);
        draft.set("root", root);
        draft.variables
    }

    fn draft<'a>(&'a self, planned: &'a Planned, root: &str) -> Draft<'a> {
        let word = |key: &'static str| self.strings.get(key);
        match &planned.output {
            Output::Home(part) => self.home(part),
            Output::Brief(ix) => self.brief(*ix, root),
            Output::Actors => self.actors(),
            Output::Actor(ix, part) => self.actor(*ix, part, root),
            Output::Topics => {
                let mut draft = Draft::new("topics", word("topics"));
                let tree = self.graph.topic_tree.iter();
                draft.set("topics", list(tree.map(|t| self.topic_card(*t))));
                draft
            }
            Output::Topic(ix, part) => self.topic(*ix, part, root),
            Output::Pairs => {
                let mut draft = Draft::new("pairs", word("pairs"));
                let pairs = self.graph.pairs.iter().zip(&self.paths.pairs).map(|(pair, path)| {
                    let (a, b) = self.ordered(pair.a, pair.b);
                    let (a, b) = (self.actor_ref(a), self.actor_ref(b));
                    PairCard { a, b, path, shared: pair.briefs.len() }
                });
                draft.set("pairs", list(pairs));
                draft
            }
            Output::Pair(index, part) => self.pair(*index, part),
            Output::Storylines => {
                let mut draft = Draft::new("storylines", word("storylines"));
                draft.set("storylines", self.storyline_cards());
                draft
            }
            Output::Storyline(ix) => self.storyline(*ix, root),
            Output::Timeline => {
                let mut draft = Draft::new("timeline", word("timeline"));
                let long = self.graph.has_long_timeline();
                let years = self.graph.timeline_years();
                let years = years.into_iter().map(|(year, events)| {
                    let path = shown(&crate::plan::timeline_path(year), self.offline);
                    TimelineYear {
                        year,
                        count: events.len(),
                        path: long.then_some(path),
                        events: if long { Vec::new() } else { self.events(events) },
                    }
                });
                draft.set("years", list(years));
                draft
            }
            Output::TimelineYear(year) => {
                let title = format!("{} {year}", self.strings.get("timeline"));
                let mut draft = Draft::new("timeline", title);
                let years = self.graph.timeline_years();
                let found = years.binary_search_by_key(year, |(year, _)| *year).ok();
                let year =
                    found.and_then(|index| years.get(index)).map(|(year, events)| TimelineYear {
                        year: *year,
                        count: events.len(),
                        path: None,
                        events: self.events(events),
                    });
                draft.set("years", list(year));
                draft
            }
            Output::Archive => {
                let mut draft = Draft::new("archive", word("archive"));
                let mut years: Vec<(i16, usize)> = Vec::new();
                for brief in self.graph.documents.briefs.iter() {
                    let year = brief.date.map_or(0, |d| d.year());
                    match years.last_mut() {
                        Some((last, count)) if *last == year => *count += 1,
                        _ => years.push((year, 1)),
                    }
                }
                let years = years.into_iter().map(|(year, count)| ArchiveYear {
                    year,
                    path: shown(&format!("archive/{year:04}/"), self.offline),
                    count,
                    months: self.months(year),
                });
                draft.set("years", list(years));
                draft
            }
            Output::ArchiveYear(year) => {
                let mut draft = Draft::new("archive", year.to_string());
                draft.set("year", *year);
                draft.set("months", self.months(*year));
                draft.set("briefs", self.of_date(|y, _| y == *year));
                draft
            }
            Output::ArchiveMonth(year, month) => {
                let title = format!("{} {year}", dates::month_name(&self.strings, *month));
                let mut draft = Draft::new("archive", title.clone());
                draft.set("title_text", title);
                draft.set("year_path", shown(&format!("archive/{year:04}/"), self.offline));
                draft.set("briefs", self.of_date(|y, m| (y, m) == (*year, *month)));
                draft
            }
            Output::Page(ix) => self.site_page(*ix, root),
            Output::Search => {
                let mut draft = Draft::new("search", word("search"));
                draft.set("stamp", self.search_index().stamp.as_str());
                draft
            }
            Output::Redirect(document) => {
                let mut draft = Draft::new("redirect", self.graph.title(*document));
                draft.set("target", format!("{root}{}", self.path(*document)));
                let path = crate::plan::document_path(&self.graph, *document);
                draft.set("target_absolute", self.absolute(&path));
                draft
            }
            _ => Draft::new("not-found", word("not_found")),
        }
    }

    fn home(&self, part: &Part) -> Draft<'_> {
        let mut draft = Draft::new("home", self.config.title.value.as_str());
        draft.description = self.config.description.as_deref().map(Cow::Borrowed);
        // The first page leads with a brief that its list does not repeat.
        let lead = self.graph.lead.filter(|_| part.page == 1);
        let briefs = part.range.clone().map(Ix::new).filter(|brief| Some(*brief) != lead);
        draft.set("lead", lead.map(|lead| self.brief_card(lead)));
        draft.set("latest", self.brief_cards(briefs));
        draft.set("pagination", self.pagination("", part));
        draft.set("storylines", self.storyline_cards());
        let mut actors: Vec<(usize, Ix<Actor>)> =
            self.graph.actors.entries().map(|(ix, a)| (a.briefs.len(), ix)).collect();
        actors.sort_by(|a, b| b.0.cmp(&a.0).then_with(|| a.1.cmp(&b.1)));
        let actors = actors.into_iter().filter(|(n, _)| *n > 0);
        let actors = actors.take(self.config.home.actors.0 as usize);
        draft.set("actors", list(actors.map(|(_, a)| self.actor_ref(a))));
        let mut topics: Vec<(usize, Ix<Topic>)> =
            self.graph.topics.entries().map(|(ix, t)| (t.briefs.len(), ix)).collect();
        topics.sort_by(|a, b| b.0.cmp(&a.0).then_with(|| a.1.cmp(&b.1)));
        let topics =
            topics.into_iter().filter(|(n, _)| *n > 0).take(self.config.home.topics.0 as usize);
        draft.set("topics", list(topics.map(|(_, t)| self.topic_card(t))));
        draft
    }

    fn brief(&self, ix: Ix<Brief>, root: &str) -> Draft<'_> {
        let graph = &*self.graph;
        let document = &graph.documents.briefs[ix];
        let front = &document.front;
        let links = &graph.briefs[ix];
        let this = DocumentIx::Brief(ix);
        let card = |ix: Ix<Brief>| self.brief_card(ix);
        let zone = self.config.zone();
        let storyline = links.storyline.map(|(s, place)| (&graph.storylines[s].briefs, place));
        let in_storyline = |place: Option<usize>| {
            let (briefs, _) = storyline?;
            briefs.get(place?).copied()
        };
        let perhaps = |ix: Option<Ix<Brief>>| ix.map(card);
        let index = ix.get();
        let total = graph.briefs.len();
        let review_by = front.review_by.as_ref().map(|d| d.value);
        let updated = front.updated.as_ref().map(|m| m.value.date(&zone));
        let view = BriefView {
            card: card(ix),
            bluf_html: document.bluf.as_ref().map(|b| Html(self.fill(this, b, root, true))),
            content: Html(self.fill(this, &document.body, root, true)),
            toc: toc(&document.body),
            updated: updated.map(|d| d.to_string()),
            updated_text: updated.map(|d| dates::day(&self.strings, d)),
            authors: front.authors.iter().map(String::as_str).collect(),
            events: (0..front.events.len())
                .filter_map(|index| self.event(EventIx { brief: ix, index }))
                .collect(),
            mentioned: links.mentioned.iter().map(|a| self.actor_ref(*a)).collect(),
            follows: perhaps(links.follows),
            followed_by: links.followed_by.iter().map(|b| card(*b)).collect(),
            storyline_previous: perhaps(in_storyline(
                storyline.and_then(|(_, p)| p.checked_sub(1)),
            )),
            storyline_next: perhaps(in_storyline(storyline.map(|(_, p)| p + 1))),
            storyline_position: storyline.map(|(_, place)| place + 1),
            storyline_length: storyline.map_or(0, |(briefs, _)| briefs.len()),
            older: perhaps((index + 1 < total).then(|| Ix::new(index + 1))),
            newer: perhaps(index.checked_sub(1).map(Ix::new)),
            related: self
                .related(ix)
                .iter()
                .map(|other| {
                    let related = shared_by(graph, ix, *other);
                    let shared = related.actors.iter().map(|a| self.actor_ref(*a));
                    let shared =
                        shared.chain(related.topics.iter().map(|t| self.topic_ref(*t))).collect();
                    let names = related.actors.iter().map(|a| graph.title(DocumentIx::Actor(*a)));
                    let names = names
                        .chain(related.topics.iter().map(|t| graph.title(DocumentIx::Topic(*t))));
                    let mut reason = String::new();
                    for name in names.take(3) {
                        if !reason.is_empty() {
                            reason.push_str(" · ");
                        }
                        reason.push_str(name);
                    }
                    RelatedBrief { brief: card(*other), shared, reason }.into_value()
                })
                .collect(),
            backlinks: self.backlinks(this),
            review_by_text: review_by.map(|d| dates::day(&self.strings, d)),
            overdue: review_by.is_some_and(|d| d < self.now.to_zoned_datetime(zone.clone()).date()),
            language: front.language.as_deref().unwrap_or(&self.config.language),
            extra: &front.extra,
        };
        let mut draft = Draft::new("brief", front.title.value.as_str());
        draft.description = description(front.summary.as_ref(), &document.body);
        draft.language = front.language.as_deref();
        draft.has_code = document.body.has_code;
        draft.draft = front.draft;
        draft.set("brief", view);
        draft
    }

    fn actors(&self) -> Draft<'_> {
        let mut draft = Draft::new("actors", self.strings.get("actors"));
        let kinds = ["state", "organisation", "body", "person", "group"];
        let groups = kinds.iter().filter_map(|kind| {
            let mut actors: Vec<Ix<Actor>> = self
                .graph
                .documents
                .actors
                .entries()
                .filter(|(_, a)| a.front.kind.value.word() == *kind)
                .map(|(ix, _)| ix)
                .collect();
            self.sort_by_name(&mut actors);
            let cards: Vec<Value<'_>> = actors.iter().map(|a| self.actor_ref(*a)).collect();
            (!cards.is_empty()).then(|| ActorGroup {
                kind,
                title: self.strings.of("kinds", kind),
                actors: cards,
            })
        });
        draft.set("groups", list(groups));
        draft
    }

    /// Sorts actors as a reader of the site's language expects; equal names by their id.
    fn sort_by_name(&self, actors: &mut [Ix<Actor>]) {
        use icu_collator::options::CollatorOptions;
        let locale = self
            .config
            .language
            .parse::<icu_locale_core::Locale>()
            .unwrap_or(icu_locale_core::Locale::UNKNOWN);
        let name = |ix: &Ix<Actor>| self.graph.title(DocumentIx::Actor(*ix));
        match icu_collator::Collator::try_new(locale.into(), CollatorOptions::default()) {
            Ok(collator) => {
                actors.sort_by(|a, b| collator.compare(name(a), name(b)).then_with(|| a.cmp(b)));
            }
            Err(_) => actors.sort_by(|a, b| name(a).cmp(name(b)).then_with(|| a.cmp(b))),
        }
    }

    fn actor(&self, ix: Ix<Actor>, part: &Part, root: &str) -> Draft<'_> {
        let graph = &*self.graph;
        let document = &graph.documents.actors[ix];
        let front = &document.front;
        let links = &graph.actors[ix];
        // Later pages of the list repeat neither timeline nor quotes: their number grows with the briefs,
        // and so does that of the pages.
        let first = part.page == 1;
        let refs = |list: &[Ix<Actor>]| list.iter().map(|a| self.actor_ref(*a)).collect::<Vec<_>>();
        let today = self.today();
        let roles = front.roles.iter().zip(&links.roles).map(|(role, of)| {
            let words = |d: &crate::front_matter::PartialDate| dates::partial(&self.strings, d);
            let from = role.from.as_ref().map(|d| words(&d.value));
            let to = role.to.as_ref().map(|d| words(&d.value));
            let current = role.is_held_on(today);
            let of = of.map(|a| self.actor_ref(a));
            RoleView { title: &role.title.value, of, from_text: from, to_text: to, current }
                .into_value()
        });
        let image = front.image.as_ref().map(|image| {
            let folder = crate::plan::document_path(graph, DocumentIx::Actor(ix));
            let folder = if document.folder { folder.as_str() } else { "actors/" };
            encode(&format!("{folder}{}", image.value))
        });
        let view = ActorView {
            name: &front.name.value,
            path: &self.paths.actors[ix],
            kind: front.kind.value.word(),
            kind_text: self.strings.of("kind", front.kind.value.word()),
            aliases: front
                .abbreviation
                .iter()
                .chain(&front.aliases)
                .map(|a| a.value.as_str())
                .collect(),
            summary: front.summary.as_ref().map(|s| s.value.as_str()),
            country: links.country.map(|a| self.actor_ref(a)),
            iso3166: front.iso3166.as_deref(),
            wikidata: front.wikidata.as_deref(),
            website: front.website.as_deref(),
            image,
            content: Html(self.fill(DocumentIx::Actor(ix), &document.body, root, true)),
            part_of: links.part_of.map(|a| self.actor_ref(a)),
            parts: refs(&links.parts),
            member_of: refs(&links.member_of),
            members: refs(&links.members),
            roles: roles.collect(),
            extra: &front.extra,
        };
        let mut draft = Draft::new("actor", front.name.value.as_str());
        draft.description = description(front.summary.as_ref(), &document.body);
        draft.feed = Some(FeedOf::Actor(ix));
        draft.has_code = document.body.has_code;
        draft.draft = front.draft;
        draft.set("actor", view);
        draft.set("briefs", self.part_of(&links.briefs, part));
        let base = crate::plan::document_path(graph, DocumentIx::Actor(ix));
        draft.set("pagination", self.pagination(&base, part));
        self.set_timeline(&mut draft, if first { &links.timeline } else { &[] });
        let partners = links.partners.iter().take(BESIDE).map(|(partner, shared)| {
            let pair = graph.pair(ix, *partner).and_then(|p| self.paths.pairs.get(p));
            let pair_path = pair.map(String::as_str);
            Partner { actor: self.actor_ref(*partner), shared: *shared, pair_path }
        });
        draft.set("partners", list(partners));
        let topics = links.topics.iter().take(BESIDE).map(|(t, n)| self.topic_with(*t, *n));
        draft.set("topics", list(topics));
        let quotes =
            links.mentions.iter().filter(|_| first).take(QUOTES).filter_map(|(brief, mention)| {
                let mention = graph.documents.briefs[*brief].mentions.get(*mention)?;
                Some(self.quote(self.brief_card(*brief), &mention.quote))
            });
        draft.set("quotes", list(quotes));
        draft
    }

    fn topic(&self, ix: Ix<Topic>, part: &Part, root: &str) -> Draft<'_> {
        let graph = &*self.graph;
        let document = &graph.documents.topics[ix];
        let front = &document.front;
        let links = &graph.topics[ix];
        let view = TopicView {
            name: &front.name.value,
            path: &self.paths.topics[ix],
            summary: front.summary.as_ref().map(|s| s.value.as_str()),
            content: Html(self.fill(DocumentIx::Topic(ix), &document.body, root, true)),
            wikidata: front.wikidata.as_deref(),
            iptc: front.iptc.as_deref(),
            extra: &front.extra,
        };
        let mut draft = Draft::new("topic", front.name.value.as_str());
        draft.description = description(front.summary.as_ref(), &document.body);
        draft.feed = Some(FeedOf::Topic(ix));
        draft.has_code = document.body.has_code;
        draft.draft = front.draft;
        draft.set("topic", view);
        let mut ancestors = Vec::new();
        let mut up = links.parent;
        while let Some(topic) = up {
            ancestors.push(self.topic_ref(topic));
            up = graph.topics[topic].parent;
        }
        ancestors.reverse();
        draft.set("ancestors", ancestors);
        draft.set("children", list(links.children.iter().map(|t| self.topic_card(*t))));
        draft.set("briefs", self.part_of(&links.briefs, part));
        let base = crate::plan::document_path(graph, DocumentIx::Topic(ix));
        draft.set("pagination", self.pagination(&base, part));
        draft.set("actors", self.counted_actors(&links.actors));
        draft
    }

    fn pair(&self, index: usize, part: &Part) -> Draft<'_> {
        let mut draft = Draft::new("pair", self.pair_title(index));
        let Some(pair) = self.graph.pairs.get(index) else { return draft };
        let (a, b) = self.ordered(pair.a, pair.b);
        draft.feed = Some(FeedOf::Pair(index));
        draft.set("a", self.actor_ref(a));
        draft.set("b", self.actor_ref(b));
        draft.set("briefs", self.part_of(&pair.briefs, part));
        draft.set(
            "pagination",
            self.pagination(self.plan.pairs.get(index).map_or("", String::as_str), part),
        );
        let events = if part.page == 1 { self.graph.pair_timeline(pair) } else { Vec::new() };
        self.set_timeline(&mut draft, &events);
        let topics = pair.briefs.iter().flat_map(|b| self.graph.briefs[*b].topics.iter().copied());
        let mut tally = crate::graph::Tally::new(self.graph.topics.len());
        let topics = tally.most(topics).into_iter().take(BESIDE);
        draft.set("topics", list(topics.map(|(t, n)| self.topic_with(t, n))));
        draft
    }

    fn storyline(&self, ix: Ix<Storyline>, root: &str) -> Draft<'_> {
        let document = &self.graph.documents.storylines[ix];
        let front = &document.front;
        let links = &self.graph.storylines[ix];
        let status = front.status.word();
        let view = StorylineView {
            title: &front.title.value,
            path: &self.paths.storylines[ix],
            summary: front.summary.as_ref().map(|s| s.value.as_str()),
            status,
            status_text: self.strings.of("status", status),
            content: Html(self.fill(DocumentIx::Storyline(ix), &document.body, root, true)),
            extra: &front.extra,
        };
        let mut draft = Draft::new("storyline", front.title.value.as_str());
        draft.description = description(front.summary.as_ref(), &document.body);
        draft.feed = Some(FeedOf::Storyline(ix));
        draft.has_code = document.body.has_code;
        draft.draft = front.draft;
        draft.set("storyline", view);
        draft.set("briefs", self.brief_cards(links.briefs.iter().copied()));
        let events = self.graph.timeline_of(&links.briefs);
        self.set_timeline(&mut draft, &events);
        draft.set("actors", self.counted_actors(&links.actors));
        draft
    }

    fn site_page(&self, ix: Ix<Page>, root: &str) -> Draft<'_> {
        let document = &self.graph.documents.pages[ix];
        let mut draft = Draft::new("page", document.front.title.value.as_str());
        draft.description = description(document.front.summary.as_ref(), &document.body);
        draft.has_code = document.body.has_code;
        draft.draft = document.front.draft;
        draft.set("content", Html(self.fill(DocumentIx::Page(ix), &document.body, root, true)));
        draft.set("toc", toc(&document.body));
        draft.set("extra", &document.front.extra);
        draft
    }

    /// Briefs as they stand in a list.
    fn brief_cards(&self, briefs: impl Iterator<Item = Ix<Brief>>) -> Value<'_> {
        list(briefs.map(|brief| self.brief_card(brief)))
    }

    /// The briefs on a page of a list.
    fn part_of(&self, briefs: &[Ix<Brief>], part: &Part) -> Value<'_> {
        let shown = briefs.get(part.range.clone()).unwrap_or_default();
        self.brief_cards(shown.iter().copied())
    }

    fn related(&self, brief: Ix<Brief>) -> Cow<'_, [Ix<Brief>]> {
        match &self.shared {
            Some(shared) => Cow::Borrowed(&shared.related[brief]),
            None => Cow::Owned(Kinship::new(&self.graph).of(brief).into_vec()),
        }
    }

    fn counted_actors(&self, actors: &[(Ix<Actor>, usize)]) -> Value<'_> {
        list(actors.iter().take(BESIDE).map(|(a, n)| self.actor_with(*a, *n)))
    }

    /// Two actors in the order of their pair's address.
    fn ordered(&self, a: Ix<Actor>, b: Ix<Actor>) -> (Ix<Actor>, Ix<Actor>) {
        let slug = |ix| crate::plan::slug(self.graph.title(DocumentIx::Actor(ix)));
        if slug(a) <= slug(b) { (a, b) } else { (b, a) }
    }

    fn of_date(&self, wanted: impl Fn(i16, i8) -> bool) -> Value<'_> {
        let briefs = self.graph.documents.briefs.entries();
        let briefs = briefs.filter(|(_, b)| b.date.is_some_and(|d| wanted(d.year(), d.month())));
        self.brief_cards(briefs.map(|(ix, _)| ix))
    }

    /// The months of a year that have briefs, newest first.
    fn months(&self, year: i16) -> Vec<Value<'_>> {
        let mut months: Vec<(i8, usize)> = Vec::new();
        for brief in self.graph.documents.briefs.iter() {
            let Some(date) = brief.date.filter(|d| d.year() == year) else { continue };
            match months.last_mut() {
                Some((month, count)) if *month == date.month() => *count += 1,
                _ => months.push((date.month(), 1)),
            }
        }
        months
            .into_iter()
            .map(|(month, count)| {
                let path = shown(&format!("archive/{year:04}/{month:02}/"), self.offline);
                let month_text = dates::month_name(&self.strings, month);
                ArchiveMonth { month_text, path, count }.into_value()
            })
            .collect()
    }

    fn pagination(&self, base: &str, part: &Part) -> Pagination<'_> {
        let path = |page: usize| shown(&part_path(base, page), self.offline);
        let offered = (1..=part.pages)
            .filter(|page| *page == 1 || *page == part.pages || page.abs_diff(part.page) <= 2);
        Pagination {
            page: part.page,
            pages: part.pages,
            previous: (part.page > 1).then(|| path(part.page - 1)),
            next: (part.page < part.pages).then(|| path(part.page + 1)),
            numbers: offered
                .map(|n| {
                    let path = path(n).into_value();
                    PageNumber { n, path, current: n == part.page }.into_value()
                })
                .collect(),
        }
    }

    fn backlinks(&self, to: DocumentIx) -> Vec<Value<'_>> {
        let links = self.graph.backlinks.get(&to).map_or(&[][..], Vec::as_slice);
        links
            .iter()
            .filter_map(|(from, target)| {
                let quote = self.graph.body(*from).targets.get(*target)?.sentence.as_ref()?;
                let from = match from {
                    DocumentIx::Brief(ix) => self.brief_card(*ix),
                    other => self.document_ref(*other),
                };
                Some(self.quote(from, quote))
            })
            .collect()
    }

    fn quote<'a>(&'a self, brief: Value<'a>, quote: &Quote) -> Value<'a> {
        let (before, marked, after) = quote.parts();
        let mut html = String::with_capacity(before.len() + marked.len() + after.len() + 32);
        escape(&mut html, before);
        html.push_str("<mark>");
        escape(&mut html, marked);
        html.push_str("</mark>");
        escape(&mut html, after);
        QuoteView { brief, html: Html(html) }.into_value()
    }

    /// The newest of some events, in order of time; the site's timeline has all of them.
    fn set_timeline<'a>(&'a self, draft: &mut Draft<'a>, events: &[EventIx]) {
        let earlier = events.len().saturating_sub(EVENTS);
        draft.set("timeline", self.events(events.get(earlier..).unwrap_or_default()));
        draft.set("earlier_events", earlier);
    }

    fn events(&self, events: &[EventIx]) -> Vec<Value<'_>> {
        events.iter().filter_map(|event| self.event(*event)).collect()
    }

    fn event(&self, event: EventIx) -> Option<Value<'_>> {
        let declared = self.graph.event(event)?;
        let end = declared.end.as_ref().map(|d| &d.value);
        let view = EventView {
            date: declared.date.value.to_string(),
            date_text: dates::partial(&self.strings, &declared.date.value),
            end: end.map(ToString::to_string),
            end_text: end.map(|d| dates::partial(&self.strings, d)),
            title: &declared.title.value,
            place: declared.place.as_deref(),
            coordinates: declared.coordinates.as_ref().map(|c| vec![c.latitude, c.longitude]),
            actors: self.graph.event_actors(event).iter().map(|a| self.actor_ref(*a)).collect(),
            brief: self.document_ref(DocumentIx::Brief(event.brief)),
            year: declared.date.value.year.max(0) as usize,
        };
        Some(view.into_value())
    }
}

impl<'r> Pages<'r> {
    fn brief_card(&self, ix: Ix<Brief>) -> Value<'r> {
        match &self.shared {
            Some(all) => all.briefs[ix].clone(),
            None => self.make_brief_card(ix),
        }
    }

    /// An actor with the number of its briefs, which is all that a reference has and more.
    fn actor_ref(&self, ix: Ix<Actor>) -> Value<'r> {
        match &self.shared {
            Some(all) => all.actors[ix].clone(),
            None => self.renderer.make_actor_card(ix),
        }
    }

    fn topic_card(&self, ix: Ix<Topic>) -> Value<'r> {
        match &self.shared {
            Some(all) => all.topics[ix].clone(),
            None => self.renderer.make_topic_card(ix),
        }
    }

    fn topic_ref(&self, ix: Ix<Topic>) -> Value<'r> {
        match &self.shared {
            Some(all) => all.topic_refs[ix].clone(),
            None => self.renderer.document_ref(DocumentIx::Topic(ix)),
        }
    }

    fn storyline_ref(&self, ix: Ix<Storyline>) -> Value<'r> {
        match &self.shared {
            Some(all) => all.storyline_refs[ix].clone(),
            None => self.renderer.document_ref(DocumentIx::Storyline(ix)),
        }
    }

    /// Makes what many pages show.
    pub(super) fn share(&mut self) {
        let renderer = self.renderer;
        let documents = &renderer.graph.documents;
        let topics = documents.topics.keys();
        let storylines = documents.storylines.keys();
        let briefs: Vec<Ix<Brief>> = documents.briefs.keys().collect();
        let kinship = || Kinship::new(&renderer.graph);
        let related = briefs.par_iter().map_init(kinship, |kinship, brief| kinship.of(*brief));
        self.shared = Some(Shared {
            actors: Shelf::new(
                documents.actors.keys().map(|ix| renderer.make_actor_card(ix)).collect(),
            ),
            topics: Shelf::new(topics.clone().map(|ix| renderer.make_topic_card(ix)).collect()),
            topic_refs: Shelf::new(
                topics.map(|ix| renderer.document_ref(DocumentIx::Topic(ix))).collect(),
            ),
            storyline_refs: Shelf::new(
                storylines.map(|ix| renderer.document_ref(DocumentIx::Storyline(ix))).collect(),
            ),
            related: Shelf::new(related.collect()),
            briefs: Shelf::new(Vec::new()),
        });
        // They show what was made before.
        let cards = briefs.par_iter().map(|ix| self.make_brief_card(*ix)).collect();
        if let Some(shared) = &mut self.shared {
            shared.briefs = Shelf::new(cards);
        }
    }

    fn make_brief_card(&self, ix: Ix<Brief>) -> Value<'r> {
        let renderer = self.renderer;
        let document = &renderer.graph.documents.briefs[ix];
        let front = &document.front;
        let links = &renderer.graph.briefs[ix];
        let kind = front.kind.word();
        BriefCard {
            title: &front.title.value,
            path: &renderer.paths.briefs[ix],
            date: document.date.map(|d| d.to_string()).unwrap_or_default(),
            date_text: document.date.map(|d| dates::day(&renderer.strings, d)).unwrap_or_default(),
            summary: front.summary.as_ref().map(|s| s.value.as_str()),
            kind,
            kind_text: renderer.strings.of("kind", kind),
            draft: front.draft,
            reading_minutes: (document.body.words as usize).div_ceil(READING_SPEED).max(1),
            actors: links.actors.iter().map(|a| self.actor_ref(*a)).collect(),
            topics: links.topics.iter().map(|t| self.topic_ref(*t)).collect(),
            storyline: links.storyline.map(|(s, _)| self.storyline_ref(s)),
        }
        .into_value()
    }
}

impl Renderer {
    fn document_ref(&self, document: DocumentIx) -> Value<'_> {
        fn text(summary: &Option<Spanned<String>>) -> Option<&str> {
            summary.as_ref().map(|summary| summary.value.as_str())
        }
        let documents = &self.graph.documents;
        let (kind, summary) = match document {
            DocumentIx::Brief(ix) => ("brief", text(&documents.briefs[ix].front.summary)),
            DocumentIx::Actor(ix) => {
                let front = &documents.actors[ix].front;
                (front.kind.value.word(), text(&front.summary))
            }
            DocumentIx::Topic(ix) => ("topic", text(&documents.topics[ix].front.summary)),
            DocumentIx::Storyline(ix) => {
                ("storyline", text(&documents.storylines[ix].front.summary))
            }
            DocumentIx::Page(ix) => ("page", text(&documents.pages[ix].front.summary)),
        };
        Ref { name: self.graph.title(document), path: self.path(document), kind, summary }
            .into_value()
    }

    fn make_actor_card(&self, ix: Ix<Actor>) -> Value<'_> {
        self.actor_with(ix, self.graph.actors[ix].briefs.len())
    }

    /// An actor with a number of briefs that it has to do with.
    fn actor_with(&self, ix: Ix<Actor>, briefs: usize) -> Value<'_> {
        let front = &self.graph.documents.actors[ix].front;
        ActorCard {
            name: &front.name.value,
            path: &self.paths.actors[ix],
            kind: front.kind.value.word(),
            summary: front.summary.as_ref().map(|s| s.value.as_str()),
            briefs,
        }
        .into_value()
    }

    fn make_topic_card(&self, ix: Ix<Topic>) -> Value<'_> {
        self.topic_with(ix, self.graph.topics[ix].briefs.len())
    }

    /// A topic with a number of briefs that it has to do with.
    fn topic_with(&self, ix: Ix<Topic>, briefs: usize) -> Value<'_> {
        let front = &self.graph.documents.topics[ix].front;
        TopicCard {
            name: &front.name.value,
            path: &self.paths.topics[ix],
            summary: front.summary.as_ref().map(|s| s.value.as_str()),
            depth: self.graph.topics[ix].depth,
            briefs,
        }
        .into_value()
    }

    /// All storylines, as they stand in a list.
    fn storyline_cards(&self) -> Value<'_> {
        let documents = &self.graph.documents;
        list(documents.storylines.entries().map(|(ix, s)| {
            let briefs = &self.graph.storylines[ix].briefs;
            let latest = briefs.last().and_then(|b| documents.briefs[*b].date);
            let status = s.front.status.word();
            StorylineCard {
                title: &s.front.title.value,
                path: &self.paths.storylines[ix],
                summary: s.front.summary.as_ref().map(|s| s.value.as_str()),
                status,
                status_text: self.strings.of("status", status),
                briefs: briefs.len(),
                latest: latest.map(|d| dates::day(&self.strings, d)),
            }
        }))
    }
}

/// What is said of a page where it is not read: its summary, or how its text begins.
fn description<'a>(summary: Option<&'a Spanned<String>>, body: &'a Body) -> Option<Cow<'a, str>> {
    if let Some(summary) = summary {
        return Some(summary.value.as_str().into());
    }
    let excerpt = body.excerpt.trim();
    let end = excerpt.floor_char_boundary(DESCRIPTION);
    let cut = match excerpt.get(..end).filter(|_| end < excerpt.len()) {
        Some(cut) => format!("{}…", cut.rsplit_once(' ').map_or(cut, |(words, _)| words)).into(),
        None => Cow::Borrowed(excerpt),
    };
    (!cut.is_empty()).then_some(cut)
}

/// The headings of a text.
fn toc(body: &Body) -> Vec<Value<'_>> {
    let headings = body.headings.iter().map(|heading| Heading {
        level: heading.level.into(),
        id: &heading.id,
        title: &heading.title,
    });
    headings.map(IntoValue::into_value).collect()
}
