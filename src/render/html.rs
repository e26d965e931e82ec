//! HTML pages: what each template is given.

use std::borrow::Cow;
use std::collections::BTreeMap;

use rustc_hash::FxHashMap;
use specialiser::Fragment;
use tera::Context;

use crate::arena::Ix;
use crate::config::HomePicture;
use crate::diagnostic::{Code, Diagnostic};
use crate::front_matter::{Actor, Brief, Event, LanguageTag, Page, Spanned, Storyline, Topic};
use crate::graph::{Counter, DocumentIx, EventIx, JudgementIx, Kinship, Pair, Standing, shared_by};
use crate::html::{Html, Plain};
use crate::markdown::{Body, Markup, Quote};
use crate::never;
use crate::plan::{FeedOf, HtmlPage, ListPart, Planned, judgements_path, part_path};

use super::address::{encode, shown};
use super::description::description;
use super::lists::Month;
use super::shape::{ActorCard, BriefCard, Ref, Shape, StorylineCard, TopicCard};
use super::value::{
    DocumentText, Documents, IntoValue, Object, PageSetting, TemplateValue, Value, list, perhaps,
    reference, text,
};
use super::view::{
    ActorGroup, ArchiveMonth, ArchiveYear, BriefGroup, BriefLine, BriefView, CalendarMonth,
    DayOfBriefs, EventView, FurtherBrief, Heading, ListYear, MenuItem, MonthName, PageNumber,
    PageView, Pagination, PairCard, PairGroup, QuoteView, RelatedBrief, SiteView, StorylineView,
    TopicView,
};
use super::{Pages, Renderer, Shown, by_tera, dates};

/// So much of what two briefs share says why they are related.
const REASONS: usize = 3;
/// As long as that is, mostly, in bytes.
const REASON: usize = 64;
/// How fast people read: words a minute.
const READING_SPEED: usize = 220;
/// At most so many events stand on the page of an actor, a pair or a storyline.
const EVENTS: usize = 500;
/// At most so many partners, actors or topics stand beside a page's text.
const BESIDE: usize = 12;
/// So many of the topics under the same one are shown around a topic, on each side.
const SIBLINGS: usize = 6;
/// So many pairs of an actor stand in the list of pairs, the strongest.
const STRONGEST: usize = 10;
/// How many shades the months of the archive have.
const SHADES: usize = 4;
/// So many briefs stand beside each other below the one that leads the home page.
const SECONDS: usize = 2;
/// At most so many storylines stand on the home page.
const BOARD: usize = 8;
/// At most so many events to come, and so many open judgements, stand on the home page.
const WATCHED: usize = 5;
/// At most so many briefs are offered at the end of one.
const FURTHER: usize = 4;
/// The lists that lead the menu; the others are behind a word. Of a menu of the site's own, as many entries lead.
const MENU: [&str; 4] = ["storylines", "actors", "topics", "timeline"];

/// A page before its template runs.
pub(super) struct Draft<'a> {
    pub(super) title: Cow<'a, str>,
    pub(super) description: Option<Cow<'a, str>>,
    pub(super) language: Option<&'a LanguageTag>,
    pub(super) feed: Option<FeedOf>,
    pub(super) has_code: bool,
    pub(super) draft: bool,
    variables: Vec<(&'static str, Value<'a>)>,
}

impl<'a> Draft<'a> {
    pub(super) fn new(title: impl Into<Cow<'a, str>>) -> Self {
        Draft {
            title: title.into(),
            description: None,
            language: None,
            feed: None,
            has_code: false,
            draft: false,
            variables: Vec::with_capacity(12),
        }
    }

    pub(super) fn set(&mut self, name: &'static str, value: impl IntoValue<'a>) {
        self.variables.push((name, value.into_value()));
    }
}

impl Renderer {
    /// What every page sees and no page changes.
    pub(super) fn constants(&self) -> BTreeMap<&'static str, tera::Value> {
        let config = &*self.config;
        let documents = &self.graph.documents;
        let item = |label, page: Option<Cow<'_, str>>, path: Cow<'_, str>| {
            let (outside, page) = (page.is_none(), page.map(|page| page.into_owned().into_value()));
            let path = path.into_owned().into_value();
            MenuItem { label, path, page, outside }.into_value()
        };
        let mut menu: Vec<(i64, &str, Value<'_>)> = Vec::new();
        for (ix, page) in documents.pages.entries() {
            if let Some(label) = &page.front.menu {
                let path = self.lists.pages.path(ix);
                let its = self.plan.path(&self.graph, DocumentIx::Page(ix));
                let item = item(label, Some(its.into()), path.as_str().into());
                menu.push((page.front.weight.unwrap_or(0), &page.id, item));
            }
        }
        menu.sort_by(|a, b| (a.0, a.1).cmp(&(b.0, b.1)));
        let is_there = |list: &&str| match *list {
            "storylines" => !documents.storylines.is_empty(),
            "judgements" => !self.graph.judgements.is_empty(),
            "pairs" => !self.graph.pairs.is_empty(),
            "timeline" => !self.graph.timeline.is_empty(),
            _ => true,
        };
        let first = match config.menu.is_empty() {
            true => MENU.iter().filter(|list| is_there(list)).count(),
            false => MENU.len(),
        };
        let lists: Vec<Value<'_>> = if config.menu.is_empty() {
            MENU.into_iter()
                .chain(["judgements", "pairs", "archive"])
                .filter(is_there)
                .map(|list| {
                    let page = format!("{list}/");
                    let path = shown(page.clone(), self.offline);
                    item(self.strings.get(list), Some(page.into()), path)
                })
                .collect()
        } else {
            let own = self.plan.menu.iter().filter_map(|entry| {
                let written = config.menu.get(entry.item)?;
                let file = entry.file.and_then(|file| self.plan.files.get(file));
                let path = match file {
                    Some(file) => {
                        format!("{}{}", shown(file.path.as_str(), self.offline), entry.rest).into()
                    }
                    None => written.path.value.as_str().into(),
                };
                Some(item(&written.label, file.map(|file| file.path.as_str().into()), path))
            });
            own.collect()
        };
        let menu: Vec<Value<'_>> =
            lists.into_iter().chain(menu.into_iter().map(|(_, _, item)| item)).collect();
        let (menu_first, menu_more) = menu.split_at(first.min(menu.len()));
        let site = SiteView {
            title: &config.title.value,
            description: config.description.as_deref(),
            publisher: config.publisher.as_deref(),
            language: &config.language,
            dir: config.language.direction(),
            base_url: &config.base_url.value,
            year: self.now.to_zoned_datetime(config.zone()).year().max(0) as usize,
            feed_path: "feed.xml",
            menu_first: menu_first.to_vec(),
            menu_more: menu_more.to_vec(),
            css: list(config.theme.css.iter().map(|sheet| encode(sheet.value.as_str()))),
            menu,
            has_storylines: !documents.storylines.is_empty(),
            has_judgements: !self.graph.judgements.is_empty(),
            has_pairs: !self.graph.pairs.is_empty(),
            has_events: !self.graph.timeline.is_empty(),
            has_search: config.search.enabled,
            extra: &config.extra,
        };
        let map = |paths: Vec<(&str, String)>| {
            let entries =
                paths.into_iter().map(|(name, path)| (name.to_owned().into(), path.into()));
            tera::Value::from(entries.collect::<tera::Map>())
        };
        let assets = self.plan.theme.files.iter();
        let assets = assets.filter_map(|file| {
            let stem = file.name.strip_suffix(".css").or_else(|| file.name.strip_suffix(".js"))?;
            Some((stem, file.path.clone()))
        });
        // Lists of the site have paths that end in a folder; offline, they spell out the file.
        let lists = [
            ("briefs", "briefs/"),
            ("actors", "actors/"),
            ("topics", "topics/"),
            ("pairs", "pairs/"),
            ("storylines", "storylines/"),
            ("judgements", "judgements/"),
            ("judgement_record", "judgements/record/"),
            ("judgement_scale", "judgements/scale/"),
            ("timeline", "timeline/"),
            ("archive", "archive/"),
            ("search", "search/"),
        ];
        let lists = lists.map(|(list, path)| (list, shown(path, self.offline).into_owned()));
        BTreeMap::from([
            ("site", site.into_value().to_tera(PageSetting { documents: self, root: "" })),
            ("t", self.strings.value()),
            ("home", shown("", self.offline).into_owned().into()),
            ("asset", map(assets.collect())),
            ("lists", map(lists.into())),
        ])
    }
}

impl Pages<'_> {
    /// The HTML of a page. Errors: its template fails.
    pub(super) fn page(
        &self,
        planned: &Planned,
        page: &HtmlPage,
        buffer: &mut String,
    ) -> Result<(), Diagnostic> {
        let template = page.kind().template;
        let variables = self.variables(planned, page);
        let cards = self.shared.as_ref().map(|shared| shared.cards.as_slice());
        if !self.compiled(template, &variables, planned, cards.unwrap_or_default(), buffer) {
            *buffer = self.by_tera(template, &variables, planned)?;
        }
        Ok(())
    }

    /// Prints a page by its compiled template. Says whether it has.
    pub(super) fn compiled(
        &self,
        template: &str,
        variables: &[(&'static str, Value<'_>)],
        planned: &Planned,
        cards: &[Option<Fragment>],
        buffer: &mut String,
    ) -> bool {
        let variable = |name: &str| {
            // The last that was set counts.
            let set = variables.iter().rev().find(|(set, _)| *set == name);
            set.map_or(TemplateValue::Undefined, |(_, value)| value.into())
        };
        let setting = self.setting(planned);
        self.theme.compiled.print(template, variable, setting, cards, buffer)
    }

    /// What values mean on a page.
    fn setting(&self, planned: &Planned) -> PageSetting<'_> {
        PageSetting { documents: self.renderer, root: self.root(planned) }
    }

    /// What Tera makes of a page.
    pub(super) fn by_tera(
        &self,
        template: &str,
        variables: &[(&'static str, Value<'_>)],
        planned: &Planned,
    ) -> Result<String, Diagnostic> {
        let mut context = Context::new();
        let setting = self.setting(planned);
        for (name, value) in variables {
            context.insert_value(*name, value.to_tera(setting));
        }
        let first = |found: &[Diagnostic]| match found.first() {
            Some(first) => first.clone(),
            None => {
                never!("Tera fails and says nothing" => Diagnostic::new(Code::TemplateError, "a template failed"))
            }
        };
        let tera = self.tera().map_err(first)?;
        let constants = &self.theme.constants;
        by_tera::render(tera, template, &context, constants, &self.sources, &planned.path)
    }

    /// What the template of a page is given.
    pub(super) fn variables<'a>(
        &'a self,
        planned: &'a Planned,
        of: &'a HtmlPage,
    ) -> Vec<(&'static str, Value<'a>)> {
        let root = self.root(planned);
        let mut draft = self.draft(of, root);
        let title = draft.title.clone().into_value();
        let canonical = self.absolute(&planned.path);
        let language = draft.language.unwrap_or(&self.config.language);
        let number = of.part().map(|part| part.page).filter(|page| *page > 1);
        let description = draft.description.take();
        let description = self.page_description(of, description, &draft.title);
        let page = PageView {
            title: title.clone(),
            description: description.map(IntoValue::into_value),
            number,
            path: &planned.path,
            structured_data: self.structured_data(of, &canonical),
            canonical,
            language,
            dir: language.direction(),
            locale: language.replace('-', "_"),
            kind: of.kind().word,
            feed_path: draft
                .feed
                .map(|feed| encode(self.plan.feed_path(&self.graph, feed)).into_owned()),
            feed_title: draft.feed.map(|_| title),
            has_code: draft.has_code,
            draft: draft.draft,
        };
        draft.set("page", page);
        draft.set("root", root);
        draft.variables
    }

    fn draft<'a>(&'a self, page: &'a HtmlPage, root: &str) -> Draft<'a> {
        let word = |key: &'static str| self.strings.get(key);
        match page {
            HtmlPage::Home(part) => self.home(part, root),
            HtmlPage::Brief(ix) => self.brief(*ix),
            HtmlPage::Actors => self.actors(),
            HtmlPage::Actor(ix, part) => self.actor(*ix, part, root),
            HtmlPage::Topics => {
                let mut draft = Draft::new(word("topics"));
                let tree = self.graph.topic_tree.iter();
                draft.set("topics", list(tree.copied()));
                draft
            }
            HtmlPage::Topic(ix, part) => self.topic(*ix, part),
            HtmlPage::Pairs => self.pairs(root),
            HtmlPage::Pair(index, part) => self.pair(*index, part, root),
            HtmlPage::Storylines => {
                let mut draft = Draft::new(word("storylines"));
                draft.set("storylines", self.storyline_entries(usize::MAX));
                draft.set("months", self.trend_months());
                draft
            }
            HtmlPage::Storyline(ix, part) => self.storyline(*ix, part),
            HtmlPage::StorylineMonth(number) => {
                let mut draft = Draft::new(self.month_title(*number));
                draft.set("month", self.trend_month(*number));
                let (lines, unassessed) = self.trend_lines(*number);
                draft.set("lines", lines);
                draft.set("unassessed", unassessed);
                let before = number.checked_sub(1);
                draft.set("previous", before.and_then(|number| self.trend_month(number)));
                draft.set("next", self.trend_month(number + 1));
                draft
            }
            HtmlPage::Timeline => self.timeline(None, root),
            HtmlPage::TimelineYear(year) => self.timeline(Some(*year), root),
            HtmlPage::Judgements(standing, part) => {
                let mut draft = Draft::new(match standing {
                    Standing::Open => word("judgements"),
                    other => self.strings.of("judgements", other.word()),
                });
                draft.set("standing", standing.word());
                let all = self.graph.judgements.standing(*standing);
                self.set_judgements(&mut draft, all, part, &judgements_path(*standing), page);
                draft
            }
            HtmlPage::JudgementsOf(author, part) => {
                let Some((name, of)) = self.graph.judgements.authors().get(*author) else {
                    return never!("the judgements of no author" => Draft::new(""));
                };
                let mut draft = Draft::new(format!("{} {name}", self.strings.get("judgements_of")));
                let Some(path) = self.plan.authors.get(*author) else {
                    return never!("an author without a path" => Draft::new(""));
                };
                draft.set("standing", Value::None);
                self.set_judgements(&mut draft, of, part, path, page);
                draft
            }
            HtmlPage::JudgementRecord => {
                let mut draft = Draft::new(word("judgement_record"));
                draft.set("record", self.record());
                draft
            }
            HtmlPage::JudgementScale => {
                let mut draft = Draft::new(word("judgement_scale"));
                draft.set("scale", self.scale_view());
                draft
            }
            HtmlPage::Briefs(part) => {
                let mut draft = Draft::new(word("briefs"));
                draft.set("briefs", list(part.range.clone().map(Ix::<Brief>::new)));
                draft.set("groups", self.by_month(part.range.clone().map(Ix::new)));
                draft.set("pagination", self.pagination("briefs/", part));
                draft
            }
            HtmlPage::Archive => {
                let mut draft = Draft::new(word("archive"));
                let most = self.lists.months.iter().map(|month| month.briefs.len()).max();
                let years = self.lists.months.chunk_by(|a, b| a.year == b.year);
                let years = years.filter_map(|months| {
                    let year = months.first()?.year;
                    Some(ArchiveYear {
                        year,
                        path: shown(format!("archive/{year:04}/"), self.offline).into_owned(),
                        count: months.iter().map(|month| month.briefs.len()).sum(),
                        months: self.months(months),
                        calendar: self.calendar(months, most.unwrap_or_default()),
                    })
                });
                draft.set("years", list(years));
                let names = (1..=12).map(|month| MonthName {
                    name: dates::month_name(&self.strings, month),
                    short: dates::short_month_name(&self.strings, month),
                });
                draft.set("month_names", list(names));
                draft
            }
            HtmlPage::ArchiveYear(year) => {
                let mut draft = Draft::new(year.to_string());
                draft.set("year", *year);
                let months = self.lists.months.chunk_by(|a, b| a.year == b.year);
                let mut months = months.filter(|m| m.first().is_some_and(|m| m.year == *year));
                let months =
                    months.next().unwrap_or_else(|| never!("a year without briefs" => &[]));
                draft.set("months", self.months(months));
                draft.set("briefs", list(months.iter().flat_map(briefs_of)));
                draft.set("groups", self.by_month(months.iter().flat_map(briefs_of)));
                draft
            }
            HtmlPage::ArchiveMonth(year, month) => {
                let title = format!("{} {year}", dates::month_name(&self.strings, *month));
                let mut draft = Draft::new(title.clone());
                draft.set("title_text", title);
                draft.set(
                    "year_path",
                    shown(format!("archive/{year:04}/"), self.offline).into_owned(),
                );
                let mut months = self.lists.months.iter();
                let found = months.find(|m| (m.year, m.month) == (*year, *month));
                draft.set("briefs", list(found.into_iter().flat_map(briefs_of)));
                draft
            }
            HtmlPage::Page(ix) => self.site_page(*ix),
            HtmlPage::Search => {
                let mut draft = Draft::new(word("search"));
                draft.set("stamp", self.search_index().stamp.as_str());
                draft
            }
            HtmlPage::Redirect(document, _) => {
                let mut draft = Draft::new(self.graph.title(*document));
                draft.set("target", [root, self.path(*document).as_str()].concat());
                let path = self.plan.path(&self.graph, *document);
                draft.set("target_absolute", self.absolute(path));
                draft
            }
            HtmlPage::NotFound => Draft::new(word("not_found")),
        }
    }

    /// A page of a list of judgements, whose first page has the path `base`.
    fn set_judgements<'a>(
        &'a self,
        draft: &mut Draft<'a>,
        all: &[JudgementIx],
        part: &ListPart,
        base: &str,
        page: &HtmlPage,
    ) {
        let shown = never::part(all, part.range.clone());
        draft.set("judgements", list(shown.iter().filter_map(|ix| self.judgement_entry(*ix))));
        draft.set("pagination", self.pagination(base, part));
        draft.set("lists_of_judgements", self.judgement_lists(page));
        // Their number is that of their pages: each page would have as many.
        let all = matches!(page, HtmlPage::Judgements(Standing::Open, part) if part.page == 1);
        draft.set("authors", if all { self.judgement_authors() } else { Value::List(Vec::new()) });
    }

    fn home<'a>(&'a self, part: &ListPart, root: &str) -> Draft<'a> {
        let mut draft = Draft::new(self.config.title.value.as_str());
        draft.description = self.config.description.as_deref().map(Cow::Borrowed);
        // The first page leads with a brief that its list does not repeat.
        let lead = self.graph.lead.filter(|_| part.page == 1);
        let latest = part.range.clone().map(Ix::new).filter(|brief| Some(*brief) != lead);
        draft.set("lead", lead);
        draft.set("pagination", self.pagination("", part));
        let latest: Vec<Ix<Brief>> = latest.collect();
        let seconds = if lead.is_some() { SECONDS.min(latest.len()) } else { 0 };
        let (seconds, rest) = latest.split_at(seconds);
        draft.set("seconds", list(seconds.iter().copied()));
        draft.set("days", self.by_day(rest));
        draft.set("latest", list(latest));
        draft.set("storylines", self.storyline_cards());
        let first = part.page == 1;
        draft.set("board", self.storyline_entries(if first { BOARD } else { 0 }));
        draft.set("coming", if first { self.coming() } else { Vec::new() });
        let open = self.graph.judgements.standing(Standing::Open).iter().filter(|_| first);
        let open = open.take(WATCHED).filter_map(|ix| self.judgement_entry(*ix));
        draft.set("open_judgements", list(open));
        let picture = self.config.home.picture;
        let (network, drawing) = match picture {
            HomePicture::Network if first => self.network(&self.told_pairs(), root),
            _ => (Value::List(Vec::new()), Value::None),
        };
        draft.set("network", network);
        draft.set("network_html", drawing);
        let map = match picture {
            HomePicture::Map if first => self.map(&self.graph.timeline, root),
            _ => Value::None,
        };
        draft.set("map", map);
        draft.set("actors", self.lists.covered_actors.as_slice());
        draft.set("topics", list(self.lists.covered_topics.iter().copied()));
        draft
    }

    fn brief(&self, ix: Ix<Brief>) -> Draft<'_> {
        let graph = &*self.graph;
        let document = &graph.documents.briefs[ix];
        let front = &document.front;
        let links = &graph.briefs[ix];
        let this = DocumentIx::Brief(ix);
        let zone = self.config.zone();
        let storyline = links.storyline.map(|(s, place)| (&graph.storylines[s].briefs, place));
        let in_storyline = |place: Option<usize>| {
            let (briefs, _) = storyline?;
            briefs.get(place?).copied()
        };
        let perhaps = |ix: Option<Ix<Brief>>| ix.map(IntoValue::into_value);
        let index = ix.get();
        let total = graph.briefs.len();
        let review_by = front.review_by.as_ref().map(|d| d.value);
        let updated = front.updated.as_ref().map(|m| m.value.date(&zone));
        let related = self.related(ix);
        let further = self.further(ix, &related);
        let follows = links.follows.iter().chain(links.followed_by.first());
        let named: Vec<Ix<Brief>> =
            follows.copied().chain(further.iter().map(|(brief, _, _)| *brief)).collect();
        let (backlinks, other_backlinks) = self.backlinks(this, &named);
        let further = further.into_iter().map(|(brief, why, reason)| {
            FurtherBrief { brief: brief.into_value(), why, reason }.into_value()
        });
        let view = BriefView {
            card: ix.into_value(),
            bluf_html: document
                .bluf
                .as_ref()
                .filter(|bluf| self.says_something(this, bluf))
                .map(|_| Value::Body(DocumentText::BottomLine(ix, true))),
            judgements: list(graph.judgements.of(ix).iter().map(|one| self.judgement(*one))),
            content: self.content(this, &document.body.text),
            toc: toc(&document.body),
            updated: updated.map(|d| d.to_string()),
            updated_text: updated.map(|d| dates::day(&self.strings, d)),
            authors: list(front.authors.iter().map(String::as_str)),
            events: (0..front.events.len())
                .filter_map(|index| self.event(EventIx { brief: ix, index }))
                .collect(),
            sources: self.sources(ix),
            series: self.series(this, &front.series, Some(front)),
            change: self.change(ix),
            source_summary: self.source_summary(ix),
            retracted_sources: self.retracted_sources(ix),
            mentioned: links.mentioned().map(IntoValue::into_value).collect(),
            follows: perhaps(links.follows),
            followed_by: links.followed_by.iter().map(|b| b.into_value()).collect(),
            storyline_previous: perhaps(in_storyline(
                storyline.and_then(|(_, p)| p.checked_sub(1)),
            )),
            storyline_next: perhaps(in_storyline(storyline.map(|(_, p)| p + 1))),
            storyline_position: storyline.map(|(_, place)| place + 1),
            storyline_length: storyline.map_or(0, |(briefs, _)| briefs.len()),
            older: perhaps((index + 1 < total).then(|| Ix::new(index + 1))),
            newer: perhaps(index.checked_sub(1).map(Ix::new)),
            related: related
                .iter()
                .map(|other| {
                    let shared = shared_by(graph, ix, *other).map(|document| match document {
                        DocumentIx::Topic(_) => reference(document),
                        _ => document.into_value(),
                    });
                    let (shared, reason) = (shared.collect(), self.reason(ix, *other));
                    RelatedBrief { brief: other.into_value(), shared, reason }.into_value()
                })
                .collect(),
            further: further.collect(),
            backlinks,
            other_backlinks,
            reference: self.reference_to(ix),
            review_by_text: review_by.map(|d| dates::day(&self.strings, d)),
            overdue: review_by.is_some_and(|d| d < self.now.to_zoned_datetime(zone.clone()).date()),
            extra: &front.extra,
        };
        let mut draft = Draft::new(front.title.value.as_str());
        draft.description = description(front.summary.as_ref(), &document.body);
        draft.language = front.language.as_ref();
        draft.has_code = document.body.has_code;
        draft.draft = !self.is_public(this);
        draft.set("brief", view);
        draft
    }

    fn actors(&self) -> Draft<'_> {
        let mut draft = Draft::new(self.strings.get("actors"));
        let mut by_kind: FxHashMap<&str, Vec<Ix<Actor>>> = FxHashMap::default();
        for (ix, actor) in self.graph.documents.actors.entries() {
            by_kind.entry(actor.front.kind.value.word()).or_default().push(ix);
        }
        let groups = self.config.kind_words().filter_map(|kind| {
            let mut actors = by_kind.remove(kind)?;
            self.sort_by_name(&mut actors);
            let cards = actors.iter().map(|actor| actor.into_value()).collect();
            Some(ActorGroup { kind, title: self.strings.of("kinds", kind), actors: cards })
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

    fn topic(&self, ix: Ix<Topic>, part: &ListPart) -> Draft<'_> {
        let graph = &*self.graph;
        let document = &graph.documents.topics[ix];
        let front = &document.front;
        let links = &graph.topics[ix];
        let view = TopicView {
            name: &front.name.value,
            path: self.lists.topics.path(ix).as_str(),
            summary: front.summary.as_ref().map(|s| s.value.as_str()),
            content: self.content(DocumentIx::Topic(ix), &document.body.text),
            wikidata: front.wikidata.as_deref(),
            iptc: front.iptc.as_deref(),
            extra: &front.extra,
        };
        let mut draft = Draft::new(front.name.value.as_str());
        draft.description = description(front.summary.as_ref(), &document.body);
        draft.feed = Some(FeedOf::Topic(ix)).filter(|feed| self.plan.has_feed(&self.graph, *feed));
        draft.has_code = document.body.has_code;
        draft.draft = front.draft;
        draft.set("topic", view);
        let mut ancestors: Vec<Ix<Topic>> = Vec::new();
        ancestors.extend(std::iter::successors(links.parent, |up| graph.topics[*up].parent));
        ancestors.reverse();
        draft.set("ancestors", list(ancestors.iter().map(|up| reference(DocumentIx::Topic(*up)))));
        // Its whole family on each page would grow with its square.
        let first = part.page == 1;
        let family = links.parent.filter(|_| first);
        let family = family.map(|parent| graph.topics[parent].children.as_slice());
        let family = family.unwrap_or_default();
        let at = family.binary_search(&ix).unwrap_or_default();
        let near = at.saturating_sub(SIBLINGS)..(at + SIBLINGS + 1).min(family.len());
        let near = family.get(near).filter(|near| !near.is_empty());
        let mut tree = ancestors;
        for topic in near.unwrap_or(&[ix]) {
            tree.push(*topic);
            if *topic == ix && first {
                tree.extend(&links.children);
            }
        }
        draft.set("tree", list(tree));
        draft.set("children", list(links.children.iter().copied()));
        draft.set("briefs", shown_part(&links.briefs, part));
        let base = self.plan.path(graph, DocumentIx::Topic(ix));
        draft.set("pagination", self.pagination(base, part));
        draft.set("groups", self.by_year(&links.briefs, part, |_| None));
        draft.set("actors", counted_actors(&links.actors));
        let storylines = links.briefs.iter().filter(|_| first);
        let storylines = storylines.filter_map(|brief| Some(graph.briefs[*brief].storyline?.0));
        let storylines = Counter::new(graph.storylines.len()).most(storylines);
        let card = |(ix, _)| Value::Document(Shape::StorylineCard, DocumentIx::Storyline(ix));
        draft.set("storylines", list(storylines.into_iter().take(BESIDE).map(card)));
        draft.set("judgements", self.judgements_of(&links.briefs, first));
        draft
    }

    fn storyline(&self, ix: Ix<Storyline>, part: &ListPart) -> Draft<'_> {
        let document = &self.graph.documents.storylines[ix];
        let front = &document.front;
        let links = &self.graph.storylines[ix];
        let status = front.status.word();
        let view = StorylineView {
            title: &front.title.value,
            path: self.lists.storylines.path(ix).as_str(),
            summary: front.summary.as_ref().map(|s| s.value.as_str()),
            status,
            status_text: self.strings.of("status", status),
            content: self.content(DocumentIx::Storyline(ix), &document.body.text),
            extra: &front.extra,
        };
        let mut draft = Draft::new(front.title.value.as_str());
        draft.description = description(front.summary.as_ref(), &document.body);
        draft.feed =
            Some(FeedOf::Storyline(ix)).filter(|feed| self.plan.has_feed(&self.graph, *feed));
        draft.has_code = document.body.has_code;
        draft.draft = front.draft;
        draft.set("storyline", view);
        draft.set("briefs", shown_part(&links.briefs, part));
        let base = self.plan.path(&self.graph, DocumentIx::Storyline(ix));
        draft.set("pagination", self.pagination(base, part));
        let first = part.page == 1;
        let events = if first { self.graph.timeline_of(&links.briefs) } else { Vec::new() };
        self.set_timeline(&mut draft, &events);
        draft.set("actors", counted_actors(&links.actors));
        draft.set("judgements", self.judgements_of(&links.briefs, first));
        // What is not of this part of the list stands on its first page.
        let declared = if first { front.series.as_slice() } else { &[] };
        draft.set("series", self.series(DocumentIx::Storyline(ix), declared, None));
        let (changes, earlier) = if first { self.changes(ix) } else { Default::default() };
        draft.set("changes", changes);
        draft.set("earlier_changes", earlier);
        draft.set("history", if first { self.history(ix, true) } else { Vec::new() });
        draft.set("next", if first { self.next_date(&links.briefs) } else { None });
        let plot = first.then(|| self.judgement_plot(&front.title.value, &links.briefs)).flatten();
        draft.set("judgement_plot", plot);
        draft
    }

    fn site_page(&self, ix: Ix<Page>) -> Draft<'_> {
        let document = &self.graph.documents.pages[ix];
        let mut draft = Draft::new(document.front.title.value.as_str());
        draft.description = description(document.front.summary.as_ref(), &document.body);
        draft.has_code = document.body.has_code;
        draft.draft = document.front.draft;
        draft.set("content", self.content(DocumentIx::Page(ix), &document.body.text));
        draft.set("toc", toc(&document.body));
        draft.set("extra", &document.front.extra);
        draft
    }

    fn related(&self, brief: Ix<Brief>) -> Cow<'_, [Ix<Brief>]> {
        match &self.shared {
            Some(shared) => Cow::Borrowed(&shared.related[brief]),
            None => Cow::Owned(Kinship::new(&self.graph).of(brief).into_vec()),
        }
    }

    /// The pairs that nothing but briefs explains, with their paths, the most shared first.
    fn told_pairs(&self) -> Vec<(&Pair, &String)> {
        let pairs = self.graph.pairs.iter().zip(&self.lists.pairs);
        pairs.filter(|(pair, _)| !self.graph.is_explained(pair)).collect()
    }

    /// Those, and the strongest of each actor.
    fn pairs<'a>(&'a self, root: &str) -> Draft<'a> {
        let mut draft = Draft::new(self.strings.get("pairs"));
        let told = self.told_pairs();
        let card = |a: Ix<Actor>, b: Ix<Actor>, pair: &Pair, path| PairCard {
            a: a.into_value(),
            b: b.into_value(),
            path,
            shared: pair.briefs.len(),
        };
        // The strongest come first, and so they do of each actor.
        let mut groups: FxHashMap<Ix<Actor>, Vec<Value<'_>>> = FxHashMap::default();
        for (pair, path) in &told {
            for (a, b) in [(pair.a, pair.b), (pair.b, pair.a)] {
                let group = groups.entry(a).or_default();
                if group.len() < STRONGEST {
                    group.push(card(a, b, pair, path).into_value());
                }
            }
        }
        let mut actors: Vec<Ix<Actor>> = groups.keys().copied().collect();
        self.sort_by_name(&mut actors);
        let groups = actors.into_iter().filter_map(|actor| {
            Some(PairGroup { actor: actor.into_value(), pairs: groups.remove(&actor)? })
        });
        draft.set("groups", list(groups));
        let (drawn, drawing) = self.network(&told, root);
        draft.set("network", drawn);
        draft.set("network_html", drawing);
        draft.set(
            "pairs",
            list(told.into_iter().map(|(pair, path)| {
                let (a, b) = self.ordered(pair);
                card(a, b, pair, path)
            })),
        );
        draft
    }

    /// The briefs of a part of a list, the newest first, by year. `quote` gives the sentence that stands with a brief.
    pub(super) fn by_year<'a>(
        &'a self,
        all: &'a [Ix<Brief>],
        part: &ListPart,
        quote: impl Fn(Ix<Brief>) -> Option<&'a Quote>,
    ) -> Value<'a> {
        let year = |brief: &Ix<Brief>| self.lists.month_of(*brief).map(|month| month.year);
        let mut before = part.range.start.checked_sub(1).and_then(|at| all.get(at)).copied();
        let years = shown_part(all, part).chunk_by(|a, b| year(a) == year(b));
        list(years.filter_map(|briefs| {
            let year = year(briefs.first()?)?;
            let lines = briefs.iter().map(|brief| {
                let anchor = self.anchor(before.replace(*brief), *brief);
                BriefLine { brief: brief.into_value(), anchor, html: quote(*brief) }.into_value()
            });
            let path = shown(format!("archive/{year:04}/"), self.offline).into_owned();
            Some(BriefGroup { title: year.to_string(), path, lines: lines.collect() })
        }))
    }

    /// Some briefs, the newest first, by month.
    fn by_month(&self, briefs: impl Iterator<Item = Ix<Brief>>) -> Value<'_> {
        let mut groups: Vec<(&Month, Vec<Value<'_>>)> = Vec::new();
        for brief in briefs {
            let Some(month) = self.lists.month_of(brief) else { continue };
            if groups.last().is_none_or(|(last, _)| last.briefs != month.briefs) {
                groups.push((month, Vec::new()));
            }
            if let Some((_, lines)) = groups.last_mut() {
                let line = BriefLine { brief: brief.into_value(), anchor: None, html: None };
                lines.push(line.into_value());
            }
        }
        list(groups.into_iter().map(|(Month { year, month, .. }, lines)| {
            let title = format!("{} {year}", dates::month_name(&self.strings, *month));
            let path = shown(format!("archive/{year:04}/{month:02}/"), self.offline).into_owned();
            BriefGroup { title, path, lines }
        }))
    }

    /// What the address of a brief in a list ends in, if it is the first of its month there.
    pub(super) fn anchor(&self, before: Option<Ix<Brief>>, brief: Ix<Brief>) -> Option<String> {
        let month = self.lists.month_of(brief)?;
        let is_first = before.is_none_or(|before| !month.briefs.contains(&before.get()));
        is_first.then(|| format!("chancery-{:04}-{:02}", month.year, month.month))
    }

    /// Where the list whose first page has the path `base` begins with the month of the brief at a place in it: on its first
    /// page, which asks, or on a later one.
    pub(super) fn in_list(&self, briefs: &[Ix<Brief>], base: &str, at: usize) -> Option<String> {
        let month = self.lists.month_of(*briefs.get(at)?)?;
        let anchor = format!("#chancery-{:04}-{:02}", month.year, month.month);
        let page = at / self.config.pagination.size.0.max(1) as usize + 1;
        Some(match page {
            1 => anchor,
            page => [&*shown(part_path(base, page), self.offline), &anchor].concat(),
        })
    }

    /// The years of a list of briefs whose first page has the path `base`, each with where it begins, as that page sees it.
    pub(super) fn years_of(&self, briefs: &[Ix<Brief>], base: &str) -> Value<'_> {
        let year = |brief: &Ix<Brief>| self.lists.month_of(*brief).map(|month| month.year);
        let mut at = 0;
        list(briefs.chunk_by(|a, b| year(a) == year(b)).filter_map(|of_year| {
            let begins = at;
            at += of_year.len();
            let year = year(of_year.first()?)?;
            let path = self.in_list(briefs, base, begins)?;
            Some(ListYear {
                year,
                count: of_year.len(),
                here: path.starts_with('#'),
                path: path.into(),
            })
        }))
    }

    /// The months of a year that have briefs, newest first.
    fn months(&self, months: &[Month]) -> Vec<Value<'_>> {
        let months = months.iter().map(|Month { year, month, briefs }| {
            let path = shown(format!("archive/{year:04}/{month:02}/"), self.offline).into_owned();
            let month_text = dates::month_name(&self.strings, *month);
            ArchiveMonth { month_text, path, count: briefs.len() }.into_value()
        });
        months.collect()
    }

    /// The twelve months of a year, of which some have briefs. `most`: how many the fullest month of the site has.
    fn calendar(&self, months: &[Month], most: usize) -> Vec<Value<'_>> {
        let cell = |number: i8| {
            let month = months.iter().find(|month| month.month == number);
            let count = month.map_or(0, |month| month.briefs.len());
            let path = month.map(|Month { year, month, .. }| {
                shown(format!("archive/{year:04}/{month:02}/"), self.offline).into_owned()
            });
            CalendarMonth {
                month_text: dates::month_name(&self.strings, number),
                path,
                count,
                shade: (count * SHADES).div_ceil(most.max(1)),
            }
            .into_value()
        };
        (1..=12).map(cell).collect()
    }

    pub(super) fn pagination(&self, base: &str, part: &ListPart) -> Pagination<'_> {
        let path = |page: usize| shown(part_path(base, page), self.offline).into_owned();
        let offered = (1..=part.pages)
            .filter(|page| *page == 1 || *page == part.pages || page.abs_diff(part.page) <= 2);
        Pagination {
            page: part.page,
            pages: part.pages,
            first: part.range.start + 1,
            previous: (part.page > 1).then(|| path(part.page - 1)),
            next: (part.page < part.pages).then(|| path(part.page + 1)),
            numbers: offered
                .scan(0, |last, n| {
                    let gap = n > std::mem::replace(last, n) + 1;
                    let path = path(n).into_value();
                    Some(PageNumber { n, path, current: n == part.page, gap }.into_value())
                })
                .collect(),
        }
    }

    /// The documents that link to one, and those of them that are not among the briefs that its page names anyway.
    fn backlinks(&self, to: DocumentIx, named: &[Ix<Brief>]) -> (Vec<Value<'_>>, Vec<Value<'_>>) {
        let (mut all, mut others) = (Vec::new(), Vec::new());
        for link in self.graph.backlinks(to) {
            let targets = &self.graph.body(link.from).targets;
            let quote = targets.get(link.target).and_then(|target| target.sentence.as_ref());
            let Some(html) = quote else { continue };
            let (brief, is_named) = match link.from {
                DocumentIx::Brief(ix) => (ix.into_value(), named.contains(&ix)),
                other => (reference(other), false),
            };
            let view = QuoteView { brief, html }.into_value();
            if !is_named {
                others.push(view.clone());
            }
            all.push(view);
        }
        (all, others)
    }

    /// What to read after a brief, the nearest first: what else continues it, what its storyline has before and after it, what
    /// is most like it, what is next to it in time. What it continues and the first that continues it are named at its top.
    fn further(
        &self,
        ix: Ix<Brief>,
        related: &[Ix<Brief>],
    ) -> Vec<(Ix<Brief>, &str, Option<String>)> {
        let links = &self.graph.briefs[ix];
        let word = |key: &'static str| self.strings.get(key);
        let around = links.storyline.map(|(storyline, place)| {
            let briefs = &self.graph.storylines[storyline].briefs;
            let before = place.checked_sub(1).and_then(|place| briefs.get(place));
            [(briefs.get(place + 1), "storyline_next"), (before, "storyline_previous")]
        });
        let around = around.into_iter().flatten().filter_map(|(brief, key)| Some((*brief?, key)));
        let related = related.iter().map(|brief| (*brief, "related_reason"));
        let newer = ix.get().checked_sub(1).map(|number| (Ix::new(number), "newer"));
        let older =
            (ix.get() + 1 < self.graph.briefs.len()).then(|| (Ix::new(ix.get() + 1), "older"));
        let (first, others) = match links.followed_by.split_first() {
            Some((first, others)) => (Some(first), others),
            None => (None, &[][..]),
        };
        let continued = others.iter().map(|brief| (*brief, "followed_by"));
        let mut named: Vec<Ix<Brief>> = links.follows.iter().chain(first).copied().collect();
        let mut further = Vec::with_capacity(FURTHER);
        for (brief, key) in continued.chain(around).chain(related).chain(newer).chain(older) {
            if further.len() == FURTHER {
                break;
            }
            if !named.contains(&brief) {
                named.push(brief);
                let reason = (key == "related_reason").then(|| self.reason(ix, brief));
                further.push((brief, word(key), reason));
            }
        }
        further
    }

    /// What two briefs share, in words.
    fn reason(&self, ix: Ix<Brief>, other: Ix<Brief>) -> String {
        let mut reason = String::with_capacity(REASON);
        for (n, document) in shared_by(&self.graph, ix, other).take(REASONS).enumerate() {
            reason.push_str(if n > 0 { " · " } else { "" });
            reason.push_str(self.graph.title(document));
        }
        reason
    }

    /// Briefs in the order of time, by their days.
    fn by_day(&self, briefs: &[Ix<Brief>]) -> Value<'_> {
        let day = |brief: &Ix<Brief>| self.lists.briefs.more(*brief).day;
        let days = briefs.chunk_by(|a, b| day(a) == day(b)).filter_map(|briefs| {
            let (date, date_text) = self.day(*briefs.first()?)?;
            let briefs = briefs.iter().map(|brief| brief.into_value()).collect();
            Some(DayOfBriefs { date, date_text, briefs })
        });
        list(days)
    }

    /// Events that begin after the day of the build, the nearest first.
    fn coming(&self) -> Vec<Value<'_>> {
        let (today, timeline) = (self.today(), &self.graph.timeline);
        let is_past = |event: &EventIx| {
            self.graph.event(*event).is_none_or(|event| event.date.value.first_day() <= today)
        };
        let first = timeline.partition_point(is_past);
        let last = timeline.len().min(first + WATCHED);
        self.events(never::part(timeline, first..last))
    }

    /// The newest of some events, in order of time; the site's timeline has all of them.
    pub(super) fn set_timeline<'a>(&'a self, draft: &mut Draft<'a>, events: &[EventIx]) {
        let earlier = events.len().saturating_sub(EVENTS);
        draft.set("timeline", self.events(never::part(events, earlier..)));
        draft.set("earlier_events", earlier);
    }

    pub(super) fn events(&self, events: &[EventIx]) -> Vec<Value<'_>> {
        events.iter().filter_map(|event| self.event(*event)).collect()
    }

    pub(super) fn event(&self, event: EventIx) -> Option<Value<'_>> {
        let declared = self.graph.event(event)?;
        let end = declared.end.as_ref().map(|d| &d.value);
        let view = EventView {
            date: declared.date.value.to_string(),
            date_text: dates::partial(&self.strings, &declared.date.value),
            when_text: self.when(declared),
            end: end.map(ToString::to_string),
            end_text: end.map(|d| dates::partial(&self.strings, d)),
            title: &declared.title.value,
            place: declared.place.as_deref(),
            coordinates: declared.coordinates.as_ref().map(|c| list([c.latitude, c.longitude])),
            actors: self.graph.event_actors(event),
            brief: reference(DocumentIx::Brief(event.brief)),
            year: declared.date.value.year.max(0) as usize,
        };
        Some(view.into_value())
    }
}

impl Renderer {
    /// When an event was, in words.
    pub(super) fn when(&self, event: &Event) -> String {
        let date = &event.date.value;
        let end = event.end.as_ref().map_or(date, |end| &end.value);
        dates::range(&self.strings, date, end)
    }

    /// The text of a document, or nothing.
    pub(super) fn content<'a>(&self, document: DocumentIx, body: &Markup) -> Value<'a> {
        if !self.says_something(document, body) {
            return Value::Html(Html::default());
        }
        Value::Body(DocumentText::Of(document))
    }

    /// Whether a text of a document comes out as more than nothing. What stands in holes may be nothing: a link without
    /// words, or to what is held back.
    pub(super) fn says_something(&self, document: DocumentIx, body: &Markup) -> bool {
        if !body.html.trim().is_empty() || body.holes.is_empty() {
            return !body.html.trim().is_empty();
        }
        let mut html = Html::default();
        self.fill(document, body, "", Shown::AtHome, &mut html);
        !html.trim().is_empty()
    }

    /// All storylines, as they stand in a list.
    fn storyline_cards(&self) -> Value<'_> {
        let card = |ix: &Ix<_>| Value::Document(Shape::StorylineCard, DocumentIx::Storyline(*ix));
        list(self.lists.storyline_order.iter().map(card))
    }
}

impl Documents for Renderer {
    fn field(&self, shape: Shape, document: DocumentIx, at: usize) -> TemplateValue<'_> {
        let none = || never!("no field {at} of {shape:?}" => TemplateValue::Undefined);
        match (shape, document) {
            (Shape::BriefCard, DocumentIx::Brief(ix)) => {
                BriefCard::ALL.get(at).map_or_else(none, |field| self.brief_field(ix, *field))
            }
            (Shape::ActorCard, DocumentIx::Actor(ix)) => {
                ActorCard::ALL.get(at).map_or_else(none, |field| self.actor_field(ix, *field))
            }
            (Shape::TopicCard, DocumentIx::Topic(ix)) => {
                TopicCard::ALL.get(at).map_or_else(none, |field| self.topic_field(ix, *field))
            }
            (Shape::StorylineCard, DocumentIx::Storyline(ix)) => {
                let field = StorylineCard::ALL.get(at);
                field.map_or_else(none, |field| self.storyline_field(ix, *field))
            }
            (Shape::Ref, document) => {
                Ref::ALL.get(at).map_or_else(none, |field| self.reference_field(document, *field))
            }
            _ => none(),
        }
    }

    fn write(&self, text: DocumentText, root: &str, out: &mut Html) {
        match text {
            DocumentText::Of(document) => {
                self.fill(document, &self.graph.body(document).text, root, Shown::AtHome, out)
            }
            DocumentText::BottomLine(ix, at_home) => {
                if let Some(bluf) = &self.graph.documents.briefs[ix].bluf {
                    let shown = if at_home { Shown::AtHome } else { Shown::Elsewhere };
                    self.fill(DocumentIx::Brief(ix), bluf, root, shown, out);
                }
            }
            DocumentText::Judgement(ix, index, at_home) => {
                if let Some(text) = self.graph.documents.briefs[ix].judgements.get(index) {
                    let shown = if at_home { Shown::AtHome } else { Shown::Elsewhere };
                    self.fill(DocumentIx::Brief(ix), text, root, shown, out);
                }
            }
        }
    }
}

impl Renderer {
    fn brief_field(&self, ix: Ix<Brief>, field: BriefCard) -> TemplateValue<'_> {
        use BriefCard as F;
        let lists = &self.lists;
        let document = || &self.graph.documents.briefs[ix];
        let no = |what| never!("a brief without {what}" => TemplateValue::Undefined);
        let day = || self.day(ix);
        let kind = || lists.kinds.get(usize::from(lists.briefs.more(ix).kind));
        match field {
            F::title => lists.briefs.name(ix),
            F::path => TemplateValue::Plain(lists.briefs.path(ix)),
            F::date => day().map_or_else(|| no("a day"), |(numbers, _)| text(numbers)),
            F::date_text => day().map_or_else(|| no("a day"), |(_, words)| text(words)),
            F::summary => perhaps(summary(&document().front.summary)),
            F::kind => kind()
                .map_or_else(|| no("a kind"), |(word, _)| TemplateValue::Plain(Plain::word(word))),
            F::kind_text => kind().map_or_else(|| no("a kind"), |(_, words)| text(words)),
            F::draft => TemplateValue::Bool(lists.briefs.more(ix).mark.is_some()),
            F::mark => {
                let mark = lists.briefs.more(ix).mark;
                let mark = mark.and_then(|mark| lists.marks.get(usize::from(mark)));
                perhaps(mark.map(|(_, words)| words.as_str()))
            }
            F::reading_minutes => {
                let minutes = (document().body.words as usize).div_ceil(READING_SPEED).max(1);
                TemplateValue::Integer(minutes as i64)
            }
            F::actors => TemplateValue::Object(Object::Actors(&self.graph.briefs[ix].actors)),
            F::topics => TemplateValue::Object(Object::Topics(&self.graph.briefs[ix].topics)),
            F::storyline => match self.graph.briefs[ix].storyline {
                Some((storyline, _)) => {
                    let storyline = DocumentIx::Storyline(storyline);
                    TemplateValue::Object(Object::Document(Shape::Ref, storyline))
                }
                None => TemplateValue::None,
            },
            F::has_retracted => TemplateValue::Bool(document().front.has_retracted()),
            F::language => text(self.language_of(DocumentIx::Brief(ix))),
            F::dir => text(self.language_of(DocumentIx::Brief(ix)).direction()),
            F::foreign => TemplateValue::Bool(self.is_foreign(DocumentIx::Brief(ix))),
            F::bottom_line_html => {
                let bluf = document().bluf.as_ref();
                match bluf.filter(|bluf| self.says_something(DocumentIx::Brief(ix), bluf)) {
                    Some(_) => {
                        TemplateValue::Object(Object::Body(DocumentText::BottomLine(ix, false)))
                    }
                    None => TemplateValue::None,
                }
            }
        }
    }

    fn actor_field(&self, ix: Ix<Actor>, field: ActorCard) -> TemplateValue<'_> {
        use ActorCard as F;
        let front = || &self.graph.documents.actors[ix].front;
        match field {
            F::name => self.lists.actors.name(ix),
            F::path => TemplateValue::Plain(self.lists.actors.path(ix)),
            F::kind => text(front().kind.value.word()),
            F::summary => perhaps(summary(&front().summary)),
            F::briefs => TemplateValue::Integer(self.graph.actors[ix].briefs.len() as i64),
        }
    }

    fn topic_field(&self, ix: Ix<Topic>, field: TopicCard) -> TemplateValue<'_> {
        use TopicCard as F;
        let front = || &self.graph.documents.topics[ix].front;
        let links = &self.graph.topics[ix];
        match field {
            F::name => self.lists.topics.name(ix),
            F::path => TemplateValue::Plain(self.lists.topics.path(ix)),
            F::summary => perhaps(summary(&front().summary)),
            F::depth => TemplateValue::Integer(links.depth as i64),
            F::briefs => TemplateValue::Integer(links.briefs.len() as i64),
        }
    }

    fn storyline_field(&self, ix: Ix<Storyline>, field: StorylineCard) -> TemplateValue<'_> {
        use StorylineCard as F;
        let front = || &self.graph.documents.storylines[ix].front;
        let briefs = &self.graph.storylines[ix].briefs;
        match field {
            F::title => self.lists.storylines.name(ix),
            F::path => TemplateValue::Plain(self.lists.storylines.path(ix)),
            F::summary => perhaps(summary(&front().summary)),
            F::status => TemplateValue::Plain(Plain::word(front().status.word())),
            F::status_text => text(self.strings.of("status", front().status.word())),
            F::briefs => TemplateValue::Integer(briefs.len() as i64),
            F::trend | F::trend_text => {
                let last = self.graph.trends.of(ix).and_then(|trend| trend.stated().last());
                let last = last.and_then(|brief| {
                    Some(self.graph.documents.briefs[*brief].front.trend.as_ref()?.value.word())
                });
                perhaps(match field {
                    F::trend => last,
                    _ => last.map(|word| self.strings.of("trend", word)),
                })
            }
            F::latest => {
                let day = briefs.last().and_then(|brief| self.day(*brief));
                perhaps(day.map(|(_, words)| words.as_str()))
            }
        }
    }

    fn reference_field(&self, document: DocumentIx, field: Ref) -> TemplateValue<'_> {
        use Ref as F;
        let lists = &self.lists;
        match field {
            F::name => match document {
                DocumentIx::Brief(ix) => lists.briefs.name(ix),
                DocumentIx::Actor(ix) => lists.actors.name(ix),
                DocumentIx::Topic(ix) => lists.topics.name(ix),
                DocumentIx::Storyline(ix) => lists.storylines.name(ix),
                DocumentIx::Page(ix) => lists.pages.name(ix),
            },
            F::path => TemplateValue::Plain(self.path(document)),
            F::kind => text(match document {
                DocumentIx::Brief(_) => "brief",
                other => self.kind_word(other),
            }),
            F::summary => perhaps(self.summary_of(document)),
            F::language => text(self.language_of(document)),
            F::dir => text(self.language_of(document).direction()),
            F::foreign => TemplateValue::Bool(self.is_foreign(document)),
        }
    }

    /// The language that a document is in: briefs may have one of their own.
    fn language_of(&self, document: DocumentIx) -> &LanguageTag {
        let own = match document {
            DocumentIx::Brief(ix) => self.graph.documents.briefs[ix].front.language.as_ref(),
            _ => None,
        };
        own.unwrap_or(&self.config.language)
    }

    /// Whether a document is in another language than the site.
    fn is_foreign(&self, document: DocumentIx) -> bool {
        *self.language_of(document) != self.config.language
    }
}

fn summary(summary: &Option<Spanned<String>>) -> Option<&str> {
    summary.as_ref().map(|summary| summary.value.as_str())
}

/// Actors beside a text, with the briefs that they have to do with.
pub(super) fn counted_actors<'a>(actors: &[(Ix<Actor>, usize)]) -> Value<'a> {
    list(actors.iter().take(BESIDE).map(|(actor, briefs)| {
        Value::Counted(Shape::ActorCard, DocumentIx::Actor(*actor), *briefs)
    }))
}

/// Topics beside a text, with the briefs that they have to do with.
pub(super) fn counted_topics<'a>(topics: &[(Ix<Topic>, usize)]) -> Value<'a> {
    list(topics.iter().take(BESIDE).map(|(topic, briefs)| {
        Value::Counted(Shape::TopicCard, DocumentIx::Topic(*topic), *briefs)
    }))
}

/// The briefs of a list that a part of it shows.
pub(super) fn shown_part<'a>(briefs: &'a [Ix<Brief>], part: &ListPart) -> &'a [Ix<Brief>] {
    briefs.get(part.range.clone()).unwrap_or_else(|| never!("a part beyond its list" => &[]))
}

/// The briefs of a month.
fn briefs_of(month: &Month) -> impl Iterator<Item = Ix<Brief>> + use<> {
    month.briefs.clone().map(Ix::new)
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
