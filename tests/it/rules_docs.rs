//! The examples of `testdata/rules/<name>/doc.md`, the pages that `explain` prints: what stands under "Example" is
//! reported and its fix gives the second block, what stands under "Not reported" is not.

use std::collections::BTreeMap;

use crate::support::files::python_files;
use crate::support::library::{Ask, RuleCard, Run, rules, run_text};
use crate::support::tools::{cpython_compiles, ruff_keeps};
use crate::support::world::World;

/// The python blocks of a page, by the heading that they stand under.
fn blocks(page: &str) -> BTreeMap<&str, Vec<String>> {
    let mut found: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    let (mut heading, mut block) = ("", None::<String>);
    for line in page.lines() {
        match (&mut block, line) {
            (None, "```python") => block = Some(String::new()),
            (None, line) => heading = line.strip_prefix("## ").unwrap_or(heading),
            (Some(_), "```") => found.entry(heading).or_default().extend(block.take()),
            (Some(block), line) => block.extend([line, "\n"]),
        }
    }
    assert!(block.is_none(), "a block does not end");
    found
}

fn example(rule: &RuleCard, text: &str) -> Run {
    let ask = Ask { rule: Some(rule.code.to_owned()), ..Ask::unsafe_fixes() };
    run_text("example.py", text.as_bytes(), &ask)
}

fn page(rule: &RuleCard) -> String {
    format!("testdata/rules/{}/doc.md", rule.name)
}

fn each(test: impl Fn(&RuleCard, BTreeMap<&str, Vec<String>>)) {
    for rule in rules() {
        test(&rule, blocks(rule.doc));
    }
}

#[test]
fn every_page_opens_with_code_and_name_and_has_every_part() {
    for rule in rules() {
        let title = format!("# {} {}\n", rule.code, rule.name);
        let page = page(&rule);
        assert!(rule.doc.starts_with(&title), "{page} does not begin with {title:?}");
        for part in ["Why", "Example", "Not reported", "Fix"] {
            let count = rule.doc.matches(&format!("\n## {part}\n")).count();
            assert_eq!(count, 1, "{page} should have one part \"## {part}\", and has {count}");
        }
    }
}

#[test]
fn the_example_is_reported_once_and_its_fix_gives_the_second_block() {
    each(|rule, blocks| {
        let example = &blocks["Example"];
        let run = self::example(rule, &example[0]);
        let codes: Vec<&str> = run.codes().iter().map(|(_, code)| *code).collect();
        assert_eq!(codes, [rule.code], "the rules that the example of {} breaks", page(rule));
        if let Some(after) = example.get(1) {
            let fixed = run.patch().unwrap();
            assert_eq!(String::from_utf8_lossy(fixed), *after, "the fix in {}", page(rule));
        }
    });
}

#[test]
fn what_a_page_says_is_not_reported_is_not() {
    each(|rule, blocks| {
        for block in &blocks["Not reported"] {
            let lines = example(rule, block).codes();
            assert!(lines.is_empty(), "{}: {lines:?} of\n{block}", rule.code);
        }
    });
}

#[test]
fn cpython_and_ruff_accept_every_block() {
    let world = World::new();
    each(|rule, blocks| {
        for (heading, blocks) in blocks {
            for (i, block) in blocks.iter().enumerate() {
                world.file(&format!("{} {heading} {i}.py", rule.name), block);
            }
        }
    });
    cpython_compiles(python_files(world.path("")));
    ruff_keeps(python_files(world.path("")));
}
