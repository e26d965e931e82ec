//! Nothing that an author writes runs in a reader's browser.
//!
//! `tests/hostile/*.txt` holds payloads, one a line, by kind; `\n`, `\t`, `\\` and `\u{…}` stand for what they do in Rust. Each calls
//! `chanceryHacked`. They are put into every field that a reader sees something of, the sites are built, and real pages
//! are loaded in a real browser by `tests/browser/run.mjs`, which does to them what a reader might. What the program
//! refuses is taken out where it says, and what is left is counted: a test of nothing would find nothing.

#![allow(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test prepares files, and may stop where it fails"
)]

mod site;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::process::Command;

use serde_json::Value;

use site::{Scratch, chancery};

/// How many payloads share a site: its title, menu and words are made of all of them.
const SHARED: usize = 112;
/// How many share a document.
const TOGETHER: usize = 4;
/// How many briefs a body is spread over: what each leaves open adds up, and is refused where it lies too deep.
const SPREAD: usize = 5;

/// The payloads with the files they are from.
fn payloads() -> Vec<String> {
    let mut names: Vec<_> =
        fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/hostile"))
            .unwrap()
            .map(|entry| entry.unwrap().path())
            .collect();
    names.sort();
    names
        .iter()
        .flat_map(|name| fs::read_to_string(name).unwrap().lines().map(read).collect::<Vec<_>>())
        .collect()
}

/// A line of a file of payloads as the text that it stands for.
fn read(line: &str) -> String {
    let mut out = String::new();
    let mut rest = line;
    while let Some((before, after)) = rest.split_once('\\') {
        out.push_str(before);
        rest = after.get(1..).unwrap();
        match after.chars().next().unwrap() {
            'n' => out.push('\n'),
            't' => out.push('\t'),
            '\\' => out.push('\\'),
            'u' => {
                let (digits, after) = rest.strip_prefix('{').unwrap().split_once('}').unwrap();
                out.push(char::from_u32(u32::from_str_radix(digits, 16).unwrap()).unwrap());
                rest = after;
            }
            // Any other backslash is the payload's.
            other => out.extend(['\\', other]),
        }
    }
    out + rest
}

/// Text as a string of TOML. A file must not hold NUL.
fn toml(text: &str) -> String {
    let mut out = String::from('"');
    for c in text.chars() {
        match c {
            '"' | '\\' => out.extend(['\\', c]),
            c if c.is_control() => write!(out, "\\u{:04X}", u32::from(c)).unwrap(),
            c => out.push(c),
        }
    }
    out + "\""
}

/// A part of a file, which is left out when the program refuses it.
struct Part {
    /// What kind of field it is; none if the file is nothing without it.
    field: Option<&'static str>,
    text: String,
}

#[derive(Default)]
struct File {
    /// What kind of field its name is, if it holds a payload.
    name: Option<&'static str>,
    parts: Vec<Part>,
}

impl File {
    fn named(name: &'static str) -> File {
        File { name: Some(name), ..File::default() }
    }

    fn fixed(&mut self, text: impl Into<String>) {
        self.parts.push(Part { field: None, text: text.into() + "\n" });
    }

    fn field(&mut self, field: &'static str, text: impl Into<String>) {
        // A file must not hold NUL; a string of TOML says it with an escape.
        let text = text.into().replace('\0', "\u{fffd}") + "\n";
        self.parts.push(Part { field: Some(field), text });
    }

    /// A key of front matter.
    fn key(&mut self, key: &'static str, text: &str) {
        self.field(key, format!("{key} = {}", toml(text)));
    }

    fn text(&self) -> String {
        self.parts.iter().map(|part| part.text.as_str()).collect()
    }

    /// The part at a line.
    fn part_at(&self, line: usize) -> Option<usize> {
        let ends = self.parts.iter().scan(0, |end, part| {
            *end += part.text.matches('\n').count();
            Some(*end)
        });
        Some(ends.take_while(|end| *end < line).count()).filter(|n| *n < self.parts.len())
    }
}

/// What of Markdown a payload stands in; each is a block of its own, in one file after the other.
fn body(files: &mut [File], payload: &str) {
    let line = payload.replace('\n', " ");
    let mut turn = 0;
    let mut block = |field, text: String| {
        files[turn].field(field, format!("\n{text}\n"));
        turn = (turn + 1) % files.len();
    };
    block("block", payload.to_owned());
    block("paragraph", format!("Hostile x {payload} y."));
    block("heading", format!("## Heading {line}"));
    block("heading id", format!("## Named {{#{line}}}"));
    block("heading class", format!("## Classed {{.{line}}}"));
    block("link text", format!("[{payload}](https://other.example/)"));
    block("link", format!("[text]({line})"));
    block("link in brackets", format!("[text](<{line}>)"));
    block("link title", format!("[text](https://other.example/ {})", toml(&line)));
    block("link by label", format!("[text][l]\n\n[l]: <{line}> {}", toml(&line)));
    block("autolink", format!("<{line}>"));
    block("image", format!("![text]({line})"));
    block("image text", format!("![{payload}](https://other.example/x.png)"));
    block("image title", format!("![text](https://other.example/x.png {})", toml(&line)));
    block("wikilink", format!("[[{line}]]"));
    block("wikilink text", format!("[[us|{line}]]"));
    block("fragment", format!("[text](#{line})"));
    block("held back link", format!("[{payload}](/briefs/held/)"));
    block("held back image", format!("![{payload}](held/x.png)"));
    block("held back raw image", format!("<img alt=\"{line}\" src=\"held/x.png\">"));
    block("code", format!("`{line}`"));
    block("code block", format!("```\n{payload}\n```"));
    block("coloured code", format!("```html\n{payload}\n```"));
    block("code language", format!("```{line}\ncode\n```"));
    block("math", format!("${line}$"));
    block("math name", format!("$\\operatorname{{{line}}}$"));
    block("math operator", format!("$\\mathop{{{line}}}$"));
    block("math text", format!("$$\\text{{{line}}}$$"));
    block("table", format!("| {line} |\n|---|\n| {line} |"));
    block("quote", format!("> {line}"));
    block("alert", format!("> [!NOTE]\n> {line}"));
    block("list", format!("- {line}\n- [ ] {line}"));
    block("term", format!("{line}\n: {line}"));
    block("emphasis", format!("*{line}* **{line}** ~~{line}~~"));
    block("mention", format!("{line} United States {line}"));
    block(
        "attribute",
        format!("<b title=\"{line}\" class=\"{line}\" id=\"{line}\" lang=\"{line}\">x</b>"),
    );
    block("raw link", format!("<a href=\"{}\">x</a>", line.replace('"', "&quot;")));
    block("raw image", format!("<img src=\"{}\" alt=\"{line}\">", line.replace('"', "&quot;")));
}

fn footnote(file: &mut File, payload: &str, number: usize) {
    let line = payload.replace('\n', " ");
    file.field("footnote", format!("\nx[^n{number}]\n\n[^n{number}]: {line}\n"));
    file.field("footnote label", format!("\nx[^{line}]\n\n[^{line}]: x\n"));
}

/// A site of payloads in every field.
fn files(payloads: &[String], raw_html: &str) -> BTreeMap<String, File> {
    let mut files: BTreeMap<String, File> = BTreeMap::new();
    let all = payloads.join(" ");
    let mut site = File::default();
    site.fixed("base_url = \"https://small.example/\"");
    site.key("title", &all);
    site.key("description", &all);
    site.key("publisher", &all);
    for payload in payloads.iter().step_by(8) {
        let entry = |label: &str, path: &str| {
            format!("[[menu]]\nlabel = {}\npath = {}", toml(label), toml(path))
        };
        site.field("menu", entry(payload, "/timeline/"));
        site.field("menu path", entry("x", payload));
    }
    site.fixed("[markdown]");
    site.fixed(format!("raw_html = \"{raw_html}\""));
    site.fixed("embeds = [\"https://datawrapper.dwcdn.net/\"]");
    site.fixed("[feeds]\nfull = true");
    let called = |key: &str| format!("name = {0}\n{key} = {0}", toml(&all));
    site.field("kind", format!("[kinds.knower]\n{}", called("plural")));
    site.field("relation", format!("[relations.knows]\n{}", called("inverse")));
    site.field("extra", format!("[extra]\nx = {}", toml(&all)));
    files.insert("site.toml".into(), site);

    let mut strings = File::default();
    let words =
        fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("templates/strings/en.toml"))
            .unwrap();
    let keys = words.lines().filter_map(|line| line.split_once(" = ")).map(|(key, _)| key);
    for (key, payload) in keys.zip(payloads.iter().cycle()) {
        strings.field("words", format!("{key} = {}", toml(payload)));
    }
    files.insert("templates/strings/en.toml".into(), strings);

    let mut us = File::default();
    us.fixed("+++\nname = \"United States\"\nkind = \"state\"");
    us.key("summary", &all.chars().filter(|c| !c.is_control()).take(250).collect::<String>());
    us.fixed("+++");
    files.insert("content/actors/us.md".into(), us);

    let mut held = File::default();
    held.fixed("+++\ntitle = \"Held\"\ndate = 2025-01-01\ndraft = true\n+++");
    files.insert("content/briefs/held/index.md".into(), held);
    files.insert("content/briefs/held/x.png".into(), File::default());

    for (n, group) in payloads.chunks(TOGETHER).enumerate() {
        let joined = group.join(" ");
        let name = |what: &str| format!("Hostile {what} {n} {joined}");
        let mut brief = File::default();
        brief.fixed("+++");
        brief.field("title", format!("title = {}", toml(&name("brief"))));
        brief.fixed(format!("date = 2025-01-{:02}", n % 28 + 1));
        // What is not HTML is the same whatever is done with that, and is built once.
        let whole = raw_html == "sanitise";
        brief.fixed(if whole {
            format!("actors = [\"us\", \"a{n}\"]\ntopics = [\"t{n}\"]\nstoryline = \"s{n}\"")
        } else {
            "actors = [\"us\"]".to_owned()
        });
        let on_a_line: String = group[0].replace(['\n', '\r'], " ").chars().take(250).collect();
        if whole {
            let reason = toml(&on_a_line);
            brief.field(
                "trend",
                format!("trend = \"improved\"\ntrend_reason = {reason}\nalert = \"risk\""),
            );
        }
        brief.key("summary", &joined);
        brief.key("bluf", &format!("Hostile {joined}"));
        brief.field(
            "authors",
            format!("authors = [{}]", group.iter().map(|p| toml(p)).collect::<Vec<_>>().join(", ")),
        );
        brief.key("language", &joined);
        brief.field("redirects", format!("redirects = [{}]", toml(&format!("/old/{}/", group[0]))));
        brief.field(
            "event",
            format!(
                "[[events]]\ntitle = {}\nplace = {}\ndate = 2014\nactors = [\"us\"]",
                toml(&joined),
                toml(&joined)
            ),
        );
        let said = toml(&joined);
        let series = |file: &str| {
            format!("[[series]]\nfile = {file}\ntitle = {said}\nunit = {said}\nnote = {said}")
        };
        brief
            .field("series", format!("{}\nsources = [\"s\"]", series(&toml(&format!("n{n}.csv")))));
        brief.field("series file", series(&toml(&on_a_line)));
        brief.field(
            "series sources",
            format!("{}\nsources = [{said}]", series(&toml(&format!("n{n}.csv")))),
        );
        // A name of a column is cut where it would be refused.
        let column: String = on_a_line.replace('\0', " ").chars().take(55).collect();
        let mut numbers = File::default();
        numbers.fixed(format!(
            "date,\"x {}\"\n2025-01-01,1\n2025-01-02,\n2025-01-03,2",
            column.replace('"', "\"\"")
        ));
        files.insert(format!("content/briefs/n{n}.csv"), numbers);
        brief.field(
            "source",
            format!(
                "[[sources]]\nid = \"s\"\ntitle = {said}\nauthor = {said}\npublisher = {said}\ndescriptor = {said}\n\
                 kind = \"report\"\ngrade = \"C3\"\nstatus = \"retracted\"\nretracted = 2025-01-02\nreason = {said}"
            ),
        );
        let address = toml(&format!("https://other.example/{}", group[0]));
        brief.field(
            "source address",
            format!(
                "[[sources]]\nid = \"u\"\ntitle = \"U\"\nurl = {address}\narchived = {address}"
            ),
        );
        for key in ["id", "kind", "grade", "status", "date", "accessed"] {
            let id = if key == "id" { "" } else { "id = \"x\"\n" };
            brief.field("source word", format!("[[sources]]\n{id}title = \"X\"\n{key} = {said}"));
        }
        let judgement = |id: &str, more: &str| {
            format!(
                "[[judgements]]\nid = {id}\ntext = \"They meet.\"\nlikelihood = \"likely\"\n{more}"
            )
        };
        brief.field("judgement id", judgement(&toml(&group[0]), ""));
        brief.field(
            "judgement",
            format!(
                "[[judgements]]\nid = \"text\"\ntext = {}\nprobability = 60\nby = 2025-06-01",
                toml(&format!("Hostile {joined}"))
            ),
        );
        brief.field(
            "judgement likelihood",
            format!(
                "[[judgements]]\nid = \"word\"\ntext = \"They meet.\"\nlikelihood = {}",
                toml(&joined)
            ),
        );
        brief.field(
            "judgement updates",
            judgement("\"updates\"", &format!("updates = {}", toml(&joined))),
        );
        brief.field(
            "judgement sources",
            judgement("\"sources\"", &format!("sources = [{}]", toml(&joined))),
        );
        brief.field(
            "alternatives",
            judgement("\"alternatives\"", &format!("alternatives = [{}]", toml(&joined))),
        );
        brief.field(
            "outcome",
            judgement(
                "\"outcome\"",
                &format!(
                    "outcome = \"yes\"\noutcome_date = 2025-06-01\noutcome_note = {}",
                    toml(&joined)
                ),
            ),
        );
        brief.field(
            "indicator",
            judgement(
                "\"indicator\"",
                &format!("[[judgements.indicators]]\ntext = {}\nmet = 2025-02-01", toml(&joined)),
            ),
        );
        brief.field("extra", format!("[extra]\nx = {}", toml(&joined)));
        brief.fixed("+++");
        for payload in group {
            let line = payload.replace('\n', " ");
            brief.field("citation", format!("\nHostile x[^s: {line}] y[^u].\n"));
        }
        let mut briefs = vec![brief];
        for part in 1..SPREAD {
            let mut brief = File::default();
            brief.fixed(format!("+++\ntitle = \"More {n} {part}\"\ndate = 2025-03-01\n+++"));
            briefs.push(brief);
        }
        for (number, payload) in group.iter().enumerate() {
            body(&mut briefs, payload);
            footnote(&mut briefs[SPREAD - 1], payload, number);
        }
        for (part, brief) in briefs.into_iter().enumerate() {
            files.insert(format!("content/briefs/b{n}-{part}.md"), brief);
        }
        if !whole {
            continue;
        }

        let mut actor = File::default();
        actor.fixed("+++");
        actor.field("name", format!("name = {}", toml(&name("actor"))));
        actor.fixed(format!("kind = \"{}\"", ["person", "knower"][n % 2]));
        actor.key("summary", &joined);
        actor.field("aliases", format!("aliases = [{}]", toml(&name("alias"))));
        let host = if n % 2 == 0 { "https://other.example/" } else { "" };
        actor.key("website", &format!("{host}{}", group[0]));
        actor.key("image", &joined);
        actor.key("wikidata", &joined);
        actor.field(
            "roles",
            format!("[[roles]]\ntitle = {}\nof = \"us\"\nfrom = 2014", toml(&name("role"))),
        );
        actor.field(
            "relations",
            format!(
                "[[relations]]\nkind = \"knows\"\nto = \"us\"\nsource = {}",
                toml(&format!("{host}{}", group[0]))
            ),
        );
        actor.field("series", series(&toml(&format!("../briefs/n{n}.csv"))));
        actor.field("extra", format!("[extra]\nx = {}", toml(&joined)));
        actor.fixed("+++");
        for payload in group {
            actor.field("profile", format!("\n{payload}\n"));
        }
        files.insert(format!("content/actors/a{n}.md"), actor);

        let named = [
            ("topics/t", "name", "topic"),
            ("storylines/s", "title", "storyline"),
            ("pages/p", "title", "page"),
        ];
        for (path, key, what) in named {
            let mut file = File::default();
            file.fixed("+++");
            file.field("title", format!("{key} = {}", toml(&name(what))));
            file.key("summary", &joined);
            if what == "page" {
                file.key("menu", &joined);
            }
            if what == "topic" {
                file.key("iptc", &joined);
            }
            if what == "storyline" {
                file.field("series", series(&toml(&format!("../briefs/n{n}.csv"))));
            }
            file.fixed("+++");
            for payload in group {
                file.field("text", format!("\n{payload}\n\nUnited States\n"));
            }
            files.insert(format!("content/{path}{n}.md"), file);
        }

        // A name of a file has no slash, and no line break.
        let legal: String = group[0]
            .chars()
            .map(|c| if "/\\:*?\"<>|".contains(c) || c.is_control() { '_' } else { c })
            .take(60)
            .collect();
        files.insert(format!("content/briefs/f{n}/{legal}.svg"), File::named("file name"));
        let mut page = File::named("document name");
        page.fixed(format!("+++\ntitle = \"Named {n}\"\n+++"));
        files.insert(format!("content/pages/{legal}.md"), page);
        let mut folder = File::default();
        folder.fixed(format!("+++\ntitle = \"Folder {n}\"\ndate = 2025-02-01\n+++"));
        folder.field("file name", format!("\n![x](<{legal}.svg>)\n"));
        files.insert(format!("content/briefs/f{n}/index.md"), folder);
    }
    files
}

/// What became of the payloads.
#[derive(Default)]
struct Tally {
    /// How many parts are in the sites, by field.
    shown: BTreeMap<&'static str, usize>,
    /// How many were refused, by field.
    refused: BTreeMap<&'static str, usize>,
    /// By which findings.
    codes: BTreeMap<String, usize>,
}

/// Builds a site, without what the program refuses.
fn build(mut files: BTreeMap<String, File>, tally: &mut Tally) -> Scratch {
    let scratch = Scratch::empty();
    for (name, file) in &files {
        scratch.write(name, file.text());
    }
    for _ in 0..200 {
        let run = chancery(&scratch.root, &["check", "--now", "2026-01-01", "--format", "json"]);
        let report: Vec<Value> = serde_json::from_str(&run.stdout)
            .unwrap_or_else(|_| panic!("exit {}: {}\n{}", run.code, run.stdout, run.stderr));
        // By place of the part: a part may be refused for more than one thing.
        let mut errors: BTreeMap<(String, Option<usize>), String> = BTreeMap::new();
        for finding in report.iter().filter(|finding| finding["severity"] == "error") {
            let text = |key: &str| finding[key].as_str().unwrap_or_default().to_owned();
            let name = text("file");
            let line = finding["line"].as_u64().unwrap_or(1) as usize;
            let file = files.get(&name).unwrap_or_else(|| panic!("{finding}"));
            errors.entry((name, file.part_at(line))).or_insert_with(|| text("code"));
        }
        if errors.is_empty() {
            let run = chancery(&scratch.root, &["build", "--now", "2026-01-01"]);
            assert_eq!(run.code, 0, "{}", run.stderr);
            for file in files.values() {
                let fields = file.parts.iter().map(|part| part.field);
                for field in fields.chain([file.name]).flatten() {
                    *tally.shown.entry(field).or_default() += 1;
                }
            }
            return scratch;
        }
        // From the last part of a file to the first, so that each stands where it was found.
        for ((name, part), code) in errors.into_iter().rev() {
            *tally.codes.entry(code.clone()).or_default() += 1;
            let file = files.get_mut(&name).unwrap();
            let named = file.name;
            if let Some(field) = part.and_then(|part| file.parts[part].field) {
                file.parts.remove(part.unwrap());
                *tally.refused.entry(field).or_default() += 1;
                scratch.write(&name, file.text());
            } else if let Some(field) = named {
                files.remove(&name);
                *tally.refused.entry(field).or_default() += 1;
                fs::remove_file(scratch.root.join(&name)).unwrap();
            } else {
                panic!("{name}: {code} at {part:?}\n{}", file.text());
            }
        }
    }
    panic!("there is no end of what is refused: {:?}", tally.codes);
}

/// What the browser found on the pages of folders.
fn browse(folders: &[&Path]) -> Value {
    let runner = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/browser");
    assert!(
        runner.join("node_modules/playwright-core").exists(),
        "playwright-core is missing: run scripts/test, which installs it and Chromium, or `npm ci` in tests/browser"
    );
    let output = Command::new("node").arg(runner.join("run.mjs")).args(folders).output().unwrap();
    let text = String::from_utf8_lossy(&output.stdout);
    serde_json::from_str(&text).unwrap_or_else(|_| {
        panic!("the browser did not run: {text}\n{}", String::from_utf8_lossy(&output.stderr))
    })
}

fn happened(found: &Value) -> Vec<String> {
    let list = found["happened"].as_array().unwrap();
    list.iter()
        .map(|one| format!("{}: {}", one["page"].as_str().unwrap_or_default(), one["what"]))
        .collect()
}

/// Reads each feed and sitemap of a site, and gives the HTML in feeds a page each. Gives how many there were.
fn read_feeds(root: &Path, pages: &Path) -> usize {
    fs::create_dir_all(pages).unwrap();
    let mut contents = 0;
    let mut read = 0;
    for (name, bytes) in site::files(&root.join("public")) {
        if !name.ends_with(".xml") {
            continue;
        }
        let text = String::from_utf8(bytes).unwrap();
        let document =
            roxmltree::Document::parse(&text).unwrap_or_else(|error| panic!("{name}: {error}"));
        read += 1;
        const KNOWN: [&str; 18] = [
            "author",
            "category",
            "content",
            "entry",
            "feed",
            "id",
            "lastmod",
            "link",
            "loc",
            "name",
            "published",
            "sitemap",
            "sitemapindex",
            "subtitle",
            "summary",
            "title",
            "updated",
            "url",
        ];
        for node in document.descendants().filter(roxmltree::Node::is_element) {
            let tag = node.tag_name();
            let known = KNOWN.contains(&tag.name()) || tag.name() == "urlset";
            assert!(
                known && tag.namespace() != Some("http://www.w3.org/1999/xhtml"),
                "{name}: {tag:?}"
            );
            if node.has_tag_name(("http://www.w3.org/2005/Atom", "link")) {
                assert!(
                    node.attribute("href").unwrap().starts_with("https://small.example/"),
                    "{name}"
                );
            }
            if tag.name() == "content" && name == "feed.xml" {
                let html = format!(
                    "<!DOCTYPE html><meta charset=utf-8><body><main>{}</main>",
                    node.text().unwrap_or_default()
                );
                fs::write(pages.join(format!("{contents}.html")), html).unwrap();
                contents += 1;
            }
        }
    }
    assert!(contents > 5, "{contents} texts");
    read
}

/// Reads what each page says of itself to other programs; every brief says something.
fn read_structured_data(root: &Path) {
    let mut briefs = 0;
    for (name, bytes) in site::files(&root.join("public")) {
        if !name.ends_with(".html") {
            continue;
        }
        let text = String::from_utf8(bytes).unwrap();
        let mut blocks = text.split("<script type=\"application/ld+json\">");
        let Some(block) = blocks.nth(1) else {
            assert!(!name.starts_with("briefs/b"), "{name}");
            continue;
        };
        let (block, _) = block.split_once("</script>").unwrap();
        let data: Value =
            serde_json::from_str(block).unwrap_or_else(|error| panic!("{name}: {error}"));
        assert!(data["@graph"].as_array().is_some_and(|things| !things.is_empty()), "{name}");
        briefs += usize::from(name.starts_with("briefs/b"));
    }
    assert!(briefs > 20, "{briefs} briefs");
}

/// The corpus, every mode that promises something, every page, in the browser.
#[test]
fn nothing_runs() {
    let payloads = payloads();
    let distinct: BTreeSet<&String> = payloads.iter().collect();
    assert!(
        distinct.len() >= 300 && distinct.len() == payloads.len(),
        "{} payloads",
        distinct.len()
    );
    let mut tally = Tally::default();
    let mut sites = Vec::new();
    let feeds = tempfile::tempdir().unwrap();
    let mut read = 0;
    for raw_html in ["sanitise", "escape"] {
        for group in payloads.chunks(SHARED) {
            let site = build(files(group, raw_html), &mut tally);
            read += read_feeds(&site.root, &feeds.path().join(sites.len().to_string()));
            read_structured_data(&site.root);
            sites.push(site);
        }
    }
    let (shown, refused): (usize, usize) =
        (tally.shown.values().sum(), tally.refused.values().sum());
    assert!(
        shown > refused * 3,
        "{shown} shown, {refused} refused: {:?}\n{:?}",
        tally.refused,
        tally.codes
    );
    // Of every field some are seen, but for those that take no payload at all.
    let never: Vec<_> =
        tally.refused.keys().filter(|field| !tally.shown.contains_key(*field)).collect();
    let closed = [
        "language",
        "wikidata",
        "iptc",
        "image",
        "website",
        "source word",
        "judgement id",
        "judgement likelihood",
        "judgement updates",
        "series file",
    ];
    assert!(never.iter().all(|field| closed.contains(field)), "{never:?}");
    assert!(read > 300, "{read} feeds");
    let folders: Vec<_> = sites.iter().map(|site| site.root.join("public")).collect();
    let mut folders: Vec<&Path> = folders.iter().map(|folder| folder.as_path()).collect();
    folders.push(feeds.path());
    let found = browse(&folders);
    let happened = happened(&found);
    // Each kind of thing once, with the first page that it happened on: one fault of the theme happens on every page.
    let mut kinds: BTreeMap<&str, (usize, &str)> = BTreeMap::new();
    for one in &happened {
        let (page, what) = one.split_once(": ").unwrap();
        kinds.entry(what).or_insert((0, page)).0 += 1;
    }
    let told: Vec<_> = kinds.iter().take(40).map(|kind| format!("{kind:?}")).collect();
    assert!(happened.is_empty(), "{} things happened:\n{}", happened.len(), told.join("\n"));

    assert!(
        found["loaded"].as_u64().unwrap() > 800 && found["results"].as_u64().unwrap() > 100,
        "{found}"
    );
}

/// What does run is found: a page that is written to, and the corpus on a site that trusts its authors.
#[test]
fn the_browser_tells_when_something_runs() {
    let folder = tempfile::tempdir().unwrap();
    for (n, html) in [
        "<img src=x onerror=chanceryHacked(1)>",
        "<a href='javascript:alert(1)'>x</a>",
        "<details ontoggle=confirm(1)><summary>x</summary></details>",
        "<script>prompt(1)</script>",
        "<b tabindex=0 onfocus=chanceryHacked(1)>x</b>",
        "<b onmouseover=chanceryHacked(1)>x</b>",
        "<iframe srcdoc='<script>parent.chanceryHacked(1)</script>'></iframe>",
        "<form action='javascript:chanceryHacked(1)'><input></form>",
    ]
    .iter()
    .enumerate()
    {
        fs::write(
            folder.path().join(format!("{n}.html")),
            format!("<!DOCTYPE html><main>{html}</main>"),
        )
        .unwrap();
    }
    let payloads = payloads();
    let trusting = build(files(&payloads[..8], "trust"), &mut Tally::default());
    let found = happened(&browse(&[folder.path(), &trusting.root.join("public")]));
    for n in 0..8 {
        let page = format!("/{n}.html: ");
        assert!(
            found.iter().any(|one| one.contains(&page) && one.contains("ran: ")),
            "{page}\n{}",
            found.join("\n")
        );
    }
    assert!(
        found.iter().any(|one| one.contains("public/") && one.contains("ran: ")),
        "{}",
        found.join("\n")
    );
}

/// `safe` takes what Chancery made, and nothing else, whoever prints the template.
#[test]
fn safe_takes_no_text() {
    let scratch = Scratch::small();
    let page = |text: &str| {
        scratch.write("templates/brief.html", text);
        chancery(&scratch.root, &["check", "--now", "2026-01-01"])
    };
    for made in ["brief.content", "page.structured_data"] {
        assert_eq!(page(&format!("{{{{ {made} | safe }}}}")).code, 0, "{made}");
    }
    assert_eq!(page("{% set x %}<b>{{ brief.title }}</b>{% endset %}{{ x | safe }}").code, 0);
    // Text is refused whether it has something to escape or not, and whatever Tera does with it before.
    for text in [
        "brief.title",
        "brief.summary",
        "'<b>'",
        "site.title | upper",
        "brief.extra",
        "brief.authors",
        "1",
        "t.by",
    ] {
        let run = page(&format!("<p>\n{{{{ {text} | safe }}}}</p>"));
        assert_eq!(run.code, 1, "{text}: {}", run.stderr);
        assert!(run.stderr.contains("templates/brief.html:2:"), "{text}: {}", run.stderr);
        assert!(
            run.stderr.contains("`safe` takes HTML that Chancery made"),
            "{text}: {}",
            run.stderr
        );
    }
}

/// Work on what has no end is refused at a limit, and is no more for what is refused than for reading it once.
#[test]
fn what_has_no_end_is_refused() {
    let scratch = Scratch::small();
    let check = |body: &str| {
        scratch.write(
            "content/briefs/2025-03-01-x.md",
            format!("+++\ntitle = \"X\"\n+++\n\n{body}\n"),
        );
        chancery(&scratch.root, &["check", "--now", "2026-01-01"])
    };
    let attributes: String = (0..20_000).map(|n| format!(" a{n}")).collect();
    for (body, code) in [
        ("<b>".repeat(20_000), "too-deep"),
        ("<div>\n".repeat(20_000), "too-deep"),
        ("<dd><li>".repeat(20_000), "too-deep"),
        ("<svg><p>".repeat(20_000), "too-deep"),
        (format!("<div>\n<b{attributes}>"), "html-tag"),
        (format!("<div>\n<b title='{}'>", "x".repeat(20_000)), "html-tag"),
        (format!("<div>\n{}", "<a ".repeat(20_000)), "html-tag"),
        (format!("<div>\n{}", "<a x='".repeat(20_000)), "html-tag"),
        ("> ".repeat(200), "too-deep"),
    ] {
        let run = check(&body);
        assert!(
            run.stderr.contains(&format!("error[{code}]")),
            "{code} {}\n{}",
            &body[..40],
            &run.stderr[..run.stderr.len().min(2000)]
        );
    }
    // What is closed has no limit.
    assert_eq!(check(&"<b>x</b> <br> <p>y</p>\n\n".repeat(2000)).code, 0);
}
