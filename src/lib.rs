//! Chancery: a static briefing-site generator.

pub mod diagnostic;
pub mod names;
