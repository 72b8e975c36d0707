//! What IPython understands and Python does not: magics, shell commands and help. It finds them and puts statements that do
//! nothing in their place.

/// Magics for a whole cell that run what follows as Python in the namespace of the notebook.
const PYTHON_MAGICS: [&str; 3] = ["time", "capture", "prun"];

/// The name of the magic for a whole cell that a cell begins with.
pub(super) fn cell_magic(text: &str) -> Option<&str> {
    let line = text.trim_start_matches(['\n', '\r', ' ', '\t']).strip_prefix("%%")?.lines().next();
    Some(line.and_then(|line| line.split_whitespace().next()).unwrap_or_default())
}

/// The text of a cell as Python, byte for byte as long, with the same lines: `0` stands in place of what is none (IPython,
/// `core/inputtransformer2.py`).
pub(super) fn masked(text: &str) -> String {
    let mut code = text.as_bytes().to_vec();
    let mut scan = Scan::default();
    if let Some(name) = cell_magic(text) {
        let start = text.find("%%").unwrap_or_default();
        let end = text[start..].find('\n').map_or(text.len(), |end| start + end);
        if !PYTHON_MAGICS.contains(&name) {
            blank(&mut code, start..text.len());
            return String::from_utf8(code).expect("whole characters are replaced");
        }
        blank(&mut code, start..end);
        scan.at = end;
    }
    while scan.at < text.len() {
        scan.line(text.as_bytes(), &mut code);
    }
    String::from_utf8(code).expect("whole characters are replaced")
}

/// Puts `0` in place of a range, and spaces behind it; line ends stay.
fn blank(code: &mut [u8], range: std::ops::Range<usize>) {
    for (index, byte) in code[range].iter_mut().enumerate() {
        match byte {
            b'\n' | b'\r' => {}
            _ => *byte = if index == 0 { b'0' } else { b' ' },
        }
    }
}

/// Where the scan is.
#[derive(Default)]
struct Scan {
    at: usize,
    /// Open brackets.
    depth: usize,
}

impl Scan {
    /// Goes over one logical line of Python, or one line of something else, which is replaced.
    fn line(&mut self, text: &[u8], code: &mut [u8]) {
        while text.get(self.at).is_some_and(u8::is_ascii_whitespace) {
            self.at += 1;
        }
        let start = self.at;
        match text.get(start) {
            None => return,
            Some(b'%' | b'!' | b'?' | b',' | b';' | b'/') => {
                self.at = continued_line_end(text, start);
                return blank(code, start..self.at);
            }
            Some(_) => {}
        }
        // The last byte of code, and the one before it.
        let (mut last, mut before) = (0, 0);
        while let Some(&byte) = text.get(self.at) {
            match byte {
                b'\n' if self.depth == 0 => break,
                b'#' => {
                    self.at = line_end(text, self.at);
                    continue;
                }
                b'"' | b'\'' => {
                    self.at = string_end(text, self.at);
                    (before, last) = (last, byte);
                    continue;
                }
                // `files = !ls`, `now = %time`
                b'!' | b'%' if self.depth == 0 && last == b'=' && !b"=!<>:".contains(&before) => {
                    let end = continued_line_end(text, self.at);
                    blank(code, self.at..end);
                    self.at = end;
                    return;
                }
                b'(' | b'[' | b'{' => self.depth += 1,
                b')' | b']' | b'}' => self.depth = self.depth.saturating_sub(1),
                b'\\' => self.at += 1,
                _ => {}
            }
            if !byte.is_ascii_whitespace() {
                (before, last) = (last, byte);
            }
            self.at += 1;
        }
        self.at = self.at.min(text.len());
        // `task?`: no Python ends so.
        if last == b'?' {
            blank(code, start..self.at);
        }
    }
}

fn line_end(text: &[u8], at: usize) -> usize {
    memchr::memchr(b'\n', &text[at..]).map_or(text.len(), |end| at + end)
}

/// The end of a line, or of those that it goes on with behind a backslash.
fn continued_line_end(text: &[u8], at: usize) -> usize {
    let mut end = line_end(text, at);
    while text[..end].trim_ascii_end().ends_with(b"\\") && end < text.len() {
        end = line_end(text, end + 1);
    }
    end
}

/// The end of a string that begins here; of one that is not closed, the end of its line.
fn string_end(text: &[u8], start: usize) -> usize {
    let quote = text[start];
    let triple = [quote; 3];
    let is_triple = text[start..].starts_with(&triple);
    let mut at = start + if is_triple { 3 } else { 1 };
    while let Some(&byte) = text.get(at) {
        match byte {
            b'\\' => at += 1,
            b'\n' if !is_triple => return at,
            _ if is_triple && text[at..].starts_with(&triple) => return at + 3,
            _ if !is_triple && byte == quote => return at + 1,
            _ => {}
        }
        at += 1;
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_python_does_nothing() {
        for (text, code) in [
            ("%matplotlib inline\nx = 1", "0                 \nx = 1"),
            ("!pip install é\n", "0              \n"),
            ("if x:\n    !ls \\\n  -l\n    y", "if x:\n    0    \n    \n    y"),
            ("?x\nx??\n x.y? # why", "0 \n0  \n 0         "),
            ("now = %time f()\nfiles = !ls", "now = 0        \nfiles = 0  "),
            ("%%bash\nls\n\nrm", "0     \n  \n\n  "),
            ("\n%%time\nx = f()", "\n0     \nx = f()"),
        ] {
            assert_eq!(masked(text), code, "{text}");
            assert_eq!(text.len(), code.len(), "{text}");
        }
    }

    #[test]
    fn python_stays_as_it_is() {
        for text in [
            "x = (a\n% b)\ny %= 2\nz = x != y",
            "s = '''\n%x\n!y\n'''\n# why?\nt = 'a?'",
            "print(f'{x=!r}')\nx = a \\\n  % b",
            "d[x==!y]",
            "await f()\n\n",
            "s = 'not closed\n",
            "\\",
        ] {
            assert_eq!(masked(text), text);
        }
    }
}
