//! From findings to a validated new text: plan, edits, checks. It reads no disk and prints nothing.

mod homes;
mod outcome;
mod edits;
mod spot;
mod tracker;
mod own;
mod helpers;
mod shared;
mod kin;
mod context;
mod case;
mod place;
mod spread;
mod names;
mod shape;
mod imports;
mod bring;
mod instance;
mod member;
mod declare;
mod carrier;
mod refuse;
mod plan;
mod keep;
mod assemble;
mod put_back;
mod mend;
mod validate;
mod patch;

pub use context::Context;
pub use helpers::Helpers;
pub use homes::{Home, Homes, Ledger};
pub use kin::Kin;
pub use outcome::{Outcome, Patched};
pub use patch::patch;
pub use shared::{Shared, imported_modules};
