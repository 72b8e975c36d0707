//! The files for the engines that run over many repositories. It runs none of them.

use clap::ValueEnum;
use serde_json::json;

/// An engine that people already run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Engine {
    /// all-repos: an autofixer
    AllRepos,
    /// dask.distributed: a program for a cluster
    Dask,
    /// multi-gitter: a script
    MultiGitter,
    /// Sourcegraph: a batch spec
    BatchChanges,
    /// GitHub Actions: a workflow with a matrix
    GithubMatrix,
    /// GitLab: a job that runs in parallel
    Gitlab,
    /// turbolift: a campaign
    Turbolift,
}

/// A file for an engine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EngineFile {
    /// Its name.
    pub name: &'static str,
    /// Its text.
    pub text: String,
    /// Whether it is a program.
    pub is_program: bool,
}

impl Engine {
    /// The words that its files run undangle with, before the flags of the user, and where expressions begin that it replaces
    /// wherever they stand.
    pub fn command(self) -> (&'static [&'static str], &'static str) {
        match self {
            Self::AllRepos | Self::Dask | Self::MultiGitter | Self::Turbolift => {
                (&["batch", "unit", ".", "--out", "out"], "")
            }
            Self::GithubMatrix => (&["batch", "run", "repositories.txt", "--out", "batch"], "${{"),
            Self::Gitlab => (&["batch", "run", "repositories.txt", "--out", "batch"], "$[["),
            Self::BatchChanges => (&["fix"], "${{"),
        }
    }

    /// The name and the template of each file, and whether it is a program.
    fn templates(self) -> &'static [(&'static str, &'static str, bool)] {
        match self {
            Self::AllRepos => {
                &[("undangle_all_repos.py", include_str!("engines/undangle_all_repos.py"), false)]
            }
            Self::Dask => &[("undangle_dask.py", include_str!("engines/undangle_dask.py"), false)],
            Self::MultiGitter => {
                &[("undangle-multi-gitter.sh", include_str!("engines/multi-gitter.sh"), true)]
            }
            Self::BatchChanges => {
                &[("undangle-batch-spec.yaml", include_str!("engines/batch-spec.yaml"), false)]
            }
            Self::GithubMatrix => {
                &[("undangle-batch.yml", include_str!("engines/github-matrix.yml"), false)]
            }
            Self::Gitlab => {
                &[("undangle-batch.gitlab-ci.yml", include_str!("engines/gitlab.yml"), false)]
            }
            Self::Turbolift => &[
                ("undangle-turbolift.sh", include_str!("engines/turbolift.sh"), true),
                ("undangle-apply.sh", include_str!("engines/turbolift-apply.sh"), true),
                ("README.md", include_str!("engines/turbolift.md"), false),
            ],
        }
    }
}

/// The files of an engine that runs in so many parts, with these flags for each repository.
///
/// # Errors
/// A flag with a null byte, which no shell takes.
pub fn engine_files(
    engine: Engine,
    shards: u16,
    flags: &[String],
) -> Result<Vec<EngineFile>, String> {
    let quoted = shlex::try_join(flags.iter().map(String::as_str))
        .map_err(|error| format!("a flag cannot be quoted: {error}"))?;
    let shard_list: Vec<String> = (1..=shards).map(|n| n.to_string()).collect();
    let values = [
        ("@FLAGS@", quoted.as_str()),
        // A list of strings in JSON is one in Python.
        ("@FLAGS_LIST@", &json!(flags).to_string().replace("\",\"", "\", \"")),
        ("@SHARDS@", &shards.to_string()),
        ("@SHARDS_LIST@", &format!("[{}]", shard_list.join(", "))),
        ("@VERSION@", env!("CARGO_PKG_VERSION")),
    ];
    let file = |(name, template, is_program): &(&'static str, &str, bool)| {
        let text = values.iter().fold((*template).to_owned(), |text, (mark, value)| {
            // Without flags, the space before them goes, too.
            let text = if value.is_empty() { text.replace(&format!(" {mark}"), "") } else { text };
            text.replace(mark, value)
        });
        EngineFile { name, text, is_program: *is_program }
    };
    Ok(engine.templates().iter().map(file).collect())
}
