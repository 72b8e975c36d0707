//! The containers that keep a project's work, and what is done with them, file by file and joined. They know no rule.

mod record;
mod jobs;
mod words;
mod declare;
mod view;
mod deed;
mod derive;
mod mark;
mod refer;
mod gather;

pub use jobs::{Jobs, Mark, Spot};
pub use record::{Access, Record};
pub use view::viewed;
pub use words::{Deed, Home, Round, Sort, Touch, Tracker, Trackers};
