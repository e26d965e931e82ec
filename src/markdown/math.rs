//! LaTeX formulas to MathML.

use std::panic::catch_unwind;

use pulldown_latex::config::{DisplayMode, RenderConfig};
use pulldown_latex::{Parser, Storage, push_mathml};

/// The longest formula that is read, in bytes.
const LONGEST: usize = 16 * 1024;
/// The deepest nesting of braces and environments that is read: the renderer recurses.
const DEEPEST: usize = 64;

/// The formula as MathML, or what is wrong with it.
pub(super) fn render(latex: &str, display: bool) -> Result<String, String> {
    if latex.len() > LONGEST {
        return Err(format!("the formula is longer than {LONGEST} bytes"));
    }
    if nesting(latex) > DEEPEST {
        return Err(format!("the formula is nested deeper than {DEEPEST} levels"));
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

/// How deep groups are nested, counted generously: unbraced commands nest too.
fn nesting(latex: &str) -> usize {
    let (mut depth, mut deepest) = (0_usize, 0);
    for byte in latex.bytes() {
        match byte {
            b'{' | b'[' | b'(' => depth += 1,
            b'}' | b']' | b')' => depth = depth.saturating_sub(1),
            _ => {}
        }
        deepest = deepest.max(depth);
    }
    deepest
}

fn first_line(message: &str) -> String {
    message.lines().next().unwrap_or_default().trim_end_matches(['.', ':']).to_owned()
}
