//! Files that are left behind: by editors, merges, syncs, downloads and systems. They lie among an author's files and
//! are not meant for readers.

/// Why a file is not what its author wants published.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stray {
    /// It looks like a document, or like a copy or an older state of one.
    Document,
    /// An editor, a merge, a sync, a download or a system left it behind.
    Leftover,
}

/// How the names of documents end, in lower case.
pub(super) const DOCUMENTS: [&str; 2] = [".md", ".markdown"];

/// How the names of texts end that other programs take for Markdown, in lower case; such a text is no document of a site.
pub(super) const LIKE_DOCUMENTS: [&str; 12] = [
    ".md",
    ".markdown",
    ".mdx",
    ".mdown",
    ".mdwn",
    ".mdtxt",
    ".mdtext",
    ".mkd",
    ".mkdn",
    ".mkdown",
    ".rmd",
    ".qmd",
];

/// How the names of leftovers end, in lower case, and who leaves them.
pub(super) const ENDS: [(&str, &str); 30] = [
    ("~", "editors"),
    (".orig", "git and patch"),
    (".rej", "git and patch"),
    (".mine", "Subversion"),
    (",v", "RCS"),
    (".bak", "editors"),
    (".bk", "editors"),
    (".bkp", "editors"),
    (".backup", "editors"),
    (".old", "editors"),
    (".prev", "editors"),
    (".save", "nano"),
    (".autosave", "editors"),
    (".asv", "editors"),
    (".swp", "Vim"),
    (".swo", "Vim"),
    (".swn", "Vim"),
    (".swx", "Vim"),
    (".un~", "Vim"),
    (".kate-swp", "Kate"),
    (".tmp", "programs that were stopped"),
    (".temp", "programs that were stopped"),
    (".chancery-new", "a `chancery fix` that was stopped"),
    (".part", "downloads"),
    (".partial", "downloads"),
    (".crdownload", "downloads"),
    (".download", "downloads"),
    (".!ut", "downloads"),
    (".dpkg-old", "packages"),
    (".rpmsave", "packages"),
];

/// How the names of leftovers start, in lower case, and who leaves them.
pub(super) const STARTS: [(&str, &str); 5] = [
    ("~$", "Office"),
    ("._", "macOS"),
    ("~syncthing~", "Syncthing"),
    ("__macosx", "macOS"),
    (".#", "Emacs"),
];

/// The names of leftovers in lower case, and who leaves them.
pub(super) const NAMES: [(&str, &str); 6] = [
    ("thumbs.db", "Windows"),
    ("ehthumbs.db", "Windows"),
    ("desktop.ini", "Windows"),
    ("$recycle.bin", "Windows"),
    (".ds_store", "macOS"),
    ("__macosx", "macOS"),
];

/// What the names of copies have in them, in lower case, and who makes them.
pub(super) const PARTS: [(&str, &str); 3] = [
    (".sync-conflict-", "Syncthing"),
    ("conflicted copy", "Dropbox and Nextcloud"),
    ("(case conflict", "Dropbox"),
];

/// What the name of a copy of a document ends with before its extension, in lower case; a number may follow.
pub(super) const COPIES: [&str; 5] = [" copy", " - copy", "(copy)", " (another copy)", " kopie"];

/// What a file is by its last name, if nobody wants it published.
pub(super) fn stray(name: &str) -> Option<Stray> {
    // Nearly all names are like this, and need no more than a look.
    if name.strip_suffix(".md").is_some_and(is_plain) {
        return None;
    }
    let name = name.to_lowercase();
    let left = is_left(&name);
    let wanted = document_stem(&name).is_some_and(|stem| !is_copy(stem));
    if is_like_document(&name) && (left || !wanted) {
        return Some(Stray::Document);
    }
    left.then_some(Stray::Leftover)
}

/// Whether a file of this name is a leftover, be it of a document or of anything else.
pub(super) fn is_leftover(name: &str) -> bool {
    !is_plain(name) && is_left(&name.to_lowercase())
}

/// Whether a name has nothing in it by which a leftover could be told.
fn is_plain(name: &str) -> bool {
    name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
}

fn is_left(name: &str) -> bool {
    let ends = |end: &str| name.len() > end.len() && name.ends_with(end);
    ENDS.iter().any(|(end, _)| ends(end))
        || STARTS.iter().any(|(start, _)| name.starts_with(start))
        || NAMES.iter().any(|(whole, _)| name == *whole)
        || PARTS.iter().any(|(part, _)| name.contains(part))
        || (name.len() > 1 && name.starts_with('#') && name.ends_with('#'))
}

/// The stem of a document's name: what stands before `.md` or `.markdown`, in any case.
pub(crate) fn document_stem(name: &str) -> Option<&str> {
    DOCUMENTS.iter().find_map(|end| {
        let at = name.len().checked_sub(end.len())?;
        let (stem, last) = name.split_at_checked(at)?;
        let named = !stem.is_empty() && !stem.ends_with('/');
        (named && last.eq_ignore_ascii_case(end)).then_some(stem)
    })
}

/// Whether a name in lower case has the extension of a text in it, at its end or with more behind it: `x.md.orig`,
/// `x.md.1`, `x.md_old`.
fn is_like_document(name: &str) -> bool {
    LIKE_DOCUMENTS.iter().any(|end| {
        let mut found = name.match_indices(end);
        found.any(|(at, _)| {
            let after = name.get(at + end.len()..).and_then(|rest| rest.chars().next());
            after.is_none_or(|letter| !letter.is_alphanumeric())
        })
    })
}

/// Whether the stem of a document's name, in lower case, is that of a copy: `x copy 2`, `x (1)`, `x.md.backup.12`.
fn is_copy(stem: &str) -> bool {
    if is_like_document(stem) {
        return true;
    }
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    // `x (1)`, and `x (copy 2)` or `x (2nd copy)`.
    if let Some((_, inner)) = stem.strip_suffix(')').and_then(|stem| stem.rsplit_once(" (")) {
        return digits(inner) || inner.split(' ').any(|word| matches!(word, "copy" | "kopie"));
    }
    let unnumbered = match stem.rsplit_once(' ') {
        Some((before, number)) if digits(number) => before,
        _ => stem,
    };
    COPIES.iter().any(|end| unnumbered.ends_with(end))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_left_behind_is_told_by_its_name() {
        let documents = "x.md.orig x.md.bak x.MD.Orig x.md~ x.md.rej x.md.save x.md.swp x.md.tmp x.mdx X.MDX x.mdown \
            x.mkd x.md.1 x.md.BACKUP.123.md x.md.LOCAL.123.md x.md_old x.md,v x.md.chancery-new x.markdown.bak #x.md# \
            x.sync-conflict-20250101-101010-ABCDEFG.md x.md.sb-1a2b3c4d-Xy ._x.md ~$x.md x.md.kate-swp x.md.part x.qmd";
        for name in documents.split_whitespace().chain([
            "x (copy).md",
            "x copy.md",
            "x copy 2.md",
            "x - Copy.md",
            "x - Copy (2).md",
            "x (1).md",
            "x (another copy).md",
            "x (3rd copy).markdown",
            "x (conflicted copy 2025-01-01 101010).md",
            "x (Ann's conflicted copy 2025-01-01).md",
        ]) {
            assert_eq!(stray(name), Some(Stray::Document), "{name}");
        }
        let leftovers = "Thumbs.db desktop.ini .DS_Store ._map.png ~$x.docx map.png~ map.png.part x.crdownload a.tmp \
            a.csv.bak a.swp __MACOSX ~syncthing~a.png.tmp";
        for name in leftovers.split_whitespace() {
            assert_eq!(stray(name), Some(Stray::Leftover), "{name}");
        }
        let wanted = "x.md X.MD x.markdown 2025-02-27-talks.md hard-copy.md index.md x.md5 x.png contacts.csv a.mdb \
            old.md backup.md copy.md x.y.md save.the.date.md résumé.md party.mp4 a.partial.html.txt";
        for name in wanted.split_whitespace().chain([
            "map (1).png",
            "the copy desk.md",
            "a (2025 edition).md",
        ]) {
            assert_eq!(stray(name), None, "{name}");
        }
    }

    #[test]
    fn documents_end_in_md_or_markdown_in_any_case() {
        for name in ["a/x.md", "a/x.MD", "a/x.Markdown", "a/x.markdown"] {
            assert_eq!(document_stem(name), Some("a/x"), "{name}");
        }
        for name in ["a/.md", ".md", "a/x.mdx", "md", "é", "a/x.txt"] {
            assert_eq!(document_stem(name), None, "{name}");
        }
    }
}
