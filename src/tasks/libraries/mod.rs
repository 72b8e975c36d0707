//! What is known of libraries: one table, with a source for every row. It knows nothing of the code that is analysed.

mod known;

pub(super) use known::{LibraryEffect, at_path, of_method};
