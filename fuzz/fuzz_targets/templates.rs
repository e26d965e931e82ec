//! Any text as a site's own template of a brief: it is refused, or prints the page within its bounds; and whatever prints
//! the page, the compiled template or Tera, prints the same.

#![no_main]

use std::path::Path;
use std::sync::{Arc, LazyLock};
use std::time::Instant;

use chancery::internals::diagnostic::{Code, Diagnostics};
use chancery::internals::plan::{HtmlPage, Output};
use chancery::internals::render::{RenderOptions, Rendered, Renderer};
use chancery::internals::source::Sources;
use chancery::internals::{Request, Site};
use libfuzzer_sys::fuzz_target;

/// The demo site.
static SITE: LazyLock<Site> = LazyLock::new(|| {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let found = &mut Diagnostics::new();
    let now = "2026-01-01T00:00:00Z".parse().unwrap();
    let request = Request { base_url: None, drafts: false, proof: false, now };
    let sources = Arc::new(Sources::read(&root, found).unwrap());
    Site::link(sources, &request, None, Instant::now(), found).unwrap()
});

/// The page of a brief, and whether Tera prints it; `None` if the template is refused.
fn page(template: String) -> Option<(String, bool)> {
    let Site { graph, plan, config, sources, .. } = &*SITE;
    let found = &mut Diagnostics::new();
    let sources = sources.with([("templates/brief.html".into(), template.into())], None, found)?;
    let sources = Arc::new(sources);
    let manner = RenderOptions { now: "2026-01-01T00:00:00Z".parse().unwrap(), offline: false };
    let renderer = Renderer::new(graph, plan, config, &sources, manner, None, found)?;
    let brief = plan.files.iter().find(|file| matches!(file.output, Output::Html(HtmlPage::Brief(_)))).unwrap();
    let mut buffer = String::new();
    let page = match renderer.pages(false).render(brief, &mut buffer) {
        Ok(Rendered::Made(page)) => String::from_utf8(page.to_vec()).unwrap(),
        Ok(Rendered::Copy(asset)) => panic!("a brief is no copy of {}", asset.file),
        Err(refused) => {
            assert!(matches!(refused.code, Code::TemplateSyntax | Code::TemplateError));
            return None;
        }
    };
    Some((page, renderer.takes_tera(&brief.output)))
}

fuzz_target!(|text: &str| {
    if let Some((printed, false)) = page(text.to_owned()) {
        // The filter is not known to the compiler.
        if let Some((by_tera, true)) = page(format!("{text}{{{{ \"\" | upper }}}}")) {
            assert_eq!(printed, by_tera);
        }
    }
});
