//! The lowest Python that a version specifier lets in (PEP 440, and poetry's carets). It reads no file.

/// The lowest `(major, minor)` of a specifier like `>=3.8,<4`, `~=3.9`, `^3.10`, `3.8 || ^3.10`; none when it has no floor.
pub(super) fn floor(specifier: &str) -> Option<(u8, u8)> {
    let alternatives: Option<Vec<_>> = specifier.split("||").map(lowest_of_all).collect();
    alternatives?.into_iter().min()
}

fn lowest_of_all(clauses: &str) -> Option<(u8, u8)> {
    clauses.split(',').filter_map(|clause| bound(clause.trim())).max()
}

fn bound(clause: &str) -> Option<(u8, u8)> {
    let number = clause.trim_start_matches(|c: char| !c.is_ascii_digit());
    let operator = clause[..clause.len() - number.len()].trim();
    let mut parts = number.split(['.', '*']).filter(|p| !p.is_empty());
    let major = parts.next()?.trim().parse().ok()?;
    let minor = parts.next().map_or(Some(0), |p| p.trim().parse().ok())?;
    // Those who write `>3.7` may mean 3.8, but the lower one is safe.
    let is_lower = matches!(operator, ">=" | ">" | "~=" | "==" | "===" | "^" | "~" | "");
    is_lower.then_some((major, minor))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_floor_is_the_highest_of_the_lower_bounds() {
        assert_eq!(floor(">=3.8,<4"), Some((3, 8)));
        assert_eq!(floor("!=3.9.*, >= 3.8.1"), Some((3, 8)));
        assert_eq!(floor("~=3.9"), Some((3, 9)));
        assert_eq!(floor("^3.10"), Some((3, 10)));
        assert_eq!(floor("3.11.*"), Some((3, 11)));
        assert_eq!(floor("~3.8 || ^3.10"), Some((3, 8)));
        assert_eq!(floor("<4"), None);
        assert_eq!(floor(""), None);
    }
}
