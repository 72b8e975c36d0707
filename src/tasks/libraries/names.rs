//! Names of libraries that have a role in the analysis: loops, loggers, decorators, bases. It looks
//! at no code.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use super::table::{last_name, rows, words};

words! {
    /// What a name is to the analysis. The names are paths, unless a role says otherwise.
    pub enum Role {
        /// Functions that return the running task.
        CurrentTask = "current-task",
        /// Functions that return all running tasks.
        AllTasks = "all-tasks",
        /// Types of tasks and futures.
        TaskType = "task-type",
        /// Methods of a task or future that keep nothing; method names.
        TaskMethod = "task-method",
        /// Functions that return a future, not a coroutine.
        FutureFunction = "future-function",
        /// Methods that return a future, not a coroutine; method names.
        FutureMethod = "future-method",
        /// Packages with event loops.
        LoopLibrary = "loop-library",
        /// What returns an event loop in a loop library: functions and classes; last names.
        Loop = "loop",
        /// Functions that return a new event loop.
        NewLoop = "new-loop",
        /// Groups that wait for their tasks on exit; last names.
        WaitingGroup = "waiting-group",
        /// Functions whose block ends after a time; last names.
        TimeoutBlock = "timeout-block",
        /// Functions that call the callable that they get once, with the arguments after it; last names.
        ForwardsArguments = "forwards-arguments",
        /// Methods that keep a callable; method names.
        CallbackMethod = "callback-method",
        /// Functions that wait for a time.
        Sleep = "sleep",
        /// Events that a coroutine can wait for.
        Event = "event",
        /// What never completes when it is awaited, as nobody else knows it.
        EndlessAwaitable = "endless-awaitable",
        /// Functions that return only when the program ends or its event loop is stopped.
        EndlessFunction = "endless-function",
        /// Functions that run a loop, and cancel all of its tasks at the end.
        SweepingRunner = "sweeping-runner",
        /// Methods that return only when the program ends; method names.
        EndlessMethod = "endless-method",
        /// Methods that wait until a server is stopped; method names.
        ServerMethod = "server-method",
        /// Methods of loggers; method names.
        LogMethod = "log-method",
        /// Decorators of functions that run for each request or command of a user; method names.
        RequestDecorator = "request-decorator",
        /// Methods that register such functions; method names.
        RequestMethod = "request-method",
        /// Functions that have another called for each request; last names.
        RequestDependency = "request-dependency",
        /// Decorators that do not change what a function does; last names.
        PlainDecorator = "plain-decorator",
        /// Decorators that do not change how instances of a class are made.
        PlainClassDecorator = "plain-class-decorator",
        /// Bases that define no methods of interest, and take no part in making an instance.
        EmptyBase = "empty-base",
        /// Bases with a generated constructor that stores what it is given.
        GeneratedInitBase = "generated-init-base",
        /// Class decorators that generate a constructor that stores what it is given.
        GeneratedInitDecorator = "generated-init-decorator",
        /// Bases of pydantic's models.
        PydanticModel = "pydantic-model",
    }
}

const TABLE: &str = include_str!("names.tsv");

/// The names that have a role.
pub fn names(role: Role) -> &'static [&'static str] {
    static NAMES: LazyLock<BTreeMap<Role, Vec<&str>>> = LazyLock::new(|| {
        let mut names: BTreeMap<Role, Vec<&str>> = BTreeMap::new();
        for [role, name, _] in rows(TABLE) {
            if let Some(role) = Role::of_word(role) {
                names.entry(role).or_default().push(name);
            }
        }
        names
    });
    NAMES.get(&role).map_or(&[], Vec::as_slice)
}

/// Whether this is the last name of one of a role's paths.
pub fn is_last_name(role: Role, name: &str) -> bool {
    names(role).iter().any(|path| last_name(path) == name)
}

/// Whether a logger has a method of this name.
pub fn is_log_method(name: &str) -> bool {
    names(Role::LogMethod).contains(&name)
}

/// Whether a path is an event loop: a getter's result, or an instance of a loop class.
pub(in crate::tasks) fn is_loop_path(path: &str) -> bool {
    let Some(path) = path.strip_suffix("()") else { return false };
    let library = path.split('.').next().unwrap_or(path);
    names(Role::LoopLibrary).contains(&library) && names(Role::Loop).contains(&last_name(path))
}

#[cfg(test)]
mod tests {
    use super::super::table::check;
    use super::*;

    #[test]
    fn every_row_has_a_role() {
        check("names.tsv", TABLE, 2, |[role, ..]: [_; 3]| {
            let is_unknown = Role::of_word(role).is_none();
            is_unknown.then(|| format!("`{role}` is no word of `Role` in names.rs"))
        });
        for [role, name, _] in rows(TABLE) {
            assert!(Role::of_word(role).is_some_and(|role| names(role).contains(&name)), "{name}");
        }
    }
}
