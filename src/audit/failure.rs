//! Who sees a task's exception: whoever awaits it, a callback, the coroutine itself, or nobody. It says nothing of how bad
//! that is.

use super::effect::{Deed, Effect};
use super::index::{Index, Spot};
use super::owner::{Owner, OwnerKind};
use super::stop::Deeds;
use super::witness::Witness;
use super::words::Failure;
use crate::python::{Field, Kind, NodeId};

impl Index<'_> {
    /// Who sees the exception of a task to which these things are done, and what shows it.
    pub fn failure(
        &self,
        owner: &Owner,
        deeds: &Deeds,
        function: Option<Spot>,
    ) -> (Failure, Option<Witness>) {
        match owner.kind {
            OwnerKind::Group => {
                let say = |place| self.witness(place, "the group raises it where it is left");
                return (Failure::Awaited, owner.place.map(say));
            }
            // What its caller does with it is told where the caller is a site.
            OwnerKind::Caller | OwnerKind::Unknown => return (Failure::Unknown, None),
            _ => {}
        }
        let find = |test: &dyn Fn(&Effect) -> bool| deeds.effects.iter().find(|e| test(e));
        if let Some(seen) = find(&|e| matches!(e.deed, Deed::Await { sees: true, .. })) {
            return (
                Failure::Awaited,
                Some(self.witness(seen.spot, "its exception comes out here")),
            );
        }
        if let Some(seen) = find(&|e| e.deed == Deed::Read) {
            return (
                Failure::Observed,
                Some(self.witness(seen.spot, "its outcome is asked for here")),
            );
        }
        let mut is_unclear = deeds.escapes();
        for effect in &deeds.effects {
            let Deed::Callback(callback) = effect.deed else { continue };
            match self.callback_looks(callback) {
                Some(Some(place)) => {
                    let note = "its callback asks for its outcome";
                    return (Failure::Observed, Some(self.witness(place, note)));
                }
                Some(None) => {}
                None => is_unclear = true,
            }
        }
        let Some(function) = function else { return (Failure::Unknown, None) };
        match self.handles(function) {
            (Some(true), Some(place)) => {
                let note = "the coroutine catches every exception of its own code";
                return (Failure::Handled, Some(self.witness(place, note)));
            }
            (Some(false), _) => {}
            (_, Some(place)) => {
                let note =
                    "the coroutine catches exceptions here, and not those of all of its code";
                return (Failure::Unknown, Some(self.witness(place, note)));
            }
            _ => is_unclear = true,
        }
        if is_unclear {
            return (Failure::Unknown, None);
        }
        let note =
            "no handler in the coroutine, and nobody awaits the task or asks for its outcome";
        (Failure::Lost, Some(self.witness(function, note)))
    }

    /// Where a callback asks for the task's outcome: none for nowhere; none at all where it cannot be seen.
    fn callback_looks(&self, callback: Spot) -> Option<Option<Spot>> {
        let model = self.model(callback);
        let node = model.bare(callback.node);
        let attribute = model.child(node, Field::Attribute).map(|a| model.text(a));
        if matches!(attribute, Some("discard" | "remove" | "set" | "cancel")) {
            return Some(None);
        }
        let body = match model.kind(node) {
            Kind::Lambda => Spot { node, ..callback },
            // `partial(self._done, key)`
            Kind::Call => {
                let function = model.positional(node).first().copied()?;
                *self.functions(Spot { node: function, ..callback }).first()?
            }
            _ => *self.functions(Spot { node, ..callback }).first()?,
        };
        let there = self.model(body);
        let looks = |n: &NodeId| {
            let name = there.child(*n, Field::Attribute).map(|a| there.text(a));
            there.kind(*n) == Kind::Attribute && matches!(name, Some("exception" | "result"))
        };
        if let Some(node) = there.tree.descendants(body.node).find(looks) {
            return Some(Some(Spot { node, ..body }));
        }
        // A callback that hands the task on may look elsewhere.
        let hands_on = |n: NodeId| {
            there.kind(n) == Kind::ArgumentList
                && there.tree.children(n).any(|a| {
                    there.bindings_of(a).iter().any(|b| {
                        matches!(b.kind, crate::python::BindingKind::Parameter { function, .. } if function == body.node)
                    })
                })
        };
        let keeps_quiet = |n: NodeId| {
            let call = there.tree.parent(n);
            let callee = call.and_then(|c| there.child(c, Field::Function));
            callee.and_then(|c| there.child(c, Field::Attribute)).is_some_and(|a| {
                matches!(there.text(a), "discard" | "remove" | "pop" | "debug" | "info")
            })
        };
        let mut inside = there.tree.descendants(body.node);
        let unclear = inside.any(|n| hands_on(n) && !keeps_quiet(n));
        if unclear { None } else { Some(None) }
    }
}
