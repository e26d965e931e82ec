//! The arguments.

use std::net::IpAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::diagnostic::{Code, nearest};
use crate::exchange;
use crate::import::System;
use crate::serve::HostName;
use crate::source::Kind;
use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};
use clap::{Args, Parser, Subcommand, ValueEnum};

/// Builds a static site from a folder of Markdown briefs, cross-linked by actor and topic.
#[derive(Debug, Parser)]
#[command(
    name = "chancery",
    version,
    about,
    max_term_width = 100,
    after_help = "\
Examples:
  chancery init my-site               make a small working site
  chancery build my-site              build it into my-site/public
  chancery serve --open               show the site, and every change as it is saved
  chancery check --format json        report what is wrong, for another program
  chancery new brief \"Talks resume\"  start a brief with complete front matter

The site is the nearest folder with a `site.toml`, from the current one upwards, unless it is named.
`chancery help COMMAND` says what a command takes, with examples.

Exit codes: 0 done, 1 the content has errors, 2 wrong usage or environment."
)]
pub(crate) struct Cli {
    #[command(flatten)]
    pub common: Common,
    #[command(subcommand)]
    pub command: Command,
}

/// Flags of every command.
#[derive(Debug, Args)]
#[command(next_help_heading = "Options of every command")]
pub(crate) struct Common {
    /// The site's folder [default: the nearest with a site.toml, from the current folder upwards]
    #[arg(long = "root", short = 'r', global = true, value_name = "DIR")]
    pub given_root: Option<PathBuf>,
    /// The site's folder, given or found.
    #[arg(skip)]
    pub root: PathBuf,
    /// Where the site is written [default: public, below the site's folder]
    #[arg(long, short, global = true, value_name = "DIR")]
    pub output: Option<PathBuf>,
    /// The site's address, instead of the one in site.toml
    #[arg(long, short, global = true, value_name = "URL")]
    pub base_url: Option<String>,
    /// Show drafts, briefs under embargo and those dated in the future, each marked; feeds and sitemap leave them out
    #[arg(long, global = true)]
    pub drafts: bool,
    /// Build for this day or moment instead of now (2025-02-27 or 2025-02-27T09:00:00Z)
    #[arg(long, global = true, value_name = "DATE")]
    pub now: Option<String>,
    /// How many threads to use [default: one for each core]
    #[arg(long, short, global = true, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    pub jobs: Option<u16>,
    /// Spell out index.html in links, so that the site reads from a disk without a server
    #[arg(long, global = true)]
    pub offline: bool,
    /// How findings are written
    #[arg(long, short, global = true, value_name = "FORMAT", default_value = "human")]
    pub format: FormatOption,
    /// Print findings only
    #[arg(long, short, global = true)]
    pub quiet: bool,
    /// Print how long each stage took
    #[arg(long, global = true)]
    pub timings: bool,
}

/// How findings are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum FormatOption {
    /// For a person, with the source line underlined
    Human,
    /// An array of findings, or with build an object that says what was done
    Json,
    /// SARIF 2.1.0, for code hosts and editors
    Sarif,
    /// Annotations of a pull request, from GitHub Actions
    Github,
}

/// The site that a command is about, if it is not the one that the current folder lies in.
#[derive(Clone, Debug, Default, Args)]
pub(crate) struct SiteFolder {
    /// The site's folder, as with --root
    #[arg(value_name = "SITE", conflicts_with = "given_root")]
    pub site: Option<PathBuf>,
}

/// Which findings are shown.
#[derive(Clone, Debug, Default, PartialEq, Eq, Args)]
pub(crate) struct Show {
    /// Show each finding; else those that are like others are shown three times and counted
    #[arg(id = "all-findings", long = "all")]
    pub all: bool,
    /// Show the findings of this code only, and each of them; can be given several times
    #[arg(long = "code", value_name = "CODE", value_parser = code)]
    pub codes: Vec<Code>,
}

/// The code of a finding, by its name.
fn code(name: &str) -> Result<Code, String> {
    Code::named(name).ok_or_else(|| match nearest(name, Code::ALL.iter().map(|code| code.name())) {
        Some(near) => format!("there is no such code; did you mean `{near}`?"),
        None => "there is no such code; `chancery check` ends with those of this site".to_owned(),
    })
}

impl Cli {
    /// The folder that the arguments say the site is in; else what it is to be looked for from, upwards.
    pub(crate) fn site(&self) -> Result<&Path, &Path> {
        let named = match &self.command {
            Command::Build { site, .. }
            | Command::Status { site }
            | Command::Fix { site, .. }
            | Command::Serve(Serve { site, .. }) => site.site.as_deref(),
            Command::Registry { command: RegistryCommand::Import(import) } => import.site(),
            Command::Import { into, .. } => into.as_deref(),
            _ => None,
        };
        // Whoever names a file of a site means that site.
        let file = match &self.command {
            Command::Check(CheckOptions { files, .. }) => files.first().map(PathBuf::as_path),
            Command::Explain { place, .. } => place.as_deref().map(Path::new),
            _ => None,
        };
        self.common.given_root.as_deref().or(named).ok_or(file.unwrap_or(Path::new(".")))
    }
}

/// What to do.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Make a small working site, in a new folder or in one that holds a repository; never overwrites
    #[command(
        after_help = "Examples:\n  chancery init my-site\n  chancery init my-site --github\n  chancery init --gitlab --netlify"
    )]
    Init {
        /// The folder
        #[arg(default_value = ".")]
        dir: PathBuf,
        #[command(flatten)]
        hosts: Hosts,
    },
    /// Start a document: a file with complete, commented front matter; never overwrites
    #[command(
        after_help = "Examples:\n  chancery new brief \"Talks resume in Istanbul\"\n  chancery new actor \"Sergey Lavrov\" --kind person\n  chancery new actor \"Владимир Зеленский\" --id zelensky"
    )]
    New {
        /// What to start
        #[arg(value_parser = kinds())]
        kind: Kind,
        /// Its title or name
        title: String,
        /// Its id, if it is to be another than the one that the title makes
        #[arg(long, value_name = "ID")]
        id: Option<String>,
        /// What an actor or a brief is, as its `kind` says [default: organisation, analysis]
        #[arg(long = "kind", value_name = "KIND")]
        what: Option<String>,
    },
    /// Build the site
    #[command(
        after_help = "Examples:\n  chancery build\n  chancery build my-site --base-url https://x.example/repo/\n  chancery build --offline --output /tmp/copy\n  chancery build --format json"
    )]
    Build {
        #[command(flatten)]
        site: SiteFolder,
        #[command(flatten)]
        show: Show,
    },
    /// Show the site in a browser, drafts too, and each change the moment it is saved; writes no file
    #[command(
        after_help = "Examples:\n  chancery serve --open\n  chancery serve --port 0 --follow\n  chancery serve --host 0.0.0.0 --no-drafts"
    )]
    Serve(Serve),
    /// Do all that build does, rendering included, look the texts over as an editor would, and write nothing
    #[command(
        after_help = "Examples:\n  chancery check\n  chancery check --code unknown-actor --code unknown-topic\n  chancery check content/briefs/2025-02-27-talks.md content/actors\n  chancery check --strict --format github\n  chancery check --external\n\nThe `[check]` table of site.toml changes the level of a finding by its code."
    )]
    Check(CheckOptions),
    /// Say what is held back, why and until when, and when a build would next change the site
    #[command(
        after_help = "Examples:\n  chancery status\n  chancery status --format json\n  chancery status --now 2027-01-01"
    )]
    Status {
        #[command(flatten)]
        site: SiteFolder,
    },
    /// Apply the suggestions of check that are beyond doubt to front matter; everything else stays byte for byte
    #[command(
        after_help = "Examples:\n  chancery fix --dry-run\n  chancery fix\n\nIt writes the only near id for an unknown one, adds actors that a brief names three times to its `actors`, and\nwrites new ids for old ones."
    )]
    Fix {
        #[command(flatten)]
        site: SiteFolder,
        /// Show what would change as a diff, and change nothing
        #[arg(long, short = 'n')]
        dry_run: bool,
        #[command(flatten)]
        show: Show,
    },
    /// Give a document another id: moves its file, changes every reference, and adds a redirect
    #[command(
        after_help = "Examples:\n  chancery rename actor lavrov sergey-lavrov\n  chancery rename brief 2025-02-27-talks 2025-02-27-istanbul-talks --dry-run"
    )]
    Rename {
        /// What it is
        #[arg(value_parser = kinds())]
        kind: Kind,
        /// Its id
        old: String,
        /// The id it gets
        new: String,
        /// Show what would change as a diff, and change nothing
        #[arg(long, short = 'n')]
        dry_run: bool,
    },
    /// Say of every name in a document, or in all, who it is, whether it is linked, and by which rule
    #[command(
        after_help = "Examples:\n  chancery explain content/briefs/2025-02-27-istanbul-embassy-talks.md\n  chancery explain content/briefs/2025-02-27-istanbul-embassy-talks.md:21\n  chancery explain content/briefs/2025-02-27-istanbul-embassy-talks.md --format json\n  chancery explain --all --format json"
    )]
    Explain {
        /// The document's file, and perhaps a line of it
        #[arg(value_name = "FILE[:LINE]", required_unless_present = "all")]
        place: Option<String>,
        /// Every document of the site, drafts too
        #[arg(long, conflicts_with = "place")]
        all: bool,
    },
    /// Bring an archive of Jekyll, Hugo, Obsidian, Zola, WordPress or Ghost into a site; the archive is never written to
    #[command(
        allow_missing_positional = true,
        after_help = "Examples:\n  chancery import ~/blog --into my-site --dry-run\n  chancery import jekyll ~/blog --into my-site\n  chancery import wordpress export.xml --into my-site\n\nImporting again updates what was not edited in the site since, and nothing else."
    )]
    Import {
        /// What made it; found out by its files when left out
        #[arg(value_parser = systems())]
        system: Option<System>,
        /// The folder of the archive, or the file of an export
        source: PathBuf,
        /// The site's folder, which is made if it is not there [default: the site of the current folder]
        #[arg(long, value_name = "SITE", conflicts_with = "given_root")]
        into: Option<PathBuf>,
        /// Say what would be done, and do nothing
        #[arg(long, short = 'n')]
        dry_run: bool,
    },
    /// Work with the judgements of briefs
    Judgements {
        #[command(subcommand)]
        command: JudgementsCommand,
    },
    /// Look at the registry of actors, change one, and make a list of the site's own from one of others
    Registry {
        #[command(subcommand)]
        command: RegistryCommand,
    },
    /// Work with the built-in templates
    #[command(
        after_help = "Examples:\n  chancery templates list\n  chancery templates eject brief.html"
    )]
    Templates {
        #[command(subcommand)]
        command: TemplatesCommand,
    },
    /// Print the JSON Schema of site.toml, or of the front matter of a kind of document, for editors and other programs
    #[command(
        after_help = "Examples:\n  chancery schema > site.schema.json\n  chancery schema brief > brief.schema.json\n\nEach has all of them as `$defs`; they differ in which one is the root."
    )]
    Schema {
        /// What it is of
        #[arg(value_parser = schemas(), default_value = "site")]
        of: String,
    },
    /// Print a completion script for a shell
    #[command(
        after_help = "Examples:\n  chancery completions bash > ~/.local/share/bash-completion/completions/chancery\n  chancery completions zsh > ~/.zfunc/_chancery\n  chancery completions fish > ~/.config/fish/completions/chancery.fish"
    )]
    Completions {
        /// The shell
        shell: clap_complete::Shell,
    },
    /// Print the man page of the program or of a command
    #[command(
        after_help = "Examples:\n  chancery man > chancery.1\n  chancery man build > chancery-build.1\n  chancery man templates eject | man -l -"
    )]
    Man {
        /// The command; the program when left out
        #[arg(value_name = "COMMAND")]
        command: Vec<String>,
    },
    /// Print a reference page of the documentation, made from the program itself
    #[command(hide = true)]
    Reference {
        /// Which
        page: ReferencePage,
    },
}

/// Hosts that a new site is to be published by.
#[derive(Debug, Args)]
pub(crate) struct Hosts {
    /// Write a workflow that publishes the site to GitHub Pages
    #[arg(long)]
    pub github: bool,
    /// Write a .gitlab-ci.yml that publishes the site to GitLab Pages
    #[arg(long)]
    pub gitlab: bool,
    /// Write a netlify.toml
    #[arg(long)]
    pub netlify: bool,
}

/// What is checked, and how strictly.
#[derive(Debug, Args)]
pub(crate) struct CheckOptions {
    /// Report on these files only, or on those in these folders; the whole site is read all the same
    #[arg(value_name = "FILE")]
    pub files: Vec<PathBuf>,
    /// Fail on warnings too
    #[arg(long)]
    pub strict: bool,
    /// Look links out of the site up as well (in builds with the feature `external`)
    #[arg(long)]
    pub external: bool,
    #[command(flatten)]
    pub show: Show,
}

/// How the site is served.
#[derive(Debug, Args)]
pub(crate) struct Serve {
    #[command(flatten)]
    pub site: SiteFolder,
    /// Where to listen; 0 for any free port
    #[arg(long, short, value_name = "PORT", default_value_t = 4646)]
    pub port: u16,
    /// The address to listen on; any but the default opens the site, drafts too, to other machines
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1")]
    pub host: IpAddr,
    /// A host name that requests may use besides localhost and IP addresses; can be given several times
    #[arg(long, value_name = "NAME[:PORT]")]
    pub allow_host: Vec<HostName>,
    /// Look for changes every second, or so many, where the file system tells of none
    #[arg(long, value_name = "SECONDS", num_args = 0..=1, default_missing_value = "1", value_parser = interval)]
    pub poll: Option<Duration>,
    /// Open the site in the browser
    #[arg(long)]
    pub open: bool,
    /// Lead the browser to the page of the document just saved
    #[arg(long)]
    pub follow: bool,
    /// Hold drafts, briefs under embargo and those dated in the future back, as build does
    #[arg(long, conflicts_with = "drafts")]
    pub no_drafts: bool,
    #[command(flatten)]
    pub show: Show,
}

/// The time between two looks for changes.
fn interval(seconds: &str) -> Result<Duration, String> {
    let seconds = seconds.parse::<f64>().ok().filter(|seconds| (0.1..=3600.0).contains(seconds));
    seconds.map(Duration::from_secs_f64).ok_or("it is not a number from 0.1 to 3600".to_owned())
}

/// Work with the judgements of briefs.
#[derive(Debug, Subcommand)]
pub(crate) enum JudgementsCommand {
    /// Add what is published and not on record yet to judgements.log: a line for each judgement and each outcome, with its
    /// hash and that of the line before
    #[command(
        after_help = "Examples:\n  chancery judgements log\n  chancery judgements log --dry-run\n  chancery judgements log --changed\n\nRun it when briefs are published, and keep the file in version control. build and check refuse a judgement that is\nnot as its last line has it."
    )]
    Log {
        /// Note judgements that were changed after they were published, too: readers see that they were
        #[arg(long)]
        changed: bool,
        /// Show the lines, and write nothing
        #[arg(long, short = 'n')]
        dry_run: bool,
    },
}

/// What the registry of actors knows.
#[derive(Debug, Subcommand)]
pub(crate) enum RegistryCommand {
    /// List its actors: id, kind and name
    #[command(
        after_help = "Examples:\n  chancery registry list --pack states\n  chancery registry list --language ru --format json"
    )]
    List {
        /// Those of one list only: states, bodies, or one of the site's own
        #[arg(long, value_name = "LIST")]
        pack: Option<String>,
        /// The language of the names [default: the site's, or en]
        #[arg(long, value_name = "TAG")]
        language: Vec<String>,
    },
    /// Show all that it says of an actor
    #[command(
        after_help = "Example:\n  chancery registry show states/tr --language tr --language en"
    )]
    Show {
        /// The actor's id, such as states/tr
        id: String,
        /// The language of the names; can be given several times [default: those of the site, or en]
        #[arg(long, value_name = "TAG")]
        language: Vec<String>,
    },
    /// Write a file in content/actors that extends an actor of it, for you to change; never overwrites
    #[command(after_help = "Example:\n  chancery registry add states/tr")]
    Add {
        /// The actor's id, such as states/tr
        id: String,
    },
    /// Write a list of others as registry/NAME.toml in the site, or bring the one that is there up to date
    #[command(
        after_help = "Examples:\n  chancery registry import threat-actor.json --dry-run\n  chancery registry import stix enterprise-attack.json --name attack my-site\n  chancery registry import people.csv --kind person\n\nThe site knows it once `registry` in site.toml has its name. A list that was changed by hand is not overwritten."
    )]
    Import(RegistryImport),
}

/// What is imported.
#[derive(Debug, Args)]
pub(crate) struct RegistryImport {
    /// The format, stix, misp, ftm or csv, if the file does not tell; the file; and the site's folder, as with --root
    #[arg(value_names = ["FORMAT", "FILE", "SITE"], num_args = 1..=3, required = true)]
    pub what: Vec<PathBuf>,
    /// What the list is called [default: the name of the file]
    #[arg(long, value_name = "NAME")]
    pub name: Option<String>,
    /// What its actors are, where the list does not say [default: group, for stix and misp]
    #[arg(long, value_name = "KIND")]
    pub kind: Option<String>,
    /// Show what would change as a diff, and change nothing
    #[arg(long, short = 'n')]
    pub dry_run: bool,
}

impl RegistryImport {
    /// The format, if it is given.
    pub(crate) fn format(&self) -> Option<exchange::ListFormat> {
        let first = self.what.first().filter(|_| self.what.len() > 1)?;
        exchange::ListFormat::named(first.to_str()?)
    }

    /// What follows the format.
    fn rest(&self) -> &[PathBuf] {
        let given = usize::from(self.format().is_some());
        self.what.get(given..).unwrap_or_default()
    }

    /// The file.
    pub(crate) fn file(&self) -> &Path {
        self.rest().first().map_or(Path::new(""), PathBuf::as_path)
    }

    /// The site's folder, if it is given.
    fn site(&self) -> Option<&Path> {
        self.rest().get(1).map(PathBuf::as_path)
    }

    /// What is given beside these.
    pub(crate) fn more(&self) -> Option<&Path> {
        self.rest().get(2).map(PathBuf::as_path)
    }
}

/// Work with the built-in templates.
#[derive(Debug, Subcommand)]
pub(crate) enum TemplatesCommand {
    /// List the built-in templates
    #[command(after_help = "Example:\n  chancery templates list")]
    List,
    /// Copy built-in templates into the site's templates/ for editing, and style.css, reader.js or search.js into static/theme/;
    /// never overwrites
    #[command(
        after_help = "Examples:\n  chancery templates eject brief.html\n  chancery templates eject style.css\n  chancery templates eject"
    )]
    Eject {
        /// The file, such as brief.html or style.css; all templates when left out
        name: Option<String>,
    },
}

/// The systems whose archives are read, by their names.
fn systems() -> impl TypedValueParser<Value = System> {
    PossibleValuesParser::new(System::ALL.map(System::word)).try_map(|word| {
        System::ALL.into_iter().find(|system| system.word() == word).ok_or("no such system")
    })
}

/// What there are schemas of.
fn schemas() -> impl TypedValueParser<Value = String> {
    PossibleValuesParser::new(Kind::ALL.map(Kind::word).into_iter().chain(["site"]))
}

/// The kinds of document, by the words for them.
fn kinds() -> impl TypedValueParser<Value = Kind> {
    let value =
        |kind: Kind| PossibleValue::new(kind.word()).help(format!("content/{}", kind.folder()));
    PossibleValuesParser::new(Kind::ALL.map(value)).try_map(|word| {
        Kind::ALL.into_iter().find(|kind| kind.word() == word).ok_or("no kind of document")
    })
}

/// A page of the documentation that is made from the program.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum ReferencePage {
    /// docs/diagnostics.md
    Diagnostics,
    /// docs/front-matter.md
    FrontMatter,
    /// docs/configuration.md
    Configuration,
    /// docs/templates.md
    Templates,
}
