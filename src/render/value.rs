//! A value as templates see it.

use std::borrow::Cow;
use std::sync::Arc;

use tera::Map;

use crate::front_matter::Extra;

use super::is_plain;
use super::view::{SHAPES, Shape};

/// A value as templates see it. It borrows what it can, and is cheap to clone.
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
    Plain(&'a str),
    /// Text made for the page.
    Made(Arc<str>),
    /// HTML that this program made, as is text without anything to escape. Templates do not escape it.
    Html(Arc<str>),
    /// A list.
    List(Arc<[Value<'a>]>),
    /// A view: its fields in the order of its declaration.
    Record(Shape, Arc<[Value<'a>]>),
    /// What an author wrote in `[extra]`, and what is the same on every page.
    Any(tera::Value),
}

impl Value<'_> {
    /// The value as Tera knows it.
    pub fn to_tera(&self) -> tera::Value {
        match self {
            Value::None => tera::Value::none(),
            Value::Bool(truth) => (*truth).into(),
            Value::Integer(number) => (*number).into(),
            Value::Float(number) => (*number).into(),
            Value::Text(text) | Value::Plain(text) => (*text).into(),
            Value::Made(text) => tera::Value::normal_string(text),
            Value::Html(html) => tera::Value::safe_string(html),
            Value::List(items) => items.iter().map(Value::to_tera).collect::<Vec<_>>().into(),
            Value::Record(shape, values) => {
                let mut map = Map::with_capacity(values.len());
                fill(&mut map, *shape, values);
                map.into()
            }
            Value::Any(value) => value.clone(),
        }
    }
}

fn fill(map: &mut Map, shape: Shape, values: &[Value<'_>]) {
    let description = shape.description();
    if let (Some(_), Some(Value::Record(base, values))) = (description.base, values.first()) {
        fill(map, *base, values);
    }
    for (field, value) in description.fields.iter().zip(values) {
        map.insert((*field).into(), value.to_tera());
    }
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

    /// The field of a record, if its shape has it.
    pub fn of<'v, 'a>(&self, shape: Shape, values: &'v [Value<'a>]) -> Option<&'v Value<'a>> {
        match self.places.get(shape as usize).copied().unwrap_or(NOWHERE) {
            NOWHERE => None,
            own if own < IN_BASE => values.get(usize::from(own)),
            base => match values.first() {
                Some(Value::Record(_, values)) => values.get(usize::from(base & !IN_BASE)),
                _ => None,
            },
        }
    }
}

/// What can stand in a view.
pub trait IntoValue<'a> {
    /// The value as templates see it.
    fn into_value(self) -> Value<'a>;
}

/// HTML that this program made.
#[derive(Clone, Debug, Default)]
pub struct Html(pub String);

impl<'a> IntoValue<'a> for Html {
    fn into_value(self) -> Value<'a> {
        Value::Html(self.0.into())
    }
}

impl<'a> IntoValue<'a> for Value<'a> {
    fn into_value(self) -> Value<'a> {
        self
    }
}

impl<'a> IntoValue<'a> for &'a str {
    fn into_value(self) -> Value<'a> {
        // It is printed more often than it is made.
        if is_plain(self) { Value::Plain(self) } else { Value::Text(self) }
    }
}

impl<'a> IntoValue<'a> for String {
    fn into_value(self) -> Value<'a> {
        if is_plain(&self) { Value::Html(self.into()) } else { Value::Made(self.into()) }
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

impl<'a, T: IntoValue<'a>> IntoValue<'a> for Vec<T> {
    fn into_value(self) -> Value<'a> {
        list(self)
    }
}

/// A list of values.
pub fn list<'a, T: IntoValue<'a>>(items: impl IntoIterator<Item = T>) -> Value<'a> {
    Value::List(items.into_iter().map(T::into_value).collect())
}
