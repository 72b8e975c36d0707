//! Asks git what has changed: which files, which lines, and what is staged; and keeps clones of our own. It knows no Python, and
//! changes nothing that is not ours.

mod repository;
mod head;
mod changes;
mod uncommitted;
mod clone;

pub use changes::Changes;
pub use clone::{
    Clone, NewBlob, RemoteHead, Signature, is_branch_name, remote_head, user_signature,
};
pub use head::{Head, head};
pub use uncommitted::{Uncommitted, uncommitted};
