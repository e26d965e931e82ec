//! Sections of Hugo and Zola that have no text of their own: there they show a list, here they are pages with one.

use std::cmp::Reverse;
use std::collections::{BTreeMap, HashMap};

use crate::front_matter::tree::NodeValue;

use super::model::{ArchiveContents, ArchiveDocument, ending, folder_of, last_of};

/// The documents that each section lists, by their numbers, in the order that Hugo has them in: by weight, the newest first,
/// by title. Each lies in the nearest section around it that speaks its language. A draft is listed by none.
pub(super) fn members(entries: &[ArchiveDocument]) -> BTreeMap<usize, Vec<usize>> {
    let language = |entry: &ArchiveDocument| entry.meta.language.clone();
    // Those with a text of their own are sections too, and keep what lies in them from those around them.
    let lists: HashMap<_, usize> = entries
        .iter()
        .enumerate()
        .filter(|(_, entry)| is_list(entry))
        .map(|(number, entry)| ((folder_of(&entry.source), language(entry)), number))
        .collect();
    let mut members: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for (number, entry) in entries.iter().enumerate().filter(|(_, entry)| !entry.meta.draft) {
        let own = folder_of(&entry.source);
        let has_folder = entry.is_bundle || is_list(entry);
        let mut folder = if has_folder { folder_of(own) } else { own };
        let around = loop {
            match lists.get(&(folder, language(entry))) {
                Some(list) => break Some(*list),
                None if folder.is_empty() => break None,
                None => folder = folder_of(folder),
            }
        };
        let around = around.filter(|list| entries.get(*list).is_some_and(|list| list.is_section));
        if let Some(list) = around {
            members.entry(list).or_default().push(number);
        }
    }
    for list in members.values_mut() {
        list.sort_by_cached_key(|number| {
            entries.get(*number).map(|entry| {
                let weight = weight(entry);
                let (date, title) = (entry.meta.date.clone(), entry.meta.title.clone());
                (weight.is_none(), weight, Reverse(date), title, *number)
            })
        });
    }
    members
}

/// Leaves out the sections that would list nothing.
pub(super) fn drop_empty(found: &mut ArchiveContents) {
    // One that lists only what is left out here lists nothing either.
    loop {
        let members = members(&found.entries);
        let mut number = 0;
        let before = found.entries.len();
        found.entries.retain(|entry| {
            let stays = !entry.is_section || members.contains_key(&number);
            number += 1;
            stays
        });
        if found.entries.len() == before {
            return;
        }
    }
}

/// Whether a document is the text of a section.
fn is_list(entry: &ArchiveDocument) -> bool {
    let (stem, _) = ending(last_of(&entry.source));
    stem == "_index" || stem.starts_with("_index.")
}

/// Its place among others, as its author chose it.
fn weight(entry: &ArchiveDocument) -> Option<i64> {
    let value = entry.meta.extra.iter().find(|(key, _)| key == "weight")?;
    match value.1 {
        NodeValue::Integer(weight) => Some(weight),
        _ => None,
    }
}
