//! Where a large text can be cut, so that no more than a piece of it need be parsed at a time. It knows lines, no syntax:
//! whether a cut was right is told by the parser.

use std::ops::Range;

/// A text of more bytes than twice this is parsed in pieces of about this many.
pub(super) const PIECE: usize = 1 << 18;

/// The pieces of a text, in order and without a gap. Each but the first begins with a line that looks like the first of a
/// statement of the module, and has at least `size` bytes, unless it is the last.
pub(super) fn pieces(code: &str, size: usize) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut start = 0;
    while code.len() - start > 2 * size {
        let Some(cut) = cut(code.as_bytes(), start + size) else { break };
        found.push(start..cut);
        start = cut;
    }
    found.push(start..code.len());
    found
}

/// The first place at or behind `from` where a statement of the module seems to begin.
fn cut(code: &[u8], from: usize) -> Option<usize> {
    let ends = memchr::memchr_iter(b'\n', &code[from..]).map(|at| from + at);
    let mut before = memchr::memrchr(b'\n', &code[..from]).map_or(0, |at| at + 1);
    for end in ends {
        let line = &code[before..end];
        if is_first(&code[end + 1..]) && !leads_on(line) {
            return Some(end + 1);
        }
        before = end + 1;
    }
    None
}

/// Whether a line belongs to the one below it, whatever that is: a decorator, a continued line.
fn leads_on(line: &[u8]) -> bool {
    let line = line.trim_ascii_end();
    line.starts_with(b"@") || line.starts_with(b"#") || line.ends_with(b"\\")
}

/// Whether a text begins like a statement that is no clause of the one above it.
fn is_first(rest: &[u8]) -> bool {
    let word = |b: &u8| b.is_ascii_alphanumeric() || *b == b'_';
    let length = rest.iter().position(|b| !word(b)).unwrap_or(rest.len());
    let clauses: [&[u8]; 5] = [b"elif", b"else", b"except", b"finally", b"case"];
    match rest.first() {
        Some(b'@') => true,
        Some(first) => !first.is_ascii_digit() && length > 0 && !clauses.contains(&&rest[..length]),
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cut_up(code: &str) -> Vec<&str> {
        pieces(code, 4).into_iter().map(|piece| &code[piece]).collect()
    }

    #[test]
    fn pieces_begin_with_statements_of_the_module() {
        let code =
            "def f():\n    if a:\n        b\n\n\n@d\ndef g():\n    pass\nx = 1\ny = 2\nz = 3\n";
        let cut = [
            "def f():\n    if a:\n        b\n\n\n",
            "@d\ndef g():\n    pass\n",
            "x = 1\n",
            "y = 2\n",
            "z = 3\n",
        ];
        assert_eq!(cut_up(code), cut);
    }

    #[test]
    fn clauses_stay_with_what_they_belong_to() {
        let code = "try:\n    pass\nexcept A:\n    pass\nelse:\n    pass\nfinally:\n    pass\n";
        assert_eq!(cut_up(code), [code]);
        assert_eq!(cut_up("xxxxxxxxxx = \\\nyyyyyyyyy\n"), ["xxxxxxxxxx = \\\nyyyyyyyyy\n"]);
    }

    #[test]
    fn a_small_text_is_one_piece() {
        assert_eq!(pieces("a\nb\n", 1 << 18), [Range { start: 0, end: 4 }]);
        assert_eq!(pieces("", 4), [Range { start: 0, end: 0 }]);
    }
}
