//! What is held back is absent: from every byte of the site, whatever refers to it and however it does.

#![allow(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test prepares files, and may stop where it fails"
)]

mod site;

use std::collections::BTreeMap;
use std::fs;

use site::{Run, Scratch, chancery};

/// What must not stand anywhere in the site: in an id, a title, an alias, a text, a name of a file.
const SECRETS: [&str; 5] = ["xyzzyid", "xyzzytitle", "xyzzyalias", "xyzzytext", "xyzzyfile"];

fn build(scratch: &Scratch, more: &[&str]) -> Run {
    let run = chancery(&scratch.root, &[&["build", "--all"], more].concat());
    assert_eq!(run.code, 0, "{}", run.stderr);
    run
}

fn check(scratch: &Scratch, now: &str) -> Run {
    chancery(&scratch.root, &["check", "--all", "--now", now])
}

fn text(site: &BTreeMap<String, Vec<u8>>, name: &str) -> String {
    String::from_utf8(site[name].clone()).unwrap()
}

/// That nothing of a document that is held back stands in a file or the name of one.
fn assert_silent(site: &BTreeMap<String, Vec<u8>>) {
    for (name, bytes) in site {
        let text = String::from_utf8_lossy(bytes).to_lowercase();
        for secret in SECRETS {
            assert!(!name.to_lowercase().contains(secret), "{secret} in the name {name}");
            assert!(!text.contains(secret), "{secret} in {name}");
        }
    }
}

/// A site with a brief that leaves on the first of March 2025, and drafts of the other kinds, and everything that refers
/// to them. Authors' own words are `words`.
fn referring() -> Scratch {
    let scratch = Scratch::small();
    scratch.write(
        "site.toml",
        "title = \"Small\"\nbase_url = \"https://small.example/sub/\"\n[[menu]]\nlabel = \"words\"\npath = \"/briefs/2025-01-05-xyzzyid/\"\n\
         [[menu]]\nlabel = \"All\"\npath = \"/archive/\"\n[home]\nlead = \"2025-01-05-xyzzyid\"\n[relations.knows]\nname = \"knows\"\nschema_property = \"memberOf\"\n",
    );
    scratch.write(
        "content/briefs/2025-01-05-xyzzyid/index.md",
        "+++\ntitle = \"Xyzzytitle\"\nexpires = 2025-03-01\nactors = [\"us\", \"ru\"]\nredirects = [\"/old/xyzzyid/\"]\nstoryline = \"dossier\"\n\
         trend = \"deteriorated\"\ntrend_reason = \"Xyzzytext.\"\nalert = \"risk\"\n\
         [[series]]\nfile = \"xyzzyfile.csv\"\ntitle = \"Xyzzytitle\"\nsources = [\"xyzzyid\"]\n\
         [[events]]\ntitle = \"Xyzzytitle\"\ndate = 1999-01-01\n\
         [[judgements]]\nid = \"xyzzyid\"\ntext = \"Xyzzytext of Russia.\"\nlikelihood = \"likely\"\nby = 2025-02-01\n\
         [[sources]]\nid = \"xyzzyid\"\ntitle = \"Xyzzytitle\"\nurl = \"https://xyzzytext.example/\"\nstatus = \"retracted\"\nretracted = 2025-01-04\nreason = \"Xyzzytext.\"\n\
         +++\n## Aims\n\nXyzzytext of the US.[^xyzzyid: xyzzytext]\n",
    );
    scratch.write("content/briefs/2025-01-05-xyzzyid/xyzzyfile.png", "xyzzytext");
    scratch.write("content/briefs/2025-01-05-xyzzyid/xyzzyfile.csv", "date,Xyzzytext\n2025,1\n");
    scratch.write("content/storylines/dossier.md", "+++\ntitle = \"A dossier\"\n+++\n");
    scratch.write("content/briefs/2025-01-05-xyzzyid/xyzzyfile (1).pdf", "xyzzytext");
    let actor = "+++\nname = \"Xyzzytitle Actor\"\nkind = \"person\"\naliases = [\"Xyzzyalias\"]\nabbreviation = \"XYZZYALIAS2\"\ndraft = true\n[[relations]]\nkind = \"knows\"\nto = \"us\"\n+++\n";
    scratch.write("content/actors/xyzzyid-a.md", actor);
    let topic =
        "+++\nname = \"Xyzzytitle Topic\"\naliases = [\"xyzzyalias-t\"]\ndraft = true\n+++\n";
    scratch.write("content/topics/xyzzyid-t.md", topic);
    scratch.write(
        "content/storylines/xyzzyid-s.md",
        "+++\ntitle = \"Xyzzytitle Storyline\"\ndraft = true\n+++\n",
    );
    scratch.write(
        "content/pages/xyzzyid-p.md",
        "+++\ntitle = \"Xyzzytitle Page\"\nmenu = \"Xyzzytitle\"\ndraft = true\n+++\n",
    );
    scratch
}

/// Every way to refer to the brief, the words that stay of it in a text, and whether it is a link without words.
fn forms() -> Vec<(String, &'static str)> {
    let mut forms: Vec<(String, &str)> = Vec::new();
    for key in [
        "2025-01-05-xyzzyid",
        "xyzzyid",
        "Xyzzytitle",
        "XYZZYTITLE",
        "briefs/2025-01-05-xyzzyid",
        "2025-01-05-xyzzyid#aims",
        "xyzzyid-a",
        "Xyzzyalias",
        "XYZZYALIAS2",
        "actors/xyzzyid-a",
        "Xyzzytitle Topic",
        "xyzzyalias-t",
        "storylines/xyzzyid-s",
        "Xyzzytitle Page",
    ] {
        forms.push((format!("[[{key}]]"), "not published"));
        forms.push((format!("[[{key}|words]]"), "words"));
    }
    for address in [
        "2025-01-05-xyzzyid/index.md",
        "./2025-01-05-xyzzyid/index.md#aims",
        "2025-01-05-xyzzyid/index.md?q=1#aims",
        "2025-01-05-xyzzyid/xyzzyfile.png",
        "../actors/xyzzyid-a.md",
        "../pages/xyzzyid-p.md",
        "/briefs/2025-01-05-xyzzyid/",
        "/briefs/2025-01-05-xyzzyid",
        "/briefs/2025-01-05-Xyzzyid/index.html",
        "/briefs/2025-01-05-xyzzyid/#aims",
        "/briefs/2025-01-05-xyzzyid/?q=1#aims",
        "/briefs/2025-01-05-%78yzzyid/",
        "/briefs/2025-01-05-xyzzyid/xyzzyfile.png",
        "/old/xyzzyid/",
        "/old/xyzzyid",
        "/actors/xyzzyid-a/",
        "/actors/xyzzyid-a/feed.xml",
        "/actors/xyzzyid-a/page/2/",
        "/topics/xyzzyid-t/",
        "/storylines/xyzzyid-s/",
        "/xyzzyid-p/",
        "https://small.example/sub/briefs/2025-01-05-xyzzyid/",
        "http://small.example/sub/briefs/2025-01-05-xyzzyid#aims",
        "HTTPS://Small.Example/sub/briefs/2025-01-05-xyzzyid/index.html?q",
        "https://small.example:443/sub/briefs/2025-01-05-xyzzyid/",
        "//small.example/sub/actors/xyzzyid-a/",
    ] {
        forms.push((format!("[words]({address})"), "words"));
        forms.push((format!("[words]({address} \"words\")"), "words"));
        forms.push((format!("<a href=\"{address}\">words</a>"), "words"));
        forms.push((format!("![words]({address})"), "words"));
        forms.push((format!("<img src=\"{address}\" alt=\"words\">"), "words"));
        forms.push((format!("<img alt='words' src='{address}'>"), "words"));
        forms.push((format!("[![words]({address})]({address})"), "words"));
    }
    forms
}

#[test]
fn every_form_of_reference_becomes_its_words() {
    let scratch = referring();
    let forms = forms();
    let body: String = forms
        .iter()
        .enumerate()
        .map(|(n, (form, _))| format!("Start{n} {form} end{n}.\n\n"))
        .collect();
    let front = "title = \"Open\"\ndate = 2025-01-07\nactors = [\"us\", \"xyzzyid-a\"]\ntopics = [\"xyzzyid-t\", \"embassies\"]\n\
         storyline = \"xyzzyid-s\"\nfollows = \"2025-01-05-xyzzyid\"\nbluf = \"Startb [[xyzzyid]], [words](/briefs/2025-01-05-xyzzyid/) endb.\"\n\
         [[events]]\ntitle = \"E\"\ndate = 2025-01-01\nactors = [\"xyzzyid-a\"]\n\
         [[judgements]]\nid = \"own\"\ntext = \"Startj [[xyzzyid]], [words](/briefs/2025-01-05-xyzzyid/#chancery-judgement-xyzzyid) endj.\"\nlikelihood = \"likely\"\nconfidence = \"low\"\nupdates = \"2025-01-05-xyzzyid#xyzzyid\"\n";
    scratch.write("content/briefs/2025-01-07-open.md", format!("+++\n{front}+++\n{body}"));
    // A heading and what other documents quote are made of the text too.
    let quoting = "+++\ntitle = \"Quoting\"\ndate = 2025-01-06\n+++\nAs [[xyzzyid]] and [[actors/xyzzyid-a]] say, the US is [[2025-02-27-talks]].\n\n## After [[xyzzyid]]\n\nText.\n";
    scratch.write("content/briefs/2025-01-06-quoting.md", quoting);
    for (name, front) in [
        (
            "actors/a.md",
            "name = \"A\"\nkind = \"body\"\npart_of = \"xyzzyid-a\"\nmember_of = [\"xyzzyid-a\"]\ncountry = \"xyzzyid-a\"\nimage = \"../briefs/2025-01-05-xyzzyid/xyzzyfile.png\"\n[[roles]]\ntitle = \"R\"\nof = \"xyzzyid-a\"\n[[relations]]\nkind = \"knows\"\nto = \"xyzzyid-a\"\nsource = \"words\"\n",
        ),
        ("topics/t.md", "name = \"T\"\nparent = \"xyzzyid-t\"\n"),
        ("storylines/s.md", "title = \"S\"\n"),
        ("pages/p.md", "title = \"P\"\n"),
    ] {
        scratch.write(
            &format!("content/{name}"),
            format!("+++\n{front}+++\n[[xyzzyid]] and [words](/briefs/2025-01-05-xyzzyid/).\n"),
        );
    }
    let run = check(&scratch, "2025-06-01");
    assert_eq!(run.code, 0, "{}", run.stderr);
    build(&scratch, &["--now", "2025-06-01"]);
    let site = scratch.output();
    assert_silent(&site);
    let page = text(&site, "briefs/2025-01-07-open/index.html");
    let page = page.split_once("<article").unwrap().1;
    let words = |n: usize| {
        let start = format!("Start{n} ");
        let from = page.find(&start).unwrap() + start.len();
        page[from..from + page[from..].find(&format!(" end{n}.")).unwrap()].to_owned()
    };
    for (n, (form, expected)) in forms.iter().enumerate() {
        assert_eq!(words(n), *expected, "{form}");
    }
    // Each is told, and nothing else is.
    assert_eq!(run.stderr.matches("error").count(), 0);
    assert!(page.contains("Startb not published, words endb."), "the bottom line");
    assert!(page.contains("Startj not published, words endj."), "a judgement");
    assert!(
        !page.contains("Previously") && text(&site, "judgements/index.html").contains("Startj")
    );
    let front = run.stderr.matches("warning[withheld-reference]").count();
    // Four, one of an event and one of a judgement; six of an actor, an image among them; one of a topic; the menu and the lead.
    assert_eq!(front, 6 + 6 + 1 + 2, "{}", run.stderr);
    for named in [
        "actor `xyzzyid-a`",
        "topic `xyzzyid-t`",
        "storyline `xyzzyid-s`",
        "brief `2025-01-05-xyzzyid`",
    ] {
        assert!(run.stderr.contains(named), "{named}");
    }
    for name in ["briefs/2025-01-06-quoting", "actors/a", "topics/t", "storylines/s", "p"] {
        assert!(text(&site, &format!("{name}/index.html")).contains("not published"), "{name}");
    }
    let home = text(&site, "index.html");
    assert!(home.contains(">All</a>") && !home.contains(">words</a>"), "the menu");
}

#[test]
fn a_site_that_built_yesterday_builds_when_a_brief_has_expired() {
    let scratch = referring();
    let body: String = forms()
        .iter()
        .map(|(form, _)| format!("{form}\n\n"))
        .filter(|form| {
            // Only what leads to the brief: the rest is of drafts.
            !form.contains("-a")
                && !form.contains("-t")
                && !form.contains("-s")
                && !form.contains("-p")
                && !form.to_lowercase().contains("alias")
                && !form.to_lowercase().contains("title p")
                && !form.to_lowercase().contains("title t")
                // Of what is published, an address in other capitals is a broken link.
                && !form.contains("-Xyzzyid")
        })
        .collect();
    scratch.write("content/briefs/2025-01-07-open.md", format!("+++\ntitle = \"Open\"\ndate = 2025-01-07\n+++\n{body}[m](/archive/2025/01/) [y](/timeline/) [y](/pairs/russia--united-states/)\n"));
    for (now, links) in [("2025-02-28T23:59:59Z", true), ("2025-03-01T00:00:00Z", false)] {
        let run = build(&scratch, &["--now", now]);
        let page = text(&scratch.output(), "briefs/2025-01-07-open/index.html");
        assert_eq!(page.contains("2025-01-05-xyzzyid/"), links, "{now}");
        assert_eq!(run.stderr.contains("withheld-link"), !links, "{now}: {}", run.stderr);
    }
    assert_silent(&scratch.output());
}

#[test]
fn a_page_that_is_there_for_the_sake_of_what_is_held_back_is_no_broken_link() {
    let scratch = Scratch::small();
    scratch.write("content/briefs/later.md", "+++\ntitle = \"Later\"\ndate = 2024-05-01\nactors = [\"us\", \"ru\"]\nexpires = 2025-06-01\n[[events]]\ntitle = \"E\"\ndate = 1999-01-01\n[[judgements]]\nid = \"a\"\ntext = \"They meet.\"\nlikelihood = \"likely\"\n+++\n");
    scratch.write("content/briefs/open.md", "+++\ntitle = \"Open\"\ndate = 2025-01-07\n+++\n[words](/archive/2024/05/), [words](/archive/2024/), [words](/timeline/), [words](/pairs/russia--united-states/), [words](/judgements/record/).\n");
    build(&scratch, &["--now", "2025-05-31"]);
    let site = |scratch: &Scratch| text(&scratch.output(), "briefs/open/index.html");
    assert_eq!(site(&scratch).matches(">words</a>").count(), 5);
    let run = build(&scratch, &["--now", "2025-06-01"]);
    assert_eq!(run.stderr.matches("[withheld-link]").count(), 5, "{}", run.stderr);
    assert!(site(&scratch).contains("words, words, words, words, words."));
    // A slip is one all the same.
    scratch.write(
        "content/briefs/open.md",
        "+++\ntitle = \"Open\"\ndate = 2025-01-07\n+++\n[words](/archive/2023/) [[latter]]\n",
    );
    let run = check(&scratch, "2025-06-01");
    assert_eq!(run.stderr.matches("error[").count(), 2, "{}", run.stderr);
}

#[test]
fn a_name_of_two_documents_is_that_of_the_published_one() {
    let scratch = Scratch::small();
    scratch.write(
        "content/briefs/hidden.md",
        "+++\ntitle = \"Talks\"\ndate = 2025-01-01\ndraft = true\n+++\n",
    );
    scratch.write(
        "content/briefs/open.md",
        "+++\ntitle = \"Open\"\ndate = 2025-01-07\n+++\n[[Talks]]\n",
    );
    let run = build(&scratch, &["--now", "2026-01-01"]);
    assert!(run.stderr.contains("and fits `content/briefs/hidden.md` too"), "{}", run.stderr);
    let page = text(&scratch.output(), "briefs/open/index.html");
    assert!(page.contains("<a href=\"../../briefs/2025-02-27-talks/\">Talks</a>"));
    assert_eq!(chancery(&scratch.root, &["build", "--drafts"]).code, 1, "then it is ambiguous");
}

#[test]
fn files_of_content_are_published_only_with_a_document() {
    let scratch = Scratch::small();
    let front = |extra: &str| format!("+++\ntitle = \"T\"\ndate = 2025-01-01\n{extra}\n+++\n");
    scratch.write("content/briefs/open/index.md", front("bluf = \"![b](../bluf.png)\"\n[extra]\nhero = \"../hero.png\"\nrest = [{ file = \"/briefs/rest.png\" }]") + "![m](../map.png) [d](/briefs/data.csv) <img src=\"../raw.png\">\n[f](https://small.example/briefs/full.pdf) ![f](../held/in.png)\n");
    scratch.write("content/briefs/held/index.md", front("embargo = 2030-01-01"));
    scratch.write(
        "content/briefs/beside.md",
        front("embargo = 2030-01-01") + "![m](secret-map.png)\n",
    );
    scratch.write("content/actors/us.md", "+++\nname = \"United States\"\nkind = \"state\"\naliases = [\"US\"]\nimage = \"flag.svg\"\n+++\n");
    let wanted = [
        "briefs/open/own.png",
        "briefs/open/deep/own.png",
        "briefs/bluf.png",
        "briefs/hero.png",
        "briefs/rest.png",
        "briefs/map.png",
        "briefs/data.csv",
        "briefs/raw.png",
        "briefs/full.pdf",
        "actors/flag.svg",
    ];
    let unwanted = [
        "briefs/held/in.png",
        "briefs/secret-map.png",
        "briefs/contacts.csv",
        "pages/notes.pdf",
        "contacts.csv",
        "misc/x.png",
    ];
    let left = [
        "briefs/open/index.md.orig",
        "briefs/open/x.md.bak",
        "briefs/open/x.mdx",
        "briefs/open/Thumbs.db",
        "briefs/open/desktop.ini",
        "briefs/open/a.swp",
        "briefs/x.md.chancery-new",
        "briefs/x (copy).md",
        "briefs/x copy 2.md",
        "briefs/x.md.1",
        "briefs/x.md.LOCAL.12.md",
        "briefs/X.MD.ORIG",
        "briefs/open/~$x.docx",
        "briefs/x.sync-conflict-20250101-101010-ABCDEFG.md",
        "briefs/x (conflicted copy 2025-01-01).md",
        "briefs/open/map.png.part",
        "briefs/open/__MACOSX/own.png",
    ];
    for name in wanted.iter().chain(&unwanted).chain(&left) {
        scratch.write(&format!("content/{name}"), "marked");
    }
    for hidden in [
        "briefs/open/.DS_Store",
        "briefs/open/._own.png",
        "briefs/.#x.md",
        "briefs/x.md~",
        "briefs/#x.md#",
    ] {
        scratch.write(&format!("content/{hidden}"), "marked");
    }
    // Referred to, it is a leftover all the same.
    scratch.write("content/briefs/refers.md", front("") + "[[open]]\n");
    let run = build(&scratch, &["--now", "2026-01-01"]);
    let site = scratch.output();
    let published: Vec<&str> = site
        .iter()
        .filter(|(_, bytes)| *bytes == b"marked")
        .map(|(name, _)| name.as_str())
        .collect();
    let mut expected = wanted.to_vec();
    expected.sort_unstable();
    assert_eq!(published, expected);
    for name in unwanted.iter().filter(|name| !name.contains("held/")) {
        assert!(
            run.stderr.contains(&format!("note[unreferenced-file]: `content/{name}`")),
            "{name}: {}",
            run.stderr
        );
    }
    for name in left {
        assert!(
            run.stderr.contains(&format!("warning[leftover-file]: `content/{name}`")),
            "{name}: {}",
            run.stderr
        );
    }
    scratch.write("content/briefs/refers.md", front("") + "[x](open/x.mdx)\n");
    assert_eq!(check(&scratch, "2026-01-01").code, 1, "a leftover cannot be linked");
    scratch.write("content/briefs/refers.md", front(""));
    // Ignored files are not there at all.
    scratch.write("site.toml", "title = \"Small\"\nbase_url = \"https://small.example/\"\n[content]\nignore = [\"drafts/**\", \"*.csv\", \"*.MD.ORIG\", \"briefs/held\", \"/misc\"]\n");
    scratch.write("content/drafts/x.md", "no front matter");
    scratch.write("content/briefs/open/index.md", front(""));
    let run = build(&scratch, &["--now", "2026-01-01"]);
    for name in ["csv", "X.MD.ORIG", "misc", "drafts"] {
        assert!(!run.stderr.contains(name), "{name}: {}", run.stderr);
    }
    assert!(run.stderr.contains("pages/notes.pdf"));
    scratch.write(
        "site.toml",
        "title = \"Small\"\nbase_url = \"https://small.example/\"\n[content]\nignore = [\"a[\"]\n",
    );
    let run = check(&scratch, "2026-01-01");
    assert!(run.code == 1 && run.stderr.contains("site.toml:4:11"), "{}", run.stderr);
}

#[test]
fn documents_end_in_md_or_markdown_in_any_case() {
    let scratch = Scratch::small();
    let front = "+++\ntitle = \"T\"\ndate = 2025-01-01\n+++\n";
    for name in ["a.MD", "b.markdown", "c.Markdown", "d/index.MD"] {
        scratch.write(&format!("content/briefs/{name}"), front);
    }
    scratch.write("content/briefs/open.md", front.to_owned() + "[a](a.MD) [b](b.markdown) [[d]]\n");
    build(&scratch, &["--now", "2026-01-01"]);
    for id in ["a", "b", "c", "d"] {
        assert!(scratch.output().contains_key(&format!("briefs/{id}/index.html")), "{id}");
    }
    scratch.write("content/briefs/a.markdown", front);
    let run = check(&scratch, "2026-01-01");
    assert!(run.stderr.contains("error[duplicate-id]"), "{}", run.stderr);
}

#[test]
fn hidden_files_of_static_are_told_and_those_for_hosts_are_published() {
    let scratch = Scratch::small();
    for name in [
        ".well-known/security.txt",
        ".well-known/acme/x",
        ".htaccess",
        ".env",
        ".git/config",
        "a/.htpasswd",
        ".well-known/.env",
        "a.html.bak",
        "plain.txt",
    ] {
        scratch.write(&format!("static/{name}"), "marked");
    }
    let run = build(&scratch, &[]);
    let site = scratch.output();
    let published: Vec<&str> = site
        .iter()
        .filter(|(_, bytes)| *bytes == b"marked")
        .map(|(name, _)| name.as_str())
        .collect();
    assert_eq!(
        published,
        [".htaccess", ".well-known/acme/x", ".well-known/security.txt", "plain.txt"]
    );
    for name in [".env", ".git", "a/.htpasswd", ".well-known/.env"] {
        assert!(
            run.stderr.contains(&format!("note[hidden-file]: `static/{name}`")),
            "{name}: {}",
            run.stderr
        );
    }
    assert!(run.stderr.contains("warning[leftover-file]: `static/a.html.bak`"), "{}", run.stderr);
}

#[cfg(unix)]
#[test]
fn links_are_followed_only_to_what_the_site_is_made_of() {
    use std::os::unix::fs::symlink;
    let refused = |link: &str, target: &str| {
        let scratch = Scratch::small();
        for name in [".git/config", ".env", "notes/x.txt", "static/.env", "site/x.txt"] {
            scratch.write(name, "marked");
        }
        scratch.write("static/keep.txt", "");
        scratch.write(
            "content/briefs/held/index.md",
            "+++\ntitle = \"H\"\ndate = 2025-01-01\ndraft = true\n+++\nmarked",
        );
        scratch.write("content/briefs/held/map.png", "marked");
        symlink(target, scratch.root.join(link)).unwrap();
        let run = chancery(&scratch.root, &["build", "--now", "2026-01-01"]);
        let output = scratch.root.join("public");
        let site = if output.exists() { scratch.output() } else { BTreeMap::new() };
        for (name, bytes) in site {
            assert!(
                !String::from_utf8_lossy(&bytes).contains("marked"),
                "{link} → {target}: {name}"
            );
        }
        run
    };
    for target in [
        "../.git/config",
        "../.git",
        "../.env",
        "../notes",
        "../notes/x.txt",
        "../site.toml",
        "..",
        ".env",
        "/etc/hostname",
    ] {
        let run = refused("static/link", target);
        assert!(run.code == 1 && run.stderr.contains("error[symlink]"), "{target}: {}", run.stderr);
    }
    // The configuration and the folders themselves may be links no more than what is in them.
    for (link, target) in [
        ("site.toml", "/etc/passwd"),
        ("site.toml", ".env"),
        ("templates", ".git"),
        ("templates", "/etc"),
    ] {
        let scratch = Scratch::small();
        scratch.write(".env", "marked = 1");
        scratch.write(".git/base.html", "marked");
        if link == "site.toml" {
            fs::remove_file(scratch.root.join(link)).unwrap();
        }
        symlink(target, scratch.root.join(link)).unwrap();
        let run = chancery(&scratch.root, &["check", "--all", "--now", "2026-01-01"]);
        let said = format!("{link} → {target}: {}", run.stderr);
        assert!(run.code == 1 && said.contains("error[symlink]"), "{said}");
        assert!(!said.contains("root:") && !said.contains("marked"), "{said}");
    }
    // A link is no way round what holds a document back.
    for target in [
        "../content/briefs/held",
        "../content/briefs/held/map.png",
        "../content/briefs/held/index.md",
    ] {
        let run = refused("static/link", target);
        assert_eq!(run.code, 0, "{target}: {}", run.stderr);
    }
    // Names that begin with a dot are passed over before links are followed.
    let scratch = Scratch::small();
    symlink("me@host.1234:1", scratch.root.join("content/briefs/.#x.md")).unwrap();
    symlink("/", scratch.root.join("content/.all")).unwrap();
    let run = build(&scratch, &[]);
    assert_eq!(run.stderr, "");
    scratch.write("static/real/x.txt", "marked");
    symlink("real", scratch.root.join("static/same")).unwrap();
    build(&scratch, &[]);
    assert_eq!(text(&scratch.output(), "same/x.txt"), "marked");
}

/// Whether the brief is published at each moment.
fn published_at(front: &str, config: &str, moments: &[(&str, bool)]) {
    let scratch = Scratch::small();
    scratch.write(
        "site.toml",
        format!("title = \"S\"\nbase_url = \"https://small.example/\"\n{config}\n"),
    );
    scratch.write("content/briefs/x.md", format!("+++\ntitle = \"X\"\n{front}\n+++\n"));
    for (now, expected) in moments {
        build(&scratch, &["--now", now]);
        let there = scratch.output().contains_key("briefs/x/index.html");
        assert_eq!(there, *expected, "{front} at {now}");
    }
}

#[test]
fn what_is_held_back_comes_and_goes_at_its_very_moment() {
    let past = "date = 2020-01-01\n";
    let ends = |key: &str, value: &str| format!("{past}{key} = {value}");
    let utc = [
        ("2025-03-01T11:59:59Z", false),
        ("2025-03-01T12:00:00Z", true),
        ("2025-03-01T12:00:01Z", true),
    ];
    published_at(&ends("embargo", "2025-03-01T12:00:00Z"), "", &utc);
    published_at(&ends("embargo", "2025-03-01T15:00:00+03:00"), "", &utc);
    published_at(&ends("embargo", "2025-03-01T12:00:00"), "", &utc);
    published_at(&ends("embargo", "2025-03-01T15:00:00"), "timezone = \"Europe/Istanbul\"", &utc);
    published_at("date = 2025-03-01T15:00:00", "timezone = \"Europe/Istanbul\"", &utc);
    published_at("date = 2025-03-01T12:00:00Z", "", &utc);
    let gone = utc.map(|(now, there)| (now, !there));
    published_at(&ends("expires", "2025-03-01T12:00:00Z"), "", &gone);
    published_at(&ends("expires", "2025-03-01T15:00"), "timezone = \"Europe/Istanbul\"", &gone);
    // New York goes to summer time on the 9th of March 2025 and back on the 2nd of November.
    let york = "timezone = \"America/New_York\"";
    for (key, there) in [("embargo", true), ("expires", false)] {
        let moments = |before: &'static str, at: &'static str| [(before, !there), (at, there)];
        published_at(
            &ends(key, "2025-03-09T01:59:59"),
            york,
            &moments("2025-03-09T06:59:58Z", "2025-03-09T06:59:59Z"),
        );
        published_at(
            &ends(key, "2025-03-09T03:00:00"),
            york,
            &moments("2025-03-09T06:59:59Z", "2025-03-09T07:00:00Z"),
        );
        published_at(
            &ends(key, "2025-03-09T02:30:00"),
            york,
            &moments("2025-03-09T07:29:59Z", "2025-03-09T07:30:00Z"),
        );
        published_at(
            &ends(key, "2025-11-02T01:30:00"),
            york,
            &moments("2025-11-02T05:29:59Z", "2025-11-02T05:30:00Z"),
        );
        published_at(
            &ends(key, "2025-07-01"),
            york,
            &moments("2025-07-01T03:59:59Z", "2025-07-01T04:00:00Z"),
        );
        published_at(
            &ends(key, "2025-12-01"),
            york,
            &moments("2025-12-01T04:59:59Z", "2025-12-01T05:00:00Z"),
        );
    }
    // A day begins where the site is.
    let day = [("2025-02-28T20:59:59Z", false), ("2025-02-28T21:00:00Z", true)];
    published_at("date = 2025-03-01", "timezone = \"Europe/Istanbul\"", &day);
    published_at("date = 2025-03-01", "[publish]\nfuture = true", &[("2025-02-01", true)]);
    // Both have to be over.
    let both = [("2025-02-28", false), ("2025-03-01", false), ("2025-03-02", true)];
    published_at("date = 2025-03-01\nembargo = 2025-03-02", "", &both);
    published_at("date = 2025-03-02\nembargo = 2025-03-01", "", &both);
    // A draft stays one.
    published_at(
        "date = 2020-01-01\ndraft = true\nembargo = 2025-03-01",
        "",
        &[("2025-03-02", false)],
    );
}

#[test]
fn what_is_shown_to_its_authors_is_marked_and_told_to_nobody() {
    let scratch = Scratch::small();
    scratch.write(
        "site.toml",
        "title = \"S\"\nbase_url = \"https://small.example/\"\ntimezone = \"Europe/Istanbul\"\n",
    );
    let front = |title: &str, extra: &str| {
        format!(
            "+++\ntitle = \"{title}\"\nactors = [\"us\", \"ru\"]\nsummary = \"Of it.\"\n{extra}\n+++\nText.\n"
        )
    };
    scratch.write(
        "content/briefs/e.md",
        front("Embargoed", "date = 2020-01-01\nembargo = 2030-01-01T09:00:00"),
    );
    scratch.write("content/briefs/s.md", front("Scheduled", "date = 2031-02-03"));
    scratch.write("content/briefs/d.md", front("Drafted", "date = 2019-01-01\ndraft = true"));
    scratch
        .write("content/briefs/gone.md", front("Gone", "date = 2020-01-01\nexpires = 2021-01-01"));
    scratch.write(
        "content/briefs/o.md",
        front("Open", "date = 2020-01-02").replace("Text.", "[[e]] and Ghost and [[ghost]]."),
    );
    scratch.write(
        "content/actors/ghost.md",
        "+++\nname = \"Ghost\"\nkind = \"person\"\ndraft = true\n+++\n",
    );
    let run = build(&scratch, &["--now", "2026-01-01", "--drafts"]);
    assert!(run.stdout.contains("held back: expired (gone); shows drafts: draft (d, ghost), under embargo (e), dated in the future (s)"), "{}", run.stdout);
    let site = scratch.output();
    for (page, mark) in [
        ("e", "Embargo until 1 January 2030, 09:00 (Europe/Istanbul)"),
        ("s", "Scheduled until 3 February 2031"),
        ("d", "Draft"),
    ] {
        let page = text(&site, &format!("briefs/{page}/index.html"));
        assert!(page.contains("<meta name=\"robots\" content=\"noindex\">"), "{mark}");
        assert!(
            page.contains(&format!(
                "class=\"draft-banner\"><strong class=\"draft\">{mark}</strong>"
            )),
            "{mark}"
        );
        assert!(!page.contains("application/ld+json"), "{mark}");
        let chip = format!("<strong class=\"draft\">{mark}</strong>");
        assert!(text(&site, "index.html").contains(&chip), "{mark}");
    }
    assert!(text(&site, "actors/ghost/index.html").contains("draft-banner"));
    let open = text(&site, "briefs/o/index.html");
    assert!(!open.contains("noindex") && open.contains("application/ld+json"));
    for (name, bytes) in &site {
        let told = name.ends_with(".xml") || name == "robots.txt";
        assert!(!name.contains("ghost") || !name.ends_with(".xml"), "{name}");
        let text = String::from_utf8_lossy(bytes);
        let structured = text
            .split("application/ld+json\">")
            .nth(1)
            .map(|rest| rest.split("</script>").next().unwrap_or_default());
        for text in told.then_some(&*text).into_iter().chain(structured) {
            for secret in [
                "Embargoed",
                "Scheduled",
                "Drafted",
                "briefs/e/",
                "briefs/s/",
                "briefs/d/",
                "actors/ghost",
                "archive/2031",
                "archive/2019",
            ] {
                assert!(!text.contains(secret), "{secret} in {name}");
            }
        }
    }
    // Without the wish, nobody sees them.
    let run = build(&scratch, &["--now", "2026-01-01"]);
    assert!(
        run.stdout.contains("under embargo (e), dated in the future (s), expired (gone)")
            && !run.stdout.contains("shows drafts"),
        "{}",
        run.stdout
    );
}

#[test]
fn status_says_what_is_held_back_and_when_that_changes() {
    let scratch = Scratch::small();
    scratch.write(
        "site.toml",
        "title = \"S\"\nbase_url = \"https://small.example/\"\ntimezone = \"Europe/Istanbul\"\n",
    );
    let front = |extra: &str| format!("+++\ntitle = \"T\"\n{extra}\n+++\n");
    scratch.write("content/briefs/e.md", front("date = 2020-01-01\nembargo = 2025-06-01T09:00:00"));
    scratch
        .write("content/briefs/x.md", front("date = 2020-01-01\nexpires = 2025-06-02T09:00:00Z"));
    scratch.write("content/briefs/s.md", front("date = 2025-06-03"));
    scratch.write("content/topics/d.md", "+++\nname = \"D\"\ndraft = true\n+++\n");
    let status = |now: &str| {
        let run = chancery(&scratch.root, &["status", "--now", now, "--format", "json"]);
        assert_eq!((run.code, run.stderr.as_str()), (0, ""));
        serde_json::from_str::<serde_json::Value>(&run.stdout).unwrap()
    };
    let first = status("2025-05-31T21:00:00Z");
    assert_eq!(
        first["held_back"],
        serde_json::json!([
            { "kind": "brief", "id": "e", "file": "content/briefs/e.md", "why": "embargo", "until": "2025-06-01T09:00:00+03:00" },
            { "kind": "brief", "id": "s", "file": "content/briefs/s.md", "why": "scheduled", "until": "2025-06-03T00:00:00+03:00" },
            { "kind": "topic", "id": "d", "file": "content/topics/d.md", "why": "draft", "until": null },
        ])
    );
    assert_eq!(
        first["next_change"],
        serde_json::json!({ "at": "2025-06-01T09:00:00+03:00", "why": "document" })
    );
    // From one moment to the next: nothing changes before it, and something does then.
    let at = |now: &str| status(now)["next_change"]["at"].as_str().unwrap().to_owned();
    assert_eq!(at("2025-06-01T06:00:00Z"), "2025-06-02T00:00:00+03:00");
    assert_eq!(status("2025-06-01T06:00:00Z")["next_document_change"], "2025-06-02T12:00:00+03:00");
    assert_eq!(at("2025-06-01T21:00:00Z"), "2025-06-02T12:00:00+03:00");
    assert_eq!(
        status("2025-06-02T09:00:00Z")["next_change"],
        serde_json::json!({ "at": "2025-06-03T00:00:00+03:00", "why": "document" })
    );
    assert_eq!(status("2026-01-01")["next_document_change"], serde_json::Value::Null);
    let words = chancery(&scratch.root, &["status", "--now", "2025-05-31T21:00:00Z"]);
    for line in [
        "brief `e`: under embargo until 2025-06-01T09:00:00+03:00",
        "topic `d`: draft\n",
        "next at 2025-06-01T09:00:00+03:00: a document comes or goes",
    ] {
        assert!(words.stdout.contains(line), "{}", words.stdout);
    }
    assert!(!scratch.root.join("public").exists(), "it writes nothing");
    scratch.write("content/briefs/bad.md", "no front matter");
    assert_eq!(
        chancery(&scratch.root, &["status"]).code,
        1,
        "of a document with a mistake nothing is known"
    );
    fs::remove_file(scratch.root.join("site.toml")).unwrap();
    assert_eq!(chancery(&scratch.root, &["status"]).code, 2);
}

#[test]
fn an_address_in_full_is_one_of_the_site_however_its_folder_is_written() {
    let scratch = Scratch::small();
    scratch.write(
        "content/briefs/secret.md",
        "+++\ntitle = \"Xyzzy\"\ndate = 2025-01-02\ndraft = true\n+++\n",
    );
    let spellings = ["é", "%C3%A9", "%c3%a9"];
    for site in spellings {
        scratch.write(
            "site.toml",
            format!("title = \"S\"\nbase_url = \"https://s.example/{site}/docs/\"\n"),
        );
        let links: String = spellings
            .iter()
            .flat_map(|link| {
                let address = format!("https://s.example/{link}/docs/briefs/");
                [format!("[x]({address}secret/) "), format!("[y]({address}2025-02-27-talks/) ")]
            })
            .collect();
        scratch.write(
            "content/briefs/open.md",
            format!("+++\ntitle = \"Open\"\ndate = 2025-01-07\n+++\n{links}\n"),
        );
        let run = build(&scratch, &["--now", "2025-06-01"]);
        assert_eq!(run.stderr.matches("[withheld-link]").count(), 3, "{site}: {}", run.stderr);
        let site = scratch.output();
        assert!(
            site.values().all(|bytes| !String::from_utf8_lossy(bytes).contains("briefs/secret"))
        );
        assert_eq!(text(&site, "briefs/open/index.html").matches(">y</a>").count(), 3);
    }
}

/// What is held back shows in no number, no bar and no line of a drawing.
#[test]
fn drawings_and_lists_are_those_of_a_site_without_what_is_held_back() {
    let site = |held: bool| {
        let scratch = Scratch::small();
        for n in 1..=4 {
            let event = format!(
                "[[events]]\ntitle = \"E{n}\"\ndate = 2024-0{n}-01\nactors = [\"us\", \"ru\"]\n"
            );
            let text = format!(
                "+++\ntitle = \"B{n}\"\nactors = [\"us\", \"ru\"]\ntopics = [\"embassies\"]\n{event}+++\nThe US met Russia.\n"
            );
            scratch.write(&format!("content/briefs/2024-0{n}-02-b.md"), &text);
            if held {
                let draft = text
                    .replace("+++\ntitle", "+++\ndraft = true\ntitle")
                    .replace("\"ru\"]\ntopics", "\"ru\", \"xyzzyid\"]\ntopics");
                scratch.write(&format!("content/briefs/2023-0{n}-02-c.md"), &draft);
            }
        }
        if held {
            scratch.write("content/actors/xyzzyid.md", "+++\nname = \"Xyzzytitle\"\nkind = \"person\"\ndraft = true\n[[roles]]\ntitle = \"Xyzzytext\"\nof = \"us\"\n+++\n");
        }
        build(&scratch, &["--now", "2025-06-01"]);
        scratch.output()
    };
    let (with, without) = (site(true), site(false));
    for name in [
        "actors/us/index.html",
        "pairs/index.html",
        "pairs/russia--united-states/index.html",
        "timeline/index.html",
        "archive/index.html",
        "topics/embassies/index.html",
        "briefs/index.html",
    ] {
        assert_eq!(text(&with, name), text(&without, name), "{name}");
    }
}
