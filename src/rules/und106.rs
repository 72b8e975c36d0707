//! UND106: a task's coroutine that catches its cancellation and goes on. It knows the audit of the project.

use std::collections::BTreeMap;

use super::finding::Rule;
use super::lapse::{Lapse, Remedy};
use super::scene::Scene;
use crate::audit::{Cancellation, Spot, Witness};

/// The rule.
pub(super) static RULE: Rule = Rule {
    code: "UND106",
    name: "swallowed-cancellation",
    summary: "a task's coroutine catches its cancellation and goes on",
    default: false,
    doc: include_str!("../../testdata/rules/swallowed-cancellation/doc.md"),
    breaks: None,
    finds: Some(finds),
};

fn finds(scene: &Scene<'_>) -> Vec<Lapse> {
    let Some((survey, _)) = scene.audit else { return Vec::new() };
    let index = &survey.index;
    let mut caught: BTreeMap<Spot, Vec<Witness>> = BTreeMap::new();
    for (function, site) in survey.swallowed.iter().copied() {
        let (Cancellation::Swallowed, Some(catcher)) = index.cancellation(function) else {
            continue;
        };
        let (_, site) = survey.site(site);
        let note = format!("`{}` is made a task here", index.name_of(function));
        caught.entry(catcher).or_default().push(index.witness(site, note));
    }
    let lapse = |(catcher, mut evidence): (Spot, Vec<Witness>)| {
        let node = scene.own(catcher)?;
        evidence.dedup();
        let around = index.function_of(catcher).map_or_else(String::new, |f| index.name_of(f));
        Some(Lapse {
            node,
            message: format!(
                "`{around}` catches the cancellation of its task and goes on, so nothing can stop it"
            ),
            evidence,
            remedy: Remedy::None("raise it again, or leave the loop".into()),
        })
    };
    caught.into_iter().filter_map(lapse).collect()
}
