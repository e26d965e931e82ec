//! A record that cannot be changed in secret: a line for each state that a judgement was published in, with the hash of its
//! text and of the line before. Whoever changes a line changes every hash behind it. The hashes are SHA-256 (FIPS 180-4), as
//! `sha256sum` prints it.

use std::collections::HashMap;
use std::fmt::Write as _;
use std::ops::Range;

use jiff::civil::Date;
use sha2::{Digest as _, Sha256};

/// What stands for the line before the first.
const BEFORE_ALL: &str = "0000000000000000000000000000000000000000000000000000000000000000";
/// What a line of a judgement that is held back begins with where the record is published.
const WITHHELD: &str = "withheld";

/// The SHA-256 of a line of text with its end, in hexadecimal: what `sha256sum` says of a file that holds it.
pub(crate) fn hash_of_line(line: &str) -> String {
    let mut hash = Sha256::new();
    hash.update(line.as_bytes());
    hash.update(b"\n");
    let mut hex = String::with_capacity(BEFORE_ALL.len());
    for byte in hash.finalize() {
        // A text takes all that is written.
        let _ = write!(hex, "{byte:02x}");
    }
    hex
}

/// A line of the record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct LogLine {
    /// The day on which it was added.
    pub(crate) day: Date,
    /// Which judgement: the id of its brief, `#` and its own.
    pub(crate) judgement: String,
    /// The hash of the judgement's text.
    pub(crate) text: String,
    /// The hash of the line before.
    before: String,
}

impl LogLine {
    /// The line as it is written, without its end.
    fn written(&self) -> String {
        let LogLine { day, judgement, text, before } = self;
        format!("{day} {judgement} {text} {before}")
    }
}

/// What is wrong with a record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Broken {
    /// Where, in bytes.
    pub(crate) at: Range<usize>,
    /// What, in a sentence.
    pub(crate) why: &'static str,
}

/// The lines of a record, the first one first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Log {
    lines: Vec<LogLine>,
    /// The places of the lines of each judgement.
    by_judgement: HashMap<String, Vec<usize>>,
}

impl Log {
    /// Reads a record. Ends of lines may be those of Windows. Errors: the first line that is none, or that does not follow
    /// from the one before.
    pub(crate) fn read(text: &str) -> Result<Log, Broken> {
        let mut log = Log::default();
        let mut start = 0;
        for written in text.split_inclusive('\n') {
            let at = start..start + written.len();
            start = at.end;
            let broken = |why| Broken { at: at.start..at.start + written.trim_end().len(), why };
            let Some(line) = line(written.trim_end_matches(['\n', '\r'])) else {
                return Err(broken("it is not a day, a judgement and two hashes"));
            };
            if line.before != log.last_hash() {
                return Err(broken("its last hash is not that of the line before"));
            }
            log.push(line);
        }
        Ok(log)
    }

    fn push(&mut self, line: LogLine) {
        self.by_judgement.entry(line.judgement.clone()).or_default().push(self.lines.len());
        self.lines.push(line);
    }

    /// The hash of the last line.
    fn last_hash(&self) -> String {
        self.lines.last().map_or(BEFORE_ALL.to_owned(), |line| hash_of_line(&line.written()))
    }

    /// Adds a line; gives it as it is written, with its end.
    pub(crate) fn add(&mut self, day: Date, judgement: String, text: String) -> String {
        let line = LogLine { day, judgement, text, before: self.last_hash() };
        let written = line.written() + "\n";
        self.push(line);
        written
    }

    /// The lines of a judgement, the first one first, each with its place.
    pub(crate) fn of<'l>(
        &'l self,
        judgement: &str,
    ) -> impl Iterator<Item = (usize, &'l LogLine)> + use<'l> {
        let places = self.by_judgement.get(judgement).map(Vec::as_slice).unwrap_or_default();
        places.iter().filter_map(|at| Some((*at, self.lines.get(*at)?)))
    }

    /// Where a line stands in the text of the record, without its end.
    pub(crate) fn span(text: &str, place: usize) -> Range<usize> {
        let mut start = 0;
        for (number, line) in text.split_inclusive('\n').enumerate() {
            if number == place {
                return start..start + line.trim_end().len();
            }
            start += line.len();
        }
        start..start
    }

    /// The judgements that it has lines of, each with the place of its last line, in the order of those.
    pub(crate) fn judgements(&self) -> Vec<(&str, usize)> {
        let lasts = self.by_judgement.iter();
        let lasts = lasts.filter_map(|(judgement, at)| Some((judgement.as_str(), *at.last()?)));
        let mut all: Vec<(&str, usize)> = lasts.collect();
        all.sort_by_key(|(_, at)| *at);
        all
    }

    /// The record as readers get it: of a line of a judgement that is held back, its hash, so that the line behind it can be
    /// verified.
    pub(crate) fn published(&self, is_shown: impl Fn(&str) -> bool) -> String {
        let mut out = String::new();
        for line in &self.lines {
            let written = line.written();
            match is_shown(&line.judgement) {
                true => out.push_str(&written),
                false => {
                    out.push_str(WITHHELD);
                    out.push(' ');
                    out.push_str(&hash_of_line(&written));
                }
            }
            out.push('\n');
        }
        out
    }
}

/// Reads a line without its end.
fn line(written: &str) -> Option<LogLine> {
    let (day, rest) = written.split_once(' ')?;
    let (rest, before) = rest.rsplit_once(' ')?;
    let (judgement, text) = rest.rsplit_once(' ')?;
    let is_hash = |text: &str| {
        text.len() == BEFORE_ALL.len()
            && text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'))
    };
    let sound = day.len() == 10
        && judgement.split_once('#').is_some_and(|(brief, id)| !brief.is_empty() && !id.is_empty())
        && is_hash(text)
        && is_hash(before);
    let day = day.parse().ok().filter(|_| sound)?;
    Some(LogLine { day, judgement: judgement.into(), text: text.into(), before: before.into() })
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    /// The digest of the standard's example `abc`, and of an empty line as `echo | sha256sum` prints it.
    #[test]
    fn a_hash_is_what_sha256sum_prints() {
        assert_eq!(
            hash_of_line(""),
            "01ba4719c80b6fe911b091a7c05124b64eeece964e09c058ef8f9805daca546b"
        );
        assert_eq!(
            hash_of_line("abc"),
            "edeaaff3f1774ad2888673770c6d64097e391bc362d7d6fb34982ddf0efd18cb"
        );
    }

    fn log() -> (Log, String) {
        let mut log = Log::default();
        let mut text = String::new();
        for (day, judgement) in [(1, "a b#x"), (2, "c#y"), (3, "a b#x")] {
            text += &log.add(date(2025, 1, day), judgement.into(), hash_of_line(&day.to_string()));
        }
        (log, text)
    }

    #[test]
    fn what_is_written_is_read() {
        let (log, text) = log();
        assert_eq!(Log::read(&text).unwrap(), log);
        assert_eq!(Log::read(&text.replace('\n', "\r\n")).unwrap(), log);
        assert_eq!(Log::read("").unwrap(), Log::default());
        assert_eq!(
            log.of("a b#x").map(|(at, line)| (at, line.day.day())).collect::<Vec<_>>(),
            [(0, 1), (2, 3)]
        );
        assert_eq!(log.judgements(), [("c#y", 1), ("a b#x", 2)]);
        assert!(
            text[Log::span(&text, 1)].starts_with("2025-01-02 c#y ")
                && Log::span(&text, 3).is_empty()
        );
    }

    #[test]
    fn no_line_can_be_changed_taken_out_or_moved() {
        let (_, text) = log();
        let lines: Vec<&str> = text.lines().collect();
        let with = |lines: &[&str]| lines.iter().map(|l| format!("{l}\n")).collect::<String>();
        let [a, b, c] = lines[..] else { panic!("{text}") };
        for changed in [
            with(&[b, c]),
            with(&[a, c]),
            with(&[b, a, c]),
            with(&[&a.replace("2025-01-01", "2025-01-02"), b, c]),
            with(&[a, &b.replace("c#y", "c#z"), c]),
            with(&[a, b, &c[1..]]),
            with(&[a, "", b, c]),
            format!("{text}x"),
        ] {
            assert!(Log::read(&changed).is_err(), "{changed}");
        }
        // The end may be cut off: that is seen by whoever kept the last hash, and by the judgements of the site.
        assert!(Log::read(&with(&[a, b])).is_ok());
    }

    #[test]
    fn readers_can_follow_the_chain_past_what_is_held_back() {
        let (log, text) = log();
        let published = log.published(|judgement| judgement != "c#y");
        assert!(!published.contains("c#y"));
        let (lines, whole): (Vec<_>, Vec<_>) =
            (published.lines().collect(), text.lines().collect());
        assert_eq!(lines[1], format!("withheld {}", hash_of_line(whole[1])));
        assert!(lines[2].ends_with(lines[1].strip_prefix("withheld ").unwrap()));
    }
}
