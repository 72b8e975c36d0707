//! UND002: a task bound to a name that nothing reads. It knows one classified site.

use super::finding::{Check, Rule};
use super::spawner_kinds::has_generic_spawner;
use crate::tasks::{ClassifiedSite, Reason};

/// The rule.
pub(super) static RULE: Rule = Rule {
    code: "UND002",
    name: "unread-task",
    summary: "a task is assigned to a variable that does not keep it alive",
    default: true,
    doc: include_str!("../../testdata/rules/unread-task/doc.md"),
    check: Check::Site(applies),
};

fn applies(classified: &ClassifiedSite) -> bool {
    has_generic_spawner(classified)
        && matches!(
            classified.reason,
            Reason::Underscore | Reason::Unread | Reason::Rebound | Reason::Touched
        )
}
