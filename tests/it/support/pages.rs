//! The pages of the documentation: their code blocks, code spans and links. It runs nothing.

use std::fs;
use std::path::{Path, PathBuf};

use super::files::{at, files};

/// A page of the documentation.
pub struct Page {
    pub path: PathBuf,
    pub text: String,
}

/// Something on a page, with its 1-based line.
pub struct Piece<'a> {
    pub line: usize,
    pub text: &'a str,
}

/// README, CONTRIBUTING and `docs`.
pub fn pages() -> Vec<Page> {
    let mut paths = vec![at("README.md"), at("CONTRIBUTING.md")];
    paths.extend(files("docs", &|p: &Path| p.extension().is_some_and(|e| e == "md")));
    let read = |path: PathBuf| Page { text: fs::read_to_string(&path).unwrap(), path };
    paths.into_iter().map(read).collect()
}

/// The page of this name.
pub fn page(path: &str) -> Page {
    pages().into_iter().find(|page| page.path == at(path)).unwrap()
}

impl Page {
    /// The lines of the code blocks of a language.
    pub fn block_lines(&self, language: &str) -> Vec<Piece<'_>> {
        self.lines().into_iter().filter(|(of, _)| *of == Some(language)).map(|(_, l)| l).collect()
    }

    /// The lines outside of code blocks.
    pub fn prose(&self) -> Vec<Piece<'_>> {
        self.lines().into_iter().filter(|(of, _)| of.is_none()).map(|(_, line)| line).collect()
    }

    /// What stands between backticks outside of code blocks. Every span begins and ends on one line.
    pub fn spans(&self) -> Vec<Piece<'_>> {
        let of = |piece: Piece<'_>| {
            let (line, text) = (piece.line, self.text.lines().nth(piece.line - 1).unwrap());
            let parts: Vec<&str> = text.split('`').collect();
            assert!(parts.len() % 2 == 1, "{}:{line}: a lone backtick", self.path.display());
            parts.into_iter().skip(1).step_by(2).map(move |text| Piece { line, text })
        };
        self.prose().into_iter().flat_map(of).collect()
    }

    /// The targets of links.
    pub fn links(&self) -> Vec<Piece<'_>> {
        let of = |piece: Piece<'_>| {
            let (line, text) = (piece.line, self.text.lines().nth(piece.line - 1).unwrap());
            let ends = text.split("](").skip(1);
            ends.map(move |end| Piece { line, text: end.split(')').next().unwrap() })
        };
        self.prose().into_iter().flat_map(of).collect()
    }

    /// The headings as links name them: `## A fix style` is `a-fix-style`.
    pub fn anchors(&self) -> Vec<String> {
        let kept = |c: &char| c.is_alphanumeric() || *c == ' ' || *c == '-';
        let anchor = |title: &str| {
            title.trim().to_lowercase().chars().filter(kept).collect::<String>().replace(' ', "-")
        };
        let prose = self.prose();
        let headings = prose.iter().filter(|piece| piece.text.starts_with('#'));
        headings.map(|piece| anchor(piece.text.trim_start_matches('#'))).collect()
    }

    /// Each line with the language of its code block; the fences themselves are left out.
    fn lines(&self) -> Vec<(Option<&str>, Piece<'_>)> {
        let (mut found, mut block) = (Vec::new(), None);
        for (i, text) in self.text.lines().enumerate() {
            match (text.strip_prefix("```"), block) {
                (Some(_), Some(_)) => block = None,
                (Some(language), None) => block = Some(language),
                (None, _) => found.push((block, Piece { line: i + 1, text })),
            }
        }
        assert!(block.is_none(), "{}: a code block does not end", self.path.display());
        found
    }
}

/// Whether a path of the repository exists; `<name>` and `*` stand for any part of a name.
pub fn path_exists(path: &str) -> bool {
    let mut found = vec![at("")];
    for part in path.trim_end_matches('/').split('/') {
        found = found.iter().flat_map(|folder| matching(folder, part)).collect();
    }
    !found.is_empty()
}

fn matching(folder: &Path, pattern: &str) -> Vec<PathBuf> {
    if !pattern.contains(['<', '*']) {
        return Some(folder.join(pattern)).filter(|path| path.exists()).into_iter().collect();
    }
    let entries = fs::read_dir(folder).into_iter().flatten().map(|entry| entry.unwrap());
    entries
        .filter(|e| name_matches(&e.file_name().to_string_lossy(), pattern))
        .map(|e| e.path())
        .collect()
}

/// Whether a text matches a pattern in which `<...>` and `*` stand for one or more characters.
pub fn name_matches(text: &str, pattern: &str) -> bool {
    let Some(start) = pattern.find(['<', '*']) else { return text == pattern };
    let rest = match pattern[start..].find('>') {
        Some(end) if pattern[start..].starts_with('<') => &pattern[start + end + 1..],
        _ => &pattern[start + 1..],
    };
    let Some(text) = text.strip_prefix(&pattern[..start]) else { return false };
    let ends = text.char_indices().skip(1).map(|(i, _)| i).chain([text.len()]);
    !text.is_empty() && ends.into_iter().any(|end| name_matches(&text[end..], rest))
}
