//! The search for files that are worth parsing passes none over that holds a site: for every name of a spawner, and every way
//! in which a file can come by it, `check` reports what `audit`, which parses every file, calls dropped.

use crate::support::library::{Ask, Command, run_project, spawner_names};
use crate::support::world::World;

/// Ways to a spawner, as small as can be: a module `spawners.py`, if any, and a file with one site. `NAME` is the spawner's.
const WAYS: &[(&str, &str, &str)] = &[
    ("by its module", "", "import asyncio\nasyncio.NAME(work())\n"),
    ("by an alias of its module", "", "import asyncio as aio\naio.NAME(work())\n"),
    ("by its name", "", "from asyncio import NAME\nNAME(work())\n"),
    ("by an alias", "", "from asyncio import NAME as spawn\nspawn(work())\n"),
    ("by a star", "", "from asyncio import *\nNAME(work())\n"),
    ("by its second module", "", "from asyncio.tasks import NAME\nNAME(work())\n"),
    ("by an assignment", "", "import asyncio\nspawn = asyncio.NAME\nspawn(work())\n"),
    ("by getattr", "", "import asyncio\ngetattr(asyncio, 'NAME')(work())\n"),
    ("by a default", "", "import asyncio\ndef f(spawn=asyncio.NAME):\n    spawn(work())\n"),
    ("with a space", "", "import asyncio\nasyncio . NAME (work())\n"),
    ("over a line", "", "import asyncio\n(asyncio\n    .NAME\n    (work()))\n"),
    ("uncalled", "", "import asyncio\nasyncio.get_event_loop().call_soon(asyncio.NAME, work())\n"),
    ("from a module", "from asyncio import NAME\n", "from spawners import NAME\nNAME(work())\n"),
    (
        "from a module, by a star",
        "from asyncio import *\n",
        "from spawners import *\nNAME(work())\n",
    ),
    ("through a module", "from asyncio import NAME\n", "import spawners\nspawners.NAME(work())\n"),
    (
        "renamed by a module",
        "from asyncio import NAME as spawn\n",
        "from spawners import spawn\nspawn(work())\n",
    ),
    (
        "assigned by a module",
        "import asyncio\nspawn = asyncio.NAME\n",
        "from spawners import spawn\nspawn(work())\n",
    ),
    (
        "returned by a module",
        "import asyncio\ndef spawn(x):\n    return asyncio.NAME(x)\n",
        "from spawners import spawn\nspawn(work())\n",
    ),
    (
        "from a module's asyncio",
        "import asyncio as aio\n",
        "from spawners import aio\naio.NAME(work())\n",
    ),
    (
        "derived by a module",
        "import asyncio\nclass Job(asyncio.NAME): ...\n",
        "from spawners import Job\nJob(work())\n",
    ),
];

/// Sites that are known to be passed over. An entry that is found has to go. The names are ordinary words: as attributes, in a file
/// that does not name asyncio, they are mostly methods of something else, too many to parse every such file.
const KNOWN: &[(&str, &str)] = &[
    ("through a module", "Task"),
    ("through a module", "gather"),
    ("through a module", "shield"),
    ("from a module's asyncio", "Task"),
    ("from a module's asyncio", "gather"),
    ("from a module's asyncio", "shield"),
];

/// The sites of the file, as `line reason`.
fn sites(world: &World, command: Command) -> Vec<String> {
    let sites = run_project(&world.path(""), &Ask::of(command)).sites().into_iter();
    let here = sites.filter(|s| s.path == "app.py" && s.verdict == "dropped");
    here.map(|s| format!("{} {}", s.line, s.reason)).collect()
}

fn world(spawners: &str, app: &str, name: &str) -> World {
    let world = World::with(&[("setup.cfg", "")]);
    world.file("app.py", format!("{}async def work(): ...\n", app.replace("NAME", name)));
    if !spawners.is_empty() {
        world.file("spawners.py", spawners.replace("NAME", name));
    }
    world
}

#[test]
fn no_file_with_a_spawner_is_passed_over() {
    let mut wrong = Vec::new();
    let mut tried = 0;
    for (way, spawners, app) in WAYS {
        for name in spawner_names() {
            let world = world(spawners, app, name);
            let (audited, checked) = (sites(&world, Command::Audit), sites(&world, Command::Check));
            tried += usize::from(!audited.is_empty());
            let is_known = KNOWN.contains(&(way, name));
            if (audited == checked) == is_known {
                wrong.push(format!("{name} {way}: audit {audited:?}, check {checked:?}"));
            }
        }
    }
    assert!(wrong.is_empty(), "\n{}\n", wrong.join("\n"));
    assert!(tried > 90, "only {tried} files hold a site");
}

/// Each name alone is a site that is found, so that a name which only `audit` does not know, either, is missed by nobody.
#[test]
fn every_spawner_is_reported_in_the_smallest_file_that_calls_it() {
    for name in spawner_names() {
        let (_, spawners, app) = WAYS[0];
        let world = world(spawners, app, name);
        for command in [Command::Check, Command::Audit] {
            assert_eq!(sites(&world, command), ["2 discarded"], "{name}, {command:?}");
        }
    }
}

#[test]
fn a_file_that_only_installs_a_task_factory_is_read() {
    let factory = "TASKS = set()\n\n\ndef keep(loop, work):\n    task = old_factory(loop, work)\n    \
                   TASKS.add(task)\n    return task\n\n\nloop.set_task_factory(keep)\n";
    let world = world("", "import asyncio\nasyncio.create_task(work())\n", "");
    // What is parsed of it is not the question here, so it is all.
    let strict = Ask { strict: true, ..Ask::of(Command::Check) };
    let count = || run_project(&world.path(""), &strict).sites().len();
    assert_eq!(count(), 1);
    world.file("factory.py", factory);
    assert_eq!(count(), 0);
}
