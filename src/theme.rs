//! The theme's files that a browser loads beside pages: style sheets, scripts, the icon.

use std::borrow::Cow;

use crate::config::{Accent, Config, Fonts};
use crate::source::Sources;

/// The style sheet of the program.
pub(crate) const STYLESHEET: &str = include_str!("../static/theme/style.css");
/// The files of the theme that a site can have of its own, below `static/theme/`: name and text.
pub(crate) const FILES: [(&str, &str); 3] = [
    (STYLE, STYLESHEET),
    (READER, include_str!("../static/theme/reader.js")),
    (SEARCH, include_str!("../static/theme/search.js")),
];

const STYLE: &str = "style.css";
const CODE: &str = "code.css";
const SEARCH: &str = "search.js";
const READER: &str = "reader.js";
const FAVICON: &str = "favicon.svg";

/// The files of a site's theme.
#[derive(Debug, PartialEq, Eq)]
pub struct Theme {
    /// In no order that matters; a number is a place here.
    pub files: Vec<ThemeFile>,
}

/// A file of the theme.
#[derive(Debug, PartialEq, Eq)]
pub struct ThemeFile {
    /// Its name in the theme.
    pub name: &'static str,
    /// Its path in the site. It holds a hash of the text, so that hosts may keep the file for ever.
    pub path: String,
    /// Its content.
    pub text: String,
}

impl Theme {
    /// Reads the files: the site's own where it has one of that name, else those that the program brings.
    pub fn new(sources: &Sources, config: &Config) -> Theme {
        let text = |name: &str, built_in: fn() -> Cow<'static, str>| {
            let own = sources.theme.iter().find(|(own, _)| own == name);
            own.map_or_else(|| built_in().into_owned(), |(_, text)| text.to_string())
        };
        let hashed = |name: &'static str, built_in: fn() -> Cow<'static, str>, more: &str| {
            let mut text = text(name, built_in);
            text.push_str(more);
            let hash = format!("{:016x}", xxhash_rust::xxh3::xxh3_64(text.as_bytes()));
            let (stem, extension) = name.rsplit_once('.').unwrap_or((name, ""));
            let path = format!("theme/{stem}.{}.{extension}", hash.get(..10).unwrap_or(&hash));
            ThemeFile { name, path, text }
        };
        let look = look(config);
        let icon = || include_str!("../static/favicon.svg").into();
        let mut files = vec![
            hashed(STYLE, || STYLESHEET.into(), &look),
            hashed(CODE, || crate::markdown::code_css().into(), ""),
            hashed(READER, || include_str!("../static/theme/reader.js").into(), ""),
            // Browsers ask for it under this name.
            ThemeFile { name: FAVICON, path: FAVICON.to_owned(), text: text(FAVICON, icon) },
        ];
        if config.search.enabled {
            files.push(hashed(SEARCH, || include_str!("../static/theme/search.js").into(), ""));
        }
        Theme { files }
    }
}

/// What `[theme]` in `site.toml` says, as rules behind all layers of the sheet.
fn look(config: &Config) -> String {
    let mut rules = String::new();
    if let Some(Accent { text: [light, dark], line: [pale, pale_dark] }) = config.accent() {
        rules.push_str(&format!(
            "--accent:light-dark({light},{dark});--accent-line:light-dark({pale},{pale_dark});"
        ));
    }
    if config.theme.fonts == Fonts::Sans {
        rules.push_str("--serif:var(--sans);");
    }
    if rules.is_empty() { rules } else { format!("\n@media screen{{:root{{{rules}}}}}\n") }
}
