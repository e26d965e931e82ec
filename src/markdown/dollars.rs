//! Which dollar signs open a formula, and which are money.
//!
//! Pandoc's rule says where a sign can stand: no space inside of the two, no digit behind the second. Much money fits it all
//! the same, as in `US$5bn (A$7bn)`, so what stands between the signs has to look like a formula too.

use crate::never;

/// A sign and what is inside: `$x$`, or `$$x$$`.
pub(super) struct Candidate<'s> {
    /// The character before the first sign.
    pub(super) before: Option<char>,
    /// What stands between the signs.
    pub(super) inner: &'s str,
    /// The character behind the last sign.
    pub(super) after: Option<char>,
    /// Whether the signs are doubled.
    pub(super) display: bool,
}

/// Characters that prose and Markdown have, and formulas do not.
const OF_PROSE: [char; 15] =
    ['"', '“', '”', '„', '«', '»', '‘', '’', '—', '–', '…', '€', '£', '¥', '`'];

/// Marks of Markdown.
const MARKDOWN: [&str; 5] = ["**", "__", "~~", "[[", "]("];

/// What stands before a dollar sign to say whose dollar it is, of two letters: one letter may be a variable.
const CURRENCIES: [&str; 9] = ["AU", "BZ", "CA", "HK", "MX", "NT", "NZ", "SG", "US"];

/// Commands whose argument is text, or a name of LaTeX's own.
const OF_TEXT: [&str; 16] = [
    "text",
    "math",
    "operatorname",
    "mbox",
    "hbox",
    "begin",
    "end",
    "tag",
    "label",
    "color",
    "fcolorbox",
    "hspace",
    "vspace",
    "bf",
    "rm",
    "it",
];

/// The shortest run of letters that is a word. Two are a product, as in `mc`.
const SHORTEST_WORD: usize = 3;

impl Candidate<'_> {
    /// Whether it is a formula.
    pub(super) fn is_formula(&self) -> bool {
        let Candidate { before, inner, after, display } = *self;
        let trimmed = inner.trim();
        if trimmed.is_empty() || !display && trimmed.len() < inner.len() {
            return false;
        }
        let glued = before.is_some_and(char::is_alphanumeric);
        if after.is_some_and(char::is_numeric) || glued && !begins_with_tex(trimmed) {
            return false;
        }
        if has_command(trimmed) {
            return true;
        }
        if trimmed.contains(|c: char| OF_PROSE.contains(&c) || is_ideographic(c))
            || MARKDOWN.iter().any(|mark| trimmed.contains(mark))
            || !is_balanced(trimmed)
            || is_prose(trimmed)
        {
            return false;
        }
        let has_sign = trimmed.contains(['^', '_', '{', '=', '\\']);
        let followed = after.is_some_and(char::is_alphabetic);
        // `$/t`, `$3m/$A` and `$A=$B`.
        if trimmed.len() > 1
            && (trimmed.starts_with('/')
                || trimmed.ends_with('/')
                || followed && trimmed.ends_with(is_operator))
        {
            return false;
        }
        match trimmed.starts_with(|c: char| c.is_ascii_digit()) {
            _ if has_sign => true,
            _ if display => !has_word(trimmed),
            true => !followed && !has_word(trimmed) && is_arithmetic(trimmed),
            false => {
                let last = trimmed.rsplit([' ', '\n', '(', ',', '/']).next().unwrap_or_default();
                let currency = last.len() < trimmed.len() && CURRENCIES.contains(&last);
                !(currency || followed && has_letters(trimmed))
            }
        }
    }
}

/// The first word in a formula that is none of LaTeX's: a command, or the argument of one that takes text.
pub(super) fn word_in(latex: &str) -> Option<&str> {
    let mut rest = latex;
    while let Some(c) = rest.chars().next() {
        if c == '\\' {
            let behind = rest.get(1..)?;
            let length = letters(behind);
            let (name, argument) = behind.split_at_checked(length)?;
            rest = match OF_TEXT.iter().any(|known| name.starts_with(known)) {
                true => behind_group(argument.strip_prefix('*').unwrap_or(argument)),
                false if name.is_empty() => {
                    argument.get(argument.chars().next().map_or(0, char::len_utf8)..)?
                }
                false => argument,
            };
            continue;
        }
        let length = letters(rest);
        let (word, behind) = rest.split_at_checked(length)?;
        if word.chars().count() >= SHORTEST_WORD {
            return Some(word);
        }
        rest = if word.is_empty() { rest.get(c.len_utf8()..)? } else { behind };
    }
    None
}

/// How many bytes of letters a text begins with.
fn letters(text: &str) -> usize {
    text.find(|c: char| !c.is_alphabetic()).unwrap_or(text.len())
}

/// What stands behind the group in braces that a text begins with.
fn behind_group(text: &str) -> &str {
    let trimmed = text.trim_start();
    if !trimmed.starts_with('{') {
        return text;
    }
    let mut depth = 0_usize;
    for (at, byte) in trimmed.bytes().enumerate() {
        match byte {
            b'{' => depth += 1,
            b'}' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return never::slice(trimmed, at + 1..);
        }
    }
    ""
}

/// Whether a text goes on what stands before it as only TeX does: `CO$_2$`, `10$^6$`.
fn begins_with_tex(text: &str) -> bool {
    text.starts_with(['^', '_']) || text.starts_with('\\') && has_command(text)
}

/// Whether there is a command of TeX, as in `\frac`.
fn has_command(text: &str) -> bool {
    text.split('\\').skip(1).any(|behind| behind.starts_with(|c: char| c.is_ascii_alphabetic()))
}

/// Whether a character is of a script that formulas are not written in.
fn is_ideographic(c: char) -> bool {
    matches!(c, '\u{2E80}'..='\u{9FFF}' | '\u{AC00}'..='\u{D7FF}' | '\u{F900}'..='\u{FAFF}' | '\u{FF00}'..='\u{FFEF}')
}

/// Whether each bracket is closed by one behind it: `[0,1)` and `]0,1[` are intervals, `5bn (US` and `/b) and (` are none.
fn is_balanced(text: &str) -> bool {
    let turned = text.starts_with(']') && text.ends_with('[');
    let text = if turned { text.get(1..text.len() - 1).unwrap_or_default() } else { text };
    let mut open = 0_usize;
    for c in text.chars() {
        match c {
            '(' | '[' | '{' => open += 1,
            ')' | ']' | '}' if open == 0 => return false,
            ')' | ']' | '}' => open -= 1,
            _ => {}
        }
    }
    open == 0
}

/// Whether two words stand side by side, or a word beside a number.
fn is_prose(text: &str) -> bool {
    let mut before = (false, false);
    for token in text.split_whitespace() {
        let core = token.trim_matches(|c: char| c.is_ascii_punctuation());
        let letters = core.chars().filter(|c| c.is_alphabetic()).count();
        let word =
            letters >= 2 && core.chars().all(|c| c.is_alphabetic() || matches!(c, '\'' | '-'));
        let number = core.starts_with(|c: char| c.is_ascii_digit());
        // What ends or begins with an operator is joined by it.
        let joined = token.starts_with(is_operator) && token.len() > 1;
        if !joined && (word && (before.0 || before.1) || number && before.0) {
            return true;
        }
        let joins = token.ends_with(is_operator);
        before = (word && !joins, number && !joins);
    }
    false
}

fn is_operator(c: char) -> bool {
    matches!(
        c,
        '+' | '-' | '−' | '*' | '/' | '=' | '<' | '>' | '·' | '×' | '±' | '≤' | '≥' | '≈' | '|'
    )
}

/// Whether what begins with a number is more than an amount: `2n - 1`, but not `5bn, A`, `3m/` or `50, 5`.
fn is_arithmetic(text: &str) -> bool {
    if text.len() > 1 && text.ends_with([',', ';', ':', '.', '-', '/', '(', '+']) {
        return false;
    }
    let tokens: Vec<&str> = text.split_whitespace().collect();
    tokens.windows(2).all(|pair| match pair {
        [before, after] => before.ends_with(is_operator) || after.starts_with(is_operator),
        _ => true,
    })
}

/// Whether a word stands in a text.
fn has_word(text: &str) -> bool {
    text.split(|c: char| !c.is_alphabetic()).any(|run| run.chars().count() >= SHORTEST_WORD)
}

/// Whether two letters stand side by side.
fn has_letters(text: &str) -> bool {
    text.split(|c: char| !c.is_alphabetic()).any(|run| run.chars().count() >= 2)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_those_that_latex_does_not_know() {
        for (latex, word) in [
            ("E = mc^2", None),
            (r"\frac{a}{b} \text{for all words} \operatorname*{rank} A", None),
            (r"\begin{matrix} a \end{matrix}", None),
            (r"x \text{if {nested} so} y", None),
            ("revenue - cost", Some("revenue")),
            ("x and y", Some("and")),
            (r"\frac{GDP}{n}", Some("GDP")),
            (r"\$ x \% of", None),
            (r"\text", None),
            (r"\text{open", None),
        ] {
            assert_eq!(word_in(latex), word, "{latex}");
        }
    }
}
