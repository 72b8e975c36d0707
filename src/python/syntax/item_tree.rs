//! Delimits the functions of a file by its bytes, without parsing them. It knows strings, comments, brackets and indentation,
//! and gives up in any doubt.

use std::ops::Range;

use memchr::{memchr, memchr2, memchr3};

use super::brackets::closes_its_fields;
use super::identifier::is_identifier_byte;
use super::lazy_body::LazyBody;
use super::line_scanner::LineScanner;

/// A `def` that is not nested in another, with a body on lines of its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::python) struct FunctionItem {
    /// The parts that can be left out: the whole lines from below the header to the last line of code, and the parameters,
    /// unless they bind something outside of the function.
    pub(in crate::python) lazy: LazyBody,
    /// Whether the body has an anchor in its code, defines a class with bases, or assigns an attribute the value of a name in a
    /// way that [`LazyBody::stored`] does not tell: all that the rest of the file, or of the project, may depend on.
    pub(in crate::python) must_parse: bool,
    /// Whether it defines functions or classes.
    has_definitions: bool,
}

impl FunctionItem {
    /// Decides what depends on all of the body.
    fn finish(mut self, bytes: &[u8]) -> Self {
        self.lazy.stored.take_if(|stored| !stored.has_values);
        let binds_inside = || memchr::memmem::find(&bytes[self.lazy.range()], b":=").is_some();
        if self.lazy.stored.is_some() && (self.has_definitions || binds_inside()) {
            self.must_parse = true;
        }
        if self.must_parse {
            self.lazy.stored = None;
        }
        self
    }
}

/// Deeper nesting of brackets or blocks is left to the parser.
const MAX_DEPTH: usize = 60;

/// The outermost functions of a file in source order; `None` in any doubt. `anchors` are the offsets, in order, of the
/// identifiers that matter; they do not count in comments, nor in strings that contain more than the identifier.
pub(in crate::python) fn functions(code: &str, anchors: &[usize]) -> Option<Vec<FunctionItem>> {
    let bytes = code.as_bytes();
    let at = if code.starts_with('\u{feff}') { 3 } else { 0 };
    let mut scanner = ItemScanner {
        bytes,
        at,
        anchors,
        functions: Vec::new(),
        def_indent: None,
        first_parameter: 0..0,
        parentheses: 0..0,
        line: LineScanner::default(),
        code_end: at,
        uses_tabs: None,
    };
    let mut levels = vec![0];
    let mut expects_indent = false;
    while let Some(indent) = scanner.next_line()? {
        let top = *levels.last()?;
        match indent.cmp(&top) {
            std::cmp::Ordering::Greater if expects_indent && levels.len() < MAX_DEPTH => {
                levels.push(indent)
            }
            std::cmp::Ordering::Greater => return None,
            _ if expects_indent => return None,
            std::cmp::Ordering::Equal => {}
            std::cmp::Ordering::Less => {
                while levels.last().is_some_and(|l| *l > indent) {
                    levels.pop();
                }
                if levels.last() != Some(&indent) {
                    return None;
                }
            }
        }
        expects_indent = scanner.logical_line(indent)?;
    }
    if expects_indent {
        return None;
    }
    Some(scanner.functions.into_iter().map(|function| function.finish(bytes)).collect())
}

struct ItemScanner<'a> {
    bytes: &'a [u8],
    at: usize,
    /// The anchors from the current offset on.
    anchors: &'a [usize],
    functions: Vec<FunctionItem>,
    /// The indentation of the `def` around the current line, the last one of `functions`.
    def_indent: Option<usize>,
    /// The range of its first parameter.
    first_parameter: Range<usize>,
    /// The range inside the first parentheses of the logical line.
    parentheses: Range<usize>,
    /// The assignments of the logical line.
    line: LineScanner,
    /// The byte after the last one of its code.
    code_end: usize,
    /// Whether the file is indented with tabs, once known.
    uses_tabs: Option<bool>,
}

impl ItemScanner<'_> {
    fn byte(&self, at: usize) -> u8 {
        // Python source has no null bytes: 0 means the end.
        self.bytes.get(at).copied().unwrap_or(0)
    }

    /// Advances to the next logical line and returns its indentation; `Some(None)` at the end of the file.
    fn next_line(&mut self) -> Option<Option<usize>> {
        loop {
            let start = self.at;
            while matches!(self.byte(self.at), b' ' | b'\t') {
                self.at += 1;
            }
            match self.byte(self.at) {
                0 => return Some(None),
                b'\n' => self.at += 1,
                b'\r' if self.byte(self.at + 1) == b'\n' => self.at += 2,
                b'#' => {
                    self.comment();
                    self.drop_anchors();
                }
                b'\\' | b'\r' | b'\x0c' => return None,
                _ => {
                    let white = &self.bytes[start..self.at];
                    let tabs = memchr(b'\t', white).is_some();
                    let mixed = tabs && memchr(b' ', white).is_some();
                    if mixed || !white.is_empty() && *self.uses_tabs.get_or_insert(tabs) != tabs {
                        return None;
                    }
                    return Some(Some(white.len()));
                }
            }
        }
    }

    /// Reads a logical line of this indentation, its line end included. Returns whether an indented suite follows.
    fn logical_line(&mut self, indent: usize) -> Option<bool> {
        let start = self.at;
        if self.def_indent.is_some_and(|def| indent <= def) {
            self.def_indent = None;
        }
        let is_body = self.def_indent.is_some();
        let first = self.identifier(start);
        let is_def =
            first == b"def" || first == b"async" && self.second_identifier(start) == b"def";
        let is_class = first == b"class";
        let is_definition = is_class || is_def;
        let anchors_left = self.anchors.len();
        self.parentheses = 0..0;
        self.line = LineScanner::default();
        let last = self.finish_line(is_body)?;
        self.take_anchors(self.at, is_body);
        // An anchor in a parameter's default matters in the body.
        let must_parse = self.anchors.len() < anchors_left;
        if is_body {
            let local_class = is_class && memchr(b'(', &self.bytes[start..self.at]).is_some();
            let (first, code_end) = (&self.first_parameter, self.code_end);
            let assigns_name = self.line.may_assign_name(self.bytes, self.at, first);
            let binding = self.line.binding_text(self.bytes, start, code_end, first);
            let def = self.functions.last_mut()?;
            def.lazy.body.end = self.at;
            // A class with bases is part of the project's class hierarchy.
            def.must_parse |=
                local_class || assigns_name && self.line.may_have_more(self.bytes, start);
            def.has_definitions |= is_definition;
            if binding.is_some() || !self.line.attributes_set.is_empty() {
                let stored = def.lazy.stored.get_or_insert_default();
                stored.has_values |= assigns_name;
                stored.attributes.extend(self.line.attribute_texts(code_end));
                stored.bindings.extend(binding);
            }
            def.lazy.attributes_set.append(&mut self.line.attributes_set);
        } else if is_def && last == b':' {
            self.first_parameter = first_parameter(&self.bytes[..self.at], start);
            let (parameters, body) = (self.parentheses.clone(), self.at..self.at);
            // A walrus in the header binds a name around the function.
            let binds = memchr::memmem::find(&self.bytes[start..self.at], b":=").is_some();
            let must_parse = must_parse || binds;
            let (attributes_set, stored) = Default::default();
            let lazy = LazyBody { def: start, parameters, body, attributes_set, stored };
            self.functions.push(FunctionItem { lazy, must_parse, has_definitions: false });
            self.def_indent = Some(indent);
        }
        Some(last == b':')
    }

    /// Advances past the end of a logical line; returns its last byte of code.
    fn finish_line(&mut self, is_body: bool) -> Option<u8> {
        let mut depth = 0_usize;
        let mut last = 0;
        loop {
            match self.byte(self.at) {
                0 if self.at >= self.bytes.len() && depth == 0 => return Some(last),
                0 => return None,
                b'\n' => {
                    self.at += 1;
                    if depth == 0 {
                        return Some(last);
                    }
                }
                b' ' | b'\t' | b'\r' | b'\x0c' => self.at += 1,
                b'#' => {
                    self.take_anchors(self.at, is_body);
                    self.comment();
                    self.drop_anchors();
                }
                quote @ (b'"' | b'\'') => {
                    self.take_anchors(self.at, is_body);
                    self.string(quote, is_body)?;
                    last = quote;
                    self.code_end = self.at;
                }
                b'\\' => {
                    let end = memchr(b'\n', &self.bytes[self.at..])?;
                    if !self.bytes[self.at + 1..self.at + end].trim_ascii().is_empty() {
                        return None;
                    }
                    self.at += end + 1;
                }
                byte @ (b'=' | b':' | b';') if depth == 0 && is_body => {
                    self.line.separator(self.bytes, self.at, &self.first_parameter);
                    last = byte;
                    self.at += 1;
                    self.code_end = self.at;
                }
                byte => {
                    match byte {
                        b'(' if depth == 0 && self.parentheses.start == 0 => {
                            self.parentheses = self.at + 1..0;
                            depth += 1;
                        }
                        b'(' | b'[' | b'{' => depth += 1,
                        b')' | b']' | b'}' => depth = depth.checked_sub(1)?,
                        _ => {}
                    }
                    if depth == 0 && byte == b')' && self.parentheses.end == 0 {
                        self.parentheses.end = self.at;
                    }
                    if depth > MAX_DEPTH {
                        return None;
                    }
                    last = byte;
                    self.at += 1;
                    // Fast path: identifiers make up most of any code.
                    while matches!(self.byte(self.at), b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'_' | b'.')
                    {
                        last = b'a';
                        self.at += 1;
                    }
                    self.code_end = self.at;
                }
            }
        }
    }

    /// Advances to the line end after a comment.
    fn comment(&mut self) {
        let rest = &self.bytes[self.at..];
        self.at += memchr(b'\n', rest).unwrap_or(rest.len());
    }

    /// Advances past a string.
    fn string(&mut self, quote: u8, is_body: bool) -> Option<()> {
        let start = self.at;
        let is_triple = self.byte(start + 1) == quote && self.byte(start + 2) == quote;
        let width = if is_triple { 3 } else { 1 };
        self.at += width;
        loop {
            let rest = &self.bytes[self.at..];
            let found = match is_triple {
                true => memchr2(quote, b'\\', rest),
                false => memchr3(quote, b'\\', b'\n', rest),
            };
            self.at += found?;
            match self.byte(self.at) {
                b'\\' if self.bytes[self.at + 1..].starts_with(b"\r\n") => self.at += 3,
                b'\\' => self.at += 2,
                b'\n' => return None,
                _ if !is_triple => break,
                _ if self.byte(self.at + 1) == quote && self.byte(self.at + 2) == quote => break,
                _ => self.at += 1,
            }
            if self.at > self.bytes.len() {
                return None;
            }
        }
        let inner = start + width..self.at;
        self.at += width;
        if self.is_format(start) {
            if !closes_its_fields(&self.bytes[inner]) {
                return None;
            }
            self.take_anchors(self.at, is_body);
        } else if self.anchors.first().is_some_and(|m| *m < inner.end) {
            // `getattr(asyncio, "create_task")`
            if self.anchors.first() == Some(&inner.start) && is_identifier(&self.bytes[inner]) {
                self.take_anchors(self.at, is_body);
            }
            self.drop_anchors();
        }
        Some(())
    }

    /// Whether the string whose quote is at `start` is a format string.
    fn is_format(&self, start: usize) -> bool {
        let before = &self.bytes[start.saturating_sub(2)..start];
        let letters = before.iter().rev().take_while(|b| b.is_ascii_alphabetic());
        letters.into_iter().any(|b| matches!(b, b'f' | b'F' | b't' | b'T'))
    }

    fn identifier(&self, start: usize) -> &[u8] {
        let rest = &self.bytes[start..];
        &rest[..rest.iter().take_while(|b| is_identifier_byte(**b)).count()]
    }

    fn second_identifier(&self, start: usize) -> &[u8] {
        let mut at = start + self.identifier(start).len();
        while matches!(self.byte(at), b' ' | b'\t') {
            at += 1;
        }
        self.identifier(at.min(self.bytes.len()))
    }

    /// Consumes the anchors before `end`, which belong to the code being read.
    fn take_anchors(&mut self, end: usize, is_body: bool) {
        let taken = self.anchors.iter().take_while(|m| **m < end).count();
        self.anchors = &self.anchors[taken..];
        if taken > 0
            && is_body
            && let Some(def) = self.functions.last_mut()
        {
            def.must_parse = true;
        }
    }

    fn drop_anchors(&mut self) {
        let dropped = self.anchors.iter().take_while(|m| **m < self.at).count();
        self.anchors = &self.anchors[dropped..];
    }
}

/// The range of the first parameter of the `def` that begins at a byte; empty if it has none.
fn first_parameter(bytes: &[u8], start: usize) -> Range<usize> {
    let open = memchr2(b'(', b'[', &bytes[start..]).map_or(bytes.len(), |at| start + at + 1);
    if bytes[..open].ends_with(b"[") {
        return 0..0; // PEP 695
    }
    let white = bytes[open..].iter().take_while(|b| b.is_ascii_whitespace()).count();
    let name = bytes[open + white..].iter().take_while(|b| is_identifier_byte(**b)).count();
    open + white..open + white + name
}

fn is_identifier(text: &[u8]) -> bool {
    text.iter().all(|b| is_identifier_byte(*b))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The bodies of the functions, with `!` before those that must be parsed because of the anchor `MARK`.
    fn bodies(code: &str) -> Option<Vec<String>> {
        let anchors: Vec<usize> = memchr::memmem::find_iter(code.as_bytes(), "MARK").collect();
        let shown = |f: FunctionItem| {
            let def = &code[f.lazy.def..];
            assert!(def.starts_with("def") || def.starts_with("async"));
            format!("{}{}", if f.must_parse { "!" } else { "" }, &code[f.lazy.body])
        };
        Some(functions(code, &anchors)?.into_iter().map(shown).collect())
    }

    fn are(code: &str, expected: &[&str]) {
        assert_eq!(bodies(code).unwrap(), expected, "{code}");
    }

    #[test]
    fn bodies_are_whole_lines_up_to_the_last_one_of_code() {
        are("def f():\n    a\n\n    b\n\n# c\nx\n", &["    a\n\n    b\n"]);
        are("class A:\n  async def f(\n    self, x=':'\n  ): # c\n    a\n  y = 1\n", &["    a\n"]);
        are(
            "if x:\n\tdef f():\n\t\tdef g():\n\t\t\ta\n\t\treturn g",
            &["\t\tdef g():\n\t\t\ta\n\t\treturn g"],
        );
        are("\u{feff}def f():\r\n    a\r\ndef g(): b\r\n", &["    a\r\n"]);
    }

    #[test]
    fn strings_comments_brackets_and_continuations_hide_lines() {
        are("def f():\n    '''\nx\n'''\n    (\nb)\nc\n", &["    '''\nx\n'''\n    (\nb)\n"]);
        are("def f():\n    a = '#' \\\n  'b\\\nc'\n# d\n", &["    a = '#' \\\n  'b\\\nc'\n"]);
        are("def f():\n    f'{x[\"a\"]} {{'\ny\n", &["    f'{x[\"a\"]} {{'\n"]);
    }

    #[test]
    fn anchors_count_in_code_and_as_whole_strings() {
        are("def f():\n    MARK\n", &["!    MARK\n"]);
        are("def f():\n    f'{MARK}'\n", &["!    f'{MARK}'\n"]);
        are("def f():\n    g(x, 'MARK')\n", &["!    g(x, 'MARK')\n"]);
        are("def f():\n    'a MARK'  # MARK\n", &["    'a MARK'  # MARK\n"]);
        are("def f(x=MARK):\n    x\n", &["!    x\n"]);
        are("MARK\ndef f():\n    a\nMARK\n", &["    a\n"]);
        are("def f(s):\n    s.x = y; z\n", &["!    s.x = y; z\n"]);
        are("def f(s):\n    s.x = 1\n", &["    s.x = 1\n"]);
        are("def f(s, o):\n    o.x = 1\n", &["    o.x = 1\n"]);
        are(
            "def f(s):\n    a = s.x == 1\n    if s.x:\n        s.x += 1\n",
            &["    a = s.x == 1\n    if s.x:\n        s.x += 1\n"],
        );
        are("def f(s):\n    if a: s.x: int = y\n", &["    if a: s.x: int = y\n"]);
        are("def f():\n    class A(B):\n        pass\n", &["!    class A(B):\n        pass\n"]);
    }

    /// What the body of the only function stores: each attribute with its annotation and value, then the texts that may bind
    /// names; `!` if it must be parsed.
    fn stored(body: &str) -> String {
        let code = format!("def f(s, p):\n{body}");
        let [function] = &functions(&code, &[]).unwrap()[..] else { panic!("{code}") };
        let Some(stored) = &function.lazy.stored else {
            return if function.must_parse { "!" } else { "" }.to_owned();
        };
        let text = |range: &Range<usize>| code[range.clone()].trim().to_owned();
        let attributes = stored.attributes.iter().map(|one| {
            format!("{}:{}={}", text(&one.name), text(&one.annotation), text(&one.value))
        });
        let bindings = stored.bindings.iter().map(|range| format!("[{}]", text(range)));
        attributes.chain(bindings).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn attributes_that_get_the_value_of_a_name_are_stored_as_text() {
        for (body, expected) in [
            ("    s.x = p\n", "x:=p"),
            ("    s.x: T = A(  # )\n        1,\n    )  # b\n", "x:T=A(  # )\n        1,\n    )"),
            ("    s.a = s.b = p.c\n", "a:=p.c b:=p.c [s.a = s.b]"),
            ("    y = 1\n    s.x = y\n    z += 1\n", "x:=y [y] [z += 1]"),
            ("    if p is None:\n        p = 1\n    s.x = p\n", "x:=p [p]"),
            ("    with p as q: s.x = q\n", "x:=q [with p as q: s.x = q]"),
            ("    from a import b\n    s.x = b\n", "x:=b [from a import b]"),
            ("    s.x: T\n    s.y = p\n", "x:T= y:=p"),
        ] {
            assert_eq!(stored(body), expected, "{body}");
        }
        for body in ["    s.x = 1\n", "    y = p\n", "    s.x: T\n"] {
            assert_eq!(stored(body), "", "{body}");
        }
        for body in [
            "    s.x = p\n    def g(): pass\n",
            "    s.x = p\n    if (p := 1): pass\n",
            "    s.x = p; s.y = 1\n",
            "    s.x, s.y = p, 1\n",
        ] {
            assert_eq!(stored(body), "!", "{body}");
        }
    }

    #[test]
    fn doubt_gives_no_functions() {
        for code in [
            "def f():\nx\n",
            "x\n  y\n",
            "if x:\n    a\n  b\n",
            "x = (\n",
            "x)\n",
            "'a\nb'\n",
            "'''a\n",
            "f\"{x[\"#\"]}\"\n",
            "f\"{'}' + \"#\"}\"\n",
            "if x:\n\ta\nif y:\n    b\n",
            "\x0cx\n",
            "def f():\n",
            "x = \\ y\n",
        ] {
            assert_eq!(bodies(code), None, "{code:?}");
        }
    }
}
