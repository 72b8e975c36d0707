//! What keeps the tasks of the fixes that are applied: for each family a set, and where one is wanted a function. It chooses
//! names; it writes no text.

use std::collections::BTreeMap;

use super::super::assemble::Declaration;
use super::super::file_context::FileContext;
use super::super::imports::brought;
use super::super::instance::{Attribute, Classes};
use super::super::trackers::{
    Family, Helper, Names, Shared, TaskSet, instance_sets, keeping_function, module_sets,
};
use super::decision::Fix;
use crate::python::{NodeId, ScopeId};
use crate::settings::TrackerChoice;

/// What keeps the futures of one family.
#[derive(Debug, Clone)]
pub(in crate::fix) struct Keeper {
    /// Of which.
    pub family: Family,
    /// The class whose instances have the set, if they do.
    pub class: Option<NodeId>,
    /// Whether it is the project's shared function.
    pub shared: bool,
    /// Whether its function is another file's.
    pub is_foreign: bool,
    /// The set's name.
    pub set: String,
    /// The name of the function that puts its argument into a set and returns it.
    pub helper: Option<String>,
    /// What of this is to be declared.
    pub declaration: Declaration,
    /// Why an existing set was passed over.
    pub note: Option<String>,
}

/// Names for a set of tasks, the best one first.
const SETS: &[&str] = &["_background_tasks", "_detached_tasks", "_kept_tasks"];

/// Names for a set of another thread's futures, the best one first.
const THREAD_SETS: &[&str] = &["_background_futures", "_kept_futures"];

impl Keeper {
    /// Whether it keeps what a fix wants kept.
    pub(in crate::fix) fn serves(&self, fix: &Fix) -> bool {
        let class = fix.held.as_ref().map(|h| h.class);
        (self.family, self.class, self.shared) == (fix.family, class, fix.shared)
    }
}

/// One keeper for each family, and each class that is to hold its tasks, that has a fix which needs it.
pub(in crate::fix) fn keepers(
    context: &FileContext<'_>,
    names: &mut Names,
    fixes: &[&Fix],
) -> Vec<Keeper> {
    let sets = [module_sets(context.model), instance_sets(context.model)].concat();
    let classes = Classes::new(context.model, context.kin);
    let mut groups: BTreeMap<(Family, Option<NodeId>), Vec<&Fix>> = BTreeMap::new();
    for fix in fixes.iter().copied().filter(|f| f.needs_keeper() && !f.shared) {
        let class = fix.held.as_ref().map(|h| h.class);
        groups.entry((fix.family, class)).or_default().push(fix);
    }
    let shared = context.shared.and_then(|s| shared_keeper(context, names, &sets, s, fixes));
    let mut found: Vec<Keeper> = shared.into_iter().collect();
    for ((family, class), fixes) in groups {
        found.push(match class {
            Some(class) => {
                instance_keeper(context, names, &classes, &sets, (family, class), &fixes)
            }
            None => keeper(context, names, &sets, family, &fixes),
        });
    }
    found
}

/// The project's shared function, where it keeps something of this file or is to be written into it.
fn shared_keeper(
    context: &FileContext<'_>,
    names: &mut Names,
    sets: &[TaskSet],
    shared: &Shared,
    fixes: &[&Fix],
) -> Option<Keeper> {
    let used = fixes.iter().any(|f| f.shared && f.needs_keeper());
    let made = shared.is_home(context.model) && shared.is_missing();
    let is_asked = made && context.shared_is_wanted;
    if !used && !is_asked {
        return None;
    }
    let brought = brought(&context.layout, shared);
    let existing = sets.iter().find(|s| s.class.is_none() && s.spoiled.is_none());
    let existing = existing.filter(|s| s.holds.unwrap_or(Family::Task) == Family::Task);
    let set = match existing {
        Some(set) if made => set.name.clone(),
        // The function's own name is taken, though nothing has it yet.
        _ if made => {
            let free: Vec<&str> = SETS.iter().copied().filter(|n| **n != *shared.name).collect();
            names.global(context.model, &free)
        }
        _ => brought.local.clone(),
    };
    Some(Keeper {
        family: Family::Task,
        class: None,
        shared: true,
        is_foreign: !shared.is_home(context.model),
        set: set.clone(),
        helper: Some(brought.local.clone()),
        declaration: Declaration {
            set,
            fresh: made && existing.is_none(),
            helper: made.then(|| shared.name.clone()),
            futures: true,
            threads: false,
            attribute: None,
        },
        note: None,
    })
}

/// What keeps the tasks that instances of a class hold: a set that they have, or a new one.
fn instance_keeper(
    context: &FileContext<'_>,
    names: &mut Names,
    classes: &Classes<'_>,
    sets: &[TaskSet],
    (family, class): (Family, NodeId),
    fixes: &[&Fix],
) -> Keeper {
    let knowingly = context.settings.tracker == TrackerChoice::Reuse;
    let fits = |s: &&TaskSet| {
        s.class == Some(class)
            && s.holds.unwrap_or(Family::Task) == family
            && fixes.iter().all(|f| s.binding < f.call || !shares_function(context, s, f))
    };
    let mut own = sets.iter().filter(fits);
    let existing = own.clone().find(|s| s.spoiled.is_none()).or(own.next().filter(|_| knowingly));
    let bases: &[&str] = match family {
        Family::Task => SETS,
        Family::Thread => THREAD_SETS,
    };
    let set = match existing {
        Some(set) => set.name.clone(),
        None => names.attribute(context.model, class, bases),
    };
    let attribute = classes.making(class).ok().map(|making| Attribute { class, making });
    Keeper {
        family,
        class: Some(class),
        shared: false,
        is_foreign: false,
        set: set.clone(),
        helper: None,
        declaration: Declaration {
            set,
            fresh: existing.is_none(),
            helper: None,
            futures: fixes.iter().any(|f| f.future),
            threads: family == Family::Thread,
            attribute,
        },
        note: None,
    }
}

/// Whether a set is bound in the function that a site stands in.
fn shares_function(context: &FileContext<'_>, set: &TaskSet, fix: &Fix) -> bool {
    context.model.function_of(set.binding) == context.model.function_of(fix.call)
}

fn keeper(
    context: &FileContext<'_>,
    names: &mut Names,
    sets: &[TaskSet],
    family: Family,
    fixes: &[&Fix],
) -> Keeper {
    let wraps = fixes.iter().any(|f| f.wraps());
    let lines = fixes.iter().any(|f| !f.wraps());
    let reuse = context.settings.tracker != TrackerChoice::Module;
    let knowingly = context.settings.tracker == TrackerChoice::Reuse;
    let fits = |s: &&TaskSet| {
        let right = s.holds.unwrap_or(Family::Task) == family;
        right && s.class.is_none() && fixes.iter().all(|f| is_seen(context, s, f))
    };
    let near = |s: &&TaskSet| !context.helpers.is_touched(context.model, &s.name);
    let pure = sets.iter().filter(|_| reuse).filter(near).find(|s| s.spoiled.is_none() && fits(s));
    let existing = pure.or_else(|| sets.iter().filter(|_| knowingly).find(fits));
    let foreign = |s: &TaskSet| format!("another file uses `{}`", s.name);
    let passed = sets
        .iter()
        .filter(fits)
        .find_map(|s| s.spoiled.clone().or_else(|| (!near(&s)).then(|| foreign(s))));
    let asks = reuse && wraps && family == Family::Task;
    let own = keeping_function(context.model, sets).filter(|_| asks);
    let imported = imported_keeper(context).filter(|_| asks && own.is_none());
    let is_foreign = imported.is_some();
    let helper = own.or(imported);
    let bases: (&[&str], &[&str]) = match family {
        Family::Task => (SETS, &["_keep_task", "_keep_background_task"]),
        Family::Thread => (THREAD_SETS, &["_keep_future"]),
    };
    let new_helper = (wraps && helper.is_none()).then(|| names.global(context.model, bases.1));
    let fresh = existing.is_none() && (lines || new_helper.is_some());
    let set = match existing {
        Some(set) => set.name.clone(),
        None if fresh => names.global(context.model, bases.0),
        None => helper.clone().unwrap_or_default(),
    };
    let declaration = Declaration {
        set: set.clone(),
        fresh,
        helper: new_helper.clone(),
        futures: new_helper.is_some() || fixes.iter().any(|f| f.future),
        threads: family == Family::Thread,
        attribute: None,
    };
    Keeper {
        family,
        class: None,
        shared: false,
        is_foreign,
        set,
        helper: helper.or(new_helper),
        declaration,
        note: passed
            .filter(|_| fresh)
            .map(|why| format!("{why}, so it is left alone; `--tracker reuse` would take it")),
    }
}

/// A function that keeps its argument, by the name by which the file imports it.
fn imported_keeper(context: &FileContext<'_>) -> Option<String> {
    let mut all = context.helpers.imported(context.model).into_iter();
    all.find(|(_, helper)| **helper == Helper::Keeps).map(|(local, _)| local)
}

/// Whether the set is bound above the site, and is what its name means there.
fn is_seen(context: &FileContext<'_>, set: &TaskSet, fix: &Fix) -> bool {
    let model = context.model;
    let symbol = model.symbol(&set.name);
    let owner = symbol.and_then(|s| model.scopes.lookup(model.scope_of(fix.call), s));
    owner == Some(ScopeId::MODULE) && set.binding < fix.call
}

/// Whether what is declared would stand below the top-level statement that a site is part of: that statement may run it
/// while the module is being imported.
pub(in crate::fix) fn comes_too_late(context: &FileContext<'_>, fix: &Fix) -> bool {
    let model = context.model;
    let inside = model.tree.ancestors(fix.call).take_while(|n| *n != NodeId::ROOT);
    let top = inside.last().unwrap_or(fix.call);
    fix.needs_keeper()
        && fix.held.is_none()
        && model.tree.start(top) < context.layout.declaration_site().at
}
