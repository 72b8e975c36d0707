//! Where paths are defined, and which are aliases of spawners: what takes both name resolution and the class hierarchy.

use std::collections::{BTreeMap, BTreeSet};

use rustc_hash::FxHashSet;

use rayon::prelude::*;

use super::index::{Export, ProjectIndex};
use super::resolution::last_name;
use crate::tasks::libraries::{Spawner, is_spawner_name, spawner_at, spawner_paths};

impl ProjectIndex {
    /// The targets of these paths, each as a path in the module that should define it.
    pub(in crate::tasks) fn definitions_of(&self, paths: &BTreeSet<&str>) -> BTreeSet<String> {
        let of = |path: String| {
            let named = path.split("()").next().unwrap_or(&path);
            let mut paths = self.mro(named);
            for (end, _) in named.match_indices('.') {
                let stars = self.stars.get(&named[..end]).into_iter().flatten();
                paths.extend(stars.map(|star| format!("{star}{}", &named[end..])));
            }
            paths
        };
        paths.par_iter().flat_map_iter(|path| self.resolve(path)).flat_map_iter(of).collect()
    }

    /// Collects the aliases of spawners, and the classes that derive from a task class.
    pub(in crate::tasks) fn collect_aliases(&mut self) {
        let mut found: BTreeSet<String> = BTreeSet::new();
        let declared = &self.declared.spawners;
        loop {
            // An alias's target ends with a spawner's name, or with that of a known alias.
            let known = found.iter().chain(declared);
            let names: FxHashSet<&str> = known.map(|path| last_name(path)).collect();
            let stands = |(path, export): &(&String, &Export)| {
                let Export::Alias(target) = export else { return false };
                let name = last_name(target);
                if !names.contains(name) && !is_spawner_name(name) {
                    return false;
                }
                let target = self.canonical(target);
                (spawner_at(&target).is_some() || self.declared.is_spawner(&target))
                    && last_name(&target) != last_name(path)
            };
            let all = self.exports.par_iter().filter(stands).map(|(path, _)| path.clone());
            let all: BTreeSet<String> = all.collect();
            if all.len() == found.len() {
                break;
            }
            found = all;
        }
        found.extend(declared.iter().cloned());
        let classes = spawner_paths(Spawner::TaskClass).flat_map(|c| self.all_subclasses(c));
        self.task_classes = classes.map(str::to_owned).collect();
        let names = found.union(&self.task_classes).map(|path| last_name(path).to_owned());
        self.names.extend(names);
        self.aliases = found;
    }

    /// Collects the aliases of wrappers that have another name.
    pub(in crate::tasks) fn collect_wrapper_aliases(&mut self) {
        let mut found: BTreeMap<String, String> = BTreeMap::new();
        let known: FxHashSet<&str> = self.wrappers.keys().map(|path| last_name(path)).collect();
        let mut looked_up = known.clone();
        let mut pending: Vec<&str> = known.into_iter().collect();
        while let Some(name) = pending.pop() {
            for path in self.renamed.get(name).into_iter().flatten() {
                let Some(Export::Alias(target)) = self.exports.get(path) else { continue };
                if last_name(target) != name {
                    continue;
                }
                let targets = self.resolve(target);
                let wrapper = targets.into_iter().find(|path| self.wrappers.contains_key(path));
                if let Some(wrapper) = wrapper {
                    found.insert(path.clone(), wrapper);
                    pending.extend(Some(last_name(path)).filter(|name| looked_up.insert(name)));
                }
            }
        }
        let names = found.keys().map(|path| last_name(path).trim_end_matches("()").to_owned());
        self.names.extend(names);
        self.wrapper_aliases = found;
    }
}
