//! Jupyter notebooks: the code of their cells, and their files with other code in them. It knows no tasks and reads no disk.

mod magics;
mod document;

use std::path::Path;

pub use document::{Cell, Notebook};

/// Whether a path is that of a notebook.
pub fn is_notebook(path: &Path) -> bool {
    path.extension().is_some_and(|extension| extension == "ipynb")
}
