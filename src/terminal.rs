//! The only printer.

use std::io::{IsTerminal, Write};

use anstream::adapter::strip_str;
use anstream::{AutoStream, ColorChoice};

use crate::diagnostic::visible_but_styles;
use crate::never;

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
