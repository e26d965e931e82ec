//! The chain of stages up to the plan, and again with a memory of the last time.

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use jiff::Timestamp;

use crate::config::{self, Config};
use crate::corpus::{self, Corpus, Release, Roster};
use crate::desk;
use crate::diagnostic::Diagnostics;
use crate::graph::Graph;
use crate::markdown;
use crate::plan::Plan;
use crate::source::Sources;
use crate::theme::Theme;

/// What a run is asked for beside the site itself.
#[derive(Clone, Debug)]
pub struct Request {
    /// An address to use instead of the one in `site.toml`.
    pub base_url: Option<String>,
    /// Whether drafts, briefs under embargo and those dated in the future are shown.
    pub drafts: bool,
    /// Whether the documents are to be read as an editor reads them.
    pub proof: bool,
    /// The moment to build for.
    pub now: Timestamp,
}

/// A site up to the plan: everything that rendering needs.
pub struct Site {
    /// The configuration.
    pub config: Arc<Config>,
    /// Every file.
    pub sources: Arc<Sources>,
    /// The linked documents.
    pub graph: Arc<Graph>,
    /// Every page.
    pub plan: Arc<Plan>,
    /// The same without the documents that have errors, if there are such: what is rendered to find what is wrong with
    /// templates. With a memory, it is not asked for.
    pub sound: Option<(Arc<Graph>, Arc<Plan>)>,
    /// How long each stage took.
    pub timings: Vec<(&'static str, Duration)>,
}

/// What was made of a site when it was last read, to be used again where nothing has changed.
#[derive(Default)]
pub struct Memory {
    /// Documents as they were parsed.
    documents: corpus::DocumentMemory,
    /// How the site was linked, if nothing was found wrong with that, and all documents could be read.
    linked: Option<Linked>,
}

/// A site as it was linked.
struct Linked {
    /// The linked documents.
    graph: Arc<Graph>,
    /// Every page.
    plan: Arc<Plan>,
    /// The files that both were made of.
    sources: Arc<Sources>,
}

impl Site {
    /// Runs the chain on the site in the folder `root`. Everything found wrong is reported; `None` when
    /// there is nothing to go on with. A site with errors can still be rendered, to find those of
    /// templates too, but is not to be published.
    pub fn read(root: &Path, request: &Request, diagnostics: &mut Diagnostics) -> Option<Site> {
        let started = Instant::now();
        let sources = Arc::new(Sources::read(root, diagnostics)?);
        Site::link(sources, request, None, started, diagnostics)
    }

    /// Runs the chain on files that were read. With a memory of an earlier run, only documents that have
    /// changed since are parsed, and they are linked anew only if they could be linked differently. `started` is when reading began. Otherwise as [`Site::read`].
    pub fn link(
        sources: Arc<Sources>,
        request: &Request,
        mut memory: Option<&mut Memory>,
        mut started: Instant,
        diagnostics: &mut Diagnostics,
    ) -> Option<Site> {
        let mut timings = Vec::new();
        let mut done = |stage: &'static str| {
            timings.push((stage, started.elapsed()));
            started = Instant::now();
        };
        let mut found = Vec::new();
        let config = config::read(&sources.config, &mut found);
        diagnostics.extend(found);
        let mut config = config?;
        if let Some(base_url) = &request.base_url {
            config.set_base_url(base_url).map_err(|d| diagnostics.push(d)).ok()?;
        }
        done("read");
        let mut known = memory.as_mut().map(|memory| &mut memory.documents);
        let roster = Roster::read(&sources, &config, known.as_deref_mut(), diagnostics);
        done("names");
        let options = markdown::Options { proof: request.proof, ..config.markdown_options() };
        let corpus = Corpus::read(&sources, &config, roster, options, known, diagnostics);
        done("parse");
        let release = Release { now: request.now, drafts: request.drafts };
        let theme = Arc::new(Theme::new(&sources, &config));
        // What else is wrong with this part of the site is found in the whole.
        let has_templates = !sources.templates.is_empty();
        let rendered = corpus.sound().filter(|_| has_templates && memory.is_none()).map(|corpus| {
            let documents = corpus.publish(&sources, &config, release, None);
            let mut known = Diagnostics::new();
            let graph = Graph::new(documents, &sources, &config, None, &mut known);
            let plan = Plan::new(&graph, &sources, &config, &theme, &mut known);
            (Arc::new(graph), Arc::new(plan))
        });
        let last = memory.as_mut().and_then(|memory| memory.linked.take());
        let published = last.as_ref().map(|last| &last.graph.documents);
        let documents = corpus.publish(&sources, &config, release, published);
        let last = last.filter(|last| {
            last.sources.config == sources.config
                && last.sources.log.is_some() == sources.log.is_some()
                && last.sources.assets == sources.assets
                && last.plan.theme == theme
        });
        let linked = match &last {
            Some(last) => match last.graph.with(documents) {
                Ok(graph) => Ok((graph, last.plan.clone())),
                Err(documents) => Err(*documents),
            },
            None => Err(documents),
        };
        let mut found = Diagnostics::new();
        let (graph, plan) = match linked {
            Ok((graph, plan)) => {
                done("link");
                (graph, plan)
            }
            Err(documents) => {
                let last = last.as_ref().map(|last| &*last.graph);
                let graph = Graph::new(documents, &sources, &config, last, &mut found);
                done("link");
                let plan = Plan::new(&graph, &sources, &config, &theme, &mut found);
                done("plan");
                (graph, Arc::new(plan))
            }
        };
        let graph = Arc::new(graph);
        // What was found while linking is found again only by linking again; and of a document that could not be read
        // it is not asked what refers to it, which has to be asked once its file is gone.
        let sound = found.is_empty() && !diagnostics.has_errors();
        if let Some(memory) = memory.filter(|_| sound) {
            let (graph, plan, sources) = (graph.clone(), plan.clone(), sources.clone());
            memory.linked = Some(Linked { graph, plan, sources });
        }
        diagnostics.append(found);
        plan.note_unreferenced(&sources, diagnostics);
        desk::due(&graph, &config, &sources, request.now, diagnostics);
        diagnostics.adjust(&config.check.levels);
        // A site with errors is read in part only: what its editor would ask comes after them.
        if request.proof && !diagnostics.has_errors() {
            desk::review(&graph, &plan, &config, &sources, request.now, diagnostics);
            done("desk");
        }
        diagnostics.adjust(&config.check.levels);
        Some(Site { config: Arc::new(config), sources, graph, plan, sound: rendered, timings })
    }
}
