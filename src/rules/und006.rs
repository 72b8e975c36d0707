//! UND006: a task made in a callback whose caller throws results away. It knows one classified site.

use super::finding::{Check, Rule};
use super::spawner_kinds::has_generic_spawner;
use crate::tasks::{ClassifiedSite, Reason, Spawner};

/// The rule.
pub(super) static RULE: Rule = Rule {
    code: "UND006",
    name: "dropped-callback-task",
    summary: "a callback creates a task, and the code that calls it discards the result",
    default: true,
    doc: include_str!("../../testdata/rules/dropped-callback-task/doc.md"),
    check: Check::Site(applies),
};

fn applies(classified: &ClassifiedSite) -> bool {
    let made_by_callback = has_generic_spawner(classified)
        || (classified.site.uncalled && classified.site.spawner == Spawner::Wrapper);
    made_by_callback && matches!(classified.reason, Reason::Lambda | Reason::PassedUncalled)
}
