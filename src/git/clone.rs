//! A clone of our own, of a repository that nobody vouches for: one commit is fetched, checked out and committed upon, and no
//! program that the repository names is run. It knows no Python.
//!
//! Git says (git(1), "Security") that it is safe to fetch from an untrusted repository, but not to work in one. So the
//! repository's own folder is never worked in: our clone has its own configuration, no hooks, and attributes that switch off
//! every filter and conversion. Only what speaks to a remote sees the user's configuration, which holds the credentials.

use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use super::repository::{path_of, reason};

/// Wins over every `.gitattributes` of the tree: files are checked out byte for byte as they are committed, and every file is
/// text to `git diff`.
const ATTRIBUTES: &str = "* -text -eol -ident -filter -working-tree-encoding diff\n";

/// Variables that would lead git to another repository.
const LEADING_VARIABLES: [&str; 8] = [
    "GIT_DIR",
    "GIT_WORK_TREE",
    "GIT_INDEX_FILE",
    "GIT_OBJECT_DIRECTORY",
    "GIT_ALTERNATE_OBJECT_DIRECTORIES",
    "GIT_COMMON_DIR",
    "GIT_NAMESPACE",
    "GIT_PREFIX",
];

/// The key of the line in a commit's message that names its tree, so that a later run can tell whether somebody has changed it.
const TREE_TRAILER: &str = "Undangle-Tree";

/// What receives a push to a repository on this machine, where git would run its hooks and what its configuration names.
const RECEIVE_PACK: &str = "git -c core.hooksPath=/dev/null -c core.fsmonitor=false \
     -c core.alternateRefsCommand=true -c receive.autogc=false receive-pack";

/// What a remote has at the branch that was asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RemoteHead {
    /// The name of the branch; none if the repository has no branch checked out.
    pub branch: Option<String>,
    /// The commit.
    pub sha: String,
    /// The full name of the reference.
    reference: String,
}

/// The person in whose name a commit is made, and when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signature {
    /// The name.
    pub name: String,
    /// The address.
    pub email: String,
}

/// A file as it is to be committed.
#[derive(Debug, Clone, Copy)]
pub struct NewBlob<'a> {
    /// Its path below the root, with the mode that it has in the tree.
    pub path: &'a Path,
    /// Its bytes.
    pub bytes: &'a [u8],
}

/// A clone of our own.
#[derive(Debug)]
pub struct Clone {
    /// The work tree, without symbolic links.
    root: PathBuf,
    /// The commit that was checked out.
    pub base: String,
}

/// What a remote has at a branch, or at its HEAD; `None` where there is no such branch, or no commit yet.
///
/// # Errors
/// What git says, in one line.
pub fn remote_head(source: &OsStr, branch: Option<&str>) -> Result<Option<RemoteHead>, String> {
    let reference = branch.map_or("HEAD".to_owned(), |branch| format!("refs/heads/{branch}"));
    let mut git = networked(Path::new("."));
    git.args(["ls-remote", "--quiet", "--symref", "--"]).arg(source).arg(&reference);
    let output = String::from_utf8_lossy(&finish(git)?).into_owned();
    let mut head = RemoteHead { branch: branch.map(str::to_owned), sha: String::new(), reference };
    for (left, right) in output.lines().filter_map(|line| line.split_once('\t')) {
        if right != head.reference {
            continue;
        }
        match left.strip_prefix("ref: refs/heads/") {
            Some(name) => head.branch = Some(name.to_owned()),
            None => head.sha = left.to_owned(),
        }
    }
    Ok((!head.sha.is_empty()).then_some(head))
}

/// Whether git takes a name for a branch.
pub fn is_branch_name(name: &str) -> bool {
    let mut git = cautious(Path::new("."));
    git.args(["check-ref-format", "--branch", name]);
    !name.starts_with(['-', '+']) && !name.starts_with("refs/") && finish(git).is_ok()
}

/// The user as git knows them; none if it does not.
pub fn user_signature() -> Option<Signature> {
    let value = |key: &str| {
        let mut git = cautious(Path::new("."));
        git.args(["config", "--get", key]);
        finish(git).ok().map(|output| line(&output)).filter(|value| !value.is_empty())
    };
    Some(Signature { name: value("user.name")?, email: value("user.email")? })
}

impl Clone {
    /// Fetches one commit of a remote into a folder, which may hold an older clone of it, and checks it out.
    ///
    /// # Errors
    /// What git says, in one line.
    pub fn fetch(source: &OsStr, head: &RemoteHead, folder: &Path) -> Result<Self, String> {
        for place in [folder.to_path_buf(), folder.join(".git")] {
            // A link would lead the check-out into another work tree.
            if fs::symlink_metadata(&place).is_ok_and(|found| !found.is_dir()) {
                return Err(format!("{} is not a directory: remove it", place.display()));
            }
        }
        fs::create_dir_all(folder)
            .map_err(|error| format!("cannot create {}: {error}", folder.display()))?;
        let root = dunce::canonicalize(folder).map_err(|error| error.to_string())?;
        let mut clone = Self { root, base: String::new() };
        clone.run(&["init", "--quiet", "--template="])?;
        let info = clone.root.join(".git/info");
        let written =
            fs::create_dir_all(&info).and_then(|()| fs::write(info.join("attributes"), ATTRIBUTES));
        written.map_err(|error| format!("cannot prepare the clone: {error}"))?;
        clone.fetch_into(source, &head.reference, "refs/undangle/base", 1)?;
        clone.base = clone.line(&["rev-parse", "--verify", "refs/undangle/base^{commit}"])?;
        clone.check_out(&clone.base.clone())?;
        Ok(clone)
    }

    /// The work tree.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// Makes the work tree what a commit has, but for symbolic links that lead out of it. Files that git does not know stay.
    ///
    /// # Errors
    /// What git says, in one line.
    pub fn check_out(&self, commit: &str) -> Result<(), String> {
        self.run(&["update-ref", "--no-deref", "HEAD", commit])?;
        self.run(&["read-tree", "--reset", "-u", commit])?;
        let listed = self.run(&["ls-files", "-s", "-z"])?;
        for (mode, path) in listed.split(|byte| *byte == 0).filter_map(index_entry) {
            let link = self.root.join(path);
            if mode == b"120000" && !self.is_inside(&link) {
                // A link that cannot be removed leads nowhere, or was removed with the folder around it.
                let _ = fs::remove_file(link);
            }
        }
        Ok(())
    }

    fn is_inside(&self, link: &Path) -> bool {
        dunce::canonicalize(link).is_ok_and(|real| {
            real.starts_with(&self.root) && !real.starts_with(self.root.join(".git"))
        })
    }

    /// The modes of the files of the base, by their paths below the root: `100644`, `100755`, `120000` for links, `160000` for
    /// submodules.
    ///
    /// # Errors
    /// What git says, in one line.
    pub fn modes(&self) -> Result<BTreeMap<PathBuf, String>, String> {
        let listed = self.run(&["ls-tree", "-r", "-z", "--full-tree", &self.base])?;
        let entries = listed.split(|byte| *byte == 0).filter_map(index_entry);
        let entry = |(mode, path)| (path, String::from_utf8_lossy(mode).into_owned());
        Ok(entries.map(entry).collect())
    }

    /// Commits new texts of files upon the base, with the date of the base, and returns the commit and its whole message. The
    /// same input gives the same commit. Neither the work tree nor HEAD changes.
    ///
    /// # Errors
    /// What git says, in one line.
    pub fn commit(
        &self,
        files: &[NewBlob<'_>],
        message: &str,
        signature: &Signature,
    ) -> Result<(String, String), String> {
        let modes = self.modes()?;
        let index = self.root.join(".git/undangle-index");
        let with_index = || {
            let mut git = self.isolated();
            git.env("GIT_INDEX_FILE", &index);
            git
        };
        let mut read = with_index();
        read.args(["read-tree", &self.base]);
        finish(read)?;
        let mut changes = Vec::new();
        for file in files {
            let mut hash = self.isolated();
            hash.args(["hash-object", "-w", "--no-filters", "--stdin"]);
            let blob = finish_with(hash, file.bytes)?;
            let mode = modes.get(file.path).map_or("100644", String::as_str);
            let name = slashes(file.path);
            changes.extend(
                [mode.as_bytes(), b" ", blob.trim_ascii_end(), b"\t", &name, b"\0"].concat(),
            );
        }
        let mut update = with_index();
        update.args(["update-index", "-z", "--index-info"]);
        finish_with(update, &changes)?;
        let mut write = with_index();
        write.arg("write-tree");
        let tree = line(&finish(write)?);
        let date = self.line(&["show", "-s", "--format=%cd", "--date=raw", &self.base])?;
        let mut commit = self.isolated();
        commit.args(["commit-tree", "-p", &self.base, "-F", "-", &tree]);
        for role in ["AUTHOR", "COMMITTER"] {
            commit.env(format!("GIT_{role}_NAME"), &signature.name);
            commit.env(format!("GIT_{role}_EMAIL"), &signature.email);
            commit.env(format!("GIT_{role}_DATE"), &date);
        }
        let message = with_trailer(message, &format!("{TREE_TRAILER}: {tree}"));
        Ok((line(&finish_with(commit, message.as_bytes())?), message))
    }

    /// A commit as a mail that `git am` and `git apply` take.
    ///
    /// # Errors
    /// What git says, in one line.
    pub fn mail(&self, commit: &str) -> Result<Vec<u8>, String> {
        let flags = ["format-patch", "--stdout", "-1", "--no-signature", "--full-index"];
        let format = ["--no-renames", "--text", "--no-ext-diff", "--no-textconv", commit];
        self.run(&[&flags[..], &format[..]].concat())
    }

    /// Writes the files that a commit changes into the work tree.
    ///
    /// # Errors
    /// What git says, in one line.
    pub fn overlay(&self, commit: &str) -> Result<(), String> {
        let names = ["diff-tree", "-r", "-z", "--no-commit-id", "--name-only", commit];
        let names = self.run(&names)?;
        for path in names.split(|byte| *byte == 0).filter(|path| !path.is_empty()).map(path_of) {
            let mut name = OsString::from(format!("{commit}:"));
            name.push(&path);
            let mut git = self.isolated();
            git.args(["cat-file", "blob"]).arg(name);
            let bytes = finish(git)?;
            let file = self.root.join(&path);
            fs::write(&file, bytes).map_err(|e| format!("cannot write {}: {e}", file.display()))?;
        }
        Ok(())
    }

    /// Names a commit by a branch of the clone.
    ///
    /// # Errors
    /// What git says, in one line.
    pub fn set_branch(&self, branch: &str, commit: &str) -> Result<(), String> {
        self.run(&["update-ref", &format!("refs/heads/{branch}"), commit]).map(|_| ())
    }

    /// Whether the tip of a branch of a remote is a commit as [`Clone::commit`] makes them, and nobody has changed it since: its
    /// message names its tree.
    ///
    /// # Errors
    /// What git says, in one line.
    pub fn is_own(&self, remote: &OsStr, branch: &str, tip: &str) -> Result<bool, String> {
        self.fetch_into(remote, &format!("refs/heads/{branch}"), "refs/undangle/tip", 2)?;
        let format = format!("--format=%T%n%P%n%(trailers:key={TREE_TRAILER},valueonly)");
        let told = self.line(&["show", "-s", &format, tip])?;
        let lines: Vec<&str> = told.lines().map(str::trim).collect();
        Ok(matches!(lines[..], [tree, parent, named] if tree == named && !parent.contains(' ')))
    }

    /// Makes a branch of a remote a commit, if it is still at `expected`; `None` for a branch that is not there.
    ///
    /// # Errors
    /// What git says, in one line.
    pub fn push(
        &self,
        remote: &OsStr,
        branch: &str,
        commit: &str,
        expected: Option<&str>,
    ) -> Result<(), String> {
        let reference = format!("refs/heads/{branch}");
        let mut git = networked(&self.root);
        git.args(["push", "--quiet", "--no-verify", "--no-recurse-submodules"]);
        if is_local(remote) {
            git.arg(format!("--receive-pack={RECEIVE_PACK}"));
        }
        git.arg(format!("--force-with-lease={reference}:{}", expected.unwrap_or_default()));
        git.arg("--").arg(remote).arg(format!("{commit}:{reference}"));
        let output = git.output().map_err(|error| format!("cannot run git: {error}"))?;
        if output.status.success() {
            return Ok(());
        }
        // The first line only names the remote.
        let told = String::from_utf8_lossy(&output.stderr);
        let why = told.lines().find(|line| line.starts_with(" ! ") || line.starts_with("fatal: "));
        Err(why.map_or_else(
            || reason(&output),
            |line| format!("cannot push: {}", line.trim_start_matches(" ! ")),
        ))
    }

    fn fetch_into(&self, source: &OsStr, from: &str, to: &str, depth: usize) -> Result<(), String> {
        let mut git = networked(&self.root);
        git.args(["fetch", "--quiet", "--no-tags", "--no-write-fetch-head", "--force"]);
        git.args(["--no-recurse-submodules", "--no-auto-maintenance"]);
        git.arg(format!("--depth={depth}")).arg("--").arg(source).arg(format!("{from}:{to}"));
        finish(git).map(|_| ())
    }

    fn line(&self, arguments: &[&str]) -> Result<String, String> {
        self.run(arguments).map(|output| line(&output))
    }

    fn run(&self, arguments: &[&str]) -> Result<Vec<u8>, String> {
        let mut git = self.isolated();
        git.args(arguments);
        finish(git)
    }

    /// Git in the clone, with no configuration but that of the clone.
    fn isolated(&self) -> Command {
        let mut git = cautious(&self.root);
        git.env("GIT_CONFIG_GLOBAL", "/dev/null").env("GIT_CONFIG_NOSYSTEM", "1");
        git.env("GIT_CEILING_DIRECTORIES", self.root.parent().unwrap_or(&self.root));
        git
    }
}

/// A message with a line more at its end, among the trailers if there are some.
fn with_trailer(message: &str, trailer: &str) -> String {
    let message = message.trim_end();
    let is_trailer = |line: &str| {
        line.split_once(": ")
            .is_some_and(|(key, _)| key.chars().all(|c| c.is_ascii_alphanumeric() || c == '-'))
    };
    let last = message.rsplit("\n\n").next().unwrap_or(message);
    let gap = if last.lines().all(is_trailer) { "\n" } else { "\n\n" };
    format!("{message}{gap}{trailer}\n")
}

/// Whether a remote is on this machine, after what the user's configuration makes of its URL.
fn is_local(remote: &OsStr) -> bool {
    let mut git = networked(Path::new("."));
    git.args(["ls-remote", "--get-url", "--"]).arg(remote);
    let Ok(url) = finish(git) else { return false };
    let url = line(&url);
    Path::new(url.strip_prefix("file://").unwrap_or(&url)).exists()
}

/// Git with the user's configuration, for what speaks to a remote. It never asks anything.
fn networked(folder: &Path) -> Command {
    let mut git = cautious(folder);
    // Git would run any `git-remote-NAME` for a URL `NAME::...`, and `fd::3` would wait for good.
    git.env("GIT_ALLOW_PROTOCOL", "file:git:http:https:ssh");
    git.env("GIT_TERMINAL_PROMPT", "0").env("GIT_LFS_SKIP_SMUDGE", "1");
    if std::env::var_os("GIT_SSH_COMMAND").is_none() && std::env::var_os("GIT_SSH").is_none() {
        git.env("GIT_SSH_COMMAND", "ssh -oBatchMode=yes");
    }
    git
}

/// Git in a folder, without hooks.
fn cautious(folder: &Path) -> Command {
    let mut git = Command::new("git");
    for variable in LEADING_VARIABLES {
        git.env_remove(variable);
    }
    git.current_dir(folder).stdin(Stdio::null());
    git.args(["-c", "core.hooksPath=/dev/null", "-c", "core.fsmonitor=false"]);
    git.args(["-c", "protocol.ext.allow=never", "-c", "gc.auto=0"]);
    git.env("GIT_LITERAL_PATHSPECS", "1").env("LC_ALL", "C");
    git
}

fn finish(mut git: Command) -> Result<Vec<u8>, String> {
    let output = git.output().map_err(|error| format!("cannot run git: {error}"))?;
    if output.status.success() { Ok(output.stdout) } else { Err(reason(&output)) }
}

/// The same with text on standard input.
fn finish_with(mut git: Command, input: &[u8]) -> Result<Vec<u8>, String> {
    git.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let failed = |error: std::io::Error| format!("cannot run git: {error}");
    let mut child = git.spawn().map_err(failed)?;
    let stdin = child.stdin.take();
    std::thread::scope(|scope| {
        // A program that ends early reads no more; its status tells why.
        scope.spawn(|| stdin.map(|mut stdin| stdin.write_all(input)));
        let output = child.wait_with_output().map_err(failed)?;
        if output.status.success() { Ok(output.stdout) } else { Err(reason(&output)) }
    })
}

/// The mode and the path of an entry of `ls-files -s -z` or `ls-tree -z`.
fn index_entry(entry: &[u8]) -> Option<(&[u8], PathBuf)> {
    let tab = entry.iter().position(|byte| *byte == b'\t')?;
    let mode = entry.split(|byte| *byte == b' ').next()?;
    Some((mode, path_of(&entry[tab + 1..])))
}

/// A path below the root as git has it.
fn slashes(path: &Path) -> Vec<u8> {
    #[cfg(unix)]
    return std::os::unix::ffi::OsStrExt::as_bytes(path.as_os_str()).to_vec();
    #[cfg(not(unix))]
    return path.to_string_lossy().replace('\\', "/").into_bytes();
}

fn line(output: &[u8]) -> String {
    String::from_utf8_lossy(output).trim_end().to_owned()
}
