//! Which files are test code, by their path alone.

use std::path::Path;

/// Whether a path (relative to its project) is test code: below `tests/` or `test/`, `test_*.py`, `*_test.py`,
/// `conftest.py`.
pub fn is_test_code(path: &Path) -> bool {
    let folder = path.parent().is_some_and(|parent| {
        parent.components().any(|c| c.as_os_str() == "tests" || c.as_os_str() == "test")
    });
    let Some(stem) = path.file_stem().and_then(|s| s.to_str()) else { return folder };
    folder || stem == "conftest" || stem.starts_with("test_") || stem.ends_with("_test")
}
