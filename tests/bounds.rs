//! Time and depth are bounded: what an author or a template repeats costs so much more, and not a multiple of that;
//! what is nested without end is refused. Work is counted in instructions, by valgrind, so that other programs on the
//! machine make no difference.

mod site;

use std::process::Command;

use site::{Scratch, chancery};

const BRIEF: &str = "content/briefs/2025-02-27-talks.md";

/// How many instructions `check` takes.
fn instructions(scratch: &Scratch) -> u64 {
    let out = scratch.root.join("counted");
    let run = Command::new("valgrind")
        .args(["--tool=callgrind", &format!("--callgrind-out-file={}", out.display())])
        .arg(env!("CARGO_BIN_EXE_chancery"))
        .arg("--root")
        .arg(&scratch.root)
        .args(["--jobs", "1", "--now", "2026-01-01", "check"])
        .output()
        .expect("valgrind counts instructions: install it with your system's packages");
    let said = String::from_utf8_lossy(&run.stderr);
    let count = said.rsplit_once("Collected :").unwrap_or_else(|| panic!("{said}")).1;
    count.split_whitespace().next().unwrap().parse().unwrap()
}

/// Holds the work for a text to growing with it: from twice to four times as much, it takes twice the work that it
/// takes from once to twice. What does not depend on the text falls out.
fn grows_with(what: &str, once: usize, write: impl Fn(&Scratch, usize)) {
    let [a, b, c] = [once, 2 * once, 4 * once].map(|count| {
        let scratch = Scratch::small();
        write(&scratch, count);
        instructions(&scratch)
    });
    let ratio = (c - b) as f64 / (b - a) as f64;
    assert!(ratio < 2.6, "{what}: {a}, {b}, {c} instructions, a ratio of {ratio:.2}");
}

fn numbered(count: usize, one: impl Fn(usize) -> String) -> String {
    (0..count).map(one).collect()
}

/// A brief with front matter and a text.
fn brief(front: &str, text: &str) -> String {
    format!("+++\ntitle = \"Talks\"\n{front}\n+++\n\n{text}\n")
}

#[test]
fn findings_on_one_line_cost_so_much_each() {
    grows_with("unknown links, wikilinks, files and headings", 40, |scratch, count| {
        let line = numbered(count, |n| {
            format!("[a](/dead/{n}/) [[dead {n}]] ![b](dead{n}.png) [c](#dead-{n}) ")
        });
        scratch.write(BRIEF, brief("", &line));
    });
    grows_with("unknown ids", 100, |scratch, count| {
        let ids = numbered(count, |n| format!("\"dead{n}\", "));
        scratch.write(BRIEF, brief(&format!("actors = [{ids}]"), "A text."));
    });
}

#[test]
fn dead_wikilinks_do_not_meet_every_name() {
    grows_with("notes and dead wikilinks", 25, |scratch, count| {
        for n in 0..count {
            let links = numbered(10, |link| format!("[[nothing {n} at {link}]] "));
            let text = format!("+++\ntitle = \"Note {n}\"\ndate = 2025-01-01\n+++\n\n{links}\n");
            scratch.write(&format!("content/briefs/note-{n}.md"), text);
        }
    });
}

#[test]
fn keys_and_headings_cost_so_much_each() {
    grows_with("keys in YAML", 250, |scratch, count| {
        let keys = numbered(count, |n| format!("  key{n}: {n}\n"));
        scratch.write(BRIEF, format!("---\ntitle: Talks\nextra:\n{keys}---\n\nA text.\n"));
    });
    grows_with("keys in TOML", 150, |scratch, count| {
        let keys =
            numbered(count, |n| format!("key{n} = {n}\n[[extra.list]]\nx = 1\n[extra.table{n}]\n"));
        scratch.write(BRIEF, brief(&format!("[extra]\n{keys}"), "A text."));
    });
    grows_with("links to headings", 40, |scratch, count| {
        let text = numbered(count, |n| format!("## Heading {n}\n\n[a](#heading-{n})\n\n"));
        scratch.write(BRIEF, brief("", &text));
    });
}

#[test]
fn what_is_nested_without_end_is_refused() {
    let deep = |open: &str, middle: &str, close: &str| {
        format!("{}{middle}{}", open.repeat(30_000), close.repeat(30_000))
    };
    let templates = [
        (
            "elif",
            format!("{{% if page.draft %}}{}{{% endif %}}", "{% elif page.draft %}".repeat(5_000)),
        ),
        ("fields", format!("{{{{ page{} }}}}", ".a".repeat(30_000))),
        ("parentheses", format!("{{{{ {} }}}}", deep("(", "1", ")"))),
        ("lists", format!("{{{{ {} }}}}", deep("[", "", "]"))),
        ("maps", format!("{{{{ {} }}}}", deep("{\"a\":", "1", "}"))),
        ("not", format!("{{{{ {} }}}}", deep("not (", "1", ")"))),
        ("filters", format!("{{{{ 1{} }}}}", " | str".repeat(30_000))),
        ("operators", format!("{{{{ 1{} }}}}", " or 1".repeat(30_000))),
        ("if", deep("{% if 1 %}", "", "{% endif %}")),
        ("for", deep("{% for a in [1] %}", "", "{% endfor %}")),
    ];
    for (what, text) in templates {
        let scratch = Scratch::small();
        scratch.write("templates/brief.html", text);
        let run = chancery(&scratch.root, &["check", "--now", "2026-01-01"]);
        assert_eq!(run.code, 1, "{what}: {}", run.stderr.chars().take(2000).collect::<String>());
        assert!(run.stderr.contains("error[template-syntax]"), "{what}: {}", run.stderr);
        assert!(run.stderr.contains("templates/brief.html:1:"), "{what}: {}", run.stderr);
    }
    let toml = |value: String| brief(&format!("extra = {{ a = {value} }}"), "A text.");
    let yaml = |value: String| format!("---\ntitle: Talks\nextra: {value}\n---\n\nA text.\n");
    let documents = [
        ("TOML lists", toml(deep("[", "", "]"))),
        ("TOML tables", toml(deep("{a=", "1", "}"))),
        ("YAML lists", yaml(deep("[", "", "]"))),
        ("YAML maps", yaml(deep("{a: ", "1", "}"))),
        ("quotes", brief("", &deep("> ", "a", ""))),
    ];
    for (what, text) in documents {
        let scratch = Scratch::small();
        scratch.write(BRIEF, text);
        let run = chancery(&scratch.root, &["check", "--now", "2026-01-01"]);
        assert_eq!(run.code, 1, "{what}: {}", run.stderr.chars().take(2000).collect::<String>());
        assert!(run.stderr.contains(&format!("{BRIEF}:")), "{what}: {}", run.stderr);
    }
}

#[test]
fn what_goes_on_without_end_is_stopped_and_told() {
    let call = "{% component a() %}{{<b />}}{{<b />}}{% endcomponent a %}\
                {% component b() %}{{<a />}}{{<a />}}{% endcomponent b %}{{<a />}}";
    let ranges = "{% for a in range(end=100000) %}{% for b in range(end=100000) %}\
                  {% for c in range(end=100000) %}{% endfor %}{% endfor %}{% endfor %}";
    let kept = "{% set r = range(end=100000) %}\
                {% for a in r %}{% for b in r %}{% for c in r %}{% endfor %}{% endfor %}{% endfor %}";
    let doubling = |what: &str| what.repeat(60);
    let templates = [
        ("components", call.to_owned()),
        ("ranges", ranges.to_owned()),
        ("a range that is kept", kept.to_owned()),
        ("texts", format!("{{% set a = 'ab' %}}{}", doubling("{% set a = a ~ a %}"))),
        ("lists", format!("{{% set a = [1, 2] %}}{}", doubling("{% set a = [...a, ...a] %}"))),
        ("trees", format!("{{% set a = [1] %}}{}{{{{ a }}}}", doubling("{% set a = [a, a] %}"))),
        (
            "replacing",
            format!(
                "{{% set a = 'ab' %}}{}",
                doubling("{% set a = a | replace(from='a', to='aa') %}")
            ),
        ),
        (
            "captured",
            format!(
                "{{% set a %}}ab{{% endset %}}{}",
                doubling("{% set a %}{{ a }}{{ a }}{% endset %}")
            ),
        ),
        ("includes", "{% include 'brief.html' %}".to_owned()),
        ("parents", "{% extends 'brief.html' %}".to_owned()),
    ];
    for (what, text) in templates {
        let scratch = Scratch::small();
        scratch.write("templates/brief.html", text);
        let run = chancery(&scratch.root, &["check", "--now", "2026-01-01"]);
        assert_eq!(run.code, 1, "{what}: {}", run.stderr.chars().take(2000).collect::<String>());
        assert!(run.stderr.contains("error[template-"), "{what}: {}", run.stderr);
        assert!(run.stderr.contains("brief.html"), "{what}: {}", run.stderr);
    }
}

#[test]
fn long_chains_of_files_are_refused() {
    for tag in ["include", "extends"] {
        let scratch = Scratch::small();
        for n in 0..2000 {
            let text = format!("{{% {tag} \"part{}.html\" %}}", n + 1);
            scratch.write(&format!("templates/part{n}.html"), text);
        }
        scratch.write("templates/part2000.html", "x");
        let run = chancery(&scratch.root, &["check", "--now", "2026-01-01"]);
        assert_eq!(run.code, 1, "{tag}: {}", run.stderr);
        assert!(run.stderr.contains("more than 20 deep"), "{tag}: {}", run.stderr);
    }
    let scratch = Scratch::small();
    for n in 0..2000 {
        let text = format!("+++\nname = \"Topic {n}\"\nparent = \"topic{}\"\n+++\n", n + 1);
        scratch.write(&format!("content/topics/topic{n}.md"), text);
    }
    scratch.write("content/topics/topic2000.md", "+++\nname = \"Topic\"\n+++\n");
    let run = chancery(&scratch.root, &["check", "--now", "2026-01-01"]);
    assert_eq!(run.code, 1, "{}", run.stderr);
    assert!(run.stderr.contains("topics deep"), "{}", run.stderr);
}

#[test]
fn lists_within_lists_of_a_page_are_stopped() {
    let scratch = Scratch::small();
    for n in 0..40 {
        let text = format!("+++\nname = \"Person {n}\"\nkind = \"person\"\n+++\n");
        scratch.write(&format!("content/actors/person-{n}.md"), text);
    }
    let loops = "{% for a in g.actors %}".repeat(8) + "x" + &"{% endfor %}".repeat(8);
    let list = format!("{{% for g in groups %}}{loops}{{% endfor %}}");
    scratch.write("templates/actors.html", list);
    let run = chancery(&scratch.root, &["check", "--now", "2026-01-01"]);
    assert_eq!(run.code, 1, "{}", run.stderr);
    assert!(run.stderr.contains("turns of loops"), "{}", run.stderr);
    assert!(run.stderr.contains("templates/actors.html:1:"), "{}", run.stderr);
}

#[test]
fn nothing_from_a_document_is_obeyed_by_a_terminal() {
    let hostile = "\u{1b}]0;x\u{7}\u{9b}2J\u{202e}\u{200b}\u{2066}";
    for format in ["human", "json", "sarif", "github"] {
        let scratch = Scratch::small();
        scratch
            .write(BRIEF, brief("", &format!("[a](/dead{hostile}/) [[dead {hostile}::error::x]]")));
        scratch.write(&format!("content/briefs/evil{hostile}.md"), brief("", "[a](/dead/)"));
        scratch.write(
            &format!("content/briefs/way\u{202e}.md"),
            brief("date = 2025-01-01", "[a](/dead/)"),
        );
        let run = chancery(&scratch.root, &["check", "--format", format, "--now", "2026-01-01"]);
        let all = run.stdout + &run.stderr;
        assert!(all.contains("dead"), "{format}: {all}");
        for c in ['\u{1b}', '\u{7}', '\u{9b}', '\u{202e}', '\u{200b}', '\u{2066}'] {
            assert!(!all.contains(c), "{format}: {c:?} in {all:?}");
        }
        assert!(all.contains("<U+202E>"), "{format}: {all}");
        if format == "json" {
            let found: serde_json::Value = serde_json::from_str(&all).unwrap();
            let files: Vec<_> = found.as_array().unwrap().iter().map(|d| &d["file"]).collect();
            assert!(files.iter().any(|file| **file == "content/briefs/way\u{202e}.md"), "{all}");
        }
    }
}
