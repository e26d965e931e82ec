//! Counts words, in any script.

/// How many words a text has: what stands between spaces, and each Han, Hiragana or Katakana character, as such text
/// has no spaces to count by.
pub(super) fn count_words(text: &str) -> u32 {
    let bytes = text.as_bytes();
    // Text in other scripts is counted many bytes at a time.
    if bytes.iter().fold(false, |found, byte| found | (*byte >= FIRST_OF_HAN)) {
        return count_with_han(text);
    }
    let (Some((first, behind)), Some((_, before))) = (bytes.split_first(), bytes.split_last())
    else {
        return 0;
    };
    let (before, before_rest) = before.as_chunks();
    let (behind, behind_rest) = behind.as_chunks();
    let last = words_between(&padded(before_rest), &padded(behind_rest));
    let others = before.iter().zip(behind).map(|(before, behind)| words_between(before, behind));
    others.sum::<u32>().saturating_add(last).saturating_add((*first != b' ').into())
}

/// How many words begin in bytes, each of which stands behind the one of the same place among the first.
fn words_between(before: &[u8; 64], behind: &[u8; 64]) -> u32 {
    let begins = |(before, byte): (&u8, &u8)| u8::from((*before == b' ') & (*byte != b' '));
    // A byte can hold their count, so that many bytes are counted at once.
    u32::from(before.iter().zip(behind).map(begins).fold(0, u8::wrapping_add))
}

/// The last bytes of a text, with spaces to follow.
fn padded(bytes: &[u8]) -> [u8; 64] {
    let mut padded = [b' '; 64];
    if let Some(start) = padded.get_mut(..bytes.len()) {
        start.copy_from_slice(bytes);
    }
    padded
}

/// The first byte of U+3000, before which there are no such characters.
const FIRST_OF_HAN: u8 = 0xE3;

fn count_with_han(text: &str) -> u32 {
    let (mut words, mut inside) = (0_u32, false);
    let mut rest = text.as_bytes();
    while let Some((byte, behind)) = rest.split_first() {
        if byte.is_ascii() {
            rest = behind;
            if !inside && byte.is_ascii_alphanumeric() {
                words = words.saturating_add(1);
                // Nothing in it counts again before a space, or what is not ASCII.
                let ends = |byte: &u8| matches!(byte, b' ' | b'\t'..=b'\r' | 0x80..);
                let end = behind.iter().position(ends).unwrap_or(behind.len());
                rest = behind.get(end..).unwrap_or_default();
                inside = true;
            } else if matches!(byte, b' ' | b'\t'..=b'\r') {
                inside = false;
            }
            continue;
        }
        let at = text.len() - rest.len();
        let Some(c) = text.get(at..).and_then(|rest| rest.chars().next()) else { break };
        let alone = matches!(
            c,
            '\u{3040}'..='\u{30FF}'
                | '\u{3400}'..='\u{9FFF}'
                | '\u{F900}'..='\u{FAFF}'
                | '\u{20000}'..='\u{3FFFF}'
        );
        let letter = !alone && c.is_alphanumeric();
        words = words.saturating_add(u32::from(alone || (letter && !inside)));
        inside = letter || (inside && !alone && !c.is_whitespace());
        rest = rest.get(c.len_utf8()..).unwrap_or_default();
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_counted_in_any_script() {
        for (text, words) in [
            ("", 0),
            ("one two", 2),
            ("  one  two ", 2),
            ("US–Russia don't", 2),
            ("俄罗斯", 3),
            ("俄罗斯 and the US。", 6),
            ("Türkiye'de 5.2", 2),
        ] {
            assert_eq!(count_words(text), words, "{text}");
        }
    }
}
