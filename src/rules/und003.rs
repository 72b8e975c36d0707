//! UND003: a task put only into a container that does not keep it. It knows one classified site.

use super::finding::{Check, Rule};
use super::spawner_kinds::has_generic_spawner;
use crate::tasks::{ClassifiedSite, Reason};

/// The rule.
pub(super) static RULE: Rule = Rule {
    code: "UND003",
    name: "short-lived-tracker",
    summary: "a task is stored only in a container that does not keep it alive",
    default: true,
    doc: include_str!("../../testdata/rules/short-lived-tracker/doc.md"),
    check: Check::Site(applies),
};

fn applies(classified: &ClassifiedSite) -> bool {
    has_generic_spawner(classified)
        && matches!(classified.reason, Reason::LocalContainer | Reason::WeakContainer)
}
