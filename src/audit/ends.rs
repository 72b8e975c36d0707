//! How the application ends, as far as one file has a part in it: the functions that run then, and what of its trackers
//! is ended by somebody. It is for fixes that write a shutdown, and writes none.

use super::keeper::Keeper;
use super::terms::{Hook, Key, Spot, Top, When};
use super::whole::Survey;
use crate::python::{Field, Kind, NodeId};

/// What a fix that writes a shutdown wants to know of a file.
#[derive(Debug, Clone, Default)]
pub struct Ends {
    /// The coroutine functions of the file that are awaited as something ends, in source order.
    pub hooks: Vec<End>,
    /// The coroutine methods that end the one instance that the program has of a class, and are called as the program ends.
    pub closers: Vec<NodeId>,
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
    /// The sites whose tasks it keeps; of those in other files, `declared`.
    pub sites: Vec<NodeId>,
}

/// Methods by which the owner of an object ends it.
const CLOSERS: &[&str] = &["stop", "close", "aclose", "shutdown", "__aexit__"];

impl Survey<'_> {
    /// How the application ends, as far as a file has a part in it.
    pub fn ends(&self, file: usize) -> Ends {
        let index = &self.index;
        let model = index.files[file].model;
        let functions: Vec<NodeId> = model.tree.ids().filter(|n| model.is_async(*n)).collect();
        let ending = |function: NodeId| {
            let hook = index.hook(Spot { file, node: function })?;
            let is_free = match hook.when {
                When::Startup => false,
                // What a route calls, too, does not tell that the application ends.
                When::Shutdown => self.calls(Spot { file, node: function }) == 0,
                When::Around => true,
            };
            (is_free && hook.is_awaited).then_some(End { function, hook })
        };
        let hooks = functions.iter().copied().filter_map(ending).collect();
        let closers =
            functions.into_iter().filter(|f| self.is_closer(Spot { file, node: *f })).collect();
        Ends { hooks, closers, kept: self.kept(file) }
    }

    /// Whether a method ends the one instance that the program has of its class, and is seen to be called at the end.
    fn is_closer(&self, function: Spot) -> bool {
        let index = &self.index;
        let model = index.model(function);
        let name = model.child(function.node, Field::Name).map_or("", |n| model.text(n));
        let direct = model.tree.parent(function.node).and_then(|b| model.tree.parent(b));
        CLOSERS.contains(&name)
            && direct.is_some_and(|c| model.kind(c) == Kind::ClassDefinition)
            && index.class_around(function).is_some_and(|class| self.is_single(&class))
            && index.chain(function).top >= Top::Program
            && self.calls(function) <= 1
    }

    /// How often the project's own code calls a function, test code left out.
    fn calls(&self, function: Spot) -> usize {
        let index = &self.index;
        let model = index.model(function);
        let name = model.child(function.node, Field::Name).map_or("", |n| model.text(n));
        let is_call = |mention: &&Spot| {
            let model = index.model(**mention);
            let parent = model.tree.parent(mention.node).map(|p| model.kind(p));
            parent == Some(Kind::Call)
                && model.tree.field(mention.node) == Field::Function
                && !index.is_test(**mention)
                && index.functions(**mention).contains(&function)
        };
        index.mentions(name).iter().filter(is_call).count()
    }

    /// Whether the program makes one instance of a class, as its module is imported, and nothing else is done with the class.
    fn is_single(&self, class: &str) -> bool {
        let index = &self.index;
        let Some(spot) = index.class_at(class) else { return false };
        let own = index.model(spot);
        let Some(name) = own.child(spot.node, Field::Name) else { return false };
        let mut made = 0;
        for mention in index.mentions(own.text(name)).iter().filter(|m| !index.is_test(**m)) {
            let model = index.model(*mention);
            let parent = model.tree.parent(mention.node);
            let is_other = Some(mention.node) == parent.and_then(|p| model.child(p, Field::Name));
            if is_other || index.class_of(*mention).as_deref() != Some(class) {
                continue;
            }
            let kind = parent.map(|p| model.kind(p));
            if kind == Some(Kind::Type) {
                continue;
            }
            let statement = model.statement_of(mention.node);
            let is_import =
                matches!(model.kind(statement), Kind::ImportFromStatement | Kind::ImportStatement);
            if is_import {
                continue;
            }
            let is_call =
                kind == Some(Kind::Call) && model.tree.field(mention.node) == Field::Function;
            let once = model.tree.parent(statement) == Some(NodeId::ROOT)
                && model.kind(statement) == Kind::ExpressionStatement;
            if !is_call || !once {
                return false;
            }
            made += 1;
        }
        made == 1
    }

    fn kept(&self, file: usize) -> Vec<Kept> {
        let of_file = |k: &&Keeper| {
            matches!(k.key, Key::Global(_))
                && k.declared.file == file
                && self.index.model(k.declared).kind(k.declared.node) == Kind::Identifier
                && !k.is_test
        };
        let site = |k: &Keeper, site: (usize, usize)| match site.0 == file {
            true => self.site(site).1.node,
            false => k.declared.node,
        };
        let kept = |k: &Keeper| Kept {
            sites: k.sites.iter().map(|s| site(k, *s)).collect(),
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
