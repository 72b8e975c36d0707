//! Tests that nothing is left to evaluate again once the index of a project is built. It knows no verdicts.

#![cfg(test)]

use std::fs;
use std::path::{Path, PathBuf};

use super::builder::ProjectBuilder;
use crate::python::Model;
use crate::tasks::anchors;
use crate::tasks::prefilter::UnknownPackages;
use crate::text::SourceFile;

/// The Python files below a folder, each with its module.
fn modules(root: &Path, folder: &Path, found: &mut Vec<(PathBuf, String)>) {
    let mut entries: Vec<PathBuf> =
        fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    entries.sort();
    for path in entries {
        if path.is_dir() {
            modules(root, &path, found);
        } else if path.extension().is_some_and(|extension| extension == "py") {
            let inside = path.strip_prefix(root).unwrap().with_extension("");
            let names: Vec<&str> = inside.iter().map(|name| name.to_str().unwrap()).collect();
            let name = names.join(".");
            let name = name.strip_suffix(".__init__").map_or(name.clone(), str::to_owned);
            found.push((path, name));
        }
    }
}

fn model(path: &Path, module: &str, in_part: bool) -> Option<Model> {
    let source = SourceFile::new(path, fs::read(path).unwrap()).ok()?;
    let mut model = if in_part {
        let anchors: Vec<usize> = anchors(source.code().as_bytes()).collect();
        Model::partial(source, module, &anchors)
    } else {
        Model::new(source, module)
    };
    model.is_package = path.ends_with("__init__.py");
    Some(model)
}

/// What is left to evaluate of a project, its files added at once or one by one.
fn unsettled(root: &Path, in_part: bool, one_by_one: bool) -> Vec<String> {
    let mut files = Vec::new();
    modules(root, root, &mut files);
    let mut builder = ProjectBuilder::default();
    let mut models = Vec::new();
    let last = files.len();
    for (index, (path, module)) in files.into_iter().enumerate() {
        models.extend(model(&path, &module, in_part));
        if one_by_one || index + 1 == last {
            builder.extend(&models, &UnknownPackages);
        }
    }
    builder.unsettled(&models)
}

#[test]
fn nothing_is_left_to_evaluate_again() {
    let folders = concat!(env!("CARGO_MANIFEST_DIR"), "/testdata/verdicts");
    let mut wrong = Vec::new();
    for folder in fs::read_dir(folders).unwrap() {
        let folder = folder.unwrap().path();
        if !folder.is_dir() {
            continue;
        }
        for (in_part, one_by_one) in [(false, false), (true, false), (false, true), (true, true)] {
            let found = unsettled(&folder, in_part, one_by_one);
            wrong.extend(found.iter().map(|one| {
                format!("{} in part {in_part}, one by one {one_by_one}: {one}", folder.display())
            }));
        }
    }
    assert!(wrong.is_empty(), "{} are not settled:\n{}", wrong.len(), wrong.join("\n"));
}
