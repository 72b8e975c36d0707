//! What is known of Python's libraries: tables with a source for every row, and one of the methods of containers. It knows
//! nothing of the code that is analysed.

mod table;
mod known;
mod names;
mod container_methods;
mod spawners;
mod hooks;
mod threads;

pub use container_methods::{ContainerMethod, MethodEffect, MethodResult};
pub use hooks::{HookPhase, Registration, hook_phase, is_registration};
pub use known::{LibraryEffect, of_builtin};
pub(super) use known::{at_path, of_method};
pub(super) use names::is_loop_path;
pub use names::{Role, is_last_name, is_log_method, names};
pub use spawners::{Anchor, Mention, Spawner, anchor_names, spawner_names};
pub(super) use spawners::{is_spawner_name, spawner_at, spawner_paths};
pub use threads::{ThreadStarter, thread_starter, thread_starters};
