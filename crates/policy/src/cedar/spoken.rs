//! A question as Cedar takes it, as far as it is the same for all candidates: made once, with the first of them.

use cedar_policy::{Context, Entity};
use types::DataClass;

use super::facts::{Asked, Facts};
use crate::{Exception, PolicyError, Question};

/// Most contexts that are kept; each differs in what stays in clear.
const CONTEXTS_MAX: usize = 256;

/// The app, and what was asked of classes so far.
#[derive(Debug)]
pub(super) struct Spoken<'a> {
    question: &'a Question<'a>,
    /// The app.
    pub(super) app: Entity,
    contexts: Vec<Said<'a>>,
}

/// A class with all that its context depends on beside the question.
#[derive(Debug)]
struct Said<'a> {
    class: DataClass,
    clear: Vec<DataClass>,
    covering: Vec<&'a Exception>,
    context: Context,
}

impl<'a> Spoken<'a> {
    /// The parts of a question.
    pub(super) fn of(facts: &Facts<'_>, question: &'a Question<'a>) -> Result<Self, PolicyError> {
        let app = facts.app(question.app.as_str(), question.environment, question.declared)?;
        Ok(Self { question, app, contexts: Vec::new() })
    }

    /// What is asked of one class; the classes found are those of the question.
    pub(super) fn context(
        &mut self,
        facts: &Facts<'_>,
        asked: &Asked<'_, 'a>,
    ) -> Result<Context, PolicyError> {
        let is_said = |said: &&Said<'_>| {
            said.class == asked.class && said.clear == asked.clear && said.covering == asked.covering
        };
        if let Some(said) = self.contexts.iter().find(is_said) {
            return Ok(said.context.clone());
        }
        let context = facts.context(self.question, asked)?;
        if self.contexts.len() < CONTEXTS_MAX {
            let (clear, covering) = (asked.clear.to_vec(), asked.covering.clone());
            self.contexts.push(Said { class: asked.class, clear, covering, context: context.clone() });
        }
        Ok(context)
    }
}
