//! The commands that read and mend texts, on the real program.

#![allow(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test prepares files, and may stop where it fails"
)]

#[cfg(unix)]
mod docs;
mod site;

use std::fs;
use std::path::Path;

use serde_json::Value;
use site::{Scratch, chancery, command, files};

fn read(scratch: &Scratch, name: &str) -> String {
    fs::read_to_string(scratch.root.join(name)).unwrap()
}

/// `US→us m:us ?US(why)`, from what `explain` reports.
fn shown(found: &[Value], file: &str) -> String {
    let one = |f: &Value| {
        let (start, end) = (f["start"].as_u64().unwrap(), f["end"].as_u64().unwrap());
        // The span is that of the text in the file.
        let text = f["text"].as_str().unwrap();
        assert_eq!(file.get(start as usize..end as usize), Some(text));
        let line = file[..start as usize].matches('\n').count() as u64 + 1;
        assert_eq!(f["line"].as_u64(), Some(line));
        let (linked, counted) = (f["linked"].as_bool().unwrap(), f["counted"].as_bool().unwrap());
        assert_eq!(counted, f["actor"].is_string());
        assert!(
            !f["reason"].as_str().unwrap().is_empty() && !f["rule"].as_str().unwrap().is_empty()
        );
        let text = text.replace('\n', "\\n");
        let folded = if f["folded"].as_bool().unwrap() { "*" } else { "" };
        match (linked, counted) {
            (true, _) => format!("{text}→{}{folded}", f["actor"].as_str().unwrap()),
            (false, true) => format!("m:{}", f["actor"].as_str().unwrap()),
            (false, false) => format!("?{text}({})", f["why"].as_str().unwrap()),
        }
    };
    found.iter().map(one).collect::<Vec<_>>().join(" ")
}

#[test]
fn names_are_found_as_the_rules_say() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/mentions");
    let scratch = Scratch::empty();
    for (name, bytes) in files(&folder) {
        scratch.write(&name, bytes);
    }
    let cases = fs::read_to_string(folder.join("cases.txt")).unwrap();
    let (mut about, mut date, mut language) = ("us, ru", "2025-02-27", "en");
    let mut count = 0;
    let mut wrong = Vec::new();
    for line in cases.lines() {
        if let Some(rest) = line.strip_prefix("@ ") {
            let mut parts = rest.split(" | ");
            about = parts.next().unwrap();
            date = parts.next().unwrap_or("2025-02-27");
            language = parts.next().unwrap_or("en");
            continue;
        }
        let Some((text, expected)) = line.split_once('⇒') else { continue };
        let list = about.split(", ").map(|id| format!("\"{id}\"")).collect::<Vec<_>>().join(", ");
        let file = format!(
            "+++\ntitle = \"T\"\ndate = {date}\nlanguage = \"{language}\"\nactors = [{list}]\n+++\n\n{}\n",
            text.trim_end().replace("\\n", "\n")
        );
        scratch.write("content/briefs/case.md", &file);
        let run =
            chancery(&scratch.root, &["explain", "content/briefs/case.md", "--format", "json"]);
        let found: Vec<Value> = serde_json::from_str(&run.stdout).unwrap();
        let shown = shown(&found, &file);
        if shown != expected.trim() {
            wrong.push(format!("{text}\n  expected {}\n  found    {shown}", expected.trim()));
        }
        count += 1;
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(count > 290, "{count}");
}

/// What the demo tells its readers that the program says of a name.
#[test]
fn the_demo_quotes_explain_as_it_is() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let page = fs::read_to_string(root.join("content/pages/how-it-is-made.md")).unwrap();
    let (_, command) = page.split_once("`chancery explain ").unwrap();
    let arguments = command.split_once('`').unwrap().0.split_whitespace();
    let (_, quoted) = page.split_once("```json\n").unwrap();
    let quoted: Value = serde_json::from_str(quoted.split_once("```").unwrap().0).unwrap();
    let run = chancery(root, &["explain"].into_iter().chain(arguments).collect::<Vec<_>>());
    let found: Vec<Value> = serde_json::from_str(&run.stdout).unwrap();
    assert_eq!(found.first(), Some(&quoted), "{}", run.stderr);
}

#[test]
fn explain_says_why_in_a_sentence_and_takes_a_line() {
    let scratch = Scratch::small();
    scratch.write(
        "content/actors/lavrov.md",
        "+++\nname = \"Sergey Lavrov\"\nkind = \"person\"\nweak = [\"Lavrov\"]\n+++\n",
    );
    scratch.write(
        "content/briefs/b.md",
        "+++\ntitle = \"B\"\ndate = 2025-03-01\nbluf = \"The \\\"US\\\" left\"\n+++\n\nLavrov spoke.\n\nRussia did.\n",
    );
    let run = chancery(&scratch.root, &["explain", "content/briefs/b.md"]);
    assert_eq!(
        run.stdout,
        "content/briefs/b.md:4:8: linked      “\"The \\\"US\\\" left\"” → us: alias of United States; linked\n\
         content/briefs/b.md:7:1: passed over “Lavrov”: weak form; Sergey Lavrov is not named in full and not in `actors`\n\
         content/briefs/b.md:9:1: linked      “Russia” → ru: name of Russia; linked\n\
         3 names: 2 linked, 0 counted, 1 passed over\n"
    );
    let run = chancery(&scratch.root, &["explain", "content/briefs/b.md:9"]);
    assert!(run.stdout.starts_with("content/briefs/b.md:9:1:"), "{}", run.stdout);
    for (place, message) in [
        ("content/briefs/none.md", "there is no file"),
        ("site.toml", "is not a document of the site"),
        ("/", "is not in the site"),
    ] {
        let run = chancery(&scratch.root, &["explain", place]);
        assert!(run.code == 2 && run.stderr.contains(message), "{}", run.stderr);
    }
    let run = chancery(&scratch.root, &["explain"]);
    assert!(run.code == 2 && run.stderr.contains("FILE"), "{}", run.stderr);
    // A draft is explained too, and so is the page of an actor.
    scratch.write(
        "content/briefs/d.md",
        "+++\ntitle = \"D\"\ndate = 2025-03-01\ndraft = true\n+++\nThe US.\n",
    );
    scratch
        .write("content/actors/ru.md", "+++\nname = \"Russia\"\nkind = \"state\"\n+++\nRussia.\n");
    for (file, says) in
        [("content/briefs/d.md", "linked"), ("content/actors/ru.md", "never links to itself")]
    {
        let run = chancery(&scratch.root, &["explain", file]);
        assert!(run.code == 0 && run.stdout.contains(says), "{}{}", run.stdout, run.stderr);
    }
}

#[test]
fn all_documents_are_explained_in_one_run() {
    let scratch = Scratch::small();
    scratch
        .write("content/actors/ru.md", "+++\nname = \"Russia\"\nkind = \"state\"\n+++\nRussia.\n");
    scratch.write("content/pages/p.md", "+++\ntitle = \"P\"\n+++\nThe US.\n");
    scratch.write(
        "content/briefs/d.md",
        "+++\ntitle = \"D\"\ndate = 2025-03-01\ndraft = true\n+++\nRussia.\n",
    );
    let run = chancery(&scratch.root, &["explain", "--all", "--format", "json"]);
    let found: Vec<Value> = serde_json::from_str(&run.stdout).unwrap();
    let mut files: Vec<&str> = found.iter().map(|f| f["file"].as_str().unwrap()).collect();
    assert!(files.is_sorted());
    files.dedup();
    for file in ["content/actors/ru.md", "content/briefs/d.md", "content/pages/p.md"] {
        assert!(files.contains(&file), "{file}: {files:?}");
        let one = chancery(&scratch.root, &["explain", file, "--format", "json"]);
        let one: Vec<Value> = serde_json::from_str(&one.stdout).unwrap();
        let of_file: Vec<&Value> = found.iter().filter(|f| f["file"] == file).collect();
        assert!(one.iter().eq(of_file), "{file}");
    }
    scratch.write("content/briefs/e.md", "no front matter");
    let run = chancery(&scratch.root, &["explain", "--all"]);
    assert!(run.code == 1 && run.stderr.contains("no-front-matter"), "{}", run.stderr);
}

#[test]
fn a_full_name_in_the_title_or_summary_is_evidence() {
    let scratch = Scratch::small();
    let actor = "+++\nname = \"Sergey Lavrov\"\nkind = \"person\"\nweak = [\"Lavrov\"]\n+++\n";
    scratch.write("content/actors/lavrov.md", actor);
    for (title, summary, bluf, found) in [
        ("Sergey Lavrov in Oslo", "S", "B", "linked"),
        ("T", "Sergey Lavrov left", "B", "linked"),
        ("T", "S", "Sergey Lavrov left", "counted"),
        ("Lavrov in Oslo", "Lavrov", "B", "passed over"),
    ] {
        let brief = format!(
            "+++\ntitle = \"{title}\"\nsummary = \"{summary}\"\nbluf = \"{bluf}\"\ndate = 2025-03-01\n+++\nLavrov spoke.\n"
        );
        scratch.write("content/briefs/b.md", brief);
        let run = chancery(&scratch.root, &["explain", "content/briefs/b.md:7"]);
        assert!(run.stdout.contains(&format!(": {found}")), "{title}: {}", run.stdout);
    }
}

/// Whatever `fix` adds was named in full, and no place becomes a state by it.
#[test]
fn fix_adds_only_who_is_named_in_full() {
    let scratch = Scratch::small();
    scratch.write(
        "content/actors/tr.md",
        "+++\nname = \"Turkey\"\nkind = \"state\"\nmetonyms = [\"Ankara\"]\ndemonyms = [\"Turkish\"]\n+++\n",
    );
    scratch.write(
        "content/actors/lavrov.md",
        "+++\nname = \"Sergey Lavrov\"\nkind = \"person\"\nweak = [\"Lavrov\"]\n+++\n",
    );
    let brief = "+++\ntitle = \"B\"\ndate = 2025-03-01\n+++\n\nTurkey, the Turkish, Turkish, Turkish towns. Ankara said, Ankara warned. Sergey Lavrov; Lavrov, Lavrov, Lavrov. US, US and US.\n";
    scratch.write("content/briefs/b.md", brief);
    let run = chancery(&scratch.root, &["explain", "content/briefs/b.md"]);
    chancery(&scratch.root, &["fix"]);
    assert_eq!(
        read(&scratch, "content/briefs/b.md"),
        brief.replace("date =", "actors = [\"us\"]\ndate =")
    );
    let after = chancery(&scratch.root, &["explain", "content/briefs/b.md"]);
    let last = |text: &str| text.lines().last().unwrap().to_owned();
    assert_eq!(last(&after.stdout), last(&run.stdout));
}

#[test]
fn a_site_adds_words_of_a_language() {
    let scratch = Scratch::small();
    let explain = |words: &str| {
        scratch.write(
            "site.toml",
            format!("title = \"S\"\nbase_url = \"https://s.example/\"\nlanguage = \"fi\"\n{words}"),
        );
        chancery(&scratch.root, &["explain", "content/briefs/b.md"]).stdout
    };
    scratch.write(
        "content/actors/fi.md",
        "+++\nname = \"Suomi\"\nkind = \"state\"\nmetonyms = [\"Helsinki\"]\n+++\n",
    );
    scratch.write(
        "content/briefs/b.md",
        "+++\ntitle = \"B\"\ndate = 2025-03-01\nactors = [\"fi\"]\n+++\nHelsinki sanoi niin.\n",
    );
    assert!(explain("").contains("nothing beside it says that it acts"));
    assert!(explain("[mentions.words.fi]\nverbs = [\"sanoi\"]\n").contains("1 linked"));
    scratch.write("site.toml", "title = \"S\"\nbase_url = \"https://s.example/\"\n[mentions.words.fi]\nverb = [\"sanoi\"]\n");
    let run = chancery(&scratch.root, &["check"]);
    assert!(run.code == 1 && run.stderr.contains("did you mean `verbs`?"), "{}", run.stderr);
}

/// A site with one finding of each strength.
fn messy() -> Scratch {
    let scratch = Scratch::small();
    scratch.write(
        "content/briefs/2025-02-27-talks.md",
        "+++\ntitle = \"Talks\" # the lead\nactors = [\n  \"us\", # first\n]\ntopics = ['embasies']\n+++\n\n![](a.svg) Russia, Russia and Russia; the US.\n",
    );
    scratch.write("content/briefs/a.svg", "<svg xmlns=\"http://www.w3.org/2000/svg\"/>");
    scratch
}

#[test]
fn levels_and_strictness_decide_whether_a_check_fails() {
    let scratch = messy();
    assert_eq!(chancery(&scratch.root, &["fix"]).code, 0);
    let check = |arguments: &[&str]| chancery(&scratch.root, &[&["check"], arguments].concat());
    let run = check(&[]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert!(run.stderr.contains("warning[undescribed-image]"), "{}", run.stderr);
    assert!(run.stdout.starts_with("found 1 warning, 1 note\n"), "{}", run.stdout);
    assert_eq!(check(&["--strict"]).code, 1);
    let set = |check: &str| {
        scratch.write(
            "site.toml",
            format!("title = \"S\"\nbase_url = \"https://s.example/\"\n[check]\n{check}\n"),
        );
    };
    set("undescribed-image = \"note\"");
    assert_eq!(check(&["--strict"]).code, 0);
    set("undescribed-image = \"error\"");
    assert_eq!(check(&[]).code, 1);
    set("undescribed-image = \"off\"\nno-summary = \"off\"");
    let run = check(&["--strict"]);
    assert_eq!((run.code, run.stderr.as_str()), (0, ""));
    set("undescribed-imag = \"off\"\nsyntax = \"off\"\nno-summary = \"loud\"");
    let run = check(&[]);
    assert_eq!(run.code, 1);
    assert!(run.stderr.contains("did you mean `undescribed-image`?"), "{}", run.stderr);
    assert!(run.stderr.contains("the level of `syntax` cannot be changed"), "{}", run.stderr);
    assert!(run.stderr.contains("`loud`"), "{}", run.stderr);
}

/// A site that moves here has links to its old addresses: they are published when it says so, and never out of sight.
#[test]
fn links_to_old_addresses_may_be_lowered_but_not_silenced() {
    let scratch = Scratch::small();
    let site = |level: &str| {
        let check = if level.is_empty() {
            String::new()
        } else {
            format!("[check]\nunknown-address = \"{level}\"\n")
        };
        scratch.write(
            "site.toml",
            format!("title = \"S\"\nbase_url = \"https://s.example/\"\n{check}"),
        );
    };
    let links: String = (0..9).map(|n| format!("[x](/2019/05/old-{n}/)\n")).collect();
    scratch.write("content/briefs/2025-03-01-b.md", format!("+++\ntitle = \"B\"\n+++\n{links}"));
    site("");
    let run = chancery(&scratch.root, &["build"]);
    assert_eq!(
        (run.code, run.stderr.matches("error[unknown-address]").count()),
        (1, 4),
        "{}",
        run.stderr
    );
    assert!(run.stderr.contains("`redirects = [\"/2019/05/old-0/\"]`"), "{}", run.stderr);
    for level in ["warning", "note"] {
        site(level);
        // The second build does nothing, and says the same.
        for _ in 0..2 {
            let run = chancery(&scratch.root, &["build"]);
            assert_eq!(run.code, 0, "{}", run.stderr);
            assert!(run.stderr.contains("and 6 more like this in 1 file"), "{}", run.stderr);
        }
        let page =
            std::fs::read_to_string(scratch.root.join("public/briefs/2025-03-01-b/index.html"))
                .unwrap();
        assert!(page.contains("../../2019/05/old-3/"), "{page}");
    }
    site("off");
    let run = chancery(&scratch.root, &["check"]);
    assert_eq!(
        (run.code, run.stderr.contains("`unknown-address` cannot be off")),
        (1, true),
        "{}",
        run.stderr
    );
    // What leads nowhere within the site's files stays an error.
    site("note");
    scratch.write("content/briefs/2025-03-02-c.md", "+++\ntitle = \"C\"\n+++\n[x](gone.md)\n");
    assert_eq!(chancery(&scratch.root, &["check"]).code, 1);
}

#[test]
fn findings_are_written_for_other_programs() {
    let scratch = messy();
    let run = chancery(&scratch.root, &["check", "--format", "github"]);
    assert_eq!(run.code, 1);
    let root = scratch.root.to_str().unwrap();
    assert!(
        run.stdout.contains(&format!(
            "::error file={root}/content/briefs/2025-02-27-talks.md,line=6,endLine=6,col=11,endColumn=21,title=unknown-topic::"
        )),
        "{}",
        run.stdout
    );
    let run = chancery(&scratch.root, &["check", "--format", "sarif"]);
    let sarif: Value = serde_json::from_str(&run.stdout).unwrap();
    assert_eq!(sarif["version"], "2.1.0");
    assert_eq!(sarif["runs"][0]["results"][0]["ruleId"], "unknown-topic");
}

#[test]
fn fix_mends_front_matter_and_leaves_every_other_byte() {
    let scratch = messy();
    let before = files(&scratch.root);
    let run = chancery(&scratch.root, &["fix", "--dry-run"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert!(
        run.stdout.contains("-topics = ['embasies']\n+topics = ['embassies']\n"),
        "{}",
        run.stdout
    );
    assert!(run.stdout.contains("\n+  \"ru\",\n"), "{}", run.stdout);
    assert_eq!(files(&scratch.root), before);
    let run = chancery(&scratch.root, &["fix"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert_eq!(
        run.stdout,
        "content/briefs/2025-02-27-talks.md: `embasies` is now `embassies`\n\
         content/briefs/2025-02-27-talks.md: added `ru` to `actors`\n1 file changed\n"
    );
    assert_eq!(
        read(&scratch, "content/briefs/2025-02-27-talks.md"),
        "+++\ntitle = \"Talks\" # the lead\nactors = [\n  \"us\", # first\n  \"ru\",\n]\ntopics = ['embassies']\n+++\n\n![](a.svg) Russia, Russia and Russia; the US.\n"
    );
    let run = chancery(&scratch.root, &["fix"]);
    assert_eq!((run.code, run.stdout.as_str()), (0, "0 files changed\n"));
}

#[test]
fn a_key_of_another_generator_is_told_once_and_counted() {
    let scratch = Scratch::small();
    for n in 0..200 {
        let text = format!(
            "---\ntitle: Post {n}\ndate: 2025-01-01\ntags: [a]\nlastmod: 2025-01-01\nlayout: post\n---\n"
        );
        scratch.write(&format!("content/briefs/{n:03}.md"), text);
    }
    let run = chancery(&scratch.root, &["check"]);
    for key in ["tags", "lastmod", "layout"] {
        assert_eq!(run.stderr.matches(&format!("key `{key}`")).count(), 1, "{}", run.stderr);
    }
    assert!(run.stderr.contains("content/briefs/000.md:4:1"), "{}", run.stderr);
    assert_eq!(run.stderr.matches("and 199 more like this in 199 files").count(), 3);
    assert!(run.stderr.lines().count() <= 60, "{}", run.stderr);
    let json = chancery(&scratch.root, &["check", "--format", "json"]);
    assert_eq!([json.stdout, json.stderr].concat().matches("\"foreign-key\"").count(), 600);
}

#[test]
fn fix_writes_ids_for_names() {
    let scratch = Scratch::small();
    scratch.write(
        "content/actors/un.md",
        "+++\nname = \"United Nations\"\nkind = \"organization\"\nabbreviation = \"UN\"\n+++\n",
    );
    scratch.write(
        "content/actors/ch.md",
        "+++\nname = \"Switzerland\"\nkind = \"state\"\ndraft = true\n+++\n",
    );
    for (name, front, mended) in [
        (
            "toml",
            "+++\ntitle = \"T\"\ndate = 2025-03-01\nactors = [\"UN\", 'Switzerland', \"United States\"]\n+++\n",
            "+++\ntitle = \"T\"\ndate = 2025-03-01\nactors = [\"un\", 'ch', \"us\"]\n+++\n",
        ),
        (
            "yaml",
            "---\ntitle: T\ndate: 2025-03-01\nactors: [United Nations, Russia]\ntopics:\n  - Embassies # e\n---\n",
            "---\ntitle: T\ndate: 2025-03-01\nactors: [un, ru]\ntopics:\n  - embassies # e\n---\n",
        ),
    ] {
        let file = format!("content/briefs/{name}.md");
        scratch.write(&file, front);
        let run = chancery(&scratch.root, &["fix"]);
        assert_eq!(run.code, 0, "{}", run.stderr);
        assert_eq!(read(&scratch, &file), mended);
    }
    // Two are called so.
    scratch.write("content/actors/un2.md", "+++\nname = \"U.N.\"\nkind = \"group\"\n+++\n");
    let doubtful = "+++\ntitle = \"D\"\ndate = 2025-03-01\nactors = [\"U N\"]\n+++\n";
    scratch.write("content/briefs/doubt.md", doubtful);
    chancery(&scratch.root, &["fix"]);
    assert_eq!(read(&scratch, "content/briefs/doubt.md"), doubtful);
}

#[test]
fn fix_leaves_what_is_in_doubt() {
    let scratch = Scratch::small();
    // Two topics are near, and the id of the other stands in an alias of YAML, which is not changed.
    scratch.write("content/topics/embassys.md", "+++\nname = \"Other\"\n+++\n");
    scratch.write(
        "content/briefs/b.md",
        "---\ntitle: B\ndate: 2025-03-01\ntopics: [embassie]\nactors: [us]\n---\nThe US.\n",
    );
    let before = files(&scratch.root);
    let run = chancery(&scratch.root, &["fix"]);
    assert_eq!((run.code, run.stdout.as_str()), (0, "0 files changed\n"));
    assert_eq!(files(&scratch.root), before);
}

#[test]
fn rename_takes_every_reference_along() {
    let scratch = Scratch::small();
    scratch.write(
        "site.toml",
        "title = \"S\"\nbase_url = \"https://s.example/\"\n[home]\nlead = \"2025-02-27-talks\" # lead\n",
    );
    scratch.write("content/actors/kremlin/index.md", "+++\nname = \"Kremlin\"\nkind = \"body\"\npart_of = \"ru\"\n+++\n[r](../ru.md) ![s](s.svg)\n");
    scratch.write("content/actors/kremlin/s.svg", "<svg xmlns=\"http://www.w3.org/2000/svg\"/>");
    scratch.write(
        "content/briefs/b.md",
        "---\ntitle: B\ndate: 2025-03-01\nfollows: 2025-02-27-talks\nactors: [ru, us] # both\ndraft: true\nevents:\n  - title: E\n    date: 2025-03-01\n    actors: [ru]\n---\n\
         [[ru]] [[actors/ru#x|Moscow]] [[Russia]] [a](../actors/ru.md) [b][r] [c](/actors/ru/) [[talks]] `[[ru]]`\n\n# x\n\n[r]: ../actors/ru.md\n",
    );
    scratch.write(
        "content/actors/ru.md",
        "+++\nname = \"Russia\"\nkind = \"state\"\n+++\n# X {#x}\n\n[k](kremlin/index.md)\n",
    );
    let done = |arguments: &[&str]| {
        let run = chancery(&scratch.root, &[&["rename"], arguments].concat());
        assert_eq!(run.code, 0, "{}", run.stderr);
        run.stdout
    };
    let before = files(&scratch.root);
    assert!(
        done(&["actor", "ru", "states/russia", "--dry-run"])
            .contains("rename content/actors/ru.md => content/actors/states/russia.md")
    );
    assert_eq!(files(&scratch.root), before);
    done(&["actor", "ru", "states/russia"]);
    done(&["brief", "2025-02-27-talks", "2025-02-27-first-talks"]);
    done(&["actor", "kremlin", "bodies/kremlin"]);
    assert_eq!(
        read(&scratch, "content/briefs/b.md"),
        "---\ntitle: B\ndate: 2025-03-01\nfollows: 2025-02-27-first-talks\nactors: [states/russia, us] # both\ndraft: true\nevents:\n  - title: E\n    date: 2025-03-01\n    actors: [states/russia]\n---\n\
         [[states/russia]] [[actors/states/russia#x|Moscow]] [[Russia]] [a](../actors/states/russia.md) [b][r] [c](/actors/states/russia/) [[first-talks]] `[[ru]]`\n\n# x\n\n[r]: ../actors/states/russia.md\n"
    );
    assert_eq!(
        read(&scratch, "content/actors/states/russia.md"),
        "+++\nname = \"Russia\"\nredirects = [\"/actors/ru/\"]\nkind = \"state\"\n+++\n# X {#x}\n\n[k](../bodies/kremlin/index.md)\n"
    );
    assert_eq!(
        read(&scratch, "content/actors/bodies/kremlin/index.md"),
        "+++\nname = \"Kremlin\"\nredirects = [\"/actors/kremlin/\"]\nkind = \"body\"\npart_of = \"states/russia\"\n+++\n[r](../../states/russia.md) ![s](s.svg)\n"
    );
    assert!(read(&scratch, "site.toml").contains("lead = \"2025-02-27-first-talks\" # lead"));
    let run = chancery(&scratch.root, &["build", "--drafts"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert!(scratch.root.join("public/actors/ru/index.html").exists());
    // Wrong use changes nothing.
    let before = files(&scratch.root);
    for (arguments, message) in [
        (["actor", "su", "x"], "did you mean `us`?"),
        (["actor", "us", "states/Russia"], "is taken"),
        (["actor", "us", "../us"], "cannot be an id"),
        (["brief", "2025-02-27-first-talks", "talks"], "the brief has no `date`"),
    ] {
        let run = chancery(&scratch.root, &[&["rename"], arguments.as_slice()].concat());
        assert!(run.code > 0 && run.stderr.contains(message), "{arguments:?}: {}", run.stderr);
        assert_eq!(files(&scratch.root), before, "{arguments:?}");
    }
}

#[test]
fn rename_takes_references_to_the_files_of_a_folder_along_and_every_field_that_refers() {
    let scratch = Scratch::small();
    scratch.write("content/actors/k/index.md", "+++\nname = \"K\"\nkind = \"body\"\nimage = \"s.svg\"\ncountry = \"ru\"\nmember_of = [\"us\", \"ru\"]\n[[roles]]\ntitle = \"Envoy\"\nof = \"ru\"\n[[relations]]\nkind = \"knows\"\nto = \"ru\" # whom\n+++\n");
    scratch.write(
        "site.toml",
        "title = \"S\"\nbase_url = \"https://s.example/\"\n[relations.knows]\nname = \"knows\"\n",
    );
    scratch.write("content/actors/k/s.svg", "<svg xmlns=\"http://www.w3.org/2000/svg\"/>");
    scratch.write(
        "content/actors/ru.md",
        "+++\nname = \"Russia\"\nkind = \"state\"\nimage = \"k/s.svg\"\n+++\n[k](k/s.svg?v=1#a) ![k](/actors/k/s.svg)\n",
    );
    scratch.write("content/topics/low.md", "+++\nname = \"Low\"\nparent = \"embassies\"\n+++\n");
    scratch.write("content/storylines/line.md", "+++\ntitle = \"Line\"\n+++\n");
    scratch.write(
        "content/briefs/2025-03-01-b.md",
        "+++\ntitle = \"B\"\nstoryline = \"line\"\ntopics = [\"low\", \"embassies\"]\n+++\n",
    );
    for (kind, from, to) in [
        ("actor", "k", "bodies/kremlin"),
        ("actor", "ru", "russia"),
        ("topic", "embassies", "missions"),
        ("storyline", "line", "lines/first"),
    ] {
        let run = chancery(&scratch.root, &["rename", kind, from, to]);
        assert_eq!(run.code, 0, "{from}: {}", run.stderr);
    }
    let redirects = |from: &str| format!("redirects = [\"/{from}/\"]\n");
    assert_eq!(
        read(&scratch, "content/actors/bodies/kremlin/index.md"),
        format!(
            "+++\nname = \"K\"\n{}kind = \"body\"\nimage = \"s.svg\"\ncountry = \"russia\"\nmember_of = [\"us\", \"russia\"]\n[[roles]]\ntitle = \"Envoy\"\nof = \"russia\"\n[[relations]]\nkind = \"knows\"\nto = \"russia\" # whom\n+++\n",
            redirects("actors/k")
        )
    );
    assert_eq!(
        read(&scratch, "content/actors/russia.md"),
        format!(
            "+++\nname = \"Russia\"\n{}kind = \"state\"\nimage = \"bodies/kremlin/s.svg\"\n+++\n[k](bodies/kremlin/s.svg?v=1#a) ![k](/actors/bodies/kremlin/s.svg)\n",
            redirects("actors/ru")
        )
    );
    assert!(read(&scratch, "content/topics/low.md").contains("parent = \"missions\""));
    assert!(
        read(&scratch, "content/briefs/2025-03-01-b.md")
            .contains("storyline = \"lines/first\"\ntopics = [\"low\", \"missions\"]")
    );
    let run = chancery(&scratch.root, &["check", "--now", "2026-01-01"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
}

#[test]
fn rename_keeps_the_ending_of_a_file() {
    let scratch = Scratch::small();
    for (id, file, new) in [
        ("a", "a.markdown", "x/a.markdown"),
        ("b.c", "b.c.MD", "x/b.c.MD"),
        ("d", "d/index.markdown", "x/d/index.markdown"),
    ] {
        scratch.write(
            &format!("content/topics/{file}"),
            format!("+++\nname = \"{id}\"\n+++\n[s](/actors/us/)\n"),
        );
        scratch.write(
            "content/topics/embassies.md",
            format!("+++\nname = \"Embassies\"\n+++\n[l]({file}) [[topics/{id}]]\n"),
        );
        let to = format!("x/{id}");
        let run = chancery(&scratch.root, &["rename", "topic", id, &to]);
        assert_eq!(run.code, 0, "{file}: {}", run.stderr);
        let moved = files(&scratch.root.join("content/topics"));
        assert!(moved.contains_key(new) && !moved.contains_key(file), "{:?}", moved.keys());
        assert_eq!(
            read(&scratch, "content/topics/embassies.md"),
            format!("+++\nname = \"Embassies\"\n+++\n[l]({new}) [[topics/{to}]]\n")
        );
    }
}

#[test]
fn actors_of_one_name_have_pages_of_their_own_with_their_partners() {
    let scratch = Scratch::small();
    for id in ["ge", "us-ga"] {
        scratch.write(
            &format!("content/actors/{id}.md"),
            "+++\nname = \"Georgia\"\nkind = \"state\"\n+++\n",
        );
        for n in 0..2 {
            let text = format!(
                "+++\ntitle = \"T\"\ndate = 2025-03-01\nactors = [\"us\", \"{id}\"]\n+++\n"
            );
            scratch.write(&format!("content/briefs/{id}-{n}.md"), text);
        }
    }
    let run = chancery(&scratch.root, &["build"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    for path in ["pairs/ge--us", "pairs/us--us-ga"] {
        assert!(scratch.root.join("public").join(path).join("feed.xml").exists(), "{path}");
    }
}

#[test]
fn rename_finds_the_address_in_every_form_and_a_reverse_gives_the_first_bytes_again() {
    let scratch = Scratch::small();
    scratch.write(
        "site.toml",
        "title = \"S\"\nbase_url = \"https://s.example/sub/\"\n[[menu]]\nlabel = \"R\"\npath = \"/actors/ru/\" # kept\n[[menu]]\nlabel = \"L\"\npath = \"/storylines/line/\"\n",
    );
    scratch.write("content/storylines/line.md", "+++\ntitle = \"Line\"\n+++\n");
    scratch.write(
        "content/pages/about.md",
        "---\ntitle: About\nredirects:\n  - /old-about/ # first\n---\n[home](/about/)\n",
    );
    scratch.write(
        "content/actors/ru/sub.md",
        "+++\nname = \"Sub\"\nkind = \"body\"\nredirects = []\n+++\n",
    );
    scratch.write(
        "content/briefs/b.md",
        "+++\ntitle = \"B\"\ndate = 2025-03-01\nstoryline = \"line\"\nactors = [\"ru\"]\nbluf = \"See [x](/actors/ru/).\"\n[extra]\nsee = \"https://s.example/sub/actors/ru/#x\"\n+++\n\
         [a](https://s.example/sub/actors/ru/?q=1#x) [b](/actors/ru) <https://s.example/sub/actors/ru/> [c][d] [e](/actors/ru/feed.xml)\n\n\
         [f](./../actors/ru.md) [g](/actors/ru/sub/) [h](https://other.example/actors/ru/) [i](/about/) [[ru]] [[RU]] [[Russia]]\n\n\
         `/actors/ru/` see https://s.example/sub/actors/ru/, and http://s.example/sub/actors/ru.\n\n    /actors/ru/\n\n[d]: /actors/ru/ \"t\"\n",
    );
    scratch
        .write("content/actors/ru.md", "+++\nname = \"Russia\"\nkind = \"state\"\n+++\n# X {#x}\n");
    let done = |arguments: &[&str]| {
        let run = chancery(&scratch.root, &[&["rename"], arguments].concat());
        assert_eq!(run.code, 0, "{arguments:?}: {}", run.stderr);
        run.stdout
    };
    let first = files(&scratch.root);
    done(&["actor", "ru", "states/rossiya"]);
    assert_eq!(
        read(&scratch, "content/briefs/b.md"),
        "+++\ntitle = \"B\"\ndate = 2025-03-01\nstoryline = \"line\"\nactors = [\"states/rossiya\"]\nbluf = \"See [x](/actors/states/rossiya/).\"\n[extra]\nsee = \"https://s.example/sub/actors/states/rossiya/#x\"\n+++\n\
         [a](https://s.example/sub/actors/states/rossiya/?q=1#x) [b](/actors/states/rossiya) <https://s.example/sub/actors/states/rossiya/> [c][d] [e](/actors/states/rossiya/feed.xml)\n\n\
         [f](./../actors/states/rossiya.md) [g](/actors/ru/sub/) [h](https://other.example/actors/ru/) [i](/about/) [[states/rossiya]] [[STATES/ROSSIYA]] [[Russia]]\n\n\
         `/actors/ru/` see https://s.example/sub/actors/states/rossiya/, and http://s.example/sub/actors/states/rossiya.\n\n    /actors/ru/\n\n[d]: /actors/states/rossiya/ \"t\"\n",
    );
    assert!(read(&scratch, "site.toml").contains("path = \"/actors/states/rossiya/\" # kept"));
    done(&["page", "about", "about us"]);
    done(&["storyline", "line", "threads/line"]);
    done(&["actor", "ru/sub", "ru/below"]);
    assert!(read(&scratch, "site.toml").contains("path = \"/storylines/threads/line/\""));
    assert!(read(&scratch, "content/briefs/b.md").contains("storyline = \"threads/line\""));
    assert_eq!(
        read(&scratch, "content/pages/about us.md"),
        "---\ntitle: About\nredirects:\n  - /old-about/ # first\n  - \"/about/\"\n---\n[home](/about us/)\n"
    );
    done(&["actor", "ru/below", "ru/sub"]);
    done(&["storyline", "threads/line", "line"]);
    done(&["page", "about us", "about"]);
    let said = done(&["actor", "states/rossiya", "ru"]);
    assert!(said.contains("no redirect is left at `/actors/states/rossiya/`"), "{said}");
    for (name, bytes) in files(&scratch.root) {
        let now = String::from_utf8(bytes).unwrap();
        let before = String::from_utf8(first[&name].clone()).unwrap();
        // An empty list and none are the same to whoever takes the last one out.
        let before = before.replace("redirects = []\n", "");
        assert_eq!(now, before, "{name}");
    }
    assert_eq!(files(&scratch.root).len(), first.len());
    assert!(!scratch.root.join("content/actors/states").exists());
    // By way of another id, the address between stays a redirect.
    for (from, to) in [("ru", "one"), ("one", "two"), ("two", "ru")] {
        done(&["actor", from, to]);
    }
    let text = read(&scratch, "content/actors/ru.md");
    assert!(text.contains("redirects = [\"/actors/one/\", \"/actors/two/\"]"), "{text}");
}

#[test]
fn a_dry_run_refuses_what_the_real_one_would() {
    let scratch = Scratch::small();
    scratch.write(
        "content/briefs/c.md",
        "+++\ntitle = \"C\"\ndate = 2025-03-01\nredirects = [\"/actors/x/\"]\n+++\n",
    );
    scratch.write("content/actors/y/file.svg", "<svg xmlns=\"http://www.w3.org/2000/svg\"/>");
    let before = files(&scratch.root);
    for arguments in [
        // Its date is in its name; something is at that address; a file has a name like that of the folder.
        ["brief", "2025-02-27-talks", "talks"],
        ["actor", "us", "x"],
        ["actor", "us", "ru"],
    ] {
        let run = |more: &[&str]| {
            chancery(&scratch.root, &[&["rename"], arguments.as_slice(), more].concat())
        };
        let (dry, real) = (run(&["--dry-run"]), run(&[]));
        assert!(dry.code > 0 && real.code == dry.code, "{arguments:?}: {}", dry.stdout);
        assert_eq!(dry.stderr, real.stderr);
        assert_eq!(files(&scratch.root), before, "{arguments:?}");
    }
}

/// A site of hundreds of briefs about one actor, on a topic.
#[cfg(unix)]
fn large(topic: &str) -> Scratch {
    let scratch = Scratch::small();
    for number in 0..200 {
        let text = format!(
            "+++\ntitle = \"T{number}\"\ndate = 2025-03-01\ntopics = [\"{topic}\"]\nactors = [\"us\"]\n+++\n[[us]]\n"
        );
        scratch.write(&format!("content/briefs/n{number}.md"), text);
    }
    scratch
}

#[cfg(unix)]
#[test]
fn a_rename_or_fix_that_is_killed_is_whole_or_undone_by_the_next_command() {
    use std::time::Duration;
    let mut undone = 0;
    for (topic, arguments) in [
        ("embassies", ["rename", "actor", "us", "states/us"].as_slice()),
        ("embasies", ["fix"].as_slice()),
    ] {
        let whole = large(topic);
        let old = files(&whole.root);
        let started = std::time::Instant::now();
        let run = chancery(&whole.root, arguments);
        assert_eq!(run.code, 0, "{}", run.stderr);
        let long = started.elapsed();
        let new = files(&whole.root);
        assert!(old != new, "{}", run.stdout);
        for kill in 0..12_u32 {
            let scratch = large(topic);
            let mut child = command(&scratch.root, arguments);
            let quiet = || std::process::Stdio::null();
            let mut child = child.stdout(quiet()).stderr(quiet()).spawn().unwrap();
            // Most of the time is the writing: spread over all of it, and a little beyond.
            std::thread::sleep(long * kill / 11 + Duration::from_micros(137));
            let _ = child.kill();
            child.wait().unwrap();
            let next = ["check", "build", "explain"][kill as usize % 3];
            let place = "content/briefs/n0.md";
            let arguments = if next == "explain" { vec![next, place] } else { vec![next] };
            let run = chancery(&scratch.root, &arguments);
            undone += usize::from(run.stderr.contains("was interrupted, and has been undone"));
            let mut found = files(&scratch.root);
            // A lock that nobody holds is empty, and serves the next command.
            found.retain(|name, _| !name.starts_with("public/") && name != ".chancery-lock");
            let differ = |from: &std::collections::BTreeMap<String, Vec<u8>>| {
                let names = found.keys().chain(from.keys());
                let mut names: Vec<_> = names.filter(|n| found.get(*n) != from.get(*n)).collect();
                names.dedup();
                format!("{} differ: {:?}", names.len(), names.iter().take(8).collect::<Vec<_>>())
            };
            assert!(
                found == old || found == new,
                "a mixture after {arguments:?}, kill {kill}: {}\nfrom the old {}\nfrom the new {}",
                run.stderr,
                differ(&old),
                differ(&new)
            );
            assert!(!scratch.root.join(".chancery-staging").exists(), "{}", run.stderr);
        }
    }
    assert!(undone > 0, "no kill met the writing");
}

#[cfg(unix)]
#[test]
fn a_change_that_a_stranger_began_is_refused_by_every_command() {
    let scratch = Scratch::small();
    let token = "0123456789abcdef0123456789abcdef";
    scratch.write(&format!(".chancery-staging/{token}/old/0"), "theirs");
    scratch.write(
        &format!(".chancery-staging/{token}/journal"),
        r#"{"what":"fix","files":[],"moved":{"from":"content/x","to":"content/actors","made":[]}}"#,
    );
    let before = files(&scratch.root);
    for arguments in [
        ["build"].as_slice(),
        &["check"],
        &["serve", "--port", "0"],
        &["fix"],
        &["rename", "actor", "us", "x"],
        &["new", "actor", "X"],
        &["templates", "eject"],
        &["explain", "content/actors/us.md"],
    ] {
        let run = chancery(&scratch.root, arguments);
        assert_eq!(run.code, 2, "{arguments:?}: {}", run.stderr);
        assert!(
            run.stderr.contains("it is not certain that this user's Chancery made it"),
            "{}",
            run.stderr
        );
        assert!(run.stderr.contains("help: nothing in it was used"), "{}", run.stderr);
        assert_eq!(files(&scratch.root), before, "{arguments:?}");
    }
}

#[cfg(unix)]
#[test]
fn new_files_go_through_no_link() {
    use std::os::unix::fs::symlink;
    let scratch = Scratch::small();
    let outside = tempfile::tempdir().unwrap();
    symlink(outside.path(), scratch.root.join("templates")).unwrap();
    symlink(outside.path(), scratch.root.join("content/pages")).unwrap();
    for arguments in [["new", "page", "X"].as_slice(), &["templates", "eject"]] {
        let run = chancery(&scratch.root, arguments);
        assert_eq!(run.code, 2, "{}", run.stdout);
        let link = format!("is a link to `{}`, and no folder", outside.path().display());
        assert!(run.stderr.contains(&link), "{}", run.stderr);
        assert!(fs::read_dir(outside.path()).unwrap().next().is_none());
    }
}

/// Without a home folder everything works, but what a kill leaves is refused.
#[cfg(unix)]
#[test]
fn nobody_needs_a_home() {
    let scratch = Scratch::small();
    let homeless = |arguments: &[&str]| {
        let mut run = command(&scratch.root, arguments);
        run.env_remove("XDG_STATE_HOME").env_remove("HOME").output().unwrap()
    };
    assert!(homeless(&["build"]).status.success());
    assert!(homeless(&["rename", "actor", "ru", "x"]).status.success());
    scratch.write(".public.chancery-staging/x/site/y", "");
    let refused = homeless(&["build"]);
    assert_eq!(refused.status.code(), Some(2));
    let said = String::from_utf8(refused.stderr).unwrap();
    assert!(said.contains("there is no home folder"), "{said}");
    // A home in the site is none: there a repository could put tokens.
    let mut inside = command(&scratch.root, &["build"]);
    let inside = inside.env_remove("XDG_STATE_HOME").env("HOME", &scratch.root).output().unwrap();
    assert!(String::from_utf8(inside.stderr).unwrap().contains("there is no home folder"));
    assert!(!scratch.root.join(".local").exists());
}

/// A site with all of the built-in registry, in all its languages.
fn registered() -> Scratch {
    let scratch = Scratch::empty();
    scratch.write(
        "site.toml",
        "title = \"T\"\nbase_url = \"https://x.example/\"\nregistry = [\"states\", \"bodies\"]\n\
         languages = [\"de\", \"fr\", \"es\", \"tr\", \"uk\", \"ru\", \"zh\", \"ar\", \"pt\"]\n",
    );
    scratch
}

/// `data/registry/cases.txt`: texts, and who is named in them. A line `@ de` says in which language those are that follow.
#[test]
fn the_registry_finds_its_own_in_the_texts_of_its_cases() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let cases = fs::read_to_string(root.join("data/registry/cases.txt")).unwrap();
    let scratch = registered();
    let (mut language, mut expected) = ("en", Vec::new());
    for line in cases.lines().filter(|line| !line.starts_with('#')) {
        if let Some(tag) = line.strip_prefix("@ ") {
            language = tag.trim();
        } else if let Some((text, found)) = line.split_once('\t') {
            let file = format!("content/briefs/2025-01-01-{:05}.md", expected.len());
            scratch.write(
                &file,
                format!("+++\ntitle = \"—\"\nlanguage = \"{language}\"\n+++\n\n{text}\n"),
            );
            expected.push((file, text, found.trim()));
        }
    }
    assert!(expected.len() > 20);
    let run = chancery(&scratch.root, &["explain", "--all", "--format", "json"]);
    let found: Vec<Value> = serde_json::from_str(&run.stdout).unwrap();
    let mut wrong = Vec::new();
    for (file, text, expected) in expected {
        let own = found.iter().filter(|name| name["file"] == file.as_str());
        let counted = own.filter(|name| name["counted"] == true);
        let named = counted.map(|name| {
            format!("{}={}", name["text"].as_str().unwrap(), name["actor"].as_str().unwrap())
        });
        let named = named.collect::<Vec<_>>().join(" ");
        let named = if named.is_empty() { "-" } else { &named };
        if named != expected {
            wrong.push(format!("{text}\n  expected {expected}\n  found    {named}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn names_of_another_language_hold_in_its_texts_only() {
    let scratch = registered();
    let text = "Frankreich, France, Франции. Das russische Ministerium.";
    for (language, found) in [
        ("de", "Frankreich→states/fr m:states/fr m:states/ru"),
        ("ru", "France→states/fr m:states/fr"),
        ("en", "France→states/fr"),
        ("it", "France→states/fr"),
    ] {
        let file = format!(
            "+++\ntitle = \"—\"\ndate = 2025-01-01\nlanguage = \"{language}\"\n+++\n\n{text}\n"
        );
        scratch.write("content/briefs/a.md", &file);
        let run = chancery(&scratch.root, &["explain", "content/briefs/a.md", "--format", "json"]);
        let names: Vec<Value> = serde_json::from_str(&run.stdout).unwrap();
        assert_eq!(shown(&names, &file), found, "{language}");
    }
}

/// Every file of a site that is built, in one string.
fn every_byte(scratch: &Scratch) -> String {
    let run = chancery(&scratch.root, &["build", "--now", "2026-01-01"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    let all = scratch.output();
    let texts = all.iter().filter(|(name, _)| *name != ".chancery");
    texts.map(|(name, bytes)| format!("{name}\n{}\n", String::from_utf8_lossy(bytes))).collect()
}

#[test]
fn an_actor_of_the_registry_is_there_only_if_a_published_document_concerns_it() {
    let scratch = registered();
    scratch.write(
        "content/briefs/2025-01-01-a.md",
        "+++\ntitle = \"A\"\nactors = [\"states/ke\"]\n+++\n\nFinland and the Turkish minister.\n",
    );
    scratch.write(
        "content/briefs/2025-01-02-held.md",
        "+++\ntitle = \"B\"\ndraft = true\nactors = [\"states/se\"]\n+++\n\nNorway and [[Denmark]].\n",
    );
    let all = every_byte(&scratch);
    let pages: Vec<&str> =
        all.lines().filter(|line| line.starts_with("actors/") && line.ends_with(".html")).collect();
    assert_eq!(
        pages,
        [
            "actors/index.html",
            "actors/states/fi/index.html",
            "actors/states/ke/index.html",
            "actors/states/tr/index.html"
        ]
    );
    // Finland is a member of the Nordic Council and of much else: what the site does not have is not said.
    for absent in [
        "states/se",
        "states/no",
        "states/dk",
        "Sweden",
        "Norway",
        "Denmark",
        "bodies/",
        "states/de",
    ] {
        assert!(!all.contains(absent), "{absent}");
    }
    let without = all;
    scratch.write("content/pages/about.md", "+++\ntitle = \"About\"\n+++\n\nThe United Nations.\n");
    let with = every_byte(&scratch);
    assert!(!without.contains("United Nations"));
    let profile = fs::read_to_string(scratch.root.join("public/actors/states/fi/index.html"));
    assert!(profile.unwrap().contains("actors/bodies/un/"), "a member of what is there now");
    assert!(with.contains("actors/bodies/un/index.html"));
}

#[test]
fn a_file_stands_in_for_an_actor_of_the_registry_key_by_key() {
    let scratch = registered();
    scratch.write(
        "content/briefs/2025-01-01-a.md",
        "+++\ntitle = \"A\"\nactors = [\"states/tr\", \"mine\"]\n+++\n\n\
         Anatolia, Turkey and Türkiye. [[states/tr]], [[actors/states/tr|one]], [[mine|other]]; the Turkish minister.\n",
    );
    scratch.write(
        "content/actors/mine.md",
        "+++\nextends = \"states/tr\"\nname = \"Anatolia\"\ndemonyms = []\nsummary = \"Ours.\"\nmember_of = [\"bodies/un\"]\n+++\n\nText.\n",
    );
    let run = chancery(&scratch.root, &["check", "--now", "2026-01-01"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert!(!run.stderr.contains("error") && !run.stderr.contains("warning"), "{}", run.stderr);
    let all = every_byte(&scratch);
    assert!(all.contains("actors/mine/index.html") && !all.contains("actors/states/tr"));
    let profile = fs::read_to_string(scratch.root.join("public/actors/mine/index.html")).unwrap();
    for words in ["<h1>Anatolia</h1>", "Ours.", "Turkey", "Q43", "actors/bodies/un/"] {
        assert!(profile.contains(words), "{words}");
    }
    let run = chancery(&scratch.root, &["explain", "--all", "--format", "json"]);
    let names: Vec<Value> = serde_json::from_str(&run.stdout).unwrap();
    let whom: Vec<_> = names.iter().map(|name| name["actor"].as_str().unwrap_or("-")).collect();
    assert!(whom.len() > 5 && whom.iter().all(|actor| *actor == "mine"), "{whom:?}");
    assert!(!names.iter().any(|name| name["text"] == "Turkish"), "its demonyms are taken away");
    // Under its own id it takes its references along, and what the registry says is written nowhere.
    let run = chancery(&scratch.root, &["rename", "actor", "mine", "ours"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert!(read(&scratch, "content/briefs/2025-01-01-a.md").contains("[\"states/tr\", \"ours\"]"));
    let run = chancery(&scratch.root, &["rename", "actor", "states/fr", "france"]);
    assert_eq!(run.code, 2);
    assert!(run.stderr.contains("chancery registry add states/fr"), "{}", run.stderr);
}

#[test]
fn a_file_that_extends_the_registry_can_be_held_back_and_renamed() {
    let scratch = registered();
    scratch.write(
        "content/briefs/2025-01-01-a.md",
        "+++\ntitle = \"A\"\nactors = [\"bodies/un\", \"states/fi\"]\n+++\n\nThe United Nations and Finland.\n",
    );
    let run = chancery(&scratch.root, &["registry", "add", "bodies/un"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    let file = "content/actors/bodies/un.md";
    let added = read(&scratch, file);
    let before = every_byte(&scratch);
    assert!(before.contains("actors/bodies/un/index.html"));
    scratch.write(file, added.replacen("extends", "draft = true\nextends", 1));
    let run = chancery(&scratch.root, &["check", "--now", "2026-01-01"]);
    assert!(run.stderr.contains("[withheld-reference]"), "{}", run.stderr);
    let held = every_byte(&scratch);
    assert!(!held.contains("bodies/un"), "neither it nor what is a member of it says so");
    scratch.write(file, &added);
    let run = chancery(&scratch.root, &["rename", "actor", "bodies/un", "un"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert!(read(&scratch, "site.toml").contains("registry = [\"states\", \"bodies\"]"));
    let renamed = every_byte(&scratch);
    assert!(renamed.contains("actors/un/index.html"));
    let profile = fs::read_to_string(scratch.root.join("public/actors/states/fi/index.html"));
    assert!(profile.unwrap().contains("actors/un/"), "members are its members still");
}

#[test]
fn the_registry_is_listed_shown_and_written() {
    let scratch = registered();
    let run = |arguments: &[&str]| {
        let all: Vec<&str> = ["registry"].iter().chain(arguments).copied().collect();
        chancery(&scratch.root, &all)
    };
    let list = run(&["list"]).stdout;
    assert!(list.lines().any(|line| line.starts_with("states/fi ") && line.ends_with(" Finland")));
    assert!(
        list.contains("bodies/un ")
            && !run(&["list", "--pack", "states"]).stdout.contains("bodies/")
    );
    let json = run(&["list", "--pack", "states", "--language", "ru", "--format", "json"]).stdout;
    let listed: Vec<Value> = serde_json::from_str(&json).unwrap();
    let finland = listed.iter().find(|actor| actor["id"] == "states/fi").unwrap();
    assert_eq!(
        (finland["name"].as_str(), finland["iso3166"].as_str()),
        (Some("Финляндия"), Some("FI"))
    );
    let shown: Value =
        serde_json::from_str(&run(&["show", "states/jo", "--format", "json"]).stdout).unwrap();
    assert_eq!(shown["called"].as_array().unwrap().len(), 10);
    assert_eq!(shown["called"][0]["names"][0]["guarded"], true);
    // What is shown is front matter as it is.
    let shown = run(&["show", "states/tr", "--language", "en"]).stdout;
    scratch.write("content/actors/copy.md", format!("+++\n{shown}+++\n"));
    let checked = chancery(&scratch.root, &["check", "--now", "2026-01-01"]).stderr;
    assert!(!checked.contains("error") && checked.contains("[name-clash]"), "{checked}");
    fs::remove_file(scratch.root.join("content/actors/copy.md")).unwrap();
    // A file that was just written changes nothing.
    scratch.write(
        "content/briefs/2025-01-01-a.md",
        "+++\ntitle = \"A\"\n+++\n\nTurkey met Finland.\n",
    );
    let before = every_byte(&scratch);
    assert_eq!(run(&["add", "states/tr"]).code, 0);
    assert_eq!(every_byte(&scratch), before);
    for (arguments, words) in [
        (&["add", "states/tr"][..], "left as it is"),
        (&["add", "states/spian"], "did you mean `states/es`?"),
        (&["add", "tr"], "did you mean `states/tr`?"),
        (&["show", "nothing-at-all"], "`chancery registry list` shows all"),
        (&["show", "states/tr", "--language", "it"], "no names in `it`"),
        (&["list", "--pack", "stats"], "did you mean `states`?"),
        (&["list", "--format", "sarif"], "human"),
    ] {
        let refused = run(arguments);
        assert_eq!(refused.code, 2, "{arguments:?}: {}", refused.stdout);
        assert!(refused.stderr.contains(words), "{arguments:?}: {}", refused.stderr);
    }
}

/// A galaxy of groups, as MISP has them.
fn galaxy(values: &str) -> String {
    format!(r#"{{"name": "Groups", "uuid": "u-1", "version": 2, "values": [{values}]}}"#)
}

#[test]
fn a_list_of_others_becomes_one_of_the_site_and_is_brought_up_to_date() {
    let scratch = Scratch::small();
    let site = |lists: &str| {
        format!("title = \"S\"\nbase_url = \"https://s.example/\"\nregistry = [{lists}]\n")
    };
    scratch.write("site.toml", site("\"states\""));
    fs::remove_file(scratch.root.join("content/actors/ru.md")).unwrap();
    scratch.write(
        "content/briefs/2025-02-27-talks.md",
        "+++\ntitle = \"Talks\"\n+++\n\nFancy Bear 1 wrote.\n",
    );
    let owl = r#"{"value": "Sand Owl", "meta": {"synonyms": ["Group 9", "Night"]}}"#;
    let bear = r#"{"value": "APT28", "description": "A group. It writes.", "meta": {"synonyms": ["Fancy Bear 1", "Group 9"], "country": "RU"}}"#;
    // With a mark of byte order, as some write it.
    scratch.write("../groups.json", format!("\u{feff}{}", galaxy(&format!("{owl}, {bear}"))));
    let file = scratch.root.join("../groups.json");
    let file = file.to_str().unwrap();
    let import = |arguments: &[&str]| {
        let all: Vec<&str> = ["registry", "import"].iter().chain(arguments).copied().collect();
        chancery(&scratch.root, &all)
    };
    let run = import(&[file, "--dry-run"]);
    assert!(
        run.code == 0 && run.stdout.contains("+[\"sand-owl\"]\n"),
        "{}{}",
        run.stdout,
        run.stderr
    );
    assert!(!scratch.root.join("registry").exists());
    let run = import(&["misp", file]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    let said = "registry/groups.toml\nit has 2 actors, which have 5 names\n1 name is that of several actors: it means one of them with evidence only\n\
                the site knows them with `registry = [\"states\", \"groups\"]` in `site.toml`\n";
    assert!(run.stdout.ends_with(said), "{}", run.stdout);
    let first = read(&scratch, "registry/groups.toml");
    assert!(
        first.contains("country = \"states/ru\"\n") && first.contains("weak = [\"Night\"]\n"),
        "{first}"
    );
    // Nobody asks for it yet.
    assert!(!every_byte(&scratch).contains("groups/apt28"));
    scratch.write("site.toml", site("\"states\", \"groups\""));
    let all = every_byte(&scratch);
    assert!(
        all.contains("actors/groups/apt28/index.html")
            && !all.contains("sand-owl")
            && !all.contains("Sand Owl")
    );
    // Every command knows it.
    let list = chancery(&scratch.root, &["registry", "list", "--pack", "groups"]).stdout;
    assert_eq!(
        list,
        "groups/apt28     group         APT28\ngroups/sand-owl  group         Sand Owl\n"
    );
    let shown = chancery(&scratch.root, &["registry", "show", "groups/apt28"]).stdout;
    assert!(shown.starts_with("# groups/apt28\nname = \"APT28\"\n"), "{shown}");
    let json = chancery(&scratch.root, &["registry", "show", "groups/apt28", "--format", "json"]);
    let shown: Value = serde_json::from_str(&json.stdout).unwrap();
    assert_eq!(shown["called"][0]["names"][1]["name"], "Fancy Bear 1");
    assert!(shown["called"][0]["language"].is_null());
    let missed = chancery(&scratch.root, &["registry", "show", "groups/sand-owll"]).stderr;
    assert!(missed.contains("did you mean `groups/sand-owl`?"), "{missed}");
    // The same again changes nothing.
    let run = import(&[file]);
    assert_eq!((run.code, run.stdout.as_str()), (0, "registry/groups.toml is up to date\n"));
    // A new version: one came, one went, one is called otherwise.
    let bear = bear.replace("It writes.", "").replace("Fancy Bear 1", "Fancy Bear 2");
    scratch.write("../groups.json", galaxy(&format!("{bear}, {{\"value\": \"Kite 3\"}}")));
    let run = import(&[file, "--dry-run"]);
    let changes =
        "1 came: groups/kite-3\n1 went: groups/sand-owl\n1 changed: groups/apt28 (aliases)\n";
    assert!(
        run.stderr.starts_with(changes) && run.stdout.contains("-[\"sand-owl\"]"),
        "{}{}",
        run.stdout,
        run.stderr
    );
    assert_eq!(read(&scratch, "registry/groups.toml"), first);
    let run = import(&[file]);
    assert!(run.code == 0 && run.stdout.contains(changes), "{}{}", run.stdout, run.stderr);
    assert!(read(&scratch, "registry/groups.toml").contains("Fancy Bear 2"));
    // An actor of it is changed in a file of its own, which may be renamed.
    assert_eq!(chancery(&scratch.root, &["registry", "add", "groups/apt28"]).code, 0);
    scratch.write(
        "content/briefs/2025-02-27-talks.md",
        "+++\ntitle = \"Talks\"\nactors = [\"groups/apt28\"]\n+++\n\nFancy Bear 2 wrote.\n",
    );
    let run = chancery(&scratch.root, &["rename", "actor", "groups/apt28", "bear"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert!(every_byte(&scratch).contains("actors/bear/index.html"));
    // What the list refers to is renamed in it, and that is no change by hand.
    assert_eq!(chancery(&scratch.root, &["registry", "add", "states/ru"]).code, 0);
    let run = chancery(&scratch.root, &["rename", "actor", "states/ru", "russia"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert!(read(&scratch, "registry/groups.toml").contains("country = \"russia\"\n"));
    assert_eq!(import(&[file]).stdout, "registry/groups.toml is up to date\n");
    assert_eq!(chancery(&scratch.root, &["check", "--now", "2026-01-01"]).code, 0);
}

#[test]
fn what_cannot_be_imported_is_told_and_nothing_is_lost() {
    let scratch = Scratch::small();
    let import = |arguments: &[&str]| {
        let all: Vec<&str> = ["registry", "import"].iter().chain(arguments).copied().collect();
        chancery(&scratch.root, &all)
    };
    let path = |name: &str| scratch.root.join("..").join(name).to_str().unwrap().to_owned();
    let utf_16: Vec<u8> = "\u{feff}name\nA\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
    let sound = galaxy(r#"{"value": "Sand Owl"}"#);
    for (name, bytes) in [
        ("cut.json", &sound.as_bytes()[..sound.len() - 5]),
        ("deep.json", format!("{{\"values\": {}", "[".repeat(1_000_000)).as_bytes()),
        ("utf-16.csv", &utf_16),
        ("latin-1.csv", b"name,kind\nT\xfcr,body\n"),
        ("headless.csv", b"APT28,Fancy Bear\n"),
        ("ids.csv", b"id,name,kind\n../../x,A,body\n"),
        ("twice.csv", b"id,name,kind\nx,A,body\nx,B,body\n"),
        ("kinds.csv", b"name,kind\nA,grup\n"),
        ("kindless.csv", b"name\nA\n"),
        ("empty.json", b""),
        ("groups.json", sound.as_bytes()),
        ("other.json", sound.replace("u-1", "u-2").as_bytes()),
        ("states.json", sound.as_bytes()),
    ] {
        scratch.write(&format!("../{name}"), bytes);
    }
    for (arguments, says) in [
        (&["cut.json"][..], "this is no such JSON: EOF while parsing a string at line 1 column"),
        (&["deep.json"], "this is no such JSON: EOF"),
        (&["utf-16.csv"], "it is UTF-16, not UTF-8"),
        (&["latin-1.csv"], "it is not UTF-8: the first bad byte is on line 2"),
        (&["headless.csv"], "it is not certain what format this is"),
        (&["csv", "headless.csv"], "unknown column `apt28`: the first line names the columns"),
        (&["ids.csv"], "line 2: `../../x` cannot be an id"),
        (&["twice.csv"], "lines 2 and 3 have one id, `x`"),
        (&["kinds.csv"], "there is no kind of actors `grup`"),
        (&["kindless.csv"], "line 2 does not say what it is"),
        (&["empty.json"], "it is not certain what format this is"),
        (&["stix", "groups.json"], "it has no `objects`"),
        (&["states.json"], "`states` is the name of a built-in list"),
        (&["groups.json", "--name", "../groups"], "`../groups` cannot be the name of a list"),
        (&["groups.json", "--name", ""], "cannot be the name of a list"),
        (&["groups.json", "--kind", "grup"], "did you mean `group`?"),
        (&["missing.json"], "cannot be imported: "),
        (&[".."], "it is no file"),
    ] {
        let is_path =
            |word: &str| word.ends_with(".json") || word.ends_with(".csv") || word == "..";
        let word = |word: &&str| if is_path(word) { path(word) } else { (*word).to_owned() };
        let arguments: Vec<String> = arguments.iter().map(word).collect();
        let run = import(&arguments.iter().map(String::as_str).collect::<Vec<_>>());
        assert_eq!(run.code, 2, "{arguments:?}: {}{}", run.stdout, run.stderr);
        assert!(run.stderr.contains(says), "{arguments:?}: {}", run.stderr);
        assert!(!scratch.root.join("registry").exists(), "{arguments:?}");
    }
    // What is there stays unless it is the same list, as it was made.
    scratch.write("registry/mine.toml", "[a]\nname = \"A\"\nkind = \"group\"\n");
    assert_eq!(import(&[&path("groups.json")]).code, 0);
    let refused = |arguments: &[&str], says: &str| {
        let before = files(&scratch.root.join("registry"));
        let run = import(arguments);
        assert_eq!(run.code, 2, "{arguments:?}: {}", run.stdout);
        assert!(run.stderr.contains(says), "{arguments:?}: {}", run.stderr);
        assert_eq!(files(&scratch.root.join("registry")), before);
    };
    refused(&[&path("groups.json"), "--name", "mine"], "it was not made by an import");
    refused(
        &[&path("other.json"), "--name", "groups"],
        "it is of another list, `misp u-1`, and this is `misp u-2`",
    );
    let changed = read(&scratch, "registry/groups.toml").replace("Sand Owl", "Sand Eagle");
    scratch.write("registry/groups.toml", &changed);
    refused(&[&path("groups.json")], "it was changed by hand since it was made");
}

/// The folder of archives to import: one for each system, with the site that it is to become beside it.
fn archives() -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/import")
}

/// Each archive of `tests/import` becomes the site beside it, which builds. `UPDATE=1` writes what is made.
#[test]
fn archives_of_other_systems_become_sites_that_build() {
    let mut count = 0;
    for system in ["jekyll", "hugo", "obsidian", "zola", "wordpress", "ghost"] {
        let folder = archives().join(system);
        let source = folder.join("source");
        let before = files(&source);
        let scratch = Scratch::empty();
        let path = source.to_str().unwrap();
        // What made it is found out.
        let dry = chancery(&scratch.root, &["import", path, "--dry-run"]);
        assert_eq!(dry.code, 0, "{system}: {}", dry.stderr);
        assert!(files(&scratch.root).is_empty(), "{system}: a dry run writes nothing");
        let run = chancery(&scratch.root, &["import", system, path]);
        assert_eq!(run.code, 0, "{system}: {}", run.stderr);
        let told = run.stdout.replace(scratch.root.to_str().unwrap(), "SITE");
        let mut made = files(&scratch.root);
        made.insert("told.txt".to_owned(), told.into_bytes());
        made.remove(".chancery-import.json").unwrap();
        let expected = folder.join("expected");
        if std::env::var_os("UPDATE").is_some() {
            fs::remove_dir_all(&expected).unwrap_or_default();
            for (name, bytes) in &made {
                let path = expected.join(name);
                fs::create_dir_all(path.parent().unwrap()).unwrap();
                fs::write(path, bytes).unwrap();
            }
        }
        let wanted = files(&expected);
        let names = |files: &std::collections::BTreeMap<String, Vec<u8>>| {
            files.keys().cloned().collect::<Vec<_>>()
        };
        assert_eq!(names(&made), names(&wanted), "{system}");
        for (name, bytes) in &made {
            let (made, wanted) =
                (String::from_utf8_lossy(bytes), String::from_utf8_lossy(&wanted[name]));
            assert_eq!(made, wanted, "{system}: {name}");
        }
        assert_eq!(files(&source), before, "{system}: the archive is only read");
        let built = chancery(&scratch.root, &["build", "--now", "2026-11-26"]);
        assert_eq!(built.code, 0, "{system}: {}", built.stderr);
        // Again, nothing is to be done.
        let site = files(&scratch.root.join("content"));
        let again = chancery(&scratch.root, &["import", path, "--format", "json"]);
        let again: Value = serde_json::from_str(&again.stdout).unwrap();
        assert_eq!(again["changes"]["new"], serde_json::json!([]), "{system}");
        assert_eq!(again["changes"]["updated"], serde_json::json!([]), "{system}");
        assert_eq!(again["changes"]["edited"], serde_json::json!([]), "{system}");
        assert_eq!(files(&scratch.root.join("content")), site, "{system}");
        count += 1;
    }
    assert_eq!(count, 6);
}

/// An archive of a few posts, and the site that it is brought into.
struct Imported {
    archive: Scratch,
    site: Scratch,
}

impl Imported {
    fn of(posts: &[(&str, &str)]) -> Imported {
        let (archive, site) = (Scratch::empty(), Scratch::empty());
        archive.write("_config.yml", "title: Old\n");
        for (name, text) in posts {
            archive.write(name, text);
        }
        Imported { archive, site }
    }

    fn run(&self) -> Value {
        let path = self.archive.root.to_str().unwrap();
        let run = chancery(&self.site.root, &["import", path, "--format", "json"]);
        assert_eq!(run.code, 0, "{}", run.stderr);
        serde_json::from_str(&run.stdout).unwrap()
    }
}

/// Importing again updates what was not edited since, says what was, and leaves that and what is gone as it is.
#[test]
fn importing_again_leaves_what_was_edited() {
    let post = |text: &str| format!("---\ntitle: T\ntags: [rivers]\n---\n{text}\n");
    let both = Imported::of(&[
        ("_posts/2020-01-01-a.md", &post("One. ![](/i.png)")),
        ("_posts/2020-01-02-b.md", &post("One.")),
        ("_posts/2020-01-03-c.md", &post("One.")),
        ("_posts/2020-01-04-d.md", &post("One.")),
        ("i.png", "one"),
    ]);
    assert_eq!(both.run()["changes"]["new"].as_array().unwrap().len(), 6);
    let file = |id: &str| format!("content/briefs/2020-01-0{id}.md");
    for name in ["_posts/2020-01-01-a.md", "_posts/2020-01-02-b.md"] {
        both.archive.write(name, post("Two. ![](/i.png)"));
    }
    both.archive.write("i.png", "two");
    both.archive.write("_posts/2020-01-00-z.md", "no day");
    let edited = read(&both.site, &file("2-b")) + "Mine.\n";
    both.site.write(&file("2-b"), &edited);
    fs::remove_file(both.site.root.join(file("3-c"))).unwrap();
    fs::remove_file(both.archive.root.join("_posts/2020-01-04-d.md")).unwrap();
    let changes = both.run()["changes"].clone();
    let of = |key: &str| {
        changes[key].as_array().unwrap().iter().map(|f| f.as_str().unwrap()).collect::<Vec<_>>()
    };
    assert_eq!(of("updated"), [&*file("1-a"), "content/i.png"]);
    assert_eq!(of("edited"), [file("2-b")]);
    assert_eq!(of("removed"), [file("3-c")]);
    assert_eq!(of("gone"), [file("4-d")]);
    assert!(read(&both.site, &file("1-a")).contains("Two."));
    assert_eq!(read(&both.site, "content/i.png"), "two");
    assert_eq!(read(&both.site, &file("2-b")), edited);
    assert!(both.site.root.join(file("4-d")).exists());
    // A file that was there before any import is nobody's but its author's.
    both.archive.write("_posts/2020-02-01-e.md", post("Theirs."));
    both.site.write("content/briefs/2020-02-01-e.md", "mine");
    let changes = both.run()["changes"].clone();
    assert_eq!(changes["taken"], serde_json::json!(["content/briefs/2020-02-01-e.md"]));
    assert_eq!(read(&both.site, "content/briefs/2020-02-01-e.md"), "mine");
}

/// Whatever lies in an archive, the import goes through, stays in its folder, and what it makes can be built.
#[test]
fn hostile_archives_do_no_harm() {
    let deep = format!("{}x{}", "<div>".repeat(500), "</div>".repeat(500));
    let both = Imported::of(&[
        (
            "_posts/2020-01-01-same.md",
            "---\ntitle: A\npermalink: /../../out/\n---\n[x](../../../../etc/passwd) ![](/../secret.png)\n",
        ),
        (
            "_posts/x/2020-01-01-Same.md",
            "---\ntitle: B\nredirect_from: [/x/, /x/, /search/, /a//b, \"/con/\"]\n---\n",
        ),
        ("_posts/2020-01-01-sAmE.markdown", "---\ntitle: \"\"\npermalink: /x/\n---\n"),
        (
            "_posts/2020-01-02-con.md",
            "---\ntitle: C\ntags: [\"\", \"../up\", \"a/b\", \"???\", 1, true, con]\n---\n",
        ),
        ("_posts/2020-01-03-unended.md", "---\ntitle: never\n"),
        (
            "_posts/2020-01-04-signs.md",
            "---\ntitle: \"a\\u007f\\u0001b\"\nextra: {\"a b\": 1, date: x}\ndate: [1]\ndraft: maybe\n---\n<<<<<<< HEAD\n%% {% raw %} {% highlight x %} [[a\n![x](data:image/png;base64,AA) <obsidian://x>\n",
        ),
        ("search.md", "---\ntitle: Search\n---\n"),
        ("briefs/index.md", "---\ntitle: Briefs\n---\n[x](a?b.png) ![](a%3Fb.png)\n"),
        ("briefs/a?b.png", "x"),
        ("AUX.md", "---\ntitle: Aux\n---\n![](a.png) ![](A.png)\n"),
        ("a.png", "one"),
        ("A.png", "two"),
    ]);
    both.archive.write("_posts/2020-01-05-latin.md", b"---\ntitle: caf\xe9\n---\n");
    both.archive.write("_posts/2020-01-06-deep.md", format!("---\ntitle: D\n---\n{deep}\n"));
    both.archive.write(
        "_posts/2020-01-07-many.md",
        format!("---\ntitle: M\n---\n{}\n", "{% comment %} {{ [[ %% ".repeat(20_000)),
    );
    #[cfg(unix)]
    {
        let outside = Scratch::empty();
        outside.write("secret.md", "---\ntitle: Secret\n---\n");
        let link = |to: &Path, name: &str| {
            std::os::unix::fs::symlink(to, both.archive.root.join(name)).unwrap()
        };
        link(&outside.root, "_posts/out");
        link(&outside.root.join("secret.md"), "_posts/2020-01-08-secret.md");
        link(&both.archive.root, "_posts/round");
    }
    let told = both.run();
    let kinds: Vec<&str> =
        told["remarks"].as_array().unwrap().iter().map(|r| r["kind"].as_str().unwrap()).collect();
    for kind in [
        "file that cannot be read",
        "address that is not kept",
        "front matter that does not end",
        "mark of a merge in conflict",
        "link by a scheme that pages may not have",
        "date that may mean two days, or none",
    ] {
        assert!(kinds.contains(&kind), "{kind}: {kinds:?}");
    }
    assert_eq!(
        kinds.iter().filter(|kind| kind.contains("symbolic link")).count(),
        if cfg!(unix) { 3 } else { 0 }
    );
    let made = files(&both.site.root);
    assert!(
        !made.values().any(|bytes| String::from_utf8_lossy(bytes).contains("title = \"Secret\""))
    );
    let images: Vec<&[u8]> = made
        .iter()
        .filter(|(name, _)| name.to_lowercase().contains("/a"))
        .map(|(_, b)| &**b)
        .collect();
    assert!(images.contains(&&b"one"[..]) && images.contains(&&b"two"[..]), "both of one name");
    // What is left is the tag soup, which is an error of its own.
    fs::remove_file(both.site.root.join("content/briefs/2020-01-06-deep.md")).unwrap();
    let built = chancery(&both.site.root, &["build", "--now", "2026-11-26"]);
    assert_eq!(built.code, 0, "{}", built.stderr);
}

/// An export that would grow when it is read is refused, and so is a site in the archive.
#[test]
fn archives_that_cannot_be_are_refused() {
    let (archive, site) = (Scratch::empty(), Scratch::empty());
    let bomb = "<?xml version=\"1.0\"?><!DOCTYPE r [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;&a;&a;\">]><rss><!-- wordpress.org/export/ --><channel><title>&b;</title></channel></rss>";
    archive.write("export.xml", bomb);
    archive.write("note.md", "text");
    let run = |site: &Path, arguments: &[&str]| {
        let all: Vec<&str> = ["import"].iter().chain(arguments).copied().collect();
        chancery(site, &all)
    };
    let path = archive.root.to_str().unwrap();
    let file = archive.root.join("export.xml");
    for (at, arguments, words) in [
        (&*site.root, &["wordpress", file.to_str().unwrap()][..], "holds no document"),
        (&site.root, &["jekyll", path], "holds no document"),
        (&site.root, &[path, "--format", "sarif"], "json"),
        (&site.root, &["/nowhere/at/all"], "cannot be read"),
        (&archive.root, &["obsidian", path], "lie in each other"),
        (&archive.root.join("new/site"), &["obsidian", path], "lie in each other"),
    ] {
        let refused = run(at, arguments);
        assert_eq!(refused.code, 2, "{arguments:?}: {}", refused.stdout);
        assert!(refused.stderr.contains(words), "{arguments:?}: {}", refused.stderr);
    }
    let plain = Scratch::empty();
    plain.write("note.md", "text");
    let unknown = run(&site.root, &[plain.root.to_str().unwrap()]);
    assert!(unknown.stderr.contains("chancery import obsidian"), "{}", unknown.stderr);
    assert_eq!(files(&site.root).len(), 0);
    assert!(!archive.root.join("new").exists());
    site.write("other.txt", "x");
    let taken = run(&site.root, &["obsidian", plain.root.to_str().unwrap()]);
    assert!(taken.stderr.contains("not empty and no site"), "{}", taken.stderr);
}

/// The files that a page of the documentation gives: a name in a line of its own, and the block behind it.
fn files_of_docs(page: &str) -> Vec<(String, String)> {
    let text =
        fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs").join(page)).unwrap();
    let blocks = text.match_indices("\n`").filter_map(|(at, mark)| {
        let (name, rest) = text[at + mark.len()..].split_once("`:\n\n```")?;
        let (_, rest) = rest.split_once('\n')?;
        let (block, _) = rest.split_once("\n```")?;
        (!name.contains('\n')).then(|| (name.to_owned(), block.to_owned() + "\n"))
    });
    blocks.collect()
}

/// The block of a page of the documentation that begins so.
fn block_of_docs(page: &str, start: &str) -> String {
    let text =
        fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs").join(page)).unwrap();
    let at = text.find(start).unwrap();
    let (block, _) = text[at..].split_once("\n```").unwrap();
    block.to_owned()
}

/// A shell in a folder: what it prints and whether it goes well.
fn shell(folder: &Path, script: &str) -> (String, bool) {
    let run =
        std::process::Command::new("sh").current_dir(folder).args(["-c", script]).output().unwrap();
    (String::from_utf8(run.stdout).unwrap(), run.status.success())
}

#[test]
fn the_judgements_of_the_documentation_are_published_logged_and_verified() {
    let scratch = Scratch::small();
    let given = files_of_docs("judgements.md");
    assert_eq!(given.len(), 2, "{given:?}");
    for (name, text) in &given {
        scratch.write(name, text);
    }
    let now = ["--now", "2025-05-01"];
    let run = |arguments: &[&str]| chancery(&scratch.root, &[arguments, &now].concat());
    let log = run(&["judgements", "log"]);
    assert_eq!(
        (log.code, &*log.stdout),
        (0, "added 2 lines to `judgements.log`: keep it in version control\n"),
        "{}",
        log.stderr
    );
    let again = run(&["judgements", "log"]);
    assert_eq!(
        (again.code, &*again.stdout),
        (0, "`judgements.log` has all judgements that are published\n")
    );
    assert_eq!(run(&["build"]).code, 0);
    let site = scratch.output();
    let page = |name: &str| String::from_utf8(site[&format!("{name}index.html")].clone()).unwrap();
    let first = page("briefs/2025-02-28-what-to-watch/");
    let second = page("briefs/2025-04-10-a-third-round/");
    for (page, shown) in [
        (&first, "<strong>likely (55–80\u{a0}%)</strong>"),
        (&first, "Judged anew"),
        (&first, "<a class=\"actor\" href=\"../../actors/ru/\">Russia</a> meet again"),
        (&first, "On record since <time datetime=\"2025-05-01\">1 May 2025</time>"),
        (&second, "<strong>very likely (80–95\u{a0}%)</strong>"),
        (
            &second,
            "<span class=\"label\">Previously</span> <a href=\"../../briefs/2025-02-28-what-to-watch/#chancery-judgement-third-round\">likely (55–80\u{a0}%)</a>, low confidence, <time datetime=\"2025-02-28\">28 February 2025</time>",
        ),
    ] {
        assert!(page.contains(shown), "{shown}\n{page}");
    }
    let open = page("judgements/");
    assert!(
        open.contains("a-third-round")
            && !open.contains("what-to-watch/#chancery-judgement-third-round\">What"),
        "{open}"
    );
    // As the documentation tells readers to.
    let folder = scratch.root.join("public/judgements");
    let script = block_of_docs("judgements.md", "before=0000");
    let (said, good) = shell(&folder, &script);
    assert!(good && said.starts_with("whole; the last hash is "), "{said}");
    let text = fs::read_to_string(folder.join("log.txt")).unwrap();
    fs::write(folder.join("log.txt"), text.replacen("2025-05-01", "2025-05-02", 1)).unwrap();
    let (said, good) = shell(&folder, &script);
    assert!(!good && said.starts_with("broken: "), "{said}");
    let (_, rest) = first.split_once("<p><code>").unwrap();
    let (line, rest) = rest.split_once("</code>").unwrap();
    let line = line.replace("&quot;", "\"");
    let (said, _) = shell(&folder, &format!("printf '%s\\n' '{line}' | sha256sum"));
    let (hash, _) = said.split_once(' ').unwrap();
    assert!(
        rest.contains(&format!("<code class=\"hash\">{hash}</code>")) && text.contains(hash),
        "{said} {line}"
    );
}

#[test]
fn a_judgement_on_record_is_changed_openly_or_not_at_all() {
    let scratch = Scratch::small();
    let brief = |likelihood: &str, more: &str| {
        format!(
            "+++\ntitle = \"J\"\ndate = 2025-03-01\n[[judgements]]\nid = \"a\"\ntext = \"They meet.\"\nlikelihood = \"{likelihood}\"\nby = 2025-06-01\n{more}+++\nText.\n"
        )
    };
    let run = |arguments: &[&str]| {
        chancery(&scratch.root, &[arguments, &["--now", "2025-07-01"]].concat())
    };
    let logged = || fs::read_to_string(scratch.root.join("judgements.log")).unwrap();
    scratch.write("content/briefs/j.md", brief("likely", ""));
    let shown = run(&["judgements", "log", "--dry-run"]);
    assert!(
        shown.stdout.starts_with("2025-07-01 j#a ")
            && !scratch.root.join("judgements.log").exists()
    );
    assert_eq!(run(&["judgements", "log"]).code, 0);
    assert_eq!(logged(), shown.stdout);
    assert_eq!(run(&["build"]).code, 0);
    // Another likelihood, after the fact.
    scratch.write("content/briefs/j.md", brief("very likely", ""));
    for command in ["build", "check"] {
        let refused = run(&[command]);
        assert!(
            refused.code == 1 && refused.stderr.contains("[judgement-changed]"),
            "{}",
            refused.stderr
        );
    }
    let refused = run(&["judgements", "log"]);
    assert!(refused.code == 2 && refused.stderr.contains("`j#a`"), "{}", refused.stderr);
    assert_eq!(logged(), shown.stdout);
    assert_eq!(run(&["judgements", "log", "--changed"]).code, 0);
    assert_eq!(logged().lines().count(), 2);
    assert_eq!(run(&["build"]).code, 0);
    let page = String::from_utf8(scratch.output()["briefs/j/index.html"].clone()).unwrap();
    assert!(page.contains("last change on record 1 July 2025"), "{page}");
    // An outcome is added, and then another one.
    let settled = |outcome: &str| {
        brief("very likely", &format!("outcome = \"{outcome}\"\noutcome_date = 2025-06-01\n"))
    };
    scratch.write("content/briefs/j.md", settled("no"));
    let noted = run(&["check", "--all"]);
    assert!(noted.code == 0 && noted.stderr.contains("[unlogged-judgement]"), "{}", noted.stderr);
    assert_eq!(run(&["judgements", "log"]).code, 0);
    scratch.write("content/briefs/j.md", settled("yes"));
    assert_eq!(run(&["build"]).code, 1);
    // It is taken out, or its brief is.
    scratch.write("content/briefs/j.md", "+++\ntitle = \"J\"\ndate = 2025-03-01\n+++\nText.\n");
    let gone = run(&["build"]);
    assert!(
        gone.code == 1 && gone.stderr.contains("`j#a` was published, and is gone"),
        "{}",
        gone.stderr
    );
    scratch.write("content/briefs/j.md", settled("no"));
    assert_eq!(run(&["build"]).code, 0);
    // A name of its own is no way round.
    assert_eq!(run(&["rename", "brief", "j", "k"]).code, 0);
    assert_eq!(run(&["build"]).code, 0, "{}", run(&["build"]).stderr);
    // Held back again, it is in nothing that readers get.
    let text = fs::read_to_string(scratch.root.join("content/briefs/k.md")).unwrap();
    scratch.write("content/briefs/k.md", text.replacen("date =", "draft = true\ndate =", 1));
    scratch.write("content/briefs/l.md", brief("likely", ""));
    let built = run(&["build"]);
    assert_eq!(built.code, 0, "{}", built.stderr);
    let text = String::from_utf8(scratch.output()["judgements/log.txt"].clone()).unwrap();
    assert!(
        text.lines().count() == 3 && text.lines().all(|line| line.starts_with("withheld ")),
        "{text}"
    );
}

#[test]
fn a_renamed_brief_keeps_its_judgements_and_what_continues_them() {
    let scratch = Scratch::small();
    let judgement = "[[judgements]]\nid = \"a\"\ntext = \"They meet.\"\nlikelihood = \"likely\"\n";
    scratch.write(
        "content/briefs/2025-03-01-one.md",
        format!("+++\ntitle = \"One\"\n{judgement}+++\nText.\n"),
    );
    scratch.write(
        "content/briefs/2025-03-02-two.md",
        "---\ntitle: Two\njudgements:\n  - id: b\n    text: They meet.\n    likelihood: likely\n    updates: 2025-03-01-one#a\n---\nText.\n",
    );
    let renamed =
        chancery(&scratch.root, &["rename", "brief", "2025-03-01-one", "2025-03-01-first"]);
    assert_eq!(renamed.code, 0, "{}", renamed.stderr);
    let two = fs::read_to_string(scratch.root.join("content/briefs/2025-03-02-two.md")).unwrap();
    assert!(two.contains("updates: 2025-03-01-first#a"), "{two}");
    assert_eq!(chancery(&scratch.root, &["build"]).code, 0);
}
