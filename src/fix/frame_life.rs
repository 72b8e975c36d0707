//! Frames that run until something stops them: a name that is bound there keeps its task, and with it the report of its
//! failure. It must not know trackers or forms of fixes.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

use super::branches::are_exclusive;
use crate::python::{Field, Kind, Model, NodeId, Origin, ScopeId};
use crate::tasks::{runs_for_good, runs_until_stopped};

/// For each frame that was asked for, its statements that run until they are stopped.
#[derive(Debug, Default)]
pub(super) struct FrameLives(RefCell<BTreeMap<(ScopeId, Life), Statements>>);

/// Statements of a frame, in source order.
type Statements = Rc<[NodeId]>;

/// What counts as running on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Life {
    /// Until something stops it, be it the end of a connection.
    Long,
    /// For good, unless other code stops it.
    Endless,
}

/// How many calls of functions of the file are followed.
const MAX_DEPTH: usize = 4;

impl FrameLives {
    /// Whether the frame of a node runs on behind it, or around it, until something stops it.
    pub(super) fn runs_on(&self, model: &Model, node: NodeId) -> bool {
        let running = self.running(model, (model.frame_of(node), Life::Long), MAX_DEPTH);
        let start = model.tree.start(node);
        running.iter().any(|s| start < model.tree.end(*s) && !are_exclusive(model, node, *s))
    }

    /// Whether a call of this function runs for good unless something stops it.
    pub(super) fn is_endless(&self, model: &Model, function: NodeId) -> bool {
        model
            .scopes
            .opened_by(function)
            .is_some_and(|f| !self.running(model, (f, Life::Endless), MAX_DEPTH).is_empty())
    }

    fn running(&self, model: &Model, (frame, life): (ScopeId, Life), depth: usize) -> Statements {
        if let Some(known) = self.0.borrow().get(&(frame, life)) {
            return known.clone();
        }
        let root = model.scopes.scope(frame).node;
        let every: Vec<NodeId> = match root == NodeId::ROOT {
            // Its own statements are always parsed.
            true => model.tree.parsed_descendants(root).collect(),
            false => model.tree.descendants(root).collect(),
        };
        let runs = match life {
            Life::Long => runs_until_stopped,
            Life::Endless => runs_for_good,
        };
        let is_running = |n: &NodeId| {
            model.kind(*n).is_statement()
                && model.frame_of(*n) == frame
                && (runs(model, *n) || self.awaits_endless(model, *n, life, depth))
        };
        let found: Statements = every.into_iter().filter(is_running).collect();
        self.0.borrow_mut().insert((frame, life), found.clone());
        found
    }

    /// Whether a statement awaits a coroutine of the file that does not end: `await self._poll()`.
    fn awaits_endless(&self, model: &Model, statement: NodeId, life: Life, depth: usize) -> bool {
        let Some(depth) = depth.checked_sub(1) else { return false };
        let awaited = model.tree.first_child(statement).filter(|e| model.kind(*e) == Kind::Await);
        let call = awaited.and_then(|e| model.tree.first_child(e)).map(|c| model.bare(c));
        let callee = call.filter(|c| model.kind(*c) == Kind::Call);
        let Some(callee) = callee.and_then(|c| model.child(c, Field::Function)) else {
            return false;
        };
        let endless = |origin| match origin {
            Origin::Function(function) if model.is_async(function) => model
                .scopes
                .opened_by(function)
                .is_some_and(|frame| !self.running(model, (frame, life), depth).is_empty()),
            _ => false,
        };
        model.origins(callee).into_iter().any(endless)
    }
}
