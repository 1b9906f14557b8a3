//! The rows of the ledger: written in groups, looked up, and read back as they are.
//!
//! Functions over a connection, each one statement or one group; who runs them, and in which transaction, is the business
//! of the writer and the readers.

use ledger::{Copies, Digest, Head, Kind, LEAF_BYTES_MAX, Receipt, Record, Tree, leaf_hash};
use rusqlite::types::{Value, ValueRef};
use rusqlite::{Connection, OptionalExtension, params_from_iter};
use store::{RecordQuery, StoreError, StoredLeaf, StoredRecord};

use crate::errors::while_trying;
use crate::options::{ANSWER_BYTES_MAX, ANSWER_ROWS_MAX};

/// A record on its way into the ledger.
#[derive(Debug)]
pub(crate) struct Row {
    pub(crate) leaf: Vec<u8>,
    leaf_hash: Digest,
    copies: Copies,
}

impl Row {
    /// The row of `record`. Spelling and hashing happen here, in the thread that asks, not in the writer's.
    pub(crate) fn of(record: &Record) -> Result<Self, StoreError> {
        let leaf = record.leaf()?;
        Ok(Self { leaf_hash: leaf_hash(&leaf), leaf, copies: Copies::of(record) })
    }
}

/// Adds rows behind the last one, to the table and to `tree`, and writes the head. In the transaction of the caller,
/// which also throws `tree` away when the commit fails.
pub(crate) fn append<'a>(
    connection: &Connection,
    tree: &mut Tree,
    rows: impl Iterator<Item = &'a Row>,
) -> rusqlite::Result<Vec<Receipt>> {
    let size_before = tree.size();
    let mut insert = connection.prepare_cached(
        "INSERT INTO ledger (idx, time_ms, kind, app, exchange, leaf_hash, root, leaf)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
    )?;
    let mut receipts = Vec::with_capacity(rows.size_hint().0);
    for row in rows {
        let index = tree.size();
        tree.append(row.leaf_hash);
        insert.execute((
            whole(index),
            whole(row.copies.time_ms),
            &row.copies.kind,
            &row.copies.app,
            &row.copies.exchange,
            row.leaf_hash.0,
            tree.root().0,
            &row.leaf,
        ))?;
        receipts.push(Receipt { index, leaf_hash: row.leaf_hash });
    }
    let mut update = connection.prepare_cached(
        "UPDATE ledger_head SET size = ?1, root = ?2, peaks = ?3 WHERE one = 1 AND size = ?4",
    )?;
    let peaks: Vec<u8> = tree.peaks().iter().flat_map(|peak| peak.0).collect();
    let changed = update.execute((whole(tree.size()), tree.root().0, peaks, whole(size_before)))?;
    if changed == 1 { Ok(receipts) } else { Err(rusqlite::Error::StatementChangedRows(changed)) }
}

/// The tree as it was kept. Makes the row of a new ledger. Refuses a head that does not fit itself or the last row: that
/// is all that is verified at the start, so that a long ledger opens as fast as a short one.
pub(crate) fn load_tree(connection: &Connection) -> Result<Tree, StoreError> {
    let failed = while_trying("read the head of the ledger");
    let damaged = |what: &str| StoreError::Damaged { what: what.to_owned() };
    connection
        .execute(
            "INSERT INTO ledger_head (one, size, root, peaks) VALUES (1, 0, ?1, x'') ON CONFLICT (one) DO NOTHING",
            [Tree::new().root().0],
        )
        .map_err(&failed)?;
    let (size, root, peaks): (u64, [u8; 32], Vec<u8>) = connection
        .query_row("SELECT size, root, peaks FROM ledger_head", (), |row| {
            Ok((row.get(0)?, row.get(1)?, row.get(2)?))
        })
        .map_err(&failed)?;
    let (peaks, rest) = peaks.as_chunks::<32>();
    let peaks: Vec<_> = peaks.iter().map(|peak| Digest(*peak)).collect();
    let tree = Tree::from_peaks(size, peaks).filter(|tree| rest.is_empty() && tree.root().0 == root);
    let tree = tree.ok_or_else(|| damaged("the head of the ledger does not fit its tree"))?;

    let last = leaves(connection, size.saturating_sub(1), 2)?;
    match last.as_slice() {
        [] if size == 0 => Ok(tree),
        [last]
            if last.index + 1 == size && last.root.0 == root && leaf_hash(&last.leaf) == last.leaf_hash =>
        {
            Ok(tree)
        }
        _ => Err(damaged("the last record of the ledger is not the one of its head")),
    }
}

/// Size and root as kept.
pub(crate) fn head(connection: &Connection) -> Result<Head, StoreError> {
    let kept: Option<(u64, [u8; 32])> = connection
        .prepare_cached("SELECT size, root FROM ledger_head")
        .and_then(|mut select| select.query_row((), |row| Ok((row.get(0)?, row.get(1)?))).optional())
        .map_err(while_trying("read the head of the ledger"))?;
    Ok(kept.map_or_else(|| Tree::new().head(), |(size, root)| Head { size, root: Digest(root) }))
}

/// Leaves from index `from` on, in the order of their index, as they are. From 0 on: all rows, also those with an index that
/// no record has, so that verification sees them.
pub(crate) fn leaves(connection: &Connection, from: u64, limit: u32) -> Result<Vec<StoredLeaf>, StoreError> {
    let failed = while_trying("read the ledger");
    let mut select = connection
        .prepare_cached(
            "SELECT idx, leaf, leaf_hash, root, kind, app, exchange, time_ms FROM ledger
             WHERE idx >= ?1 ORDER BY idx LIMIT ?2",
        )
        .map_err(&failed)?;
    let from = if from == 0 { i64::MIN } else { whole(from) };
    let mut rows = select.query((from, limit.min(ANSWER_ROWS_MAX))).map_err(&failed)?;
    let mut leaves = Vec::new();
    let mut bytes = 0;
    while bytes < ANSWER_BYTES_MAX
        && let Some(row) = rows.next().map_err(&failed)?
    {
        let leaf = leaf_of(row).map_err(&failed)?;
        bytes += leaf.leaf.len();
        leaves.push(leaf);
    }
    Ok(leaves)
}

fn leaf_of(row: &rusqlite::Row<'_>) -> rusqlite::Result<StoredLeaf> {
    let text = |column| bytes_of(row, column).map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
    let name = |column| match row.get_ref(column)? {
        ValueRef::Null => Ok(None),
        _ => text(column).map(Some),
    };
    Ok(StoredLeaf {
        index: row.get::<_, i64>(0)?.try_into().unwrap_or(u64::MAX),
        leaf: bytes_of(row, 1)?,
        leaf_hash: digest_of(row, 2)?,
        root: digest_of(row, 3)?,
        copies: Some(Copies {
            kind: text(4)?,
            app: name(5)?,
            exchange: name(6)?,
            time_ms: row.get::<_, i64>(7)?.try_into().unwrap_or(u64::MAX),
        }),
    })
}

/// Records that match, the newest first.
///
/// By time and then by index, not by index alone: then each condition is a range of one of the indices of the table, and
/// a page costs its length, however long the ledger is.
pub(crate) fn recent(connection: &Connection, query: &RecordQuery) -> Result<Vec<StoredRecord>, StoreError> {
    let failed = while_trying("look up records");
    let (source, first) = match (&query.exchange, &query.app, query.kind) {
        (Some(exchange), ..) => ("ledger_by_exchange", Some(("exchange = ?", exchange.as_str()))),
        (None, Some(app), _) => ("ledger_by_app", Some(("app = ?", app.as_str()))),
        (None, None, Some(Kind::Refusal)) => ("ledger_refusals", None),
        (None, None, _) => ("ledger_by_time", None),
    };
    let mut sql = format!("SELECT idx, leaf_hash, leaf FROM ledger INDEXED BY {source} WHERE true");
    let mut values = Vec::new();
    let mut and = |condition: &str, value: Option<Value>| {
        sql.push_str(" AND ");
        sql.push_str(condition);
        values.extend(value);
    };
    if let Some((condition, name)) = first {
        and(condition, Some(Value::Text(name.to_owned())));
    }
    if let (Some(_), Some(app)) = (&query.exchange, &query.app) {
        and("app = ?", Some(Value::Text(app.as_str().to_owned())));
    }
    match query.kind {
        // As a word, not a parameter: only so the index of refusals serves it.
        Some(Kind::Refusal) => and("kind = 'refusal'", None),
        Some(kind) => and("kind = ?", Some(Value::Text(kind.name().to_owned()))),
        None => {}
    }
    if let Some(since_ms) = query.since_ms {
        and("time_ms >= ?", Some(Value::Integer(whole(since_ms))));
    }
    if let Some(until_ms) = query.until_ms {
        and("time_ms < ?", Some(Value::Integer(whole(until_ms))));
    }
    if let Some(before) = query.before {
        let Some(time_ms) = time_of(connection, before)? else { return Ok(Vec::new()) };
        and("(time_ms, idx) < (?, ?)", Some(Value::Integer(time_ms)));
        values.push(Value::Integer(whole(before)));
    }
    sql.push_str(" ORDER BY time_ms DESC, idx DESC LIMIT ?");
    values.push(Value::Integer(query.limit.min(ANSWER_ROWS_MAX).into()));

    let mut select = connection.prepare_cached(&sql).map_err(&failed)?;
    let mut rows = select.query(params_from_iter(values)).map_err(&failed)?;
    let mut records = Vec::new();
    let mut bytes = 0;
    while bytes < ANSWER_BYTES_MAX
        && let Some(row) = rows.next().map_err(&failed)?
    {
        let index = row.get(0).map_err(&failed)?;
        let leaf = bytes_of(row, 2).map_err(&failed)?;
        bytes += leaf.len();
        let record = Record::parse(&leaf).map_err(|error| StoreError::Damaged {
            what: format!("record {index} of the ledger cannot be read: {error}"),
        })?;
        let leaf_hash = digest_of(row, 1).map_err(&failed)?;
        records.push(StoredRecord { index, leaf_hash, record });
    }
    Ok(records)
}

fn time_of(connection: &Connection, index: u64) -> Result<Option<i64>, StoreError> {
    connection
        .query_row("SELECT time_ms FROM ledger WHERE idx = ?1", [whole(index)], |row| row.get(0))
        .optional()
        .map_err(while_trying("look up records"))
}

/// Bytes of a column, whatever somebody put there; of one that is longer than a leaf, one byte more than a leaf has.
fn bytes_of(row: &rusqlite::Row<'_>, column: usize) -> rusqlite::Result<Vec<u8>> {
    let value = row.get_ref(column)?;
    let bytes = value.as_bytes_or_null().ok().flatten().unwrap_or_default();
    Ok(bytes.iter().copied().take(LEAF_BYTES_MAX + 1).collect())
}

/// A digest, or that of zeros where the column holds none: verification then finds the row.
fn digest_of(row: &rusqlite::Row<'_>, column: usize) -> rusqlite::Result<Digest> {
    bytes_of(row, column).map(|bytes| bytes.try_into().map(Digest).unwrap_or_default())
}

/// Numbers of ours stay far below 2^63.
fn whole(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}
