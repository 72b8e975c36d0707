//! What an audit shows people first, and how much: decisions, what is only counted, and what fits on a terminal, in a comment and
//! on a page.

use serde_json::Value;

use crate::support::files::{Tree, at, folders, tree};
use crate::support::git::repository;
use crate::support::world::{DROPPED, PROGRAM, Ran, World, has};

/// Two tasks in one attribute that nothing stops, three dropped ones, one that cannot be fixed, and two that are awaited at once.
const APP: &str = "\
import asyncio


async def work(name='x'):
    await asyncio.sleep(len(name))


class Jobs:
    asyncio.create_task(work())

    def start(self):
        self._task = asyncio.create_task(work())

    def again(self):
        self._task = asyncio.create_task(work('again'))


async def main():
    asyncio.create_task(work())
    asyncio.ensure_future(main())
    asyncio.create_task(work('other'))
    await asyncio.create_task(work())
    await asyncio.gather(work(), work())
    task = asyncio.create_task(work())
    await task
";

fn app() -> World {
    World::with(&[("app.py", APP), ("pyproject.toml", "[project]\nname = 'shop'\n")])
}

fn decisions(world: &World) -> Vec<Value> {
    world.run(&["audit", "--format", "json"]).json()["decisions"].as_array().unwrap().clone()
}

/// The program with `COLUMNS`, and whether its output is coloured.
fn wide(world: &World, columns: &str, color: &str, arguments: &[&str]) -> Ran {
    let columns = format!("COLUMNS={columns}");
    let all = [&[columns.as_str(), PROGRAM, "audit", "--color", color], arguments].concat();
    world.tool("", "env", &all, b"")
}

#[test]
fn a_cause_is_one_decision_however_many_sites_it_has() {
    let found = decisions(&app());
    let text = |d: &Value, key: &str| d[key].as_str().unwrap_or("-").to_owned();
    let brief: Vec<String> = found
        .iter()
        .map(|d| {
            let lines: Vec<String> =
                d["sites"].as_array().unwrap().iter().map(|s| s["line"].to_string()).collect();
            [text(d, "risk"), text(d, "cause"), text(d, "command"), lines.join(" ")].join(", ")
        })
        .collect();
    assert_eq!(brief[..2], ["high, dropped, undangle fix app.py, 19 20 21", "high, dropped, -, 9"]);
    let attribute = brief.iter().find(|b| b.ends_with(", 12 15")).unwrap();
    assert!(!attribute.starts_with("high"), "{brief:?}");
    assert_eq!(found[0]["evidence"].as_array().unwrap().len(), 1, "the same is said once");
    let all_cited = found.iter().all(|d| !d["evidence"].as_array().unwrap().is_empty());
    assert!(all_cited, "{found:#?}");
}

/// Two classes whose tasks one method of their base class cancels, and two callers of a function that may make a task.
const SHARED: &str = "\
import asyncio


class Base:
    def __init__(self):
        self.tasks = []

    def add(self, work):
        self.tasks.append(asyncio.create_task(work))

    async def __aexit__(self, *raised):
        for task in self.tasks:
            task.cancel()


class Reader(Base):
    def start(self):
        self.add(self.read())

    async def read(self):
        await asyncio.sleep(1)


class Writer(Base):
    def start(self):
        self.add(self.write())

    async def write(self):
        await asyncio.sleep(1)


def close(*tasks):
    if len(asyncio.all_tasks()) > 2:
        return asyncio.create_task(asyncio.sleep(1))
    if len(asyncio.all_tasks()) > 1:
        return asyncio.create_task(Reader().read())


async def main():
    close(1)


async def other():
    close(2)
";

#[test]
fn what_one_line_mends_is_one_decision_that_names_the_line() {
    let world = World::with(&[("app.py", SHARED)]);
    let found = decisions(&world);
    let lines = |cause: &str, key: &str| -> Vec<Vec<u64>> {
        let of_cause = found.iter().filter(|d| d["cause"] == cause);
        of_cause
            .map(|d| {
                d[key].as_array().unwrap().iter().map(|s| s["line"].as_u64().unwrap()).collect()
            })
            .collect()
    };
    assert_eq!(lines("unawaited", "sites"), [[9, 18, 26]], "{found:#?}");
    assert!(lines("unawaited", "evidence")[0].contains(&13), "{found:#?}");
    assert_eq!(lines("dropped-if-made", "sites"), [[40, 44]], "{found:#?}");
    assert!(lines("dropped-if-made", "evidence")[0].contains(&34), "{found:#?}");
    let page = world.run(&["audit"]).out;
    assert!(page.contains("reference to the task where one is made: `close` makes"), "{page}");
    assert!(page.contains("app.py:40:5 close in main"), "{page}");
}

#[test]
fn the_command_of_a_decision_does_it() {
    let world = app();
    let first = decisions(&world)[0]["command"].as_str().unwrap().to_owned();
    let words: Vec<&str> = first.split(' ').skip(1).collect();
    assert!(world.run(&words).status < 2);
    assert!(decisions(&world).iter().all(|d| d["command"] != first.as_str()));
}

/// A function in one file returns the task that a function of another file returns, whose caller in a third drops it.
const CHAIN: [(&str, &str); 3] = [
    ("inner.py", "import asyncio\n\n\ndef inner(coro):\n    return asyncio.create_task(coro)\n"),
    ("outer.py", "from inner import inner\n\n\ndef outer(coro):\n    return inner(coro)\n"),
    ("app.py", "from outer import outer\n\n\nasync def main():\n    outer(main())\n"),
];

/// Runs the command of each decision on a copy of some files: how many sites it says that it fixes, and how many it fixes. Those of
/// the decision have to be among them.
fn promised_and_done(files: &Tree, flags: &[&str]) -> Vec<(String, usize, usize)> {
    let audited = World::of(files).run(&[&["audit", "--format", "json"], flags].concat()).json();
    let all = audited["decisions"].as_array().unwrap().iter();
    let with_command = all.filter(|d| d["command"].is_string());
    let tried = with_command.map(|decision| {
        let command = decision["command"].as_str().unwrap();
        let words = shlex::split(command).unwrap();
        let words: Vec<&str> = words.iter().skip(1).map(String::as_str).collect();
        let json = World::of(files).run(&[&words[..], &["--format", "json"]].concat()).json();
        let of = |list: &str| json[list].as_array().unwrap().clone();
        let mut done = [of("sites"), of("findings")].concat();
        done.retain(|item| item["fix"]["applied"] == true);
        for site in decision["sites"].as_array().unwrap() {
            let is_it =
                |d: &&Value| ["path", "line", "column"].iter().all(|key| d[*key] == site[*key]);
            assert!(done.iter().any(|d| is_it(&d)), "`{command}` does not fix {site}");
        }
        let (_, said) = decision["action"].as_str().unwrap().split_once("which fixes ").unwrap();
        let promised = said.split(' ').next().unwrap().parse().unwrap();
        (command.to_owned(), promised, done.len())
    });
    tried.collect()
}

#[test]
fn the_command_of_a_decision_fixes_as_much_as_it_says() {
    let mut projects: Vec<(Tree, &[&str])> =
        folders("testdata/scenarios").iter().map(|s| (tree(s.join("before")), &[][..])).collect();
    projects.push((tree("testdata/demo"), &["--no-config"]));
    projects.push((tree("testdata/demo"), &["--style", "helper", "--tracker", "module"]));
    let files = |files: &[(&str, &str)]| -> Tree {
        files.iter().map(|(name, text)| ((*name).into(), text.as_bytes().to_vec())).collect()
    };
    projects.push((files(&CHAIN), &[]));
    projects.push((files(&[&CHAIN[..], &[("setup.cfg", "")]].concat()), &[]));
    let mut many: Tree = (0..6).map(|n| (format!("pkg/{n}.py").into(), DROPPED.into())).collect();
    many.insert("pkg/tests/test_it.py".into(), DROPPED.into());
    many.insert("setup.cfg".into(), Vec::new());
    projects.push((many, &["--unsafe-fixes"]));
    let mut commands = Vec::new();
    for (files, flags) in &projects {
        for (command, promised, done) in promised_and_done(files, flags) {
            assert_eq!(promised, done, "{command}");
            commands.push(command);
        }
    }
    let has = |command: &str| {
        assert!(commands.iter().any(|c| c == command), "{command} of {commands:#?}")
    };
    has("undangle fix --unsafe-fixes");
    has("undangle fix --unsafe-fixes app.py inner.py outer.py");
    has("undangle fix --no-config courier");
}

#[test]
fn what_no_command_can_name_has_none() {
    let ran = World::new().run_in("", &["audit", "--format", "json", "-"], DROPPED.as_bytes());
    let json = ran.json();
    let first = &json["decisions"][0];
    assert!(first["command"].is_null(), "{first}");
    assert_eq!(first["action"], "`undangle fix` fixes it if this file is passed to it.");
    #[cfg(unix)]
    {
        use std::os::unix::ffi::OsStrExt;
        let world = World::with(&[("setup.cfg", "")]);
        let name = std::ffi::OsStr::from_bytes(b"\xff.py");
        if std::fs::write(world.path("").join(name), DROPPED).is_ok() {
            assert!(decisions(&world)[0]["command"].is_null());
        }
    }
}

#[test]
fn a_tracker_that_nothing_stops_has_its_rule_and_its_command() {
    let world = World::of(&tree("testdata/scenarios/startup-list/before"));
    let all = decisions(&world);
    let found = all.iter().find(|d| d["rules"][0] == "UND104").unwrap();
    let action = found["action"].as_str().unwrap();
    assert!(action.contains("`undangle fix --drain --unsafe-fixes jobs/"), "{action}");
}

#[test]
fn a_decision_about_many_files_names_their_folder() {
    let names: Vec<String> = (0..6).map(|n| format!("a b/{n}.py")).collect();
    let mut world = World::with(&[("top.py", "x = 1\n"), ("setup.cfg", "")]);
    names.iter().for_each(|name| drop(world.file(name, DROPPED)));
    assert_eq!(decisions(&world)[0]["command"], "undangle fix 'a b'");
    world = World::with(&[("-x.py", DROPPED), ("y z.py", DROPPED), ("setup.cfg", "")]);
    assert_eq!(decisions(&world)[0]["command"], "undangle fix ./-x.py 'y z.py'");
}

#[test]
fn what_is_awaited_at_once_is_counted_and_all_lists_it() {
    let world = app();
    let some = world.run(&["audit"]).out;
    assert!(!some.contains("app.py:22:"), "{some}");
    let text = some.split_whitespace().collect::<Vec<_>>().join(" ");
    let counts = "Not listed: 2 sites without risk whose statement awaits the task; \
                  1 site without risk whose task ends with one call. `--all` lists everything.";
    assert!(text.contains(counts), "{some}");
    let all = world.run(&["audit", "--all"]).out;
    assert!(all.contains("app.py:22:") && !all.contains("Not listed"), "{all}");
}

#[test]
fn a_risk_hides_what_is_lower_and_says_how_much() {
    let world = app();
    for format in ["human", "markdown", "html"] {
        let ran = world.run(&["audit", "--format", format, "--risk", "high"]);
        let text = ran.out.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(text.contains("sites of a risk lower than high"), "{format}: {ran:?}");
        assert!(!text.contains("app.py:12:") && text.contains("app.py:19"), "{format}: {ran:?}");
        assert_eq!(ran.status, 0);
    }
    let lines = world.run(&["audit", "--format", "concise", "--risk", "high"]).out;
    assert_eq!(lines.lines().count(), 4, "{lines}");
    assert_eq!(world.run(&["audit", "--risk", "high", "--fail-on", "low"]).status, 1);
    let all = world.run(&["audit", "--risk", "none", "--all"]);
    assert_eq!(all.status, 2, "{all:?}");
    let all = world.run(&["audit", "--risk", "high", "--all"]);
    assert!(all.status == 0 && !all.out.contains("app.py:12:"), "{all:?}");
    let json = world.run(&["audit", "--format", "json", "--risk", "high"]);
    assert_eq!(json.out, world.run(&["audit", "--format", "json"]).out);
    assert!(json.err.starts_with("note: `--risk` does not limit JSON"), "{json:?}");
}

#[test]
fn a_suppressed_finding_is_no_decision() {
    let text = DROPPED.replace("(main())\n", "(main())  # undangle: ignore[UND001]\n");
    assert_eq!(decisions(&World::with(&[("m.py", &text)])).len(), 0);
}

#[test]
fn no_line_is_wider_than_the_terminal() {
    let world = World::of(&tree("testdata/audit"));
    for columns in [40, 60, 80, 100, 120, 200] {
        for color in ["never", "always"] {
            let ran = wide(&world, &columns.to_string(), color, &["--all"]);
            let plain = String::from_utf8(anstream::adapter::strip_bytes(&ran.raw).into_vec());
            let plain = plain.unwrap();
            let widest = plain.lines().map(|l| l.chars().count()).max().unwrap();
            assert!(widest <= columns, "{widest} of {columns}");
            assert!(ran.err.lines().all(|l| l.chars().count() <= columns), "{}", ran.err);
            assert_eq!(plain != ran.out, color == "always");
        }
    }
    let piped = world.tool("", "env", &["-u", "COLUMNS", PROGRAM, "audit"], b"").out;
    assert_eq!(piped, wide(&world, "100", "never", &[]).out);
    assert!(!piped.contains(" line "), "a place has its file");
}

#[test]
fn a_terminal_says_how_wide_it_is() {
    if !has("script") {
        return;
    }
    let command =
        format!("stty cols 72 rows 24; unset COLUMNS; NO_COLOR=1 {PROGRAM} audit 2>/dev/null");
    let world = World::of(&tree("testdata/audit"));
    let ran = world.tool("", "script", &["-qec", &command, "/dev/null"], b"");
    let is_same = ran.out.replace("\r\n", "\n") == wide(&world, "72", "never", &[]).out;
    assert!(is_same, "{}", ran.out);
}

#[test]
fn markdown_is_no_longer_than_a_comment_unless_all_is_asked_for() {
    let world = World::new();
    for number in 0..400 {
        let name = format!("package_{number}/module_{number}.py");
        world.file(&name, APP.replace("Jobs", &format!("Jobs{number}")));
    }
    let text = world.run(&["audit", "--format", "markdown"]).out;
    assert!(text.len() < 65_536 && text.len() > 50_000, "{}", text.len());
    assert!(text.contains("Shortened to fit into a GitHub comment; left out: "), "{text}");
    assert_eq!(text.matches("<details>").count(), text.matches("</details>").count());
    assert!(!text.contains("</summary>\n\n\n</details>"), "no fold is empty");
    let all = world.run(&["audit", "--format", "markdown", "--all"]).out;
    assert!(all.len() > 200_000 && !all.contains("Left out"), "{}", all.len());
}

#[test]
fn a_page_names_the_project_and_its_commit() {
    let html = &["audit", "--quiet", "--format", "html"];
    let title = |world: &World| {
        let page = world.run(html).out;
        page.split_once("<title>").unwrap().1.split_once("</title>").unwrap().0.to_owned()
    };
    assert_eq!(title(&app()), "Task audit: shop, no commit known");
    let project = ("pyproject.toml", "[project]\nname = 'shop<&'\n");
    let Some(world) = repository(&[("app.py", APP), project]) else { return };
    let committed = title(&world);
    assert!(committed.starts_with("Task audit: shop&lt;&amp;, commit "), "{committed}");
    assert_eq!(committed, title(&world));
    world.file("app.py", APP.replace("again", "anew"));
    assert_eq!(title(&world), format!("{committed}, with uncommitted changes"));
}

#[test]
fn places_are_linked_to_the_source_as_a_template_says() {
    let run = |world: &World, template: &str| {
        world.run(&["audit", "--format", "html", "--quiet", "--source-url", template])
    };
    let fails = |template: &str| assert_eq!(run(&app(), template).status, 2, "{template}");
    fails("javascript:alert('{path}')");
    fails("https://host/{line}");
    fails("https://host/{path}/{branch}");
    // Nothing is committed.
    fails("https://host/{commit}/{path}");
    let human = app().run(&["audit", "--source-url", "https://host/{path}"]);
    assert_eq!(human.status, 2, "{human:?}");

    let page = run(&app(), "https://host/{path}?a=1&b=2#L{line}").out;
    assert!(page.contains("href=\"https://host/app.py?a=1&amp;b=2#L19\""), "{page}");
    let Some(world) = repository(&[("src/a b.py", APP)]) else { return };
    let page = run(&world, "https://host/{commit}/{path}#L{line}").out;
    let (_, rest) = page.split_once("https://host/").unwrap();
    let (commit, rest) = rest.split_once('/').unwrap();
    assert!(commit.len() == 40 && rest.starts_with("src/a%20b.py#L"), "{commit} {}", &rest[..40]);
}

#[test]
fn an_excerpt_has_line_numbers_and_the_lines_around_it() {
    let page = app().run(&["audit", "--format", "html", "--quiet"]).out;
    let site = page.split_once("id=\"app.py:19:5\"").unwrap().1;
    let code =
        site.split_once("<pre class=\"excerpt\">").unwrap().1.split_once("</pre>").unwrap().0;
    let lines: Vec<&str> = code.lines().collect();
    assert_eq!(lines.len(), 7, "{code}");
    assert_eq!(lines[2], "<i>   18</i> async def main():");
    assert_eq!(lines[3], "<i>   19</i>     <mark>asyncio.create_task(work())</mark>");
    assert!(page.contains("<a href=\"#app.py:19:5\">"));
}

/// The relative luminance of a colour, `#rrggbb`, as WCAG 2 defines it.
fn luminance(color: &str) -> f64 {
    let part = |at: usize| {
        let value = f64::from(u8::from_str_radix(&color[at..at + 2], 16).unwrap()) / 255.0;
        if value <= 0.04045 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
    };
    0.2126 * part(1) + 0.7152 * part(3) + 0.0722 * part(5)
}

#[test]
fn every_colour_of_the_page_can_be_read_on_its_ground() {
    let style = std::fs::read_to_string(at("src/output/audit.css")).unwrap();
    let schemes: Vec<&str> = style.split(":root {").skip(1).collect();
    assert_eq!(schemes.len(), 3, "light, dark and print");
    for scheme in schemes {
        let scheme = scheme.split_once('}').unwrap().0;
        let color = |name: &str| {
            let (_, rest) = scheme.split_once(&format!("--{name}: "))?;
            rest.split(';').next()
        };
        let on = |front: &str, back: &str| {
            let (Some(front_color), Some(back_color)) = (color(front), color(back)) else { return };
            let (a, b) = (luminance(front_color), luminance(back_color));
            let ratio = (a.max(b) + 0.05) / (a.min(b) + 0.05);
            assert!(ratio >= 4.5, "{front} on {back}: {ratio:.2}");
        };
        let fronts = ["ink", "soft", "link", "high", "medium", "low", "none"];
        for front in fronts.iter().chain(&["dropped", "unsure", "held", "managed"]) {
            ["paper", "wash"].iter().for_each(|back| on(front, back));
        }
        ["mark", "ins", "del"].iter().for_each(|back| on("ink", back));
    }
}
