//! The pipeline of one project: load, analyze, plan, report. It knows the order of the steps and leaves each to its own file.

use std::collections::BTreeSet;
use std::num::NonZero;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rayon::prelude::*;

use super::audit::project_results;
use super::cross_file::{find_users, helpers};
use super::demands::{Demands, declared, shared_name};
use super::fact_cache::FactCache;
use super::file_pipeline::{AnalyzedFile, CrossFileFacts, FileOrigin, PlannedFile, ProjectContext};
use super::folder_config::ConfigSource;
use super::loader::{LoadedProject, load};
use super::lookups::Lookups;
use super::nesting_limit::nesting_fault;
use super::parse_file::{guarded, layout_fault, syntax_fault};
use super::progress::{Phase, Progress};
use super::report::{FindingKey, Report};
use super::shared_module::resolve_shared;
use super::star_imports::star_imports;
use super::suppressions::misread_suppressions;
use super::sweep::Interest;
use super::target::Target;
use super::walk::{FileList, Texts, Walk};
use crate::fault::Fault;
use crate::fix::{Helpers, SharedFunction, WrapperFixes};
use crate::python::Model;
use crate::rules::{Check, all};
use crate::settings::RuleSettings;

/// A nested expression costs stack in places; this much is reserved for each thread, and used by none but the deepest.
const STACK: usize = 256 << 20;

/// What is to be done for one project.
pub struct Job<'a> {
    /// The project, and what is asked about it.
    pub target: &'a Target,
    /// What the user asked for, folder by folder.
    pub config: &'a Arc<dyn ConfigSource>,
    /// Whether sites without a finding are reported too.
    pub every_site: bool,
    /// Whether `.gitignore` and its like are respected.
    pub respects_ignore_files: bool,
    /// Texts that are analysed instead of what lies on disk.
    pub texts: &'a Texts,
    /// The findings to fix; `None` for all.
    pub selected: Option<&'a BTreeSet<FindingKey>>,
    /// How many threads work; 0 for as many as the machine has.
    pub threads: usize,
    /// Where to count what is done.
    pub progress: &'a Progress,
    /// What was asked of the disk so far; the run adds to it.
    pub lookups: &'a Lookups,
    /// The folder for what is known of unchanged files; none to read all.
    pub cache: Option<&'a Path>,
}

impl Job<'_> {
    fn walk(&self, threads: usize) -> Walk<'_> {
        let respects_ignore_files = self.respects_ignore_files;
        Walk::new(
            self.target,
            self.config,
            respects_ignore_files,
            self.texts,
            threads,
            self.progress,
            self.lookups,
        )
        .with_cache(self.cache.map(|folder| FactCache::open(folder, &self.target.root)))
    }

    /// The files that are looked at, as the user would name them.
    pub fn files(&self) -> Vec<PathBuf> {
        let swept = self.walk(1).sweep(&|_| true, &|_, _| Interest::Kept);
        let stdin = self.target.stdin.iter().map(|stdin| stdin.shown.clone());
        let found = swept.hits.into_iter().filter(|hit| hit.is_given).map(|hit| hit.shown);
        stdin.chain(found).collect()
    }
}

/// What was given by name although a pattern or an ignore file leaves it out, as the user named it. With `leaves_out`, it is left
/// out of the target.
pub fn excluded(
    target: &mut Target,
    config: &Arc<dyn ConfigSource>,
    respects_ignore_files: bool,
    leaves_out: bool,
) -> Vec<PathBuf> {
    let (progress, texts, lookups) = Default::default();
    let walk = Walk::new(target, config, respects_ignore_files, &texts, 1, &progress, &lookups);
    let paths = walk.excluded();
    let shown = target.shown(&paths);
    if leaves_out {
        target.leave_out(&paths);
    }
    shown
}

/// The files of a project, none of which is read.
pub fn list(job: &Job<'_>) -> FileList {
    job.walk(thread_count(job)).list_only()
}

/// The report on the given files of a project if none of them has anything to report; none where nothing marks the project.
pub fn nothing_found(job: &Job<'_>, list: &FileList) -> Option<Report> {
    let looked_at = list.files.iter().filter(|file| file.is_given).count();
    let omits_site_rules = job.config.used().iter().any(|c| omits_site_rule(&c.settings.rules));
    let report = Report { looked_at, omits_site_rules, ..Report::default() };
    job.target.given_of_none().is_none().then_some(report)
}

/// Finds and classifies the sites and plans the fixes; writes nothing.
pub fn run(job: &Job<'_>) -> Report {
    run_listed(job, None).0
}

/// The same, of a project whose files may be listed already; with the list of them.
pub fn run_listed(job: &Job<'_>, list: Option<FileList>) -> (Report, FileList) {
    let threads = thread_count(job);
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).stack_size(STACK).build();
    match pool {
        Ok(pool) => pool.install(|| work(job, list, threads)),
        // No threads to be had: the one that is here does it all.
        Err(_) => work(job, list, 1),
    }
}

fn thread_count(job: &Job<'_>) -> usize {
    match job.threads {
        0 => std::thread::available_parallelism().map_or(1, NonZero::get),
        count => count,
    }
}

fn work(job: &Job<'_>, list: Option<FileList>, threads: usize) -> (Report, FileList) {
    let walk = job.walk(threads);
    list.into_iter().for_each(|list| walk.adopt(list));
    job.config.folder(&job.target.root);
    let (demands, loaded) = load_all(job, &walk);
    let LoadedProject { looked_at, notebooks, .. } = loaded;
    let omits_site_rules = job.config.used().iter().any(|c| omits_site_rule(&c.settings.rules));
    let mut report = Report { looked_at, notebooks, omits_site_rules, ..Report::default() };
    report.factories.extend(loaded.builder.project().factory().cloned());
    report
        .unmarked
        .extend(job.target.given_of_none().map(|given| (job.target.root.clone(), given)));
    report.omits_site_rules |= loaded.origins.iter().filter(|o| o.is_given).any(|origin| {
        let config = job.config.folder(origin.folder(&job.target.root));
        omits_site_rule(&config.rules_for(origin.real.as_deref()))
    });
    let (files, lacks_shared) = analyze_all(job, &walk, loaded, demands, &mut report.faults);
    for (file, faults) in files {
        report.files.extend(file);
        report.faults.extend(faults);
    }
    if lacks_shared {
        report.withdraw_shared();
    }
    walk.remember();
    report.sort();
    report.link();
    job.progress.enter(None);
    (report, walk.into_list())
}

/// Whether a rule about single sites is off.
fn omits_site_rule(rules: &RuleSettings) -> bool {
    let mut site_rules = all().iter().filter(|rule| matches!(rule.check, Check::Site(_)));
    site_rules.any(|rule| !rules.is_on(rule.code, true))
}

/// Loads what the configurations demand. Those of nested folders are met on the way; where one demands more, all is loaded once
/// more.
fn load_all(job: &Job<'_>, walk: &Walk<'_>) -> (Demands, LoadedProject) {
    let ask = || {
        let used = job.config.used();
        (Demands::of(&used, job.every_site), declared(&used))
    };
    let mut asked = ask();
    loop {
        let loaded = load(walk, asked.0, asked.1.clone());
        let met = ask();
        if met == asked {
            return (asked.0, loaded);
        }
        asked = met;
    }
}

/// Plans every file; and says whether patches call a shared function that could not be written.
fn analyze_all(
    job: &Job<'_>,
    walk: &Walk<'_>,
    loaded: LoadedProject,
    demands: Demands,
    faults: &mut Vec<Fault>,
) -> (Vec<PlannedFile>, bool) {
    let LoadedProject { models, origins, builder, trackers, faults: early, .. } = loaded;
    let project = builder.into_project();
    faults.extend(early);
    let configs = job.config.used();
    let context = ProjectContext {
        root: &job.target.root,
        is_known: job.target.is_marked,
        config: &**job.config,
        demands,
        selected: job.selected,
        shared: shared_name(&configs),
        project: &project,
        trackers: &trackers,
        progress: job.progress,
    };
    let (given, others): (Vec<_>, Vec<_>) =
        models.into_iter().zip(origins).partition(|(_, o)| o.is_given);
    let mut analyzed = classify_all(&context, given, faults);
    let wrapper_fixes = wrapper_fixes(&job.target.root, &analyzed, &others);
    job.progress.enter(Some(Phase::Assess));
    let results = project_results(&context, &analyzed, &others, faults);
    analyzed.iter_mut().zip(results).for_each(|(file, results)| file.results = results);
    let mut helpers = match analyzed.iter().any(AnalyzedFile::may_change) {
        true => helpers(&project, &analyzed, &others),
        false => Helpers::default(),
    };
    find_users(walk, &mut helpers);
    let given = analyzed.iter().map(AnalyzedFile::model);
    job.progress.count_parsed(given.chain(others.iter().map(|(model, _)| model)));
    job.progress.enter(Some(Phase::Plan));
    let writes = configs.iter().any(|config| !config.settings.fix.preview_only);
    let stars = star_imports(walk, &analyzed, writes);
    let shared_module = resolve_shared(walk, &context, &analyzed, &others);
    let shared_file = shared_module.as_ref().and_then(|m| m.analyzed).map(|i| analyzed.remove(i));
    let (shared, new) = shared_module.map(|m| (m.shared, m.new)).unzip();
    let shared_file = shared_file.or_else(|| new.flatten());
    let with = CrossFileFacts {
        wrapper_fixes: &wrapper_fixes,
        helpers: &helpers,
        shared: shared.as_ref(),
        star_imports: &stars,
        shared_is_wanted: false,
    };
    plan_all(&context, analyzed, shared_file, with)
}

/// The given files with their verdicts, in their order; what is wrong with them is added to the faults.
fn classify_all(
    context: &ProjectContext<'_>,
    given: Vec<(Model, FileOrigin)>,
    faults: &mut Vec<Fault>,
) -> Vec<AnalyzedFile> {
    context.progress.enter(Some(Phase::Classify));
    context.progress.to_judge(given.len());
    let analyze = |(model, origin)| {
        let analysis = analyze_one(context, model, origin);
        context.progress.one_analyzed();
        analysis
    };
    let results: Vec<_> = given.into_par_iter().map(analyze).collect();
    let mut analyzed = Vec::new();
    for (file, early) in results {
        analyzed.extend(file);
        faults.extend(early);
    }
    analyzed
}

/// The fixes of wrappers, which then keep the task inside, for callers in all files.
fn wrapper_fixes(
    root: &Path,
    analyzed: &[AnalyzedFile],
    others: &[(Model, FileOrigin)],
) -> WrapperFixes {
    let relative = |o: &FileOrigin| {
        let real = o.real.as_deref().unwrap_or(&o.shown);
        real.strip_prefix(root).unwrap_or(real).to_path_buf()
    };
    let unseen: Vec<_> = others.iter().map(|(m, o)| (m.module.as_str(), relative(o))).collect();
    let findings: Vec<_> = analyzed.iter().map(AnalyzedFile::file_findings).collect();
    WrapperFixes::gather(&findings, &unseen)
}

/// Plans the files with wrappers, then those that may call them, and last the one of the function that all share; and says whether
/// patches call that function although it could not be written.
fn plan_all(
    context: &ProjectContext<'_>,
    analyzed: Vec<AnalyzedFile>,
    shared_file: Option<AnalyzedFile>,
    with: CrossFileFacts<'_>,
) -> (Vec<PlannedFile>, bool) {
    let wrapper_fixes = with.wrapper_fixes;
    let plan = |file: AnalyzedFile, with: &CrossFileFacts<'_>| {
        let shown = file.shown().to_path_buf();
        match guarded(&shown, || context.examine(file, with)) {
            Ok(planned) => planned,
            Err(fault) => (None, Some(fault)),
        }
    };
    // Whether a wrapper can be fixed is known when its file is planned; where it cannot, its callers are.
    let wanted = |file: &AnalyzedFile| wrapper_fixes.wanted_in(file.shown());
    let (first, rest): (Vec<_>, Vec<_>) = analyzed.into_iter().partition(|f| !wanted(f).is_empty());
    let plan_wrappers = |file: AnalyzedFile| {
        let mut unfixed = wanted(&file);
        let planned = plan(file, &with);
        let fixed = planned.0.iter().flat_map(|report| report.wrappers.keys());
        fixed.for_each(|wrapper| {
            unfixed.remove(wrapper);
        });
        (planned, unfixed)
    };
    let (mut planned, unfixed): (Vec<PlannedFile>, Vec<BTreeSet<String>>) =
        first.into_par_iter().map(plan_wrappers).unzip();
    let mut wrapper_fixes = wrapper_fixes.clone();
    wrapper_fixes.withdraw(&unfixed.into_iter().flatten().collect());
    let with = CrossFileFacts { wrapper_fixes: &wrapper_fixes, ..with };
    planned.par_extend(rest.into_par_iter().map(|file| plan(file, &with)));
    let calls = |p: &PlannedFile| p.0.as_ref().is_some_and(|f| f.calls_shared);
    let shared_is_wanted =
        with.shared.is_some_and(SharedFunction::is_missing) && planned.iter().any(calls);
    let with = CrossFileFacts { shared_is_wanted, ..with };
    let shared_file = shared_file.map(|file| plan(file, &with));
    let is_written =
        shared_file.iter().any(|(file, _)| file.as_ref().is_some_and(|f| f.patch.is_some()));
    planned.extend(shared_file);
    (planned, shared_is_wanted && !is_written)
}

/// Analyzes one file; the faults are those of its code.
fn analyze_one(
    context: &ProjectContext<'_>,
    model: Model,
    origin: FileOrigin,
) -> (Option<AnalyzedFile>, Vec<Fault>) {
    if let Some(fault) = nesting_fault(&model) {
        return (None, vec![fault]);
    }
    let shown = origin.shown.clone();
    let fault = syntax_fault(&model);
    let is_strict = || context.config.folder(origin.folder(context.root)).settings.strict;
    let fault = fault.or_else(|| is_strict().then(|| layout_fault(&model)).flatten());
    let mut faults: Vec<Fault> = fault.into_iter().collect();
    if let Ok(misread) = guarded(&shown, || misread_suppressions(&model)) {
        faults.extend(misread);
    }
    match guarded(&shown, || context.analyze_given(model, origin)) {
        Ok(file) => (file, faults),
        Err(fault) => {
            faults.push(fault);
            (None, faults)
        }
    }
}
