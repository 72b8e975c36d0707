//! UND005: a task that a function of the project returned, thrown away by its caller. It knows one classified site.

use super::finding::{Check, Rule};

use crate::tasks::{ClassifiedSite, Reason, Spawner, Verdict};

/// The rule.
pub(super) static RULE: Rule = Rule {
    code: "UND005",
    name: "dropped-wrapper-result",
    summary: "a project function returns a task, and the caller discards it",
    default: true,
    doc: include_str!("../../testdata/rules/dropped-wrapper-result/doc.md"),
    check: Check::Site(applies),
};

fn applies(classified: &ClassifiedSite) -> bool {
    let own =
        matches!(classified.site.spawner, Spawner::Wrapper | Spawner::TaskOwner | Spawner::Manager);
    let plain =
        classified.reason == Reason::Wrapper && classified.site.spawner != Spawner::Threadsafe;
    classified.verdict() == Verdict::Dropped && !classified.site.uncalled && (own || plain)
}
