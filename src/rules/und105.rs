//! UND105: a task created at startup that nothing stores or stops, or created at import, when no
//! loop runs. It knows the audit of the project.

use super::context::RuleContext;
use super::diagnostic::{Diagnostic, FixKind};
use super::finding::{Check, Rule};
use crate::audit::{NodeRef, OwnerKind, SiteAudit, WorkspaceAudit};
use crate::python::{Kind, Model, NodeId, ScopeId};
use crate::tasks::{ClassifiedSite, Spawner};

/// The rule.
pub(super) static RULE: Rule = Rule {
    code: "UND105",
    name: "startup-task-unowned",
    summary: "a task made at startup, that nothing stops, or at import",
    default: false,
    doc: include_str!("../../testdata/rules/startup-task-unowned/doc.md"),
    check: Check::Audit(check_file),
};

fn check_file(context: &RuleContext<'_>) -> Vec<Diagnostic> {
    let Some((workspace, file)) = context.audit.filter(|_| !context.is_test) else {
        return Vec::new();
    };
    let site_audit = context.judged.iter().zip(workspace.of_file(file));
    site_audit
        .filter_map(|(judged, site_audit)| {
            let node_ref = NodeRef { file, node: judged.site.node };
            at_import(context, judged)
                .or_else(|| at_startup(context, workspace, node_ref, site_audit))
        })
        .collect()
}

/// `asyncio.create_task` at module level raises RuntimeError: no loop runs while a module is imported
/// (library/asyncio-task.html#asyncio.create_task).
fn at_import(context: &RuleContext<'_>, judged: &ClassifiedSite) -> Option<Diagnostic> {
    let model = context.model;
    let node = judged.site.node;
    let is_import = model.scopes.frame(model.frame_of(node)) == ScopeId::MODULE
        && judged.site.spawner == Spawner::CreateTask
        && !judged.site.uncalled
        && !awaits_at_the_top(model);
    is_import.then(|| Diagnostic {
        node,
        message: "the task is made while the module is imported, when no event loop runs"
            .to_owned(),
        evidence: vec![context.related(node, "this runs at import")],
        fix: FixKind::Unavailable("make it in a function that the running loop calls".into()),
    })
}

/// Notebook cells, and code for a shell with a running loop, await at module level.
fn awaits_at_the_top(model: &Model) -> bool {
    let root = |n: NodeId| model.kind(n) == Kind::Await && model.frame_of(n) == ScopeId::MODULE;
    model.tree.ids().any(root)
}

/// A task of a startup handler, or of a lifespan before its `yield`, that nothing stores or stops.
fn at_startup(
    context: &RuleContext<'_>,
    workspace: &WorkspaceAudit<'_>,
    node_ref: NodeRef,
    site_audit: &SiteAudit,
) -> Option<Diagnostic> {
    let index = &workspace.index;
    if !matches!(site_audit.owner.kind, OwnerKind::Nobody | OwnerKind::Frame)
        || !site_audit.stops.is_empty()
        || site_audit.task_uses.escapes()
    {
        return None;
    }
    let function = index.function_of(node_ref)?;
    index.startup_hook(function, node_ref).map(|hook| {
        let name = index.name_of(function);
            let mut evidence =
                vec![index.related(hook.node_ref, format!("{} has it run as the application starts", hook.label))];
            evidence.extend(site_audit.assessment.evidence.first().cloned());
            Diagnostic {
                node: node_ref.node,
                message: format!(
                    "`{name}` starts this task with the application, and nothing stops it when that ends"
                ),
                evidence,
                fix: FixKind::Unavailable(
                    "keep it, and cancel and await it where the application ends".into(),
                ),
            }
        })
        .filter(|_| !context.is_test)
}
