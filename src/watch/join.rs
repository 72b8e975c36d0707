//! Joins what the probe has seen with the verdicts, by place. It reads no file.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use super::holders::Holders;
use super::outcome::{Outcome, TaskCounts};
use super::record::{Frame, Record, WatchedSite};
use crate::run::{Entry, FileReport, Report};
use crate::tasks::{Reason, Verdict};
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
    /// What kept those that were looked at.
    pub holders: Holders,
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

impl<'a> SiteRun<'a> {
    /// A site of which no task was seen.
    pub(super) fn new(file: &'a FileReport, entry: &'a Entry) -> Self {
        Self {
            file,
            entry,
            tasks: TaskCounts::default(),
            holders: Holders::default(),
            coroutines: BTreeSet::new(),
            outcome: Outcome::NotSeen,
            is_known: false,
        }
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

/// Joins a report of every site with a record. `is_known` says whether a baseline lists the finding at a site.
pub fn join<'a>(
    report: &'a Report,
    record: &'a Record,
    is_known: impl Fn(&FileReport, &Entry) -> bool,
) -> Joined<'a> {
    let files = Files::of(report);
    let mut sites: Vec<Vec<SiteRun<'a>>> = report
        .files
        .iter()
        .map(|f| f.entries.iter().map(|e| SiteRun::new(f, e)).collect())
        .collect();
    // The sites that some task has no caller's site for.
    let mut not_passed_on = BTreeSet::new();
    let (mut others, mut packages) = (Vec::new(), Vec::new());
    for watched in &record.sites {
        let found = files.chain(watched);
        for (index, place) in found.iter().enumerate() {
            let site = &mut sites[place.0][place.1];
            site.tasks.add(&watched.tasks);
            site.holders.add(&watched.holders);
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
            site.is_known = is_known(site.file, site.entry);
            site.outcome = Outcome::of(reason, &site.tasks, &site.holders, is_passed_on);
        }
    }
    let mut sites: Vec<SiteRun<'a>> = sites.into_iter().flatten().collect();
    sites.sort_by_key(|site| site.outcome);
    Joined { sites, others, packages }
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
    /// the task, or keep it. A task that a function makes beside the one that it returns is not its caller's.
    fn chain(&self, watched: &WatchedSite) -> Vec<(usize, usize)> {
        let mut chain: Vec<(usize, usize)> = Vec::new();
        for place in watched.frames.iter().map_while(|frame| self.site_at(frame)) {
            let reason =
                |(file, entry): (usize, usize)| self.report.files[file].entries[entry].reason;
            let goes_on = |inner| match reason(inner) {
                Reason::Returned => true,
                inner => {
                    inner.verdict() != Verdict::Dropped && reason(place) == Reason::ManagedWrapper
                }
            };
            if !chain.last().copied().is_none_or(goes_on) {
                break;
            }
            chain.push(place);
        }
        chain
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
