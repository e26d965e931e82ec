//! Who is called what, and finding them in running text.
//!
//! The [`Registry`] holds every name that actors declare; a [`Linker`] goes through one document
//! and says of each mention which actor it is, by which rule, and whether it becomes a link. There
//! is no guessing: the same text gives the same links, and [`Found::explain`] says why.

mod company;
mod declared;
mod fold;
mod found;
mod language;
mod linker;
mod near;
mod neighbours;
mod place;
mod registry;
mod scan;
mod strangers;
#[cfg(test)]
pub(crate) mod tests;
mod words;

pub(crate) use declared::Form;
pub(crate) use declared::Spelling;
pub use declared::{Declaration, Name, Role, Unshown};
pub(crate) use found::{Found, Verdict, Why};
pub use found::{Policy, Setting};
pub use language::Languages;
pub(crate) use language::{Additions, List};
pub use linker::{Linker, Subject};
pub(crate) use near::near_names;
pub use registry::{RegisteredIx, Registry};
pub(crate) use registry::{SharedName, registered};
pub(crate) use strangers::{Stranger, strangers};
pub(crate) use words::words;
