//! UND006: a task made in a callback whose caller throws results away. It knows one judged site.

use super::finding::Rule;
use super::kinds::is_plain;
use crate::tasks::{ClassifiedSite, Reason, Spawner};

/// The rule.
pub(super) static RULE: Rule = Rule {
    code: "UND006",
    name: "dropped-callback-task",
    summary: "a callback makes the task, and its caller throws results away",
    default: true,
    doc: include_str!("../../testdata/rules/dropped-callback-task/doc.md"),
    breaks: Some(breaks),
    finds: None,
};

fn breaks(judged: &ClassifiedSite) -> bool {
    let made_by_callback =
        is_plain(judged) || (judged.site.uncalled && judged.site.spawner == Spawner::Wrapper);
    made_by_callback && matches!(judged.reason, Reason::Lambda | Reason::PassedUncalled)
}
