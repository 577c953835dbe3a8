//! Numbers and times as people read them. Pure: no clock and no locale is read here.

mod clock;
mod number;

pub use clock::{ago, duration, span, time_of_day, utc};
#[cfg(feature = "ssr")]
pub use number::rows_to_copy;
pub use number::{count, rate};
