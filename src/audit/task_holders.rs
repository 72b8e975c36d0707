//! The names and attributes that store the project's tasks, each with its sites and what stops
//! them, for the rules about shutdown and the fixes that write one. It analyses no code itself.

use std::collections::{BTreeMap, BTreeSet};

use rayon::prelude::*;

use super::assessment::Lifetime;
use super::coroutine_exit::CoroutineExit;
use super::index::WorkspaceIndex;
use super::owner::OwnerKind;
use super::site_audit::SiteAudit;
use super::stop_points::StopPoint;
use super::types::{NodeRef, StorageLocation, TaskOrigin, TaskUses};
use crate::python::{BindingKind, Field, Kind, UseKind};

/// A module-level name or an attribute that stores tasks.
#[derive(Debug, Clone)]
pub struct TaskHolder {
    /// Its storage location.
    pub location: StorageLocation,
    /// Its display name: `Scheduler._task`.
    pub name: String,
    /// Where it is first assigned; else where its first task is stored.
    pub declaration: NodeRef,
    /// The sites whose tasks it stores: the index of the file, and of the site in it.
    pub sites: Vec<(usize, usize)>,
    /// How long it can live.
    pub lifetime: Lifetime,
    /// What is done with its tasks anywhere in the project.
    pub task_uses: TaskUses,
    /// What stops them, the most certain first.
    pub stops: Vec<StopPoint>,
    /// Whether its tasks come and go: a done-callback removes each, and none is known to run a loop.
    pub is_transient: bool,
    /// Whether all of its sites are in test code.
    pub is_test: bool,
}

/// The task holders of all sites, in the order of their first sites.
pub(super) fn task_holders(
    index: &WorkspaceIndex<'_>,
    site_audits: &[Vec<SiteAudit>],
) -> Vec<TaskHolder> {
    let mut found: Vec<TaskHolder> = Vec::new();
    let mut positions: BTreeMap<StorageLocation, usize> = BTreeMap::new();
    for site_audits in site_audits.iter().flatten().filter(|f| f.owner.kind == OwnerKind::Holder) {
        let Some(location) = &site_audits.owner.location else { continue };
        let is_test = index.files[site_audits.site.0].is_test;
        if let Some(position) = positions.get(location) {
            let holder = &mut found[*position];
            holder.sites.push(site_audits.site);
            holder.is_test &= is_test;
            holder.task_uses.uses.extend(site_audits.task_uses.uses.iter().cloned());
            continue;
        }
        let Some(stored_at) = site_audits.owner.stored_at else { continue };
        positions.insert(location.clone(), found.len());
        found.push(TaskHolder {
            location: location.clone(),
            name: site_audits.owner.name.clone().unwrap_or_default(),
            declaration: declaration(index, location).unwrap_or(stored_at),
            sites: vec![site_audits.site],
            lifetime: site_audits.assessment.lifetime,
            task_uses: site_audits.task_uses.clone(),
            stops: Vec::new(),
            is_transient: false,
            is_test,
        });
    }
    let coroutines = |sites: &[(usize, usize)]| -> Vec<NodeRef> {
        let functions = sites.iter().filter_map(|(file, at)| site_audits[*file][*at].function);
        functions.collect::<BTreeSet<NodeRef>>().into_iter().collect()
    };
    let loops =
        |(file, at): (usize, usize)| matches!(site_audits[file][at].exit, CoroutineExit::Loops(_));
    found.par_iter_mut().for_each(|holder| {
        holder.task_uses.uses.sort();
        holder.task_uses.uses.dedup();
        let release = index.releasing_callback(&holder.location, &holder.task_uses);
        holder.is_transient = release.is_some() && !holder.sites.iter().any(|s| loops(*s));
        let origin = TaskOrigin {
            location: Some(holder.location.clone()),
            coroutines: coroutines(&holder.sites),
        };
        holder.stops = index.stop_points(&holder.task_uses, &origin, None, holder.is_test);
    });
    found
}

/// The name or attribute in the first assignment of a storage location.
fn declaration(index: &WorkspaceIndex<'_>, location: &StorageLocation) -> Option<NodeRef> {
    index.occurrences_of(location).into_iter().find(|occurrence| {
        let model = index.model(*occurrence);
        if model.kind(occurrence.node) == Kind::Identifier {
            let uses = model.variable(occurrence.node).map(|(s, n)| model.uses(s, n));
            let stores =
                |u: &crate::python::Use| u.node == occurrence.node && u.kind == UseKind::Store;
            let imported = model.bindings_of(occurrence.node).iter().any(|b| {
                b.node == occurrence.node && matches!(b.kind, BindingKind::ImportFrom { .. })
            });
            return !imported && uses.is_some_and(|u| u.iter().any(stores));
        }
        let assigns =
            model.tree.parent(occurrence.node).is_some_and(|p| model.kind(p) == Kind::Assignment);
        assigns && model.tree.field(occurrence.node) == Field::Left
    })
}
