//! A source location that supports a claim. It makes none itself.

use std::path::PathBuf;

use crate::text::Line;

/// A source location that explains a finding or an assessment elsewhere.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct RelatedLocation {
    /// The file, as the user would name it.
    pub path: PathBuf,
    /// The line.
    pub line: Line,
    /// What the code there does.
    pub note: String,
}
