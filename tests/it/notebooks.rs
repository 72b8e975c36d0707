//! Notebooks: how their cells are judged and fixed, where their findings are, and what stays as it is.

use std::fs;

use serde_json::{Value, json};

use crate::support::files::folders;
use crate::support::git::{git, repository};
use crate::support::notebook::{notebook, sources};
use crate::support::tools::Tool;
use crate::support::world::{DROPPED, PROGRAM, Ran, World};

const IMPORTS: &str = "%matplotlib inline\nimport asyncio\nfiles = !ls";
const WORK: &str = "async def work():\n    await asyncio.sleep(1)";
const MAIN: &str = "async def main():\n    asyncio.create_task(work())\n    await asyncio.sleep(2)";
const DISCARD: &str = "task.add_done_callback(_background_tasks.discard)";
const SPAWN: &str = "asyncio.create_task(work())";

/// The verdicts and reasons of the tasks of these cells, behind two with what they need.
fn verdicts(cells: &[&str]) -> Vec<String> {
    let world = World::with(&[("nb.ipynb", &notebook(&[&[IMPORTS, WORK], cells].concat()))]);
    let sites = world.sites(&["audit"]);
    sites.iter().map(|s| format!("{} {}", word(s, "verdict"), word(s, "reason"))).collect()
}

fn word<'a>(value: &'a Value, key: &str) -> &'a str {
    value[key].as_str().unwrap()
}

/// One dropped task, in the fourth of all cells.
fn dropped() -> World {
    World::with(&[("nb.ipynb", &notebook(&[IMPORTS, WORK, MAIN]))])
}

#[test]
fn the_value_of_the_last_expression_of_a_cell_is_kept() {
    for (cell, expected) in [
        (SPAWN, "held global"),
        ("asyncio.create_task(work())  # why;\n\n", "held global"),
        ("x = 1\n(asyncio.create_task(work()), 1)", "held global"),
        ("%%time\nasyncio.create_task(work())", "held global"),
        ("%%capture\nasyncio.create_task(work())", "dropped discarded"),
        ("asyncio.create_task(work());", "dropped discarded"),
        ("asyncio.create_task(work()) ; # why", "dropped discarded"),
        ("asyncio.create_task(work())\nx = 1", "dropped discarded"),
        ("asyncio.create_task(work())\n!ls", "dropped discarded"),
        ("for _ in range(3):\n    asyncio.create_task(work())", "dropped discarded"),
        ("asyncio.create_task(work()).add_done_callback(print)", "dropped chained"),
        ("task = asyncio.create_task(work())", "held global"),
        ("await asyncio.create_task(work())", "held awaited"),
    ] {
        assert_eq!(verdicts(&[cell]), [expected], "{cell}");
        assert_eq!(verdicts(&[cell, "y = 2"]), [expected], "{cell}");
    }
}

/// A loop runs in a notebook whatever its cells await.
#[test]
fn a_task_of_a_cell_is_not_made_during_import() {
    let cells = [IMPORTS, WORK, "task = asyncio.create_task(work())"];
    let world = World::with(&[("nb.ipynb", &notebook(&cells))]);
    assert_eq!(world.run(&["check", "--select", "UND105"]).status, 0);
    let world = World::with(&[(
        "nb.py",
        &cells[1..].join("\n").replace("async def", "import asyncio\nasync def"),
    )]);
    assert_eq!(world.run(&["check", "--select", "UND105"]).status, 1);
}

#[test]
fn what_is_no_python_is_passed_over() {
    for cell in [
        "%%bash\nasyncio.create_task(work())",
        "%time asyncio.create_task(work())",
        "asyncio.create_task?",
        "!python -c 'asyncio.create_task(work())'",
    ] {
        assert_eq!(verdicts(&[cell]), [""; 0], "{cell}");
    }
    let ran = dropped().run(&["check"]);
    assert_eq!(ran.err, "", "no syntax error");
}

#[test]
fn a_finding_is_at_a_line_of_its_cell() {
    let world = dropped();
    let ran = world.run(&["check", "--format", "concise"]);
    assert!(ran.out.starts_with("nb.ipynb:cell 4:2:5: UND001 `work()`"), "{ran:?}");
    let out = world.run(&["check"]).out;
    assert!(out.contains(" --> nb.ipynb:cell 4:2:5\n"), "{out}");
    assert!(out.contains("2 |     asyncio.create_task(work())\n  |     ^^^^"), "{out}");
    assert!(out.ends_with("1 dropped task in 1 file. `undangle fix` fixes 1.\n"), "{out}");
    let site = &world.sites(&["check"])[0];
    let place = ["cell", "line", "column", "end_line", "end_column"].map(|key| &site[key]);
    assert_eq!(place, [4, 2, 5, 2, 32].map(|number| json!(number)).each_ref());
    let python = World::with(&[("m.py", DROPPED)]);
    assert_eq!(python.sites(&["check"])[0].get("cell"), None);
}

#[test]
fn formats_that_know_no_cells_get_them_in_the_message() {
    let world = dropped();
    for format in ["github", "gitlab", "sarif", "junit", "rdjson"] {
        let out = world.run(&["check", "--format", format]).out;
        assert!(out.contains("cell 4:2:5"), "{format}: {out}");
        assert!(!out.contains("cell 4:2:5: cell"), "{format}: {out}");
        let fixes = out.contains("\"fixes\"") || out.contains("\"suggestions\"");
        assert!(!fixes, "{format} cannot say it: {out}");
    }
    let github = world.run(&["check", "--format", "github"]).out;
    assert!(github.contains(",line=1,endLine=1::UND001 cell 4:2:5: `work()`"), "{github}");
    let gitlab = world.run(&["check", "--format", "gitlab"]).json();
    assert_eq!(gitlab[0]["location"]["lines"], json!({"begin": 1, "end": 1}));
}

#[test]
fn a_fix_changes_lines_of_cells_and_nothing_else() {
    let world = dropped();
    let before = world.text("nb.ipynb");
    assert_eq!(world.run(&["fix"]).status, 0);
    let after = world.text("nb.ipynb");
    let [imports, work, main] = &sources(&after)[..] else { panic!("{after}") };
    assert_eq!(
        imports,
        "%matplotlib inline\nimport asyncio\n\n\
         # Strong references: the event loop keeps only weak ones.\n\
         _background_tasks: set[asyncio.Task[object]] = set()\n\nfiles = !ls"
    );
    assert_eq!(work, WORK);
    let lines = ["task = asyncio.create_task(work())", "_background_tasks.add(task)", DISCARD];
    assert_eq!(*main, MAIN.replace("asyncio.create_task(work())", &lines.join("\n    ")));
    let is_old = |line: &str| {
        before.lines().any(|old| old.trim_end_matches(',') == line.trim_end_matches(','))
    };
    let new: Vec<&str> = after.lines().filter(|line| !is_old(line)).collect();
    assert!(new.iter().all(|line| line.starts_with("    \"")), "{new:?}");
    assert_eq!(new.len(), 7, "{new:?}");
    assert_eq!(world.run(&["check"]).status, 0);
    assert_eq!(world.run(&["diff"]).out, "");
}

#[test]
fn the_declaration_stands_at_the_end_of_the_cell_with_the_imports() {
    let cells = ["import asyncio", MAIN, WORK];
    let world = World::with(&[("nb.ipynb", &notebook(&cells))]);
    world.run(&["fix"]);
    let first = &sources(&world.text("nb.ipynb"))[0];
    assert!(first.ends_with("_background_tasks: set[asyncio.Task[object]] = set()"), "{first}");
    assert!(first.starts_with("import asyncio\n\n#"), "{first}");
}

#[test]
fn cells_that_begin_with_a_magic_are_left_as_they_are() {
    let magic = format!("%%time\n{MAIN}");
    let world = World::with(&[("nb.ipynb", &notebook(&[IMPORTS, WORK, &magic]))]);
    let site = &world.sites(&["check"])[0];
    assert_eq!((word(site, "verdict"), &site["line"]), ("dropped", &json!(3)));
    assert_eq!(site["fix"]["declined_id"], "magic-cell");
    let before = notebook(&["%%time\nimport asyncio", WORK, MAIN]);
    let world = World::with(&[("nb.ipynb", &before)]);
    let ran = world.run(&["fix"]);
    assert_eq!((ran.status, world.text("nb.ipynb")), (1, before), "{ran:?}");
}

#[test]
fn a_task_outside_of_functions_is_kept_for_each_run_of_its_cell() {
    let world = World::with(&[("nb.ipynb", &notebook(&[IMPORTS, WORK, &format!("{SPAWN};")]))]);
    world.run(&["fix"]);
    assert_eq!(
        sources(&world.text("nb.ipynb"))[2],
        "task = asyncio.create_task(work());\n_background_tasks.add(task)\ntask.add_done_callback(_background_tasks.discard)"
    );
}

#[test]
fn strings_and_escapes_keep_their_form() {
    let code = format!("import asyncio\\n# \\u00e9 \\/\\n{}", MAIN.replace('\n', "\\n"));
    let json = format!(
        "{{\"nbformat\":4,\"nbformat_minor\":5,\"metadata\":{{}},\"cells\":[{{\"cell_type\":\"code\",\"source\":\"{code}\",\"x\":1e2}}]}}"
    );
    let world = World::with(&[("nb.ipynb", &json)]);
    assert_eq!(world.run(&["fix"]).status, 0);
    let after = world.text("nb.ipynb");
    assert!(after.contains("# \\u00e9 \\/\\n") && after.contains("\",\"x\":1e2}]}"), "{after}");
    assert!(after.contains("\\n    task = asyncio.create_task(work())\\n    _back"), "{after}");
}

#[test]
fn git_applies_the_diff_of_a_notebook() {
    let Some(world) = repository(&[("sub/nb.ipynb", &notebook(&[IMPORTS, WORK, MAIN]))]) else {
        return;
    };
    let patch = world.run(&["diff", "--exit-zero"]).raw;
    assert!(
        String::from_utf8_lossy(&patch).contains("+    \"    _background_tasks.add(task)\\n\",")
    );
    world.tool("", "git", &["apply"], &patch);
    let applied = world.text("sub/nb.ipynb");
    git(&world, &["checkout", "-q", "."]);
    world.run(&["fix"]);
    assert_eq!(world.text("sub/nb.ipynb"), applied);
}

#[test]
fn standard_input_is_a_notebook_by_its_name() {
    let world = dropped();
    let text = world.text("nb.ipynb");
    let ran = world.run_in("", &["fix", "-", "--stdin-filename", "x.ipynb"], text.as_bytes());
    world.run(&["fix"]);
    assert_eq!(ran.out, world.text("nb.ipynb"));
    let other = text.replace("python", "julia");
    let ran = world.run_in("", &["check", "-", "--stdin-filename", "x.ipynb"], other.as_bytes());
    assert_eq!(
        ran.out,
        "No Python files were checked. 1 notebook is not Python and was not checked.\n"
    );
}

#[test]
fn what_is_no_notebook_is_a_fault_of_its_file() {
    let world = World::with(&[
        ("a.ipynb", "{"),
        ("b.ipynb", "{\"nbformat\": 3, \"worksheets\": []}"),
        ("m.py", DROPPED),
    ]);
    let ran = world.run(&["check", "--format", "json"]);
    let faults = ran.faults();
    assert_eq!(faults.iter().map(|f| f.0.as_str()).collect::<Vec<_>>(), ["a.ipynb", "b.ipynb"]);
    assert!(faults.iter().all(|f| f.1 == "syntax"), "{faults:?}");
    assert_eq!((ran.status, world.run(&["check", "--strict"]).status), (1, 2));
    let world = World::with(&[("nb.ipynb", &notebook(&[IMPORTS, "def f(:\n    pass", MAIN]))]);
    let ran = world.run(&["check"]);
    assert!(ran.err.contains("nb.ipynb: syntax error on line 1 of cell 3: findings"), "{ran:?}");
}

#[test]
fn comments_in_cells_suppress() {
    let text = notebook(&[IMPORTS, WORK, MAIN]);
    let world = World::with(&[(
        "nb.ipynb",
        &text.replace("(work())\\n", "(work())  # undangle: ignore[UND001]\\n"),
    )]);
    let ran = world.run(&["check"]);
    assert_eq!((ran.status, ran.out.as_str()), (0, "No dropped tasks in 1 file. 1 suppressed.\n"));
    let suppressed = world.text("nb.ipynb");
    world.file("nb.ipynb", &text);
    let ran = world.run(&["check", "--add-ignore"]);
    assert_eq!(world.text("nb.ipynb"), suppressed, "{ran:?}");
    let unused = suppressed.replace("asyncio.create_task(work())  #", "await work()  #");
    world.file("nb.ipynb", unused);
    let ran = world.run(&["fix", "--extend-select", "UND201"]);
    assert!(!world.text("nb.ipynb").contains("undangle"), "{ran:?}");
}

#[test]
fn adoption_works_for_notebooks() {
    let Some(world) = repository(&[("nb.ipynb", &notebook(&[IMPORTS, WORK, MAIN]))]) else {
        return;
    };
    let check =
        |more: &[&str]| -> Ran { world.run(&[&["check", "--format", "concise"], more].concat()) };
    check(&["--baseline", "known.json", "--write-baseline"]);
    assert_eq!(check(&["--baseline", "known.json"]).status, 0);
    let more = format!("{MAIN}\n\n\nasync def other():\n    asyncio.create_task(other())");
    world.file("nb.ipynb", notebook(&["x = 1", IMPORTS, WORK, &more]));
    assert_eq!(check(&["--baseline", "known.json"]).out.lines().count(), 1);
    let ran = check(&["--since", "HEAD", "--changed-lines"]);
    assert!(ran.out.starts_with("nb.ipynb:cell 5:7:5:") && ran.out.lines().count() == 1, "{ran:?}");
    git(&world, &["add", "nb.ipynb"]);
    world.file("nb.ipynb", "{");
    assert_eq!(check(&["--staged"]).out.lines().count(), 2);
    world.file("nb.ipynb", notebook(&[IMPORTS, WORK, MAIN]));
    assert!(world.run(&["check", "--show-files"]).out.contains("nb.ipynb"));
    assert!(
        world.run(&["check", "--config", "include = ['*.py']"]).out.starts_with("No Python files")
    );
}

#[cfg(unix)]
#[test]
fn the_questions_of_fix_are_about_cells() {
    if Tool::find("script").is_none() {
        return;
    }
    for (answer, expected) in
        [("y", "_background_tasks.add(task)"), ("s", "# undangle: ignore[UND001]")]
    {
        let world = dropped();
        let command = format!("{PROGRAM} fix -i --allow-dirty");
        let ran = world.tool(
            "",
            "script",
            &["-qec", &command, "/dev/null"],
            format!("{answer}\n").as_bytes(),
        );
        assert!(ran.out.contains("nb.ipynb:cell 4:2:5: UND001"), "{ran:?}");
        assert!(sources(&world.text("nb.ipynb"))[2].contains(expected), "{answer}: {ran:?}");
    }
}

#[test]
fn a_file_in_one_cell_is_fixed_as_the_file_is() {
    let world = World::new();
    let mut cases = Vec::new();
    for folder in folders("testdata/fix") {
        let name = folder.file_name().unwrap().to_str().unwrap().to_owned();
        let Ok(code) = fs::read_to_string(folder.join("before.py")) else { continue };
        let is_odd = code.contains('\r') || code.starts_with('\u{feff}') || code.contains('\0');
        if is_odd || code.starts_with(['%', '!', '?']) {
            continue;
        }
        for kind in ["py", "ipynb"] {
            world.file(&format!("{kind}/{name}/setup.cfg"), "");
        }
        world.file(&format!("py/{name}/m.py"), &code);
        world.file(&format!("ipynb/{name}/m.ipynb"), notebook(&[code.trim_end_matches('\n')]));
        cases.push((name, code));
    }
    let folders = cases.iter().flat_map(|(n, _)| [format!("py/{n}"), format!("ipynb/{n}")]);
    let folders: Vec<String> = folders.collect();
    let mut arguments = vec!["fix", "--unsafe-fixes", "--fix-only"];
    arguments.extend(folders.iter().map(String::as_str));
    world.run(&arguments);
    let mut changed = 0;
    for (name, code) in cases {
        let file = world.text(&format!("py/{name}/m.py"));
        let cells = sources(&world.text(&format!("ipynb/{name}/m.ipynb")));
        assert_eq!(cells, [file.trim_end_matches('\n')], "{name}");
        changed += usize::from(file != code);
    }
    assert!(changed > 80, "only {changed} files were changed");
}
