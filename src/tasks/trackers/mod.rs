//! The containers that keep a project's work, and what is done with them, file by file and joined. They know no rule.

mod words;
mod declare;
mod view;
mod deed;
mod gather;

pub use words::{Deed, Home, Round, Sort, Touch, Tracker, Trackers};
