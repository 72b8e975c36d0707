//! Applies the site rules (UND0xx): the one rule that a dropped site violates, and whether a
//! comment suppresses it. It fixes nothing.

use super::finding::{Check, Finding, Rule, Rules, Status};
use super::message::message;
use crate::python::Model;
use crate::settings::RuleSettings;
use crate::tasks::{ClassifiedSite, Verdict};

/// The findings of one file, in the order of its sites; disabled rules report nothing.
pub fn check_sites(
    rules: Rules,
    model: &Model,
    classified: &[ClassifiedSite],
    settings: &RuleSettings,
) -> Vec<Finding> {
    let finding = |(site, classified): (usize, &ClassifiedSite)| {
        let rule =
            violated_rule(rules, classified).filter(|r| settings.is_on(r.code, r.default))?;
        let node = classified.site.node;
        let status = Status::of(model, node, rule);
        Some(Finding {
            rule,
            site,
            node,
            message: message(model, classified),
            status,
            is_selected: true,
        })
    };
    classified.iter().enumerate().filter_map(finding).collect()
}

/// The rule that a site violates: one for a dropped site, none for any other.
fn violated_rule(rules: Rules, classified: &ClassifiedSite) -> Option<&'static Rule> {
    if classified.verdict() != Verdict::Dropped {
        return None;
    }
    rules.iter().copied().find(|rule| applies(rule, classified))
}

fn applies(rule: &Rule, classified: &ClassifiedSite) -> bool {
    matches!(rule.check, Check::Site(applies) if applies(classified))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::python::NodeId;
    use crate::tasks::{Reason, SpawnSite, Spawner, SpawnerEvidence};
    use crate::text::SourceFile;

    const SPAWNERS: [Spawner; 10] = [
        Spawner::CreateTask,
        Spawner::EnsureFuture,
        Spawner::TaskClass,
        Spawner::LoopCreateTask,
        Spawner::Gather,
        Spawner::Shield,
        Spawner::Threadsafe,
        Spawner::Wrapper,
        Spawner::TaskOwner,
        Spawner::Manager,
    ];
    const REASONS: [Reason; 13] = [
        Reason::Discarded,
        Reason::Chained,
        Reason::Expression,
        Reason::Underscore,
        Reason::Unread,
        Reason::Rebound,
        Reason::Touched,
        Reason::Lambda,
        Reason::PassedUncalled,
        Reason::LocalContainer,
        Reason::WeakContainer,
        Reason::Wrapper,
        Reason::Awaited,
    ];

    fn classified(spawner: Spawner, reason: Reason) -> ClassifiedSite {
        ClassifiedSite {
            site: SpawnSite {
                node: NodeId::ROOT,
                callee: NodeId::ROOT,
                spawner,
                evidence: SpawnerEvidence::Resolved,
                uncalled: false,
            },
            wrapper: None,
            coroutine: None,
            reason,
            why: String::new(),
            sink: NodeId::ROOT,
            left_by: None,
        }
    }

    #[test]
    fn a_dropped_site_breaks_exactly_one_rule_and_no_other_breaks_any() {
        for spawner in SPAWNERS {
            for reason in REASONS {
                let classified = classified(spawner, reason);
                let broken =
                    super::super::all().iter().filter(|rule| applies(rule, &classified)).count();
                let dropped = classified.verdict() == Verdict::Dropped;
                assert_eq!(broken, usize::from(dropped), "{spawner:?} {reason:?}");
            }
        }
    }

    #[test]
    fn what_is_off_is_not_reported() {
        let source = SourceFile::new("m.py", b"x".to_vec()).unwrap();
        let model = Model::new(source, "m");
        let sites = [classified(Spawner::CreateTask, Reason::Unread)];
        let count = |select: &[&str], ignore: &[&str]| {
            let own = |l: &[&str]| -> Vec<String> { l.iter().map(|s| (*s).to_owned()).collect() };
            let select = Some(own(select)).filter(|select| !select.is_empty());
            let ignore = own(ignore);
            let settings = RuleSettings { select, ignore, ..RuleSettings::default() };
            check_sites(super::super::all(), &model, &sites, &settings).len()
        };
        assert_eq!(count(&[], &[]), 1);
        assert_eq!(count(&["UND001"], &[]), 0);
        assert_eq!(count(&["UND"], &["UND002"]), 0);
        assert_eq!(count(&["UND002"], &["UND"]), 1);
    }
}
