//! The vocabulary of the result: site, spawner, verdict, reason. It decides nothing.

use crate::python::NodeId;
use crate::tasks::libraries::Spawner;

/// What happens to a site's task.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Verdict {
    /// Nobody keeps it: the task may be collected before it is done.
    Dropped,
    /// Something keeps it.
    Held,
    /// What was called keeps it by itself.
    Managed,
    /// It cannot be decided.
    Unsure,
}

impl Verdict {
    /// The stable word used in JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Dropped => "dropped",
            Self::Held => "held",
            Self::Managed => "managed",
            Self::Unsure => "unsure",
        }
    }
}

macro_rules! reasons {
    ($($verdict:ident { $($variant:ident = $word:literal: $doc:literal),* $(,)? })*) => {
        /// Why a verdict is what it is. The words are stable; the same word under two verdicts is two reasons here.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Reason { $($(#[doc = $doc] $variant,)*)* }

        impl Reason {
            /// The verdict that this is a reason for.
            pub fn verdict(self) -> Verdict {
                match self { $($(Self::$variant => Verdict::$verdict,)*)* }
            }

            /// The stable word used in JSON.
            pub fn as_str(self) -> &'static str {
                match self { $($(Self::$variant => $word,)*)* }
            }
        }
    };
}

reasons! {
    Dropped {
        Discarded = "discarded": "The result of the call is not used.",
        Chained = "chained": "It is only used for a method call.",
        Expression = "expression": "It is part of an expression that does not keep it.",
        Underscore = "underscore": "It is assigned to `_`.",
        Unread = "unread": "It is assigned to a variable that is never read.",
        Rebound = "rebound": "Its variable is reassigned or deleted before it is read.",
        Touched = "touched": "Its variable is read, but never stored.",
        Lambda = "lambda": "A lambda returns it to a caller that discards it.",
        PassedUncalled = "passed-uncalled": "The spawner is passed to a caller that discards the result.",
        LocalContainer = "local-container": "It is only in a container that is a local variable.",
        WeakContainer = "weak-container": "It is only in a container of weak references.",
        Wrapper = "wrapper": "A project function returns it, and the caller discards it.",
    }
    Held {
        Awaited = "awaited": "It is awaited.",
        Gathered = "gathered": "It is awaited together with others.",
        Returned = "returned": "It is returned or yielded.",
        Attribute = "attribute": "An attribute holds it.",
        Global = "global": "A global or nonlocal variable holds it.",
        Container = "container": "A container that outlives the call holds it.",
        Kept = "argument": "It is passed to a function that keeps its argument.",
        Closure = "closure": "A function that outlives the call refers to it.",
        Frame = "frame": "A local variable of a running function holds it.",
        Factory = "factory": "A task factory or a replaced `create_task` keeps every task.",
        Evidence = "evidence": "It was held when the program was watched (`--evidence`).",
    }
    Managed {
        TaskGroup = "taskgroup": "A task group, nursery or similar keeps its tasks.",
        ManagedWrapper = "wrapper": "A project function keeps the task that it creates.",
        Framework = "framework": "A framework's method keeps the task that it creates.",
    }
    Unsure {
        Argument = "argument": "It is passed to unknown code, or may already be a future.",
        Conditional = "conditional": "It is kept only on some paths.",
        Receiver = "receiver": "The receiver may not be an event loop, or be of a subclass that keeps the task.",
        Rebinding = "rebinding": "The name may be a spawner or something else.",
        Callback = "callback": "A function with an unknown caller returns it.",
    }
}

/// How it is known that a spawner is called.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SpawnerEvidence {
    /// The name, or the receiver, was resolved.
    Resolved,
    /// The receiver is known by its name only (`loop`, `bot.loop`).
    Name,
}

/// One call of a spawner, or one uncalled passing of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SpawnSite {
    /// The call; of an uncalled passing (`call_soon(create_task, coro)`) the reference that is passed.
    pub node: NodeId,
    /// The expression that is called: `asyncio.create_task`. Of an uncalled passing the same as `node`.
    pub callee: NodeId,
    /// What it is.
    pub spawner: Spawner,
    /// How that is known.
    pub evidence: SpawnerEvidence,
    /// Whether the spawner is passed to something that calls it later.
    pub uncalled: bool,
}

/// A site and its verdict.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClassifiedSite {
    /// The site.
    pub site: SpawnSite,
    /// The dotted path of the project's function that is called, `pkg.util.spawn`, where one is.
    pub wrapper: Option<String>,
    /// The argument of a project's function that is certainly a coroutine, where there is one.
    pub coroutine: Option<NodeId>,
    /// Why, and with it the verdict.
    pub reason: Reason,
    /// One sentence that a reviewer can check: which call, which name, which line lets it go (or keeps it).
    pub why: String,
    /// The sink: where the value ends, for the fix planner. By reason: `Discarded`, `Expression`,
    /// `Chained`: the statement. `Unread`, `Underscore`, `Rebound`, `Touched`: the identifier that
    /// it is bound to. `Lambda`: the lambda. `PassedUncalled`: the call that it is passed to.
    /// `LocalContainer`, `WeakContainer`: the container's identifier or expression. `Returned`: the
    /// `return` or `yield`; what is returned, when that is not the task itself; what keeps it
    /// besides, on some paths only. Else the place that keeps it.
    pub sink: NodeId,
    /// The call that waits for a dropped task and may return before it is done: `asyncio.wait` with a limit, or `wait_for`
    /// around a `shield`.
    pub left_by: Option<NodeId>,
}

impl ClassifiedSite {
    /// The verdict behind the reason.
    pub fn verdict(&self) -> Verdict {
        self.reason.verdict()
    }
}
