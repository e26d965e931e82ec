//! The documentation: its commands are run, what it says to paste is what the program writes, and it is a site itself.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use pulldown_cmark::{CodeBlockKind, Event, Parser, Tag, TagEnd};

use crate::site::{Run, Scratch, chancery, files, shell};

/// Commands that no test can run, by what they begin with, and why. Their arguments are held to be right all the same.
const NOT_RUN: &[(&str, &str)] = &[
    ("chancery serve", "goes on until it is stopped"),
    ("chancery check --external", "asks servers of others"),
    ("chancery import", "reads a site of another tool, which its own tests bring along"),
    ("chancery registry import", "reads a list of others, which its own tests bring along"),
];

/// Lines in which the program is called by another, by what they hold, and by which.
const CALLED_BY_OTHERS: &[(&str, &str)] = &[
    ("* * * * *", "cron"),
    ("ExecStart", "systemd"),
    ("entry: ", "pre-commit"),
    ("exec chancery", "git, as a hook"),
    ("curl ", "Cloudflare, behind what installs the program"),
];

/// Pages that begin before there is a site.
const FROM_NOTHING: &[&str] = &["README.md", "docs/first-site.md"];

/// Pages whose commands are about the demo.
const OF_THE_DEMO: &[&str] = &["docs/names.md"];

fn repository() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The pages of the documentation, and what they say.
fn pages() -> Vec<(String, String)> {
    let docs = fs::read_dir(repository().join("docs")).unwrap();
    let docs = docs.map(|entry| format!("docs/{}", entry.unwrap().file_name().to_str().unwrap()));
    let mut names: Vec<String> = docs.filter(|name| name.ends_with(".md")).collect();
    names.push("README.md".to_owned());
    names.sort();
    let text = |name: &str| fs::read_to_string(repository().join(name)).unwrap();
    names.into_iter().map(|name| (text(&name), name)).map(|(text, name)| (name, text)).collect()
}

/// A block of code: what stands behind its fence, such as its language and perhaps a file, and its text.
struct Block {
    info: String,
    text: String,
}

/// The blocks of code of a page, and the pieces in its running text.
fn code(text: &str) -> (Vec<Block>, Vec<String>) {
    let (mut blocks, mut pieces, mut inside) = (Vec::new(), Vec::new(), None);
    for event in Parser::new_ext(text, pulldown_cmark::Options::ENABLE_TABLES) {
        match (event, &mut inside) {
            (Event::Start(Tag::CodeBlock(kind)), _) => {
                let info = match kind {
                    CodeBlockKind::Fenced(info) => info.into_string(),
                    CodeBlockKind::Indented => String::new(),
                };
                inside = Some(Block { info, text: String::new() });
            }
            (Event::Text(text), Some(block)) => block.text.push_str(&text),
            (Event::End(TagEnd::CodeBlock), _) => blocks.extend(inside.take()),
            (Event::Code(piece), _) => pieces.push(piece.into_string()),
            _ => {}
        }
    }
    (blocks, pieces)
}

/// The commands that the program has.
fn commands() -> BTreeSet<String> {
    let help = chancery(repository(), &["help"]).stdout;
    let (_, list) = help.split_once("Commands:\n").unwrap();
    let list = list.lines().take_while(|line| !line.trim().is_empty());
    let names = list.filter(|line| !line.starts_with("   "));
    names.filter_map(|line| line.split_whitespace().next()).map(str::to_owned).collect()
}

/// Where the commands of a page are run.
fn start(page: &str) -> Scratch {
    let scratch = Scratch::empty();
    if FROM_NOTHING.contains(&page) {
        return scratch;
    }
    if OF_THE_DEMO.contains(&page) {
        for (name, bytes) in files(&repository().join("content")) {
            scratch.write(&format!("content/{name}"), bytes);
        }
        fs::copy(repository().join("site.toml"), scratch.root.join("site.toml")).unwrap();
        return scratch;
    }
    let brief = "+++\ntitle = \"Talks\"\nsummary = \"They met.\"\ntopics = [\"alliances\"]\n+++\nFinland and Sweden met.\n";
    for site in [".", "my-site"] {
        let made = shell(&scratch.root, &format!("chancery init {site}"), &[]);
        assert_eq!(made.code, 0, "{}", made.stderr);
        scratch.write(&format!("{site}/content/briefs/2025-02-27-talks.md"), brief);
    }
    scratch
}

/// Runs a line in a folder that it may leave for another.
fn run(folder: &mut PathBuf, home: &Path, line: &str) -> Run {
    let home = home.to_str().unwrap();
    let host = "https://host.example/here";
    let variables = [
        ("HOME", home),
        ("BASE_URL", host),
        ("CI_PAGES_URL", host),
        ("URL", host),
        ("DEPLOY_PRIME_URL", host),
        ("CF_PAGES_URL", host),
    ];
    let run = shell(folder, &format!("{line}\npwd >\"$HOME/.now\""), &variables);
    if let Ok(now) = fs::read_to_string(format!("{home}/.now")) {
        *folder = PathBuf::from(now.trim_end());
    }
    run
}

/// A line without what stands before a command where it is shown: the sign of a shell, the keys of a workflow.
fn command(line: &str) -> &str {
    let line = line.trim();
    let marks = ["$ ", "- run: ", "run: ", "- "];
    marks.iter().find_map(|mark| line.strip_prefix(mark)).unwrap_or(line)
}

#[test]
fn every_command_in_the_documentation_works() {
    let known = commands();
    assert!(known.contains("build") && known.len() > 10, "{known:?}");
    let is_called = |line: &str| {
        line.match_indices("chancery ").any(|(at, name)| {
            let word = line[at + name.len()..].split_whitespace().next();
            word.is_some_and(|word| known.contains(word))
        })
    };
    let (mut wrong, mut count) = (Vec::new(), 0);
    for (page, text) in pages() {
        let (blocks, pieces) = code(&text);
        for piece in pieces.iter().filter_map(|piece| piece.strip_prefix("chancery ")) {
            let word = piece.split_whitespace().next().unwrap_or_default();
            let is_any =
                word.starts_with('-') || word.chars().all(|c| c.is_uppercase() || c == '…');
            if !is_any && word != "reference" && !known.contains(word) {
                wrong.push(format!("{page}: there is no command in `chancery {piece}`"));
            }
        }
        let scratch = start(&page);
        let home = scratch.root.parent().unwrap().join("home");
        fs::create_dir(&home).unwrap();
        let mut folder = scratch.root.clone();
        for block in &blocks {
            // What a page says to write into a file is written there.
            if let Some((_, file)) = block.info.split_once(' ') {
                let file = folder.join(file);
                fs::create_dir_all(file.parent().unwrap()).unwrap();
                fs::write(file, &block.text).unwrap();
                continue;
            }
            for line in block.text.lines().map(command) {
                let is_own = ["chancery ", "for "].iter().any(|start| line.starts_with(start));
                let is_way = ["cd ", "mkdir "].iter().any(|start| line.starts_with(start));
                let by_another = CALLED_BY_OTHERS.iter().any(|(mark, _)| line.contains(mark));
                if line.starts_with('#') || by_another || !(is_called(line) || is_way) {
                    continue;
                }
                if !(is_own || is_way) {
                    wrong.push(format!("{page}: nobody knows how to run `{line}`"));
                    continue;
                }
                let not_run = NOT_RUN.iter().any(|(start, _)| line.starts_with(start));
                let line = match line.split_once(" #") {
                    Some((before, _)) if not_run => format!("{before} --help"),
                    None if not_run => format!("{line} --help"),
                    _ => line.to_owned(),
                };
                let run = run(&mut folder, &home, &line);
                count += 1;
                if run.code != 0 {
                    let Run { code, stdout, stderr } = run;
                    wrong.push(format!("{page}: `{line}` exits with {code}\n{stdout}{stderr}"));
                }
            }
        }
    }
    let help =
        "\n\nWhat cannot be run here is named in `NOT_RUN` or `CALLED_BY_OTHERS`, with a reason.";
    assert!(wrong.is_empty(), "{}{help}", wrong.join("\n"));
    assert!(count > 50, "{count}");
}

/// What a page says to paste for a host is what `init` writes.
#[test]
fn what_is_to_be_pasted_is_what_init_writes() {
    let scratch = Scratch::empty();
    let made = shell(&scratch.root, "chancery init --github --gitlab --netlify", &[]);
    assert_eq!(made.code, 0, "{}", made.stderr);
    let page = fs::read_to_string(repository().join("docs/hosts.md")).unwrap();
    let (blocks, _) = code(&page);
    for name in [".github/workflows/site.yml", ".gitlab-ci.yml", "netlify.toml"] {
        let text = fs::read_to_string(scratch.root.join(name)).unwrap();
        assert!(
            blocks.iter().any(|block| block.text == text),
            "docs/hosts.md has not `{name}`:\n{text}"
        );
    }
}

/// The project's own workflows and its action are YAML, and run no code that others can change under them.
#[test]
fn workflows_and_the_action_name_commits() {
    let workflows = files(&repository().join(".github/workflows"));
    let action = fs::read(repository().join("action.yml")).unwrap();
    let mut count = 0;
    for (name, bytes) in workflows.into_iter().chain([("action.yml".to_owned(), action)]) {
        let text = String::from_utf8(bytes).unwrap();
        for event in saphyr_parser::Parser::new_from_str(&text) {
            assert!(event.is_ok(), "{name}: {event:?}");
        }
        for (_, action) in text.lines().filter_map(|line| line.split_once("uses: ")) {
            let commit = action.split_once('@').unwrap().1.split(' ').next().unwrap();
            assert!(commit.len() == 40 && action.contains(" # v"), "{name}: {action}");
            count += 1;
        }
    }
    assert!(count > 5);
}

/// What the gallery shows can be written as it stands there, and each piece has its picture.
#[test]
fn the_gallery_can_be_written() {
    let page = fs::read_to_string(repository().join("docs/gallery.md")).unwrap();
    let (blocks, _) = code(&page);
    let scratch = Scratch::empty();
    let made = shell(&scratch.root, "chancery init", &[]);
    assert_eq!(made.code, 0, "{}", made.stderr);
    let chart = files(&scratch.root.join("content/briefs"))
        .into_iter()
        .find(|(name, _)| name.ends_with(".svg"));
    let (_, chart) = chart.unwrap();
    let pieces: Vec<&Block> = blocks.iter().filter(|block| block.info == "markdown").collect();
    for (number, block) in pieces.iter().enumerate() {
        let front = format!("+++\ntitle = \"Piece {number}\"\ndate = 2025-01-01\n+++\n\n");
        scratch.write(&format!("content/briefs/piece-{number}/index.md"), front + &block.text);
        scratch.write(&format!("content/briefs/piece-{number}/members.svg"), &chart);
    }
    // The chart is in the folders of all, and each piece but one leaves it alone.
    let run = shell(&scratch.root, "chancery build", &[]);
    assert_eq!((run.code, run.stderr.as_str()), (0, ""));
    let pictures = page.matches("](pictures/gallery-").count();
    assert!(pieces.len() >= 10 && pictures == pieces.len(), "{} {pictures}", pieces.len());
}

/// `docs/` is plain Markdown for a forge, and `scripts/docs` makes a site of it.
#[test]
fn the_documentation_is_a_site_without_findings() {
    let folder = tempfile::tempdir().unwrap();
    let site = folder.path().join("docs");
    let made = std::process::Command::new("bash")
        .arg(repository().join("scripts/docs"))
        .arg(&site)
        .env("CHANCERY", env!("CARGO_BIN_EXE_chancery"))
        .env("NO_COLOR", "1")
        .output()
        .unwrap();
    let said = String::from_utf8(made.stderr).unwrap();
    assert!(made.status.success(), "{}{said}", String::from_utf8_lossy(&made.stdout));
    assert_eq!(said, "");
    let checked = chancery(&site, &["check", "--strict"]);
    assert_eq!((checked.code, checked.stderr.as_str()), (0, ""));
    let home = fs::read_to_string(site.join("public/index.html")).unwrap();
    let index = fs::read_to_string(repository().join("docs/README.md")).unwrap();
    for (name, _) in pages() {
        let Some(name) = name.strip_prefix("docs/").filter(|name| *name != "README.md") else {
            continue;
        };
        assert!(index.contains(&format!("]({name})")), "docs/README.md does not lead to {name}");
        let page = name.strip_suffix(".md").unwrap();
        assert!(
            home.contains(&format!("href=\"./{page}/\"")),
            "the home page does not lead to {name}"
        );
        assert!(site.join(format!("public/{page}/index.html")).is_file(), "{name}");
    }
}
