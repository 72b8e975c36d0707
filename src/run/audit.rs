//! The results that need the whole project: the audit of its sites, and the findings of rules that are not about one site. It
//! classifies nothing itself.

use rayon::prelude::*;

use super::demands::Demands;
use super::file_pipeline::{AnalyzedFile, FileOrigin, ProjectContext, ProjectResults};
use super::parse_file::guarded;
use crate::audit::{IndexedFile, SiteAudit, WorkspaceAudit};
use crate::fault::Fault;
use crate::python::Model;
use crate::tasks::{self, ClassifiedSite};

/// The project results of each analyzed file. A panic becomes a fault of its file, or of the project, which then has no audit.
pub(super) fn project_results(
    context: &ProjectContext<'_>,
    analyzed: &[AnalyzedFile],
    others: &[(Model, FileOrigin)],
    faults: &mut Vec<Fault>,
) -> Vec<ProjectResults> {
    let Demands { every_site, audit_rules, drains, .. } = context.demands;
    if !every_site && !audit_rules && !drains {
        return project_findings(context, analyzed, None, faults);
    }
    let classify = |(model, _): &(Model, FileOrigin)| {
        guarded(model.source.path(), || tasks::classify(model, context.project)).unwrap_or_default()
    };
    let other_sites: Vec<Vec<ClassifiedSite>> = others.par_iter().map(classify).collect();
    let mut files: Vec<IndexedFile<'_>> = analyzed.iter().map(AnalyzedFile::audited).collect();
    for ((model, _), classified) in others.iter().zip(&other_sites) {
        files.push(IndexedFile { model, classified, is_test: model.is_test });
    }
    let workspace = match guarded(context.root, || WorkspaceAudit::new(&files, context.project)) {
        Ok(workspace) => workspace,
        Err(fault) => {
            faults.push(fault);
            return project_findings(context, analyzed, None, faults);
        }
    };
    let mut results = project_findings(context, analyzed, Some(&workspace), faults);
    if drains {
        for ((number, results), file) in results.iter_mut().enumerate().zip(analyzed) {
            match guarded(file.shown(), || workspace.shutdown_points(number)) {
                Ok(ends) => results.ends = Some(ends),
                Err(fault) => faults.push(fault),
            }
        }
    }
    if every_site {
        let of = |number: usize| guarded(analyzed[number].shown(), || workspace.facts(number));
        let all: Vec<_> = (0..analyzed.len()).into_par_iter().map(of).collect();
        for ((results, site_audits), facts) in
            results.iter_mut().zip(workspace.site_audits).zip(all)
        {
            let assessment = |f: SiteAudit| f.makes_task.then_some(f.assessment);
            results.audits = site_audits.into_iter().map(assessment).collect();
            match facts {
                Ok(facts) => {
                    for (assessment, facts) in results.audits.iter_mut().zip(facts) {
                        if let Some(assessment) = assessment {
                            assessment.facts = facts;
                        }
                    }
                }
                Err(fault) => faults.push(fault),
            }
        }
    }
    results
}

fn project_findings(
    context: &ProjectContext<'_>,
    analyzed: &[AnalyzedFile],
    workspace: Option<&WorkspaceAudit<'_>>,
    faults: &mut Vec<Fault>,
) -> Vec<ProjectResults> {
    let of = |(number, file): (usize, &AnalyzedFile)| {
        guarded(file.shown(), || context.project_findings(file, workspace.map(|s| (s, number))))
    };
    let found: Vec<_> = analyzed.par_iter().enumerate().map(of).collect();
    let results = found.into_iter().map(|found| match found {
        Ok(project_findings) => ProjectResults { project_findings, ..ProjectResults::default() },
        Err(fault) => {
            faults.push(fault);
            ProjectResults::default()
        }
    });
    results.collect()
}
