//! UND107: a background task whose failure nobody sees. It knows the audit of the project.

use super::context::{AuditedSite, RuleContext};
use super::diagnostic::{Diagnostic, FixKind};
use super::finding::{Check, Rule};
use crate::audit::{Failure, Lifetime};
use crate::tasks::Verdict;

/// The rule.
pub(super) static RULE: Rule = Rule {
    code: "UND107",
    name: "lost-exception",
    summary: "the exception of a background task is never seen",
    default: false,
    doc: include_str!("../../testdata/rules/lost-exception/doc.md"),
    check: Check::Audit(check_file),
};

fn check_file(context: &RuleContext<'_>) -> Vec<Diagnostic> {
    let diagnose = |(workspace, classified, site_audit): AuditedSite<'_>| {
        let is_kept = matches!(classified.verdict(), Verdict::Held | Verdict::Managed);
        let assessment = &site_audit.assessment;
        let is_background = !matches!(assessment.lifetime, Lifetime::Statement | Lifetime::Call);
        // What a callback lets go of is no more lost than it would be if nothing kept it.
        let location = site_audit.owner.location.as_ref();
        let is_released = location.is_some_and(|location| {
            workspace.index.releasing_callback(location, &site_audit.task_uses).is_some()
        });
        let is_lost =
            is_kept && is_background && !is_released && assessment.failure == Failure::Lost;
        is_lost.then(|| Diagnostic {
            node: classified.site.node,
            message: format!("if `{}` raises, nobody sees the exception", assessment.coroutine),
            evidence: assessment.evidence.clone(),
            fix: FixKind::manual("log the exception in a done-callback, or await the task"),
        })
    };
    context.audited_production_sites().filter_map(diagnose).collect()
}
