//! UND107: a background task whose failure nobody sees. It knows the audit of the project.

use super::context::RuleContext;
use super::diagnostic::{Diagnostic, FixKind};
use super::finding::{Check, Rule};
use crate::audit::{Failure, Lifetime};
use crate::tasks::Verdict;

/// The rule.
pub(super) static RULE: Rule = Rule {
    code: "UND107",
    name: "lost-exception",
    summary: "nobody sees the failure of a background task",
    default: false,
    doc: include_str!("../../testdata/rules/lost-exception/doc.md"),
    check: Check::Audit(check_file),
};

fn check_file(context: &RuleContext<'_>) -> Vec<Diagnostic> {
    let Some((workspace, file)) = context.audit.filter(|_| !context.is_test) else {
        return Vec::new();
    };
    let site_audit = context.judged.iter().zip(workspace.of_file(file));
    let lost = site_audit.filter(|(judged, site_audit)| {
        let is_kept = matches!(judged.verdict(), Verdict::Held | Verdict::Managed);
        let assessment = &site_audit.assessment;
        let is_background = !matches!(assessment.lifetime, Lifetime::Statement | Lifetime::Call);
        is_kept && is_background && assessment.failure == Failure::Lost
    });
    let diagnostic = |(judged, site_audit): (
        &crate::tasks::ClassifiedSite,
        &crate::audit::SiteAudit,
    )| {
        Diagnostic {
            node: judged.site.node,
            message: format!(
                "when `{}` fails, nobody sees it: the task is never awaited, and nothing asks for its outcome",
                site_audit.assessment.coroutine
            ),
            evidence: site_audit.assessment.evidence.clone(),
            fix: FixKind::Unavailable(
                "log the failure in a done-callback, or await the task".into(),
            ),
        }
    };
    lost.map(diagnostic).collect()
}
