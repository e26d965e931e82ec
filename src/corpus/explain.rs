//! Every name in a text, and who it is.

use std::sync::Arc;

use crate::config::Config;
use crate::diagnostic::Diagnostics;
use crate::markdown::{self, Sighting};
use crate::names::Registry;
use crate::source::{Sources, declares_many};

use super::read::DocumentReader;
use super::release::Release;
use super::roster::Roster;
use super::wikilinks::Wikilinks;
use super::{Corpus, Head};

/// The file of a document, and every name found in it.
pub(super) type Explained = (Arc<str>, Vec<Sighting>);

impl Corpus {
    /// Every name found in the documents of the site, published or not, or in the one whose file is `file` below the site's
    /// root; and who the names are. What wikilinks mean depends on what is published by `release`. The documents are in
    /// the order of their files; one that cannot be read is left out.
    pub fn explain(
        sources: &Sources,
        config: &Config,
        file: Option<&str>,
        release: Release,
        diagnostics: &mut Diagnostics,
    ) -> (Vec<Explained>, Arc<Registry>) {
        let options = markdown::Options { proof: true, ..config.markdown_options() };
        let roster = Roster::read(sources, config, None, diagnostics);
        let mut corpus =
            Corpus::read_some(sources, config, roster, options, file, None, diagnostics);
        let published = corpus.clone().released(config, release);
        let written = corpus.heads().into_iter().flat_map(Head::wikilinks).collect();
        let wikilinks = Wikilinks::of(&published, written);
        let corrections = wikilinks.corrections(&published, &corpus.options.wikilinks);
        if !corrections.is_empty() {
            let is_stale = |head: Head<'_>| head.wikilinks().any(|key| corrections.has(key));
            let options = corpus.options.clone().with_wikilinks(&corrections);
            let registry = corpus.registry.clone();
            let reader = DocumentReader::new(sources, config, &registry, options, file);
            reader.read_again(corpus.lists(), is_stale);
        }
        // Lists have no texts.
        let wanted = |candidate: &str| match file {
            Some(file) => candidate == file,
            None => !declares_many(candidate),
        };
        let heads = corpus.heads().into_iter().filter(|head| wanted(head.file));
        let explained = heads.map(|head| {
            let proofs = head.texts().filter_map(|text| text.proof.as_ref());
            let sightings = proofs.flat_map(|proof| proof.sightings.iter().cloned()).collect();
            (head.file.clone(), sightings)
        });
        let mut all: Vec<Explained> = explained.collect();
        all.sort_by(|(a, _), (b, _)| a.cmp(b));
        (all, corpus.registry)
    }
}
