//! Answers of the workspace index that are computed once. It answers nothing itself.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use super::memo::Memo;
use super::types::{
    CallChain, ItemKeys, LifecycleHook, NodeRef, StorageLocation, TaskOrigin, TaskUse, TaskUses,
};

/// The answers that are known so far.
#[derive(Debug, Default)]
pub(super) struct Answers {
    /// The functions that an expression resolves to.
    pub(super) resolved: Memo<NodeRef, Vec<NodeRef>>,
    /// Classified occurrences of a name.
    pub(super) uses_by_name: Memo<String, Arc<UsesByName>>,
    /// The unresolved uses of a name that end a task.
    pub(super) ending_uses: Memo<String, Arc<[TaskUse]>>,
    /// The hook that a function is.
    pub(super) hooks: Memo<NodeRef, Option<LifecycleHook>>,
    /// Classified calls of a name.
    pub(super) calls: Memo<String, Arc<CallsByName>>,
    /// The methods that implement one of a protocol.
    pub(super) implementations: Memo<NodeRef, Arc<[NodeRef]>>,
    /// The most conclusive chain of callers above a function, for tasks of this origin.
    pub(super) chains: Memo<(NodeRef, TaskOrigin), Arc<CallChain>>,
    /// Where a storage location gets its tasks.
    pub(super) stores: Memo<StorageLocation, Arc<TaskStores>>,
    /// The calls that create an instance of a class, by the class.
    pub(super) constructions: Memo<String, Arc<[NodeRef]>>,
    /// Whether a method of a name loops until it is told to stop.
    pub(super) told: Memo<String, bool>,
    /// Where code cancels all tasks of a loop.
    pub(super) sweeps: Memo<(), Arc<[NodeRef]>>,
    /// Whether such code runs as the application, a block or an object ends, or, for tasks of a loop by its name, at all.
    pub(super) swept: Memo<bool, bool>,
    /// The loops that production code gives to what cancels all of their tasks in the end.
    pub(super) given_loops: Memo<(), Arc<[NodeRef]>>,
    /// Whether another file of production code imports names of a file.
    pub(super) imported: Memo<usize, bool>,
    /// A class and its subclasses.
    pub(super) subclasses: Memo<String, Arc<HashSet<String>>>,
    /// Whether an object can be an instance of both classes.
    pub(super) related_classes: Memo<(String, String), bool>,
    /// What catches the cancellation in a function, or in one that it awaits, and then returns.
    pub(super) returning: Memo<NodeRef, Option<NodeRef>>,
    /// What is done with the tasks in a storage location.
    pub(super) task_uses: Memo<(StorageLocation, ItemKeys, Option<NodeRef>), Arc<TaskUses>>,
}

/// The occurrences of one name, classified.
#[derive(Debug, Default)]
pub(super) struct UsesByName {
    /// Those of each storage location.
    pub(super) by_location: HashMap<StorageLocation, Vec<NodeRef>>,
    /// Attributes in production code whose object cannot be resolved.
    pub(super) unresolved_uses: Vec<NodeRef>,
}

/// Where a storage location gets its tasks.
#[derive(Debug, Default)]
pub(super) struct TaskStores {
    /// The occurrences of the location that receive them.
    pub(super) nodes: Vec<NodeRef>,
    /// The functions around these.
    pub(super) creators: Vec<NodeRef>,
}

/// The calls of one name, and the references that pass it on.
#[derive(Debug, Default)]
pub(super) struct CallsByName {
    /// By the function that they resolve to.
    pub(super) by_function: HashMap<NodeRef, Vec<CallRef>>,
    /// References that give the function another name, by which it may be called.
    pub(super) aliased: HashMap<NodeRef, Vec<CallRef>>,
    /// Calls on an unresolved receiver, with its last name in lower case.
    pub(super) unresolved: Vec<(CallRef, Option<String>)>,
}

/// A call of a function, or a reference that passes it on.
#[derive(Debug, Clone, Copy)]
pub(super) struct CallRef {
    /// The occurrence of the function's name.
    pub(super) occurrence: NodeRef,
    /// The call, or the occurrence itself.
    pub(super) node_ref: NodeRef,
}
