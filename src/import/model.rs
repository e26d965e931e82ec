//! What an archive holds, whatever made it.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::front_matter::tree::NodeValue;

/// A system whose archives are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum System {
    /// Jekyll.
    Jekyll,
    /// Hugo.
    Hugo,
    /// Obsidian.
    Obsidian,
    /// Zola.
    Zola,
    /// WordPress, as its export writes it (WXR).
    Wordpress,
    /// Ghost, as its export writes it (JSON).
    Ghost,
}

impl System {
    /// All of them.
    pub(crate) const ALL: [System; 6] = [
        System::Jekyll,
        System::Hugo,
        System::Obsidian,
        System::Zola,
        System::Wordpress,
        System::Ghost,
    ];

    /// Its name on the command line.
    pub(crate) fn word(self) -> &'static str {
        match self {
            System::Jekyll => "jekyll",
            System::Hugo => "hugo",
            System::Obsidian => "obsidian",
            System::Zola => "zola",
            System::Wordpress => "wordpress",
            System::Ghost => "ghost",
        }
    }

    /// Whether texts are written in the HTML of an editor.
    pub(super) fn writes_html(self) -> bool {
        matches!(self, System::Wordpress | System::Ghost)
    }
}

/// What its front matter says of a document, in the words of Chancery.
#[derive(Clone, Debug, Default)]
pub(super) struct Meta {
    pub(super) title: Option<String>,
    /// In the form of RFC 3339, as all dates here.
    pub(super) date: Option<String>,
    pub(super) updated: Option<String>,
    pub(super) embargo: Option<String>,
    pub(super) expires: Option<String>,
    pub(super) summary: Option<String>,
    pub(super) bluf: Option<String>,
    pub(super) language: Option<String>,
    pub(super) series: Option<String>,
    pub(super) authors: Vec<String>,
    /// Tags and categories, as they are written.
    pub(super) tags: Vec<String>,
    /// Those of them that are categories, which Jekyll has in addresses.
    pub(super) categories: Vec<String>,
    /// Who it is about, as it is written.
    pub(super) about: Vec<String>,
    pub(super) draft: bool,
    /// The address that its author chose.
    pub(super) path: Option<String>,
    /// What stands in its address in the place of the name of its file.
    pub(super) slug: Option<String>,
    /// Old addresses, or in a vault other names.
    pub(super) aliases: Vec<String>,
    /// Everything else.
    pub(super) extra: Vec<(String, NodeValue<'static>)>,
}

/// A document of an archive.
#[derive(Clone, Debug, Default)]
pub(super) struct ArchiveDocument {
    /// The file that it is from, below the archive.
    pub(super) source: String,
    /// What tells it from others of the file; empty if there are none.
    pub(super) part: String,
    /// The line of the file on which its text begins, from 1.
    pub(super) line: usize,
    pub(super) meta: Meta,
    /// Its text, as it is written.
    pub(super) body: String,
    /// Whether it is a page: it has no day.
    pub(super) is_page: bool,
    /// The id that it would have, as a path.
    pub(super) id: String,
    /// Whether the files in its folder are its own.
    pub(super) is_bundle: bool,
    /// Whether it stands for a section and has no text, so that the old site showed a list there.
    pub(super) is_section: bool,
    /// The address below the old site, with a slash before it, at which readers found it.
    pub(super) address: Option<String>,
}

impl ArchiveDocument {
    /// What the record of an import calls it.
    pub(super) fn key(&self) -> String {
        match self.part.is_empty() {
            true => self.source.clone(),
            false => format!("{}#{}", self.source, self.part),
        }
    }
}

/// What a system's archive holds.
#[derive(Debug, Default)]
pub(super) struct ArchiveContents {
    pub(super) title: Option<String>,
    pub(super) description: Option<String>,
    /// The full address of the old site.
    pub(super) base_url: Option<String>,
    pub(super) language: Option<String>,
    pub(super) timezone: Option<String>,
    pub(super) entries: Vec<ArchiveDocument>,
    /// Files that readers could reach: the address below the old site, without a slash before it, and the file.
    pub(super) public: BTreeMap<String, String>,
    /// What texts of the configuration say, for those that ask for it.
    pub(super) values: BTreeMap<String, String>,
    pub(super) remarks: Vec<Remark>,
}

/// Something that was not understood or not taken along, and where.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub(crate) struct Remark {
    /// What it is, such as "shortcode `gallery`".
    pub(crate) kind: String,
    /// The file, below the archive.
    pub(crate) file: String,
    /// The line, from 1.
    pub(crate) line: usize,
    /// The text itself, or what is wrong.
    pub(crate) what: String,
}

/// The number of the line, from 1, on which a byte of a text stands.
pub(super) fn line_of(text: &str, at: usize) -> usize {
    text.bytes().take(at).filter(|byte| *byte == b'\n').count() + 1
}

/// The folder of a path; empty if it lies in none.
pub(super) fn folder_of(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

/// The last part of a path.
pub(super) fn last_of(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

/// A path without the ending of its last part, and the ending in small letters.
pub(super) fn ending(path: &str) -> (&str, String) {
    match path.rsplit_once('.') {
        Some((stem, end)) if !end.contains('/') && !last_of(stem).is_empty() => {
            (stem, end.to_ascii_lowercase())
        }
        _ => (path, String::new()),
    }
}

/// A path that is written beside a file in `folder`, or with a slash before it below the top; `None` if it leads out.
pub(super) fn joined(folder: &str, path: &str) -> Option<String> {
    let from = if path.starts_with('/') { "" } else { folder };
    let mut parts: Vec<&str> = Vec::new();
    for part in from.split('/').chain(path.split('/')) {
        match part {
            "" | "." => {}
            ".." => drop(parts.pop()?),
            part => parts.push(part),
        }
    }
    Some(parts.join("/"))
}

/// A name in words: `hello-world` is `Hello world`.
pub(super) fn in_words(name: &str) -> String {
    let spaced = name.replace(['-', '_'], " ");
    let mut letters = spaced.trim().chars();
    let first = letters.next().into_iter().flat_map(char::to_uppercase);
    first.chain(letters).collect()
}

/// The day that the name of a file begins with, and the rest of the name.
pub(super) fn dated(name: &str) -> Option<(&str, &str)> {
    let (day, rest) = name.split_at_checked(10)?;
    let shaped = day.bytes().enumerate().all(|(at, byte)| match at {
        4 | 7 => byte == b'-',
        _ => byte.is_ascii_digit(),
    });
    day.parse::<jiff::civil::Date>().ok().filter(|_| shaped)?;
    let rest = rest.trim_start_matches(['-', '_', ' ', '.']);
    Some((day, rest))
}
