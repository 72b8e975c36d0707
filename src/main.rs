//! The thin binary: everything is in the library.

use std::process::ExitCode;

fn main() -> ExitCode {
    undangle::cli::main(std::env::args_os())
}
