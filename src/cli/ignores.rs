//! Turns the findings of a report into patches that suppress them. It writes and prints nothing.

use crate::decline::DeclineKind;
use crate::fix::{Outcome, add_ignores};
use crate::rules::{Check, Rule};
use crate::run::{FileReport, Item, Report};
use crate::text::Line;

/// What is to be suppressed.
#[derive(Default)]
pub(super) struct Ignores {
    /// For each file of the report, how many of its findings the patch suppresses.
    pub(super) counts: Vec<usize>,
    /// The findings that are not suppressed, and why, one line each.
    pub(super) left: Vec<String>,
}

/// Makes the patch of each file one that suppresses its findings. A reason stands behind the codes.
///
/// # Errors
/// A reason that does not fit into a comment.
pub(super) fn patch_with_ignores(report: &mut Report, reason: &str) -> Result<Ignores, String> {
    if reason.contains(char::is_control) {
        return Err("the reason of `--add-ignore` must be one line".to_owned());
    }
    let reason = Some(reason.trim()).filter(|reason| !reason.is_empty());
    let mut ignores = Ignores::default();
    for file in &mut report.files {
        let count = patch_file(file, reason, &mut ignores.left);
        ignores.counts.push(count);
    }
    Ok(ignores)
}

fn patch_file(file: &mut FileReport, reason: Option<&str>, left: &mut Vec<String>) -> usize {
    let mut leave = |line: Line, rule: &Rule, why: &str| {
        let path = file.path.display();
        left.push(format!("{path}:{line}: {} is not suppressed: {why}\n", rule.code));
    };
    let mut findings = Vec::new();
    for item in file.open() {
        let (rule, line) = (item.found().rule, item.span().start.line);
        match refusal(item) {
            Some(why) => leave(line, rule, why),
            None => findings.push((item.span().bytes.clone(), rule, line)),
        }
    }
    let places: Vec<_> = findings.iter().map(|(bytes, rule, _)| (bytes.clone(), *rule)).collect();
    let added = add_ignores(&file.source, &places, reason);
    for ((_, rule, line), why) in findings.iter().zip(&added.declined) {
        if let Some(why) = why {
            leave(*line, rule, &why.message);
        }
    }
    file.withdraw();
    file.patch = added.new.map(|new| new.file_bytes().to_vec());
    added.declined.iter().filter(|why| why.is_none()).count()
}

/// Why a finding is not to be suppressed, if it is not.
fn refusal(item: Item<'_>) -> Option<&'static str> {
    let found = item.found();
    if matches!(found.rule.check, Check::Suppression(_)) {
        return Some("`undangle fix` removes the comment");
    }
    let is_link =
        matches!(&found.outcome, Outcome::Declined(why) if why.kind == DeclineKind::Symlink);
    is_link.then_some("the file is a symbolic link to one outside the given paths")
}
