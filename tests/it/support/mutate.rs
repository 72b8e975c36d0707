//! Text mixed up by lines: deleted, doubled, moved, indented anew, cut, and sites put in. It knows no syntax and no disk.

#![allow(dead_code, unreachable_pub)] // Test code; each test program uses its own part of it.

/// Numbers that look like chance and come again for the same seed (xorshift, Marsaglia 2003).
pub struct Luck(u64);

impl Luck {
    pub fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    /// A number below `end`; 0 where there is none.
    pub fn below(&mut self, end: usize) -> usize {
        let high = usize::try_from(self.next() >> 33).unwrap_or(0);
        if end == 0 { 0 } else { high % end }
    }

    fn one_of<'a>(&mut self, list: &[&'a str]) -> &'a str {
        list[self.below(list.len())]
    }
}

/// Lines and pieces of lines with sites, and what stands around them.
const PIECES: &[&str] = &[
    "asyncio.create_task(f())",
    "asyncio.ensure_future(f(x), loop=loop)",
    "loop.create_task(f())",
    "asyncio.run_coroutine_threadsafe(f(), loop)",
    "asyncio.gather(f(), g())",
    "x = asyncio.create_task(f(), name='é')",
    "self.t = asyncio.create_task(self.f())",
    "[asyncio.create_task(f(i)) for i in y]",
    "x and asyncio.create_task(f())",
    "asyncio.create_task(f()) if x else None",
    "loop.call_soon(lambda: asyncio.create_task(f()))",
    "loop.call_soon(asyncio.create_task, f())",
    "asyncio.create_task(f()).add_done_callback(g)",
    "asyncio.create_task(\n    f(),  # why\n    name='x',\n)",
    "return asyncio.create_task(f())",
    "if x: asyncio.create_task(f())",
    "x = 1; asyncio.create_task(f()); y = 2",
    "import asyncio",
    "from asyncio import create_task, Task as T",
    "from __future__ import annotations",
    "async def f():",
    "def g(x=asyncio.create_task(f())):",
    "class C:",
    "try:",
    "except OSError:",
    "finally:",
    "else:",
    "match x:",
    "case asyncio.create_task(f()):",
    "global task",
    "_background_tasks = set()",
    "_background_tasks.add(task)",
    "task.add_done_callback(_background_tasks.discard)",
    "    # noqa: RUF006",
    "  # type: ignore",
    "# fmt: off",
    "\\",
    "'''",
    "\"\"\"",
    "f'{asyncio.create_task(f())}'",
    "@asyncio.create_task(f())",
    "del task",
    "task = None",
    "await asyncio.wait([task])",
    "\u{feff}",
    "\x0c",
];

const INDENTS: &[&str] = &["", " ", "    ", "\t", "        ", "    \t", "  "];
const ENDS: &[&str] = &["", "\n", "\r\n", "\r", "\n\n\n", ";"];

/// The text after a few changes.
pub fn mutated(bytes: &[u8], luck: &mut Luck) -> Vec<u8> {
    let mut lines: Vec<Vec<u8>> =
        bytes.split_inclusive(|b| *b == b'\n').map(<[u8]>::to_vec).collect();
    for _ in 0..=luck.below(4) {
        if lines.is_empty() {
            lines.push(b"import asyncio\n".to_vec());
        }
        change(&mut lines, luck);
    }
    lines.concat()
}

fn change(lines: &mut Vec<Vec<u8>>, luck: &mut Luck) {
    let at = luck.below(lines.len());
    // A few lines at a time, so that whole blocks move, too.
    let end = (at + 1 + luck.below(3)).min(lines.len());
    match luck.below(9) {
        0 => drop(lines.drain(at..end)),
        1 => {
            let again = lines[at..end].to_vec();
            lines.splice(at..at, again);
        }
        2 => lines[at..end].iter_mut().for_each(|l| indent(l, luck)),
        3 => {
            let there = luck.below(lines.len());
            lines.swap(at, there);
        }
        4 => {
            let line = &mut lines[at];
            line.truncate(luck.below(line.len()));
        }
        5 => {
            let line = &mut lines[at];
            while line.last().is_some_and(|b| matches!(b, b'\r' | b'\n')) {
                line.pop();
            }
            line.extend(luck.one_of(ENDS).bytes());
        }
        6 => {
            let line = &mut lines[at];
            let place = luck.below(line.len());
            line.splice(place..place, luck.one_of(PIECES).bytes());
        }
        _ => {
            let mut line = format!("{}\n", luck.one_of(PIECES)).into_bytes();
            let above = &lines[at];
            let space = above.iter().take_while(|b| matches!(b, b' ' | b'\t')).count();
            line.splice(0..0, above[..space].to_vec());
            lines.insert(at, line);
        }
    }
}

/// Another indentation: one of the usual ones, or one step more or less than before.
fn indent(line: &mut Vec<u8>, luck: &mut Luck) {
    let space = line.iter().take_while(|b| matches!(b, b' ' | b'\t')).count();
    match luck.below(3) {
        0 => drop(line.splice(..space, luck.one_of(INDENTS).bytes())),
        1 => drop(line.splice(..0, *b"    ")),
        _ => drop(line.drain(..space.min(4))),
    }
}
