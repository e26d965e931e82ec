//! The kinds of pages: each with its template, what messages call it, and what its template is given.

use std::ops::Range;

use crate::arena::Ix;
use crate::front_matter::{Actor, Brief, Page, Storyline, Topic};
use crate::graph::{DocumentIx, Standing};

/// One page of a list: which of how many, and the part of the list it shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListPart {
    /// From 1.
    pub page: usize,
    /// How many.
    pub pages: usize,
    /// The items on this page.
    pub range: Range<usize>,
}

/// What all pages of a kind have in common.
#[derive(Debug)]
pub struct PageKind {
    /// The template that makes them.
    pub template: &'static str,
    /// What templates call the kind, as `page.kind`.
    pub word: &'static str,
    /// What messages call a page of it.
    pub words: &'static str,
    /// Whether search engines are told of them, where nothing on them is held back.
    pub listed: bool,
    /// What the template is given beside what every page sees, for the reference.
    pub given: &'static str,
}

/// Declares the kinds: of each its pages (what tells one from another), and what they have in common.
macro_rules! kinds {
    ($(
        $(#[$doc:meta])*
        $page:ident $(($($field:ty),+))?:
        $template:literal $word:literal, $words:literal, $listed:ident, given $given:literal;
    )*) => {
        /// A page that a template makes.
        #[derive(Clone, Debug, PartialEq, Eq)]
        pub enum HtmlPage {
            $($(#[$doc])* $page $(($($field),+))?,)*
        }

        impl PageKind {
            /// Every kind, in the order of the reference.
            pub const ALL: &[PageKind] = &[$(kinds!(@kind $template $word $words $listed $given)),*];
        }

        impl HtmlPage {
            /// What it has in common with others of its kind.
            pub fn kind(&self) -> &'static PageKind {
                match self {
                    $(HtmlPage::$page { .. } => {
                        const { &kinds!(@kind $template $word $words $listed $given) }
                    })*
                }
            }
        }
    };
    (@kind $template:literal $word:literal $words:literal $listed:ident $given:literal) => {
        PageKind {
            template: $template,
            word: $word,
            words: $words,
            listed: kinds!(@listed $listed),
            given: $given,
        }
    };
    (@listed listed) => { true };
    (@listed unlisted) => { false };
}

kinds! {
    /// The front page, and older pages of its list.
    Home(ListPart): "home.html" "home", "the home page", listed,
        given "`lead`, `latest`, `seconds` and `days` (a list of `DayOfBriefs`), which are `latest` in two parts, `pagination`, `storylines`, `board` (at most 8 of `StorylineEntry`, the open ones first), `coming` (at most 5 events to come), `open_judgements` (at most 5 of `JudgementEntry`, by the day by which they can be settled), `actors`, `topics`; where `[home] picture` asks for it `network` and `network_html` as on the list of pairs, or `map` as on the timeline";
    /// A brief.
    Brief(Ix<Brief>): "brief.html" "brief", "the brief", listed,
        given "`brief`: a `BriefCard` and a `BriefView` in one";
    /// All actors by kind.
    Actors: "actors.html" "actors", "the list of actors", listed,
        given "`groups`: a list of `ActorGroup`";
    /// An actor's profile.
    Actor(Ix<Actor>, ListPart): "actor.html" "actor", "the actor", listed,
        given "`actor`, `groups` (`briefs` by year: a list of `BriefGroup`, with the sentences that name it), `briefs`, `pagination`, `topics`; on the first page of its list also `years` (a list of `ListYear`), `strip` (a `StripView`, or null), `latest_events` (at most 8, the newest first), `more_events` (how many more), `timeline` (at most 500 events, the newest), `earlier_events` (how many more), `partners` (a list of `Partner`, at most 25), `ring_html` (the same drawn, or null), `quotes` (of briefs that mention it and are not about it, at most 30), `judgements` (a list of `JudgementEntry`, at most 20), `series` (a list of `SeriesView`)";
    /// The tree of topics.
    Topics: "topics.html" "topics", "the list of topics", listed,
        given "`topics`, in the order of the tree";
    /// A topic.
    Topic(Ix<Topic>, ListPart): "topic.html" "topic", "the topic", listed,
        given "`topic`, `ancestors`, `children`, `tree` (a list of `TopicCard`: those above, and on the first page of its list the topic among its neighbours and those below), `groups` (`briefs` by year), `briefs`, `pagination`, `actors`; on the first page of its list also `storylines` and `judgements` (as an actor's)";
    /// All pairs of actors that have a page.
    Pairs: "pairs.html" "pairs", "the list of pairs", listed,
        given "`network` (the actors of the most briefs among the pairs, at most 40: a list of `ActorCard`), `network_html` (who of them is covered with whom, drawn, or null), `groups` (a list of `PairGroup`), `pairs` (a list of `PairCard`, the most shared first); neither has pairs that `part_of`, `country` or a role explains";
    /// Two actors, by the pair's number.
    Pair(usize, ListPart): "pair.html" "pair", "the pair", listed,
        given "`a`, `b`, `count` (of briefs), `since` and `since_text` (the day of the first), `chronology` (a list of `ChronologyYear`), `briefs`, `pagination`; on the first page of its list also `last_event` (an `EventView`, or null), `relations` (a list of `RelationView`, as `a` sees them), `strip` (as an actor's), `timeline`, `earlier_events`, `topics`, `others` (who else is in the briefs)";
    /// All storylines.
    Storylines: "storylines.html" "storylines", "the list of storylines", listed,
        given "`storylines` (a list of `StorylineEntry`: open ones first, then those that changed last), `months` (a list of `TrendMonth`, the newest first)";
    /// How all storylines have changed in a month, by the number of the month.
    StorylineMonth(usize): "storyline_month.html" "storyline-month", "the overview of a month", listed,
        given "`month` (a `TrendMonth`), `lines` (a list of `TrendLine`), `unassessed` (storylines that were followed, and of which nothing is said), `previous` and `next` (each a `TrendMonth`, or null)";
    /// A storyline.
    Storyline(Ix<Storyline>, ListPart): "storyline.html" "storyline", "the storyline", listed,
        given "`storyline`, `briefs` (oldest first), `pagination`, `timeline`, `earlier_events`, `actors`, `judgements` (as an actor's); on the first page `changes` (a list of `TrendView`, the newest first, at most 60), `earlier_changes` (how many more), `history` (a list of `TrendMark`), `next` (a `NextDate`, or null), `judgement_plot` (a `JudgementPlot`, or null), `series` (a list of `SeriesView`)";
    /// The site's timeline; when it is long, its years.
    Timeline: "timeline.html" "timeline", "the timeline", listed,
        given "`years` (a list of `TimelineYear`, the newest first; when the timeline is long, those with a `path` have no `events`), `lanes_html` (the same drawn, or null), `outside` (how many events lie before or behind what is drawn), `map` (a `MapView`, or null if fewer than two places are known)";
    /// The events of a year, when the timeline is long.
    TimelineYear(i16): "timeline.html" "timeline", "the timeline", listed,
        given "`years`, of one year";
    /// The judgements that stand so.
    Judgements(Standing, ListPart): "judgements.html" "judgements", "the list of judgements", listed,
        given "`standing` (`open`, `settled`, `void` or `continued`; null on the page of an author), `judgements` (a list of `JudgementEntry`), `pagination`, `lists_of_judgements` and `authors` (lists of `JudgementList`; authors on the first page of open ones, if there are several)";
    /// The judgements of an author, by the number of the author.
    JudgementsOf(usize, ListPart): "judgements.html" "judgements", "the list of judgements", listed,
        given "as the list of judgements";
    /// How good judgements turned out to be.
    JudgementRecord: "judgement_record.html" "judgement-record", "the record of judgements", listed,
        given "`record`: a `RecordView`";
    /// What the words of likelihood mean.
    JudgementScale: "judgement_scale.html" "judgement-scale", "the legend of judgements", listed,
        given "`scale`: a `ScaleView`";
    /// All briefs.
    Briefs(ListPart): "briefs.html" "briefs", "the list of briefs", listed,
        given "`groups` (`briefs` by month: a list of `BriefGroup`), `briefs`, `pagination`";
    /// The years with briefs.
    Archive: "archive.html" "archive", "the archive", listed,
        given "`years` (a list of `ArchiveYear`), `month_names` (a list of twelve `MonthName`)";
    /// The briefs of a year.
    ArchiveYear(i16): "archive_year.html" "archive", "the archive", listed,
        given "`year`, `months` (a list of `ArchiveMonth`), `groups` (`briefs` by month), `briefs`";
    /// The briefs of a month.
    ArchiveMonth(i16, i8): "archive_month.html" "archive", "the archive", listed,
        given "`title_text`, `year_path`, `briefs`";
    /// A page of the site's own.
    Page(Ix<Page>): "page.html" "page", "the page", listed,
        given "`content`, `toc`, `extra`";
    /// The page where readers search.
    Search: "search.html" "search", "the search (`[search] enabled = false` leaves it out)", unlisted,
        given "`stamp`: what tells the index of this build from others";
    /// What a host shows for an address that does not exist.
    NotFound: "404.html" "not-found", "the page for addresses that do not exist", unlisted,
        given "nothing more";
    /// A page at an old address that leads to a document, and which of the document's `redirects` it is.
    Redirect(DocumentIx, usize): "redirect.html" "redirect", "a redirect", unlisted,
        given "`target`, `target_absolute`";
}

impl HtmlPage {
    /// The document that it is a page of.
    pub fn document(&self) -> Option<DocumentIx> {
        match self {
            HtmlPage::Brief(ix) => Some(DocumentIx::Brief(*ix)),
            HtmlPage::Actor(ix, _) => Some(DocumentIx::Actor(*ix)),
            HtmlPage::Topic(ix, _) => Some(DocumentIx::Topic(*ix)),
            HtmlPage::Storyline(ix, _) => Some(DocumentIx::Storyline(*ix)),
            HtmlPage::Page(ix) => Some(DocumentIx::Page(*ix)),
            HtmlPage::Home(_)
            | HtmlPage::Actors
            | HtmlPage::Topics
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
            | HtmlPage::Search
            | HtmlPage::NotFound
            | HtmlPage::Redirect(..) => None,
        }
    }

    /// Which part of its list it shows; none if its list is not cut into parts.
    pub fn part(&self) -> Option<&ListPart> {
        match self {
            HtmlPage::Home(part)
            | HtmlPage::Briefs(part)
            | HtmlPage::Judgements(_, part)
            | HtmlPage::JudgementsOf(_, part)
            | HtmlPage::Actor(_, part)
            | HtmlPage::Topic(_, part)
            | HtmlPage::Pair(_, part)
            | HtmlPage::Storyline(_, part) => Some(part),
            HtmlPage::Brief(_)
            | HtmlPage::Actors
            | HtmlPage::Topics
            | HtmlPage::Pairs
            | HtmlPage::Storylines
            | HtmlPage::StorylineMonth(_)
            | HtmlPage::Timeline
            | HtmlPage::TimelineYear(_)
            | HtmlPage::JudgementRecord
            | HtmlPage::JudgementScale
            | HtmlPage::Archive
            | HtmlPage::ArchiveYear(_)
            | HtmlPage::ArchiveMonth(..)
            | HtmlPage::Page(_)
            | HtmlPage::Search
            | HtmlPage::NotFound
            | HtmlPage::Redirect(..) => None,
        }
    }

    /// The document whose text stands on it: that is on the first page of its list only.
    pub fn text_of(&self) -> Option<DocumentIx> {
        self.document().filter(|_| self.part().is_none_or(|part| part.page == 1))
    }
}
