//! `serve`: the development server, told what the command line says.

use std::net::SocketAddr;
use std::sync::Arc;

use crate::diagnostic::{self, Diagnostic};
use crate::serve;
use crate::site::Request;
use crate::source::Sources;
use jiff::Timestamp;

use super::{Failure, Outcome, describe, now, request, shown_root};
use crate::cli::{Common, FormatOption, Serve, Show};
use crate::terminal;

/// Serves the site until the process is told to stop.
pub(super) fn run(common: &Common, arguments: &Serve) -> Result<Outcome, Failure> {
    if common.format != FormatOption::Human {
        return Err(Failure(
            "serve talks to people: `--format` has no meaning for it\nhelp: `chancery check --format json` reports what is wrong to a program".to_owned(),
        ));
    }
    let asked = common.now.as_ref().map(|_| now(common)).transpose()?;
    let console = Terminal {
        request: Request { drafts: !arguments.no_drafts, ..request(common)? },
        asked,
        root: shown_root(common),
        show: arguments.show.clone(),
        quiet: common.quiet,
        open: arguments.open,
    };
    let options = serve::ServeOptions {
        root: common.root.clone(),
        address: SocketAddr::new(arguments.host, arguments.port),
        allowed: arguments.allow_host.clone(),
        poll: arguments.poll,
        follow: arguments.follow,
        timings: common.timings,
    };
    serve::run(options, Arc::new(console)).map_err(Failure)?;
    Ok(Outcome::done(""))
}

struct Terminal {
    request: Request,
    /// The moment that was asked for; else each reading asks the clock.
    asked: Option<Timestamp>,
    root: String,
    show: Show,
    quiet: bool,
    open: bool,
}

impl serve::Console for Terminal {
    fn request(&self) -> Request {
        Request { now: self.asked.unwrap_or_else(Timestamp::now), ..self.request.clone() }
    }

    fn describe(&self, sources: &Sources, findings: &[Diagnostic], colour: bool) -> String {
        let Show { all, codes } = &self.show;
        let all = *all || !codes.is_empty();
        let wanted = |finding: &&Diagnostic| codes.is_empty() || codes.contains(&finding.code);
        let shown: Vec<Diagnostic> = findings.iter().filter(wanted).cloned().collect();
        let text =
            describe(&self.root, Some(sources), &shown, diagnostic::Format::Human { colour, all });
        match findings {
            [_] => text,
            _ => text + &diagnostic::totals(findings, !all),
        }
    }

    fn listening(&self, url: &str) {
        terminal::print(&format!("serving {url} until Ctrl+C\n"), true);
        if self.open {
            // A browser takes its time, and more before it fails; the site can be read meanwhile.
            let url = url.to_owned();
            std::thread::spawn(move || {
                if let Err(error) = open::that_detached(url) {
                    terminal::print(
                        &format!("warning: no browser can be opened: {error}\n"),
                        false,
                    );
                }
            });
        }
    }

    fn say(&self, text: &str) {
        if !self.quiet {
            terminal::print(&diagnostic::visible(text), true);
        }
    }

    fn warn(&self, text: &str) {
        terminal::print(text, false);
    }
}
