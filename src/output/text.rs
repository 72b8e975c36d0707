//! Text for terminals: paths and code without control characters. It knows no format.

use std::borrow::Cow;
use std::path::Path;

use crate::run::Item;

/// A path with `/` between its parts; what is not UTF-8 is replaced (U+FFFD).
pub fn slash_path(path: &Path) -> String {
    let text = path.to_string_lossy();
    if cfg!(windows) { text.replace('\\', "/") } else { text.into_owned() }
}

/// A path that is safe to print on a terminal.
pub(super) fn display_path(path: &Path) -> String {
    sanitize(&slash_path(path)).replace(['\t', '\n'], "\u{fffd}")
}

/// `text` with every control character but tab and LF, and every bidirectional control, replaced by
/// one visible character, so that columns stay the same.
pub fn sanitize(text: &str) -> Cow<'_, str> {
    if !text.contains(is_unsafe_char) {
        return Cow::Borrowed(text);
    }
    let replace = |c: char| match c {
        '\0'..='\x1f' if is_unsafe_char(c) => {
            // The control pictures U+2400 to U+241F are in the order of the characters.
            char::from_u32(0x2400 + u32::from(c)).unwrap_or('\u{fffd}')
        }
        '\x7f' => '\u{2421}',
        c if is_unsafe_char(c) => '\u{fffd}',
        c => c,
    };
    Cow::Owned(text.chars().map(replace).collect())
}

/// Text on one line, without control characters.
pub(super) fn flat(text: &str) -> String {
    sanitize(text).split_whitespace().collect::<Vec<_>>().join(" ")
}

pub(super) fn is_unsafe_char(c: char) -> bool {
    (c.is_control() && c != '\t' && c != '\n')
        || matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// The message of a finding, for formats that know no cells: where it is in a notebook stands before it.
pub(super) fn placed_message(item: Item<'_>) -> Cow<'_, str> {
    let (start, message) = (item.span().start, &item.found().message);
    match start.line.cell {
        None => Cow::Borrowed(message),
        Some(_) => Cow::Owned(format!("{start}: {message}")),
    }
}

/// `1 file`, `2 files`.
pub fn plural(count: usize, one: &str) -> String {
    if count == 1 { format!("1 {one}") } else { format!("{count} {one}s") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_do_not_reach_the_terminal() {
        assert_eq!(sanitize("a\x1b[31mb\u{202e}c"), "a\u{241b}[31mb\u{fffd}c");
        assert_eq!(sanitize("plain\ttext\n"), "plain\ttext\n");
        assert_eq!(display_path(Path::new("a\nb.py")), "a\u{fffd}b.py");
    }
}
