use tempfile::TempDir;

use super::*;

type Files = BTreeMap<String, String>;

/// A site of so many documents, and the user's state folder.
struct Site {
    folder: TempDir,
    state: TempDir,
}

impl Site {
    fn new(documents: usize) -> Site {
        let site =
            Site { folder: tempfile::tempdir().unwrap(), state: tempfile::tempdir().unwrap() };
        site.write("site.toml", "old");
        site.write("content/actors/a/index.md", "old");
        site.write("content/actors/a/picture.svg", "picture");
        for number in 0..documents {
            site.write(&format!("content/briefs/{number}.md"), "old");
        }
        site
    }

    fn root(&self) -> &Path {
        self.folder.path()
    }

    fn write(&self, name: &str, text: &str) {
        let path = self.root().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    /// All files, those that Chancery may have left too.
    fn files(&self) -> Files {
        let entries = walkdir::WalkDir::new(self.root()).into_iter().map(Result::unwrap);
        let files = entries.filter(|entry| !entry.file_type().is_dir());
        let name =
            |path: &Path| path.strip_prefix(self.root()).unwrap().to_str().unwrap().to_owned();
        files.map(|f| (name(f.path()), fs::read_to_string(f.path()).unwrap())).collect()
    }

    /// A change of every document, and of the name of a folder.
    fn revise(&self, steps: Option<usize>) -> Result<(), Diagnostic> {
        let documents = self.files().into_keys().filter(|f| !f.ends_with(".svg"));
        let revision =
            |file: String| Revision { file: file.into(), old: "old".into(), new: "new".to_owned() };
        let revisions: Vec<_> = documents.map(revision).collect();
        let moved = Some(("content/actors/a", "content/actors/b/c"));
        let steps = Steps { left: steps };
        revise_in(
            self.root(),
            Some(self.state.path()),
            "rename actor a b/c",
            &revisions,
            moved,
            steps,
        )
    }

    fn recover(&self, steps: Option<usize>) -> Result<Option<Undone>, Diagnostic> {
        recover_in(self.root(), Some(self.state.path()), Steps { left: steps })
    }
}

/// The files after the change.
fn revised(old: &Files) -> Files {
    let revise = |(name, text): (&String, &String)| {
        (name.replace("actors/a/", "actors/b/c/"), text.replace("old", "new"))
    };
    old.iter().map(revise).collect()
}

#[test]
fn all_files_change_or_none() {
    let site = Site::new(3);
    let old = site.files();
    // Somebody changed one; there is something where the folder is to go.
    site.write("content/briefs/1.md", "mine");
    assert!(site.revise(None).unwrap_err().message.contains("changed meanwhile"));
    site.write("content/briefs/1.md", "old");
    site.write("content/actors/b/c/x.md", "mine");
    assert!(site.revise(None).is_err());
    fs::remove_dir_all(site.root().join("content/actors/b")).unwrap();
    assert_eq!(site.files(), old);
    site.revise(None).unwrap();
    assert_eq!(site.files(), revised(&old));
    assert_eq!(site.recover(None).unwrap(), None);
}

#[test]
fn a_kill_at_any_step_is_undone_by_the_next_command() {
    // Each step of a few files, and of hundreds of files those far apart.
    for (documents, apart) in [(16, 1), (300, 83)] {
        let site = Site::new(documents);
        let old = site.files();
        let new = revised(&old);
        let mut undone = 0;
        for steps in (0..).step_by(apart) {
            if site.revise(Some(steps)).is_ok() {
                break;
            }
            let found = site.recover(None).unwrap().expect("something was left");
            assert_eq!(found.kept, Vec::<String>::new());
            undone += usize::from(found.what == "rename actor a b/c");
            assert_eq!(site.files(), old, "what was not done is undone, after {steps} steps");
            assert!(!site.root().join("content/actors/b").exists());
        }
        assert_eq!(site.files(), new);
        assert!(undone * apart > 3 * documents - 2 * apart, "{undone}");
    }
}

#[test]
fn a_kill_while_undoing_is_undone_as_well() {
    let site = Site::new(12);
    let old = site.files();
    // So late that the folder is moved.
    let whole = (0..).find(|steps| Site::new(12).revise(Some(*steps)).is_ok());
    let late = whole.unwrap() - 1;
    for steps in 0.. {
        assert!(site.revise(Some(late)).is_err());
        assert!(site.root().join("content/actors/b/c/index.md").exists());
        let done = site.recover(Some(steps)).is_ok();
        site.recover(None).unwrap();
        assert_eq!(site.files(), old, "after {steps} steps");
        if done {
            break;
        }
    }
}

#[test]
fn what_was_saved_meanwhile_stays() {
    let site = Site::new(5);
    let whole = (0..).find(|steps| Site::new(5).revise(Some(*steps)).is_ok()).unwrap();
    assert!(site.revise(Some(whole - 1)).is_err());
    site.write("content/briefs/3.md", "mine");
    site.write("content/actors/b/c/index.md", "mine too");
    fs::remove_file(site.root().join("content/briefs/4.md")).unwrap();
    let undone = site.recover(None).unwrap().unwrap();
    let kept = ["content/actors/b/c/index.md", "content/briefs/3.md", "content/briefs/4.md"];
    assert_eq!(undone.kept, kept);
    let said = undone.to_string();
    assert!(
        said.contains("`rename actor a b/c` was interrupted")
            && said.contains("`content/briefs/3.md`"),
        "{said}"
    );
    let files = site.files();
    assert_eq!(files["content/briefs/3.md"], "mine");
    assert_eq!(files["content/actors/b/c/index.md"], "mine too");
    assert_eq!(files["content/actors/b/c/picture.svg"], "picture");
    assert_eq!(files["content/briefs/2.md"], "old");
    assert!(!files.contains_key("content/briefs/4.md"));
}

#[test]
fn a_journal_of_a_stranger_does_nothing() {
    let site = Site::new(3);
    assert!(site.revise(Some(12)).is_err());
    let other = Site::new(3);
    other.write("content/briefs/1.md", "new");
    let staging = |site: &Site| site.root().join(STAGING_SUFFIX);
    let inner = fs::read_dir(staging(&site)).unwrap().next().unwrap().unwrap().path();
    let token = inner.file_name().unwrap().to_str().unwrap().to_owned();
    for entry in walkdir::WalkDir::new(&inner) {
        let entry = entry.unwrap();
        let name = entry.path().strip_prefix(&inner).unwrap().to_str().unwrap();
        if entry.file_type().is_file() {
            let name = format!("{STAGING_SUFFIX}/{token}/{name}");
            other.write(&name, &fs::read_to_string(entry.path()).unwrap());
        }
    }
    let before = other.files();
    for state in [Some(other.state.path()), Some(site.state.path()), None] {
        let error = recover(other.root(), state).unwrap_err();
        assert_eq!(error.code, Code::OutputNotOurs, "{error:?}");
        assert_eq!(other.files(), before);
    }
    // One's own, with a path that leads out of the site's folders.
    for path in
        ["../x", "/etc/passwd", ".git/config", "content/.env", "public/index.html", "content"]
    {
        let text = format!(
            r#"{{"what":"fix","files":[{{"file":"{path}/..","old":"","new":""}}],"moved":null}}"#
        );
        fs::write(inner.join(JOURNAL), text).unwrap();
        let before = site.files();
        let error = site.recover(None).unwrap_err();
        assert!(error.message.contains("no file of the site"), "{error:?}");
        assert_eq!(site.files(), before);
    }
}

#[test]
fn another_command_waits_its_turn() {
    let site = Site::new(1);
    assert!(site.revise(Some(9)).is_err());
    let folder = open(site.root()).unwrap();
    let held = lock(&folder).unwrap();
    assert_eq!(site.recover(None).unwrap_err().code, Code::Locked);
    assert_eq!(site.revise(None).unwrap_err().code, Code::Locked);
    drop(held);
    assert!(site.recover(None).unwrap().is_some());
}

#[cfg(unix)]
#[test]
fn a_write_that_fails_undoes_the_others() {
    use std::os::unix::fs::PermissionsExt as _;
    let site = Site::new(3);
    site.write("content/topics/t.md", "old");
    let old = site.files();
    let closed = site.root().join("content/topics");
    fs::set_permissions(&closed, fs::Permissions::from_mode(0o500)).unwrap();
    // Whoever may do everything is not held up by permissions.
    if fs::write(closed.join("probe"), "").is_err() {
        let error = site.revise(None).unwrap_err();
        assert!(error.message.contains("topics"), "{error:?}");
        assert_eq!(site.files(), old);
    }
    fs::set_permissions(&closed, fs::Permissions::from_mode(0o700)).unwrap();
}

#[cfg(unix)]
#[test]
fn links_lead_to_the_sites_own_files_or_nowhere() {
    use std::os::unix::fs::symlink;
    let site = Site::new(0);
    let outside = tempfile::tempdir().unwrap();
    let precious = outside.path().join("precious.md");
    fs::write(&precious, "old").unwrap();
    site.write("content/pages/real.md", "old");
    site.write(".git/config", "old");
    site.write("content/.hidden/x.md", "old");
    site.write("public/x.md", "old");
    let link = site.root().join("content/pages/link.md");
    let revise_link = || {
        let file = "content/pages/link.md".into();
        let revision = Revision { file, old: "old".into(), new: "new".to_owned() };
        revise(site.root(), Some(site.state.path()), "fix", &[revision], None)
    };
    let root = site.root().to_owned();
    let bad = [".git/config", "content/.hidden/x.md", "public/x.md"].map(|name| root.join(name));
    for target in bad.iter().chain([&precious]) {
        symlink(target, &link).unwrap();
        let error = revise_link().unwrap_err();
        assert!(error.message.contains("leads to"), "{error:?}");
        assert_eq!(fs::read(target).unwrap(), b"old");
        fs::remove_file(&link).unwrap();
    }
    // What stood in the way of a file of that name, and what would have been followed.
    let beside = site.root().join("content/pages/real.md.chancery-new");
    symlink(&precious, &beside).unwrap();
    symlink("real.md", &link).unwrap();
    revise_link().unwrap();
    assert!(link.is_symlink() && beside.is_symlink());
    assert_eq!(fs::read(site.root().join("content/pages/real.md")).unwrap(), b"new");
    assert_eq!(fs::read(&precious).unwrap(), b"old");
    // A link is not moved.
    let moved = Some(("content/pages/link.md", "content/pages/moved.md"));
    let error = revise(site.root(), Some(site.state.path()), "x", &[], moved).unwrap_err();
    assert!(error.message.contains("is a link"), "{error:?}");
}

#[cfg(unix)]
#[test]
fn owner_and_permissions_stay() {
    use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _, chown};
    let site = Site::new(1);
    let path = site.root().join("content/briefs/0.md");
    // Only the system's own user gives files away.
    let given = chown(&path, Some(1234), Some(1235)).is_ok();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).unwrap();
    site.revise(None).unwrap();
    let found = path.metadata().unwrap();
    assert_eq!(found.permissions().mode() & 0o7777, 0o640);
    if given {
        assert_eq!((found.uid(), found.gid()), (1234, 1235));
    }
}
