//! Who sees a task's exception: whoever awaits it, a callback, the coroutine itself, or nobody. It says nothing of how bad
//! that is.

use super::index::Index;
use super::owner::{Owner, OwnerKind};
use super::terms::{Deed, Deeds, Effect, Spot};
use super::witness::Witness;
use super::words::Failure;
use crate::python::{Binding, BindingKind, Field, Kind, NodeId};

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
        let home = owner.place.and_then(|p| self.function_of(p));
        let find = |test: &dyn Fn(&Effect) -> bool| {
            let all = || deeds.effects.iter().filter(|e| test(e));
            let own = all().find(|e| home.is_some() && self.function_of(e.spot) == home);
            own.or_else(|| all().next())
        };
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
            (Some(false), _) => {
                if let Some(decorator) = self.wrapping_decorator(function) {
                    let note = "its decorator may catch what the coroutine raises";
                    return (Failure::Unknown, Some(self.witness(decorator, note)));
                }
            }
            (_, Some(place)) => {
                let note = "the coroutine catches some exceptions, here and perhaps elsewhere";
                return (Failure::Unknown, Some(self.witness(place, note)));
            }
            _ => is_unclear = true,
        }
        if is_unclear {
            return (Failure::Unknown, None);
        }
        let note = "nothing in the coroutine catches an exception, and nobody awaits the task or asks for its outcome";
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
        if self.hands_on(body) { None } else { Some(None) }
    }

    /// Whether a callback gives its task to something else, which may look at it or wait for it.
    pub(super) fn callback_hands_on(&self, callback: Spot) -> bool {
        let model = self.model(callback);
        let node = model.bare(callback.node);
        let attribute = model.child(node, Field::Attribute).map(|a| model.text(a));
        if matches!(attribute, Some("discard" | "remove" | "set" | "cancel")) {
            return false;
        }
        match model.kind(node) {
            Kind::Lambda => self.hands_on(Spot { node, ..callback }),
            _ => {
                self.functions(Spot { node, ..callback }).first().is_none_or(|f| self.hands_on(*f))
            }
        }
    }

    /// Whether a function or lambda passes a parameter of its own to anything but what is known to keep nothing.
    fn hands_on(&self, body: Spot) -> bool {
        let model = self.model(body);
        let is_own = |n: NodeId| {
            let of_body = |b: &Binding| matches!(b.kind, BindingKind::Parameter { function, .. } if function == body.node);
            model.bindings_of(n).iter().any(of_body)
        };
        let is_quiet = |arguments: NodeId| {
            let call = model.tree.parent(arguments);
            let callee = call.and_then(|c| model.child(c, Field::Function));
            callee.and_then(|c| model.child(c, Field::Attribute)).is_some_and(|a| {
                matches!(model.text(a), "discard" | "remove" | "pop" | "debug" | "info")
            })
        };
        let passes = |n: NodeId| {
            model.kind(n) == Kind::ArgumentList
                && model.tree.children(n).any(is_own)
                && !is_quiet(n)
        };
        model.tree.descendants(body.node).any(passes)
    }
}
