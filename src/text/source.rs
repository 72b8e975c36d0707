//! One file's bytes, the text the parser sees, and its lines as CPython counts them. It does not touch the disk.

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use super::encoding::{self, Encoding};
use crate::fault::{Fault, FaultKind};
use crate::notebook::{Notebook, is_notebook};

/// The line end that new lines get: the one the file uses most, LF when there is none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Newline {
    /// `\n`
    Lf,
    /// `\r\n`
    CrLf,
    /// A lone `\r`
    Cr,
}

impl Newline {
    /// The characters themselves.
    pub fn text(self) -> &'static str {
        match self {
            Self::Lf => "\n",
            Self::CrLf => "\r\n",
            Self::Cr => "\r",
        }
    }
}

/// A line as people and CPython count it: it ends with `\n`, `\r\n` or a lone `\r` (CPython's universal newlines).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Line {
    /// The cell of a notebook that it is counted in, from 1 among all cells.
    pub cell: Option<usize>,
    /// 1-based.
    pub number: usize,
}

/// A position as people and CPython count it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    /// The line.
    pub line: Line,
    /// 1-based, in Unicode characters; a BOM does not count.
    pub column: usize,
}

impl Line {
    /// The same for formats that know no cells: all of a notebook is at its beginning.
    pub fn in_file(self) -> Self {
        match self.cell {
            None => self,
            Some(_) => Self { cell: None, number: 1 },
        }
    }

    /// `line 12`, for sentences.
    pub fn in_words(self) -> String {
        match self.cell {
            None => format!("line {}", self.number),
            Some(cell) => format!("line {} of cell {cell}", self.number),
        }
    }
}

impl Position {
    /// The same for formats that know no cells: all of a notebook is at its beginning.
    pub fn in_file(self) -> Self {
        match self.line.cell {
            None => self,
            Some(_) => Self { line: self.line.in_file(), column: 1 },
        }
    }
}

impl fmt::Display for Line {
    /// `12`, or `cell 3:12`
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(cell) = self.cell {
            write!(f, "cell {cell}:")?;
        }
        write!(f, "{}", self.number)
    }
}

impl fmt::Display for Position {
    /// `12:5`, or `cell 3:12:5`
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.line, self.column)
    }
}

/// A file that can be analysed: its bytes are decodable and hold no null byte.
#[derive(Debug)]
pub struct SourceFile {
    path: PathBuf,
    /// What the parser reads.
    text: Arc<String>,
    /// The bytes of the text where they are not those of `text`; the same length, byte for byte.
    original: Option<Vec<u8>>,
    notebook: Option<Box<Notebook>>,
    single_byte: bool,
    bom: bool,
    /// Computed on demand: most files have nothing to report.
    lines: OnceLock<LineIndex>,
    /// The number of characters before each multiple of [`CHAR_COUNT_STEP`] bytes; computed for files with a long line.
    char_counts: OnceLock<Vec<usize>>,
}

/// The offsets at which lines begin, and the most common line end.
#[derive(Debug)]
struct LineIndex {
    starts: Vec<u32>,
    newline: Newline,
}

/// Characters are counted over no more bytes than twice this, however long a line is.
const CHAR_COUNT_STEP: usize = 4096;

impl SourceFile {
    /// The largest size in bytes: offsets are 32 bits wide.
    pub const MAX_BYTES: usize = u32::MAX as usize - 1;

    /// Reads the bytes of the file at `path`, which is Python or a notebook by its name.
    ///
    /// # Errors
    /// As [`Self::new`]; and a fault of kind `syntax` for a notebook that is none.
    pub fn open(path: impl Into<PathBuf>, bytes: Vec<u8>) -> Result<Self, Fault> {
        let path = path.into();
        if !is_notebook(&path) {
            return Self::new(path, bytes);
        }
        let notebook = Notebook::new(bytes).map_err(|message| Fault {
            path: path.clone(),
            kind: FaultKind::Syntax,
            message,
        })?;
        let source = Self::new(path, notebook.code().as_bytes().to_vec())?;
        let original = Some(notebook.text().as_bytes().to_vec());
        Ok(Self { original, notebook: Some(Box::new(notebook)), ..source })
    }

    /// Decodes the bytes of Python at `path`; rejects what CPython would reject before parsing.
    ///
    /// # Errors
    /// A fault of kind `encoding` or `null-byte`, worded for the user.
    pub fn new(path: impl Into<PathBuf>, bytes: Vec<u8>) -> Result<Self, Fault> {
        let path = path.into();
        let fault = |(kind, message)| Fault { path: path.clone(), kind, message };
        let single_byte = check_readable(&bytes).map_err(fault)?;
        let bom = bytes.starts_with(b"\xef\xbb\xbf");
        let (text, original) = parser_text(bytes, single_byte).map_err(fault)?;
        Ok(Self {
            path,
            text: Arc::new(text),
            original,
            notebook: None,
            single_byte,
            bom,
            lines: OnceLock::new(),
            char_counts: OnceLock::new(),
        })
    }

    /// The path it was given.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The bytes of the Python text: those of the file, or of the cells of a notebook.
    pub fn bytes(&self) -> &[u8] {
        self.original.as_deref().unwrap_or(self.text.as_bytes())
    }

    /// The bytes of the file.
    pub fn file_bytes(&self) -> &[u8] {
        self.notebook.as_ref().map_or_else(|| self.bytes(), |notebook| notebook.file_bytes())
    }

    /// The notebook that the text is of, if it is of one.
    pub fn notebook(&self) -> Option<&Notebook> {
        self.notebook.as_deref()
    }

    /// The text that the parser reads. Byte offsets are those of [`Self::bytes`]; a lone CR is an LF here, a character of a
    /// single-byte encoding is an `x`, and a magic of a notebook is a statement that does nothing.
    pub fn code(&self) -> &str {
        &self.text
    }

    /// The same, to be kept.
    pub fn shared_code(&self) -> Arc<String> {
        self.text.clone()
    }

    /// Whether the file begins with a UTF-8 byte order mark.
    pub fn has_bom(&self) -> bool {
        self.bom
    }

    /// The line end for new lines.
    pub fn newline(&self) -> Newline {
        self.lines().newline
    }

    fn lines(&self) -> &LineIndex {
        self.lines.get_or_init(|| lines(self.bytes()))
    }

    fn line_starts(&self) -> &[u32] {
        &self.lines().starts
    }

    /// How many lines there are; the part after the last line end counts when it is not empty.
    pub fn line_count(&self) -> usize {
        let starts = self.line_starts();
        let last = starts.last().map_or(0, |s| *s as usize);
        starts.len() - usize::from(last == self.text.len() && starts.len() > 1)
    }

    /// The 0-based index of the line that holds byte `offset`.
    pub fn line_index(&self, offset: usize) -> usize {
        self.line_starts().partition_point(|s| *s as usize <= offset) - 1
    }

    /// The byte range of a 0-based line, its line end included.
    pub fn line_range(&self, index: usize) -> std::ops::Range<usize> {
        let starts = self.line_starts();
        let start = starts[index] as usize;
        let end = starts.get(index + 1).map_or(self.text.len(), |s| *s as usize);
        start..end
    }

    /// The byte at which the line of `offset` begins.
    pub fn line_start(&self, offset: usize) -> usize {
        self.line_starts()[self.line_index(offset)] as usize
    }

    /// The byte just after the last character of the line of `offset`, before its line end.
    pub fn line_end(&self, offset: usize) -> usize {
        let range = self.line_range(self.line_index(offset));
        let line = &self.bytes()[range.clone()];
        let bare = line.strip_suffix(b"\n").unwrap_or(line);
        let bare = bare.strip_suffix(b"\r").unwrap_or(bare);
        range.start + bare.len()
    }

    /// The line of byte `offset`, for people.
    pub fn line(&self, offset: usize) -> Line {
        let index = self.line_index(offset);
        let cell = self.notebook().and_then(|notebook| notebook.cell_at(offset));
        let above = cell.map_or(0, |cell| self.line_index(cell.text.start));
        Line { cell: cell.map(|cell| cell.number), number: index - above + 1 }
    }

    /// A 0-based line of the whole text, for people.
    pub fn line_at(&self, index: usize) -> Line {
        self.line(self.line_range(index.min(self.line_count().saturating_sub(1))).start)
    }

    /// The 1-based line of the file that byte `offset` is on: of the JSON of a notebook.
    pub fn file_line(&self, offset: usize) -> usize {
        match self.notebook().and_then(|notebook| notebook.file_offset(offset)) {
            None => self.line_index(offset) + 1,
            Some(at) => line_of(self.file_bytes(), at),
        }
    }

    /// The byte at which a line begins, if there is such a line.
    pub fn start_of(&self, line: Line) -> Option<usize> {
        let mut cells = self.notebook().into_iter().flat_map(Notebook::cells);
        let above = match line.cell {
            None => 0,
            Some(number) => self.line_index(cells.find(|c| c.number == number)?.text.start),
        };
        self.line_starts().get(above + line.number.checked_sub(1)?).map(|start| *start as usize)
    }

    /// The position of byte `offset`, for people.
    pub fn position(&self, offset: usize) -> Position {
        let line = self.line_index(offset);
        let mut start = self.line_starts()[line] as usize;
        if line == 0 && self.bom {
            start = 3.min(offset);
        }
        let range = start..offset.max(start);
        let char_count = match range.len() {
            length if self.single_byte => length,
            ..=CHAR_COUNT_STEP => char_count(&self.bytes()[range]),
            _ => self.chars_before(range.end) - self.chars_before(range.start),
        };
        Position { line: self.line(offset), column: char_count + 1 }
    }

    fn chars_before(&self, offset: usize) -> usize {
        let char_counts = self.char_counts.get_or_init(|| {
            let mut count = 0;
            let steps = self.bytes().chunks(CHAR_COUNT_STEP).map(|step| {
                count += char_count(step);
                count
            });
            std::iter::once(0).chain(steps).collect()
        });
        let passed = offset / CHAR_COUNT_STEP;
        char_counts[passed] + char_count(&self.bytes()[passed * CHAR_COUNT_STEP..offset])
    }

    /// The leading white space of the line of `offset`.
    pub fn indent(&self, offset: usize) -> &str {
        let mut start = self.line_start(offset);
        if start == 0 && self.bom {
            start = 3;
        }
        let rest = &self.code()[start..];
        &rest[..rest.len() - rest.trim_start_matches([' ', '\t', '\x0c']).len()]
    }
}

/// How many characters of UTF-8 begin in these bytes.
fn char_count(bytes: &[u8]) -> usize {
    bytes.iter().filter(|b| (**b & 0xC0) != 0x80).count()
}

/// Rejects what CPython would not read; returns whether the encoding has one byte per character.
fn check_readable(bytes: &[u8]) -> Result<bool, Rejection> {
    if bytes.len() > SourceFile::MAX_BYTES {
        return Err((FaultKind::Io, "the file is larger than 4 GiB and was skipped".into()));
    }
    if bytes.starts_with(b"\xff\xfe") || bytes.starts_with(b"\xfe\xff") {
        let message =
            "the file is UTF-16, which Python does not accept as source code, and was skipped";
        return Err((FaultKind::Encoding, message.into()));
    }
    if let Some(at) = memchr::memchr(0, bytes) {
        let line = line_of(bytes, at);
        let message =
            format!("null byte on line {line}: Python rejects such a file, so it was skipped");
        return Err((FaultKind::NullByte, message));
    }
    let body = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    match encoding::detect(body) {
        Ok(encoding) => Ok(encoding == Encoding::SingleByte),
        Err(name) => Err((
            FaultKind::Encoding,
            format!(
                "unsupported encoding '{name}', so the file was skipped. Save it as UTF-8 to include it"
            ),
        )),
    }
}

/// A fault's kind and message; the path comes later.
type Rejection = (FaultKind, String);

/// The text for the parser, and the bytes themselves where they are not that text.
fn parser_text(bytes: Vec<u8>, single_byte: bool) -> Result<(String, Option<Vec<u8>>), Rejection> {
    let lone_cr = memchr::memchr_iter(b'\r', &bytes).any(|i| bytes.get(i + 1) != Some(&b'\n'));
    if !lone_cr && (!single_byte || bytes.is_ascii()) {
        return Ok((decode_utf8(bytes)?, None));
    }
    let mut text = bytes.clone();
    for i in 0..text.len() {
        if single_byte && !text[i].is_ascii() {
            text[i] = b'x';
        }
        // In the grammar a comment continues past a lone CR, where CPython ends the line: give it an LF.
        if text[i] == b'\r' && text.get(i + 1) != Some(&b'\n') {
            text[i] = b'\n';
        }
    }
    Ok((decode_utf8(text)?, Some(bytes)))
}

fn decode_utf8(bytes: Vec<u8>) -> Result<String, Rejection> {
    String::from_utf8(bytes).map_err(|error| {
        let line = line_of(error.as_bytes(), error.utf8_error().valid_up_to());
        let message = format!(
            "invalid UTF-8 on line {line} and no encoding declaration (PEP 263), so the file was skipped"
        );
        (FaultKind::Encoding, message)
    })
}

fn line_of(bytes: &[u8], offset: usize) -> usize {
    1 + memchr::memchr_iter(b'\n', &bytes[..offset]).count()
}

fn lines(bytes: &[u8]) -> LineIndex {
    let mut starts = vec![0];
    let (mut lf, mut crlf, mut cr) = (0, 0, 0);
    for i in memchr::memchr2_iter(b'\n', b'\r', bytes) {
        if bytes[i] == b'\n' {
            if i > 0 && bytes[i - 1] == b'\r' {
                crlf += 1;
            } else {
                lf += 1;
            }
        } else if bytes.get(i + 1) == Some(&b'\n') {
            continue;
        } else {
            cr += 1;
        }
        starts.push(u32::try_from(i + 1).expect("files are smaller than 4 GiB"));
    }
    let newline = if crlf > lf && crlf >= cr {
        Newline::CrLf
    } else if cr > lf {
        Newline::Cr
    } else {
        Newline::Lf
    };
    starts.shrink_to_fit();
    LineIndex { starts, newline }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn source(bytes: &[u8]) -> SourceFile {
        SourceFile::new("m.py", bytes.to_vec()).unwrap()
    }

    fn at(number: usize, column: usize) -> Position {
        Position { line: Line { cell: None, number }, column }
    }

    #[test]
    fn lines_are_counted_as_cpython_counts_them() {
        let s = source(b"a\r\nb\rc\nd");
        assert_eq!(s.line_count(), 4);
        assert_eq!(s.position(7), at(4, 1));
        assert_eq!(s.code(), "a\r\nb\nc\nd");
    }

    #[test]
    fn columns_are_characters_and_the_bom_is_none() {
        let s = source("\u{feff}é = x".as_bytes());
        assert_eq!(s.position(8), at(1, 5));
        let s = source(b"# coding: latin-1\n\xe9 = x");
        assert_eq!(s.position(22), at(2, 5));
        assert_eq!(&s.code()[18..], "x = x");
    }

    #[test]
    fn columns_of_a_long_line_are_those_of_a_short_one() {
        let text = format!("\u{feff}x = 1\n{}", "aé€".repeat(4000));
        let s = source(text.as_bytes());
        for (number, (offset, _)) in text.char_indices().skip(7).enumerate() {
            assert_eq!(s.position(offset), at(2, number + 1));
        }
        assert_eq!(s.position(text.len()), at(2, 12_001));
    }

    #[test]
    fn what_cpython_refuses_is_refused() {
        let kind = |bytes: &[u8]| SourceFile::new("m.py", bytes.to_vec()).unwrap_err().kind;
        assert_eq!(kind(b"a\0"), FaultKind::NullByte);
        assert_eq!(kind(b"a = '\xe9'"), FaultKind::Encoding);
        assert_eq!(kind(b"# coding: utf-16\n"), FaultKind::Encoding);
    }
}
