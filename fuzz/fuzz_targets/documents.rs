//! Any file: its front matter is read or refused, its body becomes HTML, and a change to its front matter
//! changes that alone.

#![no_main]

use std::sync::{Arc, LazyLock};

use chancery::internals::diagnostic::{Code, Format, render as report};
use chancery::internals::front_matter::{self, Actor, Brief, Topic, edit};
use chancery::internals::markdown::{Options, BodyRenderer};
use chancery::internals::names::{Languages, Linker, Policy, Registry, Subject};
use libfuzzer_sys::fuzz_target;

static LANGUAGES: LazyLock<Languages> = LazyLock::new(Languages::default);

fuzz_target!(|text: &str| {
    let file: Arc<str> = "f.md".into();
    let mut found = Vec::new();
    let body = front_matter::read::<Brief>(&file, text, &mut found).map_or(0, |(_, body)| body);
    front_matter::read::<Actor>(&file, text, &mut found);
    front_matter::read::<Topic>(&file, text, &mut found);
    let nobody = Registry::new(&[], &mut Vec::new());
    let subject = Subject { about: &[], own: None, date: None, language: LANGUAGES.of("en") };
    let mut linker = Linker::new(&nobody, subject, Policy::First);
    let options = Options { proof: true, ..Options::default() };
    BodyRenderer::new(&options).render(&file, text, body as usize, &mut linker, &mut found);
    assert!(found.iter().all(|d| d.code != Code::Parser));
    let source: Arc<str> = text.into();
    for format in [Format::Human { colour: false, all: true }, Format::Json, Format::Sarif, Format::Github] {
        report(&found, format, "", &|_| Some(source.clone()));
    }
    if let Ok(changed) = edit::add_to_list(text, "actors", "x") {
        // What stands behind the front matter is the same to the byte.
        let (before, after) = (&text[body as usize..], &changed[changed.len() - (text.len() - body as usize)..]);
        assert_eq!(before, after);
    }
});
