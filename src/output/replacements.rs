//! A file's patch as replacements of whole lines, for formats that suggest edits. It plans no fix.

use std::ops::Range;

use similar::{Algorithm, DiffOp, capture_diff_slices, group_diff_ops};

use crate::fix::Outcome;
use crate::run::{FileReport, Found};

/// Whole lines, and the text that takes their place.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Replacement<'a> {
    /// The first line that is replaced, from 1.
    pub(super) first: usize,
    /// The last line that is replaced.
    pub(super) last: usize,
    /// The text of the last line, without its end.
    pub(super) last_text: &'a str,
    /// The new text, without the end of its last line.
    pub(super) text: String,
}

impl Replacement<'_> {
    /// Whether a line is replaced.
    pub(super) fn covers(&self, line: usize) -> bool {
        (self.first..=self.last).contains(&line)
    }
}

/// The patch of a file, in line order. None where replacements of text cannot say it: where it needs another file's patch,
/// or the file is a notebook, or not UTF-8, or starts with a BOM, or has a lone CR.
pub(super) fn replacements(file: &FileReport) -> Vec<Replacement<'_>> {
    match &file.patch {
        Some(new) if !file.calls_shared => replacements_by(file, new),
        _ => Vec::new(),
    }
}

/// The same of one fix of the file alone.
pub(super) fn replacements_by<'f>(file: &'f FileReport, new: &[u8]) -> Vec<Replacement<'f>> {
    let (old, new) = (str::from_utf8(file.source.bytes()), str::from_utf8(new));
    let (Ok(old), Ok(new)) = (old, new) else { return Vec::new() };
    let is_odd = old.starts_with('\u{feff}') || old.replace("\r\n", "").contains('\r');
    match file.is_new || is_odd || file.source.notebook().is_some() {
        true => Vec::new(),
        false => line_replacements(old, new).unwrap_or_default(),
    }
}

/// Whether a finding is fixed by the patch of its own file.
pub(super) fn is_fixed_here(found: &Found) -> bool {
    matches!(found.outcome, Outcome::Fix { applied: true, elsewhere: None, .. })
}

fn line_replacements<'a>(old: &'a str, new: &str) -> Option<Vec<Replacement<'a>>> {
    let (old, new): (Vec<&str>, Vec<&str>) =
        (old.split_inclusive('\n').collect(), new.split_inclusive('\n').collect());
    let ops = capture_diff_slices(Algorithm::Myers, &old, &new);
    // An unchanged line on each side, for insertions and deletions: a replacement takes lines and leaves some.
    let groups = group_diff_ops(ops, 1).into_iter();
    groups.map(|group| line_replacement(&group, &old, &new)).collect()
}

fn line_replacement<'a>(
    group: &[DiffOp],
    old: &[&'a str],
    new: &[&str],
) -> Option<Replacement<'a>> {
    let (first, last) = (group.first()?, group.last()?);
    let mut from = first.old_range().start..last.old_range().end;
    let mut to = first.new_range().start..last.new_range().end;
    let is_equal = |op: &DiffOp| matches!(op, DiffOp::Equal { .. });
    let (leads, trails) = (is_equal(first), is_equal(last));
    let has_more = |lines: &Range<usize>| lines.len() > 1;
    // The unchanged lines are left out as long as there is a line left to replace, and a line to replace it with.
    if trails && has_more(&from) && has_more(&to) {
        (from.end, to.end) = (from.end - 1, to.end - 1);
    }
    if leads && has_more(&from) && has_more(&to) {
        (from.start, to.start) = (from.start + 1, to.start + 1);
    }
    let last_line = *old.get(from.clone())?.last()?;
    let text = new.get(to)?.concat();
    let (last_text, text) = match (line_end(last_line), line_end(&text)) {
        ("", _) => (last_line, text.as_str()),
        // The line end would have to go.
        (_, "") => return None,
        (was, is) => (&last_line[..last_line.len() - was.len()], &text[..text.len() - is.len()]),
    };
    Some(Replacement { first: from.start + 1, last: from.end, last_text, text: text.to_owned() })
}

fn line_end(text: &str) -> &str {
    match (text.ends_with("\r\n"), text.ends_with('\n')) {
        (true, _) => "\r\n",
        (false, true) => "\n",
        _ => "",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The replacements, applied as their readers do.
    fn applied(old: &str, new: &str) -> String {
        let mut lines: Vec<String> = old.split_inclusive('\n').map(str::to_owned).collect();
        for r in line_replacements(old, new).unwrap().iter().rev() {
            let end = line_end(&lines[r.last - 1]).to_owned();
            lines.splice(r.first - 1..r.last, [r.text.clone() + &end]);
        }
        lines.concat()
    }

    #[test]
    fn insertions_deletions_and_changes_come_out() {
        let old = "a\nb\nc\nd\ne\nf\ng\n";
        for new in [
            "x\na\nb\nc\nd\ne\nf\ng\n",
            "a\nb\nc\nd\ne\nf\ng\nx\n",
            "b\nc\nd\ne\nf\ng\n",
            "a\nb\nc\nd\ne\nf\n",
            "a\nx\ny\nc\nd\nz\ng\n",
            "a\nb\nx\nc\ny\nd\ne\nf\ng\n",
        ] {
            assert_eq!(applied(old, new), new);
        }
        assert_eq!(applied("a\r\nb\r\n", "a\r\nx\r\nb\r\n"), "a\r\nx\r\nb\r\n");
        assert_eq!(applied("a\nb", "a\nc\nd"), "a\nc\nd");
        assert_eq!(applied("a\nb", "a\nb\nc\n"), "a\nb\nc\n");
    }

    #[test]
    fn a_change_of_one_line_takes_no_other() {
        let changes = line_replacements("a\nb\nc\n", "a\nx\ny\nc\n").unwrap();
        assert_eq!(
            changes,
            [Replacement { first: 2, last: 2, last_text: "b", text: "x\ny".into() }]
        );
    }
}
