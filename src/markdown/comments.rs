//! Comments as Obsidian has them, `%%…%%`: they are cut out of a text before anything of it is read, whatever stands in them.

use std::ops::Range;

use pulldown_cmark::{Event, LinkType, Options as Syntax, Parser, Tag, TagEnd};

use super::signs::Signs;
use crate::diagnostic::{Code, Diagnostic};
use crate::html::tags;
use crate::never::slice;

/// What begins a comment, and ends it.
const MARK: &str = "%%";

/// How often a text is read to find its comments. What stands in one may hide the next, as an open code block does.
const MOST_READINGS: usize = 8;

/// Where something was cut out of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Cut {
    /// The byte of what is left that stood behind it.
    at: usize,
    /// How many bytes were cut out up to there.
    by: usize,
}

/// Where a range of what is left stands in the whole text.
pub(super) fn whole(cuts: &[Cut], range: &Range<usize>) -> Range<usize> {
    let by = |count: usize| count.checked_sub(1).and_then(|n| cuts.get(n)).map_or(0, |cut| cut.by);
    let start = range.start + by(cuts.partition_point(|cut| cut.at <= range.start));
    let end = range.end + by(cuts.partition_point(|cut| cut.at < range.end));
    start..end.max(start)
}

/// A text without its comments.
pub(super) struct Uncommented {
    /// What is left.
    pub(super) text: String,
    /// What was cut out of it.
    pub(super) cuts: Vec<Cut>,
    /// What there is to say of it, with ranges of the whole text.
    pub(super) found: Vec<(Range<usize>, Diagnostic)>,
}

/// Cuts the comments out of a text that holds [`MARK`].
pub(super) fn uncomment(source: &str, syntax: Syntax) -> Uncommented {
    let mut comments: Vec<Range<usize>> = Vec::new();
    let mut out = Uncommented { text: source.to_owned(), cuts: Vec::new(), found: Vec::new() };
    let mut open = None;
    for _ in 0..MOST_READINGS {
        let (more, unclosed) = find(&out.text, syntax);
        open = unclosed.or(more.first().map(|comment| comment.start));
        open = open.map(|at| whole(&out.cuts, &(at..at + MARK.len())).start);
        if more.is_empty() {
            break;
        }
        comments.extend(more.iter().map(|comment| whole(&out.cuts, comment)));
        comments.sort_by_key(|comment| comment.start);
        (out.text, out.cuts) = cut(source, &comments);
    }
    // All were cut out in the last reading, or one is left.
    if let Some(at) = open {
        out.found.push((at..at + MARK.len(), unclosed()));
    }
    for comment in comments {
        let shown = comment.start..comment.start + MARK.len();
        out.found.push((shown, left_out()));
    }
    out
}

/// The comments of a text, in order, and where one begins that does not end.
fn find(text: &str, syntax: Syntax) -> (Vec<Range<usize>>, Option<usize>) {
    let mut comments = Vec::new();
    let (mut code, mut address) = (false, false);
    let mut from = 0;
    let signs = Signs::of(text, syntax);
    for (event, range) in Parser::new_ext(&signs.read, syntax).into_offset_iter() {
        match &event {
            Event::Start(Tag::CodeBlock(_)) => code = true,
            Event::End(TagEnd::CodeBlock) => code = false,
            Event::Start(Tag::Link { link_type: LinkType::Autolink, .. }) => address = true,
            Event::End(TagEnd::Link) => address = false,
            _ => {}
        }
        let is_html = matches!(event, Event::Html(_) | Event::InlineHtml(_));
        let is_text = match event {
            Event::Text(_) => true,
            // What stands between two amounts of money is no formula.
            Event::InlineMath(_) | Event::DisplayMath(_) => !signs.is_formula(&range),
            _ => is_html,
        };
        if code || address || !is_text {
            continue;
        }
        let written = slice(text, range.clone());
        for (at, _) in written.match_indices(MARK) {
            let start = range.start + at;
            let escaped = slice(text, 0..start).ends_with('\\');
            let in_tag = is_html && tags(written).any(|tag| tag.ends && tag.range.contains(&at));
            let bare = signs.address_from(start).is_some_and(|address| address.start <= start);
            if start < from || escaped || in_tag || bare {
                continue;
            }
            let behind = start + MARK.len();
            let Some(length) = slice(text, behind..text.len()).find(MARK) else {
                return (comments, Some(start));
            };
            from = behind + length + MARK.len();
            comments.push(with_its_line(text, start..from));
        }
    }
    (comments, None)
}

/// A comment with the end of its line, if it has the line for itself: what stands before and behind it stays together.
fn with_its_line(text: &str, comment: Range<usize>) -> Range<usize> {
    let line = slice(text, 0..comment.start).rfind('\n').map_or(0, |at| at + 1);
    let behind = slice(text, comment.end..text.len());
    let rest = behind.find('\n').map_or(behind.len(), |at| at + 1);
    let alone = |range| slice(text, range).trim().is_empty();
    if alone(line..comment.start) && alone(comment.end..comment.end + rest) {
        line..comment.end + rest
    } else {
        comment
    }
}

/// A text without some ranges, which may overlap.
fn cut(text: &str, ranges: &[Range<usize>]) -> (String, Vec<Cut>) {
    let mut left = String::with_capacity(text.len());
    let mut cuts: Vec<Cut> = Vec::new();
    let mut from = 0;
    for range in ranges {
        if range.start > from {
            left.push_str(slice(text, from..range.start));
        }
        from = from.max(range.end);
        let cut = Cut { at: left.len(), by: from - left.len() };
        match cuts.last_mut() {
            Some(last) if last.at == cut.at => *last = cut,
            _ => cuts.push(cut),
        }
    }
    left.push_str(slice(text, from..text.len()));
    (left, cuts)
}

/// The finding on a comment.
fn left_out() -> Diagnostic {
    Diagnostic::new(Code::Comment, "a comment, `%%…%%`, is left out of the page")
        .help("write `%\\%` where percent signs are meant")
}

/// The finding on a comment that does not end.
fn unclosed() -> Diagnostic {
    Diagnostic::new(Code::UnclosedComment, "a comment begins with `%%` and does not end")
        .help("close it with `%%`, or write `%\\%` where percent signs are meant")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_comment_is_gone_and_places_stay() {
        for (source, left, said) in [
            ("a %%b *c%% d", "a  d", "comment"),
            ("a\n%%b%%\nc\n", "a\nc\n", "comment"),
            ("%%\nb\n\n```\n%%\n\nc %%d%%", "\nc ", "comment comment"),
            ("%%b%% c", " c", "comment"),
            ("%%%%c", "c", "comment"),
            ("> %%b\n> c%% d", ">  d", "comment"),
            ("`%%b%%` and\n\n    %%c%%\n\n```\n%%d%%\n```", "", ""),
            ("$x %% y$ <https://x.example/%%20> [x](%%y%%) a\\%%b%%", "", "unclosed-comment"),
            (
                "$5bn %%b%% and $6bn, https://x.example/%%20",
                "$5bn  and $6bn, https://x.example/%%20",
                "comment",
            ),
            ("5%% and %\\%", "", "unclosed-comment"),
            ("<div title=\"50%%\">%%b%%</div>", "<div title=\"50%%\"></div>", "comment"),
            ("%%a%% b %%c%% d %%e", " b  d %%e", "unclosed-comment comment comment"),
        ] {
            let syntax = Syntax::ENABLE_MATH;
            let out = uncomment(source, syntax);
            let left = if left.is_empty() { source } else { left };
            let codes: Vec<_> = out.found.iter().map(|(_, found)| found.code.name()).collect();
            assert_eq!((out.text.as_str(), codes.join(" ").as_str()), (left, said), "{source}");
            for letter in ["a", "b", "c", "d", "e"] {
                if let Some(at) =
                    out.text.find(letter).filter(|_| source.matches(letter).count() == 1)
                {
                    let place = whole(&out.cuts, &(at..at + 1));
                    assert_eq!(slice(source, place), letter, "{source}");
                }
            }
            assert!(
                out.found
                    .iter()
                    .all(|(at, _)| slice(source, at.clone()).trim_start().starts_with('%')),
                "{source}"
            );
        }
    }
}
