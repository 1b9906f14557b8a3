//! The policy engine of a configuration.

use std::sync::Arc;

use policy::{CedarEngine, PolicyFault};

use crate::config::document::Document;
use crate::config::load::Loaded;
use crate::config::plan::Plan;
use crate::config::problem::{ConfigError, Problem};
use crate::failure::Failure;

/// The engine of a configuration.
///
/// # Errors
/// A policy file that is refused, shown with its text; an exception that cannot be; a set that breaks an invariant.
pub(crate) fn engine(loaded: &Loaded, plan: &Plan) -> Result<Arc<CedarEngine>, Failure> {
    CedarEngine::new(&plan.policies).map(Arc::new).map_err(|fault| refused(loaded, &fault))
}

fn refused(loaded: &Loaded, fault: &PolicyFault) -> Failure {
    let file = fault.file.as_ref().and_then(|name| loaded.policies.iter().find(|file| file.name == **name));
    let document = match file {
        Some(file) => Document::new(file.name.clone(), file.text.clone()),
        None => loaded.document.clone(),
    };
    let in_file = file.and(fault.offset).map(|start| {
        let rest = file.and_then(|file| file.text.get(start..)).unwrap_or_default();
        start..start + rest.lines().next().unwrap_or_default().len()
    });
    let exceptions = &loaded.config.exceptions;
    let place =
        exceptions.iter().position(|exception| fault.exception.as_deref() == Some(exception.name.as_str()));
    let span = in_file.or_else(|| document.span(&["exceptions".into(), place?.into(), "what".into()]));
    let problem = Problem {
        span,
        message: fault.message.clone(),
        label: "here".to_owned(),
        help: Some(fault.help.clone()).filter(|help| !help.is_empty()),
        is_warning: false,
    };
    ConfigError::new(&document, vec![problem]).into()
}
