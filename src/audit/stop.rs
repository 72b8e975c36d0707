//! What ends the tasks of a keeper: where they are cancelled, awaited after that, and who calls that. It judges no site.

use std::sync::Arc;

use super::effect::Shape;
use super::index::Index;
use super::owner::OwnerKind;
use super::terms::{Chain, Deed, Deeds, Effect, Key, Limit, Spot, Top};
use super::witness::Witness;
use crate::python::{AttributeBinding, Binding, BindingKind, Field, Kind, NodeId, UseKind};

/// One function that ends the tasks of a keeper.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stop {
    /// The function; none for code at module level.
    pub function: Option<Spot>,
    /// Where it cancels them.
    pub cancel: Option<Effect>,
    /// Where it tells their loop to end.
    pub tell: Option<Effect>,
    /// Where it waits for them, after the cancelling where there is one.
    pub wait: Option<Effect>,
    /// Who calls it.
    pub chain: Chain,
}

impl Index<'_> {
    /// What the project's code does with what a keeper keeps.
    pub(super) fn deeds_of(&self, key: &Key) -> Arc<Deeds> {
        self.deeds.get(key.clone(), |key| Arc::new(self.look_deeds_up(key)))
    }

    fn look_deeds_up(&self, key: &Key) -> Deeds {
        let mut effects = Vec::new();
        for place in self.places_of(key) {
            if !self.is_read(place) {
                continue;
            }
            effects.extend(self.effects(place, Shape::Container));
            effects.extend(self.effects(place, Shape::Task));
        }
        // What is done to an attribute of the same name may be done to this one.
        for place in self.strangers(key).into_iter().filter(|p| self.is_read(*p)) {
            let mut done = self.effects(place, Shape::Container);
            done.extend(self.effects(place, Shape::Task));
            if done.iter().any(|e| matches!(e.deed, Deed::Cancel | Deed::Await { .. })) {
                effects.push(Effect { spot: place, deed: Deed::Escape, through: None });
            }
        }
        let given = self.given_from_outside(key);
        effects.extend(given.map(|spot| Effect { spot, deed: Deed::Escape, through: None }));
        effects.sort();
        effects.dedup();
        Deeds { effects }
    }

    /// The value of an attribute that holds nothing but what its object was given, `self.tasks = state.tasks`: others have
    /// it, too.
    fn given_from_outside(&self, key: &Key) -> Option<Spot> {
        let Key::Attribute { class, name } = key else { return None };
        let class = self.class_at(class)?;
        let model = self.model(class);
        let values = model.attribute_bindings(class.node, name).iter().filter_map(|m| match m {
            AttributeBinding::Value(value) => Some(model.bare(*value)),
            _ => None,
        });
        let is_given = |value: &NodeId| match model.kind(*value) {
            Kind::Attribute => true,
            Kind::Identifier => {
                let of = |b: &Binding| matches!(b.kind, BindingKind::Parameter { .. });
                model.bindings_of(*value).iter().any(of)
            }
            _ => false,
        };
        let mut values = values.filter(|v| model.kind(*v) != Kind::None).peekable();
        let first = *values.peek()?;
        values.all(|v| is_given(&v)).then_some(Spot { node: first, ..class })
    }

    /// Whether a name or attribute is read where it stands, not set or deleted.
    fn is_read(&self, place: Spot) -> bool {
        let model = self.model(place);
        if model.kind(place.node) == Kind::Identifier {
            let Some((scope, symbol)) = model.variable(place.node) else { return true };
            let uses = model.uses(scope, symbol);
            return uses.iter().any(|u| u.node == place.node && u.kind == UseKind::Load);
        }
        let parent = model.tree.parent(place.node).map(|p| model.kind(p));
        let sets = matches!(
            parent,
            Some(Kind::Assignment | Kind::AugmentedAssignment | Kind::ForStatement)
        );
        let is_target = sets && model.tree.field(place.node) == Field::Left;
        !is_target && parent != Some(Kind::DeleteStatement)
    }

    /// The functions that end tasks to which these things are done, the one most sure to run first.
    pub fn stops(&self, deeds: &Deeds, for_test: bool) -> Vec<Stop> {
        let counts = |e: &&Effect| for_test || !self.is_test(e.spot);
        let mut functions: Vec<Option<Spot>> = Vec::new();
        for effect in deeds.effects.iter().filter(counts) {
            let ends = matches!(effect.deed, Deed::Cancel | Deed::Tell | Deed::Await { .. });
            let function = self.function_of(effect.spot);
            if ends && !functions.contains(&function) {
                functions.push(function);
            }
        }
        let mut stops: Vec<Stop> = functions.into_iter().map(|f| self.stop(deeds, f)).collect();
        stops.sort_by_key(|s| {
            let place = s.cancel.as_ref().or(s.tell.as_ref()).or(s.wait.as_ref()).map(|e| e.spot);
            (s.cancel.is_none(), std::cmp::Reverse(s.chain.top), place)
        });
        stops
    }

    fn stop(&self, deeds: &Deeds, function: Option<Spot>) -> Stop {
        let here = |e: &&Effect| self.function_of(e.spot) == function;
        let own: Vec<&Effect> = deeds.effects.iter().filter(here).collect();
        let cancel = own.iter().find(|e| e.deed == Deed::Cancel).copied();
        let tell = own.iter().find(|e| e.deed == Deed::Tell).copied();
        let is_wait = |e: &&&Effect| matches!(e.deed, Deed::Await { .. });
        let after = |e: &&&Effect| cancel.is_none_or(|c| e.spot >= c.spot);
        let wait = own.iter().filter(is_wait).find(after).copied();
        let place = cancel.or(tell).or(wait).map(|e| e.spot);
        let chain = match (function, place) {
            (None, _) => Chain { steps: Vec::new(), top: Top::Program },
            (Some(f), Some(place)) => self.chain_from(f, place),
            (Some(f), None) => self.chain(f),
        };
        let (cancel, tell, wait) = (cancel.cloned(), tell.cloned(), wait.cloned());
        Stop { function, cancel, tell, wait, chain }
    }

    /// Whether a function waits for anything after it has cancelled, so that what it cancelled can end.
    pub fn waits_after(&self, stop: &Stop) -> bool {
        let (Some(cancel), Some(function)) = (&stop.cancel, stop.function) else { return false };
        let model = self.model(function);
        model.tree.descendants(function.node).any(|n| {
            model.kind(n) == Kind::Await && n > cancel.spot.node && cancel.through.is_none()
        }) || cancel.through.is_some()
    }

    /// The places of a stop, in the order in which things happen.
    pub fn told(&self, stop: &Stop, owner: OwnerKind) -> Vec<Witness> {
        let who = match stop.function {
            Some(function) => format!("`{}`", self.name_of(function)),
            None => "the module".to_owned(),
        };
        let through = |e: &Effect| match &e.through {
            Some(inner) => format!(", through `{inner}`"),
            None => String::new(),
        };
        let cancels =
            stop.cancel.as_ref().map(|c| (c.spot, format!("{who} cancels it{}", through(c))));
        let tells = stop.tell.as_ref().map(|t| (t.spot, format!("{who} tells its loop to end")));
        let mut ends: Vec<(Spot, String)> = cancels.into_iter().chain(tells).collect();
        ends.sort_by_key(|(spot, _)| *spot);
        let mut told: Vec<Witness> =
            ends.into_iter().map(|(spot, note)| self.witness(spot, note)).collect();
        if let Some(wait) = &stop.wait {
            let (waits, limit) = match wait.deed {
                Deed::Await { limit: Limit::First, .. } => {
                    ("waits until it, or another, is done", "")
                }
                Deed::Await { limit: Limit::Yes, .. } => ("waits for it", ", with a time limit"),
                Deed::Await { limit: Limit::No, .. } => ("waits for it", ", without a time limit"),
                _ => ("waits for it", ""),
            };
            let then =
                if stop.cancel.is_some() || stop.tell.is_some() { " after that" } else { "" };
            let note = format!("{who} {waits}{then}{limit}{}", through(wait));
            told.push(self.witness(wait.spot, note));
        }
        // A frame ends its own tasks, whoever calls it, unless it is the application's.
        if owner != OwnerKind::Frame || stop.chain.top == Top::Shutdown {
            told.extend(stop.chain.steps.iter().cloned());
        }
        told
    }
}
