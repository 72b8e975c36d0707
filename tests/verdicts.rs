//! Every folder of `testdata/verdicts` is a project; `# -> verdict reason` stands on the line of each of its sites, and
//! nowhere else. `UPDATE=1` writes what the judge says: read the difference.

#![allow(clippy::unwrap_used)]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use undangle::python::Model;
use undangle::tasks::{ProjectIndex, classify};
use undangle::text::SourceFile;

fn python_files(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).unwrap().map(|e| e.unwrap().path()) {
        if entry.is_dir() {
            files.extend(python_files(&entry));
        } else if entry.extension().is_some_and(|e| e == "py") {
            files.push(entry);
        }
    }
    files.sort();
    files
}

fn module(project: &Path, file: &Path) -> String {
    let dotted = file.strip_prefix(project).unwrap().with_extension("");
    let dotted = dotted.to_str().unwrap().replace('/', ".");
    dotted.strip_suffix(".__init__").unwrap_or(&dotted).to_owned()
}

/// The file's text with every `# ->` comment replaced by what the judge says of its line.
fn annotated(model: &Model, project: &ProjectIndex) -> String {
    let mut said: BTreeMap<usize, Vec<String>> = BTreeMap::new();
    for judged in classify(model, project) {
        let words = format!("{} {}", judged.verdict().word(), judged.reason.word());
        said.entry(model.line(judged.site.node)).or_default().push(words);
    }
    let lines = model.source.code().lines().enumerate().map(|(index, line)| {
        let bare = line.split("  # -> ").next().unwrap_or(line);
        match said.get(&(index + 1)) {
            Some(words) => format!("{bare}  # -> {}\n", words.join(", ")),
            None => format!("{bare}\n"),
        }
    });
    lines.collect()
}

#[test]
fn every_site_has_the_verdict_that_its_comment_says() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/verdicts");
    let mut wrong = Vec::new();
    let mut folders: Vec<PathBuf> =
        fs::read_dir(&root).unwrap().map(|e| e.unwrap().path()).collect();
    folders.sort();
    assert!(!folders.is_empty());
    for folder in folders {
        let load = |file: &PathBuf| {
            let source = SourceFile::new(file, fs::read(file).unwrap()).unwrap();
            Model::new(source, module(&folder, file))
        };
        let models: Vec<Model> = python_files(&folder).iter().map(load).collect();
        let project = ProjectIndex::gather(&models);
        for model in &models {
            assert_eq!(model.tree.error(), None, "{}", model.source.path().display());
            let text = annotated(model, &project);
            if std::env::var_os("UPDATE").is_some() {
                fs::write(model.source.path(), &text).unwrap();
            }
            for (index, (was, is)) in model.source.code().lines().zip(text.lines()).enumerate() {
                if was != is {
                    let place = format!("{}:{}", model.source.path().display(), index + 1);
                    wrong.push(format!("{place}\n  expected {was}\n  judged   {is}"));
                }
            }
        }
    }
    assert!(wrong.is_empty() || std::env::var_os("UPDATE").is_some(), "{}", wrong.join("\n"));
}
