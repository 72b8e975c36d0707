//! Text in lines of a limited width. It knows no format.

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// Where a word that is wider than a line may be broken: after these characters.
const BREAKS: [char; 5] = ['/', '.', '_', ':', '-'];

/// The lines of a text, none wider than `width` columns; a word is broken only if it does not fit in a line.
pub(super) fn wrap(text: &str, width: usize) -> Vec<String> {
    let width = width.max(1);
    let mut lines = vec![String::new()];
    for word in text.split_whitespace() {
        let last = lines.last_mut().expect("there is one line from the start");
        let gap = usize::from(!last.is_empty());
        if last.width() + gap + word.width() <= width {
            last.push_str(&" "[..gap]);
            last.push_str(word);
            continue;
        }
        let mut pieces = broken(word, width);
        if last.is_empty() {
            *last = pieces.remove(0);
        }
        lines.append(&mut pieces);
    }
    lines
}

/// A text in lines of a limited width, with a line end.
pub fn wrapped(text: &str, width: usize) -> String {
    wrap(text, width).join("\n") + "\n"
}

/// A word in pieces that fit in a line.
fn broken(word: &str, width: usize) -> Vec<String> {
    let mut pieces = Vec::new();
    let mut piece = String::new();
    for c in word.chars() {
        if !piece.is_empty() && piece.width() + c.width().unwrap_or(0) > width {
            let end = piece.rfind(BREAKS).map_or(piece.len(), |at| at + 1);
            let rest = piece.split_off(end);
            pieces.push(std::mem::replace(&mut piece, rest));
        }
        piece.push(c);
    }
    pieces.push(piece);
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_broken_between_words_and_long_words_after_marks() {
        assert_eq!(wrap("a bc def", 4), ["a bc", "def"]);
        assert_eq!(wrap("at pkg/module.py:12 now", 8), ["at", "pkg/", "module.", "py:12", "now"]);
        assert_eq!(wrap("abcdefgh", 3), ["abc", "def", "gh"]);
        assert_eq!(wrap("日本語", 4), ["日本", "語"]);
        assert_eq!(wrap("日本", 1), ["日", "本"]);
        assert_eq!(wrap("", 5), [""]);
    }
}
