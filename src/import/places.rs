//! Where everything of an archive is, there and here: documents by file, by address and by name, and the files that they show.

use std::collections::{BTreeMap, BTreeSet};

use rustc_hash::FxHashMap;

use crate::html::SCHEMES;
use crate::markdown::path_below;
use crate::publish::OutputPath;
use crate::source::Kind;

use super::model::{ArchiveContents, ArchiveDocument, System, ending, folder_of, joined, last_of};

/// First parts of addresses that lists of the site have.
const KEPT: [&str; 19] = [
    "briefs",
    "actors",
    "topics",
    "storylines",
    "timeline",
    "archive",
    "pairs",
    "search",
    "page",
    "theme",
    "404",
    "404.html",
    "index.html",
    "feed.xml",
    "sitemap.xml",
    "robots.txt",
    "cname",
    "_redirects",
    "_headers",
];

/// What a link of a document leads to.
pub(super) enum Hit {
    /// Out of the site, or to its own text.
    Stay,
    /// A document, and what stands behind the path.
    Document(usize, String),
    /// A file of the archive, and what stands behind the path.
    File(String, String),
    /// What is not there.
    Dead,
    /// What pages may not lead to.
    Refused,
}

/// Where everything is.
pub(super) struct Map<'a> {
    system: System,
    base_url: Option<String>,
    /// Entries by their files.
    by_source: FxHashMap<String, usize>,
    /// Entries by their addresses on the old site.
    by_address: FxHashMap<String, usize>,
    /// Posts by the names of their files.
    by_post: FxHashMap<String, usize>,
    /// Notes by their names in small letters, the shortest paths first.
    by_name: FxHashMap<String, Vec<usize>>,
    /// Files of a vault by their names in small letters.
    files: FxHashMap<String, Vec<String>>,
    /// Files that readers could reach, by address.
    public: &'a BTreeMap<String, String>,
    /// Those addresses, by file.
    reached: FxHashMap<&'a str, &'a str>,
    /// The main address of each entry, and the file of it.
    main: Vec<(Option<String>, String)>,
}

/// An address as all that lead to the same page have it: without the slash before it, `index.html` and `.html`.
pub(super) fn plain(address: &str) -> String {
    let decoded = percent_encoding::percent_decode_str(address).decode_utf8_lossy();
    let path = decoded.trim_matches('/');
    let path = path.strip_suffix("index.html").unwrap_or(path).trim_end_matches('/');
    path.strip_suffix(".html").unwrap_or(path).to_owned()
}

impl<'a> Map<'a> {
    /// Of what was found in an archive.
    pub(super) fn new(system: System, found: &'a ArchiveContents) -> Map<'a> {
        let mut map = Map {
            system,
            base_url: found.base_url.clone(),
            by_source: FxHashMap::default(),
            by_address: FxHashMap::default(),
            by_post: FxHashMap::default(),
            by_name: FxHashMap::default(),
            files: FxHashMap::default(),
            public: &found.public,
            reached: found.public.iter().map(|(address, file)| (&**file, &**address)).collect(),
            main: Vec::new(),
        };
        for (number, entry) in found.entries.iter().enumerate() {
            let main = entry.meta.path.clone().or_else(|| entry.address.clone());
            map.main.push((main.clone(), entry.source.clone()));
            if entry.part.is_empty() {
                map.by_source.insert(entry.source.clone(), number);
            }
            let old = (system != System::Obsidian).then_some(entry.meta.aliases.iter());
            for address in main.iter().chain(&entry.address).chain(old.into_iter().flatten()) {
                map.by_address.entry(plain(address)).or_insert(number);
            }
            if system == System::Jekyll
                && let Some((_, post)) = ending(&entry.source).0.split_once("_posts/")
            {
                map.by_post.insert(post.to_owned(), number);
                map.by_post.entry(last_of(post).to_owned()).or_insert(number);
            }
        }
        if system == System::Obsidian {
            map.name_notes(&found.entries);
        }
        map
    }

    fn name_notes(&mut self, entries: &[ArchiveDocument]) {
        let mut order: Vec<usize> = (0..entries.len()).collect();
        let depth =
            |number: &usize| entries.get(*number).map_or(0, |e| e.source.matches('/').count());
        order.sort_by_key(depth);
        // Names of files go before those that notes give themselves.
        for own in [true, false] {
            for number in &order {
                let Some(entry) = entries.get(*number) else { continue };
                let stem = ending(&entry.source).0;
                let given = entry.meta.title.iter().chain(&entry.meta.aliases);
                let names: Vec<String> = match own {
                    true => vec![last_of(stem).to_lowercase(), stem.to_lowercase()],
                    false => given.map(|name| name.trim().to_lowercase()).collect(),
                };
                for name in names {
                    match self.by_name.get_mut(&name) {
                        None => drop(self.by_name.insert(name, vec![*number])),
                        Some(list) if own && !list.contains(number) => list.push(*number),
                        Some(_) => {}
                    }
                }
            }
        }
        for name in self.public.keys() {
            for key in [last_of(name), name.as_str()] {
                let list = self.files.entry(key.to_lowercase()).or_default();
                if !list.contains(name) {
                    list.push(name.clone());
                }
            }
        }
    }

    /// The address of a post by its name.
    pub(super) fn post(&self, name: &str) -> Option<String> {
        let number = self.by_post.get(name.trim().trim_matches(['"', '\'']))?;
        self.main.get(*number)?.0.clone()
    }

    /// The address of a document or a file by its path in the archive, as a text of `from` has it.
    pub(super) fn file(&self, from: usize, path: &str) -> Option<String> {
        let (path, rest) = parted(path);
        if path.is_empty() {
            return Some(rest.to_owned());
        }
        let address = match self.by_file(from, path)? {
            Hit::Document(number, _) => self.main.get(number)?.0.clone()?,
            Hit::File(name, _) => {
                format!("/{}", self.reached.get(&*name).copied().unwrap_or(&name))
            }
            _ => return None,
        };
        Some(format!("{address}{rest}"))
    }

    /// The address at which readers could reach a file, without a slash before it.
    pub(super) fn address_of(&self, name: &str) -> Option<&'a str> {
        self.reached.get(name).copied()
    }

    /// What a path in the archive means: beside the file of the text, or below the content.
    fn by_file(&self, from: usize, path: &str) -> Option<Hit> {
        let source = &self.main.get(from)?.1;
        let decoded = percent_encoding::percent_decode_str(path).decode_utf8_lossy();
        let below = joined("", &decoded);
        let content = match self.system {
            System::Hugo | System::Zola => below.as_deref().map(|below| format!("content/{below}")),
            _ => None,
        };
        // With a language a folder deeper.
        let tongue = source.split('/').nth(1).filter(|_| self.system == System::Hugo);
        let deeper = tongue.zip(below.as_deref()).map(|(t, below)| format!("content/{t}/{below}"));
        let beside =
            (!decoded.starts_with('/')).then(|| joined(folder_of(source), &decoded)).flatten();
        let candidates = [beside, content, deeper, below];
        for name in candidates.into_iter().flatten() {
            let ends = ["", ".md", "/index.md", "/_index.md", ".markdown"];
            for end in ends {
                if let Some(number) = self.by_source.get(&format!("{name}{end}")) {
                    return Some(Hit::Document(*number, String::new()));
                }
            }
            if self.reached.get(&*name).is_some_and(|address| !is_kept(&address.to_lowercase())) {
                return Some(Hit::File(name, String::new()));
            }
        }
        None
    }

    /// What an address of the old site means, without a slash before it.
    fn by_address(&self, address: &str) -> Option<Hit> {
        if let Some(number) = self.by_address.get(&plain(address)) {
            return Some(Hit::Document(*number, String::new()));
        }
        let decoded = percent_encoding::percent_decode_str(address).decode_utf8_lossy();
        let wanted = decoded.trim_start_matches('/');
        if is_kept(&wanted.to_lowercase()) && self.public.contains_key(wanted) {
            return Some(Hit::Stay);
        }
        let file = self.public.get(wanted).or_else(|| {
            // WordPress makes smaller ones of an image, and has their size in their names.
            let (stem, _) = ending(wanted);
            let (whole, size) =
                stem.rsplit_once('-').filter(|_| self.system == System::Wordpress)?;
            let digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
            size.split_once('x').filter(|(width, height)| digits(width) && digits(height))?;
            self.public.get(&format!("{whole}{}", wanted.get(stem.len()..)?))
        })?;
        Some(Hit::File(file.clone(), String::new()))
    }

    /// What a link in the text of an entry leads to.
    pub(super) fn link(&self, from: usize, destination: &str) -> Hit {
        let written = destination.trim();
        if written.is_empty() || written.starts_with(['#', '?']) {
            return Hit::Stay;
        }
        let mut path = written;
        let mut is_address = false;
        if let Some(below) = self.base_url.as_deref().and_then(|base| path_below(written, base)) {
            (path, is_address) = (below, true);
        } else if written.starts_with("//") {
            return Hit::Stay;
        } else if let Some(scheme) = scheme(written) {
            return match SCHEMES.iter().any(|known| scheme.eq_ignore_ascii_case(known)) {
                true => Hit::Stay,
                false => Hit::Refused,
            };
        }
        let (path, rest) = parted(path);
        let behind = |hit: Hit| match hit {
            Hit::Document(number, _) => Hit::Document(number, rest.to_owned()),
            Hit::File(name, _) => Hit::File(name, rest.to_owned()),
            other => other,
        };
        if path.is_empty() {
            // The home page of the site, which Chancery makes.
            return Hit::Stay;
        }
        if let Some(page) = path.strip_prefix("@/") {
            let found = self.by_source.get(&format!("content/{page}"));
            return found.map_or(Hit::Dead, |number| Hit::Document(*number, rest.to_owned()));
        }
        if is_address || path.starts_with('/') {
            if path.trim_matches('/').is_empty() {
                return Hit::Stay;
            }
            let base = self.base_url.as_deref().and_then(|base| base.splitn(4, '/').nth(3));
            let base = base.unwrap_or_default().trim_matches('/');
            let bare = path.trim_start_matches('/');
            let below = bare.strip_prefix(base).filter(|_| !base.is_empty());
            let below = below.filter(|below| below.starts_with('/'));
            let found = self
                .by_address(bare)
                .or_else(|| below.and_then(|below| self.by_address(below.trim_start_matches('/'))))
                .or_else(|| self.by_file(from, path));
            return found.map_or(Hit::Dead, behind);
        }
        if let Some(found) = self.by_file(from, path) {
            return behind(found);
        }
        if self.system == System::Obsidian {
            let decoded = percent_encoding::percent_decode_str(path).decode_utf8_lossy();
            return self.named(from, &decoded).map_or(Hit::Dead, behind);
        }
        let address = self.main.get(from).and_then(|(address, _)| address.as_deref());
        let folder =
            address.map(|address| address.rsplit_once('/').map_or("", |(folder, _)| folder));
        let found = folder.and_then(|folder| joined(folder, path));
        found.and_then(|address| self.by_address(&address)).map_or(Hit::Dead, behind)
    }

    /// What a wikilink of a vault names: a note or a file, by its path, the end of that, its name or another name.
    pub(super) fn named(&self, from: usize, name: &str) -> Option<Hit> {
        let lower = name.trim().trim_start_matches('/').to_lowercase();
        let bare = lower.strip_suffix(".md").unwrap_or(&lower);
        let source = &self.main.get(from)?.1;
        let note = || {
            let by_path = joined(folder_of(&source.to_lowercase()), bare);
            let last = self.by_name.get(last_of(bare));
            let list = self
                .by_name
                .get(bare)
                .or_else(|| self.by_name.get(&by_path?))
                .or_else(|| last.filter(|_| bare.contains('/')))?;
            let of = |number: &&usize| self.main.get(**number).map(|(_, file)| file.as_str());
            let ends = |number: &&usize| {
                let file = of(number).unwrap_or_default().to_lowercase();
                let stem = ending(&file).0;
                !bare.contains('/') || stem == bare || stem.ends_with(&format!("/{bare}"))
            };
            let near = |number: &&usize| of(number).map(folder_of) == Some(folder_of(source));
            let fits = || list.iter().filter(ends);
            let chosen = fits().find(near).or_else(|| fits().next());
            chosen.map(|number| Hit::Document(*number, String::new()))
        };
        let file = || {
            let beside = joined(folder_of(&source.to_lowercase()), &lower);
            let list = beside.and_then(|name| self.files.get(&name));
            let last = || self.files.get(last_of(&lower));
            let list = list.or_else(|| self.files.get(&lower)).or_else(last)?;
            let near = |name: &&String| folder_of(name) == folder_of(source);
            let chosen = list.iter().find(near).or_else(|| list.first())?;
            Some(Hit::File(chosen.clone(), String::new()))
        };
        note().or_else(file)
    }
}

/// A path, and what stands behind it from `?` or `#` on.
fn parted(path: &str) -> (&str, &str) {
    path.split_at(path.find(['?', '#']).unwrap_or(path.len()))
}

/// The scheme of an address in full.
fn scheme(written: &str) -> Option<&str> {
    let (scheme, _) = written.split_once(':')?;
    let shaped = scheme.starts_with(|c: char| c.is_ascii_alphabetic())
        && scheme.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte));
    shaped.then_some(scheme)
}

/// Names that are taken, without regard to case: of files below the site's root, or of addresses.
#[derive(Default)]
pub(super) struct TakenNames(BTreeSet<String>);

impl TakenNames {
    /// Takes a name; whether it was free.
    pub(super) fn take(&mut self, name: &str) -> bool {
        self.0.insert(name.trim_matches('/').to_lowercase())
    }

    /// Takes a name that ends with `end`, or one like it that is free, with a number before the end.
    pub(super) fn like(&mut self, name: &str, end: &str) -> String {
        let mut number = 1;
        loop {
            let tried = match number {
                1 => format!("{name}{end}"),
                number => format!("{name}-{number}{end}"),
            };
            if self.take(&tried) {
                return tried;
            }
            number += 1;
        }
    }

    /// Takes an address of the old site for a document. Errors: why it cannot be had, as the end of a sentence.
    pub(super) fn address(&mut self, address: &str) -> Result<(), &'static str> {
        let bare = address.trim_matches('/');
        let first = bare.split('/').next().unwrap_or_default().to_lowercase();
        if KEPT.contains(&&*first) {
            return Err("lists of the site lie there");
        }
        if !crate::front_matter::is_page_path(address) {
            return Err("no page can have it");
        }
        match self.take(bare.strip_suffix("/index.html").unwrap_or(bare)) {
            true => Ok(()),
            false => Err("another document has it"),
        }
    }
}

/// Whether an id is one of a list of the site.
pub(super) fn is_kept(id: &str) -> bool {
    KEPT.contains(&id.split('/').next().unwrap_or(id))
}

/// A path of a file with each part as every system can have it.
pub(super) fn sound(path: &str) -> String {
    let part = |part: &str| {
        let unfit = |c: char| c.is_control() || "<>:\"|?*\\#%".contains(c);
        let fit: String = part.chars().map(|c| if unfit(c) { '-' } else { c }).collect();
        let fit =
            crate::composed::composed(fit.trim_end_matches(['.', ' ']).trim_start_matches('.'))
                .into_owned();
        let fit = if fit.is_empty() { "file".to_owned() } else { fit };
        match OutputPath::check(&fit) {
            Ok(()) => fit,
            Err(_) => format!("file-{}", fit.chars().take(60).collect::<String>()),
        }
    };
    path.split('/').filter(|part| !part.is_empty()).map(part).collect::<Vec<_>>().join("/")
}

/// The path from one file of the site to another, as a link has it.
pub(super) fn from_to(from: &str, to: &str) -> String {
    let folders = |path: &str| {
        folder_of(path).split('/').filter(|p| !p.is_empty()).map(str::to_owned).collect::<Vec<_>>()
    };
    let (here, there) = (folders(from), folders(to));
    let same = here.iter().zip(&there).take_while(|(one, other)| one == other).count();
    let mut parts: Vec<String> = vec!["..".to_owned(); here.len() - same];
    parts.extend(there.into_iter().skip(same));
    parts.push(last_of(to).to_owned());
    const ENCODED: &percent_encoding::AsciiSet = &percent_encoding::CONTROLS
        .add(b' ')
        .add(b'"')
        .add(b'#')
        .add(b'%')
        .add(b'(')
        .add(b')')
        .add(b'<')
        .add(b'>')
        .add(b'?')
        .add(b'[')
        .add(b'\\')
        .add(b']')
        .add(b'`')
        .add(b'|');
    let path = parts.join("/");
    percent_encoding::utf8_percent_encode(&path, ENCODED).to_string()
}

/// The file of a document.
pub(super) fn file_of(kind: Kind, id: &str, is_bundle: bool) -> String {
    let end = if is_bundle { "/index.md" } else { ".md" };
    format!("content/{}/{id}{end}", kind.folder())
}
