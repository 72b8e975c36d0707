//! UND104: what lives as long as the application, and no shutdown stops it. It knows the audit of the project.

use super::finding::Rule;
use super::lapse::{Lapse, Remedy};
use super::scene::Scene;
use crate::audit::{Keeper, Lifetime, OwnerKind, Survey, Top, Witness, is_never_awaited};

/// The rule.
pub(super) static RULE: Rule = Rule {
    code: "UND104",
    name: "unstopped-tracker",
    summary: "no shutdown cancels and awaits the tasks of the application",
    default: false,
    doc: include_str!("../../testdata/rules/unstopped-tracker/doc.md"),
    breaks: None,
    finds: Some(finds),
};

const WHOSE: &str = "what ends the application is for its author to say; `fix --drain` writes a shutdown for a module's tracker";

fn finds(scene: &Scene<'_>) -> Vec<Lapse> {
    let Some((survey, _)) = scene.audit else { return Vec::new() };
    let keepers = survey.keepers.iter();
    let lasting = keepers.filter(|k| !k.is_test && k.lifetime == Lifetime::Application);
    lasting
        .filter_map(|keeper| {
            let node = scene.own(keeper.declared)?;
            let (message, mut evidence) = wrong(survey, keeper)?;
            evidence.extend(sites(survey, keeper));
            let remedy = Remedy::None(WHOSE.to_owned());
            Some(Lapse { node, message, evidence, remedy })
        })
        .collect()
}

/// What is wrong with how the tasks of a keeper end, and what shows it.
fn wrong(survey: &Survey<'_>, keeper: &Keeper) -> Option<(String, Vec<Witness>)> {
    let name = &keeper.name;
    if keeper.deeds.escapes() {
        return None;
    }
    let Some(surest) = keeper.stops.iter().max_by_key(|s| s.chain.top) else {
        let message = format!(
            "`{name}` keeps tasks as long as the application runs, and nothing cancels them when it ends"
        );
        return Some((message, Vec::new()));
    };
    if surest.chain.top == Top::Nobody {
        let by = surest.function.map_or_else(String::new, |f| survey.index.name_of(f));
        let message = format!("`{by}` stops the tasks of `{name}`, and nobody calls it");
        return Some((message, survey.index.told(surest, OwnerKind::Keeper)));
    }
    let ends = |top: Top| top >= Top::Program;
    let cancels = keeper.stops.iter().find(|s| s.cancel.is_some() && ends(s.chain.top))?;
    is_never_awaited(&survey.index, &keeper.deeds, &keeper.stops).then(|| {
        let message = format!(
            "the tasks of `{name}` are cancelled and never awaited, so the loop may close before they are done"
        );
        (message, survey.index.told(cancels, OwnerKind::Keeper))
    })
}

/// Where the tasks are made.
fn sites(survey: &Survey<'_>, keeper: &Keeper) -> Vec<Witness> {
    let made = keeper.sites.iter().map(|site| {
        let (_, spot) = survey.site(*site);
        survey.index.witness(spot, "a task of it is made here")
    });
    made.collect()
}
