//! The sheet as one HTML page that needs nothing else: to read, to print, to attach to a file. Without script.

use std::fmt::Write as _;

use registry::Standard;

use super::{Entry, Sheet};

/// How pages look.
pub(crate) const STYLE: &str = "\
:root{color-scheme:light}\
body{font:14px/1.45 system-ui,sans-serif;margin:2rem;color:#1b1f24;background:#fff}\
h1{font-size:1.5rem;margin:0 0 .3rem}h2{font-size:1.1rem;margin:2.2rem 0 .6rem}\
p{max-width:60rem}.legend span{display:inline-block;margin-right:1.4rem}\
.scroll{overflow-x:auto;border:1px solid #d5dae0;border-radius:6px}\
table{border-collapse:separate;border-spacing:0;min-width:100%}\
th,td{text-align:left;vertical-align:top;padding:.45rem .6rem;border-bottom:1px solid #e4e8ec;border-right:1px solid #eef0f3;min-width:12rem;\
max-width:22rem;overflow-wrap:anywhere}\
thead th{background:#f3f5f7;border-bottom:2px solid #c9d0d8}\
th:first-child{position:sticky;left:0;background:#f8f9fa;min-width:11rem;max-width:13rem;z-index:1}\
thead th:first-child{background:#f3f5f7}tr:last-child td,tr:last-child th{border-bottom:0}\
small{color:#59636e;display:block;font-weight:normal}em{color:#59636e;font-size:.86em;display:block}\
.e+.e{margin-top:.5rem;padding-top:.5rem;border-top:1px dotted #d5dae0}\
b{display:inline-block;width:1.1em}\
.known b{color:#116329}.likely b{color:#7d4e00}.stale b{color:#7d4e00}.conflict b{color:#a40e26}.unknown b{color:#a40e26}\
.unknown .v{color:#59636e}a{color:#0550ae}\
@media print{body{margin:0;font-size:8pt}@page{size:A3 landscape;margin:10mm}.scroll{overflow:visible;border:0}\
th,td{min-width:0;padding:.25rem}th:first-child{position:static}tr{break-inside:avoid}thead{display:table-header-group}a{color:inherit}}";

/// The page.
pub(crate) fn page(sheet: &Sheet, title: &str) -> String {
    let title = escaped(title);
    let day = sheet.today.map(|day| format!(" Ages are those of {day}.")).unwrap_or_default();
    let mut out = format!(
        "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\">\
         <title>{title}</title><style>{STYLE}</style></head><body>\n<h1>{title}</h1>\n\
         <p>Made by Cordon from its provider registry.{day} Not legal advice: read the sources before you rely on a value.</p>\n\
         <p class=\"legend\">"
    );
    legend(&mut out);
    out.push_str("</p>\n");
    groups(&mut out, sheet, "h2");
    out.push_str("</body></html>\n");
    out
}

/// What the signs mean.
pub(crate) fn legend(out: &mut String) {
    for standard in Standard::ALL {
        let (name, sign, about) = (standard.name(), standard.sign(), standard.about());
        let _ = write!(out, "<span class=\"{name}\"><b>{sign}</b> {name}: {about}</span> ");
    }
}

/// A table for each group, under a heading of this kind.
pub(crate) fn groups(out: &mut String, sheet: &Sheet, heading: &str) {
    for group in &sheet.groups {
        let _ = write!(
            out,
            "<{heading}>{}</{heading}>\n<div class=\"scroll\"><table><thead><tr><th scope=\"col\"></th>",
            escaped(&group.title)
        );
        for provider in &sheet.providers {
            let _ = write!(
                out,
                "<th scope=\"col\">{}<small>{}</small></th>",
                escaped(&provider.name),
                escaped(&provider.id)
            );
        }
        out.push_str("</tr></thead><tbody>\n");
        for row in &group.rows {
            let law = if row.law.is_empty() { String::new() } else { format!(" ({})", row.law) };
            let about = escaped(&format!("{}{law}", row.about));
            let _ = write!(out, "<tr><th scope=\"row\">{}<small>{about}</small></th>", escaped(&row.label));
            for cell in &row.cells {
                out.push_str("<td>");
                for one in cell {
                    entry(out, one);
                }
                out.push_str("</td>");
            }
            out.push_str("</tr>\n");
        }
        out.push_str("</tbody></table></div>\n");
    }
}

fn entry(out: &mut String, entry: &Entry) {
    let (name, sign) = (entry.standard.name(), entry.standard.sign());
    let _ = write!(
        out,
        "<div class=\"e {name}\"><b title=\"{name}\">{sign}</b><span class=\"v\">{}</span>",
        escaped(&entry.value)
    );
    if !entry.scope.is_empty() {
        let _ = write!(out, "<small>{}</small>", escaped(&entry.scope));
    }
    if !entry.note.is_empty() {
        let _ = write!(out, "<em>{}</em>", escaped(&entry.note));
    }
    if !entry.retrieved.is_empty() {
        let mut sources: Vec<String> = entry
            .sources
            .iter()
            .map(|source| {
                let title = escaped(&source.title);
                let date = escaped(&source.dates());
                let who = source.who.as_ref().map(|who| format!(" ({})", escaped(who))).unwrap_or_default();
                let unread = if source.is_unread { " (text not seen)" } else { "" };
                match &source.url {
                    Some(url) => format!(
                        "<a href=\"{}\" rel=\"noreferrer\">{title}</a>{date}{who}{unread}",
                        escaped(url)
                    ),
                    None => format!("{title}{date}{who}{unread}"),
                }
            })
            .collect();
        sources.push(format!("read {}", entry.retrieved));
        let _ = write!(out, "<small>{}</small>", sources.join(" · "));
    }
    out.push_str("</div>");
}

/// Text that means nothing in HTML, attributes included.
pub(crate) fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use registry::{Day, Facts, RegistryFile};

    use super::*;

    #[test]
    fn a_fact_that_holds_markup_is_shown_as_text() {
        let today = Day::parse("2026-11-29").unwrap();
        let text = "schema = \"cordon.own-facts/1\"\n[[source]]\nid = \"x\"\ntitle = '<script>t()</script>'\nwho = '\"><img>'\n\
                    document_date = \"2026-11-20\"\nurl = 'https://a.example/\"onclick=\"x'\n[[fact]]\nprovider = \"openai\"\n\
                    key = \"breach.notice\"\nvalue = '<b>&'\nstatus = \"known\"\nbasis = \"read\"\nsources = [\"x\"]\nnote = \"<i>\"\n";
        let facts =
            Facts::builtin().unwrap().with_own(&[RegistryFile { name: "own.toml", text }], today).unwrap();
        let page = page(&Sheet::of(&facts, &["openai"], false, Some(today)), "<Compare>");
        for raw in ["<script>", "<img>", "\"onclick", "<i>", "<Compare>"] {
            assert!(!page.contains(raw), "{raw}");
        }
        assert!(page.contains("&lt;b&gt;&amp;") && page.contains("<title>&lt;Compare&gt;</title>"));
    }
}
