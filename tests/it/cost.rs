//! What an analysis costs, in bytes and bodies that are parsed: `--timings` says how much, and it must not creep up. No test
//! measures time.

use crate::support::world::{DROPPED, World};

/// The number before some words in what `--timings` prints.
fn figure(told: &str, words: &str) -> usize {
    let line = told.lines().find(|line| line.contains(words)).unwrap_or_else(|| panic!("{told}"));
    line.split_whitespace().next().unwrap().parse().unwrap()
}

#[test]
fn a_file_of_very_many_functions_is_parsed_in_part() {
    let helper = |n: usize| format!("def helper_{n}(x):\n    return x\n\n\n");
    let helpers: String = (0..20_000).map(helper).collect();
    let world = World::with(&[("pyproject.toml", ""), ("app.py", &format!("{helpers}{DROPPED}"))]);
    let ran = world.run(&["check", "--timings", "--exit-zero", "."]);
    assert_eq!(figure(&ran.err, "bodies parsed of 20000 that can wait"), 0, "{}", ran.err);
}

#[test]
fn a_file_may_have_as_many_classes_as_functions_that_are_not_parsed() {
    let parts = "class Job:\n    pass\n\n\ndef work():\n    return Job()\n\n\n".repeat(35_000);
    let world = World::with(&[("app.py", &format!("{DROPPED}\n\n{parts}"))]);
    let shown = world.run(&["check", "--format", "concise"]);
    assert_eq!((shown.status, shown.out.matches("UND001").count()), (1, 1), "{}", shown.err);
}

#[test]
fn files_without_sites_are_counted_if_they_are_parsed() {
    let text = "from jobs import Task\n\n\ndef main():\n    return Task(1)\n";
    let world = World::with(&[("pyproject.toml", ""), ("app.py", text)]);
    let ran = world.run(&["check", "--timings", "."]);
    assert_eq!(figure(&ran.err, "in 1 file"), text.len(), "{}", ran.err);
}

#[test]
fn only_what_can_matter_is_parsed() {
    let world = World::new();
    world.file("pyproject.toml", "");
    world.file("shop/__init__.py", "");
    let helper = |n: usize| {
        format!(
            "    def method_{n}(self, value):\n        return [value * {n} for _ in range({n})]\n\n"
        )
    };
    let class = |name: &str| format!("class {name}:\n{}", (0..40).map(helper).collect::<String>());
    for n in 0..20 {
        world.file(&format!("shop/plain_{n}.py"), class(&format!("Plain{n}")));
    }
    let spawner = "import asyncio\n\n\nasync def work():\n    pass\n\n\nasync def main():\n    \
                   asyncio.create_task(work())\n\n\n";
    world.file("shop/app.py", format!("{spawner}{}", class("App")));
    let ran = world.run(&["check", "--timings", "--exit-zero", "."]);
    assert_eq!(ran.status, 0, "{ran:?}");
    // Of the other files nothing; of this one the function with the site, and what is outside of the others' bodies.
    assert_eq!(figure(&ran.err, "bodies parsed of 41 that can wait"), 0, "{}", ran.err);
    assert!(figure(&ran.err, "bytes parsed of") < 1_000, "{}", ran.err);
    // Each file is read once.
    assert_eq!(figure(&ran.err, "22 files read"), 66_969, "{}", ran.err);
    assert!(ran.err.contains("in 1 file\n") && ran.err.contains("ms  plan fixes\n"), "{}", ran.err);
}
