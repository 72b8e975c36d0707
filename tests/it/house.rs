//! The house rules, read off the files: what may use what, how long a file is, how it opens, and that rules, their folders
//! and the README agree. It runs none of the code that it reads.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use crate::support::files::{self, all_right as agree, at, shown};
use crate::support::library::rules;

const LONGEST: usize = 500;
/// How the library is named from outside; put together here, so that this file does not name it.
const PREFIX: &str = concat!("undangle", "::");

fn root() -> PathBuf {
    at("")
}

fn files(folder: &str, extension: &str) -> Vec<PathBuf> {
    files::files(folder, &|p: &Path| p.extension().is_some_and(|e| e == extension))
}

fn rust_files() -> Vec<PathBuf> {
    ["src", "tests", "benches", "fuzz/fuzz_targets"].iter().flat_map(|f| files(f, "rs")).collect()
}

/// The lines that are code and no test: up to `#[cfg(test)]`, comments left out.
fn code_lines(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let lines = text.lines().enumerate().map(|(i, line)| (i + 1, line));
    let code = lines.take_while(|(_, line)| line.trim() != "#[cfg(test)]");
    code.filter(|(_, line)| !line.trim_start().starts_with("//"))
}

/// The modules that a floor plan (`lib.rs`, `mod.rs`) lists, in its order.
fn plan(path: &Path) -> Vec<String> {
    let text = fs::read_to_string(path).unwrap();
    let name = |line: &str| {
        let (before, name) = line.split_once("mod ")?;
        let plain = before.is_empty() || before.starts_with("pub") && before.ends_with(' ');
        Some(name.strip_suffix(';').filter(|_| plain)?.to_owned())
    };
    code_lines(&text).filter_map(|(_, line)| name(line)).collect()
}

/// The first words behind each `prefix` in a line: of `use crate::{a::X, b}` both `a` and `b`.
fn named_behind(line: &str, prefix: &str) -> Vec<String> {
    let is_word = |c: &char| c.is_alphanumeric() || *c == '_';
    let word = |s: &str| -> String { s.chars().take_while(is_word).collect() };
    let mut found = Vec::new();
    for (at, _) in line.match_indices(prefix) {
        if line[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_' || c == ':') {
            continue;
        }
        let rest = &line[at + prefix.len()..];
        match rest.strip_prefix('{') {
            None => found.push(word(rest)),
            Some(list) => {
                let mut depth = 0;
                for part in list.split_inclusive([',', '{', '}']) {
                    if depth == 0 {
                        found.push(word(part.trim_start()));
                    }
                    depth += i32::from(part.ends_with('{')) - i32::from(part.ends_with('}'));
                    if depth < 0 {
                        break;
                    }
                }
            }
        }
    }
    found.retain(|w| !w.is_empty());
    found
}

/// Joins `use` statements that are spread over lines, so that each is one line; the line number is the first one's.
fn statements(text: &str) -> Vec<(usize, String)> {
    let mut joined: Vec<(usize, String)> = Vec::new();
    let mut open = false;
    for (number, line) in code_lines(text) {
        match joined.last_mut().filter(|_| open) {
            Some((_, last)) => last.push_str(line.trim()),
            None => joined.push((number, line.trim().to_owned())),
        }
        let last = &joined.last().unwrap().1;
        let is_use = last.starts_with("use ") || last.starts_with("pub use ");
        open = is_use && !last.ends_with(';');
    }
    joined
}

/// The file of a folder that gives a name to `mod.rs`: of `pub use finding::{Finding, Rule}` it is `finding` for `Rule`.
fn home(floor: &Path, name: &str) -> Option<String> {
    let text = fs::read_to_string(floor).unwrap();
    let mut uses = statements(&text).into_iter().filter_map(|(_, line)| {
        let (file, names) = line.split_once("use ")?.1.split_once("::")?;
        let mut names = names.split(|c: char| !c.is_alphanumeric() && c != '_');
        names.any(|n| n == name).then(|| file.to_owned())
    });
    uses.next_back()
}

/// What one file uses although it does not stand above it, in the floor plan of its folder or of the crate.
fn back_references(path: &Path, floor: &Path, own: &str, prefix: &str) -> Vec<String> {
    let text = fs::read_to_string(path).unwrap();
    let plan = plan(floor);
    let place = |name: &str| {
        let name = home(floor, name).unwrap_or_else(|| name.to_owned());
        plan.iter().position(|m| *m == name)
    };
    let Some(here) = place(own) else {
        return vec![format!("{}: no floor plan lists it", shown(path))];
    };
    let mut wrong = Vec::new();
    for (number, line) in statements(&text) {
        for name in named_behind(&line, prefix) {
            if place(&name).is_some_and(|there| there > here) {
                wrong.push(format!(
                    "{}:{number}: uses `{prefix}{name}`, which stands below `{own}`: move what is shared up, or \
                     what uses it down",
                    shown(path)
                ));
            }
        }
    }
    wrong
}

#[test]
fn paths_are_read_through_braces_and_whole_words() {
    let named = |line: &str| named_behind(line, "crate::");
    assert_eq!(named("use crate::fix::patch;"), ["fix"]);
    assert_eq!(named("use crate::{fix::{a, b}, rules::c};"), ["fix", "rules"]);
    assert_eq!(named("let x = crate::run::walk(crate::cli::y);"), ["run", "cli"]);
    assert_eq!(named("use mycrate::fix; use x::crate::fix;"), [""; 0]);
    let joined = statements("use crate::{\n    fix,\n    run::x,\n};\nfn f() {}\n");
    assert_eq!(joined[0].1, "use crate::{fix,run::x,};");
    assert_eq!(joined[1], (5, "fn f() {}".to_owned()));
}

#[test]
fn a_module_uses_only_what_stands_above_it_in_the_floor_plan() {
    let floor = root().join("src/lib.rs");
    let mut wrong = Vec::new();
    for path in files("src", "rs") {
        let inside = path.strip_prefix(root().join("src")).unwrap();
        let first = inside.iter().next().unwrap().to_str().unwrap();
        let own = first.trim_end_matches(".rs");
        if own != "lib" && own != "main" {
            wrong.extend(back_references(&path, &floor, own, "crate::"));
        }
    }
    agree(&wrong);
}

/// The folders of a file with a floor plan, from its own outwards, the crate's left out; and the module that it is or belongs to
/// in each.
fn floors(path: &Path) -> Vec<(PathBuf, String)> {
    let mut own = path.file_stem().unwrap().to_str().unwrap().to_owned();
    let mut found = Vec::new();
    for folder in path.ancestors().skip(1).take_while(|f| f.join("mod.rs").exists()) {
        let name = folder.file_name().unwrap().to_str().unwrap().to_owned();
        found.push((folder.join("mod.rs"), std::mem::replace(&mut own, name)));
    }
    found
}

#[test]
fn a_file_uses_only_what_stands_above_it_in_its_folder_and_in_those_around_it() {
    let mut wrong = Vec::new();
    for path in files("src", "rs") {
        let mut prefix = String::new();
        for (floor, own) in floors(&path) {
            if own == "mod" {
                continue;
            }
            prefix.push_str("super::");
            wrong.extend(back_references(&path, &floor, &own, &prefix));
        }
        let inside = path.strip_prefix(root().join("src")).unwrap();
        let Some(folder) = inside.parent().and_then(|p| p.iter().next()) else { continue };
        let folder = folder.to_str().unwrap().to_owned();
        let text = fs::read_to_string(&path).unwrap();
        for (number, line) in statements(&text) {
            // A visibility is no use.
            let line = line.replace(&format!("pub(in crate::{folder})"), "pub");
            // Sub-folders name each other from the crate on.
            let other_folder = named_behind(&line, &format!("crate::{folder}::"));
            let is_folder = |name: &String| root().join("src").join(&folder).join(name).is_dir();
            let other_folder = !other_folder.is_empty() && other_folder.iter().all(is_folder);
            if named_behind(&line, "crate::").contains(&folder) && !other_folder {
                let at = shown(&path);
                wrong.push(format!(
                    "{at}:{number}: names its own folder; say `super::`, so that the order is seen"
                ));
            }
        }
    }
    agree(&wrong);
}

#[test]
fn tests_meet_the_library_in_one_place() {
    let outside = |p: &&PathBuf| !p.starts_with(at("tests/it/support/library"));
    let mut wrong = Vec::new();
    for path in files("tests", "rs").iter().filter(outside) {
        let text = fs::read_to_string(path).unwrap();
        for (number, line) in code_lines(&text).filter(|(_, l)| !named_behind(l, PREFIX).is_empty())
        {
            let line = line.trim();
            wrong.push(format!("{}:{number}: `{line}`: ask `support::library`", shown(path)));
        }
    }
    agree(&wrong);
}

#[test]
fn a_nested_file_belongs_to_the_folders_around_it() {
    let named = floors(&root().join("src/fix/layout/edits.rs"));
    let named: Vec<&str> = named.iter().map(|(_, own)| own.as_str()).collect();
    assert_eq!(named, ["edits", "layout"]);
    assert_eq!(named_behind("use super::super::layout::Edit;", "super::super::"), ["layout"]);
}

#[test]
fn every_file_opens_with_what_it_is() {
    let opens = |p: &PathBuf| fs::read_to_string(p).unwrap().starts_with("//! ");
    let silent = rust_files().into_iter().filter(|p| !opens(p));
    let say = |p: PathBuf| {
        format!("{}: opens without a `//!` line saying what it is and must not know", shown(&p))
    };
    agree(&silent.map(say).collect::<Vec<_>>());
}

#[test]
fn no_file_is_longer_than_500_lines() {
    let length = |p: &PathBuf| fs::read_to_string(p).unwrap().lines().count();
    let long = rust_files().into_iter().filter(|p| length(p) > LONGEST);
    let say = |p: PathBuf| format!("{}: {} lines; it wants a second room", shown(&p), length(&p));
    agree(&long.map(say).collect::<Vec<_>>());
}

#[test]
fn every_rule_has_its_file_and_its_folder_and_no_folder_is_left_over() {
    let mut wrong = Vec::new();
    let entries = fs::read_dir(root().join("testdata/rules")).unwrap();
    let mut folders: BTreeSet<String> =
        entries.map(|e| e.unwrap().file_name().into_string().unwrap()).collect();
    folders.retain(|f| !f.starts_with('.'));
    for rule in rules() {
        if !folders.remove(rule.name) {
            wrong.push(format!("{} {}: no folder in testdata/rules", rule.code, rule.name));
        }
        let needed = [
            format!("src/rules/{}.rs", rule.code.to_lowercase()),
            format!("testdata/rules/{}/doc.md", rule.name),
            format!("testdata/rules/{}/case.py", rule.name),
        ];
        let missing = needed.iter().filter(|f| !root().join(f).is_file());
        wrong.extend(missing.map(|f| format!("{}: {f} is missing", rule.code)));
    }
    wrong.extend(folders.iter().map(|f| format!("testdata/rules/{f}: no rule has this name")));
    agree(&wrong);
}

/// Words that say too much, or that something was left undone; put together here, so that this file holds none.
fn forbidden() -> Vec<String> {
    let pairs = [
        ("TO", "DO"),
        ("FIX", "ME"),
        ("unimple", "mented!"),
        ("#[ig", "nore]"),
        ("/ho", "me/"),
        ("/ro", "ot/"),
        ("will be col", "lected"),
        ("will be gar", "bage"),
        ("will be de", "stroyed"),
    ];
    pairs.iter().map(|(a, b)| format!("{a}{b}")).collect()
}

#[test]
fn nothing_is_left_undone_and_nobody_claims_that_a_task_is_certainly_lost() {
    let text = |p: &Path| {
        let known = ["rs", "py", "md", "toml"];
        p.extension().is_some_and(|e| known.iter().any(|k| e == *k))
    };
    let mut paths: Vec<PathBuf> = ["src", "tests", "benches", "testdata", "docs"]
        .iter()
        .flat_map(|f| files::files(f, &text))
        .collect();
    let beside = ["README.md", "CONTRIBUTING.md", "CHANGELOG.md", "Cargo.toml", ".ci/run"];
    let beside = beside.map(|f| root().join(f));
    paths.extend(beside.into_iter().filter(|p| p.is_file()));
    let mut wrong = Vec::new();
    for path in paths {
        let text = fs::read_to_string(&path).unwrap_or_default();
        for (i, line) in text.lines().enumerate() {
            for word in forbidden().iter().filter(|w| line.contains(*w)) {
                wrong.push(format!("{}:{}: says \"{word}\"", shown(&path), i + 1));
            }
        }
    }
    agree(&wrong);
}
