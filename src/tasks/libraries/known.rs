//! The effects of library functions on tasks, from one table with a source for every row. It looks
//! at no code.

use std::collections::HashMap;
use std::sync::OnceLock;

/// What a library function does with a task that is passed to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LibraryEffect {
    /// Its own result holds the tasks: `gather`.
    Gathers,
    /// Waits, possibly not to the end: `asyncio.wait`.
    Waits,
    /// Waits for one and cancels it on a timeout: `wait_for`.
    WaitsFor,
    /// Its result holds the task, yet does not cancel it: `shield`.
    Shields,
    /// Gives an iterator over awaitables: `as_completed`.
    Iterates,
    /// Waits to the end by itself: `run_until_complete`.
    Awaits,
    /// Returns the task itself: `ensure_future`, `cast`.
    Passes,
    /// Returns a container of its argument's elements: `list`.
    Collects,
    /// Returns a container of tuples with an element each: `zip`.
    Zips,
    /// Returns a container of pairs of a number and an element: `enumerate`.
    Numbers,
    /// Returns a container of what is in its elements: `chain.from_iterable`.
    Flattens,
    /// Returns an element: `next`.
    Takes,
    /// Keeps nothing: `print`.
    Reads,
    /// Keeps it: `BackgroundTasks.add_task`.
    Keeps,
    /// Keeps its third argument in its first: `setattr`.
    Sets,
    /// Holds it weakly only.
    Weak,
    /// Holds its keys weakly, and its values as any other: `WeakKeyDictionary`.
    WeakKeys,
    /// Holds its first argument weakly, and the callback behind that as long as it lives itself: `weakref.ref`.
    Refers,
    /// Holds its first argument weakly, and all others until that is gone: `weakref.finalize`.
    Finalizes,
    /// Returns a callable that holds its arguments: `partial`.
    Binds,
    /// Calls its callable later and discards the result: `call_soon`.
    Calls,
    /// Calls its callable at once and returns its result: `Context.run`.
    Runs,
    /// Calls its callable in another thread: `to_thread`.
    Threads,
    /// Calls its callable on elements and yields the results: `map`.
    Maps,
    /// A type whose methods keep the tasks that they make: `TaskGroup`.
    Group,
}

impl LibraryEffect {
    /// Whether its result holds or yields the elements of its argument.
    pub fn is_copy(self) -> bool {
        matches!(self, Self::Collects | Self::Zips | Self::Numbers)
    }
}

const TABLE: &str = include_str!("known.tsv");

fn table() -> &'static HashMap<&'static str, LibraryEffect> {
    static PARSED: OnceLock<HashMap<&'static str, LibraryEffect>> = OnceLock::new();
    PARSED.get_or_init(|| {
        let rows = TABLE.lines().filter(|l| !l.starts_with('#'));
        rows.filter_map(|line| {
            let mut cells = line.split('\t');
            Some((cells.next()?, effect(cells.next()?)?))
        })
        .collect()
    })
}

fn effect(word: &str) -> Option<LibraryEffect> {
    Some(match word {
        "gathers" => LibraryEffect::Gathers,
        "waits" => LibraryEffect::Waits,
        "waits-for" => LibraryEffect::WaitsFor,
        "shields" => LibraryEffect::Shields,
        "iterates" => LibraryEffect::Iterates,
        "awaits" => LibraryEffect::Awaits,
        "passes" => LibraryEffect::Passes,
        "collects" => LibraryEffect::Collects,
        "zips" => LibraryEffect::Zips,
        "numbers" => LibraryEffect::Numbers,
        "flattens" => LibraryEffect::Flattens,
        "takes" => LibraryEffect::Takes,
        "reads" => LibraryEffect::Reads,
        "keeps" => LibraryEffect::Keeps,
        "sets" => LibraryEffect::Sets,
        "weak" => LibraryEffect::Weak,
        "weak-keys" => LibraryEffect::WeakKeys,
        "refers" => LibraryEffect::Refers,
        "finalizes" => LibraryEffect::Finalizes,
        "binds" => LibraryEffect::Binds,
        "calls" => LibraryEffect::Calls,
        "runs" => LibraryEffect::Runs,
        "threads" => LibraryEffect::Threads,
        "maps" => LibraryEffect::Maps,
        "group" => LibraryEffect::Group,
        _ => return None,
    })
}

/// The effect of the function at a resolved path (or the builtin of that name).
pub(in crate::tasks) fn at_path(path: &str) -> Option<LibraryEffect> {
    table().get(path).copied()
}

/// The effect of the builtin function of this name.
pub fn of_builtin(name: &str) -> Option<LibraryEffect> {
    at_path(name).filter(|_| !name.contains('.'))
}

/// Whether a logger has a method of this name (library/logging.html#logger-objects).
pub fn is_log_method(name: &str) -> bool {
    matches!(
        name,
        "debug"
            | "info"
            | "warning"
            | "warn"
            | "error"
            | "exception"
            | "critical"
            | "log"
            | "trace"
    )
}

/// The effect of a method of this name, whatever the receiver.
pub(in crate::tasks) fn of_method(name: &str) -> Option<LibraryEffect> {
    table().get(format!("*.{name}").as_str()).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_has_a_path_a_known_word_and_a_source() {
        for line in TABLE.lines().filter(|l| !l.starts_with('#')) {
            let cells: Vec<_> = line.split('\t').collect();
            assert_eq!(cells.len(), 3, "{line}");
            assert!(effect(cells[1]).is_some(), "{line}");
            assert!(cells[2].starts_with("https://"), "{line}");
        }
    }
}
