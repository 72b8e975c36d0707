//! The hunks of a file's patch that concern one of its sites, line by line. It plans nothing.

use similar::{Algorithm, ChangeTag, TextDiff};

use crate::run::{Entry, FileReport};
use crate::text::SourceFile;

/// Lines around a change.
const CONTEXT: usize = 2;

/// The lines of the hunks that change the lines of a site, or no line of any site (imports, a
/// tracker); empty if its fix is not in the patch.
pub(super) fn hunks(file: &FileReport, entry: &Entry) -> Vec<String> {
    let is_fixed = entry.found.as_ref().is_some_and(|f| f.is_patched());
    let Some(new) = file.patch.as_ref().filter(|_| is_fixed) else { return Vec::new() };
    let Ok(new) = SourceFile::open(&file.path, new.clone()) else { return Vec::new() };
    let index = |offset| file.source.line_index(offset);
    let lines = |e: &Entry| index(e.span.bytes.start)..index(e.span.bytes.end) + 1;
    let own = lines(entry);
    let others: Vec<_> = file.entries.iter().map(lines).filter(|l| *l != own).collect();
    let diff = TextDiff::configure()
        .algorithm(Algorithm::Myers)
        .diff_lines(file.source.bytes(), new.bytes());
    let mut text = Vec::new();
    for group in diff.grouped_ops(CONTEXT) {
        let changed = group.iter().filter(|op| op.tag() != similar::DiffTag::Equal);
        let olds: Vec<_> = changed.map(|op| op.old_range()).collect();
        let touches = |l: &std::ops::Range<usize>| {
            olds.iter().any(|o| o.start < l.end && l.start < o.end.max(o.start + 1))
        };
        if !touches(&own) && others.iter().any(touches) {
            continue;
        }
        let (Some(first), Some(last)) = (group.first(), group.last()) else { continue };
        text.push(match file.source.line_at(first.old_range().start).cell {
            Some(cell) => format!("@@ cell {cell} @@"),
            None => format!(
                "@@ -{},{} +{},{} @@",
                first.old_range().start + 1,
                last.old_range().end - first.old_range().start,
                first.new_range().start + 1,
                last.new_range().end - first.new_range().start
            ),
        });
        for op in &group {
            for change in diff.iter_changes(op) {
                let sign = match change.tag() {
                    ChangeTag::Delete => '-',
                    ChangeTag::Insert => '+',
                    ChangeTag::Equal => ' ',
                };
                let line = String::from_utf8_lossy(change.value()).into_owned();
                text.push(format!("{sign}{}", line.trim_end_matches(['\r', '\n'])));
            }
        }
    }
    text
}
