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

pub use declared::{Declaration, Form, Name, Role};
pub use found::{Found, Policy, Setting, Verdict, Why};
pub use language::{Additions, Languages, List};
pub use linker::{Linker, Subject};
pub use near::near_names;
pub use registry::Registry;
pub use strangers::{Stranger, strangers};
pub use words::words;
