//! What `from module import *` binds in the files that are fixed, and which modules others import in this way. It reads files
//! and decides nothing about fixes.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};

use memchr::memmem;

use super::file_pipeline::AnalyzedFile;
use super::module_names::module_name;
use super::modules::{ModuleGraph, base_of};
use super::parse_file::parse_partially;
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
        let own = named.iter().map(|module| (*module).to_owned());
        let imported: BTreeSet<String> =
            star_importers(walk, own).into_iter().map(|(_, module)| module).collect();
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

/// The star imports of one of these modules, or of one that star-imports it, and so on: the module that has it, and the module
/// that it names. Others may be among them: modules are told apart by their last names.
pub(super) fn star_importers(
    walk: &Walk<'_>,
    modules: impl Iterator<Item = String>,
) -> BTreeSet<(String, String)> {
    let found: Mutex<BTreeMap<PathBuf, BTreeSet<String>>> = Mutex::default();
    let has_star = |file: &ListedFile| file.facts().is_none_or(|facts| facts.has_star_import);
    walk.sweep(&has_star, &|path, bytes| {
        let named: BTreeSet<String> = starred_names(bytes).collect();
        let has_star = !named.is_empty();
        if has_star {
            found.lock().unwrap_or_else(PoisonError::into_inner).insert(path.to_path_buf(), named);
        }
        Interest::noted_if(has_star)
    });
    let mut left = found.into_inner().unwrap_or_else(PoisonError::into_inner);
    let last = |module: &str| module.rsplit('.').next().unwrap_or_default().to_owned();
    let mut wanted: BTreeSet<String> = modules.map(|module| last(&module)).collect();
    // `from . import *`
    wanted.insert(String::new());
    let mut pairs = BTreeSet::new();
    loop {
        let is_wanted = |named: &BTreeSet<String>| !named.is_disjoint(&wanted);
        let next: Vec<PathBuf> =
            left.iter().filter(|(_, named)| is_wanted(named)).map(|(p, _)| p.clone()).collect();
        if next.is_empty() {
            return pairs;
        }
        for path in next {
            left.remove(&path);
            let module = module_name(&path, &walk.target.root, walk.lookups);
            let Ok(bytes) = walk.bytes_of(&path) else { continue };
            let Ok(model) = parse_partially(&path, bytes, module) else { continue };
            wanted.insert(last(&model.module));
            pairs.extend(star_imported(&model).into_iter().map(|m| (model.module.clone(), m)));
        }
    }
}

/// The last names of the modules that a text star-imports, as far as its lines tell: empty for `from . import *`.
fn starred_names(text: &[u8]) -> impl Iterator<Item = String> {
    memmem::find_iter(text, b"import *").map(|at| {
        let before = text[..at].trim_ascii_end();
        let from = before.iter().rposition(|b| b.is_ascii_whitespace() || *b == b'.');
        String::from_utf8_lossy(&before[from.map_or(0, |from| from + 1)..]).into_owned()
    })
}
