//! Positions of the protocol: lines from 0, and columns in UTF-16 code units. It knows no document.

use std::ops::Range;

use lsp_types::Position;

/// A text with the offsets at which its lines begin; a line ends with `\n`, `\r\n` or `\r`.
#[derive(Debug)]
pub(super) struct DocumentLines<'a> {
    text: &'a str,
    starts: Vec<usize>,
}

impl<'a> DocumentLines<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        let bytes = text.as_bytes();
        let ends = memchr::memchr2_iter(b'\n', b'\r', bytes)
            .filter(|i| bytes[*i] == b'\n' || bytes.get(i + 1) != Some(&b'\n'));
        Self { text, starts: std::iter::once(0).chain(ends.map(|end| end + 1)).collect() }
    }

    /// The position of a byte; of one that is inside of a character, that of the character.
    pub(super) fn position(&self, offset: usize) -> Position {
        let line = self.starts.partition_point(|start| *start <= offset).saturating_sub(1);
        let mut end = offset.min(self.text.len());
        while !self.text.is_char_boundary(end) {
            end -= 1;
        }
        let units = self.text[self.starts[line]..end].encode_utf16().count();
        Position { line: number(line), character: number(units) }
    }

    /// The byte at a position; the end of the line, or of the text, for what lies behind it.
    pub(super) fn offset(&self, position: Position) -> usize {
        let line = position.line as usize;
        let Some(start) = self.starts.get(line).copied() else { return self.text.len() };
        let end = self.starts.get(line + 1).copied().unwrap_or(self.text.len());
        let mut units = position.character as usize;
        let line = self.text[start..end].trim_end_matches(['\n', '\r']);
        for (at, c) in line.char_indices() {
            if units < c.len_utf16() {
                return start + at;
            }
            units -= c.len_utf16();
        }
        start + line.len()
    }

    pub(super) fn range(&self, bytes: &Range<usize>) -> lsp_types::Range {
        lsp_types::Range { start: self.position(bytes.start), end: self.position(bytes.end) }
    }

    pub(super) fn bytes(&self, range: lsp_types::Range) -> Range<usize> {
        let start = self.offset(range.start);
        start..self.offset(range.end).max(start)
    }
}

fn number(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_utf_16_units() {
        let text = "a\r\n'😀é' x\rb\n";
        let index = DocumentLines::new(text);
        let x = text.find('x').unwrap();
        assert_eq!(index.position(x), Position { line: 1, character: 6 });
        assert_eq!(index.position(text.find('b').unwrap()), Position { line: 2, character: 0 });
        assert_eq!(index.position(text.len()), Position { line: 3, character: 0 });
        for (offset, c) in text.char_indices().filter(|(_, c)| !c.is_control()) {
            assert_eq!(index.offset(index.position(offset)), offset, "{c}");
        }
    }

    #[test]
    fn what_lies_behind_a_line_is_its_end() {
        let index = DocumentLines::new("ab\ncd");
        assert_eq!(index.offset(Position { line: 0, character: 9 }), 2);
        assert_eq!(index.offset(Position { line: 1, character: 9 }), 5);
        assert_eq!(index.offset(Position { line: 7, character: 0 }), 5);
    }
}
