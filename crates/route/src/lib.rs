//! `route`: model name to candidate deployments in order.
