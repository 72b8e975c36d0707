//! What asks the system for more: mounts, signals, pipes, a browser, programs that CPython runs. What would disturb others, or
//! be disturbed by them, is here.

#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "the helpers of a test are test code, too"
)]

#[path = "../it/support/mod.rs"]
mod support;
mod audit_html;
mod differential;
mod e2e_collect;
#[cfg(unix)]
mod fault_disk;
#[cfg(unix)]
mod fault_input;
#[cfg(unix)]
mod fault_kill;
#[cfg(unix)]
mod fault_terminal;
