//! Tables: aligned for a terminal, or in Markdown for a page.

/// A title, columns and rows.
pub(crate) struct Table {
    title: String,
    columns: Vec<String>,
    rows: Vec<Vec<String>>,
}

impl Table {
    pub(crate) fn new(title: &str, columns: &[&str]) -> Self {
        let columns = columns.iter().map(|column| (*column).to_owned()).collect();
        Self { title: title.to_owned(), columns, rows: Vec::new() }
    }

    pub(crate) fn row(&mut self, cells: Vec<String>) {
        self.rows.push(cells);
    }

    /// For a terminal.
    pub(crate) fn text(&self) -> String {
        let mut widths: Vec<usize> = self.columns.iter().map(|column| column.chars().count()).collect();
        for row in &self.rows {
            for (width, cell) in widths.iter_mut().zip(row) {
                *width = (*width).max(cell.chars().count());
            }
        }
        let mut text = format!("\n{}\n", self.title);
        for row in std::iter::once(&self.columns).chain(&self.rows) {
            let mut line = String::new();
            for (cell, width) in row.iter().zip(&widths) {
                let gap = width.saturating_sub(cell.chars().count()) + 2;
                // Numbers to the right, words to the left.
                if cell.starts_with(|c: char| c.is_ascii_digit()) {
                    line.push_str(&" ".repeat(gap));
                    line.push_str(cell);
                } else {
                    line.push_str("  ");
                    line.push_str(cell);
                    line.push_str(&" ".repeat(gap - 2));
                }
            }
            text.push_str(line.trim_end());
            text.push('\n');
        }
        text
    }

    /// For a page.
    pub(crate) fn markdown(&self) -> String {
        let mut text = format!("**{}**\n\n| {} |\n", self.title, self.columns.join(" | "));
        text.push_str(&format!("|{}\n", "---|".repeat(self.columns.len())));
        for row in &self.rows {
            let cells: Vec<String> = row.iter().map(|cell| cell.replace('|', "\\|")).collect();
            text.push_str(&format!("| {} |\n", cells.join(" | ")));
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_is_aligned_or_markdown() {
        let mut table = Table::new("Title", &["name", "count"]);
        table.row(vec!["a|b".to_owned(), "7".to_owned()]);
        assert_eq!(table.text(), "\nTitle\n  name  count\n  a|b       7\n");
        assert_eq!(table.markdown(), "**Title**\n\n| name | count |\n|---|---|\n| a\\|b | 7 |\n");
    }
}
