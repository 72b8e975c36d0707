//! The audit of one project: every file that was parsed, given or not, and what is known of each site of those that are.
//! It judges nothing itself.

use rayon::prelude::*;

use super::stage::{Bench, Origin, Staged, guarded};
use crate::audit::{Audit, File, Survey};
use crate::fault::Fault;
use crate::python::Model;
use crate::tasks::{self, Judged};

/// The audits of the staged files' sites; none of any when it fails, which becomes a fault of the project.
pub(super) fn audits(
    bench: &Bench<'_>,
    staged: &[Staged],
    others: &[(Model, Origin)],
    faults: &mut Vec<Fault>,
) -> Vec<Vec<Audit>> {
    let judge = |(model, _): &(Model, Origin)| {
        guarded(model.source.path(), || tasks::judge(model, bench.project)).unwrap_or_default()
    };
    let ledgers: Vec<Vec<Judged>> = others.par_iter().map(judge).collect();
    let mut files: Vec<File<'_>> = staged.iter().map(Staged::audited).collect();
    for ((model, origin), judged) in others.iter().zip(&ledgers) {
        files.push(File { model, judged, is_test: bench.is_test(origin) });
    }
    let survey = guarded(bench.root, || {
        let survey = Survey::new(&files, bench.project);
        let given = survey.facts.into_iter().take(staged.len());
        given.map(|facts| facts.into_iter().map(|f| f.audit).collect()).collect()
    });
    survey.unwrap_or_else(|fault| {
        faults.push(fault);
        staged.iter().map(|_| Vec::new()).collect()
    })
}
