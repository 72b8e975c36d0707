//! The functions that spawn tasks, and the names that the prefilter searches for. It looks at no code.

use std::sync::LazyLock;

use super::table::{last_name, rows, words};

words! {
    /// What is called.
    pub enum Spawner {
        /// `asyncio.create_task`
        CreateTask = "create-task",
        /// `asyncio.ensure_future`
        EnsureFuture = "ensure-future",
        /// `asyncio.Task(...)`
        TaskClass = "task-class",
        /// `create_task` of an event loop.
        LoopCreateTask = "loop-create-task",
        /// `asyncio.gather`
        Gather = "gather",
        /// `asyncio.shield`
        Shield = "shield",
        /// `asyncio.run_coroutine_threadsafe`
        Threadsafe = "threadsafe",
        /// A function of the project that returns a fresh task.
        Wrapper = "wrapper",
        /// A class of the project whose objects make a task and keep it.
        TaskOwner = "task-owner",
        /// A task group's, nursery's or framework's method: managed.
        Manager = "manager",
    }
}

words! {
    /// Which mentions of a name in a text may be a site.
    pub enum Mention {
        /// Every one, but for a definition of that name.
        Name = "name",
        /// A call that is not awaited in place, and what renames it. The name is an ordinary word, so
        /// that it counts only in texts that name its library.
        UnlessAwaited = "unless-awaited",
        /// A call, what renames it, or a base; only in texts that name its library.
        Class = "class",
    }
}

/// A name without which no text has a site or a task factory.
#[derive(Debug)]
pub struct Anchor {
    /// The name: `gather`.
    pub name: &'static str,
    /// The package that it belongs to: `asyncio`; of a method `*`.
    pub library: &'static str,
    /// Which of its mentions count.
    pub mention: Mention,
}

const TABLE: &str = include_str!("spawners.tsv");

#[derive(Debug, Default)]
struct Spawners {
    paths: Vec<(&'static str, Spawner)>,
    /// The last names of the paths, each once.
    names: Vec<&'static str>,
    anchors: Vec<Anchor>,
}

static SPAWNERS: LazyLock<Spawners> = LazyLock::new(|| {
    let mut spawners = Spawners::default();
    for [path, spawner, mention, _] in rows(TABLE) {
        let name = last_name(path);
        let library = path.split('.').next().unwrap_or(path);
        if let Some(spawner) = Spawner::of_word(spawner) {
            spawners.paths.push((path, spawner));
            if !spawners.names.contains(&name) {
                spawners.names.push(name);
            }
        }
        let is_new = !spawners.anchors.iter().any(|a| a.name == name && a.library == library);
        if let Some(mention) = Mention::of_word(mention).filter(|_| is_new) {
            spawners.anchors.push(Anchor { name, library, mention });
        }
    }
    spawners
});

/// The last names of the spawners, each once.
pub fn spawner_names() -> &'static [&'static str] {
    &SPAWNERS.names
}

/// Whether a spawner has this last name.
pub(in crate::tasks) fn is_spawner_name(name: &str) -> bool {
    spawner_names().contains(&name)
}

/// The spawner at a resolved path.
pub(in crate::tasks) fn spawner_at(path: &str) -> Option<Spawner> {
    let paths = &SPAWNERS.paths;
    paths.binary_search_by(|(own, _)| (*own).cmp(path)).ok().map(|at| paths[at].1)
}

/// The paths of a spawner.
pub(in crate::tasks) fn spawner_paths(spawner: Spawner) -> impl Iterator<Item = &'static str> {
    SPAWNERS.paths.iter().filter(move |(_, own)| *own == spawner).map(|(path, _)| *path)
}

/// The names of the spawners and of what sets a task factory, each once for each library.
pub fn anchor_names() -> &'static [Anchor] {
    &SPAWNERS.anchors
}

#[cfg(test)]
mod tests {
    use super::super::table::check;
    use super::*;

    #[test]
    fn every_row_is_read() {
        check("spawners.tsv", TABLE, 1, |[_, spawner, mention, _]| {
            if spawner != "-" && Spawner::of_word(spawner).is_none() {
                return Some(format!("`{spawner}` is no word of `Spawner` in spawners.rs"));
            }
            let is_unknown = Mention::of_word(mention).is_none();
            is_unknown.then(|| format!("`{mention}` is no word of `Mention` in spawners.rs"))
        });
        for [path, spawner, mention, _] in rows(TABLE) {
            assert_eq!(spawner_at(path).is_none(), spawner == "-", "{path}");
            assert_eq!(is_spawner_name(last_name(path)), spawner != "-", "{path}");
            let mut own = anchor_names().iter().filter(|a| a.name == last_name(path)).peekable();
            assert!(own.peek().is_some(), "{path}");
            assert!(own.all(|a| Some(a.mention) == Mention::of_word(mention)), "{path}");
        }
    }
}
