//! HTML pages: what each template is given.

use std::borrow::Cow;

use rayon::prelude::*;
use tera::{Context, Value};

use crate::corpus::{Ix, Shelf};
use crate::diagnostic::Diagnostic;
use crate::front_matter::{Actor, Brief, Page, Spanned, Storyline, Topic};
use crate::graph::{DocumentIx, EventIx, Kinship, shared_by};
use crate::markdown::{Body, Quote};
use crate::plan::{FeedOf, Output, Part, Planned, part_path};

use super::view::{
    ActorCard, ActorView, BriefCard, BriefView, EventView, Html, IntoValue, PageView, Pagination,
    QuoteView, Ref, SiteView, StorylineCard, StorylineView, TopicCard, TopicView, map,
};
use super::{Renderer, dates, encode, escape, shown, templates};

/// The template of a brief in a list.
const CARD: &str = "card.html";
/// Stands for the way up to the site's root in HTML that is printed once for all pages: a noncharacter, which
/// Unicode keeps for uses such as this.
const ROOT: char = '\u{FDD0}';
/// How much of a text without a summary describes its page, in bytes.
const DESCRIPTION: usize = 200;
/// How fast people read: words a minute.
const READING_SPEED: usize = 220;
/// At most so many quotes stand on an actor's page.
const QUOTES: usize = 30;
/// At most so many partners, actors or topics stand beside a page's text.
const BESIDE: usize = 12;

/// A page before its template runs.
struct Draft {
    kind: &'static str,
    title: String,
    description: Option<String>,
    language: Option<String>,
    feed: Option<FeedOf>,
    has_code: bool,
    draft: bool,
    /// The path of the document whose page it is.
    here: Option<DocumentIx>,
    context: Context,
}

impl Draft {
    fn new(kind: &'static str, title: impl Into<String>) -> Self {
        Draft {
            kind,
            title: title.into(),
            description: None,
            language: None,
            feed: None,
            has_code: false,
            draft: false,
            here: None,
            context: Context::new(),
        }
    }

    fn set(&mut self, key: &'static str, value: impl IntoValue) {
        self.context.insert_value(key, value.into_value());
    }
}

impl Renderer {
    /// What every page sees and no page changes.
    pub(super) fn site_context(&self, context: &mut Context) {
        let config = &*self.config;
        let documents = &self.graph.documents;
        let mut menu: Vec<(i64, &str, Value)> = Vec::new();
        for (ix, page) in documents.pages.entries() {
            if let Some(label) = &page.front.menu {
                let path = self.paths.pages[ix].as_str();
                let item = map([("label", label.as_str().into()), ("path", path.into())]);
                menu.push((page.front.weight.unwrap_or(0), &page.id, item));
            }
        }
        menu.sort_by(|a, b| (a.0, a.1).cmp(&(b.0, b.1)));
        let item =
            |label: &str, path: String| map([("label", label.into()), ("path", path.into())]);
        let lists: Vec<Value> = if config.menu.is_empty() {
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
        };
        context.insert_value("site", site.into_value());
        context.insert_value("t", self.strings.value());
        context.insert_value("home", Value::from(shown("", self.offline)));
        let assets = self.plan.theme.iter().filter_map(|(name, path)| {
            let key = name.strip_suffix(".css")?;
            Some((tera::value::Key::from(key), Value::from(path.as_str())))
        });
        context.insert_value("asset", Value::from(assets.collect::<tera::Map>()));
        // Lists of the site have paths that end in a folder; offline, they spell out the file.
        let lists = ["actors", "topics", "pairs", "storylines", "timeline", "archive"];
        let paths = lists.map(|list| {
            (tera::value::Key::from(list), Value::from(shown(&format!("{list}/"), self.offline)))
        });
        context.insert_value("lists", Value::from(paths.into_iter().collect::<tera::Map>()));
    }

    /// The HTML of a page.
    pub(super) fn page(&self, planned: &Planned) -> Result<String, Diagnostic> {
        let root = self.root(planned);
        let template = super::template(&planned.output);
        let mut draft = self.draft(planned, &root)?;
        let title = draft.title.clone();
        let description = draft.description.take();
        let language = draft.language.take();
        let page = PageView {
            title: &title,
            description: description.as_deref(),
            path: &planned.path,
            canonical: self.absolute(&planned.path),
            language: language.as_deref().unwrap_or(&self.config.language),
            kind: draft.kind,
            feed_path: draft.feed.map(|feed| encode(&self.plan.feed_path(&self.graph, feed))),
            feed_title: draft.feed.map(|_| title.clone()),
            has_code: draft.has_code,
            draft: draft.draft,
        };
        draft.set("page", page);
        draft.set("root", root.as_str());
        let html = self
            .tera
            .render(template, &draft.context)
            .map_err(|error| templates::failed(&error, template, &planned.path))?;
        Ok(settle(html, &root, draft.here.map(|document| self.path(document))))
    }

    fn draft(&self, planned: &Planned, root: &str) -> Result<Draft, Diagnostic> {
        let word = |key: &str| self.strings.get(key).to_owned();
        Ok(match &planned.output {
            Output::Home(part) => self.home(part)?,
            Output::Brief(ix) => self.brief(*ix, root)?,
            Output::Actors => self.actors(),
            Output::Actor(ix, part) => self.actor(*ix, part, root)?,
            Output::Topics => {
                let mut draft = Draft::new("topics", word("topics"));
                let tree = self.graph.topic_tree.iter();
                draft
                    .set("topics", tree.map(|t| self.cards.topics[*t].clone()).collect::<Vec<_>>());
                draft
            }
            Output::Topic(ix, part) => self.topic(*ix, part, root)?,
            Output::Pairs => {
                let mut draft = Draft::new("pairs", word("pairs"));
                let pairs = self.graph.pairs.iter().zip(&self.paths.pairs).map(|(pair, path)| {
                    let (a, b) = self.ordered(pair.a, pair.b);
                    map([
                        ("a", self.actor_ref(a)),
                        ("b", self.actor_ref(b)),
                        ("path", path.as_str().into()),
                        ("shared", pair.briefs.len().into()),
                    ])
                });
                draft.set("pairs", pairs.collect::<Vec<_>>());
                draft
            }
            Output::Pair(index, part) => self.pair(*index, part)?,
            Output::Storylines => {
                let mut draft = Draft::new("storylines", word("storylines"));
                draft.set("storylines", self.cards.storylines.iter().cloned().collect::<Vec<_>>());
                draft
            }
            Output::Storyline(ix) => self.storyline(*ix, root)?,
            Output::Timeline => {
                let mut draft = Draft::new("timeline", word("timeline"));
                let long = self.graph.has_long_timeline();
                let years = self.graph.timeline_years();
                let years = years.into_iter().map(|(year, events)| match long {
                    true => {
                        let path = shown(&crate::plan::timeline_path(year), self.offline);
                        timeline_year(year, events.len(), Some(path), Vec::new())
                    }
                    false => timeline_year(year, events.len(), None, self.events(events)),
                });
                draft.set("years", years.collect::<Vec<_>>());
                draft
            }
            Output::TimelineYear(year) => {
                let title = format!("{} {year}", self.strings.get("timeline"));
                let mut draft = Draft::new("timeline", title);
                let years = self.graph.timeline_years();
                let found = years.binary_search_by_key(year, |(year, _)| *year).ok();
                let year = found.and_then(|index| years.get(index)).map(|(year, events)| {
                    timeline_year(*year, events.len(), None, self.events(events))
                });
                draft.set("years", year.into_iter().collect::<Vec<_>>());
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
                let years = years.into_iter().map(|(year, count)| {
                    map([
                        ("year", Value::from(i64::from(year))),
                        ("path", shown(&format!("archive/{year:04}/"), self.offline).into()),
                        ("count", count.into()),
                        ("months", self.months(year).into_value()),
                    ])
                });
                draft.set("years", years.collect::<Vec<_>>());
                draft
            }
            Output::ArchiveYear(year) => {
                let mut draft = Draft::new("archive", year.to_string());
                draft.set("year", Value::from(i64::from(*year)));
                draft.set("months", self.months(*year));
                draft.set("briefs", self.of_date(|y, _| y == *year)?);
                draft
            }
            Output::ArchiveMonth(year, month) => {
                let title = format!("{} {year}", dates::month_name(&self.strings, *month));
                let mut draft = Draft::new("archive", title.clone());
                draft.set("title_text", title);
                draft.set("year_path", shown(&format!("archive/{year:04}/"), self.offline));
                draft.set("briefs", self.of_date(|y, m| (y, m) == (*year, *month))?);
                draft
            }
            Output::Page(ix) => self.site_page(*ix, root),
            Output::Redirect(document) => {
                let title = self.graph.title(*document).to_owned();
                let mut draft = Draft::new("redirect", title);
                draft.set("target", format!("{root}{}", self.path(*document)));
                let path = crate::plan::document_path(&self.graph, *document);
                draft.set("target_absolute", self.absolute(&path));
                draft
            }
            _ => Draft::new("not-found", word("not_found")),
        })
    }

    fn home(&self, part: &Part) -> Result<Draft, Diagnostic> {
        let mut draft = Draft::new("home", self.config.title.value.clone());
        draft.description.clone_from(&self.config.description);
        // The first page leads with a brief that its list does not repeat.
        let lead = self.graph.lead.filter(|_| part.page == 1);
        let briefs = part.range.clone().map(Ix::new).filter(|brief| Some(*brief) != lead);
        let briefs = self.brief_cards(briefs)?;
        draft.set("lead", lead.map(|lead| self.brief_card(lead)).transpose()?);
        draft.set("latest", briefs);
        draft.set("pagination", self.pagination("", part));
        draft.set("storylines", self.cards.storylines.iter().cloned().collect::<Vec<_>>());
        let mut actors: Vec<(usize, Ix<Actor>)> =
            self.graph.actors.entries().map(|(ix, a)| (a.briefs.len(), ix)).collect();
        actors.sort_by(|a, b| b.0.cmp(&a.0).then_with(|| a.1.cmp(&b.1)));
        let actors = actors.into_iter().filter(|(n, _)| *n > 0);
        let actors = actors.take(self.config.home.actors.0 as usize);
        draft.set("actors", actors.map(|(_, a)| self.cards.actors[a].clone()).collect::<Vec<_>>());
        let mut topics: Vec<(usize, Ix<Topic>)> =
            self.graph.topics.entries().map(|(ix, t)| (t.briefs.len(), ix)).collect();
        topics.sort_by(|a, b| b.0.cmp(&a.0).then_with(|| a.1.cmp(&b.1)));
        let topics =
            topics.into_iter().filter(|(n, _)| *n > 0).take(self.config.home.topics.0 as usize);
        draft.set("topics", topics.map(|(_, t)| self.cards.topics[t].clone()).collect::<Vec<_>>());
        Ok(draft)
    }

    fn brief(&self, ix: Ix<Brief>, root: &str) -> Result<Draft, Diagnostic> {
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
        let perhaps = |ix: Option<Ix<Brief>>| ix.map(card).transpose();
        let index = ix.get();
        let total = graph.briefs.len();
        let review_by = front.review_by.as_ref().map(|d| d.value);
        let updated = front.updated.as_ref().map(|m| m.value.date(&zone));
        let view = BriefView {
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
            follows: perhaps(links.follows)?,
            followed_by: self.brief_cards(links.followed_by.iter().copied())?,
            storyline_previous: perhaps(in_storyline(
                storyline.and_then(|(_, p)| p.checked_sub(1)),
            ))?,
            storyline_next: perhaps(in_storyline(storyline.map(|(_, p)| p + 1)))?,
            storyline_position: storyline.map(|(_, place)| place + 1),
            storyline_length: storyline.map_or(0, |(briefs, _)| briefs.len()),
            older: perhaps((index + 1 < total).then(|| Ix::new(index + 1)))?,
            newer: perhaps(index.checked_sub(1).map(Ix::new))?,
            related: self
                .related(ix)
                .iter()
                .map(|other| {
                    let related = shared_by(graph, ix, *other);
                    let shared: Vec<Value> = related
                        .actors
                        .iter()
                        .map(|a| self.actor_ref(*a))
                        .chain(related.topics.iter().map(|t| self.topic_ref(*t)))
                        .collect();
                    let names = related.actors.iter().map(|a| graph.title(DocumentIx::Actor(*a)));
                    let names = names
                        .chain(related.topics.iter().map(|t| graph.title(DocumentIx::Topic(*t))));
                    let reason = names.take(3).collect::<Vec<_>>().join(" · ");
                    Ok(map([
                        ("brief", card(*other)?),
                        ("shared", shared.into_value()),
                        ("reason", reason.into()),
                    ]))
                })
                .collect::<Result<_, Diagnostic>>()?,
            backlinks: self.backlinks(this)?,
            review_by_text: review_by.map(|d| dates::day(&self.strings, d)),
            overdue: review_by.is_some_and(|d| d < self.now.to_zoned_datetime(zone.clone()).date()),
            language: front.language.as_deref().unwrap_or(&self.config.language),
            extra: Value::from_serializable(&front.extra),
        };
        let mut draft = Draft::new("brief", front.title.value.clone());
        draft.description = description(front.summary.as_ref(), &document.body);
        draft.language = front.language.as_deref().map(str::to_owned);
        draft.has_code = document.body.has_code;
        draft.draft = front.draft;
        // The view on the page has what the card has, and more.
        let mut all = card(ix)?.into_map().unwrap_or_default();
        all.extend(view.into_value().into_map().unwrap_or_default());
        draft.set("brief", Value::from(all));
        Ok(draft)
    }

    fn actors(&self) -> Draft {
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
            let cards: Vec<Value> = actors.iter().map(|a| self.cards.actors[*a].clone()).collect();
            (!cards.is_empty()).then(|| {
                map([
                    ("kind", Value::from(*kind)),
                    ("title", self.strings.get(&format!("kinds_{kind}")).into()),
                    ("actors", cards.into_value()),
                ])
            })
        });
        draft.set("groups", groups.collect::<Vec<_>>());
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

    fn actor(&self, ix: Ix<Actor>, part: &Part, root: &str) -> Result<Draft, Diagnostic> {
        let graph = &*self.graph;
        let document = &graph.documents.actors[ix];
        let front = &document.front;
        let links = &graph.actors[ix];
        // Later pages of the list repeat neither timeline nor quotes: their number grows with the briefs,
        // and so does that of the pages.
        let first = part.page == 1;
        let refs = |list: &[Ix<Actor>]| list.iter().map(|a| self.actor_ref(*a)).collect::<Vec<_>>();
        let today = self.now.to_zoned_datetime(self.config.zone()).date();
        let roles = front.roles.iter().zip(&links.roles).map(|(role, of)| {
            let words = |d: &crate::front_matter::PartialDate| dates::partial(&self.strings, d);
            let from = role.from.as_ref().map(|d| words(&d.value));
            let to = role.to.as_ref().map(|d| words(&d.value));
            let current = role.to.as_ref().is_none_or(|d| d.value.last_day() >= today)
                && role.from.as_ref().is_none_or(|d| d.value.first_day() <= today);
            map([
                ("title", role.title.value.as_str().into()),
                ("of", of.map(|a| self.actor_ref(a)).into_value()),
                ("from_text", from.into_value()),
                ("to_text", to.into_value()),
                ("current", current.into()),
            ])
        });
        let path = self.paths.actors[ix].as_str();
        let image = front.image.as_ref().map(|image| {
            let folder = crate::plan::document_path(graph, DocumentIx::Actor(ix));
            let folder = if document.folder { folder.as_str() } else { "actors/" };
            encode(&format!("{folder}{}", image.value))
        });
        let view = ActorView {
            name: &front.name.value,
            path,
            kind: front.kind.value.word(),
            kind_text: self.strings.get(&format!("kind_{}", front.kind.value.word())).to_owned(),
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
            extra: Value::from_serializable(&front.extra),
        };
        let mut draft = Draft::new("actor", front.name.value.clone());
        draft.here = Some(DocumentIx::Actor(ix));
        draft.description = description(front.summary.as_ref(), &document.body);
        draft.feed = Some(FeedOf::Actor(ix));
        draft.has_code = document.body.has_code;
        draft.draft = front.draft;
        draft.set("actor", view);
        self.set_briefs(&mut draft, &links.briefs, part)?;
        let base = crate::plan::document_path(graph, DocumentIx::Actor(ix));
        draft.set("pagination", self.pagination(&base, part));
        draft.set(
            "timeline",
            links
                .timeline
                .iter()
                .filter(|_| first)
                .filter_map(|e| self.event(*e))
                .collect::<Vec<_>>(),
        );
        let partners = links.partners.iter().take(BESIDE).map(|(partner, shared)| {
            let pair = graph.pair(ix, *partner).and_then(|p| self.paths.pairs.get(p));
            map([
                ("actor", self.actor_ref(*partner)),
                ("shared", (*shared).into()),
                ("pair_path", pair.map(String::as_str).into_value()),
            ])
        });
        draft.set("partners", partners.collect::<Vec<_>>());
        let topics = links.topics.iter().take(BESIDE).map(|(t, n)| self.topic_card(*t, *n));
        draft.set("topics", topics.collect::<Vec<_>>());
        let quotes =
            links.mentions.iter().filter(|_| first).take(QUOTES).filter_map(|(brief, mention)| {
                let mention = graph.documents.briefs[*brief].mentions.get(*mention)?;
                Some(self.brief_card(*brief).map(|card| self.quote(card, &mention.quote)))
            });
        draft.set("quotes", quotes.collect::<Result<Vec<_>, _>>()?);
        Ok(draft)
    }

    fn topic(&self, ix: Ix<Topic>, part: &Part, root: &str) -> Result<Draft, Diagnostic> {
        let graph = &*self.graph;
        let document = &graph.documents.topics[ix];
        let front = &document.front;
        let links = &graph.topics[ix];
        let view = TopicView {
            name: &front.name.value,
            path: self.paths.topics[ix].as_str(),
            summary: front.summary.as_ref().map(|s| s.value.as_str()),
            content: Html(self.fill(DocumentIx::Topic(ix), &document.body, root, true)),
            wikidata: front.wikidata.as_deref(),
            iptc: front.iptc.as_deref(),
            extra: Value::from_serializable(&front.extra),
        };
        let mut draft = Draft::new("topic", front.name.value.clone());
        draft.here = Some(DocumentIx::Topic(ix));
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
        let children = links.children.iter().map(|t| self.cards.topics[*t].clone());
        draft.set("children", children.collect::<Vec<_>>());
        self.set_briefs(&mut draft, &links.briefs, part)?;
        let base = crate::plan::document_path(graph, DocumentIx::Topic(ix));
        draft.set("pagination", self.pagination(&base, part));
        draft.set("actors", self.counted_actors(&links.actors));
        Ok(draft)
    }

    fn pair(&self, index: usize, part: &Part) -> Result<Draft, Diagnostic> {
        let mut draft = Draft::new("pair", self.pair_title(index));
        let Some(pair) = self.graph.pairs.get(index) else { return Ok(draft) };
        let (a, b) = self.ordered(pair.a, pair.b);
        draft.feed = Some(FeedOf::Pair(index));
        draft.set("a", self.actor_ref(a));
        draft.set("b", self.actor_ref(b));
        self.set_briefs(&mut draft, &pair.briefs, part)?;
        draft.set(
            "pagination",
            self.pagination(self.plan.pairs.get(index).map_or("", String::as_str), part),
        );
        let events = if part.page == 1 { self.graph.pair_timeline(pair) } else { Vec::new() };
        draft.set("timeline", events.into_iter().filter_map(|e| self.event(e)).collect::<Vec<_>>());
        let topics = pair.briefs.iter().flat_map(|b| self.graph.briefs[*b].topics.iter().copied());
        let mut tally = crate::graph::Tally::new(self.graph.topics.len());
        let topics = tally.most(topics).into_iter().take(BESIDE);
        draft.set("topics", topics.map(|(t, n)| self.topic_card(t, n)).collect::<Vec<_>>());
        Ok(draft)
    }

    fn storyline(&self, ix: Ix<Storyline>, root: &str) -> Result<Draft, Diagnostic> {
        let document = &self.graph.documents.storylines[ix];
        let front = &document.front;
        let links = &self.graph.storylines[ix];
        let status = front.status.word();
        let view = StorylineView {
            title: &front.title.value,
            path: self.paths.storylines[ix].as_str(),
            summary: front.summary.as_ref().map(|s| s.value.as_str()),
            status,
            status_text: self.strings.get(&format!("status_{status}")).to_owned(),
            content: Html(self.fill(DocumentIx::Storyline(ix), &document.body, root, true)),
            extra: Value::from_serializable(&front.extra),
        };
        let mut draft = Draft::new("storyline", front.title.value.clone());
        draft.description = description(front.summary.as_ref(), &document.body);
        draft.feed = Some(FeedOf::Storyline(ix));
        draft.has_code = document.body.has_code;
        draft.draft = front.draft;
        draft.set("storyline", view);
        draft.set("briefs", self.brief_cards(links.briefs.iter().copied())?);
        let events = self.graph.timeline_of(&links.briefs);
        draft.set("timeline", events.into_iter().filter_map(|e| self.event(e)).collect::<Vec<_>>());
        draft.set("actors", self.counted_actors(&links.actors));
        Ok(draft)
    }

    fn site_page(&self, ix: Ix<Page>, root: &str) -> Draft {
        let document = &self.graph.documents.pages[ix];
        let mut draft = Draft::new("page", document.front.title.value.clone());
        draft.description = description(document.front.summary.as_ref(), &document.body);
        draft.has_code = document.body.has_code;
        draft.draft = document.front.draft;
        draft.set("content", Html(self.fill(DocumentIx::Page(ix), &document.body, root, true)));
        draft.set("toc", toc(&document.body));
        draft.set("extra", Value::from_serializable(&document.front.extra));
        draft
    }

    /// Briefs as they stand in a list. Errors: the template of cards fails.
    fn brief_cards(
        &self,
        briefs: impl Iterator<Item = Ix<Brief>>,
    ) -> Result<Vec<Value>, Diagnostic> {
        briefs.map(|brief| self.brief_card(brief)).collect()
    }

    fn brief_card(&self, brief: Ix<Brief>) -> Result<Value, Diagnostic> {
        match &self.cards.briefs {
            Some(cards) => Ok(cards[brief].clone()),
            None => self.make_card(brief),
        }
    }

    fn related(&self, brief: Ix<Brief>) -> Cow<'_, [Ix<Brief>]> {
        match &self.cards.related {
            Some(related) => Cow::Borrowed(&related[brief]),
            None => Cow::Owned(Kinship::new(&self.graph).of(brief).into_vec()),
        }
    }

    fn set_briefs(
        &self,
        draft: &mut Draft,
        briefs: &[Ix<Brief>],
        part: &Part,
    ) -> Result<(), Diagnostic> {
        let shown = briefs.get(part.range.clone()).unwrap_or_default();
        draft.set("briefs", self.brief_cards(shown.iter().copied())?);
        Ok(())
    }

    fn counted_actors(&self, actors: &[(Ix<Actor>, usize)]) -> Vec<Value> {
        actors.iter().take(BESIDE).map(|(a, n)| self.actor_card(*a, *n)).collect()
    }

    /// Two actors in the order of their pair's address.
    fn ordered(&self, a: Ix<Actor>, b: Ix<Actor>) -> (Ix<Actor>, Ix<Actor>) {
        let slug = |ix| crate::plan::slug(self.graph.title(DocumentIx::Actor(ix)));
        if slug(a) <= slug(b) { (a, b) } else { (b, a) }
    }

    fn of_date(&self, wanted: impl Fn(i16, i8) -> bool) -> Result<Vec<Value>, Diagnostic> {
        let briefs = self.graph.documents.briefs.entries();
        let briefs = briefs.filter(|(_, b)| b.date.is_some_and(|d| wanted(d.year(), d.month())));
        self.brief_cards(briefs.map(|(ix, _)| ix))
    }

    /// The months of a year that have briefs, newest first.
    fn months(&self, year: i16) -> Vec<Value> {
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
                map([
                    ("month_text", dates::month_name(&self.strings, month).into()),
                    ("path", shown(&format!("archive/{year:04}/{month:02}/"), self.offline).into()),
                    ("count", count.into()),
                ])
            })
            .collect()
    }

    fn pagination(&self, base: &str, part: &Part) -> Pagination {
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
                    map([
                        ("n", n.into()),
                        ("path", path(n).into()),
                        ("current", (n == part.page).into()),
                    ])
                })
                .collect(),
        }
    }

    fn backlinks(&self, to: DocumentIx) -> Result<Vec<Value>, Diagnostic> {
        let links = self.graph.backlinks.get(&to).map_or(&[][..], Vec::as_slice);
        links
            .iter()
            .filter_map(|(from, target)| {
                let quote = self.graph.body(*from).targets.get(*target)?.sentence.as_ref()?;
                let from = match from {
                    DocumentIx::Brief(ix) => self.brief_card(*ix),
                    other => Ok(self.document_ref(*other)),
                };
                Some(from.map(|from| self.quote(from, quote)))
            })
            .collect()
    }

    fn quote(&self, brief: Value, quote: &Quote) -> Value {
        let mut html = String::with_capacity(quote.before.len() + quote.after.len() + 64);
        escape(&mut html, &quote.before);
        html.push_str("<mark>");
        escape(&mut html, &quote.marked);
        html.push_str("</mark>");
        escape(&mut html, &quote.after);
        QuoteView { brief, html: Html(html) }.into_value()
    }

    fn events(&self, events: &[EventIx]) -> Vec<Value> {
        events.iter().filter_map(|event| self.event(*event)).collect()
    }

    fn event(&self, event: EventIx) -> Option<Value> {
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

    fn actor_ref(&self, ix: Ix<Actor>) -> Value {
        // A card has all that a reference has, and is made already.
        self.cards.actors[ix].clone()
    }

    fn topic_ref(&self, ix: Ix<Topic>) -> Value {
        self.cards.topic_refs[ix].clone()
    }

    fn document_ref(&self, document: DocumentIx) -> Value {
        let documents = &self.graph.documents;
        let text =
            |s: &Option<crate::front_matter::Spanned<String>>| s.as_ref().map(|s| s.value.clone());
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
        Ref {
            name: self.graph.title(document),
            path: self.path(document),
            kind,
            summary: summary.as_deref(),
        }
        .into_value()
    }

    fn actor_card(&self, ix: Ix<Actor>, briefs: usize) -> Value {
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

    fn topic_card(&self, ix: Ix<Topic>, briefs: usize) -> Value {
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

    /// Makes the views that many pages share; those of briefs if all pages are wanted. Errors: the template of
    /// cards fails.
    pub(super) fn make_cards(&mut self, whole: bool) -> Result<(), Diagnostic> {
        let documents = &self.graph.documents;
        let actors = self.graph.actors.entries().map(|(ix, a)| self.actor_card(ix, a.briefs.len()));
        self.cards.actors = Shelf::new(actors.collect());
        let topics = self.graph.topics.entries().map(|(ix, t)| self.topic_card(ix, t.briefs.len()));
        self.cards.topics = Shelf::new(topics.collect());
        let storylines = documents.storylines.entries().map(|(ix, s)| {
            let briefs = &self.graph.storylines[ix].briefs;
            let latest = briefs.last().and_then(|b| documents.briefs[*b].date);
            let status = s.front.status.word();
            StorylineCard {
                title: &s.front.title.value,
                path: &self.paths.storylines[ix],
                summary: s.front.summary.as_ref().map(|s| s.value.as_str()),
                status,
                status_text: self.strings.get(&format!("status_{status}")).to_owned(),
                briefs: briefs.len(),
                latest: latest.map(|d| dates::day(&self.strings, d)),
            }
            .into_value()
        });
        self.cards.storylines = Shelf::new(storylines.collect());
        let topics = documents.topics.keys().map(|ix| self.document_ref(DocumentIx::Topic(ix)));
        self.cards.topic_refs = Shelf::new(topics.collect());
        let storylines = documents.storylines.keys();
        let storylines = storylines.map(|ix| self.document_ref(DocumentIx::Storyline(ix)));
        self.cards.storyline_refs = Shelf::new(storylines.collect());
        if whole {
            let briefs: Vec<Ix<Brief>> = documents.briefs.keys().collect();
            let cards: Result<Vec<Value>, Diagnostic> =
                briefs.par_iter().map(|brief| self.make_card(*brief)).collect();
            self.cards.briefs = Some(Shelf::new(cards?));
            let kinship = || Kinship::new(&self.graph);
            let related = briefs.par_iter().map_init(kinship, |kinship, brief| kinship.of(*brief));
            self.cards.related = Some(Shelf::new(related.collect()));
        }
        Ok(())
    }

    fn make_card(&self, ix: Ix<Brief>) -> Result<Value, Diagnostic> {
        let document = &self.graph.documents.briefs[ix];
        let front = &document.front;
        let links = &self.graph.briefs[ix];
        let kind = front.kind.word();
        let day = |d| dates::day(&self.strings, d);
        let card = |html: Option<Html>| {
            BriefCard {
                title: &front.title.value,
                path: &self.paths.briefs[ix],
                date: document.date.map(|d| d.to_string()).unwrap_or_default(),
                date_text: document.date.map(day).unwrap_or_default(),
                summary: front.summary.as_ref().map(|s| s.value.as_str()),
                kind,
                kind_text: self.strings.get(&format!("kind_{kind}")).to_owned(),
                draft: front.draft,
                reading_minutes: (document.body.words as usize).div_ceil(READING_SPEED).max(1),
                actors: links.actors.iter().map(|a| self.actor_ref(*a)).collect(),
                topics: links.topics.iter().map(|t| self.topic_ref(*t)).collect(),
                storyline: links.storyline.map(|(s, _)| self.cards.storyline_refs[s].clone()),
                html,
            }
            .into_value()
        };
        let mut context = Context::new();
        context.insert_value("b", card(None));
        context.insert_value("root", Value::from(ROOT.to_string()));
        let html = self
            .tera
            .render(CARD, &context)
            .map_err(|error| templates::failed(&error, CARD, &self.paths.briefs[ix]))?;
        Ok(card(Some(Html(html.trim().to_owned()))))
    }
}

/// Puts the way up to the site's root into the HTML that was printed for any page. A link to the page's own
/// document becomes a link without an address, which HTML has for the place where one would be.
fn settle(html: String, root: &str, here: Option<&str>) -> String {
    if !html.contains(ROOT) {
        return html;
    }
    let mut out = String::with_capacity(html.len());
    let mut rest = html.as_str();
    while let Some(at) = rest.find(ROOT) {
        let (before, token) = rest.split_at(at);
        let after = token.get(ROOT.len_utf8()..).unwrap_or_default();
        let own = here.and_then(|here| after.strip_prefix(here)?.strip_prefix('"'));
        match (before.strip_suffix("href=\""), own) {
            (Some(before), Some(after)) => {
                out.push_str(before);
                out.push_str("aria-current=\"page\"");
                rest = after;
            }
            _ => {
                out.push_str(before);
                out.push_str(root);
                rest = after;
            }
        }
    }
    out.push_str(rest);
    out
}

/// What is said of a page where it is not read: its summary, or how its text begins.
fn description(summary: Option<&Spanned<String>>, body: &Body) -> Option<String> {
    if let Some(summary) = summary {
        return Some(summary.value.clone());
    }
    let excerpt = body.excerpt.trim();
    let end = excerpt.floor_char_boundary(DESCRIPTION);
    let cut = match excerpt.get(..end).filter(|_| end < excerpt.len()) {
        Some(cut) => format!("{}…", cut.rsplit_once(' ').map_or(cut, |(words, _)| words)),
        None => excerpt.to_owned(),
    };
    (!cut.is_empty()).then_some(cut)
}

/// A year of the timeline, with its events or the path of a page that has them.
fn timeline_year(year: i16, count: usize, path: Option<String>, events: Vec<Value>) -> Value {
    map([
        ("year", Value::from(i64::from(year))),
        ("count", count.into()),
        ("path", path.into_value()),
        ("events", events.into_value()),
    ])
}

/// The headings of a text.
fn toc(body: &Body) -> Vec<Value> {
    body.headings
        .iter()
        .map(|heading| {
            map([
                ("level", usize::from(heading.level).into()),
                ("id", Value::from(&*heading.id)),
                ("title", heading.title.as_str().into()),
            ])
        })
        .collect()
}
