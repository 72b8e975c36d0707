//! The module graph's disk side: which file a dotted path is defined in, and under which names a
//! script imports the files beside it. It looks at folders, never into files.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::lookups::Lookups;
use super::module_names::{import_base, module_name};
use crate::python::Model;

/// The folders that absolute imports start from, and the modules that were looked up in them.
#[derive(Debug, Default)]
pub(super) struct ModuleGraph {
    /// Each with the names in it: most paths start in none of them, which one look-up shows.
    bases: Vec<(PathBuf, BTreeSet<OsString>)>,
    known_bases: HashSet<PathBuf>,
    /// By dotted names.
    modules: HashMap<String, Arc<Module>>,
}

/// The files and folders of one dotted name.
#[derive(Debug, Default)]
struct Module {
    /// One file for each folder that has one: a package's `__init__.py` before `name.py`, as
    /// CPython's `FileFinder` has it.
    files: Vec<PathBuf>,
    folders: Vec<PathBuf>,
}

/// The names under which the scripts of a folder import the modules beside them, with the modules'
/// names in the project.
pub(super) type ScriptModules = BTreeMap<String, String>;

impl ModuleGraph {
    /// A graph with these bases, in the order in which they are searched.
    pub(super) fn new(bases: impl IntoIterator<Item = PathBuf>, lookups: &Lookups) -> Self {
        let mut graph = Self::default();
        bases.into_iter().for_each(|base| graph.add_base(base, lookups));
        graph
    }

    /// Adds a base behind the others.
    pub(super) fn add_base(&mut self, folder: PathBuf, lookups: &Lookups) {
        if self.known_bases.insert(folder.clone()) {
            let names = lookups.names(&folder);
            self.bases.push((folder, names));
            self.modules.clear();
        }
    }

    /// The bases, in the order in which they are searched.
    pub(super) fn bases(&self) -> impl Iterator<Item = &PathBuf> {
        self.bases.iter().map(|(folder, _)| folder)
    }

    /// The files that may define what a dotted path names: those of the longest module name that
    /// the path begins with, and of the packages around it that are not among the `known` files.
    pub(super) fn defining_files(
        &mut self,
        path: &str,
        known: &BTreeSet<PathBuf>,
        lookups: &Lookups,
    ) -> Vec<PathBuf> {
        let mut found = Vec::new();
        let mut around: Option<Arc<Module>> = None;
        for end in path.match_indices('.').map(|(end, _)| end).chain([path.len()]) {
            let module = self.module(&path[..end], around.as_deref(), lookups);
            // A package passes names on only when no module of its own defines them.
            if !module.files.is_empty() {
                found =
                    module.files.iter().filter(|file| !known.contains(*file)).cloned().collect();
            }
            if module.folders.is_empty() {
                break;
            }
            around = Some(module);
        }
        found
    }

    /// The files of exactly this module, in the order of the bases.
    pub(super) fn files_of(&mut self, name: &str, lookups: &Lookups) -> Vec<PathBuf> {
        let mut module = Arc::default();
        for (depth, end) in
            name.match_indices('.').map(|(end, _)| end).chain([name.len()]).enumerate()
        {
            module = self.module(&name[..end], (depth > 0).then_some(&*module), lookups);
        }
        module.files.clone()
    }

    /// The module of a name, among the folders `around` it or in the bases.
    fn module(&mut self, name: &str, around: Option<&Module>, lookups: &Lookups) -> Arc<Module> {
        if let Some(known) = self.modules.get(name) {
            return known.clone();
        }
        let last = name.rsplit('.').next().unwrap_or(name);
        let file_name = OsString::from(format!("{last}.py"));
        let folders: Vec<&PathBuf> = match around {
            Some(module) => module.folders.iter().collect(),
            None => {
                let has = |names: &BTreeSet<OsString>| {
                    names.contains(last.as_ref() as &std::ffi::OsStr) || names.contains(&file_name)
                };
                self.bases.iter().filter(|(_, names)| has(names)).map(|(path, _)| path).collect()
            }
        };
        let mut module = Module::default();
        for folder in folders {
            let (own, file) = (folder.join(last), folder.join(&file_name));
            let is_folder = lookups.is_dir(&own);
            let package = is_folder.then(|| own.join("__init__.py"));
            let mut files = package.into_iter().chain([file]);
            module.files.extend(files.find(|file| lookups.is_file(file)));
            module.folders.extend(is_folder.then_some(own));
        }
        let module = Arc::new(module);
        self.modules.insert(name.to_owned(), module.clone());
        module
    }
}

/// The folder that a module's absolute imports start from: the one that holds its outermost package.
pub(super) fn base_of(file: &Path, model: &Model) -> Option<PathBuf> {
    let parts = model.module.split('.').count() + usize::from(model.is_package);
    file.ancestors().nth(parts).map(Path::to_path_buf)
}

/// What the scripts of a folder import by a bare name although the project names it otherwise: a
/// script's folder is the first entry of `sys.path` (library/sys_path_init.html). Empty for
/// packages; without what also lies where absolute imports start.
pub(super) fn script_modules(folder: &Path, root: &Path, lookups: &Lookups) -> ScriptModules {
    const ANY: &str = "module";
    let any = folder.join(ANY).with_extension("py");
    let name = module_name(&any, root, lookups);
    let Some(prefix) = name.strip_suffix(ANY).filter(|prefix| !prefix.is_empty()) else {
        return ScriptModules::new();
    };
    if lookups.is_file(&folder.join("__init__.py")) {
        return ScriptModules::new();
    }
    let base = import_base(&any, root, lookups);
    let is_absolute = |bare: &str| {
        let path = base.join(bare);
        lookups.exists(&path.with_extension("py")) || lookups.is_dir(&path)
    };
    let entries = lookups.names(folder);
    let files =
        entries.iter().map(Path::new).filter(|path| path.extension() == Some("py".as_ref()));
    let bare = files.filter_map(|file| Some(file.file_stem()?.to_str()?.to_owned()));
    bare.filter(|bare| !is_absolute(bare))
        .map(|bare| (bare.clone(), format!("{prefix}{bare}")))
        .collect()
}
