//! Choosing among candidates: who refuses nothing and loses least.

use std::collections::BTreeMap;

use types::{DataClass, Refusal, Treatment, Verdict};

use crate::Decision;

/// What a verdict costs, compared in this order: refused, redacted, pseudonymised findings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Loss {
    refused: u64,
    redacted: u64,
    pseudonymised: u64,
}

impl Loss {
    fn of(verdict: &Verdict, classes: &BTreeMap<DataClass, u32>) -> Self {
        let count = |wanted: Treatment| {
            classes
                .iter()
                .filter(|(class, _)| verdict.treatment(**class) == wanted)
                .map(|(_, count)| u64::from(*count))
                .sum()
        };
        Self {
            refused: count(Treatment::Refuse),
            redacted: count(Treatment::Redact),
            pseudonymised: count(Treatment::Pseudonymise),
        }
    }
}

/// The best of the verdicts, given in the app's order; of equal ones the first.
pub(crate) fn best<E>(
    verdicts: impl Iterator<Item = Result<Verdict, E>>,
    classes: &BTreeMap<DataClass, u32>,
) -> Result<Decision, E> {
    let mut best: Option<(Loss, Verdict)> = None;
    let mut refusal = Refusal { classes: Vec::new(), reasons: Vec::new() };
    for verdict in verdicts {
        let verdict = verdict?;
        let loss = Loss::of(&verdict, classes);
        if loss.refused > 0 {
            note_refusal(&mut refusal, verdict);
        } else if best.as_ref().is_none_or(|(least, _)| loss < *least) {
            best = Some((loss, verdict));
        }
    }
    Ok(match best {
        Some((_, verdict)) => Decision::Send(verdict),
        None => Decision::Refuse(refusal),
    })
}

fn note_refusal(refusal: &mut Refusal, verdict: Verdict) {
    for reason in verdict.reasons.into_iter().filter(|reason| reason.treatment == Treatment::Refuse) {
        if let Some(class) = reason.class
            && !refusal.classes.contains(&class)
        {
            refusal.classes.push(class);
        }
        refusal.reasons.push(reason);
    }
}
