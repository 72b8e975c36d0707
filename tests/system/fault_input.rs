//! Files and configuration that nobody wrote by hand: pipes, devices, holes, endless lines, depths and names. Each is passed
//! over or named, in time and without much memory, and the files beside it are looked at.

use std::ffi::OsStr;
use std::fs::{self, File};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::symlink;
use std::os::unix::net::UnixListener;
use std::process::Command;

use crate::support::world::{DROPPED, PROGRAM, Ran, World, has, names};

/// Paths of the sites of a run that must not have been killed.
fn paths(ran: &Ran) -> Vec<String> {
    assert_ne!(ran.status, 124, "it had to be killed: {ran:?}");
    let json = ran.json();
    let sites = json["sites"].as_array().unwrap();
    sites.iter().map(|s| s["path"].as_str().unwrap().to_owned()).collect()
}

fn check(world: &World, path: &str) -> Ran {
    world.run_in_time(&["check", "--format", "json", path])
}

/// The same with two gigabytes of address space at most.
fn check_in_little_memory(world: &World) -> Ran {
    let script = "ulimit -v 2000000; exec timeout 60 \"$0\" check -j 2 --format json";
    world.tool("", "sh", &["-c", script, PROGRAM], b"")
}

fn pipe(world: &World, name: &str) -> bool {
    let is_made = Command::new("mkfifo").arg(world.path(name)).status().is_ok_and(|s| s.success());
    assert!(is_made || std::env::var_os("CI").is_none(), "mkfifo is missing, and this is CI");
    if !is_made {
        eprintln!("SKIPPED: mkfifo is missing");
    }
    is_made
}

#[test]
fn what_is_no_file_is_passed_over_and_named_when_it_was_given() {
    let world = World::with(&[("m.py", DROPPED)]);
    let _socket = UnixListener::bind(world.path("socket.py")).unwrap();
    fs::create_dir(world.path("folder.py")).unwrap();
    symlink("/dev/zero", world.path("zeros.py")).unwrap();
    symlink("/dev/null", world.path("nothing.py")).unwrap();
    let mut special = vec!["socket.py", "zeros.py", "nothing.py"];
    if pipe(&world, "pipe.py") {
        symlink("pipe.py", world.path("link.py")).unwrap();
        special.extend(["pipe.py", "link.py"]);
    }
    let ran = check(&world, ".");
    assert_eq!((paths(&ran), ran.faults()), (vec!["m.py".to_owned()], vec![]));
    for name in special {
        let ran = check(&world, name);
        assert_eq!(ran.status, 2, "{name}: {ran:?}");
        assert!(
            ran.json()["faults"][0]["message"].as_str().unwrap().contains("not a regular file")
        );
    }
    assert_eq!(world.run_in_time(&["fix"]).status, 0);
}

#[test]
fn a_device_among_the_files_is_passed_over() {
    let world = World::with(&[("m.py", DROPPED)]);
    let node = world.path("zeros.py");
    let made = Command::new("mknod").arg(&node).args(["c", "1", "5"]).output();
    if !made.is_ok_and(|o| o.status.success()) {
        eprintln!("SKIPPED: only root makes devices, so this was not tested");
        return;
    }
    assert_eq!(paths(&check(&world, ".")), ["m.py"]);
}

#[test]
fn no_configuration_file_is_waited_for() {
    let world = World::with(&[("m.py", DROPPED)]);
    let files = [
        "pyproject.toml",
        "setup.cfg",
        "setup.py",
        "tox.ini",
        ".flake8",
        ".pycodestyle",
        "ruff.toml",
        ".ruff.toml",
    ];
    for name in files {
        if !pipe(&world, name) {
            return;
        }
        let ran = world.run_in_time(&["diff", "--format", "json"]);
        assert_eq!(paths(&ran), ["m.py"], "{name}");
        fs::remove_file(world.path(name)).unwrap();
    }
    world.file("pyproject.toml", "[tool.ruff]\nextend = '/dev/zero'\n");
    assert_eq!(paths(&world.run_in_time(&["diff", "--format", "json"])), ["m.py"]);
}

#[test]
fn a_huge_or_deep_project_file_stops_nothing_unless_it_may_be_ours() {
    let world = World::with(&[("m.py", DROPPED)]);
    let filler = "# a line that says nothing at all, over and over\n".repeat(1_100_000);
    world.file("pyproject.toml", format!("[tool.black]\nline-length = 99\n{filler}"));
    assert_eq!(paths(&check_in_little_memory(&world)), ["m.py"]);
    world.file("pyproject.toml", format!("{filler}[tool.undangle]\nignore = ['UND001']\n"));
    let ran = check_in_little_memory(&world);
    assert!(ran.status == 2 && ran.err.contains("larger than 16 MiB"), "{ran:?}");
    assert!(ran.err.contains("`--no-config`"), "{ran:?}");
    assert_eq!(paths(&world.run(&["check", "--no-config", "--format", "json"])), ["m.py"]);
    for (open, close) in [("[", "]"), ("{a=", "}"), ("a.", "")] {
        let deep = format!("{}1{}", open.repeat(100_000), close.repeat(100_000));
        for head in ["[tool.x]", "[tool.undangle]"] {
            world.file("pyproject.toml", format!("{head}\nexclude = {deep}\n"));
            let ran = check(&world, ".");
            assert!((1..=2).contains(&ran.status), "{head} {open}: {}", ran.err);
        }
    }
}

#[test]
fn an_empty_file_and_one_of_holes_are_no_trouble() {
    let world = World::with(&[("m.py", DROPPED), ("empty.py", ""), ("named.py", DROPPED)]);
    for name in ["hole.py", "named.py"] {
        let path = world.path(name);
        let file = File::options().create(true).append(true).open(path).unwrap();
        if file.set_len(20 << 30).is_err() {
            eprintln!("SKIPPED: no file of 20 GiB can be had here");
            return;
        }
    }
    let ran = check_in_little_memory(&world);
    assert_eq!(paths(&ran), ["m.py"]);
    assert_eq!(ran.faults(), [("named.py".to_owned(), "null-byte".to_owned())]);
    assert_eq!(ran.json()["files"], 4);
}

#[test]
fn a_path_as_long_as_the_system_takes_is_fixed_and_a_longer_one_is_named() {
    let world = World::with(&[("m.py", DROPPED)]);
    // Made from within: no call takes a longer path at once.
    let step = "d".repeat(200);
    let root = world.path("").as_os_str().len();
    for (length, folder) in [(3_990, "long"), (4_400, "longer")] {
        let steps = (length - root - folder.len() - "m.py".len()) / (step.len() + 1);
        let script = format!(
            "mkdir {folder}; cd {folder}; for i in $(seq {steps}); do mkdir {step}; cd -P ./{step}; done; cat >m.py"
        );
        let ran = world.tool("", "bash", &["-euc", &script], DROPPED.as_bytes());
        if ran.status != 0 {
            eprintln!("SKIPPED: {folder}: {}", ran.err);
            return;
        }
    }
    let ran = world.run(&["fix", "--format", "json"]);
    assert_eq!(ran.status, 2, "{ran:?}");
    let faults = ran.faults();
    assert!(faults.iter().all(|(path, kind)| path.starts_with("longer/") && kind == "io"));
    assert_eq!(faults.len(), 1, "{faults:?}");
    let ran = check(&world, "long");
    assert_eq!((ran.status, paths(&ran).len()), (0, 0), "{ran:?}");
    assert!(world.text("m.py").contains("_background_tasks"));
    // What cannot be named in one call, a temporary folder that is dropped cannot remove.
    world.tool("", "rm", &["-rf", "long", "longer"], b"");
}

#[test]
fn long_lines_are_read_in_time_and_shown_in_part() {
    let world = World::new();
    let call = "asyncio.create_task(x()); ";
    let sites = 1_000_000 / call.len();
    world.file("sites.py", format!("import asyncio\n{}\n", call.repeat(sites)));
    let text = "é".repeat(1_000_000);
    world.file("text.py", format!("import asyncio\nx('{text}'); asyncio.create_task(x())\n"));
    let ran = check(&world, ".");
    assert_eq!(paths(&ran).len(), sites + 1);
    let column = &ran.json()["sites"][sites]["column"];
    assert_eq!(column, 1_000_008);
    let ran = world.run_in_time(&["check", "text.py"]);
    assert!(ran.status == 1 && ran.out.len() < 5_000, "{}", ran.out.len());
    let ran = world.run_in_time(&["fix", "text.py"]);
    assert_eq!(ran.status, 0, "{ran:?}");
    assert!(world.text("text.py").contains(&text));
}

/// Each of the sites could be held against every other one.
#[test]
fn thousands_of_sites_of_one_function_are_told_in_time() {
    let world = World::new();
    let site = "asyncio.create_task(x())";
    let count = 2_500;
    for (name, line) in [
        ("plain", site.to_owned()),
        ("rebound", format!("y = {site}")),
        ("appended", format!("ts.append({site})")),
        ("conditional", format!("if x: {site}")),
    ] {
        let lines = format!("    {line}\n").repeat(count);
        let text = format!("import asyncio\n\n\nasync def f():\n    ts = []\n{lines}");
        world.file(&format!("{name}.py"), text);
    }
    let lines = format!("        {site},\n").repeat(count);
    let text = format!("import asyncio\n\n\nasync def f():\n    ts = [\n{lines}    ]\n");
    world.file("listed.py", text);
    let ran = world.run_in_time(&["check", "--format", "json", "--no-config"]);
    // That nobody keeps the list cannot be told of one that is used so often.
    assert_eq!(paths(&ran).len(), 4 * count);
    assert!(!paths(&ran).iter().any(|path| path == "appended.py"));
}

#[test]
fn ten_thousand_of_anything_nested_break_nothing() {
    let world = World::new();
    let (most, many) = (10_000, 1_000);
    let site = "asyncio.create_task(x())";
    let around = |open: &str, close: &str, times: usize| {
        format!("{}{site}{}", open.repeat(times), close.repeat(times))
    };
    let brackets =
        [("(", ")"), ("[", "]"), ("{", "}"), ("f(", ")"), ("f(x=", ")"), ("(x := ", ")")];
    let others = [
        ("not ", ""),
        ("-", ""),
        ("await ", ""),
        ("lambda: ", ""),
        ("x = ", ""),
        ("x or ", ""),
        ("1 if x else ", ""),
        ("'' ", ""),
        ("", ".y"),
        ("", "[0]"),
        ("", "()"),
        ("", " + 1"),
        ("", " < 1"),
        ("", "; x"),
        ("f'{", "}'"),
        ("[", " for y in z]"),
    ];
    let mut files: Vec<String> = brackets.iter().map(|(o, c)| around(o, c, most)).collect();
    files.extend(others.iter().map(|(o, c)| around(o, c, many)));
    files.extend([
        format!("{}def f(): {site}", "@x\n".repeat(many)),
        format!("if x:\n {site}\n{}", "elif x:\n pass\n".repeat(many)),
        format!("x(\n{}\n)", format!("{site},\n").repeat(many)),
        format!("match x:\n case {}1{}: {site}", "[".repeat(many), "]".repeat(many)),
    ]);
    let mut blocks = String::new();
    for depth in 0..many {
        blocks += &format!("{}if x:\n", " ".repeat(depth));
    }
    files.push(format!("{blocks}{}{site}", " ".repeat(many)));
    for (i, text) in files.iter().enumerate() {
        world.file(&format!("m{i:02}.py"), format!("import asyncio\n{text}\n"));
    }
    for command in ["check", "diff"] {
        let ran = world.run_in_time(&[command, "--format", "json", "--no-config"]);
        assert!(ran.status == 0 || ran.status == 1, "{}", ran.err);
        let known = ["too-deep", "syntax"];
        let faults = ran.faults();
        assert!(faults.iter().all(|(_, kind)| known.contains(&kind.as_str())), "{faults:?}");
    }
}

#[test]
fn names_of_any_bytes_are_fixed_told_as_json_and_diffed_for_git() {
    let names_of_bytes: [&[u8]; 7] = [
        b"caf\xe9.py",
        b"caf\xe8.py",
        b"line\nbreak.py",
        b"tab\tquote\"back\\slash.py",
        b"\x1b[31m\x7f\x9b.py",
        b"-rf.py",
        " \u{202e}\u{9b}m.py".as_bytes(),
    ];
    let world = World::new();
    let (patched, fixed) = (world.path("patched"), world.path("fixed"));
    for folder in [&patched, &fixed] {
        fs::create_dir(folder).unwrap();
        for name in names_of_bytes {
            if fs::write(folder.join(OsStr::from_bytes(name)), DROPPED).is_err() {
                eprintln!("SKIPPED: this file system takes no such names");
                return;
            }
        }
    }
    let ran = world.run_in("patched", &["check", "--format", "json"], b"");
    assert_eq!(paths(&ran).len(), names_of_bytes.len());
    let obeyed = |c: char| c.is_control() && c != '\n' || c == '\u{202e}';
    assert!(!ran.out.contains(obeyed), "{:?}", ran.out);
    let told = paths(&ran);
    assert!(told.contains(&" \u{202e}\u{9b}m.py".to_owned()), "{told:?}");
    let diff = world.run_in("patched", &["diff"], b"").raw;
    assert_eq!(world.run_in("fixed", &["fix"], b"").status, 0);
    if has("git") {
        let ran = world.tool("patched", "git", &["apply"], &diff);
        assert_eq!(ran.status, 0, "{ran:?}");
        for name in names_of_bytes {
            let read = |folder: &std::path::Path| fs::read(folder.join(OsStr::from_bytes(name)));
            assert_eq!(read(&patched).unwrap(), read(&fixed).unwrap());
            assert_ne!(read(&fixed).unwrap(), DROPPED.as_bytes());
        }
    }
    assert_eq!(names(&fixed).len(), names_of_bytes.len());
}
