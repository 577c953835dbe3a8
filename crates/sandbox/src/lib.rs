//! ferry-sandbox

pub mod storage;
