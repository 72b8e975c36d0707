//! Finds the configuration of each folder: that of the nearest file above, under the flags of the command line.

use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::config_file::{ConfigError, inline_options, named_options, options_in};
use super::file_settings::FileSettingsCache;
use super::options::Options;
use crate::run::{ConfigSource, FolderConfig, Lookups};
use crate::settings::FileSettings;

/// Finds the configuration of each folder, and remembers it.
#[derive(Debug, Default)]
pub struct ConfigResolver {
    command_line: Options,
    /// Whether configuration files are read.
    respects_files: bool,
    /// The one configuration of all folders, where there is one.
    fixed: Option<Arc<FolderConfig>>,
    /// The folder above which no file is looked for.
    top: Option<PathBuf>,
    layouts: FileSettingsCache,
    /// What of the disk the configurations depend on.
    lookups: Arc<Lookups>,
    found: Mutex<Found>,
}

/// What was found so far.
#[derive(Debug, Default)]
struct Found {
    folders: HashMap<PathBuf, (Arc<FolderConfig>, Arc<Options>)>,
    /// The configurations by their files.
    used: BTreeMap<Option<PathBuf>, Arc<FolderConfig>>,
    /// What is wrong, by the folder that it holds for.
    errors: BTreeMap<PathBuf, ConfigError>,
}

impl ConfigResolver {
    /// A resolver under the flags of the command line. `config` are the values of `--config`, files or `KEY=VALUE`; with
    /// `reads_files` false, no file is looked for. Patterns of the command line are relative to `cwd`.
    ///
    /// # Errors
    /// An invalid value or an unreadable file.
    pub fn new(
        command_line: Options,
        config: &[String],
        respects_files: bool,
        cwd: &Path,
    ) -> Result<Self, ConfigError> {
        let lookups: Arc<Lookups> = Arc::default();
        let mut inline = Options::default();
        let mut named: Option<(PathBuf, Options)> = None;
        for value in config {
            let path = cwd.join(value);
            if value.contains('=') && !lookups.is_file(&path) {
                inline = inline_options(value, cwd)?.over(inline);
            } else if named.is_some() {
                let message = "`--config` takes one file, and any number of KEY=VALUE".to_owned();
                return Err(ConfigError { path: None, line: None, message });
            } else {
                named = Some((path.clone(), named_options(&path, cwd, &lookups)?));
            }
        }
        let (file, named) = named.unzip();
        let is_fixed = file.is_some() || !respects_files;
        let command_line = command_line.over(inline).over(named.unwrap_or_default());
        let resolver = Self { command_line, respects_files, lookups, ..Self::default() };
        // Whether the flags make sense does not depend on any file.
        let config = Arc::new(resolver.resolved(file.clone(), Options::default())?);
        if is_fixed {
            resolver.lock().used.insert(file, config.clone());
        }
        Ok(Self { fixed: is_fixed.then_some(config), ..resolver })
    }

    /// The same resolver, which looks for no file above this folder.
    #[must_use]
    pub fn below(self, top: &Path) -> Self {
        Self { top: Some(top.to_path_buf()), ..self }
    }

    /// What of the disk the configurations depend on, to which a run adds what it asks itself.
    pub fn lookups(&self) -> &Lookups {
        &self.lookups
    }

    /// What is wrong with the configuration of what lies at or around one of these paths, or below it.
    pub fn errors(&self, paths: &[&Path]) -> Vec<ConfigError> {
        let found = self.lock();
        let concerns = |folder: &Path| {
            paths.iter().any(|path| path.starts_with(folder) || folder.starts_with(path))
        };
        let errors = found.errors.iter().filter(|(folder, _)| concerns(folder));
        errors.map(|(_, error)| error.clone()).collect()
    }

    fn resolved(
        &self,
        file: Option<PathBuf>,
        options: Options,
    ) -> Result<FolderConfig, ConfigError> {
        let config = self.command_line.clone().over(options).folder_config();
        config
            .map(|config| FolderConfig { file: file.clone(), ..config })
            .map_err(|message| ConfigError { path: file, line: None, message })
    }

    fn own(&self, folder: &Path) -> Result<Option<(FolderConfig, Options)>, ConfigError> {
        let Some((file, options)) = options_in(folder, self.top.as_deref(), &self.lookups)? else {
            return Ok(None);
        };
        Ok(Some((self.resolved(Some(file), options.clone())?, options)))
    }

    fn look_up(&self, folder: &Path) -> (Arc<FolderConfig>, Arc<Options>) {
        if let Some(known) = self.lock().folders.get(folder) {
            return known.clone();
        }
        let parent = folder.parent().filter(|_| self.top.as_deref() != Some(folder));
        let above = || match parent {
            Some(parent) => self.look_up(parent),
            None => {
                let config = self.resolved(None, Options::default()).unwrap_or_default();
                (Arc::new(config), Arc::default())
            }
        };
        let config = match self.own(folder) {
            Ok(Some((config, options))) => (Arc::new(config), Arc::new(options)),
            Ok(None) => above(),
            Err(error) => {
                let above = above();
                self.lock().errors.insert(folder.to_path_buf(), error);
                above
            }
        };
        let mut found = self.lock();
        found.folders.insert(folder.to_path_buf(), config.clone());
        found.used.entry(config.0.file.clone()).or_insert_with(|| config.0.clone());
        config
    }

    fn lock(&self) -> MutexGuard<'_, Found> {
        self.found.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl ConfigSource for ConfigResolver {
    fn folder(&self, folder: &Path) -> Arc<FolderConfig> {
        match &self.fixed {
            Some(fixed) => fixed.clone(),
            None => self.look_up(folder).0,
        }
    }

    fn layout(&self, folder: &Path) -> FileSettings {
        let options = match &self.fixed {
            Some(_) => Arc::default(),
            None => self.look_up(folder).1,
        };
        let other_tools = match self.respects_files {
            true => self.layouts.for_folder(folder, self.top.as_deref(), &self.lookups),
            false => FileSettings::default(),
        };
        let own = &self.command_line;
        FileSettings {
            line_length: own.line_length.or(options.line_length).or(other_tools.line_length),
            target_version: own
                .target_version
                .or(options.target_version)
                .or(other_tools.target_version),
            quotes: other_tools.quotes,
            imports: other_tools.imports,
        }
    }

    fn used(&self) -> Vec<Arc<FolderConfig>> {
        self.lock().used.values().cloned().collect()
    }
}
