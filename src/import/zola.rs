//! Archives of Zola.

use crate::source::Archive;

use super::front::{config, is_language};
use super::jekyll::of_day;
use super::model::{ArchiveContents, System, dated, ending, folder_of, in_words, last_of};
use super::read::{entry, id_of, is_markdown, path_id};

/// The names of the configuration.
pub(super) const CONFIGS: [&str; 2] = ["zola.toml", "config.toml"];

/// Reads an archive.
pub(super) fn read(archive: &Archive) -> ArchiveContents {
    let mut found = ArchiveContents::default();
    let file = CONFIGS.into_iter().find(|name| archive.has(name));
    let text = file.and_then(|file| Some((file, archive.text(file).ok()?)));
    let config = text
        .map_or(serde_json::Value::Null, |(file, text)| config(file, &text, &mut found.remarks));
    let text = |key: &str| config.get(key).and_then(|value| value.as_str()).map(str::to_owned);
    found.title = text("title");
    found.description = text("description");
    found.base_url = text("base_url").filter(|url| url.contains("://"));
    let main = text("default_language");
    found.language = main.as_deref().and_then(is_language);
    let tongues: Vec<String> = config
        .get("languages")
        .and_then(|table| table.as_object())
        .into_iter()
        .flat_map(|table| table.keys().cloned())
        .collect();
    let names: Vec<&str> = archive.names().collect();
    for name in names {
        if let Some(public) = name.strip_prefix("static/") {
            found.public.insert(public.to_owned(), name.to_owned());
            continue;
        }
        let Some(below) = name.strip_prefix("content/") else { continue };
        if !is_markdown(below) {
            found.public.insert(below.to_owned(), name.to_owned());
            continue;
        }
        let Some((mut one, _)) = entry(archive, name, System::Zola, &mut found.remarks) else {
            continue;
        };
        let (mut stem, _) = ending(below);
        let mut tongue = None;
        if let Some((bare, key)) = stem.rsplit_once('.')
            && tongues.iter().any(|known| known == key)
        {
            (stem, tongue) = (bare, Some(key));
        }
        let is_list = last_of(stem) == "_index";
        one.is_section = is_list && one.body.trim().is_empty();
        one.is_bundle = last_of(stem) == "index";
        let path = if one.is_bundle || is_list { folder_of(stem) } else { stem };
        // The home page of a site is made of its briefs.
        if one.is_section && path.is_empty() {
            continue;
        }
        let last = last_of(path);
        let (day, words) = dated(last).map_or((None, last), |(day, words)| (Some(day), words));
        if !is_list {
            one.meta.date = one.meta.date.take().or_else(|| day.map(str::to_owned));
        }
        one.is_page = one.meta.date.is_none() || is_list;
        one.meta.title = one.meta.title.take().or_else(|| Some(in_words(words)));
        one.id = match one.is_page {
            true if path.is_empty() => "home".to_owned(),
            true => path_id(path),
            false => of_day(&one, last),
        };
        let mut lead = String::new();
        if let Some(key) = tongue {
            one.id = format!("{}-{}", one.id, id_of(key));
            one.meta.language = one.meta.language.take().or_else(|| is_language(key));
            lead = format!("/{key}");
        }
        let slug = one.meta.slug.clone().unwrap_or_else(|| id_of(words));
        let folder = path_id(folder_of(path));
        let parts = [folder.as_str(), &slug];
        let parts: Vec<&str> = parts.into_iter().filter(|part| !part.is_empty()).collect();
        one.address = Some(match parts.is_empty() {
            true => format!("{lead}/"),
            false => format!("{lead}/{}/", parts.join("/")),
        });
        found.entries.push(one);
    }
    found
}
