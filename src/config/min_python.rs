//! The oldest Python version that a version specifier allows (PEP 440, and poetry's carets). It reads no file.

/// The lowest `(major, minor)` of a specifier like `>=3.8,<4`, `~=3.9`, `^3.10`, `3.8 || ^3.10`; `None` without a lower lower_bound.
pub(super) fn min_python(specifier: &str) -> Option<(u8, u8)> {
    let alternatives: Option<Vec<_>> = specifier.split("||").map(lowest_of_all).collect();
    alternatives?.into_iter().min()
}

fn lowest_of_all(clauses: &str) -> Option<(u8, u8)> {
    clauses.split(',').filter_map(|clause| lower_bound(clause.trim())).max()
}

fn lower_bound(clause: &str) -> Option<(u8, u8)> {
    let number = clause.trim_start_matches(|c: char| !c.is_ascii_digit());
    let operator = clause[..clause.len() - number.len()].trim();
    let mut parts = number.split(['.', '*']).filter(|p| !p.is_empty());
    let major = parts.next()?.trim().parse().ok()?;
    let minor = parts.next().map_or(Some(0), |p| p.trim().parse().ok())?;
    // `>3.7` may mean 3.8, but the lower version is safe.
    let is_lower = matches!(operator, ">=" | ">" | "~=" | "==" | "===" | "^" | "~" | "");
    is_lower.then_some((major, minor))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_minimum_is_the_highest_lower_bound() {
        assert_eq!(min_python(">=3.8,<4"), Some((3, 8)));
        assert_eq!(min_python("!=3.9.*, >= 3.8.1"), Some((3, 8)));
        assert_eq!(min_python("~=3.9"), Some((3, 9)));
        assert_eq!(min_python("^3.10"), Some((3, 10)));
        assert_eq!(min_python("3.11.*"), Some((3, 11)));
        assert_eq!(min_python("~3.8 || ^3.10"), Some((3, 8)));
        assert_eq!(min_python("<4"), None);
        assert_eq!(min_python(""), None);
    }
}
