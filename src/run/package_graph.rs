//! The import graph of the packages, by the first names of their modules. It reads no file.

use std::collections::{BTreeSet, HashMap};
use std::ffi::{OsStr, OsString};
use std::path::Path;

use memchr::memmem;

use super::lookups::Lookups;
use super::module_names::{NamingRoot, naming_root};
use crate::python::{is_identifier_byte, is_stdlib, is_whole_word};

/// The packages, and the modules outside of packages, with those that import them.
#[derive(Debug)]
pub(super) struct PackageGraph {
    collected: CollectedImports,
    /// For each root the indices of the roots that import it.
    importers: Vec<Vec<usize>>,
}

/// The naming roots that were seen, with what their files import.
#[derive(Debug, Default)]
struct CollectedImports {
    roots: Vec<NamingRoot>,
    /// The index of each root.
    indices: HashMap<NamingRoot, usize>,
    /// For each root the first names of what its files import.
    names: Vec<BTreeSet<String>>,
    /// The index of the root that the files of each folder belong to.
    folders: HashMap<OsString, usize>,
}

/// What a first name can stand for: the folder that contains it, and the index of its root.
type Provider<'a> = (&'a Path, usize);

impl CollectedImports {
    /// The index of the root of a folder, which is added if it is new.
    fn root_index(&mut self, folder: &Path, base: &Path, lookups: &Lookups) -> usize {
        if let Some(index) = self.folders.get(folder.as_os_str()) {
            return *index;
        }
        let root = naming_root(folder, base, lookups);
        let next = self.roots.len();
        let index = *self.indices.entry(root.clone()).or_insert(next);
        if index == next {
            self.roots.push(root);
            self.names.push(BTreeSet::new());
        }
        self.folders.insert(folder.as_os_str().to_owned(), index);
        index
    }

    /// What each imported first name can stand for.
    fn providers(&self, base: &Path, lookups: &Lookups) -> HashMap<&OsStr, Vec<Provider<'_>>> {
        let mut providers: HashMap<&OsStr, Vec<Provider<'_>>> = HashMap::new();
        let names: BTreeSet<&String> = self.names.iter().flatten().collect();
        for (index, root) in self.roots.iter().enumerate() {
            match root {
                // A folder that is no package may be part of a name all the same (PEP 420).
                NamingRoot::Folder(root) => {
                    for folder in root.ancestors().take_while(|folder| *folder != base) {
                        if let (Some(name), Some(around)) = (folder.file_name(), folder.parent()) {
                            providers.entry(name).or_default().push((around, index));
                        }
                    }
                }
                NamingRoot::Loose(folder) => {
                    for name in &names {
                        if lookups.is_file(&folder.join(format!("{name}.py"))) {
                            let provider = (folder.as_path(), index);
                            providers.entry(OsStr::new(*name)).or_default().push(provider);
                        }
                    }
                }
            }
        }
        providers
    }

    /// For each root the indices of those that import it.
    fn importers(&self, base: &Path, lookups: &Lookups) -> Vec<Vec<usize>> {
        let providers = self.providers(base, lookups);
        let mut importers = vec![Vec::new(); self.roots.len()];
        for (importer, (root, names)) in self.roots.iter().zip(&self.names).enumerate() {
            let around = match root {
                NamingRoot::Folder(folder) => folder.parent().unwrap_or(folder),
                NamingRoot::Loose(folder) => folder,
            };
            for name in names {
                let Some(all) = providers.get(OsStr::new(name)) else { continue };
                // What lies beside the importer is meant before others of that name.
                let is_beside =
                    |(folder, _): &&Provider<'_>| folder.as_os_str() == around.as_os_str();
                let near = all.iter().any(|one| is_beside(&one));
                let is_foreign = !near && is_stdlib(name);
                let is_meant = |one: &&Provider<'_>| !is_foreign && (!near || is_beside(one));
                for (_, index) in all.iter().filter(is_meant) {
                    importers[*index].push(importer);
                }
            }
        }
        importers
    }
}

impl PackageGraph {
    /// The graph of these files, each with the first names of what it imports; outside of packages, names begin at the folder
    /// `base`.
    pub(super) fn new<'f, N: Iterator<Item = &'f str>>(
        base: &Path,
        files: impl Iterator<Item = (&'f Path, N)>,
        lookups: &Lookups,
    ) -> Self {
        let mut collected = CollectedImports::default();
        for (file, names) in files {
            let index = collected.root_index(file.parent().unwrap_or(base), base, lookups);
            let known = &mut collected.names[index];
            for name in names {
                if !known.contains(name) {
                    known.insert(name.to_owned());
                }
            }
        }
        let importers = collected.importers(base, lookups);
        Self { collected, importers }
    }

    /// Whether all files belong to one root.
    pub(super) fn is_single(&self) -> bool {
        self.collected.roots.len() <= 1
    }

    /// The index of the root that a file belongs to; none where no file of its folder was recorded.
    pub(super) fn root_of(&self, file: &Path) -> Option<usize> {
        self.collected.folders.get(file.parent()?.as_os_str()).copied()
    }

    /// The roots whose files can use what these roots define: they themselves and all that import them, directly or not.
    pub(super) fn dependents(&self, roots: &BTreeSet<usize>) -> BTreeSet<usize> {
        let mut new: Vec<usize> = roots.iter().copied().collect();
        let mut found = BTreeSet::new();
        while let Some(root) = new.pop() {
            if found.insert(root) {
                new.extend(&self.importers[root]);
            }
        }
        found
    }
}

/// The first names of what a text imports, those of relative imports left out. What only looks like an import counts.
pub(super) fn imported(text: &[u8]) -> impl Iterator<Item = &[u8]> {
    const WORD: &str = "import";
    let places = memmem::find_iter(text, WORD).filter(|at| is_whole_word(text, *at, WORD.len()));
    places.flat_map(|at| {
        let module = from(&text[..at]);
        let list = if module.is_none() { statement(&text[at + WORD.len()..]) } else { &[] };
        let white = |b: &u8| b.is_ascii_whitespace() || *b == b'\\';
        let names = list
            .split(|b| *b == b',')
            .map(move |name| word(&name[name.iter().take_while(|b| white(b)).count()..]));
        module.into_iter().chain(names).filter(|name| !name.is_empty())
    })
}

/// What is left of a statement at the beginning of a text.
fn statement(text: &[u8]) -> &[u8] {
    let is_end = |at: &usize| text[*at] != b'\n' || !text[..*at].trim_ascii_end().ends_with(b"\\");
    let end = memchr::memchr3_iter(b'\n', b';', b'#', text).find(is_end);
    &text[..end.unwrap_or(text.len())]
}

/// The first name of the module in `from module`, behind which a text ends; empty where that is relative, none where it does
/// not end so.
fn from(text: &[u8]) -> Option<&[u8]> {
    let text = without_white(text);
    let path = text.iter().rev().take_while(|b| is_identifier_byte(**b) || **b == b'.').count();
    let (before, path) = text.split_at(text.len() - path);
    without_white(before).ends_with(b"from").then(|| word(path))
}

/// A text without the white space that it ends with: line breaks are none, unless they are escaped.
fn without_white(mut text: &[u8]) -> &[u8] {
    let white: [&[u8]; 4] = [b" ", b"\t", b"\\\n", b"\\\r\n"];
    while let Some(before) = white.iter().find_map(|end| text.strip_suffix(*end)) {
        text = before;
    }
    text
}

/// The word that a text begins with.
fn word(text: &[u8]) -> &[u8] {
    &text[..text.iter().take_while(|b| is_identifier_byte(**b)).count()]
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::*;

    fn names(text: &str) -> Vec<&str> {
        imported(text.as_bytes()).map(|name| std::str::from_utf8(name).unwrap()).collect()
    }

    #[test]
    fn imports_of_every_form_are_found() {
        let text = "import a.b as c, d # e\nfrom f.g import h, i\n  from k import (\n    l,\n)\n";
        assert_eq!(names(text), ["a", "d", "f", "k"]);
        assert_eq!(
            names("from m \\\n  import n\nimport o, \\\n  p; q()\nimport r"),
            ["m", "o", "p", "r"]
        );
        assert_eq!(names("# taken from\ns\nimport t\n"), ["t"]);
        assert_eq!(names("from . import q\nfrom .r import s\nimportlib.t()\n"), [""; 0]);
    }

    /// The roots that can use what a file defines, of files with these texts; `.` are the loose modules.
    fn dependents(file: &str, texts: &[(&str, &str)]) -> String {
        let folder = tempfile::tempdir().unwrap();
        let base = folder.path();
        let paths: Vec<PathBuf> = texts.iter().map(|(file, _)| base.join(file)).collect();
        for (path, (_, text)) in paths.iter().zip(texts) {
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, text).unwrap();
        }
        let files = paths.iter().zip(texts).map(|(path, (_, text))| (path.as_path(), names(text)));
        let graph = PackageGraph::new(
            base,
            files.map(|(path, names)| (path, names.into_iter())),
            &Lookups::default(),
        );
        let found = graph.dependents(&graph.root_of(&base.join(file)).into_iter().collect());
        let mut shown: Vec<&str> = Vec::new();
        for root in found.iter().map(|index| &graph.collected.roots[*index]) {
            shown.push(match root {
                NamingRoot::Folder(folder) => folder.strip_prefix(base).unwrap().to_str().unwrap(),
                NamingRoot::Loose(_) => ".",
            });
        }
        shown.sort_unstable();
        shown.join(" ")
    }

    #[test]
    fn importers_of_importers_are_dependents() {
        let texts = [
            ("bots/bot.py", "from pools.core import Pool\n"),
            ("pools/core.py", "import asyncio\n"),
            ("app/main.py", "import bots\n"),
            ("app/other.py", ""),
            ("script.py", "import app"),
            ("web/page.py", "import asyncio\n"),
        ];
        assert_eq!(dependents("pools/core.py", &texts), ". app bots pools");
        assert_eq!(dependents("app/other.py", &texts), ". app");
        assert_eq!(dependents("web/page.py", &texts), "web");
    }

    #[test]
    fn what_lies_beside_the_importer_is_meant_before_others() {
        let texts = [
            ("one/__init__.py", ""),
            ("two/__init__.py", ""),
            ("deep/two/__init__.py", ""),
            ("deep/user/__init__.py", "import two"),
            ("user/__init__.py", "import two, one, typing"),
            ("typing.py", "import one"),
            ("deep/last/__init__.py", "import user"),
        ];
        assert_eq!(dependents("two/__init__.py", &texts), "two user");
        assert_eq!(dependents("deep/two/__init__.py", &texts), "deep/last deep/two deep/user");
        assert_eq!(dependents("one/__init__.py", &texts), ". one user");
        assert_eq!(dependents("typing.py", &texts), ". user");
    }

    #[test]
    fn the_folders_around_a_package_are_part_of_its_name() {
        let texts = [
            ("acme/jobs/__init__.py", ""),
            ("acme/web/__init__.py", "import acme.jobs"),
            ("shop/__init__.py", "from acme import web"),
        ];
        assert_eq!(dependents("acme/jobs/__init__.py", &texts), "acme/jobs acme/web shop");
    }
}
