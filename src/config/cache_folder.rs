//! Where the program keeps what it has learned of files, as other tools do. It reads no file.

use std::env;
use std::path::PathBuf;

use etcetera::BaseStrategy;

/// The folder of the cache: `$UNDANGLE_CACHE_DIR`, or `undangle` in the cache folder of the user (`$XDG_CACHE_HOME`, `~/.cache`,
/// `%LOCALAPPDATA%`); none where there is no such folder.
pub fn cache_folder() -> Option<PathBuf> {
    let named = env::var_os("UNDANGLE_CACHE_DIR").filter(|folder| !folder.is_empty());
    named.map(PathBuf::from).or_else(|| {
        let folders = etcetera::choose_base_strategy().ok()?;
        Some(folders.cache_dir().join("undangle"))
    })
}
