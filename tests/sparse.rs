//! Files parsed in part are judged as those that are parsed whole: the same sites, verdicts, reasons and project facts. It
//! knows no expected verdicts; those are the business of others.

#![allow(clippy::unwrap_used)] // A test stops where anything is not as it should be.

use std::path::{Path, PathBuf};

use undangle::python::Model;
use undangle::tasks::{ProjectIndex, Reason, Spawner, anchors, classify};
use undangle::text::SourceFile;

/// The Python files below a folder, in order.
fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut todo = vec![folder.to_path_buf()];
    while let Some(path) = todo.pop() {
        for entry in std::fs::read_dir(&path).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                todo.push(path);
            } else if path.extension().is_some_and(|e| e == "py") {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}

/// The folders in a folder.
fn folders(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).unwrap();
    entries.map(|entry| entry.unwrap().path()).filter(|path| path.is_dir()).collect()
}

fn module(file: &Path, folder: &Path) -> String {
    let path = file.strip_prefix(folder).unwrap().with_extension("");
    let path = if path.ends_with("__init__") { path.parent().unwrap() } else { &path };
    path.components().map(|c| c.as_os_str().to_string_lossy()).collect::<Vec<_>>().join(".")
}

/// A file as the project sees it; none when it cannot be read as Python.
fn model(file: &Path, folder: &Path, whole: bool) -> Option<Model> {
    let source = SourceFile::new(file, std::fs::read(file).unwrap()).ok()?;
    let module = module(file, folder);
    Some(match whole {
        true => Model::new(source, module),
        false => {
            let anchors: Vec<usize> = anchors(source.code().as_bytes()).collect();
            Model::partial(source, module, &anchors)
        }
    })
}

/// The facts of a project, and each of its files with its ledger as text.
fn ledgers(files: &[PathBuf], folder: &Path, whole: bool) -> (ProjectIndex, Vec<String>, usize) {
    let models: Vec<Model> = files.iter().filter_map(|f| model(f, folder, whole)).collect();
    let project = ProjectIndex::gather(&models);
    let mut found = Vec::new();
    let mut sparse = 0;
    for model in models {
        let ledger = text(&model, &project);
        sparse += usize::from(!model.is_fully_parsed());
        found.push(ledger);
    }
    (project, found, sparse)
}

fn text(model: &Model, project: &ProjectIndex) -> String {
    let mut lines = vec![model.source.path().display().to_string()];
    for judged in classify(model, project) {
        let site = judged.site;
        // `await gather(...)` and the tasks of a wrapper that keeps them are nobody's care, and are not looked for where sites
        // without a finding are not asked for.
        let is_future = matches!(site.spawner, Spawner::Gather | Spawner::Shield);
        if is_future && judged.reason == Reason::Awaited || judged.reason == Reason::ManagedWrapper
        {
            continue;
        }
        lines.push(format!(
            "{:?} {:?} {:?} {:?} {} {:?} {:?} {:?}",
            model.tree.range(site.node),
            site.spawner,
            site.evidence,
            judged.reason,
            judged.why,
            judged.wrapper,
            // A function that was not parsed ends with its last line, not with its last word.
            (model.kind(judged.sink), model.tree.start(judged.sink)),
            model.qualified_function(site.node),
        ));
    }
    lines.join("\n")
}

/// Holds both ways against each other; gives the number of files that were never parsed whole.
fn agree(files: &[PathBuf], folder: &Path) -> usize {
    let (project, whole, none) = ledgers(files, folder, true);
    let (other, parts, sparse) = ledgers(files, folder, false);
    assert_eq!(none, 0);
    for (whole, part) in whole.iter().zip(&parts) {
        assert_eq!(whole, part);
    }
    assert_eq!(whole.len(), parts.len());
    assert_eq!(
        project.call_patterns(),
        other.call_patterns(),
        "the wrappers of {}",
        folder.display()
    );
    assert_eq!(project.factory(), other.factory());
    sparse
}

/// Of other code, too, where the environment names a folder: `UNDANGLE_TREE=<folder> cargo test --release --test sparse`.
#[test]
fn every_file_is_judged_the_same_by_its_parts() {
    let testdata = Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata");
    let all = files(&testdata);
    assert!(all.len() > 100);
    let alone: usize =
        all.iter().map(|file| agree(std::slice::from_ref(file), file.parent().unwrap())).sum();
    let together = agree(&all, &testdata);
    for project in ["verdicts", "fix_across"].iter().flat_map(|kind| folders(&testdata.join(kind)))
    {
        agree(&files(&project), &project);
    }
    assert!(alone > 20, "only {alone} files had anything to leave out");
    assert!(together > 20, "only {together} files had anything to leave out");
    if let Some(tree) = std::env::var_os("UNDANGLE_TREE").map(PathBuf::from) {
        let all = files(&tree);
        let sparse = agree(&all, &tree);
        println!("{} files, {sparse} of them not parsed whole", all.len());
    }
}
