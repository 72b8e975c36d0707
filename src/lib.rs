//! Find asyncio tasks that nobody keeps, and keep them.
//!
//! # Architecture
//!
//! One way through, top to bottom; a module uses only what stands above it in this file, and inside a folder only what
//! stands above it in its `mod.rs`. That holds for paths and for methods. A recursion that needs a way down declares it as
//! a trait (`tasks/escape/analyzer.rs`).
//!
//! ```text
//! argv, pyproject.toml -> cli, config -> Settings          paths <- run (ignore)
//!                                           |                v
//!                                           |  notebook/ Notebook: the text of its cells, and its JSON with another
//!                                           |    v
//!                                           |  text/    SourceFile: bytes, newline, BOM, lines   (names no spawner: done)
//!                                           |    v
//!                                           |  python/  Model: tree, scopes, names, bound before any rule runs
//!                                           |    v
//!                                           |  tasks/   ClassifiedSite: every site, its verdict and why; trackers
//!                                           |    v
//!                                           |  audit/   WorkspaceAudit: who owns each task, how long it lives, what stops it
//!                                           |    v
//!                                           +> rules/   Finding, ProjectFinding: one pure file for each rule
//!                                           |    v
//!                                           +> fix/     decision -> EditSet -> validation -> new text
//! ====================== ground line: above it no disk, no clock, no printing, no global state ======================
//!                                              run: Report, in path order
//!                                                v
//!                       output/{human,diff,json,...}      apply (atomic writes)      lsp (editors)
//!                                    baseline (known findings)         git (what has changed)
//!                                    watch (what became of tasks at run time)
//! ```

pub mod fault;
pub mod decline;
pub mod settings;
pub mod notebook;
pub mod text;
pub mod python;
pub mod tasks;
pub mod audit;
pub mod rules;
pub mod fix;
// The ground line: what stands below may touch the disk; only `output`, `lsp` and `cli` may print.
pub mod run;
pub mod git;
pub mod apply;
pub mod baseline;
pub mod watch;
pub mod output;
pub mod config;
pub mod lsp;
pub mod batch;
pub mod cli;
