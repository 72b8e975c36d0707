//! The probe, which Python programs load from a folder of `PYTHONPATH`. It knows where its files go, and not what they do.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;

/// The files of the probe, as the wheel has them in `undangle/watch`.
const FILES: [(&str, &str); 8] = [
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
        "undangle_probe/reports.py",
        include_str!("../../python/undangle/watch/undangle_probe/reports.py"),
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

/// The probe in a folder of its own, which goes with it.
#[derive(Debug)]
pub struct Probe {
    folder: TempDir,
}

impl Probe {
    /// Writes the probe.
    ///
    /// # Errors
    /// A file cannot be written; worded for the user.
    pub fn new() -> Result<Self, String> {
        let failed = |error: std::io::Error| format!("cannot write the probe: {error}");
        let folder =
            tempfile::Builder::new().prefix("undangle-probe-").tempdir().map_err(failed)?;
        let write = |(name, text): &(&str, &str)| fs::write(folder.path().join(name), text);
        fs::create_dir(folder.path().join("undangle_probe"))
            .and_then(|()| FILES.iter().try_for_each(write))
            .map_err(failed)?;
        Ok(Self { folder })
    }

    /// Has every Python process of a command load the probe, which writes to `out`, an absolute path. The files below `roots` are
    /// the program's own, even if they lie in `site-packages`.
    ///
    /// # Errors
    /// A path cannot be part of a list of paths; worded for the user.
    pub fn watch(
        &self,
        command: &mut Command,
        out: &Path,
        roots: &[PathBuf],
    ) -> Result<(), String> {
        let join = |paths: &[PathBuf]| {
            env::join_paths(paths).map_err(|error| format!("cannot set `PYTHONPATH`: {error}"))
        };
        let mut paths = vec![self.folder.path().to_owned()];
        let known = env::var_os("PYTHONPATH").filter(|paths| !paths.is_empty());
        paths.extend(known.iter().flat_map(env::split_paths));
        command
            .env("PYTHONPATH", join(&paths)?)
            .env("UNDANGLE_WATCH", out)
            .env("UNDANGLE_WATCH_ROOTS", join(roots)?);
        Ok(())
    }
}
