//! The layout of an expression as black and `ruff format` do it: on one line where it fits, else the outermost bracket
//! broken. It moves white space and commas at line ends, never a token.

use std::collections::BTreeMap;

use super::case::Case;
use crate::python::{Field, Kind, NodeId};

/// How the pieces of one statement are laid out.
pub(super) struct Spread<'a> {
    pub context: &'a Case<'a>,
    /// Calls that get a function wrapped around them.
    pub wraps: BTreeMap<NodeId, Wrap>,
    /// Calls that have moved: the name that stands for each.
    pub names: BTreeMap<NodeId, String>,
    /// One level of indentation.
    pub unit: String,
}

/// What is put around a call, or around a spawner that is passed uncalled.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Wrap {
    /// `helper(call)`
    Call(String),
    /// `lambda coro: helper(spawner(coro))`
    Lambda(String),
    /// `lambda coro, **kwargs: helper(spawner(coro, **kwargs))`
    OpenLambda(String),
}

impl Wrap {
    pub(super) fn open(&self) -> String {
        match self {
            Self::Call(helper) => format!("{helper}("),
            Self::Lambda(helper) => format!("lambda coro: {helper}("),
            Self::OpenLambda(helper) => format!("lambda coro, **kwargs: {helper}("),
        }
    }

    pub(super) fn close(&self) -> &'static str {
        match self {
            Self::Call(_) => ")",
            Self::Lambda(_) => "(coro))",
            Self::OpenLambda(_) => "(coro, **kwargs))",
        }
    }
}

/// Frames the index of a site in new text, before its call; no Python file holds a null byte.
pub(super) const MARK: u8 = 0;

/// The width of text in columns, marks left out; a tab counts four, as ruff has it.
pub(super) fn width(text: &[u8]) -> usize {
    let mut bare = Vec::with_capacity(text.len());
    take_marks(text, &mut bare);
    let tabs = bare.iter().filter(|b| **b == b'\t').count();
    String::from_utf8_lossy(&bare).chars().count() + 3 * tabs
}

/// Appends `text` to `bare` without its marks, and returns what they say: site, offset in `text` without marks.
pub(super) fn take_marks(text: &[u8], bare: &mut Vec<u8>) -> Vec<(usize, usize)> {
    let base = bare.len();
    let mut found = Vec::new();
    for (i, piece) in text.split(|b| *b == MARK).enumerate() {
        match std::str::from_utf8(piece).ok().and_then(|p| p.parse().ok()) {
            Some(site) if i % 2 == 1 => found.push((site, bare.len() - base)),
            _ => bare.extend_from_slice(piece),
        }
    }
    found
}

impl<'a> Spread<'a> {
    pub(super) fn new(context: &'a Case<'a>, near: NodeId) -> Self {
        Self { context, wraps: BTreeMap::new(), names: BTreeMap::new(), unit: context.unit(near) }
    }

    /// Whether something in the node fixes its lines: a comment, a string over several lines, a backslash.
    pub(super) fn rigid(&self, node: NodeId) -> bool {
        let model = self.context.model;
        let gone = |n: NodeId| self.names.keys().any(|c| model.tree.contains(*c, n));
        let fixed = |n: NodeId| match model.kind(n) {
            Kind::Comment | Kind::LineContinuation => true,
            Kind::String | Kind::ConcatenatedString => !self.context.one_line(n),
            _ => false,
        };
        model.tree.descendants(node).any(|n| fixed(n) && !gone(n))
            || (self.names.is_empty() && model.text(node).contains("\\\n"))
    }

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

    /// The bytes of a node with its line ends, its further lines moved from the indentation of its own line to `indent`.
    pub(super) fn plain(&self, node: NodeId, indent: &str) -> Vec<u8> {
        let model = self.context.model;
        let code = model.source.code();
        let old = model.source.indent(model.tree.start(node));
        let (mut at, end) = (model.tree.start(node), model.tree.end(node));
        let mut text = Vec::new();
        let mut closing = Vec::new();
        while at <= end {
            self.close_calls(at, &mut text, &mut closing);
            if at == end {
                break;
            }
            self.open_calls(at, end, &mut text, &mut closing);
            if let Some((node, name)) = self.names.iter().find(|(n, _)| self.begins(**n, at, end)) {
                text.extend_from_slice(name.as_bytes());
                at = model.tree.end(*node);
                continue;
            }
            text.push(model.source.bytes()[at]);
            at += 1;
            if code.as_bytes()[at - 1] == b'\n' && !self.in_string(node, at) {
                let line = code[at..end].lines().next().unwrap_or_default();
                if !line.trim().is_empty() {
                    at += if line.starts_with(old) { old.len() } else { 0 };
                    text.extend_from_slice(indent.as_bytes());
                }
            }
        }
        text
    }

    fn in_string(&self, around: NodeId, at: usize) -> bool {
        let model = self.context.model;
        let mut strings = model.tree.descendants(around).filter(|n| model.kind(*n) == Kind::String);
        strings.any(|s| model.tree.start(s) < at && at < model.tree.end(s))
    }

    fn mark(&self, node: NodeId) -> Vec<u8> {
        let site = self.context.site_at(node);
        site.filter(|_| !self.wraps.contains_key(&node)).map_or_else(Vec::new, mark)
    }

    /// The node on one line, if no trailing comma asks for more.
    pub(super) fn flat(&self, node: NodeId) -> Option<Vec<u8>> {
        self.piece(self.context.model.tree.start(node), self.context.model.tree.end(node))
    }

    /// The code between two offsets on one line, wraps and names put in, marks set.
    fn piece(&self, start: usize, end: usize) -> Option<Vec<u8>> {
        let code = self.context.model.source.code().as_bytes();
        let bytes = self.context.model.source.bytes();
        let mut text: Vec<u8> = Vec::new();
        let mut closing = Vec::new();
        let mut at = start;
        while at <= end {
            self.close_calls(at, &mut text, &mut closing);
            if at == end {
                break;
            }
            self.open_calls(at, end, &mut text, &mut closing);
            if let Some((node, name)) = self.names.iter().find(|(n, _)| self.begins(**n, at, end)) {
                text.extend_from_slice(name.as_bytes());
                at = self.context.model.tree.end(*node);
                continue;
            }
            let stop = self.opaque_end(at).unwrap_or(at + 1).min(end);
            if stop > at + 1 {
                text.extend_from_slice(&bytes[at..stop]);
                at = stop;
                continue;
            }
            if !is_white(code, at) {
                text.push(bytes[at]);
                at += 1;
                continue;
            }
            let mut next = at;
            while next < end && is_white(code, next) {
                next += 1;
            }
            if code[at..next].contains(&b'\n') {
                text.extend_from_slice(glue(text.last().copied(), code.get(next).copied())?);
            } else {
                text.extend_from_slice(&bytes[at..next]);
            }
            at = next;
        }
        Some(text)
    }

    fn begins(&self, node: NodeId, at: usize, end: usize) -> bool {
        let tree = &self.context.model.tree;
        tree.start(node) == at && tree.end(node) <= end
    }

    fn close_calls(&self, at: usize, text: &mut Vec<u8>, closing: &mut Vec<(usize, &'static str)>) {
        while let Some((_, close)) = closing.pop_if(|(end, _)| *end == at) {
            text.extend_from_slice(close.as_bytes());
        }
    }

    fn open_calls(
        &self,
        at: usize,
        end: usize,
        text: &mut Vec<u8>,
        closing: &mut Vec<(usize, &'static str)>,
    ) {
        for i in self.context.sites_from(at) {
            let node = self.context.judged[i].site.node;
            if !self.begins(node, at, end) || self.names.contains_key(&node) {
                continue;
            }
            if let Some(wrap) = self.wraps.get(&node) {
                text.extend_from_slice(wrap.open().as_bytes());
                closing.push((self.context.model.tree.end(node), wrap.close()));
            }
            text.extend(mark(i));
        }
    }

    /// The end of the string that begins at `at`; a string that holds a moved or wrapped call is no whole.
    fn opaque_end(&self, at: usize) -> Option<usize> {
        let tree = &self.context.model.tree;
        if !matches!(self.context.model.source.code().as_bytes()[at], b'"' | b'\'' | b'a'..=b'z' | b'A'..=b'Z')
        {
            return None;
        }
        let mut node = tree.covering(at..at + 1);
        while self.context.model.kind(node) != Kind::String || tree.start(node) != at {
            node = tree.parent(node)?;
            if tree.start(node) != at {
                return None;
            }
        }
        let busy = self.names.keys().chain(self.wraps.keys()).any(|c| tree.contains(node, *c));
        (!busy).then(|| tree.end(node))
    }
}

fn mark(site: usize) -> Vec<u8> {
    format!("\0{site}\0").into_bytes()
}

fn is_white(code: &[u8], at: usize) -> bool {
    match code[at] {
        b' ' | b'\t' | b'\r' | b'\n' | b'\x0c' => true,
        b'\\' => matches!(code.get(at + 1), Some(b'\n' | b'\r')),
        _ => false,
    }
}

/// What stands for a line end between two characters; none when a trailing comma keeps the lines apart.
fn glue(before: Option<u8>, after: Option<u8>) -> Option<&'static [u8]> {
    match (before, after) {
        (Some(b','), Some(b')' | b']' | b'}')) => None,
        (Some(b'(' | b'[' | b'{'), _) | (_, Some(b')' | b']' | b'}' | b'.')) => Some(b""),
        _ => Some(b" "),
    }
}
