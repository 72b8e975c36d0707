//! Every folder of `testdata/fix`: `before.py` is judged, found, patched and compared with `after.py` and `outcomes.txt`.
//! `UPDATE=1` writes them; CPython compiles every one; a second run changes nothing. `options.toml` holds the flags.

#![allow(clippy::unwrap_used)] // The helpers of a test are test code, too.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use undangle::audit;
use undangle::fix::{
    FileFindings, FixInput, Helpers, Outcome, Patched, Shutdown, SubclassIndex, WrapperFixes, patch,
};
use undangle::python::Model;
use undangle::rules::{Finding, Rule, Status, suppressions};
use undangle::settings::{FileSettings, FixSettings, Quotes, Style, TrackerChoice};
use undangle::tasks::{ClassifiedSite, ProjectIndex, Verdict, classify};
use undangle::text::SourceFile;

static RULE: Rule = Rule {
    code: "UND001",
    name: "dropped-task",
    summary: "",
    default: true,
    doc: "",
    site_check: Some(|_| true),
    project_check: None,
};

#[derive(Default)]
struct Options {
    fix: FixSettings,
    file: FileSettings,
    test_code: bool,
}

fn options(folder: &Path) -> Options {
    let text = fs::read_to_string(folder.join("options.toml")).unwrap_or_default();
    let table: toml::Table = text.parse().unwrap();
    let mut options = Options::default();
    for (key, value) in &table {
        match (key.as_str(), value) {
            ("style", toml::Value::String(word)) if word == "helper" => {
                options.fix.style = Style::Helper;
            }
            ("tracker", toml::Value::String(word)) => options.fix.tracker = tracker(word),
            ("unsafe", toml::Value::Boolean(b)) => options.fix.unsafe_fixes = *b,
            ("suppressed", toml::Value::Boolean(b)) => options.fix.suppressed = *b,
            ("log-exceptions", toml::Value::Boolean(b)) => options.fix.log_exceptions = *b,
            ("drain", toml::Value::Boolean(b)) => options.fix.drain = *b,
            ("test-code", toml::Value::Boolean(b)) => options.test_code = *b,
            ("line-length", toml::Value::Integer(n)) => {
                options.file.line_length = Some(usize::try_from(*n).unwrap());
            }
            ("quotes", toml::Value::String(word)) => {
                options.file.quotes = Some(match word.as_str() {
                    "double" => Quotes::Double,
                    "single" => Quotes::Single,
                    _ => Quotes::Preserve,
                });
            }
            ("floor", toml::Value::Integer(minor)) => {
                options.file.target_version = Some((3, u8::try_from(*minor).unwrap()));
            }
            _ => panic!("{}: unknown option {key}", folder.display()),
        }
    }
    options
}

fn tracker(word: &str) -> TrackerChoice {
    match word {
        "auto" => TrackerChoice::Auto,
        "module" => TrackerChoice::Module,
        "instance" => TrackerChoice::Instance,
        "reuse" => TrackerChoice::Reuse,
        _ => {
            let (module, name) = word.split_once(':').unwrap();
            TrackerChoice::Shared { module: module.into(), name: name.into() }
        }
    }
}

struct Run {
    patched: Patched,
    outcomes: String,
}

fn run(bytes: Vec<u8>, options: &Options) -> Run {
    let source = SourceFile::new("pkg/app.py", bytes).unwrap();
    let models = [Model::new(source, "pkg.app")];
    let project = ProjectIndex::gather(&models);
    let model = &models[0];
    let judged = classify(model, &project);
    let dropped = (0..judged.len()).filter(|i| judged[*i].verdict() == Verdict::Dropped);
    let findings: Vec<Finding> = dropped.map(|i| finding(model, &judged, i)).collect();
    let ledger = FileFindings { model, judged: &judged, findings: &findings, locked: None };
    let mut helpers = Helpers::of(&models[0], &judged, true);
    helpers.add_uses(&models[0]);
    let mut subclasses = SubclassIndex::default();
    subclasses.add(&models[0]);
    let wrapper_fixes = WrapperFixes::gather(&[ledger], &[]);
    let audited = [audit::IndexedFile { model, judged: &judged, is_test: options.test_code }];
    let ends = audit::WorkspaceAudit::new(&audited, &project).shutdown_points(0);
    let patched = patch(&FixInput {
        model,
        project: &project,
        judged: &judged,
        findings: &findings,
        breaches: &[],
        wrapper_fixes: &wrapper_fixes,
        helpers: &helpers,
        subclasses: &subclasses,
        shared: None,
        shared_is_wanted: false,
        settings: &options.fix,
        file: &options.file,
        ends: options.fix.drain.then_some(&ends),
        test_code: options.test_code,
    });
    let lines = findings.iter().zip(&patched.outcomes).map(|(f, o)| {
        let reason = judged[f.site].reason.word();
        format!("{} {reason}: {}\n", model.line(f.node), line(o))
    });
    let outcomes = lines.chain(patched.shutdowns.iter().map(shutdown)).collect();
    Run { patched, outcomes }
}

fn finding(model: &Model, judged: &[ClassifiedSite], site: usize) -> Finding {
    let node = judged[site].site.node;
    let suppressed = !suppressions(model, node, &RULE).is_empty();
    Finding {
        rule: &RULE,
        site,
        node,
        message: String::new(),
        status: if suppressed { Status::Suppressed } else { Status::Open },
    }
}

fn shutdown(shutdown: &Shutdown) -> String {
    let Shutdown { tracker, function, called_by } = shutdown;
    match (function, called_by) {
        (Err(reason), _) => format!("{tracker} is not drained: {reason}\n"),
        (Ok(function), Ok(by)) => format!("{tracker} is drained by {function}, called by {by}\n"),
        (Ok(function), Err(why)) => {
            format!("{tracker} is drained by {function}, uncalled: {why}\n")
        }
    }
}

fn line(outcome: &Outcome) -> String {
    match outcome {
        Outcome::Declined(reason) => format!("declined: {reason}"),
        Outcome::Fix { applicability, tracker, applied, note, .. } => {
            let mut text = applicability.word().to_owned();
            if let Some(tracker) = tracker {
                text.push_str(&format!(" {tracker}"));
            }
            if !applied {
                text.push_str(" (held back)");
            }
            if let Some(note) = note {
                text.push_str(&format!(" ({note})"));
            }
            text
        }
    }
}

fn folders() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/fix");
    let entries = fs::read_dir(root).unwrap().map(|e| e.unwrap().path());
    let mut found: Vec<PathBuf> = entries.filter(|p| p.is_dir()).collect();
    found.sort();
    found
}

/// Compares with a golden file, or writes it; a missing one is a difference.
fn differs(path: &Path, actual: &[u8]) -> Option<String> {
    if std::env::var_os("UPDATE").is_some() {
        fs::write(path, actual).unwrap();
        return None;
    }
    let expected = fs::read(path).unwrap_or_default();
    (expected != actual).then(|| {
        format!(
            "{} differs (UPDATE=1 writes it); got:\n{}",
            path.display(),
            String::from_utf8_lossy(actual)
        )
    })
}

#[test]
fn every_golden_is_reached_and_stays() {
    let mut wrong = Vec::new();
    for folder in folders() {
        let options = options(&folder);
        let before = fs::read(folder.join("before.py")).unwrap();
        let first = run(before.clone(), &options);
        let after = first.patched.bytes.unwrap_or(before);
        wrong.extend(differs(&folder.join("after.py"), &after));
        let outcomes = folder.join("outcomes.txt");
        wrong.extend(differs(&outcomes, first.outcomes.as_bytes()));
        let second = run(after, &options);
        if second.patched.bytes.is_some() {
            wrong.push(format!("{}: a second run changes it", folder.display()));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn cpython_compiles_every_golden() {
    let code = "import sys
for path in sys.argv[1:]:
    compile(open(path, 'rb').read(), path, 'exec')";
    let both = |f: PathBuf| [f.join("before.py"), f.join("after.py")];
    let files = folders().into_iter().flat_map(both);
    let mut command = Command::new("python3");
    match command.args(["-W", "ignore", "-c", code]).args(files).output() {
        Ok(output) => {
            assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr))
        }
        Err(_) => {
            let in_ci = std::env::var("CI").is_ok_and(|v| v == "true");
            assert!(!in_ci, "python3 is missing");
            eprintln!("SKIPPED: python3 is not installed, the goldens were not compiled");
        }
    }
}

/// What `ruff format` left alone before, it leaves alone afterwards.
#[test]
fn formatted_files_stay_formatted() {
    let mut wrong = Vec::new();
    for folder in folders() {
        let file = options(&folder).file;
        let length = file.line_length.unwrap_or(88).to_string();
        let quotes = match file.quotes {
            Some(Quotes::Single) => "single",
            Some(Quotes::Preserve) => "preserve",
            Some(Quotes::Double) | None => "double",
        };
        let quotes = format!("format.quote-style='{quotes}'");
        let clean = |name: &str| {
            let mut command = Command::new("ruff");
            command.args(["format", "--isolated", "--diff", "--line-length", &length]);
            command.args(["--config", &quotes]);
            let output = command.arg(folder.join(name)).output().ok()?;
            let diff = String::from_utf8_lossy(&output.stdout).into_owned();
            Some((output.status.success(), diff))
        };
        if let (Some((true, _)), Some((false, diff))) = (clean("before.py"), clean("after.py")) {
            wrong.push(format!("{}:\n{diff}", folder.display()));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
