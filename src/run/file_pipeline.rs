//! The analysis of one file, step by step. It reads no disk.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::demands::Demands;
use super::folder_config::{ConfigSource, FolderConfig};
use super::parse_file::{guarded, syntax_fault};
use super::progress::Progress;
use super::report::{Entry, FileReport, FindingKey, Found};
use super::report_items::{entry, notices};
use super::selection::{each_alone, is_selected};
use super::suppressions::check_suppressions;
use crate::audit::{self, Assessment, ShutdownPoints, WorkspaceAudit};
use crate::decline::{Decline, DeclineKind};
use crate::fault::Fault;
use crate::fix::{
    self, FileFindings, Helpers, Outcome, Patched, SharedFunction, StarImports, WrapperFixes,
};
use crate::python::{Model, check_layout};
use crate::rules::{self, Finding, ProjectFinding, RuleContext, Status};
use crate::settings::TrackerChoice;
use crate::tasks::{self, ClassifiedSite, ProjectIndex, Trackers};
use crate::text::SourceFile;

/// Where a parsed file came from.
#[derive(Debug)]
pub(super) struct FileOrigin {
    pub(super) shown: PathBuf,
    pub(super) real: Option<PathBuf>,
    pub(super) is_given: bool,
    /// Whether it may be written to: not through a link that leads out of the given paths.
    pub(super) is_writable: bool,
    pub(super) is_stdin: bool,
    /// Whether there is no such file yet.
    pub(super) is_new: bool,
}

impl FileOrigin {
    /// Where the bytes really lie, or what stands for that.
    fn place(&self) -> &Path {
        self.real.as_deref().unwrap_or(&self.shown)
    }

    /// The folder that the file lies in; the project's root for a text that stands for no file.
    pub(super) fn folder<'a>(&'a self, root: &'a Path) -> &'a Path {
        self.real.as_deref().and_then(Path::parent).unwrap_or(root)
    }
}

/// What every file of a project is judged with.
pub(super) struct ProjectContext<'a> {
    pub(super) root: &'a Path,
    /// Whether all files of the project are known, not only those that were given.
    pub(super) is_known: bool,
    pub(super) config: &'a dyn ConfigSource,
    /// What is asked of the project as a whole.
    pub(super) demands: Demands,
    /// The findings to fix; `None` for all.
    pub(super) selected: Option<&'a BTreeSet<FindingKey>>,
    /// The module and name of the function that the user chose to keep tasks.
    pub(super) shared: Option<(&'a str, &'a str)>,
    pub(super) project: &'a ProjectIndex,
    pub(super) trackers: &'a Trackers,
    /// Where to count what was parsed of files that have no sites.
    pub(super) progress: &'a Progress,
}

/// Whether a file is test code, by its path in the project.
pub(super) fn is_test(config: &dyn ConfigSource, root: &Path, origin: &FileOrigin) -> bool {
    let real = origin.real.as_deref();
    let configured = real.and_then(|real| config.folder(origin.folder(root)).is_test(real));
    configured.unwrap_or_else(|| {
        let inside = real.and_then(|r| r.strip_prefix(root).ok());
        tasks::is_test_code(inside.unwrap_or(&origin.shown))
    })
}

/// The results for a file that need the whole project.
#[derive(Debug, Default)]
pub(super) struct ProjectResults {
    /// Of an audit, one for each of its sites that makes a task.
    pub(super) audits: Vec<Option<Assessment>>,
    pub(super) project_findings: Vec<ProjectFinding>,
    /// How its application ends, where a shutdown is asked for.
    pub(super) ends: Option<ShutdownPoints>,
}

/// A file with its classified sites and findings, before its patch is planned.
pub(super) struct AnalyzedFile {
    model: Model,
    origin: FileOrigin,
    is_test: bool,
    config: Arc<FolderConfig>,
    classified: Vec<ClassifiedSite>,
    findings: Vec<Finding>,
    /// Whether it opts out as a whole.
    skips: bool,
    /// Empty until the whole project is analyzed.
    pub(super) results: ProjectResults,
    /// Why it is not to be changed, if it is not.
    locked: Option<(DeclineKind, &'static str)>,
}

impl AnalyzedFile {
    /// What an audit looks at.
    pub(super) fn audited(&self) -> audit::IndexedFile<'_> {
        audit::IndexedFile {
            model: &self.model,
            classified: &self.classified,
            is_test: self.is_test,
        }
    }

    /// What the other files need to know of it.
    pub(super) fn file_findings(&self) -> FileFindings<'_> {
        FileFindings {
            model: &self.model,
            classified: &self.classified,
            findings: &self.findings,
            locked: self.locked,
        }
    }

    pub(super) fn shown(&self) -> &Path {
        &self.origin.shown
    }

    pub(super) fn model(&self) -> &Model {
        &self.model
    }

    /// The same with all of the file parsed.
    fn whole(self, context: &ProjectContext<'_>) -> Option<Self> {
        let Self { model, origin, results, .. } = self;
        let analyzed = context.analyze(model.into_fully_parsed(), origin, true)?;
        Some(Self { results, ..analyzed })
    }

    /// Whether there is anything to fix, or to add at the end of the program.
    pub(super) fn may_change(&self) -> bool {
        self.has_findings() || self.results.ends.is_some()
    }

    /// Whether there is anything to fix.
    pub(super) fn has_findings(&self) -> bool {
        !self.findings.is_empty() || !self.results.project_findings.is_empty()
    }

    pub(super) fn classified(&self) -> &[ClassifiedSite] {
        &self.classified
    }

    /// Its functions and containers that keep tasks.
    pub(super) fn helpers(&self) -> Helpers {
        let is_open = !self.findings.is_empty();
        guarded(self.shown(), || Helpers::of(&self.model, &self.classified, is_open))
            .unwrap_or_default()
    }

    /// Why the file is not to be changed, if it is not.
    pub(super) fn locked(&self) -> Option<Decline> {
        let shown = self.origin.shown.display();
        self.locked.map(|(kind, why)| Decline::new(kind, format!("{shown} {why}")))
    }
}

/// The report of a planned file, or why there is none.
pub(super) type PlannedFile = (Option<FileReport>, Option<Fault>);

/// The facts about other files that the patch of one file depends on.
#[derive(Clone, Copy)]
pub(super) struct CrossFileFacts<'a> {
    pub(super) wrapper_fixes: &'a WrapperFixes,
    pub(super) helpers: &'a Helpers,
    pub(super) shared: Option<&'a SharedFunction>,
    /// By module.
    pub(super) star_imports: &'a BTreeMap<String, StarImports>,
    /// Whether this is the file of the shared function, and others call it.
    pub(super) shared_is_wanted: bool,
}

impl ProjectContext<'_> {
    /// Analyzes a given file; none when it has no sites and the run needs nothing else of it.
    pub(super) fn analyze_given(&self, model: Model, origin: FileOrigin) -> Option<AnalyzedFile> {
        let Demands { every_site, project_rules, drains, .. } = self.demands;
        self.analyze(model, origin, every_site || project_rules || drains)
    }

    /// Analyzes a file; none when it has no sites, unless `always`.
    pub(super) fn analyze(
        &self,
        model: Model,
        origin: FileOrigin,
        always: bool,
    ) -> Option<AnalyzedFile> {
        let is_test = model.is_test;
        let config = self.config.folder(origin.folder(self.root));
        let rules = config.rules_for(origin.real.as_deref());
        let classified = tasks::classify(&model, self.project);
        let mut findings = rules::check_sites(rules::all(), &model, &classified, &rules);
        let has_suppressions = rules::may_suppress(model.source.bytes());
        if classified.is_empty() && !always && !has_suppressions {
            self.progress.count_parsed(std::iter::once(&model));
            return None;
        }
        for finding in &mut findings {
            let place = (finding.node, finding.rule);
            finding.is_selected = is_selected(self.selected, origin.place(), &model, place);
        }
        let skips = rules::skips_file(&model);
        if skips {
            findings.iter_mut().for_each(|f| f.status = Status::Suppressed);
        }
        let locked = match (skips, origin.is_writable) {
            (true, _) => Some((DeclineKind::SkipFile, "opts out (`# undangle: skip-file`)")),
            (_, false) => {
                let why = "is a symbolic link to a file outside the given paths";
                Some((DeclineKind::Symlink, why))
            }
            _ => None,
        };
        let results = ProjectResults::default();
        Some(AnalyzedFile {
            model,
            origin,
            is_test,
            config,
            classified,
            findings,
            skips,
            results,
            locked,
        })
    }

    /// The findings in a file of the rules that are not about one site.
    pub(super) fn project_findings(
        &self,
        analyzed: &AnalyzedFile,
        audit: Option<(&WorkspaceAudit<'_>, usize)>,
    ) -> Vec<ProjectFinding> {
        let AnalyzedFile { model, origin, config, classified, findings, is_test, skips, .. } =
            analyzed;
        let rules = config.rules_for(origin.real.as_deref());
        let mut project_findings = Vec::new();
        if self.demands.project_rules {
            let (project, trackers, is_test) = (self.project, self.trackers, *is_test);
            let rule_context = RuleContext { model, classified, project, trackers, is_test, audit };
            project_findings = rules::check_project(rules::all(), &rule_context, &rules);
        }
        if *skips {
            project_findings.iter_mut().for_each(|b| b.status = Status::Suppressed);
        } else {
            let is_known = self.is_known && origin.real.is_some();
            let unused = check_suppressions(
                (model, classified),
                findings,
                &project_findings,
                &rules,
                is_known,
            );
            project_findings.extend(unused);
            project_findings.sort_by_key(|b| (b.diagnostic.node, b.rule.code));
        }
        for finding in &mut project_findings {
            let place = (finding.diagnostic.node, finding.rule);
            finding.is_selected = is_selected(self.selected, origin.place(), model, place);
        }
        project_findings
    }

    /// Plans a file's patch; no report when there is nothing to report.
    pub(super) fn examine(&self, analyzed: AnalyzedFile, with: &CrossFileFacts<'_>) -> PlannedFile {
        let is_home =
            with.wrapper_fixes.calls_in(analyzed.shown()).next().is_some() || with.shared_is_wanted;
        let nothing = analyzed.findings.is_empty() && analyzed.results.project_findings.is_empty();
        if nothing && !is_home && !self.demands.every_site && analyzed.results.ends.is_none() {
            return (None, None);
        }
        let Model { source, tree, .. } = &analyzed.model;
        if analyzed.config.settings.fix.preview_only
            || analyzed.model.is_fully_parsed()
            || check_layout(source, tree).is_ok()
        {
            return (self.report(analyzed, with), None);
        }
        // The whole file, parsed at once, says where the error is.
        let Some(analyzed) = analyzed.whole(self) else { return (None, None) };
        let fault = syntax_fault(&analyzed.model);
        (self.report(analyzed, with), fault)
    }

    fn report(&self, mut analyzed: AnalyzedFile, with: &CrossFileFacts<'_>) -> Option<FileReport> {
        let patched = match analyzed.locked {
            Some((kind, why)) => {
                let reason = Decline::new(kind, format!("the file {why}"));
                declined(&analyzed.findings, &analyzed.results.project_findings, &reason)
            }
            None => {
                let project_findings = &analyzed.results.project_findings;
                self.patch(&analyzed, (&analyzed.findings, project_findings), with)
            }
        };
        let alone = self.each_alone(&mut analyzed, with, &patched);
        let AnalyzedFile { model, origin, is_test, classified, findings, results, config, .. } =
            analyzed;
        let ProjectResults { audits, project_findings, .. } = results;
        let mut entries = self.entries(&model, &classified, findings, patched.outcomes);
        if !audits.is_empty() {
            for (entry, audit) in entries.iter_mut().zip(audits) {
                entry.audit = audit;
            }
            entries.retain(|entry| entry.audit.is_some());
        }
        let rules = &config.settings.rules;
        let mut notices = notices(&model, rules, project_findings, patched.diagnostic_outcomes);
        let found = entries.iter_mut().filter_map(|e| e.found.as_mut());
        let found = found.chain(notices.iter_mut().map(|n| &mut n.found));
        found.zip(alone).for_each(|(found, alone)| found.alone = alone);
        let nothing = entries.is_empty() && notices.is_empty() && patched.wrappers.is_empty();
        if nothing && patched.bytes.is_none() && patched.shutdowns.is_empty() {
            return None;
        }
        let module = model.module.clone();
        let source = match origin.is_new {
            true => SourceFile::new(&origin.shown, Vec::new()).ok()?,
            false => model.source,
        };
        Some(FileReport {
            path: origin.shown,
            real: origin.real,
            root: self.root.to_path_buf(),
            is_stdin: origin.is_stdin,
            source,
            module,
            is_new: origin.is_new,
            calls_shared: patched.calls_shared,
            holds_shared: with.shared_is_wanted,
            is_test,
            entries,
            notices,
            wrappers: patched.wrappers,
            shutdowns: patched.shutdowns,
            patch: patched.bytes,
        })
    }

    /// What each fix alone makes of the file, if that was asked for.
    fn each_alone(
        &self,
        analyzed: &mut AnalyzedFile,
        with: &CrossFileFacts<'_>,
        patched: &Patched,
    ) -> Vec<Option<Vec<u8>>> {
        if !analyzed.config.settings.fix.each_alone || patched.bytes.is_none() {
            return Vec::new();
        }
        let wrapper_fixes = with.wrapper_fixes.without_calls();
        let with =
            CrossFileFacts { wrapper_fixes: &wrapper_fixes, shared_is_wanted: false, ..*with };
        let findings = std::mem::take(&mut analyzed.findings);
        let others = std::mem::take(&mut analyzed.results.project_findings);
        let (findings, others, each) = each_alone(findings, others, patched, |sites, others| {
            self.patch(analyzed, (sites, others), &with)
        });
        (analyzed.findings, analyzed.results.project_findings) = (findings, others);
        each
    }

    fn patch(
        &self,
        analyzed: &AnalyzedFile,
        (findings, project_findings): (&[Finding], &[ProjectFinding]),
        with: &CrossFileFacts<'_>,
    ) -> Patched {
        let file = self.config.layout(analyzed.origin.folder(self.root));
        let settings = &analyzed.config.settings.fix;
        let chosen = match &settings.tracker {
            TrackerChoice::Shared { module, name } => Some((module.as_str(), name.as_str())),
            _ => None,
        };
        let none = StarImports::default();
        fix::patch(&fix::FixInput {
            model: &analyzed.model,
            project: self.project,
            classified: &analyzed.classified,
            findings,
            project_findings,
            wrapper_fixes: with.wrapper_fixes,
            helpers: with.helpers,
            shared: with.shared.filter(|_| chosen == self.shared),
            shared_is_wanted: with.shared_is_wanted,
            star_imports: with.star_imports.get(&analyzed.model.module).unwrap_or(&none),
            settings,
            file: &file,
            ends: analyzed.results.ends.as_ref(),
            test_code: analyzed.is_test,
        })
    }

    fn entries(
        &self,
        model: &Model,
        classified: &[ClassifiedSite],
        findings: Vec<Finding>,
        outcomes: Vec<Outcome>,
    ) -> Vec<Entry> {
        let mut found: Vec<Option<Found>> = classified.iter().map(|_| None).collect();
        for (finding, outcome) in findings.into_iter().zip(outcomes) {
            found[finding.site] = Some(Found {
                rule: finding.rule,
                message: finding.message,
                suppressed: finding.status == Status::Suppressed,
                is_of_audit: false,
                outcome,
                alone: None,
            });
        }
        classified
            .iter()
            .zip(found)
            .filter(|(_, found)| self.demands.every_site || found.is_some())
            .map(|(classified, found)| entry(model, classified, found))
            .collect()
    }
}

fn declined(
    findings: &[Finding],
    project_findings: &[ProjectFinding],
    reason: &Decline,
) -> Patched {
    let one = Outcome::Declined(reason.clone());
    Patched {
        outcomes: vec![one.clone(); findings.len()],
        diagnostic_outcomes: vec![one; project_findings.len()],
        shutdowns: Vec::new(),
        wrappers: BTreeMap::new(),
        calls_shared: false,
        bytes: None,
    }
}
