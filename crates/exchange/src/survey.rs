//! What is in a request, for views over many of them (`assess`): parsed, searched and counted by the steps of the gateway; nothing is
//! decided, sent or recorded.
//!
//! It depends on the request alone, not on those before it, so that many threads give the same counts in any order.

use std::collections::BTreeMap;

use types::DataClass;
use wire::{Request, RouteSpec};

use crate::conversations::own_scope;
use crate::inspect::findings_in;
use crate::subjects::subjects;
use crate::{App, AppVault, Exchange, Ports, Refused};

/// What is in a request. Counts and keyed digests, no values.
#[derive(Clone, Default)]
pub struct Surveyed {
    /// Data class → findings; opaque parts counted too.
    pub classes: BTreeMap<DataClass, u32>,
    /// Entity → its class and its findings.
    pub entities: BTreeMap<String, (DataClass, u32)>,
    /// Opaque parts.
    pub opaque: u32,
    /// Keyed digests of the people that it is about, as the meters count them.
    pub subjects: Vec<[u8; 32]>,
    /// Bytes of text that were searched.
    pub text_bytes: u64,
    /// The model that it asks for. The caller's text.
    pub model: Option<String>,
    /// True when the answer shall be streamed.
    pub stream: bool,
    /// True when it offers tools.
    pub tools: bool,
}

impl<P: Ports> Exchange<P> {
    /// What is in a request of an app, to a route.
    ///
    /// # Errors
    /// [`Refused`], as the request itself would be before a decision.
    pub fn survey(
        &self,
        app: &App,
        route: &RouteSpec,
        body: &[u8],
        vault: &AppVault,
    ) -> Result<Surveyed, Refused> {
        let settings = &self.settings;
        let request = Request::parse(route.dialect, route.endpoint, body, &settings.json)
            .map_err(Refused::Malformed)?;
        let finder = self.finder(app);
        let found = findings_in(
            request.segments(),
            request.opaque(),
            (finder.as_ref(), vault),
            &settings.limits,
            self.ports.clock(),
        )?;
        let mut entities: BTreeMap<String, (DataClass, u32)> = BTreeMap::new();
        for finding in found.by_segment.iter().flat_map(|findings| findings.iter()) {
            match entities.get_mut(finding.entity.name()) {
                Some((_, times)) => *times += 1,
                None => {
                    entities.insert(finding.entity.name().to_owned(), (finding.class(), 1));
                }
            }
        }
        let scope = own_scope(&vault.key, &request.facts().turns, request.segments());
        let facts = request.facts();
        Ok(Surveyed {
            subjects: subjects(request.segments(), &found, &settings.subjects, scope),
            entities,
            opaque: u32::try_from(request.opaque().len()).unwrap_or(u32::MAX),
            text_bytes: request.segments().iter().map(|segment| segment.text.len() as u64).sum(),
            model: facts.model.clone(),
            stream: facts.stream,
            tools: request.segments().iter().any(|segment| segment.role == types::Role::Definition),
            classes: found.classes,
        })
    }
}
