//! Reads what the probe wrote in the processes of one run, or of several. It knows no verdict.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use serde::Deserialize;

use super::holders::Holders;
use super::outcome::TaskCounts;

/// The version of the files.
const SCHEMA: u32 = 1;

/// Where code called something that created a task, as CPython says it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
pub struct Frame {
    /// The absolute path of the file.
    pub path: String,
    /// The qualified name of the function; before CPython 3.11 its name.
    pub function: String,
    /// The first line, 1-based.
    pub line: Option<usize>,
    /// The last line, 1-based; none before CPython 3.11, as for columns.
    pub end_line: Option<usize>,
    /// The first column, in bytes from 0.
    pub column: Option<usize>,
    /// The column after the last.
    pub end_column: Option<usize>,
}

/// A place that created tasks, with what became of them.
#[derive(Debug, Clone)]
pub struct WatchedSite {
    /// The innermost frames of the program, from the inside; without one, that of an installed package, or nothing.
    pub frames: Vec<Frame>,
    /// Whether the frame is that of an installed package.
    pub is_library: bool,
    /// The qualified name of the coroutine of its first task.
    pub coroutine: String,
    /// The numbers of its tasks.
    pub tasks: TaskCounts,
    /// What kept those that were looked at.
    pub holders: Holders,
}

/// What all processes of a run, or of several, have recorded.
#[derive(Debug, Clone, Default)]
pub struct Record {
    /// How many processes imported asyncio.
    pub processes: usize,
    /// How many of them were killed, so that their numbers are those of a moment before.
    pub killed: usize,
    /// The places.
    pub sites: Vec<WatchedSite>,
    /// The tests of pytest that failed, as its summary names them; only where that was asked.
    pub failed_tests: BTreeSet<String>,
}

#[derive(Deserialize)]
#[serde(tag = "kind", rename_all = "lowercase")]
enum Line {
    Process { schema: u32 },
    Site { site: usize, frames: Vec<Frame>, library: bool, coroutine: String },
    Lost { site: usize },
    Test { name: String },
    Counts { end: bool, sites: Vec<SiteCounts> },
}

#[derive(Deserialize)]
struct SiteCounts {
    site: usize,
    #[serde(flatten)]
    tasks: TaskCounts,
    holders: Holders,
}

impl Record {
    /// Reads every file of the probe in a folder.
    ///
    /// # Errors
    /// A file cannot be read, or is of another version; worded for the user.
    pub fn read(folder: &Path) -> Result<Self, String> {
        let mut record = Self::default();
        let mut merged = BTreeMap::new();
        for file in files(folder)? {
            let text = fs::read_to_string(&file)
                .map_err(|error| format!("cannot read {}: {error}", file.display()))?;
            let process =
                Process::parse(&text).map_err(|why| format!("{}: {why}", file.display()))?;
            record.processes += 1;
            record.killed += usize::from(!process.has_ended);
            record.failed_tests.extend(process.failed_tests);
            process.sites.into_values().for_each(|site| merge(&mut merged, site));
        }
        record.sites = merged.into_values().collect();
        Ok(record)
    }

    /// Whether a folder has no file of the probe.
    ///
    /// # Errors
    /// It cannot be read; worded for the user.
    pub fn is_empty(folder: &Path) -> Result<bool, String> {
        Ok(files(folder)?.is_empty())
    }

    /// The numbers of all tasks.
    pub fn totals(&self) -> TaskCounts {
        let mut totals = TaskCounts::default();
        self.sites.iter().for_each(|site| totals.add(&site.tasks));
        totals
    }
}

/// The files of the probe in a folder.
fn files(folder: &Path) -> Result<Vec<PathBuf>, String> {
    let failed = |error: std::io::Error| format!("cannot read {}: {error}", folder.display());
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).map_err(failed)? {
        let path = entry.map_err(failed)?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        if name.starts_with("process-") && name.ends_with(".jsonl") {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}

/// One place by its frames; a place without one by its coroutine.
type Place = (Vec<Frame>, String);

fn merge(merged: &mut BTreeMap<Place, WatchedSite>, site: WatchedSite) {
    let name = if site.frames.is_empty() { site.coroutine.clone() } else { String::new() };
    match merged.entry((site.frames.clone(), name)) {
        std::collections::btree_map::Entry::Vacant(entry) => {
            entry.insert(site);
        }
        std::collections::btree_map::Entry::Occupied(mut entry) => {
            let known = entry.get_mut();
            known.tasks.add(&site.tasks);
            known.holders.add(&site.holders);
        }
    }
}

/// What one process has recorded.
#[derive(Default)]
struct Process {
    has_ended: bool,
    failed_tests: BTreeSet<String>,
    sites: BTreeMap<usize, WatchedSite>,
}

impl Process {
    fn parse(text: &str) -> Result<Self, String> {
        let mut process = Self::default();
        let mut lost: BTreeMap<usize, u64> = BTreeMap::new();
        // A process that was killed may have left half a line.
        let whole = text.rfind('\n').map_or("", |end| &text[..end]);
        for (index, line) in whole.lines().enumerate() {
            let line: Line = serde_json::from_str(line).map_err(|error| {
                format!("line {}: not written by the probe: {error}", index + 1)
            })?;
            match line {
                Line::Process { schema: SCHEMA } => {}
                Line::Process { schema } => {
                    return Err(format!("written by another version (schema {schema})"));
                }
                Line::Site { site, frames, library, coroutine } => {
                    let (tasks, holders) = (TaskCounts::default(), Holders::default());
                    let place =
                        WatchedSite { frames, is_library: library, coroutine, tasks, holders };
                    process.sites.insert(site, place);
                }
                Line::Test { name } => drop(process.failed_tests.insert(name)),
                Line::Lost { site } => *lost.entry(site).or_default() += 1,
                Line::Counts { end, sites } => {
                    process.has_ended |= end;
                    for counts in sites {
                        if let Some(site) = process.sites.get_mut(&counts.site) {
                            (site.tasks, site.holders) = (counts.tasks, counts.holders);
                        }
                    }
                }
            }
        }
        // What was lost is known at once, the other numbers only from time to time.
        for (number, site) in &mut process.sites {
            let tasks = &mut site.tasks;
            tasks.lost = tasks.lost.max(lost.get(number).copied().unwrap_or_default());
            tasks.created = tasks.created.max(tasks.lost);
        }
        Ok(process)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_killed_process_keeps_its_losses() {
        let site = r#"{"kind":"site","site":0,"frames":[],"library":false,"coroutine":"work"}"#;
        let text = format!(
            "{{\"kind\":\"process\",\"schema\":1}}\n{site}\n{{\"kind\":\"lost\",\"site\":0}}\n{{\"kin"
        );
        let process = Process::parse(&text).unwrap();
        assert!(!process.has_ended);
        assert_eq!(
            process.sites[&0].tasks,
            TaskCounts { created: 1, lost: 1, ..TaskCounts::default() }
        );
        assert!(Process::parse("{\"kind\":\"process\",\"schema\":2}\n").is_err());
    }
}
