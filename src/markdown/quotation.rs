//! Quotation marks, as each language has them.

/// The marks of a language: around a quotation, and around one inside of it. Each opens and closes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct QuotationMarks {
    double: [&'static str; 2],
    single: [&'static str; 2],
}

const ENGLISH: QuotationMarks = marks("“", "”", "‘", "’");

/// French, with the narrow space inside of guillemets (U+202F NARROW NO-BREAK SPACE).
const FRENCH: QuotationMarks = marks("«\u{202F}", "\u{202F}»", "«\u{202F}", "\u{202F}»");

/// The languages whose marks are not those of English (Unicode CLDR 48.2, `delimiters`).
const LANGUAGES: &[(QuotationMarks, &str)] = &[
    (
        marks("«", "»", "“", "”"),
        "ast blo bm br ca cv dyo el es-us eu ewo ie it kab kk lij mg mua nnh pms pt-ao pt-ch pt-cv pt-gq pt-gw pt-lu \
         pt-mo pt-mz pt-pt pt-st pt-tl sc sg ti",
    ),
    (marks("„", "“", "‚", "‘"), "bs-cyrl cs de dsb et hr hsb is ksh lb luy mk nds sk sl"),
    (marks("«", "»", "‹", "›"), "am az-arab az-cyrl fa gsw jgo kkj mzn rm sdh wae"),
    (marks("«", "»", "„", "“"), "bas be bua ky os ru sah tyv uk"),
    (marks("”", "”", "’", "’"), "fi he lag rn se sn sv yi"),
    (marks("«", "»", "‘", "’"), "dua ksf nb nn no rw"),
    (marks("”", "“", "’", "‘"), "ar lld ms-arab syr ur"),
    (marks("「", "」", "『", "』"), "ja yue zh-hant zh-hk zh-mo zh-tw"),
    (FRENCH, "fr"),
    (marks("«\u{202F}", "\u{202F}»", "‹\u{202F}", "\u{202F}›"), "fr-ch"),
    (marks("«\u{202F}", "\u{202F}»", "”", "“"), "fr-ca"),
    (marks("«", "»", "«", "»"), "ht hy oc yav"),
    (marks("„", "“", "„", "“"), "bg lt prg sgs"),
    (marks("‘", "’", "“", "”"), "fur ia ti-er tn"),
    (marks("„", "”", "«", "»"), "nmg pl ro"),
    (marks("„", "”", "‚", "’"), "agq ff"),
    (marks("„", "”", "»", "«"), "hu szl"),
    (marks("»", "«", "›", "‹"), "kk-arab ug"),
    (marks("«", "»", "„", "”"), "shi zgh"),
    (marks("„", "”", "‘", "’"), "bs"),
    (marks("“", "”", "«", "»"), "eo"),
    (marks("„", "“", "«", "»"), "ka"),
    (marks("‘", "’", "‘", "’"), "nl"),
    (marks("„", "”", "’", "’"), "sr"),
    (marks("“", "”", "“", "”"), "tk"),
    (marks("“", "”", "’", "‘"), "uz"),
];

const fn marks(
    open: &'static str,
    close: &'static str,
    open_within: &'static str,
    close_within: &'static str,
) -> QuotationMarks {
    QuotationMarks { double: [open, close], single: [open_within, close_within] }
}

impl QuotationMarks {
    /// Those of a language, by its tag (BCP 47): of the longest part of the tag that has some.
    pub(super) fn of(language: &str) -> QuotationMarks {
        let tag = language.replace('_', "-").to_ascii_lowercase();
        let mut tag = tag.as_str();
        loop {
            let known =
                LANGUAGES.iter().find(|(_, tags)| tags.split(' ').any(|known| known == tag));
            match (known, tag.rsplit_once('-')) {
                (Some((marks, _)), _) => return *marks,
                (None, Some((shorter, _))) => tag = shorter,
                (None, None) => return ENGLISH,
            }
        }
    }
}

impl Default for QuotationMarks {
    fn default() -> QuotationMarks {
        ENGLISH
    }
}

/// The quotations that are open in a block.
#[derive(Default)]
pub(super) struct Quotations {
    marks: QuotationMarks,
    /// Whether a single mark has opened one that another closes; else that is an apostrophe.
    single: bool,
}

impl Quotations {
    /// None, in a language of these marks.
    pub(super) fn new(marks: QuotationMarks) -> Quotations {
        Quotations { marks, single: false }
    }

    /// What stands for a straight mark, of which the parser says by its curled one whether it opens. It stands between two
    /// characters, if it does.
    pub(super) fn mark(
        &mut self,
        curled: &str,
        (before, after): (Option<char>, Option<char>),
    ) -> &'static str {
        let letter_before = before.is_some_and(char::is_alphanumeric);
        let space_after = after.is_none_or(char::is_whitespace);
        let ([open, close], [open_within, close_within]) = (self.marks.double, self.marks.single);
        match curled {
            "“" => {
                let space_before = before.is_none_or(char::is_whitespace);
                let letter_after = after.is_some_and(char::is_alphanumeric);
                match (letter_before, space_after) {
                    // As in `צה"ל`: it is part of the word.
                    (true, false) if letter_after => "\"",
                    (false, true) if space_before => "\"",
                    (true, _) | (_, true) => close,
                    (false, false) => open,
                }
            }
            "”" => close,
            "‘" => {
                self.single = true;
                open_within
            }
            _ => {
                let ends = after.is_none_or(|c| !c.is_alphanumeric())
                    && before.is_some_and(|c| !c.is_whitespace());
                let closes = self.single && ends;
                self.single &= !closes;
                if closes { close_within } else { "’" }
            }
        }
    }

    /// Ends the block.
    pub(super) fn end_block(&mut self) {
        self.single = false;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_are_those_of_the_longest_part_of_a_tag() {
        let open = |tag: &str| QuotationMarks::of(tag).double[0];
        for (tag, expected) in [
            ("en", "“"),
            ("en-GB", "“"),
            ("de", "„"),
            ("de-AT", "„"),
            ("fr", "«\u{202F}"),
            ("ru-RU", "«"),
            ("uk", "«"),
            ("pt", "“"),
            ("pt-PT", "«"),
            ("zh", "“"),
            ("zh-Hant-HK", "「"),
            ("zh_TW", "「"),
            ("xx", "“"),
            ("", "“"),
        ] {
            assert_eq!(open(tag), expected, "{tag}");
        }
        let tags: Vec<&str> = LANGUAGES.iter().flat_map(|(_, tags)| tags.split(' ')).collect();
        let unique: std::collections::BTreeSet<&str> = tags.iter().copied().collect();
        assert_eq!(tags.len(), unique.len());
        assert!(tags.iter().all(|tag| tag.to_ascii_lowercase() == *tag));
    }
}
