//! Text that means nothing to Markdown. It knows no document.

use super::text::flat;

/// Escapes text for Markdown; code spans between backquotes stay.
pub fn cell(text: &str) -> String {
    let mut out = String::new();
    let mut in_code = false;
    let text = flat(text);
    let is_paired = text.matches('`').count().is_multiple_of(2);
    for c in text.chars() {
        match c {
            '`' if is_paired => in_code = !in_code,
            '`' => out.push('\\'),
            '|' => out.push('\\'),
            '\\' | '*' | '_' | '[' | ']' | '<' | '>' | '#' if !in_code => out.push('\\'),
            _ => {}
        }
        out.push(c);
    }
    out
}

/// A code span; one that holds a backquote gets a longer fence.
pub fn code(text: &str) -> String {
    let text = flat(text).replace('|', "\\|");
    let longest = text.split(|c| c != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat(longest + 1);
    let pad = if longest > 0 { " " } else { "" };
    format!("{fence}{pad}{text}{pad}{fence}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_means_nothing_to_markdown() {
        assert_eq!(cell("a|b *c* `d_e|`"), "a\\|b \\*c\\* `d_e\\|`");
        assert_eq!(cell("<b>\n x_y"), "\\<b\\> x\\_y");
        assert_eq!(cell("a ` b"), "a \\` b");
        assert_eq!(code("a`b"), "`` a`b ``");
    }
}
