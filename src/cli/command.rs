//! The commands: what each runs, prints and returns. It knows no rule and no syntax.

use std::collections::BTreeSet;
use std::io::Write;
use std::path::Path;

use clap::CommandFactory;

use super::args::{AuditArgs, CheckArgs, Cli, Command, CommonArgs, DiffArgs, FixArgs};
use super::console::Console;
use super::session::{RunMode, Session};
use crate::apply::{Change, create, remove_leftovers, write};
use crate::fault::Fault;
use crate::output::{self, Counts, Format, Medium, PatchStyle, RenderContext, ReportKind};
use crate::rules;
use crate::run::{Entry, Progress, Report};

/// An exit status, or an error in usage, configuration or standard output.
type CommandResult = Result<u8, String>;

/// Runs a command and returns its exit status.
pub(super) fn run(cli: &Cli) -> u8 {
    let result = match &cli.command {
        Command::Check(args) => check(args),
        Command::Diff(args) => diff(args),
        Command::Fix(args) => fix(args),
        Command::Audit(args) => audit(args),
        Command::Explain { rule } => explain(rule),
        Command::Completions { shell } => completions(*shell),
    };
    result.unwrap_or_else(|message| {
        let _ = writeln!(anstream::stderr(), "error: {}", output::sanitize(&message));
        2
    })
}

fn check(args: &CheckArgs) -> CommandResult {
    let mode = RunMode { preview_only: true, ..RunMode::default() };
    let (console, session, report) = start(&args.common, mode)?;
    let count = Counts::of(&report);
    console.note(&output::factory_notes(&report));
    let summary = output::check_summary(&count, &report);
    show(console, args.format, &report, &context(ReportKind::Check, console, &session))?;
    match args.format.medium {
        Medium::Terminal if !console.is_quiet => console.styled(summary.as_bytes())?,
        Medium::Document => console.note(&summary),
        _ => {}
    }
    finish(console, &session, &report, count.open, args.exit_zero)
}

fn audit(args: &AuditArgs) -> CommandResult {
    let mode = RunMode { every_site: true, ..RunMode::default() };
    let (console, session, report) = start(&args.common, mode)?;
    show(console, args.format, &report, &context(ReportKind::Audit, console, &session))?;
    if args.format.medium != Medium::Data {
        console.note(&output::factory_notes(&report));
        console.note(&output::audit_summary(&Counts::of(&report), report.looked_at));
    }
    let risky = |e: &&Entry| {
        let risk = e.audit.as_ref().map(|a| a.risk);
        args.fail_on.is_some_and(|level| risk >= Some(level.risk()))
    };
    finish(console, &session, &report, report.entries().filter(risky).count(), false)
}

fn diff(args: &DiffArgs) -> CommandResult {
    let mode = RunMode::fixing(args.scope);
    let (console, session, report) = start(&args.common, mode)?;
    console.warn(&session.inactive_flags());
    let count = Counts::of(&report);
    show(console, args.format, &report, &context(ReportKind::Diff, console, &session))?;
    if args.format.medium != Medium::Data {
        let files = report.files.iter().filter(|f| f.patch.is_some()).count();
        console.note(&output::shutdown_notes(&report));
        console.note(&output::diff_summary(&count, files));
    }
    finish(console, &session, &report, count.open, args.exit_zero)
}

fn fix(args: &FixArgs) -> CommandResult {
    let mode = RunMode::fixing(args.scope);
    let (console, session, mut report) = start(&args.common, mode)?;
    console.warn(&session.inactive_flags());
    if let Some(bytes) = &session.stdin {
        if args.format.medium == Medium::Data {
            return Err(
                "`fix -` prints the fixed code, so it cannot be combined with `--format json`"
                    .to_owned(),
            );
        }
        let new = report.files.iter().find_map(|f| f.patch.as_deref());
        console.raw(new.unwrap_or(bytes))?;
    }
    let written = write_all(&mut report, args.in_place);
    let count = Counts::of(&report);
    let context = context(ReportKind::Fix, console, &session);
    if args.format.medium == Medium::Data {
        show(console, args.format, &report, &context)?;
    } else {
        report.files.iter_mut().for_each(|f| f.settle());
        if args.fix_only {
            // What remains is not listed.
        } else if session.stdin.is_some() {
            // Standard output is taken by the text.
            console.note(&String::from_utf8_lossy(&(args.format.render)(&report, &context)));
        } else {
            show(console, args.format, &report, &context)?;
        }
        console.note(&output::shutdown_notes(&report));
        console.note(&output::fix_summary(&count, written));
    }
    let zero = args.exit_zero || args.fix_only;
    finish(console, &session, &report, count.remaining(), zero)
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
            false => write(&Change { path, old: file.source.bytes(), new, in_place }),
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

fn start(common: &CommonArgs, mode: RunMode) -> Result<(Console, Session, Report), String> {
    let console = Console::new(common.color, common.quiet);
    let mut session = Session::new(common, mode)?;
    let progress = Progress::default();
    let report = output::run_with_progress(&progress, console.shows_progress(), || {
        session.run(mode, &progress)
    });
    Ok((console, session, report))
}

fn context<'a>(kind: ReportKind, console: Console, session: &'a Session) -> RenderContext<'a> {
    let patch_style = match (console.stdout_is_tty(), console.stdout_has_color()) {
        (_, true) => PatchStyle::Colored,
        (true, false) => PatchStyle::Plain,
        (false, false) => PatchStyle::Raw,
    };
    RenderContext { kind, cwd: session.cwd(), patch_style }
}

/// Prints a report in a format to standard output.
fn show(
    console: Console,
    format: &Format,
    report: &Report,
    context: &RenderContext<'_>,
) -> Result<(), String> {
    let text = (format.render)(report, context);
    match format.medium {
        Medium::Terminal => console.styled(&text),
        Medium::Document | Medium::Data => console.raw(&text),
    }
}

/// Prints the faults and returns the exit status: 2 for faults that count, else 1 for remaining findings, else 0.
fn finish(
    console: Console,
    session: &Session,
    report: &Report,
    left: usize,
    zero: bool,
) -> CommandResult {
    let _ = output::faults(&report.faults, console.is_quiet, &mut console.errors());
    let counts = |fault: &Fault| session.is_strict() || fault.kind.is_hard();
    if report.faults.iter().any(counts) {
        return Ok(2);
    }
    Ok(u8::from(left > 0 && !zero))
}

fn explain(rule: &str) -> CommandResult {
    let rule = rules::find(rule).ok_or_else(|| {
        let all: Vec<_> = rules::all().iter().map(|r| format!("{} ({})", r.code, r.name)).collect();
        format!("unknown rule `{rule}`; the rules are {}", all.join(", "))
    })?;
    let console = Console::new(super::args::Color::Auto, false);
    console.raw(rule.doc.as_bytes())?;
    Ok(0)
}

fn completions(shell: clap_complete::Shell) -> CommandResult {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Cli::command(), "undangle", &mut script);
    Console::new(super::args::Color::Auto, false).raw(&script)?;
    Ok(0)
}
