//! Name resolution across files: imports, re-exports, star imports and inherited attributes
//! followed.

use std::collections::BTreeSet;

use super::index::{Export, ProjectIndex};

/// A path with more targets than this is unresolved.
const MAX_MEANINGS: usize = 512;

/// Imports that lead on without end make ever longer paths. One with more parts than this is unresolved.
const MAX_PARTS: usize = 40;

/// A class with more subclasses than this is no mixin.
pub(super) const MAX_MIXIN_SUBCLASSES: usize = 64;

impl ProjectIndex {
    /// All paths that a path may resolve to, through re-exports and inherited attributes. The path
    /// itself comes first; attributes that a mixin's subclasses define come last.
    pub fn resolve(&self, path: &str) -> Vec<String> {
        let Some(found) = self.closure(vec![path.to_owned()]) else { return vec![path.to_owned()] };
        let in_subclasses = |meaning: &String| {
            let (class, member) = meaning.split_once("().")?;
            // An object of one subclass of `Generic` is none of another.
            let subclasses = self.subclasses.get(class).filter(|_| self.is_class(class))?;
            let name = member.split(['.', '(']).next().unwrap_or(member);
            // What it defines or inherits is no attribute of its subclasses.
            let looked_up = format!("().{member}");
            let mut classes = found.iter().filter_map(|path| path.strip_suffix(&looked_up));
            if classes.any(|class| self.defines(&format!("{class}.{name}"))) {
                return None;
            }
            let is_mixin = subclasses.len() <= MAX_MIXIN_SUBCLASSES;
            let members = subclasses.iter().map(|s| format!("{s}().{member}"));
            is_mixin.then(|| members.collect::<Vec<_>>())
        };
        match found.iter().find_map(in_subclasses) {
            Some(members) => {
                let all = found.iter().cloned().chain(members).collect();
                self.closure(all).unwrap_or(found)
            }
            None => found,
        }
    }

    /// Whether a path is that of a function or class of the project, imports followed.
    pub(in crate::tasks) fn is_defined(&self, path: &str) -> bool {
        self.resolve(path).iter().any(|p| self.functions.contains(p.as_str()) || self.is_class(p))
    }

    /// Whether a module of the project was read.
    pub(in crate::tasks) fn is_read(&self, module: &str) -> bool {
        let targets = self.resolve(module);
        targets.iter().any(|target| self.modules.contains(target))
    }

    /// Whether the resolution of a path passes through a name that its module binds to something unknown besides.
    pub(in crate::tasks) fn is_rebound(&self, path: &str) -> bool {
        !self.rebound.is_empty() && self.resolve(path).iter().any(|p| self.rebound.contains(p))
    }

    /// Whether the resolution of a path ends in or passes through one of these modules or classes.
    pub(in crate::tasks) fn leads_into(
        &self,
        path: &str,
        modules: &BTreeSet<&str>,
        classes: &BTreeSet<String>,
    ) -> bool {
        self.resolve(path).iter().any(|path| {
            let ends = path.match_indices(['.', '(']).map(|(end, _)| end).chain([path.len()]);
            ends.into_iter()
                .map(|end| &path[..end])
                .any(|part| modules.contains(part) || classes.contains(part))
        })
    }

    /// Whether a path may belong to the project.
    pub(in crate::tasks) fn is_own(&self, path: &str) -> bool {
        self.roots.contains(root_of(path))
    }

    /// Paths with their targets, step by step; none when there is no end to them.
    pub(super) fn closure(&self, mut found: Vec<String>) -> Option<Vec<String>> {
        let mut next = 0;
        while next < found.len() {
            for step in self.expand_once(&found[next]) {
                if step.matches(['.', '(']).count() > MAX_PARTS {
                    return None;
                }
                if !found.contains(&step) {
                    found.push(step);
                }
            }
            next += 1;
            if found.len() > MAX_MEANINGS {
                return None;
            }
        }
        Some(found)
    }

    /// The name that a package's modules use, if `other` is another name of it. A module of that
    /// very name takes precedence.
    fn package(&self, other: &str) -> Option<&String> {
        self.packages.get(other).filter(|_| !self.modules.contains(other))
    }

    /// A path with imports followed, to where the thing is defined.
    pub(in crate::tasks) fn canonical(&self, path: &str) -> String {
        let mut found = path.to_owned();
        for _ in 0..MAX_MEANINGS {
            match self.import_target(&found).filter(|target| *target != found) {
                Some(target) if target.matches('.').count() > MAX_PARTS => break,
                Some(target) => found = target,
                None => return found,
            }
        }
        path.to_owned()
    }

    /// A path with one import followed: that of its longest imported prefix.
    fn import_target(&self, path: &str) -> Option<String> {
        if !self.is_own(path) {
            return None;
        }
        let ends = path.rmatch_indices('.').map(|(end, _)| end);
        std::iter::once(path.len()).chain(ends).find_map(|end| {
            let target = match self.exports.get(&path[..end]) {
                Some(Export::Alias(target)) => target,
                Some(Export::Class(_)) => return None,
                None => self.package(&path[..end])?,
            };
            Some(format!("{target}{}", &path[end..]))
        })
    }

    /// One resolution step: replaces the longest known prefix of a path by its target, an inherited
    /// attribute by that of the bases.
    fn expand_once(&self, path: &str) -> Vec<String> {
        if !self.is_own(path) {
            return Vec::new();
        }
        let ends = path.match_indices(['.', '(']).map(|(end, _)| end);
        let ends: Vec<usize> = ends.chain([path.len()]).collect();
        for end in ends.into_iter().rev() {
            let (prefix, rest) = path.split_at(end);
            match self.exports.get(prefix) {
                Some(Export::Alias(target)) => return vec![format!("{target}{rest}")],
                Some(Export::Class(bases)) => {
                    let member = rest.strip_prefix("()").unwrap_or(rest).strip_prefix('.');
                    let Some(member) = member else { continue };
                    let name = member.split(['.', '(']).next().unwrap_or(member);
                    if self.defines(&format!("{prefix}.{name}")) {
                        return vec![format!("{prefix}.{member}")];
                    }
                    return bases.iter().map(|base| format!("{base}().{member}")).collect();
                }
                None => {
                    if let Some(name) = self.package(prefix) {
                        return vec![format!("{name}{rest}")];
                    }
                }
            }
        }
        self.star_imported(path)
    }

    fn defines(&self, path: &str) -> bool {
        self.exports.contains_key(path) || self.functions.contains(path)
    }

    /// The target of a path through a module's `from x import *`.
    fn star_imported(&self, path: &str) -> Vec<String> {
        for (end, _) in path.match_indices('.') {
            let (module, rest) = (&path[..end], &path[end + 1..]);
            let name = rest.split(['.', '(']).next().unwrap_or(rest);
            for star in self.stars.get(module).into_iter().flatten() {
                if self.defines(&format!("{star}.{name}")) {
                    return vec![format!("{star}.{rest}")];
                }
            }
        }
        Vec::new()
    }
}

/// The last name of a path.
pub fn last_name(path: &str) -> &str {
    path.rsplit('.').next().unwrap_or(path)
}

/// The first name of a path.
pub(in crate::tasks) fn root_of(path: &str) -> &str {
    path.split(['.', '(']).next().unwrap_or(path)
}
