//! How text is painted and tables are laid out. Colour only repeats what a glyph or a word already says.

use comfy_table::presets::NOTHING;
use comfy_table::{
    Attribute, Cell, CellAlignment, Color, ColumnConstraint, ContentArrangement, Row, Table, Width,
};

/// What may stand before a column's name, see [`Grid::new`].
const MARKS: [char; 3] = ['>', '~', '?'];

/// Spaces around a cell.
const PADDING: u16 = 2;

/// What a column that gives way keeps at least, with its padding.
const NARROWEST: u16 = 10;

/// What the reader's screen can show.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Look {
    /// Whether colours may be used.
    pub colour: bool,
    /// Columns of the screen; `None` when nothing should be cut, as in a pipe.
    pub width: Option<u16>,
}

/// What a piece of text means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tone {
    /// Nothing in particular.
    Plain,
    /// A title.
    Strong,
    /// Of less importance.
    Muted,
    /// A price that rises.
    Up,
    /// A price that falls.
    Down,
    /// Stopped or refused.
    Bad,
    /// Needs a look.
    Warn,
    /// As it should be.
    Good,
}

impl Tone {
    /// The tone of an outcome, a target's state or a check's status.
    #[must_use]
    pub fn of(word: &str) -> Self {
        match word {
            "raise" => Self::Up,
            "cut" => Self::Down,
            "blocked" | "block" | "failed" | "rejected" => Self::Bad,
            "conflict" | "warn" | "stale" | "partially_applied" => Self::Warn,
            "applied" | "pass" | "approved" => Self::Good,
            "same" | "skipped" | "queued" | "wait" => Self::Muted,
            _ => Self::Plain,
        }
    }
}

impl Look {
    /// `text` in the colour of `tone`, or as it is.
    #[must_use]
    pub fn paint(self, tone: Tone, text: &str) -> String {
        let code = match tone {
            _ if !self.colour => return text.to_owned(),
            Tone::Plain => return text.to_owned(),
            Tone::Strong => "1",
            Tone::Muted => "2",
            Tone::Up => "34",
            Tone::Down | Tone::Warn => "33",
            Tone::Bad => "31",
            Tone::Good => "32",
        };
        format!("\x1b[{code}m{text}\x1b[0m")
    }
}

/// A table under construction: no lines, upper-case header, one line per row.
pub struct Grid {
    table: Table,
    look: Look,
    columns: Vec<Column>,
}

#[derive(Debug, Clone, Copy)]
struct Column {
    alignment: CellAlignment,
    gives_way: bool,
    may_be_left_out: bool,
}

impl Grid {
    /// A table with these columns. Marks before a name: `>` sets it flush right, `~` lets it be cut when the screen is
    /// narrow, `?` lets it be left out then. All others are shown whole on any screen.
    #[must_use]
    pub fn new(look: Look, columns: &[&str]) -> Self {
        let mut table = Table::new();
        table.load_style(NOTHING).set_truncation_indicator("…").force_no_tty();
        // A character that stands in no cell, so that a cut comes at the edge and not at a word.
        table.set_delimiter('\u{0}').set_content_arrangement(ContentArrangement::Disabled);
        if look.colour {
            table.enforce_styling();
        }
        let header = columns.iter().map(|name| {
            let cell = Cell::new(name.trim_start_matches(MARKS)).set_alignment(Column::new(name).alignment);
            if look.colour { cell.add_attribute(Attribute::Dim) } else { cell }
        });
        table.set_header(Row::from(header.collect::<Vec<_>>()));
        let columns = columns.iter().map(|name| Column::new(name)).collect();
        Self { table, look, columns }
    }

    /// Adds a row; each cell has its tone.
    pub fn row<T: Into<String>>(&mut self, cells: impl IntoIterator<Item = (Tone, T)>) {
        let cells = cells.into_iter().zip(&self.columns).map(|((tone, text), column)| {
            let text = one_line(&text.into());
            tint(Cell::new(text).set_alignment(column.alignment), tone, self.look.colour)
        });
        let mut row = Row::from(cells.collect::<Vec<_>>());
        row.max_height(1);
        self.table.add_row(row);
    }

    /// The table as text, without spaces at the end of lines.
    #[must_use]
    pub fn finish(mut self) -> String {
        if let Some(width) = self.look.width {
            // One space is put before each line, and one at its end is taken away.
            self.fit(width);
        }
        let mut text = String::new();
        for line in self.table.lines() {
            text.push(' ');
            text.push_str(line.trim_end());
            text.push('\n');
        }
        text
    }

    /// Cuts columns that give way; where that is not enough, leaves out the last that may be left out, and tries again.
    fn fit(&mut self, width: u16) {
        let content: Vec<u16> = self.table.column_max_content_widths().iter().map(|w| w + PADDING).collect();
        let mut shown = vec![true; content.len()];
        let widths = loop {
            let widths = self.cut(&content, &shown, width);
            let last =
                (0..content.len()).rfind(|place| shown[*place] && self.columns[*place].may_be_left_out);
            match last {
                Some(last) if widths.iter().sum::<u16>() > width => shown[last] = false,
                _ => break widths,
            }
        };
        self.table.set_content_arrangement(ContentArrangement::Dynamic).set_width(u16::MAX);
        for ((column, width), shown) in self.table.column_iter_mut().zip(widths).zip(shown) {
            column.set_constraint(match shown {
                true => ColumnConstraint::Absolute(Width::Fixed(width)),
                false => ColumnConstraint::Hidden,
            });
        }
    }

    /// Takes from the widest column that gives way, one by one, until the table fits or nothing can give.
    fn cut(&self, content: &[u16], shown: &[bool], width: u16) -> Vec<u16> {
        let mut widths: Vec<u16> =
            content.iter().zip(shown).map(|(w, shown)| if *shown { *w } else { 0 }).collect();
        while widths.iter().sum::<u16>() > width {
            let giving = widths.iter_mut().zip(&self.columns).filter(|(_, column)| column.gives_way);
            match giving.map(|(width, _)| width).max() {
                Some(widest) if *widest > NARROWEST => *widest -= 1,
                _ => break,
            }
        }
        widths
    }
}

impl Column {
    fn new(name: &str) -> Self {
        let marks = &name[..name.len() - name.trim_start_matches(MARKS).len()];
        let alignment = if marks.contains('>') { CellAlignment::Right } else { CellAlignment::Left };
        Self { alignment, gives_way: marks.contains('~'), may_be_left_out: marks.contains('?') }
    }
}

/// Lines of `name  value`, names padded to one width; empty values are left out.
#[must_use]
pub fn facts(look: Look, pairs: &[(&str, String)]) -> String {
    let width = pairs.iter().map(|(name, _)| name.len()).max().unwrap_or(0);
    let mut text = String::new();
    for (name, value) in pairs.iter().filter(|(_, value)| !value.is_empty()) {
        let name = look.paint(Tone::Muted, &format!("{name:width$}"));
        text.push_str(&format!("  {name}  {value}\n"));
    }
    text
}

/// Control characters become spaces: a title from a shop must not move the cursor or break the table.
#[must_use]
pub fn one_line(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}

fn tint(cell: Cell, tone: Tone, colour: bool) -> Cell {
    if !colour {
        return cell;
    }
    match tone {
        Tone::Plain => cell,
        Tone::Strong => cell.add_attribute(Attribute::Bold),
        Tone::Muted => cell.add_attribute(Attribute::Dim),
        Tone::Up => cell.fg(Color::DarkBlue),
        Tone::Down | Tone::Warn => cell.fg(Color::DarkYellow),
        Tone::Bad => cell.fg(Color::DarkRed),
        Tone::Good => cell.fg(Color::DarkGreen),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PLAIN: Look = Look { colour: false, width: None };

    fn sample(look: Look) -> String {
        let mut grid = Grid::new(look, &["SKU", "~TITLE", ">PRICE"]);
        grid.row([
            (Tone::Down, "T-889"),
            (Tone::Plain, "Fjell tent for three people, green"),
            (Tone::Plain, "9.90"),
        ]);
        grid.row([(Tone::Up, "T-9"), (Tone::Plain, "two\nlines\x1b[2J"), (Tone::Plain, "161.90")]);
        grid.finish()
    }

    #[test]
    fn a_pipe_gets_every_character_and_a_screen_gets_one_line_per_row() {
        insta::assert_snapshot!(sample(PLAIN), @r"
        SKU    TITLE                                PRICE
        T-889  Fjell tent for three people, green    9.90
        T-9    two lines [2J                       161.90
        ");
        insta::assert_snapshot!(sample(Look { width: Some(36), ..PLAIN }), @r"
        SKU    TITLE                 PRICE
        T-889  Fjell tent for thr…    9.90
        T-9    two lines [2J        161.90
        ");
    }

    #[test]
    fn a_narrow_screen_loses_columns_before_it_loses_the_price() {
        for width in [40, 30, 20] {
            let mut grid =
                Grid::new(Look { width: Some(width), ..PLAIN }, &["~TITLE", ">PRICE", "?AT (UTC)", "?BY"]);
            grid.row(
                ["Fjell tent for three", "161.90", "2026-11-21", "editor@demo.test"]
                    .map(|cell| (Tone::Plain, cell)),
            );
            let text = grid.finish();
            assert!(text.lines().all(|line| line.chars().count() <= usize::from(width)), "{width}: {text}");
            assert!(text.contains("161.90"), "{width}: {text}");
        }
    }

    #[test]
    fn colour_is_the_only_difference_between_the_two_looks() {
        let coloured = sample(Look { colour: true, ..PLAIN });
        assert!(coloured.contains("\x1b["));
        assert_eq!(anstream::adapter::strip_str(&coloured).to_string().replace(" \n", "\n"), sample(PLAIN));
        assert!(!sample(PLAIN).contains('\x1b'));
    }
}
