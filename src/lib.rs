//! Chancery: a static briefing-site generator.
//!
//! A site is built by a chain of stages, each made from those before it and never changed after:
//!
//! ```text
//! site root ─► Sources ─► Registry ─► Corpus ─► Graph ─► Plan ─► Renderer ─► publish
//!              read       who is who  parsed    linked   every   bytes of    files
//!              once       (names)     briefs             URL     one page
//! ```
//!
//! [`Site`] is the chain up to the plan; a [`render::Renderer`] then gives the bytes of any page.
//! All that is wrong is collected as [`diagnostic::Diagnostic`]s and reported together.

// What is seen outside of its room is said to be; with the benches' view of the library, that is checked.
#![cfg_attr(feature = "internals", warn(unreachable_pub))]
// With `internals` off nobody sees the items that are public for it, so their comments are asked for here.
#![warn(clippy::missing_docs_in_private_items)]
// The documentation is made for those who work on it, private items included.
#![allow(rustdoc::private_intra_doc_links)]

mod arena;
#[allow(clippy::missing_docs_in_private_items, reason = "a comment there is help text")]
mod cli;
mod commands;
mod config;
mod corpus;
mod desk;
mod diagnostic;
mod front_matter;
mod graph;
mod html;
mod markdown;
mod names;
mod never;
mod plan;
mod publish;
mod render;
mod serve;
mod source;
mod terminal;
mod theme;

use std::ffi::OsString;
use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::{Duration, Instant};

use clap::Parser;
use jiff::Timestamp;

use commands::{Failure, Outcome};
use config::Config;
use corpus::{Corpus, Release, Roster};
use diagnostic::{Code, Diagnostic, Diagnostics, Place, visible};
use graph::Graph;
use plan::Plan;
use source::Sources;
use theme::Theme;

/// Runs the program with the arguments of its command line, its own name first: arguments → command → exit code.
///
/// Exit codes: 0 it is done, 1 the content has errors, 2 wrong usage or environment.
pub fn main(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    let cli = match cli::Cli::try_parse_from(arguments) {
        Ok(cli) => cli,
        Err(error) => {
            // Help and version are asked for; everything else is wrong usage. A reader that went away
            // changes neither.
            let _ = error.print();
            return ExitCode::from(if error.use_stderr() { 2 } else { 0 });
        }
    };
    let (text, to_stdout, code) = match commands::run(&cli) {
        Ok(Outcome { stdout, stderr, code }) => {
            terminal::print(&stderr, false);
            (stdout, true, code)
        }
        Err(Failure(text)) => (format!("error: {}\n", visible(&text)), false, 2),
    };
    terminal::print(&text, to_stdout);
    ExitCode::from(code)
}

/// The stages, for the benches, fuzz targets and tests of this repository: no promise is made of them.
#[cfg(feature = "internals")]
pub mod internals {
    pub use crate::{Memory, Request, Site};

    /// The configuration.
    pub mod config {
        pub use crate::config::{Config, read};
    }
    /// All documents.
    pub mod corpus {
        pub use crate::corpus::{Corpus, Published, Release, Roster};
    }
    /// What was found wrong.
    pub mod diagnostic {
        pub use crate::diagnostic::{
            Code, Diagnostic, Diagnostics, Format, Near, nearest, render, visible,
            visible_but_styles,
        };
    }
    /// What authors declare.
    pub mod front_matter {
        pub use crate::front_matter::{Actor, Brief, Topic, edit, read};
    }
    /// What belongs together.
    pub mod graph {
        pub use crate::graph::Graph;
    }
    /// The gate for HTML.
    pub mod html {
        pub use crate::html::Html;
    }
    /// Markdown to HTML with holes.
    pub mod markdown {
        pub use crate::markdown::{BodyRenderer, Fill, Options, RawHtml};
    }
    /// Who is called what.
    pub mod names {
        pub use crate::names::{
            Declaration, Languages, Linker, Name, Policy, Registry, Role, Setting, Subject,
        };
    }
    /// Every file and its path.
    pub mod plan {
        pub use crate::plan::{HtmlPage, Output, Plan};
    }
    /// The bytes of pages.
    pub mod render {
        pub use crate::render::{RenderOptions, Rendered, Renderer};
    }
    /// Every file of a site.
    pub mod source {
        pub use crate::source::Sources;
    }
    /// The theme's files.
    pub mod theme {
        pub use crate::theme::Theme;
    }
}

/// What a run is asked for beside the site itself.
#[derive(Clone, Debug)]
pub struct Request {
    /// An address to use instead of the one in `site.toml`.
    pub base_url: Option<String>,
    /// Whether drafts, briefs under embargo and those dated in the future are shown.
    pub drafts: bool,
    /// Whether the documents are to be read as an editor reads them.
    pub proof: bool,
    /// The moment to build for.
    pub now: Timestamp,
}

/// A site up to the plan: everything that rendering needs.
pub struct Site {
    /// The configuration.
    pub config: Arc<Config>,
    /// Every file.
    pub sources: Arc<Sources>,
    /// The linked documents.
    pub graph: Arc<Graph>,
    /// Every page.
    pub plan: Arc<Plan>,
    /// How long each stage took.
    pub timings: Vec<(&'static str, Duration)>,
}

/// What was made of a site when it was last read, to be used again where nothing has changed.
#[derive(Default)]
pub struct Memory {
    /// Documents as they were parsed.
    documents: corpus::Memory,
    /// How the site was linked, if nothing was found wrong with that, and all documents could be read.
    linked: Option<Linked>,
}

/// A site as it was linked.
struct Linked {
    /// The linked documents.
    graph: Arc<Graph>,
    /// Every page.
    plan: Arc<Plan>,
    /// The files that both were made of.
    sources: Arc<Sources>,
}

impl Site {
    /// Runs the chain on the site in the folder `root`. Everything found wrong is reported; `None` when
    /// there is nothing to go on with. A site with errors can still be rendered, to find those of
    /// templates too, but is not to be published.
    pub fn read(root: &Path, request: &Request, diagnostics: &mut Diagnostics) -> Option<Site> {
        let started = Instant::now();
        let sources = Arc::new(Sources::read(root, diagnostics)?);
        Site::link(sources, request, None, started, diagnostics)
    }

    /// Runs the chain on files that were read. With a memory of an earlier run, only documents that have
    /// changed since are parsed, and they are linked anew only if they could be linked differently. `started` is when reading began. Otherwise as [`Site::read`].
    pub fn link(
        sources: Arc<Sources>,
        request: &Request,
        mut memory: Option<&mut Memory>,
        mut started: Instant,
        diagnostics: &mut Diagnostics,
    ) -> Option<Site> {
        let mut timings = Vec::new();
        let mut done = |stage: &'static str| {
            timings.push((stage, started.elapsed()));
            started = Instant::now();
        };
        let mut found = Vec::new();
        let config = config::read(&sources.config, &mut found);
        diagnostics.extend(found);
        let mut config = config?;
        if let Some(base_url) = &request.base_url {
            config.set_base_url(base_url).map_err(|d| diagnostics.push(d)).ok()?;
        }
        done("read");
        let mut known = memory.as_mut().map(|memory| &mut memory.documents);
        let roster = Roster::read(&sources, known.as_deref_mut(), diagnostics);
        done("names");
        let options = markdown::Options { proof: request.proof, ..config.markdown_options() };
        let corpus = Corpus::read(&sources, &config, roster, options, known, diagnostics);
        done("parse");
        let release = Release { now: request.now, drafts: request.drafts };
        let theme = Arc::new(Theme::new(&sources, &config));
        let last = memory.as_mut().and_then(|memory| memory.linked.take());
        let published = last.as_ref().map(|last| &last.graph.documents);
        let documents = corpus.publish(&sources, &config, release, published);
        let last = last.filter(|last| {
            last.sources.config == sources.config
                && last.sources.assets == sources.assets
                && last.plan.theme == theme
        });
        let linked = match &last {
            Some(last) => match last.graph.with(documents) {
                Ok(graph) => Ok((graph, last.plan.clone())),
                Err(documents) => Err(*documents),
            },
            None => Err(documents),
        };
        let mut found = Diagnostics::new();
        let (graph, plan) = match linked {
            Ok((graph, plan)) => {
                done("link");
                (graph, plan)
            }
            Err(documents) => {
                let last = last.as_ref().map(|last| &*last.graph);
                let graph = Graph::new(documents, &sources, &config, last, &mut found);
                done("link");
                let plan = Plan::new(&graph, &sources, &config, &theme, &mut found);
                done("plan");
                (graph, Arc::new(plan))
            }
        };
        let graph = Arc::new(graph);
        // What was found while linking is found again only by linking again; and of a document that could not be read
        // it is not asked what refers to it, which has to be asked once its file is gone.
        let sound = found.is_empty() && !diagnostics.has_errors();
        if let Some(memory) = memory.filter(|_| sound) {
            let (graph, plan, sources) = (graph.clone(), plan.clone(), sources.clone());
            memory.linked = Some(Linked { graph, plan, sources });
        }
        diagnostics.append(found);
        plan.note_unreferenced(&sources, diagnostics);
        review_due(&graph, request.now, &config, diagnostics);
        // A site with errors is read in part only: what its editor would ask comes after them.
        if request.proof && !diagnostics.has_errors() {
            desk::review(&graph, &plan, &config, request.now, diagnostics);
            done("desk");
        }
        diagnostics.adjust(&config.check.levels);
        Some(Site { config: Arc::new(config), sources, graph, plan, timings })
    }
}

/// Notes the briefs whose day of review has passed.
fn review_due(graph: &Graph, now: Timestamp, config: &Config, diagnostics: &mut Diagnostics) {
    let today = now.to_zoned_datetime(config.zone()).date();
    for brief in graph.documents.briefs.iter() {
        if let Some(day) = brief.front.review_by.as_ref().filter(|day| day.value < today) {
            diagnostics.push(
                Diagnostic::new(
                    Code::ReviewDue,
                    format!("this brief was to be reviewed by {}", day.value),
                )
                .at(Place::span(brief.file.clone(), day.span))
                .help("review it, then move `review_by` on or take it out"),
            );
        }
    }
}
