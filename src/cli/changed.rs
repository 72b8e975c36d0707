//! Limits a session to what git says has changed. It prints nothing.

use std::collections::BTreeSet;
use std::path::Path;

use crate::git::Changes;
use crate::run::{Item, Report, Target, Texts};

/// What findings are limited to.
#[derive(Debug, Clone, Copy)]
pub(super) enum Limit<'a> {
    /// The files that have changed since a reference.
    Since(&'a str),
    /// The files that are staged.
    Staged,
}

impl Limit<'_> {
    /// Limits projects to what has changed, and says what that is. Staged texts are added to `texts`.
    ///
    /// # Errors
    /// A project outside of git, a bad reference, or a conflict; worded for the user.
    pub(super) fn apply(
        self,
        projects: &mut [Target],
        texts: &mut Texts,
    ) -> Result<Vec<Changes>, String> {
        let mut all = Vec::new();
        for project in projects {
            let (flag, found) = match self {
                Self::Since(reference) => ("--since", Changes::since(&project.root, reference)),
                Self::Staged => ("--staged", Changes::staged(&project.root)),
            };
            let shown = project.root.display();
            let failed = |why: String| format!("`{flag}` fails in {shown}: {why}");
            let changes = found.map_err(failed)?;
            let files: BTreeSet<_> = changes.files().map(Path::to_path_buf).collect();
            let is_text = |path: &Path| {
                files.contains(path)
                    || path.extension().is_none_or(|e| e == "py" || e == "pyw" || e == "ipynb")
            };
            if let Self::Staged = self {
                texts.extend(changes.staged_texts(is_text).map_err(failed)?);
            }
            project.limit(files);
            all.push(changes);
        }
        Ok(all)
    }
}

/// Leaves out what does not stand on changed lines.
///
/// # Errors
/// What git says where it refuses to answer.
pub(super) fn keep_changed_lines(report: &mut Report, changes: &[Changes]) -> Result<(), String> {
    for file in &mut report.files {
        let Some(real) = file.real.as_deref() else { continue };
        let Some(changes) = changes.iter().find(|c| c.files().any(|f| f == real)) else { continue };
        let Some(lines) = changes.changed_lines(real)? else { continue };
        let is_changed = |item: Item<'_>| {
            let span = item.span();
            let first = file.source.file_line(span.bytes.start);
            let last = file.source.file_line(span.bytes.end);
            let overlaps = |range: &std::ops::RangeInclusive<usize>| {
                *range.start() <= last && first <= *range.end()
            };
            lines.iter().any(overlaps)
        };
        let is_kept: Vec<bool> = file.open().into_iter().map(is_changed).collect();
        file.keep(&is_kept);
    }
    report.files.retain(|file| !file.entries.is_empty() || !file.notices.is_empty());
    Ok(())
}
