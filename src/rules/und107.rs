//! UND107: a background task whose failure nobody sees. It knows the audit of the project.

use super::finding::Rule;
use super::lapse::{Lapse, Remedy};
use super::scene::Scene;
use crate::audit::{Failure, Lifetime};
use crate::tasks::Verdict;

/// The rule.
pub(super) static RULE: Rule = Rule {
    code: "UND107",
    name: "lost-exception",
    summary: "nobody sees the failure of a background task",
    default: false,
    doc: include_str!("../../testdata/rules/lost-exception/doc.md"),
    breaks: None,
    finds: Some(finds),
};

fn finds(scene: &Scene<'_>) -> Vec<Lapse> {
    let Some((survey, file)) = scene.audit.filter(|_| !scene.is_test) else { return Vec::new() };
    let facts = scene.judged.iter().zip(survey.of_file(file));
    let lost = facts.filter(|(judged, facts)| {
        let is_kept = matches!(judged.verdict(), Verdict::Held | Verdict::Managed);
        let audit = &facts.audit;
        let is_background = !matches!(audit.lifetime, Lifetime::Statement | Lifetime::Call);
        is_kept && is_background && audit.failure == Failure::Lost
    });
    let lapse = |(judged, facts): (&crate::tasks::ClassifiedSite, &crate::audit::Facts)| Lapse {
        node: judged.site.node,
        message: format!(
            "when `{}` fails, nobody sees it: the task is never awaited, and nothing asks for its outcome",
            facts.audit.coroutine
        ),
        evidence: facts.audit.evidence.clone(),
        remedy: Remedy::None("log the failure in a done-callback, or await the task".into()),
    };
    lost.map(lapse).collect()
}
