//! What the methods of Python's containers and queues do, in one table. It looks at no code.

/// What a method does (library/stdtypes.html, library/collections.html, library/asyncio-queue.html).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ContainerMethod {
    /// What it does to the container.
    pub effect: MethodEffect,
    /// What it returns.
    pub result: MethodResult,
}

/// What a method does to its container.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MethodEffect {
    /// Puts in the positional argument of this index.
    Store(usize),
    /// Puts in the elements of its argument.
    Merge,
    /// Puts its argument into a queue.
    Enqueue,
    /// Takes out the element that it may be told, by key or index; a missing one is an error.
    Take,
    /// Takes out the element whose turn it is.
    TakeNext,
    /// Takes out the element that it is given.
    Remove {
        /// Whether a missing one is an error.
        raises: bool,
    },
    /// Takes out several elements.
    RemoveMany,
    /// Takes out everything.
    Clear,
    /// Changes nothing.
    Read,
    /// Compares it with another container.
    Compare,
    /// Changes the order of the elements.
    Reorder,
    /// It is no method of a container.
    Unknown,
}

/// What a method of a container returns.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MethodResult {
    /// No element.
    Nothing,
    /// One element.
    Element,
    /// A key and its value.
    Pair,
    /// A container with some of the elements.
    Subset,
    /// A container or view with all elements.
    All,
    /// A view of all keys and their values.
    Pairs,
    /// A view of all keys.
    Keys,
}

impl ContainerMethod {
    /// The method of this name.
    pub fn named(name: &str) -> Self {
        use MethodEffect::*;
        use MethodResult::{All, Element, Keys, Nothing, Pair, Pairs, Subset};
        let (effect, result) = match name {
            "append" | "add" | "appendleft" => (Store(0), Nothing),
            "insert" => (Store(1), Nothing),
            "setdefault" => (Store(1), Element),
            "extend" | "extendleft" | "update" => (Merge, Nothing),
            "put" | "put_nowait" => (Enqueue, Nothing),
            "pop" => (Take, Element),
            "popleft" | "get_nowait" => (TakeNext, Element),
            "popitem" => (TakeNext, Pair),
            "remove" => (Remove { raises: true }, Nothing),
            "discard" => (Remove { raises: false }, Nothing),
            "difference_update" | "intersection_update" => (RemoveMany, Nothing),
            "clear" => (Clear, Nothing),
            "get" | "__getitem__" => (Read, Element),
            "copy" | "union" | "values" => (Read, All),
            "difference" | "intersection" | "symmetric_difference" => (Read, Subset),
            "items" => (Read, Pairs),
            "keys" => (Read, Keys),
            "index" | "count" | "__contains__" | "__len__" => (Read, Nothing),
            "isdisjoint" | "issubset" => (Compare, Nothing),
            "sort" | "reverse" => (Reorder, Nothing),
            _ => (Unknown, Nothing),
        };
        Self { effect, result }
    }
}
