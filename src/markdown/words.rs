//! Counts words, in any script.

/// How many words a text has: what stands between spaces, and each Han, Hiragana or Katakana character, as such text
/// has no spaces to count by.
pub(super) fn count_words(text: &str) -> u32 {
    let bytes = text.as_bytes();
    // Text in other scripts is counted by bytes, many at a time: 6 % in `scripts/instructions`.
    if bytes.iter().fold(false, |found, byte| found | (*byte >= FIRST_OF_HAN)) {
        return count_with_han(text);
    }
    let Some((first, behind)) = bytes.split_first() else { return 0 };
    let begins = |(before, byte): (&u8, &u8)| u32::from((*before == b' ') & (*byte != b' '));
    bytes.iter().zip(behind).map(begins).sum::<u32>() + u32::from(*first != b' ')
}

/// The first byte of U+3000, before which there are no such characters.
const FIRST_OF_HAN: u8 = 0xE3;

fn count_with_han(text: &str) -> u32 {
    let (mut words, mut inside) = (0, false);
    for c in text.chars() {
        let alone = matches!(
            c,
            '\u{3040}'..='\u{30FF}'
                | '\u{3400}'..='\u{9FFF}'
                | '\u{F900}'..='\u{FAFF}'
                | '\u{20000}'..='\u{3FFFF}'
        );
        let letter = !alone && c.is_alphanumeric();
        words += u32::from(alone || (letter && !inside));
        inside = letter || (inside && !alone && !c.is_whitespace());
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
