//! What is known of libraries: one table of functions, with a source for every row, and one of the methods of containers. It
//! knows nothing of the code that is analysed.

mod known;
mod container_methods;

pub use container_methods::{ContainerMethod, MethodEffect, MethodResult};
pub use known::{LibraryEffect, is_log_method, of_builtin};
pub(super) use known::{at_path, of_method};
