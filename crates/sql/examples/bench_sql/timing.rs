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
        best = best.min(round(texts, &mut read));
    }
    Rate::of(texts, best)
}

/// Measures two readers in turn, so that both meet the same disturbances.
pub fn measure_both(
    texts: &[&str],
    mut one: impl FnMut(&str) -> usize,
    mut other: impl FnMut(&str) -> usize,
) -> (Rate, Rate) {
    let begun = Instant::now();
    let mut best = [f64::INFINITY; 2];
    while begun.elapsed() < 4 * LEAST_TIME || best[1].is_infinite() {
        best[0] = best[0].min(round(texts, &mut one));
        best[1] = best[1].min(round(texts, &mut other));
    }
    (Rate::of(texts, best[0]), Rate::of(texts, best[1]))
}

fn round(texts: &[&str], read: &mut impl FnMut(&str) -> usize) -> f64 {
    let begun = Instant::now();
    for text in texts {
        black_box(read(black_box(text)));
    }
    begun.elapsed().as_secs_f64()
}
