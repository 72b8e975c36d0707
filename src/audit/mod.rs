//! What becomes of each site beyond its verdict: who owns the task, how long it lives, what stops it. It knows no rules,
//! no fixes and no disk.
//!
//! `terms` says what the answers are made of, `index` holds the whole project; each of the files below it answers one
//! question about a site, `survey` puts the answers about a site together, `keeper` those about what keeps tasks, `whole` asks
//! about all of them, and `ends` picks what a shutdown needs.

mod witness;
mod words;
mod memo;
mod terms;
mod index;
mod hook;
mod key;
mod effect;
mod body;
mod tell;
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
pub use coroutine::Coroutine;
pub use ends::{End, Ends, Kept};
pub use index::{File, Index};
pub use keeper::Keeper;
pub use owner::{Owner, OwnerKind};
pub use stop::Stop;
pub use survey::{Facts, is_never_awaited};
pub use terms::{Chain, Deed, Deeds, Effect, Hook, Key, Limit, Spot, Top, When};
pub use whole::Survey;
pub use witness::Witness;
pub use words::{Audit, Cancellation, Cause, Failure, Lifetime, Risk};
