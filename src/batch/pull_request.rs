//! The text of a pull request: the template with the facts of one patch. It decides nothing.

use std::collections::{BTreeMap, BTreeSet};

use minijinja::syntax::SyntaxConfig;
use minijinja::value::Serde;
use minijinja::{Environment, UndefinedBehavior};
use serde::Serialize;

use super::analysis::reason;
use super::result::{TestRun, Verification};
use crate::fix::Outcome;
use crate::output::{cell, code};
use crate::run::{FileReport, Item, Report};

/// The template that is used unless another is given.
const TEMPLATE: &str = include_str!("pull_request.md");
/// The limit of GitHub for the text of a pull request, in characters; held here in bytes.
const LIMIT: usize = 65_535;
/// How much work a template may be: enough for all lists of a text that fits, and the end of one that runs for good.
const FUEL: u64 = 20_000_000;
/// More files than this are not listed for one tracker.
const MANY_FILES: usize = 8;
/// The end of the sentences about dropped tasks, which the text says once.
const COMMON_END: &str = ": it may be garbage-collected before it finishes";

/// A finding.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub(super) struct Site {
    path: String,
    /// The cell of a notebook, from 1.
    cell: Option<usize>,
    /// 1-based.
    line: usize,
    /// `path:line`.
    place: String,
    function: Option<String>,
    rule: &'static str,
    message: String,
    /// Why it is not fixed.
    reason: Option<String>,
}

/// What keeps tasks, and in which files.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(super) struct Tracker {
    /// None where a variable keeps them.
    name: Option<String>,
    paths: Vec<String>,
    paths_left_out: usize,
}

/// What the template is given.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Facts {
    pub(super) title: String,
    pub(super) version: &'static str,
    /// The repository, without credentials.
    pub(super) repository: String,
    /// The commit that the patch is for.
    pub(super) base: String,
    fixed: Vec<Site>,
    fixed_count: usize,
    fixed_left_out: usize,
    trackers: Vec<Tracker>,
    declined: Vec<Site>,
    declined_left_out: usize,
    notes: Vec<String>,
    notes_left_out: usize,
    verify: Option<VerifyFacts>,
}

#[derive(Debug, Clone, Serialize)]
struct VerifyFacts {
    command: String,
    outcome: &'static str,
    tasks: Option<TaskFacts>,
}

/// Numbers of tasks of the tests, without the patch and with it.
#[derive(Debug, Clone, Copy, Serialize)]
struct TaskFacts {
    lost_before: u64,
    lost_after: u64,
    left_before: u64,
    left_after: u64,
    unseen_before: u64,
    unseen_after: u64,
}

impl Facts {
    /// The facts of a report whose patches are to be merged. `path` gives the name of a file of the report, none for one that is
    /// not of this pull request.
    pub(super) fn of(
        report: &Report,
        path: impl Fn(&FileReport) -> Option<String>,
        title: &str,
        repository: &str,
        base: &str,
    ) -> Self {
        let mut facts = Self {
            title: title.to_owned(),
            version: env!("CARGO_PKG_VERSION"),
            repository: repository.to_owned(),
            base: base.to_owned(),
            fixed: Vec::new(),
            fixed_count: 0,
            fixed_left_out: 0,
            trackers: Vec::new(),
            declined: Vec::new(),
            declined_left_out: 0,
            notes: Vec::new(),
            notes_left_out: 0,
            verify: None,
        };
        let mut trackers: BTreeMap<Option<String>, BTreeSet<String>> = BTreeMap::new();
        let mut undrained: BTreeSet<String> = BTreeSet::new();
        for file in &report.files {
            let Some(path) = path(file) else { continue };
            for item in file.items() {
                let found = item.found();
                let site = site(&path, item);
                let Outcome::Fix { tracker, notes, elsewhere, applied: true, .. } = &found.outcome
                else {
                    let reason = Some(reason(found));
                    facts.declined.extend((!found.suppressed).then_some(Site { reason, ..site }));
                    continue;
                };
                let consequences = notes.iter().filter(|note| note.kind.is_consequence());
                facts
                    .notes
                    .extend(consequences.map(|note| format!("`{}`: {}", site.place, note.message)));
                facts.fixed.push(site);
                if elsewhere.is_none() && matches!(item, Item::Site(..)) {
                    trackers.entry(tracker.clone()).or_default().insert(path.clone());
                    undrained.extend(tracker.clone().filter(|name| is_undrained(file, name)));
                }
            }
        }
        facts.trackers.extend(trackers.into_iter().map(|(name, paths)| Tracker {
            name,
            paths: paths.into_iter().collect(),
            paths_left_out: 0,
        }));
        if !undrained.is_empty() {
            let names: Vec<String> = undrained.iter().map(|name| format!("`{name}`")).collect();
            let names = names.join(" and ");
            facts.notes.push(format!(
                "No code cancels the tasks in {names} when the application stops; none did before"
            ));
        }
        facts.fixed_count = facts.fixed.len();
        facts
    }

    /// The number of findings that are fixed.
    pub(super) fn fixed_count(&self) -> usize {
        self.fixed_count
    }

    /// What a person should know about the patch, one sentence each.
    pub(super) fn notes(&self) -> &[String] {
        &self.notes
    }

    /// Adds what the project's own tests say.
    pub(super) fn set_verify(&mut self, verify: Option<&Verification>) {
        self.verify = verify.map(|v| VerifyFacts {
            command: v.command.clone(),
            outcome: outcome(&v.before, &v.after),
            tasks: v.before.tasks.zip(v.after.tasks).map(|(before, after)| TaskFacts {
                lost_before: before.lost,
                lost_after: after.lost,
                left_before: before.left,
                left_after: after.left,
                unseen_before: before.unretrieved,
                unseen_after: after.unretrieved,
            }),
        });
    }

    /// The text, with as many entries of each list as fit.
    ///
    /// # Errors
    /// The template is invalid, or the text is too long without any entry; worded for the user.
    pub(super) fn render(&self, template: Option<&str>) -> Result<String, String> {
        let mut environment = Environment::new();
        let mut syntax = SyntaxConfig::builder();
        syntax.trim_blocks(true).lstrip_blocks(true).keep_trailing_newline(true);
        environment.set_syntax(syntax.build().map_err(|error| error.to_string())?);
        environment.set_undefined_behavior(UndefinedBehavior::Strict);
        environment.set_fuel(Some(FUEL));
        environment.add_filter("code", |text: String| code(&text));
        environment.add_filter("text", |text: String| plain(&text));
        let failed = |error: minijinja::Error| match error.line() {
            Some(line) => format!("the template is invalid at line {line}: {error}"),
            None => format!("the template is invalid: {error}"),
        };
        let template =
            environment.template_from_str(template.unwrap_or(TEMPLATE)).map_err(failed)?;
        let mut most = self.fixed.len().max(self.declined.len()).max(self.notes.len());
        loop {
            let text = template.render(Serde(self.shortened(most))).map_err(failed)?;
            let text = text.trim_start().to_owned();
            if text.trim().is_empty() {
                return Err("the template gives no text, and so no title".to_owned());
            }
            if text.len() <= LIMIT {
                return Ok(text);
            }
            if most == 0 {
                return Err(format!(
                    "the text of the pull request has {} bytes without any list; at most {LIMIT} are possible",
                    text.len()
                ));
            }
            most = most * 3 / 4;
        }
    }

    /// At most so many entries of each list.
    fn shortened(&self, most: usize) -> Self {
        let mut facts = self.clone();
        let left_out = |count: usize| count.saturating_sub(most);
        facts.fixed_left_out = left_out(facts.fixed.len());
        facts.fixed.truncate(most);
        for tracker in &mut facts.trackers {
            let shown = most.min(MANY_FILES);
            tracker.paths_left_out = tracker.paths.len().saturating_sub(shown);
            tracker.paths.truncate(shown);
        }
        facts.declined_left_out = left_out(facts.declined.len());
        facts.declined.truncate(most);
        facts.notes_left_out = left_out(facts.notes.len());
        facts.notes.truncate(most);
        facts
    }
}

/// Whether a tracker is a new set that nothing drains.
fn is_undrained(file: &FileReport, name: &str) -> bool {
    let declares =
        |line: &str| line.strip_prefix(name).is_some_and(|rest| rest.starts_with([':', ' ']));
    let text = String::from_utf8_lossy(file.patch.as_deref().unwrap_or_default());
    let is_new = !file.source.code().lines().any(declares) && text.lines().any(declares);
    is_new && !file.shutdowns.iter().any(|s| s.tracker == name && s.function.is_ok())
}

fn site(path: &str, item: Item<'_>) -> Site {
    let function = match item {
        Item::Site(entry, _) => entry.function.clone(),
        Item::Notice(_) => None,
    };
    let message = &item.found().message;
    let line = item.span().start.line;
    Site {
        path: path.to_owned(),
        cell: line.cell,
        line: line.number,
        place: format!("{path}:{line}"),
        function,
        rule: item.found().rule.code,
        message: message.strip_suffix(COMMON_END).unwrap_or(message).to_owned(),
        reason: None,
    }
}

/// Text that neither Markdown nor the host takes for anything else: `@name` would call somebody.
fn plain(text: &str) -> String {
    let mut is_code = false;
    let mut out = String::new();
    for c in cell(text).trim_end_matches('.').chars() {
        is_code ^= c == '`';
        out.push(c);
        if c == '@' && !is_code {
            out.push('\u{200b}');
        }
    }
    out
}

/// What the project's own tests say, as the end of a sentence about them.
fn outcome(before: &TestRun, after: &TestRun) -> &'static str {
    match (before.passed, after.passed) {
        (true, true) => "passes before and after the patch",
        (true, false) => "passes before the patch and fails after it",
        (false, true) => "fails before the patch and passes after it",
        (false, false) => "fails before and after the patch",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn facts(count: usize) -> Facts {
        let site = |line| Site {
            path: "pkg/a_file.py".to_owned(),
            cell: None,
            line,
            place: format!("pkg/a_file.py:{line}"),
            function: Some("App.start".to_owned()),
            rule: "UND001",
            message: "a task that nobody keeps".to_owned(),
            reason: None,
        };
        let mut facts = Facts::of(&Report::default(), |_| None, "Title", "r", "b");
        facts.fixed = (1..=count).map(site).collect();
        facts.fixed_count = count;
        facts
    }

    #[test]
    fn a_long_list_is_cut_and_the_rest_counted() {
        let text = facts(20_000).render(None).unwrap();
        assert!(text.len() <= LIMIT && text.len() > LIMIT / 2, "{}", text.len());
        assert!(text.starts_with("Title\n\n"));
        assert!(text.contains("repairs 20000 places"));
        assert!(text.contains(" more, see the patch\n"));
    }

    #[test]
    fn a_template_of_ones_own_is_told_where_it_is_wrong() {
        let render = |template| facts(2).render(Some(template));
        assert_eq!(
            render("{{ title }}: {% for s in fixed %}{{ s.line }} {% endfor %}").unwrap(),
            "Title: 1 2 "
        );
        assert!(
            render("a\n{{ nothing }}")
                .unwrap_err()
                .starts_with("the template is invalid at line 2")
        );
        assert!(render("{% if %}").is_err());
        assert!(render(&"x".repeat(LIMIT + 1)).is_err());
    }

    #[test]
    fn nobody_is_called() {
        assert_eq!(plain("ask @me about `@app` <b>."), "ask @\u{200b}me about `@app` \\<b\\>");
    }
}
