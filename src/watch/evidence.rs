//! Evidence: what a run has shown about the sites of a program, as a file that later checks and audits read. It reads no disk.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use serde::{Deserialize, Serialize};

use super::holders::Holders;
use super::join::{Joined, SiteRun};
use super::outcome::{Outcome, TaskCounts};
use crate::audit::{Cause, Risk};
use crate::baseline::site_entry;
use crate::run::{Entry, FileReport, Report};
use crate::tasks::{Reason, Verdict};

/// The version of the structure.
const VERSION: u64 = 1;

/// What a run has shown.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Evidence {
    /// Sites that read the same are in the order of the report.
    sites: BTreeMap<Key, Vec<SiteEvidence>>,
}

/// The path of a site relative to the folder of the file, the function around it and its code: what stays when lines move.
type Key = (String, String, String);

/// What a run has shown about one site.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SiteEvidence {
    /// The numbers of its tasks.
    pub tasks: TaskCounts,
    /// What kept those that were looked at.
    pub holders: Holders,
    /// Whether callers that are sites themselves account for all of them.
    pub is_passed_on: bool,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Document {
    version: u64,
    sites: Vec<Line>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Line {
    path: String,
    function: String,
    text: String,
    tasks: TaskCounts,
    holders: Holders,
    passed_on: bool,
}

impl Evidence {
    /// What a run has shown about every site. `folder` is that of the file, without symbolic links.
    pub fn of(joined: &Joined<'_>, folder: &Path) -> Self {
        let mut evidence = Self::default();
        let mut sites: Vec<&SiteRun<'_>> = joined.sites.iter().collect();
        sites.sort_by_key(|site| (&site.file.path, site.entry.span.bytes.start));
        for site in sites {
            let shown = SiteEvidence {
                tasks: site.tasks,
                holders: site.holders.clone(),
                is_passed_on: site.outcome == Outcome::PassedOn,
            };
            evidence.sites.entry(key(site.file, site.entry, folder)).or_default().push(shown);
        }
        evidence
    }

    /// The text of a file, one site a line.
    pub fn render(&self) -> String {
        let mut lines = Vec::new();
        for ((path, function, text), shown) in &self.sites {
            for SiteEvidence { tasks, holders, is_passed_on } in shown {
                let (path, function, text) = (path.clone(), function.clone(), text.clone());
                let (tasks, holders, passed_on) = (*tasks, holders.clone(), *is_passed_on);
                let line = Line { path, function, text, tasks, holders, passed_on };
                lines.push(format!("\n    {}", serde_json::to_string(&line).unwrap_or_default()));
            }
        }
        let end = if lines.is_empty() { "" } else { "\n  " };
        format!("{{\n  \"version\": {VERSION},\n  \"sites\": [{}{end}]\n}}\n", lines.join(","))
    }

    /// Reads the text of a file, which editors of some systems begin with a byte order mark.
    ///
    /// # Errors
    /// It is none of these files; worded for the user.
    pub fn parse(text: &str) -> Result<Self, String> {
        let document: Document = serde_json::from_str(text.trim_start_matches('\u{feff}'))
            .map_err(|error| format!("not an evidence file: {error}"))?;
        if document.version != VERSION {
            let version = document.version;
            return Err(format!(
                "the evidence has version {version}, and this undangle knows version {VERSION}"
            ));
        }
        let mut evidence = Self::default();
        for Line { path, function, text, tasks, holders, passed_on } in document.sites {
            let shown = SiteEvidence { tasks, holders, is_passed_on: passed_on };
            evidence.sites.entry((path, function, text)).or_default().push(shown);
        }
        Ok(evidence)
    }

    /// Decides the sites of a report that the verdict is unsure of, and whose tasks all had an owner. A site that reads as another
    /// one is decided only if the same is known of both. Returns how many were decided.
    pub fn settle(&self, report: &mut Report, folder: &Path) -> usize {
        let mut settled = 0;
        for file in &mut report.files {
            let decide = |entry: &Entry| {
                let shown = self.sites.get(&key(file, entry, folder))?;
                let is_held = |shown: &SiteEvidence| {
                    Outcome::of(entry.reason, &shown.tasks, &shown.holders, false)
                        == Outcome::SettledHeld
                };
                let owners: BTreeSet<&str> =
                    shown.iter().flat_map(|s| s.holders.lasting()).collect();
                shown.iter().all(is_held).then(|| owners.into_iter().collect::<Vec<_>>().join(", "))
            };
            let decided: Vec<Option<String>> = file
                .entries
                .iter()
                .map(|entry| (entry.verdict() == Verdict::Unsure).then(|| decide(entry)).flatten())
                .collect();
            for (entry, owners) in file.entries.iter_mut().zip(decided) {
                if let Some(owners) = owners {
                    entry.reason = Reason::Evidence;
                    if let Some(audit) =
                        entry.audit.as_mut().filter(|a| a.cause == Some(Cause::Unsure))
                    {
                        (audit.cause, audit.risk) = (None, Risk::None);
                        audit.owner = Some(owners.clone());
                    }
                    entry.why = format!("at run time it was held by {owners}");
                    settled += 1;
                }
            }
        }
        settled
    }

    /// What is known of each site of a report, after [`Self::settle`]. Of sites that read the same each has its own numbers; where
    /// there are more or fewer of them than in the run, each has the sum.
    pub fn runs<'a>(&self, report: &'a Report, folder: &Path) -> SiteRuns<'a> {
        let entries =
            || report.files.iter().flat_map(|file| file.entries.iter().map(move |e| (file, e)));
        let mut alike: BTreeMap<Key, usize> = BTreeMap::new();
        entries()
            .for_each(|(file, entry)| *alike.entry(key(file, entry, folder)).or_default() += 1);
        let mut passed: BTreeMap<Key, usize> = BTreeMap::new();
        let run = |(file, entry)| {
            let key = key(file, entry, folder);
            let shown = self.sites.get(&key).map_or(&[][..], Vec::as_slice);
            let index = passed.entry(key.clone()).or_default();
            *index += 1;
            let shown = if shown.len() == alike[&key] { &shown[*index - 1..*index] } else { shown };
            let mut run = SiteRun::new(file, entry);
            for shown in shown {
                run.tasks.add(&shown.tasks);
                run.holders.add(&shown.holders);
            }
            let is_passed_on = shown.iter().all(|shown| shown.is_passed_on);
            run.outcome = Outcome::of(entry.reason, &run.tasks, &run.holders, is_passed_on);
            run
        };
        let place = |run: SiteRun<'a>| ((run.file.path.as_path(), run.entry.span.bytes.start), run);
        SiteRuns(entries().map(run).map(place).collect())
    }
}

/// What a run has shown about the sites of a report.
#[derive(Debug)]
pub struct SiteRuns<'a>(BTreeMap<(&'a Path, usize), SiteRun<'a>>);

impl<'a> SiteRuns<'a> {
    /// What it has shown about one.
    pub fn of<'b>(&'b self, file: &'b FileReport, entry: &Entry) -> Option<&'b SiteRun<'a>> {
        self.0.get(&(file.path.as_path(), entry.span.bytes.start))
    }
}

fn key(file: &FileReport, entry: &Entry, folder: &Path) -> Key {
    let entry = site_entry(file, entry, folder);
    (entry.path, entry.function, entry.text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_site_a_line_and_back() {
        let mut evidence = Evidence::default();
        let shown = SiteEvidence {
            tasks: TaskCounts { created: 3, ..TaskCounts::default() },
            holders: vec![(BTreeSet::from(["attribute _tasks of app.Foo".to_owned()]), 3)].into(),
            is_passed_on: false,
        };
        let key = ("app.py".into(), "Foo.start".into(), "keep(x())".into());
        evidence.sites.insert(key, vec![shown.clone(), shown]);
        let text = evidence.render();
        assert_eq!(text.lines().count(), 7, "{text}");
        assert_eq!(Evidence::parse(&format!("\u{feff}{text}")), Ok(evidence));
        assert_eq!(Evidence::parse(&Evidence::default().render()), Ok(Evidence::default()));
        assert!(Evidence::parse("{\"version\": 2, \"sites\": []}").is_err());
    }
}
