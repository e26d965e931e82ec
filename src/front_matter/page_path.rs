//! A document's own address.

use percent_encoding::percent_decode_str;
use serde_json::json;

use super::field::{Field, FieldReader};
use super::tree::Node;
use crate::composed::composed;
use crate::diagnostic::Code;
use crate::publish::OutputPath;

/// The path of a document's page that its author chooses, below the site's address and without a leading slash: a folder,
/// such as `2024/05/talks/`, or a file, such as `2024/05/talks.html`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PagePath(String);

impl std::ops::Deref for PagePath {
    type Target = str;
    fn deref(&self) -> &str {
        &self.0
    }
}

impl PagePath {
    /// The path that an author writes, decoded. Errors: why it cannot be one, as the end of a sentence, and what to write.
    fn of(written: &str) -> Result<PagePath, (String, String)> {
        let example = || "write it below the site's address, such as `/2024/05/talks/`".to_owned();
        let wrong = |why: &str| Err((why.to_owned(), example()));
        if let Some((_, rest)) = written.split_once("://") {
            let path = rest.find('/').and_then(|at| rest.get(at..)).unwrap_or("/talks/");
            let help = format!("write only what follows the site's address: `{path}`");
            return Err(("it is an address in full".to_owned(), help));
        }
        if written.contains(['?', '#']) {
            return wrong("a page is found by its path alone, without `?` and `#`");
        }
        let Ok(decoded) = percent_decode_str(written).decode_utf8() else {
            return wrong("what its `%` signs stand for is not UTF-8");
        };
        let path = composed(decoded.strip_prefix('/').unwrap_or(&decoded)).into_owned();
        if path.contains(['%', '?', '#']) {
            return wrong("a name in it holds `%`, `?` or `#`");
        }
        let (folder, last) = path.rsplit_once('/').unwrap_or(("", &path));
        let path = match last.rsplit_once('.') {
            _ if last == "index.html" && folder.is_empty() => String::new(),
            _ if last == "index.html" => format!("{folder}/"),
            Some((_, "html" | "htm")) => path,
            Some(_) if !last.starts_with('.') => {
                let help = format!("write `/{path}/`, or a name that ends in `.html`");
                let why = format!("hosts would take `{last}` for something else than a page");
                return Err((why, help));
            }
            _ if path.ends_with('/') || path.is_empty() => path,
            _ => format!("{path}/"),
        };
        if path.is_empty() {
            return wrong("that is the home page's");
        }
        let bare = path.strip_suffix('/').unwrap_or(&path);
        if bare.starts_with('/') {
            return wrong("it begins with two slashes");
        }
        let checked = OutputPath::check(bare);
        let file = || OutputPath::check(&[bare, "/index.html"].concat());
        if let Err(why) = checked.and_then(|()| file()) {
            return wrong(&why);
        }
        if bare.split('/').any(|part| part.starts_with('.')) {
            return wrong("a name in it begins with a dot, which hosts hide");
        }
        Ok(PagePath(path))
    }
}

/// Whether a path can be the address of a page.
pub(crate) fn is_page_path(written: &str) -> bool {
    PagePath::of(written).is_ok()
}

impl Field for PagePath {
    fn read(node: &Node, reader: &mut FieldReader) -> Self {
        let text = String::read(node, reader);
        if text.is_empty() {
            return PagePath::default();
        }
        PagePath::of(text.trim()).unwrap_or_else(|(why, help)| {
            let message = format!("`{text}` cannot be the address of a page: {why}");
            reader.refuse(Code::BadPath, node.span, message, "", &help);
            PagePath::default()
        })
    }
    fn words() -> String {
        "path".into()
    }
    fn schema() -> serde_json::Value {
        json!({ "type": "string", "pattern": "^/?[^/?#][^?#]*$" })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_a_folder_or_a_page_and_stays_below_the_site() {
        for (written, path) in [
            ("/2024/05/old-address/", "2024/05/old-address/"),
            ("2024/05/old-address", "2024/05/old-address/"),
            ("/2024/05/old.html", "2024/05/old.html"),
            ("/a/index.html", "a/"),
            ("/caf%C3%A9/", "café/"),
            ("/cafe\u{301}/", "café/"),
            ("/Old/Über uns/", "Old/Über uns/"),
            ("/v1.0/", "v1.0/"),
        ] {
            assert_eq!(PagePath::of(written).as_deref(), Ok(path), "{written}");
        }
        for written in [
            "/",
            "",
            "/index.html",
            "//evil.example/",
            "/a//b/",
            "/a/../b/",
            "/../x/",
            "/./x/",
            "/a/%2e%2e/b/",
            "/a?b/",
            "/a#b",
            "/a%3Fb/",
            "/a%00b/",
            "/a\tb/",
            "/a\u{7f}/",
            "/a\\b/",
            "/con/",
            "/.well-known/",
            "/.chancery/",
            "/x.php",
            "/robots.txt",
            "/_headers.",
            "https://old.example/x/",
            "/a%ff/",
            "/a%/",
            "/a./",
            "javascript:x",
        ] {
            assert!(PagePath::of(written).is_err(), "{written}");
        }
    }
}
