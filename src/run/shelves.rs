//! Where the modules of a project lie on the disk. It opens no file.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::ffi::{OsStr, OsString};
use std::fs;
use std::path::PathBuf;

/// The folders that the names of modules begin at, and what lies in them, as far as it was asked.
#[derive(Debug, Default)]
pub(super) struct Shelves {
    /// Each with the names of what lies in it. What most paths begin with lies in none of them: one look at each tells.
    folders: Vec<(PathBuf, BTreeSet<OsString>)>,
    known: HashSet<PathBuf>,
    /// By dotted names.
    modules: HashMap<String, Module>,
}

/// What lies under one name.
#[derive(Debug, Clone, Default)]
struct Module {
    /// The first file of that name.
    file: Option<PathBuf>,
    /// The folders of that name.
    folders: Vec<PathBuf>,
}

impl Shelves {
    /// Takes another folder in, behind the others.
    pub(super) fn add(&mut self, folder: PathBuf) {
        if self.known.insert(folder.clone()) {
            let entries = fs::read_dir(&folder).into_iter().flatten().flatten();
            self.folders.push((folder, entries.map(|entry| entry.file_name()).collect()));
            self.modules.clear();
        }
    }

    /// The file of the module that should define what is at a dotted path; none when there is no such file, or its module
    /// is one of those that were read.
    pub(super) fn file_of(&mut self, path: &str, read: &HashSet<&str>) -> Option<PathBuf> {
        let mut found = None;
        let mut around: Option<Module> = None;
        let ends = path.match_indices('.').map(|(end, _)| end).chain([path.len()]);
        // What lies deepest is meant; a package hands things on only when no module of its own has them.
        for name in ends.map(|end| &path[..end]) {
            let module = match self.modules.get(name) {
                Some(known) => known.clone(),
                None => {
                    let module = self.look(name, around.as_ref());
                    self.modules.insert(name.to_owned(), module.clone());
                    module
                }
            };
            if read.contains(name) {
                found = None;
            } else if module.file.is_some() {
                found.clone_from(&module.file);
            }
            if module.folders.is_empty() {
                break;
            }
            around = Some(module);
        }
        found
    }

    /// Looks for a module among what lies `around` it, or in the folders that all names begin at.
    fn look(&self, name: &str, around: Option<&Module>) -> Module {
        let last = name.rsplit('.').next().unwrap_or(name);
        let file_name = OsString::from(format!("{last}.py"));
        let near: Vec<&PathBuf> = match around {
            Some(module) => module.folders.iter().collect(),
            None => {
                let has = |names: &BTreeSet<OsString>| {
                    names.contains(OsStr::new(last)) || names.contains(&file_name)
                };
                self.folders.iter().filter(|(_, names)| has(names)).map(|(path, _)| path).collect()
            }
        };
        let mut module = Module::default();
        for folder in near {
            let (own, file) = (folder.join(last), folder.join(&file_name));
            let is_folder = own.is_dir();
            let package = is_folder.then(|| own.join("__init__.py"));
            let files = std::iter::once(file).chain(package);
            module.file = module.file.or_else(|| files.into_iter().find(|file| file.is_file()));
            module.folders.extend(is_folder.then_some(own));
        }
        module
    }
}
