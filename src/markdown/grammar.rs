//! Reads code by syntect's grammars, as syntect reads it, in a fraction of the time for the few lines of a brief.
//!
//! Most of what syntect takes for a short block is making expressions ready: each rule of each state that is come through, hundreds,
//! of which a handful match. Here a rule is asked only if the line holds a piece of text that every match of it has. The
//! grammars, their expressions and the scopes are syntect's, and so is what comes out: a test reads files with both.

use std::rc::Rc;
use std::sync::{Arc, LazyLock, Mutex, MutexGuard, OnceLock, PoisonError};

use fancy_regex::{Expr, LookAround, RegexBuilder};
use rustc_hash::FxHashMap;
use serde_json::json;
use syntect::parsing::syntax_definition::{
    Context, ContextId, ContextReference, MatchOperation, MatchPattern, context_iter,
};
use syntect::parsing::{Regex, Region, ScopeStackOp, SyntaxReference, SyntaxSet};

/// So many states at most are one in the other; syntect enters no more either.
const DEEPEST: usize = 100;

/// Every grammar there is.
pub(super) static SYNTAXES: LazyLock<SyntaxSet> = LazyLock::new(two_face::syntax::extra_newlines);

/// The rules of states, and what they need, as far as somebody has asked.
static RULES: LazyLock<Mutex<Table>> = LazyLock::new(Mutex::default);

/// By where a state or a rule lies in [`SYNTAXES`].
#[derive(Default)]
struct Table {
    starts: FxHashMap<usize, Option<&'static Context>>,
    states: FxHashMap<usize, State>,
    rules: FxHashMap<usize, Arc<[Rule]>>,
    ascii: FxHashMap<usize, Arc<Ascii>>,
}

/// A state of a grammar: what may come, and what becomes of it.
#[derive(Clone)]
struct State {
    context: &'static Context,
    rules: Arc<[Rule]>,
    /// Rules that nearly all states of the grammar have.
    prototype: Option<Arc<[Rule]>>,
}

/// A rule: an expression, and what it does where it matches.
#[derive(Clone)]
struct Rule {
    pattern: &'static MatchPattern,
    ascii: Arc<Ascii>,
}

/// What is known of an expression on lines that are ASCII, as nearly all are.
struct Ascii {
    /// Of each of these lists of pieces of text, in lower case, every match has one.
    needs: Vec<Vec<String>>,
    /// The expression without the letters of the world, which take ten times as long to be made ready. As syntect has
    /// it, for what a state takes from the match that entered it.
    whole: Regex,
    /// The same, made when it is first asked for, to be asked for no more than is wanted; nothing if it cannot be made.
    regex: OnceLock<Option<fancy_regex::Regex>>,
}

impl Ascii {
    fn of(pattern: &MatchPattern) -> Ascii {
        let expression = pattern.regex.regex_str();
        // A group that is taken from an earlier match is not known here.
        let tree = Expr::parse_tree(expression).ok().filter(|_| !pattern.has_captures);
        Ascii {
            needs: tree.map(|tree| pieces(&tree.expr)).unwrap_or_default(),
            whole: Regex::new(ascii(expression)),
            regex: OnceLock::new(),
        }
    }

    fn regex(&self) -> Option<&fancy_regex::Regex> {
        let make = || {
            // A table of all states at once takes longer to make than what is looked for in a few lines.
            let mut builder = RegexBuilder::new(self.whole.regex_str());
            builder.oniguruma_mode(true).delegate_dfa_size_limit(0).build().ok()
        };
        self.regex.get_or_init(make).as_ref()
    }

    fn find(&self, line: &Pieces, text: &str, at: usize) -> Option<(usize, usize)> {
        let met = |list: &Vec<String>| list.iter().any(|piece| line.may_have(piece));
        // An expression that goes too far astray matches nothing, as in syntect.
        let find = || self.regex()?.find_from_pos(text, at).ok().flatten();
        self.needs.iter().all(met).then(find).flatten().map(|found| (found.start(), found.end()))
    }
}

/// An expression that matches in ASCII what another does: without the classes of letters, digits and spaces that reach
/// beyond.
fn ascii(expression: &str) -> String {
    // A class may stand in a class.
    const CLASSES: [(&str, &str); 8] = [
        ("\\w", "[A-Za-z0-9_]"),
        ("\\d", "[0-9]"),
        ("\\s", "[\\t\\n\\x0b\\x0c\\r\\x20]"),
        ("\\p{L}", "[A-Za-z]"),
        ("\\p{Lu}", "[A-Z]"),
        ("\\p{Ll}", "[a-z]"),
        ("\\p{N}", "[0-9]"),
        ("\\p{Nd}", "[0-9]"),
    ];
    let mut plain = String::with_capacity(expression.len());
    let mut rest = expression;
    while let Some(at) = rest.find('\\') {
        let (before, escape) = rest.split_at(at);
        plain.push_str(before);
        let class = CLASSES.iter().find_map(|(class, is)| Some((escape.strip_prefix(class)?, *is)));
        let (after, is) = class.unwrap_or_else(|| {
            let length = 1 + escape.chars().nth(1).map_or(0, char::len_utf8);
            let (is, after) = escape.split_at_checked(length).unwrap_or((escape, ""));
            (after, is)
        });
        plain.push_str(is);
        rest = after;
    }
    plain + rest
}

/// Pieces of ASCII text in lower case: of each of some lists, one is in all that an expression matches or looks at to
/// match.
fn pieces(expression: &Expr) -> Vec<Vec<String>> {
    match expression {
        Expr::Literal { val, .. } if val.is_ascii() => vec![vec![val.to_ascii_lowercase()]],
        Expr::Concat(parts) => {
            let mut all = Vec::new();
            let mut run = String::new();
            for part in parts {
                match part {
                    Expr::Literal { val, .. } if val.is_ascii() => {
                        run.push_str(&val.to_ascii_lowercase());
                    }
                    part => {
                        all.push(vec![std::mem::take(&mut run)]);
                        all.extend(pieces(part));
                    }
                }
            }
            all.push(vec![run]);
            all.retain(|list| list.iter().all(|piece| !piece.is_empty()));
            all
        }
        Expr::Alt(ways) => {
            // Of each way the list of which the fewest lines have one: the longer the shortest piece, the fewer.
            let worth = |list: &Vec<String>| {
                let shortest = list.iter().map(String::len).min();
                (shortest, std::cmp::Reverse(list.len()))
            };
            let best = ways.iter().map(|way| pieces(way).into_iter().max_by_key(worth));
            let one: Option<Vec<Vec<String>>> = best.collect();
            one.map(|lists| lists.into_iter().flatten().collect()).into_iter().collect()
        }
        Expr::Group(inner) | Expr::AtomicGroup(inner) => pieces(inner),
        Expr::LookAround(inner, LookAround::LookAhead | LookAround::LookBehind) => pieces(inner),
        Expr::Repeat { child, lo, .. } if *lo > 0 => pieces(child),
        _ => Vec::new(),
    }
}

/// Which bytes a line has, and which stand side by side, in lower case.
struct Pieces {
    single: [u64; 4],
    /// Of each byte the last five bits count, which tell letters apart.
    pairs: [u64; 16],
}

impl Pieces {
    /// `None` if the line is not ASCII: letters may then be equal in ways that are not known here.
    fn of(line: &str) -> Option<Pieces> {
        let mut pieces = Pieces { single: [0; 4], pairs: [0; 16] };
        let mut last = 0;
        for byte in line.bytes() {
            let byte = byte.to_ascii_lowercase();
            Pieces::set(&mut pieces.single, byte.into());
            Pieces::set(&mut pieces.pairs, Pieces::pair(last, byte));
            last = byte;
        }
        line.is_ascii().then_some(pieces)
    }

    fn may_have(&self, piece: &str) -> bool {
        let bytes = piece.as_bytes();
        bytes.iter().all(|byte| Pieces::has(&self.single, (*byte).into()))
            && bytes.windows(2).all(|pair| match pair {
                [a, b] => Pieces::has(&self.pairs, Pieces::pair(*a, *b)),
                _ => true,
            })
    }

    fn pair(a: u8, b: u8) -> usize {
        usize::from(a & 31) << 5 | usize::from(b & 31)
    }

    fn set(bits: &mut [u64], at: usize) {
        if let Some(bits) = bits.get_mut(at / 64) {
            *bits |= 1 << (at % 64);
        }
    }

    fn has(bits: &[u64], at: usize) -> bool {
        bits.get(at / 64).is_some_and(|bits| bits & (1 << (at % 64)) != 0)
    }
}

impl Table {
    fn state(&mut self, context: &'static Context) -> State {
        let address = std::ptr::from_ref(context).addr();
        if let Some(state) = self.states.get(&address) {
            return state.clone();
        }
        let prototype = context.prototype.as_ref().and_then(context_of);
        let prototype = prototype.map(|prototype| self.rules(prototype));
        let state = State { context, rules: self.rules(context), prototype };
        self.states.insert(address, state.clone());
        state
    }

    /// The rules of a state, those that it takes from others in their places.
    fn rules(&mut self, context: &'static Context) -> Arc<[Rule]> {
        let address = std::ptr::from_ref(context).addr();
        if let Some(rules) = self.rules.get(&address) {
            return rules.clone();
        }
        let patterns = context_iter(&SYNTAXES, context);
        let patterns = patterns.filter_map(|(owner, index)| owner.match_at(index).ok());
        let rules: Arc<[Rule]> = patterns
            .map(|pattern| {
                let ascii = self.ascii.entry(std::ptr::from_ref(pattern).addr());
                let ascii = ascii.or_insert_with(|| Arc::new(Ascii::of(pattern))).clone();
                Rule { pattern, ascii }
            })
            .collect();
        self.rules.insert(address, rules.clone());
        rules
    }
}

fn table() -> MutexGuard<'static, Table> {
    // What is in it is whole, whatever becomes of those who ask.
    RULES.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The state behind a number. Syntect follows references only, and these are made from what was stored.
fn context_of(id: &ContextId) -> Option<&'static Context> {
    let reference = json!({ "Direct": serde_json::to_value(id).ok()? });
    let reference: ContextReference = serde_json::from_value(reference).ok()?;
    reference.resolve(&SYNTAXES).ok()
}

/// The state in which a grammar begins: the one that expects nothing but the first of the others.
fn start(syntax: &SyntaxReference) -> Option<&'static Context> {
    let number = SYNTAXES.syntaxes().iter().position(|other| std::ptr::eq(other, syntax))?;
    let contexts = (0..).map_while(|context| {
        let id: ContextId = serde_json::from_value(json!([number, context])).ok()?;
        context_of(&id)
    });
    contexts.into_iter().find(|context| {
        let mut rules = context_iter(&SYNTAXES, context);
        let first = rules.next().and_then(|(owner, index)| owner.match_at(index).ok());
        context.meta_content_scope == [syntax.scope]
            && rules.next().is_none()
            && first.is_some_and(|rule| {
                let pushes = matches!(rule.operation, MatchOperation::Push(_));
                pushes && rule.regex.regex_str().is_empty()
            })
    })
}

/// What is in a state until it is left.
struct Level {
    state: State,
    /// Rules that come before those of all states inside of this one.
    prototypes: Vec<State>,
    entered: Option<Entered>,
}

/// The place in a grammar that reading has come to.
pub(super) struct Reader {
    levels: Vec<Level>,
    /// The scope of the whole block, until the first line is read.
    whole: Option<ScopeStackOp>,
    /// How many levels there were where a rule of a prototype matched: those below have no say.
    prototypes_from: Vec<usize>,
}

/// What the expressions of a state take from the match that entered it: its groups, and the line they are in.
type Entered = (Rc<Region>, Rc<str>);

/// Where a rule was found, when it was looked for from a place on.
#[derive(Clone, Copy)]
struct Place {
    from: usize,
    start: usize,
    end: usize,
}

/// A rule that matches.
struct Match {
    rule: Rule,
    place: Place,
    /// What its expression takes from an earlier match.
    entered: Option<Entered>,
    by_prototype: bool,
    /// Whether it would leave a state that was entered here, and so forth without end.
    in_circles: bool,
}

/// A line, and where its rules were found.
struct Line<'l> {
    text: &'l str,
    pieces: Option<Pieces>,
    /// By the rule; `None` when it is nowhere in the rest.
    found: FxHashMap<usize, Option<Place>>,
}

impl Reader {
    /// At the beginning of a block of code.
    pub(super) fn new(syntax: &SyntaxReference) -> Option<Reader> {
        let mut table = table();
        let address = std::ptr::from_ref(syntax).addr();
        let context = *table.starts.entry(address).or_insert_with(|| start(syntax));
        let context = context?;
        let whole = context.meta_content_scope.first().copied().map(ScopeStackOp::Push);
        let level = Level { state: table.state(context), prototypes: Vec::new(), entered: None };
        Some(Reader { levels: vec![level], whole, prototypes_from: Vec::new() })
    }

    /// Reads a line, with its end, and says what happens to the scopes where. `None` if the grammar is broken.
    pub(super) fn line(&mut self, text: &str) -> Option<Vec<(usize, ScopeStackOp)>> {
        let mut changes: Vec<_> = self.whole.take().map(|whole| (0, whole)).into_iter().collect();
        let mut line = Line { text, pieces: Pieces::of(text), found: FxHashMap::default() };
        let mut at = 0;
        // Where a state was entered without a letter, and how many there were then.
        let mut entered = (0, 0);
        loop {
            let depth = self.levels.len();
            while self.prototypes_from.last().is_some_and(|from| *from >= depth) {
                self.prototypes_from.pop();
            }
            let Some(found) = self.first(&mut line, at, entered == (at, depth))? else { break };
            if found.in_circles {
                let Some(next) = text.get(at..)?.char_indices().nth(1) else { break };
                at += next.0;
                continue;
            }
            let end = found.place.end;
            if end == at && matches!(found.rule.pattern.operation, MatchOperation::Push(_)) {
                entered = (end, depth + 1);
            }
            at = end;
            if found.by_prototype {
                self.prototypes_from.push(depth);
            }
            self.apply(&line, &found, &mut changes)?;
        }
        Some(changes)
    }

    /// The rule that matches first from a place on; of those that match at the same place the one that comes first.
    /// `closed` when a state must not be left without a letter.
    fn first(&self, line: &mut Line, at: usize, closed: bool) -> Option<Option<Match>> {
        let top = self.levels.last()?;
        let from = self.prototypes_from.last().copied().unwrap_or_default();
        let above = self.levels.get(from..)?.iter().flat_map(|level| {
            level.prototypes.iter().map(|state| (true, &state.rules, level.entered.as_ref()))
        });
        let prototype = top.state.prototype.iter().map(|rules| (false, rules, None));
        let own = std::iter::once((false, &top.state.rules, top.entered.as_ref()));
        let mut best: Option<(usize, Match)> = None;
        for (by_prototype, rules, entered) in above.chain(prototype).chain(own) {
            for rule in rules.iter() {
                let entered = entered.filter(|_| rule.pattern.has_captures);
                let Some(place) = line.find(rule, at, entered, self.levels.len()) else {
                    continue;
                };
                let Place { start, end, .. } = place;
                let better = best.as_ref().is_none_or(|(first, known)| {
                    start < *first || (start == *first && known.in_circles)
                });
                if !better {
                    continue;
                }
                let operation = &rule.pattern.operation;
                if matches!(operation, MatchOperation::Push(_)) && self.levels.len() >= DEEPEST {
                    return Some(None);
                }
                let in_circles = closed && end <= at && matches!(operation, MatchOperation::Pop);
                let (rule, entered) = (rule.clone(), entered.cloned());
                let found = Match { rule, place, entered, by_prototype, in_circles };
                if start == at && !in_circles {
                    return Some(Some(found));
                }
                best = Some((start, found));
            }
        }
        Some(best.map(|(_, found)| found))
    }

    /// Notes what a match does to the scopes, and goes where it leads.
    fn apply(
        &mut self,
        line: &Line,
        found: &Match,
        changes: &mut Vec<(usize, ScopeStackOp)>,
    ) -> Option<()> {
        let MatchPattern { scope, captures, operation, with_prototype, .. } = found.rule.pattern;
        let Place { start, end, .. } = found.place;
        let left = self.levels.last()?.state.context;
        let entered = match operation {
            MatchOperation::Push(references) | MatchOperation::Set(references) => {
                let contexts = references.iter().map(|to| to.resolve(&SYNTAXES).ok());
                contexts.collect::<Option<Vec<&'static Context>>>()?
            }
            MatchOperation::Pop | MatchOperation::None => Vec::new(),
        };
        before(operation, left, &entered, |change| changes.push((start, change)));
        changes.extend(scope.iter().map(|scope| (start, ScopeStackOp::Push(*scope))));
        let mut groups: Vec<((usize, i64), ScopeStackOp)> = Vec::new();
        let wanted: Vec<usize> = captures.iter().flatten().map(|(group, _)| *group).collect();
        let places = if wanted.is_empty() { Vec::new() } else { line.groups(found, &wanted)? };
        for ((_, scopes), place) in captures.iter().flatten().zip(places) {
            let Some((start, end)) = place.filter(|(start, end)| start != end) else { continue };
            // Of groups that begin together the longest is outside; what ends goes before what begins.
            let length = (end - start) as i64;
            groups.extend(scopes.iter().map(|s| ((start, -length), ScopeStackOp::Push(*s))));
            groups.push(((end, i64::MIN), ScopeStackOp::Pop(scopes.len())));
        }
        groups.sort_by_key(|(place, _)| *place);
        changes.extend(groups.into_iter().map(|((at, _), change)| (at, change)));
        if !scope.is_empty() {
            changes.push((end, ScopeStackOp::Pop(scope.len())));
        }
        after(operation, left, &entered, |change| changes.push((end, change)));
        let mut prototypes = Vec::new();
        match operation {
            MatchOperation::None => return Some(()),
            MatchOperation::Push(_) => {}
            MatchOperation::Pop => {
                self.levels.pop();
            }
            // What a state brought with it stays until its place is left.
            MatchOperation::Set(_) => prototypes = self.levels.pop()?.prototypes,
        }
        let last = entered.len().saturating_sub(1);
        for (index, context) in entered.into_iter().enumerate() {
            let mut prototypes = std::mem::take(&mut prototypes);
            if let Some(more) = with_prototype.as_ref().filter(|_| index == last) {
                prototypes.push(table().state(more.resolve(&SYNTAXES).ok()?));
            }
            let takes = context.uses_backrefs
                || prototypes.iter().any(|prototype| prototype.context.uses_backrefs);
            let entered = match takes {
                true => Some((Rc::new(line.region(found)?), line.text.into())),
                false => None,
            };
            self.levels.push(Level { state: table().state(context), prototypes, entered });
        }
        Some(())
    }
}

/// What the change from one state to others does to the scopes before the text that matches.
fn before(
    operation: &MatchOperation,
    left: &Context,
    entered: &[&Context],
    mut change: impl FnMut(ScopeStackOp),
) {
    match operation {
        MatchOperation::None => {}
        MatchOperation::Pop => pop(left.meta_content_scope.len(), change),
        MatchOperation::Push(_) => {
            for context in entered {
                context.clear_scopes.map(ScopeStackOp::Clear).into_iter().for_each(&mut change);
                context.meta_scope.iter().map(|s| ScopeStackOp::Push(*s)).for_each(&mut change);
            }
        }
        MatchOperation::Set(_) => {
            if left.clear_scopes.is_some() {
                change(ScopeStackOp::Restore);
            }
            let scopes = entered.iter().flat_map(|context| &context.meta_scope);
            scopes.map(|scope| ScopeStackOp::Push(*scope)).for_each(change);
        }
    }
}

/// The same after that text, which has the scopes of both.
fn after(
    operation: &MatchOperation,
    left: &Context,
    entered: &[&Context],
    mut change: impl FnMut(ScopeStackOp),
) {
    let is_set = match operation {
        MatchOperation::None => return,
        MatchOperation::Pop => {
            pop(left.meta_scope.len(), &mut change);
            if left.clear_scopes.is_some() {
                change(ScopeStackOp::Restore);
            }
            return;
        }
        MatchOperation::Push(_) => false,
        MatchOperation::Set(_) => true,
    };
    let of_left = if is_set { left.meta_scope.len() + left.meta_content_scope.len() } else { 0 };
    let again = of_left > 0
        || entered.iter().any(|context| {
            !context.meta_content_scope.is_empty() || (is_set && context.clear_scopes.is_some())
        });
    if !again {
        return;
    }
    let on_top: usize = entered.iter().map(|context| context.meta_scope.len()).sum();
    pop(on_top + of_left, &mut change);
    for context in entered {
        context
            .clear_scopes
            .filter(|_| is_set)
            .map(ScopeStackOp::Clear)
            .into_iter()
            .for_each(&mut change);
        let scopes = context.meta_scope.iter().chain(&context.meta_content_scope);
        scopes.map(|scope| ScopeStackOp::Push(*scope)).for_each(&mut change);
    }
}

fn pop(scopes: usize, mut change: impl FnMut(ScopeStackOp)) {
    if scopes > 0 {
        change(ScopeStackOp::Pop(scopes));
    }
}

impl Line<'_> {
    /// Where a rule matches from a place on. `depth` is how many states there are.
    fn find(
        &mut self,
        rule: &Rule,
        at: usize,
        entered: Option<&Entered>,
        depth: usize,
    ) -> Option<Place> {
        let pattern = rule.pattern;
        let key = std::ptr::from_ref(pattern).addr();
        match self.found.get(&key) {
            Some(None) => return None,
            Some(Some(place)) if place.start >= at => return Some(*place),
            _ => {}
        }
        let place = match (entered, &self.pieces) {
            (None, Some(pieces)) => rule.ascii.find(pieces, self.text, at),
            _ => self.search(rule, at, entered).and_then(|region| region.pos(0)),
        };
        // A rule that would change nothing is passed over, and may do something further on.
        let idle = place.is_some_and(|(start, end)| match pattern.operation {
            MatchOperation::None => start == end,
            MatchOperation::Push(_) => depth >= DEEPEST,
            MatchOperation::Set(_) | MatchOperation::Pop => false,
        });
        let place = place.filter(|_| !idle).map(|(start, end)| Place { from: at, start, end });
        if entered.is_none() && !idle {
            self.found.insert(key, place);
        }
        place
    }

    /// The same with all groups, as syntect has them.
    fn search(&self, rule: &Rule, at: usize, entered: Option<&Entered>) -> Option<Region> {
        let with_groups = entered.map(|(groups, line)| rule.pattern.regex_with_refs(groups, line));
        let plain = if self.pieces.is_some() { &rule.ascii.whole } else { &rule.pattern.regex };
        let mut region = Region::new();
        let regex = with_groups.as_ref().unwrap_or(plain);
        regex.search(self.text, at, self.text.len(), Some(&mut region)).then_some(region)
    }

    /// All groups of a match, as syntect has them.
    fn region(&self, found: &Match) -> Option<Region> {
        self.search(&found.rule, found.place.from, found.entered.as_ref())
    }

    /// Where some groups of a match are.
    fn groups(&self, found: &Match, groups: &[usize]) -> Option<Vec<Option<(usize, usize)>>> {
        if found.entered.is_some() || self.pieces.is_none() {
            let region = self.region(found)?;
            return Some(groups.iter().map(|group| region.pos(*group)).collect());
        }
        let regex = found.rule.ascii.regex()?;
        let captures = regex.captures_from_pos(self.text, found.place.from).ok()??;
        let place = |group: &usize| captures.get(*group).map(|found| (found.start(), found.end()));
        Some(groups.iter().map(place).collect())
    }
}

#[cfg(test)]
#[allow(clippy::disallowed_methods, reason = "a test reads its files")]
mod tests {
    use std::collections::HashSet;
    use std::path::Path;

    use syntect::parsing::ParseState;
    use syntect::util::LinesWithEndings;

    use super::*;

    /// Code in many languages, each in a file that is named after it.
    fn samples() -> Vec<(String, String)> {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/code");
        let mut samples: Vec<_> = std::fs::read_dir(folder)
            .unwrap()
            .map(|entry| {
                let entry = entry.unwrap();
                let name = entry.file_name().into_string().unwrap();
                (name, std::fs::read_to_string(entry.path()).unwrap())
            })
            .collect();
        samples.sort();
        samples
    }

    /// Reads code as syntect does, and says where that is different here.
    fn compare(syntax: &SyntaxReference, code: &str) -> Result<(), String> {
        let (mut theirs, mut ours) = (ParseState::new(syntax), Reader::new(syntax).unwrap());
        for line in LinesWithEndings::from(code) {
            let (theirs, ours) = (theirs.parse_line(line, &SYNTAXES).ok(), ours.line(line));
            if theirs != ours {
                return Err(format!("{}: {line}\n{theirs:?}\n{ours:?}", syntax.name));
            }
            if theirs.is_none() {
                return Ok(());
            }
        }
        Ok(())
    }

    #[test]
    fn code_is_read_as_syntect_reads_it() {
        let samples = samples();
        for (name, code) in &samples {
            let (language, _) = name.split_once('.').unwrap();
            let syntax = SYNTAXES.find_syntax_by_token(language).unwrap();
            assert_eq!(compare(syntax, code), Ok(()), "{name}");
        }
        // Code in another language leads a grammar to where its own does not.
        for (number, syntax) in SYNTAXES.syntaxes().iter().enumerate().step_by(4) {
            for (name, code) in samples.iter().skip(number % 8).step_by(8) {
                assert_eq!(compare(syntax, code), Ok(()), "{name}");
            }
        }
    }

    #[test]
    fn every_grammar_has_a_beginning() {
        for syntax in SYNTAXES.syntaxes() {
            assert!(start(syntax).is_some(), "{}", syntax.name);
        }
    }

    #[test]
    fn every_expression_can_be_made_ready_without_the_letters_of_the_world() {
        let mut seen = HashSet::new();
        for number in 0..SYNTAXES.syntaxes().len() {
            let ids =
                (0..).map(|context| serde_json::from_value(json!([number, context])).unwrap());
            for context in ids.map_while(|id| context_of(&id)) {
                let patterns = context_iter(&SYNTAXES, context);
                for pattern in patterns.filter_map(|(owner, at)| owner.match_at(at).ok()) {
                    let (whole, plain) =
                        (pattern.regex.regex_str(), ascii(pattern.regex.regex_str()));
                    if plain != whole && seen.insert(plain.clone()) {
                        let broken = Regex::try_compile(&plain).is_some();
                        assert!(!broken || Regex::try_compile(whole).is_some(), "{whole}: {plain}");
                    }
                }
            }
        }
        assert!(seen.len() > 1000);
    }

    #[test]
    fn what_a_rule_needs_is_in_all_that_it_matches() {
        let needs = |regex: &str| pieces(&Expr::parse_tree(regex).unwrap().expr);
        assert_eq!(needs(r"\b(?:def|class)\b"), [["def", "class"]]);
        assert_eq!(needs(r"(?i)\bSELECT\b"), [["select"]]);
        assert_eq!(needs(r"(?=\s*->)x*"), [["->"]]);
        assert_eq!(needs(r"(b)(')\s+fn(?=\()"), [["b"], ["'"], ["fn"], ["("]]);
        assert_eq!(needs(r"a{2,}(bcd|x?ef+gh)"), [vec!["a"], vec!["bcd", "gh"]]);
        for unknown in [r"(?<!a)(?!b)[cd]*", r"(?:ab|c?)d*", "é|x"] {
            assert!(needs(unknown).is_empty(), "{unknown}");
        }
        let line = Pieces::of("let Some(x) = y;\n").unwrap();
        assert!(["let", "some", "= y", "\n"].iter().all(|piece| line.may_have(piece)));
        assert!(["tel", "==", "z"].iter().all(|piece| !line.may_have(piece)));
        assert!(Pieces::of("é").is_none());
    }
}
