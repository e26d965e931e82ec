//! The linker: goes through a document in reading order and decides on each name it finds.

use std::ops::Range;

use jiff::civil::Date;
use rustc_hash::FxHashMap;

use super::fold::{self, Kind, Token};
use super::registry::{Entry, HIGH, START, WORD};
use super::scan::Scan;
use super::{Form, Found, Policy, Registry, Setting, Verdict, Why};

/// Finds the actors in one document, whose passages it is given in reading order.
#[derive(Clone, Debug)]
pub struct Linker<'r> {
    registry: &'r Registry,
    own: Option<u32>,
    date: Option<Date>,
    policy: Policy,
    /// The sections that links are counted in, from 1: all of the page unless the policy says otherwise.
    section: u32,
    known: FxHashMap<u32, Known>,
    exact: String,
    folded: String,
}

/// What is known of an actor in a document.
#[derive(Clone, Copy, Debug, Default)]
struct Known {
    /// It is in front matter, or the page is its own.
    about: bool,
    /// It was named in full.
    named: bool,
    /// The section in which it was linked last, or 0.
    linked: u32,
    /// Its abbreviation has been met.
    expanded: bool,
}

/// The longest name that starts at a place.
struct Match<'r> {
    range: Range<usize>,
    entries: &'r [Entry],
    /// Whether its exact spelling is how it is written.
    verbatim: bool,
    /// If not, how much of [`Linker::exact`] it is.
    exact: usize,
    folded: bool,
}

/// What a name turned out to be.
struct Decision {
    actor: Option<u32>,
    candidates: Vec<u32>,
    form: Form,
    /// Why it is passed over, when it is.
    why: Option<Why>,
}

impl<'r> Linker<'r> {
    /// Starts a document: `about` are the actors in its front matter, `own` is the actor whose page it
    /// is, and `date` is the day on which titles are looked up.
    pub fn new(
        registry: &'r Registry,
        about: &[u32],
        own: Option<u32>,
        date: Option<Date>,
        policy: Policy,
    ) -> Linker<'r> {
        let about = about.iter().copied().chain(own);
        Linker {
            registry,
            own,
            date,
            policy,
            section: 1,
            known: about.map(|actor| (actor, Known { about: true, ..Known::default() })).collect(),
            exact: String::new(),
            folded: String::new(),
        }
    }

    /// A section begins.
    pub fn section(&mut self) {
        if self.policy == Policy::Section {
            self.section += 1;
        }
    }

    /// Who these names are.
    pub fn registry(&self) -> &'r Registry {
        self.registry
    }

    /// Finds the names in the text of a block whose inline elements are put together: word edges and the
    /// words before a name are then seen across emphasis and links. Adds them to `found` in the order of
    /// the text; they do not overlap.
    ///
    /// `explicit` are the author's own links to actors, in order: they are mentions whatever their text
    /// says. `setting` says where a range stands.
    pub fn block(
        &mut self,
        text: &str,
        explicit: &[(Range<usize>, u32)],
        setting: impl Fn(&Range<usize>) -> Setting,
        found: &mut Vec<Found>,
    ) {
        let registry = self.registry;
        let mut scan = Scan::new(text, &registry.filter);
        let mut at = 0;
        let mut used = 0;
        let mut explicit = explicit.iter().peekable();
        loop {
            // Behind the start of the next link nothing is of use before it.
            let until = explicit.peek().map_or(text.len(), |(range, _)| range.start);
            let start = self.next_start(text, &mut scan, at, until);
            if let Some((range, actor)) =
                explicit.next_if(|(range, _)| start.is_none_or(|start| range.start <= start))
            {
                found.push(self.explicit(range, *actor));
                used = range.end;
                at = range.end;
                continue;
            }
            let Some(start) = start else { break };
            let free = explicit.peek().map_or(text.len(), |(range, _)| range.start);
            at = match self.longest(text, start).filter(|m| m.range.end <= free) {
                Some(matched) => {
                    let setting = setting(&matched.range);
                    found.push(self.judge(text, used, &matched, setting));
                    used = matched.range.end;
                    used
                }
                None => fold::token(text, start).map_or(text.len(), |token| token.end),
            };
        }
    }

    /// The author's own link to an actor: it is the link of the page, and short forms may follow.
    fn explicit(&mut self, range: &Range<usize>, actor: u32) -> Found {
        let known = self.known.entry(actor).or_default();
        (known.named, known.linked) = (true, self.section);
        Found {
            range: range.clone(),
            actor: Some(actor),
            candidates: vec![actor],
            form: Form::Explicit,
            folded: false,
            verdict: Verdict::Linked,
            suppressed: false,
            expand: false,
        }
    }

    /// The next place at or after the start of a token, and before `until`, where a name may start, judged by its first
    /// word.
    fn next_start(
        &self,
        text: &str,
        scan: &mut Scan<'_>,
        from: usize,
        until: usize,
    ) -> Option<usize> {
        let filter = &self.registry.filter;
        let bytes = text.as_bytes();
        let class = |at: usize| bytes.get(at).map_or(0, |byte| filter.class(*byte));
        // Where the last token ended that was passed as a whole.
        let mut passed = from;
        // A token may start in the middle of a word: behind the author's own link.
        let mut next = match class(from) & (WORD | START) == WORD | START {
            true => Some(from),
            false => scan.next(from, until),
        };
        while let Some(at) = next.filter(|at| *at < until) {
            if class(at) & HIGH == 0 {
                if class(at) & WORD == 0 {
                    return Some(at);
                }
                let rest = bytes.get(at..).unwrap_or_default();
                let ends = |byte: &u8| !byte.is_ascii_alphanumeric();
                let (word, behind) =
                    rest.split_at(rest.iter().position(ends).unwrap_or(rest.len()));
                let end = at + word.len();
                // A word may go on in other characters: an accent, another letter, or one that is dropped.
                if behind.first().is_some_and(|byte| !byte.is_ascii()) || filter.may_be(word) {
                    return Some(at);
                }
                next = scan.next(end, until);
            } else {
                let first = text.get(at..)?.chars().next()?;
                let end = at + first.len_utf8();
                let before = bytes.get(passed..at).unwrap_or_default();
                passed = match before.last() {
                    // Most are dashes and quotation marks, each by itself unless an accent is put on it.
                    _ if fold::is_mark_of_print(first)
                        && bytes.get(end).is_none_or(u8::is_ascii) =>
                    {
                        if filter.may_start(fold::plain_punctuation(first)) {
                            return Some(at);
                        }
                        end
                    }
                    // An accent would belong to what stands before it. No accent belongs to a space, which is common.
                    Some(byte) if byte.is_ascii_alphanumeric() => {
                        let word = before.iter().rev().take_while(|b| b.is_ascii_alphanumeric());
                        let word = fold::token(text, at - word.count());
                        word.map_or(text.len(), |token| token.end).max(at)
                    }
                    Some(byte) if *byte != b' ' => {
                        fold::token(text, at - 1).map_or(text.len(), |token| token.end)
                    }
                    _ => {
                        if fold::is_dropped(first) {
                            end
                        } else if fold::folded_first(first).is_none_or(|c| filter.may_start(c)) {
                            return Some(at);
                        } else {
                            fold::token(text, at).map_or(text.len(), |token| token.end)
                        }
                    }
                };
                next = scan.next(passed, until);
            }
        }
        None
    }

    /// The longest name that starts with the token at `at`: an exact one before a folded one of the
    /// same length.
    fn longest(&mut self, text: &str, at: usize) -> Option<Match<'r>> {
        let registry = self.registry;
        self.exact.clear();
        let mut best: Option<Match<'r>> = None;
        let mut first: Option<Token> = None;
        let mut node = 0;
        let mut next = at;
        // Whether all tokens so far are spelt as they are written, and stand together.
        let mut verbatim = true;
        while let Some(token) = fold::token(text, next) {
            let raw = fold::verbatim(token, text);
            let step = match raw {
                Some(raw) => registry.step(node, raw),
                None => {
                    self.folded.clear();
                    fold::folded(token, text, &mut self.folded);
                    registry.step(node, &self.folded)
                }
            };
            let Some(to) = step else { break };
            let start = *first.get_or_insert(token);
            if verbatim && (raw.is_none() || token.start != next && token.start != start.start) {
                verbatim = false;
                self.exact.push_str(text.get(start.start..next).unwrap_or_default());
            }
            if !verbatim {
                fold::exact(token, text, &mut self.exact);
            }
            node = to;
            next = token.end;
            let entries = registry.entries(node);
            if entries.is_empty() || !ends_at_edge(text, token) {
                continue;
            }
            let valid =
                |entry: &&Entry| !entry.sentence_start || starts_sentence(text, start.start);
            let range = start.start..token.end;
            let exact = match verbatim {
                true => text.get(range.clone()).unwrap_or_default(),
                false => &self.exact,
            };
            let folded = !entries.iter().filter(valid).any(|entry| *entry.exact == *exact);
            if !folded || entries.iter().any(|entry| valid(&entry)) {
                let exact = exact.len();
                best = Some(Match { range, entries, verbatim, exact, folded });
            }
        }
        best.filter(|_| first.is_some_and(|token| starts_at_edge(text, token)))
    }

    /// Decides on a name and remembers what follows from it. The text before `used` is used up.
    fn judge(&mut self, text: &str, used: usize, matched: &Match<'r>, setting: Setting) -> Found {
        let Decision { actor, candidates, form, why } = self.decide(text, matched);
        let mut range = matched.range.clone();
        let tilde = |at: usize| text.get(..at).is_some_and(|before| before.ends_with('~'));
        // The article belongs to a title enough for `~the Secretary of State` to be understood.
        if form == Form::Role
            && let Some((_, article)) = word_before(text, range.start)
            && article > used
            && tilde(article)
        {
            range.start = article;
        }
        let suppressed = tilde(range.start);
        let (actor, verdict) = match (actor, why) {
            _ if suppressed => (None, Verdict::PassedOver(Why::Suppressed)),
            (Some(actor), None) => (Some(actor), self.verdict(actor, form, setting)),
            (_, why) => (None, Verdict::PassedOver(why.unwrap_or(Why::Stop))),
        };
        let mut expand = false;
        if let Some(actor) = actor {
            let known = self.known.entry(actor).or_default();
            known.named |= is_strong(form);
            if verdict == Verdict::Linked {
                known.linked = self.section;
            }
            if form == Form::Abbreviation && !matches!(setting, Setting::Heading | Setting::Across)
            {
                expand = !known.expanded;
                known.expanded = true;
            }
        }
        let folded = matched.folded;
        Found { range, actor, candidates, form, folded, verdict, suppressed, expand }
    }

    fn known(&self, actor: u32) -> Known {
        self.known.get(&actor).copied().unwrap_or_default()
    }

    /// Whether a mention of an actor becomes a link.
    fn verdict(&self, actor: u32, form: Form, setting: Setting) -> Verdict {
        let why = match setting {
            _ if form == Form::Demonym => Why::Demonym,
            Setting::Heading => Why::Heading,
            Setting::Quote => Why::Quote,
            Setting::Link => Why::InLink,
            Setting::Across => Why::Across,
            Setting::Prose if self.own == Some(actor) => Why::OwnPage,
            Setting::Prose if self.policy == Policy::None => Why::LinksOff,
            Setting::Prose
                if self.policy != Policy::All && self.known(actor).linked == self.section =>
            {
                Why::LinkedBefore
            }
            Setting::Prose => return Verdict::Linked,
        };
        Verdict::Counted(why)
    }

    /// Decides which actor a name is. Strong names come before titles, titles before short forms and
    /// metonyms, and those before demonyms; a stop phrase rules out the actors that declare it.
    fn decide(&self, text: &str, matched: &Match<'r>) -> Decision {
        let exact = match matched.verbatim {
            true => text.get(matched.range.clone()),
            false => self.exact.get(..matched.exact),
        };
        let exact = exact.unwrap_or_default();
        let start = matched.range.start;
        let at_start = matched.entries.iter().any(|entry| entry.sentence_start)
            && starts_sentence(text, start);
        let claims = || {
            matched.entries.iter().filter(|entry| {
                (matched.folded || *entry.exact == *exact) && (at_start || !entry.sentence_start)
            })
        };
        let stopping = actors(claims().filter(|entry| entry.form == Form::Stop));
        let stopped = |actor: u32| stopping.binary_search(&actor).is_ok();
        let of = |forms: &'static [Form]| {
            claims().filter(move |e| forms.contains(&e.form)).filter(|e| !stopped(e.actor))
        };

        let mut strong = of(&[Form::Name, Form::Alias, Form::Abbreviation]).peekable();
        if let Some(form) = strong.peek().map(|entry| entry.form) {
            return self.only(form, actors(strong), Why::Clash);
        }
        // What to say when nothing fits: of the first kind of name that was tried.
        let mut passed: Option<Decision> = None;
        let mut pass = |form, candidates: Vec<u32>, why| {
            if passed.is_none() && !candidates.is_empty() {
                passed = Some(Decision { actor: None, candidates, form, why: Some(why) });
            }
        };

        let titled = actors(of(&[Form::Role]));
        if !titled.is_empty() {
            let holders = self.holders(of(&[Form::Role]));
            if !after_article(text, start, exact) {
                pass(Form::Role, titled, Why::NoArticle);
            } else if holders.is_empty() {
                pass(Form::Role, titled, Why::NoHolder);
            } else {
                return self.only(Form::Role, holders, Why::Ambiguous);
            }
        }

        let mut short_names = of(&[Form::Weak, Form::Metonym]);
        let place = short_names.any(|e| e.form == Form::Metonym) && after_locative(text, start);
        let evident = |actor: u32| {
            let known = self.known(actor);
            known.about || known.named
        };
        let short = || of(&[Form::Weak, Form::Metonym]);
        let likely =
            || short().filter(|e| evident(e.actor)).filter(|e| e.form == Form::Weak || !place);
        if let Some(entry) = likely().next() {
            let candidates = actors(likely());
            return match candidates.as_slice() {
                [actor] => {
                    Decision { actor: Some(*actor), candidates, form: entry.form, why: None }
                }
                _ => Decision {
                    actor: None,
                    candidates,
                    form: entry.form,
                    why: Some(Why::Ambiguous),
                },
            };
        }

        let mut people = of(&[Form::Demonym]).peekable();
        if people.peek().is_some() {
            return self.only(Form::Demonym, actors(people), Why::Clash);
        }
        // A place is no actor, whatever the evidence; the rest lacks evidence.
        if let Some(entry) = short().next() {
            let why = match place && short().all(|entry| entry.form == Form::Metonym) {
                true => Why::Locative,
                false => Why::NoEvidence,
            };
            pass(entry.form, actors(short()), why);
        }
        pass(Form::Stop, stopping.clone(), Why::Stop);
        passed.unwrap_or(Decision {
            actor: None,
            candidates: Vec::new(),
            form: Form::Stop,
            why: Some(Why::Stop),
        })
    }

    /// The one actor of several: there is no other, or it alone is in front matter.
    fn only(&self, form: Form, candidates: Vec<u32>, otherwise: Why) -> Decision {
        let mut about = candidates.iter().filter(|actor| self.known(**actor).about);
        let actor = match (candidates.as_slice(), about.next(), about.next()) {
            ([actor], ..) | (_, Some(actor), None) => Some(*actor),
            _ => None,
        };
        let why = if actor.is_some() { None } else { Some(otherwise) };
        Decision { actor, candidates, form, why }
    }

    /// Who holds a title on the document's date. On the day of a handover it is the successor.
    fn holders<'a>(&self, titles: impl Iterator<Item = &'a Entry>) -> Vec<u32> {
        let Some(date) = self.date else { return Vec::new() };
        let mut holding: Vec<_> = titles
            .filter(|e| e.from.is_none_or(|from| from <= date))
            .filter(|e| e.to.is_none_or(|to| date <= to))
            .collect();
        if holding.iter().any(|e| e.from == Some(date)) {
            holding.retain(|e| e.to != Some(date) || e.from == Some(date));
        }
        actors(holding.into_iter())
    }
}

/// Whether such a name always means its actor.
pub(super) fn is_strong(form: Form) -> bool {
    matches!(form, Form::Name | Form::Alias | Form::Abbreviation)
}

/// The actors of some entries, each once. Entries are in the order of their actors.
fn actors<'a>(entries: impl Iterator<Item = &'a Entry>) -> Vec<u32> {
    let mut actors: Vec<u32> = entries.map(|entry| entry.actor).collect();
    actors.dedup();
    actors
}

/// How far back a URL is looked for.
const URL_REACH: usize = 512;

fn is_currency(c: char) -> bool {
    matches!(c, '$' | '\u{a2}'..='\u{a5}' | '\u{e3f}' | '\u{20a0}'..='\u{20cf}' | '\u{fdfc}' | '\u{ff04}')
}

/// Whether a name may start with this token, whatever stands before it.
fn starts_at_edge(text: &str, first: Token) -> bool {
    let before = text.get(..first.start).unwrap_or_default();
    let Some(previous) = before.chars().rev().find(|c| !fold::is_dropped(*c)) else { return true };
    let edge = match fold::kind(previous) {
        Kind::Word => first.kind != Kind::Punctuation,
        Kind::Letter | Kind::Space => true,
        Kind::Punctuation => !(is_currency(previous) || matches!(previous, '_' | '@')),
    };
    edge && !in_url(before)
}

/// Whether a name may end with this token, whatever stands after it.
fn ends_at_edge(text: &str, last: Token) -> bool {
    let mut after =
        text.get(last.end..).unwrap_or_default().chars().filter(|c| !fold::is_dropped(*c));
    let Some(next) = after.next() else { return true };
    match fold::kind(next) {
        Kind::Word => last.kind != Kind::Punctuation,
        Kind::Letter | Kind::Space => true,
        // The parts of `US_policy`, `press@` and `us.example` are no words.
        Kind::Punctuation if is_currency(next) || matches!(next, '_' | '@') => false,
        Kind::Punctuation => {
            !(next == '.'
                && last.kind == Kind::Word
                && after.next().is_some_and(|c| c.is_ascii_lowercase()))
        }
    }
}

/// Whether text that ends like this is in the middle of a URL that Markdown did not make a link, or
/// of the host of an e-mail address.
fn in_url(before: &str) -> bool {
    let bytes = before.as_bytes();
    let length = bytes
        .iter()
        .rev()
        .take(URL_REACH)
        .take_while(|b| b.is_ascii_graphic() && !b"<>\"".contains(b))
        .count();
    let run = bytes.get(bytes.len() - length..).unwrap_or_default();
    run.windows(3).any(|w| w == b"://")
        || run.starts_with(b"www.")
        || run.windows(2).any(|w| matches!(w, [name, b'@'] if name.is_ascii_alphanumeric()))
}

/// Whether a sentence starts here: nothing before it but space, quotes and brackets, then the end of another.
pub(super) fn starts_sentence(text: &str, at: usize) -> bool {
    let before = text.get(..at).unwrap_or_default();
    before
        .chars()
        .rev()
        .find(|c| {
            !(c.is_whitespace()
                || fold::is_dropped(*c)
                || "\"'\u{201c}\u{201d}\u{2018}\u{2019}\u{ab}\u{bb}\u{201e}()[]*~".contains(*c))
        })
        .is_none_or(|c| ".!?:\u{2026}\u{2013}\u{2014}\u{2022}|".contains(c))
}

/// The word before a place in the text, with white space between; and where that word starts.
fn word_before(text: &str, at: usize) -> Option<(&str, usize)> {
    let before = text.get(..at)?;
    let before = before.strip_suffix('~').unwrap_or(before);
    let trimmed = before.trim_end();
    if trimmed.len() == before.len() {
        return None;
    }
    let word = trimmed.trim_end_matches(|c: char| fold::kind(c) == Kind::Word);
    let start = word.len();
    trimmed.get(start..).filter(|word| !word.is_empty()).map(|word| (word, start))
}

fn is_one_of(word: &str, list: &[&str]) -> bool {
    list.iter().any(|known| word.eq_ignore_ascii_case(known))
}

/// Whether the word before makes a place of a name: `in Moscow`, `from the Kremlin`.
fn after_locative(text: &str, at: usize) -> bool {
    const LOCATIVES: &[&str] = &["in", "to", "from", "at", "near", "outside", "via"];
    let word = match word_before(text, at) {
        Some(("the", start)) => word_before(text, start),
        word => word,
    };
    word.is_some_and(|(word, _)| is_one_of(word, LOCATIVES))
}

/// Whether a title stands for whoever holds it: after an article. Titles that are declared with one
/// (they start with a small letter), and those in scripts whose languages have none, need no other.
fn after_article(text: &str, at: usize, title: &str) -> bool {
    const ARTICLES: &[&str] =
        &["the", "le", "la", "der", "die", "den", "dem", "des", "el", "il", "lo", "het"];
    let first = title.chars().next();
    first.is_some_and(|c| {
        c.is_lowercase()
            || (c.is_alphabetic() && c >= '\u{370}' && !('\u{1e00}'..='\u{1eff}').contains(&c))
    }) || word_before(text, at).is_some_and(|(word, _)| is_one_of(word, ARTICLES))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::{Declaration, Name, tests::text};
    use super::*;

    proptest! {
        /// Skipping the words that no name starts with hides no name.
        #[test]
        fn skipping_finds_what_trying_every_token_finds(
            names in proptest::collection::vec(text(), 1..6),
            (before, after) in (text(), text()),
        ) {
            let declared = |text: &String| Declaration {
                name: Name { text: text.clone(), ..Name::default() },
                ..Declaration::default()
            };
            let actors: Vec<_> = names.iter().map(declared).collect();
            let registry = Registry::new(&actors, &mut Vec::new());
            let text = format!("{before} {} {after}{}", names[0], names.concat());
            let mut linker = Linker::new(&registry, &[], None, None, Policy::All);
            let mut every = Vec::new();
            let mut at = 0;
            while let Some(token) = fold::token(&text, at) {
                at = token.end;
                if let Some(matched) = linker.longest(&text, token.start) {
                    at = matched.range.end;
                    every.push(matched.range);
                }
            }
            let mut found = Vec::new();
            linker.block(&text, &[], |_| Setting::Prose, &mut found);
            let found: Vec<_> = found.into_iter().map(|f| f.range).collect();
            prop_assert_eq!(found, every, "{:?} in {:?}", names, text);
        }
    }
}
