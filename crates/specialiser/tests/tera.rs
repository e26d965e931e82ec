//! Whatever a compiled template prints, Tera prints the same.

use std::cell::Cell;
use std::collections::BTreeMap;

use proptest::prelude::*;
use proptest::test_runner::TestRunner;
use specialiser::{Input, Kind, Limits, Object, Templates, Value, Verbatim};
use tera::{Kwargs, Map, State, TeraResult};

const FALLBACK: &str = "builtin/";
const LIMITS: Limits = Limits { turns: 1000, bytes: 100_000 };

/// What a small host has: values, of which maps and lists are looked up.
#[derive(Clone, Debug)]
enum Data {
    None,
    Bool(bool),
    Integer(i64),
    Float(f64),
    Text(&'static str),
    Html(&'static str),
    List(Vec<Data>),
    Map(Vec<(&'static str, Data)>),
}

/// A list, a map, or HTML that is written when it is printed.
#[derive(Clone, Copy, Debug)]
enum Ref<'v> {
    List(&'v [Data]),
    Map(&'v [(&'static str, Data)]),
    Html(Html<'v>),
}

/// The name of a field.
#[derive(Clone)]
struct Name(String);

/// HTML of the host.
#[derive(Clone, Copy, Debug)]
struct Html<'v>(&'v str);

impl From<&str> for Name {
    fn from(name: &str) -> Name {
        Name(name.to_owned())
    }
}

impl<'v> Verbatim<'v> for Html<'v> {
    fn as_str(self) -> &'v str {
        self.0
    }
}

impl<'v> Object<'v> for Ref<'v> {
    type Field = Name;
    type Source = ();
    type Plain = Html<'v>;
    type Html = Html<'v>;

    fn kind(self) -> Kind {
        match self {
            Ref::List(items) => Kind::List(items.len()),
            Ref::Map(_) => Kind::Map,
            Ref::Html(_) => Kind::Html,
        }
    }

    fn item(self, at: usize) -> Option<Value<'v, Self>> {
        let Ref::List(items) = self else { return None };
        items.get(at).map(Data::see)
    }

    fn slice(self, start: usize, end: usize) -> Self {
        let Ref::List(items) = self else { return self };
        Ref::List(items.get(start..end).unwrap_or_default())
    }

    fn field(self, field: &Name, (): ()) -> Value<'v, Self> {
        let Ref::Map(fields) = self else { return Value::Undefined };
        let found = fields.iter().find(|(name, _)| *name == field.0);
        found.map_or(Value::Undefined, |(_, data)| data.see())
    }

    fn write(self, (): (), page: &mut String) {
        if let Ref::Html(html) = self {
            page.push_str(html.0);
        }
    }

    fn fragment(self) -> Option<usize> {
        let Value::Integer(number) = self.field(&Name("number".to_owned()), ()) else {
            return None;
        };
        usize::try_from(number).ok()
    }
}

impl Data {
    fn see(&self) -> Value<'_, Ref<'_>> {
        match self {
            Data::None => Value::None,
            Data::Bool(truth) => Value::Bool(*truth),
            Data::Integer(number) => Value::Integer(*number),
            Data::Float(number) => Value::Float(*number),
            Data::Text(text) if text.bytes().all(|byte| specialiser::escaped(byte).is_none()) => {
                Value::Plain(Html(text))
            }
            Data::Text(text) => Value::Text(text),
            // Both ways of HTML come up.
            Data::Html(html) if html.len() % 2 == 0 => Value::Html(Html(html)),
            Data::Html(html) => Value::Object(Ref::Html(Html(html))),
            Data::List(items) => Value::Object(Ref::List(items)),
            Data::Map(fields) => Value::Object(Ref::Map(fields)),
        }
    }

    fn to_tera(&self) -> tera::Value {
        match self {
            Data::None => tera::Value::none(),
            Data::Bool(truth) => (*truth).into(),
            Data::Integer(number) => (*number).into(),
            Data::Float(number) => (*number).into(),
            Data::Text(text) => (*text).into(),
            Data::Html(html) => tera::Value::safe_string(html),
            Data::List(items) => items.iter().map(Data::to_tera).collect::<Vec<_>>().into(),
            Data::Map(fields) => {
                let fields = fields.iter().map(|(name, data)| ((*name).into(), data.to_tera()));
                fields.collect::<Map>().into()
            }
        }
    }
}

fn variables() -> Vec<(&'static str, Data)> {
    let named = |name| Data::Map(vec![("name", Data::Text(name)), ("path", Data::Text("p/"))]);
    let b = Data::Map(vec![
        ("title", Data::Text("Tom & \"Jerry\"")),
        ("path", Data::Text("things/x/")),
        ("summary", Data::Text("It's <b>bold</b>")),
        ("tags", Data::List(vec![named("Ä"), named("B<")])),
        ("series", Data::None),
    ]);
    vec![
        ("b", b),
        ("none", Data::None),
        ("yes", Data::Bool(true)),
        ("n", Data::Integer(2)),
        ("text", Data::Text("one 'two' ünf")),
        ("html", Data::Html("<i>x</i>")),
        ("written", Data::Html("<b>x</b>!")),
        ("items", Data::List(["a", "b", "<c>"].map(Data::Text).into())),
        ("empty", Data::List(Vec::new())),
        ("half", Data::Float(0.5)),
    ]
}

fn variable<'v>(variables: &'v [(&str, Data)], name: &str) -> Value<'v, Ref<'v>> {
    let found = variables.iter().find(|(known, _)| *known == name);
    found.map_or(Value::Undefined, |(_, data)| data.see())
}

/// The host's own filter `safe`, which takes HTML and nothing else.
fn safe(value: &tera::Value, _: Kwargs, _: &State<'_>) -> TeraResult<tera::Value> {
    match value.as_str() {
        Some(_) if value.is_safe() => Ok(value.clone()),
        _ => Err(tera::Error::message("no HTML")),
    }
}

/// What is made of a page.
struct Page {
    by_tera: Option<String>,
    compiled: Option<String>,
    /// With fragments of all things.
    copied: Option<String>,
    /// How many fragments there are.
    fragments: usize,
}

fn pages_of(templates: &[(&str, &str)], variables: &[(&'static str, Data)]) -> Page {
    let constants = BTreeMap::from([
        ("word", tera::Value::from("a <word>")),
        ("words", tera::Value::from(vec!["x", "y&", "z"])),
    ]);
    let mut tera = tera::Tera::default();
    tera.register_filter("safe", safe);
    let by_tera = tera
        .set_fallback_prefixes(vec![FALLBACK])
        .and_then(|()| tera.add_raw_templates(templates.to_vec()))
        .and_then(|()| {
            let mut context = tera::Context::new();
            for (name, data) in variables {
                context.insert_value(*name, data.to_tera());
            }
            for (name, value) in constants.clone() {
                tera.global_context().insert_value(name, value);
            }
            tera.render("page.html", &context)
        });
    let compiled = Templates::<Name>::new(&Input {
        templates: templates.to_vec(),
        fallback: FALLBACK,
        pages: &["page.html"],
        constants: &constants,
        repeated: Some("entry"),
        limits: LIMITS,
    });
    let print = |fragments| {
        let mut page = String::new();
        let variable = |name: &str| variable(variables, name);
        compiled.print("page.html", variable, (), fragments, &mut page).then_some(page)
    };
    let fragment = |thing: &Data| match thing.see() {
        Value::Object(object) => compiled.fragment(object, ()),
        _ => None,
    };
    let things = variables.iter().find(|(name, _)| *name == "things");
    let fragments: Vec<_> = match things {
        Some((_, Data::List(things))) => things.iter().map(fragment).collect(),
        _ => Vec::new(),
    };
    Page {
        by_tera: by_tera.ok(),
        compiled: print(&[]),
        copied: print(&fragments),
        fragments: fragments.iter().flatten().count(),
    }
}

/// Prints a page both ways: if the compiled template does, Tera does the same.
fn same(templates: &[(&str, &str)]) -> Option<String> {
    let page = pages_of(templates, &variables());
    if page.compiled.is_some() {
        assert_eq!(page.compiled, page.by_tera, "{templates:?}");
    }
    page.compiled
}

fn page(text: &str) -> Option<String> {
    same(&[("page.html", text)])
}

#[test]
fn the_language_that_is_known() {
    let known = [
        ("plain", "plain"),
        ("a {#- c -#} b", "ab"),
        ("a {# c -#} b", "a b"),
        ("a\n{%- if yes -%}\n b \n{%- endif %}\n", "ab\n"),
        (
            "{{ b.title }}|{{ b.summary }}|{{ html }}|{{ html | safe }}|{{ written | safe }}",
            "Tom &amp; &quot;Jerry&quot;|It&#39;s &lt;b&gt;bold&lt;/b&gt;|<i>x</i>|<i>x</i>|<b>x</b>!",
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
            "{% if b?.series or b.tags %}{{ b?.title or none }}{% endif %}",
            "Tom &amp; &quot;Jerry&quot;",
        ),
        ("{% if b.path is starting_with(pat=\"things\") %}thing{% endif %}", "thing"),
        ("{% if b.path is not starting_with(pat=word) %}{{ word }}{% endif %}", "a &lt;word&gt;"),
        ("{% if not b.summary %}a{% elif b.path == text %}b{% else %}c{% endif %}", "c"),
        (
            "{% component c(b: map, n: integer = 7, s=\"<s>\") %}{{ b.title }}{{ n }}{{ s }}{% if yes %}!{% endif %}{% endcomponent c %}{{<c b={b} />}}",
            "Tom &amp; &quot;Jerry&quot;7&lt;s&gt;",
        ),
        (
            "{% component in(items: array) %}{% for i in items %}{{ i.name }}{% endfor %}{% endcomponent %}{% component out(b) %}[{{<in items={b.tags} />}}]{% endcomponent %}{{<out b />}}",
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
fn what_is_not_sure_is_left_to_tera() {
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

/// Values that may not fit where they stand.
#[rustfmt::skip]
const VALUES: &[&str] = &[
    "b.title", "b.path", "b.tags", "b.series", "none", "yes", "n", "text", "html", "written", "items", "empty", "half", "word",
    "words", "missing", "x", "x.name", "loop.first", "loop.index", "b?.title", "x?.name", "\"a<\"", "2", "true", "text[1:4]",
    "items[:2]", "(n)", "[1, 2]",
];

/// Templates of the constructs that may be known.
fn pieces(values: &'static [&'static str]) -> impl Strategy<Value = String> {
    let value = proptest::sample::select(values);
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
fn whatever_is_printed_tera_prints() {
    let component = "{% component c(v: array, s=\"\") %}{% for x in v %}{{ x }}{{ s }}{% endfor %}{% endcomponent c %}";
    let mut runner = TestRunner::new(ProptestConfig::with_cases(2000));
    let printed = Cell::new(0);
    runner
        .run(&pieces(VALUES), |text| {
            printed.set(printed.get() + usize::from(page(&format!("{component}{text}")).is_some()));
            Ok(())
        })
        .unwrap();
    // Else it would have compared nothing.
    assert!(printed.get() > 400, "{}", printed.get());
}

#[test]
fn safe_takes_html_alone() {
    for text in
        ["{{ text | safe }}", "{{ b.path | safe }}", "{{ word | safe }}", "{{ \"<i>\" | safe }}"]
    {
        assert_eq!(page(text), None, "{text}");
    }
}

#[test]
fn what_takes_more_than_a_page_may_is_left_to_tera() {
    // Three items: 3 + 9 + 27 and so on.
    let nested = |depth: usize, text: &str| {
        let open = "{% for x in items %}".repeat(depth);
        format!("{open}{text}{}", "{% endfor %}".repeat(depth))
    };
    assert!(page(&nested(5, "")).is_some());
    assert_eq!(page(&nested(6, "")), None);
    let long = "x".repeat(LIMITS.bytes / 20);
    assert!(page(&nested(2, &long)).is_some());
    assert_eq!(page(&nested(3, &long)), None);
}

/// A list of things, each by the component of this body.
fn list(body: &str, here: &'static str) -> Page {
    let component = format!(
        "{{% component c(v) %}}{{% for x in v %}}{{{{ x }}}}{{% endfor %}}{{% endcomponent %}}{{% component entry(b: map, word: string, here: string, more: string) %}}{body}{{% endcomponent %}}"
    );
    let list = "{% for b in things %}{{<entry b={b} word={word} here={here} more={b.title} />}}{% endfor %}";
    let thing = |number, title, path| {
        let tags = ["a/", "x & y", "t"].map(Data::Text);
        Data::Map(vec![
            ("number", Data::Integer(number)),
            ("title", Data::Text(title)),
            ("path", Data::Text(path)),
            ("tags", Data::List(tags.into())),
        ])
    };
    let things = vec![thing(0, "A & B", "a/"), thing(1, "C", "c/"), thing(2, "D", "")];
    let variables = [("things", Data::List(things)), ("here", Data::Text(here))];
    let page = pages_of(&[("parts.html", &component), ("page.html", list)], &variables);
    for printed in [&page.compiled, &page.copied] {
        if printed.is_some() {
            assert_eq!(*printed, page.by_tera, "{body} {here}");
        }
    }
    page
}

const HERE: [&str; 5] = ["", "a/", "c/", "D", "x & y"];

#[test]
fn fragments_are_copied_as_they_would_be_printed() {
    let bodies = [
        "{% if b.path == here %}here{% else %}<a href=\"{{ here }}{{ b.path }}\">{% endif %}{{ b.title }}{{ word }}",
        "{% if here != b.path %}{{ here }}{% if b.title == here %}1{% else %}2{% endif %}{% endif %}.",
        "{{ here }}{{ more }}{{ here }}",
        "{% for tag in b.tags %}{% if tag == here %}here{% else %}{{ tag }}{% endif %}{% endfor %}",
    ];
    for body in bodies {
        for here in HERE {
            let page = list(body, here);
            assert!(page.copied.is_some() && page.fragments == 3, "{body}");
        }
    }
    // What asks more of an open text than whether it is another has no fragment.
    let page = list("{% if here %}{{ here }}{% endif %}", "a/");
    assert!(page.copied.is_some() && page.fragments == 0);
}

#[test]
fn whatever_is_copied_tera_prints() {
    const VALUES: &[&str] = &[
        "b.title",
        "b.path",
        "b.tags",
        "here",
        "more",
        "word",
        "x",
        "loop.first",
        "\"a/\"",
        "none",
    ];
    let mut runner = TestRunner::new(ProptestConfig::with_cases(1000));
    let copied = Cell::new(0);
    runner
        .run(&(pieces(VALUES), proptest::sample::select(&HERE)), |(body, here)| {
            let page = list(&body, here);
            copied.set(copied.get() + usize::from(page.copied.is_some() && page.fragments == 3));
            Ok(())
        })
        .unwrap();
    // Else it would have compared nothing.
    assert!(copied.get() > 100, "{}", copied.get());
}
