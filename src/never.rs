//! What cannot happen, said in code: [`never!`](crate::never!). A mistake of the program stops it in tests and in debug
//! builds. A release goes on with the next best value, and `terminal` tells the user of it, each place once.

use std::fmt::Debug;
use std::panic::Location;
use std::slice::SliceIndex;
use std::sync::{Mutex, PoisonError};

/// Mistakes of the program itself.
struct Mistakes {
    /// Where there was one: file and line.
    places: Vec<(&'static str, u32)>,
    /// What to tell the user that he was not told yet.
    untold: Vec<String>,
}

/// They belong to the program and not to a site, so no stage carries them.
static MISTAKES: Mutex<Mistakes> = Mutex::new(Mistakes { places: Vec::new(), untold: Vec::new() });

/// Says that something cannot happen.
///
/// - `never!("why {detail}")`: this line is never reached.
/// - `never!("why {detail}" => value)`: as before, and `value` stands in.
/// - `never!(condition, "why {detail}")`: the condition is never true. Gives the condition, for `if never!(…) { return }`.
///
/// Fails in tests and debug builds; a release reports it once and goes on.
#[macro_export]
macro_rules! never {
    ($message:literal $(, $argument:expr)* => $instead:expr) => {{
        $crate::never!($message $(, $argument)*);
        $instead
    }};
    ($message:literal $(, $argument:expr)* $(,)?) => {
        $crate::never::report(file!(), line!(), &format!($message $(, $argument)*))
    };
    ($condition:expr, $message:literal $(, $argument:expr)* $(,)?) => {{
        let happened = $condition;
        if happened {
            $crate::never!($message $(, $argument)*);
        }
        happened
    }};
}

/// Fails in tests and debug builds; notes the mistake in a release. For [`never!`](crate::never!).
///
/// # Panics
/// In builds with debug assertions, always.
#[cold]
#[track_caller]
pub(crate) fn report(file: &'static str, line: u32, message: &str) {
    #[allow(clippy::panic, reason = "tests are to fail where the program is wrong")]
    if cfg!(debug_assertions) {
        panic!("a mistake in the program at {file}:{line}: {message}");
    }
    note(file, line, message);
}

/// A part of a text that the program knows to be there. That it is not is a mistake at the place of the call; it is empty then.
#[inline]
#[track_caller]
pub(crate) fn slice<R>(text: &str, range: R) -> &str
where
    R: SliceIndex<str, Output = str> + Clone + Debug,
{
    match text.get(range.clone()) {
        Some(part) => part,
        None => {
            let at = Location::caller();
            let message = format!("no part {range:?} in a text of {} bytes", text.len());
            report(at.file(), at.line(), &message);
            ""
        }
    }
}

/// Some items of a list that the program knows to be there. That they are not is a mistake at the place of the call; they are
/// none then.
#[inline]
#[track_caller]
pub(crate) fn part<T, R>(items: &[T], range: R) -> &[T]
where
    R: SliceIndex<[T], Output = [T]> + Clone + Debug,
{
    match items.get(range.clone()) {
        Some(part) => part,
        None => {
            let at = Location::caller();
            let message = format!("no items {range:?} among {}", items.len());
            report(at.file(), at.line(), &message);
            &[]
        }
    }
}

/// Notes a mistake, if it is the first one at its place.
fn note(file: &'static str, line: u32, message: &str) {
    let mut mistakes = MISTAKES.lock().unwrap_or_else(PoisonError::into_inner);
    if mistakes.places.contains(&(file, line)) {
        return;
    }
    mistakes.places.push((file, line));
    mistakes.untold.push(format!(
        "warning: a mistake in Chancery itself: {message}\n  --> {file}:{line}\n  = help: what it made may be wrong in that; please report it\n"
    ));
}

/// What to tell the user about mistakes of the program; each is given once.
pub(crate) fn untold() -> Vec<String> {
    std::mem::take(&mut MISTAKES.lock().unwrap_or_else(PoisonError::into_inner).untold)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[should_panic(expected = "a number without a document: 7")]
    fn a_mistake_fails_tests() {
        let number = 7;
        never!("a number without a document: {number}");
    }

    #[test]
    #[should_panic(expected = "no items 1..3 among 2")]
    fn items_that_must_be_there_are_missed() {
        assert_eq!(part(&[1, 2], 1..2), [2]);
        part(&[1, 2], 1..3);
    }

    #[test]
    #[should_panic(expected = "no part 2..9 in a text of 4 bytes")]
    fn a_part_that_is_not_there_fails_tests() {
        assert_eq!(slice("text", 1..3), "ex");
        assert_eq!(slice("text", 1..), "ext");
        slice("text", 2..9);
    }

    #[test]
    fn a_condition_is_given_back() {
        assert!(!never!(1 > 2, "one is more than two"));
    }

    #[test]
    fn a_release_tells_of_each_place_once() {
        note("a.rs", 1, "first");
        note("a.rs", 1, "again");
        note("a.rs", 2, "second");
        let told = untold();
        assert_eq!(told.len(), 2, "{told:?}");
        assert!(told[0].contains("first\n  --> a.rs:1\n"), "{told:?}");
        note("a.rs", 1, "later");
        assert!(untold().is_empty());
    }
}
