//! The steps of a rule laid out as a tree: questions about the variant, and at each end one formula that holds all steps on
//! the way. So a price takes a few questions and one formula, whatever the steps are.

use std::sync::Arc;

use super::exact::Exact;
use super::formula::{Formula, Grid, Kernel};
use super::made::{Branch, Made, Move, Question, Start};
use super::source::Source;
use crate::analyse::{Change, Sum};
use crate::context::TaxFactor;
use crate::evaluate::Reason;
use crate::facts::VariantFacts;
use crate::snapshot::Needs;

/// Most ends of the tree; branches behind branches multiply.
const ENDS_MAX: usize = 256;

/// A tree of questions.
#[derive(Debug)]
pub(crate) enum Program {
    End(Box<End>),
    /// The first whose question holds.
    First(Box<[(Question, Program)]>),
}

/// All steps on one way through the rule.
#[derive(Debug)]
pub(crate) struct End {
    /// For the trace.
    pub(crate) steps: Vec<PathStep>,
    /// Where the value of the formula comes from.
    source: Source,
    formula: Formula,
    kernel: Kernel,
    /// What else must be known; without it the row is skipped.
    required: Box<[Source]>,
}

/// One step on a way.
#[derive(Debug, Clone)]
pub(crate) enum PathStep {
    /// A value is computed: by the formula, from the source, up to and with this step.
    Computed { kind: &'static str, words: Arc<str>, source: Source, formula: Formula },
    /// A way is taken.
    Taken { kind: &'static str, words: Arc<str> },
}

/// Why steps have no program.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ProgramFault {
    /// The numbers need more digits than are kept.
    TooPrecise,
    /// There are too many ways.
    TooManyWays,
}

#[derive(Clone)]
struct Path {
    steps: Vec<PathStep>,
    source: Source,
    formula: Formula,
    required: Vec<Source>,
}

/// The steps that are still to come: the rest of one list, and behind it what follows the branch that it stands in.
#[derive(Clone, Copy)]
struct Rest<'m> {
    list: &'m [Made],
    behind: Option<&'m Rest<'m>>,
}

struct Layout {
    grid: Grid,
    displayed: TaxFactor,
    ends: usize,
}

impl Program {
    /// Lays out the steps; the result of each end is multiplied by the tax between what is kept and what is displayed.
    pub(crate) fn new(made: &[Made], grid: Grid, displayed: TaxFactor) -> Result<Self, ProgramFault> {
        let path = Path {
            steps: Vec::new(),
            source: Source::Value,
            formula: Formula::IDENTITY,
            required: Vec::new(),
        };
        let mut layout = Layout { grid, displayed, ends: 0 };
        layout.grow(Rest { list: made, behind: None }, path)
    }

    /// The end that the variant comes to.
    #[inline]
    pub(crate) fn end(&self, before: i64, facts: &VariantFacts<'_>) -> &End {
        let mut program = self;
        loop {
            match program {
                Self::End(end) => return end,
                Self::First(ways) => {
                    let taken = ways.iter().position(|(question, _)| question.test.holds(before, facts));
                    // The last question of a branch always holds.
                    program = &ways[taken.unwrap_or(ways.len() - 1)].1;
                }
            }
        }
    }

    /// What it means, for reasoning about rules without running them.
    pub(crate) fn changes(&self) -> Vec<Change<'_>> {
        match self {
            Self::End(end) => {
                let (factor, shift, over) = end.formula.parts();
                let mut sum = Sum::of(shift).plus(end.source.fact(), factor);
                for source in &end.required {
                    sum = sum.plus(source.fact(), 0);
                }
                vec![Change::Becomes { sum, over }]
            }
            Self::First(ways) => {
                let ways = ways.iter().map(|(question, way)| (question.test.condition(), way.changes()));
                vec![Change::First(ways.collect())]
            }
        }
    }

    /// How much of a variant it asks.
    pub(crate) fn needs(&self) -> Needs {
        match self {
            Self::End(end) => {
                let sources = end.required.iter().chain([&end.source]);
                sources.map(Source::needs).max().unwrap_or(Needs::Basics)
            }
            Self::First(ways) => {
                let needs = ways.iter().map(|(question, way)| question.needs().max(way.needs()));
                needs.max().unwrap_or(Needs::Basics)
            }
        }
    }

    /// Whether any way takes its price from a competitor's.
    pub(crate) fn follows(&self) -> bool {
        match self {
            Self::End(end) => end.required.contains(&Source::Competitor),
            Self::First(ways) => ways.iter().any(|(_, way)| way.follows()),
        }
    }
}

impl End {
    /// The rounded price in minor units: what is displayed where the tax was laid out with it.
    /// The inner `None`: too large to be a price.
    #[inline]
    pub(crate) fn price(&self, before: i64, facts: &VariantFacts<'_>) -> Result<Option<i64>, Reason> {
        Ok(self.kernel.price(self.value(before, facts)?))
    }

    /// The unrounded price of a value so far; the inner `None`: too large.
    pub(crate) fn exact(
        &self,
        before: i64,
        value: Exact,
        facts: &VariantFacts<'_>,
    ) -> Result<Option<Exact>, Reason> {
        let known = self.value(before, facts)?;
        let value = if self.source == Source::Value { value } else { Exact::whole(known) };
        Ok(self.formula.of(value))
    }

    #[inline]
    fn value(&self, before: i64, facts: &VariantFacts<'_>) -> Result<i64, Reason> {
        for source in &self.required {
            source.amount(before, facts)?;
        }
        self.source.amount(before, facts)
    }
}

impl Layout {
    fn grow(&mut self, rest: Rest<'_>, mut path: Path) -> Result<Program, ProgramFault> {
        let Some((first, list)) = rest.list.split_first() else {
            return match rest.behind {
                Some(behind) => self.grow(*behind, path),
                None => self.end(path),
            };
        };
        let rest = Rest { list, ..rest };
        match first {
            Made::Move(step) => {
                path.walk(step).ok_or(ProgramFault::TooPrecise)?;
                self.grow(rest, path)
            }
            Made::Branch(branch) => self.branch(branch, rest, &path),
        }
    }

    fn branch(&mut self, branch: &Branch, rest: Rest<'_>, path: &Path) -> Result<Program, ProgramFault> {
        let mut ways = Vec::with_capacity(branch.ways.len());
        for (question, list) in &branch.ways {
            let mut path = path.clone();
            path.require(&branch.asks);
            path.steps.push(PathStep::Taken { kind: branch.kind, words: question.words.clone() });
            let way = self.grow(Rest { list, behind: Some(&rest) }, path)?;
            ways.push((question.clone(), way));
        }
        Ok(Program::First(ways.into()))
    }

    fn end(&mut self, path: Path) -> Result<Program, ProgramFault> {
        self.ends += 1;
        if self.ends > ENDS_MAX {
            return Err(ProgramFault::TooManyWays);
        }
        let displayed = path.formula.times(self.displayed.with, self.displayed.without);
        let kernel = displayed.and_then(|formula| Kernel::new(formula, self.grid));
        Ok(Program::End(Box::new(End {
            steps: path.steps,
            source: path.source,
            formula: path.formula,
            kernel: kernel.ok_or(ProgramFault::TooPrecise)?,
            required: path.required.into(),
        })))
    }
}

impl Path {
    /// `None` if the numbers cannot be kept exactly.
    fn walk(&mut self, step: &Move) -> Option<()> {
        match &step.start {
            Start::Source(Source::Value) => {}
            Start::Source(source) => {
                self.require(source);
                (self.source, self.formula) = (source.clone(), Formula::IDENTITY);
            }
            Start::Constant(minor) => {
                (self.source, self.formula) = (Source::Value, Formula::constant(*minor))
            }
        }
        self.formula = self.formula.times(step.times.0, step.times.1)?.plus(step.plus)?;
        self.steps.push(PathStep::Computed {
            kind: step.kind,
            words: step.words.clone(),
            source: self.source.clone(),
            formula: self.formula,
        });
        Some(())
    }

    fn require(&mut self, source: &Source) {
        if *source != Source::Value && !self.required.contains(source) {
            self.required.push(source.clone());
        }
    }
}
