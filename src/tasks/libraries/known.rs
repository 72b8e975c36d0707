//! The effects of library functions on tasks. It looks at no code.

use std::collections::HashMap;
use std::sync::LazyLock;

use super::table::{rows, words};

words! {
    /// What a library function does with a task that is passed to it.
    pub enum LibraryEffect {
        /// Its own result holds the tasks: `gather`.
        Gathers = "gathers",
        /// Waits, possibly not to the end: `asyncio.wait`.
        Waits = "waits",
        /// Waits for one and cancels it on a timeout: `wait_for`.
        WaitsFor = "waits-for",
        /// Its result holds the task, yet does not cancel it: `shield`.
        Shields = "shields",
        /// Gives an iterator over awaitables: `as_completed`.
        Iterates = "iterates",
        /// Waits to the end by itself: `run_until_complete`.
        Awaits = "awaits",
        /// Returns the task itself: `ensure_future`, `cast`.
        Passes = "passes",
        /// Returns a container of its argument's elements: `list`.
        Collects = "collects",
        /// Returns a container of tuples with an element each: `zip`.
        Zips = "zips",
        /// Returns a container of pairs of a number and an element: `enumerate`.
        Numbers = "numbers",
        /// Returns a container of what is in its elements: `chain.from_iterable`.
        Flattens = "flattens",
        /// Returns an element: `next`.
        Takes = "takes",
        /// Keeps nothing: `print`.
        Reads = "reads",
        /// Keeps it: `BackgroundTasks.add_task`.
        Keeps = "keeps",
        /// Keeps its third argument in its first: `setattr`.
        Sets = "sets",
        /// Holds it weakly only.
        Weak = "weak",
        /// Holds its keys weakly, and its values as any other: `WeakKeyDictionary`.
        WeakKeys = "weak-keys",
        /// Holds its first argument weakly, and the callback behind that as long as it lives itself: `weakref.ref`.
        Refers = "refers",
        /// Holds its first argument weakly, and all others until that is gone: `weakref.finalize`.
        Finalizes = "finalizes",
        /// Returns a callable that holds its arguments: `partial`.
        Binds = "binds",
        /// Calls its first argument later and discards the result: `call_soon`.
        Calls = "calls",
        /// Calls its argument later and awaits the result: a signal of aiohttp.
        CallsAwaiting = "calls-awaiting",
        /// Calls its second argument later, after a time, a file or a signal: `call_later`.
        CallsSecond = "calls-second",
        /// Calls its callable at once and returns its result: `Context.run`.
        Runs = "runs",
        /// Calls its callable in another thread: `to_thread`.
        Threads = "threads",
        /// Calls its callable on elements and yields the results: `map`.
        Maps = "maps",
        /// A type whose methods keep the tasks that they make: `TaskGroup`.
        Group = "group",
    }
}

impl LibraryEffect {
    /// Whether its result holds or yields the elements of its argument.
    pub fn is_copy(self) -> bool {
        matches!(self, Self::Collects | Self::Zips | Self::Numbers)
    }
}

const TABLE: &str = include_str!("known.tsv");

#[derive(Default)]
struct Effects {
    paths: HashMap<&'static str, LibraryEffect>,
    methods: HashMap<&'static str, LibraryEffect>,
}

static EFFECTS: LazyLock<Effects> = LazyLock::new(|| {
    let mut effects = Effects::default();
    for [path, effect, _] in rows(TABLE) {
        let Some(effect) = LibraryEffect::of_word(effect) else { continue };
        match path.strip_prefix("*.") {
            Some(method) => effects.methods.insert(method, effect),
            None => effects.paths.insert(path, effect),
        };
    }
    effects
});

/// The effect of the function at a resolved path (or the builtin of that name).
pub(in crate::tasks) fn at_path(path: &str) -> Option<LibraryEffect> {
    EFFECTS.paths.get(path).copied()
}

/// The effect of the builtin function of this name.
pub fn of_builtin(name: &str) -> Option<LibraryEffect> {
    at_path(name).filter(|_| !name.contains('.'))
}

/// The effect of a method of this name, whatever the receiver.
pub(in crate::tasks) fn of_method(name: &str) -> Option<LibraryEffect> {
    EFFECTS.methods.get(name).copied()
}

#[cfg(test)]
mod tests {
    use super::super::table::check;
    use super::*;

    #[test]
    fn every_row_has_an_effect() {
        check("known.tsv", TABLE, 1, |[_, effect, _]| {
            let is_unknown = LibraryEffect::of_word(effect).is_none();
            is_unknown.then(|| format!("`{effect}` is no word of `LibraryEffect` in known.rs"))
        });
    }
}
