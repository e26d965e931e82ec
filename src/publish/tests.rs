use proptest::prelude::*;
use tempfile::TempDir;

use super::*;

type Files = BTreeMap<String, Vec<u8>>;

fn files(of: &[(&str, &str)]) -> Files {
    of.iter().map(|(path, text)| (path.to_string(), text.as_bytes().to_vec())).collect()
}

fn at(path: &str) -> OutputPath {
    OutputPath::new(path).unwrap()
}

/// A site with an output folder that does not exist yet.
struct Site {
    folder: TempDir,
    /// The user's state folder.
    state: TempDir,
    in_place: bool,
}

impl Site {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("content")).unwrap();
        Site { folder, state: tempfile::tempdir().unwrap(), in_place: false }
    }

    /// One whose output is taken for a mount.
    fn mounted() -> Self {
        let site = Site { in_place: true, ..Site::new() };
        fs::create_dir(site.output()).unwrap();
        site
    }

    fn root(&self) -> &Path {
        self.folder.path()
    }

    fn output(&self) -> PathBuf {
        self.root().join("public")
    }

    fn open(&self) -> Result<Publisher, Diagnostic> {
        self.open_at(&self.output())
    }

    fn open_at(&self, output: &Path) -> Result<Publisher, Diagnostic> {
        let sources = [self.root().join("content")];
        let state = Some(self.state.path());
        if self.in_place {
            let real = resolve(output).unwrap();
            return Publisher::hold(output, real, true, (self.root(), &sources), state);
        }
        Publisher::open(output, self.root(), &sources, state)
    }

    fn stage(&self, files: &Files) -> Publisher {
        let publisher = self.open().unwrap();
        for (path, bytes) in files {
            publisher.write(&at(path), bytes).unwrap();
        }
        publisher
    }

    fn build(&self, files: &Files) -> Report {
        self.stage(files).commit().unwrap().report
    }

    /// Everything in the output but the manifest.
    fn published(&self) -> Files {
        let output = self.output();
        walkdir::WalkDir::new(&output)
            .into_iter()
            .map(Result::unwrap)
            .filter(|entry| !entry.file_type().is_dir())
            .map(|entry| {
                let below = entry.path().strip_prefix(&output).unwrap();
                (below.to_str().unwrap().to_owned(), fs::read(entry.path()).unwrap())
            })
            .filter(|(path, _)| path != MANIFEST)
            .collect()
    }

    /// What lies beside the output, other than the sources.
    fn beside(&self) -> Vec<String> {
        let names = fs::read_dir(self.root()).unwrap();
        let names = names.map(|entry| entry.unwrap().file_name().into_string().unwrap());
        names.filter(|name| name != "content" && name != "public").collect()
    }

    fn put(&self, path: &str, text: &str) {
        let path = self.output().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
}

#[test]
fn paths_that_lead_out_or_that_a_host_cannot_hold_are_refused() {
    for good in [
        "index.html",
        "a/b/c.html",
        ".nojekyll",
        ".well-known/x",
        "türkiye/ı.html",
        "console/com10.html",
        "a b",
    ] {
        assert_eq!(OutputPath::new(good).unwrap().as_str(), good);
    }
    let long = "x".repeat(256);
    for bad in [
        "",
        "/",
        "/etc/passwd",
        "..",
        "a/../b",
        "./a",
        "a/.",
        "a//b",
        "a/",
        "a\\b",
        "C:x",
        "a\nb",
        "a\0",
        "a\u{85}",
        "a?b",
        "con",
        "Aux.html",
        "a/NUL.tar.gz/b",
        "com1",
        "LPT¹.txt",
        "con .txt",
        "conin$",
        "a.",
        "a ",
        "a./b",
        ".chancery",
        "a/.Chancery",
        ".public.chancery-staging/x",
        ".public.chancery-lock",
        &long,
    ] {
        assert!(OutputPath::new(bad).is_err(), "{bad:?}");
    }
    assert!(OutputPath::new(&long[1..]).is_ok());
}

#[test]
fn a_first_build_appears_as_a_whole_and_leaves_nothing_beside_it() {
    let site = Site::new();
    let new = files(&[("index.html", "one"), ("a/b/c.html", "two"), ("style.css", "")]);
    let publisher = site.stage(&new);
    assert!(!site.output().exists());
    let report = publisher.commit().unwrap().report;
    assert_eq!(report, Report { written: 3, unchanged: 0, removed: 0, bytes: 6 });
    assert_eq!(site.published(), new);
    assert!(site.beside().is_empty());
}

#[test]
fn an_empty_output_folder_is_taken() {
    let site = Site::new();
    fs::create_dir(site.output()).unwrap();
    let new = files(&[("index.html", "one")]);
    site.build(&new);
    assert_eq!(site.published(), new);
}

#[test]
fn a_mounted_folder_is_filled_from_inside() {
    let site = Site::mounted();
    for text in ["1", "2"] {
        let new = files(&[("index.html", text), ("a/b.css", "1")]);
        site.build(&new);
        assert_eq!(site.published(), new);
        assert!(!site.output().join(STAGING_SUFFIX).exists() && site.beside().is_empty());
    }
    drop(site.stage(&files(&[("index.html", "3")])));
    assert_eq!(site.published(), files(&[("index.html", "2"), ("a/b.css", "1")]));
    #[cfg(target_os = "linux")]
    assert!(is_mount_point(Path::new("/proc")) && !is_mount_point(&site.output()));
}

#[test]
fn only_what_changed_is_touched() {
    let site = Site::new();
    site.build(&files(&[("same.html", "1"), ("a/changed.html", "1"), ("b/c/gone.html", "1")]));
    let old = fs::File::options().write(true).open(site.output().join("same.html")).unwrap();
    let long_ago = std::time::SystemTime::UNIX_EPOCH;
    old.set_modified(long_ago).unwrap();
    let new = files(&[("same.html", "1"), ("a/changed.html", "2"), ("d/new.html", "1")]);
    let report = site.build(&new);
    assert_eq!(report, Report { written: 2, unchanged: 1, removed: 1, bytes: 3 });
    assert_eq!(site.published(), new);
    let modified = |path: &str| site.output().join(path).metadata().unwrap().modified().unwrap();
    assert_eq!(modified("same.html"), long_ago);
    assert!(!site.output().join("b").exists(), "emptied folders go");
    let before = modified(MANIFEST);
    assert_eq!(site.build(&new), Report { written: 0, unchanged: 3, removed: 0, bytes: 3 });
    assert_eq!(modified(MANIFEST), before, "a build without changes touches nothing");
    assert!(site.beside().is_empty());
}

#[test]
fn a_build_that_is_given_up_leaves_the_site_as_it_was() {
    let site = Site::new();
    drop(site.stage(&files(&[("index.html", "1")])));
    assert!(!site.output().exists() && site.beside().is_empty());
    let old = files(&[("index.html", "1"), ("a.html", "1")]);
    site.build(&old);
    drop(site.stage(&files(&[("index.html", "2"), ("b.html", "2")])));
    assert_eq!(site.published(), old);
    assert!(site.beside().is_empty());
}

#[test]
fn a_file_that_failed_is_never_left_out_silently() {
    let site = Site::new();
    let publisher = site.open().unwrap();
    let missing = site.root().join("content/none.png");
    assert_eq!(publisher.copy(&at("none.png"), &missing).unwrap_err().code, Code::Unreadable);
    assert_eq!(publisher.commit().unwrap_err().code, Code::Unwritable);
    assert!(!site.output().exists());
}

#[test]
fn copies_are_streamed_compared_and_recorded_like_pages() {
    let site = Site::new();
    let source = site.root().join("content/big.bin");
    let mut bytes: Vec<u8> = (0..200_000_u32).map(|n| (n % 251) as u8).collect();
    fs::write(&source, &bytes).unwrap();
    let build = || {
        let publisher = site.open().unwrap();
        publisher.copy(&at("files/big.bin"), &source).unwrap();
        publisher.commit().unwrap().report
    };
    assert_eq!(build(), Report { written: 1, unchanged: 0, removed: 0, bytes: 200_000 });
    assert_eq!(build().unchanged, 1);
    let manifest = fs::read_to_string(site.output().join(MANIFEST)).unwrap();
    assert!(manifest.contains(&format!("{:032x} 200000 files/big.bin\n", xxh3_128(&bytes))));
    bytes[150_000] ^= 1;
    fs::write(&source, &bytes).unwrap();
    assert_eq!(build().written, 1);
    assert_eq!(site.published()["files/big.bin"], bytes);
}

#[test]
fn files_edited_or_removed_by_hand_are_put_right() {
    let site = Site::new();
    let new = files(&[("a.html", "1"), ("b/c.html", "1"), ("d.html", "1")]);
    site.build(&new);
    site.put("a.html", "9");
    fs::remove_dir_all(site.output().join("b")).unwrap();
    assert_eq!(site.build(&new).written, 2);
    assert_eq!(site.published(), new);
}

#[test]
fn files_put_in_by_hand_stay() {
    let site = Site::new();
    site.build(&files(&[("a/page.html", "1"), ("index.html", "1")]));
    site.put("CNAME", "example.org");
    site.put("a/mine.txt", "mine");
    fs::create_dir(site.output().join("empty")).unwrap();
    let report = site.build(&files(&[("index.html", "2")]));
    assert_eq!(report.removed, 1);
    let expected = files(&[("index.html", "2"), ("CNAME", "example.org"), ("a/mine.txt", "mine")]);
    assert_eq!(site.published(), expected);
    assert!(site.output().join("empty").is_dir());
}

#[test]
fn a_page_never_takes_the_place_of_a_file_of_another() {
    let site = Site::new();
    let old = files(&[("index.html", "1")]);
    site.build(&old);
    for (theirs, ours) in [("a.html", "a.html"), ("b", "b/index.html"), ("c/mine", "c")] {
        site.put(theirs, "mine");
        let before = site.published();
        let publisher = site.stage(&files(&[("index.html", "2"), (ours, "ours")]));
        assert_eq!(publisher.commit().unwrap_err().code, Code::OutputNotOurs, "{ours}");
        assert_eq!(site.published(), before, "nothing moved");
        assert!(site.beside().is_empty());
    }
    let same = files(&[("index.html", "1"), ("a.html", "mine")]);
    assert_eq!(site.build(&same).unchanged, 2, "the same bytes are no loss");
}

#[test]
fn a_page_becomes_a_folder_and_back() {
    let site = Site::new();
    let page = files(&[("a", "1"), ("b/c/d.html", "1"), ("b/e.html", "1")]);
    let folder = files(&[("a/x/index.html", "2"), ("b", "2")]);
    for new in [&page, &folder, &page] {
        site.build(new);
        assert_eq!(&site.published(), new);
    }
}

#[test]
fn two_files_at_one_path_collide() {
    let site = Site::new();
    site.build(&files(&[("a", "1")]));
    // Of files that are as they were, that is told when all are known.
    for again in ["a", "a/b"] {
        let publisher = site.stage(&files(&[("a", "1")]));
        publisher.write(&at(again), b"1").unwrap();
        assert_eq!(publisher.commit().unwrap_err().code, Code::Collision);
    }
    let publisher = site.stage(&files(&[("x/y", "1")]));
    assert_eq!(publisher.write(&at("x"), b"1").unwrap_err().code, Code::Collision);
    assert_eq!(publisher.write(&at("x/y/z"), b"1").unwrap_err().code, Code::Collision);
    drop(publisher);
    assert_eq!(site.published(), files(&[("a", "1")]));
}

#[test]
fn a_folder_that_is_not_its_own_is_refused_and_untouched() {
    let site = Site::new();
    site.put("thesis.txt", "precious");
    assert_eq!(site.open().unwrap_err().code, Code::OutputNotOurs);
    assert_eq!(site.published(), files(&[("thesis.txt", "precious")]));
    assert!(site.beside().is_empty());
    for manifest in ["", "chancery 1\n", "chancery 2\nrubbish\n"] {
        site.put(MANIFEST, manifest);
        assert_eq!(site.open().unwrap_err().code, Code::OutputNotOurs);
    }
    let file = site.root().join("file");
    fs::write(&file, "").unwrap();
    assert_eq!(site.open_at(&file).unwrap_err().code, Code::OutputNotOurs);
}

#[test]
fn a_manifest_cannot_lead_out_of_the_output() {
    let site = Site::new();
    let precious = site.root().join("precious");
    fs::write(&precious, "").unwrap();
    let hash = xxh3_128(b"");
    site.put(MANIFEST, &format!("chancery 2\n{hash:032x} 0 ../precious\n"));
    assert_eq!(site.open().unwrap_err().code, Code::OutputNotOurs);
    assert!(precious.exists());
}

#[test]
fn an_output_that_holds_or_lies_in_the_sources_is_refused() {
    let site = Site::new();
    let root = site.root();
    let outputs = [
        root.to_owned(),
        root.join("content"),
        root.join("content/a/b"),
        root.join("x/.."),
        "/".into(),
    ];
    for output in outputs {
        assert!(site.open_at(&output).is_err(), "{output:?}");
    }
    assert_eq!(site.open_at(root.parent().unwrap()).unwrap_err().code, Code::OutputNotOurs);
    assert!(fs::read_dir(root.join("content")).unwrap().next().is_none());
    assert!(site.beside().is_empty());
}

#[test]
fn one_build_at_a_time() {
    let site = Site::new();
    let first = site.open().unwrap();
    assert_eq!(site.open().unwrap_err().code, Code::Locked);
    first.write(&at("a"), b"1").unwrap();
    first.commit().unwrap();
    site.open().unwrap();
    // A lock file that a kill left is free.
    fs::write(site.root().join(".public.chancery-lock"), "").unwrap();
    site.open().unwrap();
    assert!(site.beside().is_empty());
}

#[test]
fn a_staging_folder_of_another_kind_is_left_alone() {
    let site = Site::new();
    let theirs = site.root().join(".public.chancery-staging/notes.txt");
    fs::create_dir(theirs.parent().unwrap()).unwrap();
    fs::write(&theirs, "mine").unwrap();
    assert_eq!(site.open().unwrap_err().code, Code::OutputNotOurs);
    assert!(theirs.exists());
}

/// The staging folder that a build leaves which is killed after so many steps of its commit.
fn killed(site: &Site, new: &Files, steps: usize) -> PathBuf {
    let mut publisher = site.stage(new);
    publisher.steps_left = Some(steps);
    assert!(publisher.commit().is_err(), "it was killed");
    let outer = match site.in_place {
        true => site.output().join(STAGING_SUFFIX),
        false => site.root().join(".public.chancery-staging"),
    };
    let inner = fs::read_dir(&outer).unwrap().next().unwrap().unwrap();
    inner.path()
}

/// Enough steps for the journal to be whole and a file to be moved.
const BEGUN: usize = 7;

/// All below a folder, links not followed.
fn tree(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let entries = walkdir::WalkDir::new(folder).into_iter().map(Result::unwrap);
    let held = |entry: walkdir::DirEntry| {
        let path = entry.into_path();
        let bytes = match path.symlink_metadata().unwrap() {
            found if found.is_symlink() => {
                fs::read_link(&path).unwrap().into_os_string().into_encoded_bytes()
            }
            found if found.is_file() => fs::read(&path).unwrap(),
            _ => Vec::new(),
        };
        (path, bytes)
    };
    entries.map(held).collect()
}

/// Refused, with nothing changed but that the lock came and went.
fn refused(site: &Site, why: &str) {
    let before = tree(site.root());
    let error = site.open().unwrap_err();
    assert_eq!(error.code, Code::OutputNotOurs, "{error:?}");
    assert!(error.message.contains(why), "{error:?}");
    assert!(error.help.is_some(), "{error:?}");
    assert_eq!(tree(site.root()), before);
}

#[cfg(unix)]
#[test]
fn only_a_staging_folder_that_this_user_made_is_healed() {
    use std::os::unix::fs::symlink;
    let old = files(&[("a.html", "1"), ("b/c.html", "1")]);
    let new = files(&[("a.html", "2"), ("d.html", "2")]);
    for make in [Site::new, Site::mounted] {
        // As it was left, it is completed.
        let site = make();
        site.build(&old);
        killed(&site, &new, BEGUN);
        drop(site.open().unwrap());
        assert_eq!(site.published(), new);

        // The same folder in the site of somebody else, with its token.
        let site = make();
        site.build(&old);
        let inner = killed(&site, &new, BEGUN);
        let other = make();
        other.build(&old);
        let theirs = match site.in_place {
            true => other.output().join(STAGING_SUFFIX),
            false => other.root().join(".public.chancery-staging"),
        };
        for (path, bytes) in tree(&inner) {
            let copy = theirs.join(inner.file_name().unwrap());
            let copy = copy.join(path.strip_prefix(&inner).unwrap());
            match path.is_dir() {
                true => fs::create_dir_all(copy).unwrap(),
                false => fs::write(copy, bytes).unwrap(),
            }
        }
        refused(&other, "token");

        // A token of one's own, but with a link in it.
        let outside = tempfile::tempdir().unwrap();
        fs::write(outside.path().join("d.html"), "precious").unwrap();
        fs::remove_dir_all(inner.join(SITE)).unwrap();
        symlink(outside.path(), inner.join(SITE)).unwrap();
        refused(&site, "no plain file");
        assert_eq!(fs::read(outside.path().join("d.html")).unwrap(), b"precious");

        // A link in the place of the folder of the token, and of the staging folder.
        let outer = inner.parent().unwrap().to_owned();
        let moved = outside.path().join("moved");
        fs::rename(&inner, &moved).unwrap();
        symlink(&moved, &inner).unwrap();
        refused(&site, "is a link");
        fs::remove_dir_all(&outer).unwrap();
        symlink(outside.path(), &outer).unwrap();
        refused(&site, "is a link");
        assert_eq!(fs::read(outside.path().join("d.html")).unwrap(), b"precious");
        fs::remove_file(&outer).unwrap();
        fs::write(&outer, "").unwrap();
        refused(&site, "is a file");
    }
}

#[test]
fn a_staging_folder_of_a_stranger_is_left_alone_with_its_journal() {
    let site = Site::new();
    site.build(&files(&[("a.html", "1")]));
    site.put("CNAME", "mine");
    let theirs = site.root().join(".public.chancery-staging");
    let journal = commit::journal(&[commit::Action::Remove("CNAME".into())]).to_string();
    for folder in [theirs.clone(), theirs.join("0123456789abcdef0123456789abcdef")] {
        fs::create_dir_all(folder.join(SITE)).unwrap();
        fs::write(folder.join(SITE).join("x"), "").unwrap();
        fs::write(folder.join(STAGED_MANIFEST), "chancery 2\n").unwrap();
        fs::write(folder.join(JOURNAL), &journal).unwrap();
        refused(&site, "token");
    }
    // Without a state folder nothing is certain: said so, and what to do.
    let sources = [site.root().join("content")];
    let error = Publisher::open(&site.output(), site.root(), &sources, None).unwrap_err();
    assert!(error.message.contains("no home folder"), "{error:?}");
    fs::remove_dir_all(&theirs).unwrap();
    // An empty one can hold nothing.
    fs::create_dir(&theirs).unwrap();
    site.build(&files(&[("a.html", "2")]));
    // A build needs no state folder.
    let publisher = Publisher::open(&site.output(), site.root(), &sources, None).unwrap();
    publisher.write(&at("a.html"), b"3").unwrap();
    publisher.commit().unwrap();
    assert_eq!(site.published()["a.html"], b"3");
    assert!(site.beside().is_empty());
}

#[test]
fn a_journal_touches_only_what_manifests_name() {
    use commit::Action::{Clear, Move, Remove};
    let new = files(&[("a.html", "2"), ("b.html", "2")]);
    for forged in [Remove("CNAME".into()), Move("CNAME".into()), Clear("mine".into())] {
        let site = Site::new();
        site.build(&files(&[("a.html", "1")]));
        site.put("CNAME", "mine");
        fs::create_dir(site.output().join("mine")).unwrap();
        let inner = killed(&site, &new, BEGUN);
        fs::write(inner.join(SITE).join("CNAME"), "theirs").unwrap();
        fs::write(inner.join(JOURNAL), commit::journal(&[forged])).unwrap();
        refused(&site, "no manifest names");
    }
}

#[cfg(unix)]
#[test]
fn a_lock_is_a_plain_file_or_refused_at_once() {
    use rustix::fs::{CWD, FileType, Mode, mknodat};
    let site = Site::new();
    let lock = site.root().join(".public.chancery-lock");
    let outside = site.root().join("outside");
    std::os::unix::fs::symlink(&outside, &lock).unwrap();
    refused(&site, "is a link");
    assert!(!outside.exists());
    fs::remove_file(&lock).unwrap();
    mknodat(CWD, &lock, FileType::Fifo, Mode::from_raw_mode(0o600), 0).unwrap();
    refused(&site, "a pipe");
    fs::remove_file(&lock).unwrap();
    fs::create_dir(&lock).unwrap();
    refused(&site, "a folder");
    fs::remove_dir(&lock).unwrap();
    // The same for the manifest.
    site.build(&files(&[("a.html", "1")]));
    let manifest = site.output().join(MANIFEST);
    fs::rename(&manifest, site.root().join("elsewhere")).unwrap();
    std::os::unix::fs::symlink(site.root().join("elsewhere"), &manifest).unwrap();
    assert!(site.open().unwrap_err().message.contains("is a link"));
    fs::remove_file(&manifest).unwrap();
    mknodat(CWD, &manifest, FileType::Fifo, Mode::from_raw_mode(0o600), 0).unwrap();
    assert!(site.open().unwrap_err().message.contains("a pipe"));
}

#[cfg(unix)]
#[test]
fn files_of_the_cache_are_written_through_no_link() {
    let folder = tempfile::tempdir().unwrap();
    let (file, outside) = (folder.path().join("a.json"), folder.path().join("outside"));
    fs::write(&outside, "3").unwrap();
    std::os::unix::fs::symlink(&outside, &file).unwrap();
    assert_eq!(cache::read::<u8>(&file), None);
    cache::write(&file, &4_u8).unwrap();
    assert_eq!((cache::read::<u8>(&file), fs::read(&outside).unwrap()), (Some(4), b"3".to_vec()));
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 2);
}

#[cfg(unix)]
#[test]
fn new_files_are_written_through_no_link() {
    let site = Site::new();
    let outside = tempfile::tempdir().unwrap();
    fs::create_dir(outside.path().join("briefs")).unwrap();
    fs::remove_dir(site.root().join("content")).unwrap();
    std::os::unix::fs::symlink(outside.path(), site.root().join("content")).unwrap();
    std::os::unix::fs::symlink(outside.path().join("x"), site.root().join("dangling")).unwrap();
    for path in ["content/briefs/a.md", "dangling"] {
        write_new(site.root(), path, b"").unwrap_err();
    }
    let error = write_new(site.root(), "content/briefs/a.md", b"").unwrap_err().to_string();
    assert!(error.contains("content` is a link to `"), "{error}");
    assert_eq!(tree(outside.path()).len(), 2);
}

#[cfg(unix)]
#[test]
fn links_in_the_output_are_never_followed() {
    use std::os::unix::fs::symlink;
    let site = Site::new();
    let outside = site.root().join("outside");
    let old = files(&[("blog/a.html", "1"), ("b.html", "1"), ("c.html", "1")]);
    site.build(&old);
    fs::create_dir(&outside).unwrap();
    fs::write(outside.join("a.html"), "1").unwrap();
    fs::remove_dir_all(site.output().join("blog")).unwrap();
    symlink(&outside, site.output().join("blog")).unwrap();
    for path in ["b.html", "c.html"] {
        fs::remove_file(site.output().join(path)).unwrap();
        symlink(outside.join("a.html"), site.output().join(path)).unwrap();
    }
    assert_eq!(site.stage(&old).commit().unwrap_err().code, Code::OutputNotOurs);
    // Without the page behind the link, the link and what it leads to are somebody else's.
    site.build(&files(&[("b.html", "2")]));
    assert_eq!(fs::read(outside.join("a.html")).unwrap(), b"1");
    let link = |path: &str| site.output().join(path).is_symlink();
    assert!(link("blog") && link("c.html") && !link("b.html"));
    assert_eq!(fs::read(site.output().join("b.html")).unwrap(), b"2");
}

#[cfg(unix)]
#[test]
fn an_output_that_is_a_link_is_written_where_it_leads() {
    let site = Site::new();
    let real = tempfile::tempdir().unwrap();
    std::os::unix::fs::symlink(real.path().join("www"), site.output()).unwrap();
    assert_eq!(site.open().unwrap_err().code, Code::Unwritable, "it leads nowhere");
    fs::create_dir(real.path().join("www")).unwrap();
    site.build(&files(&[("index.html", "1")]));
    site.build(&files(&[("index.html", "2")]));
    assert!(site.output().is_symlink());
    assert_eq!(fs::read(real.path().join("www/index.html")).unwrap(), b"2");
}

#[cfg(unix)]
#[test]
fn a_web_server_may_read_what_is_published() {
    use std::os::unix::fs::PermissionsExt as _;
    let site = Site::new();
    site.build(&files(&[("a.html", "1")]));
    let ordinary = site.root().join("content/ordinary");
    fs::write(&ordinary, "").unwrap();
    let mode = |path: &Path| path.metadata().unwrap().permissions().mode();
    assert_eq!(mode(&site.output().join("a.html")), mode(&ordinary));
    assert_eq!(mode(&site.output().join(MANIFEST)), mode(&ordinary));
}

#[test]
fn what_cannot_be_written_is_named_with_the_words_of_the_system() {
    let site = Site::new();
    let file = site.root().join("file");
    fs::write(&file, "").unwrap();
    let error = site.open_at(&file.join("public")).unwrap_err();
    assert_eq!(error.code, Code::Unwritable);
    assert!(error.message.contains("file") && error.message.contains("os error"), "{error:?}");
}

#[test]
fn new_files_are_never_written_over() {
    let site = Site::new();
    let new = |bytes: &[u8]| write_new(site.root(), "a/b/new.md", bytes);
    new(b"1").unwrap();
    assert_eq!(new(b"2").unwrap_err().kind(), io::ErrorKind::AlreadyExists);
    assert_eq!(fs::read(site.root().join("a/b/new.md")).unwrap(), b"1");
}

#[test]
fn pages_follow_what_they_show_and_removals_follow_both() {
    use commit::Action::{Move, Remove};
    let output = tempfile::tempdir().unwrap();
    let content = FileContent { hash: xxh3_128(b"").to_be_bytes(), size: 0 };
    let made = ["a.html", "b.css", "c.html", "d.png"];
    let made = made
        .map(|path| (path.into(), MadeFile { content, staged: path != "c.html", look: None }))
        .into();
    let previous = [("a.old".into(), content), ("c.html".into(), content)].into();
    let expected =
        [Move("b.css".into()), Move("d.png".into()), Move("a.html".into()), Remove("a.old".into())];
    assert_eq!(commit::plan(output.path(), &previous, &made).unwrap(), expected);
}

#[cfg(unix)]
#[test]
fn folders_behind_a_link_are_not_removed() {
    let site = Site::new();
    site.build(&files(&[("blog/2025/a.html", "1"), ("b.html", "1")]));
    let outside = site.root().join("outside/2025");
    fs::create_dir_all(&outside).unwrap();
    fs::remove_dir_all(site.output().join("blog")).unwrap();
    std::os::unix::fs::symlink(site.root().join("outside"), site.output().join("blog")).unwrap();
    site.build(&files(&[("b.html", "1")]));
    assert!(outside.is_dir() && site.output().join("blog").is_symlink());
}

#[test]
fn a_torn_journal_is_not_followed() {
    let actions = [commit::Action::Remove("a".into()), commit::Action::Move("b/c.html".into())];
    let whole = commit::journal(&actions);
    assert_eq!(commit::parse_journal(&whole).unwrap(), actions);
    for end in 0..whole.len() {
        assert_eq!(commit::parse_journal(&whole[..end]), None, "{end}");
    }
    assert_eq!(commit::parse_journal(&whole.replace("b/c", "../c")), None);
}

/// Stops the commit of `new` over `old` after every number of steps in turn.
fn stop_everywhere(site: fn() -> Site, old: Option<&Files>, new: &Files) {
    let third = files(&[("index.html", "third"), ("z", "third")]);
    for steps in 0.. {
        let site = site();
        let mut hand = Files::new();
        if let Some(old) = old {
            site.build(old);
            site.put("by/hand.txt", "hand");
            hand = files(&[("by/hand.txt", "hand")]);
        }
        let empty = Files::new();
        let old = old.unwrap_or(&empty);
        let with_hand = |of: &Files| -> Files {
            of.iter().chain(&hand).map(|(p, b)| (p.clone(), b.clone())).collect()
        };
        let mut publisher = site.stage(new);
        publisher.steps_left = Some(steps);
        let finished = publisher.commit().is_ok();
        let _ = fs::rename(site.output().join(STAGING_SUFFIX), site.root().join("seen"));

        let found = if site.output().exists() { site.published() } else { Files::new() };
        let _ = fs::rename(site.root().join("seen"), site.output().join(STAGING_SUFFIX));
        for (path, bytes) in &found {
            let known = [old.get(path), new.get(path), hand.get(path)];
            assert!(
                known.contains(&Some(bytes)),
                "{path} after {steps} steps is neither old nor new"
            );
        }
        for path in old.keys().filter(|path| new.contains_key(*path)) {
            assert!(found.contains_key(path), "{path} is missing after {steps} steps");
        }

        drop(site.open().unwrap());
        let healed = if site.output().exists() { site.published() } else { Files::new() };
        assert!(
            healed == with_hand(old) || healed == with_hand(new),
            "opening after {steps} steps left a mixture: {healed:?}"
        );
        for next in [new, &third] {
            site.build(next);
            assert_eq!(site.published(), with_hand(next), "after {steps} steps");
        }
        assert!(site.beside().is_empty());
        if finished {
            break;
        }
    }
}

#[test]
fn a_kill_during_a_commit_is_healed() {
    let old = files(&[
        ("a", "1"),
        ("b/c/d.html", "1"),
        ("b/e.css", "1"),
        ("f/g.html", "1"),
        ("same", "1"),
    ]);
    let new = files(&[
        ("a/x/index.html", "2"),
        ("b", "2"),
        ("f/g.html", "2"),
        ("h/i.css", "2"),
        ("same", "1"),
    ]);
    for site in [Site::new, Site::mounted] {
        stop_everywhere(site, None, &new);
        stop_everywhere(site, Some(&old), &new);
        stop_everywhere(site, Some(&new), &old);
        stop_everywhere(site, Some(&old), &Files::new());
        stop_everywhere(site, Some(&old), &old);
    }
}

/// A site of a few paths that get in each other's way between builds.
fn any_site() -> impl Strategy<Value = Files> {
    const PATHS: [&str; 9] = [
        "a",
        "a/index.html",
        "a/b",
        "a/b/c.css",
        "d/e.html",
        "d/e.html/f",
        "index.html",
        "style.css",
        "z/y/x.svg",
    ];
    proptest::collection::btree_map(proptest::sample::select(&PATHS[..]), 0_u8..3, 0..6).prop_map(
        |some| {
            let some: BTreeMap<&str, u8> = some;
            let nested = |path: &str| path::folders(path).any(|folder| some.contains_key(folder));
            some.iter()
                .filter(|(path, _)| !nested(path))
                .map(|(path, n)| (path.to_string(), vec![*n; usize::from(*n)]))
                .collect()
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_kill_is_healed(old in any_site(), new in any_site()) {
        stop_everywhere(Site::new, Some(&old), &new);
    }

    #[test]
    fn no_path_panics_and_no_good_one_leads_out(path in r"[a./\\ cCoOnN:\x00-\x7f]{0,12}") {
        if let Ok(good) = OutputPath::new(&path) {
            let parts: Vec<_> = Path::new(good.as_str()).components().collect();
            prop_assert!(parts.iter().all(|part| matches!(part, std::path::Component::Normal(_))));
            prop_assert_eq!(parts.len(), good.as_str().split('/').count());
        }
    }
}
