//! Templates become programs: what a template extends, includes and calls is put in its place, and what is the same on every
//! page is worked out and becomes text.

use std::collections::BTreeMap;

use crate::Input;
use crate::fragment::MOST_OPEN;
use crate::program::{Field, For, Instruction, NoObject, Program, Term};
use crate::syntax::{self, Component, Expression, Node, Template, Type};
use crate::value::{Open, Value};

/// Tera's limit to components that call components.
const DEEPEST_CALL: usize = 20;
/// The longest program, in instructions and terms: components that pass on twice what they are given grow without end.
const LONGEST: usize = 100_000;
/// The largest term, in terms: it is gone down into. Components may wrap what they are given, and pass it on.
const LARGEST_TERM: usize = 500;
/// A list that is the same on every page is written out if it has no more items than this.
const WRITTEN_OUT: usize = 64;

/// What programs are compiled from.
struct Library<'t> {
    /// By name; those that cannot be read are none.
    templates: &'t BTreeMap<&'t str, Option<Template>>,
    /// By name. One of a template stands in for the fallback's.
    components: BTreeMap<&'t str, &'t Component>,
    fallback: &'t str,
    constants: &'t BTreeMap<&'static str, tera::Value>,
}

/// The component that fragments are made of.
pub(crate) struct Call<F> {
    name: String,
    parameters: Vec<Given>,
    pub program: Program<F>,
}

/// What a parameter of that component is given, wherever there is a fragment for it.
enum Given {
    Object,
    /// A text, which differs from page to page.
    Open,
    /// What is the same on every page, under the same name.
    Constant(tera::Value),
}

/// What a call gives that component: the object, and the texts that a fragment leaves open.
type Arguments<F> = (Term<F>, Box<[Term<F>]>);

/// A program being compiled.
struct Compiler<'t, F> {
    library: &'t Library<'t>,
    call: Option<&'t Call<F>>,
    /// The bodies of each block, that of the template itself first.
    blocks: BTreeMap<&'t str, Vec<&'t [Node]>>,
    slots: Vec<Option<String>>,
    /// How many more instructions and terms it may have.
    room: usize,
}

/// What names mean at a place of a template.
#[derive(Clone)]
struct Scope<'t, F> {
    bound: Vec<(&'t str, Term<F>)>,
    /// Whether the variables of the page are seen: not in components.
    page: bool,
    /// The loops around, the innermost last.
    loops: Vec<Around>,
    /// The block around, and which of its bodies this is.
    block: Option<(&'t str, usize)>,
    /// How many components and files are around.
    depth: usize,
    /// What has been checked by the time a page comes here.
    checked: Vec<(Term<F>, Type)>,
}

/// A loop around a place.
#[derive(Clone, Copy)]
enum Around {
    /// The slot of its item.
    Slot(usize),
    /// A loop that is written out: its turn is known.
    Known { index: usize, length: usize },
}

impl<F> Scope<'_, F> {
    fn new(page: bool, depth: usize) -> Self {
        Scope {
            bound: Vec::new(),
            page,
            loops: Vec::new(),
            block: None,
            depth,
            checked: Vec::new(),
        }
    }

    fn has_checked(&self, term: &Term<F>, of: Type) -> bool {
        self.checked.iter().any(|(checked, kind)| *kind == of && checked.is_same(term))
    }
}

/// Compiles those of the pages that are known as a whole, and the component that fragments are made of if it is.
pub(crate) fn compile<F: Clone + for<'n> From<&'n str>>(
    input: &Input<'_>,
) -> (BTreeMap<String, Program<F>>, Option<Call<F>>) {
    let mut templates = BTreeMap::new();
    for (name, text) in &input.templates {
        let template = syntax::read(text);
        if template.is_none() && text.contains("component") {
            // It may define a component that others call; which one is not known.
            return (BTreeMap::new(), None);
        }
        templates.insert(*name, template);
    }
    let Input { fallback, constants, .. } = *input;
    let mut components = BTreeMap::new();
    for own in [false, true] {
        let known = templates.iter().filter(|(name, _)| name.starts_with(fallback) != own);
        for template in known.filter_map(|(_, template)| template.as_ref()) {
            components.extend(template.components.iter().map(|c| (c.name.as_str(), c)));
        }
    }
    let library = Library { templates: &templates, components, fallback, constants };
    let call = input.repeated.and_then(|name| library.call(name));
    let program = |page: &&str| {
        Some(((*page).to_owned(), Compiler::new(&library, call.as_ref()).program(page)?))
    };
    (input.pages.iter().filter_map(program).collect(), call)
}

impl Library<'_> {
    /// The template of a name, or the fallback's.
    fn template(&self, name: &str) -> Option<&Template> {
        let own = self.templates.get(name);
        let found = own.or_else(|| self.templates.get(format!("{}{name}", self.fallback).as_str()));
        found?.as_ref()
    }

    /// A component, if it is given no more than one object, texts, and what is the same on every page.
    fn call<F: Clone + for<'n> From<&'n str>>(&self, name: &str) -> Option<Call<F>> {
        let component = self.components.get(name)?;
        let mut scope = Scope::new(false, 1);
        let mut compiler = Compiler::new(self, None);
        // The object, and behind it the texts.
        compiler.slots.push(None);
        let mut parameters = Vec::new();
        for parameter in &component.parameters {
            let constant = self.constants.get(parameter.name.as_str());
            let (given, term) = match (constant, parameter.kind) {
                (Some(value), _) => (Given::Constant(value.clone()), Term::Constant(value.clone())),
                (None, Some(Type::String)) => {
                    compiler.slots.push(None);
                    (Given::Open, Term::Slot(compiler.slots.len() - 1))
                }
                (None, Some(Type::Map)) => (Given::Object, Term::Slot(0)),
                _ => return None,
            };
            parameters.push(given);
            scope.bound.push((&parameter.name, term));
        }
        let objects = parameters.iter().filter(|given| matches!(given, Given::Object)).count();
        if objects != 1 || compiler.slots.len() > 1 + MOST_OPEN {
            return None;
        }
        let instructions = compiler.block(&component.body, &scope)?;
        let program = Program { slots: compiler.slots, instructions };
        Some(Call { name: name.to_owned(), parameters, program })
    }
}

impl<F> Call<F> {
    /// The numbers of the texts that a fragment leaves open.
    pub(crate) fn open(&self) -> impl Iterator<Item = Open> {
        let open = self.parameters.iter().filter(|given| matches!(given, Given::Open));
        (0..).zip(open).map(|(number, _)| Open(number))
    }

    /// What is given to its parameters, if there is a fragment for it.
    fn arguments(&self, given: &[(&str, Term<F>)]) -> Option<Arguments<F>>
    where
        F: Clone,
    {
        let (mut object, mut open) = (None, Vec::new());
        for (parameter, (_, term)) in self.parameters.iter().zip(given) {
            match (parameter, term) {
                (Given::Object, term) => object = Some(term.clone()),
                (Given::Open, term) => open.push(term.clone()),
                (Given::Constant(value), Term::Constant(given)) if given == value => {}
                _ => return None,
            }
        }
        Some((object?, open.into()))
    }
}

impl<'t, F: Clone + for<'n> From<&'n str>> Compiler<'t, F> {
    fn new(library: &'t Library<'t>, call: Option<&'t Call<F>>) -> Self {
        Compiler { library, call, blocks: BTreeMap::new(), slots: Vec::new(), room: LONGEST }
    }

    /// The program of a template, if all that it is made of is known.
    fn program(mut self, name: &str) -> Option<Program<F>> {
        let mut template = self.library.template(name)?;
        let mut depth = 0;
        loop {
            self.collect(&template.nodes);
            match &template.parent {
                Some(parent) if depth < DEEPEST_CALL => template = self.library.template(parent)?,
                Some(_) => return None,
                None => break,
            }
            depth += 1;
        }
        let instructions = self.block(&template.nodes, &Scope::new(true, 0))?;
        Some(Program { slots: self.slots, instructions })
    }

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

    /// Appends the instructions of nodes. `None` if there is one that is not known.
    fn nodes(
        &mut self,
        nodes: &'t [Node],
        scope: &Scope<'t, F>,
        out: &mut Vec<Instruction<F>>,
    ) -> Option<()> {
        for node in nodes {
            self.room = self.room.checked_sub(1)?;
            match node {
                Node::Text(text) => write(out, text),
                Node::Print(expression) => match self.term(expression, scope)? {
                    Term::Constant(value) => {
                        let mut text = String::new();
                        NoObject::<F>::value(&value).print((), &mut text).ok()?;
                        write(out, &text);
                    }
                    term => out.push(Instruction::Print(term)),
                },
                Node::If { when, then, otherwise } => match self.term(when, scope)? {
                    Term::Constant(value) => {
                        let truthy = NoObject::<F>::value(&value).is_truthy().ok()?;
                        self.nodes(if truthy { then } else { otherwise }, scope, out)?;
                    }
                    when => {
                        let then = self.block(then, scope)?;
                        let otherwise = self.block(otherwise, scope)?;
                        out.push(Instruction::If { when, then, otherwise });
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
                    let template = self.library.template(name)?;
                    if template.parent.is_some() || scope.depth == DEEPEST_CALL {
                        return None;
                    }
                    // The blocks of an included template are its own; nobody writes such a thing.
                    if blocks_in(&template.nodes) {
                        return None;
                    }
                    let scope = Scope { depth: scope.depth + 1, block: None, ..scope.clone() };
                    self.nodes(&template.nodes, &scope, out)?;
                }
                Node::Component { name, arguments } => {
                    let component = self.library.components.get(name.as_str())?;
                    self.component(component, arguments, scope, out)?;
                }
            }
        }
        Some(())
    }

    fn block(&mut self, nodes: &'t [Node], scope: &Scope<'t, F>) -> Option<Box<[Instruction<F>]>> {
        let mut instructions = Vec::new();
        self.nodes(nodes, scope, &mut instructions)?;
        Some(instructions.into())
    }

    /// A body of a block.
    fn body(
        &mut self,
        name: &'t str,
        level: usize,
        scope: &Scope<'t, F>,
        out: &mut Vec<Instruction<F>>,
    ) -> Option<()> {
        let body = *self.blocks.get(name)?.get(level)?;
        self.nodes(body, &Scope { block: Some((name, level)), ..scope.clone() }, out)
    }

    fn for_each(
        &mut self,
        name: &'t str,
        list: Term<F>,
        (body, otherwise): (&'t [Node], &'t [Node]),
        scope: &Scope<'t, F>,
        out: &mut Vec<Instruction<F>>,
    ) -> Option<()> {
        let bind = |item: Term<F>, around: Around| {
            let mut inner = scope.clone();
            inner.bound.push((name, item));
            inner.loops.push(around);
            inner
        };
        if let Term::Constant(items) = &list
            && let Some(items) = items.as_array().filter(|items| items.len() <= WRITTEN_OUT)
        {
            for (index, item) in items.iter().enumerate() {
                let around = Around::Known { index, length: items.len() };
                self.nodes(body, &bind(Term::Constant(item.clone()), around), out)?;
            }
            if items.is_empty() {
                self.nodes(otherwise, scope, out)?;
            }
            return Some(());
        }
        let slot = self.slots.len();
        self.slots.push(None);
        let body = self.block(body, &bind(Term::Slot(slot), Around::Slot(slot)))?;
        let otherwise = self.block(otherwise, scope)?;
        out.push(Instruction::For(Box::new(For { list, slot, body, otherwise })));
        Some(())
    }

    /// A component in its place: its parameters are what it is given.
    fn component(
        &mut self,
        component: &'t Component,
        arguments: &'t [(String, Expression)],
        scope: &Scope<'t, F>,
        out: &mut Vec<Instruction<F>>,
    ) -> Option<()> {
        let known = |name: &String| component.parameters.iter().any(|p| p.name == *name);
        if scope.depth == DEEPEST_CALL || !arguments.iter().all(|(name, _)| known(name)) {
            return None;
        }
        let mut inner = Scope::new(false, scope.depth + 1);
        inner.checked.clone_from(&scope.checked);
        let mut instructions = Vec::new();
        for parameter in &component.parameters {
            let argument = arguments.iter().find(|(name, _)| *name == parameter.name);
            let term = match (argument, &parameter.default) {
                (Some((_, expression)), _) => self.term(expression, scope)?,
                (None, Some(default)) => Term::Constant(default.clone()),
                (None, None) => return None,
            };
            if let Some(of) = parameter.kind {
                match &term {
                    Term::Constant(value) => NoObject::<F>::value(value).is_of(of).then_some(())?,
                    _ if inner.has_checked(&term, of) => {}
                    _ => {
                        inner.checked.push((term.clone(), of));
                        instructions.push(Instruction::Check(term.clone(), of));
                    }
                }
            }
            inner.bound.push((&parameter.name, term));
        }
        self.nodes(&component.body, &inner, &mut instructions)?;
        let call = self.call.filter(|call| call.name == component.name);
        match call.and_then(|call| call.arguments(&inner.bound)) {
            Some((object, open)) => {
                let instructions = instructions.into();
                out.push(Instruction::Call { object, open, instructions });
            }
            None => instructions.into_iter().for_each(|instruction| push(out, instruction)),
        }
        Some(())
    }

    fn term(&mut self, expression: &'t Expression, scope: &Scope<'t, F>) -> Option<Term<F>> {
        let mut of = |expression: &'t Expression| self.term(expression, scope).map(Box::new);
        let term = match expression {
            Expression::Literal(value) => return Some(Term::Constant(value.clone())),
            Expression::Name(name) => return self.name(name, scope),
            Expression::Loop(what) => match scope.loops.last()? {
                Around::Slot(slot) => return Some(Term::Loop(*slot, *what)),
                Around::Known { index, length } => {
                    let says: Value<'_, NoObject<F>> = what.says(*index, *length);
                    return says.to_constant().map(Term::Constant);
                }
            },
            Expression::Field { of: value, name, optional } => {
                let field = Field { name: name.as_str().into(), place: F::from(name) };
                Term::Field(Box::new((self.term(value, scope)?, field)), *optional)
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
        Some(term.folded())
    }

    fn name(&mut self, name: &'t str, scope: &Scope<'t, F>) -> Option<Term<F>> {
        if let Some((_, term)) = scope.bound.iter().rev().find(|(bound, _)| *bound == name) {
            let size = term.size();
            self.room = self.room.checked_sub(size)?;
            return (size <= LARGEST_TERM).then(|| term.clone());
        }
        if !scope.page {
            return Some(Term::Constant(tera::Value::undefined()));
        }
        if let Some(value) = self.library.constants.get(name) {
            return Some(Term::Constant(value.clone()));
        }
        let known = self.slots.iter().position(|known| known.as_deref() == Some(name));
        Some(Term::Slot(known.unwrap_or_else(|| {
            self.slots.push(Some(name.to_owned()));
            self.slots.len() - 1
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

/// Appends an instruction.
fn push<F>(out: &mut Vec<Instruction<F>>, instruction: Instruction<F>) {
    match instruction {
        Instruction::Text(text) => write(out, &text),
        instruction => out.push(instruction),
    }
}

/// Appends text, to the text before it if there is one.
fn write<F>(out: &mut Vec<Instruction<F>>, text: &str) {
    match out.last_mut() {
        Some(Instruction::Text(before)) => {
            let mut all = std::mem::take(before).into_string();
            all.push_str(text);
            *before = all.into();
        }
        _ if text.is_empty() => {}
        _ => out.push(Instruction::Text(text.into())),
    }
}
