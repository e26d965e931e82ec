//! The linker: goes through a document in reading order and decides on each name it finds.

use crate::never::slice;
use std::ops::Range;

use jiff::civil::Date;
use rustc_hash::{FxHashMap, FxHashSet};

use super::company::{self, Bearer, Known};
use super::declared::Form;
use super::fold::{self, Token, TokenKind};
use super::found::{Found, Policy, Setting, Verdict, Why};
use super::language::{Language, List};
use super::neighbours::{Gap, ahead, back, has_small_letters, is_capital, starts_sentence};
use super::place::{self, PlaceReading};
use super::registry::{Entry, HIGH, RegisteredIx, Registry, START, WORD};
use super::scan::Scan;

/// What is known of a document before its text is read.
#[derive(Clone, Copy, Debug)]
pub struct Subject<'s> {
    /// The actors in its front matter.
    pub about: &'s [RegisteredIx],
    /// The actor whose page it is.
    pub own: Option<RegisteredIx>,
    /// The day on which titles are looked up.
    pub date: Option<Date>,
    /// The words of its language.
    pub language: &'s Language,
}

/// Finds the actors in one document, whose passages it is given in reading order.
#[derive(Clone, Debug)]
pub struct Linker<'r> {
    registry: &'r Registry,
    language: &'r Language,
    own: Option<RegisteredIx>,
    date: Option<Date>,
    policy: Policy,
    /// The sections that links are counted in, from 1: all of the page unless the policy says otherwise.
    section: u32,
    actors: FxHashMap<RegisteredIx, ActorStanding>,
    /// The actors that a short form was judged without evidence for.
    doubted: Vec<RegisteredIx>,
    /// The names that somebody else bears in the text, as far as it was read: `Jordan` of `Michael Jordan`, `Berlin` of
    /// `Sir Isaiah Berlin`.
    borne: FxHashSet<Box<str>>,
    /// The name found last in the block, and where it ends.
    last: Option<(usize, Known)>,
    /// The actors that it is the metonym of, or the name if they are states.
    partners: Vec<RegisteredIx>,
    /// The state whose name or people was found last in the block, and where.
    nation: Option<(Range<usize>, RegisteredIx)>,
    scratch: Scratch,
}

/// Where the spellings of a name are put together.
#[derive(Clone, Debug, Default)]
struct Scratch {
    exact: String,
    folded: String,
}

/// What is known of an actor in a document.
#[derive(Clone, Copy, Debug, Default)]
struct ActorStanding {
    /// It is in front matter, or the page is its own.
    about: bool,
    /// It was named in full, by a name that nobody else has.
    named: bool,
    /// It was named in full, by a guarded name only.
    guarded: bool,
    /// Somebody else bears a guarded name of it in the text.
    shared: bool,
    /// Its people or a town that stands for it was met, linked or not.
    shown: bool,
    /// The section in which it was linked last, or 0.
    linked: u32,
    /// Its abbreviation has been met.
    expanded: bool,
}

impl ActorStanding {
    /// Whether it was named in full.
    fn is_named(self) -> bool {
        self.named || self.guarded
    }
}

/// The longest name that starts at a place.
struct Match<'r> {
    range: Range<usize>,
    entries: &'r [Entry],
    /// Its exact spelling, if that is not how it is written.
    exact: Option<Box<str>>,
    folded: bool,
}

/// What a name turned out to be.
struct Decision {
    actor: Option<RegisteredIx>,
    candidates: Vec<RegisteredIx>,
    form: Form,
    /// Why it is passed over, when it is.
    why: Option<Why>,
    /// Where it ends, when the name of a role's holder is part of it.
    end: Option<usize>,
}

impl Decision {
    fn passed(form: Form, candidates: Vec<RegisteredIx>, why: Why) -> Decision {
        Decision { actor: None, candidates, form, why: Some(why), end: None }
    }
}

impl<'r> Linker<'r> {
    /// Starts a document.
    pub fn new(registry: &'r Registry, subject: Subject<'r>, policy: Policy) -> Linker<'r> {
        let Subject { about, own, date, language } = subject;
        let about = about.iter().copied().chain(own);
        Linker {
            registry,
            language,
            own,
            date,
            policy,
            section: 1,
            actors: about
                .map(|actor| (actor, ActorStanding { about: true, ..ActorStanding::default() }))
                .collect(),
            doubted: Vec::new(),
            borne: FxHashSet::default(),
            last: None,
            partners: Vec::new(),
            nation: None,
            scratch: Scratch::default(),
        }
    }

    /// Notes who is named in full in a text that stands elsewhere than on the page, such as a title.
    pub fn overhear(&mut self, text: &str) {
        let mut found = Vec::new();
        self.block(text, &[], |_| Setting::Heading, &mut found);
        self.doubted.clear();
    }

    /// A linker for reading the document once more from its start, knowing all that it names in full. `None` when
    /// that would change nothing: every short form was judged by the same evidence, and nobody else bears a name.
    pub fn informed(&self) -> Option<Linker<'r>> {
        let is_known = |actor: &RegisteredIx| {
            let standing = self.standing(*actor);
            standing.is_named() || standing.shown
        };
        if self.borne.is_empty() && !self.doubted.iter().any(is_known) {
            return None;
        }
        let mut informed = self.clone();
        informed.section = 1;
        informed.doubted.clear();
        for standing in informed.actors.values_mut() {
            standing.guarded &= !standing.shared;
            (standing.linked, standing.expanded) = (0, false);
        }
        Some(informed)
    }

    /// A section begins.
    pub fn section(&mut self) {
        if self.policy == Policy::Section {
            self.section += 1;
        }
    }

    /// The words of the document's language.
    pub fn language(&self) -> &'r Language {
        self.language
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
        explicit: &[(Range<usize>, RegisteredIx)],
        setting: impl Fn(&Range<usize>) -> Setting,
        found: &mut Vec<Found>,
    ) {
        let registry = self.registry;
        let mut scan = Scan::new(text, &registry.filter);
        self.last = None;
        self.nation = None;
        let mut at = 0;
        let mut used = 0;
        let mut explicit = explicit.iter().peekable();
        let mut scratch = std::mem::take(&mut self.scratch);
        loop {
            // Behind the start of the next link nothing is of use before it.
            let until = explicit.peek().map_or(text.len(), |(range, _)| range.start);
            let start = self.next_start(text, &mut scan, at, until);
            if let Some((range, actor)) =
                explicit.next_if(|(range, _)| start.is_none_or(|start| range.start <= start))
            {
                found.push(self.explicit(range, *actor));
                self.last = Some((range.end, Known::Name));
                self.partners.clear();
                used = range.end;
                at = range.end;
                continue;
            }
            let Some(start) = start else { break };
            let free = explicit.peek().map_or(text.len(), |(range, _)| range.start);
            let matched = self.longest(text, start, &mut scratch);
            at = match matched.filter(|matched| matched.range.end <= free) {
                Some(matched) => {
                    let judged = self.judge(text, used..free, &matched, &setting);
                    used = judged.range.end;
                    found.push(judged);
                    used
                }
                None => fold::token(text, start).map_or(text.len(), |token| token.end),
            };
        }
        self.scratch = scratch;
    }

    /// The author's own link to an actor: it is the link of the page, and short forms may follow.
    fn explicit(&mut self, range: &Range<usize>, actor: RegisteredIx) -> Found {
        let standing = self.actors.entry(actor).or_default();
        (standing.named, standing.linked) = (true, self.section);
        self.nation = None;
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
    fn longest(&self, text: &str, at: usize, scratch: &mut Scratch) -> Option<Match<'r>> {
        let registry = self.registry;
        let Scratch { exact: spelling, folded: plain } = scratch;
        spelling.clear();
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
                    plain.clear();
                    fold::folded(token, text, plain);
                    registry.step(node, plain)
                }
            };
            let Some(to) = step else { break };
            let start = *first.get_or_insert(token);
            if verbatim && (raw.is_none() || token.start != next && token.start != start.start) {
                verbatim = false;
                spelling.push_str(slice(text, start.start..next));
            }
            if !verbatim {
                fold::exact(token, text, spelling);
            }
            node = to;
            next = token.end;
            let entries = registry.entries(node);
            if entries.is_empty() || !self.ends_at_edge(text, token) {
                continue;
            }
            let valid = |entry: &&Entry| {
                self.speaks(entry) && (!entry.sentence_start || starts_sentence(text, start.start))
            };
            let range = start.start..token.end;
            let exact = match verbatim {
                true => slice(text, range.clone()),
                false => spelling,
            };
            let folded = !entries.iter().filter(valid).any(|entry| *entry.exact == *exact);
            if !folded || entries.iter().any(|entry| entry.foldable && valid(&entry)) {
                let exact = (!verbatim).then(|| exact.into());
                best = Some(Match { range, entries, exact, folded });
            }
        }
        best.filter(|_| first.is_some_and(|token| self.starts_at_edge(text, token)))
    }

    /// Whether a name is one in the language of the document.
    fn speaks(&self, entry: &Entry) -> bool {
        entry.language.is_none_or(|language| *language == *self.language.tag)
    }

    /// Whether some name is written at a place, up to the edge of a word.
    fn is_named_at(&self, text: &str, at: usize) -> bool {
        let (mut node, mut next, mut spelling) = (0, at, String::new());
        while let Some(token) = fold::token(text, next) {
            spelling.clear();
            fold::folded(token, text, &mut spelling);
            match self.registry.step(node, &spelling) {
                Some(to) if self.registry.entries(to).iter().any(|e| self.speaks(e)) => {
                    return true;
                }
                Some(to) => (node, next) = (to, token.end),
                None => return false,
            }
        }
        false
    }

    /// Whether a name may start with this token, whatever stands before it.
    fn starts_at_edge(&self, text: &str, first: Token) -> bool {
        let before = slice(text, ..first.start);
        let mut backwards = before.char_indices().rev().filter(|(_, c)| !fold::is_dropped(*c));
        let Some((at, previous)) = backwards.next() else { return true };
        let beyond = backwards.next();
        let edge = match fold::kind(previous) {
            TokenKind::Word => first.kind != TokenKind::Punctuation,
            TokenKind::Letter => true,
            // `3$ US` is a sum of money.
            TokenKind::Space => !beyond.is_some_and(|(_, c)| is_currency(c)),
            TokenKind::Punctuation if is_currency(previous) => false,
            TokenKind::Punctuation => match previous {
                '_' | '@' | '#' => false,
                // `GOV.UK`; a full stop that ends a sentence stands before a space, and one that is left out after another.
                '.' => !beyond.is_some_and(|(_, c)| c.is_alphanumeric()),
                '/' => self.last.is_some_and(|(end, _)| end == at),
                _ => true,
            },
        };
        edge && !in_url(before)
    }

    /// Whether a name may end with this token, whatever stands after it.
    fn ends_at_edge(&self, text: &str, last: Token) -> bool {
        let after = slice(text, last.end..);
        let mut forwards = after.char_indices().filter(|(_, c)| !fold::is_dropped(*c));
        let Some((_, next)) = forwards.next() else { return true };
        match fold::kind(next) {
            TokenKind::Word => return last.kind != TokenKind::Punctuation,
            TokenKind::Letter | TokenKind::Space => return true,
            TokenKind::Punctuation if is_currency(next) => return false,
            TokenKind::Punctuation => {}
        }
        let Some((at, beyond)) = forwards.next() else { return !matches!(next, '_' | '@' | '#') };
        let joined = beyond.is_alphanumeric();
        match fold::plain_punctuation(next) {
            // The parts of `US_policy`, `press@` and `us.example` are no words.
            '_' | '@' | '#' => false,
            '.' => !(joined && last.kind == TokenKind::Word),
            '/' => !joined || self.is_named_at(text, last.end + at),
            // `Xi\u{2019}an` is a name of its own.
            '\'' if joined => {
                let rest = slice(text, last.end + at..);
                let ending = rest.split(|c: char| fold::kind(c) != TokenKind::Word).next();
                ending.is_none_or(|ending| self.language.has(List::Endings, ending))
            }
            _ => true,
        }
    }

    /// Decides on a name and remembers what follows from it. Text outside `free` is used up.
    fn judge(
        &mut self,
        text: &str,
        free: Range<usize>,
        matched: &Match<'r>,
        setting: &impl Fn(&Range<usize>) -> Setting,
    ) -> Found {
        let Decision { actor, candidates, form, why, end } = self.decide(text, matched, free.end);
        let mut range = matched.range.start..end.unwrap_or(matched.range.end);
        let tilde = |at: usize| text.get(..at).is_some_and(|before| before.ends_with('~'));
        // The article belongs to a title enough for `~the Secretary of State` to be understood.
        if form == Form::Role
            && let Some(article) = self.language.before(List::Articles, text, range.start)
            && article > free.start
            && tilde(article)
        {
            range.start = article;
        }
        let suppressed = tilde(range.start);
        let (actor, verdict) = match (actor, why) {
            _ if suppressed => (None, Verdict::PassedOver(Why::Suppressed)),
            (Some(actor), None) => (Some(actor), self.verdict(actor, form, setting(&range))),
            (_, why) => (None, Verdict::PassedOver(why.unwrap_or(Why::Stop))),
        };
        if matches!(form, Form::Demonym | Form::Metonym)
            && !matches!(why, Some(Why::InsideLongerName | Why::Borne))
            && !suppressed
            && let [actor] = candidates.as_slice()
        {
            self.actors.entry(*actor).or_default().shown = true;
        }
        let mut expand = false;
        if let Some(actor) = actor {
            // A title shows who is meant as a full name does.
            let titled =
                end.is_some() || form == Form::Weak && self.is_titled(text, range.start, actor);
            let guards = |entry: &Entry| entry.actor == actor && entry.guarded;
            let guarded = form.is_strong() && matched.entries.iter().any(guards);
            let section = self.section;
            let standing = self.actors.entry(actor).or_default();
            standing.named |= form.is_strong() && !guarded || titled;
            standing.guarded |= guarded;
            if verdict == Verdict::Linked {
                standing.linked = section;
            }
            if form == Form::Abbreviation
                && !matches!(setting(&range), Setting::Heading | Setting::Across)
            {
                expand = !standing.expanded;
                standing.expanded = true;
            }
        }
        let known = if end.is_some() { Known::Name } else { known(form, why) };
        self.last = Some((range.end, known));
        let mut partners = std::mem::take(&mut self.partners);
        partners.clear();
        let claims =
            matched.entries.iter().filter(|entry| self.speaks(entry) && self.is_partner(entry));
        partners.extend(claims.map(|entry| entry.actor));
        self.partners = partners;
        let nation = actor.filter(|actor| {
            form == Form::Demonym || form.is_strong() && self.registry.is_state(*actor)
        });
        self.nation = nation.map(|actor| (range.clone(), actor));
        let folded = matched.folded;
        Found { range, actor, candidates, form, folded, verdict, suppressed, expand }
    }

    /// The declarations that a name fits in the language of the document: of its exact spelling, or of any if it fits only
    /// without its diacritics.
    fn claims(&self, text: &str, matched: &Match<'r>) -> Vec<&'r Entry> {
        let written = slice(text, matched.range.clone());
        let exact = matched.exact.as_deref().unwrap_or(written);
        let at_start = matched.entries.iter().any(|entry| entry.sentence_start)
            && starts_sentence(text, matched.range.start);
        let fits = |entry: &&Entry| {
            let spelt = if matched.folded { entry.foldable } else { *entry.exact == *exact };
            spelt && (at_start || !entry.sentence_start) && self.speaks(entry)
        };
        matched.entries.iter().filter(fits).collect()
    }

    fn standing(&self, actor: RegisteredIx) -> ActorStanding {
        self.actors.get(&actor).copied().unwrap_or_default()
    }

    /// Whether a mention of an actor becomes a link.
    fn verdict(&self, actor: RegisteredIx, form: Form, setting: Setting) -> Verdict {
        let why = match setting {
            _ if form == Form::Demonym => Why::Demonym,
            Setting::Heading => Why::Heading,
            Setting::Quote => Why::Quote,
            Setting::Link => Why::InLink,
            Setting::Across => Why::Across,
            Setting::Prose if self.own == Some(actor) => Why::OwnPage,
            Setting::Prose if self.policy == Policy::None => Why::LinksOff,
            Setting::Prose
                if self.policy != Policy::All && self.standing(actor).linked == self.section =>
            {
                Why::LinkedBefore
            }
            Setting::Prose => return Verdict::Linked,
        };
        Verdict::Counted(why)
    }

    /// Decides which actor a name is. Strong names come before titles, titles before short forms and
    /// metonyms, and those before demonyms; a stop phrase rules out the actors that declare it. Text from `free` on is
    /// not to be taken.
    fn decide(&mut self, text: &str, matched: &Match<'r>, free: usize) -> Decision {
        let claims = self.claims(text, matched);
        let stopping = actors(claims.iter().copied().filter(|entry| entry.form == Form::Stop));
        let of = |forms: &'static [Form]| {
            let unstopped = |entry: &&&Entry| stopping.binary_search(&entry.actor).is_err();
            claims.iter().filter(move |e| forms.contains(&e.form)).filter(unstopped).copied()
        };
        let range = &matched.range;
        // What to say when nothing fits: of the first kind of name that was tried.
        let mut passed: Option<Decision> = None;
        let mut pass = |form, candidates: Vec<RegisteredIx>, why| {
            if passed.is_none() && !candidates.is_empty() {
                passed = Some(Decision::passed(form, candidates, why));
            }
        };

        let strong: Vec<&Entry> = of(&[Form::Name, Form::Alias, Form::Abbreviation]).collect();
        if let Some(first) = strong.iter().min_by_key(|entry| entry.form) {
            let form = first.form;
            if self.language.suffix(text, range.end).is_some() {
                return Decision::passed(form, actors(strong.into_iter()), Why::InsideLongerName);
            }
            if form != Form::Abbreviation && self.is_amid(text, range) {
                return Decision::passed(form, actors(strong.into_iter()), Why::InsideLongerName);
            }
            let guarded = strong.iter().any(|entry| entry.guarded);
            let inside = guarded && self.is_inside(text, range, Bearer::Place);
            if inside && self.bear(text, range) {
                for entry in strong.iter().filter(|entry| entry.guarded) {
                    self.actors.entry(entry.actor).or_default().shared = true;
                }
            }
            // A person whose short form it is bears it too.
            let mut rivals = Vec::new();
            if guarded && !inside {
                let other = |e: &&Entry| strong.iter().all(|own| own.actor != e.actor);
                rivals = actors(of(&[Form::Weak]).filter(other));
            }
            let (rivals, unknown): (Vec<RegisteredIx>, Vec<RegisteredIx>) =
                rivals.into_iter().partition(|rival| {
                    let standing = self.standing(*rival);
                    standing.about || standing.is_named()
                });
            self.doubted.extend(unknown);
            let shared = guarded && self.is_borne(slice(text, range.clone()));
            let borne = !inside && (shared || !rivals.is_empty());
            let fits = |entry: &&Entry| {
                !entry.guarded || !inside && (!borne || self.is_evident(entry.actor))
            };
            let (meant, others): (Vec<&Entry>, Vec<&Entry>) =
                strong.iter().copied().partition(fits);
            let mut meant = actors(meant.into_iter());
            if !meant.is_empty() && rivals.is_empty() {
                return self.only(form, meant, Why::Clash);
            }
            if !meant.is_empty() {
                meant.extend(rivals);
                meant.sort_unstable();
                return Decision::passed(form, meant, Why::Ambiguous);
            }
            if borne {
                self.doubted.extend(others.iter().map(|entry| entry.actor));
            }
            let why = if borne { Why::Borne } else { Why::InsideLongerName };
            pass(form, actors(strong.into_iter()), why);
        }

        let titles: Vec<&Entry> = of(&[Form::Role]).collect();
        if !titles.is_empty() {
            match self.role(text, range, &titles, free) {
                Ok(decision) => return decision,
                Err(why) => pass(Form::Role, actors(titles.into_iter()), why),
            }
        }

        let short: Vec<&Entry> = of(&[Form::Weak, Form::Metonym]).collect();
        if !short.is_empty() {
            match self.short(text, range, &short) {
                Ok(decision) => return decision,
                Err((form, why)) => {
                    let people = of(&[Form::Demonym]).next().is_some();
                    let of_form = short.iter().copied().filter(|entry| entry.form == form);
                    if !people {
                        pass(form, actors(of_form), why);
                    }
                }
            }
        }

        let people: Vec<&Entry> = of(&[Form::Demonym]).collect();
        if !people.is_empty() {
            return self.only(Form::Demonym, actors(people.into_iter()), Why::Clash);
        }
        // `Michael Jordan`, declared to be somebody else.
        if !stopping.is_empty() {
            let last = slice(text, range.clone())
                .rfind(' ')
                .map_or(range.start, |at| range.start + at + 1);
            if self.bear(text, &(last..range.end)) {
                for actor in &stopping {
                    self.actors.entry(*actor).or_default().shared = true;
                }
            }
        }
        pass(Form::Stop, stopping.clone(), Why::Stop);
        passed.unwrap_or(Decision::passed(Form::Stop, Vec::new(), Why::Stop))
    }

    /// The one actor of several: there is no other, or it alone is in front matter.
    fn only(&self, form: Form, candidates: Vec<RegisteredIx>, otherwise: Why) -> Decision {
        let mut about = candidates.iter().filter(|actor| self.standing(**actor).about);
        let actor = match (candidates.as_slice(), about.next(), about.next()) {
            ([actor], ..) | (_, Some(actor), None) => Some(*actor),
            _ => None,
        };
        let why = if actor.is_some() { None } else { Some(otherwise) };
        Decision { actor, candidates, form, why, end: None }
    }

    /// Who a title is: its holder on the document's date, after an article, or the holder whose name follows, with
    /// whom it is one mention. Errors: why it is nobody.
    fn role(
        &mut self,
        text: &str,
        range: &Range<usize>,
        titles: &[&Entry],
        free: usize,
    ) -> Result<Decision, Why> {
        let mut holders = self.holders(titles.iter().copied());
        let title = slice(text, range.clone());
        let mut former = self.language.before(List::Former, text, range.start).is_some();
        let behind = ahead(text, range.end).filter(|word| word.gap == Gap::Space);
        let mut scratch = Scratch::default();
        let name = behind.as_ref();
        let name = name.and_then(|word| self.longest(text, word.word.start, &mut scratch));
        if let Some(name) = name.filter(|name| name.range.end <= free) {
            let named: Vec<&Entry> = self
                .claims(text, &name)
                .into_iter()
                .filter(|entry| entry.form.is_strong() || entry.form == Form::Weak)
                .collect();
            let whole = named.iter().any(|entry| entry.form.is_strong())
                || !self.is_inside_after(text, &name.range);
            let own = actors(named.iter().copied().filter(|entry| holders.contains(&entry.actor)));
            if let ([actor], true, false) = (own.as_slice(), whole, former) {
                return Ok(Decision {
                    actor: Some(*actor),
                    candidates: own.clone(),
                    form: Form::Role,
                    why: None,
                    end: Some(name.range.end),
                });
            }
            if !named.is_empty() && !former {
                return Err(Why::InsideLongerName);
            }
        }
        if self.language.dotted_ahead(text, range.end) {
            return Err(Why::InsideLongerName);
        }
        // `el presidente boliviano`: an adjective without a capital stands behind the title, and says whose it is.
        if let Some(people) =
            behind.and_then(|word| self.longest(text, word.word.start, &mut scratch))
        {
            let states = self.claims(text, &people).into_iter();
            let states = actors(states.filter(|entry| entry.form == Form::Demonym));
            if !states.is_empty() && !is_capital(slice(text, people.range)) {
                let of = |holder: &_| states.iter().any(|s| self.registry.belongs_to(*holder, *s));
                holders.retain(of);
            }
        }
        // `the German Foreign Minister`, `Germany's Foreign Minister`: the article stands before the state, whose it is.
        let mut start = range.start;
        let mut definite = false;
        if let Some((nation, state)) = &self.nation
            && let Some(between) = text.get(nation.end..range.start)
        {
            let ending = between.trim().trim_start_matches(['\'', '\u{2019}']);
            if ending.is_empty() || self.language.has(List::Possessives, ending) {
                start = nation.start;
                definite = !between.trim().is_empty();
                holders.retain(|holder| self.registry.belongs_to(*holder, *state));
                former |= self.language.before(List::Former, text, start).is_some();
            }
        }
        if !definite && !self.is_after_article(text, start, title) || former {
            return Err(Why::NoArticle);
        }
        if self.language.after(List::Continuing, text, range.end).is_some()
            || self.is_inside(text, range, Bearer::Person)
        {
            return Err(Why::InsideLongerName);
        }
        if holders.is_empty() {
            return Err(Why::NoHolder);
        }
        Ok(self.only(Form::Role, holders, Why::Ambiguous))
    }

    /// Who a short form or a metonym is. Errors: why it is nobody, and as which of the two.
    fn short(
        &mut self,
        text: &str,
        range: &Range<usize>,
        short: &[&Entry],
    ) -> Result<Decision, (Form, Why)> {
        let weak = short.iter().any(|entry| entry.form == Form::Weak);
        let weak = if weak { Some(self.is_inside(text, range, Bearer::Person)) } else { None };
        let metonym = short.iter().any(|entry| entry.form == Form::Metonym);
        let metonym = metonym.then(|| self.place(text, range, short));
        let namesake = weak == Some(true) && !self.is_variant(text, range, short);
        if namesake || metonym == Some(Some(Why::InsideLongerName)) {
            self.bear(text, range);
        }
        let borne = self.is_borne(slice(text, range.clone()));
        // Where somebody else bears it, only the full name shows that the text is about this actor as well.
        let excused = |entry: &Entry| {
            !borne
                || self.standing(entry.actor).named
                || entry.form == Form::Weak && self.is_titled(text, range.start, entry.actor)
        };
        let fits = |form: Form| match form {
            Form::Weak => weak == Some(false),
            _ => metonym == Some(None),
        };
        let reads = |entry: &&&Entry| fits(entry.form) && excused(entry);
        let likely: Vec<&Entry> = short.iter().filter(reads).copied().collect();
        let why = |form| match form {
            _ if borne && fits(form) => Why::Borne,
            Form::Weak if weak == Some(true) => Why::InsideLongerName,
            Form::Metonym => metonym.flatten().unwrap_or(Why::NoEvidence),
            _ => Why::NoEvidence,
        };
        let form = match likely.first().or(short.first()) {
            Some(entry) => entry.form,
            None => Form::Weak,
        };
        let titled = likely.iter().copied().filter(|entry| {
            entry.form == Form::Weak && self.is_titled(text, range.start, entry.actor)
        });
        let mut candidates = actors(titled);
        if candidates.is_empty() {
            let evident = |entry: &&Entry| {
                let standing = self.standing(entry.actor);
                standing.about || standing.is_named()
            };
            let (shown, doubted): (Vec<&Entry>, Vec<&Entry>) =
                likely.iter().copied().partition(evident);
            candidates = actors(shown.into_iter());
            self.doubted.extend(doubted.iter().map(|entry| entry.actor));
        }
        let form_of =
            |actor: RegisteredIx| likely.iter().find(|e| e.actor == actor).map_or(form, |e| e.form);
        match candidates.as_slice() {
            [] => Err((form, why(form))),
            [actor] => Ok(Decision {
                actor: Some(*actor),
                form: form_of(*actor),
                candidates: candidates.clone(),
                why: None,
                end: None,
            }),
            _ => Ok(Decision::passed(form, candidates, Why::Ambiguous)),
        }
    }

    /// Why a metonym is no actor where it stands; `None` when it acts.
    fn place(&self, text: &str, range: &Range<usize>, short: &[&Entry]) -> Option<Why> {
        if self.is_inside(text, range, Bearer::Place) {
            return Some(Why::InsideLongerName);
        }
        let own = |actor: RegisteredIx| short.iter().any(|entry| entry.actor == actor);
        let mut scratch = Scratch::default();
        let mut partner = |at: usize| {
            let name = self.longest(text, at, &mut scratch);
            let claims = name.map_or(Vec::new(), |name| self.claims(text, &name));
            claims.iter().any(|entry| self.is_partner(entry) && !own(entry.actor))
        };
        let joined = |end: usize| {
            self.last.is_some_and(|(last, _)| last == end)
                && self.partners.iter().any(|actor| !own(*actor))
        };
        let reading = place::reading(text, range, self.language, &mut partner, &joined);
        let spaceless = text
            .get(range.clone())
            .and_then(|name| name.chars().next_back())
            .is_some_and(|last| fold::kind(last) == TokenKind::Letter);
        match reading {
            PlaceReading::Place => Some(Why::Locative),
            // `德国柏林`: where in its state it is.
            PlaceReading::Acts if spaceless && self.is_within(range.start, own) => {
                Some(Why::Locative)
            }
            PlaceReading::Acts if spaceless && self.language.suffix_ahead(text, range.end) => {
                Some(Why::InsideLongerName)
            }
            PlaceReading::Acts if self.language.known || spaceless => None,
            _ => Some(Why::NoSign),
        }
    }

    /// Whether the name of such an actor stands right before a place in the text.
    fn is_within(&self, at: usize, such: impl Fn(RegisteredIx) -> bool) -> bool {
        self.last.is_some_and(|(last, _)| last == at)
            && self.partners.iter().any(|actor| such(*actor))
    }

    /// Whether what such a name stands for makes a pair with a metonym: it is one, or the name of a state.
    fn is_partner(&self, entry: &Entry) -> bool {
        entry.form == Form::Metonym || entry.form.is_strong() && self.registry.is_state(entry.actor)
    }

    /// Whether a title right before a place is one of an actor's on the document's date.
    fn is_titled(&self, text: &str, at: usize, actor: RegisteredIx) -> bool {
        let Some(date) = self.date else { return false };
        let Some(start) = self.language.before(List::Titles, text, at) else { return false };
        if self.language.before(List::Former, text, start).is_some() {
            return false;
        }
        let title = text
            .get(start..at)
            .unwrap_or_default()
            .trim_end_matches(['~', '.', ' ', '\n', '\u{a0}']);
        self.registry.has_title(actor, title, date)
    }

    /// Says whether some actor's name starts at a place.
    fn named(&self, text: &str) -> impl FnMut(usize) -> bool {
        let mut scratch = Scratch::default();
        move |at| {
            let name = self.longest(text, at, &mut scratch);
            name.is_some_and(|name| self.claims(text, &name).iter().any(|e| e.form != Form::Stop))
        }
    }

    /// The longer name that a found name is part of by what stands beside it, `last` being the one found before it;
    /// `None` when it stands for itself.
    pub fn longer(&self, text: &str, found: &Found, last: Option<&Found>) -> Option<Range<usize>> {
        let known = last.map(|last| (last.range.end, known(last.form, last.verdict.why())));
        let bearer = match found.form {
            Form::Weak | Form::Role => Bearer::Person,
            Form::Metonym => Bearer::Place,
            _ => Bearer::Any,
        };
        let mut named = self.named(text);
        let range = &found.range;
        let whole = company::longer(text, range, self.language, bearer, known, &mut named);
        (whole != *range).then_some(whole)
    }

    /// The longer name that a name is part of by what stands beside it, or its own range.
    fn whole(&self, text: &str, range: &Range<usize>, bearer: Bearer) -> Range<usize> {
        company::longer(text, range, self.language, bearer, self.last, &mut self.named(text))
    }

    /// Whether a name is part of a longer one by what stands beside it.
    fn is_inside(&self, text: &str, range: &Range<usize>, bearer: Bearer) -> bool {
        self.whole(text, range, bearer) != *range
    }

    /// Notes that somebody else bears a name, if the longer name that it is part of is clearly a person's: a title stands right
    /// before it (`Senator Chad Smith`), or it ends the longer name, which has a given name, a form of address or a title
    /// at its start or right before it (`Michael B. Jordan`). Says whether it is.
    fn bear(&mut self, text: &str, range: &Range<usize>) -> bool {
        let whole = self.whole(text, range, Bearer::Place);
        let is_after = |list: List, at: usize| self.language.before(list, text, at).is_some();
        let run = slice(text, whole.start.min(range.start)..range.start);
        let mut spaces = run.match_indices(' ').take(LONGEST_TITLE);
        let begins = |at: usize| is_after(List::Given, at) || is_after(List::Titles, at);
        let person = is_after(List::Titles, range.start)
            || whole.end == range.end
                && (begins(range.start)
                    || begins(whole.start)
                    || spaces.any(|(space, _)| begins(whole.start + space + 1)));
        let name = slice(text, range.clone());
        if person && !self.is_borne(name) {
            self.borne.insert(name.into());
        }
        person
    }

    /// Whether the longer name that ends with a short form may be another spelling of its actor's own: `Vladimir Zelensky` of
    /// Volodymyr Zelenskyy, by the initial.
    fn is_variant(&self, text: &str, range: &Range<usize>, short: &[&Entry]) -> bool {
        let whole = self.whole(text, range, Bearer::Person);
        let before = slice(text, whole.start.min(range.start)..range.start);
        let initial = |word: &str| word.chars().next();
        let own = |entry: &&Entry| initial(self.registry.name(entry.actor));
        let initials: Vec<Option<char>> = short.iter().map(own).collect();
        before.split_whitespace().any(|word| initials.contains(&initial(word)))
    }

    /// Whether somebody else bears a name in the text.
    fn is_borne(&self, name: &str) -> bool {
        self.borne.contains(name)
    }

    /// Whether the text shows that an actor is meant whose name somebody else bears in it.
    fn is_evident(&self, actor: RegisteredIx) -> bool {
        let standing = self.standing(actor);
        standing.about || standing.named || standing.shown
    }

    /// Whether a name stands in the middle of a longer one: `South China Sea`. One of capitals only stands before many a
    /// word (`Deputy US Trade Representative`).
    fn is_amid(&self, text: &str, range: &Range<usize>) -> bool {
        let (before, after) = (back(text, range.start), ahead(text, range.end));
        let beside = [before, after].map(|word| {
            let word = word.filter(|word| word.gap == Gap::Space)?;
            text.get(word.word).filter(|word| is_capital(word))
        });
        if beside.contains(&None) || !text.get(range.clone()).is_some_and(has_small_letters) {
            return false;
        }
        let whole = self.whole(text, range, Bearer::Any);
        whole.start < range.start && range.end < whole.end
    }

    /// Whether a name is part of a longer one by what stands after it.
    fn is_inside_after(&self, text: &str, range: &Range<usize>) -> bool {
        let mut named = self.named(text);
        let known = Some((range.start, Known::Name));
        company::longer(text, range, self.language, Bearer::Person, known, &mut named).end
            != range.end
    }

    /// Whether a title stands for whoever holds it: after an article. Titles that are declared with one
    /// (they start with a small letter), and those in scripts whose languages have none, need no other.
    fn is_after_article(&self, text: &str, at: usize, title: &str) -> bool {
        let first = title.chars().next();
        first.is_some_and(|c| {
            c.is_lowercase()
                || (c.is_alphabetic() && c >= '\u{370}' && !('\u{1e00}'..='\u{1eff}').contains(&c))
        }) || self.language.before(List::Articles, text, at).is_some()
    }

    /// Who holds a title on the document's date. On the day of a handover it is the successor.
    fn holders<'a>(&self, titles: impl Iterator<Item = &'a Entry>) -> Vec<RegisteredIx> {
        let Some(date) = self.date else { return Vec::new() };
        let mut holding: Vec<_> = titles.filter(|e| e.term.holds(date)).collect();
        if holding.iter().any(|e| e.term.from == Some(date)) {
            holding.retain(|e| e.term.to != Some(date) || e.term.from == Some(date));
        }
        actors(holding.into_iter())
    }
}

/// What a found name is to the one behind it.
fn known(form: Form, why: Option<Why>) -> Known {
    match (form, why) {
        (Form::Role, _) => Known::Role,
        (Form::Stop, _) | (_, Some(Why::InsideLongerName)) => Known::Other,
        _ => Known::Name,
    }
}

/// The actors of some entries, each once. Entries are in the order of their actors.
fn actors<'a>(entries: impl Iterator<Item = &'a Entry>) -> Vec<RegisteredIx> {
    let mut actors: Vec<RegisteredIx> = entries.map(|entry| entry.actor).collect();
    actors.dedup();
    actors
}

/// In how many of the first words of a longer name a given name or a title is looked for.
const LONGEST_TITLE: usize = 3;

/// How far back a URL is looked for.
const URL_REACH: usize = 512;

fn is_currency(c: char) -> bool {
    matches!(c, '$' | '\u{a2}'..='\u{a5}' | '\u{e3f}' | '\u{20a0}'..='\u{20cf}' | '\u{fdfc}' | '\u{ff04}')
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

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::tests::{subject, text};
    use super::super::{Declaration, Name};
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
            let mut linker = Linker::new(&registry, subject(), Policy::All);
            let mut every = Vec::new();
            let mut at = 0;
            while let Some(token) = fold::token(&text, at) {
                at = token.end;
                if let Some(matched) = linker.longest(&text, token.start, &mut Scratch::default()) {
                    at = matched.range.end;
                    linker.last = Some((at, Known::Name));
                    every.push(matched.range);
                }
            }
            linker.last = None;
            let mut found = Vec::new();
            linker.block(&text, &[], |_| Setting::Prose, &mut found);
            let found: Vec<_> = found.into_iter().map(|f| f.range).collect();
            prop_assert_eq!(found, every, "{:?} in {:?}", names, text);
        }
    }
}
