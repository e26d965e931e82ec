//! Pages that Tera makes: of templates that use more of it than is compiled.

use std::collections::BTreeMap;

use tera::value::ValueKind;
use tera::{Context, Error, Kwargs, State, Tera, TeraResult, Value};

use crate::diagnostic::{Code, Diagnostic, Place};
use crate::source::Sources;

use super::faults::{self, PageFault};
use super::meter;
use super::templates::{BUILTIN, all, file_of};

/// All templates, ready to render, with what every page sees. Errors: one of them cannot be parsed.
pub(super) fn load(
    sources: &Sources,
    constants: &BTreeMap<&'static str, Value>,
) -> Result<Tera, Vec<Diagnostic>> {
    let mut tera = Tera::default();
    meter::install(&mut tera);
    tera.register_filter("safe", safe);
    let mut metered = Vec::new();
    for (name, text) in all(sources) {
        let text = meter::metered(text).map_err(|(what, range)| {
            let found = Diagnostic::new(Code::TemplateSyntax, what)
                .at(Place::span(file_of(&name), range))
                .help("look the value up in a map, or split the template up");
            vec![found]
        })?;
        metered.push((name, text));
    }
    if let Some(name) = meter::too_deep(&metered, BUILTIN) {
        let deepest = meter::DEEPEST_CHAIN;
        let what = format!(
            "templates include or extend each other in a circle, or more than {deepest} deep"
        );
        return Err(vec![
            Diagnostic::new(Code::TemplateSyntax, what).at(Place::file(file_of(name))).help(
                "this one is at the end of such a chain: put the contents of some into others",
            ),
        ]);
    }
    let metered = metered.into_iter().map(|(name, text)| (name, text.text));
    tera.set_fallback_prefixes(vec![BUILTIN])
        .and_then(|()| tera.add_raw_templates(metered))
        .map_err(|error| faults::of_loading(&error, sources))?;
    for (name, value) in constants {
        tera.global_context().insert_value(*name, value.clone());
    }
    Ok(tera)
}

/// The filter `safe`, which lets HTML stand as it is that the program made, and nothing else. Tera's own takes any text.
pub(super) fn safe(value: &Value, _: Kwargs, _: &State<'_>) -> TeraResult<Value> {
    // Tera has numbers and the like for safe as well.
    if value.as_str().is_some() && value.is_safe() {
        return Ok(value.clone());
    }
    Err(Error::message(format!(
        "`safe` takes HTML that Chancery made, and this is {}: print it without `safe`, or have the text in a document",
        match value.kind() {
            ValueKind::String => "text",
            ValueKind::None => "null",
            ValueKind::Undefined => "undefined",
            ValueKind::Array => "a list",
            ValueKind::Map => "a map",
            ValueKind::Bool => "true or false",
            _ => "a number",
        }
    )))
}

/// Makes a page of a template by Tera. Errors: the template fails on it, or takes more work than a page may.
pub(super) fn render(
    tera: &Tera,
    template: &str,
    context: &Context,
    constants: &BTreeMap<&'static str, Value>,
    sources: &Sources,
    path: &str,
) -> Result<String, Diagnostic> {
    meter::render(tera, template, context).map_err(|(error, exhausted)| {
        let failed = PageFault { template, path, given: context, constants }.told(&error, sources);
        if !exhausted {
            return failed;
        }
        let message = format!(
            "the template makes more than {} turns of loops and calls on one page, or {} MiB of text",
            meter::TURNS,
            meter::LARGEST_PAGE >> 20
        );
        Diagnostic { message, ..failed }.label("here it was stopped").help(format!(
            "while rendering the page `/{path}`; loops within loops multiply, and so do components that call each other: \
             loop over less, or slice the lists"
        ))
    })
}
