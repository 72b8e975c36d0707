//! What keeps the tasks of the fixes that are applied: for each family a set, and where one is wanted a function. It chooses
//! names; it writes no text.

use super::case::Case;
use super::declare::Declaration;
use super::names::Names;
use super::plan::Fix;
use super::tracker::{Family, ModuleSet, keeping_function, module_sets};
use crate::python::{NodeId, ScopeId};
use crate::settings::TrackerChoice;

/// What keeps the futures of one family.
#[derive(Debug, Clone)]
pub(super) struct Keeper {
    /// Of which.
    pub family: Family,
    /// The set's name.
    pub set: String,
    /// The name of the function that puts its argument into a set and returns it.
    pub helper: Option<String>,
    /// What of this is to be declared.
    pub declaration: Declaration,
    /// Why an existing set was passed over.
    pub note: Option<String>,
}

/// One keeper for each family that has a fix which needs it.
pub(super) fn keepers(context: &Case<'_>, names: &mut Names, fixes: &[&Fix]) -> Vec<Keeper> {
    let sets = module_sets(context);
    let mut found = Vec::new();
    for family in [Family::Task, Family::Thread] {
        let own: Vec<&Fix> =
            fixes.iter().copied().filter(|f| f.family == family && f.needs_keeper()).collect();
        if !own.is_empty() {
            found.push(keeper(context, names, &sets, family, &own));
        }
    }
    found
}

fn keeper(
    context: &Case<'_>,
    names: &mut Names,
    sets: &[ModuleSet],
    family: Family,
    fixes: &[&Fix],
) -> Keeper {
    let wraps = fixes.iter().any(|f| f.wraps());
    let lines = fixes.iter().any(|f| !f.wraps());
    let reuse = context.settings.tracker != TrackerChoice::Module;
    let knowingly = context.settings.tracker == TrackerChoice::Reuse;
    let fits = |s: &&ModuleSet| {
        let right = s.holds.unwrap_or(Family::Task) == family;
        right && fixes.iter().all(|f| is_seen(context, s, f))
    };
    let pure = sets.iter().filter(|_| reuse).find(|s| s.spoiled.is_none() && fits(s));
    let existing = pure.or_else(|| sets.iter().filter(|_| knowingly).find(fits));
    let passed = sets.iter().filter(fits).find_map(|s| s.spoiled.clone());
    let helper =
        keeping_function(context, sets).filter(|_| reuse && wraps && family == Family::Task);
    let bases: (&[&str], &[&str]) = match family {
        Family::Task => (
            &["_background_tasks", "_detached_tasks", "_kept_tasks"],
            &["_keep_task", "_keep_background_task"],
        ),
        Family::Thread => (&["_background_futures", "_kept_futures"], &["_keep_future"]),
    };
    let new_helper = (wraps && helper.is_none()).then(|| names.global(context, bases.1));
    let fresh = existing.is_none() && (lines || new_helper.is_some());
    let set = match existing {
        Some(set) => set.name.clone(),
        None if fresh => names.global(context, bases.0),
        None => helper.clone().unwrap_or_default(),
    };
    let declaration = Declaration {
        set: set.clone(),
        fresh,
        helper: new_helper.clone(),
        futures: new_helper.is_some() || fixes.iter().any(|f| f.future),
        threads: family == Family::Thread,
    };
    Keeper {
        family,
        set,
        helper: helper.or(new_helper),
        declaration,
        note: passed
            .filter(|_| fresh)
            .map(|why| format!("{why}, so it is left alone; `--tracker reuse` would take it")),
    }
}

/// Whether the set is bound above the site, and is what its name means there.
fn is_seen(context: &Case<'_>, set: &ModuleSet, fix: &Fix) -> bool {
    let model = context.model;
    let symbol = model.scopes.symbol(&set.name);
    let owner = symbol.and_then(|s| model.scopes.lookup(model.scope_of(fix.call), s));
    owner == Some(ScopeId::MODULE) && set.binding < fix.call
}

/// Whether what is declared would stand below the top-level statement that a site is part of: that statement may run it
/// while the module is being imported.
pub(super) fn comes_too_late(context: &Case<'_>, fix: &Fix) -> bool {
    let model = context.model;
    let inside = model.tree.ancestors(fix.call).take_while(|n| *n != NodeId::ROOT);
    let top = inside.last().unwrap_or(fix.call);
    fix.needs_keeper() && model.tree.start(top) < context.spot().at
}
