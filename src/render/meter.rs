//! What a template may do on a page when Tera renders it: an author of templates may write loops in loops, calls that
//! call each other and texts that double, and Tera goes on as long as there is time and memory.
//!
//! Tera has no hook for that. So the text that it gets carries calls of a function of ours: at the start of each loop's
//! turn, block and component, after each file that is included, and after each variable that is set. What they count is
//! held against a [`BUDGET`] for the page. Places in Tera's messages are led back to the text as it was written.

use std::cell::Cell;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::io::{self, Write};
use std::ops::Range;

use crate::never::slice;

use tera::{Error, Kwargs, State, StringInput, Tera, TeraResult, Value};

/// What a page may take: a byte printed or a value looked at is 1, a turn or a call [`TURN`].
const BUDGET: usize = TURN * TURNS;
/// What a turn of a loop, or a call, counts.
const TURN: usize = 256;
/// How many turns and calls there may be on a page. Compiled templates hold to it too.
pub(super) const TURNS: usize = 1 << 20;
/// How many bytes a page may have. Compiled templates hold to it too.
pub(super) const LARGEST_PAGE: usize = BUDGET;
/// The longest text that is kept in a variable or made by a filter, in bytes: an expression may repeat it.
const LONGEST_TEXT: usize = 4 << 20;
/// The most values that a variable holds, those within others counted in.
const MOST_VALUES: usize = 8 << 20;
/// How deep a variable's lists and maps lie in each other: values are printed and dropped by going down.
const DEEPEST_VALUE: usize = 64;
/// Tera's parser goes down once for each.
const MOST_ELIF: usize = 200;

/// The longest chain of templates that include or extend each other.
pub(super) const DEEPEST_CHAIN: usize = 20;

/// The function that counts.
const STEP: &str = "__chancery_step";

thread_local! {
    /// What is left of the budget of the page that this thread renders. A template is rendered by one thread from its
    /// start to its end, and neither the functions nor the escape that Tera calls are given anything of ours.
    static LEFT: Cell<usize> = const { Cell::new(0) };
}

/// Renders a page within its budget. Errors: Tera's; whether it is that the budget was used up.
pub(super) fn render(
    tera: &Tera,
    template: &str,
    context: &tera::Context,
) -> Result<String, (Error, bool)> {
    LEFT.set(BUDGET);
    let mut page = Page(Vec::new());
    match tera.render_to(template, context, &mut page) {
        // Tera writes text only.
        Ok(()) => String::from_utf8(page.0).map_err(|error| (Error::message(error), false)),
        Err(error) => Err((error, LEFT.get() == 0)),
    }
}

/// Takes from the budget of the page. Errors: there is not so much left.
fn take(work: usize) -> TeraResult<()> {
    let left = LEFT.get().checked_sub(work);
    LEFT.set(left.unwrap_or(0));
    left.map(drop).ok_or_else(|| Error::message("the page's budget is used up"))
}

fn too_much(_: Error) -> io::Error {
    io::Error::other("the page's budget is used up")
}

/// A page, as far as its budget goes.
struct Page(Vec<u8>);

impl Write for Page {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        take(bytes.len()).map_err(too_much)?;
        self.0.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Gives Tera what counts, and takes out what makes much of little without being counted.
pub(super) fn install(tera: &mut Tera) {
    tera.set_escape_fn(|text, out| {
        // What is captured, and not printed on the page at once, is counted here.
        take(text.len()).map_err(too_much)?;
        tera::escape_html(text, out)
    });
    tera.register_function(STEP, step);
    tera.register_function("range", range);
    tera.register_filter("replace", replace);
    tera.register_filter("join", join);
    tera.register_filter("indent", indent);
}

/// A turn, or a variable that was set.
fn step(arguments: Kwargs, _: &State) -> TeraResult<String> {
    take(TURN)?;
    if let Some((_, value)) = arguments.iter().next() {
        let mut values = 0;
        measure(value, 0, &mut values)?;
        take(values)?;
    }
    Ok(String::new())
}

/// Counts the values in a value. Errors: it is larger or deeper than a variable may be.
fn measure(value: &Value, depth: usize, values: &mut usize) -> TeraResult<()> {
    *values += 1;
    let too = |what: &str| {
        Err(Error::message(format!("this variable {what} than Chancery keeps; build less at once")))
    };
    if value.as_str().is_some_and(|text| text.len() > LONGEST_TEXT) {
        return too("is a longer text");
    }
    if *values > MOST_VALUES {
        return too("holds more values");
    }
    if depth > DEEPEST_VALUE {
        return too("is nested deeper");
    }
    for item in value.as_array().unwrap_or_default() {
        measure(item, depth + 1, values)?;
    }
    for item in value.as_map().into_iter().flat_map(|map| map.values()) {
        measure(item, depth + 1, values)?;
    }
    Ok(())
}

/// The longest list that `range` makes, as in Tera itself.
const LONGEST_RANGE: i128 = 100_000;

/// Tera's own function, counted.
fn range(arguments: Kwargs, _: &State) -> TeraResult<Vec<i128>> {
    let start = arguments.get::<i128>("start")?.unwrap_or_default();
    let end = arguments.must_get::<i128>("end")?;
    let by = arguments.get::<i128>("step_by")?.unwrap_or(1);
    let wrong = |what: &str| Error::message(format!("Function `range` was called with {what}"));
    if by == 0 {
        return Err(wrong("a `step_by` argument of 0"));
    }
    if start > end && by > 0 {
        return Err(wrong("a `start` argument greater than the `end` one"));
    }
    let mut numbers = Vec::new();
    let mut number = start;
    while (by > 0 && number < end) || (by < 0 && number > end) {
        if numbers.len() as i128 == LONGEST_RANGE {
            return Err(wrong(&format!("more than {LONGEST_RANGE} numbers to make")));
        }
        numbers.push(number);
        number = number.checked_add(by).ok_or_else(|| wrong("numbers that are too large"))?;
    }
    take(numbers.len())?;
    Ok(numbers)
}

/// Refuses a text that would be longer than one may be, before it is made.
fn fits(length: usize) -> TeraResult<()> {
    if length > LONGEST_TEXT {
        return Err(Error::message(format!(
            "the text would have {} MiB; more than {} MiB cannot be made at once",
            length >> 20,
            LONGEST_TEXT >> 20
        )));
    }
    Ok(())
}

/// Tera's own filter, held to the length of texts.
fn replace(text: StringInput, arguments: Kwargs, state: &State) -> TeraResult<Value> {
    let from = arguments.must_get::<&str>("from")?;
    let to = arguments.must_get::<StringInput>("to")?;
    let safe = state.autoescaping_enabled() && (text.is_safe() || to.is_safe());
    let (whole, to) = match safe {
        true => (text.rendered(state)?, to.rendered(state)?),
        false => (text.as_str().into(), to.as_str().into()),
    };
    let count = whole.matches(from).count();
    take(whole.len())?;
    fits(whole.len().saturating_add(count.saturating_mul(to.len())))?;
    let replaced = whole.replace(from, &to);
    Ok(if safe { Value::safe_string(&replaced) } else { Value::from(replaced) })
}

/// Tera's own filter, held to the length of texts.
fn join(items: &[Value], arguments: Kwargs, state: &State) -> TeraResult<Value> {
    let separator = arguments.get::<StringInput>("sep")?;
    let is_safe = |value: &Value| value.is_string() && value.is_safe();
    let safe = state.autoescaping_enabled()
        && (items.iter().any(is_safe) || separator.as_ref().is_some_and(StringInput::is_safe));
    let between = match &separator {
        Some(separator) if safe => separator.rendered(state)?,
        Some(separator) => separator.as_str().into(),
        None => "".into(),
    };
    let mut joined = String::new();
    for (index, item) in items.iter().enumerate() {
        let item = match safe {
            true if item.is_undefined() => String::new(),
            true => state.escape_if_needed(item)?,
            false => item.to_string(),
        };
        let between = if index > 0 { &*between } else { "" };
        take(between.len() + item.len())?;
        fits(joined.len() + between.len() + item.len())?;
        joined.push_str(between);
        joined.push_str(&item);
    }
    Ok(if safe { Value::safe_string(&joined) } else { Value::from(joined) })
}

/// The widest that `indent` indents, as in Tera itself.
const WIDEST: usize = 1000;

/// Tera's own filter, held to the length of texts.
fn indent(text: StringInput, arguments: Kwargs, state: &State) -> TeraResult<Value> {
    let width = arguments.get::<usize>("width")?.unwrap_or(4).min(WIDEST);
    let with = arguments.get::<StringInput>("indentation")?;
    let first = arguments.get::<bool>("first")?.unwrap_or(false);
    let blank = arguments.get::<bool>("blank")?.unwrap_or(false);
    if with.as_ref().is_some_and(|with| with.as_str().chars().count() != 1) {
        return Err(Error::message(
            "The `indentation` argument must contain exactly one character",
        ));
    }
    let safe = state.autoescaping_enabled()
        && (text.is_safe() || with.as_ref().is_some_and(StringInput::is_safe));
    let whole = if safe { text.rendered(state)? } else { text.as_str().into() };
    let indentation = match &with {
        Some(with) if safe => with.rendered(state)?.repeat(width),
        Some(with) => with.as_str().repeat(width),
        None => " ".repeat(width),
    };
    let mut indented = String::new();
    for (index, line) in whole.lines().enumerate() {
        let start = indented.len();
        if index > 0 {
            indented.push('\n');
        }
        if if index == 0 { first } else { blank || !line.is_empty() } {
            indented.push_str(&indentation);
        }
        indented.push_str(line);
        take(indented.len() - start)?;
        fits(indented.len())?;
    }
    if whole.ends_with('\n') {
        indented.push('\n');
    }
    Ok(if safe { Value::safe_string(&indented) } else { Value::from(indented) })
}

/// A template's text with calls of the function that counts.
pub(super) struct Metered {
    pub text: String,
    /// The templates that it includes and extends.
    pub others: Vec<String>,
    /// Where each call stands in it, and how long it is.
    calls: Vec<(usize, usize)>,
}

impl Metered {
    /// Where a range of the text with calls stands in the text as it was written.
    pub(super) fn written(&self, range: Range<usize>) -> Range<usize> {
        let before = |at: usize| {
            let calls = self.calls.iter().take_while(|(start, _)| *start < at);
            at - calls.map(|(start, length)| (*length).min(at - start)).sum::<usize>()
        };
        before(range.start)..before(range.end)
    }
}

/// Puts the calls into a template's text. Errors: what Tera's parser must not get, with its place.
pub(super) fn metered(text: &str) -> Result<Metered, (String, Range<usize>)> {
    let mut out =
        Metered { text: String::with_capacity(text.len()), others: Vec::new(), calls: Vec::new() };
    let mut rest = text;
    // The variables whose text is being captured, and how many `elif` each `if` around has.
    let mut captured: Vec<&str> = Vec::new();
    let mut conditions: Vec<usize> = Vec::new();
    while let Some((before, tag)) = next_tag(rest) {
        let at = text.len() - rest.len() + before;
        let (tag, after) = rest.split_at(before + tag);
        out.text.push_str(tag);
        rest = after;
        let tag = slice(tag, before..);
        let Some(inner) = tag.strip_prefix("{%").and_then(|tag| tag.strip_suffix("%}")) else {
            continue;
        };
        let trims = inner.ends_with('-');
        let inner = inner.trim_start_matches('-').trim_end_matches('-').trim();
        let word = inner.split(|c: char| !c.is_ascii_alphanumeric() && c != '_').next();
        let argument = slice(inner, word.map_or(0, str::len)..).trim();
        let name = argument.split(|c: char| c.is_whitespace() || c == '=').next();
        if let Some("include" | "extends") = word {
            let quoted = argument.trim_matches(['"', '\'', '`']);
            out.others.push(quoted.to_owned());
        }
        let variable = match word {
            Some("raw") => {
                // Nothing in it is a tag.
                let end = end_of_raw(rest);
                let (raw, after) = rest.split_at(end);
                out.text.push_str(raw);
                rest = after;
                continue;
            }
            Some("if") => {
                conditions.push(0);
                continue;
            }
            Some("elif") => {
                if let Some(count) = conditions.last_mut() {
                    *count += 1;
                    if *count > MOST_ELIF {
                        let what = format!("an `if` with more than {MOST_ELIF} `elif`");
                        return Err((what, at..at + tag.len()));
                    }
                }
                continue;
            }
            Some("endif") => {
                conditions.pop();
                continue;
            }
            Some("for" | "block" | "component" | "include") => None,
            Some("set" | "set_global") if !argument.contains('=') => {
                captured.push(name.unwrap_or_default());
                continue;
            }
            Some("set" | "set_global") => name,
            Some("endset" | "endset_global") => captured.pop(),
            _ => continue,
        };
        let of = variable.map(|name| format!("of={name}")).unwrap_or_default();
        let dash = if trims { "-" } else { "" };
        let call = format!("{{{{{dash} {STEP}({of}) {dash}}}}}");
        out.calls.push((out.text.len(), call.len()));
        out.text.push_str(&call);
    }
    out.text.push_str(rest);
    Ok(out)
}

/// The first by name of the templates that stand at the end of too long a chain of templates that include or extend
/// each other, or in a circle: Tera goes down once for each.
pub(super) fn too_deep<'m>(templates: &'m [(String, Metered)], builtin: &str) -> Option<&'m str> {
    let known: HashMap<&str, &Metered> =
        templates.iter().map(|(name, text)| (name.as_str(), text)).collect();
    let named = |name: &str| {
        let built_in = [builtin, name].concat();
        known.get_key_value(name).or_else(|| known.get_key_value(built_in.as_str()))
    };
    let mut reached: BTreeMap<&str, &Metered> =
        known.iter().map(|(name, text)| (*name, *text)).collect();
    for _ in 0..DEEPEST_CHAIN {
        let others: BTreeSet<&str> =
            reached.values().flat_map(|text| &text.others).map(String::as_str).collect();
        let others = others.into_iter().filter_map(named);
        reached = others.map(|(name, text)| (*name, *text)).collect();
    }
    reached.into_keys().next()
}

/// Where the next tag or comment starts, and how long it is.
pub(super) fn next_tag(text: &str) -> Option<(usize, usize)> {
    let start = text.as_bytes().windows(2).position(|two| matches!(two, b"{{" | b"{%" | b"{#"))?;
    let inner = text.get(start + 2..)?;
    let end = match text.as_bytes().get(start + 1)? {
        b'#' => return Some((start, 2 + inner.find("#}")? + 2)),
        b'{' => "}}",
        _ => "%}",
    };
    let mut at = 0;
    loop {
        let rest = inner.get(at..)?;
        if rest.starts_with(end) {
            return Some((start, 2 + at + 2));
        }
        at += match rest.chars().next()? {
            quote @ ('"' | '\'' | '`') => {
                let mut escaped = false;
                let string = rest.get(1..)?.char_indices().find(|(_, c)| {
                    let ends = *c == quote && !escaped;
                    escaped = *c == '\\' && !escaped;
                    ends
                });
                string?.0 + 2
            }
            c => c.len_utf8(),
        };
    }
}

/// Where the tag starts that ends raw text.
pub(super) fn end_of_raw(text: &str) -> usize {
    let ends = |(at, _): &(usize, &str)| {
        let tag = slice(text, at + 2..);
        tag.strip_prefix('-').unwrap_or(tag).trim_start().starts_with("endraw")
    };
    text.match_indices("{%").find(ends).map_or(text.len(), |(at, _)| at)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn calls_stand_where_work_is_repeated_and_places_are_led_back() {
        let text = "{# {% for #}{%- for x in \"%}\" -%} {{ x }}{% endfor %}{% set a = x %}{% raw %}{% for %}{% endraw %}{% set b %}c{% endset %}";
        let out = metered(text).unwrap();
        assert_eq!(
            out.text,
            "{# {% for #}{%- for x in \"%}\" -%}{{- __chancery_step() -}} {{ x }}{% endfor %}{% set a = x %}{{ __chancery_step(of=a) }}{% raw %}{% for %}{% endraw %}{% set b %}c{% endset %}{{ __chancery_step(of=b) }}"
        );
        for word in ["x }}", "endfor", "endraw", "c{%"] {
            let at = out.text.find(word).unwrap();
            let written = text.find(word).unwrap();
            assert_eq!(out.written(at..at + 1), written..written + 1, "{word}");
        }
        let call = out.text.find("__chancery").unwrap();
        let place = text.find(" {{ x").unwrap();
        assert_eq!(out.written(call..call + 3), place..place);
    }

    #[test]
    fn long_chains_of_conditions_are_refused() {
        let chain = |count: usize| {
            metered(&format!("{{% if a %}}{}{{% endif %}}", "{% elif b %}".repeat(count)))
        };
        assert!(chain(MOST_ELIF).is_ok());
        let (_, place) = chain(MOST_ELIF + 1).err().unwrap();
        assert_eq!(place.len(), "{% elif b %}".len());
    }
}
