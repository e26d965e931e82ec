//! Any `site.toml` is read or refused, any name is guessed at, and any text is shown without what a terminal obeys.

#![no_main]

use std::sync::Arc;

use chancery::internals::config;
use chancery::internals::diagnostic::{Format, Near, nearest, render as report, visible, visible_but_styles};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let source: Arc<str> = text.into();
    let mut found = Vec::new();
    config::read(&source, &mut found);
    for format in [Format::Human { colour: true, all: false }, Format::Json, Format::Sarif, Format::Github] {
        let shown = report(&found, format, "", &|_| Some(source.clone()));
        assert_eq!(shown, visible_but_styles(&shown), "what a document says is shown");
    }
    assert_eq!(visible(text), visible(&visible(text)));
    let words: Vec<&str> = text.split_whitespace().take(50).collect();
    let near = Near::new(words.iter().copied());
    for word in &words {
        assert_eq!(near.nearest(word), nearest(word, words.iter().copied()));
    }
});
