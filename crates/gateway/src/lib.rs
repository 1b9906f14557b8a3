//! `gateway`: listeners, routes, app keys, limits, keyring.
