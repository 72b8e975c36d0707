//! What fuzzing found, and Python mixed up line by line: `check` and `fix` hold, whatever the text, and where CPython took
//! it before a fix, it takes it afterwards.

use std::fs;
use std::panic::catch_unwind;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use crate::support::files::{files, is_python, python_files};
use crate::support::holds::{Way, check_holds, fix_holds};
use crate::support::mutate::{Luck, mutated};
use crate::support::tools::Tool;

/// Compiles files in pairs, before and after a fix, and names those that a fix broke.
const BROKEN: &str = "import sys
def compiles(path):
    with open(path, 'rb') as file:
        try:
            compile(file.read(), path, 'exec', dont_inherit=True)
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            return False
    return True
for before, after in zip(sys.argv[1::2], sys.argv[2::2]):
    if compiles(before) and not compiles(after):
        sys.exit(f'{after} is no Python any more')";

/// Pairs of texts, handed to CPython many at a time.
struct Compiled {
    folder: tempfile::TempDir,
    files: Vec<PathBuf>,
    pairs: usize,
}

impl Compiled {
    fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap(), files: Vec::new(), pairs: 0 }
    }

    fn add(&mut self, before: &[u8], after: &[u8]) {
        for (name, bytes) in [("before", before), ("after", after)] {
            let path = self.folder.path().join(format!("{}_{name}.py", self.pairs));
            fs::write(&path, bytes).unwrap();
            self.files.push(path);
        }
        self.pairs += 1;
        if self.files.len() >= 400 {
            self.hold();
        }
    }

    fn hold(&mut self) {
        if let Some(python) = Tool::find("python3") {
            let files = std::mem::take(&mut self.files);
            python.succeeds(["-W", "ignore", "-c", BROKEN], files.clone());
            files.iter().for_each(|f| fs::remove_file(f).unwrap());
        }
    }
}

/// Holds `count` mutations of the files below a folder to everything; gives how many of them had a fix.
fn mutations_hold(files: &[PathBuf], count: usize) -> usize {
    let mut compiled = Compiled::new();
    let mut slowest = Duration::ZERO;
    for seed in 0..count {
        let mut luck = Luck::new(seed as u64);
        let path = &files[luck.below(files.len())];
        let bytes = mutated(&fs::read(path).unwrap(), &mut luck);
        let begin = Instant::now();
        let held = catch_unwind(|| {
            check_holds(&bytes, &Way::of(&bytes));
            fix_holds(&bytes, &Way::of(&bytes));
        });
        slowest = slowest.max(begin.elapsed());
        if held.is_err() {
            let kept = std::env::temp_dir().join(format!("broken_{seed}.py"));
            fs::write(&kept, &bytes).unwrap();
            panic!("mutation {seed} of {}, kept as {}", path.display(), kept.display());
        }
        if let Some(new) = Way::of(&bytes).patched(&bytes) {
            compiled.add(&bytes, &new);
        }
    }
    compiled.hold();
    println!("{count} mutations, {} fixed, the slowest in {slowest:?}", compiled.pairs);
    compiled.pairs
}

#[test]
fn what_fuzzing_found_holds_and_is_done_in_time() {
    let mut compiled = Compiled::new();
    for path in python_files("testdata/fuzz") {
        let bytes = fs::read(&path).unwrap();
        let begin = Instant::now();
        check_holds(&bytes, &Way::of(&bytes));
        let took = begin.elapsed();
        assert!(took < Duration::from_secs(60), "{} took {took:?}", path.display());
        for way in Way::each() {
            fix_holds(&bytes, &way);
            compiled.add(&bytes, &way.patched(&bytes).unwrap_or_else(|| bytes.clone()));
        }
    }
    compiled.hold();
}

#[test]
fn our_own_cases_hold_as_they_are() {
    for path in python_files("testdata") {
        let bytes = fs::read(&path).unwrap();
        let held = catch_unwind(|| fix_holds(&bytes, &Way::of(&bytes)));
        assert!(held.is_ok(), "{}", path.display());
    }
}

#[test]
fn our_own_cases_mixed_up_hold() {
    let files = python_files("testdata");
    assert!(mutations_hold(&files, 60) > 0);
}

#[test]
#[ignore = "takes minutes, and needs a folder of Python in UNDANGLE_MUTATE; results stand in docs/robustness.md"]
fn ten_thousand_mutations_of_real_files_hold() {
    let folder = std::env::var("UNDANGLE_MUTATE").expect("a folder in UNDANGLE_MUTATE");
    let has_site = |path: &Path| {
        let names = ["create_task", "ensure_future", "run_coroutine_threadsafe"];
        // Much larger files would leave no time for the others.
        let is_small =
            |text: &String| text.len() < 100_000 && names.iter().any(|n| text.contains(n));
        is_python(path) && fs::read_to_string(path).is_ok_and(|text| is_small(&text))
    };
    let files = files(&folder, &has_site);
    assert!(files.len() > 100, "{} files with a spawner in {folder}", files.len());
    assert!(mutations_hold(&files, 10_000) > 500);
}
