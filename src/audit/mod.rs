//! The task audit: for each site, beyond its verdict, who owns the task, how long it lives and what stops it. It knows no
//! rules, no fixes and no disk.
//!
//! `types` holds the data types and `index` the whole project. The modules from `lifecycle_hooks` to `lifetime` each answer
//! one question; `site_audit` combines the answers for a site. `task_holders`, `workspace_audit`, `facts` and
//! `shutdown_points` work on the whole project.

mod source_text;
mod related_location;
mod assessment;
mod memo;
mod types;
mod answers;
mod file_entries;
mod element_types;
mod index;
mod class_relations;
mod storage;
mod lifecycle_hooks;
mod examples;
mod instances;
mod stored_object;
mod decorators;
mod coroutine_exit;
mod harmless_calls;
mod own_exceptions;
mod own_logs;
mod waiting;
mod outcome_reads;
mod timeouts;
mod raised_cancellation;
mod cancellation;
mod stop_occasions;
mod stop_signals;
mod receivers;
mod callers;
mod arguments;
mod coroutine_sources;
mod coroutine;
mod unbounded_queue;
mod purpose;
mod start_guards;
mod uncalled;
mod references;
mod call_chain;
mod operands;
mod blocking_waits;
mod task_uses;
mod discarded_returns;
mod starts;
mod owner;
mod coroutine_parts;
mod decorated_exception;
mod unwinding;
mod proxy_waits;
mod stop_points;
mod stop_claims;
mod sweeps;
mod clearing;
mod restarts;
mod second_start;
mod intervals;
mod round_failures;
mod rounds;
mod explanation;
mod callbacks;
mod blind_callbacks;
mod blind_waits;
mod releases;
mod failure_case;
mod failure;
mod existing_tasks;
mod abandonment;
mod partial_waits;
mod lifetime;
mod causes;
mod stop_answer;
mod site_task_uses;
mod site_audit;
mod task_holders;
mod workspace_audit;
mod facts;
mod shutdown_points;

pub use assessment::{
    Assessment, Cancellation, Cause, Fact, FactKind, Failure, Lifetime, Risk, Stop,
};
pub use causes::is_never_awaited;
pub use coroutine::Coroutine;
pub use coroutine_exit::CoroutineExit;
pub use index::{IndexedFile, WorkspaceIndex};
pub use owner::{Owner, OwnerKind};
pub use related_location::RelatedLocation;
pub use shutdown_points::{HeldGlobal, ShutdownHook, ShutdownPoints};
pub use site_audit::SiteAudit;
pub use stop_points::StopPoint;
pub use task_holders::TaskHolder;
pub use types::{
    CallChain, ChainRoot, LifecycleHook, NodeRef, StopOccasion, StorageLocation, TaskOp,
    TaskOrigin, TaskUse, TaskUses, Timeout,
};
pub use workspace_audit::WorkspaceAudit;
