//! The commands of `batch`: from flags to settings, and what is printed. It analyses nothing.

use std::ffi::OsString;
use std::num::NonZero;
use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::Parser;

use super::analysis_args::Color;
use super::args::Cli;
use super::batch_args::{
    BatchCommand, EmitArgs, PatchArgs, ReportArgs, RunArgs, ScopeKind, StatusArgs, UnitArgs,
};
use super::batch_progress::BatchProgress;
use super::console::Console;
use crate::batch::{
    AnalysisOptions, HostOptions, PublishOptions, PullRequestOptions, RunOptions, RunRecord, Scope,
    Status, Unit, UnitOptions, UnitResult, Verify, batch_html, batch_table, batch_totals,
    engine_files, repositories_of_folder, repositories_of_list, run_batch,
};
use crate::git::{Signature, is_branch_name, user_signature};
use crate::output::sanitize;

/// Runs a command of `batch` and returns the exit status.
///
/// # Errors
/// Invalid usage, or files that cannot be written; worded for the user.
pub(super) fn batch(command: &BatchCommand) -> Result<u8, String> {
    match command {
        BatchCommand::Unit(args) => unit(args),
        BatchCommand::Run(args) => run(args),
        BatchCommand::Status(args) => status(args),
        BatchCommand::Report(args) => report(args),
        BatchCommand::Emit(args) => emit(args),
    }
}

fn unit(args: &UnitArgs) -> Result<u8, String> {
    if args.repository.is_empty() {
        return Err("the name of the repository is empty".to_owned());
    }
    let console = Console::new(args.console.color, args.console.quiet);
    let cwd = working_directory()?;
    let options = options(&args.patch, &cwd)?;
    let clone = tempfile::Builder::new()
        .prefix("undangle-")
        .tempdir()
        .map_err(|error| format!("cannot create a temporary directory: {error}"))?;
    let unit = Unit {
        source: &source(&args.repository, &cwd),
        base_branch: args.base.as_deref(),
        clone: clone.path(),
        out: &args.out,
        options: &options,
    };
    let result = unit.run()?;
    let text = summary(&result, &args.out);
    match result.status {
        Status::Error => {
            console.warn(&text);
            Ok(2)
        }
        _ => {
            console.note(&text);
            Ok(0)
        }
    }
}

/// What came of a unit, in one line.
fn summary(result: &UnitResult, out: &Path) -> String {
    let (name, message) = (sanitize(&result.repository), sanitize(&result.message));
    let place = match (result.status, result.parts.len()) {
        (Status::Changed, 0) => format!("; see {}", out.join("pr.md").display()),
        (Status::Changed, n) => format!("; see the {n} folders in {}", out.join("parts").display()),
        _ => String::new(),
    };
    format!("{name}: {}: {message}{}\n", result.status.as_str(), sanitize(&place))
}

fn run(args: &RunArgs) -> Result<u8, String> {
    let console = Console::new(args.console.color, args.console.quiet);
    let cwd = working_directory()?;
    let repositories = match args.repositories.as_path() {
        path if path == Path::new("-") => {
            let text = std::io::read_to_string(std::io::stdin())
                .map_err(|error| format!("cannot read standard input: {error}"))?;
            repositories_of_list(&text, "-", &cwd)?
        }
        path if path.is_dir() => repositories_of_folder(path, &cwd)?,
        path => {
            let name = path.display().to_string();
            let text = std::fs::read_to_string(path)
                .map_err(|error| format!("cannot read {name}: {error}"))?;
            repositories_of_list(&text, &name, &cwd)?
        }
    };
    let cpus = std::thread::available_parallelism().map_or(1, NonZero::get);
    let jobs = args.jobs.map_or(cpus, usize::from);
    let mut unit = options(&args.patch, &cwd)?;
    unit.analysis.threads = (cpus / jobs).max(1);
    unit.retries = args.retries;
    let run = RunOptions {
        out: args.out.clone(),
        jobs,
        resume: args.resume,
        only_failed: args.only_failed,
        limit: args.limit,
        shard: args.shard,
        drop_clones: args.drop_clones,
    };
    let host = args.pr.map(|kind| {
        let pull_request = PullRequestOptions {
            draft: args.draft,
            labels: args.label.clone(),
            reviewers: args.reviewer.clone(),
        };
        let mut host = HostOptions::new(kind, Duration::from_secs_f64(args.pace), pull_request);
        host.name = args.host.clone();
        host.fork = args.fork.clone();
        host
    });
    let publish = PublishOptions { push: args.push, is_dry_run: args.dry_run, host };
    let mut progress = BatchProgress::new(console);
    let failed = run_batch(repositories, &run, &unit, &publish, |event| progress.show(event))?;
    progress.finish();
    console.note(&batch_totals(&RunRecord::read(&args.out)?));
    Ok(if failed > 0 { 2 } else { 0 })
}

fn status(args: &StatusArgs) -> Result<u8, String> {
    let record = RunRecord::read(&args.directory)?;
    let text = batch_table(&record) + &batch_totals(&record);
    Console::new(Color::Auto, false).styled(text.as_bytes())?;
    let has_failed = record.done.values().any(|entry| entry.status == Status::Error);
    Ok(match (has_failed, record.open.is_empty()) {
        (true, _) => 2,
        (false, false) => 1,
        (false, true) => 0,
    })
}

fn report(args: &ReportArgs) -> Result<u8, String> {
    let record = RunRecord::read(&args.directory)?;
    let file = args.output_file.clone().unwrap_or_else(|| args.directory.join("report.html"));
    std::fs::write(&file, batch_html(&record)?)
        .map_err(|error| format!("cannot write {}: {error}", file.display()))?;
    Console::new(Color::Auto, false).note(&format!("wrote {}\n", file.display()));
    Ok(0)
}

fn emit(args: &EmitArgs) -> Result<u8, String> {
    let engine = args.engine;
    let (command, expression) = engine.command();
    let words = [&["undangle"], command].concat();
    let line = words.iter().copied().chain(args.flags.iter().map(String::as_str));
    if let Err(error) = Cli::try_parse_from(line) {
        let told = error.to_string();
        let why = told.lines().next().unwrap_or_default().trim_start_matches("error: ");
        return Err(format!(
            "`{}` does not take these flags: {why}",
            words[..words.len().min(3)].join(" ")
        ));
    }
    if let Some(flag) = args.flags.iter().find(|f| !expression.is_empty() && f.contains(expression))
    {
        return Err(format!("the engine would replace `{expression}` in the flag `{flag}`"));
    }
    let files = engine_files(engine, args.shards, &args.flags)?;
    let is_other = |path: &Path, text: &str| path.exists() && !holds(path, text);
    let mut paths = files.iter().map(|file| (args.out.join(file.name), &file.text));
    if let Some((path, _)) = paths.find(|(path, text)| !args.force && is_other(path, text)) {
        return Err(format!(
            "{} exists with other content, so nothing was written; `--force` replaces it",
            path.display()
        ));
    }
    let console = Console::new(Color::Auto, false);
    for file in files {
        let path = args.out.join(file.name);
        let failed = |error| format!("cannot write {}: {error}", path.display());
        std::fs::create_dir_all(&args.out).map_err(failed)?;
        std::fs::write(&path, file.text).map_err(failed)?;
        #[cfg(unix)]
        if file.is_program {
            use std::os::unix::fs::PermissionsExt;
            let mode = std::fs::Permissions::from_mode(0o755);
            std::fs::set_permissions(&path, mode).map_err(failed)?;
        }
        console.note(&format!("wrote {}\n", path.display()));
    }
    Ok(0)
}

/// Whether a file can be read and holds exactly this text.
fn holds(path: &Path, text: &str) -> bool {
    std::fs::read(path).is_ok_and(|bytes| bytes == text.as_bytes())
}

fn working_directory() -> Result<PathBuf, String> {
    std::env::current_dir().map_err(|error| format!("cannot find the working directory: {error}"))
}

/// What git is given for a repository: a path is absolute, since git does not run in the working directory.
fn source(repository: &str, cwd: &Path) -> OsString {
    let path = cwd.join(repository);
    if path.exists() { path.into_os_string() } else { repository.into() }
}

/// The settings of all units.
///
/// # Errors
/// A value that cannot be used, worded for the user.
fn options(args: &PatchArgs, cwd: &Path) -> Result<UnitOptions, String> {
    if args.subject.trim().is_empty() || args.subject.contains(['\n', '\r']) {
        return Err("`--subject` takes one line of text".to_owned());
    }
    if let Some(trailer) = args.trailer.iter().find(|trailer| !is_trailer(trailer)) {
        return Err(format!("`--trailer` takes one line such as `Refs: #12`, not `{trailer}`"));
    }
    if !is_branch_name(&args.branch) {
        return Err(format!("`{}` cannot be the name of a branch", args.branch));
    }
    if args.verify.as_ref().is_some_and(|command| command.trim().is_empty()) {
        return Err("`--verify` takes a command".to_owned());
    }
    let template = args.template.as_deref().map(|file| {
        std::fs::read_to_string(file)
            .map_err(|error| format!("cannot read the template {}: {error}", file.display()))
    });
    let signature = match &args.author {
        Some(author) => signature(author)
            .ok_or_else(|| format!("`--author` takes `Name <address>`, not `{author}`"))?,
        None => user_signature().unwrap_or_else(|| Signature {
            name: "undangle".to_owned(),
            email: "undangle@undangle.invalid".to_owned(),
        }),
    };
    let has = |kind| args.include.contains(&kind);
    Ok(UnitOptions {
        analysis: AnalysisOptions {
            // Patterns are of the clone, which is not there yet.
            options: args.analysis.options(args.scope.into(), Path::new("")),
            config: args.analysis.config.iter().map(|value| absolute(value, cwd)).collect(),
            reads_config: !args.analysis.no_config,
            respects_ignore_files: !args.analysis.no_ignore,
            threads: 0,
            scope: Scope {
                tests: has(ScopeKind::Tests),
                examples: has(ScopeKind::Examples),
                documentation: has(ScopeKind::Docs),
            },
        },
        split: args.split,
        max_files: args.max_files.map(usize::from),
        subject: args.subject.trim().to_owned(),
        trailers: args.trailer.clone(),
        template: template.transpose()?,
        branch: args.branch.clone(),
        signature,
        verify: args.verify.as_ref().map(|command| Verify {
            command: command.clone(),
            limit: Duration::from_secs(u64::from(args.verify_timeout)),
        }),
        retries: 0,
    })
}

/// A value of `--config`; a file gets its absolute path.
fn absolute(value: &str, cwd: &Path) -> String {
    let path: PathBuf = cwd.join(value);
    match value.contains('=') && !path.is_file() {
        true => value.to_owned(),
        false => path.to_string_lossy().into_owned(),
    }
}

fn is_trailer(line: &str) -> bool {
    let Some((key, value)) = line.split_once(':') else { return false };
    let is_word = |c: char| c.is_ascii_alphanumeric() || c == '-';
    !key.is_empty() && key.chars().all(is_word) && !value.trim().is_empty() && !line.contains('\n')
}

fn signature(author: &str) -> Option<Signature> {
    let (name, rest) = author.split_once('<')?;
    let email = rest.strip_suffix('>')?;
    let is_plain = |text: &str| !text.is_empty() && !text.contains(['<', '>', '\n', '\0']);
    let (name, email) = (name.trim().to_owned(), email.trim().to_owned());
    (is_plain(&name) && is_plain(&email)).then_some(Signature { name, email })
}
