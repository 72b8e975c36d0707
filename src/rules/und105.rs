//! UND105: a task of the application's start that nobody has when it ends, or that is made while no loop runs. It knows the
//! audit of the project.

use super::finding::Rule;
use super::lapse::{Lapse, Remedy};
use super::scene::Scene;
use crate::audit::{Facts, OwnerKind, Spot, Survey};
use crate::python::{Kind, Model, NodeId, ScopeId};
use crate::tasks::{ClassifiedSite, Spawner};

/// The rule.
pub(super) static RULE: Rule = Rule {
    code: "UND105",
    name: "startup-task-unowned",
    summary: "a task made at startup, that nothing stops, or at import",
    default: false,
    doc: include_str!("../../testdata/rules/startup-task-unowned/doc.md"),
    breaks: None,
    finds: Some(finds),
};

fn finds(scene: &Scene<'_>) -> Vec<Lapse> {
    let Some((survey, file)) = scene.audit.filter(|_| !scene.is_test) else { return Vec::new() };
    let facts = scene.judged.iter().zip(survey.of_file(file));
    facts
        .filter_map(|(judged, facts)| {
            let spot = Spot { file, node: judged.site.node };
            at_import(scene, judged).or_else(|| at_startup(scene, survey, spot, facts))
        })
        .collect()
}

/// `asyncio.create_task` at module level raises RuntimeError: no loop runs while a module is imported
/// (library/asyncio-task.html#asyncio.create_task).
fn at_import(scene: &Scene<'_>, judged: &ClassifiedSite) -> Option<Lapse> {
    let model = scene.model;
    let node = judged.site.node;
    let is_import = model.scopes.frame(model.frame_of(node)) == ScopeId::MODULE
        && judged.site.spawner == Spawner::CreateTask
        && !judged.site.uncalled
        && !awaits_at_the_top(model);
    is_import.then(|| Lapse {
        node,
        message: "the task is made while the module is imported, when no event loop runs"
            .to_owned(),
        evidence: vec![scene.witness(node, "this runs at import")],
        remedy: Remedy::None("make it in a function that the running loop calls".into()),
    })
}

/// A notebook's cells, and code for a shell with a running loop, await at module level.
fn awaits_at_the_top(model: &Model) -> bool {
    let top = |n: NodeId| model.kind(n) == Kind::Await && model.frame_of(n) == ScopeId::MODULE;
    model.tree.ids().any(top)
}

/// A task of a startup handler, or of a lifespan before its `yield`, that no keeper has and nothing stops.
fn at_startup(scene: &Scene<'_>, survey: &Survey<'_>, spot: Spot, facts: &Facts) -> Option<Lapse> {
    let index = &survey.index;
    if !matches!(facts.owner.kind, OwnerKind::Nobody | OwnerKind::Frame)
        || !facts.stops.is_empty()
        || facts.deeds.escapes()
    {
        return None;
    }
    let function = index.function_of(spot)?;
    index.starts(function, spot).map(|hook| {
        let name = index.name_of(function);
            let mut evidence =
                vec![index.witness(hook.spot, format!("{} has it run as the application starts", hook.label))];
            evidence.extend(facts.audit.evidence.first().cloned());
            Lapse {
                node: spot.node,
                message: format!(
                    "`{name}` starts this task with the application, and nothing stops it when that ends"
                ),
                evidence,
                remedy: Remedy::None(
                    "keep it, and cancel and await it where the application ends".into(),
                ),
            }
        })
        .filter(|_| !scene.is_test)
}
