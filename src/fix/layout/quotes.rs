//! The quotes of new strings: as the formatter is configured, else as in the file. It must not know
//! what the strings contain.

use crate::python::{Kind, Model};
use crate::settings::Quotes;

/// At least this many strings in single quotes show a preference.
const MIN_SINGLE: usize = 3;

/// The single quotes must outnumber the double ones by this factor.
const RATIO: usize = 10;

/// The quote for new strings of a file.
pub(in crate::fix) fn quote(model: &Model, configured: Option<Quotes>) -> char {
    let is_single = match configured {
        Some(Quotes::Double) => false,
        Some(Quotes::Single) => true,
        Some(Quotes::Preserve) => {
            let (single, double) = count(model);
            single > double
        }
        None => {
            let (single, double) = count(model);
            single >= MIN_SINGLE && single >= double * RATIO
        }
    };
    if is_single { '\'' } else { '"' }
}

/// The number of strings in single and in double quotes. Docstrings are in double quotes in either
/// style, and a string that contains the other quote had no choice, so neither counts.
fn count(model: &Model) -> (usize, usize) {
    let (mut single, mut double) = (0, 0);
    for node in model.tree.parsed_of(|kind| kind == Kind::String) {
        let text = model.text(node).trim_start_matches(|c: char| c.is_ascii_alphabetic());
        match text.chars().next() {
            Some('\'') if !text.starts_with("\'\'\'") && !text.contains('"') => single += 1,
            Some('"') if !text.starts_with("\"\"\"") && !text.contains('\'') => double += 1,
            _ => {}
        }
    }
    (single, double)
}
