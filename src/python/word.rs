//! Where a word of Python begins and ends, by its bytes.

/// Whether a byte can be part of a name.
pub fn is_word_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || !byte.is_ascii()
}

/// Whether the word of `length` bytes at byte `at` is not a part of a longer one.
pub fn stands_alone(text: &[u8], at: usize, length: usize) -> bool {
    !text[..at].last().is_some_and(|b| is_word_byte(*b))
        && !text.get(at + length).is_some_and(|b| is_word_byte(*b))
}
