//! Reads, applies and writes the baseline of a check. It prints nothing.

use std::collections::BTreeSet;
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use super::adoption_args::BaselineArgs;
use super::session::Session;
use crate::apply::{Change, create, write};
use crate::baseline::{Comparison, Entry, compare, entries_of, parse, render};
use crate::output::plural;
use crate::rules;
use crate::run::{FileReport, FindingKey, Report};

/// So many fixed findings are listed; of the others there is the number.
const MAX_LISTED: usize = 10;

/// A baseline file.
struct Baseline {
    /// As the user named it.
    shown: PathBuf,
    /// Without symbolic links, but for itself where it is new.
    path: PathBuf,
    /// Its text; none where there is no such file.
    text: Option<String>,
}

/// Leaves out what the baseline lists, and writes it where that is asked; what to say about it.
///
/// # Errors
/// A baseline that cannot be read or written; worded for the user.
pub(super) fn apply_baseline(
    args: &BaselineArgs,
    session: &Session,
    report: &mut Report,
) -> Result<String, String> {
    let Some(file) = &args.baseline else { return Ok(String::new()) };
    let baseline = Baseline::open(file, session.cwd())?;
    let entries = baseline.entries(args.write_baseline)?;
    let folder = baseline.path.parent().unwrap_or(Path::new("")).to_path_buf();
    let found = entries_of(report, &folder);
    let is_gone = |path: &str| !folder.join(path).exists();
    let Comparison { known, current, left } = compare(&found, entries, is_gone);
    let checked = Checked::of(session, report, &left);
    let (fixed, unknown): (Vec<Entry>, Vec<Entry>) =
        left.into_iter().partition(|entry| checked.is_fixed(session, &folder, entry));
    let shown = baseline.shown.display();
    if args.write_baseline {
        let all: Vec<Entry> = found.into_iter().flatten().collect();
        let count = all.len();
        report.baselined += count;
        report.files.iter_mut().for_each(|file| file.keep(&vec![false; file.open().len()]));
        baseline.write([all, unknown].concat())?;
        return Ok(format!("note: wrote {} to {shown}\n", plural(count, "finding")));
    }
    report.baselined += current.len();
    for (file, known) in report.files.iter_mut().zip(&known) {
        let is_new: Vec<bool> = known.iter().map(|known| !known).collect();
        file.keep(&is_new);
    }
    if fixed.is_empty() && !args.prune_baseline {
        return Ok(String::new());
    }
    let listed = fixed.iter().take(MAX_LISTED).map(|entry| {
        let Entry { path, rule, function, text } = entry;
        match function.is_empty() {
            true => format!("  {path}: {rule} `{text}`\n"),
            false => format!("  {path}: {rule} in `{function}`\n"),
        }
    });
    let more = match fixed.len().saturating_sub(MAX_LISTED) {
        0 => String::new(),
        more => format!("  and {more} more\n"),
    };
    let listed = listed.collect::<String>() + &more;
    if args.prune_baseline {
        baseline.write([current, unknown].concat())?;
        return Ok(format!(
            "note: removed {} from {shown}\n{listed}",
            plural(fixed.len(), "finding")
        ));
    }
    let count = plural(fixed.len(), "finding");
    Ok(format!(
        "note: {count} of {shown} fixed; `--prune-baseline` removes what is fixed from it\n{listed}"
    ))
}

/// The open findings that a baseline lists.
///
/// # Errors
/// A baseline that cannot be read; worded for the user.
pub(super) fn known_findings(
    file: Option<&Path>,
    session: &Session,
    report: &Report,
) -> Result<BTreeSet<FindingKey>, String> {
    let Some(file) = file else { return Ok(BTreeSet::new()) };
    let baseline = Baseline::open(file, session.cwd())?;
    let entries = baseline.entries(false)?;
    let folder = baseline.path.parent().unwrap_or(Path::new(""));
    let is_gone = |path: &str| !folder.join(path).exists();
    let known = compare(&entries_of(report, folder), entries, is_gone).known;
    let of_file = |(file, known): (&FileReport, Vec<bool>)| {
        let items = file.open().into_iter().zip(known).filter(|(_, is_known)| *is_known);
        items.map(|(item, _)| file.key(item)).collect::<Vec<_>>()
    };
    Ok(report.files.iter().zip(known).flat_map(of_file).collect())
}

impl Baseline {
    fn open(file: &Path, cwd: &Path) -> Result<Self, String> {
        let shown = file.to_path_buf();
        let failed = |error: &dyn std::fmt::Display| format!("{}: {error}", shown.display());
        let path = cwd.join(file);
        let path = match dunce::canonicalize(&path) {
            Ok(path) => path,
            Err(_) => {
                let folder = path.parent().unwrap_or(cwd);
                let folder = dunce::canonicalize(folder).map_err(|e| {
                    failed(&format!("{e}; create the folder of the baseline first"))
                })?;
                folder.join(path.file_name().unwrap_or_default())
            }
        };
        let text = match fs::read_to_string(&path) {
            Ok(text) => Some(text),
            Err(error) if error.kind() == ErrorKind::NotFound => None,
            Err(error) => return Err(failed(&format!("cannot read the baseline: {error}"))),
        };
        Ok(Self { shown, path, text })
    }

    /// What it lists; nothing where it `may_be_new` and is.
    fn entries(&self, may_be_new: bool) -> Result<Vec<Entry>, String> {
        let shown = self.shown.display();
        let Some(text) = &self.text else {
            return match may_be_new {
                true => Ok(Vec::new()),
                false => Err(format!("{shown}: no such baseline; `--write-baseline` creates it")),
            };
        };
        parse(text).map_err(|(line, why)| match line {
            Some(line) => format!("{shown}:{line}: {why}"),
            None => format!("{shown}: {why}"),
        })
    }

    /// Writes it, unless nothing changes.
    fn write(&self, entries: Vec<Entry>) -> Result<(), String> {
        let new = render(entries);
        let new = new.as_bytes();
        let done = match &self.text {
            Some(old) if old.as_bytes() == new => Ok(()),
            Some(old) => {
                write(&Change { path: &self.path, old: old.as_bytes(), new, in_place: false })
            }
            None => create(&self.path, new),
        };
        done.map_err(|(_, why)| format!("{}: {why}", self.shown.display()))
    }
}

/// What was looked at, which is asked for only where something is missing.
#[derive(Default)]
struct Checked {
    files: BTreeSet<PathBuf>,
    failed: BTreeSet<PathBuf>,
}

impl Checked {
    fn of(session: &Session, report: &Report, left: &[Entry]) -> Self {
        if left.is_empty() {
            return Self::default();
        }
        let real = |path: &Path| dunce::canonicalize(session.cwd().join(path)).ok();
        let files = session.files().iter().filter_map(|path| real(path)).collect();
        let failed = report.faults.iter().filter_map(|fault| real(&fault.path)).collect();
        Self { files, failed }
    }

    /// Whether an entry that fits no finding is fixed: its file was looked at under its rule, or is gone.
    fn is_fixed(&self, session: &Session, folder: &Path, entry: &Entry) -> bool {
        let Some(rule) = rules::find(&entry.rule) else { return false };
        let path = folder.join(&entry.path);
        let Ok(real) = dunce::canonicalize(&path) else {
            return session.covers(&path) && session.runs(rule, &path);
        };
        self.files.contains(&real) && !self.failed.contains(&real) && session.runs(rule, &real)
    }
}
