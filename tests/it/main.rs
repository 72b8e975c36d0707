//! Everything that is fast and needs no more than the library, the built program and common tools. One binary, so that little
//! is linked.

#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "the helpers of a test are test code, too"
)]

mod support;
mod house;
mod layers;
mod distribution;
mod docs;
mod recipes;
mod verdicts;
mod agreement;
mod prefilter;
mod rules_cases;
mod rules_demo;
mod rules_docs;
mod fix_golden;
mod fix_across;
mod scenarios;
mod prove;
mod watch;
mod audit_answers;
mod audit_claims;
mod audit_facts;
mod audit_page;
mod batch_unit;
mod batch_run;
mod batch_emit;
mod cli_adoption;
mod cli_config;
mod cli_declared;
mod cli_findings;
mod cli_fix;
mod cli_git;
mod cli_formats;
mod cli_input;
mod cli_interactive;
mod cli_status;
mod cost;
mod cache;
mod cli_suppressions;
mod diff_matrix;
mod fuzz_cases;
mod lsp;
mod notebooks;
mod prop_diff;
mod prop_fix;
