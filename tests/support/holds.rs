//! What has to hold of any bytes whatever: `check` breaks nothing, and a fix is an edit of the sites alone, legal, told truly
//! by its diff, and never needed twice. A breach is a panic. It reads and writes no disk.

#![allow(clippy::unwrap_used, dead_code, unreachable_pub)] // Test code; each test program uses its own part of it.

use std::collections::BTreeSet;
use std::ops::Range;
use std::path::{Path, PathBuf};

use undangle::fix::Outcome;
use undangle::output::{
    Counts, DocumentKind, PatchStyle, audit_lines, concise, diff, faults, human, json, table,
};
use undangle::python::{Field, Kind, Model, NodeId, check_layout};
use undangle::run::{FileReport, Input, Job, Progress, Report, excluder, run, targets};
use undangle::settings::{FileSettings, FixSettings, Settings, Style, TrackerChoice};
use undangle::tasks::{ProjectIndex, classify};
use undangle::text::SourceFile;

/// A folder that is not there, so that nothing outside of the text has a say.
const NOWHERE: &str = "/nowhere/at/all";

/// How one text is read; the same text is always read in the same way.
pub struct Way {
    settings: Settings,
    file: FileSettings,
}

impl Way {
    /// One of the combinations that a user can ask for, told by the text itself.
    pub fn of(bytes: &[u8]) -> Self {
        let hash = bytes.iter().fold(14_695_981_039_346_656_037_u64, |hash, byte| {
            (hash ^ u64::from(*byte)).wrapping_mul(1_099_511_628_211)
        });
        let bit = |n: u32| hash >> (40 + n) & 1 == 1;
        let tracker = match hash >> 50 & 7 {
            0 => TrackerChoice::Module,
            1 => TrackerChoice::Reuse,
            _ => TrackerChoice::Auto,
        };
        let fix = FixSettings {
            style: if bit(0) { Style::Helper } else { Style::Lines },
            tracker,
            unsafe_fixes: bit(1) || bit(2),
            suppressed: bit(3),
            drain: bit(8),
            log_exceptions: bit(9),
            preview_only: false,
        };
        let file = FileSettings {
            line_length: bit(4).then_some(if bit(5) { 40 } else { 88 }),
            target_version: bit(6).then_some(if bit(7) { (3, 7) } else { (3, 12) }),
            ..FileSettings::default()
        };
        Self { settings: Settings { fix, ..Settings::default() }, file }
    }

    /// Every combination of what a user can ask of a fix.
    pub fn each() -> Vec<Self> {
        let mut ways = Vec::new();
        for style in [Style::Lines, Style::Helper] {
            for tracker in [TrackerChoice::Auto, TrackerChoice::Module, TrackerChoice::Reuse] {
                for (unsafe_fixes, suppressed) in [(false, false), (true, false), (true, true)] {
                    let tracker = tracker.clone();
                    let fix = FixSettings {
                        style,
                        tracker,
                        unsafe_fixes,
                        suppressed,
                        ..FixSettings::default()
                    };
                    let settings = Settings { fix, ..Settings::default() };
                    ways.push(Self { settings, file: FileSettings::default() });
                }
            }
        }
        for tracker in [TrackerChoice::Auto, TrackerChoice::Reuse] {
            let fix = FixSettings {
                tracker,
                unsafe_fixes: true,
                drain: true,
                log_exceptions: true,
                ..FixSettings::default()
            };
            let settings = Settings { fix, ..Settings::default() };
            ways.push(Self { settings, file: FileSettings::default() });
        }
        ways
    }

    /// The text after its fix, where there is one.
    pub fn patched(&self, bytes: &[u8]) -> Option<Vec<u8>> {
        self.report(bytes, false).files.into_iter().next()?.patch
    }

    fn report(&self, bytes: &[u8], every_site: bool) -> Report {
        let nowhere = Path::new(NOWHERE);
        let input = Input::Stdin { name: Some(PathBuf::from("app.py")), bytes: bytes.to_vec() };
        let (targets, troubles) = targets(vec![input], nowhere);
        assert!(troubles.is_empty(), "{troubles:?}");
        let mut settings = self.settings.clone();
        settings.rules.audit = every_site;
        run(&Job {
            target: &targets[0],
            settings: &settings,
            file_settings: &|_| self.file.clone(),
            exclude: &excluder(nowhere, &BTreeSet::new()).unwrap(),
            tests: None,
            every_site,
            heeds_ignores: true,
            threads: 1,
            progress: &Progress::default(),
        })
    }
}

/// `check` and `audit` of any bytes: no panic, every place in the text, and nothing in what is shown that a terminal obeys.
pub fn check_holds(bytes: &[u8], way: &Way) {
    let report = way.report(bytes, true);
    no_bug(&report);
    for file in &report.files {
        file.entries.iter().for_each(|e| place_holds(file, &e.span.bytes));
    }
    let mut told = Vec::new();
    faults(&report.faults, false, &mut told).unwrap();
    shown_holds(&String::from_utf8(told).unwrap(), true);
    shown_holds(&human(&report), true);
    for text in [concise(&report), table(&report), audit_lines(&report)] {
        shown_holds(&text, false);
    }
    for view in [DocumentKind::Check, DocumentKind::Audit, DocumentKind::Fix] {
        let text = json(&report, view);
        serde_json::from_str::<serde_json::Value>(&text).unwrap();
        shown_holds(&text, false);
    }
}

/// check, fix and check of any bytes.
pub fn fix_holds(bytes: &[u8], way: &Way) {
    let report = way.report(bytes, false);
    no_bug(&report);
    let Some(file) = report.files.first() else { return };
    let Some(new) = &file.patch else {
        assert_eq!(Counts::of(&report).patched, 0, "a fix is told, and there is no patch");
        return;
    };
    assert_ne!(bytes, new, "a patch that changes nothing");
    let now = legal(new);
    let patch = diff(&report, Path::new(NOWHERE), PatchStyle::Raw);
    assert_eq!(applied(bytes, &patch), *new, "the diff is not the fix:\n{}", lossy(&patch));
    untouched_stays(file, new);
    let again = way.report(new, false);
    no_bug(&again);
    let twice = again.files.first().and_then(|f| f.patch.as_deref());
    assert!(twice.is_none(), "fixed twice:\n{}\n----\n{}", lossy(new), lossy(twice.unwrap()));
    ledger_holds(file, &now, &again);
}

fn no_bug(report: &Report) {
    let bug = report.faults.iter().find(|f| f.message.contains("which is a bug"));
    assert!(bug.is_none(), "{bug:?}");
}

fn place_holds(file: &FileReport, place: &Range<usize>) {
    let text = file.source.code();
    let inside = place.start < place.end && text.get(place.clone()).is_some();
    assert!(inside, "{place:?} is no piece of the text");
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

/// The new text is one that the parser and CPython's tokenizer take.
fn legal(new: &[u8]) -> Model {
    let source = SourceFile::new("app.py", new.to_vec()).unwrap();
    let model = Model::new(source, "app");
    assert_eq!(model.tree.error(), None, "a syntax error in\n{}", lossy(new));
    if let Err(error) = check_layout(&model.source, &model.tree) {
        panic!("line {}: {} in\n{}", error.line, error.message, lossy(new));
    }
    model
}

/// Every line that is not of a statement with a site, an import, the `yield` that a shutdown is put around or the end of the
/// file stays as it was, in its order.
fn untouched_stays(file: &FileReport, new: &[u8]) {
    let old = file.source.bytes();
    let model = Model::new(SourceFile::new("app.py", old.to_vec()).unwrap(), "app");
    let project = ProjectIndex::gather(std::slice::from_ref(&model));
    let mut free: BTreeSet<usize> = BTreeSet::new();
    let mut add = |node: NodeId, end: usize| {
        // A continued line is one with those above it.
        let mut start = model.tree.start(node);
        while let Some(at) = old[..start].iter().rposition(|b| *b == b'\n') {
            if !old[..at].trim_ascii_end().ends_with(b"\\") {
                break;
            }
            start = at;
        }
        let from = old[..start].iter().filter(|b| **b == b'\n').count();
        let to = old[..end].iter().filter(|b| **b == b'\n').count();
        free.extend(from..=to);
    };
    // A wrapper's own site has no finding; its callers have.
    let sites: BTreeSet<NodeId> = classify(&model, &project).iter().map(|j| j.site.node).collect();
    let ends: Vec<&String> =
        file.shutdowns.iter().filter_map(|s| s.called_by.as_ref().ok()).collect();
    let is_end = |node: NodeId| {
        let name = model.function_of(node).and_then(|f| model.child(f, Field::Name));
        name.is_some_and(|n| ends.iter().any(|e| e.as_str() == model.text(n)))
    };
    for node in model.tree.ids() {
        let range = model.tree.range(node);
        if matches!(model.kind(node), Kind::ImportStatement | Kind::ImportFromStatement) {
            add(node, range.end);
        } else if model.kind(node) == Kind::Yield && is_end(node) {
            add(model.statement_of(node), range.end);
        } else if sites.contains(&node) {
            let statement = model.statement_of(node);
            // Of a compound statement the head alone is the site's.
            let head = model.tree.children(statement).find(|c| model.kind(*c) == Kind::Block);
            let end = head.map(|b| model.tree.start(b)).filter(|start| *start > range.start);
            add(statement, end.unwrap_or(model.tree.end(statement)));
        }
    }
    // A BOM stays at the beginning, whatever becomes the first line.
    let lines = |text| {
        let text = <[u8]>::strip_prefix(text, b"\xef\xbb\xbf").unwrap_or(text);
        text.split_inclusive(|b| *b == b'\n')
    };
    // A line that goes on in the next one is part of it, and a comment that opted out may go.
    let goes_on = |l: &[u8]| l.ends_with(b"\\\n") || l.ends_with(b"\\\r\n");
    let opts_out = |l: &[u8]| lossy(l).trim_start().starts_with("# undangle:");
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
fn ledger_holds(file: &FileReport, now: &Model, again: &Report) {
    let open = |f: &FileReport| f.entries.iter().filter(|e| e.found.is_some()).count();
    let fixed = |e: &&undangle::run::Entry| {
        let outcome = e.found.as_ref().map(|f| &f.outcome);
        matches!(outcome, Some(Outcome::Fix { applied: true, .. }))
    };
    let left = open(file) - file.entries.iter().filter(fixed).count();
    let found = again.files.first().map_or(0, open);
    // Callers of a wrapper may be served by a fix that was not promised to them.
    assert!(found <= left, "{found} findings, not {left}, in\n{}", lossy(now.source.bytes()));
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
