//! Every claim of an audit has a place, and every place holds code: of all projects of `testdata/scenarios` and of the demo.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::support::files::{Tree, at, folders};
use crate::support::library::causes;
use crate::support::world::{World, program_in};

fn projects() -> Vec<PathBuf> {
    let mut all: Vec<PathBuf> =
        folders("testdata/scenarios").iter().map(|folder| folder.join("before")).collect();
    all.push(at("testdata/demo"));
    all
}

fn audit(project: &Path) -> Value {
    let ran = program_in(project, "", &["audit", "--format", "json"]);
    assert_eq!(ran.err, "");
    ran.json()
}

/// Every path and line below a value that has a note beside them.
fn witnesses(value: &Value, found: &mut Vec<(String, usize)>) {
    let text = |key: &str| value.get(key).and_then(Value::as_str);
    let line = value.get("line").and_then(Value::as_u64);
    if let (Some(path), Some(line), Some(_)) = (text("path"), line, text("note")) {
        found.push((path.to_owned(), usize::try_from(line).unwrap()));
    }
    match value {
        Value::Array(values) => values.iter().for_each(|v| witnesses(v, found)),
        Value::Object(map) => map.values().for_each(|v| witnesses(v, found)),
        _ => {}
    }
}

#[test]
fn every_line_that_a_report_names_is_there_and_holds_code() {
    for project in projects() {
        let mut found = Vec::new();
        witnesses(&audit(&project), &mut found);
        for (path, line) in found {
            let text = std::fs::read_to_string(project.join(&path)).unwrap();
            let code = text.lines().nth(line - 1).unwrap_or_default().trim();
            assert!(!code.is_empty(), "{path}:{line} in {}", project.display());
        }
    }
}

/// A wait in a longer file has a node that the file of the task does not have.
#[test]
fn a_task_that_is_awaited_in_a_longer_file_is_audited() {
    let padding: String =
        (0..60).map(|i| format!("def pad_{i}(a, b):\n    return a + b\n\n\n")).collect();
    let main = format!(
        "{padding}from shop.jobs import Jobs\n\n\nasync def run(jobs: Jobs):\n    jobs.start()\n    await jobs.task\n"
    );
    let jobs = "import asyncio\n\n\nclass Jobs:\n    def start(self):\n        self.task = asyncio.create_task(self.work())\n\n    \
                async def work(self):\n        await asyncio.open_connection(self.host, 1)\n";
    let world =
        World::with(&[("shop/__init__.py", ""), ("shop/jobs.py", jobs), ("shop/main.py", &main)]);
    let ran = world.run(&["audit", "--format", "json"]);
    assert_eq!(ran.err, "");
    assert_eq!(ran.json()["sites"][0]["audit"]["failure"], "awaited");
}

#[test]
fn every_site_says_what_shows_its_owner_and_its_failure() {
    for project in projects() {
        for site in audit(&project)["sites"].as_array().unwrap() {
            let known = |key: &str| site["audit"][key] != "unknown";
            let claims = usize::from(known("owner")) + usize::from(known("failure"));
            let shown = site["evidence"].as_array().unwrap().len();
            assert!(shown >= claims, "{site:#}");
        }
    }
}

/// The files of `testdata/audit` whose comments also name answers.
pub(crate) const ANSWERED: [&str; 37] = [
    "shop/stops.py",
    "shop/wrappers.py",
    "shop/ends.py",
    "shop/services.py",
    "shop/closing.py",
    "shop/reach.py",
    "shop/sightings.py",
    "shop/outcomes.py",
    "shop/handovers.py",
    "shop/limits.py",
    "shop/sweep.py",
    "shop/callers.py",
    "shop/bounds.py",
    "shop/failures.py",
    "shop/seeming.py",
    "shop/errors.py",
    "shop/rounds.py",
    "shop/brief.py",
    "shop/detours.py",
    "shop/passing.py",
    "shop/afterwards.py",
    "shop/sources.py",
    "shop/removals.py",
    "shop/joins.py",
    "shop/losses.py",
    "shop/existing.py",
    "shop/lookups.py",
    "shop/depths.py",
    "shop/exits.py",
    "shop/helpers.py",
    "shop/interrupts.py",
    "shop/renewals.py",
    "shop/unseen.py",
    "shop/subscriptions.py",
    "shop/excuses.py",
    "shop/runners.py",
    "shop/turns.py",
];

/// The text of each file of a project whose lines say `# -> risk cause`, with what the audit says in their place.
#[test]
fn every_site_has_the_risk_that_its_comment_says() {
    let project = at("testdata/audit");
    let report = audit(&project);
    let sites = report["sites"].as_array().unwrap();
    let (mut wrong, mut seen) = (Vec::new(), Vec::new());
    for path in ANSWERED.into_iter().chain(["shop/risks.py", "tests/test_risks.py"]) {
        let text = std::fs::read_to_string(project.join(path)).unwrap();
        for (number, line) in text.lines().enumerate() {
            let here = |s: &&Value| s["path"] == path && comment_line(s, &text) == number + 1;
            let site = sites.iter().find(here);
            let said = line.split_once("  # -> ").map(|(_, words)| words);
            let risk = site.map(|s| s["audit"]["risk"].as_str().unwrap());
            if risk != said.map(|words| words.split(' ').next().unwrap()) {
                wrong.push(format!("{path}:{}: {said:?}, not {risk:?}", number + 1));
            }
            seen.extend(said.and_then(|words| words.split(' ').nth(1)).map(str::to_owned));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    for cause in causes() {
        assert!(seen.iter().any(|s| s == cause.word), "no case has the cause {}", cause.word);
    }
}

/// The 1-based line of a site's comment: the last one of the call, where a formatter puts it, else the first one.
pub(crate) fn comment_line(site: &Value, text: &str) -> usize {
    let number = |key: &str| usize::try_from(site[key].as_u64().unwrap()).unwrap();
    let last = number("end_line");
    let has_comment = text.lines().nth(last - 1).is_some_and(|line| line.contains("  # -> "));
    if has_comment { last } else { number("line") }
}

/// `await announce("started")` awaits the function, and throws away the task that it returns.
#[test]
fn the_await_of_a_wrapper_is_none_of_its_task() {
    let project = at("testdata/audit");
    let report = audit(&project);
    let mut sites = report["sites"].as_array().unwrap().iter();
    let site = sites.find(|s| s["callee"] == "announce").unwrap();
    assert_eq!(site["verdict"], "dropped");
    assert_eq!(site["audit"]["coroutine"], "once");
    assert_eq!(site["audit"]["stopped_by"], serde_json::json!([]));
    assert_ne!(site["audit"]["failure"], "awaited");
}

#[test]
fn the_exit_status_is_1_from_the_risk_on_that_is_named() {
    let run = |project: &str, folder: &str, arguments: &[&str]| {
        let arguments = [&["audit", "--quiet"], arguments].concat();
        program_in(&at("testdata").join(project), folder, &arguments).status
    };
    assert_eq!(run("audit", "", &[]), 0);
    assert_eq!(run("audit", "", &["--fail-on", "high"]), 1);
    assert_eq!(run("audit", "tests", &["--fail-on", "high"]), 0);
    assert_eq!(run("audit", "tests", &["--fail-on", "medium"]), 1);
    assert_eq!(run("scenarios/scheduler/before", "", &["--fail-on", "low"]), 0);
    assert_eq!(run("audit", "", &["--fail-on", "none"]), 2);
}

/// How many sites and findings each decision of an audit is about, by file and cause, and the findings about more than one task.
fn called_for(name: &str) -> BTreeMap<(String, String), usize> {
    let files = folders("testdata/fix").into_iter().filter_map(|folder| {
        let text = std::fs::read(folder.join(name)).ok()?;
        let module = folder.file_name()?.to_string_lossy().into_owned();
        Some((format!("pkg/{module}.py").into(), text))
    });
    let world = World::project(&Tree::from_iter(files));
    let report = program_in(&world.path(""), "", &["audit", "--format", "json"]).json();
    let mut found = BTreeMap::new();
    let mut count = |place: &Value, what: &str| {
        let path = place["path"].as_str().unwrap().to_owned();
        *found.entry((path, what.to_owned())).or_default() += 1;
    };
    for decision in report["decisions"].as_array().unwrap() {
        let what = decision["cause"].as_str().unwrap_or("finding");
        decision["sites"].as_array().unwrap().iter().for_each(|site| count(site, what));
    }
    for finding in report["findings"].as_array().unwrap() {
        let rule = finding["rule"].as_str().unwrap();
        if rule.starts_with("UND1") {
            count(finding, rule);
        }
    }
    found
}

/// Whether a fix said what is left to do: to call the shutdown that it writes. The rule about shutdowns, which is off by default, also
/// reports a task that does not end, as the fix said; that is no decision.
fn was_told(path: &str, what: &str) -> bool {
    let name = path.trim_start_matches("pkg/").trim_end_matches(".py");
    let told = std::fs::read_to_string(at("testdata/fix").join(name).join("outcomes.txt")).unwrap();
    match what {
        "uncalled" => told.contains("uncalled"),
        "UND104" => told.contains("uncalled") || told.contains("does not end by itself"),
        _ => false,
    }
}

#[test]
fn a_patch_of_ours_causes_no_finding_and_no_decision() {
    let before = called_for("before.py");
    let new = |key: &(String, String), count: usize| count > before.get(key).copied().unwrap_or(0);
    let caused: Vec<String> = called_for("after.py")
        .iter()
        .filter(|(key, count)| new(key, **count))
        .filter(|((path, what), _)| !was_told(path, what))
        .map(|((path, what), count)| format!("{path}: {what} {count} times"))
        .collect();
    assert!(caused.is_empty(), "{}", caused.join("\n"));
}
