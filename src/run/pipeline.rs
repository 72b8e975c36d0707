//! The pipeline of one project: load, analyze, plan, report. It knows the order of the steps and leaves each to its own file.

use std::num::NonZero;
use std::path::Path;

use ignore::gitignore::Gitignore;
use rayon::prelude::*;

use super::audit::look;
use super::cross_file::{find_users, helpers};
use super::file_pipeline::{
    AnalyzedFile, CrossFileFacts, FileOrigin, PlannedFile, ProjectContext, guarded, layout_fault,
    syntax_fault,
};
use super::loader::{LoadScope, LoadedProject, load};
use super::nesting_limit::nesting_fault;
use super::report::{Progress, Report};
use super::shared_module::look_up;
use super::target::Target;
use super::walk::Walk;
use crate::fault::Fault;
use crate::fix::WrapperFixes;
use crate::python::Model;
use crate::rules::{Check, all, has_project_rules};
use crate::settings::{FileSettings, Settings, TrackerChoice};

/// A nested expression costs stack in places; this much is reserved for each thread, and used by none but the deepest.
const STACK: usize = 256 << 20;

/// What is to be done for one project.
pub struct Job<'a> {
    /// The project, and what is asked about it.
    pub target: &'a Target,
    /// What the user asked for.
    pub settings: &'a Settings,
    /// What the configuration says of the files of a folder.
    pub file_settings: &'a (dyn Fn(&Path) -> FileSettings + Sync),
    /// Files left out, see [`super::excluder`].
    pub exclude: &'a Gitignore,
    /// The files that are test code; none for the usual ones.
    pub tests: Option<&'a Gitignore>,
    /// Whether sites without a finding are reported too.
    pub every_site: bool,
    /// Whether `.gitignore` and its like are respected.
    pub respects_ignore_files: bool,
    /// How many threads work; 0 for as many as the machine has.
    pub threads: usize,
    /// Where to count what is done.
    pub progress: &'a Progress,
}

/// Finds, judges and plans; writes nothing.
pub fn run(job: &Job<'_>) -> Report {
    let threads = match job.threads {
        0 => std::thread::available_parallelism().map_or(1, NonZero::get),
        count => count,
    };
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).stack_size(STACK).build();
    match pool {
        Ok(pool) => pool.install(|| work(job, threads)),
        // No threads to be had: the one that is here does it all.
        Err(_) => work(job, 1),
    }
}

fn work(job: &Job<'_>, threads: usize) -> Report {
    let walk = Walk {
        target: job.target,
        exclude: job.exclude,
        tests: job.tests,
        respects_ignore_files: job.respects_ignore_files,
        threads,
        progress: job.progress,
    };
    let rules = &job.settings.rules;
    let trackers = has_project_rules(all(), rules);
    // What is asked about trackers, by an audit or for a shutdown may be answered anywhere.
    let everything = job.every_site || trackers || job.settings.fix.drains();
    // What is known of the shared function names places in its file, which are others once more of that is parsed.
    let shared = matches!(job.settings.fix.tracker, TrackerChoice::Shared { .. });
    // A set on an instance takes a constructor that each of its subclasses runs.
    let subclasses =
        matches!(job.settings.fix.tracker, TrackerChoice::Instance | TrackerChoice::Reuse);
    let whole = everything || shared || subclasses || job.settings.strict;
    let loaded = load(&walk, LoadScope { everything, whole, subclasses, trackers });
    let LoadedProject { looked_at, notebooks, .. } = loaded;
    let omits_site_rules = all()
        .iter()
        .any(|rule| matches!(rule.check, Check::Site(_)) && !rules.is_on(rule.code, true));
    let mut report = Report { looked_at, notebooks, omits_site_rules, ..Report::default() };
    report.factories.extend(loaded.builder.project().factory().cloned());
    for (file, faults) in analyze_all(job, &walk, loaded, &mut report.faults) {
        report.files.extend(file);
        report.faults.extend(faults);
    }
    if report.files.iter().any(|f| f.holds_shared && f.patch.is_none()) {
        report.withdraw_shared();
    }
    report.sort();
    report.link();
    report
}

fn analyze_all(
    job: &Job<'_>,
    walk: &Walk<'_>,
    loaded: LoadedProject,
    faults: &mut Vec<Fault>,
) -> Vec<PlannedFile> {
    let LoadedProject { models, origins, builder, trackers, faults: early, .. } = loaded;
    let project = builder.into_project();
    faults.extend(early);
    let context = ProjectContext {
        root: &job.target.root,
        tests: job.tests,
        project: &project,
        trackers: &trackers,
        settings: job.settings,
        file_settings: job.file_settings,
        every_site: job.every_site,
    };
    let (given, others): (Vec<_>, Vec<_>) =
        models.into_iter().zip(origins).partition(|(_, o)| o.is_given);
    job.progress.to_judge(given.len());
    let judge = |(model, origin)| {
        let judgement = one(&context, model, origin);
        job.progress.one_judged();
        judgement
    };
    let judged: Vec<_> = given.into_par_iter().map(judge).collect();
    let mut analyzed = Vec::new();
    for (file, early) in judged {
        analyzed.extend(file);
        faults.extend(early);
    }
    // A wrapper keeps its task inside, for callers in all files.
    let relative = |o: &FileOrigin| {
        let real = o.real.as_deref().unwrap_or(&o.shown);
        real.strip_prefix(&job.target.root).unwrap_or(real).to_path_buf()
    };
    let unseen: Vec<_> = others.iter().map(|(m, o)| (m.module.as_str(), relative(o))).collect();
    let ledgers: Vec<_> = analyzed.iter().map(AnalyzedFile::ledger).collect();
    let homes = WrapperFixes::gather(&ledgers, &unseen);
    let mut helpers = helpers(&project, &analyzed, &others);
    find_users(walk, &mut helpers);
    let seen = look(&context, &analyzed, &others, faults);
    analyzed.iter_mut().zip(seen).for_each(|(file, seen)| file.seen = seen);
    let place = look_up(job.target, &context, &analyzed, &others);
    let home = place.as_ref().and_then(|p| p.analyzed).map(|i| analyzed.remove(i));
    let (shared, new) = place.map(|p| (p.shared, p.new)).unzip();
    let home = home.or_else(|| new.flatten());
    let shared = shared.as_ref();
    let with = CrossFileFacts { homes: &homes, helpers: &helpers, shared, shared_is_wanted: false };
    let plan = |file: AnalyzedFile, with: &CrossFileFacts<'_>| {
        let shown = file.shown().to_path_buf();
        match guarded(&shown, || context.examine(file, with)) {
            Ok(planned) => planned,
            Err(fault) => (None, Some(fault)),
        }
    };
    let mut planned: Vec<PlannedFile> =
        analyzed.into_par_iter().map(|file| plan(file, &with)).collect();
    if let (Some(shared), Some(home)) = (shared, home) {
        let calls = |p: &PlannedFile| p.0.as_ref().is_some_and(|f| f.calls_shared);
        let shared_is_wanted = shared.is_missing() && planned.iter().any(calls);
        let with = CrossFileFacts { shared_is_wanted, ..with };
        planned.push(plan(home, &with));
    }
    planned
}

/// Judges one file.
fn one(
    context: &ProjectContext<'_>,
    model: Model,
    origin: FileOrigin,
) -> (Option<AnalyzedFile>, Vec<Fault>) {
    if let Some(fault) = nesting_fault(&model) {
        return (None, vec![fault]);
    }
    let shown = origin.shown.clone();
    let fault = syntax_fault(&model);
    let fault = fault.or_else(|| layout_fault(&model).filter(|_| context.settings.strict));
    let mut faults: Vec<Fault> = fault.into_iter().collect();
    match guarded(&shown, || context.judge(model, origin)) {
        Ok(file) => (file, faults),
        Err(fault) => {
            faults.push(fault);
            (None, faults)
        }
    }
}
