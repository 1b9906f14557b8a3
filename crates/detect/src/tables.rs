//! Tables in a text: which header stands over a value, and where the cell around it begins and ends.
//!
//! Known are lines with a header over them (separated by comma, semicolon, tab or bar: CSV, TSV, Markdown, the output of
//! database clients) and `INSERT … (columns) VALUES (…), (…)`. A header is a line of short labels above a line with at least
//! as many separators. Promises: linear time; nothing is kept for each row, so that a table of a gigabyte costs what its
//! header costs; cells are looked up from the last one, from the start of their line, or from a mark.

use std::sync::LazyLock;

use memchr::memmem::Finder;
use types::ByteSpan;

use crate::edges;

/// Longest line that can be a header, longest label in it, and most columns.
const HEADER_BYTES_MAX: usize = 2048;
const LABEL_BYTES_MAX: usize = 48;
const COLUMNS_MAX: usize = 256;
/// How far from the start of its row a cell is looked for, and how far a quoted cell reaches, in bytes.
const ROW_BYTES_MAX: usize = 8 * 1024;
/// How far apart the marks in the rows of a statement stand, at least, in bytes.
const MARK_BYTES: usize = 4 * 1024;

/// How the cells of a table are separated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    /// By this byte, rows by line ends.
    Lines(u8),
    /// As values of a statement, rows in parentheses.
    Values,
}

/// A table: its header and where its rows stand.
#[derive(Debug)]
pub(crate) struct Table {
    form: Form,
    /// The labels, without white space and quotation marks.
    pub(crate) header: Vec<ByteSpan>,
    rows: ByteSpan,
    /// True when hardly anything but a table looks so: then words outside a cell say nothing about it.
    pub(crate) is_sure: bool,
    /// Starts of some rows of a statement.
    marks: Vec<usize>,
}

/// A cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Cell {
    /// Index of its table.
    pub(crate) table: usize,
    /// Index of its column in the header.
    pub(crate) column: usize,
    /// Where it stands, quotation marks and white space included.
    pub(crate) span: ByteSpan,
}

/// Where reading goes on.
#[derive(Debug, Clone, Copy, Default)]
struct Walk {
    table: usize,
    at: usize,
    column: usize,
    is_in_row: bool,
}

/// The tables of a text.
#[derive(Debug)]
pub(crate) struct Tables<'t> {
    text: &'t str,
    pub(crate) tables: Vec<Table>,
    last: Option<Cell>,
    walk: Walk,
}

impl<'t> Tables<'t> {
    /// The tables of `text`.
    pub(crate) fn of(text: &'t str) -> Self {
        let mut tables = of_lines(text);
        let by_lines = tables.len();
        of_statements(text, &mut tables);
        if tables.len() > by_lines && by_lines > 0 {
            tables.sort_by_key(|table| table.rows.start);
        }
        Self { text, tables, last: None, walk: Walk::default() }
    }

    /// The cell that holds the byte at `at`.
    pub(crate) fn cell_at(&mut self, at: usize) -> Option<Cell> {
        if self.tables.is_empty() {
            return None;
        }
        let holds = |cell: &Cell| cell.span.start <= at && at <= cell.span.end;
        if let Some(last) = self.last.filter(holds) {
            return Some(last);
        }
        let index = self.tables.partition_point(|table| table.rows.start <= at).checked_sub(1)?;
        let table = self.tables.get(index)?;
        if at >= table.rows.end {
            return None;
        }
        let goes_on = self.walk.table == index && self.walk.at <= at && at - self.walk.at <= ROW_BYTES_MAX;
        let mut walk = if goes_on && self.last.is_some() {
            self.walk
        } else {
            Walk { table: index, at: self.row_start(table, at)?, column: 0, is_in_row: false }
        };
        let mut found = None;
        while let Some(cell) = next_cell(self.text, table, &mut walk).filter(|cell| cell.span.start <= at) {
            if holds(&cell) {
                found = Some(cell);
                break;
            }
        }
        (self.last, self.walk) = (found, walk);
        found
    }

    /// True when hardly anything but a table looks like the one of this index.
    pub(crate) fn is_sure(&self, table: usize) -> bool {
        self.tables.get(table).is_some_and(|table| table.is_sure)
    }

    /// The start of the row around `at`, or of one shortly before it.
    fn row_start(&self, table: &Table, at: usize) -> Option<usize> {
        let start = match table.form {
            Form::Lines(_) => {
                let from = at.saturating_sub(ROW_BYTES_MAX).max(table.rows.start);
                let before = self.text.as_bytes().get(from..at)?;
                let line = memchr::memrchr(b'\n', before).map(|line| from + line + 1);
                line.or((from == table.rows.start).then_some(from))?
            }
            Form::Values => {
                let next = table.marks.partition_point(|mark| *mark <= at);
                next.checked_sub(1).and_then(|mark| table.marks.get(mark)).copied()?
            }
        };
        (at - start <= 4 * ROW_BYTES_MAX).then_some(start)
    }

    /// Calls `found` for each cell of a table: its column and its text without white space and quotation marks.
    pub(crate) fn each_cell(&self, index: usize, mut found: impl FnMut(usize, ByteSpan)) {
        let Some(table) = self.tables.get(index) else { return };
        let mut walk = Walk { table: index, at: table.rows.start, column: 0, is_in_row: false };
        while let Some(cell) = next_cell(self.text, table, &mut walk) {
            let span = bare(self.text, cell.span);
            if !span.is_empty() {
                found(cell.column, span);
            }
        }
    }
}

/// The cell at which reading stands.
fn next_cell(text: &str, table: &Table, walk: &mut Walk) -> Option<Cell> {
    let end = match table.form {
        Form::Lines(separator) => line_cell_end(text, table, separator, walk.at)?,
        Form::Values => value_end(text, table, walk)?,
    };
    let column = walk.column.min(table.header.len().saturating_sub(1));
    let cell = Cell { table: walk.table, column, span: ByteSpan::new(walk.at, end) };
    walk.at = end + 1;
    walk.column += 1;
    let ends_row = match table.form {
        Form::Lines(_) => edges::byte(text, end) == b'\n',
        Form::Values => edges::byte(text, end) == b')',
    };
    if ends_row {
        walk.column = 0;
        walk.is_in_row = false;
    }
    Some(cell)
}

/// The end of the cell that begins at `at`. Quoted, it may hold separators and line ends.
fn line_cell_end(text: &str, table: &Table, separator: u8, at: usize) -> Option<usize> {
    if at >= table.rows.end {
        return None;
    }
    let bytes = text.as_bytes().get(..table.rows.end)?;
    let mut from = at;
    if separator != b'|' && edges::byte(text, at) == b'"' {
        let limit = (at + ROW_BYTES_MAX).min(bytes.len());
        let mut closing = at + 1;
        while let Some(mark) = memchr::memchr(b'"', bytes.get(closing..limit)?) {
            closing += mark + 1;
            if bytes.get(closing) != Some(&b'"') {
                from = closing;
                break;
            }
            closing += 1;
        }
    }
    let length = memchr::memchr2(separator, b'\n', bytes.get(from..)?);
    Some(length.map_or(bytes.len(), |length| from + length))
}

/// The end of the next value of a statement; moves `walk` to its start.
fn value_end(text: &str, table: &Table, walk: &mut Walk) -> Option<usize> {
    let bytes = text.as_bytes().get(..table.rows.end)?;
    if !walk.is_in_row {
        let gap = bytes.get(walk.at..)?.iter().take_while(|b| b.is_ascii_whitespace() || **b == b',').count();
        walk.at += gap;
        if bytes.get(walk.at) != Some(&b'(') {
            return None;
        }
        walk.at += 1;
        walk.is_in_row = true;
    }
    let mut at = walk.at;
    let mut depth = 0usize;
    let limit = walk.at + 4 * ROW_BYTES_MAX;
    while let Some(byte) = bytes.get(at).filter(|_| at < limit) {
        match byte {
            b'\'' | b'"' => at = quote_end(bytes, at)?,
            b'(' => depth += 1,
            b')' | b',' if depth == 0 => return Some(at),
            b')' => depth -= 1,
            _ => {}
        }
        at += 1;
    }
    None
}

/// The place of the mark that closes the string that begins at `at`: doubled or behind a backslash it closes nothing.
fn quote_end(bytes: &[u8], at: usize) -> Option<usize> {
    let mark = *bytes.get(at)?;
    let mut from = at + 1;
    loop {
        let next = from + memchr::memchr2(mark, b'\\', bytes.get(from..)?)?;
        if bytes.get(next) == Some(&mark) && bytes.get(next + 1) != Some(&mark) {
            return Some(next);
        }
        from = next + 2;
    }
}

/// Lines of labels over lines with as many separators.
fn of_lines(text: &str) -> Vec<Table> {
    let mut tables = Vec::new();
    let mut at = 0;
    while let Some(line) = text.as_bytes().get(at..) {
        // Most lines have no header: a short one ends without a separator, in the first label of a long one something else stands.
        let label = line.get(..LABEL_BYTES_MAX + 2).unwrap_or(line);
        let first = label.iter().position(|b| sort_of(*b) != Sort::Other).unwrap_or(label.len());
        let sort = line.get(first).map_or(Sort::Other, |b| sort_of(*b));
        let end = if sort == Sort::LineEnd { Some(at + first) } else { line_end(text, at + first) };
        let Some(end) = end else { break };
        let next = end + 1;
        let may_be = sort == Sort::Separator && end - at <= HEADER_BYTES_MAX;
        let header = may_be.then(|| header_of_line(text, at, end)).flatten();
        let table = header.and_then(|(separator, header)| under_header(text, separator, header, next));
        at = match table {
            Some(table) => {
                let end = table.rows.end;
                tables.push(table);
                end
            }
            None => next,
        };
    }
    tables
}

/// The end of the line that begins at `at`, if another follows it.
fn line_end(text: &str, at: usize) -> Option<usize> {
    Some(at + memchr::memchr(b'\n', text.as_bytes().get(at..)?)?)
}

/// Separator and labels of a line, if it is made of labels.
fn header_of_line(text: &str, start: usize, end: usize) -> Option<(u8, Vec<ByteSpan>)> {
    let bytes = text.as_bytes().get(start..end)?;
    if bytes.iter().any(|b| sort_of(*b) == Sort::NoLabel) {
        return None;
    }
    let separator = *bytes.iter().find(|b| sort_of(**b) == Sort::Separator)?;
    let mut header = Vec::new();
    let mut label = start;
    for at in memchr::memchr_iter(separator, bytes).map(|offset| start + offset).chain([end]) {
        if at - label > LABEL_BYTES_MAX + 1 || header.len() > COLUMNS_MAX {
            return None;
        }
        header.push(bare(text, ByteSpan::new(label, at)));
        label = at + 1;
    }
    let named = |span: &&ByteSpan| {
        span.of(text).is_some_and(|label| label.chars().any(char::is_alphabetic) && !label.ends_with('.'))
    };
    let labels = header.iter().filter(named).count();
    let filled = header.iter().filter(|span| !span.is_empty()).count();
    (labels >= 2 && labels == filled && labels * 2 >= header.len()).then_some((separator, header))
}

/// What a byte is in a line that may be a header.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Sort {
    /// May part cells.
    Separator,
    /// A sign of code and prose that no label has.
    NoLabel,
    LineEnd,
    Other,
}

/// The sort of each byte: a look at a line costs a step a byte.
static SORTS: [Sort; 256] = sorts();

#[expect(clippy::indexing_slicing, reason = "a byte is an index below 256")]
const fn sorts() -> [Sort; 256] {
    let mut sorts = [Sort::Other; 256];
    let mut byte = 0;
    while byte < 128u8 {
        sorts[byte as usize] = match byte {
            b',' | b';' | b'\t' | b'|' => Sort::Separator,
            b'=' | b'{' | b'}' | b'[' | b']' | b'<' | b'>' | b'!' | b'&' | b'+' | b'$' | b'@' | b'^'
            | b'~' | b'\\' | b'?' | b':' => Sort::NoLabel,
            b'\n' => Sort::LineEnd,
            _ => Sort::Other,
        };
        byte += 1;
    }
    sorts
}

#[inline]
fn sort_of(byte: u8) -> Sort {
    SORTS.get(usize::from(byte)).copied().unwrap_or(Sort::Other)
}

/// The table whose rows begin at `at` under this header.
fn under_header(text: &str, separator: u8, header: Vec<ByteSpan>, at: usize) -> Option<Table> {
    let bytes = text.as_bytes();
    let count = header.len() - 1;
    let mut start = at;
    let is_ruled = {
        let end = line_end(text, at).unwrap_or(text.len());
        let rule = bytes.get(at..end)?;
        let ruled = separator == b'|'
            && rule.len() > 2
            && rule.iter().all(|b| matches!(b, b'-' | b'|' | b':' | b'+' | b' ' | b'\r'));
        if ruled {
            start = (end + 1).min(text.len());
        }
        ruled
    };
    let mut end = start;
    let (mut rows, mut even_rows) = (0usize, 0usize);
    let mut is_open = false;
    while end < text.len() {
        let line_end = line_end(text, end).unwrap_or(text.len());
        let line = bytes.get(end..line_end)?;
        let separators = memchr::memchr_iter(separator, line).count();
        if separators < count && !is_open {
            break;
        }
        is_open ^= separator != b'|' && memchr::memchr_iter(b'"', line).count() % 2 == 1;
        rows += 1;
        even_rows += usize::from(separators == count);
        end = (line_end + 1).min(text.len());
    }
    if rows == 0 {
        return None;
    }
    let spaced = header.windows(2).any(|pair| match pair {
        [left, right] => edges::byte(text, left.end) == separator && right.start > left.end + 1,
        _ => false,
    });
    let is_sure = is_ruled
        || separator == b'\t'
        || (separator != b'|' && !spaced)
        || (header.len() > 2 && rows > 1 && even_rows == rows);
    Some(Table {
        form: Form::Lines(separator),
        header,
        rows: ByteSpan::new(start, end),
        is_sure,
        marks: Vec::new(),
    })
}

static VALUES: LazyLock<[Finder<'static>; 2]> =
    LazyLock::new(|| [Finder::new(b"VALUES"), Finder::new(b"values")]);

/// `(a, b) VALUES (1, 'x'), (2, 'y')`.
fn of_statements(text: &str, tables: &mut Vec<Table>) {
    let bytes = text.as_bytes();
    for word in VALUES.iter() {
        let mut resume = 0;
        for at in word.find_iter(bytes) {
            let start = at + word.needle().len();
            if at < resume || !edges::is_word_start(text, at) || !edges::is_word_end(text, start) {
                continue;
            }
            let Some(header) = columns_before(text, at) else { continue };
            let rows = ByteSpan::new(start, text.len());
            let mut table = Table { form: Form::Values, header, rows, is_sure: true, marks: Vec::new() };
            let mut walk = Walk { table: 0, at: start, column: 0, is_in_row: false };
            let mut end = start;
            loop {
                let row = walk.at;
                let begins = !walk.is_in_row;
                if next_cell(text, &table, &mut walk).is_none() {
                    break;
                }
                if begins && table.marks.last().is_none_or(|mark| row - mark >= MARK_BYTES) {
                    table.marks.push(row);
                }
                end = walk.at;
            }
            if end > start {
                table.rows = ByteSpan::new(start, end.min(text.len()));
                resume = end;
                tables.push(table);
            }
        }
    }
}

/// The names in the parentheses that end before `at`.
fn columns_before(text: &str, at: usize) -> Option<Vec<ByteSpan>> {
    let from = edges::floor(text, at.saturating_sub(HEADER_BYTES_MAX));
    let before = text.get(from..at)?.trim_end().strip_suffix(')')?;
    let open = before.rfind('(')?;
    let inside = before.get(open + 1..)?;
    let mut header = Vec::new();
    let mut start = from + open + 1;
    for part in inside.split(',') {
        let is_name = part.len() <= LABEL_BYTES_MAX + 16
            && part.chars().all(|c| {
                c.is_alphanumeric()
                    || matches!(c, '_' | '`' | '"' | '[' | ']' | '.' | '-' | '\'')
                    || c.is_whitespace()
            });
        if !is_name || header.len() > COLUMNS_MAX {
            return None;
        }
        header.push(bare(text, ByteSpan::new(start, start + part.len())));
        start += part.len() + 1;
    }
    header.iter().any(|span| !span.is_empty()).then_some(header)
}

/// The span without white space, quotation marks and emphasis around it.
fn bare(text: &str, span: ByteSpan) -> ByteSpan {
    let Some(cell) = span.of(text) else { return span };
    let is_frame = |c: char| c.is_whitespace() || matches!(c, '"' | '\'' | '`' | '*' | '[' | ']');
    let start = span.start + (cell.len() - cell.trim_start_matches(is_frame).len());
    let end = span.end - (cell.len() - cell.trim_end_matches(is_frame).len());
    ByteSpan::new(start.min(span.end), end.max(start.min(span.end)))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The label over a value, and the cell around it.
    fn over<'t>(text: &'t str, value: &str) -> Option<(&'t str, &'t str)> {
        let mut tables = Tables::of(text);
        let cell = tables.cell_at(text.find(value).unwrap())?;
        let label = tables.tables[cell.table].header[cell.column];
        Some((label.of(text).unwrap(), bare(text, cell.span).of(text).unwrap()))
    }

    #[test]
    fn the_header_over_a_cell_is_found() {
        let csv =
            "name,phone,note\nAnn,5551234,ok\n\"Bo, \"\"B\"\"\",5559876,\"two\nlines, 777\"\nCy,5550000,x\n";
        assert_eq!(over(csv, "5551234"), Some(("phone", "5551234")));
        assert_eq!(over(csv, "5559876"), Some(("phone", "5559876")));
        assert_eq!(over(csv, "5550000"), Some(("phone", "5550000")));
        let tsv = "id\tTelefon\n1\t030 123\n";
        assert_eq!(over(tsv, "030"), Some(("Telefon", "030 123")));
        let markdown = "| Name | **Karte** |\n|------|:---|\n| Ann | 4111 |\n\nplain 999, x\n";
        assert_eq!(over(markdown, "4111"), Some(("Karte", "4111")));
        assert_eq!(over(markdown, "999"), None);
        let psql = " id | ssn \n----+-----\n  1 | 123\n(1 row)\n";
        assert_eq!(over(psql, "123"), Some(("ssn", "123")));
        let sql = "INSERT INTO t (id, `full_name`, ssn) VALUES (1, 'O''Neil, (B)', '111'),\n (f(2, 3), 'x', '222'); select 333";
        assert_eq!(over(sql, "111"), Some(("ssn", "111")));
        assert_eq!(over(sql, "Neil"), Some(("full_name", "O''Neil, (B)")));
        assert_eq!(over(sql, "222"), Some(("ssn", "222")));
        assert_eq!(over(sql, "333"), None);
    }

    #[test]
    fn prose_and_code_are_no_tables() {
        for text in [
            "We met, then we left.\nOn the way, 4111 came up.",
            "let x = f(a, b);\nlet y = g(4111, d);",
            "a long line of words that goes on and on before the first comma, and then some\nb, 4111",
        ] {
            assert_eq!(over(text, "4111"), None, "{text}");
        }
    }

    #[test]
    fn cells_are_looked_up_in_any_order() {
        let rows: String = (0..4000).map(|row| format!("{row},n{row},p{row}\n")).collect();
        let text = format!("id,name,phone\n{rows}");
        let statement = format!(
            "INSERT INTO t (id, name, phone) VALUES {}",
            (0..4000).map(|row| format!("({row},'n{row}','p{row}')")).collect::<Vec<_>>().join(", ")
        );
        for (text, end) in [(text.as_str(), ","), (statement.as_str(), "'")] {
            let mut tables = Tables::of(text);
            for row in [3999, 0, 17, 1200, 1201, 5] {
                let at = text.find(&format!("n{row}{end}")).unwrap();
                let cell = tables.cell_at(at).unwrap();
                assert_eq!(tables.tables[cell.table].header[cell.column].of(text), Some("name"), "{row}");
            }
        }
    }
}
