//! One repository: from a clone at its base to a patch, a commit, the text of a pull request and a result. It speaks to no host.

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsStr;
use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use super::analysis::{Analyzer, fault_notes, reason_id};
use super::commit_message::commit_message;
use super::credentials::without_credentials;
use super::pull_request::Facts;
use super::result::{ByRule, PartResult, Status, Tally, UnitResult, Verification};
use super::split::{Part, SplitFile, parts};
use super::unit_options::UnitOptions;
use super::unread_files::unread_files;
use super::verify::run_tests;
use crate::git::{Clone, NewBlob, remote_head};
use crate::output::{json_document, plural, sanitize, slash_path};
use crate::run::{FileReport, FindingKey, Report};

/// The version of `result.json`.
const SCHEMA: u32 = 1;
/// The pause before a remote is asked again.
const FIRST_PAUSE: Duration = Duration::from_secs(1);

/// One repository, and where its clone and its files go.
#[derive(Debug, Clone, Copy)]
pub struct Unit<'a> {
    /// The URL or the path.
    pub source: &'a OsStr,
    /// The branch that the patch is for; none for the one that is checked out.
    pub base_branch: Option<&'a str>,
    /// Where the clone goes, or is from an earlier run.
    pub clone: &'a Path,
    /// Where the files go.
    pub out: &'a Path,
    /// The settings.
    pub options: &'a UnitOptions,
}

/// A patch and what is said of it.
struct Made {
    part: Part,
    commit: String,
    mail: Vec<u8>,
    message: String,
    facts: Facts,
    files: Vec<String>,
}

impl Unit<'_> {
    /// Makes the files of the unit. Whatever goes wrong with the repository is in the result.
    ///
    /// # Errors
    /// The files cannot be written; worded for the user.
    pub fn run(&self) -> Result<UnitResult, String> {
        self.run_with(|_, _| Ok(())).map(|(result, _)| result)
    }

    /// The same; a patch is then handed on with its clone. If that fails, the unit has failed.
    ///
    /// # Errors
    /// As [`Self::run`].
    pub(super) fn run_with<T: Default>(
        &self,
        hand_on: impl FnOnce(&Clone, &UnitResult) -> Result<T, String>,
    ) -> Result<(UnitResult, T), String> {
        let started = Instant::now();
        let unwritable =
            |error: std::io::Error| format!("cannot write to {}: {error}", self.out.display());
        fs::create_dir_all(self.out).and_then(|()| clear(self.out)).map_err(unwritable)?;
        let mut result = self.empty();
        let made = self.work(&mut result).and_then(|clone| match clone {
            Some(clone) if result.status == Status::Changed => hand_on(&clone, &result),
            _ => Ok(T::default()),
        });
        let made = made.unwrap_or_else(|message| {
            result.status = Status::Error;
            result.message = without_credentials(&sanitize(&message));
            T::default()
        });
        result.seconds = (started.elapsed().as_secs_f64() * 100.0).round() / 100.0;
        // Written last: where it is, the unit is complete.
        fs::write(self.out.join("result.json"), json_document(&result)).map_err(unwritable)?;
        Ok((result, made))
    }

    /// A result without anything in it.
    pub(super) fn empty(&self) -> UnitResult {
        UnitResult {
            schema: SCHEMA,
            tool: env!("CARGO_PKG_NAME").to_owned(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            repository: without_credentials(&self.source.to_string_lossy()),
            base_branch: self.base_branch.map(str::to_owned),
            base: None,
            branch: self.options.branch.clone(),
            commit: None,
            status: Status::Unchanged,
            message: String::new(),
            files: Vec::new(),
            looked_at: 0,
            sites: Tally::default(),
            notes: Vec::new(),
            parts: Vec::new(),
            verify: None,
            settings: self.options.settings(),
            seconds: 0.0,
        }
    }

    /// Makes the files; the clone comes back if there is one.
    fn work(&self, result: &mut UnitResult) -> Result<Option<Clone>, String> {
        let tries = self.options.retries;
        let head = with_retries(tries, || remote_head(self.source, self.base_branch))?;
        let Some(head) = head else {
            if let Some(branch) = self.base_branch {
                return Err(format!("there is no branch `{branch}`"));
            }
            result.status = Status::Skipped;
            result.message = "there is no commit, or no default branch: name a branch".to_owned();
            return Ok(None);
        };
        result.base_branch = head.branch.clone();
        if head.branch.as_ref() == Some(&self.options.branch) {
            return Err(format!("`{}` is the branch that the patch is for", self.options.branch));
        }
        let clone = with_retries(tries, || Clone::fetch(self.source, &head, self.clone))?;
        result.base = Some(clone.base.clone());
        let modes = clone.modes()?;
        let root = clone.root();
        let analyzer = Analyzer { root, options: &self.options.analysis, modes: &modes };
        let mut report = analyzer.run(None)?;
        let repairs = analyzer.repairs(&report);
        let selected: BTreeSet<FindingKey> = repairs.values().flatten().cloned().collect();
        if !analyzer.is_in_scope(&report) {
            report = analyzer.run(Some(&selected))?;
            if !analyzer.is_in_scope(&report) {
                return Err("the patch would edit a file that is out of scope".to_owned());
            }
        }
        self.describe(&analyzer, &report, result);
        result.notes.extend(unread_files(root, &modes));
        if report.looked_at == 0 {
            result.status = Status::Skipped;
            result.message = "there are no Python files".to_owned();
            return Ok(None);
        }
        let files: Vec<SplitFile> = repairs.keys().cloned().collect();
        let parts = parts(&files, self.options.split, self.options.max_files, root);
        let made = match &parts[..] {
            [] => Vec::new(),
            [part] => vec![self.make(&clone, &analyzer, &report, part.clone())?],
            _ => self.make_parts(&clone, &analyzer, &repairs, parts)?,
        };
        let made: Vec<Made> = made.into_iter().filter(|made| !made.files.is_empty()).collect();
        self.finish(&clone, made, result)?;
        Ok(Some(clone))
    }

    /// Fills in what the report says.
    fn describe(&self, analyzer: &Analyzer<'_>, report: &Report, result: &mut UnitResult) {
        result.looked_at = report.looked_at;
        for file in &report.files {
            let is_out = analyzer.leaves_out(file).is_some();
            for found in file.found() {
                let tally = match () {
                    () if found.is_patched() => &mut result.sites.fixed,
                    () if found.suppressed => &mut result.sites.suppressed,
                    () if is_out => &mut result.sites.out_of_scope,
                    () => &mut result.sites.declined,
                };
                *tally.entry(found.rule.code.to_owned()).or_default() += 1;
                if !found.is_patched() && !found.suppressed && !is_out {
                    *result.sites.reasons.entry(reason_id(found).to_owned()).or_default() += 1;
                }
            }
        }
        result.notes.extend(fault_notes(&report.faults).map(|note| sanitize(&note).into_owned()));
    }

    /// One patch for each part, each of its own upon the base.
    fn make_parts(
        &self,
        clone: &Clone,
        analyzer: &Analyzer<'_>,
        repairs: &BTreeMap<SplitFile, BTreeSet<FindingKey>>,
        parts: Vec<Part>,
    ) -> Result<Vec<Made>, String> {
        let mut made = Vec::new();
        for part in parts {
            let of_part = repairs.iter().filter(|(file, _)| part.files.contains(&file.path));
            let keys = of_part.flat_map(|(_, keys)| keys.iter().cloned()).collect();
            let report = analyzer.run(Some(&keys))?;
            made.push(self.make(clone, analyzer, &report, part)?);
        }
        Ok(made)
    }

    fn make(
        &self,
        clone: &Clone,
        analyzer: &Analyzer<'_>,
        report: &Report,
        part: Part,
    ) -> Result<Made, String> {
        let patched: Vec<(&FileReport, &[u8])> =
            report.files.iter().filter_map(|file| Some((file, file.patch.as_deref()?))).collect();
        let blobs: Vec<NewBlob<'_>> = patched
            .iter()
            .map(|(file, bytes)| NewBlob { path: analyzer.path(file), bytes })
            .collect();
        let base = &clone.base;
        let repository = without_credentials(&self.source.to_string_lossy());
        let is_one = part.name.is_empty();
        let name = |file: &FileReport| {
            let path = analyzer.path(file);
            let is_ours = analyzer.leaves_out(file).is_none()
                && (is_one || part.files.iter().any(|own| own == path));
            is_ours.then(|| slash_path(path))
        };
        let facts = Facts::of(report, name, &self.options.subject, &repository, base);
        let files: Vec<String> = blobs.iter().map(|b| slash_path(b.path)).collect();
        let mut message = commit_message(self.options, facts.fixed_count(), files.len());
        let (mut commit, mut mail) = (String::new(), Vec::new());
        if !files.is_empty() {
            message += "\n";
            (commit, message) = clone.commit(&blobs, &message, &self.options.signature)?;
            mail = clone.mail(&commit)?;
        }
        Ok(Made { part, commit, mail, message, facts, files })
    }

    /// Runs the tests, and writes the files.
    fn finish(
        &self,
        clone: &Clone,
        mut made: Vec<Made>,
        result: &mut UnitResult,
    ) -> Result<(), String> {
        if made.is_empty() {
            let sum = |counts: &ByRule| counts.values().sum::<usize>();
            result.message = match sum(&result.sites.declined) {
                0 => "nothing to fix".to_owned(),
                left => format!("{} without a fix that may be applied", plural(left, "finding")),
            };
            let left_out = sum(&result.sites.out_of_scope);
            if left_out > 0 {
                result.message += &format!(
                    "; {} in tests, examples or documentation",
                    plural(left_out, "finding")
                );
            }
            return Ok(());
        }
        result.status = Status::Changed;
        result.files = made.iter().flat_map(|made| made.files.clone()).collect();
        result.files.sort();
        result.files.dedup();
        let fixed = made.iter().map(|made| made.facts.fixed_count()).sum();
        result.message =
            format!("fixes {} in {}", plural(fixed, "finding"), plural(result.files.len(), "file"));
        result.notes.extend(made.iter().flat_map(|made| made.facts.notes().to_vec()));
        result.verify = self.verify(clone, &made)?;
        if let Some(verify) = &result.verify
            && verify.before.passed
            && !verify.after.passed
        {
            result.status = Status::Error;
            result.message = format!(
                "`{}` passes without the patch and {} with it",
                verify.command,
                if verify.after.timed_out { "reaches the time limit" } else { "fails" }
            );
            return Ok(());
        }
        let is_one = made.len() == 1 && made[0].part.name.is_empty();
        for one in &mut made {
            one.facts.set_verify(result.verify.as_ref());
            let (folder, branch) = match is_one {
                true => (self.out.to_path_buf(), self.options.branch.clone()),
                false => (
                    self.out.join("parts").join(&one.part.name),
                    format!("{}-{}", self.options.branch, one.part.name),
                ),
            };
            let text = one.facts.render(self.options.template.as_deref())?;
            let failed = |error| format!("cannot write to {}: {error}", folder.display());
            fs::create_dir_all(&folder).map_err(failed)?;
            let files: [(&str, &[u8]); 3] = [
                ("change.patch", &one.mail),
                ("commit.txt", one.message.as_bytes()),
                ("pr.md", text.as_bytes()),
            ];
            for (name, bytes) in files {
                fs::write(folder.join(name), bytes).map_err(failed)?;
            }
            clone.set_branch(&branch, &one.commit)?;
            if is_one {
                result.commit = Some(one.commit.clone());
            } else {
                result.parts.push(PartResult {
                    name: one.part.name.clone(),
                    branch,
                    commit: one.commit.clone(),
                    files: one.files.clone(),
                });
            }
        }
        Ok(())
    }

    /// Runs the tests on the base, and with all patches.
    fn verify(&self, clone: &Clone, made: &[Made]) -> Result<Option<Verification>, String> {
        let Some(verify) = &self.options.verify else { return Ok(None) };
        let run = |log: &str| run_tests(verify, clone.root(), &self.out.join(log));
        let before = run("verify-before.log")?;
        if before.timed_out || matches!(before.exit, Some(126 | 127)) {
            let why = if before.timed_out { "reaches the time limit" } else { "cannot be run" };
            return Err(format!("`{}` {why}, without the patch", verify.command));
        }
        clone.check_out(&clone.base)?;
        for one in made {
            clone.overlay(&one.commit)?;
        }
        let after = run("verify-after.log");
        clone.check_out(&clone.base)?;
        Ok(Some(Verification { command: verify.command.clone(), before, after: after? }))
    }
}

/// What git says, asked again after a pause if it fails; each pause is twice as long.
fn with_retries<T>(retries: u32, ask: impl Fn() -> Result<T, String>) -> Result<T, String> {
    let mut pause = FIRST_PAUSE;
    for _ in 0..retries {
        match ask() {
            Ok(answer) => return Ok(answer),
            Err(_) => std::thread::sleep(pause),
        }
        pause *= 2;
    }
    ask()
}

/// Removes what an earlier run left in a folder, and nothing else.
fn clear(out: &Path) -> std::io::Result<()> {
    let files = ["result.json", "change.patch", "commit.txt", "pr.md"];
    for name in files.iter().chain(&["verify-before.log", "verify-after.log"]) {
        remove(&out.join(name))?;
    }
    let parts = out.join("parts");
    let Ok(entries) = fs::read_dir(&parts) else { return Ok(()) };
    for entry in entries {
        let folder = entry?.path();
        for name in &files[1..] {
            remove(&folder.join(name))?;
        }
        fs::remove_dir(&folder)?;
    }
    fs::remove_dir(&parts)
}

fn remove(file: &Path) -> std::io::Result<()> {
    match fs::remove_file(file) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}
