//! The columns that text takes, and the marks in new text that take none. It knows no nodes.

use unicode_width::UnicodeWidthChar;

/// Frames the index of an anchor in new text, in front of its node; no Python file contains a null
/// byte.
const MARK: u8 = 0;

/// The width of text in columns, marks not counted; a tab counts four, as in ruff.
pub(in crate::fix) fn width(text: &[u8]) -> usize {
    let mut bare = Vec::with_capacity(text.len());
    take_marks(text, &mut bare);
    if bare.is_ascii() {
        return bare.len() + 3 * bare.iter().filter(|b| **b == b'\t').count();
    }
    let column = |c: char| if c == '\t' { 4 } else { c.width().unwrap_or(0) };
    String::from_utf8_lossy(&bare).chars().map(column).sum()
}

/// Appends `text` without its marks to `bare`, and returns the anchors: index, offset in `text`
/// without marks.
pub(in crate::fix) fn take_marks(text: &[u8], bare: &mut Vec<u8>) -> Vec<(usize, usize)> {
    let base = bare.len();
    let mut found = Vec::new();
    for (i, piece) in text.split(|b| *b == MARK).enumerate() {
        match std::str::from_utf8(piece).ok().and_then(|p| p.parse().ok()) {
            Some(site) if i % 2 == 1 => found.push((site, bare.len() - base)),
            _ => bare.extend_from_slice(piece),
        }
    }
    found
}
