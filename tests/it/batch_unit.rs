//! `batch unit`: the files that it writes, and what a repository cannot make it do.

use serde_json::Value;

use crate::support::git::{commit, git, repository};
use crate::support::world::{DECLINED, DROPPED, KEPT, LOSING, Ran, World, has};

/// The unit of the world's repository, written to `out`.
fn unit(world: &World, out: &str, flags: &[&str]) -> (Ran, Value) {
    let ran = world.run(&[&["batch", "unit", ".", "--out", out], flags].concat());
    let result = serde_json::from_str(&world.text(&format!("{out}/result.json"))).unwrap();
    (ran, result)
}

/// A fresh clone of the world's repository, which git applies a patch in.
fn applies(world: &World, patch: &str) -> World {
    let fresh = World::new();
    let source = world.path("").to_string_lossy().into_owned();
    git(&fresh, &["clone", "--quiet", &source, "clone"]);
    let patch = world.path(patch).to_string_lossy().into_owned();
    let apply = fresh.tool("clone", "git", &["apply", "--check", &patch], b"");
    assert_eq!(apply.status, 0, "{apply:?}");
    let identity = ["-c", "user.name=b", "-c", "user.email=b@example.com"];
    let am = fresh.tool("clone", "git", &[&identity[..], &["am", "--quiet", &patch]].concat(), b"");
    assert_eq!(am.status, 0, "{am:?}");
    fresh
}

#[test]
fn a_unit_is_a_patch_a_commit_a_pull_request_and_a_result() {
    let Some(world) = repository(&[("pkg/m.py", DROPPED), ("pkg/n.py", DECLINED)]) else { return };
    // What is not committed does not count.
    world.file("pkg/m.py", "x = 1\n");
    let flags =
        ["--subject", "Keep tasks", "--trailer", "Refs: #12", "--author", "Bot <b@example.com>"];
    let (ran, result) = unit(&world, "out", &flags);
    assert_eq!(ran.status, 0, "{ran:?}");
    assert!(ran.err.ends_with(": changed: fixes 1 finding in 1 file; see out/pr.md\n"), "{ran:?}");
    assert_eq!(result["status"], "changed");
    assert_eq!(result["files"], serde_json::json!(["pkg/m.py"]));
    assert_eq!(result["sites"]["fixed"], serde_json::json!({"UND001": 1}));
    assert_eq!(result["sites"]["declined"], serde_json::json!({"UND001": 1}));
    let message = world.text("out/commit.txt");
    assert!(
        message.starts_with("Keep tasks\n\n") && message.contains("\n\nRefs: #12\nUndangle-Tree: "),
        "{message}"
    );
    let text = world.text("out/pr.md");
    assert!(text.starts_with("Keep tasks\n\n"), "{text}");
    assert!(text.contains("- `pkg/m.py:5` in `main`: "), "{text}");
    assert!(text.contains("- `pkg/n.py:6`"), "{text}");
    let fresh = applies(&world, "out/change.patch");
    let told = fresh.tool("clone", "git", &["log", "-1", "--format=%an <%ae>%n%B"], b"");
    assert_eq!(told.out.trim_end(), format!("Bot <b@example.com>\n{}", message.trim_end()));
    let again = fresh.run_in("clone", &["check", "pkg/m.py"], b"");
    assert_eq!(again.status, 0, "{again:?}");
}

#[test]
fn a_second_run_gives_the_same_bytes() {
    let Some(world) = repository(&[("m.py", DROPPED)]) else { return };
    let (_, first) = unit(&world, "one", &[]);
    let (_, second) = unit(&world, "two", &[]);
    for name in ["change.patch", "commit.txt", "pr.md"] {
        assert_eq!(world.bytes(&format!("one/{name}")), world.bytes(&format!("two/{name}")));
    }
    let without_time = |mut result: Value| {
        result["seconds"] = Value::Null;
        result
    };
    assert_eq!(without_time(first), without_time(second));
}

#[test]
fn production_code_alone_is_fixed_unless_more_is_included() {
    let files = ["pkg/m.py", "tests/test_m.py", "examples/m.py", "docs/m.py"];
    let Some(world) = repository(&files.map(|name| (name, DROPPED))) else { return };
    let (_, result) = unit(&world, "out", &[]);
    assert_eq!(result["files"], serde_json::json!(["pkg/m.py"]));
    assert_eq!(result["sites"]["out_of_scope"], serde_json::json!({"UND001": 3}));
    let (_, result) = unit(&world, "out", &["--include", "docs,examples"]);
    assert_eq!(result["files"], serde_json::json!(["docs/m.py", "examples/m.py", "pkg/m.py"]));
    assert_eq!(result["settings"]["include"], serde_json::json!(["examples", "docs"]));
}

#[test]
fn a_unit_can_be_several_pull_requests() {
    let files = ["a/m.py", "a/n.py", "b/m.py"];
    let Some(world) = repository(&files.map(|name| (name, DROPPED))) else { return };
    let (_, result) = unit(&world, "out", &["--split", "directory", "--branch", "fix/tasks"]);
    let parts: Vec<&str> =
        result["parts"].as_array().unwrap().iter().map(|p| p["branch"].as_str().unwrap()).collect();
    assert_eq!(parts, ["fix/tasks-a", "fix/tasks-b"]);
    applies(&world, "out/parts/a/change.patch");
    assert!(!world.text("out/parts/a/pr.md").contains("b/m.py"));
    assert!(!world.path("out/change.patch").exists());
    let (_, result) = unit(&world, "out", &["--max-files", "2"]);
    assert_eq!(result["parts"].as_array().unwrap().len(), 2);
    assert!(!world.path("out/parts/a").exists());
    let (_, result) = unit(&world, "out", &[]);
    assert_eq!(result["parts"], serde_json::json!([]));
    assert!(!world.path("out/parts").exists());
}

#[test]
fn the_tasks_of_the_tests_are_counted() {
    let Some(world) = repository(&[("m.py", LOSING)]) else { return };
    if !has("python3") {
        return;
    }
    let (_, result) = unit(&world, "out", &["--verify", "python3 m.py"]);
    let lost = |run: &str| result["verify"][run]["tasks"]["lost"].clone();
    assert_eq!((lost("before"), lost("after")), (1.into(), 0.into()), "{result}");
    let text = world.text("out/pr.md");
    assert!(
        text.contains(": 1 and 0 lost, 0 and 1 left running, 0 and 0 failed unseen."),
        "{text}"
    );
}

#[test]
fn the_tests_of_the_project_decide() {
    let Some(world) = repository(&[("m.py", DROPPED)]) else { return };
    let (ran, result) = unit(&world, "out", &["--verify", "! grep -q add_done_callback m.py"]);
    assert_eq!(ran.status, 2, "{ran:?}");
    assert_eq!(result["status"], "error");
    assert_eq!(result["verify"]["before"]["passed"], true);
    assert!(!world.path("out/change.patch").exists() && !world.path("out/pr.md").exists());
    let (ran, result) =
        unit(&world, "out", &["--verify", "echo told; grep -q add_done_callback m.py"]);
    assert_eq!((ran.status, &result["status"]), (0, &Value::from("changed")));
    assert!(world.text("out/pr.md").contains("fails before the patch and passes after it"));
    assert_eq!(world.text("out/verify-after.log"), "told\n");
    let slow =
        ["--verify", "grep -q add_done_callback m.py && sleep 60 || true", "--verify-timeout", "1"];
    let (_, result) = unit(&world, "out", &slow);
    assert_eq!(result["verify"]["after"]["timed_out"], true);
    assert!(result["message"].as_str().unwrap().ends_with("and reaches the time limit with it"));
}

#[test]
fn there_may_be_nothing_to_do() {
    let Some(world) = repository(&[("README", "")]) else { return };
    let (ran, result) = unit(&world, "out", &[]);
    assert_eq!((ran.status, &result["status"]), (0, &Value::from("skipped")));
    assert_eq!(result["message"], "there are no Python files");
    world.file("m.py", KEPT);
    commit(&world);
    let (_, result) = unit(&world, "out", &[]);
    assert_eq!(
        (&result["status"], &result["message"]),
        (&"unchanged".into(), &"nothing to fix".into())
    );
    let (ran, result) = unit(&world, "out", &["--base", "missing"]);
    assert_eq!((ran.status, &result["status"]), (2, &Value::from("error")));
    assert_eq!(result["message"], "there is no branch `missing`");
    let empty = World::new();
    git(&empty, &["init", "--quiet"]);
    let (ran, result) = unit(&empty, "out", &[]);
    assert_eq!((ran.status, &result["status"]), (0, &Value::from("skipped")));
}

#[test]
fn what_cannot_be_used_is_an_error() {
    let outside = World::with(&[("pyproject.toml", "[tool.undangle]\nignore = [\"ALL\"]\n")]);
    let extends = format!("extend = \"{}\"\n", outside.path("pyproject.toml").display());
    let Some(world) = repository(&[("m.py", DROPPED), ("undangle.toml", &extends)]) else { return };
    let (ran, result) = unit(&world, "out", &[]);
    assert_eq!((ran.status, &result["status"]), (2, &Value::from("error")));
    let told = result["message"].as_str().unwrap();
    assert!(
        told.starts_with("undangle.toml:1: extend: it points outside the repository"),
        "{told}"
    );
    let (ran, result) = unit(&world, "out", &["--no-config", "--verify", "no-such-command"]);
    assert_eq!(ran.status, 2, "{ran:?}");
    assert_eq!(result["message"], "`no-such-command` cannot be run, without the patch");
    let (_, result) = unit(&world, "out", &["--no-config", "--branch", "master"]);
    let (_, other) = unit(&world, "out", &["--no-config", "--branch", "main"]);
    assert!([result, other].iter().any(|r| r["status"] == "error"));
    world.file(
        "endless",
        "{% for a in range(10000) %}{% for b in range(10000) %}{{ a }}{% endfor %}{% endfor %}",
    );
    let (ran, result) = unit(&world, "out", &["--no-config", "--template", "endless"]);
    assert_eq!(ran.status, 2, "{ran:?}");
    assert!(result["message"].as_str().unwrap().contains("fuel"), "{result}");
    let ran = world.run(&["batch", "unit", "fd::3", "--out", "out"]);
    assert!(ran.status == 2 && ran.err.contains("transport 'fd' not allowed"), "{ran:?}");
}

#[test]
fn what_cannot_be_cloned_is_an_error_without_credentials() {
    let world = World::new();
    let missing = "https://me:secret@localhost:1/a.git?token=secret";
    let ran = world.run(&["batch", "unit", missing, "--out", "out"]);
    assert_eq!(ran.status, 2, "{ran:?}");
    let result = world.text("out/result.json");
    assert!(!ran.err.contains("secret") && !result.contains("secret"), "{ran:?} {result}");
    assert!(result.contains("\"https://localhost:1/a.git\""), "{result}");
}

#[cfg(unix)]
#[test]
fn a_repository_runs_nothing_and_leads_nowhere() {
    use std::os::unix::fs::symlink;
    let attributes =
        "lfs.py filter=lfs\n*.py filter=evil text eol=crlf -diff working-tree-encoding=UTF-16\n";
    let Some(world) = repository(&[("m.py", DROPPED), (".gitattributes", "")]) else { return };
    let outside =
        World::with(&[("secret.py", DROPPED), ("pyproject.toml", "[tool.undangle]\nx=1\n")]);
    symlink(outside.path("secret.py"), world.path("link.py")).unwrap();
    symlink(outside.path(""), world.path("folder")).unwrap();
    symlink(outside.path("pyproject.toml"), world.path("pyproject.toml")).unwrap();
    symlink("m.py", world.path("inside.py")).unwrap();
    world.file("lfs.py", "version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 1\n");
    world.file("-odd \n\"name.py", DROPPED);
    commit(&world);
    git(
        &world,
        &["update-index", "--add", "--cacheinfo", &format!("160000,{},sub", "1".repeat(40))],
    );
    world.file(".gitattributes", attributes);
    git(&world, &["add", ".gitattributes"]);
    let author = ["-c", "user.name=a", "-c", "user.email=a@example.com"];
    git(&world, &[&author[..], &["commit", "--quiet", "-m", "odd things"]].concat());
    let mark = world.path("mark").to_string_lossy().into_owned();
    let run = format!("touch {mark}; cat");
    for key in [
        "filter.evil.smudge",
        "filter.evil.clean",
        "core.fsmonitor",
        "core.pager",
        "core.sshCommand",
    ] {
        git(&world, &["config", key, &run]);
    }
    git(&world, &["config", "uploadpack.packObjectsHook", &run]);
    for hook in ["post-checkout", "pre-commit", "reference-transaction", "post-index-change"] {
        let path = world.file(&format!(".git/hooks/{hook}"), format!("#!/bin/sh\ntouch {mark}\n"));
        world.tool("", "chmod", &["+x", &path.to_string_lossy()], b"");
    }
    let out = World::new();
    let (source, target) = (world.path(""), out.path("out"));
    let (source, target) = (source.to_string_lossy(), target.to_string_lossy());
    let ran = out.run(&["batch", "unit", &source, "--out", &target]);
    assert_eq!(ran.status, 0, "{ran:?}");
    assert!(!world.path("mark").exists());
    assert_eq!(outside.text("secret.py"), DROPPED);
    let result: Value = serde_json::from_str(&out.text("out/result.json")).unwrap();
    assert_eq!(result["status"], "changed", "{result}");
    assert_eq!(result["files"], serde_json::json!(["-odd \n\"name.py", "m.py"]), "{result}");
    let notes = result["notes"].to_string();
    assert!(notes.contains("lfs.py") && notes.contains("1 submodule not looked at"), "{notes}");
    // The patch is of the committed bytes, whatever a checkout makes of them.
    let patch = out.text("out/change.patch");
    assert!(patch.contains("\n+    task = asyncio.create_task(main())\n"), "{patch}");
    git(&world, &["config", "--remove-section", "filter.evil"]);
    let patch = out.path("out/change.patch");
    let apply = ["apply", "--check", "--cached", &patch.to_string_lossy()];
    let apply = world.tool("", "git", &apply, b"");
    assert_eq!(apply.status, 0, "{apply:?}");
}

#[test]
fn usage_is_checked_before_anything_is_fetched() {
    let world = World::new();
    for (flags, told) in [
        (["--subject", "a\nb"], "`--subject` takes one line"),
        (["--trailer", "no trailer"], "`--trailer` takes one line such as `Refs: #12`"),
        (["--branch", "a..b"], "`a..b` cannot be the name of a branch"),
        (["--author", "me"], "`--author` takes `Name <address>`, not `me`"),
        (["--template", "missing"], "cannot read the template missing"),
    ] {
        let ran = world.run(&[&["batch", "unit", "x", "--out", "out"], &flags[..]].concat());
        assert_eq!(ran.status, 2, "{ran:?}");
        assert!(ran.err.contains(told), "{ran:?}");
        assert!(!world.path("out").exists());
    }
}
