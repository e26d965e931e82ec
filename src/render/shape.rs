//! What a template sees, and nothing else. Views hold values and no behaviour.
//!
//! Each view is declared once, in the list of `views!`. From it follow its shape and its entry in the reference of templates, which
//! are made here, and the types of those that the renderer fills in, in `view`.

/// What a view consists of.
pub struct Description {
    /// Its fields, in the order in which its records hold them.
    pub fields: &'static [&'static str],
    /// The view in its first field, whose fields it has as well.
    pub base: Option<Shape>,
}

impl Shape {
    /// What the view consists of.
    pub fn description(self) -> &'static Description {
        // There is a description for each shape.
        const EMPTY: &Description = &Description { fields: &[], base: None };
        SHAPES.get(self as usize).unwrap_or(EMPTY)
    }
}

/// Hands the declarations of all views to another macro. A `record` is made with all its fields; of one that is `found`, which
/// stands in lists, each field is looked up when a template asks for it, by its name in the type.
macro_rules! views {
    ($made_by:ident) => {
        $made_by! {
            /// The site, as `site`.
            record SiteView {
                /// The site's title.
                title: &'a str,
                /// What the site is about, or null.
                description: Option<&'a str>,
                /// Who publishes it, or null.
                publisher: Option<&'a str>,
                /// The site's language, such as `en`.
                language: &'a str,
                /// In which direction that runs: `ltr` or `rtl`.
                dir: &'static str,
                /// The site's address, with a slash at the end.
                base_url: &'a str,
                /// The year of the build.
                year: usize,
                /// The path of the site's feed.
                feed_path: &'a str,
                /// The menu: a list of `MenuItem`.
                menu: Vec<Value<'a>>,
                /// The first entries of the menu, which every page shows.
                menu_first: Vec<Value<'a>>,
                /// The others, which are behind a word.
                menu_more: Vec<Value<'a>>,
                /// The paths of the site's own style sheets.
                css: Value<'a>,
                /// Whether there are storylines.
                has_storylines: bool,
                /// Whether there are judgements.
                has_judgements: bool,
                /// Whether any pair of actors has a page.
                has_pairs: bool,
                /// Whether there are events.
                has_events: bool,
                /// Whether there is a search.
                has_search: bool,
                /// The `[extra]` table of `site.toml`.
                extra: &'a Extra,
            }
            /// The page that is rendered, as `page`.
            record PageView {
                /// The page's own title.
                title: Value<'a>,
                /// A sentence about it; null on a redirect only.
                description: Option<Value<'a>>,
                /// Which page of its list it is, from 2, or null.
                number: Option<usize>,
                /// Its path.
                path: &'a str,
                /// Its full address.
                canonical: String,
                /// What it says of itself to other programs, as JSON-LD for a script element, or null.
                structured_data: Option<Value<'a>>,
                /// Its language.
                language: &'a str,
                /// In which direction that runs: `ltr` or `rtl`.
                dir: &'static str,
                /// Its language as the Open Graph protocol has it, such as `pt_BR`.
                locale: String,
                /// What kind of page it is: `home`, `brief`, `actor` …
                kind: &'static str,
                /// The path of its own feed, or null.
                feed_path: Option<String>,
                /// The title of its own feed, or null.
                feed_title: Option<Value<'a>>,
                /// Whether it shows code, so that it needs the sheet `asset.code`.
                has_code: bool,
                /// Whether it shows a document that is held back from readers.
                draft: bool,
            }
            /// A short form of a document: a name and where it leads.
            found Ref {
                /// The name.
                name,
                /// The path.
                path,
                /// `state`, `organisation`, `body`, `person`, `group` or a kind of the site's own, `topic` or `storyline`.
                kind,
                /// A sentence about it, or null.
                summary,
                /// The language that it is in.
                language,
                /// In which direction that runs: `ltr` or `rtl`.
                dir,
                /// Whether that language is not the site's.
                foreign,
            }
            /// An actor in a list.
            found ActorCard {
                /// The name.
                name,
                /// The path.
                path,
                /// `state`, `organisation`, `body`, `person`, `group` or a kind of the site's own.
                kind,
                /// A sentence about it, or null.
                summary,
                /// How many briefs (about it, or shared, as the list says).
                briefs,
            }
            /// A topic in a list.
            found TopicCard {
                /// The name.
                name,
                /// The path.
                path,
                /// A sentence about it, or null.
                summary,
                /// How many topics stand above it.
                depth,
                /// How many briefs.
                briefs,
            }
            /// A storyline in a list.
            found StorylineCard {
                /// The title.
                title,
                /// The path.
                path,
                /// A sentence about it, or null.
                summary,
                /// `open`, `dormant` or `closed`.
                status,
                /// The status in words.
                status_text,
                /// How many briefs.
                briefs,
                /// The day of the newest brief in words, or null.
                latest,
                /// How it has last changed: `deteriorated`, `improved` or `unchanged`, or null.
                trend,
                /// The same in words, or null.
                trend_text,
            }
            /// A storyline in the list of storylines: what its `StorylineCard` has, and this.
            record StorylineEntry: StorylineCard {
                /// Its card.
                card: Value<'a>,
                /// What is said last of how it has changed, as a `TrendView`, or null.
                change: Option<Value<'a>>,
                /// Its last twelve months: a list of `TrendMark`. Empty if nothing is said of how it has changed.
                history: Vec<Value<'a>>,
                /// What is known to come next, as a `NextDate`, or null.
                next: Option<Value<'a>>,
            }
            /// What a brief says of how its storyline has changed.
            record TrendView {
                /// `deteriorated`, `improved` or `unchanged`.
                trend: &'static str,
                /// The same in words.
                trend_text: &'a str,
                /// Why, or null.
                reason: Option<&'a str>,
                /// What the coming weeks may bring: `risk` or `opportunity`, or null.
                alert: Option<&'static str>,
                /// The same in words, or null.
                alert_text: Option<&'a str>,
                /// The brief, as a `BriefCard`.
                brief: Value<'a>,
            }
            /// A month in the history of a storyline.
            record TrendMark {
                /// The month, such as `2025-02`.
                month: String,
                /// The same in words.
                month_text: String,
                /// `deteriorated`, `improved`, `unchanged`, or null if nothing is said.
                trend: Option<&'static str>,
                /// The same in words.
                trend_text: &'a str,
                /// The path of the overview of the month, or null if it has none.
                path: Option<String>,
                /// Whether it is the month of the page.
                current: bool,
            }
            /// What is known to come next in a storyline.
            record NextDate {
                /// The day, or the month or year, as precisely as it is known.
                date: String,
                /// The same in words.
                date_text: String,
                /// What is to happen, or null if it is the day by which a judgement can be settled.
                event: Option<&'a str>,
                /// The brief that tells of it, as a `BriefCard`.
                brief: Value<'a>,
                /// Where on the page of that brief, after `#`, or null.
                anchor: Option<String>,
            }
            /// How all storylines have changed in a month.
            record TrendMonth {
                /// The month, such as `2025-02`.
                month: String,
                /// The same in words.
                month_text: Cow<'a, str>,
                /// The path of its overview.
                path: String,
                /// How many storylines were followed.
                followed: usize,
                /// How many of them have deteriorated.
                deteriorated: usize,
                /// How many have improved.
                improved: usize,
                /// How many are unchanged.
                unchanged: usize,
                /// Of how many nothing is said.
                unassessed: usize,
            }
            /// How a storyline has changed in a month.
            record TrendLine {
                /// The storyline, as a `StorylineCard`.
                storyline: Value<'a>,
                /// `deteriorated`, `improved` or `unchanged`: the last that is said in the month, and `unchanged` only if
                /// nothing else is.
                trend: &'static str,
                /// The same in words.
                trend_text: &'a str,
                /// What its briefs say: a list of `TrendView`, the newest first.
                changes: Vec<Value<'a>>,
                /// The twelve months up to this one: a list of `TrendMark`.
                history: Vec<Value<'a>>,
            }
            /// The judgements of a storyline over time.
            record JudgementPlot {
                /// The drawing.
                plot_html: Value<'a>,
                /// What is drawn: a list of `JudgementLine`.
                lines: Vec<Value<'a>>,
                /// How many more judgements there are, which are not drawn.
                more: usize,
            }
            /// A judgement in a drawing of several.
            record JudgementLine {
                /// What it is called in the drawing.
                label: String,
                /// What is judged.
                text_html: Value<'a>,
                /// What became of it, in words, with the day, or null.
                outcome_text: Option<String>,
                /// What was said of it, oldest first: a list of `JudgementStep`.
                steps: Vec<Value<'a>>,
            }
            /// Numbers by date.
            record SeriesView {
                /// What they are of.
                title: &'a str,
                /// What is counted or measured, or null.
                unit: Option<&'a str>,
                /// What readers should know of them, or null.
                note: Option<&'a str>,
                /// The drawing.
                plot_html: Value<'a>,
                /// What its axis begins at if that is not zero, or null.
                base: Option<String>,
                /// The last value of each column: a list of `SeriesValue`.
                last: Vec<Value<'a>>,
                /// The names of the columns.
                columns: Value<'a>,
                /// The numbers, oldest first: a list of `SeriesLine`, at most 500, the newest.
                rows: Vec<Value<'a>>,
                /// How many more there are, which are in the file only.
                earlier: usize,
                /// The path of the file.
                path: String,
                /// The sources that they are from: a list of `GroundView`.
                sources: Vec<Value<'a>>,
            }
            /// The value of a column of a series.
            record SeriesValue {
                /// The name of the column.
                column: &'a str,
                /// The value.
                value: &'a str,
                /// Its date, as precisely as it is known.
                date: String,
                /// The same in words.
                date_text: String,
            }
            /// The values of a date.
            record SeriesLine {
                /// The date, as precisely as it is known.
                date: String,
                /// The same in words.
                date_text: String,
                /// One for each column: the value, or an empty text where data is missing.
                values: Value<'a>,
            }
            /// A brief in a list.
            found BriefCard {
                /// The title.
                title,
                /// The path.
                path,
                /// The day, such as `2025-02-27`.
                date,
                /// The day in words.
                date_text,
                /// The summary, or null.
                summary,
                /// `analysis`, `background`, `report`, `explainer` or `update`.
                kind,
                /// The kind in words.
                kind_text,
                /// Whether it is held back from readers (a draft, under embargo, dated in the future), and shown because drafts
                /// were asked for.
                draft,
                /// Why it is held back and until when, in words, or null.
                mark,
                /// How long it takes to read, in minutes.
                reading_minutes,
                /// Whom it is about: a list of `Ref`.
                actors,
                /// Its topics: a list of `Ref`.
                topics,
                /// Its storyline as a `Ref`, or null.
                storyline,
                /// Whether a source of it was retracted.
                has_retracted,
                /// Its language.
                language,
                /// In which direction that runs: `ltr` or `rtl`.
                dir,
                /// Whether that language is not the site's.
                foreign,
                /// Its bottom line, for a page that leads with it, or null.
                bottom_line_html,
            }
            /// A dated event.
            record EventView {
                /// When, as precisely as known: `2025-02-27`, `2014-03` or `2014`.
                date: String,
                /// When, in words.
                date_text: String,
                /// When it ended, or null.
                end: Option<String>,
                /// When it ended, in words, or null.
                end_text: Option<String>,
                /// When it was, from beginning to end, in words, such as `28–29 June 2019`.
                when_text: String,
                /// What happened.
                title: &'a str,
                /// Where, or null.
                place: Option<&'a str>,
                /// Latitude and longitude, or null.
                coordinates: Option<Value<'a>>,
                /// Who took part: a list of `Ref`.
                actors: &'a [Ix<Actor>],
                /// The brief that tells of it, as a `Ref`.
                brief: Value<'a>,
                /// The year.
                year: usize,
            }
            /// A sentence of a brief that mentions an actor or links to a page.
            record QuoteView {
                /// The brief, as a `BriefCard` (or a `Ref` when it is another document).
                brief: Value<'a>,
                /// The sentence, with the name in `<mark>`.
                html: &'a Quote,
            }
            /// Briefs of a list that stand under one heading.
            record BriefGroup {
                /// The heading: a year, or a month in words.
                title: String,
                /// The path of that year or month in the archive.
                path: String,
                /// The briefs: a list of `BriefLine`.
                lines: Vec<Value<'a>>,
            }
            /// A brief as a line of a list.
            record BriefLine {
                /// The brief, as a `BriefCard`.
                brief: Value<'a>,
                /// What its address on the page ends in, after `#`, if it is the first of its month in the list, or null.
                anchor: Option<String>,
                /// The sentence that names the actor whose list it is, with the name in `<mark>`, or null.
                html: Option<&'a Quote>,
            }
            /// A year of a list of briefs.
            record ListYear {
                /// The year.
                year: i16,
                /// How many briefs it has.
                count: usize,
                /// Whether the list begins with it on this page, so that `root` does not stand before its path.
                here: bool,
                /// Where the list begins with it.
                path: Cow<'a, str>,
            }
            /// What there was over time, as `strip`.
            record StripView {
                /// The drawing: a bar for the briefs of a month, or of more months if there are many, and a dot for its events.
                drawing_html: Value<'a>,
                /// The same as a list of `StripRow`, the newest first.
                rows: Vec<Value<'a>>,
                /// How many events lie before or behind what is drawn.
                outside: usize,
            }
            /// Where events were, as `map`.
            record MapView {
                /// The drawing: a dot for each place.
                drawing_html: Value<'a>,
                /// The events whose place is known, the newest first, at most 100: a list of `EventView`.
                events: Vec<Value<'a>>,
            }
            /// Some months of a strip.
            record StripRow {
                /// The months in words.
                words: Cow<'a, str>,
                /// Where the list of briefs begins with them, or null if there are no briefs.
                path: Option<String>,
                /// Whether that is on this page, so that `root` does not stand before the path.
                here: bool,
                /// How many briefs.
                briefs: usize,
                /// How many events.
                events: usize,
            }
            /// The pages of a list, as `pagination`.
            record Pagination {
                /// This page, from 1.
                page: usize,
                /// How many.
                pages: usize,
                /// The place of its first brief in the whole list, from 1.
                first: usize,
                /// The path of the page before, which is empty if that is the home page, or null.
                previous: Option<String>,
                /// The path of the page after, or null.
                next: Option<String>,
                /// The pages to offer: a list of `PageNumber`.
                numbers: Vec<Value<'a>>,
            }
            /// A brief on its own page: what its `BriefCard` has, and this.
            record BriefView: BriefCard {
                /// Its card.
                card: Value<'a>,
                /// The bottom line up front, or null.
                bluf_html: Option<Value<'a>>,
                /// What it judges: a list of `JudgementView`.
                judgements: Value<'a>,
                /// The text.
                content: Value<'a>,
                /// The headings: a list of `Heading`.
                toc: Vec<Value<'a>>,
                /// The day of the last update, or null.
                updated: Option<String>,
                /// The same in words, or null.
                updated_text: Option<String>,
                /// Who wrote it.
                authors: Value<'a>,
                /// Its events.
                events: Vec<Value<'a>>,
                /// Its sources in the order of their numbers: a list of `SourceView`.
                sources: Vec<Value<'a>>,
                /// Numbers by date: a list of `SeriesView`.
                series: Vec<Value<'a>>,
                /// How it says that its storyline has changed, as a `TrendView`, or null.
                change: Option<Value<'a>>,
                /// What its sources are like, in words, or null if it has none.
                source_summary: Option<String>,
                /// Those of its sources that were retracted: a list of `SourceView`.
                retracted_sources: Vec<Value<'a>>,
                /// Whom it mentions besides whom it is about: a list of `Ref`.
                mentioned: Vec<Value<'a>>,
                /// The brief it continues, or null.
                follows: Option<Value<'a>>,
                /// The briefs that continue it.
                followed_by: Vec<Value<'a>>,
                /// The brief before in its storyline, or null.
                storyline_previous: Option<Value<'a>>,
                /// The brief after in its storyline, or null.
                storyline_next: Option<Value<'a>>,
                /// Its place in its storyline, from 1, or null.
                storyline_position: Option<usize>,
                /// How many briefs its storyline has.
                storyline_length: usize,
                /// The brief before in time, or null.
                older: Option<Value<'a>>,
                /// The brief after in time, or null.
                newer: Option<Value<'a>>,
                /// Related briefs: a list of `RelatedBrief`.
                related: Vec<Value<'a>>,
                /// What to read next, each brief once: a list of at most four `FurtherBrief`.
                further: Vec<Value<'a>>,
                /// The documents that link here: a list of `QuoteView`.
                backlinks: Vec<Value<'a>>,
                /// Those of them that nothing else on the page names.
                other_backlinks: Vec<Value<'a>>,
                /// How others cite it, as a `ReferenceView`.
                reference: Value<'a>,
                /// The day by which it should be reviewed, in words, or null.
                review_by_text: Option<String>,
                /// Whether that day has passed.
                overdue: bool,
                /// Its `[extra]` table.
                extra: &'a Extra,
            }
            /// How a brief is cited by others.
            record ReferenceView {
                /// As a line of text.
                plain: Cow<'a, str>,
                /// As an entry of BibTeX.
                bibtex: Cow<'a, str>,
            }
            /// A brief to read next.
            record FurtherBrief {
                /// The brief, as a `BriefCard`.
                brief: Value<'a>,
                /// Why: where it stands to this one, in words.
                why: &'a str,
                /// What both are about, in words, or null.
                reason: Option<String>,
            }
            /// The briefs of a day.
            record DayOfBriefs {
                /// The day, such as `2025-02-27`.
                date: &'a str,
                /// The day in words.
                date_text: &'a str,
                /// Its briefs: a list of `BriefCard`.
                briefs: Vec<Value<'a>>,
            }
            /// A source of a brief.
            record SourceView {
                /// Its number, from 1.
                number: usize,
                /// Its id, by which the text cites it.
                id: &'a str,
                /// What its address on the page ends in, after `#`.
                anchor: String,
                /// What it is called.
                title: &'a str,
                /// Who wrote it or said it, or null.
                author: Option<&'a str>,
                /// Who published it, or null.
                publisher: Option<&'a str>,
                /// When it was published, as precisely as known, or null.
                date: Option<String>,
                /// The same in words, or null.
                date_text: Option<String>,
                /// Its address on the web, or null.
                url: Option<&'a str>,
                /// The address of an archived copy, or null.
                archived: Option<&'a str>,
                /// The day on which it was looked at, in words, or null.
                accessed_text: Option<String>,
                /// What it is, such as `report`, or null.
                kind: Option<&'static str>,
                /// The same in words, or null.
                kind_text: Option<&'a str>,
                /// Its grade by the Admiralty code, such as `B2`, or null.
                grade: Option<String>,
                /// The same in words, or null.
                grade_text: Option<String>,
                /// A sentence on how the source knows, or null.
                descriptor: Option<&'a str>,
                /// Whether it was retracted.
                retracted: bool,
                /// When, in words, or null.
                retracted_text: Option<String>,
                /// Why, or null.
                reason: Option<&'a str>,
                /// Where the texts of the brief cite it: a list of `CitationView`.
                citations: Vec<Value<'a>>,
            }
            /// A place where a brief cites a source.
            record CitationView {
                /// Which of the citations of its source it is, from 1.
                n: usize,
                /// What its address on the page ends in, after `#`.
                anchor: String,
                /// Where in the source, such as `p. 4`, or null.
                place: Option<&'a str>,
            }
            /// A judgement in a line, beside what else is told of its subject.
            record JudgementEntry {
                /// The brief that makes it, as a `BriefCard`.
                brief: Value<'a>,
                /// Where it is on the page of that brief, after `#`.
                anchor: String,
                /// What is judged.
                text_html: Value<'a>,
                /// How likely that is: the word with its range, and a percent if one is stated, as in `likely (55–80 %)`.
                stated_text: String,
                /// The same, drawn on the scale.
                scale_html: Value<'a>,
                /// How sure it is, in words, or null.
                confidence_text: Option<&'a str>,
                /// The day by which it can be settled, or null.
                by: Option<String>,
                /// The same in words, or null.
                by_text: Option<String>,
                /// Whether that day has passed without an outcome.
                overdue: bool,
                /// `open`, `yes`, `no`, `void` or `continued`.
                standing: &'static str,
                /// The same in words.
                standing_text: &'a str,
                /// The day on which its outcome was known, or null.
                outcome_date: Option<String>,
                /// The same in words, or null.
                outcome_date_text: Option<String>,
                /// Whether it was settled before the day by which it could be.
                early: bool,
            }
            /// A judgement on the page of its brief.
            record JudgementView {
                /// The brief that makes it, as a `BriefCard`.
                brief: Value<'a>,
                /// Where it is on the page of that brief, after `#`.
                anchor: String,
                /// What is judged.
                text_html: Value<'a>,
                /// How likely that is: the word with its range, and a percent if one is stated, as in `likely (55–80 %)`.
                stated_text: String,
                /// The same, drawn on the scale.
                scale_html: Value<'a>,
                /// `low`, `moderate` or `high`, or null.
                confidence: Option<&'static str>,
                /// The same in words, or null.
                confidence_text: Option<&'a str>,
                /// The day by which it can be settled, or null.
                by: Option<String>,
                /// The same in words, or null.
                by_text: Option<String>,
                /// Whether that day has passed without an outcome.
                overdue: bool,
                /// `open`, `yes`, `no`, `void` or `continued`.
                standing: &'static str,
                /// The same in words.
                standing_text: &'a str,
                /// The day on which its outcome was known, or null.
                outcome_date: Option<String>,
                /// The same in words, or null.
                outcome_date_text: Option<String>,
                /// What happened, or null.
                outcome_note: Option<&'a str>,
                /// Whether it was settled before the day by which it could be.
                early: bool,
                /// The sources that it rests on: a list of `GroundView`.
                sources: Vec<Value<'a>>,
                /// The judgement that it continues, as a `JudgementStep`, or null.
                previous: Option<Value<'a>>,
                /// The judgement that continues it, as a `JudgementStep`, or null.
                next: Option<Value<'a>>,
                /// Its course: a list of `JudgementStep`, itself among them, oldest first. Empty if it continues none and none
                /// continues it.
                course: Vec<Value<'a>>,
                /// What would show where it goes: a list of `IndicatorView`.
                indicators: Vec<Value<'a>>,
                /// What else was thought of.
                alternatives: Value<'a>,
                /// What the record says of it, as a `LoggedView`, or null.
                logged: Option<Value<'a>>,
            }
            /// A source that a judgement rests on.
            record GroundView {
                /// What it is called; its id if the brief does not say more of it.
                title: &'a str,
                /// Where it is on the page of the brief, after `#`, or null if it is not there.
                anchor: Option<String>,
                /// Whether it was retracted.
                retracted: bool,
                /// Whether another follows.
                more: bool,
            }
            /// A step in the course of a judgement.
            record JudgementStep {
                /// The brief that makes it, as a `BriefCard`.
                brief: Value<'a>,
                /// Where it is on the page of that brief, after `#`.
                anchor: String,
                /// How likely it is, in words with the range.
                stated_text: String,
                /// How sure that is, as in `low confidence`, or null.
                confidence_text: Option<&'a str>,
                /// Whether it is the judgement itself.
                current: bool,
            }
            /// What would show where a judgement goes.
            record IndicatorView {
                /// What is watched for.
                text: &'a str,
                /// When it was seen, or null.
                met: Option<String>,
                /// The same in words, or null.
                met_text: Option<String>,
            }
            /// What the record says of a judgement.
            record LoggedView {
                /// The day on which it was noted first.
                date: String,
                /// The same in words.
                date_text: String,
                /// The day on which its last change was noted, in words, or null.
                changed_text: Option<String>,
                /// The hash of its text (SHA-256).
                hash: &'a str,
                /// The text that is hashed, in a line.
                line: String,
            }
            /// A list of judgements that has a page.
            record JudgementList {
                /// What it is called.
                title: &'a str,
                /// The path of its first page.
                path: String,
                /// How many judgements it has.
                count: usize,
                /// Whether it is the one that is shown.
                current: bool,
            }
            /// How good judgements turned out to be, as `record`.
            record RecordView {
                /// How many are counted: those settled on their day or after.
                count: usize,
                /// How many of these came about.
                happened: usize,
                /// How many were settled before their day, or had none, which are left out.
                early: usize,
                /// How many cannot be told.
                void: usize,
                /// How many are open.
                open: usize,
                /// Whether they are so few (under 20) that the numbers say little.
                few: bool,
                /// The Brier score, or null if none is counted. All numbers have three decimals.
                brier: Option<String>,
                /// The score if every word meant the least percent of its range, or null.
                brier_low: Option<String>,
                /// The score if every word meant the greatest, or null.
                brier_high: Option<String>,
                /// The score of all that are settled, also before their day, or null.
                brier_all: Option<String>,
                /// The mean of the scores of whole courses, each weighted by the days that it stood, or null.
                brier_course: Option<String>,
                /// How much better than always stating how often they come about, or null.
                skill: Option<String>,
                /// How far words were off: 0 is perfect.
                reliability: Option<String>,
                /// How far they told cases apart.
                resolution: Option<String>,
                /// How uncertain the cases are.
                uncertainty: Option<String>,
                /// How far percents of one word differ.
                variance: Option<String>,
                /// How far they differ as the cases do, twice.
                covariance: Option<String>,
                /// The calibration plot.
                plot_html: Value<'a>,
                /// The same as a list of `BinView`.
                bins: Vec<Value<'a>>,
                /// Scores by year, author and topic: a list of `ScoreGroup`.
                groups: Vec<Value<'a>>,
                /// The path of the record of hashes, or null.
                log_path: Option<&'static str>,
            }
            /// Judgements of one word of the scale.
            record BinView {
                /// The word with its range, or the range between two words.
                label: Cow<'a, str>,
                /// How many.
                count: usize,
                /// How many came about.
                happened: usize,
                /// The mean of what was stated, in percent.
                stated: String,
                /// How often they came about, in percent.
                observed: String,
                /// The band that a perfectly calibrated desk would see, in percent.
                band: String,
                /// Whether they came about as often as such a desk would see.
                within: bool,
            }
            /// Scores of judgements side by side.
            record ScoreGroup {
                /// By what they are grouped.
                title: &'a str,
                /// A list of `ScoreRow`.
                rows: Vec<Value<'a>>,
            }
            /// The score of some judgements.
            record ScoreRow {
                /// What they have in common.
                name: Cow<'a, str>,
                /// How many.
                count: usize,
                /// Their Brier score.
                brier: String,
            }
            /// A scale of likelihood, as `scale`.
            record ScaleView {
                /// What its standard is called.
                title: &'static str,
                /// Where it is from.
                source: &'static str,
                /// Its words: a list of `ScaleRow`.
                rows: Vec<Value<'a>>,
            }
            /// A word of a scale.
            record ScaleRow {
                /// The word.
                word: &'a str,
                /// A word of the same meaning, or null.
                synonym: Option<&'a str>,
                /// What it stands for, as in `55–80 %`.
                range: String,
                /// The same, drawn.
                scale_html: Value<'a>,
            }
            /// An actor on its own page, as `actor`.
            record ActorView {
                /// The name.
                name: &'a str,
                /// The path.
                path: &'a str,
                /// `state`, `organisation`, `body`, `person`, `group` or a kind of the site's own.
                kind: &'a str,
                /// The kind in words.
                kind_text: &'a str,
                /// Its other names.
                aliases: Value<'a>,
                /// The same with who calls it so: a list of `OtherName`.
                other_names: Vec<Value<'a>>,
                /// A sentence about it, or null.
                summary: Option<&'a str>,
                /// Its state as a `Ref`, or null.
                country: Option<Value<'a>>,
                /// The code of a state (ISO 3166-1), or null.
                iso3166: Option<&'a str>,
                /// Its item in Wikidata, or null.
                wikidata: Option<&'a str>,
                /// Its own site, or null.
                website: Option<&'a str>,
                /// The path of its image, or null.
                image: Option<String>,
                /// The profile.
                content: Value<'a>,
                /// What it is part of, as a `Ref`, or null.
                part_of: Option<Value<'a>>,
                /// What is part of it.
                parts: &'a [Ix<Actor>],
                /// What it is a member of.
                member_of: &'a [Ix<Actor>],
                /// Its members.
                members: &'a [Ix<Actor>],
                /// Its roles: a list of `RoleView`.
                roles: Vec<Value<'a>>,
                /// Its relations, whichever actor declares them: a list of `RelationView`. Those that are called the same stand together,
                /// the current ones before those that are past, the latest first. None on later pages of the list of its briefs.
                relations: Vec<Value<'a>>,
                /// Its `[extra]` table.
                extra: &'a Extra,
            }
            /// A topic on its own page, as `topic`.
            record TopicView {
                /// The name.
                name: &'a str,
                /// The path.
                path: &'a str,
                /// A sentence about it, or null.
                summary: Option<&'a str>,
                /// The text.
                content: Value<'a>,
                /// Its item in Wikidata, or null.
                wikidata: Option<&'a str>,
                /// Its IPTC Media Topic, or null.
                iptc: Option<&'a str>,
                /// Its `[extra]` table.
                extra: &'a Extra,
            }
            /// A storyline on its own page, as `storyline`.
            record StorylineView {
                /// The title.
                title: &'a str,
                /// The path.
                path: &'a str,
                /// A sentence about it, or null.
                summary: Option<&'a str>,
                /// `open`, `dormant` or `closed`.
                status: &'static str,
                /// The status in words.
                status_text: &'a str,
                /// The introduction.
                content: Value<'a>,
                /// Its `[extra]` table.
                extra: &'a Extra,
            }
            /// An entry of the menu.
            record MenuItem {
                /// Its text.
                label: &'a str,
                /// The path it leads to; its whole address if that is outside.
                path: Value<'a>,
                /// The `page.path` of the page it leads to, for telling whether that is this page or above it; null if it leads out
                /// of the site.
                page: Option<Value<'a>>,
                /// Whether it leads out of the site, so that `root` does not stand before its path.
                outside: bool,
            }
            /// A page of a list, in `pagination.numbers`.
            record PageNumber {
                /// Its number.
                n: usize,
                /// Its path.
                path: Value<'a>,
                /// Whether it is this page.
                current: bool,
                /// Whether pages before it are left out.
                gap: bool,
            }
            /// A heading of a text.
            record Heading {
                /// Its level, from 2.
                level: usize,
                /// What its address ends in, after `#`.
                id: &'a str,
                /// Its text.
                title: &'a str,
            }
            /// A brief that is like another.
            record RelatedBrief {
                /// Its `BriefCard`.
                brief: Value<'a>,
                /// What both share: a list of `Ref`.
                shared: Vec<Value<'a>>,
                /// The first of them, in words.
                reason: String,
            }
            /// Another name of an actor.
            record OtherName {
                /// The name.
                name: &'a str,
                /// Who calls it so, or null.
                by: Option<&'a str>,
            }
            /// What an actor is or was.
            record RoleView {
                /// What it is called.
                title: &'a str,
                /// Where, as a `Ref`, or null.
                of: Option<Value<'a>>,
                /// Since when, in words, or null.
                from_text: Option<String>,
                /// Until when, in words, or null.
                to_text: Option<String>,
                /// Whether it is so at the time of the build.
                current: bool,
            }
            /// A relation of an actor to another, as the page's actor sees it.
            record RelationView {
                /// The relation, as `[relations]` in `site.toml` has it.
                kind: &'a str,
                /// What it is called, seen from this actor.
                name: &'a str,
                /// Whether the other actor declares it, and it is called otherwise there.
                inverse: bool,
                /// The other actor, as an `ActorCard`.
                actor: Value<'a>,
                /// Since when, as precisely as known, such as `2017-06`, or null.
                from: Option<String>,
                /// The same in words, or null.
                from_text: Option<String>,
                /// Until when, or null.
                until: Option<String>,
                /// The same in words, or null.
                until_text: Option<String>,
                /// Whether it holds at the time of the build.
                current: bool,
                /// Whether it had ended before that.
                past: bool,
                /// Where it is known from, or null.
                source: Option<&'a str>,
                /// The same if it is an address on the web, or null.
                source_url: Option<&'a str>,
                /// Whether it is the first of those that are called the same, so that their name belongs above it.
                first: bool,
                /// Whether it is the last of them.
                last: bool,
            }
            /// An actor that shares briefs with another.
            record Partner {
                /// Who, as a `Ref`.
                actor: Value<'a>,
                /// How many briefs they share.
                shared: usize,
                /// The path of the page of both, or null.
                pair_path: Option<&'a str>,
                /// What binds the two besides briefs, or what most of these are about, in words.
                reason: String,
            }
            /// Two actors in a list.
            record PairCard {
                /// One, as a `Ref`.
                a: Value<'a>,
                /// The other, as a `Ref`.
                b: Value<'a>,
                /// The path of the page of both.
                path: &'a str,
                /// How many briefs they share.
                shared: usize,
            }
            /// The pairs of an actor in the list of pairs.
            record PairGroup {
                /// The actor, as an `ActorCard`.
                actor: Value<'a>,
                /// Its pairs, itself first, the most shared first: a list of `PairCard`, at most 10.
                pairs: Vec<Value<'a>>,
            }
            /// A year of what there was between two actors.
            record ChronologyYear {
                /// The year.
                year: i16,
                /// What there was, the newest first: a list of `ChronologyEntry`.
                entries: Vec<Value<'a>>,
            }
            /// An event that two actors took part in, or a brief about both.
            record ChronologyEntry {
                /// The event, as an `EventView`, or null.
                event: Option<Value<'a>>,
                /// The brief, as a `BriefCard`, or null.
                brief: Option<Value<'a>>,
                /// What its address on the page ends in, after `#`, if it is the first of its month in the list, or null.
                anchor: Option<String>,
                /// The sentence of the brief that names both, or null.
                both: Option<&'a Quote>,
                /// Without such a sentence, those that name one of them: a list of `NamingQuote`.
                each: Vec<Value<'a>>,
            }
            /// A sentence that names one of two actors.
            record NamingQuote {
                /// The actor, as a `Ref`.
                actor: Value<'a>,
                /// The sentence, with the name in `<mark>`.
                html: &'a Quote,
            }
            /// The actors of a kind.
            record ActorGroup {
                /// `state`, `organisation`, `body`, `person`, `group` or a kind of the site's own.
                kind: &'a str,
                /// The kind in words.
                title: &'a str,
                /// Its actors by name: a list of `ActorCard`.
                actors: Vec<Value<'a>>,
            }
            /// A year of the archive.
            record ArchiveYear {
                /// The year.
                year: i16,
                /// The path of its page.
                path: String,
                /// How many briefs it has.
                count: usize,
                /// Its months that have briefs: a list of `ArchiveMonth`.
                months: Vec<Value<'a>>,
                /// All its months: a list of twelve `CalendarMonth`.
                calendar: Vec<Value<'a>>,
            }
            /// A month of a calendar, which may have no briefs.
            record CalendarMonth {
                /// The month in words.
                month_text: &'a str,
                /// The path of its page, or null if it has no briefs.
                path: Option<String>,
                /// How many briefs it has.
                count: usize,
                /// How full it is, from 0 to 4.
                shade: usize,
            }
            /// What a month is called.
            record MonthName {
                /// Its name.
                name: &'a str,
                /// The same in short.
                short: &'a str,
            }
            /// A month of the archive.
            record ArchiveMonth {
                /// The month in words.
                month_text: &'a str,
                /// The path of its page.
                path: String,
                /// How many briefs it has.
                count: usize,
            }
            /// A year of the timeline.
            record TimelineYear {
                /// The year.
                year: i16,
                /// How many events it has.
                count: usize,
                /// The path of its page, or null if its events are here.
                path: Option<String>,
                /// Its events, the newest first, or none if they have a page of their own.
                events: Vec<Value<'a>>,
            }
        }
    };
}
pub(super) use views;

/// Makes what does not depend on values: shapes, their descriptions, the names of fields that are found, and the reference.
macro_rules! shapes {
    ($($(#[doc = $about:literal])+ $form:ident $name:ident $(: $base:ident)? { $($(#[doc = $doc:literal])+ $field:ident $(: $type:ty)?,)+ })+) => {
        $(shapes!(@$form $(#[doc = $about])+ $name { $($(#[doc = $doc])+ $field,)+ });)+

        /// Which view a record is of.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        #[repr(u8)]
        pub enum Shape {
            $($(#[doc = $about])+ $name,)+
        }

        /// The views, in the order of [`Shape`].
        pub(crate) const SHAPES: [Description; [$(stringify!($name)),+].len()] = [
            $(Description {
                fields: &[$(stringify!($field)),+],
                base: [$(Some(Shape::$base),)? None][0],
            },)+
        ];

        /// The reference of the views, as Markdown.
        pub(crate) fn reference() -> String {
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
    (@record $($rest:tt)+) => {};
    (@found $(#[doc = $about:literal])+ $name:ident { $($(#[doc = $doc:literal])+ $field:ident,)+ }) => {
        $(#[doc = $about])+
        #[allow(non_camel_case_types, reason = "they are called what templates call the fields")]
        #[derive(Clone, Copy, Debug)]
        pub(crate) enum $name { $($(#[doc = $doc])+ $field,)+ }

        impl $name {
            /// All fields, in the order of the view.
            pub(crate) const ALL: &[$name] = &[$($name::$field),+];
        }
    };
}
views!(shapes);
