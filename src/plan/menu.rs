//! Where the entries of the site's own menu lead, and whether its style sheets are there.

use crate::config::{Config, MenuItem};
use crate::diagnostic::{Code, Diagnostic, Diagnostics, Place, nearest};
use crate::front_matter::field::is_web_address;
use crate::graph::{Anchors, Graph};
use crate::markdown::path_below;
use crate::source::CONFIG;

use super::{HtmlPage, Output, Plan, file_of, split_address};

/// The lists of the site that have a page only if there is something in them.
const MAY_BE_EMPTY: [&str; 4] = ["judgements/", "pairs/", "storylines/", "timeline/"];
const MENU_HELP: &str = "write a path of the site, such as `/timeline/`, or an address in full, such as `https://example.org/`";

/// An entry of the site's own menu.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MenuEntry {
    /// Its number in `site.toml`.
    pub item: usize,
    /// The file that it leads to, by its number in [`Plan::files`]; none if it leads out of the site.
    pub file: Option<usize>,
    /// What stands behind the path of the file: a query and a heading.
    pub rest: String,
}

impl Plan {
    /// Reports the style sheets of `[theme]` in `site.toml` that the site does not have.
    pub(super) fn sheets(&self, config: &Config, diagnostics: &mut Diagnostics) {
        for sheet in &config.theme.css {
            if self.number(&sheet.value).is_some() {
                continue;
            }
            let message = format!("there is no style sheet `static/{}`", sheet.value);
            let sheets = self.files.iter().map(|file| file.path.as_str());
            let near = nearest(&sheet.value, sheets.filter(|path| path.ends_with(".css")));
            let help = match near {
                Some(near) => format!("did you mean `{near}`?"),
                None => "write its path below `static/`, as in `css = [\"house.css\"]`".to_owned(),
            };
            let finding = Diagnostic::new(Code::BrokenLink, message);
            diagnostics.push(finding.at(Place::span(CONFIG, sheet.span)).help(help));
        }
    }

    /// Looks up where the entries of the site's own menu lead. Reports those that lead nowhere, or to what is held back.
    pub(super) fn menu(&mut self, graph: &Graph, config: &Config, diagnostics: &mut Diagnostics) {
        let mut menu = Vec::with_capacity(config.menu.len());
        for (item, MenuItem { label, path: written }) in config.menu.iter().enumerate() {
            let place = Place::span(CONFIG, written.span);
            let below = path_below(&written.value, &config.base_url.value);
            let address = below.unwrap_or(&written.value);
            let leads_out = if below.is_some() { Outside::No } else { outside(address) };
            match leads_out {
                Outside::Yes => {
                    menu.push(MenuEntry { item, file: None, rest: String::new() });
                    continue;
                }
                Outside::Refused => {
                    diagnostics.push(
                        Diagnostic::new(
                            Code::BadValue,
                            format!("the entry `{label}` of the menu cannot lead to `{address}`"),
                        )
                        .at(place)
                        .help(MENU_HELP),
                    );
                    continue;
                }
                Outside::No => {}
            }
            let (_, rest) = address.split_at(address.find(['?', '#']).unwrap_or(address.len()));
            let (path, heading) = split_address(address.trim_start_matches('/'));
            let folder = [path.trim_end_matches('/'), "/"].concat();
            let file = self.number(&file_of(&path)).or_else(|| self.number(&file_of(&folder)));
            let Some(file) = file else {
                if graph.documents.held.has_address(&path) {
                    diagnostics.push(
                        Diagnostic::new(
                            Code::WithheldReference,
                            format!("the entry `{label}` of the menu leads to `/{path}`, which is held back from this build"),
                        )
                        .at(place)
                        .label("it is left out")
                        .help("it is shown when what stands there is published"),
                    );
                } else if below.is_some() {
                    // Other sites may lie below this one.
                    menu.push(MenuEntry { item, file: None, rest: String::new() });
                } else if !graph.documents.unsound.has_address(&path)
                    && !MAY_BE_EMPTY.contains(&folder.as_str())
                {
                    let near = nearest(&path, self.files.iter().map(|file| file.path.as_str()));
                    let help = near.map(|near| format!("did you mean `/{near}`?"));
                    diagnostics.push(
                        Diagnostic::new(
                            Code::BrokenLink,
                            format!("the entry `{label}` of the menu leads to `/{path}`, but the site has no such page or file"),
                        )
                        .at(place)
                        .help(help.unwrap_or_else(|| MENU_HELP.to_owned())),
                    );
                }
                continue;
            };
            let output = self.files.get(file).map(|file| &file.output);
            if let (Some(to), Some(heading)) =
                (output.and_then(Output::page).and_then(HtmlPage::text_of), heading)
            {
                let heading = percent_encoding::percent_decode_str(heading).decode_utf8_lossy();
                let (other, body) = (graph.file(to), graph.body(to));
                let missing = Anchors::default().missing(to, other, body, &heading, place);
                diagnostics.extend(missing);
            }
            menu.push(MenuEntry { item, file: Some(file), rest: rest.to_owned() });
        }
        self.menu = menu;
    }
}

/// Whether an entry of the menu leads out of the site.
enum Outside {
    Yes,
    No,
    /// It does, to what no menu leads to, or its address is not written in full.
    Refused,
}

fn outside(address: &str) -> Outside {
    if address.starts_with("//") {
        return Outside::Refused;
    }
    let before = address.split(['/', '?', '#']).next().unwrap_or_default();
    let Some((scheme, _)) = before.split_once(':') else { return Outside::No };
    match scheme.to_ascii_lowercase().as_str() {
        "http" | "https" if is_web_address(address) => Outside::Yes,
        "mailto" | "tel" => Outside::Yes,
        _ => Outside::Refused,
    }
}
