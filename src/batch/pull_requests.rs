//! The pull requests of one project on GitHub, or its merge requests on GitLab: finds, opens and updates them. It knows no patch.

use serde_json::{Value, json};

use super::api::{Api, HostKind};

/// A project on a host.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Project {
    pub(super) host: String,
    /// `owner/name`; on GitLab there may be more groups.
    pub(super) path: String,
}

/// Whether a pull request can still be merged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum State {
    Open,
    Merged,
    /// Closed without being merged.
    Closed,
}

/// A pull request that the host has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct PullRequest {
    pub(super) number: u64,
    pub(super) url: String,
    pub(super) state: State,
    title: String,
    body: String,
}

/// What is said of a pull request, and who is asked.
#[derive(Debug, Clone, Default)]
pub struct PullRequestOptions {
    /// Whether it is a draft.
    pub draft: bool,
    /// Its labels.
    pub labels: Vec<String>,
    /// Who is asked to review it; on GitHub `org/team` is a team.
    pub reviewers: Vec<String>,
}

/// A pull request to open.
pub(super) struct Proposal<'a> {
    pub(super) title: &'a str,
    pub(super) body: &'a str,
    /// The branch with the patch.
    pub(super) branch: &'a str,
    /// The branch to merge it into.
    pub(super) base: &'a str,
    /// The project that the branch is in, if it is a fork.
    pub(super) fork: Option<&'a Project>,
}

impl Project {
    /// The project of a URL: `https://host/owner/name.git`, `ssh://git@host/owner/name`, `git@host:owner/name`.
    pub(super) fn of(url: &str, host: Option<&str>) -> Option<Self> {
        let (authority, path) = match url.split_once("://") {
            Some(("https" | "http" | "ssh" | "git", rest)) => rest.split_once('/')?,
            Some(_) => return None,
            None => url.split_once(':')?,
        };
        let own = authority.rsplit('@').next()?.split(':').next()?;
        let path = path.split(['?', '#']).next()?.trim_matches('/');
        let path = path.strip_suffix(".git").unwrap_or(path);
        let is_path = path.split('/').count() >= 2
            && path.split('/').all(|part| !part.is_empty() && part != "..");
        let is_host = !own.is_empty() && !own.starts_with('-') && !own.contains('/');
        (is_path && is_host)
            .then(|| Self { host: host.unwrap_or(own).to_owned(), path: path.to_owned() })
    }

    /// The owner: all before the name.
    pub(super) fn owner(&self) -> &str {
        self.path.rsplit_once('/').map_or("", |(owner, _)| owner)
    }

    fn endpoint(&self, kind: HostKind, rest: &str) -> String {
        match kind {
            HostKind::Gh => format!("repos/{}/{rest}", self.path),
            HostKind::Glab => format!("projects/{}/{rest}", encoded(&self.path)),
        }
    }

    /// The pull requests from a branch, the newest first.
    ///
    /// # Errors
    /// What the host says.
    pub(super) fn find(
        &self,
        api: &Api,
        branch: &str,
        fork: Option<&Self>,
    ) -> Result<Vec<PullRequest>, String> {
        let endpoint = match api.kind {
            HostKind::Gh => {
                let head = encoded(&format!("{}:{branch}", fork.unwrap_or(self).owner()));
                self.endpoint(api.kind, &format!("pulls?state=all&per_page=20&head={head}"))
            }
            HostKind::Glab => {
                let branch = encoded(branch);
                self.endpoint(
                    api.kind,
                    &format!("merge_requests?state=all&per_page=20&source_branch={branch}"),
                )
            }
        };
        let found = api.request(&self.host, "GET", &endpoint, None)?;
        let list = found.as_array().ok_or("the host does not answer with a list")?;
        list.iter().map(|value| pull_request(api.kind, value)).collect()
    }

    /// Opens a pull request.
    ///
    /// # Errors
    /// What the host says.
    pub(super) fn open(
        &self,
        api: &Api,
        proposal: &Proposal<'_>,
        options: &PullRequestOptions,
    ) -> Result<PullRequest, String> {
        match api.kind {
            HostKind::Gh => self.open_github(api, proposal, options),
            HostKind::Glab => self.open_gitlab(api, proposal, options),
        }
    }

    fn open_github(
        &self,
        api: &Api,
        proposal: &Proposal<'_>,
        options: &PullRequestOptions,
    ) -> Result<PullRequest, String> {
        let head = match proposal.fork {
            Some(fork) => format!("{}:{}", fork.owner(), proposal.branch),
            None => proposal.branch.to_owned(),
        };
        let body = json!({
            "title": proposal.title, "body": proposal.body, "head": head, "base": proposal.base,
            "draft": options.draft,
        });
        let made =
            api.request(&self.host, "POST", &self.endpoint(api.kind, "pulls"), Some(&body))?;
        let made = pull_request(api.kind, &made)?;
        let of_issue = |rest: &str| self.endpoint(api.kind, &format!("{rest}/{}", made.number));
        if !options.labels.is_empty() {
            let body = json!({"labels": options.labels});
            let endpoint = of_issue("issues") + "/labels";
            api.request(&self.host, "POST", &endpoint, Some(&body))?;
        }
        if !options.reviewers.is_empty() {
            let (teams, people): (Vec<&str>, Vec<&str>) =
                options.reviewers.iter().map(String::as_str).partition(|name| name.contains('/'));
            let teams: Vec<&str> =
                teams.iter().filter_map(|name| name.rsplit('/').next()).collect();
            let body = json!({"reviewers": people, "team_reviewers": teams});
            let endpoint = of_issue("pulls") + "/requested_reviewers";
            api.request(&self.host, "POST", &endpoint, Some(&body))?;
        }
        Ok(made)
    }

    fn open_gitlab(
        &self,
        api: &Api,
        proposal: &Proposal<'_>,
        options: &PullRequestOptions,
    ) -> Result<PullRequest, String> {
        let mut reviewers = Vec::new();
        for name in &options.reviewers {
            let endpoint = format!("users?username={}", encoded(name));
            let found = api.request(&self.host, "GET", &endpoint, None)?;
            let id = found.pointer("/0/id").and_then(Value::as_u64);
            reviewers.push(id.ok_or_else(|| format!("the host knows no user `{name}`"))?);
        }
        let mut body = json!({
            "title": gitlab_title(proposal.title, options.draft), "description": proposal.body,
            "source_branch": proposal.branch, "target_branch": proposal.base,
            "labels": options.labels.join(","), "reviewer_ids": reviewers,
        });
        let source = match proposal.fork {
            Some(fork) => {
                let target = api.request(
                    &self.host,
                    "GET",
                    self.endpoint(api.kind, "").trim_end_matches('/'),
                    None,
                )?;
                body["target_project_id"] = target["id"].clone();
                fork
            }
            None => self,
        };
        let endpoint = source.endpoint(api.kind, "merge_requests");
        pull_request(api.kind, &api.request(&self.host, "POST", &endpoint, Some(&body))?)
    }

    /// Gives a pull request this title and text; false if it has them.
    ///
    /// # Errors
    /// What the host says.
    pub(super) fn update(
        &self,
        api: &Api,
        own: &PullRequest,
        title: &str,
        text: &str,
    ) -> Result<bool, String> {
        let has_title = own.title.strip_prefix("Draft: ").unwrap_or(&own.title) == title;
        if has_title && own.body.replace("\r\n", "\n").trim() == text.trim() {
            return Ok(false);
        }
        let (method, endpoint, body) = match api.kind {
            HostKind::Gh => {
                ("PATCH", format!("pulls/{}", own.number), json!({"title": title, "body": text}))
            }
            HostKind::Glab => {
                let title = gitlab_title(title, own.title.starts_with("Draft: "));
                let body = json!({"title": title, "description": text});
                ("PUT", format!("merge_requests/{}", own.number), body)
            }
        };
        api.request(&self.host, method, &self.endpoint(api.kind, &endpoint), Some(&body))?;
        Ok(true)
    }

    /// Makes a fork, or finds the one that is there: in the group that is named, else with the user.
    ///
    /// # Errors
    /// What the host says.
    pub(super) fn fork(&self, api: &Api, owner: Option<&str>) -> Result<(Self, String), String> {
        let (endpoint, body, path, url) = match api.kind {
            HostKind::Gh => {
                let body = owner.map_or(json!({}), |owner| json!({"organization": owner}));
                ("forks", body, "full_name", "clone_url")
            }
            HostKind::Glab => {
                let body = owner.map_or(json!({}), |owner| json!({"namespace_path": owner}));
                ("fork", body, "path_with_namespace", "http_url_to_repo")
            }
        };
        let made =
            api.request(&self.host, "POST", &self.endpoint(api.kind, endpoint), Some(&body))?;
        let text = |key: &str| made[key].as_str().map(str::to_owned);
        match (text(path), text(url)) {
            (Some(path), Some(url)) => Ok((Self { host: self.host.clone(), path }, url)),
            _ => Err("the host does not say where the fork is".to_owned()),
        }
    }
}

fn gitlab_title(title: &str, is_draft: bool) -> String {
    if is_draft { format!("Draft: {title}") } else { title.to_owned() }
}

fn pull_request(kind: HostKind, value: &Value) -> Result<PullRequest, String> {
    let text = |key: &str| value[key].as_str().unwrap_or_default().to_owned();
    let is_github = kind == HostKind::Gh;
    let number = value[if is_github { "number" } else { "iid" }].as_u64();
    let is_merged = !value["merged_at"].is_null();
    Ok(PullRequest {
        number: number.ok_or("the host does not give a pull request a number")?,
        url: text(if is_github { "html_url" } else { "web_url" }),
        state: match text("state").as_str() {
            "open" | "opened" => State::Open,
            "merged" => State::Merged,
            _ if is_merged => State::Merged,
            _ => State::Closed,
        },
        title: text("title"),
        body: text(if is_github { "body" } else { "description" }),
    })
}

/// Text for a URL.
fn encoded(text: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
    text.bytes()
        .map(|b| if plain(b) { char::from(b).to_string() } else { format!("%{b:02X}") })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_url_names_a_project() {
        let of = |url: &str| Project::of(url, None).map(|p| (p.host, p.path));
        let project = |host: &str, path: &str| Some((host.to_owned(), path.to_owned()));
        assert_eq!(of("https://u:p@git.example:8443/o/r.git"), project("git.example", "o/r"));
        assert_eq!(of("git@github.com:o/r"), project("github.com", "o/r"));
        assert_eq!(of("ssh://git@h/a/b/c.git/"), project("h", "a/b/c"));
        assert_eq!(of("file:///a/b/c"), None);
        assert_eq!(of("/a/b"), None);
        assert_eq!(of("https://h/o/../x"), None);
        assert_eq!(Project::of("git@h:o/r", Some("api.h")).unwrap().host, "api.h");
    }
}
