//! `registry import`: a list of actors of others, as a list of the site's own.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs::File;
use std::io::Read as _;
use std::path::Path;
use std::sync::Arc;

use crate::cli::{Common, RegistryImport, Show};
use crate::config::{self, Config, Kinds};
use crate::corpus::{Listed, OwnList, Roster};
use crate::diagnostic::{Diagnostics, Span};
use crate::exchange::{self, Origin, ReadList};
use crate::front_matter::tree::{Key, Node, NodeValue};
use crate::plan::slug;
use crate::publish::{Revision, revise, write_new};
use crate::registry::Pack;
use crate::source::{CONFIG, Sources, is_id, list_file};

use super::super::create::not_written;
use super::super::{Failure, Outcome, findings, fix, plain, state_folder};

/// The largest file that is read: 512 MiB. All of ATT&CK has 50.
const LARGEST: u64 = 512 << 20;

/// How many actors that came, went or changed are named, each.
const NAMED: usize = 20;

/// Writes the list, or brings the one that is there up to date.
pub(super) fn run(common: &Common, arguments: &RegistryImport) -> Result<Outcome, Failure> {
    let path = arguments.file();
    if let Some(more) = arguments.more() {
        return Err(Failure(format!(
            "`{}` is one word too many\nhelp: write `chancery registry import FORMAT FILE SITE`, where FORMAT is stix, misp, ftm or csv",
            more.display()
        )));
    }
    let shown = path.display().to_string();
    let in_file = |why: String| Failure(format!("`{shown}` cannot be imported: {why}"));
    let text = text_of(path).map_err(in_file)?;
    let named_format =
        || format!("\nhelp: name the format, as in `chancery registry import stix {shown}`");
    let format = match arguments.format() {
        Some(format) => format,
        None => exchange::format_of(&text).map_err(|why| in_file(why + &named_format()))?,
    };
    let mut taken = exchange::read(format, &text, arguments.kind.as_deref()).map_err(in_file)?;
    drop(text);
    let file_name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let name = match &arguments.name {
        Some(name) => name.clone(),
        None => slug(file_name.split('.').next().unwrap_or_default()),
    };
    check_name(&name)?;
    let mut diagnostics = Diagnostics::new();
    let sources = Sources::read(&common.root, &mut diagnostics);
    let config = |sources: &Sources, diagnostics: &mut Diagnostics| {
        let mut found = Vec::new();
        let config = config::read(&sources.config, &mut found);
        diagnostics.extend(found);
        config
    };
    let site = sources.and_then(|s| config(&s, &mut diagnostics).map(|config| (s, config)));
    let Some((sources, config)) = site else {
        let (stderr, code) = findings(common, &Show::default(), None, diagnostics).whole();
        return Ok(Outcome { stdout: String::new(), stderr, code });
    };
    taken.settle(&Roster::read(&sources, &config, None, &mut Diagnostics::new()).states());
    if taken.actors.is_empty() {
        return Err(in_file("the site has all that is in it".to_owned()));
    }
    let list =
        New { name: &name, file: list_file(&name), text: taken.list(&name, &file_name, format) };
    list.check(common, &sources, &config)?;
    let told = told(&taken, &name, &config);
    match sources.has(&list.file) {
        true => list.update(common, &sources, &told, arguments.dry_run),
        false => list.write(common, &told, arguments.dry_run),
    }
}

/// The text of a file of others. Errors: it cannot be read, is too large or no text.
fn text_of(path: &Path) -> Result<String, String> {
    let failed = |error: std::io::Error| error.to_string();
    let found = path.metadata().map_err(failed)?;
    if !found.is_file() {
        return Err("it is no file".to_owned());
    }
    if found.len() > LARGEST {
        return Err(format!("it has {} MiB: more than 512", found.len() >> 20));
    }
    let mut bytes = Vec::new();
    let file = File::open(path).map_err(failed)?;
    file.take(LARGEST).read_to_end(&mut bytes).map_err(failed)?;
    if matches!(bytes.as_slice(), [0xff, 0xfe, ..] | [0xfe, 0xff, ..]) {
        return Err("it is UTF-16, not UTF-8: save it with the encoding UTF-8".to_owned());
    }
    let text = String::from_utf8(bytes).map_err(|error| {
        let before = error.as_bytes().iter().take(error.utf8_error().valid_up_to());
        let line = before.filter(|byte| **byte == b'\n').count() + 1;
        format!(
            "it is not UTF-8: the first bad byte is on line {line}; save it with the encoding UTF-8"
        )
    })?;
    Ok(match text.strip_prefix('\u{feff}') {
        Some(text) => text.to_owned(),
        None => text,
    })
}

/// A list's name is a part of ids and addresses, and none that is built in. Errors: it is not.
fn check_name(name: &str) -> Result<(), Failure> {
    if Pack::named(name).is_some() {
        return Err(Failure(format!(
            "`{name}` is the name of a built-in list\nhelp: take another with `--name NAME`"
        )));
    }
    if is_id(name) && !name.contains('/') && name.chars().count() <= 80 {
        return Ok(());
    }
    Err(Failure(format!(
        "`{}` cannot be the name of a list\nhelp: take another with `--name NAME`, such as `--name groups`",
        name.escape_debug()
    )))
}

/// What was taken and what was not, and what is still to be done.
fn told(taken: &ReadList, name: &str, config: &Config) -> String {
    let mut out = String::new();
    let (names, shared) = taken.names();
    // Writing to a string cannot fail.
    let _ = writeln!(
        out,
        "it has {}, which have {}",
        counted(taken.actors.len(), "actor"),
        counted(names, "name")
    );
    if shared > 0 {
        let _ = writeln!(
            out,
            "{} of several actors: {} one of them with evidence only",
            match shared {
                1 => "1 name is that".to_owned(),
                n => format!("{n} names are each that"),
            },
            if shared == 1 { "it means" } else { "they mean" }
        );
    }
    for (what, count) in &taken.left {
        let _ = writeln!(out, "left out: {count} × {what}");
    }
    if !config.registry.value.iter().any(|list| list.value == name) {
        let lists = config.registry.value.iter().map(|list| list.value.as_str()).chain([name]);
        let lists: Vec<String> = lists.map(exchange::quoted).collect();
        let _ = writeln!(
            out,
            "the site knows them with `registry = [{}]` in `{CONFIG}`",
            lists.join(", ")
        );
    }
    out
}

fn counted(count: usize, word: &str) -> String {
    format!("{count} {word}{}", if count == 1 { "" } else { "s" })
}

/// A list as it is to be.
struct New<'a> {
    name: &'a str,
    /// The name of its file below the site's root.
    file: String,
    text: String,
}

impl New<'_> {
    fn parsed(&self, text: &str) -> OwnList {
        OwnList::parse(self.name, self.file.as_str().into(), text, &mut Vec::new())
    }

    /// What is written must be read without a finding. Errors: it is not, as where a kind is none that the site knows.
    fn check(&self, common: &Common, sources: &Sources, config: &Config) -> Result<(), Failure> {
        let mut found = Vec::new();
        let file: Arc<str> = self.file.as_str().into();
        let list = OwnList::parse(self.name, file.clone(), &self.text, &mut found);
        let mut kinds = Kinds::new(config);
        let unknown =
            list.actors.iter().filter_map(|actor| kinds.unknown(&actor.front.kind, &file));
        found.extend(unknown);
        if found.is_empty() {
            return Ok(());
        }
        let (mut diagnostics, mut ignored) = (Diagnostics::new(), Diagnostics::new());
        diagnostics.extend(found);
        let tried = sources.with([(file, self.text.as_str().into())], None, &mut ignored);
        let report = findings(common, &Show::default(), tried.as_ref(), diagnostics).text;
        Err(Failure(format!("nothing was written, as it would not be sound:\n{report}")))
    }

    /// Writes a list that is not there yet.
    fn write(&self, common: &Common, told: &str, dry_run: bool) -> Result<Outcome, Failure> {
        let path = common.root.join(&self.file);
        if dry_run {
            let from_nothing = self.revision("".into());
            return Ok(Outcome {
                stderr: told.to_owned(),
                ..Outcome::done(fix::diff(&from_nothing))
            });
        }
        write_new(&common.root, &self.file, self.text.as_bytes())
            .map_err(|error| Failure(not_written(&path, &error)))?;
        Ok(Outcome::done(format!("wrote {}\n{told}", path.display())))
    }

    fn revision(&self, old: Arc<str>) -> Revision {
        Revision { file: self.file.as_str().into(), old, new: self.text.clone() }
    }

    /// Brings a list up to date that is there. Errors: it is another, or somebody has changed it by hand.
    fn update(
        &self,
        common: &Common,
        sources: &Sources,
        told: &str,
        dry_run: bool,
    ) -> Result<Outcome, Failure> {
        let old = sources.text(&self.file).map_err(plain)?;
        let (here, new) = (exchange::origin(&old), exchange::origin(&self.text));
        let refused = |why: &str| {
            let path = common.root.join(&self.file);
            Err(Failure(format!("`{}` was left as it is: {why}", path.display())))
        };
        match (here, new) {
            (None, _) => {
                return refused(
                    "it was not made by an import\nhelp: take another name with `--name NAME`",
                );
            }
            (Some(Origin { list, .. }), Some(new)) if list != new.list => {
                return refused(&format!(
                    "it is of another list, `{list}`, and this is `{}`\nhelp: take another name with `--name NAME`; if it is the same, change that line of it",
                    new.list
                ));
            }
            (Some(Origin { untouched: false, .. }), _) => {
                return refused(
                    "it was changed by hand since it was made, and that would be lost\nhelp: write what you changed to files that extend its actors (`chancery registry add`), remove it, and import it again",
                );
            }
            _ => {}
        }
        let changes = changes(&self.parsed(&old), &self.parsed(&self.text));
        if *old == *self.text {
            return Ok(Outcome::done(format!("{} is up to date\n", self.file)));
        }
        let revision = self.revision(old);
        if dry_run {
            let stderr = format!("{changes}{told}");
            return Ok(Outcome { stderr, ..Outcome::done(fix::diff(&revision)) });
        }
        let revision = Revision { file: sources.disk_name(&self.file).into(), ..revision };
        let what = format!("registry import {}", self.name);
        let state = state_folder(common);
        revise(&common.root, state.as_deref(), &what, &[revision], None).map_err(plain)?;
        let path = common.root.join(&self.file);
        Ok(Outcome::done(format!("brought {} up to date\n{changes}{told}", path.display())))
    }
}

/// Which actors came, went and changed, in lines.
fn changes(old: &OwnList, new: &OwnList) -> String {
    let by_id = |list: &'_ OwnList| -> BTreeMap<String, Node<'static>> {
        let plain = |actor: &Listed| (actor.id.clone(), actor.table.clone().at(Span::default()));
        list.actors.iter().map(plain).collect()
    };
    let (old, new) = (by_id(old), by_id(new));
    let came = new.keys().filter(|id| !old.contains_key(*id)).cloned().collect();
    let went = old.keys().filter(|id| !new.contains_key(*id)).cloned().collect();
    let changed = new.iter().filter_map(|(id, table)| {
        let keys = changed_keys(old.get(id)?, table);
        (!keys.is_empty()).then(|| format!("{id} ({})", keys.join(", ")))
    });
    let mut out = String::new();
    for (word, ids) in [("came", came), ("went", went), ("changed", changed.collect::<Vec<_>>())] {
        let more = ids.len().saturating_sub(NAMED);
        let named: Vec<String> = ids.iter().take(NAMED).cloned().collect();
        // Writing to a string cannot fail.
        match ids.len() {
            0 => {}
            count => {
                let more = if more > 0 { format!(" and {more} more") } else { String::new() };
                let _ = writeln!(out, "{count} {word}: {}{more}", named.join(", "));
            }
        }
    }
    out
}

/// The keys that one of two tables has and the other has not, or otherwise.
fn changed_keys(old: &Node, new: &Node) -> Vec<String> {
    let (NodeValue::Table(old), NodeValue::Table(new)) = (&old.value, &new.value) else {
        return Vec::new();
    };
    fn value<'n, 't>(of: &'n [(Key<'t>, Node<'t>)], name: &str) -> Option<&'n Node<'t>> {
        of.iter().find(|(key, _)| key.name == name).map(|(_, node)| node)
    }
    let names = old.iter().chain(new).map(|(key, _)| &*key.name);
    let mut changed: Vec<String> =
        names.filter(|name| value(old, name) != value(new, name)).map(str::to_owned).collect();
    changed.sort_unstable();
    changed.dedup();
    changed
}
