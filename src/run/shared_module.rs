//! The module of the user's shared function, found or to be created, and the modules that importing it runs. It reads files and
//! decides nothing about fixes.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use ignore::gitignore::Gitignore;

use super::file_pipeline::{AnalyzedFile, FileOrigin, ProjectContext, is_test};
use super::lookups::Lookups;
use super::module_names::{module_name, relative_to};
use super::modules::{ModuleGraph, base_of};
use super::parse_file::parse;
use super::sweep::FoundFile;
use super::target::Target;
use super::walk::Walk;
use crate::decline::{Decline, DeclineKind};
use crate::fix::{SharedFunction, imported_modules};
use crate::python::{Model, check_layout, is_stdlib};
use crate::rules::skips_file;
use crate::tasks;

/// What a new module begins with.
const SEED: &str = "\"\"\"Keeps background tasks until they are done.\"\"\"

import asyncio
from typing import Any, TypeVar
";

/// More modules than this are not followed from one import.
const MOST: usize = 5000;

/// The shared function, and the file that holds it, or is to.
pub(super) struct SharedModule {
    pub(super) shared: SharedFunction,
    /// Its file among the others, if it is there.
    pub(super) analyzed: Option<usize>,
    /// Its file, where it is not and can be written to.
    pub(super) new: Option<AnalyzedFile>,
}

/// Finds the shared function that the settings name and the file that defines it; none when they name none.
pub(super) fn resolve_shared(
    walk: &Walk<'_>,
    context: &ProjectContext<'_>,
    analyzed: &[AnalyzedFile],
    others: &[(Model, FileOrigin)],
) -> Option<SharedModule> {
    let (module, name) = context.shared?;
    let (target, lookups) = (walk.target, walk.lookups);
    let known = analyzed.iter().map(AnalyzedFile::model).chain(others.iter().map(|(m, _)| m));
    let mut modules = ModuleGraph::new(bases(&target.root, known, lookups), lookups);
    let key = (module, name);
    let imports = import_graph(walk, &mut modules, module);
    let named = |file: &PathBuf| module_name(file, &target.root, lookups) == *module;
    let files = modules.files_of(module, lookups);
    let place = |base: &&PathBuf| {
        let path = module.split('.').fold(base.to_path_buf(), |path, part| path.join(part));
        let own = [path.join("__init__.py"), path.with_extension("py")];
        let file = own.into_iter().find(|file| files.contains(file));
        file.or_else(|| new_file(base, module, lookups)).is_some_and(|f| named(&f))
    };
    let base = modules.bases().find(place).unwrap_or(&target.root);
    let hidden = hidden(base, walk, analyzed, module);
    let done = |shared, new| Some(SharedModule { shared, analyzed: None, new });
    let inner = format!("{module}.{name}");
    if let Some(file) = modules.files_of(&inner, lookups).into_iter().next() {
        let file = relative_to(&file, &target.root);
        let message = format!("`{inner}` is a module: {}", file.display());
        let taken = Decline::new(DeclineKind::SharedUnsuitable, message);
        return done(SharedFunction::new(key, None, Some(taken), imports, hidden), None);
    }
    let missing = |why: &str| {
        let message = format!("`{module}` has no `{name}`, and {why}");
        Some(Decline::new(DeclineKind::SharedMissing, message))
    };
    if let Some(at) = analyzed.iter().position(|s| s.model().module == *module) {
        let file = &analyzed[at];
        let locked = file
            .locked()
            .map(|why| Decline::new(why.kind, format!("`{module}` has no `{name}`, and {why}")))
            .or_else(|| missing(&unreadable(file.model(), file.shown())?));
        let shared = SharedFunction::new(
            key,
            Some((file.model(), file.classified())),
            locked,
            imports,
            hidden,
        );
        return Some(SharedModule { shared, analyzed: Some(at), new: None });
    }
    let found = files.into_iter().find(named);
    let Some(file) = found else {
        let new = modules.bases().filter_map(|base| new_file(base, module, lookups)).find(named);
        let created = new
            .filter(|f| may_create(walk, f))
            .and_then(|f| new_module(target, context, &f, module));
        let locked = created.is_none().then(|| {
            let message = format!(
                "there is no module `{module}` in the given paths, and no package to create it in"
            );
            Decline::new(DeclineKind::SharedMissing, message)
        });
        return done(SharedFunction::new(key, None, locked, imports, hidden), created);
    };
    let Ok(model) = read(walk, &file) else {
        let locked = missing(&format!("{} cannot be read", file.display()));
        return done(SharedFunction::new(key, None, locked, imports, hidden), None);
    };
    let classified = tasks::classify(&model, context.project);
    let shown = shown(&file, target);
    let why = match is_walked(walk, &file) {
        true if skips_file(&model) => {
            Some(format!("{} opts out (`# undangle: skip-file`)", shown.display()))
        }
        true => unreadable(&model, &shown),
        false => Some(format!("{} is not among the given paths", shown.display())),
    };
    let locked = why.and_then(|why| missing(&why));
    let shared = SharedFunction::new(key, Some((&model, &classified)), locked, imports, hidden);
    let changed = (shared.is_missing()).then(|| analyze(context, model, origin(&file, target)));
    done(shared, changed.flatten())
}

/// Why a new function cannot be written into a file, if its code is why.
fn unreadable(model: &Model, shown: &Path) -> Option<String> {
    let is_readable =
        model.tree.error().is_none() && check_layout(&model.source, &model.tree).is_ok();
    (!is_readable).then(|| format!("{} has a syntax error", shown.display()))
}

/// Whether a file is among those that findings are asked for: below the given paths, and neither excluded nor ignored.
fn is_walked(walk: &Walk<'_>, file: &Path) -> bool {
    let found = walk.sweep_only(&BTreeSet::from([file.to_path_buf()]));
    let is_it = |f: &FoundFile| f.real == file && f.is_given && !f.is_link;
    walk.target.covers(file) && found.hits.iter().any(is_it)
}

/// Whether a file that does not exist would be among them.
fn may_create(walk: &Walk<'_>, file: &Path) -> bool {
    let package = file.with_file_name("__init__.py");
    let ignore_file = walk.target.root.join(".gitignore");
    // What it says is read once more below.
    let _ = walk.lookups.bytes(&ignore_file);
    let (own, _) = Gitignore::new(ignore_file);
    let is_ignored =
        file.starts_with(own.path()) && own.matched_path_or_any_parents(file, false).is_ignore();
    let config = walk.config.folder(file.parent().unwrap_or(&walk.target.root));
    walk.target.covers(file)
        && !config.exclude.matches_or_above(file)
        && !(walk.respects_ignore_files && is_ignored)
        && (!walk.lookups.is_file(&package) || is_walked(walk, &package))
}

fn origin(file: &Path, target: &Target) -> FileOrigin {
    FileOrigin {
        shown: shown(file, target),
        real: Some(file.to_path_buf()),
        is_given: true,
        is_writable: true,
        is_stdin: false,
        is_new: false,
    }
}

/// A file as the user would name it: below the given folder that it lies in.
fn shown(file: &Path, target: &Target) -> PathBuf {
    let inside = |g: &&super::target::Given| g.is_dir && file.starts_with(&g.real);
    match target.given.iter().find(inside) {
        Some(given) => {
            let below = file.strip_prefix(&given.real).unwrap_or(file);
            relative_to(&given.shown.join(below), Path::new("."))
        }
        None => file.to_path_buf(),
    }
}

/// A module that does not exist yet.
fn new_module(
    target: &Target,
    context: &ProjectContext<'_>,
    file: &Path,
    module: &str,
) -> Option<AnalyzedFile> {
    let model = parse(file, SEED.as_bytes().to_vec(), module.to_owned()).ok()?;
    analyze(context, model, FileOrigin { is_new: true, ..origin(file, target) })
}

fn analyze(
    context: &ProjectContext<'_>,
    mut model: Model,
    origin: FileOrigin,
) -> Option<AnalyzedFile> {
    model.is_test = is_test(context.config, context.root, &origin);
    context.analyze(model, origin, true)
}

/// The folders that the project's top-level modules lie in.
fn bases<'a>(
    root: &Path,
    models: impl Iterator<Item = &'a Model>,
    lookups: &Lookups,
) -> Vec<PathBuf> {
    let mut found: BTreeSet<PathBuf> = BTreeSet::new();
    for model in models {
        let path = dunce::canonicalize(model.source.path()).unwrap_or_default();
        found.extend(base_of(&path, model));
    }
    found.retain(|base| base.starts_with(root));
    let first = [root.to_path_buf(), root.join("src")];
    first.iter().filter(|f| lookups.is_dir(f)).cloned().chain(found.clone()).collect()
}

/// Where a module could be made: in a package that is there, or beside others.
fn new_file(base: &Path, module: &str, lookups: &Lookups) -> Option<PathBuf> {
    let path: PathBuf = module.split('.').fold(base.to_path_buf(), |p, part| p.join(part));
    let folder = path.parent()?;
    let at_top = folder == base && lookups.is_dir(folder) && !is_stdlib(module);
    let is_package = lookups.is_file(&folder.join("__init__.py")) || at_top;
    // A folder of that name is a package, if only a namespace.
    (is_package && !lookups.exists(&path)).then(|| path.with_extension("py"))
}

fn read(walk: &Walk<'_>, file: &Path) -> Result<Model, String> {
    let bytes = walk.bytes_of(file).map_err(|e| e.to_string())?;
    parse(file, bytes, module_name(file, &walk.target.root, walk.lookups))
        .map_err(|fault| fault.message)
}

/// The modules that would import another file under the shared one's name: scripts that have one of that name beside them,
/// and those of packages that lie in another folder together with one.
fn hidden(
    base: &Path,
    walk: &Walk<'_>,
    analyzed: &[AnalyzedFile],
    module: &str,
) -> BTreeMap<String, PathBuf> {
    let first = module.split('.').next().unwrap_or(module);
    let exists = |path: &Path| walk.lookups.exists(path);
    let mut found = BTreeMap::new();
    for file in analyzed {
        let real = dunce::canonicalize(file.model().source.path()).unwrap_or_default();
        let script = real.parent().filter(|f| !exists(&f.join("__init__.py")));
        let folders = script.map(Path::to_path_buf).into_iter().chain(base_of(&real, file.model()));
        let beside = folders
            .filter(|folder| folder != base)
            .flat_map(|folder| [folder.join(first), folder.join(first).with_extension("py")]);
        if let Some(other) = beside.into_iter().find(|b| exists(b)) {
            let other = other.strip_prefix(&walk.target.root).unwrap_or(&other).to_path_buf();
            found.insert(file.model().module.clone(), other);
        }
    }
    found
}

/// The modules of the project that `module`, the packages around it and all that they import, import.
fn import_graph(
    walk: &Walk<'_>,
    modules: &mut ModuleGraph,
    module: &str,
) -> BTreeMap<String, BTreeSet<String>> {
    let mut graph = BTreeMap::new();
    let mut pending: Vec<String> = vec![module.to_owned()];
    while let Some(next) = pending.pop().filter(|_| graph.len() < MOST) {
        let around = next.match_indices('.').map(|(end, _)| next[..end].to_owned());
        pending.extend(around.filter(|p| !graph.contains_key(p)));
        if graph.contains_key(&next) {
            continue;
        }
        let file = modules.files_of(&next, walk.lookups).into_iter().next();
        let model = file.and_then(|f| read(walk, &f).ok());
        let mut is_module = |m: &str| !modules.files_of(m, walk.lookups).is_empty();
        // `from a import b` runs `a.b` where that is a module; else it needs what `a` has made so far.
        let meant = |(module, name): (String, Option<String>)| {
            let inner = name.map(|n| format!("{module}.{n}")).filter(|m| is_module(m));
            inner.or_else(|| is_module(&module).then_some(module))
        };
        let imported = model.map(|m| imported_modules(&m)).unwrap_or_default();
        let imported: BTreeSet<String> = imported.into_iter().filter_map(meant).collect();
        pending.extend(imported.iter().filter(|m| !graph.contains_key(*m)).cloned());
        graph.insert(next, imported);
    }
    graph
}
