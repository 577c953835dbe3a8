//! The parser and the printer: places stand in the text, and what is printed reads the same.

#![no_main]

#[path = "../../examples/fuzz_sql/reading.rs"]
mod reading;

libfuzzer_sys::fuzz_target!(|text: &str| {
    reading::reading(text);
});
