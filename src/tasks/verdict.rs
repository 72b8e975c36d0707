//! The vocabulary of the result: site, spawner, verdict, reason. It decides nothing.

use crate::python::NodeId;

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
    pub fn word(self) -> &'static str {
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
            pub fn word(self) -> &'static str {
                match self { $($(Self::$variant => $word,)*)* }
            }
        }
    };
}

reasons! {
    Dropped {
        Discarded = "discarded": "The call is a statement of its own.",
        Chained = "chained": "A method of the task is called on it, and nothing else.",
        Expression = "expression": "It ends inside a bigger expression that keeps nothing.",
        Underscore = "underscore": "It is bound to `_`.",
        Unread = "unread": "It is bound to a name that is never read.",
        Rebound = "rebound": "Its name is bound anew, or deleted, before anybody looks.",
        Touched = "touched": "Its name is only used in ways that keep nothing.",
        Lambda = "lambda": "A lambda returns it to a caller that throws it away.",
        PassedUncalled = "passed-uncalled": "The spawner is passed to a caller that throws its result away.",
        LocalContainer = "local-container": "It is put into a local container that dies with its function.",
        WeakContainer = "weak-container": "It is put into a container that holds weak references.",
        Wrapper = "wrapper": "A function of the project returned it, and its caller throws it away.",
    }
    Held {
        Awaited = "awaited": "It is awaited, or waited for.",
        Gathered = "gathered": "It is awaited together with others.",
        Returned = "returned": "It is returned or yielded to a caller.",
        Attribute = "attribute": "An object's attribute holds it.",
        Global = "global": "A module-level or nonlocal name holds it.",
        Container = "container": "A container that outlives the call holds it.",
        Kept = "argument": "A function that keeps its argument got it.",
        Closure = "closure": "A function that outlives the call refers to it.",
        Frame = "frame": "The frame that runs on holds it.",
        Factory = "factory": "The loop's task factory, or a replaced `create_task`, keeps every task.",
    }
    Managed {
        TaskGroup = "taskgroup": "A task group, nursery or the like keeps its tasks.",
        ManagedWrapper = "wrapper": "A function of the project keeps the task that it makes.",
        Framework = "framework": "A framework's method keeps the task that it makes.",
    }
    Unsure {
        Argument = "argument": "It is an argument of something that cannot be seen, or may be a future already.",
        Conditional = "conditional": "It is kept on some paths only.",
        Receiver = "receiver": "The receiver may or may not be an event loop.",
        Rebinding = "rebinding": "The name may be a spawner or something else.",
        Callback = "callback": "A function returns it, and who calls that function cannot be seen.",
    }
}

/// What is called.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Spawner {
    /// `asyncio.create_task`
    CreateTask,
    /// `asyncio.ensure_future`
    EnsureFuture,
    /// `asyncio.Task(...)`
    TaskClass,
    /// `create_task` of an event loop.
    LoopCreateTask,
    /// `asyncio.gather`
    Gather,
    /// `asyncio.shield`
    Shield,
    /// `asyncio.run_coroutine_threadsafe`
    Threadsafe,
    /// A function of the project that returns a fresh task.
    Wrapper,
    /// A task group's, nursery's or framework's method: managed.
    Manager,
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
}

impl ClassifiedSite {
    /// The verdict behind the reason.
    pub fn verdict(&self) -> Verdict {
        self.reason.verdict()
    }
}
