//! ferry-sandbox

pub mod engine;
pub mod storage;
