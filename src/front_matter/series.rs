//! The series of a document: numbers by date in a file of their own, which are drawn on its page.

use super::field::{FieldReader, FilePath, Spanned, table, words};
use crate::diagnostic::Code;

/// The most series of a document.
const MOST_SERIES: usize = 20;

words! {
    /// How the values of a series are joined.
    SeriesKind {
        /// By a line from each to the next.
        Line = "line",
        /// Each holds until the next, as a count does that changes on certain days.
        Steps = "steps",
    }
}

words! {
    /// Where the axis of a series begins.
    SeriesBase {
        /// At zero, or below it if a value is.
        Zero = "zero",
        /// Near the least value. The page says that it does not begin at zero.
        Data = "data",
    }
}

table! {
    /// Numbers by date, in a CSV file, drawn on the page of the document.
    Series {
        /// The CSV file, from this file or from the site's root: dates in the first column, numbers in the others ([series](series.md)).
        file: FilePath => required;
        /// What the numbers are of.
        title: Spanned<String> => required;
        /// What is counted or measured, such as `states` or `€ million`.
        unit: Option<String> => or(None);
        /// What readers should know of the numbers: how they were counted, and what is missing.
        note: Option<String> => or(None);
        /// How the values are joined: by a line, or each holding until the next.
        kind: SeriesKind => or(SeriesKind::Line);
        /// Where the axis begins: at zero, or near the least value, which the page then says.
        base: SeriesBase => or(SeriesBase::Zero);
        /// The ids of the sources of the brief that the numbers are from.
        sources: Vec<Spanned<String>> => or(Vec::new());
    }
}

/// Reports more series than there may be, and sources of a document that has none.
pub(super) fn check(series: &[Series], has_sources: bool, reader: &mut FieldReader) {
    if let Some(first) = series.get(MOST_SERIES) {
        reader.refuse(
            Code::BadValue,
            first.title.span,
            format!("the document has {} series; it may have {MOST_SERIES}", series.len()),
            "these are too many",
            "put more columns into one file, or show fewer",
        );
    }
    let cited = series.iter().flat_map(|series| &series.sources).filter(|_| !has_sources);
    for source in cited {
        reader.refuse(
            Code::BadValue,
            source.span,
            "`sources` names sources of a brief, and this is no brief".to_owned(),
            "",
            "say in `note` where the numbers are from",
        );
    }
}
