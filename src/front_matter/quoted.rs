//! Quotation marks: where a text in them ends, and how one is written in them.

/// What is written, to be shown in a message.
pub(super) fn code(text: &str) -> String {
    if text.contains('`') { format!("`` {text} ``") } else { format!("`{text}`") }
}

/// A text in quotes, in a way that TOML and YAML read alike.
pub(super) fn quoted(text: &str) -> String {
    let special = text.contains(['"', '\\']) || text.chars().any(char::is_control);
    match special {
        false => format!("\"{text}\""),
        true if !text.contains('\'') && !text.chars().any(char::is_control) => format!("'{text}'"),
        // A JSON string is one of YAML, and a basic string of TOML.
        true => serde_json::Value::from(text).to_string(),
    }
}

/// Where the text in quotes ends that a text starts with: behind its closing quote.
pub(super) fn quoted_end(text: &str) -> Option<usize> {
    let quote = text.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    let mut letters = text.char_indices().skip(1).peekable();
    while let Some((at, letter)) = letters.next() {
        match letter {
            '\\' if quote == '"' => {
                letters.next();
            }
            // Two single quotes stand for one.
            '\'' if quote == '\'' && letters.next_if(|(_, next)| *next == '\'').is_some() => {}
            letter if letter == quote => return Some(at + 1),
            _ => {}
        }
    }
    None
}
