//! The probe, which Python programs load from a folder of `PYTHONPATH`. It knows where its files go, and not what they do.

use std::fs;
use std::path::Path;

/// The files of the probe, as the wheel has them in `undangle/watch`.
const FILES: [(&str, &str); 7] = [
    ("sitecustomize.py", include_str!("../../python/undangle/watch/sitecustomize.py")),
    (
        "undangle_probe/__init__.py",
        include_str!("../../python/undangle/watch/undangle_probe/__init__.py"),
    ),
    (
        "undangle_probe/hooks.py",
        include_str!("../../python/undangle/watch/undangle_probe/hooks.py"),
    ),
    (
        "undangle_probe/journal.py",
        include_str!("../../python/undangle/watch/undangle_probe/journal.py"),
    ),
    (
        "undangle_probe/owners.py",
        include_str!("../../python/undangle/watch/undangle_probe/owners.py"),
    ),
    (
        "undangle_probe/sites.py",
        include_str!("../../python/undangle/watch/undangle_probe/sites.py"),
    ),
    (
        "undangle_probe/tasks.py",
        include_str!("../../python/undangle/watch/undangle_probe/tasks.py"),
    ),
];

/// Writes the probe into an empty folder.
///
/// # Errors
/// A file cannot be written.
pub(super) fn write_probe(folder: &Path) -> std::io::Result<()> {
    fs::create_dir(folder.join("undangle_probe"))?;
    FILES.iter().try_for_each(|(name, text)| fs::write(folder.join(name), text))
}
