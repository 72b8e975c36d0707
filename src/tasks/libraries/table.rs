//! Reads the tables of this folder: lines of tab-separated cells below comment lines that begin with `#`.

/// The rows of a table, each with `N` cells.
pub(super) fn rows<const N: usize>(text: &'static str) -> impl Iterator<Item = [&'static str; N]> {
    text.lines().filter(|line| !line.starts_with('#')).map(|line| {
        let mut cells = line.split('\t');
        std::array::from_fn(|_| cells.next().unwrap_or_default())
    })
}

/// The last name of a dotted path.
pub(super) fn last_name(path: &str) -> &str {
    path.rsplit('.').next().unwrap_or(path)
}

/// Defines an enum and the words that its variants have in a table.
macro_rules! words {
    ($(#[$meta:meta])* $visibility:vis enum $name:ident {
        $($(#[doc = $doc:literal])* $variant:ident = $word:literal,)*
    }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        $visibility enum $name { $($(#[doc = $doc])* $variant,)* }

        impl $name {
            /// The variant of a word.
            fn of_word(word: &str) -> Option<Self> {
                match word { $($word => Some(Self::$variant),)* _ => None }
            }
        }
    };
}

pub(super) use words;

/// Checks that every row has `N` cells, of which the last is a URL, and that the rows are sorted by
/// their first `keys` cells, which no two have in common.
#[cfg(test)]
pub(super) fn check<const N: usize>(text: &'static str, keys: usize) {
    for line in text.lines().filter(|line| !line.starts_with('#')) {
        let cells: Vec<&str> = line.split('\t').collect();
        assert_eq!(cells.len(), N, "{line}");
        assert!(cells.iter().all(|c| !c.is_empty() && c.trim() == *c), "{line}");
        assert!(cells[N - 1].starts_with("https://"), "{line}");
    }
    let keys: Vec<Vec<&str>> = rows::<N>(text).map(|row| row[..keys].to_vec()).collect();
    for pair in keys.windows(2) {
        assert!(pair[0] < pair[1], "{:?} belongs before {:?}, once", pair[1], pair[0]);
    }
}
