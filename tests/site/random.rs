//! Random sites and edits, each told by a seed; and of one that breaks a rule, the smallest part that still does.

#![allow(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test may stop where it fails"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::ops::Range;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::{Duration, Instant};

/// Random choices: the same seed makes the same ones (SplitMix64).
pub struct Dice(u64);

impl Dice {
    pub fn new(seed: u64) -> Self {
        Dice(seed)
    }

    /// A number below `n`.
    pub fn below(&mut self, n: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        ((z ^ (z >> 31)) % n.max(1) as u64) as usize
    }

    pub fn chance(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }

    pub fn pick<'t, T>(&mut self, of: &'t [T]) -> &'t T {
        &of[self.below(of.len())]
    }

    /// Some of a list, in its order.
    pub fn some<'t, T>(&mut self, of: &'t [T], percent: usize) -> Vec<&'t T> {
        of.iter().filter(|_| self.chance(percent)).collect()
    }
}

/// The files of a site, by name.
pub type Files = BTreeMap<String, String>;

/// Files that change in one go: the new text, or `None` for one that goes.
pub type Edit = Vec<(String, Option<String>)>;

/// A site, and what is done to it, edit by edit.
#[derive(Clone)]
pub struct Case {
    pub files: Files,
    pub edits: Vec<Edit>,
}

impl Case {
    /// A random site, to which nothing is done.
    pub fn of_site(dice: &mut Dice) -> Self {
        Case { files: site(dice), edits: Vec::new() }
    }
}

fn apply(files: &mut Files, edit: &Edit) {
    for (name, text) in edit {
        match text {
            Some(text) => files.insert(name.clone(), text.clone()),
            None => files.remove(name),
        };
    }
}

/// How long the smallest case is looked for.
const SHRINKING: Duration = Duration::from_secs(60);

/// Holds a rule on random cases. `CHANCERY_CASES` is how many times as many there are, `CHANCERY_SEED` the one seed to
/// try. Panics with the seed and the smallest case that breaks the rule in the same way.
pub fn hold(
    cases: u64,
    make: impl Fn(&mut Dice) -> Case,
    rule: impl Fn(&Case) -> Result<(), String>,
) {
    let number = |name: &str| -> Option<u64> {
        #[allow(clippy::disallowed_methods, reason = "a test is told by its environment")]
        let value = std::env::var(name).ok()?;
        Some(value.parse().unwrap_or_else(|_| panic!("{name} is no number: {value}")))
    };
    let seeds = match number("CHANCERY_SEED") {
        Some(seed) => seed..=seed,
        None => 1..=cases * number("CHANCERY_CASES").unwrap_or(1),
    };
    let broken = |case: &Case| -> Option<String> {
        match catch_unwind(AssertUnwindSafe(|| rule(case))) {
            Ok(result) => result.err(),
            Err(panic) => Some(match panic.downcast_ref::<String>() {
                Some(message) => message.clone(),
                None => (*panic.downcast_ref::<&str>().unwrap_or(&"a panic")).to_owned(),
            }),
        }
    };
    for seed in seeds {
        let case = make(&mut Dice::new(seed));
        let Some(first) = broken(&case) else { continue };
        // What breaks otherwise is another fault: the first line says which.
        let kind = |message: &str| message.lines().next().unwrap_or_default().to_owned();
        let smallest = shrink(case, |case| broken(case).is_some_and(|m| kind(&m) == kind(&first)));
        let message = broken(&smallest).unwrap_or(first);
        panic!("{message}\n\nwith CHANCERY_SEED={seed}, made smaller:\n{}", show(&smallest));
    }
}

/// Takes away edits, files, and lines for as long as what is left still breaks the rule: many at a time, then fewer.
fn shrink(mut case: Case, breaks: impl Fn(&Case) -> bool) -> Case {
    let started = Instant::now();
    let attempt = |case: &mut Case, changed: Case| {
        let found = started.elapsed() < SHRINKING && breaks(&changed);
        if found {
            *case = changed;
        }
        found
    };
    let mut smaller = true;
    while smaller && started.elapsed() < SHRINKING {
        smaller = false;
        for at in (0..case.edits.len()).rev() {
            let mut changed = case.clone();
            changed.edits.remove(at);
            smaller |= attempt(&mut case, changed);
        }
        smaller |= without_parts(case.files.len(), |range| {
            let mut changed = case.clone();
            let mut at = 0..;
            changed.files.retain(|_, _| at.next().is_none_or(|at| !range.contains(&at)));
            attempt(&mut case, changed)
        });
        for name in case.files.keys().cloned().collect::<Vec<_>>() {
            smaller |= without_parts(case.files[&name].lines().count(), |range| {
                let mut changed = case.clone();
                let lines = case.files[&name].lines().enumerate();
                let left = lines.filter(|(at, _)| !range.contains(at)).map(|(_, line)| line);
                let left = left.collect::<Vec<_>>().join("\n") + "\n";
                changed.files.insert(name.clone(), left);
                attempt(&mut case, changed)
            });
        }
    }
    case
}

/// Tries to take parts of a list of `len` items away, from the greatest to the smallest; whether any could be.
fn without_parts(mut len: usize, mut attempt: impl FnMut(Range<usize>) -> bool) -> bool {
    let mut smaller = false;
    let mut part = len.div_ceil(2);
    while part > 0 {
        let mut at = 0;
        while at < len {
            let end = (at + part).min(len);
            if attempt(at..end) {
                smaller = true;
                len -= end - at;
            } else {
                at = end;
            }
        }
        part /= 2;
    }
    smaller
}

fn show(case: &Case) -> String {
    let mut out = String::new();
    for (name, text) in &case.files {
        let _ = writeln!(out, "──── {name}\n{text}");
    }
    for (number, edit) in case.edits.iter().enumerate() {
        for (name, text) in edit {
            let text = text.as_deref().unwrap_or("(goes)");
            let _ = writeln!(out, "──── edit {number}: {name}\n{text}");
        }
    }
    out
}

/// An actor as its file may say: id, name, kind, other names, and lines of its own.
struct Who {
    id: &'static str,
    name: &'static str,
    kind: &'static str,
    aliases: &'static [&'static str],
    more: &'static [(&'static str, &'static str)],
}

const ACTORS: [Who; 10] = [
    Who {
        id: "us",
        name: "United States",
        kind: "state",
        aliases: &["US", "America", "Америка"],
        more: &[("metonyms", "[\"Washington\"]"), ("stop", "[\"US Open\"]")],
    },
    Who {
        id: "ru",
        name: "Russia",
        kind: "state",
        aliases: &["Russian Federation", "Россия"],
        more: &[("metonyms", "[\"Moscow\"]"), ("demonyms", "[\"Russian\", \"Russians\"]")],
    },
    Who {
        id: "tr",
        name: "Türkiye",
        kind: "state",
        aliases: &["Turkey", "Турция"],
        more: &[("iso3166", "\"TR\""), ("wikidata", "\"Q43\"")],
    },
    Who { id: "cn", name: "China", kind: "state", aliases: &["中国", "PRC"], more: &[] },
    Who {
        id: "sa",
        name: "Saudi Arabia",
        kind: "state",
        aliases: &["السعودية"],
        more: &[("website", "\"https://sa.example/\"")],
    },
    Who {
        id: "gr", name: "Greece", kind: "state", aliases: &["Ελλάδα", "Έλλάς"], more: &[]
    },
    Who {
        id: "bodies/unsc",
        name: "UN Security Council",
        kind: "body",
        aliases: &["Security Council"],
        more: &[("abbreviation", "\"UNSC\"")],
    },
    Who {
        id: "alliance",
        name: "NATO",
        kind: "organisation",
        aliases: &["North Atlantic Alliance"],
        more: &[],
    },
    Who {
        id: "people/lavrov",
        name: "Sergey Lavrov",
        kind: "person",
        aliases: &["Сергей Лавров"],
        more: &[("weak", "[\"Lavrov\"]")],
    },
    Who { id: "crew", name: "Night & Day \\\"Crew\\\"", kind: "network", aliases: &[], more: &[] },
];

const TOPICS: [(&str, &str, &[&str]); 5] = [
    ("talks", "Talks", &["negotiations"]),
    ("embassies", "Embassies", &[]),
    ("trade", "Trade & tariffs", &["commerce"]),
    ("trade/oil", "Нефть <oil>", &[]),
    ("grain", "Grain", &[]),
];

const STORYLINES: [(&str, &str); 3] =
    [("thaw", "The thaw"), ("the-deal", "The “deal”"), ("winter", "Χειμώνας")];

const PAGES: [(&str, &str); 3] =
    [("about", "About us"), ("how/we-work", "How we work"), ("imprint", "Imprint")];

/// Words that titles are made of, besides a number that tells them apart.
const TITLES: [&str; 8] = [
    "Talks in Istanbul",
    "A “new” order",
    "Kornsperre & Zölle",
    "Переговоры",
    "中国与土耳其",
    "US <envoy> returns",
    "It's over",
    "A very long title of a brief that says all that its text says, and then some more of it",
];

/// A document that others may refer to.
struct Other {
    folder: &'static str,
    id: String,
    name: String,
    /// What holds it back: a key of its front matter, and its value. It cannot be linked by its name then.
    held: Option<(&'static str, &'static str)>,
}

/// What there is on a site, known before a word of it is written.
struct Site<'d> {
    dice: &'d mut Dice,
    others: Vec<Other>,
    actors: Vec<&'static Who>,
    topics: Vec<&'static (&'static str, &'static str, &'static [&'static str])>,
    storylines: Vec<&'static (&'static str, &'static str)>,
    /// The ids of briefs and their days, oldest first.
    briefs: Vec<(String, String)>,
    /// Whether it has the built-in registry. Its own actors extend those of the same name then.
    registered: bool,
}

/// The actors of the built-in registry that actors are, by their ids.
const EXTENDED: [(&str, &str); 8] = [
    ("us", "states/us"),
    ("ru", "states/ru"),
    ("tr", "states/tr"),
    ("cn", "states/cn"),
    ("sa", "states/sa"),
    ("gr", "states/gr"),
    ("bodies/unsc", "bodies/unsc"),
    ("alliance", "bodies/nato"),
];

/// A random site without errors, of all kinds of documents and all that stands in them.
pub fn site(dice: &mut Dice) -> Files {
    let actors = dice.some(&ACTORS, 70);
    let topics: Vec<_> = dice.some(&TOPICS, 70);
    let storylines = dice.some(&STORYLINES, 50);
    let pages = dice.some(&PAGES, 50);
    let mut others = Vec::new();
    let mut other = |dice: &mut Dice, folder: &'static str, id: &str, name: &str| {
        let held = match dice.below(100) {
            0..8 => Some(("draft", "true")),
            8..16 if folder == "briefs" => Some(("embargo", "2030-01-01")),
            16..24 if folder == "briefs" => Some(("expires", "2024-01-01T00:00:00Z")),
            _ => None,
        };
        others.push(Other { folder, id: id.to_owned(), name: name.to_owned(), held });
    };
    actors.iter().for_each(|who| other(dice, "actors", who.id, who.name));
    topics.iter().for_each(|(id, name, _)| other(dice, "topics", id, name));
    storylines.iter().for_each(|(id, name)| other(dice, "storylines", id, name));
    pages.iter().for_each(|(id, name)| other(dice, "pages", id, name));
    let mut briefs = Vec::new();
    for number in 0..2 + dice.below(10) {
        // Several on a day, and days over several years.
        let day = number / (1 + dice.below(2));
        let day = format!("20{}-{:02}-{:02}", 19 + day / 4, 1 + day % 3 * 4, 3 + day * 2);
        let folder = dice.pick(&["", "", "deep/er/"]);
        let id = match dice.below(3) {
            0 => format!("{folder}brief-{number}"),
            _ => format!("{folder}{day}-brief-{number}"),
        };
        let title = format!("{} {number}", dice.pick(&TITLES));
        other(dice, "briefs", &id, &title);
        briefs.push((id, day));
    }
    briefs.sort_by(|(_, a), (_, b)| a.cmp(b));
    // Without a throw, so that a site of a seed is else what it was.
    let registered = dice.0.is_multiple_of(3);
    let mut site = Site { dice, others, actors, topics, storylines, briefs, registered };
    let mut files = Files::new();
    files.insert("site.toml".to_owned(), site.configuration());
    files.insert("static/img/map.svg".to_owned(), SVG.to_owned());
    for number in 0..site.others.len() {
        site.document(number, &mut files);
    }
    if site.dice.chance(25) {
        let strings = "latest = \"What is <new>\"\nkind_report = \"Notice\"\n";
        files.insert("templates/strings/en.toml".to_owned(), strings.to_owned());
    }
    if site.dice.chance(25) {
        let page =
            "{% extends \"base.html\" %}{% block main %}<p>Own: {{ page.title }}</p>{% endblock %}";
        files.insert("templates/404.html".to_owned(), page.to_owned());
    }
    files
}

const SVG: &str = "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"4\" height=\"3\"/>\n";

impl Site<'_> {
    fn configuration(&mut self) -> String {
        let dice = &mut *self.dice;
        let base = dice.pick(&["https://r.example/", "https://r.example/deep/path/"]);
        let mut out = format!("title = \"Random & <site>\"\nbase_url = \"{base}\"\n");
        for line in [
            "timezone = \"Europe/Istanbul\"",
            "timezone = \"America/New_York\"",
            "publisher = \"The Desk\"",
            "description = \"What it's \\\"about\\\"\"",
        ] {
            if dice.chance(40) && !(line.starts_with("timezone") && out.contains("timezone")) {
                let _ = writeln!(out, "{line}");
            }
        }
        if self.registered {
            out += "registry = [\"states\", \"bodies\"]\n";
        }
        if dice.chance(20) {
            out += "menu = [{ label = \"Home\", path = \"/\" }, { label = \"Old\", path = \"/archive/\" }]\n";
        }
        let mut tables: BTreeMap<&str, BTreeSet<String>> = BTreeMap::new();
        let mut set = |table, line: String| tables.entry(table).or_default().insert(line);
        set("kinds.network", "name = \"Network\"\nplural = \"Networks & <rings>\"".to_owned());
        set("relations.backs", "name = \"backs\"\ninverse = \"backed by\"".to_owned());
        set("pagination", format!("size = {}", dice.pick(&[1, 2, 3, 20])));
        set("pairs", format!("min = {}", dice.pick(&[1, 2])));
        set("mentions", format!("link = \"{}\"", dice.pick(&["first", "section", "all", "none"])));
        let raw = dice.pick(&["sanitise", "escape", "trust"]);
        set("markdown", format!("raw_html = \"{raw}\""));
        for (table, key) in [
            ("markdown", "smart_punctuation"),
            ("markdown", "math"),
            ("feeds", "full"),
            ("structured_data", "enabled"),
            ("search", "enabled"),
        ] {
            if dice.chance(40) {
                set(table, format!("{key} = {}", dice.chance(50)));
            }
        }
        set("feeds", format!("size = {}", dice.pick(&[1, 3, 20])));
        if dice.chance(20) {
            set("extra", "note = \"a & b\"".to_owned());
        }
        if dice.chance(30) {
            set("home", format!("picture = \"{}\"", dice.pick(&["none", "network", "map"])));
        }
        let newest = self.briefs.last().filter(|_| dice.chance(20));
        if let Some((id, _)) = newest {
            set("home", format!("lead = \"{id}\""));
        }
        for (table, lines) in tables {
            let _ = writeln!(out, "[{table}]");
            lines.iter().for_each(|line| out += &format!("{line}\n"));
        }
        out
    }

    /// Writes a document, by its number among all.
    fn document(&mut self, number: usize, files: &mut Files) {
        let Other { folder, id, name, held } = &self.others[number];
        let (folder, id, name, held) = (*folder, id.clone(), name.clone(), *held);
        let yaml = self.dice.chance(25);
        let mut front: Vec<(String, String)> = Vec::new();
        let mut set = |key: &str, value: String| front.push((key.to_owned(), value));
        let quoted = |text: &str| format!("\"{text}\"");
        let title = if matches!(folder, "actors" | "topics") { "name" } else { "title" };
        set(title, quoted(&name));
        if self.dice.chance(50) {
            set("summary", quoted("In a <word>, US & Türkiye “met”."));
        }
        if let Some((key, value)) = held {
            set(key, value.to_owned());
        }
        if self.dice.chance(15) {
            set("redirects", format!("[\"/old/{folder}-{number}/\"]"));
        }
        match folder {
            "actors" => self.actor(&id, yaml, &mut set),
            "topics" => {
                let at = self.topics.iter().position(|(topic, ..)| *topic == id).unwrap();
                if at > 0 && self.dice.chance(50) {
                    let (parent, ..) = self.topics[self.dice.below(at)];
                    set("parent", quoted(parent));
                }
                if !self.topics[at].2.is_empty() {
                    set("aliases", list(self.topics[at].2.iter().copied()));
                }
            }
            "storylines" => {
                let status = *self.dice.pick(&["open", "dormant", "closed"]);
                set("status", quoted(status));
            }
            "pages" if self.dice.chance(50) => set("menu", quoted("A page")),
            "pages" => {}
            _ => self.brief(&id, yaml, &mut set),
        }
        let bundle = self.dice.chance(15);
        let file = match bundle {
            true => format!("content/{folder}/{id}/index.md"),
            false => format!("content/{folder}/{id}.md"),
        };
        if bundle {
            files.insert(format!("content/{folder}/{id}/fig.svg"), SVG.to_owned());
        }
        if folder == "briefs" && self.dice.chance(20) {
            front.push(("extra".to_owned(), table(&[("note", "\"a < b\"")], yaml)));
        }
        let mut text = String::from(if yaml { "---\n" } else { "+++\n" });
        for (key, value) in front {
            let _ = writeln!(text, "{key}{}{value}", if yaml { ": " } else { " = " });
        }
        text += if yaml { "---\n" } else { "+++\n" };
        let length = if folder == "briefs" { 7 } else { 3 };
        for _ in 0..self.dice.below(length) {
            text.push('\n');
            text += &self.block(&file, bundle);
            text.push('\n');
        }
        text += "\n## Aims {#aims}\n\nNone.\n";
        files.insert(file, text);
    }

    fn actor(&mut self, id: &str, yaml: bool, set: &mut impl FnMut(&str, String)) {
        let at = self.actors.iter().position(|who| who.id == id).unwrap();
        let who = self.actors[at];
        let extended = EXTENDED.iter().find(|(own, _)| self.registered && *own == id);
        if let Some((_, of_registry)) = extended {
            set("extends", format!("\"{of_registry}\""));
        }
        set("kind", format!("\"{}\"", who.kind));
        let aliases = self.dice.some(who.aliases, 70);
        if !aliases.is_empty() {
            set("aliases", list(aliases.into_iter().copied()));
        }
        for (key, value) in self.dice.some(who.more, 80) {
            set(key, (*value).to_owned());
        }
        let earlier: Vec<&str> = self.actors[..at].iter().map(|who| who.id).collect();
        if earlier.is_empty() {
            return;
        }
        if self.dice.chance(25) {
            set("part_of", format!("\"{}\"", self.dice.pick(&earlier)));
        }
        if self.dice.chance(25) {
            set("member_of", list(self.dice.some(&earlier, 50).into_iter().copied()));
        }
        // Without a throw: those of an odd place back the one before them.
        if let Some(before) = earlier.last().filter(|_| at % 2 == 1) {
            let to = format!("\"{before}\"");
            let keys = [("kind", "\"backs\""), ("to", &*to), ("from", "\"2020-05\"")];
            set("relations", format!("[{}]", table(&keys, yaml)));
        }
        if who.kind == "person" {
            let of = format!("\"{}\"", self.dice.pick(&earlier));
            let role = table(
                &[("title", "\"Foreign Minister\""), ("of", &of), ("from", "\"2020-05\"")],
                yaml,
            );
            set("roles", format!("[{role}]"));
            set("country", of);
        }
    }

    fn brief(&mut self, id: &str, yaml: bool, set: &mut impl FnMut(&str, String)) {
        let at = self.briefs.iter().position(|(brief, _)| brief == id).unwrap();
        let day = self.briefs[at].1.clone();
        let dated = id.rsplit('/').next().is_some_and(|last| last.starts_with("20"));
        if !dated {
            let moment = format!("{day}T21:30:00Z");
            set("date", if self.dice.chance(30) { moment } else { day.clone() });
        }
        let actors: Vec<&str> =
            self.dice.some(&self.actors, 35).into_iter().map(|who| who.id).collect();
        set("actors", list(actors.iter().copied()));
        set("topics", list(self.dice.some(&self.topics, 35).into_iter().map(|(id, ..)| *id)));
        if !self.storylines.is_empty() && self.dice.chance(40) {
            set("storyline", format!("\"{}\"", self.dice.pick(&self.storylines).0));
            // Not by the dice, so that the sites of all seeds are else what they were.
            if at.is_multiple_of(2) {
                let trend = ["deteriorated", "improved", "unchanged"][at / 2 % 3];
                set("trend", format!("\"{trend}\""));
                set("trend_reason", format!("\"It has {trend} & so <on>.\""));
            }
        }
        let older: Vec<&str> = self.briefs[..at]
            .iter()
            .filter(|(_, other)| *other < day)
            .map(|(id, _)| id.as_str())
            .collect();
        if !older.is_empty() && self.dice.chance(30) {
            let older = (*self.dice.pick(&older)).to_owned();
            set("follows", format!("\"{older}\""));
        }
        set("kind", format!("\"{}\"", self.dice.pick(&["analysis", "report", "update"])));
        for (key, value, percent) in [
            ("review_by", "2024-05-05", 10),
            ("updated", "2025-10-01", 15),
            ("language", "\"tr\"", 10),
            ("authors", "[\"Ada Smith\", \"The Desk\"]", 40),
        ] {
            if self.dice.chance(percent) {
                set(key, value.to_owned());
            }
        }
        if self.dice.chance(40) {
            set("bluf", format!("\"{}\"", self.sentence().replace('"', "\\\"")));
        }
        let events = (0..self.dice.below(4)).map(|number| {
            let title = format!("\"Event {number} of {}\"", self.dice.pick(&["war", "peace"]));
            let date = *self.dice.pick(&["\"2014\"", "\"2014-03\"", "2014-03-05", "2025-01-01"]);
            let end = *self.dice.pick(&["\"2026\"", "2026-01-02"]);
            let who = list(self.dice.some(&actors, 50).into_iter().copied());
            let mut keys = vec![("title", title.as_str()), ("date", date)];
            if self.dice.chance(30) {
                keys.push(("end", end));
            }
            if self.dice.chance(30) {
                keys.extend([("place", "\"İstanbul\""), ("coordinates", "[41.0, 28.9]")]);
            }
            if self.dice.chance(60) {
                keys.push(("actors", &who));
            }
            table(&keys, yaml)
        });
        let events: Vec<String> = events.collect();
        if !events.is_empty() {
            set("events", format!("[{}]", events.join(", ")));
        }
        if self.dice.chance(25) {
            let text = format!("\"{}\"", self.sentence().replace('"', "\\\""));
            let mut keys = vec![("id", "\"first\""), ("text", text.as_str())];
            keys.push(*self.dice.pick(&[("likelihood", "\"likely\""), ("probability", "22")]));
            if self.dice.chance(60) {
                keys.extend([
                    ("confidence", "\"low\""),
                    ("by", *self.dice.pick(&["2024-05-05", "2030-01-01"])),
                ]);
            }
            if self.dice.chance(30) {
                keys.extend([("outcome", "\"yes\""), ("outcome_date", "2026-01-01")]);
            }
            set("judgements", format!("[{}]", table(&keys, yaml)));
        }
    }

    /// A name as a text may have it.
    fn name(&mut self) -> String {
        let who = &ACTORS[self.dice.below(ACTORS.len())];
        let extra = [
            "Lavrov",
            "Moscow",
            "Washington",
            "The Foreign Minister",
            "UNSC",
            "Russians",
            "TURKEY",
        ];
        match self.dice.below(4) {
            0 => (*self.dice.pick(&extra)).to_owned(),
            1 if !who.aliases.is_empty() => (*self.dice.pick(who.aliases)).to_owned(),
            2 => format!("~{}", who.name.replace('\\', "")),
            _ => who.name.replace('\\', ""),
        }
    }

    /// A link to a document: by its id, parts of it, its title, with words of its own, or to a heading.
    fn wikilink(&mut self) -> String {
        let other = &self.others[self.dice.below(self.others.len())];
        let id = &other.id;
        let whole = format!("{}/{id}", other.folder);
        let last = id.rsplit('/').next().unwrap_or(id);
        match self.dice.below(8) {
            0 => format!("[[{id}]]"),
            1 => format!("[[{whole}|their *own* words]]"),
            2 => format!("[[{whole}#aims]]"),
            3 if last.starts_with("20") => format!("[[{}]]", &last[11..]),
            4 if other.held.is_none() && !other.name.contains(['\\', '<', '|', '#']) => {
                format!("[[{}]]", other.name)
            }
            5 => format!("[[{last}]]"),
            6 => format!("[[{whole}#aims|Ελλάδα & <co>]]"),
            _ => format!("[[{whole}]]"),
        }
    }

    fn sentence(&mut self) -> String {
        let name = self.name();
        let other = self.name();
        match self.dice.below(9) {
            0 => format!("{name} met {other} in Moscow."),
            1 => format!("**{name}** and *{other}* spoke; see {}.", self.wikilink()),
            2 => format!("After {}, {name}'s envoy left for {other}.", self.wikilink()),
            3 => format!("“{name},” said {other}, “it's <late>” -- and 5 < 6 & 7."),
            4 => format!("It is said [there](https://out.example/{}?a=1&b=2).", self.dice.below(9)),
            5 => format!("Look at [the home page](/) or [all actors](/actors/), {name}."),
            6 => format!("Code: `{name}` is `x < y`. 中国政府与{other}会谈。"),
            7 => "Costs are $x^2 < 4$ or ~~more~~ in Finland and the Turkish market.".to_owned(),
            _ => format!("The {name} government did not answer."),
        }
    }

    fn paragraph(&mut self) -> String {
        let sentences: Vec<String> = (0..1 + self.dice.below(3)).map(|_| self.sentence()).collect();
        sentences.join(*self.dice.pick(&[" ", "\n"]))
    }

    /// A block of Markdown of a document in this file; a bundle has a picture beside it.
    fn block(&mut self, file: &str, bundle: bool) -> String {
        match self.dice.below(14) {
            0 => format!("## {}\n\n{}", self.name(), self.paragraph()),
            1 => format!("### On `code` and {}\n\n{}", self.name(), self.sentence()),
            2 => format!(
                "| Who | What |\n|:---|---:|\n| {} | 1 |\n| {} | `a` |",
                self.name(),
                self.name()
            ),
            3 => {
                let note = self.dice.below(1000);
                let (said, more) = (self.sentence(), self.sentence());
                format!("{said}[^n{note}]\n\n[^n{note}]: {more}")
            }
            4 => {
                let language = self.dice.pick(&["rust", "python", "text", "", "json", "no-such"]);
                format!("```{language}\nlet x = \"{}\"; // <b>\nif 1:\n```", self.name())
            }
            5 => format!("- {}\n- [x] {}\n  1. {}", self.sentence(), self.name(), self.wikilink()),
            6 => format!("> {}\n>\n> {}", self.sentence(), self.paragraph().replace('\n', " ")),
            7 => format!("> [!NOTE]\n> {}", self.sentence().replace('\n', " ")),
            8 if bundle => format!("![A figure of {}](fig.svg \"Title\")", self.name()),
            8 | 9 => "![The map](/img/map.svg)".to_owned(),
            10 => format!(
                "<details><summary>{}</summary><p onclick=\"x()\">x</p></details>",
                self.name()
            ),
            11 => {
                // A file of another document, as it is seen from this one's.
                let up = "../".repeat(file.matches('/').count() - 1);
                let plain = self.others.iter().filter(|other| other.folder == "topics");
                let plain: Vec<&str> = plain.map(|other| other.id.as_str()).collect();
                match plain.is_empty() {
                    true => self.paragraph(),
                    false => {
                        // As whoever writes it by hand would, without a detour: a rename writes it so.
                        let to = format!("topics/{}.md", self.dice.pick(&plain));
                        let is_here = file.rsplit_once('/').zip(to.rsplit_once('/'));
                        let topic = match is_here {
                            Some(((here, _), (there, name))) if here.ends_with(there) => {
                                format!("{name}#aims")
                            }
                            _ => format!("{up}{to}#aims"),
                        };
                        format!("As [topics]({topic}) go, {}", self.name())
                    }
                }
            }
            12 => format!("$$\n\\sum_{{i=1}}^n i < {}\n$$", self.dice.below(9)),
            _ => self.paragraph(),
        }
    }
}

fn list<'t>(items: impl Iterator<Item = &'t str>) -> String {
    let items: Vec<String> = items.map(|item| format!("\"{item}\"")).collect();
    format!("[{}]", items.join(", "))
}

/// A table on one line.
fn table(keys: &[(&str, &str)], yaml: bool) -> String {
    let keys: Vec<String> = keys
        .iter()
        .map(|(key, v)| format!("{key}{}{v}", if yaml { ": " } else { " = " }))
        .collect();
    format!("{{ {} }}", keys.join(", "))
}

/// A random site and edits of it, each of the site as those before left it.
pub fn edited(dice: &mut Dice, edits: usize) -> Case {
    let files = site(dice);
    let mut now = files.clone();
    let edits = (0..edits).map(|_| {
        let made = edit(dice, &now, &files);
        apply(&mut now, &made);
        made
    });
    let edits = edits.collect();
    Case { files, edits }
}

/// A random edit of a site, which may break it: files written, moved, cut, or gone.
fn edit(dice: &mut Dice, files: &Files, sound: &Files) -> Edit {
    let content: Vec<&String> = files.keys().filter(|name| name.ends_with(".md")).collect();
    let any: Vec<&String> = files.keys().collect();
    if content.is_empty() {
        return mended(files, sound);
    }
    let name = (*dice.pick(&content)).clone();
    let text = files[&name].clone();
    match dice.below(21) {
        // What another site has there, or has and this one has not.
        0..=3 => {
            let other = site(dice);
            let others: Vec<(&String, &String)> = other.iter().collect();
            let (name, text) = *dice.pick(&others);
            vec![(name.clone(), Some(text.clone()))]
        }
        4 => vec![((*dice.pick(&any)).clone(), None)],
        5 => vec![(name, None)],
        6 => {
            let moved = name.replace(".md", &format!("-{}.md", dice.below(3)));
            vec![(name, None), (moved, Some(text))]
        }
        7 => {
            let end = (0..=dice.below(text.len())).rev().find(|at| text.is_char_boundary(*at));
            vec![(name, Some(text[..end.unwrap_or_default()].to_owned()))]
        }
        8 => vec![(name, Some(text + "\nAnd [[nowhere]], said Russia.\n"))],
        9 => vec![(name, Some(text + "\n## More of it\n\nThe US and Greece. 中国.\n"))],
        10 => vec![(name, Some(text.replacen("le = \"", "le = \"Now: ", 1)))],
        11 => {
            let drafted = match text.contains("draft = true\n") {
                true => text.replacen("draft = true\n", "", 1),
                false => text.replacen("+++\n", "+++\ndraft = true\n", 1),
            };
            vec![(name, Some(drafted))]
        }
        12 => {
            let templates = [
                "<p>{{ page.title }}</p>",
                "{% extends \"base.html\" %}{% block main %}{{ page.title | upper }}{% endblock %}",
                "{{ broken",
            ];
            vec![("templates/404.html".to_owned(), Some((*dice.pick(&templates)).to_owned()))]
        }
        13 => {
            let config = site(dice).remove("site.toml").unwrap_or_default();
            vec![("site.toml".to_owned(), Some(config))]
        }
        14 => {
            let svg = SVG.replace("4", &format!("{}", dice.below(9)));
            vec![("static/img/map.svg".to_owned(), Some(svg))]
        }
        // One file, or all of them, as they were at first.
        15..=16 => mended(files, sound).into_iter().take(1).collect(),
        _ => mended(files, sound),
    }
}

/// What makes a site as sound as another is.
fn mended(files: &Files, sound: &Files) -> Edit {
    let mut edit: Edit = sound
        .iter()
        .filter(|(name, text)| files.get(*name) != Some(text))
        .map(|(name, text)| (name.clone(), Some(text.clone())))
        .collect();
    edit.extend(files.keys().filter(|name| !sound.contains_key(*name)).map(|n| (n.clone(), None)));
    edit
}
