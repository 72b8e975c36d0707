//! The layout of an expression as black and `ruff format` do it: on one line where it fits, else the outermost bracket
//! broken. It moves white space and commas at line ends, never a token.

use super::pieces::{Spread, Wrap, width};
use crate::python::{Field, Kind, NodeId};

impl Spread<'_> {
    /// A whole simple statement laid out at `indent`; none for those whose layout is not known.
    pub(super) fn statement(&self, node: NodeId, indent: &str) -> Option<Vec<u8>> {
        let model = self.context.model;
        if self.rigid(node) {
            return None;
        }
        let children: Vec<NodeId> = model.tree.children(node).collect();
        match (model.kind(node), &children[..]) {
            (Kind::ExpressionStatement, [only]) => match model.kind(*only) {
                Kind::Assignment | Kind::AugmentedAssignment => {
                    let right = model.child(*only, Field::Right)?;
                    let mut text = self.piece(model.tree.start(node), model.tree.start(right))?;
                    let before = width(&text);
                    text.extend(self.lay(right, indent, before, 0));
                    Some(text)
                }
                Kind::Yield => self.flat(*only),
                _ if model.kind(model.bare(*only)) == Kind::NamedExpression => self.flat(*only),
                _ => Some(self.lay(model.bare(*only), indent, 0, 0)),
            },
            (Kind::ReturnStatement, [value]) => {
                let mut text = b"return ".to_vec();
                text.extend(self.lay(*value, indent, 7, 0));
                Some(text)
            }
            _ => self.flat(node),
        }
    }

    /// An expression at `indent`, with `before` columns in front of it on its first line and `after` behind its last.
    pub(super) fn lay(&self, node: NodeId, indent: &str, before: usize, after: usize) -> Vec<u8> {
        if let Some(flat) = self.flat(node) {
            let room = self.context.line_length();
            if width(indent.as_bytes()) + before + width(&flat) + after <= room {
                return flat;
            }
        }
        let marked = self.mark(node);
        if let Some(wrap) = self.wraps.get(&node) {
            let body = self.lay_inside(node, &self.inner(indent));
            return match wrap {
                Wrap::Call(_) => {
                    self.bracket(wrap.open().as_bytes(), vec![body], wrap.close(), indent, false)
                }
                Wrap::Lambda(_) | Wrap::OpenLambda(_) => {
                    [wrap.open().as_bytes(), &body, wrap.close().as_bytes()].concat()
                }
            };
        }
        let mut text = marked;
        text.extend(self.broken(node, indent, before, after));
        text
    }

    fn lay_inside(&self, node: NodeId, indent: &str) -> Vec<u8> {
        let mut plain = Spread::new(self.context, node);
        plain.wraps = self.wraps.clone();
        plain.wraps.remove(&node);
        plain.names = self.names.clone();
        plain.unit = self.unit.clone();
        plain.lay(node, indent, 0, 0)
    }

    fn inner(&self, indent: &str) -> String {
        format!("{indent}{}", self.unit)
    }

    /// The outermost bracket broken; what has none that can be broken stays as it is.
    fn broken(&self, node: NodeId, indent: &str, before: usize, after: usize) -> Vec<u8> {
        let model = self.context.model;
        let inner = self.inner(indent);
        match model.kind(node) {
            Kind::Call => {
                let (Some(function), Some(arguments)) =
                    (model.child(node, Field::Function), model.child(node, Field::Arguments))
                else {
                    return self.plain(node, indent);
                };
                let Some(mut head) = self.flat(function) else {
                    return self.before_last(node, function, indent, before, after);
                };
                let items: Vec<NodeId> = model.tree.children(arguments).collect();
                if items.is_empty() {
                    return self.before_last(node, function, indent, before, after);
                }
                if model.kind(arguments) != Kind::ArgumentList {
                    return self.plain(node, indent);
                }
                head.push(b'(');
                self.items(&head, &items, arguments, ")", indent)
            }
            Kind::List | Kind::Set | Kind::Dictionary | Kind::Tuple => {
                let items: Vec<NodeId> = model.tree.children(node).collect();
                let raw = self.context.raw(node);
                if items.is_empty() {
                    return raw.to_vec();
                }
                let close = char::from(raw[raw.len() - 1]).to_string();
                let laid = items.iter().map(|i| self.lay(*i, &inner, 0, 1)).collect();
                self.bracket(&raw[..1], laid, &close, indent, true)
            }
            kind if kind.is_comprehension() => {
                let raw = self.context.raw(node);
                let parts: Vec<Vec<u8>> =
                    model.tree.children(node).map(|c| self.lay(c, &inner, 0, 0)).collect();
                let close = char::from(raw[raw.len() - 1]).to_string();
                self.bracket_lines(&raw[..1], parts, &close, indent)
            }
            Kind::ParenthesizedExpression => match model.tree.first_child(node) {
                Some(only) => self.bracket_lines(b"(", self.operands(only, &inner), ")", indent),
                None => self.plain(node, indent),
            },
            Kind::KeywordArgument | Kind::Pair | Kind::Await | Kind::Lambda => {
                let last = model.tree.children(node).last();
                let head =
                    last.and_then(|l| self.piece(model.tree.start(node), model.tree.start(l)));
                let (Some(last), Some(mut text)) = (last, head) else {
                    return self.plain(node, indent);
                };
                let before = before + width(&text);
                text.extend(self.lay(last, indent, before, after));
                text
            }
            _ => self.flat(node).unwrap_or_else(|| self.plain(node, indent)),
        }
    }

    /// `f(…).start()`, `f(…,).then(g)`: a call broken in what it is a method of.
    fn before_last(
        &self,
        call: NodeId,
        function: NodeId,
        indent: &str,
        before: usize,
        after: usize,
    ) -> Vec<u8> {
        let model = self.context.model;
        let object = model.child(function, Field::Object).filter(|o| model.kind(*o) == Kind::Call);
        let parts =
            object.and_then(|o| Some((o, self.piece(model.tree.end(o), model.tree.end(call))?)));
        let Some((object, tail)) = parts else {
            return self.flat(call).unwrap_or_else(|| self.plain(call, indent));
        };
        let mut text = self.lay(object, indent, before, after + width(&tail));
        text.extend(tail);
        text
    }

    /// What stands in parentheses: on one line, or a ternary's or an `and`'s parts on one line each.
    fn operands(&self, node: NodeId, indent: &str) -> Vec<Vec<u8>> {
        let model = self.context.model;
        let whole = self.lay(node, indent, 0, 0);
        let room = self.context.line_length();
        let fits = !whole.contains(&b'\n') && width(indent.as_bytes()) + width(&whole) <= room;
        let parts: Vec<NodeId> = model.tree.children(node).collect();
        let splits =
            matches!(model.kind(node), Kind::ConditionalExpression | Kind::BooleanOperator);
        if fits || !splits || parts.len() < 2 {
            return vec![whole];
        }
        // Each part but the first begins with the word in front of it.
        let starts = std::iter::once(model.tree.start(node))
            .chain(parts.windows(2).map(|w| model.tree.end(w[0])));
        let ends = parts.iter().map(|p| model.tree.end(*p));
        let pieces: Option<Vec<Vec<u8>>> =
            starts.zip(ends).map(|(s, e)| self.piece(s, e)).collect();
        match pieces {
            Some(pieces) => pieces.iter().map(|p| p.trim_ascii().to_vec()).collect(),
            None => vec![whole],
        }
    }

    /// Arguments: together on one line if they fit and no trailing comma asks for more, else one a line.
    fn items(
        &self,
        head: &[u8],
        items: &[NodeId],
        list: NodeId,
        close: &str,
        indent: &str,
    ) -> Vec<u8> {
        let inner = self.inner(indent);
        let room = self.context.line_length();
        let flats: Option<Vec<Vec<u8>>> = items.iter().map(|i| self.flat(*i)).collect();
        if let Some(flats) = flats.filter(|_| !self.magic(list)) {
            let joined = flats.join(&b", "[..]);
            if width(inner.as_bytes()) + width(&joined) <= room {
                return self.bracket(head, vec![joined], close, indent, false);
            }
        }
        let comma = items.len() > 1 || self.magic(list);
        let room = usize::from(comma);
        let laid = items.iter().map(|i| self.lay(*i, &inner, 0, room)).collect();
        self.bracket(head, laid, close, indent, comma)
    }

    /// Whether the last element is followed by a comma, which keeps the elements on lines of their own.
    fn magic(&self, list: NodeId) -> bool {
        let model = self.context.model;
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
        let newline = self.context.newline();
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
