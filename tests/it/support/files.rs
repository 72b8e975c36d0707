//! Files and folders of the repository, as they lie there, and golden files among them. It knows no Python.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// The files below a folder, by their paths relative to it.
pub type Tree = BTreeMap<PathBuf, Vec<u8>>;

/// A path in the repository.
pub fn at(path: impl AsRef<Path>) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

/// A path as messages name it.
pub fn shown(path: &Path) -> String {
    path.strip_prefix(at("")).unwrap_or(path).display().to_string()
}

/// The files below a folder that pass `test`, sorted; none where there is no such folder.
pub fn files(folder: impl AsRef<Path>, test: &dyn Fn(&Path) -> bool) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![at(folder)];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).into_iter().flatten() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if test(&path) {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}

/// The Python files below a folder, sorted.
pub fn python_files(folder: impl AsRef<Path>) -> Vec<PathBuf> {
    files(folder, &is_python)
}

pub fn is_python(path: &Path) -> bool {
    path.extension().is_some_and(|e| e == "py")
}

/// The folders in a folder, sorted.
pub fn folders(folder: impl AsRef<Path>) -> Vec<PathBuf> {
    let entries = fs::read_dir(at(folder)).unwrap().map(|e| e.unwrap().path());
    let mut found: Vec<PathBuf> = entries.filter(|p| p.is_dir()).collect();
    found.sort();
    found
}

/// The files below a folder; what running them leaves behind does not count.
pub fn tree(folder: impl AsRef<Path>) -> Tree {
    let folder = at(folder);
    let is_own = |p: &Path| !p.components().any(|c| c.as_os_str() == "__pycache__");
    let relative = |p: &PathBuf| p.strip_prefix(&folder).unwrap().to_owned();
    files(&folder, &is_own).iter().map(|p| (relative(p), fs::read(p).unwrap())).collect()
}

/// Writes the files below a folder.
pub fn write(folder: &Path, tree: &Tree) {
    for (path, bytes) in tree {
        let path = folder.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }
}

/// Whether golden files are to be written instead of compared.
pub fn is_update() -> bool {
    std::env::var_os("UPDATE").is_some()
}

/// Compares with a golden file, or writes it under `UPDATE=1`; a missing one is a difference.
pub fn golden(path: &Path, actual: &[u8]) -> Option<String> {
    if is_update() {
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, actual).unwrap();
        return None;
    }
    let expected = fs::read(path).unwrap_or_default();
    let text = String::from_utf8_lossy(actual);
    let at = shown(path);
    (expected != actual).then(|| format!("{at} differs (UPDATE=1 writes it); got:\n{text}"))
}

/// Compares the files of a golden folder, or writes them under `UPDATE=1`.
pub fn golden_tree(folder: &Path, actual: &Tree) -> Vec<String> {
    if is_update() {
        let _ = fs::remove_dir_all(folder);
    }
    let mut wrong: Vec<String> =
        actual.iter().filter_map(|(path, bytes)| golden(&folder.join(path), bytes)).collect();
    let left = tree(folder).into_keys().filter(|path| !actual.contains_key(path));
    wrong.extend(left.map(|path| format!("{}: nothing makes it", shown(&folder.join(path)))));
    wrong
}

/// Fails with all that is wrong, if anything is.
pub fn all_right(wrong: &[String]) {
    assert!(wrong.is_empty(), "\n{}\n", wrong.join("\n"));
}
