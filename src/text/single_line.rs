//! Text on one line, for sentences. It knows no syntax.

/// The first `most` characters of a text in which every run of white space is one space.
pub fn single_line(text: &str, most: usize) -> String {
    let mut line = String::new();
    let mut count = 0;
    let mut is_after_space = false;
    for c in text.chars() {
        if c.is_whitespace() {
            is_after_space = !line.is_empty();
            continue;
        }
        for c in is_after_space.then_some(' ').into_iter().chain([c]) {
            if count == most {
                return line;
            }
            line.push(c);
            count += 1;
        }
        is_after_space = false;
    }
    line
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn white_space_is_collapsed_up_to_the_limit() {
        assert_eq!(single_line("  a\n  b c ", 9), "a b c");
        assert_eq!(single_line("ab\tc", 3), "ab ");
        assert_eq!(single_line("äb", 1), "ä");
    }
}
