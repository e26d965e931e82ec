//! What the site brings for its theme and nothing uses: most often a name with a slip in it.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::diagnostic::{Code, Diagnostic, Place, nearest};
use crate::plan::PageKind;
use crate::source::Sources;

use super::strings;
use super::templates::{BUILTIN, EMBEDDED, embedded, table_for};

/// Templates that make no page and that no other uses, tables of words in languages that nothing is in, and words that no
/// template asks for. `languages`: those of the site and of its briefs; `own_words`: the keys of what `site.toml` calls kinds
/// and relations.
pub(super) fn unused(
    sources: &Sources,
    languages: &BTreeSet<&str>,
    own_words: &[String],
) -> Vec<Diagnostic> {
    let own = &sources.templates;
    let mut found = Vec::new();
    for (name, text) in own {
        match name.strip_prefix("strings/").and_then(|table| table.strip_suffix(".toml")) {
            Some(_) if languages.iter().any(|language| table_for(language, name)) => {
                found.extend(unused_words(name, text, own, own_words));
            }
            Some(language) => found.push(unused_table(name, language, languages)),
            None => found.extend(unused_template(name, own)),
        }
    }
    found
}

fn unused_template(name: &str, own: &[(String, Arc<str>)]) -> Option<Diagnostic> {
    let standing_in = || EMBEDDED.iter().map(|(name, _)| *name).filter(|n| n.ends_with(".html"));
    let others = || own.iter().filter(|(other, _)| other != name).map(|(_, text)| &**text);
    let quoted = ['"', '\'', '`'].map(|quote| format!("{quote}{name}{quote}"));
    let text = own.iter().find(|(own, _)| own == name).map_or("", |(_, text)| text);
    let of_program = EMBEDDED.iter().map(|(_, text)| *text);
    let mut components =
        text.split("{% component ").skip(1).filter_map(|rest| rest.split('(').next());
    let is_used = standing_in().any(|known| known == name)
        || others().any(|text| quoted.iter().any(|quoted| text.contains(quoted)))
        || components.any(|component| {
            others().chain(of_program.clone()).any(|text| has_word(text, "<", component.trim()))
        });
    if is_used {
        return None;
    }
    let message = format!("nothing uses the template `{name}`");
    let help = match nearest(name, standing_in()) {
        Some(near) => format!("did you mean `templates/{near}`, which makes {}?", made_by(near)),
        None => format!(
            "a template makes pages by its name, as `templates/brief.html` does, or is named by another: `{{% include \"{name}\" %}}`"
        ),
    };
    Some(
        Diagnostic::new(Code::UnusedTemplate, message)
            .at(Place::file(format!("templates/{name}")))
            .help(help),
    )
}

/// What the built-in template of a name is for.
fn made_by(template: &str) -> &'static str {
    let kind = PageKind::ALL.iter().find(|kind| kind.template == template);
    kind.map_or("a part of pages", |kind| kind.words)
}

fn unused_table(name: &str, language: &str, languages: &BTreeSet<&str>) -> Diagnostic {
    let message = format!("nothing is in the language `{language}`, so these words are not used");
    let list: Vec<String> = languages.iter().map(|language| format!("`{language}`")).collect();
    Diagnostic::new(Code::UnusedWords, message).at(Place::file(format!("templates/{name}"))).help(format!(
        "the site and its briefs are in {}: name the table after one of them, or write `language = \"{language}\"` in `site.toml`",
        list.join(", ")
    ))
}

fn unused_words(
    name: &str,
    text: &str,
    own: &[(String, Arc<str>)],
    own_words: &[String],
) -> Vec<Diagnostic> {
    // A table that cannot be read has been reported.
    let Ok(keys) = strings::keys(text) else { return Vec::new() };
    let Ok(known) =
        embedded("strings/en.toml").map(strings::keys).unwrap_or_else(|_| Ok(Vec::new()))
    else {
        return Vec::new();
    };
    let known = known.iter().map(|(key, _)| key);
    let known: BTreeSet<&str> = known.chain(own_words).map(String::as_str).collect();
    let templates = || own.iter().filter(|(name, _)| !name.starts_with("strings/"));
    // Which words are asked for by a name that is made up cannot be told.
    if templates().any(|(_, text)| text.contains("t[")) {
        return Vec::new();
    }
    let is_used =
        |key: &str| known.contains(key) || templates().any(|(_, text)| has_word(text, ".", key));
    let unused = keys.iter().filter(|(key, _)| !is_used(key));
    let found = unused.map(|(key, span)| {
        let help = match nearest(key, known.iter().copied()) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("a template asks for it with `{{{{ t.{key} }}}}`; the theme's own are listed in `{BUILTIN}strings/en.toml`: `chancery templates eject strings/en.toml`"),
        };
        Diagnostic::new(Code::UnusedWords, format!("no template asks for the word `{key}`"))
            .at(Place::span(format!("templates/{name}"), span.clone()))
            .help(help)
    });
    found.collect()
}

/// Whether a text has a word behind a mark.
fn has_word(text: &str, mark: &str, word: &str) -> bool {
    text.match_indices(word).any(|(at, _)| {
        let (before, rest) = text.split_at(at);
        let after = rest.get(word.len()..).and_then(|rest| rest.chars().next());
        before.ends_with(mark) && !after.is_some_and(|c| c.is_alphanumeric() || c == '_')
    })
}
