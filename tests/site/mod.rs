//! A site in a folder of its own, and the real program to run on it.

#![allow(dead_code, reason = "each test file uses a part")]

pub mod dense;
pub mod random;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// A folder that goes when the test ends.
pub struct Scratch {
    _folder: tempfile::TempDir,
    /// The site.
    pub root: PathBuf,
}

/// What a run of the program said.
pub struct Run {
    pub code: i32,
    pub stdout: String,
    pub stderr: String,
}

impl Scratch {
    pub fn empty() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().join("site");
        fs::create_dir(&root).unwrap();
        Scratch { _folder: folder, root }
    }

    /// A small sound site.
    pub fn small() -> Self {
        let scratch = Scratch::empty();
        scratch.write("site.toml", "title = \"Small\"\nbase_url = \"https://small.example/\"\n");
        scratch.write(
            "content/briefs/2025-02-27-talks.md",
            "+++\ntitle = \"Talks\"\nactors = [\"us\", \"ru\"]\ntopics = [\"embassies\"]\nsummary = \"They met.\"\n+++\n\n## What happened\n\nThe US met Russia.\n",
        );
        scratch.write(
            "content/actors/us.md",
            "+++\nname = \"United States\"\nkind = \"state\"\naliases = [\"US\"]\n+++\n",
        );
        scratch.write("content/actors/ru.md", "+++\nname = \"Russia\"\nkind = \"state\"\n+++\n");
        scratch.write("content/topics/embassies.md", "+++\nname = \"Embassies\"\n+++\n");
        scratch
    }

    /// A random site.
    pub fn of(files: &random::Files) -> Self {
        let scratch = Scratch::empty();
        for (name, text) in files {
            scratch.write(name, text);
        }
        scratch
    }

    /// Changes files; one that is to go may have gone.
    pub fn edit(&self, edit: &random::Edit) {
        for (name, text) in edit {
            match text {
                Some(text) => self.write(name, text),
                None => fs::remove_file(self.root.join(name)).unwrap_or_default(),
            }
        }
    }

    pub fn write(&self, name: &str, text: impl AsRef<[u8]>) {
        let path = self.root.join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    /// Copies the files of a folder over the site's, save those that say what is expected.
    pub fn lay_over(&self, folder: &Path) {
        for (name, bytes) in files(folder) {
            if name != "expected.txt" && !name.starts_with("expected/") {
                self.write(&name, bytes);
            }
        }
    }

    pub fn output(&self) -> BTreeMap<String, Vec<u8>> {
        files(&self.root.join("public"))
    }
}

/// All files below a folder, by name.
pub fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    walkdir::WalkDir::new(folder)
        .into_iter()
        .map(Result::unwrap)
        .filter(|entry| entry.file_type().is_file())
        .map(|entry| {
            let name =
                entry.path().strip_prefix(folder).unwrap().to_str().unwrap().replace('\\', "/");
            (name, fs::read(entry.path()).unwrap())
        })
        .collect()
}

/// Runs the program on a site.
pub fn chancery(root: &Path, arguments: &[&str]) -> Run {
    let output = command(root, arguments).output().unwrap();
    Run {
        code: output.status.code().unwrap_or(-1),
        stdout: String::from_utf8(output.stdout).unwrap(),
        stderr: String::from_utf8(output.stderr).unwrap(),
    }
}

/// The program, to be run on a site.
pub fn command(root: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_chancery"));
    command
        .arg("--root")
        .arg(root)
        .args(arguments)
        .env("NO_COLOR", "1")
        .env("XDG_CACHE_HOME", concat!(env!("CARGO_TARGET_TMPDIR"), "/cache"))
        .env("XDG_STATE_HOME", concat!(env!("CARGO_TARGET_TMPDIR"), "/state"));
    command
}

/// Runs a script in a folder, by a shell that knows the program by its name and has a `cargo` that does nothing.
#[cfg(unix)]
pub fn shell(folder: &Path, script: &str, variables: &[(&str, &str)]) -> Run {
    use std::os::unix::fs::PermissionsExt;
    let home = tempfile::tempdir().unwrap();
    let cargo = home.path().join("cargo");
    fs::write(&cargo, "#!/bin/sh\n").unwrap();
    fs::set_permissions(&cargo, fs::Permissions::from_mode(0o755)).unwrap();
    let program = Path::new(env!("CARGO_BIN_EXE_chancery")).parent().unwrap();
    let path = format!("{}:{}:/usr/bin:/bin", home.path().display(), program.display());
    let output = Command::new("sh")
        .args(["-e", "-c", script])
        .current_dir(folder)
        .env_clear()
        .env("PATH", path)
        .env("HOME", home.path())
        .env("NO_COLOR", "1")
        .envs(variables.iter().copied())
        .output()
        .unwrap();
    Run {
        code: output.status.code().unwrap_or(-1),
        stdout: String::from_utf8(output.stdout).unwrap(),
        stderr: String::from_utf8(output.stderr).unwrap(),
    }
}
