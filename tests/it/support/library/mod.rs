//! The one place where tests touch the library: files go in through its entry point `run`, plain values come out. What
//! tests ask the parser stands in `syntax`.

#![allow(clippy::unwrap_used, dead_code, unreachable_pub)] // Test code, also of the fuzz targets.

mod syntax;

use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use undangle::audit::Cause;
use undangle::config::{CommandOptions, Options, parse_style, parse_tracker};
use undangle::fix::Outcome;
use undangle::output::{
    AuditView, Counts, PatchStyle, RenderContext, ReportKind, audit_lines, concise, diff, faults,
    human, json, table,
};
use undangle::run::{ConfigSource, Lookups, Pattern, UniformConfig, run, targets};
use undangle::run::{Entry, FileReport, Found, Input, Job, Notice, Progress, Report, Texts};
use undangle::settings::{FileSettings, ImportSettings, Quotes};

#[allow(unused_imports, reason = "each test program uses its own part of it")]
pub use syntax::{calls, free_lines, legal, syntax_error};

/// A folder that is not there, so that nothing outside of the text has a say.
const NOWHERE: &str = "/nowhere/at/all";

/// The command that a run belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Command {
    #[default]
    Check,
    Fix,
    Audit,
}

/// What is asked of a run, in the words of the command line.
#[derive(Debug, Clone, Default)]
pub struct Ask {
    pub command: Command,
    pub strict: bool,
    /// 0 for one.
    pub threads: usize,
    /// The code of a rule that is on beside those that are on by default.
    pub rule: Option<String>,
    pub style: Option<String>,
    pub tracker: Option<String>,
    pub unsafe_fixes: bool,
    pub suppressed: bool,
    pub drain: bool,
    pub log_exceptions: bool,
    /// Whether new sets get no comment.
    pub no_comment: bool,
    /// Whether every file is test code.
    pub test_code: bool,
    pub line_length: Option<usize>,
    pub target_version: Option<(u8, u8)>,
    /// `double`, `single` or `kept`.
    pub quotes: Option<String>,
    pub imports: Imports,
}

/// How imports are sorted, in the words of ruff and isort.
#[derive(Debug, Clone, Copy, Default)]
pub struct Imports {
    pub force_sort_within_sections: Option<bool>,
    pub force_single_line: Option<bool>,
    pub lines_after_imports: Option<usize>,
    pub type_checking_block: Option<bool>,
}

/// One site, as it is reported.
#[derive(Debug, Clone)]
pub struct Site {
    /// Relative to the project.
    pub path: String,
    pub line: usize,
    pub column: usize,
    pub bytes: Range<usize>,
    /// The text of the call; of a spawner that is passed uncalled, that of the reference.
    pub text: String,
    pub callee: String,
    pub function: Option<String>,
    pub verdict: &'static str,
    pub reason: &'static str,
    pub why: String,
    pub finding: Option<Finding>,
}

/// A finding, about one site or not.
#[derive(Debug, Clone)]
pub struct Finding {
    pub path: String,
    pub line: usize,
    pub rule: &'static str,
    pub is_suppressed: bool,
    pub fix: Fix,
}

/// What came of a finding's fix.
#[derive(Debug, Clone)]
pub enum Fix {
    Some {
        applicability: &'static str,
        tracker: Option<String>,
        applied: bool,
        note: Option<String>,
    },
    Declined(String),
}

/// What was made to end the tasks of one tracker: the function that does it and its caller, or why there is none.
#[derive(Debug, Clone)]
pub struct Shutdown {
    pub tracker: String,
    pub function: Result<String, String>,
    pub called_by: Result<String, String>,
}

/// A rule of the program.
pub struct RuleCard {
    pub code: &'static str,
    pub name: &'static str,
    pub summary: &'static str,
    pub default: bool,
    pub doc: &'static str,
}

/// A cause of a risk, with its word, its sentence, and the risk in production and in test code.
pub struct CauseCard {
    pub word: &'static str,
    pub rule: String,
    pub risk: &'static str,
    pub risk_in_tests: &'static str,
}

/// A value of `--format` of one command.
pub struct FormatCard {
    pub command: &'static str,
    pub name: &'static str,
    pub help: &'static str,
}

/// What one run reports.
pub struct Run {
    report: Report,
}

impl Ask {
    /// This command with its defaults.
    pub fn of(command: Command) -> Self {
        Self { command, ..Self::default() }
    }

    /// Every fix, the unsafe ones too.
    pub fn unsafe_fixes() -> Self {
        Self { unsafe_fixes: true, ..Self::of(Command::Fix) }
    }

    fn files(&self) -> FileSettings {
        FileSettings {
            line_length: self.line_length,
            target_version: self.target_version,
            quotes: self.quotes.as_deref().map(|word| match word {
                "double" => Quotes::Double,
                "single" => Quotes::Single,
                _ => Quotes::Preserve,
            }),
            imports: ImportSettings {
                force_sort_within_sections: self.imports.force_sort_within_sections,
                force_single_line: self.imports.force_single_line,
                lines_after_imports: self.imports.lines_after_imports,
                type_checking_block: self.imports.type_checking_block,
            },
        }
    }
}

/// Runs a command on absolute paths, for somebody who stands in the folder `cwd`.
pub fn run_in(cwd: &Path, given: &[PathBuf], ask: &Ask) -> Run {
    run_on(cwd, given.iter().cloned().map(Input::Path).collect(), ask)
}

/// Runs a command on a whole project.
pub fn run_project(root: &Path, ask: &Ask) -> Run {
    run_in(root, &[root.to_path_buf()], ask)
}

/// Runs a command on the text of one file, without any disk.
pub fn run_text(name: &str, bytes: &[u8], ask: &Ask) -> Run {
    run_typed(Path::new(NOWHERE), Path::new(name), bytes, ask)
}

/// Runs a command on a text from standard input that stands for a file.
pub fn run_typed(cwd: &Path, name: &Path, bytes: &[u8], ask: &Ask) -> Run {
    let input = Input::Stdin { name: Some(name.to_path_buf()), bytes: bytes.to_vec() };
    run_on(cwd, vec![input], ask)
}

/// As the commands of the program do it, but for configuration files, which have no say.
fn run_on(cwd: &Path, inputs: Vec<Input>, ask: &Ask) -> Run {
    let (targets, troubles) = targets(inputs, cwd);
    assert!(troubles.is_empty(), "{troubles:?}");
    let defaults = rules().into_iter().filter(|rule| rule.default).map(|r| r.code.to_owned());
    let options = Options {
        select: ask.rule.clone().map(|rule| defaults.chain([rule]).collect()),
        style: ask.style.as_deref().map(|word| parse_style(word).unwrap()),
        tracker: ask.tracker.as_deref().map(|word| parse_tracker(word).unwrap()),
        comment: Some(!ask.no_comment),
        unsafe_fixes: Some(ask.unsafe_fixes),
        strict: Some(ask.strict),
        tests: ask
            .test_code
            .then(|| vec![Pattern { base: cwd.to_path_buf(), glob: "*".to_owned() }]),
        command: CommandOptions {
            every_site: ask.command == Command::Audit,
            suppressed: ask.suppressed,
            drain: ask.drain,
            log_exceptions: ask.log_exceptions,
            preview_only: ask.command == Command::Check,
            each_alone: false,
        },
        ..Options::default()
    };
    let config: Arc<dyn ConfigSource> = Arc::new(UniformConfig {
        config: Arc::new(options.folder_config().unwrap()),
        layout: ask.files(),
    });
    let mut report = Report::default();
    for target in &targets {
        report.absorb(run(&Job {
            target,
            config: &config,
            every_site: ask.command == Command::Audit,
            respects_ignore_files: true,
            texts: &Texts::default(),
            selected: None,
            threads: ask.threads.max(1),
            progress: &Progress::default(),
            lookups: &Lookups::default(),
            cache: None,
        }));
    }
    Run { report }
}

impl Run {
    /// The sites by path and place; outside of an audit those with a finding.
    pub fn sites(&self) -> Vec<Site> {
        let files = self.report.files.iter();
        files.flat_map(|file| file.entries.iter().map(move |entry| site(file, entry))).collect()
    }

    /// The findings that are not about one site.
    pub fn notices(&self) -> Vec<Finding> {
        let files = self.report.files.iter();
        let of =
            |file: &'_ FileReport, n: &Notice| finding(file, n.span.start.line.number, &n.found);
        files.flat_map(|file| file.notices.iter().map(move |n| of(file, n))).collect()
    }

    /// The findings of both kinds, suppressed ones included.
    pub fn findings(&self) -> Vec<Finding> {
        let mut all: Vec<Finding> = self.sites().into_iter().filter_map(|s| s.finding).collect();
        all.extend(self.notices());
        all
    }

    /// The rules that are broken, with their 1-based lines; what comments opt out of is left out.
    pub fn codes(&self) -> Vec<(usize, &'static str)> {
        let open = self.findings().into_iter().filter(|f| !f.is_suppressed);
        let mut codes: Vec<_> = open.map(|f| (f.line, f.rule)).collect();
        codes.sort_unstable();
        codes
    }

    /// What the sites of a 1-based line are judged to be, for a message.
    pub fn verdicts_of(&self, line: usize) -> String {
        let here = self.sites().into_iter().filter(|s| s.line == line);
        here.map(|s| format!("\n    {} ({}): {}", s.verdict, s.reason, s.why)).collect()
    }

    /// The new text of a file; none where nothing of it changes.
    pub fn patch_of(&self, path: &str) -> Option<&[u8]> {
        self.report.files.iter().find(|f| f.path == Path::new(path))?.patch.as_deref()
    }

    /// The new text of the only file that was asked about.
    pub fn patch(&self) -> Option<&[u8]> {
        assert!(self.report.files.len() < 2, "of several files, name one");
        self.report.files.first()?.patch.as_deref()
    }

    pub fn shutdowns(&self) -> Vec<Shutdown> {
        let of = |s: &undangle::fix::Shutdown| Shutdown {
            tracker: s.tracker.clone(),
            function: s.function.clone().map_err(|why| why.to_string()),
            called_by: s.called_by.clone().map_err(|why| why.to_string()),
        };
        self.report.files.iter().flat_map(|f| &f.shutdowns).map(of).collect()
    }

    /// Faults, each as one line.
    pub fn faults(&self) -> Vec<String> {
        let show = |f: &undangle::fault::Fault| {
            format!("{}: {}: {}", f.path.display(), f.kind.as_str(), f.message)
        };
        self.report.faults.iter().map(show).collect()
    }

    /// How many findings the report counts as fixed.
    pub fn patched(&self) -> usize {
        Counts::of(&self.report).patched
    }

    /// The diff as `diff` prints it into a pipe.
    pub fn diff(&self) -> Vec<u8> {
        diff(&self.report, Path::new(NOWHERE), PatchStyle::Raw)
    }

    /// What people see of it, which may be coloured.
    pub fn styled(&self) -> Vec<String> {
        let mut told = Vec::new();
        faults(&self.report.faults, false, &mut told).unwrap();
        let audit = table(&self.report, &AuditView::default());
        vec![String::from_utf8(told).unwrap(), human(&self.report, false), audit]
    }

    /// What it says without colours.
    pub fn plain(&self) -> Vec<String> {
        let view = AuditView::default();
        vec![concise(&self.report), audit_lines(&self.report, &view)]
    }

    /// Its JSON documents.
    pub fn documents(&self) -> Vec<String> {
        [ReportKind::Check, ReportKind::Audit, ReportKind::Fix]
            .map(|kind| {
                let (cwd, patch_style) = (Path::new("."), PatchStyle::Raw);
                let audit = AuditView::default();
                json(
                    &self.report,
                    &RenderContext { kind, cwd, patch_style, is_quiet: false, audit },
                )
            })
            .into()
    }
}

fn site(file: &FileReport, entry: &Entry) -> Site {
    let Entry { span, callee, function, reason, why, found, .. } = entry;
    let code = file.source.code();
    assert!(span.bytes.start < span.bytes.end, "{:?} is empty", span.bytes);
    let text = code.get(span.bytes.clone());
    Site {
        path: file.path.to_string_lossy().into_owned(),
        line: span.start.line.number,
        column: span.start.column,
        bytes: span.bytes.clone(),
        text: text.unwrap_or_else(|| panic!("{:?} is no piece of the text", span.bytes)).into(),
        callee: callee.clone(),
        function: function.clone(),
        verdict: reason.verdict().as_str(),
        reason: reason.as_str(),
        why: why.clone(),
        finding: found.as_ref().map(|found| finding(file, span.start.line.number, found)),
    }
}

fn finding(file: &FileReport, line: usize, found: &Found) -> Finding {
    Finding {
        path: file.path.to_string_lossy().into_owned(),
        line,
        rule: found.rule.code,
        is_suppressed: found.suppressed,
        fix: match &found.outcome {
            Outcome::Declined(why) => Fix::Declined(why.to_string()),
            Outcome::Fix { applicability, tracker, applied, notes, .. } => Fix::Some {
                applicability: applicability.as_str(),
                tracker: tracker.clone(),
                applied: *applied,
                note: (!notes.is_empty()).then(|| {
                    notes.iter().map(|n| n.message.as_str()).collect::<Vec<_>>().join("; ")
                }),
            },
        },
    }
}

impl Finding {
    pub fn is_applied(&self) -> bool {
        matches!(self.fix, Fix::Some { applied: true, .. })
    }
}

/// The names of asyncio's spawners; those of other libraries are tried by their cases alone.
pub fn spawner_names() -> Vec<&'static str> {
    use undangle::tasks::libraries::{anchor_names, spawner_names};
    let is_own =
        |name: &str| anchor_names().iter().any(|a| (a.name, a.library) == (name, "asyncio"));
    spawner_names().iter().copied().filter(|name| is_own(name)).collect()
}

/// The rules, in the order of their codes.
pub fn rules() -> Vec<RuleCard> {
    let card = |r: &undangle::rules::Rule| RuleCard {
        code: r.code,
        name: r.name,
        summary: r.summary,
        default: r.default,
        doc: r.doc,
    };
    undangle::rules::all().iter().copied().map(card).collect()
}

/// The formats of each command, its default first.
pub fn formats() -> Vec<FormatCard> {
    let commands = [
        ("check", ReportKind::Check),
        ("diff", ReportKind::Diff),
        ("fix", ReportKind::Fix),
        ("audit", ReportKind::Audit),
    ];
    let of = |(command, kind)| {
        undangle::output::formats(kind).map(move |f| FormatCard {
            command,
            name: f.name,
            help: f.help,
        })
    };
    commands.into_iter().flat_map(of).collect()
}

/// The causes of a risk, the highest first.
pub fn causes() -> Vec<CauseCard> {
    let card = |cause: &Cause| CauseCard {
        word: cause.as_str(),
        rule: cause.rule().to_string(),
        risk: cause.risk(false).as_str(),
        risk_in_tests: cause.risk(true).as_str(),
    };
    Cause::ALL.iter().map(card).collect()
}
