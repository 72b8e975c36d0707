//! Replaces one file: compare it with what was analysed, write a temporary file beside it, rename. It
//! must not decide about the content.

use std::fs::{self, File, Metadata, OpenOptions};
use std::io::{self, ErrorKind, Read, Seek, Write};
use std::path::Path;

use tempfile::NamedTempFile;

use super::temporary::{PREFIX, RANDOM, SUFFIX};
use crate::fault::FaultKind;

/// The replacement of one file.
#[derive(Debug, Clone, Copy)]
pub struct Change<'a> {
    /// The file: absolute, without symbolic links.
    pub path: &'a Path,
    /// The bytes that were analysed.
    pub old: &'a [u8],
    /// The bytes to write.
    pub new: &'a [u8],
    /// Whether to write into a file that cannot be replaced, which is not atomic.
    pub in_place: bool,
}

/// Why a file was not written.
type WriteError = (FaultKind, String);

/// Replaces a file's bytes. Even if the process is killed, the file is either old or new, unless it is
/// written in place.
///
/// # Errors
/// `changed` when the file is not what was analysed any more, else `write`; worded for the user, without the path.
pub fn write(change: &Change<'_>) -> Result<(), WriteError> {
    write_watched(change, || ())
}

/// Creates a file that does not exist, complete or not at all.
///
/// # Errors
/// `changed` when there is one by now, else `write`; worded for the user, without the path.
pub fn create(path: &Path, new: &[u8]) -> Result<(), WriteError> {
    let change = Change { path, old: b"", new, in_place: false };
    let temporary = temporary_file(&change)?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        // The mode of a plain file in git, whatever the temporary file has.
        let mode = fs::Permissions::from_mode(0o644);
        temporary.as_file().set_permissions(mode).map_err(|e| refused(&e.to_string()))?;
    }
    temporary.as_file().sync_all().map_err(|e| refused(&e.to_string()))?;
    temporary.persist_noclobber(path).map_err(|failure| match failure.error.kind() {
        ErrorKind::AlreadyExists => changed("it was created by another process"),
        _ => refused(&format!("cannot create the file: {}", failure.error)),
    })?;
    sync_folder(path);
    Ok(())
}

/// As [`write`]; `pause` runs after the file was checked and before its replacement is created.
fn write_watched(change: &Change<'_>, pause: impl FnOnce()) -> Result<(), WriteError> {
    let mut file = open(change)?;
    let before = same_bytes(change, &mut file)?;
    check_in_place(change, &before)?;
    if has_other_links(&before) {
        if change.in_place {
            return overwrite(change, &mut file, &before);
        }
        return Err(refused(
            "the file has other hard links, which a replacement would break. `--in-place` overwrites it instead (not atomic)",
        ));
    }
    pause();
    match replacement(change, &before) {
        Ok(temporary) => {
            // Windows replaces no file that is open.
            drop(file);
            replace(change, &before, temporary)
        }
        Err(_) if change.in_place => overwrite(change, &mut file, &before),
        Err(refusal) => Err(refusal),
    }
}

fn open(change: &Change<'_>) -> Result<File, WriteError> {
    let now = fs::symlink_metadata(change.path)
        .map_err(|error| (FaultKind::Changed, format!("the file no longer exists: {error}")))?;
    // Opening a pipe would block.
    if !now.is_file() {
        return Err(changed(NO_FILE));
    }
    // Opened for writing, so that a read-only file fails before anything is created.
    OpenOptions::new().read(true).write(true).open(change.path).map_err(|error| {
        let hint = match error.kind() {
            ErrorKind::PermissionDenied => " (it may be read-only)",
            _ => "",
        };
        refused(&format!("cannot open the file for writing: {error}{hint}"))
    })
}

fn same_bytes(change: &Change<'_>, file: &mut File) -> Result<Metadata, WriteError> {
    let unreadable = |error: io::Error| refused(&format!("cannot read the file again: {error}"));
    let metadata = file.metadata().map_err(unreadable)?;
    if !metadata.is_file() {
        return Err(changed(NO_FILE));
    }
    let mut now = Vec::with_capacity(change.old.len() + 1);
    // One byte more than expected reveals a file that grew.
    let most = change.old.len() as u64 + 1;
    Read::by_ref(file).take(most).read_to_end(&mut now).map_err(unreadable)?;
    if now != change.old {
        return Err(changed("its content is different"));
    }
    Ok(metadata)
}

/// Checks that the opened file is still at its path, and that no symbolic link led to it: a link could
/// lead out of the given paths.
fn check_in_place(change: &Change<'_>, opened: &Metadata) -> Result<(), WriteError> {
    let real = dunce::canonicalize(change.path).map_err(|_| changed("it was removed"))?;
    let now = fs::symlink_metadata(change.path).map_err(|_| changed("it was removed"))?;
    match real == change.path && is_same_file(opened, &now) {
        true => Ok(()),
        false => Err(changed("it was replaced or modified")),
    }
}

const NO_FILE: &str = "it is no longer a regular file";

fn changed(what: &str) -> WriteError {
    (
        FaultKind::Changed,
        format!(
            "the file changed on disk during the run ({what}) and was not written. Run undangle again"
        ),
    )
}

fn refused(what: &str) -> WriteError {
    (FaultKind::Write, what.to_owned())
}

/// A synced temporary file with the new bytes in the same folder, with the same mode and owner.
fn replacement(change: &Change<'_>, before: &Metadata) -> Result<NamedTempFile, WriteError> {
    let temporary = temporary_file(change)?;
    keep_owner(temporary.as_file(), before)?;
    let failed = |error: io::Error| refused(&format!("cannot finish the new file: {error}"));
    temporary.as_file().set_permissions(before.permissions()).map_err(failed)?;
    temporary.as_file().sync_all().map_err(failed)?;
    Ok(temporary)
}

/// A temporary file with the new bytes in the same folder.
fn temporary_file(change: &Change<'_>) -> Result<NamedTempFile, WriteError> {
    let folder = change.path.parent().unwrap_or(Path::new("."));
    let failed = |error: io::Error| {
        refused(&match error.kind() {
            ErrorKind::StorageFull | ErrorKind::QuotaExceeded => {
                format!("no space left for the new file: {error}")
            }
            _ => format!(
                "cannot create a file in the directory: {error}. `--in-place` overwrites the old file instead (not atomic)"
            ),
        })
    };
    let mut temporary = tempfile::Builder::new()
        .prefix(PREFIX)
        .suffix(SUFFIX)
        .rand_bytes(RANDOM)
        .tempfile_in(folder)
        .map_err(failed)?;
    // Without locks in the file system, another run may remove it, and then this file is not written.
    let _ = temporary.as_file().lock();
    temporary.write_all(change.new).map_err(failed)?;
    Ok(temporary)
}

fn replace(
    change: &Change<'_>,
    before: &Metadata,
    temporary: NamedTempFile,
) -> Result<(), WriteError> {
    check_in_place(change, before)?;
    temporary
        .persist(change.path)
        .map_err(|failure| refused(&format!("cannot replace the file: {}", failure.error)))?;
    sync_folder(change.path);
    Ok(())
}

/// The new name is on disk only once the folder is synced; not every system can open a folder.
fn sync_folder(path: &Path) {
    if let Some(folder) = path.parent().and_then(|f| File::open(f).ok()) {
        let _ = folder.sync_all();
    }
}

/// Writes into the opened file, unless it was moved or changed meanwhile.
fn overwrite(change: &Change<'_>, file: &mut File, before: &Metadata) -> Result<(), WriteError> {
    check_in_place(change, before)?;
    let Err(error) = write_all(file, change.new) else { return Ok(()) };
    // There was room for the old text.
    let what_now = match write_all(file, change.old) {
        Ok(()) => "its old content was restored",
        Err(_) => "it is now incomplete. Restore it from version control",
    };
    Err(refused(&format!("cannot write the file: {error}; {what_now}")))
}

fn write_all(file: &mut File, bytes: &[u8]) -> io::Result<()> {
    file.rewind()?;
    file.write_all(bytes)?;
    file.set_len(bytes.len() as u64)?;
    file.sync_all()
}

#[cfg(unix)]
fn has_other_links(metadata: &Metadata) -> bool {
    use std::os::unix::fs::MetadataExt;
    metadata.nlink() > 1
}

#[cfg(not(unix))]
fn has_other_links(_: &Metadata) -> bool {
    false
}

/// Whether it is the same file, not written to in between.
#[cfg(unix)]
fn is_same_file(before: &Metadata, now: &Metadata) -> bool {
    use std::os::unix::fs::MetadataExt;
    (before.dev(), before.ino()) == (now.dev(), now.ino())
        && before.len() == now.len()
        && (before.mtime(), before.mtime_nsec()) == (now.mtime(), now.mtime_nsec())
}

#[cfg(not(unix))]
fn is_same_file(before: &Metadata, now: &Metadata) -> bool {
    now.is_file() && before.len() == now.len() && before.modified().ok() == now.modified().ok()
}

#[cfg(unix)]
fn keep_owner(file: &File, before: &Metadata) -> Result<(), WriteError> {
    use std::os::unix::fs::{MetadataExt, fchown};
    let own = file.metadata().map_err(|error| refused(&error.to_string()))?;
    if (own.uid(), own.gid()) == (before.uid(), before.gid()) {
        return Ok(());
    }
    fchown(file, Some(before.uid()), Some(before.gid())).map_err(|error| {
        refused(&format!("cannot keep the owner of the file: {error}. `--in-place` overwrites it instead (not atomic)"))
    })
}

#[cfg(not(unix))]
fn keep_owner(_: &File, _: &Metadata) -> Result<(), WriteError> {
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::PathBuf;

    fn folder() -> (tempfile::TempDir, PathBuf) {
        let dir = tempfile::tempdir().unwrap();
        let real = dunce::canonicalize(dir.path()).unwrap();
        (dir, real)
    }

    fn change<'a>(path: &'a Path, in_place: bool) -> Change<'a> {
        Change { path, old: b"old", new: b"newer", in_place }
    }

    fn names(folder: &Path) -> Vec<String> {
        let entries = fs::read_dir(folder).unwrap();
        entries.map(|e| e.unwrap().file_name().to_string_lossy().into_owned()).collect()
    }

    #[test]
    fn the_new_text_takes_the_old_ones_place_and_nothing_else_stays() {
        let (_dir, folder) = folder();
        let path = folder.join("m.py");
        fs::write(&path, "old").unwrap();
        write(&change(&path, false)).unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"newer");
        assert_eq!(names(&folder), ["m.py"]);
    }

    #[test]
    fn a_new_file_is_made_only_where_there_is_none() {
        let (_dir, folder) = folder();
        let path = folder.join("m.py");
        create(&path, b"new").unwrap();
        assert_eq!(create(&path, b"newer").unwrap_err().0, FaultKind::Changed);
        assert_eq!(fs::read(&path).unwrap(), b"new");
        assert_eq!(names(&folder), ["m.py"]);
    }

    #[test]
    fn a_file_that_changed_is_left_alone() {
        let (_dir, folder) = folder();
        let path = folder.join("m.py");
        for text in ["odd", "old and longer", ""] {
            fs::write(&path, text).unwrap();
            assert_eq!(write(&change(&path, true)).unwrap_err().0, FaultKind::Changed);
            assert_eq!(fs::read_to_string(&path).unwrap(), text);
        }
        fs::remove_file(&path).unwrap();
        assert_eq!(write(&change(&path, true)).unwrap_err().0, FaultKind::Changed);
    }

    #[test]
    fn a_file_that_changes_at_the_last_moment_is_left_alone() {
        let (_dir, folder) = folder();
        let path = folder.join("m.py");
        fs::write(&path, "old").unwrap();
        let meddle = || fs::write(&path, "theirs").unwrap();
        let refusal = write_watched(&change(&path, false), meddle).unwrap_err();
        assert_eq!(refusal.0, FaultKind::Changed);
        assert_eq!(fs::read(&path).unwrap(), b"theirs");
        assert_eq!(names(&folder), ["m.py"]);
    }

    #[cfg(unix)]
    #[test]
    fn a_symbolic_link_in_its_place_is_never_written_through() {
        let (_dir, folder) = folder();
        let (path, other) = (folder.join("m.py"), folder.join("other.py"));
        fs::write(&other, "old").unwrap();
        std::os::unix::fs::symlink(&other, &path).unwrap();
        assert_eq!(write(&change(&path, true)).unwrap_err().0, FaultKind::Changed);
        fs::remove_file(&path).unwrap();
        fs::write(&path, "old").unwrap();
        let meddle = || {
            fs::remove_file(&path).unwrap();
            std::os::unix::fs::symlink(&other, &path).unwrap();
        };
        assert_eq!(write_watched(&change(&path, false), meddle).unwrap_err().0, FaultKind::Changed);
        assert_eq!(fs::read(&other).unwrap(), b"old");
    }

    #[cfg(unix)]
    #[test]
    fn a_folder_that_became_a_link_leads_to_no_other_file() {
        let (_dir, folder) = folder();
        let (inside, outside) = (folder.join("inside"), folder.join("outside"));
        for folder in [&inside, &outside] {
            fs::create_dir(folder).unwrap();
            fs::write(folder.join("m.py"), "old").unwrap();
        }
        let path = inside.join("m.py");
        let meddle = || {
            fs::rename(&inside, folder.join("moved")).unwrap();
            std::os::unix::fs::symlink(&outside, &inside).unwrap();
        };
        let refusal = write_watched(&change(&path, false), meddle).unwrap_err();
        assert_eq!(refusal.0, FaultKind::Changed);
        assert_eq!(write(&change(&path, true)).unwrap_err().0, FaultKind::Changed);
        for folder in [outside, folder.join("moved")] {
            assert_eq!(names(&folder), ["m.py"]);
            assert_eq!(fs::read(folder.join("m.py")).unwrap(), b"old");
        }
    }

    #[cfg(unix)]
    #[test]
    fn a_pipe_in_its_place_is_not_waited_for() {
        let (_dir, folder) = folder();
        let path = folder.join("m.py");
        if std::process::Command::new("mkfifo").arg(&path).status().is_ok_and(|s| s.success()) {
            assert_eq!(write(&change(&path, true)).unwrap_err().0, FaultKind::Changed);
        }
    }

    #[cfg(unix)]
    #[test]
    fn mode_and_owner_stay() {
        use std::os::unix::fs::{MetadataExt, PermissionsExt, chown};
        let (_dir, folder) = folder();
        let path = folder.join("m.py");
        fs::write(&path, "old").unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o751)).unwrap();
        // Only root can give a file away; others check the mode alone.
        let given = chown(&path, Some(12), Some(34)).is_ok();
        write(&change(&path, false)).unwrap();
        let now = fs::metadata(&path).unwrap();
        assert_eq!(now.permissions().mode() & 0o7777, 0o751);
        assert!(!given || (now.uid(), now.gid()) == (12, 34));
    }

    #[cfg(unix)]
    #[test]
    fn a_hard_link_is_kept_only_by_writing_in_place() {
        let (_dir, folder) = folder();
        let (path, twin) = (folder.join("m.py"), folder.join("twin.py"));
        fs::write(&path, "old").unwrap();
        fs::hard_link(&path, &twin).unwrap();
        assert_eq!(write(&change(&path, false)).unwrap_err().0, FaultKind::Write);
        assert_eq!(fs::read(&twin).unwrap(), b"old");
        write(&change(&path, true)).unwrap();
        assert_eq!(fs::read(&twin).unwrap(), b"newer");
    }
}
