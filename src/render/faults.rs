//! What is wrong with a template, told so that its author can mend it: where it is in the file below `templates/`, and which
//! blocks, filters, fields and so on there are. Tera knows what is wrong; this finds the place and what was meant.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use tera::{Context, Error, ErrorKind, Value};

use crate::diagnostic::{Code, Diagnostic, Place, nearest};
use crate::never;
use crate::plan::PageKind;
use crate::source::Sources;

use super::meter::{self, end_of_raw, next_tag};
use super::templates::{BUILTIN, all, file_of};

/// Tera's filters.
const FILTERS: &[&str] = &[
    "abs",
    "capitalize",
    "default",
    "escape",
    "escape_html",
    "escape_xml",
    "first",
    "float",
    "get",
    "group_by",
    "indent",
    "int",
    "join",
    "keys",
    "last",
    "length",
    "lower",
    "newlines_to_br",
    "nth",
    "pairs",
    "pluralize",
    "replace",
    "reverse",
    "round",
    "safe",
    "sort",
    "split",
    "str",
    "title",
    "trim",
    "trim_end",
    "trim_start",
    "truncate",
    "unique",
    "upper",
    "values",
    "wordcount",
];
/// Tera's tests, as in `x is defined`.
const TESTS: &[&str] = &[
    "array",
    "bool",
    "containing",
    "defined",
    "divisible_by",
    "ending_with",
    "even",
    "float",
    "integer",
    "iterable",
    "map",
    "none",
    "number",
    "odd",
    "starting_with",
    "string",
    "undefined",
];
/// Tera's functions.
const FUNCTIONS: &[&str] = &["range", "super", "throw"];
/// The words of tags that open something, each with the one that closes it.
const OPENING: &[(&str, &str)] = &[
    ("if", "endif"),
    ("for", "endfor"),
    ("block", "endblock"),
    ("component", "endcomponent"),
    ("filter", "endfilter"),
    ("set", "endset"),
    ("set_global", "endset"),
    ("raw", "endraw"),
];
/// The other words of tags.
const INNER: &[&str] = &["elif", "else", "extends", "include", "break", "continue"];
/// The most names that a message lists.
const MOST_LISTED: usize = 40;

/// What is wrong with templates that cannot be used.
pub(super) fn of_loading(error: &Error, sources: &Sources) -> Vec<Diagnostic> {
    let texts = Texts::of(sources);
    match error.kind() {
        ErrorKind::SyntaxError(report) => {
            let span = report.span().range.clone();
            let (name, message) = (report.filename(), report.message());
            vec![texts.syntax(name, message, texts.written(name, span))]
        }
        ErrorKind::MissingParent { current, parent } => {
            let span = texts.text(current).and_then(|text| {
                let at = text.find("extends")?;
                let start = at + text.get(at..)?.find(parent.as_str())?;
                Some(start..start + parent.len())
            });
            vec![texts.no_template(current, parent, span)]
        }
        ErrorKind::Msg(message) => {
            let mut found = texts.references(message);
            if found.is_empty() {
                found.push(texts.of_two(message));
            }
            found
        }
        _ => vec![Diagnostic::new(Code::TemplateSyntax, error.to_string())],
    }
}

/// What is wrong on a page that a template was to make.
pub(super) struct PageFault<'a> {
    /// The template.
    pub template: &'a str,
    /// The page's path.
    pub path: &'a str,
    /// What the template is given.
    pub given: &'a Context,
    /// What every template is given.
    pub constants: &'a BTreeMap<&'static str, Value>,
}

impl PageFault<'_> {
    /// The finding.
    pub(super) fn told(&self, error: &Error, sources: &Sources) -> Diagnostic {
        let texts = Texts::of(sources);
        let found = match error.kind() {
            ErrorKind::SyntaxError(report) | ErrorKind::RenderingError(report) => {
                let name = report.filename();
                let span = texts.written(name, report.span().range.clone());
                let text = texts.text(name).unwrap_or_default();
                self.undefined(text, report.message(), span.clone())
                    .unwrap_or_else(|| {
                        Diagnostic::new(Code::TemplateError, readable(report.message()))
                    })
                    .at(Place::span(file_of(name), span))
            }
            _ => Diagnostic::new(Code::TemplateError, error.to_string())
                .at(Place::file(file_of(self.template))),
        };
        let seen = format!("seen on the page `/{}`", self.path);
        let help = match &found.help {
            Some(help) => format!("{help} ({seen})"),
            None => format!("docs/templates.md says what each template is given ({seen})"),
        };
        found.help(help)
    }

    /// What is not there, if that is what is wrong.
    fn undefined(&self, text: &str, message: &str, span: Range<usize>) -> Option<Diagnostic> {
        let quoted =
            |start: &str| message.strip_prefix(start)?.split_once('`').map(|(name, _)| name);
        if let Some(name) = quoted("Variable `") {
            return Some(self.no_variable(name));
        }
        let before = never::slice(text, ..span.start);
        if let Some(name) = quoted("Field `") {
            let owner = before.trim_end_matches(['.', '?']);
            let owner = never::slice(owner, start_of_path(owner)..);
            let fields = message.split_once("Available fields: ").map_or("", |(_, fields)| fields);
            let fields: Vec<&str> = fields.split(", ").filter(|field| !field.is_empty()).collect();
            return Some(no_field(owner, name, &fields));
        }
        if !message.contains("undefined") {
            return None;
        }
        // It is said of the whole what a part of it lacks.
        let rest = text.get(span.start..)?;
        let path = rest.get(..rest.find(|c| !is_of_path(c)).unwrap_or(rest.len()))?;
        let mut parts = path.split('.').map(|part| part.trim_end_matches('?'));
        let root = parts.next().filter(|root| !root.is_empty())?;
        let Some(mut value) = self.given.get(root).or_else(|| self.constants.get(root)) else {
            if !self.sets(text, root) {
                return Some(self.no_variable(root));
            }
            let message = format!("`{path}` is not there");
            let help = format!(
                "ask with `{{% if {path} %}}` first; docs/templates.md lists the fields of each value"
            );
            return Some(Diagnostic::new(Code::TemplateError, message).help(help));
        };
        let mut owner = root.to_owned();
        for part in parts {
            let map = value.as_map();
            let entry = map.and_then(|map| map.iter().find(|(key, _)| key.as_str() == Some(part)));
            let Some((_, next)) = entry else {
                let fields: Vec<&str> = map
                    .into_iter()
                    .flat_map(|map| map.keys())
                    .filter_map(|key| key.as_str())
                    .collect();
                return Some(no_field(&owner, part, &fields));
            };
            owner = [&owner, ".", part].concat();
            value = next;
        }
        None
    }

    /// Whether a text gives a value the name itself.
    fn sets(&self, text: &str, name: &str) -> bool {
        let mut words =
            text.split(|c: char| !c.is_alphanumeric() && c != '_').filter(|w| !w.is_empty());
        let mut before = words.next();
        words.any(|word| {
            let after = before.replace(word);
            word == name && matches!(after, Some("for" | "set" | "set_global"))
        }) || text.contains("{% component ")
    }

    fn no_variable(&self, name: &str) -> Diagnostic {
        let given = PageKind::ALL.iter().flat_map(|kind| names_in(kind.given));
        let given: Vec<&str> = given.filter(|name| self.given.get(name).is_some()).collect();
        let every = ["root", "home"].into_iter().chain(self.constants.keys().copied());
        let known: BTreeSet<&str> = given.into_iter().chain(every).collect();
        let others = given_to(name, self.template);
        let help = match nearest(name, known.iter().copied()) {
            _ if !others.is_empty() => format!("it is given to {others}; {}", there_are(known)),
            Some(near) => format!("did you mean `{near}`?"),
            None => there_are(known),
        };
        let message = format!("`{}` is not given a variable `{name}`", self.template);
        Diagnostic::new(Code::TemplateError, message).help(help)
    }
}

/// A message of Tera as an author reads it: types by the words for them, and the arguments of a component in an order, as
/// Tera names them as they come.
fn readable(message: &str) -> String {
    let types = message.strip_prefix("Invalid type for the value, expected `");
    if let Some((wanted, found)) =
        types.and_then(|types| types.strip_suffix('`')?.split_once("` but got `"))
    {
        let (wanted, found) = (type_in_words(wanted), type_in_words(found));
        return format!("what stands here takes {wanted}, and is given {found}");
    }
    let names = message
        .strip_prefix("Unknown argument(s) ")
        .and_then(|rest| rest.split_once(" in component call"));
    let Some((names, rest)) = names else { return message.to_owned() };
    let mut names: Vec<&str> = names.split(", ").collect();
    names.sort_unstable();
    format!(
        "the component has no argument {}{}",
        names.join(", "),
        rest.replacen(". Possible argument(s) are:", "; it has", 1)
    )
}

/// What Tera, or Rust, calls a type.
fn type_in_words(name: &str) -> &str {
    match name {
        "string" | "&str" | "String" => "text",
        "bool" => "true or false",
        "none" => "null",
        name if name.contains('[') || name.contains("Vec") || name == "array" => "a list",
        name if name.to_lowercase().contains("map") => "a map",
        name if name.trim_start_matches(['i', 'u', 'f']).parse::<u8>().is_ok() => "a number",
        name => name,
    }
}

/// The templates that are given a variable, in words.
fn given_to(name: &str, but: &str) -> String {
    let kinds = PageKind::ALL.iter().filter(|kind| names_in(kind.given).any(|given| given == name));
    let others: BTreeSet<&str> =
        kinds.map(|kind| kind.template).filter(|other| *other != but).collect();
    let others: Vec<String> = others.into_iter().map(|other| format!("`{other}`")).collect();
    others.join(", ")
}

/// The names in the words that say what a template is given.
fn names_in(given: &str) -> impl Iterator<Item = &str> {
    let names = given.split('`').skip(1).step_by(2);
    names.filter(|name| name.starts_with(|c: char| c.is_ascii_lowercase()))
}

fn no_field(owner: &str, name: &str, fields: &[&str]) -> Diagnostic {
    let near = nearest(name, fields.iter().copied()).map(|near| format!("did you mean `{near}`?"));
    let message = match owner {
        "" => format!("there is no field `{name}`"),
        owner => format!("`{owner}` has no field `{name}`"),
    };
    let whole = format!("{owner}.{name}");
    let given = given_to(name, "");
    let help = match near {
        Some(near) => near,
        None if owner == "site.extra" => format!(
            "`[extra]` of `site.toml` does not have it: add it there, print it with `{{{{ {whole} | default(value=\"\") }}}}`, or ask with `{{% if {whole} %}}` first"
        ),
        None if owner == "extra" || owner.ends_with(".extra") => format!(
            "`[extra]` holds what a document says in it, which not every one does: print it with `{{{{ {whole} | default(value=\"\") }}}}`, or ask with `{{% if {whole} %}}` first"
        ),
        None if owner == "t" => format!(
            "the words of the theme are those of `strings/en.toml`: add `{name} = \"…\"` to `templates/strings/en.toml`"
        ),
        None if fields.is_empty() => format!(
            "`{owner}` is null, or has no fields, on this page: ask with `{{% if {owner} %}}` first"
        ),
        None if owner == "site" && !given.is_empty() => format!(
            "lists are given to the pages that show them: `{name}` to {given}; {}",
            there_are(fields.iter().copied())
        ),
        None => there_are(fields.iter().copied()),
    };
    Diagnostic::new(Code::TemplateError, message).help(help)
}

/// Names as the end of a help.
fn there_are<'n>(names: impl IntoIterator<Item = &'n str>) -> String {
    let names: BTreeSet<&str> = names.into_iter().collect();
    let mut shown: Vec<String> =
        names.iter().take(MOST_LISTED).map(|name| format!("`{name}`")).collect();
    if shown.is_empty() {
        return "there are none".to_owned();
    }
    if names.len() > MOST_LISTED {
        shown.push(format!("and {} more", names.len() - MOST_LISTED));
    }
    format!("there are {}", shown.join(", "))
}

fn is_of_path(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '_' | '.' | '?')
}

/// Where the name with dots begins that a text ends with.
fn start_of_path(text: &str) -> usize {
    text.char_indices()
        .rev()
        .take_while(|(_, c)| is_of_path(*c))
        .last()
        .map_or(text.len(), |(at, _)| at)
}

/// A tag of a text.
struct TemplateTag<'t> {
    word: &'t str,
    /// What stands behind the word.
    argument: &'t str,
    span: Range<usize>,
}

/// The tags `{% … %}` of a text, and where one of any kind begins that does not end.
fn tags(text: &str) -> (Vec<TemplateTag<'_>>, Option<usize>) {
    let mut tags = Vec::new();
    let mut at = 0;
    while let Some((before, length)) = text.get(at..).and_then(next_tag) {
        let span = at + before..at + before + length;
        at = span.end;
        let tag = never::slice(text, span.clone());
        let Some(inner) = tag.strip_prefix("{%").and_then(|tag| tag.strip_suffix("%}")) else {
            continue;
        };
        let inner = inner.trim_start_matches('-').trim_end_matches('-').trim();
        let end = inner.find(|c: char| !c.is_ascii_alphanumeric() && c != '_');
        let (word, argument) = inner.split_at(end.unwrap_or(inner.len()));
        if word == "raw" {
            // Nothing in it is a tag.
            at += end_of_raw(never::slice(text, at..));
        }
        tags.push(TemplateTag { word, argument: argument.trim(), span });
    }
    let rest = never::slice(text, at..);
    let open = ["{{", "{%", "{#"].iter().filter_map(|open| rest.find(open)).min();
    (tags, open.map(|open| at + open))
}

/// The tags that are open at a place of a text, the innermost last: word, closing word, place.
fn open_at(text: &str, end: usize) -> Vec<(&'static str, &'static str, Range<usize>)> {
    let mut open = Vec::new();
    for TemplateTag { word, argument, span } in
        tags(text).0.into_iter().filter(|tag| tag.span.start < end)
    {
        if let Some((word, close)) = OPENING.iter().find(|(opening, _)| *opening == word) {
            if !(word.starts_with("set") && argument.contains('=')) {
                open.push((*word, *close, span));
            }
        } else if open.last().is_some_and(|(_, close, _)| *close == word) {
            open.pop();
        }
    }
    open
}

/// The templates of a site and of the program.
struct Texts<'s>(Vec<(String, &'s str)>);

impl<'s> Texts<'s> {
    fn of(sources: &'s Sources) -> Self {
        Texts(all(sources))
    }

    /// The text of a template.
    fn text(&self, name: &str) -> Option<&'s str> {
        self.0.iter().find(|(known, _)| known == name).map(|(_, text)| *text)
    }

    /// The template that is meant by a name in another: the site's own, or the built-in one.
    fn meant(&self, name: &str) -> Option<(&str, &'s str)> {
        let built_in = [BUILTIN, name].concat();
        let named = |wanted: &str| self.0.iter().find(|(known, _)| known == wanted);
        named(name).or_else(|| named(&built_in)).map(|(name, text)| (name.as_str(), *text))
    }

    /// Where a range of the text that Tera got stands in the text as it was written.
    fn written(&self, name: &str, range: Range<usize>) -> Range<usize> {
        let metered = self.text(name).and_then(|text| meter::metered(text).ok());
        metered.map_or(range.clone(), |metered| metered.written(range))
    }

    /// A fault of Tera's grammar.
    fn syntax(&self, name: &str, message: &str, span: Range<usize>) -> Diagnostic {
        let text = self.text(name).unwrap_or_default();
        let fault = |message: String, span: Range<usize>| {
            Diagnostic::new(Code::TemplateSyntax, message).at(Place::span(file_of(name), span))
        };
        let ends_early = ["end of input", "end of raw block", "not found"];
        if ends_early.iter().any(|words| message.contains(words)) {
            if let (_, Some(start)) = tags(text) {
                let (open, close) = match text.get(start..start + 2) {
                    Some("{{") => ("{{", "}}"),
                    Some("{#") => ("{#", "#}"),
                    _ => ("{%", "%}"),
                };
                return fault(format!("`{open}` is not closed"), start..start + 2)
                    .help(format!("write `{close}` where it ends"));
            }
            if let Some((word, close, span)) = open_at(text, text.len()).pop() {
                return fault(format!("`{{% {word} %}}` is not closed"), span)
                    .label("opened here")
                    .help(format!("write `{{% {close} %}}` where it ends"));
            }
        }
        if message == "Unknown tag" {
            let word = never::slice(text, span.clone());
            let opening = OPENING.iter().find(|(_, close)| *close == word);
            return match (opening, open_at(text, span.start).pop()) {
                (Some(_), Some((open, close, opened))) => {
                    let message = format!("`{{% {word} %}}` stands where `{{% {open} %}}` is open");
                    fault(message, span)
                        .related(Place::span(file_of(name), opened), "opened here")
                        .help(format!("write `{{% {close} %}}` before it"))
                }
                (Some((open, _)), None) => fault(
                    format!("`{{% {word} %}}` closes nothing: no `{{% {open} %}}` is open"),
                    span,
                )
                .help("take it out, or open what it is to close"),
                (None, _) => {
                    let known = || {
                        let pairs = OPENING.iter().flat_map(|(open, close)| [*open, *close]);
                        pairs.chain(INNER.iter().copied())
                    };
                    let help = match nearest(word, known()) {
                        Some(near) => format!("did you mean `{near}`?"),
                        None => there_are(known()),
                    };
                    fault(format!("there is no tag `{word}`"), span).help(help)
                }
            };
        }
        for (close, open) in [("}}", "{{"), ("%}", "{%")] {
            if message.starts_with("Found ") && message.ends_with(&format!("expected {close}.")) {
                return fault(format!("`{close}` is missing before this"), span)
                    .help(format!("write `{close}` where what `{open}` opens ends"));
            }
        }
        fault(message.to_owned(), span)
            .help("the grammar of templates is Tera's: https://keats.github.io/tera/docs/")
    }

    fn no_template(&self, from: &str, name: &str, span: Option<Range<usize>>) -> Diagnostic {
        let known: BTreeSet<&str> = self.0.iter().map(|(name, _)| name.as_str()).collect();
        let short = known.iter().map(|name| name.strip_prefix(BUILTIN).unwrap_or(name));
        let help = match nearest(name, short.clone()) {
            Some(near) => format!("did you mean `{near}`?"),
            None => there_are(short),
        };
        let file = file_of(from);
        Diagnostic::new(Code::UnknownTemplate, format!("there is no template `{name}`"))
            .at(match span {
                Some(span) => Place::span(file, span),
                None => Place::file(file),
            })
            .help(help)
    }

    /// What Tera found when it looked up the names that templates use: it tells that as text.
    fn references(&self, message: &str) -> Vec<Diagnostic> {
        let mut found: Vec<Diagnostic> = Vec::new();
        for report in message.split("\n\n") {
            let told = self.reference(report);
            // A block that the site's own template lacks is missed by each built-in one that fills it.
            let news = |one: &Diagnostic| {
                !found.iter().any(|known| known.message == one.message && known.place == one.place)
            };
            found.extend(told.filter(news));
        }
        found
    }

    fn reference(&self, report: &str) -> Option<Diagnostic> {
        let mut lines = report.strip_prefix("error: ")?.lines();
        let message = lines.next()?;
        let mut place = lines.next()?.trim_start().strip_prefix("--> ")?.rsplitn(3, ':');
        let (column, line) = (place.next()?.parse().ok()?, place.next()?.parse().ok()?);
        let name = place.next()?;
        let width = lines.nth(2).map_or(1, |marks| marks.matches('^').count());
        let metered = meter::metered(self.text(name)?).ok()?;
        let span = metered.written(range_of(&metered.text, line, column, width)?);
        let (kind, rest) = message.split_once(" `")?;
        let (missing, _) = rest.split_once('`')?;
        let components = || -> BTreeSet<&str> {
            let tags = self.0.iter().flat_map(|(_, text)| tags(text).0);
            let components = tags.filter(|tag| tag.word == "component");
            components.filter_map(|tag| tag.argument.split('(').next()).map(str::trim).collect()
        };
        let (what, known) = match kind {
            "Unknown filter" => ("filter", FILTERS.iter().copied().collect()),
            "Unknown test" => ("test", TESTS.iter().copied().collect()),
            "Unknown function" => ("function", FUNCTIONS.iter().copied().collect()),
            "Unknown component" => ("component", components()),
            "Unknown template" => return Some(self.no_template(name, missing, Some(span))),
            "Block" => return Some(self.no_block(name, missing, span)),
            _ => return None,
        };
        let known: BTreeSet<&str> = known;
        let help = match nearest(missing, known.iter().copied()) {
            Some(near) => format!("did you mean `{near}`?"),
            None => there_are(known),
        };
        let place = Place::span(file_of(name), span);
        Some(
            Diagnostic::new(Code::TemplateSyntax, format!("there is no {what} `{missing}`"))
                .at(place)
                .help(help),
        )
    }

    /// What to report of a block that no template has which this one extends.
    fn no_block(&self, name: &str, block: &str, span: Range<usize>) -> Diagnostic {
        let mut known: BTreeSet<&str> = BTreeSet::new();
        let (mut above, mut next) = (Vec::new(), self.text(name));
        while let Some(text) = next {
            let tags = tags(text).0;
            if !above.is_empty() {
                let blocks = tags.iter().filter(|tag| tag.word == "block");
                known.extend(blocks.map(|tag| tag.argument));
            }
            let extends = tags.iter().find(|tag| tag.word == "extends");
            let parent =
                extends.and_then(|tag| self.meant(tag.argument.trim_matches(['"', '\'', '`'])));
            next = parent.filter(|(name, _)| !above.contains(name)).map(|(name, text)| {
                above.push(name);
                text
            });
        }
        if let (Some(built_in), Some(own)) =
            (name.strip_prefix(BUILTIN), above.iter().find(|name| !name.starts_with(BUILTIN)))
        {
            return Diagnostic::new(Code::TemplateSyntax, format!("`{own}` has no block `{block}`"))
                .at(Place::file(file_of(own)))
                .help(format!(
                    "the built-in `{built_in}` fills it: write `{{% block {block} %}}{{% endblock %}}` where it belongs"
                ));
        }
        let parent = above.first().copied().unwrap_or_default();
        let parent = parent.strip_prefix(BUILTIN).unwrap_or(parent);
        let help = match nearest(block, known.iter().copied()) {
            Some(near) => format!("did you mean `{near}`?"),
            None => there_are(known),
        };
        Diagnostic::new(Code::TemplateSyntax, format!("`{parent}` has no block `{block}`"))
            .at(Place::span(file_of(name), span))
            .help(help)
    }

    /// What Tera says of two templates that do not go together.
    fn of_two(&self, message: &str) -> Diagnostic {
        let named: Vec<&str> = message.split('`').skip(1).step_by(2).collect();
        let found = Diagnostic::new(Code::TemplateSyntax, message);
        match named.as_slice() {
            [_, one, other] if message.starts_with("Component `") => found
                .at(Place::file(file_of(one)))
                .help(format!("rename it in one of them, or take it out of `{other}`")),
            _ => found,
        }
    }
}

/// The range of so many characters from a line and a column on, both counted from 1.
fn range_of(text: &str, line: usize, column: usize, width: usize) -> Option<Range<usize>> {
    let start = match line.checked_sub(2) {
        None => 0,
        Some(breaks) => text.match_indices('\n').nth(breaks)?.0 + 1,
    };
    let rest = text.get(start..)?;
    let at = |count: usize| rest.char_indices().nth(count).map_or(rest.len(), |(at, _)| at);
    let from = column.checked_sub(1)?;
    Some(start + at(from)..start + at(from + width))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Whether Tera knows what stands in a template.
    fn knows(text: &str) -> bool {
        let mut tera = tera::Tera::default();
        match tera.add_raw_template("t.html", text) {
            Ok(()) => true,
            Err(error) => !error.to_string().contains("Unknown"),
        }
    }

    #[test]
    fn what_is_listed_is_there() {
        for filter in FILTERS {
            assert!(knows(&format!("{{{{ x | {filter} }}}}")), "{filter}");
        }
        for test in TESTS {
            assert!(knows(&format!("{{% if x is {test} %}}{{% endif %}}")), "{test}");
        }
        for function in FUNCTIONS.iter().filter(|function| **function != "super") {
            assert!(knows(&format!("{{{{ {function}() }}}}")), "{function}");
        }
        assert!(!knows("{{ x | nope }}") && !knows("{{ nope() }}"));
        for (open, close) in OPENING.iter().filter(|(open, _)| *open != "component") {
            let argument = match *open {
                "for" => "x in y",
                "filter" => "upper",
                "raw" => "",
                _ => "x",
            };
            let known = knows(&format!("{{% {open} {argument} %}}{{% {close} %}}"));
            assert!(known, "{open}");
        }
    }

    #[test]
    fn what_is_open_is_found() {
        let text = "{% if a %}{% set b = 1 %}{% set c %}{% raw %}{% for %}{% endraw %}{# {% for %} #}{% endset %}{% for";
        let open: Vec<_> = open_at(text, text.len()).into_iter().map(|(word, ..)| word).collect();
        assert_eq!((open, tags(text).1), (vec!["if"], text.rfind("{%")));
    }
}
