//! What a language's words tell of a name beside them: data, one file a language.
//!
//! A file of `languages/` has a list of words for each [`List`]; a site adds to them in `site.toml`. An entry is a
//! word or a few, in any case; one that starts with `*` is an ending of words, and one that starts with `-` stands
//! behind a hyphen. The words of Chinese characters hold in every language, as no other word looks like them.

use crate::never::slice;
use std::collections::BTreeMap;
use std::sync::OnceLock;

use rustc_hash::FxHashSet;

use crate::never;

use super::fold::{self, TokenKind};
use super::neighbours::{Gap, ahead, back};

/// Declares every list once: its variant, its name as users see it, and what belongs in it.
macro_rules! lists {
    ($($(#[doc = $doc:literal])+ $variant:ident = $name:literal;)+) => {
        /// What a list of words is for.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        pub enum List { $($(#[doc = $doc])+ $variant),+ }

        impl List {
            /// Every list, in the order of the reference.
            pub const ALL: &[List] = &[$(List::$variant),+];

            /// The name users see, such as `place_after`.
            pub fn name(self) -> &'static str {
                match self { $(List::$variant => $name),+ }
            }

            /// What belongs in it, in Markdown: the entry of the reference.
            pub fn explanation(self) -> &'static str {
                match self { $(List::$variant => concat!($($doc, "\n"),+)),+ }
            }
        }
    };
}

lists! {
    /// Before a metonym, they make it a place: `in`, `near`, `northwest of`, `visited`.
    Place = "place";
    /// After a metonym, they make it a place: `airport`, `metro`, `-based`.
    PlaceAfter = "place_after";
    /// Before a metonym, they take the verb that follows away from it: `of`, `about`.
    Governing = "governing";
    /// Before a metonym, they show that it acts: `with`, `by`, `told`, `pressure on`.
    Acting = "acting";
    /// Before a metonym: `of`. It acts if a word of `deeds` stands before that.
    Of = "of";
    /// What those who act have and do: `ambitions`, `response`. Looked for before `of`, behind a possessive, and in Turkish
    /// behind the case endings of places.
    Deeds = "deeds";
    /// After a metonym behind a word of `of`, they show that it does something: `to` behind `for`; `kontrolliert` in German, where `von`
    /// is by too.
    Passives = "passives";
    /// Endings of a metonym itself that show that it acts, if no word governs it: `*ву` in Russian.
    Cases = "cases";
    /// After a metonym, they show that it acts: `said`, `*ed`.
    Verbs = "verbs";
    /// What a verb takes: `the`, `its`, `that`. Before one of them a word that is in no other list is a verb: `Moscow mothballs the fleet`.
    Objects = "objects";
    /// May stand between a metonym and its verb: `has`, `not`, `*ly`.
    Auxiliaries = "auxiliaries";
    /// After a metonym, they show that it acts if any word follows but one of `stative`: `would`, `must`.
    Modals = "modals";
    /// After a metonym, they show that it acts if one of `minds` follows: `is`, `was`.
    Copulas = "copulas";
    /// What one who acts is or does: `ready`, `convinced`, `*ing`.
    Minds = "minds";
    /// Verbs of towns too, which show nothing: `remained`, `suffered`.
    Stative = "stative";
    /// After a metonym, they speak or act for it, wherever the two stand: `spokesman`, `leadership`, `-backed`.
    Offices = "offices";
    /// Behind an article and a metonym, they take the article: `the Berlin fire brigade` is none of Berlin's. `*` is any word.
    Attributes = "attributes";
    /// Between two names, they make a pair of them: `and`, `or`.
    And = "and";
    /// Before a pair: `between`. The pair acts if a word of `ties` stands before that.
    Between = "between";
    /// What two states have: `agreement`, `relations`.
    Ties = "ties";
    /// Stand before the name of a person: `President`, `Mr`.
    Titles = "titles";
    /// Given names and forms of address. With one before it, a guarded name or a metonym is a person's, who bears it in the text:
    /// `Michael`, `Mr`.
    Given = "given";
    /// Articles: "the Secretary of State" is whoever holds the role.
    Articles = "articles";
    /// Before a role, they say that it is not held now: `former`, `deputy`.
    Former = "former";
    /// After a role, they go on with its title: `of`, `for`.
    Continuing = "continuing";
    /// Stand inside longer names, single words: `of`, `van`, `al`.
    Inside = "inside";
    /// Words that start sentences, and then have a capital without being part of a name: `yesterday`, `when`.
    Openers = "openers";
    /// Written with a capital, and yet part of no longer name: months, weekdays, `Administration`; nouns of German.
    Capitalised = "capitalised";
    /// What may follow a name behind an apostrophe: `s`; the case endings of Turkish.
    Endings = "endings";
    /// Those of them that say that something belongs to what is named.
    Possessives = "possessives";
    /// Those of them that make a metonym a place.
    PlaceEndings = "place_endings";
    /// Those of them that make a metonym the object of a verb. It acts unless a word of `place_after` follows in the sentence.
    ObjectEndings = "object_endings";
    /// Right behind a metonym that starts a sentence, they make it the subject of the verb that ends it: the comma of Turkish.
    SubjectMarks = "subject_marks";
    /// Without a space behind a name, they make another name of it: `大学`.
    Suffixes = "suffixes";
}

impl List {
    /// The lists whose words start sentences too.
    const OPENING: [List; 8] = [
        List::Place,
        List::Governing,
        List::Acting,
        List::Auxiliaries,
        List::And,
        List::Between,
        List::Articles,
        List::Former,
    ];
}

/// The words of a list, ready to be looked for.
#[derive(Clone, Debug, Default)]
struct Words {
    /// In lower case, a single space between words.
    phrases: FxHashSet<Box<str>>,
    /// How many words the longest phrase has.
    longest: usize,
    /// Endings of words.
    endings: Vec<Box<str>>,
    /// Words of scripts that are written without spaces.
    joined: Vec<Box<str>>,
}

impl Words {
    fn add(&mut self, entry: &str) {
        let lower = entry.trim().to_lowercase();
        if let Some(ending) = lower.strip_prefix('*') {
            self.endings.push(ending.into());
        } else if lower.chars().any(|c| fold::kind(c) == TokenKind::Letter) {
            self.joined.push(lower.into());
        } else if !lower.is_empty() {
            // A hyphen before the first word stays; those between words are as good as spaces.
            let (hyphen, words) = lower.split_at(usize::from(lower.starts_with('-')));
            let words: Vec<&str> = words.split([' ', '-', '\'', '\u{2019}']).collect();
            self.longest = self.longest.max(words.len());
            self.phrases.insert(format!("{hyphen}{}", words.join(" ")).into());
        }
    }

    /// How many words its phrases are compared with at most.
    fn reach(&self) -> usize {
        if self.endings.is_empty() { self.longest } else { self.longest.max(1) }
    }

    fn has(&self, word: &str) -> bool {
        if self.phrases.is_empty() && self.endings.is_empty() {
            return false;
        }
        let word = word.to_lowercase();
        self.phrases.contains(word.as_str())
            || self
                .endings
                .iter()
                .any(|ending| word.len() > ending.len() && word.ends_with(&**ending))
    }
}

/// What the words of a language tell.
#[derive(Clone, Debug, Default)]
pub struct Language {
    /// The first part of its tag; nothing for a language of which nothing is known.
    pub(super) tag: Box<str>,
    lists: Vec<Words>,
    /// Whether there is a file for it or the site has lists for it, so that metonyms can be told from places.
    pub(super) known: bool,
}

impl Language {
    fn add(&mut self, list: List, entries: &[String]) {
        self.lists.resize_with(List::ALL.len(), Words::default);
        if let Some(words) = self.lists.get_mut(list as usize) {
            for entry in entries {
                words.add(entry);
            }
        }
    }

    /// Adds the lists of a file.
    fn fill(&mut self, lists: &BTreeMap<String, Vec<String>>) {
        for list in List::ALL {
            self.add(*list, lists.get(list.name()).map_or(&[], Vec::as_slice));
        }
    }

    fn words(&self, list: List) -> Option<&Words> {
        self.lists.get(list as usize)
    }

    /// Whether a list has a word.
    pub(super) fn has(&self, list: List, word: &str) -> bool {
        self.words(list).is_some_and(|words| words.has(word))
    }

    /// Whether its nouns have capitals, so that a single word with one is seldom a name: its list of them has endings.
    pub(super) fn capitalises_nouns(&self) -> bool {
        self.words(List::Capitalised).is_some_and(|words| !words.endings.is_empty())
    }

    /// Where a suffix ends that makes another name of the one before it: `市` does, and the first letter of `市场` does not.
    pub(super) fn suffix(&self, text: &str, at: usize) -> Option<usize> {
        let end = self.after(List::Suffixes, text, at)?;
        let word = self.after(List::Capitalised, text, at);
        (word.is_none_or(|word| word < end)).then_some(end)
    }

    /// Whether a suffix that makes another name ends a run of characters behind a place in the text: `北京阳光公司`. Words that stand
    /// between names end the run.
    pub(super) fn suffix_ahead(&self, text: &str, at: usize) -> bool {
        let after = slice(text, at..);
        let run = after.char_indices().take_while(|(_, c)| fold::kind(*c) == TokenKind::Letter);
        for (offset, _) in run.take(LONGEST_RUN) {
            let here = at + offset;
            if offset > 0 && self.suffix(text, here).is_some_and(|end| end > here + 3) {
                return true;
            }
            let ends = [List::And, List::Verbs, List::Place, List::Inside];
            if ends.iter().any(|list| self.after(*list, text, here).is_some()) {
                return false;
            }
        }
        false
    }

    /// Whether a foreign name follows a place in the text at once, with a dot between its parts: `总统伍德罗·威尔逊`.
    pub(super) fn dotted_ahead(&self, text: &str, at: usize) -> bool {
        let after = slice(text, at..);
        for (offset, c) in after.char_indices().take(LONGEST_PART + 1) {
            let here = at + offset;
            if offset > 0 && matches!(c, '\u{b7}' | '\u{2027}' | '\u{30fb}') {
                return true;
            }
            let ends = [List::And, List::Verbs, List::Place];
            if fold::kind(c) != TokenKind::Letter
                || ends.iter().any(|list| self.after(*list, text, here).is_some())
            {
                return false;
            }
        }
        false
    }

    /// Whether a word may start a sentence without being part of a name.
    pub(super) fn is_opener(&self, word: &str) -> bool {
        self.has(List::Openers, word) || self.lists(&List::OPENING, word)
    }

    /// Whether a word is known to be one of the language, and no name.
    pub(super) fn is_word(&self, word: &str) -> bool {
        const OTHERS: [List; 10] = [
            List::Openers,
            List::Verbs,
            List::Modals,
            List::Copulas,
            List::Minds,
            List::Stative,
            List::Ties,
            List::Offices,
            List::Inside,
            List::Continuing,
        ];
        self.lists(&List::OPENING, word) || self.lists(&OTHERS, word)
    }

    /// Whether one of some lists has just this word: the names of people have many an ending (`Emily`).
    pub(super) fn lists(&self, lists: &[List], word: &str) -> bool {
        let lower = word.to_lowercase();
        let words = lists.iter().filter_map(|list| self.words(*list));
        words.into_iter().any(|words| words.phrases.contains(lower.as_str()))
    }

    /// Where the longest phrase of a list starts that ends right before a place in the text.
    pub(super) fn before(&self, list: List, text: &str, at: usize) -> Option<usize> {
        let words = self.words(list)?;
        let before = text.get(..at)?;
        if before.chars().next_back().is_some_and(|last| fold::kind(last) == TokenKind::Letter) {
            let joined = words.joined.iter().filter(|joined| before.ends_with(&***joined));
            return joined.map(|joined| at - joined.len()).min();
        }
        let mut phrase = String::new();
        let (mut best, mut from) = (None, at);
        for number in 0..words.reach() {
            let Some(word) = back(text, from) else { break };
            let fits = match word.gap {
                Gap::Space | Gap::Apostrophe => true,
                // `Gen. Smith`, `côté de`; a hyphen joins the words of a title, and a compound to what follows it. `pro-Moscow`.
                Gap::Stop => number == 0 && matches!(list, List::Titles | List::Given),
                Gap::Hyphen => {
                    number > 0 || matches!(list, List::Titles | List::Former | List::Acting)
                }
                _ => false,
            };
            if !fits {
                break;
            }
            let spelt = slice(text, word.word.clone()).to_lowercase();
            if number > 0 {
                phrase.insert(0, ' ');
            }
            phrase.insert_str(0, &spelt);
            if words.phrases.contains(phrase.as_str()) || number == 0 && words.has(&spelt) {
                best = Some(word.word.start);
            }
            from = word.word.start;
        }
        best
    }

    /// Where the longest phrase of a list ends that starts right after a place in the text.
    pub(super) fn after(&self, list: List, text: &str, at: usize) -> Option<usize> {
        self.after_in(self.words(list)?, text, at, true)
    }

    /// The same of the phrases that the list has as they are, without its endings.
    pub(super) fn phrase_after(&self, list: List, text: &str, at: usize) -> Option<usize> {
        self.after_in(self.words(list)?, text, at, false)
    }

    fn after_in(&self, words: &Words, text: &str, at: usize, endings: bool) -> Option<usize> {
        let after = text.get(at..)?;
        if after.chars().next().is_some_and(|first| fold::kind(first) == TokenKind::Letter) {
            let joined = words.joined.iter().filter(|joined| after.starts_with(&***joined));
            return joined.map(|joined| at + joined.len()).max();
        }
        let mut phrase = String::new();
        let (mut best, mut from) = (None, at);
        for number in 0..words.reach() {
            let Some(word) = ahead(text, from) else { break };
            match (word.gap, number) {
                // `Paris n’a`: what is elided stands before its word.
                (Gap::Space | Gap::Apostrophe, 0) => {}
                (Gap::Hyphen, 0) => phrase.push('-'),
                (Gap::Space | Gap::Apostrophe | Gap::Hyphen, _) => phrase.push(' '),
                _ => break,
            }
            let spelt = slice(text, word.word.clone());
            phrase.push_str(&spelt.to_lowercase());
            let ending = endings && number == 0 && word.gap == Gap::Space && words.has(spelt);
            if ending || words.phrases.contains(phrase.as_str()) {
                best = Some(word.word.end);
            }
            from = word.word.end;
        }
        best
    }
}

/// How many characters behind a name a suffix is looked for.
const LONGEST_RUN: usize = 16;

/// How many characters the first part of a foreign name has at most.
const LONGEST_PART: usize = 5;

/// The words that a site adds: by language and list.
pub(crate) type Additions = BTreeMap<String, BTreeMap<List, Vec<String>>>;

/// The languages of the files, with what a site adds to them. Each is read when it is first asked for: of most a site has
/// no text.
#[derive(Clone, Debug)]
pub struct Languages {
    known: BTreeMap<String, OnceLock<Language>>,
    /// Of a language without a file.
    other: Language,
    /// What the site adds.
    additions: Additions,
}

/// The files, by the language that they are of.
const FILES: [(&str, &str); 8] = [
    ("de", include_str!("languages/de.toml")),
    ("en", include_str!("languages/en.toml")),
    ("es", include_str!("languages/es.toml")),
    ("fr", include_str!("languages/fr.toml")),
    ("ru", include_str!("languages/ru.toml")),
    ("tr", include_str!("languages/tr.toml")),
    ("uk", include_str!("languages/uk.toml")),
    ("zh", include_str!("languages/zh.toml")),
];

/// The language whose words hold in texts of every other: none looks like a Chinese character.
const EVERYWHERE: &str = "zh";

/// The lists of a file, by their names. That every file has lists of these names is tested.
fn file(text: &str) -> BTreeMap<String, Vec<String>> {
    toml::from_str(text).unwrap_or_else(
        |error| never!("a built-in list of words cannot be read: {error}" => Default::default()),
    )
}

impl Languages {
    /// The languages of the files and those that a site has words for.
    pub fn new(additions: &Additions) -> Languages {
        let mut other = Language::default();
        if let Some((_, text)) = FILES.iter().find(|(tag, _)| *tag == EVERYWHERE) {
            other.fill(&file(text));
        }
        // English possessives are used in texts of many languages.
        other.add(List::Endings, &["s".to_owned()]);
        let files = FILES.iter().map(|(tag, _)| (*tag).to_owned());
        let registry = crate::registry::languages().map(str::to_owned);
        let added = additions.keys().map(|tag| primary(tag));
        let known = files.chain(registry).chain(added).map(|tag| (tag, OnceLock::new()));
        Languages { known: known.collect(), other, additions: additions.clone() }
    }

    /// The language of a tag (BCP 47); its region and script make no difference.
    pub fn of(&self, tag: &str) -> &Language {
        let tag = primary(tag);
        let known = self.known.get(&tag);
        known.map_or(&self.other, |language| language.get_or_init(|| self.read(&tag)))
    }

    /// Reads the words of a language, which begins as any other.
    fn read(&self, tag: &str) -> Language {
        let mut language = Language { tag: tag.into(), ..self.other.clone() };
        if let Some((_, text)) = FILES.iter().find(|(file, _)| *file == tag) {
            language.known = true;
            if tag != EVERYWHERE {
                language.fill(&file(text));
            }
        }
        for (_, lists) in self.additions.iter().filter(|(added, _)| primary(added) == tag) {
            language.known = true;
            for (list, entries) in lists {
                language.add(*list, entries);
            }
        }
        language
    }
}

impl Default for Languages {
    fn default() -> Self {
        Languages::new(&Additions::new())
    }
}

/// The language of a tag, without its region and script.
fn primary(tag: &str) -> String {
    tag.split(['-', '_']).next().unwrap_or_default().to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_file_has_known_lists_only() {
        for (tag, text) in FILES {
            let lists: BTreeMap<String, Vec<String>> = toml::from_str(text).unwrap();
            for (name, entries) in lists {
                assert!(List::ALL.iter().any(|list| list.name() == name), "{tag}: {name}");
                let mut seen = std::collections::BTreeSet::new();
                for entry in entries {
                    assert!(seen.insert(entry.to_lowercase()), "{tag}: {name}: {entry} twice");
                }
            }
        }
    }

    #[test]
    fn the_longest_phrase_is_found_on_either_side() {
        let languages = Languages::new(&Additions::from([(
            "en-GB".to_owned(),
            BTreeMap::from([(List::Place, vec!["a stone's throw from".to_owned()])]),
        )]));
        let english = languages.of("en");
        let text = "a stone's throw from Moscow";
        assert_eq!(english.before(List::Place, text, 21), Some(0));
        assert_eq!(english.before(List::Place, "inMoscow", 2), None);
        assert_eq!(languages.of("xx").before(List::Place, text, 21), None);
        assert_eq!(languages.of("xx").before(List::Place, "\u{5728}\u{5317}\u{4eac}", 3), Some(0));
        assert_eq!(english.after(List::PlaceAfter, "Moscow-based", 6), Some(12));
    }
}
