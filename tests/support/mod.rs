//! What the tests of this folder share: one file through the library, golden files, and tools that may be missing.

#![allow(clippy::unwrap_used, clippy::print_stderr, dead_code, unreachable_pub)] // Test code; each test program uses its own part of it.

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::rc::Rc;

use undangle::audit::{self, ShutdownPoints};
use undangle::fix::{FileFindings, FixInput, Helpers, Patched, SubclassIndex, WrapperFixes, patch};
use undangle::python::Model;
use undangle::rules::{
    Finding, ProjectFinding, Rule, RuleContext, Status, check_project, check_sites,
};
use undangle::settings::{FileSettings, FixSettings, RuleSettings};
use undangle::tasks::{ClassifiedSite, ProjectIndex, Trackers, classify, is_test_code};
use undangle::text::SourceFile;

/// Compiles the files given as arguments.
pub const COMPILE: &str = "import sys
for path in sys.argv[1:]:
    with open(path, 'rb') as file:
        compile(file.read(), path, 'exec')";

/// A project.
struct Whole {
    models: Vec<Model>,
    project: ProjectIndex,
    trackers: Trackers,
}

/// The settings under which a rule is on beside those that are on by default.
pub fn with_rule(rule: &Rule) -> RuleSettings {
    let select = match rule.default {
        true => Vec::new(),
        false => vec!["UND0".to_owned(), rule.code.to_owned()],
    };
    RuleSettings { select, ..RuleSettings::default() }
}

/// One file of a project, judged and checked.
pub struct File {
    whole: Rc<Whole>,
    index: usize,
    pub judged: Vec<ClassifiedSite>,
    pub findings: Vec<Finding>,
    pub breaches: Vec<ProjectFinding>,
    ends: ShutdownPoints,
    pub settings: FixSettings,
}

impl File {
    /// A project of one file; its path says whether it is test code.
    pub fn new(path: &str, bytes: &[u8]) -> Self {
        Self::under(&RuleSettings::default(), path, bytes)
    }

    /// A project of one file, under other rules than the default ones.
    pub fn under(rules: &RuleSettings, path: &str, bytes: &[u8]) -> Self {
        Self::all_under(rules, [(path.to_owned(), bytes.to_vec())]).remove(0)
    }

    /// The files of one project, by their paths in it.
    pub fn all(files: impl IntoIterator<Item = (String, Vec<u8>)>) -> Vec<Self> {
        Self::all_under(&RuleSettings::default(), files)
    }

    /// The same, under other rules than the default ones.
    pub fn all_under(
        rules: &RuleSettings,
        files: impl IntoIterator<Item = (String, Vec<u8>)>,
    ) -> Vec<Self> {
        let model = |(path, bytes): (String, Vec<u8>)| {
            let module = path.trim_end_matches(".py").trim_end_matches("/__init__");
            let module = module.replace('/', ".");
            Model::new(SourceFile::new(path, bytes).unwrap(), module)
        };
        let models: Vec<Model> = files.into_iter().map(model).collect();
        let project = ProjectIndex::gather(&models);
        let trackers = Trackers::gather(&models, &project);
        let whole = Rc::new(Whole { models, project, trackers });
        let count = whole.models.len();
        (0..count).map(|index| Self::judged(rules, Rc::clone(&whole), index)).collect()
    }

    fn judged(rules: &RuleSettings, whole: Rc<Whole>, index: usize) -> Self {
        let Whole { models, project, trackers } = &*whole;
        let model = &models[index];
        let ledgers: Vec<Vec<ClassifiedSite>> =
            models.iter().map(|m| classify(m, project)).collect();
        let audited = models.iter().zip(&ledgers).map(|(model, judged)| audit::IndexedFile {
            model,
            judged,
            is_test: is_test_code(model.source.path()),
        });
        let audited: Vec<audit::IndexedFile<'_>> = audited.collect();
        let surveyed = audit::WorkspaceAudit::new(&audited, project);
        let judged = ledgers[index].clone();
        let findings = check_sites(model, &judged, rules);
        let is_test = is_test_code(model.source.path());
        let audit = Some((&surveyed, index));
        let scene = RuleContext { model, judged: &judged, project, trackers, is_test, audit };
        let breaches = check_project(&scene, rules);
        let settings = FixSettings { unsafe_fixes: true, ..FixSettings::default() };
        let ends = surveyed.shutdown_points(index);
        Self { whole, index, judged, findings, breaches, ends, settings }
    }

    pub fn model(&self) -> &Model {
        &self.whole.models[self.index]
    }

    /// The rules that are broken, with their 1-based lines, in source order; what comments opt out of is left out.
    pub fn codes(&self) -> Vec<(usize, &'static str)> {
        let line = |node| self.model().line(node);
        let sites = self.findings.iter().filter(|f| f.status == Status::Open);
        let others = self.breaches.iter().filter(|b| b.status == Status::Open);
        let sites = sites.map(|f| (line(f.node), f.rule.code));
        let mut codes: Vec<_> =
            sites.chain(others.map(|b| (line(b.diagnostic.node), b.rule.code))).collect();
        codes.sort_unstable();
        codes
    }

    /// The patch, unsafe fixes included unless `settings` were changed.
    pub fn patch(&self) -> Patched {
        self.patch_with(&FileSettings::default())
    }

    /// The same, with what a configuration says of the file.
    pub fn patch_with(&self, file: &FileSettings) -> Patched {
        let ledger = FileFindings {
            model: self.model(),
            judged: &self.judged,
            findings: &self.findings,
            locked: None,
        };
        let mut helpers = Helpers::of(self.model(), &self.judged, true);
        helpers.add_uses(self.model());
        let mut subclasses = SubclassIndex::default();
        subclasses.add(self.model());
        let wrapper_fixes = WrapperFixes::gather(&[ledger], &[]);
        patch(&FixInput {
            model: self.model(),
            project: &self.whole.project,
            judged: &self.judged,
            findings: &self.findings,
            breaches: &self.breaches,
            wrapper_fixes: &wrapper_fixes,
            helpers: &helpers,
            subclasses: &subclasses,
            shared: None,
            shared_is_wanted: false,
            settings: &self.settings,
            file,
            ends: self.settings.drain.then_some(&self.ends),
            test_code: is_test_code(self.model().source.path()),
        })
    }

    /// What the sites of a 1-based line are judged to be, for a message.
    pub fn verdicts_of(&self, line: usize) -> String {
        let here = |j: &&ClassifiedSite| self.model().line(j.site.node) == line;
        let show = |j: &ClassifiedSite| {
            format!("\n    {} ({}): {}", j.verdict().word(), j.reason.word(), j.why)
        };
        self.judged.iter().filter(here).map(show).collect()
    }
}

/// The Python files below a folder of the repository, sorted.
pub fn python_files(folder: &str) -> Vec<PathBuf> {
    files(folder, &|p| p.extension().is_some_and(|e| e == "py"))
}

/// The files below a folder of the repository that pass `test`, sorted; none where there is no such folder.
pub fn files(folder: &str, test: &dyn Fn(&Path) -> bool) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join(folder)];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).into_iter().flatten() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if test(&path) {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}

/// Compares with a golden file, or writes it under `UPDATE=1`; a missing one is a difference.
pub fn golden(path: &Path, actual: &[u8]) -> Option<String> {
    if std::env::var_os("UPDATE").is_some() {
        fs::write(path, actual).unwrap();
        return None;
    }
    let expected = fs::read(path).unwrap_or_default();
    let text = String::from_utf8_lossy(actual);
    let at = path.display();
    (expected != actual).then(|| format!("{at} differs (UPDATE=1 writes it); got:\n{text}"))
}

/// A program that may be missing: tests say so and go on, unless `CI=true`.
pub struct Tool(&'static str);

impl Tool {
    /// The program, if it starts.
    pub fn find(name: &'static str) -> Option<Self> {
        if Command::new(name).arg("--version").output().is_ok_and(|o| o.status.success()) {
            return Some(Self(name));
        }
        let in_ci = std::env::var("CI").is_ok_and(|v| v == "true");
        assert!(!in_ci, "{name} is missing, and in CI it must not be");
        eprintln!("SKIPPED: {name} is not installed, so this was not tested");
        None
    }

    pub fn command(&self) -> Command {
        let mut command = Command::new(self.0);
        command.current_dir(env!("CARGO_MANIFEST_DIR"));
        command
    }

    /// Runs it in the root of the repository and shows what it said when it fails.
    pub fn succeeds<const N: usize>(
        &self,
        arguments: [OsString; N],
        files: impl IntoIterator<Item = PathBuf>,
    ) -> Output {
        let mut command = self.command();
        let output = command.args(arguments).args(files).output().unwrap();
        let said = [&output.stdout[..], &output.stderr[..]].concat();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&said));
        output
    }
}
