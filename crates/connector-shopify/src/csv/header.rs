//! The columns Calibr reads, under the names that Shopify's exports have given them over the years.

use kernel_core::Error;

/// A column that means something to us.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Column {
    Handle,
    Title,
    Vendor,
    ProductType,
    Tags,
    Status,
    OptionName1,
    OptionValue1,
    OptionName2,
    OptionValue2,
    OptionName3,
    OptionValue3,
    Sku,
    Price,
    CompareAt,
    Cost,
    Barcode,
    InventoryQuantity,
}

const COUNT: usize = 18;

/// Classic names first, then those of newer exports; compared without regard to case.
const NAMES: [(Column, &[&str]); COUNT] = [
    (Column::Handle, &["handle", "url handle"]),
    (Column::Title, &["title"]),
    (Column::Vendor, &["vendor"]),
    (Column::ProductType, &["type"]),
    (Column::Tags, &["tags"]),
    (Column::Status, &["status"]),
    (Column::OptionName1, &["option1 name"]),
    (Column::OptionValue1, &["option1 value"]),
    (Column::OptionName2, &["option2 name"]),
    (Column::OptionValue2, &["option2 value"]),
    (Column::OptionName3, &["option3 name"]),
    (Column::OptionValue3, &["option3 value"]),
    (Column::Sku, &["variant sku", "sku"]),
    (Column::Price, &["variant price", "price"]),
    (Column::CompareAt, &["variant compare at price", "compare-at price", "compare at price"]),
    (Column::Cost, &["cost per item"]),
    (Column::Barcode, &["variant barcode", "barcode"]),
    (Column::InventoryQuantity, &["variant inventory qty", "inventory quantity"]),
];

/// The three options as name and value columns.
pub(super) const OPTIONS: [(Column, Column); 3] = [
    (Column::OptionName1, Column::OptionValue1),
    (Column::OptionName2, Column::OptionValue2),
    (Column::OptionName3, Column::OptionValue3),
];

/// Where each column stands in this file.
#[derive(Debug)]
pub(super) struct Header {
    positions: [Option<usize>; COUNT],
    names: Vec<String>,
    /// Columns of the file that mean nothing to us.
    pub unused: Vec<String>,
}

impl Header {
    /// Reads the first row.
    ///
    /// # Errors
    /// A column that is needed is missing, or one that is used stands twice.
    pub(super) fn read<'a>(fields: impl Iterator<Item = &'a [u8]>) -> Result<Self, Error> {
        let names: Vec<String> = fields.map(|name| String::from_utf8_lossy(name).trim().to_owned()).collect();
        let mut header = Self { positions: [None; COUNT], names: Vec::new(), unused: Vec::new() };
        for (position, name) in names.iter().enumerate() {
            let lower = name.to_lowercase();
            let Some((column, _)) = NAMES.iter().find(|(_, aliases)| aliases.contains(&lower.as_str()))
            else {
                if !name.is_empty() {
                    header.unused.push(name.clone());
                }
                continue;
            };
            if let Some(first) = header.positions[*column as usize].replace(position) {
                let detail = format!(
                    "columns {} (`{}`) and {} (`{name}`) mean the same; keep one of them",
                    first + 1,
                    names[first],
                    position + 1
                );
                return Err(refused("catalogue.column_twice", detail));
            }
        }
        for (needed, name) in [(Column::Handle, "Handle"), (Column::Price, "Variant Price")] {
            if header.positions[needed as usize].is_none() {
                let found: String = names.join(", ").chars().take(300).collect();
                let detail = format!(
                    "there is no column `{name}`; the first line must hold the column names of a Shopify product export. Found: {found}"
                );
                return Err(refused("catalogue.column_missing", detail));
            }
        }
        header.names = names;
        Ok(header)
    }

    /// How many columns the file has.
    pub(super) fn len(&self) -> usize {
        self.names.len()
    }

    pub(super) fn has(&self, column: Column) -> bool {
        self.positions[column as usize].is_some()
    }

    pub(super) fn position(&self, column: Column) -> Option<usize> {
        self.positions[column as usize]
    }

    /// The last column that is read, so that a row may end after it.
    pub(super) fn last_used(&self) -> usize {
        self.positions.iter().flatten().copied().max().unwrap_or_default()
    }

    /// What this file calls the column.
    pub(super) fn name(&self, column: Column) -> Option<String> {
        self.position(column).and_then(|position| self.names.get(position)).cloned()
    }
}

fn refused(code: &'static str, detail: String) -> Error {
    Error::unprocessable(code, "The file was refused; nothing was taken.").at("line 1", code, detail)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(line: &str) -> Result<Header, Error> {
        Header::read(line.split(',').map(str::as_bytes))
    }

    #[test]
    fn classic_and_new_names_are_the_same_columns() {
        let classic = read("Handle,Title,Variant SKU,Variant Price,Variant Compare At Price,Cost per item")
            .expect("taken");
        let new = read("URL handle,title,SKU,Price,Compare-at price,Cost per item").expect("taken");
        assert_eq!(classic.positions, new.positions);
        assert_eq!(new.name(Column::Price).as_deref(), Some("Price"));
    }

    #[test]
    fn the_table_is_in_the_order_of_the_enum() {
        assert!(NAMES.iter().enumerate().all(|(i, (column, _))| *column as usize == i));
    }

    #[test]
    fn market_columns_are_no_second_price() {
        let header =
            read("Handle,Variant Price,Included / Germany,Price / Germany,Compare At Price / Germany")
                .expect("taken");
        assert_eq!(header.position(Column::Price), Some(1));
        assert_eq!(header.unused.len(), 3);
    }

    #[test]
    fn a_header_that_would_mislead_refuses_the_file() {
        for (line, code) in [
            ("Title,Variant Price", "catalogue.column_missing"),
            ("Handle,Title", "catalogue.column_missing"),
            ("", "catalogue.column_missing"),
            ("Handle,Price,Variant Price", "catalogue.column_twice"),
            ("Handle,Variant Price,Handle", "catalogue.column_twice"),
        ] {
            let error = read(line).expect_err(line);
            assert_eq!((error.code, error.fields[0].pointer.as_str()), (code, "line 1"), "{line}");
        }
    }
}
