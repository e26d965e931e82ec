//! Holds the work for a site to growing with it: for each kind of thing that an author or a template may repeat, what is
//! added from twice to four times as much costs about twice what is added from once to twice.
//!
//! ```text
//! growth PROGRAM [KIND...]
//! ```
//!
//! Work is counted in instructions, by valgrind, so that other programs on the machine make no difference. What does not
//! depend on the kind falls out of the comparison. A kind says whether its site is sound, and is held to it: a site with
//! an error that nobody meant would not get as far as its pages.

#![allow(
    clippy::disallowed_methods,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "a development tool: it writes files, prints, and may stop on its own mistakes"
)]

use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use Outcome::{Built, Refused, Sound};

type Result<T, E = Box<dyn Error + Send + Sync>> = std::result::Result<T, E>;

/// What is added the second time may cost so many times what is added the first time: 2 for what is linear, a little
/// more for what is sorted, 4 for what is quadratic.
const MOST: f64 = 2.6;
/// What a count differs by from run to run, as a part of it: hash tables are seeded anew in each.
const NOISE: f64 = 0.02;

/// What the program is asked for, and what is to come of it.
#[derive(Clone, Copy)]
enum Outcome {
    /// `check` goes well.
    Sound,
    /// `check` finds errors.
    Refused,
    /// `build` goes well.
    Built,
}

/// The files that are written over those of a small sound site.
type Files = Vec<(String, String)>;

/// Something that may be repeated: its name, how often the first time, what comes of it, and the files for so many.
struct Kind(&'static str, usize, Outcome, fn(usize) -> Files);

#[rustfmt::skip]
const KINDS: &[Kind] = &[
    // What is dead, on one line and in many documents.
    Kind("dead-links", 200, Refused, |n| text(&repeat(n, |i| format!("[a](/dead/{i}/) ")))),
    Kind("dead-wikilinks", 200, Refused, |n| text(&repeat(n, |i| format!("[[dead {i}]] ")))),
    Kind("dead-images", 200, Refused, |n| text(&repeat(n, |i| format!("![a](dead{i}.png) ")))),
    Kind("dead-headings", 200, Refused, |n| text(&repeat(n, |i| format!("[a](#dead-{i}) ")))),
    Kind("dead-headings-far", 100, Refused, |n| text(&repeat(n, |i| format!("## Part {i}\n\n[a](#parts-{i}) [[us#dead-{i}]]\n\n")))),
    Kind("dead-ids", 200, Refused, |n| front(&format!("actors = [{}]", repeat(n, |i| format!("\"dead{i}\", "))))),
    Kind("dead-topics", 200, Refused, |n| front(&format!("topics = [{}]", repeat(n, |i| format!("\"dead{i}\", "))))),
    Kind("dead-notes", 10, Refused, |n| briefs(n, |i| (String::new(), repeat(11, |j| format!("[[nothing {i} at {j}]] "))))),
    // What the parser must not take for markup, on one line.
    Kind("money", 300, Sound, |n| text(&repeat(n, |i| format!("US${i}bn to C${i}/$7, ")))),
    Kind("formulas", 100, Sound, |n| text(&repeat(n, |i| format!("$x^{i}$ ")))),
    Kind("addresses", 200, Sound, |n| text(&repeat(n, |i| format!("https://x.example/{i}_a, ")))),
    Kind("brackets-of-an-address", 2000, Sound, |n| text(&format!("https://x.example/{}", ")".repeat(n)))),
    Kind("no-links", 200, Sound, |n| text(&repeat(n, |i| format!("[x](a {i}.pdf) ")))),
    Kind("colons", 200, Sound, |n| text(&repeat(n, |_| "x\n:y\n".into()))),
    Kind("quotations", 300, Sound, |n| text(&repeat(n, |_| "\"x\" 'y' ".into()))),
    Kind("no-footnotes", 200, Sound, |n| text(&repeat(n, |i| format!("x[^{i}] ")))),
    Kind("footnotes-of-footnotes", 100, Sound, |n| text(&format!("x[^0]\n\n{}[^{n}]: x\n", repeat(n, |i| format!("[^{i}]: x[^{}]\n\n", i + 1))))),
    Kind("headings-by-words", 100, Sound, |n| text(&repeat(n, |i| format!("## The Part {i}\n\n[[#the part {i}]]\n\n")))),
    Kind("crosses-of-a-wikilink", 2000, Refused, |n| text(&format!("[[x{}]]", "#".repeat(n)))),
    // Front matter.
    Kind("keys-toml", 200, Sound, |n| front(&format!("[extra]\n{}", repeat(n, |i| format!("key{i} = {i}\n"))))),
    Kind("keys-inline", 200, Sound, |n| front(&format!("extra = {{ {} a = 1 }}", repeat(n, |i| format!("key{i} = {i}, "))))),
    Kind("keys-dotted", 200, Sound, |n| front(&format!("[extra]\n{}", repeat(n, |i| format!("a.b.key{i} = {i}\n"))))),
    Kind("keys-twice", 200, Refused, |n| front(&format!("[extra]\n{}", repeat(n, |_| "key = 1\n".into())))),
    Kind("keys-unknown", 200, Refused, |n| front(&repeat(n, |i| format!("key{i} = {i}\n")))),
    Kind("tables-toml", 100, Sound, |n| front(&repeat(n, |i| format!("[[extra.list]]\nx = 1\n[extra.table{i}]\n")))),
    Kind("keys-yaml", 200, Sound, |n| yaml(&format!("extra:\n{}", repeat(n, |i| format!("  key{i}: {i}\n"))))),
    Kind("list-yaml", 200, Sound, |n| yaml(&format!("extra:\n  a: [{}]\n", repeat(n, |i| format!("a{i}, "))))),
    Kind("keys-yaml-twice", 200, Refused, |n| yaml(&format!("extra:\n{}", repeat(n, |_| "  key: 1\n".into())))),
    Kind("text-yaml", 300, Sound, |n| yaml(&format!("summary: >\n{}", repeat(n, |_| "  word\n".into())))),
    Kind("events", 100, Sound, |n| front(&repeat(n, |i| format!("[[events]]\ntitle = \"Event {i}\"\ndate = 2025-01-02\nactors = [\"us\"]\n")))),
    Kind("sources", 100, Sound, |n| brief(&sources(n), &repeat(n, |i| format!("They met[^s{i}] again[^s{i}: p. {i}]. ")))),
    Kind("citations-of-one-source", 200, Sound, |n| brief(&sources(1), &repeat(n, |i| format!("They met[^s0: pp. {i}–{}]. ", i + 1)))),
    Kind("sources-uncited", 100, Sound, |n| front(&sources(n))),
    Kind("sources-of-one-id", 100, Refused, |n| front(&repeat(n, |_| "[[sources]]\nid = \"s\"\ntitle = \"T\"\n".into()))),
    Kind("sources-missing", 100, Sound, |n| brief(&sources(1), &repeat(n, |i| format!("They met[^missing-{i}: p. 4]. ")))),
    Kind("sources-retracted", 50, Built, |n| brief(&repeat(n, |i| format!("[[sources]]\nid = \"s{i}\"\ntitle = \"T\"\nstatus = \"retracted\"\nretracted = 2025-03-01\nreason = \"R\"\n")), &repeat(n, |i| format!("They met[^s{i}]. ")))),
    Kind("citations-open", 200, Sound, |n| brief(&sources(1), &"[^s0: *p ".repeat(n))),
    // Judgements: many briefs with one, one that goes on and on, many that stand alone, and a long record of them.
    Kind("judgements", 20, Built, |n| briefs(n, |i| (judgement(&format!("by = 2025-06-01\nsources = [\"s{i}\"]")), "A text.".into()))),
    Kind("judgements-settled", 20, Built, |n| briefs(n, |i| (format!("authors = [\"Jo Doe {i}\"]\n{}", judgement("by = 2025-06-01\noutcome = \"yes\"\noutcome_date = 2025-06-01")), "A text.".into()))),
    Kind("judgements-of-an-actor", 20, Built, |n| briefs(n, |_| (format!("actors = [\"us\"]\n{}", judgement("")), "A text.".into()))),
    Kind("judgements-that-go-on", 60, Built, |n| (0..n).map(|i| course(i, "")).collect()),
    Kind("judgements-that-fork", 20, Refused, |n| (0..n).map(|i| course(i, if i > 1 { "2000-01-01-course" } else { "" })).collect()),
    Kind("judgement-indicators", 100, Sound, |n| front(&format!("{}{}", judgement(""), repeat(n, |i| format!("[[judgements.indicators]]\ntext = \"Sign {i}\"\n"))))),
    Kind("judgements-of-a-brief", 100, Refused, |n| front(&repeat(n + 100, |i| judgement("").replace("\"a\"", &format!("\"a{i}\""))))),
    // Numbers by date, and how storylines change.
    Kind("series-of-a-brief", 5, Sound, |n| series(n, 10, 1)),
    Kind("series-rows", 400, Sound, |n| series(1, n, 1)),
    Kind("series-columns", 2, Sound, |n| series(1, 200, n)),
    Kind("series-wrong", 200, Refused, |n| with(series(1, 1, 1), ("content/briefs/s0.csv".into(), format!("date,a\n{}", repeat(n, |i| format!("{i},x\n")))))),
    Kind("sources-of-a-series", 100, Sound, |n| with(brief(&format!("{}[[series]]\nfile = \"s0.csv\"\ntitle = \"Numbers\"\nsources = [{}]\n", sources(n), repeat(n, |i| format!("\"s{i}\", "))), "A text."), ("content/briefs/s0.csv".into(), numbers(2, 1)))),
    Kind("sources-of-a-series-missing", 100, Sound, |n| with(brief(&format!("{}[[series]]\nfile = \"s0.csv\"\ntitle = \"Numbers\"\nsources = [{}]\n", sources(n), repeat(n, |i| format!("\"missing{i}\", "))), "A text."), ("content/briefs/s0.csv".into(), numbers(2, 1)))),
    Kind("sources-of-a-judgement", 100, Sound, |n| front(&format!("{}{}", sources(n), judgement(&format!("sources = [{}]", repeat(n, |i| format!("\"s{i}\", "))))))),
    Kind("series-of-briefs", 20, Built, |n| with(briefs(n, |_| ("[[series]]\nfile = \"s0.csv\"\ntitle = \"Numbers\"\n".into(), "A text.".into())), ("content/briefs/s0.csv".into(), numbers(200, 1)))),
    Kind("trends-of-a-storyline", 20, Built, |n| with(briefs(n, trend), ("content/storylines/s0.md".into(), "+++\ntitle = \"S\"\n+++\n".into()))),
    Kind("trends-of-storylines", 20, Built, |n| {
        let of = |i| (trend(i).0.replace("\"s0\"", &format!("\"s{i}\"")), trend(i).1);
        let mut files = briefs(n, of);
        files.extend((0..n).map(|i| (format!("content/storylines/s{i}.md"), format!("+++\ntitle = \"S {i}\"\n+++\n"))));
        files
    }),
    Kind("trends-by-month", 12, Built, |n| {
        let mut files: Files = (0..n).map(|i| {
            let front = format!("title = \"M {i}\"\ndate = {:04}-{:02}-01\nstoryline = \"s0\"\ntrend = \"unchanged\"", 1900 + i / 12, i % 12 + 1);
            (format!("content/briefs/m{i}.md"), format!("+++\n{front}\n+++\n\nA text.\n"))
        }).collect();
        files.push(("content/storylines/s0.md".into(), "+++\ntitle = \"S\"\n+++\n".into()));
        files
    }),
    Kind("redirects", 100, Sound, |n| front(&format!("redirects = [{}]", repeat(n, |i| format!("\"/old/{i}/\", "))))),
    Kind("links-to-redirects", 100, Sound, |n| brief(&format!("redirects = [{}]", repeat(n, |i| format!("\"/old/{i}/\", "))), &repeat(n, |i| format!("[Old address {i}](/old/{i}/) ")))),
    Kind("authors", 200, Sound, |n| front(&format!("authors = [{}]", repeat(n, |i| format!("\"Jo Doe {i}\", "))))),
    Kind("topics", 100, Sound, |n| {
        let mut files = front(&format!("topics = [{}]", repeat(n, |i| format!("\"t{i}\", "))));
        files.extend((0..n).map(|i| topic(i, "")));
        files
    }),
    Kind("circle-of-topics", 100, Refused, |n| (0..n).map(|i| topic(i, &format!("parent = \"t{}\"", (i + 1) % n))).collect()),
    Kind("circle-of-actors", 100, Refused, |n| (0..n).map(|i| actor(i, &format!("part_of = \"a{}\"", (i + 1) % n))).collect()),
    Kind("actors-of-a-brief", 60, Refused, |n| {
        let mut files = front(&format!("actors = [{}]", repeat(4 * n, |i| format!("\"a{i}\", "))));
        files.extend((0..4 * n).map(|i| actor(i, "")));
        files
    }),
    Kind("actors-of-events", 50, Sound, |n| {
        let mut files = front(&repeat(n, |i| format!("[[events]]\ntitle = \"Event {i}\"\ndate = 2025-01-02\nactors = [\"a{i}\", \"us\"]\n")));
        files.extend((0..n).map(|i| actor(i, "")));
        files
    }),
    Kind("members", 50, Sound, |n| (0..n).map(|i| actor(i, "member_of = [\"us\"]")).collect()),
    Kind("groups", 50, Sound, |n| {
        let mut files: Files = (0..n).map(|i| actor(i, "")).collect();
        files.push(("content/actors/ru.md".into(), format!("+++\nname = \"Russia\"\nkind = \"state\"\nmember_of = [{}]\n+++\n", repeat(n, |i| format!("\"a{i}\", ")))));
        files
    }),
    Kind("roles", 100, Sound, |n| vec![actor(0, &repeat(n, |i| format!("[[roles]]\ntitle = \"Envoy {i}\"\nof = \"us\"\nfrom = 2014\n")))]),
    Kind("relations", 100, Built, |n| {
        let mut files = site("[relations.knows]\nname = \"knows\"\ninverse = \"known to\"\n");
        files.push(actor(0, &repeat(n, |i| format!("[[relations]]\nkind = \"knows\"\nto = \"us\"\nfrom = {i:04}-01-01\nuntil = {i:04}-02-01\n"))));
        files
    }),
    Kind("relations-of-actors", 50, Built, |n| {
        let mut files = site("[kinds.tool]\nname = \"Tool\"\nplural = \"Tools\"\n[relations.knows]\nname = \"knows\"\nto = [\"state\"]\n");
        files.extend((0..n).map(|i| actor(i, "[[relations]]\nkind = \"knows\"\nto = \"us\"\n")));
        files
    }),
    Kind("relations-unknown", 100, Refused, |n| {
        let mut files = site(&repeat(n, |i| format!("[relations.r{i}]\nname = \"r\"\n")));
        files.push(actor(0, &repeat(n, |i| format!("[[relations]]\nkind = \"s{i}\"\nto = \"us\"\n"))));
        files
    }),
    Kind("relations-to-nobody", 100, Refused, |n| {
        let mut files = site("[relations.knows]\nname = \"knows\"\n");
        files.push(actor(0, &repeat(n, |i| format!("[[relations]]\nkind = \"knows\"\nto = \"nobody{i}\"\n"))));
        files
    }),
    Kind("kinds-of-actors", 50, Built, |n| {
        let mut files = site(&repeat(n, |i| format!("[kinds.k{i}]\nname = \"K\"\nplural = \"Ks\"\n")));
        files.extend((0..n).map(|i| {
            let (file, text) = actor(i, "");
            (file, text.replace("\"body\"", &format!("\"k{i}\"")))
        }));
        files
    }),
    Kind("kinds-unknown", 50, Refused, |n| {
        let actors = (0..n).map(|i| actor(i, ""));
        actors.map(|(file, text)| (file, text.replace("\"body\"", "\"bodies\""))).collect()
    }),
    Kind("images-of-actors", 40, Sound, |n| (0..n).flat_map(|i| [actor(i, &format!("image = \"/p{i}.png\"")), (format!("static/p{i}.png"), "x".into())]).collect()),
    // Names.
    Kind("aliases", 200, Sound, |n| vec![actor(0, &format!("aliases = [{}]", repeat(n, |i| format!("\"Alpha {i} Beta\", "))))]),
    Kind("alias-tables", 100, Sound, |n| vec![actor(0, &format!("aliases = [{}]", repeat(n, |i| format!("{{ name = \"Alpha {i} Beta\", by = \"Lab {i}\", case = false, hyphens = false }}, "))))]),
    Kind("listed-actors", 100, Sound, |n| listed(&repeat(n, |i| format!("[a{i}]\nname = \"{} Qrst\"\nkind = \"group\"\naliases = [\"Group {i}\"]\n", name(i))))),
    Kind("listed-actors-named", 50, Sound, |n| {
        let mut files = listed(&repeat(n, |i| format!("[a{i}]\nname = \"{} Qrst\"\nkind = \"group\"\ncountry = \"us\"\n", name(i))));
        files.extend(text(&repeat(n, |i| format!("{} Qrst said.\n\n", name(i)))));
        files
    }),
    Kind("listed-names-shared", 100, Sound, |n| listed(&repeat(n, |i| format!("[a{i}]\nname = \"{} Qrst\"\nkind = \"group\"\naliases = [\"All 1\", \"Half {}\"]\n", name(i), i / 2)))),
    Kind("dead-ids-of-a-list", 100, Refused, |n| listed(&format!("[a]\nname = \"Qrst\"\nkind = \"group\"\nmember_of = [{}]\n", repeat(n, |i| format!("\"dead{i}\", "))))),
    Kind("extends-of-a-list", 50, Sound, |n| {
        let mut files = listed(&repeat(n, |i| format!("[a{i}]\nname = \"{} Qrst\"\nkind = \"group\"\n", name(i))));
        files.extend((0..n).map(|i| (format!("content/actors/a{i}.md"), format!("+++\nextends = \"own/a{i}\"\n+++\n"))));
        files
    }),
    Kind("aliases-alike", 100, Sound, |n| {
        let mut files = text(&"Aa ".repeat(4 * n));
        files.push(actor(0, &format!("aliases = [{}]", repeat(n, |i| format!("\"{}{i}\", ", "Aa ".repeat(i % 40 + 1))))));
        files
    }),
    Kind("mentions", 200, Sound, |n| text(&"The United States met Russia. ".repeat(n))),
    Kind("mentioned", 50, Sound, |n| {
        let mut files = text(&repeat(n, |i| format!("{} spoke. ", name(i))));
        files.extend((0..n).map(|i| actor(i, "")));
        files
    }),
    Kind("strangers", 100, Sound, |n| {
        let said = repeat(n, |i| format!("Then {} Uvw spoke. ", name(i)));
        briefs(2, |_| (String::new(), said.clone()))
    }),
    Kind("suppressed", 200, Sound, |n| text(&"They met ~Russia. ".repeat(n))),
    // Texts.
    Kind("headings", 100, Sound, |n| text(&repeat(n, |i| format!("## Part {i}\n\n[To part {i}](#part-{i})\n\n")))),
    Kind("headings-alike", 100, Sound, |n| text(&"## Part\n\n".repeat(n))),
    Kind("footnotes", 100, Sound, |n| text(&format!("{}\n\n{}", repeat(n, |i| format!("A[^{i}] ")), repeat(n, |i| format!("[^{i}]: Note\n\n"))))),
    Kind("footnotes-undefined", 100, Sound, |n| text(&repeat(n, |i| format!("A[^{i}] ")))),
    Kind("footnotes-unused", 100, Sound, |n| text(&repeat(n, |i| format!("[^{i}]: Note\n\n")))),
    Kind("one-footnote", 100, Sound, |n| text(&format!("{}\n\n[^a]: Note\n", "A[^a] ".repeat(n)))),
    Kind("references", 100, Sound, |n| text(&format!("{}\n\n{}", repeat(n, |i| format!("[r{i}] ")), repeat(n, |i| format!("[r{i}]: https://x.example/{i}\n"))))),
    Kind("cells", 200, Sound, |n| text(&format!("|{}\n|{}\n|{}", "a|".repeat(n), "-|".repeat(n), "b|".repeat(n)))),
    Kind("rows", 200, Sound, |n| text(&format!("|a|\n|-|\n{}", "|b|\n".repeat(n)))),
    Kind("list-items", 200, Sound, |n| text(&"- a\n".repeat(n))),
    Kind("emphasis-open", 300, Sound, |n| text(&"**a_ *".repeat(n))),
    Kind("brackets", 300, Sound, |n| text(&"[![a".repeat(n))),
    Kind("ticks", 300, Sound, |n| text(&repeat(n, |i| format!("{}a ", "`".repeat(i % 90 + 1))))),
    Kind("dollars", 300, Sound, |n| text(&"a $".repeat(n))),
    Kind("entities", 300, Sound, |n| text(&"&amp;&".repeat(n))),
    Kind("long-word", 2000, Sound, |n| text(&"a".repeat(n))),
    Kind("accents", 1000, Sound, |n| text(&format!("a{}", "\u{301}".repeat(n)))),
    Kind("spaces", 2000, Sound, |n| text(&format!("a{}b", " ".repeat(n)))),
    Kind("sentences", 300, Sound, |n| text(&"They met. ".repeat(n))),
    Kind("paragraphs", 100, Sound, |n| text(&"They met.\n\n".repeat(n))),
    Kind("code-blocks", 15, Sound, |n| text(&"```rust\nfn a() {}\n```\n\n".repeat(n))),
    Kind("code-line", 20, Sound, |n| text(&format!("```rust\n{}\n```\n", "a(\"b\");".repeat(n)))),
    Kind("formulas", 100, Sound, |n| text(&"$a_1$ ".repeat(n))),
    Kind("images", 100, Sound, |n| {
        let mut files = text(&"![A map](/map.png) ".repeat(n));
        files.push(("static/map.png".into(), "x".into()));
        files
    }),
    Kind("wikilinks", 100, Sound, |n| text(&"[[us]] [[Russia]] ".repeat(n))),
    Kind("foreign-links", 100, Sound, |n| text(&repeat(n, |i| format!("[Site {i}](https://x.example/{i}) ")))),
    Kind("links-home", 100, Sound, |n| text(&repeat(n, |i| format!("[Page {i}](https://small.example/briefs/?{i}) ")))),
    // HTML.
    Kind("tags-open", 200, Refused, |n| text(&"<b>".repeat(n))),
    Kind("tags-nested", 50, Sound, |n| text(&format!("{}a{}\n\n", "<div>".repeat(60), "</div>".repeat(60)).repeat(n))),
    Kind("tags-in-turn", 200, Sound, |n| text(&"<b>x</b> <i class=\"a\">y</i> ".repeat(n))),
    Kind("tags-closed", 200, Sound, |n| text(&"a</b>".repeat(n))),
    Kind("tags-half", 200, Sound, |n| text(&"a <b ".repeat(n))),
    Kind("attributes-too-many", 200, Refused, |n| text(&format!("a <b {}>b</b>", repeat(n, |i| format!("a{i}=\"1\" "))))),
    Kind("attributes", 20, Sound, |n| text(&format!("a <b {}>b</b>\n\n", repeat(100, |i| format!("a{i}=\"1\" "))).repeat(n))),
    Kind("comments-open", 200, Sound, |n| text(&"a <!-- ".repeat(n))),
    Kind("instructions-open", 200, Sound, |n| text(&"a <? <![CDATA[ <!A ".repeat(n))),
    Kind("html-blocks", 100, Sound, |n| text(&"<p id=\"x\">a</p>\n\n".repeat(n))),
    // Many documents.
    Kind("briefs", 20, Sound, |n| briefs(n, |_| ("actors = [\"us\", \"ru\"]\ntopics = [\"embassies\"]".into(), "The US met Russia.".into()))),
    Kind("briefs-that-follow", 20, Sound, |n| briefs(n, |i| (if i == 0 { String::new() } else { format!("follows = \"2025-01-01-note-{}\"", i - 1) }, "A text.".into()))),
    Kind("briefs-of-a-storyline", 20, Sound, |n| {
        let mut files = briefs(n, |_| ("storyline = \"s\"".into(), "A text.".into()));
        files.push(("content/storylines/s.md".into(), "+++\ntitle = \"Storyline\"\n+++\n".into()));
        files
    }),
    Kind("links-among-briefs", 20, Sound, |n| briefs(n, |i| (String::new(), format!("[[2025-01-01-note-{i}]] [[2025-01-01-note-0]]")))),
    Kind("withheld-links", 40, Sound, |n| {
        let mut files = text(&repeat(n, |i| format!("[[2025-01-01-note-{i}]] [a](2025-01-01-note-{i}.md) ")));
        files.extend(briefs(n, |_| ("draft = true".into(), "A text.".into())));
        files
    }),
    // What pages draw and list of many: the briefs of an actor, its partners, pairs, events in time, months, topics around one.
    Kind("briefs-over-time", 30, Built, |n| dated_briefs(n, |_| "actors = [\"us\", \"ru\"]\ntopics = [\"embassies\"]".into())),
    Kind("partners", 20, Built, |n| {
        let mut files = briefs(n, |i| (format!("actors = [\"us\", \"a{i}\"]"), format!("The US met {}.", name(i))));
        files.extend((0..n).map(|i| actor(i, "")));
        files
    }),
    Kind("pairs", 15, Built, |n| {
        let mut files = briefs(2 * n, |i| (format!("actors = [\"us\", \"a{}\"]", i / 2), "A text.".into()));
        files.extend((0..n).map(|i| actor(i, "")));
        files
    }),
    Kind("events-of-a-pair", 30, Built, |n| dated_briefs(n, |i| format!("actors = [\"us\", \"ru\"]\n[[events]]\ntitle = \"Event {i}\"\ndate = {:04}-01-02\nactors = [\"us\", \"ru\"]", 1000 + i))),
    Kind("events-of-storylines", 20, Built, |n| {
        let mut files = briefs(n, |i| (format!("storyline = \"s{i}\"\n[[events]]\ntitle = \"Event {i}\"\ndate = {:04}-01-02\nactors = [\"us\"]", 1000 + i), "A text.".into()));
        files.extend((0..n).map(|i| (format!("content/storylines/s{i}.md"), format!("+++\ntitle = \"Storyline {i}\"\n+++\n"))));
        files
    }),
    Kind("topics-side-by-side", 30, Built, |n| {
        let mut files = briefs(n, |i| (format!("topics = [\"t{i}\"]"), "A text.".into()));
        files.push(topic(100_000, ""));
        files.extend((0..n).map(|i| topic(i, "parent = \"t100000\"")));
        files
    }),
    Kind("pages", 20, Sound, |n| (0..n).map(|i| (format!("content/pages/p{i}.md"), format!("+++\ntitle = \"Page {i}\"\n+++\n\nA text.\n"))).collect()),
    Kind("built-briefs", 20, Built, |n| briefs(n, |_| ("actors = [\"us\", \"ru\"]".into(), "The US met Russia.".into()))),
    Kind("built-files", 40, Built, |n| (0..n).map(|i| (format!("static/d{i}/f{i}.txt"), "x".into())).collect()),
    // The site's own.
    Kind("menu", 20, Sound, |n| vec![("site.toml".into(), format!("{SITE}{}", repeat(n, |i| format!("[[menu]]\nlabel = \"M{i}\"\npath = \"/briefs/\"\n"))))]),
    Kind("keys-of-the-site", 100, Refused, |n| vec![("site.toml".into(), format!("{SITE}{}", repeat(n, |i| format!("key{i} = 1\n"))))]),
    Kind("extra-of-the-site", 100, Sound, |n| vec![("site.toml".into(), format!("{SITE}[extra]\n{}", repeat(n, |i| format!("key{i} = 1\n"))))]),
    // Templates.
    Kind("template-text", 1000, Sound, |n| template(&"a < b ".repeat(n))),
    Kind("template-prints", 200, Sound, |n| template(&"{{ page.title }}{% if page.draft %}a{% endif %}".repeat(n))),
    Kind("template-elif", 40, Sound, |n| template(&format!("{{% if page.draft %}}{}{{% endif %}}", "{% elif page.draft %}".repeat(n)))),
    Kind("template-errors", 100, Refused, |n| template(&"{{ page.nothing }}".repeat(n))),
    Kind("template-set", 100, Sound, |n| template(&repeat(n, |i| format!("{{% set a{i} = \"a\" %}}{{{{ a{i} }}}}")))),
    Kind("template-texts", 40, Sound, |n| template(&format!("{{{{ \"a\"{} }}}}", " ~ \"a\"".repeat(n)))),
    Kind("template-blocks", 50, Sound, |n| template(&repeat(n, |i| format!("{{% block b{i} %}}a{{% endblock %}}")))),
    Kind("template-loop", 2000, Sound, |n| template(&format!("{{% for a in range(end={n}) %}}{{{{ a }}}}{{% endfor %}}"))),
    Kind("template-components", 40, Sound, |n| template(&format!("{}{}", repeat(n, |i| format!("{{% component c{i}() %}}a{{% endcomponent c{i} %}}")), repeat(n, |i| format!("{{{{<c{i} />}}}}"))))),
    Kind("template-files", 40, Sound, |n| {
        let mut files: Files = (0..n).map(|i| (format!("templates/part{i}.html"), "a".into())).collect();
        files.extend(template(&repeat(n, |i| format!("{{% include \"part{i}.html\" %}}"))));
        files
    }),
];

/// A site at a size of its own, and how many instructions it may take, in millions: 561 notes with 6,119 wikilinks
/// that lead nowhere took 20 seconds once.
const DEAD_NOTES: (usize, u64) = (561, 20_000);

const SITE: &str = "title = \"Small\"\nbase_url = \"https://small.example/\"\n";

/// The configuration with more of it.
fn site(more: &str) -> Files {
    vec![("site.toml".into(), format!("{SITE}{more}"))]
}

fn repeat(count: usize, one: impl Fn(usize) -> String) -> String {
    (0..count).map(one).collect()
}

/// So many sources of a brief.
fn sources(count: usize) -> String {
    repeat(count, |i| {
        format!(
            "[[sources]]\nid = \"s{i}\"\ntitle = \"Report {i}\"\nkind = \"report\"\ngrade = \"B2\"\ndate = 2025-01-02\n"
        )
    })
}

/// A table of so many rows and columns of numbers.
fn numbers(rows: usize, columns: usize) -> String {
    let head = repeat(columns, |i| format!(",c{i}"));
    let row = |i: usize| {
        let date = format!("{:04}-{:02}-{:02}", 1900 + i / 336, i / 28 % 12 + 1, i % 28 + 1);
        format!("{date}{}\n", repeat(columns, |j| format!(",{}", i * 7 % 100 + j)))
    };
    format!("date{head}\n{}", repeat(rows, row))
}

/// A brief with so many series, each with a file of its own.
fn series(count: usize, rows: usize, columns: usize) -> Files {
    let declared = |i| format!("[[series]]\nfile = \"s{i}.csv\"\ntitle = \"Numbers {i}\"\n");
    let mut files = front(&repeat(count, declared));
    files.extend((0..count).map(|i| (format!("content/briefs/s{i}.csv"), numbers(rows, columns))));
    files
}

/// What a brief says of how its storyline has changed.
fn trend(number: usize) -> (String, String) {
    let trend = ["deteriorated", "improved", "unchanged"][number % 3];
    let front =
        format!("storyline = \"s0\"\ntrend = \"{trend}\"\ntrend_reason = \"Reason {number}.\"");
    (front, "A text.".into())
}

/// Files, and one more, which stands in the place of one of its name.
fn with(mut files: Files, one: (String, String)) -> Files {
    files.retain(|(name, _)| *name != one.0);
    files.push(one);
    files
}

/// A name that is like no other's, whatever the number.
fn name(number: usize) -> String {
    const PARTS: [&str; 10] = ["ba", "ker", "lim", "on", "sut", "vray", "dem", "gol", "ich", "zaf"];
    let digits = format!("{number:04}");
    let word: String = digits.bytes().map(|digit| PARTS[usize::from(digit - b'0')]).collect();
    let (first, rest) = word.split_at(1);
    first.to_uppercase() + rest
}

fn brief(front: &str, text: &str) -> Files {
    let text = format!("+++\ntitle = \"Talks\"\n{front}\n+++\n\n{text}\n");
    vec![("content/briefs/2025-02-27-talks.md".into(), text)]
}

fn text(text: &str) -> Files {
    brief("", text)
}

fn front(front: &str) -> Files {
    brief(front, "A text.")
}

fn yaml(front: &str) -> Files {
    let text = format!("---\ntitle: Talks\n{front}---\n\nA text.\n");
    vec![("content/briefs/2025-02-27-talks.md".into(), text)]
}

fn briefs(count: usize, one: impl Fn(usize) -> (String, String)) -> Files {
    let brief = |i| {
        let (front, text) = one(i);
        let file = format!("content/briefs/2025-01-01-note-{i}.md");
        (file, format!("+++\ntitle = \"Note {i}\"\n{front}\n+++\n\n{text}\n"))
    };
    (0..count).map(brief).collect()
}

/// Briefs of a month each, that name two actors.
fn dated_briefs(count: usize, front: impl Fn(usize) -> String) -> Files {
    let brief = |i| {
        let file = format!("content/briefs/{:04}-{:02}-01-note.md", 2000 + i / 12, i % 12 + 1);
        let front = front(i);
        (file, format!("+++\ntitle = \"Note {i}\"\n{front}\n+++\n\nThe US met Russia.\n"))
    };
    (0..count).map(brief).collect()
}

/// A judgement, with more keys.
fn judgement(more: &str) -> String {
    format!(
        "[[judgements]]\nid = \"a\"\ntext = \"They meet.\"\nlikelihood = \"likely\"\nconfidence = \"low\"\n{more}\n"
    )
}

/// A brief whose judgement continues that of the day before, or of another brief.
fn course(number: usize, of: &str) -> (String, String) {
    // Days of their own, so that each is later than the one before.
    let day =
        |n: usize| format!("{:04}-{:02}-{:02}-course", 2000 + n / 336, n / 28 % 12 + 1, n % 28 + 1);
    let updates = match (number, of) {
        (0, _) => String::new(),
        (n, "") => format!("updates = \"{}#a\"", day(n - 1)),
        (_, of) => format!("updates = \"{of}#a\""),
    };
    let text = format!("+++\ntitle = \"Course {number}\"\n{}+++\n\nA text.\n", judgement(&updates));
    (format!("content/briefs/{}.md", day(number)), text)
}

fn actor(number: usize, front: &str) -> (String, String) {
    let name = name(number);
    let text = format!("+++\nname = \"{name} Qrst\"\nkind = \"body\"\n{front}\n+++\n");
    (format!("content/actors/a{number}.md"), text)
}

/// A list of actors of the site's own.
fn listed(tables: &str) -> Files {
    vec![
        ("site.toml".into(), format!("{SITE}registry = [\"own\"]\n")),
        ("registry/own.toml".into(), tables.to_owned()),
    ]
}

fn topic(number: usize, front: &str) -> (String, String) {
    let text = format!("+++\nname = \"Topic {number}\"\n{front}\n+++\n");
    (format!("content/topics/t{number}.md"), text)
}

fn template(text: &str) -> Files {
    vec![("templates/brief.html".into(), text.to_owned())]
}

/// Writes the site for so many of a kind, and gives the instructions that the program takes for it.
fn count(program: &Path, folder: &Path, kind: &Kind, times: usize) -> Result<u64> {
    let Kind(_, _, outcome, files) = kind;
    let root = folder.join("site");
    fs::create_dir_all(&root)?;
    let small = [
        ("site.toml", SITE),
        ("content/briefs/2025-02-27-talks.md", "+++\ntitle = \"Talks\"\n+++\n\nThe US met.\n"),
        (
            "content/actors/us.md",
            "+++\nname = \"United States\"\nkind = \"state\"\naliases = [\"US\"]\n+++\n",
        ),
        ("content/actors/ru.md", "+++\nname = \"Russia\"\nkind = \"state\"\n+++\n"),
        ("content/topics/embassies.md", "+++\nname = \"Embassies\"\n+++\n"),
    ];
    let small = small.map(|(file, text)| (file.to_owned(), text.to_owned()));
    for (file, text) in small.into_iter().chain(files(times)) {
        let path = root.join(file);
        fs::create_dir_all(path.parent().expect("a file lies in a folder"))?;
        fs::write(path, text)?;
    }
    let (command, code) = match outcome {
        Sound => ("check", 0),
        Refused => ("check", 1),
        Built => ("build", 0),
    };
    let run = Command::new("valgrind")
        .args(["--tool=cachegrind", "--cache-sim=no", "--cachegrind-out-file=/dev/null"])
        .arg(program)
        .arg("--root")
        .arg(&root)
        .args(["--jobs", "1", "--now", "2026-01-01", command])
        .env("XDG_CACHE_HOME", folder.join("cache"))
        .env("XDG_STATE_HOME", folder.join("state"))
        .output()
        .map_err(|error| format!("valgrind cannot be run: {error}"))?;
    fs::remove_dir_all(&root)?;
    let said = String::from_utf8_lossy(&run.stderr);
    let counted = || {
        said.rsplit_once("I   refs:")?.1.split_whitespace().next()?.replace(',', "").parse().ok()
    };
    match counted() {
        Some(counted) if run.status.code() == Some(code) => Ok(counted),
        _ => {
            let start: String = said.chars().take(4000).collect();
            Err(format!("{} instead of {code} with {times}:\n{start}", run.status).into())
        }
    }
}

/// A line of the table; whether the kind holds its bound.
fn measure(program: &Path, kind: &Kind) -> Result<(String, bool)> {
    let folder = tempfile::tempdir()?;
    let Kind(name, once, ..) = kind;
    let mut counts = [0.0; 3];
    for (times, counted) in [1, 2, 4].into_iter().zip(&mut counts) {
        *counted = count(program, folder.path(), kind, once * times)? as f64;
    }
    let [a, b, c] = counts;
    let holds = c - b <= MOST * (b - a).max(0.0) + NOISE * c;
    let mark = if holds { "" } else { "  TOO MUCH" };
    let [a, b, c] = counts.map(|counted| counted / 1e6);
    let ratio = (c - b) / (b - a);
    Ok((format!("{name:24}{once:>6}{a:>10.1}{b:>10.1}{c:>10.1}{ratio:>8.2}{mark}"), holds))
}

/// A site that is not compared with others of its kind, against its own bound.
fn measure_dead_notes(program: &Path) -> Result<(String, bool)> {
    let (notes, most) = DEAD_NOTES;
    let folder = tempfile::tempdir()?;
    let kind = KINDS.iter().find(|Kind(name, ..)| *name == "dead-notes");
    let counted = count(program, folder.path(), kind.expect("a kind"), notes)? / 1_000_000;
    Ok((
        format!("dead-notes, {notes}: {counted} million, of {most} that it may take"),
        counted <= most,
    ))
}

fn main() -> Result<ExitCode> {
    let mut arguments = std::env::args_os().skip(1);
    let program = PathBuf::from(arguments.next().ok_or("usage: growth PROGRAM [KIND...]")?);
    let wanted: Vec<_> = arguments.collect();
    let kinds: Vec<&Kind> = KINDS
        .iter()
        .filter(|Kind(name, ..)| wanted.is_empty() || wanted.iter().any(|w| w == name))
        .collect();
    println!("Instructions in millions, for once, twice and four times as many");
    let next = AtomicUsize::new(0);
    let work = || {
        let mut wrong = 0;
        loop {
            let at = next.fetch_add(1, Ordering::Relaxed);
            let measured = match at.checked_sub(1) {
                None if wanted.is_empty() => measure_dead_notes(&program),
                None => continue,
                Some(at) => match kinds.get(at) {
                    Some(kind) => measure(&program, kind)
                        .map_err(|error| format!("{}: {error}", kind.0).into()),
                    None => return wrong,
                },
            };
            let (line, holds) = measured.unwrap_or_else(|error| (error.to_string(), false));
            println!("{line}");
            wrong += usize::from(!holds);
        }
    };
    let cores = thread::available_parallelism().map_or(1, usize::from);
    let wrong: usize = thread::scope(|scope| {
        let workers: Vec<_> = (0..cores).map(|_| scope.spawn(work)).collect();
        workers.into_iter().map(|worker| worker.join().unwrap_or(1)).sum()
    });
    if wrong > 0 {
        println!("{wrong} of them cost too much, or could not be measured");
        return Ok(ExitCode::FAILURE);
    }
    Ok(ExitCode::SUCCESS)
}
