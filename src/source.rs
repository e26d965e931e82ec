//! Every file of the site: the first stage, and the only reader.
//!
//! [`Sources`] knows paths and bytes, not what they mean. Documents are listed here and read, each
//! once, by the stage that parses them: their text is never all in memory.

#![allow(clippy::disallowed_methods, reason = "the one reader")]

mod archive;
mod image;
mod stray;

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File};
use std::io::{self, Read as _};
use std::ops::Bound;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::SystemTime;

use globset::{Glob, GlobBuilder, GlobSet};
use serde::Deserialize;
use walkdir::WalkDir;

use crate::composed::composed;
use crate::diagnostic::{Code, Diagnostic, Diagnostics, Place};

pub(crate) use archive::Archive;
pub(crate) use image::ImageSize;
pub(crate) use stray::document_stem;
use stray::{Stray, is_leftover, stray};

/// The name of the site's configuration.
pub(crate) const CONFIG: &str = "site.toml";
/// The name of the record of a site's judgements.
pub(crate) const LOG: &str = "judgements.log";
/// The folders a site is made of.
pub(crate) const FOLDERS: [&str; 4] = ["content", "registry", "templates", "static"];

/// No text file may be larger: 16 MiB.
const LARGEST_TEXT: u64 = 16 << 20;

/// The kinds of document, each with a folder of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// `content/briefs`
    Brief,
    /// `content/actors`
    Actor,
    /// `content/topics`
    Topic,
    /// `content/storylines`
    Storyline,
    /// `content/pages`
    Page,
}

impl Kind {
    /// All kinds.
    pub const ALL: [Kind; 5] = [Kind::Brief, Kind::Actor, Kind::Topic, Kind::Storyline, Kind::Page];

    /// The kind's folder in `content/`.
    pub fn folder(self) -> &'static str {
        match self {
            Kind::Brief => "briefs",
            Kind::Actor => "actors",
            Kind::Topic => "topics",
            Kind::Storyline => "storylines",
            Kind::Page => "pages",
        }
    }

    /// The path of the page of the document with an id, below the site's address.
    pub(crate) fn path_of(self, id: &str) -> String {
        match self {
            Kind::Page => [id, "/"].concat(),
            _ => [self.folder(), "/", id, "/"].concat(),
        }
    }

    /// The kind in a sentence.
    pub fn word(self) -> &'static str {
        match self {
            Kind::Brief => "brief",
            Kind::Actor => "actor",
            Kind::Topic => "topic",
            Kind::Storyline => "storyline",
            Kind::Page => "page",
        }
    }
}

/// A Markdown file and the document it defines.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct DocumentFile {
    /// What it defines.
    pub kind: Kind,
    /// The document's id: its path below the kind's folder, without the extension or `/index.md`.
    pub id: String,
    /// The file's name below the site's root.
    pub file: Arc<str>,
    /// Whether the document is a folder with an `index.md`.
    pub folder: bool,
    /// Which reading of the site found the file as it is: 0 is the first.
    pub reading: u32,
}

/// Any other file of `content/` or `static/`, which may be published as it is: one of `static/` is; one of `content/`
/// together with the document whose folder it lies in, or when a published document refers to it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct AssetFile {
    /// The file's name below the site's root.
    pub file: Arc<str>,
    /// Where it is published, below the site's address.
    pub path: String,
    /// The document whose folder it lies in: it is published only together with it.
    pub owner: Option<(Kind, String)>,
    /// Which reading of the site found the file as it is: 0 is the first.
    pub reading: u32,
}

impl AssetFile {
    /// Whether it lies in `content/`.
    pub fn is_content(&self) -> bool {
        self.file.starts_with("content/")
    }
}

/// What the folders of the site hold.
#[derive(Clone, Debug, Default)]
struct Listing {
    /// The names of the files below the root, and which reading found each as it is.
    files: BTreeMap<Arc<str>, u32>,
    /// Of the files that are reached by a link: the name of the file that it leads to.
    linked: BTreeMap<Arc<str>, Arc<str>>,
    /// What is wrong with names and links, by the name it is wrong with.
    problems: Vec<(String, Diagnostic)>,
    /// Changes that are not made yet, by the name that a file has with them.
    tried: BTreeMap<Arc<str>, Tried>,
}

/// What a file is with a change that is not made yet.
#[derive(Clone, Debug)]
enum Tried {
    /// What it holds.
    Text(Arc<str>),
    /// Its name as long as it is not moved.
    From(Arc<str>),
}

/// Every file of the site.
#[derive(Clone, Debug)]
pub struct Sources {
    root: PathBuf,
    /// How often the site had been read before.
    reading: u32,
    listing: Listing,
    /// The names on disk of files whose names are not in composed form there, by those that are: elsewhere all names
    /// are. macOS writes an accent as a character of its own.
    on_disk: BTreeMap<Arc<str>, Arc<str>>,
    /// The text of `site.toml`.
    pub config: Arc<str>,
    /// The text of the record of judgements, if the site keeps one.
    pub log: Option<Arc<str>>,
    /// The documents, sorted by kind and id.
    pub documents: Vec<DocumentFile>,
    /// The files to publish as they are, sorted.
    pub assets: Vec<AssetFile>,
    /// The site's own templates and string tables: name below `templates/`, and text.
    pub templates: Vec<(String, Arc<str>)>,
    /// The site's own stylesheets and script for the theme: name below `static/theme/`, and text. They stand in
    /// for the theme's, and are published under its names.
    pub theme: Vec<(String, Arc<str>)>,
}

impl Sources {
    /// Lists the files below `root`, and reads configuration and templates. What cannot be read, and
    /// names that cannot be published, are reported; `None` when there is no site to speak of.
    pub fn read(root: &Path, diagnostics: &mut Diagnostics) -> Option<Sources> {
        Sources::of(root, 0, Listing::of(root), diagnostics)
    }

    /// The site after the files or folders at the paths `touched` came, changed or went: only they are
    /// looked for. Otherwise as [`Sources::read`].
    pub fn again(&self, touched: &[PathBuf], diagnostics: &mut Diagnostics) -> Option<Sources> {
        let reading = self.reading + 1;
        let mut listing = self.listing.clone();
        let inside = self.root.canonicalize().unwrap_or_else(|_| self.root.clone());
        for path in touched {
            let Some(name) = name_of(&self.root, path) else { continue };
            let in_site = FOLDERS.iter().any(|f| name.split('/').next() == Some(f));
            if !in_site || (is_hidden(&name) && !name.starts_with("static/")) {
                continue;
            }
            listing.forget(&name);
            // What lies behind a link out of the site is none of it; the link itself is known.
            let parent = path.parent().and_then(|parent| parent.canonicalize().ok());
            if parent.is_some_and(|parent| parent.starts_with(&inside)) {
                listing.add(&self.root, &name, reading);
            }
        }
        Sources::of(&self.root, reading, listing, diagnostics)
    }

    /// The site as it would be with changes that are not made yet: files of these names with these texts, after what
    /// is called `from` is moved to `to`. Otherwise as [`Sources::read`].
    pub fn with(
        &self,
        texts: impl IntoIterator<Item = (Arc<str>, Arc<str>)>,
        moved: Option<(&str, &str)>,
        diagnostics: &mut Diagnostics,
    ) -> Option<Sources> {
        let mut listing = self.listing.clone();
        if let Some((from, to)) = moved {
            for (file, reading) in &self.listing.files {
                let rest = file.strip_prefix(from);
                if let Some(rest) = rest.filter(|rest| rest.is_empty() || rest.starts_with('/')) {
                    let new: Arc<str> = [to, rest].concat().into();
                    listing.files.remove(file);
                    listing.files.insert(new.clone(), *reading);
                    listing.tried.insert(new, Tried::From(file.clone()));
                }
            }
        }
        listing.tried.extend(texts.into_iter().map(|(file, text)| (file, Tried::Text(text))));
        Sources::of(&self.root, self.reading, listing, diagnostics)
    }

    fn of(
        root: &Path,
        reading: u32,
        listing: Listing,
        diagnostics: &mut Diagnostics,
    ) -> Option<Sources> {
        let mut sources = Sources {
            root: root.to_path_buf(),
            reading,
            listing,
            on_disk: BTreeMap::new(),
            config: "".into(),
            log: None,
            documents: Vec::new(),
            assets: Vec::new(),
            templates: Vec::new(),
            theme: Vec::new(),
        };
        if let Some(missing) = no_site(root) {
            diagnostics.push(missing);
            return None;
        }
        sources.config = match sources.text(CONFIG) {
            Ok(text) => text,
            Err(diagnostic) => {
                diagnostics.push(diagnostic);
                return None;
            }
        };
        match fs::symlink_metadata(root.join(LOG)) {
            Ok(found) if found.is_symlink() => diagnostics.push(
                Diagnostic::new(Code::Symlink, format!("`{LOG}` is a link, which is not followed"))
                    .at(Place::file(LOG))
                    .help("put the file itself there"),
            ),
            Ok(_) => match sources.text(LOG) {
                Ok(text) => sources.log = Some(text),
                Err(diagnostic) => diagnostics.push(diagnostic),
            },
            // Most sites keep none.
            Err(_) => {}
        }
        let ignored = ignored(&sources.config);
        let is_ignored = |name: &str| {
            ignored.as_ref().zip(name.strip_prefix("content/")).is_some_and(|(globs, below)| {
                // A folder that is ignored is so with all that it holds.
                let folders = below.match_indices('/').filter_map(|(at, _)| below.get(..at));
                folders.chain([below]).any(|name| globs.is_match(name))
            })
        };
        let problems = sources.listing.problems.iter().filter(|(name, _)| !is_ignored(name));
        diagnostics.extend(problems.map(|(_, problem)| problem.clone()));
        let files = std::mem::take(&mut sources.listing.files);
        for (file, reading) in &files {
            let name = match composed(file) {
                Cow::Borrowed(_) => file.clone(),
                Cow::Owned(name) => name.into(),
            };
            if is_ignored(&name) {
                continue;
            }
            if name != *file {
                if files.contains_key(&name) || sources.on_disk.contains_key(&name) {
                    diagnostics.push(twins(&name));
                    continue;
                }
                sources.on_disk.insert(name.clone(), file.clone());
            }
            sources.sort_in(&name, *reading, diagnostics);
        }
        sources.listing.files = files;
        sources.finish(diagnostics);
        Some(sources)
    }

    /// Puts a file where it belongs by its name.
    fn sort_in(&mut self, file: &Arc<str>, reading: u32, diagnostics: &mut Diagnostics) {
        let Some((folder, below)) = file.split_once('/') else { return };
        match folder {
            "templates" => match self.text(file) {
                Ok(text) => self.templates.push((below.to_owned(), text)),
                Err(diagnostic) => diagnostics.push(diagnostic),
            },
            "static"
                if matches!(
                    below,
                    "theme/style.css" | "theme/code.css" | "theme/search.js" | "theme/reader.js"
                ) =>
            {
                match self.text(file) {
                    Ok(text) => self.theme.push((below.replace("theme/", ""), text)),
                    Err(diagnostic) => diagnostics.push(diagnostic),
                }
            }
            // Whoever looks for a list of actors asks for it by its name.
            "registry" => {}
            "static" => {
                let linked = self.listing.linked.get(self.disk_name(file));
                // A link is no way round what holds a document back.
                let hides = |real: &&Arc<str>| {
                    real.starts_with("content/") && (looks(real) || document_stem(real).is_some())
                };
                if is_leftover(last_of(file)) || linked.filter(hides).is_some() {
                    diagnostics.push(left_behind(file, "what is to be published"));
                    return;
                }
                self.add_asset(file, below.to_owned(), reading);
            }
            _ => {
                let kind = Kind::ALL.into_iter().find_map(|kind| {
                    let rest = below.strip_prefix(kind.folder())?.strip_prefix('/')?;
                    Some((kind, rest))
                });
                let linked = self.listing.linked.get(self.disk_name(file));
                let linked = linked.is_some_and(|real| looks(real));
                if linked || looks(file) {
                    diagnostics.push(left_behind(file, "a document"));
                    return;
                }
                match (kind, document_at(file)) {
                    (_, Some((kind, id))) => self.documents.push(DocumentFile {
                        kind,
                        id: id.to_owned(),
                        file: file.clone(),
                        folder: document_stem(below).is_some_and(|stem| stem.ends_with("/index")),
                        reading,
                    }),
                    (None, None) if document_stem(below).is_some() => diagnostics.push(
                        Diagnostic::new(
                            Code::Misplaced,
                            format!("`{file}` lies in none of the folders of `content/`"),
                        )
                        .at(Place::file(file.clone()))
                        .help(
                            "move it to `content/briefs`, `actors`, `topics`, `storylines` or \
                             `pages`; a file to publish as it is belongs in `static/`",
                        ),
                    ),
                    (Some((Kind::Page, rest)), None) => {
                        self.add_asset(file, rest.to_owned(), reading)
                    }
                    (_, None) => self.add_asset(file, below.to_owned(), reading),
                }
            }
        }
    }

    fn add_asset(&mut self, file: &Arc<str>, path: String, reading: u32) {
        // Whose it is is found when all documents are known.
        self.assets.push(AssetFile { file: file.clone(), path, owner: None, reading });
    }

    /// Sorts everything, finds who owns the assets, and reports documents defined twice.
    fn finish(&mut self, diagnostics: &mut Diagnostics) {
        self.documents.sort();
        for pair in self.documents.windows(2) {
            let [a, b] = pair else { continue };
            if (a.kind, &a.id) == (b.kind, &b.id) {
                diagnostics.push(
                    Diagnostic::new(
                        Code::DuplicateId,
                        format!("the {} `{}` is defined twice", a.kind.word(), a.id),
                    )
                    .at(Place::file(b.file.clone()))
                    .help(format!("keep `{}` or `{}`", a.file, b.file)),
                );
            }
        }
        self.documents.dedup_by(|b, a| (a.kind, &a.id) == (b.kind, &b.id));
        let mut assets = std::mem::take(&mut self.assets);
        for asset in &mut assets {
            let real = self.listing.linked.get(self.disk_name(&asset.file));
            asset.owner = real.and_then(|real| self.owner(&composed(real)));
            if asset.owner.is_none() {
                asset.owner = self.owner(&asset.file);
            }
        }
        assets.sort();
        self.assets = assets;
        self.templates.sort();
    }

    /// The document in whose folder a file lies: the nearest one up.
    fn owner(&self, file: &str) -> Option<(Kind, String)> {
        let below = file.strip_prefix("content/")?;
        let kind = Kind::ALL.into_iter().find(|kind| {
            below.strip_prefix(kind.folder()).is_some_and(|rest| rest.starts_with('/'))
        })?;
        let mut folder = below.strip_prefix(kind.folder())?.trim_start_matches('/');
        while let Some((up, _)) = folder.rsplit_once('/') {
            folder = up;
            let found =
                self.documents.binary_search_by(|d| (d.kind, d.id.as_str()).cmp(&(kind, folder)));
            if found.ok().and_then(|i| self.documents.get(i)).is_some_and(|d| d.folder) {
                return Some((kind, folder.to_owned()));
            }
        }
        None
    }

    /// The text of a file of the site, by its name below the root; a leading byte-order mark stays.
    ///
    /// Errors: unreadable, too large, not UTF-8, or with a NUL byte.
    pub fn text(&self, file: &str) -> Result<Arc<str>, Diagnostic> {
        self.read_text(file).map(Into::into)
    }

    /// The same, for whoever needs it for a short time.
    pub(crate) fn read_text(&self, file: &str) -> Result<String, Diagnostic> {
        let name = self.disk_name(file);
        let tried = &self.listing.tried;
        let path = match tried.get(file).or_else(|| tried.get(name)) {
            Some(Tried::Text(text)) => return Ok(text.to_string()),
            Some(Tried::From(old)) => self.root.join(&**old),
            None => self.root.join(name),
        };
        let failed = |error: io::Error| unreadable(file, &error).at(Place::file(file));
        let opened = open(&path).map_err(failed)?;
        let found = opened.metadata().map_err(failed)?;
        if !found.is_file() {
            return Err(Diagnostic::new(
                Code::Unreadable,
                format!("`{file}` is not a file now, but a folder, a pipe or a device"),
            )
            .at(Place::file(file))
            .help("put a file in its place, or take it away"));
        }
        let size = found.len();
        if size > LARGEST_TEXT {
            return Err(Diagnostic::new(
                Code::TooLarge,
                format!("`{file}` has {} MiB: more than a text may have (16 MiB)", size >> 20),
            )
            .at(Place::file(file))
            .help("split it, or publish it as a file to download from `static/`"));
        }
        let bytes = whole(opened, size as usize).map_err(failed)?;
        if is_utf_16(&bytes) {
            return Err(Diagnostic::new(Code::NotUtf8, format!("`{file}` is UTF-16, not UTF-8"))
                .at(Place::file(file))
                .help("save the file with the encoding UTF-8; in Notepad and Excel, UTF-16 is called Unicode"));
        }
        // Looked for in all of them, so that many are at a time.
        if bytes.iter().fold(false, |found, byte| found | (*byte == 0)) {
            let at = bytes.iter().position(|b| *b == 0).unwrap_or_default();
            return Err(Diagnostic::new(
                Code::NulByte,
                format!("`{file}` holds a NUL byte at offset {at}: it is not a text file"),
            )
            .at(Place::file(file))
            .help(
                "save it anew as UTF-8 if it is a text; a file to download belongs in `static/`",
            ));
        }
        String::from_utf8(bytes).map_err(|error| {
            let at = error.utf8_error().valid_up_to();
            let line = error.as_bytes().iter().take(at).filter(|b| **b == b'\n').count() + 1;
            Diagnostic::new(
                Code::NotUtf8,
                format!(
                    "`{file}` is not UTF-8: the first bad byte is on line {line} (offset {at})"
                ),
            )
            .at(Place::file(file))
            .help("save the file with the encoding UTF-8")
        })
    }

    /// How large the image in a file is, if it is one whose size is known.
    pub(crate) fn image_size(&self, file: &AssetFile) -> Option<ImageSize> {
        image::size(&self.inside(&file.file)?)
    }

    /// Whether a file defines such a document, be it sound or not.
    pub fn defines(&self, kind: Kind, id: &str) -> bool {
        self.documents.binary_search_by(|d| (d.kind, d.id.as_str()).cmp(&(kind, id))).is_ok()
    }

    /// The name of a file, or of a folder that files lie in, as it is on disk.
    pub(crate) fn disk_name<'n>(&'n self, name: &'n str) -> &'n str {
        if self.on_disk.is_empty() {
            return name;
        }
        let from = (Bound::Included(name), Bound::Unbounded);
        let Some((composed, real)) = self.on_disk.range::<str, _>(from).next() else { return name };
        match composed.strip_prefix(name) {
            Some("") => real,
            // A folder: as many parts of the name.
            Some(rest) if rest.starts_with('/') => {
                let ends = real.match_indices('/').map(|(at, _)| at).nth(name.matches('/').count());
                ends.and_then(|end| real.get(..end)).unwrap_or(name)
            }
            _ => name,
        }
    }

    /// The path of a file on disk, for copying it.
    pub fn path(&self, file: &str) -> PathBuf {
        self.root.join(self.disk_name(file))
    }

    /// The path of a file on disk, all links followed; `None` when it is gone, is no file now or lies where links are
    /// not followed.
    pub fn inside(&self, file: &str) -> Option<PathBuf> {
        let path = self.path(file).canonicalize().ok().filter(|path| path.is_file())?;
        target_of(&self.root.canonicalize().ok()?, &path).map(|_| path)
    }

    /// Whether the site has a file of this name.
    pub fn has(&self, file: &str) -> bool {
        file == CONFIG
            || file == LOG && self.log.is_some()
            || self.listing.files.contains_key(self.disk_name(file))
    }

    /// The names of all files of the site below its root, as they are on disk.
    pub fn names(&self) -> Vec<&str> {
        let log = self.log.as_ref().map(|_| LOG);
        self.listing.files.keys().map(|name| &**name).chain([CONFIG]).chain(log).collect()
    }

    /// The file of this name, if it is one that may be published as it is.
    pub fn asset(&self, file: &str) -> Option<&AssetFile> {
        let found = self.assets.binary_search_by(|asset| (*asset.file).cmp(file));
        found.ok().and_then(|at| self.assets.get(at))
    }

    /// The names of the lists of actors of the site's own, and which reading found each as it is.
    pub(crate) fn lists(&self) -> impl Iterator<Item = (String, u32)> {
        let from = (Bound::Included("registry/"), Bound::Unbounded);
        let files = self.listing.files.range::<str, _>(from);
        let files = files.take_while(|(file, _)| file.starts_with("registry/"));
        files.filter_map(|(file, reading)| Some((list_at(&composed(file))?.to_owned(), *reading)))
    }

    /// How often the site had been read before the file was last found changed; 0 for other files.
    pub fn reading_of(&self, file: &str) -> u32 {
        self.listing.files.get(self.disk_name(file)).copied().unwrap_or_default()
    }
}

/// The name of the file that a relative path in `file` means; `None` when it leads out of the site.
pub(crate) fn file_at(file: &str, path: &str) -> Option<String> {
    let mut parts: Vec<&str> = file.split('/').collect();
    parts.pop();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop()?;
            }
            part => parts.push(part),
        }
    }
    Some(match composed(&parts.join("/")) {
        Cow::Borrowed(name) => name.to_owned(),
        Cow::Owned(name) => name,
    })
}

/// What to report of a file of which another has the name in another form of Unicode.
fn twins(name: &str) -> Diagnostic {
    Diagnostic::new(
        Code::Collision,
        format!("there are two files `{name}`, whose names differ in the form of a letter only"),
    )
    .at(Place::file(name))
    .help("in one of them a letter with an accent is one character, in the other two: keep one of the files, or rename it")
}

/// Whether bytes are text in UTF-16: by its mark, or as every second one of the first is zero.
fn is_utf_16(bytes: &[u8]) -> bool {
    let [first, second, ..] = bytes else { return false };
    if matches!((first, second), (0xff, 0xfe) | (0xfe, 0xff)) {
        return true;
    }
    let is_zero = |at: &usize| bytes.get(*at) == Some(&0);
    let start = bytes.len().min(64) / 2 * 2;
    let all = |odd: usize| (odd..start).step_by(2).all(|at| is_zero(&at));
    let none = |odd: usize| !(odd..start).step_by(2).any(|at| is_zero(&at));
    start >= 4 && (all(1) && none(0) || all(0) && none(1))
}

/// What to report when a folder holds no site.
pub(crate) fn no_site(root: &Path) -> Option<Diagnostic> {
    let missing = || {
        let message = format!("there is no site in `{}`: it has no `{CONFIG}`", root.display());
        let below = sites_below(root);
        Diagnostic::new(Code::NoSite, message).help(match below.as_slice() {
            [_] | [_, _] | [_, _, _] => format!("did you mean {}?", below.join(" or ")),
            _ if root.is_dir() => "make a site with `chancery init DIR`, or name its folder with `--root DIR`; without it, the nearest folder with a `site.toml` from the current one upwards is taken".to_owned(),
            _ => "there is no such folder: name the site's with `--root DIR`, or make a site with `chancery init DIR`".to_owned(),
        })
    };
    let config = root.join(CONFIG);
    let Ok(found) = fs::symlink_metadata(&config) else { return Some(missing()) };
    if found.is_symlink() {
        let (root, real) = (root.canonicalize().ok()?, config.canonicalize().ok());
        let followed = real.as_deref().and_then(|real| target_of(&root, real));
        return followed.is_none().then(|| leads_out(CONFIG, real.as_deref(), &root));
    }
    (!found.is_file()).then(|| {
        Diagnostic::new(
            Code::NoSite,
            format!("`{}` is not a file, but a folder, a pipe or a device", config.display()),
        )
        .help("put the site's configuration in its place")
    })
}

/// The sites whose folders lie in a folder, as the option that names each.
fn sites_below(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).into_iter().flatten();
    let paths = entries.filter_map(|entry| Some(entry.ok()?.path()));
    let sites = paths.filter(|path| path.join(CONFIG).is_file());
    let shown =
        sites.map(|site| format!("`--root {}`", site.strip_prefix(".").unwrap_or(&site).display()));
    let mut shown: Vec<String> = shown.collect();
    shown.sort_unstable();
    shown
}

/// How the files of a site looked at one moment, to tell later which of them came, changed or went.
pub(crate) struct Snapshot {
    /// Size and times of change of each file, by its name. Its number is not looked at: where file systems tell of no
    /// changes, they may be made up anew for each look.
    files: BTreeMap<Arc<str>, Option<(u64, SystemTime, Touched)>>,
    /// The names of what is listed as a problem.
    problems: BTreeSet<String>,
}

impl Snapshot {
    /// At the site in a folder.
    pub(crate) fn at(root: &Path) -> Snapshot {
        let Listing { files, problems, .. } = Listing::of(root);
        let files = files.into_keys().chain([CONFIG.into(), LOG.into()]).map(|name| {
            let found = fs::metadata(root.join(&*name)).ok();
            (name, found.and_then(|f| Some((f.len(), f.modified().ok()?, touched(&f)))))
        });
        let problems = problems.into_iter().map(|(name, _)| name).collect();
        Snapshot { files: files.collect(), problems }
    }

    /// The names below the root of the files and folders that are to be read again, if the site looks like `later`
    /// now.
    pub(crate) fn changed<'a>(&'a self, later: &'a Snapshot) -> BTreeSet<&'a str> {
        let differs = |name: &&Arc<str>| self.files.get(*name) != later.files.get(*name);
        let names = self.files.keys().chain(later.files.keys()).filter(differs).map(|n| &**n);
        // The name of a problem may not be that of a file, as it is not UTF-8: the folder is found in any case.
        let problems = self.problems.symmetric_difference(&later.problems);
        let folders = problems.map(|name| name.rsplit_once('/').map_or(name.as_str(), |(f, _)| f));
        names.chain(folders).collect()
    }
}

/// When anything about a file last changed, in seconds and nanoseconds: a tool may set back the time of its content.
type Touched = (i64, i64);

#[cfg(unix)]
fn touched(found: &fs::Metadata) -> Touched {
    use std::os::unix::fs::MetadataExt as _;
    (found.ctime(), found.ctime_nsec())
}

/// Not told by this system.
#[cfg(not(unix))]
fn touched(_: &fs::Metadata) -> Touched {
    (0, 0)
}

impl Listing {
    /// Lists a whole site.
    fn of(root: &Path) -> Listing {
        let mut listing = Listing::default();
        let mut files = Vec::new();
        for folder in FOLDERS {
            listing.find(root, folder, |name| files.push((name, 0)));
        }
        // Made at once, a map need not look for the place of each.
        listing.files = files.into_iter().collect();
        listing
    }

    /// Forgets a file, or a folder and all below it.
    fn forget(&mut self, name: &str) {
        let below = |other: &str| {
            other.strip_prefix(name).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        let from = (Bound::Included(name), Bound::Unbounded);
        let gone = self.files.range::<str, _>(from).map(|(file, _)| file);
        let gone: Vec<Arc<str>> =
            gone.take_while(|file| file.starts_with(name)).filter(|f| below(f)).cloned().collect();
        for file in gone {
            self.files.remove(&file);
            self.linked.remove(&file);
        }
        self.problems.retain(|(name, _)| !below(name));
    }

    /// Lists a file, or the files of a folder, by its name below the root.
    fn add(&mut self, root: &Path, name: &str, reading: u32) {
        let mut found = Vec::new();
        self.find(root, name, |name| found.push((name, reading)));
        self.files.extend(found);
    }

    /// Finds a file, or the files of a folder, by its name below the root, and notes what is wrong with others. Hidden
    /// files and what editors leave behind are passed over before links are followed. A link is followed only to what
    /// the site is made of.
    fn find(&mut self, root: &Path, top_name: &str, mut file: impl FnMut(Arc<str>)) {
        let top = root.join(top_name);
        if !top.exists() && !top.is_symlink() {
            return;
        }
        let inside = root.canonicalize().unwrap_or_else(|_| root.to_path_buf());
        let Listing { problems, linked, .. } = self;
        let mut problem = |path: &Path, problem: Diagnostic| {
            let lossy = path.strip_prefix(root).unwrap_or(path).to_string_lossy().into_owned();
            problems.push((lossy, problem));
        };
        // The link to a folder that the walk is below of: its name, and that of the folder.
        let mut folder_links: Vec<(String, String)> = Vec::new();
        if let Some((above, _)) = top_name.rsplit_once('/') {
            let real = root.join(above).canonicalize().ok();
            let real = real.and_then(|real| target_of(&inside, &real)).filter(|real| real != above);
            folder_links.extend(real.map(|real| (above.to_owned(), real)));
        }
        let mut entries = WalkDir::new(&top).follow_links(true).into_iter();
        while let Some(entry) = entries.next() {
            let path = match &entry {
                Ok(entry) => entry.path(),
                Err(error) => error.path().unwrap_or(&top),
            };
            let name = name_of(root, path);
            if let Some(name) = name.as_deref().filter(|name| is_hidden(name)) {
                if is_told(name) {
                    problem(path, hidden_file(name));
                }
                if entry.as_ref().is_ok_and(|entry| entry.file_type().is_dir()) {
                    entries.skip_current_dir();
                }
                continue;
            }
            let entry = match entry {
                Ok(entry) => entry,
                Err(error) => {
                    let path = error.path().unwrap_or(&top);
                    let name = name.unwrap_or_else(|| top_name.to_owned());
                    let diagnostic = match error.io_error() {
                        _ if error.loop_ancestor().is_some() => Diagnostic::new(
                            Code::Symlink,
                            format!("the link `{name}` leads back to a folder that holds it"),
                        )
                        .help("remove the link, or copy what is meant in its place"),
                        // Gone since it was listed.
                        Some(io) if io.kind() == io::ErrorKind::NotFound && !path.is_symlink() => {
                            continue;
                        }
                        Some(io) if path.is_symlink() && !lacks_descriptors(io) => Diagnostic::new(
                            Code::Symlink,
                            format!("the link `{name}` leads to nothing"),
                        )
                        .help("remove the link, or make it lead to a file of the site"),
                        Some(io) => unreadable(&name, io),
                        None => Diagnostic::new(
                            Code::Unreadable,
                            format!("`{name}` cannot be read: {error}"),
                        ),
                    };
                    problem(path, diagnostic.at(Place::file(name)));
                    continue;
                }
            };
            let real = match entry.path_is_symlink() {
                true => {
                    let real = entry.path().canonicalize().ok();
                    let Some(real) = real.as_deref().and_then(|real| target_of(&inside, real))
                    else {
                        let name = name.unwrap_or_else(|| top_name.to_owned());
                        problem(entry.path(), leads_out(&name, real.as_deref(), &inside));
                        if entry.file_type().is_dir() {
                            entries.skip_current_dir();
                        }
                        continue;
                    };
                    Some(real)
                }
                false => None,
            };
            if let Some(name) = &name {
                folder_links.retain(|(link, _)| is_below(name, link));
                match real {
                    Some(real) if entry.file_type().is_dir() => {
                        folder_links.push((name.clone(), real));
                    }
                    Some(real) => {
                        linked.insert(name.as_str().into(), real.into());
                    }
                    None => {
                        let last = folder_links.last();
                        let real = last.and_then(|(link, real)| {
                            Some([real, name.strip_prefix(link.as_str())?].concat())
                        });
                        linked.extend(real.map(|real| (name.as_str().into(), real.into())));
                    }
                }
            }
            if !entry.file_type().is_file() {
                continue;
            }
            let why = match &name {
                None => "it is not UTF-8".to_owned(),
                Some(name) => match name.chars().find(|c| unfit(*c)) {
                    Some(bad) => format!("it holds {bad:?}"),
                    None => {
                        file(name.as_str().into());
                        continue;
                    }
                },
            };
            problem(
                entry.path(),
                Diagnostic::new(
                    Code::BadFileName,
                    format!("the file name {:?} cannot be part of an address: {why}", entry.path()),
                )
                .help("rename it, without control characters and without any of < > : \" | ? * \\"),
            );
        }
    }
}

/// Opens a file for reading. A pipe that stands in its place is opened too, but not waited for.
fn open(path: &Path) -> io::Result<File> {
    let mut options = File::options();
    options.read(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt as _;
        options.custom_flags(rustix::fs::OFlags::NONBLOCK.bits() as i32);
    }
    options.open(path)
}

/// What to report of a file or folder that cannot be read.
fn unreadable(name: &str, error: &io::Error) -> Diagnostic {
    let diagnostic = Diagnostic::new(Code::Unreadable, format!("`{name}` cannot be read: {error}"));
    if error.kind() == io::ErrorKind::PermissionDenied {
        return diagnostic.help("this user has no right to read it: change its mode or owner");
    }
    if !lacks_descriptors(error) {
        return diagnostic
            .help("look at it with another program: if that fails too, it is the disk");
    }
    diagnostic.help(
        "nothing is wrong with the file: the process or the system has as many files open as it may; close other \
         programs, or allow more with `ulimit -n`",
    )
}

/// Whether the process or the whole system has as many files open as it may (`EMFILE`, `ENFILE`).
pub(crate) fn lacks_descriptors(error: &io::Error) -> bool {
    #[cfg(unix)]
    let codes = [rustix::io::Errno::MFILE, rustix::io::Errno::NFILE].map(|e| e.raw_os_error());
    // WSAEMFILE and ERROR_TOO_MANY_OPEN_FILES.
    #[cfg(not(unix))]
    let codes = [10024, 4];
    error.raw_os_error().is_some_and(|code| codes.contains(&code))
}

/// All of a file that should have so many bytes.
fn whole(mut file: File, size: usize) -> io::Result<Vec<u8>> {
    let mut bytes = vec![0; size + 1];
    let mut filled = 0;
    // There is room for one byte more: that none comes tells of the end without another call of the system.
    while filled != size || size == 0 {
        match file.read(bytes.get_mut(filled..).unwrap_or_default()) {
            Ok(0) => break,
            Ok(read) => filled += read,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    bytes.truncate(filled);
    // It has grown since, or its file system did not know how long it is.
    if filled > size {
        file.read_to_end(&mut bytes)?;
    }
    Ok(bytes)
}

/// Whether a file or folder of this name below the root is passed over, or lies in a folder that is: hidden, or left
/// behind by an editor. What hosts read from the site's root is not.
fn is_hidden(name: &str) -> bool {
    let rest = match name.strip_prefix("static/") {
        Some(".htaccess" | ".well-known") => return false,
        Some(rest) => rest.strip_prefix(".well-known/").unwrap_or(rest),
        None => name,
    };
    rest.split('/').any(|part| {
        part.starts_with('.')
            || part.ends_with('~')
            || (part.starts_with('#') && part.ends_with('#'))
    })
}

/// Whether it is told that a hidden file is passed over: in `static/`, where its author may think that it is published.
fn is_told(name: &str) -> bool {
    name.starts_with("static/") && last_of(name).starts_with('.')
}

fn hidden_file(name: &str) -> Diagnostic {
    Diagnostic::new(
        Code::HiddenFile,
        format!("`{name}` is hidden, as its name begins with a dot, and is not published"),
    )
    .at(Place::file(name))
    .help("of hidden files, `static/.htaccess` and those in `static/.well-known/` are published")
}

/// The last part of a name.
fn last_of(name: &str) -> &str {
    name.rsplit('/').next().unwrap_or(name)
}

/// Whether a name below the root is that of another or of something in it.
fn is_below(name: &str, folder: &str) -> bool {
    name.strip_prefix(folder).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// Whether a file of `content/`, or a folder that it lies in, is a leftover or a copy of a document.
fn looks(name: &str) -> bool {
    let (folders, last) = name.rsplit_once('/').unwrap_or(("", name));
    stray(last).is_some() || folders.split('/').any(is_leftover)
}

/// What to report of a file that looks like a document or is a leftover.
fn left_behind(file: &str, wanted: &str) -> Diagnostic {
    let why = match stray(last_of(file)) {
        Some(Stray::Document) => "looks like a document, or a copy of one, and is none",
        _ => "looks like a file that a program left behind",
    };
    Diagnostic::new(Code::LeftoverFile, format!("`{file}` {why}: it is not published"))
        .at(Place::file(file))
        .help(format!("delete it, or rename it if it is {wanted}; `[content] ignore` in `site.toml` passes files of `content/` over"))
}

/// The name below the root of what a link leads to, if links to it are followed: it lies in a folder that the site is
/// made of, and nothing on the way is hidden. Both paths are without links.
fn target_of(root: &Path, target: &Path) -> Option<String> {
    target.strip_prefix(root).ok()?;
    let name = name_of(root, target)?;
    let folder = name.split('/').next();
    let followed = FOLDERS.iter().any(|f| folder == Some(f)) && !is_hidden(&name);
    followed.then_some(name)
}

fn leads_out(name: &str, real: Option<&Path>, root: &Path) -> Diagnostic {
    let within = real.and_then(|real| real.strip_prefix(root).ok());
    let what = match within.map(|below| below.display().to_string()) {
        Some(below) => {
            format!("the link `{name}` leads to `{below}`, which is no part of the site")
        }
        None => format!("the link `{name}` leads out of the site"),
    };
    Diagnostic::new(Code::Symlink, what).at(Place::file(name)).help(
        "links are followed to files in `content`, `registry`, `templates` and `static` that are not hidden; copy what is meant there",
    )
}

/// The document that the file of this name defines, or would.
pub(crate) fn document_at(file: &str) -> Option<(Kind, &str)> {
    let stem = document_stem(file.strip_prefix("content/")?)?;
    let (kind, id) = Kind::ALL
        .into_iter()
        .find_map(|kind| Some((kind, stem.strip_prefix(kind.folder())?.strip_prefix('/')?)))?;
    Some((kind, id.strip_suffix("/index").unwrap_or(id)))
}

/// The file of a list of actors of the site's own.
pub(crate) fn list_file(name: &str) -> String {
    format!("registry/{name}.toml")
}

/// The name of the list of actors that a file of the site holds.
pub(crate) fn list_at(file: &str) -> Option<&str> {
    let name = file.strip_prefix("registry/")?.strip_suffix(".toml")?;
    (!name.contains('/')).then_some(name)
}

/// Whether a file declares many actors that have no file of their own: it is a list, or the configuration, which asks for
/// those of the built-in registry.
pub(crate) fn declares_many(file: &str) -> bool {
    file == CONFIG || list_at(file).is_some()
}

/// Whether a text can be the id of a document: a path of names that every file system and address can have.
pub(crate) fn is_id(id: &str) -> bool {
    let sound = |part: &str| {
        !part.is_empty()
            && !part.starts_with('.')
            && !part.ends_with(['.', ' '])
            && !part.contains(|c: char| c.is_control() || "<>:\"|?*\\#%".contains(c))
    };
    id.split('/').all(sound) && !id.ends_with(".md")
}

/// A glob of `[content] ignore`: names below `content/`, where `*` stops at a `/` and `**` does not; one without a `/`
/// fits in every folder. Errors: it is none.
pub(crate) fn glob(pattern: &str) -> Result<Glob, globset::Error> {
    let pattern = composed(pattern.trim_end_matches('/'));
    let anywhere = match pattern.strip_prefix('/') {
        Some(from_top) => from_top.to_owned(),
        None if pattern.contains('/') => pattern.into_owned(),
        None => format!("**/{pattern}"),
    };
    GlobBuilder::new(&anywhere).literal_separator(true).build()
}

/// What `site.toml` says is to be ignored. What is wrong with it is reported when the configuration is read.
fn ignored(config: &str) -> Option<GlobSet> {
    #[derive(Default, Deserialize)]
    struct ContentTable {
        #[serde(default)]
        ignore: Vec<String>,
    }
    #[derive(Deserialize)]
    struct SiteTable {
        #[serde(default)]
        content: ContentTable,
    }
    // Nearly no site says so, and its text need not be parsed twice.
    config.contains("ignore").then_some(())?;
    let site: SiteTable = toml::from_str(config.trim_start_matches('\u{feff}')).ok()?;
    let globs = site.content.ignore.iter().filter_map(|pattern| glob(pattern).ok());
    let mut set = GlobSet::builder();
    globs.for_each(|glob| {
        set.add(glob);
    });
    set.build().ok().filter(|set| !set.is_empty())
}

/// Whether a letter cannot be part of a file's name on every system.
fn unfit(letter: char) -> bool {
    letter.is_control() || matches!(letter, '<' | '>' | ':' | '"' | '|' | '?' | '*' | '\\')
}

/// A path's name below the root, with `/` between its parts; `None` when it is not UTF-8.
pub(crate) fn name_of(root: &Path, path: &Path) -> Option<String> {
    // Nearly all are written as they are to be.
    let below = root.to_str().and_then(|root| path.to_str()?.strip_prefix(root)?.strip_prefix('/'));
    if let Some(below) = below.filter(|below| is_clean(below)) {
        return Some(below.to_owned());
    }
    let below = path.strip_prefix(root).unwrap_or(path);
    let mut name = String::with_capacity(below.as_os_str().len());
    for part in below.components() {
        if !name.is_empty() {
            name.push('/');
        }
        name.push_str(part.as_os_str().to_str()?);
    }
    Some(name)
}

/// Whether a path is of parts with `/` between them, none of them empty or `.`, and without a `\`.
fn is_clean(path: &str) -> bool {
    let mut last = b'/';
    let mut before = b'/';
    for byte in path.bytes().chain([b'/']) {
        let dot = last == b'.' && before == b'/';
        if byte == b'\\' || (byte == b'/' && (last == b'/' || dot)) {
            return false;
        }
        (before, last) = (last, byte);
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn looks_tell_what_came_changed_and_went() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path();
        let write = |name: &str, text: &str| {
            fs::create_dir_all(root.join(name).parent().unwrap()).unwrap();
            fs::write(root.join(name), text).unwrap();
        };
        write("site.toml", "");
        write("content/briefs/a.md", "a");
        write("content/briefs/b.md", "b");
        write("public/index.html", "made of them");
        let mut last = Snapshot::at(root);
        let mut changed = || {
            let now = Snapshot::at(root);
            let changed = last.changed(&now).into_iter().map(str::to_owned).collect::<Vec<_>>();
            last = now;
            changed
        };
        assert!(changed().is_empty());
        write("content/briefs/a.md", "longer");
        write("site.toml", "title = \"\"");
        assert_eq!(changed(), ["content/briefs/a.md", "site.toml"]);
        // Of the same size.
        let file = File::options().write(true).open(root.join("content/briefs/b.md")).unwrap();
        file.set_modified(SystemTime::UNIX_EPOCH).unwrap();
        assert_eq!(changed(), ["content/briefs/b.md"]);
        #[cfg(unix)]
        {
            // As rsync and git do: of the same size, and the time put back.
            let before = fs::metadata(root.join("content/briefs/a.md")).unwrap();
            write("content/briefs/a.md", "change");
            let file = File::options().write(true).open(root.join("content/briefs/a.md")).unwrap();
            file.set_modified(before.modified().unwrap()).unwrap();
            assert_eq!(changed(), ["content/briefs/a.md"]);
        }
        write("static/deep/er/x.txt", "");
        fs::create_dir(root.join("static/empty")).unwrap();
        fs::rename(root.join("content/briefs/b.md"), root.join("content/briefs/c.md")).unwrap();
        assert_eq!(
            changed(),
            ["content/briefs/b.md", "content/briefs/c.md", "static/deep/er/x.txt"]
        );
        write("content/briefs/.a.md.swp", "");
        write("content/briefs/a.md~", "");
        write("public/index.html", "made again");
        assert!(changed().is_empty());
        fs::remove_dir_all(root.join("content")).unwrap();
        fs::remove_file(root.join("site.toml")).unwrap();
        assert_eq!(changed(), ["content/briefs/a.md", "content/briefs/c.md", "site.toml"]);
        #[cfg(unix)]
        {
            std::os::unix::fs::symlink("nowhere", root.join("static/deep/link")).unwrap();
            assert_eq!(changed(), ["static/deep"]);
            assert!(changed().is_empty());
            fs::remove_file(root.join("static/deep/link")).unwrap();
            assert_eq!(changed(), ["static/deep"]);
        }
    }

    #[test]
    fn all_of_a_file_is_read_whatever_its_length_was_said_to_be() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a");
        for length in [0, 1, 5000] {
            let bytes = vec![b'x'; length];
            fs::write(&path, &bytes).unwrap();
            for said in [0, 1, 4999, 5000, 9000] {
                let read = whole(File::open(&path).unwrap(), said).unwrap();
                assert_eq!(read.len(), length, "said to be {said}");
            }
        }
    }

    #[test]
    fn names_are_those_of_the_parts_below_the_root() {
        for (root, path, name) in [
            ("site", "site/content/a.md", "content/a.md"),
            ("site/", "site/content/a.md", "content/a.md"),
            ("site", "site//content/./a.md", "content/a.md"),
            (".", "./a.md", "a.md"),
            ("", "a.md", "a.md"),
            ("/", "/a.md", "a.md"),
            ("sit", "site/a.md", "site/a.md"),
            ("site", "site", ""),
        ] {
            assert_eq!(name_of(Path::new(root), Path::new(path)).as_deref(), Some(name));
        }
    }
}
