//! What asks, what waits and what shows fixes: `fix -i` on a terminal, `check --watch`, `--show-fixes`.

use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};

use crate::support::tools::Tool;
use crate::support::world::{DROPPED, PROGRAM, Ran, World};

const THREE: &str = "import asyncio


async def work(n): ...


async def main():
    asyncio.create_task(work(1))
    print(\"between\")
    asyncio.create_task(work(2))
    asyncio.create_task(work(3))
";

/// `fix -i` with these answers, on a terminal that `script` makes; none where there is no `script`.
fn fix(world: &World, flags: &str, answers: &str) -> Option<Ran> {
    Tool::find("script")?;
    let command = format!("EDITOR=\"sed -i s/object/None/\" {PROGRAM} fix -i {flags}");
    let typed = answers.split(' ').map(|answer| format!("{answer}\n")).collect::<String>();
    Some(world.tool("", "script", &["-qec", &command, "/dev/null"], typed.as_bytes()))
}

fn world() -> World {
    World::with(&[("pyproject.toml", ""), ("a.py", THREE), ("b.py", DROPPED)])
}

#[test]
fn it_needs_a_terminal() {
    let world = world();
    let ran = world.run(&["fix", "-i"]);
    assert!(ran.status == 2 && ran.err.contains("needs a terminal"), "{ran:?}");
    let ran = world.run(&["fix", "-i", "--format", "json"]);
    assert!(ran.status == 2 && ran.err.contains("--format json"), "{ran:?}");
    assert_eq!(world.text("a.py"), THREE);
}

#[cfg(unix)]
#[test]
fn accepting_all_is_what_fix_writes() {
    for answers in ["y y y y", "a", "y a"] {
        let (asked, plain) = (world(), world());
        let Some(ran) = fix(&asked, "", answers) else { return };
        assert_eq!(ran.status, 0, "{ran:?}");
        assert!(ran.out.contains("a.py: 3 fixed"), "{ran:?}");
        plain.run(&["fix"]);
        for file in ["a.py", "b.py"] {
            assert_eq!(asked.text(file), plain.text(file), "{answers}");
        }
    }
}

#[cfg(unix)]
#[test]
fn one_edit_for_two_tasks_is_asked_about_once() {
    let code = "import asyncio


async def work(n): ...


async def main():
    x = asyncio.create_task(work(7))
    y = asyncio.create_task(work(8))
    await asyncio.wait([x, y], timeout=3)
";
    let world = World::with(&[("pyproject.toml", ""), ("m.py", code)]);
    let Some(ran) = fix(&world, "--unsafe-fixes", "y") else { return };
    assert!(ran.status == 0 && ran.out.contains("2 fixed"), "{ran:?}");
    assert!(
        world
            .text("m.py")
            .contains(" = await asyncio.wait([x, y], timeout=3)\n    for task in pending:")
    );
}

#[cfg(unix)]
#[test]
fn what_is_not_accepted_stays() {
    let world = world();
    let Some(ran) = fix(&world, "", "n ? q") else { return };
    assert!(ran.status == 1 && ran.out.contains("show this help"), "{ran:?}");
    assert_eq!(world.text("a.py"), THREE);
    // What was accepted before `q` is written.
    fix(&world, "", "n y q");
    let text = world.text("a.py");
    assert!(text.contains("    asyncio.create_task(work(1))\n"), "{text}");
    assert!(text.contains("    task = asyncio.create_task(work(2))\n"), "{text}");
    assert!(text.contains("    asyncio.create_task(work(3))\n"), "{text}");
    assert_eq!(world.text("b.py"), DROPPED);
    // The rest of the file is left, and the next one comes.
    fix(&world, "", "d y");
    assert_eq!(world.text("a.py"), text);
    assert!(world.text("b.py").contains("_background_tasks.add(task)"));
}

#[cfg(unix)]
#[test]
fn a_finding_is_suppressed_and_a_text_edited_in_between() {
    let world = world();
    let Some(ran) = fix(&world, "", "y s e n") else { return };
    assert_eq!(ran.status, 1, "{ran:?}");
    let text = world.text("a.py");
    assert!(text.contains("    task = asyncio.create_task(work(1))\n"), "{text}");
    assert!(text.contains("create_task(work(2))  # undangle: ignore[UND001]\n"), "{text}");
    assert!(text.contains("    work_task = asyncio.create_task(work(3))\n"), "{text}");
    assert!(text.contains("_background_tasks: set[asyncio.Task[None]] = set()\n"), "{text}");
    assert_eq!(world.run(&["check", "-q", "a.py"]).status, 0);
    assert_eq!(world.text("b.py"), DROPPED);
}

#[cfg(unix)]
#[test]
fn a_text_that_is_not_python_is_not_taken() {
    let world = World::with(&[("m.py", &DROPPED.replace("main()", "main(object)"))]);
    let before = world.text("m.py");
    if Tool::find("script").is_none() {
        return;
    }
    let command = format!("VISUAL=\"sed -i s/import/import./\" {PROGRAM} fix -i");
    let ran = world.tool("", "script", &["-qec", &command, "/dev/null"], b"e\nq\n");
    assert!(ran.out.contains("the edited text was rejected: syntax error on line 1"), "{ran:?}");
    assert_eq!(world.text("m.py"), before);
}

#[test]
fn each_fix_is_shown_alone() {
    let world = world();
    let sites = world.sites(&["check", "--show-fixes", "a.py"]);
    assert_eq!(sites.len(), 3);
    for site in &sites {
        assert!(site["message"].as_str().unwrap().contains("garbage-collected"), "{site}");
        let mut lines: Vec<&str> = THREE.lines().collect();
        for edit in site["fix"]["edits"].as_array().unwrap().iter().rev() {
            let number = |key: &str| usize::try_from(edit[key].as_u64().unwrap()).unwrap();
            lines.splice(number("line") - 1..number("end_line"), edit["text"].as_str());
        }
        world.file("b.py", lines.join("\n") + "\n");
        let left = world.sites(&["check", "b.py"]);
        assert_eq!(left.len(), 2, "{site}");
        assert!(world.text("b.py").contains("_background_tasks.add(task)"));
    }
    let ran = world.run(&["check", "--show-fixes", "a.py"]);
    assert_eq!(ran.out.matches("+    task = asyncio.create_task").count(), 3, "{ran:?}");
    assert_eq!(world.sites(&["check", "a.py"])[0]["fix"]["edits"], serde_json::Value::Null);
    let ran = world.run(&["check", "--show-fixes", "--format", "concise"]);
    assert!(ran.status == 2 && ran.err.contains("cannot be combined"), "{ran:?}");
    let ran = world.run(&["fix", "--show-fixes", "a.py"]);
    for line in [8, 10, 11] {
        assert!(ran.err.contains(&format!("fixed a.py:{line}:5: UND001 ")), "{ran:?}");
    }
}

#[test]
fn findings_are_shown_again_when_a_file_changes() {
    let world = World::with(&[("pyproject.toml", ""), ("m.py", DROPPED)]);
    let mut command = Command::new(PROGRAM);
    command.args(["check", "--watch", "-q", "--format", "concise"]).current_dir(world.path(""));
    let mut running = command.stdout(Stdio::piped()).spawn().unwrap();
    let mut lines = BufReader::new(running.stdout.take().unwrap()).lines();
    let mut next = || lines.next().unwrap().unwrap();
    assert!(next().starts_with("m.py:5:5: UND001"));
    world.file("m.py", DROPPED.replace("async def", "\nasync def"));
    assert!(next().starts_with("m.py:6:5: UND001"));
    // A file that comes, in a folder that comes.
    world.file("pkg/new.py", DROPPED);
    while !next().starts_with("pkg/new.py:5:5: UND001") {}
    running.kill().unwrap();
    running.wait().unwrap();
    let ran = world.run_in("", &["check", "--watch", "-"], b"");
    assert!(ran.status == 2 && ran.err.contains("standard input"), "{ran:?}");
}
