//! Divides the files of a patch among several pull requests. It reads one file, CODEOWNERS.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use clap::ValueEnum;
use ignore::gitignore::{Gitignore, GitignoreBuilder};

/// What one pull request is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Split {
    /// A top-level package
    Package,
    /// A directory
    Directory,
    /// The files of the same owners in CODEOWNERS
    Codeowners,
}

impl Split {
    /// The value of `--split`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Package => "package",
            Self::Directory => "directory",
            Self::Codeowners => "codeowners",
        }
    }
}

/// A file that is to be repaired.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct SplitFile {
    /// Its path below the root.
    pub(super) path: PathBuf,
    /// The dotted name of its module.
    pub(super) module: String,
}

/// Some of the files, under a name that can be part of a branch's name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Part {
    pub(super) name: String,
    pub(super) files: Vec<PathBuf>,
}

/// Divides files into parts of at most `max_files`, in the order of their names. Without a need to divide there is one part,
/// without a name.
pub(super) fn parts(
    files: &[SplitFile],
    split: Option<Split>,
    max_files: Option<usize>,
    root: &Path,
) -> Vec<Part> {
    let owners = match split {
        Some(Split::Codeowners) => Owners::read(root),
        _ => Owners::default(),
    };
    let mut groups: BTreeMap<String, Vec<PathBuf>> = BTreeMap::new();
    for file in files {
        let name = match split {
            None => String::new(),
            Some(Split::Package) => {
                slug(file.module.split('.').next().unwrap_or_default(), "scripts")
            }
            Some(Split::Directory) => {
                slug(&file.path.parent().unwrap_or(Path::new("")).to_string_lossy(), "root")
            }
            Some(Split::Codeowners) => slug(&owners.of(&file.path), "unowned"),
        };
        groups.entry(name).or_default().push(file.path.clone());
    }
    let mut parts = Vec::new();
    for (name, files) in groups {
        let chunks: Vec<_> = files.chunks(max_files.unwrap_or(usize::MAX).max(1)).collect();
        for (index, chunk) in chunks.iter().enumerate() {
            let name = match (chunks.len(), name.is_empty()) {
                (1, _) => name.clone(),
                (_, true) => format!("{}", index + 1),
                (_, false) => format!("{name}-{}", index + 1),
            };
            parts.push(Part { name, files: chunk.to_vec() });
        }
    }
    parts
}

/// Letters, digits and single hyphens of a text, in lower case.
pub(super) fn slug(text: &str, if_empty: &str) -> String {
    let words = text.split(|c: char| !c.is_ascii_alphanumeric() && c != '_' && c != '.');
    let words: Vec<&str> =
        words.map(|word| word.trim_matches('.')).filter(|word| !word.is_empty()).collect();
    let slug = words.join("-").to_ascii_lowercase().replace("..", ".");
    if slug.is_empty() { if_empty.to_owned() } else { slug }
}

/// The rules of a CODEOWNERS file; the last one that fits decides.
#[derive(Debug, Default)]
struct Owners {
    rules: Vec<(Gitignore, bool, String)>,
}

impl Owners {
    fn read(root: &Path) -> Self {
        let places = [".github/CODEOWNERS", "CODEOWNERS", "docs/CODEOWNERS", ".gitlab/CODEOWNERS"];
        let text = places.iter().find_map(|place| fs::read_to_string(root.join(place)).ok());
        Self { rules: text.unwrap_or_default().lines().filter_map(rule).collect() }
    }

    fn of(&self, path: &Path) -> String {
        let fits = |(pattern, is_flat, _): &&(Gitignore, bool, String)| match is_flat {
            true => pattern.matched(path, false).is_ignore(),
            false => pattern.matched_path_or_any_parents(path, false).is_ignore(),
        };
        self.rules.iter().rev().find(fits).map(|(_, _, owners)| owners.clone()).unwrap_or_default()
    }
}

/// A line of a CODEOWNERS file: a pattern, whether it stops at its folder (`docs/*`), and the owners.
fn rule(line: &str) -> Option<(Gitignore, bool, String)> {
    let line = line.split(" #").next().unwrap_or(line).trim();
    if line.is_empty() || line.starts_with(['#', '[', '^']) {
        return None;
    }
    let mut words = line.split_whitespace();
    let pattern = words.next()?;
    let mut builder = GitignoreBuilder::new("");
    builder.add_line(None, pattern).ok()?;
    let owners: Vec<&str> = words.collect();
    Some((builder.build().ok()?, pattern.ends_with("/*"), owners.join(" ")))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(path: &str, module: &str) -> SplitFile {
        SplitFile { path: PathBuf::from(path), module: module.to_owned() }
    }

    fn names(parts: &[Part]) -> Vec<(&str, usize)> {
        parts.iter().map(|part| (part.name.as_str(), part.files.len())).collect()
    }

    #[test]
    fn files_are_divided_by_what_was_asked() {
        let files = [file("a/x.py", "a.x"), file("a/b/y.py", "a.b.y"), file("run.py", "run")];
        let root = Path::new("nowhere");
        let split = |split, most| parts(&files, split, most, root);
        assert_eq!(names(&split(None, None)), [("", 3)]);
        assert_eq!(names(&split(None, Some(2))), [("1", 2), ("2", 1)]);
        assert_eq!(names(&split(Some(Split::Package), None)), [("a", 2), ("run", 1)]);
        assert_eq!(
            names(&split(Some(Split::Directory), None)),
            [("a", 1), ("a-b", 1), ("root", 1)]
        );
    }

    #[test]
    fn the_last_rule_of_codeowners_decides() {
        let folder = tempfile::tempdir().unwrap();
        let text = "# all\n* @org/core\n/lib/ @lib # library\nlib/docs/* @docs\n/free/\n";
        fs::write(folder.path().join("CODEOWNERS"), text).unwrap();
        let owners = Owners::read(folder.path());
        let of = |path: &str| owners.of(Path::new(path));
        assert_eq!(of("x/y.py"), "@org/core");
        assert_eq!(of("lib/a/b.py"), "@lib");
        assert_eq!(of("lib/docs/b.py"), "@docs");
        assert_eq!(of("lib/docs/deep/b.py"), "@lib");
        assert_eq!(of("free/a.py"), "");
        assert_eq!(slug("@org/core @lib", "x"), "org-core-lib");
    }
}
