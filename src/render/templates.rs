//! Templates and strings of the theme, embedded in the program and replaced file by file by those of the site.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::config::Config;
use crate::diagnostic::{Code, Diagnostic, Diagnostics, nearest};
use crate::source::Sources;

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
    "judgement_record.html",
    "judgement_scale.html",
    "judgements.html",
    "page.html",
    "pair.html",
    "pairs.html",
    "redirect.html",
    "search.html",
    "storyline.html",
    "storyline_month.html",
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
/// the site's table leaves out is English; what another leaves out is in the site's language. What `site.toml` calls kinds
/// and relations stands over the words of the program, and under those of the site's tables. `None`: a table cannot be read.
pub(super) fn strings<'l>(
    sources: &Sources,
    config: &Config,
    of_briefs: impl Iterator<Item = &'l str>,
    diagnostics: &mut Diagnostics,
) -> Option<(Strings, BTreeMap<String, Strings>)> {
    let mut site = Strings::default();
    let mut sound = true;
    let of_site = ["en", &config.language];
    for language in of_site {
        sound &= read_strings(&mut site, embedded_tables(language), diagnostics).is_some();
    }
    site.put(config.actor_words());
    for language in of_site {
        sound &= read_strings(&mut site, own_tables(sources, language), diagnostics).is_some();
    }
    let mut languages = BTreeMap::new();
    for language in of_briefs {
        let mut strings = site.clone();
        let tables = embedded_tables(language).chain(own_tables(sources, language));
        match read_strings(&mut strings, tables, diagnostics) {
            Some(true) => drop(languages.insert(language.to_owned(), strings)),
            Some(false) => {}
            None => sound = false,
        }
    }
    sound.then_some((site, languages))
}

/// Whether a file of the theme is a table of words for a language: its own, or that of a broader one.
pub(super) fn table_for(language: &str, name: &str) -> bool {
    tables_of(language).any(|table| name.eq_ignore_ascii_case(&table))
}

/// The names of the tables of a language below `templates/`; for `pt-BR` that of `pt` first.
fn tables_of(language: &str) -> impl Iterator<Item = String> {
    let broader = language.match_indices('-').filter_map(|(end, _)| language.get(..end));
    broader.chain([language]).map(|language| format!("strings/{language}.toml"))
}

/// The program's tables of a language: file and text.
fn embedded_tables(language: &str) -> impl Iterator<Item = (String, &str)> {
    tables_of(language).flat_map(|table| {
        let its = EMBEDDED.iter().filter(move |(name, _)| name.eq_ignore_ascii_case(&table));
        its.map(|(name, text)| (format!("{BUILTIN}{name}"), *text))
    })
}

/// The site's tables of a language: file and text.
fn own_tables<'s>(
    sources: &'s Sources,
    language: &'s str,
) -> impl Iterator<Item = (String, &'s str)> {
    tables_of(language).flat_map(|table| {
        let own = sources.templates.iter();
        let its = own.filter(move |(name, _)| name.eq_ignore_ascii_case(&table));
        its.map(|(name, text)| (format!("templates/{name}"), &**text))
    })
}

/// Reads tables over other words. Says whether there is one; `None` if one cannot be read.
fn read_strings<'t>(
    strings: &mut Strings,
    tables: impl Iterator<Item = (String, &'t str)>,
    diagnostics: &mut Diagnostics,
) -> Option<bool> {
    let (mut found, mut sound) = (false, true);
    for (file, text) in tables {
        found = true;
        if let Err(diagnostic) = strings.read(&file, text) {
            diagnostics.push(diagnostic);
            sound = false;
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
