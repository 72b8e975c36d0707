//! What is seen only with a whole project at hand: the audit of its sites, and the project_findings of the rules that are not about
//! one site. It judges nothing itself.

use rayon::prelude::*;

use super::demands::Demands;
use super::file_pipeline::{AnalyzedFile, FileOrigin, ProjectContext, ProjectResults, guarded};
use crate::audit::{IndexedFile, WorkspaceAudit};
use crate::fault::Fault;
use crate::python::Model;
use crate::tasks::{self, ClassifiedSite};

/// What is seen of each analyzed file. What fails becomes a fault: of one file, or of the project, and then nothing is seen.
pub(super) fn look(
    context: &ProjectContext<'_>,
    analyzed: &[AnalyzedFile],
    others: &[(Model, FileOrigin)],
    faults: &mut Vec<Fault>,
) -> Vec<ProjectResults> {
    let Demands { every_site, audit_rules, drains, .. } = context.demands;
    if !every_site && !audit_rules && !drains {
        return project_findings(context, analyzed, None, faults);
    }
    let judge = |(model, _): &(Model, FileOrigin)| {
        guarded(model.source.path(), || tasks::classify(model, context.project)).unwrap_or_default()
    };
    let ledgers: Vec<Vec<ClassifiedSite>> = others.par_iter().map(judge).collect();
    let mut files: Vec<IndexedFile<'_>> = analyzed.iter().map(AnalyzedFile::audited).collect();
    for ((model, _), judged) in others.iter().zip(&ledgers) {
        files.push(IndexedFile { model, judged, is_test: model.is_test });
    }
    let survey = match guarded(context.root, || WorkspaceAudit::new(&files, context.project)) {
        Ok(survey) => survey,
        Err(fault) => {
            faults.push(fault);
            return project_findings(context, analyzed, None, faults);
        }
    };
    let mut seen = project_findings(context, analyzed, Some(&survey), faults);
    if drains {
        for ((number, seen), file) in seen.iter_mut().enumerate().zip(analyzed) {
            match guarded(file.shown(), || survey.shutdown_points(number)) {
                Ok(ends) => seen.ends = Some(ends),
                Err(fault) => faults.push(fault),
            }
        }
    }
    if every_site {
        for (seen, facts) in seen.iter_mut().zip(survey.site_audits) {
            seen.audits = facts.into_iter().map(|f| f.assessment).collect();
        }
    }
    seen
}

fn project_findings(
    context: &ProjectContext<'_>,
    analyzed: &[AnalyzedFile],
    survey: Option<&WorkspaceAudit<'_>>,
    faults: &mut Vec<Fault>,
) -> Vec<ProjectResults> {
    let of = |(number, file): (usize, &AnalyzedFile)| {
        guarded(file.shown(), || context.survey(file, survey.map(|s| (s, number))))
    };
    let found: Vec<_> = analyzed.par_iter().enumerate().map(of).collect();
    let seen = found.into_iter().map(|found| match found {
        Ok(project_findings) => ProjectResults { project_findings, ..ProjectResults::default() },
        Err(fault) => {
            faults.push(fault);
            ProjectResults::default()
        }
    });
    seen.collect()
}
