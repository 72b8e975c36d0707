//! The documents that are open in the editor, by their addresses. It analyses nothing.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use lsp_types::{TextDocumentContentChangeEvent, TextDocumentItem, Url};

use super::position::DocumentLines;
use crate::notebook::is_notebook;
use crate::run::Texts;

/// One open document.
#[derive(Debug)]
pub(super) struct Document {
    /// The file that it stands for, without symbolic links; it may not be there yet.
    pub(super) path: PathBuf,
    pub(super) version: i32,
    pub(super) text: String,
}

impl Document {
    pub(super) fn lines(&self) -> DocumentLines<'_> {
        DocumentLines::new(&self.text)
    }
}

/// The open Python files.
#[derive(Debug, Default)]
pub(super) struct Documents {
    by_url: BTreeMap<Url, Document>,
}

impl Documents {
    /// Takes a document in, if it is Python, and no JSON of a notebook, and has a place on disk.
    pub(super) fn open(&mut self, item: TextDocumentItem) {
        let Ok(path) = item.uri.to_file_path() else { return };
        if item.language_id == "python" && !is_notebook(&path) {
            let document =
                Document { path: real_path(&path), version: item.version, text: item.text };
            self.by_url.insert(item.uri, document);
        }
    }

    /// Applies changes, each to the text that those before it left.
    pub(super) fn change(
        &mut self,
        url: &Url,
        version: i32,
        changes: Vec<TextDocumentContentChangeEvent>,
    ) {
        let Some(document) = self.by_url.get_mut(url) else { return };
        document.version = version;
        for change in changes {
            match change.range {
                Some(range) => {
                    let bytes = document.lines().bytes(range);
                    document.text.replace_range(bytes, &change.text);
                }
                None => document.text = change.text,
            }
        }
    }

    /// Forgets a document; says whether it was known.
    pub(super) fn close(&mut self, url: &Url) -> bool {
        self.by_url.remove(url).is_some()
    }

    pub(super) fn get(&self, url: &Url) -> Option<&Document> {
        self.by_url.get(url)
    }

    /// The document of a file, by its real path.
    pub(super) fn at(&self, path: &Path) -> Option<(&Url, &Document)> {
        self.by_url.iter().find(|(_, document)| document.path == path)
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (&Url, &Document)> {
        self.by_url.iter()
    }

    /// The texts by the files that they stand for.
    pub(super) fn texts(&self) -> Texts {
        let texts = self.by_url.values();
        texts.map(|d| (d.path.clone(), d.text.clone().into_bytes())).collect()
    }
}

fn real_path(path: &Path) -> PathBuf {
    let in_real_folder = || {
        let folder = dunce::canonicalize(path.parent()?).ok()?;
        Some(folder.join(path.file_name()?))
    };
    dunce::canonicalize(path).ok().or_else(in_real_folder).unwrap_or_else(|| path.to_path_buf())
}
