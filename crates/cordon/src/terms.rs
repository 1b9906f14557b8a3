//! Exact terms on their way into the store and out of it: one sealed record each.
//!
//! The id of a term is a keyed digest of app, label and term, so that adding the same one twice leaves one, and the id tells
//! nothing. Those that come from a `terms_file` have ids of their own kind: what is taken out of the file goes out of the
//! store with the next start or reload.

use std::collections::BTreeSet;
use std::path::Path;

use detect::{ExactTerms, exact_term_entity};
use futures_util::future::try_join_all;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use store::{RootKey, SealContext, Sealer, StoreError, TermRecord, TermStore};
use types::{AppName, Original};
use zeroize::Zeroizing;

use crate::failure::Failure;
use crate::state::StateError;
use crate::{files, world};

/// What sealed terms are bound to, beside app and id.
pub(crate) const PURPOSE: &str = "exact-term";

/// Most terms that are written at the same time.
const AT_ONCE: usize = 512;

/// Where a term came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Origin {
    /// Somebody added it.
    Added,
    /// It stands in the app's `terms_file`.
    File,
}

impl Origin {
    const fn prefix(self) -> &'static str {
        match self {
            Self::Added => "term_",
            Self::File => "file_",
        }
    }

    /// Where the term with this id came from.
    pub(crate) fn of(id: &str) -> Self {
        if id.starts_with(Self::File.prefix()) { Self::File } else { Self::Added }
    }
}

/// A term with its label.
#[derive(Debug, Clone)]
pub(crate) struct Term {
    /// What people call it; also the entity, where it names one. May be empty.
    pub(crate) label: String,
    /// The term.
    pub(crate) text: Original,
}

/// Reads a list of terms: one a line, `LABEL<TAB>TERM` or just the term; empty lines and lines that begin with `#` are left
/// out.
pub(crate) fn parse_list(text: &str, label: Option<&str>) -> Vec<Term> {
    text.lines()
        .map(str::trim_end)
        .filter(|line| !line.trim().is_empty() && !line.starts_with('#'))
        .map(|line| {
            let (named, term) = line.split_once('\t').unwrap_or(("", line));
            let label = if named.trim().is_empty() { label.unwrap_or_default() } else { named.trim() };
            Term { label: label.to_owned(), text: Original::new(term.trim()) }
        })
        .collect()
}

/// Seals terms and keeps them. Gives the ids.
///
/// # Errors
/// A term that cannot be matched, or a store that does not take it.
pub(crate) async fn keep(
    store: &dyn TermStore,
    root: &RootKey,
    app: &AppName,
    terms: &[Term],
    origin: Origin,
) -> Result<Vec<String>, Failure> {
    check(terms)?;
    let sealer = Sealer::new(root);
    let mut ids = Vec::with_capacity(terms.len());
    for some in terms.chunks(AT_ONCE) {
        let mut puts = Vec::with_capacity(some.len());
        for term in some {
            let id = id_of(root, app, term, origin);
            let context = SealContext { purpose: PURPOSE, app, id: &id };
            let sealed = sealer
                .seal(context, term.text.expose().as_bytes(), world::random()?)
                .map_err(|error| Failure::Usage(error.to_string()))?;
            puts.push(store.put(TermRecord {
                id: id.clone(),
                app: app.clone(),
                label: term.label.clone(),
                sealed,
                created_ms: world::now_unix_ms(),
            }));
            ids.push(id);
        }
        try_join_all(puts).await.map_err(StateError::Store)?;
    }
    Ok(ids)
}

/// Reads the terms of a file, and whether all of them can be matched.
///
/// # Errors
/// A file that is not kept like a secret, or a term that cannot be matched.
pub(crate) fn read_file(path: &Path) -> Result<Vec<Term>, Failure> {
    let terms = parse_list(&files::read_secret("the terms file", path)?, None);
    check(&terms)?;
    Ok(terms)
}

/// Makes the terms of a file those that are kept of it. Gives how many there are.
///
/// # Errors
/// As [`keep`].
pub(crate) async fn follow(
    store: &dyn TermStore,
    root: &RootKey,
    app: &AppName,
    terms: &[Term],
) -> Result<usize, Failure> {
    let known = store.terms(app.clone()).await.map_err(StateError::Store)?;
    let known: BTreeSet<String> = known.into_iter().map(|term| term.id).collect();
    let wanted: BTreeSet<String> = terms.iter().map(|term| id_of(root, app, term, Origin::File)).collect();
    let new: Vec<Term> =
        terms.iter().filter(|term| !known.contains(&id_of(root, app, term, Origin::File))).cloned().collect();
    keep(store, root, app, &new, Origin::File).await?;
    for gone in known.iter().filter(|id| Origin::of(id) == Origin::File && !wanted.contains(*id)) {
        store.remove(app.clone(), gone.clone()).await.map_err(StateError::Store)?;
    }
    Ok(wanted.len())
}

/// Opens a sealed term.
///
/// # Errors
/// Where it was sealed under another root key, or changed.
pub(crate) fn opened(root: &RootKey, record: &TermRecord) -> Result<Original, Failure> {
    let context = SealContext { purpose: PURPOSE, app: &record.app, id: &record.id };
    let plain = Sealer::new(root).open(context, &record.sealed).map_err(|error| {
        Failure::State(StateError::Store(StoreError::Damaged {
            what: format!("term {}: {error}", record.id),
        }))
    })?;
    let text = Zeroizing::new(String::from_utf8_lossy(plain.expose()).into_owned());
    Ok(Original::new(text.as_str()))
}

/// The automaton over all terms of an app that are kept.
///
/// # Errors
/// As [`opened`].
pub(crate) async fn exact(
    store: &dyn TermStore,
    root: &RootKey,
    app: &AppName,
) -> Result<Option<ExactTerms>, Failure> {
    automaton(root, &store.terms(app.clone()).await.map_err(StateError::Store)?)
}

/// The automaton over these terms; `None` where there are none.
///
/// # Errors
/// As [`opened`].
pub(crate) fn automaton(root: &RootKey, records: &[TermRecord]) -> Result<Option<ExactTerms>, Failure> {
    if records.is_empty() {
        return Ok(None);
    }
    let terms: Vec<Term> = records
        .iter()
        .map(|record| Ok(Term { label: record.label.clone(), text: opened(root, record)? }))
        .collect::<Result<_, Failure>>()?;
    check(&terms).map(Some)
}

/// Whether all terms can be matched; the message names the place of the one that cannot, never the term.
fn check(terms: &[Term]) -> Result<ExactTerms, Failure> {
    let all = terms.iter().map(|term| {
        (exact_term_entity(Some(term.label.as_str()).filter(|label| !label.is_empty())), term.text.clone())
    });
    ExactTerms::new(all).map_err(|error| Failure::Usage(format!("cannot {error}")))
}

fn id_of(root: &RootKey, app: &AppName, term: &Term, origin: Origin) -> String {
    let key = root.derive("term-id");
    let mut id = String::from(origin.prefix());
    // HMAC takes keys of every length; where it did not, the id would be short and the store would refuse the second one.
    if let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(key.expose()) {
        for part in [app.as_str(), &term.label, term.text.expose()] {
            mac.update(&u64::try_from(part.len()).unwrap_or(u64::MAX).to_be_bytes());
            mac.update(part.as_bytes());
        }
        for byte in mac.finalize().into_bytes().iter().take(12) {
            id.push_str(&format!("{byte:02x}"));
        }
    }
    id
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check_list(text: &str, label: Option<&str>, expected: &[(&str, &str)]) {
        let terms = parse_list(text, label);
        let read: Vec<(&str, &str)> =
            terms.iter().map(|term| (term.label.as_str(), term.text.expose())).collect();
        assert_eq!(read, expected);
    }

    #[test]
    fn a_list_has_a_term_a_line_with_or_without_its_label() {
        check_list(
            "Heron\nPROJECT\tBlue Kite\n\n# no\n  \n",
            None,
            &[("", "Heron"), ("PROJECT", "Blue Kite")],
        );
        check_list("Heron\r\nX\tKite\n", Some("CODE"), &[("CODE", "Heron"), ("X", "Kite")]);
    }

    #[test]
    fn the_same_term_has_one_id_and_the_id_tells_nothing() {
        let id = |root: u8, app: &str, label: &str, text: &str| {
            let term = Term { label: label.to_owned(), text: Original::new(text) };
            id_of(&RootKey::new([root; 32]), &AppName::new(app), &term, Origin::Added)
        };
        assert_eq!(id(1, "a", "L", "Heron"), id(1, "a", "L", "Heron"));
        let others = [id(2, "a", "L", "Heron"), id(1, "b", "L", "Heron"), id(1, "a", "LH", "eron")];
        assert!(others.iter().all(|other| *other != id(1, "a", "L", "Heron")));
    }
}
