//! The PEP 263 encoding of a Python file, as far as editing bytes needs it. It decodes nothing itself.

/// How the bytes of a file relate to characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Encoding {
    /// UTF-8 (also ASCII, its subset).
    Utf8,
    /// One byte a character, and every byte below 0x80 is ASCII: safe to edit as bytes.
    SingleByte,
}

/// Reads the cookie of a file's first two lines (PEP 263, "Defining the Encoding").
///
/// `bytes` has no BOM. An unknown or unsuitable encoding is returned by name.
pub(super) fn detect(bytes: &[u8]) -> Result<Encoding, String> {
    let mut lines = bytes.split(|&b| b == b'\n' || b == b'\r').take(4);
    // A CRLF leaves an empty part between the lines, which counts like a blank line.
    let mut seen = 0;
    for line in lines.by_ref() {
        let trimmed = line.trim_ascii_start();
        if !trimmed.is_empty() && trimmed[0] != b'#' {
            return Ok(Encoding::Utf8);
        }
        if let Some(name) = cookie(trimmed) {
            return classify(&name);
        }
        seen += usize::from(!line.is_empty() || seen == 0);
        if seen >= 2 {
            break;
        }
    }
    Ok(Encoding::Utf8)
}

/// The encoding's name in `# -*- coding: latin-1 -*-`, after CPython's own expression `coding[:=][ \t]*([-\w.]+)`.
fn cookie(comment: &[u8]) -> Option<String> {
    if !comment.starts_with(b"#") {
        return None;
    }
    let mut rest = comment;
    while let Some(at) = memchr::memmem::find(rest, b"coding") {
        rest = &rest[at + 6..];
        if matches!(rest.first(), Some(b':' | b'=')) {
            let value = rest[1..].trim_ascii_start();
            let end = value
                .iter()
                .position(|b| !(b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.')))
                .unwrap_or(value.len());
            if end > 0 {
                return Some(String::from_utf8_lossy(&value[..end]).into_owned());
            }
        }
    }
    None
}

/// Classifies an encoding name as `codecs.lookup` would: case and separators are ignored.
fn classify(name: &str) -> Result<Encoding, String> {
    let plain: String =
        name.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect();
    let single = ["latin", "iso8859", "cp125", "windows125", "koi8", "cp1252", "l1"];
    if plain.starts_with("utf8") || matches!(plain.as_str(), "u8" | "ascii" | "usascii") {
        Ok(Encoding::Utf8)
    } else if single.iter().any(|prefix| plain.starts_with(prefix)) {
        Ok(Encoding::SingleByte)
    } else {
        Err(name.to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_cookie_may_stand_on_the_second_line_only_after_a_comment() {
        assert_eq!(detect(b"#!x\r\n# coding: latin-1\r\n"), Ok(Encoding::SingleByte));
        assert_eq!(detect(b"x = 1\n# coding: latin-1\n"), Ok(Encoding::Utf8));
        assert_eq!(detect(b"#\n#\n# coding: latin-1\n"), Ok(Encoding::Utf8));
    }

    #[test]
    fn an_encoding_that_reuses_ascii_bytes_is_refused_by_name() {
        assert_eq!(detect(b"# -*- coding: shift_jis -*-\n"), Err("shift_jis".into()));
        assert_eq!(detect(b"# vim: set fileencoding=UTF-8 :\n"), Ok(Encoding::Utf8));
    }
}
