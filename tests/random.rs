//! Rules that hold on every site, held on random ones. A failure prints the seed and the smallest site that breaks
//! the rule; `CHANCERY_SEED=7 cargo test --test random` tries one seed, `CHANCERY_CASES=20` twenty times as many.

#![allow(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test prepares files, and may stop where it fails"
)]

mod site;

use site::random::{Case, Dice, hold, site as random_site};
use site::{Scratch, chancery};

const NOW: [&str; 2] = ["--now", "2026-01-01"];

fn whole(dice: &mut Dice) -> Case {
    Case { files: random_site(dice), edits: Vec::new() }
}

fn lay(case: &Case) -> Scratch {
    let scratch = Scratch::empty();
    for (name, text) in &case.files {
        scratch.write(name, text);
    }
    scratch
}

#[test]
fn random_sites_are_without_errors() {
    hold(20, whole, |case| {
        let scratch = lay(case);
        let run = chancery(&scratch.root, &[&["check"], NOW.as_slice()].concat());
        match run.code {
            0 => Ok(()),
            _ => Err(run.stderr),
        }
    });
}
