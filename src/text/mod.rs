//! Bytes, lines and encodings of one file. It does not know that the text is Python, nor where it lies on disk.

mod encoding;
mod finder;
mod source;

pub use finder::{Finder, Found};
pub use source::{Newline, Position, SourceFile};
