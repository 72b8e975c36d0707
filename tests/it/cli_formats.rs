//! What each format prints, and where it goes.

use std::collections::BTreeSet;

use crate::support::world::{DECLINED, DROPPED, KEPT, PROGRAM, World};
use serde_json::{Value, json};

#[test]
fn the_json_of_a_check_is_the_contract() {
    let world = World::with(&[("pkg/app.py", DROPPED), ("pkg/kept.py", KEPT)]);
    let ran = world.run(&["check", "--format", "json"]);
    let expected = json!({
        "schema": 1,
        "tool": "undangle",
        "version": env!("CARGO_PKG_VERSION"),
        "files": 2,
        "summary": {"dropped": 1, "held": 0, "managed": 0, "unsure": 0, "suppressed": 0, "fixable": 1},
        "sites": [{
            "path": "pkg/app.py", "line": 5, "column": 5, "end_line": 5, "end_column": 32,
            "callee": "asyncio.create_task", "function": "main", "verdict": "dropped",
            "reason": "discarded", "rule": "UND001",
            "message": "`main()` runs in a task that nothing keeps a reference to: it may be garbage-collected before it finishes", "suppressed": false,
            "fix": {
                "applicability": "safe", "tracker": "_background_tasks",
                "declined": null, "declined_id": null
            }
        }],
        "findings": [],
        "faults": []
    });
    assert_eq!(ran.json(), expected);
    assert_eq!(ran.err, "");
}

#[test]
fn an_audit_lists_every_site_with_its_scope() {
    let test = format!("{DROPPED}    await asyncio.sleep(1)\n");
    let world = World::with(&[("app.py", KEPT), ("tests/test_app.py", &test)]);
    let sites = world.sites(&["audit"]);
    let brief: Vec<_> = sites
        .iter()
        .map(|s| json!([s["path"], s["verdict"], s["reason"], s["scope"], s["rule"]]))
        .collect();
    assert_eq!(
        brief,
        [
            json!(["app.py", "held", "returned", "production", null]),
            json!(["tests/test_app.py", "dropped", "discarded", "test", "UND001"])
        ]
    );
    let ran = world.run(&["audit"]);
    assert!(ran.out.starts_with("What to do\n\n1.  medium (test code): "), "{ran:?}");
    assert!(ran.err.contains("1 dropped, 1 held"), "{ran:?}");
}

#[test]
fn what_is_suppressed_is_listed_and_counted_apart() {
    let text = DROPPED.replace("(main())\n", "(main())  # undangle: ignore[UND001]\n");
    let skipped = format!("# undangle: skip-file\n{DROPPED}");
    let world = World::with(&[("m.py", &text), ("s.py", &skipped)]);
    let json = world.run(&["check", "--format", "json"]).json();
    assert_eq!(json["summary"]["dropped"], 0);
    assert_eq!(json["summary"]["suppressed"], 2);
    assert!(json["sites"].as_array().unwrap().iter().all(|s| s["suppressed"] == true));
    let ran = world.run(&["check"]);
    assert_eq!(ran.out, "No dropped tasks in 2 files. 2 suppressed.\n");
}

#[test]
fn a_declined_fix_tells_its_reason() {
    let world = World::with(&[("m.py", DECLINED)]);
    let fix = &world.sites(&["check"])[0]["fix"];
    assert!(fix["applicability"].is_null());
    assert!(fix["declined"].as_str().unwrap().contains("class body"), "{fix}");
    assert_eq!(fix["declined_id"], "class-body");
    assert!(world.run(&["check"]).out.contains("note: no automatic fix: "));
}

#[test]
fn people_see_the_source_underlined_and_what_to_do() {
    let world = World::with(&[("m.py", DROPPED)]);
    let ran = world.run(&["check"]);
    for part in [
        "[UND001]: ",
        " --> m.py:5:5\n",
        "5 |     asyncio.create_task(main())\n  |     ^^^^^^^^^^^^^^^^^^^^^^^^^^^\n",
        "help: safe fix: keep it in `_background_tasks` (`undangle fix`)",
        "1 dropped task in 1 file. `undangle fix` fixes 1.\n",
    ] {
        assert!(ran.out.contains(part), "{part:?} in {}", ran.out);
    }
    assert_eq!(ran.err, "");
    let quiet = world.run(&["check", "--quiet"]).out;
    assert!(quiet.ends_with("(`undangle fix`)\n\n"), "{quiet}");
}

#[test]
fn one_line_each_is_for_programs_that_read_lines() {
    let world = World::with(&[("m.py", DROPPED), ("n.py", DECLINED)]);
    let ran = world.run(&["check", "--format", "concise"]);
    let lines: Vec<_> = ran.out.lines().collect();
    assert!(lines[0].starts_with("m.py:5:5: UND001 ") && lines[0].ends_with(" [fixable]"));
    assert!(lines[1].starts_with("n.py:6:5: UND001 ") && !lines[1].ends_with(']'));
    assert_eq!(lines.len(), 2);
    assert!(ran.err.contains("2 dropped tasks in 2 files."));
}

#[test]
fn colour_is_for_terminals_unless_asked_for() {
    let world = World::with(&[("m.py", DROPPED)]);
    for command in ["check", "diff"] {
        assert!(!world.run(&[command]).out.contains('\x1b'), "{command}");
        assert!(world.run(&[command, "--color", "always"]).out.contains('\x1b'), "{command}");
        assert!(!world.run(&[command, "--color", "never"]).out.contains('\x1b'), "{command}");
    }
}

#[test]
fn escapes_in_a_file_reach_no_terminal() {
    let text = DROPPED.replace("    asyncio", "    '\x1b[2J\x07'; asyncio");
    let world = World::with(&[("a\x1b[31m.py", &text)]);
    for arguments in [&["check"][..], &["check", "--format", "concise"], &["audit"]] {
        let ran = world.run(arguments);
        assert!(!ran.out.contains('\x1b') && !ran.out.contains('\x07'), "{ran:?}");
    }
    assert!(world.run(&["diff"]).out.contains("'\x1b[2J\x07'"), "a patch keeps its bytes");
    let shown = world.run(&["diff", "--color", "always"]).out;
    assert!(!shown.contains("\x1b[2J") && !shown.contains('\x07'), "{shown:?}");
}

#[test]
fn paths_are_told_as_they_were_given() {
    let world = World::with(&[("pkg/app.py", DROPPED), ("elsewhere/x.py", "")]);
    let path = |folder: &str, given: &str| {
        let ran = world.run_in(folder, &["check", "--format", "json", given], b"");
        ran.json()["sites"][0]["path"].as_str().unwrap().to_owned()
    };
    assert_eq!(path("", "."), "pkg/app.py");
    assert_eq!(path("", "./pkg/app.py"), "pkg/app.py");
    assert_eq!(path("pkg", "."), "app.py");
    assert_eq!(path("elsewhere", "../pkg"), "../pkg/app.py");
    let absolute = world.path("pkg/app.py");
    assert_eq!(path("", absolute.to_str().unwrap()), "pkg/app.py");
    assert_eq!(path("elsewhere", absolute.to_str().unwrap()), absolute.to_str().unwrap());
}

#[test]
fn the_task_of_a_wrapper_is_discarded_only_by_a_statement() {
    let code = "import asyncio\n\n\ndef spawn():\n    return asyncio.create_task(work())\n\n\n\
                async def main():\n    spawn()\n    tasks = [spawn()]\n    print(len(tasks))\n";
    let ran = World::with(&[("m.py", code)]).run(&["check", "--format", "json"]);
    let messages: Vec<Value> = [0, 1].map(|at| ran.json()["sites"][at]["message"].clone()).into();
    let risk = "it may be garbage-collected before it finishes";
    assert_eq!(messages[0], format!("`spawn(...)` returns a task that is discarded here: {risk}"));
    let lost = "`spawn(...)` returns a task that nothing keeps a reference to";
    assert_eq!(messages[1], format!("{lost}: {risk}"));
}

#[test]
fn a_headline_fits_a_line_and_a_long_call_shows_both_ends() {
    let arguments: String = (0..20).map(|n| format!("        {n},\n")).collect();
    let code = format!(
        "import asyncio\n\nasyncio.create_task(\n    work(\n{arguments}    ),\n    name='w',\n)\n"
    );
    let world = World::with(&[("m.py", &code)]);
    let out = world.run(&["check"]).out;
    let headline =
        "warning[UND001]: `work(...)` runs in a task that nothing keeps a reference to\n";
    assert!(out.starts_with(headline) && headline.len() <= 80, "{out}");
    assert!(out.contains("3 | / asyncio.create_task(\n") && out.contains("name='w',\n"), "{out}");
    assert!(out.contains("\n...  |\n") && out.lines().count() < 20, "{out}");
    assert_eq!(out.matches("may be garbage-collected").count(), 1, "{out}");
}

#[test]
fn a_rule_is_explained_by_code_or_name() {
    let world = World::new();
    let ran = world.run(&["explain", "und001"]);
    assert!(ran.out.starts_with("# UND001 dropped-task"), "{ran:?}");
    assert_eq!(world.run(&["explain", "dropped-task"]).out, ran.out);
}

#[test]
fn shells_get_their_completions() {
    let world = World::new();
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        assert!(world.run(&["completions", shell]).out.contains("undangle"), "{shell}");
    }
}

#[test]
fn each_command_has_its_manual_page() {
    let world = World::new();
    let ran = world.run(&["man", "."]);
    assert_eq!(ran.status, 0, "{ran:?}");
    assert!(world.text("undangle.1").contains("undangle\\-check(1)"));
    assert!(world.text("undangle-fix.1").contains("\\-\\-allow\\-dirty"));
    let missing = world.run(&["man", "missing"]);
    assert_eq!(missing.status, 2);
    assert!(missing.err.starts_with("error: cannot write to missing: "), "{missing:?}");
}

#[test]
fn output_is_the_same_whatever_the_threads_do() {
    let world = World::new();
    for i in 0..60 {
        world.file(&format!("p{}/m{i}.py", i % 7), DROPPED);
    }
    let first = world.run(&["check", "--format", "json", "-j", "1"]).out;
    for _ in 0..5 {
        assert_eq!(world.run(&["check", "--format", "json", "-j", "8"]).out, first);
    }
}

/// Two findings with one patch, one of them after a character that is two bytes long, and one without a fix.
fn reported() -> World {
    let two = DROPPED.to_owned() + "    x = 'é'; asyncio.create_task(main())\n";
    let world = World::with(&[("src/a b/app.py", &two), ("src/n.py", DECLINED)]);
    world.file(".git/HEAD", "ref: refs/heads/main\n");
    world
}

fn document(world: &World, arguments: &[&str]) -> Value {
    world.run_in("src", arguments, b"").json()
}

fn list(value: &Value) -> &[Value] {
    value.as_array().unwrap_or_else(|| panic!("no list: {value}"))
}

fn number(value: &Value) -> usize {
    usize::try_from(value.as_u64().unwrap_or_else(|| panic!("no number: {value}"))).unwrap()
}

/// The text with lines `first` to `last`, from 1, replaced.
fn replaced(old: &str, changes: &mut [(usize, usize, String)]) -> String {
    let mut lines: Vec<&str> = old.lines().collect();
    changes.sort();
    for (first, last, text) in changes.iter().rev() {
        lines.splice(first - 1..*last, [text.as_str()]);
    }
    lines.join("\n") + "\n"
}

#[test]
fn sarif_has_what_code_scanning_asks_for() {
    let world = reported();
    let sarif = document(&world, &["check", "--format", "sarif"]);
    assert_eq!(sarif["version"], "2.1.0");
    let [run] = list(&sarif["runs"]) else { panic!("{sarif}") };
    let driver = &run["tool"]["driver"];
    assert_eq!(driver["name"], "undangle");
    let [rule] = list(&driver["rules"]) else { panic!("{driver}") };
    assert_eq!(rule["id"], "UND001");
    assert!(rule["help"]["markdown"].as_str().unwrap().starts_with("# UND001 dropped-task"));
    assert!(rule["help"]["text"].is_string() && rule["shortDescription"]["text"].is_string());
    assert_eq!(run["columnKind"], "unicodeCodePoints");
    assert_eq!(run["invocations"][0]["executionSuccessful"], true);
    let results = list(&run["results"]);
    assert_eq!(results.len(), 3);
    for result in results {
        assert_eq!((&result["ruleId"], &result["ruleIndex"]), (&json!("UND001"), &json!(0)));
        assert!(result["message"]["text"].is_string());
        let place = &result["locations"][0]["physicalLocation"];
        let uri = place["artifactLocation"]["uri"].as_str().unwrap();
        assert!(["src/a%20b/app.py", "src/n.py"].contains(&uri), "{uri}");
        assert!(
            run["originalUriBaseIds"][place["artifactLocation"]["uriBaseId"].as_str().unwrap()]
                .is_object()
        );
        let region = |key: &str| number(&place["region"][key]);
        assert!(region("startLine") >= 1 && region("startColumn") >= 1, "{place}");
        assert!(region("endLine") >= region("startLine"), "{place}");
    }
    assert_eq!(results[1]["locations"][0]["physicalLocation"]["region"]["startColumn"], 14);
    let prints: BTreeSet<_> =
        results.iter().map(|r| r["partialFingerprints"]["undangle/v1"].as_str()).collect();
    assert_eq!(prints.len(), 3);
}

#[test]
fn the_fixes_of_sarif_and_rdjson_make_what_fix_writes() {
    let world = reported();
    let old = world.text("src/a b/app.py");
    let sarif = document(&world, &["check", "--format", "sarif"]);
    assert_eq!(sarif, document(&world, &["diff", "--format", "sarif"]));
    let fixes = list(&sarif["runs"][0]["results"]).iter().filter(|r| r["fixes"].is_array());
    let fixes: Vec<_> = fixes.flat_map(|r| list(&r["fixes"])).collect();
    let [fix] = &fixes[..] else { panic!("one patch is one fix: {fixes:?}") };
    let change = &fix["artifactChanges"][0];
    assert_eq!(change["artifactLocation"]["uri"], "src/a%20b/app.py");
    let mut from_sarif = Vec::new();
    for replacement in list(&change["replacements"]) {
        let region = &replacement["deletedRegion"];
        let (first, last) = (number(&region["startLine"]), number(&region["endLine"]));
        assert_eq!(region["startColumn"], 1);
        let end = old.lines().nth(last - 1).unwrap().chars().count() + 1;
        assert_eq!(number(&region["endColumn"]), end);
        let text = replacement["insertedContent"]["text"].as_str().unwrap();
        from_sarif.push((first, last, text.to_owned()));
    }
    let rdjson = document(&world, &["check", "--format", "rdjson"]);
    let suggestions = list(&rdjson["diagnostics"]).iter().filter(|d| d["suggestions"].is_array());
    let suggestions = suggestions.flat_map(|d| list(&d["suggestions"]));
    let mut from_rdjson: Vec<_> = suggestions
        .map(|s| {
            assert!(s["range"]["start"]["column"].is_null(), "whole lines");
            let line = |end: &str| number(&s["range"][end]["line"]);
            (line("start"), line("end"), s["text"].as_str().unwrap().to_owned())
        })
        .collect();
    world.run(&["fix", "--allow-dirty"]);
    let new = world.text("src/a b/app.py");
    assert_ne!(old, new);
    assert_eq!(replaced(&old, &mut from_sarif), new);
    assert_eq!(replaced(&old, &mut from_rdjson), new);
}

#[test]
fn rdjson_counts_columns_in_bytes() {
    let rdjson = document(&reported(), &["check", "--format", "rdjson"]);
    assert_eq!(rdjson["source"]["name"], "undangle");
    let found = list(&rdjson["diagnostics"]).iter().filter(|d| d["code"]["value"] == "UND001");
    let found: Vec<_> = found.collect();
    assert_eq!(found.len(), 3);
    for diagnostic in &found {
        assert_eq!(diagnostic["severity"], "WARNING");
        assert!(diagnostic["message"].is_string());
    }
    assert_eq!(found[0]["location"]["path"], "a b/app.py");
    let range = json!({"start": {"line": 6, "column": 15}, "end": {"line": 6, "column": 42}});
    assert_eq!(found[1]["location"]["range"], range);
}

#[test]
fn what_is_fixed_is_no_result_of_a_fix() {
    for format in ["sarif", "rdjson", "gitlab", "github", "junit"] {
        let ran = reported().run(&["fix", "--allow-dirty", "--format", format]);
        assert!(ran.out.contains("n.py") && !ran.out.contains("app.py"), "{format}: {ran:?}");
    }
}

#[test]
fn gitlab_gets_paths_of_the_repository_and_fingerprints_that_stay() {
    let world = reported();
    let issues = document(&world, &["check", "--format", "gitlab"]);
    for issue in list(&issues) {
        assert!(issue["description"].is_string());
        assert_eq!((&issue["check_name"], &issue["severity"]), (&json!("UND001"), &json!("major")));
        assert!(number(&issue["location"]["lines"]["begin"]) >= 1);
    }
    let paths: Vec<_> =
        list(&issues).iter().map(|i| i["location"]["path"].as_str().unwrap()).collect();
    assert_eq!(paths, ["src/a b/app.py", "src/a b/app.py", "src/n.py"]);
    let prints = |issues: &Value| -> Vec<String> {
        list(issues).iter().map(|i| i["fingerprint"].to_string()).collect()
    };
    let before = prints(&issues);
    assert_eq!(before.iter().collect::<BTreeSet<_>>().len(), 3);
    world.file("src/n.py", format!("# A line above.\n{DECLINED}"));
    assert_eq!(prints(&document(&world, &["check", "--format", "gitlab"])), before);
    let clean = World::with(&[("m.py", KEPT)]);
    assert_eq!(clean.run(&["check", "--format", "gitlab"]).json(), json!([]));
}

#[test]
fn github_gets_one_escaped_command_each() {
    let world = World::with(&[("a,b%.py", DROPPED)]);
    let ran = world.run(&["check", "--format", "github"]);
    let start = "::warning title=undangle (UND001),file=a%2Cb%25.py,line=5,endLine=5,col=5,endColumn=32::UND001 `main()`";
    assert!(ran.out.starts_with(start), "{ran:?}");
    assert_eq!(ran.out.lines().count(), 1);
    let skipped = World::with(&[("s.py", "create_task(\0")]);
    let ran = skipped.run(&["check", "--format", "github"]);
    assert!(
        ran.out.starts_with("::warning title=undangle (null-byte),file=s.py::null byte"),
        "{ran:?}"
    );
}

#[test]
fn junit_counts_what_it_lists() {
    let world = World::with(&[("a&b.py", DROPPED), ("n.py", DECLINED), ("s.py", "create_task(\0")]);
    let ran = world.run(&["check", "--format", "junit"]);
    assert!(
        ran.out.starts_with("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites "),
        "{ran:?}"
    );
    let count = |part: &str| ran.out.matches(part).count();
    assert!(ran.out.contains("tests=\"3\" failures=\"2\" errors=\"1\""), "{ran:?}");
    assert_eq!((count("<testcase "), count("<failure "), count("<error ")), (3, 2, 1));
    assert_eq!((count("<testsuite "), count("</testsuite>")), (3, 3));
    assert!(ran.out.contains("classname=\"a&amp;b\"") && !ran.out.contains("a&b"), "{ran:?}");
    let clean = World::with(&[("m.py", KEPT)]).run(&["check", "--format", "junit"]);
    assert!(clean.out.contains("tests=\"1\" failures=\"0\" errors=\"0\""), "{clean:?}");
}

#[test]
fn json_lines_are_the_objects_of_json() {
    let world = World::with(&[("m.py", DROPPED), ("s.py", "create_task(\0")]);
    let ran = world.run(&["check", "--format", "json-lines"]);
    let lines: Vec<Value> = ran.out.lines().map(|l| serde_json::from_str(l).unwrap()).collect();
    let mut site = world.sites(&["check"])[0].clone();
    site["type"] = json!("site");
    assert_eq!(lines[0], site);
    assert_eq!((&lines[1]["type"], &lines[1]["kind"]), (&json!("fault"), &json!("null-byte")));
    assert_eq!(lines.len(), 2);
}

#[test]
fn a_report_goes_to_a_file_without_colour() {
    let world = World::with(&[("m.py", DROPPED)]);
    for format in ["human", "concise", "json", "sarif"] {
        let arguments = ["check", "--quiet", "--color", "always", "--format", format];
        let ran = world.run(&[&arguments[..], &["--output-file", "report"]].concat());
        assert_eq!((ran.status, &*ran.out), (1, ""), "{format}: {ran:?}");
        let plain = world.run(&["check", "--quiet", "--format", format]).out;
        assert_eq!(world.text("report"), plain, "{format}");
    }
    world.run(&["diff", "--color", "always", "-o", "patch"]);
    assert_eq!(world.text("patch"), world.run(&["diff"]).out);
    let ran = world.run(&["check", "-o", "no/such/folder"]);
    assert!(ran.status == 2 && ran.err.contains("error: cannot write no/such/folder"), "{ran:?}");
}

#[test]
fn statistics_count_by_rule() {
    let world = World::with(&[("m.py", DROPPED), ("n.py", DECLINED)]);
    let ran = world.run(&["check", "--statistics"]);
    assert!(ran.out.starts_with("     2  UND001  dropped-task [1 fixable]\n2 dropped"), "{ran:?}");
    assert_eq!(ran.status, 1);
    let counts = world.run(&["check", "--statistics", "--format", "json"]).json();
    let count = json!({"code": "UND001", "name": "dropped-task", "count": 2, "fixable": 1});
    assert_eq!(counts, json!([count]));
    let ran = world.run(&["check", "--statistics", "--format", "sarif"]);
    assert!(ran.status == 2 && ran.err.contains("`--format sarif`"), "{ran:?}");
}

#[test]
fn colour_can_be_forced_by_the_environment() {
    let world = World::with(&[("m.py", DROPPED)]);
    for (setting, expected) in [
        ("FORCE_COLOR=1", true),
        ("CLICOLOR_FORCE=1", true),
        ("FORCE_COLOR=0", false),
        ("NO_COLOR=1", false),
    ] {
        let with = |more: &[&str]| {
            let fixed =
                ["-u", "NO_COLOR", "-u", "CLICOLOR_FORCE", "-u", "FORCE_COLOR", setting, PROGRAM];
            world.tool("", "env", &[&fixed[..], more].concat(), b"").out.contains('\x1b')
        };
        assert_eq!(with(&["check"]), expected, "{setting}");
        assert_eq!(with(&["diff"]), expected, "{setting}");
        assert!(!with(&["check", "--color", "never"]), "{setting}");
    }
}
