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
//! [`site::Site`] is the chain up to the plan; a [`render::Renderer`] then gives the bytes of any page.
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
mod composed;
mod config;
mod corpus;
mod desk;
mod diagnostic;
mod exchange;
mod front_matter;
mod graph;
mod html;
mod import;
mod markdown;
mod names;
mod never;
mod plan;
mod publish;
mod registry;
mod render;
mod series;
mod serve;
mod site;
mod source;
mod terminal;
mod theme;
mod tradecraft;

use std::ffi::OsString;
use std::process::ExitCode;

use clap::Parser;

use commands::{Failure, Outcome};
use diagnostic::visible;

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
    let (text, to_stdout, code) = match commands::run(cli) {
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
    pub use crate::site::{Memory, Request, Site};

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
            Declaration, Languages, Linker, Name, Policy, RegisteredIx, Registry, Role, Setting,
            Subject, Unshown,
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
