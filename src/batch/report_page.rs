//! A page about a run: self-contained HTML. It reads no file.

use std::collections::BTreeMap;

use minijinja::Environment;
use minijinja::value::Serde;
use serde::Serialize;

use super::ledger::{Entry, RunRecord};
use super::result::ByRule;
use super::summary::batch_totals;
use crate::output::escaped_html;

/// The template.
const TEMPLATE: &str = include_str!("report.html");

#[derive(Serialize)]
struct Page<'a> {
    version: &'static str,
    totals: String,
    rules: Vec<Row>,
    reasons: Vec<(String, usize)>,
    repositories: Vec<RepositoryRow<'a>>,
    open: Vec<&'a String>,
}

/// The findings of one rule in all repositories.
#[derive(Serialize)]
struct Row {
    rule: String,
    fixed: usize,
    declined: usize,
    suppressed: usize,
    out_of_scope: usize,
}

/// One repository, with its sums.
#[derive(Serialize)]
struct RepositoryRow<'a> {
    #[serde(flatten)]
    entry: &'a Entry,
    fixed: usize,
    declined: usize,
}

/// The page.
///
/// # Errors
/// The template that is built in is wrong, which a test excludes.
pub fn batch_html(record: &RunRecord) -> Result<String, String> {
    let mut environment = Environment::new();
    // The default also escapes slashes, and then nobody can search the page for an address.
    environment.set_formatter(|out, _, value| {
        if !value.is_none() {
            out.write_str(&escaped_html(&value.to_string()))?;
        }
        Ok(())
    });
    environment.add_filter(
        "link",
        |url: String| if url.starts_with("https://") { url } else { String::new() },
    );
    environment.add_template("report.html", TEMPLATE).map_err(|error| error.to_string())?;
    let page = Page {
        version: env!("CARGO_PKG_VERSION"),
        totals: batch_totals(record),
        rules: rules(record),
        reasons: reasons(record),
        repositories: record.done.values().map(repository_row).collect(),
        open: record.open.values().collect(),
    };
    let template = environment.get_template("report.html").map_err(|error| error.to_string())?;
    let text = template.render(Serde(page)).map_err(|error| error.to_string())?;
    Ok(text + "\n")
}

fn repository_row(entry: &Entry) -> RepositoryRow<'_> {
    let sum = |counts: &ByRule| counts.values().sum();
    RepositoryRow { entry, fixed: sum(&entry.sites.fixed), declined: sum(&entry.sites.declined) }
}

fn rules(record: &RunRecord) -> Vec<Row> {
    let mut rows: BTreeMap<&str, Row> = BTreeMap::new();
    for entry in record.done.values() {
        let sites = &entry.sites;
        let kinds = [&sites.fixed, &sites.declined, &sites.suppressed, &sites.out_of_scope];
        for (kind, counts) in kinds.into_iter().enumerate() {
            for (rule, count) in counts {
                let row = rows.entry(rule).or_insert_with(|| Row {
                    rule: rule.clone(),
                    fixed: 0,
                    declined: 0,
                    suppressed: 0,
                    out_of_scope: 0,
                });
                let sums =
                    [&mut row.fixed, &mut row.declined, &mut row.suppressed, &mut row.out_of_scope];
                *sums.into_iter().nth(kind).expect("four kinds") += count;
            }
        }
    }
    rows.into_values().collect()
}

/// Why findings are not fixed, the most frequent first.
fn reasons(record: &RunRecord) -> Vec<(String, usize)> {
    let mut reasons = ByRule::new();
    for (reason, count) in record.done.values().flat_map(|entry| &entry.sites.reasons) {
        *reasons.entry(reason.clone()).or_default() += count;
    }
    let mut reasons: Vec<(String, usize)> = reasons.into_iter().collect();
    reasons.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    reasons
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_run_has_a_page() {
        let page = batch_html(&RunRecord::default()).unwrap();
        assert!(page.starts_with("<!doctype html>") && page.ends_with("</html>\n"), "{page}");
    }
}
