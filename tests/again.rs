//! A site that is read again after an edit, with a memory, is the site as it is read anew.

#![allow(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    reason = "a test prepares files, and may stop where it fails"
)]

mod site;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::sync::Arc;
use std::time::Instant;

use chancery::internals::diagnostic::{Diagnostic, Diagnostics};
use chancery::internals::render::{RenderOptions, Rendered, Renderer};
use chancery::internals::source::Sources;
use chancery::internals::{Memory, Request, Site};
use site::Scratch;
use site::random::{edited, hold};

fn request() -> Request {
    let now = "2026-01-01T00:00:00Z".parse().unwrap();
    Request { base_url: None, drafts: false, proof: false, now }
}

/// Every page of the site, whether its links were taken from the memory, and what made the pages.
fn pages(
    sources: Sources,
    memory: Option<&mut Memory>,
    last: Option<&Renderer>,
) -> (BTreeMap<String, String>, bool, Renderer) {
    let mut found = Diagnostics::new();
    let sources = Arc::new(sources);
    let site = Site::link(sources, &request(), memory, Instant::now(), &mut found).unwrap();
    // Only a site that is linked anew is planned anew.
    let remembered = !site.timings.iter().any(|(stage, _)| *stage == "plan");
    let Site { graph, plan, config, sources, .. } = &site;
    let manner = RenderOptions { now: request().now, offline: false };
    let renderer = Renderer::new(graph, plan, config, sources, manner, last, &mut found).unwrap();
    let pages = renderer.pages(false);
    let mut buffer = String::new();
    let text = |planned| match pages.render(planned, &mut buffer).ok().unwrap() {
        Rendered::Made(bytes) => String::from_utf8(bytes.to_vec()).unwrap(),
        Rendered::Copy(asset) => asset.file.to_string(),
    };
    let texts: Vec<String> = plan.files.iter().map(text).collect();
    let paths = plan.files.iter().map(|planned| planned.path.clone());
    (paths.zip(texts).collect(), remembered, renderer)
}

#[test]
fn a_site_read_again_is_the_site_read_anew() {
    let scratch = Scratch::small();
    let brief = |front: &str, body: &str| format!("+++\n{front}\n+++\n{body}\n");
    let talks = "content/briefs/2025-02-27-talks.md";
    let other = "content/briefs/2025-03-01-other.md";
    // What is written, and whether the links are the same as before.
    let edits: [(&str, Option<String>, bool); 25] = [
        (
            other,
            Some(brief("title = \"Other\"", "See [[the talks]] and [[2025-02-27-talks]].")),
            false,
        ),
        (talks, Some(brief("title = \"The talks\"\nactors = [\"us\"]", "The US.")), false),
        (
            talks,
            Some(brief("title = \"The talks\"\nactors = [\"us\"]", "The US, more of it.")),
            true,
        ),
        // Some link leads to a paragraph: what there is of those matters from then on.
        (
            talks,
            Some(brief("title = \"The talks\"\nactors = [\"us\"]", "The US.\n\n[It](#p--7aeec9).")),
            false,
        ),
        (
            talks,
            Some(brief(
                "title = \"The talks\"\nactors = [\"us\"]",
                "The US.\n\n[It](#p--7aeec9) again.",
            )),
            false,
        ),
        (talks, Some(brief("title = \"The talks\"\nactors = [\"us\"]", "The US.")), false),
        (
            talks,
            Some(brief("title = \"The talks\"\nsummary = \"Said.\"\nactors = [\"us\"]", "The US.")),
            true,
        ),
        (
            talks,
            Some(brief("title = \"The talks\"\nkind = \"report\"\nactors = [\"us\"]", "The US.")),
            true,
        ),
        ("templates/404.html", Some("{% extends \"base.html\" %}".to_owned()), true),
        ("templates/strings/en.toml", Some("kind_report = \"Notice\"\n".to_owned()), true),
        ("templates/404.html", None, true),
        // Nobody asks for `Other`, but a wikilink does for `The talks`.
        (
            other,
            Some(brief("title = \"Another\"", "See [[the talks]] and [[2025-02-27-talks]].")),
            true,
        ),
        (talks, Some(brief("title = \"No talks\"\nactors = [\"us\"]", "The US.")), false),
        (other, Some(brief("title = \"Another\"", "See [[2025-02-27-talks]].")), false),
        (other, Some(brief("title = \"Third\"", "See [[2025-02-27-talks]].")), true),
        (talks, Some(brief("title = \"No talks\"\nactors = [\"us\", \"ru\"]", "The US.")), false),
        (
            talks,
            Some(brief(
                "title = \"Talks\"\nactors = [\"us\", \"ru\"]\nevents = [{ date = 2025-02-01, title = \"A\", actors = [\"us\"] }]",
                "The US.",
            )),
            false,
        ),
        (
            talks,
            Some(brief(
                "title = \"Long talks\"\nactors = [\"us\", \"ru\"]\nevents = [{ date = 2025-02-01, title = \"B\", actors = [\"us\"] }]",
                "The US.",
            )),
            true,
        ),
        (
            talks,
            Some(brief(
                "title = \"Talks\"\nactors = [\"us\", \"ru\"]\nevents = [{ date = 2025-02-02, title = \"B\", actors = [\"us\"] }]",
                "The US.\n\n## A heading",
            )),
            false,
        ),
        (talks, Some(brief("title = \"Talks\"\nredirects = [\"/old/\"]", "The US.")), false),
        (
            "content/actors/us.md",
            Some(brief("name = \"America\"\nkind = \"state\"\naliases = [\"US\"]", "")),
            false,
        ),
        (other, None, false),
        // The first name that a site knows is found in what was read before.
        ("content/actors/ru.md", None, false),
        ("content/actors/us.md", None, false),
        (
            "content/actors/us.md",
            Some(brief("name = \"America\"\nkind = \"state\"\naliases = [\"US\"]", "")),
            false,
        ),
    ];
    let mut memory = Memory::default();
    let mut sources = Sources::read(&scratch.root, &mut Diagnostics::new()).unwrap();
    let first = sources.again(&[], &mut Diagnostics::new()).unwrap();
    let mut last = pages(first, Some(&mut memory), None).2;
    for (number, (file, text, same_links)) in edits.into_iter().enumerate() {
        match text {
            Some(text) => scratch.write(file, &text),
            None => fs::remove_file(scratch.root.join(file)).unwrap(),
        }
        let touched = [scratch.root.join(file)];
        let again = || sources.again(&touched, &mut Diagnostics::new()).unwrap();
        let (read_again, remembered, renderer) = pages(again(), Some(&mut memory), Some(&last));
        last = renderer;
        sources = again();
        let anew = Sources::read(&scratch.root, &mut Diagnostics::new()).unwrap();
        assert!(read_again == pages(anew, None, None).0, "edit {number} of {file}");
        assert_eq!(remembered, same_links, "edit {number} of {file}");
    }
}

/// All that was found wrong with the site, and its pages and what made them if that is nothing bad.
type Reading = (Vec<Diagnostic>, Option<(BTreeMap<String, String>, Renderer)>);

/// Reads the site as `serve` does, and prints every page of it.
fn read(sources: Option<Sources>, memory: Option<&mut Memory>, last: Option<&Renderer>) -> Reading {
    let mut found = Diagnostics::new();
    let Some(sources) = sources.map(Arc::new) else { return (Vec::new(), None) };
    let Some(site) = Site::link(sources, &request(), memory, Instant::now(), &mut found) else {
        return (found.sorted(), None);
    };
    let Site { graph, plan, config, sources, .. } = &site;
    let manner = RenderOptions { now: request().now, offline: false };
    let renderer = Renderer::new(graph, plan, config, sources, manner, last, &mut found);
    let failed = found.has_errors();
    let found = found.sorted();
    let Some(renderer) = renderer.filter(|_| !failed) else { return (found, None) };
    let pages = renderer.pages(false);
    let mut buffer = String::new();
    let mut printed = BTreeMap::new();
    for planned in &plan.files {
        let text = match pages.render(planned, &mut buffer) {
            Ok(Rendered::Made(bytes)) => String::from_utf8(bytes.to_vec()).unwrap(),
            Ok(Rendered::Copy(asset)) => asset.file.to_string(),
            Err(failed) => format!("{failed:?}"),
        };
        printed.insert(planned.path.clone(), text);
    }
    (found, Some((printed, renderer)))
}

/// The codes of what is found when a file of the small site has each of these texts in turn, or is gone.
fn found_with(scratch: &Scratch, file: &str, texts: &[Option<&str>]) -> Vec<Vec<String>> {
    let mut memory = Memory::default();
    let mut sources = Sources::read(&scratch.root, &mut Diagnostics::new()).unwrap();
    let mut codes = Vec::new();
    for text in texts {
        scratch.edit(&vec![(file.to_owned(), text.map(str::to_owned))]);
        let again = || sources.again(&[scratch.root.join(file)], &mut Diagnostics::new());
        let (found, _) = read(again(), Some(&mut memory), None);
        codes.push(found.iter().map(|found| format!("{:?}", found.code)).collect());
        sources = again().unwrap();
    }
    codes
}

#[test]
fn a_list_of_actors_that_changes_is_read_again() {
    let scratch = Scratch::small();
    scratch.write(
        "site.toml",
        "title = \"S\"\nbase_url = \"https://s.example/\"\nregistry = [\"groups\"]\n",
    );
    scratch.write("content/actors/own.md", "+++\nextends = \"groups/fox\"\n+++\n");
    let brief = "+++\ntitle = \"Seen\"\n+++\n\nThe Sand Owl and the Nile Fox, and Dune Wolf.\n";
    scratch.write("content/briefs/2025-01-01-seen.md", brief);
    let (file, fox) = ("registry/groups.toml", "[fox]\nname = \"Nile Fox\"\nkind = \"group\"\n");
    let with = |more: &str| format!("{fox}{more}");
    let owl = "[owl]\nname = \"Sand Owl\"\nkind = \"group\"\n";
    scratch.write(file, fox);
    let mut memory = Memory::default();
    let mut sources = Sources::read(&scratch.root, &mut Diagnostics::new()).unwrap();
    let (_, _, mut last) = pages(sources.clone(), Some(&mut memory), None);
    let edits = [
        with(owl),
        // What nobody is called by, is read again too: of a list's actor, and of one that extends one.
        with(&format!("{owl}summary = \"Of the desert.\"\n")),
        with(owl).replace(
            "kind = \"group\"\n[owl]",
            "kind = \"group\"\nsummary = \"Of the river.\"\n[owl]",
        ),
        with("[owl]\nname = \"Dune Wolf\"\nkind = \"group\"\n"),
        with(""),
    ];
    for (number, text) in edits.iter().enumerate() {
        scratch.write(file, text);
        let again = || sources.again(&[scratch.root.join(file)], &mut Diagnostics::new()).unwrap();
        let (read_again, _, renderer) = pages(again(), Some(&mut memory), Some(&last));
        last = renderer;
        sources = again();
        let anew = Sources::read(&scratch.root, &mut Diagnostics::new()).unwrap();
        assert!(read_again == pages(anew, None, None).0, "edit {number}");
        let named = read_again.contains_key("actors/groups/owl/");
        assert_eq!(named, number < 4, "edit {number}");
    }
    // Its file goes, and comes back.
    let codes = found_with(&scratch, file, &[None, Some(fox)]);
    assert_eq!(codes, [&["UnknownActor".to_owned(), "UnknownList".to_owned()][..], &[]]);
}

#[test]
fn numbers_and_standing_that_change_are_read_again() {
    let scratch = Scratch::small();
    let brief =
        |front: &str| format!("+++\ntitle = \"Talks\"\nstoryline = \"s\"\n{front}\n+++\nThe US.\n");
    let drawn = "[[series]]\nfile = \"a.csv\"\ntitle = \"Numbers\"\n";
    let (talks, numbers) = ("content/briefs/2025-02-27-talks.md", "content/briefs/a.csv");
    scratch.write("content/storylines/s.md", "+++\ntitle = \"S\"\n+++\n");
    scratch.write(numbers, "date,a\n2025,1\n");
    let trend = |trend: &str, reason: &str| {
        format!("trend = \"{trend}\"\ntrend_reason = \"{reason}\"\n{drawn}")
    };
    let storyline = "content/storylines/s.md";
    // What is written, and whether the links are the same as before.
    let edits = [
        (talks, brief(drawn), false),
        (numbers, "date,a\n2025,1\n2026,2\n".to_owned(), false),
        (numbers, "date;a;b\n2025;1;2\n".to_owned(), false),
        (talks, brief(&trend("improved", "They met.")), false),
        (talks, brief(&trend("improved", "They met again.")), true),
        (talks, brief(&trend("deteriorated", "They met again.")), false),
        (
            talks,
            brief(&format!("{}kind = \"steps\"\n", trend("deteriorated", "They met again."))),
            true,
        ),
        (storyline, "+++\ntitle = \"S\"\nstatus = \"closed\"\n+++\n".to_owned(), false),
        (talks, brief(""), false),
        (numbers, "no numbers".to_owned(), false),
    ];
    let mut memory = Memory::default();
    let mut sources = Sources::read(&scratch.root, &mut Diagnostics::new()).unwrap();
    let mut last = pages(sources.clone(), Some(&mut memory), None).2;
    for (number, (file, text, same_links)) in edits.into_iter().enumerate() {
        scratch.write(file, &text);
        let again = || sources.again(&[scratch.root.join(file)], &mut Diagnostics::new()).unwrap();
        let (read_again, remembered, renderer) = pages(again(), Some(&mut memory), Some(&last));
        last = renderer;
        sources = again();
        let anew = Sources::read(&scratch.root, &mut Diagnostics::new()).unwrap();
        assert!(read_again == pages(anew, None, None).0, "edit {number} of {file}");
        assert_eq!(remembered, same_links, "edit {number} of {file}");
        let page = &read_again["briefs/2025-02-27-talks/"];
        assert_eq!(page.contains("<svg class=\"over-time\""), number < 8, "edit {number}");
    }
    // What is wrong with a file is told each time, and no more once it is mended.
    scratch.write(talks, brief(drawn));
    let codes =
        found_with(&scratch, numbers, &[None, Some("date,a\nx,1\n"), Some("date,a\n2025,1\n")]);
    assert_eq!(codes, [&["BrokenImage".to_owned()][..], &["BadSeries".to_owned()], &[]]);
}

#[test]
fn an_alias_that_goes_from_one_topic_to_another_takes_its_briefs_along() {
    let scratch = Scratch::small();
    let files = ["content/topics/left.md", "content/topics/right.md"];
    let topic = |name: &str, aliases: &str| format!("+++\nname = \"{name}\"\n{aliases}+++\n");
    let shared = "aliases = [\"shared\"]\n";
    let brief = "+++\ntitle = \"Talks\"\ntopics = [\"shared\"]\n+++\nThey met.\n";
    scratch.write("content/briefs/2025-01-01-of-it.md", brief);
    scratch.write(files[0], topic("Left", shared));
    scratch.write(files[1], topic("Right", ""));
    let mut memory = Memory::default();
    let sources = Sources::read(&scratch.root, &mut Diagnostics::new()).unwrap();
    let last = pages(sources.clone(), Some(&mut memory), None).2;
    scratch.write(files[0], topic("Left", ""));
    scratch.write(files[1], topic("Right", shared));
    let saved = files.map(|file| scratch.root.join(file));
    let again = sources.again(&saved, &mut Diagnostics::new()).unwrap();
    let (read_again, ..) = pages(again, Some(&mut memory), Some(&last));
    let anew = Sources::read(&scratch.root, &mut Diagnostics::new()).unwrap();
    assert!(read_again == pages(anew, None, None).0);
    assert!(read_again["topics/right/"].contains("of-it/"));
}

#[test]
fn an_image_that_changes_is_measured_again() {
    let scratch = Scratch::small();
    let file = "content/briefs/a.png";
    let image = |width: u8| {
        [b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR\0\0\0".as_slice(), &[width, 0, 0, 0, 9, 8, 6, 0, 0, 0]]
            .concat()
    };
    scratch.write(file, image(16));
    scratch
        .write("content/briefs/2025-03-01-x.md", "+++\ntitle = \"X\"\n+++\n![An image](a.png)\n");
    let mut memory = Memory::default();
    let sources = Sources::read(&scratch.root, &mut Diagnostics::new()).unwrap();
    let (shown, _, last) = pages(sources.clone(), Some(&mut memory), None);
    assert!(shown["briefs/2025-03-01-x/"].contains("width=\"16\""));
    scratch.write(file, image(32));
    let again = sources.again(&[scratch.root.join(file)], &mut Diagnostics::new()).unwrap();
    let (shown, ..) = pages(again, Some(&mut memory), Some(&last));
    assert!(shown["briefs/2025-03-01-x/"].contains("width=\"32\""));
}

#[test]
fn a_document_that_could_not_be_read_is_missed_once_its_file_is_gone() {
    let sound = Some("+++\nname = \"Russia\"\nkind = \"state\"\n+++\n");
    let cut = Some("+++\nname = \"Rus");
    let codes = found_with(&Scratch::small(), "content/actors/ru.md", &[sound, cut, None]);
    assert_eq!(codes, [&[][..], &["UnclosedFrontMatter".to_owned()], &["UnknownActor".to_owned()]]);
}

#[test]
fn a_brief_that_was_held_back_is_followed_once_it_is_there_and_missed_once_it_is_gone() {
    let scratch = Scratch::small();
    let file = "content/briefs/2025-01-01-first.md";
    let follows = "+++\ntitle = \"Next\"\nfollows = \"2025-01-01-first\"\n+++\n";
    scratch.write("content/briefs/2025-01-02-next.md", follows);
    let draft = Some("+++\ntitle = \"First\"\ndraft = true\n+++\n");
    let codes = found_with(&scratch, file, &[draft, None]);
    assert_eq!(codes, [["WithheldReference"], ["UnknownBrief"]]);
    let mut memory = Memory::default();
    let mut sources = Sources::read(&scratch.root, &mut Diagnostics::new()).unwrap();
    for text in [draft, Some("+++\ntitle = \"First\"\n+++\n")] {
        scratch.edit(&vec![(file.to_owned(), text.map(str::to_owned))]);
        let again = || sources.again(&[scratch.root.join(file)], &mut Diagnostics::new());
        let (_, made) = read(again(), Some(&mut memory), None);
        let page = &made.unwrap().0["briefs/2025-01-02-next/"];
        assert_eq!(page.contains("briefs/2025-01-01-first/"), text != draft);
        sources = again().unwrap();
    }
}

#[test]
fn a_wikilink_means_another_once_a_document_takes_its_name_and_the_actor_again_once_that_is_gone() {
    let scratch = Scratch::small();
    let america =
        "+++\nname = \"America\"\nkind = \"state\"\naliases = [\"US\", \"talk-topic\"]\n+++\n";
    scratch.write("content/actors/us.md", america);
    scratch.write(
        "content/briefs/2025-01-02-next.md",
        "+++\ntitle = \"Next\"\n+++\nThey saw [[talk-topic|it]].\n",
    );
    let topic = |rest: &str| Some(format!("+++\nname = \"T\"\n{rest}+++\n"));
    let mut memory = Memory::default();
    let mut sources = Sources::read(&scratch.root, &mut Diagnostics::new()).unwrap();
    let file = "content/topics/talk-topic.md";
    for (text, is_mention) in [
        (None, true),
        (topic(""), false),
        (topic("draft = true\n"), true),
        (topic(""), false),
        (None, true),
    ] {
        scratch.edit(&vec![(file.to_owned(), text)]);
        let again = || sources.again(&[scratch.root.join(file)], &mut Diagnostics::new());
        let (_, made) = read(again(), Some(&mut memory), None);
        let pages = made.unwrap().0;
        assert_eq!(pages["actors/us/"].contains("They saw"), is_mention);
        let anew = Sources::read(&scratch.root, &mut Diagnostics::new());
        assert!(pages == read(anew, None, None).1.unwrap().0);
        sources = again().unwrap();
    }
}

#[test]
fn an_actor_of_the_registry_comes_and_goes_with_what_concerns_it() {
    let scratch = Scratch::empty();
    let site =
        |rest: &str| Some(format!("title = \"T\"\nbase_url = \"https://x.example/\"\n{rest}"));
    let brief = |front: &str, body: &str| {
        Some(format!("+++\ntitle = \"A\"\ndate = 2025-01-01\n{front}+++\n{body}\n"))
    };
    let all = "registry = [\"states\", \"bodies\"]\n";
    scratch.edit(&vec![
        ("site.toml".to_owned(), site(all)),
        ("content/briefs/a.md".to_owned(), brief("", "Finland.")),
        ("content/briefs/b.md".to_owned(), brief("", "Nobody.")),
    ]);
    let mut memory = Memory::default();
    let mut sources = Sources::read(&scratch.root, &mut Diagnostics::new());
    let mut last = None;
    let own = "content/actors/fi.md";
    for (file, text, actors) in [
        ("content/briefs/b.md", brief("", "Nobody, once more."), &["states/fi"][..]),
        ("content/briefs/b.md", brief("", "Norway."), &["states/fi", "states/no"]),
        ("content/briefs/b.md", brief("", "Norwegian."), &["states/fi", "states/no"]),
        ("content/briefs/b.md", brief("draft = true\n", "Norway."), &["states/fi"]),
        (
            "content/briefs/b.md",
            brief("actors = [\"states/se\"]\n", ""),
            &["states/fi", "states/se"],
        ),
        ("content/briefs/b.md", brief("", "[[Kenya]]"), &["states/fi", "states/ke"]),
        (own, Some("+++\nextends = \"states/fi\"\n+++\n".to_owned()), &["fi", "states/ke"]),
        (
            own,
            Some("+++\nextends = \"states/fi\"\naliases = [\"Nobody\"]\n+++\nNATO\n".to_owned()),
            &["bodies/nato", "fi", "states/ke"],
        ),
        (
            own,
            Some("+++\nextends = \"states/fi\"\ndraft = true\n+++\nNATO\n".to_owned()),
            &["states/ke"],
        ),
        (own, None, &["states/fi", "states/ke"]),
        ("site.toml", site("registry = [\"bodies\"]\n"), &[]),
        ("content/briefs/b.md", brief("", "NATO."), &["bodies/nato"]),
        ("site.toml", site(all), &["bodies/nato", "states/fi"]),
    ] {
        scratch.edit(&vec![(file.to_owned(), text)]);
        let touched = [scratch.root.join(file)];
        let again = || sources.as_ref()?.again(&touched, &mut Diagnostics::new());
        let (found, made) = read(again(), Some(&mut memory), last.as_ref());
        let anew = Sources::read(&scratch.root, &mut Diagnostics::new());
        let (found_anew, made_anew) = read(anew, None, None);
        assert_eq!(found, found_anew, "{file}");
        // The wikilink leads nowhere without the states.
        let Some((pages, renderer)) = made else {
            assert!(actors.is_empty() && made_anew.is_none(), "{file}: {found:?}");
            last = None;
            sources = again();
            continue;
        };
        assert!(pages == made_anew.unwrap().0, "{file}");
        let profile = |path: &str| {
            let id = path.strip_prefix("actors/")?.strip_suffix('/')?;
            (!id.is_empty()).then(|| id.to_owned())
        };
        let profiles: Vec<String> = pages.keys().filter_map(|path| profile(path)).collect();
        assert_eq!(profiles, actors, "{file}");
        last = Some(renderer);
        sources = again();
    }
}

#[test]
fn whatever_was_edited_a_site_read_again_is_the_site_read_anew() {
    hold(
        12,
        |dice| edited(dice, 12),
        |case| {
            let scratch = Scratch::of(&case.files);
            let mut memory = Memory::default();
            let mut sources = Sources::read(&scratch.root, &mut Diagnostics::new());
            let mut last = None;
            for (number, edit) in [Vec::new()].iter().chain(&case.edits).enumerate() {
                scratch.edit(edit);
                let touched: Vec<_> =
                    edit.iter().map(|(name, _)| scratch.root.join(name)).collect();
                let again = |sources: &Option<Sources>| match sources {
                    Some(sources) => sources.again(&touched, &mut Diagnostics::new()),
                    None => Sources::read(&scratch.root, &mut Diagnostics::new()),
                };
                let (warned, made) = read(again(&sources), Some(&mut memory), last.as_ref());
                sources = again(&sources);
                let anew = Sources::read(&scratch.root, &mut Diagnostics::new());
                let (warned_anew, made_anew) = read(anew, None, None);
                if warned != warned_anew {
                    let only = |some: &[Diagnostic], others: &[Diagnostic]| -> Vec<String> {
                        let only = some.iter().filter(|found| !others.contains(found));
                        only.map(|found| format!("{:?} {}", found.place, found.message)).collect()
                    };
                    let again = only(&warned, &warned_anew);
                    let anew = only(&warned_anew, &warned);
                    return Err(format!(
                        "findings differ\nafter edit {number}, only again: {again:#?}\nonly anew: {anew:#?}"
                    ));
                }
                match (made, made_anew) {
                    (Some((pages, renderer)), Some((anew, _))) => {
                        let paths: BTreeSet<&String> = pages.keys().chain(anew.keys()).collect();
                        if let Some(path) =
                            paths.into_iter().find(|path| pages.get(*path) != anew.get(*path))
                        {
                            return Err(format!(
                                "pages differ\nafter edit {number}, {path}\nagain: {:?}\nanew: {:?}",
                                pages.get(path),
                                anew.get(path)
                            ));
                        }
                        last = Some(renderer);
                    }
                    (None, None) => {}
                    (made, _) => {
                        return Err(format!(
                            "only one has pages\nafter edit {number}: {}",
                            made.is_some()
                        ));
                    }
                }
            }
            Ok(())
        },
    );
}
