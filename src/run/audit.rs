//! What is seen only with a whole project at hand: the audit of its sites, and the breaches of the rules that are not about
//! one site. It judges nothing itself.

use rayon::prelude::*;

use super::stage::{Bench, Origin, Seen, Staged, guarded};
use crate::audit::{IndexedFile, WorkspaceAudit};
use crate::fault::Fault;
use crate::python::Model;
use crate::rules;
use crate::tasks::{self, ClassifiedSite};

/// What is seen of each staged file. What fails becomes a fault: of one file, or of the project, and then nothing is seen.
pub(super) fn look(
    bench: &Bench<'_>,
    staged: &[Staged],
    others: &[(Model, Origin)],
    faults: &mut Vec<Fault>,
) -> Vec<Seen> {
    let settings = &bench.settings.rules;
    let drains = bench.settings.fix.drains();
    if !bench.every_site && !rules::needs_audit(settings) && !drains {
        return breaches(bench, staged, None, faults);
    }
    let judge = |(model, _): &(Model, Origin)| {
        guarded(model.source.path(), || tasks::classify(model, bench.project)).unwrap_or_default()
    };
    let ledgers: Vec<Vec<ClassifiedSite>> = others.par_iter().map(judge).collect();
    let mut files: Vec<IndexedFile<'_>> = staged.iter().map(Staged::audited).collect();
    for ((model, _), judged) in others.iter().zip(&ledgers) {
        files.push(IndexedFile { model, judged, is_test: model.is_test });
    }
    let survey = match guarded(bench.root, || WorkspaceAudit::new(&files, bench.project)) {
        Ok(survey) => survey,
        Err(fault) => {
            faults.push(fault);
            return breaches(bench, staged, None, faults);
        }
    };
    let mut seen = breaches(bench, staged, Some(&survey), faults);
    if drains {
        for ((number, seen), file) in seen.iter_mut().enumerate().zip(staged) {
            match guarded(file.shown(), || survey.shutdown_points(number)) {
                Ok(ends) => seen.ends = Some(ends),
                Err(fault) => faults.push(fault),
            }
        }
    }
    if bench.every_site {
        for (seen, facts) in seen.iter_mut().zip(survey.site_audits) {
            seen.audits = facts.into_iter().map(|f| f.assessment).collect();
        }
    }
    seen
}

fn breaches(
    bench: &Bench<'_>,
    staged: &[Staged],
    survey: Option<&WorkspaceAudit<'_>>,
    faults: &mut Vec<Fault>,
) -> Vec<Seen> {
    if !rules::has_project_rules(&bench.settings.rules) {
        return staged.iter().map(|_| Seen::default()).collect();
    }
    let of = |(number, file): (usize, &Staged)| {
        guarded(file.shown(), || bench.survey(file, survey.map(|s| (s, number))))
    };
    let found: Vec<_> = staged.par_iter().enumerate().map(of).collect();
    let seen = found.into_iter().map(|found| match found {
        Ok(breaches) => Seen { breaches, ..Seen::default() },
        Err(fault) => {
            faults.push(fault);
            Seen::default()
        }
    });
    seen.collect()
}
