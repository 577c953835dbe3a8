//! The rewriter, the references and the order: what is rewritten can be read.

#![no_main]

#[path = "../../examples/fuzz_sql/promises.rs"]
mod promises;
#[path = "../../examples/fuzz_sql/reading.rs"]
mod reading;

libfuzzer_sys::fuzz_target!(|text: &str| {
    promises::check(text);
});
