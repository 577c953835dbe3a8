//! Bytes: numbers and strings, buffered reading, compression frames.

pub(crate) mod frame;
mod kept;
pub(crate) mod pool;
pub(crate) mod put;
pub(crate) mod source;
mod window;
