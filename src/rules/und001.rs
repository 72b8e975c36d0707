//! UND001: a task whose result is thrown away on the spot. It knows one classified site.

use super::finding::{Check, Rule};
use super::spawner_kinds::has_generic_spawner;
use crate::tasks::{ClassifiedSite, Reason};

/// The rule.
pub(super) static RULE: Rule = Rule {
    code: "UND001",
    name: "dropped-task",
    summary: "a task is discarded as soon as it is created",
    default: true,
    doc: include_str!("../../testdata/rules/dropped-task/doc.md"),
    check: Check::Site(applies),
};

fn applies(classified: &ClassifiedSite) -> bool {
    has_generic_spawner(classified)
        && matches!(classified.reason, Reason::Discarded | Reason::Chained | Reason::Expression)
}
