//! The tagger with the weights that are shipped, read when it is first asked for.
//!
//! The weights lie in `models/`, each with a card that says what it was made of and under which licence: those for Chinese,
//! Japanese and Korean are under CC BY-SA 4.0, the others under CC BY 4.0.

use std::sync::{Arc, OnceLock};

use detect::tagger::{Tagger, Weights};

use crate::failure::Failure;

const LATIN: &[u8] = include_bytes!("../../../models/latin/weights.bin");
const CJK: &[u8] = include_bytes!("../../../models/cjk/weights.bin");

/// The tagger, made once.
///
/// # Errors
/// Only if the shipped weights are wrong, which a test rules out.
pub(crate) fn tagger() -> Result<Arc<Tagger>, Failure> {
    static TAGGER: OnceLock<Arc<Tagger>> = OnceLock::new();
    if let Some(tagger) = TAGGER.get() {
        return Ok(Arc::clone(tagger));
    }
    let read = |bytes| Weights::from_static(bytes).map_err(|error| Failure::Unavailable(error.to_string()));
    let tagger = Tagger::new(read(LATIN)?, Some(read(CJK)?));
    Ok(Arc::clone(TAGGER.get_or_init(|| Arc::new(tagger))))
}
