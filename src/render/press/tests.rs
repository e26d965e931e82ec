use std::cell::Cell;
use std::collections::BTreeMap;
use std::path::Path;

use proptest::prelude::*;
use proptest::test_runner::TestRunner;

use super::super::value::{IntoValue, Seen, Value, list};
use super::super::view::{BriefCard, Ref};
use super::super::{Manner, PageKind, Renderer, templates};
use super::{NOWHERE, Press};
use crate::diagnostic::Diagnostics;
use crate::html::Html;
use crate::{Request, Site};

fn site(root: &Path) -> Option<Site> {
    let now = "2026-01-01T00:00:00Z".parse().unwrap();
    let request = Request { base_url: None, drafts: true, proof: false, now };
    Site::read(root, &request, &mut Diagnostics::new())
}

fn renderer(site: &Site, offline: bool) -> Option<Renderer> {
    let Site { graph, plan, config, sources, .. } = site;
    let manner = Manner { now: "2026-01-01T00:00:00Z".parse().unwrap(), offline };
    Renderer::new(graph, plan, config, sources, manner, None, &mut Diagnostics::new())
}

/// Every page of a site that a template makes, by the press and by Tera; whether the press knew it.
fn pages(root: &Path) -> Vec<(String, bool)> {
    let mut all = Vec::new();
    for offline in [false, true] {
        let Some(site) = site(root) else { return all };
        let Some(renderer) = renderer(&site, offline) else { return all };
        let whole = renderer.pages(true);
        let single = renderer.pages(false);
        for planned in &site.plan.files {
            let Some(page) = planned.output.page() else { continue };
            let template = page.kind().template;
            let variables = whole.variables(planned, page);
            let by_tera = whole.by_tera(template, &variables, planned);
            let setting = whole.setting(planned);
            let print = |variables: &[_], stamps, paper: &mut String| {
                renderer.theme.press.print(template, variables, setting, stamps, paper)
            };
            let mut printed = String::new();
            let known = print(&variables, None, &mut printed);
            if known {
                let place = format!("{} of {}", planned.path, root.display());
                assert_eq!(Some(&printed), by_tera.as_ref().ok(), "{place}");
                // One page by itself, and one of all, with stamps.
                let stamps = whole.shared.as_ref().map(|shared| &shared.stamps);
                for (pages, stamps) in [(&single, None), (&whole, stamps)] {
                    let mut again = String::new();
                    assert!(print(&pages.variables(planned, page), stamps, &mut again), "{place}");
                    assert_eq!(again, printed, "{place}");
                }
            }
            all.push((template.to_owned(), known));
        }
    }
    all
}

#[test]
fn the_press_prints_every_page_of_the_demo_as_tera_does() {
    let pages = pages(Path::new(env!("CARGO_MANIFEST_DIR")));
    assert!(pages.len() > 100, "{}", pages.len());
    for (template, known) in pages {
        assert!(known, "{template}");
    }
}

#[test]
#[allow(clippy::disallowed_methods, reason = "a test finds its sites")]
fn the_press_prints_every_page_of_the_golden_sites_as_tera_does() {
    let sites = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/sites");
    let mut printed = 0;
    for site in std::fs::read_dir(sites).unwrap() {
        printed += pages(&site.unwrap().path()).iter().filter(|(_, known)| *known).count();
    }
    assert!(printed > 50, "{printed}");
}

#[test]
#[allow(clippy::disallowed_methods, reason = "a test prepares files")]
fn the_press_and_tera_agree_on_what_comes_out_as_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| {
        let path = folder.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    };
    write("site.toml", "title = \"S\"\nbase_url = \"https://s.example/\"\n");
    write("content/briefs/o.md", "+++\ntitle = \"O\"\ndate = 2025-01-01\n+++\n");
    for (name, text) in
        [("a", "&nbsp;"), ("b", "<!-- x -->"), ("c", "[](o.md)"), ("d", "[[o]]"), ("e", "x")]
    {
        write(
            &format!("content/briefs/{name}.md"),
            &format!("+++\ntitle = \"T\"\ndate = 2025-01-01\nbluf = '{text}'\n+++\n{text}\n"),
        );
    }
    let pages = pages(folder.path());
    let printed = pages.iter().filter(|(template, known)| *known && template == "brief.html");
    assert_eq!(printed.count(), 12);
}

#[test]
fn the_press_knows_the_whole_theme() {
    let demo = site(Path::new(env!("CARGO_MANIFEST_DIR"))).unwrap();
    let renderer = renderer(&demo, false).unwrap();
    for page in PageKind::ALL.iter().map(|kind| kind.template) {
        assert!(renderer.theme.press.knows(page), "{page}");
    }
}

/// Random sites, as the tests of the whole program make them.
#[path = "../../../tests/site/random.rs"]
#[allow(dead_code, reason = "sites are not edited here")]
mod random;

#[test]
#[allow(clippy::disallowed_methods, reason = "a test prepares files")]
fn the_press_prints_every_page_of_random_sites_as_tera_does() {
    let printed = Cell::new(0);
    random::hold(10, random::Case::of_site, |case| {
        let folder = tempfile::tempdir().unwrap();
        for (name, text) in &case.files {
            let path = folder.path().join(name);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, text).unwrap();
        }
        printed
            .set(printed.get() + pages(folder.path()).iter().filter(|(_, known)| *known).count());
        Ok(())
    });
    // Else it would have compared nothing.
    assert!(printed.get() > 20, "{}", printed.get());
}

/// What Tera and the press make of templates; the last is rendered.
fn both(
    templates: &[(&str, &str)],
    variables: &[(&'static str, Value<'_>)],
) -> (Option<String>, Option<String>) {
    let constants = BTreeMap::from([
        ("word", tera::Value::from("a <word>")),
        ("words", tera::Value::from(vec!["x", "y&", "z"])),
    ]);
    let mut tera = tera::Tera::default();
    tera.register_filter("safe", templates::safe);
    let by_tera = tera
        .set_fallback_prefixes(vec![templates::BUILTIN])
        .and_then(|()| tera.add_raw_templates(templates.to_vec()))
        .and_then(|()| {
            let mut context = tera::Context::new();
            for (name, value) in variables {
                context.insert_value(*name, Seen::from(value).to_tera(NOWHERE));
            }
            for (name, value) in constants.clone() {
                tera.global_context().insert_value(name, value);
            }
            tera.render("page.html", &context)
        });
    let press =
        Press::new(templates.iter().copied(), templates::BUILTIN, ["page.html"], &constants);
    let mut printed = String::new();
    let by_press = press.print("page.html", variables, NOWHERE, None, &mut printed);
    let by_press = by_press.then_some(printed);
    (by_tera.ok(), by_press)
}

fn variables() -> Vec<(&'static str, Value<'static>)> {
    let r = |name: &'static str| Ref { name, path: "p/", kind: "state", summary: None };
    let card = BriefCard {
        title: "Tom & \"Jerry\"",
        path: "briefs/x/",
        date: "2025-01-02".to_owned(),
        date_text: "2 January 2025".to_owned(),
        summary: Some("It's <b>bold</b>"),
        kind: "report",
        kind_text: "Report",
        draft: false,
        mark: None,
        reading_minutes: 3,
        actors: vec![r("Ä").into_value(), r("B<").into_value()],
        topics: Vec::new(),
        storyline: None,
    };
    vec![
        ("b", card.into_value()),
        ("none", Value::None),
        ("yes", true.into_value()),
        ("n", 2_usize.into_value()),
        ("text", "one 'two' ünf".into_value()),
        ("html", Value::Html(Html::of("<i>x</i>"))),
        ("items", list(["a", "b", "<c>"])),
        ("empty", list(Vec::<&str>::new())),
        ("half", 0.5.into_value()),
    ]
}

/// Prints a template both ways: if the press prints it, Tera does the same.
fn same(templates: &[(&str, &str)]) -> Option<String> {
    let (by_tera, by_press) = both(templates, &variables());
    if by_press.is_some() {
        assert_eq!(by_press, by_tera, "{templates:?}");
    }
    by_press
}

fn page(text: &str) -> Option<String> {
    same(&[("page.html", text)])
}

#[test]
fn the_language_that_the_press_knows() {
    let known = [
        ("plain", "plain"),
        ("a {#- c -#} b", "ab"),
        ("a {# c -#} b", "a b"),
        ("a\n{%- if yes -%}\n b \n{%- endif %}\n", "ab\n"),
        (
            "{{ b.title }}|{{ b.summary }}|{{ html }}|{{ html | safe }}",
            "Tom &amp; &quot;Jerry&quot;|It&#39;s &lt;b&gt;bold&lt;/b&gt;|<i>x</i>|<i>x</i>",
        ),
        ("{{ n }}{{ yes }}{{ none }}", "2true"),
        (
            "{% for x in items %}{{ loop.index }}{{ x }}{% if not loop.last %}, {% endif %}{% endfor %}",
            "1a, 2b, 3&lt;c&gt;",
        ),
        ("{% for x in empty %}x{% else %}nothing{% endfor %}", "nothing"),
        ("{% for w in words %}{{ loop.index0 }}{{ w }}{% endfor %}", "0x1y&amp;2z"),
        (
            "{% for w in words %}{% for x in items %}{{ w }}{{ x }}{% if loop.first %}!{% endif %}{% endfor %}{% endfor %}",
            "xa!xbx&lt;c&gt;y&amp;a!y&amp;by&amp;&lt;c&gt;za!zbz&lt;c&gt;",
        ),
        ("{% if n == 1 %}1{% elif n == 2 %}2{% else %}3{% endif %}", "2"),
        ("{% if n > 1 and n <= 2 or none %}in{% endif %}", "in"),
        ("{% if text[:3] in [\"one\", \"two\"] %}yes{% endif %}{{ text[11:] }}", "yesnf"),
        (
            "{{ items | length }}{{ text | length }}{{ items | join(sep=\" & \") }}",
            "313a &amp; b &amp; &lt;c&gt;",
        ),
        ("{{ missing?.x or b.title }}{% if missing %}x{% endif %}", "Tom &amp; &quot;Jerry&quot;"),
        (
            "{% if b?.storyline or b.actors %}{{ b?.title or none }}{% endif %}",
            "Tom &amp; &quot;Jerry&quot;",
        ),
        ("{% if b.path is starting_with(pat=\"briefs\") %}brief{% endif %}", "brief"),
        ("{% if b.path is not starting_with(pat=word) %}{{ word }}{% endif %}", "a &lt;word&gt;"),
        ("{% if not b.summary %}a{% elif b.path == text %}b{% else %}c{% endif %}", "c"),
        (
            "{% component c(b: map, n: integer = 7, s=\"<s>\") %}{{ b.title }}{{ n }}{{ s }}{% if yes %}!{% endif %}{% endcomponent c %}{{<c b={b} />}}",
            "Tom &amp; &quot;Jerry&quot;7&lt;s&gt;",
        ),
        (
            "{% component in(items: array) %}{% for i in items %}{{ i.name }}{% endfor %}{% endcomponent %}{% component out(b) %}[{{<in items={b.actors} />}}]{% endcomponent %}{{<out b />}}",
            "[ÄB&lt;]",
        ),
    ];
    for (text, expected) in known {
        assert_eq!(page(text).as_deref(), Some(expected), "{text}");
    }
}

#[test]
fn parents_blocks_and_includes() {
    let base = (
        "builtin/base.html",
        "<{% block a %}A{% block b %}B{% endblock %}{% endblock a %}>{% block c %}C{% endblock %}",
    );
    let middle = (
        "builtin/middle.html",
        "{% extends \"base.html\" %}{% block c %}[{{ super() }}]{% endblock %}{% block b %}b{{ n }}{% endblock %}",
    );
    let page = (
        "page.html",
        "{% extends \"middle.html\" %} {% block c %}({{ super() }}{{ b.title }}){% endblock %}",
    );
    assert_eq!(
        same(&[base, middle, page]).as_deref(),
        Some("<Ab2>([C]Tom &amp; &quot;Jerry&quot;)")
    );
    let own = ("base.html", "own {% block b %}{% endblock %}{% block c %}{% endblock %}");
    assert_eq!(
        same(&[base, own, middle, page]).as_deref(),
        Some("own b2([]Tom &amp; &quot;Jerry&quot;)")
    );
    let included = ("part.html", "{{ x }}{{ text }}");
    let page = ("page.html", "{% for x in items %}{% include \"part.html\" %}{% endfor %}");
    assert!(same(&[included, page]).is_some());
    // A component of the site's own stands in for the built-in one.
    let theirs = ("builtin/parts.html", "{% component c() %}theirs{% endcomponent %}");
    let ours = ("parts.html", "{% component c() %}ours{% endcomponent %}");
    let page = ("page.html", "{{<c />}}");
    assert_eq!(same(&[theirs, page]).as_deref(), Some("theirs"));
    assert_eq!(same(&[theirs, ours, page]).as_deref(), Some("ours"));
    // One that cannot be read is not passed by.
    let beyond = ("page.html", "{{ text | upper }}");
    assert_eq!(same(&[("builtin/page.html", "built in"), beyond]), None);
    let beyond =
        ("base.html", "{{ text | upper }}{% block b %}{% endblock %}{% block c %}{% endblock %}");
    let page = ("page.html", "{% extends \"middle.html\" %}");
    assert_eq!(same(&[base, beyond, middle, page]), None);
    // A component that cannot be read might be any.
    let ours = ("parts.html", "{% component c(...rest) %}ours{% endcomponent %}");
    assert_eq!(same(&[theirs, ours, page]), None);
}

#[test]
fn templates_that_would_grow_without_end_are_left_to_tera() {
    let mut text = String::from("{% component c0(x) %}{{ x }}{% endcomponent %}");
    for n in 1..19 {
        let call = format!("{{{{<c{} x={{x or x}} />}}}}", n - 1);
        text += &format!("{{% component c{n}(x) %}}{call}{{% endcomponent %}}");
    }
    assert_eq!(
        page(&format!("{text}{{{{<c3 x={{text}} />}}}}")).as_deref(),
        Some("one &#39;two&#39; ünf")
    );
    assert_eq!(page(&format!("{text}{{{{<c18 x={{text}} />}}}}")), None);
}

#[test]
fn what_the_press_is_not_sure_of_is_left_to_tera() {
    let unknown = [
        "{{ missing }}",
        "{{ b.missing }}",
        "{{ none.x.y }}",
        "{{ half }}",
        "{{ items }}",
        "{{ b }}",
        "{{ text | upper }}",
        "{{ n + 1 }}",
        "{{ text ~ n }}",
        "{% set x = 1 %}{{ x }}",
        "{% for k, v in b %}{{ k }}{% endfor %}",
        "{% for c in text %}{{ c }}{% endfor %}",
        "{{ text[0] }}",
        "{{ \"a\\\"b\" }}",
        "{% raw %}{{ x }}{% endraw %}",
        "{% component c(s: string) %}{{ s }}{% endcomponent %}{{<c s={n} />}}",
        "{% component c(s: string) %}{{ s }}{% endcomponent %}{{<c />}}",
        "{% component c() %}{{<c />}}{% endcomponent %}{{<c />}}",
        "{% component c() %}{{ b.title }}{% endcomponent %}{{<c />}}",
        "{% if b %}",
        "{% endif %}",
        "{{ b.title",
        "{# never closed",
        "{{ not not yes }}",
    ];
    for text in unknown {
        assert_eq!(page(text), None, "{text}");
    }
}

/// Templates of the constructs that the press may know, and of values that may not fit.
fn pieces() -> impl Strategy<Value = String> {
    let value = prop_oneof![
        Just("b.title"),
        Just("b.path"),
        Just("b.actors"),
        Just("b.storyline"),
        Just("none"),
        Just("yes"),
        Just("n"),
        Just("text"),
        Just("html"),
        Just("items"),
        Just("empty"),
        Just("half"),
        Just("word"),
        Just("words"),
        Just("missing"),
        Just("x"),
        Just("x.name"),
        Just("loop.first"),
        Just("loop.index"),
        Just("b?.title"),
        Just("x?.name"),
        Just("\"a<\""),
        Just("2"),
        Just("true"),
        Just("text[1:4]"),
        Just("items[:2]"),
        Just("(n)"),
        Just("[1, 2]"),
    ];
    let expression =
        (value.clone(), value.clone(), 0..14_usize).prop_map(|(a, b, which)| match which {
            0 => format!("not {a}"),
            1 => format!("{a} and {b}"),
            2 => format!("{a} or {b}"),
            3 => format!("{a} == {b}"),
            4 => format!("{a} != {b}"),
            5 => format!("{a} < {b}"),
            6 => format!("{a} in {b}"),
            7 => format!("{a} | length"),
            8 => format!("{a} | safe"),
            9 => format!("{a} | join(sep={b})"),
            10 => format!("{a} is starting_with(pat={b})"),
            11 => format!("{a} or {b} and not {a} == {b}"),
            _ => a.to_owned(),
        });
    let leaf = prop_oneof![
        expression.clone().prop_map(|e| format!("{{{{ {e} }}}}")),
        expression.clone().prop_map(|e| format!(" {{{{- {e} -}}}} ")),
        Just(" text \n".to_owned()),
        Just("{#- comment -#} ".to_owned()),
        value.clone().prop_map(|v| format!("{{{{<c v={{{v}}} />}}}}")),
    ];
    leaf.prop_recursive(4, 24, 4, move |inner| {
        let inner = proptest::collection::vec(inner, 0..3).prop_map(|parts| parts.concat());
        prop_oneof![
            (expression.clone(), inner.clone(), inner.clone())
                .prop_map(|(e, a, b)| format!("{{% if {e} -%}}{a}{{% else %}}{b}{{%- endif %}}")),
            (value.clone(), inner.clone(), inner.clone()).prop_map(|(v, a, b)| format!(
                "{{% for x in {v} %}}{a}{{% else %}}{b}{{% endfor -%}}"
            )),
            inner,
        ]
    })
}

#[test]
fn whatever_the_press_prints_tera_prints() {
    let component = "{% component c(v: array, s=\"\") %}{% for x in v %}{{ x }}{{ s }}{% endfor %}{% endcomponent c %}";
    let mut runner = TestRunner::new(ProptestConfig::with_cases(2000));
    let printed = Cell::new(0);
    runner
        .run(&pieces(), |text| {
            printed.set(printed.get() + usize::from(page(&format!("{component}{text}")).is_some()));
            Ok(())
        })
        .unwrap();
    // Else it would have compared nothing.
    assert!(printed.get() > 400, "{}", printed.get());
}

#[test]
fn every_brief_of_the_demo_has_a_stamp() {
    let demo = site(Path::new(env!("CARGO_MANIFEST_DIR"))).unwrap();
    let renderer = renderer(&demo, false).unwrap();
    let briefs: Vec<_> = demo.graph.documents.briefs.keys().collect();
    let stamps = renderer.theme.press.stamps(&briefs, &renderer);
    assert!(briefs.len() > 5 && briefs.iter().all(|brief| stamps.of(*brief).is_some()));
}
