//! The summary line of each command, and the notes before it. It counts nothing itself.

use std::collections::BTreeMap;
use std::path::PathBuf;

use super::concise::finding_line;
use super::count::Counts;
use super::text::{display_path, plural, sanitize};
use crate::fix::{Outcome, Shutdown};
use crate::run::{Entry, FileReport, Report};
use crate::settings::Applicability;

/// What `check` found, and in how many files.
pub fn check_summary(counts: &Counts, report: &Report) -> String {
    let skipped = report.skipped();
    let checked = report.looked_at.saturating_sub(skipped);
    let looked_at = plural(checked, "file");
    let mut text = match counts.open {
        0 if checked == 0 && report.is_limited => {
            "No Python files have changed, so none were checked.".to_owned()
        }
        0 if checked == 0 => "No Python files were checked.".to_owned(),
        0 if report.baselined > 0 => format!("No new findings in {looked_at}."),
        0 if report.omits_site_rules => {
            format!("No findings of the selected rules in {looked_at}.")
        }
        0 => format!("No dropped tasks in {looked_at}."),
        open => format!("{} in {}.", counts.describe(open), plural(counts.files, "file")),
    };
    match skipped {
        0 => {}
        1 => text += " 1 file was skipped.",
        n => text += &format!(" {n} files were skipped."),
    }
    match report.notebooks {
        0 => {}
        1 => text += " 1 notebook is not Python and was not checked.",
        n => text += &format!(" {n} notebooks are not Python and were not checked."),
    }
    if report.baselined > 0 {
        text += &format!(" {} in the baseline.", plural(report.baselined, "finding"));
    }
    text.push_str(&suppressed_text(counts));
    match (counts.safe_fixes, counts.unsafe_fixes) {
        (0, 0) => {}
        (safe, 0) => text += &format!(" `undangle fix` fixes {safe}."),
        (0, risky) => text += &format!(" `undangle fix --unsafe-fixes` fixes {risky}."),
        (safe, risky) => {
            text += &format!(" `undangle fix` fixes {safe}, `--unsafe-fixes` {risky} more.");
        }
    }
    text.push('\n');
    text
}

/// What a patch fixes, and what it leaves.
pub fn diff_summary(counts: &Counts, patched_files: usize) -> String {
    let fixed = |found: &str, how: &str| format!("{found} would be fixed{how}.");
    patch_summary(counts, patched_files, fixed, "would get a shutdown function")
}

/// The files that were written, one a line, with the number of their tasks that are kept now; taken after writing.
pub fn written_files(report: &Report) -> String {
    let written = report.files.iter().filter(|file| file.patch.is_some() && !file.is_stdin);
    let line = |file: &FileReport| {
        let fixed = file.found().filter(|found| found.is_patched()).count();
        let what = if fixed == 0 { "edited".to_owned() } else { format!("{fixed} fixed") };
        format!("{}: {what}\n", display_path(&file.path))
    };
    written.map(line).collect()
}

/// The files that got suppressions, one a line, with the number of findings that are suppressed, and the sum.
pub fn suppressed_files(files: &[(PathBuf, usize)]) -> String {
    let line =
        |(path, count): &(PathBuf, usize)| format!("{}: {count} suppressed\n", display_path(path));
    let sum = files.iter().map(|(_, count)| count).sum();
    let lines: String = files.iter().map(line).collect();
    format!("{lines}Suppressed {} in {}.\n", plural(sum, "finding"), plural(files.len(), "file"))
}

/// The findings that were fixed, one a line, at their places in the old text; taken after writing.
pub fn fixed_findings(report: &Report) -> String {
    let each = report.files.iter().flat_map(|file| {
        let fixed = file.items().into_iter().filter(|item| item.found().is_patched());
        fixed.map(move |item| format!("fixed {}\n", finding_line(file, item)))
    });
    each.collect()
}

/// What was written, and what remains; `counts` is taken after writing.
pub fn fix_summary(counts: &Counts, written_files: usize) -> String {
    let fixed = |found: &str, how: &str| format!("Fixed {found}{how}.");
    patch_summary(counts, written_files, fixed, "got a shutdown function")
}

/// The summary of a patch that edits this many files; `fixed` says what it fixes, and how if other files than those with
/// findings are edited, and `drained` what becomes of trackers.
fn patch_summary(
    counts: &Counts,
    edited: usize,
    fixed: impl Fn(&str, &str) -> String,
    drained: &str,
) -> String {
    let mut parts = Vec::new();
    if counts.patched > 0 {
        let found = counts.describe(counts.patched);
        let how = match counts.patched_files == edited {
            true => String::new(),
            false => format!(" by editing {}", plural(edited, "file")),
        };
        parts.push(fixed(&format!("{found} in {}", plural(counts.patched_files, "file")), &how));
    }
    if counts.drained > 0 {
        parts.push(format!("{} {drained}.", plural(counts.drained, "tracker")));
    }
    if parts.is_empty() {
        parts.push("No changes.".to_owned());
    }
    parts.join(" ") + &remaining_text(counts)
}

/// The shutdown functions that a patch adds, one line each: what calls them, or what has to.
pub fn shutdown_notes(report: &Report) -> String {
    let of = |file: &FileReport| -> String {
        let path = display_path(&file.path);
        let note = |s: &Shutdown| {
            let (tracker, named) = (sanitize(&s.tracker), |f: &str| sanitize(f).into_owned());
            let text = match (&s.function, &s.called_by) {
                (Err(reason), _) => {
                    format!("no shutdown function for `{tracker}`: {}", named(&reason.message))
                }
                (Ok(function), Ok(by)) => {
                    let (function, by) = (named(function), named(by));
                    format!("`{function}` stops the tasks in `{tracker}`; `{by}` awaits it")
                }
                (Ok(function), Err(why)) => {
                    let (function, why) = (named(function), named(&why.message));
                    format!(
                        "`{function}` stops the tasks in `{tracker}`, but nothing calls it ({why}): \
                         add `await {function}()` where the application shuts down"
                    )
                }
            };
            format!("note: {path}: {text}\n")
        };
        file.shutdowns.iter().map(note).collect()
    };
    report.files.iter().map(of).collect()
}

/// What the user should know about the effects of the fixes in a patch, one line each.
pub fn consequence_notes(report: &Report) -> String {
    let of = |file: &FileReport| -> String {
        let path = display_path(&file.path);
        let each = file.entries.iter().filter_map(|entry| match &entry.found.as_ref()?.outcome {
            Outcome::Fix { applied: true, notes, .. } => Some((entry.span.start.line, notes)),
            _ => None,
        });
        let told = each.flat_map(|(line, notes)| notes.iter().map(move |note| (line, note)));
        let told = told.filter(|(_, note)| note.kind.is_consequence());
        told.map(|(line, n)| format!("note: {path}:{line}: {}\n", sanitize(&n.message))).collect()
    };
    report.files.iter().map(of).collect()
}

/// The rule about futures of `run_coroutine_threadsafe`.
const THREADSAFE_RULE: &str = "UND004";

/// A package with so many new sets is better served by one function.
const MANY_SETS: usize = 3;

/// The packages in which several files need a set of tasks each, one line each: one function could keep them.
pub fn shared_tracker_notes(report: &Report) -> String {
    let mut files: BTreeMap<&str, usize> = BTreeMap::new();
    for file in report.files.iter().filter(|f| !f.is_test && has_new_set(f)) {
        if let Some((package, _)) = file.module.split_once('.') {
            *files.entry(package).or_default() += 1;
        }
    }
    let many = files.into_iter().filter(|(_, count)| *count >= MANY_SETS);
    many.map(|(package, count)| {
        let package = sanitize(package);
        format!(
            "note: {count} files of `{package}` need a set of tasks each; one function of the package keeps the tasks of all with \
             `undangle fix --unsafe-fixes --tracker {package}.background:keep_task`\n"
        )
    })
    .collect()
}

/// Whether a fix of a file is a new set of tasks at module level. The function keeps no futures of other threads.
fn has_new_set(file: &FileReport) -> bool {
    let code = file.source.code();
    file.entries.iter().filter_map(Entry::open).any(|found| match &found.outcome {
        Outcome::Fix {
            tracker: Some(tracker), elsewhere: None, applied, applicability, ..
        } => {
            (*applied || *applicability == Applicability::Safe)
                && found.rule.code != THREADSAFE_RULE
                && !file.calls_shared
                && !tracker.contains('.')
                && !code.contains(tracker.as_str())
        }
        _ => false,
    })
}

/// How many sites an audit saw, by verdict.
pub fn audit_summary(counts: &Counts, report: &Report) -> String {
    let Counts { dropped, held, managed, unsure, .. } = counts;
    format!(
        "Checked {}: {dropped} dropped, {held} held, {managed} managed, {unsure} unsure.{}\n",
        plural(report.looked_at.saturating_sub(report.skipped()), "file"),
        suppressed_text(counts)
    )
}

fn remaining_text(counts: &Counts) -> String {
    let mut text = String::new();
    if counts.withheld > 0 {
        let more = if counts.patched > 0 { " more" } else { "" };
        text += &format!(" `--unsafe-fixes` fixes {}{more}.", counts.withheld);
    }
    let remain = counts.remaining() - counts.withheld;
    if remain > 0 {
        text += &format!(" {} not fixed.", plural(remain, "finding"));
    }
    text.push_str(&suppressed_text(counts));
    text.push('\n');
    text
}

fn suppressed_text(counts: &Counts) -> String {
    match counts.suppressed {
        0 => String::new(),
        n => format!(" {n} suppressed."),
    }
}

/// The task factories that keep every task of a project, one line each; empty if there is none.
pub fn factory_notes(report: &Report) -> String {
    let lines = report.factories.iter().map(|factory| {
        let how = match factory.attribute_only {
            true => "the replaced `asyncio.create_task`",
            false => "the task factory installed here",
        };
        let path = display_path(&factory.path);
        format!("note: {path}:{}: {how} keeps all tasks created through it\n", factory.line)
    });
    lines.collect()
}
