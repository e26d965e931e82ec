//! Fragments: how an object looks wherever a component shows it, printed once and copied to each page.
//!
//! Texts that differ from page to page are left open. Where a template asks whether one is a certain text, the fragment holds
//! both what is printed if it is and what is printed if it is not. They pay 2 % in `scripts/instructions`.

use crate::program::{Outside, Sure};
use crate::value::{Open, escape};

/// At most so many texts are left open.
pub(crate) const MOST_OPEN: usize = 4;

/// How a component shows an object, but for the texts that are left open.
#[derive(Debug)]
pub struct Fragment {
    text: Box<str>,
    marks: Box<[Mark]>,
}

/// Where a fragment is not just copied on.
#[derive(Debug)]
struct Mark {
    /// How many bytes of the fragment's text are before it.
    at: u32,
    what: What,
}

#[derive(Debug)]
enum What {
    /// An open text stands here.
    Gap(Open),
    /// If an open text is this one, the fragment goes on at another place.
    Branch { open: Open, text: Box<str>, to: Place },
    /// The fragment goes on at another place.
    Jump(Place),
}

/// A place of a fragment, behind those before it. Marks and places lead forwards.
#[derive(Clone, Copy, Debug, Default)]
struct Place {
    byte: u32,
    /// The next mark.
    mark: u32,
}

impl Fragment {
    /// Copies it to a page, with the texts that it leaves open.
    pub(crate) fn copy(&self, texts: &[&str; MOST_OPEN], page: &mut String) {
        let text_of = |open: Open| texts.get(usize::from(open.0)).copied().unwrap_or_default();
        let mut from = Place::default();
        while let Some(mark) = self.marks.get(from.mark as usize) {
            page.push_str(self.text.get(from.byte as usize..mark.at as usize).unwrap_or_default());
            from = Place { byte: mark.at, mark: from.mark + 1 };
            match &mark.what {
                What::Gap(open) => escape(page, text_of(*open)),
                What::Branch { open, text, to } if text_of(*open) == &**text => from = *to,
                What::Branch { .. } => {}
                What::Jump(to) => from = *to,
            }
        }
        page.push_str(self.text.get(from.byte as usize..).unwrap_or_default());
    }
}

/// What is noted of the open texts while a fragment is made.
#[derive(Default)]
pub(crate) struct Recorder(Vec<Mark>);

impl Recorder {
    /// Leaves a text open at the end of what has been printed.
    pub(crate) fn gap(&mut self, open: Open, page: &str) -> Sure<()> {
        self.mark(What::Gap(open), page).map(drop)
    }

    /// What is printed from here on is printed where an open text is not this one; gives the branch.
    pub(crate) fn branch(&mut self, open: Open, text: &str, page: &str) -> Sure<usize> {
        self.mark(What::Branch { open, text: text.into(), to: Place::default() }, page)
    }

    /// What is printed from here on is printed where the text of a branch is that one; gives the jump over it.
    pub(crate) fn otherwise(&mut self, branch: usize, page: &str) -> Sure<usize> {
        let jump = self.mark(What::Jump(Place::default()), page)?;
        self.lead(branch, page)?;
        Ok(jump)
    }

    /// Has a branch or jump lead here.
    pub(crate) fn lead(&mut self, mark: usize, page: &str) -> Sure<()> {
        let here = Place { byte: narrow(page.len())?, mark: narrow(self.0.len())? };
        if let Some(What::Branch { to, .. } | What::Jump(to)) =
            self.0.get_mut(mark).map(|mark| &mut mark.what)
        {
            *to = here;
        }
        Ok(())
    }

    fn mark(&mut self, what: What, page: &str) -> Sure<usize> {
        self.0.push(Mark { at: narrow(page.len())?, what });
        Ok(self.0.len() - 1)
    }

    /// The fragment whose text this is.
    pub(crate) fn fragment(self, text: String) -> Fragment {
        Fragment { text: text.into(), marks: self.0.into() }
    }
}

fn narrow(length: usize) -> Sure<u32> {
    u32::try_from(length).map_err(|_| Outside)
}
