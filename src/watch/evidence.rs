//! Evidence: what a run has shown about sites that the verdict is unsure of, as a file that later checks read. It reads no disk.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use serde::{Deserialize, Serialize};

use super::join::Joined;
use super::outcome::{Outcome, TaskCounts};
use crate::baseline::site_entry;
use crate::run::Report;
use crate::tasks::{Reason, Verdict};

/// The version of the structure.
const VERSION: u64 = 1;

/// What a run has shown.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Evidence {
    sites: BTreeMap<Key, BTreeSet<SiteEvidence>>,
}

/// The path of a site relative to the folder of the file, the function around it and its code: what stays when lines move.
type Key = (String, String, String);

/// What a run has shown about one site.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct SiteEvidence {
    /// What kept its tasks; empty where that was not seen.
    pub owners: Vec<String>,
    /// How many tasks it created.
    pub created: u64,
    /// How many of them were lost.
    pub lost: u64,
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
    owners: Vec<String>,
    created: u64,
    lost: u64,
}

impl Evidence {
    /// What a run has shown about the sites that the verdict is unsure of. `folder` is that of the file, without symbolic links.
    pub fn of(joined: &Joined<'_>, folder: &Path) -> Self {
        let mut evidence = Self::default();
        for site in &joined.sites {
            let owners = match site.outcome {
                _ if site.entry.verdict() != Verdict::Unsure => continue,
                Outcome::SettledHeld => site.lasting_owners().map(str::to_owned).collect(),
                // Listed, so that it is not decided by what is known of a site that reads the same.
                _ => Vec::new(),
            };
            let key = site_entry(site.file, site.entry, folder);
            let TaskCounts { created, lost, .. } = site.tasks;
            let shown = SiteEvidence { owners, created, lost };
            evidence.insert((key.path, key.function, key.text), shown);
        }
        evidence
    }

    fn insert(&mut self, key: Key, shown: SiteEvidence) {
        self.sites.entry(key).or_default().insert(shown);
    }

    /// The text of a file, one site a line.
    pub fn render(&self) -> String {
        let mut lines = Vec::new();
        for ((path, function, text), shown) in &self.sites {
            for SiteEvidence { owners, created, lost } in shown {
                let (path, function, text) = (path.clone(), function.clone(), text.clone());
                let (owners, created, lost) = (owners.clone(), *created, *lost);
                let line = Line { path, function, text, owners, created, lost };
                lines.push(format!("\n    {}", serde_json::to_string(&line).unwrap_or_default()));
            }
        }
        let end = if lines.is_empty() { "" } else { "\n  " };
        format!("{{\n  \"version\": {VERSION},\n  \"sites\": [{}{end}]\n}}\n", lines.join(","))
    }

    /// Reads the text of a file.
    ///
    /// # Errors
    /// It is none of these files; worded for the user.
    pub fn parse(text: &str) -> Result<Self, String> {
        let document: Document =
            serde_json::from_str(text).map_err(|error| format!("this is no evidence: {error}"))?;
        if document.version != VERSION {
            let version = document.version;
            return Err(format!(
                "the evidence has version {version}, and this undangle knows version {VERSION}"
            ));
        }
        let mut evidence = Self::default();
        for Line { path, function, text, owners, created, lost } in document.sites {
            evidence.insert((path, function, text), SiteEvidence { owners, created, lost });
        }
        Ok(evidence)
    }

    /// Decides the sites of a report that the verdict is unsure of, and whose tasks all had an owner. A site that reads as another
    /// one is decided only if the same is known of both. Returns how many were decided.
    pub fn settle(&self, report: &mut Report, folder: &Path) -> usize {
        let mut settled = 0;
        for file in &mut report.files {
            let decide = |entry: &crate::run::Entry| {
                let key = site_entry(file, entry, folder);
                let shown = self.sites.get(&(key.path, key.function, key.text))?;
                if shown.iter().any(|shown| shown.owners.is_empty() || shown.lost > 0) {
                    return None;
                }
                let owners: BTreeSet<&str> =
                    shown.iter().flat_map(|shown| &shown.owners).map(String::as_str).collect();
                Some(owners.into_iter().collect::<Vec<_>>().join(", "))
            };
            let decided: Vec<Option<String>> = file
                .entries
                .iter()
                .map(|entry| (entry.verdict() == Verdict::Unsure).then(|| decide(entry)).flatten())
                .collect();
            for (entry, owners) in file.entries.iter_mut().zip(decided) {
                if let Some(owners) = owners {
                    entry.reason = Reason::Evidence;
                    entry.why = format!("at run time it was held by {owners}");
                    settled += 1;
                }
            }
        }
        settled
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_site_a_line_and_back() {
        let mut evidence = Evidence::default();
        let shown = SiteEvidence {
            owners: vec!["attribute _tasks of app.Foo".to_owned()],
            created: 3,
            lost: 0,
        };
        evidence.insert(("app.py".into(), "Foo.start".into(), "keep(x())".into()), shown);
        let text = evidence.render();
        assert_eq!(text.lines().count(), 6, "{text}");
        assert_eq!(Evidence::parse(&text), Ok(evidence));
        assert_eq!(Evidence::parse(&Evidence::default().render()), Ok(Evidence::default()));
        assert!(Evidence::parse("{\"version\": 2, \"sites\": []}").is_err());
    }
}
