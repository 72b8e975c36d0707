//! Where paths are defined, and which are aliases of spawners: what takes both name resolution and the class hierarchy.

use std::collections::{BTreeSet, HashSet};

use rayon::prelude::*;

use super::index::{Export, ProjectIndex};
use super::resolution::last_name;

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

    /// Collects the aliases of spawners; `spawners` are the last names of all spawners.
    pub(in crate::tasks) fn collect_aliases(
        &mut self,
        spawners: &[&str],
        is_spawner: impl Fn(&str) -> bool + Sync,
    ) {
        let mut found: BTreeSet<String> = BTreeSet::new();
        loop {
            // An alias's target ends with a spawner's name, or with that of a known alias.
            let names: HashSet<&str> = found.iter().map(|path| last_name(path)).collect();
            let stands = |(path, export): &(&String, &Export)| {
                let Export::Alias(target) = export else { return false };
                let name = last_name(target);
                if !names.contains(name) && !spawners.contains(&name) {
                    return false;
                }
                let target = self.canonical(target);
                is_spawner(&target) && last_name(&target) != last_name(path)
            };
            let all = self.exports.par_iter().filter(stands).map(|(path, _)| path.clone());
            let all: BTreeSet<String> = all.collect();
            if all.len() == found.len() {
                break;
            }
            found = all;
        }
        let classes =
            ["asyncio.Task", "asyncio.tasks.Task"].map(|class| self.all_subclasses(class));
        self.task_classes = classes.into_iter().flatten().map(str::to_owned).collect();
        let names = found.union(&self.task_classes).map(|path| last_name(path).to_owned());
        self.names.extend(names);
        self.aliases = found;
    }
}
