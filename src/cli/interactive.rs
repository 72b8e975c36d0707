//! Asks about the fixes one at a time, each with its patch. It writes no file.

use std::collections::BTreeSet;
use std::io::{self, IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::process::Command;

use anstyle::{AnsiColor, Style};

use super::args::FixArgs;
use super::console::Console;
use super::session::Session;
use crate::fix::added_ignore;
use crate::output::{self, Medium};
use crate::python::Model;
use crate::run::{FileReport, FindingKey, Item, Progress, Report, Texts, moved_offset};
use crate::text::SourceFile;

const HELP: &str = "\
y - apply this fix
n - do not apply it
a - apply this fix and all that are left
d - leave the rest of this file as it is
e - edit the new text of the file in $VISUAL or $EDITOR, and take what you save
s - suppress the finding here with a comment
q - stop, and keep what was accepted
? - show this help
";

/// Fails unless questions can be asked.
///
/// # Errors
/// There is no terminal, or what is printed is for a program.
pub(super) fn check_terminal(args: &FixArgs) -> Result<(), String> {
    if args.format.medium == Medium::Data {
        let format = args.format.name;
        return Err(format!("`fix -i` cannot be combined with `--format {format}`"));
    }
    match io::stdin().is_terminal() && io::stdout().is_terminal() {
        true => Ok(()),
        false => Err("`fix -i` asks questions, so it needs a terminal; `undangle diff` shows what `undangle fix` \
                      would write"
            .to_owned()),
    }
}

/// Asks about each finding that the `planned` patches fix. What comes back has the patches of those that were accepted.
///
/// # Errors
/// The terminal is gone, or an invalid configuration.
pub(super) fn ask(
    console: Console<'_>,
    session: &mut Session,
    planned: Report,
) -> Result<Report, String> {
    let mut interview = Interview {
        console,
        session,
        planned,
        disk: Texts::default(),
        accepted: BTreeSet::new(),
        refused: BTreeSet::new(),
    };
    interview.run()?;
    interview.outcome()
}

struct Interview<'s> {
    console: Console<'s>,
    session: &'s mut Session,
    /// The report with the patches of all findings in the texts as they are now.
    planned: Report,
    /// What is on disk of the files whose text was changed here, by a comment or in an editor.
    disk: Texts,
    accepted: BTreeSet<FindingKey>,
    refused: BTreeSet<FindingKey>,
}

/// What to do next.
enum Next {
    /// Ask about the next finding.
    Go,
    /// Ask about the same one again.
    Again,
    Stop,
}

/// A fix to ask about.
struct Proposal {
    key: FindingKey,
    /// The file of the finding, as the user names it.
    path: PathBuf,
    headline: String,
    /// The bytes of the finding.
    range: std::ops::Range<usize>,
    rule: &'static crate::rules::Rule,
    /// The report with this fix and those that were accepted.
    with: Report,
}

impl Interview<'_> {
    fn run(&mut self) -> Result<(), String> {
        let mut accepted = self.plan(self.accepted.clone())?;
        let total = self.open(&accepted).len();
        let mut number = 0;
        while let Some(key) = self.open(&accepted).into_iter().next() {
            number += 1;
            let Some(proposal) = self.propose(&key)? else {
                self.note_skipped(&key);
                self.refused.insert(key);
                continue;
            };
            self.show(&accepted, &proposal)?;
            loop {
                let question =
                    format!("Apply this fix? ({number}/{}) [y,n,a,d,e,s,q,?] ", total.max(number));
                let next = match self.read_answer(&question)? {
                    'y' => {
                        self.accepted.insert(proposal.key.clone());
                        Next::Go
                    }
                    'n' => {
                        self.refused.insert(proposal.key.clone());
                        Next::Go
                    }
                    'a' => {
                        self.accepted.extend(self.open(&accepted));
                        Next::Stop
                    }
                    'd' => {
                        let rest = self.open(&accepted).into_iter();
                        self.refused.extend(rest.filter(|k| k.file == proposal.key.file));
                        Next::Go
                    }
                    'e' => self.edit(&proposal)?,
                    's' => self.suppress(&proposal)?,
                    'q' => Next::Stop,
                    _ => {
                        self.console.styled(HELP.as_bytes())?;
                        Next::Again
                    }
                };
                match next {
                    Next::Go => break,
                    Next::Again => {}
                    Next::Stop => return Ok(()),
                }
            }
            accepted = self.plan(self.accepted.clone())?;
        }
        Ok(())
    }

    /// The findings that are left to ask about, in order; `accepted` is the report with what was accepted.
    fn open(&self, accepted: &Report) -> Vec<FindingKey> {
        let fixed = patched(accepted);
        let left = |key: &FindingKey| !self.refused.contains(key) && !fixed.contains(key);
        patched(&self.planned).into_iter().filter(left).collect()
    }

    fn plan(&mut self, selected: BTreeSet<FindingKey>) -> Result<Report, String> {
        self.session.selected = Some(selected);
        self.session.run(false, &Progress::default())
    }

    /// The fix of one finding, if it has one together with those that were accepted.
    fn propose(&mut self, key: &FindingKey) -> Result<Option<Proposal>, String> {
        let mut selected = self.accepted.clone();
        selected.insert(key.clone());
        let with = self.plan(selected)?;
        let proposal =
            items(&with).find(|(file, item)| file.key(*item) == *key).and_then(|(file, item)| {
                item.found().is_patched().then(|| {
                    (
                        file.path.clone(),
                        output::finding_line(file, item),
                        item.span().bytes.clone(),
                        item.found().rule,
                    )
                })
            });
        Ok(proposal.map(|(path, headline, range, rule)| Proposal {
            key: key.clone(),
            path,
            headline,
            range,
            rule,
            with,
        }))
    }

    /// Shows what a fix changes beyond what was accepted.
    fn show(&self, accepted: &Report, proposal: &Proposal) -> Result<(), String> {
        let bold = Style::new().bold();
        let mut text = format!("\n{bold}{}{bold:#}\n", proposal.headline).into_bytes();
        for file in &proposal.with.files {
            let Some(new) = &file.patch else { continue };
            let before = accepted.files.iter().find(|f| f.path == file.path);
            let old = before.and_then(|f| f.patch.as_deref()).unwrap_or(file.source.file_bytes());
            if old != new {
                text.extend(output::change(&file.path, old, new, true));
            }
        }
        self.console.styled(&text)
    }

    /// Says that a finding is passed over: its fix did not pass the checks without those that were refused.
    fn note_skipped(&self, key: &FindingKey) {
        let found = items(&self.planned).find(|(file, item)| file.key(*item) == *key);
        if let Some((file, item)) = found {
            let headline = output::finding_line(file, item);
            self.console
                .warn(&format!("\n{headline}\nnote: this finding cannot be fixed on its own\n"));
        }
    }

    /// The letter that was typed; the end of input stands for `q`.
    fn read_answer(&self, question: &str) -> Result<char, String> {
        let style = Style::new().bold().fg_color(Some(AnsiColor::Blue.into()));
        self.console.styled(format!("{style}{question}{style:#}").as_bytes())?;
        let mut line = String::new();
        match io::stdin().read_line(&mut line) {
            Ok(0) => Ok('q'),
            Ok(_) => Ok(line.trim().chars().next().map_or('?', |c| c.to_ascii_lowercase())),
            Err(error) => Err(format!("cannot read the answer: {error}")),
        }
    }

    /// Has the new text of the file edited, and takes it as the text of the file.
    fn edit(&mut self, proposal: &Proposal) -> Result<Next, String> {
        let file = &proposal.key.file;
        let report = proposal.with.files.iter().find(|f| place(f) == file.as_path());
        let Some(report) = report else { return Ok(Next::Again) };
        let proposed = report.patch.as_deref().unwrap_or(report.source.file_bytes());
        let edited = match edited(&proposal.path, proposed) {
            Ok(edited) => edited,
            Err(message) => return self.again(&message),
        };
        let source = match SourceFile::open(&proposal.path, edited.clone()) {
            Ok(source) => source,
            Err(fault) => return self.again(&fault.message),
        };
        let model = Model::new(source, "edited");
        if let Some(at) = model.tree.error() {
            let line = model.source.line(at).in_words();
            return self.again(&format!("the edited text was rejected: syntax error on {line}"));
        }
        let old = report.source.file_bytes().to_vec();
        let (text, new_text) = (report.source.bytes().to_vec(), model.source.bytes());
        self.accepted.retain(|key| key.file != *file);
        // Whatever was made of this finding, it was decided about.
        self.refused.insert(proposal.key.clone());
        self.refused = moved(&self.refused, file, |start| moved_offset(&text, new_text, start));
        self.replace(file, old, edited)
    }

    /// Writes a comment that suppresses the finding.
    fn suppress(&mut self, proposal: &Proposal) -> Result<Next, String> {
        let file = &proposal.key.file;
        let report = self.planned.files.iter().find(|f| place(f) == file.as_path());
        let Some(report) = report else { return Ok(Next::Again) };
        let comment = added_ignore(&report.source, proposal.range.clone(), proposal.rule);
        let Some((at, text, new)) = comment else {
            return self.again("no comment can be placed here");
        };
        let old = report.source.file_bytes().to_vec();
        let shift = |start: usize| if start >= at { start + text.len() } else { start };
        self.accepted = moved(&self.accepted, file, shift);
        self.refused = moved(&self.refused, file, shift);
        self.replace(file, old, new.file_bytes().to_vec())
    }

    fn again(&self, message: &str) -> Result<Next, String> {
        self.console.warn(&format!("{}\n", output::sanitize(message)));
        Ok(Next::Again)
    }

    /// Goes on with another text of a file.
    fn replace(&mut self, file: &Path, old: Vec<u8>, new: Vec<u8>) -> Result<Next, String> {
        self.disk.entry(file.to_path_buf()).or_insert(old);
        self.session.texts.insert(file.to_path_buf(), new);
        self.session.selected = None;
        self.planned = self.session.run(false, &Progress::default())?;
        Ok(Next::Go)
    }

    /// The report with the patches to write, as changes of what is on disk.
    fn outcome(mut self) -> Result<Report, String> {
        let mut report = self.plan(self.accepted.clone())?;
        for (path, disk) in self.disk {
            let text = self.session.texts.remove(&path);
            let file = match report.files.iter_mut().position(|f| place(f) == path.as_path()) {
                Some(at) => &mut report.files[at],
                None => {
                    let shown =
                        path.strip_prefix(self.session.cwd()).unwrap_or(&path).to_path_buf();
                    let source =
                        SourceFile::open(&shown, disk.clone()).map_err(|fault| fault.message)?;
                    report.files.push(FileReport::without_findings(shown, path, source));
                    report.files.last_mut().expect("it was just added")
                }
            };
            file.patch = file.patch.take().or(text);
            file.source = SourceFile::open(&file.path, disk).map_err(|fault| fault.message)?;
        }
        report.sort();
        Ok(report)
    }
}

fn items(report: &Report) -> impl Iterator<Item = (&FileReport, Item<'_>)> {
    report.files.iter().flat_map(|file| file.items().into_iter().map(move |item| (file, item)))
}

/// The findings that the patches fix.
fn patched(report: &Report) -> BTreeSet<FindingKey> {
    let fixed = items(report).filter(|(_, item)| item.found().is_patched());
    fixed.map(|(file, item)| file.key(item)).collect()
}

/// Where a file is known by in keys.
fn place(file: &FileReport) -> &Path {
    file.real.as_deref().unwrap_or(&file.path)
}

/// The keys with the places that those of one file have in another text.
fn moved(
    keys: &BTreeSet<FindingKey>,
    file: &Path,
    place: impl Fn(usize) -> usize,
) -> BTreeSet<FindingKey> {
    let moved = |key: &FindingKey| match key.file == file {
        true => FindingKey { start: place(key.start), ..key.clone() },
        false => key.clone(),
    };
    keys.iter().map(moved).collect()
}

/// What an editor makes of a text.
///
/// # Errors
/// It cannot be started, or fails.
fn edited(path: &Path, text: &[u8]) -> Result<Vec<u8>, String> {
    let set = |name| std::env::var_os(name).filter(|value| !value.is_empty());
    let editor = set("VISUAL").or_else(|| set("EDITOR")).unwrap_or_else(|| "vi".into());
    let failed = |error: io::Error| format!("cannot edit the text: {error}");
    let suffix = path.extension().map(|e| format!(".{}", e.to_string_lossy())).unwrap_or_default();
    let mut file =
        tempfile::Builder::new().prefix("undangle-").suffix(&suffix).tempfile().map_err(failed)?;
    file.write_all(text).and_then(|()| file.flush()).map_err(failed)?;
    // As git does: the value may have arguments.
    let mut command = match cfg!(windows) {
        true => Command::new("cmd"),
        false => Command::new("sh"),
    };
    match cfg!(windows) {
        true => command.arg("/C").arg(&editor),
        false => {
            let mut script = editor.clone();
            script.push(" \"$1\"");
            command.arg("-c").arg(script).arg(&editor)
        }
    };
    let status = command.arg(file.path()).status().map_err(failed)?;
    if !status.success() {
        return Err(format!("the edited text was rejected: `{}` failed", editor.to_string_lossy()));
    }
    std::fs::read(file.path()).map_err(failed)
}
