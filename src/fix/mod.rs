//! From findings to a validated new text: plan, edits, checks. It reads no disk and prints nothing.

mod homes;
mod outcome;
mod edits;
mod context;
mod spot;
mod case;
mod place;
mod spread;
mod names;
mod shape;
mod tracker;
mod imports;
mod instance;
mod member;
mod declare;
mod own;
mod carrier;
mod refuse;
mod plan;
mod keep;
mod assemble;
mod pragma;
mod mend;
mod validate;
mod patch;

pub use context::Context;
pub use homes::{Home, Homes, Ledger};
pub use outcome::{Outcome, Patched};
pub use patch::patch;
