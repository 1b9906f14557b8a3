//! The treatments table as permits.
//!
//! What no line permits is refused: Cedar denies by default. Lines of one name, section and set of treatments become one policy.

use std::collections::BTreeMap;

use registry::law::{Kind, Law};
use types::{DataClass, Treatment};

use super::PolicyFault;
use super::known::{ASKED, Known, actions, set};
use crate::{Section, Table};

/// The permits of a table.
pub(super) fn permits(table: &Table, law: &Law) -> Result<Vec<Known>, PolicyFault> {
    let mut lines: BTreeMap<(String, Section, Treatment), Vec<DataClass>> = BTreeMap::new();
    for section in Section::ALL {
        for class in DataClass::ALL {
            if let Some((loosest, line)) = table.line(class, section)
                && loosest != Treatment::Refuse
            {
                lines.entry((line, section, loosest)).or_default().push(class);
            }
        }
    }
    lines
        .iter()
        .map(|((line, section, loosest), classes)| permit((line, *section, *loosest), classes, law))
        .collect()
}

fn permit(
    (line, section, loosest): (&str, Section, Treatment),
    classes: &[DataClass],
    law: &Law,
) -> Result<Known, PolicyFault> {
    let treatments: Vec<Treatment> = ASKED.into_iter().filter(|asked| *asked >= loosest).collect();
    let place = match section {
        Section::Elsewhere => "!resource.on_premises".to_owned(),
        Section::Own => "resource.on_premises".to_owned(),
        Section::Contract => format!(
            "!resource.on_premises && resource.dpa && !resource.may_train && !resource.may_control\n         && principal.dpia_approved && !context.clear.containsAny({})",
            set(law.of_kind(Kind::Identifier))
        ),
    };
    let text = format!(
        "@id({})\n@section(\"{}\")\npermit (principal, {}, resource)\n  when {{ {}.contains(context.class)\n         && {place} }};",
        super::known::quoted(line),
        section.name(),
        actions(&treatments),
        set(classes),
    );
    let unique = format!("{line}/{}/{loosest}", section.name());
    Known::generated(&unique, (line, "[treatments]"), classes, &treatments, text)
}
