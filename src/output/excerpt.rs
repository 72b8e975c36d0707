//! The source lines of a site, truncated to what a terminal can show. It knows no styles.

use std::borrow::Cow;
use std::ops::Range;

use super::text::sanitize;
use crate::run::Span;
use crate::text::{Line, SourceFile};

/// Longer lines are truncated to this many characters.
const MAX_WIDTH: usize = 240;
/// Characters shown before the site in a truncated line.
const CONTEXT_CHARS: usize = 40;

/// An excerpt of the source.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Excerpt {
    /// Lines separated by LF, without control characters.
    pub(super) text: String,
    /// What to underline, in bytes of `text`.
    pub(super) span: Range<usize>,
    /// Whether the first line is shown from its start, so that columns can be derived from it.
    pub(super) is_whole: bool,
}

/// The lines that a site is on.
pub(super) fn excerpt(source: &SourceFile, site: &Span) -> Excerpt {
    let index = |offset| source.line_index(offset);
    let (first, last) = (index(site.bytes.start), index(site.bytes.end));
    let mut text = String::new();
    let mut span = 0..0;
    let mut is_whole = true;
    for number in first..=last {
        let line = line(source, number);
        // The first line is cut around the site, the lines below only at their end.
        let skip = match line.chars().nth(MAX_WIDTH).is_some() && number == first {
            true => (site.start.column - 1).saturating_sub(CONTEXT_CHARS),
            false => 0,
        };
        let window: String = line.chars().skip(skip).take(MAX_WIDTH).collect();
        let window: Vec<char> = sanitize(&window).chars().collect();
        let at = |column: usize| -> usize {
            let count = (column - 1).saturating_sub(skip).min(window.len());
            window[..count].iter().map(|c| c.len_utf8()).sum()
        };
        is_whole &= skip == 0;
        if number == first {
            span.start = text.len() + at(site.start.column);
        }
        if number == last {
            span.end = text.len() + at(site.end.column);
        }
        text.extend(&window);
        text.push('\n');
    }
    text.pop();
    span.end = span.end.max(span.start);
    Excerpt { text, span, is_whole }
}

/// Up to `count` lines before the lines of a site, or after them, with their numbers.
pub(super) fn neighbours(
    source: &SourceFile,
    site: &Span,
    count: usize,
) -> [Vec<(Line, String)>; 2] {
    let index = |offset| source.line_index(offset);
    let (first, last) = (index(site.bytes.start), index(site.bytes.end));
    let end = (last + 1 + count).min(index(source.bytes().len()) + 1);
    let lines = |range: Range<usize>| {
        let numbered = range.map(|number| {
            let text: String = line(source, number).chars().take(MAX_WIDTH).collect();
            (source.line_at(number), sanitize(&text).into_owned())
        });
        // A cell of a notebook is text of its own.
        numbered.filter(|(line, _)| line.cell == site.start.line.cell).collect::<Vec<_>>()
    };
    let mut after = lines(last + 1..end);
    while after.last().is_some_and(|(_, text)| text.trim().is_empty()) {
        after.pop();
    }
    [lines(first.saturating_sub(count)..first), after]
}

/// A 0-based line without its end and without a BOM; a single-byte encoding is read as Latin-1.
fn line(source: &SourceFile, number: usize) -> Cow<'_, str> {
    let mut range = source.line_range(number);
    if number == 0 && source.has_bom() {
        range.start += 3;
    }
    let bytes = source.bytes().get(range).unwrap_or_default();
    let bytes = bytes.strip_suffix(b"\n").unwrap_or(bytes);
    let bytes = bytes.strip_suffix(b"\r").unwrap_or(bytes);
    match std::str::from_utf8(bytes) {
        Ok(text) => Cow::Borrowed(text),
        Err(_) => Cow::Owned(bytes.iter().map(|b| char::from(*b)).collect()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(code: &str, needle: &str) -> Excerpt {
        let source = SourceFile::new("m.py", code.as_bytes().to_vec()).unwrap();
        let start = code.find(needle).unwrap();
        let bytes = start..start + needle.len();
        let (start, end) = (source.position(bytes.start), source.position(bytes.end));
        excerpt(&source, &Span { bytes, start, end })
    }

    #[test]
    fn a_site_is_underlined_on_its_line() {
        let found = at("import x\n\té = f(x)\r\n", "f(x)");
        assert_eq!(found.text, "\té = f(x)");
        assert_eq!(&found.text[found.span], "f(x)");
    }

    #[test]
    fn a_long_line_is_shown_by_a_window() {
        let code = format!("x = '{}'; call(y); z = '{}'\n", "a".repeat(5000), "b".repeat(5000));
        let found = at(&code, "call(y)");
        assert_eq!((found.text.len(), found.is_whole), (MAX_WIDTH, false));
        assert_eq!(&found.text[found.span], "call(y)");
    }

    #[test]
    fn a_bom_is_not_shown() {
        let found = at("\u{feff}f(x)\n", "f(x)");
        assert_eq!(found, Excerpt { text: "f(x)".into(), span: 0..4, is_whole: true });
    }
}
