//! `init` and `new`: files for an author to start from.

use std::io;
use std::path::Path;

use crate::composed::composed;
use crate::plan::slug;
use crate::publish::write_new;
use crate::source::{Kind, no_site};
use deunicode::deunicode;
use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::{Failure, Outcome, plain, rename::check_id};
use crate::cli::Common;

/// The files of a new site: name and text; `{date}` stands for today.
const SITE: &[(&str, &str)] = &[
    ("site.toml", include_str!("init/site.toml")),
    ("content/briefs/{date}-first-brief.md", include_str!("init/brief.md")),
    ("content/actors/states/ch.md", include_str!("init/ch.md")),
    ("content/topics/diplomacy.md", include_str!("init/diplomacy.md")),
    ("content/topics/mediation.md", include_str!("init/mediation.md")),
];

/// Why a file was not made, in a sentence.
pub(super) fn not_written(path: &Path, error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::AlreadyExists => {
            format!("`{}` exists already; it was left as it is", path.display())
        }
        _ => format!("`{}` cannot be written: {error}", path.display()),
    }
}

/// Makes a small working site in a folder that does not exist or is empty.
pub(super) fn init(dir: &Path, now: Timestamp) -> Result<Outcome, Failure> {
    let taken = match std::fs::read_dir(dir) {
        Ok(mut entries) => entries.next().is_some(),
        Err(error) if error.kind() == io::ErrorKind::NotFound => false,
        Err(error) => return Err(Failure(format!("`{}` cannot be used: {error}", dir.display()))),
    };
    if taken {
        return Err(Failure(format!(
            "`{}` is not empty; name a new or an empty folder",
            dir.display()
        )));
    }
    // A day begins when it does in the site's time zone, which is UTC to begin with.
    let today = now.to_zoned_datetime(TimeZone::UTC).date().to_string();
    for (name, text) in SITE {
        let name = name.replace("{date}", &today);
        let text = text.replace("{date}", &today);
        write_new(dir, &name, text.as_bytes())
            .map_err(|e| Failure(not_written(&dir.join(&name), &e)))?;
    }
    Ok(Outcome::done(format!(
        "made a site in {0}: a brief, an actor and two topics\n\
         build it with `chancery build {0}`, then open {0}/public/index.html\n",
        dir.display()
    )))
}

/// Starts a document, with the id that its title makes or the one that is given.
pub(super) fn new(
    common: &Common,
    kind: Kind,
    title: &str,
    id: Option<&str>,
    now: Timestamp,
) -> Result<Outcome, Failure> {
    let title = &*composed(title.trim());
    // Ids are typed and stand in addresses: in letters that every keyboard has. The name keeps its own.
    let slug = slug(&deunicode(title));
    match id {
        Some(id) => check_id(id)?,
        None if slug.is_empty() => {
            return Err(Failure(
                "the title has no letter or digit to make an id of\nhelp: choose one with `--id ID`".into(),
            ));
        }
        None => {}
    }
    if let Some(missing) = no_site(&common.root) {
        return Err(plain(missing));
    }
    // A brief of a day that is yet to come where the site is would be held back.
    let zone = std::fs::read_to_string(common.root.join(crate::source::CONFIG))
        .ok()
        .and_then(|text| crate::config::read(&text, &mut Vec::new()))
        .map_or(TimeZone::UTC, |config| config.zone());
    let today = now.to_zoned_datetime(zone).date().to_string();
    let (made, text) = match kind {
        Kind::Brief => (format!("{today}-{slug}"), include_str!("new/brief.md")),
        Kind::Actor => (slug, include_str!("new/actor.md")),
        Kind::Topic => (slug, include_str!("new/topic.md")),
        Kind::Storyline => (slug, include_str!("new/storyline.md")),
        Kind::Page => (slug, include_str!("new/page.md")),
    };
    let id = id.map_or(made, |id| composed(id).into_owned());
    // A JSON string is a TOML basic string.
    let quoted = serde_json::to_string(title).map_err(|error| Failure(error.to_string()))?;
    let text = text.replace("{title}", &quoted).replace("{date}", &today);
    let name = format!("content/{}/{id}.md", kind.folder());
    let path = common.root.join(&name);
    for other in
        ["/index.md", ".markdown"].map(|end| format!("content/{}/{id}{end}", kind.folder()))
    {
        if common.root.join(&other).exists() {
            let word = kind.word();
            return Err(Failure(format!(
                "the {word} `{id}` exists already: `{other}`\nhelp: choose another id with `--id ID`"
            )));
        }
    }
    write_new(&common.root, &name, text.as_bytes()).map_err(|e| Failure(not_written(&path, &e)))?;
    Ok(Outcome::done(format!("wrote {}\n", path.display())))
}
