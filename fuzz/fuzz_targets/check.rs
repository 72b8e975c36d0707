//! `check` and `audit` of any bytes, in every format. It reads no disk.

#![no_main]

#[path = "../../tests/it/support/holds.rs"]
mod holds;
#[path = "../../tests/it/support/library/mod.rs"]
mod library;
#[path = "../../tests/it/support/mutate.rs"]
mod mutate;

use libfuzzer_sys::{fuzz_mutator, fuzz_target, fuzzer_mutate};

fuzz_mutator!(|data: &mut [u8], size: usize, max_size: usize, seed: u32| {
    // Bytes alone seldom make Python: most of the time lines are mixed up.
    if seed.is_multiple_of(4) {
        return fuzzer_mutate(data, size, max_size);
    }
    let new = mutate::mutated(&data[..size], &mut mutate::Luck::new(u64::from(seed)));
    let length = new.len().min(max_size);
    data[..length].copy_from_slice(&new[..length]);
    length
});

fuzz_target!(|data: &[u8]| holds::check_holds(data, &holds::Way::of(data)));
