//! Provider facts: who they are, where they are reached, how a key travels, which models they serve.
//!
//! Promises: a loaded registry is checked whole (unknown members, missing surfaces, bad base URLs are refused with file,
//! line and column), and a host is pinned per surface. It leaves HTTP, SQL and deciding to others.
//!
//! Facts on data handling, law tables and the model catalogue join here; the face stays: values in, checked values out.
//!
//! Invariant: every surface of a provider has an origin of its own, and nothing but that origin may get the provider's key
//! (test `a_surface_has_exactly_one_origin`).

mod load;
mod origin;
mod provider;
mod standing;

pub use load::{BUILTIN, Registry, RegistryError, RegistryFile};
pub use origin::Origin;
pub use provider::{KeyHeader, Provider, Surface};
pub use standing::{Day, Doubt, Handling, Standing};
