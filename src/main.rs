//! Arguments → command → exit code; the only printer.

mod cli;
mod commands;

use std::io::{IsTerminal, Write};
use std::process::ExitCode;

use anstream::adapter::strip_str;
use anstream::{AutoStream, ColorChoice};
use chancery::diagnostic::{visible, visible_but_styles};
use chancery::never;
use clap::Parser;

use commands::{Failure, Outcome};

fn main() -> ExitCode {
    let cli = match cli::Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => {
            // Help and version are asked for; everything else is wrong usage. A reader that went away
            // changes neither.
            let _ = error.print();
            return ExitCode::from(if error.use_stderr() { 2 } else { 0 });
        }
    };
    let outcome = commands::run(&cli);
    let (text, to_stdout, code) = match outcome {
        Ok(Outcome { stdout, stderr, code }) => {
            print(&stderr, false);
            (stdout, true, code)
        }
        Err(Failure(text)) => (format!("error: {}\n", visible(&text)), false, 2),
    };
    print(&text, to_stdout);
    ExitCode::from(code)
}

/// Writes text, and after it what the user was not told yet of mistakes of the program.
pub(crate) fn print(text: &str, to_stdout: bool) {
    write(text, to_stdout);
    never::untold().iter().for_each(|mistake| write(mistake, false));
}

/// Writes text, with what a terminal would obey made visible but for styles; a reader that closed the pipe is no reason
/// to fail.
fn write(text: &str, to_stdout: bool) {
    let text = &*visible_but_styles(text);
    let (out, err) = (std::io::stdout(), std::io::stderr());
    let choice = if to_stdout { AutoStream::choice(&out) } else { AutoStream::choice(&err) };
    let plain = || strip_str(text).to_string();
    let result = match (to_stdout, choice) {
        // A stream that leaves styles out writes each piece between them by itself.
        (true, ColorChoice::Never) => out.lock().write_all(plain().as_bytes()),
        (false, ColorChoice::Never) => err.lock().write_all(plain().as_bytes()),
        (true, _) => AutoStream::new(out, choice).lock().write_all(text.as_bytes()),
        (false, _) => AutoStream::new(err, choice).lock().write_all(text.as_bytes()),
    };
    drop(result);
}

/// Whether a person watches.
pub(crate) fn watched() -> bool {
    std::io::stderr().is_terminal()
}
