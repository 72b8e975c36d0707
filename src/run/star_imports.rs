//! What `from module import *` binds in the files that are fixed, and which modules others import in this way. It reads files
//! and decides nothing about fixes.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};

use memchr::memmem;

use super::file_pipeline::{AnalyzedFile, parse_partially};
use super::module_names::module_name;
use super::modules::{ModuleGraph, base_of};
use super::walk::Walk;
use crate::fix::{StarImports, exported_names};
use crate::python::{Model, ScopeId, is_stdlib};

/// More modules than this are not followed from one import.
const MOST: usize = 200;

/// What is known of star imports, by module; those without any are left out. Who imports a module is looked for only where
/// text is written.
pub(super) fn star_imports(
    walk: &Walk<'_>,
    analyzed: &[AnalyzedFile],
    writes: bool,
) -> BTreeMap<String, StarImports> {
    let fixed: Vec<&Model> =
        analyzed.iter().filter(|f| f.has_findings()).map(AnalyzedFile::model).collect();
    let mut found: BTreeMap<String, StarImports> = BTreeMap::new();
    let stars = |model: &Model| -> Vec<String> {
        let written = model.scopes.scope(ScopeId::MODULE).star_imports();
        written.iter().map(|(_, m)| model.absolute(m)).collect()
    };
    for model in &fixed {
        let modules = stars(model);
        if modules.is_empty() {
            continue;
        }
        let path = fs::canonicalize(model.source.path()).unwrap_or_default();
        let root = &walk.target.root;
        let bases = [root.clone(), root.join("src")].into_iter().chain(base_of(&path, model));
        let graph = ModuleGraph::new(bases.filter(|b| b.is_dir()));
        let facts = found.entry(model.module.clone()).or_default();
        match bound(walk, graph, modules) {
            Ok(names) => facts.bound = names,
            Err(module) => facts.unseen = Some(module),
        }
    }
    if writes && !fixed.is_empty() {
        let named: BTreeSet<&str> = fixed.iter().map(|m| m.module.as_str()).collect();
        for module in imported(walk).into_iter().filter(|m| named.contains(m.as_str())) {
            found.entry(module).or_default().is_imported = true;
        }
    }
    found
}

/// The names that star imports of these modules bind; or the module of which it cannot be seen.
fn bound(
    walk: &Walk<'_>,
    mut graph: ModuleGraph,
    mut pending: Vec<String>,
) -> Result<BTreeSet<String>, String> {
    let mut names = BTreeSet::new();
    let mut seen = BTreeSet::new();
    while let Some(module) = pending.pop() {
        if !seen.insert(module.clone()) || is_stdlib(&module) {
            continue;
        }
        let file: Option<PathBuf> = graph.files_of(&module).into_iter().next();
        let model = file.filter(|_| seen.len() < MOST).and_then(|file| {
            let bytes = walk.bytes_of(&file).ok()?;
            parse_partially(&file, bytes, module_name(&file, &walk.target.root)).ok()
        });
        let Some(model) = model.filter(|m| m.tree.error().is_none()) else { return Err(module) };
        let exported = exported_names(&model);
        if exported.is_computed {
            return Err(module);
        }
        names.extend(exported.names);
        if exported.with_stars {
            let inner = model.scopes.scope(ScopeId::MODULE).star_imports();
            pending.extend(inner.iter().map(|(_, m)| model.absolute(m)));
        }
    }
    Ok(names)
}

/// The modules that any file of the project star-imports.
fn imported(walk: &Walk<'_>) -> BTreeSet<String> {
    let found = Mutex::new(BTreeSet::new());
    walk.sweep(&|path, bytes| {
        let has_star = memmem::find(bytes, b"import *").is_some();
        if has_star
            && let Ok(model) =
                parse_partially(path, bytes.to_vec(), module_name(path, &walk.target.root))
        {
            let stars = model.scopes.scope(ScopeId::MODULE).star_imports();
            let stars = stars.iter().map(|(_, m)| model.absolute(m));
            found.lock().unwrap_or_else(PoisonError::into_inner).extend(stars);
        }
        false
    });
    found.into_inner().unwrap_or_else(PoisonError::into_inner)
}
