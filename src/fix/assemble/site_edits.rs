//! The edits at each site, statement by statement. It must not decide what is fixed, only how the
//! text is laid out.

use std::collections::{BTreeMap, BTreeSet};

use super::super::file_context::FileContext;
use super::super::layout::{
    Edit, ExpressionLayout, StatementLayout, Wrap, aligned_lines, call_lines, line_breaks,
    statement_layout, take_marks, width,
};
use super::super::plan::{
    Branch, ChosenTracker, RewriteForm, SiteFix, callbacks_behind, is_partial,
};
use super::super::shutdown::FailureLogger;
use super::super::trackers::FreeNames;
use super::cancel_pending::cancel_edits;
use super::variable_name::variable_name;
use crate::python::{Field, Kind, Model, NodeId};

/// The edits of all site fixes.
pub(in crate::fix) fn site_edits(
    context: &FileContext<'_>,
    names: &mut FreeNames,
    trackers: &[ChosenTracker],
    loggers: &[FailureLogger],
    fixes: &[&SiteFix],
) -> Vec<Edit> {
    let mut statements: BTreeMap<NodeId, Vec<&SiteFix>> = BTreeMap::new();
    for fix in fixes {
        statements.entry(fix.statement).or_default().push(fix);
    }
    let mut breaks = BTreeSet::new();
    let mut edits = Vec::new();
    for (statement, mut fixes) in statements {
        fixes.sort_by_key(|f| f.call);
        let place = statement_layout(&context.layout, statement);
        let group = StatementFixes { context, trackers, loggers, statement, fixes: &fixes, place };
        edits.extend(group.edits(names, &mut breaks));
    }
    edits
}

/// The fixes of one statement.
struct StatementFixes<'a> {
    context: &'a FileContext<'a>,
    trackers: &'a [ChosenTracker],
    loggers: &'a [FailureLogger],
    statement: NodeId,
    fixes: &'a [&'a SiteFix],
    place: StatementLayout,
}

impl StatementFixes<'_> {
    fn edits(&self, names: &mut FreeNames, breaks: &mut BTreeSet<usize>) -> Vec<Edit> {
        let model = self.context.model;
        let wraps = self.fixes.iter().all(|f| f.wraps());
        if wraps {
            return self.wrapped();
        }
        let mut edits = line_breaks(&self.context.layout, self.statement, &self.place, breaks);
        let first = self.fixes[0];
        match &first.form {
            RewriteForm::Branch(branch) => {
                let range = model.tree.range(self.statement);
                edits.push(marked(range, self.if_statement(branch, names)));
            }
            RewriteForm::CancelPending { wait } => {
                let refit = |more| self.refit(*wait, more);
                edits.extend(cancel_edits(
                    self.context,
                    (self.statement, &self.place),
                    *wait,
                    names,
                    refit,
                ));
            }
            _ => edits.extend(self.line_edits(names)),
        }
        edits
    }

    fn tracker(&self, fix: &SiteFix) -> Option<&ChosenTracker> {
        self.trackers.iter().find(|t| t.serves(fix))
    }

    fn helper(&self, fix: &SiteFix) -> String {
        self.tracker(fix).and_then(|t| t.helper.clone()).unwrap_or_default()
    }

    /// Wraps a call in the helper, or replaces the spawner by the file's own function.
    fn wrap_or_replace(&self, expression: &mut ExpressionLayout<'_>, fix: &SiteFix) {
        if let Some(own) = &fix.replacement {
            let callee = match fix.form {
                RewriteForm::Uncalled => None,
                _ => self.context.model.child(fix.call, Field::Function),
            };
            expression.names.insert(callee.unwrap_or(fix.call), own.clone());
            return;
        }
        let helper = self.helper(fix);
        let wrap = match fix.form {
            RewriteForm::Uncalled if hands_keywords(self.context.model, fix.call) => Wrap {
                open: format!("lambda coro, **kwargs: {helper}("),
                close: "(coro, **kwargs))",
                is_breakable: false,
            },
            RewriteForm::Uncalled => Wrap {
                open: format!("lambda coro: {helper}("),
                close: "(coro))",
                is_breakable: false,
            },
            _ => Wrap { open: format!("{helper}("), close: ")", is_breakable: true },
        };
        expression.wraps.insert(fix.call, wrap);
    }

    /// The lines that keep what `name` holds; each begins with a line end.
    fn keeping_lines(&self, fix: &SiteFix, name: &str, indent: &str) -> String {
        let Some(tracker) = self.tracker(fix).filter(|_| !fix.is_global) else {
            return String::new();
        };
        let newline = self.context.layout.newline();
        let set = fix.tracker_expression(&tracker.set);
        let log =
            self.loggers.iter().find(|l| l.future_kind == fix.future_kind).map(|l| l.name.clone());
        let discard = format!("{set}.discard");
        let own = self.context.model.text(self.statement);
        let is_known = |callback: &String| {
            let mut behind = callbacks_behind(self.context.model, self.statement, name);
            behind.any(|(_, known)| known == callback)
                || own.contains(&format!(".add_done_callback({callback})"))
        };
        let callbacks = [Some(discard), log].into_iter().flatten().filter(|c| !is_known(c));
        let unit = self.context.layout.indent_unit(self.statement);
        let callee = format!("{name}.add_done_callback");
        let mut text = format!("{newline}{indent}{set}.add({name})");
        for line in
            callbacks.flat_map(|c| call_lines(&self.context.layout, (indent, &unit), &callee, &c))
        {
            text.push_str(newline);
            text.push_str(&line);
        }
        text
    }

    /// Edits that follow from `more` columns in front of a call. Lines aligned with one of its
    /// brackets move along; a call that fitted before and no longer does is laid out again.
    fn refit(&self, call: NodeId, more: usize) -> Vec<Edit> {
        let model = self.context.model;
        let expression = ExpressionLayout::new(&self.context.layout, self.statement);
        let busy = self.fixes.iter().any(|f| f.call != call && model.tree.contains(call, f.call));
        if busy {
            return Vec::new();
        }
        let split = !self.place.breaks.is_empty();
        let room = self.context.layout.line_length();
        if !self.context.layout.is_one_line(call) && !split {
            return match aligned_lines(&self.context.layout, call) {
                Some(lines)
                    if (lines.longest..lines.longest + more).contains(&room)
                        && !expression.is_rigid(call) =>
                {
                    vec![marked(model.tree.range(call), self.lay_out_again(call, more))]
                }
                Some(lines) => lines.moved(more),
                None => Vec::new(),
            };
        }
        let fits = self.columns() + more <= room;
        let stays = expression.is_rigid(call)
            || !self.context.layout.is_one_line(self.statement)
            || self.has_type_comment();
        if stays || fits || self.is_too_long() {
            return Vec::new();
        }
        vec![marked(model.tree.range(call), self.lay_out_again(call, more))]
    }

    /// The call laid out again, with `more` columns in front of the statement.
    fn lay_out_again(&self, call: NodeId, more: usize) -> Vec<u8> {
        let model = self.context.model;
        let start = model.tree.start(call) - model.tree.start(self.statement);
        let end = start + self.context.layout.raw(call).len();
        let behind = self.context.layout.raw(self.statement).get(end..).unwrap_or_default();
        let after = width(behind) + self.trailing_comment();
        let expression = ExpressionLayout::new(&self.context.layout, self.statement);
        expression.lay_out(call, &self.place.indent, more + start, after)
    }

    /// The width of the statement on a line of its own.
    fn columns(&self) -> usize {
        let text = width(self.context.layout.raw(self.statement));
        width(self.place.indent.as_bytes()) + text + self.trailing_comment()
    }

    /// Whether the statement's single line is already longer than a formatter allows, so that the
    /// file is not formatted.
    fn is_too_long(&self) -> bool {
        self.context.layout.is_one_line(self.statement)
            && self.place.breaks.is_empty()
            && self.columns() > self.context.layout.line_length()
    }

    /// The width of a comment behind the statement; 0 for pragmas, which formatters do not count.
    fn trailing_comment(&self) -> usize {
        let model = self.context.model;
        let end = model.tree.end(self.statement);
        let rest = &model.source.code()[end..model.source.line_end(end)];
        let comment = rest.trim_start_matches([' ', ';', '\t']);
        let counts = comment.starts_with('#') && !is_pragma(comment);
        if counts { width(rest.as_bytes()) } else { 0 }
    }

    /// The edits of a statement whose calls are assigned to variables or moved in front of it.
    fn line_edits(&self, names: &mut FreeNames) -> Vec<Edit> {
        let model = self.context.model;
        let indent = &self.place.indent;
        let (mut before, mut behind) = (Vec::new(), String::new());
        let mut edits = Vec::new();
        let mut expression = ExpressionLayout::new(&self.context.layout, self.statement);
        let start = model.tree.start(self.statement);
        for fix in self.fixes {
            match &fix.form {
                RewriteForm::Statement => {
                    let name = variable_name(self.context.model, fix, names);
                    edits.push(Edit::insert(start, format!("{name} = ")));
                    edits.extend(self.refit(fix.call, name.len() + 3));
                    behind.push_str(&self.keeping_lines(fix, &name, indent));
                }
                RewriteForm::Bound { target } => {
                    let mut name = model.text(*target).to_owned();
                    if name == "_" {
                        name = variable_name(self.context.model, fix, names);
                        edits.push(Edit::replace(model.tree.range(*target), name.clone()));
                        if self.fixes.len() == 1 {
                            edits.extend(self.refit(fix.call, name.len() - 1));
                        }
                    }
                    behind.push_str(&self.keeping_lines(fix, &name, indent));
                }
                RewriteForm::MoveOut => {
                    let name = variable_name(self.context.model, fix, names);
                    before.extend(self.extracted(fix, &name));
                    expression.names.insert(fix.call, name);
                }
                _ => {
                    self.wrap_or_replace(&mut expression, fix);
                }
            }
        }
        if !before.is_empty() {
            edits.insert(0, marked(start..start, before));
            edits.extend(self.replaced(&expression));
        } else {
            edits.extend(self.inserted(&expression));
        }
        edits.push(Edit::insert(self.place.after, behind));
        edits
    }

    /// The call in a statement of its own, with the lines that keep its task, up to the indentation
    /// of the next line.
    fn extracted(&self, fix: &SiteFix, name: &str) -> Vec<u8> {
        let indent = &self.place.indent;
        let prefix = format!("{name} = ");
        let mut text = prefix.clone().into_bytes();
        text.extend(self.lay_out_call(fix.call, &prefix, indent));
        text.extend_from_slice(self.keeping_lines(fix, name, indent).as_bytes());
        text.extend_from_slice(format!("{}{indent}", self.context.layout.newline()).as_bytes());
        text
    }

    fn lay_out_call(&self, call: NodeId, prefix: &str, indent: &str) -> Vec<u8> {
        let expression = ExpressionLayout::new(&self.context.layout, self.statement);
        if expression.is_rigid(call) || self.is_too_long() {
            expression.reindented(call, indent)
        } else {
            expression.lay_out(call, indent, prefix.len(), 0)
        }
    }

    /// The statement with names in place of the calls that moved.
    fn replaced(&self, expression: &ExpressionLayout<'_>) -> Vec<Edit> {
        let model = self.context.model;
        let range = model.tree.range(self.statement);
        if !self.context.layout.is_one_line(self.statement)
            && let Some(text) =
                expression.statement(self.statement, &self.place.indent, self.trailing_comment())
        {
            return vec![marked(range, text)];
        }
        self.inserted(expression)
    }

    /// Replaces calls or spawners by names and wraps sites, without changing the layout.
    fn inserted(&self, expression: &ExpressionLayout<'_>) -> Vec<Edit> {
        let model = self.context.model;
        let mut edits = Vec::new();
        for (node, name) in &expression.names {
            // A replaced spawner is where its site's call begins.
            let around = model.tree.parent(*node).and_then(|p| self.context.site_at(p));
            let site = |i: &usize| self.context.input.classified[*i].site.callee == *node;
            let anchor = around.filter(site).map(|i| (i, 0));
            let range = model.tree.range(*node);
            let end = self.attribute_below(range.end).unwrap_or(range.end);
            let edit = Edit::replace(range.start..end, name.clone());
            edits.push(edit.anchored(anchor.into_iter().collect()));
        }
        for (call, wrap) in &expression.wraps {
            let range = model.tree.range(*call);
            edits.push(Edit::insert(range.start, wrap.open.clone()));
            edits.push(Edit::insert(range.end, wrap.close));
        }
        edits
    }

    /// The dot of an attribute access that a backslash puts on the line below a byte: behind a short name it needs no line.
    fn attribute_below(&self, end: usize) -> Option<usize> {
        let code = self.context.model.source.code();
        let below = code[end..].trim_start_matches([' ', '\t']).strip_prefix('\\')?;
        let dot = below.trim_start();
        dot.starts_with('.').then_some(code.len() - dot.len())
    }

    /// Wraps all sites in place; lays the statement out again if it gets too long or spans lines.
    fn wrapped(&self) -> Vec<Edit> {
        let model = self.context.model;
        let mut expression = ExpressionLayout::new(&self.context.layout, self.statement);
        for fix in self.fixes {
            self.wrap_or_replace(&mut expression, fix);
        }
        let simple = model.kind(self.statement).is_simple_statement();
        let is_free = simple && self.place.breaks.is_empty() && !self.is_too_long();
        if is_free && !self.has_type_comment() && self.wants_layout(&expression) {
            let indent = model.source.indent(model.tree.start(self.statement));
            if let Some(text) =
                expression.statement(self.statement, indent, self.trailing_comment())
            {
                return vec![marked(model.tree.range(self.statement), text)];
            }
            if let Some(edit) = self.wrapped_as_it_stands(&expression, indent) {
                return vec![edit];
            }
        }
        self.inserted(&expression)
    }

    /// Puts the helper on lines of its own around a multi-line call that comments or strings fix in
    /// place.
    fn wrapped_as_it_stands(
        &self,
        expression: &ExpressionLayout<'_>,
        indent: &str,
    ) -> Option<Edit> {
        let model = self.context.model;
        let [fix] = self.fixes else { return None };
        let parent = model.tree.parent(fix.call).map(|p| model.kind(p));
        let whole =
            matches!(parent, Some(Kind::ExpressionStatement | Kind::Assignment | Kind::Attribute));
        let wrap = expression
            .wraps
            .get(&fix.call)
            .filter(|_| whole && !self.context.layout.is_one_line(fix.call))?;
        let newline = self.context.layout.newline();
        let inner = format!("{indent}{}", expression.unit);
        let mut text = format!("{}{newline}{inner}", wrap.open.clone()).into_bytes();
        text.extend(
            ExpressionLayout::new(&self.context.layout, self.statement)
                .reindented(fix.call, &inner),
        );
        text.extend_from_slice(format!("{newline}{indent}{}", wrap.close).as_bytes());
        Some(marked(model.tree.range(fix.call), text))
    }

    /// Whether a type checker's comment is about an error on the statement's one line.
    fn has_type_comment(&self) -> bool {
        let model = self.context.model;
        if !self.context.layout.is_one_line(self.statement) {
            return false;
        }
        let lines =
            model.tree.start(self.statement)..model.source.line_end(model.tree.end(self.statement));
        let is_one = |c: &str| c.contains("type: ignore") || c.contains("pyright: ignore");
        model.comments(lines).into_iter().any(|c| is_one(model.text(c)))
    }

    fn wants_layout(&self, expression: &ExpressionLayout<'_>) -> bool {
        let model = self.context.model;
        let across = self.fixes.iter().any(|f| !self.context.layout.is_one_line(f.call));
        let line = |n: NodeId| model.source.line_start(model.tree.start(n));
        let wraps = expression.wraps.iter();
        let wraps = wraps.map(|(n, wrap)| (*n, wrap.open.len() + wrap.close.len(), 0));
        let names = expression.names.iter().map(|(n, name)| (*n, name.len(), model.text(*n).len()));
        let changes: Vec<(NodeId, usize, usize)> = wraps.chain(names).collect();
        let long = changes.iter().any(|(node, ..)| {
            let same = changes.iter().filter(|(other, ..)| line(*other) == line(*node));
            let (more, less) = same.fold((0, 0), |sum, (_, m, l)| (sum.0 + m, sum.1 + l));
            let start = line(*node);
            let old = width(&model.source.code().as_bytes()[start..model.source.line_end(start)]);
            (old + more).saturating_sub(less) > self.context.layout.line_length() && more > less
        });
        across || long
    }

    /// The statement rewritten as an `if`.
    fn if_statement(&self, branch: &Branch, names: &mut FreeNames) -> Vec<u8> {
        let indent = &self.place.indent;
        let unit = self.context.layout.indent_unit(self.statement);
        let inner = format!("{indent}{unit}");
        let newline = self.context.layout.newline();
        let mut text = b"if ".to_vec();
        text.extend(self.condition(branch));
        text.extend_from_slice(format!(":{newline}{inner}").as_bytes());
        text.extend(self.branch_body(branch.body, &inner, names));
        if let Some(other) = branch.otherwise {
            text.extend_from_slice(format!("{newline}{indent}else:{newline}{inner}").as_bytes());
            text.extend(self.branch_body(other, &inner, names));
        }
        text
    }

    fn condition(&self, branch: &Branch) -> Vec<u8> {
        let model = self.context.model;
        let expression = ExpressionLayout::new(&self.context.layout, self.statement);
        let text = |node: NodeId| {
            expression.flat(node).unwrap_or_else(|| self.context.layout.raw(node).to_vec())
        };
        let bare = model.bare(branch.condition);
        if !branch.negated {
            let multi = expression.flat(bare).is_none();
            return text(if multi { branch.condition } else { bare });
        }
        match model.kind(bare) {
            Kind::NotOperator => {
                let inner = model.child(bare, Field::Argument).or(model.tree.first_child(bare));
                text(inner.unwrap_or(bare))
            }
            Kind::Identifier | Kind::Attribute | Kind::Call | Kind::Subscript => {
                [b"not ".to_vec(), text(bare)].concat()
            }
            _ => [b"not (".to_vec(), text(bare), b")".to_vec()].concat(),
        }
    }

    /// One branch as statements at `indent`; the first line is not indented.
    fn branch_body(&self, node: NodeId, indent: &str, names: &mut FreeNames) -> Vec<u8> {
        let model = self.context.model;
        let bare = model.bare(node);
        let inside = self.fixes.iter().find(|f| model.tree.contains(bare, f.call));
        let mut expression = ExpressionLayout::new(&self.context.layout, self.statement);
        let mut text = Vec::new();
        if let Some(fix) = inside {
            let name = variable_name(self.context.model, fix, names);
            let prefix = format!("{name} = ");
            text.extend_from_slice(prefix.as_bytes());
            text.extend(self.lay_out_call(fix.call, &prefix, indent));
            text.extend_from_slice(self.keeping_lines(fix, &name, indent).as_bytes());
            if fix.call == bare {
                return text;
            }
            text.extend_from_slice(format!("{}{indent}", self.context.layout.newline()).as_bytes());
            expression.names.insert(fix.call, name);
        }
        text.extend(expression.lay_out(bare, indent, 0, 0));
        text
    }
}

/// Whether `ruff format` leaves a comment out of the line's length, since it must stay on its line.
fn is_pragma(comment: &str) -> bool {
    let text = comment.trim_start_matches(['#', ' ']);
    let tool = text.split_once(':').map(|(tool, _)| tool);
    let tools = ["isort", "type", "pyright", "pylint", "flake8", "ruff", "ty", "nosec"];
    text.get(..4).is_some_and(|t| t.eq_ignore_ascii_case("noqa"))
        || tool.is_some_and(|t| tools.contains(&t))
}

/// Whether an uncalled spawner is passed to a `partial` that adds keyword arguments.
fn hands_keywords(model: &Model, reference: NodeId) -> bool {
    let call = model.tree.ancestors(reference).find(|a| model.kind(*a) == Kind::Call);
    let list = call.and_then(|c| model.child(c, Field::Arguments));
    let keyword = |n| matches!(model.kind(n), Kind::KeywordArgument | Kind::DictionarySplat);
    call.is_some_and(|c| is_partial(model, c))
        && list.is_some_and(|l| model.tree.children(l).any(keyword))
}

/// An edit whose text contains marks.
fn marked(range: std::ops::Range<usize>, text: Vec<u8>) -> Edit {
    let mut bare = Vec::with_capacity(text.len());
    let anchors = take_marks(&text, &mut bare);
    Edit::replace(range, bare).anchored(anchors)
}
