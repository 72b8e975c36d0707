//! File names in patches, quoted as git does. It knows bytes only.

/// A name with git's quoting (`core.quotePath` on): in double quotes, with C escapes, when a byte needs one.
pub(super) fn quote_name(name: &[u8]) -> Vec<u8> {
    let is_plain = |b: &u8| matches!(b, 0x20..=0x7e) && !matches!(b, b'"' | b'\\');
    if name.iter().all(is_plain) {
        return name.to_vec();
    }
    let mut out = vec![b'"'];
    for byte in name {
        match byte {
            b'"' | b'\\' => out.extend([b'\\', *byte]),
            0x07 => out.extend(b"\\a"),
            0x08 => out.extend(b"\\b"),
            b'\t' => out.extend(b"\\t"),
            b'\n' => out.extend(b"\\n"),
            0x0b => out.extend(b"\\v"),
            0x0c => out.extend(b"\\f"),
            b'\r' => out.extend(b"\\r"),
            0x20..=0x7e => out.push(*byte),
            _ => out.extend(format!("\\{byte:03o}").bytes()),
        }
    }
    out.push(b'"');
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_odd_names_are_quoted() {
        assert_eq!(quote_name(b"a/plain name.py"), b"a/plain name.py");
        assert_eq!(quote_name(b"a/\"x\"\\.py"), b"\"a/\\\"x\\\"\\\\.py\"");
        assert_eq!(quote_name("a/é\t.py".as_bytes()), b"\"a/\\303\\251\\t.py\"");
    }
}
