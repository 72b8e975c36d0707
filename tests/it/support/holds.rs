//! What has to hold of any bytes whatever: `check` breaks nothing, and a fix is an edit of the sites alone, legal, told truly
//! by its diff, and never needed twice. A project_finding is a panic. It reads and writes no disk.

#![allow(clippy::unwrap_used, dead_code, unreachable_pub)] // Test code, also of the fuzz targets.

use std::ops::Range;

use super::library::{Ask, Command, Run, Site, free_lines, legal, run_text};

/// How one text is read; the same text is always read in the same way.
pub struct Way(Ask);

impl Way {
    /// One of the combinations that a user can ask for, told by the text itself.
    pub fn of(bytes: &[u8]) -> Self {
        let hash = bytes.iter().fold(14_695_981_039_346_656_037_u64, |hash, byte| {
            (hash ^ u64::from(*byte)).wrapping_mul(1_099_511_628_211)
        });
        let bit = |n: u32| hash >> (40 + n) & 1 == 1;
        let tracker = match hash >> 50 & 7 {
            0 => "module",
            1 => "reuse",
            _ => "auto",
        };
        Self(Ask {
            style: bit(0).then(|| "helper".to_owned()),
            tracker: Some(tracker.to_owned()),
            unsafe_fixes: bit(1) || bit(2),
            suppressed: bit(3),
            drain: bit(8),
            log_exceptions: bit(9),
            line_length: bit(4).then_some(if bit(5) { 40 } else { 88 }),
            target_version: bit(6).then_some(if bit(7) { (3, 7) } else { (3, 11) }),
            ..Ask::of(Command::Fix)
        })
    }

    /// Every combination of what a user can ask of a fix.
    pub fn each() -> Vec<Self> {
        let of = |tracker: &str| Ask { tracker: Some(tracker.to_owned()), ..Ask::of(Command::Fix) };
        let mut ways = Vec::new();
        for style in ["lines", "helper"] {
            for tracker in ["auto", "module", "reuse"] {
                for (unsafe_fixes, suppressed) in [(false, false), (true, false), (true, true)] {
                    let style = Some(style.to_owned());
                    ways.push(Self(Ask { style, unsafe_fixes, suppressed, ..of(tracker) }));
                }
            }
        }
        for tracker in ["auto", "reuse"] {
            let (unsafe_fixes, drain, log_exceptions) = (true, true, true);
            ways.push(Self(Ask { unsafe_fixes, drain, log_exceptions, ..of(tracker) }));
        }
        ways
    }

    /// The text after its fix, where there is one.
    pub fn patched(&self, bytes: &[u8]) -> Option<Vec<u8>> {
        self.run(bytes).patch().map(<[u8]>::to_vec)
    }

    fn run(&self, bytes: &[u8]) -> Run {
        run_text("app.py", bytes, &self.0)
    }

    fn audit(&self, bytes: &[u8]) -> Run {
        run_text("app.py", bytes, &Ask { command: Command::Audit, ..self.0.clone() })
    }
}

/// `check` and `audit` of any bytes: no panic, every place in the text, and nothing in what is shown that a terminal obeys.
pub fn check_holds(bytes: &[u8], way: &Way) {
    let run = way.audit(bytes);
    no_bug(&run);
    // Reading them holds each place against the text.
    let _ = run.sites();
    run.styled().iter().for_each(|text| shown_holds(text, true));
    run.plain().iter().for_each(|text| shown_holds(text, false));
    for text in run.documents() {
        serde_json::from_str::<serde_json::Value>(&text).unwrap();
        shown_holds(&text, false);
    }
}

/// check, fix and check of any bytes.
pub fn fix_holds(bytes: &[u8], way: &Way) {
    let run = way.run(bytes);
    no_bug(&run);
    let Some(new) = run.patch() else {
        assert_eq!(run.patched(), 0, "a fix is told, and there is no patch");
        return;
    };
    assert_ne!(bytes, new, "a patch that changes nothing");
    if let Err(error) = legal(new) {
        panic!("{error} in\n{}", lossy(new));
    }
    let patch = run.diff();
    assert_eq!(applied(bytes, &patch), *new, "the diff is not the fix:\n{}", lossy(&patch));
    untouched_stays(bytes, &way.audit(bytes).sites(), &run);
    let again = way.run(new);
    no_bug(&again);
    let twice = again.patch();
    assert!(twice.is_none(), "fixed twice:\n{}\n----\n{}", lossy(new), lossy(twice.unwrap()));
    ledger_holds(&run.sites(), &again.sites(), new);
}

fn no_bug(run: &Run) {
    let faults = run.faults();
    let bug = faults.iter().find(|fault| fault.contains("which is a bug"));
    assert!(bug.is_none(), "{bug:?}");
}

/// What may stand on a terminal: no control characters, and no escapes but those that colour (`ESC [ … m`).
fn shown_holds(text: &str, is_styled: bool) {
    let mut rest = text;
    while let Some(at) = rest.find(|c: char| c.is_control() && c != '\n' && c != '\t') {
        let style = rest[at..].strip_prefix("\x1b[").filter(|_| is_styled);
        let end = style.and_then(|s| s.find(|c: char| !c.is_ascii_digit() && c != ';'));
        let is_colour = style.zip(end).is_some_and(|(s, end)| s[end..].starts_with('m'));
        assert!(
            is_colour,
            "a terminal would obey {:?}",
            rest[at..].chars().take(9).collect::<String>()
        );
        rest = &rest[at + 2..];
    }
}

/// Every line that is not of a statement with a site, an import, the `yield` that a shutdown is put around or the end of the
/// file stays as it was, in its order.
fn untouched_stays(old: &[u8], sites: &[Site], run: &Run) {
    let new = run.patch().unwrap_or(old);
    // A wrapper's own site has no finding; its callers have.
    let sites: Vec<Range<usize>> = sites.iter().map(|s| s.bytes.clone()).collect();
    let ends: Vec<String> = run.shutdowns().into_iter().filter_map(|s| s.called_by.ok()).collect();
    let free = free_lines(old, &sites, &ends);
    // A BOM stays at the beginning, whatever becomes the first line.
    let lines = |text| {
        let text = <[u8]>::strip_prefix(text, b"\xef\xbb\xbf").unwrap_or(text);
        text.split_inclusive(|b| *b == b'\n')
    };
    // A line that goes on in the next one is part of it, and a comment that opted out may go.
    let goes_on = |l: &[u8]| l.ends_with(b"\\\n") || l.ends_with(b"\\\r\n");
    let opts_out = |l: &[u8]| {
        ["# undangle:", "noqa: ", "# noinspection ", "# ruff: ignore[", "UND"]
            .iter()
            .any(|word| lossy(l).contains(word))
    };
    let may_go = |i: usize, l: &[u8]| free.contains(&i) || goes_on(l) || opts_out(l);
    let mut rest = lines(new);
    let last = lines(old).count() - 1;
    for (index, line) in lines(old).enumerate().filter(|(i, l)| !may_go(*i, l) && *i < last) {
        assert!(
            rest.any(|l| l == line),
            "line {} was touched, which has no site:\n{}\n----\n{}",
            index + 1,
            lossy(old),
            lossy(new)
        );
    }
}

/// What was said to be fixed is found no more, and nothing new is.
fn ledger_holds(before: &[Site], after: &[Site], new: &[u8]) {
    let is_fixed = |s: &&Site| s.finding.as_ref().is_some_and(|f| f.is_applied());
    let open = |sites: &[Site]| sites.iter().filter(|s| s.finding.is_some()).count();
    let left = open(before) - before.iter().filter(is_fixed).count();
    // Callers of a wrapper may be served by a fix that was not promised to them.
    assert!(open(after) <= left, "{} findings, not {left}, in\n{}", open(after), lossy(new));
}

/// A patch of one file, applied: the lines of its hunks, and between them those of the old text.
fn applied(old: &[u8], patch: &[u8]) -> Vec<u8> {
    let lines: Vec<&[u8]> = old.split_inclusive(|b| *b == b'\n').collect();
    let mut new = Vec::new();
    let mut at = 0;
    let mut taken = true;
    for line in patch.split_inclusive(|b| *b == b'\n').skip_while(|l| !l.starts_with(b"@@ ")) {
        if let Some(head) = line.strip_prefix(b"@@ -") {
            let (start, count) = hunk_place(&lossy(head));
            let start = if count == 0 { start } else { start - 1 };
            new.extend(lines[at..start].concat());
            at = start;
            continue;
        }
        match line[0] {
            // It belongs to the line above, whose LF is not of the file.
            b'\\' if taken => drop(new.pop()),
            b'\\' => {}
            mark => {
                taken = mark != b'-';
                if mark != b'+' {
                    let is_same = lines[at].strip_suffix(b"\n").unwrap_or(lines[at])
                        == line[1..].strip_suffix(b"\n").unwrap_or(&line[1..]);
                    assert!(is_same, "the diff is of another text");
                    at += 1;
                }
                if taken {
                    new.extend(&line[1..]);
                }
            }
        }
    }
    new.extend(lines[at..].concat());
    new
}

/// `12,3 +…` of a hunk's head.
fn hunk_place(head: &str) -> (usize, usize) {
    let range = head.split(' ').next().unwrap();
    let (start, count) = range.split_once(',').unwrap_or((range, "1"));
    (start.parse().unwrap(), count.parse().unwrap())
}

fn lossy(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).replace('\r', "\\r")
}
