//! Whole numbers of up to 256 bits, carried, compared and printed, not computed with.

use std::cmp::Ordering;

/// A sign and 256 bits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Big {
    negative: bool,
    /// Lowest 64 bits first.
    limbs: [u64; 4],
}

impl Big {
    /// Nothing.
    pub const ZERO: Self = Self { negative: false, limbs: [0; 4] };

    /// From a number that fits 128 bits.
    pub fn from_i128(value: i128) -> Self {
        let magnitude = value.unsigned_abs();
        Self { negative: value < 0, limbs: [magnitude as u64, (magnitude >> 64) as u64, 0, 0] }
    }

    /// From a number without sign that fits 128 bits.
    pub fn from_u128(value: u128) -> Self {
        Self { negative: false, limbs: [value as u64, (value >> 64) as u64, 0, 0] }
    }

    /// From little-endian bytes, 16 or 32 of them.
    pub fn from_le_bytes(bytes: &[u8], signed: bool) -> Self {
        let negative = signed && bytes.last().is_some_and(|byte| byte & 0x80 != 0);
        let fill = if negative { 0xff } else { 0 };
        let mut limbs = [0_u64; 4];
        for (index, limb) in limbs.iter_mut().enumerate() {
            let mut word = [fill; 8];
            for (offset, byte) in word.iter_mut().enumerate() {
                *byte = bytes.get(index * 8 + offset).copied().unwrap_or(fill);
            }
            *limb = u64::from_le_bytes(word);
        }
        if negative {
            limbs = negated(limbs);
        }
        Self { negative, limbs }
    }

    /// As 32 little-endian bytes in two's complement.
    pub fn to_le_bytes(self) -> [u8; 32] {
        let limbs = if self.negative { negated(self.limbs) } else { self.limbs };
        let mut bytes = [0; 32];
        for (chunk, limb) in bytes.chunks_exact_mut(8).zip(limbs) {
            chunk.copy_from_slice(&limb.to_le_bytes());
        }
        bytes
    }

    /// The number, if it fits 128 bits with sign.
    pub fn to_i128(self) -> Option<i128> {
        let [low, high, 0, 0] = self.limbs else {
            return None;
        };
        let magnitude = u128::from(low) | (u128::from(high) << 64);
        if self.negative { 0_i128.checked_sub_unsigned(magnitude) } else { i128::try_from(magnitude).ok() }
    }

    /// The nearest float.
    pub fn to_f64(self) -> f64 {
        let magnitude =
            self.limbs.iter().rev().fold(0_f64, |sum, limb| sum * 18_446_744_073_709_551_616.0 + *limb as f64);
        if self.negative { -magnitude } else { magnitude }
    }

    /// Whether it is below zero.
    pub fn is_negative(self) -> bool {
        self.negative && self.limbs != [0; 4]
    }

    /// Divided by a power of ten, fractions cut off.
    pub fn scaled_down(self, digits: u8) -> Self {
        let mut result = self;
        for _ in 0..digits {
            result.divide_small(10);
        }
        result
    }

    /// Multiplied by a power of ten; `None` when it no longer fits.
    pub fn scaled_up(self, digits: u8) -> Option<Self> {
        let mut result = self;
        for _ in 0..digits {
            result.multiply_add_small(10, 0)?;
        }
        Some(result)
    }

    /// Reads decimal digits with an optional sign.
    pub fn parse(text: &str) -> Option<Self> {
        let (negative, digits) = match text.strip_prefix('-') {
            Some(digits) => (true, digits),
            None => (false, text.strip_prefix('+').unwrap_or(text)),
        };
        if digits.is_empty() {
            return None;
        }
        let mut result = Self::ZERO;
        for digit in digits.bytes() {
            if !digit.is_ascii_digit() {
                return None;
            }
            result.multiply_add_small(10, u64::from(digit - b'0'))?;
        }
        result.negative = negative && result.limbs != [0; 4];
        Some(result)
    }

    /// Its digits without the sign.
    pub fn digits(self) -> String {
        let mut rest = self;
        let mut digits = Vec::new();
        while rest.limbs != [0; 4] {
            let remainder = rest.divide_small(10);
            digits.push(b'0' + remainder as u8);
        }
        if digits.is_empty() {
            digits.push(b'0');
        }
        digits.reverse();
        String::from_utf8(digits).unwrap_or_default()
    }

    fn multiply_add_small(&mut self, factor: u64, addend: u64) -> Option<()> {
        let mut carry = u128::from(addend);
        for limb in &mut self.limbs {
            let product = u128::from(*limb) * u128::from(factor) + carry;
            *limb = product as u64;
            carry = product >> 64;
        }
        (carry == 0).then_some(())
    }

    fn divide_small(&mut self, divisor: u64) -> u64 {
        let mut remainder = 0_u128;
        for limb in self.limbs.iter_mut().rev() {
            let value = (remainder << 64) | u128::from(*limb);
            *limb = (value / u128::from(divisor)) as u64;
            remainder = value % u128::from(divisor);
        }
        remainder as u64
    }
}

impl std::fmt::Display for Big {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if self.is_negative() {
            f.write_str("-")?;
        }
        f.write_str(&self.digits())
    }
}

impl PartialOrd for Big {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Big {
    fn cmp(&self, other: &Self) -> Ordering {
        let magnitudes = self.limbs.iter().rev().cmp(other.limbs.iter().rev());
        match (self.is_negative(), other.is_negative()) {
            (false, true) => Ordering::Greater,
            (true, false) => Ordering::Less,
            (false, false) => magnitudes,
            (true, true) => magnitudes.reverse(),
        }
    }
}

fn negated(limbs: [u64; 4]) -> [u64; 4] {
    let mut carry = true;
    limbs.map(|limb| {
        let (value, overflow) = (!limb).overflowing_add(u64::from(carry));
        carry = overflow;
        value
    })
}
