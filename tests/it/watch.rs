//! `undangle watch`, on programs that CPython runs: what becomes of their tasks, and what that says about the verdicts.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use crate::support::files::{all_right, at, folders, golden, shown};
use crate::support::world::{LOSING, PROGRAM, Ran, World, feed, has};

fn world(program: &str) -> World {
    World::with(&[("app.py", program), ("setup.cfg", "")])
}

/// A run with CPython; its flags stand before the command.
fn watch(world: &World, flags: &[&str], command: &[&str]) -> Ran {
    world.run(&[&["watch"], flags, &["--"], command].concat())
}

/// The number of tasks of a record that came to an end.
fn count(ran: &Ran, end: &str) -> u64 {
    ran.json()["tasks"][end].as_u64().unwrap()
}

/// `line: outcome` of each site that the comments of a program name.
fn expected(program: &str) -> BTreeSet<String> {
    let lines = program.lines().enumerate();
    let named = lines.filter_map(|(index, line)| Some((index + 1, line.split_once("  # -> ")?.1)));
    named.map(|(line, outcome)| format!("{line}: {outcome}")).collect()
}

fn outcomes(ran: &Ran) -> BTreeSet<String> {
    let sites = ran.json()["sites"].as_array().unwrap().clone();
    let text = |site: &serde_json::Value| {
        format!("{}: {}", site["line"], site["outcome"].as_str().unwrap())
    };
    sites.iter().map(text).collect()
}

/// What differs from what a case expects: the outcome of each site, and the report.
fn wrong(case: &Path) -> Vec<String> {
    let program = fs::read_to_string(case.join("app.py")).unwrap();
    let world = world(&program);
    let name = case.file_name().unwrap().to_str().unwrap();
    let flags: &[&str] = if name == "stress" { &["--gc-stress", "5"] } else { &[] };
    let ran = watch(
        &world,
        &[flags, &["--out", "run", "--format", "json", "-o", "report.json"]].concat(),
        &["python3", "app.py"],
    );
    let plain = world.tool("", "python3", &["app.py"], b"");
    let mut wrong = Vec::new();
    if ran.out != plain.out || ran.status != 1 {
        wrong.push(format!("{}: another program than without the probe:\n{ran:?}", shown(case)));
    }
    let json = Ran { out: world.text("report.json"), ..ran };
    let (expected, found) = (expected(&program), outcomes(&json));
    for line in expected.symmetric_difference(&found) {
        let whose = if found.contains(line) { "found" } else { "expected" };
        wrong.push(format!("{}/app.py:{line} ({whose})", shown(case)));
    }
    let report = world.run(&["watch", "report", "run"]);
    wrong.extend(golden(&case.join("report.txt"), report.out.as_bytes()));
    wrong
}

#[test]
fn every_loss_is_seen_and_told() {
    if has("python3") {
        let wrong: Vec<String> =
            folders("testdata/watch").iter().flat_map(|case| wrong(case)).collect();
        all_right(&wrong);
    }
}

#[test]
fn without_garbage_collection_nothing_is_lost() {
    if !has("python3") {
        return;
    }
    let world = world(&fs::read_to_string(at("testdata/watch/stress/app.py")).unwrap());
    let lost = |flags: &[&str]| {
        let ran = watch(&world, &[flags, &["--format", "json"]].concat(), &["python3", "app.py"]);
        count(&ran, "lost")
    };
    assert_eq!(lost(&[]), 0);
    let stressed = lost(&["--gc-stress", "7", "--seed", "3"]);
    assert!(stressed > 0);
    assert_eq!(lost(&["--gc-stress", "7", "--seed", "3"]), stressed);
}

#[test]
fn the_probe_keeps_no_task_and_loses_none() {
    if !has("python3") {
        return;
    }
    // The program counts its own losses, by what asyncio tells its loop.
    let program = "import asyncio, gc, weakref

LOST = []

async def wait():
    await asyncio.get_running_loop().create_future()

async def main():
    asyncio.get_running_loop().set_exception_handler(lambda _, context: LOST.append(context['message']))
    kept = [asyncio.create_task(wait()) for _ in range(3)]
    refs = [weakref.ref(asyncio.create_task(wait())) for _ in range(50)]
    done = [weakref.ref(asyncio.create_task(asyncio.sleep(0))) for _ in range(50)]
    for _ in range(5):
        await asyncio.sleep(0)
    print(sum(r() is not None for r in done))
    gc.collect()
    print(sum(r() is not None for r in refs), len(LOST), len(kept))

asyncio.run(main())
";
    let world = world(program);
    let plain = world.tool("", "python3", &["app.py"], b"");
    let ran = watch(&world, &["-o", "report"], &["python3", "app.py"]);
    assert_eq!((plain.out.as_str(), ran.out.as_str()), ("0\n0 50 3\n", "0\n0 50 3\n"), "{ran:?}");
    assert!(ran.err.contains("50 lost, 3 left running"), "{ran:?}");
}

#[test]
fn a_failing_command_keeps_its_status() {
    if !has("python3") {
        return;
    }
    let world = world(LOSING);
    let status = |command: &[&str]| watch(&world, &[], command).status;
    assert_eq!(status(&["python3", "app.py"]), 1);
    assert_eq!(status(&["python3", "-c", "import asyncio"]), 0);
    assert_eq!(status(&["python3", "-c", "import asyncio, sys; sys.exit(7)"]), 7);
    assert_eq!(status(&["no-such-program"]), 2);
    assert_eq!(world.run(&["watch"]).status, 2);
    assert_eq!(world.run(&["watch", "report", "missing"]).status, 2);
    let empty = world.run(&["watch", "report", "."]);
    assert_eq!((empty.status, empty.err.as_str()), (2, "error: .: no run was recorded here\n"));
}

#[test]
fn a_signal_to_the_watcher_reaches_the_command_on_a_terminal_too() {
    if !has("python3") || !has("script") {
        return;
    }
    let program = "import os, signal, time
try:
    os.kill(os.getppid(), signal.SIGINT)
    time.sleep(30)
except KeyboardInterrupt:
    print('interrupted')
";
    let world = world(program);
    let command = format!("{PROGRAM} watch -- python3 app.py");
    let on_terminal = world.tool("", "script", &["-qec", &command, "/dev/null"], b"");
    assert!(on_terminal.out.starts_with("interrupted"), "{on_terminal:?}");
    let ran = watch(&world, &[], &["python3", "app.py"]);
    assert_eq!(ran.out, "interrupted\n", "{ran:?}");
}

#[test]
fn what_cannot_be_watched_is_said() {
    if !has("python3") {
        return;
    }
    let ran = watch(&world(LOSING), &[], &["python3", "-I", "app.py"]);
    assert!(ran.err.contains("warning: `python3 -I` loads no probe"), "{ran:?}");
    assert!(ran.err.contains("warning: nothing was recorded"), "{ran:?}");
    assert_eq!(ran.status, 0);
}

/// The report on a program that another file runs.
fn started_by(start: &str, program: &str) -> Ran {
    let world = world(program);
    world.file("start.py", start);
    watch(&world, &["--format", "json"], &["python3", "start.py"])
}

#[test]
fn finders_of_a_program_keep_the_probe_neither_out_nor_in() {
    if !has("python3") {
        return;
    }
    let wrapped = "import sys

class Traced:
    def __init__(self, finder):
        self.find_spec = finder.find_spec

sys.meta_path[:] = map(Traced, sys.meta_path)
import app
";
    let looked_for = "import importlib.util
importlib.util.find_spec('asyncio')
import app
";
    for start in [wrapped, looked_for] {
        let ran = started_by(start, LOSING);
        assert!(ran.status == 1 && count(&ran, "lost") == 1, "{ran:?}");
    }
}

#[test]
fn a_program_may_clear_its_environment() {
    if !has("python3") {
        return;
    }
    let ran = started_by("import os\nos.environ.clear()\nimport app\n", LOSING);
    assert!(ran.status == 1 && count(&ran, "lost") == 1, "{ran:?}");
}

#[test]
fn a_program_may_change_or_lose_its_folder() {
    if !has("python3") {
        return;
    }
    let program = LOSING
        .replace("import gc\n", "import gc\nimport os\n")
        .replace("gc.disable()\n", "gc.disable()\n    os.chdir('other')\n    THEN\n");
    let start = "import os, runpy
os.mkdir('other')
runpy.run_path('app.py')
";
    // Another file has the same relative name in the folder that the program goes to.
    let ran = started_by(start, &program.replace("THEN", "open('app.py', 'w').close()"));
    assert_eq!(outcomes(&ran), ["12: lost".to_owned()].into(), "{ran:?}");
    let then = "os.rmdir(os.getcwd())
    loop = asyncio.get_running_loop()
    started = [asyncio.run_coroutine_threadsafe(asyncio.sleep(0), loop)]";
    let ran = started_by(start, &program.replace("THEN", then));
    assert!(ran.status == 1 && outcomes(&ran).contains("14: lost"), "{ran:?}");
}

#[test]
fn a_handle_in_the_place_of_a_task_stops_no_process_from_ending() {
    if !has("python3") {
        return;
    }
    let program = "import asyncio, os

class Handle:
    def __init__(self, task):
        self.task = task

async def main():
    loop = asyncio.get_running_loop()
    loop.set_task_factory(lambda loop, coro: Handle(asyncio.Task(coro)))
    kept.append(loop.create_task(asyncio.sleep(0)))
    loop.set_task_factory(None)

kept = []
asyncio.run(main())
if os.fork() == 0:
    os._exit(3)
print(os.waitstatus_to_exitcode(os.wait()[1]), flush=True)
os._exit(status=4)
";
    let world = world(program);
    let ran = watch(&world, &["-o", "report", "--format", "json"], &["python3", "app.py"]);
    assert_eq!((ran.out.as_str(), ran.status), ("3\n", 4), "{ran:?}");
    let json = Ran { out: world.text("report"), ..ran };
    assert!(count(&json, "created") > 0 && count(&json, "lost") == 0, "{json:?}");
}

#[test]
fn children_are_watched_and_a_sitecustomize_still_runs() {
    if !has("python3") {
        return;
    }
    let parent = "import os, subprocess, sys
subprocess.run([sys.executable, 'app.py'], check=True)
import asyncio
asyncio.run(asyncio.sleep(0))
if hasattr(os, 'fork') and os.fork() == 0:
    import app
    os._exit(0)
os.wait()
";
    let world = world(LOSING);
    world.file("parent.py", parent);
    world.file("site/sitecustomize.py", "print('custom', flush=True)\n");
    let mut command = std::process::Command::new(PROGRAM);
    let words = ["watch", "-o", "report", "--format", "json", "--", "python3", "parent.py"];
    command.args(words).current_dir(world.path("")).env("PYTHONPATH", world.path("site"));
    let ran = feed(command, b"");
    assert_eq!(ran.out, "custom\ncustom\n", "{ran:?}");
    let json = Ran { out: world.text("report"), ..ran };
    assert_eq!(json.json()["processes"], 3, "{json:?}");
    assert_eq!(count(&json, "lost"), 2, "{json:?}");
}

#[test]
fn runs_add_up_and_a_baseline_lets_known_losses_pass() {
    if !has("python3") {
        return;
    }
    let world = world(LOSING);
    for _ in 0..2 {
        assert_eq!(watch(&world, &["--out", "run"], &["python3", "app.py"]).status, 1);
    }
    let ran = world.run(&["watch", "report", "run"]);
    assert!(ran.out.contains("app.py:9:5: dropped, lost 2 of 2 runs\n"), "{ran:?}");
    world.run(&["check", "--baseline", "known.json", "--write-baseline"]);
    let ran = world.run(&["watch", "report", "run", "--baseline", "known.json"]);
    assert_eq!(ran.status, 0, "{ran:?}");
    assert!(ran.out.contains("lost 2 of 2 runs (in the baseline)"), "{ran:?}");
}

#[test]
fn evidence_decides_unsure_sites_and_no_others() {
    if !has("python3") {
        return;
    }
    let world = world(&fs::read_to_string(at("testdata/watch/owners/app.py")).unwrap());
    let verdicts = |flags: &[&str]| {
        let sites = world.sites(&[&["audit"], flags].concat());
        let unsure = sites.iter().filter(|site| site["verdict"] == "unsure").count();
        (unsure, sites.iter().filter(|site| site["reason"] == "evidence").count())
    };
    let before = verdicts(&[]);
    watch(&world, &["--write-evidence", "seen.json"], &["python3", "app.py"]);
    let after = verdicts(&["--evidence", "seen.json"]);
    assert_eq!(before, (5, 0));
    assert_eq!(after, (3, 2), "{}", world.text("seen.json"));
    let ran = world.run(&["check", "--evidence", "seen.json"]);
    assert!(
        ran.err.contains("note: 2 unsure sites held by the evidence of seen.json\n"),
        "{ran:?}"
    );
    assert!(ran.err.contains("held by attribute jobs of __main__.Service"), "{ran:?}");
    let sites = world.sites(&["check", "--evidence", "seen.json"]);
    assert!(sites.iter().all(|site| site["reason"] == "evidence"), "{sites:?}");
    assert_eq!(world.run(&["check", "--evidence", "missing.json"]).status, 2);
    world.file("bom.json", format!("\u{feff}{}", world.text("seen.json")));
    assert_eq!(verdicts(&["--evidence", "bom.json"]), (3, 2));
}

/// `line: what is said about the run` of each site in an audit.
fn audited_runs(world: &World) -> Vec<String> {
    let sites = world.sites(&["audit", "--evidence", "seen.json"]);
    let text = |site: &serde_json::Value| {
        format!("{}: {}", site["line"], site["run"]["message"].as_str().unwrap())
    };
    sites.iter().map(text).collect()
}

#[test]
fn an_audit_says_what_became_of_the_tasks_of_each_site() {
    if !has("python3") {
        return;
    }
    let program = fs::read_to_string(at("testdata/watch/owners/app.py")).unwrap();
    let world = world(&program);
    watch(&world, &["--write-evidence", "seen.json"], &["python3", "app.py"]);
    let runs = audited_runs(&world);
    assert_eq!(runs[0], "41: held by global REGISTRY of __main__ (1 of 1 looked at)");
    assert_eq!(runs[2], "43: lost 1 of 1 run");
    assert_eq!(
        runs[4], "47: held by global REGISTRY of __main__ (2), nothing (2), 4 of 5 looked at",
        "{runs:?}"
    );
    // Sites that read the same are told apart by their order, and other lines may come between.
    world.file("app.py", program.replace("    service =", "    print()\n    service ="));
    assert_eq!(audited_runs(&world)[2], "44: lost 1 of 1 run");
    let page = |format| {
        let ran = world.run(&["audit", "--evidence", "seen.json", "--all", "--format", format]);
        ran.out.split_whitespace().collect::<Vec<_>>().join(" ")
    };
    assert!(page("html").contains("data-label=\"At run time\">lost 1 of 1 run</td>"));
    assert!(page("markdown").contains("- `app.py:44`: at run time: lost 1 of 1 run"));
    assert!(page("html").contains("<option value=\"settled-lost\">settled-lost (1)</option>"));
    assert!(page("markdown").contains("| lost 1 of 1 run |"));
    assert!(page("human").contains("at run time: lost 1 of 1 run"), "{}", page("human"));
    assert!(!world.run(&["audit", "--format", "html"]).out.contains("At run time"));
}

#[test]
fn an_audit_says_that_tasks_were_lost_that_something_holds() {
    if !has("python3") {
        return;
    }
    let world = world(&fs::read_to_string(at("testdata/watch/losses/app.py")).unwrap());
    watch(&world, &["--write-evidence", "seen.json"], &["python3", "app.py"]);
    let ran = world.run(&["audit", "--evidence", "seen.json"]);
    let text = ran.out.split_whitespace().collect::<Vec<_>>().join(" ");
    let said =
        "At run time tasks of 1 site were lost although something holds them (held-but-lost).";
    assert!(text.contains(said), "{ran:?}");
}
