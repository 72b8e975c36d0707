//! The summary line of each command, and the notes before it. It counts nothing itself.

use super::count::Counts;
use super::text::{display_path, plural, sanitize};
use crate::fix::Shutdown;
use crate::run::{FileReport, Report};

/// What `check` found, and in how many files.
pub fn check_summary(counts: &Counts, report: &Report) -> String {
    let looked_at = plural(report.looked_at, "file");
    let mut text = match counts.open {
        0 if report.looked_at == 0 => "No Python files were checked.".to_owned(),
        0 if report.omits_site_rules => {
            format!("No findings of the selected rules in {looked_at}.")
        }
        0 => format!("No dropped tasks in {looked_at}."),
        open => format!("{} in {}.", counts.describe(open), plural(counts.files, "file")),
    };
    match report.notebooks {
        0 => {}
        1 => text += " 1 notebook was not checked.",
        n => text += &format!(" {n} notebooks were not checked."),
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
    let mut text = match counts.patched {
        0 if counts.drained > 0 => String::new(),
        0 => "No changes.".to_owned(),
        fixed => {
            let found = counts.describe(fixed);
            let (hit, patched) =
                (plural(counts.patched_files, "file"), plural(patched_files, "file"));
            match counts.patched_files == patched_files {
                true => format!("{found} in {hit} would be fixed."),
                false => format!("{found} in {hit} would be fixed by editing {patched}."),
            }
        }
    };
    text.push_str(&drained_text(counts, "would get a shutdown function"));
    text.push_str(&remaining_text(counts));
    text.trim_start_matches(' ').to_owned()
}

/// What was written, and what remains; `counts` is taken after writing.
pub fn fix_summary(counts: &Counts, written_files: usize) -> String {
    let mut text = match counts.patched {
        0 if counts.drained > 0 => String::new(),
        0 => "No changes.".to_owned(),
        fixed => {
            let found = counts.describe(fixed);
            let (hit, written) =
                (plural(counts.patched_files, "file"), plural(written_files, "file"));
            match counts.patched_files == written_files {
                true => format!("Fixed {found} in {hit}."),
                false => format!("Fixed {found} in {hit} by editing {written}."),
            }
        }
    };
    text.push_str(&drained_text(counts, "got a shutdown function"));
    text.push_str(&remaining_text(counts));
    text.trim_start_matches(' ').to_owned()
}

fn drained_text(counts: &Counts, what: &str) -> String {
    match counts.drained {
        0 => String::new(),
        n => format!(" {} {what}.", plural(n, "tracker")),
    }
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

/// How many sites an audit saw, by verdict.
pub fn audit_summary(counts: &Counts, looked_at: usize) -> String {
    let Counts { dropped, held, managed, unsure, .. } = counts;
    format!(
        "Checked {}: {dropped} dropped, {held} held, {managed} managed, {unsure} unsure.{}\n",
        plural(looked_at, "file"),
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
