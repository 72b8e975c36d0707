//! The list of repositories of a run. It reads the list, and no repository.

use std::collections::BTreeSet;
use std::ffi::OsString;
use std::fs;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::Path;

use sha1::{Digest, Sha1};

use super::credentials::without_credentials;
use super::split::slug;

/// One repository of a run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Repository {
    /// The URL or the absolute path.
    pub source: OsString,
    /// The same without credentials, for people.
    pub name: String,
    /// The name of its folders; the same in every run.
    pub slug: String,
    /// The branch to start from; none for the one that is checked out there.
    pub branch: Option<String>,
    /// Settings of its own, `KEY=VALUE` as `--config` takes them.
    pub config: Vec<String>,
}

/// A part of all repositories: part `index`, from 1, of `count`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shard {
    /// Which part.
    pub index: u64,
    /// How many parts there are.
    pub count: u64,
}

impl Shard {
    /// Whether a repository belongs to the part, which does not depend on the rest of the list.
    pub(super) fn holds(self, repository: &Repository) -> bool {
        // `DefaultHasher::new` has fixed keys.
        let mut hasher = DefaultHasher::new();
        repository.slug.hash(&mut hasher);
        hasher.finish() % self.count == self.index - 1
    }
}

impl Repository {
    fn new(source: &str, branch: Option<String>, config: Vec<String>, cwd: &Path) -> Self {
        let path = cwd.join(source);
        let source = if path.exists() { path.into_os_string() } else { OsString::from(source) };
        let name = without_credentials(&source.to_string_lossy());
        let tail: Vec<&str> = name.trim_end_matches('/').rsplit(['/', ':']).take(2).collect();
        let tail: Vec<&str> = tail.into_iter().rev().collect();
        let readable = slug(tail.join("-").trim_end_matches(".git"), "repository");
        let mut hash = Sha1::new();
        hash.update(format!("{name}\0{}", branch.as_deref().unwrap_or_default()));
        let hash: String = hash.finalize().iter().take(4).map(|b| format!("{b:02x}")).collect();
        Self { source, slug: format!("{readable}-{hash}"), name, branch, config }
    }
}

/// The repositories of a list, each once. A line has a URL or a path, then `branch=NAME` and settings; `#` begins a comment.
///
/// # Errors
/// A line that cannot be read, with its number.
pub fn repositories_of_list(text: &str, name: &str, cwd: &Path) -> Result<Vec<Repository>, String> {
    let mut repositories = Vec::new();
    for (index, line) in text.lines().enumerate() {
        let at = format!("{name}:{}", index + 1);
        let words = shlex::split(line)
            .ok_or_else(|| format!("{at}: a quotation mark or a backslash is not closed"))?;
        let Some((source, settings)) = words.split_first() else { continue };
        if source.starts_with('-') {
            return Err(format!("{at}: `{source}` is not the URL or path of a repository"));
        }
        let mut branch = None;
        let mut config = Vec::new();
        for setting in settings {
            match setting.split_once('=') {
                Some(("branch", name)) if !name.is_empty() => branch = Some(name.to_owned()),
                Some((key, value)) if !key.is_empty() => config.push(toml_setting(key, value)),
                _ => {
                    return Err(format!(
                        "{at}: `{setting}` is neither `branch=NAME` nor KEY=VALUE"
                    ));
                }
            }
        }
        repositories.push(Repository::new(source, branch, config, cwd));
    }
    Ok(each_once(repositories))
}

/// The repositories in a folder: itself, or those directly in it, in the order of their names.
///
/// # Errors
/// The folder cannot be read, or has none; worded for the user.
pub fn repositories_of_folder(folder: &Path, cwd: &Path) -> Result<Vec<Repository>, String> {
    let is_repository = |path: &Path| {
        path.join(".git").exists() || path.join("HEAD").is_file() && path.join("objects").is_dir()
    };
    let of = |path: &Path| Repository::new(&path.to_string_lossy(), None, Vec::new(), cwd);
    let folder = cwd.join(folder);
    if is_repository(&folder) {
        return Ok(vec![of(&folder)]);
    }
    let unreadable = |error: std::io::Error| format!("cannot read {}: {error}", folder.display());
    let mut paths = Vec::new();
    for entry in fs::read_dir(&folder).map_err(unreadable)? {
        paths.push(entry.map_err(unreadable)?.path());
    }
    paths.sort();
    let found: Vec<Repository> =
        paths.iter().filter(|path| is_repository(path)).map(|path| of(path)).collect();
    match found.is_empty() {
        true => Err(format!("there is no repository in {}", folder.display())),
        false => Ok(found),
    }
}

fn each_once(mut repositories: Vec<Repository>) -> Vec<Repository> {
    let mut seen = BTreeSet::new();
    repositories.retain(|repository| seen.insert(repository.slug.clone()));
    repositories
}

/// A setting in TOML; a bare word is a string.
fn toml_setting(key: &str, value: &str) -> String {
    let setting = format!("{key} = {value}");
    match setting.parse::<toml::Table>() {
        Ok(_) => setting,
        Err(_) => format!("{key} = {}", toml::Value::String(value.to_owned())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn list(text: &str) -> Result<Vec<Repository>, String> {
        repositories_of_list(text, "list", Path::new("/nowhere"))
    }

    #[test]
    fn a_line_is_a_source_a_branch_and_settings() {
        let text = "# all\n\nhttps://me:secret@h/o/r.git branch=dev style=helper line-length=100 # two\n\
                    git@h:o/r\nhttps://h/o/r.git branch=dev\n";
        let all = list(text).unwrap();
        assert_eq!(all.len(), 2);
        assert_eq!(all[0].source, "https://me:secret@h/o/r.git");
        assert_eq!(all[0].name, "https://h/o/r.git");
        assert_eq!(all[0].branch.as_deref(), Some("dev"));
        assert_eq!(all[0].config, ["style = \"helper\"", "line-length = 100"]);
        assert!(all[1].slug.starts_with("o-r-") && all[1].slug != all[0].slug, "{all:?}");
    }

    #[test]
    fn a_wrong_line_is_named() {
        let told = |text: &str| list(text).unwrap_err();
        assert!(told("a\n'b").starts_with("list:2: a quotation mark"));
        assert!(told("--upload-pack=x").contains("is not the URL or path"));
        assert!(told("a word").contains("`word` is neither"));
    }

    #[test]
    fn shards_divide_the_list() {
        let all =
            list(&(0..50).map(|n| format!("https://h/o/r{n}\n")).collect::<String>()).unwrap();
        let size = |index| {
            let shard = Shard { index, count: 3 };
            all.iter().filter(|repository| shard.holds(repository)).count()
        };
        assert_eq!(size(1) + size(2) + size(3), 50);
        assert!(size(1) > 5 && size(2) > 5 && size(3) > 5);
    }
}
