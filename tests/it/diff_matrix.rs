//! The patches that `diff` prints, put to `git apply`, `git apply --3way` and `patch -p1`, and held against what `fix`
//! writes, byte for byte.

use std::collections::BTreeMap;

use crate::support::world::{DROPPED, World, has};

/// Files by name.
type Files = BTreeMap<String, Vec<u8>>;

/// The ways to apply a patch.
const WAYS: [&[&str]; 3] = [
    &["git", "apply"],
    &["git", "apply", "--3way"],
    &["patch", "-p1", "--no-backup-if-mismatch", "--fuzz=0"],
];

fn git(world: &World, arguments: &[&str]) {
    let name = ["-c", "user.name=t", "-c", "user.email=t@t", "-c", "core.autocrlf=false"];
    let ran = world.tool("", "git", &[&name, arguments].concat(), b"");
    assert_eq!(ran.status, 0, "git {arguments:?}: {ran:?}");
}

/// A world with these files, committed.
fn repository(files: &Files) -> World {
    let world = World::new();
    for (name, bytes) in files {
        world.file(name, bytes);
    }
    git(&world, &["init", "-q"]);
    git(&world, &["add", "-A"]);
    git(&world, &["commit", "-q", "-m", "x"]);
    world
}

fn state(world: &World, files: &Files) -> Files {
    files.keys().map(|name| (name.clone(), world.bytes(name))).collect()
}

/// Applies the patch, made in `folder` of the repository, in every way, and compares with what `fix` makes.
fn holds(what: &str, files: &Files, folder: &str, flags: &[&str]) {
    if !has("git") || !has("patch") {
        return;
    }
    let arguments =
        |command: &'static str| [&[command, "--unsafe-fixes", "--no-config"], flags].concat();
    let fixed = repository(files);
    let patch = fixed.run_in(folder, &arguments("diff"), b"").raw;
    assert!(!patch.is_empty(), "{what}: nothing to fix");
    fixed.run_in(folder, &arguments("fix"), b"");
    let wanted = state(&fixed, files);
    assert_ne!(&wanted, files, "{what}");
    for way in WAYS {
        let world = repository(files);
        let ran = world.tool("", way[0], &way[1..], &patch);
        let shown = String::from_utf8_lossy(&patch);
        assert_eq!(ran.status, 0, "{what}: {way:?}: {ran:?}\n{shown}");
        assert!(state(&world, files) == wanted, "{what}: {way:?} differs from fix\n{shown}");
    }
}

fn one(name: &str, bytes: impl AsRef<[u8]>) -> Files {
    BTreeMap::from([(name.to_owned(), bytes.as_ref().to_vec())])
}

#[test]
fn every_kind_of_line_end_survives() {
    holds("LF", &one("m.py", DROPPED), "", &[]);
    holds("CRLF", &one("m.py", DROPPED.replace('\n', "\r\n")), "", &[]);
    let mixed = DROPPED.replace("asyncio\n", "asyncio\r\n");
    holds("mixed", &one("m.py", mixed), "", &[]);
    let lone = format!("# a\rb = 1\r{DROPPED}");
    holds("lone CR", &one("m.py", lone), "", &[]);
    holds("CR only", &one("m.py", DROPPED.replace('\n', "\r")), "", &[]);
}

#[test]
fn a_missing_newline_at_the_end_survives() {
    holds("no newline", &one("m.py", DROPPED.trim_end()), "", &[]);
    let later = format!("{DROPPED}\n\nx = 1\n\n\n\n\ny = 2");
    holds("no newline, far away", &one("m.py", later), "", &[]);
    let near = format!("{DROPPED}    return");
    holds("no newline, in the context", &one("m.py", near), "", &[]);
    holds("no newline, CRLF", &one("m.py", DROPPED.trim_end().replace('\n', "\r\n")), "", &[]);
}

#[test]
fn marks_tabs_and_encodings_survive() {
    holds("BOM", &one("m.py", format!("\u{feff}{DROPPED}")), "", &[]);
    holds("tabs", &one("m.py", DROPPED.replace("    ", "\t")), "", &[]);
    let mut latin = b"# coding: latin-1\nx = '\xe9\xff'\n".to_vec();
    latin.extend(DROPPED.bytes());
    holds("latin-1", &one("m.py", latin), "", &[]);
    let odd = DROPPED.replace("main())\n", "main())  # \u{2028} \x0b \x0c \u{85}\n");
    holds("odd separators", &one("m.py", odd), "", &[]);
}

#[test]
fn every_name_survives() {
    for name in [
        "with space.py",
        "two  spaces /m.py",
        "quo\"te.py",
        "back\\slash.py",
        "tab\there.py",
        "naïve/日本.py",
        "sp ace é.py",
        "-dash.py",
        "a b/b a.py",
        "'single'.py",
    ] {
        holds(name, &one(name, DROPPED), "", &[]);
    }
}

#[test]
fn a_subfolder_gives_the_same_patch_as_the_root() {
    let files = Files::from([
        ("pkg/deep/m.py".to_owned(), DROPPED.into()),
        ("pkg/n.py".to_owned(), DROPPED.into()),
    ]);
    holds("subfolder", &files, "pkg", &[]);
    holds("deeper, upwards", &files, "pkg/deep", &["..", "."]);
}

#[test]
fn changes_at_the_very_top_and_very_bottom_survive() {
    holds("top", &one("m.py", "from asyncio import *\ncreate_task(x())"), "", &[]);
    holds("one line", &one("m.py", "import asyncio; asyncio.create_task(x())"), "", &[]);
    let top = "async def f(loop):\n    loop.create_task(f())\n";
    holds("no import", &one("m.py", top), "", &[]);
}

#[test]
fn many_hunks_in_many_files_survive_in_both_styles() {
    let filler: String = (0..12).map(|i| format!("    x = {i}\n")).collect();
    let mut text = DROPPED.to_owned();
    for _ in 0..30 {
        text += &filler;
        text += "    asyncio.create_task(main())\n";
        text += "    if x: asyncio.ensure_future(main()).add_done_callback(print); y = 1\n";
        text += "    lambda: asyncio.create_task(main())\n";
    }
    let files: Files =
        (0..5).map(|i| (format!("p{i}/m{i}.py"), text.clone().into_bytes())).collect();
    holds("lines", &files, "", &[]);
    holds("helper", &files, "", &["--style", "helper"]);
}

#[test]
fn outside_of_git_names_are_relative_to_where_one_stands() {
    if !has("patch") {
        return;
    }
    let world = World::with(&[("pkg/m.py", DROPPED)]);
    let patch = world.run(&["diff"]).raw;
    assert!(String::from_utf8_lossy(&patch).starts_with("diff --git a/pkg/m.py b/pkg/m.py\n"));
    world.run(&["fix"]);
    let wanted = world.bytes("pkg/m.py");
    world.file("pkg/m.py", DROPPED);
    assert_eq!(world.tool("", "patch", &["-p1"], &patch).status, 0);
    assert_eq!(world.bytes("pkg/m.py"), wanted);
}

#[test]
fn the_index_line_names_the_blobs_that_git_would_make() {
    if !has("git") {
        return;
    }
    let world = repository(&one("m.py", DROPPED));
    let patch = world.run(&["diff"]).out;
    let id =
        |world: &World| world.tool("", "git", &["hash-object", "m.py"], b"").out.trim().to_owned();
    let old = id(&world);
    world.run(&["fix"]);
    let line = format!("index {old}..{} 100644", id(&world));
    assert_eq!(patch.lines().nth(1), Some(line.as_str()));
}
