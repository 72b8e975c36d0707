//! Joins what the probe has seen with the verdicts, by place. It reads no file.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use super::outcome::{Outcome, TaskCounts};
use super::record::{Frame, Record, WatchedSite};
use crate::run::{Entry, FileReport, Report};
use crate::tasks::Reason;
use crate::text::Line;

/// A site and what became of its tasks.
#[derive(Debug)]
pub struct SiteRun<'a> {
    /// Its file.
    pub file: &'a FileReport,
    /// The site.
    pub entry: &'a Entry,
    /// Its tasks.
    pub tasks: TaskCounts,
    /// What kept those that were looked at, and how many of them.
    pub owners: BTreeMap<String, u64>,
    /// What they ran.
    pub coroutines: BTreeSet<String>,
    /// What that says about the verdict.
    pub outcome: Outcome,
    /// Whether the baseline lists the finding.
    pub is_known: bool,
}

/// A report and a record, joined.
#[derive(Debug)]
pub struct Joined<'a> {
    /// Every site, first by outcome, then in the order of the report.
    pub sites: Vec<SiteRun<'a>>,
    /// The places in the program's own code that lost tasks, and are no sites.
    pub others: Vec<&'a WatchedSite>,
    /// The places in installed packages that lost tasks.
    pub packages: Vec<&'a WatchedSite>,
}

impl SiteRun<'_> {
    /// The owners that can outlive a call, in order.
    pub fn lasting_owners(&self) -> impl Iterator<Item = &str> {
        self.owners.keys().map(String::as_str).filter(|owner| is_lasting(owner))
    }

    /// Whether each task that was looked at had such an owner.
    fn has_owner(&self) -> bool {
        self.lasting_owners().next().is_some() && !self.owners.contains_key("nothing")
    }
}

impl Joined<'_> {
    /// How many places of the program lost tasks; those that a baseline lists do not count.
    pub fn losing(&self) -> usize {
        let sites = self.sites.iter().filter(|site| {
            site.tasks.lost > 0 && site.outcome != Outcome::PassedOn && !site.is_known
        });
        sites.count() + self.others.len()
    }
}

/// Whether what kept a task one turn after its creation can do so until it is done. A local variable goes with its function, and
/// what a callback of the task refers to goes with the task.
fn is_lasting(owner: &str) -> bool {
    owner.starts_with("attribute ") || owner.starts_with("global ") || owner == "who awaits it"
}

/// Joins a report of every site with a record. `is_known` says whether a baseline lists the finding at a site.
pub fn join<'a>(
    report: &'a Report,
    record: &'a Record,
    is_known: impl Fn(&FileReport, &Entry) -> bool,
) -> Joined<'a> {
    let files = Files::of(report);
    let mut sites: Vec<Vec<SiteRun<'a>>> =
        report.files.iter().map(|file| site_runs(file, &is_known)).collect();
    // The sites that some task has no caller's site for.
    let mut not_passed_on = BTreeSet::new();
    let (mut others, mut packages) = (Vec::new(), Vec::new());
    for watched in &record.sites {
        let found = files.chain(watched);
        for (index, place) in found.iter().enumerate() {
            let site = &mut sites[place.0][place.1];
            site.tasks.add(&watched.tasks);
            for (owner, count) in &watched.owners {
                *site.owners.entry(owner.clone()).or_default() += count;
            }
            site.coroutines.insert(watched.coroutine.clone());
            if index + 1 == found.len() {
                not_passed_on.insert(*place);
            }
        }
        if found.is_empty() && watched.tasks.lost > 0 {
            if watched.is_library { &mut packages } else { &mut others }.push(watched);
        }
    }
    for (file, sites) in sites.iter_mut().enumerate() {
        for (index, site) in sites.iter_mut().enumerate() {
            let reason = site.entry.reason;
            let is_passed_on =
                reason == Reason::Returned && !not_passed_on.contains(&(file, index));
            site.outcome = Outcome::of(reason, &site.tasks, site.has_owner(), is_passed_on);
        }
    }
    let mut sites: Vec<SiteRun<'a>> = sites.into_iter().flatten().collect();
    sites.sort_by_key(|site| site.outcome);
    Joined { sites, others, packages }
}

fn site_runs<'a>(
    file: &'a FileReport,
    is_known: impl Fn(&FileReport, &Entry) -> bool,
) -> Vec<SiteRun<'a>> {
    let run = |entry| SiteRun {
        file,
        entry,
        tasks: TaskCounts::default(),
        owners: BTreeMap::new(),
        coroutines: BTreeSet::new(),
        outcome: Outcome::NotSeen,
        is_known: is_known(file, entry),
    };
    file.entries.iter().map(run).collect()
}

/// The files of a report by where their bytes lie.
struct Files<'a> {
    report: &'a Report,
    by_path: BTreeMap<&'a Path, usize>,
}

impl<'a> Files<'a> {
    fn of(report: &'a Report) -> Self {
        let files = report.files.iter().enumerate();
        Self { report, by_path: files.filter_map(|(i, f)| Some((f.real.as_deref()?, i))).collect() }
    }

    /// The sites that a task was created by, from the inside: a call of a spawner, then the calls of the functions that return
    /// the task, or keep it.
    fn chain(&self, watched: &WatchedSite) -> Vec<(usize, usize)> {
        watched.frames.iter().map_while(|frame| self.site_at(frame)).collect()
    }

    fn site_at(&self, frame: &Frame) -> Option<(usize, usize)> {
        let path = PathBuf::from(&frame.path);
        let path = dunce::canonicalize(&path).unwrap_or(path);
        let file = *self.by_path.get(path.as_path())?;
        let report = &self.report.files[file];
        let mut matching =
            report.entries.iter().enumerate().filter(|(_, entry)| is_at(report, entry, frame));
        let (index, _) = matching.next()?;
        // Without columns, two sites of a line cannot be told apart.
        matching.next().is_none().then_some((file, index))
    }
}

/// Whether a frame stands at a site. CPython may say that a call of a method begins at the method's name, so its end counts.
fn is_at(file: &FileReport, entry: &Entry, frame: &Frame) -> bool {
    let offset =
        |line, column| Some(file.source.start_of(Line { cell: None, number: line })? + column);
    match (frame.end_line, frame.end_column, frame.line) {
        (Some(line), Some(column), _) => offset(line, column) == Some(entry.span.bytes.end),
        (_, _, Some(line)) => {
            (entry.span.start.line.number..=entry.span.end.line.number).contains(&line)
        }
        _ => false,
    }
}
