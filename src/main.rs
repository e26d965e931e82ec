//! The program `chancery`.

use std::process::ExitCode;

fn main() -> ExitCode {
    chancery::main(std::env::args_os())
}
