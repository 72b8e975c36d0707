//! Turns a repository into a patch, a commit and a pull request, one at a time or many. It decides nothing about code, and prints
//! nothing.

mod credentials;
mod scope;
mod split;
mod result;
mod analysis;
mod pull_request;
mod verify;
mod unit_options;
mod commit_message;
mod unread_files;
mod unit;
mod repositories;
mod api;
mod pull_requests;
mod publish;
mod ledger;
mod batch_run;
mod summary;
mod report_page;
mod emit;

pub use analysis::AnalysisOptions;
pub use api::HostKind;
pub use batch_run::{Event, RunOptions, run_batch};
pub use emit::{Engine, EngineFile, engine_files};
pub use ledger::{Entry, RunRecord};
pub use publish::{HostOptions, Outcome, PublishOptions, Published};
pub use pull_requests::PullRequestOptions;
pub use report_page::batch_html;
pub use repositories::{Repository, Shard, repositories_of_folder, repositories_of_list};
pub use result::{Status, Tally, UnitResult};
pub use scope::Scope;
pub use split::Split;
pub use summary::{batch_table, batch_totals, outcome_text};
pub use unit::Unit;
pub use unit_options::UnitOptions;
pub use verify::Verify;
