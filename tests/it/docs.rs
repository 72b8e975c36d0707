//! The documentation says what is: examples are real output, commands run, flags, keys, paths and links exist, and tables are
//! those of the program. `UPDATE=1` writes examples and tables.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use crate::support::files::{all_right, at, is_update, shown, tree};
use crate::support::library::{causes, formats, rules};
use crate::support::pages::{Page, Piece, page, pages, path_exists};
use crate::support::tools::Tool;
use crate::support::world::{PROGRAM, World};

/// The commands that analyse files; their flags have a table.
const COMMANDS: [&str; 4] = ["check", "diff", "fix", "audit"];
/// The other commands that have flags.
const OTHERS: [&str; 6] = ["rules", "config", "batch emit", "batch unit", "batch run", "watch"];

/// A copy of the project in which the examples are run.
fn demo() -> World {
    World::project(&tree("testdata/demo"))
}

/// What a command prints, standard error below standard output, as on a terminal.
fn output(command: &str) -> String {
    let arguments = command.strip_prefix("undangle ").unwrap_or_else(|| panic!("{command}"));
    let arguments: Vec<&str> = arguments.split(' ').collect();
    let ran = demo().run(&arguments);
    assert!(ran.status < 2, "{command}: {ran:?}");
    ran.out + &ran.err
}

fn table(head: &[&str], rows: impl IntoIterator<Item = Vec<String>>) -> String {
    let row = |cells: Vec<String>| format!("| {} |\n", cells.join(" | "));
    let head = head.iter().map(|cell| (*cell).to_owned()).collect::<Vec<_>>();
    let rule = format!("|{}\n", "---|".repeat(head.len()));
    row(head) + &rule + &rows.into_iter().map(row).collect::<String>()
}

/// The tables that stand between `<!-- name -->` and `<!-- end of name -->`.
fn tables() -> BTreeMap<&'static str, String> {
    let rules = rules().into_iter().map(|r| {
        let link = format!("[{}](../testdata/rules/{}/doc.md)", r.code, r.name);
        let default = if r.default { "yes" } else { "" };
        vec![link, r.name.into(), r.summary.into(), default.into()]
    });
    let risks = causes().into_iter().map(|cause| {
        let (production, test) = (cause.risk, cause.risk_in_tests);
        let tests = match production == test {
            true => String::new(),
            false => format!("; in test code {test}"),
        };
        vec![format!("{production}{tests}"), cause.rule]
    });
    let formats = formats()
        .into_iter()
        .map(|f| vec![f.command.into(), format!("`{}`", f.name), f.help.into()]);
    let flags = flag_rows().into_iter().map(|(flag, help, commands)| {
        let commands = match commands.len() == COMMANDS.len() {
            true => "all".to_owned(),
            false => commands.join(", "),
        };
        vec![format!("`{flag}`"), commands, help]
    });
    let code = |text: &str| format!("`{text}`");
    let keys = keys().into_iter().map(|key| {
        let cell = |name: &str| key[name].as_str().unwrap().to_owned();
        let example = code(&format!("{} = {}", cell("key"), cell("example")));
        vec![code(&cell("key")), cell("help"), cell("default").replace('"', "`"), example]
    });
    [
        ("keys", table(&["key", "what it does", "default", "example"], keys)),
        ("rules", table(&["code", "name", "what it reports", "on by default"], rules)),
        ("risks", table(&["risk", "when"], risks)),
        ("formats", table(&["command", "format", "what it prints"], formats)),
        ("flags", table(&["flag", "commands", "what it does"], flags)),
    ]
    .into()
}

/// The keys of a configuration file, as the program lists them.
fn keys() -> Vec<serde_json::Value> {
    let listed = World::new().run(&["config", "--format", "json"]).out;
    serde_json::from_str(&listed).unwrap()
}

/// The flags that `-h` lists for a command, each with its help.
fn flags_of(command: &str) -> Vec<(String, String)> {
    let mut found: Vec<(String, String)> = Vec::new();
    let words: Vec<&str> = command.split(' ').chain(["-h"]).collect();
    let help = World::new().run(&words).out;
    // The arguments come first.
    for line in help.lines().skip_while(|line| !line.trim_start().starts_with('-')) {
        let text = line.trim_start();
        // The help of a flag goes on further to the right, and may begin with the name of another flag.
        if text.starts_with('-') && line.len() - text.len() < 10 {
            let (flag, help) = text.split_once("  ").unwrap_or((text, ""));
            found.push((flag.to_owned(), help.trim().to_owned()));
        } else if line.starts_with("          ") {
            // The help of the flag above, continued.
            let (_, help) = found.last_mut().into_iter().next().unwrap_or_else(|| panic!("{line}"));
            *help = format!("{help} {text}").trim().to_owned();
        }
    }
    found.retain(|(flag, _)| !flag.contains("--help"));
    found
}

/// The other names of a flag that its help lists.
fn aliases(help: &str) -> Vec<String> {
    let list = help.split_once("[alias: ").map_or("", |(_, list)| list);
    let names = list.split(']').next().unwrap_or_default().split(", ");
    names.filter(|name| !name.is_empty()).map(str::to_owned).collect()
}

/// Every flag, with its help and the commands that have it with that help.
fn flag_rows() -> Vec<(String, String, Vec<&'static str>)> {
    let mut rows: Vec<(String, String, Vec<&'static str>)> = Vec::new();
    for command in COMMANDS {
        for (flag, help) in flags_of(command) {
            // Its values have a table of their own.
            if flag.starts_with("--format") {
                continue;
            }
            match rows.iter_mut().find(|(f, h, _)| *f == flag && *h == help) {
                Some((_, _, commands)) => commands.push(command),
                None => rows.push((flag, help, vec![command])),
            }
        }
    }
    rows
}

/// The page with its examples and tables made anew.
fn renewed(page: &Page) -> String {
    let tables = tables();
    let (mut new, mut lines, mut file) = (String::new(), page.text.lines(), None);
    while let Some(line) = lines.next() {
        new.push_str(line);
        new.push('\n');
        let mark = line.strip_prefix("<!-- ").and_then(|l| l.strip_suffix(" -->"));
        if let Some(table) = mark.and_then(|name| tables.get(name)) {
            let end = format!("<!-- end of {} -->", mark.unwrap());
            lines.by_ref().find(|l| *l == end).unwrap_or_else(|| panic!("{end} is missing"));
            new.push_str(&format!("{table}{end}\n"));
        } else if line == "```console" {
            let block: Vec<&str> = lines.by_ref().take_while(|l| *l != "```").collect();
            for command in block.iter().filter_map(|l| l.strip_prefix("$ ")) {
                new.push_str(&format!("$ {command}\n{}", output(command)));
            }
            new.push_str("```\n");
        } else if let (Some(path), "```python") = (file, line) {
            lines.by_ref().find(|l| *l == "```").expect("a code block ends");
            new.push_str(&format!("{}```\n", fs::read_to_string(at(path)).unwrap()));
        }
        file = mark.and_then(|mark| mark.strip_prefix("file: "));
    }
    new
}

#[test]
fn examples_and_tables_are_what_the_program_prints() {
    let mut wrong = Vec::new();
    for page in pages() {
        let new = renewed(&page);
        if is_update() {
            fs::write(&page.path, new).unwrap();
        } else if new != page.text {
            let same = new.lines().zip(page.text.lines()).take_while(|(a, b)| a == b).count();
            let line = new.lines().nth(same).unwrap_or_default();
            let at = shown(&page.path);
            wrong.push(format!("{at}:{}: should be (UPDATE=1 writes it)\n{line}", same + 1));
        }
    }
    all_right(&wrong);
}

#[cfg(unix)]
#[test]
fn every_command_of_a_shell_block_runs() {
    let folder = Path::new(PROGRAM).parent().unwrap().display();
    let mut wrong = Vec::new();
    for page in pages() {
        for Piece { line, text } in page.block_lines("sh") {
            if !text.starts_with("undangle ")
                || text.contains("| git") && Tool::find("git").is_none()
            {
                continue;
            }
            let ran = demo().tool("", "sh", &["-c", &format!("PATH={folder}:$PATH; {text}")], b"");
            if !(0..2).contains(&ran.status) || ran.err.contains("error: ") {
                wrong.push(format!("{}:{line}: {text}: {ran:?}", shown(&page.path)));
            }
        }
    }
    all_right(&wrong);
}

/// Commands and flags on a page: code spans, shell lines and examples, without what other programs are told.
fn told(page: &Page) -> Vec<(usize, Vec<&str>)> {
    let mut all = page.spans();
    all.extend(page.block_lines("sh"));
    let examples = page.block_lines("console").into_iter();
    all.extend(
        examples.filter_map(|p| Some(Piece { line: p.line, text: p.text.strip_prefix("$ ")? })),
    );
    let commands = all.into_iter().flat_map(|piece| {
        let parts = piece.text.split(" # ").next().unwrap_or_default().split(" | ");
        parts.map(move |part| (piece.line, part.split_whitespace().collect::<Vec<_>>()))
    });
    let ours = |words: &[&str]| match words {
        ["undangle", ..] => true,
        [first, ..] => first.starts_with("--") || COMMANDS.contains(first),
        [] => false,
    };
    commands.filter(|(_, words)| ours(words)).collect()
}

#[test]
fn every_flag_that_is_mentioned_exists() {
    let flags: BTreeMap<&str, BTreeSet<String>> = COMMANDS
        .iter()
        .chain(&OTHERS)
        .map(|command| {
            let all = flags_of(command);
            let of = all.iter();
            let long = of.filter_map(|(flag, _)| {
                flag.split([' ', ',', '[']).find(|f| f.starts_with("--")).map(str::to_owned)
            });
            let aliases = all.iter().flat_map(|(_, help)| aliases(help));
            (*command, long.chain(aliases).collect())
        })
        .collect();
    let mut wrong = Vec::new();
    for page in pages() {
        for (line, words) in told(&page) {
            let command = flags.keys().find(|command| {
                words.starts_with(&command.split(' ').collect::<Vec<_>>())
                    || words.get(1..).is_some_and(|rest| {
                        rest.starts_with(&command.split(' ').collect::<Vec<_>>())
                    })
            });
            for word in words.iter().filter(|w| w.starts_with("--") && w.len() > 2) {
                let flag = word.split(['=', '[']).next().unwrap();
                let exists = match command {
                    Some(command) => flags[command].contains(flag),
                    None => flags.values().any(|of| of.contains(flag)),
                };
                if !exists {
                    let of = command.map_or_else(String::new, |c| format!(" of `{c}`"));
                    wrong.push(format!(
                        "{}:{line}: there is no flag `{flag}`{of}",
                        shown(&page.path)
                    ));
                }
            }
        }
    }
    all_right(&wrong);
}

#[test]
fn every_key_is_shown_and_every_setting_is_understood() {
    let configuration = page("docs/configuration.md");
    let keys = keys();
    let known: BTreeSet<&str> = keys.iter().map(|key| key["key"].as_str().unwrap()).collect();
    let lines = configuration.block_lines("toml");
    let names = lines.iter().filter_map(|line| Some(line.text.split_once(" = ")?.0));
    for name in names.filter(|name| !name.starts_with('"')) {
        assert!(known.contains(name), "docs/configuration.md shows the key {name}");
    }

    let mut settings: Vec<(String, String)> = Vec::new();
    for page in pages() {
        let block: Vec<&str> = page.block_lines("toml").iter().map(|l| l.text).collect();
        settings.push((shown(&page.path), block.join("\n")));
        for Piece { line, text } in page.spans() {
            let key = text.split_once(" = ").map(|(key, _)| key);
            let is_alone = key.is_some_and(|key| known.contains(key) && key != "extend");
            if is_alone && !text.contains('<') {
                let at = format!("{}:{line}", shown(&page.path));
                settings.push((at, format!("[tool.undangle]\n{text}")));
            }
        }
    }
    for (at, text) in settings {
        let ran = World::with(&[("pyproject.toml", &text)]).run(&["check"]);
        assert_eq!(ran.status, 0, "{at}: {ran:?}");
    }
}

#[test]
fn every_link_and_every_path_leads_somewhere() {
    let folders = ["src/", "tests/", "testdata/", "docs/", "benches/", "fuzz/", ".ci/"];
    let mut wrong = Vec::new();
    for page in pages() {
        let own = page.path.parent().unwrap();
        for Piece { line, text } in page.links() {
            let (path, anchor) = text.split_once('#').unwrap_or((text, ""));
            let target = if path.is_empty() { page.path.clone() } else { own.join(path) };
            let is_web = text.starts_with("https://");
            if !is_web && !target.exists() {
                wrong.push(format!("{}:{line}: there is no {text}", shown(&page.path)));
            } else if !is_web && !anchor.is_empty() {
                let target = Page { text: fs::read_to_string(&target).unwrap(), path: target };
                if !target.anchors().iter().any(|a| a == anchor) {
                    wrong.push(format!("{}:{line}: {text}: no such heading", shown(&page.path)));
                }
            }
        }
        let pictures = page.block_lines("text").into_iter();
        let words = pictures.flat_map(|p| {
            p.text.split([' ', ',']).map(|text| Piece { line: p.line, text }).collect::<Vec<_>>()
        });
        for Piece { line, text } in page.spans().into_iter().chain(words) {
            let is_path = folders.iter().any(|f| text.starts_with(f)) && !text.contains(' ');
            if is_path && !path_exists(text) {
                wrong.push(format!("{}:{line}: there is no {text}", shown(&page.path)));
            }
        }
    }
    all_right(&wrong);
}

#[test]
fn the_readme_lists_every_command() {
    let help = World::new().run(&["--help"]).out;
    let list = help.split("Commands:\n").nth(1).unwrap().split("\n\n").next().unwrap();
    let names = list.lines().filter_map(|line| line.split_whitespace().next());
    let known: BTreeSet<&str> = names.filter(|name| *name != "help").collect();
    let readme = page("README.md");
    let rows = readme.text.lines().filter_map(|line| line.strip_prefix("| `undangle "));
    let listed: BTreeSet<&str> = rows.filter_map(|row| row.split([' ', '`']).next()).collect();
    assert_eq!(listed, known);
}

#[test]
fn every_dependency_has_a_line_that_says_why() {
    let manifest = fs::read_to_string(at("Cargo.toml")).unwrap();
    let manifest: toml::Table = manifest.parse().unwrap();
    let of_unix = &manifest["target"]["cfg(unix)"]["dependencies"];
    let all = [&manifest["dependencies"], of_unix].map(|table| table.as_table().unwrap().keys());
    let wanted: BTreeSet<&str> = all.into_iter().flatten().map(String::as_str).collect();
    let page = page("docs/architecture.md");
    let table = page.text.split("| crate | why |\n|---|---|\n").nth(1).unwrap();
    let rows = table.lines().take_while(|line| line.starts_with("| "));
    let mut told = BTreeSet::new();
    for row in rows {
        let (crates, why) = row[2..].split_once(" | ").unwrap();
        assert!(why.trim_end_matches(" |").len() > 5, "{row}");
        for name in crates.split(", ") {
            assert!(told.insert(name), "{name} stands there twice");
        }
    }
    assert_eq!(told, wanted);
}
