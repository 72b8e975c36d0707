//! What an audit answers about the sites of `testdata/audit`: behind the risk, their comments name an answer, or how the
//! list of what stops the task begins.

use std::path::PathBuf;

use serde_json::Value;

use crate::audit_claims::{ANSWERED, comment_line};
use crate::support::files::{Tree, at};
use crate::support::world::{World, program_in};

fn project() -> PathBuf {
    at("testdata/audit")
}

/// The sites of the files.
fn sites() -> Vec<Value> {
    let report = program_in(&project(), "", &["audit", "--format", "json"]).json();
    let sites = report["sites"].as_array().unwrap().iter();
    sites.filter(|s| ANSWERED.iter().any(|file| s["path"] == *file)).cloned().collect()
}

fn sites_in(function: &str) -> Vec<Value> {
    sites_of("shop/stops.py", function)
}

fn sites_of(file: &str, function: &str) -> Vec<Value> {
    let of_file = |s: &Value| s["path"] == file && s["function"] == function;
    let found: Vec<Value> = sites().into_iter().filter(of_file).collect();
    assert!(!found.is_empty(), "no site in {function}");
    found
}

fn stops(site: &Value) -> Vec<&str> {
    let notes = site["audit"]["stopped_by"].as_array().unwrap().iter();
    notes.map(|w| w["note"].as_str().unwrap()).collect()
}

/// `# -> risk cause | key: answer | key: answer`
#[test]
fn every_site_is_answered_as_its_comment_says() {
    let sites = sites();
    let (mut wrong, mut answers) = (Vec::new(), 0);
    for file in ANSWERED {
        let text = std::fs::read_to_string(project().join(file)).unwrap();
        for (number, line) in text.lines().enumerate() {
            let said = line.split_once("  # -> ").map(|(_, words)| words.split(" | ").skip(1));
            let here = |s: &&Value| s["path"] == file && comment_line(s, &text) == number + 1;
            let answered = said.into_iter().flatten().filter_map(|said| said.split_once(": "));
            for (key, answer) in answered {
                let site = sites.iter().find(here).unwrap();
                let found = match key {
                    "stopped_by" => stops(site).join("; "),
                    key => site["audit"][key].as_str().unwrap_or_default().to_owned(),
                };
                if found != answer && !(key == "stopped_by" && found.starts_with(answer)) {
                    wrong.push(format!("{file}:{}: {key} is {found:?}", number + 1));
                }
                answers += 1;
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(answers > 4);
}

#[test]
fn a_wait_for_the_first_is_no_wait_for_each() {
    assert_eq!(stops(&sites_in("first")[0]), [""; 0]);
    assert_eq!(stops(&sites_in("either")[0]), ["`either` waits for it"]);
}

#[test]
fn a_name_that_is_bound_again_stops_only_its_last_task() {
    let sites = sites_in("one_after_the_other");
    assert_eq!(stops(&sites[0]), [""; 0]);
    assert_eq!(stops(&sites[1]), ["`one_after_the_other` cancels it"]);
}

#[test]
fn what_a_closure_keeps_belongs_to_the_function_around_it() {
    let site = &sites_in("once_at_a_time.together")[0];
    assert_eq!(site["audit"]["owner"], "local variable in once_at_a_time");
    assert_eq!(site["audit"]["failure"], "awaited");
    assert_eq!(stops(site), ["`once_at_a_time.together` waits for it, without a timeout"]);
}

#[test]
fn what_is_gathered_is_named_by_its_elements() {
    let mut of_all = sites_in("all_of");
    of_all.retain(|s| s["callee"] == "asyncio.gather");
    let coroutines = of_all.iter().map(|s| s["audit"]["coroutine"].as_str().unwrap());
    let coroutines: Vec<&str> = coroutines.collect();
    assert_eq!(coroutines, ["*wait", "*wait", "*by_name.values()"]);
}

#[test]
fn a_difference_of_sets_is_followed_to_what_cancels_its_tasks() {
    let said = stops(&sites_in("Group.spawn")[0]).join("; ");
    assert!(said.starts_with("`Group.stop` cancels it; `Group.stop` then waits for it"), "{said}");
}

#[test]
fn what_is_given_to_somebody_is_handed_on() {
    let said = stops(&sites_in("Client.start")[0]).join("; ");
    assert_eq!(said, "`Client._gone` cancels it; `Client.__init__` refers to `Client._gone`");
}

#[test]
fn a_loop_can_be_told_to_end() {
    for class in ["Flagged", "Messaged"] {
        let said = format!("`{class}.stop` tells its loop to stop");
        assert_eq!(stops(&sites_in(&format!("{class}.start"))[0]), [said]);
    }
    let said = ["`Signalled.stop` tells its loop to stop", "`Signalled.stop` cancels it"];
    assert_eq!(stops(&sites_in("Signalled.start")[0]), said);
    assert_eq!(stops(&sites_in("Restarted.start")[0]), [""; 0]);
}

#[test]
fn what_only_reads_an_exception_does_not_raise_it() {
    let site = &sites_of("shop/losses.py", "Listening.__aenter__")[0];
    let evidence = site["evidence"].as_array().unwrap().iter();
    let notes: Vec<&str> = evidence.map(|e| e["note"].as_str().unwrap()).collect();
    let said = "its exception is read here, where the task is told to stop or its owner closes";
    assert!(notes.contains(&said), "{notes:?}");
}

#[test]
fn a_gather_is_not_said_to_return_what_it_is_given() {
    let site = &sites_of("shop/existing.py", "until_read")[0];
    let said = "what it gathers may be a future that exists already, of which it makes no task";
    assert_eq!(site["evidence"][0]["note"], said);
}

#[test]
fn what_is_done_to_a_list_is_not_done_to_what_comes_into_it_later() {
    let tasks: Vec<Value> = sites_in("too_late");
    let said: Vec<usize> = tasks.iter().map(|t| stops(t).len()).collect();
    assert_eq!(said, [2, 1, 1]);
}

#[test]
fn who_closes_an_object_is_told_and_not_who_calls_that_too() {
    let closed = &sites_of("shop/closing.py", "Wire.start")[0];
    let said = ["`Wire.close` cancels it", "`Wire.close` then waits for it, without a timeout"];
    assert_eq!(stops(closed), said);
    let disconnected = &sites_of("shop/closing.py", "Stream.connect")[0];
    let said =
        ["`Stream.cancel_attempt` cancels it", "`Stream.disconnect` calls `Stream.cancel_attempt`"];
    assert_eq!(stops(disconnected), said);
}

#[test]
fn a_wait_for_what_the_coroutine_sets_is_a_wait_for_the_task() {
    let said = stops(&sites_of("shop/closing.py", "Reconnecting.start")[0]).join("; ");
    let wanted = "`Reconnecting.close` then waits for what its coroutine sets at the end";
    assert_eq!(said, format!("`Reconnecting.close` cancels it; {wanted}"));
}

/// What the program with these lines says of what stops the task of `jobs.py`.
fn stop_beside(program: &str) -> String {
    stop_of("asyncio.create_task(work())", program)
}

/// The same where `jobs.py` makes its task in this way.
fn stop_of(made: &str, program: &str) -> String {
    let jobs = format!(
        "import asyncio\n\n\nclass Jobs:\n    def start(self, work, loop) -> None:\n        self._task = {made}\n"
    );
    let sweep = "import asyncio\n\n\ndef end_all(loop) -> None:\n    \
        for task in asyncio.all_tasks(loop):\n        task.cancel()\n";
    let files = [("jobs.py", jobs.as_str()), ("sweep.py", sweep), ("app.py", program)];
    let files = files.map(|(name, text)| (name.into(), text.as_bytes().to_vec()));
    let world = World::project(&Tree::from(files));
    let report = program_in(&world.path(""), "", &["audit", "--format", "json"]).json();
    let mut sites = report["sites"].as_array().unwrap().iter();
    let site = sites.find(|s| s["path"] == "jobs.py").unwrap();
    site["audit"]["stop"].as_str().unwrap().to_owned()
}

#[test]
fn what_cancels_all_tasks_as_the_program_ends_may_stop_each() {
    let at_end = "import asyncio\n\nimport sweep\n\nsweep.end_all(asyncio.new_event_loop())\n";
    assert_eq!(stop_beside(at_end), "unknown");
    assert_eq!(stop_beside("print()\n"), "nothing");
}

#[test]
fn an_object_that_cancels_all_tasks_as_it_closes_may_stop_each() {
    let closing = "import asyncio\nfrom threading import Thread\n\n\nclass Loop:\n    def __init__(self) -> None:\n        \
        self.loop = asyncio.new_event_loop()\n\n    def run(self) -> None:\n        try:\n            \
        self.loop.run_forever()\n        finally:\n            self.close()\n\n    def close(self) -> None:\n        \
        for task in asyncio.all_tasks(self.loop):\n            task.cancel()\n\n\ndef run(loop: Loop) -> None:\n    \
        Thread(target=loop.run).start()\n";
    assert_eq!(stop_beside(closing), "unknown");
    let by_name = closing.replace(
        "            task.cancel()",
        "            if task.get_name() == \"server\":\n                task.cancel()",
    );
    assert_eq!(stop_beside(&by_name), "nothing");
}

#[test]
fn who_has_a_loop_may_cancel_all_its_tasks() {
    let running = "import asyncio\nfrom threading import Thread\n\nimport sweep\n\n\nclass Loop:\n    def start(self) -> None:\n        \
        Thread(target=self.run).start()\n\n    def run(self) -> None:\n        self._loop.run_forever()\n        self._end()\n\n    \
        def _end(self) -> None:\n        sweep.end_all(self._loop)\n";
    assert_eq!(stop_of("loop.create_task(work())", running), "unknown");
    assert_eq!(stop_of("asyncio.get_running_loop().create_task(work())", running), "nothing");
    assert_eq!(stop_of("asyncio.create_task(work())", running), "nothing");
}

#[test]
fn what_cancels_all_tasks_of_the_loop_that_a_function_has_run_may_stop_each() {
    let running = "import asyncio\n\nimport sweep\n\n\nclass Client:\n    def run(self) -> None:\n        \
        loop = asyncio.new_event_loop()\n        try:\n            loop.run_forever()\n        finally:\n            _close(loop)\n\n\n\
        def _close(loop) -> None:\n    sweep.end_all(loop)\n    loop.close()\n";
    assert_eq!(stop_beside(running), "unknown");
    // The cancellation comes before the loop runs.
    let before = running.replace("        try:", "        _close(loop)\n        try:");
    let before =
        before.replace("finally:\n            _close(loop)", "finally:\n            print()");
    assert_eq!(stop_beside(&before), "nothing");
    // What `asyncio.run` does, too.
    let given = running.replace("run(self)", "run(self, main)");
    let given = given.replace("run_forever()", "run_until_complete(main)");
    assert_eq!(stop_beside(&given), "nothing");
}
