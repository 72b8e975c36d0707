//! Loads the files of a project that matter: first those that name a spawner, then those that call a wrapper or define what an
//! evaluation depends on, until nothing is missing. It classifies nothing.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use rayon::prelude::*;

use super::caller_search;
use super::candidates::is_worth_parsing;
use super::cross_file::names_of_subclasses;
use super::demands::Demands;
use super::file_pipeline::{FileOrigin, is_test};
use super::known_packages::KnownPackages;
use super::module_names::{NestedPackage, module_name, portion};
use super::modules::{ModuleGraph, ScriptModules, base_of, script_modules};
use super::package_graph::PackageGraph;
use super::parse_file::{guarded, parse, parse_partially};
use super::progress::Phase;
use super::sweep::{FoundFile, Interest, SweepResult};
use super::walk::{ListedFile, Walk};
use crate::fault::Fault;
use crate::python::Model;
use crate::rules::may_suppress;
use crate::tasks::{CallPattern, DeclaredFunctions, ProjectBuilder, Trackers, may_derive};
use crate::text::Finder;

/// The parsed files of a project that matter, and the index that is built from them.
#[derive(Debug, Default)]
pub(super) struct LoadedProject {
    pub(super) models: Vec<Model>,
    /// Where each model came from.
    pub(super) origins: Vec<FileOrigin>,
    pub(super) builder: ProjectBuilder,
    /// Empty unless requested.
    pub(super) trackers: Trackers,
    pub(super) faults: Vec<Fault>,
    pub(super) looked_at: usize,
    pub(super) notebooks: usize,
    known: BTreeSet<PathBuf>,
    modules: ModuleGraph,
    /// What scripts import by bare names, by their folders.
    script_modules: HashMap<PathBuf, Arc<ScriptModules>>,
    /// Packages in folders that are no packages themselves, by their names (PEP 420).
    nested_packages: BTreeMap<String, Vec<NestedPackage>>,
    /// How many of the models have their bases in the module graph.
    based: usize,
    /// What the packages import, once that was asked for.
    graph: OnceLock<PackageGraph>,
    /// The wrappers whose callers were searched for.
    searched: BTreeSet<CallPattern>,
    /// Whether files are parsed whole.
    whole: bool,
}

/// After so many rounds all files are read: a chain of wrappers that is as long would have all of them searched for each.
const MAX_ROUNDS: usize = 24;

/// Reads and parses the files that matter, until nothing is missing.
pub(super) fn load(
    walk: &Walk<'_>,
    demands: Demands,
    declared: DeclaredFunctions,
) -> LoadedProject {
    let everything = demands.everything();
    let prefilter = declared.prefilter();
    let mut loaded = LoadedProject {
        whole: demands.whole_files(),
        builder: ProjectBuilder::with_declared(declared),
        ..LoadedProject::default()
    };
    walk.progress.enter(Some(Phase::Read));
    loaded.take_stdin(walk);
    let names = walk.query(prefilter.names());
    let may_be_wanted = |file: &ListedFile| {
        file.facts().is_none_or(|facts| {
            everything
                || facts.is_candidate
                || facts.may_have_any(&names)
                || facts.may_suppress && file.is_given
        })
    };
    let swept = walk.sweep(&may_be_wanted, &|path, bytes| {
        Interest::kept_if(
            everything
                || is_worth_parsing(bytes)
                || prefilter.may_spawn(bytes)
                || walk.target.covers(path) && may_suppress(bytes),
        )
    });
    loaded.looked_at += swept.looked_at;
    loaded.notebooks += swept.notebooks;
    loaded.faults.extend(swept.faults);
    loaded.add(walk, swept.hits);
    walk.progress.enter(Some(Phase::Follow));
    loaded.update_index(walk);
    // Every iteration adds a file that was not read before.
    let mut rounds = 0;
    while !everything
        && rounds < MAX_ROUNDS
        && (loaded.read_more(walk) || demands.instances && loaded.read_subclasses(walk))
    {
        rounds += 1;
    }
    if rounds == MAX_ROUNDS {
        loaded.read_all(walk);
    }
    if demands.project_rules {
        loaded.find_trackers(walk);
    }
    loaded
}

impl LoadedProject {
    fn take_stdin(&mut self, walk: &Walk<'_>) {
        let Some(stdin) = &walk.target.stdin else { return };
        self.looked_at += 1;
        let place = stdin.real.as_deref().unwrap_or(&stdin.shown);
        self.known.extend(stdin.real.clone());
        let module = module_name(place, &walk.target.root, walk.lookups);
        let origin = FileOrigin {
            shown: stdin.shown.clone(),
            real: stdin.real.clone(),
            is_given: true,
            is_writable: true,
            is_stdin: true,
            is_new: false,
        };
        let parse = if self.whole || may_suppress(&stdin.bytes) { parse } else { parse_partially };
        match parse(&stdin.shown, stdin.bytes.clone(), module) {
            Ok(model) if model.source.notebook().is_some_and(|notebook| !notebook.is_python) => {
                self.looked_at -= 1;
                self.notebooks += 1;
            }
            Ok(model) => self.push(walk, model, origin),
            Err(fault) => self.faults.push(fault),
        }
    }

    /// Reads the files that should define what some evaluation depends on, and those that may call a wrapper; returns
    /// whether any is new.
    fn read_more(&mut self, walk: &Walk<'_>) -> bool {
        let missing = self.missing(walk, &self.builder.missing());
        if !missing.is_empty() && self.add_new(walk, walk.sweep_only(&missing)) {
            return true;
        }
        // The search reads every file of the project, so it comes when no definition is missing.
        let callers = self.callers(walk);
        !callers.is_empty() && self.add_new(walk, walk.sweep_only(&callers))
    }

    /// Reads all files, and those that should define what some evaluation depends on.
    fn read_all(&mut self, walk: &Walk<'_>) {
        let known = &self.known;
        let is_new = |file: &ListedFile| !known.contains(&file.path);
        let mut swept = walk.sweep(&is_new, &|_, _| Interest::Kept);
        while self.add_new(walk, swept) {
            swept = walk.sweep_only(&self.missing(walk, &self.builder.missing()));
        }
    }

    /// The files that may call a wrapper that was not searched for before.
    fn callers(&mut self, walk: &Walk<'_>) -> BTreeSet<PathBuf> {
        let patterns: BTreeSet<CallPattern> =
            self.builder.project().call_patterns().into_iter().collect();
        let new = patterns.difference(&self.searched).collect();
        let packages = KnownPackages::new(walk, &self.graph, (&self.models, &self.origins));
        let mut files = caller_search::callers(walk, &packages, new);
        files.retain(|file| !self.known.contains(file));
        self.searched = patterns;
        files
    }

    /// Reads the files that may define a subclass of a class with a site, or what lies between them; returns whether any is
    /// new.
    fn read_subclasses(&mut self, walk: &Walk<'_>) -> bool {
        let bases = self.builder.project().missing_bases().cloned().collect();
        let files = self.missing(walk, &bases);
        let names = || names_of_subclasses(&self.models, self.builder.project());
        let names = guarded(&walk.target.root, names).unwrap_or_default();
        let words = walk.query(&names);
        let names = Finder::new(names);
        let known = &self.known;
        let may_be_wanted = |file: &ListedFile| {
            files.contains(&file.path) || !known.contains(&file.path) && file.may_have_any(&words)
        };
        let swept = walk.sweep(&may_be_wanted, &|file, text| {
            let derives = || names.find_iter(text).any(|name| may_derive(text, &name.range));
            Interest::kept_if(files.contains(file) || derives())
        });
        self.add_new(walk, swept)
    }

    /// The files that should define what lies at these paths, and that were not read.
    fn missing(&mut self, walk: &Walk<'_>, paths: &BTreeSet<String>) -> BTreeSet<PathBuf> {
        let Self { models, origins, modules, based, known, .. } = self;
        for (model, origin) in models.iter().zip(&*origins).skip(*based) {
            let Some(real) = origin.real.as_deref() else { continue };
            // A script's own folder is the first that it imports from.
            let folder =
                real.parent().filter(|folder| !walk.lookups.is_file(&folder.join("__init__.py")));
            let bases = base_of(real, model).into_iter().chain(folder.map(Path::to_path_buf));
            for base in bases.filter(|base| base.starts_with(&walk.target.root)) {
                modules.add_base(base, walk.lookups);
            }
        }
        *based = models.len();
        paths.iter().flat_map(|path| modules.defining_files(path, known, walk.lookups)).collect()
    }

    /// Takes in what is new of what a sweep has found; says whether anything is.
    fn add_new(&mut self, walk: &Walk<'_>, mut swept: SweepResult) -> bool {
        swept.hits.retain(|h| !self.known.contains(&h.real));
        if swept.hits.is_empty() {
            return false;
        }
        self.add(walk, swept.hits);
        self.update_index(walk);
        true
    }

    fn add(&mut self, walk: &Walk<'_>, hits: Vec<FoundFile>) {
        self.known.extend(hits.iter().map(|h| h.real.clone()));
        for portion in hits.iter().filter_map(|h| portion(&h.real, &walk.target.root, walk.lookups))
        {
            let known = self.nested_packages.entry(portion.name.clone()).or_default();
            if !known.contains(&portion) {
                known.push(portion);
            }
        }
        let parsed: Vec<_> =
            hits.into_par_iter().map(|hit| parse_hit(walk, hit, self.whole)).collect();
        for result in parsed {
            match result {
                Ok((model, origin)) => self.push(walk, model, origin),
                Err(fault) => self.faults.extend(fault),
            }
        }
    }

    /// Adds a parsed file, with what its place in the project says about it.
    fn push(&mut self, walk: &Walk<'_>, mut model: Model, origin: FileOrigin) {
        let root = &walk.target.root;
        model.is_test = is_test(&**walk.config, root, &origin);
        if let Some(folder) = origin.real.as_deref().and_then(Path::parent) {
            let known = self.script_modules.get(folder).cloned();
            let names =
                known.unwrap_or_else(|| Arc::new(script_modules(folder, root, walk.lookups)));
            self.script_modules.insert(folder.to_path_buf(), names.clone());
            model.script_modules = names;
        }
        self.models.push(model);
        self.origins.push(origin);
    }

    /// Extends the project index by the new files. A panic here cannot be attributed to one file: the project is then
    /// analysed without an index.
    fn update_index(&mut self, walk: &Walk<'_>) {
        let Self { models, origins, builder, nested_packages, graph, .. } = self;
        // Which of several packages of one name a module belongs to is unknown.
        let single = nested_packages.values().filter(|alike| alike.len() == 1).flatten();
        let names = single.flat_map(|p| p.others.iter().map(|o| (o.clone(), p.name.clone())));
        builder.name_packages(names.collect());
        let packages = KnownPackages::new(walk, graph, (models, origins));
        if let Err(fault) = guarded(&walk.target.root, || builder.extend(models, &packages)) {
            self.builder = ProjectBuilder::default();
            self.faults.push(fault);
        }
    }

    fn find_trackers(&mut self, walk: &Walk<'_>) {
        match guarded(&walk.target.root, || Trackers::gather(&self.models, self.builder.project()))
        {
            Ok(trackers) => self.trackers = trackers,
            Err(fault) => self.faults.push(fault),
        }
    }
}

fn parse_hit(
    walk: &Walk<'_>,
    hit: FoundFile,
    whole: bool,
) -> Result<(Model, FileOrigin), Option<Fault>> {
    let module = module_name(&hit.real, &walk.target.root, walk.lookups);
    // What a comment suppresses may be in any function.
    let whole = whole || hit.is_given && may_suppress(&hit.bytes);
    let parse = if whole { parse } else { parse_partially };
    let model = parse(&hit.shown, hit.bytes, module).map_err(|f| hit.is_given.then_some(f))?;
    let origin = FileOrigin {
        shown: hit.shown,
        real: Some(hit.real),
        is_given: hit.is_given,
        is_writable: !hit.is_link,
        is_stdin: false,
        is_new: false,
    };
    Ok((model, origin))
}
