//! Which comments suppress a finding or skip a file, and what to delete of them once they are
//! obsolete. It knows the tree's comments, never text in strings, and no list of the rules.

use std::ops::Range;

use super::directive::{Directive, DirectiveKind, directives};
use super::finding::{Rule, Status};
use super::ruff_ranges;
use crate::python::{Kind, Model, NodeId};

/// The codes under which other linters report a dropped task: ruff's and flake8-async's.
const FOREIGN_CODES: [&str; 2] = [RUFF_CODE, "ASYNC300"];
const RUFF_CODE: &str = "RUF006";
/// What ruff calls its rule beside the code.
const RUFF_NAME: &str = "asyncio-dangling-task";

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

/// The lines whose comments suppress findings at a node.
pub(super) struct Reach {
    /// The 1-based line on which the node begins, and the one on which its statement ends.
    pub(super) beside: [usize; 2],
    /// The lines above the node and above its statement; 0 above the first.
    pub(super) above: [usize; 2],
}

impl Reach {
    pub(super) fn of(model: &Model, node: NodeId) -> Self {
        let statement = model.statement_of(node);
        let begin = model.line(node);
        let beside = [begin, last_line(model, statement, node)];
        Self { beside, above: [begin - 1, model.line(statement) - 1] }
    }
}

/// The lines whose comments suppress findings at a node, where it begins and where its statement ends, and the line on which
/// that begins.
pub fn comment_lines(model: &Model, node: NodeId) -> ([usize; 2], usize) {
    (Reach::of(model, node).beside, model.line(model.statement_of(node)))
}

/// The byte behind the last code of an `undangle: ignore[...]` on a line, where one more can be added.
pub fn code_list_end(model: &Model, line: usize) -> Option<usize> {
    model.comments(model.source.line_range(line - 1)).into_iter().find_map(|comment| {
        let own = directives(model.text(comment)).into_iter();
        let lists = own.filter(|d| d.kind == DirectiveKind::Ignore).filter_map(|d| d.codes);
        let last = lists.filter_map(|codes| codes.last().cloned()).next()?;
        Some(model.tree.start(comment) + last.end)
    })
}

/// The comments that suppress a rule at a node: on the line where it begins, on the line where its
/// statement ends, and, for `undangle: ignore`, on a line of their own directly above either the
/// node or its statement.
pub fn suppressions(model: &Model, site: NodeId, rule: &Rule) -> Vec<Suppression> {
    let Reach { beside, above } = Reach::of(model, site);
    let source = &model.source;
    // What ruff reads may have other comments and blank lines below it.
    let statement = above[1];
    let gap = (1..=statement).rev().take_while(|line| is_blank(model, *line)).last();
    let first = above[0].min(gap.unwrap_or(statement)).max(1) - 1;
    let last = beside[0].max(beside[1]) - 1;
    let lines = source.line_range(first).start..source.line_range(last).end;
    let near = model.comments(lines).into_iter();
    near.filter_map(|comment| {
        let line = model.line(comment);
        let is_beside = beside.contains(&line);
        let is_above = above.contains(&line) && has_own_line(model, comment);
        let text = model.text(comment);
        let found = directives(text).into_iter().find(|d| match d.kind {
            DirectiveKind::Noqa => is_beside && covers(d, text, rule),
            DirectiveKind::Ignore => (is_beside || is_above) && covers(d, text, rule),
            DirectiveKind::RuffIgnore => {
                let is_above = gap.is_some_and(|first| (first..=statement).contains(&line));
                (is_beside || is_above) && is_of_ruff(d, text, rule)
            }
            _ => false,
        })?;
        let removal = removal(model, comment, &found, &|code| names_rule(code, rule));
        Some(Suppression { comment, removal })
    })
    .chain(by_ruff(model, site, rule))
    .collect()
}

/// Whether a 1-based line has no code.
fn is_blank(model: &Model, line: usize) -> bool {
    let text = model.source.bytes()[model.source.line_range(line - 1)].trim_ascii_start();
    text.is_empty() || text[0] == b'#'
}

/// The comments of ruff that suppress the rule in a part of the file that holds a node. Others may need them: they stay.
fn by_ruff(model: &Model, site: NodeId, rule: &Rule) -> Vec<Suppression> {
    let is_named = |d: &Directive, text: &str| is_of_ruff(d, text, rule);
    let comments = ruff_ranges::around(model, site, &is_named);
    comments.into_iter().map(|comment| Suppression { comment, removal: Vec::new() }).collect()
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

/// The bytes to delete of the comments beside and above the statement of a site, once that is fixed: the codes of other tools
/// that `is_needless` names, and, where a comment suppresses `rule`, that rule's, with those that are unused anyway.
pub fn needless_codes(
    model: &Model,
    site: NodeId,
    rule: Option<&Rule>,
    is_needless: &dyn Fn(DirectiveKind, &str) -> bool,
    is_unused: &dyn Fn(NodeId, &str) -> bool,
) -> Vec<Range<usize>> {
    let suppressed = rule.map(|rule| suppressions(model, site, rule)).unwrap_or_default();
    let statement = model.statement_of(site);
    let (begin, end) = (model.line(statement), last_line(model, statement, site));
    let source = &model.source;
    // One that ruff reads may stand further above.
    let suppressing = suppressed.iter().filter(|s| !s.removal.is_empty());
    let above = suppressing.map(|s| model.line(s.comment));
    let first = above.chain([begin.saturating_sub(1).max(1)]).min().unwrap_or(begin);
    let lines = source.line_range(first - 1).start..source.line_range(end.max(begin) - 1).end;
    let mut ranges = Vec::new();
    for comment in model.comments(lines) {
        let text = model.text(comment);
        let line = model.line(comment);
        let own_rule = rule.filter(|_| suppressed.iter().any(|s| s.comment == comment));
        let mut gone: Vec<Range<usize>> = Vec::new();
        for directive in directives(text) {
            let is_ours = matches!(
                directive.kind,
                DirectiveKind::Noqa | DirectiveKind::Ignore | DirectiveKind::RuffIgnore
            );
            let above = line + 1 == begin && has_own_line(model, comment);
            let is_in_place = match directive.kind {
                DirectiveKind::PylintNext | DirectiveKind::NoInspection => above,
                _ => line == begin || line == end,
            };
            let goes = |code: &str| {
                (is_in_place && is_needless(directive.kind, code))
                    || (is_ours
                        && own_rule
                            .is_some_and(|rule| names_rule(code, rule) || is_unused(comment, code)))
            };
            let named = match &directive.codes {
                Some(codes) => codes.iter().any(|c| goes(&text[c.clone()])),
                None => directive.kind == DirectiveKind::Ignore && own_rule.is_some(),
            };
            if named {
                gone.extend(removal(model, comment, &directive, &goes));
            }
        }
        ranges.extend(joined(model, comment, gone));
    }
    ranges
}

/// Deletions within one comment as one where they touch; with the white space before it, or its line, if nothing is left of it.
fn joined(model: &Model, comment: NodeId, gone: Vec<Range<usize>>) -> Vec<Range<usize>> {
    let mut ranges: Vec<Range<usize>> = Vec::new();
    for range in gone {
        match ranges.last_mut() {
            Some(last) if range.start <= last.end => last.end = last.end.max(range.end),
            _ => ranges.push(range),
        }
    }
    let start = model.tree.start(comment);
    let whole = Directive {
        kind: DirectiveKind::Ignore,
        codes: None,
        range: 0..model.source.line_end(start) - start,
    };
    match ranges[..] {
        [Range { start: from, end }] if from <= start && end >= start + whole.range.end => {
            vec![directive_range(model, comment, &whole)]
        }
        _ => ranges,
    }
}

/// The 1-based line on which a statement ends; for a compound statement, on which the part around
/// the site ends.
pub(super) fn last_line(model: &Model, statement: NodeId, site: NodeId) -> usize {
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

pub(super) fn has_own_line(model: &Model, comment: NodeId) -> bool {
    ruff_ranges::indentation(model, comment).is_some()
}

fn covers(directive: &Directive, comment: &str, rule: &Rule) -> bool {
    match &directive.codes {
        None => true,
        Some(codes) => codes.iter().any(|c| names_rule(&comment[c.clone()], rule)),
    }
}

/// Whether a directive of ruff names its rule for dropped tasks, by its code or its name, and a rule stands for that.
fn is_of_ruff(directive: &Directive, comment: &str, rule: &Rule) -> bool {
    let mut codes = directive.codes.iter().flatten();
    rule.is_site_rule()
        && codes.any(|code| [RUFF_CODE, RUFF_NAME].contains(&&comment[code.clone()]))
}

/// Whether a code in a list that linters share is one of this program.
pub(super) fn is_own_code(code: &str) -> bool {
    code.get(..3).is_some_and(|prefix| prefix.eq_ignore_ascii_case("UND"))
}

/// Whether other linters report a dropped task under this code or name, in any case.
pub fn is_of_other_linter(word: &str) -> bool {
    FOREIGN_CODES.iter().chain([&RUFF_NAME]).any(|foreign| foreign.eq_ignore_ascii_case(word))
}

/// Whether a code, a prefix of one, or a name refers to this rule.
pub(super) fn names_rule(code: &str, rule: &Rule) -> bool {
    let code = code.to_ascii_uppercase();
    let prefix = |of: &&str| of.starts_with(&code);
    prefix(&rule.code)
        || rule.is_site_rule()
            && (FOREIGN_CODES.iter().any(prefix) || RUFF_NAME.eq_ignore_ascii_case(&code))
        || rule.name.eq_ignore_ascii_case(&code)
}

/// The bytes to delete so that a directive loses the codes that are ours.
pub(super) fn removal(
    model: &Model,
    comment: NodeId,
    directive: &Directive,
    is_ours: &dyn Fn(&str) -> bool,
) -> Vec<Range<usize>> {
    let text = model.text(comment);
    let start = model.tree.start(comment);
    let codes = match &directive.codes {
        None if directive.kind == DirectiveKind::Noqa => return Vec::new(),
        None => &[][..],
        Some(codes) => codes,
    };
    let ours = |c: &Range<usize>| is_ours(&text[c.clone()]);
    if codes.iter().all(ours) {
        return vec![directive_range(model, comment, directive)];
    }
    // Those at the end go with the comma behind the last one that stays, the others with the one behind them.
    let last = codes.iter().rposition(|c| !ours(c)).unwrap_or_default();
    let before = codes.windows(2).take(last).filter(|w| ours(&w[0]));
    let mut ranges: Vec<Range<usize>> =
        before.map(|w| start + w[0].start..start + w[1].start).collect();
    if let Some(end) = codes.last().filter(|c| ours(c)) {
        ranges.push(start + codes[last].end..start + end.end);
    }
    ranges
}

/// The directive with the white space before it, and its line if nothing else is on it. Prose behind it stays.
fn directive_range(model: &Model, comment: NodeId, directive: &Directive) -> Range<usize> {
    // The grammar counts the CR of a CRLF to the comment.
    let range = model.tree.start(comment)..model.source.line_end(model.tree.start(comment));
    let bytes = model.source.bytes();
    let text = &model.source.code()[range.clone()];
    let behind = &text[directive.range.end.min(text.len())..];
    let prose = &behind[..behind.find('#').unwrap_or(behind.len())];
    let start = range.start + directive.range.start;
    if prose.contains(char::is_alphanumeric) {
        // `# noqa: F841 - why` becomes `# why`.
        let joint = |c: char| c.is_whitespace() || "-–—:;,.".contains(c);
        let from = directive.range.end + prose.len() - prose.trim_start_matches(joint).len();
        let spaced = usize::from(text[..from].ends_with(' '));
        return start + 1..range.start + from - spaced;
    }
    let end = range.start + directive.range.end.min(text.len()) + prose.len();
    let line = model.source.line_range(model.source.line_index(start));
    let all = directive.range.start == 0 && end == range.end;
    if all && has_own_line(model, comment) {
        // At the end of the file the blank lines before it go, too.
        let is_last = line.end == bytes.len();
        let code = model.source.code();
        let kept = code[..line.start].trim_end().len();
        let blank = code[kept..line.start].find('\n').map(|newline| kept + newline + 1);
        return blank.filter(|_| is_last).unwrap_or(line.start)..line.end;
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
        gone("spawn()  # noqa: ASYNC300 fire and forget\n", "spawn()  # fire and forget\n");
        gone("spawn()  # noqa: E501, RUF006, UND001\n", "spawn()  # noqa: E501\n");
        gone("spawn()  #noqa: RUF006 - why # b\n", "spawn()  # why # b\n");
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
