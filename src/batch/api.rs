//! Asks the API of a host through `gh` or `glab`, which hold the credentials. It knows no pull request.

use std::io::Write;
use std::process::{Command, Stdio};
use std::sync::Mutex;
use std::time::{Duration, Instant};

use clap::ValueEnum;
use serde_json::Value;

/// How often one question is asked when the host is busy.
const ATTEMPTS: u32 = 5;
/// The longest time to wait because the host says so.
const LONGEST_WAIT: Duration = Duration::from_secs(3600);
/// The first time to wait where it does not say how long; doubled each time.
const FIRST_WAIT: Duration = Duration::from_secs(2);

/// The program that speaks to the host.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum HostKind {
    /// GitHub's
    Gh,
    /// GitLab's
    Glab,
}

/// The API of one host; requests that write keep a distance.
#[derive(Debug)]
pub(super) struct Api {
    pub(super) kind: HostKind,
    /// The least time between two requests that write.
    pub(super) pace: Duration,
    /// When the next one may start.
    pub(super) next: Mutex<Option<Instant>>,
}

/// What the host answers.
struct Answer {
    status: u16,
    headers: Vec<(String, String)>,
    body: Value,
}

impl Api {
    /// The answer to a request, which is asked again when the host is busy.
    ///
    /// # Errors
    /// What the host or the program says, in one line.
    pub(super) fn request(
        &self,
        host: &str,
        method: &str,
        path: &str,
        body: Option<&Value>,
    ) -> Result<Value, String> {
        let mut wait = FIRST_WAIT;
        for attempt in 1.. {
            if method != "GET" {
                self.keep_pace();
            }
            let answer = self.ask(host, method, path, body)?;
            let is_last = attempt == ATTEMPTS;
            match answer.status {
                200..300 => return Ok(answer.body),
                _ if is_last => return Err(answer.reason()),
                _ => match answer.pause(wait) {
                    Some(pause) => std::thread::sleep(pause.min(LONGEST_WAIT)),
                    None => return Err(answer.reason()),
                },
            }
            wait *= 2;
        }
        Err("the host does not answer".to_owned())
    }

    fn keep_pace(&self) {
        // A thread that panicked held no more than a time.
        let mut next = self.next.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        if let Some(next) = *next {
            std::thread::sleep(next.saturating_duration_since(Instant::now()));
        }
        *next = Some(Instant::now() + self.pace);
    }

    fn ask(
        &self,
        host: &str,
        method: &str,
        path: &str,
        body: Option<&Value>,
    ) -> Result<Answer, String> {
        let name = self.kind.program();
        let mut program = Command::new(name);
        program.args(["api", "--hostname", host, "--include", "--method", method, path]);
        program
            .env("GH_PROMPT_DISABLED", "1")
            .env("NO_COLOR", "1")
            .env("GH_NO_UPDATE_NOTIFIER", "1");
        if body.is_some() {
            program.args(["--input", "-", "--header", "Content-Type: application/json"]);
        }
        program.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let failed = |error: std::io::Error| format!("cannot run {name}: {error}");
        let mut child = program.spawn().map_err(failed)?;
        if let Some(mut stdin) = child.stdin.take() {
            let text = body.map(Value::to_string).unwrap_or_default();
            // A program that ends early reads no more; its output tells why.
            let _ = stdin.write_all(text.as_bytes());
        }
        let output = child.wait_with_output().map_err(failed)?;
        let text = String::from_utf8_lossy(&output.stdout);
        Answer::parse(&text).ok_or_else(|| {
            let errors = String::from_utf8_lossy(&output.stderr);
            let line = errors.lines().next().unwrap_or("it gives no reason");
            format!("{name} fails: {line}")
        })
    }
}

impl HostKind {
    fn program(self) -> &'static str {
        match self {
            Self::Gh => "gh",
            Self::Glab => "glab",
        }
    }
}

impl Answer {
    /// The status line, the headers, an empty line, the body.
    fn parse(text: &str) -> Option<Self> {
        let text = text.replace("\r\n", "\n");
        let (head, body) = text.split_once("\n\n").unwrap_or((&text, ""));
        let mut lines = head.lines();
        let status = lines.next()?.strip_prefix("HTTP/")?.split(' ').nth(1)?.parse().ok()?;
        let headers = lines.filter_map(|line| line.split_once(':'));
        let headers = headers
            .map(|(name, value)| (name.to_ascii_lowercase(), value.trim().to_owned()))
            .collect();
        Some(Self { status, headers, body: serde_json::from_str(body).unwrap_or_default() })
    }

    fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(own, _)| own == name).map(|(_, value)| value.as_str())
    }

    /// How long to wait before the same is asked again; none if that is of no use.
    fn pause(&self, default: Duration) -> Option<Duration> {
        if !matches!(self.status, 403 | 429 | 500 | 502..=504) {
            return None;
        }
        if let Some(seconds) = self.header("retry-after").and_then(|value| value.parse().ok()) {
            return Some(Duration::from_secs(seconds));
        }
        // GitHub: https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api
        if self.header("x-ratelimit-remaining") == Some("0") {
            let reset: u64 = self.header("x-ratelimit-reset")?.parse().ok()?;
            let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).ok()?;
            return Some(Duration::from_secs(reset.saturating_sub(now.as_secs()) + 1));
        }
        (self.status != 403).then_some(default)
    }

    fn reason(&self) -> String {
        let message =
            self.body.get("message").map(|m| m.as_str().map_or(m.to_string(), str::to_owned));
        let errors = self.body.get("errors").map(|errors| format!(" {errors}")).unwrap_or_default();
        format!("the host answers {}: {}{errors}", self.status, message.unwrap_or_default())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(text: &str) -> Answer {
        Answer::parse(text).unwrap()
    }

    #[test]
    fn the_host_says_how_long_to_wait() {
        let wait = Duration::from_secs(2);
        let pause = |text: &str| answer(text).pause(wait);
        assert_eq!(
            pause("HTTP/2.0 429 x\r\nRetry-After: 7\r\n\r\n{}"),
            Some(Duration::from_secs(7))
        );
        assert_eq!(pause("HTTP/1.1 403 x\n\n{\"message\":\"no\"}"), None);
        assert_eq!(pause("HTTP/1.1 502 x\n\n"), Some(wait));
        let reset = "HTTP/1.1 403 x\nX-RateLimit-Remaining: 0\nX-RateLimit-Reset: 1\n\n";
        assert_eq!(pause(reset), Some(Duration::from_secs(1)));
        let told = answer("HTTP/1.1 422 x\n\n{\"message\": \"bad\", \"errors\": [1]}").reason();
        assert_eq!(told, "the host answers 422: bad [1]");
        assert!(Answer::parse("gh: not found").is_none());
    }
}
