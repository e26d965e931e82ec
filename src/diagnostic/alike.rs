//! Findings that are alike, told three times and then counted: what is wrong with a hundred files in the same way is
//! read once.

use std::cmp::Reverse;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::fmt::Write as _;
use std::sync::Arc;

use super::{Code, Diagnostic, visible_name};

/// How many findings that are alike are told in full.
const TOLD: usize = 3;
/// How many are if others of their code were shortened before: how such a finding looks is known then.
const TOLD_AGAIN: usize = 1;
/// How many files, and how many names, a count lists.
const LISTED: usize = 4;
/// The most of a name in a count, in characters.
const LONGEST_NAME: usize = 40;

/// A part of a report.
pub(super) enum Told<'d> {
    /// A finding in full.
    Whole(&'d Diagnostic),
    /// The others that are like the ones before.
    Others {
        /// One of them.
        like: &'d Diagnostic,
        /// How many they are and where, as a title.
        title: String,
        /// What they name, and how often, if they name some things again and again.
        names: Option<String>,
    },
}

/// Findings in their order, but those that are alike together behind the first of them if they are too many to be told
/// one by one. Alike: of one code, severity and [`cause`]. Of them, those come first that say something new.
///
/// A key of another generator is told once: nobody has to see it again to know what it is called here.
pub(super) fn told(findings: &[Diagnostic]) -> Vec<Told<'_>> {
    let key = |finding: &Diagnostic| {
        let alike = match finding.code {
            Code::ForeignKey => finding.message.clone(),
            _ => cause(&finding.message),
        };
        (finding.code, finding.severity, alike)
    };
    let mut groups: HashMap<_, Vec<&Diagnostic>> = HashMap::new();
    for finding in findings {
        groups.entry(key(finding)).or_default().push(finding);
    }
    let mut told = Vec::new();
    let mut seen = HashSet::new();
    for finding in findings {
        let key = key(finding);
        match groups.get(&key).map(Vec::len) {
            Some(count) if count <= most(finding.code) => told.push(Told::Whole(finding)),
            Some(_) => {
                let again = !seen.insert(finding.code);
                let most = if again { TOLD_AGAIN } else { most(finding.code) };
                let group = groups.remove(&key).into_iter();
                told.extend(group.flat_map(|group| shortened(group, most)));
            }
            // It stands with those that are like it.
            None => {}
        }
    }
    told
}

/// How many findings of a code that are alike are told in full.
fn most(code: Code) -> usize {
    if code == Code::ForeignKey { 1 } else { TOLD }
}

/// Whether a report tells some findings by a count only.
pub(super) fn is_shortened(findings: &[Diagnostic]) -> bool {
    told(findings).iter().any(|part| matches!(part, Told::Others { .. }))
}

/// Too many findings that are alike: so many of them, and a count of the others.
fn shortened(group: Vec<&Diagnostic>, most: usize) -> Vec<Told<'_>> {
    let mut firsts: BTreeMap<&str, usize> = BTreeMap::new();
    for (at, finding) in group.iter().enumerate() {
        firsts.entry(&finding.message).or_insert(at);
    }
    let mut chosen: Vec<usize> = firsts.into_values().collect();
    chosen.sort_unstable();
    chosen.truncate(most);
    let rest = (0..group.len()).filter(|at| !chosen.contains(at));
    let missing = most - chosen.len();
    let more: Vec<usize> = rest.take(missing).collect();
    chosen.extend(more);
    chosen.sort_unstable();
    let (whole, others): (Vec<_>, Vec<_>) =
        group.iter().enumerate().partition(|(at, _)| chosen.binary_search(at).is_ok());
    let mut told: Vec<Told<'_>> =
        whole.into_iter().map(|(_, finding)| Told::Whole(finding)).collect();
    let others: Vec<&Diagnostic> = others.into_iter().map(|(_, finding)| *finding).collect();
    if let Some(like) = others.first() {
        told.push(Told::Others { like, title: counted(&others), names: named(&group) });
    }
    told
}

/// How many findings there are, and in which files, the ones with the most first.
fn counted(others: &[&Diagnostic]) -> String {
    let mut files: BTreeMap<&Arc<str>, usize> = BTreeMap::new();
    for place in others.iter().filter_map(|finding| finding.place.as_ref()) {
        *files.entry(&place.file).or_default() += 1;
    }
    let mut title = format!("and {} more like this", others.len());
    if files.is_empty() {
        return title;
    }
    let plural = if files.len() == 1 { "" } else { "s" };
    // Writing to a string cannot fail.
    let _ = write!(title, " in {} file{plural}: ", files.len());
    let entries = files.into_iter().map(|(file, count)| (visible_name(file).into_owned(), count));
    title + &listed(entries.collect(), |file, count| format!("{file} ({count})"))
}

/// What findings name first, and how often, if some of it is named again and again.
fn named(group: &[&Diagnostic]) -> Option<String> {
    let mut names: BTreeMap<&str, usize> = BTreeMap::new();
    for name in group.iter().filter_map(|finding| first_name(&finding.message)) {
        *names.entry(name).or_default() += 1;
    }
    if names.len() < 2 || names.values().all(|count| *count == 1) {
        return None;
    }
    let entries = names.into_iter().map(|(name, count)| {
        let cut = name.char_indices().nth(LONGEST_NAME).and_then(|(at, _)| name.get(..at));
        (cut.map_or_else(|| name.to_owned(), |start| format!("{start}…")), count)
    });
    Some(format!("all in all {}", listed(entries.collect(), |name, n| format!("`{name}` ({n})"))))
}

/// The first few entries of a list with counts, the highest first, and how many more there are.
fn listed(mut entries: Vec<(String, usize)>, show: impl Fn(&str, usize) -> String) -> String {
    entries.sort_by_key(|(_, count)| Reverse(*count));
    let mut shown: Vec<String> =
        entries.iter().take(LISTED).map(|(name, count)| show(name, *count)).collect();
    if entries.len() > LISTED {
        shown.push(format!("and {} more", entries.len() - LISTED));
    }
    shown.join(", ")
}

/// The first thing that a message names between quotes.
fn first_name(message: &str) -> Option<&str> {
    let (_, rest) = message.split_once(['`', '\u{201c}'])?;
    rest.split_once(['`', '\u{201d}']).map(|(name, _)| name).filter(|name| !name.is_empty())
}

/// What a message says without what it names: what stands in quotes, words with a capital letter, and numbers.
fn cause(message: &str) -> String {
    let mut cause = String::new();
    let mut rest = message;
    while let Some((before, after)) = rest.split_once(['`', '\u{201c}']) {
        plain_words(before, &mut cause);
        let Some((_, behind)) = after.split_once(['`', '\u{201d}']) else {
            rest = "";
            break;
        };
        rest = behind;
    }
    plain_words(rest, &mut cause);
    cause
}

fn plain_words(text: &str, cause: &mut String) {
    let is_name = |word: &&str| {
        word.chars().next().is_some_and(char::is_uppercase) || word.contains(char::is_numeric)
    };
    for word in text.split_whitespace().filter(|word| !is_name(word)) {
        cause.push_str(word);
        cause.push(' ');
    }
}

/// How many findings there are of each code, the most first, and how to see all of them if some were only counted.
pub(super) fn table(by_code: &[(Code, usize)], is_shortened: bool) -> String {
    let mut out = String::new();
    for (code, count) in by_code.iter().filter(|_| by_code.len() > 1) {
        let _ = writeln!(out, "{count:>7} {}", code.name());
    }
    if let Some((code, _)) = by_code.first().filter(|_| is_shortened) {
        let _ =
            writeln!(out, "`--all` shows each of them, `--code {}` those of one code", code.name());
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::{Format, Place, render};

    fn report(findings: &[Diagnostic], all: bool) -> String {
        render(findings, Format::Human { colour: false, all }, "", &|_| Some("tags = 1\n".into()))
    }

    fn key(file: &str, key: &str) -> Diagnostic {
        let message = format!("unknown key `{key}`");
        Diagnostic::new(Code::UnknownKey, message).at(Place::span(file, 0..4)).help("remove it")
    }

    #[test]
    fn what_is_alike_is_told_three_times_and_counted() {
        let of_file =
            |n: usize| ["tags", "layout", "author"].map(|k| key(&format!("{n:03}.md"), k));
        let findings: Vec<_> = (0..200).flat_map(of_file).collect();
        let short = report(&findings, false);
        for name in ["tags", "layout", "author"] {
            assert_eq!(
                short.matches(&format!("error[unknown-key]: unknown key `{name}`")).count(),
                1
            );
        }
        let counted = "and 597 more like this in 199 files: 001.md (3), 002.md (3), 003.md (3), 004.md (3), and 195 more";
        assert!(short.contains(counted), "{short}");
        assert!(
            short.contains("all in all `author` (200), `layout` (200), `tags` (200)"),
            "{short}"
        );
        assert!(short.lines().count() <= 40, "{short}");
        assert_eq!(report(&findings, true).matches("error[unknown-key]").count(), 600);
    }

    #[test]
    fn a_second_cause_of_a_code_is_told_once() {
        let causes = ["unknown key", "the document has the key", "there is no key"];
        let findings: Vec<_> = (0..200)
            .flat_map(|n| {
                causes.map(|cause| {
                    let at = Place::span(format!("{n:03}.md"), 0..4);
                    Diagnostic::new(Code::BadValue, format!("{cause} `x`")).at(at).help("h")
                })
            })
            .collect();
        let short = report(&findings, false);
        let shown = causes.map(|cause| short.matches(cause).count());
        assert_eq!(shown, [3, 1, 1], "{short}");
        assert!(short.contains("and 197 more") && short.contains("and 199 more"), "{short}");
        assert!(short.lines().count() <= 55, "{short}");
    }

    #[test]
    fn a_key_of_another_generator_is_told_once() {
        let foreign = |n: usize, key: &str| {
            Diagnostic::new(Code::ForeignKey, format!("`{key}` is `topics` here"))
                .at(Place::span(format!("{n}.md"), 0..4))
        };
        let findings: Vec<_> =
            (0..9).flat_map(|n| ["tags", "categories"].map(|key| foreign(n, key))).collect();
        let short = report(&findings, false);
        for key in ["tags", "categories"] {
            assert_eq!(short.matches(&format!("`{key}` is")).count(), 1, "{short}");
        }
        assert_eq!(short.matches("and 8 more like this").count(), 2, "{short}");
    }

    #[test]
    fn what_says_something_else_is_told_by_itself() {
        let mut findings: Vec<_> = (0..3).map(|n| key(&format!("{n}.md"), "tags")).collect();
        assert_eq!(report(&findings, false), report(&findings, true));
        findings.push(Diagnostic::new(Code::UnknownKey, "`x` belongs to the document"));
        findings.push(Diagnostic::new(Code::BadDate, "unknown key `tags`"));
        assert_eq!(report(&findings, false), report(&findings, true));
        findings.push(key("9.md", "tags"));
        assert!(report(&findings, false).contains("and 1 more like this in 1 file: 9.md (1)"));
    }

    #[test]
    fn names_and_numbers_make_no_difference() {
        let alike = [
            (
                "the brief names Russia in full 5 times",
                "the brief names The Hague in full 12 times",
            ),
            ("\u{201c}a b\u{201d} stands inside `x`", "\u{201c}Ü\u{201d} stands inside `y z`"),
        ];
        for (one, other) in alike {
            assert_eq!(cause(one), cause(other));
        }
        assert_ne!(cause("`a` is no key"), cause("`a` is no date"));
    }
}
