//! A place in the code that shows what is claimed. It claims nothing itself.

use std::path::PathBuf;

/// A place that shows what is said of another.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct RelatedLocation {
    /// The file, as the user would name it.
    pub path: PathBuf,
    /// The 1-based line.
    pub line: usize,
    /// What is to be seen there.
    pub note: String,
}
