//! From a project's files to its models and facts: a first sweep for the spawners, further ones for the names of the
//! wrappers that were found and the modules that were asked about. It judges nothing.

use std::collections::BTreeSet;
use std::ffi::{OsStr, OsString};
use std::fs;
use std::path::{Path, PathBuf};

use rayon::prelude::*;

use super::needle::Needles;
use super::place::module_name;
use super::stage::{Origin, guarded, parse};
use super::walk::{Hit, Walk};
use crate::fault::Fault;
use crate::python::Model;
use crate::tasks::{Callers, Facts, Trackers, Wanted};

/// More rounds than this of wrappers that return other files' wrappers are not followed.
const ROUNDS: usize = 5;

/// The files of a project that matter, parsed, and what they say together.
#[derive(Debug, Default)]
pub(super) struct Gathered {
    pub(super) models: Vec<Model>,
    /// Where each model came from.
    pub(super) origins: Vec<Origin>,
    pub(super) facts: Facts,
    /// Empty unless somebody asks for them.
    pub(super) trackers: Trackers,
    pub(super) faults: Vec<Fault>,
    pub(super) looked_at: usize,
    known: BTreeSet<PathBuf>,
}

/// Reads and parses what matters, until no wrapper is new, or with `everything` every file; `with_trackers` says whether
/// those are asked for.
pub(super) fn gather(walk: &Walk<'_>, with_trackers: bool, everything: bool) -> Gathered {
    let needles = Needles::new();
    let mut gathered = Gathered::default();
    gathered.take_stdin(walk);
    let swept = walk.sweep(&|_, bytes| everything || needles.hit(bytes));
    gathered.looked_at += swept.looked_at;
    gathered.faults.extend(swept.faults);
    gathered.add(walk, swept.hits);
    gathered.draw_conclusions(walk);
    let mut searched = BTreeSet::new();
    for _ in 0..if everything { 0 } else { ROUNDS } {
        let wanted: BTreeSet<Wanted> = gathered.facts.project().wanted().into_iter().collect();
        let new = Callers::new(wanted.difference(&searched).collect());
        let asked_for = gathered.asked_for(walk);
        if new.is_none() && asked_for.is_empty() {
            break;
        }
        let calls = |path: &Path, bytes: &[u8]| {
            let is_package = path.file_name().is_some_and(|name| name == "__init__.py");
            new.as_ref().is_some_and(|c| c.are_in(bytes, is_package))
        };
        let mut swept = walk.sweep(&|path, bytes| asked_for.contains(path) || calls(path, bytes));
        swept.hits.retain(|h| !gathered.known.contains(&h.real));
        searched = wanted;
        if swept.hits.is_empty() {
            break;
        }
        gathered.add(walk, swept.hits);
        gathered.draw_conclusions(walk);
    }
    if with_trackers {
        gathered.find_trackers(walk);
    }
    gathered
}

/// The names of what lies in a folder.
fn names_in(folder: &Path) -> BTreeSet<OsString> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    entries.map(|entry| entry.file_name()).collect()
}

impl Gathered {
    fn take_stdin(&mut self, walk: &Walk<'_>) {
        let Some(stdin) = &walk.target.stdin else { return };
        self.looked_at += 1;
        let place = stdin.real.as_deref().unwrap_or(&stdin.shown);
        let module = module_name(place, &walk.target.root);
        let origin = Origin {
            shown: stdin.shown.clone(),
            real: stdin.real.clone(),
            is_given: true,
            is_writable: true,
            is_stdin: true,
            is_new: false,
        };
        match parse(&stdin.shown, stdin.bytes.clone(), module) {
            Ok(model) => {
                self.models.push(model);
                self.origins.push(origin);
            }
            Err(fault) => self.faults.push(fault),
        }
    }

    /// The files that should define what something was asked about, as far as they lie beside what was read.
    fn asked_for(&self, walk: &Walk<'_>) -> BTreeSet<PathBuf> {
        let read: BTreeSet<&str> = self.models.iter().map(|m| m.module.as_str()).collect();
        let pairs = self.models.iter().zip(&self.origins);
        let folders: BTreeSet<PathBuf> = pairs
            .filter_map(|(model, origin)| base_folder(origin.real.as_deref()?, model))
            .filter(|folder| folder.starts_with(&walk.target.root))
            .collect();
        // What most paths begin with lies in none of these folders: one look at each tells.
        let folders: Vec<(PathBuf, BTreeSet<OsString>)> =
            folders.into_iter().map(|f| (f.clone(), names_in(&f))).collect();
        let file_of = |module: &str| {
            let first = module.split('.').next().unwrap_or(module);
            let (package, file) = (OsStr::new(first), OsString::from(format!("{first}.py")));
            let path: PathBuf = module.split('.').collect();
            let near = folders.iter().filter(|(_, n)| n.contains(package) || n.contains(&file));
            let files = near.flat_map(|(folder, _)| {
                let place = folder.join(&path);
                [place.with_extension("py"), place.join("__init__.py")]
            });
            files.into_iter().find(|file| file.is_file())
        };
        let mut found = BTreeSet::new();
        for path in self.facts.project().missing() {
            let ends = path.match_indices('.').map(|(end, _)| end).chain([path.len()]);
            let prefixes: Vec<&str> = ends.map(|end| &path[..end]).collect();
            // What lies deepest is meant; a package hands things on only when no module of its own has them.
            for module in prefixes.into_iter().rev().take_while(|module| !read.contains(module)) {
                if let Some(file) = file_of(module) {
                    found.insert(file);
                    break;
                }
            }
        }
        found
    }

    fn add(&mut self, walk: &Walk<'_>, hits: Vec<Hit>) {
        self.known.extend(hits.iter().map(|h| h.real.clone()));
        let parsed: Vec<_> = hits.into_par_iter().map(|hit| parse_hit(walk, hit)).collect();
        for result in parsed {
            match result {
                Ok((model, origin)) => {
                    self.models.push(model);
                    self.origins.push(origin);
                }
                Err(fault) => self.faults.extend(fault),
            }
        }
    }

    /// A panic here cannot be laid at one file's door: the facts are then those of no other file.
    fn draw_conclusions(&mut self, walk: &Walk<'_>) {
        let Self { models, facts, .. } = self;
        if let Err(fault) = guarded(&walk.target.root, || facts.learn(models)) {
            self.facts = Facts::default();
            self.faults.push(fault);
        }
    }

    fn find_trackers(&mut self, walk: &Walk<'_>) {
        match guarded(&walk.target.root, || Trackers::gather(&self.models, self.facts.project())) {
            Ok(trackers) => self.trackers = trackers,
            Err(fault) => self.faults.push(fault),
        }
    }
}

/// The folder that the names of a file's modules begin at.
fn base_folder(file: &Path, model: &Model) -> Option<PathBuf> {
    let parts = model.module.split('.').count() + usize::from(model.is_package);
    file.ancestors().nth(parts).map(Path::to_path_buf)
}

fn parse_hit(walk: &Walk<'_>, hit: Hit) -> Result<(Model, Origin), Option<Fault>> {
    let module = module_name(&hit.real, &walk.target.root);
    let model = parse(&hit.shown, hit.bytes, module).map_err(|f| hit.is_given.then_some(f))?;
    let origin = Origin {
        shown: hit.shown,
        real: Some(hit.real),
        is_given: hit.is_given,
        is_writable: !hit.is_link,
        is_stdin: false,
        is_new: false,
    };
    Ok((model, origin))
}
