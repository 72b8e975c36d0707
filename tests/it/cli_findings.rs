//! Findings of rules that are not about one site: when they are on, how each format shows them, what they count for.

use crate::support::world::World;
use serde_json::json;

/// A done-callback on line 11 that raises when its entry is gone; line 16 takes entries out.
const REMOVES: &str = "import asyncio

tasks = set()


async def work(): ...


def spawn():
    task = asyncio.create_task(work())
    task.add_done_callback(tasks.remove)
    tasks.add(task)


def forget():
    tasks.clear()
";

#[test]
fn they_are_off_until_selected_and_on_in_an_audit() {
    let world = World::with(&[("app.py", REMOVES)]);
    let rules = |arguments: &[&str]| -> Vec<String> {
        let json = world.run(&[arguments, &["--format", "json"]].concat()).json();
        let findings = json["findings"].as_array().unwrap();
        findings.iter().map(|f| f["rule"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(rules(&["check"]), [""; 0]);
    assert_eq!(rules(&["check", "--select", "UND0"]), [""; 0]);
    assert!(rules(&["audit", "--ignore", "callback-removes"]).iter().all(|r| r != "UND109"));
    for selection in ["UND109", "callback-removes"] {
        assert_eq!(rules(&["check", "--select", selection]), ["UND109"]);
    }
    for selection in [&["check", "--select", "UND1"][..], &["check", "--select", "ALL"], &["audit"]]
    {
        assert!(rules(selection).contains(&"UND109".to_owned()), "{selection:?}");
    }
    world.file("pyproject.toml", "[tool.undangle]\nextend-select = ['UND109']\n");
    assert_eq!(rules(&["check"]), ["UND109"]);
}

#[test]
fn their_json_is_the_contract() {
    let world = World::with(&[("pkg/app.py", REMOVES)]);
    let json = world.run(&["check", "--select", "UND109", "--format", "json"]).json();
    let expected = json!([{
        "rule": "UND109", "path": "pkg/app.py", "line": 11, "column": 28,
        "message": "the done-callback `tasks.remove` raises `KeyError` if the entry is already gone, \
                    and other code removes entries",
        "suppressed": false,
        "evidence": [
            {"path": "pkg/app.py", "line": 16, "note": "also removes entries from `tasks`"}
        ],
        "fix": {"applicability": "unsafe", "tracker": null, "declined": null, "declined_id": null}
    }]);
    assert_eq!(json["findings"], expected);
    assert_eq!(json["sites"], json!([]));
}

#[test]
fn they_count_for_the_exit_status_and_the_summary() {
    let world = World::with(&[("app.py", REMOVES)]);
    let select = ["--select", "UND109"];
    let ran = world.run(&[&["check"], &select[..]].concat());
    assert_eq!(ran.status, 1);
    assert!(ran.out.contains("app.py:16: also removes entries from `tasks`"), "{}", ran.out);
    assert!(
        ran.out.contains("1 finding in 1 file. `undangle fix --unsafe-fixes` fixes 1."),
        "{}",
        ran.out
    );
    let ran = world.run(&[&["check", "--format", "concise"], &select[..]].concat());
    assert!(ran.out.starts_with("app.py:11:28: UND109 the done-callback"), "{}", ran.out);
    let ran = world.run(&[&["diff"], &select[..]].concat());
    assert_eq!((ran.status, ran.out.as_str()), (1, ""));
    let ran = world.run(&[&["fix", "--unsafe-fixes"], &select[..]].concat());
    assert_eq!(ran.status, 0, "{}", ran.err);
    assert!(ran.err.contains("Fixed 1 finding in 1 file."), "{}", ran.err);
    assert_eq!(world.text("app.py"), REMOVES.replace("tasks.remove", "tasks.discard"));
}

#[test]
fn a_comment_opts_out_of_them_and_goes_when_its_finding_is_fixed() {
    for comment in
        ["# noqa: UND109", "# undangle: ignore[UND109]", "# undangle: ignore[callback-removes]"]
    {
        let line = "task.add_done_callback(tasks.remove)";
        let world =
            World::with(&[("app.py", &REMOVES.replace(line, &format!("{line}  {comment}")))]);
        let ran = world.run(&["check", "--select", "UND109", "--format", "json"]);
        let json = ran.json();
        assert_eq!(
            (ran.status, &json["findings"][0]["suppressed"]),
            (0, &json!(true)),
            "{comment}"
        );
        assert_eq!(json["summary"]["suppressed"], 1);
        let fixed = world.run(&["fix", "--select", "UND109", "--unsafe-fixes", "--suppressed"]);
        assert_eq!(fixed.status, 0, "{}", fixed.err);
        assert_eq!(world.text("app.py"), REMOVES.replace("tasks.remove", "tasks.discard"));
    }
    let world = World::with(&[("app.py", &format!("# undangle: skip-file\n{REMOVES}"))]);
    assert_eq!(world.run(&["check", "--select", "UND109"]).status, 0);
}
