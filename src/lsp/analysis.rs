//! Runs the analysis over the projects of the open documents. It knows no protocol.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;

use super::documents::{Document, Documents};
use crate::config::{CommandOptions, ConfigResolver, Options, cache_folder};
use crate::run::{
    ConfigSource, FindingKey, Input, Job, Progress, Report, project_root, run, targets,
};

/// What is asked of a run.
#[derive(Debug, Default)]
pub(super) struct Request {
    /// The findings to fix; without, fixes are only reported.
    pub(super) selected: Option<BTreeSet<FindingKey>>,
    /// Whether unsafe fixes are made, too, whatever the configuration says.
    pub(super) unsafe_fixes: bool,
}

/// The report about the projects of all open documents, and what is wrong with their configuration.
pub(super) fn analyze(
    documents: &Documents,
    cwd: &Path,
    request: &Request,
) -> (Report, Vec<String>) {
    let options = Options {
        unsafe_fixes: request.unsafe_fixes.then_some(true),
        command: CommandOptions {
            preview_only: request.selected.is_none(),
            ..CommandOptions::default()
        },
        ..Options::default()
    };
    let config = match ConfigResolver::new(options, &[], true, cwd) {
        Ok(config) => Arc::new(config),
        Err(error) => return (Report::default(), vec![error.to_string()]),
    };
    let source: Arc<dyn ConfigSource> = config.clone();
    let texts = documents.texts();
    let cache = cache_folder();
    let mut report = Report::default();
    for inputs in inputs(documents) {
        let (targets, faults) = targets(inputs, cwd);
        report.faults.extend(faults);
        for target in &targets {
            report.absorb(run(&Job {
                target,
                config: &source,
                every_site: false,
                respects_ignore_files: true,
                texts: &texts,
                selected: request.selected.as_ref(),
                threads: 0,
                progress: &Progress::default(),
                lookups: config.lookups(),
                cache: cache.as_deref(),
            }));
        }
    }
    let paths: Vec<&Path> = documents.iter().map(|(_, document)| document.path.as_path()).collect();
    let errors = config.errors(&paths).iter().map(ToString::to_string).collect();
    (report, errors)
}

/// What to look at, one list for each run: whole projects, since a fix may belong in another file; and documents that are no
/// files yet.
fn inputs(documents: &Documents) -> Vec<Vec<Input>> {
    let (saved, new): (Vec<&Document>, Vec<&Document>) =
        documents.iter().map(|(_, document)| document).partition(|d| d.path.is_file());
    let place = |document: &Document| {
        let has_suffix = document.path.extension().is_some_and(|e| e == "py" || e == "pyw");
        let root = document.path.parent().and_then(project_root).filter(|_| has_suffix);
        root.unwrap_or_else(|| document.path.clone())
    };
    let places: BTreeSet<_> = saved.into_iter().map(place).collect();
    let stdin = |document: &Document| Input::Stdin {
        name: Some(document.path.clone()),
        bytes: document.text.clone().into_bytes(),
    };
    let mut inputs = vec![places.into_iter().map(Input::Path).collect()];
    inputs.extend(new.into_iter().map(|document| vec![stdin(document)]));
    inputs
}
