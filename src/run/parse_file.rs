//! Parses one file; what goes wrong becomes a fault of it. It classifies nothing.

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

use crate::fault::{Fault, FaultKind};
use crate::python::{Model, check_layout};
use crate::tasks;
use crate::text::SourceFile;

/// Parses and binds one file.
pub(super) fn parse(shown: &Path, bytes: Vec<u8>, module: String) -> Result<Model, Fault> {
    let source = SourceFile::open(shown, bytes)?;
    guarded(shown, || Model::new(source, module))
}

/// Parses and binds what of a file can matter to its sites; the rest when it is asked for.
pub(super) fn parse_partially(
    shown: &Path,
    bytes: Vec<u8>,
    module: String,
) -> Result<Model, Fault> {
    let source = SourceFile::open(shown, bytes)?;
    partial(shown, source, module)
}

/// The same for a text that a sweep found: of a notebook it is that of the cells.
pub(super) fn parse_swept(shown: &Path, text: &[u8], module: String) -> Result<Model, Fault> {
    let source = SourceFile::new(shown, text.to_vec())?;
    partial(shown, source, module)
}

fn partial(shown: &Path, source: SourceFile, module: String) -> Result<Model, Fault> {
    guarded(shown, || {
        let anchors: Vec<usize> = tasks::anchors(source.code().as_bytes()).collect();
        Model::partial(source, module, &anchors)
    })
}

/// Runs one step; a panic in it becomes a fault of this one file.
pub(super) fn guarded<T>(shown: &Path, step: impl FnOnce() -> T) -> Result<T, Fault> {
    catch_unwind(AssertUnwindSafe(step)).map_err(|panic| Fault {
        path: shown.to_path_buf(),
        kind: FaultKind::Io,
        message: format!(
            "internal error, the file was skipped ({}). Please report this bug",
            payload(&*panic)
        ),
    })
}

fn payload(panic: &(dyn Any + Send)) -> &str {
    panic
        .downcast_ref::<String>()
        .map(String::as_str)
        .or_else(|| panic.downcast_ref::<&str>().copied())
        .unwrap_or("no message")
}

/// A file the parser stumbled over has findings, but no fixes.
pub(super) fn syntax_fault(model: &Model) -> Option<Fault> {
    let at = model.tree.error()?;
    let line = model.source.line(at).in_words();
    Some(Fault {
        path: model.source.path().to_path_buf(),
        kind: FaultKind::Syntax,
        message: format!(
            "syntax error on {line}: findings are reported, but the file will not be fixed"
        ),
    })
}

/// The same for a file that the parser takes, and CPython does not: a TabError.
pub(super) fn layout_fault(model: &Model) -> Option<Fault> {
    let error = check_layout(&model.source, &model.tree).err()?;
    Some(Fault {
        path: model.source.path().to_path_buf(),
        kind: FaultKind::Syntax,
        message: format!(
            "{} on {}: findings are reported, but the file will not be fixed",
            error.message,
            model.source.line_at(error.line - 1).in_words()
        ),
    })
}
