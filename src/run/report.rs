//! What came of a run, as plain data in path order. It knows no syntax tree, and not how it will be shown.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::path::PathBuf;

use crate::audit::{Assessment, RelatedLocation};
use crate::decline::{Decline, DeclineKind};
use crate::fault::Fault;
use crate::fix::{Outcome, Shutdown};
use crate::rules::Rule;
use crate::settings::Applicability;
use crate::tasks::{Factory, Reason, SpawnerEvidence, Verdict};
use crate::text::{Position, SourceFile};

/// Everything that a command has to say.
#[derive(Debug, Default)]
pub struct Report {
    /// The files with something to report, in path order.
    pub files: Vec<FileReport>,
    /// What went wrong, in path order.
    pub faults: Vec<Fault>,
    /// How many Python files were looked at for findings.
    pub looked_at: usize,
    /// How many notebooks in other languages were among what was asked about; they are not looked at.
    pub notebooks: usize,
    /// How many findings are left out since a baseline lists them.
    pub baselined: usize,
    /// Whether only files or lines that have changed are looked at.
    pub is_limited: bool,
    /// Whether some rules about single sites are off.
    pub omits_site_rules: bool,
    /// The projects that nothing marks as such, by their roots, with what was given of them, as the user names it.
    pub unmarked: BTreeMap<PathBuf, Vec<PathBuf>>,
    /// The flags that another command needs to see the same findings and fixes.
    pub flags: Vec<String>,
    /// The task factories, or replaced `create_task`s, that keep every task of their projects.
    pub factories: Vec<Factory>,
}

/// One file with sites.
#[derive(Debug)]
pub struct FileReport {
    /// The path as the user would name it; `-` for standard input without a name.
    pub path: PathBuf,
    /// Where the bytes really lie: absolute, no symbolic link in it. Standard input without a name has none.
    pub real: Option<PathBuf>,
    /// Whether the text came from standard input, so that nothing is to be written to disk.
    pub is_stdin: bool,
    /// The folder that its project begins at.
    pub root: PathBuf,
    /// The text that was analysed; empty of a file that is to be made.
    pub source: SourceFile,
    /// The dotted name of its module.
    pub module: String,
    /// Whether there is no such file yet.
    pub is_new: bool,
    /// Whether the patch calls the project's shared function, which is another file's.
    pub calls_shared: bool,
    /// Whether the patch makes the shared function that other files' patches call.
    pub holds_shared: bool,
    /// Whether it is test code.
    pub is_test: bool,
    /// Its sites in source order; outside of an audit those with a finding only.
    pub entries: Vec<Entry>,
    /// The findings of rules that are not about one site, in source order.
    pub notices: Vec<Notice>,
    /// The wrappers of the file that are dropped somewhere and can be fixed, by their paths, and whether the patch does it.
    pub wrappers: BTreeMap<String, bool>,
    /// What the patch makes to end the tasks of the file's trackers, and what it does not make of it.
    pub shutdowns: Vec<Shutdown>,
    /// The new bytes, when a fix is to be written.
    pub patch: Option<Vec<u8>>,
}

/// Where something stands in its file.
#[derive(Debug, Clone)]
pub struct Span {
    /// In bytes.
    pub bytes: Range<usize>,
    /// The first character.
    pub start: Position,
    /// The place after the last character.
    pub end: Position,
}

/// One site.
#[derive(Debug)]
pub struct Entry {
    /// Where the call stands.
    pub span: Span,
    /// The source text of what is called.
    pub callee: String,
    /// The qualified name of the function around it.
    pub function: Option<String>,
    /// Why, and with it the verdict.
    pub reason: Reason,
    /// How it is known that a spawner is called.
    pub evidence: SpawnerEvidence,
    /// The reason in one sentence.
    pub why: String,
    /// The rule that is broken here, if any.
    pub found: Option<Found>,
    /// Its assessment in an audit.
    pub audit: Option<Assessment>,
}

impl Entry {
    /// What becomes of the site's value.
    pub fn verdict(&self) -> Verdict {
        self.reason.verdict()
    }

    /// The finding, unless a comment opts out of it.
    pub fn open(&self) -> Option<&Found> {
        self.found.as_ref().filter(|f| !f.suppressed)
    }
}

/// A finding of a rule that is not about one site.
#[derive(Debug)]
pub struct Notice {
    /// The place that it points at.
    pub span: Span,
    /// The places that show it, in this file and others.
    pub evidence: Vec<RelatedLocation>,
    /// What was found.
    pub found: Found,
}

/// A finding of either kind, at its place.
#[derive(Debug, Clone, Copy)]
pub enum Item<'a> {
    /// About one site.
    Site(&'a Entry, &'a Found),
    /// Not about one site.
    Notice(&'a Notice),
}

impl<'a> Item<'a> {
    /// Where it stands.
    pub fn span(&self) -> &'a Span {
        match self {
            Self::Site(entry, _) => &entry.span,
            Self::Notice(notice) => &notice.span,
        }
    }

    /// What was found.
    pub fn found(&self) -> &'a Found {
        match self {
            Self::Site(_, found) => found,
            Self::Notice(notice) => &notice.found,
        }
    }
}

/// What names a finding across runs over the same texts.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct FindingKey {
    /// Its file: where the bytes really lie, or what stands for that.
    pub file: PathBuf,
    /// The first byte that it points at.
    pub start: usize,
    /// The code of its rule.
    pub code: &'static str,
}

/// A finding and what came of its fix.
#[derive(Debug)]
pub struct Found {
    /// The rule.
    pub rule: &'static Rule,
    /// What is wrong, in one sentence.
    pub message: String,
    /// Whether a comment in the code opts out of it.
    pub suppressed: bool,
    /// Whether its rule is on only because all are in an audit.
    pub is_of_audit: bool,
    /// What came of the fix.
    pub outcome: Outcome,
    /// The bytes of its file with this fix and no other, where they were asked for and another file has no part in it.
    pub alone: Option<Vec<u8>>,
}

impl Found {
    /// How sure the fix is; none when there is no fix.
    pub fn applicability(&self) -> Option<Applicability> {
        match &self.outcome {
            Outcome::Fix { applicability, .. } => Some(*applicability),
            Outcome::Declined(_) => None,
        }
    }

    /// Whether the file's patch holds the fix.
    pub fn is_patched(&self) -> bool {
        matches!(self.outcome, Outcome::Fix { applied: true, .. })
    }
}

impl FileReport {
    /// What was found, of both kinds, suppressed findings included.
    pub fn found(&self) -> impl Iterator<Item = &Found> {
        let sites = self.entries.iter().filter_map(|e| e.found.as_ref());
        sites.chain(self.notices.iter().map(|n| &n.found))
    }

    /// What names one of its findings in other runs.
    pub fn key(&self, item: Item<'_>) -> FindingKey {
        FindingKey {
            file: self.real.clone().unwrap_or_else(|| self.path.clone()),
            start: item.span().bytes.start,
            code: item.found().rule.code,
        }
    }

    /// The findings that count, of both kinds, in source order.
    pub fn open(&self) -> Vec<Item<'_>> {
        self.items().into_iter().filter(|item| !item.found().suppressed).collect()
    }

    /// What was found, of both kinds, suppressed findings included, in source order.
    pub fn items(&self) -> Vec<Item<'_>> {
        let sites = self.entries.iter().filter_map(|e| Some(Item::Site(e, e.found.as_ref()?)));
        let mut items: Vec<Item<'_>> = sites.chain(self.notices.iter().map(Item::Notice)).collect();
        items.sort_by_key(|i| (i.span().bytes.start, i.found().rule.code));
        items
    }

    /// A file about which there is nothing to tell but its patch.
    pub fn without_findings(path: PathBuf, real: PathBuf, source: SourceFile) -> Self {
        Self {
            path,
            root: real.parent().unwrap_or(&real).to_path_buf(),
            real: Some(real),
            is_stdin: false,
            source,
            module: String::new(),
            is_new: false,
            calls_shared: false,
            holds_shared: false,
            is_test: false,
            entries: Vec::new(),
            notices: Vec::new(),
            wrappers: BTreeMap::new(),
            shutdowns: Vec::new(),
            patch: None,
        }
    }
}

impl Report {
    /// All sites of all files.
    pub fn entries(&self) -> impl Iterator<Item = &Entry> {
        self.files.iter().flat_map(|f| &f.entries)
    }

    /// All findings of all files that are not about one site.
    pub fn notices(&self) -> impl Iterator<Item = &Notice> {
        self.files.iter().flat_map(|f| &f.notices)
    }

    /// How many files were read, but not analysed.
    pub fn skipped(&self) -> usize {
        let skipped: BTreeSet<&PathBuf> =
            self.faults.iter().filter(|f| f.kind.skips()).map(|f| &f.path).collect();
        skipped.len()
    }

    /// Corrects the outcome of sites whose fix is in another file, if that file has no patch.
    pub fn link(&mut self) {
        let written = self.files.iter().flat_map(|f| {
            let is_patched = f.patch.is_some();
            f.wrappers.iter().map(move |(path, kept)| (path.clone(), *kept && is_patched))
        });
        let written: BTreeMap<String, bool> = written.collect();
        let entries = self.files.iter_mut().flat_map(|f| &mut f.entries);
        for found in entries.filter_map(|e| e.found.as_mut()) {
            let Outcome::Fix { elsewhere: Some(fix), applied, .. } = &mut found.outcome else {
                continue;
            };
            match written.get(&fix.wrapper) {
                Some(kept) => *applied = *kept && !found.suppressed,
                None if found.suppressed => {}
                None => found.outcome = Outcome::Declined(fix.unfixed()),
            }
        }
    }

    /// Takes the patches back that call a shared function which could not be made.
    pub fn withdraw_shared(&mut self) {
        let message = "the function that keeps the task cannot be written to its module";
        let reason = Decline::new(DeclineKind::SharedMissing, message);
        for file in self.files.iter_mut().filter(|f| f.calls_shared) {
            file.patch = None;
            for found in file.entries.iter_mut().filter_map(|e| e.found.as_mut()) {
                if found.is_patched() {
                    found.outcome = Outcome::Declined(reason.clone());
                }
            }
        }
    }

    /// Takes in what another project's run has to say.
    pub fn absorb(&mut self, other: Self) {
        self.files.extend(other.files);
        self.faults.extend(other.faults);
        self.factories.extend(other.factories);
        self.unmarked.extend(other.unmarked);
        self.looked_at += other.looked_at;
        self.notebooks += other.notebooks;
        self.baselined += other.baselined;
        self.is_limited |= other.is_limited;
        self.omits_site_rules |= other.omits_site_rules;
        self.sort();
    }

    /// Brings files and faults into path order.
    pub fn sort(&mut self) {
        self.files.sort_by(|a, b| a.path.cmp(&b.path));
        self.faults.sort();
        self.faults.dedup();
        self.factories.sort();
        self.factories.dedup();
    }
}
