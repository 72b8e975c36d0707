//! UND005: a task that a function of the project returned, thrown away by its caller. It knows one judged site.

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

fn applies(judged: &ClassifiedSite) -> bool {
    let own =
        matches!(judged.site.spawner, Spawner::Wrapper | Spawner::TaskOwner | Spawner::Manager);
    let plain = judged.reason == Reason::Wrapper && judged.site.spawner != Spawner::Threadsafe;
    judged.verdict() == Verdict::Dropped && !judged.site.uncalled && (own || plain)
}
