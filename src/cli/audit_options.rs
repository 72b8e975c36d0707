//! How an audit is shown: the width of the terminal, and what its page says about the version of the code. It knows no format.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use super::args::AuditArgs;
use super::console::Console;
use crate::git::{Head, head, uncommitted};
use crate::output::{
    AuditView, Counts, Medium, SourceLinks, audit_summary, links_source, plural, wrapped,
};
use crate::run::Report;
use crate::watch::SiteRuns;

/// The parts of an [`AuditView`] that have to be found out.
#[derive(Debug, Default)]
pub(super) struct AuditOptions {
    version: String,
    source: Option<SourceLinks>,
    width: Option<usize>,
}

impl AuditOptions {
    /// Finds them out.
    ///
    /// # Errors
    /// Links are asked for in a format that has none, or to a commit that there is not.
    pub(super) fn new(
        args: &AuditArgs,
        console: Console<'_>,
        report: &Report,
        cwd: &Path,
    ) -> Result<Self, String> {
        let is_terminal =
            args.format.medium == Medium::Terminal && args.common.output_file.is_none();
        let width = is_terminal.then(|| console.width()).flatten();
        if !links_source(args.format) {
            if args.source_url.is_some() {
                let format = args.format.name;
                return Err(format!("`--source-url` cannot be combined with `--format {format}`"));
            }
            return Ok(Self { width, ..Self::default() });
        }
        let roots: BTreeSet<&Path> = report.files.iter().map(|f| f.root.as_path()).collect();
        let roots = if roots.is_empty() { BTreeSet::from([cwd]) } else { roots };
        let commit = commit(&roots);
        let source = match &args.source_url {
            Some(template) if template.needs_commit() && commit.is_none() => {
                return Err(
                    "`--source-url` has `{commit}`, but the code is in no commit".to_owned()
                );
            }
            Some(template) => Some(SourceLinks {
                template: template.clone(),
                commit: commit.as_ref().map(|head| head.id.clone()).unwrap_or_default(),
                cwd: cwd.to_path_buf(),
            }),
            None => None,
        };
        Ok(Self { version: version(&roots, commit.as_ref(), report), source, width })
    }

    /// The summary of an audit, in lines that fit the terminal, if there is one.
    pub(super) fn summary(&self, report: &Report) -> String {
        let text = audit_summary(&Counts::of(report), report);
        self.width.map_or_else(|| text.clone(), |width| wrapped(&text, width))
    }

    /// What is shown.
    pub(super) fn view<'a>(
        &'a self,
        args: &AuditArgs,
        runs: Option<&'a SiteRuns<'a>>,
    ) -> AuditView<'a> {
        let view = AuditView::default();
        AuditView {
            all: args.all,
            least: args.risk.map(super::args::RiskLevel::risk),
            width: self.width.unwrap_or(view.width),
            version: &self.version,
            source: self.source.as_ref(),
            runs,
        }
    }
}

/// The commit that all projects are of.
fn commit(roots: &BTreeSet<&Path>) -> Option<Head> {
    let mut heads = roots.iter().map(|root| head(root));
    let first = heads.next()??;
    heads.all(|other| other.as_ref() == Some(&first)).then_some(first)
}

/// The name of the code and its commit.
fn version(roots: &BTreeSet<&Path>, commit: Option<&Head>, report: &Report) -> String {
    let names: Vec<String> = roots.iter().map(|root| project_name(root)).collect();
    let name = match names.as_slice() {
        [name] => name.clone(),
        names => plural(names.len(), "project"),
    };
    let Some(Head { id, date }) = commit else { return format!("{name}, no commit known") };
    let files: Vec<&Path> = report.files.iter().filter_map(|f| f.real.as_deref()).collect();
    let is_changed = uncommitted(&files).is_ok_and(|changed| !changed.is_empty());
    let changes = if is_changed { ", with uncommitted changes" } else { "" };
    format!("{name}, commit {} of {date}{changes}", &id[..id.len().min(12)])
}

/// The name in `pyproject.toml`, else that of the folder.
fn project_name(root: &Path) -> String {
    let text = std::fs::read_to_string(root.join("pyproject.toml")).unwrap_or_default();
    let table = text.parse::<toml::Table>().unwrap_or_default();
    let declared = table.get("project").and_then(|project| project.get("name")?.as_str());
    let folder: PathBuf = root.file_name().map(PathBuf::from).unwrap_or_default();
    declared.map_or_else(|| folder.to_string_lossy().into_owned(), str::to_owned)
}
