//! Which files are looked at, and what bad input does: a clear message each, and the rest goes on.

use std::path::Path;

use crate::support::world::{DROPPED, KEPT, World};

fn paths(world: &World, arguments: &[&str]) -> Vec<String> {
    let sites = world.sites(arguments);
    sites.iter().map(|s| s["path"].as_str().unwrap().to_owned()).collect()
}

fn fault(path: &str, kind: &str) -> (String, String) {
    (path.to_owned(), kind.to_owned())
}

#[test]
fn ignore_files_count_inside_a_git_tree_only() {
    let files = [(".gitignore", "hidden.py\n"), ("hidden.py", DROPPED), ("m.py", DROPPED)];
    let world = World::with(&files);
    assert_eq!(paths(&world, &["check"]), ["hidden.py", "m.py"]);
    std::fs::create_dir(world.path(".git")).unwrap();
    assert_eq!(paths(&world, &["check"]), ["m.py"]);
    assert_eq!(paths(&world, &["check", "--no-ignore"]), ["hidden.py", "m.py"]);
    assert_eq!(paths(&world, &["check", "hidden.py"]), ["hidden.py"]);
}

#[test]
fn folders_that_hold_no_code_of_the_project_are_passed_over_unless_given() {
    let world = World::new();
    for folder in [".venv/lib", "node_modules", "__pycache__", "x/site-packages", "build/lib"] {
        world.file(&format!("{folder}/m.py"), DROPPED);
    }
    world.file("dist/__init__.py", "");
    world.file("dist/m.py", DROPPED);
    world.file(".github/m.py", DROPPED);
    assert_eq!(paths(&world, &["check"]), [".github/m.py", "dist/m.py"]);
    assert_eq!(
        paths(&world, &["check", "build", "node_modules/m.py"]),
        ["build/lib/m.py", "node_modules/m.py"]
    );
}

#[test]
fn only_python_files_are_looked_at_unless_given_by_name() {
    let world = World::with(&[
        ("a.pyw", DROPPED),
        ("a.pyi", DROPPED),
        ("tool", DROPPED),
        ("a.txt", DROPPED),
    ]);
    assert_eq!(paths(&world, &["check"]), ["a.pyw"]);
    assert_eq!(paths(&world, &["check", "tool"]), ["tool"]);
}

#[test]
fn what_was_not_checked_is_not_called_clean() {
    let world = World::with(&[("m.py", DROPPED), ("notes/a.ipynb", JULIA), ("tab.py", TABS)]);
    let out = |arguments: &[&str]| world.run(arguments).out;
    for path in ["notes", "notes/a.ipynb"] {
        let expected =
            "No Python files were checked. 1 notebook is not Python and was not checked.\n";
        assert_eq!(out(&["check", path]), expected);
    }
    assert!(out(&["check"]).contains("1 notebook is not Python and was not checked."));
    let expected = "No findings of the selected rules in 1 file.\n";
    assert_eq!(out(&["check", "--ignore", "UND001", "m.py"]), expected);
    assert_eq!(out(&["check", "tab.py"]), "No dropped tasks in 1 file.\n");
    let ran = world.run(&["check", "--strict", "tab.py"]);
    assert!(ran.status == 2 && ran.err.contains("inconsistent use of tabs"), "{ran:?}");
}

/// A notebook in another language.
const JULIA: &str =
    "{\"nbformat\": 4, \"metadata\": {\"language_info\": {\"name\": \"julia\"}}, \"cells\": []}";

/// CPython's TabError.
const TABS: &str = "import asyncio\nif asyncio:\n        create_task = 1\n\tx = 1\n";

#[test]
fn defaults_of_type_parameters_do_not_keep_a_file_from_being_fixed() {
    let code = "class Job[T = int, *U = *tuple[T, int]]: pass\n";
    let world = World::with(&[("m.py", &format!("{DROPPED}{code}"))]);
    let ran = world.run(&["check", "--format", "json", "--strict"]);
    assert_eq!((ran.status, ran.faults()), (1, Vec::new()));
    let ran = world.run(&["diff"]);
    assert!(ran.out.contains("+") && ran.out.contains(code), "{ran:?}");
    assert_eq!(world.run(&["fix"]).status, 0);
    let fixed = std::fs::read_to_string(world.path("m.py")).unwrap();
    assert!(fixed.contains(code) && fixed.contains(".add("), "{fixed}");
}

#[test]
fn a_quiet_run_names_an_option_that_has_no_effect() {
    let world = World::with(&[("m.py", DROPPED)]);
    let ran = world.run(&["diff", "-q", "--drain"]);
    assert!(ran.err.contains("`--drain` has no effect"), "{ran:?}");
}

#[test]
fn a_file_is_looked_at_once_however_often_it_is_given() {
    let world = World::with(&[("pkg/m.py", DROPPED)]);
    let absolute = world.path("pkg/m.py");
    let arguments =
        ["check", ".", "pkg", "pkg/m.py", "./pkg/../pkg/m.py", absolute.to_str().unwrap()];
    let json = world.run(&[&arguments[..], &["--format", "json"]].concat()).json();
    assert_eq!(json["sites"].as_array().unwrap().len(), 1);
    assert_eq!(json["files"], 1);
}

#[test]
fn facts_come_from_the_whole_project_and_findings_from_what_is_given() {
    let spawn = "import asyncio\ndef spawn(x):\n    return asyncio.create_task(x)\n";
    let user = "from pkg.bg import spawn\nasync def f():\n    spawn(f())\n";
    let world = World::with(&[
        ("pyproject.toml", ""),
        ("pkg/__init__.py", ""),
        ("pkg/bg.py", spawn),
        ("pkg/use.py", user),
        ("pkg/other.py", DROPPED),
    ]);
    let all = world.sites(&["check"]);
    assert_eq!(all.len(), 2, "{all:?}");
    // But a fix in another file there is only where that may be changed.
    let without_fix = |mut sites: Vec<serde_json::Value>| {
        sites.iter_mut().for_each(|s| s["fix"] = serde_json::Value::Null);
        sites
    };
    let all = without_fix(all);
    let one = without_fix(world.sites(&["check", "pkg/use.py"]));
    assert_eq!(one[..], all[1..]);
    assert_eq!(one[0]["reason"], "wrapper");
    let typed = world.run_in(
        "",
        &["check", "--format", "json", "--stdin-filename", "pkg/use.py", "-"],
        user.as_bytes(),
    );
    assert_eq!(without_fix(typed.json()["sites"].as_array().unwrap().clone())[..], one[..]);
}

#[test]
fn standard_input_is_checked_diffed_and_fixed() {
    let world = World::with(&[("m.py", KEPT)]);
    let run = |arguments: &[&str], text: &str| world.run_in("", arguments, text.as_bytes());
    let ran = run(&["check", "--format", "concise", "-"], DROPPED);
    assert!(ran.status == 1 && ran.out.starts_with("-:5:5: UND001"), "{ran:?}");
    let ran = run(&["diff", "--stdin-filename", "m.py", "-"], DROPPED);
    assert!(ran.status == 1 && ran.out.contains("--- a/m.py\n"), "{ran:?}");
    let ran = run(&["fix", "--stdin-filename", "m.py", "-"], DROPPED);
    assert!(ran.status == 0 && ran.out.contains("_background_tasks.add(task)"), "{ran:?}");
    assert_eq!(world.text("m.py"), KEPT, "the file on disk is not touched");
    for text in [KEPT, "", "not python at all (", "create_task(\0)"] {
        assert_eq!(run(&["fix", "-"], text).out, text);
    }
}

#[test]
fn what_python_cannot_read_is_named_and_nothing_else_stops() {
    let world = World::with(&[("good.py", DROPPED), ("null.py", "create_task(\0)\n")]);
    world.file("cookie.py", "# coding: shift_jis\ncreate_task(x)\n");
    world.file("latin.py", b"create_task('\xe9')\n");
    let utf16: Vec<u8> =
        "\u{feff}create_task()".encode_utf16().flat_map(u16::to_le_bytes).collect();
    world.file("wide.py", utf16);
    world.file("old.py", "import asyncio\nprint 'x'; asyncio.create_task(x())\ndef (:\n");
    world.file("empty.py", "");
    let ran = world.run(&["check", "--format", "json"]);
    assert_eq!(ran.status, 1);
    assert_eq!(
        ran.faults(),
        [
            fault("cookie.py", "encoding"),
            fault("latin.py", "encoding"),
            fault("null.py", "null-byte"),
            fault("old.py", "syntax"),
            fault("wide.py", "encoding"),
        ]
    );
    assert!(ran.json()["sites"].as_array().unwrap().iter().any(|s| s["path"] == "good.py"));
    let before = world.bytes("old.py");
    assert_eq!(world.run(&["fix", "--fix-only"]).status, 0);
    assert_eq!(world.bytes("old.py"), before);
}

#[test]
fn deep_nesting_and_long_chains_break_nothing() {
    let world = World::new();
    let parens = format!("{}asyncio.create_task(x()){}", "(".repeat(5_000), ")".repeat(5_000));
    let chain = format!("asyncio.create_task(x()){}", ".a".repeat(5_000));
    let calls = format!("{}asyncio.create_task(x()){}", "f(".repeat(5_000), ")".repeat(5_000));
    let sum = format!("y = asyncio.create_task(x()) {}", "+ 1 ".repeat(5_000));
    let mut blocks = String::new();
    for depth in 0..90 {
        blocks += &format!("{}if x:\n", " ".repeat(depth));
    }
    blocks += &format!("{}asyncio.create_task(x())", " ".repeat(90));
    for (name, text) in [("p", parens), ("c", chain), ("f", calls), ("s", sum), ("b", blocks)] {
        world.file(&format!("{name}.py"), format!("import asyncio\n{text}\n"));
    }
    let ran = world.run(&["check", "--format", "json", "--no-config"]);
    assert!(ran.status == 0 || ran.status == 1, "{ran:?}");
    assert!(ran.faults().iter().all(|(_, kind)| kind == "too-deep"), "{:?}", ran.faults());
}

#[cfg(unix)]
mod unix {
    use super::*;
    use std::os::unix::fs::symlink;
    use std::process::Command;

    #[test]
    fn links_that_lead_nowhere_are_trouble() {
        let world = World::with(&[("m.py", DROPPED)]);
        symlink("gone.py", world.path("broken.py")).unwrap();
        symlink("b.py", world.path("a.py")).unwrap();
        symlink("a.py", world.path("b.py")).unwrap();
        symlink("user@host.1", world.path(".#m.py")).unwrap();
        let ran = world.run(&["check", "--format", "json"]);
        assert_eq!(ran.status, 2);
        assert_eq!(
            ran.faults(),
            [fault("a.py", "io"), fault("b.py", "io"), fault("broken.py", "broken-link")]
        );
        assert_eq!(ran.json()["sites"][0]["path"], "m.py");
        let ran = world.run(&["check", "broken.py"]);
        assert!(ran.status == 2 && ran.err.contains("symbolic link"), "{ran:?}");
    }

    #[test]
    fn a_link_to_nothing_that_nobody_named_is_a_note() {
        let world = World::with(&[("m.py", "x = 1\n")]);
        symlink("gone.py", world.path("broken.py")).unwrap();
        let ran = world.run(&["check"]);
        assert!(ran.status == 0 && ran.err.contains("warning[broken-link]: broken.py"), "{ran:?}");
        assert_eq!(world.run(&["check", "--strict"]).status, 2);
    }

    #[test]
    fn links_to_folders_are_not_followed_unless_given() {
        let world = World::with(&[("proj/m.py", KEPT), ("other/n.py", DROPPED)]);
        symlink("../other", world.path("proj/link")).unwrap();
        symlink("..", world.path("proj/loop")).unwrap();
        assert_eq!(paths(&world, &["check", "proj"]), [""; 0]);
        assert_eq!(paths(&world, &["check", "proj/link"]), ["proj/link/n.py"]);
    }

    #[test]
    fn a_link_to_a_file_inside_is_that_file() {
        let world = World::with(&[("m.py", DROPPED)]);
        symlink("m.py", world.path("a.py")).unwrap();
        assert_eq!(paths(&world, &["check"]), ["m.py"]);
        assert_eq!(paths(&world, &["check", "a.py"]), ["a.py"]);
        assert_eq!(world.run(&["fix", "a.py"]).status, 0);
        assert!(world.path("a.py").is_symlink());
        assert!(world.text("m.py").contains("_background_tasks"));
    }

    #[test]
    fn a_link_that_leads_out_is_reported_but_never_written_through() {
        let world = World::with(&[("proj/m.py", KEPT), ("other/n.py", DROPPED)]);
        symlink("../other/n.py", world.path("proj/a.py")).unwrap();
        let ran = world.run(&["diff", "proj"]);
        assert_eq!((ran.status, ran.out.as_str()), (1, ""));
        assert_eq!(world.run(&["fix", "proj"]).status, 1);
        assert_eq!(world.text("other/n.py"), DROPPED);
    }

    #[test]
    fn pipes_are_passed_over_without_waiting_for_a_writer() {
        let world = World::with(&[("m.py", KEPT)]);
        let made = Command::new("mkfifo").arg(world.path("pipe.py")).status();
        if !made.is_ok_and(|s| s.success()) {
            assert!(std::env::var_os("CI").is_none(), "mkfifo is missing, and this is CI");
            eprintln!("SKIPPED: mkfifo is missing");
            return;
        }
        assert_eq!(world.run(&["check"]).status, 0);
        let ran = world.run(&["check", "pipe.py"]);
        assert!(ran.status == 2 && ran.err.contains("not a regular file or directory"), "{ran:?}");
    }

    #[test]
    fn an_unreadable_file_is_trouble_of_that_file_only() {
        use std::os::unix::fs::PermissionsExt;
        let world = World::with(&[("m.py", DROPPED), ("locked.py", DROPPED)]);
        let locked = world.path("locked.py");
        std::fs::set_permissions(&locked, std::fs::Permissions::from_mode(0o000)).unwrap();
        if std::fs::read(&locked).is_ok() {
            eprintln!("SKIPPED: this user reads everything");
            return;
        }
        let ran = world.run(&["check", "--format", "json"]);
        assert_eq!(ran.status, 2);
        assert_eq!(ran.faults(), [fault("locked.py", "io")]);
        assert_eq!(ran.json()["sites"].as_array().unwrap().len(), 1);
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_name_that_is_not_utf8_is_shown_and_fixed() {
        use std::os::unix::ffi::OsStrExt;
        let world = World::new();
        let name = std::ffi::OsStr::from_bytes(b"caf\xe9.py");
        let path = world.path("").join(name);
        std::fs::write(&path, DROPPED).unwrap();
        assert_eq!(paths(&world, &["check"]), ["caf\u{fffd}.py"]);
        assert!(world.run(&["diff"]).out.contains("--- \"a/caf\\351.py\"\n"));
        assert_eq!(world.run(&["fix"]).status, 0);
        assert!(std::fs::read_to_string(&path).unwrap().contains("_background_tasks"));
    }
}

#[test]
fn a_file_without_a_spawner_is_read_when_another_needs_what_it_defines() {
    let world = World::with(&[
        ("pyproject.toml", ""),
        ("app/__init__.py", ""),
        ("app/compat.py", "import asyncio\n"),
        ("app/state.py", "from .store import *\n"),
        ("app/store.py", "KEPT = set()\n\n\ndef look(task):\n    print(task)\n"),
        (
            "app/m.py",
            "from .compat import asyncio\nfrom .state import KEPT, look\n\n\nasync def f(work):\n    \
             asyncio.create_task(work())\n    KEPT.add(asyncio.create_task(work()))\n    \
             look(asyncio.create_task(work()))\n",
        ),
    ]);
    let said = |site: &serde_json::Value| {
        (site["line"].as_u64().unwrap(), site["verdict"].as_str().unwrap().to_owned())
    };
    let sites: Vec<_> = world.sites(&["audit", "app/m.py"]).iter().map(said).collect();
    let expected = [(6, "dropped"), (7, "held"), (8, "dropped")];
    assert_eq!(sites, expected.map(|(line, verdict)| (line, verdict.to_owned())));
}

#[test]
fn callers_are_found_that_name_an_heir_or_an_instance_alone() {
    let core = "import asyncio\n\nclass Stream:\n    def close(self):\n        return asyncio.ensure_future(self.end())\n";
    let world = World::with(&[("core.py", core)]);
    world.file("mid.py", "from core import Stream\n\nclass Mid(Stream):\n    pass\n");
    world.file("low.py", "import mid\n\nclass Low(\n    mid.Mid,\n):\n    pass\n");
    world.file("made.py", "from core import Stream\n\nSTREAM = Stream()\n");
    world.file(
        "base.py",
        "from core import Stream\n\nclass Plugin:\n    def __init__(self, xmpp: Stream):\n        self.xmpp = xmpp\n",
    );
    world.file(
        "app.py",
        "from low import Low\n\nclass App(Low):\n    def stop(self):\n        self.close()\n",
    );
    world.file("given.py", "from mid import Mid\n\ndef stop(m: Mid):\n    m.close()\n");
    world.file("once.py", "from made import STREAM\n\ndef stop():\n    STREAM.close()\n");
    world.file(
        "plugin.py",
        "from base import Plugin\n\nclass Auth(Plugin):\n    def stop(self):\n        self.xmpp.close()\n",
    );
    world.file("other.py", "def stop(file):\n    file.close()\n");
    let sites = world.sites(&["check"]);
    let found: Vec<&str> = sites.iter().filter_map(|site| site["path"].as_str()).collect();
    assert_eq!(found, ["app.py", "given.py", "once.py", "plugin.py"]);
}

#[test]
fn callers_are_found_that_know_a_wrapper_through_other_packages() {
    let world = World::with(&[("pyproject.toml", "")]);
    let known = Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/verdicts/known");
    for name in [
        "pools/__init__.py",
        "hub/__init__.py",
        "hub/core.py",
        "app/__init__.py",
        "app/main.py",
        "app/other.py",
        "acme/jobs/__init__.py",
        "acme/jobs/core.py",
        "acme/jobs/again.py",
        "acme/web/__init__.py",
        "acme/web/page.py",
    ] {
        world.file(name, std::fs::read(known.join(name)).unwrap());
    }
    let sites = world.sites(&["check"]);
    let found: Vec<String> =
        sites.iter().map(|s| format!("{}:{}", s["path"].as_str().unwrap(), s["line"])).collect();
    let web = ["acme/web/page.py:12", "acme/web/page.py:13", "acme/web/page.py:14"];
    let expected = [&["acme/jobs/again.py:11"], &web[..], &["app/main.py:12", "app/main.py:13"]];
    assert_eq!(found, expected.concat());
}

#[test]
fn a_module_is_meant_before_a_folder_of_its_name() {
    let core = "import asyncio\n\n\nclass jobs:\n    def spawn(self, c):\n        return asyncio.create_task(c)\n";
    let world = World::with(&[("pyproject.toml", ""), ("pools.py", core)]);
    world.file("acme.py", "import asyncio\nfrom pools import jobs\n\nTASK = asyncio.create_task\n");
    world.file("acme/jobs/__init__.py", "import asyncio\n\nTASK = asyncio.create_task\n");
    let user = "from acme import jobs\n\n\nasync def work(): ...\n\n\ndef start():\n    jobs().spawn(work())\n";
    world.file("use.py", user);
    let sites = world.sites(&["check"]);
    let found: Vec<&str> = sites.iter().filter_map(|site| site["path"].as_str()).collect();
    assert_eq!(found, ["use.py"]);
}
