//! Whatever compiled templates print, Tera prints the same.

use std::cell::Cell;
use std::path::Path;

use super::{Manner, Renderer, TEMPLATES, template};
use crate::diagnostic::Diagnostics;
use crate::{Request, Site};

fn site(root: &Path) -> Option<Site> {
    let now = "2026-01-01T00:00:00Z".parse().unwrap();
    let request = Request { base_url: None, drafts: true, proof: false, now };
    Site::read(root, &request, &mut Diagnostics::new())
}

fn renderer(site: &Site, offline: bool) -> Option<Renderer> {
    let Site { graph, plan, config, sources, .. } = site;
    let manner = Manner { now: "2026-01-01T00:00:00Z".parse().unwrap(), offline };
    Renderer::new(graph, plan, config, sources, manner, None, &mut Diagnostics::new())
}

/// Every page of a site that a template makes, by the compiled template and by Tera; whether that printed it.
fn pages(root: &Path) -> Vec<(String, bool)> {
    let mut all = Vec::new();
    for offline in [false, true] {
        let Some(site) = site(root) else { return all };
        let Some(renderer) = renderer(&site, offline) else { return all };
        let whole = renderer.pages(true);
        let single = renderer.pages(false);
        let is_page = |name: &str| TEMPLATES.iter().any(|(page, _)| *page == name);
        for planned in site.plan.files.iter().filter(|file| is_page(template(&file.output))) {
            let template = template(&planned.output);
            let variables = whole.variables(planned);
            let by_tera = whole.by_tera(template, &variables, planned);
            let mut printed = String::new();
            let known = whole.compiled(template, &variables, planned, &[], &mut printed);
            if known {
                let place = format!("{} of {}", planned.path, root.display());
                assert_eq!(Some(&printed), by_tera.as_ref().ok(), "{place}");
                // One page by itself, and one of all, with the cards that are kept.
                let cards = &whole.shared.as_ref().unwrap().cards;
                for (pages, cards) in [(&single, [].as_slice()), (&whole, cards)] {
                    let mut again = String::new();
                    let variables = pages.variables(planned);
                    assert!(
                        pages.compiled(template, &variables, planned, cards, &mut again),
                        "{place}"
                    );
                    assert_eq!(again, printed, "{place}");
                }
            }
            all.push((template.to_owned(), known));
        }
    }
    all
}

#[test]
fn every_page_of_the_demo_is_printed_as_by_tera() {
    let pages = pages(Path::new(env!("CARGO_MANIFEST_DIR")));
    assert!(pages.len() > 100, "{}", pages.len());
    for (template, known) in pages {
        assert!(known, "{template}");
    }
}

#[test]
#[allow(clippy::disallowed_methods, reason = "a test finds its sites")]
fn every_page_of_the_golden_sites_is_printed_as_by_tera() {
    let sites = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/sites");
    let mut printed = 0;
    for site in std::fs::read_dir(sites).unwrap() {
        printed += pages(&site.unwrap().path()).iter().filter(|(_, known)| *known).count();
    }
    assert!(printed > 50, "{printed}");
}

#[test]
#[allow(clippy::disallowed_methods, reason = "a test prepares files")]
fn what_comes_out_as_nothing_does_by_tera_too() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| {
        let path = folder.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    };
    write("site.toml", "title = \"S\"\nbase_url = \"https://s.example/\"\n");
    write("content/briefs/o.md", "+++\ntitle = \"O\"\ndate = 2025-01-01\n+++\n");
    for (name, text) in
        [("a", "&nbsp;"), ("b", "<!-- x -->"), ("c", "[](o.md)"), ("d", "[[o]]"), ("e", "x")]
    {
        write(
            &format!("content/briefs/{name}.md"),
            &format!("+++\ntitle = \"T\"\ndate = 2025-01-01\nbluf = '{text}'\n+++\n{text}\n"),
        );
    }
    let pages = pages(folder.path());
    let printed = pages.iter().filter(|(template, known)| *known && template == "brief.html");
    assert_eq!(printed.count(), 12);
}

#[test]
fn the_whole_theme_is_compiled() {
    let demo = site(Path::new(env!("CARGO_MANIFEST_DIR"))).unwrap();
    let renderer = renderer(&demo, false).unwrap();
    for (page, _) in TEMPLATES {
        assert!(renderer.theme.compiled.knows(page), "{page}");
    }
}

/// Random sites, as the tests of the whole program make them.
#[path = "../../tests/site/random.rs"]
#[allow(dead_code, reason = "sites are not edited here")]
mod random;

#[test]
#[allow(clippy::disallowed_methods, reason = "a test prepares files")]
fn every_page_of_random_sites_is_printed_as_by_tera() {
    let printed = Cell::new(0);
    random::hold(10, random::Case::of_site, |case| {
        let folder = tempfile::tempdir().unwrap();
        for (name, text) in &case.files {
            let path = folder.path().join(name);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, text).unwrap();
        }
        printed
            .set(printed.get() + pages(folder.path()).iter().filter(|(_, known)| *known).count());
        Ok(())
    });
    // Else it would have compared nothing.
    assert!(printed.get() > 20, "{}", printed.get());
}

#[test]
fn the_card_of_every_brief_of_the_demo_is_kept() {
    let demo = site(Path::new(env!("CARGO_MANIFEST_DIR"))).unwrap();
    let renderer = renderer(&demo, false).unwrap();
    let cards = renderer.shared().cards;
    assert!(cards.len() > 5 && cards.iter().all(Option::is_some));
}
