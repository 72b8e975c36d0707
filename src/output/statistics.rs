//! How many findings each rule has. It lists none of them.

use serde::Serialize;

use super::json_text::json_document;
use crate::rules;
use crate::run::Report;
use crate::settings::Applicability;

#[derive(Serialize)]
struct RuleCount {
    code: &'static str,
    name: &'static str,
    count: usize,
    /// How many have a safe fix.
    fixable: usize,
}

/// The open findings by rule, the most frequent first, one rule a line.
pub(super) fn statistics(report: &Report) -> String {
    let line = |rule: &RuleCount| {
        let RuleCount { code, name, count, fixable } = rule;
        let fixable = if *fixable > 0 { format!(" [{fixable} fixable]") } else { String::new() };
        format!("{count:>6}  {code}  {name}{fixable}\n")
    };
    counts(report).iter().map(line).collect()
}

/// The same for programs.
pub(super) fn statistics_json(report: &Report) -> String {
    json_document(&counts(report))
}

fn counts(report: &Report) -> Vec<RuleCount> {
    let open: Vec<_> =
        report.files.iter().flat_map(|f| f.found()).filter(|f| !f.suppressed).collect();
    let count = |rule: &&'static rules::Rule| {
        let of_rule = open.iter().filter(|found| found.rule.code == rule.code);
        let fixable =
            of_rule.clone().filter(|f| f.applicability() == Some(Applicability::Safe)).count();
        RuleCount { code: rule.code, name: rule.name, count: of_rule.count(), fixable }
    };
    let mut counts: Vec<_> = rules::all().iter().map(count).filter(|rule| rule.count > 0).collect();
    counts.sort_by_key(|rule| std::cmp::Reverse(rule.count));
    counts
}
