//! The running text of a document, for who looks at its words.

use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};

/// A document's text in which only running text is left, byte for byte where it stood: code, addresses and what is quoted
/// from others are spaces, and a block ends with the end of a line.
pub(crate) fn prose(body: &str) -> String {
    let options = Options::ENABLE_TABLES | Options::ENABLE_FOOTNOTES | Options::ENABLE_TASKLISTS;
    let mut out = vec![b' '; body.len()];
    let (mut code, mut quotes) = (false, 0_usize);
    for (event, range) in Parser::new_ext(body, options).into_offset_iter() {
        match event {
            Event::Start(Tag::CodeBlock(_)) => code = true,
            Event::Start(Tag::BlockQuote(_)) => quotes += 1,
            Event::Text(_) if !code && quotes == 0 => {
                let text = body.get(range.clone()).unwrap_or_default();
                for (byte, of_text) in out.iter_mut().skip(range.start).zip(text.bytes()) {
                    *byte = of_text;
                }
            }
            Event::End(end) => {
                match end {
                    TagEnd::CodeBlock => code = false,
                    TagEnd::BlockQuote(_) => quotes = quotes.saturating_sub(1),
                    TagEnd::Emphasis
                    | TagEnd::Strong
                    | TagEnd::Strikethrough
                    | TagEnd::Link
                    | TagEnd::Image => continue,
                    _ => {}
                }
                let end = range.end.min(body.len());
                // What ends a block is a line's end, a `|`, or nothing at the end of all.
                let last = body.get(..end).map(str::len).and_then(|end| end.checked_sub(1));
                if let Some(byte) = last.and_then(|last| out.get_mut(last))
                    && *byte == b' '
                {
                    *byte = b'\n';
                }
            }
            _ => {}
        }
    }
    // Only whole pieces of the text were taken over.
    String::from_utf8(out).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::prose;

    #[test]
    fn only_running_text_is_left_where_it_stood() {
        let body = "## Äh\n\nIt is *very*\nlikely `x` [a](b).\n\n```\ncode\n```\n\n> quoted\n\n| a | b |\n|---|---|\n| c | d |\n";
        let text = prose(body);
        assert_eq!(text.len(), body.len());
        let words: Vec<Vec<&str>> = text.lines().map(|l| l.split_whitespace().collect()).collect();
        let words: Vec<_> = words.into_iter().filter(|line: &Vec<&str>| !line.is_empty()).collect();
        assert_eq!(
            words,
            [
                vec!["Äh"],
                vec!["It", "is", "very", "likely", "a", "."],
                vec!["a"],
                vec!["b"],
                vec!["c"],
                vec!["d"]
            ]
        );
    }

    proptest! {
        #[test]
        fn any_text_keeps_its_length(body in "[-a-z*`>|#\\[\\]() \n:é]{0,60}") {
            prop_assert_eq!(prose(&body).len(), body.len());
        }
    }
}
