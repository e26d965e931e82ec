//! A site with much on it: 300 briefs of three years in three languages, 60 actors, 30 topics, six storylines. Nothing in
//! it is random, so that what is seen once is seen again.

#![allow(clippy::indexing_slicing, reason = "numbers are taken by what there is")]

use super::Scratch;

const KINDS: [&str; 5] = ["analysis", "background", "report", "explainer", "update"];
/// Titles in the site's language, in one that runs from right to left, and in one without spaces.
const TITLES: [(&str, &str, &str); 3] = [
    ("", "Round", "Delegations met in round"),
    ("ar", "جولة المحادثات رقم", "اجتمع الوفدان في يناير 2025 ضمن الجولة"),
    ("zh", "第几轮会谈", "双方代表团举行会谈"),
];
const TEXT: [&str; 3] = [
    "The delegations met for the whole day.[^1] Their work goes on in a **fortnight**.",
    "اجتمع الوفدان يوم 27 February 2025 وتستمر الأعمال بعد أسبوعين.[^1] والأمر `git push` لا يتغير.",
    "双方代表团会谈了一整天。[^1] 工作将在两周后继续。",
];

/// The site. Briefs of the first year are in the site's language.
pub fn site() -> Scratch {
    let scratch = Scratch::empty();
    scratch.write(
        "site.toml",
        "title = \"The dense site\"\nbase_url = \"https://dense.example/\"\ndescription = \"Much of everything.\"\n\
         languages = [\"ar\", \"zh\"]\n[pagination]\nsize = 20\n",
    );
    for actor in 0..60 {
        let kind = ["state", "organisation", "body", "person", "group"][actor % 5];
        let long = if actor % 7 == 0 {
            " of the Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft"
        } else {
            ""
        };
        scratch.write(
            &format!("content/actors/actor-{actor}.md"),
            format!(
                "+++\nname = \"Party Nr. {actor}{long}\"\nkind = \"{kind}\"\n{}+++\n",
                match actor % 3 {
                    0 => String::new(),
                    _ => format!("summary = \"The party that is number {actor}.\"\n"),
                }
            ),
        );
    }
    for topic in 0..30 {
        let parent =
            if topic < 5 { String::new() } else { format!("parent = \"topic-{}\"\n", topic % 5) };
        scratch.write(
            &format!("content/topics/topic-{topic}.md"),
            format!("+++\nname = \"Topic {topic}\"\n{parent}+++\n"),
        );
    }
    for storyline in 0..6 {
        let status = ["open", "dormant", "closed"][storyline % 3];
        scratch.write(
            &format!("content/storylines/storyline-{storyline}.md"),
            format!("+++\ntitle = \"Storyline {storyline}\"\nstatus = \"{status}\"\n+++\n"),
        );
    }
    for brief in 0..300 {
        scratch.write(&format!("content/briefs/brief-{brief:03}.md"), text(brief));
    }
    scratch
}

/// A brief.
fn text(brief: usize) -> String {
    let (year, day) = (2023 + brief / 100, brief % 100);
    let date = format!("{year}-{:02}-{:02}", 1 + day / 9, 1 + (day % 9) * 3);
    // Each tenth brief in another language than the site.
    let (language, title, summary) = TITLES[match brief % 10 {
        0 => 1,
        5 => 2,
        _ => 0,
    }];
    let foreign =
        if language.is_empty() { String::new() } else { format!("language = \"{language}\"\n") };
    let body = TEXT[TITLES.iter().position(|(known, ..)| *known == language).unwrap_or(0)];
    let actors: Vec<String> =
        (0..3).map(|n| format!("\"actor-{}\"", (brief * (n + 3) + n * 17) % 60)).collect();
    let mut actors = actors;
    actors.dedup();
    let follows = if brief % 20 == 11 {
        format!("follows = \"brief-{:03}\"\n", brief - 1)
    } else {
        String::new()
    };
    let judgement = match brief % 25 {
        7 => format!(
            "[[judgements]]\nid = \"j{brief}\"\ntext = \"They meet again.\"\nlikelihood = \"likely\"\nconfidence = \"moderate\"\nby = 2026-{:02}-01\n",
            1 + brief % 12
        ),
        _ => String::new(),
    };
    let event = match brief % 4 {
        0 => format!(
            "[[events]]\ndate = {date}\ntitle = \"Round {brief} at a place\"\nplace = \"The house in the Schifffahrtsgesellschaftsstraße\"\n"
        ),
        _ => String::new(),
    };
    format!(
        "+++\ntitle = \"{title} {brief}\"\ndate = {date}\nsummary = \"{summary} {brief}.\"\nkind = \"{}\"\nactors = [{}]\n\
         topics = [\"topic-{}\"]\nstoryline = \"storyline-{}\"\nbluf = \"{summary} {brief}.\"\n{foreign}{follows}{judgement}{event}+++\n\n\
         ## What happened\n\n{body}\n\n| Party | Position | How it reaches us | When |\n|---|---|---|---|\n\
         | Party Nr. {} | A long position that takes some room | By an unnamed official | 27 February 2025 |\n\n\
         ```rust\nlet round = {brief};\n```\n\n## What is next\n\nMore of [that](brief-{:03}.md).\n\n[^1]: A note.\n",
        KINDS[brief % 5],
        actors.join(", "),
        brief % 30,
        brief % 6,
        brief % 60,
        (brief + 299) % 300,
    )
}
