//! Updates a file's report after its patch was written, or could not be: outcomes, and spans in the new text. It writes
//! nothing.

use std::collections::BTreeSet;
use std::ops::Range;

use similar::{Algorithm, DiffOp, capture_diff_slices};

use super::report::{Entry, FileReport, Found, Span};
use crate::fix::Outcome;
use crate::text::{Line, SourceFile};

impl FileReport {
    /// The patch was not written: nothing of it is applied.
    pub fn withdraw(&mut self) {
        self.patch = None;
        self.shutdowns.clear();
        let sites = self.entries.iter_mut().filter_map(|e| e.found.as_mut());
        for found in sites.chain(self.notices.iter_mut().map(|n| &mut n.found)) {
            if let Outcome::Fix { applied, .. } = &mut found.outcome {
                *applied = false;
            }
        }
    }

    /// Leaves out the findings that count and are not among those to keep, which are in the order of [`FileReport::open`]. The
    /// patch goes with a finding that it fixes.
    pub fn keep(&mut self, is_kept: &[bool]) {
        let place = |span: &Span, found: &Found| (span.bytes.start, found.rule.code);
        let (mut gone, mut is_patched) = (BTreeSet::new(), false);
        for (item, _) in self.open().into_iter().zip(is_kept).filter(|(_, is_kept)| !**is_kept) {
            gone.insert(place(item.span(), item.found()));
            is_patched |= item.found().is_patched();
        }
        if is_patched {
            self.withdraw();
        }
        let stays =
            |span: &Span, found: &Found| found.suppressed || !gone.contains(&place(span, found));
        self.entries.retain(|e| e.found.as_ref().is_none_or(|found| stays(&e.span, found)));
        self.notices.retain(|n| stays(&n.span, &n.found));
    }

    /// The patch was written, if there is one: the report is of the new text, without what is fixed, here or elsewhere.
    pub fn settle(&mut self) {
        let is_left = |e: &Entry| !e.found.as_ref().is_some_and(|f| f.is_patched());
        self.entries.retain(is_left);
        self.notices.retain(|n| !n.found.is_patched());
        let Some(new) = self.patch.take() else { return };
        let Ok(source) = SourceFile::open(&self.path, new) else { return };
        let shift = Shift::new(self.source.bytes(), source.bytes());
        let spans = self.entries.iter_mut().map(|e| &mut e.span);
        for span in spans.chain(self.notices.iter_mut().map(|n| &mut n.span)) {
            let bytes = shift.moved(&span.bytes);
            let (start, end) = (source.position(bytes.start), source.position(bytes.end));
            *span = Span { bytes, start, end };
        }
        let here = self.notices.iter_mut().flat_map(|n| &mut n.evidence);
        let new_line = |old: Line| {
            let start = self.source.start_of(old)?;
            Some(source.line(shift.moved(&(start..start)).start))
        };
        for witness in here.filter(|w| w.path == self.path) {
            witness.line = new_line(witness.line).unwrap_or(witness.line);
        }
        for entry in &mut self.entries {
            entry.why = with_lines(&entry.why, new_line);
        }
        self.source = source;
    }
}

/// Where a byte of the old text is in the new one; of a line that changed, as near as can be told.
pub fn moved_offset(old: &[u8], new: &[u8], offset: usize) -> usize {
    Shift::new(old, new).moved(&(offset..offset)).start
}

/// Where unchanged lines went.
struct Shift {
    /// Byte ranges of equal lines in the old text, and where they begin in the new one.
    equal: Vec<(Range<usize>, usize)>,
    length: usize,
}

impl Shift {
    fn new(old: &[u8], new: &[u8]) -> Self {
        let lines =
            |text| -> Vec<&[u8]> { <[u8]>::split_inclusive(text, |b| *b == b'\n').collect() };
        let (old, new_lines) = (lines(old), lines(new));
        let (old_starts, new_starts) = (starts(&old), starts(&new_lines));
        let equal = capture_diff_slices(Algorithm::Myers, &old, &new_lines)
            .into_iter()
            .filter_map(|op| match op {
                DiffOp::Equal { old_index, new_index, len } => Some((
                    old_starts[old_index]..old_starts[old_index + len],
                    new_starts[new_index],
                )),
                _ => None,
            })
            .collect();
        Self { equal, length: new.len() }
    }

    /// A range in the new text; one that was in changed lines lands as near as can be told.
    fn moved(&self, range: &Range<usize>) -> Range<usize> {
        let before = self.equal.iter().rfind(|(old, _)| old.start <= range.start);
        let start = before.map_or(range.start, |(old, new)| new + (range.start - old.start));
        let start = start.min(self.length);
        start..(start + range.len()).min(self.length)
    }
}

/// A sentence in which each line that [`Line::in_words`] wrote is the one that `new_line` gives for it. What is quoted in backticks is
/// code, and stays.
fn with_lines(sentence: &str, new_line: impl Fn(Line) -> Option<Line>) -> String {
    let outside_code = |(index, part): (usize, &str)| match index % 2 {
        0 => moved_lines(part, &new_line),
        _ => part.to_owned(),
    };
    sentence.split('`').enumerate().map(outside_code).collect::<Vec<_>>().join("`")
}

fn moved_lines(text: &str, new_line: &impl Fn(Line) -> Option<Line>) -> String {
    let mut moved = String::new();
    let mut rest = text;
    while let Some(at) = rest.find("line ") {
        moved.push_str(&rest[..at]);
        let (words, line) = line_in(&rest[at..]);
        let is_word = !rest[..at].ends_with(char::is_alphanumeric);
        match line.filter(|_| is_word).and_then(new_line) {
            Some(line) => moved.push_str(&line.in_words()),
            None => moved.push_str(words),
        }
        rest = &rest[at + words.len()..];
    }
    moved + rest
}

/// The words at the beginning of a text that starts with `line `, and the line that they name.
fn line_in(text: &str) -> (&str, Option<Line>) {
    let number_at = |at: usize| -> Option<(usize, usize)> {
        let digits = text[at..].bytes().take_while(u8::is_ascii_digit).count();
        Some((at + digits, text[at..at + digits].parse().ok()?))
    };
    let Some((end, number)) = number_at("line ".len()) else {
        return (&text[.."line ".len()], None);
    };
    let of_cell = " of cell ";
    match text[end..].starts_with(of_cell).then(|| number_at(end + of_cell.len())).flatten() {
        Some((end, cell)) => (&text[..end], Some(Line { cell: Some(cell), number })),
        None => (&text[..end], Some(Line { cell: None, number })),
    }
}

/// Where each line begins, and where the last one ends.
fn starts(lines: &[&[u8]]) -> Vec<usize> {
    let mut at = 0;
    let mut starts = vec![0];
    for line in lines {
        at += line.len();
        starts.push(at);
    }
    starts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lines_of_a_sentence_move_but_not_those_in_code() {
        let next = |line: Line| Some(Line { number: line.number + 1, ..line });
        let told = |sentence: &str| with_lines(sentence, next);
        assert_eq!(told("read (line 9), `line 9` (line 10)"), "read (line 10), `line 9` (line 11)");
        assert_eq!(told("line 3 of cell 2"), "line 4 of cell 2");
        assert_eq!(told("line x, pipeline 1"), "line x, pipeline 1");
    }

    #[test]
    fn a_place_below_an_insertion_moves_with_its_line() {
        let shift = Shift::new(b"a\nb\nc\n", b"new\na\nb\nC\n");
        assert_eq!(shift.moved(&(2..3)), 6..7);
        assert_eq!(shift.moved(&(4..9)), 8..10);
    }
}
