//! The border to the host: what it gives to templates.

use tera::value::ValueKind;

/// A value of the host that is looked up when a template asks for it: a list, a map, or HTML. A copy is to cost no more
/// than a few words.
pub trait Object<'v>: Copy {
    /// Where a field stands, found by its name once, when a template is compiled.
    type Field;
    /// What fields and HTML are looked up in.
    type Source: Copy;
    /// Text in which nothing has to be escaped.
    type Plain: Verbatim<'v>;
    /// HTML, which the filter `safe` takes.
    type Html: Verbatim<'v>;

    /// What it is in Tera.
    fn kind(self) -> Kind;

    /// An item of a list.
    fn item(self, at: usize) -> Option<Value<'v, Self>>;

    /// The items of a list from one to before another; neither lies behind its end.
    fn slice(self, start: usize, end: usize) -> Self;

    /// A field of a map; undefined if it has none of this name.
    fn field(self, field: &Self::Field, source: Self::Source) -> Value<'v, Self>;

    /// Appends HTML to a page. It is not escaped.
    fn write(self, source: Self::Source, page: &mut String);

    /// Which of the fragments shows a map, if one does.
    fn fragment(self) -> Option<usize>;
}

/// Text that stands in a page as it is. Only a type that no text becomes unchecked may say so: whatever is of it is not
/// escaped.
pub trait Verbatim<'v>: Copy {
    /// Its bytes.
    fn as_str(self) -> &'v str;
}

/// What an object is in Tera.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A list of so many items.
    List(usize),
    /// A map, which is never empty.
    Map,
    /// A text that is not escaped, and never empty.
    Html,
}

/// A value as a template sees it.
#[derive(Clone, Copy, Debug)]
pub enum Value<'v, O: Object<'v>> {
    /// There is none.
    Undefined,
    /// Null.
    None,
    /// True or false.
    Bool(bool),
    /// A whole number.
    Integer(i64),
    /// A number with a fraction.
    Float(f64),
    /// Text, which is escaped.
    Text(&'v str),
    /// Text that has nothing to escape.
    Plain(O::Plain),
    /// HTML, which is not escaped.
    Html(O::Html),
    /// What is looked up.
    Object(O),
    /// A list or map of Tera's, or something rarer.
    Tera(&'v tera::Value),
    /// A text that is known when a fragment is used, and not when it is made.
    Open(Open),
}

/// The number of a text that a fragment leaves open. Only fragments are made with them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Open(pub(crate) u8);

impl<'v, O: Object<'v>> From<&'v tera::Value> for Value<'v, O> {
    fn from(value: &'v tera::Value) -> Self {
        match value.kind() {
            ValueKind::Undefined => Value::Undefined,
            ValueKind::None => Value::None,
            ValueKind::Bool => Value::Bool(value.as_bool() == Some(true)),
            ValueKind::U64 | ValueKind::I64 => {
                value.as_i64().map_or(Value::Tera(value), Value::Integer)
            }
            ValueKind::F64 => value.as_f64().map_or(Value::Tera(value), Value::Float),
            ValueKind::String => match value.as_str() {
                Some(text) if !value.is_safe() => Value::Text(text),
                _ => Value::Tera(value),
            },
            _ => Value::Tera(value),
        }
    }
}

/// How a byte of text is written in HTML, if not as itself: Tera's rule.
#[inline]
pub fn escaped(byte: u8) -> Option<&'static str> {
    match byte {
        b'&' => Some("&amp;"),
        b'<' => Some("&lt;"),
        b'>' => Some("&gt;"),
        b'"' => Some("&quot;"),
        b'\'' => Some("&#39;"),
        _ => None,
    }
}

/// Appends text to a page, between tags or in a quoted attribute, as Tera does.
pub fn escape(page: &mut String, text: &str) {
    // Most text has nothing to escape, which is seen many bytes at a time: 0.7 % in `scripts/instructions`.
    if !text.bytes().fold(false, |found, byte| found | escaped(byte).is_some()) {
        return page.push_str(text);
    }
    let mut from = 0;
    for (at, byte) in text.bytes().enumerate() {
        if let Some(written) = escaped(byte) {
            page.push_str(text.get(from..at).unwrap_or_default());
            page.push_str(written);
            from = at + 1;
        }
    }
    page.push_str(text.get(from..).unwrap_or_default());
}
