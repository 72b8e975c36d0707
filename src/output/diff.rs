//! Patches for `git apply` and `patch -p1`, byte for byte. It reads only file modes and folders
//! from the disk.

use std::path::Path;

use anstyle::{AnsiColor, Style};
use sha1::{Digest, Sha1};
use similar::{Algorithm, DiffOp, capture_diff_slices, group_diff_ops};

use super::format::PatchStyle;
use super::git_quote::quote_name;
use super::repository::repository_path;
use super::text::{sanitize, slash_path};
use crate::run::{FileReport, Report};

/// Unchanged lines around a change.
const CONTEXT: usize = 3;

/// The patch of every changed file, in path order. Names are relative to the git work tree around a
/// file, else to `cwd`, else to the file's project.
pub fn diff(report: &Report, cwd: &Path, style: PatchStyle) -> Vec<u8> {
    let mut out = Vec::new();
    for file in &report.files {
        let Some(new) = &file.patch else { continue };
        let mut patch = Vec::new();
        file_patch(&mut patch, file, new, cwd);
        match style {
            PatchStyle::Raw => out.extend(patch),
            PatchStyle::Plain | PatchStyle::Colored => {
                push_for_terminal(&mut out, &patch, style == PatchStyle::Colored)
            }
        }
    }
    out
}

/// What changes in one file, for people. It is no patch that a program could apply: the old text may be of no file.
pub fn change(path: &Path, old: &[u8], new: &[u8], has_color: bool) -> Vec<u8> {
    let name = slash_path(path);
    let mut patch = format!("--- {name}\n+++ {name}\n").into_bytes();
    hunks(&mut patch, old, new);
    let mut out = Vec::new();
    push_for_terminal(&mut out, &patch, has_color);
    out
}

fn file_patch(out: &mut Vec<u8>, file: &FileReport, new: &[u8], cwd: &Path) {
    let old = file.source.file_bytes();
    let name = path_bytes(&repository_path(file, cwd));
    let side = |prefix: &[u8]| quote_name(&[prefix, &name].concat());
    let (a, b) = (side(b"a/"), side(b"b/"));
    out.extend([b"diff --git ", &a[..], b" ", &b[..], b"\n"].concat());
    let to = blob_id(new);
    match file.is_new {
        true => {
            let nothing = "0".repeat(to.len());
            out.extend(format!("new file mode 100644\nindex {nothing}..{to}\n").bytes());
        }
        false => {
            out.extend(format!("index {}..{to} {}\n", blob_id(old), file_mode(file)).bytes());
        }
    }
    // As git does, to separate a name with a space from a date after it.
    let end: &[u8] = if name.contains(&b' ') { b"\t\n" } else { b"\n" };
    match file.is_new {
        true => out.extend(b"--- /dev/null\n"),
        false => out.extend([b"--- ", &a[..], end].concat()),
    }
    out.extend([b"+++ ", &b[..], end].concat());
    hunks(out, old, new);
}

#[cfg(unix)]
fn path_bytes(path: &Path) -> Vec<u8> {
    use std::os::unix::ffi::OsStrExt;
    path.as_os_str().as_bytes().to_vec()
}

#[cfg(not(unix))]
fn path_bytes(path: &Path) -> Vec<u8> {
    path.to_string_lossy().replace('\\', "/").into_bytes()
}

/// The git object id of these bytes.
fn blob_id(bytes: &[u8]) -> String {
    let mut hash = Sha1::new();
    hash.update(format!("blob {}\0", bytes.len()));
    hash.update(bytes);
    hash.finalize().iter().map(|b| format!("{b:02x}")).collect()
}

#[cfg(unix)]
fn file_mode(file: &FileReport) -> &'static str {
    use std::os::unix::fs::PermissionsExt;
    let metadata = file.real.as_deref().and_then(|r| std::fs::metadata(r).ok());
    let is_executable = metadata.is_some_and(|m| m.permissions().mode() & 0o100 != 0);
    if is_executable { "100755" } else { "100644" }
}

#[cfg(not(unix))]
fn file_mode(_: &FileReport) -> &'static str {
    "100644"
}

fn hunks(out: &mut Vec<u8>, old: &[u8], new: &[u8]) {
    let lines = |text| -> Vec<&[u8]> { <[u8]>::split_inclusive(text, |b| *b == b'\n').collect() };
    let (old, new) = (lines(old), lines(new));
    let ops = capture_diff_slices(Algorithm::Myers, &old, &new);
    for group in group_diff_ops(ops, CONTEXT) {
        let (Some(first), Some(last)) = (group.first(), group.last()) else { continue };
        let from = first.old_range().start..last.old_range().end;
        let to = first.new_range().start..last.new_range().end;
        out.extend(format!("@@ -{} +{} @@\n", hunk_range(&from), hunk_range(&to)).bytes());
        for op in &group {
            if let DiffOp::Equal { .. } = op {
                push_lines(out, b' ', &old[op.old_range()]);
            } else {
                push_lines(out, b'-', &old[op.old_range()]);
                push_lines(out, b'+', &new[op.new_range()]);
            }
        }
    }
}

/// A hunk's range as git writes it: a length of 1 is left out, and an empty range names the line before it.
fn hunk_range(lines: &std::ops::Range<usize>) -> String {
    match lines.len() {
        0 => format!("{},0", lines.start),
        1 => format!("{}", lines.start + 1),
        count => format!("{},{count}", lines.start + 1),
    }
}

fn push_lines(out: &mut Vec<u8>, sign: u8, lines: &[&[u8]]) {
    for line in lines {
        out.push(sign);
        out.extend(*line);
        if !line.ends_with(b"\n") {
            out.extend(b"\n\\ No newline at end of file\n");
        }
    }
}

/// Appends a patch for a terminal.
fn push_for_terminal(out: &mut Vec<u8>, patch: &[u8], color: bool) {
    let mut in_head = true;
    for line in String::from_utf8_lossy(patch).split_inclusive('\n') {
        in_head = if line.starts_with("diff --git ") {
            true
        } else {
            in_head && !line.starts_with("@@ ")
        };
        let body = line.strip_suffix('\n').unwrap_or(line);
        // A CR at the end of a line is kept; one within it would move the cursor.
        let text = sanitize(body.strip_suffix('\r').unwrap_or(body));
        let style = if color { line_style(line, in_head) } else { Style::new() };
        out.extend(format!("{style}{text}{style:#}\n").bytes());
    }
}

fn line_style(line: &str, in_head: bool) -> Style {
    let color = |c: AnsiColor| Style::new().fg_color(Some(c.into()));
    match line.as_bytes().first() {
        _ if in_head => Style::new().bold(),
        Some(b'@') => color(AnsiColor::Cyan),
        Some(b'+') => color(AnsiColor::Green),
        Some(b'-') => color(AnsiColor::Red),
        _ => Style::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn patch(old: &str, new: &str) -> String {
        let mut out = Vec::new();
        hunks(&mut out, old.as_bytes(), new.as_bytes());
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn a_blob_has_the_id_that_git_gives_it() {
        // `git hash-object` of an empty file, and of "hello\n".
        assert_eq!(blob_id(b""), "e69de29bb2d1d6434b8b29ae775ad8c2e48c5391");
        assert_eq!(blob_id(b"hello\n"), "ce013625030ba8dba906f756967f9e9ca394464a");
    }

    #[test]
    fn a_lone_cr_ends_no_line_and_a_missing_newline_is_told() {
        assert_eq!(
            patch("a\rb\nc", "a\rB\nc"),
            "@@ -1,2 +1,2 @@\n-a\rb\n+a\rB\n c\n\\ No newline at end of file\n"
        );
        assert_eq!(patch("a", "a\n"), "@@ -1 +1 @@\n-a\n\\ No newline at end of file\n+a\n");
        assert_eq!(patch("", "a\n"), "@@ -0,0 +1 @@\n+a\n");
    }

    #[test]
    fn what_eyes_see_moves_no_cursor() {
        let mut out = Vec::new();
        push_for_terminal(&mut out, b"@@ -1 +1 @@\n-a\x1b[2J\r\n", false);
        assert_eq!(String::from_utf8(out).unwrap(), "@@ -1 +1 @@\n-a\u{241b}[2J\n");
    }
}
