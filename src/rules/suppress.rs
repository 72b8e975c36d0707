//! Where a comment that suppresses a finding can be written. It knows no fix and writes nothing.

use std::ops::Range;

use super::directive::{DirectiveKind, directives};
use super::finding::Rule;
use super::suppression::{last_line, suppressions};
use crate::python::{Model, NodeId};
use crate::text::SourceFile;

/// The byte and the text to insert there so that `rule` is suppressed at the node with this range; none where no comment
/// can stand. The file has to be parsed whole.
pub fn suppressing_comment(
    model: &Model,
    range: Range<usize>,
    rule: &Rule,
) -> Option<(usize, String)> {
    let node = model.tree.covering(range.clone());
    let statement = model.statement_of(node);
    let lines = [last_line(model, statement, node), model.line(node)];
    let beside = lines.map(|line| beside(model, line - 1, rule));
    let above = above(model, model.line(statement) - 1, rule);
    let places = beside.into_iter().chain([above]);
    places.into_iter().find(|place| is_effective(model, &range, rule, place))
}

/// At the end of a line, given by its 0-based index; among the codes of a comment that has some.
fn beside(model: &Model, line: usize, rule: &Rule) -> (usize, String) {
    for comment in model.comments(model.source.line_range(line)) {
        for directive in directives(model.text(comment)) {
            if directive.kind == DirectiveKind::Ignore
                && let Some(last) = directive.codes.iter().flatten().last()
            {
                return (model.tree.start(comment) + last.end, format!(", {}", rule.code));
            }
        }
    }
    let end = model.source.line_end(model.source.line_range(line).start);
    let bare = model.source.code()[..end].trim_end_matches([' ', '\t']).len();
    (bare, format!("  {}", directive_of(rule)))
}

/// On a line of its own above a line.
fn above(model: &Model, line: usize, rule: &Rule) -> (usize, String) {
    let start = model.source.line_range(line).start;
    let indent = model.source.indent(start);
    let at =
        model.source.line_start(start) + if line == 0 && model.source.has_bom() { 3 } else { 0 };
    (at, format!("{indent}{}{}", directive_of(rule), model.source.newline().text()))
}

fn directive_of(rule: &Rule) -> String {
    format!("# undangle: ignore[{}]", rule.code)
}

/// Whether the text is a comment there, and suppresses the rule: inside a string or behind a backslash it does not.
fn is_effective(model: &Model, range: &Range<usize>, rule: &Rule, place: &(usize, String)) -> bool {
    let (at, text) = place;
    let mut bytes = model.source.bytes().to_vec();
    bytes.splice(*at..*at, text.bytes());
    let Ok(source) = SourceFile::new(model.source.path(), bytes) else { return false };
    let new = Model::new(source, model.module.clone());
    let shift = if *at <= range.start { text.len() } else { 0 };
    let node = |model: &Model, range: Range<usize>| -> NodeId { model.tree.covering(range) };
    // A comment inside of the node makes it longer, and does not move its first byte.
    let site = node(&new, range.start + shift..range.start + shift + 1);
    let site = new.tree.ancestors(site).fold(site, |inner, outer| {
        let is_same = new.tree.start(outer) == range.start + shift
            && new.kind(outer) == model.kind(node(model, range.clone()));
        if is_same { outer } else { inner }
    });
    new.tree.error() == model.tree.error() && !suppressions(&new, site, rule).is_empty()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn suppressed(code: &str, site: &str) -> String {
        let model = Model::new(SourceFile::new("m.py", code.into()).unwrap(), "m");
        let start = code.find(site).unwrap();
        let rule = super::super::find("UND001").unwrap();
        let (at, text) = suppressing_comment(&model, start..start + site.len(), rule).unwrap();
        let mut new = code.to_owned();
        new.insert_str(at, &text);
        new
    }

    #[test]
    fn the_comment_goes_to_the_end_of_the_line() {
        assert_eq!(suppressed("f()  \nx\n", "f()"), "f()  # undangle: ignore[UND001]  \nx\n");
        assert_eq!(suppressed("f()  # why", "f()"), "f()  # why  # undangle: ignore[UND001]");
        let code = "f(\n    1,\n)\r\n";
        assert_eq!(
            suppressed(code, "f(\n    1,\n)"),
            "f(\n    1,\n)  # undangle: ignore[UND001]\r\n"
        );
    }

    #[test]
    fn a_comment_that_has_codes_gets_one_more() {
        let code = "f()  # undangle: ignore[UND006]\n";
        assert_eq!(suppressed(code, "f()"), "f()  # undangle: ignore[UND006, UND001]\n");
    }

    #[test]
    fn where_the_line_cannot_have_one_it_stands_above() {
        let code = "if x:\n    f(); x = '''\n    '''; \\\n    pass\n";
        let expected = code.replace("    f()", "    # undangle: ignore[UND001]\n    f()");
        assert_eq!(suppressed(code, "f()"), expected);
    }
}
