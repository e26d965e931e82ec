//! Whatever compiled templates print, Tera prints the same.

use std::cell::Cell;
use std::path::Path;

use tempfile::TempDir;

use super::{PageKind, RenderOptions, Renderer};
use crate::diagnostic::Diagnostics;
use crate::site::{Request, Site};

fn site(root: &Path) -> Option<Site> {
    let now = "2026-01-01T00:00:00Z".parse().unwrap();
    let request = Request { base_url: None, drafts: true, proof: false, now };
    Site::read(root, &request, &mut Diagnostics::new())
}

fn renderer(site: &Site, offline: bool) -> Option<Renderer> {
    let Site { graph, plan, config, sources, .. } = site;
    let manner = RenderOptions { now: "2026-01-01T00:00:00Z".parse().unwrap(), offline };
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
        for planned in &site.plan.files {
            let Some(page) = planned.output.page() else { continue };
            let template = page.kind().template;
            let variables = whole.variables(planned, page);
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
                    let variables = pages.variables(planned, page);
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

/// A folder with the files of a site.
#[allow(clippy::disallowed_methods, reason = "a test prepares files")]
fn folder(files: impl IntoIterator<Item = (impl AsRef<Path>, String)>) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in files {
        let path = folder.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }
    folder
}

#[test]
fn what_a_card_is_given_is_escaped() {
    let card = "{% component card(b: map, root: string, t: map, here: string = \"\") %}<li>{{ here }}{% if b.title == here %}!{% endif %}</li>{% endcomponent %}";
    let list =
        "{% for b in briefs %}{{<card b={b} root={root} t={t} here={b.title} />}}{% endfor %}";
    let folder = folder([
        ("site.toml", "title = \"S\"\nbase_url = \"https://s.example/\"\n".to_owned()),
        ("content/briefs/a.md", "+++\ntitle = \"<i>&\"\ndate = 2025-01-01\n+++\nA\n".to_owned()),
        ("content/briefs/b.md", "+++\ntitle = \"T\"\ndate = 2025-01-02\n+++\nB\n".to_owned()),
        ("templates/own.html", card.to_owned()),
        ("templates/briefs.html", list.to_owned()),
        ("templates/archive_month.html", list.replace("b.title}", "page.title}")),
    ]);
    let pages = pages(folder.path());
    for page in ["briefs.html", "archive_month.html"] {
        assert!(pages.contains(&(page.to_owned(), true)), "{page}: {pages:?}");
    }
}

#[test]
fn what_comes_out_as_nothing_does_by_tera_too() {
    let texts =
        [("a", "&nbsp;"), ("b", "<!-- x -->"), ("c", "[](o.md)"), ("d", "[[o]]"), ("e", "x")];
    let briefs = texts.map(|(name, text)| {
        let front = format!("title = \"T\"\ndate = 2025-01-01\nbluf = '{text}'\n");
        (format!("content/briefs/{name}.md"), format!("+++\n{front}+++\n{text}\n"))
    });
    let site = "title = \"S\"\nbase_url = \"https://s.example/\"\n";
    let other = "+++\ntitle = \"O\"\ndate = 2025-01-01\n+++\n";
    let others = [("site.toml", site), ("content/briefs/o.md", other)];
    let others = others.map(|(name, text)| (name.to_owned(), text.to_owned()));
    let folder = folder(briefs.into_iter().chain(others));
    let pages = pages(folder.path());
    let printed = pages.iter().filter(|(template, known)| *known && template == "brief.html");
    assert_eq!(printed.count(), 12);
}

#[test]
fn the_whole_theme_is_compiled() {
    let demo = site(Path::new(env!("CARGO_MANIFEST_DIR"))).unwrap();
    let renderer = renderer(&demo, false).unwrap();
    for page in PageKind::ALL.iter().map(|kind| kind.template) {
        assert!(renderer.theme.compiled.knows(page), "{page}");
    }
}

/// Random sites, as the tests of the whole program make them.
#[path = "../../tests/site/random.rs"]
#[allow(dead_code, unreachable_pub, reason = "tests of the program use more of it")]
mod random;

#[test]
fn every_page_of_random_sites_is_printed_as_by_tera() {
    let printed = Cell::new(0);
    random::hold(10, random::Case::of_site, |case| {
        let folder = folder(case.files.clone());
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

/// They are copied all the time while a page is printed.
#[test]
fn a_value_is_three_words() {
    assert_eq!(size_of::<super::value::TemplateValue<'_>>(), 3 * size_of::<usize>());
}
