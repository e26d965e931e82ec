//! Each folder of `tests/diagnostics` is a site laid over a small sound one, with the exact report beside it in
//! `expected.txt`. Run with `UPDATE=1` to write the reports anew, and read the difference.

#![allow(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test prepares files, and may stop where it fails"
)]

mod site;

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use chancery::internals::diagnostic::Code;

use site::{Scratch, chancery};

/// Codes whose report depends on the machine or the moment; `tests/cli.rs` and `tests/external.rs` hold their tests.
const ELSEWHERE: [Code; 14] = [
    Code::NoSite,
    Code::Unreadable,
    Code::NotUtf8,
    Code::NulByte,
    Code::TooLarge,
    Code::BadFileName,
    Code::Symlink,
    Code::Parser,
    Code::OutputNotOurs,
    Code::Locked,
    Code::Unwritable,
    Code::UnknownTemplate,
    Code::DeadLink,
    Code::UncheckedLink,
];

#[test]
fn every_mistake_has_its_exact_report() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/diagnostics");
    let mut shown = BTreeSet::new();
    let mut wrong = Vec::new();
    for entry in fs::read_dir(&folder).unwrap() {
        let case = entry.unwrap().path();
        let scratch = Scratch::small();
        scratch.lay_over(&case);
        let run = chancery(&scratch.root, &["check", "--all", "--now", "2026-01-01"]);
        let report = format!("exit {}\n{}", run.code, run.stderr);
        for code in Code::ALL {
            if report.contains(&format!("[{}]", code.name())) {
                shown.insert(*code);
            }
        }
        let expected = case.join("expected.txt");
        if std::env::var_os("UPDATE").is_some() {
            fs::write(&expected, &report).unwrap();
        } else if fs::read_to_string(&expected).unwrap_or_default() != report {
            wrong.push(format!("{}:\n{report}", case.display()));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    let missing: Vec<_> = Code::ALL
        .iter()
        .filter(|c| !shown.contains(c) && !ELSEWHERE.contains(c))
        .map(|c| c.name())
        .collect();
    assert!(missing.is_empty(), "no case shows {missing:?}");
}
