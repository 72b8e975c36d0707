//! Identifier boundaries in the bytes of Python source. It knows no tokens.

/// Whether a byte can be part of an identifier.
pub fn is_identifier_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || !byte.is_ascii()
}

/// Whether the `length` bytes at byte `at` are not part of a longer identifier.
pub fn is_whole_word(text: &[u8], at: usize, length: usize) -> bool {
    !text[..at].last().is_some_and(|b| is_identifier_byte(*b))
        && !text.get(at + length).is_some_and(|b| is_identifier_byte(*b))
}
