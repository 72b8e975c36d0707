//! The origins of values, and the state of a query for them. It resolves nothing.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, PoisonError};

use rustc_hash::FxHashMap;

use super::scope::{ScopeId, Symbol};
use super::syntax::NodeId;

/// One possible origin of a value.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Origin {
    /// A dotted path that begins at an absolute module; `()` after a part means that it was called (or is an instance):
    /// `asyncio.create_task`, `asyncio.get_event_loop()`, `pkg.app.App().loop`.
    Path(String),
    /// A `def` of this file.
    Function(NodeId),
    /// A `class` of this file.
    Class(NodeId),
    /// An instance of a class of this file (also `self`).
    Instance(NodeId),
    /// What a `def` of this file returns.
    Returned(NodeId),
    /// A parameter (the identifier that is bound) whose values the file does not show.
    Parameter(NodeId),
    /// A name that the file does not bind: a builtin, or unknown.
    Builtin(String),
    /// Any other expression.
    Value(NodeId),
}

impl Origin {
    /// The path, if this is one.
    pub fn path(&self) -> Option<&str> {
        match self {
            Self::Path(path) => Some(path),
            _ => None,
        }
    }

    /// The `def`, if this is one.
    pub fn function(&self) -> Option<NodeId> {
        match *self {
            Self::Function(function) => Some(function),
            _ => None,
        }
    }

    /// The `class`, if this is one.
    pub fn class(&self) -> Option<NodeId> {
        match *self {
            Self::Class(class) => Some(class),
            _ => None,
        }
    }
}

/// Longer chains are not followed: nobody writes them, and cycles end here.
pub(super) const MAX_DEPTH: usize = 10;

/// Further origins are dropped: only names that are bound from each other in cycles have so many.
const MAX_ORIGINS: usize = 1000;

/// What has this many bindings is resolved once for all queries: code that binds a name again and again reads it as often.
const MANY: usize = 16;

/// The origins that one query has found so far, and a cache of its subqueries: a name that is bound many times, each time
/// from itself, would otherwise be resolved again for each binding at each step of the chain.
#[derive(Debug)]
pub(super) struct Resolution<'a> {
    pub(super) found: Vec<Origin>,
    cache: FxHashMap<Subquery, Vec<Origin>>,
    shared: &'a ResolveCache,
}

/// The results of subqueries that have many branches, for all queries of a file.
#[derive(Debug, Default)]
pub(super) struct ResolveCache(Mutex<FxHashMap<Subquery, Arc<[Origin]>>>);

/// A subquery, and how many steps it may take.
type Subquery = (CacheKey, usize);

impl ResolveCache {
    fn get(&self, key: &Subquery) -> Option<Arc<[Origin]>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get(key).cloned()
    }

    fn insert(&self, key: Subquery, found: Arc<[Origin]>) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(key, found);
    }
}

/// A subquery that can be reached in several ways.
#[derive(Debug, PartialEq, Eq, Hash)]
pub(super) enum CacheKey {
    /// The bindings of a variable.
    Name(ScopeId, Symbol),
    /// The bindings of an attribute of a class.
    Attribute(NodeId, String),
    /// The values that a function returns.
    Returned(NodeId),
}

impl<'a> Resolution<'a> {
    pub(super) fn new(shared: &'a ResolveCache) -> Self {
        Self { found: Vec::new(), cache: FxHashMap::default(), shared }
    }

    pub(super) fn into_sorted(mut self) -> Vec<Origin> {
        self.found.sort();
        self.found.dedup();
        self.found
    }

    pub(super) fn push(&mut self, origin: Origin) {
        if self.found.len() < MAX_ORIGINS {
            self.found.push(origin);
        }
    }

    /// The origins that a step adds, which are taken out again.
    pub(super) fn collect(&mut self, step: impl FnOnce(&mut Self)) -> Vec<Origin> {
        let before = std::mem::take(&mut self.found);
        step(self);
        std::mem::replace(&mut self.found, before)
    }

    /// Takes a step, or takes its result from the cache; `branches` is whether it is worth caching.
    pub(super) fn cached(
        &mut self,
        branches: usize,
        key: impl FnOnce() -> Option<CacheKey>,
        depth: usize,
        step: impl FnOnce(&mut Self),
    ) {
        // Most queries are short and have one answer: not worth the memory.
        let is_worth_it = branches > 1 || depth + 3 < MAX_DEPTH;
        let Some(key) = is_worth_it.then(key).flatten() else { return step(self) };
        let key = (key, depth);
        let is_shared = branches >= MANY;
        if let Some(cached) = is_shared.then(|| self.shared.get(&key)).flatten() {
            return self.extend(&cached);
        }
        let room = MAX_ORIGINS.saturating_sub(self.found.len());
        if let Some(cached) = self.cache.get(&key) {
            return self.found.extend(cached.iter().take(room).cloned());
        }
        let mut found = self.collect(step);
        let mut seen = BTreeSet::new();
        found.retain(|origin| seen.insert(origin.clone()));
        self.extend(&found);
        if is_shared {
            self.shared.insert(key, found.into());
        } else {
            self.cache.insert(key, found);
        }
    }

    fn extend(&mut self, found: &[Origin]) {
        let room = MAX_ORIGINS.saturating_sub(self.found.len());
        self.found.extend(found.iter().take(room).cloned());
    }
}
