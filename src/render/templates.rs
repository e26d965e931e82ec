//! Templates and strings of the theme, embedded in the program and replaced file by file by those of the site.

use std::collections::BTreeMap;
use std::sync::Arc;

use tera::value::ValueKind;
use tera::{Context, Error, Kwargs, State, Tera, TeraResult, Value};

use crate::diagnostic::{Code, Diagnostic, Diagnostics, Place, nearest};
use crate::source::Sources;

use super::faults::{self, PageFault};
use super::meter;
use super::strings::Strings;
/// The prefix by which a site's template reaches the built-in one that it replaces.
pub(super) const BUILTIN: &str = "builtin/";

macro_rules! embedded {
    ($($name:literal),+ $(,)?) => {
        /// Every file of the theme that a site can replace: name below `templates/`, and text.
        pub(crate) const EMBEDDED: &[(&str, &str)] =
            &[$(($name, include_str!(concat!("../../templates/", $name)))),+];
    };
}

embedded![
    "404.html",
    "actor.html",
    "actors.html",
    "archive.html",
    "archive_month.html",
    "archive_year.html",
    "base.html",
    "brief.html",
    "briefs.html",
    "components.html",
    "home.html",
    "page.html",
    "pair.html",
    "pairs.html",
    "redirect.html",
    "search.html",
    "storyline.html",
    "storylines.html",
    "strings/en.toml",
    "timeline.html",
    "topic.html",
    "topics.html",
];

/// The files of the site that say what the theme's words are.
pub(super) fn words(sources: &Sources) -> impl Iterator<Item = &(String, Arc<str>)> {
    sources.templates.iter().filter(|(name, _)| name.starts_with("strings/"))
}

/// The words of the theme in the site's language, and in those of the languages of its briefs that have a table. What
/// the site's table leaves out is English; what another leaves out is in the site's language. `None`: a table cannot be
/// read.
pub(super) fn strings<'l>(
    sources: &Sources,
    language: &str,
    of_briefs: impl Iterator<Item = &'l str>,
    diagnostics: &mut Diagnostics,
) -> Option<(Strings, BTreeMap<String, Strings>)> {
    let mut site = Strings::default();
    let mut sound = true;
    for language in ["en", language] {
        sound &= read_strings(&mut site, sources, language, diagnostics).is_some();
    }
    let mut languages = BTreeMap::new();
    for language in of_briefs {
        let mut strings = site.clone();
        match read_strings(&mut strings, sources, language, diagnostics) {
            Some(true) => drop(languages.insert(language.to_owned(), strings)),
            Some(false) => {}
            None => sound = false,
        }
    }
    sound.then_some((site, languages))
}

/// Whether a file of the theme is a table of words for a language: its own, or that of a broader one.
pub(super) fn table_for(language: &str, name: &str) -> bool {
    let broader = language.match_indices('-').filter_map(|(end, _)| language.get(..end));
    broader
        .chain([language])
        .any(|language| name.eq_ignore_ascii_case(&format!("strings/{language}.toml")))
}

/// Reads the tables of a language over other words: the built-in one, then the site's; for `pt-BR` those of `pt` first.
/// Says whether there is one; `None` if one cannot be read.
fn read_strings(
    strings: &mut Strings,
    sources: &Sources,
    language: &str,
    diagnostics: &mut Diagnostics,
) -> Option<bool> {
    let (mut found, mut sound) = (false, true);
    let broader = language.match_indices('-').filter_map(|(end, _)| language.get(..end));
    for language in broader.chain([language]) {
        let table = format!("strings/{language}.toml");
        let is_its = |name: &str| name.eq_ignore_ascii_case(&table);
        let embedded = EMBEDDED.iter().filter(|(name, _)| is_its(name));
        let own = sources.templates.iter().filter(|(name, _)| is_its(name));
        let tables = embedded
            .map(|(name, text)| (format!("{BUILTIN}{name}"), *text))
            .chain(own.map(|(name, text)| (format!("templates/{name}"), &**text)));
        for (file, text) in tables {
            found = true;
            if let Err(diagnostic) = strings.read(&file, text) {
                diagnostics.push(diagnostic);
                sound = false;
            }
        }
    }
    sound.then_some(found)
}

/// All templates, the built-in ones behind [`BUILTIN`]: name and text.
pub(super) fn all(sources: &Sources) -> Vec<(String, &str)> {
    let html = |name: &str| name.ends_with(".html") || name.ends_with(".xml");
    let built_in = EMBEDDED.iter().map(|(name, text)| (format!("{BUILTIN}{name}"), *text));
    let own = sources.templates.iter().map(|(name, text)| (name.clone(), &**text));
    built_in.chain(own).filter(|(name, _)| html(name)).collect()
}

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

/// The file that a template's name stands for.
pub(super) fn file_of(template: &str) -> String {
    if template.starts_with(BUILTIN) {
        template.to_owned()
    } else {
        format!("templates/{template}")
    }
}

/// The text of a template for a report: the site's own, or the built-in one.
pub(crate) fn text_of(file: &str) -> Option<Arc<str>> {
    let name = file.strip_prefix(BUILTIN)?;
    EMBEDDED.iter().find(|(n, _)| *n == name).map(|(_, text)| Arc::from(*text))
}

/// The embedded file of a name, for editing. Errors: no such file, with the nearest name.
pub(crate) fn embedded(name: &str) -> Result<&'static str, Diagnostic> {
    EMBEDDED.iter().find(|(n, _)| *n == name).map(|(_, text)| *text).ok_or_else(|| {
        let near = nearest(name, EMBEDDED.iter().map(|(n, _)| *n));
        Diagnostic::new(Code::UnknownTemplate, format!("there is no template `{name}`")).help(
            match near {
                Some(near) => format!("did you mean `{near}`?"),
                None => "see the names with `chancery templates list`".to_owned(),
            },
        )
    })
}
