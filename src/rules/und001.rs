//! UND001: a task whose result is thrown away on the spot. It knows one judged site.

use super::finding::{Check, Rule};
use super::spawner_kinds::has_generic_spawner;
use crate::tasks::{ClassifiedSite, Reason};

/// The rule.
pub(super) static RULE: Rule = Rule {
    code: "UND001",
    name: "dropped-task",
    summary: "the task is thrown away where it is made",
    default: true,
    doc: include_str!("../../testdata/rules/dropped-task/doc.md"),
    check: Check::Site(applies),
};

fn applies(judged: &ClassifiedSite) -> bool {
    has_generic_spawner(judged)
        && matches!(judged.reason, Reason::Discarded | Reason::Chained | Reason::Expression)
}
