//! JSON that is safe to print on a terminal. It knows no document.

use serde::Serialize;

use super::text::is_unsafe_char;

/// The value over several lines, with a line end.
pub fn json_document(value: &impl Serialize) -> String {
    let text = serde_json::to_string_pretty(value);
    escape_controls(text.expect("strings and numbers always serialise") + "\n")
}

/// The value on one line, with a line end.
pub fn json_line(value: &impl Serialize) -> String {
    let text = serde_json::to_string(value);
    escape_controls(text.expect("strings and numbers always serialise") + "\n")
}

/// Escapes the control characters that JSON allows but a terminal would interpret; the value is the
/// same.
fn escape_controls(text: String) -> String {
    if !text.contains(is_unsafe_char) {
        return text;
    }
    let escape = |c: char| match is_unsafe_char(c) {
        true => format!("\\u{:04x}", u32::from(c)),
        false => c.to_string(),
    };
    text.chars().map(escape).collect()
}
