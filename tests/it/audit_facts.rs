//! The purpose of each site of three files of `testdata/audit` and the facts about it are those in the comments below it.

use serde_json::Value;

use crate::support::files::at;
use crate::support::world::program_in;

const FILES: [&str; 3] = ["shop/services.py", "shop/rounds.py", "shop/detours.py"];

fn sites() -> Vec<Value> {
    let report = program_in(&at("testdata/audit"), "", &["audit", "--format", "json"]).json();
    let sites = report["sites"].as_array().unwrap().iter();
    sites.cloned().collect()
}

/// The lines that the comments below a site should say: `fact value: note`.
fn lines_of(site: &Value) -> Vec<String> {
    let purpose = site["audit"]["purpose"].as_str();
    let line = |fact: &Value| {
        let text = |key: &str| fact[key].as_str().unwrap_or_default();
        let value = if text("value").is_empty() { "" } else { &format!(" {}", text("value")) };
        format!("{}{value}: {}", text("fact"), text("note"))
    };
    let facts = site["audit"]["facts"].as_array().unwrap().iter().map(line);
    purpose.map(|p| format!("purpose: {p}")).into_iter().chain(facts).collect()
}

/// `# * fact value: note`
#[test]
fn the_comments_below_a_site_say_what_is_found_out_about_it() {
    let sites = sites();
    let wrong: Vec<String> = FILES.iter().flat_map(|file| wrong_comments(file, &sites)).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// What the comments below the sites of a file should say, where they do not.
fn wrong_comments(file: &str, sites: &[Value]) -> Vec<String> {
    let text = std::fs::read_to_string(at("testdata/audit").join(file)).unwrap();
    let lines: Vec<&str> = text.lines().collect();
    let (mut wrong, mut said) = (Vec::new(), 0);
    for site in sites.iter().filter(|s| s["path"] == file) {
        let end = usize::try_from(site["end_line"].as_u64().unwrap()).unwrap();
        let below = lines[end..].iter().map_while(|line| line.trim().strip_prefix("# * "));
        let comments: Vec<&str> = below.collect();
        let found = lines_of(site);
        said += comments.len();
        if comments != found {
            wrong.push(format!("{file}:{end}:\n  # * {}", found.join("\n  # * ")));
        }
    }
    let all = text.lines().filter(|line| line.contains("# * ")).count();
    assert_eq!(said, all, "a comment of {file} belongs to no site");
    wrong
}
