//! What other tools read at the top of the repository: the Python package, the hooks and the workflows agree with Cargo.toml and
//! with the program. It builds no package; `.ci/dist` does.

use std::collections::BTreeSet;
use std::fs;

use crate::support::files::at;
use crate::support::world::{DROPPED, World};

fn toml(path: &str) -> toml::Table {
    fs::read_to_string(at(path)).unwrap().parse().unwrap()
}

/// What stands behind `key: ` on the lines of a YAML file.
fn values(text: &str, key: &str) -> Vec<String> {
    let key = format!("{key}: ");
    let found = text.lines().filter_map(|line| {
        line.trim_start().trim_start_matches("- ").strip_prefix(&key).map(str::to_owned)
    });
    found.collect()
}

#[test]
fn the_python_package_says_what_the_crate_says() {
    let (python, rust) = (toml("pyproject.toml"), toml("Cargo.toml"));
    for key in ["name", "description", "license", "readme"] {
        assert_eq!(python["project"][key], rust["package"][key], "{key}");
    }
    // maturin takes it from Cargo.toml.
    assert_eq!(python["project"]["dynamic"].as_array().unwrap()[0].as_str(), Some("version"));
}

#[test]
fn what_is_released_is_what_the_dependencies_are_checked_for() {
    let workflow = fs::read_to_string(at(".github/workflows/release.yml")).unwrap();
    let rows = workflow.lines().filter_map(|line| line.trim_start().strip_prefix("- { target: "));
    let built: BTreeSet<&str> = rows.map(|row| row.split(',').next().unwrap()).collect();
    let deny = toml("deny.toml");
    let targets = deny["graph"]["targets"].as_array().unwrap();
    assert_eq!(built, targets.iter().map(|target| target.as_str().unwrap()).collect());
    let rust = toml("Cargo.toml");
    let version = rust["package"]["rust-version"].as_str().unwrap().to_owned();
    assert_eq!(values(&workflow, "RUST"), [format!("\"{version}\"")]);
}

#[test]
fn each_hook_runs_and_leaves_excluded_files_alone() {
    let hooks = fs::read_to_string(at(".pre-commit-hooks.yaml")).unwrap();
    assert_eq!(values(&hooks, "id"), ["undangle", "undangle-fix", "undangle-audit"]);
    let entries = values(&hooks, "entry");
    assert_eq!(entries.len(), 3);
    let dropped = &format!("{DROPPED}    await asyncio.sleep(1)\n");
    for entry in entries {
        let world = World::with(&[
            ("pyproject.toml", "[tool.undangle]\nexclude = ['gen/']\n"),
            ("m.py", dropped),
            ("gen/m.py", dropped),
        ]);
        let mut arguments: Vec<&str> = entry.split(' ').skip(1).collect();
        arguments.extend(["m.py", "gen/m.py"]);
        let ran = world.run(&arguments);
        let fixes = arguments[0] == "fix";
        assert_eq!(ran.status, i32::from(!fixes), "{entry}: {ran:?}");
        assert!(ran.err.contains("gen/m.py: skipped"), "{entry}: {ran:?}");
        assert_eq!(world.text("gen/m.py"), *dropped, "{entry}");
        assert_eq!(world.text("m.py") != *dropped, fixes, "{entry}");
    }
}
