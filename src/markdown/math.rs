//! LaTeX formulas to MathML.

use std::panic::catch_unwind;

use pulldown_latex::config::{DisplayMode, RenderConfig};
use pulldown_latex::{Parser, Storage, push_mathml};

/// The longest formula that is read, in bytes.
const LONGEST: usize = 16 * 1024;
/// The most commands, scripts and groups in one formula. The parser recurses once for each at worst
/// (`\frac x\frac x…`), and a thread's stack must hold that.
const MOST_PARTS: usize = 500;

/// The formula as MathML, or what is wrong with it.
pub(super) fn render(latex: &str, display: bool) -> Result<String, String> {
    if latex.len() > LONGEST {
        return Err(format!("the formula is longer than {LONGEST} bytes"));
    }
    let parts =
        latex.bytes().filter(|byte| matches!(byte, b'\\' | b'^' | b'_' | b'{' | b'\'')).count();
    if parts > MOST_PARTS {
        return Err(format!("the formula has more than {MOST_PARTS} commands and groups"));
    }
    catch_unwind(|| {
        let storage = Storage::new();
        let events = Parser::new(latex, &storage)
            .collect::<Result<Vec<_>, _>>()
            .map_err(|error| first_line(&error.to_string()))?;
        let mode = if display { DisplayMode::Block } else { DisplayMode::Inline };
        let config = RenderConfig { display_mode: mode, ..RenderConfig::default() };
        let mut out = String::new();
        let events = events.into_iter().map(Ok::<_, std::convert::Infallible>);
        push_mathml(&mut out, events, config).map_err(|error| first_line(&error.to_string()))?;
        Ok(out)
    })
    .unwrap_or_else(|_| Err("the formula cannot be read".to_owned()))
}

fn first_line(message: &str) -> String {
    message.lines().next().unwrap_or_default().trim_end_matches(['.', ':']).to_owned()
}
