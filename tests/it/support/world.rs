//! A temporary folder, and the built program run in it. It asserts nothing about findings.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use super::files::{self, Tree};
use super::tools::Tool;

/// The built program.
pub const PROGRAM: &str = env!("CARGO_BIN_EXE_undangle");
/// One dropped task on line 5, with a safe fix.
pub const DROPPED: &str =
    "import asyncio\n\n\nasync def main():\n    asyncio.create_task(main())\n";
/// A task that is kept.
pub const KEPT: &str =
    "import asyncio\n\n\nasync def main():\n    return asyncio.create_task(main())\n";
/// One dropped task on line 6 that has no fix.
pub const DECLINED: &str =
    "import asyncio\n\n\nclass A:\n    async def f(): ...\n    asyncio.create_task(f())\n";

/// A program that loses the task of line 9, once garbage is collected.
pub const LOSING: &str = "import asyncio
import gc

async def wait():
    await asyncio.get_running_loop().create_future()

async def main():
    gc.disable()
    asyncio.create_task(wait())
    await asyncio.sleep(0)
    gc.collect()

asyncio.run(main())
";

/// A temporary folder that is removed at the end.
pub struct World {
    folder: tempfile::TempDir,
}

/// What a run of the program left behind.
pub struct Ran {
    pub status: i32,
    pub out: String,
    pub raw: Vec<u8>,
    pub err: String,
}

impl World {
    pub fn new() -> Self {
        Self { folder: tempfile::Builder::new().prefix("world").tempdir().unwrap() }
    }

    /// A world with these files.
    pub fn with(files: &[(&str, &str)]) -> Self {
        let world = Self::new();
        for (name, text) in files {
            world.file(name, text);
        }
        world
    }

    /// A world with the files of a tree.
    pub fn of(tree: &Tree) -> Self {
        let world = Self::new();
        files::write(world.folder.path(), tree);
        world
    }

    /// The same, as a project of its own.
    pub fn project(tree: &Tree) -> Self {
        let world = Self::of(tree);
        if !world.path("pyproject.toml").exists() {
            world.file("setup.cfg", "");
        }
        world
    }

    pub fn path(&self, name: &str) -> PathBuf {
        fs::canonicalize(self.folder.path()).unwrap().join(name)
    }

    pub fn file(&self, name: &str, bytes: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, bytes).unwrap();
        path
    }

    pub fn bytes(&self, name: &str) -> Vec<u8> {
        fs::read(self.path(name)).unwrap()
    }

    pub fn text(&self, name: &str) -> String {
        String::from_utf8(self.bytes(name)).unwrap()
    }

    /// The program with these arguments, in this world.
    pub fn run(&self, arguments: &[&str]) -> Ran {
        self.run_in("", arguments, b"")
    }

    pub fn run_in(&self, folder: &str, arguments: &[&str], stdin: &[u8]) -> Ran {
        let mut command = Command::new(PROGRAM);
        command.args(arguments).current_dir(self.path(folder));
        feed(command, stdin)
    }

    /// Another program with these arguments, in a folder of this world.
    pub fn tool(&self, folder: &str, program: &str, arguments: &[&str], stdin: &[u8]) -> Ran {
        let mut command = Command::new(program);
        command.args(arguments).current_dir(self.path(folder));
        feed(command, stdin)
    }

    /// The program, killed when it takes longer than a minute; its status is 124 then.
    pub fn run_in_time(&self, arguments: &[&str]) -> Ran {
        let program = [&["60", PROGRAM], arguments].concat();
        self.tool("", "timeout", &program, b"")
    }

    /// A shell script apart from the machine, as `unshare` with these flags makes it; `$0` is the program. With `-rm` it
    /// may mount, and what it mounts is gone afterwards; with `-U` not even root may do what the modes of files forbid.
    /// None, and a loud word, where the system does not let it.
    #[cfg(unix)]
    pub fn apart(&self, flags: &str, script: &str) -> Option<Ran> {
        let allowed = Command::new("unshare").args([flags, "true"]).stderr(Stdio::null()).status();
        if !allowed.is_ok_and(|s| s.success()) {
            eprintln!("SKIPPED: `unshare {flags}` is not to be had here, so this was not tested");
            return None;
        }
        Some(self.tool("", "unshare", &[flags, "sh", "-euc", script, PROGRAM], b""))
    }

    /// The sites of a run with `--format json`.
    pub fn sites(&self, arguments: &[&str]) -> Vec<serde_json::Value> {
        let ran = self.run(&[arguments, &["--format", "json"]].concat());
        ran.json()["sites"].as_array().unwrap().clone()
    }
}

impl std::fmt::Debug for Ran {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "status {}\n--- out\n{}\n--- err\n{}", self.status, self.out, self.err)
    }
}

impl Ran {
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.out).unwrap_or_else(|e| panic!("{e}: {self:?}"))
    }

    /// Kinds of the faults in a JSON document, with their paths.
    pub fn faults(&self) -> Vec<(String, String)> {
        let text = |v: &serde_json::Value| v.as_str().unwrap().to_owned();
        let json = self.json();
        let faults = json["faults"].as_array().unwrap();
        faults.iter().map(|f| (text(&f["path"]), text(&f["kind"]))).collect()
    }
}

/// The program in a folder of a copy of a project, so that nothing around the project has a say.
pub fn program_in(project: &Path, folder: &str, arguments: &[&str]) -> Ran {
    World::project(&files::tree(project)).run_in(folder, arguments, b"")
}

pub fn feed(mut command: Command, stdin: &[u8]) -> Ran {
    for name in ["NO_COLOR", "CLICOLOR_FORCE", "CLICOLOR"] {
        command.env_remove(name);
    }
    // A git repository around the temporary folder, or the user's own settings, are none of the tests' business.
    command.env("GIT_CONFIG_GLOBAL", "/dev/null").env("GIT_CONFIG_NOSYSTEM", "1");
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    // A program that does not read its input closes it early.
    let _ = child.stdin.take().unwrap().write_all(stdin);
    let Output { status, stdout, stderr } = child.wait_with_output().unwrap();
    Ran {
        status: status.code().unwrap_or(-1),
        out: String::from_utf8_lossy(&stdout).into_owned(),
        raw: stdout,
        err: String::from_utf8_lossy(&stderr).into_owned(),
    }
}

/// Whether a tool can be started; in CI it has to be there.
pub fn has(tool: &'static str) -> bool {
    Tool::find(tool).is_some()
}

/// The names in a folder, sorted.
pub fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).unwrap();
    let mut names: Vec<_> =
        entries.map(|e| e.unwrap().file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    names
}
