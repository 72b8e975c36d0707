//! What the fixes of one file ask of all others: functions that keep tasks, sets that somebody else uses, classes that derive
//! from one. It reads files; it decides nothing.

use std::sync::{Mutex, PoisonError};

use super::place::module_name;
use super::stage::{Origin, Staged, parse, parse_in_part};
use super::walk::Walk;
use crate::fix::{Helpers, SubclassIndex};
use crate::python::Model;
use crate::tasks::{self, ProjectIndex};

/// The functions and sets that keep tasks.
pub(super) fn helpers(
    project: &ProjectIndex,
    staged: &[Staged],
    others: &[(Model, Origin)],
) -> Helpers {
    let mut helpers = Helpers::default();
    for file in staged {
        helpers.merge(file.helpers());
    }
    for (model, _) in others.iter().filter(|(m, _)| project.has_keeper(&m.module)) {
        helpers.merge(&Helpers::of(model, &tasks::classify(model, project), false));
    }
    helpers
}

/// Looks for those who use the sets: a file that names no spawner may do so all the same.
pub(super) fn find_users(walk: &Walk<'_>, helpers: &mut Helpers) {
    if !helpers.has_sets() {
        return;
    }
    let users = Mutex::new(Vec::new());
    walk.sweep(&|path, bytes| {
        let module = || module_name(path, &walk.target.root);
        if helpers.may_use(bytes)
            && let Ok(model) = parse_in_part(path, bytes.to_vec(), module())
        {
            users.lock().unwrap_or_else(PoisonError::into_inner).push(model);
        }
        false
    });
    for model in users.into_inner().unwrap_or_else(PoisonError::into_inner) {
        helpers.add_uses(&model);
    }
}

/// The classes of all files, those without a site among them: any may derive from one that is to get a set.
pub(super) fn kin(walk: &Walk<'_>) -> SubclassIndex {
    let found = Mutex::new(SubclassIndex::default());
    walk.sweep(&|path, bytes| {
        if memchr::memmem::find(bytes, b"class ").is_some()
            && let Ok(model) = parse(path, bytes.to_vec(), String::new())
        {
            let mut own = SubclassIndex::default();
            own.add(&model);
            found.lock().unwrap_or_else(PoisonError::into_inner).merge(own);
        }
        false
    });
    found.into_inner().unwrap_or_else(PoisonError::into_inner)
}
