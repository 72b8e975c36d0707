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

/// Checks that every row of a table has `N` cells, of which the last is a URL, that the rows are sorted by their first `keys`
/// cells, which no two have in common, and that `problem` finds nothing wrong with any.
#[cfg(test)]
pub(super) fn check<const N: usize>(
    file: &str,
    text: &'static str,
    keys: usize,
    problem: impl Fn([&'static str; N]) -> Option<String>,
) {
    let problems = problems(file, text, keys, problem);
    assert!(problems.is_empty(), "\n{}", problems.join("\n"));
}

/// What is wrong with the rows of a table, each with its file and line, and what to do.
#[cfg(test)]
fn problems<const N: usize>(
    file: &str,
    text: &'static str,
    keys: usize,
    problem: impl Fn([&'static str; N]) -> Option<String>,
) -> Vec<String> {
    let mut found = Vec::new();
    let mut above: Option<(usize, &[&str])> = None;
    let lines = text.lines().zip(1..).filter(|(line, _)| !line.starts_with('#'));
    let rows: Vec<(Vec<&'static str>, usize)> =
        lines.map(|(line, number)| (line.split('\t').collect(), number)).collect();
    for (cells, number) in &rows {
        let Ok(row) = <[&'static str; N]>::try_from(cells.as_slice()) else {
            let count = cells.len();
            found.push(format!(
                "src/tasks/libraries/{file}:{number}: the row has {count} cells, not {N}: put one tab between two cells, and `-` \
                 into one that has nothing to say"
            ));
            continue;
        };
        let key = &cells[..keys];
        let shown = key.join(" ");
        let unclean = row.iter().find(|c| c.is_empty() || c.trim() != **c);
        let wrong = match above.filter(|(_, above)| *above >= key) {
            _ if unclean.is_some() => {
                Some("a cell is empty, or has white space around it".to_owned())
            }
            _ if !row[N - 1].starts_with("https://") => {
                Some(format!("`{}` is no source: end the row with the URL of a page", row[N - 1]))
            }
            Some((line, same)) if same == key => {
                Some(format!("`{shown}` is in line {line} already: delete one of the rows"))
            }
            Some((line, _)) => Some(format!(
                "`{shown}` is not in order: the rows are sorted, so it belongs above line {line}"
            )),
            None => problem(row),
        };
        found.extend(wrong.map(|wrong| format!("src/tasks/libraries/{file}:{number}: {wrong}")));
        above = Some((*number, key));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bad_row_is_named_with_what_to_do() {
        let text = "# head\nb\tx\thttps://b\nb\tx\thttps://b\na\tx\thttps://a\nc\tx\nc\t\thttps://c\nd\tx\tpage\n\
                    e\ty\thttps://e\n";
        let known = |[_, word, _]: [&str; 3]| (word != "x").then(|| format!("`{word}` is unknown"));
        let file = "src/tasks/libraries/t.tsv";
        let expected = [
            format!("{file}:3: `b` is in line 2 already: delete one of the rows"),
            format!(
                "{file}:4: `a` is not in order: the rows are sorted, so it belongs above line 3"
            ),
            format!(
                "{file}:5: the row has 2 cells, not 3: put one tab between two cells, and `-` into one that has nothing to say"
            ),
            format!("{file}:6: a cell is empty, or has white space around it"),
            format!("{file}:7: `page` is no source: end the row with the URL of a page"),
            format!("{file}:8: `y` is unknown"),
        ];
        assert_eq!(problems("t.tsv", text, 1, known), expected);
    }
}
