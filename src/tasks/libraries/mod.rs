//! What is known of libraries: the spawners of asyncio, one table of functions with a source for every row, and one of the
//! methods of containers. It knows nothing of the code that is analysed.

mod asyncio;
mod known;
mod container_methods;

pub use asyncio::SPAWNER_NAMES;
pub(super) use asyncio::{asyncio_spawner, is_loop_path};
pub use container_methods::{ContainerMethod, MethodEffect, MethodResult};
pub use known::{LibraryEffect, is_log_method, of_builtin};
pub(super) use known::{at_path, of_method};
