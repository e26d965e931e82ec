//! Exports of Ghost: JSON with the tables of its database.

use std::collections::BTreeMap;

use serde_json::Value as Json;

use crate::front_matter::in_one_form;
use crate::source::Archive;

use super::front::is_language;
use super::jekyll::of_day;
use super::model::{ArchiveContents, ArchiveDocument, Remark, ending, in_words};
use super::read::path_id;

/// The files of an archive that are exports.
pub(super) fn exports(archive: &Archive) -> impl Iterator<Item = &str> {
    let named = archive.names().filter(|name| !name.contains('/') && ending(name).1 == "json");
    named.filter(|name| {
        archive.text(name).is_ok_and(|text| text.contains("\"db\"") && text.contains("\"posts\""))
    })
}

/// The rows of a table.
fn rows<'j>(data: &'j Json, table: &str) -> impl Iterator<Item = &'j Json> {
    data.get(table).and_then(Json::as_array).into_iter().flatten()
}

/// The text of a column that has one, or a number.
fn text(row: &Json, column: &str) -> Option<String> {
    let text = match row.get(column)? {
        Json::String(text) => text.trim().to_owned(),
        Json::Number(number) => number.to_string(),
        _ => return None,
    };
    (!text.is_empty()).then_some(text)
}

/// What two tables are called that name things, and how a third ties them to posts, in the order in which posts have them.
fn tied(data: &Json, table: &str, ties: &str, column: &str) -> BTreeMap<String, Vec<String>> {
    let names: BTreeMap<String, String> =
        rows(data, table).filter_map(|row| Some((text(row, "id")?, text(row, "name")?))).collect();
    let mut all: Vec<(i64, String, String)> = rows(data, ties)
        .filter_map(|row| {
            let order = row.get("sort_order").and_then(Json::as_i64).unwrap_or_default();
            Some((order, text(row, "post_id")?, names.get(&text(row, column)?)?.clone()))
        })
        .collect();
    all.sort();
    let mut out: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (_, post, name) in all {
        out.entry(post).or_default().push(name);
    }
    out
}

/// Reads an export.
pub(super) fn read(archive: &Archive) -> ArchiveContents {
    let mut found = ArchiveContents::default();
    for name in archive.names() {
        if let Some(at) =
            name.find("content/images/").filter(|at| *at == 0 || name.contains("/content/"))
        {
            let address = name.get(at..).unwrap_or(name);
            found.public.insert(address.to_owned(), name.to_owned());
        }
    }
    for name in exports(archive) {
        let whole = archive.text(name).unwrap_or_default();
        match serde_json::from_str::<Json>(&whole) {
            Ok(json) => {
                // An export is one database, or a list of them.
                let db = json.get("db").and_then(Json::as_array).into_iter().flatten();
                for data in db.filter_map(|db| db.get("data")) {
                    export(data, name, &whole, &mut found);
                }
            }
            Err(error) => found.remarks.push(Remark {
                kind: "file that cannot be read".to_owned(),
                file: name.to_owned(),
                line: error.line(),
                what: error.to_string(),
            }),
        }
    }
    found
}

fn export(data: &Json, name: &str, whole: &str, found: &mut ArchiveContents) {
    for row in rows(data, "settings") {
        let Some((key, value)) = text(row, "key").zip(text(row, "value")) else { continue };
        match key.as_str() {
            "title" => found.title = Some(value),
            "description" => found.description = Some(value),
            "timezone" | "active_timezone" => found.timezone = Some(value),
            "locale" | "default_locale" | "lang" => found.language = is_language(&value),
            _ => {}
        }
    }
    let tags = tied(data, "tags", "posts_tags", "tag_id");
    let authors = tied(data, "users", "posts_authors", "author_id");
    // Posts are in the order of the file, so that lines are counted once.
    let (mut line, mut counted) = (1, 0);
    for row in rows(data, "posts") {
        let id = text(row, "id").unwrap_or_default();
        let rest = whole.get(counted..).unwrap_or_default();
        if let Some(at) = text(row, "uuid").and_then(|uuid| rest.find(&uuid)) {
            line += super::model::line_of(rest, at) - 1;
            counted += at;
        }
        let slug = text(row, "slug").unwrap_or_else(|| format!("post-{id}"));
        let mut one = ArchiveDocument {
            source: name.to_owned(),
            part: id.clone(),
            line,
            ..ArchiveDocument::default()
        };
        let html = text(row, "html");
        let nothing_else = text(row, "plaintext").is_none();
        if html.is_none() && !nothing_else {
            found.remarks.push(Remark {
                kind: "post without its HTML: its plain text is taken".to_owned(),
                file: name.to_owned(),
                line,
                what: slug.clone(),
            });
        }
        let body = html.or_else(|| {
            let plain = text(row, "plaintext")?;
            Some(
                plain
                    .split("\n\n")
                    .map(|part| format!("<p>{}</p>", part.replace('<', "&lt;")))
                    .collect(),
            )
        });
        one.body = body.unwrap_or_default().replace("__GHOST_URL__", "");
        let meta = &mut one.meta;
        meta.title = text(row, "title").or_else(|| Some(in_words(&slug)));
        let date = |column: &str| in_one_form(&text(row, column)?);
        meta.date = date("published_at").or_else(|| date("created_at"));
        meta.updated = date("updated_at").filter(|updated| Some(updated) != meta.date.as_ref());
        meta.summary = text(row, "custom_excerpt")
            .map(|text| text.split_whitespace().collect::<Vec<_>>().join(" "));
        let status = text(row, "status").unwrap_or_default();
        let visibility = text(row, "visibility").unwrap_or_else(|| "public".to_owned());
        // What only members could read is not for everybody.
        meta.draft = !matches!(&*status, "published" | "scheduled") || visibility != "public";
        if visibility != "public" {
            found.remarks.push(Remark {
                kind: "post for members: a draft now".to_owned(),
                file: name.to_owned(),
                line,
                what: slug.clone(),
            });
        }
        meta.tags = tags.get(&id).cloned().unwrap_or_default();
        meta.tags.iter_mut().for_each(|tag| *tag = tag.replace('/', " "));
        // Tags that begin with a sign are not shown there.
        meta.tags.retain(|tag| !tag.starts_with('#'));
        meta.authors = authors.get(&id).cloned().unwrap_or_default();
        if let Some(image) = text(row, "feature_image") {
            let image = image.replace("__GHOST_URL__", "");
            let alt = text(row, "feature_image_alt").unwrap_or_default().replace('"', "&quot;");
            one.body = format!(
                "<p><img src=\"{}\" alt=\"{alt}\"></p>{}",
                image.replace('"', "%22"),
                one.body
            );
        }
        let is_page = text(row, "type").as_deref() == Some("page")
            || row
                .get("page")
                .is_some_and(|page| page.as_i64() == Some(1) || page.as_bool() == Some(true));
        one.is_page = is_page || one.meta.date.is_none();
        one.address = Some(format!("/{slug}/"));
        one.id = match one.is_page {
            true => path_id(&slug),
            false => of_day(&one, &slug),
        };
        found.entries.push(one);
    }
}
