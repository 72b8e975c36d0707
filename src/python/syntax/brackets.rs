//! Pairs the brackets of a text. It knows strings and comments, and gives up in any doubt.

/// The offset of the bracket that closes the one at `open`; none in doubt.
pub(in crate::python) fn closing_bracket(bytes: &[u8], open: usize) -> Option<usize> {
    let mut depth = 0_usize;
    let mut at = open;
    while at < bytes.len() {
        match bytes[at] {
            b'(' | b'[' | b'{' => depth += 1,
            b')' | b']' | b'}' => {
                depth -= 1;
                if depth == 0 {
                    return Some(at);
                }
            }
            b'#' => at += memchr::memchr(b'\n', &bytes[at..])?,
            quote @ (b'"' | b'\'') => at = string_end(bytes, at, quote)?,
            _ => {}
        }
        at += 1;
    }
    None
}

/// The offset of the quote that ends a string of one line; none for any other, and for one with a brace, which may be that of a
/// replacement field with strings of its own.
fn string_end(bytes: &[u8], start: usize, quote: u8) -> Option<usize> {
    if bytes[start..].starts_with(&[quote; 3]) {
        return None;
    }
    let mut at = start + 1;
    loop {
        match *bytes.get(at)? {
            b'\\' => at += 1,
            b'\n' | b'{' => return None,
            byte if byte == quote => return Some(at),
            _ => {}
        }
        at += 1;
    }
}

/// Whether the replacement fields of a format string end within it. If not, its closing quote belongs to a string in a field
/// (PEP 701).
pub(super) fn closes_its_fields(text: &[u8]) -> bool {
    let mut depth = 0_usize;
    let mut at = 0;
    while at < text.len() {
        match text[at] {
            brace @ (b'{' | b'}') if depth == 0 && text.get(at + 1) == Some(&brace) => at += 1,
            b'{' => depth += 1,
            b'}' if depth == 0 => return false,
            b'}' => depth -= 1,
            quote @ (b'"' | b'\'') if depth > 0 => match memchr::memchr(quote, &text[at + 1..]) {
                Some(length) => at += length + 1,
                None => return false,
            },
            _ => {}
        }
        at += 1;
    }
    depth == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn brackets_in_strings_and_comments_do_not_count() {
        let close = |code: &str| closing_bracket(code.as_bytes(), code.find('(').unwrap());
        assert_eq!(close("f(a, [b], ')')"), Some(13));
        assert_eq!(close("f(\n  a,  # )\n)(b)"), Some(13));
        assert_eq!(close(r#"f('\'', ")")"#), Some(11));
        for code in ["f(a", "f('''a''')", "f('a\n')", "f(f'{x[\"(\"]}')"] {
            assert_eq!(close(code), None, "{code}");
        }
    }
}
