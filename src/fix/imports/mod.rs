//! Import statements: which are missing, where a new one goes, and what a module imports. It must
//! not know tasks, trackers or findings.

mod imported_modules;
mod star_imports;
mod import_order;
mod required;
mod function_import;

pub(super) use function_import::{FunctionImport, function_import};
pub(super) use import_order::first_import;
pub use imported_modules::imported_modules;
pub(super) use required::RequiredImports;
pub(super) use star_imports::listed_names;
pub use star_imports::{ExportedNames, StarImports, exported_names};
