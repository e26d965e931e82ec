//! JSON for script elements and scripts: nothing in it ends the element, nor a line of the script.

use std::io;

use serde::Serialize;
use serde_json::ser::{Formatter, Serializer};

use super::{Html, first};
use crate::never::slice;

impl Html {
    /// A value as JSON without spaces, as it stands in a script element: nothing in it is markup.
    pub fn json(value: &impl Serialize) -> Html {
        let mut out = Vec::with_capacity(1024);
        let written = value.serialize(&mut Serializer::with_formatter(&mut out, Script));
        // Memory takes all bytes, and only a map whose keys are not text cannot be written.
        debug_assert!(written.is_ok(), "{written:?}");
        Html(String::from_utf8(out).unwrap_or_default())
    }
}

/// Escapes in texts what means something to the HTML or the script around them.
struct Script;

impl Formatter for Script {
    fn write_string_fragment<W: ?Sized + io::Write>(
        &mut self,
        writer: &mut W,
        fragment: &str,
    ) -> io::Result<()> {
        // Nearly all have nothing to escape, which is seen many bytes at a time. 0xe2 begins the line ends below.
        if first(fragment, |byte| matches!(byte, b'<' | b'>' | b'&' | 0xe2)).is_none() {
            return writer.write_all(fragment.as_bytes());
        }
        let mut from = 0;
        // The last two end a line in JavaScript.
        for (at, found) in fragment.match_indices(['<', '>', '&', '\u{2028}', '\u{2029}']) {
            writer.write_all(slice(fragment, from..at).as_bytes())?;
            for c in found.chars() {
                write!(writer, "\\u{:04x}", u32::from(c))?;
            }
            from = at + found.len();
        }
        writer.write_all(slice(fragment, from..).as_bytes())
    }

    /// JSON and schema.org know one kind of number, so that 5 degrees are `5`, not `5.0`.
    fn write_f64<W: ?Sized + io::Write>(&mut self, writer: &mut W, value: f64) -> io::Result<()> {
        write!(writer, "{value}")
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::Html;

    #[test]
    fn nothing_ends_the_script_around_it() {
        let hostile = "</script><!-- & \"\\ \u{2028}\u{2029}\n\t\0“ok”";
        let out = Html::json(&hostile);
        assert_eq!(
            &*out,
            "\"\\u003c/script\\u003e\\u003c!-- \\u0026 \\\"\\\\ \\u2028\\u2029\\n\\t\\u0000“ok”\""
        );
        assert_eq!(serde_json::from_str::<String>(&out).unwrap(), hostile);
        let key = std::collections::BTreeMap::from([("</script>", 5.0), ("b", -0.25)]);
        assert_eq!(&*Html::json(&key), "{\"\\u003c/script\\u003e\":5,\"b\":-0.25}");
    }

    proptest! {
        #[test]
        fn any_text_is_read_back(text in "\\PC*|.*") {
            let out = Html::json(&text);
            let special = ['<', '>', '&', '\u{2028}', '\u{2029}', '\n'];
            prop_assert!(!out.contains(special));
            prop_assert_eq!(serde_json::from_str::<String>(&out).unwrap(), text);
        }
    }
}
