//! Generated Python: programs with sites in many shapes, in every layout that a file can have. It runs nothing.

use proptest::prelude::*;
use proptest::sample::select;

/// One generated file.
#[derive(Debug, Clone)]
pub struct Program {
    layout: Layout,
    header: Vec<&'static str>,
    definitions: Vec<Definition>,
}

/// How the bytes of a file lie, whatever it says.
#[derive(Debug, Clone)]
struct Layout {
    bom: bool,
    newline: &'static str,
    indent: &'static str,
    ends_with_newline: bool,
}

#[derive(Debug, Clone)]
enum Definition {
    Function(&'static str, Vec<Statement>),
    Method(&'static str, Vec<Statement>),
}

#[derive(Debug, Clone)]
enum Statement {
    Plain,
    Site(Site),
    /// `if flag: <site>`
    OneLine(&'static str, Site),
    /// Headers, each with a suite of its own.
    Compound(Vec<(&'static str, Vec<Statement>)>),
}

#[derive(Debug, Clone)]
struct Site {
    shape: &'static str,
    call: &'static str,
    comment: &'static str,
}

/// `@` stands for the call, `#` for a number of its own.
const SHAPES: &[&str] = &[
    "@",
    "@",
    "@",
    "@.add_done_callback(done)",
    "@.set_name('#')",
    "_ = @",
    "v# = @",
    "v#: object = @",
    "@ if flag else None",
    "flag and @",
    "flag or @",
    "[@ for _ in range(3)]",
    "print(@)",
    "(\n    @\n)",
    "x# = 1; @",
    "@; x# = 2",
    "loop.call_soon(lambda: @)",
    "assert @",
    "held.append(@)",
    "keep(@)",
    "if @: x# = 3",
    "print(flag, @, done())",
];

const CALLS: &[&str] = &[
    "asyncio.create_task(work(#))",
    "asyncio.create_task(work(#))",
    "asyncio.create_task(work(#), name='wörk #')",
    "asyncio.create_task(\n    work(#),  # the #th\n    name='#',\n)",
    "asyncio.create_task(work('a string', 'that is long enough', 'for a line', 'to be full', #))",
    "asyncio.ensure_future(work(#))",
    "asyncio.get_running_loop().create_task(work(#))",
    "loop.create_task(work(#))",
    "asyncio.run_coroutine_threadsafe(work(#), loop)",
    "asyncio.gather(work(#), work(0))",
    "asyncio.shield(work(#))",
    "asyncio . create_task( work( # ) )",
];

const COMMENTS: &[&str] =
    &["", "", "", "  # é #", "# close", "  # noqa: E501", "  # noqa: RUF006", "  # type: ignore"];

const HEADERS: &[&[&str]] = &[
    &["import asyncio"],
    &["'''A page.'''", "", "import asyncio", "import os"],
    &["#!/usr/bin/env python3", "# -*- coding: utf-8 -*-", "import os, asyncio"],
    &["'''A page.'''", "from __future__ import annotations", "import asyncio"],
    &["try:", "    import asyncio", "finally:", "    pass"],
    &["import asyncio; import os"],
    &["# only this", "", "", "import asyncio  # the loop", "held = []"],
];

/// Any program.
pub fn program() -> impl Strategy<Value = Program> {
    let definitions = prop::collection::vec(definition(), 1..4);
    let header = select(HEADERS).prop_map(<[_]>::to_vec);
    (layout(), header, definitions).prop_map(|(layout, header, definitions)| Program {
        layout,
        header,
        definitions,
    })
}

fn layout() -> impl Strategy<Value = Layout> {
    let newline = prop_oneof![4 => Just("\n"), 2 => Just("\r\n"), 1 => Just("\r")];
    let indent = select(&["    ", "  ", "\t"][..]);
    (prop::bool::weighted(0.2), newline, indent, prop::bool::weighted(0.8)).prop_map(
        |(bom, newline, indent, ends_with_newline)| Layout {
            bom,
            newline,
            indent,
            ends_with_newline,
        },
    )
}

fn definition() -> impl Strategy<Value = Definition> {
    let head = select(&["async def", "def"][..]);
    let body = || prop::collection::vec(statement(), 1..5);
    prop_oneof![
        3 => (head.clone(), body()).prop_map(|(head, body)| Definition::Function(head, body)),
        1 => (head, body()).prop_map(|(head, body)| Definition::Method(head, body)),
    ]
}

fn site() -> impl Strategy<Value = Site> {
    (select(SHAPES), select(CALLS), select(COMMENTS)).prop_map(|(shape, call, comment)| Site {
        shape,
        call,
        comment,
    })
}

fn statement() -> impl Strategy<Value = Statement> {
    let on_one_line = select(&["if flag: ", "for _ in range(3): ", "while flag: "][..]);
    let headers: &[&[&str]] = &[
        &["if flag:"],
        &["if flag:", "elif done:", "else:"],
        &["for item in range(3):"],
        &["while flag:", "else:"],
        &["try:", "except ValueError:", "finally:"],
        &["with open('x') as file:"],
        &["def inner():"],
    ];
    let leaf = prop_oneof![
        2 => Just(Statement::Plain),
        4 => site().prop_map(Statement::Site),
        1 => (on_one_line, site()).prop_map(|(head, site)| Statement::OneLine(head, site)),
    ];
    leaf.prop_recursive(3, 12, 3, move |inner| {
        let suites = prop::collection::vec(prop::collection::vec(inner, 1..3), 3);
        (select(headers), suites).prop_map(|(headers, suites)| {
            Statement::Compound(headers.iter().copied().zip(suites).collect())
        })
    })
}

impl Program {
    /// The bytes of the file. A line that no fix may touch holds the word `plain` and a number of its own.
    pub fn bytes(&self) -> Vec<u8> {
        let mut text = Text { lines: Vec::new(), unit: self.layout.indent, count: 0 };
        for line in &self.header {
            text.raw(&line.replace("    ", self.layout.indent));
        }
        text.raw("");
        for definition in &self.definitions {
            text.raw("");
            text.definition(definition);
        }
        let mut code = text.lines.join(self.layout.newline);
        if self.layout.ends_with_newline {
            code.push_str(self.layout.newline);
        }
        let bom = if self.layout.bom { "\u{feff}" } else { "" };
        format!("{bom}{code}").into_bytes()
    }

    /// The line end that every line of it has.
    pub fn newline(&self) -> &'static str {
        self.layout.newline
    }
}

struct Text {
    lines: Vec<String>,
    unit: &'static str,
    count: usize,
}

impl Text {
    fn raw(&mut self, line: &str) {
        self.lines.push(line.to_owned());
    }

    /// A line, or several; `#` becomes a number that no other line has.
    fn line(&mut self, depth: usize, text: &str) {
        self.count += 1;
        let text = text.replace('#', &self.count.to_string()).replace('\u{1}', "#");
        for line in text.split('\n') {
            let steps = line.len() - line.trim_start_matches(' ').len();
            let indent = self.unit.repeat(depth + steps / 4);
            self.lines.push(format!("{indent}{}", line.trim_start_matches(' ')));
        }
    }

    fn definition(&mut self, definition: &Definition) {
        let (depth, head, body) = match definition {
            Definition::Function(head, body) => (0, head, body),
            Definition::Method(head, body) => {
                self.line(0, "class Some#:");
                (1, head, body)
            }
        };
        self.line(depth, &format!("{head} f#(flag, loop, done, held, keep):"));
        self.suite(depth + 1, body);
    }

    fn suite(&mut self, depth: usize, body: &[Statement]) {
        for statement in body {
            match statement {
                Statement::Plain => self.line(depth, "plain# = '# é'  \u{1} plain"),
                Statement::Site(site) => self.site(depth, "", site),
                Statement::OneLine(head, site) if site.shape.starts_with("if") => {
                    self.line(depth, &format!("{head}plain# = #"));
                }
                Statement::OneLine(head, site) => self.site(depth, head, site),
                Statement::Compound(suites) => {
                    for (head, body) in suites {
                        self.line(depth, head);
                        self.suite(depth + 1, body);
                    }
                }
            }
        }
    }

    fn site(&mut self, depth: usize, head: &str, site: &Site) {
        let call = site.call.replace("  # the", "  \u{1} the");
        let comment = site.comment.replacen('#', "\u{1}", 1);
        self.line(depth, &format!("{head}{}{comment}", site.shape.replace('@', &call)));
    }
}
