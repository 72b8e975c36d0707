//! Writes comments that suppress findings. It must not decide which findings.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use super::layout::{Edit, EditSet, edited, within_cells};
use crate::decline::{Decline, DeclineKind};
use crate::python::{Kind, Model, NodeId, check_layout};
use crate::rules::{Rule, code_list_end, comment_lines, suppressions};
use crate::text::SourceFile;

/// The text of a file with comments that suppress findings, and which it suppresses.
#[derive(Debug)]
pub struct AddedIgnores {
    /// The new file; none when nothing changes.
    pub new: Option<SourceFile>,
    /// For each finding why it is not suppressed, if it is not.
    pub declined: Vec<Option<Decline>>,
}

/// Where a comment, or a code in one, is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Place {
    /// Behind the last code of a comment that is there.
    List(usize),
    /// At the end of a line.
    LineEnd(usize),
    /// On a line of its own, above the line that begins here.
    Above(usize),
}

/// Suppresses findings, each by the bytes it points at and its rule, with a reason behind the codes.
pub fn add_ignores(
    source: &SourceFile,
    findings: &[(Range<usize>, &'static Rule)],
    reason: Option<&str>,
) -> AddedIgnores {
    let declined_all = |why: &Decline| AddedIgnores {
        new: None,
        declined: findings.iter().map(|_| Some(why.clone())).collect(),
    };
    let reopened = SourceFile::open(source.path(), source.file_bytes().to_vec());
    let Some(model) = reopened.ok().and_then(parse) else {
        let why = Decline::new(DeclineKind::SyntaxError, "the file has a syntax error");
        return declined_all(&why);
    };
    let mut codes: BTreeMap<Place, BTreeSet<&str>> = BTreeMap::new();
    let mut declined = Vec::new();
    for (bytes, rule) in findings {
        let place = place(&model, model.tree.covering(bytes.clone()));
        declined.push(match place {
            Some(_) => None,
            None => {
                Some(Decline::new(DeclineKind::StatementForm, "no comment can be placed there"))
            }
        });
        if let Some(place) = place {
            codes.entry(place).or_default().insert(rule.code);
        }
    }
    let edits = codes.into_iter().map(|(place, codes)| edit(&model, place, &codes, reason));
    let suppressed = findings.iter().zip(&declined).filter(|(_, declined)| declined.is_none());
    let suppressed: Vec<_> = suppressed.map(|(finding, _)| finding).collect();
    match checked(&model, edits.collect(), &suppressed) {
        Ok(_) if suppressed.is_empty() => AddedIgnores { new: None, declined },
        Ok(new) => AddedIgnores { new: Some(new), declined },
        Err(why) => declined_all(&Decline::failed_validation(why)),
    }
}

/// The byte and the text to insert there so that one finding is suppressed, and the new file; none where no comment fits.
pub fn added_ignore(
    source: &SourceFile,
    finding: Range<usize>,
    rule: &'static Rule,
) -> Option<(usize, String, SourceFile)> {
    let file = add_ignores(source, &[(finding, rule)], None).new?;
    let (old, new) = (source.bytes(), file.bytes());
    let at = old.iter().zip(new).take_while(|(old, new)| old == new).count();
    let inserted = new.get(at..at + new.len().checked_sub(old.len())?)?;
    Some((at, String::from_utf8(inserted.to_vec()).ok()?, file))
}

fn parse(source: SourceFile) -> Option<Model> {
    let model = Model::new(source, "");
    let is_valid = model.tree.error().is_none() && check_layout(&model.source, &model.tree).is_ok();
    is_valid.then_some(model)
}

/// Where a comment suppresses findings at a node, and disturbs nothing: at the end of the statement where that begins with the
/// node, else at the end of the line on which the node begins.
fn place(model: &Model, node: NodeId) -> Option<Place> {
    let ([begin, end], statement_line) = comment_lines(model, node);
    let is_statement = begin == statement_line;
    let lines = if is_statement { [end, begin] } else { [begin, end] };
    let listed = lines.into_iter().find_map(|line| code_list_end(model, line)).map(Place::List);
    let line_start = |line: usize| model.source.line_range(line - 1).start;
    let at_end = || {
        let ends = lines.into_iter().map(|line| line_text_end(model, line_start(line)));
        ends.into_iter().find(|end| takes_comment(model, *end)).map(Place::LineEnd)
    };
    let above = || {
        let start = line_start(statement_line);
        (!is_in_string(model, start)).then_some(Place::Above(start))
    };
    listed.or_else(at_end).or_else(above)
}

/// The end of a line, without the white space there.
fn line_text_end(model: &Model, start: usize) -> usize {
    let line = &model.source.bytes()[start..model.source.line_end(start)];
    start + line.trim_ascii_end().len()
}

fn takes_comment(model: &Model, line_end: usize) -> bool {
    !model.source.bytes()[..line_end].ends_with(b"\\") && !is_in_string(model, line_end)
}

/// Whether the line end or the line start at a byte is within a string.
fn is_in_string(model: &Model, at: usize) -> bool {
    let string = model.tree.closest(model.tree.covering(at..at), |kind| kind == Kind::String);
    string.is_some_and(|string| model.tree.start(string) < at && at < model.tree.end(string))
}

fn edit(model: &Model, place: Place, codes: &BTreeSet<&str>, reason: Option<&str>) -> Edit {
    let codes: Vec<&str> = codes.iter().copied().collect();
    let reason = reason.map(|reason| format!(" {reason}")).unwrap_or_default();
    let comment = format!("# undangle: ignore[{}]{reason}", codes.join(", "));
    match place {
        Place::List(at) => Edit::insert(at, format!(", {}", codes.join(", "))),
        Place::LineEnd(at) => Edit::insert(at, format!("  {comment}")),
        Place::Above(at) => {
            let (indent, newline) = (model.source.indent(at), model.source.newline().text());
            Edit::insert(at, format!("{indent}{comment}{newline}"))
        }
    }
}

/// The text with the edits made, if only comments have changed and each finding is suppressed now.
fn checked(
    model: &Model,
    edits: Vec<Edit>,
    suppressed: &[&(Range<usize>, &'static Rule)],
) -> Result<SourceFile, &'static str> {
    let edits = within_cells(&model.source, edits).map_err(|_| "no comment can be placed there")?;
    let edits = EditSet::new(edits).map_err(|_| "two comments overlap")?;
    let new = edited(&model.source, &edits).map_err(|_| "the file would change elsewhere")?;
    let new_model = parse(new).ok_or("Python would reject the new text")?;
    if !tokens(model).eq(tokens(&new_model)) {
        return Err("the code would change");
    }
    for (bytes, rule) in suppressed.iter().copied() {
        let start = edits.moved(bytes.start).ok_or("the call would be lost")?;
        let last = edits.moved(bytes.end - 1).ok_or("the call would be lost")?;
        let node = new_model.tree.covering(start..last + 1);
        if suppressions(&new_model, node, rule).is_empty() {
            return Err("the comment would not suppress the finding");
        }
    }
    Ok(new_model.source)
}

/// The tokens of a file, comments left out.
fn tokens(model: &Model) -> impl Iterator<Item = &str> {
    let is_token = |node: &NodeId| {
        model.kind(*node) != Kind::Comment && model.tree.all_children(*node).next().is_none()
    };
    model.tree.ids().filter(is_token).map(|node| model.text(node))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules;

    /// The code with its calls of `spawn` suppressed.
    fn added(code: &str) -> String {
        let source = SourceFile::new("m.py", code.as_bytes().to_vec()).unwrap();
        let rule = rules::find("UND001").unwrap();
        let parsed = SourceFile::new("m.py", code.as_bytes().to_vec()).unwrap();
        let model = parse(parsed).unwrap();
        let is_site =
            |n: &NodeId| model.kind(*n) == Kind::Call && model.text(*n).starts_with("spawn(");
        let sites = model.tree.ids().filter(is_site);
        let findings: Vec<_> = sites.map(|n| (model.tree.range(n), rule)).collect();
        let added = add_ignores(&source, &findings, Some("why"));
        assert!(added.declined.iter().all(Option::is_none), "{:?}", added.declined);
        String::from_utf8(added.new.unwrap().bytes().to_vec()).unwrap()
    }

    #[test]
    fn the_comment_stands_at_the_end_of_the_statement() {
        assert_eq!(added("spawn(x)\n"), "spawn(x)  # undangle: ignore[UND001] why\n");
        assert_eq!(added("spawn(x)"), "spawn(x)  # undangle: ignore[UND001] why");
        assert_eq!(
            added("spawn(\n    x,\n)\r\n"),
            "spawn(\n    x,\n)  # undangle: ignore[UND001] why\r\n"
        );
        assert_eq!(
            added("spawn(x)  # noqa: E501 \n"),
            "spawn(x)  # noqa: E501  # undangle: ignore[UND001] why \n"
        );
        assert_eq!(added("a; spawn(x); spawn(y)\n").matches('#').count(), 1);
    }

    #[test]
    fn within_a_longer_statement_it_stands_beside_the_call() {
        assert_eq!(
            added("f(\n    a,\n    spawn(x),\n    b,\n)\n"),
            "f(\n    a,\n    spawn(x),  # undangle: ignore[UND001] why\n    b,\n)\n"
        );
        assert_eq!(
            added("if a:\n    f = lambda: spawn(\n        x\n    )\n").lines().nth(3),
            Some("    )  # undangle: ignore[UND001] why")
        );
    }

    #[test]
    fn a_list_of_codes_gets_one_more() {
        assert_eq!(
            added("spawn(x)  # undangle: ignore[UND002] because\n"),
            "spawn(x)  # undangle: ignore[UND002, UND001] because\n"
        );
    }

    #[test]
    fn where_no_line_end_takes_a_comment_it_stands_above() {
        assert_eq!(
            added("if a:\n    x = [spawn(x), \"\"\"a\nb\"\"\"] + \\\n        []\n"),
            "if a:\n    x = [spawn(x), \"\"\"a\nb\"\"\"] + \\\n        []  # undangle: ignore[UND001] why\n"
        );
        assert_eq!(
            added("if a:\n    spawn(x) + \\\n        \"\"\"a\n# b\"\"\", \\\n\n"),
            "if a:\n    # undangle: ignore[UND001] why\n    spawn(x) + \\\n        \"\"\"a\n# b\"\"\", \\\n\n"
        );
    }
}
