//! Code blocks, highlighted with a few short classes instead of a stylesheet in every tag.

use std::panic::catch_unwind;
use std::sync::LazyLock;

use syntect::parsing::{ParseState, Scope, ScopeStack, SyntaxSet};
use syntect::util::LinesWithEndings;

use crate::html::Html;

/// Every grammar there is, loaded for the first code block of a run.
static SYNTAXES: LazyLock<SyntaxSet> = LazyLock::new(two_face::syntax::extra_newlines);

/// Blocks longer than this many bytes are left plain: the slowest grammars read 60 kB/s.
const LONGEST_BLOCK: usize = 64 * 1024;
/// Blocks with a line longer than this many bytes are left plain: grammars backtrack on minified code.
const LONGEST_LINE: usize = 2 * 1024;

/// One kind of token: its class, the scopes that have it, and its colours on a light and a dark page.
struct Style {
    class: &'static str,
    scopes: &'static [&'static str],
    light: &'static str,
    dark: &'static str,
}

const LIGHT_PAPER: &str = "#f6f7f9";
const LIGHT_INK: &str = "#1f2430";
const DARK_PAPER: &str = "#1b1f27";
const DARK_INK: &str = "#dfe3ea";

const fn style(
    class: &'static str,
    scopes: &'static [&'static str],
    light: &'static str,
    dark: &'static str,
) -> Style {
    Style { class, scopes, light, dark }
}

const STYLES: &[Style] = &[
    style("c", &["comment"], "#5c6370", "#9aa3b2"),
    style("s", &["string"], "#1a6b2d", "#9ad18b"),
    style("e", &["constant.character.escape", "string.regexp"], "#8a4a00", "#e6b673"),
    style("n", &["constant.numeric"], "#0b5cad", "#7fbcf5"),
    style("k", &["constant"], "#0b5cad", "#7fbcf5"),
    style("w", &["keyword", "storage"], "#8b1a83", "#d9a1e8"),
    style(
        "f",
        &["entity.name.function", "support.function", "variable.function"],
        "#1d4fb8",
        "#8db4ff",
    ),
    style("t", &["entity.name", "support.type", "support.class"], "#7a4100", "#e8c07d"),
    style("g", &["entity.name.tag"], "#0f6674", "#7fd3df"),
    style("a", &["entity.other.attribute-name"], "#7a4100", "#e8c07d"),
    style("v", &["variable.parameter"], "#9c2c1f", "#f0a091"),
    style("m", &["meta.preprocessor", "meta.annotation"], "#6b3fa0", "#c3a6f5"),
    style("h", &["markup.heading"], "#1d4fb8", "#8db4ff"),
    style("i", &["markup.inserted"], "#1a6b2d", "#9ad18b"),
    style("d", &["markup.deleted"], "#a3201a", "#f5988f"),
    style("x", &["invalid"], "#a3201a", "#f5988f"),
];

/// Each scope with its class; of those that fit a scope the longest counts.
static CLASSES: LazyLock<Vec<(Scope, &'static str)>> = LazyLock::new(|| {
    STYLES
        .iter()
        .flat_map(|style| style.scopes.iter().map(move |scope| (scope, style.class)))
        .filter_map(|(scope, class)| Some((Scope::new(scope).ok()?, class)))
        .collect()
});

/// Appends a block's code, highlighted when its language is known and it is not too long.
pub(super) fn push_code(out: &mut Html, language: &str, code: &str) {
    let fits = !language.is_empty()
        && code.len() <= LONGEST_BLOCK
        && code.lines().all(|line| line.len() <= LONGEST_LINE);
    // A grammar that makes the highlighter panic costs the colours of one block, not the document.
    let highlighted = || catch_unwind(|| highlight(language, code)).ok().flatten();
    match fits.then(highlighted).flatten() {
        Some(html) => out.append(html.whole()),
        None => out.text(code),
    }
}

fn highlight(language: &str, code: &str) -> Option<Html> {
    let syntax = SYNTAXES.find_syntax_by_token(language)?;
    if syntax.name == "Plain Text" {
        return None;
    }
    let mut parser = ParseState::new(syntax);
    let mut stack = ScopeStack::new();
    let mut spans = Spans { html: Html::with_capacity(code.len() * 2), class: "" };
    for line in LinesWithEndings::from(code) {
        let mut from = 0;
        for (at, operation) in parser.parse_line(line, &SYNTAXES).ok()? {
            spans.push(class(&stack), line.get(from..at)?);
            from = at;
            stack.apply(&operation).ok()?;
        }
        spans.push(class(&stack), line.get(from..)?);
    }
    Some(spans.finish())
}

/// The class of the innermost scope that has one.
fn class(stack: &ScopeStack) -> &'static str {
    let of = |scope: &Scope| {
        CLASSES
            .iter()
            .filter(|(prefix, _)| prefix.is_prefix_of(*scope))
            .max_by_key(|(prefix, _)| prefix.len())
            .map(|(_, class)| *class)
    };
    stack.as_slice().iter().rev().find_map(of).unwrap_or("")
}

/// HTML in which neighbours of one class share a span.
struct Spans {
    html: Html,
    class: &'static str,
}

impl Spans {
    fn push(&mut self, class: &'static str, text: &str) {
        // White space looks the same in any class.
        if class != self.class && !text.trim().is_empty() {
            self.close();
            if !class.is_empty() {
                self.html.literal("<span class=\"z-");
                self.html.literal(class);
                self.html.literal("\">");
            }
            self.class = class;
        }
        self.html.text(text);
    }

    fn close(&mut self) {
        if !self.class.is_empty() {
            self.html.literal("</span>");
        }
    }

    fn finish(mut self) -> Html {
        self.close();
        self.html
    }
}

/// The stylesheet for code blocks, light and dark. Every colour has a contrast of at least 4.5 to 1
/// (WCAG 2.2, 1.4.3) on the background it comes with.
pub(crate) fn code_css() -> String {
    let both = |light: &str, dark: &str| format!("light-dark({light},{dark})");
    let (paper, ink) = (both(LIGHT_PAPER, DARK_PAPER), both(LIGHT_INK, DARK_INK));
    let rules =
        STYLES.iter().map(|s| format!(".z-{}{{color:{}}}\n", s.class, both(s.light, s.dark)));
    // In the layer of texts of the theme's own sheet.
    format!(
        "@layer text{{\npre{{background:{paper};color:{ink}}}\n{}}}\n",
        rules.collect::<String>()
    )
}

#[cfg(test)]
#[allow(clippy::disallowed_methods, reason = "a test reads its files")]
mod tests {
    use super::*;

    fn luminance(colour: &str) -> f64 {
        let channel = |at: usize| {
            let value = f64::from(u8::from_str_radix(&colour[at..at + 2], 16).unwrap()) / 255.0;
            if value <= 0.04045 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
        };
        0.2126 * channel(1) + 0.7152 * channel(3) + 0.0722 * channel(5)
    }

    fn contrast(a: &str, b: &str) -> f64 {
        let (a, b) = (luminance(a), luminance(b));
        (a.max(b) + 0.05) / (a.min(b) + 0.05)
    }

    #[test]
    fn every_colour_can_be_read() {
        for style in STYLES {
            assert!(contrast(style.light, LIGHT_PAPER) >= 4.5, "light {}", style.class);
            assert!(contrast(style.dark, DARK_PAPER) >= 4.5, "dark {}", style.class);
        }
        assert!(STYLES.len() <= 18);
        assert!(code_css().contains("light-dark("));
    }

    #[test]
    fn every_scope_is_one() {
        assert_eq!(CLASSES.len(), STYLES.iter().map(|style| style.scopes.len()).sum::<usize>());
    }

    #[test]
    fn code_is_marked_and_escaped() {
        let mut out = Html::default();
        push_code(&mut out, "rust", "let x = \"<a>\"; // hi\n");
        assert!(out.contains("<span class=\"z-w\">let</span>"), "{out}");
        assert!(out.contains("&lt;a&gt;"), "{out}");
        assert!(out.contains("<span class=\"z-c\">// hi"), "{out}");
        assert_eq!(out.matches("<span").count(), out.matches("</span>").count());
    }

    /// The text of HTML in which nothing but the spans of [`STYLES`] may stand.
    fn text_of(html: &str) -> String {
        let mut open = false;
        let mut text = String::new();
        for (index, part) in html.split('<').enumerate() {
            let words = if index == 0 {
                part
            } else {
                let (tag, words) = part.split_once('>').unwrap();
                let class =
                    tag.strip_prefix("span class=\"z-").and_then(|tag| tag.strip_suffix('"'));
                match class {
                    Some(class) => {
                        assert!(STYLES.iter().any(|style| style.class == class), "{tag}")
                    }
                    None => assert_eq!(tag, "/span"),
                }
                assert_ne!(open, class.is_some(), "spans stand beside each other: {html}");
                open = class.is_some();
                words
            };
            assert!(!words.contains('>'), "{words}");
            text.push_str(words);
        }
        assert!(!open);
        text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
    }

    #[test]
    fn code_in_many_languages_is_coloured_and_stays_the_same_text() {
        // Each file is named after its language.
        let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/code");
        let mut languages = 0;
        for file in std::fs::read_dir(folder).unwrap() {
            let path = file.unwrap().path();
            let language = path.file_stem().unwrap().to_str().unwrap();
            let code = std::fs::read_to_string(&path).unwrap();
            let html = highlight(language, &code).unwrap();
            assert_eq!(text_of(&html), code, "{language}");
            let classes = STYLES.iter().filter(|s| html.contains(&format!("\"z-{}\"", s.class)));
            assert!(classes.count() >= 2, "{language}: {html}");
            languages += 1;
        }
        assert!(languages >= 20, "{languages}");
    }

    #[test]
    fn unknown_and_long_code_is_plain() {
        let plain = |language: &str, code: &str| {
            let mut out = Html::default();
            push_code(&mut out, language, code);
            out.to_string()
        };
        assert_eq!(plain("klingon", "a < b"), "a &lt; b");
        let long = "let x = 1;\n".repeat(LONGEST_BLOCK / 10);
        assert_eq!(plain("rust", &long), long);
    }
}
