//! Checks indentation as CPython's tokenizer does, which tree-sitter does not. It knows lines and brackets, no names and no
//! meaning.

use std::ops::Range;

use super::kind::Kind;
use super::node_id::NodeId;
use super::tree::Tree;
use crate::text::SourceFile;

/// The first line that CPython would reject.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LayoutError {
    /// 1-based.
    pub line: usize,
    /// What is wrong, in CPython's own words where it has some.
    pub message: &'static str,
}

/// CPython's levels of indentation (`Parser/tokenizer.c`: `MAXINDENT`).
const MAX_LEVELS: usize = 100;

/// Checks the indentation of every logical line, and that there is nothing else that tree-sitter accepts and CPython rejects:
/// Python 2 statements, a walrus as a statement. Lazy bodies are parsed for it, and not kept: their syntax is checked, too.
///
/// # Errors
/// The first invalid line.
pub fn check_layout(source: &SourceFile, tree: &Tree) -> Result<(), LayoutError> {
    Lexical::of(tree, true).check(source)
}

/// The same of a file whose lazy bodies are known to be valid where they stand, as far as they are not parsed.
///
/// # Errors
/// The first invalid line.
pub fn check_parsed_layout(source: &SourceFile, tree: &Tree) -> Result<(), LayoutError> {
    let mut found = Lexical::of(tree, false);
    for lazy in tree.unparsed_bodies() {
        let bracket = lazy.parameters.start - 1;
        found.opaque.push((bracket..lazy.body.end, Opaque::Function { body: lazy.body.start }));
    }
    found.check(source)
}

/// What the nodes of a file say about its lines.
#[derive(Default)]
struct Lexical {
    /// Outermost only.
    opaque: Vec<(Range<usize>, Opaque)>,
    /// What is reported of the errors that the nodes show, and where it begins.
    error: Option<(NodeError, usize)>,
}

/// What the nodes of a file show to be no Python, in the order in which it is reported.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum NodeError {
    Python2,
    Walrus,
    Syntax,
}

impl NodeError {
    fn message(self) -> &'static str {
        match self {
            Self::Python2 => "a Python 2 statement",
            Self::Walrus => "a walrus without parentheses",
            Self::Syntax => "invalid syntax",
        }
    }
}

/// What a range of bytes is whose bytes are no code, or are not looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Opaque {
    String,
    Comment,
    /// A function whose body is not parsed, from the bracket of its parameters on.
    Function {
        /// The first byte of the body.
        body: usize,
    },
}

impl Lexical {
    fn of(tree: &Tree, whole: bool) -> Self {
        let mut found = Self::default();
        tree.visit_segments(whole, |nodes, first_id, error| {
            for node in nodes {
                let (start, end) = (node.start as usize, node.end as usize);
                let parent = || match node.parent.checked_sub(first_id) {
                    Some(at) => nodes.get(at as usize).map(|parent| parent.kind),
                    None => Some(tree.kind(NodeId(node.parent))),
                };
                let is_walrus = || parent() == Some(Kind::ExpressionStatement);
                match node.kind {
                    Kind::PrintStatement | Kind::ExecStatement => {
                        found.add_error(NodeError::Python2, start);
                    }
                    Kind::NamedExpression if is_walrus() => {
                        found.add_error(NodeError::Walrus, start)
                    }
                    Kind::Comment => found.add_opaque(start..end, Opaque::Comment),
                    Kind::String => found.add_opaque(start..end, Opaque::String),
                    _ => {}
                }
            }
            error.into_iter().for_each(|at| found.add_error(NodeError::Syntax, at));
        });
        found
    }

    fn add_error(&mut self, error: NodeError, at: usize) {
        self.error = self.error.into_iter().chain([(error, at)]).min();
    }

    fn add_opaque(&mut self, range: Range<usize>, kind: Opaque) {
        if self.opaque.last().is_none_or(|(last, _)| range.start >= last.end) {
            self.opaque.push((range, kind));
        }
    }

    fn check(mut self, source: &SourceFile) -> Result<(), LayoutError> {
        if let Some((error, at)) = self.error {
            let line = source.line_index(at) + 1;
            return Err(LayoutError { line, message: error.message() });
        }
        self.opaque.sort_unstable_by_key(|(range, kind)| (range.start, range.end, *kind));
        let mut levels = vec![Indent::default()];
        let mut suite = false;
        let mut last = 0;
        let error = |at, message| LayoutError { line: source.line_index(at) + 1, message };
        for line in logical_lines(source, &self.opaque) {
            last = line.start;
            check_line(&mut levels, suite, &line).map_err(|message| error(line.start, message))?;
            suite = line.opens_suite;
        }
        if suite { Err(error(last, "expected an indented block")) } else { Ok(()) }
    }
}

fn check_line(
    levels: &mut Vec<Indent>,
    suite: bool,
    line: &LogicalLine,
) -> Result<(), &'static str> {
    let top = levels.last().copied().unwrap_or_default();
    let Some(order) = line.indent.compare(top) else {
        return Err("inconsistent use of tabs and spaces in indentation");
    };
    match order {
        std::cmp::Ordering::Greater if !suite => Err("unexpected indent"),
        std::cmp::Ordering::Greater if levels.len() >= MAX_LEVELS => {
            Err("too many levels of indentation")
        }
        std::cmp::Ordering::Greater => {
            levels.push(line.indent);
            Ok(())
        }
        _ if suite => Err("expected an indented block"),
        std::cmp::Ordering::Equal => Ok(()),
        std::cmp::Ordering::Less => {
            while levels.last().is_some_and(|l| l.columns > line.indent.columns) {
                levels.pop();
            }
            match levels.last().and_then(|l| line.indent.compare(*l)) {
                Some(std::cmp::Ordering::Equal) => Ok(()),
                Some(_) => Err("unindent does not match any outer indentation level"),
                None => Err("inconsistent use of tabs and spaces in indentation"),
            }
        }
    }
}

/// The width of an indentation with tabs to multiples of eight, and with tabs of one. CPython requires both to agree.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Indent {
    columns: usize,
    alternative: usize,
}

impl Indent {
    fn of(white: &str) -> Self {
        let mut found = Self::default();
        for c in white.chars() {
            match c {
                ' ' => {
                    found.columns += 1;
                    found.alternative += 1;
                }
                '\t' => {
                    found.columns = (found.columns / 8 + 1) * 8;
                    found.alternative += 1;
                }
                // A form feed resets the count.
                _ => found = Self::default(),
            }
        }
        found
    }

    fn compare(self, other: Self) -> Option<std::cmp::Ordering> {
        let order = self.columns.cmp(&other.columns);
        (order == self.alternative.cmp(&other.alternative)).then_some(order)
    }
}

struct LogicalLine {
    /// The byte of its first token.
    start: usize,
    indent: Indent,
    opens_suite: bool,
}

/// The logical lines that contain code; of a lazy body, its first one. What is opaque is passed over, the rest taken from the
/// bytes.
fn logical_lines(source: &SourceFile, opaque: &[(Range<usize>, Opaque)]) -> Vec<LogicalLine> {
    let code = source.code();
    let mut skip = opaque.iter().peekable();
    let mut splitter = LineSplitter::default();
    let mut at = if source.has_bom() { 3 } else { 0 };
    splitter.begin(at);
    let bytes = code.as_bytes();
    while at < bytes.len() {
        while skip.next_if(|(range, _)| range.start < at).is_some() {}
        if let Some((range, kind)) = skip.next_if(|(range, _)| range.start == at) {
            match kind {
                Opaque::Comment => splitter.comment_end = range.end,
                Opaque::String => splitter.token(b'"', at, code),
                Opaque::Function { body } => {
                    splitter.token(b':', at, code);
                    splitter.finish();
                    let (line, first) = first_code(bytes, *body..range.end);
                    splitter.begin(line);
                    splitter.token(b'"', first, code);
                    splitter.begin(range.end);
                }
            }
            at = range.end.max(at + 1);
            continue;
        }
        splitter.byte(bytes, at, code);
        at += 1;
    }
    splitter.finish();
    splitter.lines
}

/// Where the first line of code of a lazy body begins, and where its code does.
fn first_code(bytes: &[u8], body: Range<usize>) -> (usize, usize) {
    let mut at = body.start;
    loop {
        let line = &bytes[at..body.end];
        let white = line.iter().take_while(|b| matches!(b, b' ' | b'\t' | b'\r')).count();
        if !matches!(line.get(white), Some(b'\n' | b'#')) {
            return (at, at + white);
        }
        at += memchr::memchr(b'\n', line).map_or(line.len(), |end| end + 1);
    }
}

#[derive(Default)]
struct LineSplitter {
    lines: Vec<LogicalLine>,
    /// The start of the physical line, while only white space has been seen on the logical line.
    line_start: Option<usize>,
    depth: usize,
    last: u8,
    /// Where the last comment ended: a backslash in it continues nothing.
    comment_end: usize,
}

impl LineSplitter {
    fn begin(&mut self, at: usize) {
        self.line_start = Some(at);
        self.last = 0;
    }

    fn byte(&mut self, bytes: &[u8], at: usize, code: &str) {
        match bytes[at] {
            b'\n' if self.depth == 0 && self.is_continued(&bytes[..at]) => {}
            b'\n' if self.depth == 0 => {
                self.finish();
                self.begin(at + 1);
            }
            b' ' | b'\t' | b'\r' | b'\n' | b'\x0c' | b'\\' => {}
            token => {
                match token {
                    b'(' | b'[' | b'{' => self.depth += 1,
                    b')' | b']' | b'}' => self.depth = self.depth.saturating_sub(1),
                    _ => {}
                }
                self.token(token, at, code);
            }
        }
    }

    /// Whether a line end preceded by these bytes is escaped by a backslash.
    fn is_continued(&self, before: &[u8]) -> bool {
        let before = before.strip_suffix(b"\r").unwrap_or(before);
        before.ends_with(b"\\") && before.len() != self.comment_end
    }

    fn token(&mut self, token: u8, at: usize, code: &str) {
        if let Some(start) = self.line_start.take() {
            let white = &code[start..at];
            // A continued blank line counts with the white space of its first part.
            let white = white.split(['\\', '\n']).next().unwrap_or(white);
            self.lines.push(LogicalLine {
                start: at,
                indent: Indent::of(white),
                opens_suite: false,
            });
        }
        self.last = token;
    }

    fn finish(&mut self) {
        if self.line_start.is_none()
            && self.last == b':'
            && self.depth == 0
            && let Some(line) = self.lines.last_mut()
        {
            line.opens_suite = true;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::python::Model;

    fn verdict(code: &str) -> Option<(usize, &'static str)> {
        let source = SourceFile::new("m.py", code.as_bytes().to_vec()).unwrap();
        let tree = Tree::parse(source.code());
        check_layout(&source, &tree).err().map(|e| (e.line, e.message))
    }

    #[test]
    fn legal_layouts_pass() {
        for code in [
            "if x:\n    a\n    # c\n  # d\n\n    b\nelse: c\n",
            "def f(\n  a,\n      b\n):\n\treturn {\n1: 2}\n",
            "x = '''\n   a:\n b'''\nif y: \\\n  z\n",
            "\u{feff}class A:\r\n    def f(self):\r\n        pass\r\n",
            "\x0cif x:\n    f'{a:\n}'\n" as &str,
            "if x:\r    a\rb\r",
            "x = [\n    1,\n  ]\n",
            "try:\n  a\nfinally:  # c\n  b",
            "if x:\n    a # \\\nb # \\\r\nif y:  # \\\n  c\n",
            "if x:\n    if y:\n        a\nb\n",
        ] {
            assert_eq!(verdict(code), None, "{code:?}");
        }
    }

    #[test]
    fn what_is_not_parsed_is_checked_or_passed_over() {
        let errors = |code: &str| {
            let source = SourceFile::new("m.py", code.as_bytes().to_vec()).unwrap();
            let model = Model::partial(source, "m", &[]);
            assert!(model.tree.unparsed_bodies().next().is_some(), "{code:?}");
            let checks = [check_parsed_layout, check_layout];
            checks.map(|check| check(&model.source, &model.tree).err().map(|e| (e.line, e.message)))
        };
        for code in [
            "class A:\n    def f(self, a=\"(\", b=':'):  # c\n\n      # d\n        a\n    b = 1\n",
            "def f(\n  a,\n      b\n):\n\t'''\nd\n'''\n\tif a:\n\t\treturn b\nc\n",
            "if x:\r\n    def f():\r\n        # (\r\n        a\r\n    def g(): a\r\nelse:\r\n    b",
        ] {
            assert_eq!(errors(code), [None, None], "{code:?}");
        }
        let walrus = Some((2, "a walrus without parentheses"));
        assert_eq!(errors("def f():\n    x := 1\n"), [None, walrus]);
        assert_eq!(errors("def f():\n    x = = 1\n"), [None, Some((2, "invalid syntax"))]);
    }

    #[test]
    fn what_cpython_refuses_is_refused() {
        assert_eq!(verdict("a\n  b\n"), Some((2, "unexpected indent")));
        assert_eq!(verdict("if x:\nb\n"), Some((2, "expected an indented block")));
        assert_eq!(verdict("if x:\n"), Some((1, "expected an indented block")));
        let unmatched = "unindent does not match any outer indentation level";
        assert_eq!(verdict("if x:\n    a\n  b\n"), Some((3, unmatched)));
        let mixed = "inconsistent use of tabs and spaces in indentation";
        assert_eq!(verdict("if x:\n\ta\n        b\n"), Some((3, mixed)));
        assert_eq!(verdict("x := 1\n"), Some((1, "a walrus without parentheses")));
        assert_eq!(verdict("print x\n"), Some((1, "a Python 2 statement")));
    }
}
