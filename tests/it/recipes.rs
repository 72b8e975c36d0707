//! The recipes of `docs/architecture.md` are true: they name every file that they touch, no more than they should, and nothing
//! else has to be touched.

use std::collections::BTreeMap;
use std::fs;

use crate::support::files::{all_right, at, files, folders, shown};
use crate::support::library::{formats, rules};
use crate::support::pages::{Page, name_matches, page, path_exists};

const PAGE: &str = "docs/architecture.md";

/// How many files of `src` a recipe may touch.
const LIMITS: [(&str, usize); 4] =
    [("A rule", 2), ("A spawner", 1), ("A library row", 1), ("An output format", 2)];

/// What a recipe says.
struct Recipe {
    /// The paths in its steps.
    named: Vec<String>,
    /// The paths behind `Touches:`.
    touched: Vec<String>,
}

/// The recipes by their headings.
fn recipes() -> BTreeMap<String, Recipe> {
    let text = page(PAGE).text;
    let part = text.split("\n## Recipes\n").nth(1).unwrap().split("\n## ").next().unwrap();
    let recipe = |part: &str| {
        let (title, text) = part.split_once('\n').unwrap();
        let (steps, touched) = text.split_once("\nTouches: ").unwrap_or_else(|| {
            panic!("{PAGE}: the recipe \"{title}\" does not end with `Touches:`")
        });
        (title.to_owned(), Recipe { named: paths(steps), touched: paths(touched) })
    };
    part.split("\n### ").skip(1).map(recipe).collect()
}

fn paths(text: &str) -> Vec<String> {
    let spans = text.split('`').skip(1).step_by(2);
    let is_path = |span: &&str| ["src/", "testdata/", "docs/"].iter().any(|f| span.starts_with(f));
    spans.filter(is_path).map(str::to_owned).collect()
}

/// Whether a path is one of those that a recipe touches, or a folder around one, or in one.
fn is_touched(path: &str, recipe: &Recipe) -> bool {
    recipe.touched.iter().any(|pattern| {
        if path.ends_with('/') && pattern.starts_with(path) {
            return true;
        }
        let own = path.trim_end_matches('/');
        let ancestors = own.match_indices('/').map(|(i, _)| &own[..i]).chain([own]);
        ancestors
            .into_iter()
            .any(|p| p == pattern.trim_end_matches('/') || name_matches(p, pattern))
    })
}

#[test]
fn every_recipe_names_the_files_that_it_touches_and_they_exist() {
    let mut wrong = Vec::new();
    for (title, recipe) in recipes() {
        for path in recipe.touched.iter().filter(|path| !path_exists(path)) {
            wrong.push(format!("{PAGE}: \"{title}\" touches {path}, which does not exist"));
        }
        for path in recipe.named.iter().filter(|p| p.starts_with("src/")) {
            if !is_touched(path, &recipe) {
                wrong.push(format!("{PAGE}: \"{title}\" names {path}, but not behind `Touches:`"));
            }
        }
    }
    all_right(&wrong);
}

#[test]
fn no_recipe_touches_more_files_than_it_should() {
    let recipes = recipes();
    for (title, limit) in LIMITS {
        let touched = &recipes[title].touched;
        let code = touched.iter().filter(|path| path.starts_with("src/")).count();
        assert!(code <= limit, "\"{title}\" touches {code} files of src: {touched:?}");
        assert!(touched.len() <= limit + 1, "\"{title}\" touches more than a folder besides");
    }
}

/// The files of `src`, by their paths in the repository, without tests and comments.
fn code() -> Vec<(String, String)> {
    let is_rust = |p: &std::path::Path| p.extension().is_some_and(|e| e == "rs");
    let read = |path: &std::path::PathBuf| {
        let text = fs::read_to_string(path).unwrap();
        let code = text.split("#[cfg(test)]").next().unwrap().lines();
        let code: Vec<&str> = code.filter(|l| !l.trim_start().starts_with("//")).collect();
        (shown(path), code.join("\n"))
    };
    files("src", &is_rust).iter().map(read).collect()
}

/// Says which files contain a word although a recipe does not touch them.
fn elsewhere(words: &[String], title: &str) -> Vec<String> {
    let recipe = &recipes()[title];
    let mut wrong = Vec::new();
    for (path, text) in code().iter().filter(|(path, _)| !is_touched(path, recipe)) {
        for word in words.iter().filter(|word| text.contains(*word)) {
            wrong.push(format!(
                "{path}: names {word}, but the recipe \"{title}\" does not touch it"
            ));
        }
    }
    wrong
}

#[test]
fn nothing_but_its_file_and_the_list_names_a_rule() {
    let modules: Vec<String> =
        rules().iter().map(|rule| format!("{}::", rule.code.to_lowercase())).collect();
    all_right(&elsewhere(&modules, "A rule"));
}

#[test]
fn nothing_but_its_file_and_the_list_names_an_output_format() {
    let names: Vec<String> = formats().iter().map(|f| format!("\"{}\"", f.name)).collect();
    let wrong = elsewhere(&names, "An output format");
    // `diff` is a command, too.
    all_right(&wrong.into_iter().filter(|w| !w.contains("\"diff\"")).collect::<Vec<_>>());
}

#[test]
fn the_picture_shows_every_folder_of_src() {
    let Page { text, .. } = page(PAGE);
    let named = |folder: &str| text.contains(&format!("{folder}/"));
    let mut wrong = Vec::new();
    for folder in folders("src").iter().chain(&folders("src/tasks")) {
        let path = shown(folder);
        let name = path.strip_prefix("src/tasks/").unwrap_or(&path);
        if !named(name) {
            wrong.push(format!("{PAGE}: the picture leaves {path}/ out"));
        }
    }
    assert!(at(PAGE).is_file());
    all_right(&wrong);
}
