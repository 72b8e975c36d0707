//! How the application ends, as far as one file has a part in it: the functions that run then, and what of its trackers
//! is ended by somebody. It is for fixes that write a shutdown, and writes none.

use super::callers::Top;
use super::hook::{Hook, When};
use super::index::Spot;
use super::keeper::Keeper;
use super::key::Key;
use super::whole::Survey;
use crate::python::{Kind, NodeId};

/// What a fix that writes a shutdown wants to know of a file.
#[derive(Debug, Clone, Default)]
pub struct Ends {
    /// The coroutine functions of the file that are awaited as something ends, in source order.
    pub hooks: Vec<End>,
    /// The module-level names of the file that keep tasks.
    pub kept: Vec<Kept>,
}

/// A function that runs as something ends.
#[derive(Debug, Clone)]
pub struct End {
    /// Its `def`.
    pub function: NodeId,
    /// What makes it one.
    pub hook: Hook,
}

/// A module-level name that keeps tasks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kept {
    /// The name, where it gets its first value.
    pub declared: NodeId,
    /// Why nobody has to end its tasks any more; none where somebody has to.
    pub ended: Option<String>,
    /// Whether other files use it, too.
    pub is_shared: bool,
}

impl Survey<'_> {
    /// How the application ends, as far as a file has a part in it.
    pub fn ends(&self, file: usize) -> Ends {
        let index = &self.index;
        let model = index.files[file].model;
        let functions = model.tree.ids().filter(|n| model.is_async(*n));
        let ending = |function: NodeId| {
            let hook = index.hook(Spot { file, node: function })?;
            (hook.when != When::Startup && hook.is_awaited).then_some(End { function, hook })
        };
        Ends { hooks: functions.filter_map(ending).collect(), kept: self.kept(file) }
    }

    fn kept(&self, file: usize) -> Vec<Kept> {
        let of_file = |k: &&Keeper| {
            matches!(k.key, Key::Global(_))
                && k.declared.file == file
                && self.index.model(k.declared).kind(k.declared.node) == Kind::Identifier
                && !k.is_test
        };
        let kept = |k: &Keeper| Kept {
            declared: k.declared.node,
            ended: self.ended(k),
            is_shared: self.index.places_of(&k.key).iter().any(|p| p.file != file),
        };
        self.keepers.iter().filter(of_file).map(kept).collect()
    }

    /// Who ends the tasks of a keeper, or may.
    fn ended(&self, keeper: &Keeper) -> Option<String> {
        if let Some(stop) = keeper.stops.first() {
            let by = match stop.function {
                Some(function) => format!("`{}`", self.index.name_of(function)),
                None => "the module".to_owned(),
            };
            let uncalled = if stop.chain.top == Top::Nobody { ", which nobody calls" } else { "" };
            return Some(format!("{by}{uncalled}"));
        }
        keeper.deeds.escapes().then(|| "code that cannot be followed".to_owned())
    }
}
