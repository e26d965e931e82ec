//! How large an image is, by the first bytes of its file.

use std::fs::File;
use std::io::Read as _;
use std::path::Path;

use imagesize::blob_size;

use crate::html::tags;

/// Most images tell their size in so many bytes; a photograph may have as many as [`MOST`] of notes before it.
const FIRST: u64 = 16 * 1024;
/// No more of a file is read.
const MOST: u64 = 1024 * 1024;
/// The largest side of an image, in pixels: what is larger is a mistake of the file.
const LARGEST: usize = 100_000;

/// How many pixels wide and high an image is shown, unless a page says otherwise.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ImageSize {
    /// The width.
    pub width: u32,
    /// The height.
    pub height: u32,
}

/// The size of the image in a file; `None` if it is none whose size is known, or cannot be read, which whoever copies it
/// reports.
pub(super) fn size(path: &Path) -> Option<ImageSize> {
    let mut file = super::open(path).ok()?;
    if !file.metadata().ok()?.is_file() {
        return None;
    }
    let mut bytes = Vec::new();
    read(&mut file, FIRST, &mut bytes)?;
    if let Some(size) = size_of(&bytes) {
        return Some(size);
    }
    // Only photographs have much before their size.
    if !bytes.starts_with(&JPEG) {
        return None;
    }
    read(&mut file, MOST - FIRST, &mut bytes)?;
    size_of(&bytes)
}

/// Reads so many bytes more.
fn read(file: &mut File, most: u64, bytes: &mut Vec<u8>) -> Option<()> {
    file.take(most).read_to_end(bytes).ok().map(|_| ())
}

/// How a photograph begins (JPEG, ISO/IEC 10918-1, B.1.1.3).
const JPEG: [u8; 3] = [0xff, 0xd8, 0xff];

fn size_of(bytes: &[u8]) -> Option<ImageSize> {
    let (width, height) = match blob_size(bytes) {
        Ok(size) if bytes.starts_with(&JPEG) && is_turned(bytes) => (size.height, size.width),
        Ok(size) => (size.width, size.height),
        Err(_) => svg(bytes)?,
    };
    let side =
        |pixels: usize| u32::try_from(pixels).ok().filter(|_| (1..=LARGEST).contains(&pixels));
    Some(ImageSize { width: side(width)?, height: side(height)? })
}

/// The size of an SVG: what it says, or else that of its view box (SVG 2, 8.2 and 8.9).
fn svg(bytes: &[u8]) -> Option<(usize, usize)> {
    // The part of a file may end within a character.
    let text = String::from_utf8_lossy(bytes);
    let tag =
        tags(&text).find(|tag| !tag.name.is_empty()).filter(|tag| tag.name == "svg" && tag.ends)?;
    let pixels = |length: &str| length.trim().trim_end_matches("px").parse::<f64>().ok();
    let said = |name| tag.attribute(name).and_then(|length| pixels(&length));
    let (width, height) = match (said("width"), said("height")) {
        (Some(width), Some(height)) => (width, height),
        _ => {
            let view = tag.attribute("viewbox")?;
            let mut sides =
                view.split([' ', ',', '\n', '\t']).filter(|side| !side.is_empty()).skip(2);
            (pixels(sides.next()?)?, pixels(sides.next()?)?)
        }
    };
    // A number that is too large or none becomes one that is refused.
    Some((width.round() as usize, height.round() as usize))
}

/// Whether a photograph is shown turned by a quarter (Exif 2.32, orientations 5 to 8).
fn is_turned(jpeg: &[u8]) -> bool {
    orientation(jpeg).is_some_and(|orientation| (5..=8).contains(&orientation))
}

/// The orientation in the first Exif segment of a photograph.
fn orientation(jpeg: &[u8]) -> Option<u16> {
    let mut rest = jpeg.get(2..)?;
    // Each segment: a mark, and its length with the length itself.
    let tiff = loop {
        let [0xff, mark, high, low, ..] = rest else { return None };
        let end = 2 + usize::from(u16::from_be_bytes([*high, *low]));
        match (mark, rest.get(4..end)?) {
            (0xe1, segment) if segment.starts_with(b"Exif\0\0") => break segment.get(6..)?,
            // The picture itself begins.
            (0xda, _) => return None,
            _ => rest = rest.get(end..)?,
        }
    };
    let little = tiff.starts_with(b"II");
    let short = |at: usize| {
        let bytes: [u8; 2] = tiff.get(at..at + 2)?.try_into().ok()?;
        Some(if little { u16::from_le_bytes(bytes) } else { u16::from_be_bytes(bytes) })
    };
    let long = |at: usize| {
        let bytes: [u8; 4] = tiff.get(at..at + 4)?.try_into().ok()?;
        let number = if little { u32::from_le_bytes(bytes) } else { u32::from_be_bytes(bytes) };
        usize::try_from(number).ok()
    };
    let list = long(4)?;
    let count = usize::from(short(list)?);
    (0..count)
        .map(|entry| list + 2 + entry * 12)
        .find(|entry| short(*entry) == Some(0x0112))
        .and_then(|entry| short(entry + 8))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// A photograph of 3 by 2 pixels as far as its size, with an orientation.
    fn photograph(orientation: u8) -> Vec<u8> {
        let mut exif = b"Exif\0\0II\x2a\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0".to_vec();
        exif.extend([orientation, 0, 0, 0, 0, 0, 0, 0]);
        let mut out = vec![0xff, 0xd8, 0xff, 0xe1, 0, exif.len() as u8 + 2];
        out.extend(exif);
        out.extend([0xff, 0xc0, 0, 17, 8, 0, 2, 0, 3, 3, 1, 0x22, 0, 2, 0x11, 1, 3, 0x11, 1]);
        out
    }

    #[test]
    fn images_tell_their_size() {
        let png = b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR\0\0\x02\x80\0\0\x01\xe0\x08\x06\0\0\0";
        let gif = b"GIF89a\x05\0\x04\0\x80\0\0";
        for (bytes, expected) in [
            (png.to_vec(), Some((640, 480))),
            (gif.to_vec(), Some((5, 4))),
            (photograph(1), Some((3, 2))),
            (photograph(6), Some((2, 3))),
            (
                b"<?xml version='1.0'?><!-- x --><svg width=\"20\" height='10px'>".to_vec(),
                Some((20, 10)),
            ),
            (b"<svg viewBox=\"0 0 300.4,150\" width=\"100%\">".to_vec(), Some((300, 150))),
            (b"<svg width='1e9' height='1'>".to_vec(), None),
            (b"<svg width='-5' height='NaN'>".to_vec(), None),
            (b"<svg>".to_vec(), None),
            (b"<html><svg width='1' height='1'>".to_vec(), None),
            (b"text".to_vec(), None),
            (Vec::new(), None),
        ] {
            let size = size_of(&bytes).map(|size| (size.width, size.height));
            assert_eq!(size, expected, "{:?}", String::from_utf8_lossy(&bytes));
        }
    }

    proptest! {
        #[test]
        fn any_bytes_are_read(start in 0_usize..4, bytes in prop::collection::vec(any::<u8>(), 0..80), cut in 0_usize..60) {
            let starts: [&[u8]; 4] = [b"", b"GIF89a", b"RIFF\x20\0\0\0WEBPVP8X", b"<svg "];
            let mut file = starts[start].to_vec();
            file.extend(&bytes);
            size_of(&file);
            let mut file = photograph(6);
            file.truncate(cut);
            file.extend(&bytes);
            size_of(&file);
        }
    }
}
