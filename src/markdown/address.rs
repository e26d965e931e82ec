//! Addresses: where a link leads, and how a URL is written.

use std::borrow::Cow;

use crate::diagnostic::{Code, Diagnostic};
use crate::html::SCHEMES;

/// Where a URL leads.
pub(super) enum Address {
    /// Out of the site, by an allowed scheme.
    Out(String),
    /// Into the site: a path, a heading, or both.
    Site(String),
    /// By a scheme that is not allowed.
    Forbidden(String),
}

/// Reads a URL as a browser would: without the tabs and line breaks in it and the controls around it
/// (WHATWG URL, 4.4), so that nothing hides a scheme.
pub(super) fn address(url: &str) -> Address {
    let mut url = url.trim_matches(|c: char| c <= ' ').to_owned();
    if url.contains(['\t', '\n', '\r']) {
        url.retain(|c| !matches!(c, '\t' | '\n' | '\r'));
    }
    if url.starts_with("//") {
        return Address::Out(url);
    }
    let scheme = url.split_once(':').map(|(scheme, _)| scheme).filter(|scheme| {
        scheme.starts_with(|c: char| c.is_ascii_alphabetic())
            && scheme.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'-' | b'.'))
    });
    match scheme {
        None => Address::Site(url),
        Some(scheme) if SCHEMES.iter().any(|known| scheme.eq_ignore_ascii_case(known)) => {
            Address::Out(url)
        }
        Some(scheme) => Address::Forbidden(scheme.to_ascii_lowercase()),
    }
}

/// Whether a full address is one below that of the site, by whichever of `http` and `https`.
pub(super) fn is_of_site(url: &str, site: &str) -> bool {
    path_below(url, site).is_some()
}

/// The path below the site's address `site` that a full address means, if it is one of the site, with what stands behind
/// `?` and `#`.
pub(crate) fn path_below<'u>(url: &'u str, site: &str) -> Option<&'u str> {
    let (host, rest) = after_scheme(url)?;
    let (own, folder) = after_scheme(site)?;
    let folder = folder.trim_end_matches('/');
    // As many parts of the path as the site's folder has.
    let mut ends = rest.match_indices(['/', '?', '#']).map(|(at, _)| at);
    let end = ends.nth(folder.matches('/').count()).unwrap_or(rest.len());
    let (start, below) = rest.split_at(end);
    let decoded = |path| percent_encoding::percent_decode_str(path).decode_utf8_lossy();
    // A host is the same in any case, and with the port that its scheme has anyway.
    if own.is_empty()
        || !without_usual_port(host).eq_ignore_ascii_case(without_usual_port(own))
        || !decoded(start).eq_ignore_ascii_case(&decoded(folder))
    {
        return None;
    }
    match below.chars().next() {
        None => Some(""),
        Some('/') => below.get(1..),
        Some('?' | '#') => Some(below),
        Some(_) => None,
    }
}

/// The host of a full address, with its port, and what stands behind it.
fn after_scheme(url: &str) -> Option<(&str, &str)> {
    let (_, rest) = url.split_once("//")?;
    rest.split_at_checked(rest.find(['/', '?', '#']).unwrap_or(rest.len()))
}

/// A host without the port that its scheme has anyway (RFC 3986, section 6.2.3).
fn without_usual_port(host: &str) -> &str {
    [":443", ":80", ":"].iter().find_map(|port| host.strip_suffix(port)).unwrap_or(host)
}

/// A path and what stands after its `#`.
pub(super) fn split_fragment(path: &str) -> (Box<str>, Option<Box<str>>) {
    match path.split_once('#') {
        Some((path, fragment)) => (path.into(), Some(fragment.into())),
        None => (path.into(), None),
    }
}

/// The most `#` of a wikilink that are tried.
const MOST_READINGS: usize = 8;

/// What a wikilink may mean: a name, and the heading behind its `#`. A title may have a `#` of its own, so that each of them
/// is tried, the last one first, when nothing is called by the whole.
pub(crate) fn wikilink_readings(written: &str) -> impl Iterator<Item = (&str, Option<&str>)> {
    let written = written.trim();
    let splits = written.rmatch_indices('#').take(MOST_READINGS).filter_map(move |(at, _)| {
        let (name, heading) = written.split_at_checked(at)?;
        Some((name.trim_end(), heading.get(1..)))
    });
    std::iter::once((written, None)).chain(splits)
}

/// Percent-encodes what may not stand in a URL.
pub(super) fn encode(url: &str) -> Cow<'_, str> {
    let safe = |byte: &u8| {
        byte.is_ascii_graphic()
            && !matches!(byte, b'"' | b'<' | b'>' | b'\\' | b'^' | b'`' | b'{' | b'|' | b'}')
    };
    if url.as_bytes().iter().all(safe) {
        return Cow::Borrowed(url);
    }
    let mut out = String::with_capacity(url.len());
    for byte in url.bytes() {
        if safe(&byte) {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    Cow::Owned(out)
}

/// The finding on a link or an image by a scheme that is not allowed.
pub(super) fn forbidden(scheme: &str) -> Diagnostic {
    Diagnostic::new(Code::BadScheme, format!("links to `{scheme}:` are not allowed")).help(format!(
        "allowed are {}, and paths in the site",
        SCHEMES.map(|scheme| format!("`{scheme}:`")).join(", ")
    ))
}
