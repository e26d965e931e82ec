//! How long a page of lists takes: by a compiled template, with fragments, and by Tera with values that are made for it.
//!
//! ```text
//! cargo bench -p specialiser
//! ```

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a benchmark may stop")]

use std::collections::BTreeMap;
use std::sync::LazyLock;

use divan::{Bencher, black_box};
use specialiser::{Fragment, Input, Kind, Limits, Object, Templates, Value, Verbatim};

fn main() {
    divan::main();
}

const PARTS: &str = r#"
{%- component tags(items: array, root: string, here: string) -%}
{% for tag in items %}{% if not loop.first %}, {% endif %}{% if tag.path == here %}<span>{{ tag.name }}</span>{% else %}<a href="{{ root }}{{ tag.path }}">{{ tag.name }}</a>{% endif %}{% endfor %}
{%- endcomponent -%}
{%- component entry(item: map, root: string, words: map, here: string = "") -%}
<li><p>{{ item.price }} {{ words.coins }}{% if item.used %} {{ words.used }}{% endif %}</p>
<h3><a href="{{ root }}{{ item.path }}">{{ item.name }}</a></h3>
{% if item.tags %}<p>{{<tags items={item.tags[:3]} root={root} here={here} />}}{% if item.tags | length > 3 %} …{% endif %}</p>{% endif %}
</li>
{%- endcomponent -%}
"#;

const PAGE: &str = r#"<!DOCTYPE html>
<html><head><title>{{ title }} · {{ shop }}</title></head><body>
<nav>{% for place in menu %}<a href="{{ root }}{{ place }}">{{ place }}</a>{% endfor %}</nav>
<h1>{{ title }}</h1>
<ul>{% for item in items %}{{<entry item={item} root={root} words={words} here={here} />}}{% endfor %}</ul>
<ul>{% for item in items %}<li><a href="{{ root }}{{ item.path }}">{{ item.name }}</a> {{ item.price }}</li>{% endfor %}</ul>
</body></html>"#;

/// Things in a shop, with tags by their numbers.
struct Shop {
    items: Vec<Item>,
    tags: Vec<[String; 2]>,
}

struct Item {
    number: usize,
    name: String,
    path: String,
    price: i64,
    tags: Vec<usize>,
}

static SHOP: LazyLock<Shop> = LazyLock::new(|| Shop {
    items: (0..50)
        .map(|n| Item {
            number: n,
            name: format!("Thing & thing {n}"),
            path: format!("things/{n}/"),
            price: n as i64 * 37 % 1000,
            tags: (0..n % 6).map(|tag| (n + tag) % 12).collect(),
        })
        .collect(),
    tags: (0..12).map(|n| [format!("Tag {n}"), format!("tags/{n}/")]).collect(),
});

/// What is looked up in the shop.
#[derive(Clone, Copy)]
enum Ref<'v> {
    Items(&'v [Item]),
    Item(&'v Item),
    Tags(&'v [usize]),
    Tag(usize),
}

#[derive(Clone, Copy)]
enum Field {
    Name,
    Path,
    Price,
    Used,
    Tags,
    Unknown,
}

/// Text that this file has without anything to escape.
#[derive(Clone, Copy)]
struct Plain<'v>(&'v str);

impl From<&str> for Field {
    fn from(name: &str) -> Field {
        match name {
            "name" => Field::Name,
            "path" => Field::Path,
            "price" => Field::Price,
            "used" => Field::Used,
            "tags" => Field::Tags,
            _ => Field::Unknown,
        }
    }
}

impl<'v> Verbatim<'v> for Plain<'v> {
    fn as_str(self) -> &'v str {
        self.0
    }
}

impl<'v> Object<'v> for Ref<'v> {
    type Field = Field;
    type Source = &'v Shop;
    type Plain = Plain<'v>;
    type Html = Plain<'v>;

    fn kind(self) -> Kind {
        match self {
            Ref::Items(items) => Kind::List(items.len()),
            Ref::Tags(tags) => Kind::List(tags.len()),
            Ref::Item(_) | Ref::Tag(_) => Kind::Map,
        }
    }

    fn item(self, at: usize) -> Option<Value<'v, Self>> {
        match self {
            Ref::Items(items) => items.get(at).map(|item| Value::Object(Ref::Item(item))),
            Ref::Tags(tags) => tags.get(at).map(|tag| Value::Object(Ref::Tag(*tag))),
            _ => None,
        }
    }

    fn slice(self, start: usize, end: usize) -> Self {
        match self {
            Ref::Items(items) => Ref::Items(items.get(start..end).unwrap_or_default()),
            Ref::Tags(tags) => Ref::Tags(tags.get(start..end).unwrap_or_default()),
            other => other,
        }
    }

    fn field(self, field: &Field, shop: &'v Shop) -> Value<'v, Self> {
        let tag = match self {
            Ref::Tag(tag) => shop.tags.get(tag),
            _ => None,
        };
        match (self, field) {
            (Ref::Item(item), Field::Name) => Value::Text(&item.name),
            (Ref::Item(item), Field::Path) => Value::Plain(Plain(&item.path)),
            (Ref::Item(item), Field::Price) => Value::Integer(item.price),
            (Ref::Item(_), Field::Used) => Value::Bool(false),
            (Ref::Item(item), Field::Tags) => Value::Object(Ref::Tags(&item.tags)),
            (Ref::Tag(_), Field::Name) => {
                tag.map_or(Value::Undefined, |[name, _]| Value::Plain(Plain(name)))
            }
            (Ref::Tag(_), Field::Path) => {
                tag.map_or(Value::Undefined, |[_, path]| Value::Plain(Plain(path)))
            }
            _ => Value::Undefined,
        }
    }

    fn write(self, _: &'v Shop, _: &mut String) {}

    fn fragment(self) -> Option<usize> {
        let Ref::Item(item) = self else { return None };
        Some(item.number)
    }
}

fn constants() -> BTreeMap<&'static str, tera::Value> {
    let words = [("coins", "coins"), ("used", "used")];
    let words = words.map(|(key, word)| (key.into(), word.into()));
    BTreeMap::from([
        ("shop", tera::Value::from("The shop")),
        ("menu", vec!["things", "tags", "about"].into()),
        ("words", tera::Map::from_iter(words).into()),
    ])
}

fn compiled() -> Templates<Field> {
    Templates::new(&Input {
        templates: vec![("parts.html", PARTS), ("page.html", PAGE)],
        fallback: "builtin/",
        pages: &["page.html"],
        constants: &constants(),
        repeated: Some("entry"),
        limits: Limits { turns: 1 << 20, bytes: 1 << 28 },
    })
}

fn print(templates: &Templates<Field>, fragments: &[Option<Fragment>]) -> String {
    let variable = |name: &str| match name {
        "title" => Value::Plain(Plain("All things")),
        "root" => Value::Plain(Plain("../../")),
        "here" => Value::Plain(Plain("tags/3/")),
        "items" => Value::Object(Ref::Items(&SHOP.items)),
        _ => Value::Undefined,
    };
    let mut page = String::new();
    assert!(templates.print("page.html", variable, &*SHOP, fragments, &mut page));
    page
}

/// Reading and compiling the templates.
#[divan::bench]
fn compiling() -> Templates<Field> {
    compiled()
}

/// The page, with everything looked up.
#[divan::bench]
fn printing(bencher: Bencher<'_, '_>) {
    let templates = compiled();
    bencher.bench(|| print(black_box(&templates), &[]));
}

/// The page, with the entries of things copied.
#[divan::bench]
fn copying_fragments(bencher: Bencher<'_, '_>) {
    let templates = compiled();
    let fragment = |item| templates.fragment(Ref::Item(item), &*SHOP);
    let fragments: Vec<_> = SHOP.items.iter().map(fragment).collect();
    assert!(fragments.iter().all(Option::is_some));
    bencher.bench(|| print(black_box(&templates), &fragments));
}

/// The page by Tera, and the values that it takes.
#[divan::bench]
fn by_tera(bencher: Bencher<'_, '_>) {
    let mut tera = tera::Tera::default();
    tera.add_raw_templates([("parts.html", PARTS), ("page.html", PAGE)]).unwrap();
    for (name, value) in constants() {
        tera.global_context().insert_value(name, value);
    }
    let map = |fields: Vec<(&'static str, tera::Value)>| {
        let fields = fields.into_iter().map(|(name, value)| (name.into(), value));
        tera::Value::from(fields.collect::<tera::Map>())
    };
    let tag = |tag: &usize| {
        let [name, path] = &SHOP.tags[*tag];
        map(vec![("name", name.as_str().into()), ("path", path.as_str().into())])
    };
    let item = |item: &Item| {
        map(vec![
            ("name", item.name.as_str().into()),
            ("path", item.path.as_str().into()),
            ("price", item.price.into()),
            ("used", false.into()),
            ("tags", item.tags.iter().map(tag).collect::<Vec<_>>().into()),
        ])
    };
    let page = || {
        let mut context = tera::Context::new();
        for (name, text) in [("title", "All things"), ("root", "../../"), ("here", "tags/3/")] {
            context.insert_value(name, tera::Value::from(text));
        }
        context.insert_value("items", SHOP.items.iter().map(item).collect::<Vec<_>>().into());
        tera.render("page.html", &context).unwrap()
    };
    assert_eq!(page(), print(&compiled(), &[]));
    bencher.bench(page);
}
