//! What becomes of a function that is passed on without being called: it runs at once, or it is registered for later. It follows no
//! caller.

use super::index::WorkspaceIndex;
use super::types::{ChainRoot, NodeRef};
use crate::python::{Field, Kind, NodeId};

/// Last names of functions that run what they are given.
const RUNNERS: &[&str] = &[
    "call_soon",
    "call_soon_threadsafe",
    "ensure_future",
    "create_task",
    "gather",
    "run",
    "run_coroutine_threadsafe",
    "run_in_executor",
    "run_sync",
    "run_until_complete",
    "start_soon",
    "submit",
    "to_thread",
    "wait_for",
];

/// Parts of names of functions that register others for the end of something.
const REGISTRATIONS: &[&str] = &[
    "clean",
    "clos",
    "disconn",
    "exit",
    "final",
    "push_async",
    "shut",
    "sig",
    "stop",
    "teardown",
    "term",
];

impl WorkspaceIndex<'_> {
    /// Where a chain of callers ends at a reference that only registers the function, or stores it in an attribute: whoever registers it
    /// does not call it.
    pub(super) fn registration_root(&self, reference: NodeRef) -> Option<ChainRoot> {
        let model = self.model(reference);
        let parent = model.tree.parent(reference.node)?;
        (model.kind(reference.node) != Kind::Call).then_some(())?;
        if model.kind(parent) == Kind::Assignment
            && model.tree.field(reference.node) == Field::Right
        {
            return Some(ChainRoot::Caller);
        }
        let calls = self.calls_around(reference);
        let is_registered = !calls.is_empty() && !self.runs_at_once(reference, &calls);
        let ends = [ChainRoot::Caller, ChainRoot::CloseMethod];
        is_registered.then(|| ends[usize::from(self.is_for_end(reference, &calls))])
    }

    /// Whether a reference registers the function for the end of something.
    pub(super) fn is_registered_for_end(&self, reference: NodeRef) -> bool {
        let calls = self.calls_around(reference);
        !self.runs_at_once(reference, &calls) && self.is_for_end(reference, &calls)
    }

    /// Whether code that refers to a function runs it: by a call, or by giving it to what calls it at once.
    pub(super) fn runs_function(&self, reference: NodeRef) -> bool {
        let is_call = self.model(reference).kind(reference.node) == Kind::Call;
        is_call || self.runs_at_once(reference, &self.calls_around(reference))
    }

    /// The calls that a reference is an argument of, the innermost first.
    fn calls_around(&self, reference: NodeRef) -> Vec<NodeId> {
        let model = self.model(reference);
        let mut calls = Vec::new();
        let mut node = reference.node;
        while let Some(parent) = model.tree.parent(node) {
            match model.kind(parent) {
                Kind::Call if model.tree.field(node) == Field::Arguments => calls.push(parent),
                Kind::ArgumentList
                | Kind::KeywordArgument
                | Kind::ParenthesizedExpression
                | Kind::List
                | Kind::Tuple => {}
                _ => break,
            }
            node = parent;
        }
        calls
    }

    fn runs_at_once(&self, reference: NodeRef, calls: &[NodeId]) -> bool {
        let model = self.model(reference);
        let is_runner = |call: &NodeId| {
            let name = model.callee_name(*call).unwrap_or_default();
            RUNNERS.contains(&name) || model.parent_of_kind(*call, Kind::Await).is_some()
        };
        calls.iter().any(is_runner)
    }

    fn is_for_end(&self, reference: NodeRef, calls: &[NodeId]) -> bool {
        let model = self.model(reference);
        calls.iter().any(|call| {
            let name = model.callee_name(*call).unwrap_or_default();
            // A class whose object is made registers nothing by its name.
            let is_class = name.trim_start_matches('_').starts_with(char::is_uppercase);
            !is_class && REGISTRATIONS.iter().any(|word| name.contains(word))
        })
    }
}
