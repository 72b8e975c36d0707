//! UND105: a task created at startup that nothing stores or stops, or created at import, when no
//! loop runs. It knows the audit of the project.

use super::context::{AuditedSite, RuleContext};
use super::diagnostic::{Diagnostic, FixKind};
use super::finding::{Check, Rule};
use crate::audit::{NodeRef, OwnerKind, SiteAudit, WorkspaceAudit};
use crate::python::{Kind, Model, NodeId, ScopeId};
use crate::tasks::{ClassifiedSite, Spawner};

/// The rule.
pub(super) static RULE: Rule = Rule {
    code: "UND105",
    name: "startup-task-unowned",
    summary: "a task is created at startup and never stopped, or during import",
    default: false,
    doc: include_str!("../../testdata/rules/startup-task-unowned/doc.md"),
    check: Check::Audit(check_file),
};

fn check_file(context: &RuleContext<'_>) -> Vec<Diagnostic> {
    let diagnose = |(workspace, classified, site_audit): AuditedSite<'_>| {
        at_import(context, classified).or_else(|| at_startup(workspace, classified, site_audit))
    };
    context.audited_production_sites().filter_map(diagnose).collect()
}

/// `asyncio.create_task` at module level raises RuntimeError: no loop runs while a module is imported
/// (library/asyncio-task.html#asyncio.create_task).
fn at_import(context: &RuleContext<'_>, classified: &ClassifiedSite) -> Option<Diagnostic> {
    let model = context.model;
    let node = classified.site.node;
    let is_import = model.scopes.frame(model.frame_of(node)) == ScopeId::MODULE
        && classified.site.spawner == Spawner::CreateTask
        && !classified.site.uncalled
        && model.source.notebook().is_none()
        && !awaits_at_the_top(model);
    is_import.then(|| Diagnostic {
        node,
        message: "the task is created during import, when no event loop is running".to_owned(),
        evidence: vec![context.related(node, "this runs during import")],
        fix: FixKind::manual("create it in a function that the event loop runs"),
    })
}

/// Code for a shell with a running loop awaits at module level; a loop always runs in a notebook.
fn awaits_at_the_top(model: &Model) -> bool {
    let root = |n: NodeId| model.kind(n) == Kind::Await && model.frame_of(n) == ScopeId::MODULE;
    model.tree.ids().any(root)
}

/// A task of a startup handler, or of a lifespan before its `yield`, that nothing stores or stops.
fn at_startup(
    workspace: &WorkspaceAudit<'_>,
    classified: &ClassifiedSite,
    site_audit: &SiteAudit,
) -> Option<Diagnostic> {
    let index = &workspace.index;
    let node_ref = NodeRef { file: site_audit.site.0, node: classified.site.node };
    // A dropped task breaks a rule of its own; a loop may create one for each of its items.
    let is_per_item = index.model(node_ref).tree.ancestors(node_ref.node).any(|n| {
        let kind = index.model(node_ref).kind(n);
        kind == Kind::ForStatement || kind.is_comprehension()
    });
    if site_audit.owner.kind != OwnerKind::Frame
        || is_per_item
        || !site_audit.stops.is_empty()
        || site_audit.task_uses.escapes()
    {
        return None;
    }
    let function = index.function_of(node_ref)?;
    let hook = index.startup_hook(function, node_ref)?;
    let name = index.name_of(function);
    let runs = format!("runs at application startup ({})", hook.label);
    let mut evidence = vec![index.related(hook.node_ref, runs)];
    evidence.extend(site_audit.assessment.evidence.first().cloned());
    Some(Diagnostic {
        node: node_ref.node,
        message: format!(
            "`{name}` creates this task at application startup, and nothing stops it at shutdown"
        ),
        evidence,
        fix: FixKind::manual("keep the task, and cancel and await it at shutdown"),
    })
}
