//! Which conversation a request belongs to, and so the scope of its surrogates.
//!
//! An explicit id wins. Without one the scope is a keyed digest of the opening (app, first user turn), which every later
//! turn repeats. A client that trims its history from the front no longer repeats the opening; so a bounded index in
//! memory remembers pairs of neighbouring turns (first user turn that is left, and the answer after it), by keyed digest,
//! and finds the scope again. The index holds digests only, and losing it costs nothing but new surrogates for a
//! trimmed conversation.
//!
//! A pair that two conversations share leads nowhere: linking two conversations is worse than a new surrogate.

use std::ops::Range;

use moka::sync::Cache;
use types::{Role, Scope, ScopeKey, Segment};
use wire::Turn;

type TurnDigest = [u8; 32];

/// Remembers which turns belong to which scope. Bounded; shared by all exchanges.
#[derive(Clone)]
pub struct Conversations {
    openings: Cache<TurnDigest, ()>,
    pairs: Cache<TurnDigest, Option<Scope>>,
}

impl std::fmt::Debug for Conversations {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Conversations(..)")
    }
}

impl Default for Conversations {
    fn default() -> Self {
        Self::new(100_000)
    }
}

impl Conversations {
    /// An index of at most this many turns.
    pub fn new(turns_max: u64) -> Self {
        Self { openings: Cache::new(turns_max), pairs: Cache::new(turns_max) }
    }

    /// The scope of a request. `key` is the app's own, so two apps never share a scope.
    pub fn scope(
        &self,
        key: &ScopeKey,
        explicit: Option<&str>,
        turns: &[Turn],
        segments: &[Segment<'_>],
    ) -> Scope {
        if let Some(id) = explicit {
            return veil::scope_from(key, &[b"conversation", id.as_bytes()]);
        }
        let Some(first) = first_user(turns) else { return own_scope(key, turns, segments) };
        let opening = turn_digest(key, turns.get(first), segments);
        let own = own_scope(key, turns, segments);
        let Some(pair) = pair_digest(key, turns, first, segments) else {
            self.openings.insert(opening, ());
            return own;
        };
        let scope = match self.pairs.get(&pair).flatten() {
            Some(known) if !self.openings.contains_key(&opening) => known,
            _ => own,
        };
        self.remember(pair, scope);
        if let Some(last) = turns.iter().rposition(|turn| turn.role == Role::User)
            && let Some(before) =
                turns.get(..last).and_then(|earlier| earlier.iter().rposition(|turn| turn.role == Role::User))
            && let Some(pair) = pair_digest(key, turns, before, segments)
        {
            self.remember(pair, scope);
        }
        scope
    }

    fn remember(&self, pair: TurnDigest, scope: Scope) {
        match self.pairs.get(&pair) {
            None => self.pairs.insert(pair, Some(scope)),
            Some(Some(known)) if known != scope => self.pairs.insert(pair, None),
            Some(_) => {}
        }
    }
}

/// The scope that a request has by itself, without what is remembered of others: by its opening, or by all of it.
pub(crate) fn own_scope(key: &ScopeKey, turns: &[Turn], segments: &[Segment<'_>]) -> Scope {
    match first_user(turns) {
        Some(first) => {
            let opening = turn_digest(key, turns.get(first), segments);
            veil::scope_from(key, &[b"opening", &opening])
        }
        None => veil::scope_from(key, &[b"call", &whole(key, segments)]),
    }
}

fn first_user(turns: &[Turn]) -> Option<usize> {
    turns.iter().position(|turn| turn.role == Role::User)
}

fn pair_digest(key: &ScopeKey, turns: &[Turn], user: usize, segments: &[Segment<'_>]) -> Option<TurnDigest> {
    let answer = turns.get(user + 1).filter(|turn| turn.role == Role::Assistant)?;
    let first = turn_digest(key, turns.get(user), segments);
    let second = turn_digest(key, Some(answer), segments);
    Some(veil::scope_from(key, &[b"pair", &first, &second]).0)
}

fn turn_digest(key: &ScopeKey, turn: Option<&Turn>, segments: &[Segment<'_>]) -> TurnDigest {
    let range: Range<usize> = turn.map_or(0..0, |turn| turn.segments.clone());
    whole(key, segments.get(range).unwrap_or_default())
}

fn whole(key: &ScopeKey, segments: &[Segment<'_>]) -> TurnDigest {
    let parts: Vec<&[u8]> = segments.iter().map(|segment| segment.text.as_bytes()).collect();
    veil::scope_from(key, &parts).0
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::borrow::Cow;
    use types::SegmentKind;

    fn scope(index: &Conversations, turns: &[(Role, &str)]) -> Scope {
        let segments: Vec<Segment<'_>> = turns
            .iter()
            .map(|(role, text)| Segment {
                text: Cow::Borrowed(*text),
                role: *role,
                kind: SegmentKind::Text,
                key: None,
            })
            .collect();
        let turns: Vec<Turn> = turns
            .iter()
            .enumerate()
            .map(|(at, (role, _))| Turn { role: *role, segments: at..at + 1 })
            .collect();
        index.scope(&ScopeKey::new([7; 32]), None, &turns, &segments)
    }

    const CHAT: [(Role, &str); 6] = [
        (Role::User, "I am Ilse"),
        (Role::Assistant, "Hello Ilse"),
        (Role::User, "and what now"),
        (Role::Assistant, "now we go on with the second part"),
        (Role::User, "thanks"),
        (Role::Assistant, "welcome"),
    ];

    #[test]
    fn every_turn_of_a_conversation_has_the_scope_of_its_opening() {
        let index = Conversations::default();
        let first = scope(&index, &CHAT[..1]);
        assert_eq!(first, scope(&index, &CHAT[..3]));
        assert_eq!(first, scope(&index, &CHAT[..5]));
    }

    #[test]
    fn a_history_trimmed_from_the_front_keeps_its_scope() {
        let index = Conversations::default();
        let first = scope(&index, &CHAT[..1]);
        scope(&index, &CHAT[..3]);
        scope(&index, &CHAT[..5]);
        assert_eq!(first, scope(&index, &CHAT[2..5]));
        let mut longer = CHAT[2..].to_vec();
        longer.push((Role::User, "more"));
        assert_eq!(first, scope(&index, &longer));
        longer.push((Role::Assistant, "here is more"));
        longer.push((Role::User, "and more"));
        assert_eq!(first, scope(&index, &longer[2..]));
    }

    #[test]
    fn conversations_with_other_openings_share_nothing_even_where_turns_are_alike() {
        let index = Conversations::default();
        let one = scope(
            &index,
            &[
                (Role::User, "a"),
                (Role::Assistant, "b"),
                (Role::User, "hi"),
                (Role::Assistant, "ho"),
                (Role::User, "x"),
            ],
        );
        let two = scope(&index, &[(Role::User, "hi")]);
        assert_ne!(one, two);
        assert_eq!(two, scope(&index, &[(Role::User, "hi"), (Role::Assistant, "ho"), (Role::User, "y")]));
    }

    #[test]
    fn an_explicit_id_wins() {
        let index = Conversations::default();
        let key = ScopeKey::new([7; 32]);
        assert_eq!(index.scope(&key, Some("c1"), &[], &[]), index.scope(&key, Some("c1"), &[], &[]));
        assert_ne!(index.scope(&key, Some("c1"), &[], &[]), index.scope(&key, Some("c2"), &[], &[]));
    }
}
