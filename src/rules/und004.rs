//! UND004: a `run_coroutine_threadsafe` whose future nobody keeps. It knows one judged site.

use super::finding::Rule;

use crate::tasks::{ClassifiedSite, Spawner, Verdict};

/// The rule.
pub(super) static RULE: Rule = Rule {
    code: "UND004",
    name: "dropped-threadsafe",
    summary: "the future of `run_coroutine_threadsafe` is not kept",
    default: true,
    doc: include_str!("../../testdata/rules/dropped-threadsafe/doc.md"),
    site_check: Some(applies),
    project_check: None,
};

fn applies(judged: &ClassifiedSite) -> bool {
    judged.site.spawner == Spawner::Threadsafe && judged.verdict() == Verdict::Dropped
}
