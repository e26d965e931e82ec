//! What of the theme a site may change, for the reference: blocks, components, properties of the style sheet.

use crate::theme;

use super::templates::EMBEDDED;

/// The blocks and components of the templates, as Markdown.
pub(super) fn blocks_and_components() -> String {
    let mut out = String::from(
        "\n## Blocks and components\n\nA template of a site may say a block of the built-in one anew, and any template of it a component \
         ([theme](theme.md)).\n\n| template | blocks | components |\n|---|---|---|\n",
    );
    for (name, text) in EMBEDDED.iter().filter(|(name, _)| name.ends_with(".html")) {
        let of = |opening: &str| -> Vec<&str> {
            let found = text.split(opening).skip(1);
            found.filter_map(|rest| rest.split(['%', '-']).next().map(str::trim)).collect()
        };
        let words = |names: Vec<&str>| {
            names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
        };
        let components: Vec<&str> = of("{%- component ");
        let blocks = of("{% block ");
        if !blocks.is_empty() || !components.is_empty() {
            out.push_str(&format!("| `{name}` | {} | {} |\n", words(blocks), words(components)));
        }
    }
    out
}

/// The custom properties of the style sheet that are explained there, as Markdown.
pub(super) fn properties() -> String {
    let mut out = String::from(
        "\n## Properties of the style sheet\n\nA style sheet of a site may set them ([theme](theme.md)). `light-dark(a, b)` is `a` on light screens \
         and `b` on dark ones.\n\n| property | is | for |\n|---|---|---|\n",
    );
    for line in theme::STYLESHEET.lines() {
        let declared = line.trim().strip_prefix("--").and_then(|line| line.split_once(": "));
        let Some((name, rest)) = declared else { continue };
        let explained = rest.split_once("; /* ");
        let Some((value, meaning)) = explained else { continue };
        let meaning = meaning.trim_end_matches(" */");
        out.push_str(&format!("| `--{name}` | `{value}` | {meaning} |\n"));
    }
    out
}
