//! UND106: a task's coroutine that swallows its cancellation. It knows the audit of the project.

use std::collections::BTreeMap;

use super::context::RuleContext;
use super::diagnostic::{Diagnostic, FixKind};
use super::finding::{Check, Rule};
use crate::audit::{Cancellation, NodeRef, RelatedLocation};

/// The rule.
pub(super) static RULE: Rule = Rule {
    code: "UND106",
    name: "swallowed-cancellation",
    summary: "the coroutine of a task catches its cancellation and continues",
    default: false,
    doc: include_str!("../../testdata/rules/swallowed-cancellation/doc.md"),
    check: Check::Audit(check_file),
};

fn check_file(context: &RuleContext<'_>) -> Vec<Diagnostic> {
    let Some((workspace, _)) = context.audit else { return Vec::new() };
    let index = &workspace.index;
    let mut caught: BTreeMap<NodeRef, Vec<RelatedLocation>> = BTreeMap::new();
    for (function, site) in workspace.swallowed.iter().copied() {
        let (Cancellation::Swallowed, Some(catcher)) = index.cancellation(function) else {
            continue;
        };
        let (_, site) = workspace.site(site);
        let note = format!("a task for `{}` is created here", index.name_of(function));
        caught.entry(catcher).or_default().push(index.related(site, note));
    }
    let diagnostic = |(catcher, mut evidence): (NodeRef, Vec<RelatedLocation>)| {
        let node = context.node_in_file(catcher)?;
        evidence.dedup();
        let around = index.function_of(catcher).map_or_else(String::new, |f| index.name_of(f));
        Some(Diagnostic {
            node,
            message: format!(
                "`{around}` catches the cancellation of its task, which then continues instead of ending"
            ),
            evidence,
            fix: FixKind::manual("re-raise `CancelledError`, or leave the loop"),
        })
    };
    caught.into_iter().filter_map(diagnostic).collect()
}
