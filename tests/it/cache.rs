//! The cache of what unchanged files say: it saves reading, and no output tells whether there is one.

use std::fs::{self, File};
use std::path::PathBuf;
use std::process::Command;
use std::time::{Duration, SystemTime};

use crate::support::world::{DROPPED, PROGRAM, Ran, World};

/// Texts that differ in all that is remembered of a file: sites, wrappers and their callers, imports, suppressions.
const TEXTS: [&str; 10] = [
    "",
    "x = 1\n",
    DROPPED,
    "import asyncio\n\n\nasync def main():\n    asyncio.create_task(main())  # noqa: UND001\n",
    "import asyncio\n\n\ndef spawn(job):\n    return asyncio.create_task(job())\n",
    "from shop.a import spawn\n\n\nasync def work():\n    pass\n\n\ndef main():\n    spawn(work)\n",
    "from shop.b import spawn as start\n\n\ndef main(work):\n    start(work)\n",
    "from shop.a import *\nfrom shop.b import *\n\n\ndef main(work):\n    spawn(work)\n",
    "import asyncio\n\n\nclass Pool:\n    def spawn(self, job):\n        return asyncio.create_task(job())\n",
    "from shop.c import Pool\n\n\nclass Ring(Pool):\n    def run(self, job):\n        self.spawn(job)\n",
];

/// Makes a file look as if it had been written `age` seconds ago: what has just changed is not remembered.
fn age(world: &World, name: &str, age: u64) {
    let file = File::options().write(true).open(world.path(name)).unwrap();
    file.set_modified(SystemTime::now() - Duration::from_secs(age)).unwrap();
}

fn seen(ran: &Ran) -> (i32, &str, &str) {
    (ran.status, &ran.out, &ran.err)
}

/// Makes all files look old, each in its own way.
fn age_all(world: &World, step: usize) {
    for (place, name) in EDITED.iter().enumerate().filter(|(_, name)| world.path(name).is_file()) {
        age(world, name, (100 * (place + 1) + step) as u64);
    }
}

/// What several commands print with the cache `.cache`, twice, which must be what they print without.
fn compared(world: &World, step: usize) {
    let commands: [&[&str]; 6] = [
        &["check", "main.py"],
        &["check", "--format", "json", "."],
        &["check", "shop/a.py", "main.py", "bin/run.py"],
        &["diff", "."],
        &["diff", "--tracker", "shop.e:keep", "--format", "json", "shop"],
        &["audit", "."],
    ];
    for command in commands {
        let without = world.run(&[command, &["--no-cache"]].concat());
        for turn in ["first", "second"] {
            let with = world.run(&[command, &["--cache-dir", ".cache"]].concat());
            assert_eq!(seen(&with), seen(&without), "step {step}, {turn} turn: {command:?}");
        }
    }
}

/// The files that are edited, and texts for them beside those of [`TEXTS`].
const EDITED: [&str; 19] = [
    "shop/a.py",
    "shop/b.py",
    "shop/c.py",
    "shop/d.py",
    "main.py",
    "bin/run.py",
    "bin/a.py",
    "shop/__init__.py",
    "bin/__init__.py",
    "lib/shop/__init__.py",
    "lib/shop/a.py",
    "build/shop/__init__.py",
    "pyproject.toml",
    "shop/undangle.toml",
    "bin/ruff.toml",
    ".gitignore",
    ".git/HEAD",
    "asyncio.py",
    "notes.ipynb",
];

/// What may stand in a file with this name.
fn texts(name: &str) -> &'static [&'static str] {
    match name {
        "shop/__init__.py"
        | "bin/__init__.py"
        | "lib/shop/__init__.py"
        | "build/shop/__init__.py" => &["", "from shop.a import *\n"],
        "pyproject.toml" => {
            &["", "[tool.black]\nline-length = 40\n", "[tool.undangle]\nstyle = \"helper\"\n"]
        }
        "shop/undangle.toml" => &[
            "exclude = [\"b.py\"]\n",
            "extend = \"../pyproject.toml\"\n",
            "select = [\"ALL\"]\n",
            "strict = 1\n",
        ],
        "bin/ruff.toml" => &["line-length = 50\n", "extend = \"../pyproject.toml\"\n"],
        ".gitignore" => &["a.py\n", "bin\n", "/shop/b.py\n"],
        ".git/HEAD" => &["ref: refs/heads/main\n"],
        "notes.ipynb" => &["{}", NOTEBOOK],
        _ => &TEXTS,
    }
}

/// A notebook with a dropped task.
const NOTEBOOK: &str = r#"{"cells": [{"cell_type": "code", "metadata": {}, "outputs": [], "execution_count": null,
 "source": ["import asyncio\n", "asyncio.create_task(work())"]}],
 "metadata": {"language_info": {"name": "python"}}, "nbformat": 4, "nbformat_minor": 5}"#;

#[test]
fn after_any_edits_the_output_is_the_same_with_and_without_a_cache() {
    let world = World::new();
    world.file("setup.py", "");
    age(&world, "setup.py", 99);
    // A linear congruential generator: the same edits in each run of the test.
    let mut state: usize = 2026;
    let mut next = |below: usize| {
        state =
            state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) % below
    };
    for name in &EDITED[..8] {
        world.file(name, texts(name)[next(texts(name).len())]);
    }
    for step in 0..40 {
        let name = EDITED[next(EDITED.len())];
        match next(4) {
            0 => fs::remove_file(world.path(name)).unwrap_or_default(),
            _ => {
                world.file(name, texts(name)[next(texts(name).len())]);
            }
        }
        age_all(&world, step);
        compared(&world, step);
    }
    let entries = fs::read_dir(world.path(".cache")).unwrap();
    let names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let is_result = |name: &String| name.ends_with(".result");
    assert!(names.filter(is_result).count() > 5);
}

#[test]
fn a_file_that_says_which_python_is_meant_counts_as_configuration() {
    let world = World::with(&[("app.py", DROPPED)]);
    age(&world, "app.py", 60);
    for (seconds, minimum) in [(50, "3.7"), (40, "3.12"), (30, "3.8")] {
        let text =
            format!("from setuptools import setup\n\nsetup(python_requires='>={minimum}')\n");
        world.file("setup.py", text);
        age(&world, "setup.py", seconds);
        let without = world.run(&["diff", "--no-cache"]);
        let with = world.run(&["diff", "--cache-dir", ".cache"]);
        assert_eq!(seen(&with), seen(&without), "{minimum}");
    }
}

#[test]
fn an_unchanged_project_is_not_read_again() {
    let world = World::new();
    for (name, text) in [("pyproject.toml", ""), ("app.py", DROPPED), ("other.py", "x = 1\n")] {
        world.file(&format!("shop/{name}"), text);
        age(&world, &format!("shop/{name}"), 100);
    }
    let run = |folder: &str, arguments: &[&str]| {
        let cache = world.path("cache");
        let cache = ["--timings", "--cache-dir", cache.to_str().unwrap()];
        world.run_in(folder, &[arguments, &cache].concat(), b"")
    };
    for command in ["check", "diff", "audit"] {
        let (first, second) = (run("shop", &[command, "."]), run("shop", &[command, "."]));
        assert_eq!((first.status, &first.out), (second.status, &second.out));
        assert!(files_read(&first) > 0 && files_read(&second) == 0, "{first:?}\n{second:?}");
        assert!(files_read(&run("shop", &[command, "--exclude", "x", "."])) > 0, "{command}");
    }
    assert!(run("", &["check", "shop"]).out.contains(" --> shop/app.py:5:5"));
    assert!(run("shop", &["check", "."]).out.contains(" --> app.py:5:5"));
}

#[test]
fn after_an_edit_that_does_not_matter_the_project_is_not_searched_again() {
    let wrapper = "import asyncio\n\n\ndef spawn(work):\n    return asyncio.create_task(work)\n";
    let world = World::new();
    let file = |name: &str, text: &str| {
        world.file(&format!("shop/{name}"), text);
    };
    let edited = ["import os\n\nx = 1\n", "import os\n\n\ndef start(x):\n    return x + 1\n"];
    for (name, text) in [("setup.py", ""), ("app.py", wrapper), ("edited.py", edited[0])] {
        file(name, text);
        age(&world, &format!("shop/{name}"), 100);
    }
    let cache = world.path("cache");
    let check = || {
        let cache = cache.to_str().unwrap();
        world.run_in("shop", &["check", "--timings", "--cache-dir", cache, "."], b"")
    };
    assert!(files_read(&check()) >= 3);
    assert_eq!(files_read(&check()), 0);
    file("edited.py", edited[1]);
    assert_eq!((check().status, files_read(&check())), (0, 0));
    // One word of the wrapper, one import, one site, one new file: each may matter.
    for text in ["import os\n\nspawn = 1\n", "import sys\n", DROPPED, "x = 1  # noqa: UND001\n"] {
        file("edited.py", text);
        assert!(files_read(&check()) > 0, "{text}");
    }
    file("edited.py", edited[0]);
    assert_eq!(files_read(&check()), 0);
    file("new.py", "x = 1\n");
    assert!(files_read(&check()) > 0);
}

#[test]
fn a_hook_on_files_that_the_project_does_not_need_analyses_nothing() {
    let world = World::new();
    let file = |name: &str, text: &str| {
        world.file(&format!("shop/{name}"), text);
        age(&world, &format!("shop/{name}"), 100);
    };
    let wrapper = "import asyncio\n\n\ndef spawn(work):\n    return asyncio.create_task(work)\n";
    let caller = "from wrapper import spawn\n\nspawn(1)\n";
    file("setup.py", "");
    file("wrapper.py", wrapper);
    file("caller.py", caller);
    file("ignored.py", "x = 1  # undangle: ignore[UND999]\n");
    (0..4).for_each(|n| file(&format!("plain_{n}.py"), "x = 1\n"));
    let cache = world.path("cache");
    let check = |files: &[&str]| {
        let flags = ["check", "--timings", "--cache-dir", cache.to_str().unwrap()];
        let ran = world.run_in("shop", &[&flags, files].concat(), b"");
        let without = world.run_in("shop", &[&["check", "--no-cache"], files].concat(), b"");
        assert_eq!((ran.status, &ran.out), (without.status, &without.out), "{files:?}");
        files_read(&ran)
    };
    assert!(check(&["plain_0.py", "plain_1.py"]) > 0);
    assert_eq!(check(&["plain_2.py", "plain_3.py"]), 0);
    assert!(check(&["plain_2.py", "caller.py"]) > 0);
    assert!(check(&["plain_2.py", "ignored.py"]) > 0);
    assert!(check(&["--select", "UND001", "plain_2.py"]) > 0);
    assert_eq!(check(&["plain_1.py"]), 0);
    file("plain_1.py", caller);
    assert!(check(&["plain_1.py"]) > 0);
    assert_eq!(check(&["plain_3.py"]), 0);
}

#[test]
fn an_unchanged_file_without_a_spawner_is_not_read_again() {
    let world = World::with(&[("pyproject.toml", ""), ("app.py", DROPPED)]);
    for n in 0..20 {
        let name = format!("plain_{n}.py");
        world.file(&name, format!("x = {n}\n"));
        age(&world, &name, 100);
    }
    let check = || world.run(&["check", "--timings", "--cache-dir", ".cache", "."]);
    assert!(files_read(&check()) >= 21);
    let second = check();
    assert!(files_read(&second) < 5, "{}", second.err);
    world.file("plain_7.py", DROPPED);
    let third = check();
    assert!(third.out.contains("plain_7.py:5:5"), "{third:?}");
}

/// How many files a run with `--timings` has read.
fn files_read(ran: &Ran) -> usize {
    let line = ran.err.lines().find(|line| line.ends_with(" read")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse().unwrap()
}

#[test]
fn a_file_that_only_has_the_name_of_a_wrapper_is_not_read_again() {
    let wrapper = "import asyncio\n\ndef spawn(work):\n    return asyncio.create_task(work)\n";
    let world = World::with(&[("pyproject.toml", ""), ("app.py", wrapper)]);
    for n in 0..20 {
        let name = format!("plain_{n}.py");
        world.file(&name, format!("spawn = {n}\n"));
        age(&world, &name, 100);
    }
    let check = || world.run(&["check", "--timings", "--cache-dir", ".cache", "."]);
    assert!(files_read(&check()) >= 21);
    let second = check();
    assert!(files_read(&second) < 5, "{}", second.err);
    world.file("app.py", wrapper.replace("spawn", "begin"));
    world.file("plain_7.py", "from app import begin, spawn\n\nbegin(spawn())\n");
    let third = check();
    assert!(third.out.contains("plain_7.py:3:1"), "{third:?}");
}

#[test]
fn files_are_counted_whether_they_are_read_or_remembered() {
    let world = World::with(&[
        ("pyproject.toml", ""),
        ("a.py", "x = 1\n"),
        ("nested/b.py", "y = 1\n"),
        // What it demands is met on the way, and all is loaded once more.
        ("nested/undangle.toml", "keepers = [\"util:keep\"]\n"),
    ]);
    ["a.py", "nested/b.py"].iter().for_each(|name| age(&world, name, 100));
    (0..2).for_each(|step| compared(&world, step));
}

#[test]
fn a_cache_that_is_damaged_or_cannot_be_written_changes_nothing() {
    let world =
        World::with(&[("pyproject.toml", ""), ("app.py", DROPPED), ("other.py", "x = 1\n")]);
    ["app.py", "other.py"].iter().for_each(|name| age(&world, name, 100));
    compared(&world, 0);
    let entries = fs::read_dir(world.path(".cache")).unwrap().map(|entry| entry.unwrap().path());
    let is_kind = |path: &PathBuf, kind: &str| path.extension().is_some_and(|e| e == kind);
    let files: Vec<PathBuf> =
        entries.filter(|path| is_kind(path, "facts") || is_kind(path, "result")).collect();
    assert!(files.iter().any(|file| is_kind(file, "facts")));
    let whole: Vec<Vec<u8>> = files.iter().map(|file| fs::read(file).unwrap()).collect();
    let damaged = |whole: &[u8], kind: usize| match kind {
        0 => whole[..whole.len() / 2].to_vec(),
        1 => vec![0; 40],
        2 => Vec::new(),
        _ => [whole, b"x"].concat(),
    };
    for kind in 0..4 {
        for (file, whole) in files.iter().zip(&whole) {
            fs::write(file, damaged(whole, kind)).unwrap();
        }
        compared(&world, 1);
    }
    // The result of one command in the place of another's.
    let results = files.iter().filter(|file| is_kind(file, "result"));
    let others: Vec<Vec<u8>> = results.clone().map(|file| fs::read(file).unwrap()).collect();
    assert!(others.len() > 1);
    results.zip(others.iter().rev()).for_each(|(file, other)| fs::write(file, other).unwrap());
    compared(&world, 2);
    fs::remove_dir_all(world.path(".cache")).unwrap();
    world.file(".cache", "a file in place of the folder");
    compared(&world, 3);
}

#[test]
fn runs_at_the_same_time_and_killed_ones_change_nothing() {
    let world = World::with(&[("pyproject.toml", ""), ("app.py", DROPPED)]);
    age(&world, "app.py", 100);
    for n in 0..200 {
        let name = format!("plain_{n}.py");
        world.file(&name, "import app\n");
        age(&world, &name, 100);
    }
    let expected = world.run(&["check", "--no-cache", "."]);
    for round in 0..10 {
        let begin = || {
            let mut command = Command::new(PROGRAM);
            command.args(["check", "--quiet", "--cache-dir", ".cache", "."]);
            command.current_dir(world.path("")).stdout(std::process::Stdio::null());
            command.spawn().unwrap()
        };
        let mut running: Vec<_> = (0..3).map(|_| begin()).collect();
        std::thread::sleep(Duration::from_millis(round * 5));
        running[0].kill().unwrap();
        for run in &mut running {
            run.wait().unwrap();
        }
        let ran = world.run(&["check", "--cache-dir", ".cache", "."]);
        assert_eq!(seen(&ran), seen(&expected), "round {round}");
    }
}
