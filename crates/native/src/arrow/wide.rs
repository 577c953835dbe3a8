//! 128- and 256-bit integers in Arrow: big-endian, and for signed ones with the sign bit
//! flipped, so that comparing bytes compares numbers.

/// Brings little-endian bytes of the wire into the order of Arrow, or back: `from` and
/// `to` hold values of `width` bytes.
pub(super) fn flip_order(from: &[u8], to: &mut [u8], width: usize, is_signed: bool, is_to_arrow: bool) {
    for (from, to) in from.chunks_exact(width).zip(to.chunks_exact_mut(width)) {
        for (from, to) in from.iter().rev().zip(to.iter_mut()) {
            *to = *from;
        }
        if is_signed {
            let sign_at = if is_to_arrow { 0 } else { width - 1 };
            to[sign_at] ^= 0x80;
        }
    }
}

/// The decimal text of a value of 16 or 32 bytes in Arrow's order.
#[must_use]
pub fn format(value: &[u8], is_signed: bool) -> String {
    let mut magnitude = value.to_vec();
    let mut is_negative = false;
    if is_signed && !magnitude.is_empty() {
        magnitude[0] ^= 0x80;
        is_negative = magnitude[0] & 0x80 != 0;
        if is_negative {
            negate(&mut magnitude);
        }
    }
    let mut digits = Vec::new();
    while magnitude.iter().any(|byte| *byte != 0) {
        let mut rest = 0_u32;
        for byte in &mut magnitude {
            let dividend = (rest << 8) | u32::from(*byte);
            *byte = (dividend / 10) as u8;
            rest = dividend % 10;
        }
        digits.push(b'0' + rest as u8);
    }
    if digits.is_empty() {
        digits.push(b'0');
    }
    if is_negative {
        digits.push(b'-');
    }
    digits.iter().rev().map(|digit| char::from(*digit)).collect()
}

/// The value of a decimal text in Arrow's order, in `width` bytes; nothing if it is not a
/// number or does not fit.
#[must_use]
pub fn parse(text: &str, width: usize, is_signed: bool) -> Option<Vec<u8>> {
    let (is_negative, digits) = match text.strip_prefix('-') {
        Some(digits) => (true, digits),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    if digits.is_empty() || (is_negative && !is_signed) {
        return None;
    }
    let mut value = vec![0_u8; width];
    for digit in digits.bytes() {
        if !digit.is_ascii_digit() {
            return None;
        }
        let mut carry = u32::from(digit - b'0');
        for byte in value.iter_mut().rev() {
            let product = u32::from(*byte) * 10 + carry;
            *byte = product as u8;
            carry = product >> 8;
        }
        if carry != 0 {
            return None;
        }
    }
    if is_signed {
        let is_least = value[0] == 0x80 && value[1..].iter().all(|byte| *byte == 0);
        if value[0] & 0x80 != 0 && !(is_negative && is_least) {
            return None;
        }
        if is_negative {
            negate(&mut value);
        }
        value[0] ^= 0x80;
    }
    Some(value)
}

/// The two's complement of a big-endian number.
fn negate(value: &mut [u8]) {
    let mut carry = true;
    for byte in value.iter_mut().rev() {
        let (negated, overflows) = (!*byte).overflowing_add(u8::from(carry));
        *byte = negated;
        carry = overflows;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_written_and_read_back_and_keep_their_order() {
        let texts = [
            "-170141183460469231731687303715884105728",
            "-1000000000000000000000",
            "-1",
            "0",
            "1",
            "255",
            "256",
            "170141183460469231731687303715884105727",
        ];
        for width in [16, 32] {
            let values: Vec<_> = texts.iter().map(|text| parse(text, width, true).unwrap()).collect();
            assert!(values.is_sorted());
            let back: Vec<_> = values.iter().map(|value| format(value, true)).collect();
            assert_eq!(back, texts);
        }
        assert_eq!(format(&[0xff; 16], false), u128::MAX.to_string());
    }

    #[test]
    fn what_does_not_fit_is_no_number() {
        for (text, is_signed) in [
            ("170141183460469231731687303715884105728", true),
            ("-170141183460469231731687303715884105729", true),
            ("340282366920938463463374607431768211456", false),
            ("-1", false),
            ("", true),
            ("-", true),
            ("1x", true),
        ] {
            assert_eq!(parse(text, 16, is_signed), None, "{text}");
        }
    }
}
