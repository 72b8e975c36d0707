//! The command line that fixes some findings, and how many findings it fixes. It plans no fix and knows no format.

use std::collections::BTreeSet;
use std::path::{Component, Path};

use crate::fix::{Outcome, WrapperFix};
use crate::run::{FileReport, Found, Report};
use crate::settings::Applicability;

/// More files are named by the folder that holds them all.
const MAX_FILES: usize = 4;

/// A command for a shell.
#[derive(Debug)]
pub(super) struct FixCommand {
    /// Its line.
    pub(super) line: String,
    /// How many open findings it fixes.
    pub(super) fixed: usize,
}

/// The command that fixes findings of some files, of which `found` is one, and with a fix of this applicability. None for standard
/// input, and for paths that cannot be written in a report.
pub(super) fn fix_command(
    report: &Report,
    files: BTreeSet<&Path>,
    found: &Found,
    applicability: Applicability,
) -> Option<FixCommand> {
    let code = found.rule.code;
    let rule = if found.is_of_audit { format!(" --extend-select {code}") } else { String::new() };
    let flag = unsafe_flag(applicability);
    let paths = paths(report, files);
    let line = format!("undangle fix{flag}{rule}{}", arguments(report, &paths)?);
    let covers = |file: &Path| paths.is_empty() || paths.iter().any(|path| file.starts_with(path));
    let is_fixed = |found: &&Found| match &found.outcome {
        Outcome::Fix { applicability: own, elsewhere, .. } => {
            *own >= applicability && elsewhere.as_ref().is_none_or(|fix| fix.files().all(covers))
        }
        Outcome::Declined(_) => false,
    };
    let covered = report.files.iter().filter(|file| covers(&file.path));
    let found = covered.flat_map(FileReport::found).filter(|found| !found.suppressed);
    let found = found.filter(|found| !found.is_of_audit || found.rule.code == code);
    Some(FixCommand { line, fixed: found.filter(is_fixed).count() })
}

/// The flag that a fix of this applicability needs, with a space before it.
pub(super) fn unsafe_flag(applicability: Applicability) -> &'static str {
    if applicability == Applicability::Safe { "" } else { " --unsafe-fixes" }
}

/// The flags and paths of a command that is to see some files as the audit sees them.
pub(super) fn arguments_for(report: &Report, files: BTreeSet<&Path>) -> Option<String> {
    arguments(report, &paths(report, files))
}

/// The files that have to be edited for a finding in a file.
pub(super) fn edited_files<'a>(
    file: &'a FileReport,
    found: Option<&'a Found>,
) -> BTreeSet<&'a Path> {
    let wrapper = found.and_then(|found| match &found.outcome {
        Outcome::Fix { elsewhere, .. } => elsewhere.as_ref(),
        Outcome::Declined(_) => None,
    });
    wrapper.into_iter().flat_map(WrapperFix::files).chain([file.path.as_path()]).collect()
}

/// The paths that a command needs for some files; empty for the working directory.
fn paths<'a>(report: &'a Report, files: BTreeSet<&'a Path>) -> BTreeSet<&'a Path> {
    // Of what is no project, only what was given is looked at: with less the verdicts may be others.
    let roots: BTreeSet<&Path> = report
        .files
        .iter()
        .filter(|f| files.contains(f.path.as_path()))
        .map(|f| &*f.root)
        .collect();
    let given = roots.iter().filter_map(|root| report.unmarked.get(*root)).flatten();
    let mut paths: BTreeSet<&Path> = files;
    paths.extend(given.map(|path| path.as_path()));
    if paths.contains(Path::new("")) || paths.contains(Path::new(".")) {
        return BTreeSet::new();
    }
    let inner: BTreeSet<&Path> = paths.clone();
    paths.retain(|path| !path.ancestors().skip(1).any(|outer| inner.contains(outer)));
    if paths.len() <= MAX_FILES {
        return paths;
    }
    match common_folder(&paths) {
        Some(folder) if folder.as_os_str().is_empty() => BTreeSet::new(),
        Some(folder) => BTreeSet::from([folder]),
        None => paths,
    }
}

/// The innermost folder that holds all paths; empty for the working directory, and none if they lie on different sides of it.
fn common_folder<'a>(paths: &BTreeSet<&'a Path>) -> Option<&'a Path> {
    let first = paths.first()?;
    let folder = first.ancestors().skip(1).find(|f| paths.iter().all(|p| p.starts_with(f)))?;
    let is_below = |path: &&Path| matches!(path.components().next(), Some(Component::Normal(_)));
    (!folder.as_os_str().is_empty() || paths.iter().all(is_below)).then_some(folder)
}

/// Flags and paths as arguments of a shell command, with a space before each.
fn arguments(report: &Report, paths: &BTreeSet<&Path>) -> Option<String> {
    let mut words: Vec<String> = report.flags.clone();
    for path in paths {
        let path = path.to_str().filter(|path| *path != "-")?;
        words.push(if path.starts_with('-') { format!("./{path}") } else { path.to_owned() });
    }
    let quoted = |word: &String| Some(format!(" {}", shlex::try_quote(word).ok()?));
    words.iter().map(quoted).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_names_few_files_and_else_their_folder() {
        let report = Report::default();
        let of = |files: &[&'static str]| {
            arguments_for(&report, files.iter().map(Path::new).collect()).unwrap()
        };
        assert_eq!(of(&["a.py"]), " a.py");
        assert_eq!(of(&["-a.py", "b c.py"]), " ./-a.py 'b c.py'");
        assert_eq!(of(&["p/a/1.py", "p/a/2.py", "p/b/3.py", "p/4.py", "p/5.py"]), " p");
        assert_eq!(of(&["1.py", "2.py", "3.py", "4.py", "5.py"]), "");
        assert_eq!(
            of(&["../1.py", "2.py", "3.py", "4.py", "5.py"]),
            " ../1.py 2.py 3.py 4.py 5.py"
        );
    }
}
