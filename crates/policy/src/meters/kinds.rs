//! What the law tables count: one kind of meter for each threshold that a row names a meter for.

use std::collections::BTreeSet;

use registry::law::{Kind, Law, Row};
use types::DataClass;

use super::{MeterKind, Per, Window};

impl MeterKind {
    /// The kinds that follow from these tables: thresholds of 28 CFR 202 over twelve months, of the PRC's rules on exports of
    /// personal information from 1 January on, and for each app what is taken for large scale by GDPR art. 35.
    pub fn all(law: &Law) -> Vec<Self> {
        let bulk = law.rows("threshold").filter_map(|row| {
            let threshold = row.number("us_persons_more_than")?;
            Some(kind(
                row.text("meter"),
                "US",
                row.classes().collect(),
                (Window::TwelveMonths, threshold),
                "28 CFR Part 202",
            ))
        });
        let personal: BTreeSet<DataClass> = [Kind::Identifier, Kind::Attribute, Kind::Sensitive]
            .into_iter()
            .flat_map(|kind| law.of_kind(kind))
            .collect();
        let sensitive: BTreeSet<DataClass> = law.of_kind(Kind::Sensitive).into_iter().collect();
        let export = law.rows("export_route").flat_map(|row| {
            [("pi_meter", "pi_min", &personal), ("sensitive_meter", "sensitive_min", &sensitive)]
                .map(|(meter, least, classes)| of_route(row, (meter, least), classes.clone()))
        });
        let scale = law.rows("dpia_scale").map(|row| MeterKind {
            per: Per::App,
            ..kind(
                row.text("meter"),
                "EU",
                row.classes().collect(),
                (Window::TwelveMonths, row.number("people_min").unwrap_or_default()),
                row.text("law"),
            )
        });
        bulk.chain(export.flatten())
            .chain(scale)
            .filter(|kind| !kind.name.is_empty() && kind.threshold > 0)
            .collect()
    }
}

fn of_route(row: &Row, (meter, least): (&str, &str), classes: BTreeSet<DataClass>) -> Option<MeterKind> {
    let threshold = row.number(least)?;
    Some(kind(row.text(meter), "CN", classes, (Window::CalendarYear, threshold), "PIPL art. 38, 40"))
}

fn kind(
    name: &str,
    region: &str,
    classes: BTreeSet<DataClass>,
    (window, threshold): (Window, i64),
    law: &str,
) -> MeterKind {
    MeterKind {
        name: name.to_owned(),
        per: Per::Recipient,
        region: region.to_owned(),
        classes,
        window,
        threshold: u64::try_from(threshold).unwrap_or_default(),
        law: law.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_meter_that_a_policy_asks_is_one_that_counts() {
        let law = Law::builtin().expect("the shipped tables load");
        let kinds = MeterKind::all(&law);
        let names: BTreeSet<String> = kinds.iter().map(|kind| kind.name.clone()).collect();
        assert_eq!(names, law.meters());
        let of = |name: &str| kinds.iter().find(|kind| kind.name == name).expect("there");
        // 28 CFR 202.205: more than 10 000 US persons for personal health data, over twelve months.
        assert_eq!((of("us_health").threshold, of("us_health").window), (10_000, Window::TwelveMonths));
        // The CAC's rules of March 2024: from 100 000 people on, counted from 1 January.
        let people = of("cn_people_100k");
        assert_eq!(
            (people.threshold, people.window, people.region.as_str()),
            (100_000, Window::CalendarYear, "CN")
        );
        assert!(
            people.classes.contains(&DataClass::Contact)
                && !people.classes.contains(&DataClass::Confidential)
        );
        // What the Estonian authority takes for large: 5 000 people with special categories, 50 000 with any other data.
        let special = of("eu_special_5k");
        assert_eq!((special.threshold, special.per, special.region.as_str()), (5_000, Per::App, "EU"));
        assert_eq!(of("eu_people_50k").threshold, 50_000);
    }
}
