//! The packages of the files that were read, and what imports them. The import graph is made when it is asked for.

use std::collections::{BTreeSet, HashMap};
use std::path::Path;
use std::sync::{Mutex, OnceLock, PoisonError};

use super::file_facts::FileFacts;
use super::file_pipeline::FileOrigin;
use super::package_graph::PackageGraph;
use super::sweep::Interest;
use super::walk::Walk;
use crate::python::Model;
use crate::tasks::Packages;

/// What is known of the packages while no more files are read.
pub(super) struct KnownPackages<'a> {
    walk: &'a Walk<'a>,
    graph: &'a OnceLock<PackageGraph>,
    origins: &'a [FileOrigin],
    models: &'a [Model],
    /// The files of each module.
    files_by_module: OnceLock<HashMap<&'a str, Vec<&'a Path>>>,
    /// The packages that can use what these packages define.
    users: Mutex<HashMap<BTreeSet<usize>, BTreeSet<usize>>>,
}

impl<'a> KnownPackages<'a> {
    /// The packages of these files. The graph holds all files of the walk, once it was asked for.
    pub(super) fn new(
        walk: &'a Walk<'a>,
        graph: &'a OnceLock<PackageGraph>,
        (models, origins): (&'a [Model], &'a [FileOrigin]),
    ) -> Self {
        let (files_by_module, users) = Default::default();
        Self { walk, graph, origins, models, files_by_module, users }
    }

    /// The package of any file of the project.
    pub(super) fn package_at(&self, file: &Path) -> Option<usize> {
        self.graph().root_of(file)
    }

    fn graph(&self) -> &PackageGraph {
        self.graph.get_or_init(|| import_graph(self.walk))
    }

    /// The files that define what lies at a dotted path: those of the module that it begins with.
    fn files_of(&self, path: &str) -> Option<&[&'a Path]> {
        let files_by_module = self.files_by_module.get_or_init(|| self.files_by_module());
        let ends = std::iter::once(path.len()).chain(path.rmatch_indices('.').map(|(end, _)| end));
        ends.into_iter().find_map(|end| files_by_module.get(&path[..end])).map(Vec::as_slice)
    }

    fn files_by_module(&self) -> HashMap<&'a str, Vec<&'a Path>> {
        let mut files_by_module: HashMap<&str, Vec<&Path>> = HashMap::new();
        for (model, origin) in self.models.iter().zip(self.origins) {
            files_by_module.entry(&model.module).or_default().push(place(origin));
        }
        files_by_module
    }
}

impl Packages for KnownPackages<'_> {
    fn package_of(&self, file: usize) -> Option<usize> {
        self.package_at(place(&self.origins[file]))
    }

    fn users(&self, path: &str) -> Option<BTreeSet<usize>> {
        let files = self.files_of(path)?;
        let of_files: BTreeSet<usize> =
            files.iter().filter_map(|file| self.package_at(file)).collect();
        let mut known = self.users.lock().unwrap_or_else(PoisonError::into_inner);
        let users = known.entry(of_files);
        Some(users.or_insert_with_key(|packages| self.graph().dependents(packages)).clone())
    }
}

fn place(origin: &FileOrigin) -> &Path {
    origin.real.as_deref().unwrap_or(&origin.shown)
}

/// The import graph of all files, standard input included.
fn import_graph(walk: &Walk<'_>) -> PackageGraph {
    let stdin = walk.target.stdin.as_ref();
    let place = stdin.map(|s| s.real.as_deref().unwrap_or(&s.shown));
    let paths = walk.files().iter().map(|file| file.path.as_path()).chain(place);
    let unread = paths.map(|path| (path, std::iter::empty()));
    let graph = PackageGraph::new(&walk.target.root, unread, walk.lookups);
    // A single package is visible to all of its files, whatever these import.
    if graph.is_single() {
        return graph;
    }
    walk.sweep(&|file| file.facts().is_none(), &|_, _| Interest::None);
    let facts = stdin.map(|s| FileFacts::of(&s.bytes, false));
    let listed = walk.files().iter().filter_map(|file| Some((file.path.as_path(), file.facts()?)));
    let all = listed.chain(place.zip(facts.as_ref())).map(|(path, facts)| (path, facts.imports()));
    PackageGraph::new(&walk.target.root, all, walk.lookups)
}
