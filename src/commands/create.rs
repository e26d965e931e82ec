//! `init` and `new`: files for an author to start from.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::composed::composed;
use crate::front_matter::{self, Actor, Brief};
use crate::plan::slug;
use crate::publish::write_new;
use crate::source::{CONFIG, Kind, no_site};
use deunicode::deunicode;
use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::{Failure, Outcome, plain, rename::check_id};
use crate::cli::{Common, Hosts};
use crate::config::{self, Config, Kinds};

/// The files of a new site: name and text.
const SITE: &[(&str, &str)] = &[
    (CONFIG, include_str!("init/site.toml")),
    (GITIGNORE, include_str!("init/gitignore")),
    ("content/briefs/2023-04-04-finland-joins-nato.md", include_str!("init/finland.md")),
    ("content/briefs/2024-03-07-sweden-joins-nato/index.md", include_str!("init/sweden/index.md")),
    (
        "content/briefs/2024-03-07-sweden-joins-nato/members.svg",
        include_str!("init/sweden/members.svg"),
    ),
    ("content/actors/jens-stoltenberg.md", include_str!("init/stoltenberg.md")),
    ("content/actors/states/fi.md", include_str!("init/fi.md")),
    ("content/topics/alliances.md", include_str!("init/alliances.md")),
    ("content/topics/enlargement.md", include_str!("init/enlargement.md")),
    ("content/storylines/nordic-accession.md", include_str!("init/storyline.md")),
    ("content/pages/about.md", include_str!("init/about.md")),
];

/// What version control is not to keep. A repository may have one already.
const GITIGNORE: &str = ".gitignore";

/// Folders whose files would be part of the site, or in the way of it.
const FOLDERS: &[&str] = &["content", "static", "templates", "public"];

/// Where the program's source is to be had, in its own manifest; empty while nobody has published it.
const REPOSITORY: &str = env!("CARGO_PKG_REPOSITORY");

/// Stands for it until then, in the files of hosts.
const SOME_REPOSITORY: &str = "https://forge.example/chancery";

/// A host that builds sites by a file in their repository.
struct Host {
    /// The file that it reads.
    file: &'static str,
    /// What stands in it; `{git}` and `{rev}` say which program builds the site.
    text: &'static str,
    /// Whether it reads the file in the first folder of a repository only.
    at_the_top: bool,
    /// What there is to do on the web, once.
    then: &'static str,
}

/// The hosts that are asked for.
fn hosts(asked: &Hosts) -> Vec<Host> {
    let github = asked.github.then_some(Host {
        file: ".github/workflows/site.yml",
        text: include_str!("init/github.yml"),
        at_the_top: true,
        then: "on the web, choose Settings → Pages → Source → GitHub Actions, and push",
    });
    let gitlab = asked.gitlab.then_some(Host {
        file: ".gitlab-ci.yml",
        text: include_str!("init/gitlab.yml"),
        at_the_top: true,
        then: "push; the address is under Deploy → Pages",
    });
    let netlify = asked.netlify.then_some(Host {
        file: "netlify.toml",
        text: include_str!("init/netlify.toml"),
        at_the_top: false,
        then: "push, and import the repository at Netlify",
    });
    [github, gitlab, netlify].into_iter().flatten().collect()
}

/// Why a file was not made, in a sentence.
pub(super) fn not_written(path: &Path, error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::AlreadyExists => {
            format!("`{}` exists already; it was left as it is", path.display())
        }
        _ => format!("`{}` cannot be written: {error}", path.display()),
    }
}

/// Makes a small working site, or adds what hosts read to one that is there. What a folder holds that has no part in a
/// site, such as a repository, is no obstacle, and nothing is overwritten.
pub(super) fn init(dir: &Path, asked: &Hosts) -> Result<Outcome, Failure> {
    let hosts = hosts(asked);
    let is_there = |name: &str| dir.join(name).symlink_metadata().is_ok();
    let new = hosts.is_empty() || !is_there(CONFIG);
    if new {
        room_for_a_site(dir)?;
    }
    room_for_hosts(dir, &hosts)?;
    let kept = new && is_there(GITIGNORE);
    let (git, published) = match REPOSITORY {
        "" => (SOME_REPOSITORY, false),
        known => (known, true),
    };
    let host_files = hosts.iter().map(|host| {
        let text = host.text.replace("{git}", git);
        (host.file, text.replace("{rev}", concat!("v", env!("CARGO_PKG_VERSION"))))
    });
    let site = SITE.iter().filter(|(name, _)| new && !(kept && *name == GITIGNORE));
    let site = site.map(|(name, text)| (*name, (*text).to_owned()));
    for (name, text) in site.chain(host_files) {
        write_new(dir, name, text.as_bytes())
            .map_err(|e| Failure(not_written(&dir.join(name), &e)))?;
    }
    let is_here = dir.components().all(|part| part == std::path::Component::CurDir);
    let shown = if is_here { "this folder".to_owned() } else { dir.display().to_string() };
    let mut said = String::new();
    if new {
        said.push_str(&format!(
            "made a site in {shown}: two briefs, a storyline, a page, two topics, two actors\n"
        ));
    }
    let ignored = ["/public/", "/public", "public/", "public"];
    let ignores = fs::read_to_string(dir.join(GITIGNORE)).unwrap_or_default();
    if kept && !ignores.lines().any(|line| ignored.contains(&line.trim())) {
        said.push_str(&format!(
            "{} was there, and stays as it is: add a line `/public/` to it\n",
            shown_path(&dir.join(GITIGNORE)).display()
        ));
    }
    for host in &hosts {
        said.push_str(&format!("wrote {}: ", shown_path(&dir.join(host.file)).display()));
        if !published {
            said.push_str(
                "write into it where your Chancery is from (CHANCERY_GIT, CHANCERY_REV); ",
            );
        }
        said.push_str(host.then);
        said.push('\n');
    }
    if !new {
        return Ok(Outcome::done(said));
    }
    said.push_str("next:\n");
    if !is_here {
        said.push_str(&format!("  cd {}\n", quoted_for_a_shell(&shown)));
    }
    said.push_str(
        "  chancery serve --open            # see the site, and each change as you save it\n  \
           chancery new brief \"My title\"    # start a brief\n  \
           chancery build                   # write the site to public/, for any host\n",
    );
    Ok(Outcome::done(said))
}

/// Whether a site can be made in a folder. Errors: what is in its way.
fn room_for_a_site(dir: &Path) -> Result<(), Failure> {
    let shown = dir.display();
    match fs::metadata(dir) {
        Ok(found) if !found.is_dir() => {
            return Err(Failure(format!("`{shown}` is a file; name a folder")));
        }
        Err(error) if error.kind() != io::ErrorKind::NotFound => {
            return Err(Failure(format!("`{shown}` cannot be used: {error}")));
        }
        _ => {}
    }
    let is_there = |name: &str| dir.join(name).symlink_metadata().is_ok();
    if is_there(CONFIG) {
        return Err(Failure(format!(
            "`{shown}` is a site already: it has a `{CONFIG}`\nhelp: `chancery new` starts documents in it"
        )));
    }
    let is_empty =
        |name: &str| fs::read_dir(dir.join(name)).is_ok_and(|mut all| all.next().is_none());
    match FOLDERS.iter().find(|name| is_there(name) && !is_empty(name)) {
        Some(name) => Err(Failure(format!(
            "`{shown}` has a `{name}`, and what is in it would be taken for a part of the site\n\
             help: make the site in a folder of its own, such as `{}`",
            dir.join("site").display()
        ))),
        None => Ok(()),
    }
}

/// Whether the files that hosts read can be made in a folder. Errors: what is in their way.
fn room_for_hosts(dir: &Path, hosts: &[Host]) -> Result<(), Failure> {
    if let Some(host) = hosts.iter().find(|host| dir.join(host.file).symlink_metadata().is_ok()) {
        return Err(Failure(format!(
            "`{}` exists already, and nothing was made\n\
             help: leave its flag out; what is to stand in such a file is in docs/hosts.md",
            dir.join(host.file).display()
        )));
    }
    if let Some(host) = hosts.iter().find(|host| host.at_the_top)
        && let Some(top) = repository_around(dir)
    {
        return Err(Failure(format!(
            "`{}` is read in the first folder of a repository only, which is `{}`\n\
             help: make the site there, or leave the flag out; what to write for a site in a folder is in docs/hosts.md",
            host.file,
            top.display()
        )));
    }
    Ok(())
}

/// The first folder of the repository that a folder lies in, or will, unless it is that folder.
fn repository_around(dir: &Path) -> Option<PathBuf> {
    let full = |path: &Path| match path.as_os_str().is_empty() {
        true => Path::new(".").canonicalize().ok(),
        false => path.canonicalize().ok(),
    };
    let there = dir.ancestors().find_map(full)?;
    let top = there.ancestors().find(|folder| folder.join(".git").exists())?;
    (full(dir).as_deref() != Some(top)).then(|| top.to_path_buf())
}

/// A path without what says that it begins here.
fn shown_path(path: &Path) -> &Path {
    path.strip_prefix(".").unwrap_or(path)
}

/// A path as a shell takes it for one word.
fn quoted_for_a_shell(path: &str) -> String {
    let plain = |c: char| c.is_alphanumeric() || "/._-+@".contains(c);
    match path.chars().all(plain) {
        true => path.to_owned(),
        false => format!("'{}'", path.replace('\'', "'\\''")),
    }
}

/// Starts a document, with the id that its title makes or the one that is given, and what an actor or a brief is.
pub(super) fn new(
    common: &Common,
    kind: Kind,
    title: &str,
    id: Option<&str>,
    what: Option<&str>,
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
    let config = std::fs::read_to_string(common.root.join(crate::source::CONFIG))
        .ok()
        .and_then(|text| config::read(&text, &mut Vec::new()));
    let zone = config.as_ref().map_or(TimeZone::UTC, Config::zone);
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
    let (usual, choice) = match kind {
        Kind::Actor => ("organisation", true),
        Kind::Brief => ("analysis", true),
        Kind::Topic | Kind::Storyline | Kind::Page => ("", false),
    };
    if what.is_some() && !choice {
        return Err(Failure(format!("a {} has no `kind`; leave `--kind` out", kind.word())));
    }
    let guessed = what.is_none() && kind == Kind::Actor;
    let what = serde_json::to_string(what.unwrap_or(usual)).map_err(|e| Failure(e.to_string()))?;
    // Comments stand below each other. The title comes last, as it may hold anything.
    let text = text.replace("{kind}", &format!("{what:<26} "));
    let text = text.replace("{date}", &today).replace("{title}", &quoted);
    let name = format!("content/{}/{id}.md", kind.folder());
    sound(kind, &name, &text, config.as_ref())?;
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
    let mut said = format!("wrote {}\n", shown_path(&path).display());
    if guessed {
        said.push_str("as an organisation: if it is something else, say so in its `kind`, or with `--kind person` and the like\n");
    }
    Ok(Outcome::done(said))
}

/// Reads a document as the site will. Errors: the first thing wrong with it.
fn sound(kind: Kind, name: &str, text: &str, config: Option<&Config>) -> Result<(), Failure> {
    let (file, mut found) = (Arc::from(name), Vec::new());
    match kind {
        Kind::Actor => {
            let read = front_matter::read::<Actor>(&file, text, &mut found);
            if let Some(((actor, _), config)) = read.zip(config) {
                found.extend(Kinds::new(config).unknown(&actor.kind, &file));
            }
        }
        Kind::Brief => drop(front_matter::read::<Brief>(&file, text, &mut found)),
        Kind::Topic | Kind::Storyline | Kind::Page => {}
    }
    found.into_iter().next().map_or(Ok(()), |wrong| Err(plain(wrong)))
}
