//! Words and numbers of analytic tradecraft, and nothing of briefs: how likely a word is, how good stated likelihoods turned
//! out to be, and a record that cannot be changed in secret.

pub(crate) mod log;
pub(crate) mod scale;
pub(crate) mod score;
