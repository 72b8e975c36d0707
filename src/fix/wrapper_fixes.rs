//! For each wrapper whose result is dropped anywhere in the project: the call inside it where one
//! fix keeps the task for all callers. It reads the sites of all files and must not plan fixes.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::path::{Path, PathBuf};

use crate::decline::{Decline, DeclineKind};
use crate::python::{Field, Kind, Model, NodeId};
use crate::rules::Finding;
use crate::tasks::{ClassifiedSite, Reason, Spawner};

/// One file's sites and findings, as other files see them.
#[derive(Debug, Clone, Copy)]
pub struct FileFindings<'a> {
    /// The file.
    pub model: &'a Model,
    /// Its sites with their verdicts.
    pub classified: &'a [ClassifiedSite],
    /// Its findings.
    pub findings: &'a [Finding],
    /// Why it must not be changed, if so: a predicate of the file.
    pub locked: Option<(DeclineKind, &'static str)>,
}

/// A function that returns a task and is fixed once for all its callers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WrapperFix {
    /// Its file, as the user names it.
    pub file: PathBuf,
    /// The files of the wrappers between it and its caller: the fix needs them, too.
    through: Vec<PathBuf>,
    /// Its dotted path.
    pub wrapper: String,
    /// Its name, for people.
    pub name: String,
    /// The byte ranges of the spawning calls, one for each `return`. Not site indices: those change
    /// when more of the file is parsed.
    pub(super) calls: Vec<Range<usize>>,
    /// Whether it returns the task inside a container.
    pub(super) in_container: bool,
}

impl WrapperFix {
    /// The files that have to be given for its callers to be fixed.
    pub fn files(&self) -> impl Iterator<Item = &Path> {
        self.through.iter().chain([&self.file]).map(PathBuf::as_path)
    }

    /// Why the callers of a function that cannot be fixed in its file have no fix.
    pub fn unfixed(&self) -> Decline {
        let (name, file) = (&self.name, self.file.display());
        let message = format!("the fix belongs in `{name}` ({file}), which cannot be fixed");
        Decline::new(DeclineKind::WrapperUnfixed, message)
    }
}

/// For each wrapper whose result is dropped somewhere: the function to fix, or why there is none.
#[derive(Debug, Clone, Default)]
pub struct WrapperFixes {
    by_wrapper: BTreeMap<String, Result<WrapperFix, Decline>>,
    /// The calls to fix in each file: first byte, end byte, wrapper. Only for findings that are not
    /// suppressed.
    calls: BTreeMap<PathBuf, BTreeSet<(usize, usize, String)>>,
    /// The wrappers each call of which gives one task, so that the caller can keep it.
    plain: BTreeSet<String>,
}

/// How deep wrappers of wrappers are followed.
const MAX_DEPTH: usize = 8;

impl WrapperFixes {
    /// Finds the functions to fix for these files' findings. `outside` are modules of the project
    /// that are not among the given paths.
    pub fn gather(files: &[FileFindings<'_>], outside: &[(&str, PathBuf)]) -> Self {
        // What a wait leaves running is cancelled where it waits.
        let dropped = |f: &FileFindings<'_>, finding: &Finding| {
            let classified = &f.classified[finding.site];
            classified.wrapper.clone().filter(|_| classified.left_by.is_none())
        };
        let all: BTreeSet<String> =
            files.iter().flat_map(|f| f.findings.iter().filter_map(|x| dropped(f, x))).collect();
        let mut found = Self::default();
        if all.is_empty() {
            return found;
        }
        let calls_by_wrapper = calls_by_wrapper(files);
        for path in all {
            let wrapper_fix = wrapper_fix(files, &calls_by_wrapper, outside, &path);
            if is_plain(files, &calls_by_wrapper, &path) {
                found.plain.insert(path.clone());
            }
            found.by_wrapper.insert(path, wrapper_fix);
        }
        for file in files {
            for finding in file.findings.iter().filter(|f| f.is_to_be_fixed(false)) {
                let wrapper_fix = dropped(file, finding).and_then(|path| found.of(&path).cloned());
                if let Some(Ok(wrapper_fix)) =
                    wrapper_fix.filter(|h| h.as_ref().is_ok_and(|h| !h.in_container))
                {
                    let WrapperFix { file, wrapper, calls, .. } = wrapper_fix;
                    let of_wrapper = |Range { start, end }| (start, end, wrapper.clone());
                    let calls = calls.into_iter().map(of_wrapper);
                    found.calls.entry(file).or_default().extend(calls);
                }
            }
        }
        found
    }

    /// The function to fix for the wrapper at this dotted path, or why there is none.
    pub fn of(&self, wrapper: &str) -> Option<&Result<WrapperFix, Decline>> {
        self.by_wrapper.get(wrapper)
    }

    /// The same without the fixes that other files' findings want.
    pub fn without_calls(&self) -> Self {
        Self { calls: BTreeMap::new(), ..self.clone() }
    }

    /// Whether each call of the wrapper at this dotted path gives one task, which the caller can keep.
    pub(in crate::fix) fn is_plain(&self, wrapper: &str) -> bool {
        self.plain.contains(wrapper)
    }

    /// The wrappers of one file that callers want a fix of.
    pub fn wanted_in(&self, file: &Path) -> BTreeSet<String> {
        self.calls_in(file).map(|(_, wrapper)| wrapper.to_owned()).collect()
    }

    /// Takes back the fixes of these wrappers, which cannot be fixed in their files.
    pub fn withdraw(&mut self, wrappers: &BTreeSet<String>) {
        for wrapper_fix in self.by_wrapper.values_mut() {
            if let Ok(fix) = wrapper_fix
                && wrappers.contains(&fix.wrapper)
            {
                *wrapper_fix = Err(fix.unfixed());
            }
        }
    }

    /// The calls in one file that get a fix for their wrapper's callers: byte range and wrapper.
    pub fn calls_in(&self, file: &Path) -> impl Iterator<Item = (Range<usize>, &str)> {
        let own = self.calls.get(file).into_iter().flatten();
        own.map(|(start, end, wrapper)| (*start..*end, wrapper.as_str()))
    }
}

/// The spawning calls whose tasks each function returns, by its dotted path: index of the file,
/// index of the site.
type SpawningCalls = BTreeMap<String, Vec<(usize, usize)>>;

fn calls_by_wrapper(files: &[FileFindings<'_>]) -> SpawningCalls {
    let mut found = SpawningCalls::new();
    for (i, file) in files.iter().enumerate() {
        for (site, classified) in file.classified.iter().enumerate() {
            if let Some(path) = returning_function(file.model, classified) {
                found.entry(path).or_default().push((i, site));
            }
        }
    }
    found
}

/// The dotted path of the function or lambda that returns a site's task.
fn returning_function(model: &Model, classified: &ClassifiedSite) -> Option<String> {
    match classified.reason {
        Reason::Callback if model.kind(classified.sink) == Kind::Lambda => {
            Some(format!("{}.<lambda>{}", model.module, model.tree.start(classified.sink)))
        }
        Reason::Returned => model.function_of(classified.site.node).map(|f| model.path_of(f)),
        _ => None,
    }
}

fn wrapper_fix(
    files: &[FileFindings<'_>],
    calls_by_wrapper: &SpawningCalls,
    outside: &[(&str, PathBuf)],
    wrapper: &str,
) -> Result<WrapperFix, Decline> {
    let mut path = wrapper;
    let mut through = Vec::new();
    for _ in 0..MAX_DEPTH {
        let name = display_name(path);
        let Some(calls) = calls_by_wrapper.get(path) else {
            let own = |m: &&(&str, PathBuf)| {
                path.strip_prefix(m.0).is_some_and(|rest| rest.starts_with('.'))
            };
            let module = outside.iter().filter(own).max_by_key(|(m, _)| m.len());
            return Err(match module {
                Some((_, file)) => Decline::new(
                    DeclineKind::WrapperElsewhere,
                    format!(
                        "the fix belongs in `{name}`, but {} is not among the given paths",
                        file.display()
                    ),
                ),
                None => unlocated_wrapper(&name),
            });
        };
        let (file, site) = calls[0];
        let FileFindings { model, classified, locked, .. } = files[file];
        let shown = model.source.path();
        if let Some((kind, reason)) = locked {
            let message = format!("the fix belongs in `{name}`, but {} {reason}", shown.display());
            return Err(Decline::new(kind, message));
        }
        if calls.len() > 1 || classified[site].site.spawner != Spawner::Wrapper {
            let all = all_calls(files, calls_by_wrapper, calls, MAX_DEPTH);
            let all = all.map_err(|why| {
                let message =
                    format!("`{name}` {why}. Keep the task there, or keep the result here");
                Decline::new(DeclineKind::WrapperAmbiguous, message)
            })?;
            return Ok(WrapperFix {
                file: shown.to_path_buf(),
                through,
                wrapper: path.to_owned(),
                name,
                calls: all.iter().map(|i| model.tree.range(classified[*i].site.node)).collect(),
                in_container: in_container(model, &classified[site]),
            });
        }
        let Some(inner) = classified[site].wrapper.as_deref() else { break };
        through.push(shown.to_path_buf());
        path = inner;
    }
    let message = format!("`{}` calls too many nested wrappers", display_name(wrapper));
    Err(Decline::new(DeclineKind::WrapperNesting, message))
}

/// Why a wrapper whose code is not known is not fixed.
pub(super) fn unlocated_wrapper(name: &str) -> Decline {
    let message = format!(
        "`{name}` returns the task without keeping it. Keep the task there, or keep the result here"
    );
    Decline::new(DeclineKind::WrapperUnknown, message)
}

/// The site indices of all spawning calls whose tasks one function returns, directly or through
/// another function of its file.
///
/// # Errors
/// Why they cannot be determined, for the user.
fn all_calls(
    files: &[FileFindings<'_>],
    calls_by_wrapper: &SpawningCalls,
    calls: &[(usize, usize)],
    levels: usize,
) -> Result<Vec<usize>, String> {
    let (file, first) = calls[0];
    let FileFindings { model, classified, .. } = files[file];
    let function = model.function_of(classified[first].site.node);
    let elsewhere = |(f, i): &(usize, usize)| {
        *f != file || model.function_of(classified[*i].site.node) != function
    };
    if calls.iter().any(elsewhere) {
        return Err("has several definitions".to_owned());
    }
    let mut found = Vec::new();
    for (_, site) in calls {
        let one = &classified[*site];
        if calls.len() > 1 && in_container(model, one) {
            return Err("returns several tasks at once".to_owned());
        }
        if one.site.spawner != Spawner::Wrapper {
            found.push(*site);
            continue;
        }
        let inner = one.wrapper.as_deref().and_then(|path| calls_by_wrapper.get(path));
        let inner = inner.filter(|c| levels > 0 && c[0].0 == file).ok_or_else(|| {
            let (line, callee) =
                (model.place(one.site.node).in_words(), model.text(one.site.callee));
            format!("returns the task of `{callee}` ({line}) and others")
        })?;
        found.extend(all_calls(files, calls_by_wrapper, inner, levels - 1)?);
    }
    Ok(found)
}

/// Whether each call of a wrapper gives one task: the function, and each one that it calls for it, ends with its only
/// `return`, and is no coroutine.
fn is_plain(files: &[FileFindings<'_>], calls_by_wrapper: &SpawningCalls, wrapper: &str) -> bool {
    let mut path = wrapper;
    for _ in 0..MAX_DEPTH {
        let Some([(file, site)]) = calls_by_wrapper.get(path).map(Vec::as_slice) else {
            return false;
        };
        let FileFindings { model, classified, .. } = files[*file];
        let classified = &classified[*site];
        let ends = model.function_of(classified.site.node).is_some_and(|function| {
            let body = model.child(function, Field::Body);
            let last = body.and_then(|b| model.tree.children(b).last());
            let returns = |n: &NodeId| {
                model.kind(*n) == Kind::ReturnStatement && model.function_of(*n) == Some(function)
            };
            let yields =
                |n: NodeId| model.kind(n) == Kind::Yield && model.function_of(n) == Some(function);
            !model.is_async(function)
                && model.decorators(function).is_empty()
                && last == Some(classified.sink)
                && model.tree.descendants(function).filter(returns).count() == 1
                && !model.tree.descendants(function).any(yields)
        });
        if !ends || in_container(model, classified) {
            return false;
        }
        match &classified.wrapper {
            Some(inner) if classified.site.spawner == Spawner::Wrapper => path = inner,
            _ => return true,
        }
    }
    false
}

/// The last part of a dotted path, for messages.
fn display_name(path: &str) -> String {
    let last = path.rsplit('.').next().unwrap_or(path);
    if last.starts_with('<') { "lambda".to_owned() } else { last.to_owned() }
}

/// Whether the function returns a container with the task in it.
fn in_container(model: &Model, classified: &ClassifiedSite) -> bool {
    let value = |n: NodeId| model.tree.parent(n).map(|p| model.kind(p));
    classified.reason == Reason::Returned && value(classified.sink) == Some(Kind::ReturnStatement)
}
