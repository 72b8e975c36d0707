//! Keys of `setup.cfg`, `tox.ini` and `.flake8`, as `configparser` reads them, as far as single-line values go.

/// The value of a key in one of the sections; `text` is the whole file. Dashes and underscores in keys are one.
pub(super) fn value<'t>(text: &'t str, sections: &[&str], key: &str) -> Option<&'t str> {
    let mut inside = false;
    for line in text.lines() {
        let line = line.trim_end();
        if let Some(rest) = line.strip_prefix('[') {
            let name = rest.split(']').next().unwrap_or("").trim();
            inside = sections.contains(&name);
        } else if inside
            && let Some((name, value)) = line.split_once(['=', ':'])
            && name.trim().replace('-', "_") == key
        {
            return Some(value.split([';', '#']).next().unwrap_or("").trim());
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_counts_in_its_section_only() {
        let text = "[a]\nmax-line-length = 1\n[flake8]\n# x\nmax-line-length: 100 ; wide\n";
        assert_eq!(value(text, &["flake8"], "max_line_length"), Some("100"));
        assert_eq!(value(text, &["pycodestyle"], "max_line_length"), None);
    }
}
