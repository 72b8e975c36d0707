//! UND006: a task made in a callback whose caller throws results away. It knows one judged site.

use super::finding::{Check, Rule};
use super::spawner_kinds::has_generic_spawner;
use crate::tasks::{ClassifiedSite, Reason, Spawner};

/// The rule.
pub(super) static RULE: Rule = Rule {
    code: "UND006",
    name: "dropped-callback-task",
    summary: "a callback makes the task, and its caller throws results away",
    default: true,
    doc: include_str!("../../testdata/rules/dropped-callback-task/doc.md"),
    check: Check::Site(applies),
};

fn applies(judged: &ClassifiedSite) -> bool {
    let made_by_callback = has_generic_spawner(judged)
        || (judged.site.uncalled && judged.site.spawner == Spawner::Wrapper);
    made_by_callback && matches!(judged.reason, Reason::Lambda | Reason::PassedUncalled)
}
