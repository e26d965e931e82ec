//! Chancery: a static briefing-site generator.

pub mod config;
pub mod diagnostic;
pub mod front_matter;
