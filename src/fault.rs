//! A fault: what went wrong with one file. It does not know how faults are displayed.

use std::path::PathBuf;

/// The kinds of faults.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FaultKind {
    /// The file or folder could not be read.
    Io,
    /// The file changed on disk between reading and writing.
    Changed,
    /// The new text could not be written.
    Write,
    /// The file has a syntax error: findings are reported, but nothing is fixed.
    Syntax,
    /// The file's encoding is unknown, is not ASCII-compatible, or does not fit its bytes.
    Encoding,
    /// The file holds a null byte, which CPython rejects.
    NullByte,
    /// The file is nested deeper than any Python that runs.
    TooDeep,
    /// The file is a symbolic link to nothing.
    BrokenLink,
    /// A suppression in the file cannot be read, or names a rule that does not exist.
    Suppression,
}

impl FaultKind {
    /// The stable word used in JSON and in messages.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Io => "io",
            Self::Changed => "changed",
            Self::Write => "write",
            Self::Syntax => "syntax",
            Self::Encoding => "encoding",
            Self::NullByte => "null-byte",
            Self::TooDeep => "too-deep",
            Self::BrokenLink => "broken-link",
            Self::Suppression => "suppression",
        }
    }

    /// Whether a file with this fault was read, but not analysed.
    pub fn skips(self) -> bool {
        matches!(self, Self::Encoding | Self::NullByte | Self::TooDeep)
    }

    /// Whether this fault alone makes the exit status 2; the others do so only under `--strict`.
    pub fn is_hard(self) -> bool {
        matches!(self, Self::Io | Self::Changed | Self::Write)
    }
}

/// One fault of one file.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Fault {
    /// The file (or folder) it is about, as the user would name it.
    pub path: PathBuf,
    /// The kind of the fault.
    pub kind: FaultKind,
    /// What, where, why and what to do, in one sentence without the path.
    pub message: String,
}
