//! `site.toml`.

mod accent;
mod actors;

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::tz::TimeZone;

use crate::diagnostic::{Code, Diagnostic, Place, Severity};
use crate::front_matter::field::{
    ByName, Count, Field, FieldReader, Spanned, formed, is_web_address, table, words,
};
use crate::front_matter::{self, Brief, Extra, LanguageTag, Ref, tree};
use crate::html::Embeds;
use crate::markdown;
use crate::names::{Additions, Languages, List, Policy};
use crate::registry::{self, Pack};
use crate::source::{CONFIG, glob};
use crate::tradecraft::scale::{ICD203, IPCC, PHIA, Scale};

pub(crate) use accent::Accent;
use actors::OwnKind;
pub(crate) use actors::{DeclaredRelation, Family, Kinds, relation_word};

words! {
    /// Which mentions of an actor are links.
    LinkWhich {
        /// The first on a page.
        First = "first",
        /// The first in each section.
        Section = "section",
        /// All.
        All = "all",
        /// None.
        None = "none",
    }
}

words! {
    /// What becomes of HTML in Markdown.
    RawHtml {
        /// What an allow-list knows stays.
        Sanitise = "sanitise",
        /// It is shown as text.
        Escape = "escape",
        /// It stays as it is.
        Trust = "trust",
    }
}

table! {
    /// An entry of the menu.
    MenuItem {
        /// What it says.
        label: String => required;
        /// Where it leads: a path of the site, such as `/timeline/`, or an address in full, such as `https://example.org/`. An
        /// entry that leads to a list of the site with nothing in it, or to what is held back, is left out.
        path: Spanned<String> => required;
    }
}

table! {
    /// Lists of briefs.
    Pagination {
        /// How many briefs a page of a list shows.
        size: Count => or(Count(20));
    }
}

table! {
    /// Pairs of actors.
    Pairs {
        /// From how many shared briefs on a pair has a page.
        min: Count => or(Count(2));
        /// How many pairs have a page at most, the most shared first.
        max: Count => or(Count(500));
    }
}

table! {
    /// Mentions of actors.
    Mentions {
        /// Which mentions are links.
        link: LinkWhich => or(LinkWhich::First);
        /// Words that tell places from states that act, and longer names from shorter, beside those that are built in:
        /// a table for each language, as in `[mentions.words.de]`.
        words: LanguageWords => or(LanguageWords::default());
    }
}

/// Words that a site adds to those of the languages.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LanguageWords(Additions);

impl Field for LanguageWords {
    fn read(node: &tree::Node, reader: &mut FieldReader) -> Self {
        let tree::NodeValue::Table(languages) = &node.value else {
            reader.wrong_type(node, "a table");
            return LanguageWords::default();
        };
        let known: Vec<&str> = List::ALL.iter().map(|list| list.name()).collect();
        let mut additions = Additions::new();
        for (language, table) in languages {
            let entries = reader.entries(table, &known);
            let mut lists = BTreeMap::new();
            for list in List::ALL {
                lists.insert(*list, reader.optional(entries, list.name(), Vec::new()));
            }
            additions.insert(language.name.clone().into_owned(), lists);
        }
        LanguageWords(additions)
    }

    fn words() -> String {
        "table".to_owned()
    }

    fn schema() -> serde_json::Value {
        let lists = List::ALL.iter().map(|list| (list.name().to_owned(), Vec::<String>::schema()));
        let lists: serde_json::Map<String, serde_json::Value> = lists.collect();
        let language = serde_json::json!({ "type": "object", "properties": lists, "additionalProperties": false });
        serde_json::json!({ "type": "object", "additionalProperties": language })
    }
}

/// The lists of words, as rows of the reference.
fn lists() -> String {
    let mut out = String::from(
        "The words of a language, by which the linker tells a place from a state that acts and a longer name from a shorter \
         one ([names](names.md)). English, French, German, Russian, Spanish, Turkish, Ukrainian and Chinese are built in; what a \
         site writes here is added. An entry is a word or a few, in any case; `*ly` is an ending of words, and `-based` stands \
         behind a hyphen.\n\n| key | type | words that |\n|---|---|---|\n",
    );
    for list in List::ALL {
        let text = list.explanation().lines().map(str::trim).collect::<Vec<_>>().join(" ");
        out.push_str(&format!("| `{}` | {} | {text} |\n", list.name(), Vec::<String>::words()));
    }
    out
}

/// What `check` says and how strongly: the severity of codes, and limits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Check {
    /// Codes and the severity that the site wants for them; `None` is silence.
    pub levels: BTreeMap<Code, Option<Severity>>,
    /// How many characters a summary may have.
    pub summary_limit: usize,
}

/// How many characters a summary may have unless the site says otherwise.
const SUMMARY_LIMIT: u32 = 300;

impl Default for Check {
    fn default() -> Self {
        Check { levels: BTreeMap::new(), summary_limit: SUMMARY_LIMIT as usize }
    }
}

words! {
    /// How strongly a finding is reported.
    Level {
        /// It fails a run, and nothing is published.
        Error = "error",
        /// It fails a run with `--strict` only.
        Warning = "warning",
        /// It never fails a run.
        Note = "note",
        /// It is not reported.
        Off = "off",
    }
}

impl Check {
    /// The codes whose severity a site may change: those that are no errors by themselves, and few that are.
    fn codes() -> impl Iterator<Item = Code> {
        let may_change = |code: &Code| code.severity() != Severity::Error || code.may_be_lowered();
        Code::ALL.iter().copied().filter(may_change)
    }
}

impl Field for Check {
    fn read(node: &tree::Node, reader: &mut FieldReader) -> Self {
        let codes = Code::ALL.iter().map(|code| code.name());
        let known: Vec<&str> = codes.chain(["summary_limit"]).collect();
        let entries = reader.entries(node, &known);
        for (key, _) in entries {
            let code = Code::named(&key.name).filter(|code| !Check::codes().any(|c| c == *code));
            if let Some(code) = code {
                reader.refuse(
                    Code::BadValue,
                    key.span,
                    format!("the level of `{}` cannot be changed", code.name()),
                    "with it, nothing can be published",
                    "take the line out; of what is an error by itself, links and images that lead nowhere alone may be a \"warning\" or a \"note\"",
                );
            }
        }
        let limit = reader.optional(entries, "summary_limit", Count(SUMMARY_LIMIT));
        let mut levels = BTreeMap::new();
        for code in Check::codes() {
            if let Some((_, value)) = entries.iter().find(|(key, _)| key.name == code.name()) {
                let wanted = Level::read(value, reader);
                if wanted == Level::Off && code.may_be_lowered() {
                    reader.refuse(
                        Code::BadValue,
                        value.span,
                        format!("`{}` cannot be off", code.name()),
                        "links that lead nowhere go on being counted",
                        "write \"warning\" or \"note\"",
                    );
                }
                let level = match wanted {
                    Level::Error => Some(Severity::Error),
                    Level::Warning => Some(Severity::Warning),
                    Level::Note => Some(Severity::Note),
                    Level::Off => None,
                };
                levels.insert(code, level);
            }
        }
        Check { levels, summary_limit: limit.0 as usize }
    }

    fn words() -> String {
        "table".to_owned()
    }

    fn schema() -> serde_json::Value {
        let mut properties = serde_json::Map::new();
        for code in Check::codes() {
            let level = match code.may_be_lowered() {
                true => serde_json::json!({ "enum": ["error", "warning", "note"] }),
                false => Level::schema(),
            };
            properties.insert(code.name().to_owned(), level);
        }
        properties.insert("summary_limit".to_owned(), Count::schema());
        serde_json::json!({ "type": "object", "properties": properties, "additionalProperties": false })
    }
}

table! {
    /// Markdown.
    Markdown {
        /// What becomes of HTML in Markdown.
        raw_html: RawHtml => or(RawHtml::Sanitise);
        /// Whether straight quotes become the quotation marks of the language, dots and hyphens ellipses and dashes.
        smart_punctuation: bool => or(true);
        /// Whether `$…$` and `$$…$$` are formulas. Money is none either way.
        math: bool => or(true);
        /// Where frames may be from, as in `["https://datawrapper.dwcdn.net/"]`: the beginnings of addresses by `https`, each up
        /// to a `/`. An `<iframe>` of another is taken out.
        embeds: Vec<Spanned<String>> => or(Vec::new());
    }
}

table! {
    /// Sources of briefs.
    SourcePolicy {
        /// Whether `check` asks for the grade of every source. Without this it does as soon as one of the site has a grade.
        grades: bool => or(false);
    }
}

table! {
    /// Atom feeds.
    Feeds {
        /// How many briefs a feed holds.
        size: Count => or(Count(20));
        /// Whether the site's feed holds the whole text of each brief.
        full: bool => or(true);
    }
}

table! {
    /// What pages say of themselves to other programs: schema.org as JSON-LD.
    StructuredData {
        /// Whether they do.
        enabled: bool => or(true);
    }
}

table! {
    /// The search of the site.
    Search {
        /// Whether there is one.
        enabled: bool => or(true);
    }
}

words! {
    /// A scale of likelihood.
    ScaleName {
        /// Of the Intelligence Community Directive 203 (United States).
        Icd203 = "icd203",
        /// The probability yardstick (United Kingdom).
        Phia = "phia",
        /// Of the Intergovernmental Panel on Climate Change.
        Ipcc = "ipcc",
    }
}

table! {
    /// Judgements of briefs ([judgements](judgements.md)).
    Judging {
        /// The scale of likelihood whose words the site uses.
        scale: ScaleName => or(ScaleName::Icd203);
    }
}

table! {
    /// Files of `content/`.
    Content {
        /// What is passed over: globs of names below `content/`, such as `"drafts/**"` or `"*.csv"`. `*` stops at a `/`, `**`
        /// does not; a glob without a `/` fits in every folder.
        ignore: Vec<Spanned<String>> => or(Vec::new());
    }
}

table! {
    /// What is published, and hosts.
    Publish {
        /// Whether briefs dated in the future are published now.
        future: bool => or(false);
        /// The site's own host name, written to `CNAME` for GitHub Pages.
        cname: Option<String> => or(None);
    }
}

words! {
    /// The picture of the home page.
    HomePicture {
        /// None.
        None = "none",
        /// Who is covered with whom, as on the list of pairs.
        Network = "network",
        /// Where events were, as on the timeline.
        Map = "map",
    }
}

table! {
    /// The home page.
    Home {
        /// The id of the brief that leads the page; without one it is the newest.
        lead: Option<Ref<Brief>> => or(None);
        /// How many of the most covered actors it shows.
        actors: Count => or(Count(12));
        /// How many of the most covered topics it shows.
        topics: Count => or(Count(12));
        /// The picture below its briefs.
        picture: HomePicture => or(HomePicture::None);
    }
}

words! {
    /// Which type texts and titles are set in.
    Fonts {
        /// Letters with serifs for texts and titles, letters without for all around them: those that the reader's system has.
        Serif = "serif",
        /// Letters without serifs for everything.
        Sans = "sans",
    }
}

formed! {
    /// A colour as HTML has it, such as `#7a1f2b`.
    Colour: "colour",
    |text| text.len() == 7 && text.starts_with('#') && text.bytes().skip(1).all(|b| b.is_ascii_hexdigit()),
    "write it as in `#0b5d3b`: red, green and blue in two digits each, from 00 to ff",
    "^#[0-9A-Fa-f]{6}$"
}

table! {
    /// What pages look like ([theme](theme.md)).
    Look {
        /// The accent, such as `#0b5d3b`: links under the pointer, rubrics, marks of what is current.
        accent: Option<Spanned<Colour>> => or(None);
        /// The accent on dark screens; without it, `accent` as much lighter as it takes.
        accent_dark: Option<Spanned<Colour>> => or(None);
        /// Which type texts and titles are set in.
        fonts: Fonts => or(Fonts::Serif);
        /// Style sheets of the site's own, in this order behind the theme's: files below `static/`, such as `["house.css"]`.
        css: Vec<Spanned<String>> => or(Vec::new());
    }
}

table! {
    /// The configuration of a site.
    Config {
        /// The site's title.
        title: Spanned<String> => required;
        /// The site's address; a path, as in `https://x.example/repo/`, works everywhere.
        base_url: Spanned<String> => required;
        /// The site's language, such as `en`.
        language: LanguageTag => or(LanguageTag::english());
        /// Other languages that briefs are written in, such as `["ru", "tr"]`: the registry brings its names in them too.
        languages: Vec<LanguageTag> => or(Vec::new());
        /// The lists of actors that the site knows ([registry](registry.md)): `"states"`, `"bodies"`, and the site's own by the
        /// names of their files, as `"groups"` for `registry/groups.toml`. Actors that no published document concerns are not
        /// shown.
        registry: Spanned<Vec<Spanned<String>>> => or(Spanned::default());
        /// Kinds of actors of the site's own, such as `[kinds.malware]`, and other words for those that every site has
        /// ([actors](kinds-and-relations.md)).
        kinds: ByName<OwnKind> => or(ByName::default());
        /// Relations between actors that their files may declare, such as `[relations.uses]` ([actors](kinds-and-relations.md)).
        relations: ByName<DeclaredRelation> => or(ByName::default());
        /// The time zone of its days, such as `Europe/Istanbul`.
        timezone: Spanned<String> => or(Spanned { value: "UTC".to_owned(), ..Spanned::default() });
        /// What the site is about, in a sentence.
        description: Option<String> => or(None);
        /// Who publishes it; without it, the title stands in the footer.
        publisher: Option<String> => or(None);
        /// Names that sign briefs and are no person's, such as `["Europe desk"]`: to other programs they are organisations, as
        /// the publisher is.
        desks: Vec<String> => or(Vec::new());
        /// Entries of the menu in place of those for actors, topics and the other lists; pages follow.
        menu: Vec<MenuItem> => or(Vec::new());
        /// Lists of briefs.
        pagination: Pagination => or(Pagination::default());
        /// Pairs of actors.
        pairs: Pairs => or(Pairs::default());
        /// Mentions of actors.
        mentions: Mentions => or(Mentions::default());
        /// What `check` says: the code of a finding and `"error"`, `"warning"`, `"note"` or `"off"`, as in
        /// `orphan = "off"`; and `summary_limit`, how many characters a summary may have (300).
        check: Check => or(Check::default());
        /// Markdown.
        markdown: Markdown => or(Markdown::default());
        /// Sources of briefs.
        sources: SourcePolicy => or(SourcePolicy::default());
        /// Atom feeds.
        feeds: Feeds => or(Feeds::default());
        /// What pages say of themselves to other programs: schema.org as JSON-LD.
        structured_data: StructuredData => or(StructuredData::default());
        /// The search of the site.
        search: Search => or(Search::default());
        /// Judgements of briefs.
        judgements: Option<Judging> => or(None);
        /// Files of `content/`.
        content: Content => or(Content::default());
        /// What is published, and hosts.
        publish: Publish => or(Publish::default());
        /// The home page.
        home: Home => or(Home::default());
        /// What pages look like.
        theme: Look => or(Look::default());
        /// Values of your own, for templates.
        extra: Extra => or(Extra::default());
    }
}

impl Config {
    /// The time zone of the site's days; checked when the configuration was read.
    pub fn zone(&self) -> TimeZone {
        TimeZone::get(&self.timezone.value).unwrap_or(TimeZone::UTC)
    }

    /// The path of the site's address, with a slash at both ends.
    pub fn path(&self) -> &str {
        let address = self.base_url.value.as_str();
        let host = address.find("://").map_or(0, |at| at + 3);
        let path = address
            .get(host..)
            .and_then(|rest| rest.find('/'))
            .map_or(address.len(), |at| host + at);
        address.get(path..).unwrap_or("/")
    }

    /// Uses another address. Errors: not a web address.
    pub fn set_base_url(&mut self, address: &str) -> Result<(), Diagnostic> {
        if !is_web_address(address) || address.contains(['?', '#']) {
            return Err(Diagnostic::new(
                Code::BadValue,
                format!("`{address}` is not the address of a site"),
            )
            .help("write it in full, as in https://example.org/ or https://example.org/briefs/"));
        }
        self.base_url.value = format!("{}/", address.trim_end_matches('/'));
        Ok(())
    }

    /// The sets of actors of the built-in registry that the site knows.
    pub(crate) fn packs(&self) -> Vec<Pack> {
        self.registry.value.iter().filter_map(|list| Pack::named(&list.value)).collect()
    }

    /// The languages that the registry's names are wanted in, the site's own first, as the registry calls them.
    pub(crate) fn registry_languages(&self) -> Vec<&'static str> {
        let mut languages = Vec::new();
        for tag in [&self.language].into_iter().chain(&self.languages) {
            let language = registry::language(tag);
            languages.extend(language.filter(|language| !languages.contains(language)));
        }
        languages
    }

    /// How Markdown is read.
    pub fn markdown_options(&self) -> markdown::Options {
        markdown::Options {
            raw_html: match self.markdown.raw_html {
                RawHtml::Sanitise => markdown::RawHtml::Sanitise,
                RawHtml::Escape => markdown::RawHtml::Escape,
                RawHtml::Trust => markdown::RawHtml::Trust,
            },
            smart_punctuation: self.markdown.smart_punctuation,
            language: (*self.language).into(),
            math: self.markdown.math,
            site: self.base_url.value.as_str().into(),
            embeds: Arc::new(self.embeds()),
            paragraphs: true,
            ..markdown::Options::default()
        }
    }

    /// Where frames of documents may be from, and what of it is no such place and why.
    fn read_embeds(&self) -> (Embeds, Vec<(&Spanned<String>, &'static str)>) {
        let mut embeds = Embeds::of_site(&self.base_url.value);
        let wrong = self.markdown.embeds.iter().filter_map(|written| {
            let why = embeds.add(&written.value).err()?;
            Some((written, why))
        });
        let wrong = wrong.collect();
        (embeds, wrong)
    }

    /// Where frames of documents may be from.
    pub fn embeds(&self) -> Embeds {
        self.read_embeds().0
    }

    /// The scale of likelihood of the site.
    pub(crate) fn scale(&self) -> &'static Scale {
        match self.judgements.as_ref().map(|judging| judging.scale).unwrap_or_default() {
            ScaleName::Icd203 => &ICD203,
            ScaleName::Phia => &PHIA,
            ScaleName::Ipcc => &IPCC,
        }
    }

    /// Whether a name that signs a brief is no person's.
    pub(crate) fn is_desk(&self, name: &str) -> bool {
        self.publisher.iter().chain(&self.desks).any(|desk| desk == name)
    }

    /// The accent of the site, if it has one of its own.
    pub(crate) fn accent(&self) -> Option<Accent> {
        Accent::of(&self.theme)
    }

    /// The words of languages, with those that the site adds.
    pub fn languages(&self) -> Languages {
        Languages::new(&self.mentions.words.0)
    }

    /// Which mentions are links.
    pub fn mention_policy(&self) -> Policy {
        match self.mentions.link {
            LinkWhich::First => Policy::First,
            LinkWhich::Section => Policy::Section,
            LinkWhich::All => Policy::All,
            LinkWhich::None => Policy::None,
        }
    }
}

/// Reads the configuration. Every mistake is reported; `None` when there is one.
pub fn read(text: &str, found: &mut Vec<Diagnostic>) -> Option<Config> {
    let file: Arc<str> = CONFIG.into();
    let node = front_matter::toml::toml(
        &file,
        text.trim_start_matches('\u{feff}'),
        text.len() - text.trim_start_matches('\u{feff}').len(),
        found,
    );
    let complete = found.is_empty();
    let mut config = Config::read(&node, &mut FieldReader::new(&file, found, complete));
    let address = config.base_url.clone();
    if !address.value.is_empty()
        && let Err(diagnostic) = config.set_base_url(&address.value)
    {
        found.push(diagnostic.at(Place::span(file.clone(), address.span)));
    }
    for pattern in &config.content.ignore {
        if let Err(why) = glob(&pattern.value) {
            found.push(
                Diagnostic::new(
                    Code::BadValue,
                    format!("`{}` is not a glob: {}", pattern.value, why.kind()),
                )
                .at(Place::span(file.clone(), pattern.span))
                .help("write it as in `drafts/**` or `*.csv`; a `\\` before a special letter takes it as it is"),
            );
        }
    }
    if !config.packs().is_empty() && config.registry_languages().is_empty() {
        let known = registry::languages().collect::<Vec<_>>().join(", ");
        found.push(
            Diagnostic::new(
                Code::BadValue,
                format!("the registry has no names in `{}`", &*config.language),
            )
            .at(Place::span(file.clone(), config.registry.span))
            .help(format!(
                "it has them in {known}: to use English names, write `languages = [\"en\"]`"
            )),
        );
    }
    found.extend(accent::findings(&config.theme, &file));
    config.check_kinds(&file, found);
    config.check_relations(&file, found);
    for (written, why) in config.read_embeds().1 {
        let message = format!("`{}` cannot be a place that frames are from", written.value);
        found.push(
            Diagnostic::new(Code::BadValue, message)
                .at(Place::span(file.clone(), written.span))
                .label(why)
                .help("write it as in `https://datawrapper.dwcdn.net/` or `https://www.example.org/maps/`"),
        );
    }
    if TimeZone::get(&config.timezone.value).is_err() {
        found.push(
            Diagnostic::new(
                Code::BadValue,
                format!("there is no time zone `{}`", config.timezone.value),
            )
            .at(Place::span(file, config.timezone.span))
            .help("write a name of the IANA database, such as Europe/Istanbul, or UTC"),
        );
    }
    found.is_empty().then_some(config)
}

/// JSON Schemas (draft 2020-12) of all front matter and of `site.toml`, by name: `root` names the one that a text is held to.
pub(crate) fn schemas(root: &str) -> serde_json::Value {
    let mut schemas = front_matter::schemas();
    if let Some(table) = schemas.get_mut("$defs").and_then(serde_json::Value::as_object_mut) {
        table.insert("site".to_owned(), Config::schema());
    }
    if let Some(schema) = schemas.as_object_mut() {
        schema.insert("$ref".to_owned(), format!("#/$defs/{root}").into());
    }
    schemas
}

/// The reference of `site.toml`, as Markdown for `docs/configuration.md`.
pub(crate) fn reference() -> String {
    let mut out = String::from(
        "# Configuration: site.toml\n\nThis page is generated from the code. Where a key has no default, nothing holds without it.\n\n",
    );
    out.push_str(&Config::reference());
    for (title, table) in [
        ("[kinds.NAME]", OwnKind::reference()),
        ("[relations.NAME]", DeclaredRelation::reference()),
        ("[[menu]]", MenuItem::reference()),
        ("[pagination]", Pagination::reference()),
        ("[pairs]", Pairs::reference()),
        ("[mentions]", Mentions::reference()),
        ("[mentions.words.en]", lists()),
        ("[markdown]", Markdown::reference()),
        ("[sources]", SourcePolicy::reference()),
        ("[feeds]", Feeds::reference()),
        ("[structured_data]", StructuredData::reference()),
        ("[search]", Search::reference()),
        ("[judgements]", Judging::reference()),
        ("[content]", Content::reference()),
        ("[publish]", Publish::reference()),
        ("[home]", Home::reference()),
        ("[theme]", Look::reference()),
    ] {
        out.push_str(&format!("\n## `{title}`\n\n{table}"));
    }
    out
}
