//! Escape analysis within one file: where does a value end, and does anything keep it? It reads one tree; of other files it
//! knows the project index and the summaries in it.
//!
//! `analyzer` is the state of analysing one file. Every other file adds the questions about one construct to it; they call each
//! other through it, expressions lead to variables, those to their reads, and these to expressions again.

mod noreturn;
mod access_path;
mod value_kind;
mod def_use;
mod analyzer;
mod narrowing;
mod expression;
mod elements;
mod variable;
mod path_coverage;
mod container;
mod interprocedural;
mod call_argument;
mod callback;
mod coroutine;

pub(super) use analyzer::{EscapeAnalyzer, EscapeResult};
pub(super) use interprocedural::has_plain_decorators;
pub(super) use value_kind::ValueKind;
