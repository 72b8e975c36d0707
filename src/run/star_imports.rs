//! What `from module import *` binds in the files that are fixed, and which modules others import in this way. It reads files
//! and decides nothing about fixes.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};

use memchr::memmem;

use super::file_pipeline::AnalyzedFile;
use super::module_names::module_name;
use super::modules::{ModuleGraph, base_of};
use super::parse_file::{parse_partially, parse_swept};
use super::sweep::Interest;
use super::walk::{ListedFile, Walk};
use crate::fix::{ExportedNames, StarImports, exported_names};
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
    let mut exports = ExportCache::default();
    for model in &fixed {
        let modules = star_imported(model);
        if modules.is_empty() {
            continue;
        }
        let path = dunce::canonicalize(model.source.path()).unwrap_or_default();
        let root = &walk.target.root;
        let bases = [root.clone(), root.join("src")].into_iter().chain(base_of(&path, model));
        let graph = ModuleGraph::new(bases.filter(|b| walk.lookups.is_dir(b)), walk.lookups);
        let facts = found.entry(model.module.clone()).or_default();
        match exports.bound(walk, graph, modules) {
            Ok(names) => facts.bound = names,
            Err(module) => facts.unseen = Some(module),
        }
    }
    if writes && !fixed.is_empty() {
        let named: BTreeSet<&str> = fixed.iter().map(|m| m.module.as_str()).collect();
        let imported: BTreeSet<String> =
            star_importers(walk).into_iter().map(|(_, module)| module).collect();
        for module in imported.into_iter().filter(|m| named.contains(m.as_str())) {
            found.entry(module).or_default().is_imported = true;
        }
    }
    found
}

/// What the files export that were read so far.
#[derive(Debug, Default)]
struct ExportCache(HashMap<PathBuf, Option<ModuleExports>>);

/// The exports of a module, and the modules that it star-imports itself.
#[derive(Debug)]
struct ModuleExports {
    exported: ExportedNames,
    star_imports: Vec<String>,
}

impl ExportCache {
    /// The names that star imports of these modules bind; or the module of which it cannot be seen.
    fn bound(
        &mut self,
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
            let file = graph.files_of(&module, walk.lookups).into_iter().next();
            let exports = file.filter(|_| seen.len() < MOST).and_then(|file| self.of(file, walk));
            let Some(exports) = exports.filter(|e| !e.exported.is_computed) else {
                return Err(module);
            };
            names.extend(exports.exported.names.iter().cloned());
            if exports.exported.with_stars {
                pending.extend(exports.star_imports.iter().cloned());
            }
        }
        Ok(names)
    }

    /// What a file exports; none if it cannot be read or parsed.
    fn of(&mut self, file: PathBuf, walk: &Walk<'_>) -> Option<&ModuleExports> {
        let exports = self.0.entry(file).or_insert_with_key(|file| {
            let model = parse_partially(
                file,
                walk.bytes_of(file).ok()?,
                module_name(file, &walk.target.root, walk.lookups),
            )
            .ok()?;
            model.tree.error().is_none().then(|| ModuleExports {
                exported: exported_names(&model),
                star_imports: star_imported(&model),
            })
        });
        exports.as_ref()
    }
}

/// The modules that a file star-imports.
fn star_imported(model: &Model) -> Vec<String> {
    let stars = model.scopes.scope(ScopeId::MODULE).star_imports();
    stars.iter().map(|(_, module)| model.absolute(module)).collect()
}

/// The star imports of the project's files: the module that has it, and the module that it names.
pub(super) fn star_importers(walk: &Walk<'_>) -> BTreeSet<(String, String)> {
    let found = Mutex::new(BTreeSet::new());
    let has_star = |file: &ListedFile| file.facts().is_none_or(|facts| facts.has_star_import);
    walk.sweep(&has_star, &|path, bytes| {
        let module = module_name(path, &walk.target.root, walk.lookups);
        let has_star = memmem::find(bytes, b"import *").is_some();
        if has_star && let Ok(model) = parse_swept(path, bytes, module) {
            let modules = star_imported(&model).into_iter();
            let pairs = modules.map(|module| (model.module.clone(), module));
            found.lock().unwrap_or_else(PoisonError::into_inner).extend(pairs);
        }
        Interest::noted_if(has_star)
    });
    found.into_inner().unwrap_or_else(PoisonError::into_inner)
}
