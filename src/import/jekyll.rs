//! Archives of Jekyll.

use crate::source::Archive;

use super::front::{config, is_language};
use super::model::{
    ArchiveContents, ArchiveDocument, Remark, System, dated, ending, folder_of, in_words, last_of,
};
use super::read::{entry, id_of, is_foreign, is_markdown, path_id};

/// Files that belong to a repository and not to its site.
const OTHERS: [&str; 8] = [
    "readme.md",
    "contributing.md",
    "changelog.md",
    "license.md",
    "code_of_conduct.md",
    "gemfile",
    "rakefile",
    "security.md",
];

/// Reads an archive.
pub(super) fn read(archive: &Archive) -> ArchiveContents {
    let mut found = ArchiveContents::default();
    let file = ["_config.yml", "_config.yaml", "_config.toml"].into_iter().find(|n| archive.has(n));
    let text = file.and_then(|file| Some((file, archive.text(file).ok()?)));
    let config = text
        .map_or(serde_json::Value::Null, |(file, text)| config(file, &text, &mut found.remarks));
    let text = |key: &str| config.get(key).and_then(|value| value.as_str()).map(str::to_owned);
    found.title = text("title").or_else(|| text("name"));
    found.description = text("description");
    found.timezone = text("timezone");
    found.language = text("lang").or_else(|| text("locale")).and_then(|tag| is_language(&tag));
    let base = text("baseurl").unwrap_or_default();
    let base = base.trim_matches('/');
    found.base_url = text("url").filter(|url| url.contains("://")).map(|url| {
        format!("{}/{base}", url.trim_end_matches('/')).trim_end_matches('/').to_owned() + "/"
    });
    let values = config.as_object().into_iter().flatten();
    for (key, value) in values {
        if let Some(text) = value.as_str() {
            found.values.insert(format!("site.{key}"), text.to_owned());
        }
    }
    let style = text("permalink").unwrap_or_else(|| "date".to_owned());
    let excluded: Vec<String> = config
        .get("exclude")
        .and_then(|list| list.as_array())
        .into_iter()
        .flatten()
        .filter_map(|item| Some(item.as_str()?.trim_matches('/').to_owned()))
        .chain(["vendor".to_owned()])
        .collect();
    let collections: Vec<String> = match config.get("collections") {
        Some(serde_json::Value::Object(table)) => table.keys().cloned().collect(),
        Some(serde_json::Value::Array(list)) => {
            list.iter().filter_map(|item| item.as_str().map(str::to_owned)).collect()
        }
        _ => Vec::new(),
    };
    for name in archive.names() {
        let is_excluded = excluded.iter().any(|other| {
            name.strip_prefix(other.as_str())
                .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        });
        if is_excluded {
            continue;
        }
        let place = place(name, &collections);
        let (_, end) = ending(name);
        let is_text = is_markdown(name) || matches!(&*end, "html" | "htm");
        if is_foreign(name) && !matches!(place, FileRole::Hidden) {
            found.remarks.push(other_language(name));
            continue;
        }
        if !is_text || matches!(place, FileRole::Hidden) {
            if matches!(place, FileRole::Page) && !OTHERS.contains(&&*name.to_lowercase()) {
                found.public.insert(name.to_owned(), name.to_owned());
            }
            continue;
        }
        let Some((mut one, has_front)) = entry(archive, name, System::Jekyll, &mut found.remarks)
        else {
            continue;
        };
        // Without front matter a page is a file like any other.
        if !has_front && (matches!(place, FileRole::Page) || !is_markdown(name)) {
            if !is_markdown(name) {
                found.public.insert(name.to_owned(), name.to_owned());
            }
            continue;
        }
        if !is_markdown(name) && one.body.contains("{%") {
            found.remarks.push(Remark {
                kind: "page that templates make".to_owned(),
                file: name.to_owned(),
                line: one.line,
                what: one.meta.title.clone().unwrap_or_default(),
            });
            continue;
        }
        match place {
            FileRole::Post | FileRole::Draft => {
                post(&mut one, name, &place, &style);
                // As in Jekyll, a draft without a day has that on which it was saved.
                if one.is_page && one.meta.draft {
                    one.meta.date = archive.saved(name).map(|day| day.to_string());
                    one.is_page = one.meta.date.is_none();
                }
            }
            FileRole::Collection(of) => {
                let (stem, _) = ending(name);
                let rest = stem.split_once('/').map_or(stem, |(_, rest)| rest);
                one.is_page = one.meta.date.is_none();
                one.meta.title = one.meta.title.take().or_else(|| Some(in_words(last_of(rest))));
                one.id = match one.is_page {
                    true => path_id(&format!("{of}/{rest}")),
                    false => of_day(&one, last_of(rest)),
                };
                one.address = Some(format!("/{of}/{rest}.html"));
            }
            FileRole::Page => {
                let (stem, _) = ending(name);
                one.is_page = true;
                let words = match last_of(stem) {
                    "index" => last_of(folder_of(stem)),
                    last => last,
                };
                one.meta.title = one.meta.title.take().or_else(|| Some(in_words(words)));
                one.id =
                    match stem.strip_suffix("index").filter(|f| f.is_empty() || f.ends_with('/')) {
                        Some("") => "home".to_owned(),
                        Some(folder) => path_id(folder),
                        None => path_id(stem),
                    };
                one.address = Some(match stem.strip_suffix("index") {
                    Some(folder) if folder.is_empty() || folder.ends_with('/') => {
                        format!("/{folder}")
                    }
                    _ if style == "pretty" => format!("/{stem}/"),
                    _ => format!("/{stem}.html"),
                });
            }
            FileRole::Hidden => continue,
        }
        found.entries.push(one);
    }
    found
}

/// What is told of a text that is not Markdown.
pub(super) fn other_language(name: &str) -> Remark {
    Remark {
        kind: format!("text in another language, `.{}`", ending(name).1),
        file: name.to_owned(),
        line: 1,
        what: String::new(),
    }
}

/// What a file is by its place.
enum FileRole {
    Post,
    Draft,
    Collection(String),
    Page,
    /// None that readers see.
    Hidden,
}

fn place(name: &str, collections: &[String]) -> FileRole {
    let folders: Vec<&str> = folder_of(name).split('/').collect();
    for folder in &folders {
        match *folder {
            "_posts" => return FileRole::Post,
            "_drafts" => return FileRole::Draft,
            folder if folder.starts_with('_') => {
                let bare = folder.trim_start_matches('_');
                return match collections.iter().any(|known| known == bare) {
                    true => FileRole::Collection(bare.to_owned()),
                    false => FileRole::Hidden,
                };
            }
            _ => {}
        }
    }
    let hidden = last_of(name).starts_with('_') || OTHERS.contains(&&*name.to_lowercase());
    if hidden { FileRole::Hidden } else { FileRole::Page }
}

/// An id that begins with the day of a document.
pub(super) fn of_day(one: &ArchiveDocument, name: &str) -> String {
    let day = one.meta.date.as_deref().and_then(|date| date.get(..10)).unwrap_or_default();
    let name = dated(name).map_or(name, |(_, rest)| rest);
    let name = id_of(name);
    [day, &name].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("-")
}

/// What a post's name and its folders say.
fn post(one: &mut ArchiveDocument, name: &str, place: &FileRole, style: &str) {
    let (stem, _) = ending(last_of(name));
    let (day, words) = dated(stem).map_or((None, stem), |(day, words)| (Some(day), words));
    if matches!(place, FileRole::Draft) {
        one.meta.draft = true;
    }
    one.meta.date = one.meta.date.take().or_else(|| day.map(str::to_owned));
    one.meta.title = one.meta.title.take().or_else(|| Some(in_words(words)));
    one.is_page = one.meta.date.is_none();
    // Folders above `_posts` are categories.
    let above = name.split("_posts").next().filter(|above| above.len() < name.len());
    let folders = above.unwrap_or_default().split('/').filter(|part| !part.is_empty());
    let mut categories: Vec<String> = folders.map(str::to_owned).collect();
    for folder in categories.clone() {
        if !one.meta.tags.contains(&folder) {
            one.meta.tags.push(folder);
        }
    }
    one.id = match day {
        Some(day) => format!("{day}-{}", id_of(words)),
        None => of_day(one, words),
    };
    let slug = one.meta.slug.clone().unwrap_or_else(|| words.to_owned());
    if !one.meta.categories.is_empty() {
        categories.extend(one.meta.categories.iter().cloned());
    }
    let date = one.meta.date.clone().unwrap_or_default();
    one.address = (!date.is_empty()).then(|| address(style, &date, &categories, &slug));
}

/// The address that a style of permalinks gives a post.
fn address(style: &str, date: &str, categories: &[String], slug: &str) -> String {
    let style = match style {
        "date" => "/:categories/:year/:month/:day/:title.html",
        "pretty" => "/:categories/:year/:month/:day/:title/",
        "none" => "/:categories/:title.html",
        "weekdate" | "ordinal" => "/:categories/:year/:title.html",
        own => own,
    };
    let mut parts = date.split(['-', 'T']);
    let mut next = || parts.next().unwrap_or_default();
    let (year, month, day) = (next(), next(), next());
    let categories: Vec<String> =
        categories.iter().map(|name| name.to_lowercase().replace(' ', "-")).collect();
    let bare = |number: &str| number.trim_start_matches('0').to_owned();
    let address = style
        .replace(":categories", &categories.join("/"))
        .replace(":year", year)
        .replace(":i_month", &bare(month))
        .replace(":month", month)
        .replace(":i_day", &bare(day))
        .replace(":day", day)
        .replace(":short_year", year.get(2..).unwrap_or_default())
        .replace(":title", slug)
        .replace(":slug", slug)
        .replace(":output_ext", ".html");
    let mut out = String::new();
    for letter in format!("/{address}").chars() {
        if letter != '/' || !out.ends_with('/') {
            out.push(letter);
        }
    }
    out
}
