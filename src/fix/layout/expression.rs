//! Lays out expressions as black and `ruff format` do: on one line where they fit, else with the
//! outermost bracket broken. It changes white space and trailing commas, never another token.

use super::columns::width;
use super::file_layout::FileLayout;
use super::pieces::ExpressionLayout;
use crate::python::{Field, Kind, Model, NodeId};

impl ExpressionLayout<'_> {
    /// A simple statement at `indent`, with `after` columns behind its last line; none where the
    /// formatters' layout is not implemented.
    pub(in crate::fix) fn statement(
        &self,
        node: NodeId,
        indent: &str,
        after: usize,
    ) -> Option<Vec<u8>> {
        let model = self.layout.model;
        if self.is_rigid(node) {
            return None;
        }
        let children: Vec<NodeId> = model.tree.children(node).collect();
        match (model.kind(node), &children[..]) {
            (Kind::ExpressionStatement, [only]) => match model.kind(*only) {
                Kind::Assignment | Kind::AugmentedAssignment => {
                    let right = model.child(*only, Field::Right)?;
                    let mut text =
                        self.one_line(model.tree.start(node), model.tree.start(right))?;
                    let before = width(&text);
                    text.extend(self.value(right, indent, before, after));
                    Some(text)
                }
                Kind::Yield => self.flat(*only),
                _ if model.kind(model.bare(*only)) == Kind::NamedExpression => self.flat(*only),
                _ => Some(self.value(model.bare(*only), indent, 0, after)),
            },
            (Kind::ReturnStatement, [value]) => {
                let mut text = self.one_line(model.tree.start(node), model.tree.start(*value))?;
                let before = width(&text);
                text.extend(self.value(*value, indent, before, after));
                Some(text)
            }
            _ => self.flat(node),
        }
    }

    /// The value of a statement; a ternary that does not fit on its line gets parentheses.
    fn value(&self, node: NodeId, indent: &str, before: usize, after: usize) -> Vec<u8> {
        let text = self.lay_out(node, indent, before, after);
        let room = self.layout.line_length();
        let fits = || width(indent.as_bytes()) + before + width(&text) + after <= room;
        let is_ternary = self.layout.model.kind(node) == Kind::ConditionalExpression;
        if !is_ternary || (!text.contains(&b'\n') && fits()) {
            return text;
        }
        self.bracket_lines(b"(", self.operands(node, &self.inner(indent), 0), ")", indent)
    }

    /// An expression at `indent`, with `before` columns in front of its first line and `after`
    /// behind its last.
    pub(in crate::fix) fn lay_out(
        &self,
        node: NodeId,
        indent: &str,
        before: usize,
        after: usize,
    ) -> Vec<u8> {
        if let Some(flat) = self.flat(node) {
            let room = self.layout.line_length();
            if width(indent.as_bytes()) + before + width(&flat) + after <= room {
                return flat;
            }
        }
        let marked = self.mark(node);
        if let Some(wrap) = self.wraps.get(&node) {
            let body = self.lay_inside(node, &self.inner(indent));
            return match wrap.is_breakable {
                true => self.bracket(wrap.open.as_bytes(), vec![body], wrap.close, indent, false),
                false => [wrap.open.as_bytes(), &body, wrap.close.as_bytes()].concat(),
            };
        }
        let mut text = marked;
        text.extend(self.broken(node, indent, before, after));
        text
    }

    fn lay_inside(&self, node: NodeId, indent: &str) -> Vec<u8> {
        let mut plain = ExpressionLayout::new(self.layout, node);
        plain.wraps = self.wraps.clone();
        plain.wraps.remove(&node);
        plain.names = self.names.clone();
        plain.unit = self.unit.clone();
        plain.lay_out(node, indent, 0, 0)
    }

    fn inner(&self, indent: &str) -> String {
        format!("{indent}{}", self.unit)
    }

    /// The expression with its outermost bracket broken, or unchanged if it has none.
    fn broken(&self, node: NodeId, indent: &str, before: usize, after: usize) -> Vec<u8> {
        let model = self.layout.model;
        let inner = self.inner(indent);
        match model.kind(node) {
            Kind::Call => match self.call_of_name(node) {
                Some(short) => short,
                None => self.call(node, indent, before, after),
            },
            Kind::List | Kind::Set | Kind::Dictionary | Kind::Tuple => {
                let items: Vec<NodeId> = model.tree.children(node).collect();
                let raw = self.layout.raw(node);
                if items.is_empty() {
                    return raw.to_vec();
                }
                let close = char::from(raw[raw.len() - 1]).to_string();
                let laid = items.iter().map(|i| self.element(*i, &inner, 1)).collect();
                self.bracket(&raw[..1], laid, &close, indent, true)
            }
            kind if kind.is_comprehension() => {
                let raw = self.layout.raw(node);
                self.comprehension(&raw[..1], node, indent)
            }
            Kind::ParenthesizedExpression => match model.tree.first_child(node) {
                Some(only) => self.bracket_lines(b"(", self.operands(only, &inner, 0), ")", indent),
                None => self.reindented(node, indent),
            },
            Kind::IfClause => match model.tree.first_child(node) {
                Some(condition) => {
                    [b"if ".to_vec(), self.element(condition, indent, after)].concat()
                }
                None => self.reindented(node, indent),
            },
            Kind::KeywordArgument
            | Kind::Pair
            | Kind::Await
            | Kind::Lambda
            | Kind::BooleanOperator
            | Kind::ListSplat
            | Kind::DictionarySplat
            | Kind::ForInClause => {
                let last = model.tree.children(node).last();
                let head =
                    last.and_then(|l| self.one_line(model.tree.start(node), model.tree.start(l)));
                let (Some(last), Some(mut text)) = (last, head) else {
                    return self.reindented(node, indent);
                };
                let before = before + width(&text);
                text.extend(self.lay_out(last, indent, before, after));
                text
            }
            _ => self.flat(node).unwrap_or_else(|| self.reindented(node, indent)),
        }
    }

    /// `callee(name)` where the only argument was moved out of the call: what its magic trailing comma kept apart is gone.
    fn call_of_name(&self, call: NodeId) -> Option<Vec<u8>> {
        let model = self.layout.model;
        let (function, list) =
            (model.child(call, Field::Function)?, model.child(call, Field::Arguments)?);
        let mut arguments = model.tree.children(list);
        let name = self.names.get(&arguments.next()?).filter(|_| arguments.next().is_none())?;
        let mut text = self.flat(function)?;
        text.extend_from_slice(format!("({name})").as_bytes());
        Some(text)
    }

    /// A call with its arguments on lines of their own. If what precedes them is too long, that is
    /// broken first.
    fn call(&self, call: NodeId, indent: &str, before: usize, after: usize) -> Vec<u8> {
        let model = self.layout.model;
        let (Some(function), Some(arguments)) =
            (model.child(call, Field::Function), model.child(call, Field::Arguments))
        else {
            return self.reindented(call, indent);
        };
        let room = self.layout.line_length();
        let fits = |head: &Vec<u8>| width(indent.as_bytes()) + before + width(head) < room;
        let is_empty = model.tree.first_child(arguments).is_none();
        let head = match (self.flat(function), self.call_before(function)) {
            (Some(head), None) => head,
            (Some(head), _) if fits(&head) && !is_empty => head,
            (_, Some(object)) => {
                let Some(tail) = self.one_line(model.tree.end(object), model.tree.start(arguments))
                else {
                    return self.reindented(call, indent);
                };
                let behind = if is_empty { 2 + after } else { 1 };
                let mut text = self.lay_out(object, indent, before, width(&tail) + behind);
                text.extend(tail);
                let last = text.rsplit(|b| *b == b'\n').next().unwrap_or_default();
                let column = match text.contains(&b'\n') {
                    true => width(last).saturating_sub(width(indent.as_bytes())),
                    false => before + width(last),
                };
                if let Some(flat) = self.flat(arguments)
                    && width(indent.as_bytes()) + column + width(&flat) + after <= room
                {
                    return [text, flat].concat();
                }
                text
            }
            (None, None) => return self.reindented(call, indent),
        };
        self.arguments(head, arguments, indent)
            .unwrap_or_else(|| self.flat(call).unwrap_or_else(|| self.reindented(call, indent)))
    }
    /// The innermost call in a method chain: `f(…)` for the callee `f(…).a.b`.
    fn call_before(&self, function: NodeId) -> Option<NodeId> {
        let model = self.layout.model;
        let object = model.child(function, Field::Object)?;
        match model.kind(object) {
            Kind::Call => Some(object),
            Kind::Attribute => self.call_before(object),
            _ => None,
        }
    }

    /// The callee followed by its arguments, broken; none where there are no arguments.
    fn arguments(&self, mut head: Vec<u8>, list: NodeId, indent: &str) -> Option<Vec<u8>> {
        let model = self.layout.model;
        head.push(b'(');
        let items: Vec<NodeId> = model.tree.children(list).collect();
        match model.kind(list) {
            _ if items.is_empty() => None,
            Kind::ArgumentList => Some(self.items(&head, &items, list, ")", indent)),
            _ => Some(self.comprehension(&head, list, indent)),
        }
    }

    /// A comprehension in its brackets: on one line, or its element and each clause on a line of
    /// their own.
    fn comprehension(&self, head: &[u8], node: NodeId, indent: &str) -> Vec<u8> {
        let model = self.layout.model;
        let inner = self.inner(indent);
        let parts: Vec<NodeId> = model.tree.children(node).collect();
        let whole = match (parts.first(), parts.last()) {
            (Some(first), Some(last)) => {
                self.one_line(model.tree.start(*first), model.tree.end(*last))
            }
            _ => None,
        };
        let fits = |w: &Vec<u8>| width(inner.as_bytes()) + width(w) <= self.layout.line_length();
        let lines = match whole.filter(fits) {
            Some(whole) => vec![whole],
            None => parts.iter().map(|c| self.lay_out(*c, &inner, 0, 0)).collect(),
        };
        let close = char::from(*self.layout.raw(node).last().unwrap_or(&b')')).to_string();
        self.bracket_lines(head, lines, &close, indent)
    }

    /// An expression inside brackets, where it may be broken before its operators.
    fn element(&self, node: NodeId, indent: &str, after: usize) -> Vec<u8> {
        let glue = format!("{}{indent}", self.layout.newline());
        self.operands(node, indent, after).join(glue.as_bytes())
    }

    /// The contents of brackets: one line, or one line for each part of a ternary or boolean
    /// operation.
    fn operands(&self, node: NodeId, indent: &str, after: usize) -> Vec<Vec<u8>> {
        let model = self.layout.model;
        let whole = self.lay_out(node, indent, 0, after);
        let room = self.layout.line_length();
        let column = width(indent.as_bytes()) + width(&whole) + after;
        let parts = match model.kind(node) {
            Kind::ConditionalExpression => model.tree.children(node).collect(),
            Kind::BooleanOperator => self.boolean_operands(node),
            _ => Vec::new(),
        };
        if (!whole.contains(&b'\n') && column <= room) || parts.len() < 2 {
            return vec![whole];
        }
        // Each part but the first begins with its operator.
        let starts = std::iter::once(model.tree.start(node))
            .chain(parts.windows(2).map(|w| model.tree.end(w[0])));
        let pieces = parts.iter().zip(starts).map(|(part, start)| {
            let operator = self.one_line(start, model.tree.start(*part))?;
            let mut text = operator.trim_ascii_start().to_vec();
            let after = if parts.last() == Some(part) { after } else { 0 };
            text.extend(self.lay_out(*part, indent, width(&text), after));
            Some(text)
        });
        pieces.collect::<Option<Vec<_>>>().unwrap_or_else(|| vec![whole])
    }

    /// The operands of `a and b and c`, which the grammar nests.
    fn boolean_operands(&self, node: NodeId) -> Vec<NodeId> {
        let model = self.layout.model;
        let parts: Vec<NodeId> = model.tree.children(node).collect();
        let [left, right] = parts[..] else { return parts };
        let same =
            model.kind(left) == Kind::BooleanOperator && word(model, left) == word(model, node);
        let mut all = if same { self.boolean_operands(left) } else { vec![left] };
        all.push(right);
        all
    }

    /// Arguments: on one line if they fit and have no magic trailing comma, else one on each line.
    fn items(
        &self,
        head: &[u8],
        items: &[NodeId],
        list: NodeId,
        close: &str,
        indent: &str,
    ) -> Vec<u8> {
        let inner = self.inner(indent);
        let room = self.layout.line_length();
        let flats: Option<Vec<Vec<u8>>> = items.iter().map(|i| self.flat(*i)).collect();
        if let Some(flats) = flats.filter(|_| !self.has_magic_comma(list)) {
            let joined = flats.join(&b", "[..]);
            if width(inner.as_bytes()) + width(&joined) <= room {
                return self.bracket(head, vec![joined], close, indent, false);
            }
        }
        let comma = items.len() > 1 || self.has_magic_comma(list);
        let room = usize::from(comma);
        let laid = items.iter().map(|i| match self.layout.model.kind(*i) {
            Kind::ConditionalExpression => self.element(*i, &inner, room),
            _ => self.lay_out(*i, &inner, 0, room),
        });
        self.bracket(head, laid.collect(), close, indent, comma)
    }

    /// Whether the last element has a magic trailing comma, which keeps the elements on lines of
    /// their own.
    fn has_magic_comma(&self, list: NodeId) -> bool {
        let model = self.layout.model;
        let Some(last) = model.tree.children(list).last() else {
            return false;
        };
        model.source.code()[model.tree.end(last)..model.tree.end(list)].contains(',')
    }

    fn bracket(
        &self,
        head: &[u8],
        items: Vec<Vec<u8>>,
        close: &str,
        indent: &str,
        comma: bool,
    ) -> Vec<u8> {
        let count = items.len();
        let ended = items.into_iter().enumerate().map(|(i, mut item)| {
            if comma || i + 1 < count {
                item.push(b',');
            }
            item
        });
        self.bracket_lines(head, ended.collect(), close, indent)
    }

    fn bracket_lines(
        &self,
        head: &[u8],
        lines: Vec<Vec<u8>>,
        close: &str,
        indent: &str,
    ) -> Vec<u8> {
        let newline = self.layout.newline();
        let mut text = head.to_vec();
        for line in lines {
            text.extend_from_slice(newline.as_bytes());
            text.extend_from_slice(self.inner(indent).as_bytes());
            text.extend(line);
        }
        text.extend_from_slice(format!("{newline}{indent}{close}").as_bytes());
        text
    }
}

/// The operator of a boolean operation: `and` or `or`.
fn word(model: &Model, operator: NodeId) -> Option<&str> {
    let first = model.tree.end(model.tree.first_child(operator)?);
    model.source.code()[first..].split_whitespace().next()
}

/// `callee(arguments)` as lines at `indent`, with the bracket broken where one line would be too
/// long.
pub(in crate::fix) fn call_lines(
    layout: &FileLayout<'_>,
    (indent, unit): (&str, &str),
    callee: &str,
    arguments: &str,
) -> Vec<String> {
    let flat = format!("{indent}{callee}({arguments})");
    if width(flat.as_bytes()) <= layout.line_length() {
        return vec![flat];
    }
    let head = format!("{indent}{callee}(");
    vec![head, format!("{indent}{unit}{arguments}"), format!("{indent})")]
}
