//! Each folder of `tests/sites` is a site with the exact files it builds to in `expected/`: a file too many fails
//! as one too few does. Run with `UPDATE=1` to write them anew, and read the difference.

#![allow(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    reason = "a test prepares files, and may stop where it fails"
)]

mod site;

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use site::{Scratch, chancery, files};

#[test]
fn sites_build_to_exactly_what_is_expected() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/sites");
    for entry in fs::read_dir(&folder).unwrap() {
        let case = entry.unwrap().path();
        let scratch = Scratch::empty();
        scratch.lay_over(&case);
        let run = chancery(&scratch.root, &["build", "--now", "2026-01-01"]);
        assert_eq!(run.code, 0, "{}: {}", case.display(), run.stderr);
        // The manifest repeats the rest, and the theme's sheets are sources of this repository already.
        let built: BTreeMap<String, Vec<u8>> = scratch
            .output()
            .into_iter()
            .filter(|(name, _)| {
                name != ".chancery" && !name.starts_with("theme/") && name != "favicon.svg"
            })
            .map(|(name, bytes)| (name, without_hashes(bytes)))
            .collect();
        let expected = case.join("expected");
        if std::env::var_os("UPDATE").is_some() {
            let _ = fs::remove_dir_all(&expected);
            for (name, bytes) in &built {
                let path = expected.join(name);
                fs::create_dir_all(path.parent().unwrap()).unwrap();
                fs::write(path, bytes).unwrap();
            }
        }
        let expected = files(&expected);
        let names = |site: &BTreeMap<String, Vec<u8>>| site.keys().cloned().collect::<Vec<_>>();
        assert_eq!(names(&built), names(&expected), "{}", case.display());
        for (name, bytes) in &built {
            let text = |bytes: &Vec<u8>| String::from_utf8_lossy(bytes).into_owned();
            assert_eq!(text(bytes), text(&expected[name]), "{}: {name}", case.display());
        }
    }
}

/// The hashes of the theme's files would change every page with every change of its looks.
fn without_hashes(bytes: Vec<u8>) -> Vec<u8> {
    let Ok(text) = String::from_utf8(bytes.clone()) else { return bytes };
    let mut out = String::new();
    let mut rest = text.as_str();
    let hashed = ["theme/style.", "theme/code.", "theme/search."];
    while let Some(at) = hashed.iter().filter_map(|name| rest.find(name)).min() {
        let dot = at + rest.get(at..).unwrap_or_default().find('.').unwrap_or(0) + 1;
        out.push_str(rest.get(..dot).unwrap_or_default());
        out.push_str("HASH");
        rest = rest.get(dot + 10..).unwrap_or_default();
    }
    out.push_str(rest);
    out.into_bytes()
}
