//! Law tables: which data, which countries, which thresholds and which instruments the law names, as checked rows.
//!
//! The tables are data (`law/*.toml`); this reads them and refuses what it does not know, with file, line and column. What follows
//! from a row for a request is left to `policy`; clocks, contents of assessments and the like to whoever needs them. The version of a
//! table is the hash of its text, so that a verdict can say which edition of the facts it rests on.
//!
//! Invariants:
//! - A key that no form names, a missing one, or one of another type is refused (test `what_no_form_names_is_refused_with_its_place`).
//! - Each data class has exactly one kind (test `every_class_has_one_kind`).

mod forms;
mod read;
mod row;

use std::collections::{BTreeMap, BTreeSet};

use types::DataClass;

pub use read::LawError;
pub use row::{Row, Value};

use crate::RegistryFile;

/// The tables that ship with Cordon.
pub const LAW: &[RegistryFile<'static>] = &[
    RegistryFile { name: "law/eu_gdpr.toml", text: include_str!("../../../law/eu_gdpr.toml") },
    RegistryFile { name: "law/eu_adequacy.toml", text: include_str!("../../../law/eu_adequacy.toml") },
    RegistryFile { name: "law/cn.toml", text: include_str!("../../../law/cn.toml") },
    RegistryFile { name: "law/us_doj_bulk.toml", text: include_str!("../../../law/us_doj_bulk.toml") },
    RegistryFile { name: "law/us.toml", text: include_str!("../../../law/us.toml") },
    RegistryFile { name: "law/other.toml", text: include_str!("../../../law/other.toml") },
    RegistryFile { name: "law/purposes.toml", text: include_str!("../../../law/purposes.toml") },
    RegistryFile { name: "law/house.toml", text: include_str!("../../../law/house.toml") },
];

/// What a data class is to the law.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// Opens something.
    Secret,
    /// Names a person.
    Identifier,
    /// Is about a person once an identifier stands beside it in clear.
    Attribute,
    /// Hurts when it is known.
    Sensitive,
    /// The company's own.
    Company,
    /// Cannot be read.
    Opaque,
}

impl Kind {
    /// All kinds.
    pub const ALL: [Self; 6] =
        [Self::Secret, Self::Identifier, Self::Attribute, Self::Sensitive, Self::Company, Self::Opaque];

    /// The name used in tables and policies.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Secret => "secret",
            Self::Identifier => "identifier",
            Self::Attribute => "attribute",
            Self::Sensitive => "sensitive",
            Self::Company => "company",
            Self::Opaque => "opaque",
        }
    }

    /// The kind of this name, or `None`.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }
}

/// What the EU says of a country, GDPR art. 45.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Adequacy {
    /// In the European Economic Area: nothing is transferred.
    Eea,
    /// Adequate for every recipient there.
    Full,
    /// Adequate for some recipients there only; that this one is among them has to be shown.
    Conditional,
    /// Not adequate.
    None,
}

/// A rule of a table, and the version of the table it stands in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rule {
    /// Its id, e.g. `L1`.
    pub id: String,
    /// The region whose people it protects; `None` for everybody.
    pub region: Option<String>,
    /// The provisions, e.g. `GDPR art. 44-46`.
    pub law: String,
    /// True where an adequacy decision of the EU is enough.
    pub adequacy_counts: bool,
    /// True where a named exception of the operator may lift it.
    pub may_be_lifted: bool,
    /// Keys of the registry facts that it rests on.
    pub facts: Vec<String>,
    /// Why it says no: ends a sentence.
    pub text: String,
    /// Where it comes from.
    pub source: String,
    /// The table, e.g. `law/eu_gdpr.toml`.
    pub table: String,
    /// Version of that table: the first 12 digits of the SHA-256 of its text.
    pub version: String,
}

/// One table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LawTable {
    /// Its file.
    pub name: String,
    /// Version: the first 12 hexadecimal digits of the SHA-256 of its text.
    pub version: String,
    sections: BTreeMap<String, Vec<Row>>,
}

/// All tables.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Law {
    tables: Vec<LawTable>,
    rules: Vec<Rule>,
    kinds: BTreeMap<DataClass, Kind>,
}

impl Law {
    /// The tables that ship with Cordon.
    ///
    /// # Errors
    /// Only if a shipped table is damaged; a test keeps them whole.
    pub fn builtin() -> Result<Self, LawError> {
        Self::load(LAW)
    }

    /// Reads and checks tables.
    ///
    /// # Errors
    /// [`LawError`] with file, line and column.
    pub fn load(files: &[RegistryFile<'_>]) -> Result<Self, LawError> {
        let tables = files.iter().map(read::table).collect::<Result<Vec<_>, _>>()?;
        let rules = tables.iter().flat_map(LawTable::rules).collect();
        let mut law = Self { tables, rules, kinds: BTreeMap::new() };
        let kinds: Vec<(DataClass, Kind)> = law.rows("class").filter_map(class_kind).collect();
        for (class, kind) in kinds {
            if law.kinds.insert(class, kind).is_some() {
                return Err(LawError::whole(&format!("class `{class}` has two kinds")));
            }
        }
        match DataClass::ALL.iter().find(|class| !law.kinds.contains_key(class)) {
            Some(class) => Err(LawError::whole(&format!("class `{class}` has no kind"))),
            None => Ok(law),
        }
    }

    /// All tables, in the order given.
    pub fn tables(&self) -> &[LawTable] {
        &self.tables
    }

    /// All rules, in the order of the tables.
    pub fn rules(&self) -> &[Rule] {
        &self.rules
    }

    /// The rules of this id.
    pub fn rules_of<'a>(&'a self, id: &'a str) -> impl Iterator<Item = &'a Rule> {
        self.rules.iter().filter(move |rule| rule.id == id)
    }

    /// The rows of a section, whichever table it stands in.
    pub fn rows<'a>(&'a self, section: &'a str) -> impl Iterator<Item = &'a Row> {
        self.tables.iter().flat_map(move |table| table.rows(section))
    }

    /// The data classes that the rows of a section name.
    pub fn classes(&self, section: &str) -> BTreeSet<DataClass> {
        self.rows(section).flat_map(Row::classes).collect()
    }

    /// What a class is to the law.
    pub fn kind(&self, class: DataClass) -> Kind {
        // INVARIANT: `load` refuses tables in which a class has no kind; the strictest stands in for what cannot be.
        self.kinds.get(&class).copied().unwrap_or(Kind::Secret)
    }

    /// The classes of a kind, the most severe first.
    pub fn of_kind(&self, kind: Kind) -> Vec<DataClass> {
        DataClass::ALL.into_iter().filter(|class| self.kind(*class) == kind).collect()
    }

    /// What the EU says of a country. `GLOBAL` and what is no country are not adequate.
    pub fn adequacy(&self, country: &str) -> Adequacy {
        if self.eea().any(|member| member == country) {
            return Adequacy::Eea;
        }
        match self.rows("adequate").find(|row| row.text("code") == country) {
            Some(row) if row.flag("conditional") => Adequacy::Conditional,
            Some(_) => Adequacy::Full,
            None => Adequacy::None,
        }
    }

    /// The members of the European Economic Area.
    pub fn eea(&self) -> impl Iterator<Item = &str> {
        self.rows("adequacy_rule").flat_map(|row| row.texts("eea"))
    }

    /// Every region that an app may say its people live in: those that a rule names first.
    pub fn regions(&self) -> BTreeSet<String> {
        self.bound_regions()
            .into_iter()
            .chain(self.rows("regions").flat_map(|row| row.texts("others")).map(str::to_owned))
            .collect()
    }

    /// The regions whose law binds requests by a rule of these tables.
    pub fn bound_regions(&self) -> BTreeSet<String> {
        self.rules.iter().filter_map(|rule| rule.region.clone()).collect()
    }

    /// The names of all meters that rows count against.
    pub fn meters(&self) -> BTreeSet<String> {
        let named = |section, keys: &'static [&'static str]| {
            self.rows(section).flat_map(move |row| keys.iter().map(|key| row.text(key)))
        };
        named("threshold", &["meter"])
            .chain(named("export_route", &["pi_meter", "sensitive_meter"]))
            .chain(named("dpia_scale", &["meter"]))
            .filter(|name| !name.is_empty())
            .map(str::to_owned)
            .collect()
    }

    /// The programmes that an app may say are in place: what a row accepts instead of staying below its threshold.
    pub fn programmes(&self) -> BTreeSet<String> {
        self.rows("threshold")
            .map(|row| row.text("programme"))
            .chain(self.rows("export_route").flat_map(|row| row.texts("programmes")))
            .chain(self.rows("pipia_rule").map(|row| row.text("programme")))
            .filter(|name| !name.is_empty())
            .map(str::to_owned)
            .collect()
    }
}

impl LawTable {
    /// The rows of a section.
    pub fn rows(&self, section: &str) -> &[Row] {
        self.sections.get(section).map_or(&[], Vec::as_slice)
    }

    fn rules(&self) -> impl Iterator<Item = Rule> {
        self.rows("rule").iter().map(|row| Rule {
            id: row.text("id").to_owned(),
            region: Some(row.text("region").to_owned()).filter(|region| !region.is_empty()),
            law: row.text("law").to_owned(),
            adequacy_counts: row.flag("adequacy_counts"),
            may_be_lifted: row.flag("may_be_lifted"),
            facts: row.texts("facts").map(str::to_owned).collect(),
            text: row.text("text").to_owned(),
            source: row.text("source").to_owned(),
            table: self.name.clone(),
            version: self.version.clone(),
        })
    }
}

fn class_kind(row: &Row) -> Option<(DataClass, Kind)> {
    Some((DataClass::from_name(row.text("name"))?, Kind::from_name(row.text("kind"))?))
}

#[cfg(test)]
mod tests;
