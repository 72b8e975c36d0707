//! UND003: a task put only into a container that does not keep it. It knows one judged site.

use super::finding::Rule;
use super::kinds::is_plain;
use crate::tasks::{ClassifiedSite, Reason};

/// The rule.
pub(super) static RULE: Rule = Rule {
    code: "UND003",
    name: "short-lived-tracker",
    summary: "the task is only in a container that does not keep it",
    default: true,
    doc: include_str!("../../testdata/rules/short-lived-tracker/doc.md"),
    breaks: Some(breaks),
    finds: None,
};

fn breaks(judged: &ClassifiedSite) -> bool {
    is_plain(judged) && matches!(judged.reason, Reason::LocalContainer | Reason::WeakContainer)
}
