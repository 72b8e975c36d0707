//! Function summaries: what functions do with their arguments and give to their callers, recomputed over all files until
//! nothing changes. The analysis within a function is `escape`.

mod coroutine_params;
mod decorators;
mod file_summary;
mod store;
mod inheritance;
mod merge;
mod builder;
mod settled;

pub use builder::ProjectBuilder;
