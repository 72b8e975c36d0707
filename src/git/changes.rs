//! The files of a work tree that have changed since a commit, or that are staged, and their changed lines. It reads no file
//! itself.

use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::ops::RangeInclusive;
use std::path::{Path, PathBuf};

use super::repository::{Repository, path_of};

/// How `git diff` is asked, whatever the user's configuration says.
const DIFF: [&str; 5] = ["diff", "--no-ext-diff", "--no-textconv", "--no-color", "--find-renames"];

/// What has changed in a work tree.
#[derive(Debug)]
pub struct Changes {
    repository: Repository,
    /// What `git diff` compares with: a commit, or `--cached`.
    base: String,
    /// The files that have changed and are there, with their old paths in the repository; `None` for untracked ones.
    files: BTreeMap<PathBuf, Option<PathBuf>>,
}

/// One file of `git diff --raw`.
struct RawChange {
    old_mode: Vec<u8>,
    new_mode: Vec<u8>,
    status: u8,
    old: PathBuf,
    new: PathBuf,
}

impl Changes {
    /// What has changed in the work tree around a folder since it left a reference: committed, not committed or untracked.
    ///
    /// # Errors
    /// No repository, or no such commit; worded for the user.
    pub fn since(folder: &Path, reference: &str) -> Result<Self, String> {
        let repository = Repository::around(folder)?;
        let commit = format!("{reference}^{{commit}}");
        let verify = ["rev-parse", "--verify", "--quiet", "--end-of-options", &commit];
        let commit = repository.run(&verify).map(text).ok();
        // Git takes some flags for a reference.
        let commit = commit.filter(|hash| !hash.is_empty() && !reference.starts_with('-'));
        let commit = commit.ok_or_else(|| {
            format!("git knows no commit `{reference}`; if it is on a remote, fetch it first")
        })?;
        let base = repository.run(&["merge-base", &commit, "HEAD"]).map_err(|_| {
            format!(
                "`{reference}` and HEAD have no common ancestor here; in a shallow clone, fetch more of the history"
            )
        })?;
        let base = text(base);
        let mut changes = Self { repository, base, files: BTreeMap::new() };
        changes.add_tracked()?;
        let others = ["ls-files", "-z", "--others", "--exclude-standard", "--full-name"];
        for path in changes.repository.run(&others)?.split(|b| *b == 0).filter(|p| !p.is_empty()) {
            changes.files.insert(changes.repository.root.join(path_of(path)), None);
        }
        Ok(changes)
    }

    /// What is staged in the repository around a folder.
    ///
    /// # Errors
    /// No repository, or an unresolved conflict; worded for the user.
    pub fn staged(folder: &Path) -> Result<Self, String> {
        let repository = Repository::around(folder)?;
        let mut changes = Self { repository, base: "--cached".to_owned(), files: BTreeMap::new() };
        changes.add_tracked()?;
        Ok(changes)
    }

    fn add_tracked(&mut self) -> Result<(), String> {
        for change in raw(&self.repository, &self.base)? {
            if change.status == b'U' {
                return Err(format!("{} has an unresolved merge conflict", change.new.display()));
            }
            if is_file(&change.new_mode) {
                self.files.insert(self.repository.root.join(&change.new), Some(change.old));
            }
        }
        Ok(())
    }

    /// The files that have changed and are there, by their absolute paths.
    pub fn files(&self) -> impl Iterator<Item = &Path> {
        self.files.keys().map(PathBuf::as_path)
    }

    /// The staged text of each file that `is_wanted` and whose text in the work tree may be another, by its absolute path.
    ///
    /// # Errors
    /// What git says where it refuses to answer.
    pub fn staged_texts(
        &self,
        is_wanted: impl Fn(&Path) -> bool,
    ) -> Result<BTreeMap<PathBuf, Vec<u8>>, String> {
        let mut texts = BTreeMap::new();
        for change in raw(&self.repository, "--")? {
            let path = self.repository.root.join(&change.old);
            if change.status == b'U' || !is_file(&change.old_mode) || !is_wanted(&path) {
                continue;
            }
            let mut name = OsString::from(":0:");
            name.push(&change.old);
            texts.insert(
                path,
                self.repository.run(&[OsStr::new("cat-file"), OsStr::new("blob"), &name])?,
            );
        }
        Ok(texts)
    }

    /// The 1-based lines of a changed file that are new or changed; `None` if all are.
    ///
    /// # Errors
    /// What git says where it refuses to answer.
    pub fn changed_lines(&self, file: &Path) -> Result<Option<Vec<RangeInclusive<usize>>>, String> {
        let Some(Some(old)) = self.files.get(file) else { return Ok(None) };
        let new = file.strip_prefix(&self.repository.root).unwrap_or(file);
        let mut arguments: Vec<&OsStr> = DIFF.iter().map(OsStr::new).collect();
        let flags = ["--text", "--unified=0", "--inter-hunk-context=0", &self.base, "--"];
        arguments.extend(flags.iter().map(OsStr::new));
        arguments.extend([old.as_os_str(), new.as_os_str()]);
        let patch = self.repository.run(&arguments)?;
        let lines = patch.split(|byte| *byte == b'\n');
        Ok(Some(lines.filter_map(|line| hunk(std::str::from_utf8(line).ok()?)).collect()))
    }
}

/// The new lines of a hunk: `@@ -1,2 +3,4 @@`. A hunk that only deletes has none.
fn hunk(line: &str) -> Option<RangeInclusive<usize>> {
    let new = line.strip_prefix("@@ -")?.split(" +").nth(1)?.split(' ').next()?;
    let (start, count) = new.split_once(',').unwrap_or((new, "1"));
    let (start, count): (usize, usize) = (start.parse().ok()?, count.parse().ok()?);
    (count > 0).then(|| start..=start + count - 1)
}

/// The changed files of a comparison; `--` compares the work tree with the index.
fn raw(repository: &Repository, base: &str) -> Result<Vec<RawChange>, String> {
    let arguments = [&DIFF[..], &["--raw", "-z", "--no-abbrev", "--no-relative", base]].concat();
    let output = repository.run(&arguments)?;
    let mut fields = output.split(|byte| *byte == 0);
    let mut changes = Vec::new();
    while let Some(head) = fields.next().and_then(|field| field.strip_prefix(b":")) {
        let parts: Vec<&[u8]> = head.split(|byte| *byte == b' ').collect();
        let [old_mode, new_mode, _, _, status] = parts[..] else { break };
        let status = status.first().copied().unwrap_or_default();
        let Some(old) = fields.next() else { break };
        // A rename or copy has two paths.
        let new = if matches!(status, b'R' | b'C') { fields.next().unwrap_or(old) } else { old };
        changes.push(RawChange {
            old_mode: old_mode.to_vec(),
            new_mode: new_mode.to_vec(),
            status,
            old: path_of(old),
            new: path_of(new),
        });
    }
    Ok(changes)
}

/// Whether a mode is that of a plain file.
fn is_file(mode: &[u8]) -> bool {
    mode.starts_with(b"100")
}

fn text(output: Vec<u8>) -> String {
    String::from_utf8_lossy(&output).trim_end().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_new_lines_of_a_hunk() {
        assert_eq!(hunk("@@ -1,2 +3,4 @@ def f():"), Some(3..=6));
        assert_eq!(hunk("@@ -1 +3 @@"), Some(3..=3));
        assert_eq!(hunk("@@ -1,2 +3,0 @@"), None);
        assert_eq!(hunk("+@@ -1 +3 @@"), None);
    }
}
