//! Every folder of `testdata/fix`: `before.py`, as `pkg/app.py` of a project of its own, is fixed and compared with `after.py`
//! and `outcomes.txt`. `UPDATE=1` writes them; CPython compiles every one; a second run changes nothing. `options.toml` holds
//! the flags.

use std::fs;
use std::path::{Path, PathBuf};

use serde::Deserialize;

use crate::support::files::{Tree, all_right, folders, golden, shown};
use crate::support::library::{Ask, Command, Fix, Imports, Run, Shutdown, run_project};
use crate::support::tools::{Tool, cpython_compiles};
use crate::support::world::World;

const FILE: &str = "pkg/app.py";

/// `options.toml`
#[derive(Deserialize, Default)]
#[serde(rename_all = "kebab-case", default, deny_unknown_fields)]
struct Options {
    style: Option<String>,
    tracker: Option<String>,
    r#unsafe: bool,
    suppressed: bool,
    drain: bool,
    log_exceptions: bool,
    no_comment: bool,
    test_code: bool,
    line_length: Option<usize>,
    quotes: Option<String>,
    force_sort_within_sections: Option<bool>,
    force_single_line: Option<bool>,
    lines_after_imports: Option<usize>,
    type_checking_block: Option<bool>,
    /// The minor version of the lowest Python.
    floor: Option<u8>,
}

fn options(folder: &Path) -> Ask {
    let path = folder.join("options.toml");
    let text = fs::read_to_string(&path).unwrap_or_default();
    let options: Options =
        toml::from_str(&text).unwrap_or_else(|e| panic!("{}: {}", path.display(), e.message()));
    Ask {
        style: options.style,
        tracker: options.tracker,
        unsafe_fixes: options.r#unsafe,
        suppressed: options.suppressed,
        drain: options.drain,
        log_exceptions: options.log_exceptions,
        no_comment: options.no_comment,
        test_code: options.test_code,
        line_length: options.line_length,
        quotes: options.quotes,
        imports: Imports {
            force_sort_within_sections: options.force_sort_within_sections,
            force_single_line: options.force_single_line,
            lines_after_imports: options.lines_after_imports,
            type_checking_block: options.type_checking_block,
        },
        target_version: options.floor.map(|minor| (3, minor)),
        ..Ask::of(Command::Fix)
    }
}

fn all() -> Vec<PathBuf> {
    folders("testdata/fix")
}

fn run(bytes: &[u8], options: &Ask) -> Run {
    let world = World::project(&Tree::from([(FILE.into(), bytes.to_vec())]));
    let run = run_project(&world.path(""), options);
    assert!(run.faults().is_empty(), "{:?}", run.faults());
    run
}

/// What came of each finding, and of each tracker's shutdown.
fn outcomes(run: &Run) -> String {
    let mut text = String::new();
    for site in run.sites() {
        if let Some(finding) = site.finding {
            text += &format!("{} {}: {}\n", site.line, site.reason, outcome(&finding.fix));
        }
    }
    run.shutdowns().iter().for_each(|s| text += &shutdown(s));
    text
}

fn outcome(fix: &Fix) -> String {
    match fix {
        Fix::Declined(reason) => format!("declined: {reason}"),
        Fix::Some { applicability, tracker, applied, note } => {
            let tracker = tracker.as_ref().map(|t| format!(" {t}")).unwrap_or_default();
            let held_back = if *applied { "" } else { " (held back)" };
            let note = note.as_ref().map(|n| format!(" ({n})")).unwrap_or_default();
            format!("{applicability}{tracker}{held_back}{note}")
        }
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

#[test]
fn every_golden_is_reached_and_stays() {
    let mut wrong = Vec::new();
    for folder in all() {
        let options = options(&folder);
        let before = fs::read(folder.join("before.py")).unwrap();
        let first = run(&before, &options);
        let after = first.patch_of(FILE).unwrap_or(&before);
        wrong.extend(golden(&folder.join("after.py"), after));
        wrong.extend(golden(&folder.join("outcomes.txt"), outcomes(&first).as_bytes()));
        if run(after, &options).patch_of(FILE).is_some() {
            wrong.push(format!("{}: a second run changes it", shown(&folder)));
        }
    }
    all_right(&wrong);
}

#[test]
fn cpython_compiles_every_golden() {
    // Those for a later Python than the tests run on are checked by ruff only.
    let compiles = |f: &PathBuf| options(f).target_version.is_none_or(|v| v <= (3, 11));
    let all: Vec<PathBuf> = all().into_iter().filter(compiles).collect();
    cpython_compiles(all.iter().flat_map(|f| ["before.py", "after.py"].map(|name| f.join(name))));
}

/// What `ruff format` left alone before, it leaves alone afterwards.
#[test]
fn formatted_files_stay_formatted() {
    let Some(ruff) = Tool::find("ruff") else { return };
    let mut wrong = Vec::new();
    for folder in all() {
        let options = options(&folder);
        let length = options.line_length.unwrap_or(88).to_string();
        let quotes = match options.quotes.as_deref() {
            None => "double",
            Some("kept") => "preserve",
            Some(word) => word,
        };
        let quotes = format!("format.quote-style='{quotes}'");
        let differs = |name: &str| {
            let mut command = ruff.command();
            command.args(["format", "--isolated", "--no-cache", "--diff", "--config", &quotes]);
            let output =
                command.args(["--line-length", &length]).arg(folder.join(name)).output().unwrap();
            let diff = String::from_utf8_lossy(&output.stdout).into_owned();
            (!output.status.success()).then_some(diff)
        };
        if let (None, Some(diff)) = (differs("before.py"), differs("after.py")) {
            wrong.push(format!("{}:\n{diff}", shown(&folder)));
        }
    }
    all_right(&wrong);
}
