//! What a template sees, and nothing else. Views hold values and no behaviour.
//!
//! Each view is declared once: the declaration makes the type, its conversion to a template value
//! and its entry in the reference of templates.

use tera::{Map, Value};

/// What can stand in a view.
pub trait IntoValue {
    /// The value as templates see it.
    fn into_value(self) -> Value;
}

/// HTML that this program made; the only text that templates do not escape.
#[derive(Clone, Debug, Default)]
pub struct Html(pub String);

impl IntoValue for Html {
    fn into_value(self) -> Value {
        Value::safe_string(&self.0)
    }
}

impl IntoValue for Value {
    fn into_value(self) -> Value {
        self
    }
}

impl IntoValue for &str {
    fn into_value(self) -> Value {
        Value::from(self)
    }
}

impl IntoValue for String {
    fn into_value(self) -> Value {
        Value::from(self)
    }
}

impl IntoValue for bool {
    fn into_value(self) -> Value {
        Value::from(self)
    }
}

impl IntoValue for usize {
    fn into_value(self) -> Value {
        Value::from(self)
    }
}

impl IntoValue for f64 {
    fn into_value(self) -> Value {
        Value::from(self)
    }
}

impl IntoValue for &serde_json::Value {
    fn into_value(self) -> Value {
        Value::from_serializable(self)
    }
}

impl<T: IntoValue> IntoValue for Option<T> {
    fn into_value(self) -> Value {
        self.map_or_else(Value::none, T::into_value)
    }
}

impl<T: IntoValue> IntoValue for Vec<T> {
    fn into_value(self) -> Value {
        Value::from(self.into_iter().map(T::into_value).collect::<Vec<Value>>())
    }
}

macro_rules! views {
    ($($(#[doc = $about:literal])+ $name:ident $(<$life:lifetime>)? { $($(#[doc = $doc:literal])+ $field:ident: $type:ty,)+ })+) => {
        $($(#[doc = $about])+
        #[derive(Clone, Debug)]
        pub struct $name $(<$life>)? {
            $($(#[doc = $doc])+ pub $field: $type,)+
        }

        impl $(<$life>)? IntoValue for $name $(<$life>)? {
            fn into_value(self) -> Value {
                let mut map = Map::with_capacity([$(stringify!($field)),+].len());
                $(map.insert(stringify!($field).into(), self.$field.into_value());)+
                Value::from(map)
            }
        })+

        /// The reference of the views, as Markdown.
        pub fn reference() -> String {
            let mut out = String::new();
            $(
                out.push_str(concat!("\n### ", stringify!($name), "\n\n"));
                $(out.push_str($about.trim()); out.push(' ');)+
                out.push_str("\n\n| field | meaning |\n|---|---|\n");
                $(
                    out.push_str(concat!("| `", stringify!($field), "` |"));
                    $(out.push_str($doc);)+
                    out.push_str(" |\n");
                )+
            )+
            out
        }
    };
}

views! {
    /// The site, as `site`.
    SiteView<'a> {
        /// The site's title.
        title: &'a str,
        /// What the site is about, or null.
        description: Option<&'a str>,
        /// Who publishes it, or null.
        publisher: Option<&'a str>,
        /// The site's language, such as `en`.
        language: &'a str,
        /// The site's address, with a slash at the end.
        base_url: &'a str,
        /// The year of the build.
        year: usize,
        /// The path of the site's feed.
        feed_path: &'a str,
        /// The menu: maps with `label` and `path`.
        menu: Vec<Value>,
        /// Whether there are storylines.
        has_storylines: bool,
        /// Whether any pair of actors has a page.
        has_pairs: bool,
        /// Whether there are events.
        has_events: bool,
    }
    /// The page that is rendered, as `page`.
    PageView<'a> {
        /// The page's own title.
        title: &'a str,
        /// A sentence about it, or null.
        description: Option<&'a str>,
        /// Its path.
        path: &'a str,
        /// Its full address.
        canonical: String,
        /// Its language.
        language: &'a str,
        /// What kind of page it is: `home`, `brief`, `actor` …
        kind: &'static str,
        /// The path of its own feed, or null.
        feed_path: Option<String>,
        /// The title of its own feed, or null.
        feed_title: Option<String>,
        /// Whether it shows code, so that it needs the sheet `asset.code`.
        has_code: bool,
        /// Whether it shows a draft.
        draft: bool,
    }
    /// A short form of a document: a name and where it leads.
    Ref<'a> {
        /// The name.
        name: &'a str,
        /// The path.
        path: &'a str,
        /// `state`, `organisation`, `body`, `person`, `group`, `topic` or `storyline`.
        kind: &'static str,
        /// A sentence about it, or null.
        summary: Option<&'a str>,
    }
    /// An actor in a list.
    ActorCard<'a> {
        /// The name.
        name: &'a str,
        /// The path.
        path: &'a str,
        /// `state`, `organisation`, `body`, `person` or `group`.
        kind: &'static str,
        /// A sentence about it, or null.
        summary: Option<&'a str>,
        /// How many briefs (about it, or shared, as the list says).
        briefs: usize,
    }
    /// A topic in a list.
    TopicCard<'a> {
        /// The name.
        name: &'a str,
        /// The path.
        path: &'a str,
        /// A sentence about it, or null.
        summary: Option<&'a str>,
        /// How many topics stand above it.
        depth: usize,
        /// How many briefs.
        briefs: usize,
    }
    /// A storyline in a list.
    StorylineCard<'a> {
        /// The title.
        title: &'a str,
        /// The path.
        path: &'a str,
        /// A sentence about it, or null.
        summary: Option<&'a str>,
        /// `open`, `dormant` or `closed`.
        status: &'static str,
        /// The status in words.
        status_text: String,
        /// How many briefs.
        briefs: usize,
        /// The day of the newest brief in words, or null.
        latest: Option<String>,
    }
    /// A brief in a list.
    BriefCard<'a> {
        /// The title.
        title: &'a str,
        /// The path.
        path: &'a str,
        /// The day, such as `2025-02-27`.
        date: String,
        /// The day in words.
        date_text: String,
        /// The summary, or null.
        summary: Option<&'a str>,
        /// `analysis`, `background`, `report`, `explainer` or `update`.
        kind: &'static str,
        /// The kind in words.
        kind_text: String,
        /// Whether it is a draft, shown because drafts were asked for.
        draft: bool,
        /// How long it takes to read, in minutes.
        reading_minutes: usize,
        /// Whom it is about: a list of `Ref`.
        actors: Vec<Value>,
        /// Its topics: a list of `Ref`.
        topics: Vec<Value>,
        /// Its storyline as a `Ref`, or null.
        storyline: Option<Value>,
        /// How lists show it: what `card.html` made of it, to be printed with `safe`. Null in `card.html`.
        html: Option<Html>,
    }
    /// A dated event.
    EventView<'a> {
        /// When, as precisely as known: `2025-02-27`, `2014-03` or `2014`.
        date: String,
        /// When, in words.
        date_text: String,
        /// When it ended, or null.
        end: Option<String>,
        /// When it ended, in words, or null.
        end_text: Option<String>,
        /// What happened.
        title: &'a str,
        /// Where, or null.
        place: Option<&'a str>,
        /// Latitude and longitude, or null.
        coordinates: Option<Vec<f64>>,
        /// Who took part: a list of `Ref`.
        actors: Vec<Value>,
        /// The brief that tells of it, as a `Ref`.
        brief: Value,
        /// The year.
        year: usize,
    }
    /// A sentence of a brief that mentions an actor or links to a page.
    QuoteView {
        /// The brief, as a `BriefCard` (or a `Ref` when it is another document).
        brief: Value,
        /// The sentence, with the name in `<mark>`.
        html: Html,
    }
    /// The pages of a list, as `pagination`.
    Pagination {
        /// This page, from 1.
        page: usize,
        /// How many.
        pages: usize,
        /// The path of the page before, or null.
        previous: Option<String>,
        /// The path of the page after, or null.
        next: Option<String>,
        /// The pages to offer: maps with `n`, `path` and `current`.
        numbers: Vec<Value>,
    }
    /// A brief on its own page: what its `BriefCard` has, and this.
    BriefView<'a> {
        /// The bottom line up front, or null.
        bluf_html: Option<Html>,
        /// The text.
        content: Html,
        /// The headings: maps with `level`, `id` and `title`.
        toc: Vec<Value>,
        /// The day of the last update, or null.
        updated: Option<String>,
        /// The same in words, or null.
        updated_text: Option<String>,
        /// Who wrote it.
        authors: Vec<&'a str>,
        /// Its events.
        events: Vec<Value>,
        /// Whom it mentions besides whom it is about: a list of `Ref`.
        mentioned: Vec<Value>,
        /// The brief it continues, or null.
        follows: Option<Value>,
        /// The briefs that continue it.
        followed_by: Vec<Value>,
        /// The brief before in its storyline, or null.
        storyline_previous: Option<Value>,
        /// The brief after in its storyline, or null.
        storyline_next: Option<Value>,
        /// Its place in its storyline, from 1, or null.
        storyline_position: Option<usize>,
        /// How many briefs its storyline has.
        storyline_length: usize,
        /// The brief before in time, or null.
        older: Option<Value>,
        /// The brief after in time, or null.
        newer: Option<Value>,
        /// Related briefs: maps with `brief`, `shared` (a list of `Ref`) and `reason`.
        related: Vec<Value>,
        /// The documents that link here: a list of `QuoteView`.
        backlinks: Vec<Value>,
        /// The day by which it should be reviewed, in words, or null.
        review_by_text: Option<String>,
        /// Whether that day has passed.
        overdue: bool,
        /// Its language.
        language: &'a str,
        /// Its `[extra]` table.
        extra: Value,
    }
    /// An actor on its own page, as `actor`.
    ActorView<'a> {
        /// The name.
        name: &'a str,
        /// The path.
        path: &'a str,
        /// `state`, `organisation`, `body`, `person` or `group`.
        kind: &'static str,
        /// The kind in words.
        kind_text: String,
        /// Its other names.
        aliases: Vec<&'a str>,
        /// A sentence about it, or null.
        summary: Option<&'a str>,
        /// Its state as a `Ref`, or null.
        country: Option<Value>,
        /// The code of a state (ISO 3166-1), or null.
        iso3166: Option<&'a str>,
        /// Its item in Wikidata, or null.
        wikidata: Option<&'a str>,
        /// Its own site, or null.
        website: Option<&'a str>,
        /// The path of its image, or null.
        image: Option<String>,
        /// The profile.
        content: Html,
        /// What it is part of, as a `Ref`, or null.
        part_of: Option<Value>,
        /// What is part of it.
        parts: Vec<Value>,
        /// What it is a member of.
        member_of: Vec<Value>,
        /// Its members.
        members: Vec<Value>,
        /// Its roles: maps with `title`, `of`, `from_text`, `to_text` and `current`.
        roles: Vec<Value>,
        /// Its `[extra]` table.
        extra: Value,
    }
    /// A topic on its own page, as `topic`.
    TopicView<'a> {
        /// The name.
        name: &'a str,
        /// The path.
        path: &'a str,
        /// A sentence about it, or null.
        summary: Option<&'a str>,
        /// The text.
        content: Html,
        /// Its item in Wikidata, or null.
        wikidata: Option<&'a str>,
        /// Its IPTC Media Topic, or null.
        iptc: Option<&'a str>,
        /// Its `[extra]` table.
        extra: Value,
    }
    /// A storyline on its own page, as `storyline`.
    StorylineView<'a> {
        /// The title.
        title: &'a str,
        /// The path.
        path: &'a str,
        /// A sentence about it, or null.
        summary: Option<&'a str>,
        /// `open`, `dormant` or `closed`.
        status: &'static str,
        /// The status in words.
        status_text: String,
        /// The introduction.
        content: Html,
        /// Its `[extra]` table.
        extra: Value,
    }
}

/// A map of a few values that has no view of its own.
pub fn map<const N: usize>(entries: [(&'static str, Value); N]) -> Value {
    let mut map = Map::with_capacity(N);
    for (key, value) in entries {
        map.insert(key.into(), value);
    }
    Value::from(map)
}
