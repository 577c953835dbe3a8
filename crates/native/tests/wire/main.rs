//! What the crate promises, against its own other side and against recorded bytes.

#[cfg(feature = "arrow")]
mod arrow;
mod golden;
mod hostile;
mod loopback;
mod relay;
mod samples;
mod stand_in;
mod tls;
mod types;
mod values;
