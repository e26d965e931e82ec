//! `import`: an archive of another system as a site. What was edited here since an earlier import stays as it is.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use xxhash_rust::xxh3::xxh3_128;

use crate::cli::{Common, FormatOption};
use crate::config::{self, Config};
use crate::diagnostic::pretty;
use crate::import::{
    FRAMES, Import, ImportCounts, Into, Made, MadeContent, Remark, System, detect, import,
};
use crate::publish::{Revision, revise, write_new, write_over};
use crate::registry::Pack;
use crate::source::{Archive, CONFIG, FOLDERS};

use super::create::not_written;
use super::{Failure, Outcome, plain, state_folder};

/// The record of what was made of what, in the site's folder. It is not published.
const RECORD: &str = ".chancery-import.json";

/// How many places of a kind are shown.
const SHOWN: usize = 3;

/// What earlier imports made: the files of the site, each with what it was made of and the hash of what it held then.
#[derive(Debug, Default, Serialize, Deserialize)]
struct ImportRecord {
    system: String,
    files: BTreeMap<String, Recorded>,
}

/// A file that an import made.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Recorded {
    from: String,
    hash: String,
}

/// What becomes of the files of a site.
#[derive(Debug, Default, Serialize)]
struct Changes {
    new: Vec<String>,
    updated: Vec<String>,
    same: usize,
    /// Edited in the site, and left so.
    edited: Vec<String>,
    /// Removed from the site, and left so.
    removed: Vec<String>,
    /// There before any import, and left so.
    taken: Vec<String>,
    /// Made of what the archive has no more, and left so.
    gone: Vec<String>,
    /// Files of the archive that cannot be copied, each with the reason.
    unread: Vec<String>,
}

/// What an import did, for other programs. A stable interface: documented in docs/moving.md.
#[derive(Serialize)]
struct ImportReport<'a> {
    system: &'a str,
    dry_run: bool,
    counts: &'a ImportCounts,
    changes: &'a Changes,
    remarks: &'a [Remark],
}

/// Brings an archive into a site, or with `dry_run` says what that would do.
pub(super) fn run(
    common: &Common,
    named: Option<System>,
    source: &Path,
    has_site: bool,
    dry_run: bool,
) -> Result<Outcome, Failure> {
    if !matches!(common.format, FormatOption::Human | FormatOption::Json) {
        return Err(Failure("`import` writes `--format human` or `json`".to_owned()));
    }
    let root = &common.root;
    if !has_site && !root.join(CONFIG).is_file() {
        return Err(Failure(
            "it is not said where the site is to be\nhelp: name its folder, a new one or that of a site, with `--into DIR`".to_owned(),
        ));
    }
    let folder = apart(source, root)?;
    let archive = Archive::of(&folder).map_err(Failure)?;
    let system = named.or_else(|| detect(&archive)).ok_or_else(|| {
        let words: Vec<&str> = System::ALL.iter().map(|system| system.word()).collect();
        Failure(format!(
            "what made `{}` is not known by its files\nhelp: name it before the folder, one of {}, as in `chancery import obsidian {}`",
            source.display(),
            words.join(", "),
            source.display()
        ))
    })?;
    let record = recorded(root)?;
    let into = known(root, &record)?;
    let import = import(system, &archive, &into);
    if import.counts.documents == 0 {
        return Err(Failure(format!(
            "`{}` holds no document as {} has them\nhelp: name the folder that the site is made of, or another system before it",
            source.display(),
            system.word()
        )));
    }
    let (changes, record) = write(common, &archive, &import, record, dry_run)?;
    if !dry_run {
        let mut text =
            serde_json::to_vec_pretty(&record).map_err(|error| Failure(error.to_string()))?;
        text.push(b'\n');
        write_over(root, RECORD, &text)
            .map_err(|error| Failure(not_written(&root.join(RECORD), &error)))?;
    }
    Ok(match common.format {
        FormatOption::Json => {
            let Import { counts, remarks, .. } = &import;
            let system = system.word();
            Outcome::done(pretty(&ImportReport {
                system,
                dry_run,
                counts,
                changes: &changes,
                remarks,
            }))
        }
        _ => Outcome::done(told(root, &import, &changes, dry_run)),
    })
}

/// The folder of an archive, which has to be another than the site's and not hold it.
fn apart(source: &Path, root: &Path) -> Result<PathBuf, Failure> {
    let full = source
        .canonicalize()
        .map_err(|error| Failure(format!("`{}` cannot be read: {error}", source.display())))?;
    // Of the site's folder, the last parts may not be there yet.
    let absolute = std::path::absolute(root).map_err(|error| Failure(error.to_string()))?;
    let there = absolute.ancestors().find_map(|part| {
        Some((part.canonicalize().ok()?, absolute.strip_prefix(part).ok()?.to_path_buf()))
    });
    let site = there.map_or_else(|| absolute.clone(), |(real, rest)| real.join(rest));
    let folder = match full.is_dir() {
        true => full.clone(),
        false => full.parent().map_or_else(|| full.clone(), Path::to_path_buf),
    };
    let is_within = full.is_dir() && site.starts_with(&full);
    let is_read = FOLDERS.iter().any(|part| full.starts_with(site.join(part)));
    if is_within || is_read {
        return Err(Failure(format!(
            "the site `{}` and the archive `{}` lie in each other\nhelp: nothing is written to an archive: name a folder outside of it with `--into DIR`",
            root.display(),
            source.display()
        )));
    }
    Ok(if full.is_dir() { folder } else { full })
}

/// What earlier imports into a site made.
fn recorded(root: &Path) -> Result<ImportRecord, Failure> {
    let path = root.join(RECORD);
    match std::fs::read(&path) {
        Ok(bytes) => serde_json::from_slice(&bytes).map_err(|error| {
            Failure(format!(
                "`{}` cannot be read: {error}\nhelp: put it back as it was, or remove it: then no file that is there is changed",
                path.display()
            ))
        }),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(ImportRecord::default()),
        Err(error) => Err(Failure(format!("`{}` cannot be read: {error}", path.display()))),
    }
}

/// What is known of the site that an archive is brought into.
fn known(root: &Path, record: &ImportRecord) -> Result<Into, Failure> {
    let files = record.files.iter();
    let known = files.map(|(file, made)| (made.from.clone(), file.clone())).collect();
    if !root.join(CONFIG).exists() {
        let taken = std::fs::read_dir(root).is_ok_and(|mut entries| entries.next().is_some());
        if taken {
            return Err(Failure(format!(
                "`{}` is not empty and no site: it has no `{CONFIG}`\nhelp: name a new or an empty folder, or a site",
                root.display()
            )));
        }
        let (packs, languages) = (Pack::ALL.to_vec(), vec!["en"]);
        return Ok(Into { is_new: true, known, packs, languages, frames: FRAMES.to_vec() });
    }
    let text = std::fs::read_to_string(root.join(CONFIG)).map_err(|error| {
        Failure(format!("`{}` cannot be read: {error}", root.join(CONFIG).display()))
    })?;
    let config = config::read(&text, &mut Vec::new()).ok_or_else(|| {
        Failure(format!(
            "`{CONFIG}` has errors\nhelp: `chancery check` tells of them; mend them first"
        ))
    })?;
    Ok(Into {
        is_new: false,
        known,
        packs: config.packs(),
        languages: config.registry_languages(),
        frames: shown_frames(&config),
    })
}

/// Where a site shows videos from.
fn shown_frames(config: &Config) -> Vec<&'static str> {
    let embeds = config.embeds();
    let shown: Vec<&str> = embeds.sources().collect();
    let is_shown = |frame: &&str| shown.iter().any(|source| frame.starts_with(source));
    FRAMES.into_iter().filter(is_shown).collect()
}

fn hash(bytes: &[u8]) -> String {
    format!("{:032x}", xxh3_128(bytes))
}

/// Writes what is new, and what the archive has changed and the site has not.
fn write(
    common: &Common,
    archive: &Archive,
    import: &Import,
    mut record: ImportRecord,
    dry_run: bool,
) -> Result<(Changes, ImportRecord), Failure> {
    let root = &common.root;
    let failed = |file: &str| {
        let path = root.join(file);
        move |error: std::io::Error| Failure(not_written(&path, &error))
    };
    let mut changes = Changes::default();
    let mut revisions = Vec::new();
    record.system = import.system.word().to_owned();
    if let Some(config) = import.config.as_ref().filter(|_| !dry_run) {
        write_new(root, CONFIG, config.as_bytes()).map_err(failed(CONFIG))?;
    }
    for Made { file, from, content } in &import.made {
        let bytes = match content {
            MadeContent::Text(text) => text.as_bytes().to_vec(),
            MadeContent::Copy(name) => match archive.bytes(name) {
                Ok(bytes) => bytes,
                Err(why) => {
                    changes.unread.push(format!("{name} ({why})"));
                    continue;
                }
            },
        };
        let made = Recorded { from: from.clone(), hash: hash(&bytes) };
        let there = std::fs::read(root.join(file)).ok();
        let is_there = there.is_some() || std::fs::symlink_metadata(root.join(file)).is_ok();
        let before = record.files.get(file).map(|before| before.hash.clone());
        match (there, before) {
            (None, None) if !is_there => {
                if !dry_run {
                    write_new(root, file, &bytes).map_err(failed(file))?;
                }
                changes.new.push(file.clone());
                record.files.insert(file.clone(), made);
            }
            (None, Some(_)) if !is_there => changes.removed.push(file.clone()),
            (Some(there), _) if there == bytes => {
                changes.same += 1;
                record.files.insert(file.clone(), made);
            }
            (Some(there), Some(before)) if hash(&there) == before => {
                match (content, String::from_utf8(there)) {
                    (MadeContent::Text(new), Ok(old)) => revisions.push(Revision {
                        file: file.as_str().into(),
                        old: Arc::from(old),
                        new: new.clone(),
                    }),
                    _ if !dry_run => write_over(root, file, &bytes).map_err(failed(file))?,
                    _ => {}
                }
                changes.updated.push(file.clone());
                record.files.insert(file.clone(), made);
            }
            (_, Some(_)) => changes.edited.push(file.clone()),
            (_, None) if from.starts_with("topic ") || from.starts_with("storyline ") => {
                changes.same += 1;
            }
            (_, None) => changes.taken.push(file.clone()),
        }
    }
    let made: std::collections::BTreeSet<&str> =
        import.made.iter().map(|made| &*made.file).collect();
    let gone = record.files.keys().filter(|file| !made.contains(file.as_str()));
    changes.gone = gone.cloned().collect();
    if !dry_run {
        let state = state_folder(common);
        revise(root, state.as_deref(), "import", &revisions, None).map_err(plain)?;
    }
    Ok((changes, record))
}

/// What an import did, for a person: a table, and what was not understood.
fn told(root: &Path, import: &Import, changes: &Changes, dry_run: bool) -> String {
    let Import { system, counts, remarks, .. } = import;
    let mut out = String::new();
    let verb = if dry_run { "would import" } else { "imported" };
    // Writing to a string cannot fail.
    let _ = writeln!(out, "{verb} an archive of {} into {}\n", system.word(), root.display());
    let plural =
        |count: usize, one: &str| format!("{count} {one}{}", if count == 1 { "" } else { "s" });
    let briefs = counts.documents - counts.pages;
    let mut line = |name: &str, number: String, note: String| {
        let row = format!("  {name:<11}{number:>7}   {note}");
        let _ = writeln!(out, "{}", row.trim_end());
    };
    let documents = format!(
        "{}, {}; {}",
        plural(briefs, "brief"),
        plural(counts.pages, "page"),
        plural(counts.drafts, "draft")
    );
    line("documents", counts.documents.to_string(), documents);
    let of = |(good, all): (usize, usize)| match all - good {
        0 => String::new(),
        bad => format!("and {bad} that lead{} nowhere", if bad == 1 { "s" } else { "" }),
    };
    line("links", counts.links.0.to_string(), of(counts.links));
    let missing = counts.images.1 - counts.images.0;
    let missing = if missing == 0 { String::new() } else { format!("and {missing} not there") };
    line("images", counts.images.0.to_string(), missing);
    let unused = match counts.unused {
        0 => String::new(),
        unused => format!("{unused} that no note shows stay where they are"),
    };
    line("files", counts.files.to_string(), unused);
    let paths = match counts.paths {
        0 => String::new(),
        paths => format!(
            "and {} at {} old address",
            plural(paths, "document"),
            if paths == 1 { "its" } else { "their" }
        ),
    };
    line("redirects", counts.redirects.to_string(), paths);
    line("topics", counts.topics.to_string(), String::new());
    if counts.storylines > 0 {
        line("storylines", counts.storylines.to_string(), String::new());
    }
    let actors: Vec<&str> = counts.actors.iter().map(String::as_str).collect();
    line(
        "actors",
        actors.len().to_string(),
        match actors.is_empty() {
            true => String::new(),
            false => "of the registry, by tags of their names".to_owned(),
        },
    );
    if counts.comments > 0 {
        line("comments", counts.comments.to_string(), "left out".to_owned());
    }
    let Changes { new, updated, same, edited, removed, taken, gone, unread } = changes;
    let _ = writeln!(
        out,
        "\n{} {}, {} updated, {same} the same",
        new.len(),
        if dry_run { "files would be new" } else { "files are new" },
        updated.len()
    );
    for (files, what) in [
        (edited, "edited here since, and left as they are"),
        (removed, "removed here since, and left so"),
        (taken, "there before any import, and left as they are"),
        (gone, "no more in the archive, and left as they are"),
        (unread, "of the archive not copied"),
    ] {
        if !files.is_empty() {
            let _ = writeln!(out, "{} {what}: {}", plural(files.len(), "file"), files.join(", "));
        }
    }
    let mut kinds: BTreeMap<&str, Vec<&Remark>> = BTreeMap::new();
    for remark in remarks {
        kinds.entry(&remark.kind).or_default().push(remark);
    }
    let mut kinds: Vec<(&str, Vec<&Remark>)> = kinds.into_iter().collect();
    kinds.sort_by_key(|(kind, all)| (std::cmp::Reverse(all.len()), *kind));
    if kinds.is_empty() {
        out.push_str("\neverything was understood\n");
    } else {
        out.push_str("\nnot understood, or not taken along (`--format json` has all):\n");
    }
    for (kind, all) in kinds {
        let _ = writeln!(out, "\n  {:>5}  {kind}", all.len());
        for remark in all.iter().take(SHOWN) {
            let what: String = remark.what.chars().take(70).collect();
            let row = format!("         {}:{}  {what}", remark.file, remark.line);
            let _ = writeln!(out, "{}", row.trim_end());
        }
        if all.len() > SHOWN {
            let _ = writeln!(out, "         and {} more", all.len() - SHOWN);
        }
    }
    if !dry_run {
        let _ = writeln!(
            out,
            "\nlook at it with `chancery serve {}`, or build it with `chancery build {0}`",
            root.display()
        );
    }
    out
}
