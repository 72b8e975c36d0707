//! Definitions and uses of a variable by point of the control-flow graph. It follows no values.

use std::cell::OnceCell;
use std::rc::Rc;

use crate::python::{
    BindingKind, Cfg, Kind, Model, NodeId, ProgramPoint, Reachable, ScopeId, Symbol, Use, UseKind,
};
use crate::tasks::effects::ValueKind;

/// The definitions and uses of one variable in the function that owns it.
#[derive(Debug)]
pub(super) struct VariableUses {
    /// The points that rebind it. Sorted.
    kills: Vec<ProgramPoint>,
    /// The reads in its own function, by point, as indices into the list of its uses. Sorted.
    loads: Vec<(ProgramPoint, usize)>,
    /// The reads in nested functions, as such indices.
    inner: Vec<usize>,
    /// The points that may lead to a read; made when asked for.
    live: OnceCell<Reachable>,
}

/// A variable, and whether it is followed as a container.
pub(super) type TrackedVariable = (ScopeId, Symbol, bool);

/// A variable that holds the value from a certain point on.
pub(super) struct VariableFlow<'a> {
    /// The identifier that is bound, or the node from which its value is followed.
    pub(super) name: NodeId,
    pub(super) owner: ScopeId,
    pub(super) symbol: Symbol,
    pub(super) value_kind: ValueKind,
    pub(super) flow: Rc<Cfg>,
    pub(super) start: Vec<ProgramPoint>,
    pub(super) uses: &'a [Use],
    pub(super) variable_uses: Rc<VariableUses>,
}

/// Computes the points reachable from the binding up to the given stops; the flag says whether
/// exceptional edges count.
pub(super) type ReachFn<'r> = dyn Fn(bool, &[&[ProgramPoint]]) -> Reachable + 'r;

impl VariableUses {
    pub(in crate::tasks) fn new(
        model: &Model,
        (owner, symbol, container): TrackedVariable,
        flow: &Cfg,
    ) -> Self {
        let uses = model.uses(owner, symbol);
        let frame = |u: &Use| model.scopes.frame(u.within) == owner;
        let mut declared: Vec<NodeId> = Vec::new();
        for binding in model.scopes.bindings(owner, symbol) {
            if matches!(binding.kind, BindingKind::Annotated { value: None, .. }) {
                declared.push(binding.node);
            }
        }
        let overwrites = |u: &&Use| {
            // `+=` adds to a container, but rebinds the name of a plain task.
            matches!(u.kind, UseKind::Store | UseKind::Delete)
                && frame(u)
                && !declared.contains(&u.node)
                && !(container && rebinds_itself(model, uses, u))
        };
        let points = |u: &Use| flow.points_of(model, u.node);
        let mut kills: Vec<ProgramPoint> =
            uses.iter().filter(overwrites).flat_map(points).collect();
        kills.sort_unstable();
        kills.dedup();
        let mut loads = Vec::new();
        let mut inner = Vec::new();
        for (index, load) in uses.iter().enumerate().filter(|(_, u)| u.kind == UseKind::Load) {
            if frame(load) {
                loads.extend(points(load).into_iter().map(|p| (p, index)));
            } else {
                inner.push(index);
            }
        }
        loads.sort_unstable();
        Self { kills, loads, inner, live: OnceCell::new() }
    }

    /// The points that rebind the variable. Sorted.
    pub(super) fn kills(&self) -> &[ProgramPoint] {
        &self.kills
    }

    /// The points from which a read in the variable's own function may be reached before it is rebound.
    pub(super) fn live(&self, flow: &Cfg) -> &Reachable {
        self.live.get_or_init(|| {
            let loads: Vec<ProgramPoint> = self.loads.iter().map(|(point, _)| *point).collect();
            flow.live_points(&loads, &self.kills)
        })
    }

    /// The reads at these points and all those in nested functions, in source order.
    pub(super) fn loads_at(&self, reached: &Reachable, more: &[ProgramPoint]) -> Vec<usize> {
        let mut found = self.inner.clone();
        found.extend(reached.filter_sorted(&self.loads, |(p, _)| *p).map(|(_, index)| *index));
        for point in more {
            let from = self.loads.partition_point(|(p, _)| p < point);
            let here = self.loads[from..].iter().take_while(|(p, _)| p == point);
            found.extend(here.map(|(_, index)| *index));
        }
        found.sort_unstable();
        found.dedup();
        found
    }
}

/// `ts = [t for t in ts if not t.done()]`, `done, ts = await asyncio.wait(ts)`: the name keeps the
/// container's elements.
fn rebinds_itself(model: &Model, uses: &[Use], store: &Use) -> bool {
    let statement = model.statement_of(store.node);
    let first = uses.partition_point(|u| u.node < statement);
    let inside = uses[first..].iter().take_while(|u| model.tree.contains(statement, u.node));
    model.kind(statement) == Kind::ExpressionStatement
        && inside.into_iter().any(|u| u.kind == UseKind::Load)
}
