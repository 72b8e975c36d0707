//! Sets and functions that already keep tasks, in the file and in its project, and free names for
//! new ones. It must not know which sites get a fix.

mod free_names;
mod coroutine;
mod task_set;
mod drain_callers;
mod keeping_spawner;
mod helpers;
mod shared_function;

pub(super) use coroutine::{coroutine_name, result_type, same_type_key, takes};
pub(super) use drain_callers::DrainCallers;
pub(super) use free_names::FreeNames;
pub(super) use helpers::Helper;
pub use helpers::Helpers;
pub(super) use keeping_spawner::{KeepingSpawner, keeping_spawners};
pub use shared_function::SharedFunction;
pub(super) use task_set::{
    FutureKind, TaskSet, consists_of, instance_sets, keeping_function, module_sets,
};
