//! What is left of a template for each page: text, and a few lookups between.

use std::cmp::Ordering;
use std::convert::Infallible;
use std::marker::PhantomData;

use tera::value::Key;

use crate::fragment::{Fragment, MOST_OPEN, Recorder};
use crate::syntax::{Loop, Order, Type};
use crate::value::{Kind, Object, Open, Value, Verbatim, escape};

/// A template, ready to be printed with the variables of a page. `F` is where the host finds a field.
pub(crate) struct Program<F> {
    /// What it has slots for: variables of the page by their names, and items of loops, which have none.
    pub slots: Vec<Option<String>>,
    pub instructions: Box<[Instruction<F>]>,
}

/// What is printed next. Programs are gone through on every page, and are to stay small: what is large or rare is boxed.
#[derive(Debug)]
pub(crate) enum Instruction<F> {
    Text(Box<str>),
    Print(Term<F>),
    If {
        when: Term<F>,
        then: Box<[Instruction<F>]>,
        otherwise: Box<[Instruction<F>]>,
    },
    For(Box<For<F>>),
    /// An argument must be of a type.
    Check(Term<F>, Type),
    /// The component that there are fragments of: the object's fragment is copied if there is one, else these are run.
    Call {
        object: Term<F>,
        /// The texts that the fragment leaves open.
        open: Box<[Term<F>]>,
        instructions: Box<[Instruction<F>]>,
    },
}

/// A loop.
#[derive(Debug)]
pub(crate) struct For<F> {
    pub list: Term<F>,
    /// The slot of its item.
    pub slot: usize,
    pub body: Box<[Instruction<F>]>,
    pub otherwise: Box<[Instruction<F>]>,
}

/// An expression, with its names looked up.
#[derive(Clone, Debug)]
pub(crate) enum Term<F> {
    /// The same on every page.
    Constant(tera::Value),
    /// A variable of the page, or the item of a loop's turn.
    Slot(usize),
    /// What a loop says of its turn, by the slot of its item.
    Loop(usize, Loop),
    /// A field, and whether it may be one of what is undefined.
    Field(Box<(Term<F>, Field<F>)>, bool),
    Slice(Box<Term<F>>, usize, usize),
    Not(Box<Term<F>>),
    And(Box<Term<F>>, Box<Term<F>>),
    Or(Box<Term<F>>, Box<Term<F>>),
    Compare(Order, Box<Term<F>>, Box<Term<F>>),
    In(Box<Term<F>>, Box<Term<F>>),
    StartsWith(Box<Term<F>>, Box<Term<F>>),
    Length(Box<Term<F>>),
    Safe(Box<Term<F>>),
    Join(Box<Term<F>>, Box<Term<F>>),
}

/// A field, by its name in maps of Tera's and by its place in objects of the host.
#[derive(Clone, Debug)]
pub(crate) struct Field<F> {
    pub name: Box<str>,
    pub place: F,
}

/// Outside of what is sure to come out as it does by Tera: the page is left to Tera.
#[derive(Debug)]
pub(crate) struct Outside;

pub(crate) type Sure<T> = Result<T, Outside>;

/// The values that a program looks at while it runs.
pub(crate) struct Frame<'v, 'f, O: Object<'v>> {
    pub slots: Vec<Slot<'v, O>>,
    pub source: O::Source,
    pub fragments: &'v [Option<Fragment>],
    /// How many more turns of loops there may be.
    pub turns: usize,
    /// How many bytes a page may have.
    pub bytes: usize,
    /// Where a fragment's open texts are noted, if one is made.
    pub recorder: Option<&'f mut Recorder>,
}

/// A variable, or the item of a loop's turn. A variable is the only item of no loop.
pub(crate) struct Slot<'v, O: Object<'v>> {
    pub item: Value<'v, O>,
    pub index: usize,
    pub length: usize,
}

impl<'v, O: Object<'v>> Frame<'v, '_, O> {
    fn recorder(&mut self) -> Sure<&mut Recorder> {
        self.recorder.as_deref_mut().ok_or(Outside)
    }

    #[inline]
    fn at(&self, slot: usize) -> Value<'v, O> {
        self.slots.get(slot).map_or(Value::Undefined, |slot| slot.item)
    }
}

impl<'v, O: Object<'v>> Slot<'v, O> {
    pub(crate) fn of(item: Value<'v, O>) -> Self {
        Slot { item, index: 0, length: 0 }
    }
}

impl Loop {
    /// What a loop of so many items says on one of its turns.
    pub(crate) fn says<'v, O: Object<'v>>(self, index: usize, length: usize) -> Value<'v, O> {
        match self {
            Loop::Index => Value::Integer(index as i64 + 1),
            Loop::Index0 => Value::Integer(index as i64),
            Loop::First => Value::Bool(index == 0),
            Loop::Last => Value::Bool(index + 1 == length),
            Loop::Length => Value::Integer(length as i64),
        }
    }
}

/// Runs a program on an empty page.
pub(crate) fn run<'v, F, O: Object<'v, Field = F>>(
    instructions: &'v [Instruction<F>],
    frame: &mut Frame<'v, '_, O>,
    page: &mut String,
) -> Sure<()> {
    for instruction in instructions {
        match instruction {
            Instruction::Text(text) => page.push_str(text),
            Instruction::Print(Term::Join(list, separator)) => {
                print_joined(list, separator, frame, page)?;
            }
            Instruction::Print(term) => match term.see(frame)? {
                Value::Open(open) => frame.recorder()?.gap(open, page)?,
                value => value.print(frame.source, page)?,
            },
            Instruction::If { when, then, otherwise } => {
                if frame.recorder.is_some()
                    && let Some((open, text, equal)) = when.asks(frame)?
                {
                    let (is, is_not) = if equal { (then, otherwise) } else { (otherwise, then) };
                    let branch = frame.recorder()?.branch(open, text, page)?;
                    run(is_not, frame, page)?;
                    let jump = frame.recorder()?.otherwise(branch, page)?;
                    run(is, frame, page)?;
                    frame.recorder()?.lead(jump, page)?;
                    continue;
                }
                let branch = if when.see(frame)?.is_truthy()? { then } else { otherwise };
                run(branch, frame, page)?;
            }
            Instruction::For(each) => {
                let For { list, slot, body, otherwise } = &**each;
                let list = list.see(frame)?;
                let length = list.items().ok_or(Outside)?;
                for index in 0..length {
                    // What takes more than a page may, Tera stops, and says where.
                    frame.turns = frame.turns.checked_sub(1).ok_or(Outside)?;
                    if page.len() > frame.bytes {
                        return Err(Outside);
                    }
                    let item = list.item(index).ok_or(Outside)?;
                    if let Some(slot) = frame.slots.get_mut(*slot) {
                        *slot = Slot { item, index, length };
                    }
                    run(body, frame, page)?;
                }
                if length == 0 {
                    run(otherwise, frame, page)?;
                }
            }
            Instruction::Check(term, of) => {
                if !term.see(frame)?.is_of(*of) {
                    return Err(Outside);
                }
            }
            Instruction::Call { object, open, instructions } => {
                let fragment = match object.see(frame)? {
                    Value::Object(object) => object.fragment().and_then(|n| frame.fragments.get(n)),
                    _ => None,
                };
                let Some(Some(fragment)) = fragment else {
                    run(instructions, frame, page)?;
                    continue;
                };
                let mut texts = [""; MOST_OPEN];
                for (text, term) in texts.iter_mut().zip(open) {
                    *text = match term.see(frame)? {
                        Value::Text(text) => text,
                        Value::Plain(text) => text.as_str(),
                        _ => return Err(Outside),
                    };
                }
                fragment.copy(&texts, page);
            }
        }
    }
    Ok(())
}

/// Prints the items of a list with a separator between them.
fn print_joined<'v, F, O: Object<'v, Field = F>>(
    list: &'v Term<F>,
    separator: &'v Term<F>,
    frame: &Frame<'v, '_, O>,
    page: &mut String,
) -> Sure<()> {
    let (list @ Value::Object(_), separator) = (list.see(frame)?, separator.see(frame)?) else {
        return Err(Outside);
    };
    separator.text()?;
    for index in 0..list.items().ok_or(Outside)? {
        if index > 0 {
            separator.print(frame.source, page)?;
        }
        list.item(index).ok_or(Outside)?.print(frame.source, page)?;
    }
    Ok(())
}

impl<F> Term<F> {
    /// How many terms it consists of.
    pub(crate) fn size(&self) -> usize {
        match self {
            Term::Constant(_) | Term::Slot(_) | Term::Loop(..) => 1,
            Term::Field(of, _) => 1 + of.0.size(),
            Term::Slice(a, ..) | Term::Not(a) | Term::Length(a) | Term::Safe(a) => 1 + a.size(),
            Term::And(a, b)
            | Term::Or(a, b)
            | Term::Compare(_, a, b)
            | Term::In(a, b)
            | Term::StartsWith(a, b)
            | Term::Join(a, b) => 1 + a.size() + b.size(),
        }
    }

    /// Works a term out that is the same on every page.
    pub(crate) fn folded(self) -> Term<F> {
        let constant = |term: &Term<F>| matches!(term, Term::Constant(_));
        let term = match self {
            // Which of the two it is depends on the first only.
            Term::And(a, b) if constant(&a) => return if a.is_truthy() { *b } else { *a },
            Term::Or(a, b) if constant(&a) => return if a.is_truthy() { *a } else { *b },
            term => term,
        };
        let known = match &term {
            Term::Field(of, _) => constant(&of.0),
            Term::Slice(a, ..) | Term::Not(a) | Term::Length(a) | Term::Safe(a) => constant(a),
            Term::Compare(_, a, b) | Term::In(a, b) | Term::StartsWith(a, b) => {
                constant(a) && constant(b)
            }
            _ => false,
        };
        if !known {
            return term;
        }
        // If it fails, it does on every page that comes by it; Tera says how.
        match term.see(&NoObject::frame()).ok().and_then(Value::to_constant) {
            Some(value) => Term::Constant(value),
            None => term,
        }
    }

    /// Whether a term is known and counts as true.
    fn is_truthy(&self) -> bool {
        let Term::Constant(value) = self else { return false };
        matches!(NoObject::<F>::value(value).is_truthy(), Ok(true))
    }

    /// Which open text it compares with which other, and whether it is true if they are the same.
    fn asks<'v, O: Object<'v, Field = F>>(
        &'v self,
        frame: &Frame<'v, '_, O>,
    ) -> Sure<Option<(Open, &'v str, bool)>> {
        let Term::Compare(order @ (Order::Equal | Order::Unequal), a, b) = self else {
            return Ok(None);
        };
        Ok(match (a.see(frame)?, b.see(frame)?) {
            (Value::Open(open), text) | (text, Value::Open(open)) => {
                Some((open, text.text()?, *order == Order::Equal))
            }
            _ => None,
        })
    }

    /// What it is on a page.
    #[inline]
    fn see<'v, O: Object<'v, Field = F>>(&'v self, frame: &Frame<'v, '_, O>) -> Sure<Value<'v, O>> {
        // By far the most are one of these.
        match self {
            Term::Slot(slot) => Ok(frame.at(*slot)),
            Term::Field(field, optional) => {
                let (of, field) = &**field;
                let of = if let Term::Slot(slot) = of { frame.at(*slot) } else { of.see(frame)? };
                of.field(field, *optional, frame.source)
            }
            term => term.work_out(frame),
        }
    }

    fn work_out<'v, O: Object<'v, Field = F>>(
        &'v self,
        frame: &Frame<'v, '_, O>,
    ) -> Sure<Value<'v, O>> {
        Ok(match self {
            Term::Constant(value) => value.into(),
            Term::Slot(_) | Term::Field(..) => self.see(frame)?,
            Term::Loop(slot, what) => {
                let turn = frame.slots.get(*slot).ok_or(Outside)?;
                what.says(turn.index, turn.length)
            }
            Term::Slice(of, start, end) => of.see(frame)?.slice(*start, *end)?,
            Term::Not(of) => Value::Bool(!of.see(frame)?.is_truthy()?),
            Term::And(a, b) => match a.see(frame)? {
                a if a.is_truthy()? => b.see(frame)?,
                a => a,
            },
            Term::Or(a, b) => match a.see(frame)? {
                a if a.is_truthy()? => a,
                _ => b.see(frame)?,
            },
            Term::Compare(order, a, b) => {
                Value::Bool(a.see(frame)?.is_in_order(*order, b.see(frame)?)?)
            }
            Term::In(a, b) => Value::Bool(a.see(frame)?.is_in(b.see(frame)?)?),
            Term::StartsWith(a, b) => {
                Value::Bool(a.see(frame)?.text()?.starts_with(b.see(frame)?.text()?))
            }
            Term::Length(of) => Value::Integer(match of.see(frame)? {
                Value::Tera(value) => value.len().ok_or(Outside)? as i64,
                value => match value.text() {
                    Ok(text) => text.chars().count() as i64,
                    Err(_) => value.items().ok_or(Outside)? as i64,
                },
            }),
            // Of anything else the host's own filter says that it is not HTML.
            Term::Safe(of) => match of.see(frame)? {
                html @ Value::Html(_) => html,
                Value::Object(object) if object.kind() == Kind::Html => Value::Object(object),
                _ => return Err(Outside),
            },
            // It is new text, and is only known where it is printed.
            Term::Join(..) => return Err(Outside),
        })
    }

    /// Whether two terms are the same variable, item, or field of one.
    pub(crate) fn is_same(&self, other: &Term<F>) -> bool {
        match (self, other) {
            (Term::Slot(a), Term::Slot(b)) => a == b,
            (Term::Field(a, _), Term::Field(b, _)) => a.1.name == b.1.name && a.0.is_same(&b.0),
            _ => false,
        }
    }
}

impl<'v, O: Object<'v>> Value<'v, O> {
    /// A value of its own, unless it is part of a page.
    pub(crate) fn to_constant(self) -> Option<tera::Value> {
        Some(match self {
            Value::Undefined => tera::Value::undefined(),
            Value::None => tera::Value::none(),
            Value::Bool(truth) => truth.into(),
            Value::Integer(number) => number.into(),
            Value::Float(number) => number.into(),
            Value::Text(text) => text.into(),
            Value::Tera(value) => value.clone(),
            _ => return None,
        })
    }

    pub(crate) fn is_truthy(self) -> Sure<bool> {
        Ok(match self {
            Value::Undefined | Value::None => false,
            Value::Bool(truth) => truth,
            Value::Integer(number) => number != 0,
            Value::Float(number) => number != 0.0,
            Value::Text(text) => !text.is_empty(),
            Value::Plain(text) => !text.as_str().is_empty(),
            Value::Html(html) => !html.as_str().is_empty(),
            Value::Object(object) => object.kind() != Kind::List(0),
            Value::Tera(value) => value.is_truthy(),
            Value::Open(_) => return Err(Outside),
        })
    }

    pub(crate) fn is_of(self, of: Type) -> bool {
        let kind = match self {
            Value::Object(object) => Some(object.kind()),
            _ => None,
        };
        match of {
            Type::String => {
                matches!(self, Value::Text(_) | Value::Plain(_) | Value::Html(_) | Value::Open(_))
                    || kind == Some(Kind::Html)
            }
            Type::Bool => matches!(self, Value::Bool(_)),
            Type::Integer => matches!(self, Value::Integer(_)),
            Type::Array => match self {
                Value::Tera(value) => value.is_array(),
                _ => matches!(kind, Some(Kind::List(_))),
            },
            Type::Map => match self {
                Value::Tera(value) => value.is_map(),
                _ => kind == Some(Kind::Map),
            },
        }
    }

    #[inline]
    fn field(self, field: &'v Field<O::Field>, optional: bool, source: O::Source) -> Sure<Self> {
        match self {
            Value::Object(object) => Ok(object.field(&field.place, source)),
            Value::Undefined if optional => Ok(Value::Undefined),
            Value::Undefined | Value::Open(_) => Err(Outside),
            Value::Tera(value) => {
                let found = value.as_map().and_then(|map| map.get(&Key::Str(&field.name)));
                Ok(found.map_or(Value::Undefined, Value::from))
            }
            _ => Ok(Value::Undefined),
        }
    }

    /// How many items it has, if it is a list.
    #[inline]
    fn items(self) -> Option<usize> {
        match self {
            Value::Object(object) => match object.kind() {
                Kind::List(length) => Some(length),
                _ => None,
            },
            Value::Tera(value) => value.as_array().map(|items| items.len()),
            _ => None,
        }
    }

    /// An item of a list.
    #[inline]
    fn item(self, at: usize) -> Option<Self> {
        match self {
            Value::Object(object) => object.item(at),
            Value::Tera(value) => value.as_array()?.get(at).map(Value::from),
            _ => None,
        }
    }

    fn slice(self, start: usize, end: usize) -> Sure<Self> {
        match self {
            Value::Text(_) | Value::Plain(_) => {
                let text = self.text()?;
                let at = |n: usize| text.char_indices().nth(n).map_or(text.len(), |(at, _)| at);
                let end = at(end);
                Ok(Value::Text(text.get(at(start).min(end)..end).unwrap_or_default()))
            }
            Value::Object(object) => match object.kind() {
                Kind::List(length) => {
                    let end = end.min(length);
                    Ok(Value::Object(object.slice(start.min(end), end)))
                }
                _ => Err(Outside),
            },
            _ => Err(Outside),
        }
    }

    fn equals(self, other: Self) -> Sure<bool> {
        if let (Ok(a), Ok(b)) = (self.text(), other.text()) {
            return Ok(a == b);
        }
        match (self, other) {
            (Value::Integer(a), Value::Integer(b)) => Ok(a == b),
            (Value::Bool(a), Value::Bool(b)) => Ok(a == b),
            (Value::None, Value::None) | (Value::Undefined, Value::Undefined) => Ok(true),
            _ if self.is_scalar() && other.is_scalar() => Ok(false),
            _ => Err(Outside),
        }
    }

    /// Whether it is equal only to what is of its kind.
    fn is_scalar(self) -> bool {
        matches!(
            self,
            Value::Undefined
                | Value::None
                | Value::Bool(_)
                | Value::Integer(_)
                | Value::Text(_)
                | Value::Plain(_)
                | Value::Html(_)
        )
    }

    /// Whether two values stand in an order.
    fn is_in_order(self, order: Order, other: Self) -> Sure<bool> {
        let ordering = match (order, self, other) {
            (Order::Equal, ..) => return self.equals(other),
            (Order::Unequal, ..) => return self.equals(other).map(|equal| !equal),
            (_, Value::Integer(a), Value::Integer(b)) => a.cmp(&b),
            _ => self.text()?.cmp(other.text()?),
        };
        Ok(match order {
            Order::Less => ordering == Ordering::Less,
            Order::LessOrEqual => ordering != Ordering::Greater,
            Order::Greater => ordering == Ordering::Greater,
            _ => ordering != Ordering::Less,
        })
    }

    fn is_in(self, container: Self) -> Sure<bool> {
        if let Ok(text) = container.text() {
            return Ok(text.contains(self.text()?));
        }
        for at in 0..container.items().ok_or(Outside)? {
            if self.equals(container.item(at).ok_or(Outside)?)? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    fn text(self) -> Sure<&'v str> {
        match self {
            Value::Text(text) => Ok(text),
            Value::Plain(text) => Ok(text.as_str()),
            Value::Html(html) => Ok(html.as_str()),
            _ => Err(Outside),
        }
    }

    /// Prints it as `{{ }}` does. Where programs are run it stands in its place: 0.4 % in `scripts/instructions`.
    #[inline(always)]
    pub(crate) fn print(self, source: O::Source, page: &mut String) -> Sure<()> {
        match self {
            Value::Plain(text) => page.push_str(text.as_str()),
            Value::Text(text) => escape(page, text),
            Value::Html(html) => page.push_str(html.as_str()),
            Value::Integer(number) => page.push_str(itoa::Buffer::new().format(number)),
            Value::Bool(truth) => page.push_str(if truth { "true" } else { "false" }),
            Value::None => {}
            Value::Object(object) if object.kind() == Kind::Html => object.write(source, page),
            _ => return Err(Outside),
        }
        Ok(())
    }
}

/// An object of no host: what is the same on every page holds none.
#[allow(dead_code, reason = "there are none")]
pub(crate) struct NoObject<F>(Infallible, PhantomData<fn() -> F>);

impl<F> NoObject<F> {
    /// A value that is the same on every page.
    pub(crate) fn value(value: &tera::Value) -> Value<'_, Self> {
        value.into()
    }

    /// On no page.
    fn frame<'v>() -> Frame<'v, 'static, Self> {
        Frame { slots: Vec::new(), source: (), fragments: &[], turns: 0, bytes: 0, recorder: None }
    }
}

impl<F> Clone for NoObject<F> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<F> Copy for NoObject<F> {}

impl<'v, F> Object<'v> for NoObject<F> {
    type Field = F;
    type Source = ();
    type Plain = Self;
    type Html = Self;

    fn kind(self) -> Kind {
        match self.0 {}
    }

    fn item(self, _: usize) -> Option<Value<'v, Self>> {
        match self.0 {}
    }

    fn slice(self, _: usize, _: usize) -> Self {
        self
    }

    fn field(self, _: &F, (): ()) -> Value<'v, Self> {
        match self.0 {}
    }

    fn write(self, (): (), _: &mut String) {
        match self.0 {}
    }

    fn fragment(self) -> Option<usize> {
        None
    }
}

impl<'v, F> Verbatim<'v> for NoObject<F> {
    fn as_str(self) -> &'v str {
        match self.0 {}
    }
}
