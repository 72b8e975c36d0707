//! UND004: a `run_coroutine_threadsafe` whose future nobody keeps. It knows one classified site.

use super::finding::{Check, Rule};

use crate::tasks::{ClassifiedSite, Spawner, Verdict};

/// The rule.
pub(super) static RULE: Rule = Rule {
    code: "UND004",
    name: "dropped-threadsafe",
    summary: "the future of `run_coroutine_threadsafe` is not kept",
    default: true,
    doc: include_str!("../../testdata/rules/dropped-threadsafe/doc.md"),
    check: Check::Site(applies),
};

fn applies(classified: &ClassifiedSite) -> bool {
    classified.site.spawner == Spawner::Threadsafe && classified.verdict() == Verdict::Dropped
}
