//! The order in which an app's candidates are tried: what answers before what does not, then the app's strategy.
//!
//! Policy comes first: of the candidates in this order it takes those that lose least, whatever the order.

use std::time::Duration;

use types::DeploymentId;

use crate::{Availability, Candidate, Health};

/// How an app orders the candidates that policy finds equal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Strategy {
    /// As they are listed.
    #[default]
    Listed,
    /// By chance, each with its weight.
    Weighted,
    /// By the mean time to an answer; who never answered comes first, to be measured.
    Latency,
    /// By price; who has none comes last.
    Cost,
}

/// Orders candidates. `draw` is a random number, for [`Strategy::Weighted`]. Gives those that stand behind the others because they
/// failed lately.
pub fn order(
    candidates: &mut Vec<Candidate>,
    strategy: Strategy,
    health: &Health,
    now: Duration,
    draw: u64,
) -> Vec<DeploymentId> {
    match strategy {
        Strategy::Listed => {}
        Strategy::Weighted => shuffle(candidates, draw),
        Strategy::Latency => {
            candidates.sort_by_key(|candidate| health.latency(&candidate.deployment).unwrap_or_default());
        }
        Strategy::Cost => by_price(candidates),
    }
    let is_open =
        |candidate: &Candidate| health.availability(&candidate.deployment, now) == Availability::Open;
    let behind: Vec<DeploymentId> = candidates
        .iter()
        .filter(|candidate| is_open(candidate))
        .map(|candidate| candidate.deployment.clone())
        .collect();
    candidates.sort_by_key(|candidate| behind.contains(&candidate.deployment));
    behind
}

/// The cheapest first; whose price is not known last, as listed.
pub fn by_price(candidates: &mut [Candidate]) {
    candidates.sort_by_key(|candidate| candidate.price.unwrap_or(u64::MAX));
}

/// Draws without putting back, each in proportion to its weight.
fn shuffle(candidates: &mut Vec<Candidate>, mut draw: u64) {
    let mut left = std::mem::take(candidates);
    while !left.is_empty() {
        // A weight of nought means "only when no other is left".
        let total: u64 = left.iter().map(|candidate| u64::from(candidate.weight)).sum();
        draw = draw.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let mut point = (draw >> 33).checked_rem(total).unwrap_or(0);
        let at = left.iter().position(|candidate| {
            let weight = u64::from(candidate.weight);
            let is_hit = point < weight;
            point = point.saturating_sub(weight);
            is_hit
        });
        candidates.push(left.remove(at.unwrap_or(0)));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn candidate(id: &str, weight: u32, price: Option<u64>) -> Candidate {
        Candidate {
            deployment: DeploymentId::new(id),
            provider: id.to_owned(),
            on_premises: false,
            model: "m".to_owned(),
            weight,
            price,
        }
    }

    fn ordered(mut candidates: Vec<Candidate>, strategy: Strategy, health: &Health, draw: u64) -> String {
        order(&mut candidates, strategy, health, Duration::from_secs(1), draw);
        candidates.iter().map(|candidate| candidate.deployment.as_str()).collect()
    }

    #[test]
    fn weights_are_kept_over_many_draws() {
        let mut first = std::collections::BTreeMap::new();
        for draw in 0..10_000_u64 {
            let candidates = vec![candidate("a", 3, None), candidate("b", 1, None), candidate("c", 0, None)];
            let order = ordered(
                candidates,
                Strategy::Weighted,
                &Health::default(),
                draw.wrapping_mul(0x9E37_79B9_7F4A_7C15),
            );
            assert!(order.ends_with('c'), "{order}");
            *first.entry(order.chars().next()).or_insert(0) += 1;
        }
        assert!((7_300..7_700).contains(&first[&Some('a')]), "{first:?}");
    }

    #[test]
    fn cost_and_latency_order_and_who_fails_comes_last() {
        let health = Health::default();
        let all = || vec![candidate("a", 1, None), candidate("b", 1, Some(9)), candidate("c", 1, Some(3))];
        assert_eq!(ordered(all(), Strategy::Cost, &health, 0), "cba");
        assert_eq!(ordered(all(), Strategy::Listed, &health, 0), "abc");
        health.answered(&DeploymentId::new("a"), Duration::from_secs(3));
        health.answered(&DeploymentId::new("b"), Duration::from_secs(1));
        assert_eq!(ordered(all(), Strategy::Latency, &health, 0), "cba");
        for _ in 0..5 {
            health.failed(&DeploymentId::new("c"), Duration::from_secs(1));
        }
        assert_eq!(ordered(all(), Strategy::Cost, &health, 0), "bac");
        let behind = order(&mut all(), Strategy::Cost, &health, Duration::from_secs(1), 0);
        assert_eq!(behind, [DeploymentId::new("c")]);
    }
}
