//! The message of a commit. It makes none.

use super::unit_options::UnitOptions;
use crate::output::plural;

/// The longest line of a commit's body, in characters.
const BODY_WIDTH: usize = 72;

/// The message of the commit that keeps so many tasks in so many files, without the last line end.
pub(super) fn commit_message(options: &UnitOptions, fixed: usize, files: usize) -> String {
    let body = format!(
        "The event loop keeps only weak references to tasks, so a task that nothing else refers to may be \
         garbage-collected before it is done. Keep a reference to {} in {} until they are done.\n\n\
         https://docs.python.org/3/library/asyncio-task.html#asyncio.create_task",
        plural(fixed, "such task"),
        plural(files, "file"),
    );
    let body =
        if fixed == 1 { body.replace("until they are done", "until it is done") } else { body };
    let mut text = format!("{}\n\n{}", options.subject, wrapped(&body));
    if !options.trailers.is_empty() {
        text += &format!("\n\n{}", options.trailers.join("\n"));
    }
    text
}

/// Paragraphs with lines of at most 72 characters.
fn wrapped(text: &str) -> String {
    let mut out = String::new();
    for (index, paragraph) in text.split("\n\n").enumerate() {
        if index > 0 {
            out += "\n\n";
        }
        let mut width = 0;
        for word in paragraph.split_whitespace() {
            let length = word.chars().count();
            if width > 0 && width + 1 + length > BODY_WIDTH {
                out.push('\n');
                width = 0;
            } else if width > 0 {
                out.push(' ');
                width += 1;
            }
            out += word;
            width += length;
        }
    }
    out
}
