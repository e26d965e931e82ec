//! The search: what its files hold, and what its script finds in them. The script runs in node.

#![allow(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test prepares files, and may stop where it fails"
)]

mod site;

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

use serde_json::{Value, json};
use site::random::{Case, Dice, Files, hold};
use site::{Scratch, chancery, files};

fn repository() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// What the script makes of texts and queries, on a site built to a folder.
fn run(site: &Path, texts: &[&str], queries: &[&str]) -> Value {
    let node = Command::new("node")
        .arg(repository().join("tests/search/run.mjs"))
        .arg(repository().join("static/theme/search.js"))
        .arg(site)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn();
    let mut node = node.expect(
        "node is missing: install it (apt install nodejs), or run scripts/test, which does",
    );
    let asked = json!({ "texts": texts, "queries": queries }).to_string();
    node.stdin.take().unwrap().write_all(asked.as_bytes()).unwrap();
    let output = node.wait_with_output().unwrap();
    assert!(output.status.success());
    serde_json::from_slice(&output.stdout).unwrap()
}

/// The paths of what each query finds, in order.
fn found(site: &Path, queries: &[&str]) -> Vec<Vec<String>> {
    let answers = run(site, &[], queries);
    assert!(answers["stamps"].as_array().unwrap().len() <= 1);
    let answers = answers["answers"].as_array().unwrap().iter();
    let paths = answers.map(|answer| {
        let found = answer.as_array().unwrap().iter();
        found.map(|entry| entry["path"].as_str().unwrap().to_owned()).collect()
    });
    paths.collect()
}

fn build(scratch: &Scratch, arguments: &[&str]) -> BTreeMap<String, Vec<u8>> {
    let all = [&["build", "--now", "2026-01-01"], arguments].concat();
    let run = chancery(&scratch.root, &all);
    assert_eq!(run.code, 0, "{}", run.stderr);
    scratch.output()
}

/// The program is held to the same table by a test of its own.
#[test]
fn the_script_makes_the_words_of_the_table() {
    let table = include_str!("search/words.txt").lines().filter_map(|line| line.split_once(" => "));
    let (texts, expected): (Vec<&str>, Vec<&str>) = table.unzip();
    assert!(texts.len() > 20);
    let made = run(repository(), &texts, &[]);
    for ((text, expected), made) in
        texts.iter().zip(expected).zip(made["words"].as_array().unwrap())
    {
        let made: Vec<&str> =
            made.as_array().unwrap().iter().map(|w| w.as_str().unwrap()).collect();
        assert_eq!(made.join(" "), expected.trim(), "{text}");
    }
}

/// Letters, marks and signs that words are told by; all of them have stood in Unicode for long, as the program and node
/// need not know the same version of it.
const LETTERS: [std::ops::RangeInclusive<char>; 23] = [
    ' '..='~',
    '\u{A0}'..='\u{17F}',
    '\u{180}'..='\u{24F}',
    '\u{2B0}'..='\u{36F}',
    '\u{388}'..='\u{3A1}',
    '\u{3A3}'..='\u{3FF}',
    '\u{400}'..='\u{45F}',
    '\u{5B0}'..='\u{5C7}',
    '\u{5D0}'..='\u{5EA}',
    '\u{620}'..='\u{6D3}',
    '\u{900}'..='\u{970}',
    '\u{E01}'..='\u{E3A}',
    '\u{1E00}'..='\u{1F15}',
    '\u{1F20}'..='\u{1F45}',
    '\u{2000}'..='\u{2064}',
    '\u{2100}'..='\u{218B}',
    '\u{3041}'..='\u{3096}',
    '\u{3099}'..='\u{30FF}',
    '\u{4E00}'..='\u{4E40}',
    '\u{AC00}'..='\u{AC40}',
    '\u{FB00}'..='\u{FB06}',
    '\u{FF01}'..='\u{FF9F}',
    '\u{20BB0}'..='\u{20BC0}',
];

/// A text of words of one script each, of words of several, and of what stands between words.
fn text(dice: &mut Dice) -> String {
    let mut text = String::from("T");
    for _ in 0..1 + dice.below(6) {
        let mut range = dice.pick(&LETTERS);
        text.push(*dice.pick(&[' ', ' ', '-', '’', '.', '\u{200B}', '/']));
        for _ in 0..1 + dice.below(5) {
            if dice.chance(20) {
                range = dice.pick(&LETTERS);
            }
            text.extend(range.clone().nth(dice.below(range.clone().count())));
        }
    }
    text
}

/// Briefs with random titles, and nothing else that is searched.
fn titled(dice: &mut Dice) -> Case {
    let config = "title = \"W\"\nbase_url = \"https://w.example/\"\n".to_owned();
    let mut files = Files::from([("site.toml".to_owned(), config)]);
    for number in 0..400 {
        // A string of JSON is one of TOML.
        let brief = format!("+++\ntitle = {}\n+++\n", json!(text(dice)));
        files.insert(format!("content/briefs/2025-01-01-{number}.md"), brief);
    }
    Case { files, edits: Vec::new() }
}

#[test]
fn the_words_of_the_index_are_those_that_the_script_asks_for() {
    hold(2, titled, |case| {
        let scratch = Scratch::of(&case.files);
        let site = build(&scratch, &[]);
        let title = |text: &str| -> Option<String> {
            let (_, rest) = text.split_once("title = ")?;
            serde_json::from_str(rest.lines().next()?).ok()
        };
        let briefs = case.files.iter().filter(|(name, _)| name.ends_with(".md"));
        let titles: Vec<String> = briefs.filter_map(|(_, text)| title(text)).collect();
        let texts: Vec<&str> = titles.iter().map(String::as_str).collect();
        let made = run(&scratch.root.join("public"), &texts, &[])["words"].take();
        let made: Vec<Vec<String>> = serde_json::from_value(made).unwrap();
        let asked: BTreeSet<&String> = made.iter().flatten().collect();
        let mut known = BTreeSet::new();
        for (_, file) in site.iter().filter(|(name, _)| name.starts_with("search/words/")) {
            let file = std::str::from_utf8(file).unwrap();
            let data = &file[file.find('{').unwrap()..=file.rfind('}').unwrap()];
            known
                .extend(serde_json::from_str::<BTreeMap<String, Value>>(data).unwrap().into_keys());
        }
        let known = known.iter().collect();
        if asked == known {
            return Ok(());
        }
        let only = |a: &BTreeSet<&String>, b: &BTreeSet<&String>| -> Vec<String> {
            a.difference(b).map(|word| format!("{word} {}", word.escape_unicode())).collect()
        };
        Err(format!(
            "other words\nonly the script: {:?}\nonly the index: {:?}",
            only(&asked, &known),
            only(&known, &asked)
        ))
    });
}

#[test]
fn the_demo_is_searched() {
    let folder = tempfile::tempdir().unwrap();
    let output = folder.path().join("out");
    let run = chancery(
        repository(),
        &["build", "--now", "2026-01-01", "--output", output.to_str().unwrap()],
    );
    assert_eq!(run.code, 0, "{}", run.stderr);
    let site = files(&output);
    let queries = [
        "istanbul embassy",
        "Türkiye",
        "turkiye",
        "Lavr",
        "russian federation",
        "zzz",
        "",
        "LAVROV talks",
    ];
    let found = found(&output, &queries);
    for path in found.iter().flatten() {
        assert!(site.contains_key(&format!("{path}index.html")), "{path}");
    }
    let [embassy, with, without, beginning, alias, nothing, empty, several] =
        found.try_into().unwrap();
    assert_eq!(embassy[0], "briefs/2025-02-27-istanbul-embassy-talks/");
    assert_eq!(with, without);
    assert_eq!(with[0], "actors/tr/");
    assert_eq!(beginning[0], "actors/lavrov/");
    assert_eq!(alias[0], "actors/ru/");
    assert!(alias.iter().any(|path| path.starts_with("briefs/")), "{alias:?}");
    assert!(nothing.is_empty() && empty.is_empty());
    assert!(!several.is_empty());
}

#[test]
fn titles_come_before_names_before_text_and_newer_before_older() {
    let scratch = Scratch::small();
    let brief = |title: &str, rest: &str| {
        format!("+++\ntitle = \"{title}\"\n{rest}\n+++\n## Heading Quux\n\nBody text.\n")
    };
    scratch.write("content/actors/xy.md", "+++\nname = \"Someone\"\nkind = \"person\"\naliases = [\"Zebra Crossing\"]\nsummary = \"A zebu.\"\n+++\n");
    scratch.write("content/briefs/2025-01-01-title.md", brief("A zebra", ""));
    scratch.write("content/briefs/2025-01-02-title.md", brief("The zebra again", ""));
    scratch.write("content/briefs/2025-01-03-name.md", brief("One", "actors = [\"xy\"]"));
    scratch.write("content/briefs/2025-01-04-text.md", brief("Two", "summary = \"With a zebra.\""));
    scratch.write(
        "content/briefs/2025-01-05-bluf.md",
        brief("Three", "bluf = \"The **zebra**&crossing, [no](https://address.example/).\""),
    );
    scratch.write("content/briefs/2025-01-06-begins.md", brief("Zebras", ""));
    build(&scratch, &[]);
    let public = scratch.root.join("public");
    let queries = [
        "zebra",
        "zebra ",
        "zebra crossing",
        "quux",
        "zebra quux",
        "body",
        "address",
        "2025",
        "constructor",
    ];
    let mut found = found(&public, &queries).into_iter();
    let short = |paths: Option<Vec<String>>| -> Vec<String> {
        paths
            .unwrap()
            .iter()
            .map(|path| path.replace("briefs/2025-", "").replace('/', ""))
            .collect()
    };
    let whole =
        ["actorsxy", "01-02-title", "01-01-title", "01-03-name", "01-05-bluf", "01-04-text"];
    let mut with_beginning: Vec<&str> = whole.to_vec();
    with_beginning.insert(3, "01-06-begins");
    assert_eq!(short(found.next()), with_beginning);
    assert_eq!(short(found.next()), whole);
    assert_eq!(short(found.next()), ["actorsxy", "01-03-name", "01-05-bluf"]);
    assert_eq!(short(found.next()).len(), 6);
    assert_eq!(short(found.next()).len(), 5);
    // Neither the text nor addresses nor paths are searched.
    for _ in 0..4 {
        assert!(short(found.next()).is_empty());
    }
}

#[test]
fn what_is_withheld_is_in_no_file_of_the_search() {
    let scratch = Scratch::small();
    scratch.write(
        "content/actors/ghost.md",
        "+++\nname = \"Ghost\"\nkind = \"person\"\naliases = [\"Phantom\"]\ndraft = true\n+++\n",
    );
    scratch.write(
        "content/briefs/2025-01-01-a.md",
        "+++\ntitle = \"Wraith\"\nembargo = 2030-01-01\nactors = [\"us\"]\n+++\n## Spectre\n",
    );
    scratch.write(
        "content/briefs/2025-01-02-b.md",
        "+++\ntitle = \"Seen\"\nactors = [\"ghost\", \"us\"]\n+++\n",
    );
    let open = build(&scratch, &[]);
    for (name, bytes) in open.iter().filter(|(name, _)| name.starts_with("search/")) {
        let text = String::from_utf8_lossy(bytes).to_lowercase();
        for secret in ["ghost", "phantom", "wraith", "spectre"] {
            assert!(!text.contains(secret), "{name}: {secret}");
        }
    }
    let public = scratch.root.join("public");
    assert_eq!(found(&public, &["phantom", "wraith", "seen"])[2], ["briefs/2025-01-02-b/"]);
    build(&scratch, &["--drafts"]);
    assert_eq!(found(&public, &["phantom"])[0].len(), 2);
}

#[test]
fn many_documents_are_cut_into_files_that_fit_together() {
    let scratch = Scratch::small();
    for n in 0..300 {
        let text = format!(
            "+++\ntitle = \"Brief number{n} of group{}\"\ndate = 2024-01-01\nactors = [\"us\"]\n+++\n",
            n % 7
        );
        scratch.write(&format!("content/briefs/b{n:03}.md"), text);
    }
    let one = build(&scratch, &["--jobs", "1"]);
    assert!(one == build(&scratch, &["--jobs", "4"]));
    assert!(one.contains_key("search/words/2.js") && one.contains_key("search/documents/9.js"));
    let public = scratch.root.join("public");
    let found = found(&public, &["number299", "number", "group3", "united"]);
    assert_eq!(found[0], ["briefs/b299/"]);
    assert_eq!(found[1].len(), 300);
    assert_eq!(found[2].len(), 43);
    // The actor, and what is about it.
    assert_eq!(found[3].len(), 302);
    // Another word anywhere is another stamp everywhere.
    scratch.write("content/briefs/b000.md", "+++\ntitle = \"Changed\"\ndate = 2024-01-01\n+++\n");
    let other = build(&scratch, &[]);
    for (name, bytes) in one.iter().filter(|(name, _)| name.starts_with("search/")) {
        assert!(other[name] != *bytes, "{name}");
    }
}

#[test]
fn a_page_of_ones_own_takes_the_place_of_the_search_that_is_off() {
    let scratch = Scratch::small();
    scratch.write("content/pages/search.md", "+++\ntitle = \"Search\"\n+++\nAsk us.\n");
    let both = chancery(&scratch.root, &["build"]);
    assert_eq!(both.code, 1);
    assert!(both.stderr.contains("`[search] enabled = false` leaves it out"), "{}", both.stderr);
    scratch.write(
        "site.toml",
        "title = \"Small\"\nbase_url = \"https://small.example/\"\n[search]\nenabled = false\n",
    );
    let site = build(&scratch, &[]);
    assert!(String::from_utf8_lossy(&site["search/index.html"]).contains("Ask us."));
    assert!(!site.keys().any(|name| name.contains("search") && name.ends_with(".js")));
    assert!(!String::from_utf8_lossy(&site["index.html"]).contains("to-search"));
}
