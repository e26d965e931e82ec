//! Rules that a reader or an author counts on, each on both sides of its edge.

#![allow(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test prepares files, and may stop where it fails"
)]

mod site;

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;
use site::random::Dice;
use site::{Scratch, chancery};

/// Builds the site for a moment and returns its files.
fn build(scratch: &Scratch, now: &str) -> BTreeMap<String, Vec<u8>> {
    let run = chancery(&scratch.root, &["build", "--now", now]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    scratch.output()
}

fn text(site: &BTreeMap<String, Vec<u8>>, name: &str) -> String {
    String::from_utf8(site[name].clone()).unwrap()
}

/// What stands between two marks, each time.
fn between<'t>(text: &'t str, start: &str, end: &str) -> Vec<&'t str> {
    text.split(start).skip(1).map(|rest| rest.split_once(end).unwrap().0).collect()
}

/// The first five of all others by what they share, computed from nothing but the rule: a shared actor or topic
/// that `n` of `N` briefs have weighs `ln(1 + N / n)`; then the nearest in time, then the newer.
fn most_like(briefs: &[Vec<String>], this: usize) -> Vec<usize> {
    let held = |id: &String| briefs.iter().filter(|other| other.contains(id)).count();
    let weight = |id: &String| (1.0 + briefs.len() as f64 / held(id) as f64).ln();
    let score = |other: usize| -> f64 {
        briefs[this].iter().filter(|id| briefs[other].contains(id)).map(weight).sum()
    };
    let others = (0..briefs.len()).filter(|other| *other != this);
    let mut others: Vec<(f64, usize)> = others.map(|other| (score(other), other)).collect();
    others.retain(|(score, _)| *score > 0.0);
    others.sort_by(|(a, x), (b, y)| {
        let nearness = |other: usize| (this.abs_diff(other), Reverse(other));
        b.total_cmp(a).then_with(|| nearness(*x).cmp(&nearness(*y)))
    });
    others.into_iter().take(5).map(|(_, other)| other).collect()
}

#[test]
fn related_briefs_share_the_rarest_then_stand_nearest_in_time() {
    let scratch = Scratch::empty();
    scratch.write("site.toml", "title = \"R\"\nbase_url = \"https://r.example/\"\n");
    // All of them: the built-in page shows those only that nothing else on it leads to.
    scratch.write(
        "templates/brief.html",
        "<section id=\"related\">{% for r in brief.related %}<a href=\"{{ r.brief.path }}\">{% endfor %}</section>",
    );
    for n in 0..6 {
        let actor = format!("+++\nname = \"Actor{n}\"\nkind = \"person\"\n+++\n");
        scratch.write(&format!("content/actors/a{n}.md"), actor);
        scratch.write(&format!("content/topics/t{n}.md"), format!("+++\nname = \"T{n}\"\n+++\n"));
    }
    let mut dice = Dice::new(1);
    let mut briefs = Vec::new();
    for day in 1..=28 {
        // The first of each are in many briefs, the last in few.
        let mut some = |letter: char| -> Vec<String> {
            (0..6).filter(|n| dice.chance(45 - n * 7)).map(|n| format!("{letter}{n}")).collect()
        };
        let (actors, topics) = (some('a'), some('t'));
        let brief = format!("+++\ntitle = \"B\"\nactors = {actors:?}\ntopics = {topics:?}\n+++\n");
        scratch.write(&format!("content/briefs/2025-01-{day:02}-x.md"), brief);
        briefs.push([actors, topics].concat());
    }
    let site = build(&scratch, "2026-01-01");
    let mut shown = 0;
    for this in 0..briefs.len() {
        let page = text(&site, &format!("briefs/2025-01-{:02}-x/index.html", this + 1));
        let related = page.split_once("id=\"related\"").map_or("", |(_, rest)| rest);
        let related = related.split_once("</section>").map_or("", |(section, _)| section);
        let found = between(related, "briefs/2025-01-", "-x/\"");
        let found: Vec<usize> = found.iter().map(|day| day.parse::<usize>().unwrap() - 1).collect();
        assert_eq!(found, most_like(&briefs, this), "brief {} of {briefs:?}", this + 1);
        shown += found.len();
    }
    assert!(shown > 100, "{shown}");
}

#[test]
fn an_embargo_ends_and_a_brief_expires_at_the_very_moment() {
    let scratch = Scratch::small();
    let brief = |key: &str, moment: &str| {
        format!("+++\ntitle = \"X\"\ndate = 2025-01-01\n{key} = {moment}\n+++\n")
    };
    scratch.write(
        "site.toml",
        "title = \"S\"\nbase_url = \"https://s.example/\"\ntimezone = \"Europe/Istanbul\"\n",
    );
    scratch.write("content/briefs/from.md", brief("embargo", "2025-06-01T09:00:00Z"));
    scratch.write("content/briefs/until.md", brief("expires", "2025-06-01T09:00:00Z"));
    // A day begins in the site's zone, three hours before it does in Greenwich.
    scratch.write("content/briefs/day.md", brief("embargo", "2025-06-02"));
    let shown = |now: &str| -> Vec<bool> {
        let site = build(&scratch, now);
        ["from", "until", "day"]
            .map(|id| site.contains_key(&format!("briefs/{id}/index.html")))
            .to_vec()
    };
    assert_eq!(shown("2025-06-01T08:59:59.999Z"), [false, true, false]);
    assert_eq!(shown("2025-06-01T09:00:00Z"), [true, false, false]);
    assert_eq!(shown("2025-06-01T20:59:59.999Z"), [true, false, false]);
    assert_eq!(shown("2025-06-01T21:00:00Z"), [true, false, true]);
}

#[test]
fn two_files_collide_whatever_the_case_of_their_names() {
    let page = |title: &str| format!("+++\ntitle = \"{title}\"\n+++\n");
    for (one, other, collide) in [
        ("content/pages/about.md", "content/pages/About.md", true),
        ("content/pages/ärger.md", "content/pages/ÄRGER.md", true),
        ("content/pages/νέα.md", "content/pages/ΝΈΑ.md", true),
        ("static/Feed.XML", "content/pages/other.md", true),
        ("static/ABOUT/INDEX.HTML", "content/pages/about.md", true),
        ("static/a/Map.svg", "static/A/map.SVG", true),
        ("content/pages/about.md", "content/pages/abouts.md", false),
        ("content/pages/arger.md", "content/pages/ärger.md", false),
        ("static/about.html", "content/pages/about.md", false),
    ] {
        let scratch = Scratch::small();
        scratch.write(one, page("One"));
        scratch.write(other, page("Other"));
        let run = chancery(&scratch.root, &["build", "--now", "2026-01-01"]);
        let found = run.stderr.matches("[collision]").count();
        let wanted = i32::from(collide);
        assert_eq!((run.code, found), (wanted, wanted as usize), "{one}, {other}: {}", run.stderr);
        assert_eq!(scratch.root.join("public").exists(), !collide, "{one}, {other}");
    }
    let scratch = Scratch::small();
    let moved = "+++\ntitle = \"M\"\nredirects = [\"/Actors/US/\"]\n+++\n";
    scratch.write("content/pages/moved.md", moved);
    let run = chancery(&scratch.root, &["build"]);
    assert!(run.code == 1 && run.stderr.contains("[collision]"), "{}", run.stderr);
}

#[test]
fn a_pager_offers_the_ends_and_two_pages_on_either_side() {
    let scratch = Scratch::small();
    scratch.write(
        "site.toml",
        "title = \"P\"\nbase_url = \"https://p.example/\"\n[pagination]\nsize = 1\n",
    );
    let pages: usize = 12;
    for day in 2..=pages {
        let brief = "+++\ntitle = \"B\"\nactors = [\"us\"]\n+++\n";
        scratch.write(&format!("content/briefs/2025-03-{day:02}-x.md"), brief);
    }
    let site = build(&scratch, "2026-01-01");
    for base in ["", "actors/us/"] {
        for page in 1..=pages {
            let path = |page: usize| match page {
                1 => base.to_owned(),
                page => format!("{base}page/{page}/"),
            };
            let html = text(&site, &format!("{}index.html", path(page)));
            let pager = between(&html, "<nav class=\"pager\"", "</nav>")[0];
            let numbers: Vec<usize> = between(pager, "<li class=\"pager-n\">", "</li>")
                .into_iter()
                .map(|item| {
                    let number = item.split(['<', '>']).nth(2).unwrap().parse().unwrap();
                    let own = format!("<span aria-current=\"page\">{number}</span>");
                    assert_eq!(item == own, number == page, "{item} on page {page}");
                    number
                })
                .collect();
            let near = page.saturating_sub(2).max(1)..=(page + 2).min(pages);
            let wanted: BTreeSet<usize> = near.chain([1, pages]).collect();
            assert_eq!(numbers, wanted.into_iter().collect::<Vec<_>>(), "page {page}");
            let leads = |rel: &str, to: &str| {
                between(pager, "<a href=\"", "</a>").iter().any(|link| {
                    let path = link.split('"').next().unwrap().rsplit("./").next().unwrap();
                    link.contains(&format!("rel=\"{rel}\"")) && path == to
                })
            };
            assert_eq!(
                leads("prev", &path(page.saturating_sub(1))),
                page > 1,
                "page {page}: {pager}"
            );
            assert_eq!(leads("next", &path(page + 1)), page < pages, "page {page}: {pager}");
        }
    }
}

#[test]
fn the_menu_marks_the_page_that_is_shown_and_the_list_it_belongs_to() {
    let scratch = Scratch::small();
    for id in ["about", "über uns"] {
        let page = format!("+++\ntitle = \"P\"\nmenu = \"Page {id}\"\n+++\n");
        scratch.write(&format!("content/pages/{id}.md"), page);
    }
    for arguments in [["build", "--now", "2026-01-01"].as_slice(), &["build", "--offline"]] {
        let run = chancery(&scratch.root, arguments);
        assert_eq!(run.code, 0, "{}", run.stderr);
        let site = scratch.output();
        for (page, current, within) in [
            ("about/", Some("Page about"), None),
            ("über uns/", Some("Page über uns"), None),
            ("actors/", Some("Actors"), None),
            ("actors/us/", None, Some("Actors")),
            ("archive/", Some("Archive"), None),
            ("archive/2025/02/", None, Some("Archive")),
            ("briefs/2025-02-27-talks/", None, None),
            ("", None, None),
        ] {
            let html = text(&site, &format!("{page}index.html"));
            let menu = between(&html, "<nav class=\"site-nav\"", "</nav>")[0];
            let of = |mark: &str| between(menu, mark, "</a>").first().copied();
            let found = (of(" aria-current=\"page\">"), of(" class=\"within\">"));
            assert_eq!(found, (current, within), "{page} by {arguments:?}");
        }
    }
}

#[test]
fn the_feed_of_an_offline_copy_leads_to_the_addresses_of_the_host() {
    let scratch = Scratch::small();
    scratch.write(
        "site.toml",
        "title = \"S\"\nbase_url = \"https://s.example/\"\n[feeds]\nfull = true\n",
    );
    scratch.write(
        "content/briefs/b.md",
        "+++\ntitle = \"B\"\ndate = 2025-03-01\n+++\nThe US, [[ru]], [a topic](../topics/embassies.md), [a list](/actors/).\n",
    );
    let feed = |arguments: &[&str]| {
        let run = chancery(&scratch.root, &[&["build", "--now", "2026-01-01"], arguments].concat());
        assert_eq!(run.code, 0, "{}", run.stderr);
        text(&scratch.output(), "feed.xml")
    };
    let online = feed(&[]);
    for path in ["actors/us/", "actors/ru/", "topics/embassies/", "actors/"] {
        assert!(online.contains(&format!("https://s.example/{path}&quot;")), "{path}: {online}");
    }
    assert_eq!(online, feed(&["--offline"]));
}

#[test]
fn an_author_is_a_person_unless_it_is_the_publisher() {
    let scratch = Scratch::small();
    scratch.write(
        "site.toml",
        "title = \"S\"\nbase_url = \"https://s.example/\"\npublisher = \"The Desk\"\n",
    );
    scratch.write(
        "content/briefs/b.md",
        "+++\ntitle = \"B\"\ndate = 2025-03-01\nauthors = [\"Ada Smith\", \"The Desk\", \"the desk\"]\n+++\n",
    );
    let site = build(&scratch, "2026-01-01");
    let page = text(&site, "briefs/b/index.html");
    let data = between(&page, "<script type=\"application/ld+json\">", "</script>")[0];
    let data: Value = serde_json::from_str(data).unwrap();
    let things = data["@graph"].as_array().unwrap();
    let article = things.iter().find(|thing| thing["headline"] == "B").unwrap();
    let authors: Vec<(&str, &str)> = article["author"]
        .as_array()
        .unwrap()
        .iter()
        .map(|author| (author["@type"].as_str().unwrap(), author["name"].as_str().unwrap()))
        .collect();
    assert_eq!(
        authors,
        [("Person", "Ada Smith"), ("Organization", "The Desk"), ("Person", "the desk")]
    );
}

/// A beginning and an end, each a day, a month or a year, and whether the end may follow the beginning: it may if
/// any day that it can mean does.
const SPANS: [(&str, &str, bool); 12] = [
    ("2014-03-05", "2014-03-05", true),
    ("2014-03-05", "2014-03-04", false),
    ("2014-03-31", "2014-03", true),
    ("2014-03-31", "2014-02", false),
    ("2014-12-31", "2014", true),
    ("2014-01-01", "2013", false),
    ("2014-03", "2014-03-01", true),
    ("2014-03", "2014-02-28", false),
    ("2014", "2014-01-01", true),
    ("2014", "2013-12-31", false),
    ("2014", "2014-01", true),
    ("2014", "2013-12", false),
];

#[test]
fn an_end_is_before_its_beginning_only_if_every_day_of_it_is() {
    for (from, to, fits) in SPANS {
        let scratch = Scratch::small();
        scratch.write(
            "content/briefs/b.md",
            format!("+++\ntitle = \"B\"\ndate = 2025-03-01\nevents = [{{ title = \"E\", date = \"{from}\", end = \"{to}\" }}]\n+++\n"),
        );
        scratch.write(
            "content/actors/ada.md",
            format!("+++\nname = \"Ada\"\nkind = \"person\"\nroles = [{{ title = \"Head\", from = \"{from}\", to = \"{to}\" }}]\n+++\n"),
        );
        let run = chancery(&scratch.root, &["build", "--now", "2026-01-01"]);
        for message in ["the event ends before it begins", "the role ends before it begins"] {
            assert_eq!(!run.stderr.contains(message), fits, "{from} to {to}: {}", run.stderr);
        }
        assert_eq!(run.code, i32::from(!fits), "{from} to {to}");
    }
}

#[test]
fn a_role_is_held_from_the_first_day_of_its_beginning_to_the_last_of_its_end() {
    for (from, to, day, held) in [
        ("2014", "2016", "2013-12-31", false),
        ("2014", "2016", "2014-01-01", true),
        ("2014", "2016", "2016-12-31", true),
        ("2014", "2016", "2017-01-01", false),
        ("2014-02", "2016-02", "2014-01-31", false),
        ("2014-02", "2016-02", "2014-02-01", true),
        ("2014-02", "2016-02", "2016-02-29", true),
        ("2014-02", "2016-02", "2016-03-01", false),
        ("2014-02-03", "2016-02-03", "2014-02-02", false),
        ("2014-02-03", "2016-02-03", "2014-02-03", true),
        ("2014-02-03", "2016-02-03", "2016-02-03", true),
        ("2014-02-03", "2016-02-03", "2016-02-04", false),
    ] {
        let scratch = Scratch::small();
        scratch.write(
            "content/actors/ada.md",
            format!("+++\nname = \"Ada\"\nkind = \"person\"\nroles = [{{ title = \"Secretary of State\", from = \"{from}\", to = \"{to}\" }}]\n+++\n"),
        );
        scratch.write(
            "content/briefs/b.md",
            format!("+++\ntitle = \"B\"\ndate = {day}\n+++\nThe Secretary of State spoke.\n"),
        );
        let site = build(&scratch, "2026-01-01");
        let page = text(&site, "briefs/b/index.html");
        assert_eq!(page.contains("/actors/ada/\""), held, "{from} to {to} on {day}");
    }
}

#[test]
fn what_editors_leave_behind_is_passed_over_and_nothing_else() {
    let scratch = Scratch::small();
    let brief = "+++\ntitle = \"Left behind\"\ndate = 2025-03-01\n+++\n";
    for name in ["content/briefs/#a.md#", "content/briefs/a.md~", "content/briefs/.a.md"] {
        scratch.write(name, brief);
    }
    for name in ["#a.txt#", "#b.txt", "c.txt#", "d.txt~", "~e.txt", ".f.txt", "#dir#/g.txt"] {
        scratch.write(&format!("static/files/{name}"), "x");
    }
    let site = build(&scratch, "2026-01-01");
    let files = site.keys().filter_map(|name| name.strip_prefix("files/"));
    assert_eq!(files.collect::<Vec<_>>(), ["#b.txt", "c.txt#", "~e.txt"]);
    for (name, bytes) in &site {
        assert!(!String::from_utf8_lossy(bytes).contains("Left behind"), "{name}");
    }
}

#[test]
fn two_hundred_and_twenty_words_are_read_in_a_minute_that_was_begun() {
    let scratch = Scratch::small();
    for (words, _) in MINUTES {
        let brief =
            format!("+++\ntitle = \"B\"\ndate = 2025-03-01\n+++\n{}\n", "word ".repeat(words));
        scratch.write(&format!("content/briefs/of-{words}.md"), brief);
    }
    let site = build(&scratch, "2026-01-01");
    for (words, minutes) in MINUTES {
        let page = text(&site, &format!("briefs/of-{words}/index.html"));
        assert!(page.contains(&format!("<span>{minutes} min")), "{words} words");
    }
}

/// How many words are read in how many minutes.
const MINUTES: [(usize, usize); 7] =
    [(0, 1), (1, 1), (220, 1), (221, 2), (440, 2), (441, 3), (2200, 10)];

#[test]
fn what_stands_behind_the_path_of_a_link_is_kept_and_means_the_same_file() {
    let scratch = Scratch::small();
    scratch.write("content/pages/data/index.md", "+++\ntitle = \"Data\"\n+++\n");
    scratch.write("content/pages/data/r.pdf", "PDF");
    scratch.write("content/pages/data/s.svg", "<svg/>");
    scratch.write("static/all.csv", "a");
    // What is written on the page, and where that leads from `/data/more/`.
    let links = [
        ("[x](r.pdf#page=3)", "../data/r.pdf#page=3"),
        ("[x](s.svg?v=2#layer)", "../data/s.svg?v=2#layer"),
        ("![x](s.svg?v=2)", "../data/s.svg?v=2"),
        ("<img src=\"s.svg#id\" alt=\"x\">", "../data/s.svg#id"),
        ("[x](/all.csv?download#row=2)", "../all.csv?download#row=2"),
        (
            "[x](../../briefs/2025-02-27-talks.md?a=1&b=2)",
            "../briefs/2025-02-27-talks/?a=1&amp;b=2",
        ),
        (
            "[x](/briefs/2025-02-27-talks/?a#what-happened)",
            "../briefs/2025-02-27-talks/?a#what-happened",
        ),
        ("[x](/briefs/2025-02-27-talks?a)", "../briefs/2025-02-27-talks/?a"),
        (
            "[x](../../briefs/2025-02-27-talks.md#what%2Dhappened)",
            "../briefs/2025-02-27-talks/#what%2Dhappened",
        ),
        (
            "[x](../../briefs/2025-02-27-talks.md#:~:text=met%20Russia)",
            "../briefs/2025-02-27-talks/#:~:text=met%20Russia",
        ),
        (
            "[x](../../briefs/2025-02-27-talks.md#what-happened:~:text=met)",
            "../briefs/2025-02-27-talks/#what-happened:~:text=met",
        ),
        ("[x](/actors/us/#Top)", "../actors/us/#Top"),
        ("[[us#top|x]]", "../actors/us/#top"),
        ("[x](#)", "#"),
        ("[x](#top)", "#top"),
        ("[x](#:~:text=x)", "#:~:text=x"),
        ("[x](?year=2025)", "../data/?year=2025"),
        ("[x](?year=2025#top)", "../data/?year=2025#top"),
        ("[x](/?q=a)", "../?q=a"),
    ];
    let list: String = links.iter().map(|(written, _)| format!("{written}\n\n")).collect();
    scratch.write("content/pages/data/index.md", format!("+++\ntitle = \"Data\"\n+++\n{list}"));
    let page = text(&build(&scratch, "2026-01-01"), "data/index.html");
    let body = page.split_once("<main").unwrap().1;
    for (written, href) in links {
        let tags = [format!("href=\"{href}\""), format!("src=\"{href}\"")];
        assert!(tags.iter().any(|tag| body.contains(tag)), "{written}: {href} in {body}");
    }
    // A renaming changes the path and nothing else.
    let renamed = chancery(&scratch.root, &["rename", "brief", "2025-02-27-talks", "2025-02-27-x"]);
    assert_eq!(renamed.code, 0, "{}", renamed.stderr);
    let after = std::fs::read_to_string(scratch.root.join("content/pages/data/index.md")).unwrap();
    let expected =
        format!("+++\ntitle = \"Data\"\n+++\n{}", list.replace("2025-02-27-talks", "2025-02-27-x"));
    assert_eq!(after, expected);
}

#[test]
fn what_is_behind_a_path_hides_no_broken_link_and_capitals_are_other_letters() {
    let scratch = Scratch::small();
    scratch.write("static/Report.csv", "a");
    for (link, help) in [
        ("/Briefs/2025-02-27-talks/", Some("did you mean `/briefs/2025-02-27-talks/`?")),
        ("/briefs/2025-02-27-Talks?a", Some("did you mean `/briefs/2025-02-27-talks/`?")),
        ("/report.csv", Some("did you mean `/Report.csv`?")),
        ("/briefs/2025-02-27-talks/INDEX.html", Some("did you mean `/briefs/2025-02-27-talks/`?")),
        ("/Report.csv?x#y", None),
        ("/briefs/2025-02-27-talks/index.html", None),
        ("2025-02-27-talks.md?x#nothing", Some("has no heading `#nothing`")),
        ("2025-02-27-talks.md#nothing:~:text=met", Some("has no heading `#nothing`")),
        ("missing.md?x", Some("there is no `content/briefs/missing.md`")),
        ("/missing/?x#top", Some("the site has no page or file `/missing/`")),
    ] {
        scratch.write(
            "content/briefs/2025-03-01-b.md",
            format!("+++\ntitle = \"B\"\n+++\n[x]({link})\n"),
        );
        let run = chancery(&scratch.root, &["check", "--now", "2026-01-01"]);
        assert_eq!(run.code, i32::from(help.is_some()), "{link}: {}", run.stderr);
        assert!(run.stderr.contains(help.unwrap_or_default()), "{link}: {}", run.stderr);
    }
}

/// What is wrong with a template is told with its place in the file below `templates/`, and with what is there.
#[test]
fn faults_of_templates_say_what_to_write() {
    let page = "{% extends \"base.html\" %}{% block main %}";
    for (name, text, place, message, help) in [
        (
            "brief.html",
            "{% if brief.title %}\nx",
            "1:1",
            "`{% if %}` is not closed",
            "write `{% endif %}` where it ends",
        ),
        (
            "brief.html",
            "{% if a %}\n{% for x in brief.actors %}{% endif %}",
            "2:31",
            "`{% endif %}` stands where `{% for %}` is open",
            "write `{% endfor %}` before it",
        ),
        (
            "brief.html",
            "x{% endif %}",
            "1:5",
            "closes nothing: no `{% if %}` is open",
            "take it out",
        ),
        ("brief.html", "{% fro x in y %}", "1:4", "there is no tag `fro`", "did you mean `for`?"),
        ("brief.html", "x\n{% raw %}x", "2:1", "`{% raw %}` is not closed", "write `{% endraw %}`"),
        ("brief.html", "{# x", "1:1", "`{#` is not closed", "write `#}`"),
        ("brief.html", "{{ brief.title\nx", "2:1", "`}}` is missing before this", "write `}}`"),
        (
            "brief.html",
            "é{{ brief.title | uper }}",
            "1:19",
            "there is no filter `uper`",
            "did you mean `upper`?",
        ),
        (
            "brief.html",
            "{{ brief.title | date }}",
            "1:18",
            "there is no filter `date`",
            "there are `abs`,",
        ),
        (
            "brief.html",
            "{{ zzz() }}",
            "1:4",
            "there is no function `zzz`",
            "there are `range`, `super`, `throw`",
        ),
        ("brief.html", "{{ 1 is evn }}", "1:9", "there is no test `evn`", "did you mean `even`?"),
        (
            "brief.html",
            "{{<cart b={brief} />}}",
            "1:3",
            "there is no component `cart`",
            "did you mean `card`?",
        ),
        (
            "brief.html",
            "{% include \"bas.html\" %}",
            "1:12",
            "there is no template `bas.html`",
            "did you mean `base.html`?",
        ),
        (
            "brief.html",
            "{% extends \"bas.html\" %}",
            "1:13",
            "there is no template `bas.html`",
            "did you mean `base.html`?",
        ),
        (
            "brief.html",
            "{% extends \"base.html\" %}{% block mian %}{% endblock %}",
            "1:35",
            "`base.html` has no block `mian`",
            "did you mean `main`?",
        ),
        (
            "brief.html",
            "{% extends \"base.html\" %}{% block zzz %}{% endblock %}",
            "1:35",
            "`base.html` has no block `zzz`",
            "there are `footer`, `head`, `main`,",
        ),
        (
            "base.html",
            "<p>",
            "",
            "`base.html` has no block `main`",
            "write `{% block main %}{% endblock %}` where it belongs",
        ),
        (
            "brief.html",
            "{{ brief.titel }}",
            "1:10",
            "`brief` has no field `titel`",
            "did you mean `title`? (seen on the page `/briefs/2025-02-27-talks/`)",
        ),
        (
            "brief.html",
            "{{ brief.titel | upper }}",
            "1:4",
            "`brief` has no field `titel`",
            "did you mean `title`?",
        ),
        (
            "brief.html",
            "{{ brief.extra.logo }}",
            "1:16",
            "`brief.extra` has no field `logo`",
            "`{{ brief.extra.logo | default(value=\"\") }}`, or ask with `{% if brief.extra.logo %}` first",
        ),
        (
            "brief.html",
            "{{ site.extra.logo | upper }}",
            "1:4",
            "`site.extra` has no field `logo`",
            "`[extra]` of `site.toml` does not have it",
        ),
        (
            "brief.html",
            "{{ brief.follows.title }}",
            "1:18",
            "`brief.follows` has no field `title`",
            "ask with `{% if brief.follows %}` first",
        ),
        (
            "brief.html",
            "{% for b in site.briefs %}{% endfor %}",
            "1:13",
            "`site` has no field `briefs`",
            "`briefs` to `actor.html`, `archive_month.html`",
        ),
        (
            "brief.html",
            "{% for b in briefs %}{% endfor %}",
            "1:13",
            "`brief.html` is not given a variable `briefs`",
            "it is given to `actor.html`",
        ),
        (
            "brief.html",
            "{{ brif.title }}",
            "1:4",
            "`brief.html` is not given a variable `brif`",
            "did you mean `brief`?",
        ),
        (
            "brief.html",
            "{% for a in brief.actors %}{{ a.nome }}{% endfor %}",
            "1:33",
            "`a` has no field `nome`",
            "did you mean `name`?",
        ),
        (
            "brief.html",
            "{% for a in brief.actors %}{{ a.nome | upper }}{% endfor %}",
            "1:31",
            "`a.nome` is not there",
            "ask with `{% if a.nome %}` first",
        ),
        (
            "brief.html",
            "{{ brief.title | first }}",
            "1:4",
            "what stands here takes a list, and is given text",
            "docs/templates.md",
        ),
        ("brief.html", "{{ t.hoem }}", "1:6", "`t` has no field `hoem`", "did you mean `home`?"),
        (
            "brief.html",
            &format!("{page}\n{{{{ 1 | nope }}}}{{% endblock %}}"),
            "2:8",
            "there is no filter `nope`",
            "there are `abs`,",
        ),
        (
            "breif.html",
            "x",
            "",
            "nothing uses the template `breif.html`",
            "did you mean `templates/brief.html`, which makes the brief?",
        ),
        (
            "fragment-of.html",
            "x",
            "",
            "nothing uses the template `fragment-of.html`",
            "`{% include \"fragment-of.html\" %}`",
        ),
        (
            "strings/fr.toml",
            "home = \"Accueil\"",
            "",
            "nothing is in the language `fr`",
            "write `language = \"fr\"` in `site.toml`",
        ),
        (
            "strings/en.toml",
            "home = \"H\"\nhoem = \"x\"",
            "2:1",
            "no template asks for the word `hoem`",
            "did you mean `home`?",
        ),
    ] {
        let scratch = Scratch::small();
        scratch.write(&format!("templates/{name}"), text);
        let run = chancery(&scratch.root, &["check", "--now", "2026-01-01"]);
        let place = if place.is_empty() { String::new() } else { format!(":{place}") };
        for words in [message, help, &format!("--> templates/{name}{place}\n")] {
            assert!(run.stderr.contains(words), "{text}: {words}: {}", run.stderr);
        }
    }
}

#[test]
fn templates_and_words_that_something_uses_are_not_found() {
    let scratch = Scratch::small();
    for (name, text) in [
        ("brief.html", "{% include \"part.html\" %}{{<mine x=\"a\" />}}{{ t.mine }}"),
        ("part.html", "{% include 'parts/deep.html' %}"),
        ("parts/deep.html", "x"),
        ("own.html", "{% component mine(x: string) %}{{ x }}{% endcomponent mine %}"),
        (
            "cards.html",
            "{% component card(b, root: string, t, here=\"\") %}x{% endcomponent card %}",
        ),
        ("strings/en.toml", "home = \"H\"\nmine = \"M\""),
        ("strings/pt.toml", "home = \"I\""),
    ] {
        scratch.write(&format!("templates/{name}"), text);
    }
    scratch
        .write("content/briefs/2025-02-28-p.md", "+++\ntitle = \"P\"\nlanguage = \"pt-BR\"\n+++\n");
    let run = chancery(&scratch.root, &["check", "--now", "2026-01-01"]);
    assert!(!run.stderr.contains("unused") && run.code == 0, "{}", run.stderr);
    scratch.write(
        "site.toml",
        "title = \"S\"\nbase_url = \"https://s.example/\"\n[check]\nunused-template = \"error\"\n",
    );
    scratch.write("templates/brief.html", "{% include \"part.html\" %}");
    let run = chancery(&scratch.root, &["build"]);
    assert_eq!(
        (run.code, run.stderr.matches("error[unused-template]").count()),
        (1, 1),
        "{}",
        run.stderr
    );
}

/// A document with an error is told once: what refers to it is not called broken, and no template fails for its sake.
#[test]
fn an_error_of_a_document_comes_alone() {
    let other = "+++\ntitle = \"O\"\nactors = [\"un\"]\ntopics = [\"old\"]\nfollows = \"2025-03-01-b\"\nstoryline = \"s\"\n+++\n\n[[un]] [[United Nations]] [[UN|x]] [x](../actors/un.md#part) [y](/actors/un/#part) [z](../actors/un.md) [f](/actors/un/feed.xml) [b](2025-03-01-b.md#part) [c](/briefs/2025-03-01-b/) [[un#part]]\n";
    let sound = [
        (
            "content/actors/un.md",
            "+++\nname = \"United Nations\"\nkind = \"organisation\"\naliases = [\"UN\"]\n+++\n\n## Part\n",
        ),
        ("content/briefs/2025-03-01-b.md", "+++\ntitle = \"B\"\nsummary = \"S\"\n+++\n\n## Part\n"),
        ("content/topics/new.md", "+++\nname = \"N\"\naliases = [\"old\"]\n+++\n"),
        ("content/storylines/s.md", "+++\ntitle = \"S\"\n+++\n"),
    ];
    let site = || {
        let scratch = Scratch::small();
        sound.iter().for_each(|(name, text)| scratch.write(name, text));
        scratch.write("content/briefs/2025-03-02-o.md", other);
        scratch.write("site.toml", "title = \"S\"\nbase_url = \"https://s.example/\"\n[[menu]]\nlabel = \"U\"\npath = \"/actors/un/\"\n");
        scratch.write("templates/actor.html", "{{ actor.name[:1] }}{{ actor.kind | upper }}{% for b in briefs %}{{ b.title | upper }}{% endfor %}");
        scratch.write("templates/briefs.html", "{% for b in briefs %}{% if b.title == \"B\" %}{{ b.summary | upper }}{% endif %}{{ b.title[:1] }}{% endfor %}");
        scratch
    };
    let check = |scratch: &Scratch| chancery(&scratch.root, &["check", "--now", "2026-01-01"]);
    let run = check(&site());
    assert_eq!(run.code, 0, "{}", run.stderr);
    for (name, _) in sound {
        for text in [
            &b"no front matter"[..],
            b"",
            b"+++\nname = \"N",
            b"+++\nname = \"N\"\ntitle = \"N\"\n",
            b"\xff\xfe\x00",
            b"\x00",
            b"+++\nname = 3\ntitle = 3\nkind = 3\naliases = 3\nsummary = 3\n+++\n",
            b"+++\n+++\n",
            b"---\ntitle: a: b\nname: a: b\n---\n",
        ] {
            let scratch = site();
            scratch.write(name, text);
            let run = check(&scratch);
            let errors = run.stderr.matches("error[").count();
            let of_file = run.stderr.matches(&format!("--> {name}")).count();
            assert!(
                run.code == 1 && errors > 0 && errors == of_file,
                "{name} {text:?}: {}",
                run.stderr
            );
        }
    }
    // What is wrong with a template all the same is found, and so is what is wrong elsewhere.
    let scratch = site();
    scratch.write("content/briefs/2025-03-01-b.md", "+++\ntitle = 3\n+++\n[x](gone.md)\n");
    scratch.write("templates/actor.html", "{{ actor.nmae }}");
    let run = check(&scratch);
    for code in ["wrong-type", "broken-link", "template-error"] {
        assert_eq!(run.stderr.matches(&format!("error[{code}]")).count(), 1, "{}", run.stderr);
    }
}

#[test]
fn what_is_held_back_for_ever_is_held_back_whatever_the_clocks_say() {
    for zone in ["UTC", "America/New_York", "Pacific/Kiritimati"] {
        let scratch = Scratch::small();
        let site =
            format!("title = \"S\"\nbase_url = \"https://s.example/\"\ntimezone = \"{zone}\"\n");
        scratch.write("site.toml", site);
        for (n, key) in
            ["embargo = 9999-12-31", "embargo = 9999-12-31T23:59:59", "date = 9999-12-31"]
                .iter()
                .enumerate()
        {
            let date = if key.starts_with("date") { "" } else { "date = 2025-01-01\n" };
            scratch.write(
                &format!("content/briefs/kept-{n}.md"),
                format!("+++\ntitle = \"Kept\"\n{date}{key}\n+++\n"),
            );
        }
        scratch.write("content/briefs/9999-12-31-kept.md", "+++\ntitle = \"Kept\"\n+++\n");
        let open = "+++\ntitle = \"Open\"\ndate = 2025-01-01\nexpires = 9999-12-31\n+++\n";
        scratch.write("content/briefs/open.md", open);
        let site = build(&scratch, "2026-01-01");
        let kept: Vec<&String> = site.keys().filter(|name| name.contains("kept")).collect();
        assert!(kept.is_empty(), "{zone}: {kept:?}");
        assert!(site.contains_key("briefs/open/index.html"), "{zone}");
    }
}

#[test]
fn time_zones_are_known_where_the_system_has_none() {
    let brought = jiff::tz::TimeZoneDatabase::bundled();
    for zone in ["UTC", "Europe/Istanbul", "America/New_York", "Pacific/Kiritimati"] {
        assert!(brought.get(zone).is_ok(), "{zone}");
    }
}
