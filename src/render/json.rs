//! JSON, written straight into a text. Nothing in it can end a script element, nor a line of a script.

use std::fmt::Write as _;

use crate::html::first;

/// Bytes with which begins what is not written as it is.
#[inline]
fn may_be_special(byte: u8) -> bool {
    byte < b' ' || matches!(byte, b'"' | b'\\' | b'<' | b'>' | b'&' | 0xe2)
}

/// Adds text as a string.
pub fn string(out: &mut String, text: &str) {
    out.push('"');
    let mut rest = text;
    while let Some(at) = first(rest, may_be_special) {
        let (before, from) = rest.split_at(at);
        out.push_str(before);
        let mut chars = from.chars();
        match chars.next() {
            Some('"') => out.push_str("\\\""),
            Some('\\') => out.push_str("\\\\"),
            Some(c) if c < ' ' || matches!(c, '<' | '>' | '&' | '\u{2028}' | '\u{2029}') => {
                let _ = write!(out, "\\u{:04x}", u32::from(c));
            }
            Some(c) => out.push(c),
            None => {}
        }
        rest = chars.as_str();
    }
    out.push_str(rest);
    out.push('"');
}

/// Adds a list, each item written by `write`.
pub fn list<T>(
    out: &mut String,
    items: impl IntoIterator<Item = T>,
    mut write: impl FnMut(&mut String, T),
) {
    out.push('[');
    for (index, item) in items.into_iter().enumerate() {
        if index > 0 {
            out.push(',');
        }
        write(out, item);
    }
    out.push(']');
}

/// Adds an object whose members are written by `write`.
pub fn object(out: &mut String, write: impl FnOnce(&mut Object<'_>)) {
    out.push('{');
    write(&mut Object { out, first: true });
    out.push('}');
}

/// An object that is being written.
pub struct Object<'o> {
    out: &'o mut String,
    first: bool,
}

impl Object<'_> {
    /// Adds a key, which is a plain word, and gives the text on which its value is to be written.
    pub fn key(&mut self, key: &str) -> &mut String {
        self.out.push_str(if self.first { "\"" } else { ",\"" });
        self.first = false;
        self.out.push_str(key);
        self.out.push_str("\":");
        self.out
    }

    /// Adds a text.
    pub fn text(&mut self, key: &str, value: &str) {
        string(self.key(key), value);
    }

    /// Adds a text if there is one.
    pub fn perhaps(&mut self, key: &str, value: Option<&str>) {
        if let Some(value) = value {
            self.text(key, value);
        }
    }

    /// Adds what is JSON already.
    pub fn json(&mut self, key: &str, json: &str) {
        self.key(key).push_str(json);
    }

    /// Adds a list, unless it is empty.
    pub fn list<T>(
        &mut self,
        key: &str,
        items: impl IntoIterator<Item = T>,
        write: impl FnMut(&mut String, T),
    ) {
        let mut items = items.into_iter().peekable();
        if items.peek().is_some() {
            list(self.key(key), items, write);
        }
    }

    /// Adds an object.
    pub fn object(&mut self, key: &str, write: impl FnOnce(&mut Object<'_>)) {
        object(self.key(key), write);
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    #[test]
    fn nothing_ends_the_script_around_it() {
        let hostile = "</script><!-- & \"\\ \u{2028}\u{2029}\n\t\0“ok”";
        let mut out = String::new();
        super::string(&mut out, hostile);
        assert_eq!(
            out,
            "\"\\u003c/script\\u003e\\u003c!-- \\u0026 \\\"\\\\ \\u2028\\u2029\\u000a\\u0009\\u0000“ok”\""
        );
        assert_eq!(serde_json::from_str::<String>(&out).unwrap(), hostile);
    }

    proptest! {
        #[test]
        fn any_text_is_read_back(text in "\\PC*|.*") {
            let mut out = String::new();
            super::string(&mut out, &text);
            prop_assert_eq!(serde_json::from_str::<String>(&out).unwrap(), text);
        }
    }
}
