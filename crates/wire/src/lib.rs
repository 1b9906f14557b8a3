//! `wire`: body bytes to segments and back in place, stream bytes to lanes and back.
