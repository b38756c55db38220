//! A file of facts: which columns it has, and what a row says. Pure.

use jiff::Timestamp;
use kernel_core::{FieldError, Result};

use super::cells::{self, Cells, KeyColumn, Named, Place, TEXT_MAX, Told, shown};
use super::table::{Row, Table, refused};

/// Every column besides those that name the variant and those of custom fields.
const COLUMNS: [&str; 8] =
    ["cost", "inventory", "msrp", "map", "competitor_lowest", "units_sold_30d", "collections", "created_at"];
/// What the columns of custom fields begin with.
const CUSTOM: &str = "custom.";

/// What a file of facts has, by place.
#[derive(Debug)]
pub(super) struct Columns {
    key: KeyColumn,
    known: [Option<usize>; COLUMNS.len()],
    /// Keys of custom fields with their places.
    custom: Vec<(String, usize)>,
}

/// What one row says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Said {
    pub line: u64,
    pub variant: Named,
    pub cost: Told<i64>,
    pub inventory: Told<i64>,
    pub units_sold: Told<i64>,
    /// By the place of their kind in [`super::facts::REFERENCES`].
    pub references: [Told<i64>; 3],
    pub collections: Told<Vec<String>>,
    pub created_at: Told<Timestamp>,
    /// Custom fields by key.
    pub custom: Vec<(String, Option<String>)>,
}

impl Columns {
    /// Reads the names in the first line.
    ///
    /// # Errors
    /// One is unknown or stands twice, or there is no fact among them (422).
    pub(super) fn of(table: &Table) -> Result<Self> {
        let is_custom = |column: &str| column.starts_with(CUSTOM);
        let (key, known) = cells::positions(table, COLUMNS, is_custom, "custom.KEY")?;
        let mut custom = Vec::new();
        for (place, column) in table.columns.iter().enumerate() {
            let Some(key) = column.strip_prefix(CUSTOM) else { continue };
            let plain = |c: char| c.is_alphanumeric() || "_-.".contains(c);
            if key.is_empty() || key.len() > TEXT_MAX || !key.chars().all(plain) {
                let detail = format!(
                    "`{}` is not a name for a custom field; write letters, digits, `_`, `-` and `.` after `custom.`",
                    shown(column)
                );
                return Err(refused("file.custom_key", 1, detail));
            }
            custom.push((key.to_owned(), place));
        }
        if custom.is_empty() && known.iter().all(Option::is_none) {
            let detail = format!("the file tells nothing; add one of {}, custom.KEY", COLUMNS.join(", "));
            return Err(refused("file.no_fact", 1, detail));
        }
        Ok(Self { key, known, custom })
    }

    /// What a row says.
    ///
    /// # Errors
    /// Everything that is wrong with it.
    pub(super) fn read(&self, row: &Row, names: &[String], place: &Place) -> Result<Said, Vec<FieldError>> {
        let mut cells = Cells::of(row, names, place)?;
        let [cost, inventory, msrp, map, competitor_lowest, units_sold, collections, created_at] = self.known;
        let variant = cells.variant(self.key);
        let cost = cells.told(cost, cells::amount);
        let inventory = cells.told(inventory, cells::whole_number);
        let units_sold = cells.told(units_sold, cells::count);
        let references =
            [competitor_lowest, msrp, map].map(|column| cells.told(column, cells::positive_amount));
        let collections = cells.told(collections, cells::list);
        let created_at = cells.told(created_at, cells::instant);
        let mut custom = Vec::new();
        for (key, place) in &self.custom {
            if let Some(value) = cells.told(Some(*place), cells::line_of_text) {
                custom.push((key.clone(), value));
            }
        }
        let line = row.line;
        let said = variant.map(|variant| Said {
            line,
            variant,
            cost,
            inventory,
            units_sold,
            references,
            collections,
            created_at,
            custom,
        });
        cells.finish(said)
    }
}
