//! The command line, end to end, on the real program.

#![allow(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test prepares files, and may stop where it fails"
)]

mod site;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

#[cfg(unix)]
use site::shell;
use site::{Scratch, chancery, command, files};

fn demo() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Builds the demo into a folder of its own.
fn build_demo(arguments: &[&str]) -> BTreeMap<String, Vec<u8>> {
    let folder = tempfile::tempdir().unwrap();
    let output = folder.path().join("out");
    let mut all = vec!["build", "--now", "2026-01-01", "--output", output.to_str().unwrap()];
    all.extend(arguments);
    let run = chancery(demo(), &all);
    assert_eq!(run.code, 0, "{}", run.stderr);
    files(&output)
}

#[test]
fn a_new_site_builds_and_so_do_new_documents() {
    let scratch = Scratch::empty();
    let root = scratch.root.join("mine");
    let made = chancery(&scratch.root, &["init", root.to_str().unwrap()]);
    assert_eq!(made.code, 0, "{}", made.stderr);
    let whole = chancery(&root, &["check", "--strict"]);
    assert_eq!((whole.code, whole.stderr.as_str()), (0, ""));
    for (kind, title) in [
        ("brief", "Talks \"resume\" on {date}"),
        ("actor", "Someone"),
        ("topic", "Something"),
        ("storyline", "A story"),
        ("page", "Colophon"),
    ] {
        let run = chancery(&root, &["new", kind, title]);
        assert_eq!(run.code, 0, "{}", run.stderr);
        let made = fs::read_to_string(run.stdout.lines().next().unwrap().replace("wrote ", ""));
        // A brief is not done when it is begun; of all else, being there is what is meant.
        assert_eq!(made.unwrap().contains("\ndraft = true"), kind == "brief", "{kind}");
        let again = chancery(&root, &["new", kind, title]);
        assert_eq!(again.code, 2);
        assert!(
            again.stderr.contains("left as it is") || again.stderr.contains("left as it was"),
            "{}",
            again.stderr
        );
    }
    for drafts in [&["build"][..], &["build", "--drafts"]] {
        let run = chancery(&root, drafts);
        assert_eq!((run.code, run.stderr.as_str()), (0, ""), "{}", run.stderr);
    }
    let page = fs::read_to_string(root.join("public/colophon/index.html"));
    assert!(page.is_ok());
    let again = chancery(&scratch.root, &["init", root.to_str().unwrap()]);
    assert_eq!(again.code, 2);
    assert!(again.stderr.contains("is a site already"), "{}", again.stderr);
}

#[test]
fn a_new_actor_or_brief_is_what_it_is_said_to_be() {
    let scratch = Scratch::small();
    for (arguments, line) in [
        (&["actor", "Öncü Keçeli", "--kind", "person"][..], "kind = \"person\""),
        (&["actor", "A bank"], "kind = \"organisation\""),
        (&["brief", "A talk", "--id", "talk", "--kind", "report"], "kind = \"report\""),
        (&["brief", "Another"], "kind = \"analysis\""),
    ] {
        let run = chancery(&scratch.root, &[&["new"], arguments].concat());
        assert_eq!(run.code, 0, "{}", run.stderr);
        let path = run.stdout.lines().next().unwrap().replace("wrote ", "");
        let text = fs::read_to_string(path).unwrap();
        let found = text.lines().find(|written| written.starts_with(line)).unwrap();
        assert_eq!(found.find('#'), Some(34), "comments stand below each other: {found}");
        assert_eq!(run.stdout.contains("as an organisation"), arguments == ["actor", "A bank"]);
    }
    for (arguments, words) in [
        (&["actor", "X", "--kind", "persn"][..], "did you mean `person`?"),
        (&["topic", "X", "--kind", "person"], "a topic has no `kind`"),
    ] {
        let run = chancery(&scratch.root, &[&["new"], arguments].concat());
        assert_eq!(run.code, 2, "{}", run.stdout);
        assert!(run.stderr.contains(words), "{}", run.stderr);
        assert!(!scratch.root.join("content/actors/x.md").exists());
    }
}

/// A folder with a repository in it is a fine place for a site; nothing that is there changes.
#[test]
fn a_site_is_made_where_a_repository_is_and_overwrites_nothing() {
    let scratch = Scratch::empty();
    let init = |arguments: &[&str]| run_in(&scratch.root, &[&["init"], arguments].concat());
    for (name, text) in [
        (".git/HEAD", "ref: refs/heads/main\n"),
        (".gitignore", "*.log\n"),
        ("README.md", "mine"),
        ("LICENSE", "mine"),
        ("notes/old.txt", "mine"),
    ] {
        scratch.write(name, text);
    }
    fs::create_dir(scratch.root.join("static")).unwrap();
    let before = files(&scratch.root);
    // What would be taken for a part of the site is in its way, and so is what hosts read already.
    for (name, arguments, words) in [
        ("static/x.css", &[][..], "has a `static`"),
        ("content/posts/x.md", &["."], "has a `content`"),
        ("templates/x.html", &["."], "has a `templates`"),
        ("public/index.html", &["."], "has a `public`"),
        (
            ".gitlab-ci.yml",
            &["--gitlab"],
            "`./.gitlab-ci.yml` exists already, and nothing was made",
        ),
        ("LICENSE", &["LICENSE"], "is a file; name a folder"),
        ("LICENSE", &["below/it", "--github"], "is read in the first folder of a repository only"),
    ] {
        scratch.write(name, "mine");
        let with = files(&scratch.root);
        let run = init(arguments);
        assert_eq!(run.code, 2, "{name}: {}", run.stdout);
        assert!(run.stderr.contains(words), "{name}: {}", run.stderr);
        assert_eq!(files(&scratch.root), with, "{name}");
        match name.split_once('/') {
            Some((folder, _)) => fs::remove_dir_all(scratch.root.join(folder)).unwrap(),
            None if !before.contains_key(name) => {
                fs::remove_file(scratch.root.join(name)).unwrap();
            }
            None => {}
        }
    }
    let made = init(&[]);
    assert_eq!(made.code, 0, "{}", made.stderr);
    assert!(made.stdout.contains("add a line `/public/` to it"), "{}", made.stdout);
    assert!(!made.stdout.contains("  cd "), "{}", made.stdout);
    let after = files(&scratch.root);
    for (name, bytes) in &before {
        assert_eq!(after.get(name), Some(bytes), "{name}");
    }
    // A site that is there gets what hosts read, and nothing else.
    let hosted = init(&["--netlify"]);
    assert_eq!(hosted.code, 0, "{}", hosted.stderr);
    let more: Vec<String> =
        files(&scratch.root).into_keys().filter(|name| !after.contains_key(name)).collect();
    assert_eq!(more, ["netlify.toml"]);
    assert!(!hosted.stdout.contains("made a site"), "{}", hosted.stdout);
}

#[cfg(unix)]
#[test]
fn what_a_new_site_says_to_run_next_works() {
    for name in ["mine", "with a space", "it's"] {
        let scratch = Scratch::empty();
        let made = run_in(&scratch.root, &["init", name]);
        let (_, next) = made.stdout.split_once("next:\n").unwrap();
        // It goes on until it is stopped: what is asked of it is all that can be looked at.
        let next = next.replace("serve --open", "serve --open --help");
        assert!(next.lines().count() == 4 && next.contains("cd "), "{next}");
        let run = shell(&scratch.root, &next, &[]);
        assert_eq!(run.code, 0, "{next}{}", run.stderr);
        let site = scratch.root.join(name);
        assert!(site.join("public/index.html").is_file());
        assert_eq!(fs::read_dir(site.join("content/briefs")).unwrap().count(), 3);
    }
}

/// The files that hosts read: their steps, run one after the other on a site, publish it.
#[cfg(unix)]
#[test]
fn what_hosts_run_builds_the_site() {
    let scratch = Scratch::empty();
    let made = run_in(&scratch.root, &["init", "--github", "--gitlab", "--netlify"]);
    assert_eq!(made.code, 0, "{}", made.stderr);
    assert!(made.stdout.contains("CHANCERY_GIT"), "{}", made.stdout);
    let read = |name: &str| fs::read_to_string(scratch.root.join(name)).unwrap();
    let (github, gitlab) = (read(".github/workflows/site.yml"), read(".gitlab-ci.yml"));
    for text in [&github, &gitlab] {
        for event in saphyr_parser::Parser::new_from_str(text) {
            event.unwrap();
        }
    }
    let uses = github.lines().filter_map(|line| line.split_once("uses: "));
    let uses: Vec<&str> = uses.map(|(_, action)| action).collect();
    assert_eq!(uses.len(), 5);
    for action in uses {
        let (_, pinned) = action.split_once('@').unwrap();
        let (commit, version) = pinned.split_once(" # v").unwrap();
        assert!(commit.len() == 40 && commit.chars().all(|c| c.is_ascii_hexdigit()), "{action}");
        assert_eq!(version.split('.').count(), 3, "{action}");
    }
    let netlify: toml::Table = toml::from_str(&read("netlify.toml")).unwrap();
    let netlify = netlify["build"]["command"].as_str().unwrap().to_owned();
    let github = github
        .lines()
        .filter_map(|line| line.trim_start().trim_start_matches("- ").strip_prefix("run: "));
    let commands = ["test ", "export ", "chancery "];
    let gitlab = gitlab.lines().filter_map(|line| {
        let step = line.trim_start().strip_prefix("- ")?;
        commands.iter().any(|command| step.starts_with(command)).then_some(step)
    });
    let lines = |steps: Vec<&str>| steps.join("\n");
    let variables: &[(&str, &str)] = &[
        ("BASE_URL", "https://host.example/here"),
        ("CI_PAGES_URL", "https://host.example/here"),
        ("URL", "https://host.example/here"),
        ("CONTEXT", "production"),
        ("CHANCERY_GIT", "https://forge.example/chancery"),
        ("CHANCERY_REV", "v1"),
    ];
    for (host, script) in [
        ("github", lines(github.collect())),
        ("gitlab", lines(gitlab.collect())),
        ("netlify", netlify),
    ] {
        let _ = fs::remove_dir_all(scratch.root.join("public"));
        assert_eq!(script.matches("chancery build").count(), 1 + usize::from(host == "netlify"));
        let run = shell(&scratch.root, &script, variables);
        assert_eq!(run.code, 0, "{host}: {script}\n{}", run.stderr);
        let page = read("public/index.html");
        assert!(
            page.contains("<link rel=\"canonical\" href=\"https://host.example/here/\">"),
            "{host}"
        );
    }
}

#[test]
fn new_documents_have_ids_of_ascii_and_names_with_their_letters() {
    let scratch = Scratch::small();
    let today = chancery(&scratch.root, &["new", "brief", "Genève: l’été", "--now", "2026-03-01"]);
    assert!(
        today.stdout.contains("/2026-03-01-geneve-lete.md"),
        "{}{}",
        today.stdout,
        today.stderr
    );
    for (arguments, id, name) in [
        (&["Владимир Зеленский"][..], "vladimir-zelenskii", "Владимир Зеленский"),
        (&["İstanbul Şubesi"], "istanbul-subesi", "İstanbul Şubesi"),
        (&["北京"], "bei-jing", "北京"),
        (&["Cafe\u{301} Zürich"], "cafe-zurich", "Café Zürich"),
        (&["Зеленский", "--id", "people/zelensky"], "people/zelensky", "Зеленский"),
        (&["Х", "--id", "Cafe\u{301}"], "Café", "Х"),
    ] {
        let run = chancery(&scratch.root, &[&["new", "actor"], arguments].concat());
        assert_eq!(run.code, 0, "{}", run.stderr);
        let text = fs::read_to_string(scratch.root.join(format!("content/actors/{id}.md")));
        assert!(text.unwrap().contains(&format!("name = \"{name}\"")), "{id}");
    }
}

#[test]
fn wrong_usage_and_environment_exit_with_2() {
    let scratch = Scratch::small();
    for (arguments, words) in [
        (&["bild"][..], "unrecognized subcommand"),
        (&["build", "--now", "tomorrow"], "is not a date"),
        (&["build", "--jobs", "0"], "0"),
        (&["templates", "eject", "breif.html"], "did you mean `brief.html`?"),
        (&["new", "brief", "…"], "no letter or digit"),
        (&["new", "brief", "T", "--id", "../x"], "cannot be an id"),
        (&["new", "topic", "T", "--id", "embassies"], "exists already"),
        (&["build", "--output", "/"], "output"),
        (&["build", "--output", "/proc/nope/out"], "[unwritable]"),
    ] {
        let run = chancery(&scratch.root, arguments);
        assert_eq!(run.code, 2, "{arguments:?}: {}", run.stderr);
        assert!(run.stderr.contains(words), "{arguments:?}: {}", run.stderr);
    }
    let nowhere = chancery(Path::new("/nonexistent-site"), &["build"]);
    assert_eq!(nowhere.code, 2);
    assert!(nowhere.stderr.contains("[no-site]"), "{}", nowhere.stderr);
}

#[test]
fn damaged_files_are_reported_with_their_names() {
    let scratch = Scratch::small();
    scratch.write("content/briefs/latin.md", b"+++\ntitle = \"\xe9\"\n+++\n");
    scratch.write("content/briefs/nul.md", b"+++\ntitle = \"a\0\"\n+++\n");
    let wide = |text: &str| text.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<u8>>();
    scratch.write("content/briefs/wide.md", wide("\u{feff}+++\ntitle = \"Т\"\n+++\n"));
    scratch.write("content/briefs/wide-unmarked.md", wide("+++\ntitle = \"Wide\"\n+++\n"));
    scratch.write("content/briefs/big.md", vec![b'x'; 50 << 20]);
    scratch.write("content/briefs/a:b.md", "x");
    #[cfg(unix)]
    {
        std::os::unix::fs::symlink("/etc", scratch.root.join("content/briefs/out")).unwrap();
        std::os::unix::fs::symlink("nothing", scratch.root.join("content/briefs/void.md")).unwrap();
        std::os::unix::fs::symlink("..", scratch.root.join("content/briefs/loop")).unwrap();
    }
    let run = chancery(&scratch.root, &["check"]);
    assert_eq!(run.code, 1);
    for words in [
        "[not-utf-8]",
        "`content/briefs/wide.md` is UTF-16",
        "`content/briefs/wide-unmarked.md` is UTF-16",
        "[nul-byte]",
        "[too-large]",
        "[bad-file-name]",
        "leads out of the site",
        "leads to nothing",
        "leads back",
    ] {
        assert!(run.stderr.contains(words), "{words}: {}", run.stderr);
    }
    assert!(!scratch.root.join("public").exists());
}

#[test]
fn the_same_site_gives_the_same_bytes_at_any_number_of_threads() {
    let one = build_demo(&["--jobs", "1"]);
    for jobs in ["2", "8"] {
        assert!(build_demo(&["--jobs", jobs]) == one, "{jobs} threads");
    }
}

#[test]
fn what_is_withheld_appears_in_no_byte() {
    let scratch = Scratch::small();
    let secret = "Xyzzyplugh";
    let front = |extra: &str| {
        format!(
            "+++\ntitle = \"{secret}\"\ndate = 2025-01-01\nactors = [\"us\", \"ru\"]\nsummary = \"{secret}\"\n{extra}\n[[events]]\ntitle = \"{secret}\"\ndate = 2025-01-01\n+++\n{secret} [[us]]\n```rust\nlet {secret} = 1;\n```\n"
        )
    };
    scratch.write("content/briefs/draft.md", front("draft = true"));
    scratch.write("content/briefs/later.md", front("embargo = 2030-01-01"));
    scratch.write("content/briefs/gone/index.md", front("expires = 2025-06-01"));
    scratch.write("content/briefs/gone/file.txt", secret);
    scratch.write("content/actors/hidden.md", format!("+++\nname = \"Hidden {secret}\"\nkind = \"person\"\naliases = [\"Moscow\"]\ndraft = true\n+++\n{secret}\n"));
    scratch.write("content/briefs/open.md", "+++\ntitle = \"Open\"\ndate = 2025-01-03\nactors = [\"hidden\", \"us\"]\nfollows = \"draft\"\n+++\nSee [this](draft.md), ![f](gone/file.txt) and Moscow.\n");
    // What a build keeps for the next one is no place for it either. Files that changed a moment ago are not kept.
    std::thread::sleep(std::time::Duration::from_millis(2100));
    let cache = scratch.root.parent().unwrap().join("cache");
    let build = ["build", "--now", "2026-01-01"];
    let output = std::process::Command::new(env!("CARGO_BIN_EXE_chancery"))
        .arg("--root")
        .arg(&scratch.root)
        .args(build)
        .env("XDG_CACHE_HOME", &cache)
        .output()
        .unwrap();
    assert!(output.status.success());
    let kept = files(&cache);
    assert!(!kept.is_empty());
    for (name, bytes) in kept {
        assert!(!String::from_utf8_lossy(&bytes).contains(secret), "{name}");
    }
    let run = chancery(&scratch.root, &build);
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert!(
        run.stdout
            .contains("held back: draft (draft, hidden), under embargo (later), expired (gone)"),
        "{}",
        run.stdout
    );
    for (name, bytes) in scratch.output() {
        assert!(!String::from_utf8_lossy(&bytes).contains(secret), "{name}");
        assert!(!name.contains("draft") && !name.contains("gone"), "{name}");
    }
    let with = chancery(&scratch.root, &["build", "--drafts", "--now", "2026-01-01"]);
    assert_eq!(with.code, 0, "{}", with.stderr);
    assert!(String::from_utf8_lossy(&scratch.output()["index.html"]).contains(secret));
}

#[test]
fn a_failed_build_leaves_the_site_that_was_there() {
    let scratch = Scratch::small();
    assert_eq!(chancery(&scratch.root, &["build"]).code, 0);
    let before = scratch.output();
    scratch.write("content/briefs/bad.md", "no front matter");
    assert_eq!(chancery(&scratch.root, &["build"]).code, 1);
    assert!(before == scratch.output());
    fs::remove_file(scratch.root.join("content/briefs/bad.md")).unwrap();
    let again = chancery(&scratch.root, &["build"]);
    assert!(again.stdout.contains("0 written"), "{}", again.stdout);
}

/// The links and anchors of a page: values of `href` and `src`.
fn links(html: &str) -> Vec<String> {
    let mut found = Vec::new();
    for key in [" href=\"", " src=\""] {
        for (at, _) in html.match_indices(key) {
            let rest = &html[at + key.len()..];
            found.push(rest[..rest.find('"').unwrap()].replace("&amp;", "&"));
        }
    }
    found
}

/// Reports the internal links of a site that lead nowhere. With `index`, a link to a folder is its `index.html`.
fn broken(site: &BTreeMap<String, Vec<u8>>, base: &str, index: bool) -> Vec<String> {
    let mut broken = Vec::new();
    for (name, bytes) in site.iter().filter(|(name, _)| name.ends_with(".html")) {
        let html = String::from_utf8_lossy(bytes);
        for link in links(&html) {
            let (path, fragment) = link.split_once('#').unwrap_or((&link, ""));
            let mut parts: Vec<&str> = name.split('/').collect();
            parts.pop();
            let mut index = index;
            let path = match path.strip_prefix(base) {
                // Full addresses are of the served site, also where links spell out the file.
                Some(rest) => {
                    parts.clear();
                    index = true;
                    rest
                }
                None if path.contains("://") || path.starts_with("mailto:") => continue,
                None => path,
            };
            let mut target = if path.is_empty() && link.starts_with('#') {
                name.clone()
            } else {
                let mut folder = path.is_empty() || path.ends_with('/');
                for part in path.split('/') {
                    match part {
                        "" | "." => {}
                        ".." => drop(parts.pop()),
                        part => parts.push(part),
                    }
                }
                folder |= parts.is_empty();
                let joined = parts.join("/");
                match (folder && index, joined.is_empty()) {
                    (true, true) => "index.html".to_owned(),
                    (true, false) => format!("{joined}/index.html"),
                    _ => joined,
                }
            };
            target = percent_encoding::percent_decode_str(&target).decode_utf8_lossy().into_owned();
            match site.get(&target) {
                None => broken.push(format!("{name}: {link}")),
                Some(page) if !fragment.is_empty() => {
                    let heading = percent_encoding::percent_decode_str(fragment);
                    let id = format!(" id=\"{}\"", heading.decode_utf8_lossy());
                    if !String::from_utf8_lossy(page).contains(&id) {
                        broken.push(format!("{name}: {link} (anchor)"));
                    }
                }
                Some(_) => {}
            }
        }
    }
    broken
}

#[test]
fn every_internal_link_of_the_demo_resolves() {
    let none: Vec<String> = Vec::new();
    assert_eq!(broken(&build_demo(&[]), "https://chancery.example/", true), none);
    let below = "https://x.example/repo/";
    assert_eq!(broken(&build_demo(&["--base-url", below]), below, true), none);
    assert_eq!(broken(&build_demo(&["--offline"]), "https://chancery.example/", false), none);
}

#[test]
fn a_document_with_an_address_of_its_own_is_there_and_everything_leads_to_it() {
    let scratch = Scratch::small();
    let own = |file: &str, path: &str| {
        let text = fs::read_to_string(scratch.root.join(file)).unwrap();
        scratch.write(file, text.replacen("+++\n", &format!("+++\npath = \"{path}\"\n"), 1));
    };
    scratch.write(
        "site.toml",
        "title = \"Small\"\nbase_url = \"https://small.example/\"\n[pagination]\nsize = 1\n",
    );
    scratch.write(
        "content/briefs/2025-03-01-more.md",
        "+++\ntitle = \"More\"\nactors = [\"us\", \"ru\"]\nredirects = [\"/old/\"]\n+++\n[[2025-02-27-talks]], [it](2025-02-27-talks.md#what-happened), [here](/2024/05/talks.html), [[ru]] and [them](/who/the-us/).\n",
    );
    scratch.write("content/pages/about.md", "---\ntitle: About\nmenu: About\n---\n");
    own("content/briefs/2025-02-27-talks.md", "/2024/05/talks.html");
    own("content/actors/ru.md", "/who/russia.html");
    own("content/actors/us.md", "/who/the%20us/../the-us/");
    let refused = chancery(&scratch.root, &["build"]);
    assert!(refused.stderr.contains("[bad-path]"), "{}", refused.stderr);
    scratch.write(
        "content/actors/us.md",
        "+++\nname = \"United States\"\nkind = \"state\"\naliases = [\"US\"]\n+++\n",
    );
    own("content/actors/us.md", "/who/the-us/");
    own("content/topics/embassies.md", "/Ämter");
    own("content/pages/about.md", "/legal/about/");
    let about = "---\ntitle: About\nmenu: About\npath: /legal/about/\n---\n";
    scratch.write("content/pages/about.md", about);
    let run = chancery(&scratch.root, &["build"]);
    assert_eq!((run.code, run.stderr.as_str()), (0, ""), "{}", run.stderr);
    let site = scratch.output();
    for path in [
        "2024/05/talks.html",
        "who/russia.html",
        "who/russia/feed.xml",
        "who/russia/page/2/index.html",
        "who/the-us/index.html",
        "who/the-us/feed.xml",
        "who/the-us/page/2/index.html",
        "Ämter/index.html",
        "legal/about/index.html",
    ] {
        assert!(site.contains_key(path), "{path}: {:?}", site.keys());
    }
    for path in ["briefs/2025-02-27-talks/index.html", "actors/ru/index.html", "about/index.html"] {
        assert!(!site.contains_key(path), "{path}");
    }
    assert_eq!(broken(&site, "/", true), Vec::<String>::new());
    let text = |path: &str| String::from_utf8(site[path].clone()).unwrap();
    for (path, words) in [
        ("sitemap.xml", "<loc>https://small.example/2024/05/talks.html</loc>"),
        ("feed.xml", "https://small.example/2024/05/talks.html"),
        ("who/russia/feed.xml", "https://small.example/who/russia.html"),
        (
            "2024/05/talks.html",
            "<link rel=\"canonical\" href=\"https://small.example/2024/05/talks.html\">",
        ),
        ("2024/05/talks.html", "href=\"../../who/russia.html\""),
        ("index.html", "href=\"./legal/about/\""),
    ] {
        assert!(text(path).contains(words), "{path}: {words}\n{}", text(path));
    }
    // Its address stays whatever it is called, so that nothing has to lead there.
    let renamed =
        chancery(&scratch.root, &["rename", "brief", "2025-02-27-talks", "2025-02-27-more-talks"]);
    assert_eq!(renamed.code, 0, "{}", renamed.stderr);
    let brief = fs::read_to_string(scratch.root.join("content/briefs/2025-02-27-more-talks.md"));
    assert!(!brief.unwrap().contains("redirects"));
    let more = fs::read_to_string(scratch.root.join("content/briefs/2025-03-01-more.md")).unwrap();
    assert!(more.contains("[[2025-02-27-more-talks]], [it](2025-02-27-more-talks.md#what-happened), [here](/2024/05/talks.html)"), "{more}");
    chancery(&scratch.root, &["build"]);
    let after = scratch.output();
    assert_eq!(after.keys().collect::<Vec<_>>(), site.keys().collect::<Vec<_>>());
}

#[test]
fn names_are_compared_and_published_in_composed_form() {
    let scratch = Scratch::small();
    let (one, two) = ("caf\u{e9}", "cafe\u{301}");
    scratch.write(
        &format!("content/actors/{two}.md"),
        format!("+++\nname = \"{two}\"\nkind = \"group\"\n+++\n\n## {two}\n"),
    );
    scratch.write(&format!("content/briefs/h{two}/index.md"), format!("+++\ntitle = \"House\"\ndate = 2025-01-01\nactors = [\"{two}\"]\n+++\n![A map]({one}.svg) ![A map]({two}.svg)\n"));
    scratch.write(
        &format!("content/briefs/h{two}/{two}.svg"),
        "<svg xmlns=\"http://www.w3.org/2000/svg\"/>",
    );
    let brief = format!(
        "+++\ntitle = \"B\"\ndate = 2025-01-01\nactors = [\"{one}\", \"Embassie\"]\ntopics = [\"embasies\"]\n+++\n[[{one}]], [[{two}]], [x](../actors/{two}.md#{two}), [y](/actors/{two}/#{two}), [z](/actors/cafe%CC%81/), [a](../actors/caf%C3%A9.md). {two}\n"
    );
    scratch.write(&format!("content/briefs/b-{two}.md"), &brief);
    let dry = chancery(&scratch.root, &["fix", "--dry-run"]);
    assert!(dry.stdout.contains("+topics = [\"embassies\"]"), "{}{}", dry.stdout, dry.stderr);
    chancery(&scratch.root, &["fix"]);
    let mended = brief.replace("embasies", "embassies");
    assert_eq!(
        fs::read_to_string(scratch.root.join(format!("content/briefs/b-{two}.md"))).unwrap(),
        mended
    );
    scratch.write(&format!("content/briefs/b-{two}.md"), mended.replace(", \"Embassie\"", ""));
    let run = chancery(&scratch.root, &["build"]);
    assert_eq!((run.code, run.stderr.as_str()), (0, ""), "{}", run.stderr);
    let site = scratch.output();
    for path in [
        format!("actors/{one}/index.html"),
        format!("briefs/h{one}/{one}.svg"),
        format!("briefs/b-{one}/index.html"),
    ] {
        assert!(site.contains_key(&path), "{path}: {:?}", site.keys());
    }
    assert!(site.keys().all(|path| !path.contains('\u{301}')), "{:?}", site.keys());
    let page = String::from_utf8(site[&format!("briefs/b-{one}/index.html")].clone()).unwrap();
    let body = page.split("<h1").nth(1).unwrap();
    let hrefs = links(body);
    assert!(
        hrefs.iter().all(|href| !href.contains("%CC%81") && !href.contains('\u{301}')),
        "{hrefs:?}"
    );
    assert_eq!(broken(&site, "/", true), Vec::<String>::new());
    // What an author wrote in the text stays as it is.
    assert!(body.contains(&format!(". {two}")), "{body}");
    let renamed = chancery(&scratch.root, &["rename", "actor", one, "cafe"]);
    assert_eq!(renamed.code, 0, "{}", renamed.stderr);
    let renamed = chancery(&scratch.root, &["rename", "brief", &format!("h{two}"), "house"]);
    assert_eq!(renamed.code, 0, "{}", renamed.stderr);
    assert!(scratch.root.join(format!("content/briefs/house/{two}.svg")).exists());
    let run = chancery(&scratch.root, &["build"]);
    assert_eq!((run.code, run.stderr.as_str()), (0, ""), "{}", run.stderr);
}

#[test]
fn reference_pages_are_those_of_the_program() {
    for page in ["diagnostics", "front-matter", "configuration", "templates"] {
        let run = chancery(demo(), &["reference", page]);
        let file = demo().join(format!("docs/{page}.md"));
        if std::env::var_os("UPDATE").is_some() {
            fs::write(&file, &run.stdout).unwrap();
        }
        assert_eq!(
            fs::read_to_string(&file).unwrap_or_default(),
            run.stdout,
            "{page}: run with UPDATE=1"
        );
    }
}

#[test]
fn schemas_completions_and_the_man_page_are_printed() {
    let schema: serde_json::Value =
        serde_json::from_str(&chancery(demo(), &["schema"]).stdout).unwrap();
    assert_eq!(schema["$defs"]["brief"]["additionalProperties"], false);
    let actor = &schema["$defs"]["actor"]["anyOf"];
    assert_eq!(actor[0]["required"].to_string(), r#"["name","kind"]"#);
    assert_eq!(actor[1]["required"].to_string(), r#"["extends"]"#);
    for (of, wrong, right) in [
        ("site", "titel", r#"["title","base_url"]"#),
        ("brief", "titel", r#"["title"]"#),
        ("topic", "nmae", r#"["name"]"#),
    ] {
        let schema = chancery(demo(), &["schema", of]).stdout;
        let schema: serde_json::Value = serde_json::from_str(&schema).unwrap();
        // An object with a slip of a key is held to the root, and is none of it.
        let root = schema["$ref"].as_str().unwrap().trim_start_matches('#');
        let root = schema.pointer(root).unwrap();
        assert_eq!(root["additionalProperties"], false, "{of}");
        assert!(root["properties"].get(wrong).is_none(), "{of}");
        assert_eq!(root["required"].to_string(), right, "{of}");
    }
    assert_eq!(schema["$ref"], "#/$defs/site");
    let bash = chancery(demo(), &["completions", "bash"]).stdout;
    for word in ["_chancery", "--port", "--code", "templates", "unknown"] {
        assert!(bash.contains(word) || word == "unknown", "{word}");
    }
    assert!(chancery(demo(), &["man"]).stdout.contains(".TH chancery 1"));
    for (page, name, option) in [
        (&["man", "serve"][..], ".TH chancery-serve 1", "\\-\\-port"),
        (
            &["man", "templates", "eject"],
            ".TH chancery-templates-eject 1",
            "chancery templates eject brief.html",
        ),
    ] {
        let page = chancery(demo(), page).stdout;
        assert!(page.contains(name) && page.contains(option), "{page}");
    }
    let none = chancery(demo(), &["man", "serv"]);
    assert_eq!((none.code, none.stderr.contains("did you mean `serve`?")), (2, true));
    let scratch = Scratch::small();
    assert_eq!(chancery(&scratch.root, &["templates", "eject", "page.html"]).code, 0);
    assert!(scratch.root.join("templates/page.html").is_file());
    let json = chancery(&scratch.root, &["check", "--format", "json"]);
    assert_eq!(json.stdout, "[]\n");
}

/// The help of each command has what is its own before what every command has, and an example.
#[test]
fn help_begins_with_what_a_command_has_of_its_own() {
    for command in [
        "init",
        "new",
        "build",
        "serve",
        "check",
        "status",
        "fix",
        "rename",
        "explain",
        "templates",
        "schema",
        "completions",
        "man",
    ] {
        let help = chancery(demo(), &[command, "--help"]).stdout;
        let at =
            |words: &str| help.find(words).unwrap_or_else(|| panic!("{command}: {words}: {help}"));
        assert!(at("Options:") < at("Options of every command:"), "{help}");
        assert!(at("Options of every command:") < at("  -r, --root"), "{help}");
        assert!(at("Example") < at(&format!("  chancery {command}")), "{help}");
    }
    let help = chancery(demo(), &["serve", "--help"]).stdout;
    assert!(help.find("--port") < help.find("-r, --root"), "{help}");
}

/// Runs the program in a folder, without naming the site.
fn run_in(folder: &Path, arguments: &[&str]) -> site::Run {
    let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_chancery"));
    let tmp = env!("CARGO_TARGET_TMPDIR");
    command.current_dir(folder).args(arguments).env("NO_COLOR", "1");
    command
        .env("XDG_CACHE_HOME", format!("{tmp}/cache"))
        .env("XDG_STATE_HOME", format!("{tmp}/state"));
    let output = command.output().unwrap();
    site::Run {
        code: output.status.code().unwrap_or(-1),
        stdout: String::from_utf8(output.stdout).unwrap(),
        stderr: String::from_utf8(output.stderr).unwrap(),
    }
}

#[test]
fn the_site_is_the_nearest_above_or_the_one_that_is_named() {
    let scratch = Scratch::small();
    let (root, above) = (&scratch.root, scratch.root.parent().unwrap());
    let briefs = root.join("content/briefs");
    let file = "site/content/briefs/2025-02-27-talks.md";
    for (folder, arguments) in [
        (briefs.as_path(), &["build", "--now", "2026-01-01"][..]),
        (root, &["build"]),
        (above, &["build", "site"]),
        (above, &["build", "-r", "site", "-j", "1"]),
        (above, &["status", "site"]),
        (above, &["fix", "site", "-n"]),
        (above, &["check", "site"]),
        (above, &["check", file]),
        (above, &["explain", file]),
        (&briefs, &["explain", "content/briefs/2025-02-27-talks.md"]),
        (&briefs, &["explain", "2025-02-27-talks.md"]),
        (&briefs, &["rename", "brief", "2025-02-27-talks", "2025-02-27-talk", "-n"]),
    ] {
        let run = run_in(folder, arguments);
        assert_eq!(run.code, 0, "{arguments:?}: {}", run.stderr);
    }
    assert!(root.join("public/index.html").is_file());
    let new = run_in(&briefs, &["new", "topic", "Grain"]);
    assert!(new.stdout.starts_with("wrote ../../content/topics/grain.md"), "{}", new.stdout);
    let run = run_in(above, &["build", "site", "-o", "out", "-b", "https://x.example/"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert!(above.join("out/index.html").is_file());
    for (arguments, words) in [
        (&["build"][..], "did you mean `--root site`?"),
        (&["build", "nope"], "there is no such folder"),
        (&["build", "site", "--root", "site"], "cannot be used with"),
    ] {
        let run = run_in(above, arguments);
        assert_eq!((run.code, run.stderr.contains(words)), (2, true), "{}", run.stderr);
    }
}

#[test]
fn check_reports_on_the_files_that_are_named() {
    let scratch = Scratch::small();
    let brief = |actor: &str| {
        format!(
            "+++\ntitle = \"T {actor}\"\nactors = [\"{actor}\"]\nsummary = \"S.\"\n+++\nText.\n"
        )
    };
    for (name, actor) in [("a", "nobody"), ("b", "noone"), ("c", "us")] {
        scratch.write(&format!("content/briefs/2025-01-01-{name}.md"), brief(actor));
    }
    scratch.write("README.md", "x");
    let folder = scratch.root.join("content/briefs");
    let check =
        |arguments: &[&str]| run_in(&folder, &[&["check", "--format", "json"], arguments].concat());
    let files = |run: &site::Run| {
        let found: serde_json::Value = serde_json::from_str(&run.stdout).unwrap();
        let found = found.as_array().unwrap().iter();
        found.map(|f| f["file"].as_str().unwrap().to_owned()).collect::<BTreeSet<_>>()
    };
    let [a, b] = ["content/briefs/2025-01-01-a.md", "content/briefs/2025-01-01-b.md"];
    for (arguments, code, expected) in [
        (&["2025-01-01-a.md"][..], 1, &[a][..]),
        (&["./2025-01-01-b.md", "../../site.toml"], 1, &[b]),
        (&[b], 1, &[b]),
        (&["2025-01-01-c.md"], 0, &[]),
        (&["../actors"], 0, &[]),
        (&["."], 1, &[a, b]),
        (&["../.."], 1, &[a, b]),
        (&[], 1, &[a, b]),
    ] {
        let run = check(arguments);
        let expected: BTreeSet<String> = expected.iter().map(|file| (*file).to_owned()).collect();
        assert_eq!((run.code, files(&run)), (code, expected), "{arguments:?}: {}", run.stderr);
    }
    let person = run_in(&folder, &["check", "2025-01-01-c.md"]);
    assert!(
        person.stdout.contains("2 errors in other files: `chancery check` shows them"),
        "{}",
        person.stdout
    );
    for (path, words) in [
        ("2025-01-01-aa.md", "did you mean `../../content/briefs/2025-01-01-a.md`?"),
        ("nope.md", "write its path from the current folder"),
        ("/etc", "is not in the site"),
        ("../../README.md", "is no part of the site"),
    ] {
        let run = check(&[path]);
        assert_eq!((run.code, run.stderr.contains(words)), (2, true), "{path}: {}", run.stderr);
    }
}

#[test]
fn what_is_wrong_hundreds_of_times_is_read_once() {
    let scratch = Scratch::small();
    for n in 0..200 {
        let text = format!(
            "+++\ntitle = \"Post {n}\"\nlayout = \"post\"\n+++\n[a](gone-{n}.md) ![b](gone-{n}.png)\n"
        );
        scratch.write(&format!("content/briefs/2024-01-01-p{n:03}.md"), text);
    }
    let run = chancery(&scratch.root, &["check"]);
    assert_eq!(run.code, 1);
    assert!(run.stderr.lines().count() <= 100, "{}", run.stderr);
    for words in
        ["broken-link", "broken-image", "200 broken-link\n", "`--all` shows each of them, `--code "]
    {
        assert!(run.stderr.contains(words), "{words}: {}", run.stderr);
    }
    let count = |arguments: &[&str], code: &str| {
        let run = chancery(&scratch.root, arguments);
        run.stderr.matches(&format!("error[{code}]")).count()
            + run.stdout.matches(&format!("\"code\": \"{code}\"")).count()
    };
    for arguments in [
        &["check", "--all"][..],
        &["build", "--all"],
        &["check", "--code", "broken-link"],
        &["check", "--format", "json"],
        &["build", "--format", "json"],
    ] {
        assert_eq!(count(arguments, "broken-link"), 200, "{arguments:?}");
    }
    assert_eq!(count(&["check", "--code", "broken-link"], "broken-image"), 0);
    assert_eq!(count(&["build"], "broken-link"), 4);
    let slip = chancery(&scratch.root, &["check", "--code", "broken-links"]);
    assert_eq!((slip.code, slip.stderr.contains("did you mean `broken-link`?")), (2, true));
}

#[test]
fn a_build_tells_programs_what_it_did() {
    let scratch = Scratch::small();
    scratch.write("content/briefs/2025-01-02-old.md", "+++\ntitle = \"Old\"\n+++\n");
    scratch.write("content/briefs/2026-03-01-later.md", "+++\ntitle = \"Later\"\n+++\n");
    let build = || {
        let run = chancery(
            &scratch.root,
            &["build", "--format", "json", "--now", "2026-02-28T12:00:00Z"],
        );
        (run.code, serde_json::from_str::<serde_json::Value>(&run.stdout).unwrap())
    };
    let (code, first) = build();
    assert_eq!((code, &first["published"], &first["unchanged"]), (0, &true.into(), &0.into()));
    let names = |list: &serde_json::Value| -> BTreeSet<String> {
        list.as_array().unwrap().iter().map(|name| name.as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(
        names(&first["written"]),
        scratch.output().into_keys().filter(|name| !name.starts_with(".chancery")).collect()
    );
    assert_eq!(first["held_back"][0]["id"], "2026-03-01-later");
    assert_eq!(first["next_change"]["at"], "2026-03-01T00:00:00+00:00");
    assert_eq!(first["next_change"]["why"], "document");
    let (_, again) = build();
    assert_eq!(
        (again["written"].as_array().unwrap().len(), &again["held_back"]),
        (0, &first["held_back"])
    );
    assert_eq!(again["unchanged"], first["written"].as_array().unwrap().len());
    fs::remove_file(scratch.root.join("content/briefs/2025-01-02-old.md")).unwrap();
    let (_, less) = build();
    assert!(names(&less["removed"]).contains("briefs/2025-01-02-old/index.html"), "{less}");
    assert!(names(&less["written"]).contains("index.html"), "{less}");
    scratch.write("content/briefs/2025-01-02-bad.md", "+++\n+++\n");
    let (code, failed) = build();
    assert_eq!(
        (code, &failed["published"], names(&failed["written"]).len()),
        (1, &false.into(), 0)
    );
    assert_eq!(failed["findings"][0]["code"], "missing-key");
    scratch.write("site.toml", "title = 3\n");
    let (code, failed) = build();
    assert_eq!(
        (code, &failed["published"], &failed["next_change"]),
        (1, &false.into(), &serde_json::Value::Null)
    );
    assert_eq!(failed["findings"][0]["file"], "site.toml");
}

/// Every path that `docs/architecture.md` names exists, and it is no longer than a sitting.
#[test]
fn the_architecture_page_is_true() {
    let text = fs::read_to_string(demo().join("docs/architecture.md")).unwrap();
    assert!(text.lines().count() <= 200);
    let is_path = |name: &&str| name.starts_with("src/") || name.starts_with("crates/");
    for path in text.split('`').skip(1).step_by(2).filter(is_path) {
        assert!(demo().join(path).exists(), "{path}");
    }
}

#[test]
fn the_order_of_files_on_the_disk_makes_no_difference() {
    let demo = files(&demo().join("content"));
    let build = |names: Vec<&String>| {
        let scratch = Scratch::small();
        for name in names {
            scratch.write(&format!("content/{name}"), &demo[name]);
        }
        let run = chancery(&scratch.root, &["build", "--now", "2026-01-01"]);
        assert_eq!(run.code, 0, "{}", run.stderr);
        scratch.output()
    };
    // A file system lists files in the order of their making, or by a hash of their names and its own seed.
    let forwards = build(demo.keys().collect());
    assert!(forwards == build(demo.keys().rev().collect()));
    let (even, odd): (Vec<_>, Vec<_>) = demo.keys().enumerate().partition(|(n, _)| n % 2 == 0);
    assert!(forwards == build(odd.into_iter().chain(even).map(|(_, name)| name).collect()));
}

/// A room imports only from rooms below it, and so do its tests.
#[test]
fn nothing_runs_back_up() {
    let floors = [
        "serve",
        "render",
        "site",
        "desk",
        "import",
        "plan",
        "theme",
        "graph",
        "corpus",
        "config",
        "markdown",
        "names",
        "series",
        "front_matter",
        "registry",
        "tradecraft",
        "publish",
        "source",
        "html",
        "diagnostic",
        "arena",
        "never",
    ];
    for (name, bytes) in files(&demo().join("src")) {
        let room = name.split(['/', '.']).next().unwrap();
        let Some(floor) = floors.iter().position(|f| *f == room) else { continue };
        for other in imports(&name, &String::from_utf8(bytes).unwrap()) {
            if let Some(imported) = floors.iter().position(|f| *f == other) {
                assert!(imported >= floor, "{name} imports {other}, which is above it");
            }
        }
    }
}

/// Two types of one name would have to be told apart by where they stand.
#[test]
fn no_type_of_a_crate_has_the_name_of_another() {
    for sources in ["src", "crates/specialiser/src"] {
        let mut known: BTreeMap<String, String> = BTreeMap::new();
        for (name, bytes) in files(&demo().join(sources)) {
            let text = String::from_utf8(bytes).unwrap();
            for line in text.lines().filter(|_| !name.ends_with("tests.rs")) {
                let Some(declared) = declared_type(line) else { continue };
                let other = known.insert(declared.to_owned(), name.clone());
                assert_eq!(other, None, "{name} declares {declared} too");
            }
        }
        assert!(known.len() > 10, "{sources}: {known:?}");
    }
}

/// The type that a line declares outside of functions, implementations and tests.
fn declared_type(line: &str) -> Option<&str> {
    let said = match line.strip_prefix("pub") {
        Some(rest) => rest.trim_start_matches("(crate)").trim_start_matches("(super)").trim_start(),
        None => line,
    };
    let kinds = ["struct ", "enum ", "trait ", "type "];
    let declared = kinds.iter().find_map(|kind| said.strip_prefix(kind))?;
    declared.split(|c: char| !c.is_alphanumeric()).next()
}

#[test]
fn what_compiles_templates_has_no_word_of_briefs() {
    let files = files(&demo().join("crates/specialiser"));
    assert!(files.contains_key("src/lib.rs"));
    for (name, bytes) in files {
        let text = String::from_utf8(bytes).unwrap().to_lowercase();
        let words = text.split(|c: char| !c.is_alphanumeric());
        for word in words.flat_map(|word| word.split('_')) {
            let ours =
                ["brief", "briefs", "actor", "actors", "topic", "topics", "card", "chancery"];
            assert!(!ours.contains(&word), "{name}: {word}");
        }
    }
}

/// Within a room, too, imports go one way: no file of a room leads back to itself by those that it imports from. The
/// room's face, `mod.rs` or the file of the room's name, is left out: it puts the files together, and they may use the
/// types that it declares. What it hands on from one file counts as imported from that file.
#[test]
fn files_of_a_room_do_not_go_round_in_circles() {
    let texts: BTreeMap<String, String> = files(&demo().join("src"))
        .into_iter()
        .map(|(name, bytes)| (name, String::from_utf8(bytes).unwrap()))
        .collect();
    let mut circles = BTreeSet::new();
    for (face, text) in &texts {
        let room = face.trim_end_matches(".rs").trim_end_matches("/mod");
        circles.extend(circles_of(room, text, &texts));
    }
    assert_eq!(circles, BTreeSet::new());
}

/// The circles of the files directly in the folder of a room, each as their names in order.
fn circles_of(room: &str, face: &str, texts: &BTreeMap<String, String>) -> BTreeSet<String> {
    let within = |name: &str| {
        let file = name.strip_prefix(room)?.strip_prefix('/')?.strip_suffix(".rs")?;
        (!file.contains('/') && file != "mod").then(|| file.to_owned())
    };
    let members: BTreeMap<String, &String> =
        texts.iter().filter_map(|(name, text)| Some((within(name)?, text))).collect();
    // What the face hands on, and from which file.
    let mut handed: BTreeMap<String, &String> = BTreeMap::new();
    for member in members.keys() {
        for start in [format!("use {member}::"), format!("use self::{member}::")] {
            let named = named_behind(face, &start, false);
            handed.extend(named.into_iter().map(|name| (name, member)));
        }
    }
    let imports = |member: &String| -> BTreeSet<String> {
        let own = format!("crate::{}::", room.replace('/', "::"));
        let roots = ["super::", own.as_str()];
        let named = roots.iter().flat_map(|root| named_behind(members[member], root, true));
        let from = named.filter_map(|name| match members.contains_key(&name) {
            true => Some(name),
            false => handed.get(&name).map(|member| (*member).clone()),
        });
        from.filter(|other| other != member).collect()
    };
    let edges: BTreeMap<&String, BTreeSet<String>> =
        members.keys().map(|member| (member, imports(member))).collect();
    // All that a file comes to by imports.
    let reached = |from: &String| {
        let mut reached = BTreeSet::new();
        let mut rest = vec![from];
        while let Some(here) = rest.pop() {
            rest.extend(edges[here].iter().filter(|next| reached.insert((*next).clone())));
        }
        reached
    };
    let reached: BTreeMap<&String, BTreeSet<String>> =
        members.keys().map(|member| (member, reached(member))).collect();
    let tied = members.keys().filter(|member| reached[member].contains(*member));
    let circle = |member: &String| -> String {
        let with = members
            .keys()
            .filter(|other| reached[member].contains(*other) && reached[other].contains(member));
        with.map(|other| format!("{room}/{other}")).collect::<Vec<_>>().join(" ")
    };
    tied.map(circle).collect()
}

#[test]
fn a_circle_is_seen_through_groups_and_through_the_face() {
    let texts = |files: &[(&str, &str)]| -> BTreeMap<String, String> {
        files.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect()
    };
    let circles = |files: &[(&str, &str)]| {
        let texts = texts(files);
        circles_of("r", &texts["r/mod.rs"], &texts).into_iter().collect::<Vec<_>>()
    };
    let face = ("r/mod.rs", "mod a; mod b; mod c; pub use b::{B, Other}; pub struct Mine;");
    let none = [
        face,
        ("r/a.rs", "use super::{Mine, B};"),
        ("r/b.rs", "use super::c::C;"),
        ("r/c.rs", "use super::Mine;"),
    ];
    assert_eq!(circles(&none), [""; 0]);
    let face_only = [
        face,
        ("r/a.rs", "use super::B;"),
        ("r/b.rs", "use crate::r::{self, a::A};"),
        ("r/c.rs", ""),
    ];
    assert_eq!(circles(&face_only), ["r/a r/b"]);
    let long = [
        face,
        ("r/a.rs", "fn f() { super::b::g() }"),
        ("r/b.rs", "use super::{\n    Mine,\n    c::{C, D},\n};"),
        ("r/c.rs", "use super::a;"),
    ];
    assert_eq!(circles(&long), ["r/a r/b r/c"]);
}

/// The rooms that the text of a file below `src` names, its tests included.
fn imports(file: &str, text: &str) -> Vec<String> {
    let modules = file.trim_end_matches(".rs").trim_end_matches("/mod").split('/').count();
    let roots = ["crate::", &"super::".repeat(modules)];
    roots.iter().flat_map(|root| named_behind(text, root, false)).collect()
}

/// The names that stand behind a path's start, each time: `a` and `d` of `crate::{a::{b, c}, d}`. With `alone`, what leads
/// further up is passed over.
fn named_behind(text: &str, start: &str, alone: bool) -> Vec<String> {
    let word = |text: &str| {
        let end = text.find(|c: char| !c.is_alphanumeric() && c != '_');
        text[..end.unwrap_or(text.len())].to_owned()
    };
    let mut found = Vec::new();
    for (at, _) in text.match_indices(start) {
        let rest = &text[at + start.len()..];
        if alone && (text[..at].ends_with("super::") || rest.starts_with("super::")) {
            continue;
        }
        let rest = rest.trim_start_matches("super::");
        let Some(group) = rest.strip_prefix('{') else {
            found.push(word(rest));
            continue;
        };
        let mut depth = 0;
        let mut names = String::new();
        for c in group.chars() {
            match c {
                '{' => depth += 1,
                '}' if depth == 0 => break,
                '}' => depth -= 1,
                c if depth == 0 => names.push(c),
                _ => {}
            }
        }
        let names = names.split(',').map(|name| word(name.trim()));
        found.extend(names.filter(|name| !name.is_empty()));
    }
    found
}

#[test]
fn every_import_of_a_file_is_looked_at() {
    let text = "use crate::plan::Plan;\n#[cfg(test)]\nmod tests;\nuse crate::serve;\nuse crate::{\n    graph::{self, Ix},\n    desk,\n};\nuse super::super::{config, source::Kind};\nfn f() { super::super::names::g(); super::view::h(); }\n#[cfg(test)]\nmod more {\n    use crate::commands::x;\n}\n";
    let mut found = imports("render/html.rs", text);
    found.sort();
    assert_eq!(found, ["commands", "config", "desk", "graph", "names", "plan", "serve", "source"]);
    assert_eq!(imports("plan.rs", "use super::serve;"), ["serve"]);
    assert_eq!(imports("render/mod.rs", "use super::serve; use view::x;"), ["serve"]);
}

#[test]
fn a_long_timeline_has_a_page_for_each_year() {
    let scratch = Scratch::small();
    let events = |count: usize| {
        let event = |n: usize| {
            format!("[[events]]\ndate = \"{}-01-02\"\ntitle = \"Event {n}.\"\n", 2020 + n % 3)
        };
        let events: String = (0..count).map(event).collect();
        scratch.write(
            "content/briefs/2025-03-01-events.md",
            format!("+++\ntitle = \"Events\"\n{events}+++\n"),
        );
        let run = chancery(&scratch.root, &["build", "--now", "2026-01-01"]);
        assert_eq!(run.code, 0, "{}", run.stderr);
        let mut pages = scratch.output();
        pages.retain(|name, _| name.starts_with("timeline/"));
        let text = |bytes| String::from_utf8(bytes).unwrap();
        pages.into_iter().map(|(name, bytes)| (name, text(bytes))).collect::<BTreeMap<_, _>>()
    };
    let short = events(500);
    assert_eq!(short.keys().collect::<Vec<_>>(), ["timeline/index.html"]);
    assert_eq!(short["timeline/index.html"].matches(">Event ").count(), 500);
    let long = events(501);
    let names = ["2020", "2021", "2022"].map(|year| format!("timeline/{year}/index.html"));
    assert_eq!(long.len(), 4);
    let index = &long["timeline/index.html"];
    assert!(!index.contains(">Event ") && index.contains("href=\"../timeline/2021/\""), "{index}");
    for (first, name) in names.iter().enumerate() {
        assert_eq!(long[name].matches(">Event ").count(), 167, "{name}");
        assert!(long[name].contains(&format!(">Event {first}.")), "{name}");
    }
}

#[test]
fn a_page_shows_its_newest_events_and_leads_to_the_others() {
    let scratch = Scratch::small();
    let event = |n: usize| {
        format!("[[events]]\ndate = \"{}\"\ntitle = \"Event {n}.\"\nactors = [\"us\"]\n", 1500 + n)
    };
    let events: String = (0..503).map(event).collect();
    scratch.write(
        "content/briefs/2025-03-01-events.md",
        format!("+++\ntitle = \"Events\"\n{events}+++\n"),
    );
    let run = chancery(&scratch.root, &["build", "--now", "2026-01-01"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    let page = String::from_utf8(scratch.output()["actors/us/index.html"].clone()).unwrap();
    // Eight at once, and behind them the newest in order of time.
    assert_eq!(page.matches(">Event ").count(), 508);
    let (latest, behind) = page.split_once("<details class=\"all-events\">").unwrap();
    assert_eq!(latest.matches(">Event ").count(), 8);
    assert!(latest.find(">Event 502.") < latest.find(">Event 495."));
    assert!(behind.find(">Event 3.") < behind.find(">Event 502."));
    assert!(page.contains(">Event 502.") && !page.contains(">Event 2."));
    assert!(page.contains(
        "<a href=\"../../timeline/\">Earlier events, in the timeline</a> <span class=\"n\">3</span>"
    ));
}

#[test]
fn a_long_storyline_has_pages_whose_numbers_go_on() {
    let scratch = Scratch::small();
    scratch.write(
        "site.toml",
        "title = \"Small\"\nbase_url = \"https://small.example/\"\n[pagination]\nsize = 3\n",
    );
    scratch.write("content/storylines/thaw.md", "+++\ntitle = \"Thaw\"\n+++\nFrom the start.\n");
    let pages = |briefs: usize| {
        for n in 1..=briefs {
            scratch.write(
                &format!("content/briefs/b{n}.md"),
                format!("+++\ntitle = \"Brief {n}.\"\ndate = 2025-01-{n:02}\nstoryline = \"thaw\"\n[[events]]\ndate = \"2020\"\ntitle = \"Event {n}.\"\n+++\n"),
            );
        }
        let run = chancery(&scratch.root, &["build", "--now", "2026-01-01"]);
        assert_eq!(run.code, 0, "{}", run.stderr);
        let mut site = scratch.output();
        let map = String::from_utf8(site["sitemap.xml"].clone()).unwrap();
        site.retain(|name, _| name.starts_with("storylines/thaw/") && name.ends_with(".html"));
        for name in site.keys() {
            let path = name.strip_suffix("index.html").unwrap();
            assert!(map.contains(&format!("<loc>https://small.example/{path}</loc>")), "{map}");
        }
        let text = |bytes| String::from_utf8(bytes).unwrap();
        site.into_iter().map(|(name, bytes)| (name, text(bytes))).collect::<BTreeMap<_, _>>()
    };
    let short = pages(3);
    assert_eq!(short.keys().collect::<Vec<_>>(), ["storylines/thaw/index.html"]);
    assert!(!short["storylines/thaw/index.html"].contains("class=\"pager\""));
    let long = pages(7);
    let names = ["", "page/2/", "page/3/"].map(|part| format!("storylines/thaw/{part}index.html"));
    assert!(long.keys().eq(&names));
    for (page, name) in names.iter().enumerate() {
        let html = &long[name];
        let list = html.split("<ol class=\"cards numbered\"").nth(1).unwrap();
        let start = ["", " start=\"4\"", " start=\"7\""][page];
        assert_eq!(list.split('>').next(), Some(start), "{name}");
        let list = list.split("</ol>").next().unwrap();
        for n in 1..=7 {
            let here = (n - 1) / 3 == page;
            assert_eq!(list.contains(&format!(">Brief {n}.<")), here, "{n} on {name}");
        }
        assert!(!html.contains(" style="), "{name}");
        assert!(html.contains("class=\"pager\"") && html.contains("storylines/thaw/feed.xml"));
        for once in ["From the start.</p>", ">Event 7.", "application/ld+json"] {
            assert_eq!(html.contains(once), page == 0, "{once} on {name}");
        }
    }
}

#[cfg(unix)]
#[test]
fn a_disk_that_is_full_costs_the_build_and_not_the_site() {
    let scratch = Scratch::small();
    // The page is to be the only file that is too long: which of two fails first is chance.
    let config =
        "title = \"Small\"\nbase_url = \"https://small.example/\"\n[feeds]\nfull = false\n";
    scratch.write("site.toml", config);
    assert_eq!(chancery(&scratch.root, &["build", "--now", "2026-01-01"]).code, 0);
    let before = scratch.output();
    let long = "A sentence about embassies. ".repeat(2000);
    scratch.write(
        "content/briefs/2025-03-01-long.md",
        format!("+++\ntitle = \"Long\"\n+++\n{long}\n"),
    );
    // To the program, a limit to the size of files is a disk that is full: a write fails half way.
    let limited = std::process::Command::new("sh")
        .args(["-c", "trap '' XFSZ; ulimit -f 40; exec \"$@\"", "sh"])
        .arg(env!("CARGO_BIN_EXE_chancery"))
        .arg("--root")
        .arg(&scratch.root)
        .args(["build", "--now", "2026-01-01"])
        .env("NO_COLOR", "1")
        .env("XDG_CACHE_HOME", scratch.root.parent().unwrap().join("cache"))
        .output()
        .unwrap();
    let said = String::from_utf8(limited.stderr).unwrap();
    assert_eq!(limited.status.code(), Some(2), "{said}");
    assert_eq!(said.matches("error[").count(), 1, "{said}");
    assert!(said.contains("error[unwritable]") && said.contains("2025-03-01-long"), "{said}");
    assert!(said.contains("nothing was published"), "{said}");
    assert_eq!(scratch.output(), before);
    let left: Vec<_> =
        fs::read_dir(&scratch.root).unwrap().map(|e| e.unwrap().file_name()).collect();
    assert_eq!(left.len(), 3, "{left:?}");
    assert_eq!(chancery(&scratch.root, &["build", "--now", "2026-01-01"]).code, 0);
    assert!(scratch.output().contains_key("briefs/2025-03-01-long/index.html"));
}

#[test]
fn templates_that_are_not_compiled_are_rendered_by_tera_and_that_is_said() {
    let scratch = Scratch::small();
    scratch.write(
        "templates/topic.html",
        "{% extends \"builtin/topic.html\" %}{% block head %}<!-- {{ topic.name | upper }} -->{% endblock %}",
    );
    scratch.write(
        "templates/own.html",
        "{% component card(b: map, root: string, t: map, here: string = \"\") %}<li>own {{ b.title }}</li>{% endcomponent %}",
    );
    let run = chancery(&scratch.root, &["build", "--timings", "--now", "2026-01-01"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    let by_tera: Vec<&str> =
        run.stdout.lines().filter(|line| line.ends_with(", by Tera")).collect();
    assert!(matches!(by_tera.as_slice(), [one] if one.contains("topic.html")), "{}", run.stdout);
    let output = scratch.output();
    let page = |path: &str| String::from_utf8(output[path].clone()).unwrap();
    let topic = page("topics/embassies/index.html");
    assert!(topic.contains("<!-- EMBASSIES -->") && topic.contains("<li>own Talks</li>"));
    assert!(page("archive/2025/02/index.html").contains("<li>own Talks</li>"));
}

#[cfg(unix)]
#[test]
fn a_build_that_would_do_nothing_is_not_done_and_nothing_else_is_taken_for_one() {
    use std::time::Duration;

    let scratch = Scratch::small();
    // A warning, to be repeated by a build that does nothing.
    scratch.write(
        "content/briefs/2025-03-01-late.md",
        "+++\ntitle = \"Late\"\nreview_by = 2025-04-01\n+++\nThe US.\n",
    );
    let cache = scratch.root.parent().unwrap().join("cache");
    let build = || {
        let output = std::process::Command::new(env!("CARGO_BIN_EXE_chancery"))
            .arg("--root")
            .arg(&scratch.root)
            .args(["build", "--now", "2026-01-01"])
            .env("XDG_CACHE_HOME", &cache)
            .env("NO_COLOR", "1")
            .output()
            .unwrap();
        assert_eq!(output.status.code(), Some(0));
        let stderr = String::from_utf8(output.stderr).unwrap();
        assert!(stderr.contains("review-due"), "{stderr}");
        String::from_utf8(output.stdout).unwrap()
    };
    let records = || match cache.join("chancery/builds") {
        folder if folder.is_dir() => files(&folder),
        _ => BTreeMap::new(),
    };
    build();
    assert!(records().is_empty(), "files that changed a moment ago may have changed since");
    std::thread::sleep(Duration::from_millis(2100));
    build();
    // What is said by the record, and not by a build, is told apart.
    let mark = || {
        let record = records();
        let (name, bytes) = record.first_key_value().unwrap();
        let text = String::from_utf8(bytes.clone()).unwrap();
        let marked = text.replacen(" pages: ", " sealed pages: ", 1);
        assert_ne!(text, marked);
        fs::write(cache.join("chancery/builds").join(name), marked).unwrap();
    };
    mark();
    let said = build();
    assert!(said.contains("sealed pages") && said.contains("0 written"), "{said}");
    let page = "public/briefs/2025-02-27-talks/index.html";
    let whole = scratch.output();
    let changes: [(&str, &dyn Fn()); 8] = [
        ("a source of the same size and time", &|| {
            let path = scratch.root.join("content/briefs/2025-02-27-talks.md");
            let time = fs::metadata(&path).unwrap().modified().unwrap();
            let text = fs::read_to_string(&path).unwrap().replace("met Russia", "saw Russia");
            fs::write(&path, text).unwrap();
            fs::File::options().write(true).open(&path).unwrap().set_modified(time).unwrap();
        }),
        ("a page of the same size and time", &|| {
            let path = scratch.root.join(page);
            let time = fs::metadata(&path).unwrap().modified().unwrap();
            let text = fs::read_to_string(&path).unwrap().replace("saw", "met");
            fs::write(&path, text).unwrap();
            fs::File::options().write(true).open(&path).unwrap().set_modified(time).unwrap();
        }),
        ("a page that is gone", &|| fs::remove_file(scratch.root.join(page)).unwrap()),
        ("a new brief", &|| {
            scratch.write("content/briefs/2025-05-05-new.md", "+++\ntitle = \"New\"\n+++\n")
        }),
        ("a brief that is gone", &|| {
            fs::remove_file(scratch.root.join("content/briefs/2025-05-05-new.md")).unwrap();
        }),
        ("a new template", &|| scratch.write("templates/404.html", "own")),
        ("configuration", &|| {
            scratch
                .write("site.toml", "title = \"Other\"\nbase_url = \"https://small.example/\"\n");
        }),
        ("the manifest", &|| {
            let path = scratch.root.join("public/.chancery");
            let text = fs::read_to_string(&path).unwrap();
            fs::write(&path, text).unwrap();
        }),
    ];
    for (what, change) in changes {
        change();
        assert!(!build().contains("sealed"), "{what} was not noticed");
        std::thread::sleep(Duration::from_millis(2100));
        build();
        mark();
        assert!(build().contains("sealed"), "after {what}");
    }
    assert_eq!(
        scratch.output().keys().collect::<Vec<_>>(),
        whole.keys().collect::<Vec<_>>(),
        "all that was taken away is back"
    );
}

#[cfg(unix)]
#[test]
fn a_killed_build_leaves_the_old_or_the_new_site_and_the_next_heals_it() {
    use std::process::Stdio;
    use std::time::Duration;

    let scratch = Scratch::small();
    let brief = |version: u32, n: u32| {
        format!(
            "+++\ntitle = \"Brief {n}\"\ndate = 2025-01-01\nactors = [\"us\", \"ru\"]\n+++\nVersion {version} of {n}. The US met Russia.\n"
        )
    };
    let lay = |version: u32| {
        for n in 0..200 {
            scratch.write(&format!("content/briefs/b{n}.md"), brief(version, n));
        }
    };
    let build = || {
        let run = chancery(&scratch.root, &["build", "--now", "2026-01-01"]);
        assert_eq!(run.code, 0, "{}", run.stderr);
        scratch.output()
    };
    lay(1);
    let old = build();
    lay(2);
    let new = build();
    for attempt in 0..50_u64 {
        lay(1);
        build();
        lay(2);
        let mut child = command(&scratch.root, &["build", "--now", "2026-01-01"])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        // Spread over the length of a build, in an order that is not that of time.
        std::thread::sleep(Duration::from_micros((attempt * 7919) % 150 * 1500));
        let _ = child.kill();
        child.wait().unwrap();
        for (name, bytes) in scratch.output() {
            let known = [&old, &new].iter().any(|site| site.get(&name) == Some(&bytes));
            assert!(known, "attempt {attempt}: {name} is neither the old nor the new");
        }
        assert!(build() == new, "attempt {attempt}: not healed");
    }
}

/// Every test that `docs/security.md` names is there, so that no promise loses what holds it.
#[test]
fn the_security_page_names_tests_that_exist() {
    let page = fs::read_to_string(demo().join("docs/security.md")).unwrap();
    let sources = files(&demo().join("tests")).into_iter().chain(files(&demo().join("src")));
    let code: String = sources
        .filter(|(name, _)| name.ends_with(".rs"))
        .map(|(_, bytes)| String::from_utf8(bytes).unwrap())
        .collect();
    let cells = page.lines().filter_map(|line| line.strip_prefix("| ")?.rsplit(" | ").next());
    let words = cells.flat_map(|cell| cell.split(|c: char| !c.is_alphanumeric() && c != '_'));
    let names: Vec<&str> = words.filter(|word| word.matches('_').count() > 1).collect();
    assert!(names.len() > 30, "{names:?}");
    for name in names {
        assert!(code.contains(&format!("fn {}", name.trim_end_matches('_'))), "{name}");
    }
}
