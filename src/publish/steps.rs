//! The steps of work on files, which a test can stop at each of them as a kill would.

use std::io;

/// Counts the changes to the file system.
#[derive(Debug, Default)]
pub(super) struct Steps {
    /// How many a test lets happen.
    #[cfg(test)]
    pub(super) left: Option<usize>,
}

impl Steps {
    /// Comes before each change.
    #[cfg(test)]
    pub(super) fn step(&mut self) -> io::Result<()> {
        match &mut self.left {
            Some(0) => return Err(io::Error::other("stopped by a test")),
            Some(left) => *left -= 1,
            None => {}
        }
        Ok(())
    }

    /// Comes before each change.
    #[cfg(not(test))]
    pub(super) fn step(&mut self) -> io::Result<()> {
        Ok(())
    }

    /// Whether a test counts them: what is not finished is then left as a kill would leave it.
    pub(super) fn counted(&self) -> bool {
        #[cfg(test)]
        return self.left.is_some();
        #[cfg(not(test))]
        return false;
    }
}
