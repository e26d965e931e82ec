//! How a path is written in a link.

use std::borrow::Cow;

use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};

use crate::html::first;
use crate::plan::file_of;

/// What an address in HTML, XML or a header may not hold as it is.
const RESERVED: &AsciiSet = &CONTROLS
    .add(b' ')
    .add(b'"')
    .add(b'#')
    .add(b'%')
    .add(b'<')
    .add(b'>')
    .add(b'?')
    .add(b'`')
    .add(b'{')
    .add(b'}')
    .add(b'\'')
    .add(b'&')
    .add(b'[')
    .add(b']')
    .add(b'\\')
    .add(b'^')
    .add(b'|');

/// A path as it stands in a link.
pub(super) fn shown<'p>(path: impl Into<Cow<'p, str>>, offline: bool) -> Cow<'p, str> {
    let path = path.into();
    encode(if offline { file_of(&path).into() } else { path })
}

/// A path that an author wrote, percent-encoded already, as it stands in a link.
pub(super) fn shown_raw(path: &str, offline: bool) -> String {
    let is_page = !path.rsplit('/').next().is_some_and(|last| last.contains('.'));
    let path = if is_page && !path.is_empty() && !path.ends_with('/') {
        format!("{path}/")
    } else {
        path.to_owned()
    };
    if offline && is_page { file_of(&path) } else { path }
}

/// How many folders a path lies below the site's root.
pub(super) fn depth(path: &str) -> usize {
    path.bytes().filter(|byte| *byte == b'/').count()
}

pub(super) fn encode<'p>(path: impl Into<Cow<'p, str>>) -> Cow<'p, str> {
    let path = path.into();
    // Nearly all are, and the encoder goes letter by letter.
    let plain =
        |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'/' | b'.' | b'_');
    if first(&path, |byte| !plain(byte)).is_none() {
        return path;
    }
    utf8_percent_encode(&path, RESERVED).to_string().into()
}
