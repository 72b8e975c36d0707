//! What is known of Python's libraries: tables with a source for every row. It knows nothing of the code that is analysed.

mod table;
mod known;
mod names;
mod spawners;
mod hooks;
mod threads;

pub use hooks::{HookPhase, Registration, hook_phase, is_registration};
pub(super) use known::{LibraryEffect, at_path, of_method};
pub use names::{Role, is_last_name, names};
pub use spawners::{Anchor, Mention, Spawner, anchor_names};
pub(super) use spawners::{is_spawner_name, spawner_at, spawner_paths};
pub use threads::{ThreadStarter, thread_starter, thread_starters};
