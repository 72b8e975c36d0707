//! The language server, driven as an editor drives it: over the standard streams of the program.

use std::io::BufReader;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use lsp_server::{Message, Notification, Request};
use lsp_types::Url;
use serde_json::{Value, json};

use crate::support::world::{DROPPED, PROGRAM, World};

/// A client that waits for each answer.
struct Editor<'w> {
    world: &'w World,
    server: Child,
    input: Option<ChildStdin>,
    output: BufReader<ChildStdout>,
    requests: i32,
}

impl<'w> Editor<'w> {
    /// Starts the server; `text_document` and `workspace` are what the client can do.
    fn start(world: &'w World, text_document: Value, workspace: Value) -> Self {
        let mut command = Command::new(PROGRAM);
        command.arg("lsp").current_dir(world.path("")).stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut server = command.spawn().unwrap();
        let output = BufReader::new(server.stdout.take().unwrap());
        let input = server.stdin.take();
        let mut editor = Self { world, server, input, output, requests: 0 };
        let capabilities = json!({ "textDocument": text_document, "workspace": workspace });
        let answer = editor.request("initialize", json!({ "capabilities": capabilities }));
        assert_eq!(answer["capabilities"]["textDocumentSync"]["change"], 2);
        editor.notify("initialized", json!({}));
        editor
    }

    fn plain(world: &'w World) -> Self {
        Self::start(world, json!({}), json!({}))
    }

    fn send(&mut self, message: impl Into<Message>) {
        message.into().write(self.input.as_mut().unwrap()).unwrap();
    }

    fn receive(&mut self) -> Message {
        Message::read(&mut self.output).unwrap().expect("the server has ended")
    }

    fn notify(&mut self, method: &str, params: Value) {
        self.send(Notification::new(method.to_owned(), params));
    }

    /// The answer to a request, or its error.
    fn ask(&mut self, method: &str, params: Value) -> Result<Value, Value> {
        self.requests += 1;
        let id = self.requests;
        self.send(Request::new(id.into(), method.to_owned(), params));
        loop {
            if let Message::Response(response) = self.receive() {
                assert_eq!(response.id, id.into());
                return response.response_result.map_err(|error| json!(error));
            }
        }
    }

    fn request(&mut self, method: &str, params: Value) -> Value {
        self.ask(method, params).unwrap()
    }

    fn url(&self, name: &str) -> Url {
        Url::from_file_path(self.world.path(name)).unwrap()
    }

    fn open(&mut self, name: &str, text: &str) -> Value {
        let item =
            json!({ "uri": self.url(name), "languageId": "python", "version": 1, "text": text });
        self.notify("textDocument/didOpen", json!({ "textDocument": item }));
        self.diagnostics(name)
    }

    fn change(&mut self, name: &str, version: i32, changes: Value) -> Value {
        let document = json!({ "uri": self.url(name), "version": version });
        let params = json!({ "textDocument": document, "contentChanges": changes });
        self.notify("textDocument/didChange", params);
        self.diagnostics(name)
    }

    /// The next diagnostics of a file.
    fn diagnostics(&mut self, name: &str) -> Value {
        let url = json!(self.url(name));
        loop {
            if let Message::Notification(Notification { method, params }) = self.receive()
                && method == "textDocument/publishDiagnostics"
                && params["uri"] == url
            {
                return params["diagnostics"].clone();
            }
        }
    }

    fn actions(&mut self, name: &str, line: u32, only: Option<&str>) -> Vec<Value> {
        let place = json!({ "line": line, "character": 6 });
        let mut context = json!({ "diagnostics": [] });
        if let Some(kind) = only {
            context["only"] = json!([kind]);
        }
        let params = json!({
            "textDocument": { "uri": self.url(name) },
            "range": { "start": place, "end": place },
            "context": context,
        });
        self.request("textDocument/codeAction", params).as_array().unwrap().clone()
    }

    /// The text after an edit of `changes`.
    fn edited(&self, name: &str, text: &str, edit: &Value) -> String {
        let edits = edit["changes"][self.url(name).as_str()].as_array().unwrap();
        let mut lines: Vec<String> = text.split_inclusive('\n').map(str::to_owned).collect();
        lines.push(String::new());
        for edit in edits.iter().rev() {
            let at = |end: &str| {
                let position = &edit["range"][end];
                let number =
                    |name: &str| usize::try_from(position[name].as_u64().unwrap()).unwrap();
                (number("line"), number("character"))
            };
            let ((first, from), (last, to)) = (at("start"), at("end"));
            // The columns of these edits are at ends of lines of ASCII.
            let new =
                [&lines[first][..from], edit["newText"].as_str().unwrap(), &lines[last][to..]];
            let new = new.concat();
            lines.splice(first..=last, [new]);
        }
        lines.concat()
    }

    fn stop(mut self) {
        assert_eq!(self.request("shutdown", Value::Null), Value::Null);
        self.notify("exit", Value::Null);
        drop(self.input.take());
        assert!(self.server.wait().unwrap().success());
    }
}

fn titles(actions: &[Value]) -> Vec<&str> {
    actions.iter().map(|action| action["title"].as_str().unwrap()).collect()
}

fn lines(diagnostics: &Value) -> Vec<u64> {
    let each = diagnostics.as_array().unwrap().iter();
    each.map(|d| d["range"]["start"]["line"].as_u64().unwrap()).collect()
}

#[test]
fn findings_follow_the_text_as_it_is_typed() {
    // On disk there is nothing to find.
    let world = World::with(&[("pyproject.toml", ""), ("m.py", "")]);
    let mut editor = Editor::plain(&world);
    let found = editor.open("m.py", &DROPPED.replace("    async", "    '😀é'; async"));
    let range =
        json!({ "start": { "line": 4, "character": 11 }, "end": { "line": 4, "character": 38 } });
    assert_eq!(found[0]["range"], range, "{found}");
    assert_eq!(found[0]["code"], "UND001");
    assert_eq!(found[0]["source"], "undangle");
    let at = |line: u32, from: u32, to: u32, text: &str| {
        let place = |character: u32| json!({ "line": line, "character": character });
        json!({ "range": { "start": place(from), "end": place(to) }, "text": text })
    };
    let found = editor.change("m.py", 2, json!([at(4, 5, 8, ""), at(2, 0, 0, "\n\n")]));
    assert_eq!(found[0]["range"]["start"], json!({ "line": 6, "character": 8 }), "{found}");
    let found = editor.change("m.py", 3, json!([at(6, 8, 8, "return ")]));
    assert_eq!(found, json!([]));
    editor.stop();
}

#[test]
fn actions_keep_ignore_and_fix_all() {
    let twice = DROPPED.to_owned() + "    asyncio.create_task(main())\n";
    let world = World::with(&[("pyproject.toml", ""), ("m.py", &twice)]);
    let mut editor = Editor::plain(&world);
    assert_eq!(lines(&editor.open("m.py", &twice)), [4, 5]);
    let actions = editor.actions("m.py", 5, None);
    let expected =
        ["Keep this task", "Ignore here (`# undangle: ignore[UND001]`)", "Fix all in this file"];
    assert_eq!(titles(&actions), expected);
    assert_eq!(actions[0]["isPreferred"], true);
    let kept = editor.edited("m.py", &twice, &actions[0]["edit"]);
    assert!(kept.contains("    asyncio.create_task(main())\n    task = asyncio"), "{kept}");
    let ignored = editor.edited("m.py", &twice, &actions[1]["edit"]);
    assert_eq!(ignored, twice.trim_end().to_owned() + "  # undangle: ignore[UND001]\n");
    let all = editor.edited("m.py", &twice, &actions[2]["edit"]);
    for kind in ["source.fixAll", "source.fixAll.undangle"] {
        let actions = editor.actions("m.py", 0, Some(kind));
        assert_eq!(titles(&actions), ["Fix all in this file"]);
        assert_eq!(editor.edited("m.py", &twice, &actions[0]["edit"]), all);
    }
    assert_eq!(editor.actions("m.py", 0, Some("source.organizeImports")), Vec::<Value>::new());
    for (version, text) in [(2, &kept), (3, &ignored)] {
        let found = editor.change("m.py", version, json!([{ "text": text }]));
        assert_eq!(found.as_array().unwrap().len(), 1, "{text}");
    }
    assert_eq!(editor.change("m.py", 4, json!([{ "text": all }])), json!([]));
    editor.stop();
    assert_eq!(world.run(&["fix", "-q"]).status, 0);
    assert_eq!(world.text("m.py"), all);
}

#[test]
fn an_action_is_resolved_when_it_is_chosen() {
    let world = World::with(&[("pyproject.toml", ""), ("m.py", DROPPED)]);
    let resolve = json!({ "codeAction": { "resolveSupport": { "properties": ["edit"] } } });
    let versions = json!({ "workspaceEdit": { "documentChanges": true } });
    let mut editor = Editor::start(&world, resolve, versions);
    editor.open("m.py", DROPPED);
    let actions = editor.actions("m.py", 4, Some("quickfix"));
    assert_eq!(actions[0]["edit"], Value::Null);
    let action = editor.request("codeAction/resolve", actions[0].clone());
    let edit = &action["edit"]["documentChanges"][0];
    assert_eq!(edit["textDocument"]["version"], 1);
    assert!(edit["edits"][0]["newText"].as_str().unwrap().contains("_background_tasks"));
    editor.change("m.py", 2, json!([{ "text": "" }]));
    let error = editor.ask("codeAction/resolve", actions[0].clone()).unwrap_err();
    assert_eq!(error["message"], "the file has changed since");
    editor.stop();
}

#[test]
fn open_texts_are_the_project() {
    let spawn = "import asyncio\n\n\ndef spawn(x):\n    return asyncio.create_task(x)\n";
    let user = "from bg import spawn\n\n\nasync def f():\n    spawn(f())\n";
    let world = World::with(&[("setup.cfg", ""), ("bg.py", spawn), ("use.py", user)]);
    let mut editor = Editor::plain(&world);
    assert_eq!(lines(&editor.open("use.py", user)), [4]);
    // The fix belongs in a file that is not open.
    let actions = editor.actions("use.py", 4, Some("quickfix"));
    assert_eq!(titles(&actions)[0], "Keep this task (unsafe fix)");
    let fixed = editor.edited("bg.py", spawn, &actions[0]["edit"]);
    assert!(fixed.contains("    _background_tasks.add(task)\n"), "{fixed}");
    editor.open("bg.py", &fixed);
    assert_eq!(editor.diagnostics("use.py"), json!([]));
    let close = json!({ "textDocument": { "uri": editor.url("bg.py") } });
    editor.notify("textDocument/didClose", close);
    assert_eq!(lines(&editor.diagnostics("use.py")), [4]);
    // A file that is not there yet.
    assert_eq!(lines(&editor.open("new.py", DROPPED)), [4]);
    assert_eq!(titles(&editor.actions("new.py", 4, Some("quickfix")))[0], "Keep this task");
    editor.stop();
}

#[test]
fn the_page_of_the_rule_is_shown_with_the_reason() {
    let code = DROPPED.replace("    asyncio", "    unread = asyncio");
    let world = World::with(&[("pyproject.toml", ""), ("m.py", &code)]);
    let mut editor = Editor::plain(&world);
    editor.open("m.py", &code);
    let place = |line: u32| json!({ "line": line, "character": 15 });
    let params = |editor: &Editor<'_>, line: u32| json!({ "textDocument": { "uri": editor.url("m.py") }, "position": place(line) });
    let hover = editor.request("textDocument/hover", params(&editor, 4));
    let text = hover["contents"]["value"].as_str().unwrap();
    assert!(text.contains("assigned to `unread`") && text.contains("Safe fix"), "{text}");
    assert!(text.contains("# UND002"), "{text}");
    assert_eq!(editor.request("textDocument/hover", params(&editor, 3)), Value::Null);
    editor.stop();
}

#[test]
fn an_invalid_configuration_is_told() {
    let world = World::with(&[("undangle.toml", "stile = 1\n"), ("m.py", DROPPED)]);
    let mut editor = Editor::plain(&world);
    let item =
        json!({ "uri": editor.url("m.py"), "languageId": "python", "version": 1, "text": "" });
    editor.notify("textDocument/didOpen", json!({ "textDocument": item }));
    let Message::Notification(told) = editor.receive() else { panic!("nothing is told") };
    assert_eq!(told.method, "window/showMessage");
    assert!(told.params["message"].as_str().unwrap().contains("stile"), "{told:?}");
    editor.stop();
}
