//! What becomes of each site beyond its verdict: who owns the task, how long it lives, what stops it. It knows no rules,
//! no fixes and no disk.
//!
//! `index` holds the whole project; each of the files below it answers one question about a site, `survey` puts the answers
//! about a site together, `keeper` those about what keeps tasks, `whole` asks about all of them, and `ends` picks what a shutdown needs.

mod witness;
mod words;
mod memo;
mod index;
mod hook;
mod key;
mod effect;
mod body;
mod coroutine;
mod callers;
mod owner;
mod stop;
mod failure;
mod life;
mod survey;
mod keeper;
mod whole;
mod ends;

pub use body::Runs;
pub use callers::{Chain, Top};
pub use coroutine::Coroutine;
pub use effect::{Deed, Effect, Limit};
pub use ends::{End, Ends, Kept};
pub use hook::{Hook, When};
pub use index::{File, Index, Spot};
pub use keeper::Keeper;
pub use key::Key;
pub use owner::{Owner, OwnerKind};
pub use stop::{Deeds, Stop};
pub use survey::{Facts, is_never_awaited};
pub use whole::Survey;
pub use witness::Witness;
pub use words::{Audit, Cancellation, Cause, Failure, Lifetime, Risk};
