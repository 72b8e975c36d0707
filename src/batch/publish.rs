//! Brings the patches of one repository to its remote: pushes their branches and proposes them. It makes no patch.

use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::api::{Api, HostKind};
use super::credentials::without_credentials;
use super::pull_requests::{Project, Proposal, PullRequest, PullRequestOptions, State};
use super::result::UnitResult;
use crate::git::{Clone, remote_head};

/// What is published, and how.
#[derive(Debug)]
pub struct PublishOptions {
    /// Whether branches are pushed.
    pub push: bool,
    /// Whether nothing but the folder of the run is written.
    pub is_dry_run: bool,
    /// Where pull requests are opened; none for no pull requests.
    pub host: Option<HostOptions>,
}

/// Where and how pull requests are opened.
#[derive(Debug)]
pub struct HostOptions {
    /// The API.
    pub(super) api: Api,
    /// The host of the API, if it is another than that of the repository.
    pub name: Option<String>,
    /// Whether branches are pushed to forks, and to whose: an empty name is the user's.
    pub fork: Option<String>,
    /// What is said of a pull request.
    pub pull_request: PullRequestOptions,
}

impl HostOptions {
    /// The host that a program speaks to, with a least time between two requests that write.
    pub fn new(kind: HostKind, pace: Duration, pull_request: PullRequestOptions) -> Self {
        let api = Api { kind, pace, next: Mutex::default() };
        Self { api, name: None, fork: None, pull_request }
    }
}

/// What became of one branch.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// It would be new.
    Planned,
    /// It is new.
    Created,
    /// It was there, and has been changed.
    Updated,
    /// It was there, and is the same.
    Current,
    /// Somebody else has committed to it, or has closed the pull request.
    LeftAlone,
}

impl Outcome {
    /// The word for people.
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::Planned => "planned",
            Self::Created => "new",
            Self::Updated => "updated",
            Self::Current => "up to date",
            Self::LeftAlone => "left alone",
        }
    }
}

/// A branch, and its pull request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Published {
    /// The branch.
    pub branch: String,
    /// The commit of the patch.
    pub commit: String,
    /// What became of the branch.
    pub push: Outcome,
    /// What became of the pull request, if there is to be one.
    pub pull_request: Option<Outcome>,
    /// The address of the pull request.
    pub url: Option<String>,
    /// Why something was left alone.
    pub message: Option<String>,
}

/// A patch to publish.
struct Patch {
    branch: String,
    commit: String,
    /// The folder with `pr.md`.
    folder: PathBuf,
}

/// The remote that branches are pushed to.
struct Remote {
    source: OsString,
    project: Option<Project>,
    fork: Option<Project>,
}

/// Publishes the patches of a unit.
pub(super) struct Publisher<'a> {
    pub(super) clone: &'a Clone,
    pub(super) source: &'a OsStr,
    pub(super) out: &'a Path,
    pub(super) options: &'a PublishOptions,
}

impl Publisher<'_> {
    /// Publishes what a unit has made.
    ///
    /// # Errors
    /// What git or the host says, in one line.
    pub(super) fn publish(&self, result: &UnitResult) -> Result<Vec<Published>, String> {
        if !self.options.push && self.options.host.is_none() {
            return Ok(Vec::new());
        }
        let mut patches: Vec<Patch> = result
            .parts
            .iter()
            .map(|part| Patch {
                branch: part.branch.clone(),
                commit: part.commit.clone(),
                folder: self.out.join("parts").join(&part.name),
            })
            .collect();
        patches.extend(result.commit.iter().map(|commit| Patch {
            branch: result.branch.clone(),
            commit: commit.clone(),
            folder: self.out.to_path_buf(),
        }));
        if patches.is_empty() {
            return Ok(Vec::new());
        }
        let remote = self.remote()?;
        patches.iter().map(|patch| self.publish_one(result, patch, &remote)).collect()
    }

    fn remote(&self) -> Result<Remote, String> {
        let source = self.source.to_owned();
        let Some(host) = &self.options.host else {
            return Ok(Remote { source, project: None, fork: None });
        };
        let url = self.source.to_string_lossy();
        let project = Project::of(&url, host.name.as_deref()).ok_or_else(|| {
            format!("`{}` is not the URL of a repository on a host", without_credentials(&url))
        })?;
        match &host.fork {
            Some(owner) if !self.options.is_dry_run => {
                let owner = (!owner.is_empty()).then_some(owner.as_str());
                let (fork, url) = project.fork(&host.api, owner)?;
                Ok(Remote { source: url.into(), project: Some(project), fork: Some(fork) })
            }
            _ => Ok(Remote { source, project: Some(project), fork: None }),
        }
    }

    fn publish_one(
        &self,
        result: &UnitResult,
        patch: &Patch,
        remote: &Remote,
    ) -> Result<Published, String> {
        let mut published = Published {
            branch: patch.branch.clone(),
            commit: patch.commit.clone(),
            push: Outcome::LeftAlone,
            pull_request: None,
            url: None,
            message: None,
        };
        let existing = match (&self.options.host, &remote.project) {
            (Some(host), Some(project)) => {
                project.find(&host.api, &patch.branch, remote.fork.as_ref())?
            }
            _ => Vec::new(),
        };
        let open = existing.iter().find(|own| own.state == State::Open);
        let newest = open.or(existing.first());
        if let Some(closed) = newest.filter(|own| own.state == State::Closed) {
            published.pull_request = Some(Outcome::LeftAlone);
            published.url = Some(closed.url.clone());
            published.message = Some(format!("pull request {} was closed", closed.number));
            return Ok(published);
        }
        published.push = self.push(patch, remote)?;
        if published.push == Outcome::LeftAlone {
            published.pull_request = self.options.host.as_ref().map(|_| Outcome::LeftAlone);
            published.url = open.map(|own| own.url.clone());
            published.message =
                Some(format!("`{}` has commits that undangle did not make", patch.branch));
            return Ok(published);
        }
        self.propose(result, patch, remote, open, &mut published)?;
        Ok(published)
    }

    /// Pushes the branch, unless somebody else has committed to it.
    fn push(&self, patch: &Patch, remote: &Remote) -> Result<Outcome, String> {
        let there = remote_head(&remote.source, Some(&patch.branch))?;
        let tip = there.as_ref().map(|head| head.sha.as_str());
        let outcome = match tip {
            None => Outcome::Created,
            Some(tip) if tip == patch.commit => return Ok(Outcome::Current),
            Some(tip) if !self.clone.is_own(&remote.source, &patch.branch, tip)? => {
                return Ok(Outcome::LeftAlone);
            }
            Some(_) => Outcome::Updated,
        };
        if self.options.is_dry_run {
            return Ok(Outcome::Planned);
        }
        self.clone.push(&remote.source, &patch.branch, &patch.commit, tip)?;
        Ok(outcome)
    }

    /// Opens the pull request, or brings the open one up to date.
    fn propose(
        &self,
        result: &UnitResult,
        patch: &Patch,
        remote: &Remote,
        open: Option<&PullRequest>,
        published: &mut Published,
    ) -> Result<(), String> {
        let (Some(host), Some(project)) = (&self.options.host, &remote.project) else {
            return Ok(());
        };
        let file = patch.folder.join("pr.md");
        let text = std::fs::read_to_string(&file)
            .map_err(|error| format!("cannot read {}: {error}", file.display()))?;
        let (title, body) = text.split_once('\n').unwrap_or((&text, ""));
        let (title, body) = (title.trim(), body.trim_start());
        if self.options.is_dry_run {
            published.pull_request = Some(open.map_or(Outcome::Planned, |_| Outcome::Current));
            published.url = open.map(|own| own.url.clone());
            return Ok(());
        }
        if let Some(own) = open {
            let is_changed = project.update(&host.api, own, title, body)?;
            let is_changed = is_changed || published.push == Outcome::Updated;
            published.pull_request =
                Some(if is_changed { Outcome::Updated } else { Outcome::Current });
            published.url = Some(own.url.clone());
            return Ok(());
        }
        let base = result.base_branch.as_deref();
        let base =
            base.ok_or("there is no default branch to merge into; name one with `branch=`")?;
        let proposal =
            Proposal { title, body, branch: &patch.branch, base, fork: remote.fork.as_ref() };
        let made = project.open(&host.api, &proposal, &host.pull_request)?;
        published.pull_request = Some(Outcome::Created);
        published.url = Some(made.url);
        Ok(())
    }
}
