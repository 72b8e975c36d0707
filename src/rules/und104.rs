//! UND104: tasks that live as long as the application and that no shutdown stops. It knows the
//! audit of the project.

use super::context::RuleContext;
use super::diagnostic::{Diagnostic, FixKind};
use super::finding::{Check, Rule};
use crate::audit::{
    ChainRoot, Lifetime, OwnerKind, RelatedLocation, TaskHolder, WorkspaceAudit, is_never_awaited,
};

/// The rule.
pub(super) static RULE: Rule = Rule {
    code: "UND104",
    name: "unstopped-tracker",
    summary: "tasks of the application are not cancelled and awaited at shutdown",
    default: false,
    doc: include_str!("../../testdata/rules/unstopped-tracker/doc.md"),
    check: Check::Audit(check_file),
};

const NO_FIX_REASON: &str = "cancel and await the tasks at shutdown. `fix --drain --unsafe-fixes` writes the code for a module-level tracker";

fn check_file(context: &RuleContext<'_>) -> Vec<Diagnostic> {
    let Some((workspace, _)) = context.audit else { return Vec::new() };
    let task_holders = workspace.task_holders.iter();
    let lasting = task_holders.filter(|k| !k.is_test && k.lifetime == Lifetime::Application);
    lasting
        .filter_map(|holder| {
            let node = context.node_in_file(holder.declaration)?;
            let (message, mut evidence) = diagnose(workspace, holder)?;
            evidence.extend(creation_sites(workspace, holder));
            let fix = FixKind::manual(NO_FIX_REASON);
            Some(Diagnostic { node, message, evidence, fix })
        })
        .collect()
}

/// What is wrong with how the tasks of a holder end, and the evidence.
fn diagnose(
    workspace: &WorkspaceAudit<'_>,
    holder: &TaskHolder,
) -> Option<(String, Vec<RelatedLocation>)> {
    let name = &holder.name;
    if holder.task_uses.escapes() {
        return None;
    }
    if holder.stops.is_empty() && holder.is_transient {
        return None;
    }
    let Some(surest) = holder.stops.iter().max_by_key(|s| s.chain.root) else {
        let message = format!(
            "the tasks in `{name}` live as long as the application, and nothing cancels them at shutdown"
        );
        return Some((message, Vec::new()));
    };
    if surest.chain.root == ChainRoot::Uncalled {
        let by = surest.function.map_or_else(String::new, |f| workspace.index.name_of(f));
        let message = format!("`{by}` stops the tasks in `{name}`, but is never called");
        return Some((message, workspace.index.stop_evidence(surest, OwnerKind::Holder)));
    }
    if let Some(occasion) = surest.chain.root.occasion() {
        let message = format!(
            "the tasks in `{name}` live as long as the application, and only {} cancels them",
            occasion.subject()
        );
        return Some((message, workspace.index.stop_evidence(surest, OwnerKind::Holder)));
    }
    let ends = |root: ChainRoot| root >= ChainRoot::Program;
    let cancels = holder.stops.iter().find(|s| s.cancel.is_some() && ends(s.chain.root))?;
    is_never_awaited(&workspace.index, &holder.task_uses, &holder.stops).then(|| {
        let message = format!(
            "the tasks in `{name}` are cancelled but never awaited, so the loop may close before they finish"
        );
        (message, workspace.index.stop_evidence(cancels, OwnerKind::Holder))
    })
}

/// Where the tasks are created.
fn creation_sites(workspace: &WorkspaceAudit<'_>, holder: &TaskHolder) -> Vec<RelatedLocation> {
    let made = holder.sites.iter().map(|site| {
        let (_, node_ref) = workspace.site(*site);
        workspace.index.related(node_ref, "a task is created here")
    });
    made.collect()
}
