//! How fast texts are read.

use std::hint::black_box;
use std::time::{Duration, Instant};

/// The shortest measurement.
const LEAST_TIME: Duration = Duration::from_millis(700);

/// How fast a set of texts was read.
#[derive(Clone, Copy, Debug)]
pub struct Rate {
    /// How many texts the set has.
    pub texts: usize,
    /// How many bytes.
    pub bytes: usize,
    /// How long reading all of them once takes.
    pub seconds: f64,
}

impl Rate {
    /// What reading `texts` took.
    pub fn of(texts: &[&str], seconds: f64) -> Self {
        Self { texts: texts.len(), bytes: texts.iter().map(|text| text.len()).sum(), seconds }
    }

    /// One line; with how many times as long this takes as `other`.
    pub fn print(self, what: &str, other: Option<Self>) {
        let per_second = self.texts as f64 / self.seconds;
        let megabytes = self.bytes as f64 / 1e6 / self.seconds;
        let ratio = other.map(|other| format!("{:.1}x", self.seconds / other.seconds)).unwrap_or_default();
        println!("{what:<44} {:>7} {per_second:>12.0} {megabytes:>9.2} {ratio:>8}", self.texts);
    }
}

/// Reads all texts again and again; the quickest round counts, which a busy machine disturbs least.
pub fn measure(texts: &[&str], mut read: impl FnMut(&str) -> usize) -> Rate {
    let begun = Instant::now();
    let mut best = f64::INFINITY;
    while begun.elapsed() < LEAST_TIME || best.is_infinite() {
        let round = Instant::now();
        for text in texts {
            black_box(read(black_box(text)));
        }
        best = best.min(round.elapsed().as_secs_f64());
    }
    Rate::of(texts, best)
}
