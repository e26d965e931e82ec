//! What each command does. Commands return what is to be printed; `terminal` prints it.

#![allow(
    clippy::disallowed_methods,
    reason = "the edge of the program: clock, environment, new files"
)]

mod build;
mod create;
mod explain;
#[cfg(feature = "external")]
mod external;
mod fix;
mod import;
mod judgements;
mod registry;
mod rename;
mod serve;
mod status;

use std::borrow::Cow;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::diagnostic::{self, Diagnostic, Diagnostics, nearest};
use crate::publish::FilesDigest;
use crate::site::Request;
use crate::source::{CONFIG, Sources};
use crate::{config, front_matter, publish, render, theme};
use clap::CommandFactory;
use jiff::Timestamp;

use crate::cli::{
    Cli, Command, Common, FormatOption, JudgementsCommand, ReferencePage, RegistryCommand, Show,
    TemplatesCommand,
};
use crate::terminal;

/// What a command has to say, and its exit code.
pub(crate) struct Outcome {
    /// What was asked for.
    pub stdout: String,
    /// Findings and progress.
    pub stderr: String,
    /// 0 done, 1 the content has errors, 2 wrong usage or environment.
    pub code: u8,
}

impl Outcome {
    /// Text without styles: what looks like one comes from a document.
    fn done(stdout: impl Into<String>) -> Self {
        let stdout = diagnostic::visible(&stdout.into()).into_owned();
        Outcome { stdout, stderr: String::new(), code: 0 }
    }
}

/// Wrong usage or environment, in a sentence.
pub(crate) struct Failure(pub String);

/// Runs a command.
pub(crate) fn run(mut cli: Cli) -> Result<Outcome, Failure> {
    cli.common.root = match cli.site() {
        Ok(named) => named.to_path_buf(),
        Err(from) => {
            let here = Path::new(".");
            site_above(from).or_else(|| site_above(here)).unwrap_or_else(|| here.to_path_buf())
        }
    };
    let common = &cli.common;
    let mut threads = rayon::ThreadPoolBuilder::new().start_handler(|_| grow_in_large_steps());
    if let Some(jobs) = common.jobs {
        threads = threads.num_threads(usize::from(jobs));
    }
    // This thread is one of them, unless it waits for readers.
    if !matches!(cli.command, Command::Serve(_)) {
        threads = threads.use_current_thread();
    }
    threads
        .build_global()
        .map_err(|error| Failure(format!("threads cannot be started: {error}")))?;
    if reads_the_site(&cli.command) {
        let state = state_folder(common);
        // What a killed command has half done is undone first.
        if let Some(undone) = publish::recover(&common.root, state.as_deref()).map_err(plain)? {
            terminal::print(&undone.to_string(), false);
        }
    }
    match &cli.command {
        Command::Build { show, .. } => build::run(common, show, build::Purpose::Publish),
        Command::Check(check) => build::run(common, &check.show, build::Purpose::Check(check)),
        Command::Serve(arguments) => serve::run(common, arguments),
        Command::Status { .. } => status::run(common),
        Command::Fix { dry_run, show, .. } => fix::run(common, show, *dry_run),
        Command::Rename { kind, old, new, dry_run } => {
            rename::run(common, *kind, old, new, *dry_run)
        }
        Command::Explain { place, .. } => explain::run(common, place.as_deref()),
        Command::Init { dir, hosts } => create::init(dir, hosts),
        Command::New { kind, title, id, what } => {
            create::new(common, *kind, title, id.as_deref(), what.as_deref(), now(common)?)
        }
        Command::Import { system, source, into, dry_run } => {
            let named = into.is_some() || common.given_root.is_some();
            import::run(common, *system, source, named, *dry_run)
        }
        Command::Judgements { command: JudgementsCommand::Log { changed, dry_run } } => {
            judgements::log(common, *changed, *dry_run)
        }
        Command::Registry { command } => registry::run(common, command),
        Command::Templates { command: TemplatesCommand::List } => {
            let templates = render::templates::EMBEDDED.iter().map(|(name, _)| *name);
            let names = templates.chain(theme::FILES.iter().map(|(name, _)| *name));
            Ok(Outcome::done(names.map(|name| format!("{name}\n")).collect::<String>()))
        }
        Command::Templates { command: TemplatesCommand::Eject { name } } => {
            eject(common, name.as_deref())
        }
        Command::Schema { of } => {
            let mut text = serde_json::to_string_pretty(&config::schemas(of))
                .map_err(|error| Failure(error.to_string()))?;
            text.push('\n');
            Ok(Outcome::done(text))
        }
        Command::Completions { shell } => {
            let mut out = Vec::new();
            clap_complete::generate(*shell, &mut Cli::command(), "chancery", &mut out);
            Ok(Outcome::done(String::from_utf8_lossy(&out)))
        }
        Command::Man { command } => man(command),
        Command::Reference { page } => Ok(Outcome::done(match page {
            ReferencePage::Diagnostics => diagnostic::reference(),
            ReferencePage::FrontMatter => front_matter::reference(),
            ReferencePage::Configuration => config::reference(),
            ReferencePage::Templates => render::reference(),
        })),
    }
}

/// Whether a command reads the site's files or writes to them.
fn reads_the_site(command: &Command) -> bool {
    match command {
        Command::Build { .. }
        | Command::Check(_)
        | Command::Serve(_)
        | Command::Status { .. }
        | Command::Fix { .. }
        | Command::Rename { .. }
        | Command::Explain { .. }
        | Command::New { .. }
        | Command::Judgements { .. }
        | Command::Import { .. }
        | Command::Registry { command: RegistryCommand::Add { .. } | RegistryCommand::Import(_) }
        | Command::Templates { command: TemplatesCommand::Eject { .. } } => true,
        Command::Init { .. }
        | Command::Registry { .. }
        | Command::Templates { command: TemplatesCommand::List }
        | Command::Schema { .. }
        | Command::Completions { .. }
        | Command::Man { .. }
        | Command::Reference { .. } => false,
    }
}

/// The nearest folder with a `site.toml`, from a file or folder upwards, by as short a name as it has.
fn site_above(start: &Path) -> Option<PathBuf> {
    let full = start.ancestors().find_map(|part| match part.as_os_str().is_empty() {
        true => Path::new(".").canonicalize().ok(),
        false => part.canonicalize().ok(),
    })?;
    let site = full.ancestors().find(|folder| folder.join(CONFIG).is_file())?;
    let is_it = |name: &Path| name.canonicalize().is_ok_and(|name| name == site);
    let up = std::iter::successors(Some(PathBuf::new()), |path| Some(path.join("..")));
    let up = up.skip(1).take(full.ancestors().count());
    let mut names = std::iter::once(PathBuf::from(".")).chain(up);
    let below = start.ancestors().filter(|name| !name.as_os_str().is_empty());
    let named = below.map(Path::to_path_buf).find(|name| is_it(name));
    named.or_else(|| names.find(|name| is_it(name))).or_else(|| Some(site.to_path_buf()))
}

/// The name below the site's root of a file or folder that is named below the current folder, or below the root. Errors:
/// it is not there, or not in the site.
fn named(common: &Common, sources: &Sources, path: &Path) -> Result<String, Failure> {
    let full = |path: &Path| path.canonicalize().ok();
    let root = full(&common.root);
    let below = |path: PathBuf| Some(full(&path)?.strip_prefix(root.as_ref()?).ok()?.to_path_buf());
    let shown = path.display();
    let Some(name) = below(path.to_path_buf()).or_else(|| below(common.root.join(path))) else {
        if path.exists() {
            let root = common.root.display();
            return Err(Failure(format!(
                "`{shown}` is not in the site `{root}`\nhelp: name a file below that folder, or another site with `--root DIR`"
            )));
        }
        let written = path.to_string_lossy().replace('\\', "/");
        let (names, last) =
            (sources.names(), |name: &str| name.rsplit('/').next().map(str::to_owned));
        let ends: Vec<String> = names.iter().filter_map(|name| last(name)).collect();
        let by_end = || {
            let near = nearest(&last(&written)?, ends.iter().map(String::as_str))?;
            names.iter().copied().find(|name| name.ends_with(near))
        };
        let whole = written.trim_start_matches("./");
        let near = nearest(whole, names.iter().copied()).or_else(by_end);
        return Err(Failure(match near {
            Some(near) => format!(
                "there is no file `{shown}`\nhelp: did you mean `{}`?",
                common
                    .root
                    .join(near)
                    .strip_prefix(".")
                    .unwrap_or(&common.root.join(near))
                    .display()
            ),
            None => format!(
                "there is no file `{shown}`\nhelp: write its path from the current folder or from the site's"
            ),
        }));
    };
    let parts: Vec<_> = name.iter().map(|part| part.to_string_lossy()).collect();
    Ok(parts.join("/"))
}

/// The man page of the program, or of one of its commands.
fn man(command: &[String]) -> Result<Outcome, Failure> {
    let mut program = Cli::command();
    program.build();
    let mut page = &program;
    for word in command {
        page = page.find_subcommand(word).ok_or_else(|| {
            let near = nearest(word, page.get_subcommands().map(|c| c.get_name()));
            Failure(match near {
                Some(near) => format!("there is no command `{word}`\nhelp: did you mean `{near}`?"),
                None => format!("there is no command `{word}`\nhelp: `chancery help` lists them"),
            })
        })?;
    }
    let mut out = Vec::new();
    clap_mangen::Man::new(page.clone())
        .source(concat!("chancery ", env!("CARGO_PKG_VERSION")))
        .render(&mut out)
        .map_err(|error| Failure(error.to_string()))?;
    Ok(Outcome::done(String::from_utf8_lossy(&out)))
}

/// Lets the memory of this thread grow in large steps.
///
/// glibc asks the system for the memory of a thread in steps of a few pages, unless the thread gave much of it back
/// before: for 10,000 briefs that is 9,000 calls. None of what is taken here is touched, so it costs the system nothing.
fn grow_in_large_steps() {
    let block = |mebibytes: usize| {
        let mut block = Vec::<u8>::new();
        // Without it, memory grows in small steps.
        let _ = block.try_reserve_exact(mebibytes << 20);
        std::hint::black_box(block)
    };
    // The first one, which stands by itself, raises the size up to which blocks come from the thread's own memory;
    // the others are from there, and stay.
    drop(block(31));
    drop((block(30), block(30)));
}

/// The moment to build for: the one asked for, or the clock's.
fn now(common: &Common) -> Result<Timestamp, Failure> {
    let Some(text) = &common.now else { return Ok(Timestamp::now()) };
    let moment = text.parse::<Timestamp>().ok().or_else(|| {
        let shaped = text.len() == 10 && text.matches('-').count() == 2;
        let date: jiff::civil::Date = text.parse().ok().filter(|_| shaped)?;
        date.to_zoned_datetime(jiff::tz::TimeZone::UTC).ok().map(|zoned| zoned.timestamp())
    });
    moment.ok_or_else(|| {
        Failure(format!("`--now {text}` is not a date; write 2025-02-27 or 2025-02-27T09:00:00Z"))
    })
}

fn request(common: &Common) -> Result<Request, Failure> {
    Ok(Request {
        base_url: common.base_url.clone(),
        drafts: common.drafts,
        proof: false,
        now: now(common)?,
    })
}

/// Chancery's folder in the user's cache, if the user has one.
fn cache_folder() -> Option<PathBuf> {
    let home = || std::env::var_os("HOME").map(|home| PathBuf::from(home).join(".cache"));
    let folder = std::env::var_os("XDG_CACHE_HOME").map(PathBuf::from).or_else(home)?;
    Some(folder.join("chancery"))
}

/// Chancery's folder in the user's state, where it keeps the tokens of folders that it made. `None` if the user has no
/// home, or has it in the site: there a repository could put tokens too.
fn state_folder(common: &Common) -> Option<PathBuf> {
    let named = |name: &str| std::env::var_os(name).map(PathBuf::from).filter(|p| p.is_absolute());
    let home = || named("HOME").map(|home| home.join(".local/state"));
    let folder = named("XDG_STATE_HOME").or_else(home).or_else(|| named("LOCALAPPDATA"))?;
    let folder = folder.join("chancery");
    let site = common.root.canonicalize().ok();
    // Of the folder, the last parts may not be there yet.
    let there = folder.ancestors().find_map(|part| part.canonicalize().ok());
    let inside = site.zip(there).is_some_and(|(site, there)| there.starts_with(site));
    (!inside).then_some(folder)
}

/// What tells this program from any other, also from one of the same version that was built otherwise.
fn program() -> Option<String> {
    let program = std::env::current_exe().ok()?;
    let look = FilesDigest::at(Path::new("/"), &[program.to_str()?]).ok()?;
    Some(format!("{} {look:?}", env!("CARGO_PKG_VERSION")))
}

fn output(common: &Common) -> PathBuf {
    common.output.clone().unwrap_or_else(|| common.root.join("public"))
}

/// The site's folder as it stands before the names of files in findings.
fn shown_root(common: &Common) -> String {
    let root = common.root.to_string_lossy().replace('\\', "/");
    match root.trim_start_matches("./").trim_end_matches('/') {
        "" | "." => String::new(),
        root => format!("{root}/"),
    }
}

/// Findings in a format; `root` stands before the names of files.
fn describe(
    root: &str,
    sources: Option<&Sources>,
    findings: &[Diagnostic],
    format: diagnostic::Format,
) -> String {
    let text_of = |file: &str| -> Option<Arc<str>> {
        render::templates::text_of(file).or_else(|| sources?.text(file).ok())
    };
    diagnostic::render(findings, format, root, &text_of)
}

fn eject(common: &Common, name: Option<&str>) -> Result<Outcome, Failure> {
    let names: Vec<&str> = match name {
        Some(name) => vec![name],
        None => render::templates::EMBEDDED.iter().map(|(name, _)| *name).collect(),
    };
    let mut out = String::new();
    for name in names {
        let (name, text) = match theme::FILES.iter().find(|(file, _)| *file == name) {
            Some((file, text)) => (format!("static/theme/{file}"), *text),
            None => {
                let text = render::templates::embedded(name).map_err(plain)?;
                (format!("templates/{name}"), text)
            }
        };
        let path = common.root.join(&name);
        publish::write_new(&common.root, &name, text.as_bytes())
            .map_err(|error| Failure(create::not_written(&path, &error)))?;
        out.push_str(&format!("wrote {}\n", path.display()));
    }
    Ok(Outcome::done(out))
}

/// A finding without a place, in one sentence.
fn plain(diagnostic: Diagnostic) -> Failure {
    match diagnostic.help {
        Some(help) => Failure(format!("{}\nhelp: {help}", diagnostic.message)),
        None => Failure(diagnostic.message),
    }
}

/// Whether findings are about where the program runs and not about what the site says.
fn is_environment(diagnostics: &[Diagnostic]) -> bool {
    use diagnostic::Code;
    let outside = [Code::NoSite, Code::OutputNotOurs, Code::Locked, Code::Unwritable];
    let errors = || diagnostics.iter().filter(|d| d.severity == diagnostic::Severity::Error);
    errors().next().is_some() && errors().all(|d| outside.contains(&d.code))
}

/// A report of findings, ready to print.
struct ReportText {
    /// The findings.
    text: String,
    /// How many there are of each kind, for a person.
    totals: String,
    /// The exit code that follows from them.
    code: u8,
}

impl ReportText {
    /// Of findings alone, where nothing else is to be said.
    fn whole(self) -> (String, u8) {
        (self.text + &self.totals, self.code)
    }
}

/// The findings of a run, of which a person is shown what `show` asks for.
fn findings(
    common: &Common,
    show: &Show,
    sources: Option<&Sources>,
    diagnostics: Diagnostics,
) -> ReportText {
    let failed = diagnostics.has_errors();
    let sorted = diagnostics.sorted();
    let code = match (failed, is_environment(&sorted)) {
        (false, _) => 0,
        (true, true) => 2,
        (true, false) => 1,
    };
    let all = show.all || !show.codes.is_empty();
    let format = match common.format {
        FormatOption::Human => diagnostic::Format::Human { colour: true, all },
        FormatOption::Json => diagnostic::Format::Json,
        FormatOption::Sarif => diagnostic::Format::Sarif,
        FormatOption::Github => diagnostic::Format::Github,
    };
    let totals = match common.format == FormatOption::Human && !common.quiet && code != 2 {
        true => diagnostic::totals(&sorted, !all),
        false => String::new(),
    };
    let shown: Cow<'_, [Diagnostic]> = match show.codes.is_empty() {
        true => sorted.as_slice().into(),
        false => sorted.iter().filter(|d| show.codes.contains(&d.code)).cloned().collect(),
    };
    let text = describe(&shown_root(common), sources, &shown, format);
    ReportText { text, totals, code }
}
