//! The loop of the server: it takes messages in, keeps the report up to date and answers. It finds nothing itself.

use std::collections::BTreeMap;
use std::path::PathBuf;

use lsp_server::{Connection, ErrorCode, Message, Notification, Request, Response};
use lsp_types::notification::{
    DidChangeTextDocument, DidChangeWatchedFiles, DidCloseTextDocument, DidOpenTextDocument,
    DidSaveTextDocument, Notification as _, PublishDiagnostics, ShowMessage,
};
use lsp_types::request::{
    CodeActionRequest, CodeActionResolveRequest, HoverRequest, RegisterCapability, Request as _,
};
use lsp_types::{
    ClientCapabilities, CodeAction, CodeActionKind, CodeActionOptions, CodeActionOrCommand,
    CodeActionParams, CodeActionProviderCapability, Diagnostic, DidChangeTextDocumentParams,
    DidChangeWatchedFilesRegistrationOptions, DidCloseTextDocumentParams,
    DidOpenTextDocumentParams, FileSystemWatcher, GlobPattern, HoverParams,
    HoverProviderCapability, InitializeParams, MessageType, PublishDiagnosticsParams, Registration,
    RegistrationParams, SaveOptions, ServerCapabilities, ShowMessageParams,
    TextDocumentSyncCapability, TextDocumentSyncKind, TextDocumentSyncOptions,
    TextDocumentSyncSaveOptions, Url,
};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::json;

use super::actions::{Asked, FIX_ALL, FixData, actions};
use super::analysis::{self, analyze};
use super::diagnostics::{diagnostics, file_of};
use super::documents::Documents;
use super::edits::workspace_edit;
use super::hover::hover;
use crate::run::Report;

/// Serves one client over standard input and output, until it says that it is done.
///
/// # Errors
/// The client does not keep to the protocol.
pub fn serve() -> Result<(), String> {
    let (connection, threads) = Connection::stdio();
    let (id, params) = connection.initialize_start().map_err(|error| error.to_string())?;
    let params: InitializeParams =
        serde_json::from_value(params).map_err(|error| format!("`initialize`: {error}"))?;
    let answer = json!({
        "capabilities": capabilities(),
        "serverInfo": { "name": "undangle", "version": env!("CARGO_PKG_VERSION") },
    });
    connection.initialize_finish(id, answer).map_err(|error| error.to_string())?;
    let mut server = Server::new(connection, &params);
    server.watch_files(&params.capabilities);
    server.run()?;
    drop(server);
    threads.join().map_err(|error| error.to_string())
}

fn capabilities() -> ServerCapabilities {
    let sync = TextDocumentSyncOptions {
        open_close: Some(true),
        change: Some(TextDocumentSyncKind::INCREMENTAL),
        save: Some(TextDocumentSyncSaveOptions::SaveOptions(SaveOptions::default())),
        ..TextDocumentSyncOptions::default()
    };
    let actions = CodeActionOptions {
        code_action_kinds: Some(vec![CodeActionKind::QUICKFIX, FIX_ALL]),
        resolve_provider: Some(true),
        ..CodeActionOptions::default()
    };
    ServerCapabilities {
        text_document_sync: Some(TextDocumentSyncCapability::Options(sync)),
        code_action_provider: Some(CodeActionProviderCapability::Options(actions)),
        hover_provider: Some(HoverProviderCapability::Simple(true)),
        ..ServerCapabilities::default()
    }
}

/// What is known of one client and its documents.
struct Server {
    connection: Connection,
    cwd: PathBuf,
    /// Whether the client takes edits of one version of a document.
    versioned: bool,
    /// Whether the client asks for an edit when it is chosen.
    resolves: bool,
    documents: Documents,
    /// What the last analysis found.
    report: Report,
    /// Whether something has changed since the last analysis.
    is_stale: bool,
    /// What the client was told last.
    published: BTreeMap<Url, (i32, Vec<Diagnostic>)>,
    config_errors: Vec<String>,
}

/// An answer, or why there is none.
type Answer<T> = Result<T, (ErrorCode, String)>;

impl Server {
    fn new(connection: Connection, params: &InitializeParams) -> Self {
        let workspace = params.capabilities.workspace.as_ref();
        let folder = params.workspace_folders.iter().flatten().next();
        let folder = folder.and_then(|folder| folder.uri.to_file_path().ok());
        let cwd = folder.or_else(|| std::env::current_dir().ok()).unwrap_or_default();
        let edits = workspace.and_then(|workspace| workspace.workspace_edit.as_ref());
        let text_document = params.capabilities.text_document.as_ref();
        let resolve = text_document
            .and_then(|capabilities| capabilities.code_action.as_ref())
            .and_then(|actions| actions.resolve_support.as_ref());
        Self {
            connection,
            cwd,
            versioned: edits.and_then(|edits| edits.document_changes).unwrap_or(false),
            resolves: resolve.is_some_and(|r| r.properties.iter().any(|name| name == "edit")),
            documents: Documents::default(),
            report: Report::default(),
            is_stale: false,
            published: BTreeMap::new(),
            config_errors: Vec::new(),
        }
    }

    /// Asks to be told of files that change outside of the editor.
    fn watch_files(&self, client: &ClientCapabilities) {
        let workspace = client.workspace.as_ref();
        let watched = workspace.and_then(|workspace| workspace.did_change_watched_files.as_ref());
        if !watched.and_then(|watched| watched.dynamic_registration).unwrap_or(false) {
            return;
        }
        let patterns = ["**/*.{py,pyw}", "**/pyproject.toml", "**/{,.}undangle.toml"];
        let watchers = patterns.map(|pattern| FileSystemWatcher {
            glob_pattern: GlobPattern::String(pattern.to_owned()),
            kind: None,
        });
        let options = DidChangeWatchedFilesRegistrationOptions { watchers: watchers.into() };
        let registration = Registration {
            id: "undangle".to_owned(),
            method: DidChangeWatchedFiles::METHOD.to_owned(),
            register_options: serde_json::to_value(options).ok(),
        };
        let params = RegistrationParams { registrations: vec![registration] };
        let method = RegisterCapability::METHOD.to_owned();
        self.send(Request::new("watch".to_owned().into(), method, params));
    }

    /// Answers until the client shuts the server down. All that has arrived is taken in before the texts are analysed again.
    fn run(&mut self) -> Result<(), String> {
        while let Ok(message) = self.connection.receiver.recv() {
            let mut next = Some(message);
            while let Some(message) = next {
                if let Message::Request(request) = &message
                    && self.connection.handle_shutdown(request).map_err(|e| e.to_string())?
                {
                    return Ok(());
                }
                self.handle(message);
                next = self.connection.receiver.try_recv().ok();
            }
            self.refresh();
        }
        Ok(())
    }

    fn handle(&mut self, message: Message) {
        match message {
            Message::Notification(notification) => self.note(notification),
            Message::Request(request) => {
                self.refresh();
                let response = self.answer(request);
                self.send(response);
            }
            Message::Response(_) => {}
        }
    }

    fn note(&mut self, notification: Notification) {
        let Notification { method, params } = notification;
        match method.as_str() {
            DidOpenTextDocument::METHOD => {
                let Some(DidOpenTextDocumentParams { text_document }) = read(params) else {
                    return;
                };
                self.documents.open(text_document);
            }
            DidChangeTextDocument::METHOD => {
                let Some(change) = read::<DidChangeTextDocumentParams>(params) else { return };
                let document = change.text_document;
                self.documents.change(&document.uri, document.version, change.content_changes);
            }
            DidCloseTextDocument::METHOD => {
                let Some(close) = read::<DidCloseTextDocumentParams>(params) else { return };
                let url = close.text_document.uri;
                if self.documents.close(&url) {
                    self.publish(url, None, Vec::new());
                }
            }
            DidSaveTextDocument::METHOD | DidChangeWatchedFiles::METHOD => {}
            _ => return,
        }
        self.is_stale = true;
    }

    /// Analyses the texts again if something has changed, and tells the client what is new.
    fn refresh(&mut self) {
        if !std::mem::take(&mut self.is_stale) {
            return;
        }
        let (report, errors) = analyze(&self.documents, &self.cwd, &analysis::Request::default());
        self.report = report;
        if errors != self.config_errors {
            for message in &errors {
                self.notify::<ShowMessage>(ShowMessageParams {
                    typ: MessageType::ERROR,
                    message: format!("undangle: {message}"),
                });
            }
            self.config_errors = errors;
        }
        let found: Vec<(Url, i32, Vec<Diagnostic>)> = self
            .documents
            .iter()
            .map(|(url, d)| (url.clone(), d.version, diagnostics(&self.report, d)))
            .collect();
        for (url, version, diagnostics) in found {
            let told = self.published.get(&url);
            if told.is_none_or(|told| *told != (version, diagnostics.clone())) {
                self.publish(url, Some(version), diagnostics);
            }
        }
    }

    fn publish(&mut self, uri: Url, version: Option<i32>, diagnostics: Vec<Diagnostic>) {
        match version {
            Some(version) => {
                self.published.insert(uri.clone(), (version, diagnostics.clone()));
            }
            None => {
                self.published.remove(&uri);
            }
        }
        let params = PublishDiagnosticsParams { uri, diagnostics, version };
        self.notify::<PublishDiagnostics>(params);
    }

    fn answer(&self, request: Request) -> Response {
        let Request { id, method, params } = request;
        let answer = match method.as_str() {
            HoverRequest::METHOD => with(params, |params| self.hover(params)),
            CodeActionRequest::METHOD => with(params, |params| self.code_actions(params)),
            CodeActionResolveRequest::METHOD => with(params, |params| self.resolve(params)),
            _ => Err((ErrorCode::MethodNotFound, format!("there is no `{method}`"))),
        };
        match answer {
            Ok(value) => Response::new_ok(id, value),
            Err((code, message)) => Response::new_err(id, code as i32, message),
        }
    }

    fn hover(&self, params: HoverParams) -> Answer<Option<lsp_types::Hover>> {
        let place = params.text_document_position_params;
        let document = self.documents.get(&place.text_document.uri);
        Ok(document.and_then(|document| hover(&self.report, document, place.position)))
    }

    fn code_actions(&self, params: CodeActionParams) -> Answer<Vec<CodeActionOrCommand>> {
        let url = &params.text_document.uri;
        let Some(document) = self.documents.get(url) else { return Ok(Vec::new()) };
        let range = document.lines().bytes(params.range);
        let (context, versioned) = (&params.context, self.versioned);
        let offered = actions(&self.report, &Asked { url, document, range, context, versioned });
        let complete = |action: CodeAction| match self.resolves {
            true => Some(action),
            // A fix may be withdrawn when it is made.
            false => self.resolve(action).ok().map(|action| CodeAction { data: None, ..action }),
        };
        let actions = offered.into_iter().filter_map(complete);
        Ok(actions.map(CodeActionOrCommand::CodeAction).collect())
    }

    /// Makes the edit of an action.
    fn resolve(&self, mut action: CodeAction) -> Answer<CodeAction> {
        let Some(data) = action.data.clone().and_then(read::<FixData>) else { return Ok(action) };
        let failed = |why: &str| (ErrorCode::RequestFailed, why.to_owned());
        let document = self.documents.get(&data.url);
        let file = document.and_then(|document| file_of(&self.report, document));
        let file = file.ok_or_else(|| failed("the file has changed since"))?;
        let (report, _) = analyze(&self.documents, &self.cwd, &data.request(file));
        let edit = workspace_edit(&self.documents, &report, self.versioned);
        action.edit = Some(edit.ok_or_else(|| failed("there is no fix that an editor can make"))?);
        Ok(action)
    }

    fn notify<N: lsp_types::notification::Notification>(&self, params: N::Params) {
        self.send(Notification::new(N::METHOD.to_owned(), params));
    }

    /// Sends a message. When the client is gone, reading ends, too.
    fn send(&self, message: impl Into<Message>) {
        let _ = self.connection.sender.send(message.into());
    }
}

/// What was sent, if it has the form that it should have.
fn read<T: DeserializeOwned>(value: serde_json::Value) -> Option<T> {
    serde_json::from_value(value).ok()
}

/// The answer to a request with these parameters, as JSON.
fn with<P: DeserializeOwned, T: Serialize>(
    params: serde_json::Value,
    answer: impl FnOnce(P) -> Answer<T>,
) -> Answer<serde_json::Value> {
    let invalid = |error: serde_json::Error| (ErrorCode::InvalidParams, error.to_string());
    let params = serde_json::from_value(params).map_err(invalid)?;
    serde_json::to_value(answer(params)?).map_err(invalid)
}
