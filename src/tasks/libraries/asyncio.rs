//! The spawners and event loops of asyncio, by their paths. It looks at no code.

use crate::tasks::verdict::Spawner;

/// The names of asyncio's spawners.
pub const SPAWNER_NAMES: &[&str] =
    &["create_task", "ensure_future", "Task", "gather", "shield", "run_coroutine_threadsafe"];

/// The spawner of asyncio's at a path.
pub(in crate::tasks) fn asyncio_spawner(path: &str) -> Option<Spawner> {
    let name = path.strip_prefix("asyncio.")?;
    let name = name.strip_prefix("tasks.").unwrap_or(name);
    Some(match name {
        "create_task" => Spawner::CreateTask,
        "ensure_future" => Spawner::EnsureFuture,
        "Task" => Spawner::TaskClass,
        "gather" => Spawner::Gather,
        "shield" => Spawner::Shield,
        "run_coroutine_threadsafe" => Spawner::Threadsafe,
        _ => return None,
    })
}

/// Whether a path is an event loop: a getter's result, or an instance of a loop class (asyncio-eventloop.html).
pub(in crate::tasks) fn is_loop_path(path: &str) -> bool {
    let Some(path) = path.strip_suffix("()") else {
        return false;
    };
    let Some((root, _)) = path.split_once('.') else {
        return false;
    };
    if !matches!(root, "asyncio" | "uvloop" | "winloop" | "qasync" | "rloop") {
        return false;
    }
    matches!(
        path.rsplit('.').next(),
        Some(
            "get_running_loop"
                | "_get_running_loop"
                | "get_event_loop"
                | "new_event_loop"
                | "get_loop"
                | "AbstractEventLoop"
                | "BaseEventLoop"
                | "SelectorEventLoop"
                | "ProactorEventLoop"
                | "EventLoop"
                | "Loop"
                | "QEventLoop"
        )
    )
}
