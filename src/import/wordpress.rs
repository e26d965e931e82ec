//! Exports of WordPress: WXR, an RSS with more in it. A file without a document type, so nothing in it grows when it is read.

use std::collections::BTreeMap;

use roxmltree::{Document, Node};

use crate::front_matter::in_one_form;
use crate::front_matter::tree::NodeValue;
use crate::source::Archive;

use super::front::{is_language, keep};
use super::jekyll::of_day;
use super::model::{ArchiveContents, ArchiveDocument, Remark, ending, in_words, line_of};
use super::read::path_id;

/// Kinds of posts that are none of an author's texts.
const OTHERS: [&str; 11] = [
    "attachment",
    "nav_menu_item",
    "revision",
    "custom_css",
    "customize_changeset",
    "oembed_cache",
    "user_request",
    "wp_block",
    "wp_template",
    "wp_template_part",
    "wp_global_styles",
];

/// The files of an archive that are exports.
pub(super) fn exports(archive: &Archive) -> impl Iterator<Item = &str> {
    let named = archive.names().filter(|name| !name.contains('/') && ending(name).1 == "xml");
    named.filter(|name| archive.text(name).is_ok_and(|text| text.contains("wordpress.org/export/")))
}

/// What the first child of this name holds; names are known by their last parts.
fn text<'d>(item: &Node<'d, '_>, prefix: &str, name: &str) -> Option<&'d str> {
    let is_it = |child: &Node<'d, '_>| {
        let tag = child.tag_name();
        let space = tag.namespace().unwrap_or_default();
        let fits = match prefix {
            "" => space.is_empty(),
            "wp" => space.contains("wordpress.org/export") && !space.ends_with("excerpt/"),
            "content" => space.contains("modules/content"),
            "excerpt" => space.ends_with("excerpt/"),
            _ => space.contains("purl.org/dc"),
        };
        tag.name() == name && fits
    };
    item.children().find(is_it)?.text().map(str::trim).filter(|text| !text.is_empty())
}

/// Reads an export, or several in one folder.
pub(super) fn read(archive: &Archive) -> ArchiveContents {
    let mut found = ArchiveContents::default();
    for name in archive.names() {
        let below =
            ["wp-content/uploads/", "uploads/"].into_iter().find_map(|f| name.strip_prefix(f));
        if let Some(below) = below {
            found.public.insert(format!("wp-content/uploads/{below}"), name.to_owned());
        }
    }
    for name in exports(archive) {
        let whole = archive.text(name).unwrap_or_default();
        match Document::parse(&whole) {
            Ok(document) => export(&document, name, &whole, &mut found),
            Err(error) => found.remarks.push(Remark {
                kind: "file that cannot be read".to_owned(),
                file: name.to_owned(),
                line: error.pos().row as usize,
                what: error.to_string(),
            }),
        }
    }
    found
}

fn export(document: &Document<'_>, name: &str, whole: &str, found: &mut ArchiveContents) {
    let root = document.root_element();
    let Some(channel) = root.children().find(|node| node.has_tag_name("channel")) else { return };
    let owned = |text: Option<&str>| text.map(str::to_owned);
    found.title = found.title.take().or_else(|| owned(text(&channel, "", "title")));
    found.description =
        found.description.take().or_else(|| owned(text(&channel, "", "description")));
    let language = text(&channel, "", "language").and_then(is_language);
    found.language = found.language.take().or(language);
    let base = text(&channel, "wp", "base_blog_url").or_else(|| text(&channel, "", "link"));
    found.base_url = found.base_url.take().or_else(|| owned(base));
    let mut authors: BTreeMap<&str, &str> = BTreeMap::new();
    for author in channel.children().filter(|node| node.tag_name().name() == "author") {
        let login = text(&author, "wp", "author_login");
        if let Some((login, shown)) = login.zip(text(&author, "wp", "author_display_name")) {
            authors.insert(login, shown);
        }
    }
    // Places grow, so that lines are counted once.
    let (mut line, mut counted) = (1, 0);
    for item in channel.children().filter(|node| node.has_tag_name("item")) {
        let start = item.range().start;
        line += line_of(whole.get(counted..).unwrap_or_default(), start - counted) - 1;
        counted = start;
        post(&item, name, line, &authors, found);
    }
}

fn post(
    item: &Node<'_, '_>,
    name: &str,
    line: usize,
    authors: &BTreeMap<&str, &str>,
    found: &mut ArchiveContents,
) {
    let kind = text(item, "wp", "post_type").unwrap_or("post");
    let status = text(item, "wp", "status").unwrap_or("publish");
    let title = text(item, "", "title");
    if OTHERS.contains(&kind) {
        return;
    }
    let mut remark = |kind: String, what: &str| {
        found.remarks.push(Remark { kind, file: name.to_owned(), line, what: what.to_owned() });
    };
    if status == "trash" || status == "auto-draft" {
        return remark("post in the bin".to_owned(), title.unwrap_or_default());
    }
    if !matches!(kind, "post" | "page") {
        return remark(format!("post of the kind `{kind}`"), title.unwrap_or_default());
    }
    let id = text(item, "wp", "post_id").unwrap_or_default();
    let body = text(item, "content", "encoded").unwrap_or_default();
    let mut one = ArchiveDocument {
        source: name.to_owned(),
        part: id.to_owned(),
        line,
        body: body.to_owned(),
        ..ArchiveDocument::default()
    };
    let meta = &mut one.meta;
    meta.title = title.map(str::to_owned);
    let date = |key: &str| {
        let date = text(item, "wp", key).filter(|date| !date.starts_with("0000"))?;
        in_one_form(date)
    };
    meta.date = date("post_date").or_else(|| text(item, "", "pubDate").and_then(in_one_form));
    meta.updated = date("post_modified").filter(|updated| Some(updated) != meta.date.as_ref());
    meta.summary = text(item, "excerpt", "encoded")
        .map(|text| text.split_whitespace().collect::<Vec<_>>().join(" "));
    // What has a password was not for everybody.
    let password = text(item, "wp", "post_password").is_some();
    meta.draft = password || !matches!(status, "publish" | "future");
    if password {
        let value = NodeValue::Bool(true);
        keep(meta, "had_password", value);
    }
    if let Some(login) = text(item, "dc", "creator") {
        meta.authors.push(authors.get(login).copied().unwrap_or(login).to_owned());
    }
    for category in item.children().filter(|node| node.has_tag_name("category")) {
        let domain = category.attribute("domain").unwrap_or_default();
        let words = category.text().map(str::trim).filter(|words| !words.is_empty());
        if let Some(words) = words
            .filter(|words| matches!(domain, "category" | "post_tag") && *words != "Uncategorized")
            && !meta.tags.iter().any(|tag| tag == words)
        {
            // A slash in a name is none of a tag below another.
            meta.tags.push(words.replace('/', " "));
        }
    }
    let link = text(item, "", "link").filter(|link| !link.contains('?'));
    one.address = link.and_then(|link| {
        let (_, rest) = link.split_once("://")?;
        rest.find('/').and_then(|at| rest.get(at..)).map(str::to_owned)
    });
    if password {
        remark("post with a password: a draft now".to_owned(), title.unwrap_or_default());
    }
    let slug = text(item, "wp", "post_name").map(str::to_owned);
    let slug = slug.or_else(|| title.map(path_id)).filter(|slug| !slug.is_empty());
    let slug = slug.unwrap_or_else(|| format!("post-{id}"));
    let decoded = percent_encoding::percent_decode_str(&slug).decode_utf8_lossy().into_owned();
    one.is_page = kind == "page" || one.meta.date.is_none();
    one.meta.title = one.meta.title.take().or_else(|| Some(in_words(&decoded)));
    one.id = match one.is_page {
        true => path_id(&decoded),
        false => of_day(&one, &decoded),
    };
    found.entries.push(one);
}
