//! How long each stage takes on a site: the demo, or the one in the folder `CHANCERY_SITE`.
//!
//! ```text
//! cargo bench --bench stages
//! CHANCERY_SITE=/tmp/site cargo bench --bench stages -- rendering
//! ```

#![allow(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    reason = "a benchmark: it asks the environment for its site, and may stop"
)]

use std::path::PathBuf;
use std::sync::{Arc, LazyLock};
use std::time::Instant;

use chancery::internals::config::{self, Config};
use chancery::internals::corpus::{Corpus, Published, Release, Roster};
use chancery::internals::diagnostic::Diagnostics;
use chancery::internals::graph::Graph;
use chancery::internals::plan::{Output, Plan};
use chancery::internals::render::{RenderOptions, Renderer};
use chancery::internals::source::Sources;
use chancery::internals::theme::Theme;
use chancery::internals::{Memory, Request, Site};
use divan::{Bencher, black_box};

fn main() {
    divan::main();
}

static SOURCES: LazyLock<Arc<Sources>> = LazyLock::new(|| {
    let own = std::env::var_os("CHANCERY_SITE").map(PathBuf::from);
    let root = own.unwrap_or_else(|| env!("CARGO_MANIFEST_DIR").into());
    Arc::new(Sources::read(&root, &mut Diagnostics::new()).unwrap())
});

static CONFIG: LazyLock<Config> =
    LazyLock::new(|| config::read(&SOURCES.config, &mut Vec::new()).unwrap());

fn request() -> Request {
    let now = "2026-01-01T00:00:00Z".parse().unwrap();
    Request { base_url: None, drafts: true, proof: false, now }
}

fn site(memory: Option<&mut Memory>) -> Site {
    let mut found = Diagnostics::new();
    Site::link(SOURCES.clone(), &request(), memory, Instant::now(), &mut found).unwrap()
}

fn read() -> Corpus {
    let found = &mut Diagnostics::new();
    let roster = Roster::read(&SOURCES, &CONFIG, None, found);
    Corpus::read(&SOURCES, &CONFIG, roster, CONFIG.markdown_options(), None, found)
}

fn published() -> Published {
    read().publish(&SOURCES, &CONFIG, Release { now: request().now, drafts: true }, None)
}

/// Front matter, Markdown and mentions of all documents.
#[divan::bench]
fn parsing() -> Corpus {
    read()
}

/// Everything that belongs together.
#[divan::bench]
fn linking(bencher: Bencher) {
    bencher.with_inputs(published).bench_values(|documents| {
        Graph::new(documents, &SOURCES, &CONFIG, None, &mut Diagnostics::new())
    });
}

/// Every file and its path.
#[divan::bench]
fn planning(bencher: Bencher) {
    let graph = Graph::new(published(), &SOURCES, &CONFIG, None, &mut Diagnostics::new());
    let theme = Arc::new(Theme::new(&SOURCES, &CONFIG));
    bencher.bench(|| Plan::new(&graph, &SOURCES, &CONFIG, &theme, &mut Diagnostics::new()));
}

/// All stages, as after a save that changed no document: what `serve` does.
#[divan::bench]
fn reading_again(bencher: Bencher) {
    let mut memory = Memory::default();
    drop(site(Some(&mut memory)));
    bencher.bench_local(|| site(Some(&mut memory)));
}

/// One page of a kind, the first.
#[divan::bench(args = ["home.html", "brief.html", "actor.html", "topic.html", "feeds"])]
fn rendering(bencher: Bencher, template: &str) {
    let Site { graph, plan, config, sources, .. } = site(None);
    let manner = RenderOptions { now: request().now, offline: false };
    let found = &mut Diagnostics::new();
    let renderer = Renderer::new(&graph, &plan, &config, &sources, manner, None, found).unwrap();
    let is_wanted = |output: &Output| output.made_by() == template;
    let planned = plan.files.iter().find(|file| is_wanted(&file.output)).unwrap();
    let pages = renderer.pages(true);
    let mut buffer = String::new();
    bencher.bench_local(|| pages.render(black_box(planned), &mut buffer).is_ok());
}
