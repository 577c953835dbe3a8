//! How long to wait before the next try to connect. The tries never end.

const FIRST_MS: u32 = 500;
const LONGEST_MS: u32 = 15_000;

/// The wait before a try: doubled each time up to 15 s, of which a random half keeps many tabs apart.
/// `random` is in 0..1.
pub fn wait_ms(n_failed: u32, random: f64) -> u32 {
    let full = FIRST_MS.saturating_mul(2_u32.saturating_pow(n_failed)).min(LONGEST_MS);
    let half = f64::from(full) / 2.0;
    // The sum lies between 250 and 15,000.
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "see above")]
    let waited = (half + half * random.clamp(0.0, 1.0)) as u32;
    waited
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_grow_up_to_a_limit_and_never_end() {
        assert_eq!(wait_ms(0, 1.0), 500);
        assert_eq!(wait_ms(0, 0.0), 250);
        assert_eq!(wait_ms(3, 1.0), 4_000);
        for n_failed in [5, 31, 32, u32::MAX] {
            assert_eq!(wait_ms(n_failed, 1.0), LONGEST_MS);
        }
    }
}
