//! Time and depth are bounded: what is nested without end, or goes on without end, is refused. That what is repeated
//! costs so much each is held by `scripts/growth`.

#![allow(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test prepares files, and may stop where it fails"
)]

mod site;

use site::{Scratch, chancery};

const BRIEF: &str = "content/briefs/2025-02-27-talks.md";

/// A brief with front matter and a text.
fn brief(front: &str, text: &str) -> String {
    format!("+++\ntitle = \"Talks\"\n{front}\n+++\n\n{text}\n")
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
        (
            "indenting",
            format!(
                "{{% set a = '\n' %}}{}{{{{ a | indent(width=1000, blank=true) | length }}}}",
                "{% set a = a ~ a %}".repeat(20)
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
        scratch.write("content/briefs/way\u{202e}.md", brief("date = 2025-01-01", "[a](/dead/)"));
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

/// Each actor of a brief is shown with all others.
#[test]
fn a_brief_and_an_event_have_so_many_actors() {
    let scratch = Scratch::small();
    for n in 0..201 {
        let text = format!("+++\nname = \"Person {n}\"\nkind = \"person\"\n+++\n");
        scratch.write(&format!("content/actors/person-{n}.md"), text);
    }
    let check = |list: &str, whose: &str, count: usize| {
        let ids: String = (0..count).map(|n| format!("\"person-{n}\", ")).collect();
        scratch.write(BRIEF, brief(&format!("{list} = [{ids}]"), "A text."));
        let run = chancery(&scratch.root, &["check", "--now", "2026-01-01"]);
        let refused = run.stderr.contains(&format!("{whose} has {count} actors; it may have 200"));
        assert_eq!((run.code, refused), (i32::from(count > 200), count > 200), "{}", run.stderr);
    };
    for count in [200, 201] {
        check("actors", "the brief", count);
        check("[[events]]\ntitle = \"Event\"\ndate = 2025\nactors", "the event", count);
    }
}
