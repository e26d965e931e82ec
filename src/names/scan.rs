//! Where names may start in a text, seen 64 bytes at a time.

use super::registry::{Filter, START};

/// How many bytes are looked at together.
const WIDTH: usize = 64;

/// Goes through a text from its beginning to its end, and knows of the last 64 bytes where a name may start.
pub(super) struct Scan<'t> {
    bytes: &'t [u8],
    filter: &'t Filter,
    /// Where the bytes begin that `starts` tells of.
    base: usize,
    /// One bit for each of them.
    starts: u64,
}

impl<'t> Scan<'t> {
    pub(super) fn new(text: &'t str, filter: &'t Filter) -> Scan<'t> {
        // Behind any text, so that nothing is known yet.
        Scan { bytes: text.as_bytes(), filter, base: usize::MAX, starts: 0 }
    }

    /// The next byte, from a byte on, that is not ASCII, or with which a word or a mark begins as some name does. None is
    /// looked for far behind `until`.
    #[inline]
    pub(super) fn next(&mut self, from: usize, until: usize) -> Option<usize> {
        let base = from - from % WIDTH;
        if base != self.base {
            self.look_at(base)?;
        }
        let mut starts = self.starts & (u64::MAX << (from % WIDTH));
        while starts == 0 {
            if self.base + WIDTH >= until {
                return None;
            }
            self.look_at(self.base + WIDTH)?;
            starts = self.starts;
        }
        Some(self.base + starts.trailing_zeros() as usize)
    }

    fn look_at(&mut self, base: usize) -> Option<()> {
        let rest = self.bytes.get(base..).filter(|rest| !rest.is_empty())?;
        let mut padded = [b' '; WIDTH];
        let bytes = match rest.first_chunk() {
            Some(bytes) => bytes,
            None => {
                padded.get_mut(..rest.len())?.copy_from_slice(rest);
                &padded
            }
        };
        let (words, high) = kinds(bytes);
        let before = base.checked_sub(1).and_then(|before| self.bytes.get(before));
        let inside = u64::from(before.is_some_and(u8::is_ascii_alphanumeric));
        // No name starts with a space, so that those behind the text do no harm.
        let marks = if self.filter.marks { !words & !high } else { 0 };
        let mut begins = words & !(words << 1 | inside) | marks;
        let mut starts = high;
        while begins != 0 {
            let bit = begins & begins.wrapping_neg();
            let byte = bytes.get(bit.trailing_zeros() as usize);
            if byte.is_some_and(|byte| self.filter.class(*byte) & START != 0) {
                starts |= bit;
            }
            begins ^= bit;
        }
        (self.base, self.starts) = (base, starts);
        Some(())
    }
}

/// Which bytes are letters and digits of ASCII, and which are not ASCII.
fn kinds(bytes: &[u8; WIDTH]) -> (u64, u64) {
    let mut words = *bytes;
    for byte in &mut words {
        let (letter, digit) = ((*byte | 0x20).wrapping_sub(b'a'), byte.wrapping_sub(b'0'));
        *byte = u8::from((letter < 26) | (digit < 10));
    }
    if bytes.iter().fold(0, |all, byte| all | byte) < 0x80 {
        return (bits(&words), 0);
    }
    let mut high = *bytes;
    for byte in &mut high {
        *byte >>= 7;
    }
    (bits(&words), bits(&high))
}

/// The lowest bit of each byte.
fn bits(flags: &[u8; WIDTH]) -> u64 {
    let (eights, _) = flags.as_chunks::<8>();
    eights.iter().rfold(0, |bits, eight| {
        // The product has the bits of all eight bytes, in order, in its highest byte.
        bits << 8 | u64::from_le_bytes(*eight).wrapping_mul(0x0102_0408_1020_4080) >> 56
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn names_start_where_one_by_one_says(text in "[ a-c.é—0-9]{0,200}", mark: bool) {
            let mut filter = Filter::default();
            for word in ["a", "1", if mark { "." } else { "b" }] {
                filter.start(word);
            }
            let bytes = text.as_bytes();
            let starts = |at: usize| {
                let inside = at > 0
                    && bytes[at].is_ascii_alphanumeric()
                    && bytes[at - 1].is_ascii_alphanumeric();
                !bytes[at].is_ascii() || (filter.class(bytes[at]) & START != 0 && !inside)
            };
            let mut scan = Scan::new(&text, &filter);
            for from in 0..text.len() {
                let expected = (from..text.len()).find(|at| starts(*at));
                prop_assert_eq!(scan.next(from, text.len()), expected);
            }
            prop_assert_eq!(scan.next(text.len(), text.len()), None);
        }
    }
}
