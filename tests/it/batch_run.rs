//! `batch run`: many repositories, published to bare ones by way of a host on loopback.

#![cfg(unix)]

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::support::files::{at, is_update};
use crate::support::git::{commit, git};
use crate::support::tools::Tool;
use crate::support::world::{DECLINED, DROPPED, KEPT, PROGRAM, Ran, World, feed};

/// How many repositories the long test has.
const MANY: usize = 40;

/// Bare repositories below `bare/o`, which git finds at `https://git.example/o/NAME`, and the host that knows them.
struct Host {
    world: World,
    server: Child,
    address: String,
}

impl Drop for Host {
    fn drop(&mut self) {
        let _ = self.server.kill();
        let _ = self.server.wait();
    }
}

impl Host {
    fn start() -> Option<Self> {
        Tool::find("python3").and(Tool::find("git"))?;
        let world = World::new();
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/support/github.py");
        let port = world.path("port");
        let server = Command::new("python3").arg(&script).arg("serve").arg(&port).spawn().unwrap();
        wait_until(|| port.exists());
        let address = format!("http://127.0.0.1:{}", world.text("port"));
        let gh = format!("#!/bin/sh\nexec python3 '{}' \"$@\"\n", script.display());
        let gh = world.file("bin/gh", gh);
        world.tool("", "chmod", &["+x", &gh.to_string_lossy()], b"");
        Some(Self { world, server, address })
    }

    /// A bare repository with one commit of these files.
    fn repository(&self, name: &str, files: &[(&str, &str)]) {
        let work = World::with(files);
        git(&work, &["init", "--quiet", "--initial-branch=main"]);
        commit(&work);
        self.publish(&work, name);
    }

    fn publish(&self, work: &World, name: &str) {
        let source = work.path("").to_string_lossy().into_owned();
        git(&self.world, &["clone", "--quiet", "--bare", &source, &format!("bare/{name}")]);
    }

    fn command(&self, arguments: &[&str]) -> Command {
        self.command_of(PROGRAM, arguments)
    }

    fn command_of(&self, program: &str, arguments: &[&str]) -> Command {
        let mut command = Command::new(program);
        let path = std::env::var("PATH").unwrap();
        command.args(arguments).current_dir(self.world.path(""));
        command.env("PATH", format!("{}:{path}", self.world.path("bin").display()));
        // As a configuration of the user's that stands for the network.
        let bare = format!("url.{}/.insteadOf", self.world.path("bare").display());
        command.env("GIT_CONFIG_COUNT", "2");
        for (n, url) in
            ["https://git.example/", "https://me:secret@git.example/"].iter().enumerate()
        {
            command.env(format!("GIT_CONFIG_KEY_{n}"), &bare);
            command.env(format!("GIT_CONFIG_VALUE_{n}"), url);
        }
        command.env("GITHUB_STUB", &self.address);
        command
    }

    fn run(&self, arguments: &[&str]) -> Ran {
        feed(self.command(arguments), b"")
    }

    /// The last line of the ledger about each repository, by the end of its name.
    fn ledger(&self, folder: &str) -> BTreeMap<String, Value> {
        let text = self.world.text(&format!("{folder}/ledger.jsonl"));
        let lines = text.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
        lines
            .map(|l| (l["repository"].as_str().unwrap().rsplit('/').next().unwrap().to_owned(), l))
            .collect()
    }

    /// What the host was asked to open.
    fn pull_requests(&self) -> Value {
        let ask = "import sys, urllib.request as u; print(u.urlopen(sys.argv[1] + '/all').read().decode())";
        let told = self.world.tool("", "python3", &["-c", ask, &self.address], b"");
        serde_json::from_str(&told.out).unwrap()
    }

    /// The commits of all branches of all repositories.
    fn branches(&self) -> BTreeMap<String, String> {
        let names = fs::read_dir(self.world.path("bare/o")).unwrap();
        let names = names.map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned());
        names
            .map(|name| {
                let show = ["for-each-ref", "--format=%(refname) %(objectname)", "refs/heads"];
                let told = self.world.tool(&format!("bare/o/{name}"), "git", &show, b"");
                (name, told.out)
            })
            .collect()
    }
}

fn wait_until(mut is_so: impl FnMut() -> bool) {
    let end = Instant::now() + Duration::from_secs(60);
    while !is_so() {
        assert!(Instant::now() < end, "it takes too long");
        std::thread::sleep(Duration::from_millis(10));
    }
}

/// Repositories of every odd kind among plain ones, and their list.
fn forty(host: &Host) {
    for n in 0..MANY - 10 {
        let file = format!("pkg{n}/m.py");
        host.repository(&format!("o/plain{n}"), &[(&file, DROPPED), ("pkg/n.py", DECLINED)]);
    }
    host.repository("o/kept", &[("m.py", KEPT)]);
    host.repository("o/nopython", &[("README", "")]);
    host.repository("o/tests", &[("tests/test_m.py", DROPPED)]);
    host.repository("o/broken", &[("m.py", DROPPED)]);
    host.repository("o/nohead", &[("m.py", DROPPED)]);
    host.repository("o/names", &[("-a \n\"b\u{202e}.py", DROPPED), ("--help.py", DROPPED)]);
    host.repository("o/syntax", &[("m.py", "def f(:\n"), ("n.py", DROPPED)]);
    host.repository(
        "o/hostile",
        &[("m.py", DROPPED), (".gitattributes", "* filter=evil text eol=crlf\n")],
    );
    git(&host.world, &["init", "--quiet", "--bare", "bare/o/empty"]);
    let world = &host.world;
    world.tool("bare/o/nohead", "git", &["symbolic-ref", "HEAD", "refs/heads/gone"], b"");
    world.tool("bare/o/broken", "sh", &["-c", "rm -rf objects/[0-9a-f]* objects/pack/*"], b"");
    let mark = world.path("mark").to_string_lossy().into_owned();
    for key in [
        "filter.evil.smudge",
        "core.fsmonitor",
        "uploadpack.packObjectsHook",
        "core.alternateRefsCommand",
    ] {
        world.tool("bare/o/hostile", "git", &["config", key, &format!("touch {mark}; cat")], b"");
    }
    let hook = world.file("bare/o/hostile/hooks/pre-receive", format!("#!/bin/sh\ntouch {mark}\n"));
    world.tool("", "chmod", &["+x", &hook.to_string_lossy()], b"");
    let linked = World::with(&[("m.py", DROPPED)]);
    std::os::unix::fs::symlink(world.path("secret.py"), linked.path("link.py")).unwrap();
    std::os::unix::fs::symlink("/etc", linked.path("etc")).unwrap();
    world.file("secret.py", DROPPED);
    git(&linked, &["init", "--quiet", "--initial-branch=main"]);
    git(
        &linked,
        &["update-index", "--add", "--cacheinfo", &format!("160000,{},sub", "1".repeat(40))],
    );
    commit(&linked);
    host.publish(&linked, "o/linked");
    let names = host.branches().into_keys();
    let list: String =
        names.map(|name| format!("https://me:secret@git.example/o/{name}\n")).collect();
    assert_eq!(list.lines().count(), MANY);
    world.file("list", list);
}

const RUN: [&str; 9] = ["batch", "run", "list", "--out", "run", "--pr", "gh", "--pace", "0"];

#[test]
fn forty_repositories_fresh_killed_and_resumed_and_repeated() {
    let Some(host) = Host::start() else { return };
    forty(&host);
    let flags = [&RUN[..], &["--author", "Bot <b@example.com>", "--retries", "0"]].concat();

    // Killed half-way, and resumed.
    let mut child = host
        .command(&[&flags[..], &["--jobs", "1"]].concat())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let lines = || {
        fs::read_to_string(host.world.path("run/ledger.jsonl")).unwrap_or_default().lines().count()
    };
    wait_until(|| lines() >= MANY / 4);
    child.kill().unwrap();
    child.wait().unwrap();
    let done = lines();
    assert!(done < MANY, "it was not killed half-way");
    assert_eq!(
        host.run(&["batch", "status", "run"]).status,
        2 - i32::from(!host.ledger("run").contains_key("broken"))
    );
    let ledger = host.world.path("run/ledger.jsonl");
    let mut torn = fs::read(&ledger).unwrap();
    torn.extend(b"{\"schema\":1,\"repos");
    fs::write(&ledger, torn).unwrap();
    let resumed = host.run(&[&flags[..], &["--resume"]].concat());
    assert_eq!(resumed.status, 2, "{resumed:?}");
    assert!(lines() <= MANY + 1, "what was done was done again");
    let entries = host.ledger("run");
    let with = |status: &str| -> Vec<&str> {
        entries
            .iter()
            .filter(|(_, e)| e["status"] == status)
            .map(|(name, _)| name.as_str())
            .collect()
    };
    assert_eq!(with("error"), ["broken"]);
    assert_eq!(with("skipped"), ["empty", "nohead", "nopython"]);
    assert_eq!(with("unchanged"), ["kept", "tests"]);
    assert_eq!(with("changed").len(), MANY - 6);
    let first = host.branches();

    // Repeated: the same branches, and nothing is opened twice.
    let again = host.run(&flags);
    assert_eq!(again.status, 2, "{again:?}");
    assert_eq!(host.branches(), first);
    let repeated = host.ledger("run");
    let published = repeated.values().filter_map(|e| e["published"].get(0));
    assert!(
        published.clone().all(|p| p["push"] == "current" && p["pull_request"] == "current"),
        "{repeated:?}"
    );

    // Fresh, in another folder: the same again.
    let fresh = [&["batch", "run", "list", "--out", "other"], &flags[5..]].concat();
    assert_eq!(host.run(&fresh).status, 2);
    assert_eq!(host.branches(), first);
    let opened = host.pull_requests();
    let opened = opened.as_object().unwrap();
    assert_eq!(opened.len(), MANY - 6);
    assert!(opened.values().all(|pulls| pulls.as_array().unwrap().len() == 1), "{opened:?}");

    assert!(!host.world.path("mark").exists(), "a repository ran something");
    assert_eq!(host.world.text("secret.py"), DROPPED);
    for name in ["run", "other"] {
        let found = host.world.tool(name, "grep", &["-rlF", "me:secret", "."], b"");
        assert_eq!(found.out, "", "credentials in {name}");
    }
    for entry in entries.values().filter(|e| e["status"] == "changed") {
        let name = entry["repository"].as_str().unwrap().rsplit('/').next().unwrap();
        let slug = entry["slug"].as_str().unwrap();
        let patch = host.world.path(&format!("run/repos/{slug}/change.patch"));
        let apply = ["apply", "--check", "--cached", &patch.to_string_lossy()];
        let clone = format!("fresh/{name}");
        git(&host.world, &["clone", "--quiet", "--no-checkout", &format!("bare/o/{name}"), &clone]);
        host.world.tool(&clone, "git", &["read-tree", "HEAD"], b"");
        let applied = host.world.tool(&clone, "git", &apply, b"");
        assert_eq!(applied.status, 0, "{name}: {applied:?}");
    }
    let status = host.run(&["batch", "status", "run"]);
    assert_eq!(status.status, 2, "{status:?}");
    let sums = "40 repositories: 34 changed, 2 unchanged, 3 skipped, 1 error. 35 findings fixed.";
    assert!(status.out.lines().last().unwrap().starts_with(sums), "{}", status.out);
    assert_eq!(host.run(&["batch", "report", "run"]).status, 0);
    let page = host.world.text("run/report.html");
    assert!(
        page.contains("https://git.example/o/plain0/pull/1") && page.contains("class-body"),
        "{page}"
    );
}

#[test]
fn what_people_did_is_left_alone() {
    let Some(host) = Host::start() else { return };
    for name in ["a", "b"] {
        host.repository(&format!("o/{name}"), &[("m.py", DROPPED)]);
    }
    host.world.file("list", "https://git.example/o/a\nhttps://git.example/o/b\n");
    let flags = [&RUN[..], &["--label", "asyncio"]].concat();
    let ran = host.run(&flags);
    assert_eq!(ran.status, 0, "{ran:?}");
    assert!(ran.err.contains("; https://git.example/o/a/pull/1: new\n"), "{ran:?}");
    assert_eq!(host.pull_requests()["o/a"][0]["labels"], serde_json::json!(["asyncio"]));
    // Somebody commits to one branch; the base of the other goes on.
    let push = |name: &str, branch: &str, file: &str| {
        let work = World::new();
        let bare = host.world.path(&format!("bare/o/{name}")).to_string_lossy().into_owned();
        git(&work, &["clone", "--quiet", "--branch", branch, &bare, "."]);
        work.file(file, "x = 1\n");
        commit(&work);
        git(&work, &["push", "--quiet"]);
    };
    push("a", "undangle/keep-tasks", "x.py");
    push("b", "main", "y.py");
    let before = host.branches()["a"].clone();
    let ran = host.run(&flags);
    assert_eq!(ran.status, 0, "{ran:?}");
    let ledger = host.ledger("run");
    assert_eq!(ledger["a"]["published"][0]["push"], "left-alone");
    assert_eq!(
        ledger["a"]["published"][0]["message"],
        "`undangle/keep-tasks` has commits that undangle did not make"
    );
    assert_eq!(host.branches()["a"], before);
    assert_eq!(ledger["b"]["published"][0]["push"], "updated");
    assert_eq!(ledger["b"]["published"][0]["pull_request"], "updated");
    // Somebody amends the commit, with all dates as they were.
    let work = World::new();
    let bare = host.world.path("bare/o/b").to_string_lossy().into_owned();
    git(&work, &["clone", "--quiet", "--branch", "undangle/keep-tasks", &bare, "."]);
    work.file("m.py", "x = 1\n");
    let amend = "eval $(git log -1 --format='export GIT_COMMITTER_NAME=\"%cn\" GIT_COMMITTER_EMAIL=%ce GIT_COMMITTER_DATE=%cd' --date=raw | sed 's/DATE=\\(.*\\) /DATE=\\1\\\\ /'); git commit --quiet --amend --all --no-edit && git push --quiet --force";
    let amended = work.tool("", "sh", &["-c", amend], b"");
    assert_eq!(amended.status, 0, "{amended:?}");
    let before = host.branches()["b"].clone();
    assert_eq!(host.run(&flags).status, 0);
    assert_eq!(host.ledger("run")["b"]["published"][0]["push"], "left-alone");
    assert_eq!(host.branches()["b"], before);
    // A closed one stays closed.
    let close = "import sys, urllib.request as u; u.urlopen(u.Request(sys.argv[1] + '/repos/o/b/pulls/1', b'{\"state\": \"closed\"}', method='PATCH'))";
    host.world.tool("", "python3", &["-c", close, &host.address], b"");
    push("b", "main", "z.py");
    let before = host.branches()["b"].clone();
    assert_eq!(host.run(&flags).status, 0);
    assert_eq!(host.ledger("run")["b"]["published"][0]["message"], "pull request 1 was closed");
    assert_eq!(host.branches()["b"], before);
}

#[test]
fn nothing_is_published_unless_it_is_asked_for() {
    let Some(host) = Host::start() else { return };
    host.repository("o/a", &[("m.py", DROPPED)]);
    host.world.file("list", "https://git.example/o/a style=helper\n");
    let before = host.branches();
    assert_eq!(host.run(&RUN[..5]).status, 0);
    let ran = host.run(&[&RUN[..], &["--dry-run"]].concat());
    assert_eq!(ran.status, 0, "{ran:?}");
    assert!(ran.err.contains("; undangle/keep-tasks: planned\n"), "{ran:?}");
    assert_eq!(host.branches(), before);
    assert_eq!(host.pull_requests(), serde_json::json!({}));
    let slug = host.ledger("run")["a"]["slug"].as_str().unwrap().to_owned();
    assert!(
        host.world.text(&format!("run/repos/{slug}/change.patch")).contains("+    _keep_task(")
    );
    let ran = host.run(&[&RUN[..5], &["--resume"]].concat());
    assert!(ran.err.contains("0 to do, 1 left out\n"), "{ran:?}");
    let ran = host.run(&["batch", "status", "bare"]);
    assert!(ran.err.contains("bare is not the folder of a batch run"), "{ran:?}");
}

/// Ten repositories, and their list.
fn ten(host: &Host) {
    let names = [
        "cart", "search", "mail", "stock", "prices", "billing", "reviews", "images", "pages",
        "tools",
    ];
    for name in names {
        let text = DROPPED.replace("main", name);
        host.repository(&format!("shop/{name}"), &[(&format!("{name}/app.py"), &text)]);
    }
    let list: String = names.iter().map(|n| format!("https://git.example/shop/{n}\n")).collect();
    host.world.file("repositories.txt", list);
}

#[test]
fn the_walk_of_the_documentation_is_what_the_program_prints() {
    let Some(host) = Host::start() else { return };
    ten(&host);
    let path = at("docs/batch.md");
    let text = fs::read_to_string(&path).unwrap();
    let mut lines = text.lines();
    let mut new = String::new();
    while let Some(line) = lines.next() {
        new += &format!("{line}\n");
        let Some(command) = line.strip_prefix("<!-- walk: ").and_then(|l| l.strip_suffix(" -->"))
        else {
            continue;
        };
        assert_eq!(lines.next(), Some("```text"));
        lines.by_ref().find(|line| *line == "```").expect("a block ends");
        let program = Path::new(PROGRAM).parent().unwrap().display().to_string();
        let shell =
            host.command_of("sh", &["-c", &format!("PATH={program}:$PATH; {command} 2>&1")]);
        let ran = feed(shell, b"");
        assert_eq!(ran.status, 0, "{command}: {ran:?}");
        new += &format!("```text\n$ {command}\n{}```\n", ran.out);
    }
    match is_update() {
        true => fs::write(&path, new).unwrap(),
        false => assert_eq!(new, text, "UPDATE=1 writes it"),
    }
}
