//! Rules that hold on every site, held on random ones. A failure prints the seed and the smallest site that breaks
//! the rule; `CHANCERY_SEED=7 cargo test --test random` tries one seed, `CHANCERY_CASES=20` twenty times as many.

#![allow(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test prepares files, and may stop where it fails"
)]

mod site;

use std::collections::BTreeMap;

use serde_json::Value;
use site::random::{Case, Dice, Files, hold, site as random_site};
use site::{Run, Scratch, chancery, files};

const NOW: [&str; 2] = ["--now", "2026-01-01"];

/// Runs the program for the day that random sites are made for.
fn run(scratch: &Scratch, arguments: &[&str]) -> Run {
    chancery(&scratch.root, &[arguments, NOW.as_slice()].concat())
}

#[test]
fn random_sites_are_without_errors() {
    hold(20, Case::of_site, |case| {
        let scratch = Scratch::of(&case.files);
        let run = run(&scratch, &["check"]);
        match run.code {
            0 => Ok(()),
            _ => Err(run.stderr),
        }
    });
}

/// The files of a site as text, without the `index.html` at the end of addresses, and with one word for the stamp of
/// its search, which is a hash of addresses too.
fn without_index(site: &BTreeMap<String, Vec<u8>>) -> BTreeMap<&str, String> {
    let index =
        site.get("search/index.js").map_or("".into(), |index| String::from_utf8_lossy(index));
    let stamp = index.split('"').nth(3).unwrap_or("no search");
    let text = |bytes: &[u8]| {
        let text = String::from_utf8_lossy(bytes).replace(stamp, "STAMP");
        text.replace("index.html\"", "\"").replace("index.html#", "#").replace("=\"./", "=\"")
    };
    site.iter().map(|(name, bytes)| (name.as_str(), text(bytes))).collect()
}

#[test]
fn an_offline_site_differs_in_index_html_alone() {
    hold(12, Case::of_site, |case| {
        let scratch = Scratch::of(&case.files);
        let site = |arguments: &[&str]| {
            let run = run(&scratch, &[&["build"], arguments].concat());
            (run.code == 0).then(|| scratch.output())
        };
        // A part of a random site need not be sound.
        let (Some(online), Some(offline)) = (site(&[]), site(&["--offline"])) else {
            return Ok(());
        };
        if online.keys().ne(offline.keys()) {
            return Err("other files".to_owned());
        }
        let (online, mut offline) = (without_index(&online), without_index(&offline));
        for (name, mut with) in online {
            let mut without = offline.remove(name).unwrap();
            // A host shows this page at any address, so that its links are whole.
            if name == "404.html" {
                let base = case.files["site.toml"].split("base_url = ").nth(1).unwrap_or_default();
                let base = base.lines().next().unwrap_or_default().trim_end_matches('"');
                for text in [&mut with, &mut without] {
                    *text = text.replace(&format!("={base}"), "=\"");
                }
            }
            if name != ".chancery" && with != without {
                let lines = with.lines().zip(without.lines()).find(|(a, b)| a != b);
                return Err(format!("other text\n{name}: {lines:#?}"));
            }
        }
        Ok(())
    });
}

/// A site with an actor, a topic or a brief to rename: its id and a new one are in the last file.
fn to_rename(dice: &mut Dice) -> Case {
    let mut files = random_site(dice);
    let documents: Vec<(String, String)> = files
        .keys()
        .filter_map(|name| {
            let (folder, rest) = name.strip_prefix("content/")?.split_once('/')?;
            let kind = folder
                .strip_suffix('s')
                .filter(|kind| ["actor", "topic", "brief"].contains(kind))?;
            let id = rest.strip_suffix("/index.md").or_else(|| rest.strip_suffix(".md"))?;
            Some((kind.to_owned(), id.to_owned()))
        })
        .collect();
    let (kind, id) = dice.pick(&documents);
    let last = id.rsplit('/').next().unwrap();
    let date = last.get(..11).filter(|date| date.starts_with("20")).unwrap_or_default();
    let folder = *dice.pick(&["", "new/", "new/er/"]);
    files.insert("rename.txt".to_owned(), format!("{kind} {id} {folder}{date}renamed"));
    Case { files, edits: Vec::new() }
}

#[test]
fn a_rename_and_its_reverse_give_the_first_bytes() {
    hold(15, to_rename, |case| {
        let scratch = Scratch::of(&case.files);
        let Some(asked) = case.files.get("rename.txt") else { return Ok(()) };
        let [kind, from, to] = asked.split_whitespace().collect::<Vec<_>>()[..] else {
            return Ok(());
        };
        let before = files(&scratch.root);
        let there = run(&scratch, &["rename", kind, from, to]);
        if there.stderr.contains("nothing was renamed: the errors above") {
            // A part of a random site need not be sound.
            return Ok(());
        }
        if there.code != 0 {
            return Err(format!("it is not renamed: {}", there.stderr));
        }
        let back = run(&scratch, &["rename", kind, to, from]);
        if back.code != 0 {
            return Err(format!("it is not renamed back: {}", back.stderr));
        }
        let after = files(&scratch.root);
        let differs = before.iter().find(|(name, bytes)| after.get(*name) != Some(bytes));
        match differs {
            Some((name, _)) => {
                let now = after.get(name).map(|bytes| String::from_utf8_lossy(bytes));
                Err(format!("other bytes\n{name}: {now:?}"))
            }
            None if before.len() != after.len() => Err("other files".to_owned()),
            None => Ok(()),
        }
    });
}

/// A site whose ids are mistyped here and there, and whose texts name actors that they do not list.
fn mistyped(dice: &mut Dice) -> Case {
    let mut files: Files = random_site(dice);
    let ids = [
        "\"alliance\"",
        "\"bodies/unsc\"",
        "\"people/lavrov\"",
        "\"embassies\"",
        "\"grain\"",
        "\"trade\"",
    ];
    for (name, text) in files.iter_mut().filter(|(name, _)| name.starts_with("content/")) {
        for id in ids {
            if dice.chance(20) {
                let at = 2 + dice.below(id.len() - 3);
                *text = text.replace(id, &format!("{}{}", &id[..at], &id[at + 1..]));
            }
        }
        if name.starts_with("content/briefs/") && dice.chance(60) {
            let who = *dice.pick(&["Greece", "Türkiye", "the US", "NATO"]);
            *text += &format!("\nSo {who} and {who} said, and {who} again.\n");
        }
    }
    Case { files, edits: Vec::new() }
}

/// What `check` finds, each as its severity, code and message, and how often.
fn findings(scratch: &Scratch) -> BTreeMap<(String, String, String), usize> {
    let run = run(scratch, &["check", "--drafts", "--format", "json"]);
    let found: Value =
        serde_json::from_str(&run.stdout).unwrap_or_else(|_| panic!("{}", run.stderr));
    let mut counted = BTreeMap::new();
    for one in found.as_array().unwrap() {
        let text = |key: &str| one[key].as_str().unwrap_or_default().to_owned();
        *counted.entry((text("severity"), text("code"), text("message"))).or_default() += 1;
    }
    counted
}

#[test]
fn fix_does_what_check_proposes_at_once_and_makes_no_mistake() {
    hold(15, mistyped, |case| {
        let scratch = Scratch::of(&case.files);
        let before = findings(&scratch);
        let proposed = run(&scratch, &["fix", "--dry-run"]);
        let fixed = run(&scratch, &["fix"]);
        let changed = files(&scratch.root);
        let unchanged = case.files.iter().all(|(name, text)| changed[name] == text.as_bytes());
        if proposed.stdout.is_empty() != unchanged {
            return Err(format!("a dry run shows another change\n{}", proposed.stdout));
        }
        // What follows the front matter stays.
        for (name, text) in &case.files {
            let body = |text: &str| text.rsplit_once("## Aims").map(|(_, rest)| rest.to_owned());
            if body(text) != body(std::str::from_utf8(&changed[name]).unwrap()) {
                return Err(format!("a text is changed\n{name}"));
            }
        }
        let again = run(&scratch, &["fix"]);
        if files(&scratch.root) != changed || !again.stdout.ends_with("0 files changed\n") {
            return Err(format!(
                "fixed again\n{}{}\nfirst:\n{}",
                again.stdout, again.stderr, fixed.stdout
            ));
        }
        for (finding, count) in findings(&scratch) {
            if finding.0 == "error" && before.get(&finding).is_none_or(|before| *before < count) {
                return Err(format!("a new error\n{finding:?}\nfixed:\n{}", fixed.stdout));
            }
        }
        Ok(())
    });
}
