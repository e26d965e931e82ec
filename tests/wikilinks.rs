//! What a wikilink means is one answer: for where it leads, who is mentioned and quoted, and what `explain` says.

#![allow(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test prepares files, and may stop where it fails"
)]

mod site;

use std::collections::BTreeSet;

use serde_json::Value;
use site::{Run, Scratch, chancery};

const NOW: [&str; 2] = ["--now", "2026-01-01"];

fn run(scratch: &Scratch, arguments: &[&str]) -> Run {
    let run = chancery(&scratch.root, &[arguments, NOW.as_slice()].concat());
    assert_eq!(run.code, 0, "{arguments:?}: {}{}", run.stdout, run.stderr);
    run
}

/// Two actors that share a name, one whose id is another's alias, and documents of other kinds that are called as actors
/// are.
fn site() -> Scratch {
    let scratch = Scratch::empty();
    let actor = |id: &str, rest: &str| {
        let text = format!("+++\nkind = \"organisation\"\n{rest}\n+++\n");
        scratch.write(&format!("content/actors/{id}.md"), text);
    };
    scratch.write("site.toml", "title = \"W\"\nbase_url = \"https://w.example/\"\n");
    actor("ru", "name = \"Russia\"\naliases = [\"RF\"]");
    actor("alliance", "name = \"Atlantic Alliance\"\naliases = [\"NATO\"]");
    actor("us", "name = \"United States\"");
    actor("unionists", "name = \"Union of Sculptors\"\naliases = [\"US\"]");
    actor("people/lavrov", "name = \"Sergey Lavrov\"");
    actor("secret", "name = \"Secret Bureau\"\naliases = [\"the Bureau\"]\ndraft = true");
    actor("bureau", "name = \"Bureau of Maps\"\naliases = [\"the Bureau\"]");
    actor("senate", "name = \"Senate\"");
    scratch.write("content/topics/nato.md", "+++\nname = \"The debate\"\n+++\n");
    scratch.write("content/topics/senate-topic.md", "+++\nname = \"Upper houses\"\n+++\n");
    scratch.write("content/topics/rf.md", "+++\nname = \"Held back\"\ndraft = true\n+++\n");
    scratch.write(
        "content/briefs/2025-01-01-senate-vote.md",
        "+++\ntitle = \"The vote\"\nsummary = \"S.\"\n+++\nText.\n",
    );
    scratch.write(
        "content/briefs/2025-01-03-second.md",
        "+++\ntitle = \"Russia #2\"\nsummary = \"S.\"\n+++\n## The *first* words\n\n## More {#own}\n",
    );
    scratch.write("content/briefs/report.pdf", "%PDF-");
    scratch
}

/// Where the wikilink of the brief leads, who the page is said to mention, who quotes the brief, and whom `explain` sees.
fn answers(scratch: &Scratch, wikilink: &str) -> [BTreeSet<String>; 4] {
    let brief = format!(
        "+++\ntitle = \"One\"\ndate = 2025-01-02\nsummary = \"S.\"\n+++\nThey saw {wikilink} there.\n"
    );
    scratch.write("content/briefs/one.md", brief);
    run(scratch, &["build"]);
    let site = scratch.output();
    let page = |name: &str| String::from_utf8(site[name].clone()).unwrap();
    let one = page("briefs/one/index.html");
    let sentence = one.split_once("\">They saw ").unwrap().1.split_once(" there.</p>").unwrap().0;
    let ends = |text: &str| text.split('"').next().unwrap().trim_matches(['.', '/']).to_owned();
    let leads = sentence.split("href=\"").skip(1).map(ends).collect();
    let data = one.split_once("application/ld+json\">").unwrap().1.split_once("</script>");
    let data: Value = serde_json::from_str(data.unwrap().0).unwrap();
    let mut mentions = BTreeSet::new();
    let mut rest = vec![(false, &data)];
    while let Some((within, value)) = rest.pop() {
        match value {
            Value::Object(entries) => {
                rest.extend(entries.iter().map(|(key, value)| (within || key == "mentions", value)))
            }
            Value::Array(items) => rest.extend(items.iter().map(|item| (within, item))),
            Value::String(text) if within => {
                let id = text.strip_prefix("https://w.example/actors/");
                mentions.extend(id.map(|id| id.split('/').collect::<Vec<_>>().join("/")));
            }
            _ => {}
        }
    }
    let mentions =
        mentions.into_iter().map(|id| format!("actors/{}", id.trim_matches('/'))).collect();
    let quoting = site.iter().filter(|(name, bytes)| {
        let text = String::from_utf8_lossy(bytes);
        name.starts_with("actors/") && text.contains("<blockquote><p>They saw")
    });
    let quoting =
        quoting.map(|(name, _)| name.trim_end_matches("/index.html").to_owned()).collect();
    let file = scratch.root.join("content/briefs/one.md");
    let explained = run(scratch, &["explain", file.to_str().unwrap(), "--format", "json"]);
    let explained: Value = serde_json::from_str(&explained.stdout).unwrap();
    let explained = explained.as_array().unwrap().iter();
    let explained = explained.filter(|name| name["rule"] == "explicit" && name["counted"] == true);
    let explained =
        explained.map(|name| format!("actors/{}", name["actor"].as_str().unwrap())).collect();
    [leads, mentions, quoting, explained]
}

#[test]
fn a_wikilink_has_one_meaning_wherever_it_is_asked_for() {
    let scratch = site();
    let leads_to = [
        ("[[actors/ru]]", "actors/ru"),
        ("[[ actors/ru |the Bear]]", "actors/ru"),
        ("[[actors/people/lavrov|him]]", "actors/people/lavrov"),
        ("[[lavrov]]", "actors/people/lavrov"),
        ("[[Russia|it]]", "actors/ru"),
        ("[[atlantic alliance]]", "actors/alliance"),
        // A topic's id goes before an actor's alias, and an actor's id before another's alias.
        ("[[nato]]", "topics/nato"),
        ("[[nato|it]]", "topics/nato"),
        ("[[topics/nato]]", "topics/nato"),
        ("[[us]]", "actors/us"),
        ("[[us|it]]", "actors/us"),
        // What is held back changes nothing that is published.
        ("[[RF]]", "actors/ru"),
        ("[[rf]]", "actors/ru"),
        ("[[the Bureau]]", "actors/bureau"),
        ("[[the bureau|it]]", "actors/bureau"),
        ("[[senate-vote]]", "briefs/2025-01-01-senate-vote"),
        ("[[Upper houses]]", "topics/senate-topic"),
        // A `#` is part of a title, if there is one.
        ("[[Russia #2]]", "briefs/2025-01-03-second"),
        ("[[russia #2|it]]", "briefs/2025-01-03-second"),
        ("[[report.pdf]]", "briefs/report.pdf"),
    ];
    for (wikilink, to) in leads_to {
        let [leads, mentions, quoting, explained] = answers(&scratch, wikilink);
        let to = BTreeSet::from([to.to_owned()]);
        let actors: BTreeSet<String> =
            to.iter().filter(|to| to.starts_with("actors/")).cloned().collect();
        assert_eq!(leads, to, "{wikilink} leads");
        assert_eq!(mentions, actors, "{wikilink} mentions");
        assert_eq!(quoting, actors, "{wikilink} is quoted");
        assert_eq!(explained, actors, "{wikilink} is explained");
    }
}

#[test]
fn a_wikilink_leads_to_a_heading_by_its_words() {
    let scratch = site();
    let actor = "+++\nkind = \"organisation\"\nname = \"Russia\"\n+++\n## Past years\n";
    scratch.write("content/actors/ru.md", actor);
    for (wikilink, href) in [
        ("[[second#The first words]]", "briefs/2025-01-03-second/#the-first-words"),
        ("[[Russia #2#the FIRST words|it]]", "briefs/2025-01-03-second/#the-first-words"),
        ("[[second#More]]", "briefs/2025-01-03-second/#own"),
        ("[[second#own]]", "briefs/2025-01-03-second/#own"),
        ("[[second#The first words#More]]", "briefs/2025-01-03-second/#own"),
        ("[[Russia#Past years|it]]", "actors/ru/#past-years"),
        ("[[second#]]", "briefs/2025-01-03-second"),
        ("[[report.pdf#page=3]]", "briefs/report.pdf#page=3"),
    ] {
        let [leads, mentions, ..] = answers(&scratch, wikilink);
        assert_eq!(leads, BTreeSet::from([href.to_owned()]), "{wikilink}");
        assert_eq!(mentions.len(), usize::from(href.starts_with("actors")), "{wikilink}");
    }
    let scratch = site();
    let brief = "+++\ntitle = \"One\"\ndate = 2025-01-02\nsummary = \"S.\"\n+++\n## Some words\n\n[[second#own|x]] [[#some words]] [[report.pdf]]\n";
    scratch.write("content/briefs/one.md", brief);
    run(&scratch, &["rename", "brief", "2025-01-03-second", "2025-01-03-two"]);
    let renamed = std::fs::read_to_string(scratch.root.join("content/briefs/one.md")).unwrap();
    assert_eq!(renamed, brief.replace("second#own", "two#own"));
    run(&scratch, &["build"]);
    let page = String::from_utf8(scratch.output()["briefs/one/index.html"].clone()).unwrap();
    assert!(page.contains("<a href=\"#some-words\">some words</a> <a href=\"../../briefs/report.pdf\">report.pdf</a>"), "{page}");
}

#[test]
fn a_wikilink_to_what_is_held_back_mentions_nobody() {
    let scratch = site();
    for wikilink in [
        "[[secret|it]]",
        "[[actors/secret|it]]",
        "[[Secret Bureau|it]]",
        "[[topics/rf|it]]",
        "[[secret#Part|it]]",
    ] {
        let [leads, mentions, quoting, _] = answers(&scratch, wikilink);
        assert_eq!([leads, mentions, quoting], [const { BTreeSet::new() }; 3], "{wikilink}");
    }
}

/// A short form behind a wikilink means whom the wikilink means, and nobody else.
#[test]
fn a_wikilink_is_evidence_for_whom_it_means() {
    let scratch = site();
    let weak = |id: &str, name: &str| {
        scratch.write(
            &format!("content/actors/{id}.md"),
            format!("+++\nkind = \"organisation\"\nname = \"{name}\"\naliases = [\"NATO\"]\nweak = [\"Pact\"]\n+++\n"),
        );
    };
    weak("alliance", "Atlantic Alliance");
    let counted = |text: &str| {
        let brief =
            format!("+++\ntitle = \"One\"\ndate = 2025-01-02\nsummary = \"S.\"\n+++\n{text}\n");
        scratch.write("content/briefs/one.md", brief);
        let file = scratch.root.join("content/briefs/one.md");
        let explained = run(&scratch, &["explain", file.to_str().unwrap(), "--format", "json"]);
        let explained: Value = serde_json::from_str(&explained.stdout).unwrap();
        let names = explained.as_array().unwrap().iter();
        names.filter(|name| name["text"] == "Pact" && name["counted"] == true).count()
    };
    assert_eq!(counted("Of [[actors/alliance|it]]: the Pact."), 1);
    assert_eq!(counted("Of [[nato|it]]: the Pact."), 0);
}
