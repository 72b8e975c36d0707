//! Where a file takes part in shutdown: the functions that run then, and which of its module-level
//! task holders are already stopped. It serves fixes that write a shutdown, and writes none.

use super::task_holders::TaskHolder;
use super::types::{ChainRoot, LifecycleHook, NodeRef, StorageLocation, TaskOrigin};
use super::workspace_audit::WorkspaceAudit;
use crate::python::{Field, Kind, NodeId};
use crate::tasks::libraries::HookPhase;

/// What a fix that writes a shutdown needs to know of a file.
#[derive(Debug, Clone, Default)]
pub struct ShutdownPoints {
    /// The coroutine functions of the file that are awaited at shutdown or block exit, in source
    /// order.
    pub hooks: Vec<ShutdownHook>,
    /// The coroutine methods that close a singleton and are called as the program ends.
    pub closers: Vec<NodeId>,
    /// The module-level names of the file that store tasks.
    pub held_globals: Vec<HeldGlobal>,
}

/// A function that runs at shutdown or block exit.
#[derive(Debug, Clone)]
pub struct ShutdownHook {
    /// Its `def`.
    pub function: NodeId,
    /// The hook that it is.
    pub hook: LifecycleHook,
}

/// A module-level name that stores tasks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HeldGlobal {
    /// The name in the assignment of its first value.
    pub declaration: NodeId,
    /// What already stops its tasks, or may; `None` if nothing does.
    pub stopped_by: Option<String>,
    /// Whether other files use it.
    pub is_shared: bool,
    /// The sites whose tasks it stores; `declaration` for those in other files.
    pub sites: Vec<NodeId>,
}

/// Methods that close an object.
const CLOSERS: &[&str] = &["stop", "close", "aclose", "shutdown", "__aexit__"];

impl WorkspaceAudit<'_> {
    /// Where a file takes part in shutdown.
    pub fn shutdown_points(&self, file: usize) -> ShutdownPoints {
        let index = &self.index;
        let model = index.files[file].model;
        let functions: Vec<NodeId> = model.tree.ids().filter(|n| model.is_async(*n)).collect();
        let ending = |function: NodeId| {
            let hook = index.hook(NodeRef { file, node: function })?;
            let is_free = match hook.phase {
                HookPhase::Startup => false,
                // A function that a route calls too does not imply that the application ends.
                HookPhase::Shutdown => self.production_calls(NodeRef { file, node: function }) == 0,
                HookPhase::Around => true,
            };
            (is_free && hook.is_awaited).then_some(ShutdownHook { function, hook })
        };
        let hooks = functions.iter().copied().filter_map(ending).collect();
        let closers =
            functions.into_iter().filter(|f| self.is_closer(NodeRef { file, node: *f })).collect();
        ShutdownPoints { hooks, closers, held_globals: self.held_globals(file) }
    }

    /// Whether a method closes the singleton of its class and is called as the program ends.
    fn is_closer(&self, function: NodeRef) -> bool {
        let index = &self.index;
        let model = index.model(function);
        let name = model.name_of(function.node);
        let direct = model.tree.parent(function.node).and_then(|b| model.tree.parent(b));
        CLOSERS.contains(&name)
            && direct.is_some_and(|c| model.kind(c) == Kind::ClassDefinition)
            && index.enclosing_class(function).is_some_and(|class| self.is_singleton(&class))
            && index.chain(function, &TaskOrigin::default()).root >= ChainRoot::Program
            && self.production_calls(function) <= 1
    }

    /// How often production code of the project calls a function.
    fn production_calls(&self, function: NodeRef) -> usize {
        let index = &self.index;
        let name = index.model(function).name_of(function.node);
        let is_call = |occurrence: &&NodeRef| {
            let model = index.model(**occurrence);
            model.parent_of_kind(occurrence.node, Kind::Call).is_some()
                && model.tree.field(occurrence.node) == Field::Function
                && !index.is_test(**occurrence)
                && index.functions(**occurrence).contains(&function)
        };
        index.occurrences(name).iter().filter(is_call).count()
    }

    /// Whether the program creates exactly one instance of a class, at import, and uses the class
    /// for nothing else.
    fn is_singleton(&self, class: &str) -> bool {
        let index = &self.index;
        let Some(node_ref) = index.class_at(class) else { return false };
        let occurrences = index.occurrences(index.model(node_ref).name_of(node_ref.node));
        let mut made = 0;
        for occurrence in occurrences.iter().filter(|m| !index.is_test(**m)) {
            let model = index.model(*occurrence);
            let parent = model.tree.parent(occurrence.node);
            let is_other =
                Some(occurrence.node) == parent.and_then(|p| model.child(p, Field::Name));
            if is_other || index.class_of(*occurrence).as_deref() != Some(class) {
                continue;
            }
            let kind = parent.map(|p| model.kind(p));
            let statement = model.statement_of(occurrence.node);
            let is_import =
                matches!(model.kind(statement), Kind::ImportFromStatement | Kind::ImportStatement);
            if is_import || kind == Some(Kind::Type) {
                continue;
            }
            let is_call =
                kind == Some(Kind::Call) && model.tree.field(occurrence.node) == Field::Function;
            let once = model.tree.parent(statement) == Some(NodeId::ROOT)
                && model.kind(statement) == Kind::ExpressionStatement;
            if !is_call || !once {
                return false;
            }
            made += 1;
        }
        made == 1
    }

    fn held_globals(&self, file: usize) -> Vec<HeldGlobal> {
        let of_file = |k: &&TaskHolder| {
            matches!(k.location, StorageLocation::Global(_))
                && k.declaration.file == file
                && self.index.model(k.declaration).kind(k.declaration.node) == Kind::Identifier
                && !k.is_test
        };
        let site = |k: &TaskHolder, site: (usize, usize)| match site.0 == file {
            true => self.site(site).1.node,
            false => k.declaration.node,
        };
        let held_globals = |k: &TaskHolder| HeldGlobal {
            sites: k.sites.iter().map(|s| site(k, *s)).collect(),
            declaration: k.declaration.node,
            stopped_by: self.stopped_by(k),
            is_shared: self.index.occurrences_of(&k.location).iter().any(|p| p.file != file),
        };
        self.task_holders.iter().filter(of_file).map(held_globals).collect()
    }

    /// What stops the tasks of a holder, or may.
    fn stopped_by(&self, holder: &TaskHolder) -> Option<String> {
        if let Some(stop) = holder.stops.first() {
            let by = self.index.subject(stop.function);
            let uncalled =
                if stop.chain.root == ChainRoot::Uncalled { ", which is never called" } else { "" };
            return Some(format!("{by}{uncalled}"));
        }
        holder.task_uses.escapes().then(|| "code that cannot be analysed".to_owned())
    }
}
