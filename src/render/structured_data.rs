//! What pages say of themselves to other programs: [schema.org](https://schema.org/) as JSON-LD.
//!
//! Only what the documents declare is said, and nothing is guessed. Another document is given by its address and its
//! name, who is only mentioned by the address alone; what else there is to know of them stands on their own pages.

use std::borrow::Cow;
use std::collections::BTreeMap;

use jiff::tz::TimeZone;
use serde::Serialize;

use crate::arena::Ix;
use crate::config::Family;
use crate::front_matter::{
    self, Actor, ActorKind, Brief, BriefKind, BuiltInKind, Moment, Source, SourceKind, Storyline,
    Topic,
};
use crate::graph::{Destination, DocumentIx, EventIx};
use crate::html::Html;
use crate::markdown::TargetKind;
use crate::plan::HtmlPage;

use super::Renderer;
use super::value::Value;

/// How far up it is looked for the state that a body belongs to.
const HIGHEST: usize = 16;

/// All that a page says.
#[derive(Serialize)]
struct JsonLd<'r> {
    #[serde(rename = "@context")]
    context: &'static str,
    #[serde(rename = "@graph")]
    things: Vec<Thing<'r>>,
}

/// What a page can be about.
#[derive(Serialize)]
#[serde(untagged)]
enum Thing<'r> {
    Collection(Collection<'r>),
    Article(Box<Article<'r>>),
    Event(Box<Happening<'r>>),
    Agent(Box<Agent<'r>>),
    Term(Box<DefinedTerm<'r>>),
    Trail(BreadcrumbList<'r>),
}

/// `WebSite`, `DefinedTermSet` or `CreativeWorkSeries`: something that holds others.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Collection<'r> {
    #[serde(rename = "@type")]
    kind: &'static str,
    #[serde(rename = "@id")]
    id: &'r str,
    url: &'r str,
    name: &'r str,
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<&'r str>,
    in_language: &'r str,
    #[serde(skip_serializing_if = "Option::is_none")]
    publisher: Option<Named<'r>>,
}

/// `NewsArticle` or `Report`.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Article<'r> {
    #[serde(rename = "@type")]
    kind: &'static str,
    #[serde(rename = "@id")]
    id: &'r str,
    url: &'r str,
    main_entity_of_page: &'r str,
    headline: &'r str,
    /// Its first picture.
    #[serde(skip_serializing_if = "Option::is_none")]
    image: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    date_published: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    date_modified: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    author: Vec<Named<'r>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    publisher: Option<Named<'r>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    r#abstract: Option<&'r str>,
    in_language: &'r str,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    about: Vec<ThingReference<'r>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    mentions: Vec<ThingReference<'r>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    is_part_of: Option<ThingReference<'r>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    position: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    temporal_coverage: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    citation: Vec<Cited<'r>>,
}

/// A source of a brief.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Cited<'r> {
    #[serde(rename = "@type")]
    kind: &'static str,
    name: &'r str,
    #[serde(skip_serializing_if = "Option::is_none")]
    author: Option<Named<'r>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    publisher: Option<Named<'r>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    date_published: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    url: Option<&'r str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    archived_at: Option<&'r str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<&'r str>,
    /// `Retracted`, if it was.
    #[serde(skip_serializing_if = "Option::is_none")]
    creative_work_status: Option<&'static str>,
}

/// What happened, and when and where.
#[derive(Serialize)]
#[serde(tag = "@type", rename = "Event", rename_all = "camelCase")]
struct Happening<'r> {
    name: &'r str,
    start_date: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    end_date: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    location: Option<Location<'r>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    attendee: Vec<ThingReference<'r>>,
    subject_of: ThingReference<'r>,
}

/// A place by its name, its coordinates, or both.
#[derive(Serialize)]
#[serde(tag = "@type", rename = "Place")]
struct Location<'r> {
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<&'r str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    geo: Option<GeoCoordinates>,
}

/// A point on the Earth, in degrees.
#[derive(Serialize)]
#[serde(tag = "@type")]
struct GeoCoordinates {
    latitude: f64,
    longitude: f64,
}

/// `Country`, `Organization`, `GovernmentOrganization` or `Person`, or what the site says of a kind of its own.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Agent<'r> {
    #[serde(rename = "@type")]
    kind: &'static str,
    #[serde(rename = "@id")]
    id: &'r str,
    url: &'r str,
    name: &'r str,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    alternate_name: Vec<&'r str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<&'r str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    same_as: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    job_title: Vec<&'r str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    parent_organization: Vec<ThingReference<'r>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    member_of: Vec<ThingReference<'r>>,
    /// By their properties, the relations that the site declares.
    #[serde(flatten)]
    relations: BTreeMap<&'static str, Vec<ThingReference<'r>>>,
}

/// A topic.
#[derive(Serialize)]
#[serde(tag = "@type", rename_all = "camelCase")]
struct DefinedTerm<'r> {
    #[serde(rename = "@id")]
    id: &'r str,
    url: &'r str,
    name: &'r str,
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<&'r str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    same_as: Vec<String>,
    in_defined_term_set: ThingReference<'r>,
}

/// The way from the broadest topic down to the page's own.
#[derive(Serialize)]
#[serde(tag = "@type", rename_all = "camelCase")]
struct BreadcrumbList<'r> {
    item_list_element: Vec<ListItem<'r>>,
}

/// A topic on that way, the first of which is number 1.
#[derive(Serialize)]
#[serde(tag = "@type")]
struct ListItem<'r> {
    position: usize,
    item: ThingReference<'r>,
}

/// Something that another page is about: its address and, unless it is mentioned only, its name.
#[derive(Serialize)]
struct ThingReference<'r> {
    #[serde(rename = "@type", skip_serializing_if = "Option::is_none")]
    kind: Option<&'static str>,
    #[serde(rename = "@id")]
    id: Cow<'r, str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<&'r str>,
}

/// Somebody of whom only the name is known.
#[derive(Serialize)]
struct Named<'r> {
    #[serde(rename = "@type")]
    kind: &'static str,
    name: &'r str,
}

/// A day, or a moment in full.
fn time(moment: &Moment, zone: &TimeZone) -> String {
    match moment {
        Moment::Day(day) => day.to_string(),
        Moment::Local(_) | Moment::Exact(_) => moment.instant(zone).to_string(),
    }
}

/// What is said of a source.
fn cited(source: &Source) -> Cited<'_> {
    let named = |kind, name| Named { kind, name };
    Cited {
        kind: source.kind.map_or("CreativeWork", SourceKind::schema_org),
        name: &source.title.value,
        author: source.author.as_deref().map(|name| named("Person", name)),
        publisher: source.publisher.as_deref().map(|name| named("Organization", name)),
        date_published: source.date.as_ref().map(|date| date.value.to_string()),
        url: source.url.as_ref().map(|url| &*url.value),
        archived_at: source.archived.as_ref().map(|url| &*url.value),
        description: source.descriptor.as_ref().map(|text| text.value.as_str()),
        creative_work_status: source.is_retracted().then_some("Retracted"),
    }
}

/// The address of an item in Wikidata.
fn wikidata(id: &str) -> String {
    format!("http://www.wikidata.org/entity/{id}")
}

impl Renderer {
    /// What the page at an address says of itself, if it has something to say: as the content of a script element.
    pub(super) fn structured_data(
        &self,
        page: &HtmlPage,
        canonical: &str,
    ) -> Option<Value<'static>> {
        if !self.config.structured_data.enabled {
            return None;
        }
        // Nothing is told to other programs of what is held back and shown to its authors.
        if page.document().is_some_and(|document| !self.is_public(document)) {
            return None;
        }
        // Later parts of a list say nothing new.
        if page.part().is_some_and(|part| part.page > 1) {
            return None;
        }
        let about = Describing { site: self, url: canonical };
        let things = match page {
            HtmlPage::Home(_) => vec![about.site()],
            HtmlPage::Brief(ix) => about.brief(*ix),
            HtmlPage::Actor(ix, _) => vec![about.actor(*ix)],
            HtmlPage::Topics => vec![about.topics()],
            HtmlPage::Topic(ix, _) => about.topic(*ix),
            HtmlPage::Storyline(ix, _) => vec![about.storyline(*ix)],
            HtmlPage::Actors
            | HtmlPage::Pairs
            | HtmlPage::Pair(..)
            | HtmlPage::Storylines
            | HtmlPage::StorylineMonth(_)
            | HtmlPage::Timeline
            | HtmlPage::TimelineYear(_)
            | HtmlPage::Judgements(..)
            | HtmlPage::JudgementsOf(..)
            | HtmlPage::JudgementRecord
            | HtmlPage::JudgementScale
            | HtmlPage::Briefs(_)
            | HtmlPage::Archive
            | HtmlPage::ArchiveYear(_)
            | HtmlPage::ArchiveMonth(..)
            | HtmlPage::Page(_)
            | HtmlPage::Search
            | HtmlPage::NotFound
            | HtmlPage::Redirect(..) => return None,
        };
        Some(Value::Html(Html::json(&JsonLd { context: "https://schema.org", things })))
    }
}

/// A page that is spoken of.
struct Describing<'r> {
    site: &'r Renderer,
    /// Its address.
    url: &'r str,
}

impl<'r> Describing<'r> {
    fn publisher(&self) -> Option<Named<'r>> {
        let name = self.site.config.publisher.as_deref()?;
        Some(Named { kind: "Organization", name })
    }

    fn is_public(&self, document: DocumentIx) -> bool {
        self.site.is_public(document)
    }

    /// A document by its address alone.
    fn address(&self, document: DocumentIx) -> ThingReference<'r> {
        let path = self.site.plan.path(&self.site.graph, document);
        ThingReference { kind: None, id: self.site.absolute(path).into(), name: None }
    }

    /// A document by its address and name.
    fn reference(&self, document: DocumentIx) -> ThingReference<'r> {
        ThingReference { name: Some(self.site.graph.title(document)), ..self.address(document) }
    }

    fn actors(&self, actors: &[Ix<Actor>]) -> Vec<ThingReference<'r>> {
        let public = actors.iter().filter(|actor| self.is_public(DocumentIx::Actor(**actor)));
        public.map(|actor| self.reference(DocumentIx::Actor(*actor))).collect()
    }

    fn site(&self) -> Thing<'r> {
        let config = &self.site.config;
        Thing::Collection(Collection {
            kind: "WebSite",
            id: self.url,
            url: self.url,
            name: &config.title.value,
            description: config.description.as_deref(),
            in_language: &config.language,
            publisher: self.publisher(),
        })
    }

    fn brief(&self, ix: Ix<Brief>) -> Vec<Thing<'r>> {
        let front = &self.site.graph.documents.briefs[ix].front;
        let links = &self.site.graph.briefs[ix];
        let config = &self.site.config;
        let topics = links.topics.iter().map(|topic| DocumentIx::Topic(*topic));
        let topics = topics.filter(|topic| self.is_public(*topic)).map(|t| self.reference(t));
        let mentioned = links.mentioned().map(DocumentIx::Actor);
        let mentioned = mentioned.filter(|a| self.is_public(*a)).map(|a| self.address(a));
        let storyline =
            links.storyline.filter(|(ix, _)| self.is_public(DocumentIx::Storyline(*ix)));
        let article = Article {
            kind: match front.kind {
                BriefKind::Background => "BackgroundNewsArticle",
                BriefKind::Report => "Report",
                BriefKind::Analysis | BriefKind::Explainer | BriefKind::Update => {
                    "AnalysisNewsArticle"
                }
            },
            id: self.url,
            url: self.url,
            main_entity_of_page: self.url,
            headline: &front.title.value,
            image: self.picture(ix),
            date_published: match front.date.as_ref().map(|date| &date.value) {
                Some(date @ (Moment::Exact(_) | Moment::Local(_))) => {
                    Some(time(date, &config.zone()))
                }
                _ => self.site.day(ix).map(|(day, _)| day.clone()),
            },
            date_modified: front.updated.as_ref().map(|moment| time(&moment.value, &config.zone())),
            author: front
                .authors
                .iter()
                .map(|author| Named {
                    kind: if config.is_desk(author) { "Organization" } else { "Person" },
                    name: author,
                })
                .collect(),
            publisher: self.publisher(),
            r#abstract: front.summary.as_ref().map(|summary| summary.value.as_str()),
            in_language: front.language.as_deref().unwrap_or(&config.language),
            about: self.actors(&links.actors).into_iter().chain(topics).collect(),
            mentions: mentioned.collect(),
            is_part_of: storyline.map(|(storyline, _)| ThingReference {
                kind: Some("CreativeWorkSeries"),
                ..self.reference(DocumentIx::Storyline(storyline))
            }),
            position: storyline.map(|(_, place)| place + 1),
            temporal_coverage: self.coverage(ix),
            citation: self.site.graph.documents.briefs[ix]
                .sources()
                .map(|(_, _, source)| cited(source))
                .collect(),
        };
        let mut things = vec![Thing::Article(Box::new(article))];
        things.extend(front.events.iter().enumerate().map(|(index, event)| {
            let actors = self.site.graph.event_actors(EventIx { brief: ix, index });
            self.event(event, self.actors(actors))
        }));
        things
    }

    /// The first picture of a brief that is a file of the site, by its full address.
    fn picture(&self, ix: Ix<Brief>) -> Option<String> {
        let (graph, brief) = (&self.site.graph, DocumentIx::Brief(ix));
        let targets = graph.body(brief).targets.numbered();
        let mut pictures = targets.filter(|(_, target)| target.kind == TargetKind::Image);
        pictures.find_map(|(number, _)| match graph.destination(brief, number) {
            Destination::File(path, _) => Some(self.site.absolute(path)),
            _ => None,
        })
    }

    /// An event of the page's brief.
    fn event(
        &self,
        event: &'r front_matter::Event,
        attendee: Vec<ThingReference<'r>>,
    ) -> Thing<'r> {
        let geo = event
            .coordinates
            .as_ref()
            .map(|at| GeoCoordinates { latitude: at.latitude, longitude: at.longitude });
        let place = event.place.as_deref();
        Thing::Event(Box::new(Happening {
            name: &event.title.value,
            start_date: event.date.value.to_string(),
            end_date: event.end.as_ref().map(|end| end.value.to_string()),
            location: (place.is_some() || geo.is_some()).then_some(Location { name: place, geo }),
            attendee,
            subject_of: ThingReference { kind: None, id: self.url.into(), name: None },
        }))
    }

    /// From when until when a brief's events took place, as ISO 8601 has it.
    fn coverage(&self, ix: Ix<Brief>) -> Option<String> {
        let events = &self.site.graph.documents.briefs[ix].front.events;
        let first = events.iter().map(|e| &e.date.value).min_by_key(|date| date.first_day())?;
        let ends = events.iter().map(|e| &e.end.as_ref().unwrap_or(&e.date).value);
        let last = ends.max_by_key(|date| date.last_day())?;
        Some(if first == last { first.to_string() } else { format!("{first}/{last}") })
    }

    fn actor(&self, ix: Ix<Actor>) -> Thing<'r> {
        let front = &self.site.graph.documents.actors[ix].front;
        let links = &self.site.graph.actors[ix];
        let part_of = self.actors(links.part_of.as_slice());
        let member_of = self.actors(&links.member_of);
        let (kind, family) = self.type_of(ix);
        let (job_title, mut parent_organization, mut member_of) = match family {
            Family::Person => {
                let today = self.site.today();
                let roles = front.roles.iter().filter(|role| role.is_held_on(today));
                let titles = roles.map(|role| role.title.value.as_str()).collect();
                (titles, Vec::new(), part_of.into_iter().chain(member_of).collect())
            }
            Family::Organization => (Vec::new(), part_of, member_of),
            Family::Other if front.kind.value.is_state() => (Vec::new(), Vec::new(), member_of),
            Family::Other => Default::default(),
        };
        let mut relations = self.relations(ix, family);
        // Two properties say what an actor's own keys say too.
        member_of.extend(relations.remove("memberOf").unwrap_or_default());
        parent_organization.extend(relations.remove("parentOrganization").unwrap_or_default());
        let others =
            front.other_names().map(|(name, _)| name).filter(|name| *name != front.name.value);
        let wikidata = front.wikidata.as_deref().map(wikidata);
        let website = front.website.as_deref().map(str::to_owned);
        Thing::Agent(Box::new(Agent {
            kind,
            id: self.url,
            url: self.url,
            name: &front.name.value,
            alternate_name: others.collect(),
            description: front.summary.as_ref().map(|summary| summary.value.as_str()),
            same_as: wikidata.into_iter().chain(website).collect(),
            job_title,
            parent_organization,
            member_of,
            relations,
        }))
    }

    /// What an actor is, as a type of schema.org.
    fn type_of(&self, ix: Ix<Actor>) -> (&'static str, Family) {
        match &self.site.graph.documents.actors[ix].front.kind.value {
            ActorKind::Own(key) => self.site.config.schema_type(key),
            ActorKind::BuiltIn(kind) => match kind {
                BuiltInKind::State => ("Country", Family::Other),
                BuiltInKind::Body if self.is_of_a_state(ix) => {
                    ("GovernmentOrganization", Family::Organization)
                }
                BuiltInKind::Body | BuiltInKind::Organisation | BuiltInKind::Group => {
                    ("Organization", Family::Organization)
                }
                BuiltInKind::Person => ("Person", Family::Person),
            },
        }
    }

    /// The relations of an actor that hold, by the properties that schema.org has for them between two such actors. What is
    /// called otherwise from this end is said on the other's page.
    fn relations(
        &self,
        ix: Ix<Actor>,
        family: Family,
    ) -> BTreeMap<&'static str, Vec<ThingReference<'r>>> {
        let (graph, today) = (&self.site.graph, self.site.today());
        let mut relations: BTreeMap<_, Vec<_>> = BTreeMap::new();
        for seen in graph.actors[ix].relations.iter().filter(|seen| !seen.inverse) {
            let declared = self.site.config.relations.at(seen.kind);
            let property = declared.and_then(|declared| declared.schema_property);
            let holds = graph.relation(*seen).is_some_and(|relation| relation.holds_on(today));
            let other = DocumentIx::Actor(seen.other);
            if let Some(property) = property.filter(|_| holds && self.is_public(other))
                && property.leads(family, self.type_of(seen.other).1)
            {
                relations.entry(property.word()).or_default().push(self.reference(other));
            }
        }
        relations
    }

    /// Whether a body is part of a state, or of what is.
    fn is_of_a_state(&self, body: Ix<Actor>) -> bool {
        let graph = &self.site.graph;
        std::iter::successors(Some(body), |ix| graph.actors[*ix].part_of).take(HIGHEST).any(|ix| {
            graph.actors[ix].country.is_some()
                || graph.documents.actors[ix].front.kind.value.is_state()
        })
    }

    fn topics(&self) -> Thing<'r> {
        Thing::Collection(Collection {
            kind: "DefinedTermSet",
            id: self.url,
            url: self.url,
            name: self.site.strings.get("topics"),
            description: None,
            in_language: &self.site.config.language,
            publisher: self.publisher(),
        })
    }

    /// A topic, and the topics that it is below.
    fn topic(&self, ix: Ix<Topic>) -> Vec<Thing<'r>> {
        let graph = &self.site.graph;
        let front = &graph.documents.topics[ix].front;
        let wikidata = front.wikidata.as_deref().map(wikidata);
        let iptc = front.iptc.as_deref().and_then(|id| id.strip_prefix("medtop:"));
        let iptc = iptc.map(|id| format!("http://cv.iptc.org/newscodes/mediatopic/{id}"));
        let mut things = vec![Thing::Term(Box::new(DefinedTerm {
            id: self.url,
            url: self.url,
            name: &front.name.value,
            description: front.summary.as_ref().map(|summary| summary.value.as_str()),
            same_as: wikidata.into_iter().chain(iptc).collect(),
            in_defined_term_set: ThingReference {
                kind: Some("DefinedTermSet"),
                id: self.site.absolute("topics/").into(),
                name: Some(self.site.strings.get("topics")),
            },
        }))];
        let mut trail: Vec<Ix<Topic>> =
            std::iter::successors(Some(ix), |ix| graph.topics[*ix].parent)
                .filter(|topic| self.is_public(DocumentIx::Topic(*topic)))
                .collect();
        if trail.len() > 1 {
            trail.reverse();
            let steps = trail.iter().enumerate().map(|(index, topic)| ListItem {
                position: index + 1,
                item: self.reference(DocumentIx::Topic(*topic)),
            });
            things.push(Thing::Trail(BreadcrumbList { item_list_element: steps.collect() }));
        }
        things
    }

    fn storyline(&self, ix: Ix<Storyline>) -> Thing<'r> {
        let front = &self.site.graph.documents.storylines[ix].front;
        Thing::Collection(Collection {
            kind: "CreativeWorkSeries",
            id: self.url,
            url: self.url,
            name: &front.title.value,
            description: front.summary.as_ref().map(|summary| summary.value.as_str()),
            in_language: &self.site.config.language,
            publisher: self.publisher(),
        })
    }
}
