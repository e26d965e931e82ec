//! Who is called what, and finding them in running text, by rules that a reader could follow by hand.
//!
//! A [`Registry`] holds every name of every actor; a [`Linker`] finds them in one document. Names match
//! whole words, leftmost and then longest over all names and stop phrases together. A wrong link is
//! worse than a missing one: what is not certain is not linked.

mod linker;
mod registry;

pub use linker::{Linker, Policy};
pub use registry::{Declaration, Form, Name, Registry};
