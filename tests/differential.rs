//! Our call sites held against CPython's own syntax trees, over folders of real Python: the same file, line, column and
//! callee. It lists what we see; `differential.py` compares. Run by hand: it takes minutes, and folders of the user's.

#![allow(clippy::unwrap_used, clippy::print_stdout)] // The helpers of a test are test code, too.

mod support;

use std::fmt::Write;
use std::fs;
use std::path::Path;

use serde_json::{Value, json};
use support::{File, Tool, files};
use undangle::python::{Field, Kind, Model, NodeId, Tree};
use undangle::text::SourceFile;

/// What a call has to end in to be compared.
const NAMES: &[&str] =
    &["create_task", "ensure_future", "gather", "shield", "run_coroutine_threadsafe", "Task"];

/// One line for one file: what stopped us, or the calls of spawners' names and the sites.
fn seen(path: &Path) -> Value {
    let bytes = fs::read(path).unwrap();
    let named = NAMES.iter().any(|n| memchr::memmem::find(&bytes, n.as_bytes()).is_some());
    let source = match SourceFile::new(path, bytes.clone()) {
        Ok(source) => source,
        Err(fault) => return json!({"path": path, "fault": fault.kind.word()}),
    };
    if !named {
        let error = Tree::parse(source.code()).error().map(|at| source.position(at).line);
        return json!({"path": path, "error": error});
    }
    let file = File::new(&path.to_string_lossy(), &bytes);
    let model = file.model();
    let place = |node: NodeId, callee: NodeId| {
        let at = model.position(node);
        json!([at.line, at.column, model.text(callee)])
    };
    let calls: Vec<Value> =
        model.tree.ids().filter_map(|n| called(model, n).map(|callee| place(n, callee))).collect();
    let sites: Vec<Value> = file
        .judged
        .iter()
        .map(|j| json!([place(j.site.node, j.site.callee), j.site.uncalled]))
        .collect();
    let error = model.tree.error().map(|at| model.source.position(at).line);
    json!({"path": path, "error": error, "calls": calls, "sites": sites})
}

/// What a call of a spawner's name calls.
fn called(model: &Model, node: NodeId) -> Option<NodeId> {
    if model.kind(node) != Kind::Call {
        return None;
    }
    let callee = model.child(node, Field::Function)?;
    let name = match model.kind(callee) {
        Kind::Identifier => callee,
        Kind::Attribute => model.child(callee, Field::Attribute)?,
        _ => return None,
    };
    NAMES.contains(&model.text(name)).then_some(callee)
}

#[test]
#[ignore = "needs folders of Python in UNDANGLE_COMPARE, separated by `:`; results stand in testdata/robustness.md"]
fn cpython_sees_the_same_calls_in_the_same_places() {
    let folders = std::env::var("UNDANGLE_COMPARE").expect("folders in UNDANGLE_COMPARE");
    let python = Tool::find("python3").expect("python3");
    let mut lines = String::new();
    for folder in folders.split(':') {
        let found = files(folder, &|p| p.extension().is_some_and(|e| e == "py"));
        assert!(!found.is_empty(), "no Python in {folder}");
        for path in found {
            writeln!(lines, "{}", seen(&path)).unwrap();
        }
    }
    let dump = tempfile::NamedTempFile::new().unwrap();
    fs::write(dump.path(), lines).unwrap();
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/differential.py");
    let arguments = [script.into_os_string(), dump.path().into()];
    let output = python.succeeds(arguments, []);
    println!("{}", String::from_utf8_lossy(&output.stdout));
}
