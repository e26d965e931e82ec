//! The series of documents: each file is read once, however many show it, and once more when it has changed.

use std::collections::BTreeMap;
use std::sync::Arc;

use rayon::prelude::*;
use rustc_hash::FxHashMap;

use crate::corpus::Published;
use crate::diagnostic::{Code, Diagnostic, Diagnostics, MOST_GUESSES, Place, nearest};
use crate::front_matter::{Brief, Series};
use crate::series::{self, SeriesTable};
use crate::source::{AssetFile, Sources};

use super::DocumentIx;
use super::declared::Resolver;

/// A file of a series, and what it holds.
#[derive(Clone, Debug)]
struct SeriesFile {
    /// Which reading of the site found it as it is.
    reading: u32,
    /// Where it is published, below the site's address.
    path: String,
    /// What it holds; nothing if it cannot be read, which has been reported.
    table: Option<Arc<SeriesTable>>,
}

/// The series of all documents.
#[derive(Debug, Default)]
pub(crate) struct AllSeries {
    /// By name.
    files: BTreeMap<Arc<str>, SeriesFile>,
    /// The name of the file of each, by its document and its place there.
    of: FxHashMap<(DocumentIx, usize), Arc<str>>,
}

impl AllSeries {
    /// Reads the series of published documents; what is as it was at the `last` time, when nothing was found wrong, is not
    /// read again. Reports what is wrong with files, and sources that a brief does not have.
    pub(super) fn new(
        documents: &Published,
        sources: &Sources,
        resolver: &mut Resolver<'_, '_>,
        last: Option<&AllSeries>,
    ) -> AllSeries {
        let mut all = AllSeries::default();
        let mut wanted: BTreeMap<Arc<str>, &AssetFile> = BTreeMap::new();
        for (document, file, declared) in declared(documents) {
            for (index, series) in declared.iter().enumerate() {
                if let Some(asset) = resolver.published_file(file, &series.file) {
                    all.of.insert((document, index), asset.file.clone());
                    wanted.insert(asset.file.clone(), asset);
                }
            }
        }
        let read = |(name, asset): (&Arc<str>, &&AssetFile)| {
            let known = last.and_then(|last| last.files.get(name));
            if let Some(known) = known.filter(|known| known.reading == asset.reading) {
                return (name.clone(), known.clone(), Vec::new());
            }
            let mut found = Vec::new();
            let table = match sources.text(name) {
                Ok(text) => series::read(name, &text, &mut found).map(Arc::new),
                Err(diagnostic) => {
                    found.push(diagnostic);
                    None
                }
            };
            let (reading, path) = (asset.reading, asset.path.clone());
            (name.clone(), SeriesFile { reading, path, table }, found)
        };
        let files: Vec<_> = wanted.par_iter().map(read).collect();
        for (name, file, found) in files {
            resolver.diagnostics.extend(found);
            all.files.insert(name, file);
        }
        for brief in documents.briefs.iter() {
            check_sources(&brief.file, &brief.front, resolver.diagnostics);
        }
        all
    }

    /// What a series of a document holds, and where its file is published, if it can be read.
    pub(crate) fn get(&self, document: DocumentIx, index: usize) -> Option<(&SeriesTable, &str)> {
        let file = self.files.get(self.of.get(&(document, index))?)?;
        Some((file.table.as_deref()?, &file.path))
    }
}

/// The documents that declare series, each with its file and these.
fn declared(documents: &Published) -> impl Iterator<Item = (DocumentIx, &Arc<str>, &[Series])> {
    let briefs = documents
        .briefs
        .entries()
        .map(|(ix, brief)| (DocumentIx::Brief(ix), &brief.file, brief.front.series.as_slice()));
    let actors = documents
        .actors
        .entries()
        .map(|(ix, actor)| (DocumentIx::Actor(ix), &actor.file, actor.front.series.as_slice()));
    let storylines = documents.storylines.entries().map(|(ix, storyline)| {
        (DocumentIx::Storyline(ix), &storyline.file, storyline.front.series.as_slice())
    });
    briefs.chain(actors).chain(storylines).filter(|(.., series)| !series.is_empty())
}

/// Reports sources of series that their brief does not have.
fn check_sources(file: &Arc<str>, brief: &Brief, diagnostics: &mut Diagnostics) {
    let named = brief.series.iter().flat_map(|series| &series.sources);
    let missing = brief.sources_of(named).into_iter().filter(|(_, at)| at.is_none());
    for (number, (written, _)) in missing.enumerate() {
        let known = brief.sources.iter().map(|source| &*source.id.value);
        let known = known.take(if number < MOST_GUESSES { usize::MAX } else { 0 });
        let help = match nearest(&written.value, known) {
            Some(near) => format!("did you mean `{near}`?"),
            None => {
                format!("declare it: `[[sources]]` with `id = \"{}\"` and a `title`", written.value)
            }
        };
        let message = format!("the brief has no source `{}`", written.value);
        diagnostics.push(
            Diagnostic::new(Code::UnknownSource, message)
                .at(Place::span(file.clone(), written.span))
                .help(help),
        );
    }
}
