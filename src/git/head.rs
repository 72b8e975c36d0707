//! Asks git which commit a folder is of. It changes nothing.

use std::path::Path;

use super::repository::Repository;

/// The commit that is checked out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Head {
    /// Its full id.
    pub id: String,
    /// Its day, `2026-01-31`, where it was made.
    pub date: String,
}

/// The commit of a folder; none outside of git, without git, and of a folder that holds nothing committed.
pub fn head(folder: &Path) -> Option<Head> {
    let repository = Repository::around(folder).ok()?;
    let below = folder.strip_prefix(&repository.root).ok()?;
    let folder = if below.as_os_str().is_empty() { Path::new(".") } else { below };
    let tracked = repository.run(&["ls-files".as_ref(), "--".as_ref(), folder.as_os_str()]).ok()?;
    let text =
        repository.run(&["log", "-1", "--no-show-signature", "--date=short", "--format=%H %cd"]);
    let text = String::from_utf8(text.ok()?).ok()?;
    let (id, date) = text.trim().split_once(' ')?;
    (!tracked.is_empty()).then(|| Head { id: id.to_owned(), date: date.to_owned() })
}
