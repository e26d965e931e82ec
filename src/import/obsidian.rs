//! Vaults of Obsidian.

use crate::source::Archive;

use super::model::{ArchiveContents, Remark, System, dated, ending, last_of};
use super::read::{entry, id_of, is_markdown};
use super::text::tags_in;

/// Reads a vault. A note without a day of its own has the day on which its file was last saved.
pub(super) fn read(archive: &Archive) -> ArchiveContents {
    let mut found = ArchiveContents::default();
    for name in archive.names() {
        if !is_markdown(name) {
            found.public.insert(name.to_owned(), name.to_owned());
            continue;
        }
        let Some((mut one, _)) = entry(archive, name, System::Obsidian, &mut found.remarks) else {
            continue;
        };
        let (stem, _) = ending(last_of(name));
        one.meta.title = one.meta.title.take().or_else(|| Some(stem.trim().to_owned()));
        one.meta.date = one.meta.date.take().or_else(|| dated(stem).map(|(day, _)| day.to_owned()));
        if one.meta.date.is_none()
            && let Some(day) = archive.saved(name)
        {
            one.meta.date = Some(day.to_string());
            found.remarks.push(Remark {
                kind: "note without a date: it has the day of its file".to_owned(),
                file: name.to_owned(),
                line: 1,
                what: day.to_string(),
            });
        }
        one.is_page = one.meta.date.is_none();
        one.id = id_of(stem);
        for tag in tags_in(&one.body) {
            if !one.meta.tags.contains(&tag) {
                one.meta.tags.push(tag);
            }
        }
        // An address that is published is one of Obsidian Publish; other programs have it otherwise.
        one.address = None;
        found.entries.push(one);
    }
    found
}
