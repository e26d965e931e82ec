//! What pages say of themselves to other programs: [schema.org](https://schema.org/) as JSON-LD.
//!
//! Only what the documents declare is said, and nothing is guessed. Another document is given by its address and its
//! name, who is only mentioned by the address alone; what else there is to know of them stands on their own pages.

use std::fmt::Write as _;

use jiff::tz::TimeZone;

use crate::config::Config;
use crate::corpus::{Ix, Shelf};
use crate::front_matter::{Actor, ActorKind, Brief, BriefKind, Moment, Storyline, Topic};
use crate::graph::{DocumentIx, EventIx, Graph};
use crate::plan::{Output, Plan};

use super::json::{self, Object};
use super::value::Value;
use super::{Renderer, encode};

/// How far up it is looked for the state that a body belongs to.
const HIGHEST: usize = 16;

/// What many pages say, made once.
pub(super) struct References {
    publisher: Option<String>,
    actors: Shelf<Actor, String>,
    /// Actors without their names.
    addresses: Shelf<Actor, String>,
    topics: Shelf<Topic, String>,
    storylines: Shelf<Storyline, String>,
}

impl References {
    pub(super) fn new(graph: &Graph, plan: &Plan, config: &Config) -> References {
        let reference = |document, kind, name| {
            let mut out = String::new();
            let path = encode(plan.path(graph, document));
            json::object(&mut out, |node| {
                node.perhaps("@type", kind);
                node.text("@id", &[config.base_url.value.as_str(), &path].concat());
                node.perhaps("name", name);
            });
            out
        };
        let named = |document, kind| reference(document, kind, Some(graph.title(document)));
        let documents = &graph.documents;
        let actors = documents.actors.keys().map(DocumentIx::Actor);
        let topics = documents.topics.keys().map(DocumentIx::Topic);
        let storylines = documents.storylines.keys().map(DocumentIx::Storyline);
        let series = Some("CreativeWorkSeries");
        References {
            publisher: config.publisher.as_deref().map(organization),
            actors: Shelf::new(actors.clone().map(|actor| named(actor, None)).collect()),
            addresses: Shelf::new(actors.map(|actor| reference(actor, None, None)).collect()),
            topics: Shelf::new(topics.map(|topic| named(topic, None)).collect()),
            storylines: Shelf::new(storylines.map(|line| named(line, series)).collect()),
        }
    }
}

/// An organisation of which only the name is known.
fn organization(name: &str) -> String {
    let mut out = String::new();
    json::object(&mut out, |node| {
        node.text("@type", "Organization");
        node.text("name", name);
    });
    out
}

/// A day, or a moment in full.
fn time(moment: &Moment, zone: &TimeZone) -> String {
    match moment {
        Moment::Day(day) => day.to_string(),
        Moment::Local(_) | Moment::Exact(_) => moment.instant(zone).to_string(),
    }
}

/// The address of an item in Wikidata.
fn wikidata(id: &str) -> String {
    format!("http://www.wikidata.org/entity/{id}")
}

/// Adds the addresses by which others know a thing.
fn same_as(node: &mut Object<'_>, addresses: [Option<String>; 2]) {
    node.list("sameAs", addresses.into_iter().flatten(), |out, url| json::string(out, &url));
}

impl Renderer {
    /// What the page at an address says of itself, if it has something to say: as the content of a script element.
    pub(super) fn structured_data(
        &self,
        output: &Output,
        canonical: &str,
    ) -> Option<Value<'static>> {
        let known = self.references.as_deref()?;
        // Nothing is told to other programs of what is held back and shown to its authors.
        let shown = match output {
            Output::Brief(ix) => Some(DocumentIx::Brief(*ix)),
            Output::Actor(ix, _) => Some(DocumentIx::Actor(*ix)),
            Output::Topic(ix, _) => Some(DocumentIx::Topic(*ix)),
            Output::Storyline(ix, _) => Some(DocumentIx::Storyline(*ix)),
            _ => None,
        };
        if shown.is_some_and(|document| !self.is_public(document)) {
            return None;
        }
        let mut out = String::with_capacity(2048);
        out.push_str("{\"@context\":\"https://schema.org\",\"@graph\":[");
        let about = About { site: self, known, url: canonical };
        match output {
            Output::Home(part) if part.page == 1 => about.site(&mut out),
            Output::Brief(ix) => about.brief(*ix, &mut out),
            Output::Actor(ix, part) if part.page == 1 => about.actor(*ix, &mut out),
            Output::Topics => about.topics(&mut out),
            Output::Topic(ix, part) if part.page == 1 => about.topic(*ix, &mut out),
            Output::Storyline(ix, part) if part.page == 1 => about.storyline(*ix, &mut out),
            _ => return None,
        }
        out.push_str("]}");
        Some(Value::Html(out))
    }
}

/// A page that is spoken of.
struct About<'r> {
    site: &'r Renderer,
    known: &'r References,
    /// Its address.
    url: &'r str,
}

impl About<'_> {
    /// Adds what the page is about.
    fn thing(&self, out: &mut String, kind: &str, write: impl FnOnce(&mut Object<'_>)) {
        json::object(out, |node| {
            node.text("@type", kind);
            node.text("@id", self.url);
            write(node);
        });
    }

    fn publisher(&self, node: &mut Object<'_>) {
        if let Some(publisher) = &self.known.publisher {
            node.json("publisher", publisher);
        }
    }

    fn actors(&self, node: &mut Object<'_>, key: &str, actors: &[Ix<Actor>]) {
        let actors = actors.iter().filter(|a| self.site.is_public(DocumentIx::Actor(**a)));
        node.list(key, actors, |out, actor| out.push_str(&self.known.actors[*actor]));
    }

    fn site(&self, out: &mut String) {
        let config = &self.site.config;
        self.thing(out, "WebSite", |node| {
            node.text("url", self.url);
            node.text("name", &config.title.value);
            node.perhaps("description", config.description.as_deref());
            node.text("inLanguage", &config.language);
            self.publisher(node);
        });
    }

    fn brief(&self, ix: Ix<Brief>, out: &mut String) {
        let document = &self.site.graph.documents.briefs[ix];
        let front = &document.front;
        let links = &self.site.graph.briefs[ix];
        let config = &self.site.config;
        let kind = match front.kind {
            BriefKind::Background => "BackgroundNewsArticle",
            BriefKind::Report => "Report",
            BriefKind::Analysis | BriefKind::Explainer | BriefKind::Update => "AnalysisNewsArticle",
        };
        self.thing(out, kind, |node| {
            node.text("headline", &front.title.value);
            match front.date.as_ref().map(|date| &date.value) {
                Some(date @ (Moment::Exact(_) | Moment::Local(_))) => {
                    node.text("datePublished", &time(date, &config.zone()));
                }
                _ => {
                    let day = self.site.day(ix).map(|(day, _)| day.as_str());
                    node.perhaps("datePublished", day);
                }
            }
            let updated = front.updated.as_ref().map(|moment| time(&moment.value, &config.zone()));
            node.perhaps("dateModified", updated.as_deref());
            node.list("author", &front.authors, |out, author| {
                // A brief may be signed by the desk itself.
                let is_publisher = config.publisher.as_ref() == Some(author);
                json::object(out, |node| {
                    node.text("@type", if is_publisher { "Organization" } else { "Person" });
                    node.text("name", author);
                });
            });
            self.publisher(node);
            node.perhaps("abstract", front.summary.as_ref().map(|s| s.value.as_str()));
            node.text("inLanguage", front.language.as_deref().unwrap_or(&config.language));
            let public = |document| self.site.is_public(document);
            let actors = links.actors.iter().filter(|actor| public(DocumentIx::Actor(**actor)));
            let actors = actors.map(|actor| &self.known.actors[*actor]);
            let topics = links.topics.iter().filter(|topic| public(DocumentIx::Topic(**topic)));
            let topics = topics.map(|topic| &self.known.topics[*topic]);
            node.list("about", actors.chain(topics), |out, one| out.push_str(one));
            let mentioned = links.mentioned().filter(|actor| public(DocumentIx::Actor(*actor)));
            node.list("mentions", mentioned, |out, actor| {
                out.push_str(&self.known.addresses[actor]);
            });
            let storyline = links.storyline.filter(|(ix, _)| public(DocumentIx::Storyline(*ix)));
            if let Some((storyline, place)) = storyline {
                node.json("isPartOf", &self.known.storylines[storyline]);
                let _ = write!(node.key("position"), "{}", place + 1);
            }
            node.perhaps("temporalCoverage", self.coverage(ix).as_deref());
        });
        for (index, event) in front.events.iter().enumerate() {
            out.push(',');
            json::object(out, |node| {
                node.text("@type", "Event");
                node.text("name", &event.title.value);
                node.text("startDate", &event.date.value.to_string());
                let end = event.end.as_ref().map(|end| end.value.to_string());
                node.perhaps("endDate", end.as_deref());
                if event.place.is_some() || event.coordinates.is_some() {
                    node.object("location", |node| {
                        node.text("@type", "Place");
                        node.perhaps("name", event.place.as_deref());
                        if let Some(at) = &event.coordinates {
                            node.object("geo", |node| {
                                node.text("@type", "GeoCoordinates");
                                let _ = write!(node.key("latitude"), "{}", at.latitude);
                                let _ = write!(node.key("longitude"), "{}", at.longitude);
                            });
                        }
                    });
                }
                let attendees = self.site.graph.event_actors(EventIx { brief: ix, index });
                self.actors(node, "attendee", attendees);
                node.object("subjectOf", |node| node.text("@id", self.url));
            });
        }
    }

    /// From when until when a brief's events took place, as ISO 8601 has it.
    fn coverage(&self, ix: Ix<Brief>) -> Option<String> {
        let events = &self.site.graph.documents.briefs[ix].front.events;
        let first = events.iter().map(|e| &e.date.value).min_by_key(|date| date.first_day())?;
        let ends = events.iter().map(|e| &e.end.as_ref().unwrap_or(&e.date).value);
        let last = ends.max_by_key(|date| date.last_day())?;
        Some(if first == last { first.to_string() } else { format!("{first}/{last}") })
    }

    fn actor(&self, ix: Ix<Actor>, out: &mut String) {
        let front = &self.site.graph.documents.actors[ix].front;
        let links = &self.site.graph.actors[ix];
        let kind = front.kind.value;
        let name = match kind {
            ActorKind::State => "Country",
            ActorKind::Body if self.is_of_a_state(ix) => "GovernmentOrganization",
            ActorKind::Body | ActorKind::Organisation | ActorKind::Group => "Organization",
            ActorKind::Person => "Person",
        };
        self.thing(out, name, |node| {
            node.text("url", self.url);
            node.text("name", &front.name.value);
            let others = front.abbreviation.iter().chain(&front.aliases);
            node.list("alternateName", others, |out, name| json::string(out, &name.value));
            node.perhaps("description", front.summary.as_ref().map(|s| s.value.as_str()));
            same_as(
                node,
                [
                    front.wikidata.as_deref().map(wikidata),
                    front.website.as_deref().map(str::to_owned),
                ],
            );
            let part_of = links.part_of.as_slice();
            match kind {
                ActorKind::Person => {
                    let today = self.site.today();
                    let roles = front.roles.iter().filter(|role| role.is_held_on(today));
                    node.list("jobTitle", roles, |out, role| json::string(out, &role.title.value));
                    let memberships: Vec<_> =
                        part_of.iter().chain(&links.member_of).copied().collect();
                    self.actors(node, "memberOf", &memberships);
                }
                ActorKind::State => self.actors(node, "memberOf", &links.member_of),
                ActorKind::Organisation | ActorKind::Body | ActorKind::Group => {
                    self.actors(node, "parentOrganization", part_of);
                    self.actors(node, "memberOf", &links.member_of);
                }
            }
        });
    }

    /// Whether a body is part of a state, or of what is.
    fn is_of_a_state(&self, body: Ix<Actor>) -> bool {
        let graph = &self.site.graph;
        std::iter::successors(Some(body), |ix| graph.actors[*ix].part_of).take(HIGHEST).any(|ix| {
            graph.actors[ix].country.is_some()
                || graph.documents.actors[ix].front.kind.value == ActorKind::State
        })
    }

    fn topics(&self, out: &mut String) {
        self.thing(out, "DefinedTermSet", |node| {
            node.text("url", self.url);
            node.text("name", self.site.strings.get("topics"));
            node.text("inLanguage", &self.site.config.language);
            self.publisher(node);
        });
    }

    fn topic(&self, ix: Ix<Topic>, out: &mut String) {
        let graph = &self.site.graph;
        let front = &graph.documents.topics[ix].front;
        self.thing(out, "DefinedTerm", |node| {
            node.text("url", self.url);
            node.text("name", &front.name.value);
            node.perhaps("description", front.summary.as_ref().map(|s| s.value.as_str()));
            let iptc = front.iptc.as_deref().and_then(|id| id.strip_prefix("medtop:"));
            let iptc = iptc.map(|id| format!("http://cv.iptc.org/newscodes/mediatopic/{id}"));
            same_as(node, [front.wikidata.as_deref().map(wikidata), iptc]);
            node.object("inDefinedTermSet", |node| {
                node.text("@type", "DefinedTermSet");
                node.text("@id", &self.site.absolute("topics/"));
                node.text("name", self.site.strings.get("topics"));
            });
        });
        let mut trail: Vec<Ix<Topic>> =
            std::iter::successors(Some(ix), |ix| graph.topics[*ix].parent).collect();
        if trail.len() < 2 {
            return;
        }
        trail.reverse();
        out.push(',');
        json::object(out, |node| {
            node.text("@type", "BreadcrumbList");
            node.list("itemListElement", trail.iter().enumerate(), |out, (index, topic)| {
                json::object(out, |node| {
                    node.text("@type", "ListItem");
                    let _ = write!(node.key("position"), "{}", index + 1);
                    node.json("item", &self.known.topics[*topic]);
                });
            });
        });
    }

    fn storyline(&self, ix: Ix<Storyline>, out: &mut String) {
        let front = &self.site.graph.documents.storylines[ix].front;
        self.thing(out, "CreativeWorkSeries", |node| {
            node.text("url", self.url);
            node.text("name", &front.title.value);
            node.perhaps("description", front.summary.as_ref().map(|s| s.value.as_str()));
            node.text("inLanguage", &self.site.config.language);
            self.publisher(node);
        });
    }
}
