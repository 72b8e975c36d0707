//! Every folder of `testdata/fix_across`: a small project, `before`, is fixed by the program and compared with `after` and
//! `report.txt`. `UPDATE=1` writes them; CPython compiles every file; a second run changes nothing. `flags.txt` holds the
//! arguments, by default `--unsafe-fixes .`.

#![allow(clippy::unwrap_used)] // The helpers of a test are test code, too.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

fn folders() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/fix_across");
    let entries = fs::read_dir(root).unwrap().map(|e| e.unwrap().path());
    let mut found: Vec<PathBuf> = entries.filter(|p| p.is_dir()).collect();
    found.sort();
    found
}

/// The files below a folder, by their paths relative to it.
fn tree(folder: &Path) -> BTreeMap<PathBuf, String> {
    let mut found = BTreeMap::new();
    let mut todo = vec![folder.to_path_buf()];
    while let Some(dir) = todo.pop() {
        for entry in fs::read_dir(&dir).into_iter().flatten() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                todo.push(path);
            } else {
                let text = fs::read_to_string(&path).unwrap();
                found.insert(path.strip_prefix(folder).unwrap().to_path_buf(), text);
            }
        }
    }
    found
}

fn write(folder: &Path, files: &BTreeMap<PathBuf, String>) {
    for (path, text) in files {
        let path = folder.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
}

/// What `check` says of each finding's fix, the last line of `fix`, and the files after it.
fn fixed(files: &BTreeMap<PathBuf, String>, flags: &str) -> (String, BTreeMap<PathBuf, String>) {
    let dir = tempfile::tempdir().unwrap();
    fs::write(dir.path().join("setup.cfg"), "").unwrap();
    write(dir.path(), files);
    let run = |command: &str, more: &[&str]| {
        let mut program = Command::new(env!("CARGO_BIN_EXE_undangle"));
        program.args([command, "--no-config", "--color", "never"]).args(more);
        program.args(flags.split_whitespace()).current_dir(dir.path()).output().unwrap()
    };
    let json = run("check", &["--format", "json"]).stdout;
    let json: serde_json::Value = serde_json::from_slice(&json).unwrap();
    let mut report = String::new();
    for site in json["sites"].as_array().unwrap() {
        let fix = &site["fix"];
        let what = ["declined", "tracker", "applicability"].map(|k| fix[k].as_str());
        let what = match what {
            [Some(reason), ..] => format!("declined: {reason}"),
            [_, tracker, word] => format!("{} {}", word.unwrap_or("-"), tracker.unwrap_or("-")),
        };
        report.push_str(&format!("{}:{} {what}\n", site["path"].as_str().unwrap(), site["line"]));
    }
    let summary = String::from_utf8(run("fix", &["--format", "concise"]).stderr).unwrap();
    report.push_str(&summary);
    let mut after = tree(dir.path());
    after.remove(Path::new("setup.cfg"));
    (report, after)
}

#[test]
fn every_project_is_fixed_as_its_golden_says_and_then_left_alone() {
    let mut wrong = Vec::new();
    for folder in folders() {
        let flags = fs::read_to_string(folder.join("flags.txt"));
        let flags = flags.unwrap_or_else(|_| "--unsafe-fixes .".to_owned());
        let (report, after) = fixed(&tree(&folder.join("before")), &flags);
        if std::env::var_os("UPDATE").is_some() {
            let _ = fs::remove_dir_all(folder.join("after"));
            write(&folder.join("after"), &after);
            fs::write(folder.join("report.txt"), &report).unwrap();
        }
        let expected = fs::read_to_string(folder.join("report.txt")).unwrap_or_default();
        if expected != report {
            wrong.push(format!("{}/report.txt, got:\n{report}", folder.display()));
        }
        let golden = tree(&folder.join("after"));
        for (path, text) in &after {
            if golden.get(path) != Some(text) {
                wrong.push(format!("{}/after/{}, got:\n{text}", folder.display(), path.display()));
            }
        }
        assert_eq!(golden.len(), after.len(), "{}: files are missing", folder.display());
        if fixed(&after, &flags).1 != after {
            wrong.push(format!("{}: a second run changes it", folder.display()));
        }
    }
    assert!(wrong.is_empty(), "{} (UPDATE=1 writes them)", wrong.join("\n"));
}

#[test]
fn git_applies_the_patch_of_every_project_to_what_fix_writes() {
    let mut tried = 0;
    for folder in folders() {
        let flags = fs::read_to_string(folder.join("flags.txt"));
        let flags = flags.unwrap_or_else(|_| "--unsafe-fixes .".to_owned());
        let dir = tempfile::tempdir().unwrap();
        write(dir.path(), &tree(&folder.join("before")));
        fs::write(dir.path().join("setup.cfg"), "").unwrap();
        let mut program = Command::new(env!("CARGO_BIN_EXE_undangle"));
        program.args(["diff", "--no-config"]).args(flags.split_whitespace());
        let patch = program.current_dir(dir.path()).output().unwrap().stdout;
        fs::remove_file(dir.path().join("setup.cfg")).unwrap();
        if patch.is_empty() {
            continue;
        }
        let file = tempfile::NamedTempFile::new().unwrap();
        fs::write(file.path(), patch).unwrap();
        let git =
            Command::new("git").arg("apply").arg(file.path()).current_dir(dir.path()).output();
        let Ok(output) = git else {
            let in_ci = std::env::var("CI").is_ok_and(|v| v == "true");
            assert!(!in_ci, "git is missing");
            eprintln!("SKIPPED: git is not installed, no patch was applied");
            return;
        };
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        assert_eq!(tree(dir.path()), tree(&folder.join("after")), "{}", folder.display());
        tried += 1;
    }
    assert!(tried > 5, "only {tried} projects have a patch");
}

#[test]
fn cpython_compiles_every_project() {
    let code = "import sys
for path in sys.argv[1:]:
    compile(open(path, 'rb').read(), path, 'exec')";
    let both = |f: PathBuf| [f.join("before"), f.join("after")];
    let files = folders()
        .into_iter()
        .flat_map(both)
        .flat_map(|f| tree(&f).into_keys().map(|p| f.join(p)).collect::<Vec<_>>());
    match Command::new("python3").args(["-W", "ignore", "-c", code]).args(files).output() {
        Ok(output) => {
            assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        }
        Err(_) => {
            let in_ci = std::env::var("CI").is_ok_and(|v| v == "true");
            assert!(!in_ci, "python3 is missing");
            eprintln!("SKIPPED: python3 is not installed, the projects were not compiled");
        }
    }
}
