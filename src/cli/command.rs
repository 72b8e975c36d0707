//! The commands: what each runs, prints and returns. It knows no rule and no syntax.

use std::collections::BTreeSet;
use std::io::Write;
use std::path::Path;

use super::args::{AuditArgs, CheckArgs, Cli, Command, CommonArgs, DiffArgs, FixArgs};
use super::audit_options::AuditOptions;
use super::baselines::apply_baseline;
use super::batch;
use super::changed::keep_changed_lines;
use super::console::{self, Console};
use super::evidence::{EvidenceFile, keep_findings};
use super::file_watcher::FileWatcher;
use super::ignores::patch_with_ignores;
use super::interactive;
use super::invocation::{CommandEnd, CommandResult, finish, start};
use super::listing;
use super::printout::Printout;
use super::prove::{Proof, Proven};
use super::session::Session;
use super::watch;
use crate::apply::{Change, create, remove_leftovers, write};
use crate::config::CommandOptions;
use crate::fault::Fault;
use crate::git::{Uncommitted, uncommitted};
use crate::lsp;
use crate::output::{
    self, AuditView, Counts, Format, Medium, PatchStyle, RenderContext, ReportKind,
};
use crate::rules;
use crate::run::Report;

/// Runs a command and returns its exit status.
pub(super) fn run(cli: &Cli) -> u8 {
    let result = match &cli.command {
        Command::Check(args) => check(args),
        Command::Diff(args) => diff(args),
        Command::Fix(args) => fix(args),
        Command::Audit(args) => audit(args),
        Command::Batch(command) => batch::batch(command).map_err(CommandEnd::from),
        Command::Watch(args) => watch::watch(args).map_err(CommandEnd::from),
        Command::Lsp => lsp::serve().map(|()| 0).map_err(CommandEnd::from),
        Command::Rules(args) => print(&listing::rules(args.format)),
        Command::Config(args) => print(&listing::config(args)),
        Command::Explain { rule } => explain(rule),
        Command::Completions { shell } => print(&listing::completions(*shell)),
        Command::Man { directory } => listing::man(directory).map(|()| 0).map_err(CommandEnd::from),
    };
    result.unwrap_or_else(|end| match end {
        CommandEnd::Done(status) => status,
        CommandEnd::Error(message) => {
            let _ = write!(anstream::stderr(), "{}", error_text(&message));
            2
        }
    })
}

fn error_text(message: &str) -> String {
    let lines: Vec<_> = message.lines().map(output::sanitize).collect();
    format!("error: {}\n", lines.join("\n"))
}

fn check(args: &CheckArgs) -> CommandResult {
    if args.fix {
        return Err(
            habit("check --fix", "fix` changes files, and `undangle diff` shows how").into()
        );
    }
    if args.changes.changed_lines && !args.changes.staged && args.common.since.is_none() {
        return Err("`--changed-lines` requires `--since REF` or `--staged`".to_owned().into());
    }
    match args.watch {
        true => check_again(&args.common, || check_once(args)),
        false => check_once(args),
    }
}

/// Runs a command again whenever a file changes. An error does not end it: the next change may mend what is wrong.
fn check_again(common: &CommonArgs, command: impl Fn() -> CommandResult) -> CommandResult {
    let console = Console::new(common.color, common.quiet);
    let session = Session::new(common, CommandOptions::default())?;
    if session.stdin.is_some() {
        return Err("`--watch` cannot be combined with standard input".to_owned().into());
    }
    let watched = session.watched();
    if watched.is_empty() {
        return command();
    }
    let watcher = FileWatcher::below(&watched)?;
    loop {
        console.clear()?;
        match command() {
            Err(CommandEnd::Error(message)) => console.warn(&error_text(&message)),
            Err(CommandEnd::Done(status)) => return Ok(status),
            Ok(_) => {}
        }
        console.note("Watching for file changes. Ctrl-C ends it.\n");
        watcher.wait()?;
    }
}

fn check_once(args: &CheckArgs) -> CommandResult {
    if args.show_fixes && !output::shows_fixes(args.format) {
        return Err(format!(
            "`--show-fixes` cannot be combined with `--format {}`",
            args.format.name
        )
        .into());
    }
    let command = CommandOptions {
        preview_only: !args.format.needs_patch && !args.show_fixes,
        each_alone: args.show_fixes,
        every_site: args.evidence.is_some(),
        ..CommandOptions::default()
    };
    let printout = Printout::default();
    let only_prints = !args.watch
        && !args.changes.staged
        && args.evidence.is_none()
        && args.baseline.baseline.is_none()
        && args.ignores.add_ignore.is_none();
    let (console, session, mut report) =
        start(&args.common, command, args.changes.staged, only_prints.then_some(&printout))?;
    if args.changes.changed_lines {
        keep_changed_lines(&mut report, &session.changes)?;
    }
    if let Some(file) = &args.evidence {
        console.note(&EvidenceFile::read(file)?.settle(&mut report));
        keep_findings(&mut report);
    }
    console.note(&apply_baseline(&args.baseline, &session, &mut report)?);
    if let Some(reason) = &args.ignores.add_ignore {
        return add_ignores(args, reason, console, &session, report);
    }
    let count = Counts::of(&report);
    console.note(&output::factory_notes(&report));
    let summary = output::check_summary(&count, &report);
    if args.statistics {
        let text = statistics(args.format, &report)?;
        output_to(&args.common, console, Medium::Document, text.as_bytes())?;
    } else {
        let context = context(ReportKind::Check, &args.common, console, &session);
        show(&args.common, console, args.format, &report, &context)?;
    }
    if args.format.medium != Medium::Data && !args.common.analysis.names_tracker() {
        console.note(&output::shared_tracker_notes(&report));
    }
    match args.format.medium {
        Medium::Terminal if !console.is_quiet => console.styled(summary.as_bytes())?,
        Medium::Document => console.note(&summary),
        _ => {}
    }
    finish(console, &session, &report, count.open, args.exit_zero)
}

/// Suppresses the findings of a check by comments.
fn add_ignores(
    args: &CheckArgs,
    reason: &str,
    console: Console<'_>,
    session: &Session,
    mut report: Report,
) -> CommandResult {
    if session.stdin.is_some() {
        return Err("`--add-ignore` cannot be combined with standard input".to_owned().into());
    }
    let ignores = patch_with_ignores(&mut report, reason)?;
    if !args.ignores.allow_dirty {
        refuse_uncommitted(&report, args.ignores.allow_staged)?;
    }
    let wanted: Vec<_> =
        report.files.iter().map(|file| file.path.clone()).zip(ignores.counts).collect();
    write_all(&mut report, false);
    let is_written = |path: &Path| report.files.iter().any(|f| f.path == path && f.patch.is_some());
    let (written, failed): (Vec<_>, Vec<_>) =
        wanted.into_iter().filter(|(_, count)| *count > 0).partition(|(path, _)| is_written(path));
    console.warn(&ignores.left.concat());
    console.note(&output::suppressed_files(&written));
    let left = ignores.left.len() + failed.len();
    finish(console, session, &report, left, args.exit_zero)
}

fn audit(args: &AuditArgs) -> CommandResult {
    let command = CommandOptions { every_site: true, ..CommandOptions::default() };
    let printout = Printout::default();
    let only_prints = args.evidence.is_none() && !output::links_source(args.format);
    let (console, session, mut report) =
        start(&args.common, command, false, only_prints.then_some(&printout))?;
    let evidence = args.evidence.as_deref().map(EvidenceFile::read).transpose()?;
    if let Some(evidence) = &evidence {
        console.note(&evidence.settle(&mut report));
    }
    report.flags = args.common.analysis.repeated();
    let runs = evidence.map(|evidence| evidence.runs(&report));
    let options = AuditOptions::new(args, console, &report, session.cwd())?;
    let context = context(ReportKind::Audit, &args.common, console, &session);
    let context = RenderContext { audit: options.view(args, runs.as_ref()), ..context };
    show(&args.common, console, args.format, &report, &context)?;
    if args.format.medium == Medium::Data {
        if args.risk.is_some() {
            console.note("note: `--risk` does not limit JSON, which holds everything\n");
        }
    } else {
        console.note(&output::factory_notes(&report));
        console.note(&options.summary(&report));
    }
    let risky = args.fail_on.map_or(0, |level| output::count_risky(&report, level.risk()));
    finish(console, &session, &report, risky, false)
}

fn diff(args: &DiffArgs) -> CommandResult {
    let printout = Printout::default();
    let (console, session, report) =
        start(&args.common, args.scope.into(), false, Some(&printout))?;
    console.warn(&session.inactive_flags());
    let count = Counts::of(&report);
    show(
        &args.common,
        console,
        args.format,
        &report,
        &context(ReportKind::Diff, &args.common, console, &session),
    )?;
    if args.format.medium != Medium::Data {
        let files = report.files.iter().filter(|f| f.patch.is_some()).count();
        console.note(&output::consequence_notes(&report));
        if !args.common.analysis.names_tracker() {
            console.note(&output::shared_tracker_notes(&report));
        }
        console.note(&output::shutdown_notes(&report));
        console.note(&output::diff_summary(&count, files));
    }
    finish(console, &session, &report, count.open, args.exit_zero)
}

fn fix(args: &FixArgs) -> CommandResult {
    for (is_given, flag) in [(args.diff, "--diff"), (args.dry_run, "--dry-run")] {
        if is_given {
            return Err(habit(
                &format!("fix {flag}"),
                "diff` shows what `undangle fix` would write",
            )
            .into());
        }
    }
    if args.check {
        return Err(habit("fix --check", "check` reports, and changes nothing").into());
    }
    if args.interactive {
        interactive::check_terminal(args)?;
    }
    let (console, mut session, mut report) = start(&args.common, args.scope.into(), false, None)?;
    console.warn(&session.inactive_flags());
    if let Some(bytes) = &session.stdin {
        if args.format.medium == Medium::Data {
            let format = args.format.name;
            let why = "`fix -` prints the fixed code, so it cannot be combined with `--format";
            return Err(format!("{why} {format}`").into());
        }
        let new = report.files.iter().find_map(|f| f.patch.as_deref());
        console.raw(new.unwrap_or(bytes))?;
    }
    if !args.allow_dirty {
        refuse_uncommitted(&report, args.allow_staged)?;
    }
    if args.interactive {
        report = interactive::ask(console, &mut session, report)?;
    }
    let proof = Proof::begin(&args.proof, &args.common, console, &report)?;
    let mut written = write_all(&mut report, args.in_place);
    let is_red = match proof.map(|proof| proof.finish(&mut report)).transpose()? {
        Some(Proven::Failed) => true,
        Some(Proven::Undone) => {
            written = report.files.iter().filter(|f| f.patch.is_some()).count();
            true
        }
        Some(Proven::Passed) | None => false,
    };
    let count = Counts::of(&report);
    let mut listed = output::written_files(&report);
    if args.show_fixes {
        listed.insert_str(0, &output::fixed_findings(&report));
    }
    let context = context(ReportKind::Fix, &args.common, console, &session);
    if args.format.medium == Medium::Data {
        show(&args.common, console, args.format, &report, &context)?;
    } else {
        // Taken before the fixed findings are left out.
        let consequences = output::consequence_notes(&report);
        report.files.iter_mut().for_each(|f| f.settle());
        if args.fix_only || args.interactive {
            // What remains is not listed, or was seen.
        } else if session.stdin.is_some() && args.common.output_file.is_none() {
            // Standard output is taken by the text.
            console.note(&String::from_utf8_lossy(&(args.format.render)(&report, &context)));
        } else {
            show(&args.common, console, args.format, &report, &context)?;
        }
        console.note(&consequences);
        if !args.common.analysis.names_tracker() {
            console.note(&output::shared_tracker_notes(&report));
        }
        console.note(&output::shutdown_notes(&report));
        console.note(&listed);
        let is_only_edited = args.interactive && written > 0 && count.patched == 0;
        if !is_only_edited {
            console.note(&output::fix_summary(&count, written));
        }
    }
    let zero = (args.exit_zero || args.fix_only) && !is_red;
    finish(console, &session, &report, count.remaining() + usize::from(is_red), zero)
}

/// Writes every patch to disk; a failure becomes a fault. Returns the number of files written.
fn write_all(report: &mut Report, in_place: bool) -> usize {
    let mut written = 0;
    let mut cleaned = BTreeSet::new();
    // The file with the function that others are about to call comes first; without it they stay unchanged.
    report.files.sort_by_key(|f| !f.holds_shared);
    let mut is_missing = false;
    for file in &mut report.files {
        if is_missing && file.calls_shared {
            file.withdraw();
        }
        let (Some(new), false) = (&file.patch, file.is_stdin) else {
            written += usize::from(file.patch.is_some());
            continue;
        };
        let Some(path) = file.real.as_deref() else { continue };
        let folder = path.parent().unwrap_or(Path::new("."));
        if cleaned.insert(folder.to_path_buf()) {
            remove_leftovers(folder);
        }
        let done = match file.is_new {
            true => create(path, new),
            false => write(&Change { path, old: file.source.file_bytes(), new, in_place }),
        };
        match done {
            Ok(()) => written += 1,
            Err((kind, message)) => {
                is_missing |= file.holds_shared;
                report.faults.push(Fault { path: file.path.clone(), kind, message });
                file.withdraw();
            }
        }
    }
    report.sort();
    report.link();
    written
}

/// The answer to a flag that other tools have.
fn habit(typed: &str, instead: &str) -> String {
    format!("there is no `undangle {typed}`: `undangle {instead}")
}

/// Fails if a file that would be changed has changes that git could not bring back.
///
/// # Errors
/// The files, one a line, and what to do.
fn refuse_uncommitted(report: &Report, allows_staged: bool) -> Result<(), String> {
    let patched = report.files.iter().filter(|f| f.patch.is_some() && !f.is_stdin && !f.is_new);
    let files: Vec<&Path> = patched.clone().filter_map(|f| f.real.as_deref()).collect();
    let states = uncommitted(&files)
        .map_err(|why| format!("{why}\n`--allow-dirty` changes the files all the same"))?;
    let state = |file: &Path| {
        states.get(file).filter(|state| !allows_staged || **state != Uncommitted::Staged)
    };
    let refused = patched.filter_map(|f| Some((&f.path, state(f.real.as_deref()?)?)));
    let lines: Vec<String> = refused
        .map(|(path, state)| format!("\n  {} ({})", path.display(), state.as_str()))
        .collect();
    if lines.is_empty() {
        return Ok(());
    }
    Err(format!(
        "these files would be changed, and have uncommitted changes:{}\n\
         Nothing was changed. Commit or stash them first, or use `--allow-dirty`{}",
        lines.concat(),
        if allows_staged { "" } else { " or `--allow-staged`" }
    ))
}

fn context<'a>(
    kind: ReportKind,
    common: &CommonArgs,
    console: Console<'_>,
    session: &'a Session,
) -> RenderContext<'a> {
    let patch_style = match (console.stdout_is_tty(), console.stdout_has_color()) {
        _ if common.output_file.is_some() => PatchStyle::Raw,
        (_, true) => PatchStyle::Colored,
        (true, false) => PatchStyle::Plain,
        (false, false) => PatchStyle::Raw,
    };
    let is_quiet = console.is_quiet;
    RenderContext { kind, cwd: session.cwd(), patch_style, is_quiet, audit: AuditView::default() }
}

/// Prints a report in a format.
fn show(
    common: &CommonArgs,
    console: Console<'_>,
    format: &Format,
    report: &Report,
    context: &RenderContext<'_>,
) -> Result<(), String> {
    output_to(common, console, format.medium, &(format.render)(report, context))
}

/// Prints text to standard output, or to the file that was given.
fn output_to(
    common: &CommonArgs,
    console: Console<'_>,
    medium: Medium,
    text: &[u8],
) -> Result<(), String> {
    match (&common.output_file, medium) {
        (Some(file), _) => console::write_file(file, medium == Medium::Terminal, text),
        (None, Medium::Terminal) => console.styled(text),
        (None, Medium::Document | Medium::Data) => console.raw(text),
    }
}

/// The counts of `--statistics`, in a format that has them.
///
/// # Errors
/// The format lists findings, and nothing else.
fn statistics(format: &Format, report: &Report) -> Result<String, String> {
    output::statistics_as(format, report)
        .ok_or_else(|| format!("`--statistics` cannot be combined with `--format {}`", format.name))
}

fn explain(rule: &str) -> CommandResult {
    let rule = rules::find(rule).ok_or_else(|| {
        let all: Vec<_> = rules::all().iter().map(|r| format!("{} ({})", r.code, r.name)).collect();
        format!("unknown rule `{rule}`; the rules are {}", all.join(", "))
    })?;
    print(rule.doc)
}

fn print(text: &str) -> CommandResult {
    Console::new(super::analysis_args::Color::Auto, false).raw(text.as_bytes())?;
    Ok(0)
}
