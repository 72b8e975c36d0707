//! From a file to its ledger: every site, in source order, with its verdict. It reads one file and the project's facts.

use super::project::Project;
use super::verdict::{Evidence, Judged, Reason, Site, Spawner};
use crate::python::{Field, Kind, Model};

/// Every site of a file, in source order.
pub fn judge(model: &Model, _project: &Project) -> Vec<Judged> {
    let mut ledger = Vec::new();
    for node in model.tree.ids().filter(|n| model.kind(*n) == Kind::Call) {
        let Some(callee) = model.child(node, Field::Function) else {
            continue;
        };
        if !model.is_path(callee, &["asyncio.create_task"]) {
            continue;
        }
        let statement = model.statement_of(node);
        let reason = match model.tree.parent(node) {
            Some(p) if model.kind(p) == Kind::ExpressionStatement => Reason::Discarded,
            Some(p) if model.kind(p) == Kind::Attribute => Reason::Chained,
            _ => Reason::Awaited,
        };
        ledger.push(Judged {
            site: Site {
                node,
                callee,
                spawner: Spawner::CreateTask,
                evidence: Evidence::Resolved,
                uncalled: false,
            },
            reason,
            why: "the result of the call is thrown away".into(),
            end: statement,
        });
    }
    ledger
}
