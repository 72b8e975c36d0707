//! The module name of a file in its project. It looks at folders, never into files.

use std::path::{Component, Path, PathBuf};

use super::lookups::Lookups;
use crate::notebook::is_notebook;
use crate::python::is_identifier_byte;

/// The dotted module name of a file: relative to the folder of its outermost package, else to the project's root, a
/// leading `src` left out. Of an `__init__.py` it is the package.
pub(super) fn module_name(file: &Path, root: &Path, lookups: &Lookups) -> String {
    let base = import_base(file, root, lookups);
    let relative = file.strip_prefix(&base).unwrap_or(file);
    // Nothing imports a notebook: with `.ipynb`, its name is that of no module.
    let relative = match is_notebook(file) {
        true => relative.to_path_buf(),
        false => relative.with_extension(""),
    };
    let mut parts: Vec<String> = relative
        .components()
        .filter_map(|c| match c {
            Component::Normal(part) => Some(part.to_string_lossy().into_owned()),
            _ => None,
        })
        .collect();
    if parts.len() > 1 && parts.last().is_some_and(|p| p == "__init__") {
        parts.pop();
    }
    parts.join(".")
}

/// What the names of the modules in a folder begin with.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) enum NamingRoot {
    /// This folder: their outermost package, or what stands in its place.
    Folder(PathBuf),
    /// Their own, in this folder.
    Loose(PathBuf),
}

/// What the names of the modules in a folder begin with.
pub(super) fn naming_root(folder: &Path, root: &Path, lookups: &Lookups) -> NamingRoot {
    let base = import_base(&folder.join("module.py"), root, lookups);
    let first = folder.strip_prefix(&base).ok().and_then(|path| path.components().next());
    match first {
        Some(first) => NamingRoot::Folder(base.join(first)),
        None => NamingRoot::Loose(base),
    }
}

/// A package that lies in folders which are none themselves.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct NestedPackage {
    /// Its folder.
    pub(super) folder: PathBuf,
    /// The name of that, which the names of its modules begin with here.
    pub(super) name: String,
    /// The names that it has together with the folders around it (PEP 420).
    pub(super) others: Vec<String>,
}

/// The outermost package that a file belongs to, if the folders around it are no packages and have names that an import can
/// have.
pub(super) fn portion(file: &Path, root: &Path, lookups: &Lookups) -> Option<NestedPackage> {
    let folder = outermost_package(file.parent()?, root, lookups)?;
    let name = name_of(folder)?.to_owned();
    let around = folder.ancestors().skip(1).take_while(|folder| *folder != root);
    let mut others: Vec<String> = Vec::new();
    for outer in around.map_while(name_of) {
        let inner = others.last().unwrap_or(&name);
        others.push(format!("{outer}.{inner}"));
    }
    (!others.is_empty()).then(|| NestedPackage { folder: folder.to_path_buf(), name, others })
}

/// The folder that absolute imports start from: the name of a file's module is relative to it.
pub(super) fn import_base(file: &Path, root: &Path, lookups: &Lookups) -> PathBuf {
    let folder = file.parent().unwrap_or(root);
    match outermost_package(folder, root, lookups) {
        Some(top) => top.parent().unwrap_or(root).to_path_buf(),
        None if folder.starts_with(root.join("src")) => root.join("src"),
        None => root.to_path_buf(),
    }
}

/// The outermost package around a folder of a project, or that it is: the topmost of the folders with an `__init__.py` in a
/// chain. Folders without one may lie in a package, and are parts of its modules' names (PEP 420).
fn outermost_package<'f>(folder: &'f Path, root: &Path, lookups: &Lookups) -> Option<&'f Path> {
    let is_package = |dir: &&Path| lookups.exists(&dir.join("__init__.py"));
    let inside = |dir: &&Path| *dir != root && name_of(dir).is_some() && folder.starts_with(root);
    let around = || folder.ancestors().take_while(inside).find(is_package);
    let innermost = Some(folder).filter(is_package).or_else(around)?;
    innermost.ancestors().take_while(is_package).last()
}

/// The name of a folder, if an import can have it.
fn name_of(folder: &Path) -> Option<&str> {
    let name = folder.file_name()?.to_str()?;
    name.bytes().all(is_identifier_byte).then_some(name)
}

/// `shown` for people: relative to the working directory where it lies below it, without a leading `./`.
pub(super) fn relative_to(path: &Path, cwd: &Path) -> PathBuf {
    let below = path.strip_prefix(cwd).unwrap_or(path);
    let parts: PathBuf = below.components().filter(|c| *c != Component::CurDir).collect();
    if parts.as_os_str().is_empty() { PathBuf::from(".") } else { parts }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tree(files: &[&str]) -> tempfile::TempDir {
        let dir = tempfile::tempdir().unwrap();
        for file in files {
            let path = dir.path().join(file);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, "").unwrap();
        }
        dir
    }

    #[test]
    fn a_module_is_named_from_its_outermost_package() {
        let dir = tree(&["lib/pkg/__init__.py", "lib/pkg/sub/__init__.py", "lib/pkg/sub/mod.py"]);
        let name =
            |file: &str| module_name(&dir.path().join(file), dir.path(), &Lookups::default());
        assert_eq!(name("lib/pkg/sub/mod.py"), "pkg.sub.mod");
        assert_eq!(name("lib/pkg/sub/__init__.py"), "pkg.sub");
        let dir = tree(&["lib/pkg/__init__.py", "lib/pkg/sub/deep/mod.py", "lib/pkg/a-b/mod.py"]);
        let name =
            |file: &str| module_name(&dir.path().join(file), dir.path(), &Lookups::default());
        assert_eq!(name("lib/pkg/sub/deep/mod.py"), "pkg.sub.deep.mod");
        assert_eq!(name("lib/pkg/a-b/mod.py"), "lib.pkg.a-b.mod");
    }

    #[test]
    fn without_packages_it_is_named_from_the_root_and_src_does_not_count() {
        let dir = tree(&["src/app/core.py", "tool.py"]);
        let name =
            |file: &str| module_name(&dir.path().join(file), dir.path(), &Lookups::default());
        assert_eq!(name("src/app/core.py"), "app.core");
        assert_eq!(name("tool.py"), "tool");
    }

    #[test]
    fn a_package_in_folders_that_are_none_has_their_names_too() {
        let dir =
            tree(&["a-b/acme/cloud/jobs/__init__.py", "a-b/acme/cloud/jobs/core.py", "x/y.py"]);
        let found = |file: &str| portion(&dir.path().join(file), dir.path(), &Lookups::default());
        let jobs = found("a-b/acme/cloud/jobs/core.py").unwrap();
        assert_eq!(jobs.folder, dir.path().join("a-b/acme/cloud/jobs"));
        assert_eq!(jobs.name, "jobs");
        assert_eq!(jobs.others, ["cloud.jobs", "acme.cloud.jobs"]);
        assert_eq!(found("x/y.py"), None);
    }
}
