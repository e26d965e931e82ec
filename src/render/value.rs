//! A value as templates see it.
//!
//! What is the same wherever it stands is not made into values: a document in a list is its number, and its fields are
//! looked up in [`Documents`] when a template asks for them. So a list of briefs costs as much as a list of numbers.

use std::borrow::Cow;

use tera::Map;
use tera::value::ValueKind;

use crate::corpus::Ix;
use crate::front_matter::{Actor, Brief, Extra, Topic};
use crate::graph::DocumentIx;
use crate::markdown::Quote;

use super::view::{SHAPES, Shape, fields};
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
    /// Text of a document.
    Text(&'a str),
    /// Text of a document that stands in HTML as it is.
    Plain(Plain<'a>),
    /// Text made for the page.
    Made(String),
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
    Body(Body),
    /// A sentence, with what it is quoted for in `<mark>`.
    Quote(&'a Quote),
    /// What an author wrote in `[extra]`, and what is the same on every page.
    Any(tera::Value),
}

/// A text of a document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Body {
    /// What stands below its front matter.
    Of(DocumentIx),
    /// The bottom line of a brief.
    BottomLine(Ix<Brief>),
}

/// Where what nobody makes into values is looked up.
pub trait Documents: Sync {
    /// A field of a view of a document, by its place in the view's declaration.
    fn field(&self, shape: Shape, document: DocumentIx, at: usize) -> Seen<'_>;

    /// Appends the HTML of a text, with links from a page whose way up to the root is `root`.
    fn write(&self, body: Body, root: &str, out: &mut Html);
}

/// What values mean on a page.
#[derive(Clone, Copy)]
pub struct Setting<'v> {
    /// Where they are looked up.
    pub documents: &'v dyn Documents,
    /// The way up to the site's root.
    pub root: &'v str,
}

/// A value as it is looked at.
#[derive(Clone, Copy, Debug)]
pub enum Seen<'v> {
    Undefined,
    None,
    Bool(bool),
    Integer(i64),
    Float(f64),
    Text(&'v str),
    /// Text that stands in HTML as it is.
    Plain(Plain<'v>),
    /// HTML, which is not escaped.
    Html(Part<'v>),
    List(&'v [Value<'v>]),
    Record(Shape, &'v [Value<'v>]),
    Document(Shape, DocumentIx),
    Counted(Shape, DocumentIx, usize),
    Briefs(&'v [Ix<Brief>]),
    Actors(&'v [Ix<Actor>]),
    Topics(&'v [Ix<Topic>]),
    Body(Body),
    Quote(&'v Quote),
    /// A list or map of Tera's, or something rarer.
    Any(&'v tera::Value),
    /// Text that is known when a page is printed, by its number; only where a stamp is made.
    Later(u8),
    /// Whether that text is this one, or is not.
    SameLater {
        later: u8,
        text: &'v str,
        same: bool,
    },
}

impl<'v> From<&'v Value<'v>> for Seen<'v> {
    #[inline]
    fn from(value: &'v Value<'v>) -> Self {
        match value {
            Value::None => Seen::None,
            Value::Bool(truth) => Seen::Bool(*truth),
            Value::Integer(number) => Seen::Integer(*number),
            Value::Float(number) => Seen::Float(*number),
            Value::Text(text) => Seen::Text(text),
            Value::Plain(text) => Seen::Plain(*text),
            Value::Made(text) => Seen::Text(text),
            Value::Html(html) => Seen::Html(html.whole()),
            Value::List(items) => Seen::List(items),
            Value::Record(shape, values) => Seen::Record(*shape, values),
            Value::Document(shape, document) => Seen::Document(*shape, *document),
            Value::Counted(shape, document, briefs) => Seen::Counted(*shape, *document, *briefs),
            Value::Briefs(briefs) => Seen::Briefs(briefs),
            Value::Actors(actors) => Seen::Actors(actors),
            Value::Topics(topics) => Seen::Topics(topics),
            Value::Body(body) => Seen::Body(*body),
            Value::Quote(quote) => Seen::Quote(quote),
            Value::Any(value) => value.into(),
        }
    }
}

impl<'v> From<&'v tera::Value> for Seen<'v> {
    fn from(value: &'v tera::Value) -> Self {
        let whole = || value.as_i64().map_or(Seen::Any(value), Seen::Integer);
        match value.kind() {
            ValueKind::Undefined => Seen::Undefined,
            ValueKind::None => Seen::None,
            ValueKind::Bool => Seen::Bool(value.as_bool() == Some(true)),
            ValueKind::U64 | ValueKind::I64 => whole(),
            ValueKind::F64 => value.as_f64().map_or(Seen::Any(value), Seen::Float),
            ValueKind::String => match value.as_str() {
                Some(text) if !value.is_safe() => Seen::Text(text),
                _ => Seen::Any(value),
            },
            _ => Seen::Any(value),
        }
    }
}

impl<'v> Seen<'v> {
    /// Text, which may have to be escaped.
    pub fn of(text: &'v str) -> Self {
        Plain::of(text).map_or(Seen::Text(text), Seen::Plain)
    }

    /// Text, or null.
    pub fn perhaps(text: Option<&'v str>) -> Self {
        text.map_or(Seen::None, Seen::of)
    }

    /// How many items it has, if it is a list.
    #[inline]
    pub fn items(self) -> Option<usize> {
        match self {
            Seen::List(items) => Some(items.len()),
            Seen::Briefs(briefs) => Some(briefs.len()),
            Seen::Actors(actors) => Some(actors.len()),
            Seen::Topics(topics) => Some(topics.len()),
            Seen::Any(value) => value.as_array().map(|items| items.len()),
            _ => None,
        }
    }

    /// An item of a list.
    #[inline]
    pub fn item(self, at: usize) -> Option<Seen<'v>> {
        match self {
            Seen::List(items) => items.get(at).map(Seen::from),
            Seen::Briefs(briefs) => briefs.get(at).map(|ix| Seen::from(DocumentIx::Brief(*ix))),
            Seen::Actors(actors) => actors.get(at).map(|ix| Seen::from(DocumentIx::Actor(*ix))),
            Seen::Topics(topics) => {
                topics.get(at).map(|ix| Seen::Document(Shape::Ref, DocumentIx::Topic(*ix)))
            }
            Seen::Any(value) => value.as_array()?.get(at).map(Seen::from),
            _ => None,
        }
    }

    /// The value as Tera knows it.
    pub fn to_tera(self, setting: Setting<'_>) -> tera::Value {
        match self {
            Seen::Undefined | Seen::Later(_) | Seen::SameLater { .. } => tera::Value::undefined(),
            Seen::None => tera::Value::none(),
            Seen::Bool(truth) => truth.into(),
            Seen::Integer(number) => number.into(),
            Seen::Float(number) => number.into(),
            Seen::Text(text) => text.into(),
            // Text that needs no escape here may need one after a filter.
            Seen::Plain(text) => text.as_str().into(),
            Seen::Html(html) => tera::Value::safe_string(html.as_str()),
            Seen::List(_) | Seen::Briefs(_) | Seen::Actors(_) | Seen::Topics(_) => {
                let items = 0..self.items().unwrap_or_default();
                let items = items.filter_map(|at| self.item(at));
                items.map(|item| item.to_tera(setting)).collect::<Vec<_>>().into()
            }
            Seen::Record(shape, _) | Seen::Document(shape, _) | Seen::Counted(shape, ..) => {
                let mut map = Map::with_capacity(shape.description().fields.len());
                self.fill(shape, &mut map, setting);
                map.into()
            }
            Seen::Body(body) => {
                let mut html = Html::default();
                setting.documents.write(body, setting.root, &mut html);
                tera::Value::safe_string(&html)
            }
            Seen::Quote(quote) => {
                let mut html = Html::default();
                write_quote(quote, &mut html);
                tera::Value::safe_string(&html)
            }
            Seen::Any(value) => value.clone(),
        }
    }

    /// Puts the fields of a view into a map of Tera's.
    fn fill(self, shape: Shape, map: &mut Map, setting: Setting<'_>) {
        let description = shape.description();
        for (at, field) in description.fields.iter().enumerate() {
            let value = match self {
                Seen::Record(_, values) => values.get(at).map_or(Seen::Undefined, Seen::from),
                Seen::Document(shape, document) => setting.documents.field(shape, document, at),
                Seen::Counted(shape, document, briefs) => {
                    counted(shape, document, briefs, at, setting.documents)
                }
                _ => Seen::Undefined,
            };
            if let (0, Some(base)) = (at, description.base) {
                value.fill(base, map, setting);
            }
            map.insert((*field).into(), value.to_tera(setting));
        }
    }
}

impl From<DocumentIx> for Seen<'_> {
    /// The document as it stands in lists.
    fn from(document: DocumentIx) -> Self {
        Seen::Document(card_of(document), document)
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
) -> Seen<'v> {
    let count = match shape {
        Shape::ActorCard => fields::ActorCard::briefs as usize,
        Shape::TopicCard => fields::TopicCard::briefs as usize,
        _ => return Seen::Undefined,
    };
    if at == count { Seen::Integer(briefs as i64) } else { documents.field(shape, document, at) }
}

/// Appends a quoted sentence.
pub fn write_quote(quote: &Quote, out: &mut Html) {
    let (before, marked, after) = quote.parts();
    out.quoted(before);
    out.literal("<mark>");
    out.quoted(marked);
    out.literal("</mark>");
    out.quoted(after);
}

/// Where a field stands in the records of each shape, looked up once when a template is read.
#[derive(Clone, Debug)]
pub struct Field {
    /// Its name.
    pub name: Box<str>,
    places: [u8; SHAPES.len()],
}

/// The place of a field that a shape does not have.
const NOWHERE: u8 = u8::MAX;
/// Added to the place of a field of the view that a view is based on.
const IN_BASE: u8 = 0x80;

impl Field {
    /// Looks a field up in all shapes.
    pub fn new(name: &str) -> Self {
        let place =
            |fields: &[&str]| fields.iter().position(|field| *field == name).map(|at| at as u8);
        let places = std::array::from_fn(|shape| {
            let own = SHAPES.get(shape).and_then(|shape| place(shape.fields));
            let base = SHAPES.get(shape).and_then(|shape| shape.base);
            let base = base.and_then(|base| place(base.description().fields));
            own.or(base.map(|at| at | IN_BASE)).unwrap_or(NOWHERE)
        });
        Field { name: name.into(), places }
    }

    #[inline]
    fn place(&self, shape: Shape) -> u8 {
        self.places.get(shape as usize).copied().unwrap_or(NOWHERE)
    }

    /// The field of a record; undefined if its shape does not have it.
    #[inline]
    pub fn of_record<'v>(
        &self,
        shape: Shape,
        values: &'v [Value<'v>],
        documents: &'v dyn Documents,
    ) -> Seen<'v> {
        let found = match self.place(shape) {
            NOWHERE => None,
            own if own < IN_BASE => values.get(usize::from(own)).map(Seen::from),
            base => match values.first() {
                Some(Value::Record(_, values)) => {
                    values.get(usize::from(base & !IN_BASE)).map(Seen::from)
                }
                Some(Value::Document(shape, document)) => {
                    Some(documents.field(*shape, *document, usize::from(base & !IN_BASE)))
                }
                _ => None,
            },
        };
        found.unwrap_or(Seen::Undefined)
    }

    /// The field of a view of a document; undefined if the view does not have it.
    #[inline]
    pub fn of_document<'v>(
        &self,
        shape: Shape,
        document: DocumentIx,
        documents: &'v dyn Documents,
    ) -> Seen<'v> {
        match self.place(shape) {
            NOWHERE => Seen::Undefined,
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
    ) -> Seen<'v> {
        match self.place(shape) {
            NOWHERE => Seen::Undefined,
            at => counted(shape, document, briefs, usize::from(at), documents),
        }
    }
}

/// What can stand in a view.
pub trait IntoValue<'a> {
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
        // It is printed more often than it is made.
        Plain::of(self).map_or(Value::Text(self), Value::Plain)
    }
}

impl<'a> IntoValue<'a> for Plain<'a> {
    fn into_value(self) -> Value<'a> {
        Value::Plain(self)
    }
}

impl<'a> IntoValue<'a> for String {
    fn into_value(self) -> Value<'a> {
        Value::Made(self)
    }
}

impl<'a> IntoValue<'a> for Cow<'a, str> {
    fn into_value(self) -> Value<'a> {
        match self {
            Cow::Borrowed(text) => text.into_value(),
            Cow::Owned(text) => text.into_value(),
        }
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
pub fn list<'a, T: IntoValue<'a>>(items: impl IntoIterator<Item = T>) -> Value<'a> {
    Value::List(items.into_iter().map(T::into_value).collect())
}

/// The short form of a document: a name and where it leads.
pub fn reference<'a>(document: DocumentIx) -> Value<'a> {
    Value::Document(Shape::Ref, document)
}
