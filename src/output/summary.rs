//! The last line of each command. It counts nothing itself.

use super::count::Count;
use super::text::{plural, shown};
use crate::run::Report;

/// What `check` found in how many files looked at.
pub fn check_summary(count: &Count, looked_at: usize) -> String {
    let mut text = match count.open {
        0 => format!("No dropped task in {}.", plural(looked_at, "file")),
        open => format!("{} in {}.", count.things(open), plural(count.files, "file")),
    };
    text.push_str(&suppressed(count));
    match (count.safe, count.risky) {
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

/// What a patch holds, and what it holds back.
pub fn diff_summary(count: &Count, patched_files: usize) -> String {
    let mut text = match count.patched {
        0 => "Nothing would be changed.".to_owned(),
        fixed => {
            format!("{} in {} would be fixed.", count.things(fixed), plural(patched_files, "file"))
        }
    };
    text.push_str(&rest(count));
    text
}

/// What was written, and what remains; `count` is taken after writing.
pub fn fix_summary(count: &Count, written_files: usize) -> String {
    let mut text = match count.patched {
        0 => "Nothing was changed.".to_owned(),
        fixed => {
            format!("Fixed {} in {}.", count.things(fixed), plural(written_files, "file"))
        }
    };
    text.push_str(&rest(count));
    text
}

/// How many sites an audit saw, by verdict.
pub fn audit_summary(count: &Count, looked_at: usize) -> String {
    let Count { dropped, held, managed, unsure, .. } = count;
    format!(
        "{} looked at: {dropped} dropped, {held} held, {managed} managed, {unsure} unsure.{}\n",
        plural(looked_at, "file"),
        suppressed(count)
    )
}

fn rest(count: &Count) -> String {
    let mut text = String::new();
    if count.held_back > 0 {
        text += &format!(" {} more with `--unsafe-fixes`.", count.held_back);
    }
    let remain = count.remaining() - count.held_back;
    if remain > 0 {
        text += &format!(" {} not fixed.", plural(remain, "finding"));
    }
    text.push_str(&suppressed(count));
    text.push('\n');
    text
}

fn suppressed(count: &Count) -> String {
    match count.suppressed {
        0 => String::new(),
        n => format!(" {n} suppressed."),
    }
}

/// The places that have every task of a project kept, one line each; nothing where there is none.
pub fn factory_notes(report: &Report) -> String {
    let lines = report.factories.iter().map(|factory| {
        let how = match factory.attribute_only {
            true => "a replaced `asyncio.create_task`",
            false => "the task factory installed here",
        };
        let path = shown(&factory.path);
        format!("note: {path}:{}: {how} keeps the tasks that are made through it\n", factory.line)
    });
    lines.collect()
}
