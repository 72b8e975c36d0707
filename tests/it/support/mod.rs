//! What the tests share. Only `library` knows the library; the rest is files, folders and other programs.

#![allow(
    clippy::unwrap_used,
    clippy::print_stderr,
    dead_code,
    unreachable_pub,
    reason = "test code; each test program uses its own part of it"
)]

pub mod library;
pub mod files;
pub mod pages;
pub mod tools;
pub mod world;
pub mod git;
pub mod notebook;
pub mod holds;
pub mod mutate;
pub mod program;
