//! Which comments suppress a finding or skip a file, and what to delete of them once they are
//! obsolete. It knows the rules' codes and the tree's comments, never text in strings.

use std::ops::Range;

use super::directive::{Directive, DirectiveKind, directives};
use super::finding::{Rule, Status};
use crate::python::{Kind, Model, NodeId};

/// The codes under which other linters report a dropped task: ruff's and flake8-async's.
const FOREIGN_CODES: [&str; 2] = ["RUF006", "ASYNC300"];

/// A comment that suppresses a finding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Suppression {
    /// The comment.
    pub comment: NodeId,
    /// The bytes to delete once the finding is fixed: the comment with the white space before it,
    /// the whole line if it has a line of its own, or only our codes among others; empty for a `#
    /// noqa` without codes, which other linters may still need.
    pub removal: Vec<Range<usize>>,
}

/// Whether the whole file is skipped: `# undangle: skip-file`, anywhere in it.
pub fn skips_file(model: &Model) -> bool {
    if memchr::memmem::find(model.source.bytes(), b"skip-file").is_none() {
        return false;
    }
    model.comments(0..model.source.bytes().len()).iter().any(|c| {
        let found = directives(model.text(*c));
        found.iter().any(|d| d.kind == DirectiveKind::SkipFile)
    })
}

/// The comments that suppress a rule at a node: on the line where it begins, on the line where its
/// statement ends, and, for `undangle: ignore`, on a line of their own directly above either the
/// node or its statement.
pub fn suppressions(model: &Model, site: NodeId, rule: &Rule) -> Vec<Suppression> {
    let statement = model.statement_of(site);
    let begin = model.line(site);
    let end = last_line(model, statement, site);
    let above = [begin - 1, model.line(statement) - 1];
    let source = &model.source;
    let first = above[0].min(above[1]).max(1) - 1;
    let last = end.max(begin) - 1;
    let lines = source.line_range(first).start..source.line_range(last).end;
    let near = model.comments(lines).into_iter();
    near.filter_map(|comment| {
        let line = model.line(comment);
        let beside = line == begin || line == end;
        let alone = above.contains(&line) && has_own_line(model, comment);
        let text = model.text(comment);
        let found = directives(text).into_iter().find(|d| {
            let is_in_place = match d.kind {
                DirectiveKind::Noqa => beside,
                DirectiveKind::Ignore => beside || alone,
                DirectiveKind::SkipFile => false,
            };
            is_in_place && covers(d, text, rule)
        })?;
        let removal = removal(model, comment, &found, rule);
        Some(Suppression { comment, removal })
    })
    .collect()
}

impl Status {
    /// The status of a finding of a rule at a node.
    pub(super) fn of(model: &Model, node: NodeId, rule: &Rule) -> Self {
        match suppressions(model, node, rule).is_empty() {
            true => Self::Open,
            false => Self::Suppressed,
        }
    }
}

/// The 1-based line on which a statement ends; for a compound statement, on which the part around
/// the site ends.
fn last_line(model: &Model, statement: NodeId, site: NodeId) -> usize {
    let mut part = statement;
    while model.kind(part).is_compound_statement() || model.kind(part) == Kind::Block {
        let inner = model.tree.all_children(part);
        let Some(next) = inner.into_iter().find(|c| model.tree.contains(*c, site)) else {
            break;
        };
        part = next;
    }
    model.source.line_index(model.tree.end(part).saturating_sub(1)) + 1
}

fn has_own_line(model: &Model, comment: NodeId) -> bool {
    let start = model.tree.start(comment);
    let before = &model.source.bytes()[model.source.line_start(start)..start];
    before.trim_ascii().is_empty()
}

fn covers(directive: &Directive, comment: &str, rule: &Rule) -> bool {
    match &directive.codes {
        None => true,
        Some(codes) => codes.iter().any(|c| names_rule(&comment[c.clone()], rule)),
    }
}

/// Whether a code, a prefix of one, or a name refers to this rule.
fn names_rule(code: &str, rule: &Rule) -> bool {
    let code = code.to_ascii_uppercase();
    let prefix = |of: &&str| of.starts_with(&code);
    prefix(&rule.code)
        || (rule.is_site_rule() && FOREIGN_CODES.iter().any(prefix))
        || rule.name.eq_ignore_ascii_case(&code)
}

fn removal(
    model: &Model,
    comment: NodeId,
    directive: &Directive,
    rule: &Rule,
) -> Vec<Range<usize>> {
    let text = model.text(comment);
    let start = model.tree.start(comment);
    let codes = match &directive.codes {
        None if directive.kind == DirectiveKind::Noqa => return Vec::new(),
        None => &[][..],
        Some(codes) => codes,
    };
    let ours = |c: &Range<usize>| names_rule(&text[c.clone()], rule);
    if codes.iter().all(ours) {
        return vec![directive_range(model, comment, directive)];
    }
    let listed = codes.iter().enumerate().filter(|(_, c)| ours(c));
    listed
        .map(|(i, code)| match codes.get(i + 1) {
            Some(next) => start + code.start..start + next.start,
            None => start + codes[i - 1].end..start + code.end,
        })
        .collect()
}

/// The directive with the white space before it, and its line if nothing else is on it.
fn directive_range(model: &Model, comment: NodeId, directive: &Directive) -> Range<usize> {
    // The grammar counts the CR of a CRLF to the comment.
    let range = model.tree.start(comment)..model.source.line_end(model.tree.start(comment));
    let bytes = model.source.bytes();
    let (start, end) =
        (range.start + directive.range.start, range.end.min(range.start + directive.range.end));
    let line = model.source.line_range(model.source.line_index(start));
    let all = directive.range.start == 0 && end == range.end;
    if all && has_own_line(model, comment) {
        return line;
    }
    if end < range.end {
        return start..end;
    }
    let before = bytes[line.start..start].trim_ascii_end().len();
    line.start + before..end
}

#[cfg(test)]
mod tests {
    use super::super::find;
    use super::*;
    use crate::text::SourceFile;

    fn model(code: &str) -> Model {
        let source = SourceFile::new("m.py", code.as_bytes().to_vec()).unwrap();
        Model::new(source, "m")
    }

    /// The code without the suppressions of its `spawn(...)`; `None` if it has none.
    fn freed(code: &str) -> Option<String> {
        let model = model(code);
        let site =
            |n: &NodeId| model.kind(*n) == Kind::Call && model.text(*n).starts_with("spawn(");
        let site = model.tree.ids().find(site).unwrap();
        let found = suppressions(&model, site, find("UND001").unwrap());
        let mut text = code.to_owned();
        let ranges = found.iter().flat_map(|s| s.removal.iter()).rev();
        ranges.for_each(|r| text.replace_range(r.clone(), ""));
        (!found.is_empty()).then_some(text)
    }

    fn is_kept(code: &str) {
        assert_eq!(freed(code).as_deref(), Some(code), "{code}");
    }

    fn is_not(code: &str) {
        assert_eq!(freed(code), None, "{code}");
    }

    #[test]
    fn a_comment_on_the_line_of_the_site_goes_with_the_space_before_it() {
        for comment in [
            "# noqa: RUF006",
            "# noqa: und001, RUF006",
            "# noqa: ASYNC300 fire and forget",
            "# noqa:UND",
            "# undangle: ignore",
            "# undangle: ignore[dropped-task]",
        ] {
            let code = format!("spawn(x())  {comment}\ny\n");
            assert_eq!(freed(&code).as_deref(), Some("spawn(x())\ny\n"), "{code}");
        }
    }

    #[test]
    fn line_ends_stay_as_they_are() {
        let code = "spawn(x())  # noqa: UND001\r\ny\r\n";
        assert_eq!(freed(code).as_deref(), Some("spawn(x())\r\ny\r\n"));
        let code = "# undangle: ignore\rspawn(x())\r";
        assert_eq!(freed(code).as_deref(), Some("spawn(x())\r"));
    }

    #[test]
    fn only_our_code_goes_from_a_list() {
        let gone = |a: &str, b: &str| assert_eq!(freed(a).as_deref(), Some(b));
        gone("spawn()  # noqa: RUF006, E501\n", "spawn()  # noqa: E501\n");
        gone("spawn()  # noqa: E501,RUF006\n", "spawn()  # noqa: E501\n");
        gone("spawn()  # mine  # noqa: UND001\n", "spawn()  # mine\n");
        gone("spawn()  # noqa: UND001 # type: ignore\n", "spawn()  # type: ignore\n");
    }

    #[test]
    fn a_noqa_about_everything_suppresses_and_stays() {
        is_kept("spawn(x())  # noqa\n");
        is_kept("spawn(x())  # type: ignore # NOQA\n");
    }

    #[test]
    fn other_codes_do_not_suppress() {
        is_not("t = spawn(x())  # noqa: F841\n");
        is_not("t = spawn(x())  # noqa: UND002, E501\n");
        is_not("t = spawn(x())  # undangle: ignore[UND002]\n");
        is_not("t = spawn(x())  # undangle: ignore[]\n");
    }

    #[test]
    fn a_comment_counts_where_the_statement_ends() {
        let code = "spawn(\n    x()\n)  # noqa: RUF006\n";
        assert_eq!(freed(code).as_deref(), Some("spawn(\n    x()\n)\n"));
        is_not("spawn(\n    x()  # noqa: RUF006\n)\n");
        is_not("with spawn(x()):\n    y  # noqa: RUF006\n");
        is_kept("with spawn(x()):  # noqa\n    y\n");
    }

    #[test]
    fn our_own_word_may_stand_directly_above() {
        let code = "if a:\n    # undangle: ignore[UND001]\n    spawn(x())\n";
        assert_eq!(freed(code).as_deref(), Some("if a:\n    spawn(x())\n"));
        let code = "f(\n    # undangle: ignore\n    spawn(x()),\n)\n";
        assert_eq!(freed(code).as_deref(), Some("f(\n    spawn(x()),\n)\n"));
        is_not("# noqa: RUF006\nspawn(x())\n");
        is_not("y  # undangle: ignore\nspawn(x())\n");
        is_not("# undangle: ignore\n\nspawn(x())\n");
    }

    #[test]
    fn text_in_a_string_is_no_comment() {
        is_not("spawn('# noqa')\n");
        assert!(!skips_file(&model("'# undangle: skip-file'\n")));
        assert!(skips_file(&model("import a\n# undangle: skip-file\n")));
    }
}
