//! Splits a large text into chunks that can be parsed one at a time. It knows lines, no syntax: the parser decides whether a
//! cut was right.

use std::ops::Range;

/// The size of a chunk in bytes; a text of up to twice that size is parsed at once.
pub(super) const CHUNK_SIZE: usize = 1 << 18;

/// The chunks of a text, in order and without gaps. Each but the first begins at a line that looks like the start of a
/// module-level statement; each but the last has at least `size` bytes.
pub(super) fn chunks(code: &str, size: usize) -> Vec<Range<usize>> {
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

/// The first offset from `from` on at which a module-level statement seems to begin.
fn cut(code: &[u8], from: usize) -> Option<usize> {
    let ends = memchr::memchr_iter(b'\n', &code[from..]).map(|at| from + at);
    let mut before = memchr::memrchr(b'\n', &code[..from]).map_or(0, |at| at + 1);
    for end in ends {
        let line = &code[before..end];
        if begins_statement(&code[end + 1..]) && !continues_below(line) {
            return Some(end + 1);
        }
        before = end + 1;
    }
    None
}

/// Whether a line belongs to the one below it: a decorator, a comment, a continued line.
fn continues_below(line: &[u8]) -> bool {
    let line = line.trim_ascii_end();
    line.starts_with(b"@") || line.starts_with(b"#") || line.ends_with(b"\\")
}

/// Whether a text begins like a statement, and not like a clause of the one above it.
fn begins_statement(rest: &[u8]) -> bool {
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

    fn split(code: &str) -> Vec<&str> {
        chunks(code, 4).into_iter().map(|chunk| &code[chunk]).collect()
    }

    #[test]
    fn chunks_begin_with_module_level_statements() {
        let code =
            "def f():\n    if a:\n        b\n\n\n@d\ndef g():\n    pass\nx = 1\ny = 2\nz = 3\n";
        let cut = [
            "def f():\n    if a:\n        b\n\n\n",
            "@d\ndef g():\n    pass\n",
            "x = 1\n",
            "y = 2\n",
            "z = 3\n",
        ];
        assert_eq!(split(code), cut);
    }

    #[test]
    fn clauses_stay_with_what_they_belong_to() {
        let code = "try:\n    pass\nexcept A:\n    pass\nelse:\n    pass\nfinally:\n    pass\n";
        assert_eq!(split(code), [code]);
        assert_eq!(split("xxxxxxxxxx = \\\nyyyyyyyyy\n"), ["xxxxxxxxxx = \\\nyyyyyyyyy\n"]);
    }

    #[test]
    fn a_small_text_is_one_chunk() {
        assert_eq!(chunks("a\nb\n", 1 << 18), [Range { start: 0, end: 4 }]);
        assert_eq!(chunks("", 4), [Range { start: 0, end: 0 }]);
    }
}
