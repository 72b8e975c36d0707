//! Bytes, lines and encodings of one file, and text search. It does not parse Python and does not touch the disk.

mod encoding;
mod finder;
mod source;

pub use finder::{Finder, PatternMatch};
pub use source::{Newline, Position, SourceFile};
