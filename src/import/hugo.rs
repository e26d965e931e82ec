//! Archives of Hugo.

use serde_json::Value as Json;

use crate::source::Archive;

use super::front::{config, is_language};
use super::jekyll::{of_day, other_language};
use super::model::{
    ArchiveContents, ArchiveDocument, Remark, System, dated, ending, folder_of, in_words, last_of,
};
use super::read::{entry, id_of, is_foreign, is_markdown, path_id};

/// The names of the configuration, the first that is there.
pub(super) const CONFIGS: [&str; 14] = [
    "hugo.toml",
    "hugo.yaml",
    "hugo.yml",
    "hugo.json",
    "config.toml",
    "config.yaml",
    "config.yml",
    "config.json",
    "config/_default/hugo.toml",
    "config/_default/hugo.yaml",
    "config/_default/config.toml",
    "config/_default/config.yaml",
    "config/_default/config.yml",
    "config/_default/config.json",
];

/// A language of the site.
struct Tongue {
    /// Its key, such as `de`.
    key: String,
    /// Its folder, if it has one of its own.
    folder: Option<String>,
    /// What stands before its addresses.
    lead: String,
}

/// The configuration, with the tables of it that have files of their own.
fn configuration(archive: &Archive, remarks: &mut Vec<Remark>) -> Json {
    let mut read = |name: &str| Some(config(name, &archive.text(name).ok()?, remarks));
    let file = CONFIGS.into_iter().find(|name| archive.has(name));
    let mut whole = file.and_then(&mut read).unwrap_or(Json::Null);
    for table in ["languages", "permalinks", "params"] {
        for end in ["toml", "yaml", "yml", "json"] {
            let name = format!("config/_default/{table}.{end}");
            if archive.has(&name)
                && let Some(value) = read(&name)
            {
                if whole.is_null() {
                    whole = serde_json::json!({});
                }
                if let Some(whole) = whole.as_object_mut() {
                    whole.insert(table.to_owned(), value);
                }
            }
        }
    }
    // Or a file for each language: `languages.de.toml`.
    for name in archive.names().filter(|name| name.starts_with("config/_default/languages.")) {
        let key = ending(last_of(name)).0.trim_start_matches("languages").trim_start_matches('.');
        if key.is_empty() {
            continue;
        }
        if let Some(value) = read(name)
            && let Some(whole) = whole.as_object_mut()
        {
            let all = whole.entry("languages").or_insert_with(|| serde_json::json!({}));
            if let Some(all) = all.as_object_mut() {
                all.insert(key.to_owned(), value);
            }
        }
    }
    whole
}

/// A value of a table, by its key in any case.
fn get<'j>(table: &'j Json, key: &str) -> Option<&'j Json> {
    let entries = table.as_object()?;
    entries.iter().find(|(name, _)| name.eq_ignore_ascii_case(key)).map(|(_, value)| value)
}

/// Reads an archive.
pub(super) fn read(archive: &Archive) -> ArchiveContents {
    let mut found = ArchiveContents::default();
    let config = configuration(archive, &mut found.remarks);
    let text = |key: &str| {
        let value = get(&config, key)?.as_str()?;
        Some(value.to_owned()).filter(|value| !value.is_empty())
    };
    let of_main = |key: &str| {
        let main = text("defaultContentLanguage").unwrap_or_else(|| "en".to_owned());
        let value = get(get(get(&config, "languages")?, &main)?, key)?.as_str()?;
        Some(value.to_owned())
    };
    found.title = text("title").or_else(|| of_main("title"));
    found.base_url = text("baseURL").filter(|url| url.contains("://"));
    found.timezone = text("timeZone");
    let main = text("defaultContentLanguage");
    found.language =
        main.clone().or_else(|| text("languageCode")).and_then(|tag| is_language(&tag));
    found.description = get(&config, "params")
        .and_then(|params| get(params, "description")?.as_str().map(str::to_owned));
    let main = main.unwrap_or_else(|| "en".to_owned());
    let in_folder = get(&config, "defaultContentLanguageInSubdir").and_then(Json::as_bool);
    let tongues: Vec<Tongue> = get(&config, "languages")
        .and_then(Json::as_object)
        .into_iter()
        .flatten()
        .map(|(key, about)| Tongue {
            key: key.clone(),
            folder: get(about, "contentDir")
                .and_then(|dir| dir.as_str())
                .map(|dir| dir.trim_matches('/').to_owned())
                .or_else(|| {
                    let folder = format!("content/{key}/");
                    archive
                        .names()
                        .any(|name| name.starts_with(&folder))
                        .then(|| folder.trim_end_matches('/').to_owned())
                }),
            lead: match *key == main && in_folder != Some(true) {
                true => String::new(),
                false => format!("/{key}"),
            },
        })
        .collect();
    let content = text("contentDir").unwrap_or_else(|| "content".to_owned());
    let content = content.trim_matches('/').to_owned();
    let names: Vec<&str> = archive.names().collect();
    // The folders of bundles: all in them is their own.
    let bundles: Vec<&str> =
        names.iter().filter(|name| is_index(name, &tongues)).map(|name| folder_of(name)).collect();
    for name in &names {
        let name = *name;
        let of = tongues.iter().filter_map(|tongue| {
            let rest = name.strip_prefix(tongue.folder.as_deref()?)?.strip_prefix('/')?;
            Some((rest, Some(tongue)))
        });
        let longest = of.max_by_key(|(rest, _)| std::cmp::Reverse(rest.len()));
        let below =
            longest.or_else(|| Some((name.strip_prefix(&*content)?.strip_prefix('/')?, None)));
        let Some((below, mut tongue)) = below else {
            if let Some(public) = name.strip_prefix("static/") {
                found.public.insert(public.to_owned(), name.to_owned());
            }
            continue;
        };
        let (stem, end) = ending(below);
        if !is_markdown(below) && !matches!(&*end, "html" | "htm") {
            if is_foreign(below) {
                found.remarks.push(other_language(name));
            }
            found.public.insert(below.to_owned(), name.to_owned());
            continue;
        }
        // `talks.de.md` is the German one.
        let mut stem = stem;
        if let Some((bare, key)) = stem.rsplit_once('.')
            && let Some(known) = tongues.iter().find(|tongue| tongue.key == key)
        {
            (stem, tongue) = (bare, Some(known));
        }
        let Some((mut one, _)) = entry(archive, name, System::Hugo, &mut found.remarks) else {
            continue;
        };
        if get_bool(&one, "headless") {
            continue;
        }
        one.is_bundle = last_of(stem) == "index" && bundles.contains(&folder_of(name));
        let is_list = last_of(stem) == "_index";
        one.is_section = is_list && one.body.trim().is_empty();
        let path = match one.is_bundle || is_list || last_of(stem) == "index" {
            true => folder_of(stem),
            false => stem,
        };
        // The home page of a site is made of its briefs.
        if one.is_section && path.is_empty() {
            continue;
        }
        let last = last_of(path);
        if one.meta.date.is_none() && !is_list {
            one.meta.date = dated(last).map(|(day, _)| day.to_owned());
        }
        one.is_page = one.meta.date.is_none() || is_list;
        let words = dated(last).map_or(last, |(_, words)| words);
        one.meta.title = one.meta.title.take().or_else(|| Some(in_words(words)));
        let spoken = tongue.filter(|tongue| tongue.key != main);
        if one.meta.language.is_none() {
            one.meta.language = spoken.and_then(|tongue| is_language(&tongue.key));
        }
        one.id = match one.is_page {
            true if path.is_empty() => "home".to_owned(),
            true => path_id(path),
            false => of_day(&one, last),
        };
        if let Some(tongue) = spoken {
            one.id = format!("{}-{}", one.id, id_of(&tongue.key));
        }
        let lead = tongue.map_or("", |tongue| &*tongue.lead);
        let made = address(&one, path, get(&config, "permalinks"));
        let section = path.split('/').next().unwrap_or_default();
        let is_ugly = get(&config, "uglyURLs").is_some_and(|ugly| {
            ugly.as_bool().or_else(|| get(ugly, section)?.as_bool()) == Some(true)
        });
        one.address =
            Some(match made.strip_suffix('/').filter(|made| is_ugly && !made.is_empty()) {
                Some(bare) => format!("{lead}{bare}.html"),
                None => format!("{lead}{made}"),
            });
        found.entries.push(one);
    }
    found
}

/// Whether a file is the text of a bundle.
fn is_index(name: &str, tongues: &[Tongue]) -> bool {
    let (stem, _) = ending(last_of(name));
    let bare = stem.rsplit_once('.').filter(|(_, key)| tongues.iter().any(|t| t.key == *key));
    is_markdown(name) && bare.map_or(stem, |(bare, _)| bare) == "index"
}

/// Whether an unknown key of a document says `true`.
fn get_bool(one: &ArchiveDocument, key: &str) -> bool {
    let value = one.meta.extra.iter().find(|(name, _)| name == key).map(|(_, value)| value);
    matches!(value, Some(crate::front_matter::tree::NodeValue::Bool(true)))
}

/// The address that Hugo gives a document at a path below the content.
fn address(one: &ArchiveDocument, path: &str, permalinks: Option<&Json>) -> String {
    let lower = |text: &str| text.to_lowercase().replace(' ', "-");
    let section = path.split('/').next().filter(|_| path.contains('/')).unwrap_or_default();
    let slug = one.meta.slug.clone();
    let pattern = permalinks.and_then(|table| {
        let pages = get(table, "page").filter(|pages| pages.is_object()).unwrap_or(table);
        get(pages, section)?.as_str()
    });
    let Some(pattern) = pattern.filter(|_| !one.is_page) else {
        let path = match slug {
            Some(slug) => format!("{}/{slug}", folder_of(path)),
            None => path.to_owned(),
        };
        let path = path.trim_matches('/');
        return if path.is_empty() { "/".to_owned() } else { format!("/{}/", lower(path)) };
    };
    let date = one.meta.date.clone().unwrap_or_default();
    let mut parts = date.split(['-', 'T']);
    let mut next = || parts.next().unwrap_or_default();
    let (year, month, day) = (next(), next(), next());
    let title = lower(&id_of(one.meta.title.as_deref().unwrap_or_default()));
    let name = last_of(path);
    let made = pattern
        .replace(":year", year)
        .replace(":month", month)
        .replace(":day", day)
        .replace(":slugorfilename", slug.as_deref().unwrap_or(name))
        .replace(":slugorcontentbasename", slug.as_deref().unwrap_or(name))
        .replace(":contentbasename", name)
        .replace(":filename", name)
        .replace(":sections", folder_of(path))
        .replace(":section", section)
        .replace(":slug", slug.as_deref().unwrap_or(&title))
        .replace(":title", &title);
    let made = lower(made.trim_matches('/'));
    if made.ends_with(".html") { format!("/{made}") } else { format!("/{made}/") }
}
