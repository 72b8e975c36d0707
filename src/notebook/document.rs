//! The code cells of a notebook's JSON (nbformat 4), and the JSON with other code in them. It parses no Python.

use std::ops::Range;

use serde::Deserialize;
use serde_json::value::RawValue;
use similar::{Algorithm, DiffOp, capture_diff_slices};

use super::magics::{cell_magic, masked};

/// A notebook. Its text is that of its Python cells, one after another, with a line end behind each.
#[derive(Debug)]
pub struct Notebook {
    file: String,
    text: String,
    code: String,
    cells: Vec<Cell>,
    /// Whether its code is Python at all; without, it has no cells here.
    pub is_python: bool,
}

/// A cell of Python.
#[derive(Debug)]
pub struct Cell {
    /// Which of all cells it is, from 1.
    pub number: usize,
    /// Its bytes in the text of the notebook, without the line end behind it.
    pub text: Range<usize>,
    /// Whether it begins with a magic for the whole cell, such as `%%time`.
    pub is_magic: bool,
    /// Whether IPython keeps the value of its last expression: `%%capture` and `%%prun` do not hand it on.
    pub keeps_value: bool,
    /// Where the value of `source` is in the file.
    value: Range<usize>,
    /// The value, in parts: the items of a list, or the lines of a string.
    parts: Vec<Part>,
    is_list: bool,
}

/// A JSON string, or a line of one.
#[derive(Debug)]
struct Part {
    /// Its bytes in the file, without quotes.
    json: Range<usize>,
    text: String,
}

#[derive(Deserialize)]
struct RawNotebook<'a> {
    nbformat: u64,
    #[serde(default)]
    metadata: Metadata,
    #[serde(borrow)]
    cells: Vec<RawCell<'a>>,
}

#[derive(Deserialize, Default)]
struct Metadata {
    language_info: Option<LanguageInfo>,
    kernelspec: Option<KernelSpec>,
}

#[derive(Deserialize)]
struct LanguageInfo {
    name: Option<String>,
}

#[derive(Deserialize)]
struct KernelSpec {
    language: Option<String>,
}

#[derive(Deserialize)]
struct RawCell<'a> {
    cell_type: String,
    #[serde(default)]
    metadata: CellMetadata,
    #[serde(borrow)]
    source: Option<&'a RawValue>,
}

#[derive(Deserialize, Default)]
struct CellMetadata {
    vscode: Option<VsCode>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct VsCode {
    language_id: Option<String>,
}

impl Metadata {
    /// Whether the kernel runs Python, as far as the notebook says.
    fn is_python(&self) -> bool {
        let kernel = || self.kernelspec.as_ref()?.language.as_deref();
        let language = self.language_info.as_ref().and_then(|info| info.name.as_deref());
        let language = language.or_else(kernel);
        language.is_none_or(|name| name.eq_ignore_ascii_case("python") || name == "ipython")
    }
}

impl RawCell<'_> {
    fn is_python(&self) -> bool {
        let language = self.metadata.vscode.as_ref().and_then(|own| own.language_id.as_deref());
        self.cell_type == "code" && language.is_none_or(|language| language == "python")
    }
}

impl Notebook {
    /// Reads a notebook.
    ///
    /// # Errors
    /// Why it is none, in a few words.
    pub fn new(bytes: Vec<u8>) -> Result<Self, String> {
        let file = String::from_utf8(bytes).map_err(|_| "the notebook is not UTF-8".to_owned())?;
        let invalid = |error: serde_json::Error| format!("the notebook is not valid: {error}");
        let raw: RawNotebook<'_> = serde_json::from_str(&file).map_err(invalid)?;
        if raw.nbformat != 4 {
            return Err(format!("notebooks of nbformat {} are not supported", raw.nbformat));
        }
        let is_python = raw.metadata.is_python();
        let (mut text, mut code, mut cells) = (String::new(), String::new(), Vec::new());
        let numbered = raw.cells.iter().enumerate().filter(|(_, cell)| cell.is_python());
        for (index, cell) in numbered.filter(|_| is_python) {
            let Some(value) = cell.source else { continue };
            let (parts, is_list) = parts(&file, value).map_err(invalid)?;
            let start = text.len();
            text.extend(parts.iter().map(|part| part.text.as_str()));
            let own = &text[start..];
            code.push_str(&masked(own));
            cells.push(Cell {
                number: index + 1,
                text: start..text.len(),
                is_magic: cell_magic(own).is_some(),
                keeps_value: cell_magic(own).is_none_or(|magic| magic == "time"),
                value: range_in(&file, value.get()),
                parts,
                is_list,
            });
            text.push('\n');
            code.push('\n');
        }
        Ok(Self { file, text, code, cells, is_python })
    }

    /// The bytes of the file.
    pub fn file_bytes(&self) -> &[u8] {
        self.file.as_bytes()
    }

    /// The text of its cells.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The same, byte for byte, with statements that do nothing in place of magics and shell commands.
    pub fn code(&self) -> &str {
        &self.code
    }

    /// Its Python cells, in order.
    pub fn cells(&self) -> &[Cell] {
        &self.cells
    }

    /// The cell that holds a byte of the text, the line end behind it included.
    pub fn cell_at(&self, offset: usize) -> Option<&Cell> {
        let after = self.cells.partition_point(|cell| cell.text.start <= offset);
        self.cells[..after].last()
    }

    /// The byte of the file where a byte of the text is, as near as the strings around it tell.
    pub fn file_offset(&self, offset: usize) -> Option<usize> {
        let cell = self.cell_at(offset)?;
        let mut rest = offset - cell.text.start;
        for part in &cell.parts {
            if rest < part.text.len() {
                return Some(part.json.start);
            }
            rest -= part.text.len();
        }
        Some(cell.parts.last().map_or(cell.value.start, |part| part.json.start))
    }

    /// The file with other text in its cells, one for each; all bytes are the same but those of lines that differ. None where
    /// the JSON is too odd to keep its form.
    pub fn replaced(&self, texts: &[String]) -> Option<Vec<u8>> {
        let mut file = String::with_capacity(self.file.len() + 256);
        let mut at = 0;
        for (cell, text) in self.cells.iter().zip(texts) {
            if self.text[cell.text.clone()] == **text {
                continue;
            }
            file.push_str(&self.file[at..cell.value.start]);
            file.push_str(&self.value(cell, text)?);
            at = cell.value.end;
        }
        file.push_str(&self.file[at..]);
        Some(file.into_bytes())
    }

    /// The JSON of a cell's `source` with another text.
    fn value(&self, cell: &Cell, text: &str) -> Option<String> {
        let old: Vec<&str> = cell.parts.iter().map(|part| part.text.as_str()).collect();
        let new: Vec<&str> = text.split_inclusive('\n').collect();
        let mut parts: Vec<String> = Vec::new();
        for op in capture_diff_slices(Algorithm::Myers, &old, &new) {
            match op {
                DiffOp::Equal { .. } => {
                    let same = cell.parts[op.old_range()].iter();
                    parts.extend(same.map(|part| self.file[part.json.clone()].to_owned()));
                }
                _ => parts.extend(new[op.new_range()].iter().map(|line| self.encoded(line))),
            }
        }
        if !cell.is_list {
            return Some(format!("\"{}\"", parts.concat()));
        }
        // What stands around the items: between the quotes of one and the next.
        let (first, last) = (cell.parts.first()?, cell.parts.last()?);
        let lead = &self.file[cell.value.start + 1..first.json.start - 1];
        let trail = &self.file[last.json.end + 1..cell.value.end - 1];
        let gaps = cell.parts.windows(2);
        let mut gaps = gaps.map(|pair| &self.file[pair[0].json.end + 1..pair[1].json.start - 1]);
        let separator = gaps.next().map_or_else(
            || if lead.is_empty() { ", ".to_owned() } else { format!(",{lead}") },
            str::to_owned,
        );
        if !gaps.all(|gap| gap == separator) {
            return None;
        }
        let items: Vec<String> = parts.iter().map(|part| format!("\"{part}\"")).collect();
        Some(format!("[{lead}{}{trail}]", items.join(&separator)))
    }

    /// A line as a JSON string without quotes. Where the file is all ASCII, so is the line, as programs write it that escape
    /// all else.
    fn encoded(&self, line: &str) -> String {
        let quoted = serde_json::to_string(line).expect("a string is valid JSON");
        let bare = &quoted[1..quoted.len() - 1];
        if !self.file.is_ascii() {
            return bare.to_owned();
        }
        let mut ascii = String::new();
        for c in bare.chars() {
            match c.is_ascii() {
                true => ascii.push(c),
                false => {
                    for unit in c.encode_utf16(&mut [0; 2]) {
                        ascii.push_str(&format!("\\u{unit:04x}"));
                    }
                }
            }
        }
        ascii
    }
}

/// Where a part of a text stands in it.
fn range_in(whole: &str, part: &str) -> Range<usize> {
    let start = part.as_ptr() as usize - whole.as_ptr() as usize;
    start..start + part.len()
}

/// The parts of the value of `source`, and whether it is a list.
fn parts(file: &str, value: &RawValue) -> Result<(Vec<Part>, bool), serde_json::Error> {
    let json = value.get();
    if !json.starts_with('[') {
        // It has to be a string as a whole.
        serde_json::from_str::<String>(json)?;
        let lines = lines_of(&json[1..json.len() - 1]).into_iter();
        return Ok((lines.map(|line| part(file, line)).collect::<Result<_, _>>()?, false));
    }
    let items: Vec<&RawValue> = serde_json::from_str(json)?;
    let parts = items.iter().map(|item| {
        serde_json::from_str::<String>(item.get())?;
        part(file, &item.get()[1..item.get().len() - 1])
    });
    Ok((parts.collect::<Result<_, _>>()?, true))
}

fn part(file: &str, json: &str) -> Result<Part, serde_json::Error> {
    let text = serde_json::from_str(&format!("\"{json}\""))?;
    Ok(Part { json: range_in(file, json), text })
}

/// The inside of a JSON string, cut behind each escaped line end.
fn lines_of(json: &str) -> Vec<&str> {
    let bytes = json.as_bytes();
    let (mut lines, mut start, mut at) = (Vec::new(), 0, 0);
    while at < bytes.len() {
        let is_escape = bytes[at] == b'\\';
        let ends_line = is_escape && bytes.get(at + 1) == Some(&b'n');
        at += if is_escape { 2 } else { 1 };
        if ends_line {
            lines.push(&json[start..at]);
            start = at;
        }
    }
    if start < json.len() {
        lines.push(&json[start..]);
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    fn notebook(cells: &str) -> Notebook {
        let json = format!("{{\"nbformat\": 4, \"metadata\": {{}}, \"cells\": [{cells}]}}");
        Notebook::new(json.into_bytes()).unwrap()
    }

    fn list(source: &str) -> String {
        format!("{{\"cell_type\": \"code\", \"source\": {source}}}")
    }

    /// The file after a text took the place of another in all cells.
    fn changed(notebook: &Notebook, old: &str, new: &str) -> String {
        let texts = notebook.cells().iter().map(|c| notebook.text()[c.text.clone()].to_owned());
        let texts: Vec<String> = texts.map(|text| text.replace(old, new)).collect();
        String::from_utf8(notebook.replaced(&texts).unwrap()).unwrap()
    }

    #[test]
    fn the_text_is_that_of_the_code_cells() {
        let markdown = "{\"cell_type\": \"markdown\", \"source\": [\"x\"]}";
        let found = notebook(&[markdown, &list("[\"a\\n\", \"b\"]"), &list("\"%c\"")].join(", "));
        assert_eq!((found.text(), found.code()), ("a\nb\n%c\n", "a\nb\n0 \n"));
        assert_eq!(found.cells().iter().map(|c| c.number).collect::<Vec<_>>(), [2, 3]);
        assert_eq!(found.cell_at(3).unwrap().number, 2);
        assert_eq!(found.cell_at(4).unwrap().number, 3);
        let at = found.file_offset(2).unwrap();
        assert!(std::str::from_utf8(&found.file_bytes()[at..]).unwrap().starts_with("b\""));
    }

    #[test]
    fn only_lines_that_differ_are_written_anew() {
        let source = "[\n    \"\\u0061\\/\\n\",\n    \"b\\n\",\n    \"c\"\n   ]";
        let found = notebook(&list(source));
        let new = "[\n    \"\\u0061\\/\\n\",\n    \"x\\n\",\n    \"\\\"\\u00e9\\ud83d\\ude00\\n\",\n    \"c\"\n   ]";
        assert_eq!(
            changed(&found, "b", "x\n\"é😀"),
            String::from_utf8(found.file_bytes().to_vec()).unwrap().replace(source, new)
        );
        let string = notebook(&list("\"\\u0061\\\\n\\nb\""));
        assert!(changed(&string, "b", "x\ny").contains("\"\\u0061\\\\n\\nx\\ny\""));
        assert!(changed(&notebook(&list("[\"a\"]")), "a", "a\nb").contains("[\"a\\n\", \"b\"]"));
        assert!(notebook(&list("[\"a\\n\",\n\"b\\n\", \"c\"]")).replaced(&["x".into()]).is_none());
    }

    #[test]
    fn a_notebook_of_another_language_has_no_cells() {
        let json = r#"{"nbformat": 4, "metadata": {"kernelspec": {"language": "R"}}, "cells": []}"#;
        assert!(!Notebook::new(json.into()).unwrap().is_python);
        for broken in ["", "{}", "[1]", "{\"nbformat\": 3, \"cells\": []}"] {
            assert!(Notebook::new(broken.into()).is_err(), "{broken}");
        }
    }
}
