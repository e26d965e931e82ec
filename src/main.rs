//! The program `chancery`.

use std::process::ExitCode;

use mimalloc::MiMalloc;

/// A build asks for millions of small pieces of memory on every thread, which the system's allocators hand out slower:
/// 13 % of the time of `scripts/bench` on glibc.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

fn main() -> ExitCode {
    chancery::main(std::env::args_os())
}
