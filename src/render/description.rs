//! What is said of a page where it is not read: in the results of search engines, and where it is shared.

use std::borrow::Cow;

use crate::arena::Ix;
use crate::front_matter::{Brief, Spanned};
use crate::graph::{DocumentIx, Standing};
use crate::markdown::Body;
use crate::plan::HtmlPage;

use super::Renderer;

/// How much of a text without a summary describes its page, in bytes.
const LENGTH: usize = 200;
/// What stands between the parts of a description.
const AND: &str = " · ";

/// The summary of a document, or how its text begins.
pub(super) fn description<'a>(
    summary: Option<&'a Spanned<String>>,
    body: &'a Body,
) -> Option<Cow<'a, str>> {
    match summary {
        Some(summary) => Some(summary.value.as_str().into()),
        None => Some(cut(body.excerpt.trim())).filter(|cut| !cut.is_empty()),
    }
}

/// A text, or its first words.
fn cut(text: &str) -> Cow<'_, str> {
    let end = text.floor_char_boundary(LENGTH);
    match text.get(..end).filter(|_| end < text.len()) {
        Some(cut) => format!("{}…", cut.rsplit_once(' ').map_or(cut, |(words, _)| words)).into(),
        None => Cow::Borrowed(text),
    }
}

impl Renderer {
    /// What is said of a page with this title; `own` is what its document says of itself. Later pages of a list say which
    /// they are, so that no two pages are described alike.
    pub(super) fn page_description<'a>(
        &self,
        page: &HtmlPage,
        own: Option<Cow<'a, str>>,
        title: &str,
    ) -> Option<Cow<'a, str>> {
        if let HtmlPage::Redirect(..) = page {
            return None;
        }
        let said = match own {
            Some(own) => own,
            None => self.said_of(page, title).into(),
        };
        let number = page.part().map(|part| part.page).filter(|number| *number > 1);
        Some(match number {
            Some(number) => format!("{} {number}{AND}{said}", self.strings.get("page")).into(),
            None => said,
        })
    }

    /// What is said of a page whose document says nothing of itself.
    fn said_of(&self, page: &HtmlPage, title: &str) -> String {
        let graph = &*self.graph;
        let word = |key: &str| self.strings.get(key).to_owned();
        // What a list is of, and whose.
        let of_site = |key: &str| [&word(key), &*self.config.title.value].join(AND);
        match page {
            HtmlPage::Actor(ix, _) => {
                let kind = self.strings.of("kind", self.kind_word(DocumentIx::Actor(*ix)));
                self.of_briefs(kind, title, &graph.actors[*ix].briefs)
            }
            HtmlPage::Topic(ix, _) => {
                self.of_briefs(self.strings.get("topic"), title, &graph.topics[*ix].briefs)
            }
            HtmlPage::Storyline(ix, _) => {
                let newest: Vec<Ix<Brief>> =
                    graph.storylines[*ix].briefs.iter().rev().copied().collect();
                self.of_briefs(self.strings.get("storyline"), title, &newest)
            }
            HtmlPage::Pair(index, _) => {
                let briefs = graph.pairs.get(*index).map_or(&[][..], |pair| &pair.briefs);
                self.of_briefs(self.strings.get("shared_briefs"), title, briefs)
            }
            HtmlPage::ArchiveYear(year) => {
                let months = self.lists.months.iter().filter(|month| month.year == *year);
                let briefs: Vec<_> = months.flat_map(|m| m.briefs.clone()).map(Ix::new).collect();
                self.of_briefs(self.strings.get("archive"), title, &briefs)
            }
            HtmlPage::ArchiveMonth(year, month) => {
                let mut months = self.lists.months.iter();
                let found = months.find(|m| (m.year, m.month) == (*year, *month));
                let briefs: Vec<_> =
                    found.into_iter().flat_map(|m| m.briefs.clone()).map(Ix::new).collect();
                self.of_briefs(self.strings.get("archive"), title, &briefs)
            }
            // A brief or a page without a word has its title.
            HtmlPage::Brief(_) | HtmlPage::Page(_) | HtmlPage::Redirect(..) => title.to_owned(),
            HtmlPage::TimelineYear(_) => [title, &of_site("timeline_note")].join(AND),
            HtmlPage::Home(_) => of_site("briefs_note"),
            HtmlPage::Actors => of_site("actors_note"),
            HtmlPage::Topics => of_site("topics_note"),
            HtmlPage::Pairs => of_site("pairs_note"),
            HtmlPage::StorylineMonth(_) => [title, &of_site("storylines_note")].join(AND),
            HtmlPage::Storylines => of_site("storylines_note"),
            HtmlPage::Timeline => of_site("timeline_note"),
            HtmlPage::Briefs(_) => of_site("briefs_note"),
            HtmlPage::Archive => of_site("archive_note"),
            HtmlPage::Judgements(Standing::Open, _) => of_site("judgements_note"),
            HtmlPage::Judgements(..) | HtmlPage::JudgementsOf(..) => {
                [title, &of_site("judgements_note")].join(AND)
            }
            HtmlPage::JudgementRecord => of_site("record_standfirst"),
            HtmlPage::JudgementScale => of_site("scale_standfirst"),
            HtmlPage::Search => of_site("search_what"),
            HtmlPage::NotFound => of_site("not_found_note"),
        }
    }

    /// What a page is, how many briefs it lists, and which is the newest.
    fn of_briefs(&self, what: &str, title: &str, briefs: &[Ix<Brief>]) -> String {
        let mut said = [what, title].join(AND);
        let Some(newest) = briefs.first() else { return said };
        let count = briefs.len();
        let noun = self.strings.get(if count == 1 { "brief_one" } else { "brief_many" });
        said.push_str(&format!("{AND}{count} {noun}{AND}"));
        if let Some((_, day)) = self.day(*newest) {
            said.push_str(&format!("{day}: "));
        }
        said.push_str(self.graph.title(DocumentIx::Brief(*newest)));
        said
    }
}
