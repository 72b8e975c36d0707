//! The tracker of each applied fix: an existing set or function, or the names of new ones. It must
//! not write text.

use std::collections::BTreeMap;

use super::super::file_context::FileContext;
use super::super::instance::{AttributeInits, InstanceAttribute};
use super::super::note::{FixNote, NoteKind};
use super::super::trackers::{
    FreeNames, FutureKind, Helper, SharedFunction, TaskSet, instance_sets, keeping_function,
    module_sets, result_type, takes,
};
use super::decision::SiteFix;
use crate::python::{NodeId, ScopeId};
use crate::settings::TrackerChoice;

/// A set, or a helper function, that keeps futures of one kind.
#[derive(Debug, Clone)]
pub(in crate::fix) struct ChosenTracker {
    /// The kind of future.
    pub future_kind: FutureKind,
    /// The class whose instances have the set; none for a module-level set.
    pub class: Option<NodeId>,
    /// Whether it is the project's shared function.
    pub shared: bool,
    /// Whether its helper is defined in another file.
    pub is_foreign: bool,
    /// The set's name.
    pub set: String,
    /// The function that adds its argument to a set and returns it.
    pub helper: Option<String>,
    /// Whether the set is new.
    pub is_new: bool,
    /// The name of a helper function that is to be written.
    pub new_helper: Option<String>,
    /// Whether the elements are futures rather than tasks.
    pub holds_futures: bool,
    /// The attribute, for a set on instances.
    pub attribute: Option<InstanceAttribute>,
    /// Why an existing set is not used.
    pub note: Option<FixNote>,
}

/// Names for a set of tasks, in order of preference.
const SET_NAMES: &[&str] = &["_background_tasks", "_detached_tasks", "_kept_tasks"];

/// Names for a set of `concurrent.futures.Future`, in order of preference.
const FUTURE_SET_NAMES: &[&str] = &["_background_futures", "_kept_futures"];

impl ChosenTracker {
    /// Whether a part of it is to be written.
    pub(in crate::fix) fn is_declared(&self) -> bool {
        self.is_new || self.new_helper.is_some()
    }

    /// Whether it is the tracker of a fix.
    pub(in crate::fix) fn serves(&self, fix: &SiteFix) -> bool {
        let class = fix.owner.as_ref().map(|h| h.class);
        (self.future_kind, self.class, self.shared) == (fix.future_kind, class, fix.shared)
    }
}

/// One tracker for each kind of future, and for each class whose instances keep tasks.
pub(in crate::fix) fn choose_trackers(
    context: &FileContext<'_>,
    names: &mut FreeNames,
    fixes: &[&SiteFix],
) -> Vec<ChosenTracker> {
    let sets = [module_sets(context.model), instance_sets(context.model)].concat();
    let inits = AttributeInits::new(context.model, context.input.project);
    let mut groups: BTreeMap<(FutureKind, Option<NodeId>), Vec<&SiteFix>> = BTreeMap::new();
    for fix in fixes.iter().copied().filter(|f| f.needs_tracker() && !f.shared) {
        let class = fix.owner.as_ref().map(|h| h.class);
        groups.entry((fix.future_kind, class)).or_default().push(fix);
    }
    let shared = context.input.shared.and_then(|s| shared_tracker(context, names, &sets, s, fixes));
    let mut found: Vec<ChosenTracker> = shared.into_iter().collect();
    for ((future_kind, class), fixes) in groups {
        found.push(match class {
            Some(class) => {
                instance_tracker(context, names, &inits, &sets, (future_kind, class), &fixes)
            }
            None => module_tracker(context, names, &sets, future_kind, &fixes),
        });
    }
    found
}

/// The project's shared function, if this file uses it or is to define it.
fn shared_tracker(
    context: &FileContext<'_>,
    names: &mut FreeNames,
    sets: &[TaskSet],
    shared: &SharedFunction,
    fixes: &[&SiteFix],
) -> Option<ChosenTracker> {
    let used = fixes.iter().any(|f| f.shared && f.needs_tracker());
    let is_new_helper = shared.is_defined_in(context.model) && shared.is_missing();
    let is_asked = is_new_helper && context.input.shared_is_wanted;
    if !used && !is_asked {
        return None;
    }
    let function_import = shared.import_into(&context.layout);
    let existing = sets.iter().find(|s| s.class.is_none() && s.unsuitable.is_none());
    // The function is for the futures of all files.
    let existing = existing.filter(|s| s.keeps(FutureKind::Task) && !s.takes_tasks_only);
    let set = match existing {
        Some(set) if is_new_helper => set.name.clone(),
        // The name of the function is taken although nothing binds it yet.
        _ if is_new_helper => {
            let free: Vec<&str> =
                SET_NAMES.iter().copied().filter(|n| **n != *shared.name).collect();
            names.global(context.model, &free)
        }
        _ => function_import.local.clone(),
    };
    Some(ChosenTracker {
        future_kind: FutureKind::Task,
        class: None,
        shared: true,
        is_foreign: !shared.is_defined_in(context.model),
        set,
        helper: Some(function_import.local),
        is_new: is_new_helper && existing.is_none(),
        new_helper: is_new_helper.then(|| shared.name.clone()),
        holds_futures: true,
        attribute: None,
        note: None,
    })
}

/// The tracker on the instances of a class: a set that they have, or a new one.
fn instance_tracker(
    context: &FileContext<'_>,
    names: &mut FreeNames,
    inits: &AttributeInits<'_>,
    sets: &[TaskSet],
    (future_kind, class): (FutureKind, NodeId),
    fixes: &[&SiteFix],
) -> ChosenTracker {
    let takes_any = context.input.settings.tracker == TrackerChoice::Reuse;
    let fits = |s: &&TaskSet| {
        s.class == Some(class)
            && s.keeps(future_kind)
            && (takes_any || fixes.iter().all(|f| fits_type(context, s, f)))
            && fixes.iter().all(|f| s.is_bound_before(context.model, f.call))
    };
    let mut own = sets.iter().filter(fits);
    let existing =
        own.clone().find(|s| s.unsuitable.is_none()).or(own.next().filter(|_| takes_any));
    let bases: &[&str] = match future_kind {
        FutureKind::Task => SET_NAMES,
        FutureKind::Concurrent => FUTURE_SET_NAMES,
    };
    let set = match existing {
        Some(set) => set.name.clone(),
        None => names.attribute(context.model, class, bases),
    };
    let attribute = inits.init_of(class).ok().map(|init| InstanceAttribute { class, init });
    ChosenTracker {
        future_kind,
        class: Some(class),
        shared: false,
        is_foreign: false,
        set,
        helper: None,
        is_new: existing.is_none(),
        new_helper: None,
        holds_futures: fixes.iter().any(|f| f.is_future),
        attribute,
        note: None,
    }
}

/// Whether the annotation of a set takes the task of a site.
fn fits_type(context: &FileContext<'_>, set: &TaskSet, fix: &SiteFix) -> bool {
    let result = || result_type(context.model, fix.call);
    if fix.is_future && set.takes_tasks_only {
        return false;
    }
    set.wanted.is_none() || takes(set.wanted.as_deref(), result().as_deref())
}

fn module_tracker(
    context: &FileContext<'_>,
    names: &mut FreeNames,
    sets: &[TaskSet],
    future_kind: FutureKind,
    fixes: &[&SiteFix],
) -> ChosenTracker {
    let wraps = fixes.iter().any(|f| f.wraps());
    let in_lines = fixes.iter().any(|f| !f.wraps());
    let reuse = context.input.settings.tracker != TrackerChoice::Module;
    let takes_any = context.input.settings.tracker == TrackerChoice::Reuse;
    let is_typed_for = |s: &TaskSet| fixes.iter().all(|f| fits_type(context, s, f));
    let fits = |s: &&TaskSet| {
        s.keeps(future_kind) && s.class.is_none() && fixes.iter().all(|f| is_seen(context, s, f))
    };
    let is_private =
        |s: &&TaskSet| !context.input.helpers.is_used_elsewhere(context.model, &s.name);
    let suitable = sets
        .iter()
        .filter(|_| reuse)
        .filter(is_private)
        .find(|s| s.unsuitable.is_none() && is_typed_for(s) && fits(s));
    let existing = suitable.or_else(|| sets.iter().filter(|_| takes_any).find(fits));
    let used_elsewhere = |s: &TaskSet| format!("another file uses `{}`", s.name);
    let rejected = sets.iter().filter(fits).find_map(|s| {
        let wrong_type = || {
            let message = format!("not all tasks are known to fit the annotation of `{}`", s.name);
            (!is_typed_for(s)).then_some(message)
        };
        let elsewhere = || (!is_private(&s)).then(|| used_elsewhere(s));
        s.unsuitable.clone().or_else(elsewhere).or_else(wrong_type)
    });
    let wants_helper = reuse && wraps && future_kind == FutureKind::Task;
    let result = |f: &&SiteFix| result_type(context.model, f.call);
    let own =
        wants_helper.then(|| fixes.iter().map(result).collect::<Vec<_>>()).and_then(|results| {
            let calls: Vec<NodeId> = fixes.iter().map(|f| f.call).collect();
            keeping_function(context.model, sets, &calls, &results)
        });
    let imported = imported_helper(context).filter(|_| wants_helper && own.is_none());
    let is_foreign = imported.is_some();
    let helper = own.or(imported);
    let bases: (&[&str], &[&str]) = match future_kind {
        FutureKind::Task => (SET_NAMES, &["_keep_task", "_keep_background_task"]),
        FutureKind::Concurrent => (FUTURE_SET_NAMES, &["_keep_future"]),
    };
    let new_helper = (wraps && helper.is_none()).then(|| names.global(context.model, bases.1));
    let is_new = existing.is_none() && (in_lines || new_helper.is_some());
    let takes_tasks_only = existing.is_some_and(|s| s.takes_tasks_only);
    let set = match existing {
        Some(set) => set.name.clone(),
        // A set on instances of the file has another name.
        None if is_new => {
            let on_instances = |n: &str| sets.iter().any(|s| s.class.is_some() && s.name == n);
            let free: Vec<&str> = bases.0.iter().copied().filter(|n| !on_instances(n)).collect();
            names.global(context.model, if free.is_empty() { bases.0 } else { &free })
        }
        None => helper.clone().unwrap_or_default(),
    };
    ChosenTracker {
        future_kind,
        class: None,
        shared: false,
        is_foreign,
        set,
        helper: helper.or_else(|| new_helper.clone()),
        is_new,
        holds_futures: (new_helper.is_some() && !takes_tasks_only)
            || fixes.iter().any(|f| f.is_future),
        new_helper,
        attribute: None,
        note: rejected.filter(|_| is_new).map(|why| {
            let text =
                format!("{why}, so it is not used for the fix; `--tracker reuse` would use it");
            FixNote::new(NoteKind::TrackerNotUsed, text)
        }),
    }
}

/// The imported helper function that keeps its argument, by its name in the file.
fn imported_helper(context: &FileContext<'_>) -> Option<String> {
    let mut all = context.input.helpers.imported(context.model).into_iter();
    all.find(|(_, helper)| **helper == Helper::Keeps).map(|(local, _)| local)
}

/// Whether the name of the set means the set at the site, and is bound above it.
fn is_seen(context: &FileContext<'_>, set: &TaskSet, fix: &SiteFix) -> bool {
    let model = context.model;
    let owner = model.lookup(model.scope_of(fix.call), &set.name);
    owner.is_some_and(|(owner, _)| owner == ScopeId::MODULE) && set.binding < fix.call
}

/// Whether the declaration would stand below the top-level statement of the site, which may run
/// while the module is imported.
pub(in crate::fix) fn runs_before_declaration(context: &FileContext<'_>, fix: &SiteFix) -> bool {
    let model = context.model;
    let inside = model.tree.ancestors(fix.call).take_while(|n| *n != NodeId::ROOT);
    let top = inside.last().unwrap_or(fix.call);
    fix.needs_tracker()
        && fix.owner.is_none()
        && model.tree.start(top) < context.layout.declaration_site().at
}
