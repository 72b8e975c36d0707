//! Which files a batch repairs: production code, unless more is asked for. It reads no file.

use std::path::Path;

/// Names of folders that hold examples.
const EXAMPLES: [&str; 10] = [
    "benchmark",
    "benchmarks",
    "demo",
    "demos",
    "example",
    "examples",
    "sample",
    "samples",
    "tutorial",
    "tutorials",
];
/// Names of folders that hold documentation.
const DOCUMENTATION: [&str; 4] = ["doc", "docs", "docs_src", "documentation"];

/// What is repaired in addition to production code.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Scope {
    /// Test code.
    pub tests: bool,
    /// Examples, demos, tutorials and benchmarks.
    pub examples: bool,
    /// The code of the documentation.
    pub documentation: bool,
}

impl Scope {
    /// Why a file is left alone, by its path below the root; none if it is repaired.
    pub(super) fn leaves_out(self, path: &Path, is_test: bool) -> Option<&'static str> {
        let is_below = |names: &[&str]| {
            let folders = path.parent().into_iter().flat_map(Path::components);
            let mut folders = folders.filter_map(|folder| folder.as_os_str().to_str());
            folders.any(|folder| names.contains(&folder.to_ascii_lowercase().as_str()))
        };
        match () {
            () if is_test && !self.tests => Some("test code"),
            () if !self.examples && is_below(&EXAMPLES) => Some("an example"),
            () if !self.documentation && is_below(&DOCUMENTATION) => Some("documentation"),
            () => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_folder_decides_unless_more_is_asked_for() {
        let scope = Scope::default();
        let why = |path: &str| scope.leaves_out(Path::new(path), false);
        assert_eq!(why("pkg/docs.py"), None);
        assert_eq!(why("pkg/Examples/a.py"), Some("an example"));
        assert_eq!(why("docs/conf.py"), Some("documentation"));
        assert_eq!(scope.leaves_out(Path::new("pkg/a.py"), true), Some("test code"));
        let all = Scope { tests: true, examples: true, documentation: true };
        assert_eq!(all.leaves_out(Path::new("docs/examples/a.py"), true), None);
    }
}
