//! The quotes of new strings: those that the formatter is told of, else those of the file. It knows strings, and nothing of
//! what is written into them.

use crate::python::{Kind, Model};
use crate::settings::Quotes;

/// So many strings in single quotes are a choice, where they outnumber those in double ones by far.
const CHOICE: usize = 3;

/// This far.
const MANY: usize = 10;

/// The quote with which strings of a file begin and end.
pub(in crate::fix) fn quote(model: &Model, told: Option<Quotes>) -> char {
    let is_single = match told {
        Some(Quotes::Double) => false,
        Some(Quotes::Single) => true,
        Some(Quotes::Kept) => {
            let (single, double) = count(model);
            single > double
        }
        None => {
            let (single, double) = count(model);
            single >= CHOICE && single >= double * MANY
        }
    };
    if is_single { '\'' } else { '"' }
}

/// How many strings of a file are in single quotes, and how many in double ones. Those in three do not count, since documentation
/// is in double quotes either way, nor those that the other quote stands in.
fn count(model: &Model) -> (usize, usize) {
    let (mut single, mut double) = (0, 0);
    for node in model.tree.seen().filter(|n| model.kind(*n) == Kind::String) {
        let text = model.text(node).trim_start_matches(|c: char| c.is_ascii_alphabetic());
        match text.chars().next() {
            Some('\'') if !text.starts_with("\'\'\'") && !text.contains('"') => single += 1,
            Some('"') if !text.starts_with("\"\"\"") && !text.contains('\'') => double += 1,
            _ => {}
        }
    }
    (single, double)
}
