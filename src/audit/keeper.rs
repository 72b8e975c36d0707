//! The keepers of the project's tasks, each with its sites, its place and what ends what it keeps: for the rules about
//! shutdown, and for the fixes that write one. It finds nothing out by itself.

use std::collections::BTreeMap;

use rayon::prelude::*;

use super::index::Index;
use super::owner::OwnerKind;
use super::stop::Stop;
use super::survey::Facts;
use super::terms::{Deeds, Key, Spot};
use super::words::Lifetime;
use crate::python::{BindingKind, Field, Kind, UseKind};

/// A module's name, or an attribute, that keeps tasks.
#[derive(Debug, Clone)]
pub struct Keeper {
    /// What it is.
    pub key: Key,
    /// Its name for people: `Scheduler._task`.
    pub name: String,
    /// Where it gets its first value; else where it gets its first task.
    pub declared: Spot,
    /// The sites whose tasks it keeps: file and place in its ledger.
    pub sites: Vec<(usize, usize)>,
    /// How long it can live.
    pub lifetime: Lifetime,
    /// What is done with its tasks anywhere.
    pub deeds: Deeds,
    /// What ends them, the surest first.
    pub stops: Vec<Stop>,
    /// Whether all of its sites are in test code.
    pub is_test: bool,
}

/// The keepers of all sites, in the order of their first ones.
pub(super) fn keepers(index: &Index<'_>, facts: &[Vec<Facts>]) -> Vec<Keeper> {
    let mut found: Vec<Keeper> = Vec::new();
    let mut places: BTreeMap<Key, usize> = BTreeMap::new();
    for facts in facts.iter().flatten().filter(|f| f.owner.kind == OwnerKind::Keeper) {
        let Some(key) = &facts.owner.key else { continue };
        let is_test = index.files[facts.site.0].is_test;
        if let Some(place) = places.get(key) {
            let keeper = &mut found[*place];
            keeper.sites.push(facts.site);
            keeper.is_test &= is_test;
            keeper.deeds.effects.extend(facts.deeds.effects.iter().cloned());
            continue;
        }
        let Some(place) = facts.owner.place else { continue };
        places.insert(key.clone(), found.len());
        found.push(Keeper {
            key: key.clone(),
            name: facts.owner.name.clone().unwrap_or_default(),
            declared: declared(index, key).unwrap_or(place),
            sites: vec![facts.site],
            lifetime: facts.audit.lifetime,
            deeds: facts.deeds.clone(),
            stops: Vec::new(),
            is_test,
        });
    }
    found.par_iter_mut().for_each(|keeper| {
        keeper.deeds.effects.sort();
        keeper.deeds.effects.dedup();
        keeper.stops = index.stops(&keeper.deeds, keeper.is_test);
    });
    found
}

/// Where a keeper gets its first value: the name or attribute that is set.
fn declared(index: &Index<'_>, key: &Key) -> Option<Spot> {
    index.places_of(key).into_iter().find(|place| {
        let model = index.model(*place);
        if model.kind(place.node) == Kind::Identifier {
            let uses = model.variable(place.node).map(|(s, n)| model.uses(s, n));
            let stores = |u: &crate::python::Use| u.node == place.node && u.kind == UseKind::Store;
            let imported = model
                .bindings_of(place.node)
                .iter()
                .any(|b| b.node == place.node && matches!(b.kind, BindingKind::ImportFrom { .. }));
            return !imported && uses.is_some_and(|u| u.iter().any(stores));
        }
        let assigns =
            model.tree.parent(place.node).is_some_and(|p| model.kind(p) == Kind::Assignment);
        assigns && model.tree.field(place.node) == Field::Left
    })
}
