use proptest::prelude::*;

use super::*;

/// Reads a document and gives each finding as `code | the marked source | message | help`.
fn findings<T: Document>(text: &str) -> (Option<(T, u32)>, Vec<String>) {
    let file: Arc<str> = "f.md".into();
    let mut diagnostics = Vec::new();
    let read = read::<T>(&file, text, &mut diagnostics);
    let mut shown: Vec<_> = diagnostics
        .iter()
        .map(|d| {
            let span = d.place.as_ref().unwrap().span.unwrap();
            let help = d.help.as_deref().unwrap_or("-");
            (span, format!("{} | {} | {} | {help}", d.code.name(), &text[span.range()], d.message))
        })
        .collect();
    shown.sort();
    (read, shown.into_iter().map(|(_, line)| line).collect())
}

fn good<T: Document>(text: &str) -> T {
    let (read, found) = findings::<T>(text);
    assert_eq!(found, Vec::<String>::new());
    read.unwrap().0
}

fn wrong<T: Document>(text: &str) -> Vec<String> {
    findings::<T>(text).1
}

/// What is wrong with keys of a brief in TOML that is otherwise right.
fn brief(keys: &str) -> Vec<String> {
    wrong::<Brief>(&format!("+++\ntitle = \"T\"\n{keys}\n+++\n"))
}

const TOML: &str = r#"+++
title = "Türkiye hosts talks"
date = 2025-02-27
actors = ["ru", "us"]
topics = ["diplomacy"]
kind = "report"
embargo = 2025-02-27T09:00:00+03:00

[[events]]
title = "Talks"
date = 2025-02-27
coordinates = [41, 28.98]

[[events]]
title = "Annexation"
date = "2014-03"
end = 2014

[extra]
hero = { wide = true, n = [1, 2.5] }
+++
Body.
"#;

const YAML: &str = r#"---
title: Türkiye hosts talks
date: 2025-02-27
actors: [ru, us]
topics:
  - diplomacy
kind: report
summary:
embargo: 2025-02-27T09:00:00+03:00
events:
  - title: Talks
    date: 2025-02-27
    coordinates: [41, 28.98]
  - title: "Annexation"
    date: 2014-03
    end: 2014
extra:
  hero: { wide: true, n: [1, 2.5] }
---
Body.
"#;

/// A brief with its spans forgotten.
fn values(brief: &Brief) -> String {
    let shown = format!("{brief:?}");
    let mut out = String::new();
    let mut rest = shown.as_str();
    while let Some((before, after)) = rest.split_once("span: Span {") {
        out.push_str(before);
        rest = after.split_once('}').unwrap().1;
    }
    out + rest
}

#[test]
fn both_languages_say_the_same() {
    let (toml, yaml) = (good::<Brief>(TOML), good::<Brief>(YAML));
    assert_eq!(values(&toml), values(&yaml));
    assert_eq!(toml.kind, BriefKind::Report);
    assert_eq!(toml.events[1].date.value.to_string(), "2014-03");
    assert_eq!(toml.events[1].end.as_ref().unwrap().value.to_string(), "2014");
    assert_eq!(toml.events[0].coordinates.unwrap().latitude, 41.0);
    assert_eq!(Json::Object(toml.extra.0), json!({ "hero": { "wide": true, "n": [1, 2.5] } }));
}

#[test]
fn spans_are_bytes_of_the_file_with_mark_and_windows_lines() {
    for text in [TOML, YAML] {
        for text in [text.to_owned(), format!("\u{feff}{}", text.replace('\n', "\r\n"))] {
            let (read, found) = findings::<Brief>(&text);
            assert_eq!(found, Vec::<String>::new());
            let (brief, body) = read.unwrap();
            let marked = |span: Span| text[span.range()].trim_matches('"').to_owned();
            assert_eq!(marked(brief.title.span), "Türkiye hosts talks");
            assert_eq!(marked(brief.actors[1].span), "us");
            assert_eq!(marked(brief.topics[0].span), "diplomacy");
            assert_eq!(marked(brief.events[1].title.span), "Annexation");
            assert_eq!(text[body as usize..].trim_end(), "Body.");
        }
    }
}

#[test]
fn front_matter_must_be_there_and_end() {
    assert_eq!(
        wrong::<Page>(""),
        [
            "no-front-matter |  | the document has no front matter | the file is empty: start it with a line `+++`, then `title = \"…\"`, then a line `+++`"
        ]
    );
    assert_eq!(
        wrong::<Page>("# Title\n"),
        [
            "no-front-matter | # Title | the document has no front matter | start the file with a line `+++`, then `title = \"…\"`, then a line `+++`"
        ]
    );
    assert_eq!(
        wrong::<Page>("\n+++\ntitle='a'\n+++\n"),
        [
            "no-front-matter |  | the document has no front matter | its opening line must be the first of the file and hold nothing else"
        ]
    );
    assert_eq!(
        wrong::<Page>("+++\ntitle='a'\n"),
        ["unclosed-front-matter | +++ | the front matter does not end | end it with a line `+++`"]
    );
    assert_eq!(
        wrong::<Page>("+++\ntitle='a'\n---\n"),
        [
            "unclosed-front-matter | +++ | the front matter does not end | it starts with `+++`, so it ends with `+++` too"
        ]
    );
    let (read, found) = findings::<Page>("+++\ntitle='a'\n+++");
    assert_eq!((read.unwrap().1, found.len()), (17, 0));
}

#[test]
fn every_kind_of_mistake_is_said_at_its_place() {
    assert_eq!(
        brief("titel = \"U\""),
        ["unknown-key | titel | a brief has no key `titel` | did you mean `title`?"]
    );
    assert_eq!(
        brief("authors = \"Ann\""),
        [
            "wrong-type | \"Ann\" | `authors` must be a list of texts, not text | put it in brackets: `authors = [\"Ann\"]`"
        ]
    );
    assert_eq!(
        brief("actors = [\"ru\", 7]"),
        [
            "wrong-type | 7 | an item of `actors` must be text, not a whole number | put it in quotes: `\"7\"`"
        ]
    );
    assert_eq!(
        brief("[events]\ntitle = \"E\""),
        [
            "wrong-type | [events] | `events` must be a list of events, not a table | write its header with two brackets: `[[events]]`"
        ]
    );
    assert_eq!(
        brief("[[events]]\ntitle = \"E\"\ndate = 2014\nsummary = \"S\""),
        [
            "unknown-key | summary | an event has no key `summary` | if it belongs to the whole, write it above the first line in brackets: below it, `summary` is a key of that table"
        ]
    );
    assert_eq!(
        brief("draft = \"yes\""),
        [
            "wrong-type | \"yes\" | `draft` must be `true` or `false`, not text | write it like `draft = true`"
        ]
    );
    assert_eq!(
        brief("kind = \"anaylsis\""),
        ["bad-value | \"anaylsis\" | `kind` cannot be `anaylsis` | did you mean `analysis`?"]
    );
    assert_eq!(
        brief("kind = \"poem\""),
        [
            "bad-value | \"poem\" | `kind` cannot be `poem` | write one of analysis, background, report, explainer, update"
        ]
    );
    assert_eq!(
        brief("summary = \" \""),
        ["bad-value | \" \" | `summary` is empty | write something, or leave it out"]
    );
    assert_eq!(
        brief("language = \"english language\""),
        [
            "bad-value | \"english language\" | `language` is not a language tag | write it like \"en\""
        ]
    );
    assert_eq!(
        brief("[[events]]\ntitle = \"E\""),
        ["missing-key | [[events]] | an event must have `date` | add `date = 2025-02-27`"]
    );
    assert_eq!(
        brief(
            "[[events]]\ntitle = \"E\"\ndate = 2014\nend = \"2013-12\"\ncoordinates = [128.98, 41.0]"
        ),
        [
            "bad-value | \"2013-12\" | `end` is 2013-12, before the start 2014 | the end comes after the start",
            "bad-value | 128.98 | `coordinates` has a latitude of 128.98 | a latitude is between -90 and 90; the latitude comes first",
        ]
    );
    assert_eq!(
        wrong::<Page>("---\nweight: 2\n---\n"),
        ["missing-key | --- | a page must have `title` | add `title: \"…\"`"]
    );
    assert_eq!(
        wrong::<Page>("---\ntitle:\n---\n"),
        ["missing-key | --- | a page must have `title` | add `title: \"…\"`"]
    );
    assert_eq!(
        wrong::<Page>("---\ntitle: 2014\n---\n"),
        [
            "wrong-type | 2014 | `title` must be text, not a whole number | put it in quotes: `title: \"2014\"`"
        ]
    );
    assert_eq!(
        wrong::<Actor>(
            "+++\nname = 'A'\nkind = 'state'\niso3166 = 'ru'\nwikidata = 'P1'\nwebsite = 'javascript:x'\n+++\n"
        ),
        [
            "bad-value | 'ru' | `iso3166` is not a country code of two capital letters | write it like \"RU\"",
            "bad-value | 'P1' | `wikidata` is not a Wikidata id | write it like \"Q159\"",
            "bad-value | 'javascript:x' | `website` is not a web address | write it like \"https://example.org/\"",
        ]
    );
}

#[test]
fn dates_are_days_that_exist_and_are_written_in_full() {
    assert_eq!(
        brief("date = 20260920"),
        ["bad-date | 20260920 | `date` is not a date: `20260920` | write it as 2026-09-20"]
    );
    assert_eq!(
        brief("date = \"20260920\""),
        ["bad-date | \"20260920\" | `date` is not a date: `20260920` | write it as 2026-09-20"]
    );
    assert_eq!(
        brief("date = 2025-02-30"),
        [
            "bad-date | 2025-02-30 | `2025-02-30` is not a date | write a date as 2025-02-27 or a time as 2025-02-27T09:00:00Z"
        ]
    );
    assert_eq!(
        brief("date = \"2025-02-30\""),
        [
            "bad-date | \"2025-02-30\" | `date` is not a date: `2025-02-30` | write the day as 2025-02-27, or a time as 2025-02-27T09:00:00Z"
        ]
    );
    assert_eq!(
        wrong::<Brief>("---\ntitle: T\ndate: 2025-02-30\n---\n"),
        [
            "bad-date | 2025-02-30 | `date` is not a date: `2025-02-30` | write the day as 2025-02-27, or a time as 2025-02-27T09:00:00Z"
        ]
    );
    assert_eq!(
        brief("date = 2025-02-27T09:00:00"),
        [
            "bad-date | 2025-02-27T09:00:00 | `date` is not a date: `2025-02-27T09:00:00` | write it as 2025-02-27T09:00:00Z, or with an offset such as +03:00"
        ]
    );
    assert_eq!(
        brief("review_by = 2025-02-27T09:00:00Z"),
        [
            "bad-date | 2025-02-27T09:00:00Z | `review_by` is not a date: `2025-02-27T09:00:00Z` | write it as 2025-02-27"
        ]
    );
    assert_eq!(
        brief("[[events]]\ntitle = \"E\"\ndate = 2014-03"),
        [
            "bad-date | 2014-03 | `2014-03` is not a date | a month without a day is written in quotes: \"2014-03\""
        ]
    );
    assert_eq!(
        brief("[[events]]\ntitle = \"E\"\ndate = \"2014-13\""),
        [
            "bad-date | \"2014-13\" | `date` is not a date: `2014-13` | write 2014-03-18, or \"2014-03\", or 2014: as much as is known"
        ]
    );
    for date in [
        "2025-02-27",
        "2025-02-27T09:00Z",
        "2025-02-27 09:00:00.5-01:30",
        "\"2025-02-27t09:00:00z\"",
    ] {
        assert_eq!(brief(&format!("date = {date}")), Vec::<String>::new(), "{date}");
    }
    for date in ["0000", "14", "2014-3", "2014-03-", "+014", "٢٠١٤"] {
        let found = brief(&format!("[[events]]\ntitle = \"E\"\ndate = \"{date}\""));
        assert!(found.len() == 1 && found[0].starts_with("bad-date"), "{date}: {found:?}");
    }
}

#[test]
fn a_day_begins_in_the_zone_of_the_site() {
    let tz = jiff::tz::TimeZone::fixed(jiff::tz::offset(3));
    let day = Moment::Date(time::parse_day("2025-02-27").unwrap());
    assert_eq!(day.instant(&tz).to_string(), "2025-02-26T21:00:00Z");
    let instant = Moment::Timestamp("2025-02-26T22:00:00Z".parse().unwrap());
    assert_eq!(instant.date(&tz).to_string(), "2025-02-27");
    for edge in ["9999-12-31", "0000-01-01"] {
        Moment::Date(time::parse_day(edge).unwrap()).instant(&tz);
    }
}

#[test]
fn syntax_errors_hide_nothing_else_and_are_said_once() {
    assert_eq!(
        wrong::<Brief>("+++\ntitle = \nkind = \"poem\"\nactors = [\"ru\"\n+++\n").len(),
        3,
        "two of syntax, one of value"
    );
    assert_eq!(
        brief("summary = \"U"),
        [
            "syntax |  | TOML: invalid basic string, expected `\"` | close the quotes on the same line; text of several lines goes between \"\"\""
        ]
    );
    assert_eq!(
        brief("summary = soon"),
        [
            "syntax | soon | TOML: string values must be quoted, expected literal string | put text in quotes"
        ]
    );
    assert_eq!(
        brief("title = \"U\""),
        ["syntax | title | `title` is written twice | keep one of the two"]
    );
    assert_eq!(
        wrong::<Brief>("---\ntitle: T\nkind: poem\nbluf: a: b\n---\n"),
        [
            "bad-value | poem | `kind` cannot be `poem` | write one of analysis, background, report, explainer, update",
            "syntax |  | YAML: mapping values are not allowed in this context | text that holds a colon and a space goes in quotes",
        ]
    );
    assert_eq!(
        wrong::<Page>("---\ntitle: T\ntitle: U\n---\n"),
        ["syntax | title | `title` is written twice | keep one of the two"]
    );
    for (yaml, what) in [
        ("title: &a T", "YAML anchors are not allowed in front matter"),
        ("title: !!str T", "YAML tags are not allowed in front matter"),
        ("title: T\n...\n--- {b: c}", "front matter holds more than one YAML document"),
        ("- a", "YAML front matter must be keys with values, not a list"),
        ("? [a]\n: b", "a key must be text, not a list or a table"),
    ] {
        let found = wrong::<Page>(&format!("---\n{yaml}\n---\n"));
        assert!(found.len() == 1 && found[0].contains(what), "{yaml}: {found:?}");
    }
    let found = wrong::<Page>("---\na: &x 1\ntitle: *x\n---\n");
    assert!(found[0].contains("anchors"), "{found:?}");
}

#[test]
fn many_mistakes_come_at_once() {
    let text = "+++\nname = 3\nkind = \"sate\"\naliases = [1, \"\"]\nfoo = 1\n[[roles]]\nof = \"ru\"\nfrom = 2020-01-01\nto = \"2019\"\n+++\n";
    assert_eq!(
        wrong::<Actor>(text),
        [
            "wrong-type | 3 | `name` must be text, not a whole number | put it in quotes: `name = \"3\"`",
            "bad-value | \"sate\" | `kind` cannot be `sate` | did you mean `state`?",
            "wrong-type | 1 | an item of `aliases` must be text, not a whole number | put it in quotes: `\"1\"`",
            "bad-value | \"\" | an item of `aliases` is empty | write something, or leave it out",
            "unknown-key | foo | an actor has no key `foo` | the keys are name, kind, aliases, weak, metonyms, demonyms, stop, part_of, member_of, roles, country, iso3166, wikidata, website, image, summary, draft, redirects, extra; your own values belong in `extra`",
            "missing-key | [[roles]] | a role must have `title` | add `title = \"…\"`",
        ]
    );
}

#[test]
fn depth_is_bounded_in_both_languages() {
    for depth in [70, 300, 5000] {
        let nested = format!("{}{}", "[".repeat(depth), "]".repeat(depth));
        for text in [
            format!("+++\ntitle = 'T'\n[extra]\na = {nested}\n+++\n"),
            format!("---\ntitle: T\nextra: {{a: {nested}}}\n---\n"),
            format!("+++\ntitle = 'T'\n[extra{}]\n+++\n", ".a".repeat(depth)),
        ] {
            let found = wrong::<Page>(&text);
            assert!(
                !found.is_empty() && found.iter().all(|f| f.starts_with("syntax")),
                "{found:?}"
            );
        }
    }
}

#[test]
fn long_front_matter_is_read_in_linear_time() {
    let time = |lines: usize| {
        let toml: String = (0..lines).map(|n| format!("k{n} = \"é{n}\"\n")).collect();
        let yaml: String = (0..lines).map(|n| format!("  k{n}: é{n}\n")).collect();
        let start = std::time::Instant::now();
        good::<Page>(&format!("+++\ntitle = 'T'\n[extra]\n{toml}+++\n"));
        good::<Page>(&format!("---\ntitle: T\nextra:\n{yaml}---\n"));
        start.elapsed()
    };
    let (short, long) = (time(1_000), time(10_000));
    // Ten times the lines; a quadratic reader would take a hundred times as long.
    assert!(long < short * 50, "{short:?} {long:?}");
}

#[test]
fn schemas_and_reference_follow_the_declarations() {
    let all = schemas();
    for kind in ["brief", "actor", "topic", "storyline", "page"] {
        assert_eq!(all[kind]["$schema"], "https://json-schema.org/draft/2020-12/schema");
        assert_eq!(all[kind]["additionalProperties"], false, "{kind}");
    }
    let brief = &all["brief"];
    assert_eq!(brief["required"], json!(["title"]));
    assert_eq!(brief["properties"]["kind"]["default"], "analysis");
    assert_eq!(brief["properties"]["events"]["items"]["required"], json!(["title", "date"]));
    assert_eq!(brief["properties"]["title"]["description"], "The headline.");
    let reference = reference();
    assert!(reference.contains("| `title` | text | yes | The headline. |"), "{reference}");
    assert!(
        reference.contains("| `actors` | list of texts | no | Ids of the actors it is about. |")
    );
    assert!(reference.contains("\n`[[events]]`:\n\n| key |"));
    assert!(reference.contains("Default: `\"analysis\"`."));
}

/// Text that is likely to get far: the keys, signs and values that front matter is made of.
fn likely() -> impl Strategy<Value = String> {
    let piece = prop::sample::select(vec![
        "title",
        "date",
        "events",
        "extra",
        "kind",
        " = ",
        ": ",
        "\n",
        "\r\n",
        "\"",
        "'",
        "[",
        "]",
        "[[",
        "]]",
        "{",
        "}",
        ",",
        "2025-02-27",
        "2025-02-30",
        "T09:00",
        "Z",
        "2014",
        "-",
        "- ",
        "  ",
        "é",
        "🦀",
        "#",
        "|",
        ">",
        "&a ",
        "*a",
        "!",
        "? ",
        "\"\"\"",
        "0x",
        "1e9",
        ".",
        "true",
        "\t",
        "\u{feff}",
        "%",
        "\u{85}",
        "\\",
        "\\u",
        "\0",
        "~",
        "...",
        "---",
        "+++",
        "\n---\n",
        "\n+++\n",
    ]);
    prop::collection::vec(piece, 0..40).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, failure_persistence: None, ..Default::default() })]

    #[test]
    fn no_input_panics_and_spans_lie_on_characters(
        body in prop_oneof![likely(), ".{0,80}"],
        frame in prop::sample::select(vec![("", ""), ("+++\n", "\n+++\n"), ("---\n", "\n---\n"), ("\u{feff}---\r\n", "\r\n---")]),
    ) {
        let text = format!("{}{body}{}", frame.0, frame.1);
        let file: Arc<str> = "f".into();
        let mut found = Vec::new();
        let brief = read::<Brief>(&file, &text, &mut found);
        prop_assert!(brief.is_some() || !found.is_empty());
        read::<Actor>(&file, &text, &mut found);
        let read = brief.into_iter().flat_map(|(b, _)| b.actors.into_iter().chain([b.title]));
        let spans = read.map(|s| s.span).chain(found.iter().filter_map(|d| d.place.as_ref()?.span));
        for span in spans {
            prop_assert!(text.get(span.range()).is_some(), "{:?} in {:?}", span, text);
        }
    }
}
