//! Archives of other systems, as the files of a site. Nothing is written here: a command does that.
//!
//! Each system has a reader that finds documents and files; what it finds is the same for all ([`model`]). Then texts are
//! rewritten: what stands for something in templates first, links and images next.

mod front;
mod ghost;
mod html;
mod hugo;
mod jekyll;
mod model;
mod obsidian;
mod places;
mod read;
mod sections;
mod site;
mod templates;
mod text;
mod wordpress;
mod zola;

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use crate::registry::Pack;
use crate::source::Archive;

pub(crate) use model::{Remark, System};

/// Where the videos are shown from that an import puts into texts.
pub(crate) const FRAMES: [&str; 2] = [templates::YOUTUBE, templates::VIMEO];

/// What is known of the site that an archive is brought into.
#[derive(Debug, Default)]
pub(crate) struct Into {
    /// Whether there is no site yet.
    pub(crate) is_new: bool,
    /// The files that earlier imports made, by what they were made of.
    pub(crate) known: BTreeMap<String, String>,
    /// The sets of actors of the registry that the site knows.
    pub(crate) packs: Vec<Pack>,
    /// The languages that their names are wanted in.
    pub(crate) languages: Vec<&'static str>,
    /// Which of [`FRAMES`] its pages show.
    pub(crate) frames: Vec<&'static str>,
}

/// A file that an import makes.
#[derive(Debug)]
pub(crate) struct Made {
    /// Its name below the site's root.
    pub(crate) file: String,
    /// What it is made of: a file of the archive, perhaps with the part of it, or what it is about.
    pub(crate) from: String,
    /// What it holds.
    pub(crate) content: MadeContent,
}

/// What a file holds.
#[derive(Debug)]
pub(crate) enum MadeContent {
    /// A text.
    Text(String),
    /// What the file of this name in the archive holds.
    Copy(String),
}

/// How much there is of what.
#[derive(Debug, Default, Serialize)]
pub(crate) struct ImportCounts {
    /// Briefs and pages.
    pub(crate) documents: usize,
    /// Those of them that are pages.
    pub(crate) pages: usize,
    /// Those of them that are drafts.
    pub(crate) drafts: usize,
    /// Links into the site: those that lead somewhere, and all.
    pub(crate) links: (usize, usize),
    /// Images of the site: those that are there, and all.
    pub(crate) images: (usize, usize),
    /// Files that are copied.
    pub(crate) files: usize,
    /// Files of a vault that no note shows, and that are left there.
    pub(crate) unused: usize,
    /// Documents that keep their address.
    pub(crate) paths: usize,
    /// Old addresses that lead to documents.
    pub(crate) redirects: usize,
    /// Topics.
    pub(crate) topics: usize,
    /// Storylines.
    pub(crate) storylines: usize,
    /// The ids of the actors that tags name.
    pub(crate) actors: BTreeSet<String>,
    /// Comments that are left out.
    pub(crate) comments: usize,
}

/// What an archive makes of a site.
#[derive(Debug)]
pub(crate) struct Import {
    /// What made the archive.
    pub(crate) system: System,
    /// The files, those of documents first.
    pub(crate) made: Vec<Made>,
    /// The configuration of a new site.
    pub(crate) config: Option<String>,
    /// How much there is of what.
    pub(crate) counts: ImportCounts,
    /// What was not understood or not taken along, in order.
    pub(crate) remarks: Vec<Remark>,
}

/// What made an archive, as its files tell; `None` if they do not.
pub(crate) fn detect(archive: &Archive) -> Option<System> {
    let has = |name: &str| archive.has(name);
    let below = |folder: &str| archive.names().any(|name| name.starts_with(folder));
    if archive.is_marked(".obsidian") {
        return Some(System::Obsidian);
    }
    if wordpress::exports(archive).next().is_some() {
        return Some(System::Wordpress);
    }
    if ghost::exports(archive).next().is_some() {
        return Some(System::Ghost);
    }
    if has("_config.yml") || has("_config.yaml") || below("_posts/") {
        return Some(System::Jekyll);
    }
    if below("content/") {
        let says = |name: &str, key: &str| {
            let text = archive.text(name).unwrap_or_default();
            text.lines().any(|line| line.trim_start().starts_with(key))
        };
        if zola::CONFIGS.iter().any(|name| has(name) && says(name, "base_url")) {
            return Some(System::Zola);
        }
        if hugo::CONFIGS.iter().any(|name| has(name)) || has("config/_default/languages.toml") {
            return Some(System::Hugo);
        }
    }
    None
}

/// Makes the files of a site of what an archive holds.
pub(crate) fn import(system: System, archive: &Archive, into: &Into) -> Import {
    let mut found = match system {
        System::Jekyll => jekyll::read(archive),
        System::Hugo => hugo::read(archive),
        System::Obsidian => obsidian::read(archive),
        System::Zola => zola::read(archive),
        System::Wordpress => wordpress::read(archive),
        System::Ghost => ghost::read(archive),
    };
    sections::drop_empty(&mut found);
    site::make(system, archive, &found, into)
}
