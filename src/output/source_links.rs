//! Links to lines of the source, as a template says. It reads nothing but the names of folders.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use super::repository::{below_repository, uri};
use crate::text::Line;

/// Where the source can be seen: a URL with `{path}`, and perhaps `{line}` and `{commit}`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceTemplate(String);

impl SourceTemplate {
    /// Reads a template.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn parse(text: &str) -> Result<Self, String> {
        if !["http://", "https://"].iter().any(|scheme| text.starts_with(scheme)) {
            return Err("expected a URL that begins with `https://` or `http://`".to_owned());
        }
        let names: BTreeSet<&str> =
            text.split('{').skip(1).map(|rest| rest.split('}').next().unwrap_or(rest)).collect();
        if let Some(name) = names.iter().find(|name| !["path", "line", "commit"].contains(name)) {
            return Err(format!(
                "unknown placeholder `{{{name}}}`; there are {{path}}, {{line}}, {{commit}}"
            ));
        }
        if !names.contains("path") {
            return Err("expected `{path}` in it".to_owned());
        }
        Ok(Self(text.to_owned()))
    }

    /// Whether the links are to a commit.
    pub fn needs_commit(&self) -> bool {
        self.0.contains("{commit}")
    }
}

/// Links to the source of one commit.
#[derive(Debug)]
pub struct SourceLinks {
    /// The template.
    pub template: SourceTemplate,
    /// The id of the commit.
    pub commit: String,
    /// The working directory, which paths are relative to.
    pub cwd: PathBuf,
}

impl SourceLinks {
    /// The URL of a line.
    pub(super) fn url(&self, path: &Path, line: Line) -> String {
        let real = self.cwd.join(path);
        let real = dunce::canonicalize(&real).unwrap_or(real);
        let path = below_repository(&real, &self.cwd).unwrap_or(real);
        let url = self.template.0.replace("{line}", &line.in_file().number.to_string());
        url.replace("{commit}", &self.commit).replace("{path}", &uri(&path))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_template_is_a_web_address_with_a_path() {
        let error = |text: &str| SourceTemplate::parse(text).unwrap_err();
        assert!(error("javascript:alert({path})").contains("https://"));
        assert!(error("https://host/{line}").contains("{path}"));
        assert!(error("https://host/{path}?{ref}").contains("{ref}"));
        assert!(
            SourceTemplate::parse("https://host/blob/{commit}/{path}#L{line}")
                .unwrap()
                .needs_commit()
        );
    }
}
