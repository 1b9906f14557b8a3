//! The question as a record keeps it, and what of a kept one is asked again.

use std::collections::BTreeSet;

use ledger::{Declaration, Name};
use policy::{Candidate, Declared, Level, Narrowing};
use registry::Handling;
use types::DeploymentId;

use crate::Incoming;
use crate::decide::Shape;

/// The question as a record keeps it. `candidates` stand in the order in which they were asked for; `providers` are theirs.
pub(crate) fn kept(
    incoming: &Incoming,
    (candidates, providers): (&[Candidate], &[&str]),
    (behind, tried): (&[DeploymentId], &[DeploymentId]),
    shape: Shape,
) -> ledger::Question {
    let ids = |all: &[DeploymentId]| all.iter().map(|id| Name::new(id.as_str())).collect();
    let meters = candidates.iter().zip(providers).flat_map(|(candidate, provider)| {
        let levels = candidate.meters.0.iter().filter(|(_, level)| **level > Level::Low);
        levels.map(move |(meter, level)| (Name::new(format!("{meter}/{provider}")), level.percent().into()))
    });
    let says =
        |by: &Narrowing| incoming.narrowed.iter().any(|said| said.split('=').next() == Some(by.header()));
    ledger::Question {
        candidates: candidates.iter().map(|candidate| Name::new(candidate.deployment.as_str())).collect(),
        behind: ids(behind),
        tried: ids(tried),
        handling_floor: (shape.floor != Handling::D).then(|| Name::new(shape.floor.name())),
        meters: meters.collect(),
        declared: declaration(&incoming.app.declared),
        narrowed: Narrowing::ALL.iter().filter(|by| says(by)).map(|by| Name::new(by.member())).collect(),
        stream: shape.stream,
        tools: shape.tools,
        is_cut: false,
    }
    .bounded()
}

/// What an app says of itself, as a record keeps it.
pub(crate) fn declaration(declared: &Declared) -> Declaration {
    let names = |words: &BTreeSet<String>| words.iter().map(Name::new).collect::<Vec<_>>();
    Declaration {
        subjects: declared.subjects.as_ref().map(names),
        purpose: declared.purpose.as_ref().map(names),
        audience: declared.audience.as_ref().map(names),
        legal_basis: declared.legal_basis.as_ref().map(Name::new),
        consent: declared.consent.is_some(),
        art9_exception: declared.art9_exception.as_ref().map(Name::new),
        dpia_approved: declared.dpia_approved,
        programmes: names(&declared.programmes),
        important: declared.important.iter().map(|class| Name::new(class.name())).collect(),
    }
}
