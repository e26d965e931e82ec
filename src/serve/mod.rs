//! The development server: keeps the stages in memory, renders a page when it is asked for, and tells the
//! browser when it would look different. Writes no file.
//!
//! One thread, the worker, waits for changed files and runs the chain again, with a memory of the documents
//! that have not changed. What it made last without an error is what requests are answered from, each from
//! one live site from its first byte to its last.

mod host;
mod http;
mod watch;

use std::collections::HashSet;
use std::net::{SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc;
use std::time::{Duration, Instant};

use tokio::sync::watch as state;

use crate::composed::composed;
use crate::diagnostic::{Diagnostic, Diagnostics, Severity, visible};
use crate::graph::Graph;
use crate::plan::Plan;
use crate::render::{RenderOptions, Renderer};
use crate::site::{Memory, Request, Site};
use crate::source::{CONFIG, FOLDERS, LOG, Sources, declares_many, name_of, no_site};

pub(crate) use host::HostName;
use watch::Change;

/// Editors save in bursts: a change is taken up when nothing has followed it for so long.
const QUIET: Duration = Duration::from_millis(12);
/// However many changes follow each other, so long after the first they are taken up.
const PATIENCE: Duration = Duration::from_millis(150);

/// What a server is asked for.
pub(crate) struct ServeOptions {
    /// The site's folder.
    pub root: PathBuf,
    /// Where to listen; port 0 stands for any free one.
    pub address: SocketAddr,
    /// The names that requests may use besides this machine's own.
    pub allowed: Vec<HostName>,
    /// How long to wait between two looks for changes; `None` if the system tells of them.
    pub poll: Option<Duration>,
    /// Whether the browser is led to the page of the document just saved.
    pub follow: bool,
    /// Whether it is told how long each stage took.
    pub timings: bool,
}

/// Where a server runs: its clock, and whom it tells what it does.
pub(crate) trait Console: Send + Sync + 'static {
    /// What the site is read for, at this moment.
    fn request(&self) -> Request;
    /// Findings as text, for a terminal (`colour`) or for a page.
    fn describe(&self, sources: &Sources, findings: &[Diagnostic], colour: bool) -> String;
    /// The server listens at this address.
    fn listening(&self, url: &str);
    /// A line of progress.
    fn say(&self, text: &str);
    /// Findings, described.
    fn warn(&self, text: &str);
}

/// A site ready to be shown: what requests are answered from.
struct LiveSite {
    renderer: Renderer,
    graph: Arc<Graph>,
    plan: Arc<Plan>,
    sources: Arc<Sources>,
    console: Arc<dyn Console>,
}

/// What there is to show.
#[derive(Clone, Default)]
struct Current {
    /// The last site without errors.
    live: Option<Arc<LiveSite>>,
    /// What is wrong with what was saved since.
    errors: Option<Arc<str>>,
    /// The path of the document that was saved last, if the browser is to be led there.
    show: Option<Arc<str>>,
    /// How often the site was read.
    readings: u64,
}

/// Serves the site until the process is told to stop. Errors: the address is taken or not this machine's, or
/// the site's folder cannot be watched; in a sentence.
pub(crate) fn run(options: ServeOptions, console: Arc<dyn Console>) -> Result<(), String> {
    if let Some(missing) = no_site(&options.root) {
        let help = missing.help.map(|help| format!("\nhelp: {help}")).unwrap_or_default();
        return Err(missing.message + &help);
    }
    let root = options.root.canonicalize().map_err(|error| {
        format!("the site's folder `{}` cannot be opened: {error}", options.root.display())
    })?;
    let listener = TcpListener::bind(options.address).map_err(|e| unbound(options.address, &e))?;
    let address = listener.local_addr().map_err(|error| unbound(options.address, &error))?;
    listener.set_nonblocking(true).map_err(|error| unbound(options.address, &error))?;
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .map_err(|error| format!("the server cannot start: {error}"))?;
    // Before the first reading, so that no change falls between the two.
    let (sender, touched) = mpsc::channel();
    let watcher = watch::Watcher::new(&root, options.poll, sender)?;
    let (current, seen) = state::channel(Current::default());
    let url = format!("http://{address}/");
    console.listening(&url);
    let door = http::Service::new(seen, options.allowed, console.clone());
    let worker = Worker {
        root,
        console,
        watcher,
        current,
        follow: options.follow,
        timings: options.timings,
        stages: Vec::new(),
        base_url: url,
        sources: None,
        memory: Memory::default(),
        pending: Vec::new(),
        told: HashSet::new(),
    };
    std::thread::spawn(move || worker.work(&touched));
    runtime
        .block_on(http::serve(listener, door))
        .map_err(|error| format!("the server stopped: {error}"))
}

/// Why there is no listening at an address.
fn unbound(address: SocketAddr, error: &std::io::Error) -> String {
    match error.kind() {
        std::io::ErrorKind::AddrInUse => format!(
            "port {} of {} is taken\nhelp: another server runs there; name another port with `--port`, or 0 for any free one",
            address.port(),
            address.ip()
        ),
        std::io::ErrorKind::AddrNotAvailable => format!(
            "{} is not an address of this machine\nhelp: leave `--host` out for this machine alone, or name 0.0.0.0 for all its addresses",
            address.ip()
        ),
        std::io::ErrorKind::PermissionDenied => format!(
            "port {} cannot be listened on: {error}\nhelp: ports below 1024 are the system's; name another with `--port`",
            address.port()
        ),
        _ => format!("{address} cannot be listened on: {error}"),
    }
}

/// Where the site is read again and again.
struct Worker {
    root: PathBuf,
    console: Arc<dyn Console>,
    watcher: watch::Watcher,
    current: state::Sender<Current>,
    follow: bool,
    timings: bool,
    /// How long each stage took at the last reading.
    stages: Vec<(&'static str, Duration)>,
    base_url: String,
    sources: Option<Arc<Sources>>,
    memory: Memory,
    /// What was touched and is not in `sources` yet.
    pending: Vec<PathBuf>,
    /// The warnings that were told, so that a save repeats none.
    told: HashSet<String>,
}

impl Worker {
    fn work(mut self, touched: &mpsc::Receiver<Change>) {
        self.read(None);
        while let Ok(first) = touched.recv() {
            let deadline = Instant::now() + PATIENCE;
            let mut batch = Batch::default();
            batch.add(first);
            loop {
                let left = deadline.saturating_duration_since(Instant::now());
                match touched.recv_timeout(QUIET.min(left)) {
                    Ok(more) => batch.add(more),
                    Err(mpsc::RecvTimeoutError::Timeout) => break,
                    Err(mpsc::RecvTimeoutError::Disconnected) => return,
                }
            }
            for path in self.watcher.renew(&self.root, &batch.paths) {
                self.console.warn(&format!("error: {}\n", visible(&path)));
            }
            if batch.all {
                // Readings are counted anew, and what is remembered goes by them.
                self.sources = None;
                self.memory = Memory::default();
            } else {
                batch.paths.retain(|path| concerns(&self.root, path));
                if batch.paths.is_empty() {
                    continue;
                }
            }
            self.read(Some(batch.paths));
        }
    }

    /// Reads the site, after these paths were touched or for the first time, and shows what came of it.
    fn read(&mut self, touched: Option<Vec<PathBuf>>) {
        let started = Instant::now();
        let mut diagnostics = Diagnostics::new();
        let changed = name_them(&self.root, touched.as_deref().unwrap_or_default());
        self.pending.extend(touched.into_iter().flatten());
        let live = self.live(started, &mut diagnostics);
        let failed = diagnostics.has_errors();
        let findings = diagnostics.sorted();
        let sources = self.sources.clone();
        self.current.send_modify(|current| {
            current.readings += 1;
            current.show = None;
            match live {
                Some(live) => {
                    if self.follow {
                        current.show = changed.iter().rev().find_map(|name| live.page_of(name));
                    }
                    current.live = Some(Arc::new(live));
                    current.errors = None;
                }
                None => {
                    let errors: Vec<Diagnostic> = findings
                        .iter()
                        .filter(|d| d.severity == Severity::Error)
                        .cloned()
                        .collect();
                    let text = match &sources {
                        Some(sources) => self.console.describe(sources, &errors, false),
                        None => errors.iter().map(|e| format!("error: {}\n", e.message)).collect(),
                    };
                    current.errors = Some(text.into());
                }
            }
        });
        let took = started.elapsed().as_secs_f64() * 1e3;
        // Errors are told each time; a warning once, for as long as it lasts.
        let key = |d: &Diagnostic| format!("{:?} {:?} {}", d.code, d.place, d.message);
        let news: Vec<Diagnostic> = findings
            .iter()
            .filter(|d| d.severity == Severity::Error || !self.told.contains(&key(d)))
            .cloned()
            .collect();
        self.told = findings.iter().map(key).collect();
        if !news.is_empty() {
            let text = match &sources {
                Some(sources) => self.console.describe(sources, &news, true),
                None => news.iter().map(|e| format!("error: {}\n", e.message)).collect(),
            };
            self.console.warn(&text);
        }
        // Editors write beside a file and rename: what is there in the end is what was saved.
        let is_there = |name: &&String| sources.as_ref().is_some_and(|s| s.has(name));
        let there: Vec<String> = changed.iter().filter(is_there).cloned().collect();
        let what = match if there.is_empty() { &changed } else { &there }.as_slice() {
            [] => "the site".to_owned(),
            [one] => one.clone(),
            [one, rest @ ..] => format!("{one} and {} more", rest.len()),
        };
        let outcome = if failed { "has errors, the last good version stays" } else { "read" };
        let mut line = format!("{what}: {outcome} ({took:.0} ms");
        if self.timings {
            for (stage, time) in &self.stages {
                line += &format!(", {stage} {:.1}", time.as_secs_f64() * 1e3);
            }
        }
        self.console.say(&(line + ")\n"));
    }

    fn live(&mut self, started: Instant, diagnostics: &mut Diagnostics) -> Option<LiveSite> {
        let sources = match &self.sources {
            Some(sources) => sources.again(&self.pending, diagnostics),
            None => Sources::read(&self.root, diagnostics),
        };
        let sources = Arc::new(sources?);
        self.sources = Some(sources.clone());
        self.pending.clear();
        let mut request = self.console.request();
        request.base_url.get_or_insert_with(|| self.base_url.clone());
        let memory = Some(&mut self.memory);
        let site = Site::link(sources, &request, memory, started, diagnostics)?;
        let manner = RenderOptions { now: request.now, offline: false };
        let Site { config, sources, graph, plan, timings, .. } = site;
        let views = Instant::now();
        let last = self.current.borrow().live.clone();
        let last = last.as_ref().map(|live| &live.renderer);
        let renderer = Renderer::new(&graph, &plan, &config, &sources, manner, last, diagnostics)?;
        self.stages = timings;
        self.stages.push(("views", views.elapsed()));
        (!diagnostics.has_errors()).then(|| LiveSite {
            renderer,
            graph,
            plan,
            sources,
            console: self.console.clone(),
        })
    }
}

impl LiveSite {
    /// Why a page cannot be made, as text.
    fn describe(&self, failed: Diagnostic, colour: bool) -> String {
        self.console.describe(&self.sources, &[failed], colour)
    }

    /// The path of the page of the document that a file defines.
    fn page_of(&self, file: &str) -> Option<Arc<str>> {
        let file = composed(file);
        // Of a file of many actors, none is meant.
        let mut all = self.graph.all().into_iter().filter(|_| !declares_many(&file));
        let document = all.find(|d| **self.graph.file(*d) == *file)?;
        Some(format!("/{}", self.plan.path(&self.graph, document)).into())
    }
}

/// What was touched in a burst.
#[derive(Default)]
struct Batch {
    paths: Vec<PathBuf>,
    /// Whether events were lost, so that anything may have changed.
    all: bool,
}

impl Batch {
    fn add(&mut self, touched: Change) {
        match touched {
            Change::Paths(paths) => {
                for path in paths {
                    if !self.paths.contains(&path) {
                        self.paths.push(path);
                    }
                }
            }
            Change::Anything => self.all = true,
        }
    }
}

/// Whether a path is part of the site: below one of its folders, its configuration, or its record of judgements.
fn concerns(root: &Path, path: &Path) -> bool {
    let Ok(below) = path.strip_prefix(root) else { return false };
    let first = below.components().next().and_then(|c| c.as_os_str().to_str());
    first.is_some_and(|first| FOLDERS.contains(&first))
        || [CONFIG, LOG].iter().any(|file| below == Path::new(file))
}

/// Paths as names below the site's root.
fn name_them(root: &Path, paths: &[PathBuf]) -> Vec<String> {
    paths.iter().filter_map(|path| name_of(root, path)).collect()
}
