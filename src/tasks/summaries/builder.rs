//! Worklist driver of the interprocedural analysis: evaluates function summaries and files until
//! nothing that they depend on changes. What a summary or a file amounts to is computed elsewhere.
//!
//! Files are evaluated with settled function summaries only, so that no intermediate state makes a
//! wrapper. All members of a batch read the same state, and their results are stored in order: the
//! outcome does not depend on the threads.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::mem;

use rayon::prelude::*;

use super::file_summary::{FileSummary, SummaryChanges, summarize};
use super::inheritance::{InheritedWrappers, find_abstract_wrappers, find_hiding};
use super::merge::{Contributors, update_other_facts};
use super::store::SummaryStore;
use crate::python::Model;
use crate::tasks::effects::{Dependency, FunctionSummary, ParamEffect, SummaryKey};
use crate::tasks::prefilter::{
    AssignedNames, CallPattern, PackageBodies, PackageCallers, Packages, TaskSource,
    UnknownPackages,
};
use crate::tasks::project::{DeclaredFunctions, ProjectIndex, Wrapper, last_name, root_of};
use crate::tasks::sites::find_factory;
use crate::text::Finder;

/// A summary that changes more often than this is widened to unknown. Changes move up a short
/// lattice, so a summary that still changes alternates within a cycle of calls.
const MAX_CHANGES: u32 = 16;

/// The index of the files that were read so far, and the state of the fixpoint iteration.
#[derive(Debug)]
pub struct ProjectBuilder {
    project: ProjectIndex,
    store: SummaryStore,
    files: Vec<FileSummary>,
    summaries: BTreeMap<SummaryKey, Evaluation>,
    /// The summaries to evaluate.
    worklist: BTreeSet<SummaryKey>,
    /// The summaries that the files were last evaluated with.
    published: BTreeMap<SummaryKey, FunctionSummary>,
    /// Those that may have changed since.
    unpublished: BTreeSet<SummaryKey>,
    contributors: Contributors,
    /// None when it has to be computed again.
    inherited: Option<InheritedWrappers>,
    /// The names of wrappers that may return a task to their callers, in the order of discovery.
    wrapper_names: Vec<TaskSource>,
    /// For each file the number of these names that it was searched for.
    searched: Vec<usize>,
    /// All names of the project that were known at the last search.
    searched_names: BTreeSet<String>,
    /// Those that were known at the last search for assignments to them.
    assigned_names: BTreeSet<String>,
    max_changes: u32,
}

/// The last evaluation of a function summary.
#[derive(Debug, Default)]
struct Evaluation {
    /// What it depended on.
    dependencies: BTreeSet<Dependency>,
    /// How often the summary has changed.
    changes: u32,
}

impl Default for ProjectBuilder {
    fn default() -> Self {
        Self {
            project: ProjectIndex::default(),
            store: SummaryStore::default(),
            files: Vec::new(),
            summaries: BTreeMap::new(),
            worklist: BTreeSet::new(),
            published: BTreeMap::new(),
            unpublished: BTreeSet::new(),
            contributors: Contributors::default(),
            inherited: None,
            wrapper_names: Vec::new(),
            searched: Vec::new(),
            searched_names: BTreeSet::new(),
            assigned_names: BTreeSet::new(),
            max_changes: MAX_CHANGES,
        }
    }
}

impl ProjectIndex {
    /// Builds the index of the given files; their order does not matter.
    pub fn build(models: &[Model]) -> Self {
        let mut builder = ProjectBuilder::default();
        builder.extend(models, &UnknownPackages);
        builder.project
    }
}

impl ProjectBuilder {
    /// A builder that knows what the configuration says of functions.
    pub fn with_declared(declared: DeclaredFunctions) -> Self {
        let mut builder = Self::default();
        builder.project.declared = declared;
        builder
    }

    /// The index as far as it is known.
    pub fn project(&self) -> &ProjectIndex {
        &self.project
    }

    /// The finished index.
    pub fn into_project(self) -> ProjectIndex {
        self.project
    }

    /// Dotted paths that some evaluation depends on and that no file read so far defines.
    pub fn missing(&self) -> BTreeSet<String> {
        let names = self.dependencies().filter_map(|dependency| match dependency {
            Dependency::Name(path) => Some(path.as_str()),
            Dependency::Summary(_) | Dependency::Overrides(_) => None,
        });
        let mut unread = self.project.unread_declarations();
        unread.extend(self.project.unread_overrides());
        self.project.definitions_of(&names.chain(unread.iter().map(String::as_str)).collect())
    }

    /// The methods of which it matters what overrides them.
    fn overridable(&self) -> BTreeSet<String> {
        let of = |dependency: &Dependency| match dependency {
            Dependency::Overrides(method) => Some(method.clone()),
            Dependency::Name(_) | Dependency::Summary(_) => None,
        };
        self.dependencies().filter_map(of).collect()
    }

    /// What the evaluations of all files and summaries depend on.
    fn dependencies(&self) -> impl Iterator<Item = &Dependency> {
        let files = self.files.iter().map(|file| &file.dependencies);
        files.chain(self.summaries.values().map(|evaluation| &evaluation.dependencies)).flatten()
    }

    /// Sets the alternative names of packages, each with the name that its modules use. They
    /// replace all earlier ones and affect files added from now on.
    pub fn name_packages(&mut self, packages: BTreeMap<String, String>) {
        self.project.roots.extend(packages.keys().map(|other| root_of(other).to_owned()));
        self.project.packages = packages;
    }

    /// Adds files: `models` starts with the files that are known already, new ones follow.
    pub fn extend(&mut self, models: &[Model], packages: &dyn Packages) {
        let first = self.store.len();
        let aliases = self.project.aliases.clone();
        let extended_classes = self.store.register_files(models, &mut self.project);
        self.files.resize_with(models.len(), FileSummary::default);
        self.searched.resize(models.len(), 0);
        let new_aliases = self.project.patterns_of(self.project.aliases.difference(&aliases));
        let mut files = self.parse_callers(models, packages);
        // What was unknown may be defined in the new files.
        self.inherited = None;
        self.restart();
        self.settle_summaries(models);
        let changed = self.publish();
        let modules: BTreeSet<&str> = models[first..].iter().map(|m| m.module.as_str()).collect();
        // Files depend on the same paths: each is resolved once.
        let paths: BTreeSet<&str> =
            self.files.iter().flat_map(|f| &f.dependencies).map(Dependency::path).collect();
        let leads = |path: &&&str| self.project.leads_into(path, &modules, &extended_classes);
        let redefined: HashSet<&str> = paths.par_iter().filter(leads).copied().collect();
        let is_changed = |dependency: &Dependency| {
            changed.contains(dependency) || redefined.contains(dependency.path())
        };
        files.extend(self.affected_files((models, packages), &new_aliases, |i| {
            i >= first
                || self.files[i].dependencies.iter().any(is_changed)
                || self.store.defines(i, &extended_classes)
        }));
        while !files.is_empty() {
            files = self.evaluate_files(models, packages, files);
        }
        self.project.overridable = self.overridable();
        let found = models.iter().filter_map(|m| find_factory(m, &self.project));
        self.project.factory = found.min_by_key(|f| (f.attribute_only, f.path.clone(), f.line));
    }

    /// Evaluates these files and the summaries that they need; returns the files to evaluate next.
    fn evaluate_files(
        &mut self,
        models: &[Model],
        packages: &dyn Packages,
        files: BTreeSet<usize>,
    ) -> BTreeSet<usize> {
        let evaluate = |file: usize| (file, summarize(&models[file], &self.project));
        let found: Vec<(usize, FileSummary)> = files.into_par_iter().map(evaluate).collect();
        let mut changes = SummaryChanges::default();
        let evaluated: Vec<usize> = found.iter().map(|(file, _)| *file).collect();
        for (file, summary) in found {
            self.request(&summary.dependencies);
            self.files[file].update(summary, self.max_changes, &mut changes);
        }
        self.contributors.update(&self.files, &evaluated, &changes.wrappers);
        let changed_wrappers = self.update_wrappers(models, changes);
        self.worklist.extend(self.summaries_naming(models, &changed_wrappers));
        self.settle_summaries(models);
        let mut next = self.parse_callers(models, packages);
        next.extend(self.replacing_files(models));
        let changed = self.publish();
        let names: BTreeSet<&str> = changed_wrappers.iter().map(CallPattern::name).collect();
        let is_changed = |dependency: &Dependency| match dependency {
            Dependency::Overrides(method) => names.contains(last_name(method)),
            Dependency::Name(_) | Dependency::Summary(_) => changed.contains(dependency),
        };
        next.extend(self.affected_files((models, packages), &changed_wrappers, |file| {
            self.files[file].dependencies.iter().any(is_changed)
        }));
        next
    }

    /// Evaluates summaries until the worklist is empty.
    fn settle_summaries(&mut self, models: &[Model]) {
        while !self.worklist.is_empty() {
            let batch: Vec<SummaryKey> = mem::take(&mut self.worklist).into_iter().collect();
            let evaluate = |key: &SummaryKey| self.store.evaluate(models, &self.project, key);
            let found: Vec<_> = batch.par_iter().map(evaluate).collect();
            let mut changed = BTreeSet::new();
            for (key, (summary, dependencies)) in batch.into_iter().zip(found) {
                self.request(&dependencies);
                let evaluation = self.summaries.entry(key.clone()).or_default();
                evaluation.dependencies = dependencies;
                let is_same = self.project.summaries.get(&key) == Some(&summary);
                if !is_same && evaluation.changes <= self.max_changes {
                    evaluation.changes += 1;
                    let is_widened = evaluation.changes > self.max_changes;
                    let summary = if is_widened { FunctionSummary::Unknown } else { summary };
                    self.project.summaries.insert(key.clone(), summary);
                    self.unpublished.insert(key.clone());
                    changed.insert(Dependency::Summary(key));
                }
            }
            let evaluations = self.summaries.iter();
            let stale = evaluations.filter(|(_, e)| !e.dependencies.is_disjoint(&changed));
            self.worklist.extend(stale.map(|(key, _)| key.clone()));
        }
    }

    /// Adds those of the dependencies to the worklist that are no known summaries. A summary starts
    /// as "keeps nothing", so that the result for recursive functions is the least fixpoint.
    fn request(&mut self, dependencies: &BTreeSet<Dependency>) {
        for dependency in dependencies {
            if let Dependency::Summary(key) = dependency
                && !self.project.summaries.contains_key(key)
            {
                let least = FunctionSummary::Param(ParamEffect::none());
                self.project.summaries.insert(key.clone(), least);
                self.unpublished.insert(key.clone());
                self.worklist.insert(key.clone());
            }
        }
    }

    /// The summaries and files that another evaluation would change: none, or some were not evaluated again when they should.
    #[cfg(test)]
    pub(super) fn unsettled(&self, models: &[Model]) -> Vec<String> {
        // With a factory, which is looked for when all else is known, every task is kept.
        if self.project.factory.is_some() {
            return Vec::new();
        }
        let summaries = self.project.summaries.iter().filter_map(|(key, known)| {
            let (found, _) = self.store.evaluate(models, &self.project, key);
            (found != *known).then(|| format!("{key:?}: {known:?} is {found:?}"))
        });
        let files = models.iter().zip(&self.files).filter_map(|(model, known)| {
            let found = summarize(model, &self.project);
            (!found.is_same(known)).then(|| format!("{}: {known:#?} is {found:#?}", model.module))
        });
        summaries.chain(files).collect()
    }

    /// Resets all summaries, since outdated ones of recursive functions would support each other.
    fn restart(&mut self) {
        for (key, summary) in &mut self.project.summaries {
            *summary = FunctionSummary::Param(ParamEffect::none());
            self.unpublished.insert(key.clone());
            self.worklist.insert(key.clone());
        }
        self.summaries.values_mut().for_each(|evaluation| evaluation.changes = 0);
    }

    /// Makes the settled summaries known to the files; returns those that are new or changed.
    fn publish(&mut self) -> BTreeSet<Dependency> {
        let mut changed = BTreeSet::new();
        for key in mem::take(&mut self.unpublished) {
            let settled = &self.project.summaries[&key];
            // What a file has asked for in vain was unknown to it.
            if self.published.get(&key).unwrap_or(&FunctionSummary::Unknown) != settled {
                self.published.insert(key.clone(), settled.clone());
                changed.insert(Dependency::Summary(key));
            }
        }
        changed
    }

    /// The summaries in files that name one of these wrappers.
    fn summaries_naming(&self, models: &[Model], wrappers: &[CallPattern]) -> Vec<SummaryKey> {
        let names: BTreeSet<&str> = wrappers.iter().map(CallPattern::name).collect();
        // What runs a special method does not name it.
        let is_unnamed = names.iter().any(|name| name.starts_with("__"));
        let finder = Finder::new(&names);
        let mut known: HashMap<usize, bool> = HashMap::new();
        let mut is_in = |file: usize| {
            let code = models[file].source.code().as_bytes();
            *known.entry(file).or_insert_with(|| finder.find_iter(code).next().is_some())
        };
        let keys = self.summaries.keys().filter(|_| !names.is_empty());
        let affected = keys.filter(|k| is_unnamed || self.store.files_of(&k.path).any(&mut is_in));
        affected.cloned().collect()
    }

    /// Parses every function that may call a newly known wrapper; returns the files of those that
    /// were not parsed before.
    fn parse_callers(&mut self, models: &[Model], packages: &dyn Packages) -> BTreeSet<usize> {
        let new = self.project.task_source_names(&self.wrapper_names);
        self.wrapper_names.extend(new);
        let all = self.wrapper_names.len();
        let starts: BTreeSet<usize> = self.searched.iter().copied().collect();
        let mut files = BTreeSet::new();
        if starts.iter().all(|start| *start == all) {
            return files;
        }
        let mentioned: BTreeSet<&String> =
            self.project.names.difference(&self.searched_names).collect();
        for start in starts.into_iter().filter(|start| *start != all) {
            let mentioned = Some(&mentioned).filter(|_| start > 0);
            let new = &self.wrapper_names[start..];
            let bodies = PackageBodies::new(&self.project, new, mentioned, packages);
            let of_start = (0..models.len()).into_par_iter().filter(|i| self.searched[*i] == start);
            files.par_extend(of_start.filter(|file| bodies.parse(*file, &models[*file])));
        }
        self.searched.fill(all);
        self.searched_names.clone_from(&self.project.names);
        files
    }

    /// The files that assign an attribute of the name of a newly known wrapper, which may be that method.
    fn replacing_files(&mut self, models: &[Model]) -> Vec<usize> {
        if self.assigned_names.len() == self.project.names.len() {
            return Vec::new();
        }
        let new: Vec<String> =
            self.project.names.difference(&self.assigned_names).cloned().collect();
        let assigned = AssignedNames::new(&new);
        let assigns = |file: &usize| assigned.is_any_in(models[*file].source.code().as_bytes());
        let files = (0..models.len()).into_par_iter().filter(assigns).collect();
        self.assigned_names.extend(new);
        files
    }

    /// Brings the index's wrappers up to date; returns the patterns of those that are new or
    /// changed.
    fn update_wrappers(&mut self, models: &[Model], changes: SummaryChanges) -> Vec<CallPattern> {
        let project = &mut self.project;
        // Those that are only there to be overridden have no file of their own.
        let overridden = mem::take(&mut project.abstract_wrappers).into_keys();
        let mut before: BTreeMap<String, Option<Wrapper>> = BTreeMap::new();
        for path in overridden.chain(changes.wrappers.iter().cloned()) {
            let wrapper = project.wrappers.remove(&path);
            before.entry(path).or_insert(wrapper);
        }
        self.contributors.add_wrappers(&self.files, before.keys(), project);
        let others = update_other_facts(&self.files, &changes, project);
        let is_valid = |inherited: &InheritedWrappers| {
            changes.wrappers.iter().all(|path| inherited.allows(project, path))
        };
        let known = self.inherited.take().filter(is_valid);
        let is_known = known.is_some();
        let mut inherited =
            known.unwrap_or_else(|| InheritedWrappers::new(models, &self.store, project));
        for (path, overriding) in find_abstract_wrappers(models, &self.store, project, &inherited) {
            let wrapper = project.wrappers[&overriding[0]].clone();
            let only = (overriding.len() == 1).then(|| overriding[0].clone());
            project.abstract_wrappers.insert(path.clone(), only);
            before.entry(path.clone()).or_insert(None);
            project.add_wrapper(path, wrapper);
        }
        let mut is_same = true;
        let is_hidden_alike = is_known && !changes.replaced_methods;
        if !is_hidden_alike || !inherited.overridden.iter().eq(project.abstract_wrappers.keys()) {
            inherited.overridden = project.abstract_wrappers.keys().cloned().collect();
            let mut hiding = find_hiding(models, &self.store, project);
            let replaced = self.files.iter().flat_map(|file| &file.replaced_methods);
            hiding.possible.extend(replaced.cloned());
            is_same = hiding == project.hiding;
            project.hiding = hiding;
        }
        self.inherited = Some(inherited);
        let aliases = match before.is_empty() && is_known {
            true => None,
            false => {
                project.has_async_wrappers = project.wrappers.values().any(|w| w.is_async);
                let mut paths = project.wrappers.keys();
                project.has_wrapper_makers =
                    paths.any(|path| path.ends_with("()") || path.ends_with(".__call__"));
                let aliases = mem::take(&mut project.wrapper_aliases);
                project.collect_wrapper_aliases();
                Some(aliases)
            }
        };
        let is_changed = |path: &&String| match before.get(*path) {
            Some(wrapper) => !is_same || wrapper.as_ref() != project.wrappers.get(*path),
            None => !is_same,
        };
        let rest = project.wrappers.keys().filter(|_| !is_same);
        let paths = before.keys().chain(rest).filter(is_changed);
        let now = &project.wrapper_aliases;
        let aliases = aliases.as_ref().unwrap_or(now);
        let is_renamed = |(alias, path): &(&String, &String)| {
            is_changed(path) || aliases.get(*alias) != now.get(*alias)
        };
        let renamed = aliases.iter().chain(now).filter(is_renamed).map(|(alias, _)| alias);
        project.patterns_of(paths.chain(renamed).chain(&others))
    }

    /// The files that may call one of these wrappers, define one, or for which `test` holds.
    fn affected_files(
        &self,
        (models, packages): (&[Model], &dyn Packages),
        wrappers: &[CallPattern],
        test: impl Fn(usize) -> bool + Sync,
    ) -> Vec<usize> {
        let callers = PackageCallers::new(wrappers, packages);
        let is_affected =
            |file: &usize| test(*file) || callers.may_call_or_define(*file, &models[*file]);
        (0..models.len()).into_par_iter().filter(is_affected).collect()
    }
}

#[cfg(test)]
mod tests {
    use std::fmt::Write;
    use std::path::Path;

    use super::*;
    use crate::tasks::sites::classify;
    use crate::tasks::verdict::Verdict;
    use crate::text::SourceFile;

    /// The verdicts of the module `app`, with a bound on changes, among modules with these texts.
    fn verdicts(max_changes: u32, modules: &[(&str, &str)]) -> Vec<Verdict> {
        let model = |(name, text): &(&str, &str)| {
            let path = format!("{name}.py");
            Model::new(SourceFile::new(Path::new(&path), text.as_bytes().to_vec()).unwrap(), *name)
        };
        let models: Vec<Model> = modules.iter().map(model).collect();
        let mut builder = ProjectBuilder { max_changes, ..ProjectBuilder::default() };
        builder.extend(&models, &UnknownPackages);
        let app = models.iter().find(|m| m.module == "app").unwrap();
        classify(app, builder.project()).iter().map(|site| site.verdict()).collect()
    }

    #[test]
    fn a_summary_that_changes_too_often_makes_its_callers_unsure() {
        let keeper = ("keeper", "KEPT = []\ndef keep(task):\n    KEPT.append(task)\n");
        let app = "import asyncio\nfrom keeper import keep\nkeep(asyncio.create_task(work()))\n";
        assert_eq!(verdicts(MAX_CHANGES, &[keeper, ("app", app)]), [Verdict::Held]);
        assert_eq!(verdicts(0, &[keeper, ("app", app)]), [Verdict::Unsure]);
    }

    #[test]
    fn a_wrapper_that_changes_too_often_makes_its_callers_unsure() {
        let tool = "import asyncio\ndef spawn(work):\n    return asyncio.create_task(work)\n";
        let app = "from tool import spawn\nspawn(work())\n";
        assert_eq!(verdicts(MAX_CHANGES, &[("tool", tool), ("app", app)]), [Verdict::Dropped]);
        assert_eq!(verdicts(0, &[("tool", tool), ("app", app)]), [Verdict::Unsure]);
    }

    #[test]
    fn a_method_with_too_many_overrides_is_not_followed() {
        let verdicts_with = |overrides: usize| {
            let mut pools =
                "class Pool:\n    def take(self, task):\n        print(task)\n".to_owned();
            for number in 0..overrides {
                let class = format!("class Pool{number}(Pool):\n    def take(self, task):\n");
                writeln!(pools, "{class}        print(task)").unwrap();
            }
            let app = "import asyncio\nfrom pools import Pool\ndef main(pool: Pool):\n    \
                       pool.take(asyncio.create_task(work()))\n";
            verdicts(MAX_CHANGES, &[("pools", &pools), ("app", app)])
        };
        assert_eq!(verdicts_with(64), [Verdict::Dropped]);
        assert_eq!(verdicts_with(65), [Verdict::Unsure]);
    }

    #[test]
    fn imports_that_lead_on_without_end_are_unresolved() {
        let app = "import asyncio\nfrom one import keep\nkeep(asyncio.create_task(work()))\n";
        let one = ("one", "import two\nkeep = two.one.keep\n");
        let two = ("two", "import one\none = one.two.one\n");
        assert_eq!(verdicts(MAX_CHANGES, &[one, two, ("app", app)]), [Verdict::Unsure]);
    }
}
