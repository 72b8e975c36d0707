//! Our call sites held against CPython's own syntax trees, over folders of real Python: the same file, line, column and
//! callee. It lists what we see; `differential.py` compares. Run by hand: it takes minutes, and folders of the user's.

use std::fmt::Write;
use std::fs;
use std::path::Path;

use serde_json::{Value, json};

use crate::support::files::{at, files, is_python};
use crate::support::library::{Ask, Command, Site, calls, run_text, syntax_error};
use crate::support::tools::Tool;

/// What a call has to end in to be compared.
const NAMES: &[&str] =
    &["create_task", "ensure_future", "gather", "shield", "run_coroutine_threadsafe", "Task"];

/// One line for one file: what stopped us, or the calls of spawners' names and the sites.
fn seen(path: &Path) -> Value {
    let bytes = fs::read(path).unwrap();
    let named = NAMES.iter().any(|n| memchr::memmem::find(&bytes, n.as_bytes()).is_some());
    let error = match syntax_error(bytes.clone()) {
        Ok(error) => error,
        Err(fault) => return json!({"path": path, "fault": fault}),
    };
    if !named {
        return json!({"path": path, "error": error});
    }
    let name = path.to_string_lossy();
    let sites = run_text(&name, &bytes, &Ask::of(Command::Audit)).sites();
    // Of a spawner that is passed uncalled, the site is the reference.
    let site = |s: &Site| json!([[s.line, s.column, s.callee], s.text == s.callee]);
    let sites: Vec<Value> = sites.iter().map(site).collect();
    json!({"path": path, "error": error, "calls": calls(&bytes, NAMES), "sites": sites})
}

#[test]
#[ignore = "needs folders of Python in UNDANGLE_COMPARE, separated by `:`; results stand in docs/robustness.md"]
fn cpython_sees_the_same_calls_in_the_same_places() {
    let folders = std::env::var("UNDANGLE_COMPARE").expect("folders in UNDANGLE_COMPARE");
    let python = Tool::find("python3").expect("python3");
    let mut lines = String::new();
    for folder in folders.split(':') {
        let found = files(folder, &is_python);
        assert!(!found.is_empty(), "no Python in {folder}");
        for path in found {
            writeln!(lines, "{}", seen(&path)).unwrap();
        }
    }
    let dump = tempfile::NamedTempFile::new().unwrap();
    fs::write(dump.path(), lines).unwrap();
    let output =
        python.succeeds([], [at("tests/system/differential.py"), dump.path().to_path_buf()]);
    println!("{}", String::from_utf8_lossy(&output.stdout));
}
