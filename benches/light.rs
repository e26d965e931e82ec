//! The *light* yardstick: what any such generator has to do at least.
//!
//! ```text
//! light SITE OUT
//! ```
//!
//! Each brief of a Chancery site is read and its front matter cut off; the Markdown becomes HTML
//! (tables and footnotes), one pass of an Aho-Corasick automaton finds the names of the actors, and
//! the page goes, in a constant shell, to `OUT/briefs/<id>/index.html`. Two threads. There are no
//! lists, feeds or links: the difference to a real build is what those cost.
//!
//! Front matter is read line by line, as `corpus` writes it.

#![allow(
    clippy::disallowed_methods,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "a development tool: it reads and writes files, and prints"
)]

use std::collections::BTreeSet;
use std::error::Error;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use aho_corasick::{AhoCorasick, MatchKind};
use pulldown_cmark::{Options, Parser, html};
use rayon::prelude::*;

type Result<T, E = Box<dyn Error + Send + Sync>> = std::result::Result<T, E>;

const HEAD: &str = r##"<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>The Bench Briefing</title>
<meta name="description" content="Briefs on who does what, where and why, linked by actor and topic.">
<meta name="color-scheme" content="light dark">
<link rel="stylesheet" href="/style.css">
<link rel="icon" href="/icon.svg" type="image/svg+xml">
<link rel="alternate" type="application/atom+xml" title="The Bench Briefing" href="/feed.xml">
</head>
<body>
<a class="skip" href="#content">To the text</a>
<header class="site">
<a class="site-title" href="/">The Bench Briefing</a>
<nav aria-label="Main">
<ul>
<li><a href="/briefs/">Briefs</a></li>
<li><a href="/actors/">Actors</a></li>
<li><a href="/topics/">Topics</a></li>
<li><a href="/storylines/">Storylines</a></li>
<li><a href="/timeline/">Timeline</a></li>
<li><a href="/about/">About</a></li>
</ul>
</nav>
<form role="search" action="/search/"><label>Search <input type="search" name="q"></label></form>
</header>
<main id="content">
<article>
"##;

const MIDDLE: &str = "</article>\n<aside aria-label=\"Named here\">\n<ul>\n";

const TAIL: &str = r##"</ul>
</aside>
</main>
<footer class="site">
<p>The Bench Briefing is written by its editors and made with care. Corrections are welcome.</p>
<nav aria-label="More"><a href="/feed.xml">Feed</a> <a href="/about/">About</a> <a href="#content">Top</a></nav>
</footer>
</body>
</html>
"##;

struct Actors {
    ids: Vec<String>,
    /// The actor of each pattern of the automaton.
    owners: Vec<usize>,
    automaton: AhoCorasick,
}

/// The front matter and the body.
fn parts(text: &str) -> Option<(&str, &str)> {
    text.strip_prefix("+++\n")?.split_once("\n+++\n")
}

fn files(dir: &Path, list: &mut Vec<PathBuf>) -> Result<()> {
    for entry in fs::read_dir(dir)? {
        let entry = entry?;
        if entry.file_type()?.is_dir() {
            files(&entry.path(), list)?;
        } else if entry.path().extension().is_some_and(|end| end == "md") {
            list.push(entry.path());
        }
    }
    Ok(())
}

fn actors(dir: &Path) -> Result<Actors> {
    let mut list = Vec::new();
    files(dir, &mut list)?;
    list.sort();
    let (mut ids, mut owners, mut names) = (Vec::new(), Vec::new(), Vec::new());
    for path in &list {
        let text = fs::read_to_string(path)?;
        let (front, _) = parts(&text).ok_or("an actor without front matter")?;
        for line in
            front.lines().filter(|l| l.starts_with("name = ") || l.starts_with("aliases = "))
        {
            for name in line.split('"').skip(1).step_by(2) {
                names.push(name.to_owned());
                owners.push(ids.len());
            }
        }
        ids.push(path.file_stem().unwrap_or_default().to_string_lossy().into_owned());
    }
    let automaton = AhoCorasick::builder().match_kind(MatchKind::LeftmostLongest).build(&names)?;
    Ok(Actors { ids, owners, automaton })
}

fn page(path: &Path, site: &Path, out: &Path, actors: &Actors) -> Result<u64> {
    let text = fs::read_to_string(path)?;
    let (_, body) = parts(&text).ok_or("a brief without front matter")?;
    let mut page = String::with_capacity(HEAD.len() + TAIL.len() + body.len() * 3 / 2);
    page.push_str(HEAD);
    let start = page.len();
    html::push_html(
        &mut page,
        Parser::new_ext(body, Options::ENABLE_TABLES | Options::ENABLE_FOOTNOTES),
    );

    let bytes = page.as_bytes();
    let letter = |at: Option<&u8>| at.is_some_and(|b| b.is_ascii_alphanumeric() || *b >= 0x80);
    let mut named = BTreeSet::new();
    for found in actors.automaton.find_iter(&page[start..]) {
        let (from, to) = (start + found.start(), start + found.end());
        if !letter(bytes.get(from - 1)) && !letter(bytes.get(to)) {
            named.insert(actors.owners[found.pattern().as_usize()]);
        }
    }
    page.push_str(MIDDLE);
    for actor in named {
        let id = &actors.ids[actor];
        writeln!(page, "<li><a href=\"/actors/{id}/\">{id}</a></li>")?;
    }
    page.push_str(TAIL);

    let folder = out.join("briefs").join(path.strip_prefix(site)?.with_extension(""));
    fs::create_dir_all(&folder)?;
    fs::write(folder.join("index.html"), &page)?;
    Ok(page.len() as u64)
}

fn main() -> Result<()> {
    let mut args = std::env::args_os().skip(1).map(PathBuf::from);
    let (Some(site), Some(out), None) = (args.next(), args.next(), args.next()) else {
        return Err("usage: light SITE OUT".into());
    };
    rayon::ThreadPoolBuilder::new().num_threads(2).build_global()?;
    let actors = actors(&site.join("content/actors"))?;
    let briefs = site.join("content/briefs");
    let mut list = Vec::new();
    files(&briefs, &mut list)?;
    let sizes = list.par_iter().map(|path| page(path, &briefs, &out, &actors));
    let bytes: u64 = sizes.collect::<Result<Vec<_>>>()?.iter().sum();
    println!("{} pages, {bytes} bytes", list.len());
    Ok(())
}
