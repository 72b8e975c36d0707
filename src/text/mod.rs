//! Bytes, lines and encodings of one file, and text search. It does not parse Python and does not touch the disk.

mod encoding;
mod finder;
mod single_line;
mod source;
mod suggestion;

pub use finder::{Finder, PatternMatch};
pub use single_line::single_line;
pub use source::{Line, Newline, Position, SourceFile};
pub use suggestion::suggestion;
