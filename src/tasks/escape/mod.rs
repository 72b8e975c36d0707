//! Escape analysis within one file: where does a value end, and does anything keep it? It reads one tree; of other files it
//! knows the project index and the summaries in it.
//!
//! `analyzer` is the state of analysing one file. Every other file adds the questions about one construct to it. Following a
//! value is one recursion, from expressions to variables and back: its interface is `Follow`.

mod noreturn;
mod def_use;
mod analyzer;
mod spawner;
mod receiver;
mod narrowing;
mod one_shot;
mod polling;
mod coroutine;
mod any_callable;
mod path_coverage;
mod task_paths;
mod in_place;
mod container;
mod wrapper_call;
mod construction;
mod interprocedural;
mod overrides;
mod callback;
mod decorator;
mod callback_param;
mod assignment;
mod elements;
mod call_argument;
mod expression;
mod variable;

pub(super) use analyzer::{EscapeAnalyzer, EscapeResult, Follow, ReturnFlow};
pub(super) use coroutine::is_plain_decorator;
pub use noreturn::{is_endless_loop, runs_for_good, runs_until_stopped};
pub(super) use spawner::ResolvedSpawner;
pub(super) use task_paths::{PathSite, TaskPaths, task_paths};
