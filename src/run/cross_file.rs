//! What the fixes of one file need to know of all others: functions that keep tasks, other users of a set, subclasses. It reads
//! files and decides nothing.

use std::collections::BTreeSet;
use std::sync::{Mutex, PoisonError};

use rayon::prelude::*;

use super::file_pipeline::{AnalyzedFile, FileOrigin};
use super::module_names::module_name;
use super::parse_file::parse_swept;
use super::star_imports::star_importers;
use super::sweep::Interest;
use super::walk::Walk;
use crate::fix::Helpers;
use crate::python::{Model, NodeId};
use crate::tasks::{self, ProjectIndex, last_name};

/// The functions and sets that keep tasks.
pub(super) fn helpers(
    project: &ProjectIndex,
    analyzed: &[AnalyzedFile],
    others: &[(Model, FileOrigin)],
) -> Helpers {
    let mut helpers = Helpers::default();
    let of_files: Vec<Helpers> = analyzed.par_iter().map(AnalyzedFile::helpers).collect();
    of_files.iter().for_each(|of_file| helpers.merge(of_file));
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
    let modules = helpers.set_modules().map(str::to_owned).collect::<BTreeSet<String>>();
    helpers.add_star_imports(star_importers(walk, modules.into_iter()));
    let users = Mutex::new(Vec::new());
    let names = walk.query(helpers.set_names());
    walk.sweep(&|file| file.may_have_any(&names), &|path, bytes| {
        let module = || module_name(path, &walk.target.root, walk.lookups);
        let may_use = helpers.may_use(bytes);
        if may_use && let Ok(model) = parse_swept(path, bytes, module()) {
            users.lock().unwrap_or_else(PoisonError::into_inner).push(model);
        }
        Interest::noted_if(may_use)
    });
    for model in users.into_inner().unwrap_or_else(PoisonError::into_inner) {
        helpers.add_uses(&model);
    }
}

/// The names of the classes with a site, of their bases in the same file, and of all that derive from
/// these: other files with such a name may define a subclass.
pub(super) fn names_of_subclasses(models: &[Model], project: &ProjectIndex) -> BTreeSet<String> {
    let with_bases = |model: &Model| {
        let sites = tasks::classify(model, project);
        let owners: BTreeSet<NodeId> =
            sites.iter().filter_map(|site| model.class_of(site.site.node)).collect();
        let classes = owners.into_iter().flat_map(|class| project.mro(&model.path_of(class)));
        let own = format!("{}.", model.module);
        classes.filter(|class| class.starts_with(&own)).collect::<Vec<_>>()
    };
    let classes: BTreeSet<String> = models.par_iter().flat_map_iter(with_bases).collect();
    let subclasses = classes.iter().flat_map(|class| project.all_subclasses(class));
    let all = subclasses.chain(classes.iter().map(String::as_str));
    all.map(|class| last_name(class).to_owned()).collect()
}
