//! `rename`: another id for a document, and for everything that refers to it. All or nothing.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;
use std::time::Instant;

use crate::composed::{composed, decomposed};
use crate::corpus::ActorLists;
use crate::diagnostic::{Diagnostics, nearest};
use crate::front_matter::{
    Reference, Referent, Spanned, all_references, edit, split_judgement, tree,
};
use crate::graph::{Destination, DocumentIx, without_query};
use crate::markdown::TargetKind;
use crate::never;
use crate::publish::{Revision, revise};
use crate::site::{Request, Site};
use crate::source::{CONFIG, DocumentFile, Kind, LOG, file_at, is_id};
use jiff::Timestamp;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use pulldown_cmark::{Event, Options, Parser, Tag};

use super::{Failure, Outcome, findings, fix, now, request, state_folder};
use crate::cli::{Common, Show};

/// Texts to write in the place of others, by file.
type Splices = BTreeMap<Arc<str>, Vec<(Range<usize>, String)>>;

/// What stands in an address as it is (RFC 3986, 2.3), and the slash.
const PLAIN: &AsciiSet =
    &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~').remove(b'/');

/// Gives a document the id `to`, or with `dry_run` shows what that changes.
pub(super) fn run(
    common: &Common,
    kind: Kind,
    from: &str,
    to: &str,
    dry_run: bool,
) -> Result<Outcome, Failure> {
    check_id(to)?;
    let (from, to) = (&*composed(from), &*composed(to));
    // At the start of time with drafts, nothing is held back and nothing has expired. Texts name the site by the address
    // that `site.toml` has.
    let given = request(common)?;
    let everything = Request { drafts: true, now: Timestamp::MIN, base_url: None, ..given };
    let mut diagnostics = Diagnostics::new();
    let site = Site::read(&common.root, &everything, &mut diagnostics);
    let Some(site) = site.filter(|_| !diagnostics.has_errors()) else {
        let (report, code) = findings(common, &Show::default(), None, diagnostics).whole();
        let stderr = format!("{report}nothing was renamed: the errors above come first\n");
        return Ok(Outcome { stdout: String::new(), stderr, code });
    };
    let files = || site.sources.documents.iter().filter(|d| d.kind == kind);
    let Some(document) = files().find(|d| d.id == from) else {
        let documents = &site.graph.documents;
        let mut listed = documents.actors.iter().filter(|actor| actor.is_listed());
        if kind == Kind::Actor
            && (documents.unconcerned.iter().any(|id| id == from)
                || listed.any(|actor| actor.id == from))
        {
            return Err(Failure(format!(
                "`{from}` is an actor of the registry and has no file\nhelp: `chancery registry add {from}` writes one, which can be renamed"
            )));
        }
        let near = nearest(from, files().map(|d| d.id.as_str()));
        let help = near.map(|near| format!("\nhelp: did you mean `{near}`?")).unwrap_or_default();
        return Err(Failure(format!("there is no {} `{from}`{help}", kind.word())));
    };
    if let Some(taken) = files().find(|d| d.id.eq_ignore_ascii_case(to)) {
        return Err(Failure(format!("the id `{}` is taken", taken.id)));
    }
    if kind == Kind::Brief
        && let Some(brief) = site.graph.documents.briefs.iter().find(|brief| brief.id == from)
        && brief.front.path.is_some()
        && !brief.front.judgements.is_empty()
        && !brief.front.redirects.iter().any(|redirect| {
            redirect.value.trim_matches('/') == kind.path_of(from).trim_matches('/')
        })
        && site.sources.log.is_some()
    {
        return Err(Failure(format!(
            "`{LOG}` knows the judgements of `{from}` by its id, and by its old address where it has one; it declares its `path`, so nothing would tell that they are the same\nhelp: write `redirects = [\"/{}\"]` in it by hand and rename it then",
            kind.path_of(from)
        )));
    }
    let rename = Rename { site: &site, kind, from, to, document, new_file: new_file(document, to) };
    let mut revisions = rename.revisions()?;
    let (source, target) = rename.moved();
    let source = site.sources.disk_name(&source).to_owned();
    if common.root.join(&target).symlink_metadata().is_ok() {
        return Err(Failure(format!("there is a `{target}` already; nothing was done")));
    }
    // The site has to read as well as before: that is tried before anything is written.
    let mut after = Diagnostics::new();
    let texts = revisions.iter().map(|revision| {
        let file = rename.carried(&revision.file).unwrap_or_else(|| revision.file.clone());
        (file, Arc::from(revision.new.as_str()))
    });
    let tried = site.sources.with(texts, Some((&source, &target)), &mut after).map(Arc::new);
    let then = Request { now: now(common)?, ..everything };
    let read = tried
        .clone()
        .and_then(|sources| Site::link(sources, &then, None, Instant::now(), &mut after));
    if read.is_none() || after.has_errors() {
        let (report, _) = findings(common, &Show::default(), tried.as_deref(), after).whole();
        let stderr =
            format!("{report}nothing was renamed: it would have led to the errors above\n");
        return Ok(Outcome { stdout: String::new(), stderr, code: 1 });
    }
    if dry_run {
        let mut stdout = format!("rename {source} => {target}\n");
        revisions.iter().for_each(|revision| stdout.push_str(&fix::diff(revision)));
        return Ok(Outcome::done(stdout));
    }
    for revision in &mut revisions {
        revision.file = site.sources.disk_name(&revision.file).into();
    }
    let count = revisions.len();
    let what = format!("rename {} {from} {to}", kind.word());
    let state = state_folder(common);
    revise(&common.root, state.as_deref(), &what, &revisions, Some((&source, &target)))
        .map_err(super::plain)?;
    let plural = if count == 1 { "" } else { "s" };
    let back = match rename.is_taken_back() {
        true => format!(
            "it has its former address again, so no redirect is left at `/{}`\n",
            kind.path_of(from)
        ),
        false => String::new(),
    };
    let done = format!("renamed {source} to {target}; {count} file{plural} changed\n{back}");
    Ok(Outcome::done(done))
}

/// An id is a path of names that every file system and address can have.
pub(super) fn check_id(id: &str) -> Result<(), Failure> {
    if is_id(id) {
        return Ok(());
    }
    Err(Failure(format!(
        "`{id}` cannot be an id\nhelp: an id is the path of the file below its folder without `.md`, such as `sergey-lavrov`"
    )))
}

/// What follows the id in the name of a document's file, as in `.md` or `/index.md`.
fn ending(document: &DocumentFile) -> &str {
    let file = &*document.file;
    let at = match document.folder {
        true => file.rfind('/'),
        false => file.rfind('.'),
    };
    let (stem, ending) = file.split_at(at.unwrap_or(file.len()));
    never!(!stem.ends_with(&document.id), "the id of {file} is {}", document.id);
    ending
}

/// The file of a document under its new id.
fn new_file(document: &DocumentFile, to: &str) -> String {
    let old = document.id.len() + ending(document).len();
    let (folder, _) = document.file.split_at(document.file.len() - old);
    [folder, to, ending(document)].concat()
}

struct Rename<'a> {
    site: &'a Site,
    kind: Kind,
    from: &'a str,
    to: &'a str,
    document: &'a DocumentFile,
    new_file: String,
}

impl Rename<'_> {
    /// What is moved, and to where: a file, or the folder that a document is.
    fn moved(&self) -> (String, String) {
        let whole = |file: &str| match self.document.folder {
            true => file.split_at(file.len() - ending(self.document).len()).0.to_owned(),
            false => file.to_owned(),
        };
        (whole(&self.document.file), whole(&self.new_file))
    }

    /// The new name of a file that is moved with the document.
    fn carried(&self, file: &str) -> Option<Arc<str>> {
        let (source, target) = self.moved();
        let rest = file.strip_prefix(&source)?;
        (rest.is_empty() || rest.starts_with('/')).then(|| [target.as_str(), rest].concat().into())
    }

    /// Every change of a text, by file.
    fn revisions(&self) -> Result<Vec<Revision>, Failure> {
        let mut splices = Splices::new();
        self.front_matter(&mut splices)?;
        for document in self.site.graph.all() {
            self.links(document, &mut splices)?;
        }
        for document in &self.site.sources.documents {
            self.addresses(&document.file, &mut splices)?;
        }
        self.addresses(&CONFIG.into(), &mut splices)?;
        // The renamed document is always changed: it gets a redirect, or loses one.
        splices.entry(self.document.file.clone()).or_default();
        let mut revisions = Vec::new();
        for (file, mut changes) in splices {
            let old = self.site.sources.text(&file).map_err(super::plain)?;
            changes.sort_by_key(|(range, _)| std::cmp::Reverse(range.start));
            changes.dedup();
            let mut new = old.to_string();
            for (range, with) in &changes {
                new = edit::splice(&new, range, with);
            }
            if file == self.document.file {
                new = self.redirected(new)?;
            }
            if new != *old {
                revisions.push(Revision { file, old, new });
            }
        }
        Ok(revisions)
    }

    /// The addresses that lead to the document from where it was; `None` if its address does not follow from its id.
    fn redirects(&self) -> Option<&[Spanned<String>]> {
        let graph = &self.site.graph;
        let document = graph.all().into_iter().find(|ix| self.is_renamed(*ix));
        match document {
            // One that declares its address keeps it.
            Some(document) => {
                let front = graph.documents.head(document).front;
                front.declared_path().is_none().then(|| front.redirects())
            }
            None => never!("`{}` is no document of the site", self.document.file => None),
        }
    }

    /// Whether an address is the new one of the document.
    fn is_new_address(&self, address: &str) -> bool {
        let new = self.kind.path_of(self.to);
        address.trim_matches('/') == new.trim_matches('/')
    }

    /// Whether this takes the last renaming back: the newest redirect is the address that the document gets.
    fn is_taken_back(&self) -> bool {
        let last = self.redirects().and_then(|redirects| redirects.last());
        last.is_some_and(|last| self.is_new_address(&last.value))
    }

    /// The document's text with a redirect from its old address, and without one from its new address to itself. A
    /// renaming that is taken back leaves none, so that the text is what it was.
    fn redirected(&self, mut text: String) -> Result<String, Failure> {
        let failed = |why: String| {
            Failure(format!("the redirects of `{}` cannot be changed: {why}", self.document.file))
        };
        let Some(redirects) = self.redirects() else { return Ok(text) };
        for redirect in redirects.iter().filter(|r| self.is_new_address(&r.value)) {
            text = edit::take_from_list(&text, "redirects", &redirect.value).map_err(failed)?;
        }
        if self.is_taken_back() {
            return Ok(text);
        }
        let old = format!("/{}", self.kind.path_of(self.from));
        edit::add_to_list(&text, "redirects", &old).map_err(failed)
    }

    /// What front matter and `site.toml` refer to: the document by its id, and files by paths that lead elsewhere
    /// afterwards.
    fn front_matter(&self, splices: &mut Splices) -> Result<(), Failure> {
        let graph = &self.site.graph;
        for document in graph.all() {
            let head = graph.documents.head(document);
            let mut references = head.front.references();
            // What the registry says is written in no file of a document.
            references.retain(|reference| !head.front.inherits(reference.span));
            self.references(head.file, references, splices)?;
        }
        // Those of its own lists are, be their actors published or not.
        let lists = ActorLists::new(&self.site.config, &self.site.sources);
        for (file, references) in lists.references() {
            self.references(file, references, splices)?;
        }
        self.references(&CONFIG.into(), all_references(&*self.site.config), splices)
    }

    fn references(
        &self,
        file: &Arc<str>,
        references: Vec<Reference>,
        splices: &mut Splices,
    ) -> Result<(), Failure> {
        let carried = self.carried(file);
        let here = carried.as_deref().unwrap_or(file);
        for Reference { to, written, span } in references {
            let new = match to {
                Referent::Document(kind) if kind == self.kind && written == self.from => {
                    self.to.to_owned()
                }
                // A path from the site's root is found in the text.
                Referent::File if !written.starts_with('/') => match file_at(file, written) {
                    Some(to) => self.moved_from(file, here, written, &to),
                    None => continue,
                },
                Referent::Judgement => match split_judgement(written) {
                    (brief, id) if self.kind == Kind::Brief && brief == self.from => {
                        format!("{}#{id}", self.to)
                    }
                    _ => continue,
                },
                Referent::Document(_) | Referent::File => continue,
            };
            if new != written {
                let text = self.site.sources.text(file).map_err(super::plain)?;
                self.splice(splices, file, &text, span.range(), written, &new)?;
            }
        }
        Ok(())
    }

    /// Links to the document, and the links of the document itself where its folder changes.
    fn links(&self, from: DocumentIx, splices: &mut Splices) -> Result<(), Failure> {
        let graph = &self.site.graph;
        let (file, body) = (graph.file(from), graph.body(from));
        if body.targets.is_empty() {
            return Ok(());
        }
        let text = self.site.sources.text(file).map_err(super::plain)?;
        let carried = self.carried(file);
        let here = carried.as_deref().unwrap_or(file);
        for (index, target) in body.targets.numbered() {
            // A wikilink has no query: what it is called may have a question mark.
            let written = match target.kind {
                TargetKind::Wiki => graph.documents.wikilinks.reading(&target.destination).name,
                _ => without_query(&target.destination),
            };
            let new = match graph.destination(from, index) {
                // An address is found in the text.
                _ if written.is_empty() || written.starts_with('/') => None,
                Destination::Document(to, _) if self.is_renamed(*to) => match target.kind {
                    TargetKind::Wiki => self.wikilink(*to, written),
                    _ => Some(self.link(file, here, written)),
                },
                Destination::Document(to, _)
                    if carried.is_some() && target.kind == TargetKind::Link =>
                {
                    Some(self.moved_from(file, here, written, graph.file(*to)))
                }
                Destination::File(..) => {
                    let decoded = decoded(written);
                    file_at(file, &decoded).map(|to| self.moved_from(file, here, written, &to))
                }
                _ => None,
            };
            if let Some(new) = new.filter(|new| new != written) {
                self.splice(splices, file, &text, target.span.range(), written, &new)?;
            }
        }
        Ok(())
    }

    fn is_renamed(&self, document: DocumentIx) -> bool {
        *self.site.graph.file(document) == self.document.file
    }

    /// A relative link to the document, in a file that is called `here` afterwards. What is written before the part that
    /// changes stays, so that a reverse gives it back.
    fn link(&self, file: &str, here: &str, written: &str) -> String {
        let plain = decoded(written);
        let encode = |path: String| match written == plain {
            true => path,
            false => utf8_percent_encode(&path, PLAIN).to_string(),
        };
        let shortest = relative(here, &self.new_file);
        if plain == relative(file, &self.document.file) {
            return encode(shortest);
        }
        let (old, new) = (tail(self.document, self.from), tail(self.document, self.to));
        // `trade.md` may stand for `trade/index.md`.
        let short = |of: &str, whole: &str, id: &str| {
            Some(relative(of, &[whole.strip_suffix(&tail(self.document, id))?, id, ".md"].concat()))
        };
        if short(file, &self.document.file, self.from).is_some_and(|short| plain == short)
            && let Some(short) = short(here, &self.new_file, self.to)
        {
            return encode(short);
        }
        let folder_of = |id: &str| id.rsplit_once('/').map_or("", |(folder, _)| folder).to_owned();
        let name_of = |path: &str| path.rsplit_once('/').map_or(path, |(_, name)| name).to_owned();
        // A document that is a folder is moved by its folder's name, any other by its file's.
        let is_beside = folder_of(self.from) == folder_of(self.to) && !self.document.folder;
        let (old, new) = if is_beside { (name_of(&old), name_of(&new)) } else { (old, new) };
        let kept = plain.strip_suffix(&old).map(|before| format!("{before}{new}"));
        let leads = |path: &String| file_at(here, path).as_deref() == Some(&self.new_file);
        encode(kept.filter(leads).unwrap_or(shortest))
    }

    /// A wikilink by the id or a part of it; one by title or alias stays as it is.
    fn wikilink(&self, to: DocumentIx, written: &str) -> Option<String> {
        let graph = &self.site.graph;
        let last = |id: &str| id.rsplit('/').next().unwrap_or(id).to_owned();
        let undated = |id: &str| {
            let last = last(id);
            let dated = crate::corpus::date_in_name(&last).is_some();
            if dated { last.split_at("2025-02-27-".len()).1.to_owned() } else { last }
        };
        let folder = format!("{}/", self.kind.folder());
        let key = written.trim();
        if let Some(id) = key.strip_prefix(&folder) {
            return (id == self.from).then(|| format!("{folder}{}", self.to));
        }
        if key != self.from && graph.documents.head(to).front.names().contains(&key) {
            return None;
        }
        let same = |id: &str| key.eq_ignore_ascii_case(id);
        let new = if same(self.from) {
            self.to.to_owned()
        } else if same(&last(self.from)) {
            last(self.to)
        } else if same(&undated(self.from)) {
            undated(self.to)
        } else {
            return None;
        };
        Some(in_the_case_of(key, new))
    }

    /// A link to `to` in a file that was called `file` and is called `here` afterwards: as it is written, unless it then
    /// leads elsewhere.
    fn moved_from(&self, file: &str, here: &str, written: &str, to: &str) -> String {
        let plain = decoded(written);
        let moved = self.carried(to);
        let stays = file == here && moved.is_none();
        // `trade.md` may stand for `trade/index.md`, and goes on to.
        let as_written = || file_at(file, &plain).filter(|path| path.ends_with(".md"));
        let to = moved.unwrap_or_else(|| as_written().unwrap_or_else(|| to.to_owned()).into());
        if stays || file_at(here, &plain).as_deref() == Some(&*to) {
            return written.to_owned();
        }
        let new = relative(here, &to);
        match written == plain {
            true => new,
            false => utf8_percent_encode(&new, PLAIN).to_string(),
        }
    }

    /// The document's address wherever a text has it outside of code: from the root of the site or in full, with what
    /// follows it.
    fn addresses(&self, file: &Arc<str>, splices: &mut Splices) -> Result<(), Failure> {
        let (old, new) = (self.kind.path_of(self.from), self.kind.path_of(self.to));
        let (old, new) = (old.trim_end_matches('/'), new.trim_end_matches('/'));
        let text = self.site.sources.text(file).map_err(super::plain)?;
        let encoded = |path: &str| utf8_percent_encode(path, PLAIN).to_string();
        let mut spellings = vec![(old.to_owned(), new.to_owned())];
        let apart = decomposed(old);
        for other in [encoded(old), encoded(&apart), apart] {
            if other != old {
                let with = if other.is_ascii() { encoded(new) } else { new.to_owned() };
                spellings.push((other, with));
            }
        }
        spellings.dedup();
        let mut code = None;
        for (old, new) in spellings {
            for (at, _) in text.match_indices(&format!("/{old}")) {
                let range = at + 1..at + 1 + old.len();
                let (before, after) = (text.split_at(at).0, text.split_at(range.end).1);
                if !self.is_address(before, after) {
                    continue;
                }
                let code = code.get_or_insert_with(|| code_in(file, &text));
                if !code.iter().any(|code| code.contains(&at)) {
                    splices.entry(file.clone()).or_default().push((range, new.clone()));
                }
            }
        }
        Ok(())
    }

    /// Whether the document's path between two texts is its address there, or one below it.
    fn is_address(&self, before: &str, after: &str) -> bool {
        let base = self.site.config.base_url.value.trim_end_matches('/');
        let base = base.split_once("://").map_or(base, |(_, rest)| rest);
        let starts = match before.strip_suffix(base) {
            Some(scheme) if !base.is_empty() => {
                scheme.ends_with("https://") || scheme.ends_with("http://")
            }
            _ => before.chars().next_back().is_none_or(|c| {
                c.is_whitespace() || matches!(c, '"' | '\'' | '(' | '[' | '<' | '=' | ':' | ',')
            }),
        };
        let is_end = |c: char| {
            c.is_whitespace()
                || matches!(c, '"' | '\'' | '(' | ')' | '[' | ']' | '<' | '>' | '`' | '?' | '#')
        };
        let rest = after.split(is_end).next().unwrap_or_default();
        let ends_sentence =
            |rest: &str| rest.chars().all(|c| matches!(c, '.' | ',' | ';' | ':' | '!'));
        let below = match rest.strip_prefix('/') {
            None => return starts && ends_sentence(rest),
            Some(below) => decoded(below).into_owned(),
        };
        // The address of another document may be below this one.
        let is_of_another = |other: &DocumentFile| {
            let id = other.id.strip_prefix(self.from).and_then(|id| id.strip_prefix('/'));
            let is_below = |id: &str| {
                below.strip_prefix(id).is_some_and(|r| r.is_empty() || r.starts_with('/'))
            };
            other.kind == self.kind
                && self.carried(&other.file).is_none()
                && id.is_some_and(is_below)
        };
        starts && !self.site.sources.documents.iter().any(is_of_another)
    }

    /// Notes that `new` is to stand for `old`, which stands within the range or, for a link by reference, in
    /// its definition.
    fn splice(
        &self,
        splices: &mut Splices,
        file: &Arc<str>,
        text: &str,
        range: Range<usize>,
        old: &str,
        new: &str,
    ) -> Result<(), Failure> {
        let within = text.get(range.clone());
        let within = within.unwrap_or_else(|| never!("{file} has no text at {range:?}" => ""));
        let find = |old: &str| {
            // A link's text may repeat its address, which comes last.
            let at = match within.starts_with("[[") {
                true => within.find(old),
                false => within.rfind(old),
            };
            if let Some(at) = at {
                return Some(range.start + at);
            }
            let mut definitions = text.match_indices("]:").filter_map(|(at, _)| {
                let rest = text.get(at + 2..)?;
                let start = at + 2 + rest.len() - rest.trim_start().len();
                let start = start + usize::from(text.get(start..)?.starts_with('<'));
                text.get(start..)?.starts_with(old).then_some(start)
            });
            definitions.next()
        };
        // What is read in composed form may be written otherwise.
        let other = decomposed(old);
        let (old, start) = match find(old) {
            None => (&*other, find(&other)),
            found => (old, found),
        };
        let Some(start) = start else {
            return Err(Failure(format!(
                "the reference to `{}` in `{file}` is written in a way that cannot be changed: `{within}`\nhelp: write `{old}` there as it is, and rename again",
                self.from
            )));
        };
        splices.entry(file.clone()).or_default().push((start..start + old.len(), new.to_owned()));
        Ok(())
    }
}

/// A document's file below the folder of its kind, if its id is `id`.
fn tail(document: &DocumentFile, id: &str) -> String {
    [id, ending(document)].concat()
}

fn decoded(path: &str) -> Cow<'_, str> {
    percent_encoding::percent_decode_str(path).decode_utf8_lossy()
}

/// A new id in capitals where the old one is written so, or with a capital letter.
fn in_the_case_of(written: &str, new: String) -> String {
    let lower = |c: char| c.is_lowercase();
    let upper = |c: char| c.is_uppercase();
    if written.chars().any(upper) && !written.chars().any(lower) {
        return new.to_uppercase();
    }
    let mut letters = new.chars();
    match letters.next() {
        Some(first) if written.starts_with(upper) && !written.chars().skip(1).any(upper) => {
            first.to_uppercase().chain(letters).collect()
        }
        _ => new,
    }
}

/// Where code stands in a document, which shows what is written and refers to nothing.
fn code_in(file: &Arc<str>, text: &str) -> Vec<Range<usize>> {
    let Ok(parts) = tree::split(file, text) else { return Vec::new() };
    let (_, body) = text.split_at(parts.body);
    let code = |(event, range): (Event<'_>, Range<usize>)| match event {
        Event::Code(_) | Event::Start(Tag::CodeBlock(_)) => {
            Some(range.start + parts.body..range.end + parts.body)
        }
        _ => None,
    };
    Parser::new_ext(body, Options::empty()).into_offset_iter().filter_map(code).collect()
}

/// The path from one file to another.
fn relative(from: &str, to: &str) -> String {
    let from: Vec<&str> = from.split('/').collect();
    let to: Vec<&str> = to.split('/').collect();
    let folders = from.len() - 1;
    let same = from.iter().take(folders).zip(&to).take_while(|(a, b)| a == b).count();
    let same = same.min(to.len() - 1);
    let up = "../".repeat(folders - same);
    let rest: Vec<&str> = to.into_iter().skip(same).collect();
    format!("{up}{}", rest.join("/"))
}
