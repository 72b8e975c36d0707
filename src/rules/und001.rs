//! UND001: a task whose result is thrown away on the spot. It knows one judged site.

use super::finding::Rule;
use super::kinds::is_plain;
use crate::tasks::{ClassifiedSite, Reason};

/// The rule.
pub(super) static RULE: Rule = Rule {
    code: "UND001",
    name: "dropped-task",
    summary: "the task is thrown away where it is made",
    default: true,
    doc: include_str!("../../testdata/rules/dropped-task/doc.md"),
    breaks: Some(breaks),
    finds: None,
};

fn breaks(judged: &ClassifiedSite) -> bool {
    is_plain(judged)
        && matches!(judged.reason, Reason::Discarded | Reason::Chained | Reason::Expression)
}
