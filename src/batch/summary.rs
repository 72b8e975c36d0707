//! A run in a few lines of text. It reads no file.

use super::ledger::{Entry, RunRecord};
use super::publish::Outcome;
use super::result::Status;
use crate::output::{plural, sanitize};

/// One line for each repository: what came of it, and why.
pub fn batch_table(record: &RunRecord) -> String {
    let open =
        record.open.iter().map(|(slug, name)| (slug, ("open", name.as_str(), String::new())));
    let done = record.done.iter().map(|(slug, entry)| {
        (slug, (entry.status.as_str(), entry.repository.as_str(), outcome_text(entry)))
    });
    let mut rows: Vec<_> = open.chain(done).collect();
    rows.sort();
    let width = rows.iter().map(|(_, (_, name, _))| name.chars().count()).max().unwrap_or(0);
    let width = width.min(WIDEST_NAME);
    rows.into_iter()
        .map(|(_, (status, name, told))| {
            let line = format!("{status:<9}  {:<width$}  {}", sanitize(name), sanitize(&told));
            format!("{}\n", line.trim_end())
        })
        .collect()
}

/// A longer name moves the rest of its line.
const WIDEST_NAME: usize = 60;

/// What came of a repository, its branches and its pull requests.
pub fn outcome_text(entry: &Entry) -> String {
    let mut text = entry.message.clone();
    for published in &entry.published {
        let place = published.url.as_deref().unwrap_or(&published.branch);
        let outcome = published.pull_request.unwrap_or(published.push);
        text += &format!("; {place}: {}", outcome.as_str());
        if let Some(message) = &published.message {
            text += &format!(" ({message})");
        }
    }
    text
}

/// The sums of a run, with a line end.
pub fn batch_totals(record: &RunRecord) -> String {
    let count = |status| record.done.values().filter(|entry| entry.status == status).count();
    let all = record.done.len() + record.open.len();
    let mut parts: Vec<String> =
        [Status::Changed, Status::Unchanged, Status::Skipped, Status::Error]
            .into_iter()
            .map(|status| (count(status), status.as_str()))
            .chain([(record.open.len(), "open")])
            .filter(|(count, _)| *count > 0)
            .map(|(count, word)| format!("{count} {word}"))
            .collect();
    if parts.is_empty() {
        parts.push("nothing done".to_owned());
    }
    let repositories = match all {
        1 => "1 repository".to_owned(),
        n => format!("{n} repositories"),
    };
    let changed = record.done.values().filter(|entry| entry.status == Status::Changed);
    let fixed: usize = changed.flat_map(|entry| entry.sites.fixed.values()).sum();
    let mut text =
        format!("{repositories}: {}. {} fixed.", parts.join(", "), plural(fixed, "finding"));
    let published = record.done.values().flat_map(|entry| &entry.published);
    let opened = published.clone().filter(|p| p.pull_request == Some(Outcome::Created)).count();
    let updated = published.clone().filter(|p| p.pull_request == Some(Outcome::Updated)).count();
    let left = published.clone().filter(|p| p.message.is_some()).count();
    for (count, word) in [(opened, "opened"), (updated, "updated"), (left, "left alone")] {
        if count > 0 {
            text += &format!(" {} {word}.", plural(count, "pull request"));
        }
    }
    text + "\n"
}
