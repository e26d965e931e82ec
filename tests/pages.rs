//! What stands on pages, in feeds and in sitemaps, and where they lie: rules that no single page of a golden site shows.

#![allow(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test prepares files, and may stop where it fails"
)]

mod site;

use std::collections::BTreeMap;

use site::{Scratch, chancery};

const SITE: &str = "title = \"Small\"\nbase_url = \"https://small.example/\"\n";

/// Builds a site, with further arguments, and gives its text files.
fn built_with(scratch: &Scratch, arguments: &[&str]) -> BTreeMap<String, String> {
    let arguments = [&["build", "--now", "2026-01-01"], arguments].concat();
    let run = chancery(&scratch.root, &arguments);
    assert_eq!(run.code, 0, "{}", run.stderr);
    let files = scratch.output().into_iter();
    files.filter_map(|(name, bytes)| Some((name, String::from_utf8(bytes).ok()?))).collect()
}

fn built(scratch: &Scratch) -> BTreeMap<String, String> {
    built_with(scratch, &[])
}

/// What `check` reports of a site that has errors.
fn refused(scratch: &Scratch) -> String {
    let run = chancery(&scratch.root, &["check", "--now", "2026-01-01"]);
    assert_eq!(run.code, 1, "{}", run.stderr);
    run.stderr
}

/// What stands between two texts, each time that the first stands there.
fn between<'t>(text: &'t str, before: &str, after: &str) -> Vec<&'t str> {
    text.split(before).skip(1).map(|rest| rest.split(after).next().unwrap()).collect()
}

/// A brief names each other brief once, whatever it has to do with it.
#[test]
fn a_brief_names_no_other_twice() {
    let scratch = site::dense::site();
    let files = built(&scratch);
    let mut named_at_all = 0;
    for (name, page) in files.iter().filter(|(name, _)| name.starts_with("briefs/brief-")) {
        let (_, page) = page.split_once("<main").unwrap();
        // What the text itself links to is its author's.
        let (before, rest) = page.split_once("<div class=\"prose\"").unwrap();
        let (_, after) = rest.split_once("<details class=\"cite\"").unwrap();
        let mut named: Vec<&str> = [before, after]
            .iter()
            .flat_map(|part| between(part, "href=\"../../briefs/", "/"))
            .collect();
        let count = named.len();
        named_at_all += count;
        named.sort_unstable();
        named.dedup();
        assert_eq!(named.len(), count, "{name}");
        assert!(page.matches("<li class=\"card\">").count() <= 4, "{name}");
    }
    assert!(named_at_all > 300);
}

/// Every page is described, and no two are described or called alike.
#[test]
fn every_page_has_a_title_and_a_description_of_its_own() {
    let scratch = site::dense::site();
    let files = built(&scratch);
    let mut seen: BTreeMap<(&str, &str), &str> = BTreeMap::new();
    let pages = files
        .iter()
        .filter(|(name, page)| name.ends_with(".html") && !page.contains("http-equiv=\"refresh\""));
    for (name, page) in pages {
        let title = between(page, "<title>", "</title>")[0];
        let description = between(page, "<meta name=\"description\" content=\"", "\"");
        assert_eq!(description.len(), 1, "{name}");
        assert!(!description[0].trim().is_empty(), "{name}");
        let locale = between(page, "<meta property=\"og:locale\" content=\"", "\"");
        assert!(!locale[0].is_empty() && !locale[0].contains('-'), "{name}");
        let before = seen.insert((title, description[0]), name);
        assert_eq!(before, None, "{name}: {title}, {description:?}");
    }
    assert!(
        files["briefs/page/2/index.html"]
            .contains("<title>Briefs (Page 2) — The dense site</title>")
    );
}

/// What is in another language than the page says so, with its direction.
#[test]
fn titles_of_another_language_say_which() {
    let scratch = site::dense::site();
    let files = built(&scratch);
    let list = &files["briefs/index.html"];
    assert!(list.contains("<a href=\"../briefs/brief-290/\" lang=\"ar\" dir=\"rtl\">"), "{list}");
    // Cards, as of a month.
    let mut months =
        files.iter().filter(|(name, _)| name.starts_with("archive/")).map(|(_, page)| page);
    assert!(months.clone().any(|page| {
        page.contains("<h3 lang=\"ar\" dir=\"rtl\"><a href=\"../../../briefs/brief-290/\">")
    }));
    assert!(months.any(|page| page.contains("<p class=\"summary\" lang=\"zh\" dir=\"ltr\">")));
    let brief = &files["briefs/brief-290/index.html"];
    assert!(brief.contains("<html lang=\"ar\" dir=\"rtl\">"));
    assert!(brief.contains("<header class=\"site-header\" lang=\"en\" dir=\"ltr\">"));
    assert!(brief.contains("<p class=\"label\" lang=\"en\">"));
    assert!(brief.contains("<aside class=\"margin\" lang=\"en\" dir=\"ltr\""));
    // An English title there needs none of its own: what is around it is English.
    assert!(brief.contains("<h3><a href=\"../../briefs/"));
    let scratch = Scratch::small();
    for (language, direction) in [
        ("he", "rtl"),
        ("ckb", "rtl"),
        ("ug", "rtl"),
        ("az-Arab", "rtl"),
        ("ku", "ltr"),
        ("pa-Arab", "rtl"),
        ("ur-Latn", "ltr"),
    ] {
        scratch.write("site.toml", format!("{SITE}language = \"{language}\"\n"));
        let page = &built(&scratch)["index.html"];
        let expected = match direction {
            "rtl" => format!("<html lang=\"{language}\" dir=\"rtl\">"),
            _ => format!("<html lang=\"{language}\">"),
        };
        assert!(page.contains(&expected), "{language}");
    }
}

/// A cell of a table says little by itself: it is quoted with its row.
#[test]
fn a_mention_in_a_table_is_quoted_with_its_row() {
    let scratch = Scratch::small();
    let table = "| Who | Said | When |\n|---|---|---|\n| Turkey | yes | March |\n| Russia | see [the talks](../briefs/2025-02-27-talks.md) | April |\n";
    scratch.write(
        "content/briefs/2025-03-01-table.md",
        format!("+++\ntitle = \"Table\"\nactors = [\"ru\"]\n+++\n\n{table}"),
    );
    scratch.write("content/pages/table.md", format!("+++\ntitle = \"Page\"\n+++\n\n{table}"));
    let files = built(&scratch);
    let quoted = "<p><mark>Russia</mark> · see the talks · April</p>";
    assert!(files["actors/ru/index.html"].contains(quoted), "{}", files["actors/ru/index.html"]);
    // What the page of the brief names at its end is not quoted besides.
    let linked = "<p>Russia · see <mark>the talks</mark> · April</p>";
    let talks = &files["briefs/2025-02-27-talks/index.html"];
    assert_eq!(talks.matches(linked).count(), 1, "{talks}");
}

/// `[theme]` recolours a site, with its own sheets behind the theme's.
#[test]
fn a_site_says_what_it_looks_like() {
    let scratch = Scratch::small();
    scratch.write("static/house.css", ":root { --measure: 38rem; }\n");
    let theme = "[theme]\naccent = \"#0b5d3b\"\nfonts = \"sans\"\ncss = [\"house.css\"]\n";
    scratch.write("site.toml", format!("{SITE}{theme}"));
    let files = built(&scratch);
    let (_, sheet) = files.iter().find(|(name, _)| name.starts_with("theme/style.")).unwrap();
    assert!(sheet.contains("--accent:light-dark(#0b5d3b,#"), "{}", &sheet[sheet.len() - 300..]);
    assert!(sheet.contains("--serif:var(--sans);"));
    let page = &files["briefs/2025-02-27-talks/index.html"];
    let (theme, own) = (page.find("theme/style.").unwrap(), page.find("../../house.css").unwrap());
    assert!(theme < own);
    scratch
        .write("site.toml", format!("{SITE}[theme]\naccent = \"#fafafa\"\ncss = [\"hose.css\"]\n"));
    let report = refused(&scratch);
    assert!(report.contains("the accent cannot be read on light screens"), "{report}");
    scratch.write("site.toml", format!("{SITE}[theme]\ncss = [\"hose.css\"]\n"));
    let report = refused(&scratch);
    assert!(report.contains("there is no style sheet `static/hose.css`"), "{report}");
    assert!(report.contains("did you mean `house.css`?"), "{report}");
}

/// What the style sheet of the program says of itself holds: layers are whole, and properties that are used are declared.
#[test]
fn the_style_sheet_is_sound() {
    let sheet = include_str!("../static/theme/style.css");
    let mut depth = 0_i32;
    for (number, line) in sheet.lines().enumerate() {
        let open = line.matches('{').count() as i32;
        depth += open - line.matches('}').count() as i32;
        assert!(depth >= 0, "line {}: {line}", number + 1);
        // A layer begins at the margin, and only there nothing is open.
        if line.starts_with("@layer") && open > 0 {
            assert_eq!(depth, 1, "line {}: {line}", number + 1);
        }
    }
    assert_eq!(depth, 0);
    let used =
        between(sheet, "var(--", ")").into_iter().map(|name| name.split(',').next().unwrap());
    for name in used {
        assert!(sheet.contains(&format!("--{name}: ")), "--{name} is not declared");
    }
    // Sides are those of the text, not of the screen.
    for physical in [
        "padding-left",
        "padding-right",
        "margin-left",
        "margin-right",
        "border-left",
        "border-right",
    ] {
        assert!(!sheet.contains(physical), "{physical}");
    }
}

/// Every kind of page of the demo and of a dense site is sound to a strict validator, to axe, by keyboard, without scripts, in
/// the dark, on a narrow phone and on paper.
#[test]
fn every_kind_of_page_serves_every_reader() {
    let runner = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/browser");
    assert!(
        runner.join("node_modules/axe-core").exists(),
        "axe-core is missing: run scripts/test, which installs it and Chromium, or `npm ci` in tests/browser"
    );
    let dense = site::dense::site();
    built(&dense);
    let demo = Scratch::empty();
    let output = demo.root.join("public");
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    let to = output.to_string_lossy();
    let run = chancery(root, &["build", "--now", "2025-03-01", "--output", &to]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    let mut node = std::process::Command::new("node");
    let run =
        node.arg(runner.join("look.mjs")).arg(&output).arg(dense.root.join("public")).output();
    let run = run.unwrap();
    let text = String::from_utf8_lossy(&run.stdout);
    let found: serde_json::Value = serde_json::from_str(&text).unwrap_or_else(|_| {
        panic!("the browser did not run: {text}\n{}", String::from_utf8_lossy(&run.stderr))
    });
    let wrong = found["wrong"].as_array().unwrap();
    let told = wrong.iter().map(|one| format!("{}: {}\n", one["page"], one["what"]));
    assert!(wrong.is_empty(), "{}", told.collect::<String>());
    assert!(found["validated"].as_u64().unwrap() > 150, "{found}");
    assert!(found["looked"].as_u64().unwrap() > 30, "{found}");
}

#[test]
fn a_bottom_line_that_comes_out_as_nothing_has_no_section() {
    let scratch = Scratch::small();
    let briefs = [
        ("comment", "<!-- none yet -->", false),
        ("spaces", "&nbsp; &#8195;", false),
        ("script", "<script>alert(1)</script>", false),
        ("words", "They *met*.", true),
        ("name", "Russia.", true),
        ("image", "![Map](/map.svg)", true),
    ];
    scratch.write("static/map.svg", "<svg xmlns=\"http://www.w3.org/2000/svg\"/>");
    for (name, bluf, _) in briefs {
        scratch.write(
            &format!("content/briefs/{name}.md"),
            format!("+++\ntitle = \"T\"\ndate = 2025-01-01\nbluf = '{bluf}'\n+++\nText.\n"),
        );
    }
    let files = built(&scratch);
    for (name, bluf, shown) in briefs {
        let page = &files[&format!("briefs/{name}/index.html")];
        assert_eq!(page.contains("class=\"bluf\""), shown, "{bluf}: {page}");
    }
    let headings = files["feed.xml"].matches("Bottom line").count();
    assert_eq!(headings, briefs.iter().filter(|(.., shown)| *shown).count());
}

#[test]
fn a_feed_of_whole_texts_begins_with_the_bottom_line() {
    let scratch = Scratch::small();
    scratch.write("templates/strings/tr.toml", "bottom_line = \"Ana fikir\"\n");
    let brief = |language: &str| {
        format!(
            "+++\ntitle = \"T\"\ndate = 2025-01-01\n{language}bluf = \"Russia & *more*.\"\n+++\nThe text.\n"
        )
    };
    scratch.write("content/briefs/en.md", brief(""));
    scratch.write("content/briefs/tr.md", brief("language = \"tr\"\n"));
    let feed = &built(&scratch)["feed.xml"];
    for words in ["Bottom line", "Ana fikir"] {
        let expected = format!(
            "<content type=\"html\">&lt;h2&gt;{words}&lt;/h2&gt;\n&lt;p&gt;&lt;a class=&quot;actor&quot; href=&quot;https://small.example/actors/ru/&quot;&gt;Russia&lt;/a&gt; &amp;amp; &lt;em&gt;more&lt;/em&gt;.&lt;/p&gt;\n&lt;p&gt;The text."
        );
        assert!(feed.contains(&expected), "{words}: {feed}");
    }
    // A text without one begins as it did, but for the id, which might stand in another entry too.
    assert!(feed.contains("<content type=\"html\">&lt;h2&gt;What happened"), "{feed}");
}

#[test]
fn a_sitemap_gives_days_where_the_site_is() {
    for (zone, expected) in [
        ("Europe/Istanbul", ["2025-02-27", "2025-03-01", "2025-03-03"]),
        ("UTC", ["2025-02-27", "2025-02-28", "2025-03-03"]),
        ("America/New_York", ["2025-02-27", "2025-02-28", "2025-03-02"]),
        ("Pacific/Kiritimati", ["2025-02-27", "2025-03-01", "2025-03-03"]),
    ] {
        let scratch = Scratch::small();
        scratch.write("site.toml", format!("{SITE}timezone = \"{zone}\"\n"));
        let brief = |name: &str, keys: &str| {
            scratch.write(
                &format!("content/briefs/2025-02-27-{name}.md"),
                format!("+++\ntitle = \"T\"\n{keys}+++\n"),
            );
        };
        brief("a", "");
        brief("b", "updated = 2025-02-28T22:30:00Z\n");
        brief("c", "date = 2025-03-03T00:30:00Z\n");
        let files = built(&scratch);
        for (name, day) in ["a", "b", "c"].into_iter().zip(expected) {
            let entry = format!(
                "<loc>https://small.example/briefs/2025-02-27-{name}/</loc><lastmod>{day}</lastmod>"
            );
            assert!(files["sitemap.xml"].contains(&entry), "{zone} {entry}");
        }
    }
}

/// The briefs of a list of cards or of lines, by their ids.
fn cards(page: &str) -> Vec<&str> {
    let line = "<p class=\"entry-title\"><a href=\"";
    let before = if page.contains(line) { line } else { "<h3><a href=\"" };
    let titles = between(page, before, "\"");
    titles.into_iter().map(|path| path.trim_end_matches('/').rsplit('/').next().unwrap()).collect()
}

#[test]
fn a_brief_comes_after_the_one_of_its_day_that_it_continues() {
    let scratch = Scratch::small();
    scratch.write("content/storylines/thaw.md", "+++\ntitle = \"Thaw\"\n+++\n");
    let brief = |id: &str, date: &str, follows: &str| {
        let follows =
            if follows.is_empty() { String::new() } else { format!("follows = \"{follows}\"\n") };
        scratch.write(
            &format!("content/briefs/{id}.md"),
            format!("+++\ntitle = \"{id}\"\ndate = {date}\nstoryline = \"thaw\"\nactors = [\"us\"]\n{follows}[[events]]\ndate = 2020-01-01\ntitle = \"Event of {id}.\"\n+++\n"),
        );
    };
    // By their ids alone `a` would be the newest and `d` the oldest; `m` and `n` are bound to nobody.
    brief("a", "2025-03-05", "");
    brief("b", "2025-03-05", "a");
    brief("c", "2025-03-05", "b");
    brief("d", "2025-03-05", "a");
    brief("m", "2025-03-05", "");
    brief("n", "2025-03-05", "z");
    // An hour is less than what the brief says.
    brief("x", "2025-03-06T15:00:00Z", "");
    brief("y", "2025-03-06T09:00:00Z", "x");
    brief("z", "2025-03-04", "");
    let files = built(&scratch);
    let newest_first = ["y", "x", "c", "b", "d", "a", "m", "n", "z"];
    let mut oldest_first = newest_first;
    oldest_first.reverse();
    let all: Vec<&str> = newest_first.iter().chain(&["2025-02-27-talks"]).copied().collect();
    assert_eq!(cards(&files["briefs/index.html"]), all);
    assert_eq!(cards(&files["actors/us/index.html"]), all);
    assert_eq!(cards(&files["storylines/thaw/index.html"]), oldest_first);
    assert_eq!(cards(&files["archive/2025/03/index.html"]), newest_first);
    let events = between(&files["timeline/index.html"], "Event of ", ".");
    assert_eq!(events, newest_first);
    for pair in oldest_first.windows(2) {
        let (older, newer) = (pair[0], pair[1]);
        // Each is named on the page of the other: at its top if one continues the other, else at its end.
        let page = &files[&format!("briefs/{older}/index.html")];
        assert!(page.contains(&format!("href=\"../../briefs/{newer}/\"")), "{older}");
        let page = &files[&format!("briefs/{newer}/index.html")];
        assert!(page.contains(&format!("href=\"../../briefs/{older}/\"")), "{newer}");
    }
    let further = |id: &str| {
        let page = &files[&format!("briefs/{id}/index.html")];
        let cards = between(page, "<section class=\"further\"", "</section>");
        let cards = between(cards[0], "<li class=\"card\">", "</li>");
        let card = |card: &&str| {
            let why = between(card, "<span>", "</span>")[0].to_owned();
            (why, between(card, "href=\"../../briefs/", "/\"")[0].to_owned())
        };
        cards.iter().map(card).collect::<Vec<_>>()
    };
    let named = |why: &str, id: &str| (why.to_owned(), id.to_owned());
    // `b` and `d` continue `a`: the first that does so is named at its top, and nobody twice.
    assert_eq!(further("a")[..2], [named("Continued in", "d"), named("Before this", "m")]);
    assert_eq!(further("m")[..2], [named("After this", "a"), named("Before this", "n")]);
    assert!(further("m").len() <= 4);
    let ids = between(&files["feed.xml"], "<id>https://small.example/briefs/", "/</id>");
    assert_eq!(ids, all);
}

#[test]
fn briefs_of_a_day_that_continue_each_other_in_a_circle_are_reported() {
    let scratch = Scratch::small();
    for (id, follows) in [("a", "b"), ("b", "c"), ("c", "a"), ("d", "a")] {
        scratch.write(
            &format!("content/briefs/{id}.md"),
            format!("+++\ntitle = \"{id}\"\ndate = 2025-03-05\nfollows = \"{follows}\"\n+++\n"),
        );
    }
    assert_eq!(refused(&scratch).matches("error[cycle]").count(), 1);
}

#[test]
fn the_menu_leads_where_it_says() {
    let scratch = Scratch::small();
    scratch.write("static/report.pdf", "%PDF");
    scratch.write("content/pages/über.md", "+++\ntitle = \"Us\"\n+++\n\n## Team\n");
    let entries = [
        ("/archive/", "archive/", "archive/index.html"),
        ("archive", "archive/", "archive/index.html"),
        ("/actors/us", "actors/us/", "actors/us/index.html"),
        ("/briefs/index.html", "briefs/", "briefs/index.html"),
        ("/", "", "index.html"),
        ("/report.pdf", "report.pdf", "report.pdf"),
        ("/über/#team", "über/#team", "über/index.html#team"),
        ("/%C3%BCber", "über/", "über/index.html"),
        ("/search/?q=us", "search/?q=us", "search/index.html?q=us"),
        ("https://small.example/topics/", "topics/", "topics/index.html"),
    ];
    let outside = [
        "https://other.example/a?b=c",
        "http://other.example",
        "mailto:desk@other.example",
        "tel:+123",
    ];
    let mut config = SITE.to_owned();
    for path in entries.iter().map(|(path, ..)| path).chain(&outside) {
        config += &format!("[[menu]]\nlabel = \"To {path}\"\npath = \"{path}\"\n");
    }
    scratch.write("site.toml", config);
    let encoded =
        |path: &str| percent_encoding::percent_decode_str(path).decode_utf8_lossy().into_owned();
    for offline in [false, true] {
        let files = built_with(&scratch, if offline { &["--offline"] } else { &[] });
        for (page, root) in [("index.html", "./"), ("actors/us/index.html", "../../")] {
            let menu = between(&files[page], "<nav class=\"site-nav\"", "</nav>")[0];
            let mut links = between(menu, "<li><a href=\"", "\"").into_iter();
            for (path, online, offline_path) in entries {
                let expected = if offline { offline_path } else { online };
                assert_eq!(encoded(links.next().unwrap()), format!("{root}{expected}"), "{path}");
            }
            for address in outside {
                assert_eq!(links.next(), Some(address));
            }
            let current = between(menu, "aria-current=\"page\">To ", "<");
            let expected: &[&str] = if page == "index.html" { &["/"] } else { &["/actors/us"] };
            assert_eq!(current, expected, "{page} {offline}");
        }
    }
}

#[test]
fn an_entry_of_the_menu_that_leads_nowhere_is_reported() {
    for (path, message) in [
        ("/archiv/", "error[broken-link]: the entry `E` of the menu leads to `/archiv/`"),
        ("/Archive/", "did you mean `/archive/`?"),
        ("/about/#nobody", "error[broken-anchor]"),
        ("/feed", "error[broken-link]"),
        ("//other.example/", "error[bad-value]"),
        ("javascript:alert(1)", "error[bad-value]: the entry `E` of the menu cannot lead to"),
        ("https:", "error[bad-value]"),
    ] {
        let scratch = Scratch::small();
        scratch.write("content/pages/about.md", "+++\ntitle = \"About\"\n+++\n\n## Team\n");
        scratch.write("site.toml", format!("{SITE}[[menu]]\nlabel = \"E\"\npath = \"{path}\"\n"));
        let report = refused(&scratch);
        assert!(report.contains(message), "{path}: {report}");
        assert!(report.contains("--> site.toml:5:8"), "{path}: {report}");
    }
}

/// As the menu that the site has without one of its own leaves them out.
#[test]
fn an_entry_of_the_menu_for_a_list_with_nothing_in_it_is_left_out() {
    let scratch = Scratch::small();
    let entry = |path: &str| format!("[[menu]]\nlabel = \"To {path}\"\npath = \"{path}\"\n");
    let lists = ["/timeline/", "/pairs", "/storylines/", "/actors/"];
    scratch.write("site.toml", SITE.to_owned() + &lists.map(entry).concat());
    let menu = |files: &BTreeMap<String, String>| {
        between(&files["index.html"], ">To ", "<")
            .into_iter()
            .map(str::to_owned)
            .collect::<Vec<_>>()
    };
    assert_eq!(menu(&built(&scratch)), ["/actors/"]);
    scratch.write("content/storylines/thaw.md", "+++\ntitle = \"Thaw\"\n+++\n");
    assert_eq!(menu(&built(&scratch)), ["/storylines/", "/actors/"]);
}

#[test]
fn a_pair_is_called_the_same_everywhere() {
    let scratch = Scratch::small();
    scratch.write("templates/strings/en.toml", "and = \"ile\"\n");
    // By code points `Zambia` comes before `angola` and `Österreich`.
    let names = ["Zambia", "angola", "Österreich", "Côte d'Ivoire"];
    for (n, name) in names.iter().enumerate() {
        scratch.write(
            &format!("content/actors/a{n}.md"),
            format!("+++\nname = \"{name}\"\nkind = \"state\"\n+++\n"),
        );
    }
    for day in 1..=2 {
        scratch.write(
            &format!("content/briefs/2025-01-0{day}-b.md"),
            "+++\ntitle = \"B\"\nactors = [\"a0\", \"a1\", \"a2\", \"a3\"]\n+++\n",
        );
    }
    let files = built(&scratch);
    let without_tags = |html: &str| {
        let mut out = String::new();
        let mut rest = html;
        while let Some((text, tag)) = rest.split_once('<') {
            out += text;
            rest = tag.split_once('>').unwrap().1;
        }
        (out + rest).trim().to_owned()
    };
    let list = percent_encoding::percent_decode_str(&files["pairs/index.html"]).decode_utf8_lossy();
    let mut pairs = 0;
    for (name, page) in files.iter().filter(|(name, _)| name.starts_with("pairs/")) {
        if name == "pairs/index.html" || name.ends_with(".xml") {
            continue;
        }
        pairs += 1;
        let heading = without_tags(between(page, "<h1>", "</h1>")[0]);
        assert!(heading.contains(" ile "), "{heading}");
        assert_eq!(between(page, "<title>", " — ")[0], heading);
        let feed = &files[&name.replace("index.html", "feed.xml")];
        let escaped = heading.replace("&#39;", "'");
        assert_eq!(between(feed, "<title>", " — ")[0], escaped);
        let link = format!("<a href=\"../{}\">", name.trim_end_matches("index.html"));
        // The list has it under each of the two, as that one sees it.
        let listed = between(&list, &link, "</a>").into_iter().map(without_tags);
        let (a, b) = heading.split_once(" ile ").unwrap();
        let mut both = [heading.clone(), format!("{b} ile {a}")];
        let mut listed: Vec<String> = listed.collect();
        listed.sort_unstable();
        both.sort_unstable();
        assert_eq!(listed, both);
    }
    assert_eq!(pairs, 6);
}

#[test]
fn alerts_are_titled_in_the_language_of_the_brief() {
    let scratch = Scratch::small();
    scratch.write("site.toml", format!("{SITE}language = \"fr\"\n"));
    scratch
        .write("templates/strings/fr.toml", "alert_note = \"Remarque\"\nalert_tip = \"Astuce\"\n");
    scratch.write("templates/strings/pt.toml", "alert_note = \"Nota\"\n");
    scratch.write("templates/strings/pt-BR.toml", "alert_warning = \"Aviso <!>\"\n");
    let alerts = "> [!NOTE]\n> a\n\n> [!TIP]\n> b\n\n<b>c</b>\n\n> [!WARNING]\n> d\n";
    for (name, language, expected) in [
        ("site", "", ["Remarque", "Astuce", "Warning"]),
        ("with-table", "language = \"pt\"\n", ["Nota", "Astuce", "Warning"]),
        ("region", "language = \"pt-BR\"\n", ["Nota", "Astuce", "Aviso &lt;!&gt;"]),
        ("broader", "language = \"pt-PT\"\n", ["Nota", "Astuce", "Warning"]),
        ("built-in", "language = \"en\"\n", ["Note", "Tip", "Warning"]),
        ("without-table", "language = \"ja\"\n", ["Remarque", "Astuce", "Warning"]),
    ] {
        scratch.write(
            &format!("content/briefs/{name}.md"),
            format!("+++\ntitle = \"T\"\ndate = 2025-01-01\n{language}+++\n{alerts}"),
        );
        let files = built(&scratch);
        let page = &files[&format!("briefs/{name}/index.html")];
        assert_eq!(between(page, "<p class=\"alert-title\">", "</p>"), expected, "{name}");
    }
    scratch.write("content/pages/about.md", format!("+++\ntitle = \"About\"\n+++\n{alerts}"));
    let page = &built(&scratch)["about/index.html"];
    assert_eq!(
        between(page, "<p class=\"alert-title\">", "</p>"),
        ["Remarque", "Astuce", "Warning"]
    );
    scratch.write("templates/strings/pt.toml", "alert_note = 7\n");
    let report = refused(&scratch);
    assert_eq!(report.matches("--> templates/strings/pt.toml:1:").count(), 1, "{report}");
}

#[test]
fn a_collision_of_redirects_points_to_the_very_redirect() {
    let report = |first: &str, second: &str| {
        let scratch = Scratch::small();
        scratch.write(
            "content/pages/a.md",
            format!("+++\ntitle = \"A\"\nredirects = [{first}]\n+++\n"),
        );
        scratch.write(
            "content/pages/b.md",
            format!("+++\ntitle = \"B\"\nredirects = [{second}]\n+++\n"),
        );
        refused(&scratch)
    };
    // The first is the beginning of the second.
    let one = report("\"/old-talks/\"", "\"/old\", \"/old-talks\"");
    assert!(one.contains("--> content/pages/b.md:3:22"), "{one}");
    // The same page twice, written in two ways.
    let one = report("\"/x/\", \"/old\", \"/old/\"", "\"/y/\"");
    assert!(one.contains("--> content/pages/a.md:3:29"), "{one}");
    let one = report("\"/old/\"", "\"/older/\", \"/OLD\"");
    assert!(one.contains("--> content/pages/b.md:3:25"), "{one}");
    // The page of a document has the place.
    let one = report("\"/ba/\", \"/b\"", "\"/y/\"");
    assert!(one.contains("--> content/pages/a.md:3:22"), "{one}");
}

#[test]
fn templates_see_the_values_of_the_site() {
    let scratch = Scratch::small();
    scratch.write(
        "site.toml",
        format!("{SITE}[extra]\nmotto = \"Tell & show\"\nnested = {{ list = [1, 2] }}\n"),
    );
    scratch.write(
        "templates/page.html",
        "{% extends \"base.html\" %}{% block main %}{{ site.extra.motto }} {{ site.extra.nested.list | length }}{% if site.extra.absent is defined %}!{% endif %}{% endblock %}",
    );
    scratch.write("content/pages/about.md", "+++\ntitle = \"About\"\n+++\n");
    let page = &built(&scratch)["about/index.html"];
    assert!(page.contains("\nTell &amp; show 2\n"), "{page}");
}

#[test]
fn what_an_own_base_says_stands_on_every_page() {
    let scratch = Scratch::small();
    scratch.write("content/storylines/thaw.md", "+++\ntitle = \"Thaw\"\n+++\n");
    scratch.write("content/pages/about.md", "+++\ntitle = \"About\"\n+++\n");
    scratch.write(
        "content/briefs/2025-02-28-more.md",
        "+++\ntitle = \"More\"\nactors = [\"us\", \"ru\"]\nstoryline = \"thaw\"\nauthors = [\"A\"]\n[[events]]\ndate = 2020-01-01\ntitle = \"E\"\n+++\n",
    );
    scratch.write(
        "templates/base.html",
        "{% extends \"builtin/base.html\" %}{% block head %}<meta name=\"own\" content=\"x\">{% endblock %}{% block masthead %}<p>Own</p>{% endblock %}{% block footer %}<p>End</p>{% endblock %}",
    );
    let files = built(&scratch);
    let mut pages = 0;
    for (name, page) in files.iter().filter(|(name, _)| name.ends_with(".html")) {
        for own in ["<meta name=\"own\"", "<p>Own</p>", "<p>End</p>"] {
            assert_eq!(page.matches(own).count(), 1, "{name} {own}");
        }
        pages += 1;
    }
    assert!(pages > 15, "{pages}");
    assert!(
        files["briefs/2025-02-28-more/index.html"].contains("<meta name=\"author\" content=\"A\">")
    );
}

#[test]
fn all_briefs_have_a_list() {
    let scratch = Scratch::small();
    let config = format!("{SITE}[pagination]\nsize = 2\n");
    scratch.write("site.toml", &config);
    for n in 1..=4 {
        scratch.write(
            &format!("content/briefs/b{n}.md"),
            format!("+++\ntitle = \"B{n}\"\ndate = 2025-03-0{n}\n+++\n"),
        );
    }
    let files = built(&scratch);
    assert_eq!(cards(&files["briefs/index.html"]), ["b4", "b3"]);
    assert_eq!(cards(&files["briefs/page/2/index.html"]), ["b2", "b1"]);
    assert_eq!(cards(&files["briefs/page/3/index.html"]), ["2025-02-27-talks"]);
    assert!(!files.contains_key("briefs/page/4/index.html"));
    assert!(files["briefs/index.html"].contains("<a href=\"../briefs/page/2/\" rel=\"next\">"));
    for page in ["briefs/", "briefs/page/2/", "briefs/page/3/"] {
        let entry = format!("<loc>https://small.example/{page}</loc>");
        assert!(files["sitemap.xml"].contains(&entry), "{page}");
    }
    // The archive, the page of the search and the list itself lead to each other.
    assert!(files["archive/index.html"].contains("<a href=\"../briefs/\">All briefs</a>"));
    assert!(files["search/index.html"].contains("<a href=\"../briefs/\">Briefs</a>"));
    assert!(files["briefs/index.html"].contains("<a href=\"../archive/\">Archive</a>"));
    let offline = built_with(&scratch, &["--offline"]);
    assert!(offline["archive/index.html"].contains("<a href=\"../briefs/index.html\">"));
    assert!(
        offline["briefs/index.html"]
            .contains("<a href=\"../briefs/page/2/index.html\" rel=\"next\">")
    );
    // A brief may not take the place of a page of the list.
    scratch.write("content/briefs/page/2.md", "+++\ntitle = \"B\"\ndate = 2025-03-01\n+++\n");
    let report = refused(&scratch);
    assert!(
        report.contains("error[collision]: the brief `page/2` and the list of briefs"),
        "{report}"
    );
    assert!(report.contains("--> content/briefs/page/2.md"), "{report}");
}

#[test]
fn a_site_without_briefs_says_so_in_their_list() {
    let scratch = Scratch::empty();
    scratch.write("site.toml", SITE);
    let files = built(&scratch);
    assert!(files["briefs/index.html"].contains("There are no briefs here yet."));
    assert!(files["archive/index.html"].contains("<a href=\"../briefs/\">"));
}

/// What is read of a document in error is shown to find what is wrong with templates: these are not to blame for it.
#[test]
fn a_document_in_error_is_all_that_is_reported() {
    let documents = [
        (
            "content/briefs/2025-03-01-a.md",
            "title = \"A\"\nsummary = \"S\"\nbluf = \"B\"\nauthors = [\"X\"]\nactors = [\"us\", \"ru\"]\ntopics = [\"embassies\"]\nstoryline = \"thaw\"\nfollows = \"2025-02-27-talks\"\nkind = \"report\"\nlanguage = \"tr\"\nupdated = 2025-03-02\nreview_by = 2027-01-01\nextra = { a = 1 }\nevents = [{ date = \"2020\", title = \"E\", actors = [\"us\"] }]",
        ),
        (
            "content/actors/us.md",
            "name = \"United States\"\nkind = \"state\"\naliases = [\"US\"]\nsummary = \"S\"\nwebsite = \"https://us.example/\"\nroles = [{ title = \"Host\", of = \"ru\", from = \"2020\" }]\nmember_of = [\"ru\"]\nrelations = [{ kind = \"knows\", to = \"ru\", from = \"2020\", source = \"S\" }]",
        ),
        (
            "content/topics/embassies.md",
            "name = \"Embassies\"\nsummary = \"S\"\naliases = [\"x\"]\nwikidata = \"Q1\"",
        ),
        ("content/storylines/thaw.md", "title = \"Thaw\"\nsummary = \"S\"\nstatus = \"open\""),
        (
            "content/pages/about.md",
            "title = \"About\"\nsummary = \"S\"\nmenu = \"About\"\nweight = 1",
        ),
    ];
    let scratch = Scratch::small();
    scratch.write("site.toml", format!("{SITE}[relations.knows]\nname = \"knows\"\n"));
    let text = "\n+++\nSee [[2025-03-01-a]], [[us]], [[embassies]], [[thaw]], [[about]] and [this](/briefs/2025-03-01-a/).\n";
    let write = |file: &str, front: &str| scratch.write(file, format!("+++\n{front}{text}"));
    for (file, front) in documents {
        write(file, front);
    }
    scratch.write("content/pages/links.md", format!("+++\ntitle = \"Links\"{text}"));
    let check = || chancery(&scratch.root, &["check", "--now", "2026-01-01"]);
    let sound = check();
    assert_eq!(sound.code, 0, "{}", sound.stderr);
    for (file, front) in documents {
        for key in front.lines().map(|line| line.split(" = ").next().unwrap()) {
            let with = |value: Option<&str>| {
                let lines = front.lines().filter_map(|line| match value {
                    _ if !line.starts_with(&format!("{key} = ")) => Some(line.to_owned()),
                    value => Some(format!("{key} = {}", value?)),
                });
                lines.collect::<Vec<_>>().join("\n")
            };
            let broken = [
                None,
                Some("\"\""),
                Some("[[[1]]]"),
                Some("\"never closed"),
                Some("1979-05-27T07:32:00"),
            ];
            for value in broken {
                write(file, &with(value));
                let report = check().stderr;
                assert!(!report.contains("template-error"), "{file} {key} {value:?}: {report}");
                let first = report.lines().find(|line| line.trim_start().starts_with("--> "));
                let errors = report.contains("error[");
                assert!(
                    !errors || first.unwrap().contains(file),
                    "{file} {key} {value:?}: {report}"
                );
            }
        }
        write(file, front);
    }
    assert_eq!(check().code, 0);
}

/// A site with an own kind of actors, one that it calls otherwise, and three relations.
fn with_relations() -> Scratch {
    let scratch = Scratch::small();
    let more = "language = \"tr\"\n\
        [kinds.malware]\nname = \"Malware family\"\nplural = \"Malware <families>\"\n\
        [kinds.state]\nname = \"Country\"\nplural = \"Countries\"\n\
        [relations.uses]\nname = \"uses\"\ninverse = \"used by\"\nto = [\"malware\"]\n\
        [relations.allied-with]\nname = \"allied with\"\n";
    scratch.write("site.toml", format!("{SITE}{more}"));
    for name in ["ada", "bug", "cat"] {
        let text = format!("+++\nname = \"{name} & co\"\nkind = \"malware\"\n+++\n");
        scratch.write(&format!("content/actors/{name}.md"), text);
    }
    let relations = [
        "{ kind = \"uses\", to = \"ada\", from = 2012, until = \"2013-05\" }",
        "{ kind = \"uses\", to = \"cat\", from = 2027 }",
        "{ kind = \"allied-with\", to = \"us\" }",
        "{ kind = \"uses\", to = \"bug\", from = 2014, source = \"https://x.example/?a&b\" }",
        "{ kind = \"uses\", to = \"ada\", from = 2020-02-03, source = \"A <report>\" }",
        "{ kind = \"uses\", to = \"ada\", from = 2010, until = 2010 }",
    ];
    let text = "+++\nname = \"Russia\"\nkind = \"state\"\n";
    let text = format!("{text}relations = [{}]\n+++\n", relations.join(", "));
    scratch.write("content/actors/ru.md", text);
    scratch
}

/// A relation on a profile: whether it is current, whom it is with, and what stands behind the name.
type Shown = (bool, String, String);

/// The relations on a profile, each list with what stands above it.
fn relations(page: &str) -> Vec<(String, Vec<Shown>)> {
    let lists = between(page, "<h3 class=\"relation\">", "</ul>").into_iter().map(|list| {
        let items = between(list, "<li", "</li>").into_iter().map(|item| {
            let name = between(item, "/\">", "</a>")[0].to_owned();
            let rest = item.split_once("</a>").unwrap().1;
            let mut words = rest.replace("<span class=\"n\">", "").replace("</span>", "");
            if let Some((before, _)) = words.split_once("<span class=\"sr\">") {
                words = before.to_owned();
            }
            (item.starts_with(" class=\"current\""), name, words.trim().to_owned())
        });
        (list.split("</h3>").next().unwrap().to_owned(), items.collect())
    });
    lists.collect()
}

#[test]
fn relations_stand_on_both_profiles_the_current_ones_first() {
    let files = built(&with_relations());
    let owned = |items: &[(bool, &str, &str)]| -> Vec<Shown> {
        items.iter().map(|(is, name, words)| (*is, (*name).into(), (*words).into())).collect()
    };
    assert_eq!(
        relations(&files["actors/ru/index.html"]),
        [
            (
                "uses".to_owned(),
                owned(&[
                    (true, "ada &amp; co", "since 3 February 2020 Source: A &lt;report&gt;"),
                    (
                        true,
                        "bug &amp; co",
                        "since 2014 <a href=\"https://x.example/?a&amp;b\" rel=\"external\">Source"
                    ),
                    (false, "cat &amp; co", "since 2027"),
                    (false, "ada &amp; co", "2012 – May 2013, past"),
                    (false, "ada &amp; co", "2010, past"),
                ])
            ),
            ("allied with".to_owned(), owned(&[(true, "United States", "")])),
        ]
    );
    let of = |actor: &str| relations(&files[&format!("actors/{actor}/index.html")]);
    let past = "since 3 February 2020 Source: A &lt;report&gt;";
    assert_eq!(of("ada")[0].0, "used by");
    assert_eq!(of("ada")[0].1[0], (true, "Russia".to_owned(), past.to_owned()));
    assert_eq!(of("ada")[0].1.len(), 3);
    assert_eq!(of("us"), [("allied with".to_owned(), owned(&[(true, "Russia", "")]))]);
    assert!(!files["actors/us/index.html"].contains("used by"));
}

#[test]
fn kinds_of_the_sites_own_are_listed_behind_those_that_every_site_has() {
    let scratch = with_relations();
    let headings = |files: &BTreeMap<String, String>| -> Vec<String> {
        let of_page =
            between(&files["actors/index.html"], "<h2 class=\"rubric\" id=\"kind-", "</h2>");
        of_page.into_iter().map(str::to_owned).collect()
    };
    let files = built(&scratch);
    assert_eq!(headings(&files), ["state\">Countries", "malware\">Malware &lt;families&gt;"]);
    assert_eq!(files["actors/index.html"].matches("&amp; co</a>").count(), 3);
    assert!(files["actors/ada/index.html"].contains("<p class=\"label\">Malware family</p>"));
    assert!(files["actors/ru/index.html"].contains("<dd>Country</dd>"));
    // A table of words in the site's language stands over what `site.toml` says.
    let words = "kind_malware = \"Zararlı\"\nkinds_malware = \"Zararlılar\"\nkinds_state = \"Ülkeler\"\n\
        relation_uses = \"kullanır\"\nrelation_uses_inverse = \"kullanan\"\n";
    scratch.write("templates/strings/tr.toml", words);
    let files = built(&scratch);
    assert_eq!(headings(&files), ["state\">Ülkeler", "malware\">Zararlılar"]);
    assert_eq!(relations(&files["actors/ru/index.html"])[0].0, "kullanır");
    assert_eq!(relations(&files["actors/ada/index.html"])[0].0, "kullanan");
    let check = chancery(&scratch.root, &["check", "--now", "2026-01-01"]);
    assert!(!check.stderr.contains("unused-words"), "{}", check.stderr);
    scratch.write("templates/strings/tr.toml", "kind_malwar = \"Zararlı\"\n");
    let check = chancery(&scratch.root, &["check", "--now", "2026-01-01"]);
    assert!(check.stderr.contains("did you mean `kind_malware`?"), "{}", check.stderr);
}

#[test]
fn templates_see_relations_and_later_pages_of_a_list_do_not_repeat_them() {
    let scratch = with_relations();
    let config = std::fs::read_to_string(scratch.root.join("site.toml")).unwrap();
    scratch.write("site.toml", config + "[pagination]\nsize = 1\n");
    for day in 1..=2 {
        let text =
            format!("+++\ntitle = \"B{day}\"\ndate = 2025-01-0{day}\nactors = [\"ru\"]\n+++\n");
        scratch.write(&format!("content/briefs/b{day}.md"), text);
    }
    let fields =
        ["kind", "name", "inverse", "actor.path", "from", "until", "past", "source", "source_url"];
    let print: String = fields.map(|field| format!("{{{{ r.{field} }}}}|")).concat();
    scratch.write(
        "templates/actor.html",
        format!("{{% for r in actor.relations %}}\n{print}{{% endfor %}}"),
    );
    let files = built(&scratch);
    assert_eq!(
        files["actors/cat/index.html"].trim(),
        "uses|used by|true|actors/ru/|2027||false|||"
    );
    assert_eq!(
        files["actors/ru/index.html"].lines().nth(4),
        Some("uses|uses|false|actors/ada/|2012|2013-05|true|||")
    );
    assert_eq!(files["actors/ru/page/2/index.html"].trim(), "");
}

#[test]
fn the_examples_of_the_page_on_actors_make_a_site() {
    let page = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/kinds-and-relations.md");
    let page = std::fs::read_to_string(page).unwrap();
    let examples: [&str; 4] = between(&page, "```toml\n", "```").try_into().unwrap();
    let [kinds, declared, actor, words] = examples;
    let template = between(&page, "```html\n", "```")[0];
    let scratch = Scratch::small();
    scratch.write("site.toml", format!("{SITE}language = \"tr\"\n{kinds}{declared}"));
    scratch.write("content/actors/sandworm.md", actor);
    let other = "+++\nname = \"NotPetya\"\nkind = \"malware\"\n+++\n";
    scratch.write("content/actors/notpetya.md", other);
    let files = built(&scratch);
    let its = |files: &BTreeMap<String, String>, actor: &str| {
        relations(&files[&format!("actors/{actor}/index.html")])
    };
    assert_eq!(its(&files, "sandworm")[0].0, "uses");
    assert_eq!(its(&files, "notpetya")[0].0, "used by");
    assert_eq!(
        its(&files, "notpetya")[0].1[0].2,
        "June 2017, past <a href=\"https://attack.mitre.org/groups/G0034/\" rel=\"external\">Source"
    );
    scratch.write("templates/strings/tr.toml", words);
    scratch.write("templates/actor.html", template);
    let files = built(&scratch);
    let printed = files["actors/notpetya/index.html"].trim();
    assert_eq!(printed, "<p>kullanan <a href=\"../../actors/sandworm/\">Sandworm</a></p>");
}

/// The brief in `docs/sources.md` is one that builds, and its page says what the document says that it says.
#[test]
fn the_document_on_sources_is_true() {
    let document = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/sources.md");
    let document = std::fs::read_to_string(document).unwrap();
    let brief = between(&document, "```markdown\n", "```\n")[0];
    let retracted = between(&document, "```toml\n", "```\n")[0];
    let summary = between(&document, "\n> ", "\n")[0];
    let scratch = Scratch::small();
    scratch.write("content/briefs/two-embassies.md", brief);
    let run = chancery(&scratch.root, &["check", "--now", "2026-01-01"]);
    assert!(run.code == 0 && !run.stderr.contains("source"), "{}", run.stderr);
    let page = &built(&scratch)["briefs/two-embassies/index.html"];
    assert!(page.contains(&format!("<p class=\"source-summary\">{summary}</p>")), "{page}");
    let shown = |number, place| format!(">{number}</a>{place}]</sup>");
    for cited in [shown(1, ""), shown(2, ", art. 9"), shown(2, ", art. 11")] {
        assert!(page.contains(&cited), "{cited}\n{page}");
    }
    assert!(page.contains("<li id=\"fn--1\">"), "{page}");
    let (front, text) = brief.split_once("+++\n\n").unwrap();
    scratch.write("content/briefs/two-embassies.md", format!("{front}{retracted}+++\n\n{text}"));
    let run = chancery(&scratch.root, &["check", "--now", "2026-01-01"]);
    assert!(run.stderr.contains("note[retracted-source]"), "{}", run.stderr);
    assert!(run.stderr.contains("note[ungraded-source]"), "{}", run.stderr);
    let site = built(&scratch);
    let page = &site["briefs/two-embassies/index.html"];
    assert!(page.contains("The office withdrew the figures for February."), "{page}");
    assert!(site["index.html"].contains("Retracted source"), "{}", site["index.html"]);
    let feed = &site["feed.xml"];
    assert!(feed.contains("<updated>2025-03-02T00:00:00Z</updated>"), "{feed}");
    let notice = feed.find("has been retracted.").unwrap();
    assert!(notice < feed.find("Bottom line").unwrap(), "{feed}");
    let codes = between(&document, "\n| `", "`");
    let codes = codes.iter().filter(|code| code.contains('-') && !code.contains('['));
    for code in codes {
        let all = chancery(&scratch.root, &["reference", "diagnostics"]).stdout;
        assert!(all.contains(&format!("`{code}`")), "{code}");
    }
}

/// Every citation leads to its endnote and every endnote back, each by an id that there is once.
#[test]
fn citations_lead_to_endnotes_and_back() {
    let scratch = Scratch::small();
    let source = |id: &str| format!("[[sources]]\nid = \"{id}\"\ntitle = \"T {id}\"\n");
    let front = ["a", "b", "доклад", "uncited"].map(source).concat();
    let text = "## H[^b]\n\nx[^a] y[^n][^a: p. 4]\n\n|a|\n|-|\n|x[^доклад]|\n\n<div>\n\nz[^b: \"q\" & <r>]\n\n</div>\n\n[^n]: w[^a]\n";
    scratch.write(
        "content/briefs/cited.md",
        format!("+++\ntitle = \"C\"\ndate = 2025-01-01\nbluf = \"They met.[^b: p. 1]\"\n{front}+++\n{text}"),
    );
    let page = &built(&scratch)["briefs/cited/index.html"];
    let ids = between(page, " id=\"", "\"");
    let links = between(page, "href=\"#", "\"");
    for link in links.iter().filter(|link| link.contains("--")) {
        assert_eq!(ids.iter().filter(|id| id == &link).count(), 1, "{link}\n{page}");
    }
    let cited: Vec<_> = ids.iter().copied().filter(|id| id.starts_with("cite-")).collect();
    let expected =
        ["cite--b", "cite-2--b", "cite--a", "cite-2--a", "cite--доклад", "cite-3--b", "cite-3--a"];
    assert_eq!(cited, expected, "{page}");
    for id in cited {
        assert!(links.contains(&id), "{id}");
    }
    let listed: Vec<_> = ids.iter().copied().filter(|id| id.starts_with("source--")).collect();
    assert_eq!(listed, ["source--b", "source--a", "source--доклад", "source--uncited"]);
}

/// Citations and endnotes are in the language of their brief, if there are words for it.
#[test]
fn sources_speak_the_language_of_the_brief() {
    let scratch = Scratch::small();
    scratch.write(
        "templates/strings/de.toml",
        "source_many = \"Quellen\"\nsource_one = \"Quelle\"\nsource_kind_law = \"Vertrag oder Gesetz\"\nreliability_b = \"meist zuverlässig\"\n\
         credibility_2 = \"wahrscheinlich richtig\"\nmonth_3 = \"März\"\n",
    );
    scratch.write(
        "content/briefs/deutsch.md",
        "+++\ntitle = \"D\"\ndate = 2025-01-01\nlanguage = \"de\"\n[[sources]]\nid = \"a\"\ntitle = \"T\"\nkind = \"law\"\ngrade = \"B2\"\ndate = \"2024-03\"\n+++\nx[^a]\n",
    );
    let page = &built(&scratch)["briefs/deutsch/index.html"];
    assert!(page.contains("title=\"T (B2: meist zuverlässig, wahrscheinlich richtig)\""), "{page}");
    assert!(
        page.contains("1 Quelle: Vertrag oder Gesetz (1). Grades: B2 meist zuverlässig"),
        "{page}"
    );
    assert!(page.contains("<time datetime=\"2024-03\">März 2024</time>"), "{page}");
}

/// The files that a page of the documentation gives: their names, and what is in them.
fn documented(page: &str) -> Vec<(String, String)> {
    let text = std::fs::read_to_string(
        std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("docs").join(page),
    )
    .unwrap();
    let named = text.match_indices("\n`content/").filter_map(|(at, _)| {
        let (name, rest) = text[at + 2..].split_once("`:\n\n```")?;
        let (block, _) = rest.split_once('\n')?.1.split_once("\n```")?;
        Some((name.to_owned(), block.to_owned() + "\n"))
    });
    named.collect()
}

/// The files in `docs/storylines.md` are a site that does what the document says.
#[test]
fn the_document_on_storylines_is_true() {
    let scratch = Scratch::small();
    let given = documented("storylines.md");
    assert_eq!(given.len(), 3, "{given:?}");
    for (name, text) in &given {
        scratch.write(name, text);
    }
    let site = built(&scratch);
    let storyline = &site["storylines/missions/index.html"];
    let (_, standing) = storyline.split_once("<div class=\"standing\">").unwrap();
    let (at, reason) = (standing.find("4 March 2025"), standing.find("A diplomat is expelled."));
    assert!(at.is_some() && at < reason, "{storyline}");
    assert!(reason < standing.find("Both sides agree to fill"), "{storyline}");
    assert!(storyline.contains("Alert: it may get worse"), "{storyline}");
    let month = &site["storylines/2025-03/index.html"];
    assert!(month.contains("▼</span> Deteriorated</span> <strong>1</strong>"), "{month}");
    assert!(month.contains("were followed: 1</h2>"), "{month}");
    assert!(site["storylines/2025-02/index.html"].contains("▲</span> Improved</span>"));
    let list = &site["storylines/index.html"];
    assert!(list.contains("href=\"../storylines/2025-03/\">March 2025</a>"), "{list}");
    let brief = &site["briefs/2025-03-04-an-expulsion/index.html"];
    assert!(brief.contains("<strong>A diplomat is expelled.</strong>"), "{brief}");
    assert!(site["sitemap.xml"].contains("/storylines/2025-03/"));
}

/// The files in `docs/series.md` are drawn as the document says.
#[test]
fn the_document_on_series_is_true() {
    let scratch = Scratch::small();
    let given = documented("series.md");
    assert_eq!(given.len(), 2, "{given:?}");
    for (name, text) in &given {
        scratch.write(name, text);
    }
    let site = built(&scratch);
    let page = &site["briefs/2025-03-04-visas/index.html"];
    let svg = between(page, "<svg class=\"over-time\"", "</svg>")[0];
    assert!(svg.contains("role=\"img\" aria-labelledby=\"chancery-series-1-title\""), "{svg}");
    assert!(svg.contains("<title id=\"chancery-series-1-title\">Visas for diplomats</title>"));
    assert!(svg.contains("Ours: first 31 (November 2024), least 12 (January 2025)"), "{svg}");
    // Each line breaks off in February and goes on in March.
    for line in between(svg, "<path class=\"line", "/>") {
        assert_eq!((line.matches('M').count(), line.matches('L').count()), (2, 2), "{line}");
    }
    assert!(
        page.contains("Theirs <strong>9</strong> (<time datetime=\"2025-03\">March 2025</time>)")
    );
    assert!(page.contains("href=\"#source--office\">Figures of the visa office</a>"), "{page}");
    assert!(page.contains("href=\"../../briefs/2025-03-04-visas.csv\" download>"), "{page}");
    assert_eq!(site["briefs/2025-03-04-visas.csv"], given[1].1);
    assert_eq!(page.matches("<th scope=\"row\">").count(), 5, "{page}");
    assert!(!page.contains("does not begin at zero"));
    let near = given[0].1.replace("unit =", "base = \"data\"\nunit =");
    scratch.write(&given[0].0, near.replace("file = \"", "kind = \"steps\"\nfile = \""));
    let page = &built(&scratch)["briefs/2025-03-04-visas/index.html"];
    assert!(page.contains("The axis does not begin at zero: it begins at 5."), "{page}");
}

/// A site in which two actors meet in seven briefs over three years, of which a list shows two.
fn of_two_actors() -> Scratch {
    let scratch = Scratch::small();
    scratch.write("site.toml", format!("{SITE}[pagination]\nsize = 2\n"));
    scratch.write(
        "content/actors/embassy.md",
        "+++\nname = \"Qrst Embassy\"\nkind = \"body\"\npart_of = \"ru\"\n+++\n",
    );
    scratch.write(
        "content/actors/envoy.md",
        "+++\nname = \"Jo <Doe>\"\nkind = \"person\"\n[[roles]]\ntitle = \"Clerk\"\nfrom = 2001\nto = 2004\n[[roles]]\ntitle = \"Envoy\"\nof = \"us\"\nfrom = 2010\n+++\n",
    );
    let briefs = [
        ("2023-05-01-a", "The United States met Russia. All left."),
        ("2023-05-09-b", "The United States waited. Then Russia came."),
        ("2024-01-02-c", "Russia wrote to the US."),
        ("2024-11-03-d", "The United States answered."),
        ("2025-03-04-e", "Nobody spoke."),
        ("2025-03-05-f", "Russia and Jo <Doe> met the US."),
    ];
    for (n, (name, text)) in briefs.into_iter().enumerate() {
        let events = format!(
            "[[events]]\ntitle = \"Event {n}\"\ndate = 202{}-06-0{}\nend = 202{}-06-0{}\nactors = [\"us\", \"ru\"]\n",
            n % 3 + 3,
            n + 1,
            n % 3 + 3,
            n + 2
        );
        scratch.write(
            &format!("content/briefs/{name}.md"),
            format!(
                "+++\ntitle = \"Brief {name}\"\nactors = [\"us\", \"ru\", \"embassy\", \"envoy\"]\ntopics = [\"embassies\"]\n{events}+++\n{text}\n"
            ),
        );
    }
    scratch.write(
        "content/briefs/2024-02-01-other.md",
        "+++\ntitle = \"Elsewhere\"\n+++\nThe United States was named here.\n",
    );
    scratch
}

#[test]
fn an_actor_has_one_list_of_briefs_with_the_sentences_that_name_it() {
    let files = built(&of_two_actors());
    let first = &files["actors/us/index.html"];
    // What is known of it comes first, also where there is one column.
    let at = |words: &str| first.find(words).unwrap_or_else(|| panic!("{words}: {first}"));
    assert!(at("class=\"facts\"") < at("class=\"strip\""));
    assert!(at("class=\"strip\"") < at("class=\"entry-groups\""));
    let lines: Vec<_> = (1..=4)
        .map(|page| match page {
            1 => "actors/us/index.html".to_owned(),
            page => format!("actors/us/page/{page}/index.html"),
        })
        .flat_map(|page| cards(&files[&page]).into_iter().map(str::to_owned).collect::<Vec<_>>())
        .collect();
    let all = [
        "2025-03-05-f",
        "2025-03-04-e",
        "2025-02-27-talks",
        "2024-11-03-d",
        "2024-01-02-c",
        "2023-05-09-b",
        "2023-05-01-a",
    ];
    assert_eq!(lines, all);
    assert!(first.contains("met the <mark>US</mark>.</p></blockquote>"), "{first}");
    // A sentence of a brief that is about it stands with that brief, and nowhere else.
    let quotes = between(first, "<ul class=\"quotes\">", "</ul>")[0];
    assert!(quotes.contains("Elsewhere") && !quotes.contains("Brief 2"), "{quotes}");
    // Each year of the list has an address on the page where it begins.
    let years = between(first, "<nav class=\"list-years\"", "</nav>")[0];
    for (path, year, count) in [
        ("#chancery-2025-03", 2025, 3),
        ("../../actors/us/page/2/#chancery-2024-11", 2024, 2),
        ("../../actors/us/page/3/#chancery-2023-05", 2023, 2),
    ] {
        let entry = format!("<a href=\"{path}\">{year}</a> <span class=\"n\">{count}</span>");
        assert!(years.contains(&entry), "{entry}: {years}");
        let page = match path.split_once("page/") {
            Some((_, page)) => format!("actors/us/page/{}/index.html", &page[..1]),
            None => "actors/us/index.html".to_owned(),
        };
        let (_, anchor) = path.split_once('#').unwrap();
        assert_eq!(files[&page].matches(&format!("id=\"{anchor}\"")).count(), 1, "{path}");
    }
    // The drawing has a bar for each month, which leads there, and the table behind it the same numbers.
    let strip = between(first, "<svg role=\"group\"", "</svg>")[0];
    assert!(
        strip.contains("<a href=\"#chancery-2025-03\"><title>March 2025: 2 briefs</title>"),
        "{strip}"
    );
    assert!(
        strip.contains("<title>4–5 June 2023: Event 3; 1–2 June 2023: Event 0</title>"),
        "{strip}"
    );
    let table = between(first, "<tbody>", "</tbody>")[0];
    assert!(table.contains("<th scope=\"row\"><a href=\"#chancery-2025-03\">March 2025</a></th><td>2</td><td>0</td>"), "{table}");
    let numbers = |n: usize| -> usize {
        let cells = between(table, "<td>", "</td>");
        cells.chunks(2).map(|row| row[n].parse::<usize>().unwrap()).sum()
    };
    assert_eq!((numbers(0), numbers(1)), (7, 6));
    // Whom it is covered with, and why.
    let partners = between(first, "<ol class=\"partners\">", "</ol>")[0];
    assert!(partners.contains("Jo &lt;Doe&gt;</a> <span class=\"n\">Envoy</span>"), "{partners}");
    assert!(partners.contains("Russia</a> <span class=\"n\">Embassies</span>"), "{partners}");
    let ring = between(first, "class=\"ring\"", "</svg>")[0];
    assert!(ring.contains("<title>Jo &lt;Doe&gt;: Envoy, 6 briefs</title>"), "{ring}");
    assert!(!files["actors/us/page/2/index.html"].contains("<svg"));
    // Roles: those of today first.
    let roles =
        between(&files["actors/envoy/index.html"], "<ul class=\"roles\">", "</ul>")[0].to_owned();
    assert!(roles.find("Envoy") < roles.find("Clerk"), "{roles}");
}

#[test]
fn two_actors_have_a_chronology_with_the_sentences_that_name_both() {
    let files = built(&of_two_actors());
    let pair = |page: &str| files[&format!("pairs/russia--united-states/{page}index.html")].clone();
    let first = pair("");
    assert!(
        first.contains("7 briefs since <time datetime=\"2023-05-01\">1 May 2023</time>"),
        "{first}"
    );
    let last = between(&first, "class=\"last-event\"", "</p>")[0];
    assert!(last.contains("6–7 June 2025") && last.contains(">Event 5</a>"), "{last}");
    assert!(between(&first, "Also there", "</ul>")[0].contains("Jo &lt;Doe&gt;"));
    // Events and briefs, the newest first, each once over all pages.
    let pages = ["", "page/2/", "page/3/", "page/4/"];
    let all: String = pages
        .into_iter()
        .map(|page| pair(page).split_once("chancery-chronology").unwrap().1.to_owned())
        .collect();
    let days = between(&all, "<time datetime=\"", "\"");
    let mut sorted = days.clone();
    sorted.sort_unstable_by(|a, b| b.cmp(a));
    assert_eq!((days.len(), &days), (13, &sorted));
    for n in 0..6 {
        assert_eq!(all.matches(&format!("\"entry-title\"><span>Event {n}")).count(), 1, "{n}");
    }
    // One sentence if it names both, else one of each that is named.
    let entry =
        |name: &str| between(&all, &format!("Brief {name}</a> <span"), "</li>")[0].to_owned();
    let naming = |name: &str| entry(name).matches("class=\"naming\"").count();
    assert_eq!(
        ["2023-05-01-a", "2023-05-09-b", "2024-01-02-c", "2024-11-03-d", "2025-03-04-e"]
            .map(naming),
        [1, 2, 1, 1, 0]
    );
    assert!(entry("2024-01-02-c").contains("wrote to the"), "{}", entry("2024-01-02-c"));
    assert!(
        entry("2023-05-09-b")
            .contains("<p class=\"label named\">Russia</p>\n<blockquote class=\"naming\"><p>Then <mark>Russia</mark> came.")
    );
}

#[test]
fn pairs_that_are_explained_have_a_page_and_stand_in_no_list() {
    let files = built(&of_two_actors());
    let list = &files["pairs/index.html"];
    let shown = [
        "russia--united-states",
        "jo-doe--russia",
        "qrst-embassy--united-states",
        "jo-doe--qrst-embassy",
    ];
    for pair in shown {
        // Under each of the two.
        assert_eq!(
            list.matches(&format!("href=\"../pairs/{pair}/\"")).count(),
            2,
            "{pair}: {list}"
        );
    }
    for pair in ["qrst-embassy--russia", "jo-doe--united-states"] {
        assert!(files.contains_key(&format!("pairs/{pair}/index.html")), "{pair}");
        assert!(!list.contains(pair), "{pair}: {list}");
    }
    let groups = between(list, "<h2><a href=\"", "</a>");
    assert_eq!(groups.len(), 4, "{list}");
    // The same actors are drawn, joined where they are listed.
    let drawn = between(list, "class=\"network\"", "</svg>")[0];
    assert_eq!(drawn.matches("class=\"spoke\"").count(), shown.len(), "{drawn}");
    assert_eq!(drawn.matches("<a href=\"../actors/").count(), 4, "{drawn}");
    assert!(drawn.contains("<title>Jo &lt;Doe&gt;: 6 briefs</title>"), "{drawn}");
}

#[test]
fn the_timeline_and_the_archive_are_drawn() {
    let files = built(&of_two_actors());
    let timeline = &files["timeline/index.html"];
    let years = between(timeline, "<h2 id=\"year-", "\"");
    assert_eq!(years, ["2025", "2024", "2023"]);
    let first = between(timeline, "<ol class=\"events\">", "</ol>")[0];
    assert!(first.find("Event 5") < first.find("Event 2"), "{first}");
    // There are no storylines: lanes are of actors.
    let lanes = between(timeline, "class=\"lanes\"", "</svg>")[0];
    assert!(lanes.contains("<title>Russia: 6 events</title>"), "{lanes}");
    assert!(
        lanes.contains(
            "<a href=\"#year-2025\"><title>6–7 June 2025: Event 5; 3–4 June 2025: Event 2</title>"
        ),
        "{lanes}"
    );
    // No event says where it was. A map is drawn of two places and more, and of what is said only.
    assert!(!timeline.contains("class=\"map\""));
    let scratch = of_two_actors();
    for (n, place) in
        ["[41.01, 28.98]", "[34.69, 135.50]", "[41.02, 28.99]"].into_iter().enumerate()
    {
        let event = format!(
            "[[events]]\ntitle = \"Place <{n}>\"\ndate = 2020-01-0{}\ncoordinates = {place}\n",
            n + 1
        );
        let text = format!("+++\ntitle = \"There {n}\"\n{event}+++\n");
        scratch.write(&format!("content/briefs/2020-01-0{}-there.md", n + 1), text);
    }
    let mapped = built(&scratch);
    let map = between(&mapped["timeline/index.html"], "class=\"map\"", "</svg>")[0].to_owned();
    // What lies near is one dot, which leads to the newest.
    assert_eq!(
        between(&map, "<a href=\"", "\""),
        ["../briefs/2020-01-03-there/", "../briefs/2020-01-02-there/"]
    );
    assert!(
        map.contains(
            "<title>3 January 2020: Place &lt;2&gt;; 1 January 2020: Place &lt;0&gt;</title>"
        ),
        "{map}"
    );
    // The home page has it where the site asks for it, with links from there.
    assert!(!mapped["index.html"].contains("class=\"map\""));
    let config = std::fs::read_to_string(scratch.root.join("site.toml")).unwrap();
    scratch.write("site.toml", format!("{config}[home]\npicture = \"map\"\n"));
    let home = built(&scratch).remove("index.html").unwrap();
    let at_home = between(&home, "class=\"map\"", "</svg>")[0];
    assert_eq!(at_home, map.replace("\"../briefs/", "\"./briefs/"));
    let archive = &files["archive/index.html"];
    assert!(archive.contains("<td class=\"shade-4\"><a href=\"../archive/2023/05/\"><span class=\"sr\">May 2023: </span>2</a></td>"), "{archive}");
    assert!(
        archive.contains("<td class=\"shade-2\"><a href=\"../archive/2024/01/\">"),
        "{archive}"
    );
    assert_eq!(archive.matches("<td class=\"shade-").count(), 36);
    assert_eq!(archive.matches("<td class=\"total\">").count(), 3);
    assert!(files["topics/embassies/index.html"].contains("chancery-2025-03"));
}

#[test]
fn a_pager_marks_what_it_leaves_out() {
    let scratch = Scratch::small();
    scratch.write("site.toml", format!("{SITE}[pagination]\nsize = 1\n"));
    for n in 10..=30 {
        let text = format!("+++\ntitle = \"B{n}\"\ndate = 2025-01-{n}\n+++\n");
        scratch.write(&format!("content/briefs/b{n}.md"), text);
    }
    let files = built(&scratch);
    let pager = |page: &str| -> Vec<String> {
        let pager = between(&files[page], "<nav class=\"pager\"", "</nav>")[0].to_owned();
        let items = between(&pager, "<li class=\"pager-", "</li>");
        let items = items.into_iter().filter(|item| {
            item.starts_with('n') && !item.starts_with("next") || item.starts_with('g')
        });
        items
            .map(|item| item.rsplit_once("</").unwrap().0.rsplit_once('>').unwrap().1.to_owned())
            .collect()
    };
    assert_eq!(pager("briefs/index.html"), ["1", "2", "3", "…", "22"]);
    assert_eq!(pager("briefs/page/9/index.html"), ["1", "…", "7", "8", "9", "10", "11", "…", "22"]);
    assert_eq!(pager("briefs/page/4/index.html"), ["1", "2", "3", "4", "5", "6", "…", "22"]);
}
