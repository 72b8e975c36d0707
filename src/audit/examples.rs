//! Which code only shows how the rest is used. It follows no task.

use super::index::WorkspaceIndex;
use super::types::NodeRef;
use crate::python::{BindingKind, Field, Kind, NodeId, ScopeId};

/// Folders of code that shows how a library is used.
const EXAMPLE_FOLDERS: &[&str] = &["demo", "demos", "example", "examples", "sample", "samples"];

impl WorkspaceIndex<'_> {
    /// Whether module-level code is an example: in such a folder, or below `if __name__ == "__main__"` in a module that
    /// others import.
    pub(super) fn is_example(&self, node_ref: NodeRef) -> bool {
        let model = self.model(node_ref);
        let mut folders = model.source.path().parent().into_iter().flat_map(|p| p.iter());
        if folders.any(|f| EXAMPLE_FOLDERS.iter().any(|known| f == *known)) {
            return true;
        }
        let is_main_guard = |n: NodeId| {
            let condition = model.child(n, Field::Condition);
            model.kind(n) == Kind::IfStatement
                && condition.is_some_and(|c| model.text(c).starts_with("__name__"))
        };
        model.tree.ancestors(node_ref.node).any(is_main_guard) && self.is_imported(node_ref.file)
    }

    /// Whether another file of production code imports names of a file.
    fn is_imported(&self, file: usize) -> bool {
        self.answers.imported.get(file, |file| self.compute_is_imported(*file))
    }

    fn compute_is_imported(&self, file: usize) -> bool {
        let module = self.files[file].model.module.as_str();
        let of_module = |path: &str| {
            path.strip_prefix(module).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
        };
        self.files.iter().enumerate().any(|(other, f)| {
            let mut imports = f.model.scopes.all_bindings(ScopeId::MODULE).filter(|b| {
                matches!(b.kind, BindingKind::ImportFrom { .. } | BindingKind::Import { .. })
            });
            let refers = |origin: &crate::python::Origin| origin.path().is_some_and(of_module);
            other != file
                && !f.is_test
                && !module.is_empty()
                && imports.any(|b| f.model.binding_origins(b).iter().any(refers))
        })
    }
}
