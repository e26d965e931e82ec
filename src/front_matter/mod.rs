//! What an author declares at the head of a document, in TOML or YAML.

mod actor_kind;
mod dates;
pub mod edit;
pub(crate) mod field;
mod foreign;
mod page_path;
mod quoted;
mod series;
mod slips;
mod sources;
pub(crate) mod toml;
pub(crate) mod tree;
mod yaml;

use std::sync::Arc;

use jiff::civil::Date;
use rustc_hash::FxHashMap;
use serde_json::json;

use crate::diagnostic::{Code, Diagnostic, Span};
use crate::never;
use crate::source::Kind;

pub(crate) use actor_kind::{ActorKind, BuiltInKind};
pub(crate) use dates::{Moment, PartialDate, in_one_form};
pub(crate) use field::{
    Coordinates, Extra, FilePath, Identified, JudgementRef, Percent, Ref, Reference, Referent,
    Spanned, Url, split_judgement,
};
use field::{Field, FieldReader, formed, table, words};
pub(crate) use foreign::own;
pub(crate) use page_path::{PagePath, is_page_path};
pub(crate) use series::{Series, SeriesBase, SeriesKind};
pub(crate) use sources::{Grade, Source, SourceKind};
pub(crate) use tree::Syntax;

formed! {
    /// The tag of a language (BCP 47), such as `en` or `pt-BR`.
    LanguageTag: "language tag",
    |text| icu_locale_core::LanguageIdentifier::try_from_str(text).is_ok_and(|tag| tag.language.as_str() != "und"),
    "write it as in `en`, `tr` or `pt-BR` (BCP 47)",
    "^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$"
}

impl LanguageTag {
    /// English, the language of a site that names none.
    pub fn english() -> Self {
        LanguageTag("en".to_owned())
    }

    /// In which direction its letters run, as HTML has it: `ltr` or `rtl`. A script that the tag names decides, else the one
    /// that the language is written in (CLDR 48, the order of characters).
    pub fn direction(&self) -> &'static str {
        /// Scripts that run from right to left, and languages that are written in one unless their tag says otherwise.
        const SCRIPTS: &[&str] = &[
            "Adlm", "Arab", "Aran", "Hebr", "Mand", "Mend", "Nkoo", "Rohg", "Samr", "Syrc", "Thaa",
        ];
        const LANGUAGES: &[&str] = &[
            "ar", "arc", "azb", "bal", "bgn", "bqi", "ckb", "dv", "fa", "glk", "he", "iw", "ji",
            "ks", "lki", "lrc", "luz", "mzn", "nqo", "pnb", "prs", "ps", "rhg", "sd", "sdh", "skr",
            "syr", "ug", "ur", "yi",
        ];
        let Ok(tag) = icu_locale_core::LanguageIdentifier::try_from_str(&self.0) else {
            return "ltr";
        };
        let right_to_left = match &tag.script {
            Some(script) => SCRIPTS.contains(&script.as_str()),
            None => LANGUAGES.contains(&tag.language.as_str()),
        };
        if right_to_left { "rtl" } else { "ltr" }
    }
}

formed! {
    /// The code of a country (ISO 3166-1 alpha-2), such as `TR`.
    CountryCode: "country code",
    |text| text.len() == 2 && text.bytes().all(|b| b.is_ascii_uppercase()),
    "write its two capitals, as in `TR` (ISO 3166-1 alpha-2)",
    "^[A-Z]{2}$"
}

formed! {
    /// The id of an item in Wikidata, such as `Q43`.
    WikidataId: "Wikidata id",
    |text| text.strip_prefix('Q').is_some_and(|n| !n.is_empty() && !n.starts_with('0') && n.bytes().all(|b| b.is_ascii_digit())),
    "write the item's id, as in `Q43`",
    "^Q[1-9][0-9]*$"
}

formed! {
    /// The id of an IPTC media topic, such as `medtop:20000639`.
    MediaTopic: "media topic of the IPTC",
    |text| text.strip_prefix("medtop:").is_some_and(|n| n.len() == 8 && n.bytes().all(|b| b.is_ascii_digit())),
    "write it as in `medtop:20000639` (eight digits)",
    "^medtop:[0-9]{8}$"
}

words! {
    /// What a brief does.
    BriefKind {
        /// Explains what something means.
        Analysis = "analysis",
        /// Tells what came before.
        Background = "background",
        /// Tells what happened.
        Report = "report",
        /// Explains how something works.
        Explainer = "explainer",
        /// Adds to an earlier brief.
        Update = "update",
    }
}

formed! {
    /// The id of a judgement among those of its brief, such as `third-round`.
    JudgementId: "judgement's id",
    |text| !text.is_empty() && text.chars().all(|c| c.is_alphanumeric() || c == '-' || c == '_'),
    "write letters, digits and hyphens, as in `third-round`",
    "^[\\p{L}\\p{N}_-]+$"
}

words! {
    /// How good the basis of a judgement is, which is not how likely it is.
    Confidence {
        /// Thin, or from one source.
        Low = "low",
        /// Sound, and not without gaps.
        Moderate = "moderate",
        /// Good, and from several sources.
        High = "high",
    }
}

words! {
    /// What became of a judgement.
    Outcome {
        /// It came about.
        Yes = "yes",
        /// It did not.
        No = "no",
        /// It cannot be told, or what it was about fell away: it is not scored.
        Void = "void",
    }
}

table! {
    /// What would show where a judgement goes.
    Indicator {
        /// What is watched for.
        text: Spanned<String> => required;
        /// When it was seen, if it was.
        met: Option<Spanned<PartialDate>> => or(None);
    }
}

table! {
    /// A judgement of a brief: what is judged, how likely it is, how sure that is, and what turned out.
    Judgement {
        /// Its id in the brief, such as `third-round`; it is in addresses, and in the record.
        id: Spanned<JudgementId> => required;
        /// What is judged, in a sentence without its likelihood; inline Markdown.
        text: Spanned<String> => required;
        /// How likely it is, in a word of the site's scale, such as `likely` ([judgements](judgements.md)). Either this or
        /// `probability`.
        likelihood: Option<Spanned<String>> => or(None);
        /// How likely it is in percent, from 0 to 100, for which the scale has a word or none.
        probability: Option<Spanned<Percent>> => or(None);
        /// How good its basis is.
        confidence: Option<Confidence> => or(None);
        /// The day by which it can be settled.
        by: Option<Spanned<Date>> => or(None);
        /// The ids of the sources of the brief that it rests on.
        sources: Vec<Spanned<String>> => or(Vec::new());
        /// The judgement of an earlier brief that it continues, as `brief#id`.
        updates: Option<JudgementRef> => or(None);
        /// What became of it.
        outcome: Option<Spanned<Outcome>> => or(None);
        /// The day on which that was known.
        outcome_date: Option<Spanned<Date>> => or(None);
        /// What happened, in a sentence.
        outcome_note: Option<String> => or(None);
        /// What would show where it goes.
        indicators: Vec<Indicator> => or(Vec::new());
        /// What else was thought of, each in a sentence.
        alternatives: Vec<String> => or(Vec::new());
    }
}

words! {
    /// How a storyline stands.
    Status {
        /// More is to come.
        Open = "open",
        /// Nothing has happened for a while.
        Dormant = "dormant",
        /// It has ended.
        Closed = "closed",
    }
}

words! {
    /// How what a storyline is about has changed since its last brief.
    Trend {
        /// It is worse.
        Deteriorated = "deteriorated",
        /// It is better.
        Improved = "improved",
        /// It is as it was.
        Unchanged = "unchanged",
    }
}

words! {
    /// What the coming weeks may bring to a storyline.
    TrendAlert {
        /// It may get worse.
        Risk = "risk",
        /// It may get better.
        Opportunity = "opportunity",
    }
}

table! {
    /// A dated event of a brief.
    Event {
        /// What happened.
        title: Spanned<String> => required;
        /// When, as precisely as known: `2025-02-27`, `"2014-03"` or `"2014"`.
        date: Spanned<PartialDate> => required;
        /// When it ended.
        end: Option<Spanned<PartialDate>> => or(None);
        /// Where.
        place: Option<String> => or(None);
        /// Where, in degrees.
        coordinates: Option<Coordinates> => or(None);
        /// The ids of the actors that took part.
        actors: Vec<Ref<Actor>> => or(Vec::new());
    }
}

table! {
    /// A brief.
    Brief {
        /// The title.
        title: Spanned<String> => required;
        /// The day or moment of the brief, which is held back until then unless `[publish] future = true`. May be left out
        /// when the file's name starts with the date.
        date: Option<Spanned<Moment>> => or(None);
        /// One sentence, for lists and feeds.
        summary: Option<Spanned<String>> => or(None);
        /// When it last changed.
        updated: Option<Spanned<Moment>> => or(None);
        /// Who wrote it.
        authors: Vec<String> => or(Vec::new());
        /// The ids of the actors it is about.
        actors: Vec<Ref<Actor>> => or(Vec::new());
        /// The ids of its topics.
        topics: Vec<Ref<Topic>> => or(Vec::new());
        /// The id of its storyline.
        storyline: Option<Ref<Storyline>> => or(None);
        /// How what its storyline is about has changed since the storyline's last brief ([storylines](storylines.md)).
        trend: Option<Spanned<Trend>> => or(None);
        /// Why, in one line: what has happened. May be left out of what is unchanged.
        trend_reason: Option<Spanned<String>> => or(None);
        /// What the coming weeks may bring to its storyline.
        alert: Option<Spanned<TrendAlert>> => or(None);
        /// The id of the brief it continues; of two briefs of one day, it comes after that one.
        follows: Option<Ref<Brief>> => or(None);
        /// The bottom line up front; inline Markdown.
        bluf: Option<Spanned<String>> => or(None);
        /// What it does.
        kind: BriefKind => or(BriefKind::Analysis);
        /// Whether it is held back until this is taken out.
        draft: bool => or(false);
        /// Not published before this moment.
        embargo: Option<Spanned<Moment>> => or(None);
        /// Not published from this moment on.
        expires: Option<Spanned<Moment>> => or(None);
        /// Noted by `check` when this day has passed.
        review_by: Option<Spanned<Date>> => or(None);
        /// Its own address on the site, such as `/2024/05/old-address/`, in the place of the one that its id makes.
        path: Option<Spanned<PagePath>> => or(None);
        /// Old paths on the site that lead here, such as `/old/path/`.
        redirects: Vec<Spanned<String>> => or(Vec::new());
        /// Its language, such as `en`, when it is not the site's.
        language: Option<LanguageTag> => or(None);
        /// Dated events.
        events: Vec<Event> => or(Vec::new());
        /// What it rests on, cited in the text as `[^id]` ([sources](sources.md)).
        sources: Vec<Source> => or(Vec::new());
        /// What it judges, shown first.
        judgements: Vec<Judgement> => or(Vec::new());
        /// Numbers by date, drawn on its page ([series](series.md)).
        series: Vec<Series> => or(Vec::new());
        /// Values of your own, for templates.
        extra: Extra => or(Extra::default());
    }
}

table! {
    /// A role that an actor holds or held.
    Role {
        /// The title. "The Secretary of State" in a text is who held it on the brief's date.
        title: Spanned<String> => required;
        /// The id of the actor where it is held.
        of: Option<Ref<Actor>> => or(None);
        /// Since when.
        from: Option<Spanned<PartialDate>> => or(None);
        /// Until when.
        to: Option<Spanned<PartialDate>> => or(None);
    }
}

table! {
    /// Another name of an actor, with what is to be said of it. `"Fancy Bear"` is the same as `{ name = "Fancy Bear" }`.
    Alias {
        /// The name.
        name: Spanned<String> => required;
        /// Who calls it so, such as a vendor or an agency: shown behind the name, as in "Fancy Bear (CrowdStrike)".
        by: Option<String> => or(None);
        /// Whether capitals matter. With `false` it is also found in small letters, in capitals, and with capital initials:
        /// `apt28`, `APT28` and `Apt28` are one.
        case: bool => or(true);
        /// Whether hyphens and spaces matter. With `false` a hyphen, a space or nothing may stand where there is one, and between
        /// a letter and a digit: `APT-28`, `APT 28` and `APT28` are one.
        hyphens: bool => or(true);
    }
}

/// An alias as it is written: a text, or a table.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct AliasEntry(pub Alias);

impl std::ops::Deref for AliasEntry {
    type Target = Alias;
    fn deref(&self) -> &Alias {
        &self.0
    }
}

impl Field for AliasEntry {
    fn read(node: &tree::Node, reader: &mut FieldReader) -> Self {
        AliasEntry(match node.value {
            tree::NodeValue::Table(_) => Alias::read(node, reader),
            _ => Alias { name: Field::read(node, reader), ..Alias::default() },
        })
    }
    fn words() -> String {
        "text or table".into()
    }
    fn schema() -> serde_json::Value {
        json!({ "anyOf": [String::schema(), Alias::schema()] })
    }
}

table! {
    /// A relation of an actor to another.
    Relation {
        /// What relation it is: one that `[relations]` in `site.toml` declares, such as `uses`.
        kind: Spanned<String> => required;
        /// The id of the actor that it leads to. Its profile shows the relation too.
        to: Ref<Actor> => required;
        /// Since when, as precisely as known.
        from: Option<Spanned<PartialDate>> => or(None);
        /// Until when.
        until: Option<Spanned<PartialDate>> => or(None);
        /// Where that is known from: a text, or an address on the web.
        source: Option<Spanned<String>> => or(None);
    }
}

table! {
    /// An actor.
    Actor {
        /// The id of an actor of the registry, such as `states/tr`, that this file changes: each key that is written
        /// here stands in for the registry's, and all others are as there. A new `name` leaves the registry's as an alias.
        extends: Option<Spanned<String>> => or(None);
        /// The name as shown; always this actor. May be left out with `extends`, and so may `kind`.
        name: Spanned<String> => required;
        /// What it is: one of these words, or a kind of the site's own ([actors](kinds-and-relations.md)).
        kind: Spanned<ActorKind> => required;
        /// Other names that always mean this actor, each a text or [a table](#alias) that says more of it.
        aliases: Vec<AliasEntry> => or(Vec::new());
        /// A name of initials that always means this actor, such as `UNSC`; where it first stands on a page, readers
        /// are told the full name.
        abbreviation: Option<Spanned<String>> => or(None);
        /// Those of its names that are also a given name, a surname or a word, such as `Jordan`: not it beside a
        /// capitalised word, as in `Michael Jordan`.
        guarded: Vec<Spanned<String>> => or(Vec::new());
        /// Short forms that mean it only with evidence.
        weak: Vec<Spanned<String>> => or(Vec::new());
        /// Places or buildings that stand for it, with evidence and a sign that they act.
        metonyms: Vec<Spanned<String>> => or(Vec::new());
        /// Names of its people: counted, never linked.
        demonyms: Vec<Spanned<String>> => or(Vec::new());
        /// Phrases that hold a name and do not mean it.
        stop: Vec<Spanned<String>> => or(Vec::new());
        /// The id of what it is part of.
        part_of: Option<Ref<Actor>> => or(None);
        /// The ids of what it is a member of.
        member_of: Vec<Ref<Actor>> => or(Vec::new());
        /// Roles, with their dates.
        roles: Vec<Role> => or(Vec::new());
        /// Relations of the site's own to other actors ([actors](kinds-and-relations.md)).
        relations: Vec<Relation> => or(Vec::new());
        /// The id of its state.
        country: Option<Ref<Actor>> => or(None);
        /// The code of a state in ISO 3166-1, such as `TR`.
        iso3166: Option<CountryCode> => or(None);
        /// Its item in Wikidata, such as `Q43`.
        wikidata: Option<WikidataId> => or(None);
        /// Its own site.
        website: Option<Url> => or(None);
        /// A picture: the path of a file from the actor's, such as `portrait.jpg`, or from the site's root.
        image: Option<FilePath> => or(None);
        /// One sentence, shown where the name is linked.
        summary: Option<Spanned<String>> => or(None);
        /// Whether it is held back until this is taken out.
        draft: bool => or(false);
        /// Its own address on the site, in the place of the one that its id makes.
        path: Option<Spanned<PagePath>> => or(None);
        /// Old paths on the site that lead here.
        redirects: Vec<Spanned<String>> => or(Vec::new());
        /// Numbers by date, drawn on its page ([series](series.md)).
        series: Vec<Series> => or(Vec::new());
        /// Values of your own, for templates.
        extra: Extra => or(Extra::default());
    }
}

table! {
    /// A topic.
    Topic {
        /// The name.
        name: Spanned<String> => required;
        /// The id of the topic above.
        parent: Option<Ref<Topic>> => or(None);
        /// Other ids that authors may write.
        aliases: Vec<Spanned<String>> => or(Vec::new());
        /// Its item in Wikidata.
        wikidata: Option<WikidataId> => or(None);
        /// Its IPTC Media Topic, such as `medtop:20000599`.
        iptc: Option<MediaTopic> => or(None);
        /// One sentence, for lists.
        summary: Option<Spanned<String>> => or(None);
        /// Whether it is held back until this is taken out.
        draft: bool => or(false);
        /// Its own address on the site, in the place of the one that its id makes.
        path: Option<Spanned<PagePath>> => or(None);
        /// Old paths on the site that lead here.
        redirects: Vec<Spanned<String>> => or(Vec::new());
        /// Values of your own, for templates.
        extra: Extra => or(Extra::default());
    }
}

table! {
    /// A storyline.
    Storyline {
        /// The title.
        title: Spanned<String> => required;
        /// One sentence, for lists.
        summary: Option<Spanned<String>> => or(None);
        /// How it stands.
        status: Status => or(Status::Open);
        /// Numbers by date, drawn on its page ([series](series.md)).
        series: Vec<Series> => or(Vec::new());
        /// Whether it is held back until this is taken out.
        draft: bool => or(false);
        /// Its own address on the site, in the place of the one that its id makes.
        path: Option<Spanned<PagePath>> => or(None);
        /// Old paths on the site that lead here.
        redirects: Vec<Spanned<String>> => or(Vec::new());
        /// Values of your own, for templates.
        extra: Extra => or(Extra::default());
    }
}

table! {
    /// A page.
    Page {
        /// The title.
        title: Spanned<String> => required;
        /// Its label in the menu; without one it is not in the menu.
        menu: Option<String> => or(None);
        /// Its order in the menu, lowest first.
        weight: Option<i64> => or(None);
        /// One sentence.
        summary: Option<Spanned<String>> => or(None);
        /// Whether it is held back until this is taken out.
        draft: bool => or(false);
        /// Its own address on the site, in the place of the one that its id makes.
        path: Option<Spanned<PagePath>> => or(None);
        /// Old paths on the site that lead here.
        redirects: Vec<Spanned<String>> => or(Vec::new());
        /// Values of your own, for templates.
        extra: Extra => or(Extra::default());
    }
}

impl Identified for Brief {
    const KIND: Kind = Kind::Brief;
}

impl Identified for Actor {
    const KIND: Kind = Kind::Actor;
}

impl Identified for Topic {
    const KIND: Kind = Kind::Topic;
}

impl Identified for Storyline {
    const KIND: Kind = Kind::Storyline;
}

impl Actor {
    /// The names that always mean it: its name, its aliases and its abbreviation.
    pub(crate) fn every_name(&self) -> impl Iterator<Item = &Spanned<String>> {
        let aliases = self.aliases.iter().map(|alias| &alias.name);
        [&self.name].into_iter().chain(aliases).chain(&self.abbreviation)
    }

    /// Its names but the one that is shown, each with who calls it so: its abbreviation first. An alias that only says how a
    /// name is written is no other.
    pub(crate) fn other_names(&self) -> impl Iterator<Item = (&str, Option<&str>)> {
        let abbreviation = self.abbreviation.as_ref().map(|name| name.value.as_str());
        let aliases =
            self.aliases.iter().map(|alias| (alias.name.value.as_str(), alias.by.as_deref()));
        let is_known = move |name: &str| name == self.name.value || Some(name) == abbreviation;
        let aliases = aliases.filter(move |(name, by)| by.is_some() || !is_known(name));
        abbreviation.map(|name| (name, None)).into_iter().chain(aliases)
    }
}

impl Brief {
    /// The places of the sources that its judgements and its series rest on, in the order in which they are named.
    pub(crate) fn grounds(&self) -> impl Iterator<Item = usize> {
        let judged = self.judgements.iter().flat_map(|judgement| &judgement.sources);
        let drawn = self.series.iter().flat_map(|series| &series.sources);
        self.sources_of(judged.chain(drawn)).into_iter().filter_map(|(_, at)| at)
    }

    /// The sources of the brief that are named, in any case: each with where it stands, if there is one.
    pub(crate) fn sources_of<'n>(
        &self,
        named: impl Iterator<Item = &'n Spanned<String>>,
    ) -> Vec<(&'n Spanned<String>, Option<usize>)> {
        let mut named = named.peekable();
        if named.peek().is_none() {
            return Vec::new();
        }
        let mut places: FxHashMap<String, usize> = FxHashMap::default();
        for (at, source) in self.sources.iter().enumerate() {
            places.entry(source.id.value.to_lowercase()).or_insert(at);
        }
        named.map(|id| (id, places.get(&id.value.to_lowercase()).copied())).collect()
    }

    /// How many of its judgements rest on one source alone.
    pub(crate) fn on_one_source(&self) -> usize {
        self.judgements.iter().filter(|judgement| judgement.sources.len() == 1).count()
    }

    /// Whether a source of it was retracted.
    pub(crate) fn has_retracted(&self) -> bool {
        self.sources.iter().any(Source::is_retracted)
    }
}

/// The most judgements of a brief. Those that say what it is about are few; each is shown with all of its course.
const MOST_JUDGEMENTS: usize = 100;

impl Judgement {
    /// The anchor of it on the page of its brief.
    pub fn anchor(&self) -> String {
        ["chancery-judgement-", &self.id.value].concat()
    }

    /// Whether it stands as another does, whatever it says: what lists of judgements and their course follow from is the same.
    fn stands_like(&self, other: &Judgement) -> bool {
        fn value<T: Clone>(spanned: &Option<Spanned<T>>) -> Option<T> {
            spanned.as_ref().map(|spanned| spanned.value.clone())
        }
        self.id.value == other.id.value
            && value(&self.likelihood) == value(&other.likelihood)
            && value(&self.probability) == value(&other.probability)
            && value(&self.by) == value(&other.by)
            && value(&self.outcome) == value(&other.outcome)
            && value(&self.outcome_date) == value(&other.outcome_date)
    }

    /// Reports what does not go together, and if `whole` what is missing.
    fn check(&self, whole: bool, reader: &mut FieldReader) {
        let at = self.id.span;
        match (&self.likelihood, &self.probability) {
            (Some(_), Some(percent)) => reader.refuse(
                Code::BadValue,
                percent.span,
                "a judgement has a `likelihood` or a `probability`, not both".to_owned(),
                "",
                "take one out: a percent is shown with the word that the scale has for it",
            ),
            (None, None) if whole => reader.refuse(
                Code::MissingKey,
                at,
                format!("the judgement `{}` does not say how likely it is", &*self.id.value),
                "",
                "add `likelihood`, a word of the scale, or `probability`, a number of percent",
            ),
            _ => {}
        }
        let missing = match (&self.outcome, &self.outcome_date) {
            (Some(outcome), None) => Some((outcome.span, "outcome", "outcome_date")),
            (None, Some(date)) => Some((date.span, "outcome_date", "outcome")),
            _ => None,
        };
        if let Some((span, there, missing)) = missing.filter(|_| whole) {
            reader.refuse(
                Code::MissingKey,
                span,
                format!("`{there}` without `{missing}`"),
                "",
                &match missing {
                    "outcome" => "add `outcome`: `yes`, `no` or `void`".to_owned(),
                    _ => {
                        format!("add the day on which it was known, as in `{missing} = 2025-05-28`")
                    }
                },
            );
        }
    }
}

/// Reports judgements that do not go together, and two of one id.
fn check_judgements(judgements: &[Judgement], reader: &mut FieldReader) {
    if let Some(first) = judgements.get(MOST_JUDGEMENTS) {
        reader.refuse(
            Code::BadValue,
            first.id.span,
            format!("the brief has {} judgements; it may have {MOST_JUDGEMENTS}", judgements.len()),
            "these are too many",
            "keep those that it is about, and put others into briefs of their own",
        );
        return;
    }
    // What could not be read is not missing.
    let unread = [Code::BadValue, Code::BadDate, Code::WrongType, Code::UnknownKey];
    let whole = !reader.found.iter().any(|found| unread.contains(&found.code));
    for (n, judgement) in judgements.iter().enumerate() {
        judgement.check(whole, reader);
        let id = &judgement.id;
        let is_it = |other: &Judgement| other.id.value == id.value && !id.value.is_empty();
        if judgements.iter().take(n).any(is_it) {
            reader.refuse(
                Code::BadValue,
                id.span,
                format!("the brief has two judgements `{}`", &*id.value),
                "",
                "give one of them another id",
            );
        }
    }
}

/// The longest reason of a trend, in characters: it is one line.
const LONGEST_REASON: usize = 300;

/// Reports a trend without what belongs to it, and what belongs to one without it.
fn check_trend(brief: &Brief, reader: &mut FieldReader) {
    // What could not be read is not missing.
    if !reader.found.is_empty() {
        return;
    }
    let Brief { trend, trend_reason: reason, alert, storyline, .. } = brief;
    let mut missing = |span, message: &str, help: &str| {
        reader.refuse(Code::MissingKey, span, message.to_owned(), "", help);
    };
    if let Some(trend) = trend.as_ref().filter(|_| storyline.is_none()) {
        missing(
            trend.span,
            "the brief has a `trend` and no `storyline`",
            "add `storyline`, the id of the one that has changed so, or take `trend` out",
        );
    }
    if let Some(alert) = alert.as_ref().filter(|_| trend.is_none()) {
        missing(
            alert.span,
            "the brief has an `alert` and no `trend`",
            "add `trend`: `deteriorated`, `improved` or `unchanged`",
        );
    }
    match (trend, reason) {
        (Some(trend), None) if trend.value != Trend::Unchanged => missing(
            trend.span,
            "the brief has a `trend` and does not say why",
            "add `trend_reason`, one line that says what has happened",
        ),
        (None, Some(reason)) => missing(
            reason.span,
            "the brief has `trend_reason` and no `trend`",
            "add `trend`: `deteriorated`, `improved` or `unchanged`",
        ),
        _ => {}
    }
    let is_long = |reason: &&Spanned<String>| {
        reason.value.trim().contains('\n') || reason.value.chars().count() > LONGEST_REASON
    };
    if let Some(reason) = reason.as_ref().filter(is_long) {
        reader.refuse(
            Code::BadValue,
            reason.span,
            "`trend_reason` is longer than a line".to_owned(),
            "",
            &format!("say what has happened in at most {LONGEST_REASON} characters, and the rest in the brief"),
        );
    }
}

impl Role {
    /// Whether the role is held on a day, as far as is known.
    pub fn is_held_on(&self, day: Date) -> bool {
        let (from, to) = (self.from.as_ref(), self.to.as_ref());
        from.is_none_or(|from| from.value.first_day() <= day) && !is_over(to, day)
    }
}

impl Relation {
    /// Whether the relation holds on a day, as far as is known.
    pub fn holds_on(&self, day: Date) -> bool {
        self.from.as_ref().is_none_or(|from| from.value.first_day() <= day) && !self.is_past(day)
    }

    /// Whether the relation has ended before a day.
    pub fn is_past(&self, day: Date) -> bool {
        is_over(self.until.as_ref(), day)
    }
}

/// Whether what lasts until a date, if it is known until when, is over on a day.
fn is_over(until: Option<&Spanned<PartialDate>>, day: Date) -> bool {
    until.is_some_and(|until| until.value.last_day() < day)
}

/// What stands at the head of a document.
pub trait FrontMatter {
    /// What the document says in a sentence.
    fn summary(&self) -> Option<&str>;

    /// Its title or name, as shown.
    fn title(&self) -> &str;

    /// What the document is called: its title first.
    fn names(&self) -> Vec<&str>;

    /// An id that the document has besides its own.
    fn other_id(&self) -> Option<&str> {
        None
    }

    /// Whether what stands at a place is not written there, but comes from the registry.
    fn inherits(&self, _place: Span) -> bool {
        false
    }

    /// Whether it is marked as a draft.
    fn is_draft(&self) -> bool;

    /// The site's own values.
    fn extra(&self) -> &Extra;

    /// All that it refers to.
    fn references(&self) -> Vec<Reference<'_>>;

    /// The old addresses that lead to it.
    fn redirects(&self) -> &[Spanned<String>];

    /// The address of its page as it is declared, and where.
    fn declared_path(&self) -> Option<&Spanned<PagePath>>;

    /// The path of its page, if it is one of a kind and an id: the one it declares, or else the one that its id makes.
    fn path(&self, kind: Kind, id: &str) -> String {
        match self.declared_path() {
            Some(path) => path.value.to_string(),
            None => kind.path_of(id),
        }
    }

    /// The years of its events.
    fn years(&self) -> Vec<i16> {
        Vec::new()
    }

    /// Whether it says how a storyline has changed.
    fn states_trend(&self) -> bool {
        false
    }

    /// Whether it is linked as another is, but for what both are called: by the same actors, topics, events and so on.
    fn links_like(&self, other: &Self) -> bool
    where
        Self: Sized;

    /// Reports values that do not go together.
    fn check(&self, _: &mut FieldReader) {}
}

/// All that a table refers to.
pub(crate) fn all_references(table: &impl Field) -> Vec<Reference<'_>> {
    let mut references = Vec::new();
    table.references(&mut |reference| references.push(reference));
    references
}

impl FrontMatter for Brief {
    fn references(&self) -> Vec<Reference<'_>> {
        all_references(self)
    }

    fn title(&self) -> &str {
        &self.title.value
    }

    fn is_draft(&self) -> bool {
        self.draft
    }

    fn extra(&self) -> &Extra {
        &self.extra
    }

    fn names(&self) -> Vec<&str> {
        vec![&self.title.value]
    }

    fn redirects(&self) -> &[Spanned<String>] {
        &self.redirects
    }

    fn declared_path(&self) -> Option<&Spanned<PagePath>> {
        self.path.as_ref()
    }

    fn years(&self) -> Vec<i16> {
        self.events.iter().map(|event| event.date.value.year).collect()
    }

    fn states_trend(&self) -> bool {
        self.trend.is_some()
    }

    fn summary(&self) -> Option<&str> {
        self.summary.as_ref().map(|summary| summary.value.as_str())
    }

    fn links_like(&self, other: &Self) -> bool {
        fn date(event: &Event) -> &PartialDate {
            &event.date.value
        }
        fn path(redirect: &Spanned<String>) -> &str {
            &redirect.value
        }
        // The day is compared as it is understood. What else it says is shown, and links nothing.
        self.refers_like(other)
            && self.events.iter().map(date).eq(other.events.iter().map(date))
            && self.redirects.iter().map(path).eq(other.redirects.iter().map(path))
            && self.declared_path().map(|path| &path.value) == other.declared_path().map(|path| &path.value)
            && self.judgements.len() == other.judgements.len()
            && self.judgements.iter().zip(&other.judgements).all(|(one, other)| one.stands_like(other))
            && (self.judgements.is_empty() || self.authors == other.authors)
            && self.trend.as_ref().map(|trend| trend.value) == other.trend.as_ref().map(|trend| trend.value)
            // It may name files.
            && self.extra == other.extra
    }

    fn check(&self, reader: &mut FieldReader) {
        for event in &self.events {
            in_order(&event.date, event.end.as_ref(), "the event ends before it begins", reader);
        }
        sources::check(&self.sources, reader);
        check_judgements(&self.judgements, reader);
        check_trend(self, reader);
        series::check(&self.series, true, reader);
    }
}

impl FrontMatter for Actor {
    fn references(&self) -> Vec<Reference<'_>> {
        all_references(self)
    }

    fn title(&self) -> &str {
        &self.name.value
    }

    fn is_draft(&self) -> bool {
        self.draft
    }

    fn extra(&self) -> &Extra {
        &self.extra
    }

    fn names(&self) -> Vec<&str> {
        self.every_name().map(|name| name.value.as_str()).collect()
    }

    fn other_id(&self) -> Option<&str> {
        self.extends.as_ref().map(|id| id.value.as_str())
    }

    /// It has the place of the `extends` that brings it, or lies in the list that the whole actor is from.
    fn inherits(&self, place: Span) -> bool {
        let within = |whole: Span| whole.start <= place.start && place.end <= whole.end;
        self.extends.as_ref().is_some_and(|extends| within(extends.span))
    }

    fn redirects(&self) -> &[Spanned<String>] {
        &self.redirects
    }

    fn declared_path(&self) -> Option<&Spanned<PagePath>> {
        self.path.as_ref()
    }

    fn summary(&self) -> Option<&str> {
        self.summary.as_ref().map(|summary| summary.value.as_str())
    }

    fn links_like(&self, other: &Self) -> bool {
        self == other
    }

    fn check(&self, reader: &mut FieldReader) {
        for guarded in self.guarded.iter().filter(|guarded| !self.inherits(guarded.span)) {
            if !self.every_name().any(|name| name.value == guarded.value) {
                reader.refuse(
                    Code::BadValue,
                    guarded.span,
                    format!("`{}` is none of the actor's names", guarded.value),
                    "nothing to guard",
                    "write it as in `name`, `aliases` or `abbreviation`, or add it to `aliases`",
                );
            }
        }
        for role in &self.roles {
            if let Some(from) = &role.from {
                in_order(from, role.to.as_ref(), "the role ends before it begins", reader);
            }
        }
        for Relation { from, until, .. } in &self.relations {
            if let Some(from) = from {
                in_order(from, until.as_ref(), "the relation ends before it begins", reader);
            }
        }
        series::check(&self.series, false, reader);
    }
}

/// Reports an end that lies before its beginning, however vague the two are.
fn in_order(
    from: &Spanned<PartialDate>,
    to: Option<&Spanned<PartialDate>>,
    message: &str,
    reader: &mut FieldReader,
) {
    if let Some(to) = to.filter(|to| to.value.last_day() < from.value.first_day()) {
        let help = format!("it begins on {}", from.value);
        reader.refuse(Code::BadDate, to.span, message.to_owned(), "", &help);
    }
}

impl FrontMatter for Topic {
    fn references(&self) -> Vec<Reference<'_>> {
        all_references(self)
    }

    fn title(&self) -> &str {
        &self.name.value
    }

    fn is_draft(&self) -> bool {
        self.draft
    }

    fn extra(&self) -> &Extra {
        &self.extra
    }

    fn names(&self) -> Vec<&str> {
        [&self.name].into_iter().chain(&self.aliases).map(|name| name.value.as_str()).collect()
    }

    fn redirects(&self) -> &[Spanned<String>] {
        &self.redirects
    }

    fn declared_path(&self) -> Option<&Spanned<PagePath>> {
        self.path.as_ref()
    }

    fn summary(&self) -> Option<&str> {
        self.summary.as_ref().map(|summary| summary.value.as_str())
    }

    fn links_like(&self, other: &Self) -> bool {
        self == other
    }
}

impl FrontMatter for Storyline {
    fn references(&self) -> Vec<Reference<'_>> {
        all_references(self)
    }

    fn title(&self) -> &str {
        &self.title.value
    }

    fn is_draft(&self) -> bool {
        self.draft
    }

    fn extra(&self) -> &Extra {
        &self.extra
    }

    fn names(&self) -> Vec<&str> {
        vec![&self.title.value]
    }

    fn redirects(&self) -> &[Spanned<String>] {
        &self.redirects
    }

    fn declared_path(&self) -> Option<&Spanned<PagePath>> {
        self.path.as_ref()
    }

    fn summary(&self) -> Option<&str> {
        self.summary.as_ref().map(|summary| summary.value.as_str())
    }

    fn links_like(&self, other: &Self) -> bool {
        self == other
    }

    fn check(&self, reader: &mut FieldReader) {
        series::check(&self.series, false, reader);
    }
}

impl FrontMatter for Page {
    fn references(&self) -> Vec<Reference<'_>> {
        all_references(self)
    }

    fn title(&self) -> &str {
        &self.title.value
    }

    fn is_draft(&self) -> bool {
        self.draft
    }

    fn extra(&self) -> &Extra {
        &self.extra
    }

    fn names(&self) -> Vec<&str> {
        vec![&self.title.value]
    }

    fn redirects(&self) -> &[Spanned<String>] {
        &self.redirects
    }

    fn declared_path(&self) -> Option<&Spanned<PagePath>> {
        self.path.as_ref()
    }

    fn summary(&self) -> Option<&str> {
        self.summary.as_ref().map(|summary| summary.value.as_str())
    }

    fn links_like(&self, other: &Self) -> bool {
        self == other
    }
}

/// Reads the front matter of a file and says where its body starts. Every mistake is reported; a file
/// without front matter is `None`.
pub fn read<T: Field + FrontMatter>(
    file: &Arc<str>,
    text: &str,
    found: &mut Vec<Diagnostic>,
) -> Option<(T, u32)> {
    read_over(file, text, |_, _| {}, found)
}

/// Reads a document that is a table of a file with many, and has no text. Every mistake is reported. `complete` is whether
/// keys that are missing are.
pub(crate) fn read_table<T: Field + FrontMatter>(
    file: &Arc<str>,
    node: &tree::Node,
    complete: bool,
    found: &mut Vec<Diagnostic>,
) -> T {
    let reader = FieldReader::new(file, found, complete);
    let mut reader = reader.of_document(Syntax::Toml, T::KEYS);
    let document = T::read(node, &mut reader);
    document.check(&mut reader);
    document
}

/// As [`read`]; `lay_under` adds to the table what stands behind the keys that are written, and reports what it cannot.
pub(crate) fn read_over<T: Field + FrontMatter>(
    file: &Arc<str>,
    text: &str,
    lay_under: impl FnOnce(&mut tree::Node<'_>, &mut Vec<Diagnostic>),
    found: &mut Vec<Diagnostic>,
) -> Option<(T, u32)> {
    let parts = match tree::split(file, text) {
        Ok(parts) => parts,
        Err(diagnostic) => {
            found.push(diagnostic);
            return None;
        }
    };
    let front = text.get(parts.front.clone());
    let front = front.unwrap_or_else(|| never!("the front matter of {file} lies elsewhere" => ""));
    let before = found.len();
    let mut node = match parts.syntax {
        Syntax::Toml => toml::toml(file, front, parts.front.start, found),
        Syntax::Yaml => yaml::yaml(file, front, parts.front.start, found),
    };
    let is_broken = |found: &[Diagnostic]| found.iter().any(|found| found.code == Code::Syntax);
    let complete = !is_broken(found.get(before..).unwrap_or_default());
    let other = if complete { None } else { slips::other_language(front, parts.syntax) };
    let body = u32::try_from(parts.body);
    let body = body.unwrap_or_else(|_| never!("{file} has more than 4 GB" => u32::MAX));
    if let Some(slip) = other {
        found.truncate(before);
        found.push(slip.diagnostic(file, parts.front.start));
        return Some((T::default(), body));
    }
    let known = found.len();
    lay_under(&mut node, found);
    // What is not there, because it is not known what was meant, is not missing.
    let whole = complete && found.len() == known;
    let reader = FieldReader::new(file, found, whole);
    let mut reader = reader.of_document(parts.syntax, T::KEYS);
    let document = T::read(&node, &mut reader);
    reader.look_below(&node);
    if complete {
        document.check(&mut reader);
    } else {
        keep_causes(found, before);
    }
    Some((document, body))
}

/// The front matter of a file as it is written, whatever its keys are, and where the body starts. What cannot be read is
/// reported; a file without front matter is `None`.
pub(crate) fn written(
    file: &Arc<str>,
    text: &str,
    found: &mut Vec<Diagnostic>,
) -> Option<(tree::Node<'static>, usize)> {
    let parts = match tree::split(file, text) {
        Ok(parts) => parts,
        Err(diagnostic) => {
            found.push(diagnostic);
            return None;
        }
    };
    let front = text.get(parts.front.clone()).unwrap_or_default();
    Some((table(file, front, parts.syntax, parts.front.start, found), parts.body))
}

/// A text in TOML or YAML that stands at `offset` of a file. What cannot be read is reported.
pub(crate) fn table(
    file: &Arc<str>,
    text: &str,
    syntax: Syntax,
    offset: usize,
    found: &mut Vec<Diagnostic>,
) -> tree::Node<'static> {
    match syntax {
        Syntax::Toml => toml::toml(file, text, offset, found).into_owned(),
        Syntax::Yaml => yaml::yaml(file, text, offset, found).into_owned(),
    }
}

/// Of what was found from a number on, drops what only follows from text that could not be read.
fn keep_causes(found: &mut Vec<Diagnostic>, before: usize) {
    let span = |found: &Diagnostic| found.place.as_ref().and_then(|place| place.span);
    let mut later = found.split_off(before);
    let is_cause = |found: &&Diagnostic| found.code == Code::Syntax;
    let broken: Vec<Span> = later.iter().filter(is_cause).filter_map(span).collect();
    later.retain(|one| {
        let inside = |at: Span| broken.iter().any(|b| at.start < b.end && b.start < at.end);
        one.code == Code::Syntax || !span(one).is_some_and(inside)
    });
    found.append(&mut later);
}

/// JSON Schemas (draft 2020-12) of all front matter, by name.
pub(crate) fn schemas() -> serde_json::Value {
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$defs": {
            "brief": Brief::schema(),
            "actor": actor_schema(),
            "topic": Topic::schema(),
            "storyline": Storyline::schema(),
            "page": Page::schema(),
        },
    })
}

/// The schema of an actor, which needs a name and a kind unless the registry gives them.
fn actor_schema() -> serde_json::Value {
    let mut schema = Actor::schema();
    if let Some(schema) = schema.as_object_mut()
        && let Some(required) = schema.remove("required")
    {
        let own = json!({ "required": required });
        schema.insert("anyOf".to_owned(), json!([own, { "required": ["extends"] }]));
    }
    schema
}

/// The reference of front matter, as Markdown for `docs/front-matter.md`.
pub(crate) fn reference() -> String {
    let mut out = String::from(
        "# Front matter\n\nA document starts with TOML between two lines `+++`, or YAML between two lines `---`. \
         An unknown key is an error, and so is an id that no file defines. This page is generated from the code.\n",
    );
    for (title, folder, table) in [
        ("Brief", "content/briefs", Brief::reference()),
        ("Event", "[[events]] of a brief", Event::reference()),
        ("Source", "[[sources]] of a brief", Source::reference()),
        ("Judgement", "[[judgements]] of a brief", Judgement::reference()),
        ("Indicator", "[[judgements.indicators]] of a brief", Indicator::reference()),
        ("Series", "[[series]] of a brief, an actor or a storyline", Series::reference()),
        ("Actor", "content/actors", Actor::reference()),
        ("Alias", "[[aliases]] of an actor", Alias::reference()),
        ("Role", "[[roles]] of an actor", Role::reference()),
        ("Relation", "[[relations]] of an actor", Relation::reference()),
        ("Topic", "content/topics", Topic::reference()),
        ("Storyline", "content/storylines", Storyline::reference()),
        ("Page", "content/pages", Page::reference()),
    ] {
        out.push_str(&format!("\n## {title}\n\n`{folder}`\n\n{table}"));
    }
    out
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::tree::{Node, NodeValue};
    use super::*;

    fn brief(text: &str) -> (Option<(Brief, u32)>, Vec<Diagnostic>) {
        let mut found = Vec::new();
        (read::<Brief>(&Arc::from("f.md"), text, &mut found), found)
    }

    #[test]
    fn toml_and_yaml_say_the_same() {
        let toml = "+++\ntitle = \"T\"\ndate = 2025-02-27\nactors = [\"us\"]\ndraft = true\n[[events]]\ntitle = \"E\"\ndate = 2014\n[extra]\na = 1\n+++\nBody";
        let yaml = "---\ntitle: T\ndate: 2025-02-27\nactors: [us]\ndraft: true\nevents:\n  - title: E\n    date: 2014\nextra:\n  a: 1\n---\nBody";
        let facts = |text: &str| {
            let (read, found) = brief(text);
            assert_eq!(found, []);
            let (brief, body) = read.unwrap();
            let event = &brief.events[0];
            (
                brief.title.value,
                brief.date.map(|d| d.value),
                brief.actors[0].id.clone(),
                brief.draft,
                event.date.value.clone(),
                brief.extra.0,
                text[body as usize..].to_owned(),
            )
        };
        assert_eq!(facts(toml), facts(yaml));
    }

    table! {
        /// A record of records, as documents have them.
        Finding {
            /// By whom.
            actors: Vec<Ref<Actor>> => or(Vec::new());
            /// What it follows from.
            sources: Vec<Ref<Brief>> => or(Vec::new());
            /// A picture of it.
            chart: Option<FilePath> => or(None);
            /// What it says.
            title: Spanned<String> => required;
        }
    }

    table! {
        /// A document with records.
        Assessment {
            /// Who it is about.
            about: Option<Ref<Topic>> => or(None);
            /// Records.
            judgements: Vec<Finding> => or(Vec::new());
        }
    }

    fn assessment(text: &str) -> Assessment {
        let (file, mut found) = (Arc::from("f.md"), Vec::new());
        let node = toml::toml(&file, text, 0, &mut found);
        let mut reader = FieldReader::new(&file, &mut found, true);
        let read = Assessment::read(&node, &mut reader);
        assert_eq!(found, []);
        read
    }

    #[test]
    fn what_a_record_refers_to_is_known_from_its_declaration() {
        let text = "about = 't'\n[[judgements]]\ntitle = 'A'\nactors = ['us', \"ru\"]\nchart = 'a.svg'\n[[judgements]]\ntitle = 'B'\nsources = ['b']\n";
        let read = assessment(text);
        let found = all_references(&read);
        let document = Referent::Document;
        let expected = [
            (document(Kind::Topic), "t", "'t'"),
            (document(Kind::Actor), "us", "'us'"),
            (document(Kind::Actor), "ru", "\"ru\""),
            (Referent::File, "a.svg", "'a.svg'"),
            (document(Kind::Brief), "b", "'b'"),
        ];
        let found: Vec<_> =
            found.iter().map(|r| (r.to, r.written, &text[r.span.range()])).collect();
        assert_eq!(found, expected);
        let schema = Assessment::schema().to_string();
        assert!(
            schema.contains(
                r#""sources":{"type":"array","items":{"type":"string","title":"brief id"}"#
            ),
            "{schema}"
        );
        assert!(Assessment::reference().contains("| `about` | topic id |"));
        assert!(Finding::reference().contains("| `actors` | list of actor id |"));
        const { assert!(Assessment::REFERS && !PartialDate::REFERS && !Page::REFERS) };
    }

    #[test]
    fn records_refer_alike_that_differ_in_words_and_places_only() {
        let one = "[[judgements]]\ntitle = 'A'\nactors = ['us']\n[[judgements]]\ntitle = 'B'\n";
        for (other, alike) in [
            (
                "# later\n[[judgements]]\nactors = [ 'us' ]\ntitle = 'C'\n[[judgements]]\ntitle = 'D'\n",
                true,
            ),
            ("[[judgements]]\ntitle = 'A'\n[[judgements]]\ntitle = 'B'\nactors = ['us']\n", false),
            ("[[judgements]]\ntitle = 'A'\nactors = ['us']\n", false),
            ("[[judgements]]\ntitle = 'A'\nsources = ['us']\n[[judgements]]\ntitle = 'B'\n", false),
            (
                "about = 'us'\n[[judgements]]\ntitle = 'A'\nactors = ['us']\n[[judgements]]\ntitle = 'B'\n",
                false,
            ),
        ] {
            assert_eq!(assessment(one).refers_like(&assessment(other)), alike, "{other}");
        }
    }

    #[test]
    fn toml_keeps_the_order_and_the_places_of_what_is_written() {
        let file = "+++\r\nz = \"é\\n\"\nb.c = [-0.5, 0x1F]\r\na = 2025-02-27 # then\n[[r]]\nt = true\n[[r]]\n\n[m]\nd = {y = 'x', b = 99999999999999999999}\n";
        let (offset, mut found) = (5, Vec::new());
        let node = toml::toml(&Arc::from("f.md"), &file[offset..], offset, &mut found);
        assert_eq!(found, []);
        /// Values with what is written where they stand.
        fn show(file: &str, node: &Node, out: &mut String) {
            let written = &file[node.span.range()];
            match &node.value {
                NodeValue::Table(entries) => {
                    for (key, node) in entries {
                        assert_eq!(&file[key.span.range()], &*key.name);
                        out.push_str(&format!("{}{{", key.name));
                        show(file, node, out);
                        out.push('}');
                    }
                }
                NodeValue::List(items) => items.iter().for_each(|item| show(file, item, out)),
                value => out.push_str(&format!("{written} as {value:?} ")),
            }
        }
        let mut shown = String::new();
        show(file, &node, &mut shown);
        assert_eq!(
            shown,
            "z{\"é\\n\" as Text(\"é\\n\") }b{c{-0.5 as Float(-0.5) 0x1F as Integer(31) }}a{2025-02-27 as Date(\"2025-02-27\") }\
             r{t{true as Bool(true) }}m{d{y{'x' as Text(\"x\") }b{99999999999999999999 as Float(1e20) }}}"
        );
    }

    #[test]
    fn what_is_nested_too_deep_is_refused_in_both_languages() {
        let lists = |depth: usize| ["[".repeat(depth), "]".repeat(depth)].concat();
        for (depth, good) in [(30, true), (31, false), (400, false)] {
            for text in [
                format!("+++\ntitle = \"T\"\n[extra]\na = {}\n+++\n", lists(depth)),
                format!("---\ntitle: T\nextra:\n  a: {}\n---\n", lists(depth)),
            ] {
                let (_, found) = brief(&text);
                assert_eq!(found.is_empty(), good, "{text}: {found:?}");
            }
        }
        let keys = format!("+++\ntitle = \"T\"\n[extra]\n{}a = 1\n+++\n", "a.".repeat(50));
        let (_, found) = brief(&keys);
        assert_eq!(found.len(), 1, "{found:?}");
        assert_eq!(found[0].code, Code::Syntax);
    }

    #[test]
    fn a_byte_order_mark_and_windows_line_ends_are_accepted() {
        let text = "\u{feff}+++\r\ntitle = \"Türkiye\"\r\n+++\r\nBody\r\n";
        let (read, found) = brief(text);
        assert_eq!(found, []);
        let (brief, body) = read.unwrap();
        assert_eq!(&text[brief.title.span.range()], "\"Türkiye\"");
        assert_eq!(&text[body as usize..], "Body\r\n");
    }

    #[test]
    fn dates_have_one_shape() {
        for (text, good) in [
            ("2025-02-27", true),
            ("2025-02-27T09:00:00Z", true),
            ("2025-02-27T09:00:00+03:00", true),
            ("20250227", false),
            ("2025-02-30", false),
            ("2025-2-7", false),
            ("tomorrow", false),
            ("2025-02-27T09:00:00", true),
            ("2025-02-27T09:00", true),
            ("2025-02-27 09:00:00", true),
            ("2025-02-27T25:00:00", false),
            ("2025-02-27T09:00:00[Europe/Istanbul]", false),
            ("20250227T090000", false),
            ("2025-02-27T", false),
        ] {
            let (_, found) = brief(&format!("+++\ntitle = \"T\"\ndate = \"{text}\"\n+++\n"));
            assert_eq!(found.is_empty(), good, "{text}: {found:?}");
        }
    }

    #[test]
    fn keys_of_others_are_known_by_name() {
        for (known, keys) in [
            (
                Brief::KEYS,
                [
                    ("tags", "topics"),
                    ("categories", "topics"),
                    ("Tags", "topics"),
                    ("description", "summary"),
                    ("excerpt", "summary"),
                    ("lastmod", "updated"),
                    ("last_modified_at", "updated"),
                    ("permalink", "redirects"),
                    ("aliases", "redirects"),
                    ("redirect_from", "redirects"),
                    ("redirect-from", "redirects"),
                    ("published", "draft"),
                    ("expirydate", "expires"),
                    ("expiryDate", "expires"),
                    ("author", "authors"),
                    ("slug", "path"),
                    ("publishDate", "embargo"),
                    ("pubDate", "date"),
                    ("url", "redirects"),
                    ("story", "storyline"),
                    ("Title", "title"),
                    ("reviewBy", "review_by"),
                    ("review-by", "review_by"),
                    ("lang", "language"),
                    ("name", "title"),
                    ("layout", ""),
                    ("weight", ""),
                    ("comments", ""),
                    ("image", ""),
                    ("toc", ""),
                ]
                .as_slice(),
            ),
            (
                Actor::KEYS,
                &[
                    ("title", "name"),
                    ("description", "summary"),
                    ("thumbnail", "image"),
                    ("tags", ""),
                ],
            ),
            (Topic::KEYS, &[("title", "name"), ("permalink", "redirects"), ("author", "")]),
            (Storyline::KEYS, &[("aliases", "redirects"), ("type", "")]),
            (Page::KEYS, &[("nav_order", "weight"), ("navTitle", "menu"), ("tags", "")]),
        ] {
            for (key, own) in keys {
                let (message, help) = foreign::known_as(key, known).unwrap_or_default();
                let wanted = match *own {
                    "" => "take it out".to_owned(),
                    own => format!("write `{own}`"),
                };
                assert!(help.starts_with(&wanted), "{key}: {message}: {help}");
            }
        }
        for key in ["actros", "titel", "colour", ""] {
            assert_eq!(foreign::known_as(key, Brief::KEYS), None, "{key}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_read_without_a_panic_and_spans_are_on_characters(
            text in "(\\+\\+\\+|---)\n([a-z]{1,6}( = |: )[\\PC\"\\[\\]{},:é\n-]{0,20}\n){0,6}(\\+\\+\\+|---)?\n?\\PC{0,10}"
        ) {
            let (_, found) = brief(&text);
            for diagnostic in found {
                if let Some(span) = diagnostic.place.and_then(|p| p.span) {
                    let range = span.range();
                    prop_assert!(range.start <= range.end);
                    prop_assert!(text.is_char_boundary(range.start.min(text.len())));
                }
            }
        }
    }
}
