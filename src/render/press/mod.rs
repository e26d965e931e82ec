//! The press: prints pages from templates faster than Tera, to the same bytes.
//!
//! A template is made once into a [`Program`]: what it extends, includes and calls is put in its place, and what is
//! the same on every page (words, menu, addresses of assets) is worked out and becomes text. What is left for
//! each page is a list of texts with few things to look up between them.
//!
//! The press knows the part of Tera's language that themes are made of. Where it is not sure that it does as Tera
//! would (a filter it does not know, an undefined variable, a value of another type), it prints nothing, and Tera
//! renders the page, or says what is wrong with it. So the language is Tera's, and so are the messages.

mod stamp;
mod syntax;
#[cfg(test)]
mod tests;

use std::cmp::Ordering;
use std::collections::BTreeMap;

use tera::value::Key;

use super::dates::write_number;
use super::meter::{LARGEST_PAGE, TURNS};
use super::value::{Body, Documents, Field, Seen, Setting, Value, write_quote};
use super::view::Shape;
use crate::graph::DocumentIx;
use crate::html::{Html, escape};
pub use stamp::Stamps;
use stamp::{CardProgram, Paper};
use syntax::{Component, Expression, Kind, Loop, Node, Order, Template};

/// Tera's limit to components that call components.
const DEEPEST_CALL: usize = 20;
/// The longest program, in steps and terms: components that pass on twice what they are given grow without end.
const LONGEST: usize = 100_000;
/// The largest term, in terms: it is gone down into. Components may wrap what they are given, and pass it on.
const LARGEST_TERM: usize = 500;
/// A list that is the same on every page is written out if it has no more items than this.
const WRITTEN_OUT: usize = 64;

/// The page templates that the press can print.
#[derive(Default)]
pub struct Press {
    programs: BTreeMap<&'static str, Program>,
    /// How a brief looks in lists, if the press knows all of that.
    card: Option<CardProgram>,
}

/// A template, ready to be printed with the variables of a page.
struct Program {
    /// What it has places for: variables of the page by their names, and items of loops, which have none.
    places: Vec<Option<String>>,
    steps: Box<[Step]>,
}

/// What is printed next. Programs are gone through on every page, and are to stay small: what is large or rare is boxed.
#[derive(Debug)]
enum Step {
    Text(Box<str>),
    Print(Term),
    If {
        when: Term,
        then: Box<[Step]>,
        otherwise: Box<[Step]>,
    },
    For(Box<Each>),
    /// An argument must be of a type.
    Check(Term, Kind),
    /// A brief in a list: what is stamped on the page if there is a stamp of it, else the steps.
    Card {
        brief: Term,
        /// The texts that the stamp leaves open.
        later: Box<[Term]>,
        steps: Box<[Step]>,
    },
}

/// A loop.
#[derive(Debug)]
struct Each {
    list: Term,
    /// The place of its item.
    place: usize,
    body: Box<[Step]>,
    otherwise: Box<[Step]>,
}

/// An expression, with its names looked up.
#[derive(Clone, Debug)]
enum Term {
    /// The same on every page; `None` is undefined.
    Constant(Option<Value<'static>>),
    /// A variable of the page, or the item of a loop's turn.
    Place(usize),
    /// What a loop says of its turn, by the place of its item.
    Loop(usize, Loop),
    /// A field, and whether it may be one of what is undefined.
    Field(Box<(Term, Field)>, bool),
    Slice(Box<Term>, usize, usize),
    Not(Box<Term>),
    And(Box<Term>, Box<Term>),
    Or(Box<Term>, Box<Term>),
    Compare(Order, Box<Term>, Box<Term>),
    In(Box<Term>, Box<Term>),
    StartsWith(Box<Term>, Box<Term>),
    Length(Box<Term>),
    Safe(Box<Term>),
    Join(Box<Term>, Box<Term>),
}

/// Why a page is left to Tera: the press is not sure what it would do.
struct Unsure;

type Sure<T> = Result<T, Unsure>;

impl Press {
    /// Makes programs of those of the page templates that the press knows all of. `files` are all templates with the
    /// names that Tera has them under, the built-in ones behind `builtin`; `constants` are what every page sees.
    pub fn new<'t>(
        files: impl IntoIterator<Item = (&'t str, &'t str)>,
        builtin: &str,
        pages: impl IntoIterator<Item = &'static str>,
        constants: &BTreeMap<&'static str, tera::Value>,
    ) -> Press {
        let mut templates = BTreeMap::new();
        for (name, text) in files {
            let template = syntax::read(text);
            if template.is_none() && text.contains("component") {
                // It may define a component that others call; which one is not known.
                return Press::default();
            }
            templates.insert(name, template);
        }
        let mut components: BTreeMap<&str, &Component> = BTreeMap::new();
        // A site's own component stands in for the built-in one.
        for own in [false, true] {
            let known = templates.iter().filter(|(name, _)| name.starts_with(builtin) != own);
            for template in known.filter_map(|(_, template)| template.as_ref()) {
                components.extend(template.components.iter().map(|c| (c.name.as_str(), c)));
            }
        }
        let mut known = Known { templates: &templates, builtin, components, constants, card: None };
        known.card = known.card_program();
        let programs = pages.into_iter().filter_map(|page| Some((page, known.program(page)?)));
        let programs = programs.collect();
        Press { programs, card: known.card }
    }

    /// Prints a page on empty paper. Says whether it has: whether it knows the template, and all that the template
    /// does with these variables.
    pub fn print(
        &self,
        template: &str,
        variables: &[(&'static str, Value<'_>)],
        setting: Setting<'_>,
        stamps: Option<&Stamps>,
        paper: &mut String,
    ) -> bool {
        let Some(program) = self.programs.get(template) else { return false };
        let variable = |name: &Option<String>| {
            // The last that was set counts.
            let set = variables.iter().rev().find(|(set, _)| name.as_deref() == Some(*set));
            set.map_or(Seen::Undefined, |(_, value)| value.into())
        };
        let variables = program.places.iter().map(variable);
        program.run(variables, setting, stamps, paper).is_ok()
    }

    /// Whether the press knows all of a page template.
    pub fn knows(&self, template: &str) -> bool {
        self.programs.contains_key(template)
    }
}

impl Program {
    /// Prints what the program says of what stands at its first places.
    fn run<'v, P: Paper>(
        &'v self,
        seen: impl Iterator<Item = Seen<'v>>,
        setting: Setting<'v>,
        stamps: Option<&'v Stamps>,
        paper: &mut P,
    ) -> Sure<()> {
        let mut places = Vec::with_capacity(self.places.len());
        places.extend(seen.map(Turn::of));
        places.resize(self.places.len(), Turn::of(Seen::Undefined));
        run(&self.steps, &mut Frame { places, setting, stamps, turns: TURNS }, paper)
    }
}

/// What programs are made of.
struct Known<'t> {
    /// By name; those that the press cannot read are none.
    templates: &'t BTreeMap<&'t str, Option<Template>>,
    builtin: &'t str,
    components: BTreeMap<&'t str, &'t Component>,
    constants: &'t BTreeMap<&'static str, tera::Value>,
    card: Option<CardProgram>,
}

/// A program being made.
struct Making<'t> {
    known: &'t Known<'t>,
    /// The bodies of each block, that of the template itself first.
    blocks: BTreeMap<&'t str, Vec<&'t [Node]>>,
    places: Vec<Option<String>>,
    /// How many more steps and terms it may have.
    room: usize,
}

/// What names mean at a place of a template.
#[derive(Clone, Default)]
struct Scope<'t> {
    bound: Vec<(&'t str, Term)>,
    /// Whether the variables of the page are seen: not in components.
    page: bool,
    /// The loops around, the innermost last.
    turns: Vec<Around>,
    /// The block around, and which of its bodies this is.
    block: Option<(&'t str, usize)>,
    /// How many components and files are around.
    depth: usize,
    /// What has been checked by the time a page comes here.
    checked: Vec<(Term, Kind)>,
}

impl Scope<'_> {
    fn has_checked(&self, term: &Term, kind: Kind) -> bool {
        self.checked.iter().any(|(checked, of)| *of == kind && checked.is_same(term))
    }
}

/// A loop around a place.
#[derive(Clone, Copy)]
enum Around {
    Turn(usize),
    /// A loop that is written out: its turn is known.
    Known {
        index: usize,
        length: usize,
    },
}

impl<'t> Known<'t> {
    /// The template of a name: the site's own, or the built-in one.
    fn template(&self, name: &str) -> Option<&'t Template> {
        let own = self.templates.get(name);
        let found = own.or_else(|| self.templates.get(format!("{}{name}", self.builtin).as_str()));
        found?.as_ref()
    }

    fn making(&'t self) -> Making<'t> {
        Making { known: self, blocks: BTreeMap::new(), places: Vec::new(), room: LONGEST }
    }

    fn program(&self, page: &str) -> Option<Program> {
        let mut making = self.making();
        let mut template = self.template(page)?;
        let mut depth = 0;
        loop {
            making.collect(&template.nodes);
            match &template.parent {
                Some(parent) if depth < DEEPEST_CALL => template = self.template(parent)?,
                Some(_) => return None,
                None => break,
            }
            depth += 1;
        }
        let mut steps = Vec::new();
        making.steps(&template.nodes, &Scope { page: true, ..Scope::default() }, &mut steps)?;
        Some(Program { places: making.places, steps: steps.into() })
    }
}

impl<'t> Making<'t> {
    fn collect(&mut self, nodes: &'t [Node]) {
        for node in nodes {
            match node {
                Node::Block { name, body } => {
                    self.blocks.entry(name).or_default().push(body);
                    self.collect(body);
                }
                Node::If { then, otherwise, .. } => {
                    self.collect(then);
                    self.collect(otherwise);
                }
                _ => {}
            }
        }
    }

    /// Appends the steps of nodes. `None` if there is one that the press does not know.
    fn steps(&mut self, nodes: &'t [Node], scope: &Scope<'t>, out: &mut Vec<Step>) -> Option<()> {
        for node in nodes {
            self.room = self.room.checked_sub(1)?;
            match node {
                Node::Text(text) => write(out, text),
                Node::Print(expression) => match self.term(expression, scope)? {
                    Term::Constant(Some(value)) => {
                        let mut text = String::new();
                        print(Seen::from(&value), NOWHERE, &mut text).ok()?;
                        write(out, &text);
                    }
                    term => out.push(Step::Print(term)),
                },
                Node::If { when, then, otherwise } => match self.term(when, scope)? {
                    Term::Constant(value) => {
                        let seen = value.as_ref().map_or(Seen::Undefined, Seen::from);
                        let truthy = seen.is_truthy().ok()?;
                        self.steps(if truthy { then } else { otherwise }, scope, out)?;
                    }
                    when => {
                        let then = self.block(then, scope)?;
                        let otherwise = self.block(otherwise, scope)?;
                        out.push(Step::If { when, then, otherwise });
                    }
                },
                Node::For { name, list, body, otherwise } => {
                    let list = self.term(list, scope)?;
                    self.for_each(name, list, (body, otherwise), scope, out)?;
                }
                Node::Block { name, .. } => self.body(name, 0, scope, out)?,
                Node::Super => {
                    let (name, level) = scope.block?;
                    self.body(name, level + 1, scope, out)?;
                }
                Node::Include(name) => {
                    let template = self.known.template(name)?;
                    if template.parent.is_some() || scope.depth == DEEPEST_CALL {
                        return None;
                    }
                    // The blocks of an included template are its own; nobody writes such a thing.
                    if blocks_in(&template.nodes) {
                        return None;
                    }
                    let scope = Scope { depth: scope.depth + 1, block: None, ..scope.clone() };
                    self.steps(&template.nodes, &scope, out)?;
                }
                Node::Component { name, arguments } => {
                    self.component(
                        self.known.components.get(name.as_str())?,
                        arguments,
                        scope,
                        out,
                    )?;
                }
            }
        }
        Some(())
    }

    fn block(&mut self, nodes: &'t [Node], scope: &Scope<'t>) -> Option<Box<[Step]>> {
        let mut steps = Vec::new();
        self.steps(nodes, scope, &mut steps)?;
        Some(steps.into())
    }

    /// A body of a block.
    fn body(
        &mut self,
        name: &'t str,
        level: usize,
        scope: &Scope<'t>,
        out: &mut Vec<Step>,
    ) -> Option<()> {
        let body = *self.blocks.get(name)?.get(level)?;
        self.steps(body, &Scope { block: Some((name, level)), ..scope.clone() }, out)
    }

    fn for_each(
        &mut self,
        name: &'t str,
        list: Term,
        (body, otherwise): (&'t [Node], &'t [Node]),
        scope: &Scope<'t>,
        out: &mut Vec<Step>,
    ) -> Option<()> {
        let bind = |item: Term, around: Around| {
            let mut inner = scope.clone();
            inner.bound.push((name, item));
            inner.turns.push(around);
            inner
        };
        if let Term::Constant(Some(Value::Any(items))) = &list {
            let items = items.as_array().filter(|items| items.len() <= WRITTEN_OUT)?;
            for (index, item) in items.iter().enumerate() {
                let item = Term::Constant(Some(Value::Any(item.clone())));
                let around = Around::Known { index, length: items.len() };
                self.steps(body, &bind(item, around), out)?;
            }
            if items.is_empty() {
                self.steps(otherwise, scope, out)?;
            }
            return Some(());
        }
        let place = self.places.len();
        self.places.push(None);
        let body = self.block(body, &bind(Term::Place(place), Around::Turn(place)))?;
        let otherwise = self.block(otherwise, scope)?;
        out.push(Step::For(Box::new(Each { list, place, body, otherwise })));
        Some(())
    }

    /// A component in its place: its parameters are what it is given.
    fn component(
        &mut self,
        component: &'t Component,
        arguments: &'t [(String, Expression)],
        scope: &Scope<'t>,
        out: &mut Vec<Step>,
    ) -> Option<()> {
        let known = |name: &String| component.parameters.iter().any(|p| p.name == *name);
        if scope.depth == DEEPEST_CALL || !arguments.iter().all(|(name, _)| known(name)) {
            return None;
        }
        let checked = scope.checked.clone();
        let mut inner = Scope { depth: scope.depth + 1, checked, ..Scope::default() };
        let mut steps = Vec::new();
        for parameter in &component.parameters {
            let argument = arguments.iter().find(|(name, _)| *name == parameter.name);
            let term = match (argument, &parameter.default) {
                (Some((_, expression)), _) => self.term(expression, scope)?,
                (None, Some(default)) => Term::Constant(Some(Value::Any(default.clone()))),
                (None, None) => return None,
            };
            if let Some(kind) = parameter.kind {
                match &term {
                    Term::Constant(value) => {
                        let seen = value.as_ref().map_or(Seen::Undefined, Seen::from);
                        seen.is_of(kind).then_some(())?;
                    }
                    _ if inner.has_checked(&term, kind) => {}
                    _ => {
                        inner.checked.push((term.clone(), kind));
                        steps.push(Step::Check(term.clone(), kind));
                    }
                }
            }
            inner.bound.push((&parameter.name, term));
        }
        self.steps(&component.body, &inner, &mut steps)?;
        let card = self.known.card.as_ref().filter(|card| card.is(component));
        match card.and_then(|card| card.call(&inner.bound)) {
            Some((brief, later)) => out.push(Step::Card { brief, later, steps: steps.into() }),
            None => steps.into_iter().for_each(|step| push(out, step)),
        }
        Some(())
    }

    fn term(&mut self, expression: &'t Expression, scope: &Scope<'t>) -> Option<Term> {
        let mut of = |expression: &'t Expression| self.term(expression, scope).map(Box::new);
        let term = match expression {
            Expression::Literal(value) => {
                return Some(Term::Constant(Some(Value::Any(value.clone()))));
            }
            Expression::Name(name) => return self.name(name, scope),
            Expression::Loop(what) => match scope.turns.last()? {
                Around::Turn(turn) => return Some(Term::Loop(*turn, *what)),
                Around::Known { index, length } => {
                    let turn = Turn { item: Seen::Undefined, index: *index, length: *length };
                    return Some(Term::Constant(turn.says(*what).to_constant()));
                }
            },
            Expression::Field { of: value, name, optional } => {
                Term::Field(Box::new((self.term(value, scope)?, Field::new(name))), *optional)
            }
            Expression::Slice { of: value, start, end } => {
                Term::Slice(of(value)?, start.unwrap_or(0), end.unwrap_or(usize::MAX))
            }
            Expression::Not(value) => Term::Not(of(value)?),
            Expression::And(a, b) => Term::And(of(a)?, of(b)?),
            Expression::Or(a, b) => Term::Or(of(a)?, of(b)?),
            Expression::Compare(order, a, b) => Term::Compare(*order, of(a)?, of(b)?),
            Expression::In(a, b) => Term::In(of(a)?, of(b)?),
            Expression::StartsWith(a, b) => Term::StartsWith(of(a)?, of(b)?),
            Expression::Length(value) => Term::Length(of(value)?),
            Expression::Safe(value) => Term::Safe(of(value)?),
            Expression::Join(a, b) => return Some(Term::Join(of(a)?, of(b)?)),
        };
        Some(fold(term))
    }

    fn name(&mut self, name: &'t str, scope: &Scope<'t>) -> Option<Term> {
        if let Some((_, term)) = scope.bound.iter().rev().find(|(bound, _)| *bound == name) {
            let size = term.size();
            self.room = self.room.checked_sub(size)?;
            return (size <= LARGEST_TERM).then(|| term.clone());
        }
        if !scope.page {
            return Some(Term::Constant(None));
        }
        if let Some(value) = self.known.constants.get(name) {
            return Some(Term::Constant(Some(Value::Any(value.clone()))));
        }
        let known = self.places.iter().position(|known| known.as_deref() == Some(name));
        Some(Term::Place(known.unwrap_or_else(|| {
            self.places.push(Some(name.to_owned()));
            self.places.len() - 1
        })))
    }
}

/// Whether a template has blocks.
fn blocks_in(nodes: &[Node]) -> bool {
    nodes.iter().any(|node| match node {
        Node::Block { .. } => true,
        Node::If { then, otherwise, .. } => blocks_in(then) || blocks_in(otherwise),
        _ => false,
    })
}

/// Appends a step.
fn push(out: &mut Vec<Step>, step: Step) {
    match step {
        Step::Text(text) => write(out, &text),
        step => out.push(step),
    }
}

/// Appends text, to the text before it if there is one.
fn write(out: &mut Vec<Step>, text: &str) {
    match out.last_mut() {
        Some(Step::Text(before)) => {
            let mut all = std::mem::take(before).into_string();
            all.push_str(text);
            *before = all.into();
        }
        _ if text.is_empty() => {}
        _ => out.push(Step::Text(text.into())),
    }
}

/// Works a term out that is the same on every page.
fn fold(term: Term) -> Term {
    let constant = |term: &Term| matches!(term, Term::Constant(_));
    let term = match term {
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
    if known {
        match term.see(&Frame { places: Vec::new(), setting: NOWHERE, stamps: None, turns: 0 }) {
            Ok(Seen::Undefined) => return Term::Constant(None),
            Ok(seen) => {
                if let Some(value) = seen.to_constant() {
                    return Term::Constant(Some(value));
                }
            }
            // It fails on every page that comes by it; Tera says how.
            Err(Unsure) => {}
        }
    }
    term
}

/// What is the same on every page knows of no documents.
struct NoDocuments;

impl Documents for NoDocuments {
    fn field(&self, _: Shape, _: DocumentIx, _: usize) -> Seen<'_> {
        Seen::Undefined
    }

    fn write(&self, _: Body, _: &str, _: &mut Html) {}
}

/// On no page.
const NOWHERE: Setting<'static> = Setting { documents: &NoDocuments, root: "" };

/// The values that a program looks at while it runs.
struct Frame<'v> {
    places: Vec<Turn<'v>>,
    setting: Setting<'v>,
    stamps: Option<&'v Stamps>,
    /// How many more turns of loops there may be.
    turns: usize,
}

impl<'v> Frame<'v> {
    #[inline]
    fn at(&self, place: usize) -> Seen<'v> {
        self.places.get(place).map_or(Seen::Undefined, |turn| turn.item)
    }
}

/// What stands at a place: the item of a loop's turn. A variable is the only item of none.
#[derive(Clone, Copy)]
struct Turn<'v> {
    item: Seen<'v>,
    index: usize,
    length: usize,
}

impl<'v> Turn<'v> {
    fn of(item: Seen<'v>) -> Self {
        Turn { item, index: 0, length: 0 }
    }

    fn says(&self, what: Loop) -> Seen<'v> {
        match what {
            Loop::Index => Seen::Integer(self.index as i64 + 1),
            Loop::Index0 => Seen::Integer(self.index as i64),
            Loop::First => Seen::Bool(self.index == 0),
            Loop::Last => Seen::Bool(self.index + 1 == self.length),
            Loop::Length => Seen::Integer(self.length as i64),
        }
    }
}

impl<'v> Seen<'v> {
    /// A value of its own, unless it is part of a page.
    fn to_constant(self) -> Option<Value<'static>> {
        Some(match self {
            Seen::None => Value::None,
            Seen::Bool(truth) => Value::Bool(truth),
            Seen::Integer(number) => Value::Integer(number),
            Seen::Float(number) => Value::Float(number),
            Seen::Text(text) => Value::Made(text.into()),
            Seen::Plain(text) => Value::Made(text.as_str().into()),
            Seen::Html(html) => Value::Html(html.to_html()),
            Seen::Any(value) => Value::Any(value.clone()),
            _ => return None,
        })
    }

    fn is_truthy(self) -> Sure<bool> {
        Ok(match self {
            Seen::Undefined | Seen::None => false,
            Seen::Bool(truth) => truth,
            Seen::Integer(number) => number != 0,
            Seen::Float(number) => number != 0.0,
            Seen::Text(text) => !text.is_empty(),
            Seen::Plain(text) => !text.as_str().is_empty(),
            Seen::Html(html) => !html.is_empty(),
            Seen::List(_) | Seen::Briefs(_) | Seen::Actors(_) | Seen::Topics(_) => {
                self.items() != Some(0)
            }
            // There is no view without fields, and no text of a document without a letter.
            Seen::Record(..)
            | Seen::Document(..)
            | Seen::Counted(..)
            | Seen::Body(_)
            | Seen::Quote(_) => true,
            Seen::Any(value) => value.is_truthy(),
            Seen::Later(_) | Seen::SameLater { .. } => return Err(Unsure),
        })
    }

    fn is_of(self, kind: Kind) -> bool {
        match kind {
            Kind::String => matches!(
                self,
                Seen::Text(_)
                    | Seen::Plain(_)
                    | Seen::Html(_)
                    | Seen::Body(_)
                    | Seen::Quote(_)
                    | Seen::Later(_)
            ),
            Kind::Bool => matches!(self, Seen::Bool(_)),
            Kind::Integer => matches!(self, Seen::Integer(_)),
            Kind::Array => match self {
                Seen::List(_) | Seen::Briefs(_) | Seen::Actors(_) | Seen::Topics(_) => true,
                Seen::Any(value) => value.is_array(),
                _ => false,
            },
            Kind::Map => match self {
                Seen::Record(..) | Seen::Document(..) | Seen::Counted(..) => true,
                Seen::Any(value) => value.is_map(),
                _ => false,
            },
        }
    }

    #[inline]
    fn field(
        self,
        field: &'v Field,
        optional: bool,
        documents: &'v dyn Documents,
    ) -> Sure<Seen<'v>> {
        match self {
            Seen::Undefined if optional => Ok(Seen::Undefined),
            Seen::Undefined => Err(Unsure),
            Seen::Document(shape, document) => Ok(field.of_document(shape, document, documents)),
            Seen::Record(shape, values) => Ok(field.of_record(shape, values, documents)),
            Seen::Counted(shape, document, briefs) => {
                Ok(field.of_counted(shape, document, briefs, documents))
            }
            Seen::Later(_) | Seen::SameLater { .. } => Err(Unsure),
            Seen::Any(value) => {
                let found = value.as_map().and_then(|map| map.get(&Key::Str(&field.name)));
                Ok(found.map_or(Seen::Undefined, Seen::from))
            }
            _ => Ok(Seen::Undefined),
        }
    }

    fn slice(self, start: usize, end: usize) -> Sure<Seen<'v>> {
        let cut = |text: &str| {
            let at = |n: usize| text.char_indices().nth(n).map_or(text.len(), |(at, _)| at);
            let end = at(end);
            at(start).min(end)..end
        };
        match self {
            Seen::Text(text) => Ok(Seen::Text(text.get(cut(text)).unwrap_or_default())),
            Seen::Plain(text) => Ok(Seen::Plain(text.part(cut(text.as_str())))),
            Seen::List(items) => Ok(Seen::List(part(items, start, end))),
            Seen::Briefs(briefs) => Ok(Seen::Briefs(part(briefs, start, end))),
            Seen::Actors(actors) => Ok(Seen::Actors(part(actors, start, end))),
            Seen::Topics(topics) => Ok(Seen::Topics(part(topics, start, end))),
            _ => Err(Unsure),
        }
    }

    fn equals(self, other: Seen<'_>) -> Sure<bool> {
        if let (Ok(a), Ok(b)) = (self.text(), other.text()) {
            return Ok(a == b);
        }
        match (self, other) {
            (Seen::Integer(a), Seen::Integer(b)) => Ok(a == b),
            (Seen::Bool(a), Seen::Bool(b)) => Ok(a == b),
            (Seen::None, Seen::None) | (Seen::Undefined, Seen::Undefined) => Ok(true),
            _ if self.is_scalar() && other.is_scalar() => Ok(false),
            _ => Err(Unsure),
        }
    }

    /// Whether it is equal only to what is of its kind.
    fn is_scalar(self) -> bool {
        matches!(
            self,
            Seen::Undefined
                | Seen::None
                | Seen::Bool(_)
                | Seen::Integer(_)
                | Seen::Text(_)
                | Seen::Plain(_)
                | Seen::Html(_)
        )
    }

    /// Whether two values stand in an order.
    fn compare(self, order: Order, other: Seen<'v>) -> Sure<Seen<'v>> {
        match (order, self, other) {
            (Order::Equal | Order::Unequal, Seen::Later(later), text)
            | (Order::Equal | Order::Unequal, text, Seen::Later(later)) => {
                let (text, same) = (text.text()?, order == Order::Equal);
                Ok(Seen::SameLater { later, text, same })
            }
            _ => self.is_in_order(order, other).map(Seen::Bool),
        }
    }

    fn is_in_order(self, order: Order, other: Seen<'_>) -> Sure<bool> {
        let ordering = match (order, self, other) {
            (Order::Equal, ..) => return self.equals(other),
            (Order::Unequal, ..) => return self.equals(other).map(|equal| !equal),
            (_, Seen::Integer(a), Seen::Integer(b)) => a.cmp(&b),
            _ => self.text()?.cmp(other.text()?),
        };
        Ok(match order {
            Order::Less => ordering == Ordering::Less,
            Order::LessOrEqual => ordering != Ordering::Greater,
            Order::Greater => ordering == Ordering::Greater,
            _ => ordering != Ordering::Less,
        })
    }

    fn is_in(self, container: Seen<'_>) -> Sure<bool> {
        if let Ok(text) = container.text() {
            return Ok(text.contains(self.text()?));
        }
        for at in 0..container.items().ok_or(Unsure)? {
            if self.equals(container.item(at).ok_or(Unsure)?)? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    fn text(self) -> Sure<&'v str> {
        match self {
            Seen::Text(text) => Ok(text),
            Seen::Plain(text) => Ok(text.as_str()),
            Seen::Html(html) => Ok(html.as_str()),
            _ => Err(Unsure),
        }
    }
}

impl Term {
    /// How many terms it consists of.
    fn size(&self) -> usize {
        match self {
            Term::Constant(_) | Term::Place(_) | Term::Loop(..) => 1,
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

    /// Whether two terms are the same variable, item, or field of one.
    fn is_same(&self, other: &Term) -> bool {
        match (self, other) {
            (Term::Place(a), Term::Place(b)) => a == b,
            (Term::Field(a, _), Term::Field(b, _)) => a.1.name == b.1.name && a.0.is_same(&b.0),
            _ => false,
        }
    }

    /// Whether a term is known and counts as true.
    fn is_truthy(&self) -> bool {
        matches!(self, Term::Constant(Some(value)) if matches!(Seen::from(value).is_truthy(), Ok(true)))
    }

    /// What it is on a page.
    #[inline]
    fn see<'v>(&'v self, frame: &Frame<'v>) -> Sure<Seen<'v>> {
        // By far the most are one of these.
        match self {
            Term::Place(place) => Ok(frame.at(*place)),
            Term::Field(field, optional) => {
                let (of, field) = &**field;
                let of =
                    if let Term::Place(place) = of { frame.at(*place) } else { of.see(frame)? };
                of.field(field, *optional, frame.setting.documents)
            }
            term => term.work_out(frame),
        }
    }

    fn work_out<'v>(&'v self, frame: &Frame<'v>) -> Sure<Seen<'v>> {
        Ok(match self {
            Term::Constant(value) => value.as_ref().map_or(Seen::Undefined, Seen::from),
            Term::Place(_) | Term::Field(..) => self.see(frame)?,
            Term::Loop(place, what) => frame.places.get(*place).ok_or(Unsure)?.says(*what),
            Term::Slice(of, start, end) => of.see(frame)?.slice(*start, *end)?,
            Term::Not(of) => Seen::Bool(!of.see(frame)?.is_truthy()?),
            Term::And(a, b) => match a.see(frame)? {
                a if a.is_truthy()? => b.see(frame)?,
                a => a,
            },
            Term::Or(a, b) => match a.see(frame)? {
                a if a.is_truthy()? => a,
                _ => b.see(frame)?,
            },
            Term::Compare(order, a, b) => a.see(frame)?.compare(*order, b.see(frame)?)?,
            Term::In(a, b) => Seen::Bool(a.see(frame)?.is_in(b.see(frame)?)?),
            Term::StartsWith(a, b) => {
                Seen::Bool(a.see(frame)?.text()?.starts_with(b.see(frame)?.text()?))
            }
            Term::Length(of) => Seen::Integer(match of.see(frame)? {
                Seen::Any(value) => value.len().ok_or(Unsure)? as i64,
                seen => match seen.text() {
                    Ok(text) => text.chars().count() as i64,
                    Err(_) => seen.items().ok_or(Unsure)? as i64,
                },
            }),
            // Of anything else Tera says that it is not HTML.
            Term::Safe(of) => match of.see(frame)? {
                html @ (Seen::Html(_) | Seen::Body(_) | Seen::Quote(_)) => html,
                _ => return Err(Unsure),
            },
            // It is new text, and is only known where it is printed.
            Term::Join(..) => return Err(Unsure),
        })
    }
}

/// A part of a list.
fn part<T>(items: &[T], start: usize, end: usize) -> &[T] {
    let end = end.min(items.len());
    items.get(start.min(end)..end).unwrap_or_default()
}

/// Prints a value as `{{ }}` does.
#[inline]
fn print<P: Paper>(seen: Seen<'_>, setting: Setting<'_>, paper: &mut P) -> Sure<()> {
    match seen {
        Seen::Text(text) => escape(paper.text(), text),
        Seen::Plain(text) => paper.text().push_str(text.as_str()),
        Seen::Html(html) => paper.text().push_str(html.as_str()),
        Seen::Integer(number) => write_number(paper.text(), number),
        Seen::Bool(truth) => paper.text().push_str(if truth { "true" } else { "false" }),
        Seen::None => {}
        Seen::Body(body) => Html::on_page(paper.text(), |page| {
            setting.documents.write(body, setting.root, page);
        }),
        Seen::Quote(quote) => Html::on_page(paper.text(), |page| write_quote(quote, page)),
        Seen::Later(later) => return paper.later(later),
        _ => return Err(Unsure),
    }
    Ok(())
}

/// Prints the items of a list with a separator between them.
fn print_joined<'v, P: Paper>(
    list: &'v Term,
    separator: &'v Term,
    frame: &Frame<'v>,
    paper: &mut P,
) -> Sure<()> {
    let (Seen::List(items), separator) = (list.see(frame)?, separator.see(frame)?) else {
        return Err(Unsure);
    };
    separator.text()?;
    for (index, item) in items.iter().enumerate() {
        if index > 0 {
            print(separator, frame.setting, paper)?;
        }
        print(Seen::from(item), frame.setting, paper)?;
    }
    Ok(())
}

fn run<'v, P: Paper>(steps: &'v [Step], frame: &mut Frame<'v>, paper: &mut P) -> Sure<()> {
    for step in steps {
        match step {
            Step::Text(text) => paper.text().push_str(text),
            Step::Print(Term::Join(list, separator)) => {
                print_joined(list, separator, frame, paper)?;
            }
            Step::Print(term) => match term.see(frame)? {
                // As nearly all is.
                Seen::Plain(text) => paper.text().push_str(text.as_str()),
                seen => print(seen, frame.setting, paper)?,
            },
            Step::If { when, then, otherwise } => match when.see(frame)? {
                Seen::SameLater { later, text, same } => paper.fork(later, text, |paper, is| {
                    run(if is == same { then } else { otherwise }, frame, paper)
                })?,
                seen => {
                    let steps = if seen.is_truthy()? { then } else { otherwise };
                    if !steps.is_empty() {
                        run(steps, frame, paper)?;
                    }
                }
            },
            Step::For(each) => {
                let Each { list, place, body, otherwise } = &**each;
                let list = list.see(frame)?;
                let length = list.items().ok_or(Unsure)?;
                for index in 0..length {
                    // What takes more than a page may, Tera stops, and says where.
                    frame.turns = frame.turns.checked_sub(1).ok_or(Unsure)?;
                    if paper.text().len() > LARGEST_PAGE {
                        return Err(Unsure);
                    }
                    let item = list.item(index).ok_or(Unsure)?;
                    if let Some(place) = frame.places.get_mut(*place) {
                        *place = Turn { item, index, length };
                    }
                    run(body, frame, paper)?;
                }
                if length == 0 {
                    run(otherwise, frame, paper)?;
                }
            }
            Step::Check(term, kind) => {
                if !term.see(frame)?.is_of(*kind) {
                    return Err(Unsure);
                }
            }
            Step::Card { brief, later, steps } => {
                let stamp = match brief.see(frame)? {
                    Seen::Document(Shape::BriefCard, DocumentIx::Brief(ix)) => {
                        frame.stamps.and_then(|stamps| stamps.of(ix))
                    }
                    _ => None,
                };
                match stamp {
                    Some(stamp) => {
                        let mut texts = [""; stamp::MOST_LATER];
                        for (place, term) in texts.iter_mut().zip(later) {
                            *place = term.see(frame)?.text()?;
                        }
                        stamp.print(&texts, paper.text());
                    }
                    None => run(steps, frame, paper)?,
                }
            }
        }
    }
    Ok(())
}
