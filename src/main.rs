//! The program `chancery`.

use std::process::ExitCode;

use mimalloc::MiMalloc;

/// A build asks for millions of small pieces of memory on every thread, which the allocator of glibc hands out slower:
/// a tenth of the CPU of `scripts/bench`.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

fn main() -> ExitCode {
    chancery::main(std::env::args_os())
}
