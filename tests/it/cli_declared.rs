//! Functions that the configuration declares: `spawners` make tasks, `keepers` keep what they are passed.

use crate::support::world::World;

const CONFIG: &str = "[tool.undangle]
spawners = ['myapp.tasks:spawn', 'fastlib:Pool.start']
keepers = ['myapp.tasks:track', 'fastlib:hold']
";

/// Nothing in it tells what becomes of a coroutine.
const TASKS: &str = "from fastlib import hold, start


def spawn(coro):
    return start(coro)


def track(task):
    hold(task)
";

fn world(files: &[(&str, &str)]) -> World {
    let own = [("pyproject.toml", CONFIG), ("myapp/__init__.py", ""), ("myapp/tasks.py", TASKS)];
    World::with(&[&own, files].concat())
}

/// Each site as `path:line verdict`.
fn verdicts(world: &World, arguments: &[&str]) -> Vec<String> {
    let sites = world.sites(arguments);
    let line = |site: &serde_json::Value| {
        let word = |name: &str| site[name].as_str().unwrap().to_owned();
        let rule = site["rule"].as_str().unwrap_or_default();
        format!("{}:{} {} {rule}", word("path"), site["line"], word("verdict"))
    };
    sites.iter().map(line).map(|line| line.trim_end().to_owned()).collect()
}

#[test]
fn calls_of_a_declared_spawner_are_sites_however_it_is_imported() {
    for (import, call) in [
        ("from myapp.tasks import spawn", "spawn(work())"),
        ("from myapp.tasks import spawn as go", "go(work())"),
        ("from .tasks import spawn", "spawn(work())"),
        ("from myapp import tasks", "tasks.spawn(work())"),
        ("import myapp.tasks", "myapp.tasks.spawn(work())"),
        ("import myapp.tasks as t", "t.spawn(work())"),
        ("from myapp.tasks import *", "spawn(work())"),
        ("from fastlib import Pool", "Pool().start(work())"),
        ("from myapp import tasks\ngo = tasks.spawn", "go(work())"),
    ] {
        let code = format!("{import}\n\n\nasync def work(): ...\n\n\ndef main():\n    {call}\n");
        let line = code.lines().count();
        let world = world(&[("myapp/user.py", &code)]);
        let expected = [format!("myapp/user.py:{line} dropped UND001")];
        assert_eq!(verdicts(&world, &["check"]), expected, "{import}");
        assert_eq!(verdicts(&world, &["check", "myapp/user.py"]), expected, "{import}");
        assert_eq!(verdicts(&world, &["audit"])[..], expected, "{import}");
        assert_eq!(verdicts(&world, &["check", "--isolated"]), [""; 0], "{import}");
    }
}

#[test]
fn a_spawner_is_one_in_its_own_file_and_through_others() {
    let own = format!("{TASKS}\n\ndef main(work):\n    spawn(work())\n");
    let lib = "from myapp.tasks import spawn\n\n__all__ = ['spawn']\n";
    let user = "from myapp.lib import spawn\n\n\ndef main(work):\n    return spawn(work())\n\n\ndef f():\n    main(f)\n";
    let world = world(&[("myapp/tasks.py", &own), ("myapp/lib.py", lib), ("myapp/user.py", user)]);
    let expected = ["myapp/tasks.py:13 dropped UND001", "myapp/user.py:9 dropped UND005"];
    assert_eq!(verdicts(&world, &["check"]), expected);
}

#[test]
fn a_declared_keeper_keeps_what_it_is_passed() {
    let code = "import asyncio

import fastlib
from fastlib import lose
from myapp.tasks import spawn, track


async def work(): ...


async def main():
    track(asyncio.create_task(work()))
    task = spawn(work())
    fastlib.hold(task)
    lose(asyncio.create_task(work()))
    asyncio.create_task(work())
";
    let world = world(&[("myapp/user.py", code)]);
    let all = verdicts(&world, &["audit"]);
    let expected = ["12 held", "13 held", "15 unsure", "16 dropped UND001"];
    assert_eq!(all, expected.map(|line| format!("myapp/user.py:{line}")));
    assert_eq!(verdicts(&world, &["check"]), ["myapp/user.py:16 dropped UND001"]);
}

#[test]
fn a_dropped_task_of_a_declared_spawner_is_fixed() {
    let code = "from myapp.tasks import spawn


async def work(): ...


def main():
    spawn(work())
";
    let world = world(&[("myapp/user.py", code)]);
    let ran = world.run(&["fix"]);
    assert_eq!(ran.status, 0, "{ran:?}");
    let fixed = "import asyncio

from myapp.tasks import spawn

# Strong references: the event loop keeps only weak ones.
_background_tasks: set[asyncio.Task[object]] = set()


async def work(): ...


def main():
    task = spawn(work())
    _background_tasks.add(task)
    task.add_done_callback(_background_tasks.discard)
";
    assert_eq!(world.text("myapp/user.py"), fixed);
}

#[test]
fn what_names_no_function_is_an_error() {
    let world =
        World::with(&[("pyproject.toml", "[tool.undangle]\nkeepers = ['myapp.tasks.track']\n")]);
    let ran = world.run(&["check"]);
    let expected = "pyproject.toml:2: [tool.undangle] keepers: `myapp.tasks.track` names no function; expected `pkg.module:name`";
    assert!(ran.status == 2 && ran.err.contains(expected), "{ran:?}");
    world.file("pyproject.toml", "[tool.undangle]\nspawners = 'a:b'\n");
    let ran = world.run(&["check"]);
    assert!(ran.status == 2 && ran.err.contains("expected a list of strings"), "{ran:?}");
}
