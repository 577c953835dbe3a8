//! What bytes are for the lexer.

/// Whether a word may begin with it.
pub(super) fn is_word_start(byte: u8) -> bool {
    byte.is_ascii_alphabetic() || byte == b'_' || byte == b'@'
}

/// Which bytes a word and a gap are made of: most bytes of a text are asked.
static BYTES: [u8; 256] = {
    let mut bytes = [0; 256];
    let mut at = 0;
    while at < 256 {
        let byte = at as u8;
        if byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'$' {
            bytes[at] = IN_WORD;
        } else if byte.is_ascii_whitespace() || byte == 0x0b {
            bytes[at] = SPACE;
        }
        at += 1;
    }
    bytes
};

const IN_WORD: u8 = 1;
const SPACE: u8 = 2;

/// Whether a word may go on with it.
#[inline]
pub(super) fn is_word(byte: u8) -> bool {
    BYTES[usize::from(byte)] == IN_WORD
}

/// Whether it is part of a gap.
#[inline]
pub(super) fn is_space(byte: u8) -> bool {
    BYTES[usize::from(byte)] == SPACE
}
