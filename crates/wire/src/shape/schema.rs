//! The shape of a JSON schema, as tools and structured output carry it.
//!
//! Keywords are structure, names of properties are member names to look at, and whatever a schema says to the model
//! (descriptions, defaults, enumerations, examples, titles, patterns, keywords that nobody knows) is text. Numbers are values
//! only where the schema quotes data. Keywords: JSON Schema 2020-12 and draft-07, <https://json-schema.org>.

use super::{FREE, Leaf, NUMBER, Shape, TEXTS};

/// A schema.
pub(crate) static SCHEMA: Shape = Shape::object(&[
    ("type", &TYPE),
    ("format", &FORMAT),
    ("description", &TEXTS),
    ("title", &TEXTS),
    ("$comment", &TEXTS),
    ("pattern", &TEXTS),
    ("$schema", &DIALECT),
    ("$ref", &TEXTS),
    ("$id", &TEXTS),
    ("$anchor", &TEXTS),
    ("properties", &SCHEMAS),
    ("patternProperties", &SCHEMAS),
    ("$defs", &SCHEMAS),
    ("definitions", &SCHEMAS),
    ("dependentSchemas", &SCHEMAS),
    ("items", &SCHEMA_OR_LIST),
    ("prefixItems", &SCHEMA_OR_LIST),
    ("contains", &SCHEMA_OR_LIST),
    ("additionalProperties", &SCHEMA_OR_LIST),
    ("unevaluatedProperties", &SCHEMA_OR_LIST),
    ("propertyNames", &SCHEMA_OR_LIST),
    ("anyOf", &SCHEMA_OR_LIST),
    ("oneOf", &SCHEMA_OR_LIST),
    ("allOf", &SCHEMA_OR_LIST),
    ("not", &SCHEMA_OR_LIST),
    ("if", &SCHEMA_OR_LIST),
    ("then", &SCHEMA_OR_LIST),
    ("else", &SCHEMA_OR_LIST),
    ("required", &TEXTS),
    ("enum", &FREE),
    ("const", &FREE),
    ("default", &FREE),
    ("examples", &FREE),
    ("example", &FREE),
    ("minimum", &NUMBER),
    ("maximum", &NUMBER),
    ("exclusiveMinimum", &NUMBER),
    ("exclusiveMaximum", &NUMBER),
    ("multipleOf", &NUMBER),
    ("minLength", &NUMBER),
    ("maxLength", &NUMBER),
    ("minItems", &NUMBER),
    ("maxItems", &NUMBER),
    ("minProperties", &NUMBER),
    ("maxProperties", &NUMBER),
    ("uniqueItems", &NUMBER),
    ("nullable", &NUMBER),
    ("deprecated", &NUMBER),
    ("readOnly", &NUMBER),
    ("writeOnly", &NUMBER),
]);

/// An object whose members are schemas: the names are the app's.
static SCHEMAS: Shape = Shape::object(&[]).rest(&SCHEMA);

static SCHEMA_OR_LIST: Shape = {
    let mut shape = SCHEMA;
    shape.items = Some(&SCHEMA);
    shape
};

static TYPE: Shape = Shape::leaf(TYPE_WORD).or_array(&TYPE_ITEM);
static TYPE_ITEM: Shape = Shape::leaf(TYPE_WORD);
const TYPE_WORD: Leaf = Leaf::Word(&[
    "string", "number", "integer", "boolean", "object", "array", "null", "STRING", "OBJECT", "ARRAY",
]);

static FORMAT: Shape = Shape::leaf(Leaf::Word(&[
    "date-time",
    "date",
    "time",
    "duration",
    "email",
    "idn-email",
    "hostname",
    "ipv4",
    "ipv6",
    "uri",
    "uri-reference",
    "url",
    "uuid",
    "regex",
    "json-pointer",
    "binary",
    "byte",
    "password",
    "int32",
    "int64",
    "float",
    "double",
]));

static DIALECT: Shape = Shape::leaf(Leaf::Word(&[
    "https://json-schema.org/draft/2020-12/schema",
    "https://json-schema.org/draft/2019-09/schema",
    "http://json-schema.org/draft-07/schema#",
    "http://json-schema.org/draft-07/schema",
    "http://json-schema.org/draft-06/schema#",
    "http://json-schema.org/draft-04/schema#",
]));
