//! Fragments: how an object looks wherever a component shows it, printed once and copied to each page.
//!
//! Texts that differ from page to page are left open. Where one is compared with another text, the fragment is what is
//! printed if they are not the same; on a page where they are, the component is run as if there were no fragment.

use crate::program::{Outside, Sure};
use crate::value::{Open, escape};

/// At most so many texts are left open.
pub const MOST_OPEN: usize = 4;

/// How a component shows an object, but for the texts that are left open.
#[derive(Debug)]
pub struct Fragment {
    text: Box<str>,
    gaps: Box<[Gap]>,
    unlike: Box<[(Open, Box<str>)]>,
}

/// Where an open text stands.
#[derive(Clone, Copy, Debug)]
struct Gap {
    /// How many bytes of the fragment's text are before it.
    at: u32,
    open: Open,
}

impl Fragment {
    /// Copies it to a page, with the texts that it leaves open. `false`: one is a text that it was not made for.
    pub(crate) fn copy(&self, texts: &[&str; MOST_OPEN], page: &mut String) -> bool {
        let text_of = |open: Open| texts.get(usize::from(open.0)).copied().unwrap_or_default();
        if self.unlike.iter().any(|(open, text)| text_of(*open) == &**text) {
            return false;
        }
        let mut from = 0;
        for gap in &self.gaps {
            let at = gap.at as usize;
            page.push_str(self.text.get(from..at).unwrap_or_default());
            escape(page, text_of(gap.open));
            from = at;
        }
        page.push_str(self.text.get(from..).unwrap_or_default());
        true
    }
}

/// What is noted of the open texts while a fragment is made.
#[derive(Default)]
pub struct Recorder {
    gaps: Vec<Gap>,
    unlike: Vec<(Open, Box<str>)>,
}

impl Recorder {
    /// Leaves a text open at the end of what has been printed.
    pub fn gap(&mut self, open: Open, page: &str) -> Sure<()> {
        let at = u32::try_from(page.len()).map_err(|_| Outside)?;
        self.gaps.push(Gap { at, open });
        Ok(())
    }

    /// Notes that an open text is not this one.
    pub fn unlike(&mut self, open: Open, text: &str) {
        self.unlike.push((open, text.into()));
    }

    /// The fragment whose text this is.
    pub fn fragment(self, text: String) -> Fragment {
        Fragment { text: text.into(), gaps: self.gaps.into(), unlike: self.unlike.into() }
    }
}
