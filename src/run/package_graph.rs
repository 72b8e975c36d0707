//! Which package imports which, by the first names of their modules. It reads no file.

use std::collections::{BTreeSet, HashMap};
use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use memchr::memmem;

use super::module_names::{NamingRoot, top};
use crate::python::{is_identifier_byte, is_stdlib, is_whole_word};

/// Gathers what each package imports, and each module outside of any.
#[derive(Debug)]
pub(super) struct ImportCollector {
    /// The folder that names begin at outside of packages.
    base: PathBuf,
    noted: Mutex<CollectedImports>,
}

/// Which package, or module outside of any, can know which.
#[derive(Debug)]
pub(super) struct PackageGraph {
    noted: CollectedImports,
    /// The tops that import each, by their places.
    importers: Vec<Vec<usize>>,
}

/// What was noted of each folder, and of what the names of its modules begin with.
#[derive(Debug, Default)]
struct CollectedImports {
    tops: Vec<NamingRoot>,
    /// Their places.
    places: HashMap<NamingRoot, usize>,
    /// The first names of what the files of each import.
    names: Vec<BTreeSet<String>>,
    /// The place of the one that the files of each folder belong to.
    folders: HashMap<OsString, usize>,
}

/// What answers to a first name: the folder that it lies in, and the place of its top.
type Answer<'a> = (&'a Path, usize);

impl CollectedImports {
    /// The place of the top of a folder.
    fn place(&mut self, folder: &Path, base: &Path) -> usize {
        if let Some(place) = self.folders.get(folder.as_os_str()) {
            return *place;
        }
        let top = top(folder, base);
        let next = self.tops.len();
        let place = *self.places.entry(top.clone()).or_insert(next);
        if place == next {
            self.tops.push(top);
            self.names.push(BTreeSet::new());
        }
        self.folders.insert(folder.as_os_str().to_owned(), place);
        place
    }

    /// What answers to each first name that somebody imports.
    fn answering(&self, base: &Path) -> HashMap<&OsStr, Vec<Answer<'_>>> {
        let mut answering: HashMap<&OsStr, Vec<Answer<'_>>> = HashMap::new();
        for (place, top) in self.tops.iter().enumerate() {
            match top {
                // A folder that is no package may be part of a name all the same (PEP 420).
                NamingRoot::Folder(top) => {
                    for folder in top.ancestors().take_while(|folder| *folder != base) {
                        if let (Some(name), Some(around)) = (folder.file_name(), folder.parent()) {
                            answering.entry(name).or_default().push((around, place));
                        }
                    }
                }
                NamingRoot::Loose(folder) => {
                    let names: BTreeSet<&String> = self.names.iter().flatten().collect();
                    for name in names {
                        if folder.join(format!("{name}.py")).is_file() {
                            let answers = (folder.as_path(), place);
                            answering.entry(OsStr::new(name)).or_default().push(answers);
                        }
                    }
                }
            }
        }
        answering
    }

    /// For each top, the places of those that import it.
    fn importers(&self, base: &Path) -> Vec<Vec<usize>> {
        let answering = self.answering(base);
        let mut importers = vec![Vec::new(); self.tops.len()];
        for (importer, (top, names)) in self.tops.iter().zip(&self.names).enumerate() {
            let around = match top {
                NamingRoot::Folder(folder) => folder.parent().unwrap_or(folder),
                NamingRoot::Loose(folder) => folder,
            };
            for name in names {
                let Some(all) = answering.get(OsStr::new(name)) else { continue };
                // What lies beside the importer is meant before others of that name.
                let is_beside =
                    |(folder, _): &&Answer<'_>| folder.as_os_str() == around.as_os_str();
                let near = all.iter().any(|one| is_beside(&one));
                let is_meant = |one: &&Answer<'_>| match near {
                    true => is_beside(one),
                    false => !is_stdlib(name),
                };
                for (_, place) in all.iter().filter(is_meant) {
                    importers[*place].push(importer);
                }
            }
        }
        importers
    }
}

impl ImportCollector {
    /// None yet; names begin at this folder outside of packages.
    pub(super) fn new(base: &Path) -> Self {
        Self { base: base.to_path_buf(), noted: Mutex::default() }
    }

    /// Takes note of what a file with this text imports.
    pub(super) fn note(&self, file: &Path, text: &[u8]) {
        let found: Vec<&[u8]> = imported(text).collect();
        let mut noted = self.noted.lock().unwrap_or_else(PoisonError::into_inner);
        let place = noted.place(file.parent().unwrap_or(&self.base), &self.base);
        let known = &mut noted.names[place];
        for name in found.into_iter().filter_map(|name| std::str::from_utf8(name).ok()) {
            if !known.contains(name) {
                known.insert(name.to_owned());
            }
        }
    }

    /// What follows from them, when all files have been noted.
    pub(super) fn into_ties(self) -> PackageGraph {
        let noted = self.noted.into_inner().unwrap_or_else(PoisonError::into_inner);
        let importers = noted.importers(&self.base);
        PackageGraph { noted, importers }
    }
}

impl PackageGraph {
    /// The place of the top that a file belongs to; none where no file of its folder was noted.
    pub(super) fn top(&self, file: &Path) -> Option<usize> {
        self.noted.folders.get(file.parent()?.as_os_str()).copied()
    }

    /// The tops whose files can know what these files define: their own, those that import one of them, and so on.
    pub(super) fn knowing<'f>(&self, files: impl Iterator<Item = &'f Path>) -> BTreeSet<usize> {
        let mut new: Vec<usize> = files.filter_map(|file| self.top(file)).collect();
        let mut found = BTreeSet::new();
        while let Some(top) = new.pop() {
            if found.insert(top) {
                new.extend(&self.importers[top]);
            }
        }
        found
    }
}

/// The first names of what a text imports, those of relative imports left out. What only looks like an import counts.
fn imported(text: &[u8]) -> impl Iterator<Item = &[u8]> {
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

    /// The tops that can know what a file defines, of files with these texts; `.` are the loose modules.
    fn knowing(file: &str, texts: &[(&str, &str)]) -> String {
        let folder = tempfile::tempdir().unwrap();
        let base = folder.path();
        let imports = ImportCollector::new(base);
        for (file, text) in texts {
            let path = base.join(file);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(&path, text).unwrap();
            imports.note(&path, text.as_bytes());
        }
        let ties = imports.into_ties();
        let found = ties.knowing([base.join(file).as_path()].into_iter());
        let mut shown: Vec<&str> = Vec::new();
        for top in found.iter().map(|place| &ties.noted.tops[*place]) {
            shown.push(match top {
                NamingRoot::Folder(folder) => folder.strip_prefix(base).unwrap().to_str().unwrap(),
                NamingRoot::Loose(_) => ".",
            });
        }
        shown.sort_unstable();
        shown.join(" ")
    }

    #[test]
    fn who_imports_who_imports_a_module_can_know_it() {
        let texts = [
            ("bots/bot.py", "from pools.core import Pool\n"),
            ("pools/core.py", "import asyncio\n"),
            ("app/main.py", "import bots\n"),
            ("app/other.py", ""),
            ("script.py", "import app"),
            ("web/page.py", "import asyncio\n"),
        ];
        assert_eq!(knowing("pools/core.py", &texts), ". app bots pools");
        assert_eq!(knowing("app/other.py", &texts), ". app");
        assert_eq!(knowing("web/page.py", &texts), "web");
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
        assert_eq!(knowing("two/__init__.py", &texts), "two user");
        assert_eq!(knowing("deep/two/__init__.py", &texts), "deep/last deep/two deep/user");
        assert_eq!(knowing("one/__init__.py", &texts), ". one user");
        assert_eq!(knowing("typing.py", &texts), ". user");
    }

    #[test]
    fn packages_answer_to_the_names_of_the_folders_around_them() {
        let texts = [
            ("acme/jobs/__init__.py", ""),
            ("acme/web/__init__.py", "import acme.jobs"),
            ("shop/__init__.py", "from acme import web"),
        ];
        assert_eq!(knowing("acme/jobs/__init__.py", &texts), "acme/jobs acme/web shop");
    }
}
