//! What an audit calls for: one decision for each cause, the most urgent first. It classifies no site and knows no format.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use super::audit_rows::{Row, rows};
use super::fix_command::{FixCommand, arguments_for, edited_files, fix_command, unsafe_flag};
use super::text::{display_path, flat, plural, slash_path};
use super::watch_text::run_text;
use crate::audit::{Cause, Lifetime, RelatedLocation, Risk};
use crate::fix::Outcome;
use crate::run::{FileReport, Found, Notice, Report, Span};
use crate::settings::Applicability;
use crate::tasks::Verdict;
use crate::text::Line;
use crate::watch::SiteRuns;

/// One thing to do.
#[derive(Debug)]
pub(super) struct Decision<'a> {
    /// How urgent it is.
    pub(super) risk: Risk,
    /// Whether its sites are in test code.
    pub(super) is_test: bool,
    /// The cause that its sites share; none of a finding that is about no cause.
    pub(super) cause: Option<Cause>,
    /// The rules that report it.
    pub(super) rules: BTreeSet<&'static str>,
    /// What is wrong, in one sentence.
    pub(super) problem: String,
    /// What to do, in one sentence.
    pub(super) action: String,
    /// The command that does it.
    pub(super) command: Option<String>,
    /// Where, in path order.
    pub(super) sites: Vec<DecisionSite<'a>>,
    /// What shows it, each place once.
    pub(super) evidence: Vec<RelatedLocation>,
}

/// One place that a decision is about.
#[derive(Debug, Clone, Copy)]
pub(super) struct DecisionSite<'a> {
    /// Its file.
    pub(super) file: &'a FileReport,
    /// Where it stands there.
    pub(super) span: &'a Span,
    /// The audited site; none where a finding points at something else.
    pub(super) row: Option<Row<'a>>,
}

impl DecisionSite<'_> {
    /// `pkg/app.py:12:5`
    pub(super) fn place(&self) -> String {
        format!("{}:{}", display_path(&self.file.path), self.span.start)
    }
}

/// What sites of one decision have in common.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Key {
    cause: Cause,
    is_test: bool,
    action: String,
    subject: Vec<String>,
}

/// The decisions of a report: by risk, production code first, then by the number of sites, then in the order of places.
pub(super) fn decisions(report: &Report) -> Vec<Decision<'_>> {
    let mut groups: BTreeMap<Key, Vec<Row<'_>>> = BTreeMap::new();
    for row in rows(report).into_iter().filter(|row| !row.is_suppressed()) {
        if let Some(cause) = row.audit.cause.filter(|_| !is_only_kept(&row)) {
            groups.entry(key(&row, cause)).or_default().push(row);
        }
    }
    let mut all: Vec<Decision<'_>> =
        groups.into_iter().map(|(key, rows)| of_rows(report, key.cause, rows)).collect();
    all.sort_by_key(urgency);
    let all_rows = rows(report);
    let notices = report.files.iter().flat_map(|f| f.notices.iter().map(move |n| (f, n)));
    for (file, notice) in notices.filter(|(_, notice)| !notice.found.suppressed) {
        match all.iter_mut().find(|decision| decision.says(file, notice)) {
            Some(decision) => decision.add(report, file, notice),
            None if is_about_kept(&all_rows, notice) => {}
            None => all.push(of_notice(report, file, notice)),
        }
    }
    all.sort_by_key(urgency);
    all
}

/// How many sites have a risk or a higher one, and how many decisions about something else than such a site.
pub fn count_risky(report: &Report, least: Risk) -> usize {
    let sites = rows(report).iter().filter(|row| row.audit.risk >= least).count();
    let is_site = |site: &DecisionSite<'_>| site.row.is_some_and(|row| row.audit.risk >= least);
    let others = decisions(report).into_iter().filter(|d| d.risk >= least);
    sites + others.filter(|d| !d.sites.iter().any(is_site)).count()
}

/// Whether a task loops, or fails unseen, in a container that keeps it until it is done, as a fix writes it, and that nothing else
/// stops. It is counted, and no decision: that it is kept is what was asked for.
pub(super) fn is_only_kept(row: &Row<'_>) -> bool {
    let causes =
        [Cause::Endless, Cause::LostWorker, Cause::Unstopped, Cause::PartlyLost, Cause::Lost];
    row.audit.is_released && row.audit.cause.is_some_and(|cause| causes.contains(&cause))
}

/// Whether a finding is about a container that only keeps its tasks.
fn is_about_kept(all: &[Row<'_>], notice: &Notice) -> bool {
    let is_kept = |e: &RelatedLocation| {
        let is_there =
            |row: &&Row<'_>| row.file.path == e.path && row.entry.span.start.line == e.line;
        all.iter().find(is_there).is_some_and(|row| row.audit.is_released)
    };
    let shown = &notice.evidence;
    notice.found.rule.code == "UND104" && !shown.is_empty() && shown.iter().all(is_kept)
}

fn urgency<'a>(
    decision: &Decision<'a>,
) -> (Reverse<Risk>, bool, Reverse<usize>, (&'a Path, usize)) {
    let place = decision.sites.first().map(|s| (s.file.path.as_path(), s.span.bytes.start));
    let place = place.unwrap_or((Path::new(""), 0));
    (Reverse(decision.risk), decision.is_test, Reverse(decision.sites.len()), place)
}

fn key(row: &Row<'_>, cause: Cause) -> Key {
    let (audit, coroutine) = (row.audit, row.audit.coroutine.clone());
    let path = slash_path(&row.file.path);
    let is_fixable = row.entry.found.as_ref().is_some_and(|f| f.applicability().is_some());
    let subject = match (cause, audit.lifetime, &audit.owner) {
        // One command fixes all of them.
        (Cause::Dropped | Cause::NeverWaits, ..) if is_fixable => Vec::new(),
        (Cause::Dropped | Cause::NeverWaits, ..) => vec![coroutine],
        (Cause::Unsure, ..) => vec![coroutine, why(row).to_owned()],
        // The evidence ends where the task is made.
        (Cause::Swallowed | Cause::DroppedIfMade, ..) => {
            vec![coroutine, audit.evidence.last().map(slash_place).unwrap_or_default()]
        }
        // What is to be changed is where the tasks are cancelled, whoever they belong to.
        (Cause::Unawaited | Cause::UnawaitedAtExit | Cause::UnawaitedCleanup, ..)
            if !audit.stopped_by.is_empty() =>
        {
            vec![slash_place(&audit.stopped_by[0])]
        }
        (_, Lifetime::Object, Some(owner)) => vec![owner.clone(), path],
        (_, Lifetime::Application, Some(owner)) => vec![owner.clone()],
        _ => vec![coroutine, path, row.function().to_owned()],
    };
    Key { cause, is_test: row.file.is_test, action: row.action(), subject }
}

fn slash_place(related: &RelatedLocation) -> String {
    format!("{}:{}", slash_path(&related.path), related.line)
}

fn of_rows<'a>(report: &Report, cause: Cause, rows: Vec<Row<'a>>) -> Decision<'a> {
    let first = rows[0];
    let mut decision = Decision {
        risk: first.audit.risk,
        is_test: first.file.is_test,
        cause: Some(cause),
        rules: rows.iter().filter_map(|r| Some(r.entry.found.as_ref()?.rule.code)).collect(),
        problem: problem(cause, &rows),
        action: advice(cause)
            .filter(|_| first.audit.await_obstacle.is_none())
            .map_or_else(|| sentence(&first.action()), str::to_owned),
        command: None,
        sites: Vec::new(),
        evidence: Vec::new(),
    };
    for row in rows {
        decision.sites.push(DecisionSite { file: row.file, span: &row.entry.span, row: Some(row) });
        if matches!(row.entry.verdict(), Verdict::Dropped | Verdict::Unsure) {
            decision.show_once(row.file, row.entry.span.start.line, &row.entry.why);
            decision.warn(&row);
            if cause == Cause::DroppedIfMade {
                let made = row.audit.evidence.iter().filter(|e| e.note != row.entry.why);
                made.for_each(|e| decision.show(e.clone()));
            }
        } else {
            row.audit
                .evidence
                .iter()
                .chain(&row.audit.stopped_by)
                .for_each(|e| decision.show(e.clone()));
        }
    }
    if let Some(found) = &first.entry.found {
        decision.suggest(report, found);
    }
    decision
}

fn of_notice<'a>(report: &Report, file: &'a FileReport, notice: &'a Notice) -> Decision<'a> {
    let found = &notice.found;
    let mut decision = Decision {
        risk: finding_risk(found.rule.code),
        is_test: file.is_test,
        cause: None,
        rules: BTreeSet::from([found.rule.code]),
        problem: sentence(&flat(&found.message)),
        action: match &found.outcome {
            Outcome::Declined(reason) => sentence(&flat(&reason.message)),
            Outcome::Fix { .. } => String::new(),
        },
        command: None,
        sites: vec![DecisionSite { file, span: &notice.span, row: None }],
        evidence: notice.evidence.clone(),
    };
    decision.suggest(report, found);
    decision
}

/// The risk of a finding that no site has as its cause.
fn finding_risk(code: &str) -> Risk {
    match code {
        // Work is lost, or its end is never noticed.
        "UND102" | "UND103" | "UND108" => Risk::Medium,
        _ => Risk::Low,
    }
}

impl Decision<'_> {
    /// Whether a finding repeats the cause of one of the sites.
    fn says(&self, file: &FileReport, notice: &Notice) -> bool {
        let is_cause = match notice.found.rule.code {
            "UND104" | "UND105" => matches!(
                self.cause,
                Some(Cause::Endless | Cause::Uncalled | Cause::UnawaitedAtExit)
                    | Some(Cause::Unstopped | Cause::Unawaited)
            ),
            "UND106" => self.cause == Some(Cause::Swallowed),
            "UND107" => matches!(self.cause, Some(Cause::Lost | Cause::LostWorker)),
            _ => false,
        };
        let mut places = notice.evidence.iter().map(|e| (&e.path, e.line)).collect::<Vec<_>>();
        places.push((&file.path, notice.span.start.line));
        is_cause && self.sites.iter().any(|s| places.contains(&(&s.file.path, s.span.start.line)))
    }

    fn add(&mut self, report: &Report, file: &FileReport, notice: &Notice) {
        let code = notice.found.rule.code;
        self.rules.insert(code);
        let note = format!("{code}: {}", notice.found.message);
        self.show_once(file, notice.span.start.line, &note);
        notice.evidence.iter().for_each(|e| self.show(e.clone()));
        let owner = self.sites.first().and_then(|s| s.row?.audit.owner.as_deref());
        let name = owner.and_then(|o| o.strip_prefix(&file.module)?.strip_prefix('.'));
        let is_endless = matches!(self.cause, Some(Cause::Endless | Cause::Unstopped));
        if is_endless && code == "UND104" && name.is_some_and(|name| !name.contains('.')) {
            let arguments = arguments_for(report, BTreeSet::from([file.path.as_path()]));
            "Cancel and await its tasks at shutdown.".clone_into(&mut self.action);
            if let Some(arguments) = arguments {
                self.action.pop();
                self.action += &format!(
                    "; `undangle fix --drain --unsafe-fixes{arguments}` can write the code."
                );
            }
        }
    }

    fn show(&mut self, related: RelatedLocation) {
        if !self.evidence.contains(&related) {
            self.evidence.push(related);
        }
    }

    /// The same for what may be said of every site: only the first is shown.
    fn show_once(&mut self, file: &FileReport, line: Line, note: &str) {
        let note = note.strip_suffix(&format!(" ({})", line.in_words())).unwrap_or(note);
        if self.evidence.iter().all(|e| e.note != note) {
            self.show(RelatedLocation { path: file.path.clone(), line, note: note.to_owned() });
        }
    }

    /// Shows of which of its sites tasks were lost when the program ran.
    pub(super) fn show_losses(&mut self, runs: &SiteRuns<'_>) {
        for site in self.sites.clone() {
            let run = site.row.and_then(|row| runs.of(site.file, row.entry));
            if let Some(run) = run.filter(|run| run.tasks.lost > 0) {
                let (path, line) = (site.file.path.clone(), site.span.start.line);
                let note = format!("at run time: {}", run_text(run));
                self.show(RelatedLocation { path, line, note });
            }
        }
    }

    /// Shows what else the fix of a site changes.
    fn warn(&mut self, row: &Row<'_>) {
        let Some(Found { outcome: Outcome::Fix { notes, .. }, .. }) = &row.entry.found else {
            return;
        };
        for note in notes.iter().filter(|note| note.kind.is_consequence()) {
            self.show_once(row.file, row.entry.span.start.line, &note.message);
        }
    }

    /// Takes up the command that fixes a finding, with the files that it needs, and says how much it fixes.
    fn suggest(&mut self, report: &Report, found: &Found) {
        let display = Applicability::Display;
        let Some(applicability) = found.applicability().filter(|a| *a > display) else { return };
        let mut files = BTreeSet::new();
        for site in &self.sites {
            let own = site.row.and_then(|row| row.entry.found.as_ref());
            files.extend(edited_files(site.file, own));
        }
        let Some(FixCommand { line, fixed }) = fix_command(report, files, found, applicability)
        else {
            let flag = unsafe_flag(applicability);
            self.action = format!("`undangle fix{flag}` fixes it if this file is passed to it.");
            return;
        };
        let count = self.sites.len();
        let fixes = match fixed == count {
            true => plural(count, "site"),
            false if count == 1 => format!("{fixed} findings, this one among them"),
            false => format!("{fixed} findings, these {count} among them"),
        };
        self.action = format!("Run `{line}`, which fixes {fixes}.");
        self.command = Some(line);
    }

    /// `production` or `test`
    pub(super) fn scope(&self) -> &'static str {
        if self.is_test { "test" } else { "production" }
    }
}

/// What is wrong with sites of one decision.
fn problem(cause: Cause, rows: &[Row<'_>]) -> String {
    let first = rows[0];
    let (audit, rule) = (first.audit, cause.rule());
    let coroutines = coroutines(rows);
    match (cause, audit.lifetime, &audit.owner) {
        (Cause::Dropped, ..) if rows.len() == 1 => {
            format!("Nothing keeps a reference to {}.", the_task(&coroutines))
        }
        (Cause::Dropped, ..) => {
            let of =
                if coroutines.is_empty() { String::new() } else { format!(", of {coroutines}") };
            format!("Nothing keeps a reference to {} tasks{of}.", rows.len())
        }
        (Cause::Unsure, ..) => {
            let (task, why) = (the_task(&coroutines), flat(why(&first)));
            format!("It is not clear whether anything keeps {task}: {why}.")
        }
        (Cause::DroppedIfMade, ..) => {
            let (task, why) = (the_task(&coroutines), flat(&first.entry.why));
            format!("Nothing keeps a reference to {task} where one is made: {why}.")
        }
        (Cause::Swallowed | Cause::NeverWaits, ..) if !coroutines.is_empty() => {
            format!("{coroutines}: {}", lower(rule))
        }
        (_, Lifetime::Object | Lifetime::Application, Some(_)) => {
            let owners = listed(rows.iter().filter_map(|row| row.audit.owner.as_deref()));
            let of = if coroutines.is_empty() { String::new() } else { format!(" ({coroutines})") };
            format!("{owners}{of}: {}", lower(rule))
        }
        _ => {
            let of = if coroutines.is_empty() { "A task" } else { &coroutines };
            format!("{of} in `{}`: {}", flat(first.function()), lower(rule))
        }
    }
}

/// The task of some coroutines, which may not be known.
fn the_task(coroutines: &str) -> String {
    if coroutines.is_empty() { "the task".to_owned() } else { format!("the task of {coroutines}") }
}

/// Why it is not clear what keeps a task: of one that something holds at first, what shows that it may let go.
fn why<'a>(row: &Row<'a>) -> &'a str {
    let shown = row.audit.evidence.first().filter(|_| row.entry.verdict() == Verdict::Held);
    shown.map_or(&row.entry.why, |shown| &shown.note)
}

/// What to write, where no command does it; none of a dropped task, whose finding says it.
fn advice(cause: Cause) -> Option<&'static str> {
    Some(match cause {
        Cause::Dropped | Cause::NeverWaits => return None,
        Cause::BlocksLoop => {
            "Make the function `async` and await the coroutine, or call the function in another \
             thread, with the loop as an argument."
        }
        Cause::Swallowed => {
            "Re-raise `CancelledError` where it is caught, or leave the loop there."
        }
        Cause::Endless | Cause::Unstopped => {
            "When its owner closes, call `task.cancel()`, then `await asyncio.gather(task, \
             return_exceptions=True)`."
        }
        Cause::Uncalled => "Call the function that stops it when its owner closes.",
        Cause::LostWorker | Cause::Lost => {
            "Log its exception in a done-callback, or await it while it runs."
        }
        Cause::Late | Cause::PartlyLost => "Log its exception in a done-callback.",
        Cause::Unawaited | Cause::UnawaitedAtExit | Cause::UnawaitedCleanup => {
            "After `task.cancel()`, `await asyncio.gather(task, return_exceptions=True)`."
        }
        Cause::SkipsCleanup => {
            "Await it in a `with contextlib.suppress(asyncio.CancelledError):` block."
        }
        Cause::DroppedIfMade => "Keep a reference until it is done, where it is made.",
        Cause::Unsure => {
            "Find out by hand what keeps it. If nothing does, keep a reference until it is done."
        }
    })
}

/// More coroutines are counted.
const MAX_NAMES: usize = 3;

/// The coroutines of some sites that are known, for a sentence.
fn coroutines(rows: &[Row<'_>]) -> String {
    let known = rows.iter().map(|row| row.audit.coroutine.as_str());
    listed(known.filter(|coroutine| *coroutine != "unknown"))
}

/// A few names, each once, and the number of the others.
fn listed<'a>(all: impl Iterator<Item = &'a str>) -> String {
    let mut names: Vec<String> = Vec::new();
    for name in all {
        let name = format!("`{}`", flat(name));
        if !names.contains(&name) {
            names.push(name);
        }
    }
    let more = names.len().saturating_sub(MAX_NAMES);
    if more > 0 {
        names.truncate(MAX_NAMES);
        names.push(plural(more, "other"));
    }
    match names.split_last() {
        Some((last, [])) => last.clone(),
        Some((last, rest)) => format!("{} and {last}", rest.join(", ")),
        None => String::new(),
    }
}

/// A phrase as a sentence of its own.
fn sentence(phrase: &str) -> String {
    let mut letters = phrase.chars();
    let first = letters.next().map(|c| c.to_uppercase().to_string()).unwrap_or_default();
    let end = if phrase.ends_with('.') { "" } else { "." };
    format!("{first}{}{end}", letters.as_str())
}

/// A sentence after a colon.
fn lower(sentence: &str) -> String {
    let mut letters = sentence.chars();
    let first = letters.next().map(|c| c.to_lowercase().to_string()).unwrap_or_default();
    first + letters.as_str()
}
