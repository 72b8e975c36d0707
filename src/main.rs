//! The binary: it calls the library and contains nothing else.

use std::process::ExitCode;

fn main() -> ExitCode {
    undangle::cli::main(std::env::args_os())
}
