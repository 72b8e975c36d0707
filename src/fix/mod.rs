//! From findings to a validated new text: plan, edits, checks. It reads no disk and prints nothing.

mod outcome;

pub use outcome::{Outcome, Patched};
