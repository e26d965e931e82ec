//! The editor's desk: what a careful editor would ask about before the site goes out. Knows the linked
//! documents and the pages; changes nothing, and nothing it finds is an error unless the site says so.

mod judgements;

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::sync::Arc;

use jiff::Timestamp;

use crate::arena::Ix;
use crate::config::Config;
use crate::corpus::Document;
use crate::diagnostic::{Code, Diagnostic, Diagnostics, Place, Span, Suggestion};
use crate::front_matter::{Actor, Brief, Grade};
use crate::graph::{Destination, DocumentIx, Graph};
use crate::markdown::{Proof, ProofCitation, Sighting, UnknownName};
use crate::names::{Form, RegisteredIx, Registry, SharedName, Verdict, Why, near_names};
use crate::never;
use crate::plan::Plan;
use crate::registry;
use crate::source::{CONFIG, Sources};

/// An actor named so often and not in `actors` is probably one the brief is about.
const OFTEN: u32 = 3;
/// Link text that says nothing of where the link leads.
const VAGUE: &[&str] = &[
    "here",
    "click here",
    "this",
    "link",
    "this link",
    "read more",
    "more",
    "see here",
    "this page",
    "source",
];

/// The first three of some ids, and how many there are besides.
fn first_of(ids: &[&str]) -> String {
    let (first, rest) = ids.split_at(ids.len().min(3));
    match rest.len() {
        0 => first.join(", "),
        more => format!("{} and {more} more", first.join(", ")),
    }
}

/// Looks the site over. The documents must have been read with their proofs.
pub(crate) fn review(
    graph: &Graph,
    plan: &Plan,
    config: &Config,
    sources: &Sources,
    now: Timestamp,
    diagnostics: &mut Diagnostics,
) {
    let mut desk =
        Desk { graph, plan, config, diagnostics, no_summaries: false, only_orphans: false };
    desk.whole();
    for brief in graph.documents.briefs.keys() {
        desk.mentions(brief);
        desk.brief(brief, now);
    }
    desk.sources();
    desk.doubts();
    desk.titles();
    desk.strangers();
    desk.unused();
    desk.similar();
    desk.shared();
    judgements::Review::new(graph, config, now, desk.diagnostics).run(sources);
    let old: HashMap<&str, DocumentIx> =
        plan.redirects.iter().rev().map(|(old, to)| (old.trim_end_matches('/'), *to)).collect();
    for document in graph.all() {
        desk.text(document, &old);
    }
}

/// What is asked in each run: which briefs and judgements are due, and whether judgements are as the record has them.
pub(crate) fn due(
    graph: &Graph,
    config: &Config,
    sources: &Sources,
    now: Timestamp,
    diagnostics: &mut Diagnostics,
) {
    let today = now.to_zoned_datetime(config.zone()).date();
    for brief in graph.documents.briefs.iter() {
        if let Some(day) = brief.front.review_by.as_ref().filter(|day| day.value < today) {
            diagnostics.push(
                Diagnostic::new(
                    Code::ReviewDue,
                    format!("this brief was to be reviewed by {}", day.value),
                )
                .at(Place::span(brief.file.clone(), day.span))
                .help("review it, then move `review_by` on or take it out"),
            );
        }
    }
    judgements::standing(graph, sources, today, diagnostics);
}

struct Desk<'a> {
    graph: &'a Graph,
    plan: &'a Plan,
    config: &'a Config,
    diagnostics: &'a mut Diagnostics,
    /// Whether no brief has a summary, which has been said.
    no_summaries: bool,
    /// Whether nothing leads to any brief, which has been said.
    only_orphans: bool,
}

/// What an editor wants to know of a brief's texts.
fn proofs_of(brief: &Document<Brief>) -> impl Iterator<Item = &Proof> {
    brief.head().texts().filter_map(|text| text.proof.as_deref())
}

/// Every name found in a brief, in the order of the page.
fn sightings(brief: &Document<Brief>) -> impl Iterator<Item = &Sighting> {
    proofs_of(brief).flat_map(|proof| &proof.sightings)
}

/// How often a brief names actors by what always means them, and where first.
fn named_in_full(brief: &Document<Brief>) -> BTreeMap<RegisteredIx, (u32, Span)> {
    let mut named: BTreeMap<RegisteredIx, (u32, Span)> = BTreeMap::new();
    for Sighting { span, found, .. } in sightings(brief) {
        if let Some(actor) = found.actor.filter(|_| found.form.is_strong()) {
            named.entry(actor).or_insert((0, *span)).0 += 1;
        }
    }
    named
}

/// Whether a name that seems to be part of a longer one is taken for its actor all the same, or is not for a suffix that
/// its script joins to it: what the actor guards is in no doubt.
fn is_doubtful(sighting: &Sighting) -> bool {
    let found = &sighting.found;
    let cased = sighting.written.starts_with(|c: char| c.is_uppercase() || c.is_lowercase());
    found.form.is_strong() && (found.actor.is_some() || !cased)
}

/// The id of the first of some actors that a name may mean.
fn first_id<'r>(registry: &'r Registry, actors: &[RegisteredIx]) -> &'r str {
    match actors.first() {
        Some(actor) => registry.id(*actor),
        None => never!("a name that nobody has is reported" => ""),
    }
}

/// The names of actors, joined by "or".
fn called(registry: &Registry, actors: &[RegisteredIx]) -> String {
    actors.iter().map(|actor| registry.name(*actor)).collect::<Vec<_>>().join(" or ")
}

/// Whether a sentence says that something is confirmed, and not that it is not.
fn says_confirmed(sentence: &str) -> bool {
    let words = || sentence.split(|c: char| !c.is_alphabetic() && c != '\'' && c != '’');
    let said = words()
        .any(|word| ["confirmed", "confirms"].iter().any(|known| word.eq_ignore_ascii_case(known)));
    let denied = words().any(|word| {
        let word = word.to_lowercase();
        matches!(&*word, "not" | "never" | "no" | "nobody" | "neither" | "cannot")
            || word.ends_with("n't")
            || word.ends_with("n’t")
    });
    said && !denied
}

fn times(count: usize) -> String {
    if count == 1 { "once".to_owned() } else { format!("{count} times") }
}

impl Desk<'_> {
    fn say(&mut self, code: Code, file: &Arc<str>, span: Span, message: String, help: String) {
        let place = Place::span(file.clone(), span);
        self.diagnostics.push(Diagnostic::new(code, message).at(place).help(help));
    }

    /// Who is named in a brief, against whom it is said to be about.
    fn mentions(&mut self, ix: Ix<Brief>) {
        let graph = self.graph;
        let documents = &graph.documents;
        let brief = &documents.briefs[ix];
        let named: HashMap<Ix<Actor>, u32> = brief
            .mentions
            .iter()
            .filter_map(|mention| Some((documents.actor(mention.actor)?, mention.count)))
            .collect();
        let about = &graph.briefs[ix].actors;
        for actor in about.iter().filter(|actor| !named.contains_key(actor)) {
            let document = &documents.actors[*actor];
            let declared = brief.front.actors.iter().find(|actor| actor.id == document.id);
            self.say(
                Code::NeverMentioned,
                &brief.file,
                match declared {
                    Some(declared) => declared.span,
                    None => never!("`{}` is an actor of the brief", document.id => Span::default()),
                },
                format!("`{}` is in `actors`, and the text never names it", document.id),
                format!(
                    "name {} in the text, give it the name that the text uses, or take it out",
                    document.front.name.value
                ),
            );
        }
        for (registered, (count, first)) in named_in_full(brief) {
            let Some(actor) = documents.actor(registered).filter(|a| !about.contains(a)) else {
                continue;
            };
            if count < OFTEN {
                continue;
            }
            let id = documents.actors[actor].id.clone();
            self.diagnostics.push(
                Diagnostic::new(
                    Code::UndeclaredActor,
                    format!(
                        "the brief names {} in full {count} times, and `actors` does not list it",
                        documents.actors[actor].front.name.value
                    ),
                )
                .at(Place::span(brief.file.clone(), first))
                .label("first named here")
                .help(format!("add `{id}` to `actors`; `chancery fix` does"))
                .suggest(Suggestion::AddActor { file: brief.file.clone(), id }),
            );
        }
        // One report for each form: where it first stands.
        let mut seen: HashSet<(&[RegisteredIx], &str)> = HashSet::new();
        for Sighting { span, found, written, .. } in sightings(brief) {
            let borne = found.verdict == Verdict::PassedOver(Why::Borne);
            if !borne && found.verdict != Verdict::PassedOver(Why::NoEvidence)
                || !seen.insert((&found.candidates, written))
            {
                continue;
            }
            let registry = &documents.registry;
            let first = first_id(registry, &found.candidates);
            let form = match found.form {
                Form::Weak => "a weak form",
                Form::Metonym => "a metonym",
                _ => "a name",
            };
            let bearer = if borne { " that somebody else bears here," } else { "" };
            let short = matches!(found.form, Form::Weak | Form::Metonym);
            let mut remedies = Vec::new();
            // Beside somebody else of that name, a short form needs more than to be what the brief is about.
            if !(borne && short) {
                remedies.push(format!("add `{first}` to `actors`"));
            }
            if short {
                remedies.push("name it in full".to_owned());
            }
            if borne {
                remedies.push(format!("write `[[{first}|{written}]]`"));
            }
            let remedies = remedies.join(", ");
            self.diagnostics.push(
                Diagnostic::new(
                    Code::NoEvidence,
                    format!(
                        "\u{201c}{written}\u{201d} may be {}, and nothing in the brief shows that it is",
                        called(registry, &found.candidates)
                    ),
                )
                .at(Place::span(brief.file.clone(), *span))
                .label(format!("{form}{bearer} without evidence: not linked"))
                .help(format!(
                    "{remedies}, or write `~` before the name to say that it is not meant",
                )),
            );
        }
    }

    /// Names that look like parts of longer ones, and metonyms that nothing shows to act: each once, with a count.
    fn doubts(&mut self) {
        let documents = &self.graph.documents;
        let mut longer: BTreeMap<(&[RegisteredIx], &str, &str), Vec<Place>> = BTreeMap::new();
        let mut places: BTreeMap<(&[RegisteredIx], &str), Vec<Place>> = BTreeMap::new();
        // Oldest first: the first place is where the name came up.
        for brief in documents.briefs.as_slice().iter().rev() {
            for sighting in sightings(brief) {
                let Sighting { span, found, written, .. } = sighting;
                let place = Place::span(brief.file.clone(), *span);
                if let Some(whole) = sighting.longer.as_deref().filter(|_| is_doubtful(sighting)) {
                    longer.entry((&found.candidates, written, whole)).or_default().push(place);
                } else if found.verdict == Verdict::PassedOver(Why::NoSign) {
                    places.entry((&found.candidates, written)).or_default().push(place);
                }
            }
        }
        // Once is chance, and no pattern.
        for ((actors, written, whole), places) in longer.into_iter().filter(|(_, at)| at.len() > 1)
        {
            let id = first_id(&documents.registry, actors);
            let fileless =
                actors.first().is_some_and(|actor| documents.registry.is_fileless(*actor));
            let file = if fileless {
                format!(", in the file that `chancery registry add {id}` writes")
            } else {
                String::new()
            };
            let count = times(places.len());
            let Some(first) = places.into_iter().next() else { continue };
            self.diagnostics.push(
                Diagnostic::new(
                    Code::InsideLongerName,
                    format!("\u{201c}{written}\u{201d} stands inside \u{201c}{whole}\u{201d} {count}"),
                )
                .at(first)
                .help(format!(
                    "if that is an actor of its own: `chancery new actor \"{whole}\"`; if it is something else, add it to `stop` of `{id}`{file}"
                )),
            );
        }
        for ((actors, written), places) in places {
            let id = first_id(&documents.registry, actors);
            let count = times(places.len());
            let Some(first) = places.into_iter().next() else { continue };
            self.diagnostics.push(
                Diagnostic::new(
                    Code::NoSign,
                    format!(
                        "\u{201c}{written}\u{201d} stands {count} where nothing shows that it acts for {}",
                        called(&documents.registry, actors)
                    ),
                )
                .at(first)
                .label("taken for a place")
                .help(format!(
                    "where it acts, write `[[{id}|{written}]]`; words that show it can be added in `[mentions.words]`"
                )),
            );
        }
    }

    /// What is true of every brief, said once.
    fn whole(&mut self) {
        let briefs = &self.graph.documents.briefs;
        let count = briefs.len();
        if count > 1 && briefs.iter().all(|brief| brief.front.summary.is_none()) {
            self.diagnostics.push(
                Diagnostic::new(
                    Code::NoSummary,
                    format!("none of the {count} briefs has a summary"),
                )
                .help("add `summary`, one sentence: lists, feeds and search engines show it"),
            );
            self.no_summaries = true;
        }
        if count > 1 && briefs.keys().all(|brief| self.is_orphan(brief)) {
            self.diagnostics.push(
                Diagnostic::new(
                    Code::Orphan,
                    format!("no document links to any of the {count} briefs"),
                )
                .help("link to a brief where it belongs: `[[its-id]]`"),
            );
            self.only_orphans = true;
        }
    }

    /// Whether nothing leads to a brief.
    fn is_orphan(&self, ix: Ix<Brief>) -> bool {
        self.graph.backlinks(DocumentIx::Brief(ix)).is_empty()
            && self.graph.briefs[ix].followed_by.is_empty()
    }

    /// A brief's summary, date, and whether anything leads to it.
    fn brief(&mut self, ix: Ix<Brief>, now: Timestamp) {
        let graph = self.graph;
        let brief = &graph.documents.briefs[ix];
        let title = brief.front.title.span;
        match &brief.front.summary {
            None if self.no_summaries => {}
            None => self.say(
                Code::NoSummary,
                &brief.file,
                title,
                "the brief has no summary".to_owned(),
                "add `summary`, one sentence: lists, feeds and search engines show it".to_owned(),
            ),
            Some(summary) => {
                let (length, limit) =
                    (summary.value.chars().count(), self.config.check.summary_limit);
                if length > limit {
                    self.say(
                        Code::LongSummary,
                        &brief.file,
                        summary.span,
                        format!("the summary has {length} characters, more than {limit}"),
                        "shorten it to one sentence, or change `summary_limit` in `[check]`"
                            .to_owned(),
                    );
                }
            }
        }
        if let Some(tag) = &brief.front.language
            && !self.config.packs().is_empty()
            && let Some(language) = registry::language(tag)
            && !self.config.registry_languages().contains(&language)
        {
            // The tag has no place of its own.
            self.say(
                Code::RegistryLanguage,
                &brief.file,
                title,
                format!("the brief is in `{}`, and the registry brings no names in it", &**tag),
                format!("add `{language}` to `languages` in `site.toml`"),
            );
        }
        if brief.moment > now && graph.hold(DocumentIx::Brief(ix)).is_none() {
            let span = brief.front.date.as_ref().map_or(title, |date| date.span);
            self.say(
                Code::FutureDate,
                &brief.file,
                span,
                "the brief is dated in the future, and is published now".to_owned(),
                "correct the date, or take `future = true` out of `[publish]` to hold the brief back until then"
                    .to_owned(),
            );
        }
        if graph.briefs.len() > 1 && !self.only_orphans && self.is_orphan(ix) {
            self.say(
                Code::Orphan,
                &brief.file,
                title,
                "no other document links to this brief".to_owned(),
                format!("link to it where it belongs: `[[{}]]`", brief.id),
            );
        }
    }

    /// The sources of briefs: those that are retracted, that nothing cites, that have no grade, and those of which a sentence
    /// says more than they do.
    fn sources(&mut self) {
        let graph = self.graph;
        let documents = &graph.documents;
        let all = || documents.briefs.iter().flat_map(|brief| &brief.front.sources);
        let grades = self.config.sources.grades || all().any(|source| source.grade.is_some());
        for brief in documents.briefs.iter() {
            let Some(endnotes) = &brief.endnotes else { continue };
            for (_, at, source) in brief.sources() {
                let (id, span) = (&*source.id.value, source.id.span);
                let mut say = |code, span, message: String, help: &str| {
                    self.say(code, &brief.file, span, message, help.to_owned());
                };
                if let Some(status) = &source.status {
                    say(
                        Code::RetractedSource,
                        status.span,
                        format!("the brief rests on `{id}`, which was retracted"),
                        "look whether what the brief says still stands; if nothing rests on the source any more, take it out",
                    );
                }
                if !endnotes.is_cited(at) {
                    say(
                        Code::UncitedSource,
                        span,
                        format!("nothing in the brief cites the source `{id}`"),
                        &format!("cite it where it says something, as `[^{id}]`, or take it out"),
                    );
                }
                if grades && source.grade.is_none() {
                    say(
                        Code::UngradedSource,
                        span,
                        format!("the source `{id}` has no grade"),
                        "add `grade`, such as `\"B2\"`: how reliable the source is (A to F) and how credible what it says (1 to 6)",
                    );
                }
                if let (Some(archived), None) = (&source.archived, &source.url) {
                    say(
                        Code::ArchivedAlone,
                        archived.span,
                        format!(
                            "the source `{id}` has an archived copy, and no address of its own"
                        ),
                        "add `url`, the address that was archived, also if there is nothing any more",
                    );
                }
            }
            self.confirmed(brief);
        }
    }

    /// Sentences of a brief that say that something is confirmed, and cite only what is possibly true at best.
    fn confirmed(&mut self, brief: &Document<Brief>) {
        let language = brief.front.language.as_ref().unwrap_or(&self.config.language);
        if language.split('-').next() != Some("en") {
            return;
        }
        let cited: Vec<&ProofCitation> =
            proofs_of(brief).flat_map(|proof| &proof.citations).collect();
        for sentence in cited.chunk_by(|one, other| one.sentence == other.sentence) {
            let Some(first) = sentence.first() else { continue };
            let grades = sentence.iter().filter_map(|citation| {
                let source = brief.front.sources.get(citation.source as usize)?;
                Some(source.grade.as_ref().map(|grade| grade.value))
            });
            let grades: Vec<Option<Grade>> = grades.collect();
            // What has no grade may be as good as can be.
            let is_doubtful = grades.iter().all(|grade| grade.is_some_and(Grade::is_doubtful));
            if grades.is_empty() || !is_doubtful || !says_confirmed(&first.sentence) {
                continue;
            }
            let written: Vec<String> =
                grades.iter().flatten().map(|grade| format!("`{grade}`")).collect();
            self.say(
                Code::Unconfirmed,
                &brief.file,
                first.span,
                format!(
                    "the sentence says \u{201c}confirmed\u{201d}, and what it cites is graded {}",
                    written.join(", ")
                ),
                "say who confirms it and cite that, or write what the source does: it says, claims, reports".to_owned(),
            );
        }
    }

    fn titles(&mut self) {
        let mut by_title: BTreeMap<String, Vec<Ix<Brief>>> = BTreeMap::new();
        for (ix, brief) in self.graph.documents.briefs.entries() {
            by_title.entry(brief.front.title.value.to_lowercase()).or_default().push(ix);
        }
        for briefs in by_title.into_values().filter(|briefs| briefs.len() > 1) {
            let place = |ix: Ix<Brief>| {
                let brief = &self.graph.documents.briefs[ix];
                Place::span(brief.file.clone(), brief.front.title.span)
            };
            let count = briefs.len();
            let Some(ix) = briefs.first().copied() else { continue };
            // Newest first, so that the one to change comes first.
            let mut places = briefs.into_iter().map(place);
            let Some(first) = places.next() else { continue };
            let title = &self.graph.documents.briefs[ix].front.title.value;
            let message = format!("{count} briefs have the title \u{201c}{title}\u{201d}");
            let mut diagnostic = Diagnostic::new(Code::RepeatedTitle, message)
                .at(first)
                .help("say in each title what sets it apart: readers see titles in lists");
            for other in places {
                diagnostic = diagnostic.related(other, "and here");
            }
            self.diagnostics.push(diagnostic);
        }
    }

    /// Names in several briefs that no actor has.
    fn strangers(&mut self) {
        let graph = self.graph;
        let documents = &graph.documents;
        let known: HashSet<String> = documents
            .topics
            .iter()
            .flat_map(|t| [&t.front.name].into_iter().chain(&t.front.aliases))
            .map(|name| name.value.to_lowercase())
            .chain(documents.briefs.iter().flat_map(|b| {
                b.front
                    .events
                    .iter()
                    .filter_map(|event| event.place.as_ref())
                    .map(|p| p.to_lowercase())
            }))
            .collect();
        // A word that also stands in small letters is no name.
        let mut small: HashSet<&str> = HashSet::new();
        for brief in documents.briefs.iter() {
            small.extend(proofs_of(brief).flat_map(|proof| &proof.small).map(|word| &**word));
        }
        let mut found: BTreeMap<&str, Vec<Place>> = BTreeMap::new();
        let mut initials: BTreeMap<(&str, RegisteredIx), Vec<Place>> = BTreeMap::new();
        // Oldest first: the first place is where the name came up.
        for brief in documents.briefs.as_slice().iter().rev() {
            for unknown in proofs_of(brief).flat_map(|proof| &proof.strangers) {
                let UnknownName { name, span, abbreviates } = unknown;
                let place = Place::span(brief.file.clone(), *span);
                let lower = name.to_lowercase();
                if let Some(actor) = abbreviates {
                    initials.entry((name, *actor)).or_default().push(place);
                } else if !known.contains(&lower) && !small.contains(&*lower) {
                    found.entry(name).or_default().push(place);
                }
            }
        }
        for ((name, actor), places) in initials {
            found.remove(name);
            let (id, whose) = (documents.registry.id(actor), documents.registry.name(actor));
            let count = times(places.len());
            let Some(first) = places.into_iter().next() else { continue };
            self.diagnostics.push(
                Diagnostic::new(
                    Code::UnknownName,
                    format!("\u{201c}{name}\u{201d} stands in brackets after {whose} {count}, and is none of its names"),
                )
                .at(first)
                .help(format!("if it is short for it: add `abbreviation = \"{name}\"` to `{id}`")),
            );
        }
        for (name, places) in found {
            let files: BTreeSet<&Arc<str>> = places.iter().map(|place| &place.file).collect();
            let (count, briefs) = (places.len(), files.len());
            if briefs < 2 {
                continue;
            }
            let Some(first) = places.first().cloned() else { continue };
            let second = places.iter().find(|place| place.file != first.file).cloned();
            let mut diagnostic = Diagnostic::new(
                Code::UnknownName,
                format!("\u{201c}{name}\u{201d} stands {count} times in {briefs} briefs, and no actor has that name"),
            )
            .at(first)
            .help(format!(
                "if it is an actor: `chancery new actor \"{name}\"`, or add it to the names of one that is there"
            ));
            if let Some(second) = second {
                diagnostic = diagnostic.related(second, "and here");
            }
            self.diagnostics.push(diagnostic);
        }
    }

    /// Actors and topics that nothing uses.
    fn unused(&mut self) {
        let graph = self.graph;
        for (ix, links) in graph.actors.entries() {
            let used = !(links.briefs.is_empty()
                && links.mentions.is_empty()
                && links.parts.is_empty()
                && links.members.is_empty()
                && links.timeline.is_empty()
                && graph.backlinks(DocumentIx::Actor(ix)).is_empty());
            let actor = &graph.documents.actors[ix];
            if !used && !actor.is_listed() {
                self.say(
                    Code::Unused,
                    &actor.file,
                    actor.front.name.span,
                    format!("no brief is about the actor `{}` or names it", actor.id),
                    "check its names against the texts, or remove it".to_owned(),
                );
            }
        }
        for (ix, links) in graph.topics.entries() {
            let topic = &graph.documents.topics[ix];
            if links.briefs.is_empty() {
                self.say(
                    Code::Unused,
                    &topic.file,
                    topic.front.name.span,
                    format!("no brief has the topic `{}`", topic.id),
                    "file briefs under it, or remove it".to_owned(),
                );
            }
        }
        let topics = graph.documents.topics.iter();
        let renamed: HashMap<&str, &str> = topics
            .flat_map(|t| t.front.aliases.iter().map(|alias| (alias.value.as_str(), t.id.as_str())))
            .collect();
        for brief in graph.documents.briefs.iter() {
            for old in &brief.front.topics {
                if let Some(new) = renamed.get(old.id.as_str()) {
                    let place = Place::span(brief.file.clone(), old.span);
                    self.redirected(place, &old.id, new);
                }
            }
        }
    }

    fn redirected(&mut self, place: Place, old: &str, new: &str) {
        self.diagnostics.push(
            Diagnostic::new(Code::RedirectedLink, format!("`{old}` is now `{new}`"))
                .at(place.clone())
                .help(format!("write `{new}`; `chancery fix` does in front matter"))
                .suggest(Suggestion::Replace { place, old: old.to_owned(), new: new.to_owned() }),
        );
    }

    /// Names of actors of lists that others have too: those of several lists' actors once, with how many there are.
    fn shared(&mut self) {
        let graph = self.graph;
        let registry = &graph.documents.registry;
        let (own, several): (Vec<_>, Vec<_>) =
            registry.shared().iter().partition(|shared| shared.own.is_some());
        let ids = |shared: &SharedName| -> Vec<&str> {
            shared.actors.iter().map(|actor| registry.id(*actor)).collect()
        };
        if !several.is_empty() {
            let some = several.iter().take(3);
            let some =
                some.map(|one| format!("\u{201c}{}\u{201d} ({})", one.name, first_of(&ids(one))));
            let some = some.collect::<Vec<_>>().join(", ");
            let message = match several.len() {
                1 => format!("a name of lists is that of several actors: {some}"),
                n @ ..=3 => format!("{n} names of lists are each that of several actors: {some}"),
                n => format!("{n} names of lists are each that of several actors, such as {some}"),
            };
            self.diagnostics.push(
                Diagnostic::new(Code::SharedName, message)
                    .at(Place::span(CONFIG, self.config.registry.span))
                    .help("such a name means one of them only with evidence: where that one is in `actors`, or named in full otherwise; to say whose it is, write it in a file that `chancery registry add` makes"),
            );
        }
        for shared in own {
            let ids = ids(shared);
            let ([first, others @ ..], Some(place)) = (ids.as_slice(), &shared.own) else {
                continue;
            };
            let other = others.first().copied().unwrap_or_default();
            self.diagnostics.push(
                Diagnostic::new(
                    Code::SharedName,
                    format!(
                        "\u{201c}{}\u{201d} is also a name of {}; it means {first}",
                        shared.name,
                        first_of(others)
                    ),
                )
                .at(place.clone())
                .help(format!("if they are one actor, write `extends = \"{other}\"` in this file")),
            );
        }
    }

    /// Names of two actors that differ by a letter or by diacritics.
    fn similar(&mut self) {
        let actors = &self.graph.documents.actors;
        let mut names: Vec<(&str, Ix<Actor>, Span)> = Vec::new();
        for (ix, actor) in actors.entries() {
            let front = &actor.front;
            names.extend(front.every_name().map(|name| (name.value.as_str(), ix, name.span)));
        }
        let texts: Vec<(&str, Ix<Actor>)> =
            names.iter().map(|(text, ix, _)| (*text, *ix)).collect();
        for (a, b) in near_names(&texts) {
            let (Some((first, x, first_span)), Some((second, y, span))) =
                (names.get(a), names.get(b))
            else {
                continue;
            };
            // The registry tells its own apart: Niger and Nigeria, Iran and Iraq.
            if [*x, *y].iter().all(|ix| actors[*ix].front.extends.is_some()) {
                continue;
            }
            let place = |ix: Ix<Actor>, span: Span| Place::span(actors[ix].file.clone(), span);
            self.diagnostics.push(
                Diagnostic::new(
                    Code::SimilarNames,
                    format!(
                        "\u{201c}{second}\u{201d} ({}) is almost \u{201c}{first}\u{201d} ({})",
                        actors[*y].id, actors[*x].id
                    ),
                )
                .at(place(*y, *span))
                .related(place(*x, *first_span), "the other name")
                .help(
                    "if they are one actor, make one file of the two and the other name an alias",
                ),
            );
        }
    }

    /// What any document's text can have. Old addresses lead to documents.
    fn text(&mut self, document: DocumentIx, old: &HashMap<&str, DocumentIx>) {
        let graph = self.graph;
        let (file, body) = (graph.file(document), graph.body(document));
        let mut level = 1;
        for heading in &body.headings {
            if heading.level > level + 1 {
                self.say(
                    Code::SkippedHeading,
                    file,
                    heading.span,
                    format!("a heading of level {} follows one of level {level}", heading.level),
                    format!(
                        "use {}: readers who listen to pages go by the levels (the title is level 1)",
                        "#".repeat(usize::from(level) + 1)
                    ),
                );
            }
            level = heading.level.max(1);
        }
        let Some(proof) = &body.text.proof else { return };
        for span in &proof.undescribed {
            self.say(
                Code::UndescribedImage,
                file,
                *span,
                "the image has no description".to_owned(),
                "say in the brackets what it shows: `![A map of …](map.png)`".to_owned(),
            );
        }
        for link in &proof.links {
            let text =
                link.text.trim().trim_end_matches(['.', ':', '…', '»', '→', ' ']).to_lowercase();
            if VAGUE.contains(&text.as_str()) {
                self.say(
                    Code::VagueLink,
                    file,
                    link.span,
                    format!(
                        "the link text “{}” does not say where the link leads",
                        link.text.trim()
                    ),
                    "use words that make sense on their own: many readers go from link to link"
                        .to_owned(),
                );
            }
        }
        for (index, target) in body.targets.numbered() {
            let Destination::Address(path, _) = graph.destination(document, index) else {
                continue;
            };
            if let Some(to) = old.get(path.trim_end_matches('/')) {
                let new = format!("/{}", self.plan.path(graph, *to));
                self.say(
                    Code::RedirectedLink,
                    file,
                    target.span,
                    format!("`/{path}` is an old address of `{new}`"),
                    format!("link to `{new}`, or better to the document itself"),
                );
            }
        }
    }
}
