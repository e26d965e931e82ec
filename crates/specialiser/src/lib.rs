#![doc = include_str!("../README.md")]
#![warn(unreachable_pub)]

mod compile;
mod fragment;
mod program;
mod syntax;
mod value;

use std::collections::BTreeMap;

use compile::Call;
use fragment::Recorder;
use program::{Frame, Program, Slot, run};

pub use fragment::Fragment;
pub use value::{Kind, Object, Open, Value, Verbatim, escape, escaped};

/// About how many bytes a fragment has.
const FRAGMENT: usize = 1024;

/// What templates are compiled from.
pub struct Input<'t> {
    /// All templates: the name that Tera has each under, and its text.
    pub templates: Vec<(&'t str, &'t str)>,
    /// What names of templates begin with that others stand in for: Tera's fallback prefix.
    pub fallback: &'t str,
    /// The templates that pages are made of.
    pub pages: &'t [&'t str],
    /// What every page sees and no page changes: Tera's global context.
    pub constants: &'t BTreeMap<&'static str, tera::Value>,
    /// The component that fragments are made of. It is given one map, texts, and what every page sees, under its name.
    pub repeated: Option<&'t str>,
    /// What a page may take.
    pub limits: Limits,
}

/// What a page may take. One that would take more is left to Tera.
#[derive(Clone, Copy, Debug, Default)]
pub struct Limits {
    /// How many turns of loops.
    pub turns: usize,
    /// How many bytes.
    pub bytes: usize,
}

/// Compiled templates. `F` is where the host's objects have a field: it is found by its name while templates are compiled.
pub struct Templates<F> {
    pages: BTreeMap<String, Program<F>>,
    call: Option<Call<F>>,
    limits: Limits,
}

impl<F> Default for Templates<F> {
    /// No templates.
    fn default() -> Self {
        Templates { pages: BTreeMap::new(), call: None, limits: Limits::default() }
    }
}

impl<F: Clone + for<'n> From<&'n str>> Templates<F> {
    /// Compiles those of the pages that are known as a whole.
    pub fn new(input: &Input<'_>) -> Self {
        let (pages, call) = compile::compile(input);
        Templates { pages, call, limits: input.limits }
    }
}

impl<F> Templates<F> {
    /// Whether the template of a page is known as a whole.
    pub fn knows(&self, template: &str) -> bool {
        self.pages.contains_key(template)
    }

    /// Appends a page to an empty text. `variable` gives its variables by their names. Says whether it has printed the
    /// page; if not, because something on it is not sure to come out as it does by Tera, what is in the text is of no use.
    pub fn print<'v, O: Object<'v, Field = F>>(
        &'v self,
        template: &str,
        variable: impl Fn(&str) -> Value<'v, O>,
        source: O::Source,
        fragments: &'v [Option<Fragment>],
        page: &mut String,
    ) -> bool {
        let Some(program) = self.pages.get(template) else { return false };
        let variable = |name: &Option<String>| name.as_deref().map_or(Value::Undefined, &variable);
        let slots = program.slots.iter().map(variable).map(Slot::of).collect();
        self.run(program, slots, source, fragments, None, page)
    }

    /// How an object looks wherever the repeated component shows it; `None` if that is not sure to come out as it does by
    /// Tera.
    pub fn fragment<'v, O: Object<'v, Field = F>>(
        &'v self,
        object: O,
        source: O::Source,
    ) -> Option<Fragment> {
        let call = self.call.as_ref()?;
        let given = call.open().map(Value::Open);
        let mut slots: Vec<_> =
            [Value::Object(object)].into_iter().chain(given).map(Slot::of).collect();
        slots.resize_with(call.program.slots.len(), || Slot::of(Value::Undefined));
        let mut recorder = Recorder::default();
        let mut text = String::with_capacity(FRAGMENT);
        let sure = self.run(&call.program, slots, source, &[], Some(&mut recorder), &mut text);
        sure.then(|| recorder.fragment(text))
    }

    fn run<'v, O: Object<'v, Field = F>>(
        &self,
        program: &'v Program<F>,
        slots: Vec<Slot<'v, O>>,
        source: O::Source,
        fragments: &'v [Option<Fragment>],
        recorder: Option<&mut Recorder>,
        page: &mut String,
    ) -> bool {
        let Limits { turns, bytes } = self.limits;
        let mut frame = Frame { slots, source, fragments, turns, bytes, recorder };
        run(&program.instructions, &mut frame, page).is_ok()
    }
}
