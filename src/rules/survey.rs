//! From a file and its project's facts to the breaches of the rules that are not about one site. It fixes nothing.

use super::finding::{Breach, Status};
use super::list::{all, audited};
use super::scene::Scene;
use super::suppress::suppressions;
use crate::settings::RuleSettings;

/// The breaches of one file, in source order; rules that are off report nothing.
pub fn survey(scene: &Scene<'_>, settings: &RuleSettings) -> Vec<Breach> {
    let mut breaches = Vec::new();
    for rule in all().iter().copied().filter(|r| settings.is_on(r.code, r.default)) {
        let Some(finds) = rule.finds else { continue };
        breaches.extend(finds(scene).into_iter().map(|lapse| Breach {
            rule,
            status: match suppressions(scene.model, lapse.node, rule).is_empty() {
                true => Status::Open,
                false => Status::Suppressed,
            },
            lapse,
        }));
    }
    breaches.sort_by_key(|b| (b.lapse.node, b.rule.code));
    breaches
}

/// Whether a rule that is not about one site is on, so that the facts it needs are worth gathering.
pub fn surveys(settings: &RuleSettings) -> bool {
    all().iter().any(|r| r.finds.is_some() && settings.is_on(r.code, r.default))
}

/// Whether a rule that looks at the audit of the project is on, so that every file is worth reading.
pub fn audits(settings: &RuleSettings) -> bool {
    audited().iter().any(|r| settings.is_on(r.code, r.default))
}
