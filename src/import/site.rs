//! Makes the files of a site of what an archive holds.

use std::collections::{BTreeMap, BTreeSet};

use jiff::tz::TimeZone;

use crate::front_matter::field::Field;
use crate::front_matter::tree::NodeValue;
use crate::front_matter::{Brief, Page};
use crate::registry::{self, Force, records};
use crate::source::{Archive, Kind};

use super::front::{in_toml, is_language, key_in_toml, quoted, text_of};
use super::html;
use super::model::{
    ArchiveContents, ArchiveDocument, Meta, Remark, System, ending, folder_of, last_of,
};
use super::places::{Hit, Map, TakenNames, file_of, from_to, is_kept, sound};
use super::read::id_of;
use super::sections;
use super::templates::{Expanded, TemplateScope, expand};
use super::text::{LinkAnswer, LinkPlaces, Rewritten, WikilinkName, rewrite};
use super::{Import, ImportCounts, Into, Made, MadeContent};

/// Endings of files that readers look at or download, and that are none of a theme.
const MEDIA: [&str; 40] = [
    "png", "jpg", "jpeg", "gif", "webp", "avif", "svg", "bmp", "tif", "tiff", "ico", "pdf", "doc",
    "docx", "odt", "xls", "xlsx", "ods", "ppt", "pptx", "odp", "csv", "tsv", "txt", "rtf", "epub",
    "zip", "gz", "tar", "7z", "mp3", "m4a", "ogg", "oga", "wav", "flac", "mp4", "webm", "mov",
    "m4v",
];

/// A document as it will be.
struct PlacedDocument {
    kind: Kind,
    id: String,
    file: String,
}

/// A topic or a storyline that documents name.
struct TagDocument {
    name: String,
    parent: Option<String>,
}

/// What a site is made of, while it is made.
struct SiteDraft<'a> {
    system: System,
    found: &'a ArchiveContents,
    into: &'a Into,
    places: Vec<PlacedDocument>,
    /// The ids that a brief and a page have.
    twice: BTreeSet<String>,
    map: Map<'a>,
    /// The names of files of the site that are taken.
    files: TakenNames,
    /// Where a file of the archive goes.
    copies: BTreeMap<String, String>,
    /// Names of actors of the registry, as tags have them, and their ids.
    actors: BTreeMap<String, String>,
    topics: BTreeMap<String, TagDocument>,
    storylines: BTreeMap<String, TagDocument>,
    /// What the sections list that have no text of their own, by their numbers.
    sections: BTreeMap<usize, Vec<usize>>,
    /// The folders of bundles, and the entries whose they are.
    bundles: BTreeMap<String, usize>,
    frames: BTreeSet<&'static str>,
    counts: ImportCounts,
    remarks: Vec<Remark>,
}

/// Makes the files of a site.
pub(super) fn make(
    system: System,
    archive: &Archive,
    found: &ArchiveContents,
    into: &Into,
) -> Import {
    let mut work = SiteDraft {
        system,
        found,
        into,
        places: Vec::new(),
        twice: BTreeSet::new(),
        map: Map::new(system, found),
        files: TakenNames::default(),
        copies: BTreeMap::new(),
        actors: actors(into, found.language.as_deref()),
        topics: BTreeMap::new(),
        storylines: BTreeMap::new(),
        sections: sections::members(&found.entries),
        bundles: BTreeMap::new(),
        frames: BTreeSet::new(),
        counts: ImportCounts::default(),
        remarks: found.remarks.clone(),
    };
    work.place();
    let addresses = work.addresses();
    let mut made = Vec::new();
    for (number, addresses) in addresses.iter().enumerate() {
        made.extend(work.document(number, addresses));
    }
    work.subjects(&mut made);
    work.copy(&mut made);
    let config = into.is_new.then(|| work.config());
    let SiteDraft { mut remarks, counts, .. } = work;
    remarks.extend(archive.passed().iter().map(|(name, why)| Remark {
        kind: format!("not looked at: {why}"),
        file: name.clone(),
        line: 1,
        what: String::new(),
    }));
    remarks.sort();
    remarks.dedup();
    Import { system, made, config, counts, remarks }
}

/// The names of the registry's actors that always mean them, as a tag has them.
fn actors(into: &Into, language: Option<&str>) -> BTreeMap<String, String> {
    // A new site is in the language of the archive.
    let own = language.filter(|_| into.is_new).and_then(registry::language);
    let languages: Vec<&str> = own.into_iter().chain(into.languages.iter().copied()).collect();
    let mut ids: BTreeMap<String, String> = BTreeMap::new();
    let mut shared = BTreeSet::new();
    for record in records(&into.packs, &languages) {
        let names = record.called.iter().flat_map(|called| &called.names);
        for name in names.filter(|name| name.force != Force::Weak) {
            // What is also a word or somebody's name is it in its capitals only, as in a text.
            let key = match name.abbreviation || name.force == Force::Guarded {
                true => name.text.clone(),
                false => words(&name.text),
            };
            match ids.insert(key.clone(), record.id.clone()) {
                Some(other) if other != record.id => drop(shared.insert(key)),
                _ => {}
            }
        }
    }
    ids.retain(|name, _| !shared.contains(name));
    ids
}

/// A name without regard to case and to what stands between its words.
fn words(name: &str) -> String {
    let spaced = name.to_lowercase().replace(['-', '_'], " ");
    spaced.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The addresses that a document keeps.
#[derive(Default)]
struct Kept {
    path: Option<String>,
    redirects: Vec<String>,
}

/// What a text asks of the map.
struct Asker<'w, 'a> {
    work: &'w mut SiteDraft<'a>,
    from: usize,
}

impl LinkPlaces for Asker<'_, '_> {
    fn link(&mut self, destination: &str) -> LinkAnswer {
        match self.work.map.link(self.from, destination) {
            Hit::Stay => LinkAnswer::Stay,
            Hit::Dead => LinkAnswer::Dead,
            Hit::Refused => LinkAnswer::Refused,
            Hit::Document(number, rest) => {
                let Some(to) = self.work.places.get(number) else { return LinkAnswer::Dead };
                let from = self.work.places.get(self.from).map_or("", |place| &*place.file);
                // A query means nothing to a document.
                let fragment = rest.find('#').and_then(|at| rest.get(at..)).unwrap_or_default();
                match number == self.from && !fragment.is_empty() {
                    true => LinkAnswer::To(fragment.to_owned()),
                    false => LinkAnswer::To(format!(
                        "{}{}",
                        from_to(from, &to.file),
                        fragment.replace(' ', "%20")
                    )),
                }
            }
            Hit::File(name, rest) => LinkAnswer::To(format!(
                "{}{}",
                self.work.shown(self.from, &name),
                rest.replace(' ', "%20")
            )),
        }
    }

    fn named(&mut self, name: &str) -> WikilinkName {
        match self.work.map.named(self.from, name) {
            Some(Hit::Document(number, _)) => match self.work.places.get(number) {
                Some(place) => {
                    let title =
                        self.work.found.entries.get(number).and_then(|e| e.meta.title.clone());
                    WikilinkName::Note(self.work.wiki_name(place), title.unwrap_or_default())
                }
                None => WikilinkName::Nothing,
            },
            Some(Hit::File(file, _)) => match &*ending(&file).1 {
                "canvas" | "base" | "excalidraw" | "js" | "css" => WikilinkName::Unshown,
                _ => WikilinkName::File(self.work.shown(self.from, &file)),
            },
            _ => WikilinkName::Nothing,
        }
    }
}

impl SiteDraft<'_> {
    /// Tells of something in a document, so many lines below the first of its text.
    fn remark(&mut self, entry: usize, below: usize, kind: String, what: String) {
        let Some(entry) = self.found.entries.get(entry) else { return };
        let line = entry.line + if self.system.writes_html() { 0 } else { below };
        self.remarks.push(Remark { kind, file: entry.source.clone(), line, what });
    }

    /// Gives each document its id and its file: those that it had, or new ones.
    fn place(&mut self) {
        let mut ids = TakenNames::default();
        let kind_of =
            |entry: &ArchiveDocument| if entry.is_page { Kind::Page } else { Kind::Brief };
        let mut placed: Vec<Option<PlacedDocument>> = Vec::new();
        for entry in &self.found.entries {
            let kind = kind_of(entry);
            let known = self.into.known.get(&entry.key()).filter(|file| {
                crate::source::document_at(file).is_some_and(|(of, _)| of == kind)
                    && file.ends_with("/index.md") == entry.is_bundle
            });
            let id = known
                .and_then(|file| crate::source::document_at(file))
                .map(|(_, id)| id.to_owned());
            placed.push(
                id.filter(|id| ids.take(&format!("{}/{id}", kind.folder()))).map(|id| {
                    PlacedDocument { kind, file: file_of(kind, &id, entry.is_bundle), id }
                }),
            );
        }
        for (entry, place) in self.found.entries.iter().zip(placed) {
            let kind = kind_of(entry);
            let place = place.unwrap_or_else(|| {
                let wanted = sound(&entry.id.chars().take(180).collect::<String>());
                let wanted = match wanted.is_empty() {
                    true => "document".to_owned(),
                    false => wanted,
                };
                let wanted = match kind == Kind::Page && is_kept(&wanted) {
                    true => format!("page-{wanted}"),
                    false => wanted,
                };
                let name = ids.like(&format!("{}/{wanted}", kind.folder()), "");
                let id = name.split_once('/').map_or("", |(_, id)| id).to_owned();
                PlacedDocument { kind, file: file_of(kind, &id, entry.is_bundle), id }
            });
            self.files.take(&place.file);
            if entry.is_bundle {
                self.bundles.insert(folder_of(&entry.source).to_owned(), self.places.len());
            }
            self.places.push(place);
        }
        let ids = |kind: Kind| {
            let of = self.places.iter().filter(move |place| place.kind == kind);
            of.map(|place| place.id.clone()).collect::<BTreeSet<_>>()
        };
        self.twice = ids(Kind::Brief).intersection(&ids(Kind::Page)).cloned().collect();
        // Wikilinks ask for the ids of topics and storylines before all documents are made.
        for entry in self.found.entries.iter().filter(|entry| !entry.is_page) {
            for tag in &entry.meta.tags {
                if self.actor(tag).is_none() {
                    topic(tag, &mut self.topics);
                }
            }
            if let Some(series) = &entry.meta.series {
                storyline(series, &mut self.storylines);
            }
        }
    }

    /// The actor of the registry that a name always means.
    fn actor(&self, name: &str) -> Option<&String> {
        self.actors.get(name.trim()).or_else(|| self.actors.get(&words(name)))
    }

    /// The addresses that each document keeps: what its author chose is its address, all others lead to it.
    fn addresses(&mut self) -> Vec<Kept> {
        let mut taken = TakenNames::default();
        for place in &self.places {
            taken.take(&place.kind.path_of(&place.id));
        }
        let mut kept: Vec<Kept> = Vec::new();
        let mut refused = Vec::new();
        for (number, entry) in self.found.entries.iter().enumerate() {
            let mut own = Kept::default();
            let natural = self.places.get(number).map(|place| place.kind.path_of(&place.id));
            let is_natural = |address: &str| {
                natural.as_deref().map(|n| n.trim_matches('/')) == Some(address.trim_matches('/'))
            };
            if let Some(path) = entry.meta.path.as_deref().filter(|path| !is_natural(path)) {
                let path = format!("/{}", path.trim_start_matches('/'));
                match taken.address(&path) {
                    Ok(()) => own.path = Some(path),
                    Err(_) if path == "/" => {}
                    Err(why) => refused.push((number, path, why)),
                }
            }
            kept.push(own);
        }
        for (number, entry) in self.found.entries.iter().enumerate() {
            let natural = self.places.get(number).map(|place| place.kind.path_of(&place.id));
            let old = entry.address.iter().filter(|_| entry.meta.path.is_none());
            let aliases = entry.meta.aliases.iter().filter(|_| self.system != System::Obsidian);
            for address in old.chain(aliases) {
                let address = match address.split_once("://") {
                    Some((_, rest)) => rest.find('/').and_then(|at| rest.get(at..)).unwrap_or("/"),
                    None => address,
                };
                let address = format!("/{}", address.trim_start_matches('/'));
                let bare = address.trim_matches('/');
                if bare.is_empty()
                    || natural.as_deref().is_some_and(|n| n.trim_matches('/') == bare)
                {
                    continue;
                }
                match taken.address(&address) {
                    Ok(()) => {
                        if let Some(own) = kept.get_mut(number) {
                            own.redirects.push(address);
                        }
                    }
                    Err(why) => refused.push((number, address, why)),
                }
            }
        }
        for (number, address, why) in refused {
            self.remark(
                number,
                0,
                "address that is not kept".to_owned(),
                format!("{address}: {why}"),
            );
        }
        kept
    }

    /// What a wikilink calls a document: its id, with its folder if another kind has it too.
    fn wiki_name(&self, place: &PlacedDocument) -> String {
        let twice = self.topics.contains_key(&place.id)
            || self.storylines.contains_key(&place.id)
            || self.twice.contains(&place.id);
        match twice {
            true => format!("{}/{}", place.kind.folder(), place.id),
            false => place.id.clone(),
        }
    }

    /// The address of a file of the archive from a document, which is copied.
    fn shown(&mut self, from: usize, name: &str) -> String {
        let to = match self.copies.get(name) {
            Some(to) => to.clone(),
            None => {
                let to = self.copy_of(name);
                self.copies.insert(name.to_owned(), to.clone());
                to
            }
        };
        from_to(self.places.get(from).map_or("", |place| &place.file), &to)
    }

    /// Where a file of the archive goes: to the document whose folder it lies in, or where its address was.
    fn copy_of(&mut self, name: &str) -> String {
        let mut folder = folder_of(name);
        let owner = loop {
            match self.bundles.get(folder) {
                Some(owner) => break self.places.get(*owner).map(|place| (place, folder)),
                None if folder.is_empty() => break None,
                None => folder = folder_of(folder),
            }
        };
        let wanted = match owner {
            Some((place, folder)) => {
                let below = name.strip_prefix(folder).unwrap_or(name);
                format!("{}/{}", folder_of(&place.file), sound(below))
            }
            None => {
                let address = sound(self.map.address_of(name).unwrap_or(name));
                let first = address.split('/').next().unwrap_or_default().to_lowercase();
                // There the folders of documents are.
                match Kind::ALL.iter().any(|kind| kind.folder() == first) {
                    true => format!("content/files/{address}"),
                    false => format!("content/{address}"),
                }
            }
        };
        let (stem, _) = ending(&wanted);
        let end = wanted.get(stem.len()..).unwrap_or_default().to_owned();
        self.files.like(stem, &end)
    }

    /// The document of an entry.
    fn document(&mut self, number: usize, kept: &Kept) -> Option<Made> {
        let entry = self.found.entries.get(number)?;
        let place = self.places.get(number)?;
        let (kind, file) = (place.kind, place.file.clone());
        let (mut text, expanded) = self.text(number, entry);
        if let Some(members) = self.sections.get(&number) {
            let listed = members.iter().filter_map(|member| self.places.get(*member));
            text.text = listed.map(|place| format!("- [[{}]]\n", self.wiki_name(place))).collect();
            let kind = "section without a text: its list is that of today".to_owned();
            self.remark(number, 0, kind, entry.id.clone());
        }
        for frame in expanded.frames.iter().chain(&text.frames) {
            self.frames.insert(frame);
        }
        let ends: Vec<usize> = entry.body.match_indices('\n').map(|(at, _)| at).collect();
        let below = |at: usize| ends.partition_point(|end| *end < at);
        for (at, kind, what) in expanded.remarks.iter().cloned() {
            self.remark(number, below(at), kind, what);
        }
        for (at, kind, what) in text.remarks.iter().cloned() {
            self.remark(number, below(expanded.origin(at)), kind, what);
        }
        let add = |sum: &mut (usize, usize), more: (usize, usize)| {
            *sum = (sum.0 + more.0, sum.1 + more.1);
        };
        add(&mut self.counts.links, text.links);
        add(&mut self.counts.images, text.images);
        self.counts.comments += text.comments + expanded.comments;
        self.counts.documents += 1;
        self.counts.pages += usize::from(kind == Kind::Page);
        self.counts.paths += usize::from(kept.path.is_some());
        self.counts.redirects += kept.redirects.len();
        let head = self.head(number, entry, kind, kept);
        let body = text.text.trim_start_matches(['\n', '\r']);
        let body = without_title(body, entry.meta.title.as_deref().unwrap_or_default());
        let gap = if body.is_empty() { "" } else { "\n" };
        let whole = format!("+++\n{head}+++\n{gap}{body}");
        let whole = if whole.ends_with('\n') { whole } else { format!("{whole}\n") };
        Some(Made { file, from: entry.key(), content: MadeContent::Text(whole) })
    }

    /// The text of an entry in the words of Chancery, and where it was before.
    fn text(&mut self, number: usize, entry: &ArchiveDocument) -> (Rewritten, Expanded) {
        let body = entry.body.clone();
        let (body, found) = match self.system.writes_html() {
            true => html::markdown(&body, self.system),
            false => (body, Vec::new()),
        };
        for (kind, what) in found {
            self.remark(number, 0, kind, what);
        }
        let map = &self.map;
        let known = &self.found.values;
        let origin = self.found.base_url.as_deref().map(|url| {
            let path = url.match_indices('/').nth(2).map_or(url.len(), |(at, _)| at);
            url.get(..path).unwrap_or_default().to_owned()
        });
        let value = |name: &str| match name {
            "site.url" => origin.clone(),
            "page.title" => entry.meta.title.clone(),
            "page.date" => entry.meta.date.clone(),
            _ => {
                let own = name.strip_prefix("page.").and_then(|key| {
                    let of = |wanted: &str| {
                        let found = entry.meta.extra.iter().find(|(known, _)| known == wanted);
                        found.map(|(_, value)| value)
                    };
                    let below = || match of("params")? {
                        NodeValue::Table(table) => table
                            .iter()
                            .find(|(known, _)| known.name == key)
                            .map(|(_, node)| &node.value),
                        _ => None,
                    };
                    text_of(of(key).or_else(below)?)
                });
                own.or_else(|| known.get(name).cloned())
            }
        };
        let look = TemplateScope {
            system: self.system,
            frames: &self.into.frames,
            post: &|name| map.post(name),
            file: &|path| map.file(number, path),
            value: &value,
        };
        let expanded = expand(&body, &look);
        let system = self.system;
        let frames = &self.into.frames;
        let text = rewrite(&expanded.text, system, frames, &mut Asker { work: self, from: number });
        (text, expanded)
    }

    /// The front matter of an entry, in TOML.
    fn head(&mut self, number: usize, entry: &ArchiveDocument, kind: Kind, kept: &Kept) -> String {
        let Meta { title, date, updated, embargo, expires, summary, bluf, .. } = &entry.meta;
        let meta = &entry.meta;
        let mut head = String::new();
        let mut extra: Vec<(String, String)> = Vec::new();
        let is_brief = kind == Kind::Brief;
        let mut line = |key: &str, value: String| head.push_str(&format!("{key} = {value}\n"));
        let title = title.as_deref().map(str::trim).filter(|title| !title.is_empty());
        line("title", quoted(title.unwrap_or("Untitled")));
        let date_of = |date: &String| if date.len() == 10 { date.clone() } else { quoted(date) };
        // What only a brief has stays with the other values of a page.
        let mut put = |key: &str, value: Option<String>| match value {
            Some(value) if is_brief => line(key, value),
            Some(value) => extra.push((key.to_owned(), value)),
            None => {}
        };
        put("date", date.as_ref().map(date_of));
        put("updated", updated.as_ref().map(date_of));
        put("bluf", bluf.as_deref().map(quoted));
        let mut actors: Vec<String> = Vec::new();
        let mut topics: Vec<String> = Vec::new();
        for name in &meta.about {
            actors.extend(self.actor(name).cloned());
        }
        for tag in &meta.tags {
            match self.actor(tag) {
                Some(id) => actors.push(id.clone()),
                None if is_brief => topics.extend(topic(tag, &mut self.topics)),
                None => topics.push(tag.clone()),
            }
        }
        for list in [&mut actors, &mut topics] {
            let mut seen = BTreeSet::new();
            list.retain(|id| seen.insert(id.clone()));
        }
        if is_brief {
            self.counts.actors.extend(actors.iter().cloned());
        }
        let list = |items: &[String]| {
            let items: Vec<String> = items.iter().map(|item| quoted(item)).collect();
            (!items.is_empty()).then(|| format!("[{}]", items.join(", ")))
        };
        put("authors", list(&meta.authors));
        put("actors", list(&actors));
        put("topics", list(&topics));
        let storyline = meta.series.as_ref().map(|name| match is_brief {
            true => storyline(name, &mut self.storylines),
            false => name.clone(),
        });
        put("storyline", storyline.as_deref().map(quoted));
        let site = self.found.language.as_deref().unwrap_or("en");
        let language = meta.language.as_deref().filter(|language| *language != site);
        put("language", language.map(quoted));
        put("embargo", embargo.as_ref().map(date_of));
        put("expires", expires.as_ref().map(date_of));
        if let Some(summary) = summary {
            head.push_str(&format!("summary = {}\n", quoted(summary)));
        }
        let held = !is_brief && (embargo.is_some() || expires.is_some());
        if held {
            let kind = "page that is held back for a time: a draft now".to_owned();
            self.remark(number, 0, kind, entry.id.clone());
        }
        if meta.draft || held {
            self.counts.drafts += 1;
            head.push_str("draft = true\n");
        }
        if let Some(path) = &kept.path {
            head.push_str(&format!("path = {}\n", quoted(path)));
        }
        if let Some(redirects) = list(&kept.redirects) {
            head.push_str(&format!("redirects = {redirects}\n"));
        }
        let known: BTreeSet<String> = extra.iter().map(|(key, _)| key.clone()).collect();
        for (key, value) in meta.extra.iter().filter(|(key, _)| !known.contains(key)) {
            match in_toml(value, 0) {
                Some(value) => extra.push((key.clone(), value)),
                None => {
                    let what = key.clone();
                    self.remark(number, 0, "value that is nested too deep".to_owned(), what);
                }
            }
        }
        if self.system == System::Obsidian
            && let Some(names) = list(&meta.aliases)
        {
            extra.push(("aliases".to_owned(), names));
        }
        if !extra.is_empty() {
            head.push_str("\n[extra]\n");
            let mut seen = BTreeSet::new();
            let own = if is_brief { Brief::KEYS } else { Page::KEYS };
            for (key, value) in extra.iter().filter(|(key, _)| seen.insert(key.clone())) {
                // Under a name that the document has itself it would seem to be there by mistake.
                let key = match own.contains(&key.as_str()) {
                    true => format!("old_{key}"),
                    false => key.clone(),
                };
                head.push_str(&format!("{} = {value}\n", key_in_toml(&key)));
            }
        }
        head
    }

    /// The files of topics and storylines.
    fn subjects(&mut self, made: &mut Vec<Made>) {
        for (kind, subjects) in [(Kind::Topic, &self.topics), (Kind::Storyline, &self.storylines)] {
            let key = if kind == Kind::Topic { "name" } else { "title" };
            for (id, TagDocument { name, parent }) in subjects {
                let mut text = format!("+++\n{key} = {}\n", quoted(name));
                if let Some(parent) = parent {
                    text.push_str(&format!("parent = {}\n", quoted(parent)));
                }
                text.push_str("+++\n");
                let file = file_of(kind, id, false);
                made.push(Made {
                    from: format!("{} {id}", kind.word()),
                    file,
                    content: MadeContent::Text(text),
                });
            }
        }
        self.counts.topics = self.topics.len();
        self.counts.storylines = self.storylines.len();
    }

    /// The files that documents show, all of bundles, and those that readers could reach at an address of their own.
    fn copy(&mut self, made: &mut Vec<Made>) {
        let mut addresses: TakenNames = TakenNames::default();
        for to in self.copies.values() {
            addresses.take(to.split_once('/').map_or(to, |(_, below)| below));
        }
        let public: Vec<(String, String)> =
            self.found.public.iter().map(|(a, f)| (a.clone(), f.clone())).collect();
        for (address, name) in public {
            if self.copies.contains_key(&name) {
                continue;
            }
            let mut folder = folder_of(&name);
            let is_own = loop {
                match self.bundles.contains_key(folder) {
                    true => break true,
                    false if folder.is_empty() => break false,
                    false => folder = folder_of(folder),
                }
            };
            let is_media = MEDIA.contains(&&*ending(last_of(&name)).1);
            if is_own {
                let to = self.copy_of(&name);
                self.copies.insert(name, to);
            } else if is_media && self.system != System::Obsidian {
                let address = sound(&address);
                if !is_kept(&address.to_lowercase()) && addresses.take(&address) {
                    let to = format!("static/{address}");
                    self.copies.insert(name, to);
                }
            } else if is_media {
                self.counts.unused += 1;
            }
        }
        for (name, file) in &self.copies {
            self.counts.files += 1;
            let from = name.clone();
            made.push(Made { file: file.clone(), from, content: MadeContent::Copy(name.clone()) });
        }
    }

    /// The configuration of a new site.
    fn config(&self) -> String {
        let found = self.found;
        let one_line = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
        let title = found.title.as_deref().map(one_line).filter(|title| !title.is_empty());
        let url = found.base_url.as_deref().filter(|url| {
            crate::front_matter::field::is_web_address(url) && !url.contains(['?', '#'])
        });
        let language = found.language.as_deref().and_then(is_language);
        let mut out = format!(
            "# Every key: docs/configuration.md of Chancery, or `chancery schema`.\ntitle = {}\nbase_url = {}\nlanguage = {}\n",
            quoted(title.as_deref().unwrap_or("My briefings")),
            quoted(&format!("{}/", url.unwrap_or("https://example.org").trim_end_matches('/'))),
            quoted(language.as_deref().unwrap_or("en")),
        );
        let zone = found.timezone.as_deref().filter(|zone| TimeZone::get(zone).is_ok());
        out.push_str(&format!("timezone = {}\n", quoted(zone.unwrap_or("UTC"))));
        if let Some(description) = found.description.as_deref().map(one_line) {
            out.push_str(&format!("description = {}\n", quoted(&description)));
        }
        out.push_str(
            "\n# States and international bodies that are known by their names without a file.\nregistry = [\"states\", \"bodies\"]\n\
             \n# What the old site left: with it the site is published all the same. Take a line out when its findings are mended.\n\
             [check]\nbroken-link = \"warning\"\nbroken-anchor = \"warning\"\nbroken-image = \"warning\"\n\
             ambiguous-link = \"warning\"\nunknown-address = \"warning\"\n",
        );
        if !self.frames.is_empty() {
            let frames: Vec<String> = self.frames.iter().map(|frame| quoted(frame)).collect();
            out.push_str(&format!("\n[markdown]\nembeds = [{}]\n", frames.join(", ")));
        }
        out
    }
}

/// The id of the topic of a tag; those above it are made too.
fn topic(tag: &str, topics: &mut BTreeMap<String, TagDocument>) -> Option<String> {
    let mut id = String::new();
    let mut parent = None;
    for part in tag.split('/').map(str::trim).filter(|part| !part.is_empty()) {
        let own = match id_of(part) {
            own if own.is_empty() => return None,
            own => own.chars().take(80).collect::<String>(),
        };
        id = match id.is_empty() {
            true => own,
            false => format!("{id}/{own}"),
        };
        let subject = TagDocument { name: part.to_owned(), parent: parent.clone() };
        topics.entry(id.clone()).or_insert(subject);
        parent = Some(id.clone());
    }
    (!id.is_empty()).then_some(id)
}

/// The id of the storyline of a name.
fn storyline(name: &str, storylines: &mut BTreeMap<String, TagDocument>) -> String {
    let id = match id_of(name) {
        id if id.is_empty() => "storyline".to_owned(),
        id => id.chars().take(80).collect(),
    };
    let subject = TagDocument { name: name.to_owned(), parent: None };
    storylines.entry(id.clone()).or_insert(subject);
    id
}

/// A text without the heading at its start that says the title again.
fn without_title<'t>(body: &'t str, title: &str) -> &'t str {
    let Some(rest) = body.strip_prefix("# ") else { return body };
    let (line, behind) = rest.split_once('\n').unwrap_or((rest, ""));
    match line.trim().eq_ignore_ascii_case(title.trim()) {
        true => behind.trim_start_matches(['\n', '\r']),
        false => body,
    }
}
