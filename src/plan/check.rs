//! What is wrong with a plan: files at one path, paths that cannot be published, addresses in texts that lead nowhere.

use rayon::prelude::*;
use rustc_hash::FxHashMap;

use crate::diagnostic::{Code, Diagnostic, Diagnostics, MOST_GUESSES, Near, Place};
use crate::graph::{Anchors, Destination, DocumentIx, Graph, PORTION, as_shown};
use crate::never;
use crate::publish::OutputPath;
use crate::source::{CONFIG, Sources};

use super::{
    Folded, HtmlPage, Output, Plan, Planned, address_of, file_of, folded, folder_of, path_declared,
    redirects_of,
};

impl Plan {
    /// Reports paths that collide or cannot be published, and addresses that lead nowhere.
    pub(super) fn check(
        &mut self,
        graph: &Graph,
        sources: &Sources,
        diagnostics: &mut Diagnostics,
    ) {
        let mut taken: FxHashMap<Folded, u32> =
            FxHashMap::with_capacity_and_hasher(self.files.len(), rustc_hash::FxBuildHasher);
        let look = |planned: &Planned| (check(&planned.path).err(), folded(&planned.path));
        let looks: Vec<_> = self.files.par_iter().with_min_len(PORTION).map(look).collect();
        let chosen = |planned: &Planned| {
            let document = planned.output.page().and_then(HtmlPage::document);
            document.is_some_and(|document| path_declared(graph, document).is_some())
        };
        for (index, (planned, (wrong, folded))) in self.files.iter().zip(looks).enumerate() {
            let file = || file_of(&planned.path);
            if let Some(why) = wrong {
                let file = file();
                diagnostics.push(
                    Diagnostic::new(Code::BadPath, format!("`{file}` cannot be published: {why}"))
                        .at(self.origin(graph, sources, index))
                        .help("rename the file"),
                );
                continue;
            }
            let number =
                u32::try_from(index).unwrap_or_else(|_| never!("4,000 million files" => u32::MAX));
            let other = taken.insert(folded, number);
            if let Some(other) = other.map(|other| other as usize) {
                let file = file();
                let Some(first) = self.files.get(other) else { return never!("no file {other}") };
                diagnostics.push(
                    Diagnostic::new(
                        Code::Collision,
                        format!(
                            "{} and {} would both be written to `{file}`",
                            describe(graph, sources, &first.output),
                            describe(graph, sources, &planned.output)
                        ),
                    )
                    .at(match self.origin(graph, sources, index) {
                        // A list of the site has no source: the document that wants its place does.
                        place if &*place.file == CONFIG => self.origin(graph, sources, other),
                        _ if chosen(first) && !chosen(planned) => {
                            self.origin(graph, sources, other)
                        }
                        place => place,
                    })
                    .help(match chosen(planned) || chosen(first) {
                        true => "give one of them another `path`; addresses are compared without regard to case",
                        false => "rename one of them; addresses are compared without regard to case",
                    }),
                );
            }
        }
        let paths = || Near::new(self.files.iter().map(|file| file.path.as_str()));
        let paths = std::cell::LazyCell::new(paths);
        let mut anchors = Anchors::default();
        let mut guesses = MOST_GUESSES;
        for (document, destinations) in graph.destinations() {
            let targets = graph.body(document).targets.numbered();
            for ((index, target), destination) in targets.zip(destinations) {
                let Some((path, fragment)) = address_of(destination) else { continue };
                let whole = matches!(destination, Destination::Full(..));
                let with_slash = format!("{path}/");
                let found = [path.as_ref(), with_slash.as_str()]
                    .iter()
                    .find_map(|path| taken.get(&folded(path)));
                if let (Some(found), Some(fragment), false) = (found, fragment, whole) {
                    let output = self.files.get(*found as usize).map(|file| &file.output);
                    if let Some(to) = output.and_then(Output::page).and_then(HtmlPage::text_of) {
                        let place = Place::span(graph.file(document).clone(), target.span);
                        let (other, body) = (graph.file(to), graph.body(to));
                        if !graph.documents.is_unsound(to) {
                            diagnostics.extend(anchors.missing(to, other, body, fragment, place));
                        }
                    }
                }
                let written = found.and_then(|found| self.files.get(*found as usize));
                // A host tells capitals from small letters.
                let same = |one: &str, other: &str| {
                    folder_of(one).trim_end_matches('/') == folder_of(other).trim_end_matches('/')
                };
                let slip = written.filter(|file| !whole && !same(&file.path, &path));
                if written.is_some() && slip.is_none() {
                    continue;
                }
                if let Some(slip) = slip {
                    diagnostics.push(
                        Diagnostic::new(
                            Code::BrokenLink,
                            format!("the site has no page or file `/{path}`"),
                        )
                        .at(Place::span(graph.file(document).clone(), target.span))
                        .label("addresses tell capitals from small letters")
                        .help(format!("did you mean `/{}`?", slip.path)),
                    );
                } else if graph.documents.held.has_address(&path) {
                    self.gone.insert((document, index));
                    let shown = as_shown(target.kind);
                    diagnostics.push(
                        Diagnostic::new(
                            Code::WithheldLink,
                            format!("`/{path}` is held back from this build, {shown}"),
                        )
                        .at(Place::span(graph.file(document).clone(), target.span))
                        .help("it is a link, or an image, when what stands there is published"),
                    );
                } else if !whole && !graph.documents.unsound.has_address(&path) {
                    let near = (guesses > 0).then(|| paths.nearest(&path)).flatten();
                    guesses = guesses.saturating_sub(1);
                    let (file, _) = redirects_of(graph, document);
                    let message = format!("the site has no page or file `/{path}`");
                    diagnostics.push(
                        Diagnostic::new(Code::UnknownAddress, message)
                            .at(Place::span(file, target.span))
                            .help(match near {
                                Some(near) => format!("did you mean `/{near}`?"),
                                None => format!("if a document has moved from there, write `redirects = [\"/{path}\"]` in its front matter; `unknown-address = \"warning\"` in `[check]` of `{CONFIG}` lets a site be published while it moves"),
                            }),
                    );
                }
            }
        }
        self.written = taken;
    }

    /// The source file that a file of the site comes from.
    fn origin(&self, graph: &Graph, sources: &Sources, index: usize) -> Place {
        let Some(planned) = self.files.get(index) else {
            return never!("no file {index}" => Place::file(CONFIG));
        };
        let page = match &planned.output {
            Output::Html(page) => page,
            Output::File(index) => {
                let file = sources.assets.get(*index).map(|asset| asset.file.clone());
                return Place::file(file.unwrap_or_else(|| never!("no asset" => CONFIG.into())));
            }
            Output::Feed(_) | Output::ForPrograms(_) => return Place::file(CONFIG),
        };
        let (document, redirect) = match page {
            HtmlPage::Redirect(document, index) => (Some(*document), Some(*index)),
            HtmlPage::Pair(pair, _) => {
                (graph.pairs.get(*pair).map(|pair| DocumentIx::Actor(pair.a)), None)
            }
            _ => (page.document(), None),
        };
        let Some(document) = document else { return Place::file(CONFIG) };
        let declared = if redirect.is_none() { path_declared(graph, document) } else { None };
        if let Some(place) = declared {
            return place;
        }
        let (file, redirects) = redirects_of(graph, document);
        let span = redirect.and_then(|index| redirects.get(index)).map(|redirect| redirect.span);
        Place::span(file, span.unwrap_or_default())
    }
}

/// What a file of the site is, in words for a message.
fn describe(graph: &Graph, sources: &Sources, output: &Output) -> String {
    let page = match output {
        Output::Html(page) => page,
        Output::Feed(_) => return "a feed".into(),
        Output::File(index) => {
            let file = sources.assets.get(*index).map(|asset| &*asset.file);
            let file = file.unwrap_or_else(|| never!("no asset" => ""));
            return format!("the file `{file}`");
        }
        Output::ForPrograms(_) => return "a file that Chancery makes".into(),
    };
    let id = |document| format!(" `{}`", graph.id(document));
    // What tells it from others of its kind.
    let which = match page {
        HtmlPage::Brief(_)
        | HtmlPage::Actor(..)
        | HtmlPage::Topic(..)
        | HtmlPage::Storyline(..)
        | HtmlPage::Page(_) => page.document().map(id),
        HtmlPage::Pair(pair, _) => graph.pairs.get(*pair).map(|pair| {
            let [a, b] = [pair.a, pair.b].map(|actor| id(DocumentIx::Actor(actor)));
            format!(" of{a} and{b}")
        }),
        HtmlPage::TimelineYear(year) | HtmlPage::ArchiveYear(year) => Some(format!(" of {year}")),
        HtmlPage::ArchiveMonth(year, month) => Some(format!(" of {year}-{month:02}")),
        HtmlPage::StorylineMonth(number) => {
            let month = graph.trends.months().get(*number);
            month.map(|(month, _)| format!(" of {month}"))
        }
        HtmlPage::Redirect(document, _) => Some(format!(" of `{}`", graph.file(*document))),
        HtmlPage::Judgements(..)
        | HtmlPage::JudgementsOf(..)
        | HtmlPage::JudgementRecord
        | HtmlPage::JudgementScale
        | HtmlPage::Home(_)
        | HtmlPage::Actors
        | HtmlPage::Topics
        | HtmlPage::Pairs
        | HtmlPage::Storylines
        | HtmlPage::Timeline
        | HtmlPage::Briefs(_)
        | HtmlPage::Archive
        | HtmlPage::Search
        | HtmlPage::NotFound => None,
    };
    [page.kind().words, which.as_deref().unwrap_or_default()].concat()
}

/// What is wrong with the file of a path, as [`OutputPath::check`].
pub(super) fn check(path: &str) -> Result<(), String> {
    let checked = match path.strip_suffix('/') {
        Some(folder) => OutputPath::check(folder),
        None if path.is_empty() => Ok(()),
        None => OutputPath::check(path),
    };
    checked.or_else(|_| OutputPath::check(&file_of(path)))
}
