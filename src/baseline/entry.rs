//! What a baseline says of one finding: enough to find it again when lines move, code is formatted anew or its file is renamed.
//! It reads no disk.

use std::path::{Component, Path, PathBuf};

use serde::{Deserialize, Serialize};
use sha1::{Digest, Sha1};

use crate::run::{self, FileReport, Item, Report, Span};

/// Longer texts are cut after this many characters, and told apart by a hash.
const MAX_TEXT: usize = 100;

/// One known finding. Two that are equal are two entries. The order of the fields is that of a baseline.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    /// The file, relative to the folder of the baseline, with `/` between its parts.
    pub path: String,
    /// The code of the rule.
    pub rule: String,
    /// The qualified name of the function around it; empty at module level, and for findings that are not about one site.
    pub function: String,
    /// The code that is reported, without what a formatter may change.
    pub text: String,
}

/// The open findings of each file, in the order of [`FileReport::open`]. `folder` is that of the baseline, without symbolic links.
pub fn entries_of(report: &Report, folder: &Path) -> Vec<Vec<Entry>> {
    let of_file = |file: &FileReport| {
        let path = relative(file.real.as_deref().unwrap_or(&file.path), folder);
        file.open().into_iter().map(|item| entry(file, item, &path)).collect()
    };
    report.files.iter().map(of_file).collect()
}

fn entry(file: &FileReport, item: Item<'_>, path: &str) -> Entry {
    let function = match item {
        Item::Site(site, _) => site.function.clone().unwrap_or_default(),
        Item::Notice(_) => String::new(),
    };
    let rule = item.found().rule.code.to_owned();
    Entry { path: path.to_owned(), rule, function, text: text_of(file, item.span()) }
}

/// A site by what a baseline says of a finding, whatever the rule. `folder` is without symbolic links.
pub fn site_entry(file: &FileReport, site: &run::Entry, folder: &Path) -> Entry {
    Entry {
        path: relative(file.real.as_deref().unwrap_or(&file.path), folder),
        rule: String::new(),
        function: site.function.clone().unwrap_or_default(),
        text: text_of(file, &site.span),
    }
}

fn text_of(file: &FileReport, span: &Span) -> String {
    normalized(file.source.code().get(span.bytes.clone()).unwrap_or_default())
}

/// A path relative to a folder, both without symbolic links.
fn relative(path: &Path, folder: &Path) -> String {
    let shared = path.components().zip(folder.components()).take_while(|(a, b)| a == b).count();
    let up = folder.components().skip(shared).map(|_| Component::ParentDir);
    let relative: PathBuf = up.chain(path.components().skip(shared)).collect();
    let parts: Vec<_> = relative.components().map(|c| c.as_os_str().to_string_lossy()).collect();
    parts.join("/")
}

/// Code without the white space, the trailing commas and the kind of quotes that a formatter may change.
fn normalized(code: &str) -> String {
    let mut text = String::new();
    let is_word = |c: char| c.is_alphanumeric() || c == '_';
    for word in code.split_whitespace() {
        let first = word.chars().next();
        if text.ends_with(is_word) && first.is_some_and(is_word) {
            text.push(' ');
        }
        if text.ends_with(',') && first.is_some_and(|c| ")]}".contains(c)) {
            text.pop();
        }
        text.push_str(word);
    }
    let text = text.replace('\'', "\"");
    if text.chars().count() <= MAX_TEXT {
        return text;
    }
    let hash = Sha1::digest(&text);
    let hash: String = hash.iter().take(5).map(|byte| format!("{byte:02x}")).collect();
    text.chars().take(MAX_TEXT).chain("… ".chars()).chain(hash.chars()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formatting_is_no_part_of_the_text() {
        let plain = normalized("create_task(work(a, 'b'), name=\"x\")");
        assert_eq!(plain, "create_task(work(a,\"b\"),name=\"x\")");
        assert_eq!(normalized("create_task(\n    work(a, 'b'),\n    name='x',\n)"), plain);
        assert_eq!(normalized("a  if b\nelse c"), "a if b else c");
    }

    #[test]
    fn a_long_text_is_cut_and_told_apart() {
        let (a, b) = (normalized(&"x".repeat(200)), normalized(&"x".repeat(201)));
        assert!(a != b && a.chars().count() == MAX_TEXT + 12, "{a}");
    }

    #[test]
    fn paths_are_those_from_the_folder_of_the_baseline() {
        let of = |path: &str, folder: &str| relative(Path::new(path), Path::new(folder));
        assert_eq!(of("/p/pkg/a.py", "/p"), "pkg/a.py");
        assert_eq!(of("/p/pkg/a.py", "/p/ci"), "../pkg/a.py");
    }
}
