//! A value as templates see it.
//!
//! Documents are not copied into values: a document in a list is its number, and [`Documents`] looks up a field of it
//! when a template asks for it. So a list of briefs costs as much as a list of numbers.

use std::borrow::Cow;
use std::sync::LazyLock;

use rustc_hash::FxHashMap;
use specialiser::{Kind, Verbatim};
use tera::Map;

use crate::arena::Ix;
use crate::front_matter::{Actor, Brief, Extra, Topic};
use crate::graph::DocumentIx;
use crate::markdown::Quote;

use super::shape::{ActorCard, SHAPES, Shape, TopicCard};
use crate::html::{Html, Part, Plain};

/// A value that a page gives to its template. It borrows what it can.
#[derive(Clone, Debug)]
pub enum Value<'a> {
    /// Null.
    None,
    /// True or false.
    Bool(bool),
    /// A whole number.
    Integer(i64),
    /// A number with a fraction.
    Float(f64),
    /// Text, which is escaped where it is printed.
    Text(Cow<'a, str>),
    /// HTML that went through the gate. Templates do not escape it.
    Html(Html),
    /// A list.
    List(Vec<Value<'a>>),
    /// A view: its fields in the order of its declaration.
    Record(Shape, Box<[Value<'a>]>),
    /// A view of a document, whose fields are looked up.
    Document(Shape, DocumentIx),
    /// The same, with a number of briefs that the document has to do with.
    Counted(Shape, DocumentIx, usize),
    /// Briefs, as they stand in a list.
    Briefs(&'a [Ix<Brief>]),
    /// Actors, as they stand in a list.
    Actors(&'a [Ix<Actor>]),
    /// References to topics.
    Topics(&'a [Ix<Topic>]),
    /// The text of a document, whose HTML is written where it is printed.
    Body(DocumentText),
    /// A sentence, with what it is quoted for in `<mark>`.
    Quote(&'a Quote),
    /// What an author wrote in `[extra]`, and what is the same on every page.
    Any(tera::Value),
}

/// A text of a document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DocumentText {
    /// What stands below its front matter.
    Of(DocumentIx),
    /// The bottom line of a brief, and whether it is shown on the page of its brief.
    BottomLine(Ix<Brief>, bool),
    /// A judgement of a brief, by its number, and whether it is shown on the page of its brief.
    Judgement(Ix<Brief>, usize, bool),
}

/// Looks up a document's fields on demand.
pub trait Documents: Sync {
    /// A field of a view of a document, by its place in the view's declaration.
    fn field(&self, shape: Shape, document: DocumentIx, at: usize) -> TemplateValue<'_>;

    /// Appends the HTML of a text, with links from a page whose way up to the root is `root`.
    fn write(&self, body: DocumentText, root: &str, out: &mut Html);
}

/// What values need on a page to be printed.
#[derive(Clone, Copy)]
pub struct PageSetting<'v> {
    /// Looks up fields of documents, and writes texts.
    pub documents: &'v dyn Documents,
    /// The way up to the site's root.
    pub root: &'v str,
}

/// A value as it is looked at.
pub(super) type TemplateValue<'v> = specialiser::Value<'v, Object<'v>>;

/// A value that is looked up when a template asks for it.
#[derive(Clone, Copy, Debug)]
pub enum Object<'v> {
    /// A list.
    List(&'v [Value<'v>]),
    /// A view: its fields in the order of its declaration.
    Record(Shape, &'v [Value<'v>]),
    /// A view of a document, whose fields are looked up.
    Document(Shape, DocumentIx),
    /// The same, with a number of briefs that the document has to do with.
    Counted(Shape, DocumentIx, usize),
    /// Briefs, as they stand in a list.
    Briefs(&'v [Ix<Brief>]),
    /// Actors, as they stand in a list.
    Actors(&'v [Ix<Actor>]),
    /// References to topics.
    Topics(&'v [Ix<Topic>]),
    /// The text of a document.
    Body(DocumentText),
    /// A sentence, with what it is quoted for in `<mark>`.
    Quote(&'v Quote),
}

impl<'v> Verbatim<'v> for Plain<'v> {
    #[inline]
    fn as_str(self) -> &'v str {
        Plain::as_str(self)
    }
}

impl<'v> Verbatim<'v> for Part<'v> {
    #[inline]
    fn as_str(self) -> &'v str {
        Part::as_str(self)
    }
}

impl<'v> From<&'v Value<'v>> for TemplateValue<'v> {
    #[inline]
    fn from(value: &'v Value<'v>) -> Self {
        let object = match value {
            Value::None => return TemplateValue::None,
            Value::Bool(truth) => return TemplateValue::Bool(*truth),
            Value::Integer(number) => return TemplateValue::Integer(*number),
            Value::Float(number) => return TemplateValue::Float(*number),
            Value::Text(text) => return TemplateValue::Text(text),
            Value::Html(html) => return TemplateValue::Html(html.whole()),
            Value::Any(value) => return value.into(),
            Value::List(items) => Object::List(items),
            Value::Record(shape, values) => Object::Record(*shape, values),
            Value::Document(shape, document) => Object::Document(*shape, *document),
            Value::Counted(shape, document, briefs) => Object::Counted(*shape, *document, *briefs),
            Value::Briefs(briefs) => Object::Briefs(briefs),
            Value::Actors(actors) => Object::Actors(actors),
            Value::Topics(topics) => Object::Topics(topics),
            Value::Body(body) => Object::Body(*body),
            Value::Quote(quote) => Object::Quote(quote),
        };
        TemplateValue::Object(object)
    }
}

impl From<DocumentIx> for Object<'_> {
    /// The document as it stands in lists.
    fn from(document: DocumentIx) -> Self {
        Object::Document(card_of(document), document)
    }
}

/// Text, which may have to be escaped.
pub(super) fn text(text: &str) -> TemplateValue<'_> {
    Plain::of(text).map_or(TemplateValue::Text(text), TemplateValue::Plain)
}

/// Text, or null.
pub(super) fn perhaps(found: Option<&str>) -> TemplateValue<'_> {
    found.map_or(TemplateValue::None, text)
}

impl<'v> specialiser::Object<'v> for Object<'v> {
    type Field = FieldPlaces;
    type Source = PageSetting<'v>;
    type Plain = Plain<'v>;
    type Html = Part<'v>;

    #[inline]
    fn kind(self) -> Kind {
        match self {
            Object::List(items) => Kind::List(items.len()),
            Object::Briefs(briefs) => Kind::List(briefs.len()),
            Object::Actors(actors) => Kind::List(actors.len()),
            Object::Topics(topics) => Kind::List(topics.len()),
            Object::Record(..) | Object::Document(..) | Object::Counted(..) => Kind::Map,
            // A text without a letter is no body: see `Renderer::content`.
            Object::Body(_) | Object::Quote(_) => Kind::Html,
        }
    }

    #[inline]
    fn item(self, at: usize) -> Option<TemplateValue<'v>> {
        Some(match self {
            Object::List(items) => items.get(at)?.into(),
            Object::Briefs(briefs) => {
                TemplateValue::Object(DocumentIx::Brief(*briefs.get(at)?).into())
            }
            Object::Actors(actors) => {
                TemplateValue::Object(DocumentIx::Actor(*actors.get(at)?).into())
            }
            Object::Topics(topics) => TemplateValue::Object(Object::Document(
                Shape::Ref,
                DocumentIx::Topic(*topics.get(at)?),
            )),
            _ => return None,
        })
    }

    fn slice(self, start: usize, end: usize) -> Self {
        match self {
            Object::List(items) => Object::List(items.get(start..end).unwrap_or_default()),
            Object::Briefs(briefs) => Object::Briefs(briefs.get(start..end).unwrap_or_default()),
            Object::Actors(actors) => Object::Actors(actors.get(start..end).unwrap_or_default()),
            Object::Topics(topics) => Object::Topics(topics.get(start..end).unwrap_or_default()),
            other => other,
        }
    }

    #[inline]
    fn field(self, field: &FieldPlaces, setting: PageSetting<'v>) -> TemplateValue<'v> {
        let documents = setting.documents;
        match self {
            Object::Document(shape, document) => field.of_document(shape, document, documents),
            Object::Record(shape, values) => field.of_record(shape, values, documents),
            Object::Counted(shape, document, briefs) => {
                field.of_counted(shape, document, briefs, documents)
            }
            _ => TemplateValue::Undefined,
        }
    }

    fn write(self, setting: PageSetting<'v>, page: &mut String) {
        Html::on_page(page, |page| self.write_html(setting, page));
    }

    #[inline]
    fn fragment(self) -> Option<usize> {
        match self {
            Object::Document(Shape::BriefCard, DocumentIx::Brief(ix)) => Some(ix.get()),
            _ => None,
        }
    }
}

impl Object<'_> {
    /// Appends the HTML that it is; nothing if it is none.
    fn write_html(self, setting: PageSetting<'_>, out: &mut Html) {
        match self {
            Object::Body(body) => setting.documents.write(body, setting.root, out),
            Object::Quote(quote) => {
                let (before, marked, after) = quote.parts();
                out.quoted(before);
                out.literal("<mark>");
                out.quoted(marked);
                out.literal("</mark>");
                out.quoted(after);
            }
            _ => {}
        }
    }

    /// Puts the fields of a view into a map of Tera's.
    fn fill(self, shape: Shape, map: &mut Map, setting: PageSetting<'_>) {
        let description = shape.description();
        for (at, field) in description.fields.iter().enumerate() {
            let value = match self {
                Object::Record(_, values) => {
                    values.get(at).map_or(TemplateValue::Undefined, TemplateValue::from)
                }
                Object::Document(shape, document) => setting.documents.field(shape, document, at),
                Object::Counted(shape, document, briefs) => {
                    counted(shape, document, briefs, at, setting.documents)
                }
                _ => TemplateValue::Undefined,
            };
            if let (0, Some(base), TemplateValue::Object(object)) = (at, description.base, value) {
                object.fill(base, map, setting);
            }
            map.insert((*field).into(), of_tera(value, setting));
        }
    }
}

impl Value<'_> {
    /// The value as Tera knows it.
    pub fn to_tera(&self, setting: PageSetting<'_>) -> tera::Value {
        of_tera(self.into(), setting)
    }
}

/// A value as Tera knows it.
fn of_tera(seen: TemplateValue<'_>, setting: PageSetting<'_>) -> tera::Value {
    match seen {
        TemplateValue::Undefined | TemplateValue::Open(_) => tera::Value::undefined(),
        TemplateValue::None => tera::Value::none(),
        TemplateValue::Bool(truth) => truth.into(),
        TemplateValue::Integer(number) => number.into(),
        TemplateValue::Float(number) => number.into(),
        TemplateValue::Text(text) => text.into(),
        // Text that needs no escape here may need one after a filter.
        TemplateValue::Plain(text) => text.as_str().into(),
        TemplateValue::Html(html) => tera::Value::safe_string(html.as_str()),
        TemplateValue::Tera(value) => value.clone(),
        TemplateValue::Object(object) => match object {
            Object::List(_) | Object::Briefs(_) | Object::Actors(_) | Object::Topics(_) => {
                let items = (0..).map_while(|at| specialiser::Object::item(object, at));
                items.map(|item| of_tera(item, setting)).collect::<Vec<_>>().into()
            }
            Object::Record(shape, _) | Object::Document(shape, _) | Object::Counted(shape, ..) => {
                let mut map = Map::with_capacity(shape.description().fields.len());
                object.fill(shape, &mut map, setting);
                map.into()
            }
            Object::Body(_) | Object::Quote(_) => {
                let mut html = Html::default();
                object.write_html(setting, &mut html);
                tera::Value::safe_string(&html)
            }
        },
    }
}

/// As which view a document stands in lists.
fn card_of(document: DocumentIx) -> Shape {
    match document {
        DocumentIx::Brief(_) => Shape::BriefCard,
        DocumentIx::Actor(_) => Shape::ActorCard,
        DocumentIx::Topic(_) => Shape::TopicCard,
        DocumentIx::Storyline(_) | DocumentIx::Page(_) => Shape::Ref,
    }
}

/// A field of a document that stands in a list with a number of briefs.
fn counted<'v>(
    shape: Shape,
    document: DocumentIx,
    briefs: usize,
    at: usize,
    documents: &'v dyn Documents,
) -> TemplateValue<'v> {
    let count = match shape {
        Shape::ActorCard => ActorCard::briefs as usize,
        Shape::TopicCard => TopicCard::briefs as usize,
        _ => return TemplateValue::Undefined,
    };
    if at == count {
        TemplateValue::Integer(briefs as i64)
    } else {
        documents.field(shape, document, at)
    }
}

/// Where a field stands in the records of each shape, looked up once when a template is read.
#[derive(Clone, Debug)]
pub struct FieldPlaces([u8; SHAPES.len()]);

/// The place of a field that a shape does not have.
const NOWHERE: u8 = u8::MAX;
/// Added to the place of a field of the view that a view is based on.
const IN_BASE: u8 = 0x80;

/// Every field of every shape by its name.
static FIELDS: LazyLock<FxHashMap<&str, FieldPlaces>> = LazyLock::new(|| {
    let mut fields: FxHashMap<&str, FieldPlaces> = FxHashMap::default();
    let mut note = |shape: usize, names: &'static [&'static str], base: u8| {
        for (name, at) in names.iter().zip(0u8..) {
            let FieldPlaces(places) =
                fields.entry(name).or_insert(FieldPlaces([NOWHERE; SHAPES.len()]));
            // What a view says itself comes before what it is based on.
            if let Some(place) = places.get_mut(shape).filter(|place| **place == NOWHERE) {
                *place = at | base;
            }
        }
    };
    for (shape, description) in SHAPES.iter().enumerate() {
        note(shape, description.fields, 0);
        if let Some(base) = description.base {
            note(shape, base.description().fields, IN_BASE);
        }
    }
    fields
});

impl From<&str> for FieldPlaces {
    /// Looks a field up in all shapes.
    fn from(name: &str) -> Self {
        FIELDS.get(name).cloned().unwrap_or(FieldPlaces([NOWHERE; SHAPES.len()]))
    }
}

impl FieldPlaces {
    #[inline]
    fn place(&self, shape: Shape) -> u8 {
        self.0.get(shape as usize).copied().unwrap_or(NOWHERE)
    }

    /// The field of a record; undefined if its shape does not have it.
    #[inline]
    pub fn of_record<'v>(
        &self,
        shape: Shape,
        values: &'v [Value<'v>],
        documents: &'v dyn Documents,
    ) -> TemplateValue<'v> {
        let found = match self.place(shape) {
            NOWHERE => None,
            own if own < IN_BASE => values.get(usize::from(own)).map(TemplateValue::from),
            base => match values.first() {
                Some(Value::Record(_, values)) => {
                    values.get(usize::from(base & !IN_BASE)).map(TemplateValue::from)
                }
                Some(Value::Document(shape, document)) => {
                    Some(documents.field(*shape, *document, usize::from(base & !IN_BASE)))
                }
                _ => None,
            },
        };
        found.unwrap_or(TemplateValue::Undefined)
    }

    /// The field of a view of a document; undefined if the view does not have it.
    #[inline]
    pub fn of_document<'v>(
        &self,
        shape: Shape,
        document: DocumentIx,
        documents: &'v dyn Documents,
    ) -> TemplateValue<'v> {
        match self.place(shape) {
            NOWHERE => TemplateValue::Undefined,
            at => documents.field(shape, document, usize::from(at)),
        }
    }

    /// The field of a document with a number of briefs; undefined if its view does not have it.
    pub fn of_counted<'v>(
        &self,
        shape: Shape,
        document: DocumentIx,
        briefs: usize,
        documents: &'v dyn Documents,
    ) -> TemplateValue<'v> {
        match self.place(shape) {
            NOWHERE => TemplateValue::Undefined,
            at => counted(shape, document, briefs, usize::from(at), documents),
        }
    }
}

/// What can stand in a view.
pub(super) trait IntoValue<'a> {
    /// The value as templates see it.
    fn into_value(self) -> Value<'a>;
}

impl<'a> IntoValue<'a> for Value<'a> {
    fn into_value(self) -> Value<'a> {
        self
    }
}

impl<'a> IntoValue<'a> for DocumentIx {
    /// The document as it stands in lists.
    fn into_value(self) -> Value<'a> {
        Value::Document(card_of(self), self)
    }
}

impl<'a> IntoValue<'a> for Ix<Brief> {
    fn into_value(self) -> Value<'a> {
        DocumentIx::Brief(self).into_value()
    }
}

impl<'a> IntoValue<'a> for Ix<Actor> {
    fn into_value(self) -> Value<'a> {
        DocumentIx::Actor(self).into_value()
    }
}

impl<'a> IntoValue<'a> for Ix<Topic> {
    fn into_value(self) -> Value<'a> {
        DocumentIx::Topic(self).into_value()
    }
}

impl<'a> IntoValue<'a> for &'a [Ix<Brief>] {
    fn into_value(self) -> Value<'a> {
        Value::Briefs(self)
    }
}

impl<'a> IntoValue<'a> for &'a [Ix<Actor>] {
    fn into_value(self) -> Value<'a> {
        Value::Actors(self)
    }
}

impl<'a> IntoValue<'a> for &'a Quote {
    fn into_value(self) -> Value<'a> {
        Value::Quote(self)
    }
}

impl<'a> IntoValue<'a> for &'a str {
    fn into_value(self) -> Value<'a> {
        Value::Text(self.into())
    }
}

impl<'a> IntoValue<'a> for Plain<'a> {
    fn into_value(self) -> Value<'a> {
        Value::Text(self.as_str().into())
    }
}

impl<'a> IntoValue<'a> for String {
    fn into_value(self) -> Value<'a> {
        Value::Text(self.into())
    }
}

impl<'a> IntoValue<'a> for Cow<'a, str> {
    fn into_value(self) -> Value<'a> {
        Value::Text(self)
    }
}

impl<'a> IntoValue<'a> for bool {
    fn into_value(self) -> Value<'a> {
        Value::Bool(self)
    }
}

impl<'a> IntoValue<'a> for usize {
    fn into_value(self) -> Value<'a> {
        Value::Integer(self as i64)
    }
}

impl<'a> IntoValue<'a> for i16 {
    fn into_value(self) -> Value<'a> {
        Value::Integer(self.into())
    }
}

impl<'a> IntoValue<'a> for f64 {
    fn into_value(self) -> Value<'a> {
        Value::Float(self)
    }
}

impl<'a> IntoValue<'a> for &Extra {
    fn into_value(self) -> Value<'a> {
        Value::Any(tera::Value::from_serializable(self))
    }
}

impl<'a, T: IntoValue<'a>> IntoValue<'a> for Option<T> {
    fn into_value(self) -> Value<'a> {
        self.map_or(Value::None, T::into_value)
    }
}

impl<'a> IntoValue<'a> for Vec<Value<'a>> {
    fn into_value(self) -> Value<'a> {
        Value::List(self)
    }
}

/// A list of values.
pub(super) fn list<'a, T: IntoValue<'a>>(items: impl IntoIterator<Item = T>) -> Value<'a> {
    Value::List(items.into_iter().map(T::into_value).collect())
}

/// The short form of a document: a name and where it leads.
pub(super) fn reference<'a>(document: DocumentIx) -> Value<'a> {
    Value::Document(Shape::Ref, document)
}
