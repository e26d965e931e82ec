//! `rename`: another id for a document, and for everything that refers to it. All or nothing.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use chancery::diagnostic::{Diagnostics, nearest};
use chancery::front_matter::{Spanned, edit};
use chancery::graph::{Destination, DocumentIx, file_at};
use chancery::markdown::TargetKind;
use chancery::publish::{Revision, revise};
use chancery::source::{DocumentFile, Kind};
use chancery::{Request, Site};
use jiff::Timestamp;

use super::{Failure, Outcome, findings, fix, now, request};
use crate::cli::{Common, RenameKind};

/// Texts to write in the place of others, by file.
type Splices = BTreeMap<Arc<str>, Vec<(Range<usize>, String)>>;

/// Gives a document the id `to`, or with `dry_run` shows what that changes.
pub fn run(
    common: &Common,
    kind: RenameKind,
    from: &str,
    to: &str,
    dry_run: bool,
) -> Result<Outcome, Failure> {
    let kind = match kind {
        RenameKind::Actor => Kind::Actor,
        RenameKind::Topic => Kind::Topic,
        RenameKind::Brief => Kind::Brief,
    };
    check_id(to)?;
    // At the start of time with drafts, nothing is held back and nothing has expired.
    let everything = Request { drafts: true, now: Timestamp::MIN, ..request(common)? };
    let mut diagnostics = Diagnostics::new();
    let site = Site::read(&common.root, &everything, &mut diagnostics);
    let Some(site) = site.filter(|_| !diagnostics.has_errors()) else {
        let (report, code) = findings(common, None, diagnostics);
        let stderr = format!("{report}nothing was renamed: the errors above come first\n");
        return Ok(Outcome { stdout: String::new(), stderr, code });
    };
    let files = || site.sources.documents.iter().filter(|d| d.kind == kind);
    let Some(document) = files().find(|d| d.id == from) else {
        let near = nearest(from, files().map(|d| d.id.as_str()));
        let help = near.map(|near| format!("\nhelp: did you mean `{near}`?")).unwrap_or_default();
        return Err(Failure(format!("there is no {} `{from}`{help}", kind.word())));
    };
    if let Some(taken) = files().find(|d| d.id.eq_ignore_ascii_case(to)) {
        return Err(Failure(format!("the id `{}` is taken", taken.id)));
    }
    let rename =
        Rename { site: &site, kind, from, to, document, new_file: new_file(document, from, to) };
    let revisions = rename.revisions()?;
    let (source, target) = rename.moved();
    if dry_run {
        let mut stdout = format!("rename {source} => {target}\n");
        for (file, revision) in &revisions {
            stdout.push_str(&fix::diff(file, revision));
        }
        return Ok(Outcome::done(stdout));
    }
    let count = revisions.len();
    let revisions: Vec<Revision> = revisions.into_iter().map(|(_, revision)| revision).collect();
    let (source_path, target_path) = (common.root.join(&source), common.root.join(&target));
    let revised = revise(&revisions, Some((&source_path, &target_path))).map_err(Failure)?;
    // The proof of the pudding: the site reads as well as before, or everything goes back.
    let mut after = Diagnostics::new();
    let read = Site::read(&common.root, &Request { now: now(common)?, ..everything }, &mut after);
    if read.is_none() || after.has_errors() {
        let (report, _) = findings(common, read.as_ref().map(|site| &*site.sources), after);
        drop(revised);
        let stderr =
            format!("{report}nothing was renamed: it would have led to the errors above\n");
        return Ok(Outcome { stdout: String::new(), stderr, code: 1 });
    }
    revised.keep();
    let plural = if count == 1 { "" } else { "s" };
    Ok(Outcome::done(format!("renamed {source} to {target}; {count} file{plural} changed\n")))
}

/// An id is a path of names that every file system and address can have.
fn check_id(id: &str) -> Result<(), Failure> {
    let sound = |part: &str| {
        !part.is_empty()
            && !part.starts_with('.')
            && !part.ends_with(['.', ' '])
            && !part.contains(|c: char| c.is_control() || "<>:\"|?*\\#%".contains(c))
    };
    if id.split('/').all(sound) && !id.ends_with(".md") {
        return Ok(());
    }
    Err(Failure(format!(
        "`{id}` cannot be an id\nhelp: an id is the path of the file below its folder without `.md`, such as `sergey-lavrov`"
    )))
}

/// The file of a document under its new id.
fn new_file(document: &DocumentFile, from: &str, to: &str) -> String {
    let rest = if document.folder { "/index.md" } else { ".md" };
    let folder = document.file.strip_suffix(&format!("{from}{rest}")).unwrap_or_default();
    format!("{folder}{to}{rest}")
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
            true => file.strip_suffix("/index.md").unwrap_or(file).to_owned(),
            false => file.to_owned(),
        };
        (whole(&self.document.file), whole(&self.new_file))
    }

    /// Every change of a text, by file.
    fn revisions(&self) -> Result<Vec<(Arc<str>, Revision)>, Failure> {
        let mut splices = Splices::new();
        self.front_matter(&mut splices)?;
        for document in self.site.graph.all() {
            self.links(document, &mut splices)?;
        }
        // The renamed document is always changed: it gets a redirect.
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
                let address = format!("/{}/{}/", self.kind.folder(), self.from);
                new = edit::add_to_list(&new, "redirects", &address)
                    .map_err(|why| Failure(format!("`{file}` cannot get a redirect: {why}")))?;
            }
            let path = self.site.sources.path(&file);
            revisions.push((file, Revision { path, old, new }));
        }
        Ok(revisions)
    }

    /// Ids in front matter and in `site.toml`.
    fn front_matter(&self, splices: &mut Splices) -> Result<(), Failure> {
        let documents = &self.site.graph.documents;
        let mut found: Vec<(&Arc<str>, &Spanned<String>)> = Vec::new();
        let config: Arc<str> = chancery::source::CONFIG.into();
        match self.kind {
            Kind::Actor => {
                for brief in documents.briefs.iter() {
                    let events = brief.front.events.iter().flat_map(|event| &event.actors);
                    found.extend(
                        brief.front.actors.iter().chain(events).map(|id| (&brief.file, id)),
                    );
                }
                for actor in documents.actors.iter() {
                    let front = &actor.front;
                    let roles = front.roles.iter().filter_map(|role| role.of.as_ref());
                    let ids = front.part_of.iter().chain(&front.member_of).chain(&front.country);
                    found.extend(ids.chain(roles).map(|id| (&actor.file, id)));
                }
            }
            Kind::Topic => {
                for brief in documents.briefs.iter() {
                    found.extend(brief.front.topics.iter().map(|id| (&brief.file, id)));
                }
                for topic in documents.topics.iter() {
                    found.extend(topic.front.parent.iter().map(|id| (&topic.file, id)));
                }
            }
            _ => {
                for brief in documents.briefs.iter() {
                    found.extend(brief.front.follows.iter().map(|id| (&brief.file, id)));
                }
                found.extend(self.site.config.home.lead.iter().map(|id| (&config, id)));
            }
        }
        for (file, id) in found.into_iter().filter(|(_, id)| id.value == self.from) {
            let text = self.site.sources.text(file).map_err(super::plain)?;
            self.splice(splices, file, &text, id.span.range(), self.from, self.to)?;
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
        let own = *file == self.document.file;
        let here = if own { self.new_file.as_str() } else { file };
        let address = format!("{}/{}", self.kind.folder(), self.from);
        for (index, target) in body.targets.iter().enumerate() {
            let written = &*target.destination;
            let new = match graph.destination(from, index) {
                Destination::Document(to, _) if self.is_renamed(*to) && !written.is_empty() => {
                    match target.kind {
                        TargetKind::Wiki => self.wikilink(written),
                        _ => Some(relative(here, &self.new_file)),
                    }
                }
                Destination::Document(to, _) if own && target.kind == TargetKind::Link => {
                    (!written.is_empty()).then(|| self.moved_link(written, graph.file(*to)))
                }
                Destination::File(_) if own => file_at(&self.document.file, written)
                    .map(|file| self.moved_link(written, &file)),
                Destination::Address(path, _) if path.trim_end_matches('/') == address => {
                    let slash = if path.ends_with('/') { "/" } else { "" };
                    Some(format!("/{}/{}{slash}", self.kind.folder(), self.to))
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

    /// A wikilink by the id or a part of it; one by title or alias stays as it is.
    fn wikilink(&self, written: &str) -> Option<String> {
        let last = |id: &str| id.rsplit('/').next().unwrap_or(id).to_owned();
        let undated = |id: &str| {
            let last = last(id);
            let dated = chancery::corpus::date_in_name(&last).is_some();
            if dated { last.get(11..).unwrap_or_default().to_owned() } else { last }
        };
        let folder = format!("{}/", self.kind.folder());
        let key = written.trim();
        if let Some(id) = key.strip_prefix(&folder) {
            return (id == self.from).then(|| format!("{folder}{}", self.to));
        }
        let same = |id: &str| key.eq_ignore_ascii_case(id);
        if same(self.from) {
            Some(self.to.to_owned())
        } else if same(&last(self.from)) {
            Some(last(self.to))
        } else if same(&undated(self.from)) {
            Some(undated(self.to))
        } else {
            None
        }
    }

    /// A link of the renamed document to a file: as it is written, unless it then leads elsewhere.
    fn moved_link(&self, written: &str, file: &str) -> String {
        let (source, target) = self.moved();
        let file = match file.strip_prefix(&format!("{source}/")) {
            Some(rest) if self.document.folder => format!("{target}/{rest}"),
            _ => file.to_owned(),
        };
        match file_at(&self.new_file, written) {
            Some(leads_to) if leads_to == file => written.to_owned(),
            _ => relative(&self.new_file, &file),
        }
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
        let within = text.get(range.clone()).unwrap_or_default();
        // A link's text may repeat its address, which comes last.
        let at = match within.starts_with("[[") {
            true => within.find(old),
            false => within.rfind(old),
        };
        let start = match at {
            Some(at) => Some(range.start + at),
            None => {
                let mut definitions = text.match_indices("]:").filter_map(|(at, _)| {
                    let rest = text.get(at + 2..)?;
                    let start = at + 2 + rest.len() - rest.trim_start().len();
                    let start = start + usize::from(text.get(start..)?.starts_with('<'));
                    text.get(start..)?.starts_with(old).then_some(start)
                });
                definitions.next()
            }
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
