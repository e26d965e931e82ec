//! One file of an archive as a document.

use std::borrow::Cow;

use crate::front_matter::tree::NodeValue;
use crate::plan::slug;
use crate::publish::OutputPath;
use crate::source::Archive;
use deunicode::deunicode;

use super::front::{keep, meta, part};
use super::model::{ArchiveDocument, Remark, System, ending};

/// Endings of texts in Markdown.
pub(super) fn is_markdown(name: &str) -> bool {
    matches!(&*ending(name).1, "md" | "markdown" | "mkd" | "mkdn" | "mdown")
}

/// Endings of texts that are in another language than Markdown.
pub(super) fn is_foreign(name: &str) -> bool {
    matches!(
        &*ending(name).1,
        "adoc" | "asciidoc" | "org" | "rst" | "textile" | "mdx" | "ipynb" | "rmd"
    )
}

/// A document as its file has it, and whether it has front matter; `None` if the file cannot be read, which is told.
pub(super) fn entry(
    archive: &Archive,
    name: &str,
    system: System,
    remarks: &mut Vec<Remark>,
) -> Option<(ArchiveDocument, bool)> {
    let mut remark = |line: usize, kind: &str, what: String| {
        remarks.push(Remark { kind: kind.to_owned(), file: name.to_owned(), line, what });
    };
    let text = match archive.text(name) {
        Ok(text) => text.replace("\r\n", "\n"),
        Err(why) => {
            let line = why.rsplit_once("line ").and_then(|(_, line)| line.parse().ok());
            remark(line.unwrap_or(1), "file that cannot be read", why);
            return None;
        }
    };
    let parted = part(name, &text);
    let mut entry = ArchiveDocument {
        source: name.to_owned(),
        line: parted.line,
        body: parted.body.to_owned(),
        ..ArchiveDocument::default()
    };
    let has_front = parted.table.is_some();
    entry.meta = meta(parted.table.unwrap_or_default(), system, &text, &mut remark);
    if let Some((line, why, front)) = parted.fault {
        // It may say that the document is a draft.
        if !front.is_empty() {
            entry.meta.draft = true;
            keep(&mut entry.meta, "front_matter", NodeValue::Text(Cow::Owned(front.to_owned())));
        }
        let kind = match front.is_empty() {
            true => "front matter that does not end",
            false => "front matter that cannot be read: a draft now",
        };
        remark(line, kind, why);
    }
    Some((entry, has_front))
}

/// A name as part of an id: small letters of ASCII, digits and hyphens, and none that a system keeps for itself.
pub(super) fn id_of(name: &str) -> String {
    let id = slug(&deunicode(name));
    match OutputPath::check(&id) {
        Err(_) if !id.is_empty() => format!("x-{id}"),
        _ => id,
    }
}

/// A path as an id: each of its parts as one.
pub(super) fn path_id(path: &str) -> String {
    let parts: Vec<String> = path.split('/').map(id_of).filter(|part| !part.is_empty()).collect();
    parts.join("/")
}
