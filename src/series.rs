//! Numbers by date, as a CSV file has them (RFC 4180): dates in the first column, numbers in the others, and the names of
//! the columns in the first line. Columns are parted by commas, semicolons or tabs.

use std::borrow::Cow;
use std::ops::Range;
use std::sync::Arc;

use jiff::civil::Date;
use rustc_hash::FxHashMap;

use crate::diagnostic::{Code, Diagnostic, Place};
use crate::front_matter::PartialDate;
use crate::never;
use crate::never::slice;

/// No file may be larger: 1 MiB.
const LARGEST: usize = 1 << 20;
/// The most rows.
const MOST_ROWS: usize = 5_000;
/// The most columns of numbers: more cannot be told apart in a drawing.
const MOST_COLUMNS: usize = 8;
/// The longest name of a column, in characters.
const LONGEST_NAME: usize = 60;
/// So many digits a number may have: as many as all of which are kept.
const MOST_DIGITS: usize = 15;
/// What is shown of a cell in a report, in characters.
const SHOWN: usize = 40;

/// A number, and how it is written.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Measured {
    /// The number; finite.
    pub(crate) number: f64,
    /// How it is shown: as it is written, with a point before its decimals.
    pub(crate) written: Box<str>,
}

/// The numbers of a date.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct SeriesRow {
    /// When.
    pub(crate) date: PartialDate,
    /// One for each column; nothing where data is missing.
    pub(crate) values: Box<[Option<Measured>]>,
}

/// Numbers by date.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct SeriesTable {
    /// The names of the columns of numbers.
    pub(crate) columns: Vec<String>,
    /// In order of time; no two begin on one day.
    pub(crate) rows: Vec<SeriesRow>,
}

/// A file that is read.
struct TableReader<'a> {
    file: &'a Arc<str>,
    text: &'a str,
    /// What stands between two columns.
    between: u8,
    found: &'a mut Vec<Diagnostic>,
}

/// Reads a table. Reports what is wrong with it, by line and column; with a mistake there is none.
pub(crate) fn read(
    file: &Arc<str>,
    text: &str,
    found: &mut Vec<Diagnostic>,
) -> Option<SeriesTable> {
    let before = found.len();
    let mut reader = TableReader { file, text, between: between(text), found };
    let table = reader.table();
    table.filter(|_| found.len() == before)
}

/// What parts the columns: of comma, semicolon and tab, the one that the first line has most of outside quotes.
fn between(text: &str) -> u8 {
    let (mut quoted, mut counts) = (false, [0_usize; 3]);
    for byte in text.bytes() {
        match byte {
            b'"' => quoted = !quoted,
            b'\n' | b'\r' if !quoted => break,
            b',' if !quoted => counts[0] += 1,
            b';' if !quoted => counts[1] += 1,
            b'\t' if !quoted => counts[2] += 1,
            _ => {}
        }
    }
    let [commas, semicolons, tabs] = counts;
    match () {
        () if semicolons > commas && semicolons >= tabs => b';',
        () if tabs > commas => b'\t',
        () => b',',
    }
}

/// The bytes of a cell of a row, without blanks around it.
fn cell(row: &str, between: u8, number: usize) -> Range<usize> {
    let (mut quoted, mut at, mut start) = (false, 0, 0);
    let mut end = row.len();
    for (offset, byte) in row.bytes().enumerate() {
        if byte == b'"' {
            quoted = !quoted;
        } else if byte == between && !quoted {
            if at == number {
                end = offset;
                break;
            }
            (at, start) = (at + 1, offset + 1);
        }
    }
    let whole = slice(row, start..end.max(start));
    let start = start + (whole.len() - whole.trim_start().len());
    start..start + whole.trim().len()
}

/// A text of a report or a name, on one line and without what cannot be seen.
fn on_one_line(text: &str) -> String {
    let visible: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    visible.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A cell as a report shows it.
fn shown(text: &str) -> String {
    let text = on_one_line(text);
    match text.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("{}…", slice(&text, ..end)),
        None => text,
    }
}

/// The number that a cell is. Errors: what to write instead.
fn number(cell: &str, between: u8) -> Result<Measured, String> {
    let plain = "write it in digits with a point before its decimals, as in `-1234.5`; leave the cell empty where data is missing";
    let (sign, digits) = match cell.strip_prefix(['-', '−', '+']) {
        Some(digits) if cell.starts_with('+') => ("", digits),
        Some(digits) => ("−", digits),
        None => ("", cell),
    };
    let point: Cow<'_, str> = match digits.split_once(',') {
        // Where columns are parted by something else, a comma may stand before decimals; but it may part thousands too.
        Some((whole, rest)) if between != b',' && rest.len() != 3 => {
            format!("{whole}.{rest}").into()
        }
        Some((whole, rest)) if rest.len() == 3 && !rest.contains([',', '.']) => {
            return Err(format!(
                "it is not certain what the comma means: write `{whole}{rest}` or `{whole}.{rest}`"
            ));
        }
        Some(_) => return Err(plain.to_owned()),
        None => digits.into(),
    };
    let (whole, decimals) = match point.split_once('.') {
        Some((whole, decimals)) => (whole, Some(decimals)),
        None => (&*point, None),
    };
    let all = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if !all(whole) || !decimals.is_none_or(all) {
        return Err(plain.to_owned());
    }
    let count = whole.trim_start_matches('0').len() + decimals.map_or(0, str::len);
    if count > MOST_DIGITS {
        return Err(format!(
            "it has more than {MOST_DIGITS} digits, of which the last would be lost: round it, or count in thousands or millions"
        ));
    }
    let negative = !sign.is_empty();
    match point.parse::<f64>() {
        Ok(number) => Ok(Measured {
            number: if negative { -number } else { number },
            written: [sign, &point].concat().into(),
        }),
        Err(_) => Err(plain.to_owned()),
    }
}

impl TableReader<'_> {
    fn report(&mut self, range: Range<usize>, message: String, help: &str) {
        self.found.push(
            Diagnostic::new(Code::BadSeries, message)
                .at(Place::span(self.file.clone(), range))
                .help(help),
        );
    }

    fn table(&mut self) -> Option<SeriesTable> {
        let before = self.found.len();
        if self.text.len() > LARGEST {
            let message = format!(
                "`{}` has {} KiB: more than a series may have (1 MiB)",
                self.file,
                self.text.len() >> 10
            );
            self.found.push(
                Diagnostic::new(Code::BadSeries, message)
                    .at(Place::file(self.file.clone()))
                    .help("leave the columns and rows that are to be drawn, and publish the whole as a file to download"),
            );
            return None;
        }
        // A mark of the order of bytes is no part of the first name.
        let start = self.text.len() - self.text.trim_start_matches('\u{feff}').len();
        let body = slice(self.text, start..);
        let mut records = csv::ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .delimiter(self.between)
            .from_reader(body.as_bytes());
        let mut record = csv::StringRecord::new();
        let mut columns: Option<Vec<String>> = None;
        let mut rows: Vec<(SeriesRow, Range<usize>)> = Vec::new();
        loop {
            let from = start + records.position().byte() as usize;
            match records.read_record(&mut record) {
                Ok(true) => {}
                Ok(false) => break,
                // It is text, whose rows may have as many cells as they like.
                Err(error) => {
                    never!("{}: {error}", self.file);
                    return None;
                }
            }
            let row = slice(self.text, from..start + records.position().byte() as usize);
            // The end of the line before may belong to it.
            let blank = row.len() - row.trim_start_matches(['\r', '\n']).len();
            let (from, row) = (from + blank, slice(row, blank..).trim_end_matches(['\r', '\n']));
            match &columns {
                None => columns = Some(self.head(&record, row, from)?),
                Some(_) if record.iter().all(|cell| cell.trim().is_empty()) => {}
                Some(_) if rows.len() == MOST_ROWS => {
                    self.report(
                        from..from + row.len(),
                        format!("`{}` has more than {MOST_ROWS} rows", self.file),
                        "leave those that are to be drawn, such as one a month",
                    );
                    return None;
                }
                Some(columns) => rows.extend(self.row(&record, row, from, columns)),
            }
        }
        // Rows that cannot be read have been reported.
        if self.found.len() > before {
            self.in_order(rows);
            return None;
        }
        let Some(columns) = columns.filter(|_| !rows.is_empty()) else {
            self.found.push(
                Diagnostic::new(Code::BadSeries, format!("`{}` has no rows", self.file))
                    .at(Place::file(self.file.clone()))
                    .help("write the names of the columns in the first line, as in `date,members`, and below it rows such as `2025-02,51`"),
            );
            return None;
        };
        Some(SeriesTable { columns, rows: self.in_order(rows) })
    }

    /// The names of the columns of numbers.
    fn head(&mut self, record: &csv::StringRecord, row: &str, from: usize) -> Option<Vec<String>> {
        let before = self.found.len();
        let place = |reader: &Self, number: usize| {
            let cell = cell(row, reader.between, number);
            from + cell.start..from + cell.end
        };
        let first = record.get(0).unwrap_or_default().trim();
        if PartialDate::of(first).is_some() {
            let at = place(self, 0);
            let help = "write the names of the columns in the first line, as in `date,members`";
            self.report(at, "the first line is to name the columns".to_owned(), help);
            return None;
        }
        let mut names: Vec<String> = record.iter().skip(1).map(on_one_line).collect();
        while names.last().is_some_and(String::is_empty) {
            names.pop();
        }
        if names.is_empty() {
            let help = "write dates in the first column and numbers in others, parted by commas, semicolons or tabs";
            self.report(from..from + row.len(), "there is no column of numbers".to_owned(), help);
        }
        if names.len() > MOST_COLUMNS {
            let message = format!(
                "there are {} columns of numbers; there may be {MOST_COLUMNS}",
                names.len()
            );
            let at = place(self, MOST_COLUMNS + 1);
            self.report(at, message, "leave those that are to be compared, or make two series");
            return None;
        }
        for (number, name) in names.iter().enumerate() {
            let at = place(self, number + 1);
            if name.is_empty() {
                let help = "write what its numbers are of in the first line";
                self.report(at, format!("column {} has no name", number + 2), help);
            } else if name.chars().count() > LONGEST_NAME {
                let message = format!("the name of column {} is too long", number + 2);
                let help = format!("write it in at most {LONGEST_NAME} characters");
                self.report(at, message, &help);
            } else if names.iter().take(number).any(|other| other == name) {
                let message = format!("two columns are called `{}`", shown(name));
                self.report(at, message, "give one of them a name of its own");
            }
        }
        (self.found.len() == before).then_some(names)
    }

    /// A row, and where its date stands.
    fn row(
        &mut self,
        record: &csv::StringRecord,
        row: &str,
        from: usize,
        columns: &[String],
    ) -> Option<(SeriesRow, Range<usize>)> {
        let between = self.between;
        let place = |number: usize| {
            let cell = cell(row, between, number);
            from + cell.start..from + cell.end
        };
        let wanted = columns.len() + 1;
        let extra = record.iter().skip(wanted).any(|cell| !cell.trim().is_empty());
        if record.len() < wanted || extra {
            let message =
                format!("the row has {} cells, and there are {wanted} columns", record.len());
            let help = "write as many as in the first line, and leave those empty of which data is missing";
            self.report(from..from + row.len(), message, help);
            return None;
        }
        let written = record.get(0).unwrap_or_default().trim();
        let Some(date) = PartialDate::of(written) else {
            let message = match written.is_empty() {
                true => "the row has no date".to_owned(),
                false => format!("`{}` is not a date", shown(written)),
            };
            let instead = PartialDate::instead_of(written).map(|help| help.replace('"', ""));
            let help = instead.unwrap_or("write it as 2025-02-27, 2025-02 or 2025".to_owned());
            self.report(place(0), message, &help);
            return None;
        };
        let mut values = Vec::with_capacity(columns.len());
        for at in 1..wanted {
            let written = record.get(at).unwrap_or_default().trim();
            if written.is_empty() {
                values.push(None);
                continue;
            }
            match number(written, between) {
                Ok(value) => values.push(Some(value)),
                Err(help) => {
                    let message = format!("`{}` is not a number", shown(written));
                    self.report(place(at), message, &help);
                    values.push(None);
                }
            }
        }
        Some((SeriesRow { date, values: values.into() }, place(0)))
    }

    /// Rows in order of time. Reports those that begin on the day of another.
    fn in_order(&mut self, rows: Vec<(SeriesRow, Range<usize>)>) -> Vec<SeriesRow> {
        let mut known: FxHashMap<Date, Range<usize>> = FxHashMap::default();
        for (row, at) in &rows {
            match known.get(&row.date.first_day()) {
                Some(first) => self.found.push(
                    Diagnostic::new(
                        Code::BadSeries,
                        format!("another row begins on the first day of {}, too", row.date),
                    )
                    .at(Place::span(self.file.clone(), at.clone()))
                    .related(Place::span(self.file.clone(), first.clone()), "the other one")
                    .help("keep one of them"),
                ),
                None => {
                    known.insert(row.date.first_day(), at.clone());
                }
            }
        }
        let mut rows: Vec<SeriesRow> = rows.into_iter().map(|(row, _)| row).collect();
        rows.sort_by_key(|row| row.date.first_day());
        rows
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// A table as text, or what is wrong with it: line, column, message.
    fn read_text(text: &str) -> Result<String, Vec<String>> {
        let mut found = Vec::new();
        let table = read(&Arc::from("a.csv"), text, &mut found);
        match table {
            Some(table) => {
                let rows = table.rows.iter().map(|row| {
                    let values = row.values.iter().map(|value| match value {
                        Some(value) => format!("{}={}", value.written, value.number),
                        None => "-".to_owned(),
                    });
                    format!("{}: {}", row.date, values.collect::<Vec<_>>().join(" "))
                });
                let rows: Vec<String> = rows.collect();
                Ok(format!("{}\n{}", table.columns.join("|"), rows.join("\n")))
            }
            None => Err(found
                .iter()
                .map(|one| {
                    let span = one.place.as_ref().and_then(|place| place.span);
                    let at = span.map(|span| {
                        let range = span.range();
                        let (line, column) = crate::diagnostic::line_and_column(text, range.start);
                        format!("{line}:{column} {:?}: ", &text[range])
                    });
                    format!("{}{}", at.unwrap_or_default(), one.message)
                })
                .collect()),
        }
    }

    #[test]
    fn tables_are_read_however_they_are_written() {
        for (text, expected) in [
            ("date,members\n1945,51\n2011,193\n", "members\n1945: 51=51\n2011: 193=193"),
            ("\u{feff}year,a\r\n2011,1\r\n1945,2\r\n", "a\n1945: 2=2\n2011: 1=1"),
            (
                "date;a;\"b; c\"\n2025-02-27;1,5;-2\n2025-03;;+0,25\n",
                "a|b; c\n2025-02-27: 1.5=1.5 −2=-2\n2025-03: - 0.25=0.25",
            ),
            ("date\ta\n2025-02\t\"1\"\n\n2025-03\t 2 \n\t\n", "a\n2025-02: 1=1\n2025-03: 2=2"),
            ("d,\"two\nlines\",,\n2025,1,,\n", "two lines\n2025: 1=1"),
            ("d,<b>x</b>,=1+1\n2025,1,−2\n", "<b>x</b>|=1+1\n2025: 1=1 −2=-2"),
            ("d,a\n2025,999999999999999\n", "a\n2025: 999999999999999=999999999999999"),
        ] {
            assert_eq!(read_text(text).as_deref(), Ok(expected), "{text}");
        }
    }

    #[test]
    fn what_is_wrong_is_reported_where_it_stands() {
        for (text, expected) in [
            ("", "`a.csv` has no rows"),
            ("date,a\n", "`a.csv` has no rows"),
            ("1945,51\n2011,193\n", "1:1 \"1945\": the first line is to name the columns"),
            ("date\n1945\n", "1:1 \"date\": there is no column of numbers"),
            ("d,a,,c\n2025,1,2,3\n", "1:5 \"\": column 3 has no name"),
            ("d,a,a\n2025,1,2\n", "1:5 \"a\": two columns are called `a`"),
            (
                "d,a\n2025,1\n2025,2\n",
                "3:1 \"2025\": another row begins on the first day of 2025, too",
            ),
            (
                "d,a\n2025,1\n2025-01,2\n",
                "3:1 \"2025-01\": another row begins on the first day of 2025-01, too",
            ),
            ("d,a,b\n2025,1\n", "2:1 \"2025,1\": the row has 2 cells, and there are 3 columns"),
            (
                "d,a\r\n\r\n2025,1,x\r\n",
                "3:1 \"2025,1,x\": the row has 3 cells, and there are 2 columns",
            ),
            ("d,a\nü,1\n", "2:1 \"ü\": `ü` is not a date"),
            ("d,a\n2025-02-30,1\n", "2:1 \"2025-02-30\": `2025-02-30` is not a date"),
            ("d,a\n,1\n", "2:1 \"\": the row has no date"),
            ("d,a\r\n2025,1\r\n2026, NaN \r\n", "3:7 \"NaN\": `NaN` is not a number"),
            ("d,a,b\n2025,\"=1+1\",1\n", "2:6 \"\\\"=1+1\\\"\": `=1+1` is not a number"),
            ("d,a\n2025,1.\n", "2:6 \"1.\": `1.` is not a number"),
            ("d,a\n2025,.5\n", "2:6 \".5\": `.5` is not a number"),
            (
                "d,a\n2025,1000000000000000\n",
                "2:6 \"1000000000000000\": `1000000000000000` is not a number",
            ),
            ("d,a\n2025,1e400\n", "2:6 \"1e400\": `1e400` is not a number"),
            ("d,a\n2025,inf\n", "2:6 \"inf\": `inf` is not a number"),
            ("d,a\n2025,0x10\n", "2:6 \"0x10\": `0x10` is not a number"),
            ("d,a\n2025,\"1,234\"\n", "2:6 \"\\\"1,234\\\"\": `1,234` is not a number"),
            ("d;a\n2025;1,234\n", "2:6 \"1,234\": `1,234` is not a number"),
            (
                "d,a\n2025,1234567890.123456\n",
                "2:6 \"1234567890.123456\": `1234567890.123456` is not a number",
            ),
            ("d,a\n2025,\"1\n2026,2\n", "2:6 \"\\\"1\\n2026,2\": `1 2026,2` is not a number"),
        ] {
            let found = read_text(text).unwrap_err();
            assert_eq!(found.first().map(String::as_str), Some(expected), "{text:?}: {found:?}");
        }
    }

    #[test]
    fn what_is_too_much_is_refused() {
        let rows = |count: usize| {
            let row =
                |n: usize| format!("{:04}-{:02}-{:02},1\n", n / 336, n / 28 % 12 + 1, n % 28 + 1);
            format!("d,a\n{}", (0..count).map(row).collect::<String>())
        };
        assert!(read_text(&rows(MOST_ROWS)).is_ok());
        assert_eq!(read_text(&rows(MOST_ROWS + 1)).unwrap_err().len(), 1);
        let columns = |count: usize| {
            let names: String = (0..count).map(|n| format!(",c{n}")).collect();
            format!("d{names}\n2025{}\n", ",1".repeat(count))
        };
        assert!(read_text(&columns(MOST_COLUMNS)).is_ok());
        assert_eq!(read_text(&columns(MOST_COLUMNS + 1)).unwrap_err().len(), 1);
        let name = |length: usize| format!("d,{}\n2025,1\n", "ä".repeat(length));
        assert!(read_text(&name(LONGEST_NAME)).is_ok());
        assert_eq!(read_text(&name(LONGEST_NAME + 1)).unwrap_err().len(), 1);
        let large = format!("d,a\n2025,1\n{}", "\n".repeat(LARGEST));
        assert_eq!(read_text(&large).unwrap_err().len(), 1);
    }

    proptest! {
        #[test]
        fn any_text_is_read_without_a_panic_and_places_are_on_characters(
            text in "\u{feff}?(date|d)[,;\t][a-zü\"]{0,3}\r?\n([0-9]{4}(-[01][0-9])?[,;\t][-0-9.,\" \u{fc}\r\n;]{0,6}\r?\n){0,6}\\PC{0,10}"
        ) {
            let mut found = Vec::new();
            let table = read(&Arc::from("a.csv"), &text, &mut found);
            prop_assert_eq!(table.is_none(), !found.is_empty());
            for one in found {
                if let Some(span) = one.place.and_then(|place| place.span) {
                    prop_assert!(text.get(span.range()).is_some());
                }
            }
            if let Some(SeriesTable { columns, rows }) = table {
                prop_assert!(!columns.is_empty() && !rows.is_empty());
                prop_assert!(rows.iter().all(|row| row.values.len() == columns.len()));
                let days: Vec<_> = rows.iter().map(|row| row.date.first_day()).collect();
                prop_assert!(days.windows(2).all(|pair| pair[0] < pair[1]));
            }
        }
    }
}
