//! Where the functions of a file begin and end, read off its bytes without parsing them. It knows strings, comments,
//! brackets and indentation, and gives up wherever it is in any doubt.

use std::ops::Range;

use memchr::{memchr, memchr2, memchr3};

use super::holes::Hole;
use super::line::Line;
use super::word::is_word_byte;

/// A `def` that stands in no other `def`, with a body on lines of its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Def {
    /// What of it can be left out: the lines of its body, whole ones, from behind the header to the last line of code, and
    /// its parameters, unless they bind something outside of the function.
    pub(super) hole: Hole,
    /// Whether the body has a mark in its code, sets an attribute to what a name may stand for, or has a class that derives
    /// from others: all that the rest of the file, or of the project, may have to know.
    pub(super) is_marked: bool,
}

/// Brackets nested more deeply than this, or blocks, are left to the parser.
const DEEPEST: usize = 60;

/// The outermost functions of a file in source order; none when the bytes leave any doubt. `marks` are the places, in order,
/// of the words that somebody looks for; those in comments do not count, nor those in strings that say more.
pub(super) fn outline(code: &str, marks: &[usize]) -> Option<Vec<Def>> {
    let bytes = code.as_bytes();
    let at = if code.starts_with('\u{feff}') { 3 } else { 0 };
    let mut scan = Scan {
        bytes,
        at,
        marks,
        defs: Vec::new(),
        inside: None,
        first: 0..0,
        brackets: 0..0,
        line: Line::default(),
        tabs: None,
    };
    let mut levels = vec![0];
    let mut opens = false;
    while let Some(indent) = scan.next_line()? {
        let top = *levels.last()?;
        match indent.cmp(&top) {
            std::cmp::Ordering::Greater if opens && levels.len() < DEEPEST => levels.push(indent),
            std::cmp::Ordering::Greater => return None,
            _ if opens => return None,
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
        opens = scan.logical_line(indent)?;
    }
    if opens {
        return None;
    }
    Some(scan.defs)
}

struct Scan<'a> {
    bytes: &'a [u8],
    at: usize,
    /// The marks that are still to come.
    marks: &'a [usize],
    defs: Vec<Def>,
    /// The indentation of the `def` that the lines belong to, the last one of `defs`.
    inside: Option<usize>,
    /// The bytes of that one's first parameter.
    first: Range<usize>,
    /// The bytes in the first round brackets of the logical line.
    brackets: Range<usize>,
    /// What else the line has.
    line: Line,
    /// Whether the file is indented by tabs, once that is known.
    tabs: Option<bool>,
}

impl Scan<'_> {
    fn byte(&self, at: usize) -> u8 {
        // Python has no null bytes, so it stands for the end.
        self.bytes.get(at).copied().unwrap_or(0)
    }

    /// Goes to the first byte of the next logical line and gives its indentation; none at the end of the file.
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
                    self.drop_marks();
                }
                b'\\' | b'\r' | b'\x0c' => return None,
                _ => {
                    let white = &self.bytes[start..self.at];
                    let tabs = memchr(b'\t', white).is_some();
                    let mixed = tabs && memchr(b' ', white).is_some();
                    if mixed || !white.is_empty() && *self.tabs.get_or_insert(tabs) != tabs {
                        return None;
                    }
                    return Some(Some(white.len()));
                }
            }
        }
    }

    /// Reads a logical line of this indentation, its line end included. Gives whether a suite follows on lines of its own.
    fn logical_line(&mut self, indent: usize) -> Option<bool> {
        let start = self.at;
        if self.inside.is_some_and(|def| indent <= def) {
            self.inside = None;
        }
        let is_body = self.inside.is_some();
        let first = self.word(start);
        let is_def = first == b"def" || first == b"async" && self.second_word(start) == b"def";
        let is_class = first == b"class";
        let ahead = self.marks.len();
        self.brackets = 0..0;
        self.line = Line::default();
        let last = self.finish_line(is_body)?;
        self.take_marks(self.at, is_body);
        // A default of a parameter is used in the body.
        let is_marked = self.marks.len() < ahead;
        if is_body {
            let local_class = is_class && memchr(b'(', &self.bytes[start..self.at]).is_some();
            let names = self.line.may_name(self.bytes, self.at, &self.first);
            let def = self.defs.last_mut()?;
            def.hole.body.end = self.at;
            def.hole.sets.append(&mut self.line.sets);
            // A class that is made of others is known to the whole project.
            def.is_marked |= local_class || names;
        } else if is_def && last == b':' {
            self.first = first_parameter(&self.bytes[..self.at], start);
            let (parameters, body) = (self.parameters(), self.at..self.at);
            let hole = Hole { def: start, parameters, body, sets: Vec::new() };
            self.defs.push(Def { hole, is_marked });
            self.inside = Some(indent);
        }
        Some(last == b':')
    }

    /// Goes behind the line end of a logical line; gives its last byte of code.
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
                    self.take_marks(self.at, is_body);
                    self.comment();
                    self.drop_marks();
                }
                quote @ (b'"' | b'\'') => {
                    self.take_marks(self.at, is_body);
                    self.string(quote, is_body)?;
                    last = quote;
                }
                b'\\' => {
                    let end = memchr(b'\n', &self.bytes[self.at..])?;
                    if !self.bytes[self.at + 1..self.at + end].trim_ascii().is_empty() {
                        return None;
                    }
                    self.at += end + 1;
                }
                byte @ (b'=' | b':' | b';') if depth == 0 && is_body => {
                    self.line.divide(self.bytes, self.at, &self.first);
                    last = byte;
                    self.at += 1;
                }
                byte => {
                    match byte {
                        b'(' if depth == 0 && self.brackets.start == 0 => {
                            self.brackets = self.at + 1..0;
                            depth += 1;
                        }
                        b'(' | b'[' | b'{' => depth += 1,
                        b')' | b']' | b'}' => depth = depth.checked_sub(1)?,
                        _ => {}
                    }
                    if depth == 0 && byte == b')' && self.brackets.end == 0 {
                        self.brackets.end = self.at;
                    }
                    if depth > DEEPEST {
                        return None;
                    }
                    last = byte;
                    self.at += 1;
                    // Words are the most of any code.
                    while matches!(self.byte(self.at), b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'_' | b'.')
                    {
                        last = b'a';
                        self.at += 1;
                    }
                }
            }
        }
    }

    /// The bytes of the parameters of the `def` that was read; none when something in them may be bound around it.
    fn parameters(&self) -> Range<usize> {
        let binds = |text| memchr::memmem::find(text, b":=").is_some();
        self.bytes
            .get(self.brackets.clone())
            .filter(|text| !binds(text))
            .map_or(0..0, |_| self.brackets.clone())
    }

    /// Goes to the line end behind a comment.
    fn comment(&mut self) {
        let rest = &self.bytes[self.at..];
        self.at += memchr(b'\n', rest).unwrap_or(rest.len());
    }

    /// Goes behind a string.
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
            self.take_marks(self.at, is_body);
        } else if self.marks.first().is_some_and(|m| *m < inner.end) {
            // `getattr(asyncio, "create_task")`
            if self.marks.first() == Some(&inner.start) && is_word(&self.bytes[inner]) {
                self.take_marks(self.at, is_body);
            }
            self.drop_marks();
        }
        Some(())
    }

    /// Whether the quote at `start` has a prefix that makes a format string of it.
    fn is_format(&self, start: usize) -> bool {
        let before = &self.bytes[start.saturating_sub(2)..start];
        let letters = before.iter().rev().take_while(|b| b.is_ascii_alphabetic());
        letters.into_iter().any(|b| matches!(b, b'f' | b'F' | b't' | b'T'))
    }

    fn word(&self, start: usize) -> &[u8] {
        let rest = &self.bytes[start..];
        &rest[..rest.iter().take_while(|b| is_word_byte(**b)).count()]
    }

    fn second_word(&self, start: usize) -> &[u8] {
        let mut at = start + self.word(start).len();
        while matches!(self.byte(at), b' ' | b'\t') {
            at += 1;
        }
        self.word(at.min(self.bytes.len()))
    }

    /// Counts the marks before `end` for what is being read.
    fn take_marks(&mut self, end: usize, is_body: bool) {
        let taken = self.marks.iter().take_while(|m| **m < end).count();
        self.marks = &self.marks[taken..];
        if taken > 0
            && is_body
            && let Some(def) = self.defs.last_mut()
        {
            def.is_marked = true;
        }
    }

    fn drop_marks(&mut self) {
        let dropped = self.marks.iter().take_while(|m| **m < self.at).count();
        self.marks = &self.marks[dropped..];
    }
}

/// The bytes of the first parameter of the `def` that begins at a byte; none where there is none.
fn first_parameter(bytes: &[u8], start: usize) -> Range<usize> {
    let open = memchr2(b'(', b'[', &bytes[start..]).map_or(bytes.len(), |at| start + at + 1);
    if bytes[..open].ends_with(b"[") {
        return 0..0; // PEP 695
    }
    let white = bytes[open..].iter().take_while(|b| b.is_ascii_whitespace()).count();
    let name = bytes[open + white..].iter().take_while(|b| is_word_byte(**b)).count();
    open + white..open + white + name
}

fn is_word(text: &[u8]) -> bool {
    text.iter().all(|b| is_word_byte(*b))
}

/// Whether the replacement fields of a format string end within it. Where they do not, its quote was one of a string in
/// a field (PEP 701).
fn closes_its_fields(text: &[u8]) -> bool {
    let mut depth = 0_usize;
    let mut at = 0;
    while at < text.len() {
        match text[at] {
            brace @ (b'{' | b'}') if depth == 0 && text.get(at + 1) == Some(&brace) => at += 1,
            b'{' => depth += 1,
            b'}' if depth == 0 => return false,
            b'}' => depth -= 1,
            quote @ (b'"' | b'\'') if depth > 0 => match memchr(quote, &text[at + 1..]) {
                Some(length) => at += length + 1,
                None => return false,
            },
            _ => {}
        }
        at += 1;
    }
    depth == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The bodies of the functions, `!` before those that are marked by the word `MARK`.
    fn bodies(code: &str) -> Option<Vec<String>> {
        let marks: Vec<usize> = memchr::memmem::find_iter(code.as_bytes(), "MARK").collect();
        let shown = |d: Def| {
            let def = &code[d.hole.def..];
            assert!(def.starts_with("def") || def.starts_with("async"));
            format!("{}{}", if d.is_marked { "!" } else { "" }, &code[d.hole.body])
        };
        Some(outline(code, &marks)?.into_iter().map(shown).collect())
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
    fn marks_count_in_code_and_as_whole_strings() {
        are("def f():\n    MARK\n", &["!    MARK\n"]);
        are("def f():\n    f'{MARK}'\n", &["!    f'{MARK}'\n"]);
        are("def f():\n    g(x, 'MARK')\n", &["!    g(x, 'MARK')\n"]);
        are("def f():\n    'a MARK'  # MARK\n", &["    'a MARK'  # MARK\n"]);
        are("def f(x=MARK):\n    x\n", &["!    x\n"]);
        are("MARK\ndef f():\n    a\nMARK\n", &["    a\n"]);
        are("def f(s):\n    s.x = y\n", &["!    s.x = y\n"]);
        are("def f(s):\n    s.x = 1\n", &["    s.x = 1\n"]);
        are("def f(s, o):\n    o.x = 1\n", &["    o.x = 1\n"]);
        are(
            "def f(s):\n    a = s.x == 1\n    if s.x:\n        s.x += 1\n",
            &["    a = s.x == 1\n    if s.x:\n        s.x += 1\n"],
        );
        are("def f(s):\n    if a: s.x: int = y\n", &["!    if a: s.x: int = y\n"]);
        are("def f():\n    class A(B):\n        pass\n", &["!    class A(B):\n        pass\n"]);
    }

    #[test]
    fn doubt_is_no_outline() {
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
